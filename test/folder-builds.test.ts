import { describe, expect, test } from 'vitest';
import { signOfMore, upwardPaths } from '../src/commands/folder-builds.ts';
import { openContext } from '../src/context/context.ts';
import { memoryTree } from '../src/context/memory.ts';

describe('paths that lead upwards', () => {
  test.each([
    [`import a from '../../shared/a';`, ['../../shared/a']],
    [`outDir: "../static",`, ['../static']],
    [`__dirname + '/../static'`, ['../static']],
    ["path.resolve(__dirname, '..', '..', 'static')", ['../../static']],
    ['path.dirname(__dirname)', ['..']],
    ['cc -I../include -L ../lib x.c', ['../include', '../lib']],
    ['cd ..&& make', ['..']],
    ['content: ["../templates/**/*.html"]', ['../templates/**/*.html']],
    ['--outDir=../static', ['../static']],
    ['f(...args); for i in 0..10 {} "Loading.."; a.b', []],
  ])('%s', (text, paths) => {
    expect(upwardPaths(text)).toEqual(paths);
  });
});

describe('signs that a build needs more than its folder', () => {
  const sign = (files: Readonly<Record<string, string>>, above: readonly string[] = []): string | null => signOfMore(openContext(memoryTree(files), '', null), 'web', above);

  test('what a file names is seen from where it lies', () => {
    expect(sign({ 'web/src/a/b.js': "import '../c'; import '../../d';" })).toBe(null);
    expect(sign({ 'web/src/a/b.js': "import '../../../e';" })).toBe('web/src/a/b.js names ../../../e');
    expect(sign({ 'web/README.md': 'See ../docs.' })).toBe(null);
  });

  test('git is asked only where it is there', () => {
    const files = { 'web/vite.config.js': "execSync('git rev-parse HEAD')" };
    expect(sign(files)).toBe(null);
    expect(sign(files, ['.git', 'app.py'])).toBe('web/vite.config.js asks git');
    expect(sign({ 'web/go.mod': 'module x' }, ['.git'])).toMatch(/^Go writes/);
  });

  test('settings above count wherever they come from', () => {
    expect(sign({ 'web/a.js': '1' }, ['app.py', 'docker/tsconfig.base.json'])).toBe('docker/tsconfig.base.json lies above it, where tools look for settings');
  });
});
