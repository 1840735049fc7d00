import type { Problem, ScannedDockerfile } from '../scan.ts';
import { byteOrderMark } from './space.ts';

/** Go's `bufio.MaxScanTokenSize`: BuildKit reads no line of more bytes, its line ending included. */
const longestLine = 65_536;

const lineTables = new WeakMap<ScannedDockerfile, readonly number[]>();

/** The offset of each line's start. A line ending at the very end of the text starts no further line. */
export function lineTable(text: string): readonly number[] {
  const starts: number[] = [];
  for (let start = 0; start < text.length; ) {
    starts.push(start);
    const newline = text.indexOf('\n', start);
    if (newline < 0) break;
    start = newline + 1;
  }
  return starts;
}

/** The table of a text that is scanned, for what asks later. */
export function keepLineTable(scanned: ScannedDockerfile, table: readonly number[]): void {
  lineTables.set(scanned, table);
}

/** The table of line starts; that of a scanned Dockerfile is made once. */
export function tableOf(text: string | ScannedDockerfile): readonly number[] {
  if (typeof text === 'string') return lineTable(text);
  const known = lineTables.get(text);
  if (known !== undefined) return known;
  const table = lineTable(text.text);
  lineTables.set(text, table);
  return table;
}

/** The 1-based number of the line that holds `offset`. Only `\n` ends a line, as in BuildKit. */
export function lineOf(text: string | ScannedDockerfile, offset: number): number {
  return Math.max(1, lineIndex(tableOf(text), offset) + 1);
}

/** `lineOf` for many offsets of one text. */
export function linesOf(text: string): (offset: number) => number {
  const table = lineTable(text);
  return (offset) => Math.max(1, lineIndex(table, offset) + 1);
}

/** The offset of the start of the line that holds `offset`; in the first line it is behind the byte order mark. */
export function lineStart(text: string | ScannedDockerfile, offset: number): number {
  const table = tableOf(text);
  if (table.length === 0) return 0;
  return lineStartAt(typeof text === 'string' ? text : text.text, table, Math.max(0, lineIndex(table, offset)));
}

/** The offset after the line ending of the line that holds `offset`. */
export function lineEnd(text: string | ScannedDockerfile, offset: number): number {
  const table = tableOf(text);
  const length = typeof text === 'string' ? text.length : text.text.length;
  return table[Math.max(0, lineIndex(table, offset)) + 1] ?? length;
}

function lineIndex(table: readonly number[], offset: number): number {
  return lastAtMost(table.length, (index) => table[index] ?? 0, offset);
}

/** The last index whose value is at most `limit`, -1 if there is none. Values ascend. */
export function lastAtMost(length: number, value: (index: number) => number, limit: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where a line (counted from 0) starts; in the first line behind the byte order mark. */
export function lineStartAt(text: string, table: readonly number[], line: number): number {
  return line === 0 && text.startsWith(byteOrderMark) ? 1 : (table[line] ?? text.length);
}

/** Where a line's content ends: before `\n` and any carriage returns before it. */
export function lineContentEnd(text: string, table: readonly number[], line: number): number {
  const start = lineStartAt(text, table, line);
  let end = table[line + 1] ?? text.length;
  while (end > start && (text.charAt(end - 1) === '\n' || text.charAt(end - 1) === '\r')) end -= 1;
  return end;
}

/** The line ending of most lines. */
export function dominantNewline(text: string, table: readonly number[]): '\n' | '\r\n' {
  let ended = 0;
  let withReturn = 0;
  for (let line = 0; line < table.length; line += 1) {
    const end = table[line + 1] ?? text.length;
    if (text.charAt(end - 1) !== '\n') continue;
    ended += 1;
    if (text.charAt(end - 2) === '\r') withReturn += 1;
  }
  return withReturn * 2 > ended ? '\r\n' : '\n';
}

/** BuildKit's complaint about each line that is too long for it. */
export function tooLongLines(text: string, table: readonly number[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (let line = 0; line < table.length; line += 1) {
    const start = table[line] ?? 0;
    const end = table[line + 1] ?? text.length;
    // A UTF-16 unit is at most three bytes of UTF-8, so most lines need no counting.
    if ((end - start) * 3 < longestLine) continue;
    const limit = text.charAt(end - 1) === '\n' ? longestLine : longestLine - 1;
    if (utf8Length(text, start, end) <= limit) continue;
    problems.push({
      message: `dockerfile line greater than max allowed size of ${longestLine - 1}`,
      line: line + 1,
      span: { start, end },
    });
  }
  return problems;
}

function utf8Length(text: string, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) length += 1;
    else if (unit < 0x8_00) length += 2;
    else if (unit >= 0xd8_00 && unit < 0xe0_00) length += 2;
    else length += 3;
  }
  return length;
}
