/** What `dockfix pr` leaves behind when something breaks in the middle, and what the next run makes of it: the same stories of each forge. */
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { bundleCli, processesIn, removeTemporaryDirectories, temporaryDirectory, writeFiles } from './support/cli.ts';
import type { TestForge } from './support/forge/forges.ts';
import { argumentsFor, changesIn, forges, runOn } from './support/forge/forges.ts';
import type { ProgramResult, RunningProgram } from './support/forge/program.ts';
import { startProgram, testClock } from './support/forge/program.ts';
import type { Fault, ForgeServer } from './support/forge/server.ts';
import { branch, dockerfile, repaired, shopFiles } from './support/forge/shop.ts';
import type { World, WorldRepository } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';

vi.setConfig({ testTimeout: 600_000 });

let program = '';
const open: ForgeServer[] = [];
beforeAll(async () => {
  program = await bundleCli();
});
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));
afterAll(removeTemporaryDirectories);

interface Scene {
  readonly forge: TestForge;
  readonly world: World;
  readonly server: ForgeServer;
  readonly shop: WorldRepository;
  readonly args: readonly string[];
}

/** A world to begin with; or a copy of another. */
async function scene(forge: TestForge, from: World | null = null, args: readonly string[] = [forge.shop]): Promise<Scene> {
  const world = newWorld(from);
  const shop = world.find(forge.shop) ?? world.add(forge.shop, shopFiles);
  const server = await forge.serve(world);
  open.push(server);
  return { forge, world, server, shop, args: [...args, '--label', 'docker', '--reviewer', forge.reviewer[0]] };
}

function run({ forge, server, args }: Scene, clock = testClock()): Promise<ProgramResult> {
  return runOn(forge, server, args, clock);
}

function start({ forge, server, args }: Scene, env: Readonly<Record<string, string>> = {}): RunningProgram {
  return startProgram(program, ['pr', ...argumentsFor(forge, server), ...args], { ...forge.environment, ...env });
}

/** What people see of it, and that nothing is there twice, nor where it should not be. */
function state({ world }: Scene): object {
  return {
    pullRequests: world.pullRequests.map(({ state: now, source, labels, reviewers, comments, body }) => ({ state: now, from: source.name, labels, reviewers, comments: comments.length, isSetUp: !body.includes('to-set-up') })),
    branches: Object.fromEntries(world.repositories.map((one) => [one.name, world.fileAt(one, branch, 'Dockerfile')])),
  };
}

/** What the base has then, of which the branch has to be made anew. */
const other = (text: string): string => text.replace('3.12', '3.13');

interface Story {
  /** Which repositories, and how. */
  readonly args: (forge: TestForge) => readonly string[];
  readonly prepare: (at: Scene) => Promise<unknown>;
  readonly end: (forge: TestForge) => object;
}

const usual = (forge: TestForge): readonly string[] => [forge.shop];
const pull = ({ shop, reviewer: [, called] }: TestForge): object => ({ state: 'open', from: shop, labels: ['docker'], reviewers: [called], comments: 0, isSetUp: true });
const forkOf = ({ shop, user }: TestForge): string => `${user}/${shop.split('/').at(-1) ?? ''}`;

/** Ways to what is told apart: from nothing to open, also from a fork; a base that changes what the branch changes; and to closed. */
const stories: Readonly<Record<string, Story>> = {
  open: { args: usual, prepare: async () => undefined, end: (forge) => ({ pullRequests: [pull(forge)], branches: { [forge.shop]: repaired.trimEnd() } }) },
  'open from a fork': {
    args: ({ owner }) => ['--org', owner, '--org', 'somebody', '--fork', '--max-prs', '1'],
    prepare: async ({ shop }) => Object.assign(shop, { canPush: false }),
    end: (forge) => ({ pullRequests: [{ ...pull(forge), from: forkOf(forge) }], branches: { [forge.shop]: null, [forkOf(forge)]: repaired.trimEnd() } }),
  },
  update: {
    args: usual,
    prepare: async (at) => {
      await run(at);
      at.world.commit(at.shop, { Dockerfile: other(dockerfile) });
    },
    end: (forge) => ({ pullRequests: [pull(forge)], branches: { [forge.shop]: other(repaired).trimEnd() } }),
  },
  close: {
    args: usual,
    prepare: async (at) => {
      await run(at);
      at.world.commit(at.shop, { Dockerfile: repaired });
    },
    end: (forge) => ({ pullRequests: [{ ...pull(forge), state: 'closed', comments: 1 }], branches: { [forge.shop]: null } }),
  },
};

/** When a run is killed: before or after what a request asks for is done, or while it is sent. */
type Moment = 'before' | 'within' | 'after';

const isChange = (words: string): boolean => changesIn([words]).length > 0;
const isGit = (words: string): boolean => words.startsWith('git ');

/** What meets each request of several runs, one after the other; then it is let through. Requests of the same words are told apart by their place in a run. */
function hindrances<One>(of: (words: string) => readonly One[]): { readonly begin: () => void; readonly next: (words: string) => One | null } {
  const left = new Map<string, One[]>();
  const passed = new Map<string, number>();
  return {
    begin: () => passed.clear(),
    next(words) {
      const count = passed.get(words) ?? 0;
      const key = `${count} ${words}`;
      const [one = null, ...rest] = left.get(key) ?? of(words);
      left.set(key, rest);
      if (one === null) passed.set(words, count + 1);
      return one;
    },
  };
}

/** More than any story needs. */
const mostRuns = 40;

describe.each(forges.map((forge) => [forge.platform, forge] as const))('%s', (_, forge) => {
  describe.each(Object.entries(stories))('%s', (name, story) => {
    let beginning: World | null = null;
    /** It is prepared once, and copied. */
    const prepared = async (): Promise<Scene> => {
      if (beginning === null) {
        const at = await scene(forge, null, story.args(forge));
        await story.prepare(at);
        beginning = at.world;
      }
      return scene(forge, beginning, story.args(forge));
    };

    /** What it comes to, and what one more run does. */
    const endOf = async (at: Scene): Promise<object> => {
      at.server.fault = () => null;
      at.server.afterwards = () => undefined;
      const end = state(at);
      const before = at.server.log.length;
      const { code } = await run(at);
      return { ...end, next: { code, changes: changesIn(at.server.log.slice(before)) } };
    };
    const wanted = { ...story.end(forge), next: { code: 0, changes: [] } };

    /** Runs until all goes well. */
    const runWith = async (of: (words: string) => readonly Fault[]): Promise<object> => {
      const at = await prepared();
      const faults = hindrances(of);
      const clock = testClock();
      at.server.fault = (words) => {
        const fault = faults.next(words);
        if (fault === 'silence') setImmediate(clock.expire);
        return fault;
      };
      for (let runs = 0, code: number | null = null; code !== 0 && runs < mostRuns; runs += 1) {
        faults.begin();
        ({ code } = await run(at, clock));
      }
      return endOf(at);
    };

    test('each request fails in each way', async () => {
      const unavailable: Fault = { status: 503, json: { message: 'Service Unavailable' } };
      const ofApi: readonly Fault[] = ['cut', unavailable, 'silence', ...(forge.limit === null ? [] : [forge.limit])];
      // What is only fetched is fetched in the same way in all stories.
      const ofGit = (words: string): readonly Fault[] => (name === 'open' || words.includes('receive-pack') ? ['cut', 'cut-within'] : []);
      expect(await runWith((words) => (isGit(words) ? ofGit(words) : ofApi))).toEqual(wanted);
    });

    test('each change is made, and its answer lost', async () => {
      expect(await runWith((words) => (isChange(words) ? ['cut-after'] : []))).toEqual(wanted);
    });

    test('killed before and after each change, and within what git fetches and pushes', async () => {
      const at = await prepared();
      const moments = (words: string): readonly Moment[] => [...(isChange(words) && name === 'open' ? ['before'] as const : []), ...(/^git \S+$/.test(words) ? ['within'] as const : []), ...(isChange(words) ? ['after'] as const : [])];
      const kills = hindrances(moments);
      /** How each run ended. */
      const ends: (string | number | null)[] = [];
      while (ends.length < mostRuns && (ends.length === 0 || ends.at(-1) === 'SIGKILL')) {
        const running = start(at);
        let afterwards = false;
        kills.begin();
        at.server.fault = (words) => {
          const moment = kills.next(words);
          afterwards = moment === 'after';
          if (moment === 'before' || moment === 'within') running.kill();
          return moment === 'before' ? 'silence' : moment === 'within' ? 'cut-within' : null;
        };
        at.server.afterwards = () => void (afterwards && running.kill());
        const { code, signal } = await running.result;
        ends.push(signal ?? code);
      }
      expect(ends.slice(-3)).toEqual(['SIGKILL', 'SIGKILL', 0]);
      expect(await endOf(at)).toEqual(wanted);
    });
  });

  describe('two at the same time', () => {
    test('who pushes second does not win: the branch is where it was seen, or it is not pushed', async () => {
      const at = await scene(forge);
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
      const at = await scene(forge);
      await run(at);
      at.world.commit(at.shop, { Dockerfile: repaired });
      at.server.afterwards = (words) => void (/^(?:PATCH|PUT) /.test(words) && at.world.commit(at.shop, { note: 'mine' }, { branch }));
      const { code, error } = await run(at);
      expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(/git push: .*\(stale info\)/) });
      expect(at.world.fileAt(at.shop, branch, 'note')).toBe('mine');
    });

    test('a branch that is gone when it is to be deleted is well', async () => {
      const at = await scene(forge);
      await run(at);
      at.world.commit(at.shop, { Dockerfile: repaired });
      at.server.afterwards = (words) => void (/^(?:PATCH|PUT) /.test(words) && at.world.deleteBranch(at.shop, branch));
      expect((await run(at)).code).toBe(0);
      expect(at.world.pullRequests.map((pull) => pull.state)).toEqual(['closed']);
    });

    test('a push that the forge turns down is said with its reason', async () => {
      const at = await scene(forge);
      writeFiles(at.shop.directory, { 'hooks/pre-receive': '#!/bin/sh\nexit 1\n' });
      chmodSync(join(at.shop.directory, 'hooks', 'pre-receive'), 0o755);
      const { code, error } = await run(at);
      expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(/^failed .*: git push: .*\(pre-receive hook declined\)$/m) });
      expect(at.world.pullRequests).toEqual([]);
    });

    test('a person closes it while it is looked at: nothing is opened in its place', async () => {
      const at = await scene(forge);
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
});

test.skipIf(!existsSync('/proc'))('a signal while it clones leaves nothing that runs, and nothing on the disk', async () => {
  const at = await scene(forges[0]);
  const place = temporaryDirectory();
  const running = start(at, { TMPDIR: place });
  at.server.fault = (words) => {
    if (words !== 'git git-upload-pack') return null;
    running.kill('SIGINT');
    return 'silence';
  };
  expect(await running.result).toMatchObject({ signal: 'SIGINT' });
  await expect.poll(() => processesIn(place)).toEqual([]);
  expect(readdirSync(place)).toEqual([]);
});
