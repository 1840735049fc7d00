/** One repository, from its name to what was done. Whatever was begun and not ended is found and ended by the next run. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Clone } from '../bulk/address.ts';
import { bugMessage } from '../open.ts';
import type { RebaseWhen } from './config.ts';
import { noConfig } from './config.ts';
import type { Decision, OwnBranch } from './decide.ts';
import { commitsOfOthers, currentOf, decide, decideBeforehand, renewed } from './decide.ts';
import type { Forge, PullRequest, PullRequestChange, RepositoryFacts, Route } from './forge.ts';
import { faultsOfAll, isForgeError } from './forge.ts';
import { changeBetween, commitOf, deleteBranch, fetchAll, fetchBranch, fetchCommit, GitError, pushBranch } from './git.ts';
import type { Limits } from './limits.ts';
import { closingMark, readMarks, withMarks } from './marks.ts';
import type { FixSettings, Opened, Proposal } from './propose.ts';
import { openRepository, propose, textFor } from './propose.ts';
import type { PullRequestReport } from './report.ts';

/** What is the same for all repositories of a run. */
export interface Session extends FixSettings {
  readonly forge: Forge;
  /** The value of the Authorization header for git. */
  readonly authorization: string;
  readonly branch: string;
  readonly isDryRun: boolean;
  readonly isDraft: boolean;
  readonly rebaseWhen: RebaseWhen;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly limits: Limits;
  /** The repositories that were begun, by their ids. */
  readonly done: Set<string>;
  /** An empty directory, for clones. */
  readonly workdir: string;
  readonly note: (message: string) => void;
}

/** One repository that is to be done. `facts` are known of one that was listed. */
export interface Wanted {
  readonly name: string;
  readonly facts: RepositoryFacts | null;
}

export async function workOnRepository(wanted: Wanted, session: Session): Promise<PullRequestReport> {
  const directory = join(session.workdir, wanted.name.replaceAll('/', '+'));
  try {
    return await work(wanted, session, directory);
  } catch (error) {
    // With these no other repository can be done either.
    if (isForgeError(error, ...faultsOfAll)) throw error;
    const because = isForgeError(error) || error instanceof GitError ? error.message : bugMessage(error);
    return { name: wanted.name, outcome: 'failed', because, url: null, files: [], pushed: false };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function work({ name, facts: listed }: Wanted, session: Session, directory: string): Promise<PullRequestReport> {
  const { forge, usesFork, branch: branchName, known } = session;
  const isListed = listed !== null;
  const asked = { isListed, usesFork, branchName };
  const early = listed === null ? null : decideBeforehand({ ...asked, repository: { ...listed, canPush: true }, pullRequests: [] });
  if (early !== null) return reportOf(name, early, null, null);
  const repository = await forge.repository(name);
  if (session.done.has(repository.id)) return reportOf(repository.name, { do: 'skip', because: 'it was named before, by another name' }, null, null);
  session.done.add(repository.id);
  const possible = decideBeforehand({ ...asked, repository, pullRequests: [] });
  if (possible !== null) return reportOf(repository.name, possible, null, null);
  const route = await routeOf(repository, session);
  const pullRequests = route === null ? [] : await forge.pullRequests(route);
  const beforehand = { ...asked, repository, pullRequests };
  const current = currentOf(pullRequests);
  const decided = decideBeforehand(beforehand);
  if (decided !== null) return reportOf(repository.name, decided, current, null);

  const opening = await openRepository(repository, session.authorization, directory, known);
  if (opening.kind !== 'opened') return reportOf(repository.name, { do: opening.kind === 'empty' ? 'skip' : 'fail', because: opening.because }, current, null);
  const { opened } = opening;
  const config = opened.config.kind === 'config' ? opened.config : noConfig;
  const isOff = opened.config.kind === 'broken' || !config.enabled;
  const proposal: Proposal = isOff ? { result: { kind: 'nothing', because: '' }, report: null, head: null } : await propose(opened, repository.name, session);
  const branch = route === null ? null : await branchOf(route, opened, current, session);
  const decision = decide({ ...beforehand, config: opened.config, base: opened.base, result: proposal.result, branch, rebaseWhen: config.rebaseWhen ?? session.rebaseWhen, authorEmail: session.author.email, limit: session.limits.why() });
  // At once: while this one is opened, others may be decided on.
  if (decision.do === 'create') session.limits.take();
  if (session.isDryRun) return reportOf(repository.name, decision, current, proposal);
  const labels = [...new Set([...session.labels, ...config.labels])];
  const reviewers = [...new Set([...session.reviewers, ...config.reviewers])];
  return carryOut({ decision, session, repository, route, current, opened, proposal, seen: branch?.head ?? null, labels, reviewers });
}

/** Null where the branch would come from a fork that there is not yet. */
async function routeOf(target: RepositoryFacts, { forge, usesFork, branch }: Session): Promise<Route | null> {
  const source = usesFork ? await forge.fork(target, false) : target;
  return source === null ? null : { target, source, branch };
}

/**
 * Our branch, compared with the one that is repaired. Where that was another one before, the branch may have been begun there,
 * at commits that the new one has not: then it is compared with the old one, and makes no change of the new.
 */
async function branchOf(route: Route, opened: Opened, current: PullRequest | null, session: Session): Promise<OwnBranch | null> {
  const branch = await branchOn(route, opened, session);
  if (branch === null || current === null || current.base === opened.base || commitsOfOthers(branch, session.author.email) === null) return branch;
  const before = await session.forge.branch(route, current.base);
  return before?.head === branch.head && commitsOfOthers(before, session.author.email) === null ? { ...before, change: null } : branch;
}

async function branchOn(route: Route, { checkout, base }: Opened, session: Session): Promise<OwnBranch | null> {
  const branch = await session.forge.branch(route, base);
  if (branch === null || !(await fetchBranch(checkout, cloneOf(route.source, session), route.branch, ownRef))) return null;
  const { head, mergeBase } = branch;
  if (commitOf(checkout, head) === null) throw new GitError('the branch moved while it was looked at');
  const change = mergeBase !== null && (await fetchCommit(checkout, mergeBase)) ? changeBetween(checkout, mergeBase, head) : null;
  return { ...branch, change };
}

const ownRef = 'refs/dockfix/own';

function cloneOf(repository: RepositoryFacts, { authorization }: Session): Clone {
  return { address: repository.gitUrl, directory: 'clone', authorization };
}

interface Order {
  readonly decision: Decision;
  readonly session: Session;
  readonly repository: RepositoryFacts;
  readonly route: Route | null;
  readonly current: PullRequest | null;
  readonly opened: Opened;
  readonly proposal: Proposal;
  /** Where our branch was seen. */
  readonly seen: string | null;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
}

async function carryOut(order: Order): Promise<PullRequestReport> {
  const { decision, repository, current, proposal } = order;
  switch (decision.do) {
    case 'create':
      return create(order, decision.push).catch((error: unknown) => {
        order.session.limits.giveBack();
        throw error;
      });
    case 'update':
      return update(order, decision);
    case 'close':
      return close(order, decision);
    default:
      return reportOf(repository.name, decision, current, proposal);
  }
}

/**
 * The branch first, then the pull request, then its labels; its text says that these are missing until they are there. A
 * run that was ended in between has left what the next one goes on with.
 */
async function create(order: Order, push: boolean): Promise<PullRequestReport> {
  const { decision, session, repository, route: known, opened, proposal, labels, reviewers } = order;
  const { forge, isDraft, branch } = session;
  const { title, body } = await textFor(proposal, opened, forge, repository, session, labels.length + reviewers.length === 0);
  const route = known ?? { target: repository, source: (await forge.fork(repository, true)) ?? repository, branch };
  // Of what came from a fork that was gone, the forge may know only by its name.
  const earlier = known === null ? await forge.pullRequests(route) : [];
  const decided = decideBeforehand({ repository, isListed: false, usesFork: true, branchName: branch, pullRequests: earlier });
  if (decided !== null) {
    session.limits.giveBack();
    return reportOf(repository.name, decided, currentOf(earlier), proposal);
  }
  if (push) await pushTo(route, order);
  const pull = await forge.create(route, { title, body, base: opened.base, isDraft });
  await setUp(order, route, pull);
  return reportOf(repository.name, decision, pull, proposal);
}

async function update(order: Order, { number, push, renew, base, setUp: toSetUp }: Extract<Decision, { readonly do: 'update' }>): Promise<PullRequestReport> {
  const { decision, session, repository, route, current, opened, proposal } = order;
  if (route === null || current === null) throw new GitError('there is no pull request to update');
  const text = renew ? await textFor(proposal, opened, session.forge, repository, session, true) : null;
  if (push) await pushTo(route, order);
  const change: PullRequestChange = { ...(text === null ? {} : renewed(current, text)), ...(base === null ? {} : { base }) };
  if (Object.keys(change).length > 0) await session.forge.change(repository, number, change);
  if (toSetUp) await setUp(order, route, { ...current, body: change.body ?? current.body });
  return reportOf(repository.name, decision, current, proposal);
}

/** Labels and reviewers, once: who takes one away does not get it back. A forge that does not take them keeps nothing from its end. */
async function setUp({ session: { forge, note }, labels, reviewers }: Order, { target }: Route, pull: PullRequest): Promise<void> {
  if (readMarks(pull.body)?.isSetUp !== false) return;
  const tried = async (what: string, attempt: () => Promise<void>): Promise<void> => {
    try {
      await attempt();
    } catch (error) {
      if (!isForgeError(error, 'rejected', 'forbidden', 'not-found')) throw error;
      note(`${target.name}: ${what}: ${error.message}`);
    }
  };
  if (labels.length > 0) await tried('labels', () => forge.addLabels(target, pull.number, labels));
  if (reviewers.length > 0) await tried('reviewers', () => forge.askForReview(target, pull.number, reviewers));
  await forge.change(target, pull.number, { body: withMarks(pull.body, { isSetUp: true }) });
}

async function close({ decision, session, repository, route, current, opened, proposal, seen }: Order, { number, deletesBranch, because }: Extract<Decision, { readonly do: 'close' }>): Promise<PullRequestReport> {
  const { forge } = session;
  if (number !== null && current !== null) {
    await forge.commentOnce(repository, number, closingMark, `${closingMark}\ndockfix closes this: ${because}.`);
    // In one request: a run that is ended here has either closed it and said so, or done nothing.
    await forge.change(repository, number, { state: 'closed', body: withMarks(current.body, { isClosed: true }) });
  }
  if (deletesBranch && route !== null && seen !== null) await deleteBranch(opened.checkout, cloneOf(route.source, session), route.branch, seen);
  return reportOf(repository.name, decision, current, proposal);
}

async function pushTo(route: Route, { opened: { checkout }, proposal: { head }, seen, session }: Order): Promise<void> {
  if (head === null) throw new GitError('there is nothing to push');
  const to = cloneOf(route.source, session);
  try {
    await pushBranch(checkout, to, head, route.branch, seen);
  } catch (error) {
    if (route.source.id === route.target.id || !(error instanceof GitError)) throw error;
    // A fork that is older than the base lacks commits that a clone of the newest does not have either.
    await fetchAll(checkout);
    await pushBranch(checkout, to, head, route.branch, seen);
  }
}

const outcomes = { skip: 'skipped', nothing: 'unchanged', leave: 'left-alone', wait: 'waiting', fail: 'failed', create: 'created', update: 'updated', close: 'closed' } as const;

function reportOf(name: string, decision: Decision, pull: PullRequest | null, proposal: Proposal | null): PullRequestReport {
  const because = 'because' in decision ? decision.because : null;
  const pushed = 'push' in decision && decision.push;
  return { name, outcome: outcomes[decision.do], because, url: pull?.url ?? null, files: proposal?.report?.files ?? [], pushed };
}
