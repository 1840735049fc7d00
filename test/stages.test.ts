import { describe, expect, test } from 'vitest';
import { scan } from '../src/dockerfile/scan.ts';
import type { DockerfileModel, Stage } from '../src/dockerfile/stages.ts';
import { model, outputStages, refersTo, stageReference } from '../src/dockerfile/stages.ts';

const modelOf = (...lines: readonly string[]): DockerfileModel => model(scan(lines.join('\n')));
const indices = (stages: readonly Stage[]): readonly number[] => stages.map((stage) => stage.index);
const used = (of: DockerfileModel, index: number): readonly number[] => {
  const stage = of.stages[index];
  if (stage === undefined) throw new Error('no such stage');
  return indices(refersTo(of, stage));
};

describe('stages', () => {
  test('names, instructions and what stands before the first FROM', () => {
    const of = modelOf('ARG A=1', 'RUN stray', 'FROM a AS Build', 'RUN x', 'ARG A', 'FROM b', 'COPY a b');
    expect(of.globalArgs.map((instruction) => instruction.text)).toEqual(['A=1']);
    expect(of.stages.map((stage) => stage.name)).toEqual(['build', null]);
    expect(of.stages.map((stage) => stage.instructions.map((one) => one.keyword))).toEqual([['RUN', 'ARG'], ['COPY']]);
    expect(of.stages[1]?.fromInstruction.lines.start).toBe(6);
  });

  test('made once', () => {
    const scanned = scan('FROM a');
    expect(model(scanned)).toBe(model(scanned));
  });

  test('a FROM that BuildKit rejects is still a stage', () => {
    expect(modelOf('FROM a b', 'RUN x').stages).toMatchObject([{ name: null, from: { image: { text: '' } } }]);
    expect(modelOf('').stages).toEqual([]);
  });
});

describe('bases', () => {
  const base = (...lines: readonly string[]): unknown => modelOf(...lines).stages.at(-1)?.base;

  test('images', () => {
    expect(base('FROM python:3.12')).toEqual({ kind: 'image', reference: 'python:3.12', expanded: 'python:3.12' });
    expect(base('FROM scratch')).toEqual({ kind: 'scratch' });
    expect(base('FROM "python"')).toMatchObject({ expanded: 'python' });
  });

  test('defaults of global ARGs', () => {
    expect(base('ARG V=3 W=$V.12', 'FROM python:${W}-slim')).toMatchObject({ reference: 'python:${W}-slim', expanded: 'python:3.12-slim' });
    expect(base('ARG V', 'FROM python:$V')).toMatchObject({ expanded: null });
    expect(base('ARG V', 'FROM python:${V:-3}')).toMatchObject({ expanded: 'python:3' });
    expect(base('FROM python:$V')).toMatchObject({ expanded: null });
    expect(base('FROM --platform=$BUILDPLATFORM python:$TARGETARCH')).toMatchObject({ expanded: null });
    expect(base("ARG V='3 '", 'ARG V=4', 'FROM python:$V')).toMatchObject({ expanded: 'python:4' });
    expect(base('ARG V=3', 'ARG V', 'FROM python:$V')).toMatchObject({ expanded: null });
    expect(base('FROM python:${V:?}')).toMatchObject({ expanded: null });
    expect(base('ARG B=scratch', 'FROM $B')).toEqual({ kind: 'scratch' });
    expect(base('FROM a', 'ARG V=3', 'FROM python:$V')).toMatchObject({ expanded: null });
  });

  test('stages before', () => {
    expect(base('FROM a AS Build', 'FROM build')).toEqual({ kind: 'stage', index: 0 });
    expect(base('ARG B=build', 'FROM a AS build', 'FROM $B')).toEqual({ kind: 'stage', index: 0 });
    // BuildKit compares the base with the lower-case name as it is, and then finds no such image.
    expect(base('FROM a AS Build', 'FROM Build')).toMatchObject({ kind: 'image', expanded: 'Build' });
    // A stage may be named like its own base.
    expect(base('FROM python AS python')).toMatchObject({ kind: 'image' });
    expect(base('FROM a AS b', 'FROM b AS b', 'FROM b')).toEqual({ kind: 'stage', index: 1 });
    // An index is no base.
    expect(base('FROM a', 'FROM 0')).toMatchObject({ kind: 'image' });
    expect(base('FROM a AS scratch', 'FROM scratch')).toEqual({ kind: 'stage', index: 0 });
  });
});

describe('references', () => {
  const of = modelOf('FROM a AS One', 'FROM b AS two', 'FROM c');

  test.each([
    ['one', 0],
    ['ONE', 0],
    ['0', 0],
    ['+1', 1],
    ['01', 1],
    ['two', 1],
    ['2', null],
    ['-1', null],
    ['three', null],
    ['', null],
    ['1.0', null],
    ['python:3', null],
  ])('%s', (name, index) => {
    expect(stageReference(of, 2, name)?.index ?? null).toBe(index);
  });

  test('only earlier stages', () => {
    expect(stageReference(of, 1, 'two')).toBeNull();
    expect(stageReference(of, 0, '1')).toBeNull();
  });

  test('of two with one name, the later', () => {
    expect(stageReference(modelOf('FROM a AS x', 'FROM b AS X', 'FROM c'), 2, 'x')?.index).toBe(1);
  });
});

describe('uses', () => {
  const of = modelOf(
    'FROM a AS base',
    'FROM base AS builder',
    'RUN --mount=type=cache,target=/c --mount=from=tools,target=/t x',
    'FROM alpine AS tools',
    'FROM base AS test',
    'COPY --from=builder --chown=1 /a /b',
    'FROM b AS final',
    'RUN --mount=type=bind,from=Tools,target=/t --mount=from=builder,target=/b x',
    'COPY --from=0 /x /y',
    'COPY --from=nginx:1 /x /y',
    'ONBUILD COPY --from=test /x /y',
  );

  test('FROM, COPY --from and mounts, of earlier stages', () => {
    expect([0, 1, 2, 3, 4].map((index) => used(of, index))).toEqual([[], [0], [], [0, 1], [0, 1, 2]]);
  });

  test('outputs: the last, the targets, those that nobody uses', () => {
    expect(indices(outputStages(of, []))).toEqual([3, 4]);
    expect(indices(outputStages(of, ['Builder', '2', 'none']))).toEqual([1, 2, 3, 4]);
    expect(outputStages(modelOf('RUN x'), ['a'])).toEqual([]);
    expect(indices(outputStages(modelOf('FROM a AS last', 'FROM last', 'FROM last'), []))).toEqual([1, 2]);
  });

  test('10,000 stages, each on the one before', () => {
    const chain = modelOf('FROM a AS s0', ...Array.from({ length: 10_000 }, (_, index) => `FROM s${index} AS s${index + 1}\nCOPY --from=${index} a b`));
    expect(indices(outputStages(chain, []))).toEqual([10_000]);
  });
});
