import type { Claim, Fix, Level, Path, RefusalReason, Safety } from '../types.ts';
import type { DockerfileView, Project, ProjectView } from './project.ts';
import { openProject, takeOver, withEdits } from './project.ts';
import type { UsedSuppressions } from './suppress.ts';
import { suppressedBy, suppressionFaults } from './suppress.ts';
import type { Decline, Match, Transform } from './transform.ts';
import type { Unclaimed, Verification } from './verify.ts';
import { safetyOf, verifyFix } from './verify.ts';

/** A fix that was verified and taken into the plan, or held back because it is unsafe. */
export interface AcceptedFix {
  readonly transform: string;
  readonly dockerfile: Path;
  readonly safety: Safety;
  readonly claims: readonly Claim[];
  readonly message: string;
  /** 1-based lines of what was at fault, in the text that the fix was made for. */
  readonly line: number;
  readonly endLine: number;
  /** The files that it changes or creates. */
  readonly files: readonly Path[];
}

export interface ReportedRefusal {
  readonly transform: string;
  readonly dockerfile: Path;
  readonly reason: RefusalReason;
  readonly level: Level;
  readonly message: string;
  readonly line: number;
}

/** What to do with a project. */
export interface Plan {
  /** New texts by path; only files that change or appear. */
  readonly changes: ReadonlyMap<Path, string>;
  readonly fixes: readonly AcceptedFix[];
  /** The same fixes, in the order in which they were made, with what the files are after each step. */
  readonly steps: readonly PlanStep[];
  readonly heldBack: readonly AcceptedFix[];
  readonly refusals: readonly ReportedRefusal[];
}

/** What one transform did in one round. */
export interface PlanStep {
  readonly round: number;
  readonly transform: string;
  readonly fixes: readonly AcceptedFix[];
  /** The texts after it, of all files that were changed by then. */
  readonly texts: ReadonlyMap<Path, string>;
}

export interface PlanOptions {
  readonly unsafe: boolean;
  /** When to give up (see `Values.work`); by default after some seconds. */
  readonly mostWork?: number;
}

const maximalRounds = 10;

/**
 * Each fix is verified in every stage, so a file of thousands of stages that all want one would take hours. A hundred such
 * stages, or ten thousand installs, take less than this; it takes seconds (see `Values.work`).
 */
const mostWork = 2_500_000;

/** Runs the transforms over a project until nothing changes. Pure: nothing is written. */
export function plan(project: Project, transforms: readonly Transform[], options: PlanOptions): Plan {
  const original = openProject(project);
  let view = original;
  const fixes: AcceptedFix[] = [];
  const steps: PlanStep[] = [];
  let heldBack: AcceptedFix[] = [];
  let refusals: ReportedRefusal[] = [];
  const ended = new Map<Transform, TransformResult>();
  const used: UsedSuppressions = new Set();
  for (let round = 0; ; round += 1) {
    if (round === maximalRounds) return unsettled(project);
    heldBack = [];
    refusals = [];
    const before = view;
    for (const transform of transforms) {
      const last = ended.get(transform);
      const result = last?.isSettled && last.view === view ? { ...last, fixes: [] } : runTransform(view, transform, options, used);
      ended.set(transform, result);
      view = result.view;
      fixes.push(...result.fixes);
      if (result.fixes.length > 0) steps.push({ round, transform: transform.id, fixes: result.fixes, texts: view.changes });
      heldBack.push(...result.heldBack);
      refusals.push(...result.refusals);
      if (isTooMuch(view, options)) return tooMuch(project);
    }
    if (view === before) break;
  }
  const faults = suppressionFaults(original, transforms.map(({ id }) => id), used);
  return { changes: changedTexts(original, view), fixes, steps, heldBack, refusals: [...refusals, ...faults] };
}

function isTooMuch(view: ProjectView, options: PlanOptions): boolean {
  return view.values.work > (options.mostWork ?? mostWork);
}

function unsettled(project: Project): Plan {
  return nothing(project, 'too-many-rounds', `the fixes do not settle after ${maximalRounds} rounds; nothing was changed`);
}

function tooMuch(project: Project): Plan {
  return nothing(project, 'too-much-to-verify', 'it has more stages and fixes than can be verified one by one; nothing was changed');
}

function nothing(project: Project, reason: RefusalReason, message: string): Plan {
  const dockerfiles = [...new Set(project.builds.map((build) => build.dockerfile))];
  const refusals = dockerfiles.map((dockerfile): ReportedRefusal => ({ transform: 'dockfix', dockerfile, reason, level: 'refusal', message, line: 1 }));
  return { changes: new Map(), fixes: [], steps: [], heldBack: [], refusals };
}

function changedTexts(original: ProjectView, view: ProjectView): ReadonlyMap<Path, string> {
  return new Map([...view.changes].filter(([path, text]) => original.tree.read(path) !== text));
}

/** How a transform ended. */
interface TransformResult {
  readonly view: ProjectView;
  /** Has it looked at the view as it is now, so that it would end so again? */
  readonly isSettled: boolean;
  readonly fixes: readonly AcceptedFix[];
  readonly heldBack: readonly AcceptedFix[];
  readonly refusals: readonly ReportedRefusal[];
}

/**
 * One transform, match by match. After a fix that may concern its other matches it looks again at the new text. What it
 * turned down in another Dockerfile, which the fix left as it was, waits for the next round: there may be hundreds.
 */
function runTransform(start: ProjectView, transform: Transform, options: PlanOptions, used: UsedSuppressions): TransformResult {
  const fixes: AcceptedFix[] = [];
  const earlier: Earlier = new Map();
  for (let view = start; ; ) {
    const heldBack: AcceptedFix[] = [];
    const refusals: ReportedRefusal[] = [];
    const before = view;
    for (const { met } of earlier.values()) met.clear();
    for (const match of transform.match(before)) {
      if (isTooMuch(view, options)) break;
      const known = earlierOf(earlier, view, match);
      const name = nameAmong(known, match);
      const outcome = known.ended.get(name) ?? tryMatch(view, transform, match, options, used);
      if (outcome.kind !== 'fixed') known.ended.set(name, outcome);
      if (outcome.kind === 'refused') refusals.push(outcome.refusal);
      else if (outcome.kind === 'held-back') heldBack.push(outcome.fix);
      else {
        fixes.push(...outcome.fixes);
        takeOver(view, outcome.view);
        view = outcome.view;
        if (!transform.matchesApart) break;
      }
    }
    if (view === before || transform.matchesApart || isTooMuch(view, options)) return { view, isSettled: view === before, fixes, heldBack, refusals };
  }
}

type Outcome =
  /** One for each Dockerfile that it changes. */
  | { readonly kind: 'fixed'; readonly fixes: readonly AcceptedFix[]; readonly view: ProjectView }
  | { readonly kind: 'held-back'; readonly fix: AcceptedFix }
  | { readonly kind: 'refused'; readonly refusal: ReportedRefusal };

type NotFixed = Exclude<Outcome, { readonly kind: 'fixed' }>;

/** How the matches of a Dockerfile ended. */
interface Ended {
  readonly ended: Map<string, NotFixed>;
  /** How many matches of each name were met since it was last looked through. */
  readonly met: Map<string, number>;
}

/** By the Dockerfile as it was then. */
type Earlier = Map<DockerfileView | undefined, Ended>;

function earlierOf(earlier: Earlier, view: ProjectView, { dockerfile }: Match): Ended {
  const key = view.dockerfiles.find(({ path }) => path === dockerfile);
  const known = earlier.get(key) ?? { ended: new Map(), met: new Map() };
  earlier.set(key, known);
  return known;
}

/** Of the same Dockerfile come the same matches, so they are told apart by their lines and their order. */
function nameAmong({ met }: Ended, { line, endLine }: Match): string {
  const lines = `${line}-${endLine}`;
  const index = met.get(lines) ?? 0;
  met.set(lines, index + 1);
  return `${lines} ${index}`;
}

/** The first proposal that can be verified and is safe enough; else the first that is not; else why the first one is wrong. */
function tryMatch(view: ProjectView, transform: Transform, match: Match, options: PlanOptions, used: UsedSuppressions): Outcome {
  const { dockerfile, line } = match;
  const refuse = (declined: Decline): Outcome => ({ kind: 'refused', refusal: { transform: transform.id, dockerfile, reason: declined.reason, level: declined.level, message: declined.message, line } });
  const suppression = suppressedBy(view, transform.id, match, used);
  if (suppression !== null) return refuse({ kind: 'refusal', reason: 'suppressed', level: 'info', message: suppression });
  let declined: Decline | null = null;
  let heldBack: AcceptedFix | null = null;
  for (const candidate of transform.decide(match, view)) {
    if (candidate.kind === 'refusal') {
      declined ??= candidate;
      continue;
    }
    const linked = candidate.linked ?? [];
    const kept = linked.find((part) => suppressedBy(view, transform.id, part, used) !== null);
    if (kept) {
      declined ??= { kind: 'refusal', reason: 'suppressed', level: 'refusal', message: `${kept.dockerfile} (line ${kept.line}) would have to change with it, and is to be left alone: ${suppressedBy(view, transform.id, kept, used) ?? ''}` };
      continue;
    }
    const after = withEdits(view, candidate.edits);
    const { fix: claimed, verification } = verifyWithClaims(view, after, candidate, transform.mustGain);
    if (!verification.ok) {
      declined ??= { kind: 'refusal', reason: verification.reason, level: verification.reason === 'no-gain' ? 'info' : 'refusal', message: verification.message };
      continue;
    }
    const fix = accepted(transform.id, match, claimed);
    if (fix.safety === 'unsafe' && !options.unsafe) {
      heldBack ??= fix;
      continue;
    }
    return { kind: 'fixed', fixes: [fix, ...(claimed.linked ?? []).map((part) => accepted(transform.id, part, { ...candidate, ...part }))], view: after };
  }
  if (heldBack !== null) return { kind: 'held-back', fix: heldBack };
  return refuse(declined ?? { kind: 'refusal', reason: 'unsupported', level: 'refusal', message: 'dockfix knows no way to change this that it could verify' });
}

/** No Dockerfile has more builds that install from different locks. */
const mostClaims = 20;

/** Verifies a fix; what the verification finds to be claimable, and only that, the fix claims as well. */
function verifyWithClaims(view: ProjectView, after: ProjectView, proposed: Fix, mustGain: boolean): { readonly fix: Fix; readonly verification: Verification } {
  let fix = proposed;
  let verification = verifyFix(view, after, fix, mustGain);
  // Each build may need some of its own.
  for (let rounds = 0; rounds < mostClaims && !verification.ok && verification.unclaimed; rounds += 1) {
    fix = claiming(fix, verification.unclaimed);
    verification = verifyFix(view, after, fix, mustGain);
  }
  return { fix, verification };
}

function claiming(fix: Fix, { dockerfile, claims }: Unclaimed): Fix {
  if (!fix.linked?.some((part) => part.dockerfile === dockerfile)) return { ...fix, claims: [...fix.claims, ...claims] };
  return { ...fix, linked: fix.linked.map((part) => (part.dockerfile === dockerfile ? { ...part, claims: [...part.claims, ...claims] } : part)) };
}

function accepted(transform: string, match: Match, fix: Fix): AcceptedFix {
  return { transform, dockerfile: match.dockerfile, safety: safetyOf(fix.claims), claims: fix.claims, message: fix.message, line: match.line, endLine: match.endLine, files: [...new Set(fix.edits.map((edit) => edit.file))] };
}
