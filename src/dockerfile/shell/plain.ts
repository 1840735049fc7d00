import type { Command, Script, Word } from '../shell.ts';
import type { Derived } from './derived.ts';

/** Letters that mean nothing to a shell, in words with blanks between them. In front a word with `=` is an assignment. */
const plainWords = /^[\w./:,@%+-]+(?:[ \t]+[\w./:,@%+=-]+)*$/;

/** What a shell, or the parser, takes for more than the name of a command. */
const reservedWords: ReadonlySet<string> = new Set([
  'if', 'then', 'else', 'elif', 'fi', 'do', 'done', 'case', 'esac', 'while', 'until', 'for', 'in', 'function', 'select', 'coproc', 'time',
]);

/** A text of one such command, which most are where there are many: the parser would make the same of it. Null for any other. */
export function plainCommand({ text, shifts: [shift = 0] }: Derived): Script | null {
  if (!plainWords.test(text)) return null;
  const texts = text.match(/[^ \t]+/g) ?? [];
  if (reservedWords.has(texts[0] ?? '')) return null;
  let end = 0;
  const words = texts.map((raw): Word => {
    const start = text.indexOf(raw, end);
    end = start + raw.length;
    return { parts: [{ kind: 'literal', text: raw, quoted: false }], raw, span: { start: start + shift, end: end + shift } };
  });
  const span = { start: shift, end: shift + text.length };
  const node: Command = { kind: 'command', assignments: [], words, redirects: [], span };
  return { steps: [{ node, joinedBy: 'start', span, separator: { start: shift, end: shift }, heredocPending: false }], span };
}
