import { gains } from '../build/exposure.ts';
import { compareBuilds } from '../build/same-image.ts';
import type { SymbolicBuild } from '../build/symbolic-build.ts';
import type { BuildContext, Claim, Fix, Path, RefusalReason, Safety } from '../types.ts';
import type { BuildView, DockerfileView, ProjectView } from './project.ts';
import { rebuiltFrom } from './project.ts';

export type Verification =
  | { readonly ok: true; readonly safety: Safety }
  | { readonly ok: false; readonly reason: RefusalReason; readonly message: string };

/** Is a fix right in every build that it reaches? `after` is `before` with the fix applied. */
export function verifyFix(before: ProjectView, after: ProjectView, fix: Fix, mustGain: boolean): Verification {
  let gained = !mustGain;
  for (const original of before.dockerfiles) {
    const rewritten = after.dockerfiles.find((other) => other.path === original.path);
    if (!rewritten) return fail('differs', `${original.path} is gone`);
    if (rewritten.model.scanned.problems.length > original.model.scanned.problems.length) return fail('differs', rewritten.model.scanned.problems[0]?.message ?? 'a syntax error');
    for (const [index, build] of original.builds.entries()) {
      const other = rewritten.builds[index];
      if (!other || !reaches(before, after, build, other, original.path)) continue;
      const verdict = verifyBuild(before, original, build, other, fix.claims);
      if (!verdict.ok) return verdict;
      if (mustGain && gains(build.symbolic, other.symbolic)) gained = true;
    }
  }
  if (!gained) return fail('no-gain', 'no step would be cached more often');
  return { ok: true, safety: safetyOf(fix.claims) };
}

function fail(reason: RefusalReason, message: string): Verification {
  return { ok: false, reason, message };
}

/** A fix is exact without claims, unsafe if it rests on an assumption, else equivalent. */
export function safetyOf(claims: readonly Claim[]): Safety {
  if (claims.length === 0) return 'exact';
  return claims.some((claim) => claim.kind === 'assumes') ? 'unsafe' : 'equivalent';
}

/** Does a change of files touch this build at all? */
function reaches(before: ProjectView, after: ProjectView, build: BuildView, other: BuildView, dockerfile: Path): boolean {
  const differs = (path: Path): boolean => before.tree.read(path) !== after.tree.read(path);
  if (differs(dockerfile) || build.ignoreFile !== other.ignoreFile) return true;
  if (build.ignoreFile !== null && differs(build.ignoreFile)) return true;
  const { context } = build.build;
  return [...after.changes.keys()].some((path) => (context === '' || path.startsWith(`${context}/`)) && differs(path));
}

function verifyBuild(before: ProjectView, original: DockerfileView, build: BuildView, other: BuildView, claims: readonly Claim[]): Verification {
  const hides = claims.some((claim) => claim.kind === 'hidden-from-context');
  if (hides) {
    const needed = hiddenNeed(build.symbolic, build.context, other.context);
    if (needed !== null) return fail('never-hides-needed', `${needed} is needed by the build`);
  }
  for (const args of ['defaults', 'symbols'] as const) {
    const now = args === 'defaults' ? other.symbolic : other.symbolicForAnyArgs;
    const then = hides ? rebuiltFrom(original, other.context, build.build, before.values, args) : args === 'defaults' ? build.symbolic : build.symbolicForAnyArgs;
    const verdict = compareBuilds(then, now, claims);
    if (!verdict.same) return fail(verdict.reason, verdict.message);
    const hasArgs = [then, now].some((one) => one.model.scanned.instructions.some((instruction) => instruction.keyword === 'ARG'));
    if (!hasArgs) break;
  }
  return { ok: true, safety: 'exact' };
}

/** A file that some step of the original names, and that the new ignore file hides. */
function hiddenNeed(original: SymbolicBuild, context: BuildContext, narrowed: BuildContext): Path | null {
  for (const stage of original.stages) {
    for (const step of stage.steps) {
      if (step.opaque !== null) continue;
      for (const read of step.reads) {
        if (context.has(read.path) !== 'no' && narrowed.has(read.path) === 'no') return read.path;
      }
    }
  }
  return null;
}
