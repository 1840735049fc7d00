/**
 * The tree on disk: lazy, read-only, and never outside its root. Git's index is read here if it is small and plain; else
 * git is asked.
 */
import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { EntryKind, Path, Tree } from '../types.ts';
import { hasGit, runGit } from './git.ts';
import { memoised, once } from '../remember.ts';
import { pathsInIndex } from './git-index.ts';

/** Larger files are not read, in bytes. */
export const largestFile = 5 * 1024 * 1024;

export interface SourceStat {
  readonly mode: number;
  readonly mtimeMs: number;
  /** Bytes. */
  readonly size: number;
  readonly ino: number;
  /** Number of hard links. */
  readonly nlink: number;
}

export type UnreadableCode = 'not-utf8' | 'binary' | 'too-large' | 'not-a-file' | 'outside-root' | 'permission' | 'missing';

export type SourceText =
  | {
      readonly kind: 'text';
      /** With its byte order mark, if it has one: encoding it again gives the same bytes. */
      readonly text: string;
      readonly stat: SourceStat;
      /** The absolute path behind all links: what is to be written. */
      readonly realPath: string;
    }
  | { readonly kind: 'unreadable'; readonly code: UnreadableCode; readonly message: string };

/**
 * Reads a text file, or says why not. `absolute` is a path of the operating system; with `root`, a file whose real path
 * is not below the real path of `root` is refused.
 */
export function readSource(absolute: string, root?: string): SourceText {
  try {
    const realPath = realpathSync.native(absolute);
    if (root !== undefined && !isWithin(realpathSync.native(root), realPath)) return unreadable('outside-root');
    return readRegularFile(realPath);
  } catch (error) {
    return unreadable(codeOf(error));
  }
}

/** The path behind all links of a file below `realRoot` (which holds none); undefined if it leads elsewhere or nowhere. */
export function realPathWithin(absolute: string, realRoot: string): string | undefined {
  const target = realPath(absolute);
  return target !== undefined && isWithin(realRoot, target) ? target : undefined;
}

/** `realPath` holds no links; should one have appeared meanwhile, opening fails. `isListed`: see `readBytes`. */
function readRegularFile(realPath: string, isListed = false): SourceText {
  const file = readBytes(realPath, isListed);
  if ('code' in file) return file;
  const { bytes, stat } = file;
  if (bytes.includes(0)) return unreadable('binary');
  const text = decodeUtf8(bytes);
  if (text === undefined) return unreadable('not-utf8');
  const { mode, mtimeMs, size, ino, nlink } = stat;
  return { kind: 'text', text, stat: { mode, mtimeMs, size, ino, nlink }, realPath };
}

/** `isListed`: a listing of its directory has it as a regular file, so that it is not asked once more before it is opened. */
function readBytes(realPath: string, isListed: boolean): { readonly bytes: Buffer; readonly stat: Stats } | Extract<SourceText, { kind: 'unreadable' }> {
  // Opening a named pipe would wait for a writer, a device may do anything: ask first, and do not wait.
  if (!isListed && !lstatSync(realPath).isFile()) return unreadable('not-a-file');
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const descriptor = openSync(realPath, flags);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return unreadable('not-a-file');
    if (stat.size > largestFile) return unreadable('too-large');
    const bytes = readAll(descriptor, stat.size);
    if (bytes.length > largestFile) return unreadable('too-large');
    return { bytes, stat };
  } finally {
    closeSync(descriptor);
  }
}

/** What is in an open file of which the size was just asked: with one byte more to be had the end is seen at once. */
function readAll(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size + 1);
  const length = readSync(descriptor, bytes, 0, bytes.length, null);
  if (length === size) return bytes.subarray(0, length);
  // It has changed meanwhile, or is one of those that do not know their size.
  return Buffer.concat([bytes.subarray(0, length), readFileSync(descriptor)]);
}

const reasons: Readonly<Record<UnreadableCode, string>> = {
  'not-utf8': 'the file is not valid UTF-8',
  binary: 'the file is binary: it holds NUL bytes',
  'too-large': 'the file is larger than 5 MB',
  'not-a-file': 'not a regular file',
  'outside-root': 'the path leads out of the repository through a symbolic link',
  permission: 'permission denied',
  missing: 'no such file',
};

function unreadable(code: UnreadableCode): Extract<SourceText, { kind: 'unreadable' }> {
  return { kind: 'unreadable', code, message: reasons[code] };
}

function codeOf(error: unknown): UnreadableCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return 'permission';
  if (code === 'EISDIR' || code === 'ENXIO' || code === 'ENODEV') return 'not-a-file';
  return 'missing';
}

/** Undefined if it is not valid. The byte order mark stays in the text, so that what is decoded encodes to the same bytes. */
function decodeUtf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** Undefined without a byte order mark, which tells which of the two orders it is, and if it is not valid. */
function decodeUtf16(bytes: Buffer): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  return encoding === null ? undefined : new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/**
 * The nearest directory at or above `dir` that holds a `.git` (a directory, or the file of a worktree or submodule);
 * `null` if there is none. Nothing is spawned.
 */
export function repositoryRoot(dir: string): string | null {
  for (let at = resolve(dir); ; at = dirname(at)) {
    if (lstat(join(at, '.git')) !== undefined) return at;
    if (dirname(at) === at) return null;
  }
}

/**
 * The folder `root` (a path of the operating system) as a tree. Everything is looked up when it is first asked for and
 * then remembered, so that one tree tells one story; open another after writing. Pipes, sockets and devices count as
 * absent, as do names that are not valid UTF-8.
 */
export function diskTree(root: string): Tree {
  const realRoot = realPath(root);
  const holds = once(() => (realRoot === undefined ? holdsAll : trackedBy(realRoot)));

  /** What is in a directory. One listing answers for all that is asked of it. */
  const entriesOf = memoised((path: Path): Entries => {
    const directory = directoryAt(path);
    return directory === undefined ? noEntries : entriesIn(directory);
  });

  /** The real path of a directory inside the root; undefined if it is none, or lies outside. */
  const directoryAt = memoised((path: Path): string | undefined => {
    if (path === '') return realRoot;
    switch (kind(path)) {
      case 'directory':
        return entryAt(path);
      case 'link': {
        const target = targetOf(path);
        return target !== undefined && lstat(target)?.isDirectory() ? target : undefined;
      }
      default:
        return undefined;
    }
  });

  /** Where an entry lies, links above it followed; itself it may be a link, or absent. */
  function entryAt(path: Path): string | undefined {
    const parent = directoryAt(parentOf(path));
    return parent === undefined ? undefined : join(parent, nameOf(path));
  }

  /** What a link leads to, if that is inside the root. */
  function targetOf(link: Path): string | undefined {
    const at = entryAt(link);
    const target = at === undefined ? undefined : realPath(at);
    return target !== undefined && realRoot !== undefined && isWithin(realRoot, target) ? target : undefined;
  }

  function kind(path: Path): EntryKind {
    if (path === '') return realRoot === undefined ? 'absent' : kindOf(lstat(realRoot));
    // What else is no path leads to no entry.
    if (path.startsWith('/') || path.length > longestPath) return 'absent';
    const slash = path.lastIndexOf('/');
    return entriesOf(path.slice(0, Math.max(0, slash))).get(path.slice(slash + 1)) ?? 'absent';
  }

  /** The real path of what is at `path`, links followed, if it is there and inside the root. */
  function realAt(path: Path): string | undefined {
    if (!isPath(path)) return undefined;
    if (path === '') return realRoot;
    switch (kind(path)) {
      case 'absent':
        return undefined;
      case 'link':
        return targetOf(path);
      default:
        return entryAt(path);
    }
  }

  const read = memoised((path: Path): string | undefined => {
    const at = realAt(path);
    const source = at === undefined ? undefined : attempt(() => readRegularFile(at, kind(path) === 'file'));
    return source?.kind === 'text' ? source.text : undefined;
  });

  const readUtf16 = memoised((path: Path): string | undefined => {
    const at = realAt(path);
    const file = at === undefined ? undefined : attempt(() => readBytes(at, kind(path) === 'file'));
    return file && 'bytes' in file ? attempt(() => decodeUtf16(file.bytes)) : undefined;
  });

  return {
    kind,
    read,
    readUtf16,
    list: memoised((path: Path) => (isPath(path) ? [...entriesOf(path).keys()] : [])),
    tracked: (path) => holds()(path, kind),
    executable: (path) => {
      const at = realAt(path);
      const stat = at === undefined ? undefined : lstat(at);
      return stat !== undefined && stat.isFile() && (stat.mode & 0o111) !== 0;
    },
  };
}

type Holds = (path: Path, kind: (path: Path) => EntryKind) => boolean;

const holdsAll: Holds = () => true;
const holdsNothing: Holds = () => false;

/**
 * What git holds of a folder, asked once. Everything where there is no git, no repository, or a repository that holds
 * nothing of the folder; nothing where git fails on a repository, because then it is not known.
 */
function trackedBy(folder: string): Holds {
  const root = repositoryRoot(folder);
  if (root === null) return holdsAll;
  const listing = listIndex(root, folder);
  if (listing === 'no-git') return holdsAll;
  if (listing === 'failed') return holdsNothing;
  if (listing.length === 0) return holdsAll;
  const files = new Set(listing);
  const directories = directoriesAbove(listing);
  return (path, kind) => {
    if (files.has(path) || directories.has(path)) return true;
    // A submodule is one entry of the index; what is below it is held by another repository.
    for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
      if (directories.has(above)) return false;
      if (files.has(above)) return kind(above) === 'directory' || kind(above) === 'absent';
    }
    return false;
  };
}

function directoriesAbove(files: readonly Path[]): ReadonlySet<Path> {
  const directories = new Set<Path>(['']);
  for (const file of files) {
    for (let above = parentOf(file); !directories.has(above); above = parentOf(above)) directories.add(above);
  }
  return directories;
}

/** The paths in git's index at or below a folder of a repository, relative to the folder. */
function listIndex(root: string, folder: string): readonly Path[] | 'no-git' | 'failed' {
  if (!hasGit(root)) return 'no-git';
  const plain = readIndex(root, folder);
  if (plain !== null) return plain;
  const answer = runGit(root, folder, ['ls-files', '-z']);
  if (answer.kind === 'output') return pathsIn(answer.output);
  return answer.kind === 'failed' ? 'failed' : 'no-git';
}

/** Bytes, about 10,000 files. Above, git is quicker; below, starting it takes longer than all the rest. */
const largestIndex = 1024 * 1024;

/** The same without git; null where only git can tell. */
function readIndex(root: string, folder: string): readonly Path[] | null {
  const configuration = attempt(() => readRegularFile(join(root, '.git', 'config')));
  // What may move the working tree, or say that there is none.
  if (configuration?.kind !== 'text' || /worktree|bare\s*=(?!\s*false)|\[\s*include|objectformat/i.test(configuration.text)) return null;
  const paths = attempt(() => {
    const index = join(root, '.git', 'index');
    const stat = lstatSync(index);
    return stat.isFile() && stat.size <= largestIndex ? pathsInIndex(readFileSync(index)) : null;
  });
  const way = relative(root, folder).split(sep).join('/');
  const prefix = way === '' ? '' : `${way}/`;
  return paths?.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)) ?? null;
}

/** NUL-separated paths; those that are not valid UTF-8 are left out. */
function pathsIn(output: Buffer): readonly Path[] {
  const whole = decodeUtf8(output);
  if (whole !== undefined) return whole.split('\0').filter((path) => path !== '');
  const paths: Path[] = [];
  for (let start = 0, end = output.indexOf(0); end >= 0; start = end + 1, end = output.indexOf(0, start)) {
    const path = decodeUtf8(output.subarray(start, end));
    if (path !== undefined && path !== '') paths.push(path);
  }
  return paths;
}

type Entries = ReadonlyMap<string, EntryKind>;

const noEntries: Entries = new Map();

/** The files, directories and links in a directory, sorted by name. */
function entriesIn(directory: string): Entries {
  const entries = attempt(() => readdirSync(directory, { withFileTypes: true })) ?? [];
  // What Node.js puts where a name is not valid UTF-8; it may also be written in one that is.
  const areValid = entries.every(({ name }) => !name.includes('\uFFFD'));
  const kinds = areValid ? entries.map((entry) => [entry.name, kindOf(entry)] as const) : decodedEntries(directory);
  return new Map(kinds.filter(([, kind]) => kind !== 'absent').toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same for names that are not all valid: those that are. */
function decodedEntries(directory: string): readonly (readonly [string, EntryKind])[] {
  const entries = attempt(() => readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })) ?? [];
  return entries.flatMap((entry) => {
    const name = decodeUtf8(entry.name);
    return name === undefined ? [] : [[name, kindOf(entry)] as const];
  });
}

function kindOf(entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'> | undefined): EntryKind {
  if (entry?.isFile()) return 'file';
  if (entry?.isDirectory()) return 'directory';
  return entry?.isSymbolicLink() ? 'link' : 'absent';
}

function lstat(path: string): Stats | undefined {
  return attempt(() => lstatSync(path, { throwIfNoEntry: false }));
}

export function realPath(path: string): string | undefined {
  return attempt(() => realpathSync.native(path));
}

/** What cannot be looked at (missing, forbidden, a loop, too long) is not there. */
function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Linux's PATH_MAX. */
const longestPath = 4096;

/** Is it a path as `Path` describes it? A backslash separates on Windows, and would lead elsewhere. */
function isPath(path: Path): boolean {
  if (path === '') return true;
  if (path.length > longestPath || path.includes('\0') || (sep === '\\' && /[\\:]/.test(path))) return false;
  return !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path);
}

function parentOf(path: Path): Path {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
