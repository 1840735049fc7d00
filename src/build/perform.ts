/** Effects to tokens: what they are made from, and what they leave in the image tree. */
import type { Call, Effect, ImageView, Write } from '../commands/command.ts';
import { userBase } from '../commands/python-inputs.ts';
import { isSystemTool } from '../commands/index.ts';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import { changeAround, confinedInputs } from './confined.ts';
import type { Variable } from './environment.ts';
import { variablesNamed } from './environment.ts';
import { change, contextRulesAt, ensureDirectory, lookUp, namesIn, remove, write } from './image-tree.ts';
import { contentDigest, digest } from './tree-digest.ts';
import type { Attributes } from './tree-rules.ts';
import { contextFileOf, directoryToken } from './tree-rules.ts';
import { addPackages, scriptsRegion } from './ledger/additions.ts';
import type { Kept } from './memory.ts';
import { isPlain, remembered } from './memory.ts';
import type { Place } from './places.ts';
import { accountsRegion, anchorOf, baseName, isRegion, join, osRegion, parentOf, pythonRegion, regionsBehind, regionsOf, standardDirectories } from './places.ts';
import type { ContextRead, ExecutedEffect, Runner } from './runner.ts';
import type { ContextSource, StageState } from './state.ts';
import type { Token, Values } from './values.ts';
import { add } from './values.ts';
import { pathDirectories } from './view.ts';

export function perform(runner: Runner, effect: Effect, call: Call | null, programs?: readonly Token[]): ExecutedEffect {
  return carryOut(runner, workedOut(runner, effect, call, programs), call);
}

/** What an effect comes to; nothing is written yet. */
export function workedOut(runner: Runner, effect: Effect, call: Call | null, programs: readonly Token[] = []): ExecutedEffect {
  const { state, view } = runner;
  const { operands, reads, changed, files } = conditionsOf(runner, effect, call, programs);
  const token = state.values.token('effect', effect.does, ...(files.length === 0 ? operands : [...namesakes(state, effect, files, view), ...operands]));
  const edited: ContextSource[] = [];
  for (const { place, how, only } of effect.writes) if (how === 'edit' && only === undefined && !isRegion(place.path)) noteChanged(state, lookUp(state.tree, place.path).data, edited);
  return { effect, token, reads, changed: edited.length === 0 ? changed : [...changed, ...edited] };
}

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

function conditionsOf(runner: Runner, effect: Effect, call: Call | null, programs: readonly Token[]): Conditions {
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
  for (const { place, how, only, inStep } of writes) name += ` ${how}${only ?? ''}${place.deep ? '/' : ''}${inStep ? '=' : ''}${place.path.length}:${place.path}`;
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

/** Writes what an effect writes. */
export function carryOut(runner: Runner, executed: ExecutedEffect, call: Call | null): ExecutedEffect {
  writeEffect(runner.state, executed, packagesOf(runner, executed.effect, call, executed.token), runner);
  return executed;
}

/** Writes what an effect wrote where it was told the same. */
export function writeAgain(state: StageState, executed: ExecutedEffect, beforeWrite: (path: Path) => void = () => undefined): void {
  writeEffect(state, executed, null, { beforeWrite, written: [] });
}

function writeEffect(state: StageState, { effect, token }: ExecutedEffect, packages: readonly Token[] | null, runner: Pick<Runner, 'beforeWrite' | 'written'>): void {
  for (const written of effect.writes) {
    if (packages && written.how === 'add' && isRegion(written.place.path)) {
      for (const region of [written.place.path, scriptsRegion(anchorOf(written.place.path))]) {
        runner.beforeWrite(region);
        addPackages(state, { region, elements: packages });
        runner.written.push({ path: region, deep: false });
      }
      continue;
    }
    if (written.inStep === true && isKeptLock(state, written.place.path)) continue;
    runner.beforeWrite(written.place.path);
    writePlace(state, written, token);
    runner.written.push(written.place);
    for (const region of isRegion(written.place.path) ? [] : regionsOf(written.place.path)) {
      runner.beforeWrite(region);
      change(state.tree, region, false, 'all', token);
      runner.written.push({ path: region, deep: false });
    }
    if (effect.selfContained && !written.place.deep) state.selfContained.add(lookUp(state.tree, written.place.path).data);
  }
  if (effect.confinedTo) {
    changeAround(state, effect.confinedTo, token);
    runner.written.push({ path: '/', deep: true });
  }
}

/** The packages that an install adds, where the build keeps a ledger of them. */
function packagesOf({ state, surroundings, view }: Runner, effect: Effect, call: Call | null, token: Token): readonly Token[] | null {
  if (!state.ledger) return null;
  const environment = (names: readonly string[]): readonly Variable[] => variablesNamed(state, surroundings, names);
  return state.ledger.installed({ state, view, effect, call, token, environment });
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
function circumstancesOf(state: StageState, effect: Effect, { how, place, only }: Write, view: ImageView): readonly (string | Token)[] {
  if (isRegion(place.path)) return how === 'edit' ? [place.path] : [];
  if (how === 'add' || how === 'remove' || how === 'make-directory') return [];
  const { values, tree } = state;
  const parent = parentOf(place.path);
  const isMade = effect.writes.some((one) => one.how === 'make-directory' && one.place.path === parent);
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
 * A file that was put into PREFIX/bin under the name of a package that is installed there: which of the two wins depends
 * on the order. (A console script of another name than its package is taken to have none of the project's names.)
 */
function namesakes(state: StageState, effect: Effect, files: readonly Path[], view: ImageView): readonly Token[] {
  const texts = [effect.does, ...effect.reads.filter((place) => !place.deep).map((place) => view.text(place.path) ?? '')];
  const names = new Set(flatMap(texts, (text) => text.toLowerCase().split(/[^a-z0-9._-]+/)));
  return files.filter((path) => names.has(baseName(path).toLowerCase())).map((path) => lookUp(state.tree, path).data);
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

/** What Python runs of itself when it starts, from directories that PYTHONPATH names (documentation of `site`); what LD_PRELOAD puts into every program. */
function startupFiles(state: StageState, effect: Effect, view: ImageView): readonly Token[] {
  const path = effect.kind === 'install' || effect.kind === 'build' ? view.variable('PYTHONPATH') : null;
  const directories = typeof path === 'string' ? path.split(':').filter((one) => one !== '') : [];
  const preloaded = effect.kind === 'observe' ? null : view.variable('LD_PRELOAD');
  const libraries = typeof preloaded === 'string' ? preloaded.split(/[\s:]+/).filter((one) => one.startsWith('/')) : [];
  return [
    ...flatMap(directories, (directory) => ['sitecustomize.py', 'usercustomize.py'].map((name) => lookUp(state.tree, join(view.resolve(directory), name)).data)),
    ...libraries.map((library) => lookUp(state.tree, view.resolve(library)).data),
  ];
}

/** Directories of packages that the sources of apt name. */
function localRepositories(state: StageState, effect: Effect, view: ImageView): readonly Token[] {
  if (!effect.writes.some(({ place, how }) => how === 'add' && place.path === osRegion)) return [];
  const files = flatMap(['/etc/apt', '/etc/apt/sources.list.d'], (directory) => namesIn(state.tree, directory).map((name) => join(directory, name)));
  const named = flatMap(files, (path) => [...(view.text(path) ?? '').matchAll(/\b(?:file|copy):(?:\/\/)?(\/\S*)/g)].map((match) => match[1] ?? '/'));
  return named.map((path) => contentDigest(state.tree, view.resolve(path)));
}

/** A user is whoever /etc/passwd says at that moment: of one by number, too, the group and the home are there. */
export function userToken(state: StageState, user: string): Token {
  const { values, tree } = state;
  if (isRootOfRoot(user)) return values.root;
  return values.token('user', user, lookUp(tree, accountsRegion).data);
}

/** The owner of what a user of a Dockerfile makes. */
export function ownerOfNew(state: StageState): Token {
  const { user } = state.config;
  if (isRootOfRoot(user)) return state.values.ownedByRoot;
  return /^\d+:\d+$/.test(user) ? state.values.token('owner', user) : userToken(state, user);
}

/** Root in its own group, which `USER root:staff` is not. */
function isRootOfRoot(user: string): boolean {
  return user === 'root' || /^(?:|root|0)(?::(?:|root|0))?$/.test(user);
}

export function isRoot(user: string): boolean {
  return user === 'root' || /^(?:|root|0)(?::.*)?$/.test(user);
}

/**
 * Packages bring files beside their usual places: to /opt, or as data below their prefix. What nothing in the Dockerfile
 * is known to have made may come from any that are installed.
 */
export function regionsBesides(state: StageState, path: Path): readonly Path[] {
  const { tree, values, base } = state;
  if (regionsBehind(path).length > 0 || values.made(lookUp(tree, path).data).operation !== 'base-data') return [];
  const prefixes = new Set(base.pythonPrefix === null ? [] : [base.pythonPrefix]);
  for (let at = parentOf(path); at !== '/' && at !== ''; at = parentOf(at)) prefixes.add(at);
  return [osRegion, ...[...prefixes].map(pythonRegion)];
}

function isAmong(writes: readonly Write[], path: Path): boolean {
  return writes.some(({ place }) => place.path === path);
}

function readToken(state: StageState, place: Place, { data, owner, mode }: Attributes, asRoot: boolean, writes: readonly Write[]): Token {
  const { values, tree } = state;
  if (place.deep) {
    const behind = isRegion(place.path) ? [] : [...regionsBehind(place.path), ...(place.attributes ? regionsBesides(state, place.path) : [])].filter((region) => !isAmong(writes, region));
    return values.token('read', place.attributes ? digest(tree, place.path) : contentDigest(tree, place.path), ...behind.map((region) => lookUp(tree, region).data));
  }
  const regions = isRegion(place.path) ? [] : regionsOf(place.path).map((region) => lookUp(tree, region).data);
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

/** A file that is written over keeps its owner and mode; a new one is the user's. */
function rightsOfWritten(state: StageState, path: Path, owner: Token): { owner: Token; mode: Token } {
  const { values, tree } = state;
  const old = lookUp(tree, path);
  const { operation } = values.made(old.data);
  if (operation === 'absent') return { owner, mode: values.token('mode-of-new', state.config.user) };
  if (['context', 'effect', 'inline'].includes(operation)) return { owner: old.owner, mode: old.mode };
  return { owner: values.token('owner-if-made', old.owner, owner), mode: values.token('mode-if-made', old.mode) };
}

function isKeptLock({ tree, values, context }: StageState, path: Path): boolean {
  const source = contextFileOf(values, lookUp(tree, path).data);
  return source !== undefined && context.keptLocks.includes(source);
}

function writePlace(state: StageState, written: Write, token: Token): void {
  const { tree, values } = state;
  const { path, deep } = written.place;
  const owner = ownerOfNew(state);
  switch (written.how) {
    case 'remove':
      remove(tree, path);
      return;
    case 'make-directory':
      ensureDirectory(tree, path, owner);
      return;
    case 'copy':
      write(tree, path, { data: lookUp(tree, written.from ?? path).data, owner, mode: values.token('mode-of-copy', token) });
      return;
    case 'add':
      if (isRegion(path)) write(tree, path, { data: add(values, lookUp(tree, path).data, token) });
      else change(tree, path, deep, 'all', token);
      return;
    case 'link':
    case 'set':
      if (deep) remove(tree, path, true);
      if (deep) change(tree, path, true, 'all', token);
      // Where a directory stands nothing is written, and the command fails: what is there counts as changed.
      if (!deep && !isRegion(path) && lookUp(tree, path).data === directoryToken(values)) change(tree, path, true, 'all', token);
      else if (written.how === 'link') write(tree, path, { data: values.token('link', token), owner, mode: values.token('mode-of-link') });
      else write(tree, path, isRegion(path) ? { data: token } : { data: token, ...rightsOfWritten(state, path, owner) });
      return;
    case 'edit':
      change(tree, path, deep, written.only ?? 'all', token);
  }
}

/** Adds the files of the context that a place is made of. */
function noteContextReads(state: StageState, { path: at, deep }: Place, { data }: Attributes, reads: ContextRead[], changed: ContextSource[]): void {
  const { tree, values } = state;
  const origin = contextFileOf(values, data);
  if (origin !== undefined) reads.push({ path: origin, deep: false, at });
  else noteChanged(state, data, changed);
  if (deep) reads.push(...contextRulesAt(tree, at));
}

/** Adds the file of the context that something was before commands changed it. */
function noteChanged({ values }: StageState, data: Token, changed: ContextSource[]): void {
  let now = data;
  for (let made = values.made(now); made.operation === 'changed'; made = values.made(now)) now = Number(made.operands[1]);
  const origin = contextFileOf(values, now);
  if (origin !== undefined) changed.push({ path: origin, deep: false });
}
