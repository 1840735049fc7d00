/** Why something of the rewritten build is not as today: which command gets other input, and what of it. */
import type { Instruction } from '../dockerfile/scan.ts';
import { inShort, shortText } from '../edit/lines.ts';
import type { Path } from '../types.ts';
import type { Deed, Deeds } from './deeds.ts';
import { deedsOf, originsOf, touches } from './deeds.ts';
import { describePlace, isWithin, readable } from './places.ts';
import type { ExecutedEffect } from './runner.ts';
import type { StepRecord, SymbolicBuild } from './symbolic-build.ts';
import type { Token, Values } from './values.ts';

/** So far a reason is followed back, and so many files are looked at: a message must not take longer than the comparison. */
const mostTurns = 50;
const mostFiles = 500;

/** Two builds whose values are compared. */
export interface Sides {
  readonly values: Values;
  readonly before: SymbolicBuild;
  readonly after: SymbolicBuild;
  /** Commands of the rewritten build alone that are right by a claim. */
  readonly isClaimed: (token: Token) => boolean;
  /** Nothing is claimed: each instruction that is not as it was is one that should not be. */
  readonly isExact: boolean;
}

/**
 * What comes first of all that makes two values different, as a sentence: `line 7 \`npm run build\` reads src/index.js,
 * and would run before line 6 \`COPY . .\` brings it`. Null where that cannot be told in words.
 */
export function whyOther({ values, before, after, isClaimed, isExact }: Sides, original: Token, rewritten: Token, place: Path = '/'): string | null {
  const sides = { old: deedsOf(before), now: deedsOf(after) };
  let pair: Pair = { original, rewritten };
  // Each turn goes back in time, from what a command makes to what it gets; any of them tells something true.
  for (let turns = 1; ; turns += 1) {
    const earlier = turns > mostTurns ? null : earlierPair(values, sides, pair);
    if (earlier === null) return pair.deed === undefined ? otherMakers(values, sides, pair, { place, isClaimed, isExact }) : sentence(values, sides, pair.deed, pair);
    pair = earlier;
  }
}

/** The same for a command that the rewritten build alone has with what it gets; null where the original has none of its name. */
export function whyOtherInput(sides: Sides, token: Token): string | null {
  const old = deedsOf(sides.before);
  const now = deedsOf(sides.after);
  const deed = now.byToken.get(token);
  const counterpart = deed === undefined ? undefined : counterpartOf(old, now, deed);
  if (deed === undefined || counterpart === undefined) return null;
  return sentence(sides.values, { old, now }, counterpart, { original: counterpart.token, rewritten: deed.token });
}

/** A command as the Dockerfile says it. */
export function commandText(build: SymbolicBuild, { token, effect }: ExecutedEffect): string {
  return `\`${deedsOf(build).byToken.get(token)?.text ?? inShort(readable(effect.does))}\``;
}

interface Pair {
  readonly original: Token;
  readonly rewritten: Token;
  /** What the original does there. */
  readonly deed?: Deed;
}

interface BothDeeds {
  readonly old: Deeds;
  readonly now: Deeds;
}

/** The first command behind the two values that both builds have, with other input. */
function earlierPair(values: Values, { old, now }: BothDeeds, { original, rewritten }: Pair): Pair | null {
  const gone = originsOf(values, old, original).deeds;
  const fresh = [...originsOf(values, now, rewritten).deeds].filter((token) => !old.byToken.has(token));
  const inOrder = fresh.flatMap((token) => now.byToken.get(token) ?? []).toSorted((a, b) => a.order - b.order);
  for (const deed of inOrder) {
    const counterpart = [...gone].flatMap((token) => old.byToken.get(token) ?? []).find(({ name, token }) => name === deed.name && !now.byToken.has(token));
    if (counterpart) return { original: counterpart.token, rewritten: deed.token, deed: counterpart };
  }
  return null;
}

function counterpartOf(old: Deeds, now: Deeds, deed: Deed): Deed | undefined {
  return [...old.byToken.values()].find(({ name, token }) => name === deed.name && !now.byToken.has(token));
}

// -------------------------------------------------------------------------------------------------------------- message

function sentence(values: Values, { old, now }: BothDeeds, deed: Deed, { original, rewritten }: Pair): string | null {
  const had = originsOf(values, old, original);
  const has = originsOf(values, now, rewritten);
  const who = `line ${deed.step.line} \`${deed.text}\``;
  const [reads, uses] = deed.effect === null ? ['may read', 'may use'] : ['reads', 'uses'];
  const variable = otherVariable(values, deed, { original, rewritten });
  if (variable !== null) return withVariable(old, deed, who, variable);
  const users = { before: userOf(values, original), after: userOf(values, rewritten) };
  if (users.before !== users.after) return `${who} runs as USER ${readable(users.before)}, and would run as ${readable(users.after)}`;
  const lost = readOnlyIn(old, deed, had.sources, has.sources);
  const bringer = lost === null ? undefined : bringerOf(old, deed, lost);
  if (lost !== null && bringer) return `${who} ${reads} ${lost}, ${missing(old, now, bringer, deed, rewritten)}`;
  const undone = [...had.deeds].filter((token) => !has.deeds.has(token)).flatMap((token) => old.byToken.get(token) ?? []).at(-1);
  if (undone) return `${who} ${uses} what line ${undone.step.line} \`${undone.text}\` does, and would run ${beforeWhat(old, now, undone, deed, rewritten)}`;
  const extra = sourceOnlyIn(now, has.sources, had.sources);
  const later = extra === null ? undefined : old.steps.find((step) => step.copy !== null && isBroughtBy(step, extra) && isAfter(old, step, deed));
  if (extra !== null && later) return `${who} ${reads} the files that are there, and ${extra} would be among them, which ${named(old, later)} brings only after it today`;
  const early = [...has.deeds].filter((token) => !had.deeds.has(token)).flatMap((token) => now.byToken.get(token) ?? []).at(0);
  const today = [...old.byToken.values()].find(({ name }) => name === early?.name);
  if (early) return `${who} would run after ${today === undefined ? '' : `line ${today.step.line} `}\`${early.text}\`, which is not so today, and ${uses} what that changes`;
  const user = [...had.users].find((name) => !has.users.has(name));
  if (user !== undefined) return `${who} would not find the user or owner ${readable(user)} as it does today`;
  const place = otherPlace(values, deed, { original, rewritten });
  const maker = place === null ? undefined : old.steps.slice(0, old.steps.indexOf(deed.step)).findLast((step) => step.kind !== 'from' && step.shipments.some((shipment) => touches(shipment, place)));
  if (place !== null && maker) return `${who} looks at ${describePlace(place)}, ${missing(old, now, maker, deed, rewritten)}`;
  const [first, second] = exchanged({ old, now }, (step) => !isAfter(old, step, deed) && step !== deed.step);
  return first && second ? `${who} ${uses} what is there after ${named(old, first)} and ${named(old, second)}, which would come in the other order` : null;
}

/** The first place that a command reads and that holds something else in the rewritten build. */
function otherPlace(values: Values, { effect }: Deed, { original, rewritten }: Pair): Path | null {
  if (effect === null) return null;
  const [one, other] = [original, rewritten].map((token) => readsOf(values, token));
  const at = one?.findIndex((token, index) => token !== other?.[index]) ?? -1;
  return effect.effect.reads[at]?.path ?? null;
}

function readsOf(values: Values, token: Token): readonly (string | Token)[] {
  const reads = inner(values, token).operands.find((one) => typeof one === 'number' && values.made(one).operation === 'reads');
  return typeof reads === 'number' ? values.made(reads).operands : [];
}

/** Of what only one side has: what the command is known to read, else what else is there. */
function readOnlyIn(deeds: Deeds, { effect }: Deed, some: ReadonlySet<Path>, others: ReadonlySet<Path>): Path | null {
  const isIn = (path: Path, sources: ReadonlySet<Path>): boolean => [...sources].some((source) => isWithin(path, source));
  const reads = effect?.reads ?? [];
  const file = reads.find(({ path, deep }) => !deep && isIn(path, some) && !isIn(path, others));
  if (file) return readable(file.path);
  const folders = new Set(reads.filter(({ path, deep }) => deep && isIn(path, some)).map(({ path }) => path));
  return sourceOnlyIn(deeds, folders, others) ?? sourceOnlyIn(deeds, some, others);
}

/** Of files that only one side has: the first by name, and not one of those that an editor or git puts there. */
function sourceOnlyIn({ build }: Deeds, some: ReadonlySet<Path>, others: ReadonlySet<Path>): Path | null {
  const isOnly = (path: Path): boolean => ![...others].some((other) => isWithin(path, other));
  let hidden: Path | null = null;
  let looked = 0;
  for (const source of [...some].filter((path) => !others.has(path)).toSorted()) {
    if (build.files.kind(source) !== 'directory' && isOnly(source)) return readable(source);
    for (const file of build.files.kind(source) === 'directory' ? build.files.files(source) : []) {
      looked += 1;
      if (looked > mostFiles) return hidden;
      if (!isOnly(file)) continue;
      if (!file.split('/').some((name) => name.startsWith('.')) && !/^(?:[Dd]ockerfile|compose|docker-compose|LICENSE|README|Makefile)/.test(file)) return file;
      hidden ??= file;
    }
  }
  return hidden;
}

/** The last COPY or mount above a command that brings a file of the context. */
function bringerOf(deeds: Deeds, deed: Deed, source: Path): StepRecord | undefined {
  const above = deeds.steps.slice(0, deeds.steps.indexOf(deed.step) + 1);
  return above.findLast((step) => isBroughtBy(step, source));
}

function isBroughtBy({ copy, mounted }: StepRecord, source: Path): boolean {
  return (copy?.contextSources ?? mounted).some(({ path, deep }) => path === source || (deep && isWithin(source, path)));
}

function missing(old: Deeds, now: Deeds, bringer: StepRecord, deed: Deed, rewritten: Token): string {
  if (bringer === deed.step) return 'and would run without it';
  const isBelow = isThereBelow(old, now, bringer.instruction, rewritten);
  return `and would run ${isBelow ? 'before' : 'without'} ${named(old, bringer)}, which brings it`;
}

/** Does the rewritten build say the same as an instruction of the original below the command? */
function isThereBelow(old: Deeds, now: Deeds, instruction: Instruction, rewritten: Token): boolean {
  const deed = now.byToken.get(rewritten);
  const text = shortText(old.build.model.scanned, instruction);
  return deed !== undefined && now.steps.some((step) => isAfter(now, step, deed) && shortText(now.build.model.scanned, step.instruction) === text);
}

/** The instruction that brings it to the command, where another stage does it; else what does it. */
function beforeWhat(old: Deeds, now: Deeds, undone: Deed, deed: Deed, rewritten: Token): string {
  const isCopy = (step: StepRecord): boolean => step.stage === deed.step.stage && step.copy !== null && step.copy.contextSources.length === 0 && !isAfter(old, step, deed);
  const copy = undone.step.stage === deed.step.stage ? undefined : old.steps.findLast((step) => isCopy(step) && isThereBelow(old, now, step.instruction, rewritten));
  if (copy) return `before ${named(old, copy)}, which brings it`;
  return isDoneBelow(now, undone, rewritten) ? 'before it' : 'without it';
}

function isDoneBelow(now: Deeds, done: Deed, rewritten: Token): boolean {
  const deed = now.byToken.get(rewritten);
  return deed !== undefined && [...now.byToken.values()].some(({ name, order }) => name === done.name && order > deed.order);
}

function isAfter({ steps }: Deeds, step: StepRecord, deed: Deed): boolean {
  return steps.indexOf(step) > steps.indexOf(deed.step);
}

function named({ build }: Deeds, step: StepRecord): string {
  return `line ${step.line} \`${shortText(build.model.scanned, step.instruction)}\``;
}

/** What only one build does to a result: no command gets other input, but one is gone, or new. */
function otherMakers(values: Values, { old, now }: BothDeeds, { original, rewritten }: Pair, { place, isClaimed, isExact }: Pick<Sides, 'isClaimed' | 'isExact'> & { readonly place: Path }): string | null {
  const had = originsOf(values, old, original);
  const has = originsOf(values, now, rewritten);
  const isIn = ({ byToken }: Deeds, { name }: Deed): boolean => [...byToken.values()].some((deed) => deed.name === name);
  const gone = [...had.deeds].flatMap((token) => old.byToken.get(token) ?? []).find((deed) => !isIn(now, deed));
  if (gone) return `line ${gone.step.line} \`${gone.text}\` would not run as it is written today`;
  const fresh = [...has.deeds].flatMap((token) => now.byToken.get(token) ?? []).find((deed) => !isIn(old, deed) && !isClaimed(deed.token));
  if (fresh) return `\`${fresh.text}\` would run, which does not run today`;
  const lost = sourceOnlyIn(old, had.sources, has.sources);
  const bringer = lost === null ? undefined : old.steps.findLast((step) => step.copy !== null && isBroughtBy(step, lost) && step.shipments.some((shipment) => touches(shipment, place)));
  if (lost !== null && bringer) return `${named(old, bringer)} brings ${lost}, which would not be there, or be another one in the end`;
  const extra = sourceOnlyIn(now, has.sources, had.sources);
  if (extra !== null) return `${extra} of the build context would be there, which is not so today`;
  const [first, second] = exchanged({ old, now }, (step) => step.shipments.some((shipment) => touches(shipment, place)));
  if (first && second) return `${named(old, first)} and ${named(old, second)} may both write ${place === '/' ? 'the same files' : describePlace(place)}, and would come in the other order`;
  if (!isExact) return null;
  const texts = new Set(now.steps.map((step) => shortText(now.build.model.scanned, step.instruction)));
  const left = old.steps.findLast((step) => step.copy !== null && step.shipments.some((shipment) => touches(shipment, place)) && !texts.has(shortText(old.build.model.scanned, step.instruction)));
  return left === undefined ? null : `${named(old, left)} would not be there as it is written today`;
}

/** Two steps of the original, of those that change files (what a VOLUME holds is taken to be another one), that both builds have, and that come in the other order in the rewritten one. */
function exchanged({ old, now }: BothDeeds, isMeant: (step: StepRecord) => boolean): readonly StepRecord[] {
  const texts = now.steps.map((step) => shortText(now.build.model.scanned, step.instruction));
  const placed = old.steps.filter((step) => (step.copy !== null || step.run !== null || step.instruction.keyword === 'VOLUME') && isMeant(step)).flatMap((step) => {
    const text = shortText(old.build.model.scanned, step.instruction);
    const at = texts.indexOf(text);
    return at >= 0 && texts.lastIndexOf(text) === at ? [{ step, at }] : [];
  });
  for (const [index, first] of placed.entries()) {
    const second = placed.slice(index + 1).find(({ at }) => at < first.at);
    if (second) return [first.step, second.step];
  }
  return [];
}

// ------------------------------------------------------------------------------------------------------------ variables

/** The first variable that has another value for one of two commands; of those that are not understood, any that is set. */
function otherVariable(values: Values, deed: Deed, { original, rewritten }: Pair): string | null {
  const old = settingsOf(values, deed, original);
  const now = settingsOf(values, deed, rewritten);
  return [...old].find(([name, value]) => now.get(name) !== value)?.[0] ?? [...now].find(([name]) => !old.has(name))?.[0] ?? null;
}

function settingsOf(values: Values, { effect }: Deed, token: Token): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { operands } = inner(values, token);
  if (effect === null) {
    const environments = operands.flatMap((one) => (typeof one === 'number' && values.made(one).operation === 'environment' ? values.made(one).operands : []));
    for (const one of environments) if (typeof one === 'string') found.set(one.slice(0, one.indexOf('=')), one);
    return found;
  }
  const start = operands.findIndex((one) => typeof one === 'number' && values.made(one).operation === 'reads');
  const isAsked = (name: string): boolean => effect.effect.env.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
  const behind = start < 0 ? [] : operands.slice(start + 1);
  for (const [at, name] of behind.entries()) {
    const value = behind[at + 1];
    if (typeof name === 'string' && typeof value === 'string' && isAsked(name) && !found.has(name)) found.set(name, value);
  }
  return found;
}

/** Whom a command runs as; root where nobody is named, and where it makes no difference. */
function userOf(values: Values, token: Token): string {
  for (const operand of inner(values, token).operands) {
    const made = typeof operand === 'number' ? values.made(operand) : null;
    if (made?.operation === 'user') return `${made.operands[0] ?? 'root'}`;
  }
  return 'root';
}

/** Effects that read a great deal have one token for all of their conditions. */
function inner(values: Values, token: Token): { readonly operands: readonly (string | Token)[] } {
  const made = values.made(token);
  const conditions = made.operands.find((one) => typeof one === 'number' && values.made(one).operation === 'conditions');
  return typeof conditions === 'number' ? values.made(conditions) : made;
}

function withVariable(old: Deeds, deed: Deed, who: string, name: string): string {
  const above = old.steps.slice(0, old.steps.indexOf(deed.step));
  const setter = above.findLast(({ instruction }) => (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') && new RegExp(String.raw`(?:^|\s)${name}(?:[\s=]|$)`).test(instruction.text));
  const uses = deed.effect === null ? 'may use' : 'uses';
  return `${who} ${uses} the variable ${name}, which would have another value than today${setter === undefined ? '' : ` (${named(old, setter)})`}`;
}
