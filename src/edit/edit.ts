import type { Edit, Path } from '../types.ts';

/**
 * The text with all edits applied. Edits are offsets into the same text and must not overlap; two insertions at one
 * place keep their order. Throws a RangeError for an edit out of bounds or overlapping edits: that is a mistake in the
 * program, never in the input.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = '';
  let at = 0;
  for (const { span, text: replacement, file } of sorted) {
    if (span.start < at || span.end < span.start || span.end > text.length) throw new RangeError(`edit ${span.start}..${span.end} of ${file} overlaps another or is out of bounds`);
    result += text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return result + text.slice(at);
}

/** Edits by the file they are for. */
export function editsByFile(edits: readonly Edit[]): ReadonlyMap<Path, readonly Edit[]> {
  const byFile = new Map<Path, Edit[]>();
  for (const edit of edits) {
    const list = byFile.get(edit.file);
    if (list) list.push(edit);
    else byFile.set(edit.file, [edit]);
  }
  return byFile;
}
