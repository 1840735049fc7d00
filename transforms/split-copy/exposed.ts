/** Installs, and copies from other stages, that run again for every change of the source. */
import { isCovered, isCoveredFileByFile } from '../../src/build/exposure.ts';
import { baseName, isWithin } from '../../src/build/places.ts';
import type { ContextRead, ExecutedCommand } from '../../src/build/runner.ts';
import type { ContextSource } from '../../src/build/state.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import { installsIn, isInstallCall } from '../../src/commands/install-calls.ts';
import { shellBodyOf } from '../../src/dockerfile/run-body.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { flatMap } from '../../src/lists.ts';
import type { BuildView, DockerfileView } from '../../src/plan/project.ts';
import type { Decline, Match } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { BuildContext, Path } from '../../src/types.ts';
import type { ExposedInstall } from '../moving/steps.ts';
import { effectsOf, isWorthKeeping, readsOf } from '../moving/steps.ts';
import type { MissingLock } from './join-lock.ts';
import { isExposedStageCopy } from './stage-copies.ts';
import { hasIdleArgs } from './volatile-args.ts';

/** What is at fault: a copy of the source before an install or before a copy from another stage, an argument before it, or a manifest without its lock. */
export type Found =
  | (ExposedInstall & { readonly fault: 'source' | 'stage copy' | 'argument' })
  | (Match & { readonly fault: 'lock'; readonly view: DockerfileView; readonly build: BuildView; readonly missing: MissingLock });

export function whereOf(view: DockerfileView, step: StepRecord): Match {
  const { start, end } = step.instruction.lines;
  return { dockerfile: view.path, line: start, endLine: end };
}

/**
 * The last install first: what goes below it is below all others as well. Behind a command that may do anything to the
 * source all installs are refused for the same reason, which is said once, of the first of them.
 */
export function* exposedInstalls(view: DockerfileView, build: BuildView, stage: StageResult, manifests: readonly ContextSource[]): Iterable<Found> {
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
export function exposedStageCopies(view: DockerfileView, build: BuildView, stage: StageResult, manifests: readonly ContextSource[]): readonly Found[] {
  const { symbolic } = build;
  const found = flatMap([...stage.steps.entries()], ([at, step]): readonly Found[] => (isExposedStageCopy(symbolic, stage, at, manifests) ? [{ view, build, symbolic, stage, at, ...whereOf(view, step), fault: 'stage copy' }] : []));
  return found.toReversed();
}

/** Names of files that say what a project depends on. */
const manifestName = /^[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock|pip)$|^(?:pyproject\.toml|Pipfile|setup\.(?:py|cfg)|uv\.toml|poetry\.toml|pip\.conf|\.python-version|package\.json|Gemfile|\.ruby-version|\.npmrc|environment\.ya?ml)$|(?:\.lock|-lock\.\w+|\.lockb)$/;

/** Those of them without which an install fails; settings may be absent. */
export const requiredManifest = /^[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock|pip)$|^(?:pyproject\.toml|Pipfile|environment\.ya?ml)$/;

/** Papers that lie beside the code; a change of one is no reason to move anything. */
const paperName = /^(?:README|LICEN[CS]E|COPYING|CHANGELOG|CHANGES|NOTICE|AUTHORS|CONTRIBUTING|VERSION)(?:\..*)?$/i;

/** Does a directory hold nothing but files that say what a project depends on, and papers? */
export function holdsManifestsOnly(files: BuildContext, directory: Path): boolean {
  let any = false;
  for (const path of files.files(directory)) {
    any = true;
    if (!manifestName.test(baseName(path)) && !paperName.test(baseName(path)) && !/(?:^|\/)requirements\/[\w.-]+\.(?:txt|in)$/.test(path)) return false;
  }
  return any;
}

/** Files that change with the work on a project. */
export const codeName = /\.(?:py[xi]?|ipynb|[cm]?[jt]sx?|vue|go|rs|c|cc|cpp|h|java|rb|php|html|s?css|po)$/;

/** Files that commands read by name, and manifests. They change seldom; to be exposed to one is no fault. */
export function manifestsOf(symbolic: SymbolicBuild): readonly ContextSource[] {
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
  const found = [...read.filter((source) => !codeName.test(source.path)), ...copied].filter((source) => !source.deep);
  // `COPY requirements/ requirements/`, where the installs read all that is in there.
  const folders = flatMap(steps, (step) => step.copy?.contextSources ?? []).filter((source) => source.deep && isCoveredFileByFile(source, found, symbolic.files));
  return folders.length === 0 ? found : [...found, ...folders];
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
export function unreadableInstall(scanned: ScannedDockerfile, step: StepRecord): Decline | null {
  const command = step.run?.commands.find((one) => one.opaque !== null && one.call !== null && isInstallCall(one.call));
  if (!command?.call) return hiddenInstall(scanned, step);
  if (command.dependenciesOnly?.kind === 'refusal') return { ...command.dependenciesOnly, level: 'refusal' };
  return decline('unsupported', `dockfix cannot tell what \`${command.call.program}\` reads here: ${command.opaque ?? ''}`);
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
