/** What it is worth, by the repository's own history. */
import type { DockerfileImpact } from '../../report/impact.ts';
import { helps, verdict } from '../../report/impact.ts';
import { count } from '../../report/words.ts';
import { code, words } from './markdown.ts';
import type { Section, Subject } from './section.ts';

const mostCauses = 5;

export function effect({ impact, files }: Subject): Section | null {
  if (typeof impact === 'string') return { title: 'What it is worth', lines: [`Not measured on this repository's history: ${words(impact)}.`], least: 1 };
  const changed = new Set(files.filter((file) => file.changed).map(({ path }) => path));
  const lines = impact.filter((one) => changed.has(one.path) || one.changed).flatMap(linesOf);
  return lines.length === 0 ? null : { title: 'What it is worth', lines: [...lines, '', 'Counted by replaying the history on the Dockerfile before and after; nothing was built for it. `dockfix impact` shows more.'], least: 1 };
}

function linesOf(one: DockerfileImpact): readonly string[] {
  const { path, before, after, commits, oldest, newest, causes } = one;
  const span = `${oldest.slice(0, 10)} to ${newest.slice(0, 10)}`;
  const says = before.installs === 0 ? `${count(before.stepReruns, 'step')} ran again in the last ${count(commits, 'commit')}; with this change ${after.stepReruns}.` : verdict(one).replace("with dockfix's changes", 'with this change');
  const gained = helps(one) ? says : `${says} This change makes no difference to these commits.`;
  const files = causes.filter(({ rerunsAfter, reruns }) => rerunsAfter < reruns).slice(0, mostCauses).map(({ file, reruns }) => `${code(file)} (${reruns})`);
  return [`- ${code(path)}: **${gained}** (${span})`, ...(files.length === 0 ? [] : [`  Most often because of ${files.join(', ')}.`])];
}
