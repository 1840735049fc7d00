/** Builds of a folder, as far as one takes for granted that they work in it alone, and nothing says otherwise. */
import { confinementOf } from '../build/confined.ts';
import type { PartBuild } from '../build/part-builds.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../build/symbolic-build.ts';
import { isWithin } from '../build/places.ts';
import type { Values } from '../build/values.ts';
import { signOfMore } from '../commands/folder-builds.ts';
import type { Path } from '../types.ts';
import type { BuildView, DockerfileView } from './project.ts';
import { rebuiltFrom } from './project.ts';
import type { Decline } from './transform.ts';
import { decline } from './transform.ts';

/** The build under that assumption, and the steps of it that work in the folder: indices of the stage's. */
export interface ConfinedBuild {
  readonly kind: 'confined';
  readonly symbolic: SymbolicBuild;
  readonly stage: StageResult;
  readonly steps: readonly number[];
}

/** The steps from `part` on that work in its folder alone, or what says that they do not. */
export function confinedBuild(view: DockerfileView, build: BuildView, values: Values, { stage: { stage }, at }: PartBuild, { directory, above }: NonNullable<PartBuild['folder']>): ConfinedBuild | Decline {
  const sign = signOfMore(build.context, directory, above);
  if (sign !== null) return decline('reads-source', `a build in ${directory}/ may need more of the source than that folder: ${sign}`);
  const symbolic = rebuiltFrom(view, build.context, build.build, values, { assumptions: [{ kind: 'works-in', directory }] });
  const result = symbolic.stages[stage.index];
  const steps = result?.steps ?? [];
  const barrier = steps.findIndex((step, index) => index >= at && step.opaque !== null);
  const reached = barrier < 0 ? steps : steps.slice(0, barrier);
  const confined = reached.flatMap((step, index) => (index >= at && confinementOf(step) !== null ? [index] : []));
  if (result && confined.length > 0) return { kind: 'confined', symbolic, stage: result, steps: [...installsBefore(steps, at, directory), ...confined] };
  const because = steps[at]?.opaque;
  return decline('opaque-command', `the RUN does more than to build ${directory}/, and may read or change anything${typeof because === 'string' ? `: ${because}` : ''}`);
}

/** Installs of the folder's own packages right before its build: `npm ci`. */
function installsBefore(steps: readonly StepRecord[], at: number, directory: Path): readonly number[] {
  const found: number[] = [];
  for (let index = at - 1; index >= 0; index -= 1) {
    const step = steps[index];
    if (step?.kind === 'workdir' || step?.kind === 'config') continue;
    if (step?.kind !== 'install' || step.reads.length === 0 || !step.reads.every(({ path }) => isWithin(path, directory))) break;
    found.unshift(index);
  }
  return found;
}
