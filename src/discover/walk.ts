/**
 * The search on disk. In a repository git decides what belongs to it; elsewhere directories are walked. Nothing is
 * followed through symbolic links to directories, and nothing of a repository is executed.
 *
 * A child process takes as long as a walk over thousands of files. So a small repository is walked as well, and git is
 * asked only if one of its ignore files has a pattern that comes near a file that was found.
 */
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { diskTree, repositoryRoot } from '../context/disk.ts';
import { runGit } from '../context/git.ts';
import { once } from '../remember.ts';
import type { Path } from '../types.ts';
import { speaksOfBuilds } from './asked/said.ts';
import { declaredBuilds, declaredDockerfiles } from './builds.ts';
import type { DeclaredBuild, DiscoveryNote, PossibleUser } from './declared.ts';
import { directoryOf } from './declared.ts';
import { discoverable, discoveredKind, isPrunedDirectory, virtualEnvironmentMark } from './files.ts';
import type { IgnoreHints } from './gitignore.ts';
import { ignoreHints, mayIgnore } from './gitignore.ts';

/** What one repository, or one directory outside any, holds. */
export interface SearchResult {
  /** The absolute path, without links, of the repository or of the directory. */
  readonly root: string;
  /** Relative to the root, sorted. Only those in the directory that was asked for. */
  readonly dockerfiles: readonly Path[];
  /** What the compose files, bake files and workflows of the whole root declare. */
  readonly declared: readonly DeclaredBuild[];
  readonly notes: readonly DiscoveryNote[];
  readonly unread: readonly PossibleUser[];
}

export interface Found {
  /** The repository's root, or the directory that was searched. */
  readonly root: string;
  readonly path: Path;
  readonly absolute: string;
}

/** All Dockerfiles in a directory, sorted by their absolute paths, each once. Throws if there is no such directory. */
export async function findDockerfiles(directory: string): Promise<readonly Found[]> {
  const results = await search(directory);
  const found = results.flatMap(({ root, dockerfiles }) => dockerfiles.map((path) => ({ root, path, absolute: join(root, path) })));
  return found.toSorted((a, b) => (a.absolute < b.absolute ? -1 : 1));
}

/**
 * Searches a directory. It belongs to one repository, or else may hold many; a repository inside another one is a
 * result of its own, but submodules and linked worktrees inside of one are left to a search of their own. A directory
 * that git ignores is searched like one outside any repository, since somebody has named it.
 *
 * Results are sorted by their roots; those without Dockerfiles are left out. Throws if there is no such directory.
 */
export function search(directory: string): Promise<readonly SearchResult[]> {
  return searcher()(directory);
}

/** The same for many directories: a repository that several of them belong to is read once. */
export function searcher(): (directory: string) => Promise<readonly SearchResult[]> {
  const opened = new Map<string, Opened>();
  const open = (root: string): Opened => {
    const known = opened.get(root);
    if (known) return known;
    const listing = listingOf(root);
    const one = { listing, result: read(listing) };
    opened.set(root, one);
    return one;
  };
  return async (directory) => {
    const start = realpathSync.native(directory);
    const repository = repositoryRoot(start);
    const found = repository === null || isIgnored(repository, start) ? belowDirectory(start, open) : withInner(repository, start, open);
    const results = await Promise.all(found.map(async ({ result }) => partOf(await result, start)));
    return results.filter(({ dockerfiles }) => dockerfiles.length > 0).toSorted((a, b) => (a.root < b.root ? -1 : 1));
  };
}

/** A root, and all that was found in it. */
interface Opened {
  readonly listing: Listing;
  readonly result: Promise<SearchResult>;
}

function partOf(result: SearchResult, start: string): SearchResult {
  return result.root === start ? result : { ...result, dockerfiles: result.dockerfiles.filter((path) => isBelow(start, join(result.root, path))) };
}

/** The files of one root. */
interface Listing {
  readonly root: string;
  /** Files that concern images, by their names. */
  readonly paths: readonly Path[];
  /** Does this file belong to the root, that is, does git not ignore it? */
  readonly holds: (path: Path) => boolean;
  /** Is it known to be a regular file? */
  readonly isPlain: (path: Path) => boolean;
  /** Absolute paths of the repositories inside. */
  readonly repositories: readonly string[];
}

async function read({ root, paths, holds, isPlain }: Listing): Promise<SearchResult> {
  const tree = diskTree(root);
  const { builds, notes, unread } = await declaredBuilds(tree, paths);
  const named = declaredDockerfiles(tree, builds).filter(holds);
  const candidates = new Set([...paths.filter((path) => discoveredKind(path) === 'dockerfile'), ...named]);
  const aliases = linksAmong(root, candidates, isPlain);
  const isWanted = (path: Path): boolean => isPlain(path) || (!aliases.has(path) && isFile(join(root, path)));
  // Two names of one file would be changed twice. A build that names the link is one of what it leads to.
  const declared = builds.map((build) => ({ ...build, dockerfile: aliases.get(build.dockerfile) ?? build.dockerfile }));
  return { root, dockerfiles: [...candidates].filter(isWanted).toSorted(), declared, notes, unread };
}

/** The symbolic links among some files that lead to another one of them, and to which. */
function linksAmong(root: string, paths: ReadonlySet<Path>, isPlain: (path: Path) => boolean): ReadonlyMap<Path, Path> {
  const links = new Map<Path, Path>();
  for (const path of paths) {
    const absolute = join(root, path);
    if (isPlain(path) || kindOf(absolute) !== 'link') continue;
    const target = attempt(() => slashed(relative(root, realpathSync.native(absolute))));
    if (target !== undefined && target !== path && paths.has(target)) links.set(path, target);
  }
  return links;
}

/** A file, or a link to one. */
function isFile(absolute: string): boolean {
  return attempt(() => statSync(absolute).isFile()) === true;
}

/** A directory outside any repository, and the repositories below it. */
function belowDirectory(start: string, open: (root: string) => Opened): readonly Opened[] {
  const walked = walk(start, Infinity);
  if (walked === null) return [];
  const listing: Listing = { root: start, paths: discoverable(walked.files), holds: () => true, isPlain: () => false, repositories: [] };
  return [{ listing, result: read(listing) }, ...walked.repositories.flatMap((repository) => withInner(join(start, repository), start, open))];
}

/** A repository and those inside it, as far as they lie below `start`. */
function withInner(first: string, start: string, open: (root: string) => Opened): readonly Opened[] {
  const found: Opened[] = [];
  const pending = [first];
  for (let root = pending.pop(); root !== undefined; root = pending.pop()) {
    const one = open(root);
    found.push(one);
    pending.push(...one.listing.repositories.filter((inner) => isBelow(start, inner)));
  }
  return found;
}

function listingOf(root: string): Listing {
  return walkedRepository(root) ?? gitRepository(root);
}

/** Above this number of entries git is quicker. */
const mostEntries = 10_000;

/** A repository without asking git; null if that would take long, or if something found may be ignored. */
function walkedRepository(root: string): Listing | null {
  if (kindOf(join(root, '.git')) !== 'directory' || hasOtherIgnoreFiles(root)) return null;
  const walked = walk(root, mostEntries);
  if (walked === null) return null;
  const repositories = ownRepositories(root, walked.repositories);
  // Only git can tell a submodule of the old kind from a repository of its own.
  if (repositories.length > 0 && walked.files.includes('.gitmodules')) return null;
  const mayBeIgnored = ignoreCheck(root, walked.files);
  const paths = discoverable(walked.files);
  if (paths.some((path) => mayBeIgnored(path) && concernsBuilds(root, path)) || walked.repositories.some(mayBeIgnored)) return null;
  const known = new Set(walked.files);
  let asked: Listing | undefined;
  const holds = (path: Path): boolean => {
    if (!mayBeIgnored(path)) return known.has(path);
    asked ??= gitRepository(root);
    return asked.holds(path);
  };
  return { root, paths, holds, isPlain: (path) => known.has(path) && !walked.special.has(path), repositories };
}

/** Of sources only those that speak of builds are worth asking git. */
function concernsBuilds(root: string, path: Path): boolean {
  return discoveredKind(path) !== 'source' || speaksOfBuilds(textOf(join(root, path)));
}

/** All that git holds or could hold. Where git cannot be run, nothing is known to be ignored. */
function gitRepository(root: string): Listing {
  const answer = runGit(root, root, ['ls-files', '--cached', '--others', '--exclude-standard', '-z']);
  if (answer.kind !== 'output') {
    const walked = walk(root, Infinity);
    const files = walked?.files ?? [];
    return { root, paths: discoverable(files), holds: () => true, isPlain: () => false, repositories: ownRepositories(root, walked?.repositories ?? []) };
  }
  // A path is listed more than once while a merge is under way.
  const entries = new Set(answer.output.toString('utf8').split('\0'));
  const files = [...entries].filter((path) => path !== '' && !path.endsWith('/'));
  // A repository that is no submodule is listed as a directory.
  const repositories = [...entries].filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
  return { root, paths: discoverable(files), holds: (path) => entries.has(path), isPlain: () => false, repositories: ownRepositories(root, repositories) };
}

/** `.git` is a file in submodules and in linked worktrees, which hold nothing new. */
function ownRepositories(root: string, paths: readonly Path[]): readonly string[] {
  return paths.map((path) => join(root, path)).filter((path) => kindOf(join(path, '.git')) === 'directory');
}

function isIgnored(repository: string, start: string): boolean {
  if (start === repository) return false;
  const path = slashed(relative(repository, start));
  const files = ancestorsOf(path).map((directory) => (directory === '' ? '.gitignore' : `${directory}/.gitignore`));
  if (!hasOtherIgnoreFiles(repository) && !ignoreCheck(repository, files)(path)) return false;
  return runGit(repository, repository, ['check-ignore', '-q', '--stdin', '-z'], `${path}\0`).kind === 'output';
}

/** Ignore files that git's configuration names. Such a setting is rare, and then git itself is asked. */
function hasOtherIgnoreFiles(root: string): boolean {
  return userHasOtherIgnoreFiles() || namesIgnoreFile(textOf(join(root, '.git', 'config')));
}

function namesIgnoreFile(configuration: string): boolean {
  return /excludesfile|^[ \t]*\[include|worktreeconfig/im.test(configuration);
}

/** As git finds it. */
const home = once(() => process.env['HOME'] ?? process.env['USERPROFILE'] ?? '/');
const configurationHome = once(() => join(process.env['XDG_CONFIG_HOME'] ?? join(home(), '.config'), 'git'));
const userHasOtherIgnoreFiles = once(() => [join(home(), '.gitconfig'), join(configurationHome(), 'config'), '/etc/gitconfig'].some((file) => namesIgnoreFile(textOf(file))));
const userHints = once(() => ignoreHints(textOf(join(configurationHome(), 'ignore'))));

/** Whether a path may be ignored, by the ignore files among `files`, the repository's own and the user's. */
function ignoreCheck(root: string, files: readonly Path[]): (path: Path) => boolean {
  const everywhere = [userHints(), ignoreHints(textOf(join(root, '.git', 'info', 'exclude')))];
  const ignoreFiles = new Set(files.filter((path) => path === '.gitignore' || path.endsWith('/.gitignore')));
  const known = new Map<Path, IgnoreHints>();
  const hintsOf = (file: Path): IgnoreHints => {
    const hints = known.get(file) ?? ignoreHints(textOf(join(root, file)));
    known.set(file, hints);
    return hints;
  };
  return (path) =>
    everywhere.some((hints) => mayIgnore(hints, path)) ||
    ancestorsOf(path).some((directory) => {
      const file = directory === '' ? '.gitignore' : `${directory}/.gitignore`;
      return ignoreFiles.has(file) && mayIgnore(hintsOf(file), directory === '' ? path : path.slice(directory.length + 1));
    });
}

function ancestorsOf(path: Path): readonly Path[] {
  const directories: Path[] = [''];
  for (let at = directoryOf(path); at !== ''; at = directoryOf(at)) directories.push(at);
  return directories;
}

interface Walked {
  readonly files: readonly Path[];
  /** Those of them that are no regular files: links and the like. */
  readonly special: ReadonlySet<Path>;
  /** Directories below the first one that hold a `.git`. They are not entered. */
  readonly repositories: readonly Path[];
}

/** All files (and links) below a directory, less what is pruned; null if there are more than `most` entries. */
function walk(root: string, most: number): Walked | null {
  const files: Path[] = [];
  const special = new Set<Path>();
  const repositories: Path[] = [];
  const pending: Path[] = [''];
  let count = 0;
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const entries = entriesOf(join(root, directory));
    count += entries.length;
    if (count > most) return null;
    if (directory !== '' && entries.some(({ name }) => name === '.git')) {
      repositories.push(directory);
      continue;
    }
    if (directory !== '' && entries.some(({ name }) => name === virtualEnvironmentMark)) continue;
    for (const entry of entries) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (!entry.isFile() && !entry.isDirectory()) special.add(path);
      if (!entry.isDirectory()) files.push(path);
      else if (!isPrunedDirectory(entry.name)) pending.push(path);
    }
  }
  return { files, special, repositories };
}

/** A directory that may not be read is empty to us. */
function entriesOf(directory: string): readonly Dirent[] {
  return attempt(() => readdirSync(directory, { withFileTypes: true })) ?? [];
}

function kindOf(path: string): 'file' | 'directory' | 'link' | 'absent' {
  const stats = attempt(() => lstatSync(path, { throwIfNoEntry: false }));
  if (stats?.isSymbolicLink()) return 'link';
  if (stats?.isDirectory()) return 'directory';
  return stats?.isFile() ? 'file' : 'absent';
}

/** What cannot be read counts as empty; nor are pipes and devices opened, which could block. */
function textOf(path: string): string {
  return attempt(() => (statSync(path).isFile() ? readFileSync(path, 'utf8') : '')) ?? '';
}

function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function isBelow(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

function slashed(path: string): Path {
  return sep === '/' ? path : path.split(sep).join('/');
}
