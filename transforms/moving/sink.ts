import { isCovered } from '../../src/build/exposure.ts';
import { isRegion, isWithin, join, relativeTo } from '../../src/build/places.ts';
import type { Place } from '../../src/build/places.ts';
import type { ExecutedCommand, ExecutedEffect } from '../../src/build/runner.ts';
import type { ContextSource } from '../../src/build/state.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { flatMap } from '../../src/lists.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { BuildContext, Path } from '../../src/types.ts';
import type { CutRun } from './cut-run.ts';
import { cutBetween } from './cut-run.ts';
import type { CopyItem } from './steps.ts';
import { contextItems, meets, named, overlaps, placeOf, readsOf, writtenBy } from './steps.ts';

export type Sunk = { readonly kind: 'steps'; readonly steps: readonly StepRecord[]; readonly cuts: ReadonlyMap<StepRecord, CutRun> } | Decline;

/** What moves, and what of its surroundings decides where to. */
export interface Sinking {
  readonly scanned: ScannedDockerfile;
  readonly before: readonly StepRecord[];
  readonly hoisted: readonly ExecutedEffect[];
  /** What stays of the install's RUN: it goes below as well. */
  readonly rest: readonly ExecutedEffect[];
  /** Files that change seldom: there is no reason to move a copy of nothing else, unless it is for the `rest`. */
  readonly steady: readonly ContextSource[];
  readonly files: BuildContext;
  /** May a RUN be cut, so that only a part of it goes below? */
  readonly mayCut: (step: StepRecord) => boolean;
}

/** The copies that the install does not need, and every step between that has to stay behind them. */
export function stepsToSink({ scanned, before, hoisted, rest, steady, files, mayCut }: Sinking): Sunk {
  const sunk: StepRecord[] = [];
  const below: Doing[] = [];
  const cuts = new Map<StepRecord, CutRun>();
  const needed = [...readsOf(hoisted), ...steady];
  const read = readsOfAll(hoisted);
  const regions = new Set([...read, ...flatMap(hoisted, (executed) => executed.effect.writes.map(({ place }) => place))].map(({ path }) => path).filter(isRegion));
  for (const [index, step] of before.entries()) {
    const later = (): readonly StepRecord[] => before.slice(index + 1);
    const isFree = isUnneededCopy(step, needed, read, files) && !isForAnInstall(step, later(), regions, files);
    const isHeld = !isFree && below.some((earlier) => conflict(earlier, step, files) && !bringsAgain(earlier, step));
    if (isFree || isHeld || (sunk.length > 0 && isForRest(step, later, hoisted, rest, files))) {
      const part = isHeld && mayCut(step) ? cutOff(scanned, step, below, files) : null;
      if (part) cuts.set(step, part.cut);
      sunk.push(step);
      below.push(part?.left ?? step);
    }
    if (step.opaque !== null && sunk.length > 0) {
      return decline('opaque-command', `${named(scanned, step)} stands between the source copy and the install, and may read or change anything: ${step.opaque}`);
    }
  }
  return { kind: 'steps', steps: sunk, cuts };
}

/**
 * `RUN useradd app && chown -R app /app` goes below the source as a whole, or, where the install needs the user, only from
 * `chown` on: what has nothing to do with what is below already stays where it is.
 */
function cutOff(scanned: ScannedDockerfile, step: StepRecord, below: readonly Doing[], files: BuildContext): { readonly cut: CutRun; readonly left: Doing } | null {
  const left: ExecutedCommand[] = [];
  const cut = cutBetween(scanned, step, (command) => {
    const part = partOf(step, [command]);
    const stays = [...below, partOf(step, left)].some((earlier) => conflict(earlier, part, files));
    if (stays) left.push(command);
    return stays;
  });
  return cut && { cut, left: partOf(step, left) };
}

function partOf({ kind, run }: StepRecord, commands: readonly ExecutedCommand[]): Doing {
  const written = flatMap(commands, ({ effects }) => flatMap(effects, ({ effect }) => effect.writes.map(({ place }) => place)));
  return { kind, opaque: null, copy: null, run: run && { commands, written, opaque: run.opaque, rest: run.rest, script: null } };
}

/** `COPY requirements.txt ./` after `COPY . .`: whichever of the two comes last, the file is the same. */
function bringsAgain(earlier: Doing, later: StepRecord): boolean {
  const [wide, narrow] = [earlier.copy, later.copy];
  if (!wide || !narrow || wide.flags.owner !== narrow.flags.owner || wide.flags.mode !== narrow.flags.mode) return false;
  const items = contextItems(later);
  return items.length > 0 && items.length === narrow.items.length && items.every((item) => contextItems(earlier).some((other) => other.directory && isWithin(item.target, other.target) && join(other.source, relativeTo(item.target, other.target)) === item.source));
}

/** Does only the rest of the RUN need the copy? */
function isForRest(copy: StepRecord, later: () => readonly StepRecord[], hoisted: readonly ExecutedEffect[], rest: readonly ExecutedEffect[], files: BuildContext): boolean {
  const isRead = contextItems(copy).some((item) => readsOfAll(rest).some((place) => overlaps(placeOf(item), place)));
  return isRead && isUnneededCopy(copy, readsOf(hoisted), readsOfAll(hoisted), files) && !later().some((step) => conflict(copy, step, files));
}

function readsOfAll(executed: readonly ExecutedEffect[]): readonly Place[] {
  return flatMap(executed, ({ effect }) => effect.reads);
}

/** Does an earlier install, on which this one rests, need the copy: the wheels of a tool, the sources of a package manager? */
function isForAnInstall(copy: StepRecord, later: readonly StepRecord[], regions: ReadonlySet<Path>, files: BuildContext): boolean {
  return later.some((step) => (step.kind === 'install' || step.kind === 'os-packages') && step.opaque === null && writtenBy(step).some(({ path }) => regions.has(path)) && conflict(copy, step, files));
}

/** `read` are the places that the install reads. What is not in this context, but is to be copied there, may be in another one. */
export function isUnneededCopy(step: StepRecord, needed: readonly ContextSource[], read: readonly Place[], files: BuildContext): boolean {
  if (!step.copy) return false;
  if (contextItems(step).some((item) => files.has(item.source) !== 'yes' && read.some((place) => overlaps(place, placeOf(item)) && !isSystemPlace(place)))) return false;
  if (step.copy.contextSources.length > 0) return step.copy.contextSources.some((source) => !isCovered(source, needed));
  if (step.copy.inherited.length === 0) return false;
  return !step.copy.items.some((item) => read.some((place) => overlaps(place, placeOf(item))));
}

/** What a step does, or a part of it. */
export type Doing = Pick<StepRecord, 'kind' | 'opaque' | 'copy' | 'run'>;

/** Would a step see or leave something else if it ran before an earlier one? */
export function conflict(earlier: Doing, later: Doing, files: BuildContext): boolean {
  if (later.kind === 'config' || later.kind === 'workdir') return false;
  if (earlier.opaque !== null || later.opaque !== null) return true;
  const items = contextItems(earlier);
  if (items.length > 0) {
    // What removes or changes files of the source is meant for them, even where there are none today; what lists a directory shows them.
    return items.some((item) => writtenBy(later).some((place) => meets(item, place, files)) || someEffect(later, (executed) => meetsAny(item, executed.effect.reads, files) || isMeantFor(item, executed)));
  }
  return writtenBy(earlier).some((place) => writtenBy(later).some((other) => overlaps(place, other)) || someEffect(later, ({ effect }) => effect.reads.some((other) => overlaps(place, other)))) || writtenBy(later).some((place) => someEffect(earlier, ({ effect }) => effect.reads.some((other) => overlaps(place, other))));
}

/** Does a copy reach one of the places? Most installs share the list of what they read. */
function meetsAny(item: CopyItem, places: readonly Place[], files: BuildContext): boolean {
  if (latest.item !== item || latest.places !== places || latest.files !== files) latest = { item, places, files, isMet: places.some((place) => meets(item, place, files)) };
  return latest.isMet;
}

let latest: { readonly item: CopyItem | null; readonly places: readonly Place[]; readonly files: BuildContext | null; readonly isMet: boolean } = { item: null, places: [], files: null, isMet: false };

/** Compilers and libraries, which any install reads. */
function isSystemPlace({ path, deep }: Place): boolean {
  return isRegion(path) || (deep && path.startsWith('/usr/'));
}

function someEffect(step: Doing, isIt: (executed: ExecutedEffect) => boolean): boolean {
  return step.run?.commands.some(({ effects }) => effects.some(isIt)) ?? false;
}

/** Does it remove or edit files where the copy goes, or list them? */
function isMeantFor(item: CopyItem, { effect }: ExecutedEffect): boolean {
  const isThere = (place: Place): boolean => !isRegion(place.path) && overlaps(placeOf(item), place);
  return effect.writes.some(({ how, place }) => (how === 'remove' || how === 'edit') && isThere(place)) || (effect.kind === 'observe' && effect.reads.some(isThere));
}
