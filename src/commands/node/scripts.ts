/** What runs with an install: scripts of the project, and install scripts of packages. */
import type { Place } from '../../build/places.ts';
import { andAbove, join, parentOf, pnpmWithScripts, readable, resolvePath, standardDirectories } from '../../build/places.ts';
import { builtByPnpm, packagesOfLock, packagesWithScripts } from '../../manifests/node-packages.ts';
import type { PackageJson } from '../../manifests/package-json.ts';
import type { Path } from '../../types.ts';
import type { ImageView, Opaque, PackageScripts } from '../command.ts';
import { everythingBelow, file, opaque } from '../command.ts';
import type { Reading } from '../options.ts';
import { hasOption, valuesOf } from '../options.ts';
import type { Manager } from './managers.ts';
import { isThere } from './managers.ts';

/** An install of a project. */
export interface Install {
  readonly manager: Manager;
  readonly word: string;
  readonly reading: Reading;
  readonly read: PackageJson;
  /** The text of package.json. */
  readonly text: string;
  readonly directory: Path;
}

export interface Scripts {
  readonly reads: readonly Place[];
  /** Null if none runs of which it is not known what it reads. */
  readonly ofPackages: PackageScripts | null;
}

/** What the scripts read that an install runs; opaque if that is not known. */
export function scriptsOf(install: Install, view: ImageView): Scripts | Opaque {
  const { manager: { program }, word, read: { lifecycle, hasPatches, patches }, directory, text } = install;
  const gyp = join(directory, 'binding.gyp');
  const reads: Place[] = [file(gyp), ...(hasPatches ? [everythingBelow(join(directory, 'patches'))] : []), ...patches.map((path) => file(resolvePath(directory, path)))];
  const off = scriptsOff(install, view);
  if (off === 'all') return { reads, ofPackages: null };
  if (off === 'unknown') return opaque(`a variable says whether ${program} ${word} runs scripts`);
  if (isThere(gyp, view)) return opaque(`${program} ${word} builds what binding.gyp says`);
  for (const script of lifecycle) {
    const of = readsOfScript(script.text, directory, view);
    if (of === null) return opaque(`${program} ${word} runs \`${script.name}\` of package.json, which may do anything: ${script.text}`);
    reads.push(...of);
  }
  if (off === 'of packages') return { reads, ofPackages: null };
  const key = wantedKey.exec(text);
  if (key !== null) return opaque(`package.json has ${key[1] ?? key[2] ?? ''}, which an install script of a package reads`);
  const wanted = wantedPlaces(install, view);
  if ('kind' in wanted) return wanted;
  return { reads: [...reads, ...wanted], ofPackages: packageScripts(install, view) };
}

// ------------------------------------------------------------------------------------------------------- switched off

/**
 * Which scripts are switched off? Options win over variables, and these over files. `enableScripts` of Yarn 2 and later is
 * about packages alone (docs.npmjs.com, "ignore-scripts"; yarnpkg.com, "enableScripts").
 */
function scriptsOff({ manager: { program }, reading, read, text, directory }: Install, view: ImageView): 'all' | 'of packages' | 'none' | 'unknown' {
  if (hasOption(reading, '--ignore-scripts')) return 'all';
  const ofNpm = ['npm_config_ignore_scripts', 'NPM_CONFIG_IGNORE_SCRIPTS'].map((name) => view.variable(name) ?? '').find((value) => value !== '');
  if (ofNpm !== undefined) return ofNpm === 'true' && heedsNpmSettings(program, read) ? 'all' : 'unknown';
  const enabled = view.variable('YARN_ENABLE_SCRIPTS') ?? '';
  const settings = view.text(join(directory, '.yarnrc.yml'));
  if (enabled !== '' && !/^(?:true|1|false|0)$/.test(enabled)) return 'unknown';
  if (program === 'yarn' && settings !== undefined) {
    const isOff = enabled === '' ? /^enableScripts:\s*["']?false\b/m.test(settings) : /^(?:false|0)$/.test(enabled);
    // `dependenciesMeta` may switch them on for single packages.
    return isOff && !/"built"\s*:\s*true/.test(text) ? 'of packages' : 'none';
  }
  const said = [...(view.text(join(directory, '.npmrc')) ?? '').matchAll(/^\s*ignore-scripts\s*=\s*(.*?)\s*$/gim)].at(-1)?.[1];
  return said === 'true' && heedsNpmSettings(program, read) ? 'all' : 'none';
}

/** Does the manager take this setting from npm's files and variables? pnpm does up to version 10 (pnpm.io/settings). */
function heedsNpmSettings(program: string, { packageManager }: PackageJson): boolean {
  return program === 'npm' || (program === 'pnpm' && /^pnpm@(?:[7-9]|10)\./.test(packageManager ?? ''));
}

// -------------------------------------------------------------------------------------------- scripts of the project

/** What a script reads, for those whose packages say so in their documentation. */
function readsOfScript(text: string, directory: Path, view: ImageView): readonly Place[] | null {
  const git = join(directory, '.git');
  // husky does nothing where there is no repository.
  if (/^(?:npx )?husky(?: install)?(?: \|\| (?:true|exit 0))?$/.test(text)) return isThere(git, view) ? null : [everythingBelow(git)];
  if (/^(?:npx )?patch-package$/.test(text)) return [everythingBelow(join(directory, 'patches'))];
  return null;
}

// ---------------------------------------------------------------------------------------- install scripts of packages

interface Wanted {
  readonly files: readonly string[];
  /** From this major version on it has no such script. */
  readonly upTo?: number;
}

const repository: Wanted = { files: ['.git'] };

/** What the install scripts of packages look for in the project that they are installed for, as their documentation or source says. */
const wanted: ReadonlyMap<string, Wanted> = new Map([
  ['@prisma/client', { files: ['prisma', 'schema.prisma', 'prisma.config.ts', 'prisma.config.mts', 'prisma.config.js', 'prisma.config.mjs', 'prisma.config.cjs', '.config/prisma.ts'] }],
  ['puppeteer', { files: ['.puppeteerrc', ...['json', 'yaml', 'yml', 'js', 'ts', 'cjs', 'mjs'].map((ending) => `.puppeteerrc.${ending}`), ...['js', 'ts', 'cjs', 'mjs'].map((ending) => `puppeteer.config.${ending}`), '.config'] }],
  ['nx', { files: ['nx.json'] }],
  // `svelte-kit sync` makes types of the routes (postinstall.js of 1.30).
  ['@sveltejs/kit', { files: ['svelte.config.js'], upTo: 2 }],
  // From 5 on the project runs it by a script of its own.
  ['husky', { files: ['.huskyrc', '.huskyrc.json', '.huskyrc.yaml', '.huskyrc.yml', '.huskyrc.js', 'husky.config.js', '.git'], upTo: 5 }],
  ...['simple-git-hooks', 'lefthook', '@evilmartians/lefthook', '@arkweid/lefthook', 'yorkie', 'pre-commit', 'pre-push', 'ghooks'].map((name): [string, Wanted] => [name, repository]),
]);

/** Keys of package.json for the install scripts of packages. */
const wantedKey = /"(prisma|puppeteer)"\s*:\s*\{|"(workerDirectory)"\s*:/;

/** What known install scripts look for, if none of it is there; else why not more is known. */
function wantedPlaces({ manager: { locks }, read: { dependencies }, directory }: Install, view: ImageView): readonly Place[] | Opaque {
  const lockTexts = locks.map((name) => view.text(join(directory, name)) ?? '');
  const reads: Place[] = [];
  for (const [name, { files, upTo }] of wanted) {
    if (!dependencies.has(name) && !lockTexts.some((lock) => namesPackage(lock, name))) continue;
    if (upTo !== undefined && isNewer(lockTexts, name, upTo)) continue;
    const paths = files.flatMap((path) => (path === '.git' ? [directory, ...andAbove(directory)] : [directory]).map((at) => join(at, path)));
    const there = paths.find((path) => isThere(path, view));
    if (there !== undefined) return opaque(`the install script of ${name} reads ${readable(there)}`);
    reads.push(...paths.map(everythingBelow));
  }
  return reads;
}

/** Is each version that the locks have of a package this one or a later one? */
function isNewer(locks: readonly string[], name: string, major: number): boolean {
  const versions = locks.flatMap((lock) => packagesOfLock(lock)).flatMap((one) => (one.name === name ? [one.version] : []));
  return versions.length > 0 && versions.every((version) => Number(/^\d+(?=\.)/.exec(version)?.[0] ?? '0') >= major);
}

/** Is it among the packages of a lock file, of whichever manager? */
function namesPackage(lock: string, name: string): boolean {
  return ['"', "'", '/', ':', ' ', '\n'].some((before) => ['"', "'", '@', ':'].some((after) => lock.includes(before + name + after)));
}

/**
 * Packages whose install scripts read nothing of the project but its package.json, as their sources say: those of esbuild
 * 0.28 and @swc/core 1.16 look whether their program works, core-js 3.51 prints, the others build themselves.
 */
const harmless: ReadonlySet<string> = new Set(['esbuild', '@swc/core', 'core-js', 'core-js-pure', 'core-js-bundle', 'bufferutil', 'utf-8-validate', '@parcel/watcher']);

/** Scripts of packages that run with an install, but for those that are known; null if there are none. */
function packageScripts(install: Install, view: ImageView): PackageScripts | null {
  const { manager: { locks }, directory } = install;
  const lock = locks.map((name) => join(directory, name)).find((path) => view.presence(path) === 'yes');
  if (lock === undefined) return null;
  const names = namesOfScripts(install, view.text(lock) ?? '', view);
  if (names?.length === 0) return null;
  return { lock, packages: names, project: projectAround(directory) };
}

/** Null where it is not known which packages have scripts that run. */
function namesOfScripts(install: Install, lock: string, view: ImageView): readonly string[] | null {
  const { manager: { program }, read, text, directory } = install;
  const notKnown = (names: readonly string[]): readonly string[] => [...new Set(names)].filter((name) => !harmless.has(name)).toSorted();
  const said = packagesWithScripts(lock);
  if (said !== null) return notKnown(said.filter(({ isDev }) => !isDev || !withoutDev(install, view)).map(({ name }) => name));
  if (program !== 'pnpm' || ['npm_config_', 'pnpm_config_'].some((prefix) => (view.variable(`${prefix}dangerously_allow_all_builds`) ?? '') !== '')) return null;
  const built = builtByPnpm(text, view.text(join(directory, 'pnpm-workspace.yaml')) ?? '');
  if (built === null) return null;
  // pnpm 10 and later run none but those that are listed, pnpm 9 all but where package.json has a list (pnpm.io/settings).
  const isTenOrLater = /^pnpm@\d\d/.test(read.packageManager ?? '') && view.presence(pnpmWithScripts) !== 'yes';
  if (!isTenOrLater && !built.isListedInManifest) return null;
  const locked = new Set(packagesOfLock(lock).map(({ name }) => name));
  return notKnown(built.names.filter((name) => locked.has(name)));
}

/** Does the command itself say that what is for development stays away, and nothing that it comes after all? */
function withoutDev({ reading, directory }: Install, view: ImageView): boolean {
  const omits = hasOption(reading, '--production', '--only-prod') || valuesOf(reading, '--omit').some(({ text }) => text === 'dev') || valuesOf(reading, '--only').some(({ text }) => /^prod(?:uction)?$/.test(text));
  const includes = hasOption(reading, '--include') || ['npm_config_include', 'NPM_CONFIG_INCLUDE'].some((name) => (view.variable(name) ?? '') !== '');
  return omits && !includes && !/include/i.test(view.text(join(directory, '.npmrc')) ?? '');
}

/** The highest directory above the one of an install that is none of the system's. */
function projectAround(directory: Path): Path {
  let top = directory;
  for (let at = parentOf(top); at !== '' && !standardDirectories.has(at) && at !== top; at = parentOf(at)) top = at;
  return top;
}
