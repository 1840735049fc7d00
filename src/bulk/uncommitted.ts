/** What git holds of the files of a repository is compared with what is there, without running filters. */
import { runGit, settingVariables } from '../context/git.ts';
import type { GitVariables } from '../context/git.ts';
import type { Path } from '../types.ts';

/** Paths from the root that differ from the last commit, in the index or on disk; what git holds nothing of is left out. */
export function uncommittedFiles(root: string): ReadonlySet<Path> | null {
  const answer = runGit(root, root, ['status', '--porcelain', '-z', '--untracked-files=no', '--ignore-submodules=all', '--no-renames'], '', withoutFilters(root));
  if (answer.kind !== 'output') return null;
  return new Set(answer.output.toString('utf8').split('\0').filter((entry) => entry !== '').map((entry) => entry.slice('XY '.length)));
}

/** Variables by which git runs no filter: each that settings name loses its commands. */
export function withoutFilters(root: string): GitVariables {
  const answer = runGit(root, root, ['config', '-z', '--name-only', '--get-regexp', String.raw`^filter\.`]);
  const names = answer.kind === 'output' ? answer.output.toString('utf8').split('\0').filter((name) => name !== '') : [];
  const filters = new Set(names.map((name) => name.slice(0, name.lastIndexOf('.'))));
  return settingVariables([...filters].flatMap((filter) => [[`${filter}.clean`, ''], [`${filter}.smudge`, ''], [`${filter}.process`, ''], [`${filter}.required`, 'false']] as const));
}
