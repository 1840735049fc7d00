/** Worker threads that work on one job after another. One that ends fails its job only, and another takes its place. */
import { Worker } from 'node:worker_threads';

/** What a worker sends: a sign of life, or what came out of its job. */
export type Answer<Result> = { readonly kind: 'progress'; readonly done: number; readonly total: number } | { readonly kind: 'done'; readonly result: Result };

export interface PoolOptions<Job, Result> {
  readonly size: number;
  readonly start: () => Worker;
  /** What is said of a job whose worker ended. */
  readonly failed: (job: Job, why: string) => Result;
  /** From then on no job is begun. */
  readonly isStopped: () => boolean;
  readonly onBegin: (job: Job) => void;
  /** Heard when a job is done, which may be long before its result is given. */
  readonly onDone: (job: Job, result: Result) => void;
  readonly onProgress: (job: Job, done: number, total: number) => void;
}

/** What is to be done, or what is known already. It is asked for one by one. */
export type Work<Job, Result> = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'known'; readonly result: () => Result };

/** Results that wait for an earlier one are kept; no more than this, for each worker. */
const mostWaiting = 32;

/** The results in the order of the jobs, whatever the order in which they end. */
export async function* inPool<Job, Result>(work: Iterable<Work<Job, Result>>, options: PoolOptions<Job, Result>): AsyncGenerator<Result> {
  const left = work[Symbol.iterator]();
  const idle: Worker[] = [];
  const running = new Map<Worker, { readonly job: Job; readonly number: number }>();
  const results = new Map<number, () => Result>();
  let begun = 0;
  let given = 0;
  let isExhausted = false;
  let wake = (): void => undefined;

  const end = (worker: Worker, result: (job: Job) => Result): void => {
    const current = running.get(worker);
    if (current === undefined) return;
    running.delete(worker);
    results.set(current.number, () => result(current.job));
    wake();
  };

  const startWorker = (): Worker => {
    const worker = options.start();
    let why = 'its worker ended';
    worker.on('message', (answer: Answer<Result>) => {
      const current = running.get(worker);
      if (current === undefined) return;
      if (answer.kind === 'progress') return options.onProgress(current.job, answer.done, answer.total);
      idle.push(worker);
      options.onDone(current.job, answer.result);
      end(worker, () => answer.result);
    });
    worker.on('error', (error) => {
      why = whyEnded(error);
    });
    worker.on('exit', () => {
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
      end(worker, (job) => options.failed(job, why));
    });
    return worker;
  };

  /** Gives every worker something to do. */
  const handOut = (): void => {
    while (!isExhausted && begun - given < mostWaiting * options.size && (idle.length > 0 || running.size < options.size)) {
      if (options.isStopped()) return;
      const next = left.next();
      if (next.done) {
        isExhausted = true;
        return;
      }
      const number = begun;
      begun += 1;
      if (next.value.kind === 'known') {
        results.set(number, next.value.result);
        continue;
      }
      const { job } = next.value;
      const worker = idle.pop() ?? startWorker();
      running.set(worker, { job, number });
      options.onBegin(job);
      worker.postMessage(job);
    }
  };

  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      handOut();
      const result = results.get(given);
      if (result !== undefined) {
        results.delete(given);
        given += 1;
        yield result();
      } else if (running.size === 0) return;
      else await changed;
    }
  } finally {
    await Promise.all([...idle, ...running.keys()].map((worker) => worker.terminate()));
  }
}

function whyEnded(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it needs more memory than a worker may take';
  return `a bug in dockfix: ${error instanceof Error ? error.message : String(error)}`;
}
