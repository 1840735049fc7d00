/** Tags of the official Python image: what they say, which exist, and the slim twin of an Alpine one. */
import { pythonTags } from '../data/python-tags.ts';
import type { RefusalReason } from '../types.ts';
import { parseReference } from './reference.ts';
import type { ImageReference } from './reference.ts';
import { stillBuilt, suiteOfSlim } from './suites.ts';

export interface PythonVersion {
  /** As the tag writes it: `3.12.4`, `3`, `3.14-rc`, `${PYTHON_VERSION}`; empty for `slim` or `latest`. */
  readonly text: string;
  /** `3.12`; null where the tag leaves it open (`3-slim`, `latest`) or a variable holds it. */
  readonly minor: string | null;
  readonly patch: number | null;
  /** `rc1`, `a2`; `rc` for the floating `3.14-rc`; null for a release. */
  readonly pre: string | null;
}

export type PythonVariant = 'full' | 'slim' | 'alpine' | 'windows' | 'other';

export interface PythonTag {
  readonly version: PythonVersion;
  /** `full` is the image without a variant in its tag, or with a Debian suite only. */
  readonly variant: PythonVariant;
  /** Debian's code name or Alpine's version as the tag says it; null where the tag leaves it open. */
  readonly suite: string | null;
  /** The tag's part after the version, as written: `alpine3.19`; empty if there is none. */
  readonly variantText: string;
}

/** The official image under the names that point at its own layers. */
const officialNames: ReadonlySet<string> = new Set([
  'docker.io/library/python',
  // The same image for one platform, where the official image's platforms are pushed first.
  'docker.io/amd64/python',
  'docker.io/arm64v8/python',
  // Amazon's and Google's copies of Docker Hub's official images.
  'public.ecr.aws/docker/library/python',
  'mirror.gcr.io/library/python',
]);

/** Is it the official Python image (or a registry's plain copy of it)? */
export function isOfficialPython(reference: ImageReference): boolean {
  return reference.name !== null && officialNames.has(reference.name);
}

/** What a reference to the official Python image says; null for every other image. The digest is not looked at. */
export function pythonTag(reference: ImageReference | string): PythonTag | null {
  const parsed = typeof reference === 'string' ? parseReference(reference) : reference;
  return isOfficialPython(parsed) ? readPythonTag(parsed.tag ?? 'latest') : null;
}

const versionPattern =
  /^(?<major>\d+)(?:\.(?<minor>\d+))?(?:\.(?<patch>\d+))?(?<pre>(?:a|b|rc)\d+)?(?<floating>-rc)?(?=-|$)/;
const variableVersion = /^\$(?:\{[^{}]*\}|\w+)(?=-|$)/;

/** What a tag of the official Python image says. Never fails: what is not understood is the variant `other`. */
export function readPythonTag(tag: string): PythonTag {
  const match = versionPattern.exec(tag) ?? variableVersion.exec(tag);
  const version = match?.[0] ?? '';
  const { major, minor, patch, pre, floating } = match?.groups ?? {};
  const rest = tag.slice(version.length).replace(/^-/, '');
  const variantText = rest === 'latest' ? '' : rest;
  return {
    version: {
      text: version,
      minor: major === undefined || minor === undefined ? null : `${major}.${minor}`,
      patch: patch === undefined ? null : Number(patch),
      pre: pre ?? (floating === undefined ? null : 'rc'),
    },
    variantText,
    ...readVariant(variantText),
  };
}

/** Debian's code names that the image has been built on, oldest first. */
const suitesByAge = ['wheezy', 'jessie', 'stretch', 'buster', 'bullseye', 'bookworm', 'trixie'] as const;
const debianSuites: ReadonlySet<string> = new Set(suitesByAge);

function readVariant(text: string): { readonly variant: PythonVariant; readonly suite: string | null } {
  if (text === '') return { variant: 'full', suite: null };
  if (debianSuites.has(text)) return { variant: 'full', suite: text };
  if (text === 'slim') return { variant: 'slim', suite: null };
  if (text.startsWith('slim-') && debianSuites.has(text.slice(5))) return { variant: 'slim', suite: text.slice(5) };
  const alpine = /^alpine(\d+\.\d+)?$/.exec(text);
  if (alpine !== null) return { variant: 'alpine', suite: alpine[1] ?? null };
  if (/^(windowsservercore|nanoserver)/.test(text)) return { variant: 'windows', suite: null };
  return { variant: 'other', suite: null };
}

interface Releases {
  /** First and last patch release; null if there was no final release. */
  readonly patches: { readonly first: number; readonly last: number } | null;
  /** `0rc1` is X.Y.0rc1. */
  readonly pre: ReadonlySet<string>;
}

let releases: ReadonlyMap<string, Releases> | undefined;

/** The releases that a variant (`slim`, `alpine3.19`, `bookworm`) of a version was built for. */
function releasesOf(minor: string, variant: string): Releases | undefined {
  releases ??= readReleases();
  return releases.get(`${minor} ${variant}`);
}

function readReleases(): Map<string, Releases> {
  const read = new Map<string, Releases>();
  for (const line of pythonTags.trim().split('\n')) {
    const [minor = '', variant = '', range = '', pre = ''] = line.split('\t');
    const [first, last] = range.split('-').map(Number);
    const patches = range === '-' || first === undefined || last === undefined ? null : { first, last };
    read.set(`${minor} ${variant}`, { patches, pre: new Set(pre === '' ? [] : pre.split(',')) });
  }
  return read;
}

/**
 * Has `python:MINOR[.PATCH[PRE]]-VARIANT` ever existed? `variant` as tags write it (`slim`, `alpine3.19`); empty or
 * `full` means none. `unknown`: it may be newer than the table, which ends in August 2026.
 */
export function tagExists(
  minor: string,
  variant: string,
  patch: number | null,
  pre: string | null = null,
): 'yes' | 'no' | 'unknown' {
  // The image without a variant is built whenever the slim one is.
  const listed = variant === '' || variant === 'full' ? 'slim' : variant;
  const newer = (): 'no' | 'unknown' => (mayBeNewer(minor, listed, patch) ? 'unknown' : 'no');
  const known = releasesOf(minor, listed);
  if (known === undefined) return isCovered(listed) ? newer() : 'unknown';
  if (pre === 'rc') return suiteOfSlim(`${minor}-rc`) === null ? newer() : 'yes';
  if (pre !== null) return known.pre.has(`${patch ?? 0}${pre}`) ? 'yes' : newer();
  if (known.patches === null) return newer();
  if (patch === null) return 'yes';
  return patch >= known.patches.first && patch <= known.patches.last ? 'yes' : newer();
}

/** The table has no variants for Windows, nor any with a name that dockfix does not know. */
function isCovered(variant: string): boolean {
  const { variant: family } = readVariant(variant);
  return family !== 'windows' && family !== 'other';
}

/** Could a tag have been made after the table was? None of a version or suite that had ended, no older release. */
function mayBeNewer(minor: string, variant: string, patch: number | null): boolean {
  const slim = releasesOf(minor, 'slim');
  if (slim === undefined) return isAfterAllKnown(minor);
  const newest = slim.patches?.last ?? -1;
  if (!stillBuilt(minor) || (patch !== null && patch <= newest)) return false;
  const listed = releasesOf(minor, variant);
  if (listed !== undefined) return (listed.patches?.last ?? -1) >= newest;
  const { variant: family, suite } = readVariant(variant);
  return family === 'alpine' && suite !== null && isNewerAlpine(minor, suite);
}

const versionNumber = (text: string): number => {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return major * 1000 + minor;
};

function isAfterAllKnown(minor: string): boolean {
  return versionNumber(minor) > Math.max(...knownMinors().map(versionNumber));
}

function isNewerAlpine(minor: string, suite: string): boolean {
  releases ??= readReleases();
  const known = [...releases.keys()].flatMap((key) => {
    const match = /^(\S+) alpine(\d+\.\d+)$/.exec(key);
    return match !== null && match[1] === minor ? [versionNumber(match[2] ?? '')] : [];
  });
  return versionNumber(suite) > Math.max(0, ...known);
}

function knownMinors(): string[] {
  releases ??= readReleases();
  return [...new Set([...releases.keys()].map((key) => key.split(' ')[0] ?? ''))];
}

/** The newest X.Y (of a major version) with a final release: what `3-slim` and `slim` mean; `3-alpine3.7` stays with 3.7. */
export function newestMinor(major?: string, variant = 'slim'): string | null {
  const final = knownMinors().filter(
    (minor) =>
      (releasesOf(minor, variant)?.patches ?? null) !== null && (major === undefined || minor.startsWith(`${major}.`)),
  );
  return final.reduce<string | null>((a, b) => (a === null || versionNumber(b) > versionNumber(a) ? b : a), null);
}

/**
 * The Debian suite of a slim tag today: what the tag says, else what the floating tag means now, else, for one patch
 * release, the newest suite that it was built on, because its tag has not moved since. Null where that is not known.
 */
export function suiteOfSlimTag(tag: PythonTag): string | null {
  if (tag.suite !== null) return tag.suite;
  const { text, minor, patch, pre } = tag.version;
  if (minor === null) {
    if (/\D/.test(text)) return null;
    const newest = newestMinor(text === '' ? undefined : text);
    return newest === null ? null : suiteOfSlim(newest);
  }
  if (pre === 'rc') return suiteOfSlim(`${minor}-rc`);
  if (patch === null && pre === null) return suiteOfSlim(minor);
  const built = suitesByAge.filter((suite) => tagExists(minor, `slim-${suite}`, patch, pre) === 'yes');
  return built.at(-1) ?? null;
}

export interface SlimTag {
  readonly tag: string;
  /** The Debian suite of the tag. */
  readonly suite: string;
  /** What to replace in the tag's text: `alpine3.19` by `slim`. The rest of the tag may hold a variable. */
  readonly from: string;
  readonly to: string;
}

export interface NoSlimTag {
  readonly reason: RefusalReason;
  /** One sentence for the report. */
  readonly refusal: string;
}

/**
 * The slim twin of an Alpine tag of the official Python image: `3.12-alpine3.19` gives `3.12-slim`, `alpine` gives
 * `slim`. A refusal if it never existed, or cannot be known to exist.
 */
export function slimTagFor(alpineTag: string): SlimTag | NoSlimTag {
  const tag = readPythonTag(alpineTag);
  const { text, minor, patch, pre } = tag.version;
  if (tag.variant !== 'alpine') {
    return { reason: 'base-unknown', refusal: `python:${alpineTag} is not an Alpine tag that dockfix knows.` };
  }
  if (text.startsWith('$')) {
    const refusal = `The version in python:${alpineTag} comes from a variable.`;
    return { reason: 'unresolved-variable', refusal };
  }
  const frozen = minor === null ? minorOf(tag) : null;
  if (frozen !== null) {
    const suite = suiteOfSlim(frozen);
    return suite === null ? unlisted(`${frozen}-slim`) : { tag: `${frozen}-slim`, suite, from: alpineTag, to: `${frozen}-slim` };
  }
  const slim = text === '' ? 'slim' : `${text}-slim`;
  const exists = minor === null ? majorExists(text) : tagExists(minor, 'slim', patch, pre);
  if (exists === 'no') return { reason: 'tag-missing', refusal: `There has never been a tag python:${slim}.` };
  const suite = suiteOfSlimTag(readPythonTag(slim));
  return exists === 'unknown' || suite === null ? unlisted(slim) : { tag: slim, suite, from: tag.variantText, to: 'slim' };
}

function unlisted(tag: string): NoSlimTag {
  return { reason: 'base-unknown', refusal: `python:${tag} is not in dockfix’s list of tags, which ends in August 2026.` };
}

/** The X.Y that a tag means; null for one that moves on with each release, or holds a variable. */
export function minorOf({ version, variantText }: PythonTag): string | null {
  if (version.minor !== null) return version.minor;
  return /\D/.test(version.text) ? null : frozenMinor(version.text, variantText);
}

/**
 * `3-alpine3.7` has not moved since images were last built on Alpine 3.7: it is the newest X.Y of then. Null if that is
 * the newest of today, too, or if the tag names no release of Alpine.
 */
function frozenMinor(major: string, variant: string): string | null {
  const then = newestMinor(major === '' ? undefined : major, variant);
  return then === newestMinor(major === '' ? undefined : major) ? null : then;
}

function majorExists(text: string): 'yes' | 'no' | 'unknown' {
  if (text === '') return 'yes';
  return newestMinor(text) === null ? 'no' : 'yes';
}
