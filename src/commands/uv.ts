import type { Place } from '../build/places.ts';
import { baseName, isWithin, join, parentOf, pythonRegion, readable, relativeTo, resolvePath, toolRegion } from '../build/places.ts';
import { compilePattern, matchesPath } from '../ignore/glob.ts';
import { readToml } from '../manifests/toml.ts';
import { readPyproject } from '../manifests/pyproject.ts';
import { localPathOf, parseEditableSpec } from '../manifests/requirements.ts';
import type { Path, Refusal } from '../types.ts';
import type { Argument, Call, DependenciesOnly, Effect, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import type { GrammarText, Option, Reading } from './options.ts';
import { doubtfulOption, expandGlob, grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf } from './options.ts';
import type { Inputs, LocalProject } from './python-inputs.ts';
import {
  addLinks, addRequirement, addRequirementsFile, adds, buildLeavings, certificateFiles, commandText, distinct, dynamicMetadata, environmentOf,
  isArchiveName, isRemote, isSwitchedOn, listVariable, noInputs, parseSymbolic, readsOf, refuse, startsWithSymbol, withoutScheme,
} from './python-inputs.ts';
import type { LockedProject } from './python-project.ts';
import { addLockedProject, isPathOperand, lockedProject, symbolicOperand, unknownDependencies, wordsOf } from './python-project.ts';
import { runInside } from './python.ts';

/**
 * uv: options as in its command-line reference, variables as in its reference of environment variables (0.9). A lock
 * that is there is taken to be up to date; `--locked` makes uv check that.
 */

// ---------------------------------------------------------------------------------------------------------- options

const common: GrammarText = {
  flags: `-h|--help -V|--version -q|--quiet -v|--verbose -n|--no-cache-dir|--no-cache --no-progress --native-tls --no-native-tls --system-certs --offline
    --no-config --preview --no-preview --managed-python --no-managed-python --no-python-downloads --show-settings`,
  values: '--cache-dir --color --config-file --directory --project --allow-insecure-host|--trusted-host --preview-features --python-preference',
};

/** What resolves, builds and installs. */
const installing: GrammarText = {
  flags: `-U|--upgrade --no-upgrade --reinstall|--force-reinstall --no-reinstall --no-index --no-sources --no-build-isolation --build-isolation --no-build
    --build --refresh --no-refresh --compile|--compile-bytecode --no-compile|--no-compile-bytecode --pre`,
  values: `-p|--python -P|--upgrade-package --upgrade-group --reinstall-package --refresh-package --index --default-index -i|--index-url --extra-index-url
    -f|--find-links --index-strategy --keyring-provider --resolution --prerelease --fork-strategy -C|--config-setting|--config-settings
    --config-settings-package --no-build-isolation-package --exclude-newer --exclude-newer-package --link-mode --no-build-package
    --no-binary-package --no-sources-package --python-platform`,
};

/** What chooses among a project's dependencies. */
const choosing: GrammarText = {
  flags: `--all-extras --no-all-extras --dev --no-dev --only-dev --no-default-groups --all-groups --no-editable --locked --frozen --dry-run --check
    --all-packages --no-binary --no-header --no-hashes --no-annotate --no-emit-project --no-emit-workspace --no-emit-local`,
  values: '--extra --no-extra --no-group --group --only-group --package --script',
};

const syncing: GrammarText = {
  flags: '--inexact --exact --active --no-active --no-install-project --no-install-workspace --no-install-local',
  values: '--no-install-package --output-format',
};

const exporting: GrammarText = { values: '-o|--output-file --format --no-emit-package --prune' };

const pipping: GrammarText = {
  flags: `--all-extras --no-deps --require-hashes --no-require-hashes --verify-hashes --no-verify-hashes --system --no-system --break-system-packages
    --strict --no-strict --exact --dry-run --user --disable-pip-version-check --allow-empty-requirements --no-header --no-annotate --generate-hashes
    --universal --no-strip-extras --strip-extras --no-strip-markers --emit-index-url --emit-find-links --emit-build-options
    --emit-marker-expression --emit-index-annotation -y|--yes`,
  values: `-r|--requirement|--requirements -e|--editable -c|--constraint|--constraints --override|--overrides --exclude|--excludes
    -b|--build-constraint|--build-constraints -t|--target --prefix --python-version --torch-backend --no-binary --only-binary --extra --group
    -o|--output-file --format --no-emit-package --annotation-style --custom-compile-command`,
};

const environments: GrammarText = {
  flags: '--seed --clear -c --no-clear --allow-existing --system-site-packages --relocatable --no-project --no-workspace --system',
  values: '--prompt',
};

const tools: GrammarText = {
  flags: '--force --isolated -e|--editable',
  values: '-w|--with --with-editable --with-requirements --with-executables-from --from --build-constraints --constraints --overrides',
};

const pythons: GrammarText = { flags: '--reinstall --force -f --default --upgrade -U --bin --no-bin --all', values: '--mirror --pypy-mirror --install-dir -i' };

const running: GrammarText = {
  flags: '--no-sync --no-project --isolated --active --module -m --no-env-file --exact --inexact -s --gui-script',
  values: '--with -w --with-editable --with-requirements --env-file',
};

/** Options without influence on what is installed. */
const withoutInfluence = new Set([
  '--quiet', '--verbose', '--no-cache', '--cache-dir', '--no-progress', '--color', '--link-mode', '--compile-bytecode', '--no-compile-bytecode',
  '--frozen', '--locked', '--no-install-project', '--no-install-workspace', '--no-install-local', '--project', '--directory', '--output-file',
  '--yes', '--disable-pip-version-check',
]);

interface Command {
  /** `pip install`, `sync`, … */
  readonly name: string;
  readonly reading: Reading;
}

/** Options may stand before the subcommand; those of the subcommand follow it. Null if there is none. */
function readCommand(args: readonly Argument[]): Command | null {
  const before = readOptions(args, grammar(common, { stopsAtOperand: true }));
  const first = before.operands[0];
  if (!first) return null;
  const groups = new Set(['pip', 'tool', 'python', 'self', 'cache', 'auth']);
  const second = groups.has(first.argument.text) ? readOptions(args.slice(first.index + 1), grammar(common, { stopsAtOperand: true })).operands[0] : undefined;
  const name = second ? `${first.argument.text} ${second.argument.text}` : first.argument.text;
  const start = first.index + 1 + (second ? second.index + 1 : 0);
  const own = readOptions(args.slice(start), grammar(common, ...grammarsOf(name)));
  const options = [
    ...before.options.filter((option) => option.first < first.index),
    ...own.options.map((option) => ({ ...option, first: option.first + start, last: option.last + start })),
  ];
  return { name, reading: { options, operands: own.operands.map((operand) => ({ ...operand, index: operand.index + start })) } };
}

function grammarsOf(name: string): readonly GrammarText[] {
  if (name.startsWith('pip ')) return [installing, pipping];
  if (name.startsWith('tool ')) return [installing, tools];
  if (name.startsWith('python ')) return [pythons];
  switch (name) {
    case 'venv':
      return [installing, environments];
    case 'export':
      return [installing, choosing, exporting];
    case 'run':
      return [installing, choosing, running, { stopsAtOperand: true }];
    case 'add':
    case 'remove':
      return [installing, choosing, syncing, { flags: '--editable --workspace --no-workspace --no-sync --raw --no-install-project', values: '-r|--requirements -c|--constraints --optional --branch --tag --rev -m|--marker --bounds' }];
    case 'build':
      return [installing, { flags: '--sdist --wheel --all --all-packages --list --clear', values: '--package -o|--out-dir -b|--build-constraints' }];
    default:
      return [installing, choosing, syncing];
  }
}

const looking = new Set(['help', 'tree', 'cache', 'version', 'self version', 'pip list', 'pip freeze', 'pip show', 'pip check', 'pip tree', 'tool list', 'tool dir',
  'python list', 'python find', 'python dir', 'cache clean', 'cache prune', 'cache dir']);

export const uv: Tool = {
  id: 'uv',
  recognises: (program) => program === 'uv' || program === 'uvx',
  isPackageManager: true,
  effects: uvEffects,
  dependenciesOnly: uvDependenciesOnly,
  leftovers: ['**/.venv', '**/__pycache__', '**/*.py[cod]', '**/*.egg-info', '**/dist'],
};

function uvEffects(call: Call, view: ImageView): Outcome {
  const versionOnly = call.args.length === 1 && /^(?:-V|--version|-h|--help)$/.test(call.args[0]?.text ?? '');
  if (versionOnly) return effects(observes('uv --version'));
  if (call.program === 'uvx') return opaque('uvx runs a program that may do anything');
  const command = readCommand(call.args);
  if (!command) return effects(observes('uv'));
  if (command.name === 'run') return run(command, call, view);
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of uv depends on ${readable(unknown.raw)}`);
  const { name, reading } = command;
  if (hasOption(reading, '--help', '--version')) return effects(observes('uv'));
  if (looking.has(name)) return effects(observes(`uv ${name}`, looksAt(reading, view)));
  const doubtful = doubtfulOption(reading, call.args);
  const symbolic = symbolicOperand(reading);
  if (symbolic) return opaque(`what uv ${readable(name)} does depends on ${readable(symbolic.text)}`);
  if (doubtful) return opaque(`uv ${name} has the option ${readable(doubtful.name)}, which is not known`);
  if (name.startsWith('pip ') && hasOption(reading, '--directory')) return opaque(`uv ${name} --directory is not known`);
  switch (name) {
    case 'sync':
      return sync(reading, view);
    case 'pip install':
      return pipInstall(reading, view);
    case 'pip sync':
      return pipSync(reading, view);
    case 'pip compile':
      return pipCompile(reading, view);
    case 'pip uninstall':
      return pipUninstall(reading, view);
    case 'venv':
      return venv(reading, view);
    case 'export':
      return exportRequirements(reading, view);
    case 'lock':
    case 'add':
    case 'remove':
      return changeLock(name, reading, view);
    case 'build':
      return build(reading, view);
    case 'tool install':
      return toolInstall(reading, view);
    case 'python install':
      return pythonInstall(reading, view);
    case 'python pin':
      return effects({ does: `uv python pin ${operandText(reading)}`, kind: 'files', reads: [], env: ['UV_*'], writes: [{ place: file(view.resolve('.python-version')), how: 'set' }] });
    default:
      return opaque(`uv ${readable(name)} is not known`);
  }
}

function operandText(reading: Reading): string {
  return reading.operands.map((operand) => operand.argument.text).join(' ');
}

// ------------------------------------------------------------------------------------------------ configuration

/** The directory that a call works in. */
function workingDirectory(reading: Reading, view: ImageView): Path {
  return view.resolve(lastValue(reading, '--directory')?.text ?? '.');
}

function projectDirectory(reading: Reading, view: ImageView): Path {
  const project = lastValue(reading, '--project')?.text ?? view.variable('UV_PROJECT');
  const directory = workingDirectory(reading, view);
  return typeof project === 'string' && project !== '' ? resolvePath(directory, project) : directory;
}

function andAbove(directory: Path): readonly Path[] {
  const found: Path[] = [];
  for (let at = directory; ; at = parentOf(at)) {
    found.push(at);
    if (at === '/' || at === '') return found;
  }
}

/** uv.toml and [tool.uv] of pyproject.toml, here and in every directory above, the user's and the system's, and what variables name. */
function addUvConfiguration(inputs: Inputs, reading: Reading, view: ImageView): void {
  for (const name of ['UV_*', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'HF_TOKEN']) inputs.env.add(name);
  for (const directory of andAbove(projectDirectory(reading, view))) {
    inputs.reads.push(file(join(directory, 'uv.toml')), file(join(directory, 'pyproject.toml')));
    inputs.reads.push(...localPathsIn(view.text(join(directory, 'uv.toml'))).map((path) => everythingBelow(resolvePath(directory, path))));
    const read = readPyproject(view.text(join(directory, 'pyproject.toml')));
    const links = read.kind === 'ok' ? (read.project.uv?.findLinks ?? []) : [];
    for (const link of links) if (!isRemote(link)) addLinks(inputs, resolvePath(directory, withoutScheme(link)));
    for (const index of read.kind === 'ok' ? (read.project.uv?.index ?? []) : []) {
      if (/^(?:file:|[./])/.test(index.url)) inputs.reads.push(everythingBelow(resolvePath(directory, withoutScheme(index.url))));
    }
  }
  const xdg = view.variable('XDG_CONFIG_HOME');
  const user = typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.config');
  inputs.reads.push(file(join(user, 'uv/uv.toml')), file('/etc/uv/uv.toml'), file('/etc/xdg/uv/uv.toml'), file(join(view.home, '.netrc')));
  inputs.reads.push(...certificateFiles(view, ['SSL_CLIENT_CERT', 'UV_CONFIG_FILE']));
  const named = lastValue(reading, '--config-file');
  if (named) inputs.reads.push(file(view.resolve(named.text)));
  for (const name of ['UV_CONSTRAINT', 'UV_OVERRIDE', 'UV_BUILD_CONSTRAINT', 'UV_EXCLUDE']) {
    for (const path of listVariable(view, name)) addRequirementsFile(inputs, view, path, true);
  }
  for (const name of ['UV_FIND_LINKS', 'UV_INDEX', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'UV_EXTRA_INDEX_URL']) {
    for (const path of listVariable(view, name).flatMap((word) => word.split(','))) {
      const isPath = name === 'UV_FIND_LINKS' ? path !== '' && !isRemote(path) : /^(?:file:|[./])/.test(path);
      if (isPath) inputs.reads.push(everythingBelow(view.resolve(withoutScheme(path))));
    }
  }
}

/** What the settings of a uv.toml name on the machine: links, indexes. Other texts are no paths that lead anywhere. */
function localPathsIn(text: string | undefined): readonly string[] {
  const toml = text === undefined ? null : readToml(text);
  if (toml?.kind !== 'ok') return [];
  const strings = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
  };
  const links = strings(toml.table['find-links']);
  const others = strings(toml.table).filter((one) => /^(?:file:|\.{0,2}\/)/.test(one));
  return [...links, ...others].filter((one) => !isRemote(one)).map(withoutScheme);
}

function looksAt(reading: Reading, view: ImageView): readonly Place[] {
  const directory = projectDirectory(reading, view);
  const region = pipDestination(reading, view);
  return [file(join(directory, 'pyproject.toml')), file(join(directory, 'uv.lock')), file(region)];
}

/** uv brings a Python of its own where none fits. */
function managedPython(view: ImageView): Write {
  const own = view.variable('UV_PYTHON_INSTALL_DIR');
  const directory = typeof own === 'string' && own !== '' ? view.resolve(own) : join(dataDirectory(view), 'python');
  return adds(toolRegion(directory, 'uv-python'));
}

function dataDirectory(view: ImageView): Path {
  const xdg = view.variable('XDG_DATA_HOME');
  return join(typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.local/share'), 'uv');
}

// ------------------------------------------------------------------------------------------------------- projects

interface Workspace {
  readonly project: LockedProject;
  /** Directories of the members, the root left out. */
  readonly members: readonly Path[];
  /** Directories that the lock names and that are no members: path dependencies. A member may not be there yet. */
  readonly others: readonly Path[];
  /** False if the directories are not all known. */
  readonly complete: boolean;
  readonly isWorkspace: boolean;
}

/** The nearest project, or the workspace that it is in. */
function workspaceOf(reading: Reading, view: ImageView): Workspace {
  const start = projectDirectory(reading, view);
  const above = andAbove(start);
  const hasManifest = (directory: Path): boolean => ['yes', 'maybe'].includes(view.presence(join(directory, 'pyproject.toml')));
  const root = above.find((directory) => definesWorkspace(directory, view)) ?? above.find(hasManifest) ?? start;
  const project = lockedProject(view, root, 'uv', 'uv.lock');
  const patterns = project.pyproject?.uv?.workspace?.members ?? [];
  const found = patterns.map((pattern) => expandMembers(root, pattern, view));
  const members = [...new Set(found.flatMap((one) => one ?? []))].filter((path) => path !== root);
  const patterned = patterns.map((pattern) => memberPattern(root, pattern));
  const others = project.directories.filter((path) => !members.includes(path) && !patterned.some((isMeant) => isMeant(path)));
  return { project, members, others, complete: found.every((one) => one !== null), isWorkspace: project.pyproject?.uv?.workspace != null };
}

/** Is a directory meant by an entry of `tool.uv.workspace.members`, whether or not it is there? */
function memberPattern(root: Path, pattern: string): (path: Path) => boolean {
  const path = join(root, pattern.replace(/^\.\//, '').replace(/\/$/, ''));
  const compiled = compilePattern(path.replaceAll(/[\^\\[\]]/g, '\\$&').replaceAll(/\*+/g, '*'));
  return (directory) => compiled !== null && matchesPath(compiled, directory);
}

function definesWorkspace(directory: Path, view: ImageView): boolean {
  const text = view.text(join(directory, 'pyproject.toml'));
  if (text === undefined || !text.includes('workspace')) return false;
  const read = readPyproject(text);
  return read.kind === 'ok' && read.project.uv?.workspace != null;
}

/** The directories that a member pattern means; null if they cannot all be known. */
function expandMembers(root: Path, pattern: string, view: ImageView): readonly Path[] | null {
  if (!/[*?[]/.test(pattern)) return [resolvePath(root, pattern)];
  const path = join(root, pattern.replace(/^\.\//, '').replace(/\/$/, ''));
  const argument: Argument = { text: path, known: true, glob: true, raw: pattern, span: { start: 0, end: 0 } };
  const expanded = expandGlob(argument, view);
  if (expanded === null) return null;
  return expanded.map((one) => one.text).filter((directory) => view.text(join(directory, 'pyproject.toml')) !== undefined);
}

/** Is a project itself installed? One without a build system is only a list of dependencies, unless it says otherwise. */
function isPackage(directory: Path, view: ImageView): boolean {
  const read = readPyproject(view.text(join(directory, 'pyproject.toml')));
  if (read.kind === 'error') return true;
  return read.project.uv?.package ?? read.project.buildSystem !== null;
}

function environmentDirectory(reading: Reading, view: ImageView, root: Path): Path {
  const active = view.variable('VIRTUAL_ENV');
  if (hasOption(reading, '--active') && typeof active === 'string' && active !== '') return view.resolve(active);
  const own = view.variable('UV_PROJECT_ENVIRONMENT');
  return typeof own === 'string' && own !== '' ? resolvePath(root, own) : join(root, '.venv');
}

function isSystem(prefix: Path): boolean {
  return prefix === '/usr' || prefix === '/usr/local';
}

function projectInputs(reading: Reading, view: ImageView, workspace: Workspace): Inputs {
  const inputs = noInputs(view);
  addLockedProject(inputs, workspace.project);
  inputs.reads.push(...pythonVersionFiles(projectDirectory(reading, view)));
  addUvConfiguration(inputs, reading, view);
  return inputs;
}

/**
 * The manifests of the members, by which uv checks the lock unless it is told not to. Where members are installed as
 * well they are read with the members: the packages from elsewhere are those of the lock.
 */
function memberManifests(reading: Reading, view: ImageView, { project, members, complete }: Workspace): readonly Place[] {
  if (isFrozen(reading, view)) return [];
  const manifests = members.map((member) => file(join(member, 'pyproject.toml')));
  return complete ? manifests : [...manifests, everythingBelow(project.root)];
}

function isFrozen(reading: Reading, view: ImageView): boolean {
  return hasOption(reading, '--frozen') || isSwitchedOn(view.variable('UV_FROZEN'));
}

/** The parts of the project that a sync installs after the packages from elsewhere. */
function localParts(reading: Reading, view: ImageView, { project, members, others }: Workspace): readonly Path[] {
  const none = hasOption(reading, '--no-install-local');
  const noWorkspace = none || hasOption(reading, '--no-install-workspace');
  const noProject = noWorkspace || hasOption(reading, '--no-install-project');
  return [
    ...(none ? [] : others),
    ...(noWorkspace ? [] : members.filter((member) => isPackage(member, view))),
    ...(!noProject && isPackage(project.root, view) ? [project.root] : []),
  ];
}

/**
 * The packages of the lock, then the parts of the project. A sync also removes what the lock does not name; it still
 * counts as an addition, which says less, so that a repeat is free and the first half of it is a part of the whole.
 */
function sync(reading: Reading, view: ImageView): Outcome {
  if (hasOption(reading, '--dry-run', '--check')) return effects(observes('uv sync --check', looksAt(reading, view)));
  const script = lastValue(reading, '--script');
  if (script) return opaque('uv sync --script is not known');
  const workspace = workspaceOf(reading, view);
  const { project } = workspace;
  const inputs = projectInputs(reading, view, workspace);
  const reads = readsOf(inputs);
  const env = environmentOf(inputs);
  const prefix = environmentDirectory(reading, view, project.root);
  const region = pythonRegion(prefix);
  const does = ['uv sync', ...wordsOf(reading.options, withoutInfluence), 'in', project.root].join(' ');
  const writes: Write[] = [adds(region)];
  if (!isSystem(prefix)) writes.unshift({ place: file(prefix), how: 'make-directory' }, { place: file(join(prefix, 'pyvenv.cfg')), how: 'set' });
  if (project.lockPresence !== 'yes' && !isFrozen(reading, view)) writes.push({ place: file(project.lock), how: 'edit' });
  const parts = localParts(reading, view, workspace);
  const checked = memberManifests(reading, view, workspace);
  const interpreter = pythonOfProject(reading, view, project);
  const dependencies: Effect = { does, kind: 'install', reads, env, writes };
  if (parts.length === 0) return effects(interpreter, { ...dependencies, reads: distinct([...reads, ...checked]) });
  return effects(interpreter, dependencies, {
    does: `${does}: ${parts.join(' ')}`,
    kind: 'project-install',
    reads: distinct([...reads, ...checked, ...parts.map((path) => everythingBelow(path))]),
    env,
    writes: [adds(region), ...parts.map(buildLeavings)],
  });
}

/** The Python that a project asks for: fetched if the image has none that fits, whichever packages are then installed. */
function pythonOfProject(reading: Reading, view: ImageView, project: LockedProject): Effect {
  const inputs = noInputs(view);
  inputs.reads.push(file(project.manifest), ...pythonVersionFiles(projectDirectory(reading, view)));
  addUvConfiguration(inputs, reading, view);
  const does = ['uv: the Python of', project.root, lastValue(reading, '--python')?.text ?? ''].join(' ');
  return { does, kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs), writes: [managedPython(view)] };
}

function pythonVersionFiles(directory: Path): readonly Place[] {
  return andAbove(directory).flatMap((above) => [file(join(above, '.python-version')), file(join(above, '.python-versions'))]);
}

/** `uv run X` syncs the environment first, and then runs X. */
function run(command: Command, call: Call, view: ImageView): Outcome {
  const { reading } = command;
  const first = reading.operands[0];
  if (hasOption(reading, '--help')) return effects(observes('uv run'));
  if (!first || hasOption(reading, '--module', '-m', '--gui-script', '-s')) return opaque('uv run runs a program that may do anything');
  const inside = runInside('uv run', call.args.slice(first.index), view);
  if (inside.kind === 'opaque') return inside;
  if (hasOption(reading, '--no-sync', '--no-project') || isSwitchedOn(view.variable('UV_NO_SYNC'))) return inside;
  if (reading.options.some((option) => !option.listed || /^(?:--with|-w)/.test(option.name))) return opaque('uv run installs more than the project');
  const synced = sync(reading, view);
  return synced.kind === 'opaque' ? synced : effects(...synced.effects, ...inside.effects);
}

function exportRequirements(reading: Reading, view: ImageView): Outcome {
  const workspace = workspaceOf(reading, view);
  const { project } = workspace;
  const inputs = projectInputs(reading, view, workspace);
  const reads = distinct([...readsOf(inputs), ...memberManifests(reading, view, workspace)]);
  const env = environmentOf(inputs);
  const does = ['uv export', ...wordsOf(reading.options, withoutInfluence)].join(' ');
  const noLocal = hasOption(reading, '--no-emit-local');
  const noWorkspace = noLocal || hasOption(reading, '--no-emit-workspace');
  const noProject = noWorkspace || hasOption(reading, '--no-emit-project');
  const others = [...project.directories.filter((path) => !workspace.members.includes(path)), ...project.archives];
  const selfContained =
    project.complete && workspace.complete && (noLocal || others.length === 0) && (noWorkspace || workspace.members.length === 0) && (noProject || !isPackage(project.root, view));
  const lockWrites: Write[] = project.lockPresence === 'yes' || isFrozen(reading, view) ? [] : [{ place: file(project.lock), how: 'edit' }];
  const output = lastValue(reading, '--output-file')?.text;
  if (output === undefined) return effects({ ...observes(does, reads), kind: lockWrites.length > 0 ? 'files' : 'observe', env, writes: lockWrites, selfContained });
  const writes: Write[] = [...lockWrites, { place: file(view.resolve(output)), how: 'set' }];
  return effects({ does, kind: 'files', reads, env, writes, selfContained: selfContained && lockWrites.length === 0 });
}

function changeLock(name: string, reading: Reading, view: ImageView): Outcome {
  const workspace = workspaceOf(reading, view);
  const { project } = workspace;
  if (name === 'lock' && (hasOption(reading, '--check', '--dry-run', '--locked') || isFrozen(reading, view))) return effects(observes('uv lock --check', looksAt(reading, view)));
  const inputs = projectInputs(reading, view, workspace);
  for (const value of valuesOf(reading, '--requirements', '--constraints')) addRequirementsFile(inputs, view, value.text);
  const operands = reading.operands.map((operand) => operand.argument);
  const paths = operands.filter(isPathOperand).map((argument) => everythingBelow(view.resolve(argument.text)));
  const writes: Write[] = [{ place: file(project.lock), how: 'edit' }];
  if (name !== 'lock') {
    writes.push({ place: file(project.manifest), how: 'edit' });
    writes.push({ place: file(pythonRegion(environmentDirectory(reading, view, project.root))), how: 'edit' }, managedPython(view));
  }
  const does = [`uv ${name}`, ...wordsOf(reading.options, withoutInfluence), ...operands.map((argument) => argument.text)].join(' ');
  const local = [...memberManifests(reading, view, workspace), ...project.directories.map((path) => everythingBelow(path))];
  return effects({ does, kind: name === 'lock' ? 'files' : 'install', reads: distinct([...readsOf(inputs), ...paths, ...local]), env: environmentOf(inputs), writes });
}

function build(reading: Reading, view: ImageView): Outcome {
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  const source = view.resolve(reading.operands[0]?.argument.text ?? '.');
  const output = lastValue(reading, '--out-dir')?.text;
  const place = everythingBelow(output === undefined ? join(source, 'dist') : view.resolve(output));
  return effects({
    does: ['uv build', ...wordsOf(reading.options, withoutInfluence)].join(' '),
    kind: 'build',
    reads: distinct([...readsOf(inputs), everythingBelow(source)]),
    env: environmentOf(inputs),
    writes: [{ place, how: 'edit' }, buildLeavings(source)],
  });
}

function venv(reading: Reading, view: ImageView): Outcome {
  const own = view.variable('UV_PROJECT_ENVIRONMENT');
  const written = reading.operands[0]?.argument.text ?? (typeof own === 'string' && own !== '' ? own : '.venv');
  const directory = view.resolve(written);
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  inputs.reads.push(...pythonVersionFiles(view.cwd));
  return effects({
    does: ['uv venv', ...wordsOf(reading.options, withoutInfluence), directory].join(' '),
    kind: 'files',
    reads: readsOf(inputs),
    env: environmentOf(inputs),
    writes: [
      { place: file(directory), how: 'make-directory' },
      { place: file(join(directory, 'pyvenv.cfg')), how: 'set' },
      { place: file(pythonRegion(directory)), how: hasOption(reading, '--clear', '-c') ? 'set' : 'edit' },
      managedPython(view),
    ],
  });
}

function toolInstall(reading: Reading, view: ImageView): Outcome {
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  for (const value of valuesOf(reading, '--with-requirements', '--constraints', '--overrides', '--build-constraints')) addRequirementsFile(inputs, view, value.text);
  const named = [...reading.operands.map((operand) => operand.argument), ...valuesOf(reading, '--from', '--with', '--with-editable')];
  for (const argument of named.filter(isPathOperand)) inputs.reads.push(everythingBelow(view.resolve(argument.text)));
  const toolDirectory = view.variable('UV_TOOL_DIR');
  const binDirectory = view.variable('UV_TOOL_BIN_DIR');
  const bin = typeof binDirectory === 'string' && binDirectory !== '' ? view.resolve(binDirectory) : join(view.home, '.local/bin');
  return effects({
    does: ['uv tool install', ...wordsOf(reading.options, withoutInfluence), operandText(reading)].join(' '),
    kind: 'install',
    reads: readsOf(inputs),
    env: environmentOf(inputs),
    writes: [
      adds(toolRegion(typeof toolDirectory === 'string' && toolDirectory !== '' ? view.resolve(toolDirectory) : join(dataDirectory(view), 'tools'), 'uv-tools')),
      // The programs are found through PATH as those of a Python prefix are.
      adds(pythonRegion(parentOf(bin))),
      managedPython(view),
    ],
  });
}

function pythonInstall(reading: Reading, view: ImageView): Outcome {
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  if (reading.operands.length === 0) inputs.reads.push(...pythonVersionFiles(view.cwd));
  const own = lastValue(reading, '--install-dir', '-i')?.text;
  return effects({
    does: ['uv python install', ...wordsOf(reading.options, withoutInfluence), operandText(reading)].join(' '),
    kind: 'install',
    reads: readsOf(inputs),
    env: environmentOf(inputs),
    writes: [own === undefined ? managedPython(view) : adds(toolRegion(view.resolve(own), 'uv-python')), adds(pythonRegion(join(view.home, '.local')))],
  });
}

// ------------------------------------------------------------------------------------------------------------ uv pip

/** Where `uv pip` installs: a named place, the system's Python, or the virtual environment that is active or nearest. */
function pipDestination(reading: Reading, view: ImageView): Path {
  const target = lastValue(reading, '--target') ?? lastValue(reading, '--prefix');
  if (target) return pythonRegion(view.resolve(target.text));
  const named = lastValue(reading, '--python')?.text ?? view.variable('UV_PYTHON');
  if (typeof named === 'string' && named.includes('/')) {
    return pythonRegion(/\/bin\/[^/]+$/.test(named) ? view.pythonPrefix(named) : view.resolve(named));
  }
  const system = hasOption(reading, '--system') || (!hasOption(reading, '--no-system') && isSwitchedOn(view.variable('UV_SYSTEM_PYTHON')));
  if (system || (typeof named === 'string' && named !== '')) return pythonRegion(view.pythonPrefix(null));
  const active = view.variable('VIRTUAL_ENV');
  if (typeof active === 'string' && active !== '') return pythonRegion(view.resolve(active));
  const nearest = andAbove(view.cwd).find((directory) => view.presence(join(directory, '.venv/pyvenv.cfg')) === 'yes');
  return pythonRegion(join(nearest ?? view.cwd, '.venv'));
}

interface PipRead {
  readonly inputs: Inputs;
  readonly words: readonly string[];
  readonly projectWords: readonly string[];
  readonly projectArguments: ReadonlySet<number>;
  /** Extras of projects whose pyproject.toml stands for them. */
  readonly extras: readonly string[];
  /** Paths of pyproject.toml files that are given with `-r`. */
  readonly manifests: readonly Path[];
}

function readPip(reading: Reading, view: ImageView): PipRead | Opaque {
  const inputs = noInputs(view);
  // What uv reads by itself comes first: it is the same for a project and for its manifest.
  addUvConfiguration(inputs, reading, view);
  const words: string[] = [];
  const projectWords: string[] = [];
  const projectArguments = new Set<number>();
  const extras = valuesOf(reading, '--extra').map((argument) => argument.text);
  const manifests: Path[] = [];
  for (const option of reading.options) {
    const before = inputs.projects.length;
    const handled = readPipOption(option, inputs, manifests, view);
    if (typeof handled !== 'string') return handled;
    if (option.name === '--editable' && inputs.projects.length > before) {
      projectWords.push(handled);
      for (let index = option.first; index <= option.last; index += 1) projectArguments.add(index);
    } else if (handled !== '') words.push(handled);
  }
  for (const { argument, index } of reading.operands) {
    const before = inputs.projects.length;
    const handled = readPipOperand(argument, inputs, view);
    if (typeof handled !== 'string') return handled;
    if (inputs.projects.length > before) {
      projectWords.push(handled);
      projectArguments.add(index);
    } else words.push(handled);
  }
  return { inputs, words, projectWords, projectArguments, extras, manifests };
}

function readPipOption({ name, value }: Option, inputs: Inputs, manifests: Path[], view: ImageView): string | Opaque {
  if (withoutInfluence.has(name) || name === '--extra') return '';
  if (value === null) return name;
  switch (name) {
    case '--requirements': {
      const expanded = value.glob ? expandGlob(value, view) : [value];
      const [only, ...more] = expanded ?? [];
      if (!only || more.length > 0) return opaque(`${name} ${readable(value.text)} may be several files`);
      return addRequirementSource(only.text, inputs, manifests, view);
    }
    case '--constraints':
    case '--overrides':
    case '--excludes':
    case '--build-constraints':
      addRequirementsFile(inputs, view, value.text, true);
      return `${name} ${isRemote(value.text) ? value.text : '<file>'}`;
    case '--editable': {
      const entry = parseEditableSpec(value.text);
      if (entry.kind === 'unreadable' || startsWithSymbol(value.text)) return opaque(`-e ${readable(value.text)} is not known`);
      addRequirement(inputs, view, entry, null);
      const path = localPathOf(entry);
      return `--editable ${path === null ? value.text : view.resolve(path) + extrasOf(value.text)}`;
    }
    case '--find-links':
    case '--index':
    case '--default-index':
    case '--index-url':
    case '--extra-index-url':
      if (isRemote(value.text) || (name !== '--find-links' && !/^(?:file:|[./~])/.test(value.text))) return `${name} ${value.text}`;
      addLinks(inputs, view.resolve(withoutScheme(value.text)));
      return `${name} <directory>`;
    case '--group': {
      const colon = value.text.lastIndexOf(':');
      inputs.reads.push(file(view.resolve(colon < 0 ? 'pyproject.toml' : value.text.slice(0, colon))));
      return `${name} ${value.text.slice(colon + 1)}`;
    }
    default:
      return `${name} ${value.text}`;
  }
}

/** `-r` also takes pyproject.toml, setup.py, setup.cfg and pylock.toml. */
function addRequirementSource(text: string, inputs: Inputs, manifests: Path[], view: ImageView): string {
  const path = view.resolve(text);
  const name = baseName(text);
  if (name === 'pyproject.toml') {
    inputs.reads.push(file(path));
    if (dynamicMetadata(parentOf(path), view) !== null || view.text(path) === undefined) inputs.reads.push(everythingBelow(parentOf(path)));
    manifests.push(path);
    return '';
  }
  if (name === 'setup.py' || name === 'setup.cfg') inputs.reads.push(everythingBelow(parentOf(path)));
  else if (/^pylock\b.*\.toml$/.test(name)) {
    inputs.reads.push(file(path));
    const lock = view.text(path);
    if (!view.isSelfContained(path) && (lock === undefined || /^[ \t]*(?:path\s*=|\[packages\.(?:directory|archive)\])|\bpath\s*=/m.test(lock))) inputs.reads.push(everythingBelow(parentOf(path)));
  } else addRequirementsFile(inputs, view, text);
  return `--requirements ${isRemote(text) ? text : '<file>'}`;
}

function extrasOf(text: string): string {
  return /\[[^[\]]*\]$/.exec(text)?.[0] ?? '';
}

function readPipOperand(argument: Argument, inputs: Inputs, view: ImageView): string | Opaque {
  const { text } = argument;
  if (startsWithSymbol(text)) return opaque(`what uv installs depends on ${readable(text)}`);
  const slash = text.lastIndexOf('/');
  if (argument.glob && /[*?]/.test(text.replace(/[=!]=\s*[\w.]+\.\*/g, ''))) {
    const directory = text.slice(0, slash + 1);
    const pattern = text.slice(slash + 1);
    if (/[*?[]/.test(directory) || !(isArchiveName(pattern) || slash > 0)) return opaque(`uv pip install ${readable(text)} may be anything`);
    inputs.reads.push(everythingBelow(view.resolve(directory === '' ? '.' : directory)));
    return `<archives ${pattern}>`;
  }
  const entry = parseSymbolic(text);
  if (entry.kind === 'unreadable') return opaque(`uv pip install ${readable(text)} is not known`);
  addRequirement(inputs, view, entry, null);
  const path = localPathOf(entry);
  if (path === null) return text;
  return isArchiveName(path) ? `<archive ${baseName(path)}>` : view.resolve(path) + extrasOf(text);
}

/**
 * The one local project of a call whose dependencies are all in its pyproject.toml: `uv pip install -r pyproject.toml`
 * then installs exactly these. Null if there is another reason why the project is needed.
 */
function staticProject(read: PipRead, view: ImageView): LocalProject | null {
  const [only, ...more] = read.inputs.projects;
  if (!only || more.length > 0 || only.namedIn !== null || read.manifests.length > 0) return null;
  const manifest = readPyproject(view.text(join(only.path, 'pyproject.toml')));
  if (manifest.kind === 'error' || manifest.project.dependencies === null || dynamicMetadata(only.path, view) !== null) return null;
  return manifest.project.localDependencies.length === 0 ? only : null;
}

function extrasOfProject(read: PipRead): readonly string[] {
  const written = read.projectWords.flatMap((word) => extrasOf(word).replaceAll(/[[\]\s]/g, '').split(','));
  return [...new Set([...read.extras, ...written])].filter((extra) => extra !== '').toSorted();
}

/** The words for the dependencies in manifests; the same for `-r pyproject.toml` and for a project that has one. */
function manifestWords(count: number, extras: readonly string[]): readonly string[] {
  return [...Array.from({ length: count }, () => '<dependencies of pyproject.toml>'), ...(extras.length > 0 ? [`extras ${extras.join(',')}`] : [])];
}

function pipInstall(reading: Reading, view: ImageView): Outcome {
  const read = readPip(reading, view);
  if ('kind' in read) return read;
  const { inputs, words, projectWords, manifests } = read;
  if (hasOption(reading, '--dry-run')) return effects(observes('uv pip install --dry-run', inputs.reads));
  const region = pipDestination(reading, view);
  const writes: readonly Write[] = [{ place: file(region), how: hasOption(reading, '--exact') ? 'set' : 'add' }];
  const env = environmentOf(inputs);
  const reads = readsOf(inputs);
  if (inputs.projects.length === 0) {
    const does = ['uv pip install', ...words, ...manifestWords(manifests.length, read.extras.toSorted())].join(' ');
    return effects({ does, kind: 'install', reads, env, writes });
  }
  const project: Effect = {
    does: ['uv pip install', ...words, ...manifestWords(manifests.length, read.extras), ...projectWords].join(' '),
    kind: 'project-install',
    reads: distinct([...reads, ...inputs.projects.map((local) => everythingBelow(local.path))]),
    env,
    writes: [...writes, ...inputs.projects.map((local) => buildLeavings(local.path))],
  };
  const only = staticProject(read, view);
  if (!only || hasOption(reading, '--no-deps')) return effects(project);
  const manifest = file(join(only.path, 'pyproject.toml'));
  const does = ['uv pip install', ...words, ...manifestWords(1, extrasOfProject(read))].join(' ');
  const dependencies: Effect = { does, kind: 'install', reads: distinct([...inputs.reads, manifest, ...readsOf(inputs)]), env, writes };
  return effects(dependencies, project);
}

function pipSync(reading: Reading, view: ImageView): Outcome {
  const files = reading.operands.map((operand) => operand.argument);
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  const words: string[] = [];
  for (const option of reading.options) {
    const handled = readPipOption(option, inputs, [], view);
    if (typeof handled !== 'string') return handled;
    if (handled !== '') words.push(handled);
  }
  for (const argument of files) words.push(addRequirementSource(argument.text, inputs, [], view));
  const parts = inputs.projects.map((local) => local.path);
  return effects({
    does: ['uv pip sync', ...words].join(' '),
    kind: parts.length > 0 ? 'project-install' : 'install',
    reads: distinct([...readsOf(inputs), ...parts.map((path) => everythingBelow(path))]),
    env: environmentOf(inputs),
    writes: [{ place: file(pipDestination(reading, view)), how: 'set' }, ...parts.map(buildLeavings)],
  });
}

/** The output is read first, so that versions stay, unless everything is upgraded. */
function pipCompile(reading: Reading, view: ImageView): Outcome {
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  const words: string[] = [];
  for (const option of reading.options) {
    const handled = readPipOption(option, inputs, [], view);
    if (typeof handled !== 'string') return handled;
    if (handled !== '') words.push(handled);
  }
  for (const { argument } of reading.operands) {
    if (argument.glob) return opaque(`uv pip compile ${readable(argument.text)} may be several files`);
    words.push(addRequirementSource(argument.text, inputs, [], view));
  }
  words.push(...valuesOf(reading, '--extra').map((argument) => `--extra ${argument.text}`));
  const does = ['uv pip compile', ...words].join(' ');
  const reads = distinct([...readsOf(inputs), ...inputs.projects.map((local) => everythingBelow(local.path))]);
  const env = environmentOf(inputs);
  const selfContained = inputs.complete && inputs.projects.length === 0;
  const output = lastValue(reading, '--output-file')?.text;
  if (output === undefined) return effects({ ...observes(does, reads), env, selfContained });
  const path = view.resolve(output);
  const fresh = hasOption(reading, '--upgrade') || view.presence(path) === 'no';
  return effects({ does, kind: 'files', reads: fresh ? reads : [...reads, file(path)], env, writes: [{ place: file(path), how: 'set' }], selfContained });
}

function pipUninstall(reading: Reading, view: ImageView): Outcome {
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  for (const value of valuesOf(reading, '--requirements')) addRequirementsFile(inputs, view, value.text);
  return effects({
    does: ['uv pip uninstall', operandText(reading)].join(' '),
    kind: 'install',
    reads: distinct(inputs.reads),
    env: environmentOf(inputs),
    writes: [{ place: file(pipDestination(reading, view)), how: 'edit' }],
  });
}

// ------------------------------------------------------------------------------------------------- dependencies only

function uvDependenciesOnly(call: Call, view: ImageView): DependenciesOnly | Refusal | null {
  if (call.program !== 'uv' || unknownArgument(call.args)) return null;
  const command = readCommand(call.args);
  if (!command || hasOption(command.reading, '--help', '--version', '--dry-run', '--check') || doubtfulOption(command.reading, call.args) || symbolicOperand(command.reading)) return null;
  switch (command.name) {
    case 'sync':
      return syncWithoutProject(call, command.reading, view);
    case 'pip install':
      return pipInstallWithoutProject(call, command.reading, view);
    case 'add':
    case 'remove':
    case 'lock':
      return refuse('lock-changed-by-command', `uv ${command.name} rewrites uv.lock.`);
    default:
      return null;
  }
}

function syncWithoutProject(call: Call, reading: Reading, view: ImageView): DependenciesOnly | Refusal | null {
  if (hasOption(reading, '--script')) return null;
  const workspace = workspaceOf(reading, view);
  const { project } = workspace;
  const unknown = unknownDependencies('uv sync', project);
  if (unknown) return unknown;
  if (localParts(reading, view, workspace).length === 0) return null;
  if (hasOption(reading, '--offline') || isSwitchedOn(view.variable('UV_OFFLINE'))) return refuse('unsupported', 'uv sync --offline takes everything from its cache, which may be gone the second time.');
  if (workspace.isWorkspace && hasOption(reading, '--package')) return refuse('unsupported', 'uv sync --package installs one member of a workspace.');
  const local = workspace.others.length > 0 && !hasOption(reading, '--no-install-local');
  const members = workspace.isWorkspace && !hasOption(reading, '--no-install-workspace');
  const added = local ? '--no-install-local' : members ? '--no-install-workspace' : '--no-install-project';
  // Without the members' manifests, or code that computes dependencies, the lock cannot be checked: it has to be believed.
  const mustBelieve = local || members || project.pyproject?.dynamicDependencies === true;
  if (mustBelieve && isSwitchedOn(view.variable('UV_LOCKED'))) return refuse('unsupported', 'UV_LOCKED asks for a check of the lock that needs the manifests of all parts.');
  const dropped = mustBelieve ? reading.options.filter((option) => option.name === '--locked').map((option) => option.first) : [];
  const args = call.args.filter((_, index) => !dropped.includes(index));
  const frozen = mustBelieve && !isFrozen(reading, view) ? ['--frozen'] : [];
  return { kind: 'dependencies-only', text: commandText(call, args, ...frozen, added), originalStillNeeded: true };
}

function pipInstallWithoutProject(call: Call, reading: Reading, view: ImageView): DependenciesOnly | Refusal | null {
  const read = readPip(reading, view);
  if ('kind' in read || read.inputs.projects.length === 0) return null;
  const what = `uv pip install ${read.inputs.projects.map((local) => readable(local.text)).join(', ')}`;
  const inFile = read.inputs.projects.find((local) => local.namedIn !== null);
  if (inFile) return refuse('local-dependency', `${readable(inFile.namedIn ?? '')} asks for ${inFile.text}, which is a part of the project itself.`);
  const only = staticProject(read, view);
  if (!only) {
    const reason = read.inputs.projects.map((local) => dynamicMetadata(local.path, view)).find((one) => one !== null);
    if (reason) return refuse('dynamic-metadata', `${what} installs the project itself, and ${reason}.`);
    return refuse('local-dependency', `${what} installs the project itself, and its dependencies are not all in one pyproject.toml.`);
  }
  if (hasOption(reading, '--no-deps')) return refuse('reads-source', `${what} --no-deps installs the project itself and nothing else.`);
  const args = call.args.filter((_, index) => !read.projectArguments.has(index));
  const below = isWithin(only.path, view.cwd) ? relativeTo(only.path, view.cwd) : only.path;
  const manifest = join(below, 'pyproject.toml');
  const extras = extrasOfProject({ ...read, extras: [] }).map((extra) => `--extra ${extra}`);
  return { kind: 'dependencies-only', text: commandText(call, args, '-r', manifest, ...extras), originalStillNeeded: true };
}
