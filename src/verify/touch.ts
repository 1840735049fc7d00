/** Which file of a project is changed to see what a change costs. */
import type { BuildInProject, ComparedBuild } from '../explain.ts';
import { rebuild } from '../explain.ts';
import type { Path } from '../types.ts';

/** Asking the model what a change runs again takes some milliseconds. */
const mostCandidates = 40;

const source = /\.(?:py|[cm]?[jt]sx?|go|rs|rb|java|kt|php|cs|c|cc|cpp|h|exs?|html|css|vue|svelte|sh)$/;

/**
 * A file that both builds send, that no fix edits, and that says neither how to build nor what to install: the one whose
 * change costs the original most against the rewritten Dockerfile; of those that cost the same, rather source than
 * anything else. Where there is no such file, a manifest; null if a change of none runs anything again. Relative to the
 * context.
 */
export function fileToTouch({ path: dockerfile, before, after, plan, context }: ComparedBuild): Path | null {
  const isFile = (path: Path): boolean => before.build.context.kind(path) === 'file' && after.build.context.kind(path) === 'file';
  const recipe = new Set([dockerfile, before.build.ignoreFile, after.build.ignoreFile, ...plan.changes.keys()]);
  const isOurs = (path: Path): boolean => !/(?:^|\/)(?:\.git|node_modules|\.venv|venv)\//.test(path) && !recipe.has(inTree(context, path));
  const candidates: Path[] = [];
  const others: Path[] = [];
  for (const path of before.build.context.files()) {
    if (candidates.length >= mostCandidates) break;
    if (!isOurs(path) || !isFile(path)) continue;
    if (source.test(path)) candidates.push(path);
    else if (others.length < mostCandidates) others.push(path);
  }
  const rankOf = (path: Path): number => (isManifest(path, [before, after]) ? 1 : 0);
  const ranked = [...candidates, ...others].toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, mostCandidates);
  let best: { readonly path: Path; readonly saved: number; readonly reruns: number } | null = null;
  for (const path of ranked) {
    // A change of a manifest has to run the install again: only where nothing else does.
    if (best !== null && rankOf(path) > rankOf(best.path)) break;
    const changed = new Set([inTree(context, path)]);
    const reruns = rerunSteps(before, changed);
    const saved = reruns - rerunSteps(after, changed);
    if (reruns > 0 && (best === null || saved > best.saved || (saved === best.saved && reruns > best.reruns))) best = { path, saved, reruns };
  }
  return best?.path ?? null;
}

/** Does an install of dependencies read the file by its name? */
function isManifest(path: Path, sides: readonly BuildInProject[]): boolean {
  const steps = sides.flatMap(({ build }) => build.symbolic.stages.flatMap((stage) => stage.steps));
  return steps.some(({ kind, reads }) => kind === 'install' && reads.some((read) => read.path === path && !read.deep));
}

function rerunSteps(side: BuildInProject, changed: ReadonlySet<Path>): number {
  const rebuilt = rebuild(side, changed);
  return side.build.symbolic.stages.reduce((sum, { steps }, stage) => sum + steps.filter((step, at) => step.cacheable && rebuilt.stages[stage]?.steps[at]?.key !== step.key).length, 0);
}

function inTree(context: Path, path: Path): Path {
  return context === '' ? path : `${context}/${path}`;
}
