/** GitLab, by its REST API, version 4: https://docs.gitlab.com/api/rest. */
import { fields, list, number, text, textOrNull, time } from './answers.ts';
import type { Fields } from './answers.ts';
import type { Ancestry, Branch, BranchCommit, Forge, NewPullRequest, PullRequest, PullRequestChange, RepositoryFacts, Route } from './forge.ts';
import { begunAt, createOnce, ForgeError, madeOnce } from './forge.ts';
import type { Clock, Http } from './http.ts';
import { inPath, orNull } from './http.ts';
import { repositoryName } from './names.ts';

/** A description may have 1,048,576; a pull request that nobody can read helps nobody. */
const longestBody = 65_536;
/** More than dockfix makes; who has more is not dockfix. */
const mostCommits = 50;
const developer = 30;
const triesOfFork = 30;
const forkPause = 2000;

export function gitLab(http: Http, webUrl: string, clock: Clock): Forge {
  const factsOf = (value: unknown): RepositoryFacts => projectFacts(fields(value), webUrl);
  const mergeRequests = ({ id }: RepositoryFacts): string => `/projects/${id}/merge_requests`;

  const repository = async (name: string): Promise<RepositoryFacts> => {
    const facts = factsOf((await http.send('GET', `/projects/${encodeURIComponent(name)}`)).json);
    return facts.canPush ? facts : { ...facts, canPush: (await accessTo(facts)) >= developer };
  };

  /** A project does not say what comes from a group that was invited; the list of its members does. */
  const accessTo = async ({ id }: RepositoryFacts): Promise<number> => {
    const user = number(fields((await http.send('GET', '/user')).json)['id']);
    const member = await orNull(() => http.send('GET', `/projects/${id}/members/all/${user}`));
    return member === null ? 0 : number(fields(member.json)['access_level']);
  };

  const pullRequests = async ({ target, source, branch }: Route): Promise<readonly PullRequest[]> => {
    const found: PullRequest[] = [];
    for await (const one of http.pages(mergeRequests(target), { state: 'all', source_branch: branch, order_by: 'created_at', sort: 'desc' })) {
      const value = fields(one);
      if (sourceOf(value) === source.id && text(value['source_branch']) === branch) found.push(mergeRequest(value));
    }
    return found.toSorted((a, b) => b.number - a.number);
  };

  const branchOf = async ({ target, source, branch }: Route, base: string): Promise<Branch | null> => {
    const found = await orNull(() => http.send('GET', `/projects/${source.id}/repository/branches/${encodeURIComponent(branch)}`));
    if (found === null) return null;
    const head = text(fields(fields(found.json)['commit'])['id']);
    const answer = await orNull(() => http.send('GET', `/projects/${source.id}/repository/compare`, { query: { from: base, to: head, from_project_id: target.id } }));
    if (answer === null) return { head, mergeBase: null, commits: null };
    const listed = list(fields(answer.json)['commits']).map(fields);
    if (listed.length > mostCommits) return { head, mergeBase: null, commits: null };
    const written: Fields[] = [];
    for (const commit of listed) written.push(await wholeCommit(source, commit));
    return { head, mergeBase: begunAt(written.map(ancestryOf), head), commits: written.map(commitOf) };
  };

  /** What a comparison lists of a commit is less than all on some versions of GitLab. */
  const wholeCommit = async ({ id }: RepositoryFacts, commit: Fields): Promise<Fields> => {
    if (commit['committer_email'] !== undefined && commit['parent_ids'] !== undefined) return commit;
    return fields((await http.send('GET', `/projects/${id}/repository/commits/${text(commit['id'])}`)).json);
  };

  const create = async (route: Route, { title, body, base, isDraft }: NewPullRequest): Promise<PullRequest> => {
    const { target, source, branch } = route;
    const wanted = { source_branch: branch, target_branch: base, target_project_id: Number(target.id), title: isDraft ? `Draft: ${title}` : title, description: body, remove_source_branch: true, allow_collaboration: true };
    return createOnce(async () => mergeRequest(fields((await http.send('POST', mergeRequests(source), { body: wanted })).json)), () => pullRequests(route));
  };

  const ownFork = async (target: RepositoryFacts): Promise<RepositoryFacts | null> => {
    for await (const one of http.pages(`/projects/${target.id}/forks`, { owned: true })) return factsOf(one);
    return null;
  };

  const fork = async (target: RepositoryFacts, make: boolean): Promise<RepositoryFacts | null> => {
    const found = (await ownFork(target)) ?? (make ? await makeFork(target) : null);
    return found === null ? null : whenThere(found);
  };

  const makeFork = (target: RepositoryFacts): Promise<RepositoryFacts> => madeOnce(async () => factsOf((await http.send('POST', `/projects/${target.id}/fork`, { body: {} })).json), () => ownFork(target));

  /** GitLab makes it in its own time, also for who finds it. */
  const whenThere = async ({ id, name }: RepositoryFacts): Promise<RepositoryFacts> => {
    for (let tries = 0; tries < triesOfFork; tries += 1) {
      const project = fields((await http.send('GET', `/projects/${id}`)).json);
      const status = textOrNull(project['import_status']);
      if (status === 'failed') throw new ForgeError('rejected', `the fork ${name} could not be made`);
      if (status !== 'scheduled' && status !== 'started') return factsOf(project);
      await clock.sleep(forkPause);
    }
    throw new ForgeError('unavailable', `the fork ${name} is not there yet; try again later`);
  };

  return {
    longestBody,
    now: http.now,
    repository,
    async *repositoriesOf(owner) {
      const id = encodeURIComponent(owner);
      const group = owner.includes('/') ? true : (await orNull(() => http.send('GET', `/groups/${id}`, { query: { with_projects: false } }))) !== null;
      const [path, query] = group ? [`/groups/${id}/projects`, { include_subgroups: true, with_shared: false }] : [`/users/${id}/projects`, {}];
      for await (const one of http.pages(path, { ...query, order_by: 'id', sort: 'asc' })) yield factsOf(one);
    },
    fork,
    pullRequests,
    branch: branchOf,
    create,
    async change(target, iid, { title, body, base, state }: PullRequestChange) {
      const change = {
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { description: body }),
        ...(base === undefined ? {} : { target_branch: base }),
        ...(state === undefined ? {} : { state_event: 'close' }),
      };
      await http.send('PUT', `${mergeRequests(target)}/${iid}`, { body: change });
    },
    async commentOnce(target, iid, mark, comment) {
      const path = `${mergeRequests(target)}/${iid}/notes`;
      for await (const one of http.pages(path)) if (textOrNull(fields(one)['body'])?.includes(mark)) return;
      await http.send('POST', path, { body: { body: comment }, isRepeatable: false });
    },
    async addLabels(target, iid, labels) {
      await http.send('PUT', `${mergeRequests(target)}/${iid}`, { body: { add_labels: labels.join(',') } });
    },
    async askForReview(target, iid, reviewers) {
      const ids: number[] = [];
      for (const username of reviewers) {
        const [user] = list((await http.send('GET', '/users', { query: { username } })).json);
        if (user === undefined) throw new ForgeError('rejected', `there is no user ${username} to review it`);
        ids.push(number(fields(user)['id']));
      }
      await http.send('PUT', `${mergeRequests(target)}/${iid}`, { body: { reviewer_ids: ids } });
    },
    lineUrl: (target, commit, path, line) => `${target.webUrl}/-/blob/${commit}/${inPath(path)}#L${line}`,
  };
}

function projectFacts(value: Fields, webUrl: string): RepositoryFacts {
  const name = repositoryName(text(value['path_with_namespace']), 'gitlab', webUrl);
  if (name === null) throw new ForgeError('unavailable', 'the forge names a repository in a way that dockfix does not take');
  const permissions = value['permissions'] === undefined || value['permissions'] === null ? {} : fields(value['permissions']);
  const levels = [permissions['project_access'], permissions['group_access']].map((one) => (one === null || one === undefined ? 0 : number(fields(one)['access_level'])));
  return {
    name,
    id: String(number(value['id'])),
    webUrl: `${webUrl}/${name}`,
    gitUrl: `${webUrl}/${name}.git`,
    defaultBranch: value['empty_repo'] === true ? null : textOrNull(value['default_branch']),
    // Without merge requests nothing can be proposed.
    isArchived: value['archived'] === true || value['merge_requests_access_level'] === 'disabled',
    isFork: value['forked_from_project'] !== undefined && value['forked_from_project'] !== null,
    canPush: Math.max(...levels) >= developer,
  };
}

function mergeRequest(value: Fields): PullRequest {
  const state = text(value['state']);
  return {
    number: number(value['iid']),
    url: text(value['web_url']),
    state: state === 'opened' || state === 'locked' ? 'open' : state === 'merged' ? 'merged' : 'closed',
    title: text(value['title']),
    body: textOrNull(value['description']) ?? '',
    base: text(value['target_branch']),
    createdAt: time(value['created_at']),
  };
}

/** Null once the project is gone. */
function sourceOf({ source_project_id: id }: Fields): string | null {
  return id === null ? null : String(number(id));
}

function ancestryOf(value: Fields): Ancestry {
  return { id: text(value['id']), parents: list(value['parent_ids']).map(text) };
}

function commitOf(value: Fields): BranchCommit {
  return { id: text(value['id']), authorEmail: text(value['author_email']), committerEmail: textOrNull(value['committer_email']) ?? '' };
}
