/**
 * What package managers did, for the next time that the same command runs where all that it looks at is the same: in the
 * rewritten Dockerfile most of them do, and they look at much. Only what a command asks before it writes is kept; it
 * writes anew each time. Other commands are worked out as fast as their answers could be compared.
 */
import type { Call, DependenciesOnly, Outcome } from '../commands/command.ts';
import type { UnwrappedCall } from '../commands/index.ts';
import { isPackageManager } from '../commands/index.ts';
import type { Redirect } from '../dockerfile/shell.ts';
import type { Path, Refusal } from '../types.ts';
import type { OtherAnswer } from './asked.ts';
import { Asked } from './asked.ts';
import { environmentOf } from './environment.ts';
import { contextRulesAt, find, namesIn, namesOfRules } from './image-tree.ts';
import type { ExecutedEffect, Runner } from './runner.ts';
import type { StageState } from './state.ts';
import { contentDigest, digest } from './tree-digest.ts';
import type { Token, Values } from './values.ts';

/** What a call comes to. */
export interface Worked {
  readonly outcome: Outcome;
  readonly dependenciesOnly: DependenciesOnly | Refusal | null;
  /** The first of its effects; the others look at what this one writes. */
  readonly first: ExecutedEffect | null;
}

interface Remembered {
  readonly worked: Worked;
  readonly asked: Asked;
  readonly surroundings: Surroundings;
}

/** What decides beside the tree. */
interface Surroundings {
  readonly context: Path;
  readonly base: Token;
  readonly environment: Token;
  readonly user: string;
  readonly cwd: string;
}

/** What is kept for one `Values`: calls by their names, and what the latest of them asked. */
interface Memory {
  readonly calls: Map<string, Remembered>;
  latest: Asked;
}

const memories = new WeakMap<Values, Memory>();

function memoryOf(values: Values): Memory {
  const known = memories.get(values);
  if (known) return known;
  const made: Memory = { calls: new Map(), latest: new Asked() };
  memories.set(values, made);
  return made;
}

/** Does `work`, unless it was done before with the same answers. */
export function rememberedCall(runner: Runner, call: UnwrappedCall, redirects: readonly Redirect[], failureIgnored: boolean, work: () => Worked): Worked {
  if (!isPackageManager(call) || redirects.length > 0 || !isPlain(runner)) return work();
  const { state } = runner;
  const memory = memoryOf(state.values);
  const key = nameOf(runner, call, failureIgnored);
  const before = memory.calls.get(key);
  const surroundings = surroundingsOf(runner);
  if (before && isSame(before.surroundings, surroundings) && answersAlike(before.asked, state)) return before.worked;
  const asked = new Asked();
  state.tree.asked = asked;
  const worked = work();
  state.tree.asked = null;
  if (!asked.isComplete) return worked;
  // Installs that follow one another mostly ask the same and are told the same: it is kept once.
  if (!isEqual(asked, memory.latest)) memory.latest = asked;
  memory.calls.set(key, { worked, asked: memory.latest, surroundings });
  return worked;
}

/** Is there nothing that decides what the call does but its words, the surroundings and the tree? */
function isPlain({ state, surroundings, stands, substituted, unread }: Runner): boolean {
  const { context } = state;
  return surroundings.variables.size === 0 && substituted.length === 0 && unread.length === 0 && stands === null
    && state.ledger === null && state.selfContained.size === 0 && context.confined.length === 0 && context.changed.size === 0;
}

function surroundingsOf({ state, surroundings }: Runner): Surroundings {
  return { context: state.context.name, base: state.base.token, environment: environmentOf(state).ordered, user: state.config.user, cwd: surroundings.cwd };
}

function isSame(one: Surroundings, other: Surroundings): boolean {
  return one.context === other.context && one.base === other.base && one.environment === other.environment && one.user === other.user && one.cwd === other.cwd;
}

/** Each part is preceded by its length, so that none can imitate another one. */
function nameOf({ circumstances }: Runner, { program, programPath, interpreter, asRoot, args }: Call & { readonly asRoot: boolean }, failureIgnored: boolean): string {
  let name = `${circumstances.length}:${circumstances}${asRoot ? 'r' : ''}${failureIgnored ? 'i' : ''}`;
  for (const part of [program, programPath, interpreter]) name += part === null ? '-' : `${part.length}:${part}`;
  for (const { text, raw, known, glob } of args) name += `${known ? 'k' : ''}${glob ? 'g' : ''}${text.length}:${text}${raw === text ? '' : `${raw.length}:${raw}`}`;
  return name;
}

function isEqual(one: Asked, other: Asked): boolean {
  if (one.places.size !== other.places.size || one.others.length !== other.others.length) return false;
  for (const [path, attributes] of one.places) if (other.places.get(path) !== attributes) return false;
  return one.others.every(({ question, path, answer }, index) => {
    const also = other.others[index];
    return also?.question === question && also.path === path && also.answer === answer;
  });
}

function answersAlike({ places, others }: Asked, state: StageState): boolean {
  for (const [path, before] of places) {
    const now = find(state.tree, path);
    if (now !== before && (now.data !== before.data || now.owner !== before.owner || now.mode !== before.mode)) return false;
  }
  return others.every((other) => answerNow(other, state) === other.answer);
}

function answerNow({ question, path }: OtherAnswer, { tree, context: { files } }: StageState): OtherAnswer['answer'] {
  switch (question) {
    case 'digest':
      return digest(tree, path);
    case 'content':
      return contentDigest(tree, path);
    case 'names':
      return namesIn(tree, path).join('/');
    case 'context-rules':
      return namesOfRules(contextRulesAt(tree, path));
    case 'text':
      return files.readAnyUnicode(path);
    case 'kind':
      return files.kind(path);
  }
}
