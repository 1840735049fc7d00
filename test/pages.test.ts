import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { transforms } from '../transforms/index.ts';
import { pages } from './support/pages.ts';

test.each([...pages(transforms)])('%s is current', (path, text) => {
  if (process.env['UPDATE'] === '1') {
    mkdirSync('docs/transforms', { recursive: true });
    writeFileSync(path, text);
  }
  expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(text);
});

test('every transform has a page, and every page a transform', () => {
  expect(readdirSync('docs/transforms').toSorted()).toEqual(transforms.map((transform) => `${transform.id}.md`).toSorted());
});
