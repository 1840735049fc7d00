/** What the changes of a history would have run again, for the Dockerfiles that paths mean. */
import { comparedBuilds, findingsOf } from '../explain.ts';
import type { ComparedBuild } from '../explain.ts';
import { openTargets } from '../open.ts';
import type { Transform } from '../plan/transform.ts';
import type { Naming } from '../report/files.ts';
import { findingsReport } from '../report/findings.ts';
import type { DockerfileImpact, Unreplayed } from '../report/impact.ts';
import { forMeant } from '../restrict.ts';
import type { RunRequest, Sink } from '../run.ts';
import { guarded } from '../run.ts';
import type { Path } from '../types.ts';
import type { History, HistoryLimits } from './history.ts';
import { readHistory } from './history.ts';
import { replay } from './replay.ts';

export interface Impacts {
  readonly dockerfiles: readonly DockerfileImpact[];
  /** Repositories and folders with Dockerfiles, but without a history. */
  readonly unreplayed: readonly Unreplayed[];
}

/** Paths are relative to the current directory. What has no history is an error only if nothing else has one. */
export async function impactOfPaths(request: RunRequest & { readonly limits: HistoryLimits }, transforms: readonly Transform[], sink: Sink): Promise<Impacts> {
  const dockerfiles: DockerfileImpact[] = [];
  const unreplayed: Unreplayed[] = [];
  for await (const { projects, target, naming } of openTargets(request, sink)) {
    if (target.dockerfiles.length === 0) continue;
    const history = await readHistory(target.root, request.limits);
    if (history.kind !== 'history') {
      unreplayed.push({ path: naming.shown(''), reason: history.kind, message: history.message });
      continue;
    }
    if (history.end === 'shallow') sink.note(`${naming.shown('')}: the clone is shallow: what is older than its ${history.times.length + 1} commits is not here (git fetch --unshallow gets it)`);
    for (const { project, meant, wants } of projects) {
      guarded(meant, naming, sink, () => {
        const builds = comparedBuilds(project, forMeant({ project, meant, wants }, transforms), { unsafe: request.unsafe });
        dockerfiles.push(...builds.filter(({ path }) => meant.includes(path)).map((build) => impactOf(build, history, naming)));
        return { reports: [], failed: new Map() };
      });
    }
  }
  for (const { path, message } of unreplayed) {
    if (dockerfiles.length === 0) sink.error({ path, code: 'no-history', message });
    else sink.note(`${path}: ${message}`);
  }
  return { dockerfiles, unreplayed };
}

function impactOf(compared: ComparedBuild, history: History, naming: Naming): DockerfileImpact {
  const { path, context } = compared;
  const findings = findingsOf(compared);
  const { causes, partBuilds, ...replayed } = replay(compared, history);
  return {
    path: naming.shown(path),
    context: naming.shown(context),
    ...replayed,
    oldest: dateOf(history.times.at(-1)),
    newest: dateOf(history.times[0]),
    causes: causes.map((cause) => ({ ...cause, file: shownSource(cause.file, naming) })),
    partBuilds: partBuilds.map((one) => ({
      ...one,
      reads: one.reads.map((path) => shownSource(path, naming)),
      ...(one.supposedIn === undefined ? {} : { supposedIn: shownSource(one.supposedIn, naming) }),
    })),
    changed: findings.changed,
    ...findingsReport(findings),
  };
}

/** A folder keeps the slash at its end. */
function shownSource(path: Path, { shown }: Naming): Path {
  return path.endsWith('/') ? `${shown(path)}/` : shown(path);
}

function dateOf(time = 0): string {
  return new Date(time * 1000).toISOString();
}
