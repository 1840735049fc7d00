/** White space as BuildKit reads it. */

/** It may stand before the first line and is no part of it. */
export const byteOrderMark = '\uFEFF';

/** Go's `unicode.IsSpace`, which is neither JavaScript's `\s` nor its `trim`. */
export function isSpace(character: string): boolean {
  return goSpaces.has(character);
}

const goSpaces: ReadonlySet<string> = new Set(
  '\t\n\v\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000',
);

/** The first place from `start` on, up to `end`, that holds no white space. */
export function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charAt(at))) at += 1;
  return at;
}

/** The last place from `end` back, down to `start`, that has no white space before it. */
export function skipSpaceBack(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charAt(at - 1))) at -= 1;
  return at;
}
