/** What goes to standard output and to standard error, and how a run ends. */
import { jsonText, runReport } from '../report/json.ts';
import type { FileReport, RunError, Summary } from '../report/report.ts';
import { addSummaries, summaryOf } from '../report/report.ts';
import type { Colors, TerminalOptions } from '../report/terminal.ts';
import { coloredDiff, errorLine, fileLines, plain, plainOnTerminal, summaryLines } from '../report/terminal.ts';
import { printableLines } from '../report/words.ts';
import type { Mode, Sink } from '../run.ts';
import type { ExitCode } from './command.ts';
import type { OutputStream } from './streams.ts';
import { standardError, standardOutput } from './streams.ts';

export interface OutputOptions {
  readonly mode: Mode;
  readonly json: boolean;
  readonly color: string;
  readonly verbose: boolean;
}

export interface Output extends Sink {
  /** Prints what is left to print, and says how the run went. */
  readonly finish: (what?: 'errors only' | 'nothing found') => ExitCode;
}

/**
 * Standard output gets the diffs as they come, or all of the JSON at the end; standard error gets everything else.
 * Nothing is kept of a file once it is printed.
 */
export async function openOutput(args: OutputOptions, onStandardOutput: 'diffs' | 'nothing'): Promise<Output> {
  const options: TerminalOptions = { colors: await colorsFor(standardError, args.color), verbose: args.verbose, mode: args.mode };
  const diffColors = await colorsFor(standardOutput, args.color);
  const progress = progressOn(standardError);
  const files: FileReport[] = [];
  const errors: RunError[] = [];
  let summary: Summary = summaryOf([]);
  let leftAlone = 0;
  const say = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    progress.clear();
    standardError.write(lines.map((line) => `${line}\n`).join(''));
  };
  return {
    file(report) {
      summary = addSummaries(summary, summaryOf([report]));
      leftAlone += report.refusals.filter((refusal) => refusal.level !== 'info').length;
      if (args.json) files.push(report);
      else if (onStandardOutput === 'diffs' && report.diff !== undefined) {
        progress.clear();
        standardOutput.write(coloredDiff(report.diff, diffColors));
      }
      say(fileLines(report, options));
    },
    error(error) {
      errors.push(error);
      say([errorLine(error, options.colors)]);
    },
    detail: (message) => {
      if (args.verbose) say([`${options.colors.dim('note')} ${printableLines(message)}`]);
    },
    note: (message) => say([`${options.colors.dim('note')} ${printableLines(message)}`]),
    progress: progress.show,
    finish(what) {
      progress.clear();
      if (args.json) standardOutput.write(jsonText(runReport(files, errors)));
      if (what === undefined && summary.files > 0) say(summaryLines(summary, leftAlone, options));
      else if (what !== 'errors only' && summary.files === 0 && errors.length === 0) say(['No Dockerfile found.']);
      if (errors.length > 0) return 2;
      return args.mode === 'check' && summary.changed > 0 ? 1 : 0;
    },
  };
}

/** https://no-color.org: any value but an empty one. */
export async function colorsFor(stream: OutputStream, when: string): Promise<Colors> {
  const { NO_COLOR, TERM } = process.env;
  const onTerminal = stream.isTerminal && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
  if (when === 'always' || (when === 'auto' && onTerminal)) return (await import('./colors.ts')).colors;
  return stream.isTerminal ? plainOnTerminal : plain;
}

/** Milliseconds before a run counts as long, and between two signs of life. */
const moment = 500;
const frameTime = 100;

function progressOn(stream: OutputStream): { readonly show: Sink['progress']; readonly clear: () => void } {
  let last = Date.now() + moment - frameTime;
  let isShown = false;
  return {
    show(done, total) {
      if (!stream.isTerminal || Date.now() - last < frameTime) return;
      last = Date.now();
      isShown = true;
      stream.write(`\r\u001B[K${done} of ${total} Dockerfiles`);
    },
    clear() {
      if (isShown) stream.write('\r\u001B[K');
      isShown = false;
    },
  };
}
