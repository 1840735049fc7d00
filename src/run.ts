/** From paths to reports: find the Dockerfiles, open their projects, fix, and make a diff or write. */
import { join, resolve } from 'node:path';

import { many } from './compiling.ts';
import { diskTree } from './context/disk.ts';
import { overlayTree } from './context/memory.ts';
import type { ExplainedBuild } from './explain.ts';
import { fix } from './fix.ts';
import type { Helper, HelperProgram } from './helper.ts';
import type { MeantProject, Opened } from './open.ts';
import { bugMessage, decoded, openTarget, openTargets } from './open.ts';
import type { Transform } from './plan/transform.ts';
import type { Naming } from './report/files.ts';
import { bareReport, fileReports } from './report/files.ts';
import type { FileReport, RunError } from './report/report.ts';
import { changingOnly, forMeant } from './restrict.ts';
import { pathIn, shownPath, targetFor } from './targets.ts';
import type { Path, Tree } from './types.ts';
import type { WriteFailure } from './write-plan.ts';
import { writePlan } from './write-plan.ts';

export type Mode = 'dry-run' | 'write' | 'check';

export interface RunRequest {
  /** Absolute; `paths` and `context` are relative to it. */
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly context: string | null;
  readonly mode: Mode;
  readonly unsafe: boolean;
  /** Values of `--option transform.key=value`. */
  readonly settings: ReadonlyMap<string, string>;
  /** What the repository's `dockfix.json` says is in the request already. */
  readonly configIsApplied?: boolean;
}

/** Where the results go, one by one, so that nothing has to be kept. */
export interface Sink {
  readonly file: (report: FileReport) => void;
  readonly error: (error: RunError) => void;
  readonly note: (message: string) => void;
  /** What only somebody who asks for details wants to know. */
  readonly detail: (message: string) => void;
  readonly progress: (done: number, total: number) => void;
}

/**
 * Repairs, or says how to repair, all Dockerfiles that the paths mean. `program`: with it a run over many projects of one
 * root takes a second thread.
 */
export async function run(request: RunRequest, transforms: readonly Transform[], sink: Sink, program: HelperProgram | null = null): Promise<void> {
  const told = saidOnce(sink);
  const help: { helper: Helper | null } = { helper: null };
  const opened = openTargets(request, told, async ({ roots, dockerfiles }) => {
    if (program !== null && roots.length === 1 && dockerfiles >= many) help.helper = await (await import('./helper.ts')).startHelper(program, request, transforms);
  });
  for await (const { projects, count, target, naming } of opened) {
    const { helper } = help;
    let at = 0;
    for (const one of projects) {
      const isTaken = helper !== null && !helper.take(count);
      if (!isTaken || !(await helper.say(at, count, told))) repair(one, { target, naming, request, transforms, sink: told });
      at += 1;
    }
  }
}

/** A note that concerns several projects comes with each of them, and is said once. */
export function saidOnce(sink: Sink): Sink {
  const notes = new Set<string>();
  return {
    ...sink,
    note(message) {
      if (!notes.has(message)) sink.note(message);
      notes.add(message);
    },
  };
}

export interface Repairing extends Pick<Opened, 'target' | 'naming'> {
  readonly request: RunRequest;
  readonly transforms: readonly Transform[];
  readonly sink: Sink;
}

/** Repairs the Dockerfiles of one project, or says how to. */
export function repair({ project, meant, wants }: MeantProject, { target, naming, request, transforms, sink }: Repairing): void {
  guarded(meant, naming, sink, () => {
    const plan = fix(project, forMeant({ project, meant, wants }, transforms), request);
    const reports = fileReports(project, plan, meant, naming);
    const failures = request.mode === 'write' ? writePlan(project, plan, target.root) : new Map<Path, WriteFailure>();
    const failed = new Map([...failures].map(([path, failure]) => [naming.shown(path), failure]));
    return { reports, failed };
  });
}

/** Repairs one Dockerfile whose text is given, as if it stood at `filename`. Null if it cannot be handled. */
export async function runText(bytes: Uint8Array, filename: string, request: RunRequest, transforms: readonly Transform[], sink: Sink): Promise<string | null> {
  const target = await targetFor(request.cwd, filename, request.context);
  const source = decoded(bytes);
  const error = 'code' in target ? target : source.kind === 'unreadable' ? { path: filename, code: source.code, message: source.message } : null;
  if (error !== null) sink.file(bareReport(filename, 'failed', error.message));
  if (error !== null) sink.error(error);
  const path = 'code' in target ? undefined : target.dockerfiles[0]?.path;
  if ('code' in target || source.kind === 'unreadable' || path === undefined) return null;
  const given = new Map([[path, source.text]]);
  const { projects, leftOut } = openTarget(target, overlayTree(diskTree(target.root), given), request, sink, given);
  let result = leftOut.includes(path) ? source.text : null;
  for (const { project, meant, wants } of projects) {
    const naming: Naming = { shown: (other) => (other === path ? filename : shownPath(request.cwd, join(target.root, other))), inDiff: () => ({ named: (other) => (other === path ? filename : other), hasGitHeader: true }) };
    guarded(meant, naming, sink, () => {
      const plan = fix(project, forMeant({ project, meant, wants }, changingOnly(path, transforms)), request);
      result = plan.changes.get(path) ?? source.text;
      return { reports: fileReports(project, plan, meant, naming), failed: new Map() };
    });
  }
  return result;
}

/** The steps of all builds of the Dockerfiles that the paths mean. Paths are relative to the current directory. */
export async function explainPaths(request: RunRequest & { readonly changed: readonly string[] | null }, transforms: readonly Transform[], sink: Sink): Promise<readonly ExplainedBuild[]> {
  const { explain } = await import('./explain.ts');
  const explained: ExplainedBuild[] = [];
  for await (const { projects, target, naming, tree } of openTargets(request, sink)) {
    const changed = request.changed === null ? null : changedFiles(request.changed, request.cwd, target.root, tree);
    for (const { project, meant, wants } of projects) {
      guarded(meant, naming, sink, () => {
        const builds = explain(project, forMeant({ project, meant, wants }, transforms), { unsafe: request.unsafe, changed });
        const own = builds.filter((build) => meant.includes(build.path));
        explained.push(...own.map((build) => ({ ...build, path: naming.shown(build.path), context: naming.shown(build.context) })));
        return { reports: [], failed: new Map() };
      });
    }
  }
  return explained;
}

export interface Outcome {
  readonly reports: readonly FileReport[];
  /** By the path that the report has. */
  readonly failed: ReadonlyMap<Path, WriteFailure>;
}

/** A bug in one project must not keep the others from being done. */
export function guarded(meant: readonly Path[], naming: Naming, sink: Sink, work: () => Outcome): void {
  try {
    const { reports, failed } = work();
    for (const report of reports) {
      const failure = failed.get(report.path);
      sink.file(failure === undefined ? report : { ...bareReport(report.path, 'failed', failure.message), context: report.context, refusals: report.refusals, heldBack: report.heldBack });
      if (failure !== undefined) sink.error({ path: report.path, ...failure });
    }
  } catch (error) {
    const message = bugMessage(error);
    for (const path of meant) {
      sink.file(bareReport(naming.shown(path), 'failed', message));
      sink.error({ path: naming.shown(path), code: 'internal', message });
    }
  }
}

/** The files of `--changed`; a directory stands for all that is in it. */
function changedFiles(written: readonly string[], cwd: string, root: string, tree: Tree): ReadonlySet<Path> {
  const pending = written.flatMap((path) => pathIn(root, resolve(cwd, path)) ?? []);
  const files = new Set<Path>();
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (tree.kind(path) !== 'directory') files.add(path);
    else for (const name of tree.list(path)) if (name !== '.git') pending.push(path === '' ? name : `${path}/${name}`);
  }
  return files;
}
