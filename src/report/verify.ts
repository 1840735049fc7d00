import type { Path } from '../types.ts';
import type { JudgedDifference } from '../verify/expected.ts';
import type { HiddenDirectory } from '../verify/hidden.ts';
import type { Mention } from '../verify/mentions.ts';
import type { CommandVerdict } from '../verify/run-commands.ts';
import type { Target } from '../verify/target.ts';
import { targetWords } from '../verify/target.ts';
import type { Measured, Verdict } from '../verify/verify.ts';
import { findingLines } from './findings.ts';
import type { FixReport, RefusalReport, RunError } from './report.ts';
import type { Colors } from './terminal.ts';
import { count, printable } from './words.ts';

/** What `verify --format json` prints (verify.schema.json describes it). Paths are relative to the current directory. */
export interface VerifyReport {
  readonly version: 1;
  readonly dockerfiles: readonly DockerfileVerification[];
  readonly unverified: readonly UnverifiedStage[];
  readonly errors: readonly RunError[];
}

/** A stage that nobody declares, asks for or uses, that dockfix changes, and that does not build as it is. */
export interface UnverifiedStage {
  readonly path: Path;
  readonly context: Path;
  readonly target: Target;
  readonly args: readonly string[];
  /** With what the build printed last. */
  readonly message: string;
}

/** One image: a Dockerfile with a context, a target and arguments. */
export interface DockerfileVerification extends Omit<Verdict, 'before'> {
  readonly path: Path;
  readonly context: Path;
  readonly target: Target;
  /** Names of the build arguments that were given values. */
  readonly args: readonly string[];
  readonly engine: string;
  /** Does dockfix change how it is built? Else nothing was built. */
  readonly changed: boolean;
  /** Null if nothing was built. */
  readonly before: Measured | null;
  readonly fixes: readonly FixReport[];
  readonly refusals: readonly RefusalReport[];
  readonly heldBack: readonly FixReport[];
  /** Were the changes written? */
  readonly written: boolean;
}

export function verifyReport(dockerfiles: readonly DockerfileVerification[], unverified: readonly UnverifiedStage[], errors: readonly RunError[]): VerifyReport {
  return { version: 1, dockerfiles, unverified, errors };
}

/** The same for people. */
export function verificationText(one: DockerfileVerification, colors: Colors): string {
  const lines = [
    `${colors.bold(printable(one.path))} (${aboutBuild(one)}): ${verdict(one, colors)}`,
    ...part(findingLines(one)),
    ...part(hiddenLines(one, colors)),
    ...part(runLines(one, colors)),
    ...part(table(one, colors)),
    ...part(differenceLines(one, colors)),
    ...part(one.failure === null ? [] : ['  What the build printed last:', ...plainLines(one.failure).map((line) => `    ${line}`)]),
    ...part(lastLines(one)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Why a stage was not verified, for people. */
export function unverifiedText({ path, target, message }: UnverifiedStage): string {
  return `${path}: nothing uses ${target === null ? 'the last stage' : `stage ${target}`}, which dockfix changes, and ${message}`;
}

/** An empty line before lines, if there are any. */
function part(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function aboutBuild({ context, target, args }: DockerfileVerification): string {
  return [`build context ${printable(context)}`, ...(target === null ? [] : [printable(targetWords(target))]), ...(args.length === 0 ? [] : [`with ${args.map(printable).join(', ')}`])].join(', ');
}

function verdict({ changed, same, failure, differences, runs, compared }: DockerfileVerification, colors: Colors): string {
  if (!changed) return 'dockfix changes nothing here, so nothing was built.';
  if (failure !== null) return colors.red('the rewritten Dockerfile does not build.');
  const unexpected = differences.filter(({ expected }) => !expected).length;
  const otherwise = runs.filter((run) => !run.same).length;
  const differ = [...(unexpected > 0 ? [`${count(unexpected, 'difference')} that no fix claims`] : []), ...(otherwise > 0 ? [`${count(otherwise, 'command')} of --run with another result`] : [])];
  if (!same) return colors.red(`the images differ: ${differ.join(', ')}.`);
  const where = compared === 'project' ? 'what the project adds to them is the same' : 'they are the same';
  const claimed = differences.length === 0 ? '' : ' but for what the fixes claim';
  return colors.green(`both build, and ${where}${claimed}.`);
}

// -------------------------------------------------------------------------------------------------------------- hidden

const mostDirectories = 10;
const mostMentions = 20;
const mostPackages = 10;

function hiddenLines({ hidden }: DockerfileVerification, colors: Colors): readonly string[] {
  const { files, bytes, directories, mentions, searched } = hidden;
  if (files === 0 && mentions.length === 0) return [];
  const own = mentions.filter((one) => one.package === null);
  const left = searched.left === 0 ? '' : ` (${count(searched.left, 'file')} not looked at: too large, or too many)`;
  return [
    `  No longer in the image, because the ignore file hides it: ${count(files, 'file')}, ${size(bytes)}`,
    ...limited(directories, mostDirectories, 'directory', 'directories', (directory) => `    ${oneDirectory(directory)}`),
    ...(own.length === 0
      ? [`  None of the image's own texts that were looked at names it: ${count(searched.files, 'file')}${left}. That is no proof: --run COMMAND compares what the program does.`]
      : [colors.red(`  Warning: the image names what is no longer there${left}. Does its program read it? --run COMMAND compares what it does.`), ...limited(own, mostMentions, 'more place', 'more places', (one) => `    ${oneMention(one)}`)]),
    ...packageLines(mentions),
  ];
}

function oneDirectory({ path, files, bytes }: HiddenDirectory): string {
  return `${printable(path)}: ${count(files, 'file')}, ${size(bytes)}`;
}

function oneMention({ file, line, names, gone }: Mention): string {
  return `${printable(file)}${line === null ? ' (configuration)' : `:${line}`} names ${printable(names)} (gone: ${printable(gone)})`;
}

function packageLines(mentions: readonly Mention[]): readonly string[] {
  const ofPackages = mentions.filter((one) => one.package !== null);
  if (ofPackages.length === 0) return [];
  const names = [...new Set(ofPackages.map((one) => `${one.package} (${one.names})`))];
  const more = names.length > mostPackages ? ` and ${names.length - mostPackages} more` : '';
  return [`  Installed packages that name it: ${names.slice(0, mostPackages).map(printable).join(', ')}${more}`];
}

function limited<Item>(items: readonly Item[], most: number, one: string, many: string, line: (item: Item) => string): readonly string[] {
  const more = items.length > most ? [`    and ${count(items.length - most, one, many)} (--format json lists all)`] : [];
  return [...items.slice(0, most).map(line), ...more];
}

// ---------------------------------------------------------------------------------------------------------------- runs

const mostDiffLines = 100;

function runLines({ runs }: DockerfileVerification, colors: Colors): readonly string[] {
  return runs.flatMap((run) => [`  ${run.same ? sameRun(run) : colors.red(otherRun(run))}`, ...howCompared(run), ...diffLines(run)]);
}

function sameRun({ command, before }: CommandVerdict): string {
  const failing = before.exitCode === 0 ? '' : ', so it fails in the original as well';
  return `\`${printable(command)}\` does the same in both images (exit code ${before.exitCode}${failing}).`;
}

function otherRun({ command, before, after, diff }: CommandVerdict): string {
  const isOther = before.exitCode === after.exitCode ? '' : `: exit code ${before.exitCode} before, ${after.exitCode === null ? 'it does not end in time' : `${after.exitCode}`} after`;
  return `\`${printable(command)}\` does not do the same${isOther}${diff === '' ? '.' : '; what it prints differs:'}`;
}

function howCompared({ repeatable, shell }: CommandVerdict): readonly string[] {
  return [
    ...(repeatable ? [] : ['    Its output is not repeatable: two runs of the original differ. Only what they have in common was compared, and the exit code.']),
    ...(shell ? [] : ['    The image has no shell: the words of the command were taken.']),
  ];
}

function diffLines({ diff }: CommandVerdict): readonly string[] {
  const lines = diff === '' ? [] : plainLines(diff.trimEnd());
  return limited(lines, mostDiffLines, 'more line', 'more lines', (line) => `    ${line}`);
}

// --------------------------------------------------------------------------------------------------------------- table

function table({ before, after, touched }: DockerfileVerification, colors: Colors): readonly string[] {
  if (before === null) return [];
  const change = touched === null ? 'built again' : `after a change of ${printable(touched)}`;
  const row = (title: string, value: (one: Measured) => string): readonly string[] => [title, value(before), after === null ? '-' : value(after)];
  const rows = [
    ['', 'before', 'after'],
    row('cold build', ({ coldSeconds }) => `${coldSeconds.toFixed(1)} s`),
    row(change, ({ warmSeconds }) => (warmSeconds === null ? 'fails' : `${warmSeconds.toFixed(1)} s`)),
    row('  steps CACHED', ({ warmSeconds, cached, steps }) => (warmSeconds === null ? '-' : `${cached} of ${steps}`)),
    row('image', ({ bytes }) => size(bytes)),
  ];
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
  return rows.map((cells, index) => {
    const line = `  ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('   ')}`;
    return index === 0 ? colors.dim(line) : line;
  });
}

function size(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

// --------------------------------------------------------------------------------------------------------- differences

const mostUnexpected = 50;
const mostExpected = 10;

function differenceLines({ differences }: DockerfileVerification, colors: Colors): readonly string[] {
  const unexpected = differences.filter(({ expected }) => !expected);
  const expected = topmost(differences.filter((difference) => difference.expected));
  return [
    ...listed('Differences that no fix claims:', unexpected, mostUnexpected, (difference) => colors.red(oneDifference(difference))),
    ...listed('Differences that the fixes make on purpose:', expected, mostExpected, (difference) => `${oneDifference(difference)}${colors.dim(`  [${difference.because ?? ''}]`)}`),
  ];
}

/** Of a directory that is gone or new, what is in it need not be listed. */
function topmost(differences: readonly JudgedDifference[]): readonly JudgedDifference[] {
  const whole = new Set(differences.filter(({ what }) => what === 'missing' || what === 'added').map(({ path, what }) => `${what} ${path}`));
  return differences.filter(({ path, what }) => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) if (whole.has(`${what} ${path.slice(0, at)}`)) return false;
    return true;
  });
}

function listed(title: string, differences: readonly JudgedDifference[], most: number, line: (difference: JudgedDifference) => string): readonly string[] {
  if (differences.length === 0) return [];
  const more = differences.length > most ? [`    and ${differences.length - most} more (--format json lists all)`] : [];
  return [`  ${title}`, ...differences.slice(0, most).map((difference) => `    ${line(difference)}`), ...more];
}

function oneDifference({ path, what, before, after }: JudgedDifference): string {
  const values = what === 'content' ? '' : ` (${[before, after].filter((value) => value !== '').map(printable).join(' -> ')})`;
  return `${what} ${printable(path)}${values}`;
}

// ---------------------------------------------------------------------------------------------------------------- notes

function lastLines({ noise, compared, images, written, changed }: DockerfileVerification): readonly string[] {
  return [
    ...(compared === 'project' ? ['  The base image changes, so only what the project adds was compared: files of the build context, Python packages, and the configuration that the Dockerfile sets.'] : []),
    ...(noise > 0 && compared === 'everything' ? [`  ${count(noise, 'difference')} left out: two cold builds of the original have them too, or they are byte code or caches.`] : []),
    ...(images === null ? [] : [`  Kept: ${images.before} and ${images.after}`]),
    ...(changed && written ? ['  Written.'] : []),
  ];
}

/** What a build printed may hold anything; nothing of it may steer the terminal. */
function plainLines(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/).map((line) => line.replaceAll(/\u001B\[[0-?]*[ -/]*[@-~]/g, '').replaceAll(/[^\P{Cc}\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, ''));
}
