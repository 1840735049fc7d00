/** What a Dockerfile needs of its context, whichever directory that is: for finding the directory. */
import { baseName, isSymbolic } from '../build/places.ts';
import type { ExecutedCommand, ExecutedEffect } from '../build/runner.ts';
import { symbolicBuild } from '../build/symbolic-build.ts';
import { createValues } from '../build/values.ts';
import { readsOnlySettings } from '../commands/install-calls.ts';
import { expand, parseTemplate } from '../dockerfile/expand.ts';
import { parse } from '../dockerfile/parse.ts';
import type { ScannedDockerfile } from '../dockerfile/scan.ts';
import { model } from '../dockerfile/stages.ts';
import { flatMap } from '../lists.ts';
import type { Build, BuildContext, EntryKind, Path } from '../types.ts';

/** Something that has to lie in the context, as the Dockerfile names it. */
export interface Need {
  readonly path: string;
  /** 1-based, of the instruction that needs it. */
  readonly line: number;
}

/** Sources of COPY, ADD and bind mounts that come from the context and hold no pattern and no variable. */
export function literalSources(scanned: ScannedDockerfile): readonly Need[] {
  return flatMap(sourcesOf(scanned), ({ path: word, line }) => {
    const parts = parseTemplate(word, scanned.escape);
    const path = parts.every((part) => part.kind === 'literal') ? expand(parts, () => null) : null;
    return path === null || isSymbolic(path) || /[*?[\\]/.test(path) ? [] : [{ path, line }];
  });
}

function sourcesOf(scanned: ScannedDockerfile): readonly Need[] {
  return flatMap(scanned.instructions, (instruction): readonly Need[] => {
    const line = instruction.lines.start;
    const parsed = parse(instruction, scanned);
    if (parsed.keyword === 'COPY' || parsed.keyword === 'ADD') return parsed.from === null ? parsed.sources.map(({ text }) => ({ path: text, line })) : [];
    if (parsed.keyword !== 'RUN') return [];
    return flatMap(parsed.mounts, (mount) => (mount.type === 'bind' && mount.from === null && mount.source !== null ? [{ path: mount.source, line }] : []));
  });
}

/** Names of manifests without which an install fails; lock files and settings may be missing. */
const required = /\.(?:txt|in)$|^(?:pyproject\.toml|Pipfile|setup\.py)$/;

/**
 * Files that installs would read if the context held everything: a build from a context that answers yes to all. `kindOf`:
 * what is known of paths of the context; what is absent may be anything.
 */
export function manifests(scanned: ScannedDockerfile, kindOf: (path: Path) => EntryKind = () => 'absent'): readonly Need[] {
  const build: Build = { dockerfile: '', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
  const { stages } = symbolicBuild(model(scanned), build, { ...everything, kind: (path) => (kindOf(path) === 'absent' ? everything.kind(path) : kindOf(path)) }, createValues());
  const needs = new Map<Path, Need>();
  for (const step of flatMap(stages, (stage) => stage.steps)) {
    for (const command of step.run?.commands ?? []) {
      for (const path of flatMap(command.effects, (executed) => neededBy(executed, command))) if (!needs.has(path)) needs.set(path, { path, line: step.line });
    }
  }
  return [...needs.values()];
}

/** The manifests without which an install fails. */
function neededBy({ effect, reads }: ExecutedEffect, { call }: ExecutedCommand): readonly Path[] {
  if (effect.kind !== 'install') return [];
  const names = reads.filter((read) => !read.deep && required.test(baseName(read.path)) && !isSymbolic(read.path) && !/[*?[]/.test(read.path)).map((read) => read.path);
  const lists = names.filter((name) => /\.(?:txt|in)$/.test(name));
  if (lists.length > 0) return lists;
  return call !== null && readsOnlySettings(call) ? [] : innermost(names);
}

/** uv looks for the root of a workspace in the directories above: of files with one name only the lowest have to be there. */
function innermost(paths: readonly Path[]): readonly Path[] {
  const isAbove = (path: Path, other: Path): boolean => baseName(other) === baseName(path) && other.length > path.length && other.startsWith(path.slice(0, -baseName(path).length));
  return paths.filter((path) => !paths.some((other) => isAbove(path, other)));
}

/** Anything with an ending is a file, anything else a directory. */
const everything: BuildContext = {
  root: '',
  has: () => 'yes',
  kind: (path) => (/\.\w+$|file$|lock$|-version$/i.test(baseName(path)) ? 'file' : 'directory'),
  read: () => undefined,
  readAnyUnicode: () => undefined,
  list: () => [],
  files: () => [],
  executable: () => false,
  hides: () => false,
};
