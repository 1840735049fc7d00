/**
 * What commands did, for the next time that the same command runs where all that it looks at is the same: in the rewritten
 * Dockerfile most of them do. Only what a command asks before it writes is kept; it writes anew each time.
 */
import type { Call, DependenciesOnly, Outcome } from '../commands/command.ts';
import type { UnwrappedCall } from '../commands/index.ts';
import type { Redirect } from '../dockerfile/shell.ts';
import type { Path, Refusal } from '../types.ts';
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

const remembered = new WeakMap<Values, Map<string, Remembered>>();

/** Does `work`, unless it was done before with the same answers. */
export function rememberedCall(runner: Runner, call: UnwrappedCall, redirects: readonly Redirect[], failureIgnored: boolean, work: () => Worked): Worked {
  if (redirects.length > 0 || !isPlain(runner)) return work();
  const { state } = runner;
  const known = remembered.get(state.values) ?? new Map<string, Remembered>();
  remembered.set(state.values, known);
  const key = nameOf(runner, call, failureIgnored);
  const before = known.get(key);
  const surroundings = surroundingsOf(runner);
  if (before && isSame(before.surroundings, surroundings) && answersAlike(before.asked, state)) return before.worked;
  const asked = new Asked();
  state.tree.asked = asked;
  const worked = work();
  state.tree.asked = null;
  if (asked.isComplete) known.set(key, { worked, asked, surroundings });
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

function answersAlike({ places, names, digests, contents, contextRules, texts, kinds }: Asked, { tree, context: { files } }: StageState): boolean {
  for (const [path, before] of places) {
    const now = find(tree, path);
    if (now !== before && (now.data !== before.data || now.owner !== before.owner || now.mode !== before.mode)) return false;
  }
  return isAlike(names, (path) => namesIn(tree, path).join('/'))
    && isAlike(digests, (path) => digest(tree, path))
    && isAlike(contents, (path) => contentDigest(tree, path))
    && isAlike(contextRules, (path) => namesOfRules(contextRulesAt(tree, path)))
    && isAlike(texts, files.readAnyUnicode)
    && isAlike(kinds, files.kind);
}

function isAlike<Answer>(before: ReadonlyMap<Path, Answer>, ask: (path: Path) => Answer): boolean {
  for (const [path, answer] of before) if (ask(path) !== answer) return false;
  return true;
}
