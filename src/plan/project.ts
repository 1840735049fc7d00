import type { BuildOptions, SymbolicBuild } from '../build/symbolic-build.ts';
import { symbolicBuild } from '../build/symbolic-build.ts';
import type { Values } from '../build/values.ts';
import { createValues } from '../build/values.ts';
import { isLeftover } from '../commands/index.ts';
import { ignoreFileInForce, openContext } from '../context/context.ts';
import { overlayTree } from '../context/memory.ts';
import type { RecordedContext } from '../context/recorded.ts';
import { recorded } from '../context/recorded.ts';
import { applyEdits, editsByFile } from '../edit/edit.ts';
import { scan } from '../dockerfile/scan.ts';
import type { DockerfileModel } from '../dockerfile/stages.ts';
import { model } from '../dockerfile/stages.ts';
import type { Build, BuildContext, Edit, Path, Tree } from '../types.ts';

/** All that must stay right together: Dockerfiles whose builds share a context or an ignore file. */
export interface Project {
  /** The files as they are before any fix. */
  readonly tree: Tree;
  readonly builds: readonly Build[];
  /** Values of `--option transform.key=value`. */
  readonly settings: ReadonlyMap<string, string>;
  /** Builds of other projects whose contexts lie within those of this one, or around them: files of both can be the same. */
  readonly neighbours?: () => readonly Build[];
}

/** The Dockerfiles of other projects that have one of these files in a build context, as they are with the view's changes. */
export function neighboursOf({ project, tree, values }: ProjectView, files: readonly Path[]): readonly DockerfileView[] {
  const builds = files.length === 0 ? [] : (project.neighbours?.() ?? []).filter(({ context }) => files.some((file) => isInside(file, context)));
  return [...new Set(builds.map((build) => build.dockerfile))].map((path) => dockerfileView(builds, tree, values, path, undefined));
}

export function isInside(path: Path, directory: Path): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}

/** One build of a Dockerfile, with what it sends and what it makes. Parts are worked out when asked for. */
export interface BuildView {
  readonly build: Build;
  /** The ignore file in force; null if there is none. */
  readonly ignoreFile: Path | null;
  readonly context: BuildContext;
  /** The same, as the symbolic builds ask it. */
  readonly asked: RecordedContext;
  readonly symbolic: SymbolicBuild;
  /** The same with build arguments that are not known, whatever their defaults. */
  readonly symbolicForAnyArgs: SymbolicBuild;
}

export interface DockerfileView {
  readonly path: Path;
  readonly text: string;
  readonly model: DockerfileModel;
  readonly builds: readonly BuildView[];
}

/** A project with some changes applied: what transforms look at. */
export interface ProjectView {
  readonly project: Project;
  /** The tree with the changes. */
  readonly tree: Tree;
  readonly changes: ReadonlyMap<Path, string>;
  readonly dockerfiles: readonly DockerfileView[];
  readonly values: Values;
}

export function openProject(project: Project): ProjectView {
  return viewOf(project, new Map(), createValues());
}

/** `before`: a view of the same project, whose parsed Dockerfiles serve again where their text is the same. */
function viewOf(project: Project, changes: ReadonlyMap<Path, string>, values: Values, before?: ProjectView): ProjectView {
  const tree = changes.size === 0 ? project.tree : overlayTree(project.tree, changes);
  const paths = [...new Set(project.builds.map((build) => build.dockerfile))];
  const known = new Map(before?.dockerfiles.map((dockerfile) => [dockerfile.path, dockerfile]));
  const dockerfiles = paths.map((path) => dockerfileView(project.builds, tree, values, path, known.get(path)));
  return { project, tree, changes, dockerfiles, values };
}

/** The view after edits. It shares the values, so that what it builds can be compared with what was before. */
export function withEdits(view: ProjectView, edits: readonly Edit[]): ProjectView {
  const changes = new Map(view.changes);
  for (const [file, list] of editsByFile(edits)) changes.set(file, applyEdits(view.tree.read(file) ?? '', list));
  return viewOf(view.project, changes, view.values, view);
}

function dockerfileView(all: readonly Build[], tree: Tree, values: Values, path: Path, before: DockerfileView | undefined): DockerfileView {
  const text = tree.read(path) ?? '';
  const dockerfile = before?.text === text ? before.model : model(scan(text));
  const builds = all.filter((build) => build.dockerfile === path).map((build) => buildView(tree, values, build, dockerfile));
  return { path, text, model: dockerfile, builds };
}

function buildView(tree: Tree, values: Values, build: Build, dockerfile: DockerfileModel): WorkedBuild {
  const ignoreFile = ignoreFileInForce(tree, build.dockerfile, build.context);
  const text = ignoreFile === null ? null : tree.read(ignoreFile);
  const context = openContext(tree, build.context, text, isLeftover);
  return new WorkedBuild(build, ignoreFile, context, recorded(context), dockerfile, values);
}

/** A class because of its getters: V8 frees an object literal with getters, and all that it holds, only late. */
class WorkedBuild implements BuildView {
  readonly build: Build;
  readonly ignoreFile: Path | null;
  readonly context: BuildContext;
  readonly dockerfile: DockerfileModel;
  readonly values: Values;
  asked: RecordedContext;
  known: SymbolicBuild | null = null;
  knownForAnyArgs: SymbolicBuild | null = null;

  constructor(build: Build, ignoreFile: Path | null, context: BuildContext, asked: RecordedContext, dockerfile: DockerfileModel, values: Values) {
    this.build = build;
    this.ignoreFile = ignoreFile;
    this.context = context;
    this.asked = asked;
    this.dockerfile = dockerfile;
    this.values = values;
  }

  get symbolic(): SymbolicBuild {
    this.known ??= symbolicBuild(this.dockerfile, this.build, this.asked, this.values);
    return this.known;
  }

  get symbolicForAnyArgs(): SymbolicBuild {
    this.knownForAnyArgs ??= symbolicBuild(this.dockerfile, this.build, this.asked, this.values, { args: 'symbols' });
    return this.knownForAnyArgs;
  }
}

/**
 * Lets the builds of a view go on as those of the view that takes its place, where the Dockerfile is the same and the
 * other context gives the same answers to all that was asked. The first view must not be used any more.
 */
export function takeOver(from: ProjectView, to: ProjectView): void {
  for (const [at, dockerfile] of to.dockerfiles.entries()) {
    const before = from.dockerfiles[at];
    if (before?.model !== dockerfile.model) continue;
    for (const [index, build] of dockerfile.builds.entries()) {
      const known = before.builds[index];
      if (known?.build !== build.build || known === build || !(known instanceof WorkedBuild) || !(build instanceof WorkedBuild)) continue;
      if (known.known === null || build.known !== null || !known.asked.moveTo(build.context)) continue;
      build.asked = known.asked;
      build.known = known.known;
      build.knownForAnyArgs ??= known.knownForAnyArgs;
    }
  }
}

/** The same Dockerfile built from another view's context: what it would give without the files that are hidden there. */
export function rebuiltFrom(view: DockerfileView, context: BuildContext, build: Build, values: Values, options: BuildOptions): SymbolicBuild {
  return symbolicBuild(view.model, build, context, values, options);
}
