import type { Span } from '../../types.ts';
import type { Derived } from './derived.ts';
import { originalSpan } from './derived.ts';

/** Thrown where the parser's tree and the text do not fit together; it never leaves `scriptFrom`. */
export class LostPlace extends Error {}

/** What is read, and what was met on the way. */
export interface Source {
  readonly derived: Derived;
  readonly file: string;
  /** The here-documents met so far, in the order of their operators. */
  readonly heredocs: Heredoc[];
}

interface Heredoc {
  /** Where the body starts in the derived text. */
  readonly at: number;
  /** Body and terminator, in the file. */
  readonly span: Span;
  /** Where its operator stands in the file. */
  readonly operator: number;
}

/** Where a piece of the derived text stands in the file. */
export function spanOf(source: Source, start: number, end: number): Span {
  return originalSpan(source.derived, start, end);
}

/** The span of something that a continuation of the shell's own may stick to, which the parser counts in. */
export function trimmedSpan(source: Source, start: number, end: number): Span {
  const text = source.derived.text;
  let from = start;
  let to = end;
  while (to - 2 >= from && text.startsWith('\\\n', to - 2) && !isEscaped(text, to - 2, from)) to -= 2;
  while (from < to && text.startsWith('\\\n', from)) from += 2;
  return spanOf(source, from, to);
}

/** Is the character at `at` escaped by an odd number of backslashes before it? */
function isEscaped(text: string, at: number, from: number): boolean {
  let before = at;
  while (before > from && text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}
