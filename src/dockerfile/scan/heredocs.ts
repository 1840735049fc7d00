import type { Span } from '../../types.ts';
import { lineContentEnd } from './lines.ts';
import { shellWords } from './shell-lexer.ts';
import type { LogicalWord } from './words.ts';

interface HeredocOperator {
  readonly name: string;
  readonly expand: boolean;
  readonly chomp: boolean;
  readonly descriptor: number;
  readonly start: number;
  readonly end: number;
}

/** BuildKit's `heredocsFromLine`. `invalid` stands for a word that BuildKit rejects. */
export function heredocOperators(line: string): readonly (HeredocOperator | 'invalid')[] {
  const words = shellWords(line, true, true);
  if (words === null) return [];
  const operators: (HeredocOperator | 'invalid')[] = [];
  for (const word of words) {
    const operator = heredocOperator(word);
    if (operator !== null) operators.push(operator);
  }
  return operators;
}

/** Is a word of COPY or ADD a heredoc (BuildKit's `MustParseHeredoc`)? */
export function isHeredocWord(word: LogicalWord): boolean {
  const operator = heredocOperator(word);
  return operator !== null && operator !== 'invalid';
}

function heredocOperator(word: LogicalWord): HeredocOperator | 'invalid' | null {
  const match = /^(\d*)<<(-?)[\t\n\f\r ]*([^<\t\n\f\r ][^<]*)?$/.exec(word.text);
  const delimiter = match?.[3] ?? '';
  if (match === null || delimiter === '') return null;
  const unquoted = shellWords(delimiter, false, false);
  const quoted = shellWords(delimiter, true, false);
  if (unquoted === null) return 'invalid';
  const [name] = unquoted;
  if (name === undefined || unquoted.length !== 1) return null;
  const [rawName] = quoted ?? [];
  if (rawName === undefined || quoted?.length !== 1) return 'invalid';
  return {
    name: name.text,
    expand: quoteCount(name.text) === quoteCount(rawName.text),
    chomp: match[2] === '-',
    descriptor: Number(match[1]),
    start: word.start,
    end: word.end,
  };
}

function quoteCount(text: string): number {
  return text.split(/['"]/).length - 1;
}

interface HeredocBody {
  readonly span: Span;
  readonly terminated: boolean;
  readonly next: number;
}

/** The lines of a heredoc that starts with the file's line `first` (counted from 0), up to its terminator or the end of the text. */
export function readHeredoc(text: string, table: readonly number[], first: number, name: string, chomp: boolean): HeredocBody {
  const start = table[first] ?? text.length;
  for (let line = first; line < table.length; line += 1) {
    const lineStart = table[line] ?? text.length;
    const end = lineContentEnd(text, table, line);
    const from = chomp ? skipTabs(text, lineStart, end) : lineStart;
    if (end - from === name.length && text.startsWith(name, from)) {
      return { span: { start, end: lineStart }, terminated: true, next: line + 1 };
    }
  }
  return { span: { start, end: text.length }, terminated: false, next: table.length };
}

function skipTabs(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charAt(at) === '\t') at += 1;
  return at;
}
