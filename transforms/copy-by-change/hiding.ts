/** What a build step makes must not come back with a later copy of the source: it joins the ignore file. */
import { uncertainIn } from '../../src/build/confined.ts';
import { isWithin, join, parentOf, relativeTo } from '../../src/build/places.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import { outputsOf } from '../../src/commands/folder-builds.ts';
import { matchesPattern } from '../../src/ignore/patterns.ts';
import type { BuildView, DockerfileView, ProjectView } from '../../src/plan/project.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { BuildContext, Claim, Edit, Path } from '../../src/types.ts';
import { appended } from '../dockerignore/append.ts';
import { effectsOf } from '../split-copy/install.ts';

interface Place {
  readonly project: ProjectView;
  readonly view: DockerfileView;
  readonly build: BuildView;
}

/** What goes into the ignore file with a fix. */
export interface Hiding {
  readonly kind: 'hiding';
  readonly message: string;
  readonly claims: readonly Claim[];
  readonly edits: readonly Edit[];
}

const nothing: Hiding = { kind: 'hiding', message: '', claims: [], edits: [] };

/** What the build of a folder makes there. */
export function hideOutputs(found: Place, directory: Path): Hiding | Decline {
  const { context } = found.build;
  const paths = outputsOf(context, directory).filter((path) => !context.hides(path) && context.has(path) !== 'yes');
  const other = uncertainIn(context, directory);
  if (other !== null && !paths.some((path) => other === path || other.startsWith(`${path}/`))) return decline('may-be-in-context', `${other} is in the build context, but not in git: if the build makes it, a copy after the build would bring the old one back`);
  return hide(found, paths);
}

/** What known steps make where the source is copied. */
export function hideMade(found: Place, steps: readonly StepRecord[], copies: readonly StepRecord[]): Hiding | Decline {
  const { context } = found.build;
  const paths = madePaths(steps, copies);
  const held = paths.find((path) => context.has(path) === 'yes');
  if (held !== undefined) return decline('may-be-in-context', `${held} is in the build context as well: a copy of the rest after the step would bring that one back`);
  return hide(found, patternsFor(paths.filter((path) => context.has(path) === 'maybe'), context));
}

/** Paths of the context that are copied to where known steps write: with their directory, or by a pattern of names. */
function madePaths(steps: readonly StepRecord[], copies: readonly StepRecord[]): readonly Path[] {
  const written = steps.flatMap((step) => effectsOf(step).flatMap(({ effect }) => effect.writes.filter(({ how }) => how === 'edit').map(({ place }) => place.path)));
  const folders = copies.flatMap(({ copy, instruction }) => (copy?.items ?? []).flatMap(({ directory, source, target }) => {
    if (directory) return [{ source, target, deep: true }];
    return /[*?[]/.test(instruction.text) ? [{ source: parentOf(source), target: parentOf(target), deep: false }] : [];
  }));
  const paths = written.flatMap((path) => folders.filter(({ target, deep }) => (deep ? isWithin(path, target) : parentOf(path) === target)).map(({ source, target }) => join(source, relativeTo(path, target))));
  return [...new Set(paths)];
}

/** Many files alike count as one pattern, unless it meets others. */
function patternsFor(paths: readonly Path[], files: BuildContext): readonly string[] {
  if (paths.length < 5) return paths;
  const patterns = [...new Set(paths.map((path) => `**/*${/(?:_pb2(?:_grpc)?)?\.[^./]+$/.exec(path)?.[0] ?? ''}`))];
  const held = [...files.files()].filter((path) => files.has(path) === 'yes');
  return held.some((path) => patterns.some((pattern) => matchesPattern(pattern, path) === true)) ? paths : patterns;
}

/** What a build makes goes into the ignore file, so that no checkout brings an old one of it. */
function hide({ project, view, build }: Place, paths: readonly string[]): Hiding {
  const { ignoreFile } = build;
  if (paths.length === 0) return nothing;
  const file: Path = ignoreFile ?? (build.build.context === '' ? '.dockerignore' : `${build.build.context}/.dockerignore`);
  const edit = appended(file, ignoreFile === null ? null : (project.tree.read(ignoreFile) ?? ''), paths, view.model.scanned.newline, '# Made by the build');
  return { kind: 'hiding', message: `, and what it makes (${paths.join(', ')}) joins ${file}`, claims: [{ kind: 'hidden-from-context', paths }], edits: [edit] };
}
