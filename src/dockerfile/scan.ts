/**
 * The text of a Dockerfile, cut as BuildKit's own line parser cuts it (moby/buildkit, frontend/dockerfile/parser):
 * parser directives, comments, continuation lines, instructions, flags and heredocs, each with its exact offsets.
 * The functions named after BuildKit's follow them rule by rule, including the rules that look like mistakes.
 */
import type { Span } from '../types.ts';
import { remembering } from '../remember.ts';

/** A flag as BuildKit reads it: quotes and escapes removed. `--link` has the value null, `--link=` the value `''`. */
export interface Flag {
  readonly name: string;
  readonly value: string | null;
  readonly span: Span;
}

export interface Heredoc {
  /** The word that ends the heredoc, quotes removed. */
  readonly name: string;
  /** What the build sees: leading tabs are gone if the operator is `<<-`. Line endings are as in the file. */
  readonly content: string;
  /** The content's lines in the file, without the line of the terminator. */
  readonly contentSpan: Span;
  /** False if any part of the word is quoted. */
  readonly expand: boolean;
  /** True for `<<-`. */
  readonly chomp: boolean;
  /** The number before `<<`, 0 if there is none. */
  readonly descriptor: number;
  /** Where `<<-"EOF"` stands in the instruction. */
  readonly operatorSpan: Span;
}

/** From `logical` on, up to the next segment, an instruction's logical text stands at `file` in the file. */
export interface Segment {
  readonly logical: number;
  readonly file: number;
}

export interface Instruction {
  readonly index: number;
  /** Upper case. */
  readonly keyword: string;
  readonly keywordSpan: Span;
  /** From the first character of its first line that is not white space to the end of its last line (a heredoc's terminator included), without the line ending. */
  readonly span: Span;
  /** 1-based, both inclusive. */
  readonly lines: { readonly start: number; readonly end: number };
  readonly flags: readonly Flag[];
  /** The raw text after keyword and flags. It may hold continuations and comment lines, but no heredoc contents. */
  readonly bodySpan: Span;
  /** The logical text of the body: continuations joined, comment and empty lines dropped. */
  readonly text: string;
  /** The exec form's words, if BuildKit accepts the body as a JSON array for this keyword; for HEALTHCHECK the command's. */
  readonly json: readonly string[] | null;
  readonly heredocs: readonly Heredoc[];
  /**
   * Whole comment lines directly above, without an empty line between, no parser directives: they move with the
   * instruction. If there are none, an empty span at the start of the instruction's first line.
   */
  readonly leadingComments: Span;
  /** Where `text` stands in the file; ask `toFileOffset`. Ordered; never empty. */
  readonly segments: readonly Segment[];
}

/** Something that BuildKit rejects, in BuildKit's words. */
export interface Problem {
  readonly message: string;
  /** 1-based. */
  readonly line: number;
  readonly span: Span;
}

/** `# syntax=…`, `# escape=…` or `# check=…` in the first lines. */
export interface Directive {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

export interface ScannedDockerfile {
  /** The whole text, the byte order mark included if there is one. */
  readonly text: string;
  readonly bom: boolean;
  /** The line ending of most lines. */
  readonly newline: '\n' | '\r\n';
  readonly escape: '\\' | '`';
  readonly directives: readonly Directive[];
  readonly instructions: readonly Instruction[];
  /** What BuildKit's parser rejects. BuildKit stops at the first; the scanner goes on. */
  readonly problems: readonly Problem[];
}

/** One instruction's text with its continuations joined, and where its pieces stand in the file. */
interface LogicalLine {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/** A word of some logical text; `text` is that text from `start` to `end`. */
export interface LogicalWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Command {
  readonly keywordStart: number;
  readonly keywordEnd: number;
  readonly flags: readonly { readonly text: string; readonly start: number; readonly end: number }[];
  readonly textStart: number;
  readonly textEnd: number;
}

type Escape = ScannedDockerfile['escape'];

const byteOrderMark = '\uFEFF';
const directiveNames: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);
const heredocKeywords: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);
const jsonKeywords: ReadonlySet<string> = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);
/** Go's `bufio.MaxScanTokenSize`: BuildKit reads no line of more bytes, its line ending included. */
const longestLine = 65_536;
/** How deep `${a:-${b:-…}}` may nest. BuildKit has no such limit; no Dockerfile comes near it. */
const deepest = 200;

/** Reads a Dockerfile. Linear in its length; never throws. */
export const scan = remembering((text: string): ScannedDockerfile => scanFrom(text, []));

/** The same for the text that another one became: the instructions before the first difference are those of the other. */
export function rescan(text: string, before: ScannedDockerfile): ScannedDockerfile {
  return scanFrom(text, unchangedInstructions(text, before));
}

/** An instruction is the same if all of its lines are, and what made it end is not the end of the text. */
function unchangedInstructions(text: string, before: ScannedDockerfile): readonly Instruction[] {
  if (before.problems.length > 0) return [];
  const { instructions } = before;
  const table = tableOf(before);
  let low = 0;
  let high = Math.max(0, instructions.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const nextLine = table[instructions[middle - 1]?.lines.end ?? 0] ?? before.text.length;
    if (text.startsWith(before.text.slice(0, nextLine))) low = middle;
    else high = middle - 1;
  }
  return instructions.slice(0, low);
}

/** `known` are the first instructions of the text. */
function scanFrom(text: string, known: readonly Instruction[]): ScannedDockerfile {
  const table = lineTable(text);
  const problems: Problem[] = [];
  const { directives, escape, lines: directiveLines } = readDirectives(text, table, problems);
  const instructions: Instruction[] = [...known];
  let commentStart: number | null = null;
  let line = known.at(-1)?.lines.end ?? 0;
  while (line < table.length) {
    const first = line;
    const start = skipSpace(text, lineStartAt(text, table, line), lineContentEnd(text, table, line));
    const end = lineContentEnd(text, table, line);
    if (line < directiveLines || start === end) {
      commentStart = null;
      line += 1;
      continue;
    }
    if (text.charAt(start) === '#') {
      commentStart ??= lineStartAt(text, table, line);
      line += 1;
      continue;
    }
    const joined = joinContinuations(text, table, line, escape);
    const lineStart = lineStartAt(text, table, first);
    const context = {
      index: instructions.length,
      escape,
      start,
      leadingComments: { start: commentStart ?? lineStart, end: lineStart },
    };
    const read = readInstruction(text, table, joined.line, context, first, joined.next);
    instructions.push(read.instruction);
    problems.push(...read.problems);
    commentStart = null;
    line = read.next;
  }
  problems.push(...tooLongLines(text, table));
  if (instructions.length === 0) {
    problems.push({ message: 'file with no instructions', line: Math.max(1, table.length), span: { start: text.length, end: text.length } });
  }
  const scanned: ScannedDockerfile = {
    text,
    bom: text.startsWith(byteOrderMark),
    newline: dominantNewline(text, table),
    escape,
    directives,
    instructions,
    problems,
  };
  lineTables.set(scanned, table);
  return scanned;
}

/** The text again, put together from instructions and what lies between them: the same as what was scanned. */
export function print(scanned: ScannedDockerfile): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { leadingComments, span } of scanned.instructions) {
    pieces.push(
      scanned.text.slice(done, leadingComments.start),
      scanned.text.slice(leadingComments.start, leadingComments.end),
      scanned.text.slice(leadingComments.end, span.start),
      scanned.text.slice(span.start, span.end),
    );
    done = span.end;
  }
  pieces.push(scanned.text.slice(done));
  return pieces.join('');
}

/** The 1-based number of the line that holds `offset`. Only `\n` ends a line, as in BuildKit. */
export function lineOf(text: string | ScannedDockerfile, offset: number): number {
  return Math.max(1, lineIndex(tableOf(text), offset) + 1);
}

/** The offset of the start of the line that holds `offset`; in the first line it is behind the byte order mark. */
export function lineStart(text: string | ScannedDockerfile, offset: number): number {
  const table = tableOf(text);
  if (table.length === 0) return 0;
  return lineStartAt(typeof text === 'string' ? text : text.text, table, Math.max(0, lineIndex(table, offset)));
}

/** The offset after the line ending of the line that holds `offset`. */
export function lineEnd(text: string | ScannedDockerfile, offset: number): number {
  const table = tableOf(text);
  const length = typeof text === 'string' ? text.length : text.text.length;
  return table[Math.max(0, lineIndex(table, offset)) + 1] ?? length;
}

/** Where a character of an instruction's logical `text` stands in the file; for the text's length, the place behind its last character. */
export function toFileOffset(instruction: Pick<Instruction, 'segments' | 'text'>, logicalOffset: number): number {
  if (logicalOffset > 0 && logicalOffset >= instruction.text.length) {
    return segmentOffset(instruction.segments, instruction.text.length - 1) + 1;
  }
  return segmentOffset(instruction.segments, logicalOffset);
}

/** The file span of `text.slice(start, end)`. Continuations and comment lines inside it are part of it. */
export function toFileSpan(instruction: Pick<Instruction, 'segments' | 'text'>, start: number, end: number): Span {
  const from = toFileOffset(instruction, start);
  return { start: from, end: end > start ? segmentOffset(instruction.segments, end - 1) + 1 : from };
}

/** Where in an instruction's logical `text` a file offset stands; null for what is not part of it (continuations, comment lines, heredocs). */
export function toLogicalOffset(instruction: Pick<Instruction, 'segments' | 'text'>, fileOffset: number): number | null {
  const { segments, text } = instruction;
  const at = lastAtMost(segments.length, (index) => segments[index]?.file ?? 0, fileOffset);
  const segment = segments[at];
  if (segment === undefined) return null;
  const logical = segment.logical + fileOffset - segment.file;
  const end = segments[at + 1]?.logical ?? text.length + 1;
  return logical < end ? logical : null;
}

/** The instruction inside ONBUILD; null if there is none. It shares the outer instruction's lines, index and heredocs. */
export function innerInstruction(outer: Instruction, scanned: ScannedDockerfile): Instruction | null {
  if (outer.text === '') return null;
  const start = toFileOffset(outer, 0);
  const { instruction } = buildInstruction(outer, {
    index: outer.index,
    escape: scanned.escape,
    start,
    leadingComments: { start, end: start },
  });
  return { ...instruction, lines: outer.lines, span: { start, end: outer.span.end }, heredocs: outer.heredocs };
}

/** Go's `unicode.IsSpace`, which is neither JavaScript's `\s` nor its `trim`. */
export function isSpace(character: string): boolean {
  return goSpaces.has(character);
}

const goSpaces: ReadonlySet<string> = new Set(
  '\t\n\v\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000',
);

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

// Lines

const lineTables = new WeakMap<ScannedDockerfile, readonly number[]>();

/** The offset of each line's start. A line ending at the very end of the text starts no further line. */
function lineTable(text: string): readonly number[] {
  const starts: number[] = [];
  for (let start = 0; start < text.length; ) {
    starts.push(start);
    const newline = text.indexOf('\n', start);
    if (newline < 0) break;
    start = newline + 1;
  }
  return starts;
}

function tableOf(text: string | ScannedDockerfile): readonly number[] {
  if (typeof text === 'string') return lineTable(text);
  const known = lineTables.get(text);
  if (known !== undefined) return known;
  const table = lineTable(text.text);
  lineTables.set(text, table);
  return table;
}

function lineIndex(table: readonly number[], offset: number): number {
  return lastAtMost(table.length, (index) => table[index] ?? 0, offset);
}

/** The last index whose value is at most `limit`, -1 if there is none. Values ascend. */
function lastAtMost(length: number, value: (index: number) => number, limit: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function lineStartAt(text: string, table: readonly number[], line: number): number {
  return line === 0 && text.startsWith(byteOrderMark) ? 1 : (table[line] ?? text.length);
}

/** Where a line's content ends: before `\n` and any carriage returns before it. */
function lineContentEnd(text: string, table: readonly number[], line: number): number {
  const start = lineStartAt(text, table, line);
  let end = table[line + 1] ?? text.length;
  while (end > start && (text.charAt(end - 1) === '\n' || text.charAt(end - 1) === '\r')) end -= 1;
  return end;
}

function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charAt(at))) at += 1;
  return at;
}

function skipSpaceBack(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charAt(at - 1))) at -= 1;
  return at;
}

function dominantNewline(text: string, table: readonly number[]): '\n' | '\r\n' {
  let ended = 0;
  let withReturn = 0;
  for (let line = 0; line < table.length; line += 1) {
    const end = table[line + 1] ?? text.length;
    if (text.charAt(end - 1) !== '\n') continue;
    ended += 1;
    if (text.charAt(end - 2) === '\r') withReturn += 1;
  }
  return withReturn * 2 > ended ? '\r\n' : '\n';
}

function tooLongLines(text: string, table: readonly number[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (let line = 0; line < table.length; line += 1) {
    const start = table[line] ?? 0;
    const end = table[line + 1] ?? text.length;
    // A UTF-16 unit is at most three bytes of UTF-8, so most lines need no counting.
    if ((end - start) * 3 < longestLine) continue;
    const limit = text.charAt(end - 1) === '\n' ? longestLine : longestLine - 1;
    if (utf8Length(text, start, end) <= limit) continue;
    problems.push({
      message: `dockerfile line greater than max allowed size of ${longestLine - 1}`,
      line: line + 1,
      span: { start, end },
    });
  }
  return problems;
}

function utf8Length(text: string, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) length += 1;
    else if (unit < 0x8_00) length += 2;
    else if (unit >= 0xd8_00 && unit < 0xe0_00) length += 2;
    else length += 3;
  }
  return length;
}

// Parser directives

interface DirectiveBlock {
  readonly directives: readonly Directive[];
  readonly escape: Escape;
  /** How many lines at the top are directives. */
  readonly lines: number;
}

/** The directives at the top: the first line that is none, even an empty one, ends them. */
function readDirectives(text: string, table: readonly number[], problems: Problem[]): DirectiveBlock {
  const directives: Directive[] = [];
  let escape: Escape = '\\';
  for (let line = 0; line < table.length; line += 1) {
    const end = lineContentEnd(text, table, line);
    const span = { start: skipSpace(text, lineStartAt(text, table, line), end), end };
    const directive = readDirective(text.slice(span.start, span.end));
    if (directive === null) return { directives, escape, lines: line };
    const { name, value } = directive;
    if (directives.some((earlier) => earlier.name === name)) {
      problems.push({ message: `only one ${name} parser directive can be used`, line: line + 1, span });
      continue;
    }
    directives.push({ name, value, span });
    if (name !== 'escape') continue;
    if (value === '`' || value === '\\') escape = value;
    else problems.push({ message: `invalid escape token '${value}' does not match \` or \\`, line: line + 1, span });
  }
  return { directives, escape, lines: table.length };
}

function readDirective(line: string): { readonly name: string; readonly value: string } | null {
  if (!line.startsWith('#')) return null;
  const content = line.slice(skipSpace(line, 1, line.length));
  const match = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=([^\n]+)$/.exec(content);
  const name = match?.[1]?.toLowerCase() ?? '';
  const value = match?.[2] ?? '';
  if (!directiveNames.has(name) || value === '') return null;
  let start = 0;
  let end = value.length;
  // The value has at least one character, if need be a blank.
  while (start < end - 1 && '\t\f\r '.includes(value.charAt(start))) start += 1;
  while (end > start + 1 && '\t\f\r '.includes(value.charAt(end - 1))) end -= 1;
  return { name, value: value.slice(start, end) };
}

// Continuation lines

interface Joined {
  readonly line: LogicalLine;
  /** The index of the first line after it. */
  readonly next: number;
}

function joinContinuations(text: string, table: readonly number[], first: number, escape: Escape): Joined {
  const pieces: string[] = [];
  const segments: Segment[] = [];
  let length = 0;
  let line = first;
  for (let more = true; more && line < table.length; line += 1) {
    const lineStart = lineStartAt(text, table, line);
    const end = lineContentEnd(text, table, line);
    const content = skipSpace(text, lineStart, end);
    if (line > first && (content === end || text.charAt(content) === '#')) continue;
    const start = line === first ? content : lineStart;
    const continuation = continuationAt(text, start, end, escape);
    more = continuation !== null;
    const piece = text.slice(start, continuation ?? end);
    if (piece === '' && segments.length > 0) continue;
    const last = segments.at(-1);
    // Nothing of an empty first piece is part of the text: its place is taken by the next one.
    if (last !== undefined && last.logical === length) segments.pop();
    segments.push({ logical: length, file: start });
    pieces.push(piece);
    length += piece.length;
  }
  return { line: { text: pieces.join(''), segments }, next: line };
}

/** Where the continuation character of a line stands: last but for blanks, and not doubled. Null if there is none. */
function continuationAt(text: string, start: number, end: number, escape: Escape): number | null {
  let at = end;
  while (at > start && (text.charAt(at - 1) === ' ' || text.charAt(at - 1) === '\t')) at -= 1;
  at -= 1;
  if (at < start || text.charAt(at) !== escape) return null;
  return at > start && text.charAt(at - 1) === escape ? null : at;
}

function segmentOffset(segments: readonly Segment[], logical: number): number {
  const segment = segments[lastAtMost(segments.length, (index) => segments[index]?.logical ?? 0, logical)];
  return segment === undefined ? 0 : segment.file + logical - segment.logical;
}

/** The segments of a part of a text, with logical offsets from that part's start. */
function sliceSegments(segments: readonly Segment[], start: number, end: number): readonly Segment[] {
  const first = Math.max(0, lastAtMost(segments.length, (index) => segments[index]?.logical ?? 0, start));
  const sliced: Segment[] = [{ logical: 0, file: segmentOffset(segments, start) }];
  for (let at = first + 1; at < segments.length; at += 1) {
    const segment = segments[at];
    if (segment === undefined || segment.logical >= end) break;
    if (segment.logical > start) sliced.push({ logical: segment.logical - start, file: segment.file });
  }
  return sliced;
}

// One instruction

interface InstructionContext {
  readonly index: number;
  readonly escape: Escape;
  /** Where the instruction's span starts. */
  readonly start: number;
  readonly leadingComments: Span;
}

interface ReadInstruction {
  readonly instruction: Instruction;
  readonly problems: readonly Problem[];
  /** The index of the first line after it, heredocs included. */
  readonly next: number;
}

function readInstruction(text: string, table: readonly number[], line: LogicalLine, context: InstructionContext, first: number, afterLine: number): ReadInstruction {
  const { instruction, messages } = buildInstruction(line, context);
  const operators = mayHoldHeredocs(instruction, context.escape) && line.text.includes('<<') ? heredocOperators(line.text) : [];
  const heredocs: Heredoc[] = [];
  const allMessages = [...messages];
  let next = afterLine;
  for (const operator of operators) {
    if (operator === 'invalid') {
      allMessages.push('invalid heredoc');
      break;
    }
    const body = readHeredoc(text, table, next, operator.name, operator.chomp);
    const raw = text.slice(body.span.start, body.span.end);
    heredocs.push({
      name: operator.name,
      content: operator.chomp ? raw.replace(/^\t+/gm, '') : raw,
      contentSpan: body.span,
      expand: operator.expand,
      chomp: operator.chomp,
      descriptor: operator.descriptor,
      operatorSpan: toFileSpan(line, operator.start, operator.end),
    });
    next = body.next;
    if (body.terminated) continue;
    allMessages.push('unterminated heredoc');
    break;
  }
  const span = { start: context.start, end: Math.max(context.start, lineContentEnd(text, table, next - 1)) };
  const lines = { start: first + 1, end: next };
  return {
    instruction: { ...instruction, span, lines, heredocs },
    problems: allMessages.map((message) => ({ message, line: first + 1, span })),
    next,
  };
}

interface HeredocBody {
  readonly span: Span;
  readonly terminated: boolean;
  readonly next: number;
}

function readHeredoc(text: string, table: readonly number[], first: number, name: string, chomp: boolean): HeredocBody {
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

interface BuiltInstruction {
  /** Without its heredocs; its span and lines are the caller's to set. */
  readonly instruction: Instruction;
  /** What BuildKit says against it. */
  readonly messages: readonly string[];
}

function buildInstruction(line: LogicalLine, context: InstructionContext): BuiltInstruction {
  const command = splitCommand(line.text, 0, line.text.length, context.escape);
  const keyword = upperKeyword(line.text.slice(command.keywordStart, command.keywordEnd));
  const text = line.text.slice(command.textStart, command.textEnd);
  const json = jsonOf(keyword, text);
  // A body without text stands behind what comes before it.
  const empty = segmentOffset(line.segments, Math.max(0, command.textStart - 1)) + Math.min(1, command.textStart);
  const segments = text === '' ? [{ logical: 0, file: empty }] : sliceSegments(line.segments, command.textStart, command.textEnd);
  const instruction: Instruction = {
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

// Keyword and flags

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

// Heredocs

interface HeredocOperator {
  readonly name: string;
  readonly expand: boolean;
  readonly chomp: boolean;
  readonly descriptor: number;
  readonly start: number;
  readonly end: number;
}

/** RUN, COPY and ADD, each also inside one ONBUILD, and not in the exec form. */
function mayHoldHeredocs(instruction: Instruction, escape: Escape): boolean {
  if (instruction.keyword !== 'ONBUILD') return heredocKeywords.has(instruction.keyword) && instruction.json === null;
  const { text } = instruction;
  const inner = splitCommand(text, 0, text.length, escape);
  const keyword = upperKeyword(text.slice(inner.keywordStart, inner.keywordEnd));
  return heredocKeywords.has(keyword) && jsonOf(keyword, text.slice(inner.textStart, inner.textEnd)) === null;
}

/** BuildKit's `heredocsFromLine`. `invalid` stands for a word that BuildKit rejects. */
function heredocOperators(line: string): readonly (HeredocOperator | 'invalid')[] {
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

/**
 * BuildKit's shell lexer (frontend/dockerfile/shell), as its heredoc search uses it: with `\` as the escape character
 * whatever the file says, and with no variable set, so that variables stay as they are. Null where it gives an error
 * (an open quote, `${x^^}`); BuildKit then sees no heredoc in the whole instruction.
 */
function shellWords(source: string, rawQuotes: boolean, rawEscapes: boolean): readonly LogicalWord[] | null {
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
