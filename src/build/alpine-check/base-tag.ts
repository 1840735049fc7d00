/** Base images: is one the slim twin of the other, and on which Debian does it stand? */
import { readPythonTag, suiteOfSlimTag, tagExists, newestMinor } from '../../images/python-tags.ts';
import { parseReference } from '../../images/reference.ts';

interface Tag {
  /** `3.12`, `3.12.4`, `3.13.0rc1`, `3`, or nothing. */
  readonly version: string;
  readonly variant: 'alpine' | 'slim';
  /** `3.20` of alpine3.20, `bookworm` of slim-bookworm. */
  readonly release: string | null;
}

const debianReleases = 'bullseye bookworm trixie';

function readTag(text: string): Tag | null {
  const found = /^(?:(\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+|-rc)?)-)?(alpine|slim)(?:(\d+\.\d+)|-([a-z]+))?$/.exec(text);
  if (!found) return null;
  const [, version = '', variant, alpine, debian] = found;
  if (variant === 'alpine') return debian === undefined ? { version, variant, release: alpine ?? null } : null;
  if (alpine !== undefined || (debian !== undefined && !debianReleases.split(' ').includes(debian))) return null;
  return { version, variant: 'slim', release: debian ?? null };
}

/** Why `to` is not what `from` is on Debian: the same image and version of Python, slim; null if it is. */
export function baseMismatch(from: string, to: string): string | null {
  const then = parseReference(from);
  const now = parseReference(to);
  const no = (because: string): string => `${to} is not the slim twin of ${from}: ${because}`;
  if (then.digest !== null || now.digest !== null) return no('a digest names one image');
  if (then.registry !== now.registry || then.repository !== now.repository) return no('it is another image');
  if (!/(?:^|\/)python$/.test(then.repository)) return no('the checker knows the tags of Python’s images alone');
  const alpine = then.tag === null ? null : readTag(then.tag);
  const slim = now.tag === null ? null : readTag(now.tag);
  if (alpine?.variant !== 'alpine') return no('the checker does not know that tag of Alpine’s');
  if (slim?.variant !== 'slim') return no('it is not a slim one');
  const meant = frozenVersion(alpine) ?? alpine.version;
  if (slim.version !== meant) return no(`the version of Python is ${meant === '' ? 'the newest' : meant}`);
  return exists(slim) ? null : no('there is no such tag that the checker knows of');
}

/** Tags of a version that moves, on an Alpine that images are no longer built on, have stayed with the X.Y of then. */
function frozenVersion({ version, release }: Tag): string | null {
  if (release === null || version.includes('.')) return null;
  const major = version === '' ? undefined : version;
  const then = newestMinor(major, `alpine${release}`);
  return then === null || then === newestMinor(major) ? null : then;
}

function exists({ version, release }: Tag): boolean {
  if (!version.includes('.')) return version === '' || newestMinor(version) !== null;
  const { minor, patch, pre } = readPythonTag(`${version}-slim`).version;
  return minor !== null && tagExists(minor, release === null ? 'slim' : `slim-${release}`, patch, pre) === 'yes';
}

/** Last day on which a version of Python is looked after (devguide.python.org/versions): its images are built until then. */
const endOfLife: ReadonlyMap<string, string> = new Map([
  ['2.7', '2020-01'], ['3.5', '2020-09'], ['3.6', '2021-12'], ['3.7', '2023-06'], ['3.8', '2024-10'], ['3.9', '2025-10'],
  ['3.10', '2026-10'], ['3.11', '2027-10'], ['3.12', '2028-10'], ['3.13', '2029-10'], ['3.14', '2030-10'],
]);

/** From when the slim images without a release in their tag stand on which Debian: each release, two months after it at most. */
const debianSince: readonly (readonly [since: string, suite: string])[] = [['2025-08', 'trixie'], ['2023-06', 'bookworm'], ['2021-08', 'bullseye'], ['2019-07', 'buster']];

/** The Debian release of a slim image; null where the checker does not know it. */
export function debianOf(reference: string): string | null {
  const { tag } = parseReference(reference);
  const slim = tag === null ? null : readTag(tag);
  if (tag === null || slim?.variant !== 'slim') return null;
  if (slim.release !== null) return slim.release;
  if (!slim.version.includes('.')) return debianSince[0]?.[1] ?? null;
  const listed = suiteOfSlimTag(readPythonTag(tag));
  const end = endOfLife.get(slim.version);
  if (end === undefined) return listed;
  // Of a version by itself both are known: they have to say the same.
  const built = debianSince.find(([since]) => since <= end)?.[1] ?? null;
  return built === listed ? built : null;
}

/** A base image without what the two systems differ in, for both sides of the comparison. */
export function commonBase(reference: string): string {
  const { tag } = parseReference(reference);
  const read = tag === null ? null : readTag(tag);
  if (tag === null) return reference;
  // A version that only a build argument knows.
  const strip = tag.replace(/-?(?:alpine|slim)[^/]*$/, '');
  const version = read === null ? strip : read.variant === 'alpine' ? (frozenVersion(read) ?? read.version) : read.version;
  return `${reference.slice(0, reference.length - tag.length)}${version} on either system`;
}
