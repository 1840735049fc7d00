/** What the model says of BuildKit's cache, and what BuildKit reports. */
import { isDeepStrictEqual } from 'node:util';
import type { StageResult, StepRecord, SymbolicBuild } from '../../../src/build/symbolic-build.ts';
import { ownPartOf } from '../../../src/build/step-key.ts';
import type { Values } from '../../../src/build/values.ts';
import { stepName } from '../../../src/verify/progress.ts';
import type { BuildResult, BuildStep } from '../../support/engine.ts';

export interface Compared {
  readonly disagreements: readonly string[];
  readonly predictions: number;
  /**
   * Steps that the model leaves open: they take files from another stage, where a command ran again and made what it had
   * made before. BuildKit compares the bytes, which only the command can tell.
   */
  readonly open: readonly string[];
  /** Steps with an install that ran. */
  readonly installs: number;
}

/** A step of the model, held against the same step of the other build. */
interface Held {
  readonly record: StepRecord;
  /** Is its key the same, but for the step before it? */
  readonly isSame: boolean;
  /** It takes files from another stage. */
  readonly comparedByContent: boolean;
}

/** A build, and another one of the same steps: where a key is the same, BuildKit takes the step from its cache. */
export interface Prediction {
  /** What the engine has built. */
  readonly built: SymbolicBuild;
  /** What it had built before, or the other way round. */
  readonly other: SymbolicBuild;
  /** Of both. */
  readonly values: Values;
  /** A stage, or null for the last. */
  readonly target: string | null;
  /** What was done, for the report. */
  readonly label: string;
  /** Text of a RUN that counts as an install. */
  readonly slowRun?: string | null;
}

/** Holds the prediction against what the engine reports. */
export function comparePredictions({ built, other, values, target, label, slowRun = null }: Prediction, result: BuildResult): Compared {
  const keys = new Map<number, boolean>();
  const disagreements: string[] = [];
  let predictions = 0;
  const open: string[] = [];
  let installs = 0;
  const missing: StepRecord[] = [];
  /** Is the last step of a stage cached? */
  const isKept = new Map<number, boolean>();
  for (const stage of neededStages(built, target)) {
    const { base, index: stageIndex } = stage.stage;
    let keptSoFar = base.kind === 'stage' ? isKept.get(base.index) === true : isSameBase(stage, other);
    for (const [index, { record, isSame, comparedByContent }] of heldSteps(stage, other, values).entries()) {
      const number = index + (base.kind === 'image' ? 2 : 1);
      const step = reportedStep(result.steps, stageLabels(built, stage), number, record, built);
      const isOpen = keptSoFar && !isSame && comparedByContent && step?.cached === true;
      keptSoFar &&= isSame || isOpen;
      if (step === undefined) {
        missing.push(record);
        continue;
      }
      keys.set(record.key, step.cached);
      if (!step.cached && (isInstall(record) || (slowRun !== null && record.instruction.text.includes(slowRun)))) installs += 1;
      if (isOpen) {
        open.push(`${label}: line ${record.line} \`${oneLine(step.instruction)}\``);
        continue;
      }
      predictions += 1;
      if (step.cached !== keptSoFar) {
        disagreements.push(`${label}: line ${record.line} \`${step.instruction.slice(0, 60)}\` is predicted ${keptSoFar ? 'CACHED' : 'to run'}, and ${step.cached ? 'is CACHED' : 'runs'}`);
      }
    }
    isKept.set(stageIndex, keptSoFar);
  }
  // Steps that are the same in two stages are one step to BuildKit, which names it after either.
  for (const record of missing) {
    if (!keys.has(record.key)) disagreements.push(`${label}: line ${record.line} \`${record.instruction.keyword}\` is not reported`);
  }
  return { disagreements, predictions, open, installs };
}

function isSameBase({ stage, steps }: StageResult, other: SymbolicBuild): boolean {
  return other.stages[stage.index]?.steps[0]?.key === steps[0]?.key;
}

/** Steps other than FROM. */
function heldSteps(stage: StageResult, other: SymbolicBuild, values: Values): readonly Held[] {
  const others = other.stages[stage.stage.index]?.steps ?? [];
  return stage.steps.flatMap((record, at) => {
    if (!record.cacheable || record.kind === 'from') return [];
    const comparedByContent = /--from=|[,=]from=/.test(record.instruction.flags.map((flag) => `--${flag.name}=${flag.value ?? ''}`).join(' '));
    const key = others[at]?.key;
    return [{ record, isSame: key !== undefined && isDeepStrictEqual(ownPartOf(values, key), ownPartOf(values, record.key)), comparedByContent }];
  });
}

/** The stages that BuildKit builds for a target. */
function neededStages(symbolic: SymbolicBuild, target: string | null): readonly StageResult[] {
  const last = symbolic.stages.length - 1;
  const wanted = target === null ? last : symbolic.stages.findIndex(({ stage }) => stage.name === target || String(stage.index) === target);
  const needed = new Set<number>();
  const visit = (index: number): void => {
    const stage = symbolic.stages[index];
    if (!stage || needed.has(index)) return;
    needed.add(index);
    for (const before of symbolic.stages) if (usesOf(stage, before)) visit(before.stage.index);
  };
  visit(wanted);
  return symbolic.stages.filter(({ stage }) => needed.has(stage.index));
}

function usesOf({ stage }: StageResult, { stage: before }: StageResult): boolean {
  if (before.index >= stage.index) return false;
  if (stage.base.kind === 'stage' && stage.base.index === before.index) return true;
  const names = stage.instructions.flatMap((instruction) => instruction.flags.flatMap((flag) => (flag.name === 'from' ? [flag.value ?? ''] : (flag.value ?? '').split(',').flatMap((part) => (part.startsWith('from=') ? [part.slice(5)] : [])))));
  return names.some((name) => name.toLowerCase() === before.name || name === String(before.index));
}

/** What BuildKit may call a stage in its report: one without a name is not named where it is the only one, mostly. */
function stageLabels(symbolic: SymbolicBuild, { stage }: StageResult): readonly string[] {
  if (stage.name !== null) return [stage.name];
  return symbolic.stages.length === 1 ? ['', 'stage-0'] : [`stage-${stage.index}`];
}

/**
 * What the engine reports of a step. Two builds that run at the same time share the steps that they have in common
 * before their first COPY, and the engine calls such a step in both as it is called in one of them.
 */
function reportedStep(steps: readonly BuildStep[], labels: readonly string[], number: number, record: StepRecord, symbolic: SymbolicBuild): BuildStep | undefined {
  const { keyword, span } = record.instruction;
  const candidates = steps.filter((step) => step.instruction.toUpperCase().startsWith(`${keyword} `));
  const own = candidates.find(({ name }) => {
    const [, stage = '', index = ''] = stepName.exec(name) ?? [];
    return Number(index) === number && labels.includes(stage);
  });
  const text = oneLine(symbolic.model.scanned.text.slice(span.start, span.end));
  return own ?? candidates.find((step) => oneLine(step.instruction) === text);
}

function oneLine(text: string): string {
  return text.replaceAll(/\\\r?\n/g, ' ').replaceAll(/\s+/g, ' ').trim();
}

/** A step that installs packages, whatever else it does. */
function isInstall({ instruction }: StepRecord): boolean {
  const texts = [instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)];
  return instruction.keyword === 'RUN' && texts.some((text) => /\b(?:install|sync|wheel)\b/.test(text));
}
