import { join, readable, resolvePath } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import { memoised, remembering, roomForSmall } from '../remember.ts';
import type { LockKind } from '../manifests/locks.ts';
import { readLock } from '../manifests/locks.ts';
import type { Pyproject } from '../manifests/pyproject.ts';
import { readPyproject } from '../manifests/pyproject.ts';
import type { Path, Refusal } from '../types.ts';
import type { Argument, ImageView } from './command.ts';
import { everythingBelow, file } from './command.ts';
import { refuse } from './install-inputs.ts';
import type { Reading } from './options.ts';
import type { Inputs } from './python-inputs.ts';
import { addFetch, startsWithSymbol } from './python-inputs.ts';

/** A project that a manager with a lock file installs (poetry, uv, pdm, pipenv): its manifest, its lock, its own parts. */
export interface LockedProject {
  /** The directory of the manifest. */
  readonly root: Path;
  readonly manifest: Path;
  readonly lock: Path;
  /** Null if the text is not known, or is no pyproject.toml. */
  readonly pyproject: Pyproject | null;
  /** Is there a lock file? */
  readonly lockPresence: ReturnType<ImageView['presence']>;
  /** Directories that are installed as dependencies. */
  readonly directories: readonly Path[];
  /** Archives and wheels that are installed as dependencies. */
  readonly archives: readonly Path[];
  /** Do dependencies come from repositories? Where a text is not known, they may. */
  readonly hasRepositories: boolean;
  /** False if the text of the manifest, or of a lock that is there, is not known. */
  readonly complete: boolean;
}

export function lockedProject(view: ImageView, root: Path, kind: LockKind, lockName: string): LockedProject {
  const manifest = join(root, 'pyproject.toml');
  const lock = join(root, lockName);
  const read = readPyproject(view.text(manifest));
  const pyproject = read.kind === 'ok' ? read.project : null;
  const lockText = view.text(lock);
  const lockPresence = lockText === undefined ? view.presence(lock) : 'yes';
  const locals = [...(pyproject?.localDependencies ?? []), ...(lockText === undefined ? [] : factsOf(kind)(lockText).locals)];
  const pathsOf = (directories: boolean): readonly Path[] => [
    ...new Set(locals.filter((local) => (local.kind === 'directory') === directories).map((local) => resolvePath(root, local.path))),
  ];
  return {
    root,
    manifest,
    lock,
    pyproject,
    lockPresence,
    directories: pathsOf(true).filter((path) => path !== root),
    archives: pathsOf(false),
    hasRepositories: fetchesRepositories(kind, view.text(manifest), lockText),
    complete: pyproject !== null && (lockText !== undefined || lockPresence === 'no'),
  };
}

const mayHoldPaths: Readonly<Record<LockKind, RegExp>> = {
  poetry: /^type = "(?:directory|file)"/m,
  // The project itself is in the lock as ".".
  uv: /source = \{ (?:editable|directory|path) = "(?!\." \})/,
  pdm: /^(?:path|editable) = |^url = "file:/m,
  pipenv: /"(?:path|file|editable)"/,
  pylock: /\bpath\b|directory/,
};

const holdsRepositories: Readonly<Record<LockKind, RegExp>> = {
  poetry: /^type = "git"/m,
  uv: /source = \{ git = /,
  pdm: /^(?:git|hg|svn|bzr) = /m,
  pipenv: /"(?:git|hg|svn|bzr)"\s*:/,
  pylock: /\bvcs\b/,
};

/** A lock says it; without one the manifest decides. */
export function fetchesRepositories(kind: LockKind, manifest: string | undefined, lock: string | undefined): boolean {
  return lock === undefined ? manifest === undefined || /\b(?:git|hg|svn|bzr)\b/.test(manifest) : factsOf(kind)(lock).hasRepositories;
}

interface LocalPackage {
  readonly path: string;
  readonly kind: 'directory' | 'file';
}

/** What of a lock decides here. Each install of each build asks for it, and a lock has ten thousand lines. */
const factsOf = memoised((kind: LockKind) => remembering((lock: string) => ({ locals: localsOfLock(kind, lock), hasRepositories: holdsRepositories[kind].test(lock) }), roomForSmall));

/** Locks are long and seldom hold paths, so a quick look decides whether one is read. */
function localsOfLock(kind: LockKind, text: string): readonly LocalPackage[] {
  if (!mayHoldPaths[kind].test(text)) return [];
  const read = readLock(kind, text);
  if (read.kind === 'error') return [];
  return flatMap(read.lock.packages, (locked) =>
    // What is virtual is not installed itself.
    locked.path === undefined || locked.source === 'virtual' ? [] : [{ path: locked.path, kind: locked.source === 'path' ? ('file' as const) : ('directory' as const) }],
  );
}

/** What installing the locked dependencies reads of the project. */
export function addLockedProject(inputs: Inputs, project: LockedProject, view: ImageView): void {
  inputs.reads.push(file(project.manifest), file(project.lock), ...project.archives.map(file));
  if (project.hasRepositories) addFetch(inputs, view);
  // An unread manifest or lock may name any directory.
  if (!project.complete) inputs.reads.push(everythingBelow(project.root));
}

/** Is an operand of `add` a path of the machine? */
export function isPathOperand(argument: Argument): boolean {
  return /^(?:\.{1,2}(?:\/|$)|\/|~|file:)/.test(argument.text) || startsWithSymbol(argument.text);
}

/** The first operand that a build argument may turn into options or into nothing at all. */
export function symbolicOperand(reading: Reading): Argument | undefined {
  return reading.operands.find((operand) => startsWithSymbol(operand.argument.text))?.argument;
}

/** Why the locked dependencies of a project are not known; null if they are. */
export function unknownDependencies(what: string, project: LockedProject): Refusal | null {
  if (project.pyproject === null) return refuse('manifest-missing', `The text of ${readable(project.manifest)} is not known before ${what}.`);
  if (project.lockPresence === 'no' || project.lockPresence === 'unknown') return refuse('no-lock', `${what} finds no ${readable(project.lock)}.`);
  return project.complete ? null : refuse('manifest-missing', `The text of ${readable(project.lock)} is not known before ${what}.`);
}
