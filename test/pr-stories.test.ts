/** What `dockfix pr` does, told of each forge. What only one of them has is told of in its own file. */
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { removeTemporaryDirectories } from './support/cli.ts';
import { changesIn, forges, runOn } from './support/forge/forges.ts';
import { git } from './support/forge/git-http.ts';
import { testClock } from './support/forge/program.ts';
import type { ForgeServer } from './support/forge/server.ts';
import { branch, dockerfile, onlyPullRequestOf, repaired, shopFiles } from './support/forge/shop.ts';
import type { World, WorldPullRequest, WorldRepository } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';

/** Git is started often, and other tests run beside these. */
vi.setConfig({ testTimeout: 300_000 });

afterAll(removeTemporaryDirectories);

describe.each(forges.map((forge) => [forge.platform, forge] as const))('%s', (_, forge) => {
  const { shop: name, owner, reviewer } = forge;
  let world: World;
  let server: ForgeServer;
  let shop: WorldRepository;

  beforeEach(async () => {
    world = newWorld();
    shop = world.add(name, shopFiles);
    server = await forge.serve(world);
  });
  afterEach(() => server.close());

  /** Holds that all went well, and gives what was said. */
  const well = async (...args: readonly string[]): Promise<string> => {
    const { code, error } = await runOn(forge, server, args);
    expect({ code, error }).toEqual({ code: 0, error: expect.any(String) });
    expect(error).not.toContain(forge.token);
    return error;
  };
  const theOnly = (): WorldPullRequest => onlyPullRequestOf(world);
  const states = (): readonly string[] => world.pullRequests.map(({ state }) => state);
  const title = 'Docker: copy dependency manifests, install, then copy the source';

  test('closed by a person: left alone, whatever changes, until somebody ticks the box', async () => {
    await well(name);
    const first = theOnly();
    first.state = 'closed';
    world.commit(shop, { 'more/Dockerfile': dockerfile, 'more/requirements.txt': 'a\n' });
    server.log.length = 0;
    expect(await well(name)).toMatch(/^left alone .* was closed by a person; who wants it after all reopens it, or ticks the box at its end$/m);
    expect(server.log.filter((words) => words.startsWith('git') || changesIn([words]).length > 0)).toEqual([]);
    world.deleteBranch(shop, branch);
    expect(await well(name)).toContain('was closed by a person');
    expect(states()).toEqual(['closed']);
    first.body = first.body.replace('- [ ]', '- [x]');
    expect(await well(name)).toContain(`opened ${name}`);
    expect(states()).toEqual(['closed', 'open']);
    for (const pull of world.pullRequests) pull.state = 'closed';
    expect(await well(name)).toContain('was closed by a person');
    expect(states()).toEqual(['closed', 'closed']);
  });

  test('reopened by a person: gone on with', async () => {
    await well(name);
    theOnly().state = 'closed';
    await well(name);
    theOnly().state = 'open';
    world.commit(shop, { Dockerfile: dockerfile.replace('3.12', '3.13') });
    expect(await well(name)).toContain(`updated ${name}`);
    expect(world.fileAt(shop, branch, 'Dockerfile')).toContain('3.13');
  });

  test('merged and taken back: not proposed again', async () => {
    await well(name);
    world.merge(theOnly());
    world.deleteBranch(shop, branch);
    world.commit(shop, { Dockerfile: dockerfile }, { message: 'Revert' });
    expect(await well(name)).toMatch(/the same change was merged in .* and taken back since/);
    expect(states()).toEqual(['merged']);
  });

  test('closed by dockfix, and opened again when it breaks again', async () => {
    await well(name);
    world.commit(shop, { Dockerfile: repaired });
    expect(await well(name)).toContain('there is nothing to repair');
    expect(theOnly()).toMatchObject({ state: 'closed', comments: [expect.stringContaining('dockfix closes this: there is nothing to repair.')] });
    expect(world.headOf(shop, branch)).toBeNull();
    expect(await well(name)).toContain(`unchanged ${name}`);
    world.commit(shop, { Dockerfile: dockerfile });
    await well(name);
    expect(states()).toEqual(['closed', 'open']);
  });

  test('a branch with a commit of somebody else is left alone, also when nothing is left to do', async () => {
    await well(name);
    const head = world.commit(shop, { note: 'mine' }, { branch });
    const leftAlone = /^left alone .*: its branch has commits by somebody@example\.org; dockfix goes on once they are gone, or the branch is$/m;
    world.commit(shop, { Dockerfile: dockerfile.replace('3.12', '3.13') });
    expect(await well(name)).toMatch(leftAlone);
    world.commit(shop, { Dockerfile: repaired });
    expect(await well(name)).toMatch(leftAlone);
    expect(world.headOf(shop, branch)).toBe(head);
    expect(theOnly().state).toBe('open');
  });

  test('labels, reviewers and a draft, once', async () => {
    world.commit(shop, { 'dockfix.json': '{ "labels": ["docker", "cache"] }\n' });
    await well(name, '--draft', '--label', 'docker', '--reviewer', reviewer[0]);
    const pull = theOnly();
    expect(pull).toMatchObject({ ...forge.draft(title), labels: ['docker', 'cache'], reviewers: [reviewer[1]] });
    pull.labels.length = 0;
    pull.reviewers.length = 0;
    world.commit(shop, { Dockerfile: dockerfile.replace('3.12', '3.13') });
    expect(await well(name, '--label', 'docker', '--reviewer', reviewer[0])).toContain(`updated ${name}`);
    expect(pull).toMatchObject({ ...forge.draft(title), labels: [], reviewers: [] });
  });

  test('a title that a person wrote stays', async () => {
    await well(name);
    theOnly().title = 'Mine';
    world.commit(shop, { Dockerfile: dockerfile.replace('3.12', '3.13'), 'more/Dockerfile': dockerfile, 'more/requirements.txt': 'a\n' });
    expect(await well(name)).toContain(`updated ${name}`);
    expect(theOnly().title).toBe('Mine');
  });

  test('limits, over all repositories', async () => {
    const other = world.add(`${owner}/other`, shopFiles).name;
    const both = (...args: readonly string[]): Promise<string> => well(name, other, ...args);
    expect(await both('--max-prs', '0')).toContain('2 repositories: 2 waiting.');
    expect(await both('--max-prs', '1', '--dry-run')).toContain('2 repositories: 1 would open, 1 waiting.');
    expect(await both('--max-prs', '1')).toContain('2 repositories: 1 opened, 1 waiting.');
    expect(await both('--max-prs', '1')).toContain(`waiting ${other}: 1 pull request of dockfix’s is open (--max-prs 1)`);
    theOnly().state = 'closed';
    expect(await both('--per-hour', '1')).toContain(`waiting ${other}: 1 pull request of dockfix’s was opened within the last hour (--per-hour 1)`);
    const ahead = testClock();
    await ahead.sleep(2 * 60 * 60_000);
    expect((await runOn(forge, server, [name, other, '--per-hour', '1'], ahead)).error).toContain(`waiting ${other}: 1 pull request`);
    Object.assign(theOnly(), { createdAt: new Date(Date.now() - 61 * 60_000).toISOString() });
    expect(await both('--per-hour', '1', '--max-prs', '1')).toContain('2 repositories: 1 opened, 1 left alone.');
  });

  test('an organisation without archived ones, forks, empty ones and those that may not be pushed to, page by page', async () => {
    world.pageSize = 1;
    world.add(`${owner}/old`, shopFiles, { isArchived: true });
    world.add(`${owner}/copy`, shopFiles, { parent: shop });
    world.add(`${owner}/reader`, shopFiles, { canPush: false });
    world.add(`${owner}/empty`, {});
    world.add('somebody/tool', shopFiles);
    const all = ['--org', owner, '--org', 'somebody'];
    const said = await well(...all, '--dry-run');
    expect(said).toContain(`skipped ${owner}/old: it is archived`);
    expect(said).toContain(`skipped ${owner}/copy: it is a fork`);
    expect(said).toContain(`skipped ${owner}/reader: the token may not push to it`);
    expect(said).toContain(`skipped ${owner}/empty: it is empty`);
    expect(said).toContain('6 repositories: 2 would open, 4 skipped.');
    expect(changesIn(server.log)).toEqual([]);
    // A fork that is named is meant.
    expect(await well(...all, `${owner}/copy`, '--dry-run')).toContain('6 repositories: 3 would open, 3 skipped.');
  });

  test('another base branch, also later', async () => {
    await well(name);
    world.commit(shop, { Dockerfile: repaired }, { branch: 'other' });
    world.commit(shop, { Dockerfile: dockerfile }, { branch: 'develop' });
    world.commit(shop, { 'dockfix.json': '{ "baseBranch": "develop" }' });
    expect(await well(name)).toContain(`updated ${name}`);
    expect(theOnly()).toMatchObject({ base: 'develop', state: 'open' });
    world.commit(shop, { 'dockfix.json': '{ "enabled": false }' });
    expect(await well(name)).toContain('dockfix.json switches dockfix off');
    expect(theOnly()).toMatchObject({ state: 'closed' });
    expect(world.headOf(shop, branch)).toBeNull();
  });

  test('another base branch that lacks commits of the one before, also where the run was ended in between, and back', async () => {
    world.commit(shop, { more: '1' }, { branch: 'develop' });
    world.commit(shop, { 'app.py': 'print(1)\n' });
    await well(name);
    const bases = (): readonly (string | null)[] => [theOnly().base, git(shop.directory, 'merge-base', branch, theOnly().base)];
    world.commit(shop, { 'dockfix.json': '{ "baseBranch": "develop" }' });
    server.fault = (words) => (/^(?:PATCH|PUT) /.test(words) ? { status: 400, json: { message: 'no' } } : null);
    expect((await runOn(forge, server, [name])).error).toContain(`failed ${name}`);
    expect(theOnly().base).toBe('main');
    server.fault = () => null;
    expect(await well(name)).toContain(`updated ${name}`);
    expect(bases()).toEqual(['develop', world.headOf(shop, 'develop')]);
    expect(await well(name)).toContain('is up to date');
    const main = world.commit(shop, { 'dockfix.json': null });
    expect(await well(name)).toContain(`updated ${name}`);
    expect(bases()).toEqual(['main', main]);
    world.commit(shop, { note: 'mine' }, { branch });
    world.commit(shop, { 'dockfix.json': '{ "baseBranch": "develop" }' });
    expect(await well(name)).toContain('its branch has commits by somebody@example.org');
    expect(theOnly()).toMatchObject({ base: 'main', state: 'open' });
  });

  test('what somebody made of its branch for another one stays, and is for that one', async () => {
    world.commit(shop, { more: '1' }, { branch: 'release' });
    await well(name);
    const own = theOnly();
    const backport: WorldPullRequest = { ...own, number: own.number + 1, base: 'release', title: 'Backport', body: 'by hand', labels: [], reviewers: [], comments: [] };
    world.pullRequests.push(backport);
    const asItWas = { ...backport };
    expect(await well(name)).toContain('is up to date');
    world.commit(shop, { Dockerfile: dockerfile.replace('3.12', '3.13') });
    expect(await well(name)).toContain(`updated ${name}`);
    world.commit(shop, { Dockerfile: repaired });
    expect(await well(name)).toContain(`closed ${name}`);
    expect(own).toMatchObject({ state: 'closed', comments: [expect.any(String)] });
    expect(world.headOf(shop, branch)).not.toBeNull();
    world.commit(shop, { Dockerfile: dockerfile });
    expect(await well(name)).toMatch(/^left alone .* is not dockfix’s, and proposes its branch for release$/m);
    expect(backport).toEqual(asItWas);
  });

  test('from a fork: made once, also where the answer was lost, and used again', async () => {
    shop.canPush = false;
    expect(await well(name, '--fork', '--dry-run')).toContain(`would open ${name}`);
    expect(world.repositories).toHaveLength(1);
    let isDone = false;
    server.fault = (words) => {
      if (isDone || !/^POST .*forks?$/.test(words)) return null;
      isDone = true;
      return 'cut-after';
    };
    expect(await well(name, '--fork')).toContain(`opened ${name}`);
    expect(isDone).toBe(true);
    const fork = world.repositories[1] as WorldRepository;
    expect(theOnly()).toMatchObject({ state: 'open', source: fork, target: shop });
    expect(await well(name, '--fork')).toContain('is up to date');
    world.commit(shop, { Dockerfile: `${dockerfile}CMD ["python"]\n` });
    expect(await well(name, '--fork')).toContain(`updated ${name}`);
    expect(git(fork.directory, 'log', '--format=%s', '-3', branch)).toBe('Copy dependency manifests, install, then copy the source\nA change\nFirst');
    world.commit(fork, { note: 'mine' }, { branch });
    expect(await well(name, '--fork')).toContain('its branch has commits by somebody@example.org');
    git(fork.directory, 'update-ref', `refs/heads/${branch}`, `${branch}~1`);
    world.commit(shop, { Dockerfile: repaired });
    expect(await well(name, '--fork')).toContain(`closed ${name}`);
    expect([shop, fork].map((one) => world.headOf(one, branch))).toEqual([null, null]);
    expect(world.repositories).toHaveLength(2);
  });
});
