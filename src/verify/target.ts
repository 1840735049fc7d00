/** The stages that are built, and how an engine is told which. */
import { scan } from '../dockerfile/scan.ts';
import type { DockerfileModel, Stage } from '../dockerfile/stages.ts';
import { model, refersTo, stageReference } from '../dockerfile/stages.ts';

/** A stage: by its name, or what is taken for one; by its number, from 0, if it has no name; null for the last. */
export type Target = string | number | null;

/** The stage that a target means, if there is one. */
export function stageOf(of: DockerfileModel, target: Target): Stage | null {
  if (target === null) return of.stages.at(-1) ?? null;
  return typeof target === 'number' ? (of.stages[target] ?? null) : stageReference(of, of.stages.length, target);
}

/** Indices of the stages that targets consist of. */
export function stagesOf(of: DockerfileModel, targets: readonly Target[]): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (stage: Stage | null): void => {
    if (!stage || found.has(stage.index)) return;
    found.add(stage.index);
    refersTo(of, stage).forEach(visit);
  };
  for (const target of targets) visit(stageOf(of, target));
  return found;
}

/** What means a stage: its name, unless a later stage has it, too. */
export function targetFor(of: DockerfileModel, index: number): Target {
  const name = of.stages[index]?.name ?? null;
  if (name !== null && stageOf(of, name)?.index === index) return name;
  return index === of.stages.length - 1 ? null : index;
}

/**
 * The text of a Dockerfile up to the end of a stage, which is then the last and can be built without a name. (No engine
 * takes a number for a target, and a name that is put in could mean something to the stages below.)
 */
export function cutAfter(text: string, stage: number): string {
  const next = model(scan(text)).stages[stage + 1];
  return next === undefined ? text : text.slice(0, next.fromInstruction.span.start);
}

/** `target web`, `stage 1`. */
export function targetWords(target: string | number): string {
  return typeof target === 'number' ? `stage ${target}` : `target ${target}`;
}
