import type { Place } from '../build/places.ts';
import { join, pythonRegion, readable, relativeTo, resolvePath, toolRegion } from '../build/places.ts';
import { isTable, readToml, tableAt } from '../manifests/toml.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, DependenciesOnly, Effect, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { adds, distinct, environmentOf, readsOf, refuse } from './install-inputs.ts';
import type { Reading } from './options.ts';
import { doubtfulOption, grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf, wordsOf } from './options.ts';
import { addPipConfiguration } from './pip-configuration.ts';
import { addRequirementsFile, buildLeavings, commandText, isSwitchedOn, noInputs, placesOfPackages } from './python-inputs.ts';
import type { LockedProject } from './python-project.ts';
import { addLockedProject, isPathOperand, lockedProject, symbolicOperand, unknownDependencies } from './python-project.ts';
import { runInside } from './python.ts';

/** PDM 2: options as in its `cli/options.py` and `cli/commands/*.py`. A lock that is there is taken to be up to date. */

const shared = {
  flags: `-h|--help -V|--version -v|--verbose -q|--quiet -n|--non-interactive -I|--ignore-python --no-cache -g|--global --no-lock|--frozen-lockfile --no-editable
    --no-self -x|--fail-fast --no-isolation --no-default --dev --prod|--production --dry-run --check --plugins --clean --only-keep|--clean-unselected
    --reinstall --no-hashes|--without-hashes --no-markers --no-extras --pyproject --expandvars --self --editable-self --no-sdist --no-wheel --no-clean
    --refresh --update-reuse --update-eager --update-all --update-reuse-installed --append --no-sync --outdated --top --unconstrained --pre|--prerelease
    --stable --static-urls --no-static-urls --no-cross-platform --save-compatible --save-safe-compatible --save-wildcard --save-exact --save-minimum
    --local --delete --first`,
  values: `-L|--lockfile -p|--project -k|--skip -G|--with|--group --without -C|--config-setting --override -o|--output --python --platform --implementation
    --exclude-newer -S|--strategy -e|--editable --venv --config --pep582`,
};

const pdmGrammar = grammar({ abbreviations: true }, shared, { flags: '-d|--dev -r|--reinstall -u|--unconstrained -f' });
const exportGrammar = grammar({ abbreviations: true }, shared, { flags: '-d|--dev', values: '-f|--format' });
const buildGrammar = grammar({ abbreviations: true }, shared, { values: '-d|--dest' });

const withoutInfluence = new Set(['--verbose', '--quiet', '--non-interactive', '--no-cache', '--frozen-lockfile', '--check', '--no-self', '--fail-fast', '--output', '--dest', '--project']);
const looking = new Set(['info', 'list', 'show', 'search', 'cache', 'outdated', 'help', 'completion']);

export const pdm: Tool = {
  id: 'pdm',
  recognises: (program) => program === 'pdm',
  isPackageManager: true,
  effects: pdmEffects,
  dependenciesOnly: pdmDependenciesOnly,
  leftovers: ['**/.venv', '**/__pypackages__', '**/.pdm-python', '**/.pdm-build', '**/__pycache__', '**/*.py[cod]', '**/dist'],
};

function readCall(call: Call): Reading {
  const subcommand = call.args.find((argument) => ['export', 'build'].includes(argument.text))?.text;
  return readOptions(call.args, subcommand === 'export' ? exportGrammar : subcommand === 'build' ? buildGrammar : pdmGrammar);
}

function pdmEffects(call: Call, view: ImageView): Outcome {
  const first = call.args.findIndex((argument) => !argument.text.startsWith('-'));
  if (call.args[first]?.text === 'run' && first <= 1) return runInside('pdm run', call.args.slice(first + 1), view);
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of pdm depends on ${readable(unknown.raw)}`);
  const reading = readCall(call);
  const subcommand = reading.operands[0]?.argument.text ?? '';
  if (subcommand === '' || hasOption(reading, '--help', '--version')) return effects(observes('pdm'));
  const project = projectOf(reading, view);
  if (looking.has(subcommand)) return effects(observes(`pdm ${subcommand}`, looksAt(project)));
  const doubtful = doubtfulOption(reading, call.args);
  const symbolic = symbolicOperand(reading);
  if (symbolic) return opaque(`what pdm ${readable(subcommand)} does depends on ${readable(symbolic.text)}`);
  if (doubtful) return opaque(`pdm ${subcommand} has the option ${readable(doubtful.name)}, which is not known`);
  const hook = hooksOf(view, project, reading);
  if (hook !== null && subcommand !== 'export' && subcommand !== 'config') return opaque(`pdm runs the script ${readable(hook)} of pyproject.toml`);
  switch (subcommand) {
    case 'install':
    case 'sync':
      return install(subcommand, reading, view, project);
    case 'export':
      return exportRequirements(reading, view, project);
    case 'build':
      return build(reading, view, project);
    case 'lock':
    case 'add':
    case 'remove':
    case 'update':
      return changeLock(subcommand, reading, view, project);
    case 'config':
      return configure(reading, view, project);
    case 'use':
    case 'venv':
      return effects(chooseInterpreter(subcommand, reading, view, project));
    default:
      return opaque(`pdm ${readable(subcommand)} is not known`);
  }
}

function projectOf(reading: Reading, view: ImageView): LockedProject {
  const named = lastValue(reading, '--project')?.text ?? view.variable('PDM_PROJECT');
  const root = view.resolve(typeof named === 'string' && named !== '' ? named : '.');
  const lock = lastValue(reading, '--lockfile')?.text ?? view.variable('PDM_LOCKFILE');
  const path = resolvePath(root, typeof lock === 'string' && lock !== '' ? lock : 'pdm.lock');
  return lockedProject(view, root, 'pdm', path.startsWith(root) ? relativeTo(path, root) : path);
}

function looksAt(project: LockedProject): readonly Place[] {
  return [file(project.manifest), file(project.lock)];
}

/** The name of a script of pyproject.toml that PDM runs by itself; null if there is none. */
function hooksOf(view: ImageView, project: LockedProject, reading: Reading): string | null {
  const text = view.text(project.manifest);
  if (text === undefined || !/\b(?:pre|post)_\w+/.test(text)) return null;
  if (valuesOf(reading, '--skip').some((value) => value.text === ':all') || view.variable('PDM_SKIP_HOOKS') === ':all') return null;
  const toml = readToml(text);
  const scripts = toml.kind === 'ok' ? tableAt(toml.table, 'tool', 'pdm', 'scripts') : {};
  return isTable(scripts) ? (Object.keys(scripts).find((name) => /^(?:pre|post)_(?:install|sync|lock|build|use|run|script)$/.test(name)) ?? null) : null;
}

/**
 * Where packages go. Which it is depends on settings and on .pdm-python, which are not followed; so all places that it
 * may be count as written: the active environment, .venv (the default), __pypackages__ (PEP 582), the system's Python.
 */
function destinations(reading: Reading, view: ImageView, root: Path): readonly Path[] {
  const active = view.variable('VIRTUAL_ENV');
  if (typeof active === 'string' && active !== '' && !isSwitchedOn(view.variable('PDM_IGNORE_ACTIVE_VENV'))) return [pythonRegion(view.resolve(active))];
  const system = placesOfPackages(view, view.pythonPrefix(null));
  if (hasOption(reading, '--global')) return system;
  const inProject = pythonRegion(join(root, '.venv'));
  const pep582 = toolRegion(join(root, '__pypackages__'), 'pdm');
  const useVenv = view.variable('PDM_USE_VENV');
  if (typeof useVenv === 'string' && !isSwitchedOn(useVenv)) return [pep582, ...system];
  return [inProject, pep582, ...system];
}

function configDirectory(view: ImageView): Path {
  const xdg = view.variable('XDG_CONFIG_HOME');
  return join(typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.config'), 'pdm');
}

function inputsOf(reading: Reading, view: ImageView, project: LockedProject) {
  const inputs = noInputs(view);
  addLockedProject(inputs, project, view);
  for (const name of ['pdm.toml', '.pdm.toml', '.pdm-python', '.python-version']) inputs.reads.push(file(join(project.root, name)));
  inputs.reads.push(file(join(configDirectory(view), 'config.toml')), file('/etc/xdg/pdm/config.toml'), file(join(view.home, '.pdm/config.toml')));
  for (const value of valuesOf(reading, '--override')) addRequirementsFile(inputs, view, value.text, true);
  for (const url of project.pyproject?.pdm?.sourceUrls ?? []) for (const [, name] of url.matchAll(/\$\{(\w+)\}/g)) inputs.env.add(name ?? '');
  for (const name of ['PDM_*', 'VIRTUAL_ENV', 'CONDA_PREFIX']) inputs.env.add(name);
  addPipConfiguration(inputs, view, view.pythonPrefix(null));
  return inputs;
}

/** Is the project itself installed? Unless it has no name, or says that it is no distribution. */
function installsSelf(reading: Reading, view: ImageView, project: LockedProject): boolean {
  if (hasOption(reading, '--no-self') || (view.variable('PDM_NO_SELF') ?? '') !== '') return false;
  if (project.pyproject === null) return true;
  return project.pyproject.name !== null && project.pyproject.pdm?.distribution !== false;
}

function install(subcommand: string, reading: Reading, view: ImageView, project: LockedProject): Outcome {
  if (hasOption(reading, '--dry-run')) return effects(observes(`pdm ${subcommand} --dry-run`, looksAt(project)));
  const inputs = inputsOf(reading, view, project);
  const reads = readsOf(inputs);
  const env = environmentOf(inputs);
  const regions = destinations(reading, view, project.root);
  const does = [`pdm ${subcommand}`, ...wordsOf(reading.options, withoutInfluence), 'in', project.root].join(' ');
  const writes: Write[] = regions.map(adds);
  if (subcommand === 'install' && project.lockPresence !== 'yes' && !hasOption(reading, '--frozen-lockfile')) writes.push({ place: file(project.lock), how: 'edit' });
  const { directories } = project;
  const dependencies: Effect = {
    does,
    kind: directories.length > 0 ? 'project-install' : 'install',
    reads: distinct([...reads, ...directories.map((path) => everythingBelow(path))]),
    env,
    writes: [...writes, ...directories.map(buildLeavings)],
  };
  if (!installsSelf(reading, view, project)) return effects(dependencies);
  return effects(dependencies, {
    does: `${does}: ${project.root}`,
    kind: 'project-install',
    reads: distinct([...dependencies.reads, everythingBelow(project.root)]),
    env,
    writes: [...regions.map(adds), buildLeavings(project.root)],
  });
}

function exportRequirements(reading: Reading, view: ImageView, project: LockedProject): Outcome {
  const inputs = inputsOf(reading, view, project);
  const does = ['pdm export', ...wordsOf(reading.options, withoutInfluence)].join(' ');
  const selfContained = project.complete && project.directories.length === 0 && project.archives.length === 0 && !hasOption(reading, '--self', '--editable-self');
  const output = lastValue(reading, '--output')?.text;
  const reads = readsOf(inputs);
  const env = environmentOf(inputs);
  if (output === undefined) return effects({ ...observes(does, reads), env, selfContained });
  return effects({ does, kind: 'files', reads, env, writes: [{ place: file(view.resolve(output)), how: 'set' }], selfContained });
}

function build(reading: Reading, view: ImageView, project: LockedProject): Outcome {
  const inputs = inputsOf(reading, view, project);
  const output = lastValue(reading, '--dest')?.text;
  const place = everythingBelow(output === undefined ? join(project.root, 'dist') : view.resolve(output));
  return effects({
    does: ['pdm build', ...wordsOf(reading.options, withoutInfluence)].join(' '),
    kind: 'build',
    reads: distinct([...readsOf(inputs), everythingBelow(project.root)]),
    env: environmentOf(inputs),
    writes: [{ place, how: 'edit' }, buildLeavings(project.root)],
  });
}

function changeLock(subcommand: string, reading: Reading, view: ImageView, project: LockedProject): Outcome {
  if (hasOption(reading, '--dry-run', '--outdated') || (subcommand === 'lock' && hasOption(reading, '--check'))) return effects(observes(`pdm ${subcommand} --check`, looksAt(project)));
  const inputs = inputsOf(reading, view, project);
  const operands = reading.operands.slice(1).map((operand) => operand.argument);
  const paths = [...operands, ...valuesOf(reading, '--editable')].filter(isPathOperand).map((argument) => everythingBelow(view.resolve(argument.text)));
  const writes: Write[] = [{ place: file(project.lock), how: 'edit' }];
  if (subcommand !== 'lock') {
    writes.push({ place: file(project.manifest), how: 'edit' });
    if (!hasOption(reading, '--no-sync')) writes.push(...destinations(reading, view, project.root).map((region): Write => ({ place: file(region), how: 'edit' })));
  }
  return effects({
    does: [`pdm ${subcommand}`, ...wordsOf(reading.options, withoutInfluence), ...operands.map((argument) => argument.text)].join(' '),
    kind: subcommand === 'lock' ? 'files' : 'install',
    reads: distinct([...readsOf(inputs), ...paths, ...project.directories.map((path) => everythingBelow(path)), ...(installsSelf(reading, view, project) ? [everythingBelow(project.root)] : [])]),
    env: environmentOf(inputs),
    writes,
  });
}

function configure(reading: Reading, view: ImageView, project: LockedProject): Outcome {
  const [, key, ...values] = reading.operands.map((operand) => operand.argument.text);
  if (key === undefined || (values.length === 0 && !hasOption(reading, '--delete'))) return effects(observes('pdm config'));
  const directory = hasOption(reading, '--local') ? project.root : configDirectory(view);
  const config = join(directory, hasOption(reading, '--local') ? 'pdm.toml' : 'config.toml');
  const writes: readonly Write[] = [
    { place: file(directory), how: 'make-directory' },
    { place: file(config), how: 'edit' },
  ];
  return effects({ does: ['pdm config', ...wordsOf(reading.options, withoutInfluence), key, ...values].join(' '), kind: 'files', reads: [], env: ['PDM_*'], writes });
}

/** `pdm use` and `pdm venv create` choose the interpreter, or make an environment, and note it in .pdm-python. */
function chooseInterpreter(subcommand: string, reading: Reading, view: ImageView, project: LockedProject): Effect {
  const words = reading.operands.map((operand) => operand.argument.text);
  return {
    does: ['pdm', ...words, ...wordsOf(reading.options, withoutInfluence)].join(' '),
    kind: subcommand === 'use' ? 'files' : 'install',
    reads: [file(project.manifest)],
    env: ['PDM_*', 'VIRTUAL_ENV'],
    writes: [
      { place: file(join(project.root, '.pdm-python')), how: 'edit' },
      { place: file(pythonRegion(join(project.root, '.venv'))), how: 'edit' },
      { place: file(toolRegion(join(view.home, '.local/share/pdm'), 'pdm')), how: 'edit' },
    ],
  };
}

function pdmDependenciesOnly(call: Call, view: ImageView): DependenciesOnly | Refusal | null {
  if (unknownArgument(call.args)) return null;
  const reading = readCall(call);
  const subcommand = reading.operands[0]?.argument.text ?? '';
  if (hasOption(reading, '--help', '--version', '--dry-run') || doubtfulOption(reading, call.args) || symbolicOperand(reading)) return null;
  if (['add', 'remove', 'update', 'lock'].includes(subcommand)) return refuse('lock-changed-by-command', `pdm ${subcommand} rewrites the lock file.`);
  if (subcommand !== 'install' && subcommand !== 'sync') return null;
  const project = projectOf(reading, view);
  const what = `pdm ${subcommand}`;
  const unknown = unknownDependencies(what, project);
  if (unknown) return unknown;
  const [directory] = project.directories;
  if (directory !== undefined) return refuse('local-dependency', `${what} installs ${readable(directory)}, which is a part of the project itself.`);
  if (!installsSelf(reading, view, project)) return null;
  return { kind: 'dependencies-only', text: commandText(call, call.args, '--no-self'), originalStillNeeded: true };
}
