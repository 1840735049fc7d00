import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { wrapped } from '../scripts/bundle.mjs';

const launcher = join(dirname(fileURLToPath(import.meta.url)), '..', 'scripts', 'launch.cjs');
const program = "process.stdout.write(JSON.stringify({ file: require('node:path').basename(__filename), args: process.argv.slice(2), part: require('./part.cjs').name(), once: require('./part.cjs') === require('./part.cjs') }));\n";
const part = "exports.name = () => require('node:path').basename(__filename);\n";
const expected = JSON.stringify({ file: 'cli.cjs', args: ['a', '--b'], part: 'part.cjs', once: true });

describe('the launcher of the built command line', () => {
  let folder: string;
  const inFolder = (name: string): string => join(folder, 'program', name);
  const node = (...args: string[]): { readonly status: number | null; readonly stdout: string } => spawnSync(process.execPath, args, { encoding: 'utf8' });
  const start = (): { readonly status: number | null; readonly stdout: string } => node(join(folder, 'cli.cjs'), 'a', '--b');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockfix-launch-'));
    copyFileSync(launcher, join(folder, 'cli.cjs'));
    mkdirSync(join(folder, 'program'));
    writeFileSync(inFolder('cli.cjs'), wrapped(program));
    writeFileSync(inFolder('part.cjs'), wrapped(part));
  });
  beforeEach(() => {
    for (const name of ['cli.cache', 'part.cache']) rmSync(inFolder(name), { force: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('compiles the scripts where nothing was kept', () => {
    expect(start()).toMatchObject({ status: 0, stdout: expected });
  });

  it.each(['cli.cache', 'part.cache'])('compiles them where %s is from another Node.js, or damaged', (name) => {
    for (const content of [Buffer.alloc(4096, 7), '']) {
      writeFileSync(inFolder(name), content);
      expect(start()).toMatchObject({ status: 0, stdout: expected });
    }
  });

  it('leaves scripts that Node.js can load by itself', () => {
    expect(node(inFolder('cli.cjs'), 'a', '--b')).toMatchObject({ status: 0, stdout: expected });
  });

  it('takes what was kept of each', () => {
    const requireLauncher = `require(${JSON.stringify(join(folder, 'cli.cjs'))})`;
    const keep = `const { cacheOf, compiled, directory, run, running } = ${requireLauncher}; run('cli.cjs', compiled('cli.cjs')); for (const [name, { script }] of running) require('node:fs').writeFileSync(cacheOf(require('node:path').join(directory, name)), script.createCachedData());`;
    expect(node('-e', keep).status).toBe(0);
    const ask = `const { compiled } = ${requireLauncher}; console.log(compiled('cli.cjs').cachedDataRejected, compiled('part.cjs').cachedDataRejected)`;
    expect(node('-e', ask).stdout.trim()).toBe('false false');
    expect(start()).toMatchObject({ status: 0, stdout: expected });
  });
});
