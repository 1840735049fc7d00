/** What words become where variables are known. */
import type { Word, WordPart } from '../shell.ts';

/**
 * A variable's value: null if it is not set, undefined if that is not known. Positional and special parameters
 * (`1`, `@`, `?`, …) are asked for by those names.
 */
export type Lookup = (name: string) => string | null | undefined;

/**
 * The one argument that a word becomes; null if a part of it is a glob, is opaque or is not known, and also if the
 * shell would split it into several arguments or drop it (an unquoted variable that is empty).
 */
export function literal(word: Word, lookup: Lookup): string | null {
  const values = fields(word, lookup);
  return values !== null && values.length === 1 ? (values[0] ?? null) : null;
}

/**
 * The arguments that a word becomes after expansion and splitting at white space (the default IFS): none, one or many.
 * Null if they are not known.
 */
export function fields(word: Word, lookup: Lookup): readonly string[] | null {
  const pieces = expand(word, lookup, false);
  if (pieces === null) return null;
  const result: string[] = [];
  let current: string | null = null;
  for (const piece of pieces) {
    if (!piece.splits) {
      current = (current ?? '') + piece.text;
      continue;
    }
    if (/[*?[\\]/.test(piece.text)) return null;
    const [first = '', ...rest] = piece.text.split(/[ \t\n]+/);
    if (first !== '') current = (current ?? '') + first;
    for (const next of rest) {
      if (current !== null) result.push(current);
      current = next === '' ? null : next;
    }
  }
  if (current !== null) result.push(current);
  return result;
}

/** The value of a word where the shell does not split it: `A=$B`, a here-document. Null if it is not known. */
export function assignedValue(word: Word, lookup: Lookup): string | null {
  const pieces = expand(word, lookup, false);
  return pieces === null ? null : pieces.map((piece) => piece.text).join('');
}

/** A piece of an expanded word; the shell splits it at white space if it comes from an unquoted expansion. */
interface Piece {
  readonly text: string;
  readonly splits: boolean;
}

function expand(word: Word, lookup: Lookup, insideExpansion: boolean): readonly Piece[] | null {
  const pieces: Piece[] = [];
  for (const part of word.parts) {
    switch (part.kind) {
      case 'literal':
        pieces.push({ text: part.text, splits: insideExpansion && !part.quoted });
        break;
      case 'variable': {
        const expanded = expandVariable(part, lookup);
        if (expanded === null) return null;
        pieces.push(...expanded);
        break;
      }
      case 'glob':
      case 'opaque':
        return null;
    }
  }
  return pieces;
}

function expandVariable(part: WordPart & { kind: 'variable' }, lookup: Lookup): readonly Piece[] | null {
  const value = lookup(part.name);
  if (value === undefined) return null;
  const own: readonly Piece[] = [{ text: value ?? '', splits: !part.quoted }];
  if (part.operator === null || part.operand === null) return part.operator === null ? own : null;
  const present = value !== null && (value !== '' || !part.operator.startsWith(':'));
  switch (part.operator) {
    case '-':
    case ':-':
    case '=':
    case ':=':
      return present ? own : expand(part.operand, lookup, !part.quoted);
    case '+':
    case ':+':
      return present ? expand(part.operand, lookup, !part.quoted) : [{ text: '', splits: !part.quoted }];
    case '?':
    case ':?':
      return present ? own : null;
    default:
      return null;
  }
}
