import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { BulkPrinter, RepositoryReport } from '../src/report/bulk.ts';
import { addNotDone, addRepository, emptySummary, repositoryReport } from '../src/report/bulk.ts';
import { bulkHtml } from '../src/report/html.ts';
import { bulkMarkdown } from '../src/report/markdown.ts';
import type { FileReport, FixReport, RefusalReport } from '../src/report/report.ts';
import { chromium, startBrowser } from './support/browser.ts';
import { bundleCli, folder, removeTemporaryDirectories, repository, runProgram, temporaryDirectory } from './support/cli.ts';

afterAll(removeTemporaryDirectories);

const fix = (over: Partial<FixReport> = {}): FixReport => ({ transform: 'split-copy', safety: 'exact', claims: [], message: '`RUN pip install` ran again', line: 3, endLine: 3, ...over });
const refusal = (over: Partial<RefusalReport> = {}): RefusalReport => ({ transform: 'split-copy', reason: 'opaque-command', level: 'refusal', message: 'dockfix does not know it', line: 2, ...over });
const file = (over: Partial<FileReport> = {}): FileReport => ({ path: 'Dockerfile', status: 'unchanged', changed: false, context: '.', fixes: [], refusals: [], heldBack: [], ...over });
const diff = 'diff --git a/Dockerfile b/Dockerfile\n--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,5 +1,6 @@\n FROM python:3.12-slim\n-COPY . .\n-RUN one\n+COPY requirements.txt ./\n+RUN two\n+COPY . .\n CMD x\n \n@@ -20,2 +21,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n';
const changed = file({ status: 'changed', changed: true, diff, fixes: [fix()] });

/** Text of a repository that tries to be markup. */
const hostile = '</script><script>window.hacked = true</script><img src=x onerror="window.hacked = true"><!--<script> & `ls` $& {{x}}';

function page(printer: BulkPrinter, reports: readonly RepositoryReport[], notDone = 0): string {
  const summary = addNotDone(reports.reduce(addRepository, emptySummary), notDone);
  return [printer.begin(), ...reports.map(printer.repository), printer.end(summary)].join('');
}

describe('Markdown', () => {
  test('says what was found where, with the diffs, and ends with a table', () => {
    const reports = [
      repositoryReport('a', 'https://host/a', { files: [changed, file({ path: '.dockerignore', status: 'created', changed: true, diff: '+x\n', fixes: [fix({ transform: 'dockerignore', safety: 'equivalent', claims: [{ kind: 'hidden-from-context', message: 'no longer sent: **/__pycache__' }] })] })], errors: [], commits: [{ id: 'a'.repeat(40), transform: 'split-copy', subject: 'Copy *less*' }], notes: ['taken as it is'] }),
      repositoryReport('b', undefined, { files: [file({ refusals: [refusal(), refusal({ reason: 'no-gain', level: 'info' })], heldBack: [fix({ safety: 'unsafe' })] })], errors: [] }),
      repositoryReport('c', undefined, { files: [file()], errors: [] }),
      repositoryReport('d', undefined, { files: [], errors: [{ path: 'x/Dockerfile', code: 'read-only', message: 'it is `read-only`' }, { path: '', code: 'clone-failed', message: 'no such host' }] }),
    ];
    expect(page(bulkMarkdown(false), reports, 2)).toMatchInlineSnapshot(`
      "# dockfix

      ## \`a\`

      \`https://host/a\`

      2 files would change

      - taken as it is
      - commit aaaaaaaaaaaa: Copy \\*less\\*
      - **fix** \`Dockerfile\`, line 3, split-copy (exact): \`RUN pip install\` ran again
      - **fix** \`.dockerignore\`, line 3, dockerignore (equivalent): \`RUN pip install\` ran again
        - no longer sent: \\*\\*/\\_\\_pycache\\_\\_

      <details><summary>Diff</summary>

      \`\`\`diff
      diff --git a/Dockerfile b/Dockerfile
      --- a/Dockerfile
      +++ b/Dockerfile
      @@ -1,5 +1,6 @@
       FROM python:3.12-slim
      -COPY . .
      -RUN one
      +COPY requirements.txt ./
      +RUN two
      +COPY . .
       CMD x
       
      @@ -20,2 +21,2 @@
       a
      -b
      +c
      \\ No newline at end of file
      +x
      \`\`\`

      </details>

      ## \`b\`

      left alone

      - **held back** \`Dockerfile\`, line 3, split-copy (unsafe): \`RUN pip install\` ran again
      - **left alone** \`Dockerfile\`, line 2, split-copy (opaque-command): dockfix does not know it

      ## \`d\`

      failed

      - **error** \`x/Dockerfile\`: it is \`read-only\` (read-only)
      - **error** no such host (clone-failed)

      ## In all

      |  | repositories | files |
      | --- | ---: | ---: |
      | would change | 1 | 2 |
      | left alone for a reason | 1 |  |
      | unchanged | 1 |  |
      | skipped | 0 | 0 |
      | failed | 1 | 0 |
      | not done | 2 |  |
      | in all | 6 | 4 |

      | fixes | repositories | times |
      | --- | ---: | ---: |
      | dockerignore | 1 | 1 |
      | split-copy | 1 | 1 |

      | left alone | repositories | times |
      | --- | ---: | ---: |
      | opaque-command | 1 | 1 |

      | errors | repositories | times |
      | --- | ---: | ---: |
      | clone-failed | 1 | 1 |
      | read-only | 1 | 1 |
      "
    `);
    expect(page(bulkMarkdown(true), reports)).toContain('2 files changed');
  });

  test('repositories bring no markup into it', () => {
    const text = page(bulkMarkdown(false), [
      repositoryReport(`a${hostile}`, undefined, {
        files: [file({ path: '`x`\n# head', status: 'changed', changed: true, diff: '+```\n+````\n+</details>\n', fixes: [fix({ message: `${hostile} \` [a](b) **c** | d` })] })],
        errors: [],
      }),
    ]);
    const outside = text.replaceAll(/^(`{3,})diff\n[^]*?\n\1$/gm, '').replaceAll(/(`+)[^`](?:[^\n]*?[^`])?\1(?!`)/g, '');
    expect(text).toContain('`````diff\n+```\n+````\n+</details>\n`````\n');
    expect(outside.match(/(?<!\\)<\/?(?!details|summary|span)\w+/g)).toBeNull();
    expect(outside).not.toMatch(/^# head/m);
    expect(outside).toContain(String.raw`\[a\](b) \*\*c\*\* \| d`);
  });

  test('whoever posts it mentions nobody and refers to nothing', () => {
    const said = '@octocat fixes #1, https://host and `code @nobody`';
    const text = page(bulkMarkdown(false), [repositoryReport('a', undefined, { files: [file({ path: '@a', refusals: [refusal({ message: said })] })], errors: [{ path: '', code: 'internal', message: said }], notes: [said] })]);
    expect(text.replaceAll(/`[^`\n]*`/g, '').replaceAll('&#8203;', '|')).not.toMatch(/@\w|#\d|:\/\//);
  });
});

describe('HTML', () => {
  test('is one page without a reference to anything, and holds nothing of a repository as markup', () => {
    const html = page(bulkHtml(false), [repositoryReport(hostile, hostile, { files: [file({ path: hostile, message: hostile, diff: hostile })], errors: [] })]);
    const outside = html.replaceAll(/<script class="repository" type="application\/json">[^<]*<\/script>/g, '');
    expect(outside.match(/<script\b/g)).toHaveLength(1);
    expect(outside).not.toMatch(/\b(?:src|href|srcset|action)=|url\(|@import|hacked/);
    expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'">/);
  });
});

describe.skipIf(chromium === null)('the page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const kinds: readonly ((path: string) => RepositoryReport)[] = [
    (path) => repositoryReport(path, undefined, { files: [changed], errors: [] }),
    (path) => repositoryReport(path, `https://host/${path}`, { files: [file({ path: '.dockerignore', status: 'created', changed: true, diff: 'diff --git a/x b/x\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+.git\n', fixes: [fix({ transform: 'dockerignore', safety: 'equivalent', claims: [{ kind: 'hidden-from-context', message: 'no longer sent: .git' }] })] }), file({ path: 'other/Dockerfile', refusals: [refusal()] })], errors: [] }),
    (path) => repositoryReport(path, undefined, { files: [file({ refusals: [refusal({ reason: 'reads-source' }), refusal({ reason: 'no-gain', level: 'info' })] })], errors: [] }),
    (path) => repositoryReport(path, undefined, { files: [file({ heldBack: [fix({ safety: 'unsafe' })] })], errors: [] }),
    (path) => repositoryReport(path, undefined, { files: [], errors: [{ path: '', code: 'clone-failed', message: 'no such host' }] }),
  ];
  const thousand = Array.from({ length: 1000 }, (_, index) => (kinds[index % kinds.length] ?? repositoryReport)(`group/r${index}`, undefined, { files: [], errors: [] }));

  interface Opened {
    readonly tab: Page;
    /** Whatever the browser complained about, or asked a network for. */
    readonly faults: string[];
  }

  async function open(html: string, settings: { readonly width?: number; readonly colorScheme?: 'light' | 'dark' } = {}): Promise<Opened> {
    const path = join(temporaryDirectory(), 'report.html');
    writeFileSync(path, html);
    const context = await browser.newContext({ viewport: { width: settings.width ?? 1280, height: 900 }, colorScheme: settings.colorScheme ?? 'light', offline: true });
    const tab = await context.newPage();
    const faults: string[] = [];
    tab.on('console', (message) => faults.push(message.text()));
    tab.on('pageerror', (error) => faults.push(error.message));
    tab.on('request', (request) => {
      if (request.url() !== pathToFileURL(path).href) faults.push(request.url());
    });
    await tab.goto(pathToFileURL(path).href);
    return { tab, faults };
  }

  const rows = (tab: Page): Locator => tab.locator('#list > details');
  const shown = (tab: Page): Promise<string | null> => tab.locator('#shown').textContent();

  /** What is in a row is made a moment after it was opened. */
  async function openAll(tab: Page): Promise<void> {
    await tab.locator('#open').click();
    await rows(tab).last().locator('.content > *').first().waitFor();
  }

  test('shows a thousand repositories, row by row as they are looked at, and what is in one when it is opened', async () => {
    const { tab, faults } = await open(page(bulkHtml(false), thousand, 3));
    expect(await shown(tab)).toBe('1000 repositories');
    expect(await rows(tab).count()).toBe(100);
    expect(await tab.locator('.diff').count()).toBe(0);
    await tab.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await rows(tab).nth(150).waitFor();
    await rows(tab).nth(0).locator('summary').click();
    await rows(tab).nth(0).locator('.diff').waitFor();
    expect(await tab.locator('.diff').count()).toBe(1);
    await rows(tab).nth(0).locator('summary').click();
    await expect.poll(() => tab.locator('.diff').count()).toBe(0);
    expect(await tab.locator('header p').textContent()).toBe('400 files in 400 repositories would change, 400 fixes; 200 unsafe fixes held back; 3 not done, because the run was interrupted.');
    expect(await tab.locator('.tiles b').allTextContents()).toEqual(['1003', '400', '400', '0', '0', '200']);
    expect(faults).toEqual([]);
  });

  test('filters by status, transform, safety, reason and words', async () => {
    const { tab, faults } = await open(page(bulkHtml(false), thousand));
    const choose = async (id: string, value: string): Promise<string | null> => {
      await tab.locator('#reset').click();
      await tab.locator(`#${id}`).selectOption(value);
      return shown(tab);
    };
    expect(await tab.locator('#transform option').allTextContents()).toEqual(['all', 'dockerignore (200)', 'split-copy (800)']);
    expect(await tab.locator('#reason option').allTextContents()).toEqual(['all', 'opaque-command (200)', 'reads-source (200)']);
    expect(await tab.locator('#status option').allTextContents()).toEqual(['all', 'would change (400)', 'failed (200)', 'left alone (400)']);
    expect(await tab.locator('.status').first().textContent()).toBe('would change');
    expect(await choose('transform', 'dockerignore')).toBe('200 of 1000 repositories');
    expect(await choose('transform', 'split-copy')).toBe('800 of 1000 repositories');
    expect(await choose('safety', 'unsafe')).toBe('200 of 1000 repositories');
    await tab.locator('#transform').selectOption('dockerignore');
    expect(await shown(tab)).toBe('0 of 1000 repositories');
    // Each choice takes something away. One file has the fix, another one the reason.
    expect(await choose('safety', 'equivalent')).toBe('200 of 1000 repositories');
    await tab.locator('#reason').selectOption('reads-source');
    expect(await shown(tab)).toBe('0 of 1000 repositories');
    await tab.locator('#reason').selectOption('opaque-command');
    expect(await shown(tab)).toBe('200 of 1000 repositories');
    await openAll(tab);
    expect(await rows(tab).first().locator('h3').allTextContents()).toEqual(['.dockerignore', 'other/Dockerfile (unchanged)']);
    expect(await choose('reason', 'reads-source')).toBe('200 of 1000 repositories');
    expect(await choose('status', 'failed')).toBe('200 of 1000 repositories');
    await tab.locator('#reset').click();
    await tab.locator('button[data-status=changed]').click();
    expect(await shown(tab)).toBe('400 of 1000 repositories');
    expect(await tab.locator('button[aria-pressed=true]').count()).toBe(1);
    await tab.locator('button[data-status=changed]').click();
    await tab.locator('#search').fill('HOST/group/r11');
    expect(await rows(tab).locator('.path').allTextContents()).toEqual(['group/r11', 'group/r111', 'group/r116']);
    // A file that has nothing of what was chosen is not shown.
    await tab.locator('#reason').selectOption('opaque-command');
    await openAll(tab);
    expect(await rows(tab).nth(0).locator('h3').allTextContents()).toEqual(['other/Dockerfile (unchanged)']);
    await tab.locator('#close').click();
    await expect.poll(() => tab.locator('h3').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('counts repositories in its filters, however much is found in each', async () => {
    const two = repositoryReport('two', undefined, { files: [file({ path: 'a/Dockerfile', refusals: [refusal(), refusal()] }), file({ path: 'b/Dockerfile', fixes: [fix()], refusals: [refusal()] })], errors: [] });
    const { tab } = await open(page(bulkHtml(true), [two]));
    for (const id of ['status', 'transform', 'safety', 'reason']) expect(await tab.locator(`#${id} option`).last().textContent()).toContain(' (1)');
  });

  test('what a message has between backticks is code', async () => {
    const { tab } = await open(page(bulkHtml(false), [repositoryReport('a', undefined, { files: [file({ path: 'Dockerfile', refusals: [refusal({ message: '`COPY . .` and one ` more' }), refusal({ message: '`<b>` came first' })] })], errors: [] })]));
    await openAll(tab);
    expect(await tab.locator('.finding code').allTextContents()).toEqual(['<b>']);
    expect(await tab.locator('.finding').first().textContent()).toContain('`COPY . .` and one ` more');
  });

  test('opens what comes into view later, where all were opened', async () => {
    const { tab } = await open(page(bulkHtml(false), thousand));
    await openAll(tab);
    await tab.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await rows(tab).nth(150).locator('.content > *').first().waitFor();
    await tab.locator('#search').fill('group');
    await expect.poll(() => tab.locator('#list > details[open]').count()).toBe(0);
  });

  const texts = (row: Locator): Promise<string[]> => row.locator('.diff tr').evaluateAll((lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent).join('|')));

  test('shows what was beside what is; in a narrow window, one below the other', async () => {
    const reports = [repositoryReport('a', undefined, { files: [changed], errors: [] })];
    const wide = await open(page(bulkHtml(false), reports));
    await openAll(wide.tab);
    expect(await texts(rows(wide.tab).first())).toEqual([
      '1| FROM python:3.12-slim|1| FROM python:3.12-slim',
      '2|-COPY . .|2|+COPY requirements.txt ./',
      '3|-RUN one|3|+RUN two',
      '||4|+COPY . .',
      '4| CMD x|5| CMD x',
      '5| |6| ',
      '⋯',
      '20| a|21| a',
      '21|-b|22|+c',
    ]);
    await wide.tab.setViewportSize({ width: 390, height: 800 });
    await wide.tab.locator('.diff.one').waitFor();
    expect(await texts(rows(wide.tab).first())).toEqual(['1| FROM python:3.12-slim', '2|-COPY . .', '3|-RUN one', '2|+COPY requirements.txt ./', '3|+RUN two', '4|+COPY . .', '5| CMD x', '6| ', '⋯', '21| a', '21|-b', '22|+c']);
    expect(await wide.tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(wide.faults).toEqual([]);
  });

  test('follows the colours of the system', async () => {
    const html = page(bulkHtml(true), thousand.slice(0, 5));
    const grounds = await Promise.all((['light', 'dark'] as const).map(async (colorScheme) => (await open(html, { colorScheme })).tab.evaluate(() => getComputedStyle(document.body).backgroundColor)));
    expect(grounds).toEqual(['rgb(255, 255, 255)', 'rgb(21, 24, 28)']);
  });

  test('what a repository holds stays text', async () => {
    const nasty = repositoryReport(hostile, `https://host/${hostile}`, {
      files: [file({ path: hostile, status: 'changed', changed: true, message: hostile, diff: `--- a\n+++ b\n@@ -1 +1 @@\n-${hostile}\n+javascript:${hostile}\n`, fixes: [fix({ transform: 'split-copy', message: hostile, claims: [{ kind: 'assumes', message: hostile }] })], refusals: [refusal({ message: hostile })] })],
      errors: [],
      notes: [hostile],
      commits: [{ id: hostile, transform: 'split-copy', subject: hostile }],
    });
    const { tab, faults } = await open(page(bulkHtml(false), [nasty, repositoryReport('b', undefined, { files: [], errors: [{ path: hostile, code: 'internal', message: hostile }] })]));
    await openAll(tab);
    expect(await rows(tab).first().locator('.path').textContent()).toBe(hostile);
    expect(await rows(tab).first().locator('.text.removed').textContent()).toBe(`-${hostile}`);
    expect(await tab.locator('img, #list script, #list a, iframe').count()).toBe(0);
    expect(await tab.evaluate(() => 'hacked' in window)).toBe(false);
    expect(faults).toEqual([]);
  });

  test('even markup that got into the page would run nothing', async () => {
    const html = page(bulkHtml(false), thousand.slice(0, 1)).replace('<main>', '<main><img src="https://example.org/x.png" onerror="window.hacked = true"><script>window.hacked = true</script><a id="link" href="javascript:window.hacked = true">x</a>');
    const { tab, faults } = await open(html);
    await tab.locator('#link').click();
    expect(await tab.evaluate(() => 'hacked' in window)).toBe(false);
    expect(faults.filter((fault) => fault.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(3);
  });

  test('is what the command line prints', async () => {
    const program = await bundleCli();
    const cwd = folder({});
    const one = repository({ Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n', 'requirements.txt': 'flask\n', 'app.py': '' });
    const result = runProgram(process.execPath, [program, '--format', 'html', one], { cwd });
    expect(result.code).toBe(0);
    const { tab, faults } = await open(result.out);
    await openAll(tab);
    expect(await tab.locator('.text.added').allTextContents()).toContain('+COPY requirements.txt ./');
    expect(faults).toEqual([]);
    expect(runProgram(process.execPath, [program, '--format', 'markdown', one], { cwd }).out).toContain('```diff\n');
  });
});
