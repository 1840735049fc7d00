/**
 * What a build sends to the builder: a directory of a tree, less what the ignore file in force hides. The directory on
 * this disk is one example of the contexts from which people build; `has` says what is known of all of them, and of all
 * builders: where they read an ignore file differently, the answer is `maybe`.
 */
import type { IgnoreMatcher } from '../ignore/patterns.ts';
import { parseIgnore } from '../ignore/patterns.ts';
import { memoised, once } from '../remember.ts';
import type { BuildContext, EntryKind, Path, Presence, Tree } from '../types.ts';

/**
 * Opens the directory `root` of `tree` as a build context. `isLeftover` says of a path that tools leave it behind, so that
 * it may exist in somebody's checkout, although not in this one. `ignoreText` is the text of the ignore file in force, `null`
 * if there is none, undefined if it cannot be read as text. With that, or with one that moby rejects (no build works
 * then), nothing is certain: it hides nothing, and what is there is `maybe`.
 *
 * Nothing is listed or read before it is asked for, and git decides only between `yes` and `maybe`.
 */
export function openContext(tree: Tree, root: Path, ignoreText: string | null | undefined, isLeftover: (path: Path) => boolean = () => false): BuildContext {
  const parsed = ignoreText === undefined ? ({ kind: 'error' } as const) : parseIgnore(ignoreText ?? '');
  const rules = parsed.kind === 'ok' ? parsed.matcher : keepAll;
  const certain: Presence = parsed.kind === 'ok' ? 'yes' : 'maybe';
  const inTree = (path: Path): Path => join(root, path);
  const kindInTree = memoised((path: Path) => tree.kind(inTree(path)));
  const excluded = memoised(rules.excludes);
  // Git never holds a `.git`, so a tree that says it does is outside git, where `tracked` is true of everything.
  const git = once(() => !tree.tracked('.git'));

  /** The first symbolic link among the directories above a path. */
  const linkAbove = memoised((path: Path): Path | null => {
    if (path === '') return null;
    const parent = parentOf(path);
    return linkAbove(parent) ?? (kindInTree(parent) === 'link' ? parent : null);
  });

  /** Can something be visible at or below the directory? */
  const isOpen = (dir: Path): boolean => dir === '' || !excluded(dir) || rules.mayReinclude(dir);

  /** Visible files and links below a directory, depth first; only in subdirectories that pass. */
  function* walk(under: Path, enter: (dir: Path) => boolean): Generator<Path> {
    const pending = [under];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      const kind = kindInTree(path);
      if (kind === 'directory' && isOpen(path) && enter(path)) {
        const dir = path;
        pending.push(...tree.list(inTree(dir)).map((name) => join(dir, name)).toReversed());
      }
      if ((kind === 'file' || kind === 'link') && !excluded(path)) yield path;
    }
  }

  const finder = (wanted: (file: Path) => boolean, enter: (dir: Path) => boolean): ((dir: Path) => boolean) => {
    const known = new Map<Path, boolean>();
    return (dir) => {
      const before = known.get(dir);
      if (before !== undefined) return before;
      const entered: Path[] = [];
      // What a walk without success has seen has nothing in it; what leads to the find has.
      const enterUnknown = (path: Path): boolean => {
        if (known.get(path) === false || !enter(path)) return false;
        entered.push(path);
        return true;
      };
      const found = firstOf(walk(dir, enterUnknown), wanted);
      for (const path of entered) known.set(path, found !== undefined && isBelow(found, path));
      known.set(dir, found !== undefined);
      return found !== undefined;
    };
  };
  const tracked = (path: Path): boolean => tree.tracked(inTree(path));
  /** Does the directory hold something that is visible, whatever git says of it? */
  const holdsVisible = finder(() => true, () => true);
  /** Does the directory hold something that is visible to every builder and that git holds? */
  const holdsTracked = finder((file) => tracked(file) && !rules.disputed(file, 'file'), tracked);

  const isVisible = (path: Path, kind: EntryKind): boolean => {
    if (path === '') return true;
    if (kind === 'absent') return false;
    if (!excluded(path)) return true;
    return kind === 'directory' && rules.mayReinclude(path) && holdsVisible(path);
  };

  const kind = memoised((path: Path): EntryKind => {
    if (!isInside(path) || linkAbove(path) !== null) return 'absent';
    const found = kindInTree(path);
    return isVisible(path, found) ? found : 'absent';
  });

  /** Of a path that this tree does not hold: may another checkout? */
  const absentHere = (path: Path): Presence => {
    if (!isLeftover(path) && !(git() && tracked(path))) return 'no';
    return isOpen(path) || rules.disputed(path, 'directory') ? 'maybe' : 'no';
  };

  const has = memoised((path: Path): Presence => {
    if (path === '') return certain;
    if (!isInside(path)) return 'no';
    const link = linkAbove(path);
    if (link !== null) return excluded(link) && !rules.disputed(link, 'file') ? 'no' : 'maybe';
    const found = kindInTree(path);
    if (found === 'absent') return absentHere(path);
    const disputed = rules.disputed(path, found === 'directory' ? 'directory' : 'file');
    if (!isVisible(path, found)) return disputed ? 'maybe' : 'no';
    if (found === 'directory') return holdsTracked(path) ? certain : 'maybe';
    return tracked(path) && !disputed ? certain : 'maybe';
  });

  return {
    root,
    has,
    kind,
    read: (path) => (kind(path) === 'file' ? tree.read(inTree(path)) : undefined),
    readAnyUnicode: (path) => (kind(path) === 'file' ? (tree.read(inTree(path)) ?? tree.readUtf16?.(inTree(path))) : undefined),
    list: memoised((path: Path) => {
      if (kind(path) !== 'directory') return [];
      return tree.list(inTree(path)).filter((name) => kind(join(path, name)) !== 'absent');
    }),
    hides: (path) => !isOpen(path) && !rules.disputed(path, 'directory'),
    files: (under = '') => (kind(under) === 'absent' ? [] : walk(under, () => true)),
    executable: (path) => kind(path) === 'file' && tree.executable(inTree(path)),
  };
}

/**
 * The ignore file in force, relative to the tree's root: BuildKit takes `<Dockerfile>.dockerignore` beside the
 * Dockerfile, else `.dockerignore` in the context, and never merges the two. `null`: there is none.
 */
export function ignoreFileInForce(tree: Tree, dockerfile: Path, context: Path): Path | null {
  const candidates = [`${dockerfile}.dockerignore`, join(context, '.dockerignore')];
  return candidates.find((path) => isFile(tree, path)) ?? null;
}

/** A file, or a link that leads to a readable one. */
function isFile(tree: Tree, path: Path): boolean {
  const kind = tree.kind(path);
  return kind === 'file' || (kind === 'link' && tree.read(path) !== undefined);
}

const keepAll: IgnoreMatcher = { patterns: [], excludes: () => false, mayReinclude: () => false, disputed: () => false };

function firstOf<Value>(values: Iterable<Value>, wanted: (value: Value) => boolean): Value | undefined {
  for (const value of values) if (wanted(value)) return value;
  return undefined;
}

/** Linux's PATH_MAX: nothing longer can be in a context, whatever a Dockerfile says. */
const longestPath = 4096;

/** Is it a path as `Path` describes it: relative, and without segments that lead elsewhere? */
function isInside(path: Path): boolean {
  if (path.length > longestPath) return false;
  return path === '' || !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path);
}

function isBelow(path: Path, dir: Path): boolean {
  return dir === '' || path.startsWith(`${dir}/`);
}

function parentOf(path: Path): Path {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function join(directory: Path, name: string): Path {
  if (directory === '') return name;
  return name === '' ? directory : `${directory}/${name}`;
}
