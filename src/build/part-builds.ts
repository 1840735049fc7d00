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
  /** Steps between the two that are not understood. */
  readonly behind: readonly StepRecord[];
  /** The folder that a step which is not understood works in, and what was copied into those above it; null if it is known what the step reads. */
  readonly folder: { readonly directory: Path; readonly above: readonly Path[] } | null;
}

type Build = Pick<SymbolicBuild, 'stages' | 'files'>;

/** Those with nothing between that is not understood. */
export function partBuilds(build: Build): readonly PartBuild[] {
  return flatMap(build.stages, (stage) => partBuildsOf(build, stage));
}

/**
 * Those of a stage; of steps that are not understood the first that works in a folder with a build of its own: what it
 * leaves of earlier copies is not known.
 */
export function partBuildsOf(build: Build, stage: StageResult): readonly PartBuild[] {
  const found = [...partBuildsBehind(build, stage, 0)];
  const firstFolder = found.find(({ folder }) => folder !== null);
  return found.filter((one) => one.folder === null || one === firstFolder);
}

/** Those of a stage with at most so many steps between that are not understood. */
export function* partBuildsBehind({ stages, files }: Build, stage: StageResult, mostBehind: number): Generator<PartBuild> {
  const before = new StepsBefore(mostBehind);
  for (const index of stage.chain.slice(0, -1)) for (const step of stages[index]?.steps ?? []) before.add(step);
  for (const [at, step] of stage.steps.entries()) {
    const part = step.opaque !== null ? folderPart(step, before, files) : step.kind === 'build' ? knownPart(step, before) : null;
    if (part !== null) yield { stage, at, ...part };
    before.add(step);
  }
}

type Part = Pick<PartBuild, 'reads' | 'copy' | 'behind' | 'folder'>;

/** A copy from the context, and how many steps before it are not understood. */
interface Copied {
  readonly step: StepRecord;
  readonly copy: CopyRecord;
  readonly opaqueBefore: number;
}

/** Copies behind more steps that are not understood than asked for are forgotten, so that a long stage is not searched again and again. */
class StepsBefore {
  readonly copies: Copied[] = [];
  private readonly opaque: StepRecord[] = [];
  private readonly mostBehind: number;

  constructor(mostBehind: number) {
    this.mostBehind = mostBehind;
  }

  add(step: StepRecord): void {
    if (step.opaque !== null) {
      this.opaque.push(step);
      const first = this.copies.findIndex(({ opaqueBefore }) => this.opaque.length - opaqueBefore <= this.mostBehind);
      this.copies.splice(0, first < 0 ? this.copies.length : first);
    } else if (step.copy !== null && step.copy.contextSources.length > 0) this.copies.push({ step, copy: step.copy, opaqueBefore: this.opaque.length });
  }

  /** What is not understood and comes after a copy. */
  since({ opaqueBefore }: Copied): readonly StepRecord[] {
    return this.opaque.slice(opaqueBefore);
  }
}

/** A step of which all reads are known, and that is exposed to whole directories beside them. */
function knownPart(step: StepRecord, before: StepsBefore): Part | null {
  if (!exposureOf(step).some(({ deep }) => deep)) return null;
  const copied = before.copies.findLast(({ copy }) => copy.contextSources.some(({ path, deep }) => deep && step.reads.some((read) => read.path !== path && isWithin(read.path, path))));
  return copied === undefined ? null : { reads: step.reads, copy: copied.step, behind: before.since(copied), folder: null };
}

/** A step that works in a folder from its first command on that is not understood. */
function folderPart(step: StepRecord, before: StepsBefore, files: BuildContext): Part | null {
  const command = step.run?.commands.at(-1);
  if (!command?.call || command.opaque === null) return null;
  const place = workplaceOf(command.call, command.cwd);
  const holding = ({ copy }: Copied): CopyRecord['items'][number] | undefined => copy.items.findLast((item) => item.directory && isWithin(place, item.target));
  const copied = before.copies.findLast((one) => holding(one) !== undefined);
  const item = copied && holding(copied);
  if (!copied || !item || place === item.target || isSymbolic(place)) return null;
  const directory = join(item.source, relativeTo(place, item.target));
  if (files.kind(directory) !== 'directory' || files.has(directory) !== 'yes' || !hasOwnBuild(files, directory)) return null;
  // What an earlier one left of the copies before it is not known.
  const known = before.copies.filter(({ opaqueBefore }) => opaqueBefore >= copied.opaqueBefore);
  const above = copiedAbove(flatMap(known, ({ copy }) => copy.items), place, files);
  return { reads: [{ path: directory, deep: true }], copy: copied.step, behind: before.since(copied), folder: { directory, above } };
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
