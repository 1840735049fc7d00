/** The history of a repository: which files each commit of its first-parent line changed. One `git log` tells it. */
import { repositoryRoot } from '../context/disk.ts';
import { runGit, streamGit } from '../context/git.ts';
import { pathIn } from '../targets.ts';
import type { Path } from '../types.ts';

export interface HistoryLimits {
  /** At most so many commits, from the newest on; null for no such limit. */
  readonly commits: number | null;
  /** No commit before this date, in any form that git understands; null for no such limit. */
  readonly since: string | null;
}

/** Commits with something to compare them with. */
export interface History {
  readonly kind: 'history';
  /** When each was committed, in seconds since 1970; the newest first. */
  readonly times: readonly number[];
  readonly changes: readonly PathChanges[];
  /** How the line ends, if it was followed to its end: with a commit that has nothing before it, and is not among them. */
  readonly end: 'first-commit' | 'shallow' | null;
}

/** A path that commits changed. */
export interface PathChanges {
  /** Relative to the folder. A submodule ends with a slash: all that is in it. */
  readonly path: Path;
  /** Indices in `times`. */
  readonly commits: readonly number[];
}

export interface NoHistory {
  readonly kind: 'no-git' | 'no-repository' | 'no-commits' | 'shallow' | 'since' | 'failed';
  readonly message: string;
}

/** What happened to the files of a folder (absolute), which may be a repository or lie in one. */
export async function readHistory(folder: string, limits: HistoryLimits): Promise<History | NoHistory> {
  const root = repositoryRoot(folder);
  if (root === null) return noHistory('no-repository');
  const reader = historyReader(pathIn(root, folder) ?? '');
  const failure = await streamGit(root, root, logOptions(limits), reader.take);
  if (failure !== null) return /does not have any commits/.test(failure.message) ? noHistory('no-commits') : noHistory(failure.kind, failure.message);
  const { times, changes, reachedEnd } = reader.result();
  const end = reachedEnd ? (isShallow(root) ? 'shallow' : 'first-commit') : null;
  if (times.length > 0) return { kind: 'history', times, changes, end };
  if (end === 'shallow') return noHistory('shallow');
  return noHistory(end === null && limits.since !== null ? 'since' : 'no-commits', limits.since ?? '');
}

function noHistory(kind: NoHistory['kind'], detail = ''): NoHistory {
  return { kind, message: messages[kind].replace('…', () => detail) };
}

const messages: Readonly<Record<NoHistory['kind'], string>> = {
  'no-git': 'git is not installed, so the history cannot be read',
  'no-repository': 'there is no history: the folder is in no git repository',
  'no-commits': 'there is no history: the branch has no commit that changes something after its first one',
  shallow: 'there is no history: the clone is shallow and holds one commit only (git fetch --unshallow gets the others)',
  since: 'there is no commit since …',
  failed: 'git cannot read the history: …',
};

/**
 * Merges count as what they bring to the line, and a rename as a deletion and an addition. Nothing in it depends on what
 * somebody has configured: settings that would leave out merges, root commits or submodules are overridden.
 */
function logOptions({ commits, since }: HistoryLimits): readonly string[] {
  const limits = [...(commits === null ? [] : [`--max-count=${commits}`]), ...(since === null ? [] : [`--since=${since}`])];
  // -m and not --diff-merges, which git has only had since 2021.
  const merges = ['-c', 'log.diffMerges=first-parent', 'log', '--first-parent', '-m'];
  const form = ['--raw', '-z', '--no-abbrev', '--no-renames', '--ignore-submodules=none', '--no-ext-diff', '--no-textconv', '--no-color', '--no-notes', '-O/dev/null', '--format=tformat:%ct %P'];
  return [...merges, ...form, ...limits, '--'];
}

function isShallow(root: string): boolean {
  const answer = runGit(root, root, ['rev-parse', '--is-shallow-repository']);
  return answer.kind === 'output' && answer.output.toString('utf8').trim() === 'true';
}

interface HistoryReader {
  readonly take: (piece: Buffer) => void;
  readonly result: () => Pick<History, 'times' | 'changes'> & { readonly reachedEnd: boolean };
}

const submodule = '160000';

/**
 * Reads the output of `git log` piece by piece: for each commit `<time> <parents>`, then for each change
 * `:<old mode> <new mode> …` and the path, each followed by NUL. Names may have any bytes but that one.
 */
export function historyReader(folder: Path): HistoryReader {
  const prefix = folder === '' ? '' : `${folder}/`;
  const times: number[] = [];
  const changes: { readonly path: Path; readonly commits: number[] }[] = [];
  /** By the bytes of the path, each as a character: the commits that changed it; null for a path outside the folder. */
  const known = new Map<string, number[] | null>();
  let reachedEnd = false;
  let modes: string | null = null;
  let rest = '';

  const commitsOf = (key: string): number[] | null => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const path = Buffer.from(key, 'latin1').toString('utf8');
    const commits = path.startsWith(prefix) ? [] : null;
    if (commits !== null) changes.push({ path: path.slice(prefix.length), commits });
    known.set(key, commits);
    return commits;
  };

  const readToken = (token: string): void => {
    if (modes !== null) {
      // A commit that has nothing before it lists all files.
      if (!reachedEnd) commitsOf(modes.includes(submodule) ? `${token}/` : token)?.push(times.length - 1);
      modes = null;
      return;
    }
    // A line break stands between a commit and its first change.
    const change = /^\n?:(\d+ \d+) /.exec(token);
    if (change) {
      modes = change[1] ?? '';
      return;
    }
    const [time = '', ...parents] = token.trim().split(' ');
    reachedEnd = parents.length === 0;
    if (!reachedEnd) times.push(Number(time));
  };

  return {
    take(piece) {
      const tokens = (rest + piece.toString('latin1')).split('\0');
      rest = tokens.pop() ?? '';
      for (const token of tokens) readToken(token);
    },
    result: () => ({ times, changes, reachedEnd }),
  };
}
