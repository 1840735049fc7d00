import type { StepKind } from '../commands/command.ts';
import type { Instruction } from '../dockerfile/scan.ts';
import type { DockerfileModel, Stage } from '../dockerfile/stages.ts';
import { outputStages } from '../dockerfile/stages.ts';
import type { BaseFacts } from '../images/base-facts.ts';
import { libcOfReference } from '../images/base-facts.ts';
import { memoised } from '../remember.ts';
import type { Assumption, Build, BuildContext, LockKept, Path } from '../types.ts';
import type { CopyRecord } from './copy.ts';
import { ExposureList, GrowingList } from './exposure.ts';
import type { VersionedContext } from './tree-rules.ts';
import { baseTree, collapse, emptyTree, remove } from './image-tree.ts';
import { digest } from './tree-digest.ts';
import { isRepeatable, recordFrom, repeatStep, runInstruction } from './instructions.ts';
import type { Ledger } from './ledger.ts';
import { factsOfReference } from './ledger/base-images.ts';
import { readable, symbol } from './places.ts';
import { leavesTheSame, replayed } from './replay.ts';
import type { ExecutedRun, Stand } from './runner.ts';
import type { Left, Site } from './site.ts';
import { expandGlobal, globalArgs } from './site.ts';
import type { BaseImage, ContextSource, Exposure, StageState } from './state.ts';
import { freshConfig, inherit } from './state.ts';
import { stepKey } from './step-key.ts';
import type { Token, Values } from './values.ts';

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
  /** Where its cache mounts lie. */
  readonly caches: readonly Path[];
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
  readonly left: Left;
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
  /** What is taken for granted. */
  readonly assumptions?: readonly (Assumption | LockKept)[];
  /** Stages in which a RUN that is not understood is passed over: what is said of the steps behind it supposes that they use nothing that it makes. */
  readonly pastOpaque?: readonly number[];
  /** Lock files that come along wherever their manifest is copied by name. */
  readonly locks?: readonly Path[];
  /** Packages count as what they are made from (see ledger.ts). */
  readonly ledger?: Ledger;
  /** What counts as the same on both sides of a comparison (see modulo.ts). */
  readonly translation?: Translation;
}

/** Variables that known base images set, over and above those whose value is known (their Dockerfiles name no others). */
const ownVariables = /^(?:PYTHON\w*|PYPY\w*|GPG_KEY|LANG|LC_\w+|NODE_\w+|YARN_\w+|RUBY_\w+|UV_\w+|CONDA\w*|LAMBDA\w*|AWS_\w+|CUDA\w*|NV\w*|LD_LIBRARY_PATH|JUPYTER\w*|NB_\w+|BITNAMI\w*|APP_\w+|HOME|SUMMARY|DESCRIPTION|STI_\w+|DEBIAN_FRONTEND|SSL_CERT_FILE|SHELL|TZ)$/;

/** The answers for names that were asked for. */
const setByBases = new Map<string, boolean>();

function isSetByBases(name: string): boolean {
  const known = setByBases.get(name);
  if (known !== undefined) return known;
  const answer = ownVariables.test(name);
  setByBases.set(name, answer);
  return answer;
}

const setsNone = (): boolean => false;
const maySetAny = (): boolean => true;

/**
 * Runs a Dockerfile on names instead of bytes. Never throws; what is not understood is opaque. `before` is a build of
 * the text that this one became: its first stages serve again, as far as they are the same.
 */
export function symbolicBuild(model: DockerfileModel, build: Build, files: BuildContext, values: Values, options: BuildOptions = {}, before: SymbolicBuild | null = null): SymbolicBuild {
  const hints = options.args === 'symbols' ? globalArgs(model, build, {}) : new Map<string, string | null>();
  const { disjointPackages, confined, keptLocks } = options.assumptions === undefined ? nothingGranted : granted(options.assumptions);
  const context: VersionedContext = { name: build.context, files, changed: options.changed ?? new Set(), disjointPackages, confined, keptLocks, locks: options.locks ?? [] };
  const globals = globalArgs(model, build, options);
  const like = before?.build === build && before.files === files && before.options === options && isAlike(before.model, model) ? before : null;
  const stages: StageResult[] = [];
  const soFar: Left = { hints, caches: new Map() };
  let isUnchanged = like !== null;
  // What a stage finds in caches, and likely values, may come from any stage before it.
  let isLeftTheSame = like !== null;
  for (const stage of model.stages) {
    const own: Left = { hints: new Map(), caches: new Map() };
    const site: Site = { model, build, context, values, options, globals, soFar, own, stages };
    const old = like?.stages[stage.index];
    const before = isUnchanged && old ? old : null;
    isUnchanged &&= old?.stage === stage;
    const again = isUnchanged && old ? old : like && isLeftTheSame ? replayed(site, like, stage) : null;
    const result = again ?? runStage(site, stage, before);
    if (again) leave(soFar, again.left);
    isLeftTheSame &&= old !== undefined && leavesTheSame(old.left, result.left);
    stages.push(result);
  }
  const outputs = outputStages(model, build.outputs).map((stage) => stage.index);
  return { model, build, stages, outputs, files, options };
}

type Granted = Pick<VersionedContext, 'disjointPackages' | 'confined' | 'keptLocks'>;

const nothingGranted: Granted = { disjointPackages: false, confined: [], keptLocks: [] };

function granted(assumptions: readonly (Assumption | LockKept)[]): Granted {
  return {
    disjointPackages: assumptions.some(({ kind }) => kind === 'disjoint-names'),
    confined: assumptions.flatMap((assumption) => (assumption.kind === 'works-in' ? [assumption.directory] : [])),
    keptLocks: assumptions.flatMap((assumption) => (assumption.kind === 'lock-kept' ? [assumption.path] : [])),
  };
}

/** May stages of the one serve for the other? With other names the same `COPY --from=name` could mean another stage. */
function isAlike(before: DockerfileModel, model: DockerfileModel): boolean {
  const isSameName = before.stages.length === model.stages.length && model.stages.every(({ name }, index) => before.stages[index]?.name === name);
  const isSameArg = before.globalArgs.length === model.globalArgs.length && model.globalArgs.every((arg, index) => before.globalArgs[index] === arg);
  return isSameName && isSameArg && before.scanned.escape === model.scanned.escape;
}

function leave(soFar: Left, left: Left): void {
  for (const [name, hint] of left.hints) soFar.hints.set(name, hint);
  for (const [id, subtree] of left.caches) soFar.caches.set(id, subtree);
}

// --------------------------------------------------------------------------------------------------------------- stages

/** `before`: the stage as it was in a build of which all stages before it are the same; null without such a build. */
function runStage(site: Site, stage: Stage, before: StageResult | null): StageResult {
  const { state, chain } = startOf(site, stage);
  state.key = stepKey(site.values, 'from', state.key);
  const steps: StepRecord[] = [recordFrom(stage, state)];
  let isUnchanged = before?.stage.fromInstruction === stage.fromInstruction;
  for (const instruction of stage.instructions) {
    const old = before?.steps[steps.length];
    isUnchanged &&= old?.instruction === instruction;
    steps.push(isUnchanged && old && isRepeatable(state, old) ? repeatStep(state, old) : runInstruction(site, stage, state, instruction));
  }
  return { stage, state, steps, chain: [...chain, stage.index], reference: stage.base.kind === 'image' ? expandGlobal(site, stage.base.reference) : '', left: site.own };
}

function startOf(site: Site, stage: Stage): { state: StageState; chain: readonly number[] } {
  const { values } = site;
  if (stage.base.kind === 'stage') {
    const parent = site.stages[stage.base.index];
    if (parent) return { state: startFrom(site, parent), chain: parent.chain };
  }
  const reference = stage.base.kind === 'image' ? expandGlobal(site, stage.base.reference) : 'scratch';
  // What holds for `python:${VERSION}-slim` holds for every version.
  const facts = stage.base.kind === 'image' ? factsOfReference(readable(reference)) : null;
  const scratch = stage.base.kind === 'scratch';
  const token = values.token('image', site.options.translation?.base(stage.index, reference) ?? reference, stage.from.platform ?? '');
  const base: BaseImage = {
    token,
    standard: !scratch,
    env: variablesOf(facts),
    maySet: scratch ? setsNone : facts?.libc ? isSetByBases : maySetAny,
    isPlain: scratch || facts?.shell === 'sh',
    pythonPrefix: facts?.python?.prefix ?? (facts?.packageManager ? '/usr' : null),
    libc: facts?.libc ?? libcOfReference(readable(reference)),
    platform: stage.from.platform ?? null,
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
    hints: site.soFar.hints,
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

/** What a known base image sets. */
const variablesOf = memoised((facts: BaseFacts | null): ReadonlyMap<string, string> => new Map([...(facts?.path ? [['PATH', facts.path.join(':')] as const] : []), ...(facts?.env ?? [])]));

/** A stage's state for a child; its ONBUILD triggers run then, and are not followed. */
function startFrom(site: Site, parent: StageResult): StageState {
  const state = inherit(parent.state, site.context, site.soFar.hints);
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
