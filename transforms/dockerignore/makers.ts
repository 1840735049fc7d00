/** Which stages make what a pattern hides, so that a copy of the host's is only in the way. */
import { baseName } from '../../src/build/places.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { Path } from '../../src/types.ts';
import type { Arrival } from './arrivals.ts';
import { readJson } from './package-scripts.ts';
import type { Piece, Run } from './runs.ts';
import { buildPieces } from './runs.ts';
import type { Survey } from './survey.ts';
import { join, parentOf } from './survey.ts';

/** The directories in which a command makes a thing; none where it does not, null for one that is not known. */
export type Maker = (run: Run) => readonly (Path | null)[];

/** The first stage that takes a path from the context, and does not make it itself on the way to an image. */
export function takerOf(arrivals: readonly Arrival[], survey: Survey, makes: Maker): Arrival | undefined {
  const copied = new Set(arrivals.flatMap(({ copiedFrom }) => copiedFrom));
  return arrivals.find((arrival) => arrival.direct.length > 0 && !isMadeOnTheWay(arrival, arrival.direct, arrivals, copied, survey, makes));
}

/** In the stage, or in each that starts from it, where nobody else sees it. */
function isMadeOnTheWay(arrival: Arrival, places: readonly Path[], all: readonly Arrival[], copied: ReadonlySet<number>, survey: Survey, makes: Maker): boolean {
  if (isMadeIn(arrival, places, survey, makes)) return true;
  const { index } = arrival.stage.stage;
  if (copied.has(index) || arrival.build.symbolic.outputs.includes(index)) return false;
  const children = all.filter(({ stage }) => stage.stage.base.kind === 'stage' && stage.stage.base.index === index);
  return children.length > 0 && children.every((child) => isMadeOnTheWay(child, places, all, copied, survey, makes));
}

/** Does the stage put something of that name at each of the places: by a command, or from another stage? */
function isMadeIn(arrival: Arrival, places: readonly Path[], survey: Survey, makes: Maker): boolean {
  const runs = stageRuns(arrival);
  return places.every((place) => isCopiedThere(arrival, place) || runs.some((run) => run.atTimes !== true && makes(run).some((directory) => directory !== null && covers(directory, parentOf(place), survey, arrival))));
}

/** All commands of the stage and of those it starts from, wherever they stand: what is made before a COPY is made for it. */
export function stageRuns(arrival: Arrival): readonly Run[] {
  const { build, stage } = arrival;
  return stage.chain
    .flatMap((index) => build.symbolic.stages[index] ?? [])
    .flatMap((one): readonly Piece[] => buildPieces({ build, stage: one }, one.steps.filter((step) => step.instruction.keyword === 'RUN')))
    .filter((piece) => piece.kind === 'run');
}

/** An install in a directory is one for those below it that belong to its workspace. */
function covers(made: Path, wanted: Path, survey: Survey, arrival: Arrival): boolean {
  if (made === wanted) return true;
  if (!wanted.startsWith(made === '/' ? '/' : `${made}/`)) return false;
  const copies = arrival.stage.chain.flatMap((index) => arrival.build.symbolic.stages[index]?.steps ?? []).flatMap((step) => (step.copy?.contextSources.length ? step.copy.items : []));
  return copies.some(({ source, target, directory }) => {
    if (!directory) return target === join(made, 'package.json') && hasWorkspaces(survey, parentOf(source));
    return (made === target || made.startsWith(`${target}/`)) && hasWorkspaces(survey, join(source, made.slice(target.length + 1)));
  });
}

function hasWorkspaces(survey: Survey, directory: Path): boolean {
  if (survey.read(join(directory, 'pnpm-workspace.yaml')) !== undefined) return true;
  const text = survey.read(join(directory, 'package.json'));
  return text !== undefined && 'workspaces' in readJson(text);
}

/** `COPY --from=deps /app/node_modules ./node_modules` */
function isCopiedThere({ build, stage }: Arrival, place: Path): boolean {
  return stage.chain.flatMap((index) => build.symbolic.stages[index]?.steps ?? []).some(({ copy, instruction }) => {
    const parsed = parse(instruction, build.symbolic.model.scanned);
    if (copy === null || parsed.keyword !== 'COPY' || parsed.from === null) return false;
    return copy.destination === place || parsed.sources.some((source) => baseName(source.text.replace(/\/$/, '')) === baseName(place) && join(copy.destination, baseName(place)) === place);
  });
}

// ----------------------------------------------------------------------------------------------------------------- makers

/** The directories in which a command installs packages of Node.js from a package.json. */
export function nodeInstalls({ program, args, cwd }: Run): readonly (Path | null)[] {
  if (program === null || !/^(?:npm|yarn|pnpm|bun|ni)$/.test(program) || args.some((arg) => arg === '-g' || arg === '--global' || arg === 'global')) return [];
  const at = args.findIndex((arg) => arg !== null && /^(?:--prefix|--cwd|--dir|-C)$/.test(arg));
  const joined = args.find((arg) => arg !== null && /^(?:--prefix|--cwd|--dir)=/.test(arg));
  const named = at >= 0 ? (args[at + 1] ?? null) : (joined?.slice(joined.indexOf('=') + 1) ?? '');
  const words = args.filter((arg, index) => arg !== null && !arg.startsWith('-') && (at < 0 || index !== at + 1));
  const [verb = null, ...rest] = words;
  const isInstall = verb === null ? program === 'yarn' : /^(?:ci|i|install|clean-install|install-clean|add)$/.test(verb) && (rest.length === 0 || verb === 'add' || program !== 'npm');
  if (!isInstall) return [];
  if (named === null || cwd === null) return [named?.startsWith('/') === true ? named : null];
  return [named === '' || named === '.' ? cwd : named.startsWith('/') ? named : join(cwd === '/' ? '' : cwd, named.replace(/^\.\//, '')).replace(/^(?!\/)/, '/')];
}

/** The directories in which a command of a tool works: those that make an output beside their manifest. */
export function workDirectories(programs: RegExp, verbs: RegExp): Maker {
  return ({ program, args, cwd }) => (program !== null && programs.test(program) && (args.length === 0 ? verbs.test('') : args.some((arg) => arg !== null && verbs.test(arg))) ? [cwd] : []);
}
