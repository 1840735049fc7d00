/** `dockfix verify` for the Dockerfiles that paths mean. */
import { buildsUnder, findingsOf } from '../explain.ts';
import { fix } from '../fix.ts';
import { bugMessage, openTargets } from '../open.ts';
import type { Plan } from '../plan/plan.ts';
import type { Project } from '../plan/project.ts';
import type { Transform } from '../plan/transform.ts';
import type { Naming } from '../report/files.ts';
import { findingsReport } from '../report/findings.ts';
import type { DockerfileVerification, UnverifiedStage } from '../report/verify.ts';
import { forMeant } from '../restrict.ts';
import type { RunRequest, Sink } from '../run.ts';
import type { Path } from '../types.ts';
import { writePlan } from '../write-plan.ts';
import { endsAll, isOfOriginal, VerifyError } from './fault.ts';
import type { ImageBuild } from './images.ts';
import { imageBuilds, leavesOutChanges } from './images.ts';
import type { Session } from './session.ts';
import type { Verdict } from './verify.ts';
import { isChanged, nothingHidden, verifyImage } from './verify.ts';

/** Hears what came out for each image, project by project, and for stages of which nothing can be said. */
export interface Listener {
  readonly onVerified: (verification: DockerfileVerification) => void;
  readonly onUnverified: (stage: UnverifiedStage) => void;
}

/**
 * Verifies all that the paths mean. With mode `write`, what dockfix changes in a project is written if all its images
 * that were meant are the same. Faults go to the sink; throws what ended the session, if its signal was raised.
 */
export async function verifyPaths(request: RunRequest, transforms: readonly Transform[], sink: Sink, session: Session, { onVerified, onUnverified }: Listener): Promise<void> {
  try {
    const engine = session.engine.version();
    for await (const { projects, target, naming } of openTargets(request, sink)) {
      for (const { project, meant, wants } of projects) {
        const plan = fix(project, forMeant({ project, meant, wants }, transforms), request);
        const site: ProjectSite = { project, plan, meant, root: target.root, engine, naming, sink, session, onUnverified, write: request.mode === 'write' };
        for (const verification of await verifyProject(site)) onVerified(verification);
      }
    }
  } catch (error) {
    session.signal.throwIfAborted();
    if (!(error instanceof VerifyError)) throw error;
    sink.error({ path: '', code: error.code, message: error.message });
  }
}

export interface ProjectSite {
  readonly project: Project;
  readonly plan: Plan;
  readonly meant: readonly Path[];
  /** Absolute. */
  readonly root: string;
  readonly engine: string;
  readonly naming: Naming;
  readonly sink: Sink;
  readonly session: Session;
  readonly onUnverified: Listener['onUnverified'];
  readonly write: boolean;
}

/** All images of a project's Dockerfiles that were meant. Throws what keeps everything from being verified. */
export async function verifyProject(site: ProjectSite): Promise<readonly DockerfileVerification[]> {
  const { project, plan, meant, session } = site;
  const builds = buildsUnder(project, plan).filter(({ path }) => meant.includes(path));
  const verifications: DockerfileVerification[] = [];
  let failed = 0;
  const images = imageBuilds(builds, session.settings);
  for (const image of images) {
    const verdict = isChanged(image.compared) ? await verdictOf(image, site) : notBuilt;
    if (verdict === null) failed += 1;
    else verifications.push(verificationOf(image, verdict, site));
  }
  const isWanted = site.write && plan.changes.size > 0;
  if (!isWanted) return verifications;
  if (failed > 0 || verifications.some(({ same }) => !same) || leavesOutChanges(builds, images)) {
    site.sink.note(`${meant.map(site.naming.shown).join(', ')}: not written, because not all that changes was verified`);
    return verifications;
  }
  const failures = writePlan(project, plan, site.root);
  for (const [path, failure] of failures) site.sink.error({ path: site.naming.shown(path), ...failure });
  return verifications.map((one) => ({ ...one, written: one.changed && failures.size === 0 }));
}

const notBuilt: Omit<Verdict, 'before'> & { readonly before: null } = { same: true, differences: [], noise: 0, hidden: nothingHidden, runs: [], compared: 'everything', failure: null, touched: null, before: null, after: null, images: null };

/** Null where nothing can be said, and the sink was told why. */
async function verdictOf(image: ImageBuild, site: ProjectSite): Promise<Verdict | null> {
  const { root, sink, naming, session } = site;
  const { path } = image.compared;
  try {
    return await verifyImage(image, root, session);
  } catch (caught) {
    session.signal.throwIfAborted();
    const error = caught instanceof VerifyError && caught.code === 'engine-failed' ? faultOfEngine(caught, session) : caught;
    if (error instanceof VerifyError && endsAll(error)) throw error;
    if (error instanceof VerifyError && !image.isWanted && isOfOriginal(error)) {
      site.onUnverified({ ...namesOf(image, naming), message: error.message });
      return null;
    }
    const fault = error instanceof VerifyError ? { code: error.code, message: error.message } : { code: 'internal' as const, message: bugMessage(error) };
    sink.error({ path: naming.shown(path), ...fault });
    return null;
  }
}

/** A command of the engine failed: is the engine still there? */
function faultOfEngine(error: VerifyError, { engine }: Session): unknown {
  try {
    engine.version();
    return error;
  } catch (gone) {
    return gone;
  }
}

function namesOf({ compared: { path, context }, target, args }: ImageBuild, naming: Naming): Omit<UnverifiedStage, 'message'> {
  return { path: naming.shown(path), context: naming.shown(context), target, args: [...args.keys()] };
}

function verificationOf(image: ImageBuild, verdict: Verdict | typeof notBuilt, { engine, naming }: ProjectSite): DockerfileVerification {
  return {
    ...namesOf(image, naming),
    engine,
    changed: verdict.before !== null,
    ...verdict,
    touched: verdict.touched === null ? null : naming.shown(verdict.touched),
    ...findingsReport(findingsOf(image.compared)),
    written: false,
  };
}
