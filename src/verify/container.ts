/** A command in a container of its own, with a command line that is like Docker's. */
import { VerifyError } from './fault.ts';
import type { CommandRun } from './outputs.ts';
import type { Control } from './program.ts';
import { capture, lastLine, nothing, removeForNow, runOrThrow } from './program.ts';

/** The same for all containers, because programs print it. */
export const hostname = 'dockfix';

/**
 * Makes a container without a network (`words`: options, the image, and what it gets), runs it to its end and removes it. `onMade`
 * hears its id.
 */
export async function runInContainer(program: string, words: readonly string[], control: Control, onMade: (id: string) => void = () => undefined): Promise<CommandRun> {
  const id = (await runOrThrow(program, ['create', '--network=none', `--hostname=${hostname}`, ...words], control)).trim();
  onMade(id);
  try {
    const printed = await inTime(() => capture(program, ['start', '--attach', id], control));
    if (printed === null) return { exitCode: null, stdout: nothing, stderr: nothing };
    return { ...printed, exitCode: await exitCodeOf(program, id, printed, control) };
  } finally {
    await removeForNow(program, ['rm', '--force', '--volumes', id]);
  }
}

/** What a shell says of a program that cannot be invoked, or is not there; Docker and Podman say the same. */
const notInvoked = [126, 127];

/**
 * Asked for, because the client ends with a number of its own where the container does not start. Of a container that never
 * started Podman says that it ended with 0, so that what never ran would count as done.
 */
async function exitCodeOf(program: string, id: string, { exitCode, stderr }: CommandRun, control: Control): Promise<number> {
  const [startedAt = '', code = ''] = (await runOrThrow(program, ['container', 'inspect', '--format', '{{.State.StartedAt}}|{{.State.ExitCode}}', id], control)).trim().split('|');
  const isStarted = startedAt !== '' && !startedAt.startsWith('0001-');
  if (isStarted) return Number(code);
  const notStarted = notInvoked.find((one) => one === Number(code) || one === exitCode);
  if (notStarted === undefined) throw new VerifyError('engine-failed', `${program} could not start a container: ${lastLine(stderr.text)}`);
  return notStarted;
}

/** Null for what takes too long. */
export async function inTime<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VerifyError && error.code === 'timeout') return null;
    throw error;
  }
}
