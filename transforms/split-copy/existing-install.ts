import { isCovered } from '../../src/build/exposure.ts';
import { isRegion, readable } from '../../src/build/places.ts';
import type { ContextSource } from '../../src/build/state.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import { flatMap } from '../../src/lists.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { CutRun } from '../moving/cut-run.ts';
import type { ExposedInstall } from '../moving/steps.ts';
import { effectsOf, named, readsOf, stepsBefore } from '../moving/steps.ts';

/**
 * A step that installs the dependencies before the source is there, as the documentation of uv, Poetry and Composer has it:
 * a second one would do the same work twice. Where it lacks a file that the install reads, that file belongs to it; whether
 * the packages were the same with it, no symbolic build can show.
 */
export function existingInstall(match: ExposedInstall, cut: CutRun, needed: readonly ContextSource[]): Decline | null {
  const { scanned } = match.view.model;
  const earlier = stepsBefore(match).filter((step) => isOfTheSame(step, cut, needed) && (cut.isDependenciesFirst || repeats(cut, step)));
  const whole = earlier.find((step) => missingIn(step, needed).length === 0);
  if (whole) return decline('not-needed', `${named(scanned, whole)} already installs the dependencies before the source is there`, 'info');
  const step = earlier.find((one) => one.stage === match.stage.stage.index || repeats(cut, one));
  if (!step) return null;
  const missing = missingIn(step, needed).map(({ path }) => readable(path));
  const them = missing.length === 1 ? 'it' : 'them';
  const how = step.mounted.length > 0 ? 'mount' : 'copy';
  return decline('not-needed', `${named(scanned, step)} already installs dependencies before the source is there, but without ${missing.join(', ')}, which the install reads as well; ${how} ${them} there, too, if the packages depend on ${them}`);
}

/** Are all packages that would be installed before the source those of an earlier step, by the same words? */
function repeats({ hoisted }: CutRun, step: StepRecord): boolean {
  const done = new Set(effectsOf(step).map(({ effect }) => effect.does));
  return hoisted.every(({ effect }) => !['install', 'os-packages'].includes(effect.kind) || done.has(effect.does));
}

/** Does a step install from one of the manifests, to where this install puts its packages? */
function isOfTheSame(step: StepRecord, { hoisted }: CutRun, needed: readonly ContextSource[]): boolean {
  const places = flatMap(hoisted, ({ effect }) => effect.writes.map(({ place }) => place.path)).filter(isRegion);
  return effectsOf(step).some(({ effect, reads }) => effect.kind === 'install' && reads.some((read) => isCovered(read, needed)) && effect.writes.some(({ place }) => places.includes(place.path)));
}

function missingIn(step: StepRecord, needed: readonly ContextSource[]): readonly ContextSource[] {
  const read = readsOf(effectsOf(step));
  return needed.filter((source, at) => !isCovered(source, read) && needed.findIndex(({ path, deep }) => path === source.path && deep === source.deep) === at);
}
