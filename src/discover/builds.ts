/** Puts together how a Dockerfile is built: what files of the repository declare, what the user says, or a guess. */
import type { Build, Path, Tree } from '../types.ts';
import { readAsked } from './asked.ts';
import type { Surroundings } from './asked/said.ts';
import { readBake } from './bake.ts';
import { readCompose } from './compose.ts';
import type { Declarations, DeclaredBuild, PossibleUser } from './declared.ts';
import { directoryOf, joinDeclarations, largestDeclaration, nameOf, noDeclarations, resolvePath, unreadFile } from './declared.ts';
import { readDevcontainer } from './devcontainer.ts';
import { discoveredKind } from './files.ts';
import { readWorkflow } from './workflow.ts';

type Files = Pick<Tree, 'kind' | 'read'>;

/**
 * What the compose files, bake files and workflows among `paths` declare. Other paths are passed over. A file that
 * cannot be read gives a note.
 */
export async function declaredBuilds(tree: Files, paths: readonly Path[]): Promise<Declarations> {
  const parts: Declarations[] = [];
  // One after the other: the order of the result must not depend on what is quicker.
  const surroundings: Surroundings = { tree, dockerfiles: paths.filter((path) => discoveredKind(path) === 'dockerfile') };
  for (const path of paths) parts.push(await declarationsIn(surroundings, path));
  const { builds, notes, unread } = joinDeclarations(parts);
  return { builds, notes: unique(notes, ({ file, message }) => `${file}\n${message}`), unread: unique([...unread, ...builds.flatMap((build) => ofMissingDockerfile(build, tree))], (user) => JSON.stringify(user)) };
}

/** A Dockerfile that is not there is written before the build: nobody knows what it takes of the context. */
function ofMissingDockerfile({ dockerfile, context, declaredIn }: DeclaredBuild, tree: Files): readonly PossibleUser[] {
  const isThere = [dockerfile, resolvePath(directoryOf(dockerfile), 'Dockerfile')].some((path) => path !== null && nameOf(path).toLowerCase() === nameOf(dockerfile).toLowerCase() && tree.kind(path) !== 'absent');
  return isThere ? [] : [{ file: declaredIn, line: 1, context, because: `it builds with ${dockerfile}, which is not there` }];
}

async function declarationsIn(surroundings: Surroundings, path: Path): Promise<Declarations> {
  const kind = discoveredKind(path);
  if (kind === null || kind === 'dockerfile') return noDeclarations;
  const { tree } = surroundings;
  const text = tree.read(path);
  if (kind === 'asking' || kind === 'source') return text === undefined || text.length > largestDeclaration ? noDeclarations : readAsked(text, path, surroundings);
  if (text === undefined) return unreadFile(path, 'not read: it is missing, no text, or too large');
  if (text.length > largestDeclaration) return unreadFile(path, 'not read: it is too large');
  if (kind === 'devcontainer') return readDevcontainer(text, path, surroundings);
  if (kind === 'workflow') return readWorkflow(text, path, surroundings);
  if (kind === 'bake') {
    const options = bakeBase(tree, path);
    return fromNearest(tree, path, async (from) => readBake(text, path, { ...options, from }));
  }
  const base = composeBase(tree, path);
  return fromNearest(tree, path, async (from) => readCompose(text, path, { ...base, from }));
}

/** Each directory means that a file is read once more. */
const furthestUp = 8;

/**
 * Paths in a compose or bake file start from its own directory, unless people run it from elsewhere
 * (`--project-directory`, several `-f`, `docker buildx bake -f docker/docker-bake.hcl`), which the file does not tell.
 * So where nothing of what it names is there, the directories above are tried; but only for what is named with a
 * directory, because a bare `Dockerfile` may well lie above by chance.
 */
async function fromNearest(tree: Files, path: Path, readFrom: (directory: Path) => Promise<Declarations>): Promise<Declarations> {
  const [own = '', ...above] = directoriesUpwards(path);
  const declarations = await readFrom(own);
  const { builds } = declarations;
  const mayBeElsewhere = builds.length > 0 && builds.every((build) => existingDockerfile(tree, build) === null);
  if (!mayBeElsewhere) return declarations;
  for (const directory of above.slice(0, furthestUp)) {
    const other = await readFrom(directory);
    const isThere = (build: DeclaredBuild): boolean => directoryOf(build.dockerfile) !== directory && existingDockerfile(tree, build) !== null;
    if (other.builds.some(isThere)) return other;
  }
  return declarations;
}

/** In the order in which compose looks for them. */
const composeBases = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** What another compose file of a directory is laid over; nothing for the first one itself. */
function composeBase(tree: Files, path: Path): { readonly base?: string } {
  if (composeBases.includes(nameOf(path))) return {};
  const base = besideIt(tree, path, composeBases);
  const text = base === undefined ? undefined : tree.read(base);
  return text === undefined || text.length > largestDeclaration ? {} : { base: text };
}

function bakeBase(tree: Files, path: Path): { readonly base?: { readonly path: Path; readonly text: string } } {
  if (!/\.override\./i.test(nameOf(path))) return {};
  const base = besideIt(tree, path, ['docker-bake.json', 'docker-bake.hcl']);
  return base === undefined ? {} : { base: { path: base, text: tree.read(base) ?? '' } };
}

/** The first of these names that is there beside a file. */
function besideIt(tree: Files, path: Path, names: readonly string[]): Path | undefined {
  return names.map((name) => resolvePath(directoryOf(path), name) ?? name).find((candidate) => tree.kind(candidate) !== 'absent');
}

/**
 * The Dockerfile that a build names, if it is there. BuildKit takes `dockerfile` for a missing `Dockerfile`
 * (https://docs.docker.com/build/concepts/dockerfile/#filename).
 */
function existingDockerfile(tree: Files, { dockerfile }: DeclaredBuild): Path | null {
  if (isFile(tree, dockerfile)) return dockerfile;
  if (nameOf(dockerfile) !== 'Dockerfile') return null;
  const other = resolvePath(directoryOf(dockerfile), 'dockerfile') ?? '';
  return isFile(tree, other) ? other : null;
}

function isFile(tree: Files, path: Path): boolean {
  const kind = tree.kind(path);
  return kind === 'file' || (kind === 'link' && tree.read(path) !== undefined);
}

/** Dockerfiles that declared builds name, whatever they are called; only those that are there. */
export function declaredDockerfiles(tree: Files, declared: readonly DeclaredBuild[]): readonly Path[] {
  const paths = declared.filter((build) => isDirectory(tree, build.context)).map((build) => existingDockerfile(tree, build));
  return [...new Set(paths.filter((path) => path !== null))].sort();
}

function isDirectory(tree: Files, path: Path): boolean {
  const kind = tree.kind(path);
  return path === '' || kind === 'directory' || kind === 'link';
}

/**
 * How one Dockerfile is built: all builds that are declared for it, else the context that the user gives, else the
 * nearest directory, from the Dockerfile's own up to the root, that holds all that is needed: paths of the context, in
 * which a leading slash, and `..` beyond its root, mean nothing to a builder.
 *
 * Declared builds that differ only in their target become one, whose outputs are the targets; among them `''` stands
 * for the last stage. Declared contexts that do not exist are left out.
 */
export function buildsFor(
  tree: Files,
  dockerfile: Path,
  declared: readonly DeclaredBuild[],
  option: { readonly context?: Path },
  needed: readonly string[],
): readonly Build[] | 'context-unknown' {
  const otherName = nameOf(dockerfile) === 'dockerfile' ? resolvePath(directoryOf(dockerfile), 'Dockerfile') : null;
  const isNamed = (path: Path): boolean => path === dockerfile || (path === otherName && !isFile(tree, path));
  const own = declared.filter((build) => isNamed(build.dockerfile));
  const builds = mergedBuilds(dockerfile, own.filter((build) => isDirectory(tree, build.context)));
  if (builds.length > 0) return builds;
  if (option.context !== undefined) return [undeclared(dockerfile, option.context, 'option')];
  const context = directoriesUpwards(dockerfile).find((directory) => holdsAll(tree, directory, needed));
  return context === undefined ? 'context-unknown' : [undeclared(dockerfile, context, 'guess')];
}

function undeclared(dockerfile: Path, context: Path, declaredBy: 'option' | 'guess'): Build {
  return { dockerfile, context, outputs: [], args: new Map(), namedContexts: [], declaredBy };
}

function mergedBuilds(dockerfile: Path, declared: readonly DeclaredBuild[]): readonly Build[] {
  const groups = new Map<string, DeclaredBuild[]>();
  for (const build of declared) {
    const key = JSON.stringify([build.context, [...build.args].sort(([a], [b]) => (a < b ? -1 : 1)), build.namedContexts.toSorted()]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [build]);
    else group.push(build);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { context, args, namedContexts, declaredBy } = first;
    const targets = [...new Set(group.map(({ target }) => target ?? ''))].sort();
    const outputs = targets.length === 1 && targets[0] === '' ? [] : targets;
    const commands = group.flatMap((one) => one.commands ?? []);
    const perCommit = [...new Set(group.flatMap((build) => build.perCommit ?? []))].sort();
    return [{ dockerfile, context, outputs, args, ...(perCommit.length > 0 ? { perCommit } : {}), namedContexts: namedContexts.toSorted(), declaredBy, ...(commands.length === 0 ? {} : { commands }) }];
  });
}

function directoriesUpwards(path: Path): readonly Path[] {
  const directories: Path[] = [];
  for (let at = directoryOf(path); at !== ''; at = directoryOf(at)) directories.push(at);
  return [...directories, ''];
}

/** Does a directory hold these paths of a build context? */
export function holdsAll(tree: Files, directory: Path, needed: readonly string[]): boolean {
  return needed.every((source) => {
    // A URL is no file of the context.
    if (/[:@]/.test(source) && /^(?:[a-z][a-z\d+.-]*:\/\/|git@)/i.test(source)) return true;
    const inContext = inContextRoot(source);
    return inContext === '' || tree.kind(directory === '' ? inContext : `${directory}/${inContext}`) !== 'absent';
  });
}

function inContextRoot(source: string): Path {
  const segments: string[] = [];
  for (const segment of source.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

function unique<Value>(all: readonly Value[], key: (one: Value) => string): readonly Value[] {
  return [...new Map(all.map((one) => [key(one), one])).values()];
}
