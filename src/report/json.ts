import type { ExplainReport } from './explain.ts';
import type { ImpactReport } from './impact.ts';
import type { FileReport, RunError, RunReport } from './report.ts';
import { summaryOf } from './report.ts';
import type { VerifyReport } from './verify.ts';

/** All of a run, as `--format json` prints it and report.schema.json describes it. */
export function runReport(files: readonly FileReport[], errors: readonly RunError[]): RunReport {
  return { version: 1, files, errors, summary: summaryOf(files) };
}

export function jsonText(report: RunReport | ExplainReport | ImpactReport | VerifyReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
