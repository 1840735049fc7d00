import type { Transform } from '../src/plan/transform.ts';
import { alpineToSlim } from './alpine-to-slim.ts';
import { copyByChange } from './copy-by-change.ts';
import { dockerignore } from './dockerignore.ts';
import { splitCopy } from './split-copy.ts';
import { wheelPackages } from './wheel-packages.ts';

/** All transforms. The order is the order in which they run: what the first hides from the context cannot get in the way of the others. */
export const transforms: readonly Transform[] = [dockerignore, splitCopy, copyByChange, wheelPackages, alpineToSlim];
