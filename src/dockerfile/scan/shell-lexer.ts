import { byteOrderMark, isSpace } from './space.ts';
import type { LogicalWord } from './words.ts';

/** How deep `${a:-${b:-…}}` may nest. BuildKit has no such limit; no Dockerfile comes near it. */
const deepest = 200;

/**
 * BuildKit's shell lexer (frontend/dockerfile/shell), as its heredoc search uses it: with `\` as the escape character
 * whatever the file says, and with no variable set, so that variables stay as they are. Null where it gives an error
 * (an open quote, `${x^^}`); BuildKit then sees no heredoc in the whole instruction.
 */
export function shellWords(source: string, rawQuotes: boolean, rawEscapes: boolean): readonly LogicalWord[] | null {
  const words: LogicalWord[] = [];
  let at = source.startsWith(byteOrderMark) ? 1 : 0;
  let word = '';
  let wordStart = -1;
  let inWord = false;

  const append = (text: string, start: number): void => {
    if (word === '' && text !== '') wordStart = start;
    word += text;
    inWord = true;
  };
  const space = (end: number): void => {
    if (!inWord || word === '') return;
    words.push({ text: word, start: wordStart, end });
    word = '';
    inWord = false;
  };
  const appendSplitting = (text: string, start: number): void => {
    for (const character of text) {
      if (isSpace(character)) space(at);
      else append(character, start);
    }
  };

  while (at < source.length) {
    const start = at;
    const special = readSpecial(source, at, rawQuotes, rawEscapes, 0);
    if (special === 'error') return null;
    if (special !== null) {
      at = special.end;
      // BuildKit's lexer shares one buffer with the word inside `${x:-word}`, and so forgets what stood before it.
      if (special.forgets) word = '';
      if (source.charAt(start) === '$') appendSplitting(special.text, start);
      else append(special.text, start);
      continue;
    }
    const character = source.charAt(at);
    at += 1;
    if (character !== '\\') {
      if (isSpace(character)) space(start);
      else append(character, start);
      continue;
    }
    if (rawEscapes) append(character, start);
    if (at === source.length) break;
    append(source.charAt(at), start);
    at += 1;
  }
  space(source.length);
  return words;
}

interface Special {
  readonly text: string;
  readonly end: number;
  readonly forgets: boolean;
}

/** A quoted string, a variable or `<<` at `at`; null for an ordinary character. */
function readSpecial(source: string, at: number, rawQuotes: boolean, rawEscapes: boolean, depth: number): Special | 'error' | null {
  const character = source.charAt(at);
  if (character === '$') return readDollar(source, at, rawQuotes, depth);
  if (character === "'") {
    const end = source.indexOf("'", at + 1);
    if (end < 0) return 'error';
    return { text: rawQuotes ? source.slice(at, end + 1) : source.slice(at + 1, end), end: end + 1, forgets: false };
  }
  if (character === '"') return readDoubleQuote(source, at, rawQuotes, rawEscapes, depth);
  if (character !== '<') return null;
  if (source.charAt(at + 1) !== '<') return { text: '<', end: at + 1, forgets: false };
  let end = at + 2;
  while ('\t\r '.includes(source.charAt(end)) && end < source.length) end += 1;
  return { text: source.slice(at, end), end, forgets: false };
}

function readDoubleQuote(source: string, start: number, rawQuotes: boolean, rawEscapes: boolean, depth: number): Special | 'error' {
  const pieces: string[] = rawQuotes ? ['"'] : [];
  let forgets = false;
  let at = start + 1;
  while (at < source.length) {
    const character = source.charAt(at);
    if (character === '"') {
      if (rawQuotes) pieces.push('"');
      return { text: pieces.join(''), end: at + 1, forgets };
    }
    if (character === '$') {
      const variable = readDollar(source, at, rawQuotes, depth);
      if (variable === 'error') return 'error';
      pieces.push(variable.text);
      forgets ||= variable.forgets;
      at = variable.end;
      continue;
    }
    at += 1;
    if (character !== '\\') {
      pieces.push(character);
      continue;
    }
    if (rawEscapes) pieces.push(character);
    const next = source.charAt(at);
    if (next === '') continue;
    const escapes = next === '"' || next === '$' || next === '\\';
    pieces.push(escapes ? next : character);
    if (escapes) at += 1;
  }
  return 'error';
}

function readDollar(source: string, start: number, rawQuotes: boolean, depth: number): Special | 'error' {
  if (depth > deepest) return 'error';
  if (source.charAt(start + 1) !== '{') {
    const end = variableNameEnd(source, start + 1);
    return { text: source.slice(start, end), end, forgets: false };
  }
  const nameStart = start + 2;
  if (nameStart >= source.length || '{}:'.includes(source.charAt(nameStart))) return 'error';
  const nameEnd = variableNameEnd(source, nameStart);
  const name = source.slice(nameStart, nameEnd);
  let at = nameEnd;
  let operator = source.charAt(at);
  at += 1;
  if (operator === '}') return { text: `\${${name}}`, end: at, forgets: false };
  if (operator === '/') {
    if (source.charAt(at) === '/') at += 1;
    const pattern = readUntil(source, at, '/', rawQuotes, true, depth + 1);
    if (pattern === 'error') return 'error';
    const replacement = readUntil(source, pattern.end, '}', rawQuotes, true, depth + 1);
    if (replacement === 'error') return 'error';
    return { text: `\${${name}/${pattern.text}/${replacement.text}}`, end: replacement.end, forgets: true };
  }
  const colon = operator === ':';
  if (colon) {
    operator = source.charAt(at);
    at += 1;
  } else if (operator === '' || !'+-?#%'.includes(operator)) {
    return 'error';
  }
  const isPattern = operator === '#' || operator === '%';
  if (colon && isPattern) return 'error';
  const word = readUntil(source, at, '}', rawQuotes, isPattern, depth + 1);
  if (word === 'error') return 'error';
  return { text: `\${${name}${colon ? ':' : ''}${operator}${word.text}}`, end: word.end, forgets: true };
}

function readUntil(source: string, start: number, stop: string, rawQuotes: boolean, rawEscapes: boolean, depth: number): { readonly text: string; readonly end: number } | 'error' {
  const pieces: string[] = [];
  let at = start;
  while (at < source.length) {
    const character = source.charAt(at);
    if (character === stop) return { text: pieces.join(''), end: at + 1 };
    const special = readSpecial(source, at, rawQuotes, rawEscapes, depth);
    if (special === 'error') return 'error';
    if (special !== null) {
      pieces.push(special.text);
      at = special.end;
      continue;
    }
    at += 1;
    if (character !== '\\') {
      pieces.push(character);
      continue;
    }
    if (rawEscapes) pieces.push(character);
    pieces.push(source.charAt(at));
    at += 1;
  }
  return 'error';
}

/** Where the variable name that starts at `start` ends: letters, digits and `_`, or digits alone, or one special parameter. */
export function variableNameEnd(source: string, start: number): number {
  const first = characterAt(source, start);
  if (isDigit(first)) {
    let end = start;
    while (end < source.length && isDigit(characterAt(source, end))) end += characterAt(source, end).length;
    return end;
  }
  if (first !== '' && '@*#?-$!'.includes(first)) return start + 1;
  let end = start;
  while (end < source.length && isNameCharacter(characterAt(source, end))) end += characterAt(source, end).length;
  return end;
}

function characterAt(source: string, at: number): string {
  const point = source.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}

function isDigit(character: string): boolean {
  return /^\p{Nd}$/u.test(character);
}

function isNameCharacter(character: string): boolean {
  return /^[\p{L}\p{Nd}_]$/u.test(character);
}
