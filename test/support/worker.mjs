/** A worker for the tests of the pool: does what its job says. */
import { parentPort, threadId } from 'node:worker_threads';

parentPort.on('message', ({ name, does, after = 0 }) => {
  if (does === 'exit') process.exit(3);
  if (does === 'throw') throw new Error('thrown on purpose');
  if (does === 'fill') {
    const all = [];
    for (;;) all.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
  }
  if (does === 'progress') parentPort.postMessage({ kind: 'progress', done: 1, total: 2 });
  setTimeout(() => parentPort.postMessage({ kind: 'done', result: { name, threadId } }), after);
});
