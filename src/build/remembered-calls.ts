/**
 * What package managers did, for the next time that the same command runs where all that it looks at is the same: in the
 * rewritten Dockerfile most of them do, and they look at much. Only what a command asks before it writes is kept; it
 * writes anew each time. Other commands are worked out as fast as their answers could be compared.
 */
import type { Call, DependenciesOnly, Outcome } from '../commands/command.ts';
import type { UnwrappedCall } from '../commands/index.ts';
import { isPackageManager } from '../commands/index.ts';
import type { Redirect } from '../dockerfile/shell.ts';
import type { Refusal } from '../types.ts';
import type { Asked } from './asked.ts';
import type { Kept } from './memory.ts';
import { again, isEqual, isPlain } from './memory.ts';
import type { ExecutedEffect, Runner } from './runner.ts';
import type { Values } from './values.ts';

/** What a call comes to. */
export interface Worked {
  readonly outcome: Outcome;
  readonly dependenciesOnly: DependenciesOnly | Refusal | null;
  /** The first of its effects; the others look at what this one writes. */
  readonly first: ExecutedEffect | null;
}

/** What is kept for one `Values`: calls by their names, and what the latest of them asked. */
interface Memory {
  readonly calls: Map<string, Kept<Worked>>;
  latest: Asked | null;
}

const memories = new WeakMap<Values, Memory>();

function memoryOf(values: Values): Memory {
  const known = memories.get(values);
  if (known) return known;
  const made: Memory = { calls: new Map(), latest: null };
  memories.set(values, made);
  return made;
}

/** Does `work`, unless it was done before with the same answers. */
export function rememberedCall(runner: Runner, call: UnwrappedCall, redirects: readonly Redirect[], failureIgnored: boolean, work: () => Worked): Worked {
  const { state, surroundings, substituted, unread, stands } = runner;
  const isOnlyItsWords = redirects.length === 0 && substituted.length === 0 && unread.length === 0 && stands === null;
  if (!isPackageManager(call) || !isOnlyItsWords || !isPlain(state, surroundings.variables)) return work();
  const memory = memoryOf(state.values);
  const name = nameOf(runner, call, failureIgnored);
  const before = memory.calls.get(name) ?? null;
  const now = again(state, surroundings.cwd, before, work);
  if (now === before || !now.asked.isComplete) return now.result;
  // Installs that follow one another mostly ask the same and are told the same: it is kept once.
  if (memory.latest === null || !isEqual(now.asked, memory.latest)) memory.latest = now.asked;
  memory.calls.set(name, { ...now, asked: memory.latest });
  return now.result;
}

/** Each part is preceded by its length, so that none can imitate another one. */
function nameOf({ circumstances }: Runner, { program, programPath, interpreter, asRoot, args }: Call & { readonly asRoot: boolean }, failureIgnored: boolean): string {
  let name = `${circumstances.length}:${circumstances}${asRoot ? 'r' : ''}${failureIgnored ? 'i' : ''}`;
  for (const part of [program, programPath, interpreter]) name += part === null ? '-' : `${part.length}:${part}`;
  for (const { text, raw, known, glob } of args) name += `${known ? 'k' : ''}${glob ? 'g' : ''}${text.length}:${text}${raw === text ? '' : `${raw.length}:${raw}`}`;
  return name;
}
