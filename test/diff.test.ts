import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unifiedDiff } from '../src/report/diff.ts';

interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dockfix-diff-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const programs = [
  ['git', 'apply'],
  ['patch', '-p1', '--no-backup-if-mismatch'],
];

/** Applies the diffs of all changes with one program and returns what the files hold then. */
function applied(changes: readonly Change[], command: readonly string[]): readonly string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const { path, before } of changes) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (before !== null) writeFileSync(join(folder, path), before);
  }
  const diff = changes.map(({ path, before, after }) => unifiedDiff(path, before, after)).join('');
  const [program = '', ...options] = command;
  // The ceiling keeps git from taking a repository around the temporary folder for the one to change.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder), LC_ALL: 'C' };
  const { status, stdout, stderr } = spawnSync(program, options, { cwd: folder, input: diff, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stdout}${stderr}\n${diff}`);
  if (/fuzz|offset|succeeded/.test(stdout)) throw new Error(`not applied exactly: ${stdout}\n${diff}`);
  return changes.map(({ path }) => readFileSync(join(folder, path), 'utf8'));
}

function byBothPrograms(changes: readonly Change[]): readonly (readonly string[])[] {
  return programs.map((command) => applied(changes, command));
}

function twice(changes: readonly Change[]): readonly (readonly string[])[] {
  return programs.map(() => changes.map(({ after }) => after));
}

const line = fc.constantFrom('FROM a', 'RUN b', '', ' ', '+x', '-x', '--- a/y', '+++ b/y', '@@ -1 +1 @@', '\\ No newline at end of file', '\t', 'é😀', 'a\rb', 'diff --git a/q b/q');
const ending = fc.constantFrom('\n', '\n', '\n', '\r\n');
const text = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(line, ending), { maxLength: 25 }), fc.constantFrom('', '', 'last', 'last\r'))
  .map(([mark, lines, last]) => (mark ? '\uFEFF' : '') + lines.map((parts) => parts.join('')).join('') + last);

/** Two texts that have much in common: lines of the first one are dropped, doubled and replaced. */
const pair = fc.tuple(text, fc.array(fc.tuple(fc.nat({ max: 25 }), fc.constantFrom('drop', 'double', 'replace'), line, ending), { maxLength: 5 }), fc.boolean()).map(([before, edits, cut]) => {
  const lines = before.split(/(?<=\n)/);
  for (const [index, how, other, end] of edits) {
    const at = index % (lines.length + 1);
    if (how === 'drop') lines.splice(at, 1);
    else if (how === 'double') lines.splice(at, 0, lines[at] ?? '');
    else lines.splice(at, 1, other + end);
  }
  const joined = lines.join('');
  return { before, after: cut ? joined.replace(/\r?\n$/, '') : joined };
});

const name = fc.constantFrom('Dockerfile', 'Docker file', 'a b/c  d', 'naïve/ファイル', 'quo"te', "apo'strophe", 'back\\slash', 'tab\there', 'trailing ', '-dash', '😀', 'b/a', 'x => y', 'a\u007f');

const change: fc.Arbitrary<Omit<Change, 'path'>> = fc.oneof({ weight: 5, arbitrary: pair }, { weight: 1, arbitrary: fc.record({ before: text, after: text }) }, { weight: 1, arbitrary: text.map((after) => ({ before: null, after })) });

describe('git apply and patch -p1 take it', () => {
  test('over many random edits, each run of a program with many files', () => {
    const changes = fc.array(fc.tuple(name, change), { minLength: 30, maxLength: 60 }).map((list) => list.map(([path, rest], index) => ({ path: `${index}/${path}`, ...rest })));
    const takenByBoth = (list: readonly Change[]): void => {
      const different = list.filter(({ before, after }) => before !== after);
      expect(byBothPrograms(different)).toEqual(twice(different));
    };
    fc.assert(fc.property(changes, takenByBoth), { numRuns: 40 });
  });

  test('with an edit in a large file, and one at each end of it', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}\n`);
    const before = lines.join('');
    const changes: readonly Change[] = [
      { path: 'a', before, after: lines.with(500, 'other\n').join('') },
      { path: 'b', before, after: lines.with(0, 'other\n').with(999, 'other').join('') },
      { path: 'c', before: lines.with(999, 'x').join(''), after: before },
    ];
    expect(byBothPrograms(changes)).toEqual(twice(changes));
  });

  test('when there are too many changes to look for the shortest difference', () => {
    const lines = Array.from({ length: 12_000 }, (_, index) => `line ${index}\n`);
    const changed = lines.map((text, index) => (index % 4 === 0 && index > 10 && index < 11_000 ? `other ${text}` : text));
    const before = lines.join('');
    const diff = unifiedDiff('a', before, changed.join(''));
    expect(diff.match(/^@@/gm)).toHaveLength(1);
    expect(diff).toContain('--- a/a\n+++ b/a\n@@ -10,10991 +10,10991 @@\n line 9\n line 10\n line 11\n-line 12\n');
    const changes: readonly Change[] = [
      { path: 'a', before, after: changed.join('') },
      { path: 'b', before: null, after: before },
      { path: 'c', before, after: changed.toReversed().join('').slice(0, -1) },
      { path: 'd', before: before.slice(0, -1), after: changed.toReversed().join('') },
      { path: 'e', before, after: 'only\n' },
    ];
    expect(byBothPrograms(changes)).toEqual(twice(changes));
  });
});

describe('the text', () => {
  test('of a change', () => {
    expect(unifiedDiff('app/Dockerfile', 'a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nd\nE\nf\n')).toBe(
      'diff --git a/app/Dockerfile b/app/Dockerfile\n--- a/app/Dockerfile\n+++ b/app/Dockerfile\n@@ -2,5 +2,5 @@\n b\n c\n d\n-e\n+E\n f\n',
    );
  });

  test('of a creation', () => {
    expect(unifiedDiff('.dockerignore', null, '.git\n**/x\n')).toBe(
      'diff --git a/.dockerignore b/.dockerignore\nnew file mode 100644\n--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,2 @@\n+.git\n+**/x\n',
    );
  });

  test('of no change is empty', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('');
  });

  test('of a change of line endings only shows it', () => {
    expect(unifiedDiff('a', 'x\r\n', 'x\n')).toContain('-x\r\n+x\n');
  });

  test('is the same as git’s for names that need quotes', () => {
    for (const path of ['a b', 'ü', 'x"y', 'x\\y', 't\tt', 'del\u007f']) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      const run = (...options: string[]): string => spawnSync('git', ['-c', 'core.quotePath=true', ...options], { cwd: folder, encoding: 'utf8' }).stdout;
      run('init', '-q');
      writeFileSync(join(folder, path), 'x\n');
      run('add', '-N', '.');
      const names = run('diff').split('\n').filter((text) => /^(diff|\+\+\+)/.test(text));
      expect(unifiedDiff(path, null, 'x\n').split('\n').filter((text) => /^(diff|\+\+\+)/.test(text))).toEqual(names);
    }
  });
});
