/** `dockfix explain [paths…]`. */
import type { Options } from 'yargs';

import type { Transform } from '../plan/transform.ts';
import { explainReport, explainText } from '../report/explain.ts';
import { jsonText } from '../report/json.ts';
import { explainPaths } from '../run.ts';
import type { Command, ExitCode, Usage, Values } from './command.ts';
import { texts } from './command.ts';
import type { Shared } from './options.ts';
import { group, outputOptions, readShared, whereOptions, whichOptions } from './options.ts';
import { colorsFor, openOutput } from './output.ts';
import { standardOutput } from './streams.ts';

const options: Readonly<Record<string, Options>> = {
  changed: { type: 'array', string: true, requiresArg: true, group: group.what, describe: 'Say which steps run again after a change of these files' },
  ...whichOptions,
  ...whereOptions,
  ...outputOptions,
};

const call = 'dockfix explain [paths…] [--changed FILE…]   what each build step reads, and what makes it run again';

export const explainCommand: Command = { options, usage: call, afterHelp: () => '', run };

function run(values: Values, all: readonly Transform[]): Promise<ExitCode> | Usage {
  const shared = readShared(values, all);
  if (shared.kind === 'usage') return shared;
  return explain(shared, values['changed'] === undefined ? null : texts(values['changed']));
}

async function explain({ request, transforms, json, color }: Shared, changed: readonly string[] | null): Promise<ExitCode> {
  const output = await openOutput({ mode: request.mode, json: false, color, verbose: false }, 'nothing');
  const builds = await explainPaths({ ...request, changed }, transforms, output);
  if (json) standardOutput.write(jsonText(explainReport(builds)));
  else standardOutput.write(explainText(builds, changed, await colorsFor(standardOutput, color)));
  return output.finish(builds.length === 0 ? 'nothing found' : 'errors only');
}
