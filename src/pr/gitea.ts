/** Gitea and Forgejo, by their REST API, version 1: https://docs.gitea.com/api. */
import { fields, list, number, text, textOrNull, time } from './answers.ts';
import type { Fields } from './answers.ts';
import type { Ancestry, Branch, BranchCommit, Forge, NewPullRequest, PullRequest, PullRequestChange, RepositoryFacts, Route } from './forge.ts';
import { begunAt, createOnce, ForgeError, madeOnce } from './forge.ts';
import type { Http } from './http.ts';
import { inPath, orNull } from './http.ts';
import { repositoryName } from './names.ts';

/** A description may be longer; a pull request that nobody can read helps nobody. */
const longestBody = 65_536;
/** More than dockfix makes; who has more is not dockfix. */
const mostCommits = 50;

export function gitea(http: Http, webUrl: string): Forge {
  const factsOf = (value: unknown): RepositoryFacts => repositoryFacts(fields(value), webUrl);

  /** The API lists those of all branches. */
  const pullRequests = async ({ target, source, branch }: Route): Promise<readonly PullRequest[]> => {
    const found: PullRequest[] = [];
    for await (const one of http.pages(`/repos/${target.name}/pulls`, { state: 'all' })) {
      const head = fields(fields(one)['head']);
      // `ref` is another one once the branch is gone.
      if (text(head['label']) === branch && String(number(head['repo_id'])) === source.id) found.push(pullRequest(fields(one)));
    }
    return found.toSorted((a, b) => b.number - a.number);
  };

  const branchOf = async ({ target, source, branch }: Route, base: string): Promise<Branch | null> => {
    const found = await orNull(() => http.send('GET', `/repos/${source.name}/branches/${inPath(branch)}`));
    if (found === null) return null;
    const head = text(fields(fields(found.json)['commit'])['id']);
    const compared = source.id === target.id ? branch : `${ownerOf(source)}:${branch}`;
    const answer = await orNull(() => http.send('GET', `/repos/${target.name}/compare/${inPath(base)}...${inPath(compared)}`));
    if (answer === null) return { head, mergeBase: null, commits: null };
    const commits = list(fields(answer.json)['commits'] ?? []).map(fields);
    if (commits.length > mostCommits || number(fields(answer.json)['total_commits']) !== commits.length) return { head, mergeBase: null, commits: null };
    if (commits.length > 0 && !commits.some((one) => one['sha'] === head)) throw new ForgeError('unavailable', `${branch} moved while it was looked at`);
    return { head, mergeBase: begunAt(commits.map(ancestryOf), head), commits: commits.map(commitOf) };
  };

  const create = async (route: Route, { title, body, base, isDraft }: NewPullRequest): Promise<PullRequest> => {
    const { target, source, branch } = route;
    const wanted = { title: isDraft ? `WIP: ${title}` : title, body, base, head: source.id === target.id ? branch : `${ownerOf(source)}:${branch}` };
    return createOnce(async () => pullRequest(fields((await http.send('POST', `/repos/${target.name}/pulls`, { body: wanted })).json)), () => pullRequests(route));
  };

  const ownFork = async (target: RepositoryFacts): Promise<RepositoryFacts | null> => {
    const user = text(fields((await http.send('GET', '/user')).json)['login']);
    for await (const one of http.pages(`/repos/${target.name}/forks`)) {
      const facts = factsOf(one);
      if (ownerOf(facts).toLowerCase() === user.toLowerCase()) return facts;
    }
    return null;
  };

  const fork = async (target: RepositoryFacts, make: boolean): Promise<RepositoryFacts | null> => {
    const existing = await ownFork(target);
    if (existing !== null || !make) return existing;
    // It is there when the answer comes.
    return madeOnce(async () => factsOf((await http.send('POST', `/repos/${target.name}/forks`, { body: {} })).json), () => ownFork(target));
  };

  return {
    longestBody,
    now: http.now,
    repository: async (name) => factsOf((await http.send('GET', `/repos/${name}`)).json),
    async *repositoriesOf(owner) {
      const organisation = await orNull(() => http.send('GET', `/orgs/${owner}`));
      for await (const one of http.pages(`/${organisation === null ? 'users' : 'orgs'}/${owner}/repos`)) yield factsOf(one);
    },
    fork,
    pullRequests,
    branch: branchOf,
    create,
    async change(target, id, change: PullRequestChange) {
      await http.send('PATCH', `/repos/${target.name}/pulls/${id}`, { body: change });
    },
    async commentOnce(target, id, mark, comment) {
      const path = `/repos/${target.name}/issues/${id}/comments`;
      // They come all at once.
      const comments = list((await http.send('GET', path)).json);
      if (comments.some((one) => textOrNull(fields(one)['body'])?.includes(mark))) return;
      await http.send('POST', path, { body: { body: comment }, isRepeatable: false });
    },
    async addLabels(target, id, labels) {
      const answer = await http.send('POST', `/repos/${target.name}/issues/${id}/labels`, { body: { labels } });
      const there = new Set(list(answer.json).map((one) => text(fields(one)['name'])));
      const missing = labels.filter((label) => !there.has(label));
      if (missing.length > 0) throw new ForgeError('rejected', `there is no label ${missing.join(', ')}`);
    },
    async askForReview(target, id, reviewers) {
      const teams = reviewers.filter((one) => one.includes('/')).map((one) => one.slice(one.indexOf('/') + 1));
      const body = { reviewers: reviewers.filter((one) => !one.includes('/')), team_reviewers: teams };
      await http.send('POST', `/repos/${target.name}/pulls/${id}/requested_reviewers`, { body });
    },
    lineUrl: (target, commit, path, line) => `${target.webUrl}/src/commit/${commit}/${inPath(path)}#L${line}`,
  };
}

function ownerOf({ name }: RepositoryFacts): string {
  return name.split('/')[0] ?? '';
}

function repositoryFacts(value: Fields, webUrl: string): RepositoryFacts {
  const name = repositoryName(text(value['full_name']), 'gitea', webUrl);
  if (name === null) throw new ForgeError('unavailable', 'the forge names a repository in a way that dockfix does not take');
  const permissions = value['permissions'] === undefined || value['permissions'] === null ? {} : fields(value['permissions']);
  return {
    name,
    id: String(number(value['id'])),
    webUrl: `${webUrl}/${name}`,
    gitUrl: `${webUrl}/${name}.git`,
    defaultBranch: value['empty'] === true ? null : textOrNull(value['default_branch']),
    // A mirror takes no changes, and without pull requests nothing can be proposed.
    isArchived: value['archived'] === true || value['mirror'] === true || value['has_pull_requests'] === false,
    isFork: value['fork'] === true,
    canPush: permissions['push'] === true,
  };
}

function pullRequest(value: Fields): PullRequest {
  return {
    number: number(value['number']),
    url: text(value['html_url']),
    state: value['state'] === 'open' ? 'open' : value['merged'] === true ? 'merged' : 'closed',
    title: text(value['title']),
    body: textOrNull(value['body']) ?? '',
    base: text(fields(value['base'])['ref']),
    createdAt: time(value['created_at']),
  };
}

function ancestryOf(value: Fields): Ancestry {
  return { id: text(value['sha']), parents: list(value['parents']).map((parent) => text(fields(parent)['sha'])) };
}

function commitOf(value: Fields): BranchCommit {
  const commit = fields(value['commit']);
  const email = (who: unknown): string => (who === null || who === undefined ? '' : (textOrNull(fields(who)['email']) ?? ''));
  return { id: text(value['sha']), authorEmail: email(commit['author']), committerEmail: email(commit['committer']) };
}
