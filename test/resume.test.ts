import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Repository } from '../src/bulk/repositories.ts';
import { openState } from '../src/bulk/state.ts';
import type { BulkSummary, RepositoryReport } from '../src/report/bulk.ts';
import { repositoryReport } from '../src/report/bulk.ts';
import { bundleCli, folder, git, removeTemporaryDirectories, repository, runProgram, temporaryDirectory, writeFiles } from './support/cli.ts';

const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const project = { Dockerfile: dockerfile, 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'print(1)\n', '.dockerignore': '.git\n' };
const split = ['--only', 'split-copy'];

let program = '';
beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

interface Cut {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly signal: NodeJS.Signals;
  /** What standard error says at that moment. */
  readonly at: string;
}

/** Runs the program until it says something, and then sends it a signal. Gives what it printed. */
function cutOff({ cwd, args, signal, at }: Cut): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { cwd, env: { ...process.env, HOME: cwd } });
  let out = '';
  let error = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => {
    const isNow = !error.includes(at) && (error + piece.toString()).includes(at);
    error += piece.toString();
    if (isNow) child.kill(signal);
  });
  return new Promise((resolve, reject) => child.on('close', (_, by) => (by === signal ? resolve(out) : reject(new Error(`it ended by itself: ${error}`)))));
}

/** How many repositories a state has. */
function sizeOf(state: string): number {
  return [...readFileSync(state, 'utf8').matchAll(/^\{"key":"/gm)].length;
}

interface Report {
  readonly repositories: readonly RepositoryReport[];
  readonly summary: BulkSummary;
}

/** Directories outside any repository: small, and each is one for itself. */
function many(number: number): { readonly cwd: string; readonly names: readonly string[] } {
  const names = Array.from({ length: number }, (_, index) => `r${String(index).padStart(3, '0')}`);
  const files = names.flatMap((name) => Object.entries(project).map(([path, text]) => [`${name}/${path}`, text] as const));
  return { cwd: folder(Object.fromEntries(files)), names };
}

const run = (cwd: string, args: readonly string[]): { readonly report: Report; readonly error: string } => {
  const { out, error } = runProgram(process.execPath, [program, ...args], { cwd });
  return { report: JSON.parse(out) as Report, error };
};

describe('a run that was cut off', () => {
  test.each(['SIGINT', 'SIGKILL'] as const)('goes on (%s): its report is that of the whole, and nothing is done twice', async (signal) => {
    const { cwd, names } = many(150);
    const args = ['--write', '--format', 'json', '--resume', 'state', '--jobs', '1', ...split, ...names];
    await cutOff({ cwd, args, signal, at: '[5/150]' });
    const done = sizeOf(join(cwd, 'state'));
    expect(done).toBeGreaterThanOrEqual(5);
    expect(done).toBeLessThan(150);
    // A repository that was done before is not looked at again, whatever happens to it.
    writeFiles(cwd, { 'r000/Dockerfile': dockerfile });
    const { report, error } = run(cwd, args);
    expect(error).toContain(`${done} repositories done before, when this run was cut off`);
    expect(report.repositories.map(({ path }) => path)).toEqual(names);
    // What was in work when it was killed may have been written and not noted.
    const unchanged = report.repositories.filter(({ status }) => status !== 'changed').map(({ path }) => path);
    expect(unchanged.filter((path) => path !== names[done])).toEqual([]);
    expect(report.summary).toMatchObject({ repositories: 150, notDone: 0 });
    expect(readFileSync(join(cwd, 'r000', 'Dockerfile'), 'utf8')).toBe(dockerfile);
    expect(names.slice(1).filter((name) => readFileSync(join(cwd, name, 'Dockerfile'), 'utf8') === dockerfile)).toEqual([]);
    expect(existsSync(join(cwd, 'state'))).toBe(false);
  });

  test('goes on with its clones, without an option', async () => {
    const cwd = folder({});
    const origin = repository(project);
    const names = Array.from({ length: 15 }, (_, index) => `r${index}.git`);
    for (const name of names) git(cwd, 'clone', '-q', '--bare', '--template=', origin, name);
    writeFileSync(join(cwd, 'list'), names.map((name) => `file://${cwd}/${name}\n`).join(''));
    const args = ['--repos', 'list', '--workdir', 'work', '--commit', '--author', 'A <a@example.org>', '--format', 'json', '--jobs', '1', ...split];
    await cutOff({ cwd, args, signal: 'SIGINT', at: '[2/15]' });
    expect(existsSync(join(cwd, 'work', '.unfinished'))).toBe(true);
    const { report } = run(cwd, args);
    expect(report.summary).toMatchObject({ repositories: 15, statuses: { changed: 15 }, commits: 15, notDone: 0 });
    for (const { path, commits } of report.repositories) expect(commits.map(({ id }) => `${id}\n`)).toEqual([git(join(cwd, path), 'rev-parse', 'HEAD')]);
    expect(readdirSync(join(cwd, 'work')).toSorted()).toEqual(['.partial', 'file']);
    expect(run(cwd, args).report.summary).toMatchObject({ statuses: { unchanged: 15 }, commits: 0 });
  });

  test.each([[['--resume', 'state']], [[]]])('makes the commits that are missing (%j)', async (resume) => {
    const cwd = folder({});
    const origin = repository(project);
    const names = Array.from({ length: 40 }, (_, index) => `r${String(index).padStart(2, '0')}`);
    for (const name of names) git(cwd, 'clone', '-q', '--template=', origin, name);
    const args = ['--commit', '--author', 'A <a@example.org>', '--format', 'json', ...resume, '--jobs', '1', ...split, ...names];
    await cutOff({ cwd, args, signal: 'SIGKILL', at: '[2/40]' });
    expect(run(cwd, args).report.summary).toMatchObject({ repositories: 40, statuses: { failed: 0 }, notDone: 0 });
    for (const name of names) expect([git(join(cwd, name), 'rev-list', '--count', 'HEAD'), git(join(cwd, name), 'status', '--porcelain')]).toEqual(['2\n', '']);
  });

  test('tries again what failed, and begins anew where something else is asked for', async () => {
    const { cwd, names } = many(100);
    const args = ['--dry-run', '--format', 'json', '--resume', 'state', '--jobs', '1', 'missing', ...names];
    await cutOff({ cwd, args, signal: 'SIGINT', at: '[3/101]' });
    expect(readFileSync(join(cwd, 'state'), 'utf8')).not.toContain('missing');
    const other = run(cwd, [...args, ...split]);
    expect(other.error).not.toContain('done before');
    expect(other.report.summary).toMatchObject({ repositories: 101, statuses: { changed: 100, failed: 1 } });
  });
});

describe('the file that keeps what is done', () => {
  const named = (name: string): Repository => ({ kind: 'repository', root: `/src/${name}`, shown: name, paths: [`/src/${name}`], clone: null });
  const reported = (name: string): RepositoryReport => repositoryReport(name, undefined, { files: [], errors: [], notes: [`${name}: ü — ${'x'.repeat(200_000)}`] });

  test('gives back what it was given, also after it was cut off in the middle of a line', () => {
    const file = join(temporaryDirectory(), 'state');
    const first = openState(file, { mode: 'write' });
    expect(first.done).toBe(0);
    for (const name of ['a', 'b', 'c']) first.add(named(name), reported(name));
    expect(first.reportOf).toBeInstanceOf(Function);
    first.close(false);
    appendFileSync(file, '{"key":"0123456789abcdef0123456789abcdef","report":{"path":"d"');
    const second = openState(file, { mode: 'write' });
    expect(second.done).toBe(3);
    expect(['a', 'b', 'c', 'd'].map((name) => second.has(named(name)))).toEqual([true, true, true, false]);
    expect(second.has({ ...named('a'), paths: ['/src/a/sub'] })).toBe(false);
    for (const name of ['c', 'a', 'b']) expect(second.reportOf(named(name))).toEqual(reported(name));
    second.add(named('d'), reported('d'));
    second.close(false);
    const third = openState(file, { mode: 'write' });
    expect(third.reportOf(named('d'))).toEqual(reported('d'));
    third.close(true);
    expect(existsSync(file)).toBe(false);
  });

  test('of another run gives nothing, and is begun anew', () => {
    const file = join(temporaryDirectory(), 'state');
    const first = openState(file, { mode: 'write' });
    first.add(named('a'), reported('a'));
    first.close(false);
    const second = openState(file, { mode: 'check' });
    expect([second.done, second.has(named('a'))]).toEqual([0, false]);
    second.close(false);
    expect(readFileSync(file, 'utf8').split('\n').length).toBe(2);
  });

  test('that is damaged says nothing of a repository, and something of the others', () => {
    const file = join(temporaryDirectory(), 'state');
    const first = openState(file, { mode: 'write' });
    for (const name of ['a', 'b']) first.add(named(name), reported(name));
    first.close(false);
    writeFileSync(file, readFileSync(file, 'latin1').replace('"report":', '\0\0'), 'latin1');
    const second = openState(file, { mode: 'write' });
    expect(second.reportOf(named('a'))).toBeNull();
    expect(second.reportOf(named('b'))).toEqual(reported('b'));
    second.close(true);
  });

  test('that cannot be written any longer keeps nothing from being done', () => {
    const { cwd, names } = many(40);
    // Of a process that may not write files of more than 4 kB.
    const { code, out, error } = runProgram('bash', ['-c', `trap '' XFSZ; ulimit -f 4; "${process.execPath}" "${program}" --write --resume state --format json ${split.join(' ')} ${names.join(' ')}`], { cwd });
    expect({ code, error }).toEqual({ code: 0, error: expect.stringMatching(/^note --resume: not all that was done could be kept: EFBIG/m) });
    expect((JSON.parse(out) as Report).summary.statuses).toMatchObject({ changed: 40 });
    expect(existsSync(join(cwd, 'state'))).toBe(false);
  });

  test('that is something else stays as it is', () => {
    const cwd = folder({ 'README.md': '# Mine\n', 'one-line': 'mine', ...project });
    for (const name of ['README.md', 'one-line']) {
      const before = readFileSync(join(cwd, name), 'utf8');
      expect(runProgram(process.execPath, [program, '--resume', name, '.'], { cwd })).toMatchObject({ code: 2, out: '', error: `dockfix: --resume: ${name} is not what a run of dockfix left\n` });
      expect(readFileSync(join(cwd, name), 'utf8')).toBe(before);
    }
    expect(runProgram(process.execPath, [program, '--resume', 'no/such/place', '.'], { cwd })).toMatchObject({ code: 2, out: '', error: expect.stringContaining('--resume: ENOENT') });
  });
});
