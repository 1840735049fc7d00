/** What was wrong: a sentence for each fix, with its line, its transform, and whether it is exact. */
import { code, message, shortened } from '../../report/inert-markdown.ts';
import type { Section, Subject } from './section.ts';
import { longestMessage, place } from './section.ts';

export function problems(subject: Subject): Section | null {
  const lines = subject.files.flatMap(({ path, status, fixes }) =>
    fixes.map((fix) => {
      // A file that is new has no line to show.
      const where = status === 'created' ? code(path) : place(subject, path, fix.line);
      return `- ${where}: ${message(shortened(fix.message, longestMessage))} (${code(fix.transform)}, ${fix.safety})`;
    }),
  );
  return lines.length === 0 ? null : { title: 'What was wrong', lines, least: 1 };
}
