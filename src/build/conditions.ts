/** All that decides what an effect comes to, beside its own text. */
import type { Call, Effect, ImageView, Write } from '../commands/command.ts';
import { isSystemTool } from '../commands/index.ts';
import { userBase } from '../commands/python-inputs.ts';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import { confinedInputs } from './confined.ts';
import { variablesNamed } from './environment.ts';
import { contextRulesAt, filledAround, lookUp, namesIn } from './image-tree.ts';
import type { Kept } from './memory.ts';
import { isPlain, remembered } from './memory.ts';
import { regionsBesides } from './perform.ts';
import type { Place } from './places.ts';
import { anchorOf, baseName, isRegion, isWithin, join, osRegion, parentOf, pythonRegion, regionsBehind, regionsOf, standardDirectories } from './places.ts';
import type { ContextRead, Runner } from './runner.ts';
import type { ContextSource, StageState } from './state.ts';
import { contentDigest, digest } from './tree-digest.ts';
import type { Attributes } from './tree-rules.ts';
import { contextFileOf, directoryToken } from './tree-rules.ts';
import { isRoot, userToken } from './users.ts';
import type { Token, Values } from './values.ts';
import { pathDirectories } from './view.ts';

/** All that decides what an effect comes to beside its own text. */
interface Conditions {
  readonly operands: readonly (string | Token)[];
  /** The files of the context that are read, and those that commands have changed. */
  readonly reads: readonly ContextRead[];
  readonly changed: readonly ContextSource[];
  /** Where packages go: files that may have the name of one. */
  readonly files: readonly Path[];
}

/** Effects that read so many places have one token for their conditions, which most installs share. */
const manyPlaces = 10;

/** By the lists of what is read and of the variables that count, which most installs share, and by all else that is asked for. */
type KnownConditions = Map<readonly Place[], Map<readonly string[], Map<string, Kept<Conditions> | null>>>;

const knownConditions = new WeakMap<Values, KnownConditions>();

/** The conditions of an effect, which effects with many of them share where they can. */
export function conditionsOf(runner: Runner, effect: Effect, call: Call | null, programs: readonly Token[]): Conditions {
  const { state, surroundings } = runner;
  if (effect.reads.length < manyPlaces) return findConditions(runner, effect, call, programs);
  const find = (): Conditions => {
    const { operands, reads, changed, files } = findConditions(runner, effect, call, programs);
    return { operands: [state.values.token('conditions', ...operands)], reads, changed, files };
  };
  if (programs.length > 0 || !isPlain(state, surroundings.variables)) return find();
  const byReads: KnownConditions = knownConditions.get(state.values) ?? new Map();
  knownConditions.set(state.values, byReads);
  const byVariables = byReads.get(effect.reads) ?? new Map<readonly string[], Map<string, Kept<Conditions> | null>>();
  byReads.set(effect.reads, byVariables);
  const known = byVariables.get(effect.env) ?? new Map<string, Kept<Conditions> | null>();
  byVariables.set(effect.env, known);
  return remembered(known, nameOfConditions(runner, effect, call), state, surroundings.cwd, find);
}

/** Each part is preceded by its length, so that none can imitate another one. */
function nameOfConditions({ circumstances }: Runner, { kind, anyUser, writes }: Effect, call: Call | null): string {
  let name = `${kind}${anyUser ? ' a' : ' '}${circumstances.length}:${circumstances}`;
  for (const part of call === null ? [] : [call.program, call.programPath, call.interpreter]) name += part === null ? '-' : `${part.length}:${part}`;
  for (const { place, how, only, inStep, makesParent } of writes) name += ` ${how}${only ?? ''}${place.deep ? '/' : ''}${inStep ? '=' : ''}${makesParent ? '+' : ''}${place.path.length}:${place.path}`;
  return name;
}

function findConditions(runner: Runner, effect: Effect, call: Call | null, programs: readonly Token[]): Conditions {
  const { state, view } = runner;
  const { token, reads, changed } = read(state, effect.reads, effect.writes);
  const operands: (string | Token)[] = [];
  const asRoot = isRoot(state.config.user);
  if (!effect.anyUser) operands.push(userToken(state, state.config.user), runner.surroundings.variables.get('(umask)') ?? '');
  if (effect.kind !== 'observe') operands.push(runner.circumstances, ...programs);
  operands.push(...packagesElsewhere(state, effect, view), ...startupFiles(state, effect, view), ...localRepositories(state, effect, view));
  operands.push(token);
  if (!asRoot && effect.kind !== 'observe') for (const one of effect.writes) operands.push(...rightsToWrite(state, effect, one));
  for (const [name, value] of variablesNamed(state, runner.surroundings, effect.env)) operands.push(name, value);
  if (call && effect.kind !== 'observe') operands.push(...programTokens(state, call, effect, view));
  if (effect.confinedTo) operands.push(...confinedInputs(state, effect.confinedTo.place, effect.confinedTo.source));
  // A result that is added to what is there must not depend on it by its token: the order in the list tells.
  for (const written of effect.writes) operands.push(...circumstancesOf(state, effect, written, view));
  return { operands, reads, changed, files: filesBesidePrograms(state, effect) };
}

/** What is read: one token for all of it, the files of the context among it, and those that commands have changed. */
interface Reading {
  readonly token: Token;
  readonly reads: readonly ContextRead[];
  readonly changed: readonly ContextSource[];
}

function read(state: StageState, places: readonly Place[], writes: readonly Write[]): Reading {
  const asRoot = isRoot(state.config.user);
  const tokens: Token[] = [];
  const reads: ContextRead[] = [];
  const changed: ContextSource[] = [];
  for (const place of places) {
    const found = lookUp(state.tree, place.path);
    tokens.push(readToken(state, place, found, asRoot, writes));
    noteContextReads(state, place, found, reads, changed);
  }
  return { token: state.values.token('reads', ...tokens), reads, changed };
}

/**
 * Whether a user who is not root may write: the owner and mode of the nearest directory that is there and that the command
 * does not make itself; for a command on files also those of a file that is written over.
 */
function rightsToWrite(state: StageState, effect: Effect, { how, place }: Write): readonly Token[] {
  const { tree, values } = state;
  const isThere = (path: Path): boolean => values.made(lookUp(tree, path).data).operation !== 'absent';
  const own = effect.kind === 'files' && !isRegion(place.path) && how !== 'make-directory' && isThere(place.path) ? [place.path] : [];
  let directory = isRegion(place.path) ? anchorOf(place.path) : place.deep ? place.path : parentOf(place.path);
  while (directory !== '/' && directory !== '' && (isAmong(effect.writes, directory) || !isThere(directory))) directory = parentOf(directory);
  return flatMap([directory, ...own], (path) => {
    const { owner, mode } = lookUp(tree, path);
    return [owner, mode];
  });
}

/** What decides whether a write can be done at all: the directory above it, and what stands in its place. */
function circumstancesOf(state: StageState, effect: Effect, { how, place, only, makesParent }: Write, view: ImageView): readonly (string | Token)[] {
  if (isRegion(place.path)) return how === 'edit' ? [place.path] : [];
  if (how === 'add' || how === 'remove' || how === 'make-directory') return [];
  const { values, tree } = state;
  const parent = parentOf(place.path);
  const isMade = makesParent === true || effect.writes.some((one) => one.how === 'make-directory' && one.place.path === parent);
  const above = only || isMade ? [] : [view.presence(parent)];
  // A directory in the place of a file, and for chmod, chown and sed whatever may be there or not.
  const { data } = lookUp(tree, place.path);
  if (how !== 'edit') return [...above, data === directoryToken(values) ? 'a directory' : ''];
  const presence = view.presence(place.path);
  // An install that is repeated must be the same install: what it made the first time does not count.
  return [...above, place.path, presence === 'unknown' && effect.kind === 'files' ? data : presence];
}

/** Files that something put by name where an install puts programs. */
function filesBesidePrograms({ tree }: StageState, { kind, writes }: Effect): readonly Path[] {
  if (kind !== 'install') return [];
  const directories = flatMap(writes, ({ place }) => (isRegion(place.path) && place.path.endsWith('python') ? [join(anchorOf(place.path), 'bin')] : []));
  return flatMap(directories, (directory) => namesIn(tree, directory).map((name) => join(directory, name)));
}

/**
 * Packages that Python finds beside those of the places that an install writes to, in the home directory and where
 * PYTHONPATH leads: what is asked for and is there already is not installed once more (pip: "Requirement already satisfied").
 */
function packagesElsewhere(state: StageState, effect: Effect, view: ImageView): readonly Token[] {
  if (effect.kind !== 'install' && effect.kind !== 'project-install') return [];
  if (!effect.writes.some(({ place }) => isRegion(place.path) && place.path.endsWith('python'))) return [];
  const directories = (view.variable('PYTHONPATH') ?? '').split(':').filter((one) => one !== '').map((one) => view.resolve(one));
  const regions = [userBase(view), ...directories].map(pythonRegion).filter((region) => !isAmong(effect.writes, region));
  return regions.map((region) => lookUp(state.tree, region).data);
}

/**
 * What Python runs of itself when it starts, from directories that PYTHONPATH names (documentation of `site`); what
 * LD_PRELOAD puts into every program; libraries that LD_LIBRARY_PATH puts before those of the system (ld.so(8)).
 */
function startupFiles(state: StageState, effect: Effect, view: ImageView): readonly Token[] {
  if (effect.kind === 'observe') return [];
  const path = effect.kind === 'install' || effect.kind === 'build' ? view.variable('PYTHONPATH') : null;
  const directories = typeof path === 'string' ? path.split(':').filter((one) => one !== '') : [];
  const preloaded = view.variable('LD_PRELOAD');
  const libraries = typeof preloaded === 'string' ? preloaded.split(/[\s:]+/).filter((one) => one.startsWith('/')) : [];
  const searched = view.variable('LD_LIBRARY_PATH');
  const libraryFolders = typeof searched === 'string' ? searched.split(/[;:]/).filter((one) => one.startsWith('/')).map((one) => view.resolve(one)) : [];
  return [
    ...flatMap(directories, (directory) => ['sitecustomize.py', 'usercustomize.py'].map((name) => lookUp(state.tree, join(view.resolve(directory), name)).data)),
    ...libraries.map((library) => lookUp(state.tree, view.resolve(library)).data),
    ...libraryFolders.filter((folder) => !isOfTheSystem(folder) && !effect.writes.some(({ place }) => isWithin(place.path, folder))).map((folder) => contentDigest(state.tree, folder)),
  ];
}

/** The distribution's own libraries, and those of Python, are not the project's. */
function isOfTheSystem(folder: Path): boolean {
  return ['/usr', '/lib', '/lib64'].some((directory) => isWithin(folder, directory));
}

/** Directories of packages that the sources of apt name. */
function localRepositories(state: StageState, effect: Effect, view: ImageView): readonly Token[] {
  if (!effect.writes.some(({ place, how }) => how === 'add' && place.path === osRegion)) return [];
  const files = flatMap(['/etc/apt', '/etc/apt/sources.list.d'], (directory) => namesIn(state.tree, directory).map((name) => join(directory, name)));
  const named = flatMap(files, (path) => [...(view.text(path) ?? '').matchAll(/\b(?:file|copy):(?:\/\/)?(\/\S*)/g)].map((match) => match[1] ?? '/'));
  return named.map((path) => contentDigest(state.tree, view.resolve(path)));
}

function isAmong(writes: readonly Write[], path: Path): boolean {
  return writes.some(({ place }) => place.path === path);
}

function readToken(state: StageState, place: Place, { data, owner, mode }: Attributes, asRoot: boolean, writes: readonly Write[]): Token {
  const { values, tree } = state;
  if (place.deep) {
    const behind = isRegion(place.path) ? [] : [...regionsBehind(place.path), ...filledAround(tree, place.path), ...(place.attributes ? regionsBesides(state, place.path) : [])].filter((region) => !isAmong(writes, region));
    return values.token('read', place.attributes ? digest(tree, place.path) : contentDigest(tree, place.path), ...behind.map((region) => lookUp(tree, region).data));
  }
  const regions = isRegion(place.path) ? [] : [...regionsOf(place.path), ...filledAround(tree, place.path)].map((region) => lookUp(tree, region).data);
  const rights = asRoot ? [] : [...(isReadableByAll(state, mode) ? [] : [owner, mode]), ...closedAbove(state, place.path)];
  return rights.length + regions.length === 0 ? data : values.token('read', data, ...rights, ...regions);
}

/** Whose the directories above are that a command has opened or closed. */
function closedAbove({ tree, values }: StageState, path: Path): readonly Token[] {
  const rights: Token[] = [];
  for (let at = parentOf(path); at !== '/' && at !== ''; at = parentOf(at)) {
    const { owner, mode } = lookUp(tree, at);
    if (values.made(mode).operation === 'changed') rights.push(owner, mode);
  }
  return rights;
}

/** A file that keeps the mode which it has in the context is taken to be readable: a checkout gives 0644 or 0755. */
function isReadableByAll(state: StageState, mode: Token): boolean {
  const { operation, operands } = state.values.made(mode);
  if (operation === 'context-mode') return true;
  return operation === 'mode' && typeof operands[0] === 'string' && /[4-7]$/.test(operands[0]);
}

/** Where PATH finds the program, and the Python packages that may have brought it. */
export function programTokens({ tree, values }: StageState, call: Call, effect: Effect, view: ImageView): readonly Token[] {
  const isSystem = isSystemTool(call);
  const isWritten = (region: Path): boolean => effect.writes.some((written) => written.place.path === region);
  const system = isSystem || isWritten(osRegion) ? [] : [lookUp(tree, osRegion).data];
  if (call.programPath?.includes('/')) return [lookUp(tree, view.resolve(call.programPath)).data, ...system];
  const program = call.interpreter === null ? call.program : baseName(call.interpreter);
  const tokens: Token[] = [];
  for (const { path, region } of whereOnPath(program, view)) {
    const { data } = lookUp(tree, path);
    // Base images have the system's programs nowhere else.
    if (isSystem && isOfBaseImage(values, data) && !standardDirectories.has(parentOf(parentOf(path)))) continue;
    tokens.push(data);
    if (!isSystem && region !== null && !isWritten(region)) tokens.push(lookUp(tree, region).data);
  }
  tokens.push(...system);
  return tokens;
}

/** Has nothing touched it, not even a command that may do anything? */
function isOfBaseImage(values: Values, data: Token): boolean {
  const { operation, operands } = values.made(data);
  const [image] = operands;
  return operation === 'base-data' && typeof image === 'number' && values.made(image).operation === 'image';
}

/** Where a program may be on PATH, and the Python packages that may have put it there. */
interface OnPath {
  readonly path: Path;
  readonly region: Path | null;
}

function whereOnPath(program: string, view: ImageView): readonly OnPath[] {
  const directories = pathDirectories(view.variable);
  const { cwd, home } = view;
  if (latest.directories !== directories || latest.cwd !== cwd || latest.home !== home) latest = { directories, cwd, home, programs: new Map() };
  const known = latest.programs.get(program);
  if (known) return known;
  const places = directories.map((directory): OnPath => ({
    path: join(view.resolve(directory), program),
    region: directory.endsWith('/bin') ? pythonRegion(view.resolve(directory.slice(0, -'/bin'.length) || '/')) : null,
  }));
  latest.programs.set(program, places);
  return places;
}

/** PATH and the working directory seldom change from one command to the next, and the programs are few. */
let latest: { readonly directories: readonly Path[]; readonly cwd: Path; readonly home: Path; readonly programs: Map<string, readonly OnPath[]> } = { directories: [], cwd: '', home: '', programs: new Map() };

/** Adds the files of the context that a place is made of. */
function noteContextReads(state: StageState, { path: at, deep }: Place, { data }: Attributes, reads: ContextRead[], changed: ContextSource[]): void {
  const { tree, values } = state;
  const origin = contextFileOf(values, data);
  if (origin !== undefined) reads.push({ path: origin, deep: false, at });
  else noteChanged(state, data, changed);
  if (deep) reads.push(...contextRulesAt(tree, at));
}

/** Adds the file of the context that something was before commands changed it. */
export function noteChanged({ values }: StageState, data: Token, changed: ContextSource[]): void {
  let now = data;
  for (let made = values.made(now); made.operation === 'changed'; made = values.made(now)) now = Number(made.operands[1]);
  const origin = contextFileOf(values, now);
  if (origin !== undefined) changed.push({ path: origin, deep: false });
}
