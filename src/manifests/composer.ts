import { remembering } from '../remember.ts';
import { entriesOf, entryOf, jsonObject } from './json.ts';

/** What `composer install` takes from a composer.json (https://getcomposer.org/doc/04-schema.md). */
export interface ComposerJson {
  readonly name: string | null;
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
  readonly requires: readonly string[];
  /** Where it is fetched from: `path` and a directory, or `zip`, `git`, … and an address. */
  readonly origins: readonly { readonly type: string; readonly url: string }[];
}

/** https://getcomposer.org/doc/06-config.md, each with what it is anyway. */
const pathKeys: ReadonlyMap<string, string> = new Map([['vendor-dir', 'vendor'], ['bin-dir', 'vendor/bin'], ...['data-dir', 'cache-dir', 'cache-files-dir', 'cache-repo-dir', 'cache-vcs-dir', 'archive-dir', 'cafile', 'capath'].map((key): [string, string] => [key, ''])]);

/** Null for what is no composer.json. Never throws. */
export const readComposerJson = remembering((text: string): ComposerJson | null => {
  const parsed = jsonObject(text);
  if (parsed === null) return null;
  const { name, version, scripts, config } = parsed;
  const forbidden = entryOf(config, 'allow-plugins');
  const paths = entriesOf(config).flatMap(([key, value]) => (pathKeys.has(key) && pathKeys.get(key) !== value ? [key] : []));
  return { name: typeof name === 'string' ? name : null, hasVersion: version !== undefined, isLocked: entryOf(config, 'lock') !== false, scripts: entriesOf(scripts).map(([script]) => script), paths, isForbidden: (plugin) => forbidden === false || entryOf(forbidden, plugin) === false };
});

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
  return { name, isPlugin, requires: ['require', 'conflict', 'replace', 'provide'].flatMap((kind) => entriesOf(entryOf(value, kind)).map(([required]) => required)), origins };
}
