/**
 * The command line: `dockfix`, and the commands that its first word may name (src/cli, one file each). What is large is
 * loaded when it is needed, so that `--version` does not wait for it.
 */
import packageJson from '../package.json' with { type: 'json' };
import type { Command, ExitCode } from './cli/command.ts';
import { workerWord } from './cli/command.ts';

/** By first word; a directory of such a name is `./explain`. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  explain: async () => (await import('./cli/explain.ts')).explainCommand,
  impact: async () => (await import('./cli/impact.ts')).impactCommand,
  verify: async () => (await import('./cli/verify.ts')).verifyCommand,
};

async function main(argv: readonly string[]): Promise<ExitCode> {
  stopWhenNobodyReads();
  if (argv.length === 1 && argv[0] === '--version') return version();
  const [first = '', ...others] = argv;
  if (first === workerWord) return (await import('./bulk/worker.ts')).serve();
  const named = Object.hasOwn(commands, first) ? commands[first] : undefined;
  const command = named ? await named() : (await import('./cli/fix.ts')).fixCommand;
  const { transforms } = await import('../transforms/index.ts');
  const { parseArguments } = await import('./cli/parse.ts');
  const parsed = await parseArguments(named ? others : argv, command, transforms);
  if (parsed.kind === 'usage') return usageError(parsed.message, command, argv);
  if (parsed.kind === 'version') return version();
  if (parsed.kind === 'help') {
    process.stdout.write(parsed.text);
    return 0;
  }
  const done = command.run(parsed.values, transforms);
  return 'kind' in done ? usageError(done.message, command, argv) : done;
}

function version(): ExitCode {
  process.stdout.write(`${packageJson.version}\n`);
  return 0;
}

/** `dockfix | head` closes standard output before everything is printed; that is no failure of dockfix. */
function stopWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
}

/** Options that are not understood still get their answer as JSON where JSON was asked for. */
function usageError(message: string, command: Command, argv: readonly string[]): ExitCode {
  const wantsJson = argv.some((word, index) => word === '--format=json' || (word === 'json' && argv[index - 1] === '--format'));
  if (wantsJson && command.usageJson) process.stdout.write(command.usageJson(message));
  process.stderr.write(`dockfix: ${message}\nTry dockfix --help.\n`);
  return 2;
}

// Last, because what the functions use has to be there.
main(process.argv.slice(2)).then(
  (code) => {
    // Not process.exit(): what is still on its way to a pipe would be lost.
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`dockfix: this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  },
);
