/** Replays a history on today's Dockerfile and on dockfix's: which steps each commit would have run again. Pure. */
import { isWithin, resolvePath } from '../build/places.ts';
import type { KeySource } from '../build/key-sources.ts';
import { keySources } from '../build/key-sources.ts';
import type { StepRecord } from '../build/symbolic-build.ts';
import { parse } from '../dockerfile/parse.ts';
import type { BuildInProject, ComparedBuild } from '../explain.ts';
import { matchesPattern, parseIgnore } from '../ignore/patterns.ts';
import type { Path } from '../types.ts';
import type { History } from './history.ts';
import { installSteps } from './installs.ts';

export interface Replayed {
  readonly commits: number;
  /** Commits that changed the Dockerfile or its ignore file: each step counts as run again, before and after. */
  readonly recipeCommits: number;
  readonly before: Reruns;
  readonly after: Reruns;
  /** The files that ran an install again before, by themselves; those that did it most often first. */
  readonly causes: readonly Cause[];
}

export interface Reruns {
  /** Steps that install dependencies. */
  readonly installSteps: number;
  /** Commits after which at least one of them runs again. */
  readonly installReruns: number;
  /** All steps that run again, summed over the commits. */
  readonly stepReruns: number;
}

export interface Cause {
  readonly file: Path;
  /** Commits in which its change was enough to run an install again. */
  readonly reruns: number;
  /** The same with dockfix's changes. */
  readonly rerunsAfter: number;
}

/** `history`: that of the folder which is the project's root. */
export function replay({ before, after }: ComparedBuild, history: History): Replayed {
  const recipe = new Set([before, after].flatMap(recipeOf));
  const old = rerunsOf(before, history.paths, recipe);
  const now = after === before ? old : rerunsOf(after, history.paths, recipe);
  const { commits } = history;
  return {
    commits: commits.length,
    recipeCommits: commits.filter(({ changed }) => changed.some((path) => recipe.has(history.paths[path] ?? ''))).length,
    before: totals(old, history),
    after: totals(now, history),
    causes: causesOf(old, now, history),
  };
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
  readonly hasInstall: boolean;
}

interface SideReruns {
  readonly installSteps: number;
  /** By index of a path: what a change of it runs again; null for nothing. */
  readonly ofPaths: readonly (Rerun | null)[];
  /** What several changes together run again. */
  readonly together: (reruns: Iterable<Rerun>) => Reran;
}

function rerunsOf(side: BuildInProject, paths: readonly Path[], recipe: ReadonlySet<Path>): SideReruns {
  const { symbolic } = side.build;
  const installs = installSteps(symbolic);
  const stages = symbolic.stages.map(({ steps }) => steps);
  const ofFile = rerunsOfFile(side);
  // The base images stay as they are.
  const all = stages.map(() => 1);
  return {
    installSteps: installs.size,
    ofPaths: sharing(paths.map((path) => (recipe.has(path) ? all : ofFile(path)))),
    together: (reruns) => reranFrom(stages, earliest(stages, reruns), installs),
  };
}

/** Equal lists become the same object, so that it is enough to look at each once. */
function sharing(list: readonly (Rerun | null)[]): readonly (Rerun | null)[] {
  const known = new Map<string, Rerun>();
  return list.map((rerun) => {
    if (rerun === null) return null;
    const key = rerun.join(' ');
    const shared = known.get(key) ?? rerun;
    known.set(key, shared);
    return shared;
  });
}

function earliest(stages: readonly (readonly StepRecord[])[], reruns: Iterable<Rerun>): Rerun {
  const list = [...reruns];
  return stages.map((steps, stage) => Math.min(steps.length, ...list.map((rerun) => rerun[stage] ?? steps.length)));
}

function reranFrom(stages: readonly (readonly StepRecord[])[], rerun: Rerun, installs: ReadonlySet<StepRecord>): Reran {
  const steps = stages.flatMap((steps, stage) => steps.slice(rerun[stage])).filter(({ cacheable }) => cacheable);
  return { steps: steps.length, hasInstall: steps.some((step) => installs.has(step)) };
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

/** What the ignore file in force keeps from the builder, whether it is there today or not. */
function hiddenBy({ view, build: { ignoreFile } }: BuildInProject): (path: Path, isDirectory: boolean) => boolean {
  const parsed = parseIgnore(ignoreFile === null ? '' : (view.tree.read(ignoreFile) ?? ''));
  if (parsed.kind === 'error') return () => false;
  const { excludes, mayReinclude, disputed } = parsed.matcher;
  return (path, isDirectory) => excludes(path) && !disputed(path, isDirectory ? 'directory' : 'file') && !(isDirectory && mayReinclude(path));
}

// -------------------------------------------------------------------------------------------------------------- counts

function totals(side: SideReruns, { commits }: History): Reruns {
  const known = new Map<string, Reran>();
  const numbers = new Map<Rerun, number>();
  let installReruns = 0;
  let stepReruns = 0;
  for (const { changed } of commits) {
    const reruns = new Set<Rerun>();
    for (const path of changed) {
      const rerun = side.ofPaths[path];
      if (rerun) reruns.add(rerun);
    }
    if (reruns.size === 0) continue;
    for (const rerun of reruns) if (!numbers.has(rerun)) numbers.set(rerun, numbers.size);
    // There are few kinds of commits, however many commits there are.
    const key = [...reruns].map((rerun) => numbers.get(rerun) ?? 0).toSorted((a, b) => a - b).join(' ');
    const reran = known.get(key) ?? side.together(reruns);
    known.set(key, reran);
    stepReruns += reran.steps;
    if (reran.hasInstall) installReruns += 1;
  }
  return { installSteps: side.installSteps, installReruns, stepReruns };
}

function causesOf(old: SideReruns, now: SideReruns, { commits, paths }: History): readonly Cause[] {
  const times = new Map<number, number>();
  for (const { changed } of commits) for (const path of changed) times.set(path, (times.get(path) ?? 0) + 1);
  const runsInstall = (side: SideReruns): ((path: number) => boolean) => {
    const known = new Map<Rerun, boolean>();
    return (path) => {
      const rerun = side.ofPaths[path];
      if (!rerun) return false;
      const answer = known.get(rerun) ?? side.together([rerun]).hasInstall;
      known.set(rerun, answer);
      return answer;
    };
  };
  const did = runsInstall(old);
  const does = runsInstall(now);
  const causes = [...times].filter(([path]) => did(path)).map(([path, reruns]) => ({ file: paths[path] ?? '', reruns, rerunsAfter: does(path) ? reruns : 0 }));
  return causes.toSorted((a, b) => b.reruns - a.reruns || (a.file < b.file ? -1 : 1));
}
