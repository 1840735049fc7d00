/** Where gems are, and what decides an install of them, for Bundler and for RubyGems. */
import type { Place } from '../build/places.ts';
import { andAbove, isSymbolic, join, parentOf, readable, systemGemRegion, toolRegion } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { ImageView, Opaque } from './command.ts';
import { everythingBelow, file, opaque } from './command.ts';
import { fetchSettings, gitVariables } from './git-settings.ts';
import { certificateFiles, environmentOf, noInstallInputs, readsOf } from './install-inputs.ts';
import { isRoot, namedBy } from './operands.ts';

/** RubyGems itself, which `gem update --system` replaces. */
export const rubygemsRegion: Path = toolRegion('/usr/local', 'rubygems');

/**
 * Where gems are installed that go to no place of their own: `GEM_HOME`, else the directory of Ruby (Debian's in
 * /var/lib/gems, Alpine's in /usr/lib/ruby/gems) or, for a user who may not write there, one in the home directory
 * (`Gem.default_dir`, `Gem.user_dir`).
 */
export function commonPlaces(view: ImageView): readonly Path[] {
  const home = view.variable('GEM_HOME');
  if (typeof home === 'string' && home !== '') return regionsIn(view.resolve(home));
  const ofUser = isRoot(view.user) ? [] : ['.gem', '.local/share/gem'].map((name) => join(view.home, name));
  const ofOfficialImage = home === undefined ? ['/usr/local/bundle'] : [];
  return [...ofOfficialImage, parentOf(systemGemRegion), '/usr/lib/ruby/gems', ...ofUser].flatMap(regionsIn);
}

/** Below directories of its own, so that what is done to one of them (`rm -rf /usr/local/bundle/cache`) is done to gems. */
export function regionsIn(directory: Path): readonly Path[] {
  return [directory, ...['ruby', 'cache', 'gems'].map((name) => join(directory, name))].map((at) => toolRegion(at, 'gems'));
}

/** Variables that say what Ruby loads (ruby(1), "ENVIRONMENT"; `gem help environment`). */
const variables: readonly string[] = [
  'RUBY*', 'GEM*', 'BUNDLE_*', 'BUNDLER_*', 'HOME',
  // Variables by which the builds of well-known gems are told what to do.
  ...['NOKOGIRI', 'SASSC', 'MYSQL', 'PG', 'GRPC', 'LIBV8', 'RB_SYS', 'OPENSSL', 'FREEDESKTOP'].map((name) => `${name}_*`), 'MAKE',
];

/** `-r` and `-I`, also behind other letters (`-wr./patch`). */
const loading = /(?:^|\s)-?(?:[dvwU]|K\w|[WT]\d?)*[rIC]\s*\S/;

/** What an install of gems reads beside what it is told, and the variables that decide it; with git where it takes gems from repositories. */
export function gemInputs(view: ImageView, withGit = false): { readonly reads: readonly Place[]; readonly env: readonly string[] } | Opaque {
  const options = view.variable('RUBYOPT') ?? '';
  if (loading.test(options) || isSymbolic(options)) return opaque(`RUBYOPT is ${readable(options)}`);
  if ((view.variable('RUBYGEMS_GEMDEPS') ?? '') !== '') return opaque('RUBYGEMS_GEMDEPS names a Gemfile');
  const git = withGit ? fetchSettings(view) : [];
  if ('kind' in git) return git;
  const settings = settingsFiles(view);
  const doubtful = settings.find((path) => !isPlainGemrc(view.text(path) ?? ''));
  if (doubtful !== undefined) return opaque(`${readable(doubtful)} says where gems are`);
  const inputs = noInstallInputs(view);
  const libraries = (view.variable('RUBYLIB') ?? '').split(':').filter((path) => path !== '').map((path) => everythingBelow(view.resolve(path)));
  const others = (view.variable('GEM_PATH') ?? '').split(':').filter((path) => path !== '').map((path) => everythingBelow(view.resolve(path)));
  inputs.reads.push(...[...settings, ...versionFiles(view)].map(file), ...git, ...libraries, ...others, ...[rubygemsRegion, ...commonPlaces(view)].map(file), ...certificateFiles(view), ...namedBy(view, 'SSL_CERT_DIR').map(everythingBelow));
  return { reads: readsOf(inputs), env: environmentOf(inputs, ...variables, ...(withGit ? gitVariables : [])) };
}

/** The official images have Ruby in /usr/local, and its system-wide settings with it (`Etc.sysconfdir`). */
function settingsFiles(view: ImageView): readonly Path[] {
  const ofUser = ['.gemrc', '.config/gem/gemrc', '.gem/credentials'].map((name) => join(view.home, name));
  const ofDesktop = namedBy(view, 'XDG_CONFIG_HOME').map((directory) => join(directory, 'gem/gemrc'));
  const named = (view.variable('GEMRC') ?? '').split(':').filter((path) => path !== '').map(view.resolve);
  return ['/etc/gemrc', '/usr/local/etc/gemrc', ...ofUser, ...ofDesktop, ...named];
}

/** Do options for the build of a gem name files (`--with-pg-config=/app/pg_config`) elsewhere than in the system's own directories, or may they? */
export function namesFiles(options: string): boolean {
  return isSymbolic(options) || options.replaceAll(/(?<=^|[\s=:"']|-[LI])\/usr(?:\/local)?(?:\/(?:bin|include|lib)(?:\/[\w+-][\w.+-]*)*)?\/?(?=[\s:"']|$)/g, '').includes('/');
}

/**
 * Where a version manager runs Ruby, it asks these files which one. An image that is not known may have one; the official
 * images and the distributions have none.
 */
function versionFiles(view: ImageView): readonly Path[] {
  const path = view.variable('PATH');
  const mayHaveManager = path === undefined || isSymbolic(path ?? '') || /\/\.?(?:rbenv|asdf|rvm|mise|chruby|shims)\b/.test(path ?? '');
  return mayHaveManager ? andAbove(view.cwd).flatMap((at) => ['.ruby-version', '.tool-versions', '.ruby-gemset', 'mise.toml', '.mise.toml'].map((name) => join(at, name))) : [];
}

/** Options for `gem` that only say what is printed or documented, and addresses: no directory. */
function isPlainGemrc(text: string): boolean {
  return text.split(/\r?\n/).every((line) => /^\s*(?:#.*|---.*|:?(?:gem|install|update):\s*["']?(?:\s*(?:-N|--no-\w+|--env-shebang|--(?:no-)?document=?\w*|--conservative))*\s*["']?|:(?:backtrace|benchmark|bulk_threshold|update_sources|verbose|concurrent_downloads|ssl_verify_mode):.*|:sources:|- https?:\/\/\S*)?\s*$/.test(line));
}
