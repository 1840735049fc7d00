/** Options of runs over many repositories. */
import type { Options } from 'yargs';

import type { Usage, Values } from './command.ts';
import { last, texts, usage } from './command.ts';
import { group, text } from './options.ts';

export const bulkOptions: Readonly<Record<string, Options>> = {
  jobs: { ...text, group: group.many, describe: 'Repositories that are worked on at once (default: one for each core)' },
};

export const bulkFormats = ['markdown', 'html'] as const;

/** What was asked for of a run over many repositories. */
export interface BulkSettings {
  readonly kind: 'bulk';
  readonly jobs: number | null;
  readonly paths: readonly string[];
}

export const noBulkOptions: BulkSettings = { kind: 'bulk', jobs: null, paths: [] };

/** Null where no option makes it such a run; several repositories do as well. */
export function readBulk(values: Values): BulkSettings | Usage | null {
  const isAsked = Object.keys(bulkOptions).some((name) => values[name] !== undefined) || bulkFormats.some((format) => format === last(values, 'format'));
  const jobs = last(values, 'jobs');
  if (jobs !== null && !/^[1-9]\d{0,2}$/.test(jobs)) return usage(`--jobs: "${jobs}" is not a number of repositories`);
  const given = texts(values['_']);
  return isAsked ? { kind: 'bulk', jobs: jobs === null ? null : Number(jobs), paths: given.length === 0 ? ['.'] : given } : null;
}
