import type { Place } from '../build/places.ts';
import { isRegion, isSymbolic, join, parentOf, readable, toolRegion } from '../build/places.ts';
import type { PackageJson } from '../manifests/package-json.ts';
import { isInStep, isInStepWithYarn, isPathSpec, namesLocalPackage, readPackageJson } from '../manifests/package-json.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, Effect, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { programReads } from './observers.ts';
import { looks } from './operands.ts';
import type { Grammar, Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, unknownArgument } from './options.ts';
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
    --verbose --no-progress --prefer-offline --offline --force --check-files --check-cache --inline-builds --network-concurrency --no-bin-links --skip-integrity-check --flat --har -h|--help --help -v|--version --version`,
  values: '--network-timeout --cache-folder --registry --mode --cwd',
});

const pnpmOptions = grammar({
  flags: `--frozen-lockfile --no-frozen-lockfile -P|--prod --prod --production|--prod -D|--dev --dev --no-optional --ignore-scripts --prefer-offline --offline --force --silent -s|--silent --shamefully-hoist --strict-peer-dependencies
    --no-strict-peer-dependencies --lockfile-only --fix-lockfile --no-color -r|--recursive --recursive -g|--global --global --ignore-workspace -h|--help --help -v|--version --version`,
  values: '--reporter --loglevel --registry --store-dir --network-concurrency --child-concurrency --filter -F|--filter --dir -C|--dir --modules-dir --virtual-store-dir --hoist-pattern --lockfile-dir --ignore-pnpmfile',
});

const bunOptions = grammar({
  flags: '--frozen-lockfile --production -p|--production --no-save --save --ignore-scripts --silent --verbose --no-progress --no-summary --force -f|--force --no-cache --dry-run -g|--global --global --no-verify -h|--help --help -v|--version --version',
  values: '--registry --cache-dir --backend --omit --cwd --config -c|--config --concurrent-scripts',
});

const managers: readonly Manager[] = [
  {
    program: 'npm',
    options: npmOptions,
    locks: ['package-lock.json', 'npm-shrinkwrap.json'],
    settings: ['.npmrc'],
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
    ofUser: ['.npmrc', '.yarnrc', '.yarnrc.yml'],
    writesLock: (reading) => !hasOption(reading, '--frozen-lockfile', '--immutable', '--pure-lockfile', '--no-lockfile'),
    isInStep: isInStepWithYarn,
    variables: ['YARN_*', 'npm_config_*', 'NPM_TOKEN'],
  },
  {
    program: 'pnpm',
    options: pnpmOptions,
    locks: ['pnpm-lock.yaml'],
    settings: ['.npmrc', 'pnpm-workspace.yaml', '.pnpmfile.cjs', '.pnpmfile.mjs'],
    ofUser: ['.npmrc', '.config/pnpm/rc'],
    writesLock: (reading, view) => !hasOption(reading, '--frozen-lockfile') && (view.variable('CI') ?? '') === '',
    isInStep: () => false,
    variables: ['PNPM_*', 'pnpm_config_*', 'npm_config_*', 'NPM_TOKEN'],
  },
  {
    program: 'bun',
    options: bunOptions,
    locks: ['bun.lock', 'bun.lockb'],
    settings: ['.npmrc', 'bunfig.toml'],
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
const looking = new Set(['ls', 'list', 'la', 'll', 'view', 'info', 'outdated', 'root', 'bin', 'prefix', 'ping', 'whoami', 'why', 'explain', 'help', 'doctor', 'licenses', 'versions']);

function nodeEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of ${call.program} depends on ${readable(unknown.raw)}`);
  if (call.args.length === 1 && /^(?:-v|--version|-h|--help)$/.test(call.args[0]?.text ?? '')) return effects(looks(call.program, programReads(call.program, view)));
  if (call.program === 'corepack') return corepack(call, view);
  const manager = managers.find(({ program }) => program === call.program);
  if (!manager) return opaque(`dockfix does not know what \`${call.program}\` does`);
  const reading = readOptions(call.args, manager.options);
  const [verb, ...packages] = reading.operands.map(({ argument }) => argument);
  const word = verb?.text ?? '';
  const strange = reading.options.find(({ listed }) => !listed);
  if (looking.has(word)) return effects(looks(`${call.program} ${word}`, [...programReads(call.program, view), everythingBelow(view.cwd)]));
  if (call.program === 'npm' && word === 'cache') return effects({ does: 'npm cache', kind: 'files', reads: [], env: [], writes: [] });
  if (call.program === 'yarn' && word === 'cache') return effects({ does: 'yarn cache', kind: 'files', reads: [], env: [], writes: [] });
  if ((call.program === 'npm' || call.program === 'pnpm' || call.program === 'yarn') && word === 'config' && packages[0]?.text === 'set') return configure(call, reading, view);
  if (installWords.get(call.program)?.has(word) !== true) return opaque(`dockfix does not know what \`${call.program}${word === '' ? '' : ` ${readable(word)}`}\` does`);
  if (strange) return opaque(`${call.program} ${word} has the option ${readable(strange.name)}, which is not known`);
  if (hasOption(reading, '--dry-run')) return effects(looks(`${call.program} ${word}`, [...programReads(call.program, view), everythingBelow(view.cwd)]));
  if (hasOption(reading, '--global') || lastValue(reading, '--location')?.text === 'global') return installGlobally(manager, reading, view);
  if (packages.length > 0) return opaque(`${call.program} ${word} ${readable(packages[0]?.text ?? '')} changes package.json`);
  return installProject(manager, word, reading, view);
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

/** Settings that lead to other files or programs. */
const leadsElsewhere = /^\s*(?:prefix|script-shell|shell|cafile|certfile|keyfile|userconfig|globalconfig|global|node-options|workspaces?|install-links|package-lock-only|dry-run|git|lockfile|lockfile-dir|modules-dir|virtual-store-dir|shared-workspace-lockfile|workspace-dir|yarn-path|yarn-offline-mirror|modules-folder)\s*(?:=|:|\s"?\.{0,2}\/)/im;

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
  const scripts = scriptsOf(manager, word, reading, read, directory, view);
  if ('kind' in scripts) return scripts;
  const settings = settingsOf(manager, directory, view);
  if ('kind' in settings) return settings;
  const inputs = noInputs(view);
  const above = andAbove(directory).flatMap((at) => ['package.json', 'pnpm-workspace.yaml'].map((name) => join(at, name)));
  if (above.some((path) => view.presence(path) === 'yes' && /workspaces|^packages:/m.test(view.text(path) ?? 'workspaces'))) return opaque(`${program} ${word} in a package of a workspace`);
  inputs.reads.push(file(manifest), ...manager.locks.map((name) => file(join(directory, name))), ...settings.reads, ...scripts.reads, ...above.filter((path) => isThere(path, view) && mayCount(view.text(path))).map(file));
  inputs.reads.push(file(globalRegion), file(corepackRegion(view)), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS']));
  const lock = manager.locks.map((name) => join(directory, name)).find((path) => view.presence(path) === 'yes');
  const modules = toolRegion(join(directory, 'node_modules'), 'packages');
  const isClean = program === 'npm' && cleanInstalls.has(word);
  // Who has installed by hand has a lock file that git has not, and that is honoured where the whole directory is copied.
  if (lock === undefined) return opaque(withoutLock(program));
  const writes: Write[] = [{ place: file(modules), how: isClean ? 'set' : 'add' }, ...settings.writes];
  if (!isClean && manager.writesLock(reading, view)) writes.push(lockWritten(lock, manager.isInStep(read, view.text(lock) ?? '')));
  const does = [program, isClean ? 'ci' : 'install', ...wordsOf(reading.options, withoutInfluence)].join(' ');
  const env = environmentOf(inputs, ...manager.variables, 'NODE_ENV', 'NODE_OPTIONS', 'CI', 'COREPACK_*', 'HOME');
  return effects({ does, kind: 'install', reads: readsOf(inputs), env, writes });
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
function mayCount(text: string | undefined): boolean {
  return text === undefined || /"(?:workspaces|packageManager)"/.test(text);
}

/** Why not all that is installed comes from the network; null if it does. */
function localPackage({ program, locks }: Manager, directory: Path, read: PackageJson, text: string, view: ImageView): string | null {
  if (read.hasWorkspaces) return `${program} in a project with workspaces`;
  const named = [...read.dependencies].find(([, version]) => isPathSpec(version));
  if (named) return `package.json asks for ${named[0]} from ${named[1]}, which is a part of the project itself`;
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

/** What the scripts of the project read that an install runs; opaque if that is not known. */
function scriptsOf({ program }: Manager, word: string, reading: Reading, { lifecycle, hasPatches }: PackageJson, directory: Path, view: ImageView): Parts | Opaque {
  const gyp = join(directory, 'binding.gyp');
  const reads: Place[] = [file(gyp), ...(hasPatches ? [everythingBelow(join(directory, 'patches'))] : [])];
  const isOff = hasOption(reading, '--ignore-scripts') || ['npm_config_ignore_scripts', 'NPM_CONFIG_IGNORE_SCRIPTS', 'YARN_ENABLE_SCRIPTS'].some((name) => (view.variable(name) ?? '') !== '');
  if (hasOption(reading, '--ignore-scripts')) return { reads, writes: [] };
  if (isOff) return opaque(`a variable says whether ${program} ${word} runs scripts`);
  if (isThere(gyp, view)) return opaque(`${program} ${word} builds what binding.gyp says`);
  for (const { name, text } of lifecycle) {
    const read = readsOfScript(text, directory, view);
    if (read === null) return opaque(`${program} ${word} runs \`${name}\` of package.json, which may do anything: ${text}`);
    reads.push(...read);
  }
  return { reads, writes: [] };
}

/** What a script reads, for those whose packages say so in their documentation. */
function readsOfScript(text: string, directory: Path, view: ImageView): readonly Place[] | null {
  const git = join(directory, '.git');
  // husky does nothing where there is no repository.
  if (/^(?:npx )?husky(?: install)?(?: \|\| (?:true|exit 0))?$/.test(text)) return isThere(git, view) ? null : [everythingBelow(git)];
  if (/^(?:npx )?patch-package$/.test(text)) return [everythingBelow(join(directory, 'patches'))];
  return null;
}

function settingsOf({ program, settings, ofUser }: Manager, directory: Path, view: ImageView): Parts | Opaque {
  const own = settings.map((name) => join(directory, name));
  const leading = own.find((path) => leadsElsewhere.test(view.text(path) ?? ''));
  if (leading !== undefined) return opaque(`${readable(leading)} leads to other files`);
  const unreadable = own.find((path) => view.presence(path) === 'yes' && view.text(path) === undefined);
  if (unreadable !== undefined) return opaque(`the text of ${readable(unreadable)} is not known`);
  const reads = [...own, ...ofUser.map((name) => join(view.home, name)), '/usr/local/etc/npmrc', '/usr/etc/npmrc'].map(file);
  if (program === 'yarn') return berry(directory, reads, view);
  const workspace = view.text(join(directory, 'pnpm-workspace.yaml'));
  if (program === 'pnpm') {
    if (workspace !== undefined && /^packages:/m.test(workspace)) return opaque('pnpm in a project with workspaces');
    if (own.some((path) => /pnpmfile/.test(path) && isThere(path, view))) return opaque('a .pnpmfile runs during the install');
    const patched = workspace !== undefined && /^patchedDependencies:/m.test(workspace) ? [everythingBelow(join(directory, 'patches'))] : [];
    return { reads: [...reads, ...patched], writes: [{ place: file(toolRegion(join(view.home, '.local/share/pnpm'), 'pnpm-store')), how: 'add' }] };
  }
  return { reads, writes: [] };
}

/** Yarn 2 and later: only with a node_modules directory, and with its cache outside of the project. */
function berry(directory: Path, reads: readonly Place[], view: ImageView): Parts | Opaque {
  const settings = join(directory, '.yarnrc.yml');
  if (!isThere(settings, view)) {
    const manager = readPackageJson(view.text(join(directory, 'package.json')) ?? '')?.packageManager ?? null;
    if (manager !== null && !manager.startsWith('yarn@1.')) return opaque(`${manager} without a .yarnrc.yml installs no node_modules`);
    return { reads, writes: [] };
  }
  const text = view.text(settings);
  if (text === undefined || !/^nodeLinker:\s*["']?node-modules["']?\s*$/m.test(text)) return opaque('yarn with another nodeLinker than node-modules');
  if (/^(?:plugins|yarnPath|enableGlobalCache: false|cacheFolder|defaultProtocol|initScope|pnp|supportedArchitectures)\b/m.test(text)) return opaque('.yarnrc.yml leads to other files of the project');
  if (['.yarn/cache', '.yarn/plugins', '.yarn/patches', '.pnp.cjs'].some((name) => isThere(join(directory, name), view))) return opaque('packages or plugins of yarn are a part of the project');
  return { reads, writes: [{ place: file(join(directory, '.yarn/install-state.gz')), how: 'set' }] };
}

// ------------------------------------------------------------------------------------------- programs for all users

/** Packages by name; what a directory or an archive of the project holds is not known. */
function installGlobally({ program, ofUser, variables }: Manager, reading: Reading, view: ImageView): Outcome {
  const packages = reading.operands.slice(1).map(({ argument }) => argument);
  const local = packages.find(({ text, glob }) => glob || isSymbolic(text.charAt(0)) || isPathSpec(text) || /\.(?:tgz|tar\.gz)$/.test(text) || text.startsWith('.'));
  if (local || packages.length === 0) return opaque(`${program} installs ${readable(local?.text ?? 'the project')} globally`);
  const places = ['--prefix', '--cwd', '--dir', '--userconfig', '--config'].find((name) => reading.options.some((option) => option.name === name));
  if (places !== undefined || ['npm_config_prefix', 'NPM_CONFIG_PREFIX'].some((name) => (view.variable(name) ?? '') !== '')) return opaque(`${program} installs globally where it is told to`);
  const inputs = noInputs(view);
  inputs.reads.push(...ofUser.map((name) => file(join(view.home, name))), file('/usr/local/etc/npmrc'), file('/usr/etc/npmrc'), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS']));
  const does = [program, 'install -g', ...wordsOf(reading.options, withoutInfluence), ...packages.map(({ text }) => text)].join(' ');
  const effect: Effect = { does, kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs, ...variables, 'NODE_ENV', 'NODE_OPTIONS', 'HOME'), writes: [{ place: file(globalRegion), how: 'add' }] };
  return effects(effect);
}

/** https://github.com/nodejs/corepack */
function corepack(call: Call, view: ImageView): Outcome {
  const [verb, ...others] = call.args.map(({ text }) => text);
  const does = ['corepack', verb, ...others].join(' ');
  if (verb === 'enable' || verb === 'disable') return effects({ does, kind: 'files', reads: [file(globalRegion)], env: ['COREPACK_*'], writes: [{ place: file(globalRegion), how: 'add' }] });
  const named = others.filter((word) => !word.startsWith('-'));
  if ((verb === 'prepare' || verb === 'install') && named.length > 0 && named.every((word) => /^(?:npm|yarn|pnpm)(?:@[\w.+-]+)?$/.test(word))) {
    return effects({ does, kind: 'install', reads: distinct([file(globalRegion), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS'])]), env: ['COREPACK_*', 'HOME'], writes: [{ place: file(corepackRegion(view)), how: 'add' }] });
  }
  return opaque(`corepack ${readable(verb ?? '')} reads the project`);
}

/** Settings of the user. */
function configure(call: Call, reading: Reading, view: ImageView): Outcome {
  if (reading.options.some(({ name }) => name !== '--global' && name !== '--location')) return opaque(`${call.program} config with an option`);
  const name = call.program === 'yarn' ? '.yarnrc' : '.npmrc';
  const paths = hasOption(reading, '--global') || lastValue(reading, '--location')?.text === 'global' ? ['/usr/local/etc/npmrc', '/usr/etc/npmrc'] : [join(view.home, name)];
  if (lastValue(reading, '--location')?.text === 'project') return opaque(`${call.program} config --location=project`);
  const does = [call.program, ...reading.operands.map(({ argument }) => argument.text)].join(' ');
  return effects({ does, kind: 'files', reads: paths.map(file), env: [], writes: paths.map((path) => ({ place: file(path), how: 'edit' })) });
}
