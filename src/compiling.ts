/** How V8 compiles in a run over many projects, or over a long Dockerfile. */

/** Dockerfiles from which on it pays. */
export const many = 100;

/** Characters of one Dockerfile from which on it pays. */
export const long = 20_000;

/**
 * V8 inlines nothing from now on. Of a program that does a little of everything it otherwise compiles so much, in threads of
 * its own, that these take the cores from other workers: with this a run over 1,000 projects takes a fifth less CPU time
 * and is no slower, and one over a Dockerfile of 10,000 lines takes a tenth to a sixth less of both. What V8 compiled at
 * build time counts only under the flags of then, so this comes after loading.
 */
export async function inlineNothing(): Promise<void> {
  await setFlag('--no-turbo-inlining', [11, 12, 13]);
}

/**
 * V8 optimises later from now on: for threads that share the cores with the threads that compile. Each thread compiles for
 * itself, and with this two of them over 1,000 or 2,000 projects need a tenth to a sixth less CPU time, and as much less time;
 * over 10,000 it makes no difference. One thread alone, whose compiler has the other core, would be slower. Later versions than
 * that of Node.js 20 do not know the flag; they have a compiler in between, which costs less.
 */
export async function optimiseLater(): Promise<void> {
  await setFlag('--interrupt-budget=528000', [11]);
}

/**
 * Flags are for some versions of V8 (11, 12 and 13 are those of Node.js 20, 22 and 24). Another one prints an error for a
 * flag that it does not know.
 */
async function setFlag(flag: string, versions: readonly number[]): Promise<void> {
  if (!versions.includes(Number.parseInt(process.versions.v8, 10))) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString(flag);
}
