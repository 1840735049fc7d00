import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { many } from '../src/compiling.ts';
import type { HelperProgram } from '../src/helper.ts';
import { startHelper } from '../src/helper.ts';
import { helperWord } from '../src/cli/command.ts';
import { once } from '../src/remember.ts';
import type { RunRequest, Sink } from '../src/run.ts';
import { run } from '../src/run.ts';
import { transforms } from '../transforms/index.ts';
import { bundleCli, folder, git, removeTemporaryDirectories, repository, runProgram, temporaryDirectory } from './support/cli.ts';

const number = many + 20;
const dockerfiles = ['FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n', 'FROM python:3.12-slim\nCOPY app.py /app/\n', 'FROM {{ base }}\n', 'FROM python:3.12-slim\nCOPY nowhere/ /app/\nRUN pip install flask\n'];

let program = '';
let root = '';
beforeAll(async () => {
  program = await bundleCli();
  const names = Array.from({ length: number }, (_, index) => `p${String(index).padStart(3, '0')}`);
  root = repository(Object.fromEntries(names.flatMap((name, index) => [[`${name}/Dockerfile`, dockerfiles[index % dockerfiles.length] ?? ''], [`${name}/requirements.txt`, 'flask==3.0.0\n'], [`${name}/app.py`, 'print(1)\n']])));
});
afterAll(removeTemporaryDirectories);

interface Asked {
  readonly helper?: HelperProgram;
  readonly mode?: RunRequest['mode'];
  /** Below the root. */
  readonly from?: string;
}

function requestOf({ mode = 'dry-run', from = 'p000' }: Asked): RunRequest {
  return { cwd: join(root, from), paths: [root], context: null, mode, unsafe: false, settings: new Map() };
}

/** What is said, in order; but for progress, which is about the time that it takes. */
function listener(): { readonly sink: Sink; readonly said: unknown[] } {
  const said: unknown[] = [];
  const note = (one: unknown): void => void said.push(one);
  return { said, sink: { file: note, error: note, note, detail: note, progress: () => undefined } };
}

async function saidBy(asked: Asked): Promise<readonly unknown[]> {
  const { said, sink } = listener();
  await run(requestOf(asked), transforms, sink, asked.helper ?? null);
  return said;
}

/** Lets no time pass here but for other threads, until a file is there. */
function waitFor(path: string): void {
  const start = Date.now();
  while (!existsSync(path)) {
    if (Date.now() - start > 20_000) throw new Error(`${path} does not come`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}

/** A script that leaves a mark where it was started, and goes on as told. */
function script(text: string): { readonly helper: HelperProgram; readonly mark: string } {
  const mark = join(temporaryDirectory(), 'started');
  const path = join(folder({ 'helper.cjs': `const { writeFileSync } = require('node:fs');\nconst { parentPort, workerData } = require('node:worker_threads');\nwriteFileSync(${JSON.stringify(mark)}, '');\n${text}\n` }), 'helper.cjs');
  return { helper: { program: path, words: [helperWord] }, mark };
}

test('a helper changes nothing of what is said', async () => {
  const alone = await saidBy({});
  expect(alone.length).toBeGreaterThan(number);
  const atEnd = join(temporaryDirectory(), 'done');
  const { helper, mark } = script(`const send = parentPort.postMessage.bind(parentPort);
parentPort.postMessage = (message) => {
  if (message === null) writeFileSync(${JSON.stringify(atEnd)}, '');
  send(message);
};
require('node:module')._load(${JSON.stringify(program)}, null, true);`);
  const { said, sink } = listener();
  // The first project lasts until the helper has done all others.
  const waitOnce = once(() => waitFor(atEnd));
  const waiting: Sink = {
    ...sink,
    progress: () => waitOnce(),
  };
  await run(requestOf({}), transforms, waiting, helper);
  expect(said).toEqual(alone);
  expect(existsSync(mark)).toBe(true);
});

test('the command line says what a run without one says', async () => {
  const { out } = runProgram(process.execPath, [program, '--format', 'json', '.'], { cwd: root });
  expect((JSON.parse(out) as { files: readonly object[] }).files).toEqual(JSON.parse(JSON.stringify(await saidBy({ from: '' }))));
});

test('what it says of a project is said when that one is asked for; of other projects nothing is', async () => {
  const { helper } = script("parentPort.postMessage({ at: 2, of: 3, said: [{ kind: 'note', message: 'of the third' }] });\nparentPort.postMessage({ at: 1, of: 4, said: [] });\nparentPort.postMessage(null);");
  const started = await startHelper(helper, requestOf({}), transforms);
  const { said, sink } = listener();
  expect([started?.take(2), started?.take(2), started?.take(2)]).toEqual([true, true, false]);
  expect([await started?.say(0, 3, sink), await started?.say(1, 3, sink), await started?.say(2, 3, sink)]).toEqual([false, false, true]);
  expect(said).toEqual(['of the third']);
});

test.each([
  ['that fails at once', "throw new Error('no');"],
  ['that takes projects, and ends', 'Atomics.add(new Int32Array(workerData.taken), 0, 20);'],
  ['that takes projects, and fails', "Atomics.add(new Int32Array(workerData.taken), 0, 20);\nthrow new Error('no');"],
])('one %s is as none', async (_, text) => {
  expect(await saidBy({ helper: script(text).helper })).toEqual(await saidBy({}));
});

test('one that is not there is as none', async () => {
  expect(await saidBy({ helper: { program: join(root, 'nothing.mjs'), words: [] } })).toEqual(await saidBy({}));
});

test('nobody helps where files are written', async () => {
  const { helper, mark } = script('');
  expect(await startHelper(helper, requestOf({ mode: 'write' }), transforms)).toBeNull();
  await saidBy({ helper, mode: 'write' });
  git(root, 'checkout', '-q', '.');
  git(root, 'clean', '-qfd');
  expect(existsSync(mark)).toBe(false);
});

test('V8 is told nothing that it does not know: it would say so on standard error', () => {
  const { error } = runProgram(program, ['--dry-run', '.'], { cwd: root });
  expect(error).not.toMatch(/flag|Error:/);
});
