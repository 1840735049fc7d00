/**
 * The command line: each command's options, what is printed where, and exit codes. The work is done in run.ts. What is
 * large is loaded when it is needed, so that `--version` does not wait for it.
 */
import { readFileSync } from 'node:fs';
import type { Options } from 'yargs';
import type { Parser } from 'yargs/helpers';

import packageJson from '../package.json' with { type: 'json' };
import { optionLines, settingFault } from './plan/options.ts';
import type { Transform } from './plan/transform.ts';
import { jsonText, runReport } from './report/json.ts';
import type { FileReport, RunError, Summary } from './report/report.ts';
import { addSummaries, summaryOf } from './report/report.ts';
import type { Colors, TerminalOptions } from './report/terminal.ts';
import { coloredDiff, errorLine, fileLines, summaryLines } from './report/terminal.ts';
import type { Mode, RunRequest, Sink } from './run.ts';

/** 0: done; 1: `--check` found changes; 2: something that was asked for could not be done. */
type ExitCode = 0 | 1 | 2;

async function main(argv: readonly string[]): Promise<ExitCode> {
  stopWhenNobodyReads();
  if (argv.length === 1 && argv[0] === '--version') {
    process.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  const [command, ...others] = argv;
  const explains = command === 'explain';
  const { transforms } = await import('../transforms/index.ts');
  const parsed = await parseArguments(explains ? others : argv, explains, transforms);
  if (parsed.kind === 'usage') return usageError(parsed.message, argv);
  if (parsed.kind === 'help') {
    process.stdout.write(parsed.text);
    return 0;
  }
  if (parsed.kind === 'version') {
    process.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  if (explains) return runExplain(parsed);
  return parsed.paths.includes('-') ? runOnStandardInput(parsed) : runOnPaths(parsed);
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

// -------------------------------------------------------------------------------------------------------------- options

const group = { what: 'What to do:', which: 'Which fixes:', where: 'Where things are:', output: 'Output:' } as const;

const text = { type: 'string', requiresArg: true } as const;

const whichOptions: Readonly<Record<string, Options>> = {
  only: { ...text, group: group.which, describe: 'Only these transforms (comma-separated, or several times)' },
  skip: { ...text, group: group.which, describe: 'All transforms but these' },
  unsafe: { type: 'boolean', group: group.which, describe: 'Also fixes that rest on an assumption, which is named' },
  option: { ...text, group: group.which, describe: 'A setting of a transform: transform.key=value' },
};

const whereOptions: Readonly<Record<string, Options>> = {
  context: { ...text, group: group.where, describe: 'Build context of Dockerfiles for which no compose file, bake file or workflow names one' },
};

const outputOptions: Readonly<Record<string, Options>> = {
  format: { ...text, choices: ['text', 'json'], default: 'text', group: group.output, describe: 'What standard output holds' },
  color: { ...text, choices: ['auto', 'always', 'never'], default: 'auto', group: group.output, describe: 'auto: on a terminal, unless NO_COLOR is set' },
  help: { type: 'boolean', group: group.output, describe: 'Show this help' },
  version: { type: 'boolean', group: group.output, describe: 'Show the version' },
};

const fixOptions: Readonly<Record<string, Options>> = {
  'dry-run': { type: 'boolean', group: group.what, describe: 'Print a unified diff and change nothing (the default)' },
  write: { type: 'boolean', group: group.what, describe: 'Rewrite the files in place' },
  check: { type: 'boolean', group: group.what, describe: 'As --dry-run, but exit with 1 if --write would change anything' },
  ...whichOptions,
  ...whereOptions,
  'stdin-filename': { ...text, group: group.where, describe: 'Path of the Dockerfile that `-` stands for (default: ./Dockerfile)' },
  verbose: { type: 'boolean', group: group.output, describe: 'Also say what could change but has no reason to' },
  ...outputOptions,
};

const explainOptions: Readonly<Record<string, Options>> = {
  changed: { type: 'array', string: true, requiresArg: true, group: group.what, describe: 'Say which steps run again after a change of these files' },
  ...whichOptions,
  ...whereOptions,
  ...outputOptions,
};

interface Arguments {
  readonly kind: 'arguments';
  readonly paths: readonly string[];
  readonly mode: Mode;
  readonly transforms: readonly Transform[];
  readonly unsafe: boolean;
  readonly settings: ReadonlyMap<string, string>;
  readonly context: string | null;
  readonly stdinFilename: string | null;
  readonly changed: readonly string[] | null;
  readonly json: boolean;
  readonly color: string;
  readonly verbose: boolean;
}

interface Usage {
  readonly kind: 'usage';
  readonly message: string;
}

type ParsedArguments = Arguments | Usage | { readonly kind: 'help'; readonly text: string } | { readonly kind: 'version' };

async function parseArguments(argv: readonly string[], explains: boolean, all: readonly Transform[]): Promise<ParsedArguments> {
  const { Parser } = await import('yargs/helpers');
  const options = explains ? explainOptions : fixOptions;
  const { argv: values, error }: ParserResult = Parser.detailed([...argv], parserOptions(options));
  const unknown = Object.keys(values).find((name) => name !== '_' && !Object.hasOwn(options, name));
  if (unknown !== undefined) return usage(unknownOption(unknown, Object.keys(options)));
  const fault = error?.message ?? choiceFault(values, options);
  if (fault !== undefined) return usage(plainFault(fault));
  if (values['help'] === true) return { kind: 'help', text: `${await helpText(options, explains)}\n${explains ? '' : afterHelp(all)}` };
  if (values['version'] === true) return { kind: 'version' };
  return readValues(values, all);
}

interface ParserResult {
  readonly argv: Readonly<Record<string, unknown>>;
  readonly error: Error | null;
}

const parsing = { 'camel-case-expansion': false, 'dot-notation': false, 'boolean-negation': false, 'parse-positional-numbers': false } as const;

/** What the parser of yargs is told. yargs itself would read the same, but takes ten milliseconds to load. */
function parserOptions(options: Readonly<Record<string, Options>>): NonNullable<Parameters<typeof Parser.detailed>[1]> {
  const entries = Object.entries(options);
  const namesOf = (isMeant: (option: Options) => boolean): string[] => entries.filter(([, option]) => isMeant(option)).map(([name]) => name);
  return {
    boolean: namesOf((option) => option.type === 'boolean'),
    string: namesOf((option) => option.type === 'string' || option.string === true),
    array: namesOf((option) => option.type === 'array'),
    // Not a number: one value or, for an array, any number of them.
    narg: Object.fromEntries(namesOf((option) => option.requiresArg === true).map((name) => [name, Number.NaN])),
    default: Object.fromEntries(entries.flatMap(([name, option]) => (option.default === undefined ? [] : [[name, option.default]]))),
    configuration: parsing,
  };
}

function choiceFault(values: ParserResult['argv'], options: Readonly<Record<string, Options>>): string | undefined {
  for (const [name, { choices }] of Object.entries(options)) {
    const wrong = choices && texts(values[name]).find((value) => !choices.includes(value));
    if (choices && wrong !== undefined) return `--${name}: "${wrong}" is not one of ${choices.map((choice) => `"${choice}"`).join(', ')}`;
  }
  return undefined;
}

async function helpText(options: Readonly<Record<string, Options>>, explains: boolean): Promise<string> {
  const { default: yargs } = await import('yargs');
  const parser = yargs()
    .locale('en')
    .scriptName('dockfix')
    .usage(explains ? explainUsage : fixUsage)
    .parserConfiguration(parsing)
    .help(false)
    .version(false)
    .options(options)
    .wrap(100);
  return parser.getHelp();
}

const fixUsage = `dockfix [paths…]           repair the Dockerfiles in these files and directories (default: .)
dockfix -                  repair a Dockerfile from standard input and print it
dockfix explain [paths…]   what each build step reads, and what makes it run again`;

const explainUsage = 'dockfix explain [paths…] [--changed FILE…]   what each build step reads, and what makes it run again';

function afterHelp(all: readonly Transform[]): string {
  const names = all.map((transform) => [`  ${transform.id.padEnd(18)} ${transform.title}\n`, ...optionLines(transform).map((line) => `    --option ${line}\n`)].join('')).join('');
  return `
Transforms, in the order in which they run:
${names}
Exit codes: 0 done; 1 --check found changes; 2 something that was asked for could not be done.
`;
}

function readValues(values: Readonly<Record<string, unknown>>, all: readonly Transform[]): ParsedArguments {
  const chosen = chooseTransforms(listOf(values['only']), listOf(values['skip']), all);
  if (chosen.kind === 'usage') return chosen;
  const settings = readSettings(texts(values['option']), all);
  if (settings.kind === 'usage') return settings;
  const isOn = (name: string): boolean => texts(values[name]).at(-1) === 'true';
  const last = (name: string): string | null => texts(values[name]).at(-1) ?? null;
  const modes = (['dry-run', 'write', 'check'] as const).filter(isOn);
  if (modes.includes('write') && modes.length > 1) return usage(`--write and --${modes.find((mode) => mode !== 'write')} exclude each other`);
  const mode = modes.includes('check') ? 'check' : (modes[0] ?? 'dry-run');
  const given = texts(values['_']);
  const changed = values['changed'] === undefined ? null : texts(values['changed']);
  if (given.includes('-') && given.length > 1) return usage('`-` (standard input) cannot be combined with other paths');
  if (given.includes('-') && mode === 'write') return usage('`-` (standard input) cannot be written to; the rewritten Dockerfile is printed');
  if (last('stdin-filename') !== null && !given.includes('-')) return usage('--stdin-filename needs `-` as path');
  return {
    kind: 'arguments',
    paths: given.length === 0 ? ['.'] : given,
    mode,
    transforms: chosen.transforms,
    unsafe: isOn('unsafe'),
    settings: settings.settings,
    context: last('context'),
    stdinFilename: last('stdin-filename'),
    changed,
    json: last('format') === 'json',
    color: last('color') ?? 'auto',
    verbose: isOn('verbose'),
  };
}

/** An option's values, however often it was given. */
function texts(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function listOf(value: unknown): readonly string[] {
  return texts(value).flatMap((list) => list.split(',').map((name) => name.trim())).filter((name) => name !== '');
}

function chooseTransforms(only: readonly string[], skip: readonly string[], all: readonly Transform[]): Usage | { readonly kind: 'chosen'; readonly transforms: readonly Transform[] } {
  const ids = all.map(({ id }) => id);
  const unknown = [...only, ...skip].find((name) => !ids.includes(name));
  if (unknown !== undefined) return usage(unknownTransform(unknown, ids));
  const chosen = all.filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
  return chosen.length === 0 ? usage('--only and --skip leave no transform') : { kind: 'chosen', transforms: chosen };
}

function readSettings(options: readonly string[], all: readonly Transform[]): Usage | { readonly kind: 'settings'; readonly settings: ReadonlyMap<string, string> } {
  const settings = new Map<string, string>();
  for (const option of options) {
    const [, name = '', key = '', value] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(option) ?? [];
    if (value === undefined) return usage(`--option ${option}: write transform.key=value`);
    const transform = all.find(({ id }) => id === name);
    if (!transform) return usage(unknownTransform(name, all.map(({ id }) => id)));
    const fault = settingFault(transform, key, value);
    if (fault !== null) return usage(fault);
    settings.set(`${name}.${key}`, value);
  }
  return { kind: 'settings', settings };
}

function usage(message: string): Usage {
  return { kind: 'usage', message };
}

function unknownTransform(name: string, ids: readonly string[]): string {
  return `there is no transform ${name}${suggestion(name, ids)}; there are ${ids.join(', ')}`;
}

function unknownOption(name: string, known: readonly string[]): string {
  const written = name.length === 1 ? `-${name}` : `--${name}`;
  return `unknown option ${written}${suggestion(name, known, '--')}`;
}

function plainFault(fault: string): string {
  const argument = /Not enough arguments following: (\S+)/.exec(fault);
  return argument ? `--${argument[1]} needs a value` : fault.replaceAll(/\s*\n\s*/g, ' ').trim();
}

function suggestion(name: string, known: readonly string[], prefix = ''): string {
  const [nearest] = known.map((word) => ({ word, distance: distance(name, word) })).toSorted((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= Math.min(3, Math.floor(nearest.word.length / 2)) ? ` (did you mean ${prefix}${nearest.word}?)` : '';
}

/** Edits (insert, remove, replace) that make one word of another: Wagner and Fischer's algorithm. Words are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, letter] of Array.from(a.slice(0, 40)).entries()) {
    const next = [at + 1];
    for (let index = 0; index < b.length; index += 1) {
      const replaced = (row[index] ?? 0) + (b[index] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Options that are not understood still get their answer as JSON where JSON was asked for. */
function usageError(message: string, argv: readonly string[]): ExitCode {
  const wantsJson = argv.some((word, index) => word === '--format=json' || (word === 'json' && argv[index - 1] === '--format'));
  if (wantsJson && argv[0] !== 'explain') process.stdout.write(jsonText(runReport([], [{ path: '', code: 'bad-option', message }])));
  process.stderr.write(`dockfix: ${message}\nTry dockfix --help.\n`);
  return 2;
}

// ------------------------------------------------------------------------------------------------------------- commands

async function runOnPaths(args: Arguments): Promise<ExitCode> {
  const output = await openOutput(args, args.mode === 'write' ? 'nothing' : 'diffs');
  const { run } = await import('./run.ts');
  await run(requestOf(args), args.transforms, output);
  return output.finish();
}

async function runOnStandardInput(args: Arguments): Promise<ExitCode> {
  const output = await openOutput(args, 'nothing');
  const { runText } = await import('./run.ts');
  const bytes = readFileSync(0);
  const result = await runText(bytes, args.stdinFilename ?? 'Dockerfile', requestOf(args), args.transforms, output);
  // What could not be handled is printed as it came, so that a pipe into a file loses nothing.
  if (!args.json) process.stdout.write(result ?? bytes);
  return output.finish();
}

async function runExplain(args: Arguments): Promise<ExitCode> {
  const { explainPaths } = await import('./run.ts');
  const { explainReport, explainText } = await import('./report/explain.ts');
  const output = await openOutput({ ...args, json: false }, 'nothing');
  const builds = await explainPaths({ ...requestOf(args), changed: args.changed }, args.transforms, output);
  if (args.json) process.stdout.write(jsonText(explainReport(builds)));
  else process.stdout.write(explainText(builds, args.changed, await colorsFor(process.stdout, args.color)));
  return output.finish('errors only');
}

function requestOf(args: Arguments): RunRequest {
  const { paths, context, mode, unsafe, settings } = args;
  return { cwd: process.cwd(), paths, context, mode, unsafe, settings };
}

// --------------------------------------------------------------------------------------------------------------- output

interface Output extends Sink {
  /** Prints what is left to print, and says how the run went. */
  readonly finish: (what?: 'errors only') => ExitCode;
}

/**
 * Standard output gets the diffs as they come, or all of the JSON at the end; standard error gets everything else.
 * Nothing is kept of a file once it is printed.
 */
async function openOutput(args: Arguments, onStandardOutput: 'diffs' | 'nothing'): Promise<Output> {
  const options: TerminalOptions = { colors: await colorsFor(process.stderr, args.color), verbose: args.verbose, mode: args.mode };
  const diffColors = await colorsFor(process.stdout, args.color);
  const progress = progressOn(process.stderr);
  const files: FileReport[] = [];
  const errors: RunError[] = [];
  let summary: Summary = summaryOf([]);
  let leftAlone = 0;
  const say = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    progress.clear();
    process.stderr.write(lines.map((line) => `${line}\n`).join(''));
  };
  return {
    file(report) {
      summary = addSummaries(summary, summaryOf([report]));
      leftAlone += report.refusals.filter((refusal) => refusal.level !== 'info').length;
      if (args.json) files.push(report);
      else if (onStandardOutput === 'diffs' && report.diff !== undefined) {
        progress.clear();
        process.stdout.write(coloredDiff(report.diff, diffColors));
      }
      say(fileLines(report, options));
    },
    error(error) {
      errors.push(error);
      say([errorLine(error, options.colors)]);
    },
    detail: (message) => {
      if (args.verbose) say([`${options.colors.dim('note')} ${message}`]);
    },
    note: (message) => say([`${options.colors.dim('note')} ${message}`]),
    progress: progress.show,
    finish(what) {
      progress.clear();
      if (args.json) process.stdout.write(jsonText(runReport(files, errors)));
      if (what !== 'errors only') {
        if (summary.files > 0) say(summaryLines(summary, leftAlone, options));
        else if (errors.length === 0) say(['No Dockerfile found.']);
      }
      if (errors.length > 0) return 2;
      return args.mode === 'check' && summary.changed > 0 ? 1 : 0;
    },
  };
}

/** https://no-color.org: any value but an empty one. */
async function colorsFor(stream: NodeJS.WriteStream, when: string): Promise<Colors> {
  const { default: picocolors } = await import('picocolors');
  const { NO_COLOR, TERM } = process.env;
  const onTerminal = stream.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
  return picocolors.createColors(when === 'always' || (when === 'auto' && onTerminal));
}

/** Milliseconds before a run counts as long, and between two signs of life. */
const moment = 500;
const frameTime = 100;

function progressOn(stream: NodeJS.WriteStream): { readonly show: Sink['progress']; readonly clear: () => void } {
  let last = Date.now() + moment - frameTime;
  let isShown = false;
  return {
    show(done, total) {
      if (!stream.isTTY || Date.now() - last < frameTime) return;
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
