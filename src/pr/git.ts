/** What `dockfix pr` does with git: it fetches into a clone, and pushes to one branch. Nothing of a repository is executed. */
import type { Clone } from '../bulk/address.ts';
import { checkOut, gitOnNetwork } from '../bulk/clone.ts';
import type { GitAnswer } from '../context/git.ts';
import { lineIn, runGit } from '../context/git.ts';
import { digest } from './marks.ts';

/** A clone on this disk. */
export interface Checkout {
  /** Absolute. */
  readonly root: string;
  /** Where it came from. */
  readonly clone: Clone;
}

export class GitError extends Error {}

/** The commit that a name stands for; null if there is none. */
export function commitOf({ root }: Checkout, name: string): string | null {
  return lineIn(runGit(root, root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]));
}

/** The branch that a clone is on; null if it is on none. */
export function branchOfHead({ root }: Checkout): string | null {
  return lineIn(runGit(root, root, ['symbolic-ref', '--quiet', '--short', 'HEAD']));
}

/** Makes the files those of a commit. */
export function resetTo({ root }: Checkout, commit: string): void {
  done(checkOut(root, commit), 'git reset');
}

/** Fetches a branch from where the clone came from, or from another repository; false if there is no such branch. */
export async function fetchBranch({ root, clone }: Checkout, from: Clone, branch: string, into: string): Promise<boolean> {
  const source = from.address === clone.address ? 'origin' : from.address;
  const answer = await gitOnNetwork(from, root, ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--end-of-options', source, `+refs/heads/${branch}:${into}`]);
  if (answer.kind === 'failed' && /couldn't find remote ref/i.test(answer.message)) return false;
  done(answer, 'git fetch');
  return true;
}

/** Fetches a commit, if it is not there, with what is not in others that are; false if it cannot be had. */
export async function fetchCommit(checkout: Checkout, commit: string): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false;
  if (commitOf(checkout, commit) !== null) return true;
  const { root, clone } = checkout;
  const answer = await gitOnNetwork(clone, root, ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--end-of-options', 'origin', commit]);
  return answer.kind === 'output';
}

/** Fetches the commits before that of a branch; the texts of their files only if they are to be pushed elsewhere. */
export async function fetchHistory({ root, clone }: Checkout, branch: string, commits: number, withTexts: boolean): Promise<void> {
  const answer = await gitOnNetwork(clone, root, ['fetch', '--quiet', `--depth=${commits + 1}`, ...(withTexts ? [] : ['--filter=blob:none']), '--no-tags', '--no-recurse-submodules', '--end-of-options', 'origin', `+refs/heads/${branch}:refs/remotes/origin/${branch}`]);
  done(answer, 'git fetch');
}

/** Fetches all that is before what was fetched. */
export async function fetchAll({ root, clone }: Checkout): Promise<void> {
  done(await gitOnNetwork(clone, root, ['fetch', '--quiet', '--unshallow', '--no-tags', '--no-recurse-submodules', 'origin']), 'git fetch');
}

/** Pushes a commit as a branch, if the branch is still where it was seen (null: there was none). */
export async function pushBranch({ root }: Checkout, to: Clone, commit: string, branch: string, seen: string | null): Promise<void> {
  done(await push(root, to, branch, seen, commit), 'git push');
}

/** Deletes a branch, if it is still where it was seen: what somebody pushed meanwhile stays. It is well if it is gone. */
export async function deleteBranch(checkout: Checkout, at: Clone, branch: string, seen: string): Promise<void> {
  const answer = await push(checkout.root, at, branch, seen, '');
  if (answer.kind !== 'output' && (await fetchBranch(checkout, at, branch, goneRef))) done(answer, 'git push');
}

const goneRef = 'refs/dockfix/gone';

/** Whatever a user has set for pushes: options (which may open a pull request, or skip the CI), tags and submodules are not pushed. */
const pushSettings = ['push.gpgSign=false', 'push.recurseSubmodules=no', 'push.followTags=false', 'push.pushOption='].flatMap((setting) => ['-c', setting]);

function push(root: string, to: Clone, branch: string, seen: string | null, commit: string): Promise<GitAnswer> {
  const ref = `refs/heads/${branch}`;
  return gitOnNetwork(to, root, [...pushSettings, 'push', '--quiet', '--no-verify', `--force-with-lease=${ref}:${seen ?? ''}`, '--end-of-options', to.address, `${commit}:${ref}`]);
}

/** Digest of what changes between two commits, whatever else is in them. */
export function changeBetween({ root }: Checkout, before: string, after: string): string {
  const answer = runGit(root, root, ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--end-of-options', before, after]);
  done(answer, 'git diff-tree');
  return digest(answer.kind === 'output' ? answer.output.toString('latin1') : '');
}

function done(answer: GitAnswer, what: string): void {
  if (answer.kind === 'output') return;
  throw new GitError(`${what}: ${answer.kind === 'no-git' ? 'there is no git' : answer.message || 'it failed'}`);
}
