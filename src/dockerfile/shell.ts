import { parse } from 'unbash';
import type * as Ast from 'unbash';

import type { Span } from '../types.ts';

/**
 * The text of a RUN as the commands that the shell runs, each with its exact place. This is the only module that knows
 * the shell parser; its limits and how each is avoided are in docs/shell.md.
 *
 * The parser never sees the Dockerfile's text. It sees what BuildKit hands to the shell: continuations joined, comment
 * and blank lines inside them dropped. A map leads each offset back, so that a span always names what was written.
 */

/** A piece of a word. `quoted` is true between quotes; what a backslash escapes is literal, but not called quoted. */
export type WordPart =
  /** `text` has quotes, escapes and continuations removed. */
  | { readonly kind: 'literal'; readonly text: string; readonly quoted: boolean }
  /** `$NAME`, `${NAME}` or `${NAME:-operand}`; operators are `- :- = := + :+ ? :? # ## % %%`. */
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly operator: string | null;
      readonly operand: Word | null;
      readonly quoted: boolean;
    }
  /** An unquoted `*`, `?`, `[…]` or `{a,b}`, or a tilde prefix (`~`, `~user`). */
  | { readonly kind: 'glob'; readonly text: string }
  /** What only the running shell knows: `$(…)`, backticks, `$((…))`, `<(…)`, arrays, `${a/b/c}`, `$'…'`. */
  | { readonly kind: 'opaque'; readonly text: string; readonly because: string };

export interface Word {
  readonly parts: readonly WordPart[];
  /** As written, quotes and continuations included. */
  readonly raw: string;
  readonly span: Span;
}

export interface Redirect {
  /** `>`, `>>`, `<`, `<>`, `>|`, `>&`, `<&`, `<<<`, `<<` or `<<-`. */
  readonly operator: string;
  /** The number before the operator, if one is written. */
  readonly fd: number | null;
  /** The file, the descriptor or the here-string; null for a here-document. */
  readonly target: Word | null;
  /** What the command reads, as a word: `literal()` gives its text. Null if the text given ends before the body. */
  readonly heredoc: Word | null;
  /** From the descriptor to the target; a here-document's body is not in it. */
  readonly span: Span;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
  readonly span: Span;
}

/** A simple command: `A=b pip install x > log`. Without words it sets shell variables. */
export interface Command {
  readonly kind: 'command';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  /** From the first character of its first word, assignment or redirection to the last character of the last. */
  readonly span: Span;
}

export type ShellNode =
  | Command
  /** `a | b`: at least two. */
  | { readonly kind: 'pipeline'; readonly commands: readonly ShellNode[]; readonly span: Span }
  /** A whole and-or list that has a `||`: `operators[i]` stands between `nodes[i]` and `nodes[i + 1]`. */
  | {
      readonly kind: 'or';
      readonly nodes: readonly ShellNode[];
      readonly operators: readonly ('and' | 'or')[];
      readonly span: Span;
    }
  /** `! a`; an even number of `!` is none. */
  | { readonly kind: 'negated'; readonly body: ShellNode; readonly span: Span }
  /** `{ a; b; }` or `( a; b )`. */
  | {
      readonly kind: 'group';
      readonly subshell: boolean;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
      readonly span: Span;
    }
  /** `if` or `case`: `nested` has conditions and bodies in order, `words` the subject and patterns of a `case`. */
  | {
      readonly kind: 'conditional';
      readonly nested: readonly Script[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
      readonly span: Span;
    }
  /** `for`, `while`, `until`: `variable` and `words` belong to a `for` (`words` is empty for `for x; do`). */
  | {
      readonly kind: 'loop';
      readonly nested: readonly Script[];
      readonly variable: string | null;
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
      readonly span: Span;
    }
  /** bash's `[[ … ]]`; `words` are the operands in order. (`[ … ]` and `test` are commands.) */
  | {
      readonly kind: 'test';
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
      readonly span: Span;
    }
  /** `a && b &`: the whole and-or list runs at the same time as what follows. The span holds the `&`. */
  | { readonly kind: 'background'; readonly body: Script; readonly span: Span }
  | { readonly kind: 'opaque'; readonly because: string; readonly span: Span };

/** One link of a chain, and how it follows the one before it. */
export interface Step {
  readonly node: ShellNode;
  /** After a `&` it is `semicolon` or `newline`, as nothing is waited for. */
  readonly joinedBy: 'start' | 'and' | 'semicolon' | 'newline';
  /** The node's span; where the bodies of here-documents stand after it, up to the end of the last one. */
  readonly span: Span;
  /**
   * From the end of the previous step to the start of this one: `&&`, white space, continuations, comments. Empty for
   * the first step.
   */
  readonly separator: Span;
  /**
   * The body of a here-document of an earlier step stands outside that step's span (`cat <<E && x`, then the body), so
   * that the text must not be cut in front of this step.
   */
  readonly heredocPending: boolean;
}

/** Steps and separators tile the span; it starts with the first step and ends with the last. */
export interface Script {
  readonly steps: readonly Step[];
  readonly span: Span;
}

export type ShellBody =
  /** `shebang` is the interpreter line after `#!`, if there is one and it names a shell: `/bin/bash -e`. */
  | { readonly kind: 'script'; readonly script: Script; readonly shebang: string | null }
  /** `meant`: what would run without the carriage returns that are in the way. For messages; nothing follows from it. */
  | { readonly kind: 'opaque'; readonly because: string; readonly meant?: Script };

/**
 * A shell-form RUN (CMD, ENTRYPOINT). `text` is the Dockerfile's text and `body` what stands after the keyword and its
 * flags, continuations, comment lines and, if there are here-documents, their lines and terminators included. Offsets
 * in the result are offsets into `text`. Never throws.
 */
export function parseRun(text: string, body: Span, escape: '\\' | '`'): ShellBody {
  return parseShell(text, joinLines(text, body, escape), body, false);
}

/**
 * The body of `RUN <<EOF`: a plain script, without the Dockerfile's rules for lines. `chomp` is true for `<<-`, where
 * BuildKit drops the tabs that lines start with. Offsets in the result are offsets into `text`. Never throws.
 */
export function parseScript(text: string, body: Span, chomp = false): ShellBody {
  return parseShell(text, chomp ? withoutLeadingTabs(text, body) : unchanged(text, body), body, true);
}

/** A plain string, such as a script of the build context. Never throws. */
export function parseShellText(text: string): ShellBody {
  return parseScript(text, { start: 0, end: text.length });
}

/**
 * The text that the shell gets for a shell-form RUN, as BuildKit joins it (frontend/dockerfile/parser/parser.go:
 * `processLine`, `trimContinuationCharacter`). White space around it is left; BuildKit trims it.
 */
export function joinedText(text: string, body: Span, escape: '\\' | '`'): string {
  return joinLines(text, body, escape).text;
}

/**
 * A variable's value: null if it is not set, undefined if that is not known. Positional and special parameters
 * (`1`, `@`, `?`, …) are asked for by those names.
 */
export type Lookup = (name: string) => string | null | undefined;

/**
 * The one argument that a word becomes; null if a part of it is a glob, is opaque or is not known, and also if the
 * shell would split it into several arguments or drop it (an unquoted variable that is empty).
 */
export function literal(word: Word, lookup: Lookup): string | null {
  const values = fields(word, lookup);
  return values !== null && values.length === 1 ? (values[0] ?? null) : null;
}

/**
 * The arguments that a word becomes after expansion and splitting at white space (the default IFS): none, one or many.
 * Null if they are not known.
 */
export function fields(word: Word, lookup: Lookup): readonly string[] | null {
  const pieces = expand(word, lookup, false);
  if (pieces === null) return null;
  const result: string[] = [];
  let current: string | null = null;
  for (const piece of pieces) {
    if (!piece.splits) {
      current = (current ?? '') + piece.text;
      continue;
    }
    if (/[*?[\\]/.test(piece.text)) return null;
    const [first = '', ...rest] = piece.text.split(/[ \t\n]+/);
    if (first !== '') current = (current ?? '') + first;
    for (const next of rest) {
      if (current !== null) result.push(current);
      current = next === '' ? null : next;
    }
  }
  if (current !== null) result.push(current);
  return result;
}

/** The value of a word where the shell does not split it: `A=$B`, a here-document. Null if it is not known. */
export function assignedValue(word: Word, lookup: Lookup): string | null {
  const pieces = expand(word, lookup, false);
  return pieces === null ? null : pieces.map((piece) => piece.text).join('');
}

/** A piece of an expanded word; the shell splits it at white space if it comes from an unquoted expansion. */
interface Piece {
  readonly text: string;
  readonly splits: boolean;
}

function expand(word: Word, lookup: Lookup, insideExpansion: boolean): readonly Piece[] | null {
  const pieces: Piece[] = [];
  for (const part of word.parts) {
    switch (part.kind) {
      case 'literal':
        pieces.push({ text: part.text, splits: insideExpansion && !part.quoted });
        break;
      case 'variable': {
        const expanded = expandVariable(part, lookup);
        if (expanded === null) return null;
        pieces.push(...expanded);
        break;
      }
      case 'glob':
      case 'opaque':
        return null;
    }
  }
  return pieces;
}

function expandVariable(part: WordPart & { kind: 'variable' }, lookup: Lookup): readonly Piece[] | null {
  const value = lookup(part.name);
  if (value === undefined) return null;
  const own: readonly Piece[] = [{ text: value ?? '', splits: !part.quoted }];
  if (part.operator === null || part.operand === null) return part.operator === null ? own : null;
  const present = value !== null && (value !== '' || !part.operator.startsWith(':'));
  switch (part.operator) {
    case '-':
    case ':-':
    case '=':
    case ':=':
      return present ? own : expand(part.operand, lookup, !part.quoted);
    case '+':
    case ':+':
      return present ? expand(part.operand, lookup, !part.quoted) : [{ text: '', splits: !part.quoted }];
    case '?':
    case ':?':
      return present ? own : null;
    default:
      return null;
  }
}

/**
 * Text derived from a file by dropping characters, with the way back: from `starts[i]` on, the text stands
 * `shifts[i]` characters further on in the file.
 */
interface Derived {
  readonly text: string;
  readonly starts: readonly number[];
  readonly shifts: readonly number[];
}

/** Pieces of a file, put one after another. */
function derive(text: string, kept: readonly Span[], whenEmpty: number): Derived {
  const starts: number[] = [];
  const shifts: number[] = [];
  const pieces: string[] = [];
  let length = 0;
  for (const piece of kept) {
    if (piece.start === piece.end) continue;
    starts.push(length);
    shifts.push(piece.start - length);
    pieces.push(text.slice(piece.start, piece.end));
    length += piece.end - piece.start;
  }
  if (starts.length === 0) return { text: '', starts: [0], shifts: [whenEmpty] };
  return { text: pieces.join(''), starts, shifts };
}

/** The offset in the file of the character at `offset`. */
function original(derived: Derived, offset: number): number {
  let low = 0;
  let high = derived.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((derived.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return offset + (derived.shifts[low] ?? 0);
}

/** A span ends right after its last character: what was dropped there (a continuation) is not part of it. */
function originalSpan(derived: Derived, start: number, end: number): Span {
  if (start < end) return { start: original(derived, start), end: original(derived, end - 1) + 1 };
  const at = start > 0 ? original(derived, start - 1) + 1 : original(derived, 0);
  return { start: at, end: at };
}

function unchanged(text: string, body: Span): Derived {
  return derive(text, [body], body.start);
}

/** BuildKit's `ChompHeredocContent`: the tabs at the start of each line go. */
function withoutLeadingTabs(text: string, body: Span): Derived {
  const kept: Span[] = [];
  for (const line of linesOf(text, body)) {
    let start = line.start;
    while (start < line.next && text[start] === '\t') start += 1;
    kept.push({ start, end: line.next });
  }
  return derive(text, kept, body.start);
}

interface Line {
  readonly start: number;
  /** Without the line's end (any carriage returns and the line feed). */
  readonly end: number;
  /** Where the next line starts. */
  readonly next: number;
}

function* linesOf(text: string, body: Span): Generator<Line> {
  let start = body.start;
  while (start < body.end) {
    const feed = text.indexOf('\n', start);
    const next = feed === -1 || feed >= body.end ? body.end : feed + 1;
    let end = next;
    while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;
    yield { start, end, next };
    start = next;
  }
}

/** What Go's `unicode.IsSpace` takes for white space; JavaScript's `\s` differs in two characters. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function firstVisible(text: string, line: Line): string | null {
  for (let at = line.start; at < line.end; at += 1) {
    const character = text[at] ?? '';
    if (!space.test(character)) return character;
  }
  return null;
}

/** Where the escape character of a continuation stands; null if the line does not continue. */
function continuationOf(text: string, line: Line, escape: string): number | null {
  let at = line.end - 1;
  while (at >= line.start && (text[at] === ' ' || text[at] === '\t')) at -= 1;
  if (at < line.start || text[at] !== escape) return null;
  // BuildKit's expression asks for another character before the escape: two of them do not continue a line.
  return at > line.start && text[at - 1] === escape ? null : at;
}

/** Does only white space stand before `offset` in its line? The first line of a text has nothing to continue. */
function startsLine(text: string, offset: number): boolean {
  let at = offset - 1;
  while (at >= 0 && (text[at] === ' ' || text[at] === '\t')) at -= 1;
  return at >= 0 && text[at] === '\n';
}

/** Is it one line that ends in a word? Most instructions are. */
function isOneLine(text: string, { start, end }: Span, escape: string): boolean {
  const feed = text.indexOf('\n', start);
  const last = text[end - 1] ?? '';
  return end > start && (feed < 0 || feed >= end) && last !== escape && last !== '\r' && !space.test(last);
}

/** The lines of an instruction as BuildKit joins them; the here-documents after the last of them stay as they are. */
function joinLines(text: string, body: Span, escape: string): Derived {
  const kept: Span[] = [];
  let joining = true;
  let continued = startsLine(text, body.start);
  if (!continued && isOneLine(text, body, escape)) return derive(text, [body], body.start);
  for (const line of linesOf(text, body)) {
    if (!joining) {
      kept.push({ start: line.start, end: line.end });
      if (line.next > line.end) kept.push({ start: line.next - 1, end: line.next });
      continue;
    }
    if (continued) {
      const first = firstVisible(text, line);
      if (first === null || first === '#') continue;
    }
    const continuation = continuationOf(text, line, escape);
    if (continuation === null) {
      joining = false;
      kept.push({ start: line.start, end: line.end });
      if (line.next > line.end) kept.push({ start: line.next - 1, end: line.next });
      continue;
    }
    kept.push({ start: line.start, end: continuation });
    continued = true;
  }
  return derive(text, kept, body.start);
}

/** Thrown where the parser's tree and the text do not fit together; it never leaves this module. */
class LostPlace extends Error {}

function parseShell(text: string, derived: Derived, body: Span, plain: boolean): ShellBody {
  if (plain && derived.text.includes('\r\n')) return withReturns(text, body);
  const shebang = plain ? shebangOf(derived.text) : null;
  if (shebang !== null && !/^(\/\S*\/)?(env\s+)?(ba|da|a)?sh(\s|$)/.test(shebang)) {
    return { kind: 'opaque', because: `it is a script for ${shebang}, not for a shell` };
  }
  const command = derived.starts.length === 1 ? plainCommand(derived) : null;
  if (command !== null) return { kind: 'script', script: command, shebang };
  try {
    const tree = parse(derived.text);
    const error = tree.errors?.[0];
    if (error !== undefined) return { kind: 'opaque', because: `the shell text cannot be parsed: ${error.message}` };
    const source: Source = { derived, file: text, heredocs: [] };
    return { kind: 'script', script: scriptOf(source, tree.commands, body, 0), shebang };
  } catch (error) {
    return { kind: 'opaque', because: failureReason(error) };
  }
}

/** Letters that mean nothing to a shell, in words with blanks between them. In front a word with `=` is an assignment. */
const plainWords = /^[\w./:,@%+-]+(?:[ \t]+[\w./:,@%+=-]+)*$/;

/** What a shell, or the parser, takes for more than the name of a command. */
const reservedWords: ReadonlySet<string> = new Set([
  'if', 'then', 'else', 'elif', 'fi', 'do', 'done', 'case', 'esac', 'while', 'until', 'for', 'in', 'function', 'select', 'coproc', 'time',
]);

/** A text of one such command, which most are where there are many: the parser would make the same of it. Null for any other. */
function plainCommand({ text, shifts: [shift = 0] }: Derived): Script | null {
  if (!plainWords.test(text)) return null;
  const words: Word[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start;
    while (end < text.length && text[end] !== ' ' && text[end] !== '\t') end += 1;
    if (end > start) {
      const raw = text.slice(start, end);
      words.push({ parts: [{ kind: 'literal', text: raw, quoted: false }], raw, span: { start: start + shift, end: end + shift } });
    }
    start = end + 1;
  }
  if (reservedWords.has(words[0]?.raw ?? '')) return null;
  const span = { start: shift, end: shift + text.length };
  const node: Command = { kind: 'command', assignments: [], words, redirects: [], span };
  return { steps: [{ node, joinedBy: 'start', span, separator: { start: shift, end: shift }, heredocPending: false }], span };
}

/**
 * A plain script some of whose lines end with a carriage return. BuildKit keeps it, and to a shell it is a letter:
 * `requirements.txt\r` is no file, and `set -e\r` no option.
 */
function withReturns(text: string, body: Span): ShellBody {
  const before = text.slice(0, text.indexOf('\r\n', body.start));
  const because = `line ${before.split('\n').length} ends with a carriage return that reaches the shell as part of a word: BuildKit keeps the line endings of a here-document`;
  const kept = [...linesOf(text, body)].flatMap((line): Span[] => [{ start: line.start, end: line.end }, { start: Math.max(line.end, line.next - 1), end: line.next }]);
  const meant = parseShell(text, derive(text, kept, body.start), body, true);
  return { kind: 'opaque', because, ...(meant.kind === 'script' ? { meant: meant.script } : {}) };
}

/** What stands after `#!` in the first line. */
function shebangOf(text: string): string | null {
  if (!text.startsWith('#!')) return null;
  const feed = text.indexOf('\n');
  return text.slice(2, feed === -1 ? undefined : feed).trim();
}

function failureReason(error: unknown): string {
  if (error instanceof LostPlace) return 'the place of a command in the text is not certain';
  if (error instanceof RangeError) return 'the shell text is nested too deeply';
  return 'the shell parser failed on it';
}

interface Source {
  readonly derived: Derived;
  readonly file: string;
  /** The here-documents met so far, in the order of their operators. */
  readonly heredocs: Heredoc[];
}

interface Heredoc {
  /** Where the body starts in the derived text. */
  readonly at: number;
  /** Body and terminator, in the file. */
  readonly span: Span;
  /** Where its operator stands in the file. */
  readonly operator: number;
}

function spanOf(source: Source, start: number, end: number): Span {
  return originalSpan(source.derived, start, end);
}

/** The span of something that a continuation of the shell's own may stick to, which the parser counts in. */
function trimmedSpan(source: Source, start: number, end: number): Span {
  const text = source.derived.text;
  let from = start;
  let to = end;
  while (to - 2 >= from && text.startsWith('\\\n', to - 2) && !isEscaped(text, to - 2, from)) to -= 2;
  while (from < to && text.startsWith('\\\n', from)) from += 2;
  return spanOf(source, from, to);
}

/** Is the character at `at` escaped by an odd number of backslashes before it? */
function isEscaped(text: string, at: number, from: number): boolean {
  let before = at;
  while (before > from && text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

interface Link {
  readonly node: ShellNode;
  readonly joinedBy: Step['joinedBy'];
  /** Where it ends in the derived text. */
  readonly end: number;
}

/** `within` is the construct that the list stands in, in the file; `at` is where an empty list stands. */
function scriptOf(source: Source, statements: readonly Ast.Statement[], within: Span, at: number): Script {
  const heredocsBefore = source.heredocs.length;
  const links: Link[] = [];
  let previous: Ast.Statement | null = null;
  for (const statement of statements) {
    const joinedBy = previous === null ? 'start' : listOperator(source, previous, statement);
    links.push(...linksOf(source, statement, joinedBy));
    previous = statement;
  }
  const empty = spanOf(source, at, at);
  return tile(source, links, heredocsBefore, within, { start: empty.start, end: empty.start });
}

/** Steps out of links: adds the bodies of here-documents to the step that they follow, and checks the order. */
function tile(source: Source, links: readonly Link[], heredocsBefore: number, within: Span, empty: Span): Script {
  const steps: Step[] = [];
  let next = heredocsBefore;
  let pendingFrom = -1;
  let pendingUntil = -1;
  let end = links[0]?.node.span.start ?? empty.start;
  if (end < within.start) throw new LostPlace();
  let index = 0;
  for (const { node, joinedBy, end: after } of links) {
    index += 1;
    const { start } = node.span;
    if (start < end || node.span.end < start || node.span.end > within.end) throw new LostPlace();
    const separator = { start: end, end: start };
    const heredocPending = pendingUntil > end;
    if (pendingUntil <= start) pendingFrom = -1;
    for (; (source.heredocs[next]?.operator ?? Infinity) < node.span.end; next += 1) {
      const heredoc = source.heredocs[next];
      if (heredoc === undefined || heredoc.span.end <= node.span.end) continue;
      if (pendingFrom === -1) pendingFrom = heredoc.at;
      pendingUntil = heredoc.span.end;
    }
    const nextStart = links[index]?.node.span.start ?? within.end;
    const follows = pendingFrom !== -1 && pendingFrom === nextLine(source.derived.text, after);
    end = follows && pendingUntil <= nextStart ? pendingUntil : node.span.end;
    steps.push({ node, joinedBy, span: { start, end }, separator, heredocPending });
  }
  return { steps, span: { start: steps[0]?.span.start ?? empty.start, end } };
}

/** Where the next line starts if only a list operator, white space and a comment stand before it; else -1. */
function nextLine(text: string, from: number): number {
  let at = nextVisible(text, from, text.length);
  if (text[at] === ';' || text[at] === '&') at = nextVisible(text, at + 1, text.length);
  if (text[at] === '#') {
    const feed = text.indexOf('\n', at);
    at = feed === -1 ? text.length : feed;
  }
  return text[at] === '\n' ? at + 1 : -1;
}

/** Skips white space and continuations from `from` on; the parser gives no offsets for operators. */
function nextVisible(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    if (text[at] === ' ' || text[at] === '\t') at += 1;
    else if (text.startsWith('\\\n', at)) at += 2;
    else break;
  }
  return at;
}

function listOperator(source: Source, previous: Ast.Statement, next: Ast.Statement): 'semicolon' | 'newline' {
  const text = source.derived.text;
  const at = nextVisible(text, previous.end, next.pos);
  if (text[at] === ';') return 'semicolon';
  if (text[at] === '\n' || text[at] === '#') return 'newline';
  if (previous.background === true && at === next.pos) return 'semicolon';
  throw new LostPlace();
}

function linksOf(source: Source, statement: Ast.Statement, joinedBy: Step['joinedBy']): readonly Link[] {
  if (statement.background !== true) return andOrOf(source, statement.command, joinedBy);
  const heredocsBefore = source.heredocs.length;
  const list = andOrOf(source, statement.command, 'start');
  const span = trimmedSpan(source, statement.pos, statement.end);
  const body = tile(source, list, heredocsBefore, span, span);
  return [{ node: { kind: 'background', body, span }, joinedBy, end: statement.end }];
}

/** `a && b && c` is three links; a list with a `||` in it is one. */
function andOrOf(source: Source, list: Ast.PipelineNode | Ast.AndOr, joinedBy: Step['joinedBy']): readonly Link[] {
  if (list.type !== 'AndOr') return [{ node: nodeOf(source, list), joinedBy, end: list.end }];
  const links: Link[] = [];
  let previous: Ast.PipelineNode | null = null;
  for (const command of list.commands) {
    if (previous !== null) checkOperator(source, previous, list.operators[links.length - 1], command);
    links.push({ node: nodeOf(source, command), joinedBy: previous === null ? joinedBy : 'and', end: command.end });
    previous = command;
  }
  if (!list.operators.includes('||')) return links;
  const nodes = links.map((link) => link.node);
  const operators = list.operators.map((operator) => (operator === '&&' ? ('and' as const) : ('or' as const)));
  return [{ node: { kind: 'or', nodes, operators, span: around(nodes) }, joinedBy, end: list.end }];
}

function checkOperator(
  source: Source,
  before: Ast.PipelineNode,
  operator: Ast.LogicalOperator | undefined,
  after: Ast.PipelineNode,
): void {
  const { text } = source.derived;
  const at = nextVisible(text, before.end, after.pos);
  if (operator === undefined || !text.startsWith(operator, at)) throw new LostPlace();
}

/** From the first of some things to the last of them. */
function around(things: readonly { readonly span: Span }[]): Span {
  const first = things[0];
  const last = things.at(-1);
  if (first === undefined || last === undefined) throw new LostPlace();
  let end = first.span.start;
  for (const { span } of things) {
    if (span.start < end) throw new LostPlace();
    end = span.end;
  }
  return { start: first.span.start, end };
}

function nodeOf(source: Source, node: Ast.PipelineNode): ShellNode {
  switch (node.type) {
    case 'Command':
      return commandOf(source, node);
    case 'Pipeline':
      return pipelineOf(source, node);
    case 'Redirected':
      return compoundOf(source, node.command, node.redirects, node.end);
    case 'Function':
      readThrough(source, node.body);
      return opaqueNode(source, node, 'it defines a function');
    case 'Coproc':
      readThrough(source, node.body);
      return opaqueNode(source, node, 'it starts a coprocess');
    default:
      return compoundOf(source, node, [], node.end);
  }
}

function opaqueNode(source: Source, node: Placed, because: string): ShellNode {
  return { kind: 'opaque', because, span: trimmedSpan(source, node.pos, node.end) };
}

/** Reads what stays opaque only for its here-documents: their bodies may stand outside it. */
function readThrough(source: Source, node: Ast.PipelineNode | Ast.CompoundList): void {
  if (node.type !== 'CompoundList') nodeOf(source, node);
}

interface Placed {
  readonly pos: number;
  readonly end: number;
}

function pipelineOf(source: Source, pipeline: Ast.Pipeline): ShellNode {
  const commands = pipeline.commands.map((command) => nodeOf(source, command));
  if (pipeline.prefixes.some((prefix) => prefix.type === 'Time')) {
    return opaqueNode(source, pipeline, '`time` means one thing in bash and another in a POSIX shell');
  }
  if (pipeline.operators.includes('|&')) return opaqueNode(source, pipeline, '`|&` is no operator of a POSIX shell');
  const [only] = commands;
  if (only === undefined) throw new LostPlace();
  const body: ShellNode = commands.length === 1 ? only : { kind: 'pipeline', commands, span: around(commands) };
  if (pipeline.prefixes.length === 0) return body;
  const first = pipeline.prefixes[0];
  const start = first === undefined ? body.span.start : spanOf(source, first.pos, first.end).start;
  const span = { start, end: body.span.end };
  // `! ! a` is `a` in bash and an error in dash, so that it is not taken for either.
  if (pipeline.prefixes.length > 1) return { kind: 'opaque', because: 'it is negated more than once', span };
  return { kind: 'negated', body, span };
}

function compoundOf(
  source: Source,
  node: Ast.CompoundCommand,
  redirections: readonly Ast.Redirection[],
  end: number,
): ShellNode {
  const span = trimmedSpan(source, node.pos, end);
  // The parts are read in the order of the text, so that here-documents are met in the order of their bodies.
  const content = contentOf(source, node);
  const redirects = redirections.map((redirection) => redirectOf(source, redirection));
  const fault = redirections.map(redirectionFault).find((because) => because !== null);
  if (typeof content === 'string') return { kind: 'opaque', because: content, span };
  return typeof fault === 'string' ? { kind: 'opaque', because: fault, span } : { ...content, redirects, span };
}

type Without<Node, Keys extends PropertyKey> = Node extends unknown ? Omit<Node, Keys> : never;
type Compound = Extract<ShellNode, { readonly kind: 'group' | 'conditional' | 'loop' | 'test' }>;

/** What a compound command holds, or why it is opaque. */
function contentOf(source: Source, node: Ast.CompoundCommand): Without<Compound, 'redirects' | 'span'> | string {
  const inside = spanOf(source, node.pos, node.end);
  const nested = (list: Ast.CompoundList): Script => scriptOf(source, list.commands, inside, list.pos);
  switch (node.type) {
    case 'BraceGroup':
    case 'Subshell':
      return { kind: 'group', subshell: node.type === 'Subshell', body: nested(node.body) };
    case 'If': {
      const lists = [node.clause, node.then, ...node.elif.flatMap((branch) => [branch.clause, branch.then])];
      if (node.else !== undefined) lists.push(node.else);
      return { kind: 'conditional', nested: lists.map(nested), words: [] };
    }
    case 'Case': {
      const patterns = node.items.flatMap((item) => item.pattern);
      const words = [node.word, ...patterns].map((word) => wordOf(source, word));
      return { kind: 'conditional', nested: node.items.map((item) => nested(item.body)), words };
    }
    case 'For': {
      const words = (node.wordlist ?? []).map((word) => wordOf(source, word));
      return { kind: 'loop', nested: [nested(node.body)], variable: node.name.value, words };
    }
    case 'While':
      return { kind: 'loop', nested: [nested(node.clause), nested(node.body)], variable: null, words: [] };
    case 'TestCommand':
      return { kind: 'test', words: testOperands(node.expression).map((word) => wordOf(source, word)) };
    case 'ArithmeticCommand':
      return 'it is arithmetic in bash and a subshell elsewhere';
    case 'ArithmeticFor':
      nested(node.body);
      return 'it is a loop over arithmetic';
    case 'Select':
      nested(node.body);
      return 'it asks a person to choose';
  }
}

function testOperands(expression: Ast.TestExpression): readonly Ast.Word[] {
  switch (expression.type) {
    case 'TestUnary':
      return [expression.operand];
    case 'TestBinary':
      return [expression.left, expression.right];
    case 'TestLogical':
      return expression.operands.flatMap(testOperands);
    case 'TestNot':
      return testOperands(expression.operand);
    case 'TestGroup':
      return testOperands(expression.expression);
  }
}

/** A reason why a redirection makes its command opaque; null if it does not. */
function redirectionFault(redirection: Ast.Redirection): string | null {
  if (redirection.descriptor?.type === 'FileDescriptorVariable') return 'a redirection sets a variable';
  if (redirection.operator === '&>' || redirection.operator === '&>>') {
    return `\`${redirection.operator}\` redirects in bash, but starts a background job in a POSIX shell`;
  }
  return null;
}

function commandOf(source: Source, command: Ast.Command): ShellNode {
  const assignments: Assignment[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  const inOrder: { readonly span: Span }[] = [];
  let because: string | null = null;
  const add = <Thing extends { readonly span: Span }>(list: Thing[], thing: Thing): void => {
    list.push(thing);
    inOrder.push(thing);
  };
  for (const item of command.prefix) {
    if (item.type === 'Assignment') add(assignments, assignmentOf(source, item));
    else {
      because ??= redirectionFault(item);
      add(redirects, redirectOf(source, item));
    }
  }
  if (command.name !== undefined) add(words, wordOf(source, command.name));
  for (const item of command.suffix) {
    if (item.type === 'Word') add(words, wordOf(source, item));
    else if (item.type === 'Assignment') add(words, assignmentWord(source, item));
    else {
      because ??= redirectionFault(item);
      add(redirects, redirectOf(source, item));
    }
  }
  const span = around(inOrder);
  if (because !== null) return { kind: 'opaque', because, span };
  return { kind: 'command', assignments, words, redirects, span };
}

function redirectOf(source: Source, redirection: Ast.Redirection): Redirect {
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

function assignmentOf(source: Source, assignment: Ast.Assignment): Assignment {
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
function assignmentWord(source: Source, assignment: Ast.Assignment): Word {
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

function wordOf(source: Source, word: Ast.Word, tilde: TildeRule = 'word', quoted = false): Word {
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
