/**
 * What package managers did, for the next time that the same command runs where all that it looks at is the same: in the
 * rewritten Dockerfile most of them do, and they look at much. Only what a command asks before it writes is kept; it
 * writes anew each time. Other commands are worked out as fast as their answers could be compared.
 */
import type { Call, DependenciesOnly, Outcome } from '../commands/command.ts';
import type { UnwrappedCall } from '../commands/index.ts';
import { isPackageManager } from '../commands/index.ts';
import type { Instruction } from '../dockerfile/scan.ts';
import type { Redirect, Script } from '../dockerfile/shell.ts';
import { flatMap } from '../lists.ts';
import type { Refusal } from '../types.ts';
import type { Asked } from './asked.ts';
import type { Kept } from './memory.ts';
import { again, holds, isEqual, isPlain } from './memory.ts';
import { movedRun } from './moved.ts';
import { writeAgain } from './perform.ts';
import type { ExecutedEffect, ExecutedRun, RunSetting, Runner } from './runner.ts';
import type { StageState } from './state.ts';
import type { Values } from './values.ts';

/** What a call comes to. */
export interface Worked {
  readonly outcome: Outcome;
  readonly dependenciesOnly: DependenciesOnly | Refusal | null;
  /** The first of its effects; the others look at what this one writes. */
  readonly first: ExecutedEffect | null;
}

/** What the only call of a RUN came to before, and comes to now. */
export interface OnlyCall {
  readonly before: Kept<Worked> | null;
  now: Kept<Worked> | null;
}

/** A RUN of one call. */
interface KeptRun {
  readonly call: Kept<Worked>;
  readonly circumstances: string;
  /** What it did, where its body started at `start`; null if it writes before it has asked all. */
  readonly run: ExecutedRun | null;
  readonly start: number;
}

/** What is kept for one `Values`: calls by their names, RUNs of one call by their text, and what the latest of them asked. */
interface Memory {
  readonly calls: Map<string, Kept<Worked>>;
  readonly runs: Map<string, KeptRun>;
  latest: Asked | null;
}

const memories = new WeakMap<Values, Memory>();

function memoryOf(values: Values): Memory {
  const known = memories.get(values);
  if (known) return known;
  const made: Memory = { calls: new Map(), runs: new Map(), latest: null };
  memories.set(values, made);
  return made;
}

const noVariables: ReadonlyMap<string, unknown> = new Map();

/** Does the text of a script say all that its command is? Then it is one call of words without variables, patterns and redirections. */
export function isOneCall({ steps }: Script): boolean {
  const node = steps[0]?.node;
  if (node?.kind !== 'command' || steps.length > 1) return false;
  const { words, assignments, redirects } = node;
  return assignments.length === 0 && redirects.length === 0 && words.every(({ parts }) => parts.every(({ kind }) => kind === 'literal'));
}

/**
 * Does `work`, unless a RUN with the same text did it before with the same answers: then what it wrote is written. `work`
 * gets a place for what the only call of the RUN comes to.
 */
export function rememberedRun(state: StageState, instruction: Instruction, setting: RunSetting, work: (only: OnlyCall | null) => ExecutedRun): ExecutedRun {
  const { circumstances, beforeWrite } = setting;
  const { text, bodySpan: { start, end } } = instruction;
  // Nothing of such a text was left out when its lines were joined.
  const isOnlyItsText = text.length === end - start && instruction.flags.length === 0 && instruction.heredocs.length === 0 && setting.variables.length === 0 && setting.stands === null;
  if (!isOnlyItsText || !isPlain(state, noVariables)) return work(null);
  const memory = memoryOf(state.values);
  const known = memory.runs.get(text);
  const before = known?.circumstances === circumstances ? known : null;
  if (before?.run && holds(state, state.config.cwd, before.call)) {
    for (const { effects } of before.run.commands) for (const executed of effects) writeAgain(state, executed, beforeWrite);
    return movedRun(before.run, start - before.start);
  }
  const only: OnlyCall = { before: before?.call ?? null, now: null };
  const run = work(only);
  if (only.now?.asked.isComplete) memory.runs.set(text, { call: withLatest(memory, only.now), circumstances, run: writesLast(run) ? run : null, start });
  return run;
}

/** Has a RUN asked all before it wrote? */
function writesLast({ commands, opaque }: ExecutedRun): boolean {
  const effects = flatMap(commands, (command) => command.effects);
  return opaque === null && effects.length === 1 && effects.every(({ effect }) => !effect.writes.some(({ inStep }) => inStep));
}

/** Does `work`, unless it was done before with the same answers. */
export function rememberedCall(runner: Runner, call: UnwrappedCall, redirects: readonly Redirect[], failureIgnored: boolean, work: () => Worked): Worked {
  const { state, surroundings, substituted, unread, stands, only } = runner;
  const isOnlyItsWords = redirects.length === 0 && substituted.length === 0 && unread.length === 0 && stands === null;
  if (!isPackageManager(call) || !isOnlyItsWords || !isPlain(state, surroundings.variables)) return work();
  if (only !== null) {
    only.now = again(state, surroundings.cwd, only.before, work);
    return only.now.result;
  }
  const memory = memoryOf(state.values);
  const name = nameOf(runner, call, failureIgnored);
  const before = memory.calls.get(name) ?? null;
  const now = again(state, surroundings.cwd, before, work);
  if (now !== before && now.asked.isComplete) memory.calls.set(name, withLatest(memory, now));
  return now.result;
}

/** Installs that follow one another mostly ask the same and are told the same: it is kept once. */
function withLatest(memory: Memory, kept: Kept<Worked>): Kept<Worked> {
  if (memory.latest === null || !isEqual(kept.asked, memory.latest)) memory.latest = kept.asked;
  return kept.asked === memory.latest ? kept : { ...kept, asked: memory.latest };
}

/** Each part is preceded by its length, so that none can imitate another one. */
function nameOf({ circumstances }: Runner, { program, programPath, interpreter, asRoot, args }: Call & { readonly asRoot: boolean }, failureIgnored: boolean): string {
  let name = `${circumstances.length}:${circumstances}${asRoot ? 'r' : ''}${failureIgnored ? 'i' : ''}`;
  for (const part of [program, programPath, interpreter]) name += part === null ? '-' : `${part.length}:${part}`;
  for (const { text, raw, known, glob } of args) name += `${known ? 'k' : ''}${glob ? 'g' : ''}${text.length}:${text}${raw === text ? '' : `${raw.length}:${raw}`}`;
  return name;
}
