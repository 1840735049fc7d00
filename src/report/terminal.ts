import type { FileReport, FixReport, RunError, Summary } from './report.ts';
import { count, printable, printableLines } from './words.ts';

export type Colors = Readonly<Record<'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow', (text: string) => string>>;

export const plain: Colors = { bold: String, cyan: String, dim: String, green: String, red: String, yellow: String };

/** The same on a terminal, where nothing that is printed may steer it. */
export const plainOnTerminal: Colors = { ...plain };

export interface TerminalOptions {
  readonly colors: Colors;
  /** Also what could change and has no reason to. */
  readonly verbose: boolean;
  readonly mode: 'dry-run' | 'write' | 'check';
}

/** What standard error says of one file: what was fixed and why, what was left alone and why. */
export function fileLines(file: FileReport, { colors, verbose, mode }: TerminalOptions): readonly string[] {
  const lines: string[] = [];
  const isDone = mode === 'write' && file.changed;
  for (const fix of file.fixes) {
    lines.push(`${colors.green(isDone ? 'fixed' : 'would fix')} ${place(file, fix)} ${colors.bold(fix.transform)} (${fix.safety}): ${printable(fix.message)}`);
    lines.push(...claimLines(fix, colors, verbose));
  }
  for (const fix of file.heldBack) {
    lines.push(`${colors.yellow('held back')} ${place(file, fix)} ${colors.bold(fix.transform)} (${fix.safety}): ${printable(fix.message)}`);
    lines.push(...claimLines(fix, colors, verbose));
  }
  for (const refusal of file.refusals) {
    if (refusal.level === 'info' && !verbose) continue;
    const word = refusal.level === 'warning' ? colors.yellow('warning') : colors.cyan('left alone');
    lines.push(`${word} ${place(file, refusal)} ${colors.bold(refusal.transform)} [${refusal.reason}]: ${printable(refusal.message)}`);
  }
  if (file.status === 'skipped') lines.push(`${colors.yellow('skipped')} ${printable(file.path)}: ${printable(file.message ?? '')}`);
  if (verbose && lines.length === 0) lines.push(`${colors.dim('nothing to do')} ${printable(file.path)}: no transform found what it repairs (dockfix explain says what each step reads, and what cannot be judged)`);
  return lines;
}

/** A claim may list many paths; all of them only for somebody who asks for details. */
function claimLines(fix: FixReport, colors: Colors, verbose: boolean): readonly string[] {
  const most = 160;
  return fix.claims.map((claim) => printable(claim.message)).map((message) => `  ${colors.dim('·')} ${verbose || message.length <= most ? message : `${message.slice(0, message.lastIndexOf(' ', most))} … (--verbose)`}`);
}

function place(file: FileReport, { line }: Pick<FixReport, 'line'>): string {
  return `${printable(file.path)}:${line}`;
}

export function errorLine(error: RunError, colors: Colors): string {
  const at = error.line === undefined ? printable(error.path) : `${printable(error.path)}:${error.line}`;
  return `${colors.red('error')} ${at === '' ? '' : `${at}: `}${printableLines(error.message)} [${error.code}]`;
}

/** A unified diff as git colours it, in which nothing of a file steers the terminal. Elsewhere it stays byte for byte what it is. */
export function coloredDiff(diff: string, colors: Colors): string {
  if (colors === plain) return diff;
  const shown = diff.replaceAll(/[^\P{Cc}\t\r\n]|\r(?!\n)/gu, (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
  return shown.replaceAll(/^(?:(diff |--- |\+\+\+ |new file |index )|(@@)|(\+)|(-)).*$/gm, (line, head?: string, hunk?: string, added?: string) => {
    if (head !== undefined) return colors.bold(line);
    if (hunk !== undefined) return colors.cyan(line);
    return added === undefined ? colors.red(line) : colors.green(line);
  });
}

/**
 * The last lines: how many files, fixes and refusals, and how many fixes only `--unsafe` would make. `leftAlone`: the
 * refusals without those of level `info`.
 */
export function summaryLines(summary: Summary, leftAlone: number, { mode, verbose }: TerminalOptions): readonly string[] {
  const parts = [`${count(summary.files, 'file')} looked at`, `${summary.changed} ${mode === 'write' ? 'changed' : 'would change'}`, count(summary.fixes, 'fix', 'fixes')];
  const refused = verbose ? summary.refusals : leftAlone;
  if (refused > 0) parts.push(`${refused} left alone`);
  if (summary.skipped > 0) parts.push(`${summary.skipped} skipped`);
  if (summary.failed > 0) parts.push(`${summary.failed} failed`);
  const lines = [`${parts.join(', ')}.`];
  if (summary.heldBack > 0) lines.push(`${count(summary.heldBack, 'unsafe fix', 'unsafe fixes')} held back (--unsafe).`);
  return lines;
}
