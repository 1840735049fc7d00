/** A run over repositories: which ones, in which order, and one report for each. */
import type { RepositoryFacts } from './forge.ts';
import { faultsOfAll, isForgeError } from './forge.ts';
import type { PullRequest } from './forge.ts';
import type { Limits } from './limits.ts';
import { limitsOf } from './limits.ts';
import type { PullRequestReport } from './report.ts';
import type { Session, Wanted } from './repository.ts';
import { workOnRepository } from './repository.ts';
import type { Shard } from './shard.ts';
import { isInShard } from './shard.ts';

export interface Selection {
  /** Names of repositories. */
  readonly names: readonly string[];
  /** Organisations, groups or users, all of whose repositories are meant. */
  readonly owners: readonly string[];
  readonly shard: Shard | null;
}

export interface AskedLimits {
  readonly mostOpen: number | null;
  readonly perHour: number | null;
}

export interface RunListener {
  /** All that are meant are known. */
  readonly onStart: (total: number) => void;
  readonly onBegin: (name: string) => void;
}

/**
 * One after the other: forges ask not to be asked for several things at once. What goes wrong with one repository keeps no
 * other from being done; a token that is not taken, or a limit that lasts, ends the run.
 */
export async function* runOverForge(selection: Selection, asked: AskedLimits, session: Omit<Session, 'limits'>, now: () => number, listener: RunListener): AsyncGenerator<PullRequestReport> {
  const wanted = await wantedOf(selection, session.forge);
  listener.onStart(wanted.length);
  const whole: Session = { ...session, limits: await limitsFor(wanted, asked, session, now) };
  for (const one of wanted) {
    listener.onBegin(one.name);
    yield await workOnRepository(one, whole);
  }
}

/** Each once, however often it is meant. One that is named is not one that was only listed. */
async function wantedOf({ names, owners, shard }: Selection, forge: Session['forge']): Promise<readonly Wanted[]> {
  const found = new Map<string, Wanted>(names.map((name) => [name.toLowerCase(), { name, facts: null }]));
  for (const owner of owners) {
    for await (const facts of forge.repositoriesOf(owner)) {
      const key = facts.name.toLowerCase();
      if (!found.has(key)) found.set(key, { name: facts.name, facts });
    }
  }
  return [...found.values()].filter(({ name }) => shard === null || isInShard(name, shard));
}

/** Nothing is remembered from run to run: what is open, and since when, the forge says. */
async function limitsFor(wanted: readonly Wanted[], { mostOpen, perHour }: AskedLimits, session: Omit<Session, 'limits'>, now: () => number): Promise<Limits> {
  if (mostOpen === null && perHour === null) return limitsOf(null, null, [], now());
  const existing: PullRequest[] = [];
  for (const one of wanted) existing.push(...(await pullRequestsIn(one, session)));
  return limitsOf(mostOpen, perHour, existing, now());
}

async function pullRequestsIn({ name, facts }: Wanted, { forge, usesFork, branch }: Omit<Session, 'limits'>): Promise<readonly PullRequest[]> {
  try {
    const target: RepositoryFacts = facts ?? (await forge.repository(name));
    const source = usesFork ? await forge.fork(target, false) : target;
    return source === null ? [] : await forge.pullRequests({ target, source, branch });
  } catch (error) {
    // It is said when its turn comes.
    if (!isForgeError(error) || isForgeError(error, ...faultsOfAll)) throw error;
    return [];
  }
}
