/** What was carried out at another place of the text: all the same but for where its words stand. */
import type { ExecutedCommand, ExecutedRun } from './runner.ts';

/** A RUN whose text stands `by` characters further down. Where its words stand is worked out when somebody asks. */
export function movedRun(run: ExecutedRun, by: number): ExecutedRun {
  const [origin, distance] = run instanceof MovedRun ? [run.origin, run.distance + by] : [run, by];
  return distance === 0 ? origin : new MovedRun(origin, distance);
}

class MovedRun implements ExecutedRun {
  readonly written: ExecutedRun['written'];
  readonly opaque: ExecutedRun['opaque'];
  readonly rest: ExecutedRun['rest'];
  readonly commands: readonly ExecutedCommand[];
  readonly origin: ExecutedRun;
  readonly distance: number;
  private known: Map<object, unknown> | null = null;

  constructor(origin: ExecutedRun, distance: number) {
    this.origin = origin;
    this.distance = distance;
    this.written = origin.written;
    this.opaque = origin.opaque;
    this.rest = origin.rest;
    this.commands = origin.commands.map((command) => new MovedCommand(command, this));
  }

  get script(): ExecutedRun['script'] {
    return this.moved(this.origin.script);
  }

  /** The same with all spans further down; of one thing always the same. */
  moved<Value>(value: Value): Value {
    if (typeof value !== 'object' || value === null) return value;
    this.known ??= new Map();
    const before = this.known.get(value);
    if (before !== undefined) return before as Value;
    const entries = Object.entries(value);
    const isSpan = entries.length === 2 && 'start' in value && 'end' in value;
    const move = (part: unknown): unknown => (isSpan && typeof part === 'number' ? part + this.distance : this.moved(part));
    const made: unknown = Array.isArray(value) ? value.map(move) : Object.fromEntries(entries.map(([name, part]) => [name, move(part)]));
    this.known.set(value, made);
    return made as Value;
  }
}

class MovedCommand implements ExecutedCommand {
  readonly changesShell: boolean;
  readonly effects: ExecutedCommand['effects'];
  readonly opaque: ExecutedCommand['opaque'];
  readonly dependenciesOnly: ExecutedCommand['dependenciesOnly'];
  readonly isPackageManager: boolean;
  readonly cwd: string;
  private readonly origin: ExecutedCommand;
  private readonly run: MovedRun;

  constructor(origin: ExecutedCommand, run: MovedRun) {
    this.origin = origin;
    this.run = run;
    this.changesShell = origin.changesShell;
    this.effects = origin.effects;
    this.opaque = origin.opaque;
    this.dependenciesOnly = origin.dependenciesOnly;
    this.isPackageManager = origin.isPackageManager;
    this.cwd = origin.cwd;
  }

  get step(): ExecutedCommand['step'] {
    return this.run.moved(this.origin.step);
  }

  get call(): ExecutedCommand['call'] {
    return this.run.moved(this.origin.call);
  }
}
