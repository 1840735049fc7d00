/** The text that the shell gets, and the way back to the file. */
import type { Span } from '../../types.ts';

/**
 * Text derived from a file by dropping characters, with the way back: from `starts[i]` on, the text stands
 * `shifts[i]` characters further on in the file.
 */
export interface Derived {
  readonly text: string;
  readonly starts: readonly number[];
  readonly shifts: readonly number[];
}

/** Pieces of a file, put one after another. */
export function derive(text: string, kept: readonly Span[], whenEmpty: number): Derived {
  const starts: number[] = [];
  const shifts: number[] = [];
  const pieces: string[] = [];
  let length = 0;
  for (const piece of kept) {
    if (piece.start === piece.end) continue;
    starts.push(length);
    shifts.push(piece.start - length);
    pieces.push(text.slice(piece.start, piece.end));
    length += piece.end - piece.start;
  }
  if (starts.length === 0) return { text: '', starts: [0], shifts: [whenEmpty] };
  return { text: pieces.join(''), starts, shifts };
}

/** The offset in the file of the character at `offset`. */
function original(derived: Derived, offset: number): number {
  let low = 0;
  let high = derived.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((derived.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return offset + (derived.shifts[low] ?? 0);
}

/** A span ends right after its last character: what was dropped there (a continuation) is not part of it. */
export function originalSpan(derived: Derived, start: number, end: number): Span {
  if (start < end) return { start: original(derived, start), end: original(derived, end - 1) + 1 };
  const at = start > 0 ? original(derived, start - 1) + 1 : original(derived, 0);
  return { start: at, end: at };
}

/** The text as it is. */
export function unchanged(text: string, { start, end }: Span): Derived {
  return { text: text.slice(start, end), starts: [0], shifts: [start] };
}

/** BuildKit's `ChompHeredocContent`: the tabs at the start of each line go. */
export function withoutLeadingTabs(text: string, body: Span): Derived {
  const kept: Span[] = [];
  for (const line of linesOf(text, body)) {
    let start = line.start;
    while (start < line.next && text[start] === '\t') start += 1;
    kept.push({ start, end: line.next });
  }
  return derive(text, kept, body.start);
}

interface Line {
  readonly start: number;
  /** Without the line's end (any carriage returns and the line feed). */
  readonly end: number;
  /** Where the next line starts. */
  readonly next: number;
}

/** The lines of a part of a file. */
export function* linesOf(text: string, body: Span): Generator<Line> {
  let start = body.start;
  while (start < body.end) {
    const feed = text.indexOf('\n', start);
    const next = feed === -1 || feed >= body.end ? body.end : feed + 1;
    let end = next;
    while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;
    yield { start, end, next };
    start = next;
  }
}

/** What Go's `unicode.IsSpace` takes for white space; JavaScript's `\s` differs in two characters. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function firstVisible(text: string, line: Line): string | null {
  for (let at = line.start; at < line.end; at += 1) {
    const character = text[at] ?? '';
    if (!space.test(character)) return character;
  }
  return null;
}

/** Where the escape character of a continuation stands; null if the line does not continue. */
function continuationOf(text: string, line: Line, escape: string): number | null {
  let at = line.end - 1;
  while (at >= line.start && (text[at] === ' ' || text[at] === '\t')) at -= 1;
  if (at < line.start || text[at] !== escape) return null;
  // BuildKit's expression asks for another character before the escape: two of them do not continue a line.
  return at > line.start && text[at - 1] === escape ? null : at;
}

/** Does only white space stand before `offset` in its line? The first line of a text has nothing to continue. */
function startsLine(text: string, offset: number): boolean {
  let at = offset - 1;
  while (at >= 0 && (text[at] === ' ' || text[at] === '\t')) at -= 1;
  return at >= 0 && text[at] === '\n';
}

/** Is it one line that ends in a word? Most instructions are. */
function isOneLine(text: string, { start, end }: Span, escape: string): boolean {
  const feed = text.indexOf('\n', start);
  const last = text[end - 1] ?? '';
  return end > start && (feed < 0 || feed >= end) && last !== escape && last !== '\r' && !space.test(last);
}

/** The lines of an instruction as BuildKit joins them; the here-documents after the last of them stay as they are. */
export function joinLines(text: string, body: Span, escape: string): Derived {
  const kept: Span[] = [];
  let joining = true;
  let continued = startsLine(text, body.start);
  if (!continued && isOneLine(text, body, escape)) return unchanged(text, body);
  for (const line of linesOf(text, body)) {
    if (!joining) {
      kept.push({ start: line.start, end: line.end });
      if (line.next > line.end) kept.push({ start: line.next - 1, end: line.next });
      continue;
    }
    if (continued) {
      const first = firstVisible(text, line);
      if (first === null || first === '#') continue;
    }
    const continuation = continuationOf(text, line, escape);
    if (continuation === null) {
      joining = false;
      kept.push({ start: line.start, end: line.end });
      if (line.next > line.end) kept.push({ start: line.next - 1, end: line.next });
      continue;
    }
    kept.push({ start: line.start, end: continuation });
    continued = true;
  }
  return derive(text, kept, body.start);
}
