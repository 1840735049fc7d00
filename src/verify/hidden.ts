/** What an image lacks because an ignore file hides it: how much, and where. */
import type { Path } from '../types.ts';
import type { JudgedDifference } from './expected.ts';
import type { Image } from './image.ts';

export interface HiddenDirectory {
  /** In the image: a directory that is gone as a whole, or one of which files are gone. */
  readonly path: Path;
  readonly files: number;
  readonly bytes: number;
}

export interface HiddenFiles {
  /** Files and links of the original image that are gone; directories do not count. */
  readonly files: number;
  readonly bytes: number;
  /** The one with the most files first. */
  readonly directories: readonly HiddenDirectory[];
}

/** Is it gone because a fix hides it from the build context? */
export function isHiddenFromImage({ what, because }: JudgedDifference): boolean {
  return what === 'missing' && because === 'hidden-from-context';
}

/** Sums up what is gone from the original image. */
export function hiddenFiles(differences: readonly JudgedDifference[], before: Image): HiddenFiles {
  const gone = differences.filter(isHiddenFromImage);
  const topOf = topFinder(gone);
  const directories = new Map<Path, HiddenDirectory>();
  for (const { path } of gone) {
    const file = before.files.get(path);
    if (file === undefined || file.type === 'dir') continue;
    const top = topOf(path);
    const at = top === path ? directoryOf(path) : top;
    const { files, bytes } = directories.get(at) ?? { files: 0, bytes: 0 };
    directories.set(at, { path: at, files: files + 1, bytes: bytes + file.size });
  }
  const sorted = [...directories.values()].toSorted((a, b) => b.files - a.files || (a.path < b.path ? -1 : 1));
  const sum = (valueOf: (directory: HiddenDirectory) => number): number => sorted.reduce((total, directory) => total + valueOf(directory), 0);
  return { files: sum(({ files }) => files), bytes: sum(({ bytes }) => bytes), directories: sorted };
}

/** The paths that are gone without the directory that they lay in being gone as well. */
export function topmostHidden(differences: readonly JudgedDifference[]): readonly Path[] {
  const gone = differences.filter(isHiddenFromImage);
  const topOf = topFinder(gone);
  return gone.map(({ path }) => path).filter((path) => topOf(path) === path);
}

/** The highest directory above a path that is gone, or the path itself. */
function topFinder(gone: readonly JudgedDifference[]): (path: Path) => Path {
  const all = new Set(gone.map(({ path }) => path));
  return (path) => {
    let top = path;
    for (let at = directoryOf(path); all.has(at); at = directoryOf(at)) top = at;
    return top;
  };
}

function directoryOf(path: Path): Path {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
