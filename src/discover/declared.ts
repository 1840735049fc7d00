/** What compose files, bake files and workflows have in common: how they say that an image is built. */
import type { Path, StartCommand, UnreadUser } from '../types.ts';

/** PATH_MAX of Linux: https://man7.org/linux/man-pages/man0/limits.h.0p.html */
const longestPath = 4096;

/** One build that a file of the repository asks for. Paths are relative to the repository's root. */
export interface DeclaredBuild {
  readonly dockerfile: Path;
  readonly context: Path;
  /** A stage, by name or by index as text; null: the last one. */
  readonly target: string | null;
  /** Only arguments whose values are known. */
  readonly args: ReadonlyMap<string, string>;
  /** Arguments that get another value with each commit. */
  readonly perCommit?: readonly string[];
  readonly namedContexts: readonly string[];
  /** What its image is told to run. */
  readonly commands?: readonly StartCommand[];
  readonly declaredBy: 'compose' | 'bake' | 'workflow' | 'devcontainer' | 'script';
  /** The file that says so. */
  readonly declaredIn: Path;
}

/** Something that a file says and that is left out of account, as a sentence. */
export interface DiscoveryNote {
  readonly file: Path;
  readonly message: string;
}

export interface Declarations {
  readonly builds: readonly DeclaredBuild[];
  readonly notes: readonly DiscoveryNote[];
  /** What may be a build and was not read. */
  readonly unread: readonly PossibleUser[];
}

export interface PossibleBuild {
  readonly dockerfile: Path;
  readonly context: Path;
}

/** Something that is no unread user if one of these is a build that is known. */
export interface PossibleUser extends UnreadUser {
  readonly alternatives?: readonly PossibleBuild[];
}

export const noDeclarations: Declarations = { builds: [], notes: [], unread: [] };

/** A whole file that was not read: nobody knows which contexts it speaks of. */
export function unreadFile(file: Path, message: string): Declarations {
  return { builds: [], notes: [{ file, message }], unread: [{ file, line: 1, context: null, because: message }] };
}

/** What a file says of one build, before paths are resolved. `undefined`: said, but its value is not known. */
export interface WrittenBuild {
  /** How messages call it. */
  readonly name: string;
  /** 1-based, of the file that says it. */
  readonly line: number;
  readonly context: string | undefined;
  /** null: not said. */
  readonly dockerfile: string | null | undefined;
  /** The directory that the Dockerfile's path starts from. */
  readonly dockerfileFrom: 'context' | 'base';
  readonly target: string | null | undefined;
  readonly args: ReadonlyMap<string, string>;
  readonly perCommit?: readonly string[];
  readonly namedContexts: readonly string[];
}

/** A build with its paths resolved against `base`, or the reason why it is left out. */
export function resolveBuild(written: WrittenBuild, base: Path, declaredBy: DeclaredBuild['declaredBy'], declaredIn: Path): Declarations {
  const noted = (why: string): DiscoveryNote => ({ file: declaredIn, message: `${written.name}: ${why}` });
  const leftOut = (why: string): Declarations => ({ ...noDeclarations, notes: [noted(why)] });
  const unread = (context: Path | null, why: string): Declarations => ({ ...leftOut(why), unread: [{ file: declaredIn, line: written.line, context, because: noted(why).message }] });
  if (written.context === undefined) return unread(null, 'its context depends on a value that is not known');
  if ([written.context, written.dockerfile ?? ''].some((path) => path.length > longestPath)) return leftOut('no path is so long');
  if (isRemoteContext(written.context)) return leftOut(`its context ${written.context} is not a directory of this repository`);
  const context = resolvePath(base, written.context);
  if (context === null) return leftOut(`its context ${written.context} lies outside the repository`);
  if (written.dockerfile === undefined) return unread(context, 'its Dockerfile depends on a value that is not known');
  const isDefault = written.dockerfile === null || written.dockerfile === '';
  const from = isDefault || written.dockerfileFrom === 'context' ? context : base;
  const dockerfile = resolvePath(from, isDefault ? 'Dockerfile' : (written.dockerfile ?? ''));
  if (dockerfile === null || dockerfile === '') return leftOut(`its Dockerfile ${written.dockerfile} lies outside the repository`);
  const { target = null, args, perCommit = [], namedContexts } = written;
  const builds = [{ dockerfile, context, target: target === '' ? null : target, args, ...(perCommit.length > 0 ? { perCommit } : {}), namedContexts, declaredBy, declaredIn }];
  return written.target === undefined ? { ...unread(context, 'its target depends on a value that is not known, and is taken to be the last stage'), builds } : { ...noDeclarations, builds };
}

/** The 1-based line that begins with a key (of YAML, or of JSON); the first line if none does. */
export function lineOfKey(text: string): (key: string) => number {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const key = /^[ \t]*["']?([^"':\s][^"':]*)(?:["'][ \t]*)?:/.exec(line)?.[1]?.trimEnd();
    if (key !== undefined && !lines.has(key)) lines.set(key, index + 1);
  }
  return (key) => lines.get(key) ?? 1;
}

export function joinDeclarations(parts: readonly Declarations[]): Declarations {
  return { builds: parts.flatMap((part) => part.builds), notes: parts.flatMap((part) => part.notes), unread: parts.flatMap((part) => part.unread) };
}

/** The path of the repository that `written` means in the directory `base`; null if it leads out of the root. */
export function resolvePath(base: Path, written: string): Path | null {
  if (written.startsWith('/')) return null;
  const segments = base === '' ? [] : base.split('/');
  for (const segment of written.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join('/');
}

export function directoryOf(path: Path): Path {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** URLs, git remotes (also `user@host:path`), and standard input: https://docs.docker.com/build/concepts/context/ */
export function isRemoteContext(context: string): boolean {
  return context === '-' || /^(?:[a-z][a-z\d+.-]*:|[^/@\s]+@[^/:\s]+:|github\.com\/)/i.test(context);
}

/** Larger files of these kinds are not people's work. UTF-16 units. */
export const largestDeclaration = 1_000_000;

/** The value of a YAML text. The parser is large, so it is loaded when the first text comes. */
export async function parseYaml(text: string): Promise<{ readonly value: unknown } | { readonly error: string }> {
  const { readYaml } = await import('./yaml.ts');
  return readYaml(text);
}

export type Mapping = Readonly<Record<string, unknown>>;

/** A YAML mapping as it is; an empty one for anything else. */
export function mappingOf(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A scalar as the text that it stands for; null for nothing, for lists and for mappings. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : null;
}

/** `A=b` split at the first `=`; the value of a bare `A` comes from outside and is null. */
export function splitAssignment(text: string): readonly [name: string, value: string | null] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim(), null] : [text.slice(0, at).trim(), text.slice(at + 1)];
}
