import { broughtBack } from '../build/confined.ts';
import { gains } from '../build/exposure.ts';
import { isLockName, whyLockIsNotInStep } from '../build/copy.ts';
import { isHonouredLater } from '../build/late-locks.ts';
import { compareBuilds } from '../build/same-image.ts';
import { isLeftover } from '../commands/index.ts';
import type { BuildOptions, SymbolicBuild } from '../build/symbolic-build.ts';
import type { IgnoreMatcher } from '../ignore/patterns.ts';
import { parseIgnore } from '../ignore/patterns.ts';
import { flatMap } from '../lists.ts';
import type { Assumption, BuildContext, Claim, Fix, LockKept, Path, RefusalReason, Safety } from '../types.ts';
import { callerOfLeftOut } from './left-out-tools.ts';
import type { BuildView, DockerfileView, ProjectView } from './project.ts';
import { isInside, neighboursOf, rebuiltFrom } from './project.ts';

export type Verification =
  | { readonly ok: true; readonly safety: Safety }
  | { readonly ok: false; readonly reason: RefusalReason; readonly message: string; readonly unclaimed?: Unclaimed };

/** Claims under which a Dockerfile would be right. */
export interface Unclaimed {
  readonly dockerfile: Path;
  readonly claims: readonly Claim[];
}

/** Is a fix right in every build that it reaches? `after` is `before` with the fix applied. */
export function verifyFix(before: ProjectView, after: ProjectView, fix: Fix, mustGain: boolean): Verification {
  // A lock that is there at last is worth the change by itself.
  let gained = !mustGain || lockedBy(fix.claims).length > 0;
  const dockerfiles = { before: withNeighbours(before, before, fix), after: withNeighbours(after, before, fix) };
  for (const original of dockerfiles.before) {
    const rewritten = dockerfiles.after.find((other) => other.path === original.path);
    if (!rewritten) return fail('differs', `${original.path} is gone`);
    if (rewritten.model.scanned.problems.length > original.model.scanned.problems.length) return fail('differs', rewritten.model.scanned.problems[0]?.message ?? 'a syntax error');
    for (const [index, build] of original.builds.entries()) {
      const other = rewritten.builds[index];
      if (!other || !reaches(before, after, build, other, original.path)) continue;
      const { claims } = fix.linked?.find((part) => part.dockerfile === original.path) ?? fix;
      const verdict = verifyBuild({ before, after }, { original, rewritten }, build, other, claims);
      if (verdict.kind === 'wrong') return { ...fail(verdict.reason, verdict.message), ...(verdict.unclaimed ? { unclaimed: { dockerfile: original.path, claims: verdict.unclaimed } } : {}) };
      if (mustGain && verdict.gains()) gained = true;
    }
  }
  if (!gained) return fail('no-gain', 'no step would be cached more often');
  return { ok: true, safety: safetyOf(fix.claims) };
}

/** Where other files than Dockerfiles and ignore files are edited, images of other projects may hold them as well. */
function withNeighbours(view: ProjectView, before: ProjectView, { edits }: Fix): readonly DockerfileView[] {
  const own = new Set(flatMap(before.dockerfiles, ({ path, builds }) => [path, ...builds.map(({ ignoreFile }) => ignoreFile)]));
  const files = edits.map(({ file }) => file).filter((file) => !own.has(file) && before.tree.kind(file) !== 'absent');
  return [...view.dockerfiles, ...neighboursOf(view, [...new Set(files)])];
}

function fail(reason: RefusalReason, message: string): Extract<Verification, { ok: false }> {
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
  return [...after.changes.keys()].some((path) => isInside(path, context) && differs(path));
}

/** What a comparison of the original and the rewritten build gave; whether a step runs less often is worked out when asked. */
type Compared = { readonly kind: 'same'; readonly gains: () => boolean } | { readonly kind: 'wrong'; readonly reason: RefusalReason; readonly message: string; readonly unclaimed?: readonly Claim[] };

function wrong(reason: RefusalReason, message: string): Compared {
  return { kind: 'wrong', reason, message };
}

function verifyBuild({ before, after }: { before: ProjectView; after: ProjectView }, { original, rewritten }: { original: DockerfileView; rewritten: DockerfileView }, build: BuildView, other: BuildView, claims: readonly Claim[]): Compared {
  const hides = claims.some((claim) => claim.kind === 'hidden-from-context');
  if (hides) {
    const rules = { before: ignoreRules(before, build), after: ignoreRules(after, other) };
    const unsaid = unsaidRule(rules.before, rules.after, claims);
    if (unsaid !== null) return wrong('differs', `the ignore file would get the rule ${unsaid}, of which the fix does not speak`);
    const needed = hiddenNeed(build, other.context, rules.before, rules.after);
    if (needed !== null) return wrong('never-hides-needed', needed);
  }
  const caller = callerOfLeftOut(before, build, claims);
  if (caller !== null) return wrong('differs', caller);
  const locks = lockedBy(claims);
  for (const path of locks) {
    if (!isLockName(path)) return wrong('differs', `${path} is no lock file`);
    if (build.context.has(path) !== 'yes') return wrong('manifest-missing', `${path} may not be in the build context`);
    const why = whyLockIsNotInStep(build.context, path);
    if (why !== null) return wrong('stale-lock', `${path} cannot be relied on: ${why}`);
    const isWanted = claims.some((claim) => claim.kind === 'assumes' && claim.assumption.kind === 'lock-wanted' && claim.assumption.lock === path);
    if (!isWanted && !isHonouredLater(build.symbolic, path)) return wrong('differs', `${path} names other versions than are installed today`);
  }
  // Where only the ignore file is new, the original built without what it hides is the very build of after.
  if (hides && original.model === rewritten.model && build.build === other.build && locks.length === 0) return { kind: 'same', gains: () => gains(build.symbolic, other.symbolic) };
  const assumptions = flatMap(claims, (claim): readonly (Assumption | LockKept)[] => (claim.kind === 'assumes' ? [claim.assumption] : claim.kind === 'lock-kept' ? [claim] : []));
  const underOtherRules = hides || assumptions.length > 0 || locks.length > 0;
  const compared = (args: 'defaults' | 'symbols'): Compared => {
    const rebuilt = underOtherRules ? originalUnder(before, original, build, other.context, { args, assumptions, ...(locks.length === 0 ? {} : { locks }) }) : null;
    const plain = (view: BuildView): SymbolicBuild => (args === 'defaults' ? view.symbolic : view.symbolicForAnyArgs);
    const old = rebuilt ?? plain(build);
    const options = locks.length === 0 ? old.options : { args, assumptions };
    const now = assumptions.length > 0 ? rebuiltFrom(rewritten, other.context, other.build, before.values, options, old) : plain(other);
    const back = assumptions.length > 0 ? newIn(broughtBack(now), broughtBack(old)) : undefined;
    if (back !== undefined) return wrong('may-be-in-context', `${back} may be in somebody's build context, and a copy after the command that writes it would bring that one back`);
    const verdict = compareBuilds(old, now, claims);
    return verdict.same ? { kind: 'same', gains: () => gains(old, now) } : { ...verdict, kind: 'wrong' };
  };
  const withDefaults = compared('defaults');
  if (withDefaults.kind === 'wrong' || ![original, rewritten].some(hasArguments)) return withDefaults;
  const forAny = compared('symbols');
  return forAny.kind === 'wrong' ? forAny : withDefaults;
}

/** What the last builds of originals under other rules gave: one after the other, proposals for a match ask for the same ones. */
const lastOriginals = new WeakMap<ProjectView, { readonly build: BuildView; readonly context: BuildContext; readonly known: Map<string, SymbolicBuild> }>();

function originalUnder(view: ProjectView, dockerfile: DockerfileView, build: BuildView, context: BuildContext, options: BuildOptions): SymbolicBuild {
  const last = lastOriginals.get(view);
  const kept = last?.build === build && last.context === context ? last : { build, context, known: new Map<string, SymbolicBuild>() };
  lastOriginals.set(view, kept);
  const key = JSON.stringify(options);
  const known = kept.known.get(key) ?? rebuiltFrom(dockerfile, context, build.build, view.values, options);
  kept.known.set(key, known);
  return known;
}

function newIn(paths: ReadonlySet<Path>, old: ReadonlySet<Path>): Path | undefined {
  return [...paths].find((path) => !old.has(path));
}

function hasArguments({ model }: DockerfileView): boolean {
  return model.scanned.instructions.some((instruction) => instruction.keyword === 'ARG');
}

function lockedBy(claims: readonly Claim[]): readonly Path[] {
  return flatMap(claims, (claim) => (claim.kind === 'lock-now-honoured' ? [claim.path] : []));
}

/** The rules of the ignore file in force; none where there is no file, or one with which no build works. */
function ignoreRules(view: ProjectView, build: BuildView): IgnoreMatcher | null {
  const parsed = parseIgnore(build.ignoreFile === null ? '' : (view.tree.read(build.ignoreFile) ?? ''));
  return parsed.kind === 'ok' ? parsed.matcher : null;
}

/** The first rule of the new ignore file that is neither one of the old, at its old place, nor among the claims. */
function unsaidRule(before: IgnoreMatcher | null, after: IgnoreMatcher | null, claims: readonly Claim[]): string | null {
  const old = before?.patterns ?? [];
  const now = after?.patterns ?? [];
  const claimed = new Set(flatMap(claims, (claim) => (claim.kind === 'hidden-from-context' ? claim.paths : [])));
  const lost = old.find((rule, index) => now[index]?.text !== rule.text);
  const added = now.slice(old.length).find((rule) => !claimed.has(rule.text));
  return lost?.text ?? added?.text ?? null;
}

/**
 * Which step of the original names, or reads, what only the new ignore file hides; whether or not that is on this disk, for
 * it may be on that of whoever builds. Null if none does.
 */
function hiddenNeed(build: BuildView, narrowed: BuildContext, before: IgnoreMatcher | null, after: IgnoreMatcher | null): string | null {
  const isNewlyHidden = (path: Path): boolean => path !== '' && after?.excludes(path) === true && before?.excludes(path) !== true;
  const isHidden = (path: Path): boolean => isNewlyHidden(path) || (build.context.has(path) !== 'no' && narrowed.has(path) === 'no');
  for (const stage of build.symbolic.stages) {
    for (const step of stage.steps) {
      // What is not understood counts as reading all there is; its own bind mounts it surely does.
      const named = (step.copy?.contextSources ?? step.mounted).find(({ path }) => isHidden(path));
      const read = step.opaque === null && step.copy === null ? step.reads.find(({ path }) => isHidden(path) && !isMadeThere(build.context, path)) : undefined;
      if (named ?? read) return `line ${step.line} needs ${(named ?? read)?.path ?? 'it'}, which the rule would hide`;
    }
  }
  return null;
}

/**
 * Is it what a tool of the build makes, and git does not hold? `python -m venv .venv` looks at a `.venv` that a COPY may
 * have brought from somebody's disk; no build counts on that one.
 */
function isMadeThere(context: BuildContext, path: Path): boolean {
  return isLeftover(path) && context.has(path) !== 'yes';
}
