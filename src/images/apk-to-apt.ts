/** Alpine packages as Debian packages, and whether a Python package has a wheel for musl. */
import { apkToApt } from '../data/apk-to-apt.ts';
import { pythonWheels } from '../data/python-wheels.ts';

/** What a package is for: `base` is already in Debian's slim image or in python:slim, and harmless to install. */
export type PackageRole = 'build' | 'run' | 'tool' | 'base';

/** What follows from a note: `version`, Debian's is another one; `old`, the same where something is compiled with it. */
export type PackageRule = 'version' | 'old' | null;

export type AptPackages =
  | { readonly kind: 'packages'; readonly names: readonly string[]; readonly role: PackageRole; readonly note: string; readonly rule: PackageRule }
  /** Debian needs no such package. */
  | { readonly kind: 'drop'; readonly note: string }
  /**
   * Alpine's own Python and its tools: dead weight on a python image, as long as nothing calls /usr/bin/python3.
   * `names` is what they are called in Debian; none for what Debian has not.
   */
  | { readonly kind: 'system-python'; readonly names: readonly string[]; readonly note: string }
  /** Debian has no counterpart, or one that must not be put in its place unasked. */
  | { readonly kind: 'none'; readonly note: string }
  /** The package, or the suite, is not in the table. */
  | { readonly kind: 'unmapped' };

interface Row {
  readonly kind: string;
  readonly bookworm: string;
  readonly trixie: string;
  readonly note: string;
  readonly rule: string;
}

let rows: ReadonlyMap<string, Row> | undefined;

function readRows(): Map<string, Row> {
  const read = new Map<string, Row>();
  for (const line of apkToApt.trim().split('\n')) {
    const [apk = '', kind = '', bookworm = '', trixie = '', note = '', rule = ''] = line.split('\t');
    read.set(apk, { kind, bookworm, trixie: trixie === '=' ? bookworm : trixie, note, rule });
  }
  return read;
}

/** Debian's packages for an Alpine package (a plain name, without version), in the suite `bookworm` or `trixie`. */
export function aptPackagesFor(apkName: string, suite: string): AptPackages {
  rows ??= readRows();
  const row = rows.get(apkName);
  if (row === undefined || (suite !== 'bookworm' && suite !== 'trixie')) return { kind: 'unmapped' };
  const { kind, note, rule } = row;
  const packages = row[suite];
  if (rule === 'decide') return { kind: 'none', note };
  if (kind === 'python') return { kind: 'system-python', names: packages === 'DROP' ? [] : packages.split(' '), note };
  if (packages === 'DROP') return { kind: 'drop', note };
  if (packages === '-') return { kind: 'none', note: note === '' ? `not in ${suite}` : note };
  const names = packages.split(' ');
  if (kind === 'build' || kind === 'run' || kind === 'tool' || kind === 'base') {
    return { kind: 'packages', names, role: kind, note, rule: rule === 'version' || rule === 'old' ? rule : null };
  }
  return { kind: 'none', note: note === '' ? 'belongs to the distribution’s own Python' : note };
}

export type WheelVerdict = 'pure' | 'musllinux' | 'manylinux-only' | 'none' | 'unknown';

let verdicts: ReadonlyMap<string, WheelVerdict> | undefined;

/** The name as PEP 503 normalises it: `Foo__Bar` is `foo-bar`. */
const normalised = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase();

function readVerdicts(): Map<string, WheelVerdict> {
  const read = new Map<string, WheelVerdict>();
  let verdict: WheelVerdict = 'unknown';
  for (const line of pythonWheels.trim().split('\n')) {
    if (line === 'pure:' || line === 'musllinux:' || line === 'manylinux-only:' || line === 'none:') {
      verdict = line.slice(0, -1) as WheelVerdict;
      continue;
    }
    for (const name of line.split(' ')) read.set(normalised(name), verdict);
  }
  return read;
}

/**
 * Which wheel pip finds for a Python package on x86_64: one for every platform, one for musl as well as for glibc, or
 * one for glibc only, so that Alpine compiles it; or none at all (`none`), so that either compiles it. A lock file of the project knows better and is asked first.
 */
export function wheelVerdict(packageName: string): WheelVerdict {
  verdicts ??= readVerdicts();
  return verdicts.get(normalised(packageName)) ?? 'unknown';
}
