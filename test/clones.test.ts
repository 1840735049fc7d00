import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readList } from '../src/bulk/repositories.ts';
import type { BulkSummary, RepositoryReport } from '../src/report/bulk.ts';
import type { Result } from './support/cli.ts';
import { bundleCli, commitAll, folder, git, processesIn, removeTemporaryDirectories, repository, runProgram, writeFiles } from './support/cli.ts';

const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const project = { Dockerfile: dockerfile, 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'print(1)\n', '.dockerignore': '.git\n' };
const split = ['--only', 'split-copy'];

let program = '';
beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

/** A run over a list, which is standard input, with clones in `work`. */
function over(cwd: string, list: readonly string[], args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Result {
  return runProgram(process.execPath, [program, '--repos', '-', '--workdir', 'work', '--format', 'json', ...split, ...args], { cwd, input: `${list.join('\n')}\n`, env });
}

function reportOf({ out, error }: Result): { readonly repositories: readonly RepositoryReport[]; readonly summary: BulkSummary } {
  if (out === '') throw new Error(error);
  return JSON.parse(out) as ReturnType<typeof reportOf>;
}

const outcomes = (result: Result): string[] => reportOf(result).repositories.map(({ path, status, errors }) => [path, status, ...errors.map(({ code, message }) => `${code}: ${message}`)].join(' '));
const addressOf = (directory: string): string => `file://${directory}`;
const cloneOf = (cwd: string, directory: string): string => join(cwd, 'work', 'file', directory);

/** All files below a directory, as one text. */
function everything(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter((entry) => entry.isFile()).map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`).join('\n');
}

describe('a list of repositories', () => {
  test('paths and addresses, one a line, with comments', () => {
    const list = readList('\uFEFF# all of ours\r\n/srv/a\r\n\r\n  https://host/x/y  \n# https://host/z\nssh://git@host/x/z.git\nhttps://host/x/y\nhttps://host/x/z\nhttps://host/x\nhttps://host/x/y/w\n--exec=x\nhttps://token@host/x/y.git/\nfile:///x/v\nfile:///x/v.git\n');
    expect(list.paths).toEqual(['/srv/a']);
    expect(list.clones.map(({ directory }) => directory)).toEqual(['host/x/y', 'host/x/z', 'file/x/v']);
    expect(list.faults).toEqual([
      { line: 8, message: 'its clone would be in the place of that of ssh://git@host/x/z.git' },
      { line: 9, message: 'its clone would be in the place of that of ssh://git@host/x/z.git' },
      { line: 10, message: 'its clone would be in the place of that of https://host/x/y' },
      { line: 11, message: 'it begins with a dash; write ./ before a path' },
      { line: 14, message: 'its clone would be in the place of that of file:///x/v' },
    ]);
  });

  test('is a file or standard input; paths in it are from the current directory, and others may be named', () => {
    const cwd = folder({});
    for (const name of ['a', 'b']) writeFiles(join(cwd, name), project);
    writeFiles(cwd, { 'lists/mine.txt': '# mine\na\n' });
    const run = (...args: readonly string[]): Result => runProgram(process.execPath, [program, '--format', 'json', ...split, ...args], { cwd, input: 'b\n' });
    expect(outcomes(run('--repos', 'lists/mine.txt'))).toEqual(['a changed']);
    expect(outcomes(run('--repos', '-'))).toEqual(['b changed']);
    expect(outcomes(run('--repos', '-', 'a'))).toEqual(['a changed', 'b changed']);
    expect(run('--repos', 'nothing.txt')).toMatchObject({ code: 2, out: '', error: expect.stringContaining('--repos') });
  });

  test('a line that cannot be used fails, and stops no other', () => {
    const cwd = folder({});
    const origin = repository(project);
    const result = over(cwd, ['ext::sh -c "touch ran"', addressOf(origin), '--upload-pack=touch ran', 'ssh://-oProxyCommand=touch%20ran/x', addressOf(join(cwd, 'missing'))]);
    expect(result.code).toBe(2);
    expect(outcomes(result)).toEqual([
      '-:1 failed bad-option: it names a remote helper; only addresses of https, ssh, git and file are cloned',
      '-:3 failed bad-option: it begins with a dash; write ./ before a path',
      '-:4 failed bad-option: its host is no name',
      `${join('work', 'file', origin)} changed`,
      expect.stringMatching(/missing failed clone-failed: .+/),
    ]);
    expect(existsSync(join(cwd, 'ran'))).toBe(false);
    expect(readdirSync(join(cwd, 'work', '.partial'))).toEqual([]);
  });

  test('what is cloned is not named by its path as well', () => {
    const [origin, second] = [repository(project), repository(project)];
    const cwd = folder({ 'a/README.md': '' });
    const place = join('work', 'file', origin);
    const message = (other: string): string => `${place} failed bad-option: the clone of ${addressOf(origin)} would share files with ${other}, which is named itself`;
    over(cwd, [addressOf(origin)]);
    expect(outcomes(over(cwd, ['a', place, addressOf(origin), addressOf(second)]))).toEqual(['a skipped', `${place} changed`, message(place), expect.stringMatching(/ changed$/)]);
    expect(outcomes(over(cwd, ['work', addressOf(origin)]))).toEqual([expect.stringMatching(/^work /), message('work')]);
  });

  test.each([
    [['--workdir', 'x', '.'], '--workdir is for the addresses of --repos'],
    [['--repos', 'list', '-'], '`-` (standard input) is one Dockerfile, not repositories'],
  ])('%j is no way to call it', (args, message) => {
    expect(runProgram(process.execPath, [program, ...args], { cwd: folder({ list: '' }) })).toMatchObject({ code: 2, error: `dockfix: ${message}\nTry dockfix --help.\n` });
  });

  test('addresses need a directory', () => {
    const result = runProgram(process.execPath, [program, '--repos', 'list'], { cwd: folder({ list: 'https://user:s3cret@host/a/b\n' }) });
    expect(result).toMatchObject({ code: 2, error: 'dockfix: --repos: https://host/a/b is an address: --workdir DIR says where it is cloned to\n' });
  });
});

describe('a clone', () => {
  test('is shallow, of one branch, without tags, and reported with its address', () => {
    const cwd = folder({});
    const origin = repository(project);
    writeFiles(origin, { 'more.txt': '' });
    commitAll(origin, 'second');
    git(origin, 'tag', 'v1');
    git(origin, 'branch', 'other');
    const result = over(cwd, [addressOf(origin)]);
    expect(reportOf(result).repositories).toMatchObject([{ address: addressOf(origin), status: 'changed', notes: [], errors: [] }]);
    const clone = cloneOf(cwd, origin);
    expect(git(clone, 'rev-list', '--count', 'HEAD')).toBe('1\n');
    expect(git(clone, 'for-each-ref', '--format=%(refname)').split('\n').filter((ref) => ref !== '').toSorted()).toEqual(['refs/heads/main', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main']);
    expect(git(clone, 'status', '--porcelain')).toBe('');
  });

  test('runs nothing of the repository or for it: no hooks, no filters, no templates, no submodules', () => {
    const cwd = folder({});
    const ran = join(cwd, 'ran');
    const hook = `#!/bin/sh\necho $0 >>${ran}\n`;
    for (const name of ['post-checkout', 'reference-transaction', 'post-index-change', 'post-merge']) {
      writeFiles(cwd, { [`template/hooks/${name}`]: hook, [`hooks/${name}`]: hook });
      for (const directory of ['template/hooks', 'hooks']) chmodSync(join(cwd, directory, name), 0o755);
    }
    writeFiles(cwd, { filter: hook });
    chmodSync(join(cwd, 'filter'), 0o755);
    const commands = `\tsmudge = ${cwd}/filter\n\tclean = ${cwd}/filter\n\trequired = true\n`;
    writeFiles(cwd, { '.gitconfig': `[init]\n\ttemplateDir = ${cwd}/template\n[core]\n\thooksPath = ${cwd}/hooks\n\tfsmonitor = ${cwd}/filter\n[filter "lfs"]\n${commands}[filter "any"]\n${commands}[submodule]\n\trecurse = true\n[protocol "file"]\n\tallow = always\n` });
    const inner = repository({ Dockerfile: dockerfile, 'requirements.txt': 'x\n' });
    const origin = repository({ ...project, '.gitattributes': '*.bin filter=lfs\n*.txt filter=any\n', 'big.bin': 'pointer\n' });
    git(origin, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'inner');
    commitAll(origin, 'with a submodule');
    // Twice: cloned, and updated.
    for (const more of ['one', 'two']) {
      writeFiles(origin, { 'more.txt': more });
      commitAll(origin, more);
      expect(outcomes(over(cwd, [addressOf(origin)]))).toEqual([expect.stringMatching(/ changed$/)]);
      const clone = cloneOf(cwd, origin);
      expect(readFileSync(join(clone, 'more.txt'), 'utf8')).toBe(more);
      expect(readFileSync(join(clone, 'big.bin'), 'utf8')).toBe('pointer\n');
      expect(readdirSync(join(clone, 'inner'))).toEqual([]);
      expect(existsSync(join(clone, '.git', 'hooks'))).toBe(false);
    }
    expect(existsSync(ran) ? readFileSync(ran, 'utf8') : '').toBe('');
  });

  test('credentials of an address go by the environment of git, and stay nowhere', () => {
    const cwd = folder({});
    const origin = repository(project);
    const path = process.env['PATH'] ?? '';
    const real = path.split(':').map((directory) => join(directory, 'git')).find(existsSync) ?? '';
    writeFiles(cwd, { 'bin/git': `#!/bin/sh\necho "$@" >>${cwd}/words\nenv | grep GIT_CONFIG >>${cwd}/variables\nexec ${real} "$@"\n`, '.gitconfig': `[url "file:///"]\n\tinsteadOf = https://host/\n` });
    chmodSync(join(cwd, 'bin', 'git'), 0o755);
    const env = { PATH: `${join(cwd, 'bin')}:${path}`, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'kept' };
    const result = over(cwd, [`https://user:s3cret@host${origin}`], [], env);
    expect(reportOf(result).repositories).toMatchObject([{ address: `https://host${origin}`, status: 'changed' }]);
    const words = readFileSync(join(cwd, 'words'), 'utf8');
    expect(words).toContain(` clone --quiet --depth=1 --single-branch --no-tags --no-recurse-submodules --no-checkout --template= --origin=origin -- https://host${origin} `);
    const variables = readFileSync(join(cwd, 'variables'), 'utf8');
    expect(variables).toContain(`GIT_CONFIG_KEY_1=http.https://host${origin}.extraHeader\n`);
    expect(variables).toContain(`GIT_CONFIG_VALUE_1=Authorization: Basic ${btoa('user:s3cret')}\n`);
    expect(variables).toContain(`GIT_CONFIG_KEY_2=http.https://host${origin}.followRedirects\n`);
    expect(variables).toContain('GIT_CONFIG_VALUE_0=kept\n');
    for (const secret of ['s3cret', btoa('user:s3cret')]) for (const text of [words, result.out, result.error, everything(join(cwd, 'work'))]) expect(text).not.toContain(secret);
    expect(git(join(cwd, 'work', 'host', origin), 'config', 'remote.origin.url')).toBe(`https://host${origin}\n`);
  });

  test('credentials that the other host says again are hidden', () => {
    const cwd = folder({});
    writeFiles(cwd, { 'bin/git': '#!/bin/sh\necho "fatal: remote error: $GIT_CONFIG_VALUE_0 is user:p%ss@ or p%25ss%40" >&2\nexit 128\n' });
    chmodSync(join(cwd, 'bin', 'git'), 0o755);
    const message = (address: string): string => outcomes(over(cwd, [address], [], { PATH: join(cwd, 'bin') })).join('').replace(/^.*clone-failed: /, '');
    expect(message('https://user:p%25ss%40@host/o/r')).toBe('remote error: Authorization: [hidden] is [hidden] or [hidden]');
    expect(message('https://p%25ss%40@host/o/r')).toBe('remote error: Authorization: [hidden] is user:[hidden] or [hidden]');
  });

  test('of a repository without commits is empty', () => {
    const cwd = folder({});
    const origin = folder({});
    git(origin, 'init', '-q', '-b', 'main');
    expect(outcomes(over(cwd, [addressOf(origin)]))).toEqual([expect.stringMatching(/ skipped$/)]);
    expect(outcomes(over(cwd, [addressOf(origin)]))).toEqual([expect.stringMatching(/ skipped$/)]);
  });

  test('is updated where nobody has worked in it', () => {
    const cwd = folder({});
    const origin = repository({ 'README.md': '' });
    expect(outcomes(over(cwd, [addressOf(origin)]))).toEqual([expect.stringMatching(/ skipped$/)]);
    writeFiles(origin, project);
    commitAll(origin, 'second');
    expect(outcomes(over(cwd, [addressOf(origin)]))).toEqual([expect.stringMatching(/ changed$/)]);
    expect(git(cloneOf(cwd, origin), 'rev-parse', 'HEAD')).toBe(git(origin, 'rev-parse', 'HEAD'));
    git(origin, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--amend', '-m', 'history is rewritten');
    expect(reportOf(over(cwd, [addressOf(origin)])).repositories).toMatchObject([{ notes: [], status: 'changed' }]);
    expect(git(cloneOf(cwd, origin), 'rev-parse', 'HEAD')).toBe(git(origin, 'rev-parse', 'HEAD'));
  });

  test('is updated later where that came to its end between what is fetched and the files', () => {
    const cwd = folder({});
    const origin = repository(project);
    over(cwd, [addressOf(origin)]);
    writeFiles(origin, { 'more.txt': '' });
    commitAll(origin, 'second');
    const clone = cloneOf(cwd, origin);
    writeFiles(clone, { '.git/index.lock': '' });
    expect(outcomes(over(cwd, [addressOf(origin)]))).toEqual([expect.stringMatching(/ failed clone-failed: .*index\.lock/)]);
    rmSync(join(clone, '.git', 'index.lock'));
    expect(git(clone, 'rev-parse', 'HEAD')).not.toBe(git(clone, 'rev-parse', 'origin/main'));
    expect(reportOf(over(cwd, [addressOf(origin)])).repositories).toMatchObject([{ status: 'changed', notes: [] }]);
    expect(git(clone, 'rev-parse', 'HEAD')).toBe(git(origin, 'rev-parse', 'HEAD'));
    expect(git(clone, 'status', '--porcelain')).toBe('');
  });

  test.each([['and the old one is gone', 'main'], ['and the old one stays', 'other']])('follows the default branch where that is another one, %s', (_, gone) => {
    const cwd = folder({});
    const origin = repository(project);
    git(origin, 'branch', 'other');
    over(cwd, [addressOf(origin)]);
    git(origin, 'checkout', '-q', '-b', 'team/trunk');
    git(origin, 'branch', '-q', '-D', gone);
    writeFiles(origin, { 'more.txt': '' });
    git(origin, 'rm', '-q', 'app.py');
    commitAll(origin, 'second');
    expect(reportOf(over(cwd, [addressOf(origin)])).repositories).toMatchObject([{ status: 'changed', notes: ['the default branch is team/trunk now'] }]);
    const clone = cloneOf(cwd, origin);
    expect(git(clone, 'status', '--porcelain', '--branch')).toBe('## team/trunk...origin/team/trunk\n');
    expect(git(clone, 'rev-parse', 'HEAD')).toBe(git(origin, 'rev-parse', 'HEAD'));
    writeFiles(origin, { 'more.txt': 'more' });
    commitAll(origin, 'third');
    expect(reportOf(over(cwd, [addressOf(origin)])).repositories).toMatchObject([{ status: 'changed', notes: [] }]);
    expect(git(clone, 'rev-parse', 'HEAD')).toBe(git(origin, 'rev-parse', 'HEAD'));
  });

  test('keeps a branch of its own that has the name of the new default branch', () => {
    const cwd = folder({});
    const origin = repository(project);
    over(cwd, [addressOf(origin)]);
    const clone = cloneOf(cwd, origin);
    git(clone, 'branch', 'trunk');
    git(origin, 'branch', '-q', '-m', 'trunk');
    const note = 'the clone is taken as it is, not updated: the default branch is trunk now, and it has one of its own of that name';
    expect(reportOf(over(cwd, [addressOf(origin)])).repositories).toMatchObject([{ status: 'changed', notes: [note] }]);
    expect(git(clone, 'status', '--porcelain', '--branch')).toMatch(/^## main/);
  });

  test('with changes or commits of its own is taken as it is', () => {
    const cwd = folder({});
    const origin = repository(project);
    expect(outcomes(over(cwd, [addressOf(origin)], ['--write']))).toEqual([expect.stringMatching(/ changed$/)]);
    writeFiles(origin, { 'more.txt': '' });
    commitAll(origin, 'second');
    const again = over(cwd, [addressOf(origin)], ['--write']);
    expect(reportOf(again).repositories).toMatchObject([{ status: 'unchanged', notes: ['the clone is taken as it is, not updated: it has changes'] }]);
    const clone = cloneOf(cwd, origin);
    expect(existsSync(join(clone, 'more.txt'))).toBe(false);
    commitAll(clone, 'repaired');
    expect(reportOf(over(cwd, [addressOf(origin)])).repositories).toMatchObject([{ status: 'unchanged', notes: ['the clone is taken as it is, not updated: it has commits of its own, or none'] }]);
    writeFiles(clone, { 'untracked.txt': 'mine' });
    expect(over(cwd, [addressOf(origin)], ['--format', 'text']).error).toContain(`note work/file${origin}: the clone is taken as it is, not updated: it has commits of its own, or none\n`);
    expect(outcomes(over(cwd, [addressOf(origin)], ['--write']))).toEqual([expect.stringMatching(/ unchanged$/)]);
    expect(readFileSync(join(clone, 'untracked.txt'), 'utf8')).toBe('mine');
  });

  test('is not made in a place that holds something else', () => {
    const cwd = folder({});
    const [one, other] = [repository(project), repository(project)];
    const place = cloneOf(cwd, one);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'mine.txt'), '');
    expect(outcomes(over(cwd, [addressOf(one)]))).toEqual([expect.stringContaining('exists and is no clone')]);
    over(cwd, [addressOf(other)]);
    expect(outcomes(over(cwd, [`${addressOf(other)}/`]))).toEqual([expect.stringMatching(/ changed$/)]);
    git(cloneOf(cwd, other), 'remote', 'set-url', 'origin', 'https://host/x');
    expect(outcomes(over(cwd, [addressOf(other)]))).toEqual([expect.stringContaining('is a clone of another address')]);
    const elsewhere = folder({});
    mkdirSync(join(cwd, 'work', 'host'));
    symlinkSync(elsewhere, join(cwd, 'work', 'host', 'owner'));
    expect(outcomes(over(cwd, ['git://host/owner/name']))).toEqual([expect.stringContaining('is behind a symbolic link')]);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('what was left of one that was cut off is made anew', () => {
    const cwd = folder({});
    const origin = repository(project);
    const partial = join(cwd, 'work', '.partial');
    const name = createHash('sha256').update(`file${origin}`).digest('hex').slice(0, 16);
    writeFiles(partial, { [`${name}/.git/HEAD`]: '', [`${name}/junk`]: '' });
    expect(outcomes(over(cwd, [addressOf(origin)]))).toEqual([expect.stringMatching(/ changed$/)]);
    expect(readdirSync(partial)).toEqual([]);
    expect(git(cloneOf(cwd, origin), 'status', '--porcelain')).toBe('');
  });
});

describe.skipIf(!existsSync('/proc'))('nothing goes on without dockfix', () => {
  /** Runs dockfix over repositories of a host that gives no answer, until `end` has ended it; gives how, and what it printed. */
  async function unanswered(cwd: string, args: readonly string[], paths: readonly string[], end: (child: ChildProcessWithoutNullStreams, silent: Server) => void): Promise<{ readonly out: string; readonly signal: unknown }> {
    const silent = createServer();
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as AddressInfo;
    const list = [...paths, ...[1, 2, 3].map((index) => `git://127.0.0.1:${port}/o/r${index}`)];
    const child = spawn(process.execPath, [program, '--repos', '-', '--workdir', 'work', '--format', 'json', ...args, ...split], { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd } });
    let out = '';
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
    child.stdin.end(list.join('\n'));
    end(child, silent);
    const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
    silent.close();
    await expect.poll(() => processesIn(cwd)).toEqual([]);
    return { out, signal };
  }

  test('where a signal ends it', async () => {
    const { out, signal } = await unanswered(folder({}), ['--jobs', '1'], [], (child, silent) => void silent.once('connection', () => child.kill('SIGINT')));
    expect(signal).toBe('SIGINT');
    expect(JSON.parse(out)).toMatchObject({ repositories: [], summary: { notDone: 3 } });
  });

  test('where nobody reads what it prints', async () => {
    // Long enough in work for others to be cloned.
    const cwd = folder(Object.fromEntries(Array.from({ length: 30 }, (_, index) => Object.entries(project).map(([path, text]) => [`a/${index}/${path}`, text] as const)).flat()));
    expect((await unanswered(cwd, ['--jobs', '2'], ['a'], (child) => void child.stdout.once('data', () => child.stdout.destroy()))).signal).toBeNull();
  });
});

test('in shards each repository is done once, and the same ones wherever they are cloned to', () => {
  const cwd = folder({});
  const origins = ['a', 'b', 'c', 'd', 'e', 'f'].map(() => repository(project));
  writeFiles(cwd, Object.fromEntries(['p', 'r', 's'].flatMap((name) => Object.entries(project).map(([path, text]) => [`${name}/${path}`, text]))));
  const list = [...origins.map(addressOf), 'p', 'r', 's'];
  const namesOf = (shard: string, args: readonly string[] = []): string[] => reportOf(over(cwd, list, ['--shard', shard, ...args])).repositories.map(({ path, address }) => address ?? path);
  const parts = [namesOf('1/3'), namesOf('2/3'), namesOf('3/3')];
  expect(parts.flat().toSorted()).toEqual(list.toSorted());
  expect(parts.map((part) => part.filter((name) => !name.includes('/')))).toEqual([['p'], ['s'], ['r']]);
  expect(namesOf('2/3', ['--workdir', 'elsewhere'])).toEqual(parts[1]);
});

describe('uncommitted changes', () => {
  test('in the files that would be written keep a repository of a list as it is', () => {
    const cwd = repository({ 'README.md': '' });
    for (const name of ['clean', 'changed', 'elsewhere', 'staged', 'untracked']) {
      const directory = repository(project);
      runProgram('cp', ['-r', directory, join(cwd, name)], { cwd });
    }
    writeFiles(join(cwd, 'changed'), { Dockerfile: `${dockerfile}# mine\n` });
    writeFiles(join(cwd, 'elsewhere'), { 'app.py': 'print(2)\n' });
    writeFiles(join(cwd, 'staged'), { Dockerfile: `${dockerfile}# mine\n` });
    git(join(cwd, 'staged'), 'add', '-A');
    git(join(cwd, 'untracked'), 'rm', '-q', '--cached', 'Dockerfile');
    const names = ['clean', 'changed', 'elsewhere', 'staged', 'untracked'];
    const before = names.map((name) => readFileSync(join(cwd, name, 'Dockerfile'), 'utf8'));
    const result = over(cwd, names, ['--write']);
    expect(result.code).toBe(2);
    const refused = 'failed uncommitted-changes: not written: Dockerfile has changes that are not committed (--allow-dirty)';
    expect(outcomes(result)).toEqual(['clean changed', `changed ${refused}`, 'elsewhere changed', `staged ${refused}`, `untracked ${refused}`]);
    expect(names.filter((name, index) => readFileSync(join(cwd, name, 'Dockerfile'), 'utf8') !== before[index])).toEqual(['clean', 'elsewhere']);
    expect(outcomes(over(cwd, names, ['--write', '--allow-dirty']))).toEqual(['clean unchanged', 'changed changed', 'elsewhere unchanged', 'staged changed', 'untracked changed']);
  });

  test('do not matter to a run that writes nothing, nor to --write alone', () => {
    const cwd = repository(project);
    writeFiles(cwd, { Dockerfile: `${dockerfile}# mine\n` });
    expect(outcomes(over(cwd, ['.']))).toEqual(['. changed']);
    expect(runProgram(process.execPath, [program, '--write', ...split], { cwd }).code).toBe(0);
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).not.toContain(dockerfile);
    const several = folder({});
    for (const name of ['a', 'b']) {
      runProgram('cp', ['-r', repository(project), join(several, name)], { cwd });
      writeFiles(join(several, name), { Dockerfile: `${dockerfile}# mine\n` });
    }
    const result = runProgram(process.execPath, [program, '--write', '--format', 'json', ...split, 'a', 'b'], { cwd: several });
    expect({ code: result.code, outcomes: outcomes(result) }).toEqual({ code: 0, outcomes: ['a changed', 'b changed'] });
  });

  test('are found without running filters', () => {
    const cwd = repository({ ...project, '.gitattributes': 'Dockerfile filter=any\n' });
    git(cwd, 'config', 'filter.any.clean', `touch ${cwd}/ran`);
    git(cwd, 'config', 'filter.any.process', `touch ${cwd}/ran`);
    git(cwd, 'config', 'filter.any.required', 'true');
    writeFiles(cwd, { Dockerfile: `${dockerfile}# mine\n` });
    expect(outcomes(over(cwd, ['.'], ['--write']))).toEqual([expect.stringContaining('uncommitted-changes')]);
    expect(existsSync(join(cwd, 'ran'))).toBe(false);
  });
});
