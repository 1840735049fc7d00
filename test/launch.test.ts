import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const launcher = join(dirname(fileURLToPath(import.meta.url)), '..', 'scripts', 'launch.cjs');
const program = "process.stdout.write(JSON.stringify({ file: require('node:path').basename(__filename), args: process.argv.slice(2) }));\n";
const expected = JSON.stringify({ file: 'dockfix.cjs', args: ['a', '--b'] });

describe('the launcher of the built command line', () => {
  let folder: string;
  const cache = (): string => join(folder, 'dockfix.cache');
  const node = (...args: string[]): { readonly status: number | null; readonly stdout: string } => spawnSync(process.execPath, args, { encoding: 'utf8' });
  const start = (): { readonly status: number | null; readonly stdout: string } => node(join(folder, 'cli.cjs'), 'a', '--b');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockfix-launch-'));
    copyFileSync(launcher, join(folder, 'cli.cjs'));
    writeFileSync(join(folder, 'dockfix.cjs'), program);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('compiles the program where nothing was kept', () => {
    rmSync(cache(), { force: true });
    expect(start()).toMatchObject({ status: 0, stdout: expected });
  });

  it('compiles it where what was kept is from another Node.js, or damaged', () => {
    writeFileSync(cache(), Buffer.alloc(4096, 7));
    expect(start()).toMatchObject({ status: 0, stdout: expected });
    writeFileSync(cache(), '');
    expect(start()).toMatchObject({ status: 0, stdout: expected });
  });

  it('takes what was kept', () => {
    rmSync(cache(), { force: true });
    const keep = `const { load, cache } = require(${JSON.stringify(join(folder, 'cli.cjs'))}); require('node:fs').writeFileSync(cache, load().script.createCachedData());`;
    expect(node('-e', keep).status).toBe(0);
    const ask = `console.log(require(${JSON.stringify(join(folder, 'cli.cjs'))}).load().script.cachedDataRejected)`;
    expect(node('-e', ask).stdout.trim()).toBe('false');
    expect(start()).toMatchObject({ status: 0, stdout: expected });
  });
});
