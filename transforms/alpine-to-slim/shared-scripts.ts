import { crossingsOf } from '../../src/build/modulo/crossing.ts';
import type { Seen } from '../../src/build/modulo/image-files.ts';
import { lookAtFiles, nothingSeen } from '../../src/build/modulo/image-files.ts';
import type { DebianPlan } from '../../src/build/modulo/plan.ts';
import { planDebian } from '../../src/build/modulo/plan.ts';
import { scriptsOf } from '../../src/build/modulo/runtime.ts';
import { join } from '../../src/build/places.ts';
import type { BuildView, DockerfileView, ProjectView } from '../../src/plan/project.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Edit, Path } from '../../src/types.ts';
import type { StageGroup } from './groups.ts';
import { groupsOf, united } from './groups.ts';
import { lookOutside } from './outside.ts';

/** What moves to Debian in one Dockerfile. */
export interface Part {
  readonly view: DockerfileView;
  readonly build: BuildView;
  readonly group: StageGroup;
  readonly plan: DebianPlan;
  readonly seen: Seen;
}

export function partOf(project: ProjectView, view: DockerfileView, build: BuildView, group: StageGroup): Part {
  const seen = lookAround(project, view, build, group);
  return { view, build, group, seen, plan: planDebian(build.symbolic, group.stages, new Map(), [...seen.programs.keys()]) };
}

/** What runs in the image, as its files and the rest of the repository say it. */
function lookAround(project: ProjectView, view: DockerfileView, { symbolic, build }: BuildView, group: StageGroup): Seen {
  const seen = nothingSeen();
  const members = symbolic.stages.filter(({ stage }) => group.stages.has(stage.index));
  const given = crossingsOf(symbolic).filter(({ from, to }) => group.stages.has(to) && !group.stages.has(from)).map(({ from }) => from);
  const stages = symbolic.stages.filter(({ stage }) => group.stages.has(stage.index) || given.includes(stage.index));
  lookOutside(project.tree, [view.path], [build.context], seen);
  lookAtFiles(symbolic, stages, new Set(members.flatMap((member) => scriptsOf(symbolic, member).scripts.map(({ file }) => file))), seen);
  return seen;
}

/** The edits of the scripts that change with a part, by their paths in the tree: those that several parts share are the same. */
export function scriptEdits({ build, plan }: Part): ReadonlyMap<Path, Edit> {
  return new Map([...plan.scripts].map(([path, text]) => {
    const file = join(build.context.root, path);
    return [file, { file, span: { start: 0, end: build.context.read(path)?.length ?? 0 }, text }];
  }));
}

/**
 * A script that changes is right only where all images that run it are on Debian: the stages on Alpine's Python that do,
 * in this Dockerfile and in others, move as well, each if it has a reason of its own. An image that is none of these is
 * found by the verification.
 */
export function withSharers(project: ProjectView, first: Part, always: boolean): readonly Part[] | Decline {
  let parts: readonly Part[] = [first];
  for (;;) {
    const sharer = sharerOf(project, parts);
    if (sharer === null) return parts;
    const { script, view, build, group } = sharer;
    if (group.reasons.length === 0 && !always) {
      return decline('not-needed', `${script} changes with it, and is also run by ${placeOf(view, group)}, which has no reason to change; --option alpine-to-slim.when=always changes both`, 'refusal');
    }
    const own = parts.find((part) => part.view === view);
    parts = own ? parts.map((part) => (part === own ? partOf(project, view, build, united(build.symbolic, own.group, group)) : part)) : [...parts, partOf(project, view, build, group)];
  }
}

export function placeOf(view: DockerfileView, group: StageGroup): string {
  return `${view.path} (line ${group.roots[0]?.stage.fromInstruction.lines.start ?? 1})`;
}

interface Sharer extends Omit<Part, 'plan' | 'seen'> {
  readonly script: Path;
}

/** The first group of stages that stays on Alpine and runs a script that changes. */
function sharerOf(project: ProjectView, parts: readonly Part[]): Sharer | null {
  const changed = new Set(parts.flatMap((part) => [...scriptEdits(part).keys()]));
  if (changed.size === 0) return null;
  for (const view of project.dockerfiles) {
    const [build] = view.builds;
    if (!build) continue;
    const own = parts.find((part) => part.view === view);
    for (const group of groupsOf(build.symbolic)) {
      if (group.roots.some((root) => own?.group.stages.has(root.stage.index) === true)) continue;
      const script = scriptsRunBy(build, group).find((path) => changed.has(path));
      if (script !== undefined) return { script, view, build, group };
    }
  }
  return null;
}

function scriptsRunBy({ context, symbolic }: BuildView, group: StageGroup): readonly Path[] {
  const members = symbolic.stages.filter(({ stage }) => group.stages.has(stage.index));
  return members.flatMap((member) => scriptsOf(symbolic, member).scripts.map(({ file }) => join(context.root, file)));
}
