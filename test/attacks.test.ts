import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { readAttack } from './support/attack.ts';
import { decideAttack } from './support/decide-attack.ts';

/** Wrong rewrites and their right twins: the symbolic build must tell them apart. */
const folder = 'fixtures/_attacks';
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

test('there are at least sixty attacks', () => {
  expect(names.length).toBeGreaterThanOrEqual(60);
});

describe.each(names)('%s', (name) => {
  const attack = readAttack(readFileSync(join(folder, name), 'utf8'));

  test('the right rewrite passes', () => {
    expect(decideAttack(attack, attack.right)).toMatchObject({ ok: true });
  });

  test.each(attack.wrong)('the wrong rewrite is rejected: $name', ({ text, claims }) => {
    expect(decideAttack(attack, text, claims)).toMatchObject({ ok: false });
  });
});
