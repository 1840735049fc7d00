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
    const verdict = decideAttack(attack, text, claims);
    expect(verdict).toMatchObject({ ok: false });
    // A message is for who knows Docker, not for who knows how dockfix works.
    expect(verdict.ok ? '' : verdict.message.replaceAll(/`[^`]*`/g, '')).not.toMatch(/\b(?:opaque|tokens?|value number|symbolic (?!link)|effects?|shipment)\b|\u0000|\u0001|\bundefined\b|\bnull\b/);
  });
});
