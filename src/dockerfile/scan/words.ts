import type { Escape } from '../scan.ts';
import { isSpace } from './space.ts';

/** A word of some logical text; `text` is that text from `start` to `end`. */
export interface LogicalWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Words between white space, with no regard to quotes (BuildKit's `parseStringsWhitespaceDelimited`: FROM, COPY, ADD, VOLUME, EXPOSE). */
export function plainWords(text: string): readonly LogicalWord[] {
  const words: LogicalWord[] = [];
  for (const match of text.matchAll(/[^\t\v\f\r ]+/g)) {
    words.push({ text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return words;
}

/** Words that quotes and escapes can hold together, both kept (BuildKit's `parseWords`: ENV, LABEL, ARG). */
export function quotedWords(text: string, escape: Escape): readonly LogicalWord[] {
  const words: LogicalWord[] = [];
  let start = -1;
  let quote = '';
  const push = (end: number): void => {
    if (start >= 0 && end > start) words.push({ text: text.slice(start, end), start, end });
    start = -1;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (start < 0) {
      if (isSpace(character)) continue;
      start = at;
    }
    if (quote === '' && isSpace(character)) {
      push(at);
      continue;
    }
    if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
    if (character !== escape || quote === "'") continue;
    if (at + 1 === text.length) {
      // An escape character that has nothing to escape is dropped.
      push(at);
      return words;
    }
    at += 1;
  }
  push(text.length);
  return words;
}
