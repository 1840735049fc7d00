import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';

import type { History, HistoryLimits } from '../src/impact/history.ts';
import { historyReader, readHistory } from '../src/impact/history.ts';
import { folder, removeTemporaryDirectories, temporaryDirectory, writeFiles } from './support/cli.ts';

afterAll(removeTemporaryDirectories);
afterEach(() => vi.unstubAllEnvs());

const everything: HistoryLimits = { commits: null, since: null };

/** Runs git without settings of whoever runs the tests; commits get times a day apart. */
function gitIn(directory: string): (...args: readonly string[]) => string {
  let day = 0;
  return (...args) => {
    day += 1;
    const date = `2024-01-01T00:00:00Z`.replace('01T', `${String(day).padStart(2, '0')}T`);
    const env = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always', ...args], { cwd: directory, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
}

interface Repository {
  readonly root: string;
  readonly git: (...args: readonly string[]) => string;
  /** Writes files (null: removes them) and commits all that is different. */
  readonly commit: (files: Readonly<Record<string, string | null>>) => void;
}

function repositoryAt(root: string): Repository {
  const git = gitIn(root);
  git('init', '-q');
  const commit = (files: Readonly<Record<string, string | null>>): void => {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) rmSync(join(root, path));
      else writeFiles(root, { [path]: text });
    }
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'x');
  };
  return { root, git, commit };
}

function repository(): Repository {
  return repositoryAt(temporaryDirectory());
}

async function historyOf(root: string, limits: HistoryLimits = everything): Promise<History> {
  const history = await readHistory(root, limits);
  if (history.kind !== 'history') throw new Error(history.message);
  return history;
}

/** The changed files of each commit, the newest first. */
async function changes(root: string, limits: HistoryLimits = everything): Promise<readonly (readonly string[])[]> {
  const { times, changes: list } = await historyOf(root, limits);
  return times.map((_, commit) => list.filter(({ commits }) => commits.includes(commit)).map(({ path }) => path).toSorted());
}

describe('each commit of the first-parent line has the files that it changed', () => {
  test('but for the first one, which has nothing before it', async () => {
    const { root, commit } = repository();
    commit({ a: '1', b: '1' });
    commit({ a: '2' });
    commit({});
    commit({ b: null, 'c/d': '1' });
    const history = await historyOf(root);
    expect(await changes(root)).toEqual([['b', 'c/d'], [], ['a']]);
    expect(history.end).toBe('first-commit');
    expect(history.times.map((time) => new Date(time * 1000).getUTCFullYear())).toEqual([2024, 2024, 2024]);
    expect(history.times).toEqual(history.times.toSorted((a, b) => b - a));
  });

  test('a rename is a deletion and an addition, a new mode a change, a link and a file two kinds of one path', async () => {
    const { root, git, commit } = repository();
    commit({ old: 'some text that is long enough\n'.repeat(9), run: 'echo', x: '1' });
    git('config', 'diff.renames', 'copies');
    renameSync(join(root, 'old'), join(root, 'new'));
    commit({});
    chmodSync(join(root, 'run'), 0o755);
    commit({});
    rmSync(join(root, 'x'));
    commit({ x: '-> run' });
    expect(await changes(root)).toEqual([['x'], ['run'], ['new', 'old']]);
  });

  test('a merge counts as what it brings, and what was merged does not count again', async () => {
    const { root, git, commit } = repository();
    commit({ a: '1' });
    git('checkout', '-q', '-b', 'other');
    commit({ b: '1' });
    commit({ c: '1' });
    git('checkout', '-q', 'main');
    commit({ a: '2' });
    git('merge', '-q', '--no-ff', '-m', 'x', 'other');
    expect(await changes(root)).toEqual([['b', 'c'], ['a']]);
    expect((await historyOf(root, { commits: 1, since: null })).end).toBe(null);
  });

  test('names may hold anything', async () => {
    const { root, git, commit } = repository();
    commit({ a: '1' });
    const names = ['new\nline', ':100644 100644 x', 'ünï', ' ', '"quoted"\t', '1704067200 abc'];
    commit(Object.fromEntries(names.map((name) => [name, '1'])));
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0x66])]), '1');
    git('add', '-A');
    git('commit', '-qm', 'x');
    expect(await changes(root)).toEqual([['f\uFFFDf'], names.toSorted()]);
  });

  test('a submodule is all that is in it', async () => {
    const inner = repository();
    inner.commit({ f: '1' });
    const { root, git, commit } = repository();
    commit({ a: '1' });
    git('submodule', '--quiet', 'add', inner.root, 'vendor/lib');
    commit({});
    inner.commit({ f: '2' });
    git('-C', 'vendor/lib', 'pull', '-q');
    git('config', 'diff.ignoreSubmodules', 'all');
    commit({});
    expect(await changes(root)).toEqual([['vendor/lib/'], ['.gitmodules', 'vendor/lib/']]);
    expect((await readHistory(join(root, 'vendor/lib'), everything)).kind).toBe('history');
  });

  test('seen from a folder in the repository', async () => {
    const { root, git, commit } = repository();
    commit({ 'api/a': '1', 'api-old/a': '1', b: '1' });
    commit({ 'api/a': '2', 'api-old/a': '2' });
    commit({ b: '2' });
    git('config', 'diff.relative', 'true');
    expect(await changes(join(root, 'api'))).toEqual([[], ['a']]);
  });

  test('whatever piece of the output comes at once', () => {
    const tokens = ['5 aa bb', '\n:100644 100644 x y M', 'a', ':000000 160000 x y A', 'sub', '4 aa', '3 ', '\n:000000 100644 x y A', 'z'];
    const output = tokens.map((token) => `${token}\0`).join('');
    for (let size = 1; size <= output.length; size += 1) {
      const reader = historyReader('');
      for (let at = 0; at < output.length; at += size) reader.take(Buffer.from(output.slice(at, at + size)));
      expect(reader.result()).toEqual({ times: [5, 4], changes: [{ path: 'a', commits: [0] }, { path: 'sub/', commits: [0] }], reachedEnd: true });
    }
  });
});

describe('limits', () => {
  const { root, git, commit } = repository();
  for (const text of ['1', '2', '3', '4', '5']) commit({ a: text });
  const last = git('log', '-1', '--format=%cI').slice(0, 10);

  test('a number of commits', async () => {
    expect(await changes(root, { commits: 2, since: null })).toEqual([['a'], ['a']]);
    expect((await historyOf(root, { commits: 2, since: null })).end).toBe(null);
    expect((await historyOf(root, { commits: 900, since: null })).times).toHaveLength(4);
  });

  test('a date', async () => {
    expect(await changes(root, { commits: null, since: `${last}T00:00:00Z` })).toHaveLength(1);
    expect(await readHistory(root, { commits: null, since: '2025-01-01' })).toMatchObject({ kind: 'since', message: 'there is no commit since 2025-01-01' });
    expect(await readHistory(root, { commits: null, since: '--output=x' })).toMatchObject({ kind: 'since' });
    expect(existsSync(join(root, 'x'))).toBe(false);
  });
});

describe('no history', () => {
  test('in no repository, in a broken one, on a branch without a commit, with one commit only', async () => {
    expect(await readHistory(folder({ a: '1' }), everything)).toMatchObject({ kind: 'no-repository' });
    expect(await readHistory(folder({ '.git/x': '' }), everything)).toMatchObject({ kind: 'no-repository' });
    const { root, git, commit } = repository();
    expect(await readHistory(root, everything)).toMatchObject({ kind: 'no-commits' });
    commit({ a: '1' });
    expect(await readHistory(root, everything)).toMatchObject({ kind: 'no-commits' });
    git('checkout', '-q', '--orphan', 'unborn');
    expect(await readHistory(root, everything)).toMatchObject({ kind: 'no-commits' });
  });

  test('without git', async () => {
    const { root, commit } = repository();
    commit({ a: '1' });
    vi.stubEnv('PATH', folder({}));
    expect(await readHistory(root, everything)).toMatchObject({ kind: 'no-git' });
  });

  test('where objects are missing', async () => {
    const { root, git, commit } = repository();
    commit({ a: '1' });
    commit({ a: '2' });
    const tree = git('rev-parse', 'HEAD~1^{tree}').trim();
    rmSync(join(root, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    expect(await readHistory(root, everything)).toMatchObject({ kind: 'failed', message: expect.stringContaining(tree) });
  });

  test('a shallow clone ends with a commit that lists all files, and that is said', async () => {
    const { root, git, commit } = repository();
    for (const text of ['1', '2', '3', '4']) commit({ a: text, [`b${text}`]: text });
    const clone = (depth: number): string => {
      const at = join(temporaryDirectory(), 'clone');
      git('clone', '-q', '--depth', String(depth), `file://${root}`, at);
      return at;
    };
    const two = clone(3);
    expect(await changes(two)).toEqual([['a', 'b4'], ['a', 'b3']]);
    expect((await historyOf(two)).end).toBe('shallow');
    expect(await readHistory(clone(1), everything)).toMatchObject({ kind: 'shallow' });
  });
});

test('a linked worktree has the history of its branch', async () => {
  const { git, commit } = repository();
  commit({ a: '1' });
  commit({ a: '2' });
  const other = join(temporaryDirectory(), 'other');
  git('worktree', 'add', '-q', '-b', 'other', other);
  expect(await changes(other)).toEqual([['a']]);
});

test('nothing that a repository names is executed, and no setting changes what is read', async () => {
  const { root, git, commit } = repository();
  commit({ a: '1', '.gitattributes': '* diff=x\n' });
  git('checkout', '-q', '-b', 'other');
  commit({ b: '1' });
  git('checkout', '-q', 'main');
  const mark = join(root, 'mark');
  const program = join(root, 'program');
  // It signs when asked to, and leaves a mark in all other cases.
  writeFileSync(program, `#!/bin/sh\ncase "$*" in *-bsau*) cat > /dev/null; echo "-----BEGIN PGP SIGNATURE-----"; echo; echo "[GNUPG:] SIG_CREATED " >&2;; *) touch ${mark};; esac\n`);
  chmodSync(program, 0o755);
  git('-c', `gpg.program=${program}`, 'merge', '-q', '--no-ff', '-S', '-m', 'x', 'other');
  const programs = ['core.fsmonitor', 'core.pager', 'pager.log', 'gpg.program', 'diff.external', 'diff.x.textconv', 'diff.x.command', 'core.sshCommand', 'core.askPass', 'alias.log'];
  for (const key of programs) git('config', key, key === 'alias.log' ? `!${program}` : program);
  const settings = { 'log.showSignature': 'true', 'log.diffMerges': 'off', 'log.showRoot': 'false', 'log.follow': 'true', 'log.decorate': 'full', 'diff.orderFile': 'missing', 'format.pretty': 'oneline', 'color.ui': 'always', 'diff.submodule': 'log', 'notes.displayRef': '*' };
  for (const [key, value] of Object.entries(settings)) git('config', key, value);
  git('notes', 'add', '-m', 'a note');
  git('-c', 'diff.orderFile=/dev/null', 'show');
  expect(existsSync(mark), 'git alone would').toBe(true);
  rmSync(mark);
  expect(await changes(root)).toEqual([['b']]);
  expect(existsSync(mark)).toBe(false);
});

test('one process of git reads the history', async () => {
  const { root, commit } = repository();
  for (const text of ['1', '2', '3', '4']) commit({ a: text });
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const directory = folder({});
  writeFileSync(join(directory, 'git'), `#!/bin/sh\necho run >> ${directory}/runs\nexec ${real} "$@"\n`);
  chmodSync(join(directory, 'git'), 0o755);
  vi.stubEnv('PATH', [directory, process.env['PATH']].join(delimiter));
  expect((await historyOf(root, { commits: 3, since: null })).times).toHaveLength(3);
  expect(readFileSync(join(directory, 'runs'), 'utf8')).toBe('run\n');
});
