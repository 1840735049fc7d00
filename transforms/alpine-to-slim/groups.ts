import type { Crossing } from '../../src/build/modulo/crossing.ts';
import { crossingsOf, libcOf } from '../../src/build/modulo/crossing.ts';
import { compilers } from '../../src/build/modulo/packages.ts';
import { inOrder } from '../../src/dockerfile/in-order.ts';
import type { Instruction } from '../../src/dockerfile/scan.ts';
import { readAlpineRun } from '../../src/build/modulo/alpine-run.ts';
import type { StageResult, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import { wheelVerdict } from '../../src/images/apk-to-apt.ts';
import { pythonTag } from '../../src/images/python-tags.ts';
import { compiledVerdict } from '../../src/manifests/compiled.ts';
import { lockKindOf, readLock } from '../../src/manifests/locks.ts';
import type { LockedPackage } from '../../src/manifests/locks.ts';
import { readRequirements } from '../../src/manifests/requirements.ts';
import type { BuildContext } from '../../src/types.ts';

/** Stages on Alpine's Python that have to change together, with what starts from them. */
export interface StageGroup {
  /** Those whose FROM names the image. */
  readonly roots: readonly StageResult[];
  /** All, by index. */
  readonly stages: ReadonlySet<number>;
  readonly reasons: readonly string[];
  /** Something compiled that stages outside the group give to it, or take from it, on musl. */
  readonly tied: Crossing | null;
}

/** The groups of a Dockerfile's stages on `python:…-alpine`. */
export function groupsOf(build: SymbolicBuild): readonly StageGroup[] {
  const roots = build.stages.filter((stage) => pythonTag(stage.reference)?.variant === 'alpine');
  if (roots.length === 0) return [];
  const crossings = crossingsOf(build).filter((crossing) => crossing.compiled);
  const groupOf = new Map(roots.map((root) => [root.stage.index, new Set([root.stage.index])]));
  const unite = (a: number, b: number): void => {
    const one = groupOf.get(a);
    const other = groupOf.get(b);
    if (!one || !other || one === other) return;
    for (const index of other) {
      one.add(index);
      groupOf.set(index, one);
    }
  };
  const rootOf = (index: number): number => build.stages[index]?.chain[0] ?? index;
  for (const { from, to } of crossings) unite(rootOf(from), rootOf(to));
  for (const root of roots) for (const other of roots) if (sharedVariable(root, other)) unite(root.stage.index, other.stage.index);
  return [...new Set(groupOf.values())].map((members) => groupFrom(build, members, crossings));
}

/** Two groups of one Dockerfile that have to change together for a reason outside of it. */
export function united(build: SymbolicBuild, one: StageGroup, other: StageGroup): StageGroup {
  const members = new Set([...one.roots, ...other.roots].map(({ stage }) => stage.index));
  return groupFrom(build, members, crossingsOf(build).filter((crossing) => crossing.compiled));
}

/** The base image of both comes from one variable that holds more than a version. */
function sharedVariable(one: StageResult, other: StageResult): boolean {
  const a = one.stage.from.image.text;
  return one !== other && a === other.stage.from.image.text && /\$/.test(a) && !/alpine/.test(a);
}

function groupFrom(build: SymbolicBuild, members: ReadonlySet<number>, crossings: readonly Crossing[]): StageGroup {
  const inside = (index: number): boolean => members.has(build.stages[index]?.chain[0] ?? -1);
  const stages = build.stages.filter(({ stage }) => inside(stage.index));
  const tied = crossings.find(({ from, to }) => inside(from) !== inside(to) && libcOf(build, from) === 'musl' && libcOf(build, to) === 'musl') ?? null;
  return {
    roots: stages.filter(({ stage }) => members.has(stage.index)),
    stages: new Set(stages.map(({ stage }) => stage.index)),
    reasons: [...compilerReasons(build, stages), ...packageReasons(stages), ...brokenReasons(build, crossings, inside)],
    tied,
  };
}

function compilerReasons(build: SymbolicBuild, stages: readonly StageResult[]): readonly string[] {
  const names = stages.flatMap(({ stage }) => stage.instructions).flatMap((instruction) => namedPackages(build, instruction));
  const found = [...new Set(names.filter((name) => compilers.has(name)))];
  return found.length === 0 ? [] : [`${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} there to compile what mostly has wheels for glibc`];
}

/** What `apk add` names in a RUN, also where dockfix cannot follow it. */
function namedPackages(build: SymbolicBuild, instruction: Instruction): readonly string[] {
  if (instruction.keyword !== 'RUN') return [];
  const run = readAlpineRun(build.model.scanned, instruction);
  const read = run?.steps.flatMap(({ action }) => (action.kind === 'install' ? action.packages.map(({ name }) => name) : [])) ?? [];
  if (!run || run.obstacles.length === 0) return read;
  const text = [instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n');
  const commands = text.split(/[;&|\n]/).filter((command) => inOrder(command, /(?:^|\s)apk(?=\s)/, /\sadd(?:\s|$)/));
  return [...read, ...commands.flatMap((command) => command.split(/[\s"']+/).map((word) => word.replace(/[=<>~@].*$/, '')))];
}

/** Packages that have a wheel for glibc and none for musl, as far as the files that installs read say so. */
function packageReasons(stages: readonly StageResult[]): readonly string[] {
  const found = new Set<string>();
  for (const stage of stages) {
    for (const step of stage.steps) {
      for (const command of step.run?.commands ?? []) {
        const reads = command.effects.flatMap((executed) => executed.reads).filter((read) => !read.deep);
        const locks = reads.filter((read) => lockKindOf(read.path) !== null);
        for (const { path } of locks) for (const name of lockedWithoutMusl(stage.state.context.files, path)) found.add(name);
        if (locks.length > 0) continue;
        for (const { path } of reads) for (const name of requiredWithoutMusl(stage.state.context.files, path)) found.add(name);
      }
    }
  }
  if (found.size === 0) return [];
  const [first, second, third, ...more] = [...found];
  const names = [first, second, third].filter((name) => name !== undefined).join(', ');
  return [`${names}${more.length > 0 ? ` and ${more.length} more` : ''} ${found.size === 1 ? 'has' : 'have'} no wheel for musl`];
}

function lockedWithoutMusl(files: BuildContext, path: string): readonly string[] {
  const kind = lockKindOf(path);
  const lock = kind === null ? null : readLock(kind, files.read(path));
  if (lock?.kind !== 'ok') return [];
  const isMain = (locked: LockedPackage): boolean => locked.groups === undefined || locked.groups.some((group) => group === 'main' || group === 'default');
  return lock.lock.packages.filter((locked) => isMain(locked) && compiledVerdict(locked) === 'manylinux-only').map((locked) => locked.name);
}

function requiredWithoutMusl(files: BuildContext, path: string): readonly string[] {
  if (!/\.(?:txt|in)$/.test(path)) return [];
  const text = files.readAnyUnicode(path);
  if (text === undefined) return [];
  return readRequirements(text).entries.flatMap((entry) => (entry.kind === 'named' && wheelVerdict(entry.name) === 'manylinux-only' ? [entry.name] : []));
}

/** Something made for glibc that a stage on musl takes: broken today. */
function brokenReasons(build: SymbolicBuild, crossings: readonly Crossing[], inside: (index: number) => boolean): readonly string[] {
  const broken = crossings.find(({ from, to }) => inside(to) && !inside(from) && libcOf(build, from) === 'glibc');
  return broken ? [`${broken.source} (line ${broken.line}) is made for glibc, and does not run on musl`] : [];
}
