import type { AcceptedFix, Plan } from '../plan/plan.ts';
import type { Project } from '../plan/project.ts';
import type { Path } from '../types.ts';
import { unifiedDiff } from './diff.ts';
import type { FileReport, FixReport } from './report.ts';
import { fixReport, refusalReport } from './report.ts';

/** How paths of a tree are written for the reader. */
export interface Naming {
  /** Relative to the current directory. */
  readonly shown: (path: Path) => string;
  /** How the diff of files that change together names them. */
  readonly inDiff: (changed: readonly Path[]) => DiffNaming;
}

export interface DiffNaming {
  /** Relative to where the diff is to be applied, which is one place for all of them. */
  readonly named: (path: Path) => string;
  /**
   * Below the top of a repository `git apply` reads paths after a line `diff --git` as paths from the top, and silently
   * leaves out what it does not find; without that line they are relative to the current directory
   * (https://git-scm.com/docs/git-apply, apply.c: is_toplevel_relative).
   */
  readonly hasGitHeader: boolean;
}

/**
 * What a plan means for each file: first the Dockerfiles that were meant, then the other files that change. A fix
 * belongs to its Dockerfile, with the lines there; one that leaves its Dockerfile alone, to the first file that it
 * changes.
 */
export function fileReports(project: Project, plan: Plan, meant: readonly Path[], naming: Naming): readonly FileReport[] {
  // What is held back of a file that nothing else changes is said as well.
  const others = [...new Set([...plan.changes.keys(), ...plan.heldBack.map(ownerOf)])].filter((path) => !meant.includes(path)).toSorted();
  const diffNaming = naming.inDiff([...plan.changes.keys()]);
  return [...meant, ...others].map((path) => fileReport(project, plan, path, naming, diffNaming));
}

function fileReport(project: Project, plan: Plan, path: Path, naming: Naming, diffNaming: DiffNaming): FileReport {
  const before = project.tree.read(path) ?? null;
  const after = plan.changes.get(path);
  const isCreated = before === null && project.tree.kind(path) === 'absent';
  const build = project.builds.find((one) => one.dockerfile === path) ?? project.builds[0];
  const context = build === undefined ? null : naming.shown(build.context);
  const own = (fixes: readonly AcceptedFix[]): FixReport[] => fixes.filter((one) => ownerOf(one) === path).map((one) => placed(one, path, before ?? '', after));
  const refusals = plan.refusals.filter((refusal) => refusal.dockerfile === path).map(refusalReport);
  const change = after === undefined ? ({ status: 'unchanged', changed: false } as const) : changeOf(diffNaming, path, isCreated ? null : (before ?? ''), after);
  return { path: naming.shown(path), context, fixes: own(plan.fixes), refusals, heldBack: own(plan.heldBack), ...change };
}

/** `before`: null where the file is created. */
function changeOf({ named, hasGitHeader }: DiffNaming, path: Path, before: string | null, after: string): Pick<FileReport, 'status' | 'changed' | 'diff'> {
  const gitDiff = unifiedDiff(named(path), before, after);
  return { status: before === null ? 'created' : 'changed', changed: true, diff: hasGitHeader ? gitDiff : gitDiff.slice(gitDiff.indexOf('--- ')) };
}

function ownerOf({ dockerfile, files }: AcceptedFix): Path {
  return files.includes(dockerfile) ? dockerfile : (files[0] ?? dockerfile);
}

/** A fix that is reported at another file than its Dockerfile has the lines that change there. */
function placed(fix: AcceptedFix, path: Path, before: string, after: string | undefined): FixReport {
  const report = fixReport(fix);
  return fix.dockerfile === path ? report : { ...report, ...changedLines(before, after ?? before) };
}

/** The lines of the old text from the first difference to the last; where lines are only added, the line before. */
function changedLines(before: string, after: string): { readonly line: number; readonly endLine: number } {
  const old = before.split('\n');
  const now = after.split('\n');
  const shorter = Math.min(old.length, now.length);
  let same = 0;
  while (same < shorter && old[same] === now[same]) same += 1;
  let sameAtEnd = 0;
  while (sameAtEnd < shorter - same && old[old.length - 1 - sameAtEnd] === now[now.length - 1 - sameAtEnd]) sameAtEnd += 1;
  const line = Math.max(1, Math.min(same + 1, old.length));
  return { line, endLine: Math.max(line, old.length - sameAtEnd) };
}

/** A file that is left alone as a whole, or that could not be worked on. */
export function bareReport(path: string, status: 'skipped' | 'failed' | 'unchanged', message?: string): FileReport {
  return { path, status, changed: false, context: null, fixes: [], refusals: [], heldBack: [], ...(message === undefined ? {} : { message }) };
}
