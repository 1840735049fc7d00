import type { createColors } from 'picocolors';

import type { FileReport, RunReport } from './report.ts';

export type Colors = ReturnType<typeof createColors>;

export interface TerminalOptions {
  readonly colors: Colors;
  readonly verbose: boolean;
  readonly mode: 'dry-run' | 'write' | 'check';
}

/** The lines for standard error: what was fixed and why, what was left alone and why, and the summary. */
export function explainReport(report: RunReport, options: TerminalOptions): string {
  const lines: string[] = [];
  for (const file of report.files) lines.push(...fileLines(file, options));
  for (const error of report.errors) {
    const place = error.line === undefined ? error.path : `${error.path}:${error.line}`;
    lines.push(`${options.colors.red('error')} ${place}: ${error.message}`);
  }
  lines.push(...summaryLines(report, options));
  return lines.map((line) => `${line}\n`).join('');
}

function fileLines(file: FileReport, { colors, verbose, mode }: TerminalOptions): string[] {
  const lines: string[] = [];
  for (const fix of file.fixes) {
    const done = mode === 'write' ? 'fixed' : 'would fix';
    lines.push(`${colors.green(done)} ${file.path}:${fix.line} ${colors.bold(fix.transform)} (${fix.safety}): ${fix.message}`);
    for (const claim of fix.claims) lines.push(`  ${colors.dim('·')} ${claim.message}`);
  }
  for (const fix of file.heldBack) lines.push(`${colors.yellow('held back')} ${file.path}:${fix.line} ${colors.bold(fix.transform)}: ${fix.message}; ${fix.claims.map((claim) => claim.message).join('; ')}`);
  for (const refusal of file.refusals) {
    if (refusal.level === 'info' && !verbose) continue;
    const word = refusal.level === 'warning' ? colors.yellow('warning') : colors.cyan('left alone');
    lines.push(`${word} ${file.path}:${refusal.line} ${colors.bold(refusal.transform)} [${refusal.reason}]: ${refusal.message}`);
  }
  if (file.message !== undefined) lines.push(`${file.status === 'failed' ? colors.red('failed') : colors.dim('skipped')} ${file.path}: ${file.message}`);
  return lines;
}

function summaryLines(report: RunReport, { mode }: TerminalOptions): string[] {
  const { summary } = report;
  if (report.files.length === 0 && report.errors.length === 0) return ['No Dockerfile found.'];
  const verb = mode === 'write' ? 'changed' : 'would change';
  const parts = [`${count(summary.files, 'file')} looked at`, `${summary.changed} ${verb}`, count(summary.fixes, 'fix', 'fixes')];
  if (summary.refusals > 0) parts.push(`${summary.refusals} left alone`);
  if (summary.skipped > 0) parts.push(`${summary.skipped} skipped`);
  if (summary.failed > 0) parts.push(`${summary.failed} failed`);
  const lines = [`${parts.join(', ')}.`];
  if (summary.heldBack > 0) lines.push(`${summary.heldBack} unsafe ${summary.heldBack === 1 ? 'fix' : 'fixes'} held back (--unsafe).`);
  return lines;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
