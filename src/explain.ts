import { isCoveredFileByFile } from './build/exposure.ts';
import { osRegion, readable } from './build/places.ts';
import type { ExecutedCommand } from './build/runner.ts';
import type { BroughtSource, JudgedStep } from './build/judged.ts';
import { judgedSteps, needsOf, unknownSteps } from './build/judged.ts';
import type { ContextSource } from './build/state.ts';
import type { StepRecord, SymbolicBuild } from './build/symbolic-build.ts';
import { symbolicBuild } from './build/symbolic-build.ts';
import type { Token, Values } from './build/values.ts';
import { overlayTree } from './context/memory.ts';
import type { ScannedDockerfile } from './dockerfile/scan.ts';
import { onOneLine } from './edit/lines.ts';
import { fix } from './fix.ts';
import { parseIgnore } from './ignore/patterns.ts';
import type { AcceptedFix, Plan, PlanOptions } from './plan/plan.ts';
import type { BuildView, Project, ProjectView } from './plan/project.ts';
import { openProject } from './plan/project.ts';
import type { Transform } from './plan/transform.ts';
import type { BuildContext, Path } from './types.ts';

/** One step of a build: what BuildKit counts as one (FROM, RUN, COPY, ADD, WORKDIR). */
export interface ExplainedStep {
  /** 1-based, counted through the whole file. */
  readonly number: number;
  /** 1-based. */
  readonly line: number;
  /** On one line, in full. */
  readonly instruction: string;
  readonly kind: StepRecord['kind'];
  /** Files and folders of the context: `app.py`, `src/`, and `.` for all of it. */
  readonly reads: readonly string[];
  /** What runs the step again although it does not need it, written likewise. */
  readonly exposedTo: readonly string[];
  /** Null for a step that is exposed to nothing. */
  readonly exposure: StepExposure | null;
  /** The command for which nobody can say what of the context the step needs; null if that is known. */
  readonly doubt: StepDoubt | null;
  /** The installs of a RUN that read less than the RUN does, where that runs them again. */
  readonly parts: readonly ExplainedPart[];
  /** Why the step may read everything; null if dockfix understands it. */
  readonly opaque: string | null;
  /** Does it run again for the changed files? Null if none were given. */
  readonly reruns: boolean | null;
}

/** An install among the commands of a RUN: it is cached only with all of them. */
export interface ExplainedPart {
  /** On one line, in full. */
  readonly command: string;
  readonly reads: readonly string[];
}

export interface StepExposure {
  /** How many files of the context run the step again for nothing. */
  readonly files: number;
  /** The step to blame: the one that brings most of them into the cache key; it may be the step itself, by a mount. */
  readonly line: number;
  readonly instruction: string;
}

/** A command that is not understood, in the step itself or in one before it that made something which the step uses. */
export interface StepDoubt {
  readonly line: number;
  readonly command: string;
}

/** What of a plan concerns one build. */
export interface BuildFindings extends Omit<Plan, 'changes' | 'steps'> {
  /** Does its Dockerfile or its ignore file change? */
  readonly changed: boolean;
}

/** One Dockerfile with one build context, as it is and as dockfix would leave it. Paths are relative to the tree's root. */
export interface ExplainedBuild extends BuildFindings {
  readonly path: Path;
  readonly context: Path;
  readonly before: readonly ExplainedStep[];
  readonly after: readonly ExplainedStep[];
  readonly plan: Plan;
}

export interface ExplainOptions extends PlanOptions {
  /** Files that are taken to have changed, relative to the tree's root; null if that is not asked. */
  readonly changed: ReadonlySet<Path> | null;
}

/** One build of a Dockerfile, seen in its project. */
export interface BuildInProject {
  readonly view: ProjectView;
  readonly build: BuildView;
}

/** A build as it is and as dockfix would leave it. */
export interface ComparedBuild {
  readonly path: Path;
  readonly context: Path;
  readonly before: BuildInProject;
  /** The same object as `before` if dockfix changes nothing in the project. */
  readonly after: BuildInProject;
  readonly plan: Plan;
}

/** The steps of each build of a project, before and after the transforms. Pure: nothing is written. */
export function explain(project: Project, transforms: readonly Transform[], options: ExplainOptions): readonly ExplainedBuild[] {
  return comparedBuilds(project, transforms, options).map((compared) => ({
    ...compared,
    ...findingsOf(compared),
    before: stepsOf(compared.before, options.changed),
    after: stepsOf(compared.after, options.changed),
  }));
}

/** What concerns a build: fixes of its Dockerfile and of its ignore file, and what is left alone in the Dockerfile. */
export function findingsOf({ path, plan, after }: ComparedBuild): BuildFindings {
  const { ignoreFile } = after.build;
  const own = (fixes: readonly AcceptedFix[]): readonly AcceptedFix[] => fixes.filter(({ dockerfile, files }) => dockerfile === path || (ignoreFile !== null && files.includes(ignoreFile)));
  return {
    changed: plan.changes.has(path) || (ignoreFile !== null && plan.changes.has(ignoreFile)),
    fixes: own(plan.fixes),
    heldBack: own(plan.heldBack),
    refusals: plan.refusals.filter(({ dockerfile }) => dockerfile === path),
  };
}

/** The builds of a project before and after the transforms. Those that differ only in arguments or target look alike: one stands for all. */
export function comparedBuilds(project: Project, transforms: readonly Transform[], options: PlanOptions): readonly ComparedBuild[] {
  const builds = buildsUnder(project, fix(project, transforms, options));
  return builds.filter(({ path, context }, at) => builds.findIndex((other) => other.path === path && other.context === context) === at);
}

/** All builds of a project before and after a plan. */
export function buildsUnder(project: Project, plan: Plan): readonly ComparedBuild[] {
  const before = openProject(project);
  const after = plan.changes.size === 0 ? before : openProject({ ...project, tree: overlayTree(project.tree, plan.changes) });
  return before.dockerfiles.flatMap((dockerfile, index) =>
    dockerfile.builds.flatMap((build, at): readonly ComparedBuild[] => {
      const rewritten = after.dockerfiles[index]?.builds[at];
      if (!rewritten) return [];
      const original = { view: before, build };
      return [{ path: dockerfile.path, context: build.build.context, before: original, after: after === before ? original : { view: after, build: rewritten }, plan }];
    }),
  );
}

function stepsOf(compared: BuildInProject, changed: ReadonlySet<Path> | null): readonly ExplainedStep[] {
  const { build, view } = compared;
  const { symbolic } = build;
  const records = new Map(symbolic.stages.flatMap(({ steps }, stage) => steps.map((record, index) => [record, { stage, index }] as const)));
  const site: Site = { symbolic, values: view.values, unknown: unknownSteps(symbolic), counter: fileCounter(build.context), done: new Set() };
  const rebuilt = changed === null ? null : rebuild(compared, changed);
  return judgedSteps(symbolic, view.values).map((judged, at) => {
    const place = records.get(judged.record);
    const now = place && rebuilt?.stages[place.stage]?.steps[place.index];
    return explainStep(judged, at + 1, site, rebuilt === null ? null : now?.key !== judged.record.key);
  });
}

/** What is the same for all steps of a build. */
interface Site {
  readonly symbolic: SymbolicBuild;
  readonly values: Values;
  readonly unknown: ReadonlyMap<Token, StepRecord>;
  readonly counter: FileCounter;
  /** What the steps so far installed: in the same way it is not installed again. */
  readonly done: Set<Token>;
}

/** The same build with other files: a step whose key is the same would be CACHED. */
export function rebuild(compared: BuildInProject, changed: ReadonlySet<Path>): SymbolicBuild {
  const { build, symbolic, context } = compared.build;
  const prefix = build.context === '' ? '' : `${build.context}/`;
  const inContext = new Set([...changed].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)));
  return symbolicBuild(symbolic.model, build, withDeleted(context, inContext, hiddenBy(compared)), compared.view.values, { changed: inContext });
}

/** A changed file that is not there was deleted, which changes the directory that is copied. */
function withDeleted(context: BuildContext, changed: ReadonlySet<Path>, isHidden: (path: Path, isDirectory: boolean) => boolean): BuildContext {
  const deleted = new Set([...changed].filter((path) => context.has(path) === 'no' && !isHidden(path, false)));
  return deleted.size === 0 ? context : { ...context, has: (path) => (deleted.has(path) ? 'yes' : context.has(path)) };
}

/** What the ignore file in force keeps from the builder, whether it is there today or not. */
export function hiddenBy({ view, build: { ignoreFile } }: BuildInProject): (path: Path, isDirectory: boolean) => boolean {
  const parsed = parseIgnore(ignoreFile === null ? '' : (view.tree.read(ignoreFile) ?? ''));
  if (parsed.kind === 'error') return () => false;
  const { excludes, mayReinclude, disputed } = parsed.matcher;
  return (path, isDirectory) => excludes(path) && !disputed(path, isDirectory ? 'directory' : 'file') && !(isDirectory && mayReinclude(path));
}

function explainStep(judged: JudgedStep, number: number, site: Site, reruns: boolean | null): ExplainedStep {
  const { record, doubtful } = judged;
  const { scanned } = site.symbolic.model;
  const parts = partsOf(judged, site);
  const exposures = exposuresOf(judged, parts, site.symbolic.files);
  const isInDoubt = doubtful !== null && parts.length === 0 && site.counter(doubtful.sources) > 0;
  return {
    number,
    line: record.line,
    instruction: instructionText(scanned, record),
    kind: record.kind,
    reads: record.opaque === null ? namesOf(readsOf(record)) : ['.'],
    exposedTo: namesOf(exposures),
    exposure: exposureFrom(exposures, site),
    doubt: isInDoubt ? { line: doubtful.because.line, command: unknownCommand(scanned, doubtful.because) } : null,
    parts: parts.map(({ command, reads }) => ({ command: commandText(scanned, record, command), reads: namesOf(reads) })),
    opaque: record.opaque,
    reruns,
  };
}

/** What a step reads, files that are changed included. */
function readsOf({ reads, run }: StepRecord): readonly ContextSource[] {
  return [...reads, ...(run?.commands ?? []).flatMap((command) => command.effects.flatMap(({ changed }) => changed))];
}

/** What runs the step again although it, or an install in it, does not need it. */
function exposuresOf({ key, idle }: JudgedStep, parts: readonly Part[], files: BuildContext): readonly BroughtSource[] {
  return key.filter((source) => idle.includes(source) || parts.some(({ needs }) => !isCoveredFileByFile(source, needs, files)));
}

interface Part {
  readonly command: ExecutedCommand;
  readonly reads: readonly ContextSource[];
  /** What it reads, and what that was made from. */
  readonly needs: readonly ContextSource[];
}

/**
 * The installs of a step to which it brings changes of directories that only the rest of the step needs, or may need;
 * that they are exposed to another one's manifest is no fault. Of an install that uses what a command made which is not
 * understood nobody can say so.
 */
function partsOf({ record: { run }, key, idle }: JudgedStep, { symbolic, values, unknown, done }: Site): readonly Part[] {
  const ofTheRest = key.filter((source) => source.deep && !idle.includes(source));
  return (run?.commands ?? []).flatMap((command): readonly Part[] => {
    const fresh = command.effects.filter(({ effect, token }) => !done.has(token) && (effect.kind === 'install' || effect.writes.some(({ place, how }) => place.path === osRegion && how === 'add')));
    for (const { token } of command.effects) done.add(token);
    const exposed = fresh.filter((executed) => {
      const { known, behind } = needsOf([executed], symbolic, values, unknown);
      return behind.length === 0 && ofTheRest.some((source) => !isCoveredFileByFile(source, known, symbolic.files));
    });
    if (exposed.length === 0) return [];
    const reads = exposed.flatMap((executed) => [...executed.reads, ...executed.changed]);
    return [{ command, reads, needs: needsOf(exposed, symbolic, values, unknown).known }];
  });
}

function commandText(scanned: ScannedDockerfile, record: StepRecord, { step }: ExecutedCommand): string {
  return step === null ? instructionText(scanned, record) : onOneLine(scanned.text.slice(step.span.start, step.span.end));
}

/** The command for which a step is not understood, in two words; the instruction where it is not one command. */
function unknownCommand(scanned: ScannedDockerfile, record: StepRecord): string {
  const call = record.run?.commands.find(({ opaque }) => opaque !== null)?.call;
  if (!call) return instructionText(scanned, record);
  const [program = '', first = '-'] = onOneLine(scanned.text.slice(call.span.start, call.span.end)).split(/\s+/);
  return first.startsWith('-') ? program : `${program} ${first}`;
}

/** The step to blame is the one that brings most of the files. */
function exposureFrom(exposures: readonly BroughtSource[], { symbolic, counter }: Site): StepExposure | null {
  const files = counter(exposures);
  if (files === 0) return null;
  const steps = [...new Set(exposures.map(({ by }) => by))];
  const counts = steps.map((step) => counter(exposures.filter(({ by }) => by === step)));
  const blamed = steps[counts.indexOf(Math.max(...counts))];
  return blamed ? { files, line: blamed.line, instruction: instructionText(symbolic.model.scanned, blamed) } : null;
}

// ---------------------------------------------------------------------------------------------------------------- files

/** How many files of the context are among these sources? Sources that come up again are not listed again. */
type FileCounter = (sources: readonly ContextSource[]) => number;

function fileCounter(context: BuildContext): FileCounter {
  const counts = new Map<string, number>();
  return (sources) => {
    const wide = sources.filter((source) => !isInside(source, sources));
    const key = wide.map((source) => `${source.path}${source.deep ? '/' : ''}`).join('\n');
    const known = counts.get(key);
    if (known !== undefined) return known;
    const files = new Set(wide.flatMap((source) => (source.deep ? [...context.files(source.path)] : context.has(source.path) === 'no' ? [] : [source.path])));
    counts.set(key, files.size);
    return files.size;
  };
}

/** Is a source below another one? */
function isInside(source: ContextSource, sources: readonly ContextSource[]): boolean {
  return sources.some((other) => other.deep && other !== source && other.path !== source.path && (other.path === '' || source.path.startsWith(`${other.path}/`)));
}

function namesOf(sources: readonly ContextSource[]): readonly string[] {
  const wide = sources.filter((source) => !isInside(source, sources));
  return [...new Set(wide.map(({ path, deep }) => (path === '' ? '.' : deep ? `${readable(path)}/` : readable(path))))];
}

/** An instruction on one line, in full; continuations joined and comments left out. */
export function instructionText(scanned: ScannedDockerfile, { instruction }: StepRecord): string {
  const { keyword, flags, text, heredocs } = instruction;
  const words = [keyword, ...flags.map((flag) => scanned.text.slice(flag.span.start, flag.span.end)), text.replaceAll(/\s+/g, ' ').trim()];
  const [script] = heredocs;
  return script === undefined ? words.join(' ') : `${words.join(' ')} ${script.content.trim().replaceAll(/(?<!\s)\s*\n\s*/g, '; ')}`;
}
