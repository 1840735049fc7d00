import type { Place } from '../build/places.ts';
import { isSymbolic, join, parentOf, pythonRegion, readable, resolvePath, toolRegion } from '../build/places.ts';
import { readEnvironmentFile } from '../manifests/environment.ts';
import { readRequirements } from '../manifests/requirements.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, DependenciesOnly, Effect, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, functionsOf, observes, opaque } from './command.ts';
import { adds, distinct, environmentOf, readsOf, refuse } from './install-inputs.ts';
import type { GrammarText, Reading } from './options.ts';
import { doubtfulOption, grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf, wordsOf } from './options.ts';
import { pip } from './pip.ts';
import type { Inputs } from './python-inputs.ts';
import { addPipConfiguration } from './pip-configuration.ts';
import { addRequirement, addRequirementsFile, noInputs, startsWithSymbol } from './python-inputs.ts';
import { symbolicOperand } from './python-project.ts';

/**
 * conda and mamba (options as in conda 24 and 25), and micromamba (2). An environment is a Python with its packages, so
 * it is one place with what pip installs into it.
 * https://docs.conda.io/projects/conda/en/stable/commands/index.html
 * https://mamba.readthedocs.io/en/latest/user_guide/micromamba.html
 */

const common: GrammarText = {
  flags: '-h|--help -V|--version -v|--verbose -vv|--verbose -q|--quiet --json -y|--yes -d|--dry-run --offline -k|--insecure --debug --no-rc --no-env',
  values: '-n|--name -p|--prefix --solver --experimental-solver|--solver --rc-file --log-level',
};

const installing: GrammarText = {
  flags: `--override-channels --strict-channel-priority --no-channel-priority --no-deps --only-deps --no-pin --copy --always-copy --no-default-packages --download-only
    --no-shortcuts -C|--use-index-cache -S|--satisfied-skip-solve --freeze-installed --no-update-deps --update-deps --update-specs --update-all --all
    --force-reinstall --prune --force --dev --show-channel-urls --mkdir --no-py-pin --freeze`,
  values: '-c|--channel -f|--file --clone --repodata-fn --subdir --platform --revision --channel-priority --safety-checks --root-prefix -r|--root-prefix',
};

const cleaning: GrammarText = { flags: '-a|--all -i|--index-cache -p|--packages -t|--tarballs -f|--force-pkgs-dirs -l|--logfiles --tempfiles --trash -c|--tempfiles' };

const configuring: GrammarText = {
  flags: '--system --env --show --show-sources --validate --describe',
  values: '--add --append --prepend --set --remove --remove-key --get --file',
};

/** Variables of an environment that decide what is installed into it later. */
const decidesInstalls = /^(?:(?:PIP|UV|CONDA|MAMBA)_|PYTHON|CPATH$|C_INCLUDE_PATH$|\w*FLAGS$)/;

/** Options without influence on what is installed. */
const withoutInfluence = new Set(['--yes', '--quiet', '--verbose', '--json', '--name', '--prefix', '--file', '--debug', '--log-level', '--root-prefix']);

const looking = new Set(['list', 'info', 'search', 'compare', 'doctor', 'notices', 'repoquery', 'env list', 'env export', 'help']);
const making = new Set(['create', 'install', 'update', 'upgrade', 'env create', 'env update']);

export const conda: Tool = {
  id: 'conda',
  recognises: (program) => program === 'conda' || program === 'mamba' || program === 'micromamba',
  isPackageManager: true,
  effects: condaEffects,
  dependenciesOnly,
};

function condaEffects(call: Call, view: ImageView): Outcome {
  const [first, ...others] = call.args;
  if (first?.text === 'run') return runInEnvironment(call, view);
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of ${call.program} depends on ${readable(unknown.raw)}`);
  if (!first || /^(?:-V|--version|-h|--help)$/.test(first.text)) return effects(observes(call.program));
  const isNested = first.text === 'env';
  const name = isNested ? `env ${others[0]?.text ?? ''}` : first.text;
  const args = isNested ? others.slice(1) : others;
  const reading = readOptions(args, grammar(common, ...grammarsOf(name)));
  if (hasOption(reading, '--help', '--dry-run')) return effects(observes(`${call.program} ${name}`));
  const root = rootOf(call, reading, view);
  if (root === null) return opaque(`where ${call.program} keeps its environments is not known`);
  if (looking.has(name) && !hasOption(reading, '--file')) {
    const about = name === 'list' || name === 'env export' ? file(pythonRegion(targetOf(reading, view, root, null) ?? root)) : everythingBelow(root);
    return effects(observes(`${call.program} ${name}`, [about, file(environmentsOf(view)), ...configurationFiles(view, root)]));
  }
  const doubtful = doubtfulOption(reading, args);
  if (doubtful) return opaque(`${call.program} ${name} has the option ${readable(doubtful.name)}, which is not known`);
  const symbolic = symbolicOperand(reading);
  if (symbolic) return opaque(`what ${call.program} ${name} does depends on ${readable(symbolic.text)}`);
  if (making.has(name)) return install(call, name, reading, view, root);
  if (name === 'remove' || name === 'uninstall' || name === 'env remove') return remove(call, name, reading, view, root);
  if (name === 'clean') return effects(changes(`${call.program} clean ${wordsOf(reading.options, withoutInfluence).join(' ')}`, [{ place: file(cacheOf(root)), how: 'edit' }]));
  if (name === 'init') return initialise(call, reading, view, root);
  if (name === 'config') return configure(call, reading, view, root);
  return opaque(`${call.program} ${readable(name)} is not known`);
}

function grammarsOf(name: string): readonly GrammarText[] {
  if (name === 'clean') return [cleaning];
  if (name === 'config') return [configuring];
  return [installing];
}

function changes(does: string, writes: readonly Write[], kind: Effect['kind'] = 'files'): Effect {
  return { does, kind, reads: writes.map(({ place }) => place), env: ['CONDA_*', 'MAMBA_*'], writes };
}

// --------------------------------------------------------------------------------------------------------------- places

/** Where conda is installed; null if that is not known. micromamba is told by MAMBA_ROOT_PREFIX. */
function rootOf(call: Call, reading: Reading, view: ImageView): Path | null {
  const told = lastValue(reading, '--root-prefix')?.text ?? view.variable('MAMBA_ROOT_PREFIX');
  if (typeof told === 'string' && told !== '') return view.resolve(told);
  const prefix = view.pythonPrefix(call.programPath).replace(/\/envs\/[^/]+$/, '');
  return isSymbolic(prefix) || /(?:conda|mamba|forge)[^/]*$/.test(prefix) ? prefix : null;
}

/** The list of all environments. */
function environmentsOf(view: ImageView): Path {
  return join(view.home, '.conda/environments.txt');
}

function cacheOf(root: Path): Path {
  return toolRegion(root, 'conda-packages');
}

/** The environment that a call is about: as named, else as its file is named, else the one that is active, else the first. */
function targetOf(reading: Reading, view: ImageView, root: Path, inFile: string | null): Path | null {
  const prefix = lastValue(reading, '--prefix');
  if (prefix) return isSymbolic(prefix.text) ? null : view.resolve(prefix.text);
  const name = lastValue(reading, '--name')?.text ?? inFile;
  if (name !== null) return named(name, root);
  const active = view.variable('CONDA_PREFIX');
  return typeof active === 'string' && active !== '' ? view.resolve(active) : root;
}

function named(name: string, root: Path): Path | null {
  if (isSymbolic(name) || !/^[\w.+-]+$/.test(name)) return null;
  return name === 'base' || name === 'root' ? root : join(root, `envs/${name}`);
}

// -------------------------------------------------------------------------------------------------------------- install

interface Read {
  readonly inputs: Inputs;
  /** The name that the environment file gives. */
  readonly name: string | null;
  /** Why that is not known; null if it is. */
  readonly unknown: string | null;
}

function isEnvironmentFile(name: string, path: string): boolean {
  return name.startsWith('env ') || /\.ya?ml$/i.test(path);
}

function readFiles(name: string, reading: Reading, view: ImageView): Read | null {
  const inputs = noInputs(view);
  const given = valuesOf(reading, '--file').map(({ text }) => text);
  const paths = given.length === 0 && name.startsWith('env ') ? ['environment.yml'] : given;
  let found: string | null = null;
  let unknown: string | null = null;
  for (const path of paths) {
    if (/^[a-z]+:\/\//i.test(path)) continue;
    if (isSymbolic(path)) return null;
    const resolved = view.resolve(path);
    inputs.reads.push(file(resolved));
    if (!isEnvironmentFile(name, path)) {
      if (!addSpecifications(inputs, view, resolved)) return null;
      continue;
    }
    const text = view.text(resolved);
    const read = text === undefined ? null : readEnvironmentFile(text);
    if (read?.kind === 'ok' && read.file.variables.some((variable) => decidesInstalls.test(variable))) return null;
    if (read?.kind !== 'ok') {
      unknown ??= read === null ? `the text of ${readable(path)} is not known` : `${readable(path)} line ${read.line} is written in a form that dockfix does not read`;
      inputs.complete = false;
      inputs.reads.push(everythingBelow(view.cwd), everythingBelow(parentOf(resolved)));
      continue;
    }
    found ??= read.file.name;
    if (![...read.file.channels, ...read.file.packages].every((word) => addLocal(inputs, view, word))) return null;
    if (!addPipSection(inputs, view, resolved, read.file.pip)) return null;
  }
  return { inputs, name: found, unknown };
}

/** A list of packages, one a line; with `@EXPLICIT` they are addresses. */
function addSpecifications(inputs: Inputs, view: ImageView, path: Path): boolean {
  const text = view.text(path);
  if (text !== undefined) return text.split(/\r?\n/).every((line) => addLocal(inputs, view, line.trim()));
  inputs.complete = false;
  inputs.reads.push(everythingBelow(view.cwd), everythingBelow(parentOf(path)));
  return true;
}

/** A channel or a package may be a path; conda replaces variables in it. False if it may be any path. */
function addLocal(inputs: Inputs, view: ImageView, written: string): boolean {
  const text = written.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    inputs.env.add(name);
    return view.variable(name) ?? whole;
  });
  if (startsWithSymbol(text)) return false;
  const path = /^(?:[\w-]+=)?(?:file:(?:\/\/(?:localhost)?)?)?((?:~|\.{0,2})\/.*|\.{1,2})$/i.exec(text)?.[1];
  if (path === undefined) return true;
  const resolved = view.resolve(path);
  inputs.reads.push(/\.(?:conda|tar\.bz2)$/.test(path.replace(/#.*/, '')) ? file(resolved.replace(/#.*/, '')) : everythingBelow(resolved));
  return !isSymbolic(resolved);
}

/** conda writes the section into a requirements file beside the environment file, and runs pip in that directory. */
function addPipSection(inputs: Inputs, view: ImageView, path: Path, lines: readonly string[]): boolean {
  const directory = parentOf(path);
  // `python -m pip` takes pip from the directory if it is there.
  const shadows = lines.length === 0 ? [] : ['pip.py', 'pip/__init__.py'].map((name) => join(directory, name));
  inputs.reads.push(...shadows.filter((shadow) => view.text(shadow) !== undefined).map(file));
  const { entries, variables } = readRequirements(lines.join('\n'));
  for (const variable of variables) inputs.env.add(variable);
  for (const entry of entries) {
    if (entry.kind === 'unreadable') return false;
    if (entry.kind === 'include') {
      if (directory !== view.cwd) return false;
      addRequirementsFile(inputs, view, resolvePath(directory, entry.path), entry.constraint);
      continue;
    }
    const before = inputs.reads.length + inputs.projects.length;
    addRequirement(inputs, view, entry, path);
    inputs.requirements.push(entry);
    // A path would be meant from the directory of the file.
    if (directory !== view.cwd && inputs.reads.length + inputs.projects.length > before) return false;
    if (entry.kind === 'option' && entry.name === '--find-links') return false;
  }
  return true;
}

function install(call: Call, name: string, reading: Reading, view: ImageView, root: Path): Outcome {
  const moved = ['ENVS_PATH', 'ENVS_DIRS', 'PKGS_DIRS'].flatMap((setting) => settingNames(setting)).find((variable) => (view.variable(variable) ?? '') !== '');
  if (moved !== undefined) return opaque(`${moved} says where packages go`);
  const own = valuesOf(reading, '--rc-file').map(({ text }) => file(view.resolve(text)));
  const settings = [...configurationFiles(view, root), ...own];
  const leading = own.find(({ path }) => isSymbolic(path)) ?? settings.find((place) => leadsOn(place, view));
  if (leading !== undefined) return opaque(`${readable(leading.path)} may say where packages come from, or go`);
  const read = readFiles(name, reading, view);
  if (read === null) return opaque(`${call.program} ${name} has a file that is not read`);
  const clone = lastValue(reading, '--clone');
  const needsName = name.startsWith('env ') && !hasOption(reading, '--name', '--prefix');
  if (needsName && read.name === null) return opaque(read.unknown ?? `${call.program} ${name} without a name`);
  const target = targetOf(reading, view, root, read.name);
  if (target === null) return opaque(`which environment ${call.program} ${name} means is not known`);
  const { inputs } = read;
  for (const { argument } of reading.operands) {
    const { text, glob } = argument;
    if (glob && (/\//.test(text) || view.presence(view.resolve(text)) !== 'no')) return opaque(`${readable(text)} may be several files`);
    if (!addLocal(inputs, view, /^[^:]*\.(?:conda|tar\.bz2)$/.test(text) ? view.resolve(text) : text)) return opaque(`what ${call.program} installs depends on ${readable(text)}`);
  }
  const channels = valuesOf(reading, '--channel').map(({ text }) => text);
  const inVariables = fromVariables.flatMap((setting) => settingNames(setting)).flatMap((variable) => (view.variable(variable) ?? '').split(/[,&\s]+/));
  if (![...channels, ...inVariables].every((word) => addLocal(inputs, view, word))) return opaque(`where ${call.program} takes packages from is not known`);
  if (clone) inputs.reads.push(file(pythonRegion(named(clone.text, root) ?? view.resolve(clone.text))));
  inputs.reads.push(...settings, file(join(target, 'conda-meta/pinned')));
  addPipConfiguration(inputs, view, target);
  const words = reading.operands.map(({ argument }) => (/^\.{0,2}\//.test(argument.text) ? '<file>' : argument.text));
  const files = valuesOf(reading, '--file').map(({ text }) => (/:\/\//.test(text) ? text : '<file>'));
  const isProject = inputs.projects.length > 0;
  return effects({
    does: [call.program, name, ...wordsOf(reading.options, withoutInfluence), ...files, ...words].join(' '),
    kind: isProject ? 'project-install' : 'install',
    reads: distinct([...readsOf(inputs), ...inputs.projects.map(({ path }) => everythingBelow(path))]),
    env: environmentOf(inputs, 'CONDA_*', 'CONDARC', 'MAMBA_*', 'MAMBARC', 'HOME'),
    writes: [adds(pythonRegion(target)), adds(cacheOf(root)), { place: file(environmentsOf(view)), how: 'edit' }],
  });
}

/** Settings that name where packages come from, as variables. */
const fromVariables = ['CHANNELS', 'DEFAULT_CHANNELS', 'CHANNEL_ALIAS', 'SSL_VERIFY', 'CLIENT_SSL_CERT', 'CLIENT_SSL_CERT_KEY'];

function settingNames(setting: string): readonly string[] {
  return [`CONDA_${setting}`, `MAMBA_${setting}`];
}

/**
 * The files of settings that conda and mamba look for, those of the environment itself included.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/use-condarc.html#searching-for-condarc
 */
function configurationFiles(view: ImageView, root: Path): readonly Place[] {
  const value = (name: string): readonly Path[] => {
    const path = view.variable(name);
    return typeof path === 'string' && path !== '' ? [view.resolve(path)] : [];
  };
  const own = join(view.home, '.config');
  const folders = ['/etc/conda', '/var/lib/conda', root, ...value('CONDA_PREFIX'), join(view.home, '.conda'), join(own, 'conda'), ...value('XDG_CONFIG_HOME').map((path) => join(path, 'conda'))];
  const files = [...folders.flatMap((folder) => ['.condarc', 'condarc', '.mambarc'].map((name) => join(folder, name))), ...['.condarc', '.mambarc', '.netrc'].map((name) => join(view.home, name))];
  return [...files, ...value('CONDARC'), ...value('MAMBARC')].map(file).concat(folders.map((folder) => everythingBelow(join(folder, 'condarc.d'))));
}

/** Does a file of settings name a directory, or may one of several do so? One that a command writes is looked at where it is written. */
function leadsOn({ path, deep }: Place, view: ImageView): boolean {
  if (deep) return ['yes', 'maybe'].includes(view.presence(path));
  return /(?:^|[\s:,["'-])(?:file:|\.{0,2}\/(?!\/)|~)|\$/m.test(view.text(path) ?? '');
}

function remove(call: Call, name: string, reading: Reading, view: ImageView, root: Path): Outcome {
  const target = targetOf(reading, view, root, null);
  if (target === null) return opaque(`which environment ${call.program} ${name} means is not known`);
  const does = [call.program, name, ...wordsOf(reading.options, withoutInfluence), ...reading.operands.map(({ argument }) => argument.text)].join(' ');
  return effects(changes(does, [{ place: file(pythonRegion(target)), how: 'edit' }], 'install'));
}

// ------------------------------------------------------------------------------------------------------------- settings

function initialise(call: Call, reading: Reading, view: ImageView, root: Path): Outcome {
  const profiles = ['.bashrc', '.bash_profile', '.profile', '.zshrc', '.config/fish/config.fish', '.tcshrc', '.xonshrc'].map((name) => join(view.home, name));
  const writes = [...profiles, join(root, 'etc/profile.d/conda.sh')].map((path): Write => ({ place: file(path), how: 'edit' }));
  return effects(changes([call.program, 'init', ...reading.operands.map(({ argument }) => argument.text)].join(' '), writes));
}

function configure(call: Call, reading: Reading, view: ImageView, root: Path): Outcome {
  if (hasOption(reading, '--show', '--show-sources', '--get', '--describe')) return effects(observes(`${call.program} config`, configurationFiles(view, root)));
  const own = lastValue(reading, '--file');
  const path = own ? view.resolve(own.text) : hasOption(reading, '--system', '--env') ? join(root, '.condarc') : join(view.home, '.condarc');
  if (isSymbolic(path)) return opaque(`${call.program} config --file with a variable`);
  const words = reading.operands.map(({ argument }) => argument.text);
  return effects(changes([call.program, 'config', ...wordsOf(reading.options, withoutInfluence), ...words].join(' '), [{ place: file(path), how: 'edit' }]));
}

// ------------------------------------------------------------------------------------------------------------ conda run

const running = grammar(common, { flags: '--no-capture-output --live-stream', stopsAtOperand: true });

interface Inner {
  readonly call: Call;
  readonly view: ImageView;
  readonly target: Path;
}

/** `conda run -n NAME pip install …` is pip in that environment; null for what else it runs. */
function pipInside(call: Call, view: ImageView): Inner | null {
  const [, ...args] = call.args;
  const reading = readOptions(args, running);
  const at = reading.operands[0]?.index ?? args.length;
  const [program, ...rest] = args.slice(at);
  const own: Reading = { options: reading.options.filter(({ first }) => first < at), operands: [] };
  const root = rootOf(call, own, view);
  const target = root === null ? null : targetOf(own, view, root, null);
  if (target === null || own.options.some(({ listed }) => !listed) || program === undefined || !pip.recognises(program.text)) return null;
  return { call: { program: program.text, programPath: null, interpreter: null, args: rest, span: call.span }, view: { ...functionsOf(view), pythonPrefix: () => target }, target };
}

function runInEnvironment(call: Call, view: ImageView): Outcome {
  const inner = pipInside(call, view);
  if (inner === null) return opaque(`${call.program} run runs a program that may do anything`);
  const outcome = pip.effects(inner.call, inner.view);
  if (outcome.kind === 'opaque') return outcome;
  const region = pythonRegion(inner.target);
  const isAdded = ({ writes }: Effect): boolean => writes.some(({ place, how }) => how === 'add' && place.path === region);
  return effects(...outcome.effects.map((effect) => ({ ...effect, does: `${call.program} run ${effect.does}`, reads: isAdded(effect) ? effect.reads : [...effect.reads, file(region)] })));
}

/** conda cannot install what a project needs without the project; there is no such option. */
function dependenciesOnly(call: Call, view: ImageView, outcome?: Outcome): DependenciesOnly | Refusal | null {
  if (call.args[0]?.text === 'run') {
    const inner = pipInside(call, view);
    const answer = inner === null ? null : (pip.dependenciesOnly?.(inner.call, inner.view) ?? null);
    return answer?.kind === 'refusal' ? answer : null;
  }
  const does = outcome ?? condaEffects(call, view);
  const isProject = does.kind === 'effects' && does.effects.some(({ kind }) => kind === 'project-install');
  return isProject ? refuse('local-dependency', 'the environment file hands a part of the project to pip.') : null;
}
