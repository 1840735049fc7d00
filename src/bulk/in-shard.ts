import { createHash } from 'node:crypto';

import type { Shard } from './shard.ts';

/** Each repository is in one shard, always in the same one, whichever the others are. */
export function isInShard(name: string, { index, of }: Shard): boolean {
  return createHash('sha256').update(name.toLowerCase()).digest().readUInt32BE(0) % of === index - 1;
}
