/** Trees that exist only in memory: for tests, for a browser, and for a repository with edits applied. */
import type { EntryKind, Path, Tree } from '../types.ts';

export interface MemoryTreeOptions {
  /** Files, or directories with all below them, that are there but that git does not hold. */
  readonly untracked?: readonly Path[];
  /** Symbolic links and what they say, relative to their own directory; `/…` leads out of the tree. */
  readonly links?: Readonly<Record<Path, string>>;
  readonly executable?: readonly Path[];
  /** Files whose text is in UTF-16. */
  readonly utf16?: readonly Path[];
}

/** A tree of the given files; directories exist where something is in them. */
export function memoryTree(files: Readonly<Record<Path, string>>, options: MemoryTreeOptions = {}): Tree {
  const texts = new Map(Object.entries(files));
  const links = new Map(Object.entries(options.links ?? {}));
  const leaves = [...texts.keys(), ...links.keys()];
  const directories = directoriesOf(leaves);
  const isUntracked = isAtOrBelow(options.untracked ?? []);
  const trackedLeaves = leaves.filter((path) => !isUntracked(path));
  const tracked = new Set([...trackedLeaves, ...directoriesOf(trackedLeaves).keys()]);
  const executable = new Set(options.executable ?? []);
  const utf16 = new Set(options.utf16 ?? []);

  /** The path with links followed in every directory of it, and in the last segment if asked; undefined outside. */
  const resolve = (path: Path, followLast: boolean): Path | undefined => {
    let pending = path === '' ? [] : path.split('/').toReversed();
    let done = '';
    let followed = 0;
    while (pending.length > 0) {
      const segment = pending.pop() ?? '';
      if (segment === '..' && done === '') return undefined;
      const next = segment === '..' ? parentOf(done) : join(done, segment);
      const target = links.get(next);
      if (target === undefined || (pending.length === 0 && !followLast)) {
        done = next;
        continue;
      }
      // Linux gives up after 40 links as well.
      followed += 1;
      if (followed > 40 || target.startsWith('/')) return undefined;
      pending = [...pending, ...target.split('/').filter((part) => part !== '' && part !== '.').toReversed()];
    }
    return done;
  };

  const kindAt = (path: Path): EntryKind => {
    if (links.has(path)) return 'link';
    if (texts.has(path)) return 'file';
    return directories.has(path) ? 'directory' : 'absent';
  };
  const inside = <Value>(path: Path, followLast: boolean, ask: (path: Path) => Value, otherwise: Value): Value => {
    const real = isInside(path) ? resolve(path, followLast) : undefined;
    return real === undefined ? otherwise : ask(real);
  };

  return {
    kind: (path) => inside(path, false, kindAt, 'absent'),
    read: (path) => inside(path, true, (real) => (utf16.has(real) ? undefined : texts.get(real)), undefined),
    readUtf16: (path) => inside(path, true, (real) => (utf16.has(real) ? texts.get(real) : undefined), undefined),
    list: (path) => inside(path, true, (real) => directories.get(real) ?? [], []),
    tracked: (path) => tracked.has(path),
    executable: (path) => inside(path, true, (real) => executable.has(real), false),
  };
}

/**
 * The tree with the text of some files replaced or created. A created file counts as held by git, as it will be when
 * the change is committed.
 */
export function overlayTree(tree: Tree, changes: ReadonlyMap<Path, string>): Tree {
  const created = [...changes.keys()].filter((path) => tree.kind(path) === 'absent');
  const createdFiles = new Set(created);
  const directories = directoriesOf(created);

  const kind = (path: Path): EntryKind => {
    const before = tree.kind(path);
    if (before !== 'absent') return before;
    if (createdFiles.has(path)) return 'file';
    return directories.has(path) ? 'directory' : 'absent';
  };
  const list = (path: Path): readonly string[] => {
    const before = tree.list(path);
    const added = directories.get(path);
    return added === undefined ? before : [...new Set([...before, ...added])].sort();
  };

  return {
    kind,
    read: (path) => changes.get(path) ?? tree.read(path),
    readUtf16: (path) => tree.readUtf16?.(path),
    list,
    tracked: (path) => createdFiles.has(path) || (created.length > 0 && directories.has(path)) || tree.tracked(path),
    executable: tree.executable,
  };
}

/** The directories above these paths, each with the sorted names in it. The root is always there. */
function directoriesOf(paths: readonly Path[]): ReadonlyMap<Path, readonly string[]> {
  const names = new Map<Path, Set<string>>([['', new Set()]]);
  for (const path of paths) {
    for (let child = path; child !== ''; child = parentOf(child)) {
      const directory = parentOf(child);
      const siblings = names.get(directory);
      const name = child.slice(directory === '' ? 0 : directory.length + 1);
      if (siblings?.has(name)) break;
      names.set(directory, (siblings ?? new Set()).add(name));
    }
  }
  return new Map([...names].map(([directory, entries]) => [directory, [...entries].sort()]));
}

/** Is a path one of these, or below one? */
function isAtOrBelow(paths: readonly Path[]): (path: Path) => boolean {
  const roots = new Set(paths);
  return (path) => {
    for (let at = path; at !== ''; at = parentOf(at)) if (roots.has(at)) return true;
    return roots.has('');
  };
}

/** Is it a path as `Path` describes it: relative, and without segments that lead elsewhere? */
function isInside(path: Path): boolean {
  return path === '' || path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function parentOf(path: Path): Path {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function join(directory: Path, name: string): Path {
  return directory === '' ? name : `${directory}/${name}`;
}
