/** A run over many repositories, in worker threads. */
import { availableParallelism, totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';

import { inlineNothing, many, optimiseLater } from '../compiling.ts';
import { once } from '../remember.ts';
import type { RepositoryReport } from '../report/bulk.ts';
import { failedReport } from '../report/bulk.ts';
import type { BulkRequest } from './job.ts';
import type { Work } from './pool.ts';
import { inPool } from './pool.ts';
import type { NoRepository, Repository } from './repositories.ts';
import type { State } from './state.ts';
import type { WorkerData } from './worker.ts';

export interface BulkRun {
  readonly repositories: readonly (Repository | NoRepository)[];
  readonly request: BulkRequest;
  /** How many repositories are worked on at once; null: one for each core. */
  readonly jobs: number | null;
  /** What was done before, which is not done again; null where nothing is kept. */
  readonly state: State | null;
  /** The program that is a worker if it is started with these words. */
  readonly worker: { readonly program: string; readonly words: readonly string[] };
  /** One byte: not zero once no more is to be begun. */
  readonly stopped: SharedArrayBuffer;
}

export interface BulkListener {
  readonly onBegin: (repository: Repository) => void;
  readonly onProgress: (repository: Repository, done: number, total: number) => void;
  /** Its report comes when those before it have come. */
  readonly onEnd: (repository: Repository) => void;
}

/**
 * The reports of the repositories, in their order; null for those that were begun and not finished. What was not begun
 * when the run was stopped is left out.
 */
export function runOverRepositories({ repositories, request, jobs, state, worker, stopped }: BulkRun, listener: BulkListener): AsyncGenerator<RepositoryReport | null> {
  const size = Math.min(jobs ?? availableParallelism(), repositories.length);
  const workerData: WorkerData = { request, stopped };
  const start = (): Worker => new Worker(worker.program, { argv: [...worker.words], execArgv: [], workerData, resourceLimits: { maxOldGenerationSizeMb: heapFor(size) } });
  const flag = new Uint8Array(stopped);
  const compileLess = once(async () => {
    if (repositories.length < many) return;
    await inlineNothing();
    if (size >= availableParallelism()) await optimiseLater();
  });
  const onDone = (repository: Repository, report: RepositoryReport | null): void => {
    void compileLess();
    listener.onEnd(repository);
    // What failed is tried again.
    if (report !== null && report.status !== 'failed') state?.add(repository, report);
  };
  // Behind one that is being cloned none should wait.
  const each = request.workdir === null ? 2 : 1;
  return inPool(worksOn(repositories, state), { ...listener, size, each, start, onDone, isStopped: () => Atomics.load(flag, 0) !== 0, failed: ({ shown, clone }, why) => failedReport(shown, clone?.address, why) });
}

/** Megabytes. More than a repository of thousands of Dockerfiles takes, and no more in all than there is. */
function heapFor(workers: number): number {
  const megabytes = Math.floor((totalmem() / 1024 / 1024) * 0.75 / workers);
  return Math.min(4096, Math.max(256, megabytes));
}

const damaged = 'what an earlier run kept of it (--resume) is damaged; the next run does it again';

function* worksOn(repositories: BulkRun['repositories'], state: State | null): Iterable<Work<Repository, RepositoryReport | null>> {
  for (const one of repositories) {
    if (one.kind === 'repository' && state?.has(one)) yield { kind: 'known', result: () => state.reportOf(one) ?? failedReport(one.shown, one.clone?.address, damaged) };
    else if (one.kind === 'repository') yield { kind: 'job', job: one };
    else yield { kind: 'known', result: () => failedReport(one.shown, undefined, one.message, one.code) };
  }
}
