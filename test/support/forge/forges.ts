/** The forges of the tests, so that one story is told of each. */
import type { Platform } from '../../../src/pr/forge.ts';
import { giteaServer, giteaToken, giteaUser } from './gitea-server.ts';
import { gitHubServer, token, user } from './github-server.ts';
import { gitLabServer, gitLabToken, gitLabUser } from './gitlab-server.ts';
import type { ProgramResult } from './program.ts';
import { runHere } from './program.ts';
import type { TestClock } from './program.ts';
import type { ApiAnswer, ForgeServer } from './server.ts';
import type { World } from './world.ts';

export interface TestForge {
  readonly platform: Platform;
  readonly serve: (world: World) => Promise<ForgeServer>;
  /** An organisation, or a group. */
  readonly owner: string;
  /** A repository of it. */
  readonly shop: string;
  /** Whose token it is. */
  readonly user: string;
  /** A user who may be asked for a review, and how the world calls them then. */
  readonly reviewer: readonly [asked: string, called: string];
  /** A title as it is of a draft. */
  readonly draft: (title: string) => { readonly title: string; readonly isDraft: boolean };
  /** How it says that it is asked too much; null if its documentation has no such thing. */
  readonly limit: ApiAnswer | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly token: string;
}

export const forges: readonly [TestForge, ...TestForge[]] = [
  {
    platform: 'github',
    serve: gitHubServer,
    owner: 'org',
    shop: 'org/shop',
    user,
    reviewer: ['octocat', 'octocat'],
    draft: (title) => ({ title, isDraft: true }),
    limit: { status: 403, headers: { 'retry-after': '60' }, json: { message: 'You have exceeded a secondary rate limit.' } },
    environment: { GITHUB_TOKEN: token },
    token,
  },
  {
    platform: 'gitlab',
    serve: gitLabServer,
    owner: 'group',
    shop: 'group/sub/shop',
    user: gitLabUser,
    reviewer: ['alice', '11'],
    draft: (title) => ({ title: `Draft: ${title}`, isDraft: true }),
    limit: { status: 429, headers: { 'retry-after': '60', 'ratelimit-remaining': '0' }, json: { message: { error: 'This endpoint has been requested too many times. Try again later.' } } },
    environment: { GITLAB_TOKEN: gitLabToken },
    token: gitLabToken,
  },
  {
    platform: 'gitea',
    serve: giteaServer,
    owner: 'org',
    shop: 'org/shop',
    user: giteaUser,
    reviewer: ['alice', 'alice'],
    draft: (title) => ({ title: `WIP: ${title}`, isDraft: true }),
    limit: null,
    environment: { GITEA_TOKEN: giteaToken },
    token: giteaToken,
  },
];

/** The arguments by which a run finds the forge. */
export function argumentsFor({ platform }: TestForge, server: ForgeServer): readonly string[] {
  return ['--platform', platform, '--endpoint', server.url, '--only', 'split-copy', '--commits', '0'];
}

export function runOn(forge: TestForge, server: ForgeServer, args: readonly string[], clock?: TestClock): Promise<ProgramResult> {
  return runHere([...argumentsFor(forge, server), ...args], forge.environment, clock);
}

/** Of what a server was asked for: what changes something. */
export function changesIn(log: readonly string[]): readonly string[] {
  return log.filter((words) => /^(?:POST|PATCH|PUT) |^git git-receive-pack$/.test(words));
}
