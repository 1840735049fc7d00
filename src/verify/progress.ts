/** What BuildKit reports of a build with `--progress=rawjson`. */

/** One step of a build, as BuildKit reports it. */
export interface BuildStep {
  /** As the builder prints it: `[builder 3/5] RUN pip install …`. */
  readonly name: string;
  /** The name of the stage: as in the Dockerfile, else `stage-0`, `stage-1`, …; empty where BuildKit names none. */
  readonly stage: string;
  /**
   * The name without the brackets: `RUN pip install …`. BuildKit shows build arguments by their values here, and one
   * step for instructions of several stages that do the same (FROM above all).
   */
  readonly instruction: string;
  /** Taken from the cache, so that nothing ran. */
  readonly cached: boolean;
}

export interface Progress {
  /** The steps of all stages that were built, in the order of each stage. */
  readonly steps: readonly BuildStep[];
  /**
   * What the commands printed, and the builder's own messages and errors; of very much only the end. Where a step failed,
   * what it printed comes after what others printed meanwhile, and what the builder says of it comes last.
   */
  readonly log: string;
}

export interface ProgressReader {
  readonly take: (text: string) => void;
  readonly result: () => Progress;
}

/** One message: BuildKit's SolveStatus (buildkit, client/graph.go). */
interface SolveStatus {
  readonly vertexes?: readonly {
    readonly digest: string;
    readonly name: string;
    readonly started?: string | null;
    readonly completed?: string | null;
    readonly cached?: boolean;
    readonly error?: string;
  }[];
  readonly logs?: readonly { readonly vertex?: string; readonly data?: string }[];
}

/** UTF-16 units of the log. */
const longestLog = 1_000_000;

/** A log of which only the end is kept if it gets very long. */
export function limitedLog(): { readonly write: (text: string) => void; readonly text: () => string } {
  let log = '';
  return {
    write(text) {
      log += text;
      if (log.length > 2 * longestLog) log = log.slice(-longestLog);
    },
    text: () => log,
  };
}

interface Piece {
  /** The step that it is of; null for the builder's own words. */
  readonly step: string | null;
  readonly text: string;
}

/** The same, by step, so that steps that run beside one another can be told apart. */
function logOfSteps(): { readonly write: (step: string | null, text: string) => void; readonly text: (failed: ReadonlySet<string>) => string } {
  let pieces: Piece[] = [];
  let length = 0;
  return {
    write(step, text) {
      pieces.push({ step, text: text.slice(-longestLog) });
      length += text.length;
      if (length <= 2 * longestLog) return;
      let kept = 0;
      const first = pieces.findLastIndex((piece) => (kept += piece.text.length) >= longestLog);
      pieces = pieces.slice(first);
      length = kept;
    },
    text(failed) {
      const rank = ({ step }: Piece): number => (failed.size === 0 ? 0 : step === null ? 2 : failed.has(step) ? 1 : 0);
      return [...pieces].sort((a, b) => rank(a) - rank(b)).map(({ text }) => text).join('');
    },
  };
}

/** A step that did not end because another one failed. */
const cancelled = /\bcontext canceled$/;

/** Reads the report as it comes, in pieces of any size. `onStep` hears the name of each step that begins to run. */
export function progressReader(onStep: (name: string) => void = () => undefined): ProgressReader {
  const vertices = new Map<string, { readonly name: string; readonly cached: boolean }>();
  const running = new Set<string>();
  const failed = new Set<string>();
  const log = logOfSteps();
  const messages = messageReader((message) => {
    if (typeof message === 'string') {
      log.write(null, `${message}\n`);
      return;
    }
    for (const { digest, name, started, completed, cached, error } of message.vertexes ?? []) {
      // A step is reported several times as it goes on; only one of the reports says that it was cached.
      vertices.set(digest, { name, cached: cached === true || vertices.get(digest)?.cached === true });
      if (error !== undefined && error !== '') {
        if (!cancelled.test(error)) failed.add(digest);
        log.write(digest, `${name}: ${error}\n`);
      }
      if (!started || completed || cached === true || running.has(digest)) continue;
      running.add(digest);
      if (stepName.test(name)) onStep(name);
    }
    for (const { vertex, data } of message.logs ?? []) log.write(vertex ?? '', Buffer.from(data ?? '', 'base64').toString('utf8'));
  });
  return {
    take: messages.take,
    result() {
      messages.end();
      return { steps: inOrder([...vertices.values()]), log: log.text(failed) };
    },
  };
}

/** Stage, number and instruction in the name of a step. Of ten steps and more the first have a space for the missing digit. */
export const stepName = /^\[ *(?:([^\]]*[^\] ]) +)?(\d+)\/\d+\] (.*)$/s;

/** BuildKit names the last step of a stage first, and the steps of stages in any order. */
function inOrder(vertices: readonly { readonly name: string; readonly cached: boolean }[]): readonly BuildStep[] {
  const numbered = vertices.flatMap(({ name, cached }) => {
    const match = stepName.exec(name);
    if (match === null || match[1] === 'internal') return [];
    const [, stage = '', number = '', instruction = ''] = match;
    return [{ number: Number(number), step: { name, stage, instruction, cached } }];
  });
  const stages = [...new Set(numbered.map(({ step }) => step.stage))];
  return stages.flatMap((stage) =>
    numbered
      .filter(({ step }) => step.stage === stage)
      .sort((a, b) => a.number - b.number)
      .map(({ step }) => step),
  );
}

/** JSON objects, one a line or indented over several lines (older clients), and lines that are something else. */
function messageReader(visit: (message: SolveStatus | string) => void): { readonly take: (text: string) => void; readonly end: () => void } {
  let object: string[] | undefined;
  const lines = lineReader((text: string): void => {
    if (object !== undefined) {
      object.push(text);
      if (text !== '}') return;
      visit(parsed(object.join('\n')));
      object = undefined;
    } else if (text === '{') object = [text];
    else if (text !== '') visit(text.startsWith('{"') ? parsed(text) : text);
  });
  return {
    take: lines.take,
    end() {
      lines.end();
      // A build that is stopped may end within an object.
      if (object !== undefined) visit(object.join('\n'));
      object = undefined;
    },
  };
}

/** Hears each line of a text that comes in pieces of any size. */
export function lineReader(line: (text: string) => void): { readonly take: (text: string) => void; readonly end: () => void } {
  let rest = '';
  return {
    take(text) {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const one of lines) line(one);
    },
    end() {
      if (rest !== '') line(rest);
      rest = '';
    },
  };
}

function parsed(text: string): SolveStatus | string {
  try {
    return JSON.parse(text) as SolveStatus;
  } catch {
    return text;
  }
}
