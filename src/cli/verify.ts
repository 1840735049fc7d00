/** `dockfix verify [paths…]`. */
import { randomBytes } from 'node:crypto';
import type { Options } from 'yargs';

import type { Transform } from '../plan/transform.ts';
import { jsonText } from '../report/json.ts';
import type { RunError } from '../report/report.ts';
import type { DockerfileVerification, UnverifiedStage } from '../report/verify.ts';
import { unverifiedText, verificationText, verifyReport } from '../report/verify.ts';
import { printable } from '../report/words.ts';
import type { Sink } from '../run.ts';
import { engines } from '../verify/engines.ts';
import { verifyPaths } from '../verify/paths.ts';
import type { CommandSettings } from '../verify/run-commands.ts';
import type { BuildSettings, Session, VerifyProgress } from '../verify/session.ts';
import { cleanUp } from '../verify/session.ts';
import type { Command, ExitCode, Usage, Values } from './command.ts';
import { isOn, last, texts, usage } from './command.ts';
import type { Shared } from './options.ts';
import { group, outputOptions, readShared, text, whereOptions, whichOptions } from './options.ts';
import type { Output } from './output.ts';
import { colorsFor, openOutput } from './output.ts';
import type { OutputStream } from './streams.ts';
import { standardError, standardOutput } from './streams.ts';

const defaultTimeout = 1800;
const defaultRunTimeout = 120;
/** Timers take no more than 2³¹ milliseconds. */
const longestTimeout = 2_000_000;

const buildGroup = 'How it is built:';
const runGroup = 'What is run in the images:';

const options: Readonly<Record<string, Options>> = {
  write: { type: 'boolean', group: group.what, describe: 'Rewrite the files in place, where the images are the same' },
  keep: { type: 'boolean', group: group.what, describe: 'Keep the two images, and print their names' },
  engine: { ...text, choices: ['docker', 'podman', 'buildah'], default: 'docker', group: buildGroup, describe: 'What builds' },
  'build-arg': { ...text, group: buildGroup, describe: 'As for docker build: NAME=VALUE, or NAME for a value from the environment' },
  target: { ...text, group: buildGroup, describe: 'Build this stage, whatever compose files and the like say' },
  platform: { ...text, group: buildGroup, describe: 'As for docker build; one platform' },
  secret: { ...text, group: buildGroup, describe: 'As for docker build: id=NAME,src=FILE' },
  network: { ...text, group: buildGroup, describe: 'As for docker build: the network of RUN (default, none, host)' },
  timeout: { ...text, group: buildGroup, describe: `Seconds that each build may take (default: ${defaultTimeout})` },
  run: { ...text, group: runGroup, describe: 'Run this command in both images: it has to print the same and end with the same exit code' },
  'run-timeout': { ...text, group: runGroup, describe: `Seconds that each run may take (default: ${defaultRunTimeout})` },
  ...whichOptions,
  ...whereOptions,
  ...outputOptions,
};

const call = 'dockfix verify [paths…]   build before and after dockfix with a real engine, and compare the images';

function afterHelp(): string {
  return `
This runs what the Dockerfiles say, in the engine, from a copy of the build context. Nothing is pushed.
--run may be given several times. The command gets the image's user, directory and environment, no network, and not its
entrypoint.
Exit codes: 0 no difference but what the fixes claim; 1 a difference, or the rewritten Dockerfile does not build;
2 no engine, the original does not build, or something else keeps it from being verified.
`;
}

export const verifyCommand: Command = { options, usage: call, afterHelp, run, usageJson };

function usageJson(message: string): string {
  return jsonText({ version: 1, dockerfiles: [], unverified: [], errors: [{ path: '', code: 'bad-option', message }] });
}

function run(values: Values, all: readonly Transform[]): Promise<ExitCode> | Usage {
  const shared = readShared(values, all, isOn(values, 'write') ? 'write' : 'dry-run');
  if (shared.kind === 'usage') return shared;
  for (const name of ['timeout', 'run-timeout']) {
    const seconds = last(values, name);
    if (seconds !== null && !isSeconds(seconds)) return usage(`--${name}: "${seconds}" is not a number of seconds`);
  }
  const commands = texts(values['run']);
  if (commands.some((command) => command.trim() === '')) return usage('--run: write a command');
  const platform = last(values, 'platform');
  if (platform?.includes(',')) return usage('--platform: one platform at a time can be compared');
  const args = new Map(texts(values['build-arg']).map(splitArgument));
  if (args.has('')) return usage('--build-arg: write NAME=VALUE, or NAME');
  const settings: BuildSettings = { args, target: last(values, 'target'), platform, secrets: texts(values['secret']), network: last(values, 'network'), timeoutSeconds: secondsOf(last(values, 'timeout'), defaultTimeout) };
  return verify(shared, last(values, 'engine') ?? 'docker', settings, { commands, seconds: secondsOf(last(values, 'run-timeout'), defaultRunTimeout) }, isOn(values, 'keep'));
}

function isSeconds(written: string): boolean {
  return /^\d{1,7}(?:\.\d+)?$/.test(written) && Number(written) > 0;
}

function secondsOf(written: string | null, otherwise: number): number {
  return written === null ? otherwise : Math.min(Number(written), longestTimeout);
}

/** The value of a bare name comes from the environment. */
function splitArgument(written: string): readonly [name: string, value: string | null] {
  const at = written.indexOf('=');
  return at < 0 ? [written, null] : [written.slice(0, at), written.slice(at + 1)];
}

async function verify({ request, transforms, json, color }: Shared, engineName: string, settings: BuildSettings, commands: CommandSettings, keep: boolean): Promise<ExitCode> {
  const output = await openOutput({ mode: request.mode, json: false, color, verbose: false }, 'nothing');
  const colors = await colorsFor(standardOutput, color);
  const status = statusOn(standardError);
  const found: DockerfileVerification[] = [];
  const unverified: UnverifiedStage[] = [];
  const errors: RunError[] = [];
  const interruption = interruptions();
  const engine = engines[engineName] ?? engines.docker;
  const session: Session = { id: randomBytes(6).toString('hex'), engine, settings, run: commands, keep, signal: interruption.signal, onProgress: status.show, made: { verified: 0, kept: [], directories: new Set() } };
  const sink = sinkWith(output, status.clear, errors);
  // Also where the process ends without coming back here, because nobody reads what it prints.
  const clean = (): string | null => cleanUp(session);
  process.once('exit', clean);
  try {
    await verifyPaths(request, transforms, sink, session, {
      onVerified(one) {
        status.clear();
        found.push(one);
        if (!json) standardOutput.write(`${found.length > 1 ? '\n' : ''}${verificationText(one, colors)}`);
      },
      onUnverified(stage) {
        unverified.push(stage);
        sink.note(unverifiedText(stage));
      },
    });
  } catch (error) {
    if (interruption.name() === null) throw error;
    sink.note('interrupted: what was built is removed');
  } finally {
    status.clear();
    process.removeListener('exit', clean);
    const left = clean();
    if (left !== null) sink.note(left);
    interruption.end();
  }
  const signal = interruption.name();
  if (signal !== null) process.kill(process.pid, signal);
  if (found.length + errors.length === 0) sink.note('there is no Dockerfile to verify');
  if (found.some(({ changed }) => changed)) sink.note(engine.aboutCache);
  if (json) standardOutput.write(jsonText(verifyReport(found, unverified, errors)));
  const code = output.finish('errors only');
  return code === 0 && found.some(({ same }) => !same) ? 1 : code;
}

/** The output, which also keeps the errors, and makes room for each line. */
function sinkWith(output: Output, clear: () => void, errors: RunError[]): Sink {
  const after = <Value>(print: (value: Value) => void) => (value: Value): void => {
    clear();
    print(value);
  };
  return {
    ...output,
    file: after(output.file),
    note: after(output.note),
    progress: () => undefined,
    error: after((error) => {
      errors.push(error);
      output.error(error);
    }),
  };
}

interface Interruptions {
  readonly signal: AbortSignal;
  /** The signal that came; null if none did. */
  readonly name: () => NodeJS.Signals | null;
  /** From now on a signal does what it does by itself. */
  readonly end: () => void;
}

/** What ends a process from outside ends what it does, so that it can clean up. */
function interruptions(): Interruptions {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let name: NodeJS.Signals | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    name ??= signal;
    controller.abort();
  };
  for (const signal of signals) process.on(signal, listener);
  return {
    signal: controller.signal,
    name: () => name,
    end() {
      for (const signal of signals) process.removeListener(signal, listener);
    },
  };
}

interface Status {
  readonly show: (progress: VerifyProgress) => void;
  readonly clear: () => void;
}

/** On a terminal one line that changes; elsewhere one line for each build. */
function statusOn(stream: OutputStream): Status {
  let isShown = false;
  return {
    show({ dockerfile, what, number, of, step }) {
      const line = `${printable(dockerfile)}: ${what}`;
      if (!stream.isTerminal) {
        if (step === null) stream.write(`${line} (${number} of ${of})\n`);
        return;
      }
      const whole = `[${number}/${of}] ${line}${step === null ? '' : `: ${printable(step)}`}`;
      isShown = true;
      stream.write(`\r\u001B[K${whole.slice(0, stream.columns() - 1)}`);
    },
    clear() {
      if (isShown) stream.write('\r\u001B[K');
      isShown = false;
    },
  };
}
