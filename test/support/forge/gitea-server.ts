/**
 * Gitea as a server of the tests, as its description of the REST API has it (https://docs.gitea.com/api/1.23; the names of
 * parameters and fields as in the npm package gitea-js 1.23, which is made from it). What it does not describe is turned down.
 */
import type { Operation } from './documented.ts';
import { answerAsDocumented, operation } from './documented.ts';
import { git, gitOrNull } from './git-http.ts';
import type { ApiAnswer, ApiRequest, ForgeServer } from './server.ts';
import { page, startServer } from './server.ts';
import type { World, WorldPullRequest, WorldRepository } from './world.ts';

export const giteaToken = '0123456789abcdef0123456789abcdef01234567';
export const giteaUser = 'dockfix-bot';
/** Labels that a repository has; others are passed over without a word. */
export const giteaLabels: readonly string[] = ['docker', 'cache'];
const apiPath = '/api/v1';

export async function giteaServer(world: World): Promise<ForgeServer> {
  const operations = operationsOn(world);
  return startServer(world, {
    apiPath,
    answer: async (request, url) => {
      if (request.headers.authorization !== `Bearer ${giteaToken}`) return { status: 401, json: { message: 'token is required' } };
      return answerAsDocumented(operations, request, url + apiPath, ['page', 'limit']);
    },
    authorizesGit: (header) => header === `Basic ${Buffer.from(`oauth2:${giteaToken}`).toString('base64')}`,
  });
}

const notFound: ApiAnswer = { status: 404, json: { message: "The target couldn't be found." } };

function operationsOn(world: World): readonly Operation[] {
  const repository = (owner = '', name = ''): WorldRepository | undefined => world.find(`${owner}/${name}`);
  const pullOf = (owner: string | undefined, name: string | undefined, index: string | undefined): WorldPullRequest | undefined => world.pullRequests.find((pull) => pull.target === repository(owner, name) && String(pull.number) === index);
  const listed = (all: readonly unknown[], request: ApiRequest, base: string): ApiAnswer => {
    const { items, headers } = page(all, request, base, world.pageSize, 'limit');
    return { status: 200, json: items, headers };
  };
  const repositoryJson = (one: WorldRepository): object => ({
    id: one.id,
    full_name: one.name,
    empty: world.headOf(one, one.defaultBranch) === null,
    archived: one.isArchived,
    fork: one.parent !== null,
    mirror: false,
    has_pull_requests: true,
    default_branch: one.defaultBranch,
    permissions: { admin: false, push: one.canPush, pull: true },
  });
  const commitJson = ({ directory }: WorldRepository, sha: string): object => {
    const [author, committer, parents = ''] = git(directory, 'show', '-s', '--format=%ae%n%ce%n%P', sha).split('\n');
    return { sha, commit: { author: { email: author }, committer: { email: committer } }, parents: parents.split(' ').filter((one) => one !== '').map((parent) => ({ sha: parent })) };
  };
  const pullJson = (pull: WorldPullRequest): object => {
    const head = world.headOf(pull.source, pull.branch);
    return {
      number: pull.number,
      html_url: `https://gitea.example/${pull.target.name}/pulls/${pull.number}`,
      state: pull.state === 'open' ? 'open' : 'closed',
      merged: pull.state === 'merged',
      title: pull.title,
      body: pull.body,
      created_at: pull.createdAt,
      draft: pull.title.startsWith('WIP: '),
      base: { label: pull.base, ref: pull.base, repo_id: pull.target.id },
      head: { label: pull.branch, ref: head === null ? `refs/pull/${pull.number}/head` : pull.branch, sha: head ?? '', repo_id: pull.source.id },
    };
  };
  return [
    operation('GET', '/user', { answer: () => ({ status: 200, json: { login: giteaUser } }) }),
    operation('GET', '/repos/:x/:x', {
      answer: ([owner, name]) => {
        const found = repository(owner, name);
        return found === undefined ? notFound : { status: 200, json: repositoryJson(found) };
      },
    }),
    operation('GET', '/orgs/:x', { answer: ([name = '']) => (name.startsWith('org') ? { status: 200, json: { name } } : notFound) }),
    operation('GET', '/orgs/:x/repos', { answer: ([name = ''], request, base) => listed(world.repositories.filter((one) => one.name.startsWith(`${name}/`)).map(repositoryJson), request, base) }),
    operation('GET', '/users/:x/repos', { answer: ([name = ''], request, base) => listed(world.repositories.filter((one) => one.name.startsWith(`${name}/`)).map(repositoryJson), request, base) }),
    operation('GET', '/repos/:x/:x/forks', { answer: ([owner, name], request, base) => listed(world.repositories.filter(({ parent }) => parent !== null && parent === repository(owner, name)).map(repositoryJson), request, base) }),
    operation('POST', '/repos/:x/:x/forks', {
      body: ['name', 'organization'],
      answer: ([owner, name]) => {
        const found = repository(owner, name);
        if (found === undefined) return notFound;
        if (repository(giteaUser, name) !== undefined) return { status: 409, json: { message: 'The repository with the same name already exists.' } };
        return { status: 202, json: repositoryJson(world.fork(found, `${giteaUser}/${name}`)) };
      },
    }),
    operation('GET', '/repos/:x/:x/branches/:rest', {
      answer: ([owner, name, branch = '']) => {
        const found = repository(owner, name);
        const id = found === undefined ? null : world.headOf(found, branch);
        return id === null ? notFound : { status: 200, json: { name: branch, commit: { id } } };
      },
    }),
    operation('GET', '/repos/:x/:x/compare/:rest', {
      answer: ([owner, name, both = '']) => {
        const target = repository(owner, name);
        const [base = '', head = ''] = both.split('...');
        const [branch = '', user] = head.split(':').toReversed();
        const source = user === undefined ? target : repository(user, name);
        const [from, to] = [target === undefined ? null : world.headOf(target, base), source === undefined ? null : world.headOf(source, branch)];
        if (target === undefined || source === undefined || from === null || to === null) return notFound;
        if (source !== target) git(source.directory, 'fetch', '-q', target.directory, from);
        const mergeBase = gitOrNull(source.directory, 'merge-base', from, to);
        if (mergeBase === null) return notFound;
        const ids = git(source.directory, 'rev-list', `${mergeBase}..${to}`).split('\n').filter((one) => one !== '');
        return { status: 200, json: { total_commits: ids.length, commits: ids.length === 0 ? null : ids.map((id) => commitJson(source, id)) } };
      },
    }),
    operation('GET', '/repos/:x/:x/pulls', {
      query: ['state', 'sort', 'milestone', 'labels', 'poster', 'base_branch'],
      answer: ([owner, name], request, base) => {
        const state = request.query.get('state') ?? 'open';
        const found = world.pullRequests.filter((pull) => pull.target === repository(owner, name) && (state === 'all' || (state === 'open') === (pull.state === 'open')));
        return listed(found.toReversed().map(pullJson), request, base);
      },
    }),
    operation('POST', '/repos/:x/:x/pulls', {
      body: ['title', 'body', 'base', 'head', 'assignee', 'assignees', 'due_date', 'labels', 'milestone', 'reviewers', 'team_reviewers'],
      required: ['title', 'base', 'head'],
      answer: ([owner, name], { body }) => {
        const { title, body: text = '', base, head } = body as { title: string; body?: string; base: string; head: string };
        const [branch = '', user] = head.split(':').toReversed();
        const target = repository(owner, name);
        const source = user === undefined ? target : repository(user, name);
        if (target === undefined || source === undefined || world.headOf(source, branch) === null) return notFound;
        const open = world.pullRequests.find((pull) => pull.state === 'open' && pull.source === source && pull.target === target && pull.branch === branch && pull.base === base);
        if (open !== undefined) return { status: 409, json: { message: `pull request already exists for these targets [id: ${open.number}, issue_id: ${open.number}, head_repo_id: ${source.id}]` } };
        const number = Math.max(0, ...world.pullRequests.filter((pull) => pull.target === target).map((pull) => pull.number)) + 1;
        const pull: WorldPullRequest = { number, target, source, branch, base, title, body: text, isDraft: title.startsWith('WIP: '), state: 'open', createdAt: new Date().toISOString(), labels: [], reviewers: [], comments: [] };
        world.pullRequests.push(pull);
        return { status: 201, json: pullJson(pull) };
      },
    }),
    operation('PATCH', '/repos/:x/:x/pulls/:x', {
      body: ['title', 'body', 'base', 'state', 'allow_maintainer_edit', 'assignee', 'assignees', 'due_date', 'labels', 'milestone', 'unset_due_date'],
      answer: ([owner, name, index], { body }) => {
        const pull = pullOf(owner, name, index);
        if (pull === undefined) return notFound;
        const { title = pull.title, body: text = pull.body, base = pull.base, state = pull.state } = body as Partial<WorldPullRequest>;
        Object.assign(pull, { title, body: text, base, state });
        return { status: 201, json: pullJson(pull) };
      },
    }),
    operation('POST', '/repos/:x/:x/pulls/:x/requested_reviewers', {
      body: ['reviewers', 'team_reviewers'],
      answer: ([owner, name, index], { body }) => {
        const pull = pullOf(owner, name, index);
        const { reviewers = [], team_reviewers = [] } = body as { reviewers?: string[]; team_reviewers?: string[] };
        if (pull === undefined || reviewers.includes('nobody')) return { status: 404, json: { message: "user doesn't exist [uid: 0, name: nobody]" } };
        pull.reviewers.push(...[...reviewers, ...team_reviewers].filter((one) => !pull.reviewers.includes(one)));
        return { status: 201, json: [] };
      },
    }),
    operation('POST', '/repos/:x/:x/issues/:x/labels', {
      body: ['labels'],
      answer: ([owner, name, index], { body }) => {
        const pull = pullOf(owner, name, index);
        if (pull === undefined) return notFound;
        pull.labels.push(...(body as { labels: string[] }).labels.filter((label) => giteaLabels.includes(label) && !pull.labels.includes(label)));
        return { status: 200, json: pull.labels.map((label, id) => ({ id, name: label })) };
      },
    }),
    operation('GET', '/repos/:x/:x/issues/:x/comments', { query: ['since', 'before'], answer: ([owner, name, index]) => ({ status: 200, json: (pullOf(owner, name, index)?.comments ?? []).map((body, id) => ({ id, body })) }) }),
    operation('POST', '/repos/:x/:x/issues/:x/comments', {
      body: ['body', 'updated_at'],
      required: ['body'],
      answer: ([owner, name, index], { body }) => {
        const pull = pullOf(owner, name, index);
        if (pull === undefined) return notFound;
        pull.comments.push((body as { body: string }).body);
        return { status: 201, json: { id: pull.comments.length, body: pull.comments.at(-1) } };
      },
    }),
  ];
}
