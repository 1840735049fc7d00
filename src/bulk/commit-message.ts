/** What a commit says of the fixes of one transform. */
import type { AcceptedFix } from '../plan/plan.ts';
import type { Transform } from '../plan/transform.ts';
import { claimMessage } from '../report/report.ts';
import { printable } from '../report/words.ts';

const lineLength = 72;

/** A message need not list hundreds of Dockerfiles; the diff does. */
const mostFixes = 40;

/** What is done, why, for each Dockerfile what was wrong, and what differs on purpose. */
export function commitMessage({ id, title, why }: Pick<Transform, 'id' | 'title' | 'why'>, fixes: readonly AcceptedFix[]): string {
  const said = fixes.slice(0, mostFixes).flatMap(({ dockerfile, line, message, claims }) => [
    wrapped(`- ${printable(dockerfile)}, line ${line}: ${printable(message)}`, '  '),
    ...claims.map((claim) => wrapped(`  - ${printable(claimMessage(claim))}`, '    ')),
  ]);
  const others = fixes.length > mostFixes ? [`- and ${fixes.length - mostFixes} more`] : [];
  return `${[title, wrapped(why, ''), [...said, ...others].join('\n'), wrapped(verdictOn(fixes), ''), `Made by dockfix (${id}).`].join('\n\n')}\n`;
}

function verdictOn(fixes: readonly AcceptedFix[]): string {
  if (fixes.some(({ safety }) => safety === 'unsafe')) return 'The image stays the same but for what is listed, as long as what is assumed is so.';
  return fixes.some(({ safety }) => safety === 'equivalent') ? 'The image stays the same but for what is listed.' : 'The image stays the same.';
}

/** Lines of at most 72 characters, where words allow; `indent` is before all but the first. */
function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== '' && line.length + 1 + word.length > lineLength) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
