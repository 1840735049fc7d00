import type { Place } from '../build/places.ts';
import { andAbove, isSymbolic, join, leadingSettings, parentOf, readable, resolvePath, toolRegion } from '../build/places.ts';
import type { Gemfile } from '../manifests/gemfile.ts';
import { readGemfile } from '../manifests/gemfile.ts';
import type { GemfileLock } from '../manifests/gemfile-lock.ts';
import { readGemfileLock, whyOutOfStep } from '../manifests/gemfile-lock.ts';
import type { Path, Refusal } from '../types.ts';
import type { BundlerSettings, GivenSettings } from './bundler-settings.ts';
import { bundlerSettings, isPlainSetting, keyOf, settingWrites, settingsFiles } from './bundler-settings.ts';
import type { Argument, Call, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { gemInputs } from './gems.ts';
import { adds, refuse } from './install-inputs.ts';
import { programReads } from './observers.ts';
import { looks } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, unknownArgument, wordsOf } from './options.ts';

/**
 * Bundler 2.1 to 4.0: options as in https://bundler.io/man/bundle-install.1.html and https://bundler.io/man/bundle-config.1.html.
 * What `bundle exec` runs is a program of the project, or one that reads it.
 */
export const bundler: Tool = {
  id: 'bundler',
  recognises: (program) => program === 'bundle' || program === 'bundler',
  effects: bundleEffects,
  isPackageManager: true,
  installWords: new Set(['', 'install', 'i', 'update', 'lock']),
  dependenciesOnly: whyNotAlone,
  leftovers: ['**/.bundle', '**/vendor/bundle'],
};

const installGrammar = grammar({
  flags: `--deployment --frozen --local --prefer-local --no-cache --no-prune --force --redownload|--force --quiet --verbose|-V -V --no-color --color --full-index --clean --no-clean --system --standalone --binstubs`,
  values: '-j|--jobs --jobs -r|--retry --retry --gemfile --path --without --with --trust-policy -P|--trust-policy --shebang --target-rbconfig',
  optional: '--standalone --binstubs',
});

/** Options that change how fast something is done, or what is printed. */
const withoutInfluence = new Set(['--jobs', '--retry', '--quiet', '-V', '--no-color', '--color', '--gemfile']);

/** Options that Bundler keeps in the settings of the application; up to Bundler 3. */
const remembered = ['--deployment', '--frozen', '--path', '--without', '--with', '--clean', '--no-prune', '--system', '--shebang', '--trust-policy'];

const looking = new Set(['check', 'c', 'list', 'ls', 'show', 'info', 'platform', 'env', 'outdated', 'licenses', 'doctor']);

/** Commands that write Gemfile.lock or the Gemfile. */
const mutators = new Set(['update', 'lock', 'add', 'remove', 'inject', 'init']);

function bundleEffects(call: Call, view: ImageView): Outcome {
  const args = call.args[0]?.text === 'config' ? call.args : call.args.map(withOneJob);
  const unknown = unknownArgument(args);
  if (unknown) return opaque(`an argument of ${call.program} depends on ${readable(unknown.raw)}`);
  const verb = verbOf(args);
  if (args.length === 1 && /^(?:-v|--version|-h|--help|version|help)$/.test(args[0]?.text ?? '')) return effects(looks('bundle', [...programReads('bundle', view), ...versionReads(view)], ['BUNDLE_*', 'BUNDLER_*']));
  if (verb === 'config') return configure(args.slice(1), view);
  if (verb === 'install' || verb === 'i' || verb === '') return install(args, view);
  if (looking.has(verb)) return look(args, view);
  if (verb === 'exec') return opaque(`\`bundle exec ${readable(args.find(({ text }) => !/^(?:exec$|-)/.test(text))?.text ?? '')}\` runs a program that may read any file of the project`);
  return opaque(mutators.has(verb) ? writesLock(verb) : `dockfix does not know what \`bundle ${readable(verb)}\` does`);
}

function writesLock(verb: string): string {
  return `\`bundle ${verb}\` writes Gemfile.lock anew`;
}

/** `--jobs $(nproc)`: how many at a time makes no difference. */
function withOneJob(argument: Argument): Argument {
  const option = /^(-j|--jobs=)?["']?(?:\$\((?:nproc|getconf _NPROCESSORS_ONLN)(?: --all)?\)|`nproc`)["']?$/.exec(argument.raw);
  return option === null ? argument : { ...argument, text: `${option[1] ?? ''}1`, known: true };
}

function verbOf(args: readonly Argument[]): string {
  return readOptions(args, installGrammar).operands[0]?.argument.text ?? '';
}

// ------------------------------------------------------------------------------------------------ Gemfile and its lock

/** Where Bundler looks for a Gemfile, in order (`SharedHelpers.find_gemfile`). */
function gemfilesAt(reading: Reading, view: ImageView): readonly Path[] {
  const named = lastValue(reading, '--gemfile')?.text ?? view.variable('BUNDLE_GEMFILE') ?? '';
  return named === '' ? andAbove(view.cwd).flatMap((at) => ['gems.rb', 'Gemfile'].map((name) => join(at, name))) : [view.resolve(named)];
}

/** A base image has no project in it. */
function isThere(path: Path, view: ImageView): boolean {
  return ['yes', 'maybe'].includes(view.presence(path));
}

/** What an earlier command may have made counts where nothing else is there. */
function gemfileAmong(places: readonly Path[], view: ImageView): Path | undefined {
  return places.find((path) => isThere(path, view)) ?? places.find((path) => path.endsWith('/Gemfile') && view.presence(path) !== 'no');
}

function lockOf(gemfile: Path): Path {
  return gemfile.endsWith('/gems.rb') ? `${gemfile.slice(0, -'.rb'.length)}.locked` : `${gemfile}.lock`;
}

/** The lock says which version of Bundler runs, if more than one is installed (`bundler/lib/bundler/self_manager.rb`). */
function versionReads(view: ImageView): readonly Place[] {
  const places = gemfilesAt(readOptions([], installGrammar), view);
  const path = gemfileAmong(places, view);
  return (path === undefined ? places : [...places.slice(0, places.indexOf(path) + 1), lockOf(path)]).map(file);
}

interface Bundle {
  readonly kind: 'bundle';
  readonly lock: Path;
  readonly settings: BundlerSettings;
  readonly reads: readonly Place[];
  readonly env: readonly string[];
  /** Why the lock is written anew; null if it stays as it is. */
  readonly rewritten: string | null;
}

/** Why the dependencies of a project cannot be installed alone. */
type Fault = Refusal & { readonly isRefused: boolean };

function bundleOf(reading: Reading, view: ImageView): Bundle | Fault {
  const places = gemfilesAt(reading, view);
  const path = gemfileAmong(places, view);
  if (path === undefined) return fault('manifest-missing', 'there is no Gemfile');
  if (isSymbolic(path.slice(view.cwd.length))) return fault('unresolved-variable', `where the Gemfile is depends on ${readable(path)}`);
  const text = view.text(path);
  if (text === undefined) return fault('manifest-missing', `the text of ${readable(path)} is not known; a command before may have changed it`);
  const read = readGemfile(text);
  if (read.kind === 'not-understood') return refusal('dynamic-metadata', `line ${read.line} of ${readable(path)} is more than a list of gems: \`${shortened(read.text)}\``);
  const { gemfile } = read;
  if (gemfile.local !== null) return refusal('local-dependency', `line ${gemfile.local.line} of ${readable(path)} makes files of the project a part of the bundle: \`${shortened(gemfile.local.text)}\``);
  const root = parentOf(path);
  const lock = lockOf(path);
  const lockText = view.text(lock);
  if (lockText === undefined) return isThere(lock, view) ? fault('manifest-missing', `the text of ${readable(lock)} is not known`) : refusal('no-lock', `there is no ${readable(lock)}, so the gems are not known`);
  const locked = readGemfileLock(lockText);
  if (locked === null) return fault('unsupported', `${readable(lock)} holds a conflict of a merge`);
  const local = locked.sources.find(({ kind }) => kind === 'PATH' || kind === 'PLUGIN SOURCE');
  if (local) return refusal('local-dependency', `${readable(lock)} takes gems from ${local.remotes[0] ?? 'the project'}, which is a part of the project itself`);
  const leading = leadingVariable(gemfile, locked, view);
  if (leading !== undefined) return refusal('local-dependency', `the variable BUNDLE_${leading} names files, which may be a part of the project`);
  const settings = bundlerSettings(root, givenBy(reading), view);
  if (settings.kind === 'unknown') return settings.reason === 'unsupported' ? fault('unsupported', settings.message) : refusal(settings.reason, settings.message);
  const cached = join(root, 'vendor/cache');
  const hasCache = view.presence(cached) === 'yes';
  if (hasCache && !settings.isFrozen) return fault('unsupported', `${readable(cached)} holds gems, which bundle install brings up to date`);
  const inputs = gemInputs(view, locked.sources.some(({ kind }) => kind === 'GIT') || gemfile.gems.some(({ source }) => source?.kind === 'git'));
  if ('kind' in inputs) return fault('unsupported', inputs.because);
  const served = directoriesOf(gemfile, locked, view);
  if (served === null) return refusal('local-dependency', `${readable(path)} takes a gem from a repository that is a directory`);
  const ofRuby = rubyFileOf(gemfile, root, view);
  const rewritten = settings.isFrozen ? null : whyOutOfStep(gemfile, locked, ofRuby === null ? null : versionIn(view.text(ofRuby) ?? ''), settings.isForRuby ? 'ruby' : platformOf(view));
  const reads = [...places.slice(0, places.indexOf(path) + 1), lock, ...(ofRuby === null ? [] : [ofRuby]), ...settings.files].map(file);
  return { kind: 'bundle', lock, settings, reads: [...reads, ...served, file(leadingSettings.bundler), ...(hasCache ? [everythingBelow(cached)] : []), ...settings.places.map(file), ...inputs.reads], env: inputs.env, rewritten };
}

/** A setting of one gem or source that leads to files, if a variable holds it. */
function leadingVariable({ gems }: Gemfile, { sources }: GemfileLock, view: ImageView): string | undefined {
  const overrides = gems.flatMap(({ name, source }) => (source?.kind === 'git' ? [`LOCAL__${keyOf(name)}`] : []));
  const builds = sources.flatMap(({ specs }) => specs.map(({ name }) => `BUILD__${keyOf(name)}`));
  const mirrors = ['all', ...sources.flatMap(({ remotes }) => remotes)].map((source) => `MIRROR__${keyOf(source)}`);
  return [...overrides, ...builds, ...mirrors].find((key) => {
    const value = view.variable(`BUNDLE_${key}`) ?? '';
    return value !== '' && !isPlainSetting(key, value);
  });
}

function fault(reason: Refusal['reason'], message: string): Fault {
  return { ...refuse(reason, message), isRefused: false };
}

/** One that says more than that the command is not understood. */
function refusal(reason: Refusal['reason'], message: string): Fault {
  return { ...refuse(reason, message), isRefused: true };
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function givenBy(reading: Reading): GivenSettings {
  const isDeployment = hasOption(reading, '--deployment');
  return { path: lastValue(reading, '--path')?.text ?? null, isFrozen: isDeployment || hasOption(reading, '--frozen'), isDeployment };
}

/** Directories that serve gems (`source "file:///srv/gems"`); null where one is a repository, of which a gemspec is run, or is not known. */
function directoriesOf({ gems, remotes }: Gemfile, locked: GemfileLock, view: ImageView): readonly Place[] | null {
  const sources = gems.flatMap(({ source }) => (source === null ? [] : [source]));
  if (sources.some((source) => source.kind === 'git' && source.address !== null && !/^(?:https?|ssh|git):\/\/|^[\w.-]+@[\w.-]+:/.test(source.address))) return null;
  const ofLock = locked.sources.flatMap((source) => (source.kind === 'GEM' ? source.remotes : []));
  const addresses = new Set([...remotes, ...sources.flatMap((source) => (source.kind === 'remote' ? [source.address] : [])), ...ofLock]);
  const local = [...addresses].filter((address) => /^file:/i.test(address));
  const directories = local.map((address) => /^file:(?:\/\/(?:localhost)?)?(\/[^%]*)$/i.exec(address)?.[1]);
  return directories.includes(undefined) ? null : directories.map((directory) => everythingBelow(view.resolve(directory ?? '')));
}

/** As RubyGems calls it (`Gem::Platform`); without a word in FROM an image is taken to be for amd64. */
function platformOf({ platform, libc }: ImageView): string {
  const architecture = /^(?:linux\/)?([\w/]+)$/.exec(platform ?? '')?.[1] ?? 'amd64';
  return `${machines.get(architecture) ?? architecture}-linux${libc === 'musl' ? '-musl' : ''}`;
}

const machines: ReadonlyMap<string, string> = new Map([['amd64', 'x86_64'], ['arm64', 'aarch64'], ['arm64/v8', 'aarch64']]);

/** The file from which the Gemfile takes the version of Ruby. */
function rubyFileOf({ ruby }: Gemfile, root: Path, view: ImageView): Path | null {
  if (ruby === null || ruby.file === null) return null;
  return ruby.file.from === 'gemfile' ? resolvePath(root, ruby.file.path) : view.resolve(ruby.file.path);
}

/** As `normalize_ruby_file` in `bundler/lib/bundler/ruby_dsl.rb`. */
function versionIn(text: string): string {
  return /^ruby[\s-]*(?:=\s*)?"?([^\s#"]+)/m.exec(text)?.[1] ?? text.trim();
}

// ------------------------------------------------------------------------------------------------------------- commands

function install(args: readonly Argument[], view: ImageView): Outcome {
  const reading = readOptions(args, installGrammar);
  const doubt = doubtOf(reading);
  if (doubt !== null) return opaque(doubt);
  const bundle = bundleOf(reading, view);
  if (bundle.kind === 'refusal') return opaque(bundle.message);
  const { lock, settings, reads, env, rewritten } = bundle;
  const writes: Write[] = [...settings.places, toolRegion(join(view.home, '.bundle'), 'bundler-cache')].map(adds);
  if (!settings.isFrozen) writes.push({ place: file(lock), how: 'edit', ...(rewritten === null ? { inStep: true } : {}) });
  const [application] = settings.files;
  const [fetchedInto] = settings.places;
  if (application !== undefined) writes.push(...rememberedWrites(reading, application, view));
  const words = reading.operands.slice(1).map(({ argument }) => argument.text);
  const does = ['bundle install', ...wordsOf(reading.options, withoutInfluence), ...words].join(' ');
  return effects({ does, kind: 'install', reads, env, writes, ...(fetchedInto === undefined ? {} : { fetchedInto }) });
}

/** Why an install is not understood by its words alone. */
function doubtOf(reading: Reading): string | null {
  const strange = reading.options.find(({ listed }) => !listed);
  if (strange) return `bundle install has the option ${readable(strange.name)}, which is not known`;
  const elsewhere = ['--standalone', '--binstubs', '--target-rbconfig', '--system'].find((name) => hasOption(reading, name));
  if (elsewhere !== undefined) return `bundle install with ${elsewhere} writes into the project, or elsewhere`;
  const symbolic = ['--gemfile', '--path'].find((name) => isSymbolic(lastValue(reading, name)?.text ?? ''));
  if (symbolic !== undefined) return `where bundle install works depends on ${readable(lastValue(reading, symbolic)?.text ?? '')}`;
  // `--without development test` is one option.
  return reading.operands.length > 1 && !hasOption(reading, '--without', '--with') ? `bundle install takes no ${readable(reading.operands[1]?.argument.text ?? '')}` : null;
}

function rememberedWrites(reading: Reading, application: Path, view: ImageView): readonly Write[] {
  return remembered.flatMap((name) => {
    if (!hasOption(reading, name)) return [];
    return settingWrites(application, keyOf(name.slice(2)), lastValue(reading, name)?.text ?? 'true', view);
  });
}

function look(args: readonly Argument[], view: ImageView): Outcome {
  const bundle = bundleOf(readOptions(args, installGrammar), view);
  if (bundle.kind === 'refusal') return opaque(bundle.message);
  return effects(looks(['bundle', ...args.map(({ text }) => text)].join(' '), [...programReads('bundle', view), ...bundle.reads], bundle.env));
}

/**
 * `bundle config [set] [--local|--global] NAME VALUE`. Without a scope, Bundler up to 2.1 takes the file of the user, and
 * later ones that of the application where there is a Gemfile.
 */
function configure(args: readonly Argument[], view: ImageView): Outcome {
  const given = args.map(({ text }) => text);
  const isLocal = given.includes('--local');
  const isGlobal = given.includes('--global');
  const words = given.filter((word) => !/^--(?:local|global|parseable|delete)$/.test(word));
  const verb = ['set', 'unset', 'get', 'list'].find((one) => one === words[0]) ?? (given.includes('--delete') ? 'unset' : 'set');
  const [name = '', ...values] = words[0] === verb ? words.slice(1) : words;
  const gemfiles = gemfilesAt(readOptions([], installGrammar), view);
  const gemfile = gemfileAmong(gemfiles, view);
  const root = gemfile === undefined ? view.cwd : parentOf(gemfile);
  const [application, user] = settingsFiles(root, view);
  // Which file it is says the scope alone, where that of the application is not looked for beside the Gemfile.
  const isSure = isGlobal || (isLocal && (root === view.cwd || (view.variable('BUNDLE_APP_CONFIG') ?? '') !== ''));
  const lookedFor = gemfile === undefined ? gemfiles : gemfiles.slice(0, gemfiles.indexOf(gemfile) + 1);
  // It goes with an install that needs the same files.
  const bundle = isSure ? null : bundleOf(readOptions([], installGrammar), view);
  const isOfInstall = bundle?.kind === 'bundle';
  const reads = [...(isSure ? [] : lookedFor), ...(isOfInstall ? [bundle.lock] : []), application, user].map(file);
  const env = ['BUNDLE_*', 'BUNDLER_*', 'RUBY*', 'GEM*', 'HOME'];
  if (verb === 'get' || verb === 'list' || name === '' || (verb === 'set' && values.length === 0)) return effects(looks('bundle config', [...programReads('bundle', view), ...reads], env));
  if (isSymbolic(name)) return opaque(`which setting \`bundle config\` writes depends on ${readable(name)}`);
  const files = [...(isGlobal || (!isLocal && gemfile === undefined) ? [] : [application]), ...(isLocal ? [] : [user])];
  const writes = files.flatMap((path) => settingWrites(path, keyOf(name), verb === 'unset' ? null : values.join(' '), view));
  return effects({ does: ['bundle config', ...given].join(' '), kind: isOfInstall ? 'install' : 'files', reads, env, writes });
}

/** Why an install is not moved away from the source. */
function whyNotAlone(call: Call, view: ImageView): Refusal | null {
  const args = call.args.map(withOneJob);
  const verb = verbOf(args);
  if (mutators.has(verb) && verb !== 'init') return refuse('lock-changed-by-command', `${sentence(writesLock(verb))}.`);
  if (verb !== 'install' && verb !== 'i' && verb !== '') return null;
  const reading = readOptions(args, installGrammar);
  if (doubtOf(reading) !== null) return null;
  const bundle = bundleOf(reading, view);
  if (bundle.kind === 'refusal') return bundle.isRefused ? refuse(bundle.reason, `${sentence(bundle.message)}.`) : null;
  return bundle.rewritten === null ? null : refuse('lock-changed-by-command', `bundle install writes ${readable(bundle.lock)} anew: ${bundle.rewritten}.`);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
