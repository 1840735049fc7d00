/** Image references, as FROM and `COPY --from` write them, split without losing what a variable hides. */
import type { Span } from '../types.ts';

export interface ImageReference {
  /** As it is written. */
  readonly raw: string;
  /** Host and port as written, or null where none is. A variable as first component stays here, with its `${…}`. */
  readonly registry: string | null;
  /** Path on the registry as written: `python`, `library/python`, `astral-sh/uv`. */
  readonly repository: string;
  readonly tag: string | null;
  /** Where the tag's text is in `raw`; null without a tag. */
  readonly tagSpan: Span | null;
  /** `sha256:…`, or null. */
  readonly digest: string | null;
  /** Registry and path in full (`docker.io/library/python`); null if a variable takes part in either. */
  readonly name: string | null;
}

const variable = /\$(?:\{|[A-Za-z_])/;

/**
 * Splits `registry/repository:tag@digest` by the rules of the reference grammar (distribution/reference): the first
 * component is a registry only if it has a dot or a port, or is `localhost`. Separators inside `${…}` separate
 * nothing, because they belong to a default: `${REGISTRY:-docker.io/library}/python`. Never fails: what cannot be a
 * reference is all repository.
 */
export function parseReference(raw: string): ImageReference {
  const separators = separatorsOutsideVariables(raw);
  const at = separators.find(({ text }) => text === '@')?.at ?? raw.length;
  const beforeDigest = separators.filter((separator) => separator.at < at);
  const lastSlash = beforeDigest.findLast(({ text }) => text === '/')?.at ?? -1;
  const colon = beforeDigest.findLast((separator) => separator.text === ':' && separator.at > lastSlash)?.at ?? at;

  const path = raw.slice(0, colon);
  const firstSlash = beforeDigest.find(({ text }) => text === '/')?.at ?? -1;
  const first = firstSlash < 0 ? '' : path.slice(0, firstSlash);
  const registry = isRegistry(first) ? first : null;
  const repository = registry === null ? path : path.slice(firstSlash + 1);
  return {
    raw,
    registry,
    repository,
    tag: colon < at ? raw.slice(colon + 1, at) : null,
    tagSpan: colon < at ? { start: colon + 1, end: at } : null,
    digest: at < raw.length ? raw.slice(at + 1) : null,
    name: variable.test(path) ? null : fullName(registry, repository),
  };
}

/** The reference with another tag, everything else as it was written; without a tag one is added. */
export function withTag(reference: ImageReference, tag: string): string {
  const { raw, tagSpan, digest } = reference;
  if (tagSpan !== null) return raw.slice(0, tagSpan.start) + tag + raw.slice(tagSpan.end);
  const end = digest === null ? raw.length : raw.length - digest.length - 1;
  return `${raw.slice(0, end)}:${tag}${raw.slice(end)}`;
}

interface Separator {
  readonly text: string;
  readonly at: number;
}

function separatorsOutsideVariables(raw: string): Separator[] {
  const separators: Separator[] = [];
  let depth = 0;
  for (let at = 0; at < raw.length; at++) {
    const text = raw[at] ?? '';
    if (text === '$' && raw[at + 1] === '{') depth++;
    else if (text === '}' && depth > 0) depth--;
    else if (depth === 0 && (text === '/' || text === ':' || text === '@')) separators.push({ text, at });
  }
  return separators;
}

function isRegistry(component: string): boolean {
  return component === 'localhost' || /[.:]/.test(component) || variable.test(component);
}

/** Docker Hub has several names, and official images an unwritten `library/`. */
function fullName(registry: string | null, repository: string): string {
  const hub = registry === null || registry === 'docker.io' || registry === 'index.docker.io';
  if (!hub) return `${registry}/${repository}`;
  return `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`;
}
