/** What dockfix knows of a command that is written as one line of words, in an image made by hand. */
import { readable } from '../../src/build/places.ts';
import type { Call, Effect } from '../../src/commands/command.ts';
import { callOf, effectsOf } from '../../src/commands/index.ts';
import type { ImageFacts } from './image-view.ts';
import { argument, imageView } from './image-view.ts';

export function callOfLine(line: string): Call {
  return callOf(line.split(' ').map((word) => argument(word)), { start: 0, end: 0 });
}

/** The only effect that it has. */
export function effectOfLine(line: string, facts: ImageFacts): Effect {
  const outcome = effectsOf(callOfLine(line), imageView(facts));
  if (outcome.kind === 'opaque') throw new Error(`opaque: ${outcome.because}`);
  const [only, ...others] = outcome.effects;
  if (only === undefined || others.length > 0) throw new Error('one effect is expected');
  return only;
}

/** Why it is not understood. */
export function reasonOfLine(line: string, facts: ImageFacts): string {
  const outcome = effectsOf(callOfLine(line), imageView(facts));
  return outcome.kind === 'opaque' ? outcome.because : 'understood';
}

/** `/app/src/**` for all that is below it; `#` begins what is no file, but stands for what a tool has. */
export function readsOf({ reads }: Effect): readonly string[] {
  return reads.map(({ path, deep }) => `${shown(path)}${deep ? '/**' : ''}`);
}

export function writesOf({ writes }: Effect): readonly string[] {
  return writes.map(({ place, how, inStep }) => `${how} ${shown(place.path)}${inStep === true ? ' in step' : ''}`);
}

function shown(path: string): string {
  return readable(path).replaceAll('\u0000', '#');
}
