/** `dockfix impact [paths…]`. */
import { readFileSync } from 'node:fs';
import type { Options } from 'yargs';

import type { HistoryLimits } from '../impact/history.ts';
import { impactOfPaths } from '../impact/impact.ts';
import type { Measurements } from '../impact/measured.ts';
import { readMeasurements } from '../impact/measured.ts';
import type { Transform } from '../plan/transform.ts';
import { jsonText } from '../report/json.ts';
import type { TimeOfInstalls } from '../report/impact.ts';
import { impactReport, impactText } from '../report/impact.ts';
import type { RunError } from '../report/report.ts';
import type { Sink } from '../run.ts';
import type { Command, ExitCode, Usage, Values } from './command.ts';
import { last, usage } from './command.ts';
import type { Shared } from './options.ts';
import { group, outputOptions, readShared, text, whereOptions, whichOptions } from './options.ts';
import { colorsFor, openOutput } from './output.ts';
import { standardOutput } from './streams.ts';

const defaultCommits = 200;

const options: Readonly<Record<string, Options>> = {
  commits: { ...text, group: group.what, describe: `Replay the last N commits (default: ${defaultCommits}, or all since --since)` },
  since: { ...text, group: group.what, describe: 'Replay no commit before this date, as git reads it' },
  'install-seconds': { ...text, group: group.what, describe: 'Also say how much time is saved if an install takes so long' },
  measured: { ...text, group: group.what, describe: 'The same, as measured: what dockfix verify --format json wrote (- for standard input)' },
  ...whichOptions,
  ...whereOptions,
  ...outputOptions,
};

const call = 'dockfix impact [paths…] [--commits N] [--since DATE]   how often the history would have run the installs again';

export const impactCommand: Command = { options, usage: call, afterHelp: () => '', run, usageJson };

function usageJson(message: string): string {
  return jsonText({ version: 1, dockerfiles: [], unreplayed: [], errors: [{ path: '', code: 'bad-option', message }] });
}

function run(values: Values, all: readonly Transform[]): Promise<ExitCode> | Usage {
  const shared = readShared(values, all);
  if (shared.kind === 'usage') return shared;
  const commits = last(values, 'commits');
  if (commits !== null && !/^[1-9]\d{0,8}$/.test(commits)) return usage(`--commits: "${commits}" is not a number of commits`);
  const seconds = last(values, 'install-seconds');
  if (seconds !== null && !(/^\d{1,9}(?:\.\d+)?$/.test(seconds) && Number(seconds) > 0)) return usage(`--install-seconds: "${seconds}" is not a number of seconds`);
  const report = last(values, 'measured');
  if (report !== null && seconds !== null) return usage('--install-seconds and --measured: one of them, please');
  const measured = report === null ? null : measurementsIn(report);
  if (measured !== null && typeof measured !== 'function') return measured;
  const since = last(values, 'since');
  if (since?.trim() === '') return usage('--since: the date is empty');
  const limits = { commits: commits === null ? (since === null ? defaultCommits : null) : Number(commits), since };
  return impact(shared, limits, { installSeconds: seconds === null ? null : Number(seconds), measured });
}

function measurementsIn(file: string): Measurements | Usage {
  try {
    return readMeasurements(readFileSync(file === '-' ? 0 : file, 'utf8')) ?? usage(`--measured: ${file} is not what dockfix verify --format json writes`);
  } catch (error) {
    return usage(`--measured: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function impact({ request, transforms, json, color }: Shared, limits: HistoryLimits, time: TimeOfInstalls): Promise<ExitCode> {
  const output = await openOutput({ mode: request.mode, json: false, color, verbose: false }, 'nothing');
  const errors: RunError[] = [];
  const sink: Sink = {
    ...output,
    error(error) {
      errors.push(error);
      output.error(error);
    },
  };
  const { dockerfiles, unreplayed } = await impactOfPaths({ ...request, limits }, transforms, sink);
  if (dockerfiles.length + unreplayed.length + errors.length === 0) output.note('there is no Dockerfile to replay the history for');
  if (time.measured !== null && !dockerfiles.some(({ path, context }) => time.measured?.(path, context))) output.note('--measured: nothing of these Dockerfiles was measured (dockfix verify has to run in the same directory)');
  if (json) standardOutput.write(jsonText(impactReport(dockerfiles, unreplayed, errors, time)));
  else standardOutput.write(impactText(dockerfiles, time, await colorsFor(standardOutput, color)));
  return output.finish('errors only');
}
