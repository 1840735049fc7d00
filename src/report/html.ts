/** A report as one page that needs no network: opened from disk, with filters and side-by-side diffs. */
import { createHash } from 'node:crypto';

import type { BulkPrinter, BulkSummary, Counts, RepositoryStatus } from './bulk.ts';
import { repositoryStatuses, sorted } from './bulk.ts';
import { pageStyle } from './page-style.ts';
import { page } from './page.ts';
import { count } from './words.ts';

/**
 * Repositories come as data, each in a block of its own, and are drawn when they are looked at. What they hold is not
 * trusted: the browser is told to run and to load nothing but what this module wrote.
 */
export function bulkHtml(isDone: boolean): BulkPrinter {
  const script = `(${page.toString()})()`;
  const policy = `default-src 'none'; style-src '${hashOf(pageStyle)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  return {
    begin: () => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>dockfix report</title>
<style>${pageStyle}</style>
</head>
<body>
`,
    repository: (report) => `<script class="repository" type="application/json">${dataOf(report)}</script>\n`,
    end: (summary) => `${bodyOf(summary, isDone)}<script>${script}</script>\n</body>\n</html>\n`,
  };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Without a `<` there is no way out of a script block. */
function dataOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}

function bodyOf(summary: BulkSummary, isDone: boolean): string {
  const { files, statuses, notDone } = summary;
  const order: readonly RepositoryStatus[] = ['changed', 'refused', 'unchanged', 'skipped', 'failed'];
  const words: Readonly<Record<RepositoryStatus, string>> = { changed: isDone ? 'changed' : 'would change', refused: 'left alone', unchanged: 'unchanged', skipped: 'skipped', failed: 'failed' };
  const tiles = order.map((status) => `<button type="button" data-status="${status}" aria-pressed="false" title="${escaped(repositoryStatuses[status])}"><b>${statuses[status]}</b><span>${words[status]}</span></button>`);
  const sentence = `${count(files.changed, 'file')} in ${count(statuses.changed, 'repository', 'repositories')} ${isDone ? 'changed' : 'would change'}, ${count(files.fixes, 'fix', 'fixes')}${files.heldBack === 0 ? '' : `; ${count(files.heldBack, 'unsafe fix', 'unsafe fixes')} held back`}${notDone === 0 ? '' : `; ${notDone} not done, because the run was interrupted`}.`;
  const tables = `${totals('Fixes', summary.transforms)}${totals('Left alone', summary.reasons)}${totals('Errors', summary.errors)}`;
  return `<header>
<h1>dockfix</h1>
<p>${sentence}</p>
<div class="tiles"><div><b>${summary.repositories}</b>repositories</div>${tiles.join('')}</div>
${tables === '' ? '' : `<details class="totals"><summary>Fixes, reasons and errors in all</summary><div>${tables}</div></details>`}
</header>
<main>
<div class="filters" role="search">
<label>Search <input id="search" type="search" placeholder="path or address"></label>
${select('status', 'Status')}${select('transform', 'Transform')}${select('safety', 'Safety')}${select('reason', 'Reason')}<button type="button" id="reset">Reset</button><button type="button" id="open">Open all</button><button type="button" id="close">Close all</button>
<span id="shown" role="status"></span>
</div>
<div id="list"></div>
<p id="more" hidden>More below …</p>
<noscript><p>This page needs JavaScript to show its ${summary.repositories} repositories.</p></noscript>
<footer>Paths are relative to their repository.</footer>
</main>
`;
}

function select(id: string, name: string): string {
  return `<label>${name} <select id="${id}"><option value="">all</option></select></label>\n`;
}

function totals(title: string, counts: Counts): string {
  const rows = sorted(counts).map(([name, { repositories, count: times }]) => `<tr><td>${escaped(name)}</td><td>${repositories}</td><td>${times}</td></tr>`);
  return rows.length === 0 ? '' : `<table><tr><th>${title}</th><th>repositories</th><th>times</th></tr>${rows.join('')}</table>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
