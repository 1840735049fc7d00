import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';

import { removeTemporaryDirectories } from './support/cli.ts';
import { git } from './support/forge/git-http.ts';
import { giteaServer, giteaToken } from './support/forge/gitea-server.ts';
import { runHere } from './support/forge/program.ts';
import type { ForgeServer } from './support/forge/server.ts';
import { branch, dockerfile, onlyPullRequestOf, repaired, shopFiles as files } from './support/forge/shop.ts';
import type { World, WorldPullRequest, WorldRepository } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';

/** Git is started often, and other tests run beside these. */
vi.setConfig({ testTimeout: 300_000 });

let world: World;
let server: ForgeServer;
let shop: WorldRepository;

beforeEach(async () => {
  world = newWorld();
  shop = world.add('org/shop', files);
  server = await giteaServer(world);
});
afterEach(() => server.close());
afterAll(removeTemporaryDirectories);

async function well(...args: readonly string[]): Promise<string> {
  const { code, error } = await runHere(['--platform', 'gitea', '--endpoint', server.url, '--only', 'split-copy', '--commits', '0', ...args], { GITEA_TOKEN: giteaToken });
  expect({ code, error }).toEqual({ code: 0, error: expect.any(String) });
  expect(error).not.toContain(giteaToken);
  return error;
}

const changes = (): string[] => server.log.filter((words) => /^(?:POST|PATCH) |^git git-receive-pack$/.test(words));
const theOnly = (): WorldPullRequest => onlyPullRequestOf(world);

test.each([{}, { label: branch }, { label: null, repo_id: 1000 }])('a list that does not say where pull requests come from (%j) is none without ours', async (head) => {
  server.fault = (words) => (words.endsWith('/pulls') ? { status: 200, json: [{ head }] } : null);
  const { code, error } = await runHere(['--platform', 'gitea', '--endpoint', server.url, '--only', 'split-copy', 'org/shop'], { GITEA_TOKEN: giteaToken });
  expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining("failed org/shop: the forge's answer lacks") });
  expect(changes()).toEqual([]);
});

test('opened as a draft, left as it is, brought up to date, closed', async () => {
  expect(await well('org/shop', '--draft', '--label', 'docker', '--label', 'cache', '--reviewer', 'alice', '--reviewer', 'org/crew')).toContain('opened org/shop https://gitea.example/org/shop/pulls/1');
  const pull = theOnly();
  expect(pull).toMatchObject({ title: 'WIP: Docker: copy dependency manifests, install, then copy the source', base: 'main', labels: ['docker', 'cache'], reviewers: ['alice', 'crew'] });
  expect(pull.body).toContain(`${server.url}/org/shop/src/commit/${world.headOf(shop, 'main') ?? ''}/Dockerfile#L4`);
  expect(world.fileAt(shop, branch, 'Dockerfile')).toBe(repaired.trimEnd());

  server.log.length = 0;
  expect(await well('org/shop')).toContain('is up to date');
  expect(changes()).toEqual([]);

  world.commit(shop, { Dockerfile: `${dockerfile}CMD ["true"]\n` });
  expect(await well('org/shop')).toContain('updated org/shop');
  expect(git(shop.directory, 'merge-base', 'main', branch)).toBe(world.headOf(shop, 'main'));
  expect(theOnly().title).toBe('WIP: Docker: copy dependency manifests, install, then copy the source');

  world.commit(shop, { Dockerfile: repaired });
  expect(await well('org/shop')).toContain('closed org/shop');
  expect(theOnly()).toMatchObject({ state: 'closed', comments: [expect.stringContaining('there is nothing to repair')] });
  expect(world.headOf(shop, branch)).toBeNull();

  // The branch is gone, and the pull request is known all the same: dockfix closed it, so it may open another.
  world.commit(shop, { Dockerfile: dockerfile });
  expect(await well('org/shop')).toContain('opened org/shop');
});

test('commits of others, and none of its own', async () => {
  await well('org/shop');
  world.commit(shop, { note: 'mine' }, { branch });
  expect(await well('org/shop')).toContain('its branch has commits by somebody@example.org');
  git(shop.directory, 'update-ref', `refs/heads/${branch}`, world.headOf(shop, 'main') ?? '');
  expect(await well('org/shop')).toContain('updated org/shop');
});

test('merged', async () => {
  await well('org/shop');
  world.merge(theOnly());
  expect(await well('org/shop')).toContain('closed org/shop');
  expect(world.headOf(shop, branch)).toBeNull();
  expect(await well('org/shop')).toContain('unchanged org/shop');
  expect(theOnly().state).toBe('merged');
});

test('a pull request whose answer got lost is there once', async () => {
  let isDone = false;
  server.fault = (words) => {
    if (isDone || !/^POST .*pulls$/.test(words)) return null;
    isDone = true;
    return 'cut-after';
  };
  expect(await well('org/shop')).toContain('opened org/shop');
  expect(theOnly().state).toBe('open');
});

test('a reviewer that is nobody, and a label that is not there', async () => {
  const said = await well('org/shop', '--reviewer', 'nobody', '--label', 'docker', '--label', 'fast');
  expect(said).toContain('note org/shop: labels: there is no label fast');
  expect(said).toContain('note org/shop: reviewers: ');
  expect(theOnly()).toMatchObject({ labels: ['docker'], reviewers: [] });
  expect(theOnly().body).not.toContain('to-set-up');
});

test('another token', async () => {
  const { code, error } = await runHere(['--platform', 'gitea', '--endpoint', server.url, 'org/shop'], { GITEA_TOKEN: 'f'.repeat(40) });
  expect(code).toBe(2);
  expect(error).toContain('token is required');
  expect(error).not.toContain('f'.repeat(40));
});
