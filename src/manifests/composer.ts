import { remembering } from '../remember.ts';
import { entriesOf, entryOf, jsonObject } from './json.ts';

/** What `composer install` takes from a composer.json (https://getcomposer.org/doc/04-schema.md). */
export interface ComposerJson {
  /** What packages may call it: its name, and those that it stands for in its own version. */
  readonly ownNames: readonly string[];
  /** Packages may ask for a version of the project itself; where none is written, Composer asks git. */
  readonly hasVersion: boolean;
  /** The names of its scripts: of events, and of commands of its own (https://getcomposer.org/doc/articles/scripts.md). */
  readonly scripts: readonly string[];
  /** Keys of `config` that name files or directories, where they are not as they are anyway. */
  readonly paths: readonly string[];
  /** Is composer.lock heeded? */
  readonly isLocked: boolean;
  /** Plugins that may not run, by `config.allow-plugins`. */
  readonly isForbidden: (plugin: string) => boolean;
}

/** What is to be installed (composer.lock). */
export interface ComposerLock {
  readonly packages: readonly LockedPackage[];
  /** Those that are installed without `--no-dev` only. */
  readonly forDevelopment: readonly LockedPackage[];
}

export interface LockedPackage {
  readonly name: string;
  /** Its code runs during the install (https://getcomposer.org/doc/articles/plugins.md). */
  readonly isPlugin: boolean;
  /** What it requires, and what else it names: packages that it conflicts with, or that it stands for. */
  readonly requires: readonly string[];
  readonly names: readonly string[];
  /** What the autoloader has of it that has an order: what is loaded at once, and the namespaces that several packages may share. */
  readonly loadsFiles: boolean;
  readonly namespaces: readonly string[];
  /** Where it is fetched from: `path` and a directory, or `zip`, `git`, … and an address. */
  readonly origins: readonly { readonly type: string; readonly url: string }[];
}

/** https://getcomposer.org/doc/06-config.md, each with what it is anyway. */
const pathKeys: ReadonlyMap<string, string> = new Map([['vendor-dir', 'vendor'], ['bin-dir', 'vendor/bin'], ...['home', 'data-dir', 'cache-dir', 'cache-files-dir', 'cache-repo-dir', 'cache-vcs-dir', 'archive-dir', 'cafile', 'capath'].map((key): [string, string] => [key, ''])]);

/** Null for what is no composer.json. Never throws. */
export const readComposerJson = remembering((text: string): ComposerJson | null => {
  const parsed = jsonObject(text);
  if (parsed === null) return null;
  const { name, version, scripts, config } = parsed;
  const paths = entriesOf(config).flatMap(([key, value]) => (pathKeys.has(key) && pathKeys.get(key) !== value ? [key] : []));
  const replaced = ['replace', 'provide'].flatMap((kind) => entriesOf(parsed[kind])).filter(([, constraint]) => constraint === 'self.version').map(([one]) => one);
  const ownNames = [...(typeof name === 'string' ? [name] : []), ...replaced].map((one) => one.toLowerCase());
  return { ownNames, hasVersion: version !== undefined, isLocked: entryOf(config, 'lock') !== false, scripts: entriesOf(scripts).map(([script]) => script), paths, isForbidden: (plugin) => mayRun(plugin, entryOf(config, 'allow-plugins')) === false };
});

/** `allow-plugins` is one answer for all, or patterns, of which the first that fits counts; undefined where that is not known. */
function mayRun(plugin: string, allowed: unknown): unknown {
  if (typeof allowed === 'boolean') return allowed;
  const rules = entriesOf(allowed).map(([pattern, answer]): readonly [readonly string[], unknown] => [pattern.toLowerCase().split('*'), answer]);
  const rule = rules.find(([[start = '', ...others]]) => (others.length === 0 ? plugin === start : plugin.startsWith(start)));
  const [, rest = '', ...more] = rule?.[0] ?? [];
  return rest === '' && more.length === 0 ? rule?.[1] : undefined;
}

/** Null for what is no composer.lock. Never throws. */
export const readComposerLock = remembering((text: string): ComposerLock | null => {
  const parsed = jsonObject(text);
  const packages = packagesIn(parsed?.['packages']);
  const forDevelopment = packagesIn(parsed?.['packages-dev'] ?? []);
  return packages === null || forDevelopment === null ? null : { packages, forDevelopment };
});

function packagesIn(value: unknown): readonly LockedPackage[] | null {
  if (!Array.isArray(value)) return null;
  const packages = value.map(packageOf);
  return packages.includes(null) ? null : packages.filter((one) => one !== null);
}

function packageOf(value: unknown): LockedPackage | null {
  const [name, type] = [entryOf(value, 'name'), entryOf(value, 'type')];
  if (typeof name !== 'string') return null;
  const origins = ['dist', 'source'].flatMap((kind) => {
    const origin = entryOf(value, kind);
    return origin === undefined || origin === null ? [] : [{ type: String(entryOf(origin, 'type')), url: String(entryOf(origin, 'url')) }];
  });
  const isPlugin = type === 'composer-plugin' || type === 'composer-installer';
  const autoload = entryOf(value, 'autoload');
  return {
    name: name.toLowerCase(),
    isPlugin,
    requires: keysOf(value, 'require'),
    names: ['require', 'conflict', 'replace', 'provide'].flatMap((kind) => keysOf(value, kind)),
    loadsFiles: entriesOf(entryOf(autoload, 'files')).length > 0 || entriesOf(entryOf(value, 'include-path')).length > 0,
    namespaces: ['psr-4', 'psr-0'].flatMap((kind) => entriesOf(entryOf(autoload, kind)).map(([namespace]) => namespace)),
    origins,
  };
}

/** Names of packages in any case are the same. */
function keysOf(value: unknown, kind: string): readonly string[] {
  return entriesOf(entryOf(value, kind)).map(([name]) => name.toLowerCase());
}

/**
 * Packages of which the order in which all were installed decides where they stand in the autoloader: those that require each
 * other, and what they require (`Composer\Util\PackageSorter` weighs a package by those that require it, and stops where it
 * comes to one for the second time). Of others it does not.
 */
function placedByInstall(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  const users = new Map<string, number>();
  for (const name of packages.flatMap(({ requires }) => requires)) users.set(name, (users.get(name) ?? 0) + 1);
  const byName = new Map(packages.map((one) => [one.name, one]));
  const placed = new Set(packages.filter(({ name }) => !users.has(name)));
  for (const { requires } of placed) {
    for (const name of requires) {
      const left = (users.get(name) ?? 0) - 1;
      users.set(name, left);
      const required = byName.get(name);
      if (left === 0 && required) placed.add(required);
    }
  }
  return packages.filter((one) => !placed.has(one));
}

/** The first of them whose place shows: its files are loaded at once, or classes are looked for there and elsewhere. */
export function placeThatShows(packages: readonly LockedPackage[]): LockedPackage | undefined {
  const doubtful = placedByInstall(packages);
  if (doubtful.length === 0) return undefined;
  const all = packages.flatMap(({ namespaces }) => [...new Set(namespaces)]);
  const shared = new Set(all.filter((namespace, index) => all.indexOf(namespace) !== index));
  return doubtful.find(({ loadsFiles, namespaces }) => loadsFiles || namespaces.some((namespace) => shared.has(namespace)));
}
