/** The work on one repository, from the files on disk to a report. */
import { repositoryRoot } from '../context/disk.ts';
import { fix } from '../fix.ts';
import type { Extent } from '../open.ts';
import { openTargets } from '../open.ts';
import { forMeant } from '../restrict.ts';
import type { Plan } from '../plan/plan.ts';
import type { Project } from '../plan/project.ts';
import type { Transform } from '../plan/transform.ts';
import { once } from '../remember.ts';
import { fileReports } from '../report/files.ts';
import type { CommitReport, RepositoryReport } from '../report/bulk.ts';
import { failedReport, repositoryReport } from '../report/bulk.ts';
import type { FileReport, RunError } from '../report/report.ts';
import type { Mode, RunRequest, Sink } from '../run.ts';
import { guarded, saidOnce } from '../run.ts';
import type { Path, Tree } from '../types.ts';
import type { Rewrite, WriteFailure } from '../write-plan.ts';
import { rewritesOf, writePlan } from '../write-plan.ts';
import { bringClone } from './clone.ts';
import type { Author } from './commit.ts';
import { behindLinks, commitPlans, objectionToFiles, whereToCommit } from './commit.ts';
import type { Repository } from './repositories.ts';
import { pathsFrom } from './repositories.ts';
import { uncommittedFiles } from './uncommitted.ts';
import type { Note } from './unfinished.ts';
import { forgetRewrites, noteRewrites, takeBack } from './unfinished.ts';

/** What is the same for all repositories of a run. */
export interface BulkRequest {
  /** Absolute. */
  readonly cwd: string;
  /** Absolute. */
  readonly context: string | null;
  readonly mode: Mode;
  readonly unsafe: boolean;
  readonly settings: ReadonlyMap<string, string>;
  /** See `RunRequest`. */
  readonly configIsApplied?: boolean;
  /** The ids of the transforms. */
  readonly transforms: readonly string[];
  /** The directory of clones, absolute; null where nothing is cloned. */
  readonly workdir: string | null;
  /** Is a repository left alone with uncommitted changes in the files that would be written? */
  readonly onlyClean: boolean;
  /** Commits are made, by this author or whom git knows; null: none are. */
  readonly commit: { readonly author: Author | null } | null;
  /** Notes also of what only somebody who asks for details wants to know. */
  readonly verbose: boolean;
  /** Paths of files are relative to the current directory, as in a run over one repository; else to the repository. */
  readonly fromCwd: boolean;
}

export interface Hearing {
  readonly onProgress: (done: number, total: number) => void;
  readonly isStopped: () => boolean;
}

/** Null if it was stopped before its end. What was written by then is whole. */
export async function workOn(repository: Repository, request: BulkRequest, all: readonly Transform[], { onProgress, isStopped }: Hearing): Promise<RepositoryReport | null> {
  const files: FileReport[] = [];
  const errors: RunError[] = [];
  const notes: string[] = [];
  const sink: Sink = saidOnce({ file: (file) => files.push(file), error: (error) => errors.push(error), note: (note) => notes.push(note), detail: (note) => void (request.verbose && notes.push(note)), progress: onProgress });
  if (isStopped()) return null;
  const { clone, shown } = repository;
  if (clone !== null && request.workdir !== null) {
    const cloned = await bringClone(clone, request.workdir);
    if (isStopped()) return null;
    if (cloned.kind === 'failed') return failedReport(shown, clone.address, cloned.message, 'clone-failed');
    notes.push(...cloned.notes);
  }
  const transforms = all.filter(({ id }) => request.transforms.includes(id));
  const base = request.fromCwd ? request.cwd : repository.root;
  const asked: RunRequest = { ...request, cwd: base, paths: pathsFrom(base, repository) };
  const commits: CommitReport[] = [];
  let isCut = false;
  const before = async ({ roots }: Extent): Promise<void> => {
    if (request.commit !== null) notes.push(...roots.flatMap(takeBack));
  };
  for await (const { projects, target, naming, tree } of openTargets(asked, sink, before)) {
    const prepare = preparationIn(target.root, tree, request);
    const written: Plan[] = [];
    for (const { project, meant, wants } of projects) {
      isCut ||= isStopped();
      if (isCut) break;
      guarded(meant, naming, sink, () => {
        const plan = fix(project, forMeant({ project, meant, wants }, transforms), request);
        const failures = request.mode === 'write' && plan.changes.size > 0 ? write(project, plan, target.root, prepare) : new Map<Path, WriteFailure>();
        written.push(writtenOf(plan, failures));
        return { reports: fileReports(project, plan, meant, naming), failed: new Map([...failures].map(([path, failure]) => [naming.shown(path), failure])) };
      });
    }
    if (request.commit === null) continue;
    if (written.some(({ changes }) => changes.size > 0)) {
      const made = commitPlans({ root: target.root, tree, plans: written, transforms, author: request.commit.author });
      // A file that was created for what could not be written is left.
      if (made.length === 0) sink.error({ path: '', code: 'commit-failed', message: 'what was written is not committed, because the rest could not be written' });
      else if (typeof made === 'string') sink.error({ path: '', code: 'commit-failed', message: `what was written is not committed: ${made}` });
      else commits.push(...made);
    }
    forgetRewrites(target.root);
  }
  return isCut ? null : repositoryReport(shown, clone?.address, { files, errors, commits, notes });
}

/** Comes before files are written: gives why they must not be, null if nothing is against it, and notes them where commits are to follow. */
type Preparation = (rewrites: readonly Rewrite[]) => WriteFailure | null;

function preparationIn(root: string, tree: Tree, { commit, onlyClean }: BulkRequest): Preparation {
  const isRepository = repositoryRoot(root) !== null;
  const uncommitted = once(() => (onlyClean && isRepository ? uncommittedIn(root, tree) : () => null));
  const place = once(() => whereToCommit(root, commit?.author ?? null));
  const dirtyAmong = (paths: readonly Path[]): WriteFailure | null => {
    const dirty = paths.find(uncommitted());
    return dirty === undefined ? null : { code: 'uncommitted-changes', message: `not written: ${dirty} has changes that are not committed (--allow-dirty)` };
  };
  return (files) => {
    const paths = files.map(({ path }) => path);
    if (commit === null) return dirtyAmong(paths);
    if (!isRepository) return { code: 'no-repository', message: 'not written: it is in no git repository' };
    const found = place();
    if (typeof found === 'string') return uncommittable(found);
    const why = objectionToFiles(root, tree, paths);
    if (why !== null) return uncommittable(why);
    return dirtyAmong(paths) ?? noted(root, { head: found.head, isClean: onlyClean, files });
  };
}

function noted(root: string, note: Note): WriteFailure | null {
  try {
    noteRewrites(root, note);
    return null;
  } catch (error) {
    return uncommittable(error instanceof Error ? error.message : String(error));
  }
}

function uncommittable(why: string): WriteFailure {
  return { code: 'commit-failed', message: `not written, because it cannot be committed: ${why}` };
}

function uncommittedIn(root: string, tree: Tree): (path: Path) => boolean {
  const files = uncommittedFiles(root);
  return (path) => {
    const real = behindLinks(root, path);
    return files === null || files.has(real) || (tree.kind(real) !== 'absent' && !tree.tracked(real));
  };
}

/** What of a plan was done: the fixes all of whose files were written. */
function writtenOf(plan: Plan, failures: ReadonlyMap<Path, WriteFailure>): Plan {
  if (failures.size === 0) return plan;
  const written = (texts: ReadonlyMap<Path, string>): ReadonlyMap<Path, string> => new Map([...texts].filter(([path]) => !failures.has(path)));
  const steps = plan.steps.map((step) => ({ ...step, fixes: step.fixes.filter(({ files }) => !files.some((path) => failures.has(path))), texts: written(step.texts) }));
  return { ...plan, changes: written(plan.changes), steps: steps.filter(({ fixes }) => fixes.length > 0) };
}

/** Gives the files that were not written, and why; nothing is written where something is against it. */
function write(project: Project, plan: Plan, root: string, prepare: Preparation): ReadonlyMap<Path, WriteFailure> {
  const failure = prepare(rewritesOf(project, plan));
  return failure === null ? writePlan(project, plan, root) : new Map([...plan.changes.keys()].map((path) => [path, failure]));
}
