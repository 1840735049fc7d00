import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ignoreFileInForce, openContext } from '../src/context/context.ts';
import { memoryTree, overlayTree } from '../src/context/memory.ts';
import { matcherOfAny, parseIgnore } from '../src/ignore/patterns.ts';
import type { Path, Tree } from '../src/types.ts';

const filesNamed = (...paths: readonly Path[]): Record<Path, string> => Object.fromEntries(paths.map((path) => [path, `text of ${path}`]));

/** Counts what is asked of a tree. */
function watched(tree: Tree): { readonly tree: Tree; readonly asked: string[] } {
  const asked: string[] = [];
  const note = <Value>(what: string, ask: (path: Path) => Value) => (path: Path): Value => {
    asked.push(`${what} ${path}`);
    return ask(path);
  };
  return {
    asked,
    tree: {
      kind: note('kind', tree.kind),
      read: note('read', tree.read),
      list: note('list', tree.list),
      tracked: note('tracked', tree.tracked),
      executable: note('executable', tree.executable),
    },
  };
}

describe('presence', () => {
  const tree = memoryTree(filesNamed('a.py', 'src/b.py', 'src/c.log', 'logs/x.log', 'local/settings.py', 'mixed/new.py', 'mixed/old.py', 'hollow/x.log'), {
    untracked: ['local', 'mixed/new.py'],
    links: { data: 'src', outside: '/etc', 'local/link': 'x' },
  });
  const isLeftover = matcherOfAny(['**/node_modules', '**/.venv', 'target']);
  const context = openContext(tree, '', '**/*.log\nsecret\nvendor/*\n!vendor/keep', isLeftover);

  test.each([
    ['', 'yes'],
    ['a.py', 'yes'],
    ['src', 'yes'],
    ['src/c.log', 'no'],
    // Only git's files are in every checkout.
    ['local/settings.py', 'maybe'],
    ['local', 'maybe'],
    ['mixed', 'yes'],
    ['mixed/new.py', 'maybe'],
    // A directory whose files are all hidden is sent, but empty.
    ['logs', 'maybe'],
    ['absent.py', 'no'],
    ['secret', 'no'],
    // What tools leave behind may be in another checkout, unless it is hidden.
    ['node_modules', 'maybe'],
    ['web/node_modules/x', 'maybe'],
    ['web/.venv/x.log', 'no'],
    ['target/x', 'maybe'],
    ['src/target', 'no'],
    ['vendor/node_modules', 'no'],
    ['vendor/keep/node_modules', 'maybe'],
    // A link is itself; what it leads to is not looked at.
    ['data', 'yes'],
    ['data/b.py', 'maybe'],
    ['outside/passwd', 'maybe'],
    ['local/link', 'maybe'],
    ['../a.py', 'no'],
    ['src/../a.py', 'no'],
    ['/a.py', 'no'],
    ['a.py/', 'no'],
    ['a.py/below', 'no'],
  ] as const)('%j: %s', (path, expected) => {
    expect(context.has(path)).toBe(expected);
  });

  test('a directory below an ignored one is there as far as something is brought back', () => {
    const deep = memoryTree(filesNamed('docs/keep/a', 'docs/drop/a', 'docs/keep.txt'), { untracked: ['docs/keep.txt'] });
    const kept = openContext(deep, '', 'docs\n!docs/keep');
    expect(kept.has('docs')).toBe('yes');
    expect(kept.has('docs/drop')).toBe('no');
    expect(kept.list('docs')).toEqual(['keep']);
    expect(openContext(deep, '', 'docs\n!docs/keep.txt').has('docs')).toBe('maybe');
    const none = openContext(deep, '', 'docs\n!docs/nothing');
    expect(none.has('docs')).toBe('no');
    expect(none.kind('docs')).toBe('absent');
  });

  test('what git holds, but is deleted here, may be in another checkout', () => {
    const deleted: Tree = { ...memoryTree(filesNamed('a')), tracked: (path) => path === 'gone.py' || path === 'a' };
    expect(openContext(deleted, '', null).has('gone.py')).toBe('maybe');
    expect(openContext(deleted, '', 'gone.py').has('gone.py')).toBe('no');
  });

  test('outside git everything is held, and what is absent is absent', () => {
    const plain: Tree = { ...memoryTree(filesNamed('a')), tracked: () => true };
    expect(openContext(plain, '', null).has('a')).toBe('yes');
    expect(openContext(plain, '', null).has('b')).toBe('no');
  });

  test('with an ignore file that no build accepts, nothing is certain', () => {
    const broken = openContext(tree, '', '[a');
    expect(broken.has('a.py')).toBe('maybe');
    expect(broken.has('absent')).toBe('no');
  });

  test('where builders read the ignore file differently, it is open', () => {
    const tests = memoryTree(filesNamed('tests/a.py', 'tests/b.txt', 'src/a.py'));
    const listed = openContext(tests, '', '**\n!**/*.py\n**/tests', matcherOfAny(['**/.venv']));
    expect(['tests', 'tests/a.py', 'tests/b.txt', 'src', 'src/a.py'].map(listed.has)).toEqual(['maybe', 'maybe', 'no', 'yes', 'yes']);
  });

  test('a path that is too long, or too deep, is not there', () => {
    expect(context.has('a/'.repeat(100_000) + 'a')).toBe('no');
    expect(context.kind('a'.repeat(100_000))).toBe('absent');
  });
});

describe('a context below the root of the tree', () => {
  const tree = memoryTree(filesNamed('backend/app/main.py', 'backend/run.sh', 'other/x'), { executable: ['backend/run.sh'] });
  const context = openContext(tree, 'backend', 'app/*.pyc');

  test('paths are its own', () => {
    expect(context.root).toBe('backend');
    expect(context.has('app/main.py')).toBe('yes');
    expect(context.has('backend')).toBe('no');
    expect(context.has('../other/x')).toBe('no');
    expect(context.list('')).toEqual(['app', 'run.sh']);
    expect(context.read('app/main.py')).toBe('text of backend/app/main.py');
    expect([...context.files()]).toEqual(['app/main.py', 'run.sh']);
    expect(context.executable('run.sh')).toBe(true);
    expect(context.executable('app/main.py')).toBe(false);
  });
});

describe('kind, read, list, files', () => {
  const tree = memoryTree(filesNamed('a', 'b/c', 'b/d/e', 'b/d.txt', 'z', 'hidden/x'), { links: { l: 'b' } });
  const context = openContext(tree, '', 'hidden\nz');

  test('what is hidden is absent', () => {
    expect(context.kind('z')).toBe('absent');
    expect(context.read('z')).toBeUndefined();
    expect(context.kind('hidden')).toBe('absent');
    expect(context.list('hidden')).toEqual([]);
    expect(context.list('')).toEqual(['a', 'b', 'l']);
  });

  test('nothing is read through links', () => {
    expect(tree.read('l/c')).toBe('text of b/c');
    expect(context.kind('l')).toBe('link');
    expect(context.read('l')).toBeUndefined();
    expect(context.read('l/c')).toBeUndefined();
    expect(context.kind('l/c')).toBe('absent');
  });

  test('files, depth first', () => {
    expect([...context.files()]).toEqual(['a', 'b/c', 'b/d/e', 'b/d.txt', 'l']);
    expect([...context.files('b/d')]).toEqual(['b/d/e']);
    expect([...context.files('a')]).toEqual(['a']);
    expect([...context.files('hidden')]).toEqual([]);
    expect([...context.files('absent')]).toEqual([]);
  });
});

describe('laziness', () => {
  test('opening asks for nothing', () => {
    const { tree, asked } = watched(memoryTree(filesNamed('a/b')));
    openContext(tree, '', 'x');
    expect(asked).toEqual([]);
  });

  test('one file is not a reason to list or to ask git', () => {
    const { tree, asked } = watched(memoryTree(filesNamed('a/b', 'a/c')));
    const context = openContext(tree, '', 'x');
    expect(context.read('a/b')).toBeDefined();
    expect(asked.filter((question) => !question.startsWith('kind'))).toEqual(['read a/b']);
    expect(context.has('a/b')).toBe('yes');
    expect(context.has('a/b')).toBe('yes');
    expect(asked.filter((question) => question === 'tracked a/b').length).toBe(1);
  });

  test('excluded directories are not listed unless something may come back', () => {
    const { tree, asked } = watched(memoryTree(filesNamed('node_modules/x/y', 'docs/a/b', 'docs/keep/c', 'src/a')));
    const context = openContext(tree, '', 'node_modules\ndocs\n!docs/keep');
    expect([...context.files()]).toEqual(['docs/keep/c', 'src/a']);
    expect(asked.filter((question) => question.startsWith('list'))).toEqual(['list ', 'list docs', 'list docs/keep', 'list src']);
  });

  test('an untracked directory is not searched for tracked files', () => {
    const { tree, asked } = watched(memoryTree(filesNamed('junk/a/b/c', 'x'), { untracked: ['junk'] }));
    expect(openContext(tree, '', null).has('junk')).toBe('maybe');
    expect(asked.filter((question) => question.startsWith('list'))).toEqual([]);
  });
});

describe('the ignore file in force', () => {
  test.each([
    [['Dockerfile', '.dockerignore'], 'Dockerfile', '', '.dockerignore'],
    [['Dockerfile', 'Dockerfile.dockerignore', '.dockerignore'], 'Dockerfile', '', 'Dockerfile.dockerignore'],
    [['docker/Dockerfile', 'docker/.dockerignore', 'web/.dockerignore'], 'docker/Dockerfile', 'web', 'web/.dockerignore'],
    [['docker/Dockerfile', 'docker/.dockerignore'], 'docker/Dockerfile', '', null],
    [['docker/prod.Dockerfile', 'docker/prod.Dockerfile.dockerignore', '.dockerignore'], 'docker/prod.Dockerfile', '', 'docker/prod.Dockerfile.dockerignore'],
    [['Dockerfile', '.dockerignore/x'], 'Dockerfile', '', null],
  ])('%j, %s in %j: %s', (paths, dockerfile, root, expected) => {
    expect(ignoreFileInForce(memoryTree(filesNamed(...paths)), dockerfile, root)).toBe(expected);
  });

  test('a link counts if it leads to a file', () => {
    expect(ignoreFileInForce(memoryTree(filesNamed('x'), { links: { '.dockerignore': 'x' } }), 'Dockerfile', '')).toBe('.dockerignore');
    expect(ignoreFileInForce(memoryTree({}, { links: { '.dockerignore': 'x' } }), 'Dockerfile', '')).toBeNull();
  });
});

describe('trees in memory', () => {
  test('links are followed inside, never out', () => {
    const tree = memoryTree(filesNamed('a/b', 'c/d'), {
      links: { 'a/up': '../c', loop: 'loop', out: '../x', root: '/etc', 'a/file': 'b', chain: 'a/up' },
    });
    expect(tree.kind('a/up')).toBe('link');
    expect(tree.kind('a/up/d')).toBe('file');
    expect(tree.read('chain/d')).toBe('text of c/d');
    expect(tree.read('a/file')).toBe('text of a/b');
    expect(tree.list('chain')).toEqual(['d']);
    for (const path of ['loop', 'out', 'root/passwd', 'out/y']) expect(tree.read(path)).toBeUndefined();
    expect(tree.kind('../a')).toBe('absent');
  });

  test('untracked covers all below', () => {
    const tree = memoryTree(filesNamed('a/b', 'a/c/d', 'e/f', 'e/g'), { untracked: ['a', 'e/f'] });
    expect(['a', 'a/b', 'a/c', 'a/c/d', 'e', 'e/f', 'e/g', '', 'absent'].filter(tree.tracked)).toEqual(['e', 'e/g', '']);
  });

  test('an overlay replaces and creates', () => {
    const base = memoryTree(filesNamed('a', 'd/x'), { untracked: ['a'], executable: ['a'] });
    const tree = overlayTree(base, new Map([['a', 'new'], ['d/y', ''], ['n/m', 'z']]));
    expect(tree.read('a')).toBe('new');
    expect(tree.read('d/x')).toBe('text of d/x');
    expect(tree.read('d/y')).toBe('');
    expect(tree.list('')).toEqual(['a', 'd', 'n']);
    expect(tree.list('d')).toEqual(['x', 'y']);
    expect(tree.list('n')).toEqual(['m']);
    expect([tree.kind('n'), tree.kind('n/m'), tree.kind('n/x')]).toEqual(['directory', 'file', 'absent']);
    expect(['a', 'd/y', 'n/m', 'n', 'n/x'].filter(tree.tracked)).toEqual(['d/y', 'n/m', 'n']);
    expect(tree.executable('a')).toBe(true);
    expect(base.read('a')).toBe('text of a');
  });
});

describe('properties', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'k.log');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const rule = fc.tuple(fc.boolean(), fc.array(fc.constantFrom('a', 'b', 'c', '*', '**', '*.log'), { minLength: 1, maxLength: 3 })).map(([negated, parts]) => `${negated ? '!' : ''}${parts.join('/')}`);
  const isLeaf = (paths: readonly Path[]) => (one: Path): boolean => !paths.some((other) => other.startsWith(`${one}/`));

  test('pruned walks, single questions and the matcher tell the same story', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), fc.array(rule, { maxLength: 4 }), fc.array(path, { maxLength: 3 }), (paths, rules, untracked) => {
        const leaves = [...new Set(paths)].filter(isLeaf(paths));
        const tree = memoryTree(filesNamed(...leaves), { untracked });
        const text = rules.join('\n');
        const parsed = parseIgnore(text);
        if (parsed.kind === 'error') return;
        const context = openContext(tree, '', text);
        const visible = leaves.filter((leaf) => !parsed.matcher.excludes(leaf));
        expect([...context.files()].toSorted()).toEqual(visible.toSorted());
        for (const leaf of leaves) {
          const isVisible = visible.includes(leaf);
          const undisputed = !isVisible ? 'no' : tree.tracked(leaf) ? 'yes' : 'maybe';
          expect([leaf, context.has(leaf)]).toEqual([leaf, parsed.matcher.disputed(leaf, 'file') ? 'maybe' : undisputed]);
          expect(context.kind(leaf)).toBe(isVisible ? 'file' : 'absent');
          const dir = leaf.slice(0, Math.max(0, leaf.lastIndexOf('/')));
          expect(context.list(dir).includes(leaf.slice(dir === '' ? 0 : dir.length + 1))).toBe(isVisible);
          if (dir === '') continue;
          const below = visible.filter((file) => file.startsWith(`${dir}/`));
          const certain = below.some((file) => tree.tracked(file) && !parsed.matcher.disputed(file, 'file'));
          const possible = below.length > 0 || !parsed.matcher.excludes(dir) || parsed.matcher.disputed(dir, 'directory');
          const whole = certain ? 'yes' : possible ? 'maybe' : 'no';
          expect([dir, context.has(dir)]).toEqual([dir, whole]);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

test('100,000 files', () => {
  const tree = memoryTree(filesNamed(...Array.from({ length: 100_000 }, (_, index) => `d${index % 300}/e${index % 7}/f${index}.py`)));
  const context = openContext(tree, '', '*\n!d1*\n**/*.pyc\n**/node_modules');
  expect([...context.files()].length).toBeGreaterThan(30_000);
  const directories = Array.from({ length: 300 }, (_, index) => `d${index}`);
  expect(directories.filter((path) => context.has(path) !== 'no')).toEqual(directories.filter((path) => path.startsWith('d1')));
});
