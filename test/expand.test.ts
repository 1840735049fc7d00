import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from '../src/dockerfile/expand.ts';
import { expand, parseTemplate, variablesOf } from '../src/dockerfile/expand.ts';

const values: Readonly<Record<string, string>> = {
  EMPTY: '',
  FILE: 'archive.tar.gz',
  HOME: '/root',
  STARS: 'a*b?c\\d',
  DOLLAR: '<$0>',
  ÜBER: 'over',
};
const lookup = (name: string): string | null => values[name] ?? null;
const expanded = (raw: string, escape: '\\' | '`' = '\\'): string | null => expand(parseTemplate(raw, escape), lookup);

describe('words without modifiers', () => {
  test.each([
    ['a b', 'a b'],
    ['$HOME/x', '/root/x'],
    ['${HOME}x', '/rootx'],
    ['$HOMEx|', '|'],
    ['$ÜBER', 'over'],
    ['[$UNSET]', '[]'],
    [String.raw`\$HOME`, '$HOME'],
    [String.raw`\\$HOME`, String.raw`\/root`],
    [String.raw`\a"\a"'\a'`, String.raw`a\a\a`],
    [String.raw`"\"\$\\"`, String.raw`"$\ `.trim()],
    [`"$HOME" '$HOME'`, '/root $HOME'],
    [String.raw`'\'`, '\\'],
    ['trailing\\', 'trailing'],
    ['$', '$'],
    ['$.$/', '$.$/'],
    ['a<<b < c', 'a<<b < c'],
    ['$1x$12', 'x'],
    ['$@|$$|$-', '||'],
    ['a # b', 'a # b'],
  ])('%s', (raw, text) => {
    expect(expanded(raw)).toBe(text);
  });

  test('the escape character of the file', () => {
    expect(expanded('c:\\$EMPTY`$HOME', '`')).toBe('c:\\$HOME');
    expect(expanded('"a`"b"', '`')).toBe('a"b');
  });

  test.each(['"a', "it's", '${HOME', '${}', '${:-a}', '${{a}}', '${HOME:-a', '"${HOME"', "${HOME:-'}"])('an error: %s', (raw) => {
    expect(expanded(raw)).toBeNull();
  });
});

describe('modifiers', () => {
  test.each([
    ['${UNSET:-a b}', 'a b'],
    ['${EMPTY:-a}', 'a'],
    ['${EMPTY-a}', ''],
    ['${UNSET-a}', 'a'],
    ['${HOME:-a}', '/root'],
    ['${HOME:+a}', 'a'],
    ['${EMPTY:+a}', ''],
    ['${EMPTY+a}', 'a'],
    ['${UNSET+a}', ''],
    ['${HOME:?no}', '/root'],
    ['${EMPTY?no}', ''],
    ['${UNSET:-${ALSO:-$HOME}}', '/root'],
    ['${UNSET:-"a}b"}', 'a}b'],
    [String.raw`\${UNSET:-a}`, '${UNSET:-a}'],
    [String.raw`${'${UNSET:-\\}}'}x`, '}x'],
    ['${1:-a}', 'a'],
  ])('%s', (raw, text) => {
    expect(expanded(raw)).toBe(text);
  });

  test.each(['${UNSET:?no}', '${UNSET?}', '${EMPTY:?no}', '${HOME:=a}', '${HOME^^}', '${HOME:0:2}', '${#HOME}', '${!HOME}', '${HOME:#a}', '${HOME:-${UNSET?}}'])(
    'an error: %s',
    (raw) => {
      expect(expanded(raw)).toBeNull();
    },
  );
});

describe('patterns', () => {
  test.each([
    ['${FILE#*.}', 'tar.gz'],
    ['${FILE##*.}', 'gz'],
    ['${FILE%.*}', 'archive.tar'],
    ['${FILE%%.*}', 'archive'],
    ['${FILE%.zip}', 'archive.tar.gz'],
    ['${FILE#?rc}', 'hive.tar.gz'],
    ['${FILE#[a]}', 'archive.tar.gz'],
    ['${FILE#*a*a}', 'r.gz'],
    ['${FILE##*a*a}', 'r.gz'],
    ['${FILE%%a*a*}', ''],
    ['${FILE/a/A}', 'Archive.tar.gz'],
    ['${FILE//a/A}', 'Archive.tAr.gz'],
    ['${FILE/.*/}', 'archive'],
    ['${FILE//?/x}', 'xxxxxxxxxxxxxx'],
    ['${FILE//*/x}', 'x'],
    ['${HOME//o/}', '/rt'],
    [String.raw`${'${HOME/\\//_}'}`, '_root'],
    [String.raw`${'${STARS#a\\*}'}`, 'b?c\\d'],
    [String.raw`${'${STARS//\\?/!}'}`, 'a*b!c\\d'],
    ['${STARS#$UNSET*}', 'a*b?c\\d'],
    ['${UNSET#*}', ''],
    ['${HOME//o/$DOLLAR}', '/r<o><o>t'],
    ['${HOME/o/$DOLLAR}', '/r<$0>ot'],
    ['${EMPTY//*/x}', 'x'],
  ])('%s', (raw, text) => {
    expect(expanded(raw)).toBe(text);
  });

  test.each([String.raw`${'${HOME#\\a}'}`, '${HOME/a}', '${HOME//a/b'])('an error: %s', (raw) => {
    expect(expanded(raw)).toBeNull();
  });

  test('a pattern that would take long is not computed', () => {
    const long = 'a'.repeat(4000);
    const parts = parseTemplate('${X//*a*a*a*a*b/c}', '\\');
    expect(expand(parts, () => long)).toBeNull();
    expect(expand(parseTemplate('${X#*a*a*a*a*b}', '\\'), () => long)).toBe(long);
  });
});

describe('parts', () => {
  test('what is quoted', () => {
    const parts: readonly Part[] = [
      { kind: 'literal', text: 'a', quoted: false },
      { kind: 'literal', text: '*', quoted: true },
      { kind: 'variable', name: 'X', modifier: null, quoted: true },
      { kind: 'literal', text: ' ', quoted: true },
      { kind: 'variable', name: 'Y', modifier: null, quoted: false },
    ];
    expect(parseTemplate('a"*$X "$Y', '\\')).toEqual(parts);
  });

  test('variables, also those in modifiers and behind errors', () => {
    const names = (raw: string): readonly string[] => [...variablesOf(parseTemplate(raw, '\\'))].sort();
    expect(names('$A ${B:-$C} ${D/$E/$F} $1 $@ ${G^^}')).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G']);
    expect(names("'$A' \\$B")).toEqual([]);
    expect(names('${A "$B')).toEqual(['A', 'B']);
  });
});

describe('any input', () => {
  const pieces = fc.constantFrom('$', '{', '}', '${', 'X', ':-', '#', '%', '/', '"', "'", '\\', '`', 'a', ' ', '<', '😀', '\uD800', '?', '*');
  const soup = fc.array(pieces, { maxLength: 25 }).map((some) => some.join(''));

  test('never throws', () => {
    fc.assert(
      fc.property(soup, fc.constantFrom('\\' as const, '`' as const), (raw, escape) => {
        const parts = parseTemplate(raw, escape);
        const text = expand(parts, () => 'value');
        expect(text === null || typeof text === 'string').toBe(true);
        expect(variablesOf(parts).size).toBeLessThanOrEqual(raw.length);
      }),
      { numRuns: 5_000 },
    );
  });

  test('text without anything special stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const plain = raw.replace(/[$'"\\\uFEFF]/g, '');
        expect(expand(parseTemplate(plain, '\\'), lookup)).toBe(plain);
      }),
    );
  });

  test.each([['${a:-'], ['"'], ['$a'], ['${a/'], ["'"], ['x']])('%s many times', (piece) => {
    // An even number of them in both, because of the quotes.
    const written = (count: number): number | undefined => expand(parseTemplate(piece.repeat(count), '\\'), lookup)?.length;
    expect((written(100_000) ?? 0) / 100_000).toBe((written(100) ?? 0) / 100);
  });
});
