/** uv on a project with a lock; its virtual environments, tools and Pythons. */
import type { Place } from '../../build/places.ts';
import { andAbove, join, parentOf, pythonRegion, readable, resolvePath, toolRegion } from '../../build/places.ts';
import { compilePattern, matchesPath } from '../../ignore/glob.ts';
import { flatMap } from '../../lists.ts';
import { readPyproject } from '../../manifests/pyproject.ts';
import type { Path, Refusal } from '../../types.ts';
import type { Argument, Call, DependenciesOnly, Effect, ImageView, Outcome, Write } from '../command.ts';
import { effects, everythingBelow, file, observes, opaque } from '../command.ts';
import { adds, distinct, environmentOf, readsOf, refuse } from '../install-inputs.ts';
import type { Reading } from '../options.ts';
import { expandGlob, hasOption, lastValue, valuesOf, wordsOf } from '../options.ts';
import type { Inputs } from '../python-inputs.ts';
import { addRequirementsFile, buildLeavings, commandText, isSwitchedOn, noInputs } from '../python-inputs.ts';
import type { LockedProject } from '../python-project.ts';
import { addLockedProject, isPathOperand, lockedProject, unknownDependencies } from '../python-project.ts';
import { runInside } from '../python.ts';
import type { Command } from './grammar.ts';
import { operandText, withoutInfluence } from './grammar.ts';
import { addUvConfiguration, projectDirectory } from './configuration.ts';
import { looksAt } from './pip.ts';

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
  addLockedProject(inputs, workspace.project, view);
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
  const computed = [project.root, ...members].filter((directory) => isComputed(directory, view));
  return [...manifests, ...(complete ? [] : [everythingBelow(project.root)]), ...flatMap(computed, metadataInputs)];
}

/**
 * Does code of a project make some of its metadata? uv checks the lock by them, and builds what pyproject.toml does not say
 * (`Lock::satisfies`; also for a version alone, before uv kept such versions out of the lock): that asks git, or imports the project.
 */
function isComputed(directory: Path, view: ImageView): boolean {
  const read = readPyproject(view.text(join(directory, 'pyproject.toml')));
  return read.kind === 'ok' && read.project.dynamic.length > 0 && isPackage(directory, view);
}

function metadataInputs(directory: Path): readonly Place[] {
  return [everythingBelow(directory), ...andAbove(directory).map((above) => everythingBelow(join(above, '.git')))];
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
export function sync(reading: Reading, view: ImageView): Outcome {
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
  const asked = lastValue(reading, '--python')?.text;
  const does = `uv (the Python ${asked === undefined ? '' : `${asked} `}for ${project.root})`;
  return { does, kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs), writes: [managedPython(view)] };
}

function pythonVersionFiles(directory: Path): readonly Place[] {
  return andAbove(directory).flatMap((above) => [file(join(above, '.python-version')), file(join(above, '.python-versions'))]);
}

/** `uv run X` syncs the environment first, and then runs X. */
export function run(command: Command, call: Call, view: ImageView): Outcome {
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

export function exportRequirements(reading: Reading, view: ImageView): Outcome {
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

export function changeLock(name: string, reading: Reading, view: ImageView): Outcome {
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

export function build(reading: Reading, view: ImageView): Outcome {
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

export function venv(reading: Reading, view: ImageView): Outcome {
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

export function toolInstall(reading: Reading, view: ImageView): Outcome {
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

export function pythonInstall(reading: Reading, view: ImageView): Outcome {
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

function managedPython(view: ImageView): Write {
  const own = view.variable('UV_PYTHON_INSTALL_DIR');
  const directory = typeof own === 'string' && own !== '' ? view.resolve(own) : join(dataDirectory(view), 'python');
  return adds(toolRegion(directory, 'uv-python'));
}

function dataDirectory(view: ImageView): Path {
  const xdg = view.variable('XDG_DATA_HOME');
  return join(typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.local/share'), 'uv');
}

export function syncWithoutProject(call: Call, reading: Reading, view: ImageView): DependenciesOnly | Refusal | null {
  if (hasOption(reading, '--script')) return null;
  const workspace = workspaceOf(reading, view);
  const { project } = workspace;
  const unknown = unknownDependencies('uv sync', project);
  if (unknown) return unknown;
  if (localParts(reading, view, workspace).length === 0) {
    if (isFrozen(reading, view) || !isComputed(project.root, view)) return null;
    return refuse('dynamic-metadata', `uv sync checks ${readable(project.lock)} by the metadata of the project, which code of the project makes (dynamic = ["${project.pyproject?.dynamic.join('", "') ?? ''}"]); --frozen believes it.`);
  }
  if (hasOption(reading, '--offline') || isSwitchedOn(view.variable('UV_OFFLINE'))) return refuse('unsupported', 'uv sync --offline takes everything from its cache, which may be gone the second time.');
  if (workspace.isWorkspace && hasOption(reading, '--package')) return refuse('unsupported', 'uv sync --package installs one member of a workspace.');
  const local = workspace.others.length > 0 && !hasOption(reading, '--no-install-local');
  const members = workspace.isWorkspace && !hasOption(reading, '--no-install-workspace');
  const added = local ? '--no-install-local' : members ? '--no-install-workspace' : '--no-install-project';
  // Without the members' manifests, or code that computes dependencies, the lock cannot be checked: it has to be believed.
  const mustBelieve = local || members || isComputed(project.root, view);
  if (mustBelieve && isSwitchedOn(view.variable('UV_LOCKED'))) return refuse('unsupported', 'UV_LOCKED asks for a check of the lock that needs the manifests of all parts.');
  const dropped = mustBelieve ? reading.options.filter((option) => option.name === '--locked').map((option) => option.first) : [];
  const args = call.args.filter((_, index) => !dropped.includes(index));
  const frozen = mustBelieve && !isFrozen(reading, view) ? ['--frozen'] : [];
  return { kind: 'dependencies-only', text: commandText(call, args, ...frozen, added), originalStillNeeded: true };
}
