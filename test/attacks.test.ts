import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { openProject, withEdits } from '../src/plan/project.ts';
import type { Verification } from '../src/plan/verify.ts';
import { verifyFix } from '../src/plan/verify.ts';
import type { Build, Claim } from '../src/types.ts';
import type { Attack } from './support/attack.ts';
import { readAttack } from './support/attack.ts';

/** Wrong rewrites and their right twins: the symbolic build must tell them apart. */
const folder = 'fixtures/_attacks';
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };

function decide(attack: Attack, rewritten: string, claimed = attack.claims): Verification {
  const tree = memoryTree({ ...attack.files, Dockerfile: attack.before }, { untracked: attack.untracked, links: attack.links });
  const view = openProject({ tree, builds: [build], settings: new Map() });
  const edit = { file: 'Dockerfile', span: { start: 0, end: attack.before.length }, text: rewritten };
  const claims = JSON.parse(claimed) as Claim[];
  return verifyFix(view, withEdits(view, [edit]), { kind: 'fix', message: '', claims, edits: [edit] }, false);
}

test('there are at least sixty attacks', () => {
  expect(names.length).toBeGreaterThanOrEqual(60);
});

describe.each(names)('%s', (name) => {
  const attack = readAttack(readFileSync(join(folder, name), 'utf8'));

  test('the right rewrite passes', () => {
    expect(decide(attack, attack.right)).toMatchObject({ ok: true });
  });

  test.each(attack.wrong)('the wrong rewrite is rejected: $name', ({ text, claims }) => {
    const verdict = decide(attack, text, claims);
    expect(verdict).toMatchObject({ ok: false });
    // A message is for who knows Docker, not for who knows how dockfix works.
    expect(verdict.ok ? '' : verdict.message.replaceAll(/`[^`]*`/g, '')).not.toMatch(/\b(?:opaque|tokens?|value number|symbolic (?!link)|effects?|shipment)\b|\u0000|\u0001|\bundefined\b|\bnull\b/);
  });
});
