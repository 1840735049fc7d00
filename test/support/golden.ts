/**
 * The answers of which scripts/golden.mjs prints a hash: of each attack whether its rewrites pass and why not; of each
 * fixture what its own transform makes of it, and what all transforms together do.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { transforms } from '../../transforms/index.ts';
import { readAttack } from './attack.ts';
import { decideAttack } from './decide-attack.ts';
import { readFolder } from './fixture.ts';
import { findingsOf, runFixture, splitCase } from './run-fixture.ts';

/** A case, and a hash of all that is said of it. */
interface Answer {
  readonly name: string;
  readonly hash: string;
}

/** All cases, in order: `_attacks/NAME.txt` and `TRANSFORM/NAME`. */
export function goldenCases(): readonly string[] {
  const attacks = readdirSync('fixtures/_attacks').filter((name) => name.endsWith('.txt'));
  const fixtures = ['_pipeline', ...transforms.map(({ id }) => id)].flatMap((group) => casesOf(group));
  return [...attacks.map((name) => `_attacks/${name}`), ...fixtures].toSorted();
}

function casesOf(group: string): readonly string[] {
  const folder = join('fixtures', group);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'before'))).map((name) => `${group}/${name}`);
}

export async function goldenAnswer(name: string): Promise<Answer> {
  const said = name.startsWith('_attacks/') ? verdictsOf(name) : await findings(name);
  return { name, hash: createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 12) };
}

function verdictsOf(name: string): readonly unknown[] {
  const attack = readAttack(readFileSync(join('fixtures', name), 'utf8'));
  const right = decideAttack(attack, attack.right);
  const wrong = attack.wrong.map(({ text, claims }) => decideAttack(attack, text, claims));
  return [right, ...wrong].map((verdict) => (verdict.ok ? 'ok' : verdict));
}

async function findings(name: string): Promise<readonly unknown[]> {
  const folder = join('fixtures', name);
  const files = readFolder(join(folder, 'before'));
  const { settings } = splitCase(existsSync(join(folder, 'case.md')) ? readFileSync(join(folder, 'case.md'), 'utf8') : '');
  const own = transforms.filter(({ id }) => name.startsWith(`${id}/`));
  const said: unknown[] = [];
  for (const used of own.length === 0 ? [transforms] : [own, transforms]) {
    const run = await runFixture(files, used, settings);
    said.push([findingsOf(run), [...run.changes]]);
  }
  return said;
}
