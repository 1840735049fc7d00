/** How an exposed install comes to stand above the source, in the order in which the ways are tried. */
import type { Place } from '../../src/build/places.ts';
import { anchorOf, baseName, isRegion, isSymbolic, isWithin, join, parentOf, readable, relativeTo } from '../../src/build/places.ts';
import type { ContextRead, ExecutedCommand } from '../../src/build/runner.ts';
import { whyItMayInstall } from '../../src/build/unseen-installs.ts';
import type { ContextSource } from '../../src/build/state.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { shortText } from '../../src/edit/lines.ts';
import { flatMap } from '../../src/lists.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { BuildContext, Claim, Fix, Path } from '../../src/types.ts';
import type { CutRun } from '../moving/cut-run.ts';
import { cutRun } from '../moving/cut-run.ts';
import { waysToMove } from '../moving/edits.ts';
import type { Brought, Narrow } from '../moving/narrow-copies.ts';
import { narrowCopies } from '../moving/narrow-copies.ts';
import type { Sunk } from '../moving/sink.ts';
import { isUnneededCopy, stepsToSink } from '../moving/sink.ts';
import type { ExposedInstall } from '../moving/steps.ts';
import { contextItems, effectsOf, installs, isWorthKeeping, mayLeave, meets, named, overlaps, placeOf, readsOf, stepsBefore } from '../moving/steps.ts';
import { existingInstall } from './existing-install.ts';
import { codeName, holdsManifestsOnly, manifestsOf, requiredManifest, unreadableInstall } from './exposed.ts';
import { narrowBind } from './narrow-bind.ts';
import { obstacle } from './obstacles.ts';

/** One after the other, because mostly the first is right. */
export function* proposalsForAll(variants: readonly (ExposedInstall | null)[]): Iterable<Fix | Decline> {
  for (const variant of variants) {
    const step = variant?.stage.steps[variant.at];
    if (variant && step) yield* proposals(variant, step);
  }
}

function* proposals(match: ExposedInstall, install: StepRecord): Iterable<Fix | Decline> {
  if (isKeptInCache(install)) return yield decline('not-needed', 'what it fetches stays in a cache mount from build to build; a RUN further down may need it where that cache is empty', 'info');
  const cut = cutRun(match.view.model.scanned, install, (command) => dependsOnSource(command, install, match), () => whyItMayInstall({ rest: install.run?.rest ?? null, step: install, before: stepsBefore(match), files: match.symbolic.files }));
  yield* narrowedBind(match, install);
  if (cut.kind === 'refusal') yield unreadableInstall(match.view.model.scanned, install) ?? changedManifest(match, install) ?? missingManifest(match, install) ?? withoutItsText(match, install) ?? cut;
  else yield* proposal(match, install, cut);
}

/** Do all its installs only fill a cache mount? */
function isKeptInCache(install: StepRecord): boolean {
  const fetched = (install.run?.commands ?? []).filter(isWorthKeeping).flatMap(({ effects }) => effects.filter(({ effect }) => effect.kind === 'install'));
  return fetched.length > 0 && fetched.every(({ effect: { fetchedInto } }) => fetchedInto !== undefined && install.caches.some((cache) => isWithin(anchorOf(fetchedInto), cache)));
}

/** Does a command need, or change, more of the source than files that can be named? */
function dependsOnSource(command: ExecutedCommand, install: StepRecord, match: ExposedInstall): boolean {
  if (command.opaque !== null) return true;
  for (const read of readsOf(command.effects)) {
    if (read.deep && install.exposures.some((exposure) => isWithin(exposure.path, read.path))) return true;
  }
  if (command.dependenciesOnly?.kind === 'dependencies-only' && command.effects.some(({ effect, reads }) => effect.kind === 'project-install' && reads.some((read) => read.deep))) return true;
  const { files } = match.stage.state.context;
  const items = flatMap(stepsBefore(match), contextItems);
  const isInstall = installs(command);
  const changes = (place: Place, isMeant: boolean): boolean =>
    !isRegion(place.path) && items.some((item) => (isMeant && overlaps(placeOf(item), place)) || (meets(item, place, files) && !(isInstall && mayBeThere(match, place.path))));
  return command.effects.some((executed) => executed.effect.writes.some(({ place, how, inStep }) => inStep !== true && changes(place, !isInstall && (how === 'remove' || how === 'edit'))));
}

function mayBeThere(match: ExposedInstall, path: Path): boolean {
  const source = sourceOf(match, path);
  return source !== null && match.stage.state.context.files.has(source) === 'maybe';
}

/** Where in the context a path of the image comes from, if a COPY of a directory before the install covers it. */
function sourceOf(match: ExposedInstall, path: Path): Path | null {
  for (const step of stepsBefore(match).toReversed()) {
    for (const item of contextItems(step)) {
      if (item.directory && isWithin(path, item.target) && !isRegion(path)) return join(item.source, relativeTo(path, item.target));
    }
  }
  return null;
}

/** A manifest that the image makes or changes, or that an ARG chooses: a copy of one file would not do. */
function changedManifest(match: ExposedInstall, install: StepRecord): Decline | null {
  const effects = effectsOf(install);
  for (const [index, { effect }] of effects.entries()) {
    if (effect.kind === 'observe' || !effect.reads.some((read) => read.deep && !isRegion(read.path))) continue;
    for (const { path, deep } of effect.reads) {
      const isEdited = !deep && requiredManifest.test(baseName(path)) && effects.slice(0, index).some((earlier) => earlier.effect.writes.some(({ place }) => place.path === path));
      if (isEdited) return decline('file-changes-manifest', `${readable(path)} is made or changed in the same RUN, so it is not the one of the build context`);
      const made = deep || !requiredManifest.test(baseName(path)) ? undefined : stepsBefore(match).findLast((step) => step.run?.written.some((place) => place.path === path));
      if (made) return decline('file-changes-manifest', `${readable(path)} is made or changed by ${named(match.view.model.scanned, made)}, so it is not the one of the build context`);
      if (!deep && isSymbolic(path) && sourceOf(match, path) !== null) return decline('unresolved-variable', `which file ${readable(path)} is depends on a build argument, and one that it can be leads to others`);
    }
  }
  return null;
}

/** A manifest of which nothing is read: a symbolic link, which a COPY of its own would follow, or a file below a VOLUME. */
function withoutItsText(match: ExposedInstall, install: StepRecord): Decline | null {
  const { files } = match.stage.state.context;
  const volumes = [...match.stage.state.config.volumes];
  for (const { effect } of effectsOf(install)) {
    if (!effect.reads.some((read) => read.deep && !isRegion(read.path))) continue;
    for (const { path, deep } of effect.reads) {
      if (deep || !requiredManifest.test(baseName(path))) continue;
      const source = sourceOf(match, path);
      const link = source === null ? undefined : linkOnTheWay(source, files);
      if (link !== undefined) return decline('unsupported', `${readable(source ?? path)} is ${link === source ? '' : `behind ${readable(link)}, which is `}a symbolic link, so nothing is known of what is installed; a COPY of its own would bring what it leads to instead`);
      const volume = volumes.find((place) => isWithin(path, place));
      if (volume !== undefined) return decline('unsupported', `${readable(path)} lies in the VOLUME ${readable(volume)}, so nothing is known of what it says when the install runs`);
    }
  }
  return null;
}

/** The file itself, or a directory above it. */
function linkOnTheWay(source: Path, files: BuildContext): Path | undefined {
  const names = source.split('/');
  return names.map((_, index) => names.slice(0, index + 1).join('/')).find((path) => files.kind(path) === 'link');
}

/** A manifest that the install names and the context lacks: then nobody knows what it reads. */
function missingManifest(match: ExposedInstall, install: StepRecord): Decline | null {
  const { files } = match.stage.state.context;
  for (const command of install.run?.commands.filter(installs) ?? []) {
    for (const { effect } of command.effects) {
      if (!effect.reads.some((read) => read.deep)) continue;
      for (const { path, deep } of effect.reads) {
        const name = baseName(path);
        if (deep || !requiredManifest.test(name) || (name === 'pyproject.toml' && parentOf(path) !== command.cwd)) continue;
        const source = sourceOf(match, path);
        if (source !== null && files.has(source) === 'no') return decline('manifest-missing', `${readable(source)} is not in the build context, so nothing is known of what is installed`);
      }
    }
  }
  return null;
}

function narrowedBind(match: ExposedInstall, install: StepRecord): readonly Fix[] {
  const { scanned } = match.view.model;
  const [first, ...others] = narrowBind(scanned, match.view.path, install, readsOf(effectsOf(install)));
  if (!first) return [];
  const message = `\`${shortText(scanned, install.instruction)}\` ran again for every change of the source, because it mounts all of it; it gets the files that it reads`;
  return [{ kind: 'fix', message, claims: [], edits: [first, ...others] }];
}

/** An install that might write its lock file anew: below it the copy of the source brings the one of the repository. */
export function keepingLock(match: ExposedInstall, install: StepRecord, answers: readonly (Fix | Decline)[]): readonly Fix[] {
  const written = flatMap(effectsOf(install), ({ effect }) => effect.writes.filter(({ inStep }) => inStep === true).map(({ place }) => sourceOf(match, place.path)));
  const claims = flatMap(written, (path): readonly Claim[] => (path === null ? [] : [{ kind: 'lock-kept', path }]));
  if (claims.length === 0) return [];
  return flatMap(answers, (fix) => (fix.kind === 'fix' ? [{ ...fix, claims: [...fix.claims, ...claims] }] : []));
}

/** Packages that go into a directory of the source: right unless one of them has a name of the project's own. */
export function assuming(match: ExposedInstall, install: StepRecord, answers: readonly (Fix | Decline)[]): readonly Fix[] {
  const shared = install.run?.written.some(({ path }) => isRegion(path) && match.stage.steps.some((step) => step.copy?.items.some((item) => item.directory && item.target === anchorOf(path))));
  if (!shared) return [];
  return flatMap(answers, (fix) => (fix.kind === 'fix' ? [{ ...fix, claims: [...fix.claims, { kind: 'assumes', assumption: { kind: 'disjoint-names' } } as const] }] : []));
}

/**
 * The manifests come just before the install, so that nothing else depends on them; or, where what stands between minds
 * (a WORKDIR that would then make the directory as another user), in the place of the source copy. Before the two stands
 * what is probably in the way: it is said if neither can be verified.
 */
function* proposal(match: ExposedInstall, install: StepRecord, cut: CutRun): Iterable<Fix | Decline> {
  const { scanned } = match.view.model;
  const { files } = match.stage.state.context;
  const needed = readsOf(cut.hoisted);
  const before = stepsBefore(match);
  const steady = manifestsOf(match.symbolic);
  const notWorthIt = tooLittle(match, cut, needed, steady);
  if (notWorthIt) return yield notWorthIt;
  const sinking = { scanned, before, hoisted: cut.hoisted, rest: effectsOf(install).filter((executed) => !cut.hoisted.includes(executed)), steady, files };
  const whole = stepsToSink({ ...sinking, mayCut: () => false });
  if (whole.kind === 'refusal') return yield whole;
  const stuck = whole.steps.find((step) => !mayLeave(match, step.stage));
  if (stuck) return yield decline('output-stage', `${named(scanned, stuck)} belongs to a stage that is an image of its own, or that other stages take files from`);
  if (whole.steps.length === 0) return yield whyNothingSinks(match, install);
  const inTheWay = cut.isDependenciesFirst ? obstacle(scanned, cut, whole.steps, files) : (refusedDependencies(install) ?? obstacle(scanned, cut, whole.steps, files));
  const found = movesOf(match, install, cut, needed, whole, () => stepsToSink({ ...sinking, mayCut: (step) => mayCut(match, step) }));
  const beside = besidePatterns(before, scanned, needed);
  const others = (): Iterable<Fix | Decline> => {
    const sunk = beside.length === 0 ? null : stepsToSink({ ...sinking, steady: [...steady, ...beside], mayCut: () => false });
    return sunk?.kind === 'steps' && sunk.steps.length > 0 ? ways(match, install, cut, needed, sunk) : [];
  };
  if (inTheWay === null) {
    yield* found;
    return yield* others();
  }
  const answers = [...found, ...others()];
  yield* answers.filter((answer) => answer.kind === 'refusal');
  yield inTheWay;
  yield* answers;
}

/**
 * What comes with the manifests where a pattern brings them (`COPY *.json *.config.js ./`). Such a copy would bring new
 * files as well, so that no names can take its place: it may have to stay where it is.
 */
function besidePatterns(before: readonly StepRecord[], scanned: ScannedDockerfile, needed: readonly ContextRead[]): readonly ContextSource[] {
  const isPattern = (step: StepRecord): boolean => {
    const parsed = parse(step.instruction, scanned);
    return (parsed.keyword === 'COPY' || parsed.keyword === 'ADD') && parsed.sources.some(({ text }) => /[*?[]/.test(text));
  };
  const bringing = before.filter((step) => step.copy?.contextSources.some((source) => !source.deep && needed.some(({ path }) => path === source.path)) === true && isPattern(step));
  return flatMap(bringing, (step) => step.copy?.contextSources ?? []);
}

function mayCut(match: ExposedInstall, step: StepRecord): boolean {
  return step.stage === match.stage.stage.index && (step.run?.commands.length ?? 0) > 1;
}

type Sinking = Exclude<Sunk, Decline>;

/** With whole steps below the install; then with only what of them has to be there. */
function* movesOf(match: ExposedInstall, install: StepRecord, cut: CutRun, needed: readonly ContextRead[], whole: Sinking, inPart: () => Sunk): Iterable<Fix | Decline> {
  yield* ways(match, install, cut, needed, whole);
  const sunk = whole.steps.some((step) => mayCut(match, step)) ? inPart() : null;
  if (sunk?.kind === 'steps' && sunk.cuts.size > 0) yield* ways(match, install, cut, needed, sunk);
}

function* ways(match: ExposedInstall, install: StepRecord, cut: CutRun, needed: readonly ContextRead[], { steps, cuts }: Sinking): Iterable<Fix | Decline> {
  for (const where of ['at the install', 'at the source copy'] as const) {
    const anchor = where === 'at the install' ? install : (steps.find((step) => step.copy) ?? install);
    const narrow = narrowCopies(match, anchor, needed, steps);
    if (narrow.kind === 'refusal') {
      yield narrow;
      continue;
    }
    const message = messageFor(match, install, steps, narrow);
    for (const edits of waysToMove(match, { install, anchor, text: cut.text, rest: cut.rest, sunk: steps, cuts, narrow: narrow.lines, brought: narrow.brought })) yield { kind: 'fix', message, claims: [], edits };
  }
}

/** The copies that would go below are of files that change seldom, or the dependencies are there already. */
function tooLittle(match: ExposedInstall, cut: CutRun, needed: readonly ContextRead[], steady: readonly ContextSource[]): Decline | null {
  const read = flatMap(cut.hoisted, (executed) => executed.effect.reads);
  const unneeded = stepsBefore(match).filter((step) => isUnneededCopy(step, [...needed, ...steady], read, match.stage.state.context.files));
  const isSource = (step: StepRecord): boolean => [...(step.copy?.contextSources ?? []), ...(step.copy?.inherited ?? [])].some((source) => (source.deep ? !holdsManifestsOnly(match.stage.state.context.files, source.path) : codeName.test(source.path)));
  const isOwn = (step: StepRecord): boolean => step.stage === match.stage.stage.index;
  const leaving = unneeded.filter((step) => !isOwn(step));
  if (leaving.length > 0 && !leaving.some(isSource)) return decline('not-needed', 'the copy stands in a stage that others start from, and brings files that change seldom', 'info');
  const readsNoManifest = needed.length === 0 || !cut.hoisted.some(({ effect }) => effect.kind === 'install');
  if (leaving.length > 0 && readsNoManifest) return decline('not-needed', 'the copy stands in a stage that others start from; it would have to go into each of them, for an install that reads no manifest', 'info');
  if (cut.rest !== null && unneeded.length > 0 && !unneeded.some(isSource)) return decline('not-needed', 'the RUN would have to be cut in two for the sake of files that change seldom', 'info');
  return existingInstall(match, cut, needed);
}

function whyNothingSinks(match: ExposedInstall, install: StepRecord): Decline {
  return refusedDependencies(install) ?? missingManifest(match, install) ?? decline('no-gain', 'what comes before the install is needed by it', 'info');
}

/** Why a command that installs the project cannot install its dependencies alone. */
function refusedDependencies(install: StepRecord): Decline | null {
  const refused = install.run?.commands.map((command) => command.dependenciesOnly).find((one) => one?.kind === 'refusal');
  return refused?.kind === 'refusal' ? { ...refused, level: 'refusal' } : null;
}

function messageFor(match: ExposedInstall, install: StepRecord, sunk: readonly StepRecord[], { names, brought }: Pick<Exclude<Narrow, Decline>, 'names' | 'brought'>): string {
  const { scanned } = match.view.model;
  const first = sunk.find((step) => step.copy) ?? sunk[0];
  const source = first ? named(scanned, first) : 'the source';
  const what = names.length === 0 ? 'it does not need the source' : `it only needs ${names.join(', ')}`;
  return `\`${shortText(scanned, install.instruction)}\` ran again for every change of ${changing(sunk, brought)}, because ${source} came first; ${what}`;
}

/** What a change of runs the install again: the files, where they are few. */
function changing(sunk: readonly StepRecord[], brought: Brought): string {
  const sources = flatMap(sunk, (step) => step.copy?.contextSources.filter(({ path }) => !brought.get(step)?.includes(path)) ?? []);
  const names = [...new Set(sources.map(({ path }) => readable(path)))];
  return names.length === 0 || names.length > 2 || sources.some(({ deep }) => deep) ? 'the source' : names.join(' and ');
}
