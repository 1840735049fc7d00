/** What a worker thread does: it works on the repositories that it is sent, one at a time. */
import { parentPort, workerData } from 'node:worker_threads';

import { transforms } from '../../transforms/index.ts';
import { endGitOnNetwork } from '../context/git.ts';
import { bugMessage } from '../open.ts';
import type { RepositoryReport } from '../report/bulk.ts';
import { failedReport } from '../report/bulk.ts';
import type { BulkRequest } from './job.ts';
import { workOn } from './job.ts';
import type { Answer } from './pool.ts';
import type { Repository } from './repositories.ts';

export interface WorkerData {
  readonly request: BulkRequest;
  /** One byte: not zero once no more is to be begun. */
  readonly stopped: SharedArrayBuffer;
}

/** Milliseconds between two signs of life, and two looks at whether the run was stopped. */
const moment = 100;

/** Ends when the thread is told to end. */
export function serve(): Promise<0> {
  const { request, stopped } = workerData as WorkerData;
  const flag = new Uint8Array(stopped);
  const port = parentPort;
  if (port === null) throw new Error('this is no worker');
  const send = (answer: Answer<RepositoryReport | null>): void => port.postMessage(answer);
  let last = Promise.resolve();
  port.on('message', (repository: Repository) => {
    last = last.then(async () => send({ kind: 'done', result: await answerTo(repository) }));
  });
  // What was cloned in part is cloned anew; nobody waits for it.
  setInterval(() => Atomics.load(flag, 0) !== 0 && endGitOnNetwork(), moment).unref();
  return new Promise((resolve) => port.on('close', () => resolve(0)));

  async function answerTo(repository: Repository): Promise<RepositoryReport | null> {
    let last = Date.now();
    const onProgress = (done: number, total: number): void => {
      if (Date.now() - last < moment) return;
      last = Date.now();
      send({ kind: 'progress', done, total });
    };
    try {
      return await workOn(repository, request, transforms, { onProgress, isStopped: () => Atomics.load(flag, 0) !== 0 });
    } catch (error) {
      return failedReport(repository.shown, repository.clone?.address, bugMessage(error));
    }
  }
}
