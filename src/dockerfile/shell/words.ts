/** Words, assignments and redirections of the parser's tree. */
import type * as Ast from 'unbash';
import type { Assignment, Redirect, Word, WordPart } from '../shell.ts';
import type { Source } from './source.ts';
import { spanOf, trimmedSpan } from './source.ts';

/** One redirection, its target or its here-document read. */
export function redirectOf(source: Source, redirection: Ast.Redirection): Redirect {
  const fd = redirection.descriptor?.type === 'FileDescriptor' ? redirection.descriptor.value : null;
  const span = trimmedSpan(source, redirection.pos, redirection.end);
  const { operator } = redirection;
  if (redirection.type === 'HereDoc') {
    return { operator, fd, target: null, heredoc: heredocOf(source, redirection), span };
  }
  const target = redirection.target === undefined ? null : wordOf(source, redirection.target);
  return { operator, fd, target, heredoc: null, span };
}

/** The body as the command reads it; POSIX Shell Command Language, 2.7.4. */
function heredocOf(source: Source, heredoc: Ast.HereDoc): Word | null {
  const { body, closing } = heredoc;
  if (closing === undefined && body.pos === body.end) return null;
  const span = spanOf(source, body.pos, body.end);
  const whole = spanOf(source, body.pos, Math.max(body.end, closing?.end ?? body.end));
  source.heredocs.push({ at: body.pos, span: whole, operator: spanOf(source, heredoc.pos, heredoc.end).start });
  const raw = source.file.slice(span.start, span.end);
  if (raw.includes('\r')) {
    return { parts: [opaquePart(raw, 'its lines end with carriage returns')], raw, span };
  }
  const chomp = heredoc.operator === '<<-';
  if (heredoc.delimiter?.quoted === true) {
    const text = chomp ? withoutTabs(body.text, true) : body.text;
    return { parts: [{ kind: 'literal', text, quoted: true }], raw, span };
  }
  if (hasSplitName(body.text)) return { parts: [opaquePart(raw, splitNameReason)], raw, span };
  const parts: WordPart[] = [];
  for (const part of body.parts ?? [literalOf(body)]) {
    if (part.type === 'Literal') {
      parts.push({ kind: 'literal', text: heredocText(source.derived.text, part, chomp), quoted: true });
    } else parts.push(...partOf(source, part, true));
  }
  return { parts: parts.length > 0 ? parts : [{ kind: 'literal', text: '', quoted: true }], raw, span };
}

function literalOf(body: Ast.HereDocBody): Ast.LiteralPart {
  return { type: 'Literal', pos: body.pos, end: body.end, text: body.text, value: body.text };
}

/** Tabs go before continuations are joined, so that the parser's own value of the text is of no use for `<<-`. */
function heredocText(text: string, part: Ast.LiteralPart, chomp: boolean): string {
  const written = text.slice(part.pos, part.end);
  const kept = chomp ? withoutTabs(written, text[part.pos - 1] === '\n') : written;
  return kept.replace(/\\([\\$`\n])/g, (_, character: string) => (character === '\n' ? '' : character));
}

function withoutTabs(text: string, startsLine: boolean): string {
  const kept = text.replace(/\n\t+/g, '\n');
  return startsLine ? kept.replace(/^\t+/, '') : kept;
}

/** An assignment in front of a command. */
export function assignmentOf(source: Source, assignment: Ast.Assignment): Assignment {
  const span = trimmedSpan(source, assignment.pos, assignment.end);
  const { value } = assignment;
  if (value.type === 'Word' && assignment.append !== true && assignment.index === undefined) {
    return { name: assignment.name, value: assignedWord(source, value), span };
  }
  const raw = source.file.slice(span.start, span.end);
  return { name: assignment.name, value: { parts: [opaquePart(raw, opaqueValueReason(assignment))], raw, span }, span };
}

const arrayReason = 'it is an array, which only bash has';

function opaqueValueReason(assignment: Ast.Assignment): string {
  return assignment.append === true ? 'it appends to a variable, which only bash does' : arrayReason;
}

/** An assignment's value: a tilde may also stand after a colon, and an empty value is a value. */
function assignedWord(source: Source, value: Ast.Word): Word {
  const word = wordOf(source, value, 'value');
  return word.parts.length > 0 ? word : { ...word, parts: [{ kind: 'literal', text: '', quoted: false }] };
}

/** `export A=b`: an argument that looks like an assignment is still one word. */
export function assignmentWord(source: Source, assignment: Ast.Assignment): Word {
  const span = trimmedSpan(source, assignment.pos, assignment.end);
  const raw = source.file.slice(span.start, span.end);
  const { value } = assignment;
  if (value.type !== 'Word' || assignment.index !== undefined) {
    return { parts: [opaquePart(raw, arrayReason)], raw, span };
  }
  const operator = assignment.append === true ? '+=' : '=';
  const name: WordPart = { kind: 'literal', text: assignment.name + operator, quoted: false };
  return { parts: joined([name, ...wordOf(source, value, 'value').parts]), raw, span };
}

/** Where tilde prefixes may stand: at a word's start, or in an assignment's value also after each colon. */
type TildeRule = 'word' | 'value';

/** A word as its parts: literal text, variables, globs, and what is opaque. */
export function wordOf(source: Source, word: Ast.Word, tilde: TildeRule = 'word', quoted = false): Word {
  const span = trimmedSpan(source, word.pos, word.end);
  const raw = source.file.slice(span.start, span.end);
  if (hasSplitName(source.derived.text.slice(word.pos, word.end))) {
    return { parts: [opaquePart(raw, splitNameReason)], raw, span };
  }
  return { parts: partsOf(source, word, tilde, quoted), raw, span };
}

const splitNameReason = 'a line ends within the name of a variable, which shells read differently';

/** `$A\⏎B` is `$AB` in dash and `${A}B` in bash. A RUN has no such thing, as BuildKit joins its lines first. */
function hasSplitName(text: string): boolean {
  return text.includes('\\\n') && /\$\w*\\\n/.test(text);
}

function partsOf(source: Source, word: Ast.Word, tilde: TildeRule, quoted: boolean): readonly WordPart[] {
  const { text } = source.derived;
  if (word.parts === undefined) {
    const only = { written: text.slice(word.pos, word.end), value: word.value, first: true, last: true };
    return quoted ? literalPart(word.value, true) : unquotedParts(only, tilde);
  }
  const result: WordPart[] = [];
  for (const [index, part] of word.parts.entries()) {
    if (part.type !== 'Literal' || quoted) {
      result.push(...partOf(source, part, quoted));
      continue;
    }
    const [first, last] = [index === 0, index === word.parts.length - 1];
    result.push(...unquotedParts({ written: text.slice(part.pos, part.end), value: part.value, first, last }, tilde));
  }
  return joined(result);
}

function literalPart(text: string, quoted: boolean): readonly WordPart[] {
  return text === '' ? [] : [{ kind: 'literal', text, quoted }];
}

/** Literals that stand next to one another in the same way become one. */
function joined(parts: readonly WordPart[]): readonly WordPart[] {
  const result: WordPart[] = [];
  for (const part of parts) {
    const previous = result.at(-1);
    if (part.kind === 'literal' && previous?.kind === 'literal' && previous.quoted === part.quoted) {
      result[result.length - 1] = { ...previous, text: previous.text + part.text };
    } else result.push(part);
  }
  return result;
}

/** Unquoted text as written and as it is without escapes, and whether it starts or ends its word. */
interface Unquoted {
  readonly written: string;
  readonly value: string;
  readonly first: boolean;
  readonly last: boolean;
}

/**
 * Unquoted text, with the tilde prefixes in it told apart. A prefix counts only if nothing of it is quoted or expanded:
 * it ends at a slash, at a colon or with the word.
 */
function unquotedParts({ written, value, first, last }: Unquoted, tilde: TildeRule): readonly WordPart[] {
  // Bash does not split a word that has a lone dollar sign, and takes `$[` for arithmetic; POSIX shells do neither.
  if (/(?:^|[^\\])(?:\\\\)*\$/.test(written)) return [opaquePart(written, 'it has a lone dollar sign')];
  if (!written.includes('~')) return literalPart(value, false);
  // Bash also expands `echo x=~/y` and `echo ~:y`, which a POSIX shell leaves: neither answer would be safe.
  const asValue = tilde === 'value' || /^[A-Za-z_]\w*=/.test(value);
  // With escapes in it the text as written has other offsets than the value.
  if (written !== value) {
    const expands = asValue || (first && written.startsWith('~'));
    return expands ? [opaquePart(written, 'it may have a tilde prefix')] : literalPart(value, false);
  }
  const prefix = asValue ? /(^|[:=])(~[\w.+-]*)(?=[/:]|$)/g : /(^)(~[\w.+-]*)(?=[/:]|$)/g;
  const result: WordPart[] = [];
  let done = 0;
  for (const match of value.matchAll(prefix)) {
    const start = match.index + (match[1] ?? '').length;
    const end = start + (match[2] ?? '').length;
    if ((start === 0 && !first) || (end === value.length && !last)) continue;
    result.push(...literalPart(value.slice(done, start), false), { kind: 'glob', text: value.slice(start, end) });
    done = end;
  }
  return [...result, ...literalPart(value.slice(done), false)];
}

function opaquePart(text: string, because: string): WordPart {
  return { kind: 'opaque', text, because };
}

function partOf(source: Source, part: Ast.WordPart, quoted: boolean): readonly WordPart[] {
  const text = source.derived.text.slice(part.pos, part.end);
  switch (part.type) {
    case 'Literal':
      return literalPart(part.value, quoted);
    case 'SingleQuoted':
      return [{ kind: 'literal', text: part.value, quoted: true }];
    case 'DoubleQuoted': {
      const inner = part.parts.flatMap((child) => partOf(source, child, true));
      return inner.length > 0 ? joined(inner) : [{ kind: 'literal', text: '', quoted: true }];
    }
    case 'SimpleExpansion':
      return [{ kind: 'variable', name: text.replaceAll('\\\n', '').slice(1), operator: null, operand: null, quoted }];
    case 'ParameterExpansion':
      return [parameterOf(source, part, quoted)];
    case 'Glob':
    case 'BraceExpansion':
      if (/[$`]/.test(text)) return [opaquePart(text, 'its pattern is computed')];
      return quoted ? literalPart(text, true) : [{ kind: 'glob', text }];
    case 'ExtendedGlob':
      return [opaquePart(text, 'it is a pattern that only bash has')];
    case 'AnsiCQuoted':
    case 'LocaleString':
      return [opaquePart(text, 'it is quoted in a way that only bash knows')];
    case 'CommandExpansion':
      return [opaquePart(text, 'it is the output of a command')];
    case 'ProcessSubstitution':
      return [opaquePart(text, 'it is connected to another command')];
    case 'ArithmeticExpansion':
      return [opaquePart(text, 'it is computed')];
  }
}

function parameterOf(source: Source, part: Ast.ParameterExpansionPart, quoted: boolean): WordPart {
  const text = source.derived.text.slice(part.pos, part.end);
  const { operation } = part;
  if (part.prefix !== undefined || part.index !== undefined) return opaquePart(text, 'it is computed from a variable');
  const name = part.parameter.replaceAll('\\\n', '');
  if (operation === undefined) return { kind: 'variable', name, operator: null, operand: null, quoted };
  if (operation.type !== 'Default' && operation.type !== 'Remove') {
    return opaquePart(text, 'it is computed from a variable in a way that only bash knows');
  }
  const { operand, operator } = operation;
  const operandText = source.derived.text.slice(operand.pos, operand.end);
  // Quotes inside a quoted expansion are read differently from shell to shell (POSIX leaves them open).
  if (quoted && /["']/.test(operandText)) return opaquePart(text, 'it has quotes inside quotes');
  // An escaped space does not split an operand, a plain one does; literal parts do not tell them apart.
  if (operandText.includes('\\')) return opaquePart(text, 'it has escapes inside an expansion');
  return { kind: 'variable', name, operator, operand: wordOf(source, operand, 'word', quoted), quoted };
}
