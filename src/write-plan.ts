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

/**
 * Writes all files of a plan below `root`, or puts back what was written, for a Dockerfile may rely on the ignore file
 * that changes with it. So Dockerfiles come last. A file that was created stays: without the rest it does no harm, and
 * deleting files is nothing that dockfix does. Gives the files that were not written, and why.
 */
export function writePlan(project: Project, plan: Plan, root: string): ReadonlyMap<Path, WriteFailure> {
  const dockerfiles = new Set(project.builds.map((build) => build.dockerfile));
  const changes = [...plan.changes].toSorted(([a], [b]) => Number(dockerfiles.has(a)) - Number(dockerfiles.has(b)));
  const replaced: { readonly path: Path; readonly before: string; readonly after: string }[] = [];
  for (const [index, [path, after]] of changes.entries()) {
    const before = project.tree.kind(path) === 'absent' ? null : (project.tree.read(path) ?? '');
    const result = writeFileAtomically(join(root, path), root, after, { text: before });
    if (result.kind === 'written') {
      if (before !== null) replaced.push({ path, before, after });
      continue;
    }
    const because: WriteFailure = { code: 'write-failed', message: `not written, because ${path} could not be written` };
    const restored = replaced.filter((one) => writeFileAtomically(join(root, one.path), root, one.before, { text: one.after }).kind === 'written');
    return new Map([
      [path, { code: codes[result.code], message: `not written: ${result.message}` }],
      ...[...restored.map((one) => one.path), ...changes.slice(index + 1).map(([other]) => other)].map((other) => [other, because] as const),
    ]);
  }
  return new Map();
}
