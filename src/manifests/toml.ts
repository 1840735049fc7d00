import { parse, TomlError } from 'smol-toml';

import { remembering } from '../remember.ts';

/** TOML, read without trust: whatever is of another type than expected counts as absent. */

export interface Unreadable {
  readonly kind: 'error';
  /** One sentence, without the line. */
  readonly message: string;
  /** 1-based. */
  readonly line: number;
}

export type TomlTable = Readonly<Record<string, unknown>>;

export type TomlResult = { readonly kind: 'ok'; readonly table: TomlTable } | Unreadable;

/** Loads TOML; never throws. `undefined` stands for a file that is missing or is no text. */
export function readToml(text: string | undefined): TomlResult {
  return text === undefined ? missing : parseText(text);
}

export const missing: Unreadable = { kind: 'error', message: 'The file is missing or is not readable text.', line: 1 };

const parseText = remembering((text: string): TomlResult => {
  try {
    return { kind: 'ok', table: parse(text.startsWith('\u{FEFF}') ? text.slice(1) : text) };
  } catch (error) {
    if (!(error instanceof TomlError)) return { kind: 'error', message: `Invalid TOML: ${String(error)}`, line: 1 };
    // The message goes on with a picture of the lines, which a report draws itself.
    const reason = (error.message.split('\n', 1)[0] ?? '').replace('Invalid TOML document: ', '');
    return { kind: 'error', message: `Invalid TOML: ${reason}.`, line: error.line };
  }
});

/** The table that a path of keys leads to; empty if there is none. */
export function tableAt(value: unknown, ...keys: readonly string[]): TomlTable {
  let current = value;
  for (const key of keys) current = isTable(current) ? current[key] : undefined;
  return isTable(current) ? current : {};
}

export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

export function stringOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The strings of a list; a single string is a list of one. */
export function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return listOf(value).filter((item) => typeof item === 'string');
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Lists of strings by their keys. */
export function mapOfStrings(value: unknown): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(tableAt(value)).map(([key, list]) => [key, stringsOf(list)]));
}
