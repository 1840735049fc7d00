/** Which Dockerfiles the paths of a command line mean, and where the repositories are that they belong to. */
import { closeSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

import type { UnreadableCode } from './context/disk.ts';
import { diskTree, readSource, repositoryRoot } from './context/disk.ts';
import { declaredBuilds } from './discover/builds.ts';
import type { DeclaredBuild, DiscoveryNote, PossibleUser } from './discover/declared.ts';
import type { SearchResult } from './discover/walk.ts';
import { discoveredKind } from './discover/files.ts';
import { searcher } from './discover/walk.ts';
import type { ErrorCode } from './report/report.ts';
import type { Path } from './types.ts';

/** One repository, or one directory outside any, and its Dockerfiles that are meant. */
export interface Target {
  /** Absolute, without links. */
  readonly root: string;
  readonly dockerfiles: readonly TargetFile[];
  /** The other Dockerfiles of the root: they are not changed, but their builds have to stay right. */
  readonly others: readonly Path[];
  readonly declared: readonly DeclaredBuild[];
  readonly notes: readonly DiscoveryNote[];
  /** What of the root may ask for a build and was not read. */
  readonly unread: readonly PossibleUser[];
  /** The value of `--context`, relative to the root; null if it was not given. */
  readonly context: Path | null;
}

export interface TargetFile {
  readonly path: Path;
  /** Was the file itself named? What cannot be done is then an error; for a file that was found it is not. */
  readonly named: boolean;
}

export interface TargetError {
  readonly path: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Targets {
  readonly targets: readonly Target[];
  readonly errors: readonly TargetError[];
}

interface Draft {
  readonly root: string;
  readonly named: Map<Path, boolean>;
  readonly others: readonly Path[];
  readonly declared: readonly DeclaredBuild[];
  readonly notes: readonly DiscoveryNote[];
  readonly unread: readonly PossibleUser[];
}

type Failure = Pick<TargetError, 'code' | 'message'>;

/** Paths and context are as written, relative to `cwd`. Each Dockerfile comes once, however often it is meant. */
export async function findTargets(cwd: string, paths: readonly string[], context: string | null): Promise<Targets> {
  const errors: TargetError[] = [];
  const contextDirectory = context === null ? null : realDirectory(resolve(cwd, context));
  if (context !== null && contextDirectory === null) return { targets: [], errors: [{ path: context, code: 'not-found', message: 'the build context is not a directory' }] };
  const drafts = new Map<string, Draft>();
  const search = searcher();
  for (const path of paths) {
    const found = await meant({ cwd, context: contextDirectory, search }, resolve(cwd, path));
    if ('code' in found) errors.push({ path, ...found });
    else for (const one of found) collect(drafts, one);
  }
  const targets: Target[] = [];
  for (const draft of drafts.values()) {
    const target = targetOf(draft, contextDirectory);
    if (target === null) errors.push({ path: context ?? '', code: 'bad-option', message: outsideRoot(draft.root) });
    else targets.push(target);
  }
  return { targets, errors };
}

/** The same for one Dockerfile that need not be there: its text comes from elsewhere. */
export async function targetFor(cwd: string, path: string, context: string | null): Promise<Target | TargetError> {
  const contextDirectory = context === null ? null : realDirectory(resolve(cwd, context));
  if (context !== null && contextDirectory === null) return { path: context, code: 'not-found', message: 'the build context is not a directory' };
  const drafts = new Map<string, Draft>();
  const result = await around({ cwd, context: contextDirectory, search: searcher() }, resolve(cwd, path));
  collect(drafts, result);
  const draft = drafts.get(result.root);
  const target = draft === undefined ? null : targetOf(draft, contextDirectory);
  return target ?? { path: context ?? path, code: 'bad-option', message: outsideRoot(result.root) };
}

function outsideRoot(root: string): string {
  return `the build context lies outside ${root}, to which the Dockerfile belongs`;
}

/** Null if the build context lies outside the root. */
function targetOf({ root, named, others, declared, notes, unread }: Draft, contextDirectory: string | null): Target | null {
  const context = contextDirectory === null ? null : pathIn(root, contextDirectory);
  if (contextDirectory !== null && context === null) return null;
  const dockerfiles = [...named].map(([path, isNamed]) => ({ path, named: isNamed }));
  return { root, declared, notes, unread, context, dockerfiles, others: others.filter((path) => !named.has(path)) };
}

/** What one path of the command line means in one root. */
interface Meant extends SearchResult {
  readonly named: boolean;
  readonly others: readonly Path[];
}

/** Where paths are looked for: the current directory, and the build context if one was given. */
interface Place {
  readonly cwd: string;
  readonly context: string | null;
  readonly search: ReturnType<typeof searcher>;
}

async function meant(place: Place, absolute: string): Promise<readonly Meant[] | Failure> {
  const source = readSource(absolute);
  if (source.kind === 'unreadable' && source.code === 'not-a-file') return searched(place, absolute);
  if (source.kind === 'unreadable' && (source.code === 'missing' || source.code === 'permission')) return { code: errorCode(source.code), message: source.message };
  return [await around(place, absolute)];
}

async function searched({ context, search }: Place, directory: string): Promise<readonly Meant[] | Failure> {
  const start = realDirectory(directory);
  if (start === null) return { code: 'unreadable', message: 'neither a regular file nor a directory' };
  if (!mayBeListed(start)) return { code: 'unreadable', message: 'permission denied' };
  const found: Meant[] = [];
  for (const result of await search(start)) {
    const isPart = result.root !== start && pathIn(result.root, start) !== null;
    const whole = isPart ? (await search(result.root)).find((one) => one.root === result.root) : undefined;
    found.push({ ...widened(result, context), named: false, others: whole?.dockerfiles ?? [] });
  }
  return found;
}

/** A named file, and what its repository declares. Outside any repository only the directories close by are looked at. */
async function around({ cwd, context, search }: Place, absolute: string): Promise<Meant> {
  const directory = realDirectory(dirname(absolute)) ?? dirname(absolute);
  const file = join(directory, absolute.slice(dirname(absolute).length).replace(/^[\\/]/, ''));
  const repository = repositoryRoot(directory);
  const root = repository === null ? commonRoot(directory, cwd, context) : (realDirectory(repository) ?? repository);
  const dockerfiles = [pathIn(root, file) ?? ''];
  if (repository !== null) {
    const own = (await search(root)).find((result) => result.root === root);
    return { root, dockerfiles, named: true, others: own?.dockerfiles ?? [], declared: own?.declared ?? [], notes: own?.notes ?? [], unread: own?.unread ?? [] };
  }
  const tree = diskTree(root);
  const inRoot = pathIn(root, directory) ?? '';
  const close = [...new Set(['', inRoot])].flatMap((at) => tree.list(at).map((name) => (at === '' ? name : `${at}/${name}`)));
  const { builds, notes, unread } = await declaredBuilds(tree, close);
  return { root, dockerfiles, named: true, others: close.filter((path) => discoveredKind(path) === 'dockerfile'), declared: builds, notes, unread };
}

/** Outside any repository: the outermost of the file's own directory, the current one and the context that holds the file. */
export function commonRoot(directory: string, cwd: string, context: string | null): string {
  const holders = [cwd, context ?? directory, directory].filter((one) => pathIn(one, directory) !== null);
  return holders.reduce((outermost, one) => (one.length < outermost.length ? one : outermost), directory);
}

/** A directory outside any repository whose build context is above it is seen from there. */
function widened(result: SearchResult, context: string | null): SearchResult {
  const below = context === null || repositoryRoot(result.root) !== null ? null : pathIn(context, result.root);
  if (context === null || below === null || below === '') return result;
  const from = (path: Path): Path => (path === '' ? below : `${below}/${path}`);
  return {
    root: context,
    dockerfiles: result.dockerfiles.map(from),
    declared: result.declared.map((build) => ({ ...build, dockerfile: from(build.dockerfile), context: from(build.context), declaredIn: from(build.declaredIn) })),
    notes: result.notes.map((note) => ({ ...note, file: from(note.file) })),
    unread: result.unread.map(({ alternatives = [], ...user }) => ({ ...user, file: from(user.file), context: user.context === null ? null : from(user.context), alternatives: alternatives.map((one) => ({ dockerfile: from(one.dockerfile), context: from(one.context) })) })),
  };
}

function collect(drafts: Map<string, Draft>, result: Meant): void {
  const { root, others, declared, notes, unread } = result;
  const draft = drafts.get(root) ?? { root, named: new Map<Path, boolean>(), others, declared, notes, unread };
  for (const path of result.dockerfiles) draft.named.set(path, result.named || (draft.named.get(path) ?? false));
  drafts.set(root, draft.others.length < others.length ? { ...draft, others } : draft);
}

/** What an unreadable file is called in the report. */
export function errorCode(code: UnreadableCode): ErrorCode {
  if (code === 'missing') return 'not-found';
  return code === 'permission' || code === 'not-a-file' ? 'unreadable' : code;
}

/** The path of something below a directory, `''` for the directory itself; null if it is not below it. */
export function pathIn(directory: string, absolute: string): Path | null {
  const way = relative(directory, absolute);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return null;
  return slashed(way);
}

/** A path for the reader: relative to the current directory, also where that is not above it. */
export function shownPath(cwd: string, absolute: string): string {
  return slashed(relative(cwd, absolute)) || '.';
}

function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

function mayBeListed(directory: string): boolean {
  try {
    closeSync(openSync(directory, 'r'));
    return true;
  } catch {
    return false;
  }
}

function realDirectory(path: string): string | null {
  try {
    const real = realpathSync.native(path);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    return null;
  }
}
