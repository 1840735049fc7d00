/** The command lines of engines: started, read, and ended when they take too long or are no longer wanted. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';

import { VerifyError } from './fault.ts';
import type { CommandRun, Output } from './outputs.ts';

/** What may end a command of the engine before it is done. */
export interface Control {
  readonly signal?: AbortSignal;
  /** Of each command; none if it is absent. */
  readonly timeoutSeconds?: number;
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What takes the output of a program instead of its being kept. */
export interface Streams {
  readonly onOutput?: (text: string) => void;
  readonly onError?: (text: string) => void;
}

/** Runs a program and waits for its end, whatever that is. */
export async function run(program: string, args: readonly string[], control: Control = {}, { onOutput, onError }: Streams = {}): Promise<Run> {
  const { status, output, stderr } = await start(program, args, control, (stream) => textOf(stream, onOutput), (stream) => textOf(stream, onError));
  return { status, stdout: output ?? '', stderr };
}

/** Seconds for a removal: engines that keep each layer as a copy of the one below it need minutes for many files. */
export const removalSeconds = 600;

/** Runs what removes something meanwhile. Nothing depends on it: what it leaves goes with its label at the end. */
export async function removeForNow(program: string, args: readonly string[]): Promise<void> {
  try {
    await run(program, args, { timeoutSeconds: removalSeconds });
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
  }
}

/** The standard output of a program that has to succeed. */
export async function runOrThrow(program: string, args: readonly string[], control: Control): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, control);
  if (status !== 0) throw failed(program, args, stderr);
  return stdout;
}

/** Lets something read the standard output of a program, which has to succeed, as it comes. */
export async function read<Result>(program: string, args: readonly string[], control: Control, reader: (stream: AsyncIterable<Buffer>) => Promise<Result>): Promise<Result> {
  const { status, output, stderr, failure } = await start(program, args, control, reader, textOf);
  if (status !== 0 || output === undefined) throw failed(program, args, stderr.trim() === '' && failure !== null ? failure.message : stderr);
  return output;
}

/** What a program prints, byte by byte; whatever its end is. */
export async function capture(program: string, args: readonly string[], control: Control): Promise<CommandRun> {
  const { status, output, stderr } = await start(program, args, control, outputOf, outputOf);
  return { exitCode: status, stdout: output ?? nothing, stderr };
}

/** The same as `run`, but nothing else goes on meanwhile, so that what takes too long is killed. */
export function runNow(program: string, args: readonly string[], timeoutSeconds = 30): Run & { readonly error: Error | undefined } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: timeoutSeconds * 1000, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] });
  return { status, stdout: stdout ?? '', stderr: stderr ?? '', error };
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

export function notInstalled(program: string): VerifyError {
  return new VerifyError('no-engine', `the program ${program} was not found`);
}

function failed(program: string, args: readonly string[], stderr: string): VerifyError {
  return new VerifyError(isDiskFull(stderr) ? 'disk-full' : 'engine-failed', `${program} ${args.join(' ')}: ${lastLine(stderr)}`);
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** Was a base image not fetched because its registry is not reached, or turns down more requests? */
export function isOutOfReach(log: string): boolean {
  return /(?:failed to resolve source metadata for|initializing source) .*(?:dial tcp|i\/o timeout|TLS handshake timeout|too ?many ?requests)/i.test(log);
}

export function isDiskFull(log: string): boolean {
  return /no space left on device|not enough space on the disk|don't have enough free space in|disk quota exceeded/i.test(log);
}

// ----------------------------------------------------------------------------------------------------------- processes

interface Ended<Result, Errors> {
  readonly status: number | null;
  /** Undefined if it could not be read. */
  readonly output: Result | undefined;
  readonly stderr: Errors;
  readonly failure: Error | null;
}

const running = new Set<ChildProcess>();

/** Milliseconds from the wish that a command ends to its being killed. */
const grace = 10_000;

async function start<Result, Errors>(
  program: string,
  args: readonly string[],
  { signal, timeoutSeconds }: Control,
  reader: (stream: AsyncIterable<Buffer>) => Promise<Result>,
  errorReader: (stream: AsyncIterable<Buffer>) => Promise<Errors>,
): Promise<Ended<Result, Errors>> {
  signal?.throwIfAborted();
  const deadline = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
  // In a group of its own: a program starts others, which have to end with it; and Ctrl-C reaches it through dockfix only.
  // Buildx is not to ask git of the context: it warns if the copy holds a part of .git, which says nothing of the build.
  const env = { ...process.env, BUILDX_GIT_INFO: 'false' };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', env });
  running.add(child);
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killGroup(child, 'SIGTERM');
    killer ??= setTimeout(() => killGroup(child, 'SIGKILL'), grace);
  };
  signal?.addEventListener('abort', stop);
  deadline?.addEventListener('abort', stop);
  try {
    const ended = new Promise<readonly [status: number | null, endedBy: NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, endedBy) => resolve([code, endedBy]));
    });
    let failure: Error | null = null;
    const reading = reader(child.stdout).catch((error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error));
      stop();
      return undefined;
    });
    const [[status, endedBy], output, stderr] = await Promise.all([ended, reading, errorReader(child.stderr)]);
    signal?.throwIfAborted();
    // Whatever its status: podman ends with 0 when it is told to end.
    if (deadline?.aborted) throw new VerifyError('timeout', `${program} ${args.slice(0, 2).join(' ')} took longer than ${timeoutSeconds} s`);
    if (endedBy !== null && failure === null) {
      // What it started goes on without it.
      killGroup(child, 'SIGKILL');
      throw new VerifyError('engine-failed', `${program} was ended by ${endedBy} while it did \`${program} ${args.find((word) => !word.startsWith('-')) ?? ''}\``);
    }
    return { status, output, stderr, failure };
  } catch (error) {
    throw isMissing(error) ? notInstalled(program) : error;
  } finally {
    running.delete(child);
    clearTimeout(killer);
    signal?.removeEventListener('abort', stop);
    deadline?.removeEventListener('abort', stop);
  }
}

/** Ends every program that still runs. */
export function killAll(): void {
  for (const child of running) killGroup(child, 'SIGKILL');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended meanwhile.
  }
}

async function textOf(stream: AsyncIterable<Buffer>, take?: (text: string) => void): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const parts: string[] = [];
  const add = take ?? ((text: string): unknown => parts.push(text));
  for await (const chunk of stream) add(decoder.write(chunk));
  add(decoder.end());
  return parts.join('');
}

/** UTF-16 units, of which each is a byte. */
const longestOutput = 1024 ** 2;

async function outputOf(stream: AsyncIterable<Buffer>): Promise<Output> {
  const hash = createHash('sha1');
  let text = '';
  for await (const chunk of stream) {
    hash.update(chunk);
    if (text.length < longestOutput) text = (text + chunk.toString('latin1')).slice(0, longestOutput);
  }
  return { text, hash: hash.digest('hex') };
}

/** Of what was ended before it came to print. */
export const nothing: Output = { text: '', hash: '' };
