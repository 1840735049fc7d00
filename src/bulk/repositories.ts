/** Which repositories the paths of a command line mean. */
import { realpathSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

import { repositoryRoot } from '../context/disk.ts';
import { commonRoot, shownPath } from '../targets.ts';
import type { Clone } from './address.ts';

/** The root of a git repository or, outside any, a directory that was named; and what is meant of it. */
export interface Repository {
  readonly kind: 'repository';
  /** Absolute. Of a clone: where it is, or will be. */
  readonly root: string;
  /** Relative to the current directory, for the reader. */
  readonly shown: string;
  /** What is meant of it: files and directories, absolute. */
  readonly paths: readonly string[];
  readonly clone: Clone | null;
}

/** A path that leads nowhere. */
export interface NoRepository {
  readonly kind: 'none';
  readonly shown: string;
  readonly message: string;
}

/**
 * The repositories, in the order in which they are first named. One inside another is part of it, so that no two are
 * worked on at once that share files.
 */
export function repositoriesOf(cwd: string, paths: readonly string[], context: string | null): readonly (Repository | NoRepository)[] {
  const found = paths.map((path) => ({ path, ...rootOf(cwd, resolve(cwd, path), context) }));
  // A loose file does not make one of all that lies beside it.
  const roots = new Set(found.flatMap(({ root, isWhole }) => (root !== null && isWhole ? root : [])));
  const outermost = (root: string): string => ancestorsOf(root).findLast((one) => roots.has(one)) ?? root;
  const repositories = new Map<string, string[] | null>();
  for (const { path, root } of found) {
    const key = root === null ? path : outermost(root);
    const list = repositories.get(key);
    if (list) list.push(resolve(cwd, path));
    else if (list === undefined) repositories.set(key, root === null ? null : [resolve(cwd, path)]);
  }
  return [...repositories].map(([key, list]) =>
    list === null ? { kind: 'none', shown: key, message: 'no such file or directory' } : { kind: 'repository', root: key, shown: shownPath(cwd, key), paths: list, clone: null },
  );
}

/** Are these paths of more than one repository? */
export function areSeveral(cwd: string, paths: readonly string[], context: string | null): boolean {
  return repositoriesOf(cwd, paths, context).filter(({ kind }) => kind === 'repository').length > 1;
}

/** Null if there is nothing at the path. Whole: a repository, or a directory that was named. */
function rootOf(cwd: string, absolute: string, context: string | null): { readonly root: string | null; readonly isWhole: boolean } {
  const isDirectory = directoryOrFile(absolute);
  if (isDirectory === null) return { root: null, isWhole: false };
  const directory = realpathSync.native(isDirectory ? absolute : dirname(absolute));
  const repository = repositoryRoot(directory);
  if (repository !== null || isDirectory) return { root: repository ?? directory, isWhole: true };
  return { root: commonRoot(directory, cwd, context === null ? null : resolve(cwd, context)), isWhole: false };
}

function directoryOrFile(absolute: string): boolean | null {
  try {
    return statSync(absolute).isDirectory();
  } catch {
    return null;
  }
}

/** A directory and those above it, the nearest first. */
function ancestorsOf(directory: string): readonly string[] {
  const all = [directory];
  for (let at = directory; dirname(at) !== at; ) {
    at = dirname(at);
    all.push(at);
  }
  return all;
}

/** The paths of a repository as they are written when its root, or another directory, is the current one. */
export function pathsFrom(base: string, { paths }: Repository): readonly string[] {
  return paths.map((path) => relative(base, path) || '.');
}
