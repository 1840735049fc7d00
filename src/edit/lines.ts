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

function isBlankLine(text: string, start: number): boolean {
  return start < text.length && /^[ \t\r]*(?:\n|$)/.test(text.slice(start, lineEndAt(text, start)));
}

/** Is the line after an instruction empty? */
export function isFollowedByBlankLine(scanned: ScannedDockerfile, instruction: Instruction): boolean {
  return isBlankLine(scanned.text, lineEndAt(scanned.text, instruction.span.end));
}

/**
 * The lines to take out when an instruction moves away: its own with its comments, and the empty lines after it where
 * others stand before it (or nothing does), so that no gap is left.
 */
export function removalOf(scanned: ScannedDockerfile, instruction: Instruction): Span {
  const { text } = scanned;
  const start = lineStartAt(text, blockOf(instruction).start);
  let end = lineEndAt(text, instruction.span.end);
  const blankBefore = start === 0 || isBlankLine(text, lineStartAt(text, start - 1));
  while (blankBefore && end < text.length && isBlankLine(text, end)) end = lineEndAt(text, end);
  return { start, end };
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
