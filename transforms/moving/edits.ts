import { isSymbolic, readable } from '../../src/build/places.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import { inOrder } from '../../src/dockerfile/in-order.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { Instruction, ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { blockOf, blockText, isFollowedByBlankLine, isPrecededByBlankLine, keywordLike, lineStartAt, removalsOf } from '../../src/edit/lines.ts';
import { flatMap } from '../../src/lists.ts';
import type { Edit, Path, Span } from '../../src/types.ts';
import type { CutRun } from './cut-run.ts';
import type { ExposedInstall } from './steps.ts';
import type { Brought } from './narrow-copies.ts';

export interface Move {
  readonly install: StepRecord;
  /** The step before which the narrow copies go. */
  readonly anchor: StepRecord;
  /** The install as it is written in its place. */
  readonly text: string;
  /** What stays of it below the sunk steps; null if nothing does. */
  readonly rest: string | null;
  readonly sunk: readonly StepRecord[];
  /** Those of them of which a part stays where it is. */
  readonly cuts?: ReadonlyMap<StepRecord, CutRun>;
  readonly narrow: readonly string[];
  readonly brought?: Brought;
}

/** What sunk commands get that ran elsewhere, or as another user, than the install does. */
type Around = 'nothing' | 'user' | 'user and directory';

/** The move with as little around what is sunk as there can be, and with more of it. */
export function waysToMove(match: ExposedInstall, move: Move): readonly (readonly [Edit, ...Edit[]])[] {
  const runs = move.sunk.filter((step) => step.run !== null);
  const isElsewhere = runs.some((step) => step.cwd !== move.install.cwd);
  const isOther = runs.some((step) => step.user !== move.install.user);
  const ways: readonly Around[] = [...(isElsewhere || isOther ? ['nothing' as const] : []), ...(isElsewhere && isOther ? ['user' as const] : []), 'user and directory'];
  return ways.map((around) => editsFor(match, move, around));
}

/** A sunk step's text at its new place, and what of its surroundings does not go with it. */
interface Moved {
  readonly step: StepRecord;
  readonly lines: readonly string[];
  /** A comment on the dependencies: it stays with the install. */
  readonly left: string | null;
  /** A comment further up that speaks of the copy: it comes along. */
  readonly fetched: Span | null;
}

function editsFor(match: ExposedInstall, move: Move, around: Around): readonly [Edit, ...Edit[]] {
  const { scanned } = match.view.model;
  const { install, anchor, sunk, rest } = move;
  const file = match.view.path;
  const { newline } = scanned;
  const staying = sunk.filter((step) => !isRepeatedBelow(scanned, step, move));
  const moved = staying.map((step) => movedText(match, step, move, around));
  const indent = indentOf(scanned, anchor);
  const lines = [...flatMap(moved, ({ left }) => (left === null || move.narrow.length === 0 ? [] : [left])), ...move.narrow.map((line) => indent + line)];
  const gap = moved.length > 0 && (sunk.some((step) => isFollowedByBlankLine(scanned, step.instruction)) || startsParagraph(scanned, moved[0])) ? newline : '';
  const below = flatMap(moved, (one, index) => [...(index > 0 && isGapBetween(scanned, staying[index - 1], one.step) ? [''] : []), ...one.lines]);
  if (rest !== null) below.push(indentOf(scanned, install) + rest);
  const text = below.length === 0 ? move.text : move.text + newline + gap + below.join(newline);
  const replaced: Edit = { file, span: install.instruction.span, text };
  const above = lineStartAt(scanned.text, blockOf(anchor.instruction).start);
  const inserted: Edit[] = anchor === install && lines.length > 0 ? [{ file, span: { start: above, end: above }, text: lines.map((line) => line + newline).join('') }] : [];
  const isReplaced = anchor !== install && lines.length > 0;
  const gone = sunk.filter((step) => (!isReplaced || step !== anchor) && !move.cuts?.has(step)).map((step) => step.instruction);
  const removed = removalsOf(scanned, gone).map((span): Edit => ({ file, span, text: '' }));
  for (const [step, cut] of move.cuts ?? []) removed.push({ file, span: step.instruction.span, text: cut.text });
  if (isReplaced) removed.push({ file, span: { start: above, end: anchor.instruction.span.end }, text: lines.join(newline) });
  for (const { fetched } of moved) if (fetched !== null) removed.push({ file, span: fetched, text: '' });
  return [replaced, ...inserted, ...removed, ...editsForSiblings(match, sunk, around)];
}

function indentOf(scanned: ScannedDockerfile, step: StepRecord): string {
  return scanned.text.slice(lineStartAt(scanned.text, step.instruction.span.start), step.instruction.span.start);
}

/** Does the same copy stand right below the install already? */
function isRepeatedBelow(scanned: ScannedDockerfile, step: StepRecord, { install, sunk, rest }: Move): boolean {
  const next = scanned.instructions[install.instruction.index + 1];
  const { start, end } = step.instruction.leadingComments;
  if (rest !== null || step !== sunk.at(-1) || !step.copy || !next || start !== end) return false;
  const textOf = ({ span }: Instruction): string => scanned.text.slice(span.start, span.end);
  return step.cwd === install.cwd && textOf(next) === textOf(step.instruction);
}

/** A comment after an empty line: it does not belong to what stands above. */
function startsParagraph(scanned: ScannedDockerfile, first: Moved | undefined): boolean {
  return first?.lines[0]?.trimStart().startsWith('#') === true && isPrecededByBlankLine(scanned, first.step.instruction);
}

/** Were two steps that now follow one another apart by an empty line? */
function isGapBetween(scanned: ScannedDockerfile, before: StepRecord | undefined, after: StepRecord): boolean {
  return before !== undefined && before.stage === after.stage && isFollowedByBlankLine(scanned, before.instruction);
}

/** Other stages that start from the stage which loses steps get them at their own beginning. */
function editsForSiblings(match: ExposedInstall, sunk: readonly StepRecord[], around: Around): readonly Edit[] {
  const { scanned } = match.view.model;
  const { stages } = match.symbolic;
  const left = sunk.filter((step) => step.stage !== match.stage.stage.index);
  const [first] = left;
  const end = first && stages[first.stage]?.steps.at(-1);
  if (!first || !end) return [];
  const siblings = stages.filter(({ stage }) => stage.base.kind === 'stage' && stage.base.index === first.stage && stage.index !== match.stage.stage.index);
  const text = flatMap(left, (step) => sunkText(match, step, end, blockText(scanned, step.instruction), around)).map((line) => scanned.newline + line).join('');
  return siblings.map(({ stage }) => {
    const at = stage.fromInstruction.span.end;
    return { file: match.view.path, span: { start: at, end: at }, text };
  });
}

// ------------------------------------------------------------------------------------------------------------ sunk steps

function movedText(match: ExposedInstall, step: StepRecord, move: Move, around: Around): Moved {
  const { scanned } = match.view.model;
  const { instruction } = step;
  const cut = move.cuts?.get(step);
  if (cut) {
    const text = indentOf(scanned, step) + (cut.rest ?? '');
    return { step, lines: sunkText(match, step, move.install, text, around), left: null, fetched: null };
  }
  const block = withoutSources(scanned, step, blockText(scanned, instruction), move.brought?.get(step) ?? []);
  const start = lineStartAt(scanned.text, blockOf(instruction).start);
  const own = scanned.text.slice(start, lineStartAt(scanned.text, instruction.span.start));
  if (step.copy && move.narrow.length > 0 && isAboutDependencies(own)) return { step, lines: sunkText(match, step, move.install, block.slice(own.length), around), left: own.replace(/\r?\n$/, ''), fetched: null };
  const fetched = step.copy && own === '' ? commentOfGroup(match, step) : null;
  const comment = fetched === null ? [] : [scanned.text.slice(fetched.start, fetched.end).replace(/\r?\n$/, '')];
  return { step, lines: [...comment, ...sunkText(match, step, move.install, block, around)], left: null, fetched };
}

/** "install dependencies" above `COPY . .` means the install. */
function isAboutDependencies(comment: string): boolean {
  return /\b(?:dependenc|requirement|packages?\b|install)/i.test(comment) && !/\b(?:cop(?:y|ies)|add|source|code|project|app|application|files?|rest|everything|bundle)\b/i.test(comment);
}

/**
 * "Copy local code to the container image." above ENV, WORKDIR and COPY without an empty line between means the COPY.
 * Gives the lines of such a comment, their last line ending included.
 */
function commentOfGroup(match: ExposedInstall, step: StepRecord): Span | null {
  const { scanned } = match.view.model;
  let first: Instruction = step.instruction;
  for (;;) {
    const previous = scanned.instructions[first.index - 1];
    if (!previous || !['ENV', 'ARG', 'WORKDIR'].includes(previous.keyword) || previous.lines.end + 1 !== first.lines.start) return null;
    first = previous;
    const { start, end } = first.leadingComments;
    if (start === end) continue;
    const span = { start: lineStartAt(scanned.text, start), end: lineStartAt(scanned.text, first.span.start) };
    const comment = scanned.text.slice(span.start, span.end);
    const isAboutCopy = inOrder(comment, /\b(?:cop(?:y|ies|ying)|add)\b/i, /\b(?:code|source|files?|app|application|project|content|contents|everything)\b/i, /\n/);
    return isAboutCopy && !/\b(?:env|environment|variables?|working|workdir|install|set|dependenc\w*)\b/i.test(comment) ? span : null;
  }
}

/** A step at its new place below the install, with the user and directory that it had. */
function sunkText(match: ExposedInstall, step: StepRecord, install: StepRecord, text: string, around: Around): readonly string[] {
  const { scanned } = match.view.model;
  const keyword = (word: string): string => keywordLike(scanned, step.instruction, word);
  if (step.copy) return [step.cwd === install.cwd ? text : withAbsoluteDestination(scanned, step, text)];
  const lines = [text];
  if (step.kind === 'config') return lines;
  if (step.cwd !== install.cwd && around === 'user and directory') {
    lines.unshift(`${keyword('WORKDIR')} ${readable(step.cwd)}`);
    lines.push(`${keyword('WORKDIR')} ${readable(install.cwd)}`);
  }
  if (step.user !== install.user && !isSymbolic(step.user) && around !== 'nothing') {
    lines.unshift(`${keyword('USER')} ${readable(step.user)}`);
    lines.push(`${keyword('USER')} ${readable(install.user)}`);
  }
  return lines;
}

/** The text of a COPY of several files, less those that have a copy of their own now. */
function withoutSources(scanned: ScannedDockerfile, step: StepRecord, text: string, brought: readonly Path[]): string {
  const parsed = parse(step.instruction, scanned);
  if ((parsed.keyword !== 'COPY' && parsed.keyword !== 'ADD') || parsed.json) return text;
  const { sources, destination } = parsed;
  const gone = flatMap(sources, ({ text: written, span }, index) => (brought.includes(written.replace(/^(?:\.?\/)+/, '')) ? [{ start: span.start, end: (sources[index + 1] ?? destination).span.start }] : []));
  if (gone.length === sources.length || gone.some(({ start, end }) => scanned.text.slice(start, end).includes('#'))) return text;
  // From the first to the last, counted from the end, which stays as it is.
  return gone.reduce((left, { start, end }) => left.slice(0, left.length - (step.instruction.span.end - start)) + left.slice(left.length - (step.instruction.span.end - end)), text);
}

function withAbsoluteDestination(scanned: ScannedDockerfile, step: StepRecord, text: string): string {
  const parsed = parse(step.instruction, scanned);
  if (!step.copy || (parsed.keyword !== 'COPY' && parsed.keyword !== 'ADD') || /^[/$]/.test(parsed.destination.text)) return text;
  // From the end of the text, for a comment may be gone from its beginning.
  const fromEnd = (offset: number): number => text.length - (step.instruction.span.end - offset);
  const { start, end } = parsed.destination.span;
  const slash = parsed.destination.text.endsWith('/') && step.copy.destination !== '/' ? '/' : '';
  return text.slice(0, fromEnd(start)) + readable(step.copy.destination) + slash + text.slice(fromEnd(end));
}

