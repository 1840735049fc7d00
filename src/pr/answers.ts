/** Reads answers of a forge: what is missing or of another kind makes the answer as a whole worth nothing. */
import { ForgeError } from './forge.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw unexpected('an object');
}

export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected('a list');
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw unexpected('a text');
}

export function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw unexpected('a number');
}

export function time(value: unknown): number {
  const milliseconds = Date.parse(text(value));
  if (Number.isNaN(milliseconds)) throw unexpected('a date');
  return milliseconds;
}

/** Null for what is not there. */
export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
}

function unexpected(what: string): ForgeError {
  return new ForgeError('unavailable', `the forge's answer lacks ${what} where there has to be one`);
}
