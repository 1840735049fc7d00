import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { scan } from '../src/dockerfile/scan.ts';
import { model } from '../src/dockerfile/stages.ts';
import { cutAfter, stageOf, targetFor } from '../src/verify/target.ts';

/** The instructions of each stage, as they are written. */
function written(text: string): readonly (readonly string[])[] {
  const { scanned, stages } = model(scan(text));
  return stages.map(({ fromInstruction, instructions }) => [fromInstruction, ...instructions].map(({ span }) => scanned.text.slice(span.start, span.end)));
}

const hard = [
  'FROM a\nRUN <<EOF\nFROM b\nEOF\nFROM c\n',
  'FROM a\nCOPY <<"A" <<-B /x/\nFROM b\nA\n\tFROM c\n\tB\n\n# comment\n\n  from c as d\nRUN x\n',
  '# escape=`\r\nFROM a\r\nRUN x `\r\n  FROM b\r\nFROM `\r\n# comment\r\n  c `\r\n\r\n  AS d\r\nRUN y\r\nFROM e',
  '\uFEFF# syntax=docker/dockerfile:1\nARG A=a\nFROM $A\nONBUILD RUN x\nFROM --platform=linux/amd64 b AS c\nFROM c\n',
  'FROM a\nRUN x \\\n# comment\n\nFROM b\nFROM c',
  'FROM a AS x\nFROM b AS X\nCOPY --from=x / /\nFROM c\nCOPY --from=0 / /\n',
];
const fixtures = readdirSync('fixtures', { recursive: true, encoding: 'utf8' }).filter((path) => /[\\/]before[\\/](?:.*[\\/])?[^\\/]*Dockerfile[^\\/]*$/.test(path) && !path.endsWith('.dockerignore'));

describe('a Dockerfile that ends with one of its stages', () => {
  test.each([...hard, ...fixtures.map((path) => readFileSync(join('fixtures', path), 'utf8')).filter((text) => model(scan(text)).stages.length > 1)])('%j', (text) => {
    const all = written(text);
    for (const [index] of all.entries()) {
      const cut = cutAfter(text, index);
      expect(text.startsWith(cut)).toBe(true);
      expect(written(cut)).toEqual(all.slice(0, index + 1));
    }
  });
});

test('a stage is meant by its name, by its number where that means another, and by nothing if it is the last', () => {
  const of = model(scan('FROM a AS x\nFROM b\nFROM c AS X\nFROM d AS y\nFROM e\n'));
  const targets = of.stages.map(({ index }) => targetFor(of, index));
  expect(targets).toEqual([0, 1, 'x', 'y', null]);
  expect(targets.map((target) => stageOf(of, target)?.index)).toEqual([0, 1, 2, 3, 4]);
  expect([stageOf(of, 'Y')?.index, stageOf(of, '1')?.index, stageOf(of, 'z'), stageOf(of, 9)]).toEqual([3, 1, null, null]);
});
