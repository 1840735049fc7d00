/** What dockfix looked at and did not change, and why. */
import type { FixReport, RefusalReport } from '../../report/report.ts';
import { code, message, shortened } from '../../report/inert-markdown.ts';
import type { Section, Subject } from './section.ts';
import { longestMessage, place } from './section.ts';

export function leftAlone(subject: Subject): Section | null {
  const lines = subject.files.flatMap(({ path, refusals, heldBack }) => [
    ...heldBack.map((fix) => `- ${place(subject, path, fix.line)}: ${unsafe(fix)}`),
    ...refusals.filter(({ level }) => level !== 'info').map((refusal) => `- ${place(subject, path, refusal.line)}: ${refused(refusal)}`),
  ]);
  return lines.length === 0 ? null : { title: 'What was left alone', lines: [...new Set(lines)], least: 0 };
}

function refused({ transform, level, message: text, reason }: RefusalReport): string {
  const warning = level === 'warning' ? '**Probably broken today.** ' : '';
  return `${warning}${message(shortened(text, longestMessage))} (${code(transform)}, ${code(reason)})`;
}

function unsafe({ transform, message: text, claims }: FixReport): string {
  const assumed = claims.filter(({ kind }) => kind === 'assumes').map((claim) => claim.message);
  return `${message(shortened(text, longestMessage))}. Not changed, because it ${message(assumed.join(' and ')) || 'is not sure'} (${code(transform)}).`;
}
