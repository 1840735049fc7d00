/** What stands below a change of a Dockerfile is what it was, further up or down. */
import type { Span } from '../../types.ts';
import type { Flag, Heredoc, Instruction, ScannedDockerfile } from '../scan.ts';
import { tableOf } from './lines.ts';

/** The instructions of another text that come again, and how much further down they stand. */
export interface Below {
  readonly instructions: readonly Instruction[];
  readonly escape: ScannedDockerfile['escape'];
  readonly characters: number;
  readonly lines: number;
}

/** The last instructions of a text that the end of another one may hold as they are. */
export function unchangedBelow(text: string, table: readonly number[], before: ScannedDockerfile): Below {
  const { instructions, escape } = before;
  let low = 0;
  let high = before.problems.length > 0 ? 0 : instructions.length;
  let first = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const isSame = text.endsWith(before.text.slice(instructions[middle]?.leadingComments.start ?? 0));
    if (isSame) first = middle;
    if (isSame) high = middle;
    else low = middle + 1;
  }
  return { instructions: instructions.slice(first), escape, characters: text.length - before.text.length, lines: table.length - tableOf(before).length };
}

/**
 * The instructions from `offset` on, where a line starts with which an instruction begins, or the comments above it; null
 * if none of the other text began there. What a text says from there on depends on nothing before it.
 */
export function instructionsFrom({ instructions, characters, lines }: Below, offset: number, index: number): readonly Instruction[] | null {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instructions[middle]?.leadingComments.start ?? 0) + characters < offset) low = middle + 1;
    else high = middle;
  }
  const next = instructions[low];
  if (next === undefined || next.leadingComments.start + characters !== offset) return null;
  return instructions.slice(low).map((instruction, at) => movedInstruction(instruction, { characters, lines }, index + at));
}

function movedInstruction(instruction: Instruction, by: Pick<Below, 'characters' | 'lines'>, index: number): Instruction {
  const moved = ({ start, end }: Span): Span => ({ start: start + by.characters, end: end + by.characters });
  const { keyword, keywordSpan, span, lines, flags, bodySpan, text, json, heredocs, leadingComments, segments } = instruction;
  return {
    index,
    keyword,
    keywordSpan: moved(keywordSpan),
    span: moved(span),
    lines: { start: lines.start + by.lines, end: lines.end + by.lines },
    flags: flags.length === 0 ? flags : flags.map((flag): Flag => ({ ...flag, span: moved(flag.span) })),
    bodySpan: moved(bodySpan),
    text,
    json,
    heredocs: heredocs.length === 0 ? heredocs : heredocs.map((heredoc): Heredoc => ({ ...heredoc, contentSpan: moved(heredoc.contentSpan), operatorSpan: moved(heredoc.operatorSpan) })),
    leadingComments: moved(leadingComments),
    segments: segments.map(({ logical, file }) => ({ logical, file: file + by.characters })),
  };
}
