/** Worker threads that work on one job after another. One that ends fails the job it was at, and another takes its place. */
import { Worker } from 'node:worker_threads';

/** What a worker sends: a sign of life, or what came out of its job. */
export type Answer<Result> = { readonly kind: 'progress'; readonly done: number; readonly total: number } | { readonly kind: 'done'; readonly result: Result };

export interface PoolOptions<Job, Result> {
  /** The most workers. */
  readonly size: number;
  /** The most jobs that a worker has at once, the one it works on and those that wait for it, so that it need not wait for them. */
  readonly each: number;
  readonly start: () => Worker;
  /** What is said of a job whose worker ended. */
  readonly failed: (job: Job, why: string) => Result;
  /** From then on no job is handed out. */
  readonly isStopped: () => boolean;
  /** Heard when a job is handed out. */
  readonly onBegin: (job: Job) => void;
  /** Heard when a job is done, which may be long before its result is given. */
  readonly onDone: (job: Job, result: Result) => void;
  readonly onProgress: (job: Job, done: number, total: number) => void;
}

/** What is to be done, or what is known already. It is asked for one by one. */
export type Work<Job, Result> = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'known'; readonly result: () => Result };

/** Results that wait for an earlier one are kept; no more than this, for each worker. */
const mostWaiting = 32;

/** A job that was handed out, or will be again. */
interface Task<Job> {
  readonly job: Job;
  readonly number: number;
}

/** The results in the order of the jobs, whatever the order in which they end. */
export async function* inPool<Job, Result>(work: Iterable<Work<Job, Result>>, options: PoolOptions<Job, Result>): AsyncGenerator<Result> {
  const left = work[Symbol.iterator]();
  const tasks = new Map<Worker, Task<Job>[]>();
  /** What waited for a worker that ended. */
  const again: Task<Job>[] = [];
  const results = new Map<number, () => Result>();
  let begun = 0;
  let given = 0;
  let isExhausted = false;
  let wake = (): void => undefined;

  /** The first task of a worker has come to its end. */
  const end = (worker: Worker, result: (job: Job) => Result): void => {
    const task = tasks.get(worker)?.shift();
    if (task === undefined) return;
    results.set(task.number, () => result(task.job));
    wake();
  };

  const startWorker = (): Worker => {
    const worker = options.start();
    tasks.set(worker, []);
    let why = 'its worker ended';
    worker.on('message', (answer: Answer<Result>) => {
      const current = tasks.get(worker)?.[0];
      if (current === undefined) return;
      if (answer.kind === 'progress') return options.onProgress(current.job, answer.done, answer.total);
      options.onDone(current.job, answer.result);
      end(worker, () => answer.result);
    });
    worker.on('error', (error) => {
      why = whyEnded(error);
    });
    worker.on('exit', () => {
      end(worker, (job) => options.failed(job, why));
      again.push(...(tasks.get(worker) ?? []));
      tasks.delete(worker);
    });
    return worker;
  };

  /** The next job, where results that wait for an earlier one leave room for its own. */
  const nextTask = (): Task<Job> | null => {
    const waiting = again.shift();
    if (waiting !== undefined) return waiting;
    while (!isExhausted && begun - given < mostWaiting * options.size) {
      const next = left.next();
      if (next.done) {
        isExhausted = true;
        return null;
      }
      const number = begun;
      begun += 1;
      if (next.value.kind === 'known') {
        results.set(number, next.value.result);
        continue;
      }
      options.onBegin(next.value.job);
      return { job: next.value.job, number };
    }
    return null;
  };

  const hasRoom = (): boolean => tasks.size < options.size || [...tasks.values()].some(({ length }) => length < options.each);

  /** The worker with the fewest jobs; a new one where each has one and there may be more. */
  const freeWorker = (): Worker => {
    const [first] = [...tasks].toSorted(([, one], [, other]) => one.length - other.length);
    if (first === undefined) return startWorker();
    const [worker, waiting] = first;
    return waiting.length > 0 && tasks.size < options.size ? startWorker() : worker;
  };

  /** Gives every worker something to do. */
  const handOut = (): void => {
    while (!options.isStopped() && hasRoom()) {
      const task = nextTask();
      if (task === null) return;
      const worker = freeWorker();
      tasks.get(worker)?.push(task);
      worker.postMessage(task.job);
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
      } else if ([...tasks.values()].every(({ length }) => length === 0)) return;
      else await changed;
    }
  } finally {
    await Promise.all([...tasks.keys()].map((worker) => worker.terminate()));
  }
}

function whyEnded(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it needs more memory than a worker may take';
  return `a bug in dockfix: ${error instanceof Error ? error.message : String(error)}`;
}
