import type { Path } from '../types.ts';

const headerLength = 12;
/** Times, device, inode, mode, owner, size (40 bytes), object name (20), and flags (2). */
const fixedLength = 62;
const checksumLength = 20;
const longestInFlags = 0xfff;

/**
 * The paths in git's index, those of a merge several times. Null for what is not the plain kind (version 4, a split or
 * sparse index, SHA-256 object names) and for what is broken: then git itself has to be asked. Paths that are not valid
 * UTF-8 are left out. https://git-scm.com/docs/index-format
 */
export function pathsInIndex(bytes: Uint8Array): readonly Path[] | null {
  const end = bytes.length - checksumLength;
  if (end < headerLength) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(4);
  if (textOf(bytes, 0, 4) !== 'DIRC' || (version !== 2 && version !== 3)) return null;
  const paths: Path[] = [];
  let at = headerLength;
  for (let count = view.getUint32(8); count > 0; count -= 1) {
    if (at + fixedLength >= end) return null;
    const flags = view.getUint16(at + fixedLength - 2);
    const isExtended = version === 3 && (flags & 0x4000) !== 0;
    const start = at + fixedLength + (isExtended ? 2 : 0);
    const stop = bytes.indexOf(0, start);
    const length = stop - start;
    if (stop < 0 || stop >= end || Math.min(length, longestInFlags) !== (flags & longestInFlags)) return null;
    const path = textOf(bytes, start, stop);
    if (path !== null) paths.push(path);
    // One to eight NUL bytes make the length of an entry a multiple of eight.
    at += (stop - at + 8) & ~7;
  }
  return extensionsAreOptional(bytes, view, at, end) ? paths : null;
}

/** Do the extensions fill the rest, and may all of them be ignored, as a capital letter says? */
function extensionsAreOptional(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
  let at = start;
  while (at + 8 <= end) {
    if (!/^[A-Z]/.test(textOf(bytes, at, at + 4) ?? '')) return false;
    at += 8 + view.getUint32(at + 4);
  }
  return at === end;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array, start: number, end: number): string | null {
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return null;
  }
}
