import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { connect } from '../src/pr/connect.ts';
import { endpointOf } from '../src/pr/endpoint.ts';
import type { Forge, RepositoryFacts, Route } from '../src/pr/forge.ts';
import { redactor } from '../src/report/redact.ts';
import { removeTemporaryDirectories } from './support/cli.ts';
import { gitHubServer, token, user } from './support/forge/github-server.ts';
import type { Fault, ForgeServer } from './support/forge/server.ts';
import type { World, WorldRepository } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';

/** Git is started often, and other tests run beside these. */
vi.setConfig({ testTimeout: 300_000 });

let world: World;
let server: ForgeServer;
let forge: Forge;
let shop: WorldRepository;
let notes: string[];
let slept: number[];

beforeEach(async () => {
  world = newWorld();
  shop = world.add('org/shop', { Dockerfile: 'FROM a\n' });
  server = await gitHubServer(world);
  notes = [];
  slept = [];
  forge = connected(token);
});
afterEach(() => server.close());
afterAll(removeTemporaryDirectories);

const beginning = 1_800_000_000_000;

/** Time passes only where somebody waits. */
function connected(withToken: string, limits: { readonly timeout?: number; readonly longestAnswer?: number } = {}): Forge {
  const endpoint = endpointOf('github', server.url);
  if (typeof endpoint === 'string') throw new Error(endpoint);
  let now = beginning;
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
      slept.push(milliseconds);
    },
    limit: (milliseconds: number) => AbortSignal.timeout(milliseconds),
  };
  return connect({ platform: 'github', endpoint, token: withToken, redact: redactor([withToken]), clock, note: (note) => notes.push(note), limits: limits as never });
}

const branch = 'dockfix/dockerfile-cache';

async function route(name = 'org/shop'): Promise<Route> {
  const target = await forge.repository(name);
  return { target, source: target, branch };
}

function pushed(repository: WorldRepository = shop): string {
  return world.commit(repository, { Dockerfile: 'FROM b\n' }, { branch, author: 'dockfix <dockfix@example.org>' });
}

const wanted = { title: 'A title', body: 'A text', base: 'main', isDraft: false };

describe('repositories', () => {
  test('what is known of one', async () => {
    expect(await forge.repository('org/shop')).toEqual({ name: 'org/shop', id: 'org/shop', webUrl: `${server.url}/org/shop`, gitUrl: `${server.url}/org/shop.git`, defaultBranch: 'main', isArchived: false, isFork: false, canPush: true } satisfies RepositoryFacts);
    world.add('org/old', {}, { isArchived: true, canPush: false });
    expect(await forge.repository('org/old')).toMatchObject({ isArchived: true, canPush: false });
    await expect(forge.repository('org/none')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('one that got another name is found by its old one, and called by its new one', async () => {
    server.fault = (words) => (words === 'GET /repos/org/before' ? { status: 301, headers: { location: `${server.url}/api/v3/repos/org/shop` }, json: { message: 'Moved Permanently' } } : null);
    expect((await forge.repository('org/before')).name).toBe('org/shop');
  });

  test('a GitHub App may push to those that it is installed on, whatever they say of permissions', async () => {
    const other = world.add('org/other', {});
    world.add('org/without', {});
    world.installedOn = [other, shop];
    world.pageSize = 1;
    expect(await Promise.all(['org/shop', 'org/other', 'org/without'].map(async (name) => (await forge.repository(name)).canPush))).toEqual([true, true, false]);
    expect(server.log.filter((words) => words === 'GET /installation/repositories')).toHaveLength(2);
  });

  test('all of an organisation and of a user, page by page', async () => {
    for (let index = 0; index < 4; index += 1) world.add(`org/r${index}`, {});
    world.add('somebody/own', {});
    world.pageSize = 2;
    const names = async (owner: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const one of forge.repositoriesOf(owner)) found.push(one.name);
      return found;
    };
    expect(await names('org')).toEqual(['org/shop', 'org/r0', 'org/r1', 'org/r2', 'org/r3']);
    expect(server.log.filter((words) => words === 'GET /orgs/org/repos')).toHaveLength(3);
    world.add('somebody/secret', {}, { isPrivate: true });
    expect(await names('somebody')).toEqual(['somebody/own']);
    world.add(`${user}/own`, {});
    world.add(`${user}/secret`, {}, { isPrivate: true });
    expect(await names(user)).toEqual([`${user}/own`, `${user}/secret`]);
    world.installedOn = [];
    expect(await names(user)).toEqual([`${user}/own`]);
  });

  test('a fork is made once, waited for, and found again', async () => {
    const target = await forge.repository('org/shop');
    expect(await forge.fork(target, false)).toBeNull();
    expect(await forge.fork(target, true)).toMatchObject({ name: `${user}/shop`, isFork: true });
    expect(slept.length).toBeGreaterThan(0);
    const before = server.log.length;
    expect(await forge.fork(target, true)).toMatchObject({ name: `${user}/shop` });
    expect(server.log.slice(before)).not.toContain('POST /repos/org/shop/forks');
  });

  test('a repository of the same name that is no fork of it is left alone', async () => {
    world.add(`${user}/shop`, { a: '' });
    const target = await forge.repository('org/shop');
    expect(await forge.fork(target, false)).toBeNull();
    expect(await forge.fork(target, true)).toMatchObject({ name: `${user}/shop-1` });
    expect(await forge.fork(target, false)).toMatchObject({ name: `${user}/shop-1` });
  });
});

describe('branches', () => {
  test('what it has and the base has not, and by whom', async () => {
    const base = world.headOf(shop, 'main');
    expect(await forge.branch(await route(), 'main')).toBeNull();
    const first = pushed();
    const head = world.commit(shop, { other: '1' }, { branch });
    world.commit(shop, { more: '1' });
    expect(await forge.branch(await route(), 'main')).toEqual({
      head,
      mergeBase: base,
      commits: [
        { id: first, authorEmail: 'dockfix@example.org', committerEmail: 'dockfix@example.org' },
        { id: head, authorEmail: 'somebody@example.org', committerEmail: 'somebody@example.org' },
      ],
    });
  });

  test('a history of its own, and more commits than dockfix makes', async () => {
    const other = world.add('org/other', { a: '1' });
    pushed();
    const otherRoute = await route('org/other');
    world.commit(other, { b: '1' }, { branch });
    expect(await forge.branch(otherRoute, 'main')).toMatchObject({ commits: [{ authorEmail: 'somebody@example.org' }] });
    expect(await forge.branch(await route(), 'nowhere')).toMatchObject({ mergeBase: null, commits: null });
  });

  test.each(['dockfix#1', 'dockfix%23', '%2e%2e/x', 'dockfix&a=b'])('%s is the branch of this name, and of no other', async (name) => {
    for (const other of ['dockfix', 'dockfix#', name]) world.commit(shop, { a: other }, { branch: other });
    const where = { ...(await route()), branch: name };
    expect(await forge.branch(where, 'main')).toMatchObject({ head: world.headOf(shop, name) });
  });
});

describe('pull requests', () => {
  test('from nothing to closed', async () => {
    pushed();
    const where = await route();
    expect(await forge.pullRequests(where)).toEqual([]);
    const pull = await forge.create(where, { ...wanted, isDraft: true });
    expect(pull).toMatchObject({ number: 1, state: 'open', title: 'A title', body: 'A text', base: 'main' });
    await forge.addLabels(where.target, 1, ['docker', 'cache']);
    await forge.askForReview(where.target, 1, ['octocat', 'org/team']);
    await forge.change(where.target, 1, { title: 'Another', body: 'Other' });
    await forge.commentOnce(where.target, 1, 'mark', 'mark: a comment');
    await forge.commentOnce(where.target, 1, 'mark', 'mark: a comment');
    expect(world.pullRequests).toMatchObject([{ isDraft: true, title: 'Another', body: 'Other', labels: ['docker', 'cache'], reviewers: ['octocat', 'team team'], comments: ['mark: a comment'] }]);
    await forge.change(where.target, 1, { state: 'closed' });
    expect(await forge.pullRequests(where)).toMatchObject([{ number: 1, state: 'closed' }]);
  });

  test('all of the branch, page by page, the newest first, and none of others', async () => {
    world.pageSize = 1;
    pushed();
    world.commit(shop, { x: '1' }, { branch: 'feature' });
    const where = await route();
    for (let index = 0; index < 3; index += 1) {
      await forge.create(where, wanted);
      await forge.change(where.target, index + 1, { state: 'closed' });
    }
    await forge.create({ ...where, branch: 'feature' }, wanted);
    expect((await forge.pullRequests(where)).map(({ number }) => number)).toEqual([3, 2, 1]);
  });

  test('the branch of the same name in somebody else’s fork is another one', async () => {
    const fork = world.fork(shop, 'stranger/shop');
    pushed(fork);
    await forge.create({ target: await forge.repository('org/shop'), source: await forge.repository('stranger/shop'), branch }, wanted);
    expect(await forge.pullRequests(await route())).toEqual([]);
  });

  test('one that exists is found, not made again', async () => {
    pushed();
    const where = await route();
    const first = await forge.create(where, wanted);
    expect(await forge.create(where, wanted)).toEqual(first);
    expect(world.pullRequests).toHaveLength(1);
  });

  test('what the forge does not accept is said in its words', async () => {
    pushed();
    const where = await route();
    await expect(forge.create(where, { ...wanted, base: 'none' })).rejects.toMatchObject({ code: 'rejected', message: expect.stringContaining('422 Validation Failed') });
    await expect(forge.create(where, { ...wanted, body: 'x'.repeat(65_537) })).rejects.toThrow('body is too long');
    await forge.create(where, wanted);
    await expect(forge.askForReview(where.target, 1, ['nobody'])).rejects.toThrow('not a collaborator');
  });
});

describe('what goes wrong on the way', () => {
  const once = (which: RegExp, fault: Fault): void => {
    let isDone = false;
    server.fault = (words) => {
      if (isDone || !which.test(words)) return null;
      isDone = true;
      return fault;
    };
  };
  const limited = (status: number, headers: Record<string, string>, message = 'API rate limit exceeded'): Fault => ({ status, headers, json: { message } });

  const dateIn = (seconds: number): string => new Date(beginning + seconds * 1000).toUTCString();

  test.each([
    ['Retry-After', () => limited(429, { 'retry-after': '7' }), 7000],
    ['Retry-After with 403', () => limited(403, { 'retry-after': '90' }, 'You have exceeded a secondary rate limit.'), 90_000],
    ['nothing is left until a time', () => limited(403, { date: dateIn(0), 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(beginning / 1000 + 100) }), 101_000],
    ['the same, with a clock that is ahead', () => limited(403, { date: dateIn(7200), 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(beginning / 1000 + 7300) }), 101_000],
    ['the same, with a clock that is behind', () => limited(403, { date: dateIn(-7200), 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(beginning / 1000 - 7100) }), 101_000],
    ['Retry-After as a date', () => limited(429, { date: dateIn(7200), 'retry-after': dateIn(7207) }), 7000],
    ['a secondary limit without a time', () => limited(403, {}, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'), 60_000],
    ['429 without a time', () => limited(429, {}), 60_000],
  ])('a limit is waited for: %s', async (_, fault, wait) => {
    once(/GET/, fault());
    await forge.repository('org/shop');
    expect(slept).toEqual([wait]);
    expect(notes).toEqual([expect.stringMatching(/^the forge asks to wait \d+ s \(rate limit\)$/)]);
  });

  test('what a forge says does not steer the terminal', async () => {
    server.fault = () => ({ status: 400, json: { message: 'no\u001b[2J', errors: ['a\rb'] } });
    await expect(forge.repository('org/shop')).rejects.toThrow(String.raw`400 "no\u001b[2J"; "a\rb"`);
  });

  test('a list whose pages lead back to themselves, and an answer without an end, are given up', async () => {
    const where = await route();
    server.fault = (words) => (words.endsWith('/pulls') ? { status: 200, json: [], headers: { link: `<${server.url}/api/v3/repos/org/shop/pulls?page=2>; rel="next"` } } : null);
    server.log.length = 0;
    await expect(forge.pullRequests(where)).rejects.toMatchObject({ code: 'unavailable', message: '/repos/org/shop/pulls: its pages do not end' });
    expect(server.log).toHaveLength(2);
    server.fault = () => ({ status: 200, json: 'x'.repeat(2000) });
    await expect(connected(token, { longestAnswer: 1000 }).repository('org/shop')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('the answer is longer than 1000 bytes') });
  });

  test('a 403 that is no limit is not tried again', async () => {
    server.fault = () => ({ status: 403, json: { message: 'Resource not accessible by integration' } });
    await expect(forge.repository('org/shop')).rejects.toMatchObject({ code: 'forbidden', message: 'GET /api/v3/repos/org/shop: 403 Resource not accessible by integration' });
    expect(server.log).toHaveLength(1);
  });

  test('a limit that does not end, and one that is too long', async () => {
    server.fault = () => limited(429, {});
    await expect(forge.repository('org/shop')).rejects.toMatchObject({ code: 'rate-limit' });
    expect(slept).toEqual([60_000, 120_000, 240_000, 480_000, 960_000]);
    server.log.length = 0;
    server.fault = () => limited(429, { 'retry-after': '7200' });
    await expect(forge.repository('org/shop')).rejects.toMatchObject({ code: 'rate-limit' });
    expect(server.log).toHaveLength(1);
  });

  test.each([500, 502, 503, 504])('%d is tried again', async (status) => {
    once(/GET/, { status, json: { message: 'Server Error' } });
    expect((await forge.repository('org/shop')).name).toBe('org/shop');
    expect(slept).toEqual([1000]);
  });

  test('but not for ever', async () => {
    server.fault = () => ({ status: 502, json: '<html>' });
    await expect(forge.repository('org/shop')).rejects.toMatchObject({ code: 'unavailable', status: 502 });
    expect(server.log).toHaveLength(4);
  });

  test('no answer, a broken connection, an answer that says nothing', async () => {
    forge = connected(token, { timeout: 1000 });
    for (const fault of ['silence', 'cut', 'cut-after'] as const) {
      once(/GET/, fault);
      expect((await forge.repository('org/shop')).name).toBe('org/shop');
    }
    once(/GET/, { status: 200 });
    await expect(forge.repository('org/shop')).rejects.toMatchObject({ code: 'unavailable' });
    once(/GET/, { status: 200, json: { full_name: '../../etc/passwd' } });
    await expect(forge.repository('org/shop')).rejects.toThrow('names a repository in a way that dockfix does not take');
    server.fault = () => 'silence';
    await expect(forge.repository('org/shop')).rejects.toThrow('no answer within 1 s');
  });

  test('a pull request whose answer got lost is there once', async () => {
    pushed();
    const where = await route();
    once(/POST .*pulls$/, 'cut-after');
    expect(await forge.create(where, wanted)).toMatchObject({ number: 1 });
    expect(world.pullRequests).toHaveLength(1);
    expect(server.log.filter((words) => words.startsWith('POST'))).toHaveLength(2);
  });

  test('a comment whose answer got lost is not said again', async () => {
    pushed();
    const where = await route();
    await forge.create(where, wanted);
    once(/POST .*comments$/, 'cut-after');
    await expect(forge.commentOnce(where.target, 1, 'mark', 'mark: text')).rejects.toMatchObject({ code: 'unavailable' });
    await forge.commentOnce(where.target, 1, 'mark', 'mark: text');
    expect(world.pullRequests[0]?.comments).toEqual(['mark: text']);
  });

  test('a second lies between two changes', async () => {
    pushed();
    const where = await route();
    await forge.create(where, wanted);
    await forge.addLabels(where.target, 1, ['a']);
    await forge.addLabels(where.target, 1, ['b']);
    expect(slept).toEqual([1000, 1000]);
  });

  test('a wrong token', async () => {
    await expect(connected('ghp_wrong').repository('org/shop')).rejects.toMatchObject({ code: 'unauthorized', message: 'GET /api/v3/repos/org/shop: 401 Bad credentials' });
  });

  test('the token goes nowhere else: not after a redirect, not after a link', async () => {
    const elsewhere = await gitHubServer(world);
    try {
      server.fault = (words) => (words.startsWith('GET /repos/') ? { status: 302, headers: { location: `${elsewhere.url}/api/v3/repos/org/shop` } } : null);
      await expect(forge.repository('org/shop')).rejects.toThrow('a redirect (302) that is not followed, because it leads elsewhere');
      const where = { target: { name: 'org/shop' } as RepositoryFacts, source: { name: 'org/shop' } as RepositoryFacts, branch };
      server.fault = (words) => (words.endsWith('/pulls') ? { status: 200, json: [], headers: { link: `<${elsewhere.url}/api/v3/repos/org/shop/pulls?page=2>; rel="next"` } } : null);
      await expect(forge.pullRequests(where)).rejects.toThrow(`/repos/org/shop/pulls: its next page is on another host (${elsewhere.url})`);
      expect(elsewhere.log).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  test('what a forge says with the token in it is shown without', async () => {
    server.fault = () => ({ status: 400, json: { message: `bad header: Bearer ${token}`, errors: [`https://x:${token}@host/`] } });
    const error: unknown = await forge.repository('org/shop').catch((reason: unknown) => reason);
    expect(String(error)).not.toContain(token);
    expect(String(error)).toContain('[hidden]');
  });

  test('nor half of it, where what the forge says is too long', async () => {
    server.fault = () => ({ status: 400, json: { message: `${'.'.repeat(490)}${token}` } });
    const error: unknown = await forge.repository('org/shop').catch((reason: unknown) => reason);
    expect(String(error)).not.toContain(token.slice(0, 5));
  });
});
