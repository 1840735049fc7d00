import type { Place } from '../build/places.ts';
import { baseName, isRegion, isSymbolic, join, parentOf, readable, resolvePath, toolRegion } from '../build/places.ts';
import { isPlainSetting, readNodeSettings } from '../manifests/node-settings.ts';
import type { PackageJson } from '../manifests/package-json.ts';
import { isInStep, isInStepWithYarn, isPathSpec, namesLocalPackage, readPackageJson } from '../manifests/package-json.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, Effect, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { programReads } from './observers.ts';
import { looks } from './operands.ts';
import type { Grammar, Option, Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf } from './options.ts';
import { certificateFiles, distinct, environmentOf, noInputs, readsOf, refuse } from './python-inputs.ts';
import { wordsOf } from './python-project.ts';

/**
 * Package managers of Node.js: npm 8 to 11, Yarn 1 and 4, pnpm 8 to 10, Bun 1. Of a project only an install is known;
 * what its scripts do is not, but for a few that packages document.
 * https://docs.npmjs.com/cli/v11/commands/npm-ci, …/npm-install; https://classic.yarnpkg.com/en/docs/cli/install;
 * https://yarnpkg.com/cli/install; https://pnpm.io/cli/install; https://bun.com/docs/cli/install
 */
interface Manager {
  readonly program: string;
  readonly options: Grammar;
  /** Files of the project that decide what is installed, beside package.json; the lock files come first. */
  readonly locks: readonly string[];
  readonly settings: readonly string[];
  /** Further files of the project that are read: variables, the lock file of another manager. */
  readonly others: readonly string[];
  /** Files of the user. */
  readonly ofUser: readonly string[];
  /** Does an install write the lock file where it has to? */
  readonly writesLock: (reading: Reading, view: ImageView) => boolean;
  /** Has the lock file an answer to all that package.json asks for? */
  readonly isInStep: (read: PackageJson, lock: string) => boolean;
  /** Variables by their beginnings. */
  readonly variables: readonly string[];
}

const npmOptions = grammar({
  flags: `-g|--global --save|-S|--save -D|--save-dev --save-dev -O|--save-optional --save-optional -P|--save-prod --save-prod -E|--save-exact --save-exact --no-save -f|--force --force --legacy-peer-deps --strict-peer-deps
    --ignore-scripts --no-audit --audit --no-fund --fund --no-optional --production --only-prod --prefer-offline --prefer-online --offline --no-package-lock --package-lock --package-lock-only --silent -s|--silent
    -q|--quiet --quiet -d|--quiet -dd|--quiet --verbose --unsafe-perm --no-progress --progress --no-bin-links --foreground-scripts --no-update-notifier --no-color --yes -y|--yes --dry-run -h|--help --help -v|--version --version --prefer-dedupe --install-links`,
  values: '--omit --include --only --registry --loglevel --cache --maxsockets --fetch-timeout --fetch-retries --fetch-retry-mintimeout --fetch-retry-maxtimeout --network-timeout --prefix -C|--prefix --install-strategy --location --userconfig',
});

const yarnOptions = grammar({
  flags: `--frozen-lockfile --immutable --immutable-cache --production --prod|--production --pure-lockfile --no-lockfile --ignore-scripts --ignore-engines --ignore-optional --ignore-platform --non-interactive --silent -s|--silent
    --verbose --no-progress --prefer-offline --offline --force --check-files --check-cache --inline-builds --network-concurrency --no-bin-links --skip-integrity-check -h|--help --help -v|--version --version`,
  values: '--network-timeout --cache-folder --registry --mode --cwd',
});

const pnpmOptions = grammar({
  flags: `--frozen-lockfile --no-frozen-lockfile -P|--prod --prod --production|--prod -D|--dev --dev --no-optional --ignore-scripts --prefer-offline --offline --force --silent -s|--silent --shamefully-hoist --strict-peer-dependencies
    --no-strict-peer-dependencies --lockfile-only --fix-lockfile --no-color -r|--recursive --recursive -g|--global --global --ignore-workspace --ignore-pnpmfile -h|--help --help -v|--version --version`,
  values: '--reporter --loglevel --registry --store-dir --network-concurrency --child-concurrency --filter -F|--filter --dir -C|--dir --modules-dir --virtual-store-dir --hoist-pattern --lockfile-dir',
});

const bunOptions = grammar({
  flags: '--frozen-lockfile --production -p|--production --no-save --save --ignore-scripts --silent --verbose --no-progress --no-summary --force -f|--force --no-cache --dry-run -g|--global --global --no-verify -h|--help --help -v|--version --version',
  values: '--registry --cache-dir --backend --omit --cwd --config -c|--config --concurrent-scripts',
});

const managers: readonly Manager[] = [
  {
    program: 'npm',
    options: npmOptions,
    locks: ['npm-shrinkwrap.json', 'package-lock.json'],
    settings: ['.npmrc'],
    others: ['yarn.lock'],
    ofUser: ['.npmrc'],
    writesLock: (reading) => !hasOption(reading, '--no-package-lock'),
    isInStep,
    variables: ['npm_config_*', 'NPM_CONFIG_*', 'NPM_TOKEN'],
  },
  {
    program: 'yarn',
    options: yarnOptions,
    locks: ['yarn.lock'],
    settings: ['.npmrc', '.yarnrc', '.yarnrc.yml'],
    others: ['.env.yarn', '.corepack.env'],
    ofUser: ['.npmrc', '.yarnrc', '.yarnrc.yml'],
    writesLock: (reading) => !hasOption(reading, '--frozen-lockfile', '--immutable', '--pure-lockfile', '--no-lockfile'),
    isInStep: isInStepWithYarn,
    variables: ['YARN_*', 'npm_config_*', 'NPM_TOKEN'],
  },
  {
    program: 'pnpm',
    options: pnpmOptions,
    locks: ['pnpm-lock.yaml'],
    settings: ['.npmrc', 'pnpm-workspace.yaml'],
    others: ['.pnpmfile.cjs', '.pnpmfile.mjs', '.corepack.env'],
    ofUser: ['.npmrc', '.config/pnpm/rc'],
    writesLock: (reading, view) => hasOption(reading, '--no-frozen-lockfile', '--fix-lockfile', '--force') || (!hasOption(reading, '--frozen-lockfile') && ['', 'false'].includes(view.variable('CI') ?? '')),
    isInStep: () => false,
    variables: ['PNPM_*', 'pnpm_config_*', 'npm_config_*', 'NPM_TOKEN'],
  },
  {
    program: 'bun',
    options: bunOptions,
    locks: ['bun.lock', 'bun.lockb'],
    settings: ['.npmrc', 'bunfig.toml'],
    others: ['.env', '.env.local', '.env.production', '.env.production.local', '.env.development', '.env.development.local', '.env.test'],
    ofUser: ['.npmrc', '.bunfig.toml'],
    writesLock: (reading) => !hasOption(reading, '--frozen-lockfile', '--no-save', '--production'),
    isInStep: () => false,
    variables: ['BUN_*', 'NPM_CONFIG_*', 'NPM_TOKEN'],
  },
];

export const node: Tool = {
  id: 'node',
  recognises: (program) => program === 'corepack' || managers.some((manager) => manager.program === program),
  isPackageManager: true,
  effects: nodeEffects,
  dependenciesOnly: whyNotAlone,
  leftovers: ['**/node_modules'],
};

/** Options that change what is printed, and nothing else. */
const withoutInfluence = new Set(['--silent', '--quiet', '--verbose', '--no-audit', '--audit', '--no-fund', '--fund', '--no-progress', '--progress', '--loglevel', '--reporter', '--no-update-notifier', '--no-color', '--prefix', '--cwd', '--dir', '--yes', '--non-interactive']);

const installWords: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['npm', new Set(['ci', 'clean-install', 'ic', 'install-clean', 'install', 'i', 'add', 'in', 'ins', 'inst', 'insta', 'instal', 'isnt', 'isnta', 'isntal', 'isntall'])],
  ['yarn', new Set(['', 'install'])],
  ['pnpm', new Set(['install', 'i'])],
  ['bun', new Set(['install', 'i'])],
]);

const cleanInstalls = new Set(['ci', 'clean-install', 'ic', 'install-clean']);
/** Yarn and Bun take other words for scripts of the project. */
const looking: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['npm', new Set(['ls', 'list', 'la', 'll', 'view', 'info', 'outdated', 'root', 'bin', 'prefix', 'ping', 'whoami', 'why', 'explain', 'help', 'doctor'])],
  ['yarn', new Set(['info', 'why', 'help'])],
  ['pnpm', new Set(['ls', 'list', 'la', 'll', 'outdated', 'root', 'bin', 'why', 'help', 'licenses'])],
]);

function nodeEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of ${call.program} depends on ${readable(unknown.raw)}`);
  if (call.args.length === 1 && /^(?:-v|--version|-h|--help)$/.test(call.args[0]?.text ?? '')) return effects(looks(call.program, programReads(call.program, view)));
  const variable = variableThatLeads(view);
  if (variable !== null) return opaque(`the variable ${variable} leads ${call.program} to other files`);
  if (call.program === 'corepack') return corepack(call, view);
  const manager = managers.find(({ program }) => program === call.program);
  if (!manager) return opaque(`dockfix does not know what \`${call.program}\` does`);
  const reading = readOptions(call.args, manager.options);
  const [verb, ...packages] = reading.operands.map(({ argument }) => argument);
  const word = verb?.text ?? '';
  const strange = reading.options.find((option) => !option.listed || isSwitchWithValue(option, manager));
  if (looking.get(call.program)?.has(word) === true) return effects(looks(`${call.program} ${word}`, [...programReads(call.program, view), everythingBelow(view.cwd)]));
  if (call.program === 'npm' && word === 'cache') return effects({ does: 'npm cache', kind: 'files', reads: [], env: [], writes: [] });
  if (call.program === 'yarn' && word === 'cache' && ['.yarnrc.yml', '.yarn/cache'].some((name) => isThere(join(view.cwd, name), view))) return opaque('the cache of yarn may lie in the project');
  if (call.program === 'yarn' && word === 'cache') return effects({ does: 'yarn cache', kind: 'files', reads: [], env: [], writes: [] });
  if ((call.program === 'npm' || call.program === 'pnpm' || call.program === 'yarn') && word === 'config' && packages[0]?.text === 'set') return configure(call, reading, view);
  if (installWords.get(call.program)?.has(word) !== true) return opaque(`dockfix does not know what \`${call.program}${word === '' ? '' : ` ${readable(word)}`}\` does`);
  if (strange) return opaque(`${call.program} ${word} has the option ${readable(strange.name)}, which is not known`);
  if (hasOption(reading, '--dry-run')) return effects(looks(`${call.program} ${word}`, [...programReads(call.program, view), everythingBelow(view.cwd)]));
  if (hasOption(reading, '--global') || lastValue(reading, '--location')?.text === 'global') return installGlobally(manager, reading, view);
  if (packages.length > 0) return opaque(`${call.program} ${word} ${readable(packages[0]?.text ?? '')} changes package.json`);
  return installProject(manager, word, reading, view);
}

/** `--ignore-scripts=false` is no `--ignore-scripts`. That of `--production` is told apart by its words alone, but for Bun. */
function isSwitchWithValue({ name, value }: Option, { program, options }: Manager): boolean {
  return value !== null && options.rules.get(name)?.takes === 'nothing' && (name !== '--production' || program === 'bun');
}

// --------------------------------------------------------------------------------------------------------------- places

/** Packages for all users, and the programs that they bring. */
const globalRegion = toolRegion('/usr/local', 'npm-global');

function corepackRegion(view: ImageView): Path {
  return toolRegion(join(view.home, '.cache'), 'corepack');
}

/** A base image has no project in it. */
function isThere(path: Path, view: ImageView): boolean {
  return ['yes', 'maybe'].includes(view.presence(path));
}

function andAbove(directory: Path): readonly Path[] {
  const found: Path[] = [];
  for (let at = parentOf(directory); found.length < 50; at = parentOf(at)) {
    found.push(at);
    if (at === '/' || at === '') break;
  }
  return directory === '/' ? [] : found;
}

// ------------------------------------------------------------------------------------------------------ the whole project

/** Settings that lead to other files or programs, as variables give them. */
const leadingVariables: readonly string[] = [
  'BUN_OPTIONS',
  ...`userconfig globalconfig cafile script_shell node_options global location dry_run package_lock_only workspace workspaces git offline lockfile
    lockfile_dir modules_dir virtual_store_dir pnpmfile global_pnpmfile frozen_lockfile yarn_path rc_filename lockfile_filename https_ca_file_path
    node_linker plugins modules_folder yarn_offline_mirror patch_folder`
    .split(/\s+/)
    .flatMap((key) => [...['npm_config_', 'pnpm_config_'].map((prefix) => prefix + key), ...['NPM_CONFIG_', 'PNPM_CONFIG_', 'YARN_'].map((prefix) => prefix + key.toUpperCase())]),
];

/** Options of Node.js that load nothing. */
const plainNodeOptions = /^\s*(?:--(?:max[-_](?:old|semi)[-_]space[-_]size[= ]\d+|max-http-header-size=\d+|openssl-legacy-provider|no-[\w-]+|trace-[\w-]+|dns-result-order=\w+|use-openssl-ca|use-system-ca)(?:\s+|$))*$/;

/** A variable that has the package managers read or run files that it names. */
function variableThatLeads(view: ImageView): string | null {
  if (!plainNodeOptions.test(view.variable('NODE_OPTIONS') ?? '')) return 'NODE_OPTIONS';
  return leadingVariables.find((name) => (view.variable(name) ?? '') !== '') ?? null;
}

function installProject(manager: Manager, word: string, reading: Reading, view: ImageView): Outcome {
  const { program } = manager;
  const placed = lastValue(reading, '--prefix') ?? lastValue(reading, '--cwd') ?? lastValue(reading, '--dir');
  if (placed && isSymbolic(placed.text)) return opaque(`where ${program} installs depends on ${readable(placed.text)}`);
  const elsewhere = ['--filter', '--modules-dir', '--virtual-store-dir', '--lockfile-dir', '--package-lock-only', '--lockfile-only', '--userconfig', '--config', '--recursive', '--mode'].find((name) => reading.options.some((option) => option.name === name));
  if (elsewhere !== undefined) return opaque(`${program} ${word} with ${elsewhere}`);
  const directory = placed ? view.resolve(placed.text) : view.cwd;
  const manifest = join(directory, 'package.json');
  const text = view.text(manifest);
  if (text === undefined) return opaque(`the text of ${readable(manifest)} is not known`);
  const read = readPackageJson(text);
  if (read === null) return opaque(`${readable(manifest)} cannot be read`);
  const local = localPackage(manager, directory, read, text, view);
  if (local !== null) return opaque(local);
  const scripts = scriptsOf(manager, word, reading, read, text, directory, view);
  if ('kind' in scripts) return scripts;
  const settings = settingsOf(manager, directory, view);
  if ('kind' in settings) return settings;
  const inputs = noInputs(view);
  const names = program === 'pnpm' ? ['package.json', 'pnpm-workspace.yaml'] : ['package.json'];
  const above = distinctPaths([view.cwd, ...andAbove(view.cwd), ...andAbove(directory)]).filter((at) => at !== directory).flatMap((at) => names.map((name) => join(at, name)));
  if (above.some((path) => view.presence(path) === 'yes' && (path.endsWith('.yaml') || /workspaces/.test(view.text(path) ?? 'workspaces')))) return opaque(`${program} ${word} in a package of a workspace`);
  inputs.reads.push(...[manifest, ...[...manager.locks, ...manager.others].map((name) => join(directory, name))].map(file), ...settings.reads, ...scripts.reads, ...above.filter((path) => isThere(path, view) && mayCount(path, view)).map(file));
  inputs.reads.push(...valuesOf(reading, '--cache', '--cache-folder', '--cache-dir', '--store-dir').map(({ text: path }) => everythingBelow(view.resolve(path))), ...gitSettings(view), ...namedByVariables(view));
  inputs.reads.push(file(globalRegion), file(corepackRegion(view)), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS']));
  const lock = manager.locks.map((name) => join(directory, name)).find((path) => view.presence(path) === 'yes');
  const modules = toolRegion(join(directory, 'node_modules'), 'packages');
  const isClean = program === 'npm' && cleanInstalls.has(word);
  // Who has installed by hand has a lock file that git has not, and that is honoured where the whole directory is copied.
  if (lock === undefined) return opaque(withoutLock(program));
  const writes: Write[] = [{ place: file(modules), how: isClean ? 'set' : 'add' }, ...settings.writes];
  if (!isClean && manager.writesLock(reading, view)) writes.push(lockWritten(lock, !hasOption(reading, '--force', '--prefer-dedupe', '--install-strategy') && manager.isInStep(read, view.text(lock) ?? '')));
  const ofYarn = join(directory, 'yarn.lock');
  if (program === 'npm' && !isClean && isThere(ofYarn, view)) writes.push(lockWritten(ofYarn, false));
  const does = [program, isClean ? 'ci' : 'install', ...wordsOf(reading.options, withoutInfluence)].join(' ');
  const env = environmentOf(inputs, ...manager.variables, ...nodeVariables, ...settings.variables, 'CI', 'COREPACK_*', 'HOME');
  return effects({ does, kind: 'install', reads: readsOf(inputs), env, writes });
}

/** Variables of Node.js, of git, and those by which packages say what their install scripts fetch. */
const nodeVariables: readonly string[] = [
  'NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NODEJS_ORG_MIRROR', 'PYTHON', 'GIT_*', 'SSH_AUTH_SOCK',
  ...['PUPPETEER', 'CYPRESS', 'PLAYWRIGHT', 'ELECTRON', 'SHARP', 'SASS', 'PRISMA', 'SENTRYCLI', 'HUSKY', 'LEFTHOOK', 'SKIP', 'NX'].map((name) => `${name}_*`), 'HUSKY', 'LEFTHOOK',
];

/** Programs and settings that variables name. */
function namedByVariables(view: ImageView): readonly Place[] {
  const names = ['PYTHON', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'COREPACK_HOME', 'COREPACK_ENV_FILE', 'XDG_CONFIG_HOME', ...['python', 'node_gyp', 'nodedir', 'devdir', 'cache', 'store_dir'].flatMap((key) => [`npm_config_${key}`, `NPM_CONFIG_${key.toUpperCase()}`])];
  return names.flatMap((name) => {
    const value = view.variable(name) ?? '';
    return value.includes('/') ? [everythingBelow(view.resolve(value))] : [];
  });
}

/** A dependency may be a repository. */
function gitSettings(view: ImageView): readonly Place[] {
  return [file('/etc/gitconfig'), everythingBelow(join(view.home, '.ssh')), ...['.gitconfig', '.git-credentials', '.netrc'].map((name) => file(join(view.home, name)))];
}

function distinctPaths(paths: readonly Path[]): readonly Path[] {
  return [...new Set(paths)];
}

function lockWritten(lock: Path, inStep: boolean): Write {
  return { place: file(lock), how: 'edit', ...(inStep ? { inStep } : {}) };
}

function withoutLock(program: string): string {
  return `${program} finds no lock file`;
}

/** Why an install is not moved away from the source. */
function whyNotAlone(call: Call, view: ImageView, outcome?: Outcome): Refusal | null {
  const does = outcome ?? nodeEffects(call, view);
  if (does.kind === 'opaque') return does.because === withoutLock(call.program) ? refuse('no-lock', `${does.because}.`) : null;
  const rewrites = does.effects.some(({ kind, writes }) => kind === 'install' && writes.some(({ how, inStep, place }) => how === 'edit' && inStep !== true && !isRegion(place.path)));
  return rewrites ? refuse('lock-changed-by-command', `${call.program} install may write its lock file anew.`) : null;
}

/** A package.json further up counts if it has workspaces, or says which package manager is meant (corepack). */
function mayCount(path: Path, view: ImageView): boolean {
  return path.endsWith('.yaml') || /"(?:workspaces|packageManager|devEngines)"/.test(view.text(path) ?? '"workspaces"');
}

/** Why not all that is installed comes from the network; null if it does. */
function localPackage({ program, locks }: Manager, directory: Path, read: PackageJson, text: string, view: ImageView): string | null {
  if (read.hasWorkspaces) return `${program} in a project with workspaces`;
  const override = read.overrides.find(isPathSpec);
  if (override !== undefined) return `package.json has ${override} for a package, which is a part of the project itself`;
  const named = read.demands.find(({ version }) => isPathSpec(version));
  if (named) return `package.json asks for ${named.name} from ${named.version}, which is a part of the project itself`;
  if (namesLocalPackage(text)) return 'package.json names a part of the project itself';
  for (const name of locks) {
    const path = join(directory, name);
    if (!isThere(path, view)) continue;
    const lock = view.text(path);
    if (lock === undefined && name !== 'bun.lockb') return `the text of ${readable(path)} is not known`;
    if (lock !== undefined && namesLocalPackage(lock)) return `${name} names a part of the project itself`;
  }
  return null;
}

interface Parts {
  readonly reads: readonly Place[];
  readonly writes: readonly Write[];
}

interface Settings extends Parts {
  /** Variables that the files name. */
  readonly variables: readonly string[];
}

/** What the install scripts of packages look for in the project that they are installed for, as their documentation says. */
const wanted: ReadonlyMap<string, readonly string[]> = new Map([
  ['@prisma/client', ['prisma', 'schema.prisma', 'prisma.config.ts', 'prisma.config.mts', 'prisma.config.js', 'prisma.config.mjs', 'prisma.config.cjs', '.config/prisma.ts']],
  ['puppeteer', ['.puppeteerrc', ...['json', 'yaml', 'yml', 'js', 'ts', 'cjs', 'mjs'].map((ending) => `.puppeteerrc.${ending}`), ...['js', 'ts', 'cjs', 'mjs'].map((ending) => `puppeteer.config.${ending}`), '.config']],
  ['nx', ['nx.json']],
  ['husky', ['.huskyrc', '.huskyrc.json', '.huskyrc.js']],
  ...['simple-git-hooks', 'lefthook', 'yorkie', 'pre-commit', 'pre-push', 'ghooks'].map((name): [string, readonly string[]] => [name, ['.git']]),
]);

/** Keys of package.json for the install scripts of packages. */
const wantedKey = /"(prisma|puppeteer)"\s*:\s*\{|"(workerDirectory)"\s*:/;

/** What the scripts of the project read that an install runs; opaque if that is not known. */
function scriptsOf({ program, locks }: Manager, word: string, reading: Reading, { lifecycle, dependencies, hasPatches, patches }: PackageJson, text: string, directory: Path, view: ImageView): Parts | Opaque {
  const gyp = join(directory, 'binding.gyp');
  const reads: Place[] = [file(gyp), ...(hasPatches ? [everythingBelow(join(directory, 'patches'))] : []), ...patches.map((path) => file(resolvePath(directory, path)))];
  const isOff = hasOption(reading, '--ignore-scripts') || ['npm_config_ignore_scripts', 'NPM_CONFIG_IGNORE_SCRIPTS', 'YARN_ENABLE_SCRIPTS'].some((name) => (view.variable(name) ?? '') !== '');
  if (hasOption(reading, '--ignore-scripts')) return { reads, writes: [] };
  if (isOff) return opaque(`a variable says whether ${program} ${word} runs scripts`);
  if (isThere(gyp, view)) return opaque(`${program} ${word} builds what binding.gyp says`);
  for (const script of lifecycle) {
    const read = readsOfScript(script.text, directory, view);
    if (read === null) return opaque(`${program} ${word} runs \`${script.name}\` of package.json, which may do anything: ${script.text}`);
    reads.push(...read);
  }
  const key = wantedKey.exec(text);
  if (key !== null) return opaque(`package.json has ${key[1] ?? key[2] ?? ''}, which an install script of a package reads`);
  const lockTexts = locks.map((name) => view.text(join(directory, name)) ?? '');
  for (const [name, files] of wanted) {
    if (!dependencies.has(name) && !lockTexts.some((lock) => namesPackage(lock, name))) continue;
    const paths = files.map((path) => join(directory, path));
    const there = paths.find((path) => isThere(path, view));
    if (there !== undefined) return opaque(`the install script of ${name} reads ${readable(there)}`);
    reads.push(...paths.map(everythingBelow));
  }
  return { reads, writes: [] };
}

/** Is it among the packages of a lock file, of whichever manager? */
function namesPackage(lock: string, name: string): boolean {
  return ['"', "'", '/', ':', ' ', '\n'].some((before) => ['"', "'", '@', ':'].some((after) => lock.includes(before + name + after)));
}

/** What a script reads, for those whose packages say so in their documentation. */
function readsOfScript(text: string, directory: Path, view: ImageView): readonly Place[] | null {
  const git = join(directory, '.git');
  // husky does nothing where there is no repository.
  if (/^(?:npx )?husky(?: install)?(?: \|\| (?:true|exit 0))?$/.test(text)) return isThere(git, view) ? null : [everythingBelow(git)];
  if (/^(?:npx )?patch-package$/.test(text)) return [everythingBelow(join(directory, 'patches'))];
  return null;
}

function settingsOf(manager: Manager, directory: Path, view: ImageView): Settings | Opaque {
  const { program, settings } = manager;
  const own = distinctPaths([directory, view.cwd, ...(program === 'yarn' ? [...andAbove(directory), ...andAbove(view.cwd)] : [])]).flatMap((at) => settings.map((name) => join(at, name)));
  const read = readSettings([...own, ...ofAllProjects(manager, view)], view);
  if ('kind' in read) return read;
  if (program === 'yarn') return berry(directory, read, view);
  if (program !== 'pnpm') return read;
  const workspace = view.text(join(directory, 'pnpm-workspace.yaml')) ?? '';
  if (/^["']?packages/m.test(workspace)) return opaque('pnpm in a project with workspaces');
  const { patches, overrides } = readNodeSettings('pnpm-workspace.yaml', workspace);
  if (namesLocalPackage(workspace) || overrides.some(isPathSpec)) return opaque('pnpm-workspace.yaml names a part of the project itself');
  if (manager.others.some((name) => /pnpmfile/.test(name) && isThere(join(directory, name), view))) return opaque('a .pnpmfile runs during the install');
  return { ...read, reads: [...read.reads, ...patches.map((path) => file(resolvePath(directory, path)))], writes: [{ place: file(toolRegion(join(view.home, '.local/share/pnpm'), 'pnpm-store')), how: 'add' }] };
}

/** Settings of the user and of the system. */
function ofAllProjects({ ofUser }: Manager, view: ImageView): readonly Path[] {
  const prefix = view.variable('npm_config_prefix') ?? view.variable('NPM_CONFIG_PREFIX') ?? '';
  return [...ofUser.map((name) => join(view.home, name)), '/usr/local/etc/npmrc', '/usr/etc/npmrc', ...(prefix === '' ? [] : [join(view.resolve(prefix), 'etc/npmrc')])];
}

function readSettings(paths: readonly Path[], view: ImageView): Settings | Opaque {
  const variables: string[] = [];
  for (const path of paths) {
    const text = view.text(path);
    if (text === undefined && view.presence(path) === 'yes') return opaque(`the text of ${readable(path)} is not known`);
    const read = readNodeSettings(baseName(path), text ?? '');
    if (read.leading !== null) return opaque(`${readable(path)} leads to other files`);
    variables.push(...read.variables);
  }
  return { reads: paths.map(file), writes: [], variables };
}

/** Yarn 2 and later: only with a node_modules directory, and with its cache outside of the project. */
function berry(directory: Path, read: Settings, view: ImageView): Settings | Opaque {
  const settings = join(directory, '.yarnrc.yml');
  if (!isThere(settings, view)) {
    const manager = readPackageJson(view.text(join(directory, 'package.json')) ?? '')?.packageManager ?? null;
    if (manager !== null && !manager.startsWith('yarn@1.')) return opaque(`${manager} without a .yarnrc.yml installs no node_modules`);
    return read;
  }
  const text = view.text(settings);
  if (text === undefined || !/^nodeLinker:\s*["']?node-modules["']?\s*$/m.test(text)) return opaque('yarn with another nodeLinker than node-modules');
  if (/^(?:plugins|yarnPath|enableGlobalCache: false|cacheFolder|defaultProtocol|initScope|pnp|supportedArchitectures)\b/m.test(text)) return opaque('.yarnrc.yml leads to other files of the project');
  if (['.yarn/cache', '.yarn/plugins', '.yarn/patches', '.pnp.cjs'].some((name) => isThere(join(directory, name), view))) return opaque('packages or plugins of yarn are a part of the project');
  return { ...read, writes: [{ place: file(join(directory, '.yarn/install-state.gz')), how: 'set' }] };
}

// ------------------------------------------------------------------------------------------- programs for all users

/** Packages by name; what a directory or an archive of the project holds is not known. */
function installGlobally(manager: Manager, reading: Reading, view: ImageView): Outcome {
  const { program, variables } = manager;
  if (program !== 'npm') return opaque(`${program} installs globally`);
  const packages = reading.operands.slice(1).map(({ argument }) => argument);
  const local = packages.find(({ text, glob }) => glob || isSymbolic(text.charAt(0)) || isPathSpec(text) || isPathSpec(text.replace(/^@?[^@]*@/, '')));
  if (local || packages.length === 0) return opaque(`${program} installs ${readable(local?.text ?? 'the project')} globally`);
  const places = ['--prefix', '--cwd', '--dir', '--userconfig', '--config'].find((name) => reading.options.some((option) => option.name === name));
  if (places !== undefined || ['npm_config_prefix', 'NPM_CONFIG_PREFIX'].some((name) => (view.variable(name) ?? '') !== '')) return opaque(`${program} installs globally where it is told to`);
  const settings = readSettings(ofAllProjects(manager, view), view);
  if ('kind' in settings) return settings;
  const inputs = noInputs(view);
  inputs.reads.push(...settings.reads, ...gitSettings(view), ...namedByVariables(view), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS']));
  const does = [program, 'install -g', ...wordsOf(reading.options, withoutInfluence), ...packages.map(({ text }) => text)].join(' ');
  const effect: Effect = { does, kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs, ...variables, ...nodeVariables, ...settings.variables, 'HOME'), writes: [{ place: file(globalRegion), how: 'add' }] };
  return effects(effect);
}

/** https://github.com/nodejs/corepack */
function corepack(call: Call, view: ImageView): Outcome {
  const [verb, ...others] = call.args.map(({ text }) => text);
  const does = ['corepack', verb, ...others].join(' ');
  const option = others.find((word) => word.startsWith('-') && !['--activate', '-g', '--global'].includes(word));
  if (option !== undefined) return opaque(`corepack ${readable(verb ?? '')} has the option ${readable(option)}, which is not known`);
  if (verb === 'enable' || verb === 'disable') return effects({ does, kind: 'files', reads: [file(globalRegion)], env: ['COREPACK_*'], writes: [{ place: file(globalRegion), how: 'add' }] });
  const named = others.filter((word) => !word.startsWith('-'));
  if ((verb === 'prepare' || verb === 'install') && named.length > 0 && named.every((word) => /^(?:npm|yarn|pnpm)(?:@[\w.+-]+)?$/.test(word))) {
    return effects({ does, kind: 'install', reads: distinct([file(globalRegion), file(join(view.cwd, '.corepack.env')), ...namedByVariables(view), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS'])]), env: ['COREPACK_*', 'HOME'], writes: [{ place: file(corepackRegion(view)), how: 'add' }] });
  }
  return opaque(`corepack ${readable(verb ?? '')} reads the project`);
}

/** Settings of the user. */
function configure(call: Call, reading: Reading, view: ImageView): Outcome {
  if (reading.options.some(({ name }) => name !== '--global' && name !== '--location')) return opaque(`${call.program} config with an option`);
  const words = reading.operands.slice(2).map(({ argument }) => argument.text);
  const keys = words[0]?.includes('=') === true ? words.map((word) => word.split('=')[0] ?? '') : words.slice(0, 1);
  // A file that is set is there, with a text that is not known: no install that reads it is taken to be.
  const leading = keys.find((key) => !isPlainSetting(key));
  // Yarn 2 and later have other names, and write them into the project.
  if (call.program === 'yarn' && keys.some((key) => !/^[a-z-]+$/.test(key))) return opaque('yarn config writes into the project');
  const name = call.program === 'yarn' ? '.yarnrc' : '.npmrc';
  const paths = hasOption(reading, '--global') || lastValue(reading, '--location')?.text === 'global' ? ['/usr/local/etc/npmrc', '/usr/etc/npmrc'] : [join(view.home, name)];
  if (lastValue(reading, '--location')?.text === 'project') return opaque(`${call.program} config --location=project`);
  const does = [call.program, ...reading.operands.map(({ argument }) => argument.text)].join(' ');
  return effects({ does, kind: 'files', reads: paths.map(file), env: [], writes: paths.map((path) => ({ place: file(path), how: leading === undefined ? 'edit' : 'set' })) });
}
