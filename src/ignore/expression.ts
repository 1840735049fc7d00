/** Expressions as RE2 reads them (https://github.com/google/re2/wiki/Syntax), as far as moby writes any: without alternatives. */

export type Token =
  | { readonly kind: 'one' | 'many'; readonly set: CharacterSet }
  /** `(.*\/)?`: nothing, or anything up to a slash. */
  | { readonly kind: 'directories' }
  | { readonly kind: 'boundary'; readonly negated: boolean }
  | { readonly kind: 'start' | 'end' };

/** Code points, as closed ranges. */
export interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly Range[];
}
type Range = readonly [low: number, high: number];

const notNewline: CharacterSet = { negated: true, ranges: [[0x0a, 0x0a]] };

/** What RE2 understands of an expression made by `mobyExpression`; `null` where it reports an error. */
export function readExpression(source: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const character = source.charAt(at);
    if (source.startsWith('(.*/)?', at)) {
      tokens.push({ kind: 'directories' });
      at += 6;
    } else if (source.startsWith('.*', at)) {
      tokens.push({ kind: 'many', set: notNewline });
      at += 2;
    } else if (character === '^' || character === '$') {
      tokens.push({ kind: character === '^' ? 'start' : 'end' });
      at += 1;
    } else {
      const atom = readAtom(source, at);
      if (atom === null) return null;
      at = atom.end;
      if (atom.token.kind === 'one' && source.charAt(at) === '*') {
        tokens.push({ kind: 'many', set: atom.token.set });
        at += 1;
      } else {
        tokens.push(atom.token);
      }
    }
  }
  return tokens;
}

interface Read<Value> {
  readonly token: Value;
  readonly end: number;
}

function readAtom(source: string, at: number): Read<Token> | null {
  const character = source.charAt(at);
  if (character === '[') {
    const read = readClass(source, at + 1);
    return read === null ? null : { token: { kind: 'one', set: read.token }, end: read.end };
  }
  if (character === '\\') {
    const anchor = anchors.get(source.charAt(at + 1));
    if (anchor !== undefined) return { token: anchor, end: at + 2 };
    const set = perlClass(source, at);
    if (set !== undefined) return { token: { kind: 'one', set }, end: at + 2 };
  }
  const read = readCharacter(source, at);
  return read === null ? null : { token: { kind: 'one', set: { negated: false, ranges: [[read.token, read.token]] } }, end: read.end };
}

const anchors: ReadonlyMap<string, Token> = new Map([
  ['A', { kind: 'start' }],
  ['z', { kind: 'end' }],
  ['b', { kind: 'boundary', negated: false }],
  ['B', { kind: 'boundary', negated: true }],
]);

const digits: readonly Range[] = [[0x30, 0x39]];
const upper: readonly Range[] = [[0x41, 0x5a]];
const lower: readonly Range[] = [[0x61, 0x7a]];
export const word: readonly Range[] = [...digits, ...upper, [0x5f, 0x5f], ...lower];

const perlClasses: ReadonlyMap<string, readonly Range[]> = new Map([
  ['d', digits],
  ['w', word],
  ['s', [[0x09, 0x0a], [0x0c, 0x0d], [0x20, 0x20]]],
]);

/** `\d`, `\w`, `\s` and their complements. */
function perlClass(source: string, at: number): CharacterSet | undefined {
  const letter = source.charAt(at) === '\\' ? source.charAt(at + 1) : '';
  const ranges = perlClasses.get(letter.toLowerCase());
  return ranges === undefined ? undefined : { negated: letter !== letter.toLowerCase(), ranges };
}

const posixClasses: ReadonlyMap<string, readonly Range[]> = new Map([
  ['alnum', [...digits, ...upper, ...lower]],
  ['alpha', [...upper, ...lower]],
  ['ascii', [[0x00, 0x7f]]],
  ['blank', [[0x09, 0x09], [0x20, 0x20]]],
  ['cntrl', [[0x00, 0x1f], [0x7f, 0x7f]]],
  ['digit', digits],
  ['graph', [[0x21, 0x7e]]],
  ['lower', lower],
  ['print', [[0x20, 0x7e]]],
  ['punct', [[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]]],
  ['space', [[0x09, 0x0d], [0x20, 0x20]]],
  ['upper', upper],
  ['word', word],
  ['xdigit', [...digits, [0x41, 0x46], [0x61, 0x66]]],
]);

/** A character class, from behind its `[`. */
function readClass(source: string, from: number): Read<CharacterSet> | null {
  const negated = source.charAt(from) === '^';
  const ranges: Range[] = [];
  let at = negated ? from + 1 : from;
  for (let first = true; first || source.charAt(at) !== ']'; first = false) {
    const named = readNamedClass(source, at);
    if (named === null) return null;
    if (named !== undefined) {
      ranges.push(...rangesOf(named.token));
      at = named.end;
      continue;
    }
    const range = readRange(source, at);
    if (range === null) return null;
    ranges.push(range.token);
    at = range.end;
  }
  return { token: { negated, ranges }, end: at + 1 };
}

/** `[:alpha:]`, `[:^alpha:]`, `\d`; `undefined` if there is none here, `null` if its name is unknown. */
function readNamedClass(source: string, at: number): Read<CharacterSet> | null | undefined {
  const perl = perlClass(source, at);
  if (perl !== undefined) return { token: perl, end: at + 2 };
  if (!source.startsWith('[:', at)) return undefined;
  const end = source.indexOf(':]', at + 2);
  if (end < 0) return undefined;
  const name = source.slice(at + 2, end);
  const ranges = posixClasses.get(name.replace(/^\^/, ''));
  return ranges === undefined ? null : { token: { negated: name.startsWith('^'), ranges }, end: end + 2 };
}

function readRange(source: string, at: number): Read<Range> | null {
  const low = readCharacter(source, at);
  if (low === null) return null;
  // A `-` before the closing bracket stands for itself.
  const isRange = source.charAt(low.end) === '-' && low.end + 1 < source.length && source.charAt(low.end + 1) !== ']';
  if (!isRange) return { token: [low.token, low.token], end: low.end };
  const high = readCharacter(source, low.end + 1);
  return high === null || high.token < low.token ? null : { token: [low.token, high.token], end: high.end };
}

const controlEscapes: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

const octal = /[0-7]{1,3}/y;
const hexadecimal = /x([0-9A-Fa-f]{2})/y;

/**
 * One character, plain or escaped. `null` where RE2 reports an error, and for `\p` and `\Q`, which RE2 knows but which
 * no ignore file means.
 */
function readCharacter(source: string, at: number): Read<number> | null {
  const plain = source.codePointAt(at);
  if (plain === undefined) return null;
  if (source.charAt(at) !== '\\') return { token: plain, end: at + (plain > 0xffff ? 2 : 1) };
  const escaped = source.charAt(at + 1);
  const control = controlEscapes.get(escaped);
  if (control !== undefined) return { token: control, end: at + 2 };
  octal.lastIndex = at + 1;
  const number = octal.exec(source)?.[0];
  // One digit other than 0 would be a back reference, which RE2 does not have.
  if (number !== undefined) return number.length === 1 && number !== '0' ? null : { token: Number.parseInt(number, 8), end: at + 1 + number.length };
  hexadecimal.lastIndex = at + 1;
  const byte = hexadecimal.exec(source)?.[1];
  if (byte !== undefined) return { token: Number.parseInt(byte, 16), end: at + 4 };
  return /^[!-/:-@[-`{-~\0-\x20\x7f]$/.test(escaped) ? { token: escaped.charCodeAt(0), end: at + 2 } : null;
}

/** The set without its negation. */
function rangesOf(set: CharacterSet): readonly Range[] {
  if (!set.negated) return set.ranges;
  const gaps: Range[] = [];
  let next = 0;
  for (const [low, high] of set.ranges.toSorted((a, b) => a[0] - b[0])) {
    if (low > next) gaps.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= 0x10ffff) gaps.push([next, 0x10ffff]);
  return gaps;
}
