import type { StepKind } from '../commands/command.ts';
import { expand, parseTemplate } from '../dockerfile/expand.ts';
import type { Parsed, ParsedMount } from '../dockerfile/parse.ts';
import { parse } from '../dockerfile/parse.ts';
import type { Heredoc, Instruction, ScannedDockerfile } from '../dockerfile/scan.ts';
import type { ShellBody } from '../dockerfile/shell.ts';
import { parseRun, parseScript } from '../dockerfile/shell.ts';
import type { DockerfileModel, Stage } from '../dockerfile/stages.ts';
import { outputStages, stageReference } from '../dockerfile/stages.ts';
import { baseFacts } from '../images/base-facts.ts';
import type { Build, BuildContext, Path } from '../types.ts';
import type { CopyRecord } from './copy.ts';
import { contentOf, copyFromContext, copyFromStage, copyInline, fetchInto, stageRisk } from './copy.ts';
import { baseTree, change, collapse, directoryToken, emptyTree, ensureDirectory, lookUp, namesIn, putSubtree, remove, takeSubtree, write } from './image-tree.ts';
import type { Subtree, VersionedContext } from './image-tree.ts';
import { overlayContext } from './image-tree.ts';
import { digest } from './image-tree.ts';
import { anchorOf, baseSymbol, isRegion, isSymbolic, isWithin, join, parentOf, readable, regionsBehind, resolveInImage, resolvePath, symbol } from './places.ts';
import type { ExecutedRun, RunSetting, Stand } from './runner.ts';
import { ownerOfNew, userToken } from './perform.ts';
import { runScript, runWords } from './run.ts';
import { ExposureList, GrowingList } from './exposure.ts';
import type { BaseImage, ContextSource, Environment, Exposure, StageState } from './state.ts';
import { freshConfig, inherit } from './state.ts';
import { addedElements } from './values.ts';
import type { Token, Values } from './values.ts';
import type { Ledger } from './ledger.ts';
import { stageVariable, viewOf } from './view.ts';

/** Something that a step leaves in its layer: at a path (or region), by the token of what it is. */
export type Shipment =
  | { readonly kind: 'element'; readonly path: Path; readonly token: Token }
  | { readonly kind: 'context'; readonly source: Path; readonly destination: Path }
  | { readonly kind: 'everything'; readonly token: Token };

/** One instruction as it was carried out. */
export interface StepRecord {
  readonly stage: number;
  readonly instruction: Instruction;
  readonly line: number;
  readonly kind: StepKind | 'from' | 'copy' | 'workdir' | 'config';
  /** USER and WORKDIR in force when it runs. */
  readonly user: string;
  readonly cwd: Path;
  /** Files of the context that it reads; none are listed for what is opaque, which may read all there are. */
  readonly reads: readonly ContextSource[];
  /** What its cache key holds of the context, its own share included. */
  readonly exposures: readonly Exposure[];
  /** ARGs in scope, by name: a new value of one runs each later RUN again, whether it names the ARG or not. */
  readonly argsInKey: readonly string[];
  readonly run: ExecutedRun | null;
  readonly copy: CopyRecord | null;
  /** Why it counts as reading and changing everything; null if it does not. */
  readonly opaque: string | null;
  /** Ways in which the step may fail, by name: the rewritten Dockerfile may have none that the original had not. */
  readonly risks: readonly string[];
  readonly shipments: readonly Shipment[];
  /** Files of the context that its own bind mounts bring. */
  readonly mounted: readonly ContextSource[];
  /** BuildKit's cache key, by token: equal keys mean CACHED. */
  readonly key: Token;
  /** What BuildKit counts as a step: FROM, RUN, COPY, ADD, and WORKDIR other than `/`. */
  readonly cacheable: boolean;
}

export interface StageResult {
  readonly stage: Stage;
  readonly state: StageState;
  readonly steps: readonly StepRecord[];
  /** Stages whose layers this one starts from, itself last. */
  readonly chain: readonly number[];
  /** The image that it starts from, with the values of arguments; `''` for another stage. */
  readonly reference: string;
}

export interface SymbolicBuild {
  readonly model: DockerfileModel;
  readonly build: Build;
  readonly stages: readonly StageResult[];
  /** Indices of the stages that are images somebody uses. */
  readonly outputs: readonly number[];
  /** How it was worked out, to do it again under other rules. */
  readonly files: BuildContext;
  readonly options: BuildOptions;
}

/** What parts of a Dockerfile count as where two systems are compared; null for what counts as itself. */
export interface Translation {
  readonly base: (stage: number, reference: string) => string | null;
  readonly stands: (instruction: Instruction) => ReadonlyMap<number, Stand> | null;
  /** CMD, ENTRYPOINT, HEALTHCHECK, SHELL: null for a setting that says no more than its absence. */
  readonly setting: (stage: number, instruction: Instruction, text: string) => string | null;
}

export interface BuildOptions {
  /** `symbols`: build arguments are not known, whatever their default; `defaults`: they have the values that the build gives, else the defaults. */
  readonly args?: 'defaults' | 'symbols';
  /** Files of the context that are taken to have changed. */
  readonly changed?: ReadonlySet<Path>;
  /** No installed package has the name of a file or folder of the project. */
  readonly disjointPackages?: boolean;
  /** Lock files that come along wherever their manifest is copied by name. */
  readonly locks?: readonly Path[];
  /** Packages count as what they are made from (see ledger.ts). */
  readonly ledger?: Ledger;
  /** What counts as the same on both sides of a comparison (see modulo.ts). */
  readonly translation?: Translation;
}

/** Variables that known base images set, over and above those whose value is known (their Dockerfiles name no others). */
const ownVariables = /^(?:PYTHON\w*|PYPY\w*|GPG_KEY|LANG|LC_\w+|NODE_\w+|YARN_\w+|UV_\w+|CONDA\w*|LAMBDA\w*|AWS_\w+|CUDA\w*|NV\w*|LD_LIBRARY_PATH|JUPYTER\w*|NB_\w+|BITNAMI\w*|APP_\w+|HOME|SUMMARY|DESCRIPTION|STI_\w+|DEBIAN_FRONTEND|SSL_CERT_FILE|SHELL|TZ)$/;

/** Variables that BuildKit sets of itself where an ARG asks for them. */
const platformArgs = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** Runs a Dockerfile on names instead of bytes. Never throws; what is not understood is opaque. */
export function symbolicBuild(model: DockerfileModel, build: Build, files: BuildContext, values: Values, options: BuildOptions = {}): SymbolicBuild {
  const hints = options.args === 'symbols' ? globalArgs(model, build, {}) : new Map<string, string | null>();
  const context: VersionedContext = { name: build.context, files, changed: options.changed ?? new Set(), disjointPackages: options.disjointPackages ?? false, locks: options.locks ?? [] };
  const globals = globalArgs(model, build, options);
  const stages: StageResult[] = [];
  const site: Site = { model, build, context, values, options, globals, hints, caches: new Map(), stages };
  for (const stage of model.stages) stages.push(runStage(site, stage));
  const outputs = outputStages(model, build.outputs).map((stage) => stage.index);
  return { model, build, stages, outputs, files, options };
}

/** What is the same for all stages of one build. */
export interface Site {
  readonly model: DockerfileModel;
  readonly build: Build;
  readonly context: VersionedContext;
  readonly values: Values;
  readonly options: BuildOptions;
  readonly globals: ReadonlyMap<string, string | null>;
  /** What unknown arguments most likely are: their defaults. Good for finding a file’s text, never for naming it. */
  readonly hints: Map<string, string | null>;
  /** What the RUNs so far left in cache mounts, by their id or target. */
  readonly caches: Map<string, Subtree>;
  /** Those before the current one. */
  readonly stages: readonly StageResult[];
}

function globalArgs(model: DockerfileModel, build: Build, options: BuildOptions): Map<string, string | null> {
  const globals = new Map<string, string | null>();
  for (const instruction of model.globalArgs) {
    const parsed = parse(instruction, model.scanned);
    if (parsed.keyword !== 'ARG') continue;
    for (const { name, value } of parsed.entries) {
      globals.set(name, argValue(name, value, build, options, (other) => globals.get(other) ?? null, model.scanned.escape));
    }
  }
  return globals;
}

function argValue(name: string, raw: string | null, build: Build, options: BuildOptions, lookup: (name: string) => string | null, escape: '\\' | '`'): string | null {
  if (options.args === 'symbols') return symbol(name);
  const given = build.args.get(name);
  if (given !== undefined) return given;
  if (platformArgs.test(name)) return symbol(name);
  if (raw === null) return null;
  return expand(parseTemplate(raw, escape), lookup) ?? symbol(raw);
}

// --------------------------------------------------------------------------------------------------------------- stages

function runStage(site: Site, stage: Stage): StageResult {
  const { state, chain } = startOf(site, stage);
  const steps: StepRecord[] = [];
  const from = stage.fromInstruction;
  state.key = site.values.token('from', state.key);
  const base = { stage: stage.index, user: state.config.user, cwd: state.config.cwd, reads: [], run: null, copy: null, opaque: null, risks: [], shipments: [], mounted: [] };
  steps.push(new Recorded({ ...base, instruction: from, line: from.lines.start, kind: 'from', cacheable: true }, state));
  for (const instruction of stage.instructions) steps.push(runInstruction(site, stage, state, instruction));
  return { stage, state, steps, chain: [...chain, stage.index], reference: stage.base.kind === 'image' ? expandGlobal(site, stage.base.reference) : '' };
}

function startOf(site: Site, stage: Stage): { state: StageState; chain: readonly number[] } {
  const { values } = site;
  if (stage.base.kind === 'stage') {
    const parent = site.stages[stage.base.index];
    if (parent) return { state: startFrom(parent), chain: parent.chain };
  }
  const reference = stage.base.kind === 'image' ? expandGlobal(site, stage.base.reference) : 'scratch';
  // What holds for `python:${VERSION}-slim` holds for every version.
  const facts = stage.base.kind === 'image' ? baseFacts(readable(reference)) : null;
  const scratch = stage.base.kind === 'scratch';
  const token = values.token('image', site.options.translation?.base(stage.index, reference) ?? reference, stage.from.platform ?? '');
  const path: [string, string][] = facts?.path ? [['PATH', facts.path.join(':')]] : [];
  const base: BaseImage = {
    token,
    standard: !scratch,
    env: new Map([...path, ...(facts?.env ?? [])]),
    maySet: scratch ? () => false : facts?.libc ? (name) => ownVariables.test(name) : () => true,
    isPlain: scratch || facts?.shell === 'sh',
    pythonPrefix: facts?.python?.prefix ?? (facts?.packageManager ? '/usr' : null),
  };
  const cwd = facts?.cwd ?? (scratch ? '/' : `/${symbol('working directory of the base image')}`);
  const user = facts?.user ?? (scratch ? 'root' : symbol('user of the base image'));
  const state: StageState = {
    values,
    context: site.context,
    base,
    tree: scratch ? emptyTree(values) : baseTree(values, token, true),
    config: freshConfig(user, cwd),
    args: new Map(),
    hints: site.hints,
    selfContained: new Set(),
    ledger: site.options.ledger ?? null,
    exposures: new ExposureList(),
    argsInKey: new GrowingList(),
    environment: null,
    key: token,
  };
  for (const path of site.options.ledger?.absent ?? []) remove(state.tree, path);
  return { state, chain: [] };
}

/** A stage's state for a child; its ONBUILD triggers run then, and are not followed. */
function startFrom(parent: StageResult): StageState {
  const state = inherit(parent.state);
  const { triggers } = parent.state.config;
  if (triggers.length === 0) return state;
  collapse(state.tree, state.values.token('triggers', ...triggers, digest(state.tree, '/')), state.base.standard);
  state.exposures.add({ path: '', deep: true, line: parent.steps.at(-1)?.line ?? 1 });
  for (const trigger of triggers) applySetting(state, trigger);
  return state;
}

/** What a trigger sets is not worked out. */
function applySetting(state: StageState, trigger: string): void {
  const [keyword = ''] = trigger.trim().toUpperCase().split(/\s/, 1);
  if (keyword === 'USER') state.config.user = symbol(trigger);
  if (keyword === 'WORKDIR') state.config.cwd = `/${symbol(trigger)}`;
  if (keyword === 'ENV') for (const [, name = ''] of trigger.matchAll(/([A-Za-z_]\w*)(?:=|\s)/g)) if (name.toUpperCase() !== 'ENV') state.config.env.set(name, symbol(`${name} of ${trigger}`));
  state.environment = null;
}

function expandGlobal(site: Site, raw: string): string {
  const lookup = (name: string): string | null => site.globals.get(name) ?? (platformArgs.test(name) ? symbol(name) : null);
  return expand(parseTemplate(raw, site.model.scanned.escape), lookup) ?? symbol(raw);
}

/** A Dockerfile word with variables replaced; unknown ones become symbols. */
export function expandWord(site: Site, state: StageState, raw: string): string {
  let unknown = false;
  const lookup = (name: string): string | null => {
    const value = stageVariable(state, name);
    if (value === undefined || (value !== null && isSymbolic(value))) unknown = true;
    return value === undefined ? baseSymbol(name) : value;
  };
  const parts = parseTemplate(raw, site.model.scanned.escape);
  const text = expand(parts, lookup);
  const modified = parts.some((part) => part.kind === 'variable' && part.modifier !== null);
  return text === null || (unknown && modified) ? symbol(raw) : text;
}

// --------------------------------------------------------------------------------------------------------- instructions

function runInstruction(site: Site, stage: Stage, state: StageState, instruction: Instruction): StepRecord {
  const parsed = parse(instruction, site.model.scanned);
  const step: Draft = {
    stage: stage.index,
    instruction,
    line: instruction.lines.start,
    kind: 'config',
    user: state.config.user,
    cwd: state.config.cwd,
    reads: [],
    run: null,
    copy: null,
    opaque: null,
    risks: [],
    shipments: [],
    mounted: [],
    cacheable: false,
  };
  switch (parsed.keyword) {
    case 'COPY':
    case 'ADD':
      runCopy(site, stage, state, parsed, step);
      break;
    case 'RUN':
      runRun(site, stage, state, parsed, step);
      break;
    case 'WORKDIR':
      runWorkdir(site, state, parsed, step);
      break;
    default:
      configure(site, stage, state, parsed, instruction);
  }
  return new Recorded(step, state);
}

/** A step, with the lengths of the stage's growing lists after it instead of the lists. */
class Recorded implements StepRecord {
  readonly stage: number;
  readonly instruction: Instruction;
  readonly line: number;
  readonly kind: StepRecord['kind'];
  readonly user: string;
  readonly cwd: Path;
  readonly reads: readonly ContextSource[];
  readonly run: ExecutedRun | null;
  readonly copy: CopyRecord | null;
  readonly opaque: string | null;
  readonly risks: readonly string[];
  readonly shipments: readonly Shipment[];
  readonly mounted: readonly ContextSource[];
  readonly cacheable: boolean;
  readonly key: Token;
  private readonly exposed: ExposureList;
  private readonly exposedCount: number;
  private readonly args: GrowingList<string>;
  private readonly argsCount: number;

  constructor(step: Draft, state: StageState) {
    this.stage = step.stage;
    this.instruction = step.instruction;
    this.line = step.line;
    this.kind = step.kind;
    this.user = step.user;
    this.cwd = step.cwd;
    this.reads = step.reads;
    this.run = step.run;
    this.copy = step.copy;
    this.opaque = step.opaque;
    this.risks = step.risks;
    this.shipments = step.shipments;
    this.mounted = step.mounted;
    this.cacheable = step.cacheable;
    this.key = state.key;
    this.exposed = state.exposures;
    this.exposedCount = state.exposures.items.length;
    this.args = state.argsInKey;
    this.argsCount = state.argsInKey.items.length;
  }

  get exposures(): readonly Exposure[] {
    return this.exposed.first(this.exposedCount);
  }

  get argsInKey(): readonly string[] {
    return this.args.first(this.argsCount);
  }
}

type Draft = { -readonly [Key in Exclude<keyof StepRecord, 'exposures' | 'argsInKey' | 'key'>]: StepRecord[Key] };

function expose(state: StageState, sources: readonly ContextSource[], line: number): void {
  for (const { path, deep } of sources) state.exposures.add({ path, deep, line });
}

function configure(site: Site, stage: Stage, state: StageState, parsed: Parsed, instruction: Instruction): void {
  const { config } = state;
  const word = (raw: string): string => expandWord(site, state, raw);
  switch (parsed.keyword) {
    case 'ARG':
      state.environment = null;
      for (const name of new Set(parsed.entries.map((entry) => entry.name))) if (!state.args.has(name)) state.argsInKey.items.push(name);
      for (const { name, value } of parsed.entries) {
        const lookup = (other: string): string | null => stageVariable(state, other) ?? null;
        const hint = argValue(name, value, site.build, {}, (other) => site.hints.get(other) ?? null, site.model.scanned.escape);
        if (hint !== null) site.hints.set(name, hint);
        const redeclared = value === null && site.globals.has(name) ? (site.globals.get(name) ?? null) : undefined;
        state.args.set(name, redeclared ?? argValue(name, value, site.build, site.options, lookup, site.model.scanned.escape));
      }
      return;
    case 'ENV': {
      state.environment = null;
      const values = parsed.entries.map(({ name, value }) => [name, word(value)] as const);
      for (const [name, value] of values) {
        config.env.delete(name);
        config.env.set(name, value);
      }
      return;
    }
    case 'LABEL':
      for (const { name, value } of parsed.entries) config.labels.set(word(name), word(value));
      return;
    case 'USER':
      config.user = word(parsed.user);
      return;
    case 'EXPOSE':
      for (const port of parsed.ports) config.ports.add(word(port));
      return;
    case 'VOLUME':
      for (const raw of parsed.paths) {
        const path = resolvePath(config.cwd, word(raw));
        config.volumes.add(path);
        change(state.tree, path, true, 'all', state.values.token('volume'));
      }
      return;
    case 'ONBUILD':
      config.triggers.push(instruction.text);
      return;
    case 'UNKNOWN':
      return;
    default:
      if (instruction.keyword === 'ENTRYPOINT') config.single.delete('inherited CMD');
      if (instruction.keyword === 'CMD') config.single.delete('inherited CMD');
      setSingle(site, stage, state, instruction);
  }
}

function setSingle(site: Site, stage: Stage, state: StageState, instruction: Instruction): void {
  const text = instruction.keyword === 'STOPSIGNAL' ? expandWord(site, state, instruction.text) : asWritten(state, instruction);
  const { translation } = site.options;
  const setting = translation ? translation.setting(stage.index, instruction, text) : text;
  if (setting === null) state.config.single.delete(instruction.keyword);
  else state.config.single.set(instruction.keyword, setting);
}

/** CMD, ENTRYPOINT and HEALTHCHECK are kept as written; what they mean depends on SHELL only in shell form. */
function asWritten(state: StageState, instruction: Instruction): string {
  const flags = instruction.flags.map((flag) => `--${flag.name}=${flag.value ?? ''}`).join(' ');
  const shell = instruction.json === null ? (state.config.single.get('SHELL') ?? '') : '';
  return `${shell}|${flags}|${instruction.json ? JSON.stringify(instruction.json) : instruction.text}`;
}

function runWorkdir(site: Site, state: StageState, parsed: Extract<Parsed, { keyword: 'WORKDIR' }>, step: Draft): void {
  const path = resolvePath(state.config.cwd, expandWord(site, state, parsed.path));
  const { user } = state.config;
  state.config.cwd = path;
  step.kind = 'workdir';
  step.cacheable = path !== '/';
  if (lookUp(state.tree, path).data !== directoryToken(state.values)) {
    ensureDirectory(state.tree, path, ownerOfNew(state));
  }
  if (step.cacheable) state.key = state.values.token('workdir', path, user, state.key);
}

function runCopy(site: Site, stage: Stage, state: StageState, parsed: Extract<Parsed, { keyword: 'COPY' | 'ADD' }>, step: Draft): void {
  step.kind = 'copy';
  step.cacheable = true;
  const { values } = state;
  const record = copyInstruction(site, stage, state, parsed, step.instruction);
  step.copy = record;
  step.reads = record.contextSources;
  step.risks = record.risks;
  step.shipments = record.shipments;
  expose(state, record.contextSources, step.line);
  expose(state, record.inherited, step.line);
  state.key = values.token('copy', ...record.keyParts, state.key);
}

function copyInstruction(site: Site, stage: Stage, state: StageState, parsed: Extract<Parsed, { keyword: 'COPY' | 'ADD' }>, instruction: Instruction): CopyRecord {
  const words = { sources: parsed.sources.map((source) => expandWord(site, state, source.text)), destination: expandWord(site, state, parsed.destination.text) };
  const flags = { chown: parsed.chown === null ? null : expandWord(site, state, parsed.chown), chmod: parsed.chmod === null ? null : expandWord(site, state, parsed.chmod) };
  if (parsed.heredocSources) return copyInline(state, instruction.heredocs.flatMap((heredoc) => heredocParts(state, heredoc)), words, flags);
  if (parsed.from !== null) {
    const name = expandWord(site, state, parsed.from);
    const source = stageReference(site.model, stage.index, name);
    const built = source ? site.stages[source.index] : undefined;
    const record = copyFromStage(state, built ?? null, name, words, flags, stage.index);
    const keys = built ? words.sources.flatMap((raw) => makerKeys(site, built, resolveInImage('/', raw))) : [];
    return { ...record, keyParts: [...record.keyParts, ...keys] };
  }
  if (parsed.keyword === 'ADD' && words.sources.some((source) => /^(?:https?|ftp|git|ssh):\/\/|^git@|\.git(?:#|$)/.test(source))) return fetchInto(state, parsed, words, flags);
  return copyFromContext(state, parsed, words, flags);
}

/** What a here-document of a COPY says; in one without quotes BuildKit replaces variables. */
function heredocParts(state: StageState, { name, content, expand: expands }: Heredoc): readonly string[] {
  const variables = expands ? [...content.matchAll(/\$\{?(\w+)/g)].map(([, variable = '']) => `${variable}=${stageVariable(state, variable) ?? ''}`) : [];
  return [name, content, `${expands}`, ...variables];
}

/**
 * What a RUN leaves is not the same bytes when it runs again (byte code and logs hold times), so a copy of it is made
 * again, too: the key of the last step that wrote there. What only came from the context is compared by content.
 */
function makerKeys(site: Site, from: StageResult, source: Path): readonly Token[] {
  const steps = from.chain.flatMap((index) => (index === from.stage.index ? from.steps : (site.stages[index]?.steps ?? [])));
  const maker = steps.findLast((step) => step.opaque !== null || step.run?.written.some(({ path }) => isWithin(anchorOf(path), source) || isWithin(source, anchorOf(path))));
  return maker ? [maker.key] : [];
}

// ----------------------------------------------------------------------------------------------------------------- RUN

function runRun(site: Site, stage: Stage, state: StageState, parsed: Extract<Parsed, { keyword: 'RUN' }>, step: Draft): void {
  const { values } = state;
  const { instruction } = step;
  step.cacheable = true;
  const mounted = parsed.mounts.map((mount) => mountOn(site, stage, state, mount));
  const shipBefore = new Map<Path, Token>();
  const run = runBody(site, state, instruction, parsed, settingOf(site, state, instruction, parsed, shipBefore));
  step.run = run;
  step.risks = [...mounted.flatMap((mount) => mount.risks), ...userRisk(state)];
  step.kind = kindOf(run);
  step.opaque = run.opaque;
  const key = values.token('run', runText(instruction), environmentOf(state).ordered, state.config.cwd, state.config.user, ...mounted.map((mount) => mount.key), state.key);
  if (run.opaque !== null) {
    // What was understood up to here has been done; the rest is a new base image, made of all that there is.
    const rest = run.rest ?? [runText(instruction)];
    const token = values.token('opaque', ...rest, shellWords(state).join(' '), environmentOf(state).sorted, state.config.cwd, userToken(state, state.config.user), ...mounted.map((mount) => mount.key), digest(state.tree, '/'));
    const installed = shipped(state, run, shipBefore, mounted).filter((shipment) => shipment.kind === 'element' && isRegion(shipment.path));
    collapse(state.tree, token, state.base.standard);
    step.shipments = [{ kind: 'everything', token }, ...installed];
  } else {
    step.reads = run.commands.flatMap((command) => command.effects.flatMap((executed) => executed.reads));
    step.shipments = shipped(state, run, shipBefore, mounted);
  }
  for (const mount of mounted.toReversed()) mount.unmount(run);
  step.mounted = mounted.flatMap((mount) => mount.sources);
  expose(state, step.mounted, step.line);
  state.key = key;
}

function settingOf(site: Site, state: StageState, instruction: Instruction, parsed: Extract<Parsed, { keyword: 'RUN' }>, shipBefore: Map<Path, Token>): RunSetting {
  const given = parsed.mounts.filter((mount) => mount.type === 'ssh' || mount.options.has('env')).map((mount) => `${mount.type} ${mount.id ?? ''} ${mount.options.get('env') ?? ''}`);
  const shell = parsed.form === 'exec' ? '' : shellWords(state).join(' ');
  const variables = parsed.mounts.flatMap((mount): [string, string][] => (mount.options.has('env') ? [[mount.options.get('env') ?? '', symbol(`secret ${mount.id ?? ''}`)]] : []));
  return {
    beforeWrite: (path) => {
      if (!shipBefore.has(path)) shipBefore.set(path, lookUp(state.tree, path).data);
    },
    stands: site.options.translation?.stands(instruction) ?? null,
    text: site.model.scanned.text,
    circumstances: [shell, parsed.network ?? '', parsed.security ?? '', ...given].join('|'),
    stopsOnError: parsed.form !== 'exec' && shellStopsOnError(state),
    variables: new Map(variables),
  };
}

function runBody(site: Site, state: StageState, instruction: Instruction, parsed: Extract<Parsed, { keyword: 'RUN' }>, setting: RunSetting): ExecutedRun {
  const { scanned } = site.model;
  if (parsed.form === 'exec' && instruction.json) return runWords(state, instruction.json, instruction.span, setting);
  if (!isPosixShell(state)) return unread('the SHELL is not a POSIX shell');
  const [startup] = startupFiles(state);
  if (startup !== undefined) return unread(`the shell first runs ${readable(startup)}, which is not read`);
  const body = shellBodyOf(scanned, instruction);
  if (body.kind === 'opaque') return unread(body.because);
  if (body.shebang === null) return runScript(state, body.script, setting);
  // BuildKit runs it by its first line, so that the options of SHELL do not count.
  return runScript(state, body.script, { ...setting, stopsOnError: false, circumstances: `${setting.circumstances}|${body.shebang}` });
}

/**
 * Files that were put where the shell looks before it runs anything: a login shell, an interactive one, or any bash by
 * BASH_ENV (bash(1), INVOCATION). What the base image has there is the same for every RUN.
 */
function startupFiles(state: StageState): readonly Path[] {
  const [program = '', ...flags] = shellWords(state);
  const isLogin = flags.some((flag) => /^-[a-z]*l|^--login$/.test(flag));
  const isInteractive = flags.some((flag) => /^-[a-z]*i/.test(flag));
  const { resolve, home, variable } = viewOf(state, { cwd: state.config.cwd, variables: new Map() });
  const named = program.endsWith('bash') ? variable('BASH_ENV') : null;
  const ofUser = [...(isLogin ? ['.bash_profile', '.bash_login', '.profile'] : []), ...(isLogin || isInteractive ? ['.bashrc'] : [])];
  const ofSystem = [...(isLogin ? ['/etc/profile', ...namesIn(state.tree, '/etc/profile.d').map((name) => `/etc/profile.d/${name}`)] : []), ...(isLogin || isInteractive ? ['/etc/bash.bashrc'] : [])];
  const files = [...ofUser.map((name) => join(home, name)), ...ofSystem, ...(typeof named === 'string' && named !== '' ? [resolve(named)] : [])];
  return files.filter((path) => !['absent', 'base-data'].includes(state.values.made(lookUp(state.tree, path).data).operation));
}

const bodies = new WeakMap<Instruction, ShellBody>();

/** The commands of a RUN in shell form, here-documents included. The same instruction is read once only. */
export function shellBodyOf(scanned: ScannedDockerfile, instruction: Instruction): ShellBody {
  const known = bodies.get(instruction);
  if (known !== undefined) return known;
  const body = readShellBody(scanned, instruction);
  bodies.set(instruction, body);
  return body;
}

function readShellBody(scanned: ScannedDockerfile, instruction: Instruction): ShellBody {
  return instruction.heredocs.length > 0 ? heredocBody(scanned, instruction) : parseRun(scanned.text, instruction.bodySpan, scanned.escape);
}

/** `RUN <<EOF` is a script of its own; `RUN cat <<EOF > file` a command that reads a here-document. */
function heredocBody(scanned: ScannedDockerfile, instruction: Instruction): ShellBody {
  const [heredoc] = instruction.heredocs;
  const isScript = heredoc !== undefined && instruction.heredocs.length === 1 && instruction.text.trim() === scanned.text.slice(heredoc.operatorSpan.start, heredoc.operatorSpan.end);
  if (isScript) return parseScript(scanned.text, heredoc.contentSpan, heredoc.chomp);
  return parseRun(scanned.text, { start: instruction.bodySpan.start, end: instruction.span.end }, scanned.escape);
}

/** A RUN fails if its user, by name, is not in /etc/passwd yet. */
function userRisk(state: StageState): readonly string[] {
  const { user } = state.config;
  const token = userToken(state, user);
  return state.values.made(token).operands.length > 1 ? [`owner: ${user} ${token}`] : [];
}

/** A RUN whose body is not followed. */
function unread(opaque: string): ExecutedRun {
  return { commands: [], written: [], opaque, rest: null, script: null };
}

function shellWords(state: StageState): readonly string[] {
  const text = state.config.single.get('SHELL');
  if (text === undefined) return ['/bin/sh', '-c'];
  const json: unknown = JSON.parse(text.slice(text.indexOf('[')) || '[]');
  return Array.isArray(json) ? json.map(String) : [];
}

function isPosixShell(state: StageState): boolean {
  const [program = ''] = shellWords(state);
  return /(?:^|\/)(?:sh|bash|ash|dash)$/.test(program);
}

function shellStopsOnError(state: StageState): boolean {
  return shellWords(state).slice(1).some((word) => /^-[a-z]*e/.test(word));
}

function runText(instruction: Instruction): string {
  const flags = instruction.flags.map((flag) => `--${flag.name}=${flag.value ?? ''}`).join(' ');
  return [flags, instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n');
}

function environmentOf(state: StageState): Environment {
  const { values, args, config } = state;
  if (state.environment) return state.environment;
  const list = [...config.env].map(([name, value]) => `${name}=${value}`);
  for (const [name, value] of args) if (value !== null && !config.env.has(name)) list.push(`${name}=${value}`);
  state.environment = { ordered: values.token('environment', ...list), sorted: values.token('environment', ...list.toSorted()) };
  return state.environment;
}

const kindOrder: readonly StepKind[] = ['install', 'os-packages', 'project-install', 'build', 'users', 'files', 'run', 'observe'];

function kindOf(run: ExecutedRun): StepKind {
  const kinds = new Set(run.commands.flatMap((command) => command.effects.map((executed) => executed.effect.kind)));
  const known = kindOrder.find((kind) => kinds.has(kind));
  if (run.opaque === null) return known ?? 'observe';
  return known === 'install' ? 'install' : 'run';
}

interface Mounted {
  readonly key: string | Token;
  readonly sources: readonly ContextSource[];
  /** Ways in which it may fail, as in `StepRecord`. */
  readonly risks: readonly string[];
  readonly target: Path;
  readonly unmount: (run: ExecutedRun) => void;
}

/**
 * Puts a mount over its target for one RUN. What is written below it is dropped with it, and so is a directory that was
 * made for it (BuildKit, `MountStubsCleaner`; tried with 0.12: nothing is left of a target three directories deep).
 */
function mountOn(site: Site, stage: Stage, state: StageState, mount: ParsedMount): Mounted {
  const { values, tree } = state;
  const target = resolveInImage(state.config.cwd, expandWord(site, state, mount.target ?? defaultTarget(mount)));
  const text = [mount.type, target, mount.from ?? '', mount.source ?? ''].join(' ');
  if (mount.type === 'ssh') return { key: text, sources: [], risks: [], target: '', unmount: () => undefined };
  const made = missingAbove(state, target).map((path) => ({ path, old: lookUp(tree, path) }));
  const before: Subtree = takeSubtree(tree, target);
  ensureDirectory(tree, mount.type === 'secret' ? parentOf(target) : target, values.token('owner', '0:0'));
  // A region of which the mount covers a part is not what the commands would have left in it, which the mark of the mount says.
  const subtree = regionsBehind(target).length === 0 ? before : takeSubtree(tree, target);
  const unmount = (run: ExecutedRun): void => {
    if (mount.type === 'cache') site.caches.set(mount.id ?? target, takeSubtree(tree, target));
    if (run.opaque !== null) return;
    putSubtree(tree, target, subtree);
    for (const { path, old } of subtree === before ? made : []) if (!run.written.some((place) => isWithin(place.path, path) && !isWithin(place.path, target))) write(tree, path, old);
  };
  if (mount.type !== 'bind') {
    write(tree, target, { data: mount.type === 'secret' ? values.token('secret', mount.id ?? target) : directoryToken(values) });
    const kept = mount.type === 'cache' ? site.caches.get(mount.id ?? target) : undefined;
    if (kept) putSubtree(tree, target, kept);
    else if (mount.type !== 'secret') change(tree, target, true, 'all', values.token('mount', mount.type, ...startOfCache(site, stage, state, mount)));
    return { key: text, sources: [], risks: [], target, unmount };
  }
  const source = expandWord(site, state, mount.source ?? '.').replace(/^\/+/, '');
  if (mount.from !== null) {
    const name = expandWord(site, state, mount.from);
    const built = stageReference(site.model, stage.index, name);
    const from = built ? site.stages[built.index] : undefined;
    const path = resolveInImage('/', source);
    const token = contentOf(state, from ?? null, name, path);
    change(tree, target, true, 'all', token);
    const sources = from ? from.state.exposures.items.map(({ path: exposed, deep }) => ({ path: exposed, deep })) : [];
    return { key: values.token(text, token, ...(from ? makerKeys(site, from, path) : [])), sources, risks: stageRisk(state, from ?? null, name, path), target, unmount };
  }
  const path = resolvePath('/', source).slice(1);
  const { files } = site.context;
  const risks = isSymbolic(path) || files.has(path) === 'yes' ? [] : [`missing: ${path}`];
  const flags = { owner: values.token('owner', '0:0'), mode: null };
  if (files.kind(path) === 'directory') {
    overlayContext(tree, site.context, path, target, flags);
    const sources = [{ path, deep: true }];
    return { key: values.token(text, changedKey(state, sources)), sources, risks, target, unmount };
  }
  write(tree, target, { data: isSymbolic(path) ? values.token('context', site.context.name, path) : contextToken(site, path), owner: flags.owner, mode: values.token('context-mode', site.context.name, path) });
  const sources = [{ path, deep: false }];
  return { key: values.token(text, changedKey(state, sources)), sources, risks, target, unmount };
}

/** What a cache starts with, where a mount names it. */
function startOfCache(site: Site, stage: Stage, state: StageState, mount: ParsedMount): readonly (string | Token)[] {
  if (mount.from === null) return [];
  const name = expandWord(site, state, mount.from);
  const built = stageReference(site.model, stage.index, name);
  const from = built ? site.stages[built.index] : undefined;
  return [contentOf(state, from ?? null, name, resolveInImage('/', expandWord(site, state, mount.source ?? '/')))];
}

/** The directories above a path that are not known to be there. */
function missingAbove(state: StageState, path: Path): readonly Path[] {
  const missing: Path[] = [];
  for (let at = parentOf(path); at !== '/' && lookUp(state.tree, at).data !== directoryToken(state.values); at = parentOf(at)) missing.push(at);
  return missing;
}

function contextToken(site: Site, path: Path): Token {
  const { values, context } = site;
  return context.changed.has(path) ? values.token('context', context.name, path, 'changed') : values.token('context', context.name, path);
}

function changedKey(state: StageState, sources: readonly ContextSource[]): Token {
  const { changed, files } = state.context;
  const hit = [...changed].filter((path) => files.has(path) !== 'no' && sources.some((source) => (source.deep ? isWithin(path, source.path) : source.path === path)));
  return state.values.token('content', ...sources.map((source) => source.path), ...hit);
}

function defaultTarget(mount: ParsedMount): string {
  return mount.type === 'secret' ? `/run/secrets/${mount.id ?? ''}` : (mount.source ?? '/');
}

/** What a RUN leaves in its layer: for each place written, what is there at its end and was not at its start. */
function shipped(state: StageState, run: ExecutedRun, before: ReadonlyMap<Path, Token>, mounted: readonly Mounted[]): readonly Shipment[] {
  const shipments: Shipment[] = [];
  const seen = new Set<Path>();
  for (const { path } of run.written) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (mounted.some((mount) => mount.target !== '' && isWithin(path, mount.target))) continue;
    const now = lookUp(state.tree, path).data;
    const old = before.get(path);
    if (now === old || now === directoryToken(state.values) || state.values.made(now).operation === 'absent') continue;
    for (const token of old === undefined ? [now] : addedElements(state.values, old, now)) shipments.push({ kind: 'element', path, token });
  }
  return shipments;
}
