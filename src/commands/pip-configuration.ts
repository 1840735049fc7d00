/** What pip's configuration files and variables bring into each install. */
import type { Place } from '../build/places.ts';
import { join } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import { readPipConf } from '../manifests/pipconf.ts';
import { parseEditableSpec } from '../manifests/requirements.ts';
import type { Path } from '../types.ts';
import type { ImageView, Write } from './command.ts';
import { everythingBelow, file, remembered } from './command.ts';
import { adds, certificateFiles, environmentOf, readsOf } from './install-inputs.ts';
import type { Inputs } from './python-inputs.ts';
import { addLinks, addRequirement, addRequirementsFile, isRemote, listVariable, noInputs, placesOfPackages, withoutScheme } from './python-inputs.ts';

/** Files that pip takes its configuration from (`get_configuration_files` in its `configuration.py`). */
function pipConfigurationFiles(view: ImageView, prefix: Path): readonly Path[] {
  const xdg = view.variable('XDG_CONFIG_HOME');
  const user = typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.config');
  const named = view.variable('PIP_CONFIG_FILE');
  const files = ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', join(prefix, 'pip.conf'), join(view.home, '.pip/pip.conf'), join(user, 'pip/pip.conf')];
  return typeof named === 'string' && named !== '' && named !== '/dev/null' ? [...files, view.resolve(named)] : files;
}

/** What pip's configuration brings into each install. */
export interface PipConfiguration {
  readonly inputs: Inputs;
  /** The first file that says where packages go. */
  readonly movedBy: Path | null;
  /** What variables say of it: PIP_TARGET and its like, by these names. */
  readonly set: ReadonlyMap<string, string>;
  /** Requirements files that PIP_REQUIREMENT names. */
  readonly requirements: readonly string[];
  /** Where packages go that are told no place. */
  readonly usual: readonly Write[];
  /** What an install reads that names no file itself, and the variables that decide it. */
  readonly reads: readonly Place[];
  readonly env: readonly string[];
}

/** Variables that say where pip puts what. */
const placeVariables = ['PIP_TARGET', 'PIP_PREFIX', 'PIP_ROOT', 'PIP_USER', 'PIP_SRC'];

/**
 * pip's configuration files, and what they and PIP_* variables name. A variable that only the base image can set is taken
 * to name no file of the project.
 */
export function pipConfiguration(view: ImageView, prefix: Path): PipConfiguration {
  return remembered(view, `pip's configuration for ${prefix}`, () => readPipConfiguration(view, prefix));
}

export function addPipConfiguration(inputs: Inputs, view: ImageView, prefix: Path, { inputs: configured } = pipConfiguration(view, prefix)): void {
  inputs.reads.push(...configured.reads);
  inputs.projects.push(...configured.projects);
  inputs.checkouts.push(...configured.checkouts);
  inputs.requirements.push(...configured.requirements);
  for (const name of configured.env) inputs.env.add(name);
  if (!configured.complete) inputs.complete = false;
}

/** Settings of pip that decide where packages go. */
const movesPackages = /^\s*(?:target|prefix|root|user|python)\s*[=:]/m;

function readPipConfiguration(view: ImageView, prefix: Path): PipConfiguration {
  const inputs = noInputs(view);
  let movedBy: Path | null = null;
  inputs.env.add('PIP_*');
  for (const path of pipConfigurationFiles(view, prefix)) {
    inputs.reads.push(file(path));
    const text = view.text(path);
    if (text === undefined) continue;
    if (movesPackages.test(text)) movedBy ??= path;
    addPipConf(inputs, view, text);
  }
  inputs.reads.push(file(join(view.home, '.netrc')), file(join(view.home, '.pydistutils.cfg')), ...certificateFiles(view, ['PIP_CERT', 'PIP_CLIENT_CERT', 'PIP_REQUIREMENTS_FROM_SCRIPT']));
  const requirements = listVariable(view, 'PIP_REQUIREMENT');
  for (const path of requirements) addRequirementsFile(inputs, view, path);
  for (const path of listVariable(view, 'PIP_EDITABLE')) addRequirement(inputs, view, parseEditableSpec(path), null);
  for (const path of listVariable(view, 'PIP_CONSTRAINT')) addRequirementsFile(inputs, view, path, true);
  for (const path of listVariable(view, 'PIP_BUILD_CONSTRAINT')) addRequirementsFile(inputs, view, path, true);
  for (const path of listVariable(view, 'PIP_FIND_LINKS')) if (!isRemote(path)) addLinks(inputs, view.resolve(withoutScheme(path)));
  for (const name of ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL']) {
    for (const url of listVariable(view, name)) if (!isRemote(url) && /^(?:file:|[./])/.test(url)) inputs.reads.push(everythingBelow(view.resolve(withoutScheme(url))));
  }
  const set = new Map(flatMap(placeVariables, (name): [string, string][] => {
    const value = view.variable(name);
    return typeof value === 'string' && value !== '' ? [[name, value]] : [];
  }));
  return { inputs, movedBy, set, requirements, usual: placesOfPackages(view, prefix).map(adds), reads: readsOf(inputs), env: environmentOf(inputs) };
}

function addPipConf(inputs: Inputs, view: ImageView, text: string): void {
  const read = readPipConf(text);
  if (read.kind === 'error') return;
  for (const { option, path } of read.conf.files) {
    if (option === 'constraint' || option === 'build-constraint') addRequirementsFile(inputs, view, path, true);
    else if (option === 'requirement') addRequirementsFile(inputs, view, path);
    else if (option === 'editable') addRequirement(inputs, view, parseEditableSpec(path), null);
    else if (option === 'find-links' && !isRemote(path)) addLinks(inputs, view.resolve(withoutScheme(path)));
    else if (option === 'cert' || option === 'client-cert' || option === 'requirements-from-script') inputs.reads.push(file(view.resolve(path)));
  }
  for (const url of read.conf.indexUrls) if (/^(?:file:|[./])/.test(url)) inputs.reads.push(everythingBelow(view.resolve(withoutScheme(url))));
}
