import type { Directive, Escape, Problem } from '../scan.ts';
import { lineContentEnd, lineStartAt } from './lines.ts';
import { skipSpace } from './space.ts';

const directiveNames: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);

interface DirectiveBlock {
  readonly directives: readonly Directive[];
  readonly escape: Escape;
  /** How many lines at the top are directives. */
  readonly lines: number;
}

/** The directives at the top: the first line that is none, even an empty one, ends them. */
export function readDirectives(text: string, table: readonly number[], problems: Problem[]): DirectiveBlock {
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
