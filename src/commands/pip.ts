import type { Place } from '../build/places.ts';
import { baseName, join, parentOf, pythonRegion, readable, relativeTo, toolRegion } from '../build/places.ts';
import { isPoetryPlugin, packageNames } from '../manifests/poetry-plugins.ts';
import type { Requirement } from '../manifests/requirements.ts';
import { isFullyPinned, localPathOf, normaliseName, parseEditableSpec } from '../manifests/requirements.ts';
import type { Path, Refusal } from '../types.ts';
import type { Argument, Call, DependenciesOnly, Effect, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { adds, distinct, environmentOf, readsOf, refuse } from './install-inputs.ts';
import type { Option, Reading } from './options.ts';
import { doubtfulOption, expandGlob, grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf } from './options.ts';
import type { PipConfiguration } from './pip-configuration.ts';
import { addPipConfiguration, pipConfiguration } from './pip-configuration.ts';
import type { Inputs, LocalProject } from './python-inputs.ts';
import {
  addLinks, addRequirement, addRequirementsFile, buildLeavings, commandText, dynamicMetadata, isArchiveName, isRemote, isSwitchedOn,
  noInputs, parseSymbolic, placesOfPackages, startsWithSymbol, userBase, withoutScheme,
} from './python-inputs.ts';

/**
 * pip. Its options are those of pip 26.2 (`_internal/cli/cmdoptions.py`) and, as images keep old versions, those that
 * were there since pip 9.
 */

// ---------------------------------------------------------------------------------------------------------- options

/** Options without influence on what is installed; a rewrite may differ in them. */
const withoutInfluence = new Set([
  '--quiet', '--verbose', '--no-cache-dir', '--cache-dir', '--progress-bar', '--disable-pip-version-check', '--no-input', '--no-color',
  '--root-user-action', '--timeout', '--retries', '--resume-retries', '--no-python-version-warning', '--no-warn-script-location',
  '--no-warn-conflicts', '--debug', '--yes', '--no-clean',
]);

const pipGrammar = grammar({
  abbreviations: true,
  flags: `-h|--help --debug --isolated --require-venv|--require-virtualenv --break-system-packages -v|--verbose --no-color -V|--version
    -q|--quiet --no-input --no-proxy-env --no-index --process-dependency-links --prefer-binary --no-cache-dir --no-dependencies|--no-deps
    --only-dependencies|--only-deps --ignore-requires-python --no-build-isolation --check-build-dependencies --use-pep517 --no-use-pep517
    --no-clean --pre --json --disable-pip-version-check --require-hashes --no-require-hashes --no-python-version-warning --dry-run
    --user --no-user -U|--upgrade --force-reinstall -I|--ignore-installed --compile --no-compile --no-warn-script-location
    --no-warn-conflicts -y|--yes --global --site --egg`,
  values: `--python --log-file|--local-log|--log --keyring-provider --proxy --retries --resume-retries --default-timeout|--timeout
    --exists-action --cert --client-cert -i|--pypi-url|--index-url --extra-index-url -f|--find-links --uploaded-prior-to --trusted-host
    -c|--constraint --build-constraint -r|--requirement --requirements-from-script -e|--editable --source|--source-dir|--source-directory|--src
    --no-binary --only-binary --all-releases --only-final --platform --python-version --implementation --abi --cache-dir
    --refresh-package --group -C|--config-setting|--config-settings --global-option --build-option --install-option
    --progress-bar --root-user-action --use-feature --use-deprecated -t|--target --prefix --root --upgrade-strategy --report
    -d|--destination-dir|--destination-directory|--download-dir|--dest -w|--wheel-dir --editor --hash -b|--build --build-dir`,
});

const looking = new Set(['list', 'show', 'freeze', 'check', 'debug', 'help', 'cache', 'hash', 'search', 'inspect', 'index', 'completion']);

export const pip: Tool = {
  id: 'pip',
  recognises: (program) => /^pip[\d.]*$/.test(program),
  isPackageManager: true,
  effects: pipEffects,
  dependenciesOnly: pipDependenciesOnly,
  leftovers: [
    '**/__pycache__', '**/*.py[cod]', '**/.venv', '**/venv', '**/*.egg-info', '**/.pytest_cache', '**/.mypy_cache', '**/.ruff_cache',
    '**/.tox', '**/.nox', '**/.coverage', '**/htmlcov',
  ],
};

function pipEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of pip depends on ${readable(unknown.raw)}`);
  const reading = readOptions(call.args, pipGrammar);
  const subcommand = reading.operands[0]?.argument.text ?? '';
  if (subcommand === '' || hasOption(reading, '--help', '--version')) return effects(observes('pip'));
  if (looking.has(subcommand)) return effects(observes(`pip ${subcommand}`, looksAt(call, reading, view)));
  const doubtful = doubtfulOption(reading, call.args);
  if (doubtful) return opaque(`pip ${subcommand} has the option ${readable(doubtful.name)}, which is not known`);
  switch (subcommand) {
    case 'install':
      return install(call, reading, view);
    case 'wheel':
    case 'download':
      return collectArchives(subcommand, call, reading, view);
    case 'uninstall':
      return uninstall(call, reading, view);
    case 'config':
      return configure(call, reading, view);
    default:
      return opaque(`pip ${readable(subcommand)} is not known`);
  }
}

function looksAt(call: Call, reading: Reading, view: ImageView): readonly Place[] {
  const prefix = prefixOf(call, reading, view);
  const [subcommand, ...operands] = reading.operands.map(({ argument }) => argument);
  const files = [...valuesOf(reading, '--requirement', '--constraint'), ...(subcommand?.text === 'hash' ? operands : [])];
  return [...[pythonRegion(prefix), pythonRegion(userBase(view))].map((region) => file(region)), ...files.map(({ text }) => file(view.resolve(text)))];
}

// ----------------------------------------------------------------------------------------------------- where it goes

function prefixOf(call: Call, reading: Reading, view: ImageView): Path {
  const python = lastValue(reading, '--python')?.text;
  if (python === undefined) return view.pythonPrefix(call.programPath ?? call.interpreter);
  // `--python` names an interpreter, or the directory of a virtual environment (`identify_python_interpreter` in pip).
  return /\/bin\/[^/]+$/.test(python) ? view.pythonPrefix(python) : view.resolve(python);
}

/** Where packages go, as `decide_user_install` in pip's `commands/install.py` decides. */
function destinations(reading: Reading, view: ImageView, prefix: Path, { set, usual }: PipConfiguration): readonly Write[] {
  const isolated = hasOption(reading, '--isolated');
  const setting = (option: string, name: string): string | undefined => {
    const value = lastValue(reading, option)?.text ?? (isolated ? undefined : set.get(name));
    return value === '' ? undefined : value;
  };
  const target = setting('--target', 'PIP_TARGET') ?? setting('--prefix', 'PIP_PREFIX');
  if (target !== undefined) return [adds(pythonRegion(view.resolve(target)))];
  const root = setting('--root', 'PIP_ROOT');
  if (root !== undefined) return [adds(pythonRegion(join(view.resolve(root), relativeTo(prefix, '/'))))];
  if (hasOption(reading, '--user') || (!isolated && isSwitchedOn(set.get('PIP_USER')))) return [adds(pythonRegion(userBase(view)))];
  return usual;
}

/** Where editable requirements from repositories are checked out: DIR, else PREFIX/src in a virtual environment, else ./src. */
function checkoutWrites(inputs: Inputs, reading: Reading, view: ImageView, prefix: Path, { set }: PipConfiguration): readonly Write[] {
  if (inputs.checkouts.length === 0) return [];
  const named = lastValue(reading, '--src')?.text ?? set.get('PIP_SRC') ?? '';
  const systemWide = prefix === '/usr' || prefix === '/usr/local';
  const directories = named !== '' ? [view.resolve(named)] : systemWide ? [join(view.cwd, 'src')] : [join(view.cwd, 'src'), join(prefix, 'src')];
  return inputs.checkouts.flatMap((name) =>
    directories.map((directory): Write => ({ place: file(toolRegion(name === null ? directory : join(directory, name), 'checkout')), how: 'edit' })),
  );
}

// ---------------------------------------------------------------------------------------------------------- install

/** The arguments of an install, read. */
interface Install {
  readonly inputs: Inputs;
  /** Canonical words of everything but local projects. */
  readonly words: readonly string[];
  /** Canonical words of the local projects on the command line. */
  readonly projectWords: readonly string[];
  /** Arguments that are local projects, by index. */
  readonly projectArguments: readonly number[];
  /** Is anything asked for beside local projects? */
  readonly hasOthers: boolean;
  readonly writes: readonly Write[];
}

function install(call: Call, reading: Reading, view: ImageView): Outcome {
  const prefix = prefixOf(call, reading, view);
  const configuration = pipConfiguration(view, prefix);
  if (configuration.movedBy !== null) return opaque(`${readable(configuration.movedBy)} says where packages go`);
  const read = readInstall(reading, view, prefix, configuration);
  if ('kind' in read) return read;
  const { writes } = read;
  if (hasOption(reading, '--dry-run')) return effects({ ...observes('pip install --dry-run', distinct(read.inputs.reads)), kind: writes.length > 0 ? 'files' : 'observe', writes });
  const packages = destinations(reading, view, prefix, configuration);
  const others = [...checkoutWrites(read.inputs, reading, view, prefix, configuration), ...writes];
  return installEffects('pip install', read, configuration, others.length === 0 ? packages : [...packages, ...others]);
}

/**
 * Two effects where the local projects can be installed after the rest with the same result. That is so if each of the
 * others has one version: else pip would choose the versions with what the project demands in view.
 */
function installEffects(does: string, read: Install, configuration: PipConfiguration, writes: readonly Write[]): Outcome {
  const { inputs, words, projectWords, hasOthers } = read;
  const configured = configuration.inputs;
  const reads = inputs.reads.length === configured.reads.length ? configuration.reads : readsOf(inputs);
  const env = inputs.env.size === configured.env.size ? configuration.env : environmentOf(inputs);
  const dependencies: Effect = { does: [does, ...words, ...pluginsInFiles(inputs, words)].join(' '), kind: 'install', reads, env, writes };
  if (inputs.projects.length === 0) return effects(dependencies);
  const separable = hasOthers && projectsAreSeparable(inputs);
  const project: Effect = {
    does: [does, ...words, ...projectWords].join(' '),
    kind: 'project-install',
    reads: distinct([...reads, ...inputs.projects.map((local) => everythingBelow(local.path))]),
    env,
    writes: [...writes, ...inputs.projects.map((local) => buildLeavings(local.path))],
  };
  return separable ? effects(dependencies, project) : effects(project);
}

/** Poetry asks which of its plugins are there: those that a requirements file names are said as well. */
function pluginsInFiles({ requirements }: Inputs, words: readonly string[]): readonly string[] {
  const named = new Set(packageNames(words.join(' ')));
  return requirements.flatMap((one) => ('name' in one && one.name !== null && isPoetryPlugin(one.name) && !named.has(normaliseName(one.name)) ? [one.name] : []));
}

function projectsAreSeparable(inputs: Inputs): boolean {
  return inputs.complete && inputs.projects.every((local) => local.namedIn === null) && isFullyPinned(inputs.requirements);
}

function readInstall(reading: Reading, view: ImageView, prefix: Path, configuration = pipConfiguration(view, prefix)): Install | Opaque {
  const inputs = noInputs(view, configuration.inputs.buildTools);
  const words: string[] = [];
  const projectWords: string[] = [];
  const projectArguments: number[] = [];
  const writes: Write[] = [];
  let hasOthers = false;

  for (const option of reading.options) {
    const before = inputs.projects.length;
    const handled = readInstallOption(option, inputs, view);
    if (typeof handled !== 'string') return handled;
    if (option.name === '--log' && option.value) writes.push({ place: file(view.resolve(option.value.text)), how: 'edit' });
    if (option.name === '--report' && option.value && option.value.text !== '-') writes.push({ place: file(view.resolve(option.value.text)), how: 'set' });
    if (inputs.projects.length > before && option.name === '--editable') {
      projectWords.push(handled);
      for (let index = option.first; index <= option.last; index += 1) projectArguments.push(index);
      continue;
    }
    if (handled !== '') words.push(handled);
    hasOthers ||= ['--requirement', '--editable', '--group', '--requirements-from-script'].includes(option.name);
  }

  for (const { argument, index } of reading.operands.slice(1)) {
    const before = inputs.projects.length;
    const handled = readOperand(argument, inputs, view);
    if (typeof handled !== 'string') return handled;
    if (inputs.projects.length > before) {
      projectWords.push(handled);
      projectArguments.push(index);
      continue;
    }
    words.push(handled);
    hasOthers = true;
  }

  // Configuration comes last, so that a file of the command line and one of a variable cannot change places unseen.
  addPipConfiguration(inputs, view, prefix, configuration);
  return { inputs, words, projectWords, projectArguments, hasOthers: hasOthers || configuration.requirements.length > 0, writes };
}

/** The canonical text of an option, empty if it has no influence; what it names is added to the inputs. */
function readInstallOption(option: Option, inputs: Inputs, view: ImageView): string | Opaque {
  const { name, value } = option;
  if (withoutInfluence.has(name)) return '';
  if (!option.listed) return value === null ? name : `${name}=${value.text}`;
  if (value === null) return name;
  switch (name) {
    case '--requirement':
    case '--constraint':
    case '--build-constraint': {
      const argument = oneFile(value, view);
      if (!argument) return opaque(`${name} ${readable(value.text)} may be several files`);
      addRequirementsFile(inputs, view, argument.text, name !== '--requirement');
      return `${name} ${isRemote(argument.text) ? argument.text : '<file>'}`;
    }
    case '--editable': {
      const entry = parseEditableSpec(value.text);
      if (entry.kind === 'unreadable' || startsWithSymbol(value.text)) return opaque(`-e ${readable(value.text)} is not known`);
      addRequirement(inputs, view, entry, null);
      inputs.requirements.push(...(entry.kind === 'local' ? [] : [entry]));
      return `--editable ${localText(entry, value.text, view)}`;
    }
    case '--find-links':
    case '--index-url':
    case '--extra-index-url': {
      if (isRemote(value.text) || !isLocalAddress(name, value.text)) return `${name} ${value.text}`;
      addLinks(inputs, view.resolve(withoutScheme(value.text)));
      return `${name} <directory>`;
    }
    case '--cert':
    case '--client-cert':
      inputs.reads.push(file(view.resolve(value.text)));
      return `${name} <file>`;
    case '--requirements-from-script':
      inputs.reads.push(file(view.resolve(value.text)));
      return `${name} <file>`;
    case '--group': {
      const colon = value.text.lastIndexOf(':');
      inputs.reads.push(file(view.resolve(colon < 0 ? 'pyproject.toml' : value.text.slice(0, colon))));
      return `${name} ${value.text.slice(colon + 1)}`;
    }
    case '--log':
    case '--report':
      return '';
    case '--target':
    case '--prefix':
    case '--root':
    case '--src':
    case '--python':
      return `${name} ${value.text.includes('/') ? view.resolve(value.text) : value.text}`;
    case '--config-settings':
    case '--global-option':
    case '--build-option':
    case '--install-option':
      inputs.reads.push(...value.text.split(/[=,\s]/).filter((word) => word.includes('/') || /\.\w+$/.test(word)).map((word) => everythingBelow(view.resolve(word))));
      return `${name} ${value.text}`;
    default:
      if (value.glob && !isNameInSpiteOfGlob(value.text)) return opaque(`${name} ${readable(value.text)} may be several files`);
      return `${name} ${value.text}`;
  }
}

/** `--find-links` is a path unless it is an address; an index is one only if it looks like a path. */
function isLocalAddress(option: string, text: string): boolean {
  return option === '--find-links' || /^(?:file:|[./~])/i.test(text);
}

function oneFile(value: Argument, view: ImageView): Argument | undefined {
  if (!value.glob) return value;
  const expanded = expandGlob(value, view);
  return expanded?.length === 1 ? expanded[0] : undefined;
}

/** A local path in a canonical text is absolute: where an editable project lies is part of the result. */
function localText(entry: Requirement, written: string, view: ImageView): string {
  const path = localPathOf(entry);
  if (path === null) return written;
  const extras = /\[[^[\]]*\]$/.exec(written)?.[0] ?? '';
  return view.resolve(path) + extras;
}

function readOperand(argument: Argument, inputs: Inputs, view: ImageView): string | Opaque {
  const { text } = argument;
  if (startsWithSymbol(text)) return opaque(`what pip installs depends on ${readable(text)}`);
  if (argument.glob && !isNameInSpiteOfGlob(text)) return readGlobOperand(text, inputs, view);
  const entry = parseSymbolic(text);
  if (entry.kind === 'unreadable') return opaque(`pip install ${readable(text)} is not known`);
  addRequirement(inputs, view, entry, null);
  const path = localPathOf(entry);
  if (path === null || isArchiveName(path)) inputs.requirements.push(entry);
  if (path !== null && isArchiveName(path)) return `<archive ${baseName(path)}>`;
  return localText(entry, text, view);
}

/** `uvicorn[standard]` and `django==4.*` are globs to the shell, but no file is called so. */
function isNameInSpiteOfGlob(text: string): boolean {
  const bare = text.replace(/\[[\w.,\s-]+\]/, '');
  if (/[[\]?]/.test(bare)) return false;
  return !bare.includes('*') || /^[\w.-]+\s*(?:==|!=)/.test(bare);
}

/** What a glob matches is decided by the directory, which is read whole. */
function readGlobOperand(text: string, inputs: Inputs, view: ImageView): string | Opaque {
  const slash = text.lastIndexOf('/');
  const directory = text.slice(0, slash + 1);
  const pattern = text.slice(slash + 1);
  // Without a directory the words that it becomes may be names or options.
  const paths = isArchiveName(pattern) || slash >= 0;
  if (!paths || /[*?[]/.test(directory)) return opaque(`pip install ${readable(text)} may be anything`);
  inputs.reads.push(everythingBelow(view.resolve(directory === '' ? '.' : directory)));
  return `<archives ${pattern}>`;
}

// ----------------------------------------------------------------------------------------- wheel, download, uninstall

function collectArchives(subcommand: 'wheel' | 'download', call: Call, reading: Reading, view: ImageView): Outcome {
  const prefix = prefixOf(call, reading, view);
  const configuration = pipConfiguration(view, prefix);
  const read = readInstall(reading, view, prefix, configuration);
  if ('kind' in read) return read;
  const option = subcommand === 'wheel' ? '--wheel-dir' : '--dest';
  const written = lastValue(reading, option)?.text ?? view.variable(subcommand === 'wheel' ? 'PIP_WHEEL_DIR' : 'PIP_DEST');
  const directory = view.resolve(typeof written === 'string' && written !== '' ? written : '.');
  const words = read.words.filter((word) => !word.startsWith(option));
  const place = everythingBelow(directory);
  return installEffects(`pip ${subcommand}`, { ...read, words, hasOthers: false }, configuration, [{ place, how: 'edit' }, ...read.writes]);
}

function uninstall(call: Call, reading: Reading, view: ImageView): Outcome {
  const prefix = prefixOf(call, reading, view);
  const read = readInstall(reading, view, prefix);
  if ('kind' in read) return read;
  const writes = placesOfPackages(view, prefix).map((path): Write => ({ place: file(path), how: 'edit' }));
  const does = ['pip uninstall', ...read.words, ...read.projectWords].join(' ');
  return effects({ does, kind: 'install', reads: distinct(read.inputs.reads), env: [...read.inputs.env], writes });
}

// ----------------------------------------------------------------------------------------------------------- config

/** `pip config` writes the user's file, or the site's if there is one (`_determine_file` in pip's `commands/configuration.py`). */
function configure(call: Call, reading: Reading, view: ImageView): Outcome {
  const [, action, ...words] = reading.operands.map((operand) => operand.argument.text);
  if (action === undefined || action === 'list' || action === 'get' || action === 'debug') return effects(observes('pip config'));
  if (action !== 'set' && action !== 'unset') return opaque(`pip config ${readable(action)} is not known`);
  const site = join(prefixOf(call, reading, view), 'pip.conf');
  const xdg = view.variable('XDG_CONFIG_HOME');
  const user = join(typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.config'), 'pip/pip.conf');
  const paths = (): readonly Path[] => {
    if (hasOption(reading, '--global')) return ['/etc/pip.conf'];
    if (hasOption(reading, '--site')) return [site];
    if (hasOption(reading, '--user') || view.presence(site) === 'no') return [user];
    return view.presence(site) === 'yes' ? [site] : [site, user];
  };
  const writes = paths().flatMap((path): Write[] => [{ place: file(parentOf(path)), how: 'make-directory' }, { place: file(path), how: 'edit' }]);
  return effects({ does: ['pip config', action, ...words].join(' '), kind: 'files', reads: [file(site)], env: ['XDG_CONFIG_HOME'], writes });
}

// ------------------------------------------------------------------------------------------------- dependencies only

function pipDependenciesOnly(call: Call, view: ImageView, outcome?: Outcome): DependenciesOnly | Refusal | null {
  if (outcome?.kind === 'effects' && !outcome.effects.some((effect) => effect.kind === 'project-install')) return null;
  if (unknownArgument(call.args)) return null;
  const reading = readOptions(call.args, pipGrammar);
  const subcommand = reading.operands[0]?.argument.text;
  if ((subcommand !== 'install' && subcommand !== 'wheel' && subcommand !== 'download') || hasOption(reading, '--help', '--dry-run')) return null;
  if (doubtfulOption(reading, call.args)) return null;
  const read = readInstall(reading, view, prefixOf(call, reading, view));
  if ('kind' in read || read.inputs.projects.length === 0) return null;
  const { inputs } = read;
  const inFile = inputs.projects.find((local) => local.namedIn !== null);
  if (inFile) return refuse('local-dependency', `${readable(inFile.namedIn ?? '')} asks for ${inFile.text}, which is a part of the project itself.`);
  if (!read.hasOthers || subcommand !== 'install') return refuseProject(`pip ${subcommand}`, inputs.projects, view);
  if (!projectsAreSeparable(inputs)) {
    return refuse('local-dependency', `pip installs ${projectsText(inputs.projects)} together with requirements that do not name one version each, so the two cannot be told apart.`);
  }
  const args = call.args.filter((_, index) => !read.projectArguments.includes(index));
  return { kind: 'dependencies-only', text: commandText(call, args), originalStillNeeded: true };
}

function projectsText(projects: readonly LocalProject[]): string {
  return projects.map((local) => readable(local.text)).join(', ');
}

/** Why the dependencies of a project cannot be installed without it. */
export function refuseProject(does: string, projects: readonly LocalProject[], view: ImageView): Refusal {
  const what = `${does} ${projectsText(projects)}`;
  const dynamic = projects.map((local) => dynamicMetadata(local.path, view)).find((reason) => reason !== null);
  if (dynamic) return refuse('dynamic-metadata', `${what} installs the project itself, and ${dynamic}.`);
  return refuse('local-dependency', `${what} installs the project itself, and dockfix does not part pip’s install of a project from that of its dependencies.`);
}
