/** What a command printed in two images, compared byte for byte where it prints the same twice. */
import { unifiedDiff } from '../report/diff.ts';

/** One stream of one run. */
export interface Output {
  /** The beginning, a character for each byte. */
  readonly text: string;
  /** Of all of it. */
  readonly hash: string;
}

export interface CommandRun {
  /** Null if it did not end in time. */
  readonly exitCode: number | null;
  readonly stdout: Output;
  readonly stderr: Output;
}

export interface ComparedRuns {
  readonly same: boolean;
  /** Did two runs in the original print the same and end in the same way? */
  readonly repeatable: boolean;
  /** Of what is printed, without what two runs of the original differ in; empty if that is the same. */
  readonly diff: string;
}

/** `first` and `second`: in two images of the original. */
export function compareRuns(first: CommandRun, second: CommandRun, rewritten: CommandRun): ComparedRuns {
  const streams = (['stdout', 'stderr'] as const).map((name) => compareOutputs(name, first[name], second[name], rewritten[name]));
  return {
    same: [first.exitCode, second.exitCode].includes(rewritten.exitCode) && streams.every(({ same }) => same),
    repeatable: first.exitCode === second.exitCode && streams.every(({ repeatable }) => repeatable),
    diff: streams.map(({ diff }) => diff).join(''),
  };
}

function compareOutputs(name: string, first: Output, second: Output, rewritten: Output): ComparedRuns {
  if (first.hash === second.hash) return { same: first.hash === rewritten.hash, repeatable: true, diff: first.hash === rewritten.hash ? '' : diffOf(name, first.text, rewritten.text) };
  const [old, other, now] = [first, second, rewritten].map(({ text }) => text.split('\n')) as [string[], string[], string[]];
  if (old.length !== other.length) return { ...compareStable(name, stableLines(old, other), now), repeatable: false };
  const shapes = old.map((line, at) => shapeOf(line, other[at] ?? ''));
  const same = now.length === old.length && now.every((line, at) => shapes[at]?.(line) === true);
  // A line with another time in it is shown as the original's, so that the difference is all that the diff shows.
  const shown = now.map((line, at) => old[shapes[at]?.(line) === true ? at : shapes.findIndex((fits) => fits(line))] ?? line);
  return { same, repeatable: false, diff: same ? '' : diffOf(name, first.text, shown.join('\n')) };
}

/** Where two runs of the original do not even print as many lines: what both print has to be there, in any order. */
function compareStable(name: string, stable: readonly string[], now: readonly string[]): Omit<ComparedRuns, 'repeatable'> {
  const there = new Set(now);
  const found = stable.filter((line) => there.has(line));
  return { same: found.length === stable.length, diff: found.length === stable.length ? '' : diffOf(name, stable.join('\n'), found.join('\n')) };
}

function stableLines(one: readonly string[], other: readonly string[]): readonly string[] {
  const there = new Set(other);
  return one.filter((line) => there.has(line));
}

const separators = /([\s"'`,;=()<>[\]{}]+)/;

/** Is a line like two others: the same but for the words (times, numbers of processes) in which these two differ? */
function shapeOf(one: string, other: string): (line: string) => boolean {
  if (one === other) return (line) => line === one;
  const [words, others] = [one.split(separators), other.split(separators)];
  if (words.length !== others.length) return () => true;
  return (line) => {
    const now = line.split(separators);
    return now.length === words.length && now.every((word, at) => words[at] !== others[at] || word === words[at]);
  };
}

const longestDiff = 100_000;

function diffOf(name: string, before: string, after: string): string {
  const [old, now] = [before, after].map((text) => Buffer.from(text, 'latin1').toString('utf8')) as [string, string];
  if (old === now) return `${name} differs in bytes that are no text, or after its first megabyte\n`;
  return unifiedDiff(name, old, now).slice(0, longestDiff);
}
