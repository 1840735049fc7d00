import type { Instruction, ScannedDockerfile } from '../dockerfile/scan.ts';
import type { Span } from '../types.ts';

/** An instruction with the comment lines that belong to it, without the line ending after it. */
export function blockOf(instruction: Instruction): Span {
  const { leadingComments, span } = instruction;
  return { start: Math.min(leadingComments.start, span.start), end: span.end };
}

/** Offset of the start of the line that holds `offset`. */
export function lineStartAt(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset after the line ending of the line that holds `offset`; the length of the text on the last line. */
export function lineEndAt(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** Where the break of the line that ends at `end` starts: before a carriage return, a continuation and the blanks around it. */
export function lineBreakStart(text: string, end: number): number {
  let at = end;
  if (text[at - 1] === '\r') at -= 1;
  while (isBlank(text[at - 1])) at -= 1;
  if (text[at - 1] !== '\\' && text[at - 1] !== '`') return at;
  at -= 1;
  while (isBlank(text[at - 1])) at -= 1;
  return at;
}

export function withoutIndentation(line: string): string {
  let start = 0;
  while (isBlank(line[start])) start += 1;
  return line.slice(start);
}

function isBlankLine(text: string, start: number): boolean {
  return start < text.length && /^[ \t\r]*(?:\n|$)/.test(text.slice(start, lineEndAt(text, start)));
}

function afterBlankLines(text: string, start: number): number {
  let end = start;
  while (end < text.length && isBlankLine(text, end)) end = lineEndAt(text, end);
  return end;
}

/** Is the line after an instruction empty? */
export function isFollowedByBlankLine(scanned: ScannedDockerfile, instruction: Instruction): boolean {
  return isBlankLine(scanned.text, lineEndAt(scanned.text, instruction.span.end));
}

/** Is the line before an instruction and its comments empty? */
export function isPrecededByBlankLine({ text }: ScannedDockerfile, instruction: Instruction): boolean {
  const start = lineStartAt(text, blockOf(instruction).start);
  return start > 0 && isBlankLine(text, lineStartAt(text, start - 1));
}

/**
 * The lines to take out when instructions move away: theirs with their comments, and the empty lines after them where
 * others stand before them (or nothing does), so that no gap is left. In the order given, which is that of the file.
 */
export function removalsOf(scanned: ScannedDockerfile, instructions: readonly Instruction[]): readonly Span[] {
  const { text } = scanned;
  const spans: Span[] = [];
  for (const instruction of instructions) {
    const start = lineStartAt(text, blockOf(instruction).start);
    const last = spans.at(-1);
    const joins = last !== undefined && last.end === start;
    const top = joins ? last.start : start;
    let end = lineEndAt(text, instruction.span.end);
    const blankBefore = top === 0 || isBlankLine(text, lineStartAt(text, top - 1));
    if (blankBefore) end = afterBlankLines(text, end);
    if (joins) spans[spans.length - 1] = { start: top, end };
    else spans.push({ start, end });
  }
  return spans;
}

/** The text of an instruction and its comments as it stands, from the start of its first line. */
export function blockText(scanned: ScannedDockerfile, instruction: Instruction): string {
  return scanned.text.slice(lineStartAt(scanned.text, blockOf(instruction).start), instruction.span.end);
}

/** A new keyword written as the file writes keywords. */
export function keywordLike(scanned: ScannedDockerfile, instruction: Instruction, keyword: string): string {
  const written = scanned.text.slice(instruction.keywordSpan.start, instruction.keywordSpan.end);
  return written === written.toLowerCase() ? keyword.toLowerCase() : keyword;
}

/** A command with its continuations joined, and one space between words. */
export function onOneLine(text: string): string {
  const lines = text.split('\n').map((line, index, all) => (index < all.length - 1 ? line.trimEnd().replace(/[\\`]$/, '') : line).trim());
  return lines.filter((line) => line !== '').join(' ').replaceAll(/[ \t]+/g, ' ');
}

/** An instruction on one line, as messages name it. */
export function shortText(scanned: ScannedDockerfile, { span }: Instruction): string {
  return inShort(onOneLine(scanned.text.slice(span.start, span.end)));
}

/** A command or an instruction as a message names it: its beginning, if it is long. */
export function inShort(text: string, limit = 60): string {
  return text.length > limit ? `${text.slice(0, limit - 3)}…` : text;
}
