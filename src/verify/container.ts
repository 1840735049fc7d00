/** A command in a container of its own, with a command line that is like Docker's. */
import { VerifyError } from './fault.ts';
import type { CommandRun } from './outputs.ts';
import type { Control } from './program.ts';
import { capture, nothing, removeForNow, runOrThrow } from './program.ts';

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
    // Asked for, because the client ends with a number of its own where the container does not start.
    const exitCode = Number(await runOrThrow(program, ['container', 'inspect', '--format', '{{.State.ExitCode}}', id], control));
    return { ...printed, exitCode };
  } finally {
    await removeForNow(program, ['rm', '--force', '--volumes', id]);
  }
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
