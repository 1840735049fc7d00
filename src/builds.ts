import { isSymbolic } from './build/places.ts';
import { symbolicBuild } from './build/symbolic-build.ts';
import { createValues } from './build/values.ts';
import { ignoreFileInForce, openContext } from './context/context.ts';
import type { DeclaredBuild } from './discover/declared.ts';
import type { ContextNeeds } from './discover/builds.ts';
import { buildsFor } from './discover/builds.ts';
import { expand, parseTemplate } from './dockerfile/expand.ts';
import { parse } from './dockerfile/parse.ts';
import type { ScannedDockerfile } from './dockerfile/scan.ts';
import type { DockerfileModel } from './dockerfile/stages.ts';
import { model } from './dockerfile/stages.ts';
import type { Build, Path, Tree } from './types.ts';

/** What a tree declares, and what the user says, about how Dockerfiles are built. */
export interface BuildSources {
  readonly declared: readonly DeclaredBuild[];
  /** The value of `--context`, relative to the tree's root; null if it was not given. */
  readonly context: Path | null;
}

/**
 * The builds of one Dockerfile: those that are declared, else one with the context that the user gives, else one whose
 * context is the nearest directory, from the Dockerfile's own upwards, that holds every literal source and every
 * manifest that an install reads.
 */
export function buildsOf(tree: Tree, dockerfile: Path, scanned: ScannedDockerfile, { declared, context }: BuildSources): readonly Build[] | 'context-unknown' {
  const needs: ContextNeeds = { literalSources: literalSources(scanned), manifests: [] };
  const builds = buildsFor(tree, dockerfile, declared, context === null ? {} : { context }, needs);
  const [guess] = builds;
  if (builds === 'context-unknown' || typeof guess !== 'object' || guess.declaredBy !== 'guess') return builds;
  return [nearestWithManifests(tree, model(scanned), guess, needs)];
}

/**
 * A directory in which an install finds all that it reads, where there is one. Where there is none, as for a command
 * that dockfix does not understand anywhere, the nearest one stays.
 */
function nearestWithManifests(tree: Tree, dockerfile: DockerfileModel, nearest: Build, needs: ContextNeeds): Build {
  // Above the root there is nothing to choose from.
  if (nearest.context === '') return nearest;
  let build = nearest;
  while (!installsAreComplete(tree, dockerfile, build)) {
    if (build.context === '') return nearest;
    const above = build.context.slice(0, Math.max(0, build.context.lastIndexOf('/')));
    const [next] = buildsFor(tree, above === '' ? 'Dockerfile' : `${above}/Dockerfile`, [], {}, needs);
    if (typeof next !== 'object') return nearest;
    build = { ...nearest, context: next.context };
  }
  return build;
}

/** An install whose manifest is not there reads all that is: it might be any of it. */
function installsAreComplete(tree: Tree, dockerfile: DockerfileModel, build: Build): boolean {
  const ignoreFile = ignoreFileInForce(tree, build.dockerfile, build.context);
  const context = openContext(tree, build.context, ignoreFile === null ? null : (tree.read(ignoreFile) ?? null));
  const { stages } = symbolicBuild(dockerfile, build, context, createValues());
  const commands = stages.flatMap((stage) => stage.steps).flatMap((step) => step.run?.commands ?? []);
  return commands.every((command) => !command.isPackageManager || (command.opaque === null && command.effects.every((executed) => executed.effect.kind !== 'install' || executed.reads.every((read) => !read.deep))));
}

/** Sources of COPY, ADD and bind mounts that come from the context and hold no pattern and no variable. */
function literalSources(scanned: ScannedDockerfile): readonly string[] {
  const words: string[] = [];
  for (const instruction of scanned.instructions) {
    const parsed = parse(instruction, scanned);
    if (parsed.keyword === 'RUN') {
      for (const mount of parsed.mounts) if (mount.type === 'bind' && mount.from === null && mount.source !== null) words.push(mount.source);
    }
    if ((parsed.keyword === 'COPY' || parsed.keyword === 'ADD') && parsed.from === null) words.push(...parsed.sources.map((source) => source.text));
  }
  return words.flatMap((word) => {
    const parts = parseTemplate(word, scanned.escape);
    const text = parts.every((part) => part.kind === 'literal') ? expand(parts, () => null) : null;
    return text === null || isSymbolic(text) || /[*?[\\]/.test(text) ? [] : [text];
  });
}
