import type { ImageView } from '../commands/command.ts';
import type { Path } from '../types.ts';
import { isOnlyFromContext, lookUp, namesIn } from './image-tree.ts';
import { absentToken, contextFileOf, directoryToken } from './tree-rules.ts';
import { isRegion, isSymbolic, join, pythonRegion, resolveInImage, standardDirectories, symbol, systemDirectories, withHints } from './places.ts';
import type { Kept } from './memory.ts';
import { isPlain, remembered } from './memory.ts';
import type { StageState } from './state.ts';
import type { Token, Values } from './values.ts';

/** Where programs are looked up if nothing says otherwise (the default of Debian's and Alpine's shells). */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A RUN's own surroundings: they end with it. */
export interface Surroundings {
  cwd: Path;
  readonly variables: Map<string, string | null>;
}

/** A stage's state as command modules see it, at whatever point of the RUN it is. */
export function viewOf(state: StageState, surroundings: Surroundings): ImageView {
  return new StateView(state, surroundings);
}

/** A class because of its getters: V8 frees an object literal with getters, and all that it holds, only late. */
class StateView implements ImageView {
  readonly user: string;
  readonly libc: ImageView['libc'];
  readonly platform: string | null;
  readonly #state: StageState;
  readonly #surroundings: Surroundings;

  constructor(state: StageState, surroundings: Surroundings) {
    this.user = state.config.user;
    this.libc = state.base.libc;
    this.platform = state.base.platform;
    this.#state = state;
    this.#surroundings = surroundings;
  }

  get cwd(): Path {
    return this.#surroundings.cwd;
  }

  get home(): Path {
    return homeOf(this.#state, this.variable);
  }

  readonly variable = (name: string): string | null | undefined => {
    const own = this.#surroundings.variables.get(name);
    return own === undefined ? stageVariable(this.#state, name) : own;
  };

  readonly resolve = (path: string): Path => (path === '~' || path.startsWith('~/') ? resolveInImage(this.home, `.${path.slice(1)}`) : resolveInImage(this.cwd, path));

  readonly presence = (path: Path): ReturnType<ImageView['presence']> => presenceOf(this.#state, path);

  readonly text = (path: Path): string | undefined => textOf(this.#state, path);

  readonly list = (path: Path): ReturnType<ImageView['list']> => listOf(this.#state, path);

  readonly installedBy = (region: Path): readonly string[] => installedBy(this.#state.values, lookUp(this.#state.tree, region).data);

  readonly isSelfContained = (path: Path): boolean => this.#state.selfContained.has(lookUp(this.#state.tree, path).data);

  readonly pythonPrefix = (programPath: string | null): Path => pythonPrefix(this.#state, programPath, pathDirectories(this.variable), this.resolve);

  /** Of the class, so that a copy of a view with other functions is without it. */
  remembered<Result>(question: string, work: () => Result): Result {
    return answered(this.#state, this.#surroundings, question, work);
  }
}

/** What was found out, by the question. */
const answers = new WeakMap<Values, Map<string, Kept<unknown> | null>>();

function answered<Result>(state: StageState, { cwd, variables }: Surroundings, question: string, work: () => Result): Result {
  if (!isPlain(state, variables)) return work();
  const known = answers.get(state.values) ?? new Map<string, Kept<unknown> | null>();
  answers.set(state.values, known);
  return remembered<string, unknown>(known, question, state, cwd, work) as Result;
}

/** A variable of the image: ENV before ARG before what the base sets. */
export function stageVariable(state: StageState, name: string): string | null | undefined {
  const set = state.config.env.get(name) ?? state.args.get(name);
  if (typeof set === 'string') return set;
  const fromBase = state.base.env.get(name);
  if (fromBase !== undefined) return fromBase;
  return state.base.maySet(name) ? undefined : null;
}

export function pathDirectories(variable: (name: string) => string | null | undefined): readonly Path[] {
  const path = variable('PATH') ?? defaultPath;
  if (latestPath.text !== path) latestPath = { text: path, directories: path.split(':').filter((directory) => directory !== '') };
  return latestPath.directories;
}

/** It is asked for again and again, and seldom changes. */
let latestPath: { readonly text: string; readonly directories: readonly Path[] } = { text: '', directories: [] };

function homeOf(state: StageState, variable: (name: string) => string | null | undefined): Path {
  const home = variable('HOME');
  if (typeof home === 'string' && home !== '') return home;
  if (state.config.user === 'root') return '/root';
  const user = state.config.user.split(':')[0] ?? '';
  if (user === '' || user === 'root' || user === '0') return '/root';
  return /^\d+$/.test(user) ? `/${symbol(`home of ${user}`)}` : `/home/${user}`;
}

type Presence = 'yes' | 'no' | 'maybe' | 'unknown';

function presenceOf(state: StageState, path: Path): Presence {
  return presenceIn(state, lookUp(state.tree, path).data);
}

function presenceIn(state: StageState, data: Token): Presence {
  const { values } = state;
  if (data === absentToken(values)) return 'no';
  if (data === directoryToken(values)) return 'yes';
  const { operation, operands } = values.made(data);
  switch (operation) {
    case 'base-data':
      return 'unknown';
    case 'changed':
      return 'unknown';
    case 'either': {
      const [old, brought] = operands as readonly Token[];
      return old !== undefined && brought !== undefined && isInNoCheckout(state, brought) ? presenceIn(state, old) : 'maybe';
    }
    default:
      return 'yes';
  }
}

/** `COPY *.json ./` would bring any such file, but one that no checkout holds is not there. */
function isInNoCheckout({ values, tree, context }: StageState, brought: Token): boolean {
  const { operation, operands } = values.made(brought);
  const [name, path] = operands;
  if (operation !== 'context' || name !== context.name || typeof path !== 'string' || isSymbolic(path)) return false;
  const answer = context.files.has(path);
  tree.asked?.others.push({ question: 'presence', path, answer });
  return answer === 'no';
}

function textOf(state: StageState, path: Path): string | undefined {
  const source = contextFileOf(state.values, lookUp(state.tree, path).data);
  if (source === undefined) return undefined;
  if (isSymbolic(source) && state.tree.asked) state.tree.asked.isComplete = false;
  const literal = isSymbolic(source) ? withHints(source, (name) => state.hints.get(name) ?? null) : source;
  if (literal === null) return undefined;
  const text = state.context.files.readAnyUnicode(literal);
  state.tree.asked?.others.push({ question: 'text', path: literal, answer: text });
  return text;
}

function installedBy(values: Values, packages: Token): readonly string[] {
  const said: string[] = [];
  for (let at: string | Token | undefined = packages; typeof at === 'number'; ) {
    const { operation, operands } = values.made(at);
    if (operation !== 'add' && operation !== 'changed') return [...said, ...doesOf(values, at)];
    const [first, second] = operands;
    said.push(...doesOf(values, operation === 'add' ? second : first));
    at = operation === 'add' ? first : second;
  }
  return said;
}

function doesOf(values: Values, token: string | Token | undefined): readonly string[] {
  const made = typeof token === 'number' ? values.made(token) : null;
  const [does] = made?.operation === 'effect' ? made.operands : [];
  return typeof does === 'string' ? [does] : [];
}

/** Names that the context gives a directory; complete if nothing else can be there. */
function listOf(state: StageState, path: Path): { names: readonly string[]; complete: boolean } {
  const { tree, context, values } = state;
  const { data } = lookUp(tree, path);
  if (data !== directoryToken(values)) return { names: [], complete: false };
  const source = contextDirectoryOf(state, path);
  if (source === undefined) return { names: [], complete: false };
  const isThere = (name: string): boolean => {
    const token = lookUp(tree, join(path, name)).data;
    return contextFileOf(values, token) !== undefined || token === directoryToken(values);
  };
  const given = context.files.list(source);
  const names = given.filter(isThere);
  const others = namesIn(tree, path).filter((name) => !given.includes(name) && !isRegion(name) && lookUp(tree, join(path, name)).data !== absentToken(values));
  return { names, complete: names.length === given.length && others.length === 0 && isOnlyFromContext(tree, path, isEmptyInBase(state, path)) };
}

/** A directory that no distribution has holds nothing in a base image that is known; who makes it is this Dockerfile. */
function isEmptyInBase(state: StageState, path: Path): boolean {
  if (!state.base.isPlain || standardDirectories.has(path)) return false;
  return !systemDirectories.includes(path.slice(1).split('/')[0] ?? '') || path.startsWith('/usr/src/');
}

/** The context directory that was copied to a directory of the image, found through one of its files. */
function contextDirectoryOf(state: StageState, path: Path): Path | undefined {
  const { tree, values } = state;
  const probe = lookUp(tree, join(path, symbol('any')));
  const origin = contextFileOf(values, probe.data);
  return origin === undefined ? undefined : origin.slice(0, Math.max(0, origin.lastIndexOf('/')));
}

/**
 * The prefix of the Python that runs: from the program's own path, else the first directory on PATH that holds a virtual
 * environment made or copied before, else the base image's.
 */
function pythonPrefix(state: StageState, programPath: string | null, directories: readonly Path[], resolve: (path: string) => Path): Path {
  if (programPath?.includes('/')) {
    const match = /^(.*)\/bin\/[^/]+$/.exec(resolve(programPath));
    const prefix = match?.[1] || '/';
    if (match && !(prefix === '/usr' && state.base.pythonPrefix === '/usr/local')) return prefix;
  }
  for (const directory of directories) {
    if (!directory.endsWith('/bin')) continue;
    const prefix = directory.slice(0, -'/bin'.length) || '/';
    if (prefix === state.base.pythonPrefix) break;
    if (isEnvironment(state, prefix)) return prefix;
  }
  return state.base.pythonPrefix ?? `/${symbol('prefix of Python')}`;
}

function isEnvironment(state: StageState, prefix: Path): boolean {
  if (prefix.endsWith('/.local') || prefix === '/usr' || prefix === '/') return false;
  const { values } = state;
  const marker = values.made(lookUp(state.tree, join(prefix, 'pyvenv.cfg')).data).operation;
  if (marker !== 'base-data' && marker !== 'absent') return true;
  let at: Token = lookUp(state.tree, pythonRegion(prefix)).data;
  for (;;) {
    const made = values.made(at);
    const [rest] = made.operands;
    if (made.operation === 'add' && typeof rest === 'number') at = rest;
    else return made.operation !== 'base-data' && made.operation !== 'empty-region';
  }
}
