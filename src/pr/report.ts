/** What a run of `dockfix pr` found and did. */
import type { FileReport } from '../report/report.ts';
import type { Colors } from '../report/terminal.ts';
import { fileLines } from '../report/terminal.ts';
import { printable } from '../report/words.ts';

export const outcomes = {
  created: 'a pull request was opened',
  updated: 'its branch, text or base was brought up to date',
  closed: 'nothing is left to do: the pull request was closed, or a branch that was left over deleted',
  unchanged: 'all is as it should be',
  'left-alone': 'a person has a say in it',
  waiting: 'the limits allow no more now',
  skipped: 'it is none of dockfix’s: archived, a fork, empty',
  failed: 'something that was asked for could not be done',
} as const;

export type PullRequestOutcome = keyof typeof outcomes;

export interface PullRequestReport {
  /** Of the repository. */
  readonly name: string;
  readonly outcome: PullRequestOutcome;
  readonly because: string | null;
  /** Of the pull request. */
  readonly url: string | null;
  readonly pushed: boolean;
  readonly files: readonly FileReport[];
}

/** What `pr --format json` prints (pr.schema.json describes it). */
export interface PullRequestRunReport {
  readonly version: 1;
  /** The outcomes are what would be. */
  readonly dryRun: boolean;
  readonly repositories: readonly PullRequestReport[];
  /** Why the run ended before its end; null if it did not. */
  readonly error: string | null;
  readonly summary: Readonly<Record<PullRequestOutcome, number>>;
}

export function runReport(repositories: readonly PullRequestReport[], dryRun: boolean, error: string | null): PullRequestRunReport {
  return { version: 1, dryRun, repositories, error, summary: countsOf(repositories) };
}

export function runReportJson(report: PullRequestRunReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

function countsOf(repositories: readonly PullRequestReport[]): Readonly<Record<PullRequestOutcome, number>> {
  const count = (outcome: PullRequestOutcome): number => repositories.filter((one) => one.outcome === outcome).length;
  return { created: count('created'), updated: count('updated'), closed: count('closed'), unchanged: count('unchanged'), 'left-alone': count('left-alone'), waiting: count('waiting'), skipped: count('skipped'), failed: count('failed') };
}

export interface LineOptions {
  readonly colors: Colors;
  readonly verbose: boolean;
  readonly isDryRun: boolean;
}

const doing: Readonly<Record<PullRequestOutcome, string>> = { created: 'would open', updated: 'would update', closed: 'would close', unchanged: 'unchanged', 'left-alone': 'left alone', waiting: 'waiting', skipped: 'skipped', failed: 'failed' };
const done: Readonly<Record<PullRequestOutcome, string>> = { ...doing, created: 'opened', updated: 'updated', closed: 'closed' };
const coloring: Readonly<Record<PullRequestOutcome, keyof Colors>> = { created: 'green', updated: 'green', closed: 'green', unchanged: 'dim', 'left-alone': 'cyan', waiting: 'yellow', skipped: 'dim', failed: 'red' };

/** Is what was found in its files proposed, now or once the limits allow it? */
export function isProposed({ outcome }: Pick<PullRequestReport, 'outcome'>): boolean {
  return outcome === 'created' || outcome === 'updated' || outcome === 'waiting';
}

/** One line for the repository; in a dry run what is found in its files, too. */
export function reportLines({ name, outcome, because, url, files }: PullRequestReport, { colors, verbose, isDryRun }: LineOptions): readonly string[] {
  const word = colors[coloring[outcome]]((isDryRun ? doing : done)[outcome]);
  const where = url === null || because?.includes(url) ? '' : ` ${printable(url)}`;
  const line = `${word} ${colors.bold(printable(name))}${where}${because === null ? '' : `: ${printable(because)}`}`;
  const mode = isDryRun || outcome === 'waiting' ? 'dry-run' : 'write';
  const found = isDryRun || verbose ? files.flatMap((file) => fileLines({ ...file, path: `${name}/${file.path}`, fixes: isProposed({ outcome }) ? file.fixes : [] }, { colors, verbose, mode })) : [];
  return [line, ...found];
}

export function summaryLine(repositories: readonly PullRequestReport[], isDryRun: boolean): string {
  const counts = Object.entries(countsOf(repositories)).filter(([, count]) => count > 0);
  const said = counts.map(([outcome, count]) => `${count} ${(isDryRun ? doing : done)[outcome as PullRequestOutcome]}`);
  return `${repositories.length} ${repositories.length === 1 ? 'repository' : 'repositories'}${said.length === 0 ? '' : `: ${said.join(', ')}`}.`;
}
