import { environmentOf, noInputs, readsOf } from '../commands/python-inputs.ts';
import type { Argument, Call, Effect, ImageView } from '../commands/command.ts';
import { grammar, hasOption, readOptions, unknownArgument } from '../commands/options.ts';
import type { Option, Reading } from '../commands/options.ts';
import { baseFacts } from '../images/base-facts.ts';
import type { BaseFacts } from '../images/base-facts.ts';
import type { Requirement, RequirementClosure } from '../manifests/requirements.ts';
import { localPathOf, parseRequirementSpec, requirementClosure } from '../manifests/requirements.ts';
import type { Path } from '../types.ts';
import { baseTree, change, ensureDirectory, lookUp, remove, write } from './image-tree.ts';
import { digest } from './tree-digest.ts';
import type { ImageTree } from './image-tree.ts';
import { lockedScopeOf } from './locked.ts';
import { isSymbolic, isWithin, join, parentOf, pythonRegion, readable, toolRegion } from './places.ts';
import type { Place } from './places.ts';
import type { StageState } from './state.ts';
import type { Token, Values } from './values.ts';
import { add } from './values.ts';

/**
 * Packages as what they are made from. To the symbolic build an install is equal only to itself. Under the claim
 * `installed-from-wheels` three things count as one: to install requirements, to copy what such an install put into
 * site-packages, and to install the wheels that `pip wheel` made for the same requirements under the same circumstances.
 *
 * So the ledger gives each requirement of an install a token of its own, made of the requirement (a file by its
 * content), of the base image, and of all that decides what becomes of it: options, index variables, configuration,
 * compilers. Whoever installs it from wheels adds the token that the wheels were made with; whoever copies it takes it
 * along. What is not understood in every word gets no such token, and stays equal only to itself.
 */
export interface Ledger {
  /** What an install adds to the packages of its prefix; null: it is only equal to itself. */
  readonly installed: (install: PerformedInstall) => readonly Token[] | null;
  /** What a COPY from another stage brings, if all of it is packages that were installed there; else null. */
  readonly copied: (copy: StageCopy) => readonly RegionAddition[] | null;
  /** Was the effect an install, or a making of wheels, of nothing but requirements that `known` has as well? */
  readonly vouchesFor: (effect: Token, known: Ledger) => boolean;
  /** Every requirement that was installed. */
  readonly packages: ReadonlySet<Token>;
  /** Every choice of packages of a lock that was installed. */
  readonly locked: ReadonlySet<Token>;
  /** Is it what a COPY of a directory of wheels writes? */
  readonly bringsWheels: (written: Token) => boolean;
  /** Directories that no base image is taken to have (claim `wheels-in-layer`). */
  readonly absent: readonly Path[];
}

/** One effect of a command at the moment when it runs. */
export interface PerformedInstall {
  readonly state: StageState;
  readonly view: ImageView;
  readonly effect: Effect;
  readonly call: Call | null;
  /** The effect's own token. */
  readonly token: Token;
  /** Variables that are set, of those that the names (a trailing `*` stands for any rest) cover. */
  readonly environment: (names: readonly string[]) => readonly (readonly [string, string])[];
}

export interface StageCopy {
  /** The stage that copies, and the one that it copies from, with its index. */
  readonly state: StageState;
  readonly stage: number;
  readonly from: StageState;
  readonly source: Path;
  /** Is it the only source of the instruction? */
  readonly alone: boolean;
  readonly destination: Path;
  readonly chown: string | null;
  readonly chmod: string | null;
}

/** Packages for a region of the image. */
export interface RegionAddition {
  readonly region: Path;
  readonly elements: readonly Token[];
}

export interface LedgerOptions {
  /** Tools of the builder that the final image may do without (claim `tool-left-out`). */
  readonly leftOut: ReadonlySet<string>;
  /** Does a copy of packages into this stage count as bringing their console scripts (claim `scripts-added`)? */
  readonly bringsScripts: (stage: number, directory: Path) => boolean;
  readonly absent: readonly Path[];
}

/** What `poetry export` is part of from Poetry 2.0 on. */
export const exportPlugin = 'poetry-plugin-export';

/** Tools that a builder needs and a final image does not; setuptools only where the base image has it of its own. */
export const leavableTools: ReadonlySet<string> = new Set(['pip', 'wheel', 'setuptools', 'poetry', exportPlugin, 'pipenv', 'uv', 'pdm', 'pip-tools', 'virtualenv', 'build']);

/** The console scripts of a prefix, apart from its packages: a COPY of site-packages alone does not bring them. */
export function scriptsRegion(prefix: Path): Path {
  return toolRegion(join(prefix, 'bin'), 'scripts');
}

/** A directory of wheels that one `pip wheel` made. */
interface Wheels {
  /** The token of each requirement, by the requirement. */
  readonly elements: ReadonlyMap<Token, Token>;
  readonly base: Token;
  readonly withoutDependencies: boolean;
  readonly pre: boolean;
}

export function createLedger(values: Values, options: LedgerOptions): Ledger {
  const made = new Map<Token, Wheels>();
  const packages = new Set<Token>();
  const byEffect = new Map<Token, readonly Token[]>();
  const toolOf = new Map<Token, string>();
  const exported = new Map<Token, Token>();
  const exports = new Map<Token, Token>();
  const locked = new Set<Token>();
  const removals = new Set<Token>();
  const site: Site = { values, made, exported, exports };
  const isLeftOut = (element: Token, state: StageState): boolean => {
    const tool = toolOf.get(element);
    if (tool === undefined || !options.leftOut.has(tool)) return false;
    return tool !== 'setuptools' || hasSetuptools(state);
  };
  return {
    packages,
    locked,
    absent: options.absent,
    bringsWheels: (written) => contentsOf(values, written).some((content) => made.has(content)),
    installed(install) {
      const { effect, token, state } = install;
      noteExport(site, install);
      if (removesOnly(effect, options.absent)) removals.add(token);
      const request = requestOf(site, install);
      if (request === null) return null;
      if (request.kind === 'from-wheels') {
        byEffect.set(token, request.elements);
        return request.elements;
      }
      const elements = request.items.map((item) => {
        const element = values.token('package', item.token, request.circumstances);
        if (item.name !== null && leavableTools.has(item.name)) toolOf.set(element, item.name);
        return element;
      });
      byEffect.set(token, elements);
      if (request.kind === 'wheels') {
        const byItem = new Map(request.items.map((item, index) => [item.token, elements[index] ?? item.token]));
        const content = writtenAfresh(state, request.directory, token, false);
        made.set(content, { elements: byItem, base: state.base.token, withoutDependencies: request.withoutDependencies, pre: request.pre });
        return null;
      }
      if (effect.writes.some((written) => written.how !== 'add')) return null;
      for (const element of elements) packages.add(element);
      for (const item of request.items) if (values.made(item.token).operation === 'locked') locked.add(item.token);
      // The plugin comes to the tool that the final image does without.
      return elements.filter((element) => toolOf.get(element) !== exportPlugin || !options.leftOut.has('poetry'));
    },
    copied(copy) {
      return copiedPackages(copy, options, (element) => isLeftOut(element, copy.state));
    },
    vouchesFor(effect, known) {
      const item = exports.get(effect);
      if (item !== undefined) return known.locked.has(item);
      if (removals.has(effect)) return true;
      const elements = byEffect.get(effect);
      return elements !== undefined && elements.every((element) => known.packages.has(element) || toolOf.get(element) === exportPlugin);
    },
  };
}

/** Does a command do nothing but remove directories of wheels? */
function removesOnly(effect: Effect, directories: readonly Path[]): boolean {
  return effect.writes.length > 0 && effect.writes.every(({ how, place }) => how === 'remove' && directories.includes(place.path));
}

interface Site {
  readonly values: Values;
  /** By the content of the directory. */
  readonly made: ReadonlyMap<Token, Wheels>;
  /** Lock files in the form of requirements, by content: the locked packages that they stand for. */
  readonly exported: Map<Token, Token>;
  /** Commands that write such files, by their own token. */
  readonly exports: Map<Token, Token>;
}

// --------------------------------------------------------------------------------------------------- base images

const factsByReference = new Map<string, BaseFacts | null>();

/** What is known of an image by its reference; worked out once. */
export function factsOfReference(reference: string): BaseFacts | null {
  const known = factsByReference.get(reference);
  if (known !== undefined) return known;
  const facts = baseFacts(reference);
  factsByReference.set(reference, facts);
  return facts;
}

/** What is known of the image that a stage starts from. */
export function factsOf(state: StageState): BaseFacts | null {
  const { operation, operands } = state.values.made(state.base.token);
  const [reference] = operands;
  if (operation !== 'image' || typeof reference !== 'string') return null;
  return factsOfReference(readable(reference));
}

/** Does the base image of a stage bring setuptools? */
export function hasSetuptools(state: StageState): boolean {
  // docker-library/python installs setuptools and wheel beside pip up to 3.11 only.
  const minor = factsOf(state)?.python?.minor ?? null;
  return minor !== null && /^(?:2\.\d+|3\.(?:\d|1[01]))$/.test(minor);
}

/** The platform that FROM asks for; empty for the one that the image is built for. */
export function platformOf(state: StageState): string {
  const written = state.values.made(state.base.token).operands[1];
  const platform = typeof written === 'string' ? written.replace(/^\$\{(\w+)\}$/, '$$$1') : '';
  return platform === '$TARGETPLATFORM' ? '' : platform;
}

/** Do packages that were built in one stage fit the Python of the other? */
export function sameInterpreter(a: StageState, b: StageState): boolean {
  if (a.base.token === b.base.token) return true;
  const [one, other] = [factsOf(a), factsOf(b)];
  if (!one?.python || !other?.python) return false;
  return (
    one.python.minor !== null && one.python.minor === other.python.minor && one.python.prefix === other.python.prefix &&
    one.libc !== null && one.libc === other.libc && platformOf(a) === platformOf(b)
  );
}

/** The tree of a stage as its base image has it. */
function untouched(state: StageState): ImageTree {
  const tree = baseTree(state.values, state.base.token, state.base.standard);
  for (const path of state.ledger?.absent ?? []) remove(tree, path);
  return tree;
}

/** What was added to a region, if nothing else was done to what the base image has there. */
export function additionsTo(state: StageState, region: Path): readonly Token[] | null {
  const { values } = state;
  const start = lookUp(untouched(state), region).data;
  const elements: Token[] = [];
  for (let at = lookUp(state.tree, region).data; at !== start; ) {
    const { operation, operands } = values.made(at);
    const [rest, element] = operands;
    if (operation !== 'add' || typeof rest !== 'number' || typeof element !== 'number') return null;
    elements.push(element);
    at = rest;
  }
  return elements.toReversed();
}

// ---------------------------------------------------------------------------------------------------- COPY --from

/** The version may be an argument, as that of the base image is. */
const sitePackages = /^(.+)\/lib\/python([^/]+)(\/site-packages)?$/;

function copiedPackages(copy: StageCopy, options: LedgerOptions, isLeftOut: (element: Token) => boolean): readonly RegionAddition[] | null {
  const { state, from, source, destination } = copy;
  if ((copy.chown !== null && !/^(?:root|0)(?::(?:root|0))?$/.test(copy.chown)) || copy.chmod !== null || !sameInterpreter(from, state)) return null;
  const packages = sitePackages.exec(source);
  const prefix = packages ? (packages[1] ?? '') : prefixOfBin(source);
  if (prefix === null || prefix !== (state.base.pythonPrefix ?? '') || prefix !== from.base.pythonPrefix) return null;
  const minor = factsOf(state)?.python?.minor ?? null;
  if (packages && minor !== null && minor !== packages[2]) return null;
  // With site-packages comes the standard library, which has to be the same.
  if (packages && packages[3] === undefined && state.base.token !== from.base.token) return null;
  const region = packages ? pythonRegion(prefix) : scriptsRegion(prefix);
  const directory = packages ? source : join(prefix, 'bin');
  const elements = additionsTo(from, region);
  if (elements === null || additionsTo(state, region) === null) return null;
  if (!isUntouched(from, directory, region) || !isUntouched(state, directory, region)) return null;
  const kept = inOneCall(elements.filter((element) => !isLeftOut(element)));
  const brought: readonly RegionAddition[] = [{ region, elements: kept }];
  if (packages) {
    if (destination !== source || !copy.alone) return null;
    return options.bringsScripts(copy.stage, join(prefix, 'bin')) ? [...brought, { region: scriptsRegion(prefix), elements: kept }] : brought;
  }
  if (source === directory) return destination === directory ? brought : null;
  // One script of several: nothing is added, because all of them come with the packages.
  const isSame = destination === source || destination === directory;
  return isSame && options.bringsScripts(copy.stage, join(prefix, 'bin')) ? [] : null;
}

/** Several installs as one: the order in which they were asked for has no meaning, if all fits together. */
function inOneCall(elements: readonly Token[]): readonly Token[] {
  return [...new Set(elements)].toSorted((a, b) => a - b);
}

/** PREFIX of `PREFIX/bin` and of `PREFIX/bin/script`. */
function prefixOfBin(source: Path): Path | null {
  return /^(.+)\/bin(?:\/[^/]+)?$/.exec(source)?.[1] ?? null;
}

/** Is a directory as the base image has it, apart from a region in it? */
function isUntouched(state: StageState, directory: Path, region: Path): boolean {
  const tree = untouched(state);
  const { data } = lookUp(state.tree, region);
  if (isWithin(region, directory) && data !== lookUp(tree, region).data) write(tree, region, { data });
  return digest(tree, directory) === digest(state.tree, directory);
}

// ---------------------------------------------------------------------------------------------------------- requests

/** One requirement, or one file of requirements. */
interface Item {
  readonly token: Token;
  /** The package, where the item is one. */
  readonly name: string | null;
  /** Does the item find its packages in a directory of wheels, by their names? */
  readonly byName: boolean;
}

type Request =
  | { readonly kind: 'install'; readonly items: readonly Item[]; readonly circumstances: Token }
  | { readonly kind: 'wheels'; readonly items: readonly Item[]; readonly circumstances: Token; readonly directory: Path; readonly withoutDependencies: boolean; readonly pre: boolean }
  | { readonly kind: 'from-wheels'; readonly elements: readonly Token[] };

function requestOf(site: Site, install: PerformedInstall): Request | null {
  const { effect, call } = install;
  if (!call || effect.kind !== 'install' || effect.does.startsWith('ignoring failure')) return null;
  if (!isPlainRoot(install)) return null;
  if (/^pip[\d.]*$/.test(call.program)) return pipRequest(site, install, call);
  const item = lockedItem(site.values, install, 'install');
  if (item === null || !effect.writes.every((written) => written.how === 'add')) return null;
  return { kind: 'install', items: [item], circumstances: lockedCircumstances(site.values, install) };
}

/** Root with the usual umask; what another user installs may go to other places. */
function isPlainRoot({ state, environment }: PerformedInstall): boolean {
  return /^(?:root|0)(?::.*)?$/.test(state.config.user) && environment(['(umask)']).length === 0;
}

// --------------------------------------------------------------------------------------------------------------- pip

/** Options that decide neither which packages there are in the end nor what is in them. */
const withoutInfluence: ReadonlySet<string> = new Set([
  '--quiet', '--verbose', '--no-cache-dir', '--cache-dir', '--progress-bar', '--disable-pip-version-check', '--no-input', '--no-color', '--root-user-action',
  '--timeout', '--retries', '--resume-retries', '--no-python-version-warning', '--no-warn-script-location', '--no-warn-conflicts', '--debug', '--no-clean',
  '--upgrade', '--upgrade-strategy', '--force-reinstall', '--ignore-installed', '--compile', '--no-compile', '--break-system-packages', '--wheel-dir',
]);

/** Options that decide it in the same way for `pip install` and `pip wheel`. */
const circumstantial: ReadonlySet<string> = new Set([
  '--index-url', '--extra-index-url', '--trusted-host', '--find-links', '--no-index', '--pre', '--only-binary', '--no-binary', '--prefer-binary',
  '--no-deps', '--no-build-isolation', '--use-pep517', '--ignore-requires-python', '--require-hashes', '--config-settings', '--use-feature', '--use-deprecated',
  '--constraint', '--build-constraint', '--cert', '--client-cert', '--proxy',
]);

const pipGrammar = grammar({
  flags: `-q|--quiet -v|--verbose --no-cache-dir --disable-pip-version-check --no-input --no-color --no-python-version-warning --no-warn-script-location
    --no-warn-conflicts --debug --no-clean -U|--upgrade --force-reinstall -I|--ignore-installed --compile --no-compile --break-system-packages
    --no-index --pre --prefer-binary --no-dependencies|--no-deps --no-build-isolation --use-pep517 --ignore-requires-python --require-hashes`,
  values: `--cache-dir --progress-bar --root-user-action --default-timeout|--timeout --retries --resume-retries --upgrade-strategy -w|--wheel-dir
    -i|--pypi-url|--index-url --extra-index-url --trusted-host -f|--find-links --only-binary --no-binary -C|--config-setting|--config-settings
    --use-feature --use-deprecated -c|--constraint --build-constraint -r|--requirement --cert --client-cert --proxy`,
});

export interface PipCall {
  readonly subcommand: 'install' | 'wheel';
  readonly reading: Reading;
  readonly requirements: readonly Argument[];
  readonly names: readonly Argument[];
}

/** The parts of a call of pip, if every one of them is understood. */
export function readPipCall(call: Call): PipCall | null {
  if (unknownArgument(call.args)) return null;
  const reading = readOptions(call.args, pipGrammar);
  const [first, ...operands] = reading.operands;
  const subcommand = first?.argument.text;
  if (subcommand !== 'install' && subcommand !== 'wheel') return null;
  const known = reading.options.every(({ name, listed, value }) => listed && !isSymbolic(value?.text ?? '') && (name === '--requirement' || withoutInfluence.has(name) || circumstantial.has(name)));
  if (!known) return null;
  const requirements = reading.options.flatMap(({ name, value }) => (name === '--requirement' && value ? [value] : []));
  return { subcommand, reading, requirements, names: operands.map((operand) => operand.argument) };
}

/** Is it the Python of the base image that a call runs with? `python3.12` and `pip3.12` may be another one. */
function isOwnPython({ interpreter, program }: Call, state: StageState): boolean {
  const version = /(?<!\d)(\d+\.\d+)$/.exec(interpreter ?? program)?.[1];
  return version === undefined || version === factsOf(state)?.python?.minor;
}

function pipRequest(site: Site, install: PerformedInstall, call: Call): Request | null {
  const parts = readPipCall(call);
  if (parts === null || !isOwnPython(call, install.state)) return null;
  const fromWheels = installFromWheels(site, install, parts);
  if (fromWheels !== undefined) return fromWheels;
  const items = itemsOf(site, install, parts);
  if (items === null) return null;
  const onlyLocked = items.length > 0 && items.every((item) => site.values.made(item.token).operation === 'locked');
  const circumstances = onlyLocked ? lockedCircumstancesOfPip(site, install, parts) : pipCircumstances(site, install, parts);
  if (circumstances === null) return null;
  if (parts.subcommand === 'install') {
    const [written] = install.effect.writes;
    return written?.how === 'add' ? { kind: 'install', items, circumstances } : null;
  }
  const [written] = install.effect.writes;
  if (install.effect.writes.length !== 1 || !written?.place.deep) return null;
  const { reading } = parts;
  return { kind: 'wheels', items, circumstances, directory: written.place.path, withoutDependencies: hasOption(reading, '--no-deps'), pre: hasOption(reading, '--pre') };
}

function itemsOf(site: Site, install: PerformedInstall, { requirements, names }: PipCall): readonly Item[] | null {
  const { values } = site;
  const items: Item[] = [];
  for (const argument of requirements) {
    const item = argument.glob ? null : fileItem(site, install, argument.text);
    if (item === null) return null;
    items.push(item);
  }
  for (const { text } of names) {
    const entry = parseRequirementSpec(text);
    if (isSymbolic(text) || (entry.kind !== 'named' && entry.kind !== 'url') || localPathOf(entry) !== null) return null;
    const byName = entry.kind === 'named' && entry.url === null;
    items.push({ token: values.token('requirement', text), name: byName && entry.kind === 'named' ? entry.name : null, byName });
  }
  return items.length === 0 ? null : items;
}

/** A requirements file by the contents of all files that it is made of, wherever they lie. */
function fileItem(site: Site, install: PerformedInstall, written: string): Item | null {
  const { values, exported } = site;
  const { view, state } = install;
  if (/^[a-z+]+:/i.test(written) || isSymbolic(written)) return null;
  const path = view.resolve(written);
  const locked = exported.get(lookUp(state.tree, path).data);
  if (locked !== undefined) return { token: locked, name: null, byName: false };
  const closure = requirementClosure(path, (name) => view.text(name));
  if (closure.files.length === 0 || closure.missing.length > 0 || closure.urls.length > 0 || closure.findLinks.length > 0) return null;
  const entries = closure.files.flatMap((part) => part.entries);
  if (entries.some((entry) => localPathOf(entry) !== null || entry.kind === 'unreadable' || (entry.kind === 'url' && entry.editable))) return null;
  const contents = closure.files.map((part) => values.token(part.constraint ? 'constraints' : 'requirements', lookUp(state.tree, part.path).data));
  const variables = install.environment(closure.variables).flat();
  return { token: values.token('requirements-file', ...contents, ...variables), name: null, byName: closure.variables.length === 0 && isByName(closure) };
}

/** Options of a requirements file that do not matter, or say the same, where there is nothing but a directory of wheels. */
const harmlessInFile: ReadonlySet<string> = new Set(['--index-url', '--extra-index-url', '--trusted-host', '--no-index', '--pre', '--prefer-binary', '--only-binary', '--use-feature']);

/** Can everything in the files be found by its name in a directory of wheels? */
export function isByName(closure: RequirementClosure): boolean {
  return closure.files.flatMap((part) => part.entries).every(isFoundByName);
}

function isFoundByName(entry: Requirement): boolean {
  if (entry.kind === 'include') return true;
  // A hash is that of a file on the index; a wheel that was built here has another.
  if (entry.kind === 'named') return entry.url === null && entry.hashes === 0;
  return entry.kind === 'option' && harmlessInFile.has(entry.name);
}

/** pip's own variables that decide nothing. */
const harmlessVariables = /^PIP_(?:NO_CACHE_DIR|CACHE_DIR|DISABLE_PIP_VERSION_CHECK|ROOT_USER_ACTION|DEFAULT_TIMEOUT|TIMEOUT|RETRIES|PROGRESS_BAR|NO_INPUT|QUIET|VERBOSE|NO_COLOR|NO_PYTHON_VERSION_WARNING|NO_WARN_SCRIPT_LOCATION|NO_COMPILE|BREAK_SYSTEM_PACKAGES|UPGRADE|WHEEL_DIR)$/;

/** Those that name indexes, which nobody asks under `--no-index`. */
const indexVariables = /^PIP_(?:INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|NO_INDEX|INDEX|PYPI_URL)$/;

/** The first of pip's configuration files; in the reads of an install all that follow are configuration and compilers. */
const firstConfiguration = '/etc/xdg/pip/pip.conf';

/** What a place holds, as root reads it; the packages of Python do not count, which are what is asked for. */
function contentAt({ tree }: StageState, place: Place): Token {
  return place.deep ? digest(tree, place.path) : lookUp(tree, place.path).data;
}

/** Variables that decide how any package is built. */
function buildVariables({ environment, view }: PerformedInstall, ...more: readonly string[]): readonly (readonly [string, string])[] {
  return environment(environmentOf(noInputs(view), ...more)).filter(([name]) => !harmlessVariables.test(name));
}

function pipCircumstances({ values }: Site, install: PerformedInstall, { reading }: PipCall): Token | null {
  const { effect, state, view } = install;
  const from = effect.reads.findIndex((place) => place.path === firstConfiguration);
  if (from < 0) return null;
  const options: (string | Token)[] = [];
  for (const option of reading.options) {
    if (option.name === '--requirement' || withoutInfluence.has(option.name)) continue;
    const tokens = optionTokens(install, option, view);
    if (tokens === null) return null;
    options.push(option.name, ...tokens);
  }
  const surroundings = effect.reads.slice(from).map((place) => contentAt(state, place));
  return values.token('circumstances', state.base.token, ...surroundings, '|', ...options, '|', ...buildVariables(install, 'PIP_*').flat());
}

function optionTokens({ state }: PerformedInstall, { name, value }: Option, view: ImageView): readonly (string | Token)[] | null {
  if (value === null) return [];
  if (/^[a-z+]+:\/\//i.test(value.text)) return [value.text];
  switch (name) {
    case '--constraint':
    case '--build-constraint': {
      const closure = requirementClosure(view.resolve(value.text), (path) => view.text(path));
      return closure.missing.length > 0 || closure.urls.length > 0 ? null : closure.files.map((part) => contentAt(state, { path: part.path, deep: false }));
    }
    case '--find-links':
      return [contentAt(state, { path: view.resolve(value.text), deep: true })];
    case '--cert':
    case '--client-cert':
      return [contentAt(state, { path: view.resolve(value.text), deep: false })];
    default:
      return [value.text];
  }
}

// ----------------------------------------------------------------------------------------------- install from wheels

/** Options that an install from wheels may have beside those that say where the wheels are. */
const besideWheels: ReadonlySet<string> = new Set(['--requirement', '--no-index', '--find-links', '--no-deps', '--pre']);

/** Undefined: not an install from wheels. Null: one, but of which it is not sure that it gives the same packages. */
function installFromWheels(site: Site, install: PerformedInstall, parts: PipCall): Request | null | undefined {
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
    const isAll = archives.length === names.length && requirements.length === 0 && (withoutDependencies || !wheels.withoutDependencies);
    return isAll ? { kind: 'from-wheels', elements: inOneCall([...wheels.elements.values()]) } : null;
  }
  if (withoutDependencies !== wheels.withoutDependencies || hasOption(reading, '--pre') !== wheels.pre) return null;
  const elements = itemsOf(site, install, parts)?.map((item) => (item.byName ? wheels.elements.get(item.token) : undefined)) ?? [];
  const found = elements.filter((element) => element !== undefined);
  return found.length === elements.length && found.length > 0 ? { kind: 'from-wheels', elements: inOneCall(found) } : null;
}

/** Is there a pip, of the Python that the wheels were made for, and nothing that leads it astray? */
function canInstall({ state, view, environment, call }: PerformedInstall, wheels: Wheels, region: Path): boolean {
  const { tree, values, base } = state;
  const prefix = base.pythonPrefix;
  if (prefix === null || region !== pythonRegion(prefix) || additionsTo(state, region) === null) return false;
  if (!hasPip(state) || !sameInterpreter(state, { ...state, base: { ...base, token: wheels.base } })) return false;
  const isOfBase = (path: Path): boolean => ['base-data', 'absent'].includes(values.made(lookUp(tree, path).data).operation);
  const program = call?.interpreter ?? call?.programPath ?? call?.program ?? 'pip';
  if (!isOfBase(program.includes('/') ? view.resolve(program) : join(prefix, `bin/${program}`))) return false;
  const configuration = [firstConfiguration, '/etc/pip.conf', join(prefix, 'pip.conf'), join(view.home, '.pip/pip.conf'), join(view.home, '.config/pip/pip.conf')];
  if (!configuration.every(isOfBase)) return false;
  const variables = environment(['PIP_*', 'PYTHONHOME', 'PYTHONUSERBASE', 'XDG_CONFIG_HOME']);
  return variables.every(([name]) => harmlessVariables.test(name) || indexVariables.test(name));
}

/** Does the base image of a stage have pip? Distroless images have Python without it, and no shell; Debian's has neither. */
export function hasPip(state: StageState): boolean {
  const facts = factsOf(state);
  return facts !== null && facts.python !== null && facts.python.prefix === state.base.pythonPrefix && facts.shell !== 'none';
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
function contentsOf(values: Values, brought: Token): readonly Token[] {
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
function writtenAfresh(state: StageState, directory: Path, token: Token, asDirectory: boolean): Token {
  const tree = untouched(state);
  if (asDirectory) ensureDirectory(tree, directory, state.values.ownedByRoot);
  change(tree, directory, true, 'all', token);
  return digest(tree, directory);
}

// ---------------------------------------------------------------------------------------------------------- lock files

/** The packages of a lock file, whichever command brings them out of it. */
function lockedItem(values: Values, { effect, state, view, environment }: PerformedInstall, how: 'install' | 'export'): Item | null {
  const locked = lockedScopeOf(effect, view);
  if (locked?.how !== how) return null;
  const compilers = readsOf(noInputs(view));
  // Where more is read than files that can be named, parts of the project are among the packages.
  if (effect.reads.some((place) => place.deep && !compilers.some((tool) => tool.path === place.path))) return null;
  const manifests = effect.reads.filter((place) => !place.deep && lockManifest.test(place.path));
  const variables = environment(['POETRY_*', 'PIPENV_*', 'UV_*']).filter(([name]) => !harmlessManagerVariables.test(name));
  return { token: values.token('locked', locked.scope, ...manifests.map((place) => contentAt(state, place)), ...variables.flat()), name: null, byName: false };
}

const lockManifest = /\/(?:pyproject\.toml|poetry\.lock|poetry\.toml|Pipfile|Pipfile\.lock|uv\.lock|uv\.toml)$/;

/** Variables that decide how and where a manager installs, but not what. */
const harmlessManagerVariables =
  /^(?:POETRY_(?:NO_INTERACTION|CACHE_DIR|HOME|VERSION|VIRTUALENVS_\w+)|PIPENV_(?:SYSTEM|VERBOSITY|NOSPIN|VENV_IN_PROJECT|YES|COLORBLIND|HIDE_EMOJIS)|UV_(?:LINK_MODE|COMPILE_BYTECODE|CACHE_DIR|NO_CACHE|SYSTEM_PYTHON|PROJECT_ENVIRONMENT|FROZEN|LOCKED|NO_PROGRESS|PYTHON_DOWNLOADS))$/;

function lockedCircumstances(values: Values, install: PerformedInstall): Token {
  const { state, view } = install;
  const compilers = readsOf(noInputs(view)).map((place) => contentAt(state, place));
  return values.token('locked-circumstances', state.base.token, ...compilers, ...buildVariables(install).flat());
}

function lockedCircumstancesOfPip(site: Site, install: PerformedInstall, { reading }: PipCall): Token | null {
  const { state, view, environment } = install;
  const isOfBase = (path: Path): boolean => ['base-data', 'absent'].includes(site.values.made(lookUp(state.tree, path).data).operation);
  const untold = [firstConfiguration, '/etc/pip.conf', join(view.home, '.pip/pip.conf'), join(view.home, '.config/pip/pip.conf')].every(isOfBase);
  const variables = environment(['PIP_*']).every(([name]) => harmlessVariables.test(name));
  const plain = hasPip(state) && reading.options.every(({ name }) => name === '--requirement' || name === '--no-deps' || withoutInfluence.has(name));
  return untold && variables && plain ? lockedCircumstances(site.values, install) : null;
}

/** Remembers which packages of a lock an exported file stands for. */
function noteExport(site: Site, install: PerformedInstall): void {
  const item = lockedItem(site.values, install, 'export');
  if (item === null) return;
  site.exports.set(install.token, item.token);
  if (install.effect.selfContained) site.exported.set(install.token, item.token);
}

/** Adds packages to a region of a stage. */
export function addPackages(state: StageState, { region, elements }: RegionAddition): void {
  const { tree, values } = state;
  let { data } = lookUp(tree, region);
  for (const element of elements) data = add(values, data, element);
  write(tree, region, { data });
}
