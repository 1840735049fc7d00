import type { Instruction } from '../../dockerfile/scan.ts';
import type { Path } from '../../types.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import type { Obstacle } from './alpine-run.ts';
import { readAlpineRun } from './alpine-run.ts';
import { baseOf } from './crossing.ts';
import type { InstalledPackage } from './installed.ts';
import { installedPackages, mayAskPkgConfig, mayCompile } from './installed.ts';
import { debianPackages, packageOfProgram, systemLibraries, wantsMore } from './packages.ts';
import { ownDirectories } from './image-files.ts';
import { shellObstacle, stageDoubts, stageObstacles } from './plan-stage.ts';
import type { PlannedRun, PlannedStep, World } from './plan-step.ts';
import { planStep } from './plan-step.ts';
import { runtimePrograms, runtimeScripts, toolsOf } from './plan-tools.ts';
import { baseName } from './shell.ts';
import type { SlimBase } from './slim-base.ts';
import { takenFromImages } from './taken-images.ts';
import { slimBaseOf, suiteObstacle, tabled } from './slim-base.ts';

/**
 * What an Alpine stage becomes on Debian, worked out from the original alone. The transform writes it down; the
 * verification works it out again and holds the rewritten Dockerfile to it.
 */
export interface DebianPlan {
  readonly runs: ReadonlyMap<Instruction, PlannedRun>;
  /** Scripts of the build context that have to change, with their new text. */
  readonly scripts: ReadonlyMap<Path, string>;
  /** Stages whose shell has to be bash: by index, with what dash does not take. */
  readonly needsBash: ReadonlyMap<number, string>;
  /** Debian packages for programs that BusyBox brought: by stage, `wget` for `wget`. */
  readonly tools: ReadonlyMap<number, ReadonlyMap<string, string>>;
  /** Alpine packages with what takes their place. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  readonly obstacles: readonly Obstacle[];
  /** Things that a reader of the change should know. */
  readonly notices: readonly string[];
  /** What is not known to be right: only a person can say so. */
  readonly doubts: readonly string[];
}

/**
 * Works out what the given stages become. `stages` holds, with each, all that start from it; `bases` the images of those
 * whose FROM names one, where arguments are not known; `alsoRun` programs that run in the containers although no
 * instruction says so.
 */
export function planDebian(build: SymbolicBuild, stages: ReadonlySet<number>, bases: ReadonlyMap<number, string> = new Map(), alsoRun: readonly string[] = []): DebianPlan {
  const slimOf = (member: StageResult): SlimBase => slimBaseOf(bases.get(member.chain[0] ?? -1) ?? baseOf(build, member) ?? '');
  const { scanned } = build.model;
  const runs = new Map<Instruction, PlannedRun>();
  const obstacles: Obstacle[] = [];
  const notices: string[] = [];
  const packages = new Map<string, readonly string[]>();
  const needsBash = new Map<number, string>();
  const tools = new Map<number, Map<string, string>>();
  const worlds = new Map<number, World>();
  const kept = new Set<string>();
  const doubts: string[] = [];
  const members = build.stages.filter(({ stage }) => stages.has(stage.index));
  const installed = installedPackages(members);
  const scripts = runtimeScripts(build, members, obstacles);
  const run = (member: StageResult): readonly string[] => [...runtimePrograms(build, member, scripts.all), ...(runsItself(build, members, member) ? alsoRun : [])];
  for (const member of members) {
    for (const program of run(member)) {
      const name = packageOfProgram.get(baseName(program));
      if (name !== undefined) kept.add(name);
    }
  }
  for (const member of members) {
    const { index } = member.stage;
    const slim = slimOf(member);
    const world = worldFor(member, worlds);
    worlds.set(index, world);
    if (!('kind' in slim)) {
      obstacles.push(slim);
      continue;
    }
    // Where no table says what a package is called, the newest one still says whether it is needed.
    const table = tabled.has(slim.suite) ? slim : { ...slim, suite: 'bookworm' };
    for (const instruction of member.stage.instructions) {
      if (instruction.keyword !== 'RUN') continue;
      const alpine = readAlpineRun(scanned, instruction);
      if (!alpine) continue;
      obstacles.push(...alpine.obstacles);
      const planning = { slim: table, world, kept, packages, obstacles, notices, doubts, asksPkgConfig: mayAskPkgConfig(installed), compiles: mayCompile(installed) };
      const steps = alpine.steps.map((read): PlannedStep => ({ read, debian: planStep(read, planning) }));
      runs.set(instruction, { run: alpine, steps });
    }
    if (world.ever.size > 0) obstacles.push(...suiteObstacle(slim));
    const bash = shellObstacle(build, member);
    if (bash !== null) needsBash.set(index, bash);
    obstacles.push(...stageObstacles(build, member, world));
    doubts.push(...stageDoubts(member, ownDirectories(members)));
  }
  for (const { kind, message } of takenFromImages(build, members)) {
    if (kind === 'musl') obstacles.push({ reason: 'base-unknown', message });
    else doubts.push(message);
  }
  for (const member of members) {
    const world = worlds.get(member.stage.index);
    const given = (name: string, whenBuilt: boolean): boolean => world?.explicit.has(name) === true || (whenBuilt && world?.ever.has(name) === true);
    for (const { program, name, whenBuilt } of toolsOf(member, slimOf(member), run(member), obstacles)) {
      if (given(name, whenBuilt) || member.chain.some((index) => tools.get(index)?.has(program))) continue;
      addTool(tools, member.stage.index, program, name);
    }
  }
  for (const [index, wanted] of librariesOf(build, members, installed, doubts)) {
    const member = build.stages[index];
    const slim = member && slimOf(member);
    if (!slim || !('kind' in slim)) continue;
    for (const apk of wanted) {
      const found = debianPackages(apk, slim.suite);
      const names = found.kind === 'packages' ? found.names : [];
      if (found.kind === 'refused') obstacles.push({ reason: 'unmapped-package', message: found.message });
      for (const name of names) if (!worlds.get(index)?.explicit.has(name)) addTool(tools, index, apk, name);
    }
  }
  for (const [index, list] of tools) {
    const member = build.stages[index];
    const slim = member && slimOf(member);
    if (slim && 'kind' in slim && list.size > 0) obstacles.push(...suiteObstacle(slim));
  }
  return { runs, scripts: scripts.changed, needsBash, tools, packages, obstacles: distinct(obstacles), notices: [...new Set(notices)], doubts: [...new Set(doubts)] };
}

/** Stages whose containers run something: those that are images, else the last of those that move. */
function runsItself(build: SymbolicBuild, members: readonly StageResult[], member: StageResult): boolean {
  const images = members.filter(({ stage }) => build.outputs.includes(stage.index));
  return images.length > 0 ? images.includes(member) : member === members.at(-1);
}

/** Libraries (by Alpine's names) that wheels for glibc load from the system, by the stages that run them. */
function librariesOf(build: SymbolicBuild, members: readonly StageResult[], installed: readonly InstalledPackage[], doubts: string[]): ReadonlyMap<number, readonly string[]> {
  const names = new Set(installed.flatMap(({ name }) => systemLibraries.get(name) ?? []));
  for (const { name } of installed) if (wantsMore.has(name)) doubts.push(`\`${name}\` loads libraries or programs of the system that are not known here`);
  if (names.size === 0) return new Map();
  return new Map(members.filter((member) => runsItself(build, members, member)).map((member) => [member.stage.index, [...names]]));
}

function distinct(obstacles: readonly Obstacle[]): readonly Obstacle[] {
  return [...new Map(obstacles.map((obstacle) => [obstacle.message, obstacle])).values()];
}

function worldFor(member: StageResult, worlds: ReadonlyMap<number, World>): World {
  const { base } = member.stage;
  const parent = base.kind === 'stage' ? worlds.get(base.index) : undefined;
  return { explicit: new Map(parent?.explicit), ever: new Set(parent?.ever), virtual: new Map(parent?.virtual), accounts: new Set(parent?.accounts), numbers: new Set(parent?.numbers) };
}

function addTool(tools: Map<number, Map<string, string>>, stage: number, program: string, name: string): void {
  const list = tools.get(stage) ?? new Map<string, string>();
  list.set(program, name);
  tools.set(stage, list);
}
