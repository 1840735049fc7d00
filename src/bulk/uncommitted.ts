/** What git holds of the files of a repository is compared with what is there, without running filters. */
import { runGit, settingVariables } from '../context/git.ts';
import type { GitVariables } from '../context/git.ts';
import type { Path } from '../types.ts';

/**
 * Paths from the root that differ from the last commit, in the index or on disk; what git holds nothing of is left out. Null
 * if git does not say.
 */
export function uncommittedFiles(root: string): ReadonlySet<Path> | null {
  const unwatched = unwatchedFiles(root);
  const answer = runGit(root, root, ['status', '--porcelain', '-z', '--untracked-files=no', '--ignore-submodules=all', '--no-renames'], '', withoutFilters(root));
  if (answer.kind !== 'output' || unwatched === null) return null;
  return new Set([...unwatched, ...entriesOf(answer.output).map((entry) => entry.slice('XY '.length))]);
}

/** Where git was told to overlook changes (`update-index --assume-unchanged`, `--skip-worktree`), so that there may be some. */
function unwatchedFiles(root: string): readonly Path[] | null {
  const answer = runGit(root, root, ['ls-files', '-z', '-v']);
  return answer.kind === 'output' ? entriesOf(answer.output).flatMap((entry) => (/^[a-zS] /.test(entry) ? entry.slice('X '.length) : [])) : null;
}

function entriesOf(output: Buffer): readonly string[] {
  return output.toString('utf8').split('\0').filter((entry) => entry !== '');
}

/** Variables by which git runs no filter: each that settings name loses its commands. */
export function withoutFilters(root: string): GitVariables {
  const answer = runGit(root, root, ['config', '-z', '--name-only', '--get-regexp', String.raw`^filter\.`]);
  const names = answer.kind === 'output' ? answer.output.toString('utf8').split('\0').filter((name) => name !== '') : [];
  const filters = new Set(names.map((name) => name.slice(0, name.lastIndexOf('.'))));
  return settingVariables([...filters].flatMap((filter) => [[`${filter}.clean`, ''], [`${filter}.smudge`, ''], [`${filter}.process`, ''], [`${filter}.required`, 'false']] as const));
}
