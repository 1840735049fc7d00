/** A copy of what a build reads, so that nothing is built from the working tree, nor written there. */
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { constants, copyFile, lutimes, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

import type { Path } from '../types.ts';
import type { ContextFile } from './expected.ts';
import { VerifyError } from './fault.ts';

export interface CopyRequest {
  /** Absolute. */
  readonly root: string;
  /** Where the copy goes: an empty directory. */
  readonly to: string;
  /** The build context, relative to the root, and other files that the build reads. */
  readonly context: Path;
  readonly files: readonly Path[];
  /** Is the path of the context (and for a directory all that is in it) sent by no build? */
  readonly isHidden: (path: Path, kind: 'file' | 'directory') => boolean;
  readonly signal?: AbortSignal;
}

/** Bytes and entries; a context that is larger is rather a missing ignore file than something to copy. */
export const limits = { bytes: 4 * 1024 ** 3, entries: 500_000 };

/**
 * Copies the context and the files to the same paths below `to`: with modes and times, links as links. What the ignore
 * files hide is left out, and so are pipes, sockets and devices.
 */
export async function copyContext(request: CopyRequest): Promise<void> {
  const { root, to, context, files } = request;
  try {
    await copyDirectory(request, tally(request.signal), '', join(root, context), join(to, context));
    for (const file of files) if (fileIn(to, file) === null) await copyNamed(join(root, file), join(to, file));
  } catch (error) {
    throw copyFault(error, root);
  }
}

/** Where the disk for the copy is full, an error that says so; else the same error. */
export function diskFault(error: unknown): unknown {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT' ? new VerifyError('disk-full', 'the disk that holds temporary files is full (TMPDIR names another directory)') : error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function copyFault(error: unknown, root: string): unknown {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT') return new VerifyError('not-verifiable', `the build context cannot be copied: ${String(error instanceof Error ? error.message : error).replace(`${root}${sep}`, '')}`);
  return error;
}

/** Counts what is copied, and throws where it is too much or no longer wanted. */
function tally(signal: AbortSignal | undefined): (bytes: number) => void {
  let [bytes, entries] = [0, 0];
  return (more) => {
    signal?.throwIfAborted();
    bytes += more;
    entries += 1;
    const excess = bytes > limits.bytes ? `${limits.bytes / 1024 ** 3} GB` : entries > limits.entries ? `${limits.entries} files` : null;
    if (excess !== null) throw new VerifyError('not-verifiable', `the build context holds more than ${excess}, which dockfix does not copy: hide what the image does not need in an ignore file`);
  };
}

/** `path`: in the context, and so relative to it. Names that are not valid UTF-8 are copied as well. */
async function copyDirectory(request: CopyRequest, count: (bytes: number) => void, path: Path, from: string | Buffer, to: string | Buffer): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true, encoding: 'buffer' })) {
    const name = entry.name.toString('utf8');
    const inContext = path === '' ? name : `${path}/${name}`;
    if (request.isHidden(inContext, entry.isDirectory() ? 'directory' : 'file')) continue;
    const [source, copy] = [below(from, entry.name), below(to, entry.name)];
    if (entry.isDirectory()) {
      count(0);
      await copyDirectory(request, count, inContext, source, copy);
    } else await copyEntry(entry, count, source, copy);
  }
  // Last, because a directory may be read-only. Its own time is no part of a cache key.
  chmodSync(to, (await stat(from)).mode & 0o7777);
}

async function copyEntry(entry: Dirent<Buffer>, count: (bytes: number) => void, from: Buffer, to: Buffer): Promise<void> {
  if (entry.isSymbolicLink()) {
    count(0);
    await symlink(await readlink(from, 'buffer'), to);
  } else if (entry.isFile()) {
    const { size, atime, mtime } = await stat(from);
    count(size);
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await lutimes(to, atime, mtime);
  }
}

function below(directory: string | Buffer, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(directory), Buffer.from(sep), name]);
}

/** A link is followed: it may lead to what is not copied. */
async function copyNamed(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  rmSync(to, { force: true });
  await copyFile(from, to);
}

/** Where a file of the copy lies, links followed; null if there is none, or if a link leads out of the copy. */
function fileIn(copy: string, path: Path): string | null {
  try {
    const real = realpathSync.native(join(copy, path));
    return real.startsWith(`${realpathSync.native(copy)}${sep}`) && lstatSync(real).isFile() ? real : null;
  } catch {
    return null;
  }
}

/** What a path of the copied context holds; null for nothing. */
export function contextFileIn(directory: string): (path: Path) => ContextFile | null {
  return (path) => {
    try {
      const at = join(directory, path);
      const status = lstatSync(at);
      if (status.isDirectory()) return { type: 'dir', hash: '' };
      if (status.isSymbolicLink()) return { type: 'symlink', hash: readlinkSync(at) };
      return status.isFile() ? { type: 'file', hash: hashOfFile(at) } : null;
    } catch {
      return null;
    }
  };
}

function hashOfFile(path: string): string {
  const hash = createHash('sha1');
  const buffer = Buffer.alloc(1024 * 1024);
  const file = openSync(path, 'r');
  try {
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) hash.update(buffer.subarray(0, length));
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}

/** As it stands in `ImageFile`. */
export function hashOfText(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** Writes texts into the copy, and gives what puts it back as it was. */
export function writeTexts(copy: string, texts: ReadonlyMap<Path, string>): () => void {
  const undo = [...texts].map(([path, text]) => replaceContent(copy, path, () => Buffer.from(text)));
  return () => {
    for (const one of undo.toReversed()) one();
  };
}

/** Appends to a file of the copy, and gives what puts it back. */
export function appendText(copy: string, path: Path, text: string): () => void {
  return replaceContent(copy, path, (before) => Buffer.concat([before ?? Buffer.alloc(0), Buffer.from(text)]));
}

/** What a link leads to is changed, as `--write` does it; one that leads out of the copy gives way to a file. */
function replaceContent(copy: string, path: Path, change: (before: Buffer | null) => Buffer): () => void {
  const real = fileIn(copy, path);
  if (real !== null) {
    const before = readFileSync(real);
    writeForced(real, change(before));
    return () => writeForced(real, before);
  }
  const at = join(copy, path);
  const link = linkAt(at);
  rmSync(at, { force: true });
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, change(null));
  return () => {
    rmSync(at);
    if (link !== null) symlinkSync(link, at);
  };
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Also into a file that is read-only, whose mode stays. */
function writeForced(file: string, content: Buffer): void {
  const mode = lstatSync(file).mode & 0o7777;
  chmodSync(file, mode | 0o600);
  writeFileSync(file, content);
  chmodSync(file, mode);
}

/** Removes a directory, also where it holds directories that are read-only. */
export function removeDirectory(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    makeWritable(directory);
    rmSync(directory, { recursive: true, force: true });
  }
}

function makeWritable(directory: string): void {
  chmodSync(directory, 0o700);
  for (const entry of readdirSync(directory, { withFileTypes: true })) if (entry.isDirectory()) makeWritable(join(directory, entry.name));
}
