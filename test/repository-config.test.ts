import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Result } from './support/cli.ts';
import { bundleCli, commitAll, folder, removeTemporaryDirectories, repository, runProgram } from './support/cli.ts';

const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const shop = { 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'print(1)\n', '.dockerignore': '.git\n' };
const project = { Dockerfile: dockerfile, ...shop };

let program = '';
beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

function dockfix(cwd: string, ...args: readonly string[]): Result {
  return runProgram(process.execPath, [program, ...args], { cwd });
}

interface Said {
  readonly files: readonly { readonly path: string; readonly status: string; readonly message?: string; readonly fixes: readonly { readonly transform: string }[]; readonly refusals: readonly { readonly reason: string; readonly level: string; readonly line: number; readonly message: string }[] }[];
  readonly errors: readonly { readonly path: string; readonly code: string; readonly message: string; readonly line?: number }[];
}

function json(cwd: string, ...args: readonly string[]): Said {
  return JSON.parse(dockfix(cwd, '--format', 'json', ...args).out) as Said;
}

const fixesOf = ({ files }: Said): readonly string[] => files.flatMap(({ fixes }) => fixes.map(({ transform }) => transform));

describe('dockfix.json counts for every command', () => {
  const withConfig = (config: object, files: object = project): string => repository({ ...files, 'dockfix.json': `${JSON.stringify(config, null, 2)}\n` });

  test('a transform that is switched off is off, whatever is asked for', () => {
    expect(fixesOf(json(withConfig({})))).toContain('split-copy');
    const skip = withConfig({ transforms: { skip: ['split-copy', 'dockerignore'] } });
    expect(fixesOf(json(skip))).toEqual([]);
    expect(dockfix(skip, '--check').code).toBe(0);
    expect(dockfix(skip, '--write').code).toBe(0);
    expect(readFileSync(join(skip, 'Dockerfile'), 'utf8')).toBe(dockerfile);
    expect(fixesOf(json(skip, '--only', 'split-copy'))).toEqual([]);
    expect(fixesOf(json(withConfig({ transforms: { only: ['alpine-to-slim'] } })))).toEqual([]);
    expect(fixesOf(json(withConfig({ transforms: { only: ['split-copy'] } })))).toEqual(['split-copy']);
  });

  test('explain, impact and a Dockerfile from standard input, too', () => {
    const changed = (cwd: string): string => {
      writeFileSync(join(cwd, 'app.py'), 'print(2)\n');
      commitAll(cwd, 'second');
      return cwd;
    };
    const cwd = changed(withConfig({ transforms: { skip: ['split-copy', 'dockerignore'] } }));
    expect(dockfix(cwd, 'explain').out).not.toContain('dockfix can fix');
    expect(dockfix(cwd, 'explain', '--format', 'json').out).not.toContain('"transform": "split-copy"');
    expect(JSON.parse(dockfix(cwd, 'impact', '--format', 'json').out)).toMatchObject({ dockerfiles: [{ changed: false }] });
    expect(runProgram(process.execPath, [program, '-'], { cwd, input: dockerfile })).toMatchObject({ code: 0, out: dockerfile });
    const without = changed(withConfig({}));
    expect(JSON.parse(dockfix(without, 'impact', '--format', 'json').out)).toMatchObject({ dockerfiles: [{ changed: true }] });
    expect(runProgram(process.execPath, [program, '-'], { cwd: without, input: dockerfile }).out).not.toBe(dockerfile);
  });

  test('each of many repositories has its own', () => {
    const cwd = folder({});
    const one = withConfig({ transforms: { skip: ['split-copy', 'dockerignore'] } });
    const other = withConfig({ transforms: { only: ['split-copy'] } });
    const report = JSON.parse(dockfix(cwd, '--format', 'json', one, other).out) as { readonly repositories: readonly { readonly files: Said['files'] }[] };
    const found = report.repositories.map(({ files }) => fixesOf({ files, errors: [] }));
    expect(found.toSorted((a, b) => a.length - b.length)).toEqual([[], ['split-copy']]);
  });

  test('paths that are left out are said to be, and stay right all the same', () => {
    const files = { 'Dockerfile': dockerfile, 'legacy/Dockerfile': dockerfile, 'legacy/requirements.txt': 'flask==3.0.0\n', 'legacy/app.py': '', ...shop };
    const cwd = withConfig({ ignorePaths: ['legacy/**'] }, files);
    const said = json(cwd, '--only', 'split-copy');
    expect(said.files.map(({ path, status }) => [path, status])).toEqual([['legacy/Dockerfile', 'skipped'], ['Dockerfile', 'changed']]);
    expect(said.files[0]?.message).toContain('dockfix.json');
    expect(dockfix(cwd, 'legacy/Dockerfile').error).toContain('left out by dockfix.json');
    expect(runProgram(process.execPath, [program, '-', '--stdin-filename', 'legacy/Dockerfile'], { cwd, input: dockerfile })).toMatchObject({ code: 0, out: dockerfile });
  });

  test('options of the repository hold unless the command line says another value', () => {
    const files = { ...project, Dockerfile: dockerfile.replace('python:3.12-slim', 'python:3.12-alpine'), 'requirements.txt': 'flask==3.0.0\n' };
    const cwd = withConfig({ transforms: { only: ['alpine-to-slim'] }, options: { 'alpine-to-slim': { when: 'reason' } } }, files);
    const plain = repository({ ...files, 'dockfix.json': '{}' });
    expect(fixesOf(json(cwd))).toEqual(fixesOf(json(plain, '--only', 'alpine-to-slim', '--option', 'alpine-to-slim.when=reason')));
    expect(fixesOf(json(cwd, '--option', 'alpine-to-slim.when=always'))).toEqual(fixesOf(json(plain, '--only', 'alpine-to-slim', '--option', 'alpine-to-slim.when=always')));
  });

  test('a file that is wrong is an error with its line, and nothing is changed', () => {
    const cwd = repository({ ...project, 'dockfix.json': '{\n  "transforms": {\n    "skip": ["split-cpoy"]\n  }\n}\n' });
    const written = dockfix(cwd, '--write');
    expect(written).toMatchObject({ code: 2 });
    expect(written.error).toMatch(/dockfix\.json:3.*there is no transform "split-cpoy"/);
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(dockerfile);
    const said = json(cwd);
    expect(said.errors).toEqual([{ path: 'dockfix.json', code: 'bad-config', line: 3, message: expect.stringContaining('split-cpoy') as string }]);
    expect(said.files).toMatchObject([{ path: 'Dockerfile', status: 'skipped' }]);
    for (const command of ['explain', 'impact']) expect(dockfix(cwd, command)).toMatchObject({ code: 2, error: expect.stringContaining('dockfix.json:3') as string });
    expect(dockfix(repository({ ...project, 'dockfix.json': '{\n"enabled": true,\n' })).error).toMatch(/dockfix\.json:3.*not JSON/);
  });

  test('dockfix switched off as a whole', () => {
    const cwd = withConfig({ enabled: false });
    expect(fixesOf(json(cwd))).toEqual([]);
    expect(dockfix(cwd).error).toContain('dockfix.json switches dockfix off');
  });
});

describe('comments that keep transforms away', () => {
  const faults = (comment: string, ...args: readonly string[]): readonly string[] => {
    const cwd = repository({ ...project, Dockerfile: dockerfile.replace('RUN pip', `${comment}\nRUN pip`) });
    const run = dockfix(cwd, '--check', ...args);
    expect([0, 1]).toContain(run.code);
    return json(cwd, ...args).files.flatMap(({ refusals }) => refusals.filter(({ reason }) => reason === 'suppression').map(({ level, line, message }) => `${level} ${line} ${message}`));
  };

  test('one that is of use is not spoken of', () => {
    expect(faults('# dockfix-ignore split-copy: as in the workshop')).toEqual([]);
    expect(faults('# dockfix-ignore')).toEqual([]);
    expect(faults('# dockfix-ignore-file split-copy')).toEqual([]);
  });

  test('a name that no transform has', () => {
    expect(faults('# dockfix-ignore split-copies: why')).toEqual([expect.stringMatching(/^warning 4 .*there is not: split-copies \(did you mean split-copy\?\)/)]);
    expect(faults('# dockfix-ignore because it is slow')).toEqual([expect.stringContaining('because')]);
    expect(faults('# dockfix-ignore-file copy-split')).toEqual([expect.stringContaining('copy-split')]);
  });

  test('one that keeps nothing away', () => {
    expect(faults('# dockfix-ignore wheel-packages: why')).toEqual([expect.stringContaining('keeps nothing away from the instruction below it')]);
    expect(faults('# dockfix-ignore-file wheel-packages')).toEqual([expect.stringContaining('keeps nothing away in this Dockerfile')]);
    expect(faults('# dockfix-ignore split-copy, wheel-packages')).toEqual([expect.stringContaining('keeps wheel-packages from nothing')]);
    expect(faults('# dockfix-ignore split-copy\n')).toEqual([expect.stringContaining('keeps nothing away')]);
  });

  test('nothing is known of transforms that did not run', () => {
    expect(faults('# dockfix-ignore wheel-packages: why', '--only', 'split-copy')).toEqual([]);
    expect(faults('# dockfix-ignore-file', '--only', 'wheel-packages')).toEqual([]);
  });

  test('one that is written in another way is said not to count', () => {
    for (const comment of ['# dockfix-ignore SplitCopy', '# dockfix:ignore split-copy', '# dockfix-disable split-copy', '# dockfix-ignore-next-line split_copy']) {
      expect(faults(comment)).toEqual([expect.stringContaining('is not understood and keeps nothing away')]);
    }
  });

  test('the text says it, and the exit code stays', () => {
    const cwd = repository({ ...project, Dockerfile: `# dockfix-ignore-file split-copies\n${dockerfile}` });
    const run = dockfix(cwd);
    expect(run).toMatchObject({ code: 0 });
    expect(run.error).toContain('Dockerfile:1 dockfix [suppression]');
  });
});
