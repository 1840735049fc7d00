import { isSymbolic } from '../build/places.ts';
import type { Span } from '../types.ts';
import type { Argument, Call } from './command.ts';
import type { Grammar } from './options.ts';
import { grammar, readOptions } from './options.ts';

/**
 * Programs that only run another one (`sudo`, `env`, `timeout`, `python -m`) are taken off, so that the modules see the
 * command itself. A wrapper with an option that is not listed here stays on, and the call counts as not understood.
 */

/** A call with its wrappers taken off. */
export interface UnwrappedCall extends Call {
  /** Variables that `env` or `sudo` set for the command. */
  readonly assignments: readonly (readonly [string, string])[];
  /** Run through `sudo`, so by root whoever the user is. */
  readonly asRoot: boolean;
}

interface Wrapper {
  readonly grammar: Grammar;
  /** Operands of its own before the command: the duration of `timeout`. */
  readonly operands: number;
  readonly assigns?: boolean;
}

const stopsAtOperand = true;

/** The options that change nothing in what the command does. */
const wrappers: ReadonlyMap<string, Wrapper> = new Map([
  ['env', { grammar: grammar({ stopsAtOperand }), operands: 0, assigns: true }],
  ['sudo', { grammar: grammar({ stopsAtOperand, flags: '-E|--preserve-env -H|--set-home -n|--non-interactive -S|--stdin', values: '-u|--user' }), operands: 0, assigns: true }],
  ['command', { grammar: grammar({ stopsAtOperand }), operands: 0 }],
  ['time', { grammar: grammar({ stopsAtOperand, flags: '-p -v|--verbose' }), operands: 0 }],
  ['nohup', { grammar: grammar({ stopsAtOperand }), operands: 0 }],
  ['nice', { grammar: grammar({ stopsAtOperand, values: '-n|--adjustment' }), operands: 0 }],
  ['ionice', { grammar: grammar({ stopsAtOperand, flags: '-t|--ignore', values: '-c|--class -n|--classdata' }), operands: 0 }],
  ['timeout', { grammar: grammar({ stopsAtOperand, flags: '--foreground --preserve-status -v|--verbose', values: '-s|--signal -k|--kill-after' }), operands: 1 }],
  ['stdbuf', { grammar: grammar({ stopsAtOperand, values: '-i|--input -o|--output -e|--error' }), operands: 0 }],
]);

/** Names of wrappers: one that is left on a call has a form that is not read. */
export const wrapperNames: ReadonlySet<string> = new Set(wrappers.keys());

/** `python -m NAME` is the program NAME for these modules; others stay calls of Python. */
const pythonModules: ReadonlySet<string> = new Set([
  'pip', 'venv', 'virtualenv', 'ensurepip', 'poetry', 'pipenv', 'piptools', 'pip-tools', 'uv', 'pdm', 'build', 'compileall', 'spacy',
  'nltk', 'nltk.downloader', 'playwright', 'grpc_tools.protoc',
]);

/** Those of them that are no command of their own: a program of that name is something else. */
export const onlyModules: ReadonlySet<string> = new Set(['venv', 'ensurepip', 'piptools', 'build', 'compileall', 'nltk.downloader', 'grpc_tools.protoc']);

const pythonFlags = grammar({ stopsAtOperand, flags: '-u -B -O -OO -I -s -E', values: '-m -W -X' });

/** The command that the words run. `span` is that of all words. */
export function unwrap(words: readonly Argument[], span: Span): UnwrappedCall {
  const assignments: (readonly [string, string])[] = [];
  let rest = words;
  let asRoot = false;
  for (;;) {
    const first = rest[0];
    const inner = first?.known ? withoutWrapper(baseName(first.text), rest, assignments) : null;
    if (!first || !inner) {
      const { program, programPath, interpreter, args } = (first?.known ? moduleCall(first, rest, span) : null) ?? simple(rest, span);
      return { program, programPath, interpreter, args, span, assignments, asRoot };
    }
    asRoot ||= baseName(first.text) === 'sudo';
    rest = inner;
  }
}

/** The words of the wrapped command; null if there is no wrapper, or it has a form that is not known. */
function withoutWrapper(program: string, words: readonly Argument[], assignments: (readonly [string, string])[]): readonly Argument[] | null {
  if (words[0]?.text === 'php') return composerOf(words);
  const wrapper = wrappers.get(program);
  if (!wrapper) return null;
  const args = words.slice(1);
  const { options, operands } = readOptions(args, wrapper.grammar);
  if (options.some((option) => !option.listed || (option.value && !option.value.known))) return null;
  const user = options.findLast(({ name }) => name === '--user');
  if (user && user.value?.text !== 'root') return null;
  const own = operands.slice(0, wrapper.operands);
  if (own.length < wrapper.operands || own.some(({ argument }) => !argument.known)) return null;
  let start = operands[wrapper.operands]?.index;
  const found: (readonly [string, string])[] = [];
  while (wrapper.assigns && start !== undefined && start < args.length) {
    const word = args[start];
    const equals = word?.text.indexOf('=') ?? -1;
    if (!word || equals < 1 || !/^[A-Za-z_]\w*$/.test(word.text.slice(0, equals))) break;
    if (!word.known) return null;
    found.push([word.text.slice(0, equals), word.text.slice(equals + 1)]);
    start += 1;
  }
  if (start === undefined || start >= args.length) return null;
  assignments.push(...found);
  return args.slice(start);
}

const phpOptions = grammar({ stopsAtOperand, values: '-d|--define' });

/** `php -d memory_limit=-1 /usr/bin/composer install`: PHP would find it by itself. Other settings may name files. */
function composerOf(words: readonly Argument[]): readonly Argument[] | null {
  const args = words.slice(1);
  const { options, operands: [script] } = readOptions(args, phpOptions);
  if (!script?.argument.known || !/^\/.*\/composer(?:\.phar)?$/.test(script.argument.text)) return null;
  const isPlain = options.every(({ listed, value }) => listed && value?.known === true && value.text.startsWith('memory_limit='));
  return isPlain ? args.slice(script.index) : null;
}

function moduleCall(first: Argument, words: readonly Argument[], span: Span): Call | null {
  if (!/^(?:python|pypy)[\d.]*$/.test(baseName(first.text))) return null;
  const args = words.slice(1);
  const { options } = readOptions(args, pythonFlags);
  const at = options.findIndex((option) => option.name === '-m');
  const option = options[at];
  if (!option?.value?.known || options.slice(0, at).some((other) => !other.listed)) return null;
  const name = option.value.text;
  if (!pythonModules.has(name)) return null;
  return { program: name, programPath: null, interpreter: first.text, args: args.slice(option.last + 1), span };
}

function simple(words: readonly Argument[], span: Span): Call {
  const first = words[0];
  const args = words.slice(1);
  const text = first?.text ?? '';
  // The name of a program that is not known must not look like one that is.
  if (first && (!first.known || isSymbolic(text))) return { program: first.raw, programPath: null, interpreter: null, args, span };
  return { program: baseName(text), programPath: text.includes('/') ? text : null, interpreter: null, args, span };
}

function baseName(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}
