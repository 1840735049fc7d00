import { remembering } from '../remember.ts';
import { entriesOf, entryOf, jsonObject } from './json.ts';

/**
 * What an install of Node.js packages takes from a package.json, whichever package manager does it.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json
 */
export interface PackageJson {
  /** Scripts that run when the project itself is installed, in the order of the file. */
  readonly lifecycle: readonly { readonly name: string; readonly text: string }[];
  /** Asked versions, by name, of all kinds of dependencies. */
  readonly dependencies: ReadonlyMap<string, string>;
  /** The same, with the kinds apart: a package can be asked for twice. */
  readonly demands: readonly Demand[];
  /** What npm's lock file makes of `overrides` cannot be seen in it. */
  readonly hasOverrides: boolean;
  readonly resolutions: ReadonlyMap<string, string>;
  /** The versions in them, and in those of pnpm. */
  readonly overrides: readonly string[];
  readonly hasWorkspaces: boolean;
  /** `yarn@4.1.0`, for corepack. */
  readonly packageManager: string | null;
  /** Settings that the lock file of pnpm repeats, or that change what it holds. */
  readonly hasResolutionSettings: boolean;
  /** Patches of packages lie in a directory of the project. */
  readonly hasPatches: boolean;
  /** Files that `patchedDependencies` names. */
  readonly patches: readonly string[];
}

export interface Demand {
  readonly kind: string;
  readonly name: string;
  readonly version: string;
}

/** Those of npm (documentation, "Scripts", "npm ci" and "npm install"); yarn, pnpm and bun run some of them. */
const lifecycleNames: ReadonlySet<string> = new Set(['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare', 'pnpm:devPreinstall', 'dependencies']);

/** Settings of pnpm in package.json that say which packages may run scripts, or are for other commands (https://pnpm.io/9.x/package_json). */
const withoutResolution: ReadonlySet<string> = new Set(['onlyBuiltDependencies', 'onlyBuiltDependenciesFile', 'ignoredBuiltDependencies', 'neverBuiltDependencies', 'requiredScripts', 'peerDependencyRules', 'allowedDeprecatedVersions', 'updateConfig', 'auditConfig', 'executionEnv']);

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Null for what is no package.json. Never throws. */
export const readPackageJson = remembering((text: string): PackageJson | null => {
  const parsed = jsonObject(text);
  if (parsed === null) return null;
  const { scripts, workspaces, packageManager, pnpm, patchedDependencies, dependenciesMeta, publishConfig } = parsed;
  const lifecycle = entriesOf(scripts).flatMap(([name, script]) => (lifecycleNames.has(name) && typeof script === 'string' && script.trim() !== '' ? [{ name, text: script.trim() }] : []));
  const demands = demandsOf(parsed);
  const dependencies = new Map(demands.map(({ name, version }) => [name, version]));
  const patches = [patchedDependencies, entryOf(pnpm, 'patchedDependencies')].flatMap(entriesOf).map(([, path]) => String(path));
  const hasPatches = patches.length > 0 || dependencies.has('patch-package');
  const hasOverrides = parsed['overrides'] !== undefined;
  const resolutions = new Map(entriesOf(parsed['resolutions']).map(([name, version]) => [name, String(version)]));
  const overrides = textsIn([parsed['overrides'], parsed['resolutions'], entryOf(pnpm, 'overrides')]);
  const hasResolutionSettings = entriesOf(pnpm).some(([key]) => !withoutResolution.has(key)) || dependenciesMeta !== undefined || entryOf(publishConfig, 'directory') !== undefined;
  return { lifecycle, dependencies, demands, hasOverrides, hasResolutionSettings, resolutions, overrides, hasWorkspaces: workspaces !== undefined, packageManager: typeof packageManager === 'string' ? packageManager : null, hasPatches, patches };
});

/**
 * Is a package.json as Yarn 2 and later write it? An install writes it anew where it is not: dependencies sorted, none of
 * them empty, indented throughout, with a line break at the end (`Manifest.exportTo` of @yarnpkg/core, seen with 4.5).
 */
export function isAsYarnWrites(written: string): boolean {
  // Line endings stay as they are, where all are alike.
  const text = /(?<!\r)\n/.test(written) ? written : written.replaceAll('\r\n', '\n');
  const parsed = jsonObject(text);
  if (parsed === null || ['optionalDependencies', 'dependenciesMeta', 'peerDependenciesMeta'].some((key) => key in parsed)) return false;
  const isSorted = (names: readonly string[]): boolean => names.length > 0 && names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name);
  if (!['dependencies', 'devDependencies', 'peerDependencies'].every((key) => !(key in parsed) || isSorted(entriesOf(parsed[key]).map(([name]) => name)))) return false;
  return text === `${JSON.stringify(parsed, null, /^\{\n([ \t]+)/.exec(text)?.[1])}\n`;
}

/**
 * What a yarn.lock of Yarn 2 and later says of every project: that it is a workspace of its own, and which packages Yarn
 * patches by itself (https://yarnpkg.com/protocol/workspace; the sources of `@yarnpkg/plugin-compat`).
 */
const sayingOfYarn = /@workspace:\.(?=["\s,]|$)|@patch:[^\s",#]*#(?:~|optional!)?builtin<[\w/.-]+>/gm;

/** Does a dependency, or a lock file, lead to a directory or an archive of the project? */
export function namesLocalPackage(written: string): boolean {
  const text = written.includes('__metadata:') ? written.replaceAll(sayingOfYarn, '') : written;
  return /(?:^|["'@\s+])(?:file|link|portal|workspace|patch):|"link":\s*true/im.test(text);
}

/** npm takes these for paths, too. */
export function isPathSpec(version: string): boolean {
  return /^(?:\.|\/|~\/|[A-Za-z]:[\\/])/.test(version) || /^(?:git\+)?(?:file|link|portal|workspace|patch):/i.test(version) || (/\.(?:tgz|tar\.gz|tar)$/i.test(version) && !/^[\w+]+:/.test(version));
}

/** What an object like a package.json asks for. */
export function demandsOf(value: unknown): readonly Demand[] {
  return kinds.flatMap((kind) => entriesOf(entryOf(value, kind)).map(([name, version]) => ({ kind, name, version: String(version) })));
}

/** All texts in a value, however deep: overrides may stand in overrides. */
function textsIn(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : entriesOf(value).flatMap(([, inner]) => textsIn(inner));
}
