/** Replays a history on today's Dockerfile and on dockfix's: which steps each commit would have run again. Pure. */
import { isCovered } from '../build/exposure.ts';
import { isWithin, resolvePath } from '../build/places.ts';
import type { KeySource } from '../build/key-sources.ts';
import { keySources } from '../build/key-sources.ts';
import type { ContextSource } from '../build/state.ts';
import type { StepRecord } from '../build/symbolic-build.ts';
import { symbolicBuild } from '../build/symbolic-build.ts';
import { parse } from '../dockerfile/parse.ts';
import type { BuildInProject, ComparedBuild } from '../explain.ts';
import { hiddenBy, instructionText } from '../explain.ts';
import { matchesPattern } from '../ignore/patterns.ts';
import type { Path } from '../types.ts';
import type { History, PathChanges } from './history.ts';
import { installsOfSteps } from './installs.ts';
import type { NeededPart } from './parts.ts';
import { neededParts } from './parts.ts';

export interface Replayed {
  readonly commits: number;
  /** Commits that changed the Dockerfile or its ignore file: each step counts as run again, before and after. */
  readonly recipeCommits: number;
  readonly before: Reruns;
  readonly after: Reruns;
  /** The files that ran an install again before, by themselves (any step, where none is an install); the most frequent first. */
  readonly causes: readonly Cause[];
  /** Steps that make something from a part of the source, and ran again for changes of the rest. */
  readonly partBuilds: readonly PartReruns[];
}

export interface Reruns {
  /** Commands of the Dockerfile that install dependencies. */
  readonly installs: number;
  /** Commits after which at least one of them runs again. */
  readonly installReruns: number;
  /** All of them that run again, summed over the commits. */
  readonly installRuns: number;
  /** Those among them for which the reason is only that `.git` is in the build context. */
  readonly onlyForGit: number;
  /** Those among them for which the reason is only that the build passes another value for each commit; left out if there are none. */
  readonly onlyForArguments?: number;
  /** All steps that run again, summed over the commits. */
  readonly stepReruns: number;
}

export interface Cause {
  readonly file: Path;
  /** Commits in which its change was enough. */
  readonly reruns: number;
  /** The same with dockfix's changes. */
  readonly rerunsAfter: number;
}

/** `history`: that of the folder which is the project's root. */
export function replay({ before, after }: ComparedBuild, history: History): Replayed {
  const recipe = new Set([before, after].flatMap(recipeOf));
  const changes = [...history.changes, ...changesOfGit(before, history)];
  const old = [...changesThatRerun(before, changes, recipe), ...changesOfArguments(before, history)];
  const now = after === before ? old : [...changesThatRerun(after, changes, recipe), ...changesOfArguments(after, history)];
  const counts = totals(before, old);
  const isCause = ({ path, reran }: Rerunning): boolean => path !== argumentsOfBuild && (counts.installs === 0 ? reran.steps : reran.installs) > 0;
  const causesAfter = new Set(now.filter(isCause).map(({ path }) => path));
  const causes = old.filter(isCause).map(({ path, commits }) => ({ file: path, reruns: commits.length, rerunsAfter: causesAfter.has(path) ? commits.length : 0 }));
  return {
    commits: history.times.length,
    recipeCommits: new Set(old.filter(({ path }) => recipe.has(path)).flatMap(({ commits }) => commits)).size,
    before: counts,
    after: totals(after, now),
    partBuilds: partReruns({ before, after }, { old, now, recipe }),
    causes: causes.toSorted((a, b) => b.reruns - a.reruns || (a.file < b.file ? -1 : 1)),
  };
}

/** Of git's own files, this one is written with each commit, in every clone. */
const indexOfGit: Path = '.git/index';

/** Where a clone's `.git` lies, it is in the build context like any other directory: all commits change it. */
function changesOfGit({ view }: BuildInProject, { times }: History): readonly PathChanges[] {
  return view.tree.kind('.git') === 'directory' ? [{ path: indexOfGit, commits: [...times.keys()] }] : [];
}

/** Stands among the changes for the arguments that another commit changes: no path of a repository is empty. */
const argumentsOfBuild: Path = '';

/** Arguments that get another value with each commit: what they run again, as `rebuild` would say of other values. */
function changesOfArguments(side: BuildInProject, { times }: History): readonly Rerunning[] {
  const { build, symbolic, context } = side.build;
  const names = build.perCommit ?? [];
  if (names.length === 0) return [];
  const other = { ...build, args: new Map([...build.args, ...names.map((name) => [name, 'of the next commit'] as const)]) };
  const rebuilt = symbolicBuild(symbolic.model, other, context, side.view.values, {});
  const rerun = symbolic.stages.map(({ steps }, stage) => {
    const first = steps.findIndex(({ key, cacheable }, at) => cacheable && rebuilt.stages[stage]?.steps[at]?.key !== key);
    return first < 0 ? steps.length : first;
  });
  if (rerun.every((from, stage) => from === symbolic.stages[stage]?.steps.length)) return [];
  return [{ path: argumentsOfBuild, commits: [...times.keys()], rerun, reran: reranFor(side)([rerun]) }];
}

/** The files that say how to build. */
function recipeOf({ build: { build, ignoreFile } }: BuildInProject): readonly Path[] {
  return ignoreFile === null ? [build.dockerfile] : [build.dockerfile, ignoreFile];
}

// --------------------------------------------------------------------------------------------------------------- steps

/** What runs again: in each stage the steps from one place on (the number of its steps: none). */
type Rerun = readonly number[];

interface Reran {
  readonly steps: number;
  readonly installs: number;
}

/** A path of which a change runs something again, and what. */
interface Rerunning extends PathChanges {
  readonly rerun: Rerun;
  readonly reran: Reran;
}

function changesThatRerun(side: BuildInProject, changes: readonly PathChanges[], recipe: ReadonlySet<Path>): readonly Rerunning[] {
  const ofFile = rerunsOfFile(side);
  // The base images stay as they are.
  const all = side.build.symbolic.stages.map(() => 1);
  const reranBy = reranFor(side);
  const found: Rerunning[] = [];
  for (const { path, commits } of changes) {
    const rerun = recipe.has(path) ? all : ofFile(path);
    if (rerun !== null) found.push({ path, commits, rerun, reran: reranBy([rerun]) });
  }
  return found;
}

/** What several changes together run again. There are few kinds of them, however many commits there are. */
function reranFor({ build: { symbolic } }: BuildInProject): (reruns: readonly Rerun[]) => Reran {
  const installs = installsOfSteps(symbolic);
  const known = new Map<string, Reran>();
  return (reruns) => {
    const from = symbolic.stages.map(({ steps }, stage) => Math.min(steps.length, ...reruns.map((rerun) => rerun[stage] ?? steps.length)));
    const key = from.join(' ');
    const before = known.get(key);
    if (before !== undefined) return before;
    const steps = symbolic.stages.flatMap((stage, index) => stage.steps.slice(from[index])).filter(({ cacheable }) => cacheable);
    const reran = { steps: steps.length, installs: sum(steps.map((step) => installs.get(step) ?? 0)) };
    known.set(key, reran);
    return reran;
  };
}

/**
 * What a change of one path runs again, as `rebuild` of explain.ts would say of a file that is there. One that was
 * deleted since counts as well: it belongs to whatever copies its directory, or a pattern that it matches.
 */
export function rerunsOfFile(side: BuildInProject): (path: Path) => Rerun | null {
  const { build, symbolic } = side.build;
  const sources = keySources(symbolic, side.view.values);
  const patterns = symbolic.stages.map(({ steps }) => patternsOf(steps, symbolic.model.scanned));
  const isHidden = hiddenBy(side);
  const prefix = build.context === '' ? '' : `${build.context}/`;
  return (path) => {
    if (!path.startsWith(prefix)) return null;
    const isDirectory = path.endsWith('/');
    const inContext = path.slice(prefix.length, isDirectory ? -1 : undefined);
    if (isHidden(inContext, isDirectory)) return null;
    const rerun = symbolic.stages.map(({ steps }, stage) => {
      const copied = (sources[stage] ?? []).filter((source) => meets(source, inContext, isDirectory)).map(({ step }) => step);
      const matched = (patterns[stage] ?? []).filter(({ pattern }) => matchesPattern(pattern, inContext) === true).map(({ step }) => step);
      return Math.min(steps.length, ...copied, ...matched);
    });
    return rerun.every((from, stage) => from === symbolic.stages[stage]?.steps.length) ? null : rerun;
  };
}

/** Does a changed file, or a directory of which something changed, belong to a source? */
function meets(source: KeySource, path: Path, isDirectory: boolean): boolean {
  if (source.deep ? isWithin(path, source.path) : source.path === path) return true;
  return isDirectory && isWithin(source.path, path);
}

interface Pattern {
  readonly pattern: string;
  /** The place of the COPY among the steps of its stage. */
  readonly step: number;
}

/** The patterns of COPY and ADD. With a variable in it a pattern is not known here. */
function patternsOf(steps: readonly StepRecord[], scanned: Parameters<typeof parse>[1]): readonly Pattern[] {
  return steps.flatMap(({ instruction }, step) => {
    const parsed = parse(instruction, scanned);
    if ((parsed.keyword !== 'COPY' && parsed.keyword !== 'ADD') || parsed.from !== null) return [];
    const written = parsed.sources.map(({ text }) => text).filter((text) => /[*?[]/.test(text) && !text.includes('$'));
    return written.map((text) => ({ pattern: resolvePath('/', text).slice(1), step }));
  });
}

// --------------------------------------------------------------------------------------------------------------- parts

/** How often a step ran again that makes something from a part of the source, and comes after a copy of more than that. */
export interface PartReruns {
  /** 1-based line of the RUN, and its text on one line. */
  readonly line: number;
  readonly instruction: string;
  /** What of the build context it reads, and the folder in which it works if that is not known; folders end with a slash. */
  readonly reads: readonly Path[];
  /** Steps before it that are not understood: it needs no more than it reads only if it uses nothing that they make of other files. */
  readonly unless: readonly Named[];
  /** Only where it is not known what it reads: the folder outside which it is taken to read nothing. */
  readonly supposedIn?: Path;
  /** Commits that ran it again, and those among them that changed what it reads, or what comes before the copy. */
  readonly reruns: number;
  readonly needed: number;
  /** Commits that run it again with dockfix's changes. */
  readonly rerunsAfter: number;
}

/** A step of the Dockerfile. */
export interface Named {
  readonly line: number;
  readonly instruction: string;
}

interface Replays {
  readonly old: readonly Rerunning[];
  readonly now: readonly Rerunning[];
  readonly recipe: ReadonlySet<Path>;
}

function partReruns({ before, after }: Pick<ComparedBuild, 'before' | 'after'>, replays: Replays): readonly PartReruns[] {
  const { scanned } = before.build.symbolic.model;
  const named = (step: StepRecord): Named => ({ line: step.line, instruction: instructionText(scanned, step) });
  return neededParts(before).map((part) => ({ ...named(part.step), reads: part.reads.map(pathOf), unless: part.unless.map(named), ...(part.alone === null ? {} : { supposedIn: `${part.alone}/` }), ...countPart(part, after, replays) }));
}

function countPart({ stage, at, step, copy, reads }: NeededPart, after: BuildInProject, { old, now, recipe }: Replays): Pick<PartReruns, 'reruns' | 'needed' | 'rerunsAfter'> {
  const isRead = (path: Path): boolean => isCovered({ path: path.replace(/\/$/, ''), deep: false }, reads);
  const reran = old.filter(({ rerun }) => runsAgain(rerun, stage, at));
  const needed = reran.filter(({ path, rerun }) => recipe.has(path) || isRead(path) || runsAgain(rerun, copy.stage, copy.at - 1));
  const later = after.build.symbolic.stages[stage]?.steps.findIndex(({ instruction }) => instruction.text === step.instruction.text) ?? -1;
  const still = later < 0 ? reran : now.filter(({ rerun }) => runsAgain(rerun, stage, later));
  return { reruns: commitsOf(reran), needed: commitsOf(needed), rerunsAfter: commitsOf(still) };
}

function pathOf({ path, deep }: ContextSource): Path {
  return path + (deep ? '/' : '');
}

function runsAgain(rerun: Rerun, stage: number, step: number): boolean {
  return (rerun[stage] ?? step + 1) <= step;
}

function commitsOf(changes: readonly PathChanges[]): number {
  return new Set(changes.flatMap(({ commits }) => commits)).size;
}

// -------------------------------------------------------------------------------------------------------------- counts

function totals(side: BuildInProject, changes: readonly Rerunning[]): Reruns {
  const reran = reranByCommit(side, changes);
  const installReruns = withInstall(reran);
  const onlyForArguments = installReruns - withInstall(reranByCommit(side, changes.filter(({ path }) => path !== argumentsOfBuild)));
  return {
    installs: sum([...installsOfSteps(side.build.symbolic).values()]),
    installReruns,
    installRuns: sum(reran.map(({ installs }) => installs)),
    onlyForGit: installReruns - withInstall(reranByCommit(side, changes.filter(({ path }) => path !== indexOfGit))),
    ...(onlyForArguments > 0 ? { onlyForArguments } : {}),
    stepReruns: sum(reran.map(({ steps }) => steps)),
  };
}

function withInstall(reran: readonly Reran[]): number {
  return reran.filter(({ installs }) => installs > 0).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What each commit that ran something again ran again. */
function reranByCommit(side: BuildInProject, changes: readonly Rerunning[]): readonly Reran[] {
  const byCommit = new Map<number, Rerun[]>();
  for (const { commits, rerun } of changes) {
    for (const commit of commits) {
      const list = byCommit.get(commit);
      if (list) list.push(rerun);
      else byCommit.set(commit, [rerun]);
    }
  }
  return [...byCommit.values()].map(reranFor(side));
}
