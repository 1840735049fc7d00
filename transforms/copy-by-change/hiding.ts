/** What a build step makes must not come back with a later copy of the source: it joins the ignore file. */
import { madeWithin } from '../../src/build/confined.ts';
import { partBuilds } from '../../src/build/part-builds.ts';
import { baseName, isWithin, join, parentOf, relativeTo } from '../../src/build/places.ts';
import type { StageResult, StepRecord } from '../../src/build/symbolic-build.ts';
import type { Effect, Write } from '../../src/commands/command.ts';
import { outputsOf } from '../../src/commands/folder-builds.ts';
import { matchesPattern } from '../../src/ignore/patterns.ts';
import type { BuildView, DockerfileView, ProjectView } from '../../src/plan/project.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { BuildContext, Claim, Edit, Path, Tree } from '../../src/types.ts';
import { appended } from '../../src/edit/ignore-lines.ts';

interface Place {
  readonly project: ProjectView;
  readonly view: DockerfileView;
  readonly build: BuildView;
  readonly stage: StageResult;
}

/** What goes into the ignore file with a fix. */
export interface Hiding {
  readonly kind: 'hiding';
  readonly message: string;
  readonly claims: readonly Claim[];
  readonly edits: readonly Edit[];
}

const nothing: Hiding = { kind: 'hiding', message: '', claims: [], edits: [] };

/** What the steps make where the `sunk` copies bring the source; `directory`: the folder of which they are the build. */
export function hideMade(found: Place, steps: readonly StepRecord[], sunk: readonly StepRecord[], directory: Path | null): Hiding | Decline {
  const { context } = found.build;
  const written = steps.flatMap((step) => sunk.flatMap((copy) => madeWithin(step, copy)));
  const held = written.find((path) => context.has(path) === 'yes');
  if (held !== undefined) return decline('may-be-in-context', `${held || 'the source'} is in the build context as well: a copy of the rest after the step would bring that one back`);
  const builtUp = edited(steps, sunk).find((path) => !context.hides(path) && context.kind(path) !== 'absent');
  if (builtUp !== undefined) return decline('may-be-in-context', `${builtUp} is in the build context, but not in git, and a command changes it: a copy of the rest after the step would bring the old one back`);
  const outputs = directory === null ? [] : outputsOf(context, directory).filter((path) => context.has(path) !== 'yes');
  const made = [...new Set([...outputs, ...written])].filter((path, _, all) => !all.some((other) => other !== path && isWithin(path, other)));
  const hidden = made.filter((path) => !context.hides(path));
  const other = directory === null ? null : (uncertainOutside(context, directory, made) ?? ignoredByGit(found, directory, made));
  if (other !== null) return decline('may-be-in-context', `${other}, but not in git: if the build makes it, a copy after the build would bring the old one back`);
  // Nobody takes packages for one machine to another.
  const user = otherUser(found, hidden.filter((path) => baseName(path) !== 'node_modules'), directory);
  if (user !== null) return decline('may-be-in-context', user);
  return hide(found, directory === null ? patternsFor(hidden, context) : hidden);
}

/** What a command changes, and no other made before: `echo A=b >> .env`. */
function edited(steps: readonly StepRecord[], sunk: readonly StepRecord[]): readonly Path[] {
  const within = (counts: (effect: Effect, write: Write) => boolean): readonly Path[] => steps.flatMap((step) => sunk.flatMap((copy) => madeWithin(step, copy, counts)));
  const made = within(({ kind }, { how }) => kind === 'build' || how !== 'edit');
  return within(({ kind }, { how }) => kind !== 'build' && how === 'edit').filter((path) => !made.includes(path));
}

function uncertainOutside(context: BuildContext, directory: Path, made: readonly Path[]): string | null {
  for (const path of context.files(directory)) if (context.has(path) !== 'yes' && !made.some((one) => isWithin(path, one))) return `${path} is in the build context`;
  return null;
}

/** A folder of the folder that git ignores, and that a file beside it names: where its build is told to write, most likely. */
function ignoredByGit({ project: { tree }, build }: Place, directory: Path, made: readonly Path[]): string | null {
  const { context } = build;
  const settings = context.list(directory).map((name) => context.read(join(directory, name)) ?? '').join('\n');
  const isNamed = (name: Path): boolean => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(settings);
  for (const path of foldersIgnored(tree, join(build.build.context, directory))) {
    const inContext = join(directory, path);
    const isKnown = context.hides(inContext) || context.has(inContext) === 'yes' || made.some((one) => isWithin(inContext, one));
    if (!isKnown && isNamed(path)) return `${inContext} may be in a build context`;
  }
  return null;
}

/** Plain paths that the ignore files of git give for a folder; not what tests leave. */
function foldersIgnored(tree: Tree, folder: Path): readonly Path[] {
  const linesOf = (directory: Path): readonly string[] => (tree.read(join(directory, '.gitignore')) ?? '').split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/\**$/g, ''));
  const found = [...linesOf(folder)];
  for (let at = folder; at !== ''; ) {
    at = parentOf(at);
    const below = `${relativeTo(folder, at)}/`;
    found.push(...linesOf(at).filter((line) => line.startsWith(below)).map((line) => line.slice(below.length)));
  }
  return found.filter((line) => /^[\w-]+(?:\/[\w-]+)*$/.test(line) && !/^(?:coverage|logs?|te?mp)$/.test(line));
}

/** Another stage that copies one of the paths from the same context and does not make it: there it would be missing. In words. */
function otherUser({ project, view, build, stage }: Place, hidden: readonly Path[], directory: Path | null): string | null {
  for (const other of project.dockerfiles) {
    for (const { build: { context }, ignoreFile, symbolic } of other.builds) {
      if (context !== build.build.context || ignoreFile !== build.ignoreFile) continue;
      const alike = partBuilds(symbolic).filter(({ folder }) => folder !== null && folder.directory === directory).map((part) => part.stage);
      for (const one of symbolic.stages) {
        if ((other === view && one.stage.index === stage.stage.index) || alike.includes(one)) continue;
        const copy = one.steps.find((step) => hidden.some((path) => bringsAlong(step, path) && !one.steps.some((run) => madeWithin(run, step).includes(path))));
        if (copy) return `what the step makes (${hidden.join(', ')}) would have to be hidden from the build context, but line ${copy.line} of ${other.path} copies it from there, if somebody made it by hand`;
      }
    }
  }
  return null;
}

function bringsAlong({ copy }: StepRecord, path: Path): boolean {
  return copy?.contextSources.some((source) => source.deep && isWithin(path, source.path)) === true;
}

/** Many files alike count as one pattern, unless it meets others. */
function patternsFor(paths: readonly Path[], files: BuildContext): readonly string[] {
  if (paths.length < 5) return paths;
  const patterns = [...new Set(paths.map((path) => `**/*${/(?:_pb2(?:_grpc)?)?\.[^./]+$/.exec(path)?.[0] ?? ''}`))];
  const others = [...files.files()].filter((path) => !paths.includes(path));
  return others.some((path) => patterns.some((pattern) => matchesPattern(pattern, path) === true)) ? paths : patterns;
}

/** What a build makes goes into the ignore file, so that no checkout brings an old one of it. */
function hide({ project, view, build }: Place, paths: readonly string[]): Hiding {
  const { ignoreFile } = build;
  if (paths.length === 0) return nothing;
  const file: Path = ignoreFile ?? (build.build.context === '' ? '.dockerignore' : `${build.build.context}/.dockerignore`);
  const edit = appended(file, ignoreFile === null ? null : (project.tree.read(ignoreFile) ?? ''), paths, view.model.scanned.newline, '# Made by the build');
  return { kind: 'hiding', message: `, and what it makes (${paths.join(', ')}) joins ${file}`, claims: [{ kind: 'hidden-from-context', paths }], edits: [edit] };
}
