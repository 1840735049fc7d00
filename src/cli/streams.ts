/**
 * Standard output and standard error. Making the streams of Node.js takes as long as reading a Dockerfile, so only a
 * terminal gets them; files and pipes are written to directly, and everything is written when `write` returns.
 */
import { fstatSync, statSync, writeSync } from 'node:fs';

export interface OutputStream {
  readonly isTerminal: boolean;
  /** Of a terminal. */
  readonly columns: () => number;
  readonly write: (content: string | Uint8Array) => void;
}

export const standardOutput: OutputStream = streamOn(1, () => process.stdout);
export const standardError: OutputStream = streamOn(2, () => process.stderr);

function streamOn(descriptor: 1 | 2, ofNode: () => NodeJS.WriteStream): OutputStream {
  const terminal = mayBeTerminal(descriptor) && ofNode().isTTY ? ofNode() : null;
  terminal?.on('error', (error) => failed(descriptor, error));
  return {
    isTerminal: terminal !== null,
    columns: () => terminal?.columns || 80,
    write: terminal === null ? (content) => writeAll(descriptor, content) : (content) => void terminal.write(content),
  };
}

/** Files, pipes, sockets and the null device are none; elsewhere than on Linux and macOS that is for Node.js to say. */
function mayBeTerminal(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return found.isCharacterDevice() && found.rdev !== statSync('/dev/null').rdev;
  } catch {
    return true;
  }
}

function writeAll(descriptor: 1 | 2, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') return failed(descriptor, error);
      pause();
    }
  }
}

/** Milliseconds until a pipe that does not wait for its reader is tried again. */
const moment = 5;

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, moment);
}

let isFull = false;

/** Could something not be printed, for another reason than that nobody reads it? */
export function couldNotPrint(): boolean {
  return isFull;
}

let onUnprinted = (): void => process.exit(isFull ? 2 : undefined);

/** What is done, each time that something is printed, once it cannot be printed, or nobody reads standard output. By itself dockfix ends. */
export function whenUnprinted(then: () => void): void {
  onUnprinted = then;
}

/**
 * `dockfix | head` closes standard output before everything is printed; that is no failure of dockfix. A full disk is
 * one, and is said once. Where nobody reads standard error, what standard output gets is still of use.
 */
function failed(descriptor: 1 | 2, error: unknown): void {
  const nobodyReads = codeOf(error) === 'EPIPE';
  if (nobodyReads && descriptor === 2) return;
  const isNews = !nobodyReads && !isFull;
  isFull ||= !nobodyReads;
  if (isNews && descriptor === 1) standardError.write(`dockfix: standard output cannot be written: ${error instanceof Error ? error.message : String(error)}\n`);
  onUnprinted();
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
