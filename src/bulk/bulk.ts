/** A run over many repositories, in worker threads. */
import { availableParallelism, totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { RepositoryReport } from '../report/bulk.ts';
import { failedReport } from '../report/bulk.ts';
import type { BulkRequest } from './job.ts';
import type { Work } from './pool.ts';
import { inPool } from './pool.ts';
import type { NoRepository, Repository } from './repositories.ts';
import type { WorkerData } from './worker.ts';

export interface BulkRun {
  readonly repositories: readonly (Repository | NoRepository)[];
  readonly request: BulkRequest;
  /** How many repositories are worked on at once; null: one for each core. */
  readonly jobs: number | null;
  /** The program that is a worker if it is started with these words. */
  readonly worker: { readonly program: string; readonly words: readonly string[] };
  /** One byte: not zero once no more is to be begun. */
  readonly stopped: SharedArrayBuffer;
}

export interface BulkListener {
  readonly onBegin: (repository: Repository) => void;
  readonly onProgress: (repository: Repository, done: number, total: number) => void;
}

/**
 * The reports of the repositories, in their order; null for those that were begun and not finished. What was not begun
 * when the run was stopped is left out.
 */
export function runOverRepositories({ repositories, request, jobs, worker, stopped }: BulkRun, listener: BulkListener): AsyncGenerator<RepositoryReport | null> {
  const size = Math.min(jobs ?? availableParallelism(), repositories.length);
  const workerData: WorkerData = { request, stopped };
  const start = (): Worker => new Worker(worker.program, { argv: [...worker.words], execArgv: [], workerData, resourceLimits: { maxOldGenerationSizeMb: heapFor(size) } });
  const flag = new Uint8Array(stopped);
  return inPool(worksOn(repositories), { ...listener, size, start, isStopped: () => Atomics.load(flag, 0) !== 0, failed: ({ shown, clone }, why) => failedReport(shown, clone?.address, why) });
}

/** Megabytes. More than a repository of thousands of Dockerfiles takes, and no more in all than there is. */
function heapFor(workers: number): number {
  const megabytes = Math.floor((totalmem() / 1024 / 1024) * 0.75 / workers);
  return Math.min(4096, Math.max(256, megabytes));
}

function* worksOn(repositories: BulkRun['repositories']): Iterable<Work<Repository, RepositoryReport | null>> {
  for (const one of repositories) {
    if (one.kind === 'repository') yield { kind: 'job', job: one };
    else yield { kind: 'known', result: () => failedReport(one.shown, undefined, one.message, one.code) };
  }
}
