import type { Place } from '../build/places.ts';
import { isSymbolic, join, parentOf, pythonRegion, readable, resolvePath, toolRegion } from '../build/places.ts';
import { readLock } from '../manifests/locks.ts';
import { readPipfile } from '../manifests/pipfile.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, DependenciesOnly, Effect, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { adds, distinct, environmentOf, readsOf, refuse } from './install-inputs.ts';
import type { Reading } from './options.ts';
import { doubtfulOption, grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf, wordsOf } from './options.ts';
import { addPipConfiguration } from './pip-configuration.ts';
import { addFetch, addRequirementsFile, buildLeavings, isArchiveName, isSwitchedOn, noInputs, placesOfPackages } from './python-inputs.ts';
import { fetchesRepositories, isPathOperand, symbolicOperand } from './python-project.ts';
import { runInside } from './python.ts';

/**
 * Pipenv: options as in its `cli/options.py`, variables as in its `environments.py` (2026). A lock that is there is taken
 * to be up to date; `--deploy` makes pipenv check that.
 */

const pipenvGrammar = grammar({
  flags: `-h|--help --version -v|--verbose -q|--quiet --clear --bare --site-packages --no-site-packages --where --venv --py --envs --rm --support --man
    --system --deploy --ignore-pipfile --skip-lock -d|--dev --dev-only --pre --keep-outdated --selective-upgrade --sequential --three --two --lock-only
    --all --all-dev --hash --exclude-markers --exclude-index --from-pipfile --no-lock --outdated --dry-run --all-categories --unused`,
  values: '--python --pypi-mirror -i|--index --categories --extra-pip-args --extras --resolver -e|--editable -r|--requirements -c|--code',
});

/** In `pipenv lock -r` and `pipenv requirements` the option has no value. */
const lockGrammar = grammar({ flags: '-h|--help -v|--verbose -q|--quiet --clear --pre --keep-outdated -r|--requirements -d|--dev --dev-only --hash --exclude-markers --exclude-index --from-pipfile --no-lock', values: '--python --pypi-mirror --categories --extra-pip-args --resolver' });

const withoutInfluence = new Set(['--verbose', '--quiet', '--clear', '--bare', '--requirements', '--editable']);
const looking = new Set(['graph', 'check', 'verify', 'scripts', 'audit', 'scan', 'activate', 'open']);

export const pipenv: Tool = {
  id: 'pipenv',
  recognises: (program) => program === 'pipenv',
  isPackageManager: true,
  effects: pipenvEffects,
  dependenciesOnly: pipenvDependenciesOnly,
  leftovers: ['**/.venv', '**/__pycache__', '**/*.py[cod]'],
};

function readCall(call: Call): Reading {
  const locks = call.args.some((argument) => argument.text === 'lock' || argument.text === 'requirements');
  return readOptions(call.args, locks ? lockGrammar : pipenvGrammar);
}

function pipenvEffects(call: Call, view: ImageView): Outcome {
  const first = call.args.findIndex((argument) => !argument.text.startsWith('-'));
  if (call.args[first]?.text === 'run' && first <= 1) return runInside('pipenv run', call.args.slice(first + 1), view);
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of pipenv depends on ${readable(unknown.raw)}`);
  const reading = readCall(call);
  const subcommand = reading.operands[0]?.argument.text ?? '';
  const project = projectOf(view);
  if (hasOption(reading, '--help', '--version', '--where', '--venv', '--py', '--envs', '--support', '--man') || looking.has(subcommand)) {
    return effects(observes('pipenv', looksAt(project)));
  }
  const doubtful = doubtfulOption(reading, call.args);
  const symbolic = symbolicOperand(reading);
  if (symbolic) return opaque(`what pipenv ${readable(subcommand)} does depends on ${readable(symbolic.text)}`);
  if (doubtful) return opaque(`pipenv ${subcommand} has the option ${readable(doubtful.name)}, which is not known`);
  switch (subcommand) {
    case '':
      return environment(reading, view, project);
    case 'install':
    case 'sync':
      return install(subcommand, reading, view, project);
    case 'requirements':
      return requirements(reading, view, project);
    case 'lock':
      return hasOption(reading, '--requirements') ? requirements(reading, view, project) : changeLock(subcommand, reading, view, project);
    case 'update':
    case 'upgrade':
    case 'uninstall':
      return changeLock(subcommand, reading, view, project);
    default:
      return opaque(`pipenv ${readable(subcommand)} is not known`);
  }
}

// ------------------------------------------------------------------------------------------------------- the project

interface PipenvProject {
  readonly root: Path;
  readonly pipfile: Path;
  readonly lock: Path;
  readonly lockPresence: ReturnType<ImageView['presence']>;
  /** Variables in the addresses of indexes. */
  readonly variables: readonly string[];
  readonly directories: readonly Path[];
  readonly archives: readonly Path[];
  readonly hasRepositories: boolean;
  readonly complete: boolean;
}

/** PIPENV_PIPFILE, else the nearest Pipfile, at most three directories up (PIPENV_MAX_DEPTH). */
function projectOf(view: ImageView): PipenvProject {
  const named = view.variable('PIPENV_PIPFILE');
  const pipfile = typeof named === 'string' && named !== '' ? view.resolve(named) : nearestPipfile(view);
  const root = parentOf(pipfile);
  const lock = `${pipfile}.lock`;
  const text = view.text(pipfile);
  const read = readPipfile(text);
  const lockText = view.text(lock);
  const lockPresence = lockText === undefined ? view.presence(lock) : 'yes';
  const paths = [
    ...(read.kind === 'ok' ? read.pipfile.entries.filter((entry) => entry.kind === 'path').map((entry) => entry.value) : []),
    ...pathsOfLock(lockText),
  ].map((path) => resolvePath(root, path));
  return {
    root,
    pipfile,
    lock,
    lockPresence,
    variables: read.kind === 'ok' ? read.pipfile.variables : [],
    directories: [...new Set(paths.filter((path) => !isArchiveName(path)))],
    archives: [...new Set(paths.filter(isArchiveName))],
    hasRepositories: fetchesRepositories('pipenv', text, lockText),
    complete: read.kind === 'ok' && (lockText !== undefined || lockPresence === 'no'),
  };
}

function nearestPipfile(view: ImageView): Path {
  let directory = view.cwd;
  for (let depth = 0; depth < 4; depth += 1) {
    const path = join(directory, 'Pipfile');
    if (view.presence(path) === 'yes' || view.presence(path) === 'maybe') return path;
    directory = parentOf(directory);
  }
  return join(view.cwd, 'Pipfile');
}

function pathsOfLock(text: string | undefined): readonly string[] {
  if (text === undefined || !/"(?:path|file)"\s*:/.test(text)) return [];
  const read = readLock('pipenv', text);
  return read.kind === 'error' ? [] : read.lock.packages.flatMap((locked) => locked.path ?? []);
}

function looksAt(project: PipenvProject): readonly Place[] {
  return [file(project.pipfile), file(project.lock)];
}

/** Where packages go: the rules of Pipenv's `Project.virtualenv_location`. */
function destinations(reading: Reading, view: ImageView, root: Path): readonly Path[] {
  if (hasOption(reading, '--system') || isSwitchedOn(view.variable('PIPENV_SYSTEM'))) return placesOfPackages(view, view.pythonPrefix(null));
  const active = view.variable('VIRTUAL_ENV');
  if (typeof active === 'string' && active !== '' && !isSwitchedOn(view.variable('PIPENV_IGNORE_VIRTUALENVS'))) return [pythonRegion(view.resolve(active))];
  const inProject = pythonRegion(join(root, '.venv'));
  const home = view.variable('WORKON_HOME');
  const cached = toolRegion(typeof home === 'string' && home !== '' ? view.resolve(home) : join(view.home, '.local/share/virtualenvs'), 'pipenv');
  const setting = view.variable('PIPENV_VENV_IN_PROJECT');
  if (typeof setting === 'string' && setting !== '' && !isSymbolic(setting)) return isSwitchedOn(setting) ? [inProject] : [cached];
  if (isSymbolic(setting ?? '')) return [inProject, cached];
  return view.presence(join(root, '.venv')) === 'no' ? [cached] : [inProject, cached];
}

function inputsOf(view: ImageView, project: PipenvProject) {
  const inputs = noInputs(view);
  inputs.reads.push(file(project.pipfile), file(project.lock), ...project.archives.map(file));
  if (project.hasRepositories) addFetch(inputs, view);
  if (!project.complete) inputs.reads.push(everythingBelow(project.root));
  for (const name of [...project.variables, 'PIPENV_*', 'WORKON_HOME', 'VIRTUAL_ENV']) inputs.env.add(name);
  addPipConfiguration(inputs, view, view.pythonPrefix(null));
  return inputs;
}

// --------------------------------------------------------------------------------------------------------- commands

function install(subcommand: string, reading: Reading, view: ImageView, project: PipenvProject): Outcome {
  const named = reading.operands.length > 1 || valuesOf(reading, '--requirements', '--editable').length > 0;
  if (subcommand === 'install' && named) return changeLock(subcommand, reading, view, project);
  const inputs = inputsOf(view, project);
  const writes: Write[] = destinations(reading, view, project.root).map(adds);
  const usesLock = !hasOption(reading, '--skip-lock') && !isSwitchedOn(view.variable('PIPENV_SKIP_LOCK'));
  if (usesLock && subcommand === 'install' && project.lockPresence !== 'yes') writes.push({ place: file(project.lock), how: 'edit' });
  return effects({
    does: [`pipenv ${subcommand}`, ...wordsOf(reading.options, withoutInfluence), 'in', project.root].join(' '),
    kind: project.directories.length > 0 ? 'project-install' : 'install',
    reads: distinct([...readsOf(inputs), ...project.directories.map((path) => everythingBelow(path))]),
    env: environmentOf(inputs),
    writes: [...writes, ...project.directories.map(buildLeavings)],
  });
}

/** The lock as a requirements file, on standard output. */
function requirements(reading: Reading, view: ImageView, project: PipenvProject): Outcome {
  const inputs = inputsOf(view, project);
  const does = ['pipenv requirements', ...wordsOf(reading.options, withoutInfluence)].join(' ');
  const selfContained = project.complete && project.directories.length === 0 && project.archives.length === 0;
  // Only `pipenv lock -r` of old versions makes the lock that it prints.
  const locks = project.lockPresence !== 'yes' && hasOption(reading, '--requirements');
  const writes: Write[] = locks ? [{ place: file(project.lock), how: 'edit' }] : [];
  return effects({ ...observes(does, distinct(inputs.reads)), kind: locks ? 'files' : 'observe', env: environmentOf(inputs), writes, selfContained });
}

function changeLock(subcommand: string, reading: Reading, view: ImageView, project: PipenvProject): Outcome {
  const inputs = inputsOf(view, project);
  if (subcommand === 'install') for (const value of valuesOf(reading, '--requirements')) addRequirementsFile(inputs, view, value.text);
  const operands = reading.operands.slice(1).map((operand) => operand.argument);
  const paths = [...operands, ...valuesOf(reading, '--editable')].filter(isPathOperand).map((argument) => everythingBelow(view.resolve(argument.text)));
  const writes: Write[] = [{ place: file(project.lock), how: 'edit' }];
  if (subcommand !== 'lock') {
    writes.push({ place: file(project.pipfile), how: 'edit' });
    writes.push(...destinations(reading, view, project.root).map((region): Write => ({ place: file(region), how: 'edit' })));
  }
  const editables = valuesOf(reading, '--editable').map((argument) => `-e ${argument.text}`);
  return effects({
    does: [`pipenv ${subcommand}`, ...wordsOf(reading.options, withoutInfluence), ...operands.map((argument) => argument.text), ...editables].join(' '),
    kind: subcommand === 'lock' ? 'files' : 'install',
    reads: distinct([...readsOf(inputs), ...paths, ...project.directories.map((path) => everythingBelow(path))]),
    env: environmentOf(inputs),
    writes,
  });
}

/** `pipenv --rm` removes the environment, `pipenv --python X` makes one. */
function environment(reading: Reading, view: ImageView, project: PipenvProject): Outcome {
  const made = lastValue(reading, '--python')?.text;
  if (made === undefined && !hasOption(reading, '--rm')) return effects(observes('pipenv'));
  const effect: Effect = {
    does: made === undefined ? 'pipenv --rm' : `pipenv --python ${made}`,
    kind: 'install',
    reads: looksAt(project),
    env: ['PIPENV_*', 'WORKON_HOME', 'VIRTUAL_ENV'],
    writes: destinations(reading, view, project.root).map((region): Write => ({ place: file(region), how: 'edit' })),
  };
  return effects(effect);
}

/** Pipenv installs nothing but dependencies, so its call moves as it is, if it can be moved at all. */
function pipenvDependenciesOnly(call: Call, view: ImageView): DependenciesOnly | Refusal | null {
  if (unknownArgument(call.args)) return null;
  const reading = readCall(call);
  const subcommand = reading.operands[0]?.argument.text ?? '';
  if (hasOption(reading, '--help', '--version') || symbolicOperand(reading) || !['install', 'sync', 'lock', 'update', 'upgrade', 'uninstall'].includes(subcommand)) return null;
  const named = reading.operands.length > 1 || valuesOf(reading, '--requirements', '--editable').length > 0;
  if (subcommand === 'lock' && hasOption(reading, '--requirements')) return null;
  if ((subcommand !== 'install' && subcommand !== 'sync') || (subcommand === 'install' && named)) {
    return refuse('lock-changed-by-command', `pipenv ${subcommand} rewrites Pipfile.lock.`);
  }
  const project = projectOf(view);
  const [directory] = project.directories;
  if (directory !== undefined) return refuse('local-dependency', `${readable(project.pipfile)} asks for ${readable(directory)}, which is a part of the project itself.`);
  const locked = project.lockPresence === 'yes' || project.lockPresence === 'maybe';
  if (!locked && !hasOption(reading, '--skip-lock')) return refuse('no-lock', `pipenv ${subcommand} finds no ${readable(project.lock)}.`);
  return null;
}
