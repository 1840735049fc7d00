/** Installs from a directory of wheels that the same build made. */
import { hasOption } from '../../commands/options.ts';
import type { Path } from '../../types.ts';
import { change, ensureDirectory, lookUp } from '../image-tree.ts';
import { join, parentOf, pythonRegion } from '../places.ts';
import type { StageState } from '../state.ts';
import { digest } from '../tree-digest.ts';
import type { Token, Values } from '../values.ts';
import { additionsTo, inOneCall, untouched } from './additions.ts';
import { hasPip, sameInterpreter } from './base-images.ts';
import { harmlessVariables, hasConfigurationOfBase, indexVariables } from './circumstances.ts';
import { itemsOf } from './items.ts';
import type { PipCall } from './pip-call.ts';
import { withoutInfluence } from './pip-call.ts';
import type { PerformedInstall, Request, Site, Wheels } from './requests.ts';

/** Options that an install from wheels may have beside those that say where the wheels are. */
const besideWheels: ReadonlySet<string> = new Set(['--requirement', '--no-index', '--find-links', '--no-deps', '--pre']);

/** Undefined: not an install from wheels. Null: one, but of which it is not sure that it gives the same packages. */
export function installFromWheels(site: Site, install: PerformedInstall, parts: PipCall): Request | null | undefined {
  const { view, state, effect } = install;
  const { reading, names, requirements } = parts;
  if (parts.subcommand !== 'install' || !hasOption(reading, '--no-index')) return undefined;
  const archives = names.filter((name) => name.glob && name.text.endsWith('/*.whl'));
  const links = reading.options.flatMap(({ name, value }) => (name === '--find-links' && value ? [view.resolve(value.text)] : []));
  const directories = new Set([...links, ...archives.map((name) => view.resolve(parentOf(name.text)))]);
  const [directory] = directories;
  const wheels = directory === undefined || directories.size > 1 ? undefined : wheelsIn(site, state, directory);
  if (wheels === undefined) return undefined;
  const withoutDependencies = hasOption(reading, '--no-deps');
  const allowed = reading.options.every(({ name }) => besideWheels.has(name) || (withoutInfluence.has(name) && name !== '--wheel-dir'));
  const [written] = effect.writes;
  if (!allowed || effect.writes.length !== 1 || written?.how !== 'add' || !canInstall(install, wheels, written.place.path)) return null;
  if (archives.length > 0) {
    // Where the wheels are all there is, what they ask for is there, or was left out by the maker; pip must not look for it again.
    const isAll = archives.length === names.length && requirements.length === 0 && withoutDependencies;
    return isAll ? { kind: 'from-wheels', elements: inOneCall([...wheels.elements.values()]) } : null;
  }
  if (withoutDependencies !== wheels.withoutDependencies || hasOption(reading, '--pre') !== wheels.pre) return null;
  if (!withoutDependencies && wheels.mayLeadElsewhere) return null;
  const elements = itemsOf(site, install, parts)?.map((item) => (item.byName ? wheels.elements.get(item.token) : undefined)) ?? [];
  const found = elements.filter((element) => element !== undefined);
  return found.length === elements.length && found.length > 0 ? { kind: 'from-wheels', elements: inOneCall(found) } : null;
}

/** Is there a pip, of the Python that the wheels were made for, and nothing that leads it astray? */
function canInstall(install: PerformedInstall, wheels: Wheels, region: Path): boolean {
  const { state, view, environment, call } = install;
  const { tree, values, base } = state;
  const prefix = base.pythonPrefix;
  if (prefix === null || region !== pythonRegion(prefix) || additionsTo(state, region) === null) return false;
  if (!hasPip(state) || !sameInterpreter(state, { ...state, base: { ...base, token: wheels.base } })) return false;
  const isOfBase = (path: Path): boolean => ['base-data', 'absent'].includes(values.made(lookUp(tree, path).data).operation);
  const program = call?.interpreter ?? call?.programPath ?? call?.program ?? 'pip';
  if (!isOfBase(program.includes('/') ? view.resolve(program) : join(prefix, `bin/${program}`))) return false;
  if (!hasConfigurationOfBase(install)) return false;
  const variables = environment(['PIP_*', 'PYTHONHOME', 'PYTHONUSERBASE', 'XDG_CONFIG_HOME']);
  return variables.every(([name]) => harmlessVariables.test(name) || indexVariables.test(name));
}

/** The wheels of a directory, if it holds those of one `pip wheel` and nothing else. */
function wheelsIn({ values, made }: Site, state: StageState, directory: Path): Wheels | undefined {
  const { data } = lookUp(state.tree, directory);
  const { operation, operands } = values.made(data);
  const [brought] = operands;
  if (operation !== 'changed' || typeof brought !== 'number') return undefined;
  const here = digest(state.tree, directory);
  const isAsBrought = [false, true].some((asDirectory) => here === writtenAfresh(state, directory, brought, asDirectory));
  if (!isAsBrought) return undefined;
  // Made here, mounted from another stage, or copied from there.
  return made.get(here) ?? contentsOf(values, brought).map((content) => made.get(content)).find((wheels) => wheels !== undefined);
}

/** What a mount or a COPY brought, by content. */
export function contentsOf(values: Values, brought: Token): readonly Token[] {
  const { operation, operands } = values.made(brought);
  if (operation === 'copied') {
    const [content, owner, mode] = operands;
    if (typeof content !== 'number' || owner !== values.ownedByRoot || mode !== 'kept') return [];
    return contentsOf(values, content);
  }
  const last = operation === 'files' ? operands[1] : undefined;
  return typeof last === 'number' && operands.length === 2 ? [last] : [brought];
}

/** The content of a directory of the base image (which most likely has none) after one command or COPY wrote to it. */
export function writtenAfresh(state: StageState, directory: Path, token: Token, asDirectory: boolean): Token {
  const tree = untouched(state);
  if (asDirectory) ensureDirectory(tree, directory, state.values.ownedByRoot);
  change(tree, directory, true, 'all', token);
  return digest(tree, directory);
}
