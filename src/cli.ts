/** The command line. `--version` does not wait for the rest. */
import packageJson from '../package.json' with { type: 'json' };
import type { ExitCode } from './cli/command.ts';
import { helperWord, workerWord } from './cli/command.ts';
import { standardError, standardOutput } from './cli/streams.ts';

async function main(argv: readonly string[]): Promise<ExitCode> {
  const { version } = packageJson;
  if (argv[0] === workerWord) return (await import('./bulk/worker.ts')).serve();
  if (argv[0] === helperWord) return (await import('./helper.ts')).serveAsHelper();
  if (argv.length !== 1 || argv[0] !== '--version') return (await import('./cli/main.ts')).runCommandLine(argv, version);
  standardOutput.write(`${version}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    // Not process.exit(): what is still on its way to a terminal would be lost.
    process.exitCode = code;
  },
  (error: unknown) => {
    standardError.write(`dockfix: this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  },
);
