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
    wrapped(`- ${inert(dockerfile)}, line ${line}: ${inert(message)}`, '  '),
    ...claims.map((claim) => wrapped(`  - ${inert(claimMessage(claim))}`, '    ')),
  ]);
  const others = fixes.length > mostFixes ? [`- and ${fixes.length - mostFixes} more`] : [];
  return `${[title, wrapped(why, ''), [...said, ...others].join('\n'), wrapped(verdictOn(fixes), ''), `Made by dockfix (${id}).`].join('\n\n')}\n`;
}

/** Text of a repository as it is, that closes no issue and keeps no CI from running: those read the messages of commits. */
function inert(text: string): string {
  return printable(text).replaceAll(orders, '\u200B');
}

/**
 * Where a character that is not seen makes it something else: in the numbers of issues and in their addresses
 * (https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue,
 * https://docs.gitlab.com/user/project/issues/managing_issues/#closing-issues-automatically), and in what CI services take for
 * the wish that nothing runs (https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs).
 */
const orders = /(?<=#|\bGH-|\/(?:issues|pull|merge_requests|work_items|epics)\/)(?=\d)|(?<=\[)(?=(?:skip|no|ci|actions)[ -]\w+\])|(?<=\*\*\*)(?=NO_CI)/gi;

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
