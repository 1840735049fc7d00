import { linkSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import type { Transform } from '../src/plan/transform.ts';
import { defineTransform } from '../src/plan/transform.ts';
import { runReport } from '../src/report/json.ts';
import type { FileReport, RunError, RunReport } from '../src/report/report.ts';
import type { RunRequest, Sink } from '../src/run.ts';
import { run } from '../src/run.ts';
import type { Claim, Edit, Path } from '../src/types.ts';
import { transforms } from '../transforms/index.ts';
import { folder, removeTemporaryDirectories, repository } from './support/cli.ts';

afterAll(removeTemporaryDirectories);

/** Appends a comment line to files, once: a fix that is right for every Dockerfile. */
function appending(files: (dockerfile: Path) => readonly Path[], claims: readonly Claim[] = [], meanwhile: (dockerfile: Path) => void = () => undefined): Transform {
  return defineTransform({
    id: 'append-line',
    title: 'Append a line',
    why: 'For tests.',
    mustGain: false,
    *match(view) {
      for (const { path, text } of view.dockerfiles) if (!text.includes('# appended')) yield { dockerfile: path, line: 1, endLine: 1 };
    },
    decide(match, view) {
      const edits = files(match.dockerfile).map((file): Edit => {
        const end = (view.tree.read(file) ?? '').length;
        return { file, span: { start: end, end }, text: '# appended\n' };
      });
      meanwhile(match.dockerfile);
      const [first, ...others] = edits;
      if (!first) throw new Error('no edits');
      return [{ kind: 'fix', message: 'a line is appended', claims, edits: [first, ...others] }];
    },
  });
}

async function runIn(cwd: string, list: readonly Transform[], over: Partial<RunRequest> = {}): Promise<RunReport & { notes: string[] }> {
  const files: FileReport[] = [];
  const errors: RunError[] = [];
  const notes: string[] = [];
  const sink: Sink = { file: (report) => files.push(report), error: (error) => errors.push(error), note: (note) => notes.push(note), detail: () => undefined, progress: () => undefined };
  await run({ cwd, paths: ['.'], context: null, mode: 'dry-run', unsafe: false, settings: new Map(), ...over }, list, sink);
  return { ...runReport(files, errors), notes };
}

const dockerfile = 'FROM alpine\nRUN echo hello\n';
const statuses = (report: RunReport): string[] => report.files.map(({ path, status }) => `${path} ${status}`);

describe('one file never takes another with it', () => {
  const files = { 'a/Dockerfile': dockerfile, 'b/Dockerfile': dockerfile, 'c/Dockerfile': dockerfile };

  test('a bug in one project is reported, and the others are done', async () => {
    const cwd = folder(files);
    const faulty = appending((path) => {
      if (path === 'b/Dockerfile') throw new TypeError('x is not iterable');
      return [path];
    });
    const report = await runIn(cwd, [faulty], { mode: 'write' });
    expect(statuses(report)).toEqual(['a/Dockerfile changed', 'b/Dockerfile failed', 'c/Dockerfile changed']);
    expect(report.errors).toEqual([{ path: 'b/Dockerfile', code: 'internal', message: 'a bug in dockfix: x is not iterable' }]);
    expect(readFileSync(join(cwd, 'a/Dockerfile'), 'utf8')).toBe(`${dockerfile}# appended\n`);
    expect(readFileSync(join(cwd, 'b/Dockerfile'), 'utf8')).toBe(dockerfile);
  });

  test('a file that changes between reading and writing is left as it is', async () => {
    const cwd = folder(files);
    const racing = appending((path) => [path], [], (path) => {
      if (path === 'b/Dockerfile') writeFileSync(join(cwd, path), 'FROM somebody-else\n');
    });
    const report = await runIn(cwd, [racing], { mode: 'write' });
    expect(statuses(report)).toEqual(['a/Dockerfile changed', 'b/Dockerfile failed', 'c/Dockerfile changed']);
    expect(report.errors).toMatchObject([{ path: 'b/Dockerfile', code: 'changed-meanwhile' }]);
    expect(report.summary).toMatchObject({ changed: 2, failed: 1, fixes: 2 });
    expect(readFileSync(join(cwd, 'b/Dockerfile'), 'utf8')).toBe('FROM somebody-else\n');
  });

  test('a file that appears where one was to be created is left as it is, and the Dockerfile with it', async () => {
    const cwd = folder({ Dockerfile: dockerfile });
    const racing = appending((path) => [path, 'notes.txt'], [], () => writeFileSync(join(cwd, 'notes.txt'), 'mine\n'));
    const report = await runIn(cwd, [racing], { mode: 'write' });
    expect(report.errors.map(({ path, code }) => `${path} ${code}`).toSorted()).toEqual(['Dockerfile write-failed', 'notes.txt changed-meanwhile']);
    expect(readFileSync(join(cwd, 'notes.txt'), 'utf8')).toBe('mine\n');
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(dockerfile);
  });
});

describe('what is reported', () => {
  test('a fix belongs to its Dockerfile, or to the file that it changes, with the lines there', async () => {
    const cwd = folder({ Dockerfile: dockerfile, 'one.txt': '1\n2\n3\n' });
    const report = await runIn(cwd, [appending(() => ['one.txt'])].map((one) => ({ ...one, *match(view) { if (!(view.tree.read('one.txt') ?? '').includes('appended')) yield* one.match(view); } })));
    expect(report.files.map(({ path, fixes }) => [path, fixes.map(({ line, endLine }) => [line, endLine])])).toEqual([['Dockerfile', []], ['one.txt', [[4, 4]]]]);
    const both = await runIn(cwd, [appending((path) => ['one.txt', path])]);
    expect(both.files.map(({ path, status, fixes }) => [path, status, fixes.length])).toEqual([['Dockerfile', 'changed', 1], ['one.txt', 'changed', 0]]);
  });

  test('an unsafe fix is held back, and made with --unsafe', async () => {
    const cwd = folder({ Dockerfile: dockerfile });
    const unsafe = appending((path) => [path], [{ kind: 'assumes', assumption: { kind: 'disjoint-names' } }]);
    const held = await runIn(cwd, [unsafe]);
    expect(held.files).toMatchObject([{ status: 'unchanged', fixes: [], heldBack: [{ safety: 'unsafe', claims: [{ kind: 'assumes', message: 'assumes that no installed package has the name of a file or folder of the project' }] }] }]);
    expect(held.summary).toMatchObject({ changed: 0, fixes: 0, heldBack: 1 });
    const made = await runIn(cwd, [unsafe], { unsafe: true });
    expect(made.files).toMatchObject([{ status: 'changed', heldBack: [], fixes: [{ safety: 'unsafe' }] }]);
  });

  test('a Dockerfile that is not meant is not changed, whatever a transform proposes', async () => {
    const cwd = repository({ 'a/Dockerfile': dockerfile, 'b/Dockerfile': dockerfile, Dockerfile: dockerfile, 'Dockerfile.dev': dockerfile });
    const all = appending((path) => [path]);
    expect(statuses(await runIn(cwd, [all], { paths: ['a'] }))).toEqual(['a/Dockerfile changed']);
    expect(statuses(await runIn(cwd, [all], { paths: ['Dockerfile.dev'] }))).toEqual(['Dockerfile.dev changed']);
    expect((await runIn(cwd, [all])).summary.changed).toBe(4);
  });

  test('a fix that needs a change of a Dockerfile that is not meant is turned down', async () => {
    const text = 'FROM python:3.12-alpine\nRUN apk add --no-cache gcc musl-dev su-exec && pip install psutil\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n';
    const cwd = repository({ Dockerfile: text, 'Dockerfile.worker': text, 'run.sh': '#!/bin/sh\nexec su-exec app "$@"\n' });
    const one = await runIn(cwd, transforms, { paths: ['Dockerfile'], mode: 'write' });
    expect(one.files).toMatchObject([{ path: 'Dockerfile', status: 'unchanged', refusals: [{ transform: 'alpine-to-slim', reason: 'needs-another-file' }] }]);
    const both = await runIn(cwd, transforms, { mode: 'write' });
    expect(both.files.map(({ path, status, fixes }) => [path, status, fixes.length])).toEqual([['Dockerfile', 'changed', 1], ['Dockerfile.worker', 'changed', 1], ['run.sh', 'changed', 0]]);
    expect(readFileSync(join(cwd, 'run.sh'), 'utf8')).toContain('exec gosu');
  });

  test('Dockerfiles that change together are written together, or not at all', async () => {
    const text = 'FROM python:3.12-alpine\nRUN apk add --no-cache gcc musl-dev su-exec && pip install psutil\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n';
    const script = '#!/bin/sh\nexec su-exec app "$@"\n';
    const cwd = repository({ Dockerfile: text, 'Dockerfile.worker': text, 'run.sh': script });
    linkSync(join(cwd, 'Dockerfile.worker'), join(cwd, 'another-name'));
    const report = await runIn(cwd, transforms, { mode: 'write' });
    expect(report.errors.map(({ path, code }) => `${path} ${code}`).toSorted()).toEqual(['Dockerfile write-failed', 'Dockerfile.worker hard-link', 'run.sh write-failed']);
    expect([readFileSync(join(cwd, 'Dockerfile'), 'utf8'), readFileSync(join(cwd, 'run.sh'), 'utf8')]).toEqual([text, script]);
  });

  test('a script in the context of an image that nobody asked about stays, if that image runs it', async () => {
    const cwd = repository({
      'web/Dockerfile': 'FROM python:3.12-alpine\nRUN apk add --no-cache gcc musl-dev su-exec && pip install psutil\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
      'web/run.sh': '#!/bin/sh\nexec su-exec app "$@"\n',
      Dockerfile: 'FROM alpine:3.20\nRUN apk add --no-cache su-exec\nCOPY web/run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
    });
    const report = await runIn(cwd, transforms, { paths: ['web'] });
    expect(report.files).toMatchObject([{ path: 'web/Dockerfile', status: 'unchanged', refusals: [{ transform: 'alpine-to-slim', message: expect.stringContaining('is also run by Dockerfile') }] }]);
  });

  test('roots outside the current directory: one note each, and none with --write', async () => {
    const one = repository({ 'a/Dockerfile': dockerfile, 'b/Dockerfile': dockerfile });
    const cwd = folder({});
    const all = appending((path) => [path]);
    const report = await runIn(cwd, [all], { paths: [one] });
    expect(report.notes).toHaveLength(1);
    expect(report.files[0]?.diff).toContain('--- a/a/Dockerfile');
    expect((await runIn(cwd, [all], { paths: [one], mode: 'write' })).notes).toEqual([]);
  });
});

describe('many projects', () => {
  const project = (prefix: string): Record<string, string> => ({
    [`${prefix}/Dockerfile`]: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n',
    [`${prefix}/requirements.txt`]: 'flask==3.0.0\n',
    [`${prefix}/app.py`]: 'print(1)\n',
    [`${prefix}/compose.yaml`]: 'services:\n  app:\n    build: .\n',
  });
  const many = (count: number): Record<string, string> => Object.assign({}, ...Array.from({ length: count }, (_, index) => project(`p${String(index).padStart(4, '0')}`)));

  test('all are done, each with its own context', async () => {
    const cwd = repository(many(50));
    const report = await runIn(cwd, transforms, { mode: 'write' });
    expect(report.summary).toMatchObject({ files: 100, changed: 100, failed: 0 });
    expect(report.files[0]).toMatchObject({ path: 'p0000/Dockerfile', context: 'p0000' });
    expect((await runIn(cwd, transforms)).summary).toMatchObject({ files: 50, changed: 0 });
  });

  test('800 folders outside any repository', async () => {
    const report = await runIn(folder(many(800)), transforms);
    expect(report.summary).toMatchObject({ files: 1600, changed: 1600, failed: 0 });
  });
});
