/** `dockfix pr OWNER/REPO…`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Options } from 'yargs';

import { readShard } from '../bulk/shard.ts';
import { endGitOnNetwork } from '../context/git.ts';
import type { Transform } from '../plan/transform.ts';
import { rebaseTimes } from '../pr/config.ts';
import { connect, realClock } from '../pr/connect.ts';
import type { Endpoint } from '../pr/endpoint.ts';
import { endpointOf } from '../pr/endpoint.ts';
import type { Platform } from '../pr/forge.ts';
import { platforms } from '../pr/forge.ts';
import { isForgeError } from '../pr/forge.ts';
import { gitAuthorization } from '../pr/git-users.ts';
import type { Clock } from '../pr/http.ts';
import { isBranchName, isLabel, isOwnerName, isReviewer, repositoryName } from '../pr/names.ts';
import type { PullRequestReport } from '../pr/report.ts';
import { isProposed, reportLines, runReport, runReportJson, summaryLine } from '../pr/report.ts';
import type { Session } from '../pr/repository.ts';
import type { AskedLimits, Selection } from '../pr/run.ts';
import { runOverForge } from '../pr/run.ts';
import type { Environment } from '../pr/token.ts';
import { findToken, tokenAdvice } from '../pr/token.ts';
import { redactor, secretsIn } from '../report/redact.ts';
import { coloredDiff } from '../report/terminal.ts';
import { printable } from '../report/words.ts';
import { readAuthor } from './bulk-options.ts';
import type { Command, ExitCode, Usage, Values } from './command.ts';
import { isOn, last, texts, usage } from './command.ts';
import type { Shared } from './options.ts';
import { group, outputOptions, readShared, text, whichOptions } from './options.ts';
import { colorsFor } from './output.ts';
import { progressOn } from './progress.ts';
import type { OutputStream } from './streams.ts';
import { standardError, standardOutput } from './streams.ts';

const requests = 'The pull requests:';
const defaultCommits = 200;

const options: Readonly<Record<string, Options>> = {
  'dry-run': { type: 'boolean', group: group.what, describe: 'Say what would be done in each repository, with the diff, and do nothing' },
  platform: { ...text, choices: platforms, default: 'github', group: group.what, describe: 'The forge' },
  endpoint: { ...text, group: group.what, describe: 'Its address, if it is your own: https://HOST' },
  repos: { ...text, group: group.many, describe: 'A list of repositories: names or addresses, one a line (- for standard input)' },
  org: { ...text, group: group.many, describe: 'All repositories of an organisation, group or user, but archived ones and forks' },
  shard: { ...text, group: group.many, describe: 'Only the I-th of N parts of the repositories: I/N' },
  jobs: { ...text, group: group.many, describe: 'Repositories that are worked on at once (default: 1)' },
  'max-prs': { ...text, group: group.many, describe: 'Open no more while so many are open in these repositories' },
  'per-hour': { ...text, group: group.many, describe: 'Open no more than so many in an hour' },
  fork: { type: 'boolean', group: requests, describe: 'Push to a fork of your own, which is made if there is none' },
  draft: { type: 'boolean', group: requests, describe: 'Open them as drafts' },
  label: { ...text, group: requests, describe: 'A label (may be given several times)' },
  reviewer: { ...text, group: requests, describe: 'Who is asked to review; on GitHub also ORG/TEAM' },
  author: { ...text, group: requests, describe: 'Of the commits, as "Name <email>"; branches with commits of others are left alone' },
  'rebase-when': { ...text, choices: rebaseTimes, default: 'conflicted', group: requests, describe: 'When a branch that still says the same is made anew on a newer base: never while it merges, or always' },
  branch: { ...text, group: requests, describe: 'The branch (default: dockfix/dockerfile-cache)' },
  commits: { ...text, group: requests, describe: `How much of the history is replayed to say what it is worth (default: ${defaultCommits}; 0: nothing)` },
  ...whichOptions,
  verbose: { type: 'boolean', group: group.output, describe: 'Also say what could change but has no reason to' },
  ...outputOptions,
};

const call = `dockfix pr OWNER/REPO… [--dry-run]           repair repositories of a forge, each by a pull request
dockfix pr --org NAME | --repos FILE         the same for many`;

function afterHelp(): string {
  return `
The token comes from GH_TOKEN or GITHUB_TOKEN (GITLAB_TOKEN, GITEA_TOKEN), from gh or glab, or from git's credential helpers.
Run it again whenever you like: it brings its own branches and pull requests up to date, closes them when nothing is left
to do, and does not come back to what a person closed. dockfix.json in a repository can switch it off, or change it.
Exit codes: 0 done; 2 something that was asked for could not be done.
`;
}

export const prCommand: Command = { options, usage: call, afterHelp, run: (values, all) => runPr(values, all, real), usageJson: (message) => runReportJson(runReport([], false, message)) };

const defaultBranch = 'dockfix/dockerfile-cache';
/** An address that can belong to nobody. */
const defaultAuthor = { name: 'dockfix', email: 'dockfix@noreply.invalid' };

interface Asked {
  readonly kind: 'asked';
  readonly platform: Platform;
  readonly endpoint: Endpoint;
  readonly selection: Selection;
  readonly limits: AskedLimits;
  readonly jobs: number;
  readonly session: Pick<Session, 'branch' | 'usesFork' | 'isDryRun' | 'isDraft' | 'rebaseWhen' | 'labels' | 'reviewers' | 'author' | 'commits'>;
}

/** What a run has to do with beside the forge. */
export interface Surroundings {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly output: OutputStream;
  readonly error: OutputStream;
}

const real: Surroundings = { environment: process.env, clock: realClock, output: standardOutput, error: standardError };

export function runPr(values: Values, all: readonly Transform[], surroundings: Surroundings): Promise<ExitCode> | Usage {
  const shared = readShared(values, all);
  if (shared.kind === 'usage') return shared;
  const asked = readAsked(values);
  // Addresses may have been written with credentials.
  return asked.kind === 'usage' ? usage(redactor([])(asked.message)) : openPullRequests(shared, asked, { ...surroundings, known: all, verbose: isOn(values, 'verbose') });
}

function readAsked(values: Values): Asked | Usage {
  const platform: Platform = platforms.find((one) => one === last(values, 'platform')) ?? 'github';
  const endpoint = endpointOf(platform, last(values, 'endpoint'));
  if (typeof endpoint === 'string') return usage(`--endpoint: ${endpoint}`);
  const selection = readSelection(values, platform, endpoint);
  if ('kind' in selection) return selection;
  const counts = new Map<string, number | null>();
  for (const name of ['max-prs', 'per-hour', 'commits']) {
    const written = last(values, name);
    if (written !== null && !/^(?:0|[1-9]\d{0,6})$/.test(written)) return usage(`--${name}: "${written}" is not a number`);
    counts.set(name, written === null ? null : Number(written));
  }
  const jobs = last(values, 'jobs') ?? '1';
  if (!/^[1-9]\d?$/.test(jobs)) return usage(`--jobs: "${jobs}" is not a number of repositories`);
  const branch = last(values, 'branch') ?? defaultBranch;
  if (!isBranchName(branch)) return usage(`--branch: "${branch}" is no name of a branch`);
  const author = readAuthor(values) ?? defaultAuthor;
  if ('kind' in author) return author;
  const labels = texts(values['label']);
  const wrongLabel = labels.find((label) => !isLabel(label));
  if (wrongLabel !== undefined) return usage(`--label: "${wrongLabel}" is no name of a label`);
  const reviewers = texts(values['reviewer']);
  const wrongReviewer = reviewers.find((reviewer) => !isReviewer(reviewer));
  if (wrongReviewer !== undefined) return usage(`--reviewer: "${wrongReviewer}" is no name of a user (or ORG/TEAM)`);
  return {
    kind: 'asked',
    platform,
    endpoint,
    selection,
    jobs: Number(jobs),
    limits: { mostOpen: counts.get('max-prs') ?? null, perHour: counts.get('per-hour') ?? null },
    session: {
      branch,
      usesFork: isOn(values, 'fork'),
      isDryRun: isOn(values, 'dry-run'),
      isDraft: isOn(values, 'draft'),
      rebaseWhen: last(values, 'rebase-when') === 'behind-base-branch' ? 'behind-base-branch' : 'conflicted',
      labels,
      reviewers,
      author: { ...author, isCommitter: true },
      commits: counts.get('commits') ?? defaultCommits,
    },
  };
}

function readSelection(values: Values, platform: Platform, { web }: Endpoint): Selection | Usage {
  const named = texts(values['_']).map((written) => ({ written, where: '' }));
  const list = last(values, 'repos');
  try {
    const lines = list === null ? [] : readFileSync(list === '-' ? 0 : list, 'utf8').replace(/^\uFEFF/, '').split('\n');
    for (const [index, line] of lines.entries()) if (line.trim() !== '' && !line.trim().startsWith('#')) named.push({ written: line.trim(), where: `${list}:${index + 1}: ` });
  } catch (error) {
    return usage(`--repos: ${error instanceof Error ? error.message : String(error)}`);
  }
  const owners = texts(values['org']);
  if (named.length === 0 && owners.length === 0 && list === null) return usage('which repositories? OWNER/REPO, --org NAME, or --repos FILE');
  const wrong = named.find(({ written }) => repositoryName(written, platform, web) === null);
  if (wrong !== undefined) return usage(`${wrong.where}"${wrong.written}" is no repository of ${web}: write OWNER/REPO`);
  const wrongOwner = owners.find((owner) => !isOwnerName(owner, platform));
  if (wrongOwner !== undefined) return usage(`--org: "${wrongOwner}" is no name`);
  const shard = last(values, 'shard');
  const part = shard === null ? null : readShard(shard);
  if (shard !== null && part === null) return usage(`--shard: "${shard}" is not written as 1/4`);
  return { names: named.flatMap(({ written }) => repositoryName(written, platform, web) ?? []), owners, shard: part };
}

async function openPullRequests({ transforms, request, json, color }: Shared, { platform, endpoint, selection, limits, jobs, session: asked }: Asked, { environment, clock, output, error: errors, known, verbose }: Surroundings & { readonly known: readonly Transform[]; readonly verbose: boolean }): Promise<ExitCode> {
  const refuse = (message: string): ExitCode => {
    if (json) output.write(runReportJson(runReport([], asked.isDryRun, message)));
    errors.write(`dockfix: ${message}\n`);
    return 2;
  };
  const workdir = directoryForClones();
  if (workdir instanceof Error) return refuse(`clones need a temporary directory: ${workdir.message}`);
  const stop = removedAtEnd(workdir);
  const token = findToken(platform, endpoint, environment);
  if (token === null) {
    stop();
    return refuse(`there is no token for ${endpoint.host}: ${tokenAdvice(platform)}`);
  }
  const authorization = gitAuthorization(platform, token);
  const redact = redactor(secretsIn(authorization));
  const colors = await colorsFor(errors, color);
  const diffColors = await colorsFor(output, color);
  let progress = progressOn(errors, 0);
  // All that is printed goes through here.
  const say = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    progress.clear();
    errors.write(redact(lines.map((line) => `${line}\n`).join('')));
  };
  const note = (message: string): void => say([`${colors.dim('note')} ${message}`]);
  const print = (content: string): void => {
    progress.clear();
    output.write(redact(content));
  };
  const forge = connect({ platform, endpoint, token, redact, clock, note });
  const session = { ...asked, forge, authorization, transforms, known, settings: request.settings, unsafe: request.unsafe, workdir, note };
  const reports: PullRequestReport[] = [];
  let ended: string | null = null;
  try {
    const listener = {
      onStart: (total: number): void => {
        progress = progressOn(errors, total);
      },
      onBegin: (name: string): void => progress.show(name, ''),
    };
    for await (const report of runOverForge(selection, limits, session, jobs, listener)) {
      reports.push(json ? report : { ...report, files: [] });
      say(reportLines(report, { colors, verbose, isDryRun: asked.isDryRun }));
      const diffs = isProposed(report) ? report.files.flatMap(({ diff }) => (diff === undefined ? [] : coloredDiff(diff, diffColors))) : [];
      // Paths are those of the repository, so it is named; `git apply` takes no notice.
      if (!json && asked.isDryRun && diffs.length > 0) print(`# ${printable(report.name)}\n${diffs.join('')}`);
      progress.done(report.name, null);
    }
  } catch (error) {
    if (!isForgeError(error)) throw error;
    ended = error.message;
    say([`${colors.red('error')} ${error.message}`]);
  } finally {
    stop();
    progress.end();
  }
  if (json) print(runReportJson(runReport(reports, asked.isDryRun, ended)));
  else say([summaryLine(reports, asked.isDryRun)]);
  return ended === null && reports.every(({ outcome }) => outcome !== 'failed') ? 0 : 2;
}

function directoryForClones(): string | Error {
  try {
    return mkdtempSync(join(tmpdir(), 'dockfix-pr-'));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Clones are removed, however the run ends but by a kill; what was begun on the forge, the next run ends. */
function removedAtEnd(directory: string): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = (): void => {
    for (const signal of signals) process.removeListener(signal, listener);
    process.removeListener('exit', cut);
    rmSync(directory, { recursive: true, force: true });
  };
  const cut = (): void => {
    endGitOnNetwork();
    stop();
  };
  const listener = (signal: NodeJS.Signals): void => {
    cut();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, listener);
  process.on('exit', cut);
  return stop;
}
