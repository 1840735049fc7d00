/** Opens what the paths of a run mean: roots, their Dockerfiles, and the projects that these belong to. */
import { join } from 'node:path';

import { transforms as everyTransform } from '../transforms/index.ts';
import { buildsOf } from './builds.ts';
import { inlineNothing, long, many } from './compiling.ts';
import { diskTree, largestFile, readSource, realPath, realPathWithin, repositoryRoot } from './context/disk.ts';
import { holdsAll } from './discover/builds.ts';
import type { DeclaredBuild, PossibleBuild } from './discover/declared.ts';
import { directoryOf } from './discover/declared.ts';
import { literalSources } from './discover/needs.ts';
import { scan } from './dockerfile/scan.ts';
import { dockerfilesOf, projectsOf } from './fix.ts';
import type { Project } from './plan/project.ts';
import { isInside } from './plan/project.ts';
import type { RepositoryConfig } from './pr/config.ts';
import { configFile, noConfig, readConfig } from './pr/config.ts';
import { memoised } from './remember.ts';
import type { Naming } from './report/files.ts';
import { bareReport } from './report/files.ts';
import type { ErrorCode } from './report/report.ts';
import type { RunRequest, Sink } from './run.ts';
import type { Target, TargetFile } from './targets.ts';
import { errorCode, findTargets, pathIn, shownPath } from './targets.ts';
import type { Build, Path, Tree, UnreadUser } from './types.ts';
import { unhandled } from './unhandled.ts';

/** A root and those of its projects that hold a Dockerfile that was meant. */
export interface Opened {
  readonly target: Target;
  readonly tree: Tree;
  readonly naming: Naming;
  readonly projects: Iterable<MeantProject>;
  /** How many these are. */
  readonly count: number;
  /** Dockerfiles that were meant, and that the repository's `dockfix.json` leaves out. */
  readonly leftOut: readonly Path[];
}

export interface MeantProject {
  readonly project: Project;
  /** Its Dockerfiles that were meant; the others are there for what their builds need. */
  readonly meant: readonly Path[];
  /** Does the repository's `dockfix.json` leave a transform (by its id) switched on? */
  readonly wants: (transform: string) => boolean;
}

/** What there is to do, before any of it is opened. */
export interface Extent {
  readonly roots: readonly string[];
  readonly dockerfiles: number;
}

/** One root after the other, so that what is known of one can be forgotten before the next. */
export async function* openTargets(request: RunRequest, sink: Sink, onFound: (extent: Extent) => Promise<void> = async () => undefined): AsyncGenerator<Opened> {
  const { targets, errors } = await findTargets(request.cwd, request.paths, request.context);
  for (const error of errors) sink.error(error);
  const total = targets.reduce((sum, target) => sum + target.dockerfiles.length, 0);
  if (total >= many) await inlineNothing();
  await onFound({ roots: targets.map(({ root }) => root), dockerfiles: total });
  let done = 0;
  for (const target of targets) {
    const opened = openTarget(target, diskTree(target.root), request, sink);
    if (total < many && target.dockerfiles.some(({ path }) => (opened.tree.read(path)?.length ?? 0) >= long)) await inlineNothing();
    const projects = counted(opened.projects, (count) => {
      sink.progress(done, total);
      done += count;
    });
    yield { ...opened, projects };
  }
}

function* counted(projects: Iterable<MeantProject>, show: (dockerfiles: number) => void): Iterable<MeantProject> {
  for (const project of projects) {
    show(project.meant.length);
    yield project;
  }
}

/** `given`: the texts of Dockerfiles that do not come from the disk. What cannot be handled is said, and left out. */
export function openTarget(found: Target, tree: Tree, request: RunRequest, sink: Sink, given: ReadonlyMap<Path, string> = new Map()): Opened {
  const naming = namingFor(request, found.root, tree, sink);
  const config = configOf(found, tree, request, naming, sink);
  const { target, leftOut } = withoutIgnored(found, config, naming, sink);
  const site: Site = { target, tree, sink, naming, declaredIn: byDirectory(target.declared) };
  for (const { file, message } of target.notes) sink.detail(`${site.naming.shown(file)}: ${message}`);
  const own = target.dockerfiles.flatMap((file) => buildsOfMeant(site, file, given.get(file.path)));
  // After those that were meant, because an ignore file that several Dockerfiles share is the first one's business.
  const others = buildsThatShare(site, own);
  const meant = new Set(target.dockerfiles.map(({ path }) => path));
  const all = projectsOf(tree, [...own, ...others], new Map([...config.options, ...request.settings]), (contexts) => buildsAround(site, contexts), unreadUsers(site, [...own, ...others])).map((project) => ({ project: { ...project, transforms: everyTransform.map(({ id }) => id) }, meant: dockerfilesOf(project).filter((path) => meant.has(path)), wants: wantedBy(config) }));
  const projects = all.filter((project) => project.meant.length > 0);
  return { target, tree, naming, projects, count: projects.length, leftOut };
}

// -------------------------------------------------------------------------------------------------------------- configuration

/** What the root says of dockfix. With a file that is wrong nobody knows what its people want, so nothing is done. */
function configOf({ dockerfiles }: Target, tree: Tree, { configIsApplied }: RunRequest, naming: Naming, sink: Sink): RepositoryConfig {
  const config = configIsApplied ? noConfig : readConfig(tree, everyTransform);
  if (config.kind === 'config') {
    if (!config.enabled) sink.note(`${naming.shown(configFile)} switches dockfix off ("enabled": false)`);
    return config;
  }
  const { line, fault } = config.at ?? { line: undefined, fault: config.message };
  if (dockerfiles.length > 0) sink.error({ path: naming.shown(configFile), code: 'bad-config', message: fault, ...(line === undefined ? {} : { line }) });
  return { ...noConfig, ignores: () => true };
}

function withoutIgnored(target: Target, config: RepositoryConfig, naming: Naming, sink: Sink): { readonly target: Target; readonly leftOut: readonly Path[] } {
  const leftOut = target.dockerfiles.map(({ path }) => path).filter((path) => config.ignores(path));
  if (leftOut.length === 0) return { target, leftOut };
  for (const path of leftOut) sink.file(bareReport(naming.shown(path), 'skipped', `left out by ${naming.shown(configFile)}`));
  const dockerfiles = target.dockerfiles.filter(({ path }) => !leftOut.includes(path));
  return { target: { ...target, dockerfiles, others: [...target.others, ...leftOut] }, leftOut };
}

function wantedBy({ enabled, only, skip }: RepositoryConfig): (transform: string) => boolean {
  return (id) => enabled && (only === null || only.includes(id)) && !skip.includes(id);
}

// --------------------------------------------------------------------------------------------------------------- builds

interface Site {
  readonly target: Target;
  readonly tree: Tree;
  readonly sink: Sink;
  readonly naming: Naming;
  /** Declared builds by the directory of their Dockerfile. */
  readonly declaredIn: ReadonlyMap<Path, readonly DeclaredBuild[]>;
}

function byDirectory(declared: readonly DeclaredBuild[]): ReadonlyMap<Path, readonly DeclaredBuild[]> {
  const map = new Map<Path, DeclaredBuild[]>();
  for (const build of declared) {
    const directory = directoryOf(build.dockerfile);
    const list = map.get(directory);
    if (list) list.push(build);
    else map.set(directory, [build]);
  }
  return map;
}

function buildsOfMeant(site: Site, file: TargetFile, given: string | undefined): readonly Build[] {
  const text = given ?? textOf(site, file);
  if (text === null) return [];
  try {
    return buildsOrReport(site, file, text);
  } catch (error) {
    const path = site.naming.shown(file.path);
    const message = bugMessage(error);
    site.sink.file(bareReport(path, 'failed', message));
    site.sink.error({ path, code: 'internal', message });
    return [];
  }
}

function textOf({ target, tree, naming, sink }: Site, file: TargetFile): string | null {
  const known = tree.read(file.path);
  if (known !== undefined) return known;
  const source = readSource(join(target.root, file.path), target.root);
  if (source.kind === 'text') return source.text;
  leaveOut(file, naming, sink, errorCode(source.code), source.message);
  return null;
}

function buildsOrReport(site: Site, file: TargetFile, text: string): readonly Build[] {
  const { tree, target, naming, sink } = site;
  const scanned = scan(text);
  const reason = unhandled(scanned);
  if (reason !== null) {
    leaveOut(file, naming, sink, reason.code, reason.message, reason.line);
    return [];
  }
  const declared = site.declaredIn.get(directoryOf(file.path)) ?? [];
  const builds = buildsOf(tree, file.path, scanned, { declared, context: target.context });
  if (!('kind' in builds)) return builds;
  const refusals = [{ transform: 'dockfix', reason: builds.kind, level: 'refusal', message: builds.message, line: builds.line }] as const;
  sink.file({ ...bareReport(naming.shown(file.path), 'unchanged'), refusals });
  return [];
}

function leaveOut(file: TargetFile, naming: Naming, sink: Sink, code: ErrorCode, message: string, line?: number): void {
  const path = naming.shown(file.path);
  sink.file(bareReport(path, file.named ? 'failed' : 'skipped', line === undefined ? message : `line ${line}: ${message}`));
  if (file.named) sink.error({ path, code, message, ...(line === undefined ? {} : { line }) });
}

/**
 * The builds of other Dockerfiles that have a context of the given ones, or a context of one that has: with them they
 * must stay right. Most Dockerfiles of a large repository can have none of these, and are not read.
 */
function buildsThatShare(site: Site, own: readonly Build[]): readonly Build[] {
  const contexts = new Set(own.map((build) => build.context));
  const found = new Map<Path, readonly Build[]>();
  for (let added = contexts.size; added > 0; ) {
    const before = contexts.size;
    const near = site.target.others.filter((path) => !found.has(path) && possibleContexts(site, path).some((context) => contexts.has(context)));
    for (const path of near) found.set(path, buildsOfOther(site, path));
    for (const builds of found.values()) if (builds.some((build) => contexts.has(build.context))) for (const build of builds) contexts.add(build.context);
    added = contexts.size - before;
  }
  return site.target.others.flatMap((path) => found.get(path) ?? []);
}

/** The builds of Dockerfiles that nobody asked about, with contexts within the given ones or around them. */
function buildsAround(site: Site, contexts: readonly Path[]): readonly Build[] {
  const isNear = (context: Path): boolean => contexts.some((one) => isInside(one, context) || isInside(context, one));
  return site.target.others.flatMap((path) => buildsOfOther(site, path)).filter(({ context }) => isNear(context));
}

/** What was not read, less what comes to a build that is known, and what cannot work. */
function unreadUsers(site: Site, builds: readonly Build[]): readonly UnreadUser[] {
  return site.target.unread.flatMap(({ alternatives = [], ...user }) => {
    if (alternatives.length === 0) return [user];
    const isKnown = alternatives.some(({ dockerfile, context }) => {
      const own = builds.filter((build) => build.dockerfile === dockerfile);
      return (own.length > 0 ? own : buildsOfOther(site, dockerfile)).some((build) => build.context === context);
    });
    const works = isKnown ? undefined : alternatives.find((one) => mayWork(site.tree, one));
    return works === undefined ? [] : [{ ...user, context: works.context }];
  });
}

/** Does the context hold what the Dockerfile names? */
function mayWork(tree: Tree, { dockerfile, context }: PossibleBuild): boolean {
  const text = tree.read(dockerfile);
  return text !== undefined && holdsAll(tree, context, literalSources(scan(text)).map(({ path }) => path));
}

/** Those that are declared for a Dockerfile of its directory, that of the command line, and the directories above it. */
function possibleContexts({ target, declaredIn }: Site, dockerfile: Path): readonly Path[] {
  const contexts = (declaredIn.get(directoryOf(dockerfile)) ?? []).map((build) => build.context);
  if (target.context !== null) contexts.push(target.context);
  for (let directory = directoryOf(dockerfile); ; directory = directoryOf(directory)) {
    contexts.push(directory);
    if (directory === '') return contexts;
  }
}

/** Nothing is said of a Dockerfile that nobody asked about; one that cannot be understood tells nothing. */
function buildsOfOther({ tree, target, declaredIn }: Site, path: Path): readonly Build[] {
  try {
    const scanned = scan(tree.read(path) ?? '');
    if (unhandled(scanned) !== null) return [];
    const builds = buildsOf(tree, path, scanned, { declared: declaredIn.get(directoryOf(path)) ?? [], context: target.context });
    return 'kind' in builds ? [] : builds;
  } catch {
    return [];
  }
}

export function bugMessage(error: unknown): string {
  return `a bug in dockfix: ${error instanceof Error ? error.message : String(error)}`;
}

// ---------------------------------------------------------------------------------------------------------------- texts

function namingFor({ cwd, mode }: RunRequest, root: string, tree: Tree, sink: Sink): Naming {
  const isBelowTop = (repositoryRoot(cwd) ?? cwd) !== cwd;
  // A link stays as it is and its target is changed: that is what the diff has to name.
  const realRoot = realPath(root) ?? root;
  const target = (path: Path): string => (isBehindLink(tree, path) ? realPathWithin(join(root, path), realRoot) : undefined) ?? join(root, path);
  return {
    shown: (path) => shownPath(cwd, join(root, path)),
    inDiff(changed) {
      const from = (base: string) => memoised((path: Path) => pathIn(base, target(path)));
      const fromCwd = from(cwd);
      if (changed.every((path) => fromCwd(path) !== null)) return { named: (path) => fromCwd(path) ?? path, hasGitHeader: !isBelowTop };
      if (mode !== 'write') sink.note(`in the diff, files outside the current directory, and what changes with them, are relative to ${root}: apply it there (git -C ${root} apply)`);
      const fromRoot = from(root);
      return { named: (path) => fromRoot(path) ?? path, hasGitHeader: true };
    },
  };
}

/** Is the path a symbolic link, or below one? */
function isBehindLink(tree: Tree, path: Path): boolean {
  for (let at = path; at !== ''; at = directoryOf(at)) if (tree.kind(at) === 'link') return true;
  return false;
}

export type Decoded = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly code: ErrorCode; readonly message: string };

/** The text of what came from standard input, by the rules for files. */
export function decoded(bytes: Uint8Array): Decoded {
  if (bytes.length > largestFile) return { kind: 'unreadable', code: 'too-large', message: 'the input is larger than 5 MB' };
  if (bytes.includes(0)) return { kind: 'unreadable', code: 'binary', message: 'the input is binary: it holds NUL bytes' };
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', code: 'not-utf8', message: 'the input is not valid UTF-8' };
  }
}
