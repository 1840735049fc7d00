import * as fc from 'fast-check';

/** What a random project is made with. The same seed always gives the same choices. */
export interface Dice {
  readonly pick: <Value>(values: readonly [Value, ...Value[]]) => Value;
  /** True in this share of the cases (0 to 1). */
  readonly chance: (share: number) => boolean;
  /** From 0 to `below` - 1. */
  readonly number: (below: number) => number;
}

export function diceOf(seed: number): Dice {
  const [draw] = fc.sample(fc.gen(), { seed, numRuns: 1 });
  if (draw === undefined) throw new Error('no sample');
  const number = (below: number): number => draw(evenly, below);
  return {
    number,
    pick: (values) => values[number(values.length)] ?? values[0],
    chance: (share) => number(1000) < share * 1000,
  };
}

/** Each number as often as the others: without this fast-check prefers the ends. */
function evenly(below: number): fc.Arbitrary<number> {
  return fc.noBias(fc.integer({ min: 0, max: below - 1 }));
}

/** Options of COPY and ADD, followed by a space; mostly none. */
export function copyFlags({ chance }: Dice): string {
  return `${chance(0.2) ? '--chown=1000:1000 ' : ''}${chance(0.05) ? '--link ' : ''}`;
}
