import { resolvePath } from '../../src/build/places.ts';
import type { StageResult, StepRecord } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { ParsedCopy } from '../../src/dockerfile/parse.ts';
import { stageReference } from '../../src/dockerfile/stages.ts';
import type { BuildView, DockerfileView } from '../../src/plan/project.ts';
import type { Match } from '../../src/plan/transform.ts';
import type { Path } from '../../src/types.ts';

/** A COPY of a directory of installed packages from another stage or image. */
export interface CopiedPackages extends Match {
  readonly view: DockerfileView;
  readonly build: BuildView;
  readonly stage: StageResult;
  readonly step: StepRecord;
  readonly copy: ParsedCopy;
  /** Null for an image. */
  readonly from: StageResult | null;
  readonly source: PackagePath;
  readonly destination: PackagePath;
}

/** A path at or below `PREFIX/lib/pythonX.Y/site-packages`, or `PREFIX/lib/pythonX.Y` itself. */
interface PackagePath {
  readonly path: Path;
  readonly prefix: Path;
  readonly version: string;
  readonly directory: Path;
}

const packagePath = /^(.*)\/lib(?:64)?\/python(\d[^/]*)(?:\/(?:site|dist)-packages(?:\/.*)?)?$/;

function readPackagePath(path: Path): PackagePath | null {
  const match = packagePath.exec(path);
  if (!match) return null;
  const directory = path.replace(/(\/(?:site|dist)-packages)\/.*$/, '$1');
  return { path, prefix: match[1] ?? '', version: match[2] ?? '', directory };
}

/** Copies from one prefix to the same one: virtual environments, `--user`, `--prefix` and `--target` are right as they are. */
export function copiedPackages(view: DockerfileView, build: BuildView, stage: StageResult, step: StepRecord): CopiedPackages | null {
  const copy = copyFrom(view, step);
  if (!copy || copy.from === null) return null;
  const referred = stageReference(view.model, stage.stage.index, copy.from);
  const from = referred ? (build.symbolic.stages[referred.index] ?? null) : null;
  for (const item of step.copy?.items ?? []) {
    const source = readPackagePath(item.source);
    const destination = readPackagePath(resolvePath('/', item.target));
    if (!source || !destination || source.prefix !== destination.prefix) continue;
    const prefix = from?.state.base.pythonPrefix ?? null;
    if (prefix !== null && prefix !== source.prefix) continue;
    const { start, end } = step.instruction.lines;
    return { dockerfile: view.path, line: start, endLine: end, view, build, stage, step, copy, from, source, destination };
  }
  return null;
}

/** What a COPY or ADD says that takes something from a stage or an image; null for any other step. */
export function copyFrom(view: DockerfileView, step: StepRecord): ParsedCopy | null {
  const parsed = parse(step.instruction, view.model.scanned);
  return (parsed.keyword === 'COPY' || parsed.keyword === 'ADD') && parsed.from !== null ? parsed : null;
}
