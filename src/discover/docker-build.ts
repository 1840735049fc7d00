/** `docker build` in a shell script, as far as its words are literal: https://docs.docker.com/reference/cli/docker/buildx/build/ */
import type { WrittenBuild } from './declared.ts';
import { splitAssignment } from './declared.ts';

export interface ShellBuild extends WrittenBuild {
  /** Where the script had gone by then (`cd`), relative to where it started. */
  readonly directory: string;
}

/** A word; null where its value is not known (variables, substitutions, globs). */
type ShellWord = string | null;

/** What stands for a part of a word that is not known: no shell and no path has it. */
export const unknownPart = '\uFFFF';

/** A build whose words may hold unknown parts. */
export interface AskedBuild {
  /** Null: no word of the command can be its context. */
  readonly context: string | null;
  readonly dockerfile: string | null;
  readonly target: string | null;
  readonly args: ReadonlyMap<string, string>;
  readonly namedContexts: readonly string[];
  /** Where the script had gone by then. */
  readonly directory: string;
}

/** The build that a command line begins with, after what it does to get to its place; null if it is another command. */
export function askedBuildIn(commandLine: string): AskedBuild | null {
  let directory = '.';
  for (const words of commandsIn(commandLine)) {
    const [program, to] = words;
    if (program !== 'cd' && program !== 'pushd') return askedBuild(words, directory);
    directory = to === undefined || to.startsWith('/') || to.startsWith('-') ? unknownPart : `${directory}/${to}`;
  }
  return null;
}

function askedBuild(words: readonly string[], directory: string): AskedBuild | null {
  const args = buildArguments(words);
  if (args === null) return null;
  const read = readOptions(args);
  if (isSentence(args)) return null;
  // What is unknown as a whole may be several options, or none.
  const places = read.positional.length > 1 ? read.positional.filter((word) => word !== unknownPart) : read.positional;
  const context = places.length === 1 ? (places[0] ?? null) : null;
  return { context, dockerfile: read.file, target: read.target, args: new Map([...read.args].filter(([, value]) => !value.includes(unknownPart))), namedContexts: read.namedContexts, directory };
}

/** `docker build failed with 1`: a build has one context, and there is no option that a second word could belong to. */
function isSentence(args: readonly string[]): boolean {
  return args.length > 1 && args.every((word) => /^[^-\uFFFF]/.test(word));
}

/** The builds of a script whose contexts are literal; what comes after a `cd` to an unknown place is left out. */
export function dockerBuildsIn(script: string): readonly ShellBuild[] {
  const builds: ShellBuild[] = [];
  let directory = '.';
  for (const command of commandsIn(script)) {
    const words = command.map(knownWord);
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

function knownWord(word: string): ShellWord {
  return word.includes(unknownPart) ? null : word;
}

function buildOf(words: readonly ShellWord[], directory: string): ShellBuild | null {
  const args = buildArguments(words);
  if (args === null) return null;
  const { positional, file, target, args: buildArgs, namedContexts } = readOptions(args.map((word) => word ?? unknownPart));
  const known = (value: string | null): string | null | undefined => (value?.includes(unknownPart) ? undefined : value);
  // Words beyond the context mean that an option was read wrongly, or that an unknown word held several.
  const [context = unknownPart] = positional;
  if (positional.length !== 1 || context === unknownPart || context === '') return null;
  const knownArgs = new Map([...buildArgs].filter(([, value]) => !value.includes(unknownPart)));
  return { name: 'docker build', line: 1, context, dockerfile: known(file), dockerfileFrom: 'base', target: known(target), args: knownArgs, namedContexts, directory };
}

interface Options {
  readonly positional: readonly string[];
  readonly file: string | null;
  readonly target: string | null;
  readonly args: ReadonlyMap<string, string>;
  readonly namedContexts: readonly string[];
}

function readOptions(words: readonly string[]): Options {
  const positional: string[] = [];
  const args = new Map<string, string>();
  const namedContexts: string[] = [];
  let file: string | null = null;
  let target: string | null = null;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-') || word === '-') {
      positional.push(word);
      continue;
    }
    const [option, attached] = optionOf(word);
    const value = attached ?? (flagsWithoutValue.has(option) ? '' : (words[(index += 1)] ?? unknownPart));
    if (option === '--file' || option === '-f') file = value;
    else if (option === '--target') target = value;
    else if (option === '--build-context') namedContexts.push(splitAssignment(value)[0]);
    else if (option === '--build-arg') {
      const [name, text] = splitAssignment(value);
      if (text !== null) args.set(name, text);
    }
  }
  return { positional, file, target, args, namedContexts };
}

const commandPrefixes: ReadonlySet<string> = new Set(['sudo', 'time', 'exec', 'if', 'then', 'else', 'do', '!', '{']);

/** What follows `docker build` and its other spellings; null for other commands. */
function buildArguments<Word extends ShellWord>(words: readonly Word[]): readonly Word[] | null {
  let start = 0;
  while (commandPrefixes.has(words[start] ?? '') || /^[A-Za-z_]\w*=/.test(words[start] ?? '')) start += 1;
  const [program, ...rest] = words.slice(start);
  if (!builders.has(programName(program ?? ''))) return null;
  const verb = verbOf(rest);
  return verb !== null && buildWords.has(rest[verb] ?? '') ? rest.slice(verb + 1) : null;
}

/** `/usr/bin/docker`, `docker.exe` */
function programName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1).replace(/\.exe$/, '');
}

/**
 * Where the verb of a command is: behind options of the program (`docker --context x buildx --builder y build`) and
 * names of groups of verbs. Null: there is none.
 */
export function verbOf(words: readonly (string | null)[]): number | null {
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? '';
    if (groups.has(word)) at += 1;
    else if (!word.startsWith('-')) return at;
    else at += takesNext(word, words[at + 1] ?? '') ? 2 : 1;
  }
  return null;
}

function takesNext(option: string, next: string): boolean {
  return !option.includes('=') && !plainOptions.has(option) && next !== 'build' && next !== 'bud' && !groups.has(next);
}

const plainOptions: ReadonlySet<string> = new Set(['-D', '--debug', '--tls', '--tlsverify', '--remote', '-r']);
const groups: ReadonlySet<string> = new Set(['buildx', 'image', 'builder']);
const builders: ReadonlySet<string> = new Set(['docker', 'podman', 'buildah', 'nerdctl', 'finch', 'img']);
/** `b` is buildx's own short form, `bud` Buildah's old name. */
const buildWords: ReadonlySet<string> = new Set(['build', 'bud', 'build-using-dockerfile', 'b']);

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
function* commandsIn(script: string): Generator<readonly string[]> {
  const text = script.replace(/\\\r?\n/g, ' ');
  let words: string[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === ' ' || character === '\t' || character === '\r') {
      at += 1;
    } else if (/[\n;&|()]/.test(character)) {
      if (words.length > 0) yield words;
      words = [];
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
  if (words.length > 0) yield words;
}

const redirection = /^\d{0,3}[<>]{1,3}[&|-]?[ \t]{0,4}/;

/**
 * The word that starts at `from`: its text if it is literal, and where it ends. Only what the caller passes over itself
 * ends a word, so that reading always goes on: to a shell other white space, such as a no-break space, is a letter.
 */
function wordAt(text: string, from: number): { readonly word: string; readonly end: number } {
  let word = '';
  let quote = '';
  let at = from;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === '' && /[ \t\r\n;&|()<>]/.test(character)) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (quote === "'") word += character;
    else if (character === '\\') word += text.charAt((at += 1));
    else if (character === '$' || character === '`') {
      word += unknownPart;
      at = endOfExpansion(text, at);
    } else if (quote === '' && /[*?[\]{}~]/.test(character) && !(character === '{' && at === from)) word += unknownPart;
    else word += character;
  }
  return { word: word.replace(/\uFFFF+/g, unknownPart), end: at };
}

/** Further away the closing brace is not looked for: else many that are never closed would take forever. */
const longestExpansion = 1000;

/** The offset of the last character of a variable or a substitution that begins with `$` or a backquote. */
function endOfExpansion(text: string, from: number): number {
  if (text[from] === '`') return Math.max(from, text.indexOf('`', from + 1));
  if (text[from + 1] === '(') return endOfSubstitution(text, from + 2);
  if (text[from + 1] === '{') return from + Math.max(0, text.slice(from, from + longestExpansion).indexOf('}'));
  return from + (/^(?:\w+|[@*#?$!-])/.exec(text.slice(from + 1, from + 100))?.[0].length ?? 0);
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
