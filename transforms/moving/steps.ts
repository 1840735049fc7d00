import type { CopyRecord } from '../../src/build/copy.ts';
import type { Place } from '../../src/build/places.ts';
import { isRegion, isWithin, join, relativeTo } from '../../src/build/places.ts';
import type { ContextRead, ExecutedCommand, ExecutedEffect } from '../../src/build/runner.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { shortText } from '../../src/edit/lines.ts';
import { flatMap } from '../../src/lists.ts';
import type { BuildView, DockerfileView } from '../../src/plan/project.ts';
import type { Match } from '../../src/plan/transform.ts';
import type { BuildContext } from '../../src/types.ts';

/** An install that runs again for changes that do not concern it, and where it stands. */
export interface ExposedInstall extends Match {
  readonly view: DockerfileView;
  readonly build: BuildView;
  /** The build with the defaults of its arguments, or with arguments that are not known. */
  readonly symbolic: SymbolicBuild;
  readonly stage: StageResult;
  /** Index of the install among the stage's steps. */
  readonly at: number;
}

/** The steps before the install: those of the stages that it starts from, and its own. */
export function stepsBefore(match: ExposedInstall): readonly StepRecord[] {
  const { stage, symbolic, at } = match;
  const parents = flatMap(stage.chain.slice(0, -1), (index) => symbolic.stages[index]?.steps ?? []);
  return [...parents, ...stage.steps.slice(0, at)];
}

/** May a step leave its stage for the stages that start from it? Not if the stage is an image that somebody uses. */
export function mayLeave(match: ExposedInstall, index: number): boolean {
  if (index === match.stage.stage.index) return true;
  const { base } = match.stage.stage;
  return base.kind === 'stage' && base.index === index && !match.symbolic.outputs.includes(index);
}

const movable = new Set(['install', 'os-packages']);

export function installs(command: ExecutedCommand): boolean {
  return command.effects.some((executed) => movable.has(executed.effect.kind));
}

const installers = /^(?:pip|setuptools|wheel|bundler)(?:[=<>~!:].*)?$/;

/** `pip install --upgrade pip` and `gem install bundler -v 2.5` take a moment: nothing is moved, and no RUN is cut, for their sake alone. */
function updatesTools(command: ExecutedCommand): boolean {
  const [action, ...names] = command.call?.args.map(({ text }) => text).filter((text) => !/^[-\d]/.test(text)) ?? [];
  return action === 'install' && names.length > 0 && names.every((name) => installers.test(name));
}

/** Does a command take long enough to be worth a place of its own? */
export function isWorthKeeping(command: ExecutedCommand): boolean {
  return installs(command) && !updatesTools(command);
}

/** `apt-get update` alone: lists of packages that are kept only grow old. */
export function onlyRefreshes(command: ExecutedCommand): boolean {
  return command.effects.length > 0 && command.effects.every(({ effect }) => effect.onlyRefreshes === true);
}

export function readsOf(effects: readonly ExecutedEffect[]): readonly ContextRead[] {
  return flatMap(effects, (executed) => executed.reads);
}

export function effectsOf(step: Pick<StepRecord, 'run'>): readonly ExecutedEffect[] {
  return flatMap(step.run?.commands ?? [], (command) => command.effects);
}

/** An instruction and its line, as messages name it. */
export function named(scanned: ScannedDockerfile, step: StepRecord): string {
  return `\`${shortText(scanned, step.instruction)}\` (line ${step.line})`;
}

// --------------------------------------------------------------------------------------------------------------- places

export type CopyItem = CopyRecord['items'][number];

/** What a step copies from the build context. */
export function contextItems(step: Pick<StepRecord, 'copy'>): readonly CopyItem[] {
  return step.copy && step.copy.contextSources.length > 0 ? step.copy.items : [];
}

export function placeOf(item: CopyItem): Place {
  return { path: item.target, deep: item.directory };
}

export function overlaps(a: Place, b: Place): boolean {
  if (a.path === b.path) return true;
  return (a.deep && isWithin(b.path, a.path)) || (b.deep && isWithin(a.path, b.path));
}

/** Does a copy from the context reach a place? Not one below it that the context surely has not. */
export function meets(item: CopyItem, place: Place, files: BuildContext): boolean {
  if (isRegion(place.path) || !overlaps(placeOf(item), place)) return false;
  if (!item.directory || !isWithin(place.path, item.target)) return true;
  const below = relativeTo(place.path, item.target);
  return below === '' ? place.deep : files.has(join(item.source, below)) !== 'no';
}

export function writtenBy(step: Pick<StepRecord, 'copy' | 'run'>): readonly Place[] {
  return step.copy ? step.copy.items.map(placeOf) : (step.run?.written ?? []);
}
