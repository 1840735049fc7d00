/** Which differences between two images are what the fixes say that they make. */
import type { SymbolicBuild } from '../build/symbolic-build.ts';
import { parseIgnore } from '../ignore/patterns.ts';
import type { Claim, ClaimKind, Path } from '../types.ts';
import type { Difference, Image, ImageFile, Noise } from './image.ts';
import { compareImages } from './image.ts';

/** What a file of the build context is, in the words of `ImageFile`. */
export type ContextFile = Pick<ImageFile, 'type' | 'hash'>;

/** What is known of a rewrite. Paths are relative to the build context. */
export interface Rewrite {
  readonly claims: readonly Claim[];
  /** The symbolic builds of both Dockerfiles: they tell where files of the context go. */
  readonly builds: readonly SymbolicBuild[];
  /** Files that dockfix edits or creates. */
  readonly edited: ReadonlyMap<Path, { readonly before: string | null; readonly after: string }>;
  /** Is it sent before and not any more? */
  readonly isHidden: (path: Path) => boolean;
  /** What lies in the context before the rewrite; null for nothing. */
  readonly contextFile: (path: Path) => ContextFile | null;
}

/** The files of the build context from which a path of the image may come. */
export function contextOrigins({ builds }: Rewrite): (path: Path) => readonly Path[] {
  return originFinder(builds);
}

export interface JudgedDifference extends Difference {
  /** Is it what a fix makes on purpose? */
  readonly expected: boolean;
  /** The claim that names it, or `edited`: the image holds a file that dockfix edits. Null if nothing explains it. */
  readonly because: ClaimKind | 'edited' | null;
}

/** The differences, each with what explains it. */
export function judge(differences: readonly Difference[], before: Image, after: Image, rewrite: Rewrite): readonly JudgedDifference[] {
  const originsOf = originFinder(rewrite.builds);
  const explanations = [editing(before, after, rewrite, originsOf), ...rewrite.claims.map((claim) => claimed(claim, before, rewrite, originsOf))];
  return differences.map((difference) => {
    const because = explanations.reduce<JudgedDifference['because']>((found, explain) => found ?? explain(difference), null);
    return { ...difference, expected: because !== null, because };
  });
}

type Explanation = (difference: Difference) => JudgedDifference['because'];

/** An edited file that the image holds is another one: exactly the one that dockfix writes. */
function editing(before: Image, after: Image, { edited }: Rewrite, originsOf: OriginFinder): Explanation {
  return ({ path, what }) => {
    if (what !== 'content' && what !== 'added') return null;
    const isEdited = originsOf(path).some((origin) => {
      const texts = edited.get(origin);
      return texts !== undefined && (before.files.get(path)?.hash ?? null) === texts.before && after.files.get(path)?.hash === texts.after;
    });
    return isEdited ? 'edited' : null;
  };
}

function claimed(claim: Claim, before: Image, rewrite: Rewrite, originsOf: OriginFinder): Explanation {
  const test = testOf(claim, before, rewrite, originsOf);
  return (difference) => (test(difference) ? claim.kind : null);
}

function testOf(claim: Claim, before: Image, rewrite: Rewrite, originsOf: OriginFinder): (difference: Difference) => boolean {
  switch (claim.kind) {
    case 'hidden-from-context': {
      const parsed = parseIgnore(claim.paths.join('\n'));
      const isNamed = (path: Path): boolean => parsed.kind === 'ok' && parsed.matcher.excludes(path);
      return ({ path, what }) => what === 'missing' && originsOf(path).some((origin) => rewrite.isHidden(origin) && isNamed(origin) && isSame(before.files.get(path), rewrite.contextFile(origin)));
    }
    case 'scripts-added':
      return ({ path, what }) => what === 'added' && directoryOf(path) === claim.path;
    case 'wheels-in-layer':
      return ({ path, what }) => what === 'added' && isWithin(path, claim.path);
    case 'installed-from-wheels':
      // Of a wheel pip notes where it came from, and it brings what does not lie among the packages (manual pages, data).
      return ({ path, what }) => isWithin(path, claim.prefix) && (noteOfInstaller.test(path) || (what === 'added' && directoryOf(path) !== `${claim.prefix}/bin`));
    case 'tool-left-out':
      return ({ path, what }) => claim.tools.some((tool) => isPartOfTool(path, tool) || (what === 'missing' && bringsOthers(tool) && packagesOrScripts.test(path)));
    case 'lock-now-honoured':
      return ({ path, what }) => what !== 'config' && packagesOrScripts.test(path);
    case 'lock-kept':
      return ({ path, what }) => what === 'content' && originsOf(path).includes(claim.path);
    // What a script makes otherwise than before is what nobody claims.
    // Across base images something else is compared (see `acrossBases`).
    case 'base-changed':
    case 'packages-translated':
    case 'user-command-translated':
    case 'install-scripts-trusted':
    case 'assumes':
      return () => false;
  }
}

const noteOfInstaller = /\.dist-info\/(?:direct_url\.json|REQUESTED|RECORD|INSTALLER)$/;
const packagesOrScripts = /\/(?:site|dist)-packages\/|\/bin\/[^/]+$/;

function isPartOfTool(path: Path, tool: string): boolean {
  const name = tool.replaceAll(/[-_.]+/g, '[-_.]');
  const parts = tool === 'setuptools' ? `${name}|pkg_resources|_distutils_hack|distutils-precedence\\.pth` : name;
  return new RegExp(`/(?:site|dist)-packages/(?:(?:${parts})(?:/|$)|${name}-[^/]*\\.dist-info(?:/|$))|/bin/${name}(?:-?[\\d.]+)?$`).test(path);
}

/** A tool that has dependencies of its own, which are left out with it. */
function bringsOthers(tool: string): boolean {
  return !['pip', 'setuptools', 'wheel'].includes(tool);
}

/** A directory counts by its being there. */
function isSame(file: ImageFile | undefined, source: ContextFile | null): boolean {
  return file !== undefined && source !== null && file.type === source.type && file.hash === source.hash;
}

// --------------------------------------------------------------------------------------------------------- not compared

/** Byte code and the caches of package managers: what the symbolic build does not compare either. */
export function isCache(path: Path): boolean {
  return /\/(?:__pycache__|node-compile-cache)(?:\/|$)|\.py[co]$|\/\.cache(?:\/(?:pip|uv|pypoetry|pdm|pipenv|yarn|node|pnpm|go-build|composer)(?:\/|$)|$)|\/\.composer\/cache(?:\/|$)|\/\.npm(?:\/(?:_cacache|_logs|_npx|_update-notifier-last-checked)(?:\/|$)|$)|^\/var\/(?:cache\/(?:apt|debconf|ldconfig)|lib\/apt\/lists)(?:\/|$)/.test(path);
}

// --------------------------------------------------------------------------------------------------------- across bases

/**
 * Where the base image is another one nearly every file differs. What the project adds is compared: files that come
 * unchanged from the build context, the Python packages with their versions, and the configuration that the Dockerfile
 * sets. Users have other numbers on another system, so of owners only root is told from the rest.
 */
export function acrossBases(before: Image, after: Image, noise: Noise, rewrite: Rewrite): readonly Difference[] {
  const originsOf = originFinder(rewrite.builds);
  const fromContext = (image: Image) => (path: Path): boolean => {
    const file = image.files.get(path);
    return originsOf(path).some((origin) => isSame(file, rewrite.contextFile(origin)));
  };
  const [isOurs, isOursNow] = [fromContext(before), fromContext(after)];
  return compareImages(before, after, noise).filter(({ path, what }) => {
    if (what === 'config') return isSetByDockerfile(path, rewrite);
    if (packageOf(path) !== null) return what === 'missing' || what === 'added';
    if (what === 'added') return isOursNow(path);
    if (!isOurs(path)) return false;
    return what !== 'owner' || (before.files.get(path)?.uid === 0) !== (after.files.get(path)?.uid === 0);
  });
}

/** Does the path stand for a Python package with its version that is none of Python's own? */
function packageOf(path: Path): string | null {
  const [, name] = /\/site-packages\/([^/]+)-[^/-]+\.(?:dist|egg)-info$/.exec(path) ?? [];
  return name === undefined || ['pip', 'setuptools', 'wheel'].includes(name) ? null : name;
}

/** Programs of the system are named in the commands of an image, and translated there; variables may come from the base. */
function isSetByDockerfile(name: string, { builds }: Rewrite): boolean {
  if (['cmd', 'entrypoint', 'healthcheck', 'shell'].includes(name)) return false;
  if (!name.startsWith('env.')) return true;
  const variable = name.slice('env.'.length);
  const instructions = builds.flatMap((build) => build.model.stages.flatMap((stage) => stage.instructions));
  return instructions.some(({ keyword, text }) => keyword === 'ENV' && text.split(/[\s=]+/).includes(variable));
}

// ------------------------------------------------------------------------------------------------------------- origins

/** Paths of the build context from which a path of the image may have been copied, directly or through other stages. */
type OriginFinder = (path: Path) => readonly Path[];

const mostOrigins = 100;

function originFinder(builds: readonly SymbolicBuild[]): OriginFinder {
  const items = builds.flatMap((build) => build.stages.flatMap(({ steps }) => steps.flatMap((step) => step.copy?.items ?? [])));
  return (path) => {
    const seen = new Set([path]);
    for (const at of seen) {
      // What begins with a slash lies in another stage. Two stages that copy from each other's likes could go on for ever.
      if (!at.startsWith('/') || seen.size > mostOrigins) continue;
      for (const { source, target, directory } of items) {
        if (at === target) seen.add(source);
        else if (directory && isWithin(at, target)) seen.add(join(source, at.slice(target === '/' ? 1 : target.length + 1)));
      }
    }
    return [...seen].filter((one) => !one.startsWith('/') && one !== '');
  };
}

function isWithin(path: Path, directory: Path): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function join(directory: Path, name: string): Path {
  if (directory === '') return name;
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

function directoryOf(path: Path): Path {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
