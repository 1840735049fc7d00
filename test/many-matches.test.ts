import { expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { plan } from '../src/plan/plan.ts';
import { decline, defineTransform } from '../src/plan/transform.ts';
import type { Build } from '../src/types.ts';

/** Removes `RUN true` from each Dockerfile, and turns down each `RUN false`. */
function counting() {
  const asked: string[] = [];
  const transform = defineTransform({
    id: 'counting',
    title: '',
    why: '',
    mustGain: false,
    *match(view) {
      for (const { path, model } of view.dockerfiles) for (const { keyword, text, lines } of model.scanned.instructions) if (keyword === 'RUN') yield { dockerfile: path, line: lines.start, endLine: lines.end, text };
    },
    decide({ dockerfile, line }, view) {
      asked.push(`${dockerfile}:${line}`);
      const text = view.tree.read(dockerfile) ?? '';
      const start = text.indexOf('# gone');
      if (line < 5 || start < 0) return [decline('unsupported', 'no')];
      return [{ kind: 'fix', message: '', claims: [], edits: [{ file: dockerfile, span: { start, end: start + '# gone'.length }, text: '' }] }];
    },
  });
  return { asked, transform };
}

test('what was turned down in one Dockerfile is not tried again after each fix in another', () => {
  const names = Array.from({ length: 30 }, (_, index) => `Dockerfile.${index}`);
  const tree = memoryTree(Object.fromEntries(names.map((name) => [name, 'FROM python:3.11-slim\nRUN false\nRUN false\nRUN false\nRUN true\n# gone\n'])));
  const builds = names.map((dockerfile): Build => ({ dockerfile, context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' }));
  const { asked, transform } = counting();
  const { fixes, refusals } = plan({ tree, builds, settings: new Map() }, [transform], { unsafe: false });
  expect(fixes).toHaveLength(30);
  // After its own fix a Dockerfile is looked at anew, and the second round looks at all.
  expect(refusals).toHaveLength(30 * 4);
  expect(asked.length).toBeLessThanOrEqual(30 * 4 * 3 + 30);
});
