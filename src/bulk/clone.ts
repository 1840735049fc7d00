/**
 * Clones of repositories, below one directory. Nothing that they hold is executed: no hooks, no filters (nor those of Git
 * LFS), no templates, no submodules. They keep no credentials.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { GitAnswer, GitVariables } from '../context/git.ts';
import { lineIn, runGit, runGitOnNetwork, settingVariables } from '../context/git.ts';
import { redactor, secretsIn } from '../report/redact.ts';
import { printable } from '../report/words.ts';
import type { Clone } from './address.ts';
import { isSameAddress } from './address.ts';

export type Cloned = { readonly kind: 'ready'; readonly notes: readonly string[] } | { readonly kind: 'failed'; readonly message: string };

/** Milliseconds that git may take for one repository. */
const mostTime = 30 * 60 * 1000;

/** Makes a clone below `workdir`, or brings the one that is there up to date if nobody has worked in it. */
export async function bringClone(clone: Clone, workdir: string): Promise<Cloned> {
  try {
    return await bring(clone, workdir, join(workdir, ...clone.directory.split('/')));
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

async function bring(clone: Clone, workdir: string, root: string): Promise<Cloned> {
  if (leadsElsewhere(workdir, clone.directory)) return failed(`${root} is behind a symbolic link`);
  if (kindOf(join(root, '.git')) === 'directory') return update(clone, root);
  return kindOf(root) === 'absent' ? make(clone, root, workdir) : failed(`${root} exists and is no clone`);
}

/** Into another place first, so that what is at its own is whole. */
async function make(clone: Clone, root: string, workdir: string): Promise<Cloned> {
  const partial = join(workdir, '.partial', createHash('sha256').update(clone.directory).digest('hex').slice(0, 16));
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(dirname(partial), { recursive: true });
  const options = ['clone', '--quiet', ...shallow, '--no-checkout', '--template=', '--origin=origin', '--', clone.address, partial];
  const answer = await gitOnNetwork(clone, workdir, options);
  const checkedOut = answer.kind === 'output' ? checkOut(partial, 'HEAD') : answer;
  if (checkedOut.kind !== 'output') {
    rmSync(partial, { recursive: true, force: true });
    return failed(messageOf(checkedOut, 'it cannot be cloned'));
  }
  mkdirSync(dirname(root), { recursive: true });
  renameSync(partial, root);
  return ready;
}

async function update(wanted: Clone, root: string): Promise<Cloned> {
  const address = configured(root, 'remote.origin.url');
  if (address === null || !isSameAddress(address, wanted.address)) return failed(`${root} is a clone of another address`);
  const clone: Clone = { ...wanted, address };
  const branch = lineIn(runGit(root, root, ['symbolic-ref', '--quiet', '--short', 'HEAD']));
  const tracked = `refs/remotes/origin/${branch ?? ''}`;
  const [head, there] = [commitOf(root, 'HEAD'), commitOf(root, tracked)];
  if (branch === null || head === null || there === null || (head !== there && head !== commitOf(root, takenRef))) return asItIs('it has commits of its own, or none');
  const status = runGit(root, root, ['status', '--porcelain', '--untracked-files=normal', '--ignore-submodules=all'], '', withoutSettings);
  if (status.kind !== 'output') return failed(messageOf(status, 'git cannot tell whether something changed in it'));
  if (status.output.length > 0) return asItIs('it has changes');
  const noted = runGit(root, root, ['update-ref', takenRef, head]);
  if (noted.kind !== 'output') return failed(messageOf(noted, cannotUpdate));
  const answer = await fetchInto(clone, root, ['HEAD', `+refs/heads/${branch}:${tracked}`]);
  const isDefault = answer.kind === 'output' && commitOf(root, 'FETCH_HEAD') === commitOf(root, tracked);
  const other = isDefault ? null : await defaultBranchOf(clone, root);
  if (other !== null && other !== branch) return goOver(clone, root, other);
  const updated = answer.kind === 'output' ? checkOut(root, tracked) : answer;
  return updated.kind === 'output' ? ready : failed(messageOf(updated, cannotUpdate));
}

/**
 * The last commit to which dockfix itself brought the files, or found them at. A run may be ended after it has fetched and
 * before the files are those of what was fetched: the branch is not where the other host has it then, and nobody worked on it.
 */
const takenRef = 'refs/dockfix/taken';

const cannotUpdate = 'it cannot be updated';

/** The default branch is another one now, and so is that of the clone. */
async function goOver(clone: Clone, root: string, branch: string): Promise<Cloned> {
  if (commitOf(root, `refs/heads/${branch}`) !== null) return asItIs(`the default branch is ${branch} now, and it has one of its own of that name`);
  const steps: readonly (() => GitAnswer | Promise<GitAnswer>)[] = [
    () => fetchInto(clone, root, [`+refs/heads/${branch}:refs/remotes/origin/${branch}`]),
    () => runGit(root, root, ['remote', 'set-branches', 'origin', branch]),
    () => runGit(root, root, ['-c', 'submodule.recurse=false', 'checkout', '--quiet', '--force', '--track', '-B', branch, `refs/remotes/origin/${branch}`], '', withoutSettings),
  ];
  for (const step of steps) {
    const answer = await step();
    if (answer.kind !== 'output') return failed(messageOf(answer, cannotUpdate));
  }
  return { kind: 'ready', notes: [`the default branch is ${branch} now`] };
}

function fetchInto(clone: Clone, root: string, refs: readonly string[]): Promise<GitAnswer> {
  return gitOnNetwork(clone, root, ['fetch', '--quiet', ...shallow.filter((option) => option !== '--single-branch'), 'origin', ...refs]);
}

/** Null if the other host does not say. */
async function defaultBranchOf(clone: Clone, root: string): Promise<string | null> {
  const answer = await gitOnNetwork(clone, root, ['ls-remote', '--quiet', '--symref', 'origin', 'HEAD']);
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(lineIn(answer) ?? '')?.[1] ?? null;
}

function commitOf(root: string, name: string): string | null {
  return lineIn(runGit(root, root, ['rev-parse', '--verify', '--quiet', name]));
}

const shallow = ['--depth=1', '--single-branch', '--no-tags', '--no-recurse-submodules'];

const networkSettings = [
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'clone.rejectShallow=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

/**
 * Credentials go by the environment: a command line can be read by everybody on the machine, a file would stay. Git would
 * send them wherever it is redirected, so then it is not. Where they are turned down nobody else is asked: what a helper
 * then says is not sent either (the header is), and git would tell the helper to forget it. Of the settings of a user, those
 * for an address count more than those for all; so these are for the address as well.
 */
export async function gitOnNetwork({ address, authorization }: Clone, folder: string, options: readonly string[]): Promise<GitAnswer> {
  const secret = authorization === null ? [] : ([...(await withoutOther(address, folder)), ['extraHeader', `Authorization: ${authorization}`], ['followRedirects', 'false']] as const);
  const own = [...secret, ['sslVerify', 'true'] as const].map(([name, value]) => [`http.${address}.${name}`, value] as const);
  // Those of a proxy may still come from one.
  const noHelper = authorization === null ? [] : ([[`credential.${new URL(address).origin}.helper`, '']] as const);
  const noQuestions: GitVariables = authorization === null ? {} : { GIT_ASKPASS: '' };
  const variables = { ...noQuestions, ...settingVariables([...own, ...noHelper], Number(process.env['GIT_CONFIG_COUNT'] ?? 0) || 0) };
  const answer = await runGitOnNetwork(folder, folder, [...networkSettings, ...options], { GIT_ALLOW_PROTOCOL: protocolsFor(address), GIT_LFS_SKIP_SMUDGE: '1', ...variables }, mostTime);
  // What git says may be what the other host says, which knows them.
  return answer.kind === 'output' ? answer : { ...answer, message: redactor(authorization === null ? [] : secretsIn(authorization))(answer.message) };
}

/** Headers add up, an empty one takes those before it away, and no host takes two of authorization. */
async function withoutOther(address: string, folder: string): Promise<readonly (readonly [name: string, value: string])[]> {
  const header = await runGitOnNetwork(folder, folder, ['config', '--get-urlmatch', 'http.extraHeader', address], {}, mostTime);
  return /^authorization:/i.test(lineIn(header) ?? '') ? [['extraHeader', '']] : [];
}

/** Without TLS only where the address says so itself, which no list of repositories can. */
function protocolsFor(address: string): string {
  return address.startsWith('http:') ? 'http' : 'https:ssh:git:file';
}

/** Filters are commands that the settings of a user name, and attributes of a repository call: so without settings. */
const withoutSettings: GitVariables = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/** Makes the files those of a commit. A repository without commits has none. */
export function checkOut(root: string, commit: string): GitAnswer {
  const known = runGit(root, root, ['rev-parse', '--verify', '--quiet', commit]);
  if (known.kind !== 'output') return { kind: 'output', output: Buffer.alloc(0) };
  return runGit(root, root, ['-c', 'submodule.recurse=false', 'reset', '--hard', '--quiet', commit], '', withoutSettings);
}

function configured(root: string, name: string): string | null {
  return lineIn(runGit(root, root, ['config', '--local', '--get', name]));
}

/** Is a directory on the way to it a link? Somebody else may have put one there. */
function leadsElsewhere(workdir: string, directory: string): boolean {
  const names = directory.split('/');
  return names.some((_, index) => kindOf(join(workdir, ...names.slice(0, index + 1))) === 'link');
}

function kindOf(path: string): 'directory' | 'link' | 'other' | 'absent' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'absent';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isDirectory() ? 'directory' : 'other';
}

const ready: Cloned = { kind: 'ready', notes: [] };

function asItIs(why: string): Cloned {
  return { kind: 'ready', notes: [`the clone is taken as it is, not updated: ${why}`] };
}

function failed(message: string): Cloned {
  return { kind: 'failed', message };
}

function messageOf(answer: GitAnswer, otherwise: string): string {
  if (answer.kind === 'no-git') return 'there is no git';
  // What another host says may hold anything.
  return answer.kind === 'output' || answer.message === '' ? otherwise : printable(answer.message);
}
