/** Steps that make something from a part of the source, and what of the source they need. */
import { confinementOf } from '../build/confined.ts';
import { uncovered } from '../build/exposure.ts';
import { contentSources } from '../build/key-sources.ts';
import type { PartBuild } from '../build/part-builds.ts';
import { partBuildsBehind, partBuildsOf } from '../build/part-builds.ts';
import { join } from '../build/places.ts';
import type { ExecutedEffect } from '../build/runner.ts';
import type { ContextSource } from '../build/state.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../build/symbolic-build.ts';
import type { Token } from '../build/values.ts';
import { signOfMore } from '../commands/folder-builds.ts';
import type { Instruction } from '../dockerfile/scan.ts';
import type { BuildInProject } from '../explain.ts';
import type { DockerfileView } from '../plan/project.ts';
import { rebuiltFrom } from '../plan/project.ts';
import type { Assumption, BuildContext, Path } from '../types.ts';

export interface NeededPart {
  /** The index of its stage, and its own among the steps of that. */
  readonly stage: number;
  readonly at: number;
  readonly step: StepRecord;
  /** Where the copy of more than it needs stands. */
  readonly copy: { readonly stage: number; readonly at: number };
  /** What it reads, and what that is made of, from the root of the project. */
  readonly reads: readonly ContextSource[];
  /** Steps between the two that are not understood: it needs no more only if it uses nothing that they make of other files. */
  readonly unless: readonly StepRecord[];
  /** Where it is not known what it reads: the folder in which it is taken to work alone. */
  readonly alone: Path | null;
}

/** A part, the tokens that say what it needs, and the steps that are taken to work in its folder alone. */
interface Judged {
  readonly part: PartBuild;
  readonly needs: readonly Token[];
  readonly alone: readonly Instruction[];
}

/** Behind more steps of a stage that are not understood, what is said of one supposes too much. */
const mostSupposed = 20;

/** Of several steps in one folder, which run again together, the first. */
export function neededParts(side: BuildInProject): readonly NeededPart[] {
  const { view, build } = side;
  const dockerfile = view.dockerfiles.find(({ path }) => path === build.build.dockerfile);
  return dockerfile === undefined ? [] : build.symbolic.stages.flatMap((stage) => partsOfStage(side, dockerfile, stage));
}

function partsOfStage({ view: { values }, build }: BuildInProject, dockerfile: DockerfileView, { stage: { index }, chain }: StageResult): readonly NeededPart[] {
  const { context } = build;
  const opaque = chain.flatMap((one) => build.symbolic.stages[one]?.steps ?? []).filter((step) => step.opaque !== null).length;
  const isPast = opaque > 0 && opaque <= mostSupposed;
  const pastOpaque = isPast ? chain : [];
  const rebuilt = (assumptions: readonly Assumption[]): SymbolicBuild => rebuiltFrom(dockerfile, context, build.build, values, { assumptions, pastOpaque });
  const symbolic = isPast ? rebuilt([]) : build.symbolic;
  const stage = symbolic.stages[index];
  if (stage === undefined) return [];
  const parts = isPast ? [...partBuildsBehind(symbolic, stage, mostSupposed)] : partBuildsOf(symbolic, stage);
  const known = parts.filter(({ folder }) => folder === null).map((part): Judged => ({ part, needs: effectsOf(stage.steps[part.at]).map(({ token }) => token), alone: [] }));
  const directories = [...new Set(parts.flatMap(({ folder }) => folder?.directory ?? []))];
  const inFolders = directories.flatMap((directory) => judgedFolder(parts.filter(({ folder }) => folder?.directory === directory), context, rebuilt([{ kind: 'works-in', directory }])));
  const alone = new Set(inFolders.flatMap((judged) => judged.alone));
  const judged = [...known, ...inFolders].toSorted((a, b) => a.part.at - b.part.at);
  return judged.flatMap(({ part: { at, reads, copy, behind, folder }, needs }): readonly NeededPart[] => {
    const step = stage.steps[at];
    if (step === undefined) return [];
    const sources = uncovered([...reads, ...step.mounted, ...contentSources(needs, values, context)]);
    return [{
      stage: index,
      at,
      step,
      copy: { stage: copy.stage, at: symbolic.stages[copy.stage]?.steps.indexOf(copy) ?? -1 },
      reads: sources.map(({ path, deep }) => ({ path: join(build.build.context, path), deep })),
      unless: behind.filter(({ instruction }) => !alone.has(instruction)),
      alone: folder === null ? null : join(build.build.context, folder.directory),
    }];
  });
}

/** The first of the steps in a folder that works there alone, as far as one takes that for granted and nothing says otherwise. */
function judgedFolder(parts: readonly PartBuild[], files: BuildContext, { stages }: SymbolicBuild): readonly Judged[] {
  const isAlone = (step: StepRecord | undefined): boolean => step !== undefined && step.opaque === null && confinementOf(step) !== null;
  const part = parts.find(({ stage: { stage }, at }) => isAlone(stages[stage.index]?.steps[at]));
  if (!part?.folder || signOfMore(files, part.folder.directory, part.folder.above) !== null) return [];
  const chain = part.stage.chain.flatMap((index) => stages[index]?.steps ?? []);
  const needs = effectsOf(stages[part.stage.stage.index]?.steps[part.at]).flatMap(({ folder }) => folder ?? []);
  return [{ part, needs: needs.slice(0, 1), alone: chain.filter(isAlone).map(({ instruction }) => instruction) }];
}

function effectsOf(step: StepRecord | undefined): readonly ExecutedEffect[] {
  return step?.run?.commands.flatMap(({ effects }) => effects) ?? [];
}
