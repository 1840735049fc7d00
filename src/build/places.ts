import type { Path } from '../types.ts';

/**
 * Where an image keeps things. A place is a path, or a *region*: a named set of paths whose members are not known one
 * by one (what apt installs, what pip installs under a prefix). A region hangs below its anchor directory as an entry
 * whose name no file can have, so what is done to the whole directory is done to the region as well.
 */
export interface Place {
  readonly path: Path;
  /** Everything below the path as well. */
  readonly deep: boolean;
  /** Who reads it takes over owners and modes, as cp and mv do. */
  readonly attributes?: boolean;
}

const mark = '\u0000';

/** What the distribution's package manager owns: /usr without /usr/local, /etc, /var/lib, … (Debian policy 9.1). */
export const osRegion: Path = `/${mark}os`;

/**
 * What `apt-get update`, `apk update` and `dnf makecache` fetch and `rm -rf /var/lib/apt/lists/*` takes away, below the directory
 * in which each keeps it: an install needs it.
 */
export const packageLists = {
  apt: `/var/lib/apt/${mark}lists`,
  apk: `/var/cache/apk/${mark}lists`,
  dnf: `/var/cache/dnf/${mark}lists`,
} as const satisfies Readonly<Record<string, Path>>;

/** The directories that hold nothing but such lists, or may be emptied with them. */
export const directoriesOfLists: readonly (readonly [Path, Path])[] = [
  ['/var/lib/apt/lists', packageLists.apt],
  ['/var/cache/apk', packageLists.apk],
  ['/var/cache/dnf', packageLists.dnf],
];

export function isPackageLists(path: Path): boolean {
  return path.endsWith(`/${mark}lists`);
}

/** Users and groups: /etc/passwd, /etc/group, /etc/shadow and what useradd makes beside them. */
export const accountsRegion: Path = `/etc/${mark}accounts`;

/** Python packages and their console scripts under a prefix: PREFIX/lib/pythonX.Y/site-packages and PREFIX/bin. */
export function pythonRegion(prefix: Path): Path {
  return join(prefix, `${mark}python`);
}

/** A directory that a package manager fills and empties as it likes (node_modules, vendor). */
export function toolRegion(directory: Path, tool: string): Path {
  return join(directory, `${mark}${tool}`);
}

/**
 * Written by a command that sets what leads somebody to files of the image, or elsewhere with what is written: package
 * managers, or these alone. Who reads such settings then is not understood (`leading-settings.ts`).
 */
export const leadingSettings = {
  installers: toolRegion('/etc', 'leading-settings-of-installers'),
  npm: toolRegion('/etc', 'leading-settings-of-npm'),
  yarn: toolRegion('/etc', 'leading-settings-of-yarn'),
  go: toolRegion('/etc', 'leading-settings-of-go'),
  git: toolRegion('/etc', 'leading-settings-of-git'),
  bundler: toolRegion('/etc', 'leading-settings-of-bundler'),
} as const satisfies Readonly<Record<string, Path>>;

export function isRegion(path: Path): boolean {
  return path.includes(mark);
}

/** The directory that a region hangs below; the path itself if it is none. */
export function anchorOf(path: Path): Path {
  const at = path.indexOf(`/${mark}`);
  return at < 0 ? path : path.slice(0, at) || '/';
}

/** A place's name in a message. */
export function describePlace(path: Path): string {
  if (!isRegion(path)) return readable(path);
  const name = path.slice(path.indexOf(mark) + 1);
  if (name === 'os') return 'the packages of the operating system';
  if (name === 'lists') return 'the package lists';
  if (name === 'accounts') return 'users and groups';
  if (name === 'python') return isSymbolic(path) ? 'the Python packages' : `the Python packages in ${readable(anchorOf(path))}`;
  if (name === 'python-build') return `what is built of the project in ${readable(anchorOf(path))}`;
  return `${name} in ${readable(anchorOf(path))}`;
}

/** Directories whose content belongs to the operating system; a build context that brings one of them overlays it. */
export const systemDirectories: readonly string[] = ['usr', 'etc', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'var'];

/** Directories that every Debian, Ubuntu or Alpine image has (Filesystem Hierarchy Standard 3.0). */
export const standardDirectories: ReadonlySet<Path> = new Set([
  '/', '/bin', '/boot', '/dev', '/etc', '/home', '/lib', '/media', '/mnt', '/opt', '/proc', '/root', '/run', '/sbin',
  '/srv', '/sys', '/tmp', '/usr', '/usr/bin', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/local', '/usr/local/bin', '/usr/local/lib',
  '/usr/local/share', '/usr/sbin', '/usr/share', '/var', '/var/cache', '/var/lib', '/var/log', '/var/tmp',
]);

/** Regions that a path lies in: who reads or writes the path reads or writes them, too. */
export function regionsOf(path: Path): readonly Path[] {
  if (path.startsWith('/etc/') && /^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?$/.test(path)) return [accountsRegion];
  if (path === '/etc/apt' || path.startsWith('/var/lib/dpkg') || path.startsWith('/lib/apk')) return [osRegion];
  if (!path.includes('/python') && !path.includes('/pip')) return noRegions;
  const python = /^(.*)\/(?:lib(?:64)?\/python\d[^/]*(?:\/.*)?|bin\/(?:python|pip)[\d.]*)$/.exec(path);
  return python ? [pythonRegion(python[1] || '/')] : noRegions;
}

const noRegions: readonly Path[] = [];

/**
 * Regions that decide what is at a path and below it: a program in PREFIX/bin may have come with a Python package, a
 * library in /usr/lib with the operating system.
 */
export function regionsBehind(path: Path): readonly Path[] {
  const own = regionsOf(path);
  const prefix = /^(.*?)\/(?:bin|lib|lib64)(?:\/.*)?$/.exec(path);
  const isOfSystem = systemDirectories.includes(topOf(path)) && !isWithin(path, '/usr/local');
  if (!prefix && !isOfSystem) return own;
  return [...new Set([...own, ...(prefix ? [pythonRegion(prefix[1] || '/')] : []), ...(isOfSystem ? [osRegion] : [])])];
}

/**
 * Regions that a path may be a member of, because they fill a directory above it: whoever reads `node_modules/ms/index.js`
 * reads what npm has installed there.
 */
export function regionsAround(path: Path): readonly Path[] {
  if (!path.includes('/node_modules/') && !path.includes('/pkg/mod/') && !path.includes('/vendor/') && !path.includes('/bundle/') && !path.includes('/gems/')) return noRegions;
  return fillings.flatMap(([directory, tool]) => {
    const at = path.indexOf(directory);
    return at < 0 ? [] : [toolRegion(path.slice(0, at + directory.length - 1), tool)];
  });
}

/** Packages that npm installs for all users, and the programs that they bring. */
export const globalNodeRegion: Path = toolRegion('/usr/local', 'npm-global');

/** Written where a pnpm is installed that reads no lock of version 9, and does not look at `packageManager`. */
export const oldPnpm = toolRegion('/usr/local', 'pnpm-before-9');

/** Written where a pnpm is installed that runs the install scripts of all packages, and does not look at `packageManager`. */
export const pnpmWithScripts = toolRegion('/usr/local', 'pnpm-before-10');

/** Gems of Debian's Ruby, of which the programs are in /usr/local/bin. */
export const systemGemRegion: Path = toolRegion('/var/lib/gems', 'gems');

/** Of a file that another stage has: programs of npm and of gems lie beside those of Python, which `regionsBehind` knows. */
export function regionsOfPrograms(path: Path): readonly Path[] {
  return /^\/usr\/local\/(?:bin|lib)(?:\/|$)/.test(path) ? [globalNodeRegion, systemGemRegion] : noRegions;
}

/** By the directory that a package manager fills. */
const fillings: readonly (readonly [directory: string, tool: string])[] = [
  ['/node_modules/', 'packages'],
  ['/pkg/mod/', 'go-modules'],
  ['/vendor/', 'packages'],
  ['/bundle/', 'gems'],
  ['/gems/', 'gems'],
];

/** The directory of the root that an absolute path lies in. */
function topOf(path: Path): string {
  const slash = path.indexOf('/', 1);
  return path.slice(1, slash < 0 ? undefined : slash);
}

/** Linux's PATH_MAX. */
const longestPath = 4096;

/** What stands for all paths that are longer: a build that needs one fails. */
const tooLongPath = '/\u0001a path that is too long\u0002';

/** `path` resolved against `directory`, without `.` and `..`, absolute. */
export function resolvePath(directory: Path, path: string): Path {
  if (path.length > longestPath) return tooLongPath;
  if (isResolved(path)) return path;
  const isAbsolute = path.startsWith('/') || path.startsWith(symbolStart + fromBase);
  const whole = `${isAbsolute || directory === '/' ? '' : directory}/${path}`;
  if (whole.length <= longestPath && isResolved(whole)) return whole;
  const segments: string[] = [];
  for (const segment of whole.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  const resolved = `/${segments.join('/')}`;
  return resolved.length > longestPath ? tooLongPath : resolved;
}

/** Most paths are: nothing in them is to be left out. */
function isResolved(path: string): boolean {
  return path.startsWith('/') && !path.includes('//') && !path.includes('/.') && (path === '/' || !path.endsWith('/'));
}

/** The first letters of those that `merged` tells of: most paths are spared the longer look. */
const firstOfMerged = 'bsl';

/** Directories that are another name for one below /usr (Debian 12, Ubuntu 20.04 and later; one name is used for both). */
const merged = /^\/(bin|sbin|lib|lib32|lib64)(?=\/|$)/;

/** A path of an image: resolved, and by one name where a directory has two. */
export function resolveInImage(directory: Path, path: string): Path {
  const resolved = resolvePath(directory, path);
  return firstOfMerged.includes(resolved.charAt(1)) ? resolved.replace(merged, '/usr/$1') : resolved;
}

/** Two paths put together; either may be the root (`''` in a context, `'/'` in an image). */
export function join(directory: Path, name: Path): Path {
  if (name === '') return directory;
  if (directory === '') return name;
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

export function parentOf(path: Path): Path {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? (path.startsWith('/') ? '/' : '') : path.slice(0, slash);
}

export function baseName(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Is `path` the directory itself or below it? */
export function isWithin(path: Path, directory: Path): boolean {
  if (directory === '' || directory === '/') return true;
  return path.startsWith(directory) && (path.length === directory.length || path.charAt(directory.length) === '/');
}

/** The part of `path` below `directory`; `''` for the directory itself. */
export function relativeTo(path: Path, directory: Path): Path {
  if (path === directory) return '';
  return directory === '/' || directory === '' ? path.replace(/^\//, '') : path.slice(directory.length + 1);
}

const symbolStart = '\u0001';
const symbolEnd = '\u0002';
const symbolSlash = '\u0003';
const fromBase = '\u0004';

/** A variable that only the base image sets. Where a path starts with it, it is taken for an absolute one. */
export function baseSymbol(name: string): string {
  return symbol(fromBase + name);
}

/**
 * A text whose value is not known but is the same wherever the same symbol stands (a build argument, say).
 * A symbol is one segment of a path, whatever it stands for.
 */
export function symbol(name: string): string {
  return `${symbolStart}${name.replaceAll('/', symbolSlash)}${symbolEnd}`;
}

export function isSymbolic(text: string): boolean {
  return text.includes(symbolStart);
}

/** The text with each symbol replaced by what `hint` says of it; null if one is not known. */
export function withHints(text: string, hint: (name: string) => string | null): string | null {
  let known = true;
  const result = text.replaceAll(/\u0001([^\u0002]*)\u0002/g, (_all, name: string) => {
    const value = hint(name);
    if (value === null) known = false;
    return value ?? '';
  });
  return known ? result : null;
}

/** A symbolic text as a person would write it. */
export function readable(text: string): string {
  if (!/[\u0001\u0003\u0004]/.test(text)) return text;
  return text.replaceAll(fromBase, '').replace(/^\/\u0001/, symbolStart).replaceAll(/\u0001([^\u0002]*)\u0002/g, '$${$1}').replaceAll(symbolSlash, '/');
}

/** A directory and those above it, the nearest first. */
export function andAbove(directory: Path): readonly Path[] {
  const found: Path[] = [];
  for (let at = directory; ; at = parentOf(at)) {
    found.push(at);
    if (at === '/' || at === '') return found;
  }
}
