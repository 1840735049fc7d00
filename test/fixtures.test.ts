import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { unifiedDiff } from '../src/report/diff.ts';
import { scan } from '../src/dockerfile/scan.ts';
import { transforms } from '../transforms/index.ts';
import { readFolder } from './support/fixture.ts';
import { findingsOf, runFixture, splitCase } from './support/run-fixture.ts';

/**
 * Every folder of `fixtures/<transform>/` is a case: `before/`, `after/` (only what changes or appears) and `case.md`
 * (why, then the findings, one a line). `UPDATE=1 npm test` writes `after/` and the findings; a person reads them.
 */
const update = process.env['UPDATE'] === '1';
const groups = ['_pipeline', ...transforms.map((transform) => transform.id)];
const scratch = mkdtempSync(join(tmpdir(), 'dockfix-fixtures-'));
afterAll(() => rmSync(scratch, { recursive: true }));

for (const group of groups) {
  const folder = join('fixtures', group);
  const cases = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'before'))) : [];
  const used = group === '_pipeline' ? transforms : transforms.filter((transform) => transform.id === group);
  describe.each(cases)(`${group}/%s`, (name) => {
    const root = join(folder, name);
    const files = readFolder(join(root, 'before'));
    const caseFile = join(root, 'case.md');
    const written = splitCase(existsSync(caseFile) ? readFileSync(caseFile, 'utf8') : '');

    test('gives the findings and files that the case says', async () => {
      const before = structuredClone(files);
      const run = await runFixture(files, used, written.settings);
      expect(files).toEqual(before);
      if (update) updateCase(root, caseFile, written.head, run);
      const after = existsSync(join(root, 'after')) ? readFolder(join(root, 'after')) : {};
      expect(Object.fromEntries(run.changes)).toEqual(after);
      expect(findingsOf(run)).toEqual(update ? findingsOf(run) : written.findings);
      const kind = /^(?:fixes|refuses|ignores)/.exec(name)?.[0];
      expect(group === '_pipeline' ? kind : kindOf(run)).toBe(kind);
    });

    test('a second run changes nothing', async () => {
      const first = await runFixture(files, used, written.settings);
      const second = await runFixture({ ...files, ...Object.fromEntries(first.changes) }, used, written.settings);
      expect([...second.changes]).toEqual([]);
    });

    test('line endings and byte order mark stay as they are', async () => {
      const plain = await runFixture(files, used, written.settings);
      const isPlain = !Object.values(files).some((text) => text.includes('\r')) && !isCarriageSensitive(files);
      const windows = await runFixture(isPlain ? mapTexts(files, toWindows) : files, used, written.settings);
      const marked = await runFixture(mapDockerfiles(files, mark), used, written.settings);
      const existing = [...plain.changes].filter(([path]) => files[path] !== undefined);
      const dockerfiles = existing.filter(([path]) => isDockerfile(path));
      expect(existing.map(([path]) => windows.changes.get(path))).toEqual(existing.map(([, text]) => (isPlain ? toWindows(text) : text)));
      expect(dockerfiles.map(([path]) => marked.changes.get(path))).toEqual(dockerfiles.map(([, text]) => mark(text)));
    });

    test('the result scans without new problems, and git takes the diff', async () => {
      const run = await runFixture(files, used, written.settings);
      const worse = [...run.changes].filter(([path, text]) => isDockerfile(path) && scan(text).problems.length > scan(files[path] ?? '').problems.length);
      expect(worse).toEqual([]);
      expect(applied(files, run.changes)).toEqual(Object.fromEntries(run.changes));
    });
  });
}

test('each transform has enough cases of all three kinds', () => {
  for (const transform of transforms) {
    const folder = join('fixtures', transform.id);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const kind of ['fixes', 'refuses', 'ignores']) expect(names.filter((name) => name.startsWith(`${kind}-`)), `${transform.id} ${kind}`).not.toEqual([]);
    expect(names.length, transform.id).toBeGreaterThanOrEqual(25);
  }
});

test('every folder of fixtures belongs to a transform', () => {
  const folders = readdirSync('fixtures').filter((name) => !name.startsWith('_'));
  expect(folders.toSorted()).toEqual(transforms.map((transform) => transform.id).toSorted());
});

type Run = Awaited<ReturnType<typeof runFixture>>;

function kindOf(run: Run): string {
  if (run.changes.size > 0) return 'fixes';
  const said = run.plans.some((plan) => plan.heldBack.length > 0 || plan.refusals.some((refusal) => refusal.level !== 'info'));
  return said ? 'refuses' : 'ignores';
}

function updateCase(root: string, caseFile: string, head: string, run: Run): void {
  rmSync(join(root, 'after'), { recursive: true, force: true });
  for (const [path, text] of run.changes) {
    const target = join(root, 'after', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  writeFileSync(caseFile, `${[head, ...findingsOf(run)].join('\n')}\n`);
}

function isDockerfile(path: string): boolean {
  return /dockerfile/i.test(path) && !path.endsWith('.dockerignore');
}

function mark(text: string): string {
  return text.startsWith('\uFEFF') ? text : `\uFEFF${text}`;
}

function toWindows(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

/** In a here-document a carriage return is part of the script. */
function isCarriageSensitive(files: Record<string, string>): boolean {
  return Object.entries(files).some(([path, text]) => isDockerfile(path) && text.includes('<<'));
}

function mapTexts(files: Record<string, string>, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, change(text)]));
}

function mapDockerfiles(files: Record<string, string>, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, isDockerfile(path) ? change(text) : text]));
}

/** The changed files after `git apply` of the printed diff. */
function applied(files: Record<string, string>, changes: ReadonlyMap<string, string>): Record<string, string> {
  if (changes.size === 0) return {};
  const folder = mkdtempSync(join(scratch, 'apply-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const diff = [...changes].map(([path, text]) => unifiedDiff(path, files[path] ?? null, text)).join('');
  execFileSync('git', ['apply', '-'], { cwd: folder, input: diff, env: { ...process.env, GIT_CEILING_DIRECTORIES: scratch } });
  return Object.fromEntries([...changes.keys()].map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}
