/** Steps that make something from a part of the source, below a copy of more than that part. */
import { hasOwnBuild } from '../commands/folder-builds.ts';
import { flatMap } from '../lists.ts';
import type { BuildContext, Path } from '../types.ts';
import type { CopyRecord } from './copy.ts';
import { workplaceOf } from './confined.ts';
import { exposureOf } from './exposure.ts';
import { isSymbolic, isWithin, join, parentOf, relativeTo } from './places.ts';
import type { ContextSource } from './state.ts';
import type { StageResult, StepRecord, SymbolicBuild } from './symbolic-build.ts';

export interface PartBuild {
  readonly stage: StageResult;
  /** Its index among the steps of the stage. */
  readonly at: number;
  readonly reads: readonly ContextSource[];
  /** The copy of more than that; a stage from which this one starts may have it. */
  readonly copy: StepRecord;
  /** The folder that a step which is not understood works in, and what was copied into those above it; null if it is known what the step reads. */
  readonly folder: { readonly directory: Path; readonly above: readonly Path[] } | null;
}

/**
 * Of steps that are not understood the first of each stage that works in a folder with a build of its own: what it leaves
 * of earlier copies is not known.
 */
export function partBuilds({ stages, files }: Pick<SymbolicBuild, 'stages' | 'files'>): readonly PartBuild[] {
  return flatMap(stages, (stage) => {
    const before = sinceOpaque(flatMap(stage.chain.slice(0, -1), (index) => stages[index]?.steps ?? []));
    const found: PartBuild[] = [];
    for (const [at, step] of stage.steps.entries()) {
      const part = step.opaque !== null ? folderPart(step, before, files) : step.kind === 'build' ? knownPart(step, before) : null;
      if (part !== null) found.push({ stage, at, ...part });
      if (step.opaque === null) before.push(step);
      else before.length = 0;
    }
    const firstFolder = found.find(({ folder }) => folder !== null);
    return found.filter((one) => one.folder === null || one === firstFolder);
  });
}

type Part = Pick<PartBuild, 'reads' | 'copy' | 'folder'>;

function sinceOpaque(steps: readonly StepRecord[]): StepRecord[] {
  return steps.slice(steps.findLastIndex((step) => step.opaque !== null) + 1);
}

/** A step of which all reads are known, and that is exposed to whole directories beside them. */
function knownPart(step: StepRecord, before: readonly StepRecord[]): Part | null {
  if (!exposureOf(step).some(({ deep }) => deep)) return null;
  const copy = before.findLast((one) => one.copy?.contextSources.some(({ path, deep }) => deep && step.reads.some((read) => read.path !== path && isWithin(read.path, path))));
  return copy === undefined ? null : { reads: step.reads, copy, folder: null };
}

/** A step that works in a folder from its first command on that is not understood. */
function folderPart(step: StepRecord, before: readonly StepRecord[], files: BuildContext): Part | null {
  const command = step.run?.commands.at(-1);
  if (!command?.call || command.opaque === null) return null;
  const place = workplaceOf(command.call, command.cwd);
  const copies = flatMap(before, (copy) => (copy.copy === null || copy.copy.contextSources.length === 0 ? [] : copy.copy.items.map((item) => ({ copy, item }))));
  const { copy, item } = copies.findLast((one) => one.item.directory && isWithin(place, one.item.target)) ?? {};
  if (!copy || !item || place === item.target || isSymbolic(place)) return null;
  const directory = join(item.source, relativeTo(place, item.target));
  const isFolder = files.kind(directory) === 'directory' && files.has(directory) === 'yes' && hasOwnBuild(files, directory);
  return isFolder ? { reads: [{ path: directory, deep: true }], copy, folder: { directory, above: copiedAbove(copies.map((one) => one.item), place, files) } } : null;
}

/** What copies brought into the directories above a place, as paths of the context; the history of git counts where it is not hidden. */
function copiedAbove(items: CopyRecord['items'], place: Path, files: BuildContext): readonly Path[] {
  const found: Path[] = [];
  for (let at = parentOf(place); ; at = parentOf(at)) {
    for (const { source, target, directory } of items) {
      if (!directory && parentOf(target) === at) found.push(source);
      if (!directory || !isWithin(at, target)) continue;
      const from = join(source, relativeTo(at, target));
      found.push(...files.list(from).map((name) => join(from, name)));
      if (from === '' && !files.hides('.git')) found.push('.git');
    }
    if (at === '/') return found;
  }
}
