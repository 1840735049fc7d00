/** What a build does, command by command, and what a value of it was made from: to say in words why two builds differ. */
import { inShort, onOneLine } from '../edit/lines.ts';
import type { Path } from '../types.ts';
import { isWithin } from './places.ts';
import type { ExecutedEffect } from './runner.ts';
import type { Shipment, StepRecord, SymbolicBuild } from './symbolic-build.ts';
import type { Token, Values } from './values.ts';

/** Something that was done in a build: a command, or a RUN that is not understood. */
export interface Deed {
  readonly token: Token;
  /** Two deeds of the same name do the same, with what they get. */
  readonly name: string;
  /** As the Dockerfile says it, in short. */
  readonly text: string;
  readonly step: StepRecord;
  /** Where it stands among all that is done. */
  readonly order: number;
  readonly effect: ExecutedEffect | null;
}

/** All that a build does, in order and by token. */
export interface Deeds {
  readonly build: SymbolicBuild;
  readonly steps: readonly StepRecord[];
  readonly byToken: ReadonlyMap<Token, Deed>;
}

/** What a value was made from: where the search for it ends. */
export interface Origins {
  readonly deeds: ReadonlySet<Token>;
  /** Paths of the context: files, and folders with all that is below them. */
  readonly sources: ReadonlySet<Path>;
  /** Who runs it, and whose files are. */
  readonly users: ReadonlySet<string>;
}

const known = new WeakMap<SymbolicBuild, Deeds>();

/** What a build does; worked out once. */
export function deedsOf(build: SymbolicBuild): Deeds {
  const before = known.get(build);
  if (before) return before;
  const steps = build.stages.flatMap((stage) => stage.steps);
  const byToken = new Map<Token, Deed>();
  const note = (step: StepRecord, token: Token, name: string, text: string, effect: ExecutedEffect | null): void => {
    if (!byToken.has(token)) byToken.set(token, { token, name, text: inShort(onOneLine(text)), step, order: byToken.size, effect });
  };
  const { text } = build.model.scanned;
  for (const step of steps) {
    for (const command of step.run?.commands ?? []) {
      const span = command.step?.span ?? step.instruction.span;
      for (const executed of command.effects) note(step, executed.token, executed.effect.does, text.slice(span.start, span.end), executed);
    }
    const whole = step.opaque === null ? undefined : step.shipments.find(({ kind }) => kind === 'everything');
    if (whole?.kind === 'everything') note(step, whole.token, step.run?.rest?.join('\n') ?? step.instruction.text, restOf(step, text), null);
  }
  const found: Deeds = { build, steps, byToken };
  known.set(build, found);
  return found;
}

/** Of a RUN that is not understood: the first command of which that is so. */
function restOf({ run, instruction }: StepRecord, text: string): string {
  const span = run?.commands.find(({ opaque }) => opaque !== null)?.step?.span ?? instruction.span;
  return text.slice(span.start, span.end);
}

/** Operations that name a path of the context as their second operand. */
const ofContext: ReadonlySet<string> = new Set(['context', 'context-below', 'context-rule', 'context-mode']);

/** All that a value was made from, as far as to what was done by a command; the value itself is looked into in any case. */
export function originsOf(values: Values, { byToken }: Deeds, whole: Token): Origins {
  const deeds = new Set<Token>();
  const sources = new Set<Path>();
  const users = new Set<string>();
  const seen = new Set<Token>([whole]);
  const pending: Token[] = [whole];
  for (let token = pending.pop(); token !== undefined; token = pending.pop()) {
    if (token !== whole && byToken.has(token)) {
      deeds.add(token);
      continue;
    }
    const { operation, operands } = values.made(token);
    const [first, second] = operands;
    if (ofContext.has(operation) && typeof second === 'string') sources.add(second);
    if ((operation === 'user' || operation === 'owner') && typeof first === 'string') users.add(first);
    for (const operand of operands) {
      if (typeof operand !== 'number' || operand < 0 || seen.has(operand)) continue;
      seen.add(operand);
      pending.push(operand);
    }
  }
  return { deeds, sources, users };
}

/** Does a step leave something at a place, or below or above it? */
export function touches(shipment: Shipment, path: Path): boolean {
  if (shipment.kind === 'everything') return true;
  const place = shipment.kind === 'context' ? shipment.destination : shipment.path;
  return isWithin(place, path) || (shipment.kind === 'context' && isWithin(path, place));
}
