/** Debian suites behind the floating tags of the official Python image. */
import { pythonSuites } from '../data/python-suites.ts';

interface Period {
  /** Debian's code name (`trixie`), or Alpine's version (`3.22`). */
  readonly suite: string;
  /** First and last day (`2025-08-11`) on which the history says so. */
  readonly from: string;
  readonly to: string;
}

/** The day up to which the history of the official images was read. */
export const suitesKnownUntil = '2026-08-13';

let periods: ReadonlyMap<string, readonly Period[]> | undefined;

function periodsOf(tag: string): readonly Period[] {
  periods ??= readPeriods();
  return periods.get(tag) ?? [];
}

function readPeriods(): Map<string, Period[]> {
  const read = new Map<string, Period[]>();
  for (const line of pythonSuites.trim().split('\n')) {
    const [tag = '', alias = '', from = '', to = ''] = line.split('\t');
    const period = { suite: alias.replace(/^(slim-|alpine)/, ''), from, to };
    read.set(tag, [...(read.get(tag) ?? []), period]);
  }
  return read;
}

/**
 * The Debian suite of `python:MINOR-slim` on a day (`2024-01-31`), by default today: `suiteOfSlim('3.12')` is
 * `trixie`. A tag that is no longer built stays what it was at the end. Null where the history does not say: an
 * unknown version, or a day before its first line. `3.15-rc` is a version, too.
 */
export function suiteOfSlim(minor: string, date?: string): string | null {
  return suiteAt(`${minor}-slim`, date);
}

/** The Alpine version (`3.22`) of `python:MINOR-alpine`, as `suiteOfSlim`. */
export function versionOfAlpine(minor: string, date?: string): string | null {
  return suiteAt(`${minor}-alpine`, date);
}

function suiteAt(tag: string, date: string | undefined): string | null {
  const begun = periodsOf(tag).filter((period) => date === undefined || period.from <= date);
  const latest = begun.reduce<Period | undefined>((a, b) => (a === undefined || b.from > a.from ? b : a), undefined);
  return latest?.suite ?? null;
}

/** Was the version still built when the history was read? Then it may have newer releases than the tables know. */
export function stillBuilt(minor: string): boolean {
  return [minor, `${minor}-rc`].some((tag) => periodsOf(`${tag}-slim`).some((period) => period.to >= suitesKnownUntil));
}
