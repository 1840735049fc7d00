/** Options of runs over many repositories. */
import type { Options } from 'yargs';

import type { Author } from '../bulk/commit.ts';
import type { Shard } from '../bulk/shard.ts';
import { readShard } from '../bulk/shard.ts';
import type { Usage, Values } from './command.ts';
import { isOn, last, texts, usage } from './command.ts';
import { group, text } from './options.ts';

export const bulkOptions: Readonly<Record<string, Options>> = {
  repos: { ...text, group: group.many, describe: 'A list of repositories: paths or clone addresses, one a line (- for standard input)' },
  workdir: { ...text, group: group.many, describe: 'Where the addresses of --repos are cloned to' },
  commit: { type: 'boolean', group: group.many, describe: 'Rewrite the files, and make one commit for each transform' },
  author: { ...text, group: group.many, describe: 'With --commit: who the author is, as "Name <email>" (default: as git has it)' },
  'allow-dirty': { type: 'boolean', group: group.many, describe: 'Also write files with changes that are not committed' },
  resume: { ...text, group: group.many, describe: 'Keep in this file what is done, and go on where a run was cut off (with --workdir: done anyway)' },
  shard: { ...text, group: group.many, describe: 'Only the I-th of N parts of the repositories: I/N' },
  jobs: { ...text, group: group.many, describe: 'Repositories that are worked on at once (default: one for each core)' },
};

export const bulkFormats = ['markdown', 'html'] as const;

/** What was asked for of a run over many repositories. */
export interface BulkSettings {
  readonly kind: 'bulk';
  readonly jobs: number | null;
  readonly paths: readonly string[];
  /** The file that lists repositories. */
  readonly list: string | null;
  /** Null: all of them. */
  readonly shard: Shard | null;
  readonly workdir: string | null;
  readonly allowDirty: boolean;
  /** The file that keeps what is done. */
  readonly resume: string | null;
  readonly commit: boolean;
  readonly author: Author | null;
}

export const noBulkOptions: BulkSettings = { kind: 'bulk', jobs: null, paths: [], list: null, shard: null, workdir: null, resume: null, allowDirty: false, commit: false, author: null };

/** Null where no option makes it such a run; several repositories do as well. */
export function readBulk(values: Values): BulkSettings | Usage | null {
  const isAsked = Object.keys(bulkOptions).some((name) => values[name] !== undefined) || bulkFormats.some((format) => format === last(values, 'format'));
  const jobs = last(values, 'jobs');
  if (jobs !== null && !/^[1-9]\d{0,2}$/.test(jobs)) return usage(`--jobs: "${jobs}" is not a number of repositories`);
  const list = last(values, 'repos');
  const written = last(values, 'shard');
  const shard = written === null ? null : readShard(written);
  if (written !== null && shard === null) return usage(`--shard: "${written}" is not written as 1/4`);
  const workdir = last(values, 'workdir');
  if (workdir !== null && list === null) return usage('--workdir is for the addresses of --repos');
  if (workdir === '') return usage('--workdir: the name of the directory is empty');
  const commit = isOn(values, 'commit');
  const author = readAuthor(values);
  if (author !== null && 'kind' in author) return author;
  if (author !== null && !commit) return usage('--author is for --commit');
  const given = texts(values['_']);
  return isAsked ? { kind: 'bulk', jobs: jobs === null ? null : Number(jobs), paths: given.length === 0 && list === null ? ['.'] : given, list, shard, workdir, resume: last(values, 'resume'), allowDirty: isOn(values, 'allow-dirty'), commit, author } : null;
}

/** `Name <email>`; null if none is given. */
export function readAuthor(values: Values): Author | Usage | null {
  const written = last(values, 'author');
  if (written === null) return null;
  const [, name, email] = /^([^<>\n\0]*[^<>\s\0]) *<([^<>\s\0]+)>$/.exec(written.trim()) ?? [];
  return name === undefined || email === undefined ? usage(`--author: "${written}" is not written as Name <email>`) : { name, email };
}
