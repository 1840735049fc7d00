import type { Span } from '../types.ts';
import type { Derived } from './shell/derived.ts';
import { derive, joinLines, linesOf, unchanged, withoutLeadingTabs } from './shell/derived.ts';
import { plainCommand } from './shell/plain.ts';
import { scriptFrom } from './shell/tree.ts';

export { assignedValue, fields, literal } from './shell/fields.ts';
export type { Lookup } from './shell/fields.ts';

/**
 * The text of a RUN as the commands that the shell runs, each with its exact place. Only `shell/tree.ts` and
 * `shell/words.ts` know the shell parser; its limits and how each is avoided are in docs/shell.md.
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

function parseShell(text: string, derived: Derived, body: Span, plain: boolean): ShellBody {
  if (plain && derived.text.includes('\r\n')) return withReturns(text, body);
  const shebang = plain ? shebangOf(derived.text) : null;
  if (shebang !== null && !/^(\/\S*\/)?(env\s+)?(ba|da|a)?sh(\s|$)/.test(shebang)) {
    return { kind: 'opaque', because: `it is a script for ${shebang}, not for a shell` };
  }
  const command = derived.starts.length === 1 ? plainCommand(derived) : null;
  if (command !== null) return { kind: 'script', script: command, shebang };
  const script = scriptFrom({ derived, file: text, heredocs: [] }, body);
  return typeof script === 'string' ? { kind: 'opaque', because: script } : { kind: 'script', script, shebang };
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
