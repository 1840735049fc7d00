import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { describe, expect, test } from 'vitest';

import type { PoolOptions, Work } from '../src/bulk/pool.ts';
import { inPool } from '../src/bulk/pool.ts';

interface Job {
  readonly name: string;
  readonly does?: 'exit' | 'throw' | 'fill' | 'progress';
  /** Milliseconds until it is done. */
  readonly after?: number;
}

interface Result {
  readonly name: string;
  readonly threadId?: number;
  readonly why?: string;
}

const program = join(import.meta.dirname, 'support', 'worker.mjs');

function poolOf(size: number, over: Partial<PoolOptions<Job, Result>> = {}): PoolOptions<Job, Result> {
  return {
    size,
    each: 2,
    start: () => new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: 32 } }),
    failed: ({ name }, why) => ({ name, why }),
    isStopped: () => false,
    onBegin: () => undefined,
    onDone: () => undefined,
    onProgress: () => undefined,
    ...over,
  };
}

const works = (jobs: readonly Job[]): Work<Job, Result>[] => jobs.map((job) => ({ kind: 'job', job }));

async function all(work: Iterable<Work<Job, Result>>, options: PoolOptions<Job, Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  for await (const result of inPool(work, options)) results.push(result);
  return results;
}

const names = (results: readonly Result[]): string[] => results.map(({ name }) => name);

describe('a pool of workers', () => {
  test('gives results in the order of the jobs, whichever ends first', async () => {
    const jobs = [{ name: 'slow', after: 300 }, ...Array.from({ length: 20 }, (_, index) => ({ name: `${index}` }))];
    expect(names(await all(works(jobs), poolOf(2)))).toEqual(jobs.map(({ name }) => name));
  });

  test('what is known already has its place among the others', async () => {
    const known: Work<Job, Result> = { kind: 'known', result: () => ({ name: 'known' }) };
    const [first, last] = works([{ name: 'first', after: 50 }, { name: 'last' }]);
    expect(names(await all([known, ...(first ? [first] : []), known, ...(last ? [last] : []), known], poolOf(2)))).toEqual(['known', 'first', 'known', 'last', 'known']);
    expect(await all([], poolOf(2))).toEqual([]);
  });

  test.each([
    ['exit', 'its worker ended'],
    ['throw', 'a bug in dockfix: thrown on purpose'],
    ['fill', 'it needs more memory than a worker may take'],
  ] as const)('a worker that ends (%s) fails its job only, and not what waited for it', async (does, why) => {
    const results = await all(works([{ name: 'a' }, { name: 'b', does }, { name: 'c' }, { name: 'd' }]), poolOf(1));
    expect(results.map(({ name, why: said }) => [name, said])).toEqual([['a', undefined], ['b', why], ['c', undefined], ['d', undefined]]);
  });

  test('one worker after another may end', async () => {
    const results = await all(works(Array.from({ length: 6 }, (_, index) => ({ name: `${index}`, does: 'exit' }))), poolOf(2));
    expect(results.map(({ why }) => why)).toEqual(Array.from({ length: 6 }, () => 'its worker ended'));
  });

  test('no more workers than asked for, and none is started anew without need', async () => {
    let started = 0;
    const options = poolOf(3);
    const results = await all(works(Array.from({ length: 30 }, (_, index) => ({ name: `${index}` }))), { ...options, start: () => ((started += 1), options.start()) });
    expect(started).toBe(3);
    expect(new Set(results.map(({ threadId }) => threadId)).size).toBeLessThanOrEqual(3);
  });

  test('does not run far ahead of a job that takes long', async () => {
    let taken = 0;
    const options = poolOf(2);
    let takenAtFirst = 0;
    function* many(): Iterable<Work<Job, Result>> {
      for (let index = 0; index < 500; index += 1) {
        taken += 1;
        yield { kind: 'job', job: { name: `${index}`, after: index === 0 ? 1000 : 0 } };
      }
    }
    for await (const { name } of inPool(many(), options)) if (name === '0') takenAtFirst = taken;
    expect(takenAtFirst).toBeLessThan(100);
    expect(taken).toBe(500);
  });

  test('a job waits for its worker, where each may have two; whoever is free comes first', async () => {
    const jobs = [{ name: 'slow', after: 300 }, { name: 'quick' }, { name: 'behind slow' }, { name: 'behind quick' }, { name: 'last' }];
    const heard: string[] = [];
    const options = poolOf(2, { onDone: ({ name }) => heard.push(name) });
    await all(works(jobs), options);
    expect(heard).toEqual(['quick', 'behind quick', 'last', 'slow', 'behind slow']);
    heard.length = 0;
    await all(works(jobs), { ...options, each: 1 });
    expect(heard).toEqual(['quick', 'behind slow', 'behind quick', 'last', 'slow']);
  });

  test('once stopped, it begins nothing, and ends what was begun', async () => {
    let begun = 0;
    const results = await all(works(Array.from({ length: 50 }, (_, index) => ({ name: `${index}`, after: 5 }))), poolOf(2, { isStopped: () => begun >= 4, onBegin: () => (begun += 1) }));
    expect(names(results)).toEqual(['0', '1', '2', '3']);
  });

  test('says what is done as soon as it is', async () => {
    const heard: string[] = [];
    for await (const { name } of inPool(works([{ name: 'slow', after: 300 }, { name: 'quick' }, { name: 'ends', does: 'exit' }]), poolOf(2, { onDone: ({ name }) => heard.push(name) }))) heard.push(`given ${name}`);
    expect(heard).toEqual(['quick', 'slow', 'given slow', 'given quick', 'given ends']);
  });

  test('says what is in work', async () => {
    const heard: string[] = [];
    await all(works([{ name: 'a', does: 'progress' }]), poolOf(1, { onBegin: ({ name }) => heard.push(name), onProgress: ({ name }, done, total) => heard.push(`${name} ${done} of ${total}`) }));
    expect(heard).toEqual(['a', 'a 1 of 2']);
  });

  test('ends its workers when nobody wants more results', async () => {
    const started: Worker[] = [];
    const options = poolOf(2);
    const ended: Promise<unknown>[] = [];
    for await (const { name } of inPool(works(Array.from({ length: 50 }, (_, index) => ({ name: `${index}` }))), { ...options, start: () => {
      const worker = options.start();
      started.push(worker);
      ended.push(new Promise((resolve) => worker.on('exit', resolve)));
      return worker;
    } })) if (name === '3') break;
    expect(started.length).toBe(2);
    await Promise.all(ended);
  });
});
