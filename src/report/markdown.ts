/** A report as Markdown: what was found in each repository where something was, and a table at the end. */
import type { BulkPrinter, Counts, RepositoryReport } from './bulk.ts';
import { outcomeOf, sorted } from './bulk.ts';
import { code, message } from './inert-markdown.ts';
import type { FileReport, FixReport } from './report.ts';

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
    ...errors.map((error) => `- **error** ${error.path === '' ? '' : `${code(error.path)}: `}${message(error.message)} (${error.code})`),
    ...notes.map((note) => `- ${message(note)}`),
    ...commits.map(({ id, subject }) => `- commit ${id.slice(0, 12)}: ${message(subject)}`),
    ...files.flatMap(findingsOf),
  ];
  const outcome = errors.length > 0 ? 'failed' : outcomeOf(report, isDone);
  return `## ${code(path)}${address === undefined ? '' : `\n\n${code(address)}`}\n\n${outcome}\n\n${lines.join('\n')}\n\n${diffsOf(files)}`;
}

function findingsOf({ path, fixes, heldBack, refusals, message: said }: FileReport): readonly string[] {
  return [
    ...(said === undefined ? [] : [`- ${code(path)}: ${message(said)}`]),
    ...fixes.flatMap((fix) => fixOf(path, fix, 'fix')),
    ...heldBack.flatMap((fix) => fixOf(path, fix, 'held back')),
    ...refusals.filter(({ level }) => level !== 'info').map((refusal) => `- **left alone** ${code(path)}, line ${refusal.line}, ${refusal.transform} (${refusal.reason}): ${message(refusal.message)}`),
  ];
}

function fixOf(path: string, { transform, safety, message: said, line, claims }: FixReport, word: string): readonly string[] {
  return [`- **${word}** ${code(path)}, line ${line}, ${transform} (${safety}): ${message(said)}`, ...claims.map((claim) => `  - ${message(claim.message)}`)];
}

function diffsOf(files: readonly FileReport[]): string {
  const diff = files.map((file) => file.diff ?? '').join('');
  if (diff === '') return '';
  const fence = '`'.repeat(Math.max(3, longestRun(diff) + 1));
  return `<details><summary>Diff</summary>\n\n${fence}diff\n${diff}${fence}\n\n</details>\n\n`;
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
