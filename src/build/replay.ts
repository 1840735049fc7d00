/**
 * Stages that come out as they did before a change further up. What stands in them is the same, they start from the same,
 * and so each step does the same: only its place in the text, its cache key and what that holds are others.
 */
import { parse } from '../dockerfile/parse.ts';
import type { ScannedDockerfile } from '../dockerfile/scan.ts';
import type { Base, Stage } from '../dockerfile/stages.ts';
import { refersTo } from '../dockerfile/stages.ts';
import { environmentOf } from './environment.ts';
import { ExposureList, GrowingList } from './exposure.ts';
import { replayStep } from './instructions.ts';
import { configDifference, firstDifference } from './same-config.ts';
import type { Left, Site } from './site.ts';
import type { StageState } from './state.ts';
import { startedAgain } from './state.ts';
import { stepKey } from './step-key.ts';
import type { StageResult, SymbolicBuild } from './symbolic-build.ts';
import { digest } from './tree-digest.ts';

/** The stage as it was in the other build, at its new place; null if it may come out as another one. */
export function replayed(site: Site, before: SymbolicBuild, stage: Stage): StageResult | null {
  const old = before.stages[stage.index];
  if (!old || !isSameText(before.model.scanned, old.stage, site.model.scanned, stage) || !usesTheSame(site, before, stage)) return null;
  const parent = stage.base.kind === 'stage' ? site.stages[stage.base.index] : undefined;
  if (!startsFromTheSame(before, old.stage.base, stage.base, parent)) return null;
  const state = startedAgain(old.state, {
    exposures: parent?.state.exposures.copy() ?? new ExposureList(),
    argsInKey: new GrowingList(parent?.state.argsInKey.items),
    key: stepKey(site.values, 'from', parent?.state.key ?? old.state.base.token),
  });
  const by = stage.fromInstruction.span.start - old.stage.fromInstruction.span.start;
  const instructions = [stage.fromInstruction, ...stage.instructions];
  const steps = old.steps.flatMap((step, index) => {
    const instruction = instructions[index];
    return instruction ? [replayStep(state, step, old.steps[index - 1] ?? null, instruction, by)] : [];
  });
  return { stage, state, steps, chain: [...(parent?.chain ?? []), stage.index], reference: old.reference, left: old.left };
}

/** Does a stage leave the same for those that do not use it? Caches are not compared. */
export function leavesTheSame(one: Left, other: Left): boolean {
  return one === other || (one.caches.size === 0 && other.caches.size === 0 && firstDifference(one.hints, other.hints) === null);
}

function isSameText(before: ScannedDockerfile, old: Stage, scanned: ScannedDockerfile, stage: Stage): boolean {
  const instructions = { old: [old.fromInstruction, ...old.instructions], now: [stage.fromInstruction, ...stage.instructions] };
  if (instructions.old.length !== instructions.now.length) return false;
  return instructions.now.every((now, index) => {
    const one = instructions.old[index];
    return one?.text === now.text && before.text.slice(one.span.start, one.span.end) === scanned.text.slice(now.span.start, now.span.end)
      && one.span.start - old.fromInstruction.span.start === now.span.start - stage.fromInstruction.span.start;
  });
}

/** Are the stages that it copies from or mounts the very ones? A name that a variable says may be any. */
function usesTheSame({ model, stages }: Site, before: SymbolicBuild, stage: Stage): boolean {
  const isNamedByVariable = stage.instructions.some((instruction) => {
    const parsed = parse(instruction, model.scanned);
    const names = parsed.keyword === 'COPY' ? [parsed.from] : parsed.keyword === 'RUN' ? parsed.mounts.map(({ from }) => from) : [];
    return names.some((name) => name?.includes('$') === true);
  });
  const others = refersTo(model, stage).filter(({ index }) => stage.base.kind !== 'stage' || index !== stage.base.index);
  return !isNamedByVariable && others.every(({ index }) => stages[index] === before.stages[index]);
}

function startsFromTheSame(before: SymbolicBuild, old: Base, now: Base, parent: StageResult | undefined): boolean {
  if (now.kind === 'image') return old.kind === 'image' && old.expanded === now.expanded && old.reference === now.reference;
  if (now.kind === 'scratch') return old.kind === 'scratch';
  const oldParent = before.stages[now.index];
  return old.kind === 'stage' && old.index === now.index && parent !== undefined && oldParent !== undefined && isSameImage(oldParent.state, parent.state);
}

/** Is all the same that a stage gets from another one, but for what runs a step again? */
function isSameImage(one: StageState, other: StageState): boolean {
  if (one.config.triggers.length > 0 || other.config.triggers.length > 0) return false;
  if (one.tree === other.tree && one.config === other.config) return true;
  return one.base.token === other.base.token && digest(one.tree, '/') === digest(other.tree, '/') && configDifference(one.config, other.config) === null
    && environmentOf(one).ordered === environmentOf(other).ordered && firstDifference(one.args, other.args) === null
    && one.selfContained.size === 0 && other.selfContained.size === 0;
}
