import type { Options } from 'yargs';

import type { Transform } from '../plan/transform.ts';

/** The word that makes a worker of a run over many repositories of the program. No command line can hold a NUL. */
export const workerWord = '\0worker';

/** The same for a helper of a run over one repository. */
export const helperWord = '\0helper';

/** 0: done; 1: what was asked about is so (`--check` found changes); 2: something that was asked for could not be done. */
export type ExitCode = 0 | 1 | 2;

/** What was given on the command line, by option; positional arguments are `_`. */
export type Values = Readonly<Record<string, unknown>>;

/** What is wrong with the options. */
export interface Usage {
  readonly kind: 'usage';
  readonly message: string;
}

export function usage(message: string): Usage {
  return { kind: 'usage', message };
}

/** `dockfix` by itself, and what its first word may ask for. One file each. */
export interface Command {
  readonly options: Readonly<Record<string, Options>>;
  /** How it is called, for the help. */
  readonly usage: string;
  /** What the help says after the options. */
  readonly afterHelp: (all: readonly Transform[]) => string;
  readonly run: (values: Values, all: readonly Transform[]) => Promise<ExitCode> | Usage;
  /** What a fault in the options is, as JSON. */
  readonly usageJson?: (message: string) => string;
}

/** An option's values, however often it was given. */
export function texts(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** The value given last; null if there is none. */
export function last(values: Values, name: string): string | null {
  return texts(values[name]).at(-1) ?? null;
}

export function isOn(values: Values, name: string): boolean {
  return last(values, name) === 'true';
}
