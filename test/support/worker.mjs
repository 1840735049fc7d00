/** A worker for the tests of the pool: does what its jobs say, one after the other. */
import { setTimeout } from 'node:timers/promises';
import { parentPort, threadId } from 'node:worker_threads';

let last = Promise.resolve();
parentPort.on('message', (job) => {
  last = last.then(() => work(job));
});

async function work({ name, does, after = 0 }) {
  if (does === 'exit') process.exit(3);
  if (does === 'throw') throw new Error('thrown on purpose');
  if (does === 'fill') {
    const all = [];
    for (;;) all.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
  }
  if (does === 'progress') parentPort.postMessage({ kind: 'progress', done: 1, total: 2 });
  await setTimeout(after);
  parentPort.postMessage({ kind: 'done', result: { name, threadId } });
}
