/** The work on one repository, from the files on disk to a report. */
import { fix } from '../fix.ts';
import { openTargets } from '../open.ts';
import { onlyFor } from '../restrict.ts';
import type { Transform } from '../plan/transform.ts';
import { fileReports } from '../report/files.ts';
import type { RepositoryReport } from '../report/bulk.ts';
import { repositoryReport } from '../report/bulk.ts';
import type { FileReport, RunError } from '../report/report.ts';
import type { Mode, RunRequest, Sink } from '../run.ts';
import { guarded } from '../run.ts';
import type { Path } from '../types.ts';
import type { WriteFailure } from '../write-plan.ts';
import { writePlan } from '../write-plan.ts';
import type { Repository } from './repositories.ts';
import { pathsFrom } from './repositories.ts';

/** What is the same for all repositories of a run. */
export interface BulkRequest {
  /** Absolute. */
  readonly cwd: string;
  /** Absolute. */
  readonly context: string | null;
  readonly mode: Mode;
  readonly unsafe: boolean;
  readonly settings: ReadonlyMap<string, string>;
  /** The ids of the transforms. */
  readonly transforms: readonly string[];
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
  const sink: Sink = { file: (file) => files.push(file), error: (error) => errors.push(error), note: (note) => notes.push(note), detail: (note) => void (request.verbose && notes.push(note)), progress: onProgress };
  const transforms = all.filter(({ id }) => request.transforms.includes(id));
  const base = request.fromCwd ? request.cwd : repository.root;
  const asked: RunRequest = { ...request, cwd: base, paths: pathsFrom(base, repository) };
  for await (const { projects, target, naming } of openTargets(asked, sink)) {
    for (const { project, meant } of projects) {
      if (isStopped()) return null;
      guarded(meant, naming, sink, () => {
        const plan = fix(project, onlyFor(new Set(meant), transforms), request);
        const failures = request.mode === 'write' ? writePlan(project, plan, target.root) : new Map<Path, WriteFailure>();
        return { reports: fileReports(project, plan, meant, naming), failed: new Map([...failures].map(([path, failure]) => [naming.shown(path), failure])) };
      });
    }
  }
  return repositoryReport(repository.shown, repository.clone?.address, { files, errors, notes });
}
