/** One of several runs that share the repositories. */
export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

/** `2/8`; null if it is not written so. */
export function readShard(written: string): Shard | null {
  const [, index, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(written) ?? [];
  return index !== undefined && of !== undefined && Number(index) <= Number(of) ? { index: Number(index), of: Number(of) } : null;
}
