/**
 * What git surely does not ignore. Only git itself knows what it ignores; but where no pattern comes near a path, there
 * is no need to ask. https://git-scm.com/docs/gitignore
 */
import type { Path } from '../types.ts';

/** The last segments of an ignore file's patterns, in lower case, because git compares so on some systems. */
export interface IgnoreHints {
  readonly literal: ReadonlySet<string>;
  /** For each pattern with wildcards, the texts between them. `null`: not understood, and may match anything. */
  readonly wild: readonly (readonly string[] | null)[];
}

/** A pattern ignores a path if it matches it or a directory above it; either way its last segment matches a segment. */
export function ignoreHints(text: string): IgnoreHints {
  const literal = new Set<string>();
  const wild: (readonly string[] | null)[] = [];
  for (const line of text.split('\n')) {
    const pattern = line.replace(/^\uFEFF/, '').trim();
    if (pattern === '' || pattern.startsWith('#') || pattern.startsWith('!')) continue;
    if (pattern.length > 1000) {
      wild.push(null);
      continue;
    }
    // `dir/*` and `dir/**` ignore only what has a `dir` above it.
    const path = pattern.replace(/(?:\/\**)+$/, '');
    const last = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    if (last !== '' && !/[*?[\]\\]/.test(last)) literal.add(last);
    else wild.push(textsBetweenWildcards(last));
  }
  return { literal, wild };
}

/** Brackets count as one character, unless they hold brackets themselves; behind a backslash nothing is sure. */
function textsBetweenWildcards(segment: string): readonly string[] | null {
  const texts = segment.replace(/\[(?![!^]?\])[^[\]\\]+\]/g, '?').split(/[*?]/);
  return texts.some((text) => /[[\]\\]/.test(text)) ? null : texts;
}

/** Could one of the patterns ignore the path, which is relative to the directory of the ignore file? */
export function mayIgnore({ literal, wild }: IgnoreHints, path: Path): boolean {
  const segments = path.toLowerCase().split('/');
  return segments.some((segment) => literal.has(segment)) || wild.some((texts) => texts === null || segments.some((segment) => mayMatch(texts, segment)));
}

function mayMatch(texts: readonly string[], segment: string): boolean {
  return segment.startsWith(texts.at(0) ?? '') && segment.endsWith(texts.at(-1) ?? '') && texts.every((text) => segment.includes(text));
}
