/**
 * `dockfix`, and the commands that its first word may name (one file each). What only one of these needs is loaded when
 * it is asked for.
 */
import { transforms } from '../../transforms/index.ts';
import type { Command, ExitCode } from './command.ts';
import { fixCommand } from './fix.ts';
import { parseArguments } from './parse.ts';
import { standardError, standardOutput } from './streams.ts';
import { suggestion } from '../plan/suggestion.ts';

/** By first word; a directory of such a name is `./explain`. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  explain: async () => (await import('./explain.ts')).explainCommand,
  impact: async () => (await import('./impact.ts')).impactCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  pr: async () => (await import('./pr.ts')).prCommand,
};

/** Does what the words of the command line ask for. */
export async function runCommandLine(argv: readonly string[], version: string): Promise<ExitCode> {
  const [first = '', ...others] = argv;
  const named = Object.hasOwn(commands, first) ? commands[first] : undefined;
  const command = named ? await named() : fixCommand;
  const parsed = await parseArguments(named ? others : argv, command, transforms);
  if (parsed.kind === 'unknown option') return usageError(await unknownOption(parsed.name, command), command, argv);
  if (parsed.kind === 'usage') return usageError(parsed.message, command, argv);
  if (parsed.kind === 'help' || parsed.kind === 'version') {
    standardOutput.write(parsed.kind === 'help' ? parsed.text : `${version}\n`);
    return 0;
  }
  const done = command.run(parsed.values, transforms);
  return 'kind' in done ? usageError(done.message, command, argv) : done;
}

/** Says which other commands have the option; if none has it, which one of this command may be meant. */
async function unknownOption(name: string, { options }: Command): Promise<string> {
  const written = name.length === 1 ? `-${name}` : `--${name}`;
  const others = await Promise.all(Object.entries(commands).map(async ([word, load]) => ({ call: `dockfix ${word}`, command: await load() })));
  const having = [{ call: 'dockfix', command: fixCommand }, ...others].filter((other) => Object.hasOwn(other.command.options, name));
  if (having.length === 0) return `unknown option ${written}${suggestion(name, Object.keys(options), '--')}`;
  return `unknown option ${written}: it belongs to ${having.map(({ call }) => call).join(' and ')}`;
}

/** Options that are not understood still get their answer as JSON where JSON was asked for. */
function usageError(message: string, command: Command, argv: readonly string[]): ExitCode {
  const wantsJson = argv.some((word, index) => word === '--format=json' || (word === 'json' && argv[index - 1] === '--format'));
  if (wantsJson && command.usageJson) standardOutput.write(command.usageJson(message));
  standardError.write(`dockfix: ${message}\nTry dockfix --help.\n`);
  return 2;
}
