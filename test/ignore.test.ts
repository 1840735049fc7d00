import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, matchesBelow, matchesPathOrParent } from '../src/ignore/glob.ts';
import type { IgnoreMatcher } from '../src/ignore/patterns.ts';
import { matchesPattern, parseIgnore } from '../src/ignore/patterns.ts';

interface Case {
  readonly ignorefile: string;
  readonly ignored?: readonly string[];
  readonly kept?: readonly string[];
  readonly error?: string;
}

const cases = readFileSync(new URL('conformance/dockerignore.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

function matcherOf(text: string): IgnoreMatcher {
  const parsed = parseIgnore(text);
  if (parsed.kind === 'error') throw new Error(`${parsed.line}: ${parsed.message}`);
  return parsed.matcher;
}

const excludes = (text: string, path: string): boolean => matcherOf(text).excludes(path);

describe('agreement with moby', () => {
  test('every conformance case', () => {
    const answers = cases.map(({ ignorefile, ignored = [], kept = [] }): Case => {
      const parsed = parseIgnore(ignorefile);
      if (parsed.kind === 'error') return { ignorefile, error: parsed.message };
      const { excludes } = parsed.matcher;
      const keeps = (path: string): boolean => !excludes(path);
      return { ignorefile, ignored: [...ignored, ...kept].filter(excludes), kept: [...ignored, ...kept].filter(keeps) };
    });
    expect(answers).toEqual(cases);
    expect(cases.length).toBe(2000);
    expect(cases.filter(({ error }) => error !== undefined).length).toBe(23);
  });

  test.each([
    // Anchored at the root; everything below a matched directory goes with it.
    ['node_modules', 'node_modules/a/b', true],
    ['node_modules', 'web/node_modules/a', false],
    ['**/node_modules', 'web/node_modules/a', true],
    ['**/node_modules', 'node_modules', true],
    ['a/', 'a/b', true],
    ['/a', 'a/b', true],
    ['./a/../b', 'b/c', true],
    // A re-inclusion below an ignored directory works, and the last match wins.
    ['dir\n!dir/keep', 'dir/keep/x', false],
    ['dir\n!dir/keep', 'dir/other', true],
    ['!dir/keep\ndir', 'dir/keep', true],
    ['*\n!src\nsrc/*.tmp', 'src/a.tmp', true],
    ['*\n!src\nsrc/*.tmp', 'src/a.py', false],
    // A rule for a directory, after one for something in it, decides for both.
    ['a/b\n!a', 'a/b', false],
    // Comments only in the first column; trailing white space goes, a BOM too.
    ['\uFEFFa', 'a', true],
    [' #a', '#a', true],
    ['#a', '#a', false],
    ['a \t\r\nb', 'a', true],
    ['a\u00A0', 'a', true],
    ['a\u0085', 'a', true],
    ['!  a\nb', 'a', false],
    ['a\n!  a', 'a', false],
    // `**` takes any number of directories, also none; `*` and `?` stop at a slash.
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**', 'a', false],
    ['a/**', 'a/b', true],
    ['a**', 'ab/c', true],
    ['**a', 'x/ba', true],
    ['**/*.py[cod]', 'x/y/m.pyc', true],
    ['**/*.py[cod]', 'x/y/m.py', false],
    ['**', 'a', true],
    ['*', 'a/b', true],
    ['?', 'é', true],
    ['?', '😀', true],
    ['a?b', 'a/b', false],
    // What moby's expressions mean by accident.
    ['a[^x]b', 'a/b', true],
    ['[!a]', 'b', false],
    ['[!a]', '!', true],
    [String.raw`src\data*`, 'src1ata', true],
    [String.raw`src\data*`, String.raw`src\data`, false],
    [String.raw`src\bin`, 'srcbin', false],
    [String.raw`\*`, '*', true],
    [String.raw`\*`, 'a', false],
    ['a^b', 'a^b', true],
    ['*^b', 'a^b', false],
    ['[*]x', '[/]x', true],
    ['[[:digit:]]', '7', true],
    ['a.b', 'axb', false],
    ['(x)+$|{}', '(x)+$|{}', true],
    ['(x)+$|{}*', '(x)+$|{}y', true],
    // Out of the root, and the root itself: nothing.
    ['..', 'a', false],
    ['.', 'a', false],
    ['/', 'a', false],
    // Cleaned together with its `!`, this one loses it.
    ['!../../a', 'a', true],
    ['', 'a', false],
  ])('%j on %j: %s', (text, path, expected) => {
    expect(excludes(text, path)).toBe(expected);
  });

  test.each([
    ['a\n!', 'illegal exclusion pattern: "!"', 2],
    ['!/', 'illegal exclusion pattern: "!"', 1],
    ['a\n\n[a', 'syntax error in pattern: "[a"', 3],
    ['[]a]', 'syntax error in pattern: "[]a]"', 1],
    ['[a-]', 'syntax error in pattern: "[a-]"', 1],
    ['[-a]', 'syntax error in pattern: "[-a]"', 1],
    ['[]', 'syntax error in pattern: "[]"', 1],
    ['[^]', 'syntax error in pattern: "[^]"', 1],
    ['a\\', 'syntax error in pattern: "a\\"', 1],
    ['!x/[z-a]', 'syntax error in pattern: "x/[z-a]"', 1],
    [String.raw`web\Yarn`, String.raw`syntax error in pattern: "web\Yarn"`, 1],
  ])('%j is an error', (text, message, line) => {
    expect(parseIgnore(text)).toEqual({ kind: 'error', message, line });
  });

  test('the longest lines that Go still reads', () => {
    expect(parseIgnore(`${'a'.repeat(65_535)}\nb`).kind).toBe('ok');
    expect(parseIgnore('a'.repeat(65_535)).kind).toBe('ok');
    expect(parseIgnore(`${'é'.repeat(32_768)}\n`).kind).toBe('error');
    const error = { kind: 'error', message: 'the line is too long' };
    expect(parseIgnore(`# x\n${'a'.repeat(65_536)}`)).toEqual({ ...error, line: 2 });
    expect(parseIgnore(`${'a'.repeat(65_536)}\nb`)).toEqual({ ...error, line: 1 });
  });

  test('rules keep their text and line', () => {
    expect(matcherOf('# c\n\n  ./a/  \r\n! /b\n').patterns).toEqual([
      { text: './a/', negated: false, line: 3, pattern: 'a' },
      { text: '! /b', negated: true, line: 4, pattern: 'b' },
    ]);
  });
});

/** moby's algorithm, word by word, where Go's and JavaScript's expressions agree. */
function referenceExcludes(patterns: readonly string[], path: string): boolean {
  const segments = path.split('/');
  const candidates = segments.map((_, index) => segments.slice(0, segments.length - index).join('/'));
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (negated !== matched) continue;
    if (candidates.some((candidate) => referenceMatch(negated ? pattern.slice(1) : pattern, candidate))) matched = !negated;
  }
  return matched;
}

function referenceMatch(pattern: string, path: string): boolean {
  if (!/[*?[]/.test(pattern)) return pattern === path;
  if (/^[^*?[]+\*\*$/.test(pattern)) return path.startsWith(pattern.slice(0, -2));
  if (/^\*\*[^*?[]*$/.test(pattern)) {
    const suffix = pattern.slice(2);
    return path.endsWith(suffix) || `/${path}` === suffix;
  }
  const source = pattern.replaceAll(/\*\*\/?$|\*\*\/?|\*|\?|\./g, (found, offset: number) => {
    if (found.startsWith('**')) return offset + found.length === pattern.length ? '.*' : '(.*/)?';
    return found === '*' ? '[^/]*' : found === '?' ? '[^/]' : String.raw`\.`;
  });
  return new RegExp(`^${source}$`).test(path);
}

const segment = fc.stringMatching(/^[ab.]{1,3}$/).filter((text) => text !== '.' && text !== '..');
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const globSegment = fc
  .array(fc.constantFrom('a', 'b', '.', '*', '**', '?', '[ab]', '[^a]'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '.' && text !== '..');
const glob = fc.array(globSegment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const rule = fc.tuple(fc.boolean(), glob).map(([negated, text]) => (negated ? `!${text}` : text));
const rules = fc.array(rule, { minLength: 1, maxLength: 5 });

describe('properties', () => {
  test('the same answers as the algorithm taken literally', () => {
    fc.assert(
      fc.property(rules, path, (patterns, file) => {
        expect(excludes(patterns.join('\n'), file)).toBe(referenceExcludes(patterns, file));
      }),
      { numRuns: 20_000 },
    );
  });

  test('the simulation and the quick expression agree', () => {
    const escapes = fc.constantFrom('a', 'b', '/', '*', '**', '?', '[^a]', '[a-c/]', String.raw`\d`, String.raw`\b`, String.raw`\B`, String.raw`\*`, 'é', '^', '1');
    const pattern = fc.array(escapes, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const file = fc.array(fc.constantFrom('a', 'b', '1', '/a', '/', 'é', '*', '^'), { minLength: 1, maxLength: 8 }).map((parts) => `a${parts.join('')}`);
    fc.assert(
      fc.property(pattern, file, (text, on) => {
        const compiled = compilePattern(text);
        fc.pre(compiled !== null && compiled.kind === 'tokens' && compiled.quick !== null);
        expect(matchesPathOrParent({ ...compiled, quick: null }, on)).toBe(matchesPathOrParent(compiled, on));
      }),
      { numRuns: 20_000 },
    );
  });

  test('pruning loses nothing: what is kept below an excluded directory was announced', () => {
    let announced = 0;
    fc.assert(
      fc.property(rules, path, path, (patterns, dir, below) => {
        const matcher = matcherOf(patterns.join('\n'));
        const keptBelow = matcher.excludes(dir) && !matcher.excludes(`${dir}/${below}`);
        expect(keptBelow && !matcher.mayReinclude(dir)).toBe(false);
        if (keptBelow) announced += 1;
      }),
      { numRuns: 50_000 },
    );
    expect(announced).toBeGreaterThan(50);
  });

  test('a pattern that matches below a directory says so', () => {
    fc.assert(
      fc.property(glob, path, path, (text, dir, below) => {
        const compiled = compilePattern(text);
        fc.pre(compiled !== null);
        const onlyBelow = matchesPathOrParent(compiled, `${dir}/${below}`) && !matchesPathOrParent(compiled, dir);
        expect(onlyBelow && !matchesBelow(compiled, dir)).toBe(false);
      }),
      { numRuns: 20_000 },
    );
  });

  test('no text breaks it', () => {
    expect.hasAssertions();
    const answer = (text: string, file: string): string => {
      const parsed = parseIgnore(text);
      return parsed.kind === 'ok' ? typeof parsed.matcher.excludes(file) : parsed.kind;
    };
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'binary' }), (text, file) => {
        expect(['boolean', 'error']).toContain(answer(text, file));
      }),
      { numRuns: 5000 },
    );
    const soup = fc.array(fc.constantFrom('[', ']', '^', '-', '\\', '*', '?', '/', ':', 'alpha', 'd', 'x41', '0', '!', '(', '$', 'z'), { maxLength: 14 });
    fc.assert(
      fc.property(soup, (parts) => {
        expect(['boolean', 'error']).toContain(answer(parts.join(''), 'a/b-c'));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('pruning', () => {
  test.each([
    ['node_modules', 'node_modules', false],
    ['node_modules\n!node_modules/keep', 'node_modules', true],
    ['node_modules\n!node_modules/keep', 'node_modules/other', false],
    ['!node_modules/keep\nnode_modules', 'node_modules', false],
    ['*\n!src', 'docs', false],
    ['*\n!src/app', 'src', true],
    ['*\n!**/*.py', 'docs', true],
    ['*\n!src/*.py', 'docs', false],
    ['*\n!src/*.py\nsrc/vendor', 'src/vendor', false],
    ['*\n!a', '', true],
    ['*', '', false],
  ])('%j, below %j: %s', (text, dir, expected) => {
    expect(matcherOf(text).mayReinclude(dir)).toBe(expected);
  });
});

describe('where BuildKit walks otherwise', () => {
  // The first two as seen on BuildKit: it sends tests/a.py, and does not send a/b.
  test.each([
    ['**\n!**/*.py\n**/tests', 'tests/a.py', 'file', true],
    ['a/b\n!a', 'a/b', 'file', true],
    ['**\n!**/*.py\n**/tests', 'tests', 'directory', true],
    ['**\n!**/*.py\n**/tests', 'src/a.py', 'file', false],
    ['**\n!**/*.py\n**/tests', 'tests/a.txt', 'file', false],
    ['a/b\n!a', 'a/c', 'file', false],
    ['*\n!src\nsrc/tmp', 'src/tmp/a', 'file', false],
    ['*\n!src\n**/__pycache__', 'src/__pycache__', 'directory', false],
    ['*\n!src\n**/__pycache__', 'docs', 'directory', false],
    ['**/*.txt\ndist', 'dist/a.txt', 'file', false],
    ['docs\n!docs/keep', 'docs', 'directory', false],
  ] as const)('%j, %s: %s', (text, file, kind, expected) => {
    expect(matcherOf(text).disputed(file, kind)).toBe(expected);
  });

  test('an excluded directory that is not disputed is closed to every builder', () => {
    let disputes = 0;
    const part = fc.constantFrom('a', 'b', '*', '**', '**/a', '[^a]');
    const dense = fc.array(fc.tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 3 })), { minLength: 3, maxLength: 6 });
    const denseRules = dense.map((list) => list.map(([negated, parts]) => `${negated ? '!' : ''}${parts.join('/')}`));
    const short = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(denseRules, short, short, (patterns, dir, below) => {
        const matcher = matcherOf(patterns.join('\n'));
        const sentBelow = matcher.excludes(`${dir}/${below}`) && matcher.disputed(`${dir}/${below}`, 'file');
        if (sentBelow) disputes += 1;
        const closed = matcher.excludes(dir) && !matcher.disputed(dir, 'directory') && !matcher.mayReinclude(dir);
        expect(closed && sentBelow).toBe(false);
      }),
      { numRuns: 50_000 },
    );
    expect(disputes).toBeGreaterThan(200);
  });
});

describe('one pattern alone', () => {
  test.each([
    ['**/node_modules', 'a/node_modules/b', true],
    ['/log/*', 'log/x', true],
    ['/log/*', 'log', false],
    ['!a', 'a', null],
    ['# a', 'a', null],
    ['[a', 'a', null],
    ['', 'a', null],
    ['a\nb', 'a', null],
  ])('%j on %j: %s', (pattern, file, expected) => {
    expect(matchesPattern(pattern, file)).toBe(expected);
  });
});

describe('large input', () => {
  /** Every one of these would take a backtracking matcher longer than the test may run. */
  test.each([
    ['many **', `${'**/a*/'.repeat(20)}x`, 'ab/'.repeat(300) + 'y'],
    ['many *', `${'*a'.repeat(40)}x`, 'a'.repeat(4000)],
    ['* without end', '*'.repeat(3) + 'a*'.repeat(60) + 'b', 'a'.repeat(4000)],
    ['two * on a long path', '*a*b', 'a'.repeat(200_000)],
    ['** on a deep path', '**/*x', 'a/'.repeat(100_000) + 'y'],
    ['long class', `[${'a-z'.repeat(5000)}]x`, 'a/'.repeat(2000) + 'y'],
  ])('%s', (_, pattern, file) => {
    expect(matchesPattern(pattern, file)).toBe(false);
  });

  test('a usual ignore file on 50,000 paths', () => {
    const { excludes } = matcherOf(
      ['.git', '**/.DS_Store', '**/*.log', '**/.env', 'Dockerfile*', '**/docker-compose*', '**/__pycache__', '**/*.py[cod]', '**/.venv', '**/*.egg-info', '*.md', '!README.md'].join('\n'),
    );
    const paths = Array.from({ length: 50_000 }, (_, index) => `src/package${index % 100}/module${index % 1000}/file${index}.py`);
    expect(paths.filter(excludes).length).toBe(0);
  });

  test('an ignore file of 10,000 lines', () => {
    const matcher = matcherOf(Array.from({ length: 10_000 }, (_, index) => `dir${index}/**/*.x`).join('\n'));
    expect(matcher.excludes('dir9999/a/b.x')).toBe(true);
    expect(matcher.excludes('dir/a/b.x')).toBe(false);
  });
});
