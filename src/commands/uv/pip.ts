/** `uv pip`. */
import type { Place } from '../../build/places.ts';
import { andAbove, baseName, isWithin, join, parentOf, pythonRegion, readable, relativeTo, resolvePath } from '../../build/places.ts';
import type { Pyproject } from '../../manifests/pyproject.ts';
import { readPyproject } from '../../manifests/pyproject.ts';
import { localPathOf, parseEditableSpec } from '../../manifests/requirements.ts';
import type { Path, Refusal } from '../../types.ts';
import type { Argument, Call, DependenciesOnly, Effect, ImageView, Opaque, Outcome, Write } from '../command.ts';
import { effects, everythingBelow, file, observes, opaque } from '../command.ts';
import { distinct, environmentOf, readsOf, refuse } from '../install-inputs.ts';
import type { Option, Reading } from '../options.ts';
import { expandGlob, hasOption, lastValue, valuesOf } from '../options.ts';
import type { Inputs, LocalProject } from '../python-inputs.ts';
import {
  addLinks, addRequirement, addRequirementsFile, buildLeavings, commandText, dynamicMetadata, isArchiveName, isRemote, isSwitchedOn, noInputs, parseSymbolic, startsWithSymbol, withoutScheme,
} from '../python-inputs.ts';
import { operandText, withoutInfluence } from './grammar.ts';
import { addUvConfiguration, projectDirectory } from './configuration.ts';

/** Where `uv pip` installs: a named place, the system's Python, or the virtual environment that is active or nearest. */
export function pipDestination(reading: Reading, view: ImageView): Path {
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
  addLocalSources(inputs, manifests, hasOption(reading, '--all-extras') || hasOption(reading, '--group') ? null : extras, view);
  return { inputs, words, projectWords, projectArguments, extras, manifests };
}

/**
 * Projects of the repository that `[tool.uv.sources]`, or an address, makes dependencies of a pyproject.toml that is given with
 * `-r`: they are built and installed with the rest. `extras`: those that are asked for; null for all.
 */
function addLocalSources(inputs: Inputs, manifests: readonly Path[], extras: readonly string[] | null, view: ImageView): void {
  for (const path of manifests) {
    const read = readPyproject(view.text(path));
    if (read.kind === 'error') continue;
    const directory = parentOf(path);
    const isAsked = (group: string | null): boolean => group === null || extras === null || extras.includes(group);
    for (const local of read.project.localDependencies) {
      if (!isAsked(local.group)) continue;
      const place = resolvePath(directory, local.path);
      if (local.kind === 'file') inputs.reads.push(file(place));
      else inputs.projects.push({ path: place, editable: local.editable, namedIn: path, text: local.path });
    }
    if (hasWorkspaceSource(read.project)) inputs.projects.push({ path: workspaceAbove(directory, view), editable: true, namedIn: path, text: 'a member of its workspace' });
  }
}

/** Does a dependency come from the workspace? Which of its members others need is not looked up. */
function hasWorkspaceSource({ uv }: Pyproject): boolean {
  return [...(uv?.sources.values() ?? [])].some((sources) => sources.some(({ kind }) => kind === 'workspace'));
}

function workspaceAbove(directory: Path, view: ImageView): Path {
  const isRoot = (above: Path): boolean => {
    const read = readPyproject(view.text(join(above, 'pyproject.toml')));
    return read.kind === 'ok' && read.project.uv?.workspace !== null && read.project.uv?.workspace !== undefined;
  };
  return andAbove(directory).find(isRoot) ?? directory;
}

/** The words for all options of a call without projects of its own. */
function readPipOptions({ options }: Reading, inputs: Inputs, view: ImageView): string[] | Opaque {
  const words: string[] = [];
  for (const option of options) {
    const handled = readPipOption(option, inputs, [], view);
    if (typeof handled !== 'string') return handled;
    if (handled !== '') words.push(handled);
  }
  return words;
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
  return manifest.project.localDependencies.length === 0 && !hasWorkspaceSource(manifest.project) ? only : null;
}

function extrasOfProject(read: PipRead): readonly string[] {
  const written = read.projectWords.flatMap((word) => extrasOf(word).replaceAll(/[[\]\s]/g, '').split(','));
  return [...new Set([...read.extras, ...written])].filter((extra) => extra !== '').toSorted();
}

/** The words for the dependencies in manifests; the same for `-r pyproject.toml` and for a project that has one. */
function manifestWords(count: number, extras: readonly string[]): readonly string[] {
  return [...Array.from({ length: count }, () => '<dependencies of pyproject.toml>'), ...(extras.length > 0 ? [`extras ${extras.join(',')}`] : [])];
}

export function pipInstall(reading: Reading, view: ImageView): Outcome {
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

export function pipSync(reading: Reading, view: ImageView): Outcome {
  const files = reading.operands.map((operand) => operand.argument);
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  const words = readPipOptions(reading, inputs, view);
  if ('kind' in words) return words;
  const manifests: Path[] = [];
  for (const argument of files) words.push(addRequirementSource(argument.text, inputs, manifests, view));
  addLocalSources(inputs, manifests, valuesOf(reading, '--extra').map(({ text }) => text), view);
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
export function pipCompile(reading: Reading, view: ImageView): Outcome {
  const inputs = noInputs(view);
  addUvConfiguration(inputs, reading, view);
  const words = readPipOptions(reading, inputs, view);
  if ('kind' in words) return words;
  const manifests: Path[] = [];
  for (const { argument } of reading.operands) {
    if (argument.glob) return opaque(`uv pip compile ${readable(argument.text)} may be several files`);
    words.push(addRequirementSource(argument.text, inputs, manifests, view));
  }
  addLocalSources(inputs, manifests, hasOption(reading, '--all-extras') ? null : valuesOf(reading, '--extra').map(({ text }) => text), view);
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

export function pipUninstall(reading: Reading, view: ImageView): Outcome {
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

export function looksAt(reading: Reading, view: ImageView): readonly Place[] {
  const directory = projectDirectory(reading, view);
  const region = pipDestination(reading, view);
  return [file(join(directory, 'pyproject.toml')), file(join(directory, 'uv.lock')), file(region)];
}

export function pipInstallWithoutProject(call: Call, reading: Reading, view: ImageView): DependenciesOnly | Refusal | null {
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
