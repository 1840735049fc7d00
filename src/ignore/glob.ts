/**
 * One pattern of an ignore file, compiled and matched as moby/patternmatcher does it.
 *
 * moby writes the pattern down as a regular expression for Go's RE2. The same text is made here and then read with the
 * rules of RE2 (https://github.com/google/re2/wiki/Syntax), because JavaScript reads some of it differently. What comes
 * out is a list of tokens without alternatives, which is matched in time proportional to pattern times path.
 */
import type { Path } from '../types.ts';
import type { CharacterSet, Token } from './expression.ts';
import { readExpression, word } from './expression.ts';

export type CompiledPattern =
  | { readonly kind: 'exact' | 'prefix' | 'suffix'; readonly text: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[]; readonly literal: string; readonly quick: RegExp | null }
  | { readonly kind: 'never' };

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
