/** A report as Markdown: what was found in each repository where something was, and a table at the end. */
import type { BulkPrinter, Counts, RepositoryReport } from './bulk.ts';
import { outcomeOf, sorted } from './bulk.ts';
import type { FileReport, FixReport } from './report.ts';
import { printable } from './words.ts';

export function bulkMarkdown(isDone: boolean): BulkPrinter {
  return {
    begin: () => '# dockfix\n\n',
    repository: (report) => (report.status === 'unchanged' || report.status === 'skipped' ? '' : sectionOf(report, isDone)),
    end: ({ repositories, statuses, notDone, files, transforms, reasons, errors }) =>
      `## In all\n\n${table(['', 'repositories', 'files'], [
        [isDone ? 'changed' : 'would change', statuses.changed, files.changed],
        ['left alone for a reason', statuses.refused, ''],
        ['unchanged', statuses.unchanged, ''],
        ['skipped', statuses.skipped, files.skipped],
        ['failed', statuses.failed, files.failed],
        ...(notDone === 0 ? [] : [['not done', notDone, ''] as const]),
        ['in all', repositories, files.files],
      ])}${countTable('fixes', transforms)}${countTable('left alone', reasons)}${countTable('errors', errors)}`,
  };
}

function sectionOf(report: RepositoryReport, isDone: boolean): string {
  const { path, address, files, errors, notes, commits } = report;
  const lines = [
    ...errors.map((error) => `- **error** ${error.path === '' ? '' : `${code(error.path)}: `}${prose(error.message)} (${error.code})`),
    ...notes.map((note) => `- ${prose(note)}`),
    ...commits.map(({ id, subject }) => `- commit ${id.slice(0, 12)}: ${prose(subject)}`),
    ...files.flatMap(findingsOf),
  ];
  const outcome = errors.length > 0 ? 'failed' : outcomeOf(report, isDone);
  return `## ${code(path)}${address === undefined ? '' : `\n\n${code(address)}`}\n\n${outcome}\n\n${lines.join('\n')}\n\n${diffsOf(files)}`;
}

function findingsOf({ path, fixes, heldBack, refusals, message }: FileReport): readonly string[] {
  return [
    ...(message === undefined ? [] : [`- ${code(path)}: ${prose(message)}`]),
    ...fixes.flatMap((fix) => fixOf(path, fix, 'fix')),
    ...heldBack.flatMap((fix) => fixOf(path, fix, 'held back')),
    ...refusals.filter(({ level }) => level !== 'info').map((refusal) => `- **left alone** ${code(path)}, line ${refusal.line}, ${refusal.transform} (${refusal.reason}): ${prose(refusal.message)}`),
  ];
}

function fixOf(path: string, { transform, safety, message, line, claims }: FixReport, word: string): readonly string[] {
  return [`- **${word}** ${code(path)}, line ${line}, ${transform} (${safety}): ${prose(message)}`, ...claims.map((claim) => `  - ${prose(claim.message)}`)];
}

function diffsOf(files: readonly FileReport[]): string {
  const diff = files.map((file) => file.diff ?? '').join('');
  if (diff === '') return '';
  const fence = '`'.repeat(Math.max(3, longestRun(diff) + 1));
  return `<details><summary>Diff</summary>\n\n${fence}diff\n${diff}${fence}\n\n</details>\n\n`;
}

/** Text of a repository, shown as it is. */
function code(text: string): string {
  const line = printable(text);
  const ticks = '`'.repeat(longestRun(line) + 1);
  const space = /^`|`$|^ .* $/.test(line) ? ' ' : '';
  return `${ticks}${space}${line}${space}${ticks}`;
}

/** A sentence. What it has between backticks stays code; nothing else of it is markup. */
function prose(text: string): string {
  const parts = printable(text).split('`');
  const isWhole = parts.length % 2 === 1;
  return parts.map((part, index) => (isWhole && index % 2 === 1 ? code(part) : plain(part))).join(isWhole ? '' : String.raw`\``);
}

function plain(text: string): string {
  return text.replaceAll(/[\\*_{}[\]<>#|~&]/g, String.raw`\$&`);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function countTable(title: string, counts: Counts): string {
  const rows = sorted(counts).map(([name, { repositories, count }]) => [name, repositories, count] as const);
  return rows.length === 0 ? '' : `\n${table([title, 'repositories', 'times'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, ['---', '---:', '---:'], ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}
