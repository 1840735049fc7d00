import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { areSeveral, repositoriesOf } from '../src/bulk/repositories.ts';
import type { BulkSummary, RepositoryReport } from '../src/report/bulk.ts';
import type { Result, Surroundings } from './support/cli.ts';
import { bundleCli, folder, removeTemporaryDirectories, repository, runProgram, writeFiles } from './support/cli.ts';
import type { Schema } from './support/json-schema.ts';
import { validate } from './support/json-schema.ts';

const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const repaired = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "app.py"]\n';
const project = { Dockerfile: dockerfile, 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'print(1)\n', '.dockerignore': '.git\n' };
const opaque = { ...project, Dockerfile: dockerfile.replace('RUN pip', 'RUN ./prepare\nRUN pip') };
const split = ['--only', 'split-copy'];

let program = '';
beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

function dockfix(args: readonly string[], surroundings: Surroundings): Result {
  return runProgram(process.execPath, [program, ...args], surroundings);
}

function read(...parts: readonly string[]): string {
  return readFileSync(join(...parts), 'utf8');
}

/** A directory with repositories in it, by name. */
function source(repositories: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const directory = folder({});
  for (const [name, files] of Object.entries(repositories)) cpSync(repository(files), join(directory, name), { recursive: true });
  return directory;
}

interface BulkReport {
  readonly repositories: readonly RepositoryReport[];
  readonly summary: BulkSummary;
}

const schema = JSON.parse(read(import.meta.dirname, '..', 'bulk.schema.json')) as Schema;

function reportOf(result: Result): BulkReport {
  const value: unknown = JSON.parse(result.out);
  expect(validate(schema, value)).toEqual([]);
  return value as BulkReport;
}

const statuses = (report: BulkReport): string[] => report.repositories.map(({ path, status }) => `${path} ${status}`);

describe('which repositories paths mean', () => {
  test('the root of a git repository, or a named directory, each once, in order', () => {
    const cwd = source({ b: project, a: { ...project, 'sub/Dockerfile': dockerfile } });
    writeFiles(cwd, { 'plain/Dockerfile': dockerfile });
    const found = repositoriesOf(cwd, ['b', 'a/sub', 'plain', 'a/Dockerfile', 'nothing'], null);
    expect(found).toMatchObject([
      { kind: 'repository', shown: 'b', root: join(cwd, 'b'), paths: [join(cwd, 'b')] },
      { kind: 'repository', shown: 'a', root: join(cwd, 'a'), paths: [join(cwd, 'a', 'sub'), join(cwd, 'a', 'Dockerfile')] },
      { kind: 'repository', shown: 'plain', root: join(cwd, 'plain') },
      { kind: 'none', shown: 'nothing' },
    ]);
  });

  test('one inside another is part of it; a loose file beside repositories holds none of them', () => {
    const cwd = source({ a: project, b: project });
    writeFiles(cwd, { 'notes.txt': '' });
    expect(repositoriesOf(cwd, ['a', '.'], null)).toMatchObject([{ shown: '.', paths: [join(cwd, 'a'), cwd] }]);
    expect(repositoriesOf(cwd, ['a', 'b', 'notes.txt'], null).map(({ shown }) => shown)).toEqual(['a', 'b', '.']);
    symlinkSync('a', join(cwd, 'link'));
    expect(repositoriesOf(cwd, ['a', 'link'], null).map(({ shown }) => shown)).toEqual(['a']);
  });

  test('several files of one repository are no run over many', () => {
    const cwd = source({ a: { ...project, 'sub/Dockerfile': dockerfile }, b: project });
    expect(areSeveral(cwd, ['a/Dockerfile', 'a/sub/Dockerfile'], null)).toBe(false);
    expect(areSeveral(cwd, ['a/Dockerfile', 'nothing'], null)).toBe(false);
    expect(areSeveral(cwd, ['a', 'b'], null)).toBe(true);
    expect(JSON.parse(dockfix(['--format', 'json', 'a/Dockerfile', 'a/sub'], { cwd }).out)).toHaveProperty('files');
    expect(JSON.parse(dockfix(['--format', 'json', 'a', 'b'], { cwd }).out)).toHaveProperty('repositories');
    expect(JSON.parse(dockfix(['--format', 'json', '--jobs', '1', 'a'], { cwd }).out)).toHaveProperty('repositories');
  });
});

describe('a run over many repositories', () => {
  test('--write changes all, says each, and ends with a table', () => {
    const cwd = source({ one: project, two: opaque, three: { 'README.md': '' }, four: { ...project, Dockerfile: repaired }, five: project });
    const result = dockfix(['--write', ...split, 'one', 'two', 'three', 'four', 'five'], { cwd });
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(read(cwd, 'one/Dockerfile')).toBe(repaired);
    expect(read(cwd, 'five/Dockerfile')).toBe(repaired);
    expect(result.error).toContain('fixed one/Dockerfile:4 split-copy (exact)');
    expect(result.error.match(/^\[\d\/5\] .*/gm)).toEqual(['[1/5] one: 1 file changed', '[2/5] two: left alone', '[3/5] three: no Dockerfile', '[4/5] four: unchanged', '[5/5] five: 1 file changed']);
    expect(result.error.slice(result.error.indexOf('\n\n') + 2)).toBe(
      [
        '                         repositories  files',
        'changed                             2      2',
        'left alone for a reason             1',
        'unchanged                           1      2',
        'skipped                             1      0',
        'failed                              0      0',
        'in all                              5      4',
        '',
        'fixes         repositories  times',
        '  split-copy             2      2',
        '',
        'left alone        repositories  times',
        '  opaque-command             1      1',
        '',
      ].join('\n'),
    );
    expect(dockfix(['--check', ...split, 'one', 'five'], { cwd }).code).toBe(0);
  });

  test('the diffs come whole, in the order of the paths, and apply where dockfix was run', () => {
    const names = Array.from({ length: 60 }, (_, index) => `r${index}`);
    const cwd = source(Object.fromEntries(names.map((name) => [name, project])));
    const result = dockfix([...split, ...names], { cwd });
    expect(result.code).toBe(0);
    expect(result.out.match(/^\+\+\+ b\/(\S+)$/gm)).toEqual(names.map((name) => `+++ b/${name}/Dockerfile`));
    expect(runProgram('git', ['apply'], { cwd, input: result.bytes })).toMatchObject({ code: 0, error: '' });
    for (const name of names) expect(read(cwd, name, 'Dockerfile')).toBe(repaired);
    expect(dockfix([...split, ...names.toReversed()], { cwd: source(Object.fromEntries(names.map((name) => [name, project]))) }).out.match(/^\+\+\+ b\/(\S+)$/gm)).toEqual(names.toReversed().map((name) => `+++ b/${name}/Dockerfile`));
  });

  test('is what a run over each alone is', () => {
    const cwd = source({ a: project, b: opaque });
    const many = reportOf(dockfix(['--format', 'json', 'a', 'b'], { cwd }));
    for (const { path, files, errors, summary } of many.repositories) expect({ version: 1, files, errors, summary }).toEqual(JSON.parse(dockfix(['--format', 'json'], { cwd: join(cwd, path) }).out));
  });

  test('the failure of one stops no other', () => {
    const cwd = source({ a: project, b: project });
    writeFiles(cwd, { 'loose.txt': 'not a Dockerfile\n' });
    const result = dockfix(['--write', ...split, '--format', 'json', 'a', 'nothing', 'loose.txt', 'b'], { cwd });
    expect(result.code).toBe(2);
    const report = reportOf(result);
    expect(statuses(report)).toEqual(['a changed', 'nothing failed', '. failed', 'b changed']);
    expect(report.repositories.map(({ errors }) => errors.map(({ code, path }) => `${code} ${path}`))).toEqual([[], ['not-found '], ['syntax loose.txt'], []]);
    expect(report.summary).toMatchObject({ repositories: 4, statuses: { changed: 2, failed: 2 }, notDone: 0, errors: { 'not-found': { count: 1, repositories: 1 }, syntax: { count: 1, repositories: 1 } }, transforms: { 'split-copy': { count: 2, repositories: 2 } } });
    expect(result.error).toContain('error nothing: no such file or directory [not-found]');
    expect(read(cwd, 'b/Dockerfile')).toBe(repaired);
  });

  test('JSON: paths and diffs are relative to the repository', () => {
    const cwd = source({ 'x/a': project, b: { 'docker/Dockerfile': dockerfile, 'docker/requirements.txt': 'flask\n' } });
    const report = reportOf(dockfix(['--format', 'json', ...split, 'x/a', 'b/docker'], { cwd }));
    expect(report.repositories.map(({ path, files }) => [path, files.map((file) => file.path)])).toEqual([['x/a', ['Dockerfile']], ['b', ['docker/Dockerfile']]]);
    for (const { path, files } of report.repositories) {
      expect(runProgram('git', ['-C', join(cwd, path), 'apply'], { cwd, input: files.map(({ diff }) => diff ?? '').join('') })).toMatchObject({ code: 0, error: '' });
    }
    expect(read(cwd, 'x/a/Dockerfile')).toBe(repaired);
  });

  test('--check exits with 1 if something would change anywhere', () => {
    const cwd = source({ a: { ...project, Dockerfile: repaired }, b: project });
    expect(dockfix(['--check', ...split, 'a', 'b'], { cwd }).code).toBe(1);
    expect(dockfix(['--check', ...split, '--jobs=2', 'a'], { cwd }).code).toBe(0);
    expect(read(cwd, 'b/Dockerfile')).toBe(dockerfile);
  });

  test('--context and --verbose mean what they mean for one', () => {
    const cwd = source({ a: { 'docker/Dockerfile': dockerfile, 'requirements.txt': 'flask\n', 'app.py': '' }, b: project });
    const report = reportOf(dockfix(['--format', 'json', ...split, '--context', 'a', 'a', 'b'], { cwd }));
    expect(report.repositories.map(({ status, files, errors }) => [status, files.map(({ context }) => context), errors.map(({ code }) => code)])).toEqual([['changed', ['.'], []], ['failed', [], ['bad-option']]]);
    expect(dockfix(['--verbose', ...split, 'a', 'b'], { cwd: source({ a: { ...project, Dockerfile: repaired }, b: project }) }).error).toContain('nothing to do a/Dockerfile');
  });

  test.each([
    [['--jobs', '0', '.'], '--jobs: "0" is not a number of repositories'],
    [['--jobs', 'many', '.'], '--jobs: "many" is not a number of repositories'],
    [['--shard', '3/2', '.'], '--shard: "3/2" is not written as 1/4'],
    [['--jobs', '2', '-'], '`-` (standard input) is one Dockerfile, not repositories'],
  ])('%j is no way to call it', (args, message) => {
    expect(dockfix(args, { cwd: folder({}) })).toMatchObject({ code: 2, out: '', error: `dockfix: ${message}\nTry dockfix --help.\n` });
  });

  test('on a terminal, a bar shows how many are done, and what is in work; at the end it is gone', () => {
    const names = Array.from({ length: 40 }, (_, index) => `r${index}`);
    const cwd = source(Object.fromEntries(names.map((name) => [name, project])));
    const { out } = runProgram('script', ['-qec', `${process.execPath} ${program} --format json ${names.join(' ')} >report.json`, '/dev/null'], { cwd, env: { TERM: 'xterm', CI: '' } });
    expect(out).toMatch(/\u001B\[K[█░]{24} \d+\/40 r\d+/);
    expect(out).not.toContain('[1/40]');
    expect(out.split('\r\u001B[K').at(-1)).toContain('would change');
    expect(JSON.parse(read(cwd, 'report.json'))).toMatchObject({ summary: { repositories: 40 } });
  });
});

describe('a run that is interrupted', () => {
  test('ends what is in work, and says what was done', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `r${index}`);
    const cwd = folder(Object.fromEntries(names.flatMap((name) => Object.entries(project).map(([path, text]) => [`${name}/${path}`, text]))));
    const child = spawn(process.execPath, [program, '--write', '--format', 'json', '--jobs', '1', ...split, ...names], { cwd });
    let out = '';
    let error = '';
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => {
      const isThird = !error.includes('[3/150]') && (error + piece.toString()).includes('[3/150]');
      error += piece.toString();
      if (isThird) child.kill('SIGINT');
    });
    const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
    expect(signal).toBe('SIGINT');
    expect(error).toContain('dockfix: finishing what is in work; once more to stop at once\n');
    const report = reportOf({ out, error, code: null, bytes: Buffer.from(out) });
    expect(report.summary.notDone).toBeGreaterThan(0);
    expect(report.repositories.length + report.summary.notDone).toBe(150);
    expect(error).toMatch(/^not done +\d+$/m);
    for (const name of names) expect(read(cwd, name, 'Dockerfile')).toBe(report.repositories.some(({ path }) => path === name) ? repaired : dockerfile);
  });
});

describe('a run whose report nobody reads to its end', () => {
  const names = Array.from({ length: 60 }, (_, index) => `r${index}`);
  const cut = (args: readonly string[], cwd: string): string => {
    runProgram('bash', ['-c', `"${process.execPath}" "${program}" ${[...args, ...split, ...names].join(' ')} 2>error | head -c 1`], { cwd });
    return read(cwd, 'error');
  };

  test('writes all that it was asked to write', () => {
    const cwd = source(Object.fromEntries(names.map((name) => [name, project])));
    expect(cut(['--write', '--format', 'json'], cwd)).toMatch(/^in all +60 +60$/m);
    for (const name of names) expect(read(cwd, name, 'Dockerfile')).toBe(repaired);
  });

  test.each(['--format json >report.json 2>error', '2>report.txt | cat >/dev/null'])('does so where the disk is full, and fails at its end (%s)', (to) => {
    const cwd = source(Object.fromEntries(names.map((name) => [name, project])));
    // Of a process that may not write files of more than 4 kB.
    const { code } = runProgram('bash', ['-o', 'pipefail', '-c', `trap '' XFSZ; ulimit -f 4; "${process.execPath}" "${program}" --write ${[...split, ...names].join(' ')} ${to}`], { cwd });
    expect(code).toBe(2);
    for (const name of names) expect(read(cwd, name, 'Dockerfile')).toBe(repaired);
  });

  test('ends early where nothing is written', () => {
    const cwd = source(Object.fromEntries(names.map((name) => [name, project])));
    expect(cut(['--format', 'json', '--jobs', '1'], cwd)).toMatch(/^not done +\d+$/m);
  });
});

test('a worker is not started from the command line', () => {
  const cwd = source({ worker: project });
  expect(dockfix(['worker'], { cwd }).out).toContain('worker/Dockerfile');
  rmSync(join(cwd, 'worker'), { recursive: true });
  expect(dockfix(['worker'], { cwd })).toMatchObject({ code: 2 });
});
