import type { FolderBuild } from '../src/build/confined.ts';
import { confinementOf, folderBuilds, uncertainIn } from '../src/build/confined.ts';
import type { StageResult, StepRecord } from '../src/build/symbolic-build.ts';
import { outputsOf, signOfMore } from '../src/commands/folder-builds.ts';
import { lineStartAt } from '../src/edit/lines.ts';
import type { BuildView, DockerfileView, ProjectView } from '../src/plan/project.ts';
import { rebuiltFrom } from '../src/plan/project.ts';
import type { Decline, Match } from '../src/plan/transform.ts';
import { decline, defineTransform } from '../src/plan/transform.ts';
import type { Claim, Edit, Fix, Path } from '../src/types.ts';
import { page } from './copy-by-change/page.ts';
import { appended } from './dockerignore/append.ts';
import { waysToMove } from './split-copy/edits.ts';
import type { ExposedInstall } from './split-copy/install.ts';
import { effectsOf, named, readsOf, shortText, stepsBefore } from './split-copy/install.ts';
import { narrowCopies } from './split-copy/narrow-copies.ts';
import { conflict, isUnneededCopy } from './split-copy/sink.ts';

/** A build of one folder, below a copy of more than that folder. */
interface Found extends Match, FolderBuild {
  readonly project: ProjectView;
  readonly view: DockerfileView;
  readonly build: BuildView;
}

export const copyByChange = defineTransform<Found>({
  id: 'copy-by-change',
  title: 'Copy a folder with a build of its own before the rest of the source',
  why: 'A front end is built again for every change of the back end where the whole source is copied before its build.',
  mustGain: true,
  page,
  *match(project) {
    for (const view of project.dockerfiles) {
      const [build] = view.builds;
      for (const found of build ? folderBuilds(build.symbolic) : []) {
        const lines = found.stage.steps[found.at]?.instruction.lines;
        if (build && lines) yield { ...found, project, view, build, dockerfile: view.path, line: lines.start, endLine: lines.end };
      }
    }
  },
  decide(found) {
    const { directory, copied, build } = found;
    const sign = signOfMore(build.context, directory, copied);
    if (sign !== null) return [decline('reads-source', `a build in ${directory}/ may need more of the source than that folder: ${sign}`)];
    return proposals(found);
  },
});

/** The steps that work in the folder, as far as nothing else that is not understood comes between them. */
interface Confined {
  readonly stage: StageResult;
  readonly first: number;
  readonly last: number;
}

function proposals(found: Found): readonly (Fix | Decline)[] {
  const { view, build, project, directory } = found;
  const { scanned } = view.model;
  const assumption = { kind: 'works-in', directory } as const;
  const symbolic = rebuiltFrom(view, build.context, build.build, project.values, { assumptions: [assumption] });
  const stage = symbolic.stages[found.stage.stage.index];
  const confined = stage ? confinedSteps(stage, found.at) : null;
  if (!confined) {
    const step = stage?.steps[found.at];
    return [decline('opaque-command', `the RUN does more than to build ${directory}/, and may read or change anything${step?.opaque ? `: ${step.opaque}` : ''}`)];
  }
  const match: ExposedInstall = { ...found, symbolic, stage: confined.stage, at: confined.first };
  const steps = confined.stage.steps.slice(confined.first, confined.last + 1).filter((step) => confinementOf(step) !== null);
  const needed = steps.flatMap((step) => readsOf(effectsOf(step)));
  const read = steps.flatMap((step) => effectsOf(step).flatMap(({ effect }) => effect.reads));
  const own = stepsBefore(match).filter((step) => step.stage === stage?.stage.index);
  const unneeded = own.filter((step) => isUnneededCopy(step, needed, read, build.context));
  const provider = unneeded.find((step) => step.instruction === found.copy.instruction);
  const last = confined.stage.steps[confined.last];
  if (!provider || !last) return [decline('output-stage', 'the source is copied in another stage, from which this one starts')];
  const needs = own.find((step, at) => at > own.indexOf(provider) && step.run !== null && conflict(provider, step, build.context));
  if (needs) return [decline('reads-source', `${named(scanned, needs)} stands between ${named(scanned, provider)} and the build in ${directory}/, and needs the source`)];
  const sunk = unneeded.filter((step) => step === provider || !own.some((other, at) => at > own.indexOf(step) && other.run !== null && conflict(step, other, build.context)));
  const narrow = narrowCopies(match, provider, needed, sunk);
  if (narrow.kind === 'refusal') return [narrow];
  const message = `\`${shortText(scanned, last)}\` ran again for every change of the source, because ${named(scanned, provider)} came first; it works in ${directory}/`;
  const claims: readonly Claim[] = [{ kind: 'assumes', assumption }];
  const alone: readonly Fix[] = symbolic.outputs.includes(confined.stage.stage.index) ? [] : [{ kind: 'fix', message: `${message}, and the rest is not used`, claims, edits: [inPlaceOf(view, provider, narrow.lines)] }];
  const hiding = hideOutputs(found);
  const apart = hiding.kind === 'refusal' ? [hiding] : waysToMove(match, { install: last, anchor: provider, text: scanned.text.slice(last.instruction.span.start, last.instruction.span.end), rest: null, sunk, narrow: narrow.lines }).map((edits): Fix => ({ kind: 'fix', message: message + hiding.message, claims: [...claims, ...hiding.claims], edits: [...edits, ...hiding.edits] }));
  return [...alone, ...apart];
}

/** Null if the step at `at` does more than work in the folder. */
function confinedSteps(stage: StageResult, at: number): Confined | null {
  const barrier = stage.steps.findIndex((step, index) => index >= at && step.opaque !== null);
  const reached = barrier < 0 ? stage.steps : stage.steps.slice(0, barrier);
  const last = reached.findLastIndex((step) => confinementOf(step) !== null);
  return last < at ? null : { stage, first: at, last };
}

function inPlaceOf({ path, model: { scanned } }: DockerfileView, { instruction: { span } }: StepRecord, lines: readonly string[]): Edit {
  const indent = scanned.text.slice(lineStartAt(scanned.text, span.start), span.start);
  return { file: path, span, text: lines.join(scanned.newline + indent) };
}

interface Hiding {
  readonly kind: 'hiding';
  readonly message: string;
  readonly claims: readonly Claim[];
  readonly edits: readonly Edit[];
}

/** What the build makes goes into the ignore file, so that no checkout brings an old one of it. */
function hideOutputs({ project, view, build, directory }: Found): Hiding | Decline {
  const { context, ignoreFile } = build;
  const paths = outputsOf(context, directory).filter((path) => !context.hides(path) && context.has(path) !== 'yes');
  const other = uncertainIn(context, directory);
  if (other !== null && !paths.some((path) => other === path || other.startsWith(`${path}/`))) return decline('may-be-in-context', `${other} is in the build context, but not in git: if the build makes it, a copy after the build would bring the old one back`);
  if (paths.length === 0) return { kind: 'hiding', message: '', claims: [], edits: [] };
  const file: Path = ignoreFile ?? (build.build.context === '' ? '.dockerignore' : `${build.build.context}/.dockerignore`);
  const edit = appended(file, ignoreFile === null ? null : (project.tree.read(ignoreFile) ?? ''), paths, view.model.scanned.newline);
  return { kind: 'hiding', message: `, and what it leaves there (${paths.join(', ')}) joins ${file}`, claims: [{ kind: 'hidden-from-context', paths }], edits: [edit] };
}
