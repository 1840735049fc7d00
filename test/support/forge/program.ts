/** The real program against a forge of the tests. It runs beside the server, which is in this process. */
import { spawn } from 'node:child_process';

import { transforms } from '../../../transforms/index.ts';
import type { Usage } from '../../../src/cli/command.ts';
import { parseArguments } from '../../../src/cli/parse.ts';
import { prCommand, runPr } from '../../../src/cli/pr.ts';
import type { Clock } from '../../../src/pr/http.ts';
import { plainEnvironment, temporaryDirectory } from '../cli.ts';

export interface ProgramResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
}

export interface RunningProgram {
  readonly result: Promise<ProgramResult>;
  readonly kill: (signal?: NodeJS.Signals) => void;
}

/** Starts a program of Node.js, or of another interpreter, with nothing in its environment but what is given. */
export function startProgram(program: string, args: readonly string[], env: Readonly<Record<string, string>>, interpreter = process.execPath): RunningProgram {
  const home = temporaryDirectory();
  const child = spawn(interpreter, [program, ...args], { cwd: home, env: { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: home, ...plainEnvironment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, error] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (error += piece));
  const result = new Promise<ProgramResult>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, error }));
  });
  return { result, kill: (signal = 'SIGKILL') => void child.kill(signal) };
}

/** The same in this process, which is faster: everything but its start, and time passes only where somebody waits. */
export async function runHere(args: readonly string[], environment: Readonly<Record<string, string>>, clock: Clock = testClock()): Promise<ProgramResult> {
  let [out, error] = ['', ''];
  const stream = (take: (text: string) => void) => ({ isTerminal: false, columns: () => 80, write: (content: string | Uint8Array) => take(String(content)) });
  const parsed = await parseArguments(args, prCommand, transforms);
  if (parsed.kind !== 'values') throw new Error(`${args.join(' ')}: ${parsed.kind}`);
  const ran: Promise<0 | 1 | 2> | Usage = runPr(parsed.values, transforms, { environment, clock, output: stream((text) => (out += text)), error: stream((text) => (error += text)) });
  if ('kind' in ran) return { code: 2, signal: null, out, error: ran.message };
  return { code: await ran, signal: null, out, error };
}

export interface TestClock extends Clock {
  /** The time for all that is waited for is up. */
  readonly expire: () => void;
}

/** Starts with the real time, for what the forge says of times. */
export function testClock(): TestClock {
  const limits = new Set<AbortController>();
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    sleep: async (milliseconds) => {
      ahead += milliseconds;
    },
    limit: () => {
      const controller = new AbortController();
      limits.add(controller);
      return controller.signal;
    },
    expire: () => {
      for (const controller of limits) controller.abort(new DOMException('the time is up', 'TimeoutError'));
      limits.clear();
    },
  };
}
