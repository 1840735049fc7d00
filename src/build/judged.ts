/**
 * For which files of the context a step runs again, which step brings them into its cache key, and whether the step
 * needs them: as the keys say it, so that who is blamed for a change is never a step that the change leaves cached.
 */
import { flatMap } from '../lists.ts';
import { isCovered, isCoveredFileByFile, uncovered } from './exposure.ts';
import { knownContentSources, sourcesOfKey } from './key-sources.ts';
import type { ExecutedEffect } from './runner.ts';
import type { ContextSource } from './state.ts';
import type { StageResult, StepRecord, SymbolicBuild } from './symbolic-build.ts';
import type { Token, Values } from './values.ts';

/** A file or directory of the context in the cache key of a step. */
export interface BroughtSource extends ContextSource {
  /** The first step that has it in its key. */
  readonly by: StepRecord;
}

export interface JudgedStep {
  readonly record: StepRecord;
  /** All that runs it again. */
  readonly key: readonly BroughtSource[];
  /** What of it the step surely does not need. */
  readonly idle: readonly BroughtSource[];
  /** What of it nobody can say this of, and the step that is the reason: it is not understood. */
  readonly doubtful: { readonly sources: readonly BroughtSource[]; readonly because: StepRecord } | null;
}

/** What some effects of a step need. */
export interface Needs {
  readonly known: readonly ContextSource[];
  /** Steps that are not understood, and made something that the effects use. */
  readonly behind: readonly StepRecord[];
}

/** The steps of all stages, in order. */
export function judgedSteps(symbolic: SymbolicBuild, values: Values): readonly JudgedStep[] {
  const unknown = unknownSteps(symbolic);
  return flatMap(symbolic.stages, (stage) => judgedStage(symbolic, stage, values, unknown));
}

/** The steps that are not understood, by what they make of the image. */
export function unknownSteps({ stages }: SymbolicBuild): ReadonlyMap<Token, StepRecord> {
  const found = new Map<Token, StepRecord>();
  for (const step of flatMap(stages, ({ steps }) => steps)) {
    if (step.opaque === null) continue;
    for (const shipment of step.shipments) if (shipment.kind === 'everything') found.set(shipment.token, step);
  }
  return found;
}

/** What a step needs of the context: what it reads, and what that was made from. */
export function needsOf(effects: readonly ExecutedEffect[], symbolic: SymbolicBuild, values: Values, unknown: ReadonlyMap<Token, StepRecord>): Needs {
  const { sources, behind } = knownContentSources(effects.map(({ token }) => token), values, symbolic.files, new Set(unknown.keys()));
  const read = flatMap(effects, ({ reads, changed }) => [...reads, ...changed]);
  return { known: uncovered([...read, ...sources]), behind: [...unknown].flatMap(([token, step]) => (behind.includes(token) ? [step] : [])) };
}

function judgedStage(symbolic: SymbolicBuild, { stage, chain }: StageResult, values: Values, unknown: ReadonlyMap<Token, StepRecord>): readonly JudgedStep[] {
  const seen = new Set<Token>();
  const key: BroughtSource[] = [];
  const judged: JudgedStep[] = [];
  for (const record of flatMap(chain, (index) => symbolic.stages[index]?.steps ?? [])) {
    if (!record.cacheable) continue;
    for (const source of inOrder(sourcesOfKey([record.key], values, symbolic.files, seen))) if (!isCovered(source, key)) key.push({ ...source, by: record });
    if (record.stage === stage.index) judged.push({ record, key: [...key], ...judge(record, key, symbolic, values, unknown) });
  }
  return judged;
}

/** Directories first, so that what lies in them is not named as well; the rest as the instruction names it. */
function inOrder(sources: readonly ContextSource[]): readonly ContextSource[] {
  return [...sources].toReversed().toSorted((a, b) => Number(b.deep) - Number(a.deep));
}

function judge(record: StepRecord, key: readonly BroughtSource[], symbolic: SymbolicBuild, values: Values, unknown: ReadonlyMap<Token, StepRecord>): Pick<JudgedStep, 'idle' | 'doubtful'> {
  if (record.opaque !== null) return { idle: [], doubtful: key.length === 0 ? null : { sources: key, because: record } };
  const { known, behind } = neededBy(record, symbolic, values, unknown);
  const unneeded = key.filter((source) => !isCoveredFileByFile(source, known, symbolic.files));
  const [because] = behind;
  if (because === undefined || unneeded.length === 0) return { idle: unneeded, doubtful: null };
  const used = uncovered(flatMap([...unknown].filter(([, step]) => behind.includes(step)), ([token]) => sourcesOfKey([token], values, symbolic.files)));
  const doubtful = unneeded.filter((source) => isCovered(source, used));
  return { idle: unneeded.filter((source) => !doubtful.includes(source)), doubtful: doubtful.length === 0 ? null : { sources: doubtful, because } };
}

function neededBy(record: StepRecord, symbolic: SymbolicBuild, values: Values, unknown: ReadonlyMap<Token, StepRecord>): Needs {
  if (record.run !== null) return needsOf(flatMap(record.run.commands, ({ effects }) => effects), symbolic, values, unknown);
  if (record.copy === null) return { known: [], behind: [] };
  const parts = flatMap(record.copy.keyParts, (part) => (typeof part === 'number' ? [part] : []));
  return { known: uncovered([...record.copy.contextSources, ...sourcesOfKey(parts, values, symbolic.files)]), behind: [] };
}
