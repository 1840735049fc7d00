/**
 * The text of a Dockerfile, cut as BuildKit's own line parser cuts it (moby/buildkit, frontend/dockerfile/parser):
 * parser directives, comments, continuation lines, instructions, flags and heredocs, each with its exact offsets.
 * The functions named after BuildKit's follow them rule by rule, including the rules that look like mistakes.
 */
import type { Span } from '../types.ts';
import { remembering } from '../remember.ts';
import type { Below } from './scan/below.ts';
import { instructionsFrom, unchangedBelow } from './scan/below.ts';
import { readDirectives } from './scan/directives.ts';
import { heredocOperators, readHeredoc } from './scan/heredocs.ts';
import type { InstructionContext } from './scan/instruction.ts';
import { buildInstruction, mayHoldHeredocs } from './scan/instruction.ts';
import { dominantNewline, keepLineTable, lineContentEnd, lineStartAt, lineTable, tableOf, tooLongLines } from './scan/lines.ts';
import type { LogicalLine } from './scan/logical.ts';
import { joinContinuations, toFileOffset, toFileSpan } from './scan/logical.ts';
import { byteOrderMark, skipSpace } from './scan/space.ts';

export { isHeredocWord } from './scan/heredocs.ts';
export { healthcheckCommandStart } from './scan/instruction.ts';
export { lineEnd, lineOf, linesOf, lineStart } from './scan/lines.ts';
export { toFileOffset, toFileSpan, toLogicalOffset } from './scan/logical.ts';
export { variableNameEnd } from './scan/shell-lexer.ts';
export { isSpace } from './scan/space.ts';
export { plainWords, quotedWords } from './scan/words.ts';
export type { LogicalWord } from './scan/words.ts';

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

export type Escape = ScannedDockerfile['escape'];

/** Reads a Dockerfile. Linear in its length; never throws. */
export const scan = remembering((text: string): ScannedDockerfile => scanFrom(text, lineTable(text), [], null));

/**
 * The same for the text that another one became: the instructions before the first difference are those of the other, and
 * those below the last one are not read again.
 */
export function rescan(text: string, before: ScannedDockerfile): ScannedDockerfile {
  const table = lineTable(text);
  return scanFrom(text, table, unchangedInstructions(text, before), unchangedBelow(text, table, before));
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

/** `known` are the first instructions of the text; what `below` has may come again at its end. */
function scanFrom(text: string, table: readonly number[], known: readonly Instruction[], below: Below | null): ScannedDockerfile {
  const problems: Problem[] = [];
  const { directives, escape, lines: directiveLines } = readDirectives(text, table, problems);
  const last = below?.escape === escape ? below : null;
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
    const rest = last && commentStart === null ? instructionsFrom(last, lineStartAt(text, table, line), instructions.length) : null;
    if (rest !== null) {
      for (const instruction of rest) instructions.push(instruction);
      break;
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
  keepLineTable(scanned, table);
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
  instruction.span = span;
  instruction.lines = { start: first + 1, end: next };
  instruction.heredocs = heredocs;
  return { instruction, problems: allMessages.map((message) => ({ message, line: first + 1, span })), next };
}
