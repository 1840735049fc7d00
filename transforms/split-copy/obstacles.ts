import { anchorOf, describePlace, isRegion, isWithin, join, readable, relativeTo } from '../../src/build/places.ts';
import type { Place } from '../../src/build/places.ts';
import type { ExecutedEffect } from '../../src/build/runner.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { flatMap } from '../../src/lists.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { BuildContext } from '../../src/types.ts';
import type { CutRun } from '../moving/cut-run.ts';
import { contextItems, effectsOf, named, overlaps } from '../moving/steps.ts';

/**
 * Why the install can probably not go above the sunk steps, in words that name what stands in the way. It is said only
 * where the symbolic build then finds a difference; null if nothing is seen, and the difference has to speak for itself.
 */
export function obstacle(scanned: ScannedDockerfile, { hoisted, left }: CutRun, sunk: readonly StepRecord[], files: BuildContext): Decline | null {
  return unpacked(scanned, sunk) ?? overlaid(scanned, hoisted, sunk, files) ?? inTheWay(scanned, hoisted, sunk) ?? inTheSameRun(hoisted, left);
}

/** Archives that ADD unpacks (Dockerfile reference, ADD). */
const archive = /\.(?:tar|tar\.(?:gz|bz2|xz|zst)|tgz|tbz2?|txz)$/;

function unpacked(scanned: ScannedDockerfile, sunk: readonly StepRecord[]): Decline | null {
  const step = sunk.find((one) => one.instruction.keyword === 'ADD' && contextItems(one).some((item) => archive.test(item.source)));
  return step ? decline('archive-extracted', `${named(scanned, step)} unpacks an archive, and nothing is known of what is in it`) : null;
}

/** A command of the same RUN that has to stay with the source shares a place with the install. */
function inTheSameRun(hoisted: readonly ExecutedEffect[], left: readonly ExecutedEffect[]): Decline | null {
  for (const { effect } of left) {
    const writes = effect.writes.map(({ place }) => place);
    for (const { effect: early } of hoisted) {
      if (early.kind === 'observe') continue;
      const made = shared(writes, [...early.reads, ...early.writes.map(({ place }) => place)]);
      if (made) return decline('reads-source', `a command of the same RUN needs the source and changes ${placeText(made)}, which the install depends on or changes, too`);
      const gone = shared(effect.reads.filter((place) => isRegion(place.path)), early.writes.filter(({ how }) => how === 'remove' || how === 'edit').map(({ place }) => place));
      if (gone) return decline('reads-source', `a command of the same RUN needs the source and ${placeText(gone)}, which the rest of the RUN changes`);
    }
  }
  return null;
}

/** A later COPY would lie over what the install writes; over a lock that stays as it is it may. */
function overlaid(scanned: ScannedDockerfile, hoisted: readonly ExecutedEffect[], sunk: readonly StepRecord[], files: BuildContext): Decline | null {
  const written = flatMap(hoisted, ({ effect }) => (effect.kind === 'observe' ? [] : effect.writes.filter(({ inStep }) => inStep !== true).map(({ place }) => place)));
  return laidOver(scanned, 'the install writes', written, sunk, files);
}

/** `does` says of these places who fills them. */
export function laidOver(scanned: ScannedDockerfile, does: string, places: readonly Place[], sunk: readonly StepRecord[], files: BuildContext): Decline | null {
  for (const place of places) {
    const path = anchorOf(place.path);
    for (const step of sunk) {
      for (const item of contextItems(step)) {
        if (!item.directory || !isWithin(path, item.target) || path === item.target) continue;
        const source = join(item.source, relativeTo(path, item.target));
        const presence = files.has(source);
        if (presence === 'maybe') return decline('may-be-in-context', `${does} ${readable(path)}, and a ${source} may lie in somebody’s build context, which ${named(scanned, step)} would then put over it; ignore it in .dockerignore, where no \`!\` rule with \`**\` may bring parts of it back`);
        if (presence === 'yes' && !isRegion(place.path)) return decline('reads-source', `${does} ${readable(path)}, which ${named(scanned, step)} also brings`);
      }
    }
  }
  return null;
}

/** A step that needs the source and shares a place with the install: neither can pass the other. */
function inTheWay(scanned: ScannedDockerfile, hoisted: readonly ExecutedEffect[], sunk: readonly StepRecord[]): Decline | null {
  for (const step of sunk) {
    if (!step.run) continue;
    const effects = effectsOf(step).map(({ effect }) => effect);
    const writes = flatMap(effects, (effect) => effect.writes.map(({ place }) => place));
    const reads = flatMap(effects, (effect) => effect.reads);
    for (const { effect } of hoisted) {
      if (effect.kind === 'observe') continue;
      const written = effect.writes.map(({ place }) => place);
      const both = shared(writes, written);
      if (both) return decline('reads-source', `${named(scanned, step)} needs the source and changes ${placeText(both)}, as the install does: which of them comes first decides what is there in the end`);
      const made = shared(writes, effect.reads);
      if (made) return decline('reads-source', `${named(scanned, step)} needs the source, and the install depends on what it makes of ${placeText(made)}`);
      const used = shared(reads.filter((place) => !isWide(place)), written);
      if (used) return decline('reads-source', `${named(scanned, step)} looks at ${placeText(used)}, which the install changes`);
    }
  }
  return null;
}

function isWide(place: Place): boolean {
  return place.deep && !isRegion(place.path) && /^\/(?:usr|etc|var|lib)?(?:\/|$)/.test(place.path);
}

function shared(some: readonly Place[], others: readonly Place[]): Place | undefined {
  return some.find((place) => others.some((other) => overlaps(place, other)));
}

function placeText(place: Place): string {
  return describePlace(place.path);
}
