/** From what is said of a build to the Dockerfiles and contexts of the tree that it may mean. */
import type { Path } from '../../types.ts';
import type { Declarations, DeclaredBuild, PossibleBuild, PossibleUser } from '../declared.ts';
import { directoryOf, isRemoteContext, noDeclarations, resolvePath } from '../declared.ts';
import { unknownPart } from '../docker-build.ts';
import type { Files, Said, SaidBuild, SaidFile, Surroundings } from './said.ts';
import { fromRoot } from './said.ts';

/** Which builds are meant: one that is known, or else each that may be. */
export function meaningOf(said: Exclude<Said, SaidFile>, path: Path, surroundings: Surroundings): Declarations {
  if (said.kind === 'build') return meaningOfBuild(said, path, surroundings);
  return { ...noDeclarations, unread: [{ file: path, line: said.line, context: null, because: `\`${said.written}\`: it speaks of a build, and is not understood` }] };
}

function meaningOfBuild(said: SaidBuild, path: Path, surroundings: Surroundings): Declarations {
  if (said.context !== null && isRemoteContext(said.context)) return noDeclarations;
  const because = `\`${said.written}\``;
  const user = (why: string, context: Path | null, alternatives: readonly PossibleBuild[]): PossibleUser => ({ file: path, line: said.line, context, because: `${because}: ${why}`, alternatives });
  const pairs = pairsOf(said, surroundings);
  const isKnown = ![said.context, said.dockerfile, said.directory].some((word) => word?.includes(unknownPart)) && said.context !== null;
  const [first] = pairs;
  if (isKnown && first !== undefined && said.dockerfileFrom === 'base' && !said.target?.includes(unknownPart)) {
    const { target, args, namedContexts } = said;
    const build: DeclaredBuild = { ...first, target: target === '' ? null : target, args, namedContexts, declaredBy: 'script', declaredIn: path };
    return { builds: [build], notes: [], unread: [] };
  }
  if (first !== undefined) {
    // One of several readings, or each of what an unknown part may stand for.
    const each = isKnown ? [pairs] : pairs.map((pair) => [pair]);
    return { ...noDeclarations, unread: each.map((alternatives) => user('it may build this context with another Dockerfile', alternatives[0]?.context ?? null, alternatives)) };
  }
  if (said.context?.includes(unknownPart) || said.context === null) return { ...noDeclarations, unread: [user(said.context === null ? 'which context it builds is not known' : 'its context depends on a value that is not known', null, [])] };
  // A directory that there is not is made by whoever runs it. Of those that there are, each may be meant.
  const contexts = new Set(said.from.map((base) => placeIn(base, said, said.context ?? '.')).filter((place) => place !== null && isDirectory(surroundings.tree, place)));
  return { ...noDeclarations, unread: [...contexts].map((context) => user('there is no such Dockerfile', context, [])) };
}

/** The Dockerfiles and contexts that are there and that it may mean. */
function pairsOf(said: SaidBuild, { tree, dockerfiles }: Surroundings): readonly PossibleBuild[] {
  const found = new Map<string, PossibleBuild>();
  for (const base of said.from) {
    for (const dockerfile of dockerfiles) {
      const context = contextFor(said, base, dockerfile, tree);
      if (context !== null) found.set(`${dockerfile}\n${context}`, { dockerfile, context });
    }
    // The nearest directory from which it works.
    if (found.size > 0) break;
  }
  return [...found.values()];
}

/** The context with which a Dockerfile is built if it is the one that is meant; null if it is not. */
function contextFor(said: SaidBuild, base: Path, dockerfile: Path, tree: Files): Path | null {
  const contexts = said.context === null ? [said.dockerfileFrom === 'either' ? base : null, directoryOf(dockerfile)] : [placeIn(base, said, said.context)];
  const own = said.dockerfile ?? '';
  for (const place of contexts) {
    if (place === null) continue;
    const context = place.includes(unknownPart) ? contextLike(place, own, dockerfile) : place;
    if (context === null || !isDirectory(tree, context)) continue;
    const from = own === '' || said.dockerfileFrom === 'either' ? [context] : [];
    const starts = own === '' ? from : [...from, base];
    if (starts.some((start) => matches(placeIn(start, { ...said, directory: start === context && own !== '' && start !== base ? '.' : own === '' ? '.' : said.directory }, own === '' ? 'Dockerfile' : own), dockerfile))) return context;
  }
  return null;
}

/** An unknown context that has the Dockerfile in it; of another one nothing is known. */
function contextLike(pattern: string, own: string, dockerfile: Path): Path | null {
  const directory = directoryOf(dockerfile);
  return own === '' && matches(pattern, directory) ? directory : null;
}

function placeIn(base: Path, { directory }: Pick<SaidBuild, 'directory'>, written: string): Path | null {
  if (written.startsWith(fromRoot)) return resolvePath('', written.slice(1).replace(/^\/+/, ''));
  const isMoved = directory.startsWith(fromRoot);
  // What lies in an unknown directory may lie in any.
  return resolvePath(isMoved ? '' : base, `${isMoved ? directory.slice(1) || '.' : directory}/${written.replace(/^\/+/, '')}`);
}

/** `services/…/Dockerfile`: an unknown part stands for anything. */
function matches(pattern: string | null, path: Path): boolean {
  if (pattern === null) return false;
  if (!pattern.includes(unknownPart)) return pattern === path;
  const parts = pattern.split(unknownPart).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(path) || new RegExp(`^${parts.join('.*').replace(/^\.\*\//, '')}$`, 's').test(path);
}

function isDirectory(tree: Files, path: Path): boolean {
  return path === '' || tree.kind(path) === 'directory' || tree.kind(path) === 'link';
}
