import { isSymbolic, join, parentOf, pythonRegion, readable, resolvePath, toolRegion } from '../build/places.ts';
import { readEnvironmentFile } from '../manifests/environment.ts';
import { readRequirements } from '../manifests/requirements.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, DependenciesOnly, Effect, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import type { GrammarText, Reading } from './options.ts';
import { doubtfulOption, grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf } from './options.ts';
import { pip } from './pip.ts';
import type { Inputs } from './python-inputs.ts';
import { addPipConfiguration, addRequirement, addRequirementsFile, adds, distinct, environmentOf, noInputs, readsOf, refuse } from './python-inputs.ts';
import { symbolicOperand, wordsOf } from './python-project.ts';

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
    --force-reinstall --prune --force --dev --show-channel-urls --mkdir -u|--use-local --no-py-pin --freeze`,
  values: '-c|--channel -f|--file --clone --repodata-fn --subdir --platform --revision --channel-priority --safety-checks --root-prefix -r|--root-prefix',
};

const cleaning: GrammarText = { flags: '-a|--all -i|--index-cache -p|--packages -t|--tarballs -f|--force-pkgs-dirs -l|--logfiles --tempfiles --trash -c|--tempfiles' };

const configuring: GrammarText = {
  flags: '--system --env --show --show-sources --validate --describe',
  values: '--add --append --prepend --set --remove --remove-key --get --file',
};

/** Options without influence on what is installed. */
const withoutInfluence = new Set(['--yes', '--quiet', '--verbose', '--json', '--name', '--prefix', '--file', '--debug', '--log-level', '--root-prefix']);

const looking = new Set(['list', 'info', 'search', 'compare', 'doctor', 'notices', 'repoquery', 'env list', 'env export', 'env config', 'help']);
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
  if (looking.has(name)) return effects(observes(`${call.program} ${name}`, [file(pythonRegion(targetOf(reading, view, root, null) ?? root))]));
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

function cacheOf(root: Path): Path {
  return toolRegion(root, 'conda-packages');
}

/** The environment that a call is about: as named, else as its file is named, else the one that is active, else the first. */
function targetOf(reading: Reading, view: ImageView, root: Path, inFile: string | null): Path | null {
  const prefix = lastValue(reading, '--prefix');
  if (prefix) return isSymbolic(prefix.text) ? null : view.resolve(prefix.text);
  const name = lastValue(reading, '--name')?.text ?? inFile;
  if (name !== null) return named(name, view, root);
  const active = view.variable('CONDA_PREFIX');
  return typeof active === 'string' && active !== '' ? view.resolve(active) : root;
}

function named(name: string, view: ImageView, root: Path): Path | null {
  const elsewhere = ['CONDA_ENVS_PATH', 'CONDA_ENVS_DIRS'].some((variable) => (view.variable(variable) ?? '') !== '');
  if (elsewhere || isSymbolic(name) || !/^[\w.+-]+$/.test(name)) return null;
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
    if (!isEnvironmentFile(name, path)) continue;
    const text = view.text(resolved);
    const read = text === undefined ? null : readEnvironmentFile(text);
    if (read?.kind !== 'ok') {
      unknown ??= read === null ? `the text of ${readable(path)} is not known` : `${readable(path)} line ${read.line} is written in a form that dockfix does not read`;
      inputs.complete = false;
      inputs.reads.push(everythingBelow(view.cwd), everythingBelow(parentOf(resolved)));
      continue;
    }
    found ??= read.file.name;
    if (!addPipSection(inputs, view, resolved, read.file.pip)) return null;
  }
  return { inputs, name: found, unknown };
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
  const read = readFiles(name, reading, view);
  if (read === null) return opaque(`${call.program} ${name} has a file that is not read`);
  const clone = lastValue(reading, '--clone');
  const needsName = name.startsWith('env ') && !hasOption(reading, '--name', '--prefix');
  if (needsName && read.name === null) return opaque(read.unknown ?? `${call.program} ${name} without a name`);
  const target = targetOf(reading, view, root, read.name);
  if (target === null) return opaque(`which environment ${call.program} ${name} means is not known`);
  const { inputs } = read;
  for (const { argument } of reading.operands) {
    if (/^\.{0,2}\/|\.(?:conda|tar\.bz2)$/.test(argument.text)) inputs.reads.push(...(argument.text.includes('://') ? [] : [file(view.resolve(argument.text))]));
    else if (argument.glob && view.presence(view.resolve(argument.text)) !== 'no') return opaque(`${readable(argument.text)} may be several files`);
  }
  if (clone) inputs.reads.push(file(pythonRegion(named(clone.text, view, root) ?? view.resolve(clone.text))));
  inputs.reads.push(...configurationFiles(view, root).map(file));
  addPipConfiguration(inputs, view, target);
  const words = reading.operands.map(({ argument }) => (/^\.{0,2}\//.test(argument.text) ? '<file>' : argument.text));
  const files = valuesOf(reading, '--file').map(({ text }) => (/:\/\//.test(text) ? text : '<file>'));
  const isProject = inputs.projects.length > 0;
  return effects({
    does: [call.program, name, ...wordsOf(reading.options, withoutInfluence), ...files, ...words].join(' '),
    kind: isProject ? 'project-install' : 'install',
    reads: distinct([...readsOf(inputs), ...inputs.projects.map(({ path }) => everythingBelow(path))]),
    env: environmentOf(inputs, 'CONDA_*', 'MAMBA_*', 'HOME'),
    writes: [adds(pythonRegion(target)), adds(cacheOf(root)), { place: file(join(view.home, '.conda/environments.txt')), how: 'edit' }],
  });
}

/** The files of settings that conda looks for, beside those of the environment itself. */
function configurationFiles(view: ImageView, root: Path): readonly Path[] {
  const named = view.variable('CONDARC');
  const usual = ['/etc/conda/.condarc', join(root, '.condarc'), join(view.home, '.condarc'), join(view.home, '.conda/.condarc'), join(view.home, '.mambarc'), join(view.home, '.netrc')];
  return typeof named === 'string' && named !== '' ? [...usual, view.resolve(named)] : usual;
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
  if (hasOption(reading, '--show', '--show-sources', '--get', '--describe')) return effects(observes(`${call.program} config`, configurationFiles(view, root).map(file)));
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

function functionsOf({ cwd, user, home, variable, presence, text, list, isSelfContained, resolve, pythonPrefix }: ImageView): ImageView {
  return { cwd, user, home, variable, presence, text, list, isSelfContained, resolve, pythonPrefix };
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
