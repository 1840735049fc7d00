/** `cd`, `export`, `set` and their like, which change what the rest of a RUN runs with. */
import type { Argument, Effect } from '../commands/command.ts';
import { effects, file } from '../commands/command.ts';
import { callOf } from '../commands/index.ts';
import type { Command } from '../dockerfile/shell.ts';
import { lookUp, namesIn } from './image-tree.ts';
import { redirected } from './outcomes.ts';
import { isWithin, join, standardDirectories } from './places.ts';
import type { Runner } from './runner.ts';
import { pathDirectories } from './view.ts';
import { joinedText, namedValue, setVariable } from './words.ts';

/** A builtin with assignments of its own keeps them in some shells; with redirections it reads or writes files. */
export function surroundedBuiltin(runner: Runner, command: Command, words: readonly Argument[]): string | null {
  const [name = '', ...more] = words.map((word) => word.text);
  if (command.assignments.length > 0) return `assignments before \`${name}\``;
  const outcome = redirected(runner, effects(), callOf(words, command.span), command.redirects, runner.view);
  if (outcome.kind === 'opaque') return outcome.because;
  return outcome.effects.length > 0 || (more.length === 0 && name !== 'cd' && command.redirects.length > 0) ? `a redirection of \`${name}\`` : null;
}

type Builtin = { readonly kind: 'done' } | { readonly kind: 'looks'; readonly effect: Effect } | { readonly kind: 'opaque'; readonly because: string };

const done: Builtin = { kind: 'done' };

/** cd, export and their like change what follows in the RUN. Undefined: not a builtin. */
export function runBuiltin(runner: Runner, words: readonly Argument[], failureIgnored: boolean): Builtin | undefined {
  const [name, ...args] = words;
  switch (name?.text) {
    case 'cd':
      return changeDirectory(runner, args, failureIgnored);
    case 'export':
    case 'readonly':
      for (const { text, known, raw } of args) {
        const equals = text.indexOf('=');
        if (!text.startsWith('-') && equals > 0) setVariable(runner, text.slice(0, equals), known && runner.substituted.length === 0 ? text.slice(equals + 1) : namedValue(runner, raw), raw);
      }
      return args.some(({ text, known }) => text.startsWith('-') || (!known && !text.includes('='))) ? { kind: 'opaque', because: `\`${name.text}\` in a form that dockfix does not read` } : done;
    case 'unset':
      if (args.some(({ text, known }) => !known || text.startsWith('-'))) return { kind: 'opaque', because: '`unset` in a form that dockfix does not read' };
      for (const { text } of args) setVariable(runner, text, null, '');
      return done;
    case 'set':
      return setOptions(runner, args);
    case 'umask':
      runner.surroundings.variables.set('(umask)', joinedText(args));
      return done;
    case 'source':
    case '.':
      return activate(runner, args);
    case 'exit':
      runner.left = true;
      return args.length === 0 || args[0]?.text === '0' ? done : { kind: 'opaque', because: '`exit` in the middle' };
    default:
      return undefined;
  }
}

/** `cd` fails where the directory is not there, so it looks. */
function changeDirectory(runner: Runner, args: readonly Argument[], failureIgnored: boolean): Builtin {
  const [target, ...more] = args.filter((arg) => arg.text !== '--');
  if (more.length > 0) return { kind: 'opaque', because: '`cd` with several arguments' };
  if (target && (!target.known || target.glob || target.text === '-')) return { kind: 'opaque', because: '`cd` to a directory that is not known' };
  const { view } = runner;
  const directory = target ? view.resolve(target.text) : view.home;
  const isThere = standardDirectories.has(directory) || isWithin(view.cwd, directory) || view.presence(directory) === 'yes';
  if (failureIgnored && !isThere) return { kind: 'opaque', because: '`cd` to a directory that may not be there' };
  if (view.variable('CDPATH') && target && !/^\.{0,2}(?:\/|$)/.test(target.text)) return { kind: 'opaque', because: '`cd` with CDPATH' };
  runner.surroundings.cwd = directory;
  return { kind: 'looks', effect: { does: `cd ${directory}`, kind: 'observe', reads: [file(directory)], env: [], writes: [], anyUser: true } };
}

/** Options that decide nothing but how errors are met and what is printed. */
const harmlessOption = /^[-+](?:[euxvhBbm]+|[euxvhBbm]*o)$|^(?:errexit|nounset|xtrace|verbose|pipefail|hashall|braceexpand)$/;

function setOptions(runner: Runner, args: readonly Argument[]): Builtin {
  const flags = args.map((arg) => arg.text);
  const understood = args.every(({ known }) => known) && flags.every((flag, index) => harmlessOption.test(flag) && (/^[-+]/.test(flag) || /^[-+].*o$/.test(flags[index - 1] ?? '')));
  if (!understood) return { kind: 'opaque', because: '`set` changes how the shell reads or runs what follows' };
  for (const [index, flag] of flags.entries()) {
    const isOn = (/^[-+]/.test(flag) ? flag : flags[index - 1])?.startsWith('-') === true;
    if (/^[-+][a-z]*e/.test(flag) || flag === 'errexit') runner.stopsOnError = isOn;
    if (flag === 'pipefail') runner.surroundings.variables.set(pipefail, `${isOn}`);
  }
  return done;
}

/** Does a pipe fail with any of its commands? Kept beside the variables. */
export const pipefail = '(pipefail)';

function activate(runner: Runner, args: readonly Argument[]): Builtin {
  const match = /^(.*)\/bin\/activate$/.exec(args[0]?.text ?? '');
  if (!match || !args[0]?.known) return { kind: 'opaque', because: 'a sourced script is not read' };
  const { view, state } = runner;
  const prefix = view.resolve(match[1] || '/');
  // The one that came with the environment has no entry of its own.
  const { operation } = state.values.made(lookUp(state.tree, join(prefix, 'bin/activate')).data);
  const isOwn = ['absent', 'base-data', 'changed'].includes(operation) && !namesIn(state.tree, join(prefix, 'bin')).includes('activate');
  if (!isOwn) return { kind: 'opaque', because: 'a sourced script is not read' };
  runner.surroundings.variables.set('VIRTUAL_ENV', prefix);
  runner.surroundings.variables.set('PATH', [join(prefix, 'bin'), ...pathDirectories(view.variable)].join(':'));
  const reads = [file(join(prefix, 'bin/activate')), file(join(prefix, 'pyvenv.cfg'))];
  return { kind: 'looks', effect: { does: `activate ${prefix}`, kind: 'observe', reads, env: [], writes: [], anyUser: true } };
}
