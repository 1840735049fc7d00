/**
 * GitLab as a server of the tests, as its documentation describes the REST API (https://docs.gitlab.com/api: projects,
 * groups, branches, repositories, merge_requests, notes, users). What it does not describe is turned down.
 */
import { git, gitOrNull } from './git-http.ts';
import type { Operation } from './documented.ts';
import { answerAsDocumented, operation } from './documented.ts';
import type { ApiAnswer, ApiRequest, ForgeServer } from './server.ts';
import { page, startServer } from './server.ts';
import type { World, WorldPullRequest, WorldRepository } from './world.ts';

export const gitLabToken = 'glpat-0123456789abcdefghij';
export const gitLabUser = 'dockfix-bot';
const apiPath = '/api/v4';

/** Users by name. */
const users: Readonly<Record<string, number>> = { alice: 11, bob: 12 };

export interface GitLabServer extends ForgeServer {
  /** Old versions list less of a commit in a comparison. */
  shortCommits: boolean;
  /** Of other groups, and shared with each. */
  readonly shared: WorldRepository[];
  /** Where the user is a member through a group that was invited. */
  readonly invited: WorldRepository[];
}

export async function gitLabServer(world: World): Promise<GitLabServer> {
  const state: { server: GitLabServer | null } = { server: null };
  const operations = operationsOn(world, () => state.server?.shortCommits === true, () => state.server?.shared ?? [], () => state.server?.invited ?? []);
  const server = await startServer(world, {
    apiPath,
    answer: async (request, url) => {
      if (request.headers.authorization !== `Bearer ${gitLabToken}`) return { status: 401, json: { message: '401 Unauthorized' } };
      return answerAsDocumented(operations, request, url + apiPath, ['page', 'per_page']);
    },
    authorizesGit: (header) => header === `Basic ${Buffer.from(`oauth2:${gitLabToken}`).toString('base64')}`,
  });
  state.server = Object.assign(server, { shortCommits: false, shared: [], invited: [] });
  return state.server;
}

const notFound = (what: string): ApiAnswer => ({ status: 404, json: { message: `404 ${what} Not Found` } });

function operationsOn(world: World, isShort: () => boolean, shared: () => readonly WorldRepository[], invited: () => readonly WorldRepository[]): readonly Operation[] {
  const project = (id: string | undefined): WorldRepository | undefined => world.repositories.find((one) => String(one.id) === id || one.name === id);
  const mergeRequest = (id: string | undefined, iid: string | undefined): WorldPullRequest | undefined => world.pullRequests.find((pull) => pull.target === project(id) && String(pull.number) === iid);
  const listed = (all: readonly unknown[], request: ApiRequest, base: string): ApiAnswer => {
    const { items, headers } = page(all, request, base, world.pageSize);
    return { status: 200, json: items, headers };
  };
  const projectJson = (one: WorldRepository): object => ({
    id: one.id,
    path_with_namespace: one.name,
    default_branch: one.defaultBranch,
    empty_repo: world.headOf(one, one.defaultBranch) === null,
    archived: one.isArchived,
    merge_requests_access_level: 'enabled',
    import_status: one.notReadyFor > 0 ? 'started' : 'finished',
    ...(one.parent === null ? {} : { forked_from_project: { id: one.parent.id } }),
    permissions: { project_access: invited().includes(one) ? null : { access_level: one.canPush ? 30 : 20, notification_level: 3 }, group_access: null },
  });
  const commitJson = ({ directory }: WorldRepository, id: string): Readonly<Record<string, unknown>> => {
    const [author_email, committer_email, parents = ''] = git(directory, 'show', '-s', '--format=%ae%n%ce%n%P', id).split('\n');
    return { id, author_email, committer_email, parent_ids: parents.split(' ').filter((one) => one !== '') };
  };
  const mergeRequestJson = (pull: WorldPullRequest): object => ({
    iid: pull.number,
    web_url: `https://gitlab.example/${pull.target.name}/-/merge_requests/${pull.number}`,
    state: pull.state === 'open' ? 'opened' : pull.state,
    title: pull.title,
    description: pull.body,
    source_branch: pull.branch,
    target_branch: pull.base,
    source_project_id: pull.source.id,
    target_project_id: pull.target.id,
    created_at: pull.createdAt,
    draft: pull.title.startsWith('Draft: '),
  });
  return [
    operation('GET', '/projects/:x', {
      answer: ([id]) => {
        const found = project(id);
        if (found === undefined) return notFound('Project');
        found.notReadyFor = Math.max(0, found.notReadyFor - 1);
        return { status: 200, json: projectJson(found) };
      },
    }),
    operation('GET', '/groups/:x', { query: ['with_projects'], answer: ([id = '']) => (id.startsWith('group') ? { status: 200, json: { full_path: id } } : notFound('Group')) }),
    operation('GET', '/groups/:x/projects', {
      query: ['include_subgroups', 'with_shared', 'order_by', 'sort', 'archived'],
      answer: ([id = ''], request, base) => {
        const own = world.repositories.filter(({ name }) => (request.query.get('include_subgroups') === 'true' ? name.startsWith(`${id}/`) : name.slice(0, name.lastIndexOf('/')) === id));
        return listed([...own, ...(request.query.get('with_shared') === 'false' ? [] : shared())].map(projectJson), request, base);
      },
    }),
    operation('GET', '/users/:x/projects', { query: ['order_by', 'sort'], answer: ([id = ''], request, base) => listed(world.repositories.filter(({ name }) => name.startsWith(`${id}/`)).map(projectJson), request, base) }),
    operation('GET', '/user', { answer: () => ({ status: 200, json: { id: 99, username: gitLabUser } }) }),
    operation('GET', '/projects/:x/members/all/:x', {
      answer: ([id, user]) => {
        const found = project(id);
        return found === undefined || user !== '99' ? notFound('Member') : { status: 200, json: { id: 99, username: gitLabUser, access_level: found.canPush ? 30 : 20 } };
      },
    }),
    operation('GET', '/users', { query: ['username'], answer: (_, { query }) => ({ status: 200, json: Object.entries(users).filter(([name]) => name === query.get('username')).map(([username, id]) => ({ id, username })) }) }),
    operation('GET', '/projects/:x/forks', { query: ['owned'], answer: ([id], request, base) => listed(world.repositories.filter((one) => one.parent === project(id) && one.name.startsWith(`${gitLabUser}/`)).map(projectJson), request, base) }),
    operation('POST', '/projects/:x/fork', {
      body: ['namespace_path', 'path', 'name'],
      answer: ([id]) => {
        const found = project(id);
        if (found === undefined) return notFound('Project');
        const name = `${gitLabUser}/${found.name.split('/').at(-1) ?? ''}`;
        if (world.find(name) !== undefined) return { status: 409, json: { message: { name: ['has already been taken'] } } };
        return { status: 201, json: projectJson(Object.assign(world.fork(found, name), { notReadyFor: 2 })) };
      },
    }),
    operation('GET', '/projects/:x/repository/branches/:x', {
      answer: ([id, branch = '']) => {
        const found = project(id);
        const head = found === undefined ? null : world.headOf(found, branch);
        return head === null ? notFound('Branch') : { status: 200, json: { name: branch, commit: { id: head } } };
      },
    }),
    operation('GET', '/projects/:x/repository/commits/:x', {
      query: ['stats'],
      answer: ([id, sha = '']) => {
        const found = project(id);
        return found === undefined ? notFound('Project') : { status: 200, json: commitJson(found, sha) };
      },
    }),
    operation('GET', '/projects/:x/repository/compare', {
      query: ['from', 'to', 'from_project_id', 'straight'],
      required: ['from', 'to'],
      answer: ([id], { query }) => {
        const source = project(id);
        const from = project(query.get('from_project_id') ?? id);
        const base = from === undefined ? null : world.headOf(from, query.get('from') ?? '');
        if (source === undefined || from === undefined || base === null) return notFound('Ref');
        if (from !== source) git(source.directory, 'fetch', '-q', from.directory, base);
        const to = query.get('to') ?? '';
        const mergeBase = gitOrNull(source.directory, 'merge-base', base, to);
        if (mergeBase === null) return notFound('Merge Base');
        const ids = git(source.directory, 'rev-list', '--reverse', `${mergeBase}..${to}`).split('\n').filter((one) => one !== '');
        const commits = ids.map((one) => commitJson(source, one)).map(({ committer_email, parent_ids, ...short }) => (isShort() ? short : { ...short, committer_email, parent_ids }));
        return { status: 200, json: { commits, diffs: [], compare_timeout: false, compare_same_ref: false } };
      },
    }),
    operation('GET', '/projects/:x/merge_requests', {
      query: ['state', 'source_branch', 'target_branch', 'order_by', 'sort'],
      answer: ([id], request, base) => {
        const [branch, state] = [request.query.get('source_branch'), request.query.get('state') ?? 'all'];
        const found = world.pullRequests.filter((pull) => pull.target === project(id) && (branch === null || pull.branch === branch) && (state === 'all' || (state === 'opened') === (pull.state === 'open')));
        return listed(found.toReversed().map(mergeRequestJson), request, base);
      },
    }),
    operation('POST', '/projects/:x/merge_requests', {
      body: ['source_branch', 'target_branch', 'title', 'description', 'target_project_id', 'labels', 'reviewer_ids', 'remove_source_branch', 'allow_collaboration', 'squash', 'assignee_ids'],
      required: ['source_branch', 'target_branch', 'title'],
      answer: ([id], { body }) => {
        const { source_branch: branch, target_branch: base, title, description = '', target_project_id } = body as { source_branch: string; target_branch: string; title: string; description?: string; target_project_id?: number };
        const source = project(id);
        const target = target_project_id === undefined ? source : project(String(target_project_id));
        if (source === undefined || target === undefined) return notFound('Project');
        if (world.headOf(source, branch) === null) return { status: 400, json: { message: { source_branch: ['does not exist'] } } };
        const open = world.pullRequests.find((pull) => pull.state === 'open' && pull.source === source && pull.target === target && pull.branch === branch && pull.base === base);
        if (open !== undefined) return { status: 409, json: { message: [`Another open merge request already exists for this source branch: !${open.number}`] } };
        const number = Math.max(0, ...world.pullRequests.filter((pull) => pull.target === target).map((pull) => pull.number)) + 1;
        const pull: WorldPullRequest = { number, target, source, branch, base, title, body: description, isDraft: title.startsWith('Draft: '), state: 'open', createdAt: new Date().toISOString(), labels: [], reviewers: [], comments: [] };
        world.pullRequests.push(pull);
        return { status: 201, json: mergeRequestJson(pull) };
      },
    }),
    operation('PUT', '/projects/:x/merge_requests/:x', {
      body: ['title', 'description', 'target_branch', 'state_event', 'labels', 'add_labels', 'remove_labels', 'reviewer_ids', 'assignee_ids', 'remove_source_branch'],
      answer: ([id, iid], { body }) => {
        const pull = mergeRequest(id, iid);
        if (pull === undefined) return notFound('Merge Request');
        const { title, description, target_branch, state_event, add_labels, reviewer_ids } = body as { title?: string; description?: string; target_branch?: string; state_event?: string; add_labels?: string; reviewer_ids?: number[] };
        Object.assign(pull, { title: title ?? pull.title, body: description ?? pull.body, base: target_branch ?? pull.base, state: state_event === 'close' ? 'closed' : state_event === 'reopen' ? 'open' : pull.state });
        pull.labels.push(...(add_labels?.split(',') ?? []).filter((label) => !pull.labels.includes(label)));
        if (reviewer_ids !== undefined) pull.reviewers.splice(0, Infinity, ...reviewer_ids.map(String));
        return { status: 200, json: mergeRequestJson(pull) };
      },
    }),
    operation('GET', '/projects/:x/merge_requests/:x/notes', { query: ['sort', 'order_by'], answer: ([id, iid], request, base) => listed((mergeRequest(id, iid)?.comments ?? []).map((body, index) => ({ id: index, body })), request, base) }),
    operation('POST', '/projects/:x/merge_requests/:x/notes', {
      body: ['body', 'internal', 'created_at'],
      required: ['body'],
      answer: ([id, iid], { body }) => {
        const pull = mergeRequest(id, iid);
        if (pull === undefined) return notFound('Merge Request');
        pull.comments.push((body as { body: string }).body);
        return { status: 201, json: { id: pull.comments.length, body: pull.comments.at(-1) } };
      },
    }),
  ];
}
