import type { BuildContext, Path } from '../types.ts';
import { isWithin, parentOf } from './places.ts';
import type { ContextSource, Exposure } from './state.ts';
import type { StageResult, StepRecord, SymbolicBuild } from './symbolic-build.ts';
import type { Token } from './values.ts';

/**
 * A step is *exposed* to what is in its cache key but not among what it reads: a change there runs it again for nothing.
 */
export function exposureOf(step: Pick<StepRecord, 'exposures' | 'reads' | 'opaque'>): readonly ContextSource[] {
  if (step.opaque !== null) return [];
  if (step.reads.length === 0) return step.exposures;
  return step.exposures.filter((exposure) => !step.reads.some((read) => isCovered(exposure, [read])));
}

/** Is all of `source` among `others`? */
export function isCovered(source: ContextSource, others: readonly ContextSource[]): boolean {
  return others.some((other) => (other.deep ? isWithin(source.path, other.path) : !source.deep && other.path === source.path));
}

/** The same, where a directory counts as its files. Not the whole context: the rest of a project is yet to come there. */
export function isCoveredFileByFile(source: ContextSource, others: readonly ContextSource[], files: BuildContext): boolean {
  if (isCovered(source, others)) return true;
  if (!source.deep || source.path === '') return false;
  let any = false;
  for (const path of files.files(source.path)) {
    if (!isCovered({ path, deep: false }, others)) return false;
    any = true;
  }
  return any;
}

/** Without those that another one covers, and each once. */
export function uncovered(sources: readonly ContextSource[]): readonly ContextSource[] {
  const found: ContextSource[] = [];
  for (const source of sources.toSorted((a, b) => Number(b.deep) - Number(a.deep) || a.path.length - b.path.length)) if (!isCovered(source, found)) found.push(source);
  return found;
}

/** A list that only grows: what it was at some moment is its length then. */
export class GrowingList<Item> {
  readonly items: Item[];
  private latest: readonly Item[] = [];

  constructor(items: readonly Item[] = []) {
    this.items = [...items];
  }

  /** The list as it was when it had so many items; steps that follow one another mostly ask for the same. */
  first(count: number): readonly Item[] {
    if (this.latest.length !== count) this.latest = this.items.slice(0, count);
    return this.latest;
  }
}

/** What the steps so far bring into the cache key. A source that an earlier one covers is not listed again. */
export class ExposureList extends GrowingList<Exposure> {
  private readonly deep = new Set<Path>();
  private readonly files = new Set<Path>();

  copy(): ExposureList {
    const copy = new ExposureList();
    for (const exposure of this.items) copy.add(exposure);
    return copy;
  }

  add(exposure: Exposure): void {
    if (this.covers(exposure)) return;
    (exposure.deep ? this.deep : this.files).add(exposure.path);
    this.items.push(exposure);
  }

  private covers({ path, deep }: ContextSource): boolean {
    if (!deep && this.files.has(path)) return true;
    for (let at = path; ; at = parentOf(at)) {
      if (this.deep.has(at)) return true;
      if (at === '' || at === '/') return false;
    }
  }
}

/** What takes a moment may run more often, if an install runs less often for it. */
const light = new Set(['files', 'users']);

/**
 * Does the rewritten Dockerfile run some step less often, and none more often? The same install in another stage is a
 * step of its own. What moved to another stage is compared with what it was where it stood.
 */
export function gains(before: SymbolicBuild, after: SymbolicBuild): boolean {
  let gained = false;
  let gainedLittle = false;
  let lostLittle = false;
  for (const [index, stage] of after.stages.entries()) {
    const old = before.stages[index];
    if (stage === old) continue;
    // Installs that follow one another mostly have the same: it is compared once.
    let compared: EffectExposure | null = null;
    let comparedWith: EffectExposure | null = null;
    for (const [token, exposure] of exposuresOf(stage)) {
      const own = old && exposuresOf(old).get(token);
      const original = own ?? exposureElsewhere(before, token);
      if (!original || (exposure === compared && original === comparedWith)) continue;
      compared = exposure;
      comparedWith = original;
      const loses = exceeds(exposure, original);
      const gainsHere = exceeds(original, exposure);
      if (loses && !exposure.isLight) return false;
      lostLittle ||= loses;
      gained ||= gainsHere && !exposure.isLight;
      gainedLittle ||= gainsHere;
    }
  }
  return gained || (gainedLittle && !lostLittle);
}

function exposureElsewhere({ stages }: SymbolicBuild, token: Repeatable): EffectExposure | undefined {
  for (const stage of stages) {
    const exposure = exposuresOf(stage).get(token);
    if (exposure) return exposure;
  }
  return undefined;
}

/** Is an effect exposed to something to which the other is not? */
function exceeds(one: EffectExposure, other: EffectExposure): boolean {
  return one.sources.some((source) => !isCovered(source, other.sources)) || lacking(one.args, other.args);
}

/** Is there a name that `others` lacks? Both are mostly the same list. */
function lacking(names: readonly string[], others: readonly string[]): boolean {
  if (names === others || names.every((name, index) => others[index] === name)) return false;
  const known = new Set(others);
  return names.some((name) => !known.has(name));
}

/** What can run an effect again: files of the context that it does not read, and build arguments. */
interface EffectExposure {
  readonly sources: readonly ContextSource[];
  readonly args: readonly string[];
  readonly isLight: boolean;
}

/** An effect by its token; a copy from another stage or image by what is copied to where. */
type Repeatable = Token | string;

const exposures = new WeakMap<StageResult, ReadonlyMap<Repeatable, EffectExposure>>();

/** For each effect of a stage that does some work, and each copy from elsewhere: what the first step that has it is exposed to. */
function exposuresOf(stage: StageResult): ReadonlyMap<Repeatable, EffectExposure> {
  const known = exposures.get(stage);
  if (known) return known;
  const found = new Map<Repeatable, EffectExposure>();
  let latest: EffectExposure | null = null;
  for (const step of stage.steps) {
    if (step.copy !== null && step.copy.contextSources.length === 0) {
      const what = `copy ${step.copy.keyParts.join(' ')}`;
      if (!found.has(what)) found.set(what, { sources: exposureOf({ exposures: step.exposures, reads: step.copy.inherited, opaque: null }), args: [], isLight: true });
    }
    for (const { effects } of step.run?.commands ?? []) {
      for (const { effect, token, reads } of effects) {
        if (effect.kind === 'observe' || found.has(token)) continue;
        const sources = exposureOf({ exposures: step.exposures, reads, opaque: null });
        const args = step.argsInKey;
        const isLight = light.has(effect.kind);
        if (latest === null || latest.sources !== sources || latest.args !== args || latest.isLight !== isLight) latest = { sources, args, isLight };
        found.set(token, latest);
      }
    }
  }
  exposures.set(stage, found);
  return found;
}
