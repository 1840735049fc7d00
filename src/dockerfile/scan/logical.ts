/** Instructions with their continuation lines joined, and the way back to the file. */
import type { Span } from '../../types.ts';
import type { Escape, Instruction, Segment } from '../scan.ts';
import { lastAtMost, lineContentEnd, lineStartAt } from './lines.ts';
import { skipSpace } from './space.ts';

/** One instruction's text with its continuations joined, and where its pieces stand in the file. */
export interface LogicalLine {
  readonly text: string;
  readonly segments: readonly Segment[];
}

interface Joined {
  readonly line: LogicalLine;
  /** The index of the first line after it. */
  readonly next: number;
}

/** The logical line that starts with the file's line `first` (counted from 0): up to the first one that does not go on, comment and empty lines left out. */
export function joinContinuations(text: string, table: readonly number[], first: number, escape: Escape): Joined {
  const pieces: string[] = [];
  const segments: Segment[] = [];
  let length = 0;
  let line = first;
  for (let more = true; more && line < table.length; line += 1) {
    const lineStart = lineStartAt(text, table, line);
    const end = lineContentEnd(text, table, line);
    const content = skipSpace(text, lineStart, end);
    if (line > first && (content === end || text.charAt(content) === '#')) continue;
    const start = line === first ? content : lineStart;
    const continuation = continuationAt(text, start, end, escape);
    more = continuation !== null;
    const piece = text.slice(start, continuation ?? end);
    if (piece === '' && segments.length > 0) continue;
    const last = segments.at(-1);
    // Nothing of an empty first piece is part of the text: its place is taken by the next one.
    if (last !== undefined && last.logical === length) segments.pop();
    segments.push({ logical: length, file: start });
    pieces.push(piece);
    length += piece.length;
  }
  return { line: { text: pieces.join(''), segments }, next: line };
}

/** Where the continuation character of a line stands: last but for blanks, and not doubled. Null if there is none. */
function continuationAt(text: string, start: number, end: number, escape: Escape): number | null {
  let at = end;
  while (at > start && (text.charAt(at - 1) === ' ' || text.charAt(at - 1) === '\t')) at -= 1;
  at -= 1;
  if (at < start || text.charAt(at) !== escape) return null;
  return at > start && text.charAt(at - 1) === escape ? null : at;
}

/** Where a character of an instruction's logical `text` stands in the file; for the text's length, the place behind its last character. */
export function toFileOffset(instruction: Pick<Instruction, 'segments' | 'text'>, logicalOffset: number): number {
  if (logicalOffset > 0 && logicalOffset >= instruction.text.length) {
    return segmentOffset(instruction.segments, instruction.text.length - 1) + 1;
  }
  return segmentOffset(instruction.segments, logicalOffset);
}

/** The file span of `text.slice(start, end)`. Continuations and comment lines inside it are part of it. */
export function toFileSpan(instruction: Pick<Instruction, 'segments' | 'text'>, start: number, end: number): Span {
  const from = toFileOffset(instruction, start);
  return { start: from, end: end > start ? segmentOffset(instruction.segments, end - 1) + 1 : from };
}

/** Where in an instruction's logical `text` a file offset stands; null for what is not part of it (continuations, comment lines, heredocs). */
export function toLogicalOffset(instruction: Pick<Instruction, 'segments' | 'text'>, fileOffset: number): number | null {
  const { segments, text } = instruction;
  const at = lastAtMost(segments.length, (index) => segments[index]?.file ?? 0, fileOffset);
  const segment = segments[at];
  if (segment === undefined) return null;
  const logical = segment.logical + fileOffset - segment.file;
  const end = segments[at + 1]?.logical ?? text.length + 1;
  return logical < end ? logical : null;
}

/** Where a character of a logical text stands in the file. */
export function segmentOffset(segments: readonly Segment[], logical: number): number {
  // Most texts are one line.
  const segment = segments[segments.length === 1 ? 0 : lastAtMost(segments.length, (index) => segments[index]?.logical ?? 0, logical)];
  return segment === undefined ? 0 : segment.file + logical - segment.logical;
}

/** The segments of a part of a text, with logical offsets from that part's start. */
export function sliceSegments(segments: readonly Segment[], start: number, end: number): readonly Segment[] {
  const sliced: Segment[] = [{ logical: 0, file: segmentOffset(segments, start) }];
  if (segments.length === 1) return sliced;
  const first = Math.max(0, lastAtMost(segments.length, (index) => segments[index]?.logical ?? 0, start));
  for (let at = first + 1; at < segments.length; at += 1) {
    const segment = segments[at];
    if (segment === undefined || segment.logical >= end) break;
    if (segment.logical > start) sliced.push({ logical: segment.logical - start, file: segment.file });
  }
  return sliced;
}
