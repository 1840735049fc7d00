/** Which repositories the paths of a command line mean. */
import { realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { repositoryRoot } from '../context/disk.ts';
import { commonRoot, shownPath } from '../targets.ts';
import type { ErrorCode } from '../report/report.ts';
import type { Clone } from './address.ts';
import { isSameAddress, readEntry } from './address.ts';

/** The root of a git repository or, outside any, a directory that was named; and what is meant of it. */
export interface Repository {
  readonly kind: 'repository';
  /** Absolute. Of a clone: where it is, or will be. */
  readonly root: string;
  /** Relative to the current directory, for the reader. */
  readonly shown: string;
  /** What is meant of it: files and directories, absolute. */
  readonly paths: readonly string[];
  readonly clone: Clone | null;
}

/** A path that leads nowhere, or a line of a list that cannot be used. */
export interface NoRepository {
  readonly kind: 'none';
  readonly shown: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * The repositories, in the order in which they are first named. One inside another is part of it, so that no two are
 * worked on at once that share files.
 */
export function repositoriesOf(cwd: string, paths: readonly string[], context: string | null): readonly (Repository | NoRepository)[] {
  const found = paths.map((path) => ({ path, ...rootOf(cwd, resolve(cwd, path), context) }));
  // A loose file does not make one of all that lies beside it.
  const roots = new Set(found.flatMap(({ root, isWhole }) => (root !== null && isWhole ? root : [])));
  const outermost = (root: string): string => ancestorsOf(root).findLast((one) => roots.has(one)) ?? root;
  const repositories = new Map<string, string[] | null>();
  for (const { path, root } of found) {
    const key = root === null ? path : outermost(root);
    const list = repositories.get(key);
    if (list) list.push(resolve(cwd, path));
    else if (list === undefined) repositories.set(key, root === null ? null : [resolve(cwd, path)]);
  }
  return [...repositories].map(([key, list]) =>
    list === null ? { kind: 'none', shown: key, code: 'not-found', message: 'no such file or directory' } : { kind: 'repository', root: key, shown: shownPath(cwd, key), paths: list, clone: null },
  );
}

/** What a list of repositories says: one a line; empty lines and those that begin with `#` say nothing. */
export interface RepositoryList {
  readonly paths: readonly string[];
  readonly clones: readonly Clone[];
  /** Lines that cannot be used, by their number. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

export function readList(text: string): RepositoryList {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/).map((line, index) => ({ line: index + 1, text: line.trim() })).filter((one) => one.text !== '' && !one.text.startsWith('#'));
  const entries = lines.map((one) => ({ line: one.line, entry: readEntry(one.text) }));
  const clones = new Map<string, Clone>();
  /** By each directory that holds one. */
  const held = new Map<string, Clone>();
  const faults: { line: number; message: string }[] = [];
  for (const { line, entry } of entries) {
    if (entry.kind === 'fault') faults.push({ line, message: entry.message });
    if (entry.kind !== 'clone') continue;
    const { clone } = entry;
    const above = ancestorsOf(clone.directory);
    const other = held.get(clone.directory) ?? above.flatMap((directory) => clones.get(directory) ?? [])[0];
    if (other !== undefined && !isSameAddress(other.address, clone.address)) faults.push({ line, message: `its clone would be in the place of that of ${other.address}` });
    if (other !== undefined) continue;
    clones.set(clone.directory, clone);
    for (const directory of above) held.set(directory, clone);
  }
  return { paths: entries.flatMap(({ entry }) => (entry.kind === 'path' ? entry.path : [])), clones: [...clones.values()], faults };
}

/** `workdir`: the directory of clones, absolute. A clone that shares files with what is named by its path would be worked on twice at once. */
export function clonesIn(cwd: string, workdir: string, clones: readonly Clone[], named: readonly (Repository | NoRepository)[]): readonly (Repository | NoRepository)[] {
  const repositories = named.filter((one) => one.kind === 'repository');
  const byRoot = new Map(repositories.map(({ root, shown }) => [root, shown]));
  /** By each directory that holds one. */
  const held = new Map(repositories.flatMap(({ root, shown }) => ancestorsOf(root).map((directory) => [directory, shown] as const)));
  return clones.map((clone) => {
    const root = join(workdir, ...clone.directory.split('/'));
    const shown = shownPath(cwd, root);
    const other = held.get(root) ?? ancestorsOf(root).flatMap((directory) => byRoot.get(directory) ?? [])[0];
    if (other === undefined) return { kind: 'repository', root, shown, paths: [root], clone };
    return { kind: 'none', shown, code: 'bad-option', message: `the clone of ${clone.address} would share files with ${other}, which is named itself` };
  });
}

/** Are these paths of more than one repository? */
export function areSeveral(cwd: string, paths: readonly string[], context: string | null): boolean {
  return repositoriesOf(cwd, paths, context).filter(({ kind }) => kind === 'repository').length > 1;
}

/** Null if there is nothing at the path. Whole: a repository, or a directory that was named. */
function rootOf(cwd: string, absolute: string, context: string | null): { readonly root: string | null; readonly isWhole: boolean } {
  const isDirectory = directoryOrFile(absolute);
  if (isDirectory === null) return { root: null, isWhole: false };
  const directory = realpathSync.native(isDirectory ? absolute : dirname(absolute));
  const repository = repositoryRoot(directory);
  if (repository !== null || isDirectory) return { root: repository ?? directory, isWhole: true };
  return { root: commonRoot(directory, cwd, context === null ? null : resolve(cwd, context)), isWhole: false };
}

function directoryOrFile(absolute: string): boolean | null {
  try {
    return statSync(absolute).isDirectory();
  } catch {
    return null;
  }
}

/** A directory and those above it, the nearest first. */
function ancestorsOf(directory: string): readonly string[] {
  const above = dirname(directory);
  return above === directory ? [directory] : [directory, ...ancestorsOf(above)];
}

/** The paths of a repository as they are written when its root, or another directory, is the current one. */
export function pathsFrom(base: string, { paths }: Repository): readonly string[] {
  return paths.map((path) => relative(base, path) || '.');
}
