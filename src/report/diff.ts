/**
 * Unified diffs that `git apply` and `patch -p1` take as they are. The only importer of `diff`.
 *
 * The format is git's: https://git-scm.com/docs/diff-format, and for names with special characters core.quotePath in
 * https://git-scm.com/docs/git-config.
 */
import { structuredPatch } from 'diff';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';

const contextLines = 3;

/**
 * The search for the shortest difference takes time that grows with the square of the number of changed lines. Beyond
 * this many, everything from the first changed line to the last becomes one hunk. (A limit of time instead would make
 * the output depend on the machine.)
 */
const maximalEditLength = 1500;

interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Each with its mark; a line that lacks its line feed is followed by the line that says so. */
  readonly lines: readonly string[];
}

/**
 * The change of one file from `before` to `after` (`null`: there is no file yet), with three lines of context.
 * The path is relative to where the diff is to be applied. Empty if there is no difference.
 */
export function unifiedDiff(path: Path, before: string | null, after: string): string {
  if (before === after) return '';
  const hunks = hunksOf(before ?? '', after);
  // Without hunks this line alone gives the name, of which GNU patch reads one word unless it is in quotes.
  const special = hunks.length === 0 ? /["\\]|[^\u0021-\u007e]/ : specialCharacter;
  const head = [`diff --git ${quoted(`a/${path}`, special)} ${quoted(`b/${path}`, special)}`];
  if (before === null) head.push('new file mode 100644');
  // An empty file has no lines to show. This index line (the hash of no bytes) is how git says so.
  if (hunks.length === 0) head.push('index 0000000..e69de29');
  else head.push(`--- ${before === null ? '/dev/null' : named(`a/${path}`)}`, `+++ ${named(`b/${path}`)}`);
  const body = flatMap(hunks, (hunk) => [`@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`, ...hunk.lines]);
  return `${[...head, ...body].join('\n')}\n`;
}

/** Where no lines are meant, the number is that of the line before. A count of one is left out. */
function range(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? `${start}` : `${start},${count}`;
}

function hunksOf(before: string, after: string): readonly Hunk[] {
  if (before === after) return [];
  const lines = { before: linesOf(before), after: linesOf(after) };
  const same = sameLines(lines.before, lines.after);
  // Where lines only come, or only go, there is nothing to search for.
  if (same.start + same.end === Math.min(lines.before.length, lines.after.length)) return [wholeHunk(lines.before, lines.after, same)];
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: contextLines, maxEditLength: maximalEditLength });
  return patch === undefined ? [wholeHunk(lines.before, lines.after, same)] : patch.hunks;
}

/** How many lines are the same before the first difference, and after the last. */
interface Same {
  readonly start: number;
  readonly end: number;
}

function sameLines(before: readonly string[], after: readonly string[]): Same {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { start, end };
}

/** One hunk for all that lies between the first and the last difference. */
function wholeHunk(before: readonly string[], after: readonly string[], { start: same, end: sameAtEnd }: Same): Hunk {
  const start = Math.max(0, same - contextLines);
  const rest = Math.max(0, sameAtEnd - contextLines);
  return {
    oldStart: start + 1,
    oldLines: before.length - rest - start,
    newStart: start + 1,
    newLines: after.length - rest - start,
    lines: [
      ...marked(' ', before.slice(start, same)),
      ...marked('-', before.slice(same, before.length - sameAtEnd)),
      ...marked('+', after.slice(same, after.length - sameAtEnd)),
      ...marked(' ', before.slice(before.length - sameAtEnd, before.length - rest)),
    ],
  };
}

function marked(mark: string, lines: readonly string[]): readonly string[] {
  return flatMap(lines, (line) => (line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, String.raw`\ No newline at end of file`]));
}

/** Lines with their line feeds. A carriage return is part of its line, alone or before a line feed. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => `${line}\n`);
  const last = lines.pop();
  return last === undefined || last === '\n' ? lines : [...lines, last.slice(0, -1)];
}

/** In the lines that name a file, a tab ends a name with a space: without it GNU patch takes the first word only. */
function named(name: string): string {
  const written = quoted(name);
  return written === name && name.includes(' ') ? `${name}\t` : written;
}

const escapes: ReadonlyMap<number, string> = new Map([
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x22, '"'],
  [0x5c, '\\'],
]);

/**
 * What git puts a name in quotes for: a control character, a quote, a backslash, or what is not ASCII. A space at the
 * end, which git leaves bare, is one more reason: GNU patch drops it otherwise.
 */
const specialCharacter = /["\\]|[^\u0020-\u007e]| $/;

/** A name as git writes it: in quotes, with escapes as in C, if it holds something special. */
function quoted(name: string, special = specialCharacter): string {
  if (!special.test(name)) return name;
  let text = '';
  for (const byte of new TextEncoder().encode(name)) {
    const escape = escapes.get(byte);
    if (escape !== undefined) text += `\\${escape}`;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${text}"`;
}
