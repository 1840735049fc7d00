/** What dockfix makes of one repository: a clone, commits in it, and the text that goes with them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Clone } from '../bulk/address.ts';
import { bringClone } from '../bulk/clone.ts';
import type { Author } from '../bulk/commit.ts';
import type { BulkRequest } from '../bulk/job.ts';
import { workOn } from '../bulk/job.ts';
import { diskTree } from '../context/disk.ts';
import { impactOfPaths } from '../impact/impact.ts';
import type { Transform } from '../plan/transform.ts';
import type { RepositoryReport } from '../report/bulk.ts';
import type { DockerfileImpact } from '../report/impact.ts';
import { onlyFor } from '../restrict.ts';
import type { Body } from './body/body.ts';
import { pullRequestText } from './body/body.ts';
import type { BrokenConfig, RepositoryConfig } from './config.ts';
import { noConfig, readConfig } from './config.ts';
import type { Result } from './decide.ts';
import type { Forge, RepositoryFacts } from './forge.ts';
import type { Checkout } from './git.ts';
import { isBranchName } from './names.ts';
import { branchOfHead, changeBetween, commitOf, fetchBranch, fetchHistory, GitError, resetTo } from './git.ts';

/** What is the same for all repositories of a run. */
export interface FixSettings {
  readonly transforms: readonly Transform[];
  /** All that there are, for what a repository may name. */
  readonly known: readonly Transform[];
  readonly settings: ReadonlyMap<string, string>;
  readonly unsafe: boolean;
  readonly author: Author;
  /** How much of the history is replayed; 0 for none. */
  readonly commits: number;
  /** The branch is pushed to a fork, which may not have the commits before it. */
  readonly usesFork: boolean;
}

/** What was found in a repository, before anything of it is changed. */
export interface Opened {
  readonly checkout: Checkout;
  readonly config: RepositoryConfig | BrokenConfig;
  /** The branch that is repaired, and its newest commit. */
  readonly base: string;
  readonly baseCommit: string;
}

export type Opening = { readonly kind: 'opened'; readonly opened: Opened } | { readonly kind: 'empty' | 'failed'; readonly because: string };

/** Clones a repository into a directory of its own, and reads what it says of dockfix. */
export async function openRepository(facts: RepositoryFacts, authorization: string, directory: string, transforms: readonly Transform[]): Promise<Opening> {
  mkdirSync(directory, { recursive: true });
  const clone: Clone = { address: facts.gitUrl, directory: 'clone', authorization };
  const cloned = await bringClone(clone, directory);
  if (cloned.kind === 'failed') return { kind: 'failed', because: `git clone: ${cloned.message}` };
  const checkout: Checkout = { root: join(directory, 'clone'), clone };
  const head = commitOf(checkout, 'HEAD');
  if (head === null) return { kind: 'empty', because: 'it is empty' };
  const config = readConfig(diskTree(checkout.root), transforms);
  const base = (config.kind === 'config' ? config.baseBranch : null) ?? facts.defaultBranch ?? '';
  if (!isBranchName(base)) return { kind: 'failed', because: 'its branch has a name that dockfix does not take' };
  // Not what the forge said: its default branch may have become another one since.
  if (base === branchOfHead(checkout)) return { kind: 'opened', opened: { checkout, config, base, baseCommit: head } };
  if (!(await fetchBranch(checkout, clone, base, baseRef))) {
    if (base === facts.defaultBranch) return { kind: 'failed', because: `its branch ${base} is gone` };
    return { kind: 'opened', opened: { checkout, config: { kind: 'broken', message: `dockfix.json: there is no branch ${base} (baseBranch)` }, base, baseCommit: head } };
  }
  resetTo(checkout, baseRef);
  return { kind: 'opened', opened: { checkout, config, base, baseCommit: commitOf(checkout, baseRef) ?? head } };
}

const baseRef = 'refs/dockfix/base';

/** What is proposed, and what else is to be said of it. */
export interface Proposal {
  readonly result: Result;
  readonly report: RepositoryReport | null;
  /** The newest of the commits that were made; null if none was. */
  readonly head: string | null;
}

/** Repairs the files of a clone, and makes a commit for each transform. */
export async function propose(opened: Opened, name: string, settings: FixSettings): Promise<Proposal> {
  const { checkout, baseCommit } = opened;
  const { request, transforms } = requestFor(opened, settings);
  const report = await workOn({ kind: 'repository', root: checkout.root, shown: name, paths: [checkout.root], clone: null }, request, transforms, { onProgress: () => undefined, isStopped: () => false });
  if (report === null) return { result: { kind: 'failed', because: 'it was interrupted' }, report, head: null };
  // A repository of which something could not be looked at may seem to have nothing left to do.
  const bug = report.errors.find(({ code }) => code === 'internal' || code === 'commit-failed');
  const error = bug ?? (report.commits.length === 0 ? report.errors[0] : undefined);
  if (error !== undefined) return { result: { kind: 'failed', because: `${error.path === '' ? '' : `${error.path}: `}${error.message}` }, report, head: null };
  const head = report.commits.at(-1)?.id ?? null;
  if (head === null) return { result: { kind: 'nothing', because: 'there is nothing to repair' }, report, head };
  return { result: { kind: 'changes', baseCommit, change: changeBetween(checkout, baseCommit, head) }, report, head };
}

/** The text of the pull request for what is proposed, with what the history says of it. */
export async function textFor({ result, report }: Proposal, opened: Opened, forge: Forge, facts: RepositoryFacts, settings: FixSettings, isSetUp: boolean): Promise<Body> {
  if (result.kind !== 'changes' || report === null) throw new GitError('there is nothing to propose');
  const used = new Set(report.commits.map(({ transform }) => transform));
  const subject = {
    files: report.files,
    transforms: settings.transforms.filter(({ id }) => used.has(id)),
    impact: await impactOn(opened, settings),
    lineUrl: (path: string, line: number) => forge.lineUrl(facts, opened.baseCommit, path, line),
  };
  return pullRequestText(subject, result.change, forge.longestBody, isSetUp);
}

/** What is asked for of a repository, as it wants it itself. */
function requestFor({ checkout, config: written }: Opened, settings: FixSettings): { readonly request: BulkRequest; readonly transforms: readonly Transform[] } {
  const config = written.kind === 'config' ? written : noConfig;
  const transforms = chosen(config, settings.transforms);
  const request: BulkRequest = {
    cwd: checkout.root,
    context: null,
    mode: 'write',
    unsafe: settings.unsafe,
    settings: new Map([...settings.settings, ...config.options]),
    configIsApplied: true,
    transforms: transforms.map(({ id }) => id),
    workdir: null,
    onlyClean: false,
    commit: { author: settings.author },
    verbose: false,
    fromCwd: false,
  };
  return { request, transforms };
}

/** The transforms that the repository wants, for the Dockerfiles that it does not leave out. */
function chosen({ only, skip, ignores }: RepositoryConfig, all: readonly Transform[]): readonly Transform[] {
  const wanted = all.filter(({ id }) => (only === null || only.includes(id)) && !skip.includes(id));
  return onlyFor({ has: (path) => !ignores(path) }, wanted);
}

/** What the history says of the files as they were. In a clone of one commit it says nothing, so more of it is fetched. */
async function impactOn(opened: Opened, settings: FixSettings): Promise<readonly DockerfileImpact[] | string> {
  const { checkout, base, baseCommit } = opened;
  const { commits, usesFork: withTexts } = settings;
  if (commits === 0) return 'nobody asked for it';
  const { request, transforms } = requestFor(opened, settings);
  try {
    await fetchHistory(checkout, base, commits, withTexts);
    resetTo(checkout, baseCommit);
    const ignore = { file: () => undefined, error: () => undefined, note: () => undefined, detail: () => undefined, progress: () => undefined };
    const { dockerfiles, unreplayed } = await impactOfPaths({ ...request, mode: 'dry-run', paths: ['.'], limits: { commits, since: null } }, transforms, ignore);
    return dockerfiles.length === 0 ? (unreplayed[0]?.message ?? 'there is no history') : dockerfiles;
  } catch (error) {
    return `the history cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
