import { flatMap } from '../lists.ts';
import type { LockedPackage } from './locks.ts';

/**
 * What an install on Linux, x86_64, takes:
 * - `pure`: a wheel for every platform, and nothing compiled on any Linux;
 * - `musllinux`: something compiled, and musl is served by a wheel too (a musllinux one, or one for every platform);
 * - `manylinux-only`: a wheel for glibc, none that musl accepts;
 * - `sdist-only`: it is built from source on every Linux, be it pure or not;
 * - `unknown`: the lock does not tell (no file names, a repository, a directory, wheels of other systems only).
 */
export type CompiledVerdict = 'pure' | 'musllinux' | 'manylinux-only' | 'sdist-only' | 'unknown';

/**
 * Judges by wheel tags (PyPA, "Platform compatibility tags"). `python` (`3.12`) leaves out wheels of other versions;
 * without it a wheel of any version counts.
 */
export function compiledVerdict(locked: LockedPackage, python?: string): CompiledVerdict {
  const tags = locked.wheels.flatMap((wheel) => wheelTags(wheel) ?? []).filter((tag) => fitsPython(tag, python));
  const platforms = new Set(flatMap(tags, (tag) => tag.platforms.map(linuxPlatform)));
  const portable = platforms.has('any');
  if (platforms.has('musl')) return 'musllinux';
  if (platforms.has('glibc')) return portable ? 'musllinux' : 'manylinux-only';
  if (portable) return 'pure';
  return locked.sdist ? 'sdist-only' : 'unknown';
}

interface WheelTags {
  readonly pythons: readonly string[];
  readonly abis: readonly string[];
  readonly platforms: readonly string[];
}

/** `name-version[-build]-python-abi-platform.whl`; each of the three may be several, joined by dots. */
function wheelTags(file: string): WheelTags | null {
  const parts = file.replace(/\.whl$/i, '').split('-');
  const [pythons, abis, platforms] = parts.slice(-3);
  if (parts.length < 5 || pythons === undefined || abis === undefined || platforms === undefined) return null;
  return { pythons: pythons.split('.'), abis: abis.split('.'), platforms: platforms.split('.') };
}

function linuxPlatform(platform: string): 'any' | 'musl' | 'glibc' | 'other' {
  if (platform === 'any') return 'any';
  if (!platform.endsWith('_x86_64')) return 'other';
  if (platform.startsWith('musllinux_')) return 'musl';
  // A plain linux_x86_64 comes from an index of its own and is built against glibc.
  return platform.startsWith('manylinux') || platform.startsWith('linux_') ? 'glibc' : 'other';
}

/** CPython only. `abi3` and pure wheels serve later versions too; a free-threaded ABI (`cp313t`) is another one. */
function fitsPython(tags: WheelTags, python: string | undefined): boolean {
  const minor = python === undefined ? null : Number(/^3\.(\d+)/.exec(python)?.[1] ?? Number.NaN);
  return tags.pythons.some((tag) => {
    const [, implementation, digits] = /^(py|cp)3(\d*)$/.exec(tag) ?? [];
    if (implementation === undefined || digits === undefined) return false;
    if (minor === null || Number.isNaN(minor)) return true;
    const since = digits === '' ? 0 : Number(digits);
    if (implementation === 'py' || tags.abis.includes('abi3')) return since <= minor;
    const ordinary = tags.abis.some((abi) => abi === 'none' || abi === `cp3${digits}` || abi === `cp3${digits}m`);
    return since === minor && ordinary;
  });
}
