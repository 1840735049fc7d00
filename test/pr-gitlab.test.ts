import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';

import { removeTemporaryDirectories } from './support/cli.ts';
import { git } from './support/forge/git-http.ts';
import type { GitLabServer } from './support/forge/gitlab-server.ts';
import { gitLabServer, gitLabToken } from './support/forge/gitlab-server.ts';
import { runHere } from './support/forge/program.ts';
import { branch, onlyPullRequestOf, repaired, shopFiles as files } from './support/forge/shop.ts';
import type { World, WorldPullRequest, WorldRepository } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';

/** Git is started often, and other tests run beside these. */
vi.setConfig({ testTimeout: 300_000 });

let world: World;
let server: GitLabServer;
let shop: WorldRepository;

beforeEach(async () => {
  world = newWorld();
  shop = world.add('group/sub/shop', files);
  server = await gitLabServer(world);
});
afterEach(() => server.close());
afterAll(removeTemporaryDirectories);

async function well(...args: readonly string[]): Promise<string> {
  const { code, error } = await runHere(['--platform', 'gitlab', '--endpoint', server.url, '--only', 'split-copy', '--commits', '0', ...args], { GITLAB_TOKEN: gitLabToken });
  expect({ code, error }).toEqual({ code: 0, error: expect.any(String) });
  expect(error).not.toContain(gitLabToken);
  return error;
}

const changes = (): string[] => server.log.filter((words) => /^(?:POST|PUT) |^git git-receive-pack$/.test(words));
const theOnly = (): WorldPullRequest => onlyPullRequestOf(world);

test('opened as a draft, left as it is, brought up to date, closed', async () => {
  expect(await well('group/sub/shop', '--draft', '--label', 'docker', '--label', 'cache', '--reviewer', 'alice')).toContain('opened group/sub/shop https://gitlab.example/group/sub/shop/-/merge_requests/1');
  const pull = theOnly();
  expect(pull).toMatchObject({ title: 'Draft: Docker: copy dependency manifests, install, then copy the source', base: 'main', labels: ['docker', 'cache'], reviewers: ['11'] });
  expect(pull.body).toContain(`${server.url}/group/sub/shop/-/blob/${world.headOf(shop, 'main') ?? ''}/Dockerfile#L4`);
  expect(world.fileAt(shop, branch, 'Dockerfile')).toBe(repaired.trimEnd());

  server.log.length = 0;
  expect(await well('group/sub/shop')).toContain('is up to date');
  expect(changes()).toEqual([]);

  world.commit(shop, { 'app.py': '1\n' });
  expect(await well('group/sub/shop')).toContain('is up to date');
  expect(await well('group/sub/shop', '--rebase-when', 'behind-base-branch')).toContain('updated group/sub/shop');
  expect(git(shop.directory, 'merge-base', 'main', branch)).toBe(world.headOf(shop, 'main'));

  world.commit(shop, { Dockerfile: repaired });
  expect(await well('group/sub/shop')).toContain('closed group/sub/shop');
  expect(theOnly()).toMatchObject({ state: 'closed', comments: [expect.stringContaining('there is nothing to repair')] });
  expect(world.headOf(shop, branch)).toBeNull();
});

test.each([{}, { source_branch: branch }, { source_branch: null, source_project_id: 1000 }])('a list that does not say where merge requests come from (%j) is none without ours', async (listed) => {
  server.fault = (words) => (words.endsWith('/merge_requests') ? { status: 200, json: [listed] } : null);
  const { code, error } = await runHere(['--platform', 'gitlab', '--endpoint', server.url, '--only', 'split-copy', 'group/sub/shop'], { GITLAB_TOKEN: gitLabToken });
  expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining('failed group/sub/shop: the forge\'s answer lacks') });
  expect(changes()).toEqual([]);
});

test('commits of others, also where a comparison lists less of them', async () => {
  await well('group/sub/shop');
  server.shortCommits = true;
  expect(await well('group/sub/shop')).toContain('is up to date');
  world.commit(shop, { note: 'mine' }, { branch });
  expect(await well('group/sub/shop')).toContain('its branch has commits by somebody@example.org');
  server.shortCommits = false;
  expect(await well('group/sub/shop')).toContain('its branch has commits by somebody@example.org');
});

test('a merge request whose answer got lost is there once', async () => {
  let isDone = false;
  server.fault = (words) => {
    if (isDone || !/^POST .*merge_requests$/.test(words)) return null;
    isDone = true;
    return 'cut-after';
  };
  expect(await well('group/sub/shop')).toContain('opened group/sub/shop');
  expect(theOnly().state).toBe('open');
});

test('a group with its subgroups, and a user, page by page', async () => {
  world.pageSize = 1;
  world.add('group/old', files, { isArchived: true });
  world.add('group/copy', files, { parent: shop });
  world.add('group/reporter', files, { canPush: false });
  world.add('group/empty', {});
  world.add('group/.config', files);
  server.shared.push(world.add('others/shared', files));
  world.add('somebody/tool', files);
  const said = await well('--org', 'group', '--org', 'somebody', '--dry-run');
  expect(said).toContain('would open group/sub/shop');
  expect(said).toContain('would open somebody/tool');
  expect(said).toContain('would open group/.config');
  expect(said).not.toContain('others/shared');
  expect(said).toContain('7 repositories: 3 would open, 4 skipped.');
});

test('a member of a group that was invited', async () => {
  server.invited.push(shop);
  expect(await well('group/sub/shop')).toContain('opened group/sub/shop');
  server.invited.push(Object.assign(world.add('group/read', files), { canPush: false }));
  expect(await well('group/sub/shop', '--org', 'group')).toContain('skipped group/read: the token may not push to it');
});

test('a reviewer that is nobody, and a limit', async () => {
  let isDone = false;
  server.fault = (words) => {
    if (isDone || !words.startsWith('GET')) return null;
    isDone = true;
    return { status: 429, headers: { 'retry-after': '30', 'ratelimit-remaining': '0' }, json: { message: { error: 'This endpoint has been requested too many times. Try again later.' } } };
  };
  const said = await well('group/sub/shop', '--reviewer', 'nobody');
  expect(said).toContain('note the forge asks to wait 30 s (rate limit)');
  expect(said).toContain('note group/sub/shop: reviewers: there is no user nobody to review it');
  expect(theOnly().body).not.toContain('to-set-up');
});
