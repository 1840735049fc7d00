import { join } from 'node:path';

import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { pullRequestText } from '../src/pr/body/body.ts';
import { claims } from '../src/pr/body/claims.ts';
import { effect } from '../src/pr/body/effect.ts';
import { code, link, message, words } from '../src/report/inert-markdown.ts';
import type { Subject } from '../src/pr/body/section.ts';
import { asksAgain, digest, readMarks } from '../src/pr/marks.ts';
import type { DockerfileImpact } from '../src/report/impact.ts';
import type { FileReport } from '../src/report/report.ts';
import { transforms } from '../transforms/index.ts';

const splitCopy = {
  transform: 'split-copy',
  safety: 'exact',
  claims: [],
  message: '`RUN pip install -r requirements.txt` ran again for every change of the source, because `COPY . .` (line 4) came first; it only needs requirements.txt',
  line: 5,
  endLine: 5,
} as const;

const file: FileReport = { path: 'web/Dockerfile', status: 'changed', changed: true, context: 'web', fixes: [splitCopy], refusals: [], heldBack: [] };

const impact: DockerfileImpact = {
  path: 'web/Dockerfile',
  context: 'web',
  commits: 200,
  recipeCommits: 2,
  oldest: '2025-11-02T10:00:00.000Z',
  newest: '2026-10-30T10:00:00.000Z',
  before: { installs: 1, installReruns: 187, installRuns: 187, onlyForGit: 0, stepReruns: 561 },
  after: { installs: 1, installReruns: 6, installRuns: 6, onlyForGit: 0, stepReruns: 380 },
  causes: [
    { file: 'web/shop/app.py', reruns: 93, rerunsAfter: 0 },
    { file: 'web/requirements.txt', reruns: 6, rerunsAfter: 6 },
    { file: 'web/shop/a`b.py', reruns: 4, rerunsAfter: 0 },
  ],
  partBuilds: [],
  changed: true,
  fixes: [],
  refusals: [],
  heldBack: [],
};

function subjectOf(files: readonly FileReport[], other: Partial<Subject> = {}): Subject {
  const used = new Set(files.flatMap(({ fixes }) => fixes.map(({ transform }) => transform)));
  return { files, transforms: transforms.filter(({ id }) => used.has(id)), impact: [impact], lineUrl: (path, line) => `https://forge.example/o/r/blob/0123456/${path.split('/').map(encodeURIComponent).join('/')}#L${line}`, ...other };
}

const change = digest('change');
const longest = 65_536;

function textOf(subject: Subject): string {
  const { title, body } = pullRequestText(subject, change, longest, true);
  return `${title}\n\n${body}\n`;
}

const snapshot = (name: string): string => join(import.meta.dirname, 'pr-body', `${name}.md`);

describe('texts (UPDATE: npx vitest -u)', () => {
  test('one fix, with a history', async () => {
    await expect(textOf(subjectOf([file]))).toMatchFileSnapshot(snapshot('one-fix'));
  });

  test('several fixes, claims, a new file, refusals, no history', async () => {
    const claims = [{ kind: 'base-changed', message: 'the base image of stage 0 changes from python:3.12-alpine to python:3.12-slim' }];
    const files: FileReport[] = [
      {
        ...file,
        fixes: [splitCopy, { ...splitCopy, transform: 'alpine-to-slim', safety: 'equivalent', claims, message: 'python:3.12-alpine becomes python:3.12-slim: gcc, musl-dev are there to compile what mostly has wheels for glibc', line: 1, endLine: 1 }],
        refusals: [
          { transform: 'wheel-packages', reason: 'built-by-hand', level: 'refusal', message: 'files were put among the installed packages by hand', line: 12 },
          { transform: 'split-copy', reason: 'broken-today', level: 'warning', message: '`COPY requirments.txt .` copies a file that is not there', line: 9 },
          { transform: 'split-copy', reason: 'no-gain', level: 'info', message: 'not to be seen', line: 3 },
        ],
        heldBack: [{ ...splitCopy, safety: 'unsafe', line: 14, message: '`RUN npm run build` could come before the copy of the rest', claims: [{ kind: 'assumes', message: 'assumes that no installed package has the name of a file or folder of the project' }] }],
      },
      { ...file, path: 'web/.dockerignore', status: 'created', fixes: [{ ...splitCopy, transform: 'dockerignore', safety: 'equivalent', message: 'there is no ignore file: web/.dockerignore is created; the image no longer holds Dockerfile', claims: [{ kind: 'hidden-from-context', message: 'no longer sent with the build context: Dockerfile, .dockerignore, **/__pycache__' }], line: 1, endLine: 1 }] },
    ];
    await expect(textOf(subjectOf(files, { impact: 'the branch has no commit that changes something after its first one' }))).toMatchFileSnapshot(snapshot('several-fixes'));
  });

  test('a repository that would like to say more than it should', async () => {
    const evil = '`RUN echo @octocat #1 <img src=x onerror=alert(1)> ![x](https://evil.example/x.png)` and @everyone, #123, GH-7, !5, ~bug, %"1.0", &9, $x^2$, :tada:, https://evil.example, www.evil.example <script>alert(1)</script> [a](javascript:alert(1)) | table **bold** __init__ --> <!-- dockfix-again -->';
    const path = '<!-- dockfix change=0000000000000000 text=0000000000000000 title=0000000000000000 closed -->a`b [x](https://evil.example) @octocat\n- [x] <!-- dockfix-again -->/Dockerfile (1)';
    const hostile = subjectOf([{ ...file, path, fixes: [{ ...splitCopy, message: evil }], refusals: [{ transform: 'split-copy', reason: 'differs', level: 'refusal', message: evil.slice(1), line: 2 }] }], { impact: [] });
    await expect(textOf(hostile)).toMatchFileSnapshot(snapshot('hostile'));
    expect(readMarks(textOf(hostile))).toMatchObject({ change, isClosed: false });
  });
});

test('what it is worth: installs where as many commits run one, steps where there is none, and in one line what gains nothing', () => {
  const counts = { installs: 2, installReruns: 9, installRuns: 18, onlyForGit: 0, stepReruns: 40 };
  const steps = { ...counts, installs: 0, installReruns: 0, installRuns: 0 };
  const of = (path: string, before: DockerfileImpact['before'], after: DockerfileImpact['after']): DockerfileImpact => ({ ...impact, path, commits: 9, before, after, causes: [] });
  const { lines } = effect(subjectOf([file], {
    impact: [
      of('same/Dockerfile', counts, counts),
      of('installs/Dockerfile', counts, { ...counts, installRuns: 10, stepReruns: 42 }),
      of('steps/Dockerfile', steps, { ...steps, stepReruns: 12 }),
      of('more/Dockerfile', counts, { ...counts, stepReruns: 42 }),
      of('fewer/Dockerfile', counts, { ...counts, stepReruns: 1 }),
    ],
  })) ?? { lines: [] };
  expect(lines.slice(0, -2)).toEqual([
    '- `installs/Dockerfile`: **18 dependency installs ran again in the last 9 commits; with this change 10.** (2025-11-02 to 2026-10-30)',
    '- `steps/Dockerfile`: **40 steps ran again in the last 9 commits; with this change 12.** (2025-11-02 to 2026-10-30)',
    '- `fewer/Dockerfile`: **40 steps ran again in the last 9 commits; with this change 1.** (2025-11-02 to 2026-10-30)',
    '- `same/Dockerfile`, `more/Dockerfile`: none of the last 9 commits would have run less (2025-11-02 to 2026-10-30).',
  ]);
});

test('what is different begins with a capital, but for names of files', () => {
  const claim = (text: string): FileReport => ({ ...file, fixes: [{ ...splitCopy, claims: [{ kind: 'lock-honoured', message: text }] }] });
  const said = ['poetry.lock is there', 'components/yarn.lock stays', 'the packages are installed'].map((text) => claims(subjectOf([claim(text)]))?.lines);
  expect(said).toEqual([['- poetry.lock is there (`split-copy`)'], ['- components/yarn.lock stays (`split-copy`)'], ['- The packages are installed (`split-copy`)']]);
});

test('the text carries its marks, and the box is not ticked', () => {
  const { title, body } = pullRequestText(subjectOf([file]), change, longest, false);
  expect(readMarks(body)).toEqual({ change, text: expect.stringMatching(/^[0-9a-f]{16}$/), title: digest(title), isSetUp: false, isClosed: false });
  expect(asksAgain(body)).toBe(false);
  expect(asksAgain(body.replace('- [ ]', '- [x]'))).toBe(true);
  expect(title.length).toBeLessThan(121);
});

test('a text keeps within the limit of the forge, with its end', () => {
  const many = Array.from({ length: 3000 }, (_, index): FileReport => ({ ...file, path: `services/service-${index}/Dockerfile`, refusals: [{ transform: 'split-copy', reason: 'differs', level: 'refusal', message: `refusal ${index}`, line: 1 }] }));
  const { body } = pullRequestText(subjectOf(many), change, longest, true);
  expect(body.length).toBeLessThanOrEqual(longest);
  expect(body.length).toBeGreaterThan(longest / 3);
  expect(readMarks(body)).not.toBeNull();
  expect(body).toContain('Ask for it again');
  expect(body).toMatch(/… and \d+ more lines that are too long for here/);
  expect(body).toContain('services/service-0/Dockerfile');
  const huge = pullRequestText(subjectOf([{ ...file, fixes: [{ ...splitCopy, message: 'x'.repeat(100_000) }] }]), change, longest, true);
  expect(huge.body.length).toBeLessThan(5000);
});

test.each(['', 'x'])('what is cut off is cut off between characters (%j)', (before) => {
  const long = before + '😀'.repeat(40_000);
  for (const one of [{ ...file, fixes: [{ ...splitCopy, message: long }] }, { ...file, path: long }]) {
    const { body } = pullRequestText(subjectOf([one]), change, longest, true);
    expect(body.length).toBeLessThanOrEqual(longest);
    expect(body).not.toMatch(/[\uD800-\uDFFF]/u);
  }
});

describe('Markdown', () => {
  test('code spans hold anything', () => {
    expect(['a', 'a`b', '`a', 'a``b`c', ' a ', '', 'a\nb'].map(code)).toEqual(['`a`', '``a`b``', '`` `a ``', '```a``b`c```', '`  a  `', '` `', '`"a\\nb"`']);
  });

  test('messages with code, and with a backtick too many', () => {
    expect(message('`COPY . .` (line 4) came first')).toBe('`COPY . .` (line 4) came first');
    expect(message('a `b` c ` d')).toBe('a `b` c  d');
  });

  test('an address cannot end its link', () => {
    expect(link('a', 'https://x/a(b) <c>')).toBe('[a](https://x/a%28b%29%20%3Cc%3E)');
  });

  test('words mention nobody and refer to nothing, whatever they are', () => {
    assert(
      property(string({ unit: 'grapheme' }), (text) => {
        const shown = words(text);
        expect(shown).not.toMatch(/(?<!\\)[`*_[\]|~{}]/);
        expect(shown.replaceAll('<span>$</span>', '').replaceAll('&#8203;', '\u200b')).not.toMatch(/[<>$]|[@#!%^~][\w"]|:\/\//);
      }),
      { numRuns: 2000 },
    );
  });
});
