/**
 * GitHub as a server of the tests. Requests and answers are checked against GitHub's own description of its API
 * (test/forge/github.json); what they do to each other follows its documentation.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Context, Document } from 'openapi-backend';
import { OpenAPIBackend } from 'openapi-backend';

import { git, gitOrNull } from './git-http.ts';
import type { ApiAnswer, ApiRequest, Certificate, ForgeServer } from './server.ts';
import { page, startServer } from './server.ts';
import type { World, WorldPullRequest, WorldRepository } from './world.ts';

export const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
export const user = 'dockfix-bot';
const apiPath = '/api/v3';

const definition = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'forge', 'github.json'), 'utf8')) as Document;

let validator: OpenAPIBackend['validator'] | null = null;

export async function gitHubServer(world: World, certificate: Certificate | null = null): Promise<ForgeServer> {
  const api = new OpenAPIBackend({ definition, quick: true, strict: true, ajvOpts: { strict: false, validateFormats: false } });
  register(api, world);
  await api.init();
  // What it made of the description serves all servers: that takes longer than a whole run.
  validator ??= api.validator;
  api.validator = validator;
  return startServer(world, {
    apiPath,
    answer: (request, url) => answer(api, request, url),
    authorizesGit: (header) => header === `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
  }, certificate);
}

async function answer(api: OpenAPIBackend, request: ApiRequest, url: string): Promise<ApiAnswer> {
  const { method, path, query, body, headers } = request;
  if (headers.authorization !== `Bearer ${token}`) return { status: 401, json: { message: 'Bad credentials' } };
  // https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
  if ((headers['user-agent'] ?? '') === '') return { status: 403, json: { message: 'Request forbidden by administrative rules.' } };
  // Each parameter is one segment of a path in the description, while GitHub takes names of branches as they are.
  const whole = path.replace(/(\/git\/refs?\/)(.+)$/, (_, start: string, ref: string) => start + encodeURIComponent(ref));
  const list = [...query].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return (await api.handleRequest({ method, path: whole, query: list, body: body as object, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) }, request, url + apiPath)) as ApiAnswer;
}

type Handler = (context: Context, request: ApiRequest, base: string) => ApiAnswer;

function register(api: OpenAPIBackend, world: World): void {
  const shape = (operation: string): Record<string, unknown> => {
    const { mock } = api.mockResponseForOperation(operation) as { mock: unknown };
    return structuredClone((Array.isArray(mock) ? mock[0] : mock) ?? {}) as Record<string, unknown>;
  };
  const handlers: Readonly<Record<string, Handler>> = {
    'users/get-authenticated': () => (world.installedOn === null ? { status: 200, json: { ...shape('users/get-authenticated'), login: user } } : { status: 403, json: { message: 'Resource not accessible by integration' } }),
    'apps/list-repos-accessible-to-installation': (_, request, base) => {
      if (world.installedOn === null) return { status: 403, json: { message: 'You must authenticate with an installation access token in order to list repositories for an installation.' } };
      const { items, headers } = page(world.installedOn.map((one) => minimal(one)), request, base, world.pageSize);
      return { status: 200, json: { total_count: world.installedOn.length, repositories: items }, headers };
    },
    'users/get-by-username': ({ request }) => ({ status: 200, json: { ...shape('users/get-by-username'), login: param(request, 'username'), type: param(request, 'username').startsWith('org') ? 'Organization' : 'User' } }),
    'repos/list-for-authenticated-user': (_, request, base) => listed(world.repositories.filter(({ name }) => ownerOf(name) === user).map((one) => full(one)), request, base),
    'repos/list-for-org': (context, request, base) => listed(world.repositories.filter(({ name }) => ownerOf(name) === param(context.request, 'org')).map((one) => minimal(one)), request, base),
    'repos/list-for-user': (context, request, base) => listed(world.repositories.filter(({ name, isPrivate }) => ownerOf(name) === param(context.request, 'username') && !isPrivate).map((one) => minimal(one)), request, base),
    'repos/get': ({ request }) => {
      const repository = repositoryOf(request);
      return repository === undefined || repository.notReadyFor > 0 ? notFound : { status: 200, json: full(repository) };
    },
    'repos/list-forks': (context, request, base) => listed(world.repositories.filter(({ parent }) => parent?.name === named(context.request)).map((one) => minimal(one)), request, base),
    'repos/create-fork': ({ request }) => {
      const repository = repositoryOf(request);
      if (repository === undefined) return notFound;
      const own = world.repositories.find((one) => one.parent === repository && ownerOf(one.name) === user);
      const wanted = `${user}/${repository.name.split('/')[1] ?? ''}`;
      const fork = own ?? Object.assign(world.fork(repository, world.find(wanted) === undefined ? wanted : `${wanted}-1`), { notReadyFor: 2 });
      return { status: 202, json: full(fork) };
    },
    'git/get-ref': ({ request }) => {
      const repository = repositoryOf(request);
      if (repository === undefined) return notFound;
      repository.notReadyFor = Math.max(0, repository.notReadyFor - 1);
      if (repository.notReadyFor > 0) return { status: 409, json: { message: 'Git Repository is empty.' } };
      const ref = decodeURIComponent(param(request, 'ref'));
      const sha = world.headOf(repository, ref.replace(/^heads\//, ''));
      const basic = shape('git/get-ref');
      return sha === null ? notFound : { status: 200, json: { ...basic, ref: `refs/${ref}`, object: { ...(basic['object'] as object), type: 'commit', sha } } };
    },
    'repos/compare-commits-with-basehead': ({ request }) => compared(request),
    'pulls/list': (context, request, base) => {
      const repository = repositoryOf(context.request);
      if (repository === undefined) return notFound;
      const [owner, branch] = (request.query.get('head') ?? '').split(/:(.*)/s);
      const state = request.query.get('state') ?? 'open';
      const found = world.pullRequests.filter((pull) => pull.target === repository && (branch === undefined || (ownerOf(pull.source.name) === owner && pull.branch === branch)) && (state === 'all' || (state === 'open') === (pull.state === 'open')));
      return listed(found.toReversed().map((pull) => pullJson('pulls/list', pull)), request, base);
    },
    'pulls/create': ({ request }) => created(request),
    'pulls/update': ({ request }) => {
      const pull = pullOf(request);
      if (pull === undefined) return notFound;
      const { title, body, state, base } = request.body as { title?: string; body?: string; state?: 'open' | 'closed'; base?: string };
      const tooLong = lengthFault(title, body);
      if (tooLong !== null) return tooLong;
      if (pull.state === 'merged' && state !== undefined) return { status: 422, json: { message: 'Validation Failed' } };
      Object.assign(pull, { title: title ?? pull.title, body: body ?? pull.body, base: base ?? pull.base, state: state ?? pull.state });
      return { status: 200, json: pullJson('pulls/update', pull) };
    },
    'pulls/request-reviewers': ({ request }) => {
      const pull = pullOf(request);
      if (pull === undefined) return notFound;
      const { reviewers = [], team_reviewers = [] } = request.body as { reviewers?: string[]; team_reviewers?: string[] };
      if (reviewers.includes('nobody')) return { status: 422, json: { message: 'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator' } };
      pull.reviewers.push(...[...reviewers, ...team_reviewers.map((team) => `team ${team}`)].filter((one) => !pull.reviewers.includes(one)));
      return { status: 201, json: pullJson('pulls/request-reviewers', pull) };
    },
    'issues/list-comments': (context, request, base) => {
      const pull = pullOf(context.request);
      return pull === undefined ? notFound : listed(pull.comments.map((body, id) => ({ ...shape('issues/list-comments'), id, body })), request, base);
    },
    'issues/create-comment': ({ request }) => {
      const pull = pullOf(request);
      if (pull === undefined) return notFound;
      const { body } = request.body as { body: string };
      pull.comments.push(body);
      return { status: 201, json: { ...shape('issues/create-comment'), body } };
    },
    'issues/add-labels': ({ request }) => {
      const pull = pullOf(request);
      if (pull === undefined) return notFound;
      const { labels } = request.body as { labels: string[] };
      pull.labels.push(...labels.filter((one) => !pull.labels.includes(one)));
      return { status: 200, json: pull.labels.map((name) => ({ ...shape('issues/add-labels'), name })) };
    },
    validationFail: ({ validation, operation }) => ({ status: 422, json: { message: `${operation.operationId ?? ''}: not as GitHub describes it: ${JSON.stringify(validation.errors)}` } }),
    notFound: ({ request }) => ({ status: 404, json: { message: `not in the description: ${request.method} ${request.path}` } }),
    methodNotAllowed: ({ request }) => ({ status: 405, json: { message: `not in the description: ${request.method} ${request.path}` } }),
  };
  api.register(handlers as never);
  // What the server says has to be right as well.
  api.register('postResponseHandler', (context: Context) => {
    const given = context.response as ApiAnswer;
    if (given.status >= 300 || given.status === 204) return given;
    const { errors } = api.validateResponse(given.json, context.operation, given.status);
    return errors ? { status: 500, json: { message: `the server of the tests answers ${context.operation.operationId ?? ''} wrongly: ${JSON.stringify(errors).slice(0, 2000)}` } } : given;
  });

  const notFound: ApiAnswer = { status: 404, json: { message: 'Not Found' } };
  const param = (request: Context['request'], name: string): string => String(request.params[name]);
  const named = (request: Context['request']): string => `${param(request, 'owner')}/${param(request, 'repo')}`;
  const repositoryOf = (request: Context['request']): WorldRepository | undefined => world.find(named(request));
  const pullOf = (request: Context['request']): WorldPullRequest | undefined => {
    const number = Number(request.params['pull_number'] ?? request.params['issue_number']);
    return world.pullRequests.find((pull) => pull.target === repositoryOf(request) && pull.number === number);
  };
  const listed = (all: readonly unknown[], request: ApiRequest, base: string): ApiAnswer => {
    const { items, headers } = page(all, request, base, world.pageSize);
    return { status: 200, json: items, headers };
  };
  const common = (repository: WorldRepository): object => ({
    full_name: repository.name,
    name: repository.name.split('/')[1],
    default_branch: repository.defaultBranch,
    archived: repository.isArchived,
    disabled: false,
    fork: repository.parent !== null,
    pushed_at: '2026-01-01T00:00:00Z',
    permissions: { admin: false, maintain: false, push: repository.canPush && world.installedOn === null, triage: false, pull: true },
  });
  const owner = (json: Record<string, unknown>, repository: WorldRepository): object => ({ owner: { ...(json['owner'] as object), login: ownerOf(repository.name) } });
  const full = (repository: WorldRepository): object => {
    const json = shape('repos/get');
    const { parent, source, template_repository: _, ...own } = json;
    const shown = { ...own, ...common(repository), ...owner(json, repository) };
    if (repository.parent === null) return shown;
    const original = common(repository.parent);
    return { ...shown, parent: { ...(parent as object), ...original }, source: { ...(source as object), ...original } };
  };
  const minimal = (repository: WorldRepository): object => {
    const json = shape('repos/list-for-org');
    return { ...json, ...common(repository), ...owner(json, repository) };
  };
  const pullJson = (operation: string, pull: WorldPullRequest): object => {
    const json = shape(operation);
    const side = (name: string, repository: WorldRepository, branch: string): object => ({ ...(json[name] as object), ref: branch, label: `${ownerOf(repository.name)}:${branch}`, sha: world.headOf(repository, branch) ?? '0'.repeat(40) });
    return {
      ...json,
      number: pull.number,
      html_url: `https://github.example/${pull.target.name}/pull/${pull.number}`,
      state: pull.state === 'open' ? 'open' : 'closed',
      merged_at: pull.state === 'merged' ? '2026-01-01T00:00:00Z' : null,
      title: pull.title,
      body: pull.body,
      draft: pull.isDraft,
      created_at: pull.createdAt,
      head: side('head', pull.source, pull.branch),
      base: side('base', pull.target, pull.base),
    };
  };
  const compared = (request: Context['request']): ApiAnswer => {
    const repository = repositoryOf(request);
    const [base = '', head = ''] = decodeURIComponent(param(request, 'basehead')).split('...');
    const [owner = '', written = ''] = head.includes(':') ? head.split(':') : ['', head];
    const source = owner === '' ? repository : world.repositories.find((one) => ownerOf(one.name) === owner && (one === repository || one.parent === repository));
    if (repository === undefined || source === undefined) return notFound;
    const from = world.headOf(repository, base);
    // Of another repository of the network, names of branches are described, and nothing else.
    const sha = owner === '' ? written : world.headOf(source, written);
    if (from === null || sha === null) return notFound;
    if (source !== repository) git(repository.directory, 'fetch', '-q', source.directory, sha);
    const mergeBase = gitOrNull(repository.directory, 'merge-base', from, sha);
    if (mergeBase === null) return { status: 404, json: { message: `No common ancestor between ${base} and ${head}.` } };
    const ids = git(repository.directory, 'rev-list', '--reverse', `${mergeBase}..${sha}`).split('\n').filter((id) => id !== '');
    const json = shape('repos/compare-commits-with-basehead');
    const sample = (json['commits'] as object[])[0] as { commit: { author: object; committer: object } };
    const commitJson = (id: string): object => {
      const [authorEmail, committerEmail] = git(repository.directory, 'show', '-s', '--format=%ae%n%ce', id).split('\n');
      return { ...sample, sha: id, commit: { ...sample.commit, author: { ...sample.commit.author, email: authorEmail }, committer: { ...sample.commit.committer, email: committerEmail } } };
    };
    const size = Number(request.query['per_page'] ?? 250);
    return { status: 200, json: { ...json, status: 'diverged', merge_base_commit: { ...(commitJson(mergeBase) as object) }, base_commit: commitJson(from), commits: ids.slice(0, size).map(commitJson), total_commits: ids.length, ahead_by: ids.length } };
  };
  const lengthFault = (title: string | undefined, body: string | undefined): ApiAnswer | null => {
    if ((body ?? '').length > 65_536) return { status: 422, json: { message: 'Validation Failed', errors: [{ message: 'body is too long (maximum is 65536 characters)' }] } };
    return (title ?? '').length > 256 ? { status: 422, json: { message: 'Validation Failed', errors: [{ message: 'title is too long (maximum is 256 characters)' }] } } : null;
  };
  const created = (request: Context['request']): ApiAnswer => {
    const target = repositoryOf(request);
    const { title = '', body = '', head = '', base = '', draft = false } = request.body as { title?: string; body?: string; head?: string; base?: string; draft?: boolean };
    if (target === undefined) return notFound;
    const [owner, branch] = head.includes(':') ? (head.split(':') as [string, string]) : [ownerOf(target.name), head];
    const source = world.repositories.find((one) => ownerOf(one.name) === owner && (one === target || one.parent === target));
    const invalid = (field: string): ApiAnswer => ({ status: 422, json: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', field, code: 'invalid' }] } });
    const said = (message: string): ApiAnswer => ({ status: 422, json: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message }] } });
    if (source === undefined || world.headOf(source, branch) === null) return invalid('head');
    if (world.headOf(target, base) === null) return invalid('base');
    if (world.pullRequests.some((pull) => pull.state === 'open' && pull.source === source && pull.branch === branch && pull.base === base)) return said(`A pull request already exists for ${owner}:${branch}.`);
    if (world.headOf(source, branch) === world.headOf(target, base)) return said(`No commits between ${base} and ${branch}`);
    const tooLong = lengthFault(title, body);
    if (tooLong !== null) return tooLong;
    const number = Math.max(0, ...world.pullRequests.filter((pull) => pull.target === target).map((pull) => pull.number)) + 1;
    const pull: WorldPullRequest = { number, target, source, branch, base, title, body, isDraft: draft, state: 'open', createdAt: new Date().toISOString(), labels: [], reviewers: [], comments: [] };
    world.pullRequests.push(pull);
    return { status: 201, json: pullJson('pulls/create', pull) };
  };
}

function ownerOf(name: string): string {
  return name.split('/')[0] ?? '';
}
