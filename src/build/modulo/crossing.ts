import { parse } from '../../dockerfile/parse.ts';
import { stageReference } from '../../dockerfile/stages.ts';
import { libcOfReference } from '../../images/base-facts.ts';
import { compiledVerdict } from '../../manifests/compiled.ts';
import { lockKindOf, readLock } from '../../manifests/locks.ts';
import type { Path } from '../../types.ts';
import type { Place } from '../places.ts';
import { anchorOf, isRegion, isSymbolic, isWithin, join, parentOf, readable, regionsBehind, resolvePath, systemDirectories } from '../places.ts';
import type { ExecutedEffect } from '../runner.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../symbolic-build.ts';
import { isPureProject } from './pure-project.ts';
import { contextOf } from './runtime.ts';

/** Something that one stage takes from another, by COPY or by a mount. */
export interface Crossing {
  readonly from: number;
  readonly to: number;
  readonly source: Path;
  readonly line: number;
  /** It may hold something that was compiled, and so runs only with the C library that it was made for. */
  readonly compiled: boolean;
}

/** All that stages take from stages. */
export function crossingsOf(build: SymbolicBuild): readonly Crossing[] {
  return build.stages.flatMap((stage) => stage.steps.flatMap((step) => takenBy(build, stage, step)));
}

function takenBy(build: SymbolicBuild, stage: StageResult, step: StepRecord): readonly Crossing[] {
  const parsed = parse(step.instruction, build.model.scanned);
  const taken: { name: string; source: Path }[] = [];
  if (parsed.keyword === 'COPY' && parsed.from !== null) {
    const { from } = parsed;
    const sources = step.copy ? step.copy.items.map((item) => item.source) : parsed.sources.map((source) => source.text);
    taken.push(...sources.map((source) => ({ name: from, source })));
  }
  if (parsed.keyword === 'RUN') taken.push(...parsed.mounts.flatMap((mount) => (mount.from === null ? [] : [{ name: mount.from, source: mount.source ?? '/' }])));
  return taken.flatMap(({ name, source }) => {
    const from = stageReference(build.model, stage.stage.index, name);
    const other = from === null ? undefined : build.stages[from.index];
    if (!other) return [];
    const path = resolvePath('/', source);
    return [{ from: other.stage.index, to: stage.stage.index, source: path, line: step.line, compiled: mayBeCompiled(build, other, path) }];
  });
}

/** The image that a stage stands on, as FROM names it with the arguments' values. */
export function baseOf(build: SymbolicBuild, stage: StageResult): string | null {
  const root = build.stages[stage.chain[0] ?? stage.stage.index] ?? stage;
  return root.stage.base.kind === 'image' ? (root.reference ?? root.stage.base.expanded) : null;
}

export function libcOf(build: SymbolicBuild, index: number): 'glibc' | 'musl' | null {
  const stage = build.stages[index];
  const base = stage && baseOf(build, stage);
  return base ? libcOfReference(readable(base)) : null;
}

/** Could there be machine code at a path of a stage? Not where only the context, or Python without machine code, lies. */
function mayBeCompiled(build: SymbolicBuild, stage: StageResult, path: Path): boolean {
  const steps = stage.chain.flatMap((index) => build.stages[index]?.steps ?? []);
  const base = baseOf(build, stage) ?? '';
  // What a JavaScript build makes is text; only node_modules holds programs.
  if (/(?:^|\/)node:/.test(base) && !/node_modules/.test(path) && !systemDirectories.includes(path.split('/')[1] ?? '')) return false;
  const writers = steps.filter((step) => step.run !== null && writes(step, path));
  if (writers.length === 0) return !broughtByCopy(build, steps, path) && isOfTheSystem(path);
  if (isOfTheBase(path) && !writers.some((step) => step.opaque === null && step.run?.written.some((place) => place.path === path))) return true;
  // What was copied by a command may come from any install; one whose prefix is not known may have gone here.
  const copied = writers.some((step) => !isInstall(step));
  const installs = steps.filter((step) => isInstall(step) && (copied || writers.includes(step) || hasUnknownPrefix(step)));
  if (installs.some((step) => bringsPython(step, copied ? '/' : path))) return true;
  return installs.length === 0 || compilesAnyway(build, stage) || !installs.every((step) => installsPureOnly(build, step));
}

/**
 * The base image's own Python and libraries. Packages are beside them; `bin/python` of a virtual environment is a link to
 * where all official images have it.
 */
function isOfTheBase(path: Path): boolean {
  return systemDirectories.includes(path.split('/')[1] ?? '') && !/\/site-packages(?:\/|$)/.test(path);
}

/** Does a step put a Python of uv's below a path? Those are made for one C library, and lie outside the environments. */
function bringsPython(step: StepRecord, path: Path): boolean {
  return step.run?.commands.some((command) => command.effects.some(({ effect }) => effect.writes.some(({ place }) => isPythonOfUv(place) && isWithin(anchorOf(place.path), path)))) === true;
}

function isPythonOfUv({ path }: Place): boolean {
  return isRegion(path) && path.endsWith('uv-python');
}

/** Options, variables and settings under which wheels for every platform do not keep something compiled away. */
const compiling = /no-binary|NO_BINARY|always-copy|ALWAYS_COPY|--copies\b|VIRTUALENV_COPIES/;

function compilesAnyway(build: SymbolicBuild, stage: StageResult): boolean {
  const instructions = stage.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? []);
  if (instructions.some(({ text, heredocs }) => compiling.test(text) || heredocs.some(({ content }) => compiling.test(content)))) return true;
  const read = stage.chain.flatMap((index) => build.stages[index]?.steps ?? []).flatMap((step) => step.run?.commands.flatMap((command) => command.effects.flatMap(({ reads }) => reads)) ?? []);
  const settings = new Set(read.filter(({ path, deep }) => !deep && /(?:^|\/)(?:pyproject|uv|poetry|pdm)\.toml$/.test(path)).map(({ path }) => path));
  return [...settings].some((path) => compiling.test(contextOf(build)?.read(path) ?? ''));
}

const installing = new Set(['install', 'project-install', 'build', 'run']);

function isInstall(step: StepRecord): boolean {
  return step.opaque !== null || step.run?.commands.some((command) => command.effects.some(({ effect }) => installing.has(effect.kind))) === true;
}

function hasUnknownPrefix(step: StepRecord): boolean {
  return step.run?.commands.some((command) => command.effects.some(({ effect }) => installing.has(effect.kind) && effect.writes.some(({ place }) => isSymbolic(place.path)))) === true;
}

function isOfTheSystem(path: Path): boolean {
  const [, top = ''] = path.split('/');
  return path === '/' || systemDirectories.includes(top) || top === 'root' || top === 'home' || top === 'opt';
}

function broughtByCopy(build: SymbolicBuild, steps: readonly StepRecord[], path: Path): boolean {
  return contextOf(build) !== null && steps.some((step) => step.copy !== null && step.copy.contextSources.length > 0 && step.copy.items.some((item) => isWithin(path, item.target)));
}

function writes(step: StepRecord, path: Path): boolean {
  if (step.opaque !== null) return true;
  const regions = regionsBehind(path);
  return step.run?.commands.some((command) =>
    command.effects.some(({ effect }) =>
      effect.kind !== 'users' && effect.kind !== 'observe' && effect.writes.some(({ place, how, only }) => {
        if (only !== undefined || how === 'remove' || how === 'make-directory') return false;
        if (isRegion(place.path)) return regions.includes(place.path) || isWithin(parentOf(place.path), path);
        return isWithin(place.path, path) || (place.deep && isWithin(path, place.path));
      }),
    ),
  ) === true;
}

/** Does a step install Python packages of a lock that has only wheels for every platform, and a project without machine code? */
function installsPureOnly(build: SymbolicBuild, step: StepRecord): boolean {
  if (step.opaque !== null || !step.run) return false;
  return step.run.commands.every((command) =>
    command.effects.every((executed) => {
      const { kind } = executed.effect;
      if (kind === 'files' || kind === 'users' || kind === 'observe' || kind === 'os-packages') return true;
      if (kind !== 'install' && kind !== 'project-install') return false;
      // The Python that uv may bring is looked for where it lies.
      if (executed.effect.writes.length > 0 && executed.effect.writes.every(({ place }) => isPythonOfUv(place))) return true;
      if (kind === 'project-install' && !projectsOf(executed).every((path) => path !== null && isPureProject(contextOf(build), path))) return false;
      const locks = executed.reads.filter((read) => !read.deep && lockKindOf(read.path) !== null);
      return locks.length > 0 && locks.every((read) => isPureLock(build, read.path));
    }),
  );
}

/** The directories of the context whose projects an effect installs; null for one that does not come from there. */
function projectsOf({ effect, reads }: ExecutedEffect): readonly (Path | null)[] {
  const directories = effect.reads.filter(({ path, deep }) => deep && !systemDirectories.includes(path.split('/')[1] ?? ''));
  return directories.map(({ path }) => {
    const manifest = reads.find((read) => !read.deep && read.at === join(path, 'pyproject.toml'));
    return manifest === undefined ? null : parentOf(manifest.path);
  });
}

function isPureLock(build: SymbolicBuild, path: Path): boolean {
  const kind = lockKindOf(path);
  const lock = kind === null ? null : readLock(kind, contextOf(build)?.read(path));
  if (lock?.kind !== 'ok') return false;
  return lock.lock.packages.every((locked) => ['virtual', 'editable', 'directory'].includes(locked.source) || compiledVerdict(locked) === 'pure');
}
