/** `docker build` in a shell script, as far as its words are literal: https://docs.docker.com/reference/cli/docker/buildx/build/ */
import type { WrittenBuild } from './declared.ts';
import { splitAssignment } from './declared.ts';

export interface ShellBuild extends WrittenBuild {
  /** Where the script had gone by then (`cd`), relative to where it started. */
  readonly directory: string;
}

/** A word; null where its value is not known (variables, substitutions, globs). */
type ShellWord = string | null;

/** The builds of a script whose contexts are literal; what comes after a `cd` to an unknown place is left out. */
export function dockerBuildsIn(script: string): readonly ShellBuild[] {
  const builds: ShellBuild[] = [];
  let directory = '.';
  for (const words of commandsIn(script)) {
    if (words[0] === 'cd' || words[0] === 'pushd') {
      const to = words[1];
      if (words.length !== 2 || typeof to !== 'string' || to.startsWith('/') || to.startsWith('-')) return builds;
      directory = `${directory}/${to}`;
      continue;
    }
    // Where a script returns to, a reader of one pass does not keep.
    if (words[0] === 'popd') return builds;
    const build = buildOf(words, directory);
    if (build !== null) builds.push(build);
  }
  return builds;
}

function buildOf(words: readonly ShellWord[], directory: string): ShellBuild | null {
  const args = buildArguments(words);
  if (args === null) return null;
  const found = { context: undefined as string | undefined, positional: 0, file: null as string | null | undefined, target: null as string | null | undefined };
  const buildArgs = new Map<string, string>();
  const namedContexts: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? null;
    if (word === null || !word.startsWith('-') || word === '-') {
      found.context = word ?? undefined;
      found.positional += 1;
      continue;
    }
    const [option, attached] = optionOf(word);
    const value = attached ?? (flagsWithoutValue.has(option) ? '' : (args[(index += 1)] ?? null));
    if (option === '--file' || option === '-f') found.file = value ?? undefined;
    else if (option === '--target') found.target = value ?? undefined;
    else if (option === '--build-context' && value !== null) namedContexts.push(splitAssignment(value)[0]);
    else if (option === '--build-arg' && value !== null) {
      const [name, text] = splitAssignment(value);
      if (text !== null) buildArgs.set(name, text);
    }
  }
  // Words beyond the context mean that an option was read wrongly, or that an unknown word held several.
  if (found.positional !== 1 || found.context === undefined || found.context === '') return null;
  return { name: 'docker build', line: 1, context: found.context, dockerfile: found.file, dockerfileFrom: 'base', target: found.target, args: buildArgs, namedContexts, directory };
}

const commandPrefixes: ReadonlySet<string> = new Set(['sudo', 'time', 'exec', 'if', 'then', 'else', 'do', '!', '{']);

/** What follows `docker build` and its other spellings; null for other commands. */
function buildArguments(words: readonly ShellWord[]): readonly ShellWord[] | null {
  let start = 0;
  while (commandPrefixes.has(words[start] ?? '') || /^[A-Za-z_]\w*=/.test(words[start] ?? '')) start += 1;
  const [program, ...rest] = words.slice(start);
  if (program !== 'docker' && program !== 'podman') return null;
  const inGroup = rest[0] === 'buildx' || rest[0] === 'image' || rest[0] === 'builder' ? rest.slice(1) : rest;
  return inGroup[0] === 'build' ? inGroup.slice(1) : null;
}

/** `--name=value`, `-fvalue` and `-f=value` apart. */
function optionOf(word: string): readonly [option: string, attached: string | null] {
  if (word.startsWith('--')) {
    const at = word.indexOf('=');
    return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
  }
  return word.length === 2 ? [word, null] : [word.slice(0, 2), word.slice(word[2] === '=' ? 3 : 2)];
}

const flagsWithoutValue: ReadonlySet<string> = new Set([
  '--check',
  '--compress',
  '--debug',
  '--disable-content-trust',
  '--force-rm',
  '--load',
  '--no-cache',
  '--pull',
  '--push',
  '--quiet',
  '--rm',
  '--squash',
  '--stream',
  '-D',
  '-q',
]);

/** The commands of a script, each a list of words. Here-documents, loops and the like come out as commands that mean nothing. */
function commandsIn(script: string): readonly (readonly ShellWord[])[] {
  const text = script.replace(/\\\r?\n/g, ' ');
  const commands: (readonly ShellWord[])[] = [];
  let words: ShellWord[] = [];
  let at = 0;
  const endCommand = (): void => {
    if (words.length > 0) commands.push(words);
    words = [];
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === ' ' || character === '\t' || character === '\r') {
      at += 1;
    } else if (/[\n;&|()]/.test(character)) {
      endCommand();
      at += 1;
    } else if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (redirection.test(text.slice(at, at + 12))) {
      // The word behind it is where to, and no argument.
      at += redirection.exec(text.slice(at, at + 12))?.[0].length ?? 1;
      at = wordAt(text, at).end;
    } else {
      const { word, end } = wordAt(text, at);
      words.push(word);
      at = end;
    }
  }
  endCommand();
  return commands;
}

const redirection = /^\d{0,3}[<>]{1,3}[&|-]?[ \t]{0,4}/;

/** The word that starts at `from`: its text if it is literal, and where it ends. */
function wordAt(text: string, from: number): { readonly word: ShellWord; readonly end: number } {
  let word = '';
  let known = true;
  let quote = '';
  let at = from;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === '' && /[\s;&|()<>]/.test(character)) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (quote === "'") word += character;
    else if (character === '\\') word += text.charAt((at += 1));
    else if (character === '$' || character === '`') {
      known = false;
      if (text[at + 1] === '(') at = endOfSubstitution(text, at + 2);
    } else if (quote === '' && /[*?[\]{}~]/.test(character) && !(character === '{' && at === from)) known = false;
    else word += character;
  }
  return { word: known && !word.includes('\uFFFF') ? word : null, end: at };
}

/** The offset of the bracket that closes `$(`; quotes within are not looked at. */
function endOfSubstitution(text: string, from: number): number {
  let open = 1;
  let at = from;
  for (; at < text.length; at += 1) {
    if (text[at] === '(') open += 1;
    else if (text[at] === ')') open -= 1;
    if (open === 0) break;
  }
  return at;
}
