/** The lines of a requirements file as pip joins them. */
import type { Span } from '../types.ts';

interface LogicalLine {
  /** Joined, without comment and surrounding white space; never empty. */
  readonly text: string;
  readonly line: number;
  readonly span: Span;
}

/** A piece of a physical line in a logical one: `at` is its offset there, `start` its offset in the file. */
interface Piece {
  readonly text: string;
  readonly at: number;
  readonly start: number;
}

/** What Python's `str.splitlines` takes for the end of a line. */
// oxlint-disable-next-line no-control-regex -- Python splits at these control characters.
const lineEnd = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/g;

/**
 * pip's `join_lines` and `ignore_comments`: a line that ends in `\` goes on in the next one, unless it is a comment
 * line; a comment line ends a continuation. A `\` at the end of a comment behind a requirement does continue it, and
 * the next line is then part of the comment.
 */
export function* logicalLines(file: string): Generator<LogicalLine> {
  let pieces: Piece[] = [];
  let length = 0;
  let firstLine = 0;
  for (const { line, start, content } of physicalLines(file)) {
    if (pieces.length === 0) firstLine = line;
    const comment = content.trimStart().startsWith('#');
    const continued = content.endsWith('\\') && !comment;
    const piece = continued ? withoutBackslashes(content, start) : { text: content, start };
    // The space lets the comment still be seen as one when it is joined to the text before it.
    const text = comment ? ` ${piece.text}` : piece.text;
    pieces.push({ text, at: length, start: comment ? piece.start - 1 : piece.start });
    length += text.length;
    if (continued) continue;
    const joined = finishLine(pieces, firstLine);
    if (joined !== null) yield joined;
    pieces = [];
    length = 0;
  }
  const last = pieces.length > 0 ? finishLine(pieces, firstLine) : null;
  if (last !== null) yield last;
}

function* physicalLines(text: string): Generator<{ line: number; start: number; content: string }> {
  let start = text.startsWith('\u{FEFF}') ? 1 : 0;
  let line = 1;
  for (const match of text.matchAll(lineEnd)) {
    yield { line, start, content: text.slice(start, match.index) };
    start = match.index + match[0].length;
    line += 1;
  }
  if (start < text.length) yield { line, start, content: text.slice(start) };
}

/** Python's `line.strip("\\")`: it takes them from both ends. */
function withoutBackslashes(line: string, lineStart: number): { text: string; start: number } {
  let start = 0;
  let end = line.length;
  while (start < end && line[start] === '\\') start += 1;
  while (end > start && line[end - 1] === '\\') end -= 1;
  return { text: line.slice(start, end), start: lineStart + start };
}

function finishLine(pieces: readonly Piece[], line: number): LogicalLine | null {
  const joined = pieces.map((piece) => piece.text).join('');
  const code = joined.slice(0, commentStart(joined));
  const text = code.trim();
  if (text === '') return null;
  const from = code.length - code.trimStart().length;
  const start = offsetInFile(pieces, from);
  const end = offsetInFile(pieces, from + text.length - 1) + 1;
  return { text, line, span: { start, end } };
}

/** A `#` opens a comment at the start of a line or after white space; in `…#egg=x` it does not. */
function commentStart(line: string): number {
  for (let at = line.indexOf('#'); at !== -1; at = line.indexOf('#', at + 1)) {
    if (at === 0 || /\s/.test(line.charAt(at - 1))) return at;
  }
  return line.length;
}

function offsetInFile(pieces: readonly Piece[], offset: number): number {
  const piece = pieces.findLast((candidate) => candidate.at <= offset);
  return piece === undefined ? 0 : piece.start + offset - piece.at;
}
