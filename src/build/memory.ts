/** What was worked out from answers of the image and of its surroundings, which serves again where the answers are the same. */
import type { Path } from '../types.ts';
import type { OtherAnswer } from './asked.ts';
import { Asked } from './asked.ts';
import { environmentOf } from './environment.ts';
import type { ImageTree } from './image-tree.ts';
import { contextRulesAt, find, namesIn, namesOfRules } from './image-tree.ts';
import type { BaseImage, StageState } from './state.ts';
import { contentDigest, digest } from './tree-digest.ts';
import type { Token } from './values.ts';

/** A result, and all that it rests on. */
export interface Kept<Result> {
  readonly result: Result;
  readonly asked: Asked;
  readonly surroundings: Surroundings;
}

/** What decides beside the tree. */
export interface Surroundings {
  readonly context: Path;
  readonly base: BaseImage;
  readonly environment: Token;
  readonly user: string;
  readonly cwd: string;
}

/** Is there nothing that decides but the surroundings and the tree? `variables` are the RUN's own. */
export function isPlain({ context, ledger, selfContained }: StageState, variables: ReadonlyMap<string, unknown>): boolean {
  return variables.size === 0 && ledger === null && selfContained.size === 0 && context.confined.length === 0 && context.changed.size === 0;
}

/**
 * What was found out for a key, as long as it would come out the same. What is asked for once only is not kept: in small
 * projects most is.
 */
export function remembered<Key, Result>(known: Map<Key, Kept<Result> | null>, key: Key, state: StageState, cwd: Path, work: () => Result): Result {
  const before = known.get(key);
  if (before === undefined) {
    known.set(key, null);
    return work();
  }
  const kept = again(state, cwd, before, work);
  if (kept !== before) known.set(key, kept);
  return kept.result;
}

/** What `work` gives; if `known` is what it gave before, and all that it asked has the same answers now, that. */
export function again<Result>(state: StageState, cwd: Path, known: Kept<Result> | null, work: () => Result): Kept<Result> {
  if (known && holds(state, cwd, known)) return known;
  const { tree } = state;
  const outer = tree.asked;
  const asked = new Asked();
  tree.asked = asked;
  const result = work();
  tree.asked = outer;
  noteRight(asked, tree);
  outer?.parts.push(asked);
  if (outer && !asked.isComplete) outer.isComplete = false;
  return { result, asked, surroundings: surroundingsOf(state, cwd) };
}

/** Would it come out the same now? Whoever notes what is asked notes then what it rests on. */
export function holds(state: StageState, cwd: Path, { asked, surroundings }: Kept<unknown>): boolean {
  if (!asked.isComplete || !isIn(surroundings, state, cwd)) return false;
  const { tree } = state;
  const outer = tree.asked;
  tree.asked = null;
  const isAlike = answersAlike(asked, state);
  tree.asked = outer;
  if (isAlike) outer?.parts.push(asked);
  return isAlike;
}

function surroundingsOf(state: StageState, cwd: Path): Surroundings {
  return { context: state.context.name, base: state.base, environment: environmentOf(state).ordered, user: state.config.user, cwd };
}

/** Are they those of a stage? */
function isIn({ context, base, environment, user, cwd: directory }: Surroundings, state: StageState, cwd: Path): boolean {
  return context === state.context.name && isSameBase(base, state.base) && environment === environmentOf(state).ordered && user === state.config.user && directory === cwd;
}

/** Two base images that count as one may still set other variables. */
function isSameBase(one: BaseImage, other: BaseImage): boolean {
  return one === other || (one.token === other.token && one.standard === other.standard && one.env === other.env && one.maySet === other.maySet && one.isPlain === other.isPlain && one.pythonPrefix === other.pythonPrefix && one.libc === other.libc && one.platform === other.platform);
}

/** Was the same asked, and answered? */
export function isEqual(one: Asked, other: Asked): boolean {
  if (one.places.size !== other.places.size || one.others.length !== other.others.length || one.parts.length !== other.parts.length) return false;
  for (const [path, attributes] of one.places) if (other.places.get(path) !== attributes) return false;
  if (!one.parts.every((part, index) => part === other.parts[index])) return false;
  return one.others.every(({ question, path, answer }, index) => {
    const also = other.others[index];
    return also?.question === question && also.path === path && also.answer === answer;
  });
}

function answersAlike(asked: Asked, state: StageState): boolean {
  const { tree } = state;
  if (!isUntouched(asked, tree) && !isAnsweredAlike(asked, state)) return false;
  noteRight(asked, tree);
  return asked.parts.every((part) => answersAlike(part, state));
}

function noteRight(asked: Asked, tree: ImageTree): void {
  asked.written = tree.written;
  asked.writes = tree.written.length;
}

/** Has nothing been written since that was asked for? */
function isUntouched(asked: Asked, tree: ImageTree): boolean {
  if (asked.written !== tree.written) return false;
  for (let at = asked.writes; at < tree.written.length; at += 1) if (asked.isTouchedBy(tree.written[at] ?? '/')) return false;
  return true;
}

function isAnsweredAlike({ places, others }: Asked, state: StageState): boolean {
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
    case 'presence':
      return files.has(path);
  }
}
