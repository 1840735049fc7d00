#!/usr/bin/env node
/**
 * The golden run: a hash over what dockfix says of all attacks and fixtures (fixes, texts, refusals), each through its own
 * transform and through all together, and once more with all that is remembered between steps and builds switched off.
 * test/golden.txt holds the answers; a change that alters some on purpose writes it anew and says so.
 *
 *   npm run golden               fails where an answer is another one, and names the case
 *   npm run golden -- --update   writes test/golden.txt
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const goldenFile = 'test/golden.txt';

/** Where something is kept for the next time, and the same text without that. */
const memories = [
  ['src/remember.ts', 'if (before) return before.result;', ''],
  ['src/build/memory.ts', 'return variables.size === 0 &&', 'return false &&'],
  ['src/build/symbolic-build.ts', 'const like = before?.build === build &&', 'const like = false &&'],
  ['src/plan/verify.ts', 'const known = kept.known.get(key) ??', 'const known ='],
];

if (isMainThread) await main();
else await answerCases();

async function main() {
  const { build } = await import('esbuild');
  const { common, root } = await import('./bundle.mjs');
  process.chdir(root);
  const scratch = mkdtempSync(join(tmpdir(), 'dockfix-golden-'));
  try {
    const bundle = async (name, plugins) => {
      const outfile = join(scratch, name);
      await build({ ...common, entryPoints: ['test/support/golden.ts'], outfile, format: 'esm', plugins, banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } });
      return outfile;
    };
    const [usual, forgetful] = await Promise.all([bundle('usual.mjs', []), bundle('forgetful.mjs', [forgetting(root)])]);
    const { goldenCases } = await import(pathToFileURL(usual));
    const cases = goldenCases();
    const answers = await answered(usual, cases);
    const unaided = await answered(forgetful, cases);
    report(cases, answers, unaided, process.argv.includes('--update'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function forgetting(root) {
  return {
    name: 'forgetting',
    setup({ onLoad }) {
      for (const [path, kept, without] of memories) {
        onLoad({ filter: new RegExp(`${path.replaceAll('.', '\\.')}$`) }, () => {
          const text = readFileSync(join(root, path), 'utf8');
          if (text.split(kept).length !== 2) throw new Error(`golden: ${path} does not hold \`${kept}\` once: scripts/golden.mjs cannot switch its memory off`);
          return { contents: text.replace(kept, without), loader: 'ts' };
        });
      }
    },
  };
}

/** The hash of each case's answer by the case's name, worked out on all cores. */
async function answered(bundle, cases) {
  const hashes = new Map();
  let next = 0;
  const work = () => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: bundle });
    const more = () => worker.postMessage(next < cases.length ? cases[next++] : null);
    worker.on('message', ({ name, hash }) => {
      hashes.set(name, hash);
      more();
    });
    worker.on('error', reject);
    worker.on('exit', resolve);
    more();
  });
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return hashes;
}

async function answerCases() {
  const { goldenAnswer } = await import(pathToFileURL(workerData));
  parentPort.on('message', async (name) => {
    if (name === null) parentPort.close();
    else parentPort.postMessage(await goldenAnswer(name));
  });
}

function report(cases, answers, unaided, update) {
  const forgotten = cases.filter((name) => unaided.get(name) !== answers.get(name));
  const lines = cases.map((name) => `${answers.get(name)} ${name}\n`);
  const hash = createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16);
  if (update) writeFileSync(goldenFile, lines.join(''));
  const known = new Map((existsSync(goldenFile) ? readFileSync(goldenFile, 'utf8') : '').split('\n').map((line) => [line.slice(13), line.slice(0, 12)]));
  known.delete('');
  const others = [...new Set([...cases, ...known.keys()])].filter((name) => known.get(name) !== answers.get(name));
  for (const name of forgotten) console.log(`golden: without memory another answer: ${name}`);
  for (const name of others) console.log(`golden: ${!known.has(name) ? 'new' : !answers.has(name) ? 'gone' : 'another answer'}: ${name}`);
  const failed = forgotten.length + others.length;
  console.log(`golden: ${hash} over ${cases.length} cases${failed === 0 ? '' : `, ${failed} differ from ${goldenFile} or without memory`}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
