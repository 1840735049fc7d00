import { parse } from '../../src/dockerfile/parse.ts';
import { matchesPattern } from '../../src/ignore/patterns.ts';
import type { BuildView } from '../../src/plan/project.ts';
import { once } from '../../src/remember.ts';
import type { BuildContext, Path, Tree } from '../../src/types.ts';

/** What lies in the directories of a context that builds copy or bind as a whole. Paths are relative to the context. */
export interface Survey {
  readonly context: BuildContext;
  /** The directories that are copied or bound; `''` is the whole context. */
  readonly copied: readonly Path[];
  /** Visible files, without those in leftover directories. */
  readonly files: readonly Path[];
  /** Visible directories of kinds that tools leave behind (`node_modules`, virtual environments, caches); not entered. */
  readonly leftovers: readonly Path[];
  /** Leftovers and files by their names. */
  readonly byName: ReadonlyMap<string, readonly Path[]>;
  readonly fileSet: () => ReadonlySet<Path>;
  /** The context has more files than were looked at. */
  readonly isPartial: boolean;
  /** The text of a file, whether or not the ignore file hides it. */
  readonly read: (path: Path) => string | undefined;
  readonly exists: (path: Path) => boolean;
  /** Does git hold it, or something below it? */
  readonly tracked: (path: Path) => boolean;
}

/** A walk ends here; what comes after it in a larger context is not looked at. */
const mostFiles = 50_000;

/** Directories that tools make and fill; nothing in them is looked at one by one. */
const leftoverName = /^(?:\.git|\.hg|\.svn|node_modules|__pycache__|__pypackages__|\.venv|\.tox|\.nox|\.(?:pytest|mypy|ruff|hypothesis|pytype|ipynb)_?(?:cache|checkpoints)?|htmlcov|\.eggs|\.idea|\.vscode|\.next|\.nuxt|\.turbo|\.gradle|\.terraform)$/;

/** Build outputs, where the manifest of the tool that makes them lies beside them. */
const outputBeside: ReadonlyMap<string, RegExp> = new Map([
  ['target', /^(?:Cargo\.toml|pom\.xml)$/],
  ['build', /^build\.gradle(?:\.kts)?$/],
  ['bin', /\.(?:cs|fs|vb)proj$/],
  ['obj', /\.(?:cs|fs|vb)proj$/],
  ['vendor', /^composer\.json$/],
]);

export function survey(tree: Tree, context: BuildContext, copied: readonly Path[]): Survey {
  const inTree = (path: Path): Path => join(context.root, path);
  const files: Path[] = [];
  const leftovers: Path[] = [];
  const pending: Path[] = outermost(copied).toReversed();
  for (let directory = pending.pop(); directory !== undefined && files.length < mostFiles; directory = pending.pop()) {
    const names = context.list(directory);
    for (const name of names) {
      const path = join(directory, name);
      const kind = context.kind(path);
      if (kind !== 'directory') files.push(path);
      else if (isLeftover(context, path, name, names)) leftovers.push(path);
      else pending.push(path);
    }
  }
  return {
    context,
    copied,
    files,
    leftovers,
    byName: byName([...leftovers, ...files]),
    fileSet: once(() => new Set(files)),
    isPartial: pending.length > 0,
    read: (path) => tree.read(inTree(path)),
    exists: (path) => tree.kind(inTree(path)) !== 'absent',
    tracked: (path) => tree.tracked(inTree(path)),
  };
}

function byName(paths: readonly Path[]): ReadonlyMap<string, readonly Path[]> {
  const groups = new Map<string, Path[]>();
  for (const path of paths) {
    const group = groups.get(nameOf(path));
    if (group) group.push(path);
    else groups.set(nameOf(path), [path]);
  }
  return groups;
}

function isLeftover(context: BuildContext, path: Path, name: string, siblings: readonly string[]): boolean {
  if (leftoverName.test(name) || name.endsWith('.egg-info')) return true;
  const manifest = outputBeside.get(name);
  if (manifest !== undefined) return siblings.some((sibling) => manifest.test(sibling));
  return isVirtualEnvironment(context, path);
}

/** https://docs.python.org/3/library/venv.html; virtualenv before version 20 wrote only the scripts. */
export function isVirtualEnvironment(context: BuildContext, directory: Path): boolean {
  const names = context.list(directory);
  return marks.some(([first, rest]) => names.includes(first) && context.kind(join(directory, join(first, rest))) === 'file');
}

/** What lies in a directory, and what lies in that. */
const marks = [['pyvenv.cfg', ''], ['bin', 'activate'], ['Scripts', 'activate.bat']] as const;

/** Can a path lie in what is copied? */
export function isCopied(survey: Pick<Survey, 'copied'>, path: Path): boolean {
  return survey.copied.some((directory) => directory === '' || path === directory || path.startsWith(`${directory}/`));
}

/** Do builds take `.git` along? BuildKit sends nothing that no instruction takes; below the top of a repository there is none, but for a submodule. */
export function takesRepository(survey: Survey): boolean {
  return (survey.context.root === '' || survey.exists('.git')) && isCopied(survey, '.git');
}

/** What is there and a pattern would hide. */
export function hiddenBy(survey: Survey, pattern: string): readonly Path[] {
  return [...survey.files, ...survey.leftovers].filter((path) => matchesPattern(pattern, path) === true);
}

/** A directory of the context that one step brings into the build, with the step's lines. */
export interface WideSource {
  readonly path: Path;
  readonly line: number;
  readonly endLine: number;
}

/** The directories that a build copies or binds as a whole, in the order of its steps. */
export function wideSources(build: BuildView): readonly WideSource[] {
  const found: WideSource[] = [];
  for (const stage of build.symbolic.stages) {
    for (const step of stage.steps) {
      if ((step.copy?.contextSources ?? step.mounted).length === 0) continue;
      const parsed = parse(step.instruction, build.symbolic.model.scanned);
      if (parsed.keyword === 'RUN' && !parsed.mounts.some((mount) => mount.type === 'bind' && mount.from === null)) continue;
      const brought = step.copy?.contextSources ?? step.mounted;
      const own = brought.filter((source) => source.deep).map((source) => source.path);
      // `COPY * ./` takes every entry of the context, those that are not here today included.
      const takesAll = (parsed.keyword === 'COPY' || parsed.keyword === 'ADD') && parsed.sources.some((source) => /^(?:\.?\/)?\*$/.test(source.text));
      const { start: line, end: endLine } = step.instruction.lines;
      for (const path of takesAll ? [''] : own) found.push({ path, line, endLine });
    }
  }
  return found;
}

/** Those that lie in no other one. */
export function outermost(directories: readonly Path[]): Path[] {
  const unique = new Set(directories);
  return [...unique].filter((directory) => {
    for (let path = directory; path !== ''; ) {
      path = parentOf(path);
      if (unique.has(path)) return false;
    }
    return true;
  });
}

export function join(directory: Path, name: string): Path {
  if (directory === '') return name;
  return name === '' ? directory : `${directory}/${name}`;
}

export function parentOf(path: Path): Path {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
