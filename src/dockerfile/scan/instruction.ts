import type { Span } from '../../types.ts';
import type { Escape, Flag, Instruction } from '../scan.ts';
import type { LogicalLine } from './logical.ts';
import { segmentOffset, sliceSegments, toFileSpan } from './logical.ts';
import { isSpace, skipSpace, skipSpaceBack } from './space.ts';
import { quotedWords } from './words.ts';

const heredocKeywords: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);

const jsonKeywords: ReadonlySet<string> = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);

/** What the line alone does not say. */
export interface InstructionContext {
  readonly index: number;
  readonly escape: Escape;
  /** Where the instruction's span starts. */
  readonly start: number;
  readonly leadingComments: Span;
}

interface BuiltInstruction {
  /** Without its heredocs, which are the caller's to set, as its span and lines are. */
  readonly instruction: { -readonly [Key in keyof Instruction]: Instruction[Key] };
  /** What BuildKit says against it. */
  readonly messages: readonly string[];
}

/** Reads one logical line as an instruction. */
export function buildInstruction(line: LogicalLine, context: InstructionContext): BuiltInstruction {
  const command = splitCommand(line.text, 0, line.text.length, context.escape);
  const keyword = upperKeyword(line.text.slice(command.keywordStart, command.keywordEnd));
  const text = line.text.slice(command.textStart, command.textEnd);
  const json = jsonOf(keyword, text);
  // A body without text stands behind what comes before it.
  const empty = segmentOffset(line.segments, Math.max(0, command.textStart - 1)) + Math.min(1, command.textStart);
  const segments = text === '' ? [{ logical: 0, file: empty }] : sliceSegments(line.segments, command.textStart, command.textEnd);
  const instruction = {
    index: context.index,
    keyword,
    keywordSpan: toFileSpan(line, command.keywordStart, command.keywordEnd),
    span: { start: context.start, end: context.start },
    lines: { start: 1, end: 1 },
    flags: command.flags.map((flag) => readFlag(flag.text, toFileSpan(line, flag.start, flag.end))),
    bodySpan: text === '' ? { start: empty, end: empty } : toFileSpan(line, command.textStart, command.textEnd),
    text,
    json: json === 'invalid' ? null : json,
    heredocs: [],
    leadingComments: context.leadingComments,
    segments,
  };
  const message = json === 'invalid' ? notOnlyStrings : bodyProblem(keyword, text, context.escape);
  return { instruction, messages: message === null ? [] : [message] };
}

const notOnlyStrings = 'when using JSON array syntax, arrays must be comprised of strings only';

/** What BuildKit's parser says against an instruction's body; for ONBUILD, against the instructions inside. */
function bodyProblem(outerKeyword: string, outerText: string, escape: Escape): string | null {
  let keyword = outerKeyword;
  let text = outerText;
  while (keyword === 'ONBUILD' && text !== '') {
    const inner = splitCommand(text, 0, text.length, escape);
    keyword = upperKeyword(text.slice(inner.keywordStart, inner.keywordEnd));
    text = text.slice(inner.textStart, inner.textEnd);
    if (jsonOf(keyword, text) === 'invalid') return notOnlyStrings;
  }
  return keyword === 'ENV' || keyword === 'LABEL' ? nameValueProblem(keyword, text, escape) : null;
}

function nameValueProblem(keyword: string, text: string, escape: Escape): string | null {
  const words = quotedWords(text, escape);
  const first = words[0];
  if (first === undefined) return null;
  if (!first.text.includes('=')) {
    return /[\t\v\f\r ]/.test(text) ? null : `${keyword} must have two arguments`;
  }
  const bad = words.find((word) => !word.text.includes('='));
  if (bad === undefined) return null;
  return `Syntax error - can't find = in ${JSON.stringify(bad.text)}. Must be of the form: name=value`;
}

function readFlag(text: string, span: Span): Flag {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text.slice(2), value: null, span };
  return { name: text.slice(2, equals), value: text.slice(equals + 1), span };
}

/** Upper case as far as Go's `strings.ToLower` takes a keyword for a known one. */
function upperKeyword(raw: string): string {
  if (/^[A-Z]+$/.test(raw)) return raw;
  return raw.replaceAll('\u212A', 'K').replaceAll('\u0130', 'I').replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** The exec form, null for any other form, `invalid` for an array that BuildKit rejects because of what is in it. */
function jsonOf(keyword: string, text: string): readonly string[] | null | 'invalid' {
  if (keyword === 'HEALTHCHECK') return parseJson(text.slice(healthcheckCommandStart(text)));
  return jsonKeywords.has(keyword) ? parseJson(text) : null;
}

/** Where the command of a HEALTHCHECK starts: behind its first word. */
export function healthcheckCommandStart(text: string): number {
  let at = 0;
  while (at < text.length && !isSpace(text.charAt(at))) at += 1;
  return skipSpace(text, at, text.length);
}

function parseJson(text: string): readonly string[] | null | 'invalid' {
  const start = skipSpace(text, 0, text.length);
  if (text.charAt(start) !== '[') return null;
  const parsed = jsonOrNull(text.slice(start));
  if (!Array.isArray(parsed)) return null;
  const words: string[] = [];
  for (const word of parsed as readonly unknown[]) {
    if (typeof word !== 'string') return 'invalid';
    // Go has no lone surrogates.
    words.push(word.replace(/\p{Surrogate}/gu, '\uFFFD'));
  }
  return words;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** RUN, COPY and ADD, each also inside one ONBUILD, and not in the exec form. */
export function mayHoldHeredocs(instruction: Instruction, escape: Escape): boolean {
  if (instruction.keyword !== 'ONBUILD') return heredocKeywords.has(instruction.keyword) && instruction.json === null;
  const { text } = instruction;
  const inner = splitCommand(text, 0, text.length, escape);
  const keyword = upperKeyword(text.slice(inner.keywordStart, inner.keywordEnd));
  return heredocKeywords.has(keyword) && jsonOf(keyword, text.slice(inner.textStart, inner.textEnd)) === null;
}

interface Command {
  readonly keywordStart: number;
  readonly keywordEnd: number;
  readonly flags: readonly { readonly text: string; readonly start: number; readonly end: number }[];
  readonly textStart: number;
  readonly textEnd: number;
}

/** BuildKit's `splitCommand`: where in a logical text the keyword, the flags and the rest stand. */
function splitCommand(text: string, from: number, to: number, escape: Escape): Command {
  const start = skipSpace(text, from, to);
  const end = skipSpaceBack(text, start, to);
  let keywordEnd = start;
  while (keywordEnd < end && !'\t\v\f\r '.includes(text.charAt(keywordEnd))) keywordEnd += 1;
  let bodyStart = keywordEnd;
  while (bodyStart < end && '\t\v\f\r '.includes(text.charAt(bodyStart))) bodyStart += 1;
  const { flags, rest } = extractFlags(text, bodyStart, end, escape);
  const textStart = skipSpace(text, rest, end);
  return {
    keywordStart: start,
    keywordEnd,
    flags,
    textStart: textStart === end ? rest : textStart,
    textEnd: textStart === end ? rest : end,
  };
}

/**
 * BuildKit's `extractBuilderFlags`. It goes byte by byte, so a character that is not ASCII becomes one character for
 * each of its UTF-8 bytes, and one with a byte 0x85 or 0xA0 (white space in Latin-1) ends the flag.
 */
function extractFlags(text: string, from: number, to: number, escape: Escape): { readonly flags: Command['flags']; readonly rest: number } {
  const flags: { text: string; start: number; end: number }[] = [];
  let at = from;
  let lastEnd = from;
  while (true) {
    at = skipSpaceBytes(text, at, to);
    if (at >= to) return { flags, rest: lastEnd };
    if (!text.startsWith('--', at)) return { flags, rest: at };
    const start = at;
    const pieces: string[] = [];
    let quote = '';
    let ended = false;
    while (at < to && !ended) {
      let character = text.charAt(at);
      if (quote === '' && isAsciiSpace(character)) break;
      at += 1;
      if (quote === '' && (character === "'" || character === '"')) {
        quote = character;
        continue;
      }
      if (quote !== '' && character === quote) {
        quote = '';
        continue;
      }
      if (character === escape) {
        if (at === to) break;
        character = text.charAt(at);
        at += 1;
      }
      if (character < '\u0080') {
        pieces.push(character);
        continue;
      }
      const whole = String.fromCodePoint(text.codePointAt(at - 1) ?? 0);
      at += whole.length - 1;
      for (const byte of utf8Bytes(whole)) {
        ended = quote === '' && (byte === 0x85 || byte === 0xa0);
        if (ended) break;
        pieces.push(String.fromCharCode(byte));
      }
    }
    const word = pieces.join('');
    lastEnd = at;
    if (word === '--') return { flags, rest: at };
    flags.push({ text: word, start, end: at });
  }
}

function skipSpaceBytes(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isAsciiSpace(text.charAt(at))) at += 1;
  return at;
}

function isAsciiSpace(character: string): boolean {
  return character !== '' && '\t\n\v\f\r '.includes(character);
}

/** The UTF-8 bytes of one character; a lone surrogate counts as U+FFFD. */
function utf8Bytes(character: string): readonly number[] {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return [point];
  if (point < 0x8_00) return [0xc0 | (point >> 6), 0x80 | (point & 0x3f)];
  if (point >= 0xd8_00 && point < 0xe0_00) return [0xef, 0xbf, 0xbd];
  if (point < 0x1_00_00) return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
}
