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
export function buildsOf(tree: Tree, dockerfile: Path, scanned: ScannedDockerfile, { declared, context }: BuildSources): readonly Build[] | ContextUnknown {
  const sources = literalSources(scanned);
  const needs: ContextNeeds = { literalSources: sources.map(({ text }) => text), manifests: [] };
  const builds = buildsFor(tree, dockerfile, declared, context === null ? {} : { context }, needs);
  if (builds === 'context-unknown') return contextUnknown(tree, dockerfile, sources);
  const [guess] = builds;
  return guess?.declaredBy === 'guess' ? [nearestWithManifests(tree, model(scanned), guess, needs)] : builds;
}

/** No directory holds everything that the Dockerfile copies. */
export interface ContextUnknown {
  readonly kind: 'context-unknown';
  readonly message: string;
  /** 1-based. */
  readonly line: number;
}

function contextUnknown(tree: Tree, dockerfile: Path, sources: readonly Source[]): ContextUnknown {
  const nowhere = sources.find(({ text }) => typeof buildsFor(tree, dockerfile, [], {}, { literalSources: [text], manifests: [] }) === 'string');
  if (nowhere) return { kind: 'context-unknown', message: `${nowhere.text} is in no directory from the Dockerfile’s own up to the root; --context names the build context`, line: nowhere.line };
  return { kind: 'context-unknown', message: 'no directory from its own up to the root holds all that it copies; --context names the build context', line: sources[0]?.line ?? 1 };
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
function literalSources(scanned: ScannedDockerfile): readonly Source[] {
  const words: Source[] = [];
  for (const instruction of scanned.instructions) {
    const line = instruction.lines.start;
    const parsed = parse(instruction, scanned);
    if (parsed.keyword === 'RUN') {
      for (const mount of parsed.mounts) if (mount.type === 'bind' && mount.from === null && mount.source !== null) words.push({ text: mount.source, line });
    }
    if ((parsed.keyword === 'COPY' || parsed.keyword === 'ADD') && parsed.from === null) words.push(...parsed.sources.map(({ text }) => ({ text, line })));
  }
  return words.flatMap(({ text: word, line }) => {
    const parts = parseTemplate(word, scanned.escape);
    const text = parts.every((part) => part.kind === 'literal') ? expand(parts, () => null) : null;
    return text === null || isSymbolic(text) || /[*?[\\]/.test(text) ? [] : [{ text, line }];
  });
}

interface Source {
  readonly text: string;
  /** 1-based, of the instruction that names it. */
  readonly line: number;
}
