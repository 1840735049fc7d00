/**
 * Variables in a Dockerfile's words, as BuildKit's shell lexer replaces them (moby/buildkit,
 * frontend/dockerfile/shell). A template is read once and can then be expanded with different values.
 */
import { variableNameEnd } from './scan.ts';

export interface Modifier {
  /** `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/` or `//`. Anything else is something that BuildKit rejects. */
  readonly operator: string;
  /** The default, alternative, message or pattern. A pattern keeps its escape characters. */
  readonly word: readonly Part[];
  /** Only `/` and `//` have one. */
  readonly replacement: readonly Part[] | null;
}

export type Part =
  | {
      readonly kind: 'literal';
      readonly text: string;
      /** In quotes or escaped. */
      readonly quoted: boolean;
    }
  | {
      readonly kind: 'variable';
      /** `''` stands for a syntax error (an open quote or brace), of which BuildKit makes an error as well. */
      readonly name: string;
      readonly modifier: Modifier | null;
      readonly quoted: boolean;
    };

/** The value of a variable; null if it is not set. */
export type Lookup = (name: string) => string | null;

type Escape = '\\' | '`';

/** What BuildKit allows to nest at will; no Dockerfile comes near it. */
const deepest = 200;
/** Characters that a word may grow to by its variables. Each `ARG A=$A$A` doubles a value. */
const longestGrown = 4096;
/** Steps after which a pattern counts as not computable, so that no input can hang. */
const mostSteps = 10_000_000;

/** What may have a meaning of its own in a template. */
const special = /[$'"\\`\uFEFF]/;

/** Reads a word or line: quotes and escapes are removed, variables stand apart. Linear; never throws. */
export function parseTemplate(raw: string, escape: Escape): readonly Part[] {
  if (raw !== '' && !special.test(raw)) return [{ kind: 'literal', text: raw, quoted: false }];
  const reader: Reader = { source: raw, escape, at: raw.startsWith('\uFEFF') ? 1 : 0, broken: false };
  const parts = readParts(reader, '', false, 0);
  return reader.broken ? [...parts, syntaxError] : parts;
}

/** The names of all variables, also of those inside of modifiers. Positional and special parameters are none: a build never sets them. */
export function variablesOf(parts: readonly Part[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (some: readonly Part[]): void => {
    for (const part of some) {
      if (part.kind === 'literal') continue;
      if (canBeSet(part.name)) names.add(part.name);
      visit(part.modifier?.word ?? []);
      visit(part.modifier?.replacement ?? []);
    }
  };
  visit(parts);
  return names;
}

/**
 * The text with all variables replaced; a variable that is not set is empty. Null if BuildKit makes an error of it
 * (`${X:?}` without X, an unknown modifier, a bad pattern, an open quote), if a pattern takes too long, or if variables make
 * a very long text of it.
 */
export function expand(parts: readonly Part[], lookup: Lookup): string | null {
  const pieces: string[] = [];
  let grown = 0;
  for (const part of parts) {
    const piece = part.kind === 'literal' ? part.text : expandVariable(part.name, part.modifier, lookup);
    if (piece === null) return null;
    if (part.kind === 'variable') grown += piece.length;
    if (grown > longestGrown) return null;
    pieces.push(piece);
  }
  return pieces.join('');
}

function expandVariable(name: string, modifier: Modifier | null, lookup: Lookup): string | null {
  if (name === '' && modifier?.operator === syntaxErrorOperator) return null;
  const value = canBeSet(name) ? lookup(name) : null;
  if (modifier === null) return value ?? '';
  // BuildKit computes the word even where it does not use it.
  const word = expand(modifier.word, lookup);
  const replacement = modifier.replacement === null ? '' : expand(modifier.replacement, lookup);
  if (word === null || replacement === null) return null;
  switch (modifier.operator) {
    case '-':
      return value ?? word;
    case ':-':
      return value === null || value === '' ? word : value;
    case '+':
      return value === null ? '' : word;
    case ':+':
      return value === null || value === '' ? '' : word;
    case '?':
      return value;
    case ':?':
      return value === '' ? null : value;
    case '#':
    case '##':
      return trimPattern(value ?? '', word, modifier.operator, false);
    case '%':
    case '%%':
      return trimPattern(value ?? '', word, modifier.operator, true);
    case '/':
    case '//':
      return replacePattern(value ?? '', word, replacement, modifier.operator === '//');
    default:
      return null;
  }
}

function canBeSet(name: string): boolean {
  return name !== '' && !/^[\p{Nd}@*#?\-$!]/u.test(name);
}

// Reading

interface Reader {
  readonly source: string;
  readonly escape: Escape;
  at: number;
  /** Something is not closed. Reading goes on, so that the variables are known. */
  broken: boolean;
}

const syntaxErrorOperator = 'error';
const syntaxError: Part = {
  kind: 'variable',
  name: '',
  modifier: { operator: syntaxErrorOperator, word: [], replacement: null },
  quoted: false,
};

/** Parts up to `stop`, which is consumed, or to the end if `stop` is empty. `rawEscapes`: escape characters stay (patterns). */
function readParts(reader: Reader, stop: string, rawEscapes: boolean, depth: number): readonly Part[] {
  const parts: Part[] = [];
  const { source, escape } = reader;
  while (reader.at < source.length) {
    const character = source.charAt(reader.at);
    reader.at += 1;
    if (character === stop) return parts;
    if (character === '$') {
      readDollar(reader, parts, false, depth);
    } else if (character === "'") {
      readSingleQuotes(reader, parts);
    } else if (character === '"') {
      readDoubleQuotes(reader, parts, rawEscapes, depth);
    } else if (character === escape) {
      if (rawEscapes) addLiteral(parts, character, false);
      if (reader.at === source.length) break;
      addLiteral(parts, source.charAt(reader.at), true);
      reader.at += 1;
    } else {
      addLiteral(parts, character, false);
    }
  }
  if (stop !== '') reader.broken = true;
  return parts;
}

function addLiteral(parts: Part[], text: string, quoted: boolean): void {
  const last = parts.at(-1);
  if (last?.kind !== 'literal' || last.quoted !== quoted) {
    parts.push({ kind: 'literal', text, quoted });
    return;
  }
  parts[parts.length - 1] = { kind: 'literal', text: last.text + text, quoted };
}

function readSingleQuotes(reader: Reader, parts: Part[]): void {
  const end = reader.source.indexOf("'", reader.at);
  if (end < 0) reader.broken = true;
  const text = reader.source.slice(reader.at, end < 0 ? undefined : end);
  addLiteral(parts, text, true);
  reader.at += text.length + (end < 0 ? 0 : 1);
}

function readDoubleQuotes(reader: Reader, parts: Part[], rawEscapes: boolean, depth: number): void {
  const { source, escape } = reader;
  // `""` is a word of its own, although an empty one.
  addLiteral(parts, '', true);
  while (reader.at < source.length) {
    const character = source.charAt(reader.at);
    reader.at += 1;
    if (character === '"') return;
    if (character === '$') {
      readDollar(reader, parts, true, depth);
      continue;
    }
    if (character !== escape) {
      addLiteral(parts, character, true);
      continue;
    }
    if (rawEscapes) addLiteral(parts, character, true);
    const next = source.charAt(reader.at);
    if (next === '"' || next === '$' || next === escape) {
      addLiteral(parts, next, true);
      reader.at += 1;
    } else if (next !== '') {
      addLiteral(parts, character, true);
    }
  }
  reader.broken = true;
}

/** What follows a `$` that has been consumed. */
function readDollar(reader: Reader, parts: Part[], quoted: boolean, depth: number): void {
  const { source } = reader;
  if (source.charAt(reader.at) !== '{') {
    const end = variableNameEnd(source, reader.at);
    if (end === reader.at) addLiteral(parts, '$', quoted);
    else parts.push({ kind: 'variable', name: source.slice(reader.at, end), modifier: null, quoted });
    reader.at = end;
    return;
  }
  reader.at += 1;
  const first = source.charAt(reader.at);
  if (first === '' || '{}:'.includes(first) || depth >= deepest) {
    reader.broken = true;
    return;
  }
  const nameEnd = variableNameEnd(source, reader.at);
  const name = source.slice(reader.at, nameEnd);
  reader.at = nameEnd;
  const modifier = readModifier(reader, depth + 1);
  parts.push({ kind: 'variable', name, modifier, quoted });
}

/** What stands between the name and the closing brace, which is consumed. */
function readModifier(reader: Reader, depth: number): Modifier | null {
  const { source } = reader;
  let operator = source.charAt(reader.at);
  reader.at += operator.length;
  if (operator === '}') return null;
  if (operator === '/') {
    if (source.charAt(reader.at) === '/') {
      operator = '//';
      reader.at += 1;
    }
    const word = readParts(reader, '/', true, depth);
    return { operator, word, replacement: readParts(reader, '}', true, depth) };
  }
  if (operator === ':') {
    operator += source.charAt(reader.at);
    reader.at = Math.min(source.length, reader.at + 1);
  }
  const isPattern = operator === '#' || operator === '%';
  if (isPattern && source.charAt(reader.at) === operator) {
    reader.at += 1;
    operator += operator;
  }
  return { operator, word: readParts(reader, '}', isPattern, depth), replacement: null };
}

// Patterns

/** One element of a pattern: a character as such, any character but a line feed, or any number of them. */
type PatternElement = { readonly kind: 'character'; readonly character: string } | { readonly kind: 'any' } | { readonly kind: 'star' };

/** BuildKit's `convertShellPatternToRegex`. Its escape character is `\`, whatever the file's is. Null for a bad escape. */
function parsePattern(pattern: string): readonly PatternElement[] | null {
  const elements: PatternElement[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') {
      elements.push({ kind: 'star' });
    } else if (character === '?') {
      elements.push({ kind: 'any' });
    } else if (character !== '\\') {
      elements.push({ kind: 'character', character });
    } else {
      const next = characters[at + 1] ?? '';
      // `\}` and `\/` are only written so because of the braces around the pattern.
      if (next === '}' || next === '/') continue;
      if (next !== '*' && next !== '?' && next !== '\\') return null;
      elements.push({ kind: 'character', character: next });
      at += 1;
    }
  }
  return elements;
}

function trimPattern(value: string, word: string, operator: string, suffix: boolean): string | null {
  // BuildKit looks for the doubled sign in the expanded word.
  const doubled = operator.length === 1 && word.startsWith(operator);
  const parsed = parsePattern(doubled ? word.slice(1) : word);
  if (parsed === null) return null;
  const characters = [...value];
  if (characters.length * parsed.length > mostSteps) return null;
  const longest = doubled || operator.length === 2;
  if (!suffix) {
    const end = matchEnd(parsed, characters, 0, longest);
    return characters.slice(end ?? 0).join('');
  }
  const end = matchEnd(parsed.toReversed(), characters.toReversed(), 0, longest);
  return characters.slice(0, characters.length - (end ?? 0)).join('');
}

function replacePattern(value: string, word: string, replacement: string, all: boolean): string | null {
  const pattern = parsePattern(word);
  if (pattern === null) return null;
  const characters = [...value];
  if (characters.length ** 2 * pattern.length > mostSteps) return null;
  const pieces: string[] = [];
  let copied = 0;
  let lastEnd = -1;
  for (let start = 0; start <= characters.length; start += 1) {
    const end = matchEnd(pattern, characters, start, true);
    // As in Go, an empty match directly behind another match does not count.
    if (end === null || (end === start && start === lastEnd)) continue;
    const match = characters.slice(start, end).join('');
    pieces.push(characters.slice(copied, start).join(''), all ? fillTemplate(replacement, match) : replacement);
    copied = end;
    lastEnd = end;
    if (!all) break;
    if (end > start) start = end - 1;
  }
  pieces.push(characters.slice(copied).join(''));
  return pieces.join('');
}

/** Go's `Regexp.Expand`, which BuildKit uses for `//` only: `$0` is the match, and there are no other groups. */
function fillTemplate(template: string, match: string): string {
  return template.replace(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    return /^0+$/.test(braced ?? bare ?? '') ? match : '';
  });
}

/** The end of the shortest or longest match that starts at `start`; null if there is none. All alternatives are followed at once, so the time is bounded by the product of the lengths. */
function matchEnd(pattern: readonly PatternElement[], characters: readonly string[], start: number, longest: boolean): number | null {
  let places = withStarsSkipped(pattern, [0]);
  let best: number | null = null;
  for (let at = start; places.length > 0; at += 1) {
    if (places.includes(pattern.length)) {
      best = at;
      if (!longest) return best;
    }
    const character = characters[at];
    if (character === undefined) return best;
    places = withStarsSkipped(pattern, places.flatMap((place) => placesAfter(pattern[place], place, character)));
  }
  return best;
}

function placesAfter(element: PatternElement | undefined, place: number, character: string): readonly number[] {
  if (element === undefined) return [];
  if (element.kind === 'character') return element.character === character ? [place + 1] : [];
  if (character === '\n') return [];
  return element.kind === 'star' ? [place] : [place + 1];
}

/** A star may match nothing: from a place before a star, the place behind it is reached as well. */
function withStarsSkipped(pattern: readonly PatternElement[], places: readonly number[]): readonly number[] {
  const reached = new Set<number>();
  for (const place of places) {
    let at = place;
    reached.add(at);
    while (pattern[at]?.kind === 'star' && !reached.has(at + 1)) {
      at += 1;
      reached.add(at);
    }
  }
  return [...reached];
}
