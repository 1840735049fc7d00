import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { fix } from '../src/fix.ts';
import { optionLines, settingFault } from '../src/plan/options.ts';
import type { Transform } from '../src/plan/transform.ts';
import { transforms } from '../transforms/index.ts';
import { splitCopy } from '../transforms/split-copy.ts';

function declared(id: string): Transform {
  const found = transforms.find((transform) => transform.id === id);
  if (!found) throw new Error(id);
  return found;
}

describe('a setting', () => {
  test.each([
    ['alpine-to-slim', 'whn', 'always', "alpine-to-slim has no option 'whn'; it has: when (reason, always)"],
    ['wheel-packages', 'mounts', 'never', "wheel-packages has no option 'mounts'; it has: mount (always, never), directory (an absolute path)"],
    ['split-copy', 'when', 'always', "split-copy has no option 'when'; it has none"],
    ['alpine-to-slim', 'when', 'never', "alpine-to-slim.when cannot be 'never'; it can be: reason, always"],
    ['alpine-to-slim', 'when', '', "alpine-to-slim.when cannot be ''; it can be: reason, always"],
    ['wheel-packages', 'directory', 'wheels', "wheel-packages.directory cannot be 'wheels'; it can be: an absolute path"],
    ['wheel-packages', 'directory', '/', "wheel-packages.directory cannot be '/'; it can be: an absolute path"],
    ['wheel-packages', 'directory', '/a/../b', "wheel-packages.directory cannot be '/a/../b'; it can be: an absolute path"],
    ['wheel-packages', 'directory', '/my wheels', "wheel-packages.directory cannot be '/my wheels'; it can be: an absolute path"],
    ['wheel-packages', 'directory', '/wheels/', "wheel-packages.directory cannot be '/wheels/'; it can be: an absolute path"],
  ])('%s.%s=%s is a fault', (id, key, value, message) => {
    expect(settingFault(declared(id), key, value)).toBe(message);
  });

  test.each([
    ['alpine-to-slim', 'when', 'reason'],
    ['alpine-to-slim', 'when', 'always'],
    ['wheel-packages', 'mount', 'never'],
    ['wheel-packages', 'directory', '/opt/.wheels-3.12'],
  ])('%s.%s=%s is right', (id, key, value) => {
    expect(settingFault(declared(id), key, value)).toBeNull();
  });
});

test('the library takes no setting that a transform has not, either', () => {
  const project = (settings: readonly (readonly [string, string])[]) => ({ tree: memoryTree({ Dockerfile: 'FROM scratch\n' }), builds: [], settings: new Map(settings) });
  expect(() => fix(project([['alpine-to-slim.whn', 'always']]), transforms)).toThrow("alpine-to-slim has no option 'whn'; it has: when (reason, always)");
  expect(fix(project([['alpine-to-slim.when', 'always']]), transforms).fixes).toEqual([]);
  expect(fix(project([['alpine-to-slim.whn', 'always']]), [splitCopy]).fixes).toEqual([]);
});

test('every option has a key, a meaning in half a sentence, and its own key in the transform', () => {
  for (const { id, options = [] } of transforms) {
    expect(new Set(options.map(({ key }) => key)).size, id).toBe(options.length);
    for (const { key, meaning } of options) expect(`${key}: ${meaning}`).toMatch(/^[a-z-]+: [a-z].*[^.]$/);
  }
  expect(optionLines(declared('wheel-packages'))[0]).toBe('wheel-packages.mount=always, never: mount the wheels, or copy them for builders without RUN mounts; by default it depends on what the repository says of its builder');
});
