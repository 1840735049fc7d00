/** What a run over many repositories found and did. */
import type { ErrorCode, FileReport, RunError, Summary } from './report.ts';
import { addSummaries, summaryOf } from './report.ts';
import { count } from './words.ts';

/** One repository, as `--format json` prints it (bulk.schema.json describes it). Paths in it are relative to its own. */
export interface RepositoryReport {
  /** Relative to the current directory. */
  readonly path: string;
  /** Where it was cloned from, without credentials; only of a clone. */
  readonly address?: string;
  readonly status: RepositoryStatus;
  readonly files: readonly FileReport[];
  readonly errors: readonly RunError[];
  readonly summary: Summary;
  readonly commits: readonly CommitReport[];
  readonly notes: readonly string[];
}

export const repositoryStatuses = {
  changed: 'something changes',
  refused: 'nothing changes, and something was left alone for a reason',
  unchanged: 'there was nothing to do',
  skipped: 'there was no Dockerfile that can be handled',
  failed: 'something that was asked for could not be done',
} as const;

export type RepositoryStatus = keyof typeof repositoryStatuses;

export interface CommitReport {
  /** Its name in the repository. */
  readonly id: string;
  readonly transform: string;
  readonly subject: string;
}

export interface BulkSummary {
  readonly repositories: number;
  readonly statuses: Readonly<Record<RepositoryStatus, number>>;
  /** Repositories that were not begun or not finished because the run was interrupted. */
  readonly notDone: number;
  readonly files: Summary;
  readonly commits: number;
  /** What was left alone, by reason, without those for which there was no reason to change anything (`info`). */
  readonly reasons: Counts;
  /** Errors, by code. */
  readonly errors: Counts;
  /** Fixes, by transform. */
  readonly transforms: Counts;
}

/** How often something was there, and in how many repositories. */
export type Counts = Readonly<Record<string, { readonly count: number; readonly repositories: number }>>;

export interface Findings {
  readonly files: readonly FileReport[];
  readonly errors: readonly RunError[];
  readonly commits?: readonly CommitReport[];
  readonly notes?: readonly string[];
}

export function repositoryReport(path: string, address: string | undefined, { files, errors, commits = [], notes = [] }: Findings): RepositoryReport {
  return { path, ...(address === undefined ? {} : { address }), status: statusOf(files, errors), files, errors, summary: summaryOf(files), commits, notes };
}

/** A repository of which nothing else is known than that it failed. */
export function failedReport(path: string, address: string | undefined, message: string, code: ErrorCode = 'internal'): RepositoryReport {
  return repositoryReport(path, address, { files: [], errors: [{ path: '', code, message }] });
}

function statusOf(files: readonly FileReport[], errors: readonly RunError[]): RepositoryStatus {
  if (errors.length > 0) return 'failed';
  if (files.some(({ changed }) => changed)) return 'changed';
  if (files.every(({ status }) => status === 'skipped')) return 'skipped';
  return files.some(({ refusals, heldBack }) => heldBack.length > 0 || refusals.some(isSaid)) ? 'refused' : 'unchanged';
}

function isSaid({ level }: { readonly level: string }): boolean {
  return level !== 'info';
}

export const emptySummary: BulkSummary = {
  repositories: 0,
  statuses: { changed: 0, refused: 0, unchanged: 0, skipped: 0, failed: 0 },
  notDone: 0,
  files: summaryOf([]),
  commits: 0,
  reasons: {},
  errors: {},
  transforms: {},
};

export function addRepository(sum: BulkSummary, { status, files, errors, summary, commits }: RepositoryReport): BulkSummary {
  return {
    ...sum,
    repositories: sum.repositories + 1,
    statuses: { ...sum.statuses, [status]: sum.statuses[status] + 1 },
    files: addSummaries(sum.files, summary),
    commits: sum.commits + commits.length,
    reasons: counted(sum.reasons, files.flatMap(({ refusals }) => refusals.filter(isSaid).map(({ reason }) => reason))),
    errors: counted(sum.errors, errors.map(({ code }) => code)),
    transforms: counted(sum.transforms, files.flatMap(({ fixes }) => fixes.map(({ transform }) => transform))),
  };
}

export function addNotDone(sum: BulkSummary, notDone: number): BulkSummary {
  return { ...sum, repositories: sum.repositories + notDone, notDone: sum.notDone + notDone };
}

function counted(before: Counts, names: readonly string[]): Counts {
  if (names.length === 0) return before;
  const counts = { ...before };
  for (const name of new Set(names)) {
    const { count, repositories } = counts[name] ?? { count: 0, repositories: 0 };
    counts[name] = { count: count + names.filter((one) => one === name).length, repositories: repositories + 1 };
  }
  return counts;
}

/** The table at the end, for people. `isDone`: were the changes made? */
export function summaryTable(summary: BulkSummary, isDone: boolean): readonly string[] {
  const { statuses, files, notDone } = summary;
  const rows: (readonly [string, string, string])[] = [
    ['', 'repositories', 'files'],
    [isDone ? 'changed' : 'would change', `${statuses.changed}`, `${files.changed}`],
    ['left alone for a reason', `${statuses.refused}`, ''],
    ['unchanged', `${statuses.unchanged}`, `${files.files - files.changed - files.skipped - files.failed}`],
    ['skipped', `${statuses.skipped}`, `${files.skipped}`],
    ['failed', `${statuses.failed}`, `${files.failed}`],
  ];
  if (notDone > 0) rows.push(['not done', `${notDone}`, '']);
  rows.push(['in all', `${summary.repositories}`, `${files.files}`]);
  return [
    ...aligned(rows),
    ...countTable(isDone ? 'fixes' : 'fixes that would be made', summary.transforms),
    ...countTable('left alone', summary.reasons),
    ...countTable('errors', summary.errors),
    ...(files.heldBack > 0 ? ['', `${files.heldBack} unsafe ${files.heldBack === 1 ? 'fix' : 'fixes'} held back (--unsafe).`] : []),
    ...(summary.commits > 0 ? ['', `${summary.commits} ${summary.commits === 1 ? 'commit' : 'commits'} made.`] : []),
  ];
}

function countTable(title: string, counts: Counts): readonly string[] {
  const entries = sorted(counts);
  if (entries.length === 0) return [];
  return ['', ...aligned([[title, 'repositories', 'times'], ...entries.map(([name, { count, repositories }]) => [`  ${name}`, `${repositories}`, `${count}`] as const)])];
}

/** The most frequent first. */
export function sorted(counts: Counts): readonly (readonly [name: string, counts: { readonly count: number; readonly repositories: number }])[] {
  return Object.entries(counts).toSorted(([a, one], [b, other]) => other.repositories - one.repositories || other.count - one.count || (a < b ? -1 : 1));
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd());
}

/** What came out for one repository, in a few words. */
export function outcomeOf({ status, summary, errors }: RepositoryReport, isDone: boolean): string {
  if (status === 'failed') return `failed: ${errors[0]?.message ?? ''}`;
  if (status === 'changed') return `${count(summary.changed, 'file')} ${isDone ? 'changed' : 'would change'}`;
  return status === 'refused' ? 'left alone' : status === 'skipped' && summary.files === 0 ? 'no Dockerfile' : status;
}

/** What standard output gets of a run, piece by piece, so that nothing has to be kept. */
export interface BulkPrinter {
  readonly begin: () => string;
  readonly repository: (report: RepositoryReport) => string;
  readonly end: (summary: BulkSummary) => string;
}

/** One JSON object, as bulk.schema.json describes it. */
export function bulkJson(): BulkPrinter {
  let isFirst = true;
  const indented = (value: unknown, by: string): string => JSON.stringify(value, null, 2).replaceAll('\n', `\n${by}`);
  return {
    begin: () => '{\n  "version": 1,\n  "repositories": [',
    repository(report) {
      const text = `${isFirst ? '' : ','}\n    ${indented(report, '    ')}`;
      isFirst = false;
      return text;
    },
    end: (summary) => `${isFirst ? '' : '\n  '}],\n  "summary": ${indented(summary, '  ')}\n}\n`,
  };
}
