/** Puts together how a Dockerfile is built: what files of the repository declare, what the user says, or a guess. */
import type { Build, Path, Tree } from '../types.ts';
import { readBake } from './bake.ts';
import { readCompose } from './compose.ts';
import type { Declarations, DeclaredBuild, DiscoveryNote } from './declared.ts';
import { directoryOf, joinDeclarations, largestDeclaration, nameOf, noDeclarations, resolvePath } from './declared.ts';
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
  for (const path of paths) parts.push(await declarationsIn(tree, path));
  const { builds, notes } = joinDeclarations(parts);
  return { builds, notes: unique(notes, ({ file, message }) => `${file}\n${message}`) };
}

async function declarationsIn(tree: Files, path: Path): Promise<Declarations> {
  const kind = discoveredKind(path);
  if (kind === null || kind === 'dockerfile') return noDeclarations;
  const text = tree.read(path);
  if (text === undefined) return note(path, 'not read: it is missing, no text, or too large');
  if (text.length > largestDeclaration) return note(path, 'not read: it is too large');
  if (kind === 'compose') return readCompose(text, path, baseText(tree, path, composeBases));
  return kind === 'bake' ? bakeDeclarations(tree, text, path) : readWorkflow(text, path);
}

function note(file: Path, message: string): Declarations {
  return { builds: [], notes: [{ file, message }] };
}

/** In the order in which compose looks for them. */
const composeBases = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** The text of the file that others of its directory are laid over; null for such a file itself. */
function baseText(tree: Files, path: Path, names: readonly string[]): string | null {
  if (names.includes(nameOf(path))) return null;
  const base = resolvedNames(path, names).find((candidate) => tree.kind(candidate) !== 'absent');
  const text = base === undefined ? undefined : tree.read(base);
  return text === undefined || text.length > largestDeclaration ? null : text;
}

function resolvedNames(beside: Path, names: readonly string[]): readonly Path[] {
  return names.map((name) => resolvePath(directoryOf(beside), name) ?? name);
}

/**
 * Paths in a bake file start from the directory where bake is run, which the file does not tell: its own, or, if no
 * Dockerfile is found that way, the repository's root.
 */
function bakeDeclarations(tree: Files, text: string, path: Path): Declarations {
  const basePath = /\.override\./i.test(nameOf(path)) ? resolvedNames(path, ['docker-bake.hcl', 'docker-bake.json']).find((one) => tree.kind(one) !== 'absent') : undefined;
  const base = basePath === undefined ? {} : { base: { path: basePath, text: tree.read(basePath) ?? '' } };
  const own = readBake(text, path, base);
  if (directoryOf(path) === '' || own.builds.some((build) => existingDockerfile(tree, build) !== null)) return own;
  const fromRoot = readBake(text, path, { ...base, from: '' });
  return fromRoot.builds.some((build) => existingDockerfile(tree, build) !== null) ? fromRoot : own;
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

/** What has to lie in the context, as paths of it; a leading slash, and `..` beyond its root, mean nothing to a builder. */
export interface ContextNeeds {
  /** Sources of COPY, ADD and bind mounts that hold no pattern and no variable. */
  readonly literalSources: readonly string[];
  readonly manifests: readonly string[];
}

/**
 * How one Dockerfile is built: all builds that are declared for it, else the context that the user gives, else the
 * nearest directory, from the Dockerfile's own up to the root, that holds all that is needed.
 *
 * Declared builds that differ only in their target become one, whose outputs are the targets; among them `''` stands
 * for the last stage. Declared contexts that do not exist are left out.
 */
export function buildsFor(
  tree: Files,
  dockerfile: Path,
  declared: readonly DeclaredBuild[],
  option: { readonly context?: Path },
  needs: ContextNeeds,
): readonly Build[] | 'context-unknown' {
  const otherName = nameOf(dockerfile) === 'dockerfile' ? resolvePath(directoryOf(dockerfile), 'Dockerfile') : null;
  const isNamed = (path: Path): boolean => path === dockerfile || (path === otherName && !isFile(tree, path));
  const own = declared.filter((build) => isNamed(build.dockerfile));
  const builds = mergedBuilds(dockerfile, own.filter((build) => isDirectory(tree, build.context)));
  if (builds.length > 0) return builds;
  if (option.context !== undefined) return [undeclared(dockerfile, option.context, 'option')];
  const context = directoriesUpwards(dockerfile).find((directory) => holdsAll(tree, directory, needs));
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
    return [{ dockerfile, context, outputs, args, namedContexts: namedContexts.toSorted(), declaredBy }];
  });
}

function directoriesUpwards(path: Path): readonly Path[] {
  const directories: Path[] = [];
  for (let at = directoryOf(path); at !== ''; at = directoryOf(at)) directories.push(at);
  return [...directories, ''];
}

function holdsAll(tree: Files, directory: Path, { literalSources, manifests }: ContextNeeds): boolean {
  return [...literalSources, ...manifests].every((source) => {
    // A URL is no file of the context.
    if (/^(?:[a-z][a-z\d+.-]*:\/\/|git@)/i.test(source)) return true;
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

function unique(notes: readonly DiscoveryNote[], key: (note: DiscoveryNote) => string): readonly DiscoveryNote[] {
  return [...new Map(notes.map((one) => [key(one), one])).values()];
}
