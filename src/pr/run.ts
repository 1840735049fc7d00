/** A run over repositories: which ones, in which order, and one report for each. */
import { isInShard } from '../bulk/in-shard.ts';
import type { Shard } from '../bulk/shard.ts';
import type { RepositoryFacts } from './forge.ts';
import { faultsOfAll, isForgeError } from './forge.ts';
import type { PullRequest } from './forge.ts';
import type { Limits } from './limits.ts';
import { limitsOf } from './limits.ts';
import type { PullRequestReport } from './report.ts';
import type { Session, Wanted } from './repository.ts';
import { workOnRepository } from './repository.ts';

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

/** What a run brings along itself. */
type Given = Omit<Session, 'limits' | 'done'>;

/**
 * Several at once, if so many are asked for; their reports come in order. What goes wrong with one repository keeps no other
 * from being done; what goes wrong with the forge as a whole (`faultsOfAll`) ends the run, once those that were begun are done.
 */
export async function* runOverForge(selection: Selection, asked: AskedLimits, session: Given, jobs: number, listener: RunListener): AsyncGenerator<PullRequestReport> {
  const wanted = await wantedOf(selection, session.forge);
  listener.onStart(wanted.length);
  const whole: Session = { ...session, done: new Set(), limits: await limitsFor(wanted, asked, session) };
  yield* inOrder(wanted, jobs, (one) => {
    listener.onBegin(one.name);
    return workOnRepository(one, whole);
  });
}

/** The results in the order of what they are of, with so many in work at once. After a failure nothing more is begun. */
export async function* inOrder<One, Result>(all: readonly One[], size: number, work: (one: One) => Promise<Result>): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  const left = all.values();
  const failures: unknown[] = [];
  const begin = (): void => {
    const next = left.next();
    if (next.done || failures.length > 0) return;
    const result = work(next.value);
    begun.push(result);
    result.then(begin, (error: unknown) => failures.push(error));
  };
  for (let count = 0; count < size; count += 1) begin();
  // It grows meanwhile.
  for (const result of begun) {
    const [settled] = await Promise.allSettled([result]);
    if (settled.status === 'fulfilled') yield settled.value;
  }
  if (failures.length > 0) throw failures[0];
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
async function limitsFor(wanted: readonly Wanted[], { mostOpen, perHour }: AskedLimits, session: Given): Promise<Limits> {
  if (mostOpen === null && perHour === null) return limitsOf(null, null, [], 0);
  const existing: PullRequest[] = [];
  for (const one of wanted) existing.push(...(await pullRequestsIn(one, session)));
  return limitsOf(mostOpen, perHour, existing, session.forge.now());
}

async function pullRequestsIn({ name, facts }: Wanted, { forge, usesFork, branch }: Given): Promise<readonly PullRequest[]> {
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
