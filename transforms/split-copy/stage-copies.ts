import { isCovered } from '../../src/build/exposure.ts';
import { anchorOf, isRegion, isWithin, regionsOf } from '../../src/build/places.ts';
import type { ContextSource } from '../../src/build/state.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import { shortText } from '../../src/edit/lines.ts';
import { flatMap } from '../../src/lists.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Fix, Path } from '../../src/types.ts';
import { waysToMove } from '../moving/edits.ts';
import { stepsToSink } from '../moving/sink.ts';
import type { ExposedInstall } from '../moving/steps.ts';
import { named, placeOf, stepsBefore } from '../moving/steps.ts';
import { laidOver } from './obstacles.ts';

/** Packages that another stage has installed, copied below the source without need of it: every change of the source copies them again. */
export function isExposedStageCopy(symbolic: SymbolicBuild, { stage, steps }: StageResult, at: number, steady: readonly ContextSource[]): boolean {
  const { copy, instruction } = steps[at] ?? { copy: null };
  const from = instruction?.flags.find(({ name }) => name === 'from')?.value?.toLowerCase();
  if (copy === null || from === undefined) return false;
  const maker = symbolic.stages.find((other) => other.stage.index < stage.index && (other.stage.name === from || String(other.stage.index) === from));
  if (!maker || !copy.items.some((item) => holdsPackages(symbolic, maker, item.source))) return false;
  const needed = [...copy.inherited, ...steady];
  return steps.slice(0, at).some((step) => step.copy?.contextSources.some((source) => source.deep && !isCovered(source, needed)));
}

/** Did an install of a stage put packages below a path? */
function holdsPackages(symbolic: SymbolicBuild, { chain }: StageResult, path: Path): boolean {
  const installs = flatMap(chain, (index) => symbolic.stages[index]?.steps ?? []).filter(({ kind }) => kind === 'install');
  return installs.some(({ run }) => run?.written.some((place) => isRegion(place.path) && (isWithin(anchorOf(place.path), path) || regionsOf(path).includes(place.path))));
}

/**
 * The copies of the source above it, and what has to stay below them, go below it: whole RUNs, or only what of them has to.
 * Copies from other stages stay where they are.
 */
export function raiseStageCopy(match: ExposedInstall, step: StepRecord, steady: readonly ContextSource[]): readonly (Fix | Decline)[] {
  const { scanned } = match.view.model;
  const { files } = match.stage.state.context;
  const before = stepsBefore(match).filter(({ stage, copy }) => stage === match.stage.stage.index && (copy === null || copy.contextSources.length > 0));
  const sinking = { scanned, before, hoisted: [], rest: [], steady: [...steady, ...(step.copy?.inherited ?? [])], files };
  const whole = stepsToSink({ ...sinking, mayCut: () => false });
  if (whole.kind === 'refusal') return [{ ...whole, level: 'info' }];
  const first = whole.steps.find(({ copy }) => copy !== null);
  if (first === undefined) return [decline('no-gain', 'what comes before the copy is needed by it', 'info')];
  const inPart = stepsToSink({ ...sinking, mayCut: ({ run }) => (run?.commands.length ?? 0) > 1 });
  const message = `\`${shortText(scanned, step.instruction)}\` ran again for every change of the source, because ${named(scanned, first)} came first; it does not need the source`;
  const lasts = [...new Set([lastOfGroup(match.stage.steps, step), step])];
  const fixes = flatMap(lasts, (last) =>
    flatMap([whole, inPart], (sunk): readonly Fix[] => {
      if (sunk.kind === 'refusal' || (sunk === inPart && sunk.cuts.size === 0)) return [];
      const { start, end } = last.instruction.span;
      const move = { install: last, anchor: last, text: scanned.text.slice(start, end), rest: null, sunk: sunk.steps, cuts: sunk.cuts, narrow: [] };
      return waysToMove(match, move).map((edits) => ({ kind: 'fix', message, claims: [], edits }));
    }),
  );
  const obstacle = laidOver(scanned, 'the copy brings', step.copy?.items.map(placeOf) ?? [], whole.steps, files);
  return obstacle ? [obstacle, ...fixes] : fixes;
}

/** The last of the copies from the same stage that follow without an empty line or a comment between: they stay together. */
function lastOfGroup(steps: readonly StepRecord[], first: StepRecord): StepRecord {
  const fromOf = ({ instruction }: StepRecord): string | null | undefined => instruction.flags.find(({ name }) => name === 'from')?.value;
  let last = first;
  for (const step of steps.slice(steps.indexOf(first) + 1)) {
    const isNext = step.instruction.lines.start === last.instruction.lines.end + 1 && step.copy !== null && fromOf(step) === fromOf(first);
    if (!isNext) break;
    last = step;
  }
  return last;
}
