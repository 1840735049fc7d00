import type { Crossing } from '../../src/build/modulo/crossing.ts';
import { crossingsOf, libcOf } from '../../src/build/modulo/crossing.ts';
import type { InstalledPackage } from '../../src/build/modulo/installed.ts';
import { installedPackages } from '../../src/build/modulo/installed.ts';
import { compilers } from '../../src/build/modulo/packages.ts';
import { inOrder } from '../../src/dockerfile/in-order.ts';
import type { Instruction } from '../../src/dockerfile/scan.ts';
import { readAlpineRun } from '../../src/build/modulo/alpine-run.ts';
import type { StageResult, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import { pythonTag } from '../../src/images/python-tags.ts';

/** Stages on Alpine's Python that have to change together, with what starts from them. */
export interface StageGroup {
  /** Those whose FROM names the image. */
  readonly roots: readonly StageResult[];
  /** All, by index. */
  readonly stages: ReadonlySet<number>;
  readonly reasons: readonly string[];
  /** What would speak for a reason, and does not. */
  readonly unreasoned: { readonly compilers: readonly string[]; readonly withoutWheel: readonly string[] };
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
  const installed = installedPackages(stages);
  const named = [...new Set(stages.flatMap(({ stage }) => stage.instructions).flatMap((instruction) => namedPackages(build, instruction)))];
  return {
    roots: stages.filter(({ stage }) => members.has(stage.index)),
    stages: new Set(stages.map(({ stage }) => stage.index)),
    reasons: [...compilerReasons(installed, named), ...packageReasons(installed), ...brokenReasons(build, crossings, inside)],
    unreasoned: { compilers: named.filter((name) => compilers.has(name)), withoutWheel: installed.filter(({ wheel }) => wheel === 'none' || wheel === 'unknown').map(({ name }) => name) },
    tied,
  };
}

/** Packages that have a wheel for glibc and none for musl, by the lock or the table. */
function packageReasons(installed: readonly InstalledPackage[]): readonly string[] {
  const found = installed.filter(({ wheel }) => wheel === 'manylinux-only').map(({ name }) => name);
  if (found.length === 0) return [];
  return [`${listed(found)} ${found.length === 1 ? 'has' : 'have'} a wheel for glibc and none for musl`];
}

/**
 * Compilers that are there for a package with a wheel for glibc. A lock says of its very versions that there is a wheel
 * for musl, so that nothing is compiled; the table says it of one version and one architecture.
 */
function compilerReasons(installed: readonly InstalledPackage[], names: readonly string[]): readonly string[] {
  const found = names.filter((name) => compilers.has(name));
  const compiled = installed.filter(({ wheel, locked }) => wheel === 'manylinux-only' || (wheel === 'musllinux' && !locked)).map(({ name }) => name);
  if (found.length === 0 || compiled.length === 0) return [];
  const needless = installed.every(({ wheel }) => wheel !== 'none' && wheel !== 'unknown');
  return [`${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} there to compile, and ${listed(compiled)} ${compiled.length === 1 ? 'has' : 'have'} a wheel for glibc${needless ? ' (on slim all that is named has one: the compilers may go)' : ''}`];
}

function listed(names: readonly string[]): string {
  const [first, second, third, ...more] = names;
  return `${[first, second, third].filter((name) => name !== undefined).join(', ')}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

/** What is installed that keeps a stage from having a reason, for the note. */
export function whyNoReason({ unreasoned }: StageGroup): string {
  const { compilers: found, withoutWheel } = unreasoned;
  if (found.length === 0) return 'nothing is compiled here that has a wheel for glibc';
  const because = withoutWheel.length === 0 ? 'nothing that is seen to be installed has a wheel for glibc alone' : `${listed(withoutWheel)} ${withoutWheel.length === 1 ? 'has' : 'have'} no wheel for glibc either, as far as is known`;
  return `${found.join(', ')} would be needed on slim as well, or not at all: ${because}`;
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

/** Something made for glibc that a stage on musl takes: broken today. */
function brokenReasons(build: SymbolicBuild, crossings: readonly Crossing[], inside: (index: number) => boolean): readonly string[] {
  const broken = crossings.find(({ from, to }) => inside(to) && !inside(from) && libcOf(build, from) === 'glibc');
  return broken ? [`${broken.source} (line ${broken.line}) is made for glibc, and does not run on musl`] : [];
}
