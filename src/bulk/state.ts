/**
 * What a run has done, in a file, so that a run that was cut off can go on. Its lines are JSON: what was asked for, and then
 * each repository that is done, with its report. The file goes when the run comes to its end.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

import type { RepositoryReport } from '../report/bulk.ts';
import type { Repository } from './repositories.ts';

export interface State {
  /** Repositories that were done before. */
  readonly done: number;
  readonly has: (repository: Repository) => boolean;
  /** Of one that it has; null if the file is damaged there. */
  readonly reportOf: (repository: Repository) => RepositoryReport | null;
  readonly add: (repository: Repository, report: RepositoryReport) => void;
  /** Why nothing more is kept, since the file cannot be written; null as long as it can. */
  readonly fault: () => string | null;
  /** Everything is done, or is left for another run. */
  readonly close: (isAllDone: boolean) => void;
}

interface Place {
  readonly start: number;
  readonly length: number;
}

interface Head {
  readonly dockfix: 'unfinished';
  /** A digest of what was asked for. */
  readonly request: string;
}

/**
 * Opens the state in a file, which need not exist. `request`: all that decides what is done. Of a run that asked for
 * something else nothing is taken. Throws if the file is something else, or cannot be used.
 */
export function openState(file: string, request: unknown): State {
  const descriptor = openSync(file, 'a+', 0o600);
  const head: Head = { dockfix: 'unfinished', request: digest(JSON.stringify(request)) };
  const places = new Map<string, Place>();
  let end = 0;
  let first: string | null = null;
  for (const { start, text } of linesOf(descriptor)) {
    if (first === null) first = text;
    else takeIn(text, { start, length: Buffer.byteLength(text) }, places);
    end = start + Buffer.byteLength(text) + 1;
  }
  if (!isHead(first) && fstatSync(descriptor).size > 0) {
    closeSync(descriptor);
    throw new Error(`${file} is not what a run of dockfix left`);
  }
  const isSame = first === JSON.stringify(head);
  if (!isSame) places.clear();
  ftruncateSync(descriptor, isSame ? end : 0);
  const append = (text: string): void => {
    const bytes = Buffer.from(`${text}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  };
  let fault: string | null = null;
  /** What is to be done does not depend on it. After a line that was written in part none may follow. */
  const keep = (line: Line): void => {
    if (fault !== null) return;
    try {
      append(JSON.stringify(line));
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
  };
  if (!isSame) append(JSON.stringify(head));
  return {
    done: places.size,
    has: (repository) => places.has(keyOf(repository)),
    reportOf(repository) {
      const { start, length } = places.get(keyOf(repository)) ?? { start: 0, length: 0 };
      const bytes = Buffer.alloc(length);
      for (let at = 0; at < length; ) {
        const read = readSync(descriptor, bytes, at, length - at, start + at);
        if (read === 0) throw new Error(`${file} changed meanwhile`);
        at += read;
      }
      return reportIn(bytes.toString('utf8'));
    },
    add: (repository, report) => keep({ key: keyOf(repository), report }),
    fault: () => fault,
    close(isAllDone) {
      closeSync(descriptor);
      if (isAllDone) rmSync(file, { force: true });
    },
  };
}

function reportIn(line: string): RepositoryReport | null {
  try {
    return (JSON.parse(line) as Line).report;
  } catch {
    return null;
  }
}

interface Line {
  readonly key: string;
  readonly report: RepositoryReport;
}

/** Takes in what a line says. */
function takeIn(text: string, place: Place, places: Map<string, Place>): void {
  const key = /^\{"key":"([0-9a-f]+)"/.exec(text)?.[1];
  if (key !== undefined) places.set(key, place);
}

/** The same repository, and the same of it. */
function keyOf({ root, paths, clone }: Repository): string {
  return digest(JSON.stringify([root, paths, clone?.address ?? null]));
}

function isHead(line: string | null): boolean {
  return line?.startsWith('{"dockfix":"unfinished",') ?? false;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

const pieceSize = 64 * 1024;

/** Whole lines, and where they begin. What was cut off at the end is none. */
function* linesOf(descriptor: number): Iterable<{ readonly start: number; readonly text: string }> {
  const piece = Buffer.alloc(pieceSize);
  let pending = Buffer.alloc(0);
  let start = 0;
  for (let at = 0; ; ) {
    const read = readSync(descriptor, piece, 0, pieceSize, at);
    if (read === 0) return;
    at += read;
    pending = Buffer.concat([pending, piece.subarray(0, read)]);
    for (let line = pending.indexOf(10); line >= 0; line = pending.indexOf(10)) {
      yield { start, text: pending.toString('utf8', 0, line) };
      start += line + 1;
      pending = pending.subarray(line + 1);
    }
  }
}
