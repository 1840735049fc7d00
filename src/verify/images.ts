/** The images that are built to verify a Dockerfile. */
import type { DockerfileModel, Stage } from '../dockerfile/stages.ts';
import type { ComparedBuild } from '../explain.ts';
import type { BuildSettings } from './session.ts';
import type { Target } from './target.ts';
import { stagesOf, targetFor } from './target.ts';

/** A build as somebody uses it: a Dockerfile, a context, arguments, and one of the stages that are used. */
export interface ImageBuild {
  readonly compared: ComparedBuild;
  readonly args: ReadonlyMap<string, string | null>;
  readonly target: Target;
  /** Is it declared or asked for? Else it is built only because dockfix changes it. */
  readonly isWanted: boolean;
}

/**
 * The builds of Dockerfiles that make different images: of the targets that are asked for, or else declared, and of each
 * other stage that no stage uses, if its instructions change.
 */
export function imageBuilds(builds: readonly ComparedBuild[], settings: BuildSettings): readonly ImageBuild[] {
  const all = builds.flatMap((compared): readonly ImageBuild[] => {
    const args = new Map([...compared.before.build.build.args, ...settings.args]);
    const wanted = settings.target === null ? declaredTargets(compared) : [settings.target];
    const others = settings.target === null ? otherTargets(compared, builds) : [];
    return [...wanted.map((target) => ({ compared, args, target, isWanted: true })), ...others.map((target) => ({ compared, args, target, isWanted: false }))];
  });
  const keyOf = ({ compared, args, target }: ImageBuild): string => JSON.stringify([compared.path, compared.context, [...args].toSorted(), target]);
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

/** Are there instructions that change, and that none of the images has? */
export function leavesOutChanges(builds: readonly ComparedBuild[], images: readonly ImageBuild[]): boolean {
  return builds.some((compared) => {
    const own = images.filter((image) => isSameDockerfile(image.compared, compared));
    const built = stagesOf(modelOf(compared), own.map(({ target }) => target));
    const changed = changedStages(compared);
    return [...stagesOf(modelOf(compared), outputs(compared))].some((index) => changed.has(index) && !built.has(index));
  });
}

/** Among the outputs of a build `''` stands for the last stage. */
function declaredTargets({ before }: ComparedBuild): readonly Target[] {
  const declared = before.build.build.outputs;
  return declared.length === 0 ? [null] : declared.map((target) => (target === '' ? null : target));
}

/** Built with the arguments of the first of several builds of the same Dockerfile. */
function otherTargets(compared: ComparedBuild, builds: readonly ComparedBuild[]): readonly Target[] {
  const same = builds.filter((other) => isSameDockerfile(other, compared));
  if (same[0] !== compared) return [];
  const changed = changedStages(compared);
  const built = stagesOf(modelOf(compared), same.flatMap(declaredTargets));
  return outputs(compared).filter((target) => [...stagesOf(modelOf(compared), [target])].some((index) => changed.has(index) && !built.has(index)));
}

/** Stages that are images. */
function outputs({ before }: ComparedBuild): readonly Target[] {
  const { outputs: indices, model } = before.build.symbolic;
  return indices.map((index) => targetFor(model, index));
}

function modelOf({ before }: ComparedBuild): DockerfileModel {
  return before.build.symbolic.model;
}

function isSameDockerfile(one: ComparedBuild, other: ComparedBuild): boolean {
  return one.path === other.path && one.context === other.context;
}

function changedStages({ before, after }: ComparedBuild): ReadonlySet<number> {
  const [old, now] = [before.build.symbolic.model, after.build.symbolic.model];
  return new Set(old.stages.filter((stage, index) => textOf(old, stage) !== textOf(now, now.stages[index])).map(({ index }) => index));
}

function textOf({ scanned }: DockerfileModel, stage: Stage | undefined): string | undefined {
  return stage && [stage.fromInstruction, ...stage.instructions].map(({ span }) => scanned.text.slice(span.start, span.end)).join('\n');
}
