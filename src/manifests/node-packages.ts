/** Which packages a lock file of Node.js has, and what it says of their install scripts. */
import { remembering } from '../remember.ts';
import { entriesOf, entryOf, jsonObject } from './json.ts';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Null where the lock does not say. */
  readonly hasScript: boolean | null;
  /** Only a package that the project needs for its development asks for it. */
  readonly isDev: boolean;
}

/** The packages of a lock file, whichever manager wrote it; none of what cannot be read. Never throws. */
export const packagesOfLock = remembering((text: string): readonly LockedPackage[] => {
  const parsed = jsonOfNpm(text);
  if (parsed !== null) return parsed['packages'] === undefined ? dependenciesOfNpm(parsed['dependencies']) : packagesOfNpm(parsed['packages']);
  if (/^lockfileVersion:/m.test(text)) return packagesOfPnpm(text);
  if (/^\s*"lockfileVersion":/m.test(text)) return packagesOfBun(text);
  return packagesOfYarn(text);
});

/** The packages with install scripts; null if the lock does not say which have some. */
export function packagesWithScripts(lock: string): readonly LockedPackage[] | null {
  const packages = packagesOfLock(lock);
  // Of what cannot be read nothing is known. Only npm's lock says that there are none.
  if (packages.length === 0 && jsonOfNpm(lock)?.['packages'] === undefined) return null;
  return packages.some(({ hasScript }) => hasScript === null) ? null : packages.filter(({ hasScript }) => hasScript === true);
}

/** Null for what is no lock of npm; that of Bun is JSON with workspaces. */
function jsonOfNpm(text: string): Record<string, unknown> | null {
  const parsed = text.trimStart().startsWith('{') ? jsonObject(text) : null;
  return parsed?.['lockfileVersion'] === undefined || parsed['workspaces'] !== undefined ? null : parsed;
}

/**
 * Since npm 7 `hasInstallScript` is set for what has one, a build of binding.gyp included; npm looks for scripts nowhere
 * else (docs.npmjs.com, "package-lock.json"; `build-set` of @npmcli/arborist). A package out of a repository may have
 * a `prepare`. The images that are built are for Linux.
 */
function packagesOfNpm(packages: unknown): readonly LockedPackage[] {
  return entriesOf(packages).flatMap(([path, entry]) => {
    const name = entryOf(entry, 'name') ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (path === '' || entryOf(entry, 'link') === true || typeof name !== 'string') return [];
    const isRepository = /^git(?:\+|:)/.test(String(entryOf(entry, 'resolved') ?? ''));
    const hasScript = (entryOf(entry, 'hasInstallScript') === true || isRepository) && isForLinux(entryOf(entry, 'os'));
    return [{ name, version: String(entryOf(entry, 'version') ?? ''), hasScript, isDev: entryOf(entry, 'dev') === true }];
  });
}

/** The lock of npm 6: it says nothing of scripts. */
function dependenciesOfNpm(dependencies: unknown): readonly LockedPackage[] {
  return entriesOf(dependencies).flatMap(([name, entry]) => [
    { name, version: String(entryOf(entry, 'version') ?? ''), hasScript: null, isDev: entryOf(entry, 'dev') === true },
    ...dependenciesOfNpm(entryOf(entry, 'dependencies')),
  ]);
}

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json#os */
function isForLinux(os: unknown): boolean {
  const named = (Array.isArray(os) ? os : typeof os === 'string' ? [os] : []).map(String);
  if (named.includes('!linux')) return false;
  const wanted = named.filter((one) => !one.startsWith('!'));
  return wanted.length === 0 || wanted.includes('linux') || wanted.includes('any');
}

/** Up to version 6 of the lock, packages with scripts have `requiresBuild` (pnpm 8); pnpm 9 and later do not write it. */
function packagesOfPnpm(text: string): readonly LockedPackage[] {
  const saysScripts = /^lockfileVersion:\s*['"]?[56]\b/m.test(text);
  const section = text.slice(text.search(/^packages:/m)).split(/\r?\n(?=[^\s#])/)[0] ?? '';
  return section.split(/\r?\n(?= {2}\S)/).slice(1).flatMap((entry) => {
    // `/@scope/name/1.0.0_peer`, `/name@1.0.0(peer)`, `name@1.0.0`.
    const [, name = '', version = ''] = /^ {2}['"]?\/?((?:@[^/'"]+\/)?[^/@'"()]+)[@/]([^'"_():]*)/.exec(entry) ?? [];
    const os = /^ {4}os: \[(.*)\]/m.exec(entry)?.[1]?.split(',').map((one) => one.replaceAll(/['"\s]/g, ''));
    return name === '' ? [] : [{ name, version, hasScript: saysScripts ? /^ {4}requiresBuild: true/m.test(entry) && isForLinux(os) : null, isDev: /^ {4}dev: true/m.test(entry) }];
  });
}

/** `"name": ["name@1.0.0", …]`. */
function packagesOfBun(text: string): readonly LockedPackage[] {
  return [...text.matchAll(/^\s+"[^"]+": \["((?:@[^/"]+\/)?[^@"]+)@([^"]*)"/gm)].map(([, name = '', version = '']) => ({ name, version, hasScript: null, isDev: false }));
}

/** `"@scope/name@^1.0.0", name@npm:^1.0.0:`, and the version in a line below. */
function packagesOfYarn(text: string): readonly LockedPackage[] {
  return [...text.matchAll(/^"?((?:@[^/"\s]+\/)?[^@"\s#][^@"\s]*)@.*:\r?\n {2}version:? "?([^"\s]+)"?/gm)].map(([, name = '', version = '']) => ({ name, version, hasScript: null, isDev: false }));
}

/** What pnpm is told of packages whose scripts may run. */
export interface BuiltByPnpm {
  /** Names of `onlyBuiltDependencies` and `allowBuilds`, in package.json and pnpm-workspace.yaml. */
  readonly names: readonly string[];
  /** Up to version 9 pnpm looks into package.json alone. */
  readonly isListedInManifest: boolean;
}

/** Null where a pattern, or another setting, may let others run as well. https://pnpm.io/settings#onlybuiltdependencies */
export function builtByPnpm(manifest: string, workspace: string): BuiltByPnpm | null {
  const pnpm = jsonObject(manifest)?.['pnpm'];
  const listed = entryOf(pnpm, 'onlyBuiltDependencies');
  const others = /neverBuiltDependencies|onlyBuiltDependenciesFile|dangerously/i;
  if (others.test(workspace) || entriesOf(pnpm).some(([key]) => others.test(key))) return null;
  const ofManifest = [...(Array.isArray(listed) ? listed.map(String) : []), ...allowed(entriesOf(entryOf(pnpm, 'allowBuilds')))];
  const list = linesBelow('onlyBuiltDependencies', workspace).map((line) => line.replace(/^-\s*/, ''));
  const map = linesBelow('allowBuilds', workspace).map((line): [string, unknown] => [line.slice(0, line.lastIndexOf(':')), /:\s*true$/.test(line)]);
  // `nx@21.6.4 || 21.6.5` means some versions of nx.
  const names = [...ofManifest, ...list, ...allowed(map)].map((name) => name.replaceAll(/^['"]|['"]$/g, '').replace(/(?<=.)@.*$/, ''));
  return names.some((name) => /[*?{}[\]!]/.test(name) || name === '') ? null : { names, isListedInManifest: Array.isArray(listed) };
}

function allowed(entries: readonly (readonly [string, unknown])[]): readonly string[] {
  return entries.flatMap(([name, value]) => (value === true ? [name] : []));
}

/** The items of a key of YAML, in a block or in brackets. */
function linesBelow(key: string, text: string): readonly string[] {
  const [, inline = '', block = ''] = new RegExp(`^${key}:[ \\t]*(.*?)\\r?$((?:\\r?\\n(?:[ \\t].*|-.*|#.*|[ \\t]*))*)`, 'm').exec(text) ?? [];
  const items = inline.startsWith('[') ? inline.replaceAll(/^\[|\].*$/g, '').split(',') : block.split(/\r?\n/);
  return items.map((line) => line.replace(/\s#.*$/, '').trim()).filter((line) => line !== '' && !line.startsWith('#'));
}
