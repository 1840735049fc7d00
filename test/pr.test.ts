import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { inOrder } from '../src/pr/run.ts';
import { bundleCli, removeTemporaryDirectories, temporaryDirectory, writeFiles } from './support/cli.ts';
import { git } from './support/forge/git-http.ts';
import { gitHubServer, token, user } from './support/forge/github-server.ts';
import type { ProgramResult } from './support/forge/program.ts';
import { runHere, startProgram } from './support/forge/program.ts';
import type { ForgeServer } from './support/forge/server.ts';
import type { World, WorldPullRequest, WorldRepository } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';
import type { Schema } from './support/json-schema.ts';
import { validate } from './support/json-schema.ts';

const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const repaired = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "app.py"]\n';
const shopFiles = { Dockerfile: dockerfile, 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'print(1)\n', '.dockerignore': '.git\n' };
const branch = 'dockfix/dockerfile-cache';
const only = ['--only', 'split-copy'];

/** Git is started often, and other tests run beside these. */
vi.setConfig({ testTimeout: 300_000 });

let program = '';
let world: World;
let server: ForgeServer;
let shop: WorldRepository;

beforeAll(async () => {
  program = await bundleCli();
});
beforeEach(async () => {
  world = newWorld();
  shop = world.add('org/shop', shopFiles);
  server = await gitHubServer(world);
});
afterEach(() => server.close());
afterAll(removeTemporaryDirectories);

function dockfix(...args: readonly string[]): Promise<ProgramResult> {
  return runHere(['--endpoint', server.url, ...only, ...args], { GITHUB_TOKEN: token });
}

/** Runs it, and holds that all went well; gives what it said without colours. */
async function well(...args: readonly string[]): Promise<string> {
  const { code, error } = await dockfix(...args);
  expect({ code, error }).toEqual({ code: 0, error: expect.any(String) });
  expect(error).not.toContain(token);
  return error;
}

const theOnly = (): WorldPullRequest => {
  const [pull] = world.pullRequests;
  if (pull === undefined || world.pullRequests.length > 1) throw new Error(`there are ${world.pullRequests.length} pull requests`);
  return pull;
};

const changes = (): string[] => server.log.filter((words) => !words.startsWith('GET') && !words.startsWith('git git-upload-pack') && !words.endsWith(' refs'));

describe('the life of a pull request', () => {
  test('opened, left as it is, brought up to date, merged', async () => {
    for (let index = 0; index < 5; index += 1) world.commit(shop, { 'app.py': `print(${index})\n` });
    expect(await well('org/shop')).toMatch(/^opened org\/shop https:\/\/github\.example\/org\/shop\/pull\/1$/m);
    const pull = theOnly();
    expect(pull).toMatchObject({ state: 'open', base: 'main', branch, isDraft: false, title: 'Docker: copy dependency manifests, install, then copy the source' });
    expect(pull.body).toContain('5 of the last 5 commits reinstalled all dependencies; with this change 0.');
    expect(pull.body).toContain(`${server.url}/org/shop/blob/${world.headOf(shop, 'main') ?? ''}/Dockerfile#L4`);
    expect(world.fileAt(shop, branch, 'Dockerfile')).toBe(repaired.trimEnd());
    expect(git(shop.directory, 'log', '--format=%an <%ae> %cn <%ce> %s', `main..${branch}`)).toBe('dockfix <dockfix@noreply.invalid> dockfix <dockfix@noreply.invalid> Copy dependency manifests, install, then copy the source');

    const head = world.headOf(shop, branch);
    server.log.length = 0;
    expect(await well('org/shop')).toContain('unchanged org/shop: https://github.example/org/shop/pull/1 is up to date');
    expect(changes()).toEqual([]);
    expect(world.headOf(shop, branch)).toBe(head);

    // The base moves, and what the branch changes is as it was: it still merges, to the very same.
    const text = pull.body;
    world.commit(shop, { 'app.py': 'print(99)\n' });
    server.log.length = 0;
    expect(await well('org/shop')).toContain('unchanged org/shop: https://github.example/org/shop/pull/1 is up to date');
    expect(changes()).toEqual([]);
    expect(pull.body).toBe(text);
    expect(await well('org/shop', '--rebase-when', 'behind-base-branch')).toContain('updated org/shop https://github.example/org/shop/pull/1');
    expect(git(shop.directory, 'merge-base', 'main', branch)).toBe(world.headOf(shop, 'main'));
    expect(theOnly().body).toContain('6 of the last 6 commits');

    world.commit(shop, { Dockerfile: dockerfile.replace('3.12', '3.13'), 'app.py': 'print(100)\n' });
    expect(await well('org/shop')).toContain('updated org/shop https://github.example/org/shop/pull/1');
    expect(git(shop.directory, 'merge-base', 'main', branch)).toBe(world.headOf(shop, 'main'));
    expect(world.fileAt(shop, branch, 'Dockerfile')).toBe(repaired.replace('3.12', '3.13').trimEnd());
    expect(theOnly().body).toContain('7 of the last 7 commits');

    world.merge(theOnly());
    expect(await well('org/shop')).toContain('closed org/shop');
    expect(world.headOf(shop, branch)).toBeNull();
    expect(await well('org/shop')).toContain('unchanged org/shop');
    expect(theOnly().state).toBe('merged');
  });

  test('labels, reviewers and a draft, once', async () => {
    world.commit(shop, { 'dockfix.json': '{ "labels": ["docker", "from-repo"], "reviewers": ["hubot"] }\n' });
    await well('org/shop', '--draft', '--label', 'docker', '--label', 'cache', '--reviewer', 'octocat', '--reviewer', 'org/team');
    const pull = theOnly();
    expect(pull).toMatchObject({ isDraft: true, labels: ['docker', 'cache', 'from-repo'], reviewers: ['octocat', 'hubot', 'team team'] });
    pull.labels.length = 0;
    await well('org/shop', '--label', 'docker');
    expect(pull.labels).toEqual([]);
  });

  test('a reviewer that the forge does not take keeps nothing from being done', async () => {
    expect(await well('org/shop', '--reviewer', 'nobody', '--label', 'a')).toMatch(/note org\/shop: reviewers: .*not a collaborator/);
    expect(theOnly()).toMatchObject({ state: 'open', labels: ['a'], reviewers: [] });
    server.log.length = 0;
    await well('org/shop', '--reviewer', 'nobody', '--label', 'a');
    expect(changes()).toEqual([]);
  });
});

describe('what the repository says', () => {
  test('switched off, also later', async () => {
    const json = world.add('org/off', { ...shopFiles, 'dockfix.json': '{ "enabled": false }\n' });
    expect(await well('org/off', 'org/shop')).toContain('unchanged org/off: dockfix.json switches dockfix off');
    expect(world.headOf(json, branch)).toBeNull();
    world.commit(shop, { 'dockfix.json': '{ "enabled": false }' });
    expect(await well('org/shop')).toContain('closed org/shop https://github.example/org/shop/pull/1: dockfix.json switches dockfix off');
  });

  test('broken: left alone, with the line', async () => {
    await well('org/shop');
    world.commit(shop, { 'dockfix.json': '{\n  "enabled": "no"\n}\n' });
    expect(await well('org/shop')).toContain('left alone org/shop https://github.example/org/shop/pull/1: dockfix.json:2: has to be true or false');
    expect(theOnly().state).toBe('open');
  });

  test('transforms, options and paths', async () => {
    world.add('org/some', { ...shopFiles, 'old/Dockerfile': dockerfile, 'old/requirements.txt': 'a\n', 'dockfix.json': '{ "ignorePaths": ["old/**"], "transforms": { "skip": ["alpine-to-slim"] } }\n' });
    await well('org/some');
    const some = world.find('org/some');
    expect(some && world.fileAt(some, branch, 'Dockerfile')).toBe(repaired.trimEnd());
    expect(some && world.fileAt(some, branch, 'old/Dockerfile')).toBe(dockerfile.trimEnd());
    world.add('org/none', { ...shopFiles, 'dockfix.json': '{ "transforms": { "skip": ["split-copy"] } }' });
    expect(await well('org/none')).toContain('unchanged org/none: there is nothing to repair');
  });

  test('another base branch, and one that is not there', async () => {
    world.commit(shop, { Dockerfile: repaired, 'dockfix.json': '{ "baseBranch": "develop" }' });
    world.commit(shop, { Dockerfile: dockerfile }, { branch: 'develop' });
    await well('org/shop');
    expect(theOnly()).toMatchObject({ base: 'develop', state: 'open' });
    expect(git(shop.directory, 'merge-base', 'develop', branch)).toBe(world.headOf(shop, 'develop'));
    world.commit(shop, { 'dockfix.json': '{ "baseBranch": "devel" }' });
    expect(await well('org/shop')).toContain('dockfix.json: there is no branch devel (baseBranch)');
  });

  test('a default branch that becomes another one while it is cloned: the pull request is based on what it is for', async () => {
    world.commit(shop, { Dockerfile: dockerfile, 'later.txt': '' }, { branch: 'trunk' });
    git(shop.directory, 'symbolic-ref', 'HEAD', 'refs/heads/trunk');
    await well('org/shop');
    expect(theOnly()).toMatchObject({ base: 'main', state: 'open' });
    expect(git(shop.directory, 'merge-base', 'trunk', branch)).toBe(world.headOf(shop, 'main'));
    world.deleteBranch(shop, 'main');
    expect((await dockfix('org/shop')).error).toContain('failed org/shop https://github.example/org/shop/pull/1: its branch main is gone');
  });

  test('a branch that is not only dockfix’s own is not pushed to', async () => {
    const before = [world.headOf(shop, 'main'), world.commit(shop, { 'a.txt': '' }, { branch })];
    expect((await dockfix('org/shop', '--branch', 'main')).error).toContain('failed org/shop: main is its default branch: --branch has to name another');
    const main = world.commit(shop, { 'dockfix.json': `{ "baseBranch": "${branch}" }` });
    expect(await well('org/shop')).toContain(`left alone org/shop: dockfix.json: the branch ${branch} (baseBranch) is dockfix’s own`);
    expect([git(shop.directory, 'rev-parse', `${main}~`), world.headOf(shop, branch)]).toEqual(before);
    expect(changes()).toEqual([]);
  });
});

describe('which repositories', () => {
  test('a list, and what is wrong in it', async () => {
    const directory = temporaryDirectory();
    writeFiles(directory, { 'list.txt': `# ours\n\norg/shop\n${server.url}/org/shop.git\n`, 'wrong.txt': 'org/shop\n\nhttps://elsewhere.example/org/shop\n' });
    expect(await well('--repos', join(directory, 'list.txt'))).toContain('1 repository: 1 opened.');
    const { code, error } = await dockfix('--repos', join(directory, 'wrong.txt'));
    expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining(`wrong.txt:3: "https://elsewhere.example/org/shop" is no repository of ${server.url}`) });
  });

  test('one that is not there does not keep the others from being done', async () => {
    const { code, error } = await dockfix('org/none', 'org/shop');
    expect(code).toBe(2);
    expect(error).toMatch(/failed org\/none: GET .*: 404 Not Found/);
    expect(error).toContain('opened org/shop');
  });

  test('one that cannot be asked about its pull requests does not keep the others from being done, also with limits', async () => {
    world.add('org/broken', shopFiles);
    server.fault = (words) => (words === 'GET /repos/org/broken/pulls' ? { status: 500, json: { message: 'Server Error' } } : null);
    const { code, error } = await dockfix('org/broken', 'org/shop', '--max-prs', '5', '--commits', '0');
    expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(/^failed org\/broken: GET .*: 500 Server Error\nopened org\/shop /m) });
  });

  test('with the token of a GitHub App, those that it is installed on', async () => {
    world.add('org/other', shopFiles);
    world.installedOn = [shop];
    const said = await well('--org', 'org');
    expect(said).toContain('opened org/shop');
    expect(said).toContain('skipped org/other: the token may not push to it');
  });

  test('shards share the repositories', async () => {
    const names = ['shop', ...Array.from({ length: 5 }, (_, index) => `r${index}`)];
    for (const name of names.slice(1)) world.add(`org/${name}`, { a: '1' });
    const shards = await Promise.all([1, 2, 3].map((index) => dockfix('--org', 'org', '--shard', `${index}/3`, '--format', 'json', '--dry-run')));
    const found = shards.map(({ out }) => (JSON.parse(out) as { repositories: { name: string }[] }).repositories.map(({ name }) => name));
    expect(found.flat().toSorted()).toEqual(names.map((name) => `org/${name}`).toSorted());
    expect(found.every((list) => list.length < names.length)).toBe(true);
  });
});

describe('several at once', () => {
  test('do what one after the other does, within the limits, and the forge is asked one thing at a time', async () => {
    const names = ['org/shop', ...['a', 'b', 'c', 'd'].map((name) => world.add(`org/${name}`, shopFiles).name)];
    let [asked, most] = [0, 0];
    server.fault = (words) => {
      if (!words.startsWith('git')) most = Math.max(most, (asked += 1));
      return null;
    };
    server.afterwards = (words) => void (words.startsWith('git') || (asked -= 1));
    const { code, out } = await dockfix(...names, '--jobs', '3', '--commits', '0', '--max-prs', '2', '--format', 'json');
    const { repositories, summary } = JSON.parse(out) as { repositories: { name: string }[]; summary: object };
    expect({ code, names: repositories.map(({ name }) => name), summary }).toMatchObject({ code: 0, names, summary: { created: 2, waiting: 3 } });
    expect(world.pullRequests.filter(({ state }) => state === 'open')).toHaveLength(2);
    expect(most).toBe(1);
  });

  test('what could not be opened takes no place of another', async () => {
    world.add('org/other', shopFiles);
    server.fault = (words) => (words === 'POST /repos/org/shop/pulls' ? { status: 403, json: { message: 'Resource not accessible' } } : null);
    expect((await dockfix('org/shop', 'org/other', '--commits', '0', '--max-prs', '1')).error).toContain('2 repositories: 1 opened, 1 failed.');
  });

  test('a repository by two names is done once', async () => {
    server.fault = (words) => (words === 'GET /repos/org/before' ? { status: 301, headers: { location: `${server.url}/api/v3/repos/org/shop` }, json: { message: 'Moved Permanently' } } : null);
    expect(await well('org/before', 'org/shop', '--jobs', '2', '--commits', '0')).toContain('opened org/shop');
    expect(world.pullRequests).toHaveLength(1);
    expect(await well('org/before', 'org/shop')).toContain('2 repositories: 1 unchanged, 1 skipped.');
  });

  test('results come in order, however long each takes; a failure ends what was begun and begins nothing', async () => {
    const begun: number[] = [];
    const work = async (which: number): Promise<number> => {
      begun.push(which);
      for (let turns = 0; turns < (10 - which) * 5; turns += 1) await Promise.resolve();
      if (which === 3) throw new Error('no');
      return which;
    };
    const results: number[] = [];
    const all = async (list: readonly number[], size: number): Promise<void> => {
      for await (const result of inOrder(list, size, work)) results.push(result);
    };
    await all([0, 1, 2, 4, 5], 2);
    expect(results).toEqual([0, 1, 2, 4, 5]);
    results.length = begun.length = 0;
    await expect(all([1, 2, 3, 4, 5, 6, 7], 2)).rejects.toThrow('no');
    expect(results).toEqual(begun.filter((which) => which !== 3));
    expect(begun).not.toContain(7);
    await all([], 3);
  });
});

describe('from a fork', () => {
  test('made once, and used again', async () => {
    shop.canPush = false;
    const first = await dockfix('org/shop');
    expect(first).toMatchObject({ code: 2, error: expect.stringContaining('failed org/shop: the token may not push to it (with --fork') });
    expect(await well('org/shop', '--fork', '--dry-run')).toContain('would open org/shop');
    expect(world.repositories).toHaveLength(1);
    await well('org/shop', '--fork');
    const fork = world.find(`${user}/shop`);
    expect(theOnly()).toMatchObject({ state: 'open', source: fork, target: shop });
    expect(world.headOf(shop, branch)).toBeNull();
    world.commit(shop, { 'app.py': 'print(7)\n' });
    expect(await well('org/shop', '--fork')).toContain('is up to date');
    world.commit(shop, { 'dockfix.json': '{ "rebaseWhen": "behind-base-branch" }' });
    expect(await well('org/shop', '--fork')).toContain('updated org/shop');
    expect(fork && git(fork.directory, 'log', '--format=%s', '-4', branch)).toBe('Copy dependency manifests, install, then copy the source\nA change\nA change\nFirst');
    world.commit(shop, { Dockerfile: repaired });
    expect(await well('org/shop', '--fork')).toContain('closed org/shop');
    expect(fork && world.headOf(fork, branch)).toBeNull();
  });

  test('what a person closed is not opened again where the fork is gone', async () => {
    await well('org/shop', '--fork');
    const pull = theOnly();
    pull.state = 'closed';
    world.repositories.splice(1);
    rmSync(pull.source.directory, { recursive: true });
    expect(await well('org/shop', '--fork')).toContain(`left alone org/shop: https://github.example/org/shop/pull/1 was closed by a person`);
    expect(world.pullRequests).toEqual([pull]);
    const fork = world.find(`${user}/shop`);
    expect(fork && world.headOf(fork, branch)).toBeNull();
  });
});

describe('what is printed', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'pr.schema.json'), 'utf8')) as Schema;

  test('--dry-run says what it would do, prints the diffs with the repository that each is of, and does nothing', async () => {
    world.add('org/other', { ...shopFiles, Dockerfile: dockerfile.replace('3.12', '3.13') });
    const { code, out, error } = await dockfix('org/shop', 'org/other', '--dry-run');
    expect(code).toBe(0);
    expect(error).toMatch(/^would open org\/shop$[^]*^would open org\/other$/m);
    const [, first = '', second = ''] = /^# org\/shop\n([^]*)# org\/other\n([^]*)$/.exec(out) ?? [];
    expect(first).toContain('\n-COPY . .\n+COPY requirements.txt ./\n');
    const checkout = temporaryDirectory();
    writeFiles(checkout, { Dockerfile: dockerfile });
    writeFileSync(join(checkout, 'out.diff'), `# org/shop\n${first}`);
    git(checkout, 'apply', 'out.diff');
    expect(readFileSync(join(checkout, 'Dockerfile'), 'utf8')).toBe(repaired);
    expect(second).toContain('python:3.13');
    expect(error).toContain('would fix org/shop/Dockerfile:4 split-copy (exact): ');
    expect(changes()).toEqual([]);
    expect(world.headOf(shop, branch)).toBeNull();
    expect(world.pullRequests).toEqual([]);
  });

  test('what is found in files is said where it is, or would be, proposed', async () => {
    world.add('org/other', shopFiles);
    const before = await dockfix('org/shop', 'org/other', '--dry-run', '--commits', '0', '--max-prs', '1');
    expect(before.error).toMatch(/^would open org\/shop\nwould fix org\/shop\/Dockerfile:4 .*\nwaiting org\/other: .*\nwould fix org\/other\/Dockerfile:4 /m);
    expect(await well('org/shop', '--commits', '0', '--verbose')).toMatch(/^opened org\/shop .*\nfixed org\/shop\/Dockerfile:4 /m);
    const upToDate = await dockfix('org/shop', '--dry-run');
    expect(upToDate).toMatchObject({ code: 0, out: '', error: 'unchanged org/shop: https://github.example/org/shop/pull/1 is up to date\n1 repository: 1 unchanged.\n' });
    world.commit(shop, { note: 'mine' }, { branch });
    world.commit(shop, { Dockerfile: dockerfile.replace('3.12', '3.13') });
    expect(await dockfix('org/shop', '--dry-run')).toMatchObject({ code: 0, out: '', error: expect.not.stringContaining('would fix') });
  });

  test('JSON', async () => {
    world.add('org/old', shopFiles, { isArchived: true });
    const { code, out, error } = await dockfix('org/shop', 'org/old', 'org/none', '--format', 'json');
    const report = JSON.parse(out) as object;
    expect(validate(schema, report)).toEqual([]);
    expect(code).toBe(2);
    expect(report).toMatchObject({ version: 1, dryRun: false, error: null, summary: { created: 1, skipped: 1, failed: 1 } });
    expect(report).toMatchObject({ repositories: [{ name: 'org/shop', outcome: 'created', url: 'https://github.example/org/shop/pull/1', pushed: true, files: [{ path: 'Dockerfile', status: 'changed' }] }, { outcome: 'skipped' }, { outcome: 'failed' }] });
    expect(error).toContain('opened org/shop');
    const usage = await startProgram(program, ['pr', '--format', 'json'], {}).result;
    expect(validate(schema, JSON.parse(usage.out))).toEqual([]);
    expect(usage).toMatchObject({ code: 2, error: expect.stringContaining('which repositories?') });
  });

  test('no token, a wrong one, and a limit that lasts end the run', async () => {
    const withoutToken = await startProgram(program, ['pr', 'org/shop', '--endpoint', server.url], {}).result;
    expect(withoutToken).toMatchObject({ code: 2, error: expect.stringContaining('there is no token for 127.0.0.1') });
    const withoutSpace = await startProgram(program, ['pr', 'org/shop', '--endpoint', server.url, '--format', 'json'], { GITHUB_TOKEN: token, TMPDIR: '/nonexistent' }).result;
    expect(withoutSpace).toMatchObject({ code: 2, error: expect.stringMatching(/^dockfix: clones need a temporary directory: ENOENT.*\n$/) });
    expect(validate(schema, JSON.parse(withoutSpace.out))).toEqual([]);
    const wrong = await startProgram(program, ['pr', 'org/shop', 'org/other', '--endpoint', server.url], { GITHUB_TOKEN: 'ghp_wrong0123456789012345' }).result;
    expect(wrong).toMatchObject({ code: 2, error: expect.stringMatching(/401 Bad credentials\n0 repositories\.\n$/) });
    server.fault = () => ({ status: 403, headers: { 'retry-after': '9999' }, json: { message: 'You have exceeded a secondary rate limit' } });
    const limited = await dockfix('org/shop', 'org/other', '--format', 'json');
    expect(validate(schema, JSON.parse(limited.out))).toEqual([]);
    expect(limited).toMatchObject({ code: 2, error: expect.stringContaining('secondary rate limit') });
  });

  test.each([
    [['org/shop', '--branch=-x'], '--branch: "-x" is no name of a branch'],
    [['org/shop', '--author', 'me'], '--author: "me" is not written as Name <email>'],
    [['org/shop', '--shard', '3/2'], '--shard: "3/2" is not written as 1/4'],
    [['org/shop', '--jobs', '0'], '--jobs: "0" is not a number of repositories'],
    [['org/shop', '--max-prs', 'x'], '--max-prs: "x" is not a number'],
    [['https://x-access-token:s3cret@elsewhere.example/org/shop'], '"https://[hidden]@elsewhere.example/org/shop" is no repository of http'],
    [['org/shop', '--endpoint', 'https://user:s3cret@ho st'], '--endpoint: "https://[hidden]@ho st" is not an address'],
    [['org/shop/x'], '"org/shop/x" is no repository of http'],
    [['--org', 'a/b'], '--org: "a/b" is no name'],
    [['org/shop', '--label', 'a,b'], '--label: "a,b" is no name of a label'],
    [['org/shop', '--platform', 'bitbucket'], '--platform: "bitbucket" is not one of "github", "gitlab", "gitea"'],
    [['org/shop', '--reviewer', '@octocat'], '--reviewer: "@octocat" is no name of a user (or ORG/TEAM)'],
    [['org/shop', '--rebase-when', 'never'], '--rebase-when: "never" is not one of "conflicted", "behind-base-branch"'],
    [['org/shop', '--endpoint', 'http://forge.example'], '--endpoint: it has to begin with https://'],
  ])('%j', async (args, message) => {
    const { code, error } = await startProgram(program, ['pr', '--endpoint', server.url, ...args], { GITHUB_TOKEN: token }).result;
    expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining(message) });
  });
});

describe('security', () => {
  test('the token is on no command line and in no file', async () => {
    const home = temporaryDirectory();
    const seen: string[] = [];
    const bin = join(home, 'bin');
    writeFiles(bin, { git: `#!/bin/sh\necho "$@" >> ${home}/arguments\nfor file in $(find ${home} -name config -path '*.git*' 2>/dev/null); do cat $file >> ${home}/configurations; done\nexec /usr/bin/env -u DOCKFIX_NOTHING ${git(home, '--exec-path')}/git "$@"\n` });
    chmodSync(join(bin, 'git'), 0o755);
    const running = startProgram(program, ['pr', 'org/shop', '--endpoint', server.url, ...only], { GITHUB_TOKEN: token, PATH: `${bin}:${process.env['PATH'] ?? ''}`, TMPDIR: home });
    server.afterwards = (words) => void seen.push(words);
    const { code, out, error } = await running.result;
    expect({ code, error }).toEqual({ code: 0, error: expect.any(String) });
    const everything = [out, error, readFileSync(join(home, 'arguments'), 'utf8'), readFileSync(join(home, 'configurations'), 'utf8')].join('\n');
    expect(everything).toContain('push');
    expect(everything).toContain(`url = ${server.url}/org/shop.git`);
    for (const secret of [token, Buffer.from(`x-access-token:${token}`).toString('base64')]) expect(everything).not.toContain(secret);
    expect(seen.some((words) => words.startsWith('git git-receive-pack'))).toBe(true);
    expect(readdirSync(home).filter((name) => name.startsWith('dockfix-pr-'))).toEqual([]);
  });

  test('where git is turned down, what a user has stored for the same forge is neither asked for nor forgotten', async () => {
    const home = temporaryDirectory();
    const stored = `${server.url.replace('://', '://me:mine@')}\n`;
    writeFiles(home, { '.gitconfig': `[credential]\n\thelper = store\n[credential "${server.url}"]\n\thelper = "!touch ${home}/asked; false"\n[core]\n\taskPass = ${home}/ask\n`, '.git-credentials': stored, ask: `#!/bin/sh\ntouch ${home}/asked\n` });
    chmodSync(join(home, 'ask'), 0o755);
    server.fault = (words) => (words.startsWith('git ') ? { status: 401, headers: { 'www-authenticate': 'Basic realm="git"' } } : null);
    const { code, error } = await startProgram(program, ['pr', 'org/shop', '--endpoint', server.url, ...only], { GITHUB_TOKEN: token, HOME: home, GIT_ASKPASS: join(home, 'ask') }).result;
    expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining('failed org/shop: git clone: ') });
    expect(readFileSync(join(home, '.git-credentials'), 'utf8')).toBe(stored);
    expect(existsSync(join(home, 'asked'))).toBe(false);
  });

  test('what a user sends along to the same forge does not get in the way of the token', async () => {
    const home = temporaryDirectory();
    writeFiles(home, { '.gitconfig': `[http "${server.url}/"]\n\textraHeader = AUTHORIZATION: basic bWU6bWluZQ==\n` });
    const { code, error } = await startProgram(program, ['pr', 'org/shop', '--endpoint', server.url, ...only], { GITHUB_TOKEN: token, HOME: home }).result;
    expect({ code, error }).toEqual({ code: 0, error: expect.stringContaining('opened org/shop') });
  });

  test('what a user has set for commits and pushes of their own counts for nothing', async () => {
    const home = temporaryDirectory();
    writeFiles(home, { '.gitconfig': '[core]\n\tautocrlf = true\n\tsafecrlf = true\n[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = false\n[push]\n\tdefault = nothing\n\tpushOption = ci.skip\n\tgpgSign = true\n\trecurseSubmodules = only\n[clone]\n\trejectShallow = true\n\tdefaultRemoteName = other\n[i18n]\n\tcommitEncoding = UTF-16\n' });
    const { code, error } = await startProgram(program, ['pr', 'org/shop', '--endpoint', server.url], { GITHUB_TOKEN: token, HOME: home }).result;
    expect({ code, error }).toEqual({ code: 0, error: expect.stringContaining('opened org/shop') });
    expect(world.fileAt(shop, branch, 'Dockerfile')).toBe(repaired.trimEnd());
    expect(theOnly().state).toBe('open');
  });

  test('clones do not stay where nobody reads what is printed', async () => {
    const home = temporaryDirectory();
    world.add('org/other', shopFiles);
    const { result } = startProgram('-c', [`"${process.execPath}" "${program}" pr --dry-run --commits 0 --only split-copy --endpoint ${server.url} org/shop org/other | head -c 1`], { GITHUB_TOKEN: token, TMPDIR: home }, 'bash');
    expect(await result).toMatchObject({ code: 0, out: '#' });
    expect(readdirSync(home)).toEqual([]);
  });

  test('nothing that a repository brings is executed, and no link is followed out of it', async () => {
    const directory = temporaryDirectory();
    const trap = join(directory, 'sprung');
    const evil = world.add('org/evil', {
      ...shopFiles,
      '.gitattributes': '* filter=evil diff=evil merge=evil\n',
      '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ../shop.git\n',
      '.gitconfig': `[filter "evil"]\n\tsmudge = touch ${trap}\n\tclean = touch ${trap}\n`,
      '.githooks/pre-push': `#!/bin/sh\ntouch ${trap}\n`,
      'dockfix.json': '-> /etc/hostname',
      'linked/Dockerfile': '-> /etc/passwd',
    });
    const said = await dockfix('org/evil');
    expect(said.error).toContain('dockfix.json cannot be read');
    world.commit(evil, { 'dockfix.json': null, '.gitattributes': null });
    await dockfix('org/evil');
    expect(existsSync(trap)).toBe(false);
    expect(world.fileAt(evil, branch, 'Dockerfile')).toBe(repaired.trimEnd());
    expect(world.pullRequests.map(({ body }) => body).join('')).not.toContain('root:');
  });

  test('a name of a branch that could be something else to git is not taken', async () => {
    const answer = await fetch(`${server.url}/api/v3/repos/org/shop`, { headers: { authorization: `Bearer ${token}`, 'user-agent': 'a' } });
    const json = (await answer.json()) as object;
    server.fault = (words) => (words === 'GET /repos/org/shop' ? { status: 200, json: { ...json, default_branch: 'main:refs/heads/other' } } : null);
    expect((await dockfix('org/shop')).error).toContain('failed org/shop: its branch has a name that dockfix does not take');
  });

  test('an address that a forge gives does not steer the terminal', async () => {
    await well('org/shop');
    const answer = await fetch(`${server.url}/api/v3/repos/org/shop/pulls`, { headers: { authorization: `Bearer ${token}`, 'user-agent': 'a' } });
    const pulls = (await answer.json()) as object[];
    server.fault = (words) => (words === 'GET /repos/org/shop/pulls' ? { status: 200, json: pulls.map((pull) => ({ ...pull, html_url: 'https://github.example/\u001b[2J' })) } : null);
    world.commit(shop, { Dockerfile: dockerfile.replace('3.12', '3.13') });
    const { error } = await dockfix('org/shop', '--commits', '0');
    expect(error).toContain(String.raw`updated org/shop "https://github.example/\u001b[2J"`);
    expect(error).not.toContain('\u001b[2J');
  });

  test('a token in an answer or in an address is not shown', async () => {
    server.fault = (words) => (words.startsWith('GET /repos/org/shop') ? { status: 400, json: { message: `Bearer ${token}` } } : null);
    const { error } = await dockfix('org/shop');
    expect(error).not.toContain(token);
    expect(error).toContain('[hidden]');
  });
});
