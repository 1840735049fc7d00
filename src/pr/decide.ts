/** What to do with a repository, from all that is known of it. Pure. */
import type { BrokenConfig, RebaseWhen, RepositoryConfig } from './config.ts';
import type { Branch, PullRequest, PullRequestChange, RepositoryFacts } from './forge.ts';
import { asksAgain, digest, readMarks, withMarks } from './marks.ts';

/** What is known before anything is cloned. */
export interface Beforehand {
  readonly repository: RepositoryFacts;
  /** It was not named itself, but is one of an organisation's. */
  readonly isListed: boolean;
  /** The branch is pushed to a fork of the user. */
  readonly usesFork: boolean;
  /** The name of our branch. */
  readonly branchName: string;
  /** Those of our branch, the newest first. */
  readonly pullRequests: readonly PullRequest[];
}

/** What dockfix makes of the files. */
export type Result =
  | { readonly kind: 'failed'; readonly because: string }
  | { readonly kind: 'nothing'; readonly because: string }
  | Changes;

export interface Changes {
  readonly kind: 'changes';
  /** The commit that the changes are based on. */
  readonly baseCommit: string;
  /** Digest of what changes, whatever else is in the files that it is based on. */
  readonly change: string;
}

/** What is pushed to, and where it begins. */
export interface OwnBranch extends Branch {
  /** Digest of what it changes from there on; null if that cannot be said. */
  readonly change: string | null;
}

export interface Situation extends Beforehand {
  readonly config: RepositoryConfig | BrokenConfig;
  /** The branch that is repaired. */
  readonly base: string;
  readonly result: Result;
  /** Our branch; null if there is none. */
  readonly branch: OwnBranch | null;
  readonly rebaseWhen: RebaseWhen;
  /** Whose commits are dockfix's own. */
  readonly authorEmail: string;
  /** Why no pull request may be opened now; null if one may. */
  readonly limit: string | null;
}

export type Decision =
  /** Nothing is done: it is none of dockfix's (skip), all is as it should be (nothing), a person has a say in it (leave), not now (wait), or it cannot be done (fail). */
  | { readonly do: 'skip' | 'nothing' | 'leave' | 'wait' | 'fail'; readonly because: string }
  | { readonly do: 'create'; readonly push: boolean }
  /** `renew`: its text and title may have to be others. `base`: the branch that it has to be for, if that is another one. */
  | { readonly do: 'update'; readonly number: number; readonly push: boolean; readonly renew: boolean; readonly base: string | null; readonly setUp: boolean }
  /** `number` is null where only the branch is left. */
  | { readonly do: 'close'; readonly number: number | null; readonly deletesBranch: boolean; readonly because: string };

/** The pull request that counts: of those that are open, dockfix's own before one that somebody else made of its branch; else the newest. */
export function currentOf(pullRequests: readonly PullRequest[]): PullRequest | null {
  const open = openOf(pullRequests);
  return open.find(({ body }) => readMarks(body) !== null) ?? open[0] ?? pullRequests[0] ?? null;
}

function openOf(pullRequests: readonly PullRequest[]): readonly PullRequest[] {
  return pullRequests.filter(({ state }) => state === 'open');
}

/** What can be decided without a look at the files; null if they have to be looked at. */
export function decideBeforehand({ repository, isListed, usesFork, branchName, pullRequests }: Beforehand): Decision | null {
  if (repository.isArchived) return { do: 'skip', because: 'it is archived, or takes no pull requests' };
  if (isListed && repository.isFork) return { do: 'skip', because: 'it is a fork' };
  if (repository.defaultBranch === null) return { do: 'skip', because: 'it is empty' };
  // Whoever pushes to it needs no pull request, and whoever deletes it loses everything.
  if (repository.defaultBranch === branchName) return { do: 'fail', because: `${branchName} is its default branch: --branch has to name another` };
  if (!repository.canPush && !usesFork) {
    const because = 'the token may not push to it (with --fork, the pull request comes from a fork)';
    return { do: isListed ? 'skip' : 'fail', because };
  }
  const current = currentOf(pullRequests);
  return current !== null && isTurnedDown(current) ? { do: 'leave', because: `${current.url} was closed by a person; ${howToAskAgain}` } : null;
}

const howToAskAgain = 'who wants it after all reopens it, or ticks the box at its end';

/** Did a person close it, without asking for it again? */
function isTurnedDown({ state, body }: PullRequest): boolean {
  return state === 'closed' && readMarks(body)?.isClosed !== true && !asksAgain(body);
}

export function decide(situation: Situation): Decision {
  const { config, branch, branchName, base, result, authorEmail, pullRequests } = situation;
  const early = decideBeforehand(situation);
  if (early !== null) return early;
  if (config.kind === 'broken') return { do: 'leave', because: config.message };
  if (base === branchName) return { do: 'leave', because: `dockfix.json: the branch ${base} (baseBranch) is dockfix’s own` };
  if (result.kind === 'failed') return { do: 'fail', because: result.because };
  const current = currentOf(pullRequests);
  // What somebody made of the branch for another one is not to be turned into something else, nor closed.
  if (current?.state === 'open' && current.base !== base && readMarks(current.body) === null) return { do: 'leave', because: `${current.url} is not dockfix’s, and proposes its branch for ${current.base}` };
  const others = branch === null ? null : commitsOfOthers(branch, authorEmail);
  if (others !== null) return { do: 'leave', because: `its branch has ${others}; dockfix goes on once they are gone, or the branch is` };
  if (!config.enabled) return decideNothing(situation, 'dockfix.json switches dockfix off');
  return result.kind === 'nothing' ? decideNothing(situation, result.because) : decideChanges(situation, result);
}

/** In words; null if there are none. */
export function commitsOfOthers({ commits }: Branch, authorEmail: string): string | null {
  if (commits === null) return 'a history that is not dockfix’s';
  const isOwn = (email: string): boolean => email.toLowerCase() === authorEmail.toLowerCase();
  const others = commits.flatMap((commit) => [commit.authorEmail, commit.committerEmail]).filter((email) => !isOwn(email));
  return others.length === 0 ? null : `commits by ${[...new Set(others)].join(', ')}`;
}

/** There is nothing to propose: what dockfix proposed before goes. */
function decideNothing({ pullRequests, branch }: Situation, because: string): Decision {
  const current = currentOf(pullRequests);
  // Without its branch no pull request stays open, also not what somebody made of it for another branch.
  const isOnlyOne = openOf(pullRequests).length === 1;
  if (current?.state === 'open') return { do: 'close', number: current.number, deletesBranch: branch !== null && isOnlyOne, because };
  // A branch without commits of its own and without a pull request may be somebody's who is about to begin.
  const isLeftOver = branch !== null && (current !== null || (branch.commits?.length ?? 0) > 0);
  return isLeftOver ? { do: 'close', number: null, deletesBranch: true, because: `${because}; its branch is deleted` } : { do: 'nothing', because };
}

function decideChanges(situation: Situation, changes: Changes): Decision {
  const { pullRequests, limit } = situation;
  const current = currentOf(pullRequests);
  const push = !isAsItShouldBe(situation, changes);
  if (current?.state === 'open') return decideUpdate(situation, changes, current, push);
  const merged = pullRequests.find(({ state, body }) => state === 'merged' && readMarks(body)?.change === changes.change);
  if (merged !== undefined && !asksAgain(merged.body)) {
    return { do: 'leave', because: `the same change was merged in ${merged.url} and taken back since; ${howToAskAgain.replace('reopens it, or ', '')}` };
  }
  return limit === null ? { do: 'create', push } : { do: 'wait', because: limit };
}

/** A branch that makes the same of the same texts merges into its base, whatever else has changed there meanwhile. */
function isAsItShouldBe({ branch, rebaseWhen }: Situation, { change, baseCommit }: Changes): boolean {
  return branch !== null && branch.change === change && (branch.mergeBase === baseCommit || rebaseWhen === 'conflicted');
}

function decideUpdate({ base }: Situation, { change }: Changes, current: PullRequest, push: boolean): Decision {
  const marks = readMarks(current.body);
  // Without marks a person has written the text, and it stays.
  const renew = marks !== null && (push || marks.change !== change || marks.isClosed);
  const setUp = marks?.isSetUp === false;
  const isElsewhere = current.base !== base;
  if (!push && !renew && !setUp && !isElsewhere) return { do: 'nothing', because: `${current.url} is up to date` };
  return { do: 'update', number: current.number, push, renew, base: isElsewhere ? base : null, setUp };
}

/** What is written anew: the text where it is another one, the title unless a person has given it one. */
export function renewed(current: PullRequest, { title, body }: { readonly title: string; readonly body: string }): PullRequestChange {
  const [now, wanted] = [readMarks(current.body), readMarks(body)];
  if (now === null || wanted === null) return {};
  const isOther = now.text !== wanted.text || now.change !== wanted.change || now.isClosed;
  const isOldTitle = now.title !== wanted.title && digest(current.title.replace(draftPrefix, '')) === now.title;
  return {
    ...(isOldTitle ? { title: `${draftPrefix.exec(current.title)?.[0] ?? ''}${title}` } : {}),
    // What it says of labels stays.
    ...(isOther || isOldTitle ? { body: withMarks(body, { isSetUp: now.isSetUp }) } : {}),
  };
}

/** How GitLab and Gitea write that it is a draft. */
const draftPrefix = /^(?:Draft|WIP): /;
