/** The slim image that takes the place of an Alpine one. */
import type { SlimTag } from '../../images/python-tags.ts';
import { isOfficialPython, slimTagFor } from '../../images/python-tags.ts';
import { parseReference, withTag } from '../../images/reference.ts';
import { isSymbolic } from '../places.ts';
import type { Obstacle } from './alpine-run.ts';

/** The slim tag of a base image, and its Debian suite; or why there is none. */
export type SlimBase = { readonly kind: 'slim'; readonly reference: string; readonly suite: string; readonly minor: string; readonly replaced: Pick<SlimTag, 'from' | 'to'> } | Obstacle;

/** `reference`: the image of a FROM. */
export function slimBaseOf(reference: string): SlimBase {
  const parsed = parseReference(reference);
  if (isSymbolic(reference) || /\$/.test(reference)) return { reason: 'unresolved-variable', message: 'the base image depends on a variable whose value is not known' };
  if (!isOfficialPython(parsed)) return { reason: 'base-unknown', message: `${reference} is not the official Python image` };
  if (parsed.digest !== null) return { reason: 'base-unknown', message: `${parsed.repository}:${parsed.tag ?? ''} is pinned by digest, and the digest of its slim twin is not known` };
  const slim = slimTagFor(parsed.tag ?? 'latest');
  if ('refusal' in slim) return { reason: slim.reason, message: slim.refusal.replace(/\.$/, '') };
  return { kind: 'slim', reference: withTag(parsed, slim.tag), suite: slim.suite, minor: slim.tag.replace(/-?slim$/, ''), replaced: { from: slim.from, to: slim.to } };
}

/** Suites that Debian keeps only in its archive, where apt does not look. */
const ended = new Set(['wheezy', 'jessie', 'stretch', 'buster']);

/** Suites whose packages the table of packages has. */
export const tabled = new Set(['bookworm', 'trixie']);

/** Why packages cannot be installed in a suite. */
export function suiteObstacle({ suite, reference }: Extract<SlimBase, { kind: 'slim' }>): readonly Obstacle[] {
  if (tabled.has(suite)) return [];
  const because = ended.has(suite) ? 'whose packages are no longer on the servers that apt asks' : 'whose packages are not in dockfix’s table';
  return [{ reason: 'base-unknown', message: `${reference} is Debian ${suite}, ${because}` }];
}
