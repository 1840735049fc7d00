/** Runs the commands of `--run` in the images of a comparison. */
import type { Engine } from './engine.ts';
import { VerifyError } from './fault.ts';
import type { Image } from './image.ts';
import type { CommandRun, ComparedRuns } from './outputs.ts';
import { compareRuns } from './outputs.ts';
import type { Control } from './program.ts';

/** What `--run` asks for. */
export interface CommandSettings {
  readonly commands: readonly string[];
  /** For each run. */
  readonly seconds: number;
}

/** How one command went in both images. */
export interface CommandVerdict extends ComparedRuns {
  readonly command: string;
  /** Was it given to the image's shell? Else the image has none, and its words were taken. */
  readonly shell: boolean;
  /** In the original: that of the first of its two runs. */
  readonly before: { readonly exitCode: number };
  /** Null if it did not end in time there. */
  readonly after: { readonly exitCode: number | null };
}

/** Ids of two images of the original, and of that of the rewritten Dockerfile. */
export interface ImagesToRun {
  readonly first: string;
  readonly second: string;
  readonly rewritten: string;
}

export async function runCommands({ commands, seconds }: CommandSettings, ids: ImagesToRun, original: Image, engine: Engine, platform: string | null, control: Control): Promise<readonly CommandVerdict[]> {
  const verdicts: CommandVerdict[] = [];
  for (const command of commands) {
    const shell = hasShell(original);
    const words = shell ? (['/bin/sh', '-c', command] as const) : wordsOf(command);
    const run = (image: string): Promise<CommandRun> => engine.runCommand({ image, words, platform }, { ...control, timeoutSeconds: seconds });
    const [first, second] = [await run(ids.first), await run(ids.second)];
    if (first.exitCode === null || second.exitCode === null) throw new VerifyError('timeout', `\`${command}\` (--run) does not end within ${seconds} s in the original image (--run-timeout; a server needs something that ends it, such as \`timeout 5 …\`)`);
    const rewritten = await run(ids.rewritten);
    verdicts.push({ command, shell, ...compareRuns(first, second, rewritten), before: { exitCode: first.exitCode }, after: { exitCode: rewritten.exitCode } });
  }
  return verdicts;
}

function hasShell({ files }: Image): boolean {
  return files.has('/bin/sh') || (files.get('/bin')?.type === 'symlink' && files.has('/usr/bin/sh'));
}

/** The words of a command as a shell would take them, where no shell is needed for more than that. */
export function wordsOf(command: string): readonly [string, ...string[]] {
  const parts = [...command.matchAll(/((?:'[^']*'|"[^"$`\\]*"|[^\s'"$`\\|&;<>()*?~#!]+)+)(?:\s+|$)|(\S)\s*/g)];
  const unclear = parts.find(([, , other]) => other !== undefined);
  const [first, ...others] = parts.map(([, word = '']) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  if (unclear !== undefined || first === undefined) throw new VerifyError('not-verifiable', `the image has no shell, and \`${command}\` (--run) needs one: write a program with its arguments`);
  return [first, ...others];
}
