/**
 * A second thread for a run over many projects of one root. The run does them from the first one on, the helper from the
 * last one on; where they meet all are done. Both read the same files, so nothing may be written meanwhile.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';

import { transforms as allTransforms } from '../transforms/index.ts';
import { optimiseLater } from './compiling.ts';
import { realPath } from './context/disk.ts';
import { openTargets } from './open.ts';
import type { Transform } from './plan/transform.ts';
import type { FileReport, RunError } from './report/report.ts';
import type { RunRequest, Sink } from './run.ts';
import { repair } from './run.ts';

/** The program that is a helper if it is started with these words. */
export interface HelperProgram {
  readonly program: string;
  readonly words: readonly string[];
}

/** What was said of a project, in order. */
type Said = readonly Saying[];

type Saying =
  | { readonly kind: 'file'; readonly report: FileReport }
  | { readonly kind: 'error'; readonly error: RunError }
  | { readonly kind: 'note' | 'detail'; readonly message: string };

interface HelperData {
  readonly request: RunRequest;
  /** The ids of the transforms. */
  readonly transforms: readonly string[];
  /** How many projects were taken, by either of the two. */
  readonly taken: SharedArrayBuffer;
}

/** A project that the helper did, by its place among `of`. It sends one after the other, and null at its end. */
interface Done {
  readonly at: number;
  readonly of: number;
  readonly said: Said;
}

export interface Helper {
  /** Is the next project for whoever asks? False once all are taken. */
  readonly take: (of: number) => boolean;
  /** Says what the helper had to say of a project; false if it did not do it. */
  readonly say: (at: number, of: number, sink: Sink) => Promise<boolean>;
}

/** Null where it might read what was just written. */
export async function startHelper({ program, words }: HelperProgram, request: RunRequest, transforms: readonly Transform[]): Promise<Helper | null> {
  if (request.mode === 'write') return null;
  await optimiseLater();
  const taken = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const data: HelperData = { request, transforms: transforms.map(({ id }) => id), taken };
  // A link to the program, as npm makes, has no name by which Node.js knows what it is.
  const worker = new Worker(realPath(program) ?? program, { argv: [...words], execArgv: [], workerData: data });
  const done = new Map<number, Done>();
  const ended = new Promise<void>((resolve) => {
    worker.on('message', (one: Done | null) => (one === null ? resolve() : done.set(one.at, one)));
    // What it did not do because of a fault is done without it.
    worker.on('error', () => resolve());
    worker.on('exit', () => resolve());
  });
  // From then on nothing waits for it.
  void ended.then(() => worker.unref());
  return {
    take: (of) => takeOne(taken, of),
    async say(at, of, sink) {
      await ended;
      const one = done.get(at);
      if (one?.of !== of) return false;
      for (const saying of one.said) tell(saying, sink);
      return true;
    },
  };
}

function takeOne(taken: SharedArrayBuffer, of: number): boolean {
  return Atomics.add(new Int32Array(taken), 0, 1) < of;
}

function tell(saying: Saying, sink: Sink): void {
  if (saying.kind === 'file') sink.file(saying.report);
  else if (saying.kind === 'error') sink.error(saying.error);
  else sink[saying.kind](saying.message);
}

/** What the helper does: the last projects, as long as there are some that nobody has taken. */
export async function serveAsHelper(): Promise<0> {
  const { request, transforms, taken } = workerData as HelperData;
  let said: Saying[] = [];
  const sink: Sink = {
    file: (report) => said.push({ kind: 'file', report }),
    error: (error) => said.push({ kind: 'error', error }),
    note: (message) => said.push({ kind: 'note', message }),
    detail: (message) => said.push({ kind: 'detail', message }),
    progress: () => undefined,
  };
  const chosen = allTransforms.filter(({ id }) => transforms.includes(id));
  for await (const { projects, target, naming } of openTargets(request, sink)) {
    const pending = [...projects];
    const of = pending.length;
    while (takeOne(taken, of)) {
      const one = pending.pop();
      if (one === undefined) break;
      said = [];
      repair(one, { target, naming, request, transforms: chosen, sink });
      parentPort?.postMessage({ at: pending.length, of, said } satisfies Done);
    }
  }
  parentPort?.postMessage(null);
  return 0;
}
