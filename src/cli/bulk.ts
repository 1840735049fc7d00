/** A run over many repositories: what is printed of it, and how it ends. */
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

import packageJson from '../../package.json' with { type: 'json' };
import type { BulkRequest } from '../bulk/job.ts';
import { runOverRepositories } from '../bulk/bulk.ts';
import { isInShard } from '../bulk/in-shard.ts';
import type { Shard } from '../bulk/shard.ts';
import type { NoRepository, Repository } from '../bulk/repositories.ts';
import { clonesIn, readList, repositoriesOf } from '../bulk/repositories.ts';
import type { State } from '../bulk/state.ts';
import { openState } from '../bulk/state.ts';
import type { BulkPrinter, RepositoryReport } from '../report/bulk.ts';
import { addNotDone, addRepository, bulkJson, emptySummary, outcomeOf, summaryTable } from '../report/bulk.ts';
import { coloredDiff, errorLine, fileLines } from '../report/terminal.ts';
import { count, printable } from '../report/words.ts';
import type { BulkSettings } from './bulk-options.ts';
import type { ExitCode } from './command.ts';
import { workerWord } from './command.ts';
import type { Shared } from './options.ts';
import { colorsFor } from './output.ts';
import { progressOn } from './progress.ts';
import { couldNotPrint, standardError, standardOutput, whenUnprinted } from './streams.ts';

export async function runBulk({ request, transforms, color, format }: Shared, settings: BulkSettings, verbose: boolean): Promise<ExitCode> {
  const { cwd, context, mode, unsafe } = request;
  const found = findRepositories(cwd, settings, context);
  if (typeof found === 'string') {
    standardError.write(`dockfix: ${found}\n`);
    return 2;
  }
  const { workdir } = found;
  const repositories = found.repositories.filter((one) => isMeant(one, settings.shard));
  const asked: BulkRequest = { cwd, mode, unsafe, verbose, context: context === null ? null : resolve(cwd, context), settings: request.settings, transforms: transforms.map(({ id }) => id), fromCwd: format === 'text', workdir, onlyClean: (settings.list !== null || settings.commit) && !settings.allowDirty, commit: settings.commit ? { author: settings.author } : null };
  const state = stateOf(settings, asked);
  if (typeof state === 'string') {
    standardError.write(`dockfix: ${state}\n`);
    return 2;
  }
  const colors = await colorsFor(standardError, color);
  const printer = await printerFor(format, mode === 'write', color);
  const progress = progressOn(standardError, repositories.length);
  const say = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    progress.clear();
    standardError.write(lines.map((line) => `${line}\n`).join(''));
  };
  const print = (text: string): void => {
    if (text === '') return;
    progress.clear();
    standardOutput.write(text);
  };
  const interruption = interruptions(() => say(['dockfix: finishing what is in work; once more to stop at once']));
  // What is written is of use without its report.
  whenUnprinted(mode === 'write' ? () => undefined : interruption.stop);
  const worker = { program: realpathSync(process.argv[1] ?? ''), words: [workerWord] };
  const run = runOverRepositories({ repositories, request: asked, jobs: settings.jobs, state, worker, stopped: interruption.stopped }, {
    onBegin: ({ shown }) => progress.show(shown, ''),
    onProgress: ({ shown }, done, total) => progress.show(shown, `${done} of ${total} Dockerfiles`),
    onEnd: ({ shown }) => progress.ended(shown),
  });
  if (state !== null && state.done > 0) say([`${colors.dim('note')} ${count(state.done, 'repository', 'repositories')} done before, when this run was cut off`]);
  let summary = emptySummary;
  print(printer.begin());
  for await (const report of run) {
    if (report === null) continue;
    summary = addRepository(summary, report);
    print(printer.repository(report));
    say(linesOf(report));
    progress.done(report.path, outcomeOf(report, mode === 'write'));
  }
  summary = addNotDone(summary, repositories.length - summary.repositories);
  progress.end();
  print(printer.end(summary));
  say(['', ...summaryTable(summary, mode === 'write')]);
  const fault = state?.fault() ?? null;
  if (fault !== null) say([`${colors.dim('note')} --resume: not all that was done could be kept: ${fault}`]);
  state?.close(summary.notDone === 0);
  interruption.end();
  const signal = interruption.name();
  if (signal !== null) process.kill(process.pid, signal);
  if (summary.statuses.failed > 0 || couldNotPrint()) return 2;
  return mode === 'check' && summary.statuses.changed > 0 ? 1 : 0;

  /** In a report that is read elsewhere the reasons are in the report. */
  function linesOf({ path, files, errors, notes }: RepositoryReport): readonly string[] {
    const failures = errors.map((error) => errorLine(error.path === '' || format !== 'text' ? { ...error, path: error.path === '' ? path : `${path}/${error.path}` } : error, colors));
    if (format !== 'text') return failures;
    // On a terminal no line of its own says which repository it was.
    return [...notes.map((note) => `${colors.dim('note')} ${printable(path)}: ${printable(note)}`), ...files.flatMap((file) => fileLines(file, { colors, verbose, mode })), ...failures];
  }
}

/** What is named wrongly is said by every shard. A clone is in the same one wherever it is cloned to. */
function isMeant(one: Repository | NoRepository, shard: Shard | null): boolean {
  return shard === null || one.kind === 'none' || isInShard(one.clone?.directory ?? one.shown, shard);
}

/** Gives what is wrong with the file. */
function stateOf({ resume }: BulkSettings, request: BulkRequest): State | string | null {
  const file = resume ?? (request.workdir === null ? null : join(request.workdir, '.unfinished'));
  if (file === null) return null;
  try {
    return openState(file, { version: packageJson.version, ...request, settings: [...request.settings] });
  } catch (error) {
    return `--resume: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What is large is loaded when it is asked for. */
async function printerFor(format: string, isDone: boolean, color: string): Promise<BulkPrinter> {
  if (format === 'json') return bulkJson();
  if (format === 'markdown') return (await import('../report/markdown.ts')).bulkMarkdown(isDone);
  if (format === 'html') return (await import('../report/html.ts')).bulkHtml(isDone);
  return diffPrinter(isDone ? null : await colorsFor(standardOutput, color));
}

interface FoundRepositories {
  readonly repositories: readonly (Repository | NoRepository)[];
  /** Absolute, without links; null where nothing is cloned. */
  readonly workdir: string | null;
}

/** Gives what is wrong with the options, where they have to be looked at on disk. */
function findRepositories(cwd: string, { paths, list, workdir }: BulkSettings, context: string | null): FoundRepositories | string {
  if (list === null) return { repositories: repositoriesOf(cwd, paths, context), workdir: null };
  try {
    const read = readList(readFileSync(list === '-' ? 0 : list, 'utf8'));
    if (read.clones.length > 0 && workdir === null) return `--repos: ${read.clones[0]?.address ?? ''} is an address: --workdir DIR says where it is cloned to`;
    const faults = read.faults.map(({ line, message }): NoRepository => ({ kind: 'none', shown: `${list}:${line}`, code: 'bad-option', message }));
    const named = repositoriesOf(cwd, [...paths, ...read.paths], context);
    if (workdir === null) return { repositories: [...faults, ...named], workdir };
    mkdirSync(workdir, { recursive: true });
    const directory = realpathSync(workdir);
    return { repositories: [...faults, ...named, ...clonesIn(cwd, directory, read.clones, named)], workdir: directory };
  } catch (error) {
    return `--repos, --workdir: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Colours: null where nothing is printed, because the files themselves are changed. */
function diffPrinter(colors: Awaited<ReturnType<typeof colorsFor>> | null): BulkPrinter {
  return {
    begin: () => '',
    repository: ({ files }) => (colors === null ? '' : files.map(({ diff }) => (diff === undefined ? '' : coloredDiff(diff, colors))).join('')),
    end: () => '',
  };
}

interface Interruptions {
  /** One byte: not zero once a signal came, or there is another reason to end. */
  readonly stopped: SharedArrayBuffer;
  readonly stop: () => void;
  readonly name: () => NodeJS.Signals | null;
  readonly end: () => void;
}

/** The first signal asks for an end; from then on signals do what they do by themselves. */
function interruptions(onFirst: () => void): Interruptions {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stopped = new SharedArrayBuffer(1);
  let name: NodeJS.Signals | null = null;
  const end = (): void => {
    for (const signal of signals) process.removeListener(signal, listener);
  };
  const stop = (): void => void Atomics.store(new Uint8Array(stopped), 0, 1);
  const listener = (signal: NodeJS.Signals): void => {
    name = signal;
    stop();
    end();
    onFirst();
  };
  for (const signal of signals) process.on(signal, listener);
  return { stopped, stop, name: () => name, end };
}
