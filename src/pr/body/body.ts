/** The text of a pull request, from its sections, within the limit of the forge. Pure. */
import { digest, writeMarks } from '../marks.ts';
import { changes } from './changes.ts';
import { claims } from './claims.ts';
import { configure } from './configure.ts';
import { effect } from './effect.ts';
import { leftAlone } from './left-alone.ts';
import { beginningOf, message } from '../../report/inert-markdown.ts';
import { problems } from './problems.ts';
import type { Section, Subject } from './section.ts';
import { verified } from './verified.ts';

export interface Body {
  readonly title: string;
  readonly body: string;
}

/** `change`: digest of what changes. */
export function pullRequestText(subject: Subject, change: string, longest: number, isSetUp: boolean): Body {
  const title = titleOf(subject);
  const sections = [problems(subject), changes(subject), effect(subject), verified(subject), claims(subject), leftAlone(subject), configure(subject)].filter((one) => one !== null);
  const marksLength = writeMarks({ change, text: digest(''), title: digest(''), isSetUp: false, isClosed: true }).length;
  const text = fitting(sections, longest - marksLength - 2);
  return { title, body: `${text}\n\n${writeMarks({ change, text: digest(text), title: digest(title), isSetUp, isClosed: false })}` };
}

const longestTitle = 120;

/** One thing is called by its name, several by what they are for. */
function titleOf({ transforms, files }: Subject): string {
  const [first] = transforms;
  const dockerfiles = files.filter(({ changed, fixes }) => changed && fixes.length > 0).length;
  const what = transforms.length === 1 && first !== undefined ? first.title : 'Keep installs cached, and other repairs';
  return `Docker: ${lower(what)}${dockerfiles > 3 ? ` (${dockerfiles} files)` : ''}`.slice(0, longestTitle);
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The longest sections lose their last lines first. */
function fitting(sections: readonly Section[], limit: number): string {
  const kept = sections.map(({ lines }) => lines.length);
  const dropped = (): string => sections.map((section, index) => rendered(section, kept[index] ?? 0)).join('\n\n');
  for (let text = dropped(); ; text = dropped()) {
    if (text.length <= limit) return text;
    const sizes = sections.map(({ lines, least }, index) => ((kept[index] ?? 0) > least ? lines.slice(0, kept[index]).join('\n').length : 0));
    const longest = sizes.indexOf(Math.max(...sizes));
    if ((sizes[longest] ?? 0) === 0) return beginningOf(text, limit);
    const { least } = sections[longest] ?? { least: 0 };
    // A quarter at a time, so that thousands of lines do not take thousands of rounds.
    kept[longest] = Math.max(least, Math.floor((kept[longest] ?? 0) * 0.75));
  }
}

function rendered({ title, lines }: Section, kept: number): string {
  const left = lines.length - kept;
  return [`### ${message(title)}`, '', ...lines.slice(0, kept), ...(left === 0 ? [] : ['', `… and ${left} more lines that are too long for here; \`dockfix\` prints them.`])].join('\n');
}
