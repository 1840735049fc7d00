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
import { rescan, scan } from '../dockerfile/scan.ts';
import type { DockerfileModel } from '../dockerfile/stages.ts';
import { model } from '../dockerfile/stages.ts';
import type { Build, BuildContext, Edit, Path, Tree, UnreadUser } from '../types.ts';

/** All that must stay right together: Dockerfiles whose builds share a context or an ignore file. */
export interface Project {
  /** The files as they are before any fix. */
  readonly tree: Tree;
  readonly builds: readonly Build[];
  /** Values of `--option transform.key=value`. */
  readonly settings: ReadonlyMap<string, string>;
  /** Builds of other projects whose contexts lie within those of this one, or around them: files of both can be the same. */
  readonly neighbours?: () => readonly Build[];
  /** Those that may use one of its contexts: nothing is to be hidden from them. */
  readonly unread?: readonly UnreadUser[];
  /** The ids of all transforms that there are, of which comments may speak. */
  readonly transforms?: readonly string[];
}

/** The Dockerfiles of other projects that have one of these files in a build context, as they are with the view's changes. */
export function neighboursOf({ project, tree, values }: ProjectView, files: readonly Path[]): readonly DockerfileView[] {
  const builds = files.length === 0 ? [] : (project.neighbours?.() ?? []).filter(({ context }) => files.some((file) => isInside(file, context)));
  const all = filesOf(tree, builds);
  return all.dockerfiles.map((path) => openDockerfile(builds, all, values, path));
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
  readonly unread: readonly UnreadUser[];
  /** The tree with the changes. */
  readonly tree: Tree;
  readonly changes: ReadonlyMap<Path, string>;
  readonly dockerfiles: readonly DockerfileView[];
  readonly values: Values;
}

export function openProject(project: Project): ProjectView {
  const values = createValues();
  const files = filesOf(project.tree, project.builds);
  const dockerfiles = files.dockerfiles.map((path) => openDockerfile(project.builds, files, values, path));
  return { project, unread: project.unread ?? [], tree: project.tree, changes: new Map(), dockerfiles, values };
}

interface Files {
  readonly dockerfiles: readonly Path[];
  readonly tree: Tree;
  /** As builds may read it. What Dockerfiles say is nothing that a result may rest on: a fix changes it. */
  readonly sent: Tree;
}

function filesOf(tree: Tree, builds: readonly Build[]): Files {
  const dockerfiles = new Set(builds.map((build) => build.dockerfile));
  return { dockerfiles: [...dockerfiles], tree, sent: { ...tree, read: (path) => (dockerfiles.has(path) ? undefined : tree.read(path)) } };
}

/** The view after edits. It shares the values, so that what it builds can be compared with what was before. */
export function withEdits(view: ProjectView, edits: readonly Edit[]): ProjectView {
  const { project, values } = view;
  const changes = new Map(view.changes);
  for (const [file, list] of editsByFile(edits)) changes.set(file, applyEdits(view.tree.read(file) ?? '', list));
  const files = filesOf(overlayTree(project.tree, changes), project.builds);
  const keepsContexts = edits.every(({ file }) => changesNoContext(view, file));
  const dockerfiles = view.dockerfiles.map((before) => (keepsContexts ? goOn(before, files, values) : openDockerfile(project.builds, files, values, before.path, before)));
  return { project, unread: view.unread, tree: files.tree, changes, dockerfiles, values };
}

/** Is a file nothing but a Dockerfile, whose text no context shows? */
function changesNoContext({ tree, dockerfiles }: ProjectView, file: Path): boolean {
  const isIgnoreFile = dockerfiles.some(({ builds }) => builds.some((build) => build.ignoreFile === file));
  return !isIgnoreFile && dockerfiles.some(({ path }) => path === file) && tree.kind(file) === 'file';
}

/** `before`: the same Dockerfile in the view that this one comes from. */
function openDockerfile(all: readonly Build[], files: Files, values: Values, path: Path, before?: DockerfileView): DockerfileView {
  const text = files.tree.read(path) ?? '';
  const dockerfile = before === undefined ? model(scan(text)) : changedModel(before, text);
  const builds = all.filter((build) => build.dockerfile === path).map((build) => openBuild(files, values, build, dockerfile));
  return { path, text, model: dockerfile, builds };
}

/** A Dockerfile whose builds send the same context as before, whether or not its text is another one. */
function goOn(before: DockerfileView, { tree }: Files, values: Values): DockerfileView {
  const text = tree.read(before.path) ?? '';
  if (text === before.text) return before;
  const dockerfile = changedModel(before, text);
  return { path: before.path, text, model: dockerfile, builds: before.builds.map((build) => goneOn(build, dockerfile, values)) };
}

function changedModel(before: DockerfileView, text: string): DockerfileModel {
  return before.text === text ? before.model : model(rescan(text, before.model.scanned), before.model);
}

function openBuild({ tree, sent }: Files, values: Values, build: Build, dockerfile: DockerfileModel): WorkedBuild {
  const ignoreFile = ignoreFileInForce(tree, build.dockerfile, build.context);
  const text = ignoreFile === null ? null : tree.read(ignoreFile);
  const context = openContext(sent, build.context, text, isLeftover);
  return new WorkedBuild(build, ignoreFile, context, recorded(context), dockerfile, values, null);
}

/** A build of the same context with another text of the Dockerfile; what it works out starts from what the other did. */
function goneOn(before: BuildView, dockerfile: DockerfileModel, values: Values): WorkedBuild {
  return new WorkedBuild(before.build, before.ignoreFile, before.context, before.asked, dockerfile, values, before instanceof WorkedBuild ? before : null);
}

const withDefaults: BuildOptions = {};
const forAnyArgs: BuildOptions = { args: 'symbols' };

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
  /** Builds of the text that this one came from, until they have served. */
  before: { known: SymbolicBuild | null; knownForAnyArgs: SymbolicBuild | null };

  constructor(build: Build, ignoreFile: Path | null, context: BuildContext, asked: RecordedContext, dockerfile: DockerfileModel, values: Values, before: WorkedBuild | null) {
    this.build = build;
    this.ignoreFile = ignoreFile;
    this.context = context;
    this.asked = asked;
    this.dockerfile = dockerfile;
    this.values = values;
    this.before = { known: before?.known ?? null, knownForAnyArgs: before?.knownForAnyArgs ?? null };
  }

  get symbolic(): SymbolicBuild {
    this.known ??= symbolicBuild(this.dockerfile, this.build, this.asked, this.values, withDefaults, this.before.known);
    this.before.known = null;
    return this.known;
  }

  get symbolicForAnyArgs(): SymbolicBuild {
    this.knownForAnyArgs ??= symbolicBuild(this.dockerfile, this.build, this.asked, this.values, forAnyArgs, this.before.knownForAnyArgs);
    this.before.knownForAnyArgs = null;
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

/**
 * A Dockerfile built from another view's context, or under other rules: what it would give without the files that are
 * hidden there. `before`: see `symbolicBuild`.
 */
export function rebuiltFrom({ model }: Pick<DockerfileView, 'model'>, context: BuildContext, build: Build, values: Values, options: BuildOptions, before: SymbolicBuild | null = null): SymbolicBuild {
  return symbolicBuild(model, build, context, values, options, before);
}
