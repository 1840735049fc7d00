import { isCovered } from '../src/build/exposure.ts';
import type { Place } from '../src/build/places.ts';
import { anchorOf, baseName, isRegion, isSymbolic, isWithin, join, parentOf, readable, relativeTo } from '../src/build/places.ts';
import type { ContextRead, ExecutedCommand } from '../src/build/runner.ts';
import type { ContextSource } from '../src/build/state.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../src/build/symbolic-build.ts';
import { shellBodyOf } from '../src/dockerfile/run-body.ts';
import { installsIn, isInstallCall } from '../src/commands/install-calls.ts';
import type { ScannedDockerfile } from '../src/dockerfile/scan.ts';
import { shortText } from '../src/edit/lines.ts';
import { flatMap } from '../src/lists.ts';
import type { BuildView, DockerfileView } from '../src/plan/project.ts';
import type { Decline, Match } from '../src/plan/transform.ts';
import { decline, defineTransform } from '../src/plan/transform.ts';
import type { Claim, Fix, Path } from '../src/types.ts';
import type { CutRun } from './moving/cut-run.ts';
import { cutRun } from './moving/cut-run.ts';
import { waysToMove } from './moving/edits.ts';
import type { ExposedInstall } from './moving/steps.ts';
import { contextItems, effectsOf, installs, isWorthKeeping, meets, named, overlaps, placeOf, readsOf, stepsBefore } from './moving/steps.ts';
import type { MissingLock } from './split-copy/join-lock.ts';
import { joinLock, missingLocks } from './split-copy/join-lock.ts';
import { narrowBind } from './split-copy/narrow-bind.ts';
import type { Brought, Narrow } from './moving/narrow-copies.ts';
import { narrowCopies } from './moving/narrow-copies.ts';
import { obstacle } from './split-copy/obstacles.ts';
import type { Sunk } from './moving/sink.ts';
import { isUnneededCopy, stepsToSink } from './moving/sink.ts';
import { isExposedStageCopy, raiseStageCopy } from './split-copy/stage-copies.ts';
import { hasIdleArgs, sinkArgs } from './split-copy/volatile-args.ts';
import { page } from './split-copy/page.ts';

/** What is at fault: a copy of the source before an install or before a copy from another stage, an argument before it, or a manifest without its lock. */
type Found =
  | (ExposedInstall & { readonly fault: 'source' | 'stage copy' | 'argument' })
  | (Match & { readonly fault: 'lock'; readonly view: DockerfileView; readonly build: BuildView; readonly missing: MissingLock });

export const splitCopy = defineTransform<Found>({
  id: 'split-copy',
  title: 'Copy dependency manifests, install, then copy the source',
  why: 'A COPY of the whole source before the install makes every one-line change reinstall all dependencies.',
  mustGain: true,
  page,
  *match(project) {
    for (const view of project.dockerfiles) {
      const [build] = view.builds;
      if (!build) continue;
      const { symbolic } = build;
      for (const stage of symbolic.stages) {
        for (const missing of missingLocks(build, stage, project.tree)) yield { ...whereOf(view, missing.install), fault: 'lock', view, build, missing };
      }
      const manifests = manifestsOf(symbolic);
      for (const stage of symbolic.stages) yield* exposedInstalls(view, build, stage, manifests);
      for (const stage of symbolic.stages) yield* exposedStageCopies(view, build, stage, manifests);
    }
  },
  *decide(match) {
    if (match.fault === 'lock') return yield joinLock(match.view, match.build, match.build.symbolic, match.missing);
    const install = match.stage.steps[match.at];
    if (match.fault === 'stage copy' && install) return yield* raiseStageCopy(match, install, manifestsOf(match.symbolic));
    if (!install?.run) return yield decline('unsupported', 'not a RUN');
    if (match.fault === 'argument') return yield* sinkArgs(match, install, match.stage.state.context.files);
    const given: (Fix | Decline)[] = [];
    for (const answer of withoutRepeats(proposalsForAll([withSymbols(match), match]))) {
      given.push(answer);
      yield answer;
    }
    yield* keepingLock(match, install, given);
    yield* assuming(match, install, given);
  },
});

/** Two ways may come to the same edits; each is verified once. */
function* withoutRepeats(answers: Iterable<Fix | Decline>): Iterable<Fix | Decline> {
  const seen = new Set<string>();
  for (const answer of answers) {
    const key = answer.kind === 'fix' ? JSON.stringify(answer.edits.toSorted((a, b) => a.span.start - b.span.start)) : answer.message;
    if (!seen.has(key)) yield answer;
    seen.add(key);
  }
}

function whereOf(view: DockerfileView, step: StepRecord): Match {
  const { start, end } = step.instruction.lines;
  return { dockerfile: view.path, line: start, endLine: end };
}

/**
 * The last install first: what goes below it is below all others as well. Behind a command that may do anything to the
 * source all installs are refused for the same reason, which is said once, of the first of them.
 */
function* exposedInstalls(view: DockerfileView, build: BuildView, stage: StageResult, manifests: readonly ContextSource[]): Iterable<Found> {
  const { symbolic } = build;
  const { scanned } = view.model;
  const barrier = stage.steps.findIndex((step) => step.opaque !== null && step.exposures.some((exposure) => exposure.deep && !isCovered(exposure, manifests)));
  const firstBehind = barrier < 0 ? -1 : stage.steps.findIndex((step, at) => at > barrier && isExposedInstall(scanned, step, manifests));
  for (let at = stage.steps.length - 1; at >= 0; at -= 1) {
    const step = stage.steps[at];
    if (!step?.run) continue;
    const found = (): ExposedInstall => ({ view, build, symbolic, stage, at, ...whereOf(view, step) });
    const isBehind = barrier >= 0 && at > barrier && at !== firstBehind;
    if (!isBehind && isExposedInstall(scanned, step, manifests)) yield { fault: 'source', ...found() };
    if (step.argsInKey.length > 0 && step.run.commands.some(isWorthKeeping) && hasIdleArgs(found(), step)) yield { fault: 'argument', ...found() };
  }
}

/** The last one first: what goes below it is below the others as well. */
function exposedStageCopies(view: DockerfileView, build: BuildView, stage: StageResult, manifests: readonly ContextSource[]): readonly Found[] {
  const { symbolic } = build;
  const found = flatMap([...stage.steps.entries()], ([at, step]): readonly Found[] => (isExposedStageCopy(symbolic, stage, at, manifests) ? [{ view, build, symbolic, stage, at, ...whereOf(view, step), fault: 'stage copy' }] : []));
  return found.toReversed();
}

/** The same install with build arguments that are not known: where one names a file, the narrow COPY has to name the argument. */
function withSymbols(match: ExposedInstall): ExposedInstall | null {
  if ((match.stage.steps[match.at]?.argsInKey.length ?? 0) === 0) return null;
  const symbolic: SymbolicBuild = match.build.symbolicForAnyArgs;
  const stage = symbolic.stages[match.stage.stage.index];
  const step = stage?.steps[match.at];
  if (!stage || !step || !effectsOf(step).some((executed) => executed.reads.some((read) => isSymbolic(read.path)))) return null;
  return { ...match, symbolic, stage };
}

// ---------------------------------------------------------------------------------------------------------------- match

/** Names of files that say what a project depends on. */
const manifestName = /^[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock|pip)$|^(?:pyproject\.toml|Pipfile|setup\.(?:py|cfg)|uv\.toml|poetry\.toml|pip\.conf|\.python-version|package\.json|Gemfile|\.ruby-version|\.npmrc|environment\.ya?ml)$|(?:\.lock|-lock\.\w+|\.lockb)$/;

/** Those of them without which an install fails; settings may be absent. */
const requiredManifest = /^[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock|pip)$|^(?:pyproject\.toml|Pipfile|environment\.ya?ml)$/;

/** Papers that lie beside the code; a change of one is no reason to move anything. */
const paperName = /^(?:README|LICEN[CS]E|COPYING|CHANGELOG|CHANGES|NOTICE|AUTHORS|CONTRIBUTING|VERSION)(?:\..*)?$/i;

/** Files that change with the work on a project. */
const codeName = /\.(?:py[xi]?|ipynb|[cm]?[jt]sx?|vue|go|rs|c|cc|cpp|h|java|rb|php|html|s?css|po)$/;

/** Files that commands read by name, and manifests. They change seldom; to be exposed to one is no fault. */
function manifestsOf(symbolic: SymbolicBuild): readonly ContextSource[] {
  const known = manifestsOfBuilds.get(symbolic);
  if (known) return known;
  const found = findManifests(symbolic);
  manifestsOfBuilds.set(symbolic, found);
  return found;
}

const manifestsOfBuilds = new WeakMap<SymbolicBuild, readonly ContextSource[]>();

function findManifests(symbolic: SymbolicBuild): readonly ContextSource[] {
  const steps = flatMap(symbolic.stages, (stage) => stage.steps);
  const read = flatMap(steps, (step) => readsOf(effectsOf(step)));
  const copied = flatMap(steps, (step) => step.copy?.contextSources ?? []).filter((source) => manifestName.test(baseName(source.path)) || paperName.test(baseName(source.path)));
  return [...read.filter((source) => !codeName.test(source.path)), ...copied].filter((source) => !source.deep);
}

function isExposedInstall(scanned: ScannedDockerfile, step: StepRecord, manifests: readonly ContextSource[]): boolean {
  if (!step.run) return false;
  const exposures = step.exposures.filter((exposure) => !isCovered(exposure, manifests));
  if (exposures.length === 0) return false;
  if (unreadableInstall(scanned, step) && exposures.some((exposure) => exposure.deep)) return true;
  if (step.run.commands.some((command) => installsProjectAlone(command, step))) return true;
  return step.run.commands.some((command) => isWorthKeeping(command) && (readsEverything(command, step) || exposures.some((exposure) => !isCovered(exposure, readsOf(command.effects)))));
}

/** `pip install .`: an install of the project whose dependencies cannot be told apart from it. */
function installsProjectAlone(command: ExecutedCommand, step: StepRecord): boolean {
  if (command.dependenciesOnly?.kind !== 'refusal' || command.call?.args.some(({ text }) => text === '--no-deps' || text === '--no-dependencies')) return false;
  return command.effects.some(({ effect, reads }) => effect.kind === 'project-install' && reads.some((read) => read.deep && step.exposures.some((exposure) => exposure.deep && (isWithin(exposure.path, read.path) || isWithin(read.path, exposure.path)))));
}

/** An install that takes in all that was copied: its manifest was not found, or it installs the project itself. */
function readsEverything(command: ExecutedCommand, step: StepRecord): boolean {
  const isWhole = (read: ContextRead): boolean => read.deep && step.exposures.some((exposure) => exposure.deep && isWithin(exposure.path, read.path));
  return command.effects.some(({ effect, reads }) => reads.some((read) => (effect.kind === 'project-install' || isWithin(command.cwd, read.at)) && isWhole(read)));
}

/** A package manager's call that dockfix cannot read: said, not passed over. */
function unreadableInstall(scanned: ScannedDockerfile, step: StepRecord): Decline | null {
  const command = step.run?.commands.find((one) => one.opaque !== null && one.call !== null && isInstallCall(one.call));
  if (!command?.call) return hiddenInstall(scanned, step);
  if (command.dependenciesOnly?.kind === 'refusal') return { ...command.dependenciesOnly, level: 'refusal' };
  return decline('unsupported', `\`${command.call.program}\` is called in a way that dockfix does not read: ${command.opaque ?? ''}`);
}

/** An install within a pipe, `||` or a loop that was not followed, or in a script that the shell gets otherwise than it was meant. */
function hiddenInstall(scanned: ScannedDockerfile, step: StepRecord): Decline | null {
  if (step.opaque === null) return null;
  const body = shellBodyOf(scanned, step.instruction);
  if (body.kind === 'opaque' && installsIn(body.meant ?? null).length > 0) return decline('broken-today', body.because, 'warning');
  // What a shell with a start-up file makes of the words is not known, but an install stands there.
  const installs = installsIn(step.run?.script ?? (body.kind === 'opaque' ? null : body.script));
  if (installs.length === 0) return null;
  const known = new Set(step.run?.commands.map((command) => command.call?.span.start));
  const hidden = installs.find((command) => !known.has(command.span.start));
  return hidden ? decline('ambiguous-shell', `an install stands in a part of the RUN that is not followed: ${step.opaque}`) : null;
}

// ------------------------------------------------------------------------------------------------------------ proposals

/** One after the other, because mostly the first is right. */
function* proposalsForAll(variants: readonly (ExposedInstall | null)[]): Iterable<Fix | Decline> {
  for (const variant of variants) {
    const step = variant?.stage.steps[variant.at];
    if (variant && step) yield* proposals(variant, step);
  }
}

function* proposals(match: ExposedInstall, install: StepRecord): Iterable<Fix | Decline> {
  if (isKeptInCache(install)) return yield decline('not-needed', 'what it fetches stays in a cache mount from build to build; a RUN further down may need it where that cache is empty', 'info');
  const cut = cutRun(match.view.model.scanned, install, (command) => dependsOnSource(command, install, match));
  yield* narrowedBind(match, install);
  if (cut.kind === 'refusal') yield unreadableInstall(match.view.model.scanned, install) ?? changedManifest(match, install) ?? missingManifest(match, install) ?? cut;
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
function keepingLock(match: ExposedInstall, install: StepRecord, answers: readonly (Fix | Decline)[]): readonly Fix[] {
  const written = flatMap(effectsOf(install), ({ effect }) => effect.writes.filter(({ inStep }) => inStep === true).map(({ place }) => sourceOf(match, place.path)));
  const claims = flatMap(written, (path): readonly Claim[] => (path === null ? [] : [{ kind: 'lock-kept', path }]));
  if (claims.length === 0) return [];
  return flatMap(answers, (fix) => (fix.kind === 'fix' ? [{ ...fix, claims: [...fix.claims, ...claims] }] : []));
}

/** Packages that go into a directory of the source: right unless one of them has a name of the project's own. */
function assuming(match: ExposedInstall, install: StepRecord, answers: readonly (Fix | Decline)[]): readonly Fix[] {
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
  if (inTheWay === null) return yield* found;
  const answers = [...found];
  yield* answers.filter((answer) => answer.kind === 'refusal');
  yield inTheWay;
  yield* answers;
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
  const isSource = (step: StepRecord): boolean => [...(step.copy?.contextSources ?? []), ...(step.copy?.inherited ?? [])].some((source) => source.deep || codeName.test(source.path));
  const isOwn = (step: StepRecord): boolean => step.stage === match.stage.stage.index;
  const leaving = unneeded.filter((step) => !isOwn(step));
  if (leaving.length > 0 && !leaving.some(isSource)) return decline('not-needed', 'the copy stands in a stage that others start from, and brings files that change seldom', 'info');
  const readsNoManifest = needed.length === 0 || !cut.hoisted.some(({ effect }) => effect.kind === 'install');
  if (leaving.length > 0 && readsNoManifest) return decline('not-needed', 'the copy stands in a stage that others start from; it would have to go into each of them, for an install that reads no manifest', 'info');
  if (cut.rest !== null && unneeded.length > 0 && !unneeded.some(isSource)) return decline('not-needed', 'the RUN would have to be cut in two for the sake of files that change seldom', 'info');
  if (!cut.isDependenciesFirst) return null;
  const earlier = stepsBefore(match).find((step) => hasInstalled(step, cut, needed));
  return earlier ? decline('not-needed', `${named(match.view.model.scanned, earlier)} already installs the dependencies before the source is there`, 'info') : null;
}

/** Did a step install, from the same manifests, to where this install puts its packages? */
function hasInstalled(step: StepRecord, cut: CutRun, needed: readonly ContextSource[]): boolean {
  const places = flatMap(cut.hoisted, ({ effect }) => effect.writes.map(({ place }) => place.path)).filter(isRegion);
  return effectsOf(step).some(({ effect, reads }) => effect.kind === 'install' && reads.length > 0 && needed.every((source) => isCovered(source, reads)) && effect.writes.some(({ place }) => places.includes(place.path)));
}

function whyNothingSinks(match: ExposedInstall, install: StepRecord): Decline {
  return refusedDependencies(install) ?? missingManifest(match, install) ?? decline('no-gain', 'what comes before the install is needed by it', 'info');
}

/** Why a command that installs the project cannot install its dependencies alone. */
function refusedDependencies(install: StepRecord): Decline | null {
  const refused = install.run?.commands.map((command) => command.dependenciesOnly).find((one) => one?.kind === 'refusal');
  return refused?.kind === 'refusal' ? { ...refused, level: 'refusal' } : null;
}

/** May a step leave its stage for the stages that start from it? Not if the stage is an image that somebody uses. */
function mayLeave(match: ExposedInstall, index: number): boolean {
  if (index === match.stage.stage.index) return true;
  const { base } = match.stage.stage;
  return base.kind === 'stage' && base.index === index && !match.symbolic.outputs.includes(index);
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
