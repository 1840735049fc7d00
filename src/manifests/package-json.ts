import { remembering } from '../remember.ts';

/**
 * What an install of Node.js packages takes from a package.json, whichever package manager does it.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json
 */
export interface PackageJson {
  /** Scripts that run when the project itself is installed, in the order of the file. */
  readonly lifecycle: readonly { readonly name: string; readonly text: string }[];
  /** Asked versions, by name, of all kinds of dependencies. */
  readonly dependencies: ReadonlyMap<string, string>;
  readonly hasWorkspaces: boolean;
  /** `yarn@4.1.0`, for corepack. */
  readonly packageManager: string | null;
  /** Patches of packages lie in a directory of the project. */
  readonly hasPatches: boolean;
}

/** Those of npm (documentation, "Scripts", "npm ci" and "npm install"); yarn, pnpm and bun run some of them. */
const lifecycleNames: ReadonlySet<string> = new Set(['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare', 'pnpm:devPreinstall', 'dependencies']);

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Null for what is no package.json. Never throws. */
export const readPackageJson = remembering((text: string): PackageJson | null => {
  const parsed = jsonObject(text);
  if (parsed === null) return null;
  const { scripts, workspaces, packageManager, pnpm, patchedDependencies } = parsed;
  const lifecycle = entriesOf(scripts).flatMap(([name, script]) => (lifecycleNames.has(name) && typeof script === 'string' && script.trim() !== '' ? [{ name, text: script.trim() }] : []));
  const dependencies = new Map(kinds.flatMap((kind) => entriesOf(parsed[kind])).map(([name, version]) => [name, String(version)]));
  const hasPatches = patchedDependencies !== undefined || entriesOf(pnpm).some(([name]) => name === 'patchedDependencies') || dependencies.has('patch-package');
  return { lifecycle, dependencies, hasWorkspaces: workspaces !== undefined, packageManager: typeof packageManager === 'string' ? packageManager : null, hasPatches };
});

/** Does npm's lock file say of the project what its package.json says? Then an install changes none of its versions. */
export function isInStep({ dependencies }: PackageJson, lock: string): boolean {
  const root = entriesOf(jsonObject(lock)?.['packages']).find(([path]) => path === '')?.[1];
  if (typeof root !== 'object' || root === null) return false;
  const locked = new Map(kinds.flatMap((kind) => entriesOf(Object.getOwnPropertyDescriptor(root, kind)?.value)).map(([name, version]) => [name, String(version)]));
  return locked.size === dependencies.size && [...dependencies].every(([name, version]) => locked.get(name) === version);
}

/** The same of a yarn.lock of Yarn 1, which has each demand in the heading of what answers it. */
export function isInStepWithYarn({ dependencies }: PackageJson, lock: string): boolean {
  if (!/^# yarn lockfile v1$/m.test(lock)) return false;
  const demands = new Set([...lock.matchAll(/^(\S.*):$/gm)].flatMap(([, heading = '']) => heading.split(', ').map((one) => one.replace(/^"(.*)"$/, '$1'))));
  return [...dependencies].every(([name, version]) => demands.has(`${name}@${version}`));
}

/** Does a dependency, or a lock file, lead to a directory or an archive of the project? */
export function namesLocalPackage(text: string): boolean {
  return /(?:^|["'@\s])(?:file|link|portal|workspace|patch):|"link":\s*true/m.test(text);
}

/** npm takes these for paths, too. */
export function isPathSpec(version: string): boolean {
  return /^(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/])/.test(version) || /^(?:file|link|portal|workspace|patch):/.test(version);
}

export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
