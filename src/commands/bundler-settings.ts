/** Settings of Bundler: options, files and variables (https://bundler.io/man/bundle-config.1.html; `bundler/lib/bundler/settings.rb`). */
import { baseName, isSymbolic, join, leadingSettings, parentOf, readable, resolvePath } from '../build/places.ts';
import type { Path, Refusal } from '../types.ts';
import type { ImageView, Write } from './command.ts';
import { file } from './command.ts';
import { commonPlaces, namesFiles, regionsIn } from './gems.ts';
import { namedBy } from './operands.ts';

/** Why settings are not known. */
export interface UnknownSettings {
  readonly kind: 'unknown';
  readonly reason: Refusal['reason'];
  readonly message: string;
}

export interface BundlerSettings {
  readonly kind: 'settings';
  /** The file of the application and that of the user. */
  readonly files: readonly Path[];
  /** Is Gemfile.lock left as it is, whatever the Gemfile says? */
  readonly isFrozen: boolean;
  /** Are gems taken as for Ruby's own platform, whatever that of the image is? */
  readonly isForRuby: boolean;
  /** Where gems are installed. */
  readonly places: readonly Path[];
}

/** What the options of a call say; it comes before all else. */
export interface GivenSettings {
  readonly path: string | null;
  readonly isFrozen: boolean;
  readonly isDeployment: boolean;
}

/**
 * The file of the application: in `.bundle` beside the Gemfile, or where BUNDLE_APP_CONFIG says, as in official images;
 * and the file of the user.
 */
export function settingsFiles(root: Path, view: ImageView): readonly [application: Path, user: Path] {
  const own = view.variable('BUNDLE_APP_CONFIG') ?? '';
  const named = ['BUNDLE_CONFIG', 'BUNDLE_USER_CONFIG'].flatMap((name) => namedBy(view, name))[0];
  const home = namedBy(view, 'BUNDLE_USER_HOME')[0] ?? join(view.home, '.bundle');
  return [join(own === '' ? join(root, '.bundle') : resolvePath(root, own), 'config'), named ?? join(home, 'config')];
}

export function bundlerSettings(root: Path, given: GivenSettings, view: ImageView): BundlerSettings | UnknownSettings {
  const leading = leadingVariables.find((name) => (view.variable(name) ?? '') !== '');
  if (leading !== undefined) return unknown(`the variable ${leading} leads Bundler to other files`);
  const [application, user] = settingsFiles(root, view);
  const ofApplication = readSettings(application, view);
  if ('kind' in ofApplication) return ofApplication;
  const ofUser = readSettings(user, view);
  if ('kind' in ofUser) return ofUser;
  const plugins = [application, user].map((path) => join(parentOf(path), 'plugin/index')).find((path) => view.presence(path) === 'yes');
  if (plugins !== undefined) return unknown(`${readable(plugins)} names plugins`);
  const valueOf = (key: string): string | null => ofApplication.get(key) ?? view.variable(`BUNDLE_${key}`) ?? ofUser.get(key) ?? null;
  const symbolic = ['PATH', 'FROZEN', 'DEPLOYMENT', 'FORCE_RUBY_PLATFORM'].find((key) => isSymbolic(valueOf(key) ?? ''));
  if (symbolic !== undefined) return unknown(`BUNDLE_${symbolic} is ${readable(valueOf(symbolic) ?? '')}`, 'unresolved-variable');
  const isDeployment = given.isDeployment || isOn(valueOf('DEPLOYMENT'));
  const frozen = valueOf('FROZEN');
  const path = given.path ?? valueOf('PATH') ?? (isDeployment ? 'vendor/bundle' : null);
  if (path !== null && !/^(?:bundle|gems)$/.test(baseName(path))) return unknown(`gems go to ${readable(path)}, and dockfix knows only directories that are called bundle or gems`);
  const places = path === null ? commonPlaces(view) : regionsIn(path.startsWith('~') ? view.resolve(path) : resolvePath(root, path));
  return { kind: 'settings', files: [application, user], isFrozen: given.isFrozen || (frozen === null ? isDeployment : isOn(frozen)), isForRuby: isOn(valueOf('FORCE_RUBY_PLATFORM')), places };
}

function unknown(message: string, reason: Refusal['reason'] = 'unsupported'): UnknownSettings {
  return { kind: 'unknown', reason, message };
}

/** As `to_bool` in `settings.rb`. */
function isOn(value: string | null): boolean {
  return value !== null && !/^(?:false|f|no|n|0|)$/i.test(value);
}

/** Variables by which Bundler reads or writes other files than usual, or gets the name of a certificate. */
const leadingVariables = ['BUNDLE_BIN', 'BUNDLE_CACHE_PATH', 'BUNDLE_DEFAULT_INSTALL_USES_PATH', 'BUNDLE_LOCKFILE', 'BUNDLE_PATH__SYSTEM', 'BUNDLE_PATH_RELATIVE_TO_CWD', 'BUNDLE_SIMULATE_VERSION', 'BUNDLE_SSL_CA_CERT', 'BUNDLE_SSL_CLIENT_CERT', 'BUNDLE_STANDALONE', 'BUNDLE_SYSTEM_BINDIR', 'BUNDLE_USER_PLUGIN'];

/** Settings that lead to no other file, by their names in files. With two underscores: of a host, or of the build of a gem. */
const plain = /^(?:PATH|DEPLOYMENT|FROZEN|WITHOUT|WITH|ONLY|JOBS|RETRY|TIMEOUT|REDIRECT|SILENCE_\w+|FORCE_RUBY_PLATFORM|SPECIFIC_PLATFORM|CACHE_ALL|CACHE_ALL_PLATFORMS|CLEAN|NO_PRUNE|DISABLE_\w+|ALLOW_\w+|IGNORE_\w+|PREFER_PATCH|SSL_VERIFY_MODE|USER_AGENT|VERSION|VERBOSE|FORGET_CLI_OPTIONS|SUPPRESS_\w+|LOCKFILE_CHECKSUMS|AUTO_INSTALL|BUILD__.*|MIRROR__.*|GEM__\w+|HTTPS?:.*|(?!LOCAL__|PATH__)\w*__.*)$/;

export function isPlainSetting(key: string, value: string): boolean {
  return plain.test(key) && !/file:/.test(value) && !(key.startsWith('BUILD__') && namesFiles(value));
}

/** By the name that a setting has in files: `build.nokogiri` is `BUILD__NOKOGIRI`. */
export function keyOf(name: string): string {
  return name.replaceAll('.', '__').replaceAll('-', '___').toUpperCase();
}

// ------------------------------------------------------------------------------- settings that a command has written

/**
 * The text of a file that `bundle config` wrote is not kept, but some settings must be known after it. Each value of
 * those has a place of its own below the file, as no real file can have.
 */
function markOf(configFile: Path, setting: string): Path {
  return join(configFile, setting.replaceAll('/', ':'));
}

const deciding: ReadonlyMap<string, readonly string[]> = new Map([
  ['FROZEN', ['true', 'false']],
  ['DEPLOYMENT', ['true', 'false']],
  ['FORCE_RUBY_PLATFORM', ['true', 'false']],
  ['PATH', ['vendor/bundle', './vendor/bundle', '/usr/local/bundle', '/bundle', '/gems', '/app/vendor/bundle', '/vendor/bundle', 'vendor/gems', '/var/bundle']],
]);

/** What it writes to set a setting, or to take it back (null). */
export function settingWrites(configFile: Path, key: string, value: string | null, view: ImageView): readonly Write[] {
  const values = deciding.get(key) ?? [];
  const canonical = value === null || key === 'PATH' ? value : String(isOn(value));
  // What the project says in the file is not known any more.
  const isLeading = view.text(configFile) !== undefined || (value !== null && (!isPlainSetting(key, value) || (values.length > 0 && (isSymbolic(value) || !values.includes(canonical ?? '')))));
  const marks = values.map((one): Write => ({ place: file(markOf(configFile, `${key}=${one}`)), how: one === canonical ? 'set' : 'remove' }));
  return [
    { place: file(configFile), how: 'edit' },
    { place: file(markOf(configFile, 'known')), how: 'set' },
    ...(isLeading ? [{ place: file(leadingSettings.bundler), how: 'set' } as const] : []),
    ...marks,
  ];
}

/** The settings of a file; those that decide nothing may be missing. */
function readSettings(path: Path, view: ImageView): ReadonlyMap<string, string> | UnknownSettings {
  const text = view.text(path);
  if (text !== undefined) return ofText(text, path);
  const presence = view.presence(path);
  if (presence === 'maybe') return unknown(`${readable(path)} may lie in somebody’s build context, with settings that are not known; ignore .bundle in .dockerignore`, 'may-be-in-context');
  const has = (setting: string): boolean => view.presence(markOf(path, setting)) === 'yes';
  // What is copied as a whole seems to have whatever it is asked for.
  if (presence === 'yes' && (!has('known') || has('never written'))) return unknown(`the text of ${readable(path)} is not known`);
  const found = [...deciding].flatMap(([key, values]) => values.filter((value) => has(`${key}=${value}`)).map((value) => [key, value] as const));
  return new Map(found);
}

function ofText(text: string, path: Path): ReadonlyMap<string, string> | UnknownSettings {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (/^(?:---.*|\s*#.*|\s*)$/.test(line)) continue;
    const match = /^BUNDLE_(\S+?):(?: +(.*))?$/.exec(line);
    const value = (match?.[2] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2');
    if (!match?.[1] || !isPlainSetting(match[1], value)) return unknown(`${readable(path)} leads Bundler to other files: ${line.trim()}`);
    found.set(match[1], value);
  }
  return found;
}
