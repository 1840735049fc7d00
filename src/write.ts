/**
 * Writes one file so that a reader sees either the old text or the new one, and only if the file still is what was read.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

import { isRunning } from './running.ts';

export type WriteRefusal = 'changed-meanwhile' | 'read-only' | 'hard-link' | 'outside-root' | 'exists' | 'failed';

export type WriteResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'refused'; readonly code: WriteRefusal; readonly message: string };

/** What was read before; `null`: the file must not exist. */
export interface Expected {
  readonly text: string | null;
}

/**
 * Writes `text` (as UTF-8; a byte order mark is part of the text) to the file `absolute` below the directory `root`.
 *
 * An existing file is compared with `expected` byte by byte and replaced by a rename, with its mode and, where the
 * system lets us, its owner. A symbolic link stays a link: its target is written, unless that lies outside the root.
 * A new file gets mode 0644 less the umask; its directory must exist. Never throws; after a refusal the file is as it
 * was and no temporary file is left.
 */
export function writeFileAtomically(absolute: string, root: string, text: string, expected: Expected): WriteResult {
  try {
    return expected.text === null ? create(absolute, root, text) : replace(absolute, root, text, expected.text);
  } catch (error) {
    return refusalFor(error, absolute);
  }
}

/** Deletes a file below `root` that was created with this text, if it still holds it. */
export function removeCreated(absolute: string, root: string, text: string): void {
  if (!isInside(realpathSync(absolute), realpathSync(root)) || !lstatSync(absolute).isFile() || !readFileSync(absolute).equals(Buffer.from(text))) return;
  unlinkSync(absolute);
}

function create(absolute: string, root: string, text: string): WriteResult {
  if (lstatOrNull(absolute) !== null) return refused('exists', `${absolute} exists already`);
  const directory = realpathSync(dirname(absolute));
  if (!isInside(directory, realpathSync(root))) return refused('outside-root', `${absolute} leads out of ${root}`);
  const target = join(directory, basename(absolute));
  removeLeftOvers(directory);
  return throughTemporaryFile(directory, 0o666, (file, path) => {
    fillFile(file, text);
    // The kernel has taken the umask off 0666; no more than 0644 is wanted.
    fchmodSync(file, fstatSync(file).mode & 0o644);
    return linkIntoPlace(path, target, text);
  });
}

/** A link, unlike a rename, fails if somebody else has made the file in the meantime. */
function linkIntoPlace(temporary: string, target: string, text: string): WriteResult {
  try {
    linkSync(temporary, target);
    return written;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return refused('exists', `${target} was created meanwhile`);
  }
  // Some file systems have no hard links. An exclusive creation is not atomic, but overwrites nothing either.
  const file = openSync(target, 'wx', 0o644);
  try {
    fillFile(file, text);
    return written;
  } catch (error) {
    unlinkSync(target);
    throw error;
  } finally {
    closeSync(file);
  }
}

function replace(absolute: string, root: string, text: string, before: string): WriteResult {
  if (lstatOrNull(absolute) === null) return refused('changed-meanwhile', `${absolute} was removed after it was read`);
  const target = realpathSync(absolute);
  if (!isInside(target, realpathSync(root))) return refused('outside-root', `${absolute} leads out of ${root}`);
  removeLeftOvers(dirname(target));
  const stats = statSync(target);
  if (!stats.isFile()) return refused('failed', `${absolute} is not a regular file`);
  if (stats.nlink > 1) return refused('hard-link', `${absolute} has ${stats.nlink} names (hard links), which a rewrite would part`);
  if (isReadOnly(target, stats)) return refused('read-only', `${absolute} is read-only`);
  const original = Buffer.from(before);
  const holdsOriginal = (): boolean => readFileSync(target).equals(original);
  if (!holdsOriginal()) return changedMeanwhile(absolute);
  return throughTemporaryFile(dirname(target), 0o600, (file, path) => {
    keepOwner(file, stats);
    // After the owner, because a change of owner takes the set-user-id bits away.
    fchmodSync(file, stats.mode & 0o7777);
    fillFile(file, text);
    if (!holdsOriginal() || realpathSync(absolute) !== target) return changedMeanwhile(absolute);
    renameSync(path, target);
    return written;
  });
}

/** Root may write to any file; that does not make a file that nobody may write to less read-only. */
function isReadOnly(target: string, stats: Stats): boolean {
  if ((stats.mode & 0o222) === 0) return true;
  try {
    accessSync(target, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

function keepOwner(file: number, wanted: Stats): void {
  const own = fstatSync(file);
  if (own.uid === wanted.uid && own.gid === wanted.gid) return;
  try {
    fchownSync(file, wanted.uid, wanted.gid);
  } catch {
    // Only root may give a file away. The content is what was asked for, and that is all that can be done.
  }
}

/** The temporary file lies in the same directory, because a rename works only within one file system. */
function throughTemporaryFile(directory: string, mode: number, use: (file: number, path: string) => WriteResult): WriteResult {
  const path = join(directory, `.dockfix-${process.pid}-${crypto.randomUUID()}.tmp`);
  const file = openSync(path, 'wx', mode);
  let result: WriteResult;
  try {
    result = use(file, path);
  } finally {
    closeSync(file);
    unlinkQuietly(path);
  }
  if (result.kind === 'written') syncDirectory(directory);
  return result;
}

/** Temporary files of processes that were killed while they wrote here; one may be a second name of what it was to become. */
function removeLeftOvers(directory: string): void {
  for (const name of namesIn(directory)) {
    const [, id] = /^\.dockfix-(\d+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.exec(name) ?? [];
    if (id !== undefined && !isRunning(Number(id))) unlinkQuietly(join(directory, name));
  }
}

/** A directory may be one to write into and not to list. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function fillFile(file: number, text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) at += writeSync(file, bytes, at);
  fsyncSync(file);
}

/** A rename survives a power cut only once its directory is on the disk. Not every system can do that. */
function syncDirectory(directory: string): void {
  let file: number | undefined;
  try {
    file = openSync(directory, 'r');
    fsyncSync(file);
  } catch {
    // The file itself has been written.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** After a rename there is nothing left to remove. */
function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already.
  }
}

function lstatOrNull(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const written: WriteResult = { kind: 'written' };

function refused(code: WriteRefusal, message: string): WriteResult {
  return { kind: 'refused', code, message };
}

function changedMeanwhile(absolute: string): WriteResult {
  return refused('changed-meanwhile', `${absolute} changed after it was read`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function refusalFor(error: unknown, absolute: string): WriteResult {
  const code = codeOf(error);
  const because = error instanceof Error ? error.message : String(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return refused('read-only', `${absolute} cannot be written: ${because}`);
  return refused('failed', `${absolute} was not written: ${because}`);
}
