import { array, assert, constantFrom, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';

import { createValues } from '../src/build/values.ts';

test('tokens are equal exactly if they were made the same way', () => {
  const operand = constantFrom<string | number>('', 'a', 'a#1', '1', '$1:a', 0, 1, 12);
  const calls = array(tuple(constantFrom('do', 'do#1', ''), array(operand, { maxLength: 4 })), { minLength: 30, maxLength: 60 });
  assert(
    property(calls, (list) => {
      const values = createValues();
      const tokens = list.map(([operation, operands]) => values.token(operation, ...operands));
      const names = list.map((call) => JSON.stringify(call));
      for (const [index, name] of names.entries()) expect(tokens.indexOf(tokens[index] ?? -1)).toBe(names.indexOf(name));
      expect(tokens.map((token) => values.made(token))).toEqual(list.map(([operation, operands]) => ({ operation, operands })));
    }),
    { seed: 5, numRuns: 200 },
  );
});

test('long lists of operands that begin alike are kept apart', () => {
  const values = createValues();
  const lists = [1000, 999, 1001, 1000].map((length) => Array.from({ length }, (_, index) => index));
  const [first, shorter, longer, again] = lists.map((list) => values.token('list', ...list));
  expect(again).toBe(first);
  expect(new Set([first, shorter, longer, values.token('list', ...lists[0] ?? [], 'x')]).size).toBe(4);
});
