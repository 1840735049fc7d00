import { describe, expect, test } from 'vitest';

import { openContext } from '../src/context/context.ts';
import { memoryTree } from '../src/context/memory.ts';
import { recorded } from '../src/context/recorded.ts';
import type { ProjectView } from '../src/plan/project.ts';
import { openProject, takeOver, withEdits } from '../src/plan/project.ts';
import { verifyFix } from '../src/plan/verify.ts';
import type { Fix } from '../src/types.ts';

const files = { Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n', 'requirements.txt': 'flask==3.0.0\n', 'app.py': '', 'docs/a.md': '', '.dockerignore': '.git\n' };

describe('a context that keeps what it was asked', () => {
  const tree = memoryTree(files);
  const under = (ignore: string) => openContext(tree, '', ignore);

  test('goes on under rules that change nothing of it', () => {
    const context = recorded(under(''));
    expect([context.has('app.py'), context.kind('requirements.txt'), context.read('requirements.txt'), context.has('missing')]).toEqual(['yes', 'file', 'flask==3.0.0\n', 'no']);
    expect(context.moveTo(under('docs\n'))).toBe(true);
    expect(context.has('docs/a.md')).toBe('no');
  });

  test.each([
    ['has', (context: ReturnType<typeof recorded>) => context.has('docs/a.md')],
    ['kind', (context: ReturnType<typeof recorded>) => context.kind('docs')],
    ['read', (context: ReturnType<typeof recorded>) => context.read('docs/a.md')],
    ['list', (context: ReturnType<typeof recorded>) => context.list('')],
    ['files', (context: ReturnType<typeof recorded>) => [...context.files()]],
  ] as const)('stays where an answer would be another one: %s', (_name, ask) => {
    const context = recorded(under(''));
    const before = ask(context);
    expect(context.moveTo(under('docs\n'))).toBe(false);
    expect(ask(context)).toEqual(before);
    expect(context.has('docs/a.md')).toBe('yes');
  });
});

describe('a view that takes the place of another', () => {
  const open = (): ProjectView => openProject({ tree: memoryTree(files), builds: [{ dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' }], settings: new Map() });
  const ignoring = (view: ProjectView, rule: string): ProjectView => withEdits(view, [{ file: '.dockerignore', span: { start: 5, end: 5 }, text: rule }]);
  const symbolicOf = ({ dockerfiles }: ProjectView) => dockerfiles[0]?.builds[0]?.symbolic;

  test.each([
    ['docs\n', true],
    ['requirements.txt\n', false],
    ['**/*.txt\n', false],
  ])('with the rule %j: the build goes on: %s', (rule, goesOn) => {
    const from = open();
    const build = symbolicOf(from);
    const to = ignoring(from, rule);
    takeOver(from, to);
    expect(symbolicOf(to) === build).toBe(goesOn);
    // Whoever asks the build for its files gets those of the new rules, and what it found is what a new build finds.
    const anew = symbolicOf(ignoring(from, rule));
    expect(symbolicOf(to)?.files.has('docs/a.md')).toBe(anew?.files.has('docs/a.md'));
    expect(symbolicOf(to)?.stages[0]?.steps.map(({ key }) => key)).toEqual(anew?.stages[0]?.steps.map(({ key }) => key));
  });

  test('not where the Dockerfile is another one', () => {
    const from = open();
    const build = symbolicOf(from);
    const to = withEdits(from, [{ file: 'Dockerfile', span: { start: 0, end: 0 }, text: '# A remark.\n' }]);
    takeOver(from, to);
    expect(symbolicOf(to)).not.toBe(build);
  });

  test('is not built to be compared where only the ignore file is another one', () => {
    const from = open();
    symbolicOf(from);
    const { work } = from.values;
    const rule = 'docs\n';
    const edits = [{ file: '.dockerignore', span: { start: 5, end: 5 }, text: rule }] as const;
    const fix: Fix = { kind: 'fix', message: '', claims: [{ kind: 'hidden-from-context', paths: ['docs'] }], edits };
    expect(verifyFix(from, ignoring(from, rule), fix, false).ok).toBe(true);
    expect(from.values.work).toBe(work);
  });
});
