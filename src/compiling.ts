/** How V8 compiles in a run over many projects, or over a long Dockerfile. */

/** Dockerfiles from which on it pays. */
export const many = 100;

/** Characters of one Dockerfile from which on it pays. */
export const long = 20_000;

/**
 * V8 inlines less from now on. Of a program that does a little of everything it otherwise compiles so much, in threads of
 * its own, that these take the cores from other workers: with this a run over 1,000 projects takes a sixth less CPU time
 * and is no slower, and one over a Dockerfile of 10,000 lines takes a tenth to a sixth less of both. What V8 compiled at
 * build time counts only under the flags of then, so this comes after loading.
 */
export async function inlineLess(): Promise<void> {
  await setFlag('--max-inlined-bytecode-size-cumulative=50');
}

/**
 * V8 optimises later from now on: for threads that share the cores with the threads that compile. Each thread compiles for
 * itself, and with this two of them over 1,000 or 2,000 projects need a tenth to a sixth less CPU time, and as much less time;
 * over 10,000 it makes no difference. One thread alone, whose compiler has the other core, would be slower.
 */
export async function optimiseLater(): Promise<void> {
  await setFlag('--interrupt-budget=264000');
}

/** Flags are for a version of V8 (11.3, 12.4 and 13.6 are those of Node.js 20, 22 and 24); another one may not know this one. */
async function setFlag(flag: string): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  if (/^1[1-3]\./.test(process.versions.v8)) setFlagsFromString(flag);
}
