/** What dockfix needs of a forge. One module each implements it: github.ts, gitlab.ts, gitea.ts. */

export const platforms = ['github', 'gitlab', 'gitea'] as const;
export type Platform = (typeof platforms)[number];

/** A repository as the forge describes it. Its name is OWNER/NAME; on GitLab the owner may be a group with subgroups. */
export interface RepositoryFacts {
  readonly name: string;
  /** Of the repository's pages, for links. */
  readonly webUrl: string;
  /** Where git finds it; never with credentials. */
  readonly gitUrl: string;
  /** Null if the repository is empty. */
  readonly defaultBranch: string | null;
  readonly isArchived: boolean;
  readonly isFork: boolean;
  /** May the user of the token push to it? */
  readonly canPush: boolean;
  /** What the forge itself calls it in requests. */
  readonly id: string;
}

/** Where a pull request comes from and where it goes to. */
export interface Route {
  readonly target: RepositoryFacts;
  /** Where the branch lies: the same repository, or a fork of it. */
  readonly source: RepositoryFacts;
  readonly branch: string;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly title: string;
  readonly body: string;
  /** The branch that it is to be merged into. */
  readonly base: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface BranchCommit {
  readonly id: string;
  readonly authorEmail: string;
  readonly committerEmail: string;
}

/** A commit, and what comes right before it. */
export interface Ancestry {
  readonly id: string;
  readonly parents: readonly string[];
}

/** What a branch was begun at: the one parent that none of its commits is. Without commits of its own that is its head. */
export function begunAt(commits: readonly Ancestry[], head: string): string | null {
  if (commits.length === 0) return head;
  const own = new Set(commits.map(({ id }) => id));
  const others = new Set(commits.flatMap(({ parents }) => parents).filter((id) => !own.has(id)));
  return others.size === 1 ? ([...others][0] ?? null) : null;
}

/** A branch compared with the one that it is to be merged into. */
export interface Branch {
  readonly head: string;
  /** The newest commit that both have; null if they have none in common. */
  readonly mergeBase: string | null;
  /** What the branch has and the other has not; null if these are more than dockfix ever makes. */
  readonly commits: readonly BranchCommit[] | null;
}

export interface NewPullRequest {
  readonly title: string;
  readonly body: string;
  readonly base: string;
  readonly isDraft: boolean;
}

export interface PullRequestChange {
  readonly title?: string;
  readonly body?: string;
  readonly base?: string;
  readonly state?: 'closed';
}

export interface Forge {
  /** The longest text that a pull request may have, in UTF-16 units. */
  readonly longestBody: number;
  /** The time by its own clock, which is that of `createdAt`. */
  readonly now: () => number;
  readonly repository: (name: string) => Promise<RepositoryFacts>;
  /** All repositories of an organisation, a group with its subgroups, or a user. */
  readonly repositoriesOf: (owner: string) => AsyncIterable<RepositoryFacts>;
  /** The user's fork of a repository; null if there is none, and it is not to be made. */
  readonly fork: (target: RepositoryFacts, make: boolean) => Promise<RepositoryFacts | null>;
  /** Those of our branch, in any state, the newest first. */
  readonly pullRequests: (route: Route) => Promise<readonly PullRequest[]>;
  /** Null if there is no such branch. */
  readonly branch: (route: Route, base: string) => Promise<Branch | null>;
  /** One that exists already is given as it is. */
  readonly create: (route: Route, wanted: NewPullRequest) => Promise<PullRequest>;
  readonly change: (target: RepositoryFacts, number: number, change: PullRequestChange) => Promise<void>;
  /** Says something once: not if a comment has the mark already. */
  readonly commentOnce: (target: RepositoryFacts, number: number, mark: string, text: string) => Promise<void>;
  readonly addLabels: (target: RepositoryFacts, number: number, labels: readonly string[]) => Promise<void>;
  /** Users; on GitHub and Gitea also teams, as `ORG/TEAM`. */
  readonly askForReview: (target: RepositoryFacts, number: number, reviewers: readonly string[]) => Promise<void>;
  /** A page that shows a line of a file. */
  readonly lineUrl: (target: RepositoryFacts, commit: string, path: string, line: number) => string;
}

export type ForgeFault =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** The forge does not accept what was asked for, or it is so already. */
  | 'rejected'
  | 'rate-limit'
  /** Its certificate is none that is trusted. */
  | 'untrusted'
  /** No answer in time, or none that makes sense. It may have been done all the same. */
  | 'unavailable';

/** With these no repository of the forge can be done. */
export const faultsOfAll: readonly ForgeFault[] = ['unauthorized', 'rate-limit', 'untrusted'];

export class ForgeError extends Error {
  readonly code: ForgeFault;
  readonly status: number;

  constructor(code: ForgeFault, message: string, status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function isForgeError(error: unknown, ...codes: readonly ForgeFault[]): error is ForgeError {
  return error instanceof ForgeError && (codes.length === 0 || codes.includes(error.code));
}

/** Makes something. What is there already, perhaps because the answer to a first try was lost, is given as it is. */
export async function madeOnce<Value>(make: () => Promise<Value>, existing: () => Promise<Value | null>): Promise<Value> {
  try {
    return await make();
  } catch (error) {
    if (!isForgeError(error, 'rejected', 'unavailable')) throw error;
    const found = await existing();
    if (found === null) throw error;
    return found;
  }
}

/** The same for a pull request, which is there if one is open. */
export function createOnce(make: () => Promise<PullRequest>, existing: () => Promise<readonly PullRequest[]>): Promise<PullRequest> {
  return madeOnce(make, async () => (await existing()).find(({ state }) => state === 'open') ?? null);
}
