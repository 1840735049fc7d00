/** A file of requirements with all that it includes. */
import type { Path } from '../types.ts';
import type { Requirement } from './requirements.ts';
import { isFileUrl, isUrl, pathOfFileUrl, readRequirements } from './requirements.ts';

/** One file of it. */
export interface ClosureFile {
  readonly path: Path;
  readonly entries: readonly Requirement[];
  /** Read only through `-c`: its entries limit versions and install nothing. */
  readonly constraint: boolean;
}

/** A file that another one includes, and that is not there. */
export interface MissingInclude {
  readonly path: Path;
  readonly from: Path;
  readonly line: number;
}

/** An include that pip fetches. */
export interface UrlInclude {
  readonly url: string;
  readonly from: Path;
  readonly line: number;
  readonly constraint: boolean;
}

/**
 * A local `--find-links` directory (or page). pip takes the path beside the file if it exists, else the one against
 * the working directory (`handle_option_line` in req_file.py).
 */
export interface FindLinks {
  readonly value: string;
  /** The path beside the file, which comes first if it exists. */
  readonly besideFile: Path;
  readonly from: Path;
  readonly line: number;
}

/** All that an install with `-r` reads. */
export interface RequirementClosure {
  /** In the order in which pip begins to read them, the entry first; each file once. */
  readonly files: readonly ClosureFile[];
  readonly missing: readonly MissingInclude[];
  readonly urls: readonly UrlInclude[];
  readonly findLinks: readonly FindLinks[];
  /** Of all files; a path of `missing` may hold one of them, as `${NAME}`. */
  readonly variables: readonly string[];
}

interface Visit {
  readonly path: Path;
  readonly from: Path;
  readonly line: number;
  readonly constraint: boolean;
}

/**
 * Follows `-r` and `-c`, each relative to the file that holds it. `read` gives the text of a path (relative paths stay
 * relative, absolute ones absolute), or undefined. URLs are listed, not followed; cycles are fine. Local paths of the
 * entries are left as written, since pip resolves them against the working directory. If the entry itself cannot be
 * read, it is the one missing file, with itself as `from` and line 0.
 */
export function requirementClosure(entry: Path, read: (path: Path) => string | undefined): RequirementClosure {
  const files = new Map<Path, ClosureFile>();
  const missing = new Map<Path, MissingInclude>();
  const urls: UrlInclude[] = [];
  const findLinks: FindLinks[] = [];
  const variables = new Set<string>();

  // A stack instead of recursion: a chain of includes may be longer than the call stack.
  const pending: Visit[] = [{ path: entry, from: entry, line: 0, constraint: false }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const known = files.get(visit.path);
    if (known !== undefined) {
      if (known.constraint && !visit.constraint) files.set(visit.path, { ...known, constraint: false });
      continue;
    }
    const text = read(visit.path);
    if (text === undefined) {
      const { path, from, line } = visit;
      if (!missing.has(path)) missing.set(path, { path, from, line });
      continue;
    }

    const file = readRequirements(text);
    files.set(visit.path, { path: visit.path, entries: file.entries, constraint: visit.constraint });
    for (const name of file.variables) variables.add(name);
    const includes: Visit[] = [];
    for (const item of file.entries) {
      if (item.kind === 'option' && item.name === '--find-links' && item.value !== null && !isUrl(item.value)) {
        const besideFile = besides(visit.path, item.value);
        findLinks.push({ value: item.value, besideFile, from: visit.path, line: item.line });
      }
      if (item.kind !== 'include') continue;
      const { line, constraint } = item;
      const target = isFileUrl(item.path) ? pathOfFileUrl(item.path) : item.path;
      if (isUrl(target)) urls.push({ url: target, from: visit.path, line, constraint });
      else includes.push({ path: besides(visit.path, target), from: visit.path, line, constraint });
    }
    // The stack gives back the last first; pip reads the first include first.
    pending.push(...includes.toReversed());
  }
  return {
    files: [...files.values()],
    missing: [...missing.values()],
    urls,
    findLinks,
    variables: [...variables],
  };
}

/** `target` as seen from the directory of `file`. A path that leaves a relative root keeps its leading `..`. */
function besides(file: Path, target: string): Path {
  const absolute = target.startsWith('/') || file.startsWith('/');
  const segments = target.startsWith('/') ? [] : file.split('/').slice(0, -1);
  const result: string[] = [];
  for (const segment of [...segments, ...target.split('/')]) {
    if (segment === '' || segment === '.') continue;
    const last = result.at(-1);
    if (segment !== '..') result.push(segment);
    else if (last !== undefined && last !== '..') result.pop();
    else if (!absolute) result.push('..');
  }
  return (absolute ? '/' : '') + result.join('/');
}
