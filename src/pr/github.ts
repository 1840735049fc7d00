/** GitHub, by its REST API: https://docs.github.com/en/rest. */
import { fields, list, number, text, textOrNull, time } from './answers.ts';
import type { Fields } from './answers.ts';
import type { Branch, BranchCommit, Forge, NewPullRequest, PullRequest, PullRequestChange, RepositoryFacts, Route } from './forge.ts';
import { createOnce, ForgeError, isForgeError, madeOnce } from './forge.ts';
import type { Clock, Http } from './http.ts';
import { inPath, orNull } from './http.ts';
import { repositoryName } from './names.ts';

export const gitHubHeaders = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' } as const;

const longestBody = 65_536;
/** More than dockfix makes; who has more is not dockfix. */
const mostCommits = 100;
const triesOfFork = 30;
const forkPause = 2000;

export function gitHub(http: Http, webUrl: string, clock: Clock): Forge {
  const factsOf = (value: unknown): RepositoryFacts => repositoryFacts(fields(value), webUrl);
  let installation: Promise<ReadonlySet<string>> | null = null;

  const repository = async (name: string): Promise<RepositoryFacts> => {
    const facts = factsOf((await http.send('GET', `/repos/${name}`)).json);
    if (facts.canPush) return facts;
    installation ??= repositoriesOfApp().catch((error: unknown) => {
      installation = null;
      throw error;
    });
    return { ...facts, canPush: (await installation).has(facts.name) };
  };

  /** A repository does not say what a GitHub App may do in it, nor what the token of a workflow may; none if the token is another one. */
  const repositoriesOfApp = async (): Promise<ReadonlySet<string>> => {
    const names = new Set<string>();
    try {
      for await (const one of http.pages('/installation/repositories', {}, 'repositories')) names.add(factsOf(one).name);
    } catch (error) {
      if (!isForgeError(error, 'forbidden', 'not-found')) throw error;
    }
    return names;
  };

  const pullRequests = async ({ target, source, branch }: Route): Promise<readonly PullRequest[]> => {
    const found: PullRequest[] = [];
    const owner = source.name.split('/')[0] ?? '';
    for await (const one of http.pages(`/repos/${target.name}/pulls`, { state: 'all', head: `${owner}:${branch}`, sort: 'created', direction: 'desc' })) {
      // Where `head` is not understood, the list holds those of all branches.
      if (isFrom(fields(one), owner, branch)) found.push(pullRequest(fields(one)));
    }
    return found.toSorted((a, b) => b.number - a.number);
  };

  const headOf = async ({ source, branch }: Route): Promise<string | null> => {
    const answer = await orNull(() => http.send('GET', `/repos/${source.name}/git/ref/heads/${inPath(branch)}`));
    return answer === null ? null : text(fields(fields(answer.json)['object'])['sha']);
  };

  const branchOf = async (route: Route, base: string): Promise<Branch | null> => {
    const head = await headOf(route);
    if (head === null) return null;
    const owner = route.source.name.split('/')[0] ?? '';
    // A commit of a fork is not named from outside; its branch is.
    const compared = route.source.id === route.target.id ? head : `${owner}:${encodeURIComponent(route.branch)}`;
    const answer = await orNull(() => http.send('GET', `/repos/${route.target.name}/compare/${encodeURIComponent(base)}...${compared}`, { query: { per_page: mostCommits } }));
    // Two lines of history that have nothing in common cannot be compared.
    if (answer === null) return { head, mergeBase: null, commits: null };
    const comparison = fields(answer.json);
    const commits = list(comparison['commits']).map(commitOf);
    if (commits.length > 0 && commits.at(-1)?.id !== head && number(comparison['total_commits']) === commits.length) throw new ForgeError('unavailable', `${route.branch} moved while it was looked at`);
    const isComplete = number(comparison['total_commits']) === commits.length;
    return { head, mergeBase: text(fields(comparison['merge_base_commit'])['sha']), commits: isComplete ? commits : null };
  };

  const create = async (route: Route, { title, body, base, isDraft }: NewPullRequest): Promise<PullRequest> => {
    const { target, source, branch } = route;
    const owner = source.name.split('/')[0] ?? '';
    const wanted = { title, body, base, draft: isDraft, head: source.name === target.name ? branch : `${owner}:${branch}`, maintainer_can_modify: true };
    return createOnce(async () => pullRequest(fields((await http.send('POST', `/repos/${target.name}/pulls`, { body: wanted })).json)), () => pullRequests(route));
  };

  const fork = async (target: RepositoryFacts, make: boolean): Promise<RepositoryFacts | null> => {
    const found = (await ownFork(target)) ?? (make ? await makeFork(target) : null);
    return found === null ? null : whenThere(found, target);
  };

  const makeFork = (target: RepositoryFacts): Promise<RepositoryFacts> =>
    madeOnce(async () => factsOf((await http.send('POST', `/repos/${target.name}/forks`, { body: { default_branch_only: true } })).json), () => ownFork(target));

  /** GitHub makes it in its own time, also for who finds it: it is there when its default branch is. */
  const whenThere = async (made: RepositoryFacts, target: RepositoryFacts): Promise<RepositoryFacts> => {
    for (let tries = 0; tries < triesOfFork; tries += 1) {
      const ready = await orNull(() => http.send('GET', `/repos/${made.name}/git/ref/heads/${inPath(made.defaultBranch ?? target.defaultBranch ?? '')}`), 'not-found', 'rejected');
      if (ready !== null) return made;
      await clock.sleep(forkPause);
    }
    throw new ForgeError('unavailable', `the fork ${made.name} is not there yet; try again later`);
  };

  /** Usually it has the name of the original; where the user had another repository of that name, it is among the forks. */
  const ownFork = async (target: RepositoryFacts): Promise<RepositoryFacts | null> => {
    const user = text(fields((await http.send('GET', '/user')).json)['login']);
    const near = await orNull(() => http.send('GET', `/repos/${user}/${target.name.split('/')[1] ?? ''}`));
    if (near !== null && isForkOf(fields(near.json), target.name)) return factsOf(near.json);
    for await (const one of http.pages(`/repos/${target.name}/forks`)) {
      if (fields(fields(one)['owner'])['login'] === user) return factsOf(one);
    }
    return null;
  };

  /** Of a user, all see what is public; the user's own token sees the rest, too. */
  const listOf = async (owner: string): Promise<readonly [path: string, query: Record<string, string>]> => {
    const { type, login } = fields((await http.send('GET', `/users/${owner}`)).json);
    if (type === 'Organization') return [`/orgs/${owner}/repos`, { type: 'all' }];
    const own = await orNull(() => http.send('GET', '/user'), 'forbidden');
    return own !== null && fields(own.json)['login'] === login ? ['/user/repos', { affiliation: 'owner' }] : [`/users/${owner}/repos`, { type: 'owner' }];
  };

  return {
    longestBody,
    now: http.now,
    repository,
    async *repositoriesOf(owner) {
      const [path, query] = await listOf(owner);
      for await (const one of http.pages(path, query)) yield factsOf(one);
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
      for await (const one of http.pages(path)) if (textOrNull(fields(one)['body'])?.includes(mark)) return;
      await http.send('POST', path, { body: { body: comment }, isRepeatable: false });
    },
    async addLabels(target, id, labels) {
      await http.send('POST', `/repos/${target.name}/issues/${id}/labels`, { body: { labels } });
    },
    async askForReview(target, id, reviewers) {
      const teams = reviewers.filter((one) => one.includes('/')).map((one) => one.slice(one.indexOf('/') + 1));
      const body = { reviewers: reviewers.filter((one) => !one.includes('/')), team_reviewers: teams };
      await http.send('POST', `/repos/${target.name}/pulls/${id}/requested_reviewers`, { body });
    },
    lineUrl: (target, commit, path, line) => `${target.webUrl}/blob/${commit}/${inPath(path)}#L${line}`,
  };
}

function repositoryFacts(value: Fields, webUrl: string): RepositoryFacts {
  const name = repositoryName(text(value['full_name']), 'github', webUrl);
  if (name === null) throw new ForgeError('unavailable', `the forge names a repository in a way that dockfix does not take`);
  const permissions = value['permissions'] === undefined ? {} : fields(value['permissions']);
  return {
    name,
    id: name,
    webUrl: `${webUrl}/${name}`,
    gitUrl: `${webUrl}/${name}.git`,
    // An empty repository has one, too, that is not there.
    defaultBranch: textOrNull(value['default_branch']),
    // A disabled repository takes no changes either.
    isArchived: value['archived'] === true || value['disabled'] === true,
    isFork: value['fork'] === true,
    canPush: permissions['push'] === true,
  };
}

function isForkOf(value: Fields, original: string): boolean {
  const parents = [value['parent'], value['source']].filter((one) => one !== undefined && one !== null).map((one) => text(fields(one)['full_name']).toLowerCase());
  return value['fork'] === true && parents.includes(original.toLowerCase());
}

function isFrom(value: Fields, owner: string, branch: string): boolean {
  const head = fields(value['head']);
  return text(head['ref']) === branch && textOrNull(head['label'])?.toLowerCase() === `${owner}:${branch}`.toLowerCase();
}

function pullRequest(value: Fields): PullRequest {
  const isMerged = textOrNull(value['merged_at']) !== null;
  return {
    number: number(value['number']),
    url: text(value['html_url']),
    state: value['state'] === 'open' ? 'open' : isMerged ? 'merged' : 'closed',
    title: text(value['title']),
    body: textOrNull(value['body']) ?? '',
    base: text(fields(value['base'])['ref']),
    createdAt: time(value['created_at']),
  };
}

function commitOf(value: unknown): BranchCommit {
  const commit = fields(fields(value)['commit']);
  const email = (who: unknown): string => (who === null ? '' : (textOrNull(fields(who)['email']) ?? ''));
  return { id: text(fields(value)['sha']), authorEmail: email(commit['author']), committerEmail: email(commit['committer']) };
}
