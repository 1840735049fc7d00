import type { StageResult, StepRecord } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import { stageReference } from '../../src/dockerfile/stages.ts';
import type { BuildView } from '../../src/plan/project.ts';
import type { Path } from '../../src/types.ts';
import { join } from './survey.ts';

/** A stage in which a path of the context lies, at least for a while. */
export interface Arrival {
  readonly build: BuildView;
  readonly stage: StageResult;
  /** The RUNs that can see it: those behind the COPY that brought it, and those that bind it. */
  readonly steps: readonly StepRecord[];
  /** Where it lies in the image when the stage ends; empty where it was only bound. */
  readonly places: readonly Path[];
  /** Those of them that the stage itself takes from the context. */
  readonly direct: readonly Path[];
  /** Stages from which it copies the path. */
  readonly copiedFrom: readonly number[];
  /** Is the stage an image that somebody uses, and holds it? */
  readonly isShipped: boolean;
}

/** The stages of a build that get a path of the context, by a COPY or mount of a directory around it, or from another stage. */
export function arrivalsOf(build: BuildView, path: Path): readonly Arrival[] {
  const { symbolic } = build;
  const placesAtEnd: (readonly Path[])[] = [];
  const found: Arrival[] = [];
  for (const stage of symbolic.stages) {
    const { base } = stage.stage;
    const places = new Set(base.kind === 'stage' ? placesAtEnd[base.index] : []);
    const direct = new Set<Path>();
    const copiedFrom: number[] = [];
    const steps: StepRecord[] = [];
    for (const step of stage.steps) {
      const brought = broughtBy(build, stage, step, path, placesAtEnd);
      for (const place of brought.places) places.add(place);
      if (brought.from !== null && brought.places.length > 0) copiedFrom.push(brought.from);
      if (brought.from === null) for (const place of brought.places) direct.add(place);
      if (step.run !== null && (places.size > 0 || isBound(build, stage, step, path, placesAtEnd))) steps.push(step);
    }
    placesAtEnd[stage.stage.index] = [...places];
    const isShipped = places.size > 0 && symbolic.outputs.includes(stage.stage.index);
    if (steps.length > 0 || places.size > 0) found.push({ build, stage, steps, places: [...places], direct: [...direct], copiedFrom, isShipped });
  }
  return found;
}

/** Does a mount of the RUN bring the path, from the context or from a stage that holds it? */
function isBound(build: BuildView, stage: StageResult, { mounted, instruction }: StepRecord, path: Path, placesAtEnd: readonly (readonly Path[])[]): boolean {
  if (mounted.some((source) => holds(source, path))) return true;
  const parsed = parse(instruction, build.symbolic.model.scanned);
  if (parsed.keyword !== 'RUN') return false;
  return parsed.mounts.some(({ from }) => {
    const other = from === null ? null : stageReference(build.symbolic.model, stage.stage.index, from);
    return other !== null && (placesAtEnd[other.index] ?? []).length > 0;
  });
}

/** Where a COPY or ADD puts the path, and from which stage it takes it; null for the context. */
function broughtBy(build: BuildView, stage: StageResult, { copy, instruction }: StepRecord, path: Path, placesAtEnd: readonly (readonly Path[])[]): { readonly places: readonly Path[]; readonly from: number | null } {
  const nothing = { places: [], from: null };
  if (copy === null) return nothing;
  const parsed = parse(instruction, build.symbolic.model.scanned);
  if (parsed.keyword !== 'COPY' && parsed.keyword !== 'ADD') return nothing;
  if (parsed.keyword === 'COPY' && parsed.from !== null) {
    const from = stageReference(build.symbolic.model, stage.stage.index, parsed.from);
    if (from === null) return nothing;
    const places = (placesAtEnd[from.index] ?? []).flatMap((place) => parsed.sources.flatMap((source) => carried(source.text, place, copy.destination)));
    return { places, from: from.index };
  }
  const takesAll = parsed.sources.some((source) => /^(?:\.?\/)?\*$/.test(source.text));
  const items = copy.items.flatMap(({ source, target, directory }) => (directory && holds({ path: source, deep: true }, path) ? [join(target, relative(path, source))] : []));
  return { places: takesAll && !path.includes('/') ? [...items, join(copy.destination, path)] : items, from: null };
}

/** A copy of `/app` or `/app/*` from a stage takes what lies in it. Relative sources start at the root of the image. */
function carried(source: string, place: Path, destination: Path): readonly Path[] {
  const absolute = source.startsWith('/') ? source : `/${source}`;
  const directory = absolute.replace(/\/\.?$/, '');
  if (directory === '' || place === directory || place.startsWith(`${directory}/`)) return [join(destination, place.slice(directory.length + 1))];
  const above = directory.slice(0, directory.lastIndexOf('/'));
  // A wildcard or a variable may mean any name there.
  return /[*?[$]/.test(directory) && (above === '' || /[*?[$]/.test(above) || place.startsWith(`${above}/`)) ? [join(destination, place.slice(place.lastIndexOf('/') + 1))] : [];
}

function holds(source: { readonly path: Path; readonly deep: boolean }, path: Path): boolean {
  return source.deep && (source.path === '' || path === source.path || path.startsWith(`${source.path}/`));
}

function relative(path: Path, directory: Path): Path {
  return directory === '' ? path : path.slice(directory.length + 1);
}
