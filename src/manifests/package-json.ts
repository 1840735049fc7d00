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

interface Demand {
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

/** Does npm's lock file say of the project what its package.json says? Then an install changes none of its versions. */
export function isInStep({ demands, hasOverrides }: PackageJson, lock: string): boolean {
  const packages = jsonObject(lock)?.['packages'];
  const root = entryOf(packages, '');
  if (hasOverrides || typeof root !== 'object' || root === null) return false;
  const locked = new Set(demandsOf(root).map(spelled));
  const isAnswered = ({ kind, name }: Demand): boolean => (kind !== 'dependencies' && kind !== 'devDependencies') || entryOf(packages, `node_modules/${name}`) !== undefined;
  return locked.size === demands.length && demands.every((demand) => locked.has(spelled(demand)) && isAnswered(demand));
}

function spelled({ kind, name, version }: Demand): string {
  return `${kind} ${name}@${version}`;
}

/** The same of a yarn.lock. */
export function isInStepWithYarn(read: PackageJson, lock: string, settings = ''): boolean {
  return /^__metadata:$/m.test(lock) ? isInStepWithYarn4(read, lock, settings) : isInStepWithYarn1(read, lock);
}

/** A lock of Yarn 1 has each demand in the heading of what answers it; a resolution is the only answer for its package. */
function isInStepWithYarn1({ demands, resolutions }: PackageJson, lock: string): boolean {
  if (!/^# yarn lockfile v1$/m.test(lock)) return false;
  const headings = [...lock.matchAll(/^(\S.*):$/gm)].map(([, heading = '']) => heading.split(', ').map((one) => one.replace(/^"(.*)"$/, '$1')));
  const answered = new Set(headings.flat());
  const isResolved = ([name, version]: readonly [string, string]): boolean =>
    answered.has(`${name}@${version}`) && headings.filter((heading) => heading.some((one) => one.startsWith(`${name}@`))).length === 1;
  return demands.every(({ name, version }) => answered.has(`${name}@${version}`)) && [...resolutions].every(isResolved);
}

/**
 * One of Yarn 4 has what each project asks for below the project's own name, without the kinds, and each demand of a package
 * in the heading of what answers it, or Yarn looks for the newest. An older Yarn writes such a lock anew, and Yarn 4.14 and
 * later also write into .yarnrc.yml where they find one of version 8 (seen with 3.8, 4.0 to 4.18).
 */
function isInStepWithYarn4({ demands, packageManager, resolutions }: PackageJson, lock: string, settings: string): boolean {
  const [, version] = /^yarn@(4\.(?:\d|1[0-3])\.\d+)(?:\+|$)/.exec(packageManager ?? '') ?? [];
  if (version === undefined || resolutions.size > 0 || !/^__metadata:\r?\n {2}version: 8\r?$/m.test(lock) || /^[<=>]{7}/m.test(lock)) return false;
  if (/packageExtensions/.test(settings) || [...settings.matchAll(/^yarnPath:.*/gm)].some(([path]) => !path.includes(`yarn-${version}.`))) return false;
  const entries = lock.split(/\r?\n\r?\n/);
  const [own = '', ...others] = entries.filter((entry) => /^"[^"\n]*@workspace:/.test(entry));
  const written = new Set(demandsOfEntry(own));
  const asked = demands.map(({ name, version: range }) => `${name}@${/^[a-z+]+:/i.test(range) ? range : `npm:${range}`}`);
  if (own === '' || others.length > 0 || /^ {2}(?:peerDependencies|dependenciesMeta):/m.test(own) || written.size !== new Set(asked).size || !asked.every((one) => written.has(one))) return false;
  const headings = [...lock.matchAll(/^"(.*)":\r?$/gm)].flatMap(([, heading = '']) => heading.split(', '));
  const answered = new Set(headings);
  return answered.size === headings.length && entries.every((entry) => demandsOfEntry(entry).every((one) => answered.has(one)));
}

/** `debug@npm:^4.3.4` for each dependency of an entry in a lock of Yarn 4. */
function demandsOfEntry(entry: string): readonly string[] {
  const [, listed = ''] = /^ {2}dependencies:\r?\n((?: {4}.*(?:\r?\n|$))+)/m.exec(entry) ?? [];
  return [...listed.matchAll(/^ {4}"?([^":]+)"?: "(.*)"\r?$/gm)].map(([, name, range]) => `${name}@${range}`);
}

/** What pnpm 9 and 10 write where no setting says otherwise; they write a lock anew that has other settings. */
const usualSettings = /^(?:settings:\s+autoInstallPeers: true\s+excludeLinksFromLockfile: false)?$/;

/**
 * The same of a pnpm-lock.yaml, where pnpm is of version 9 or 10, and the lock of version 9: an older pnpm ignores such a lock. Of a
 * lock that repeats settings, or has to, it is not known (`satisfiesPackageManifest` of @pnpm/lockfile.verification; seen with 9 and 10).
 */
export function isInStepWithPnpm({ demands, packageManager, overrides, hasPatches, hasResolutionSettings }: PackageJson, lock: string, settings = ''): boolean {
  if (!/^pnpm@(?:9|10)\./.test(packageManager ?? '') || overrides.length > 0 || hasPatches || hasResolutionSettings || /override|extension|patch|optional|catalog|peer|exclude|inject/i.test(settings)) return false;
  const [first, ...others] = lock.split(/\r?\n(?=\S)/).map((section) => section.trimEnd());
  const sections = new Map(others.map((section) => [section.slice(0, section.indexOf(':')), section]));
  if (first !== "lockfileVersion: '9.0'" || sections.size !== others.length || [...sections.keys()].some((key) => !['settings', 'importers', 'packages', 'snapshots'].includes(key))) return false;
  const locked = demandsOfImporter(sections.get('importers') ?? '');
  if (locked === null || !usualSettings.test(sections.get('settings') ?? '')) return false;
  const written = new Set(locked.map(spelled));
  return written.size === locked.length && written.size === demands.length && demands.every((demand) => written.has(spelled(demand))) && isComplete(locked, sections.get('packages') ?? '', sections.get('snapshots') ?? '');
}

interface Locked extends Demand {
  /** The version that was chosen; `ms@2.1.3` where the package has another name. */
  chosen: string;
}

/** What the lock has of the one project; null if there are others, or more of it. */
function demandsOfImporter(importers: string): readonly Locked[] | null {
  const found: Locked[] = [];
  let [kind, name] = ['', ''];
  const [head, ...lines] = importers.split(/\r?\n/);
  if (head !== 'importers:') return null;
  for (const line of lines) {
    const [, indent = '', key = '', value = ''] = /^( *)(.+?):(?: (.*))?$/.exec(line) ?? [];
    const last = found.at(-1);
    if (line === '' || line === '  .:') continue;
    if (indent.length === 4 && value === '' && key !== 'peerDependencies') kind = key;
    else if (indent.length === 6 && value === '') name = unquoted(key);
    else if (indent.length === 8 && key === 'specifier') found.push({ kind, name, version: unquoted(value), chosen: '' });
    else if (indent.length === 8 && key === 'version' && last?.chosen === '') last.chosen = unquoted(value);
    else return null;
  }
  return found;
}

/** Is each package there, once, that is chosen for the project or for another? Else pnpm looks for the newest, or ignores the lock (seen with 9 and 10). */
function isComplete(locked: readonly Locked[], packages: string, snapshots: string): boolean {
  const [described, there] = [headingsOf(packages), headingsOf(snapshots)];
  const [names, all] = [new Set(described), new Set(there)];
  const ofPackages = [...snapshots.matchAll(/^ {6}(\S+): (.+?)\r?$/gm)].map(([, name = '', chosen = '']) => ({ name: unquoted(name), chosen: unquoted(chosen) }));
  return names.size === described.length && all.size === there.length && there.every((heading) => names.has(heading.replace(/\(.*$/, ''))) && [...locked, ...ofPackages].every(({ name, chosen }) => all.has(`${name}@${chosen}`) || all.has(chosen));
}

function headingsOf(section: string): readonly string[] {
  return [...section.matchAll(/^ {2}(\S.*?):(?: \{\})?\r?$/gm)].map(([, heading = '']) => unquoted(heading));
}

/** A scalar of YAML in single quotes, or in none. */
function unquoted(scalar: string): string {
  return /^'.*'$/.test(scalar) ? scalar.slice(1, -1).replaceAll("''", "'") : scalar;
}

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

function demandsOf(value: unknown): readonly Demand[] {
  return kinds.flatMap((kind) => entriesOf(entryOf(value, kind)).map(([name, version]) => ({ kind, name, version: String(version) })));
}

/** All texts in a value, however deep: overrides may stand in overrides. */
function textsIn(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : entriesOf(value).flatMap(([, inner]) => textsIn(inner));
}
