/** Git as a child process that reads and does nothing else: nothing that a repository holds or configures is executed. */
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative, sep } from 'node:path';

import { memoised } from '../remember.ts';

export type GitAnswer =
  | { readonly kind: 'output'; readonly output: Buffer }
  | GitFailure;

/** There is no git; the folder is in no repository; git says no, or fails. */
export interface GitFailure {
  readonly kind: 'no-git' | 'no-repository' | 'failed';
  /** What git said, on one line; empty if it could not be started. */
  readonly message: string;
}

/** Variables for git beside, or instead of, those that it has here anyway. */
export type GitVariables = Readonly<Record<string, string>>;

/** Settings as variables, after so many that are there already. */
export function settingVariables(settings: readonly (readonly [name: string, value: string])[], after = 0): GitVariables {
  const entries = settings.flatMap(([name, value], index) => [[`GIT_CONFIG_KEY_${after + index}`, name], [`GIT_CONFIG_VALUE_${after + index}`, value]] as const);
  return settings.length === 0 ? {} : { GIT_CONFIG_COUNT: `${after + settings.length}`, ...Object.fromEntries(entries) };
}

/** The one line that git printed; null if it says no. */
export function lineIn(answer: GitAnswer): string | null {
  return answer.kind === 'output' ? answer.output.toString('utf8').trim() : null;
}

/** Runs git in a folder of a repository (both absolute), with `input` as its standard input. */
export function runGit(repository: string, folder: string, options: readonly string[], input: string | Uint8Array = '', variables: GitVariables = {}): GitAnswer {
  const git = findGit(repository);
  if (git === undefined) return noGit;
  const { error, status, stdout, stderr } = childProcess().spawnSync(git, withoutCommands(options), {
    cwd: folder,
    env: { ...gitEnvironment(), ...variables },
    input,
    maxBuffer: 1024 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  if (error !== undefined) return { kind: 'failed', message: error.message };
  return status === 0 ? { kind: 'output', output: stdout } : failure(stderr.toString('utf8'));
}

/** The same for output that need not fit into memory: `take` gets it piece by piece. Null if git says that all is well. */
export async function streamGit(repository: string, folder: string, options: readonly string[], take: (piece: Buffer) => void): Promise<GitFailure | null> {
  const git = findGit(repository);
  if (git === undefined) return noGit;
  const child = childProcess().spawn(git, withoutCommands(options), { cwd: folder, env: gitEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  let said = '';
  child.stdout.on('data', take);
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    if (said.length < mostSaid) said += piece;
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ kind: 'failed', message: error.message }));
    child.on('close', (status) => resolve(status === 0 ? null : failure(said)));
  });
}

/**
 * Runs git where it asks another host, in a session of its own: neither it nor what it starts can ask anything on the
 * terminal, and a signal from there does not reach it. What still runs after `mostTime` milliseconds is ended.
 */
export async function runGitOnNetwork(repository: string, folder: string, options: readonly string[], variables: GitVariables, mostTime: number): Promise<GitAnswer> {
  const git = findGit(repository);
  if (git === undefined) return noGit;
  const { env } = process;
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => forNetwork.test(name)));
  const { SSH_ASKPASS: _, ...others } = gitEnvironment();
  const child = childProcess().spawn(git, withoutCommands(options), { cwd: folder, env: { ...others, ...inherited, ...variables }, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true });
  const output: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => output.push(piece));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said = (said + piece).slice(-mostSaid);
  });
  onNetwork.add(child);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      said += '\nfatal: it takes too long';
      endGroup(child.pid);
    }, mostTime);
    child.on('error', (error) => resolve({ kind: 'failed', message: error.message }));
    child.on('close', (status) => {
      onNetwork.delete(child);
      clearTimeout(timer);
      resolve(status === 0 ? { kind: 'output', output: Buffer.concat(output) } : failure(said));
    });
  });
}

/** What asks other hosts now. */
const onNetwork = new Set<ChildProcess>();

/** Ends all that asks other hosts. It is in sessions of its own, so it would go on when this process ends. */
export function endGitOnNetwork(): void {
  for (const child of onNetwork) endGroup(child.pid);
}

/** What says how other hosts are reached, and who asks them. Whether certificates are checked is nothing of that. */
const forNetwork = /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_CAINFO|SSL_CAPATH|SSL_CERT|SSL_KEY|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM|CONFIG_COUNT|CONFIG_KEY_\d+|CONFIG_VALUE_\d+)$/;

/** Ends a child that leads a group of processes, and all that are in it. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Loaded when git is started, which small repositories do without. */
function childProcess(): typeof import('node:child_process') {
  return process.getBuiltinModule('node:child_process');
}

/** Characters of git's messages that are kept. */
const mostSaid = 10_000;

const noGit: GitFailure = { kind: 'no-git', message: '' };

function failure(said: string): GitFailure {
  const line = said.split('\n').findLast((one) => one.startsWith('fatal: ') || one.startsWith('error: ')) ?? '';
  // Of a push that is turned down the reason is said of each branch.
  const reason = /^ ! \[[^\]]*\].*\(([^()]*)\)$/m.exec(said)?.[1];
  const message = `${line.replace(/^\w+: /, '').trim()}${reason === undefined ? '' : ` (${reason})`}`;
  return { kind: said.includes('not a git repository') ? 'no-repository' : 'failed', message };
}

function withoutCommands(options: readonly string[]): readonly string[] {
  return [...harmless.flatMap((setting) => ['-c', setting]), ...options];
}

export function hasGit(repository: string): boolean {
  return findGit(repository) !== undefined;
}

/**
 * Settings over those of the repository, which may name commands: the file system monitor, hooks, the program that
 * checks signatures. The owner of a repository matters to git only because of such commands, so with them out of the
 * way any owner is good.
 */
const harmless = ['core.fsmonitor=false', 'core.untrackedCache=false', 'core.hooksPath=/dev/null', 'log.showSignature=false', 'safe.directory=*'];

/**
 * The environment without what directs git to another repository (hooks set such variables), and with what keeps it
 * from writing, asking, and fetching missing objects, for which a repository may name a command too.
 */
function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: '',
  };
}

/**
 * Git's executable. It is looked up here, because the system would also look in the current directory (on Windows, or
 * with a relative entry in PATH), and `npx` puts a project's own `node_modules/.bin` first: a repository must not bring
 * its own git.
 */
function findGit(repository: string): string | undefined {
  const root = realPath(repository) ?? repository;
  return executables(process.env['PATH'] ?? process.env['Path'] ?? '').find(({ target }) => !isWithin(root, target))?.path;
}

/** Each git that the directories of PATH hold, and where its links lead; looked up once, for every repository asks. */
const executables = memoised((directories: string): readonly { readonly path: string; readonly target: string }[] => {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  return directories
    .split(delimiter)
    .filter((directory) => isAbsolute(directory))
    .map((directory) => join(directory, name))
    .filter(isExecutable)
    .map((path) => ({ path, target: realPath(path) ?? path }));
});

/** May the user of this process run a file? */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
