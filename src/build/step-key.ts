/**
 * BuildKit's cache key of a step, by token. It is made from the key of the step before and a part of the step's own, and
 * this module alone knows how.
 */
import type { Made, Token, Values } from './values.ts';

/** The key of a step that comes after the one with the key `before`. */
export function stepKey(values: Values, operation: string, before: Token, ...own: readonly (string | Token)[]): Token {
  return values.token(operation, before, ...own);
}

/** The key that the same step has after another one. */
export function keyAfter(values: Values, key: Token, before: Token): Token {
  const { operation, operands } = ownPartOf(values, key);
  return values.token(operation, before, ...operands);
}

/** What a key is made from but the step before. */
export function ownPartOf(values: Values, key: Token): Made {
  const { operation, operands } = values.made(key);
  return { operation, operands: operands.slice(1) };
}
