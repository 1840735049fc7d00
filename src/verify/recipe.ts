/** What a side of a comparison is built with, beside the context. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { ComparedBuild } from '../explain.ts';
import type { Path } from '../types.ts';
import type { Target } from './target.ts';
import { cutAfter } from './target.ts';

export type Side = 'before' | 'after';

export interface Recipe {
  /** Paths of the operating system. */
  readonly dockerfile: string;
  readonly ignoreFile: string | null;
}

/**
 * The Dockerfile and the ignore file that a side is built with. Those of the rewrite lie beside the copy: what a build makes
 * of the project (a version from git, a package with the Dockerfile in it) must not tell whether it was edited. So does a
 * Dockerfile that ends with a stage, so that an image that holds the Dockerfile holds it whole.
 */
export function recipeOf(compared: ComparedBuild, target: Target, side: Side, copy: string): Recipe {
  const { path, plan } = compared;
  const { build, view } = compared[side];
  if (side === 'before' && typeof target !== 'number') return { dockerfile: join(copy, path), ignoreFile: build.ignoreFile === null ? null : join(copy, build.ignoreFile) };
  const directory = join(copy, '..', side);
  const dockerfile = join(directory, basename(path));
  const changed = side === 'after' ? plan.changes.get(path) : undefined;
  const text = changed === undefined ? readFileSync(join(copy, path)) : Buffer.from(changed);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  writeFileSync(dockerfile, typeof target === 'number' ? cutAfter(text.toString('utf8'), target) : text);
  if (build.ignoreFile === null) return { dockerfile, ignoreFile: null };
  const ignoreFile = `${dockerfile}.dockerignore`;
  writeFileSync(ignoreFile, view.tree.read(build.ignoreFile) ?? '');
  return { dockerfile, ignoreFile };
}

/** The changes that the copy gets: of what is sent and is neither a Dockerfile nor an ignore file (see `recipeOf`). */
export function sentChanges({ plan, context, before, after }: ComparedBuild): ReadonlyMap<Path, string> {
  const recipes = new Set([before, after].flatMap(({ view }) => view.dockerfiles.flatMap(({ path, builds }) => [path, ...builds.map(({ ignoreFile }) => ignoreFile)])));
  return new Map([...plan.changes].filter(([file]) => !recipes.has(file) && pathInContext(context, file) !== null));
}

/** The path relative to the context; null if it lies outside. */
export function pathInContext(context: Path, path: Path): Path | null {
  if (context === '') return path;
  return path.startsWith(`${context}/`) ? path.slice(context.length + 1) : null;
}

/** The path relative to the root of a path in the context. */
export function pathInProject(context: Path, path: Path): Path {
  return context === '' ? path : `${context}/${path}`;
}
