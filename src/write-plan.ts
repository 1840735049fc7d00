import { join } from 'node:path';

import type { Plan } from './plan/plan.ts';
import type { Project } from './plan/project.ts';
import type { ErrorCode } from './report/report.ts';
import type { Path } from './types.ts';
import type { WriteRefusal } from './write.ts';
import { writeFileAtomically } from './write.ts';

export interface WriteFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

const codes: Readonly<Record<WriteRefusal, ErrorCode>> = {
  'changed-meanwhile': 'changed-meanwhile',
  exists: 'changed-meanwhile',
  'read-only': 'read-only',
  'hard-link': 'hard-link',
  'outside-root': 'outside-root',
  failed: 'write-failed',
};

/** What a file holds, null if there is none, and what it is to hold. */
export interface Rewrite {
  readonly path: Path;
  readonly before: string | null;
  readonly after: string;
}

export function rewritesOf({ tree }: Project, { changes }: Plan): readonly Rewrite[] {
  return [...changes].map(([path, after]) => ({ path, before: tree.kind(path) === 'absent' ? null : (tree.read(path) ?? ''), after }));
}

/**
 * Writes the files of a plan below `root`. A Dockerfile may rely on the ignore file that changes with it, so Dockerfiles
 * come last, and none is written if another file cannot be. Dockerfiles that share no fix do not wait for each other.
 * What was written in vain is put back, but a file that was created stays: without the rest it does no harm, and deleting
 * files is nothing that dockfix does. Gives the files that were not written, and why.
 */
export function writePlan(project: Project, plan: Plan, root: string): ReadonlyMap<Path, WriteFailure> {
  const dockerfiles = new Set(project.builds.map((build) => build.dockerfile));
  const rewrites = rewritesOf(project, plan).toSorted((a, b) => Number(dockerfiles.has(a.path)) - Number(dockerfiles.has(b.path)));
  const isEachForItself = plan.fixes.every(({ files }) => files.length === 1);
  const written: Rewrite[] = [];
  const failures = new Map<Path, WriteFailure>();
  for (const { path, before, after } of rewrites) {
    const result = writeFileAtomically(join(root, path), root, after, { text: before });
    if (result.kind === 'written') {
      written.push({ path, before, after });
      continue;
    }
    failures.set(path, { code: codes[result.code], message: `not written: ${result.message}` });
    if (!isEachForItself || !dockerfiles.has(path)) break;
  }
  const [cause] = failures.keys();
  if (cause === undefined || (isEachForItself && written.some(({ path }) => dockerfiles.has(path)))) return failures;
  const because: WriteFailure = { code: 'write-failed', message: `not written, because ${cause} could not be written` };
  const kept = written.filter(({ path, before, after }) => before === null || writeFileAtomically(join(root, path), root, before, { text: after }).kind !== 'written');
  for (const { path } of rewrites) {
    if (!failures.has(path) && !kept.some((one) => one.path === path)) failures.set(path, because);
  }
  return failures;
}
