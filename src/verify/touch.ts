/** Which file of a project is changed to see what a change costs. */
import type { StepRecord } from '../build/symbolic-build.ts';
import type { BuildInProject, ComparedBuild } from '../explain.ts';
import { rerunsOfFile } from '../impact/replay.ts';
import type { Path } from '../types.ts';
import type { Target } from './target.ts';
import { stagesOf } from './target.ts';

const source = /\.(?:py|[cm]?[jt]sx?|go|rs|rb|java|kt|php|cs|c|cc|cpp|h|exs?|html|css|vue|svelte|sh)$/;

/**
 * A file that both builds send, that no fix edits, and that says neither how to build nor what to install: the one whose
 * change costs the original most against the rewritten Dockerfile, in the stages of the target; of those that cost the same, rather source than
 * anything else. Where there is no such file, a manifest; null if a change of none runs anything again. Relative to the
 * context.
 */
export function fileToTouch({ path: dockerfile, before, after, plan, context }: ComparedBuild, target: Target = null): Path | null {
  const isFile = (path: Path): boolean => before.build.context.kind(path) === 'file' && after.build.context.kind(path) === 'file';
  const recipe = new Set([dockerfile, before.build.ignoreFile, after.build.ignoreFile, ...plan.changes.keys()]);
  const isOurs = (path: Path): boolean => !/(?:^|\/)(?:\.git|node_modules|\.venv|venv)\//.test(path) && !recipe.has(inTree(context, path));
  const isManifest = manifestsOf([before, after]);
  const [stepsBefore, stepsAfter] = [rerunSteps(before, target), rerunSteps(after, target)];
  let best: Candidate | null = null;
  for (const path of before.build.context.files()) {
    if (!isOurs(path) || !isFile(path)) continue;
    const reruns = stepsBefore(inTree(context, path));
    if (reruns === 0) continue;
    // A change of a manifest has to run the install again: only where nothing else does.
    const candidate = { path, rank: [isManifest(path) ? 0 : 1, reruns - stepsAfter(inTree(context, path)), reruns, source.test(path) ? 1 : 0] };
    if (best === null || isHigher(candidate.rank, best.rank)) best = candidate;
  }
  return best?.path ?? null;
}

interface Candidate {
  readonly path: Path;
  /** What counts first comes first. */
  readonly rank: readonly number[];
}

function isHigher(rank: readonly number[], other: readonly number[]): boolean {
  const at = rank.findIndex((number, index) => number !== other[index]);
  return at >= 0 && (rank[at] ?? 0) > (other[at] ?? 0);
}

/** Does an install of dependencies read the file by its name, or what writes out a lock for one (`pipenv requirements`)? */
function manifestsOf(sides: readonly BuildInProject[]): (path: Path) => boolean {
  const steps = sides.flatMap(({ build }) => build.symbolic.stages.flatMap((stage) => stage.steps));
  const saysWhat = ({ kind, run }: StepRecord): boolean => kind === 'install' || run?.commands.some(({ effects }) => effects.some(({ effect }) => effect.selfContained)) === true;
  const named = new Set(steps.filter(saysWhat).flatMap(({ reads }) => reads.filter(({ deep }) => !deep).map(({ path }) => path)));
  return (path) => named.has(path);
}

/** How many steps of a target a change of a file of the tree runs again. */
function rerunSteps(side: BuildInProject, target: Target): (path: Path) => number {
  const rerunsOf = rerunsOfFile(side);
  const { stages, model } = side.build.symbolic;
  const built = [...stagesOf(model, [target])];
  return (path) => {
    const from = rerunsOf(path);
    return from === null ? 0 : built.reduce((sum, stage) => sum + (stages[stage]?.steps ?? []).slice(from[stage]).filter(({ cacheable }) => cacheable).length, 0);
  };
}

function inTree(context: Path, path: Path): Path {
  return context === '' ? path : `${context}/${path}`;
}
