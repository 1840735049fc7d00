import type { Command, Word } from '../../dockerfile/shell.ts';

/** A word whose value is known up to variables: `app`, `${APP_USER}`. */
export interface WordText {
  readonly text: string;
  /** Names of the variables in it. */
  readonly variables: readonly string[];
}

/** The word with quotes removed and variables written `${NAME}`; null if it holds more than that. */
export function wordText(word: Word): WordText | null {
  let text = '';
  const variables: string[] = [];
  for (const part of word.parts) {
    if (part.kind === 'literal') text += part.text;
    else if (part.kind === 'variable' && part.operator === null && /^[A-Za-z_]\w*$/.test(part.name)) {
      text += `\${${part.name}}`;
      variables.push(part.name);
    } else return null;
  }
  return { text, variables };
}

/** The words of a command without assignments and redirections; null if one is not known. */
export function commandWords(command: Command): readonly WordText[] | null {
  if (command.assignments.length > 0 || command.redirects.length > 0) return null;
  const words: WordText[] = [];
  for (const word of command.words) {
    const text = wordText(word);
    if (text === null) return null;
    words.push(text);
  }
  return words;
}

export interface Options {
  /** Name (as `flags` and `values` spell it) and value; flags have the value `''`. */
  readonly given: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * Options by getopt's rules: `-SDH`, `-u 1000`, `-u1000`, `--uid 1000`, `--uid=1000`, in any order among the operands.
 * `flags` and `values` lead each spelling to one name. Null for an option that is in neither.
 */
export function readOptions(words: readonly string[], flags: ReadonlyMap<string, string>, values: ReadonlyMap<string, string>): Options | null {
  const given = new Map<string, string>();
  const operands: string[] = [];
  const pending = [...words].toReversed();
  for (let word = pending.pop(); word !== undefined; word = pending.pop()) {
    if (word === '--') {
      operands.push(...pending.toReversed());
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const [name, inline] = word.startsWith('--') ? splitAtEquals(word) : [word.slice(0, 2), word.length > 2 ? word.slice(2) : null];
    const flag = flags.get(name);
    const value = values.get(name);
    if (flag !== undefined) {
      given.set(flag, '');
      if (inline === null) continue;
      if (word.startsWith('--')) return null;
      pending.push(`-${inline}`);
    } else if (value !== undefined) {
      const text = inline ?? pending.pop();
      if (text === undefined) return null;
      given.set(value, text);
    } else return null;
  }
  return { given, operands };
}

function splitAtEquals(word: string): [string, string | null] {
  const at = word.indexOf('=');
  return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
}

/** `-u --uid uid` as a map of the spellings to the last word. */
export function spellings(...lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(lines.flatMap((line) => {
    const words = line.split(' ');
    const name = words.at(-1) ?? '';
    return words.slice(0, -1).map((word): [string, string] => [word, name]);
  }));
}
