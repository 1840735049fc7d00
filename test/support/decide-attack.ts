import { memoryTree } from '../../src/context/memory.ts';
import { openProject, withEdits } from '../../src/plan/project.ts';
import type { Verification } from '../../src/plan/verify.ts';
import { verifyFix } from '../../src/plan/verify.ts';
import type { Build, Claim } from '../../src/types.ts';
import type { Attack } from './attack.ts';

const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };

/** What the verification says of a rewrite of an attack's Dockerfile that makes some claims, as JSON. */
export function decideAttack(attack: Attack, rewritten: string, claimed = attack.claims): Verification {
  const tree = memoryTree({ ...attack.files, Dockerfile: attack.before }, { untracked: attack.untracked, links: attack.links });
  const view = openProject({ tree, builds: [build], settings: new Map() });
  const edit = { file: 'Dockerfile', span: { start: 0, end: attack.before.length }, text: rewritten };
  const claims = JSON.parse(claimed) as Claim[];
  return verifyFix(view, withEdits(view, [edit]), { kind: 'fix', message: '', claims, edits: [edit] }, false);
}
