import type { Place } from '../build/places.ts';
import { andAbove, isSymbolic, join, pythonRegion, readable, toolRegion } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import { isHarmlessPlugin, isPoetryPlugin, packageNames, switchedByTable } from '../manifests/poetry-plugins.ts';
import { readToml, tableAt } from '../manifests/toml.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, DependenciesOnly, Effect, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { adds, distinct, environmentOf, readsOf, refuse } from './install-inputs.ts';
import type { Reading } from './options.ts';
import { doubtfulOption, grammar, hasOption, lastValue, readOptions, unknownArgument, wordsOf } from './options.ts';
import { addPipConfiguration } from './pip-configuration.ts';
import { buildLeavings, commandText, noInputs, placesOfPackages, userBase } from './python-inputs.ts';
import type { LockedProject } from './python-project.ts';
import { addLockedProject, isPathOperand, lockedProject, symbolicOperand, unknownDependencies } from './python-project.ts';
import { runInside } from './python.ts';

/** Poetry, 1.0 to 2.x: options as in its `console/commands/*.py`, settings as in its documentation ("Configuration"). */

const withoutInfluence = new Set([
  '--quiet', '--verbose', '--no-interaction', '--ansi', '--no-ansi', '--no-cache', '--no-root', '--no-directory', '--sync', '--remove-untracked',
  '--directory', '--project', '--output', '--only-root',
]);

const poetryGrammar = grammar({
  flags: `-h|--help -q|--quiet -v|--verbose -V|--version --ansi --no-ansi -n|--no-interaction --no-plugins --no-cache --no-root --no-directory --sync
    --remove-untracked --dry-run --all-extras --all-groups --only-root --compile --no-dev --dev-only --dev --local --unset --list --migrate
    --without-hashes --without-urls --with-credentials --no-update --check --regenerate --lock -D --editable --allow-prereleases --clean --strict`,
  values: `-P|--project -C|--directory -E|--extras --with --without --only -f|--format -o|--output -G|--group --optional --python --platform
    --markers --source -l|--local-version -c|--config-settings`,
});

const looking = new Set(['about', 'check', 'help', 'list', 'search', 'show', 'cache', 'debug']);
const mutators = new Set(['add', 'lock', 'remove', 'update']);

export const poetry: Tool = {
  id: 'poetry',
  recognises: (program) => program === 'poetry',
  isPackageManager: true,
  effects: poetryEffects,
  dependenciesOnly: poetryDependenciesOnly,
  leftovers: ['**/.venv', '**/__pycache__', '**/*.py[cod]', '**/dist', '**/*.egg-info'],
};

function poetryEffects(call: Call, view: ImageView): Outcome {
  const first = call.args.findIndex((argument) => !argument.text.startsWith('-'));
  if (call.args[first]?.text === 'run' && call.args.slice(0, first).every((argument) => /^-[qvn]+$|^--[\w-]+$/.test(argument.text))) {
    return runInside('poetry run', call.args.slice(first + 1), view);
  }
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of poetry depends on ${readable(unknown.raw)}`);
  const reading = readOptions(call.args, poetryGrammar);
  const subcommand = reading.operands[0]?.argument.text ?? '';
  if (subcommand === '' || hasOption(reading, '--help', '--version')) return effects(observes('poetry'));
  if (looking.has(subcommand)) return effects(observes(`poetry ${subcommand}`, looksAt(call, reading, view)));
  const doubtful = doubtfulOption(reading, call.args);
  const symbolic = symbolicOperand(reading);
  if (symbolic) return opaque(`what poetry ${readable(subcommand)} does depends on ${readable(symbolic.text)}`);
  if (doubtful) return opaque(`poetry ${subcommand} has the option ${readable(doubtful.name)}, which is not known`);
  switch (subcommand) {
    case 'install':
    case 'sync':
      return install(call, reading, view);
    case 'config':
      return configure(call, reading, view);
    case 'export':
      return exportRequirements(call, reading, view);
    case 'build':
      return build(call, reading, view);
    case 'version':
      return reading.operands.length > 1 ? opaque('poetry version changes pyproject.toml') : effects(observes('poetry version', looksAt(call, reading, view)));
    case 'env':
      return ['info', 'list', 'activate'].includes(reading.operands[1]?.argument.text ?? '') ? effects(observes('poetry env')) : opaque('poetry env changes the virtual environment');
    case 'self':
      return changeSelf(reading, view);
    default:
      return mutators.has(subcommand) ? changeLock(subcommand, call, reading, view) : opaque(`poetry ${readable(subcommand)} is not known`);
  }
}

/** The project, and the plugin that runs with every command on it, if there is one that may read more of it than its manifests. */
interface PoetryProject extends LockedProject {
  readonly plugin: string | null;
}

function projectOf(call: Call, reading: Reading, view: ImageView): PoetryProject {
  const directory = lastValue(reading, '--directory')?.text ?? '.';
  const project = lastValue(reading, '--project')?.text;
  const root = view.resolve(project === undefined || directory === '.' ? (project ?? directory) : join(directory, project));
  const found = lockedProject(view, root, 'poetry', 'poetry.lock');
  return { ...found, plugin: hasOption(reading, '--no-plugins') ? null : activePlugin(call, view, found) };
}

/**
 * A plugin of Poetry that is not known to be harmless, and runs with each command: one that the project requires, or one
 * that is installed beside Poetry. Where nothing says how Poetry came into the image, the tables of pyproject.toml do.
 */
function activePlugin(call: Call, view: ImageView, { pyproject }: LockedProject): string | null {
  const poetry = pyproject?.poetry;
  const isOn = (name: string): boolean => {
    if (!switchedByTable.has(name)) return true;
    const version = name === 'poetry-dynamic-versioning' ? view.variable('POETRY_DYNAMIC_VERSIONING_BYPASS') : null;
    return poetry?.configuredPlugins.includes(name) !== false && !(typeof version === 'string' && version !== '');
  };
  const required = poetry?.requiredPlugins.find(({ name, path }) => path === null && !isHarmlessPlugin(name) && isOn(name));
  if (required) return required.name;
  const said = [...new Set(flatMap(placesOfPoetry(call, view), (region) => view.installedBy(region)))];
  const installed = said.flatMap((does) => (does.startsWith('poetry self ') ? packageNames(does).slice(3).filter((name) => !isHarmlessPlugin(name)) : packageNames(does).filter(isPoetryPlugin)));
  const active = installed.find(isOn);
  if (active !== undefined) return active;
  const isKnown = said.some((does) => packageNames(does).includes('poetry') && !does.startsWith('poetry '));
  return isKnown ? null : (poetry?.configuredPlugins.find(isOn) ?? null);
}

/** Where Poetry and its plugins may have been installed. */
function placesOfPoetry({ programPath }: Call, view: ImageView): readonly Path[] {
  const path = view.variable('PATH') ?? '';
  const directories = [...path.split(':'), ...(programPath?.includes('/') ? [programPath.slice(0, programPath.lastIndexOf('/'))] : [])];
  const prefixes = directories.flatMap((directory) => (directory.endsWith('/bin') ? [view.resolve(directory.slice(0, -'/bin'.length) || '/')] : []));
  const regions = [...prefixes, view.pythonPrefix(programPath), view.pythonPrefix(null), userBase(view)].map(pythonRegion);
  // The official installer keeps Poetry in a directory of its own.
  return [...new Set([...regions, ...[...prefixes, join(view.home, '.local/share/pypoetry')].map((directory) => toolRegion(directory, 'poetry'))])];
}

function looksAt(call: Call, reading: Reading, view: ImageView): readonly Place[] {
  const project = projectOf(call, reading, view);
  return [file(project.manifest), file(project.lock)];
}

// ---------------------------------------------------------------------------------------------------------- settings

function configDirectory(view: ImageView): Path {
  const own = view.variable('POETRY_CONFIG_DIR');
  if (typeof own === 'string' && own !== '') return view.resolve(own);
  const xdg = view.variable('XDG_CONFIG_HOME');
  return join(typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.config'), 'pypoetry');
}

function cacheDirectory(view: ImageView): Path {
  const own = view.variable('POETRY_CACHE_DIR');
  if (typeof own === 'string' && own !== '') return view.resolve(own);
  const xdg = view.variable('XDG_CACHE_HOME');
  return join(typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.cache'), 'pypoetry');
}

/** Settings that name directories and files. */
const movesPlaces = /^(?:cache-dir|data-dir|virtualenvs\.path|certificates\..*)$/;

/** Settings that decide where packages go. */
const placeSettings = new Set(['virtualenvs.create', 'virtualenvs.in-project']);

/**
 * The text of a configuration file that `poetry config` wrote is not kept, but where packages go must be known after it.
 * So each of the two deciding settings has a path of its own, below the file, as no real file can have.
 */
function settingPath(configFile: Path, setting: string, value: boolean): Path {
  return join(configFile, `${setting}=${value}`);
}

/** All settings of a configuration file that `poetry config` made, in one place. */
function settingsOf(configFile: Path): Path {
  return toolRegion(configFile, 'settings');
}

/** True, false, or undefined where the setting is not known; null where it is known not to be set. */
type Setting = boolean | null | undefined;

function settingIn(view: ImageView, configFile: Path, setting: string): Setting {
  const text = view.text(configFile);
  if (text !== undefined) {
    const [table = '', key = ''] = setting.split('.');
    const toml = readToml(text);
    const value = toml.kind === 'ok' ? tableAt(toml.table, table)[key] : undefined;
    return typeof value === 'boolean' ? value : null;
  }
  if (view.presence(settingPath(configFile, setting, true)) === 'yes') return true;
  if (view.presence(settingPath(configFile, setting, false)) === 'yes') return false;
  return view.presence(configFile) === 'no' ? null : undefined;
}

/** The environment comes first, then poetry.toml of the project, then the user's configuration. */
function settingOf(view: ImageView, root: Path, setting: string): Setting {
  const variable = view.variable(`POETRY_${setting.toUpperCase().replaceAll(/[.-]/g, '_')}`);
  if (typeof variable === 'string') return isSymbolic(variable) ? undefined : /^(?:true|1)$/i.test(variable);
  const local = settingIn(view, join(root, 'poetry.toml'), setting);
  return local === null ? settingIn(view, join(configDirectory(view), 'config.toml'), setting) : local;
}

/** `virtualenvs.path` of a poetry.toml. */
function environmentsPath(text: string | undefined): string | undefined {
  const toml = text === undefined ? null : readToml(text);
  const value = toml?.kind === 'ok' ? tableAt(toml.table, 'virtualenvs')['path'] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Where packages go: one region, or all that it may be. The rules are those of `EnvManager.get` in Poetry's `utils/env`. */
function destinations(view: ImageView, root: Path): readonly Path[] {
  const active = view.variable('VIRTUAL_ENV');
  if (typeof active === 'string' && active !== '') return [pythonRegion(view.resolve(active))];
  const inProject = pythonRegion(join(root, '.venv'));
  const own = view.variable('POETRY_VIRTUALENVS_PATH') ?? environmentsPath(view.text(join(root, 'poetry.toml')));
  const cached = toolRegion(typeof own === 'string' && own !== '' ? view.resolve(own) : join(cacheDirectory(view), 'virtualenvs'), 'poetry');
  const system = placesOfPackages(view, view.pythonPrefix(null));
  const create = settingOf(view, root, 'virtualenvs.create');
  const within = settingOf(view, root, 'virtualenvs.in-project');
  const existing = within === false ? 'no' : view.presence(join(root, '.venv'));
  // An environment in the project is used where there is one, whatever the other settings say.
  if (existing === 'yes') return [inProject];
  const possible: Path[] = existing === 'no' ? [] : [inProject];
  if (create === false || create === undefined) possible.push(...system);
  if (create !== false && (within === true || within === undefined)) possible.push(inProject);
  if (create !== false && within !== true) possible.push(cached);
  return [...new Set(possible)];
}

function configure(call: Call, reading: Reading, view: ImageView): Outcome {
  const [, key, ...values] = reading.operands.map((operand) => operand.argument.text);
  const unset = hasOption(reading, '--unset');
  if (key === undefined || hasOption(reading, '--list') || (values.length === 0 && !unset)) return effects(observes('poetry config'));
  if (movesPlaces.test(key)) return opaque(`poetry config ${readable(key)} decides where files are`);
  const local = hasOption(reading, '--local');
  const directory = local ? projectOf(call, reading, view).root : configDirectory(view);
  const config = join(directory, local ? 'poetry.toml' : /^(?:http-basic|pypi-token)\./.test(key) ? 'auth.toml' : 'config.toml');
  // The user's file is taken for the list of what was set in it, so that to set it once more changes nothing.
  const writes: Write[] = [{ place: file(directory), how: 'make-directory' }];
  if (local) writes.push({ place: file(config), how: 'edit' });
  else writes.push({ place: file(config), how: 'set' }, adds(settingsOf(config)));
  if (placeSettings.has(key)) {
    const value = unset ? undefined : /^(?:true|1)$/i.test(values[0] ?? '') ? true : /^(?:false|0)$/i.test(values[0] ?? '') ? false : undefined;
    for (const one of [true, false]) writes.push({ place: file(settingPath(config, key, one)), how: value === one ? 'set' : 'remove' });
  }
  return effects({ does: ['poetry config', unset ? '--unset' : '', key, ...values].join(' '), kind: 'files', reads: [], env: ['POETRY_CONFIG_DIR'], writes });
}

// ---------------------------------------------------------------------------------------------------------- install

/** What the dependencies of a project read. */
function dependencyInputs(view: ImageView, project: PoetryProject) {
  const inputs = noInputs(view);
  addLockedProject(inputs, project, view);
  inputs.reads.push(file(join(project.root, 'poetry.toml')));
  for (const name of ['config.toml', 'auth.toml']) {
    const path = join(configDirectory(view), name);
    inputs.reads.push(file(path), file(settingsOf(path)));
  }
  for (const plugin of project.pyproject?.poetry?.requiredPlugins ?? []) {
    if (plugin.path !== null) inputs.reads.push(everythingBelow(join(project.root, plugin.path)));
  }
  if (project.plugin !== null) inputs.reads.push(everythingBelow(project.root), ...andAbove(project.root).map((directory) => everythingBelow(join(directory, '.git'))));
  // Poetry before 2.0 builds packages in an environment that pip fills.
  addPipConfiguration(inputs, view, view.pythonPrefix(null));
  return { reads: readsOf(inputs), env: environmentOf(inputs, 'POETRY_*', 'VIRTUAL_ENV') };
}

function hasRootProject(project: LockedProject): boolean {
  return project.pyproject?.poetry?.packageMode !== false;
}

function install(call: Call, reading: Reading, view: ImageView): Outcome {
  if (hasOption(reading, '--dry-run')) return effects(observes('poetry install --dry-run', looksAt(call, reading, view)));
  const project = projectOf(call, reading, view);
  const { reads, env } = dependencyInputs(view, project);
  const regions = destinations(view, project.root);
  const removesRest = reading.operands[0]?.argument.text === 'sync' || hasOption(reading, '--sync', '--remove-untracked');
  const does = ['poetry', removesRest ? 'sync' : 'install', ...wordsOf(reading.options, withoutInfluence), 'in', project.root].join(' ');
  const list: Effect[] = [];
  if (!hasOption(reading, '--only-root')) {
    // A sync also removes what the lock does not name. It still counts as an addition, which says less, so that a repeat
    // is free; and of several places that it may be, none counts as emptied.
    const writes: Write[] = regions.map(adds);
    if (project.lockPresence !== 'yes') writes.push({ place: file(project.lock), how: 'edit' });
    list.push({ does, kind: 'install', reads, env, writes });
  }
  const directories = hasOption(reading, '--no-directory', '--only-root') ? [] : project.directories;
  const root = hasRootProject(project) && !hasOption(reading, '--no-root') ? [project.root] : [];
  const parts = [...directories, ...root];
  if (parts.length > 0) {
    list.push({
      does: `${does}: ${parts.join(' ')}`,
      kind: 'project-install',
      reads: distinct([...reads, ...parts.map((path) => everythingBelow(path))]),
      env,
      writes: [...regions.map(adds), ...parts.map(buildLeavings)],
    });
  }
  return effects(...list);
}

// ------------------------------------------------------------------------------------------- export, build, lock, self

function exportRequirements(call: Call, reading: Reading, view: ImageView): Outcome {
  const project = projectOf(call, reading, view);
  const { reads, env } = dependencyInputs(view, project);
  const does = ['poetry export', ...wordsOf(reading.options, withoutInfluence)].join(' ');
  const output = lastValue(reading, '--output')?.text;
  const writes: Write[] = [];
  if (project.lockPresence !== 'yes') writes.push({ place: file(project.lock), how: 'edit' });
  // Path dependencies are written as paths, so that who reads the file reads them, too.
  const selfContained = project.complete && project.directories.length === 0 && project.archives.length === 0;
  if (output === undefined) return effects({ ...observes(does, reads), kind: writes.length > 0 ? 'files' : 'observe', env, writes, selfContained });
  const lockWrite: Effect[] = writes.length === 0 ? [] : [{ does: 'poetry lock', kind: 'files', reads, env, writes }];
  const written: Effect = { does, kind: 'files', reads, env, writes: [{ place: file(view.resolve(output)), how: 'set' }], selfContained };
  return effects(...lockWrite, written);
}

function build(call: Call, reading: Reading, view: ImageView): Outcome {
  const project = projectOf(call, reading, view);
  const { reads, env } = dependencyInputs(view, project);
  const output = lastValue(reading, '--output')?.text;
  const place = everythingBelow(output === undefined ? join(project.root, 'dist') : view.resolve(output));
  return effects({
    does: ['poetry build', ...wordsOf(reading.options, withoutInfluence)].join(' '),
    kind: 'build',
    reads: distinct([...reads, everythingBelow(project.root)]),
    env,
    writes: [{ place, how: 'edit' }, buildLeavings(project.root)],
  });
}

/** `add`, `remove`, `update` and `lock` write the lock, the first two the manifest as well. */
function changeLock(subcommand: string, call: Call, reading: Reading, view: ImageView): Outcome {
  const project = projectOf(call, reading, view);
  if (hasOption(reading, '--dry-run', '--check')) return effects(observes(`poetry ${subcommand} --check`, looksAt(call, reading, view)));
  const { reads, env } = dependencyInputs(view, project);
  const operands = reading.operands.slice(1).map((operand) => operand.argument);
  const paths = operands.filter(isPathOperand).map((argument) => everythingBelow(view.resolve(argument.text)));
  const writes: Write[] = [{ place: file(project.lock), how: 'edit' }];
  if (subcommand === 'add' || subcommand === 'remove') writes.push({ place: file(project.manifest), how: 'edit' });
  if (subcommand !== 'lock' && !hasOption(reading, '--lock')) writes.push(...destinations(view, project.root).map((region): Write => ({ place: file(region), how: 'edit' })));
  const does = ['poetry', subcommand, ...wordsOf(reading.options, withoutInfluence), ...operands.map((argument) => argument.text)].join(' ');
  return effects({ does, kind: subcommand === 'lock' ? 'files' : 'install', reads: distinct([...reads, ...paths]), env, writes });
}

/** Plugins go where Poetry itself is, which is not the project's environment. */
function changeSelf(reading: Reading, view: ImageView): Outcome {
  const [, action, ...operands] = reading.operands.map((operand) => operand.argument.text);
  if (action === 'show' || action === undefined) return effects(observes('poetry self'));
  if (!['add', 'update', 'remove', 'install', 'sync', 'lock'].includes(action) || reading.operands.slice(2).some((operand) => isPathOperand(operand.argument))) {
    return opaque(`poetry self ${readable(action)} is not known`);
  }
  const inputs = noInputs(view);
  addPipConfiguration(inputs, view, view.pythonPrefix(null));
  const directory = configDirectory(view);
  const writes: Write[] = [
    { place: everythingBelow(directory), how: 'edit' },
    ...placesOfPackages(view, view.pythonPrefix(null)).map((region): Write => ({ place: file(region), how: 'edit' })),
  ];
  return effects({ does: ['poetry self', action, ...operands].join(' '), kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs, 'POETRY_*'), writes });
}

// ------------------------------------------------------------------------------------------------- dependencies only

function poetryDependenciesOnly(call: Call, view: ImageView): DependenciesOnly | Refusal | null {
  if (unknownArgument(call.args)) return null;
  const reading = readOptions(call.args, poetryGrammar);
  const subcommand = reading.operands[0]?.argument.text ?? '';
  if (hasOption(reading, '--help', '--version', '--dry-run', '--check')) return null;
  if (mutators.has(subcommand)) return refuse('lock-changed-by-command', `poetry ${subcommand} rewrites poetry.lock.`);
  if ((subcommand !== 'install' && subcommand !== 'sync') || doubtfulOption(reading, call.args) || symbolicOperand(reading)) return null;
  const project = projectOf(call, reading, view);
  const what = `poetry ${subcommand}`;
  const unknown = unknownDependencies(what, project);
  if (unknown) return unknown;
  if (hasOption(reading, '--only-root')) return refuse('reads-source', `${what} --only-root installs the project itself and nothing else.`);
  const plugin = project.pyproject?.poetry?.requiredPlugins.find((one) => one.path !== null);
  if (plugin) return refuse('local-dependency', `The plugin ${plugin.name} that pyproject.toml requires is the directory ${plugin.path ?? ''}.`);
  if (project.plugin !== null) return refuse('dynamic-metadata', `The plugin ${project.plugin} runs with ${what}, also with --no-root, and may read git and all of the project.`);
  // --no-directory is known from Poetry 1.5 on, so it is only given where there is a directory.
  const added = [
    ...(hasRootProject(project) && !hasOption(reading, '--no-root') ? ['--no-root'] : []),
    ...(project.directories.length > 0 && !hasOption(reading, '--no-directory') ? ['--no-directory'] : []),
  ];
  if (added.length === 0) return null;
  return { kind: 'dependencies-only', text: commandText(call, call.args, ...added), originalStillNeeded: true };
}
