import type { PartBuild } from '../../src/build/part-builds.ts';
import { isWithin, readable } from '../../src/build/places.ts';
import type { StepRecord, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import { lineStartAt, shortText } from '../../src/edit/lines.ts';
import { confinedBuild } from '../../src/plan/confined-builds.ts';
import type { BuildView, DockerfileView, ProjectView } from '../../src/plan/project.ts';
import type { Decline, Match } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Claim, Edit, Fix } from '../../src/types.ts';
import { hideMade } from './hiding.ts';
import { waysToMove } from '../moving/edits.ts';
import type { ExposedInstall } from '../moving/steps.ts';
import { contextItems, effectsOf, named, readsOf, stepsBefore } from '../moving/steps.ts';
import { narrowCopies } from '../moving/narrow-copies.ts';
import { conflict, isUnneededCopy } from '../moving/sink.ts';

/** A build step below a copy of more than it reads. */
export interface PlacedPart extends Match, PartBuild {
  readonly project: ProjectView;
  readonly view: DockerfileView;
  readonly build: BuildView;
}

/** Copies that bring what the build reads, in its place, or why not. */
export function decideOnPart(found: PlacedPart): readonly (Fix | Decline)[] {
  const { folder, build, view, project } = found;
  if (folder === null) return proposals(found, [found.at], build.symbolic);
  const confined = confinedBuild(view, build, project.values, found, folder);
  return confined.kind === 'refusal' ? [confined] : proposals({ ...found, stage: confined.stage }, confined.steps, confined.symbolic);
}

/** `indices`: the build steps among those of the stage. */
function proposals(found: PlacedPart, indices: readonly number[], symbolic: SymbolicBuild): readonly (Fix | Decline)[] {
  const { view, build, stage, folder } = found;
  const { scanned } = view.model;
  const match: ExposedInstall = { ...found, symbolic, at: indices[0] ?? found.at };
  const steps = indices.flatMap((index) => stage.steps[index] ?? []);
  const needed = steps.flatMap((step) => readsOf(effectsOf(step)));
  const read = steps.flatMap((step) => effectsOf(step).flatMap(({ effect }) => effect.reads));
  const own = stepsBefore(match).filter((step) => step.stage === stage.stage.index);
  const unneeded = own.filter((step) => isUnneededCopy(step, needed, read, build.context));
  const provider = unneeded.find((step) => step.instruction === found.copy.instruction);
  const last = steps.at(-1);
  if (!provider || !last) return [decline('output-stage', 'the source is copied in another stage, from which this one starts')];
  const follows = (step: StepRecord, other: StepRecord): boolean => own.indexOf(other) > own.indexOf(step) && other.run !== null && conflict(step, other, build.context);
  const needs = own.find((step) => follows(provider, step));
  if (needs) return [decline('reads-source', `${named(scanned, needs)} stands between ${named(scanned, provider)} and \`${shortText(scanned, last.instruction)}\`, and needs the source`)];
  // What was copied elsewhere may be settings of the image: /root/.npmrc.
  const isBeside = (step: StepRecord): boolean => folder === null || contextItems(step).every(({ target }) => contextItems(provider).some((item) => isWithin(target, item.target)));
  const sunk = unneeded.filter((step) => step === provider || (isBeside(step) && !own.some((other) => follows(step, other))));
  const narrow = narrowCopies(match, provider, needed, sunk);
  if (narrow.kind === 'refusal') return [narrow];
  const reason = folder === null ? `it only needs ${narrow.names.join(', ')}` : `it works in ${readable(folder.directory)}/`;
  const message = `\`${shortText(scanned, last.instruction)}\` ran again for every change of the source, because ${named(scanned, provider)} came first; ${reason}`;
  const claims: readonly Claim[] = folder === null ? [] : [{ kind: 'assumes', assumption: { kind: 'works-in', directory: folder.directory } }];
  const isUsed = symbolic.outputs.includes(stage.stage.index);
  const alone: readonly Fix[] = isUsed ? [] : [{ kind: 'fix', message: `${message}, and the rest is not used`, claims, edits: [inPlaceOf(view, provider, narrow.lines)] }];
  const passed = stage.steps.slice(stage.steps.findIndex((step) => sunk.includes(step)), stage.steps.indexOf(last) + 1);
  const hiding = hideMade(found, passed, sunk, folder === null ? null : folder.directory);
  if (hiding.kind === 'refusal') return [...alone, hiding];
  const ways = waysToMove(match, { install: last, anchor: provider, text: scanned.text.slice(last.instruction.span.start, last.instruction.span.end), rest: null, sunk, narrow: narrow.lines });
  return [...alone, ...ways.map((edits): Fix => ({ kind: 'fix', message: message + hiding.message, claims: [...claims, ...hiding.claims], edits: [...edits, ...hiding.edits] }))];
}

function inPlaceOf({ path, model: { scanned } }: DockerfileView, { instruction: { span } }: StepRecord, lines: readonly string[]): Edit {
  const indent = scanned.text.slice(lineStartAt(scanned.text, span.start), span.start);
  return { file: path, span, text: lines.join(scanned.newline + indent) };
}
