/**
 * Commits are made of files that were written before. What is about to be written is noted beside git's own files until
 * its commits are made, so that the run after one that was killed in between can put it back, and do it again.
 */
import { appendFileSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { lineIn, runGit } from '../context/git.ts';
import { entriesOf } from '../manifests/json.ts';
import { isRunning } from '../running.ts';
import type { Rewrite } from '../write-plan.ts';
import { removeCreated, writeFileAtomically } from '../write.ts';
import { behindLinks } from './commit.ts';
import { withoutFilters } from './uncommitted.ts';

/** One line of a file. */
export interface Note {
  /** The commit that was there. */
  readonly head: string;
  /** Git held the files as they were on disk, in the index and in that commit. */
  readonly isClean: boolean;
  readonly files: readonly Rewrite[];
}

/** Each process has a file of its own. */
const named = /^dockfix-unfinished\.(\d+)$/;

/** Throws if it cannot be noted. */
export function noteRewrites(root: string, note: Note): void {
  appendFileSync(ownFile(root), `${JSON.stringify(note)}\n`, { flush: true });
}

/** They are committed, or stay as they are. */
export function forgetRewrites(root: string): void {
  rmSync(ownFile(root), { force: true });
}

/** Puts back what a run that was killed had written and not committed. Gives what is to be said of it. */
export function takeBack(root: string): readonly string[] {
  const directory = gitDirectory(root);
  const left = filesIn(directory).filter((name) => !isInUse(name)).map((name) => join(directory, name));
  if (left.length === 0) return [];
  const head = lineIn(runGit(root, root, ['rev-parse', '--verify', '--quiet', 'HEAD']));
  // Once there is another commit, they are committed, or somebody else has gone on.
  const notes = left.flatMap(notesIn).filter((note) => note.head === head);
  const files = notes.flatMap((note) => note.files);
  const other = files.find(({ path, before, after }) => ![before, after].includes(textOf(join(root, path))));
  if (other === undefined) for (const note of notes) putBack(root, note);
  for (const file of left) rmSync(file, { force: true });
  if (files.length === 0) return [];
  return [`a run was killed before it had committed what it wrote; ${other === undefined ? 'that was put back, and is done again' : `that stays as it is, because ${other.path} has changed since`}`];
}

function putBack(root: string, { files, isClean }: Note): void {
  for (const { path, before, after } of files) {
    if (textOf(join(root, path)) !== after) continue;
    if (before === null) removeCreated(join(root, path), root, after);
    else writeFileAtomically(join(root, path), root, before, { text: after });
  }
  // It may have been killed between the index and the branch.
  if (isClean) runGit(root, root, ['--literal-pathspecs', 'reset', '--quiet', 'HEAD', '--', ...files.map(({ path }) => behindLinks(root, path))], '', withoutFilters(root));
}

/** Is it of another process that still runs? Where each container counts for itself, one that was killed may have had the number of this one. */
function isInUse(name: string): boolean {
  const id = Number(named.exec(name)?.[1] ?? 0);
  return id !== process.pid && isRunning(id);
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => named.test(name));
  } catch {
    return [];
  }
}

/** What was cut off at the end is none: nothing had been written then. Nor is what is no note of dockfix's. */
function notesIn(file: string): readonly Note[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line): unknown => JSON.parse(line)).filter(isNote);
  } catch {
    return [];
  }
}

function isNote(value: unknown): value is Note {
  const { head, isClean, files } = Object.fromEntries(entriesOf(value));
  return typeof head === 'string' && typeof isClean === 'boolean' && Array.isArray(files) && files.every(isRewrite);
}

function isRewrite(value: unknown): value is Rewrite {
  const { path, before, after } = Object.fromEntries(entriesOf(value));
  return typeof path === 'string' && (before === null || typeof before === 'string') && typeof after === 'string';
}

function textOf(absolute: string): string | null {
  try {
    return readFileSync(absolute, 'utf8');
  } catch {
    return null;
  }
}

function ownFile(root: string): string {
  return join(gitDirectory(root), `dockfix-unfinished.${process.pid}`);
}

/** What git has for this working tree: of a linked one, `.git` is a file that names it. */
function gitDirectory(root: string): string {
  const usual = join(root, '.git');
  const isLinked = statSync(usual, { throwIfNoEntry: false })?.isFile() === true;
  return isLinked ? (lineIn(runGit(root, root, ['rev-parse', '--absolute-git-dir'])) ?? usual) : usual;
}
