/** `dockfix [paths…]` and `dockfix -`. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';

import { optionLines } from '../plan/options.ts';
import type { Transform } from '../plan/transform.ts';
import { jsonText, runReport } from '../report/json.ts';
import type { RunRequest } from '../run.ts';
import { run as repair, runText } from '../run.ts';
import type { BulkSettings } from './bulk-options.ts';
import { bulkFormats, bulkOptions, noBulkOptions, readBulk } from './bulk-options.ts';
import type { Command, ExitCode, Usage, Values } from './command.ts';
import { helperWord, isOn, last, usage } from './command.ts';
import type { Shared } from './options.ts';
import { group, outputOptions, readShared, text, whereOptions, whichOptions } from './options.ts';
import { openOutput } from './output.ts';
import { standardOutput } from './streams.ts';

const options: Readonly<Record<string, Options>> = {
  'dry-run': { type: 'boolean', group: group.what, describe: 'Print a unified diff and change nothing (the default)' },
  write: { type: 'boolean', group: group.what, describe: 'Rewrite the files in place' },
  check: { type: 'boolean', group: group.what, describe: 'As --dry-run, but exit with 1 if --write would change anything' },
  ...whichOptions,
  ...whereOptions,
  'stdin-filename': { ...text, group: group.where, describe: 'Path of the Dockerfile that `-` stands for (default: ./Dockerfile)' },
  ...bulkOptions,
  verbose: { type: 'boolean', group: group.output, describe: 'Also say what could change but has no reason to' },
  ...outputOptions,
  format: { ...outputOptions['format'], choices: ['text', 'json', ...bulkFormats] },
};

const call = `dockfix [paths…]           repair the Dockerfiles in these files and directories (default: .)
dockfix -                  repair a Dockerfile from standard input and print it
dockfix explain [paths…]   what each build step reads, and what makes it run again
dockfix impact [paths…]    how often the history would have run the installs again
dockfix verify [paths…]    build before and after with a real engine, and compare the images
dockfix pr OWNER/REPO…     repair repositories of a forge, each by a pull request`;

function afterHelp(all: readonly Transform[]): string {
  const names = all.map((transform) => [`  ${transform.id.padEnd(18)} ${transform.title}\n`, ...optionLines(transform).map((line) => `    --option ${line}\n`)].join('')).join('');
  return `
Transforms, in the order in which they run:
${names}
Exit codes: 0 done; 1 --check found changes; 2 something that was asked for could not be done.
`;
}

export const fixCommand: Command = { options, usage: call, afterHelp, run, usageJson: (message) => jsonText(runReport([], [{ path: '', code: 'bad-option', message }])) };

function run(values: Values, all: readonly Transform[]): Promise<ExitCode> | Usage {
  const modes = (['dry-run', 'write', 'check'] as const).filter((mode) => isOn(values, mode));
  if (modes.includes('write') && modes.length > 1) return usage(`--write and --${modes.find((mode) => mode !== 'write')} exclude each other`);
  const commits = isOn(values, 'commit');
  if (commits && modes.some((mode) => mode !== 'write')) return usage(`--commit and --${modes.find((mode) => mode !== 'write')} exclude each other`);
  const shared = readShared(values, all, commits ? 'write' : modes.includes('check') ? 'check' : modes[0]);
  if (shared.kind === 'usage') return shared;
  const { paths, mode } = shared.request;
  const stdinFilename = last(values, 'stdin-filename');
  if (paths.includes('-') && paths.length > 1) return usage('`-` (standard input) cannot be combined with other paths');
  if (paths.includes('-') && mode === 'write') return usage('`-` (standard input) cannot be written to; the rewritten Dockerfile is printed');
  if (stdinFilename !== null && !paths.includes('-')) return usage('--stdin-filename needs `-` as path');
  const bulk = readBulk(values);
  if (bulk?.kind === 'usage') return bulk;
  if (paths.includes('-') && bulk !== null) return usage('`-` (standard input) is one Dockerfile, not repositories');
  const verbose = isOn(values, 'verbose');
  return paths.includes('-') ? runOnStandardInput(shared, stdinFilename ?? 'Dockerfile', verbose) : runOnPaths(shared, bulk, verbose);
}

async function runOnPaths(shared: Shared, asked: BulkSettings | null, verbose: boolean): Promise<ExitCode> {
  const { request, transforms, json, color } = shared;
  const bulk = asked ?? (await bulkOfSeveral(request));
  if (bulk !== null) return (await import('./bulk.ts')).runBulk(shared, bulk, verbose);
  const output = await openOutput({ mode: request.mode, json, color, verbose }, request.mode === 'write' ? 'nothing' : 'diffs');
  const [, program] = process.argv;
  await repair(request, transforms, output, program === undefined || availableParallelism() < 2 ? null : { program, words: [helperWord] });
  return output.finish();
}

/** Paths of several repositories make a run over many, whatever the options. */
async function bulkOfSeveral({ cwd, paths, context }: RunRequest): Promise<BulkSettings | null> {
  if (paths.length === 1) return null;
  const { areSeveral } = await import('../bulk/repositories.ts');
  return areSeveral(cwd, paths, context) ? { ...noBulkOptions, paths } : null;
}

async function runOnStandardInput({ request, transforms, json, color }: Shared, filename: string, verbose: boolean): Promise<ExitCode> {
  const output = await openOutput({ mode: request.mode, json, color, verbose }, 'nothing');
  const bytes = readFileSync(0);
  const result = await runText(bytes, filename, request, transforms, output);
  // What could not be handled is printed as it came, so that a pipe into a file loses nothing.
  if (!json) standardOutput.write(result ?? bytes);
  return output.finish();
}
