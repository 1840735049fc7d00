import { chmodSync, cpSync, existsSync, linkSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { commitMessage } from '../src/bulk/commit-message.ts';
import type { AcceptedFix } from '../src/plan/plan.ts';
import type { RepositoryReport } from '../src/report/bulk.ts';
import type { Result } from './support/cli.ts';
import { bundleCli, commitAll, folder, git, removeTemporaryDirectories, repository, runProgram, writeFiles } from './support/cli.ts';
import type { Schema } from './support/json-schema.ts';
import { validate } from './support/json-schema.ts';

const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const repaired = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "app.py"]\n';
const project = { Dockerfile: dockerfile, 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'print(1)\n', '.dockerignore': '.git\n' };
const split = ['--only', 'split-copy'];
const identity = { GIT_AUTHOR_NAME: 'An Author', GIT_AUTHOR_EMAIL: 'author@example.org', GIT_COMMITTER_NAME: 'A Committer', GIT_COMMITTER_EMAIL: 'committer@example.org' };

let program = '';
beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

function dockfix(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = identity): Result {
  return runProgram(process.execPath, [program, '--format', 'json', ...args], { cwd, env });
}

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'bulk.schema.json'), 'utf8')) as Schema;

function reportsOf({ out, error }: Result): readonly RepositoryReport[] {
  if (out === '') throw new Error(error);
  const value: unknown = JSON.parse(out);
  expect(validate(schema, value)).toEqual([]);
  return (value as { repositories: readonly RepositoryReport[] }).repositories;
}

const outcomes = (result: Result): string[] => reportsOf(result).map(({ status, errors }) => [status, ...errors.map(({ code, message }) => `${code}: ${message}`)].join(' '));
const subjects = (cwd: string): string[] => git(cwd, 'log', '--format=%s').trimEnd().split('\n').toReversed();

describe('--commit', () => {
  test('makes one commit for each transform, in the order in which they ran, and leaves nothing uncommitted', () => {
    const cwd = folder({});
    cpSync(join(import.meta.dirname, '..', 'fixtures', '_demo', 'shop'), cwd, { recursive: true });
    git(cwd, 'init', '-q', '-b', 'main');
    commitAll(cwd, 'first');
    const result = dockfix(cwd, ['--commit']);
    expect(result.code).toBe(0);
    const [report] = reportsOf(result);
    expect(subjects(cwd)).toEqual(['first', ...(report?.commits.map(({ subject }) => subject) ?? [])]);
    expect(report?.commits.map(({ transform }) => transform)).toEqual(['dockerignore', 'split-copy', 'wheel-packages', 'alpine-to-slim']);
    expect(git(cwd, 'log', '--format=%H', '-n', '4').trimEnd().split('\n').toReversed()).toEqual(report?.commits.map(({ id }) => id));
    expect(git(cwd, 'status', '--porcelain')).toBe('');
    expect(git(cwd, 'log', '--format=%an %ae %cn %ce', '-n', '1')).toBe('An Author author@example.org A Committer committer@example.org\n');
    expect(git(cwd, 'show', '--stat=200', '--format=', 'HEAD~3')).toMatch(/^ \.dockerignore \|/);
    // Each is what the transforms up to it do.
    for (const [index, only] of ['dockerignore', 'dockerignore,split-copy'].entries()) {
      const other = folder({});
      git(cwd, 'worktree', 'add', '-q', '--detach', join(other, 'w'), 'HEAD~4');
      dockfix(join(other, 'w'), ['--write', '--only', only]);
      git(join(other, 'w'), 'add', '-A');
      expect(git(join(other, 'w'), 'diff', '--cached', `main~${3 - index}`)).toBe('');
    }
    expect(outcomes(dockfix(cwd, ['--commit']))).toEqual(['unchanged']);
    expect(subjects(cwd).length).toBe(5);
  });

  test('one commit for all Dockerfiles of a repository, and one repository after another', () => {
    const cwd = folder({});
    for (const name of ['a', 'b']) cpSync(repository({ 'x/Dockerfile': dockerfile, 'x/requirements.txt': 'a\n', 'y/Dockerfile': dockerfile, 'y/requirements.txt': 'b\n' }), join(cwd, name), { recursive: true });
    const result = dockfix(cwd, ['--commit', 'a', 'b']);
    expect(reportsOf(result).map(({ commits }) => commits.map(({ transform }) => transform))).toEqual([['dockerignore', 'split-copy'], ['dockerignore', 'split-copy']]);
    for (const name of ['a', 'b']) {
      expect(git(join(cwd, name), 'show', '--format=', '--name-only', 'HEAD')).toBe('x/Dockerfile\ny/Dockerfile\n');
      expect(git(join(cwd, name), 'status', '--porcelain')).toBe('');
    }
    expect(result.error).toContain('4 commits made.');
  });

  test('the message says what, why, where, and what differs', () => {
    const cwd = repository({ ...project, '.dockerignore': '' });
    dockfix(cwd, ['--commit']);
    expect(git(cwd, 'log', '--format=%B', '-n', '1')).toBe(
      [
        'Copy dependency manifests, install, then copy the source',
        '',
        'A COPY of the whole source before the install makes every one-line',
        'change reinstall all dependencies.',
        '',
        '- Dockerfile, line 4: `RUN pip install -r requirements.txt` ran again',
        '  for every change of the source, because `COPY . .` (line 3) came',
        '  first; it only needs requirements.txt',
        '',
        'The image stays the same.',
        '',
        'Made by dockfix (split-copy).',
        '',
        '',
      ].join('\n'),
    );
    const before = git(cwd, 'log', '--format=%B', '-n', '1', 'HEAD~1');
    expect(before).toContain('  - no longer sent with the build context: .git');
    expect(before).toContain('The image stays the same but for what is listed.');
  });

  test('runs no hook, no filter, no file system monitor and signs nothing', () => {
    const cwd = repository({ ...project, '.gitattributes': '*.txt filter=any\n' });
    const hook = `#!/bin/sh\necho $0 >>${cwd}/.git/ran\n`;
    for (const name of ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'post-index-change', 'reference-transaction', 'post-checkout', 'fsmonitor', 'gpg', 'filter', 'editor']) {
      writeFiles(cwd, { [`.git/hooks/${name}`]: hook });
      chmodSync(join(cwd, '.git', 'hooks', name), 0o755);
    }
    for (const [name, value] of [['core.fsmonitor', '.git/hooks/fsmonitor'], ['commit.gpgSign', 'true'], ['gpg.program', `${cwd}/.git/hooks/gpg`], ['filter.any.clean', `${cwd}/.git/hooks/filter`], ['filter.any.required', 'true'], ['core.editor', `${cwd}/.git/hooks/editor`]] as const) git(cwd, 'config', name, value);
    // Something that git would look at, because its time is another one.
    writeFileSync(join(cwd, 'requirements.txt'), project['requirements.txt']);
    expect(outcomes(dockfix(cwd, ['--commit', ...split]))).toEqual(['changed']);
    expect(existsSync(join(cwd, '.git', 'ran')) ? readFileSync(join(cwd, '.git', 'ran'), 'utf8') : '').toBe('');
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(repaired);
    expect(git(cwd, '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', 'cat-file', 'commit', 'HEAD')).not.toContain('gpgsig');
  });

  test('what could not be written is not committed, and all else is', () => {
    const cwd = repository({ ...project, 'b.Dockerfile': dockerfile, '.dockerignore': '.git\n**/.venv\n**/venv\n**/__pycache__\nDockerfile\n*.Dockerfile\n.dockerignore\n' });
    linkSync(join(cwd, 'b.Dockerfile'), join(cwd, '.git', 'second-name'));
    expect(outcomes(dockfix(cwd, ['--commit']))).toEqual([expect.stringMatching(/^failed hard-link: /)]);
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(repaired);
    expect(git(cwd, 'show', '--format=%s', '--name-only', 'HEAD')).toBe('Copy dependency manifests, install, then copy the source\n\nDockerfile\n');
    expect(git(cwd, 'log', '--format=%b', '-n', '1')).not.toContain('b.Dockerfile');
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test('what else is staged or changed stays so, and is not committed', () => {
    const cwd = repository({ ...project, 'other.txt': '1\n', 'third.txt': '1\n' });
    writeFiles(cwd, { 'other.txt': '2\n', 'new.txt': '', 'third.txt': '2\n' });
    git(cwd, 'add', 'other.txt');
    expect(outcomes(dockfix(cwd, ['--commit', ...split]))).toEqual(['changed']);
    expect(git(cwd, 'show', '--format=', '--name-only', 'HEAD')).toBe('Dockerfile\n');
    expect(git(cwd, 'status', '--porcelain')).toBe('M  other.txt\n M third.txt\n?? new.txt\n');
  });

  test('modes, links and line endings are what git makes of them', () => {
    const cwd = repository({ '.gitattributes': '* text eol=crlf\n', 'docker/prod': dockerfile, Dockerfile: '-> docker/prod', 'requirements.txt': 'flask\n', '.dockerignore': '.git\n' });
    const text = readFileSync(join(cwd, 'docker', 'prod'), 'utf8').replaceAll('\n', '\r\n');
    writeFileSync(join(cwd, 'docker', 'prod'), text);
    chmodSync(join(cwd, 'docker', 'prod'), 0o755);
    commitAll(cwd, 'as on Windows');
    expect(outcomes(dockfix(cwd, ['--commit', ...split]))).toEqual(['changed']);
    expect(readFileSync(join(cwd, 'docker', 'prod'), 'utf8')).toBe(repaired.replaceAll('\n', '\r\n'));
    expect(git(cwd, 'cat-file', 'blob', 'HEAD:docker/prod')).toBe(repaired);
    expect(git(cwd, 'ls-tree', 'HEAD', 'docker/prod', 'Dockerfile').split('\n').map((line) => line.split(' ')[0])).toEqual(['120000', '100755', '']);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test.each([
    ['* text=auto\n', 'false', 'Dockerfile'],
    ['', 'true', 'Dockerfile'],
    ['* text=auto\n', 'input', ':(top) [a]\n*/Dockerfile'],
    ['', 'false', 'Dockerfile'],
  ])('line endings that git holds as they are on disk stay (attributes %j, core.autocrlf %s, %j)', (attributes, autocrlf, path) => {
    const asOnWindows = dockerfile.replaceAll('\n', '\r\n');
    const cwd = repository({ ...project, [path]: asOnWindows });
    git(cwd, 'config', 'core.autocrlf', autocrlf);
    writeFiles(cwd, { '.gitattributes': attributes });
    commitAll(cwd, 'attributes');
    expect(outcomes(dockfix(cwd, ['--commit', ...split]))).toEqual(['changed']);
    expect(git(cwd, 'cat-file', 'blob', `HEAD:${path}`)).toBe(repaired.replaceAll('\n', '\r\n'));
    expect(git(cwd, 'diff', '--numstat', '-z', 'HEAD~', 'HEAD', '--', `:(literal)${path}`)).toBe(`2\t1\t${path}\0`);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test('modes are those that git holds, where the disk says nothing of them', () => {
    const { '.dockerignore': _, ...bare } = project;
    const cwd = repository({ ...bare, 'run/Dockerfile': dockerfile });
    git(cwd, 'config', 'core.fileMode', 'false');
    git(cwd, 'update-index', '--chmod=+x', 'run/Dockerfile');
    commitAll(cwd, 'executable');
    chmodSync(join(cwd, 'Dockerfile'), 0o755);
    expect(outcomes(dockfix(cwd, ['--commit', '--only', 'split-copy', '--only', 'dockerignore']))).toEqual(['changed']);
    expect(git(cwd, 'ls-tree', '-r', 'HEAD').replaceAll(/ blob \w+\t/g, ' ')).toBe('100644 .dockerignore\n100644 Dockerfile\n100644 app.py\n100644 requirements.txt\n100755 run/Dockerfile\n');
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test('line endings that do not come back as they were are no reason to leave what was written uncommitted', () => {
    const { '.dockerignore': _, ...bare } = project;
    const cwd = repository(bare);
    for (const name of ['core.autocrlf', 'core.safecrlf']) git(cwd, 'config', name, 'true');
    expect(outcomes(dockfix(cwd, ['--commit', '--only', 'dockerignore']))).toEqual(['changed']);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test('the author is whom git knows, or the one that is given', () => {
    const cwd = repository(project);
    const nobody = { GIT_AUTHOR_NAME: '', GIT_COMMITTER_NAME: '' };
    git(cwd, 'config', 'user.useConfigOnly', 'true');
    expect(outcomes(dockfix(cwd, ['--commit', ...split], nobody))).toEqual(['failed commit-failed: not written, because it cannot be committed: git does not know who commits: set user.name and user.email, or give --author']);
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(dockerfile);
    expect(outcomes(dockfix(cwd, ['--commit', ...split, '--author', 'Ann Other <ann@example.org>'], {}))).toEqual(['changed']);
    expect(git(cwd, 'log', '--format=%an %ae %cn %ce', '-n', '1')).toBe('Ann Other ann@example.org Ann Other ann@example.org\n');
    const other = repository(project);
    git(other, 'config', 'user.name', 'Configured');
    git(other, 'config', 'user.email', 'configured@example.org');
    dockfix(other, ['--commit', ...split, '--author', 'Ann Other <ann@example.org>'], {});
    expect(git(other, 'log', '--format=%an %cn', '-n', '1')).toBe('Ann Other Configured\n');
  });

  test('works on a detached HEAD and in a linked worktree', () => {
    const cwd = repository(project);
    git(cwd, 'worktree', 'add', '-q', '--detach', join(cwd, '..', `${cwd.split('/').at(-1) ?? ''}-linked`));
    const linked = `${cwd}-linked`;
    expect(outcomes(dockfix(linked, ['--commit', ...split]))).toEqual(['changed']);
    expect(subjects(linked)).toEqual(['first', 'Copy dependency manifests, install, then copy the source']);
    expect(subjects(cwd)).toEqual(['first']);
    git(cwd, 'worktree', 'remove', '--force', linked);
  });
});

describe('a run that is killed before its commits are made', () => {
  const { '.dockerignore': _, ...unignored } = project;
  const fixed = ['first', 'Keep out of the build context what the image does not need', 'Copy dependency manifests, install, then copy the source'];

  /** Ends the program by SIGKILL when it calls a command of git for the first time, before or after that is done. */
  const killed = (cwd: string, moment: 'before' | 'after', command: string, args: readonly string[] = []): void => {
    const bin = folder({ git: `#!/bin/sh\ncase " $* " in *" ${command} "*) ${moment === 'after' ? `${join(git(cwd, '--exec-path').trim(), 'git')} "$@"; ` : ''}kill -9 $PPID; exit 1;; esac\nexec ${join(git(cwd, '--exec-path').trim(), 'git')} "$@"\n` });
    chmodSync(join(bin, 'git'), 0o755);
    expect(dockfix(cwd, ['--commit', ...args], { ...identity, PATH: `${bin}:${process.env['PATH'] ?? ''}` }).code).toBeNull();
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toContain(repaired);
  };

  test.each([
    ['before', 'read-tree'],
    ['before', 'commit-tree'],
    ['before', 'update-ref'],
    ['after', 'update-ref'],
  ] as const)('is followed by one that makes them (%s %s)', (moment, command) => {
    const cwd = repository(unignored);
    killed(cwd, moment, command);
    const result = dockfix(cwd, ['--commit']);
    expect({ code: result.code, outcomes: outcomes(result), notes: reportsOf(result)[0]?.notes }).toEqual(
      moment === 'after' ? { code: 0, outcomes: ['unchanged'], notes: [] } : { code: 0, outcomes: ['changed'], notes: ['a run was killed before it had committed what it wrote; that was put back, and is done again'] },
    );
    expect(subjects(cwd)).toEqual(fixed);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
    expect(git(cwd, 'show', 'HEAD:Dockerfile')).toBe(repaired);
    expect(readdirSync(join(cwd, '.git')).filter((name) => name.startsWith('dockfix'))).toEqual([]);
  });

  test('is followed by one that makes them in each repository inside another, and in a linked worktree', () => {
    const cwd = repository(unignored);
    cpSync(repository(unignored), join(cwd, 'inner'), { recursive: true });
    const linked = join(folder({}), 'linked');
    git(cwd, 'worktree', 'add', '-q', '--detach', linked);
    for (const at of [join(cwd, 'inner'), linked]) killed(at, 'before', 'commit-tree');
    expect(outcomes(dockfix(cwd, ['--commit', '.']))).toEqual(['changed']);
    expect(outcomes(dockfix(linked, ['--commit', '.']))).toEqual(['changed']);
    for (const at of [cwd, join(cwd, 'inner'), linked]) expect(subjects(at)).toEqual(fixed);
  });

  test.each(['null\n', '5\n{"head":null}\n', '{"head":"HEAD","isClean":true,"files":[null]}\n', 'no JSON\n', '{"head":'])('left nothing that could be put back: %j', (note) => {
    const cwd = repository(unignored);
    writeFileSync(join(cwd, '.git', `dockfix-unfinished.${2 ** 30}`), note.replace('HEAD', git(cwd, 'rev-parse', 'HEAD').trim()));
    const result = dockfix(cwd, ['--commit']);
    expect({ code: result.code, outcomes: outcomes(result), notes: reportsOf(result)[0]?.notes }).toEqual({ code: 0, outcomes: ['changed'], notes: [] });
    expect(readdirSync(join(cwd, '.git')).filter((name) => name.startsWith('dockfix'))).toEqual([]);
  });

  test('is left to go on while it still runs', () => {
    const cwd = repository(unignored);
    killed(cwd, 'before', 'commit-tree');
    const [name = ''] = readdirSync(join(cwd, '.git')).filter((one) => one.startsWith('dockfix'));
    const ofThisProcess = join(cwd, '.git', name.replace(/\d+$/, `${process.pid}`));
    renameSync(join(cwd, '.git', name), ofThisProcess);
    expect(outcomes(dockfix(cwd, ['--commit']))).toEqual(['unchanged']);
    expect([readFileSync(join(cwd, 'Dockerfile'), 'utf8'), existsSync(ofThisProcess)]).toEqual([repaired, true]);
  });

  test('leaves what somebody has done since as it is', () => {
    const cwd = repository(unignored);
    killed(cwd, 'before', 'update-ref');
    writeFiles(cwd, { Dockerfile: `${repaired}# mine\n` });
    expect(reportsOf(dockfix(cwd, ['--commit']))).toMatchObject([{ status: 'unchanged', notes: ['a run was killed before it had committed what it wrote; that stays as it is, because Dockerfile has changed since'] }]);
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(`${repaired}# mine\n`);
    expect(existsSync(join(cwd, '.dockerignore'))).toBe(true);
    const other = repository(unignored);
    killed(other, 'before', 'commit-tree');
    commitAll(other, 'by hand');
    expect(outcomes(dockfix(other, ['--commit']))).toEqual(['unchanged']);
    expect(subjects(other)).toEqual(['first', 'by hand']);
  });

  test('does not take from the index what was staged with --allow-dirty', () => {
    const cwd = repository(project);
    writeFiles(cwd, { Dockerfile: `${dockerfile}# mine\n` });
    git(cwd, 'add', '-A');
    const args = [...split, '--allow-dirty'];
    killed(cwd, 'before', 'commit-tree', args);
    expect(outcomes(dockfix(cwd, ['--check', ...args, '--jobs', '1']))).toEqual(['unchanged']);
    const again = dockfix(cwd, ['--commit', ...args]);
    expect({ outcomes: outcomes(again), error: again.error }).toEqual({ outcomes: ['changed'], error: expect.any(String) });
    expect(git(cwd, 'show', 'HEAD:Dockerfile')).toBe(`${repaired}# mine\n`);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });
});

describe('--commit leaves a repository as it is', () => {
  /** What is said of it. */
  const refused = (cwd: string): string => {
    const before = readFileSync(join(cwd, 'Dockerfile'), 'utf8');
    const result = dockfix(cwd, ['--commit', ...split]);
    expect(result.code).toBe(2);
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(before);
    return outcomes(result).join('\n');
  };

  test('with changes in the files that it would write; --allow-dirty commits them as well', () => {
    const cwd = repository(project);
    writeFiles(cwd, { Dockerfile: `${dockerfile}# mine\n` });
    expect(refused(cwd)).toContain('uncommitted-changes: not written: Dockerfile has changes that are not committed (--allow-dirty)');
    git(cwd, 'add', '-A');
    expect(refused(cwd)).toContain('uncommitted-changes');
    expect(outcomes(dockfix(cwd, ['--commit', ...split, '--allow-dirty']))).toEqual(['changed']);
    expect(git(cwd, 'cat-file', 'blob', 'HEAD:Dockerfile')).toBe(`${repaired}# mine\n`);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test.each(['--assume-unchanged', '--skip-worktree'])('with changes that git was told to overlook (%s)', (option) => {
    const cwd = repository(project);
    git(cwd, 'update-index', option, 'Dockerfile');
    writeFiles(cwd, { Dockerfile: `${dockerfile}# mine\n` });
    expect(git(cwd, 'status', '--porcelain')).toBe('');
    expect(refused(cwd)).toContain('uncommitted-changes');
  });

  test('with changes behind a link', () => {
    const cwd = repository({ ...project, Dockerfile: '-> prod', prod: dockerfile });
    writeFiles(cwd, { prod: `${dockerfile}# mine\n` });
    expect(refused(cwd)).toContain('uncommitted-changes');
  });

  test('behind a link into another repository, which is a submodule or not at all of this one', () => {
    const cwd = repository({ ...project, Dockerfile: '-> inner/Dockerfile' });
    writeFiles(cwd, { 'inner/Dockerfile': dockerfile });
    git(join(cwd, 'inner'), 'init', '-q');
    expect(outcomes(dockfix(cwd, ['--commit', '--allow-dirty', ...split, 'Dockerfile']))).toEqual([expect.stringContaining('commit-failed: not written, because it cannot be committed: inner/Dockerfile is of another repository')]);
    expect(readFileSync(join(cwd, 'inner', 'Dockerfile'), 'utf8')).toBe(dockerfile);
  });

  test('outside any repository, before the first commit, in the middle of a merge', () => {
    expect(refused(folder(project))).toContain('no-repository: not written: it is in no git repository');
    const unborn = folder(project);
    git(unborn, 'init', '-q');
    expect(refused(unborn)).toContain('commit-failed: not written, because it cannot be committed: git knows of no commit here');
    const merging = repository(project);
    writeFiles(merging, { '.git/MERGE_HEAD': `${git(merging, 'rev-parse', 'HEAD')}` });
    expect(refused(merging)).toContain('a merge, rebase or the like is under way (MERGE_HEAD)');
    const locked = repository(project);
    writeFiles(locked, { '.git/index.lock': '' });
    expect(refused(locked)).toContain('another git is at work in it, or was ended in it (index.lock)');
  });

  test('where a filter would have to run, and where git ignores what would be created', () => {
    const filtered = repository({ ...project, '.gitattributes': 'Dockerfile filter=lfs\n' });
    git(filtered, 'config', 'filter.lfs.clean', `touch ${filtered}/ran`);
    expect(refused(filtered)).toContain('Dockerfile would have to go through a filter (lfs)');
    expect(existsSync(join(filtered, 'ran'))).toBe(false);
    const { '.dockerignore': _, ...bare } = project;
    const cwd = repository({ ...bare, '.gitignore': '.dockerignore\n' });
    expect(outcomes(dockfix(cwd, ['--commit']))).toEqual([expect.stringContaining('git ignores .dockerignore')]);
    expect(existsSync(join(cwd, '.dockerignore'))).toBe(false);
  });

  test('and says it where the files are written and git fails then', () => {
    const cwd = repository(project);
    const lock = join('.git', 'refs', 'heads', `${git(cwd, 'branch', '--show-current').trim()}.lock`);
    writeFiles(cwd, { [lock]: '' });
    const result = dockfix(cwd, ['--commit', ...split]);
    rmSync(join(cwd, lock));
    expect(outcomes(result)).toEqual([expect.stringMatching(/^failed commit-failed: what was written is not committed: git update-ref: .*\.lock/)]);
    expect(subjects(cwd)).toEqual(['first']);
    git(cwd, 'checkout', '-q', '-f');
    const withoutSpace = dockfix(cwd, ['--commit', ...split], { ...identity, TMPDIR: join(cwd, 'nowhere') });
    expect(outcomes(withoutSpace)).toEqual([expect.stringMatching(/^failed commit-failed: what was written is not committed: ENOENT/)]);
    expect(reportsOf(withoutSpace)[0]?.files).toMatchObject([{ status: 'changed' }]);
  });
});

test.each([
  [['--commit', '--check'], '--commit and --check exclude each other'],
  [['--commit', '--dry-run'], '--commit and --dry-run exclude each other'],
  [['--commit', '-'], '`-` (standard input) cannot be written to; the rewritten Dockerfile is printed'],
  [['--author', 'A <a@b>'], '--author is for --commit'],
  [['--commit', '--author', 'A'], '--author: "A" is not written as Name <email>'],
  [['--commit', '--author', 'A\n<a@b>'], '--author: "A\n<a@b>" is not written as Name <email>'],
])('%j is no way to call it', (args, message) => {
  expect(runProgram(process.execPath, [program, ...args], { cwd: folder({}) })).toMatchObject({ code: 2, error: `dockfix: ${message}\nTry dockfix --help.\n` });
});

test('a message holds no control characters of a repository, and does not list hundreds of Dockerfiles', () => {
  const fix = (dockerfile: string): AcceptedFix => ({ transform: 't', dockerfile, safety: 'unsafe', claims: [{ kind: 'assumes', assumption: { kind: 'disjoint-names' } }], message: 'a\u001b[31m', line: 1, endLine: 1, files: [dockerfile] });
  const message = commitMessage({ id: 't', title: 'Title', why: 'Why.' }, [fix('a\nb'), ...Array.from({ length: 100 }, (_, index) => fix(`${index}/Dockerfile`))]);
  expect(message).toContain(String.raw`- "a\u000ab", line 1: "a\u001b[31m"`.replace(String.raw`\u000a`, String.raw`\n`));
  expect(message).not.toMatch(/\u001b/);
  expect(message).toContain('\n- and 61 more\n');
  expect(message).toContain('as long as what is\nassumed is so.');
  expect(Math.max(...message.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
});

test('what a repository says closes no issue by a message, and keeps no CI from running', () => {
  const text = 'fixes #12, closes o/r#3, GH-4, resolves https://forge.example/o/r/issues/5 [skip ci] [CI skip] [no ci] [skip-netlify] ***NO_CI*** @scope/name a[0] C# 8';
  const fix: AcceptedFix = { transform: 't', dockerfile: 'fixes #1/Dockerfile', safety: 'exact', claims: [], message: text, line: 1, endLine: 1, files: [] };
  const message = commitMessage({ id: 't', title: 'Title', why: 'Why.' }, [fix]);
  expect(message).not.toMatch(/#\d|GH-\d|issues\/\d|\[(?:skip|ci|no)|\*NO_CI/i);
  expect(message.replaceAll('\u200B', '').replaceAll(/\n +/g, ' ')).toContain(`- fixes #1/Dockerfile, line 1: ${text}\n`);
});
