/** What it is worth, by the repository's own history. */
import type { DockerfileImpact } from '../../report/impact.ts';
import { verdict } from '../../report/impact.ts';
import { count } from '../../report/words.ts';
import { code, words } from '../../report/inert-markdown.ts';
import type { Section, Subject } from './section.ts';

const mostCauses = 5;
const mostFiles = 10;

export function effect({ impact, files }: Subject): Section | null {
  if (typeof impact === 'string') return { title: 'What it is worth', lines: [`Not measured on this repository's history: ${words(impact)}.`], least: 1 };
  const changed = new Set(files.filter((file) => file.changed).map(({ path }) => path));
  const shown = impact.filter((one) => changed.has(one.path) || one.changed);
  const lines = [...shown.filter(saves).flatMap(linesOf), ...rest(shown.filter((one) => !saves(one)))];
  return lines.length === 0 ? null : { title: 'What it is worth', lines: [...lines, '', 'Counted by replaying the history on the Dockerfile before and after; nothing was built for it. `dockfix impact` shows more.'], least: 1 };
}

/** Would something have run less often? */
function saves({ before, after }: DockerfileImpact): boolean {
  if (before.installReruns !== after.installReruns) return before.installReruns > after.installReruns;
  return before.installRuns === after.installRuns ? before.stepReruns > after.stepReruns : before.installRuns > after.installRuns;
}

function linesOf(one: DockerfileImpact): readonly string[] {
  const { path, before, after, commits, causes } = one;
  const isInstall = before.installReruns !== after.installReruns || before.installRuns !== after.installRuns;
  const says = isInstall ? verdict(one, 'with this change') : `${count(before.stepReruns, 'step')} ran again in the last ${count(commits, 'commit')}; with this change ${after.stepReruns}.`;
  const files = causes.filter(({ rerunsAfter, reruns }) => rerunsAfter < reruns).slice(0, mostCauses).map(({ file, reruns }) => `${code(file)} (${reruns})`);
  return [`- ${code(path)}: **${says}** (${spanOf(one)})`, ...(files.length === 0 ? [] : [`  Most often because of ${files.join(', ')}.`])];
}

/** Those for which the history says nothing in favour, in one line. */
function rest(impacts: readonly DockerfileImpact[]): readonly string[] {
  const [first] = impacts;
  if (first === undefined) return [];
  const names = [...new Set(impacts.map(({ path }) => path))];
  const more = names.length > mostFiles ? ` and ${names.length - mostFiles} more` : '';
  return [`- ${names.slice(0, mostFiles).map(code).join(', ')}${more}: none of the last ${count(first.commits, 'commit')} would have run less (${spanOf(first)}).`];
}

function spanOf({ oldest, newest }: DockerfileImpact): string {
  return `${oldest.slice(0, 10)} to ${newest.slice(0, 10)}`;
}
