/** What `dockfix pr` leaves behind when something breaks in the middle, and what the next run makes of it. */
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { bundleCli, processesIn, removeTemporaryDirectories, temporaryDirectory, writeFiles } from './support/cli.ts';
import { gitHubServer, token } from './support/forge/github-server.ts';
import { runHere, startProgram } from './support/forge/program.ts';
import type { Fault, ForgeServer } from './support/forge/server.ts';
import { branch, dockerfile, repaired, shopFiles } from './support/forge/shop.ts';
import type { World, WorldRepository } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';

let program = '';
const open: ForgeServer[] = [];
beforeAll(async () => {
  program = await bundleCli();
});
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));
afterAll(removeTemporaryDirectories);

interface Scene {
  readonly world: World;
  readonly server: ForgeServer;
  readonly shop: WorldRepository;
}

/** A world to begin with; or a copy of another. */
async function scene(from: World | null = null): Promise<Scene> {
  const world = newWorld(from);
  const shop = world.find('org/shop') ?? world.add('org/shop', shopFiles);
  const server = await gitHubServer(world);
  open.push(server);
  return { world, server, shop };
}

const options = ['--only', 'split-copy', '--label', 'docker', '--reviewer', 'octocat', '--commits', '5'];

function run({ server }: Scene): Promise<{ readonly code: number | null; readonly error: string }> {
  return runHere(['org/shop', '--endpoint', server.url, ...options], { GITHUB_TOKEN: token });
}

/** What people see of it, and that nothing is there twice. */
function state({ world, shop }: Scene): object {
  return {
    pullRequests: world.pullRequests.map(({ state: now, labels, reviewers, comments, body }) => ({ state: now, labels, reviewers, comments: comments.length, isSetUp: !body.includes('to-set-up') })),
    dockerfile: world.fileAt(shop, branch, 'Dockerfile'),
  };
}

const opened = { pullRequests: [{ state: 'open', labels: ['docker'], reviewers: ['octocat'], comments: 0, isSetUp: true }], dockerfile: repaired.trimEnd() };
const closed = { pullRequests: [{ state: 'closed', labels: ['docker'], reviewers: ['octocat'], comments: 1, isSetUp: true }], dockerfile: null };

/** What the base has then, of which the branch has to be made anew. */
const other = (text: string): string => text.replace('3.12', '3.13');

/** Ways to what is told apart: from nothing to open, a base that changes what the branch changes, and to closed. */
const stories: Readonly<Record<string, { readonly prepare: (at: Scene) => Promise<void>; readonly end: object }>> = {
  open: { prepare: async () => undefined, end: opened },
  update: {
    prepare: async (at) => {
      await run(at);
      at.world.commit(at.shop, { Dockerfile: other(dockerfile) });
    },
    end: { ...opened, dockerfile: other(repaired).trimEnd() },
  },
  close: {
    prepare: async (at) => {
      await run(at);
      at.world.commit(at.shop, { Dockerfile: repaired });
    },
    end: closed,
  },
};

/** By story; each is prepared once, and copied. */
const beginnings = new Map<string, Promise<World>>();

async function begin(story: string): Promise<World> {
  const at = await scene();
  await stories[story]?.prepare(at);
  await at.server.close();
  return at.world;
}

async function prepared(story: string): Promise<Scene> {
  const beginning = beginnings.get(story) ?? begin(story);
  beginnings.set(story, beginning);
  return scene(await beginning);
}

const changes = (words: string): boolean => /^(?:POST|PATCH|PUT) |^git git-receive-pack$/.test(words);

/** The `at`-th request meets the fault, once. */
function breakAt(server: ForgeServer, at: number, fault: Fault): void {
  let count = 0;
  server.fault = () => {
    count += 1;
    return count === at ? fault : null;
  };
}

/** What only asks fails in one way, and in the first story in which it is asked. */
const asked = new Map<string, string>();
function faultsAt(words: string, story: string): readonly Fault[] {
  if (changes(words)) return story === 'open' ? ['cut', 'cut-after'] : ['cut-after'];
  if (!asked.has(words)) asked.set(words, story);
  return asked.get(words) === story ? ['cut'] : [];
}

describe.each(Object.keys(stories))('%s', (story) => {
  const end = stories[story]?.end;

  test('each request fails once', async () => {
    const smooth = await prepared(story);
    await run(smooth);
    expect(state(smooth)).toEqual(end);
    const requests = [...smooth.server.log];
    expect(requests.filter(changes).length).toBeGreaterThan(1);
    for (const [index, words] of requests.entries()) {
      for (const fault of faultsAt(words, story)) {
        const at = await prepared(story);
        breakAt(at.server, index + 1, fault);
        const { code, error } = await run(at);
        at.server.fault = () => null;
        if (code !== 0) await run(at);
        const fails = { words, fault, first: error, ...state(at) };
        expect(fails).toEqual({ words, fault, first: error, ...end });
        const before = at.server.log.length;
        await run(at);
        expect(at.server.log.slice(before).filter(changes)).toEqual([]);
        await at.server.close();
      }
    }
  }, 600_000);

  test('killed before and after each change', async () => {
    const smooth = await prepared(story);
    await run(smooth);
    const steps = smooth.server.log.filter(changes);
    for (const [index, words] of steps.entries()) {
      for (const moment of story === 'open' ? (['before', 'after'] as const) : (['after'] as const)) {
        const at = await prepared(story);
        const running = startProgram(program, ['pr', 'org/shop', '--endpoint', at.server.url, ...options], { GITHUB_TOKEN: token });
        let count = 0;
        at.server.fault = (seen) => {
          if (changes(seen)) count += 1;
          if (moment === 'after' || !changes(seen) || count !== index + 1) return null;
          running.kill();
          return 'silence';
        };
        at.server.afterwards = (seen) => void (moment === 'after' && changes(seen) && count === index + 1 && running.kill());
        const { signal } = await running.result;
        expect({ words, moment, signal }).toEqual({ words, moment, signal: 'SIGKILL' });
        at.server.fault = () => null;
        at.server.afterwards = () => undefined;
        await run(at);
        expect({ words, moment, ...state(at) }).toEqual({ words, moment, ...end });
        await at.server.close();
      }
    }
  }, 600_000);
});

test.skipIf(!existsSync('/proc'))('a signal while it clones leaves nothing that runs, and nothing on the disk', async () => {
  const at = await scene();
  const place = temporaryDirectory();
  const running = startProgram(program, ['pr', 'org/shop', '--endpoint', at.server.url, ...options], { GITHUB_TOKEN: token, TMPDIR: place });
  at.server.fault = (words) => {
    if (words !== 'git git-upload-pack') return null;
    running.kill('SIGINT');
    return 'silence';
  };
  expect(await running.result).toMatchObject({ signal: 'SIGINT' });
  await expect.poll(() => processesIn(place)).toEqual([]);
  expect(readdirSync(place)).toEqual([]);
});

describe('two at the same time', () => {
  test('who pushes second does not win: the branch is where it was seen, or it is not pushed', async () => {
    const at = await scene();
    await run(at);
    at.world.commit(at.shop, { Dockerfile: other(dockerfile) });
    let isDone = false;
    at.server.fault = (words) => {
      if (words !== 'git git-receive-pack refs' || isDone) return null;
      isDone = true;
      at.world.commit(at.shop, { note: 'mine' }, { branch });
      return null;
    };
    const head = (): string | null => at.world.headOf(at.shop, branch);
    const { code, error } = await run(at);
    expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(/git push: .*\(stale info\)|git push: .*\(fetch first\)/) });
    expect(at.world.fileAt(at.shop, branch, 'note')).toBe('mine');
    const theirs = head();
    expect((await run(at)).error).toContain('its branch has commits by somebody@example.org');
    expect(head()).toBe(theirs);
  });

  test('what somebody pushes while nothing is left to do is not deleted', async () => {
    const at = await scene();
    await run(at);
    at.world.commit(at.shop, { Dockerfile: repaired });
    at.server.afterwards = (words) => void (words.startsWith('PATCH ') && at.world.commit(at.shop, { note: 'mine' }, { branch }));
    const { code, error } = await run(at);
    expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(/git push: .*\(stale info\)/) });
    expect(at.world.fileAt(at.shop, branch, 'note')).toBe('mine');
  });

  test('a branch that is gone when it is to be deleted is well', async () => {
    const at = await scene();
    await run(at);
    at.world.commit(at.shop, { Dockerfile: repaired });
    at.server.afterwards = (words) => void (words.startsWith('PATCH ') && at.world.deleteBranch(at.shop, branch));
    expect((await run(at)).code).toBe(0);
    expect(at.world.pullRequests.map((pull) => pull.state)).toEqual(['closed']);
  });

  test('a push that the forge turns down is said with its reason', async () => {
    const at = await scene();
    writeFiles(at.shop.directory, { 'hooks/pre-receive': '#!/bin/sh\nexit 1\n' });
    chmodSync(join(at.shop.directory, 'hooks', 'pre-receive'), 0o755);
    const { code, error } = await run(at);
    expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(/^failed org\/shop: git push: .*\(pre-receive hook declined\)$/m) });
    expect(at.world.pullRequests).toEqual([]);
  });

  test('a person closes it while it is looked at: nothing is opened in its place', async () => {
    const at = await scene();
    await run(at);
    at.world.commit(at.shop, { Dockerfile: other(dockerfile) });
    at.server.fault = (words) => {
      if (words === 'git git-receive-pack refs') for (const pull of at.world.pullRequests) pull.state = 'closed';
      return null;
    };
    await run(at);
    at.server.fault = () => null;
    await run(at);
    expect(at.world.pullRequests.map((pull) => pull.state)).toEqual(['closed']);
  });
});
