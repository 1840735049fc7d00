/** What each instruction but RUN does to the state of its stage. */
import type { Parsed } from '../dockerfile/parse.ts';
import { parse } from '../dockerfile/parse.ts';
import type { Heredoc, Instruction } from '../dockerfile/scan.ts';
import type { Stage } from '../dockerfile/stages.ts';
import { stageReference } from '../dockerfile/stages.ts';
import type { Path } from '../types.ts';
import type { CopyRecord } from './copy.ts';
import { copyFromContext, copyFromStage, copyInline, fetchInto } from './copy.ts';
import type { ExposureList, GrowingList } from './exposure.ts';
import { change, ensureDirectory, lookUp } from './image-tree.ts';
import { directoryToken } from './tree-rules.ts';
import { movedRun } from './moved.ts';
import { ownerOfNew } from './users.ts';
import { writeAgain } from './perform.ts';
import { resolveInImage, resolvePath } from './places.ts';
import { runRun } from './run-instruction.ts';
import type { ExecutedRun } from './runner.ts';
import type { Site } from './site.ts';
import { argValue, expandWord, makerKeys } from './site.ts';
import type { ContextSource, Exposure, StageState } from './state.ts';
import { keyAfter, stepKey } from './step-key.ts';
import type { Shipment, StepRecord } from './symbolic-build.ts';
import type { Token } from './values.ts';
import { stageVariable } from './view.ts';

/** Carries out one instruction on the state of its stage. */
export function runInstruction(site: Site, stage: Stage, state: StageState, instruction: Instruction): StepRecord {
  const parsed = parse(instruction, site.model.scanned);
  const step = draftOf(stage, state, instruction, 'config');
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

const none: readonly never[] = [];

/** A step of which nothing has been carried out. */
function draftOf(stage: Stage, state: StageState, instruction: Instruction, kind: StepRecord['kind']): Draft {
  return {
    stage: stage.index,
    instruction,
    line: instruction.lines.start,
    kind,
    user: state.config.user,
    cwd: state.config.cwd,
    reads: none,
    run: null,
    copy: null,
    opaque: null,
    risks: none,
    shipments: none,
    mounted: none,
    caches: none,
    cacheable: false,
  };
}

/** A stage's FROM, as its first step. */
export function recordFrom(stage: Stage, state: StageState): StepRecord {
  const step = draftOf(stage, state, stage.fromInstruction, 'from');
  step.cacheable = true;
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
  readonly caches: readonly Path[];
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
    this.caches = step.caches;
    this.cacheable = step.cacheable;
    this.key = state.key;
    this.exposed = state.exposures;
    this.exposedCount = state.exposures.items.length;
    this.args = state.argsInKey;
    this.argsCount = state.argsInKey.items.length;
  }

  /** ARGs that this step brought, where `previous` was the one before it. */
  newArgs(previous: StepRecord | null): readonly string[] {
    return this.args.items.slice(previous instanceof Recorded ? previous.argsCount : this.argsCount, this.argsCount);
  }

  get exposures(): readonly Exposure[] {
    return this.exposed.first(this.exposedCount);
  }

  get argsInKey(): readonly string[] {
    return this.args.first(this.argsCount);
  }
}

/** What a step takes that does the same again, and is compared: as long as so many tokens. */
const workOfReplay = 4;

/**
 * A step that does the same as in another build, where `previous` was the one before it; `by`: how many characters further
 * down it stands now.
 */
export function replayStep(state: StageState, old: StepRecord, previous: StepRecord | null, instruction: Instruction, by: number): StepRecord {
  const { stage, kind, user, cwd, reads, copy, opaque, risks, shipments, mounted, caches, cacheable } = old;
  const step: Draft = { stage, instruction, line: instruction.lines.start, kind, user, cwd, reads, run: old.run && movedRun(old.run, by), copy, opaque, risks, shipments, mounted, caches, cacheable };
  state.values.work += workOfReplay;
  if (old instanceof Recorded) state.argsInKey.items.push(...old.newArgs(previous));
  expose(state, copy?.contextSources ?? mounted, step.line);
  expose(state, copy?.inherited ?? [], step.line);
  if (previous !== null && previous.key !== old.key) state.key = keyAfter(state.values, old.key, state.key);
  return new Recorded(step, state);
}

/**
 * Can a step of another build serve again where its stage came to it in the very same way? Only a RUN that is understood,
 * and that leaves nothing beside its image: no cache, and no packages in a ledger.
 */
export function isRepeatable({ ledger }: StageState, { run, opaque, instruction }: StepRecord): boolean {
  return run !== null && opaque === null && instruction.flags.length === 0 && ledger === null;
}

/** The step of the other build; what it wrote is written. */
export function repeatStep(state: StageState, old: StepRecord): StepRecord {
  for (const { effects } of old.run?.commands ?? []) for (const executed of effects) writeAgain(state, executed);
  state.values.work += workOfReplay;
  state.key = old.key;
  return old;
}

/** A step while it is carried out. */
export type Draft = { -readonly [Key in Exclude<keyof StepRecord, 'exposures' | 'argsInKey' | 'key'>]: StepRecord[Key] };

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
        const hint = argValue(name, value, site.build, {}, (other) => site.soFar.hints.get(other) ?? null, site.model.scanned.escape);
        if (hint !== null) for (const left of [site.soFar, site.own]) left.hints.set(name, hint);
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
  if (step.cacheable) state.key = stepKey(state.values, 'workdir', state.key, path, user);
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
  state.key = stepKey(values, 'copy', state.key, ...record.keyParts);
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
