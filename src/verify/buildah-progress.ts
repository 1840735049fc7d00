/** What Buildah's builder prints of a build: steps on standard output, messages on standard error (with `--log-level=debug`). */
import { limitedLog, lineReader } from './progress.ts';
import type { BuildStep, Progress } from './progress.ts';

export interface BuildahReader {
  readonly takeOutput: (text: string) => void;
  readonly takeError: (text: string) => void;
  readonly result: () => Progress;
}

/** `[2/3] STEP 4/6: RUN make`; the number of the stage is there if there are several, a platform if it was asked for. */
const stepLine = /^((?:\[[^\]]*\] )*)STEP (\d+)\/(\d+): (.*)$/;
const cachedLine = /^--> Using cache [\da-f]+$/;
const debugLine = /^time="[^"]*" level=(?:trace|debug|info) msg=/;
const containerLine = /^time="[^"]*" level=debug msg="Container ID: ([\da-f]{64})"$/;
const directoryLine = /^time="[^"]*" level=debug msg="using \\"(\/[^"\\]*\/buildah\d+)\\" to hold \w+ data"$/;

/** What a build makes for itself, and leaves if it is ended from outside. */
export interface Workplace {
  /** Ids of containers. */
  readonly containers: Set<string>;
  /** Temporary directories. */
  readonly directories: Set<string>;
}

interface Current {
  readonly prefix: string;
  readonly number: number;
  readonly of: number;
}

/**
 * Reads what is printed as it comes. Each instruction is a step, also ENV and CMD; not those that the labels of the
 * command line become. What the build makes for itself is added to `workplace`.
 */
export function buildahReader(labels: readonly string[], workplace: Workplace, onStep: (name: string) => void = () => undefined): BuildahReader {
  const steps: BuildStep[] = [];
  const log = limitedLog();
  let current: Current | null = null;
  let isFresh = false;
  const output = lineReader((line) => {
    const step = stepIn(line, current);
    if (step !== null) {
      current = step;
      isFresh = !labels.some((label) => step.instruction.startsWith(`LABEL "${label}"=`));
      if (isFresh) steps.push({ name: line, stage: step.prefix.trim(), instruction: step.instruction, cached: false });
      if (isFresh) onStep(line);
    } else {
      const last = steps.at(-1);
      // What the command of a step prints comes after this line.
      if (isFresh && last !== undefined && cachedLine.test(line)) steps[steps.length - 1] = { ...last, cached: true };
      isFresh = false;
    }
    log.write(`${line}\n`);
  });
  const errors = lineReader((line) => {
    const [, container] = containerLine.exec(line) ?? [];
    const [, directory] = directoryLine.exec(line) ?? [];
    if (container !== undefined) workplace.containers.add(container);
    if (directory !== undefined) workplace.directories.add(directory);
    if (!debugLine.test(line)) log.write(`${line}\n`);
  });
  return {
    takeOutput: output.take,
    takeError: errors.take,
    result() {
      output.end();
      errors.end();
      return { steps, log: log.text() };
    },
  };
}

/** The step that a line begins; null for a line that a command has printed, even if it looks like one. */
function stepIn(line: string, current: Current | null): (Current & { readonly instruction: string }) | null {
  const [, prefix = '', number = '', of = '', instruction = ''] = stepLine.exec(line) ?? [];
  if (instruction === '') return null;
  const step = { prefix, number: Number(number), of: Number(of), instruction };
  // Where there is one stage only, none is named, and no other begins.
  const begins = current === null || (current.prefix !== '' && prefix !== current.prefix);
  const isNext = begins ? step.number === 1 : prefix === current.prefix && step.of === current.of && step.number === current.number + 1;
  return isNext ? step : null;
}
