/**
 * One pattern of an ignore file, compiled and matched as moby/patternmatcher does it.
 *
 * moby writes the pattern down as a regular expression for Go's RE2. The same text is made here and then read with the
 * rules of RE2 (https://github.com/google/re2/wiki/Syntax), because JavaScript reads some of it differently. What comes
 * out is a list of tokens without alternatives, which is matched in time proportional to pattern times path.
 */
import type { Path } from '../types.ts';

export type CompiledPattern =
  | { readonly kind: 'exact' | 'prefix' | 'suffix'; readonly text: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[]; readonly literal: string; readonly quick: RegExp | null }
  | { readonly kind: 'never' };

type Token =
  | { readonly kind: 'one' | 'many'; readonly set: CharacterSet }
  /** `(.*\/)?`: nothing, or anything up to a slash. */
  | { readonly kind: 'directories' }
  | { readonly kind: 'boundary'; readonly negated: boolean }
  | { readonly kind: 'start' | 'end' };

/** Code points, as closed ranges. */
interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly Range[];
}
type Range = readonly [low: number, high: number];

/** The pattern is clean and has no `!`. `null`: moby fails on it. */
export function compilePattern(pattern: string): CompiledPattern | null {
  if (!isGlob(pattern)) return null;
  const written = mobyExpression(pattern);
  if (written.kind === 'exact') return { kind: 'exact', text: pattern };
  if (written.kind === 'prefix') return { kind: 'prefix', text: pattern.slice(0, -2) };
  if (written.kind === 'suffix') return { kind: 'suffix', text: pattern.slice(2) };
  const read = readExpression(written.source);
  if (read === null) return null;
  const tokens = withoutAnchors(read);
  if (tokens === null) return { kind: 'never' };
  return { kind: 'tokens', tokens, literal: literalStart(tokens), quick: quickExpression(tokens) };
}

/** Does the pattern match the path or a directory above it? */
export function matchesPathOrParent(pattern: CompiledPattern, path: Path): boolean {
  switch (pattern.kind) {
    case 'exact':
      return path.startsWith(pattern.text) && (path.length === pattern.text.length || path.charAt(pattern.text.length) === '/');
    case 'prefix':
      return path.startsWith(pattern.text);
    case 'suffix':
      // `**/a` also matches `a` itself, and `**a` matches `ba`: the suffix carries its slash, or has none.
      return pattern.text === '' || `/${path}/`.includes(`${pattern.text}/`);
    case 'tokens':
      if (!path.startsWith(pattern.literal)) return false;
      return pattern.quick !== null && path.length <= quickLength ? pattern.quick.test(path) : simulate(pattern.tokens, path, 'parents');
    case 'never':
      return false;
  }
}

/** Does the pattern match the path itself, whatever it says of the directories above it? */
export function matchesPath(pattern: CompiledPattern, path: Path): boolean {
  switch (pattern.kind) {
    case 'exact':
      return path === pattern.text;
    case 'prefix':
      return path.startsWith(pattern.text);
    case 'suffix':
      return path.endsWith(pattern.text) || `/${path}` === pattern.text;
    case 'tokens':
      return path.startsWith(pattern.literal) && simulate(pattern.tokens, path, 'whole');
    case 'never':
      return false;
  }
}

/** Could the pattern match something below the directory, whatever its name? Never falsely `false`. */
export function matchesBelow(pattern: CompiledPattern, dir: Path): boolean {
  const below = dir === '' ? '' : `${dir}/`;
  switch (pattern.kind) {
    case 'exact':
      return pattern.text.startsWith(below);
    case 'prefix':
      return pattern.text.startsWith(below) || below.startsWith(pattern.text);
    case 'suffix':
      return true;
    case 'tokens':
      return pattern.literal.startsWith(below) || below.startsWith(pattern.literal);
    case 'never':
      return false;
  }
}

/** Is the pattern well-formed for Go's `filepath.Match`? moby asks before it compiles. */
function isGlob(pattern: string): boolean {
  let at = 0;
  while (at < pattern.length) {
    const character = pattern.charAt(at);
    if (character === '\\' && at + 1 === pattern.length) return false;
    if (character === '[') {
      const end = globClassEnd(pattern, at + 1);
      if (end === null) return false;
      at = end;
    } else {
      at += character === '\\' ? 2 : 1;
    }
  }
  return true;
}

/** Where the class that starts before `from` ends. */
function globClassEnd(pattern: string, from: number): number | null {
  let at = pattern.charAt(from) === '^' ? from + 1 : from;
  for (let ranges = 0; ranges === 0 || pattern.charAt(at) !== ']'; ranges += 1) {
    const low = globClassMember(pattern, at);
    if (low === null) return null;
    const high = pattern.charAt(low) === '-' ? globClassMember(pattern, low + 1) : low;
    if (high === null) return null;
    at = high;
  }
  return at + 1;
}

function globClassMember(pattern: string, at: number): number | null {
  const first = pattern.charAt(at);
  if (first === '' || first === '-' || first === ']') return null;
  const member = first === '\\' ? at + 1 : at;
  const code = pattern.codePointAt(member);
  if (code === undefined) return null;
  const end = member + String.fromCodePoint(code).length;
  return end < pattern.length ? end : null;
}

interface Expression {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'expression';
  readonly source: string;
}

/** The text of the regular expression that moby makes, or the simpler comparison that it uses instead. */
function mobyExpression(pattern: string): Expression {
  const characters = [...pattern];
  let kind: Expression['kind'] = 'exact';
  let source = '^';
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const first = at === 0;
    if (character === '*' && characters[at + 1] === '*') {
      at += characters[at + 2] === '/' ? 2 : 1;
      const last = at + 1 >= characters.length;
      source += last ? '.*' : '(.*/)?';
      kind = last && kind === 'exact' ? 'prefix' : 'expression';
      if (first) kind = 'suffix';
    } else if (character === '*') {
      source += '[^/]*';
      kind = 'expression';
    } else if (character === '?') {
      source += '[^/]';
      kind = 'expression';
    } else if ('.+()|{}$'.includes(character)) {
      source += `\\${character}`;
    } else if (character === '\\') {
      at += 1;
      source += `\\${characters[at] ?? ''}`;
      kind = 'expression';
    } else {
      source += character;
      if (character === '[' || character === ']') kind = 'expression';
    }
  }
  return { kind, source: `${source}$` };
}

const notNewline: CharacterSet = { negated: true, ranges: [[0x0a, 0x0a]] };

/** What RE2 understands of an expression made by `mobyExpression`; `null` where it reports an error. */
function readExpression(source: string): Token[] | null {
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
const word: readonly Range[] = [...digits, ...upper, [0x5f, 0x5f], ...lower];

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

function contains(set: CharacterSet, code: number): boolean {
  return set.ranges.some(([low, high]) => low <= code && code <= high) !== set.negated;
}

const canBeEmpty = (token: Token): boolean => token.kind !== 'one';

/**
 * The tokens without `^` and `$`. An anchor inside leaves only what may be empty on its outer side; `null` where
 * something there may not, so that nothing matches.
 */
function withoutAnchors(tokens: readonly Token[]): readonly Token[] | null {
  const start = tokens.findLastIndex((token) => token.kind === 'start');
  const end = tokens.findIndex((token) => token.kind === 'end');
  const before = tokens.slice(0, start + 1);
  const after = tokens.slice(end);
  if (start > end || ![...before, ...after].every(canBeEmpty)) return null;
  const isBoundary = (token: Token): boolean => token.kind === 'boundary';
  return [...before.filter(isBoundary), ...tokens.slice(start + 1, end), ...after.filter(isBoundary)];
}

/** The characters with which everything that matches begins. */
function literalStart(tokens: readonly Token[]): string {
  let literal = '';
  for (const token of tokens) {
    const character = token.kind === 'one' ? onlyCharacter(token.set) : null;
    if (character === null) break;
    literal += character;
  }
  return literal;
}

function onlyCharacter(set: CharacterSet): string | null {
  const [range, ...more] = set.ranges;
  if (range === undefined || more.length > 0 || set.negated || range[0] !== range[1]) return null;
  return String.fromCodePoint(range[0]);
}

/** A backtracking matcher takes time in the power of the repetitions, so the quick way is for few, and short paths. */
const quickRepetitions = 2;
const quickLength = 1024;

/** A JavaScript expression for the tokens, which ends at a slash or at the end; `null` where backtracking could take long. */
function quickExpression(tokens: readonly Token[]): RegExp | null {
  const repetitions = tokens.filter((token) => token.kind === 'many' || token.kind === 'directories').length;
  if (repetitions > quickRepetitions) return null;
  return new RegExp(`^${tokens.map(expressionOf).join('')}(?![^/])`, 'u');
}

function expressionOf(token: Token): string {
  switch (token.kind) {
    case 'one':
      return classOf(token.set);
    case 'many':
      return `${classOf(token.set)}*`;
    case 'directories':
      return '(?:[^\\n]*/)?';
    case 'boundary':
      return token.negated ? '\\B' : '\\b';
    case 'start':
    case 'end':
      return '';
  }
}

function classOf(set: CharacterSet): string {
  const escape = (code: number): string => `\\u{${code.toString(16)}}`;
  if (onlyCharacter(set) !== null) return escape(set.ranges[0]?.[0] ?? 0);
  return `[${set.negated ? '^' : ''}${set.ranges.map(([low, high]) => `${escape(low)}-${escape(high)}`).join('')}]`;
}

const slash = 0x2f;
const newline = 0x0a;

/**
 * Runs all ways through the tokens side by side (Thompson's simulation). State `i` means: all before token `i` is
 * matched. Accepts at the end, and with `parents` also at a slash, before which is a directory above the path.
 */
function simulate(tokens: readonly Token[], path: Path, accept: 'whole' | 'parents'): boolean {
  const codes = [...path].map((character) => character.codePointAt(0) ?? 0);
  let active: number[] = [];
  const entered = new Int32Array(tokens.length + 1).fill(-1);
  const listed = new Int32Array(tokens.length + 1).fill(-1);

  const list = (states: number[], state: number, at: number): void => {
    if (listed[state] === at) return;
    listed[state] = at;
    states.push(state);
  };
  const enter = (states: number[], from: number, at: number): void => {
    for (let state = from; entered[state] !== at; state += 1) {
      entered[state] = at;
      list(states, state, at);
      const token = tokens[state];
      if (token === undefined || token.kind === 'one') return;
      if (token.kind === 'boundary' && isBoundary(codes, at) === token.negated) return;
    }
  };

  enter(active, 0, 0);
  for (const [at, code] of codes.entries()) {
    if (accept === 'parents' && code === slash && at > 0 && entered[tokens.length] === at) return true;
    const next: number[] = [];
    for (const state of active) {
      const token = tokens[state];
      if (token?.kind === 'one' && contains(token.set, code)) enter(next, state + 1, at + 1);
      if (token?.kind === 'many' && contains(token.set, code)) enter(next, state, at + 1);
      if (token?.kind === 'directories' && code !== newline) list(next, state, at + 1);
      if (token?.kind === 'directories' && code === slash) enter(next, state + 1, at + 1);
    }
    if (next.length === 0) return false;
    active = next;
  }
  return entered[tokens.length] === codes.length;
}

/** RE2's `\b`: between a word character (of ASCII) and anything else. */
function isBoundary(codes: readonly number[], at: number): boolean {
  const isWord = (code: number | undefined): boolean => code !== undefined && contains({ negated: false, ranges: word }, code);
  return isWord(codes[at - 1]) !== isWord(codes[at]);
}
