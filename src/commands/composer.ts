import type { Place } from '../build/places.ts';
import { andAbove, isSymbolic, join, readable, toolRegion } from '../build/places.ts';
import type { ComposerJson, ComposerLock, LockedPackage } from '../manifests/composer.ts';
import { placeThatShows, readComposerJson, readComposerLock } from '../manifests/composer.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, DependenciesOnly, Effect, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, knownEffects, opaque } from './command.ts';
import { fetchSettings, gitVariables } from './git-settings.ts';
import { certificateFiles, environmentOf, noInstallInputs, readsOf, refuse } from './install-inputs.ts';
import { programReads } from './observers.ts';
import { looks } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, unknownArgument, wordsOf } from './options.ts';
import { commandText } from './python-inputs.ts';

/**
 * Composer 2: options as in `composer help install` (https://getcomposer.org/doc/03-cli.md#install-i). It installs what
 * composer.lock says, then makes the autoloader from what it finds in the source, and runs scripts of the project.
 */
export const composer: Tool = {
  id: 'composer',
  recognises: (program) => program === 'composer' || program === 'composer.phar',
  effects: composerEffects,
  isPackageManager: true,
  installWords: new Set(['install', 'i', 'update', 'u', 'upgrade', 'require', 'r']),
  dependenciesOnly,
  leftovers: ['**/vendor'],
};

const composerGrammar = grammar({
  flags: `-h|--help -q|--quiet -v|-vv|-vvv|--verbose -V|--version --ansi --no-ansi -n|--no-interaction --profile --no-plugins --no-scripts --no-cache
    --prefer-source --prefer-dist --dry-run --download-only --dev --no-suggest --no-dev --no-security-blocking --no-blocking --no-autoloader
    --no-progress --no-install --audit -o|--optimize-autoloader -a|--classmap-authoritative --strict-psr-autoloader --apcu-autoloader
    --ignore-platform-reqs`,
  values: '-d|--working-dir --prefer-install --audit-format --apcu-autoloader-prefix --ignore-platform-req',
});

/** What they decide is printed, or made after the packages are there. */
const withoutInfluence = new Set([
  '--quiet', '--verbose', '--ansi', '--no-ansi', '--no-interaction', '--profile', '--no-scripts', '--no-cache', '--dev', '--no-suggest', '--no-autoloader', '--no-progress',
  '--audit', '--audit-format', '--optimize-autoloader', '--classmap-authoritative', '--strict-psr-autoloader', '--apcu-autoloader', '--apcu-autoloader-prefix', '--working-dir',
]);

const changingVerbs = new Set(['update', 'u', 'upgrade', 'require', 'r', 'remove', 'rm']);
const looking = new Set(['about', 'check-platform-reqs', 'diagnose', 'help', 'licenses', 'list', 'outdated', 'show', 'validate', 'why', 'why-not']);

function composerEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of composer depends on ${readable(unknown.raw)}`);
  const reading = readOptions(call.args, composerGrammar);
  const [verb, ...others] = reading.operands.map(({ argument }) => argument.text);
  const strange = reading.options.find(({ listed }) => !listed);
  if (hasOption(reading, '--help', '--version')) return effects(looks('composer', programReads(call.program, view)));
  if (strange) return opaque(`composer has the option ${readable(strange.name)}, which is not known`);
  if (['clear-cache', 'clearcache', 'cc'].includes(verb ?? '')) return effects({ does: 'composer clear-cache', kind: 'files', reads: [], env: [], writes: [] });
  if (looking.has(verb ?? '')) return effects(looks(['composer', ...call.args.map(({ text }) => text)].join(' '), [...programReads(call.program, view), everythingBelow(view.cwd), file(packagesIn(view.cwd))]));
  if ((verb !== 'install' && verb !== 'i') || others.length > 0) return opaque(`dockfix does not know what \`composer ${readable([verb ?? '', ...others].join(' '))}\` does`);
  return install(reading, view);
}

// ------------------------------------------------------------------------------------------------------------ settings

/** Variables that name the manifest, or where packages and programs go (https://getcomposer.org/doc/03-cli.md#environment-variables), and PHP's own. */
const leadingVariables = ['COMPOSER', 'COMPOSER_VENDOR_DIR', 'COMPOSER_BIN_DIR', 'COMPOSER_CAFILE', 'PHPRC', 'PHP_INI_SCAN_DIR'];

/** Alpine's packages of PHP have their settings each in a directory of their own. */
const versionsOfAlpine = [5, 7, 8, ...Array.from({ length: 10 }, (_, minor) => 80 + minor)];

/** Where PHP has its settings and its extensions: in its official images, in Bitnami's, and in the packages of Debian, Fedora and Alpine. */
export const settingsOfPhp: readonly Place[] = [
  ...['/usr/local/etc/php', '/usr/local/lib/php', '/opt/bitnami/php', '/etc/php.d', '/etc/php', ...versionsOfAlpine.map((version) => `/etc/php${version}`)].map(everythingBelow),
  file('/etc/php.ini'),
];

/** Where Composer keeps what is for all projects: the first that is there, or else the first. */
export function composerHomes(view: ImageView): readonly Path[] {
  const own = view.variable('COMPOSER_HOME') ?? '';
  return own === '' ? [join(view.home, '.composer'), join(view.variable('XDG_CONFIG_HOME') || join(view.home, '.config'), 'composer')].map(view.resolve) : [view.resolve(own)];
}

interface Settings {
  readonly kind: 'settings';
  readonly reads: readonly Place[];
  /** What was downloaded, kept for the next install. */
  readonly cache: Path;
}

function settingsOf(view: ImageView): Settings | Opaque {
  const variable = leadingVariables.find((name) => (view.variable(name) ?? '') !== '');
  if (variable !== undefined) return opaque(`the variable ${variable} leads composer to other files`);
  const homes = composerHomes(view);
  const settings = homes.flatMap((home) => ['config.json', 'composer.json'].map((name) => join(home, name)));
  const there = settings.find((path) => ['yes', 'maybe'].includes(view.presence(path)));
  if (there !== undefined) return opaque(`${readable(there)} has settings for all projects`);
  const git = fetchSettings(view);
  if ('kind' in git) return git;
  const credentials = homes.map((home) => file(join(home, 'auth.json')));
  const cache = view.resolve(view.variable('COMPOSER_CACHE_DIR') || join(homes[0] ?? '', 'cache'));
  return { kind: 'settings', reads: [...settings.map(file), ...credentials, ...git, ...settingsOfPhp, ...programReads('composer', view), ...programReads('php', view)], cache: toolRegion(cache, 'composer-cache') };
}

// ------------------------------------------------------------------------------------------------------------- install

/** What is in `vendor`. */
function packagesIn(directory: Path): Path {
  return toolRegion(join(directory, 'vendor'), 'packages');
}

/**
 * Plugins that do something only where the autoloader is made, or once all packages are there, and only in `vendor`
 * (`getSubscribedEvents` in each one's source).
 */
const harmlessPlugins = new Set(['php-http/discovery', 'phpstan/extension-installer', 'symfony/runtime']);

/** Events that come after the packages are installed; scripts of the others run before, or in between. */
const lateEvents = new Set(['pre-autoload-dump', 'post-autoload-dump', 'post-install-cmd']);

/** Events that an install does not have (https://getcomposer.org/doc/articles/scripts.md#event-names). */
const otherEvents = /^(?:pre|post)-(?:update-cmd|status-cmd|archive-cmd|root-package-install|create-project-cmd|package-(?:update|uninstall))$/;
const eventName = /^(?:pre|post)-|^(?:init|command)$/;

interface Project {
  readonly kind: 'project';
  readonly directory: Path;
  readonly manifest: ComposerJson;
  readonly packages: readonly LockedPackage[];
}

function projectOf(reading: Reading, view: ImageView): Project | Opaque {
  const placed = lastValue(reading, '--working-dir')?.text ?? '.';
  if (isSymbolic(placed)) return opaque(`where composer installs depends on ${readable(placed)}`);
  const directory = view.resolve(placed);
  const [manifestPath, lockPath] = [join(directory, 'composer.json'), join(directory, 'composer.lock')];
  const [text, lockText] = [view.text(manifestPath), view.text(lockPath)];
  if (text === undefined) return opaque(`the text of ${readable(manifestPath)} is not known`);
  if (lockText === undefined) return opaque(view.presence(lockPath) === 'yes' ? `the text of ${readable(lockPath)} is not known` : withoutLock);
  const [manifest, lock] = [readComposerJson(text), readComposerLock(lockText)];
  if (manifest === null) return opaque(`${readable(manifestPath)} cannot be read`);
  if (!manifest.isLocked) return opaque(withoutLock);
  if (lock === null) return opaque(`${readable(lockPath)} cannot be read`);
  return { kind: 'project', directory, manifest, packages: installed(lock, reading) };
}

const withoutLock = 'composer finds no composer.lock';

function installed({ packages, forDevelopment }: ComposerLock, reading: Reading): readonly LockedPackage[] {
  return hasOption(reading, '--no-dev') ? packages : [...packages, ...forDevelopment];
}

function install(reading: Reading, view: ImageView): Outcome {
  const other = ['--download-only', '--no-install'].find((name) => hasOption(reading, name));
  if (other !== undefined) return opaque(`composer install with ${other}`);
  const project = projectOf(reading, view);
  if (project.kind === 'opaque') return project;
  const { directory, manifest } = project;
  if (hasOption(reading, '--dry-run')) return effects(looks('composer install', [...programReads('composer', view), everythingBelow(directory)]));
  const objection = objectionTo(project, reading, view);
  if (objection) return opaque(objection.message);
  const settings = settingsOf(view);
  if (settings.kind === 'opaque') return settings;
  const packages = installPackages(project, settings, reading, view);
  const scripts = manifest.scripts.filter((name) => lateEvents.has(name) && !(hasOption(reading, '--no-autoloader') && name.endsWith('-autoload-dump')));
  if (scripts.length > 0 && !hasOption(reading, '--no-scripts')) return opaque(`composer install runs scripts of composer.json (${scripts.join(', ')})`, [packages]);
  return hasOption(reading, '--no-autoloader') ? effects(packages) : effects(packages, makeAutoloader(project, settings, reading, packages.env));
}

/** Why more than the packages of the lock decides what is installed; null if nothing does. */
function objectionTo({ directory, manifest, packages }: Project, reading: Reading, view: ImageView): Refusal | null {
  const [path] = manifest.paths;
  if (path !== undefined) return refuse('unsupported', `composer.json says with ${path} where files are.`);
  const own = packages.find(({ origins }) => origins.some(({ type, url }) => type === 'path' || !(isElsewhere(url) || fileOf(url) !== null)));
  if (own) return refuse('local-dependency', `${own.name} is a part of the project itself.`);
  const plugin = hasOption(reading, '--no-plugins') ? undefined : packages.find(({ name, isPlugin }) => isPlugin && !harmlessPlugins.has(name) && !manifest.isForbidden(name));
  if (plugin) return refuse('reads-source', `The plugin ${plugin.name} takes part in the install, and may read or write any file.`);
  const early = hasOption(reading, '--no-scripts') ? undefined : manifest.scripts.find((name) => eventName.test(name) && !lateEvents.has(name) && !otherEvents.test(name));
  if (early !== undefined) return refuse('reads-source', `composer install runs the script ${early} of composer.json before all packages are there.`);
  const asking = manifest.hasVersion ? undefined : packages.find(({ names }) => names.some((name) => manifest.ownNames.includes(name)));
  if (asking) return refuse('local-dependency', `${asking.name} asks for a version of the project itself.`);
  return hasOption(reading, '--no-autoloader') ? asksForVersion(directory, view) : placedOtherwise(packages);
}

/** What is installed already is read by name when the original command runs; it has installed by what requires what. */
function placedOtherwise(packages: readonly LockedPackage[]): Refusal | null {
  const shown = placeThatShows(packages);
  return shown ? refuse('unsupported', `Packages require each other, and where the autoloader has ${shown.name} depends on which was installed first.`) : null;
}

/** Composer notes the version of the project beside the packages, and asks git for it; once more when the original command runs. */
function asksForVersion(directory: Path, view: ImageView): Refusal | null {
  const repository = andAbove(directory).map((at) => join(at, '.git')).find((path) => ['yes', 'maybe'].includes(view.presence(path)));
  return repository === undefined ? null : refuse('reads-source', `composer asks ${readable(repository)} for the version of the project.`);
}

function isElsewhere(url: string): boolean {
  return /^(?:https?|git|ssh):\/\/|^[\w.-]+@[\w.-]+:/.test(url);
}

/** `file:///srv/packages/money.zip` lies in the image. */
function fileOf(url: string): Path | null {
  return /^file:\/\/(\/[^?#%]*)$/.exec(url)?.[1] ?? null;
}

function installPackages({ directory, packages }: Project, settings: Settings, reading: Reading, view: ImageView): Effect {
  const inputs = noInstallInputs(view);
  const files = packages.flatMap(({ origins }) => origins.flatMap(({ url }) => fileOf(url) ?? []));
  inputs.reads.push(...['composer.json', 'composer.lock', 'auth.json'].map((name) => file(join(directory, name))), ...files.map(everythingBelow), ...settings.reads, ...certificateFiles(view));
  const writes = [packagesIn(directory), settings.cache].map((path): Write => ({ place: file(path), how: 'add' }));
  return { does: ['composer install', ...wordsOf(reading.options, withoutInfluence)].join(' '), kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs, 'COMPOSER*', 'HOME', 'PHP*', ...gitVariables), writes };
}

/** The autoloader names classes of the project, for which directories are searched. */
function makeAutoloader({ directory }: Project, settings: Settings, reading: Reading, env: Effect['env']): Effect {
  const packages = packagesIn(directory);
  const does = ['composer dump-autoload', ...wordsOf(reading.options, new Set())].join(' ');
  return { does, kind: 'project-install', reads: [...settings.reads, everythingBelow(directory)], env, writes: [{ place: file(packages), how: 'add' }] };
}

// --------------------------------------------------------------------------------------------------- dependencies only

function dependenciesOnly(call: Call, view: ImageView, outcome?: Outcome): DependenciesOnly | Refusal | null {
  if (unknownArgument(call.args)) return null;
  const reading = readOptions(call.args, composerGrammar);
  const verb = reading.operands[0]?.argument.text ?? '';
  if (changingVerbs.has(verb)) return refuse('lock-changed-by-command', `composer ${verb} rewrites composer.lock.`);
  if (verb !== 'install' && verb !== 'i') return null;
  const does = outcome ?? composerEffects(call, view);
  if (does.kind === 'opaque' && does.because === withoutLock) return refuse('no-lock', `${withoutLock}.`);
  const project = projectOf(reading, view);
  const objection = project.kind === 'project' ? (objectionTo(project, reading, view) ?? removedBefore(project, view)) : null;
  if (objection || !knownEffects(does).some(({ kind }) => kind === 'install')) return objection;
  const added = ['--no-scripts', '--no-autoloader'].filter((name) => !hasOption(reading, name));
  return added.length === 0 ? null : { kind: 'dependencies-only', text: commandText(call, call.args, ...added), originalStillNeeded: true };
}

/** `rm -rf vendor && composer install`: what was installed before the source is there would be removed, and installed anew. */
function removedBefore({ directory }: Project, view: ImageView): Refusal | null {
  const isRemoved = view.presence(join(directory, 'vendor')) === 'no' && view.presence(packagesIn(directory)) === 'yes';
  return isRemoved ? refuse('unsupported', 'vendor is removed before composer installs its packages, so all would be installed twice.') : null;
}
