/**
 * A reader of tar streams that keeps hashes instead of contents, for the file trees of images. It knows what engines
 * write: POSIX ustar with pax extended headers (IEEE Std 1003.1, "pax Interchange Format"), and GNU
 * tar's long names and base-256 numbers.
 */
import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';

export type TarEntryType = 'file' | 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo' | 'other';

export interface TarEntry {
  /** As the archive names it, without a trailing slash. */
  readonly path: string;
  readonly type: TarEntryType;
  /** Permission bits with setuid, setgid and sticky (0 to 0o7777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content; 0 for everything but files. */
  readonly size: number;
  /** SHA-1 of a file's content in hexadecimal; empty for everything else. */
  readonly hash: string;
  /** The target of a symbolic or hard link, the numbers of a device; empty for everything else. */
  readonly link: string;
}

/** As in `TarEntry`. */
export function contentHash(content: Buffer): string {
  return hash('sha1', content, 'hex');
}

const BLOCK = 512;

/** Types of a header that describe the entry after it instead of an entry. */
const PAX_NEXT = 'x';
const PAX_GLOBAL = 'g';
const GNU_LONG_NAME = 'L';
const GNU_LONG_LINK = 'K';

const typeOfFlag: Readonly<Record<string, TarEntryType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'dir',
  '6': 'fifo',
};

interface Header {
  readonly path: string;
  readonly flag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly link: string;
}

/** Takes bytes in pieces of any size, and hears when there are no more. */
export interface Taker {
  readonly take: (piece: Buffer) => void;
  readonly end: () => void;
}

/** Gives what takes the content of a file instead of its being hashed. */
export type OpenFile = (path: string) => Taker | undefined;

/** Reads a whole archive from a stream (see `tarReader`). */
export async function readTar(stream: AsyncIterable<Buffer>, visit: (entry: TarEntry) => void, open?: OpenFile): Promise<void> {
  const reader = tarReader(visit, open);
  for await (const chunk of stream) reader.take(chunk);
  reader.end();
}

/**
 * Reads an archive and calls `visit` for each entry in the archive's order.
 * Throws when a header's checksum is wrong or the archive ends inside an entry.
 */
export function tarReader(visit: (entry: TarEntry) => void, open: OpenFile = () => undefined): Taker {
  const globalPax = new Map<string, string>();
  let pax = new Map<string, string>();
  /** A header that is cut by the border of two chunks. */
  let partialHeader: Buffer[] = [];
  let partialLength = 0;
  let header: Header | undefined;
  /** Content of the current entry, and padding after it, that is still to come. */
  let remaining = 0;
  let padding = 0;
  /** Content of a header that describes the next entry. */
  let special: Buffer[] | undefined;
  let taker: Taker | undefined;
  let hasher: Hash | undefined;
  let digest = '';
  let ended = false;

  const finish = (): void => {
    if (header === undefined) return;
    if (special !== undefined) {
      const content = Buffer.concat(special);
      if (header.flag === PAX_NEXT) for (const [key, value] of paxRecords(content)) pax.set(key, value);
      if (header.flag === PAX_GLOBAL) for (const [key, value] of paxRecords(content)) globalPax.set(key, value);
      if (header.flag === GNU_LONG_NAME) pax.set('path', textUntilNul(content));
      if (header.flag === GNU_LONG_LINK) pax.set('linkpath', textUntilNul(content));
      special = undefined;
    } else {
      const type = typeOfFlag[header.flag] ?? 'other';
      taker?.end();
      if (hasher !== undefined) digest = hasher.digest('hex');
      if (type === 'file' && digest === '') digest = hash('sha1', '', 'hex');
      visit({
        path: header.path.replace(/\/$/, ''),
        type,
        mode: header.mode,
        uid: header.uid,
        gid: header.gid,
        size: type === 'file' ? header.size : 0,
        hash: type === 'file' ? digest : '',
        link: header.link,
      });
      pax = new Map();
    }
    taker = undefined;
    hasher = undefined;
    digest = '';
    header = undefined;
  };

  const begin = (block: Buffer): void => {
    header = parseHeader(block, globalPax, pax);
    const describesNext = [PAX_NEXT, PAX_GLOBAL, GNU_LONG_NAME, GNU_LONG_LINK].includes(header.flag);
    special = describesNext ? [] : undefined;
    taker = typeOfFlag[header.flag] === 'file' ? open(header.path) : undefined;
    remaining = header.size;
    padding = (BLOCK - (header.size % BLOCK)) % BLOCK;
    if (remaining === 0) finish();
  };

  const content = (piece: Buffer): void => {
    if (special !== undefined) special.push(piece);
    else if (taker !== undefined) taker.take(piece);
    // Most files lie in one chunk, and one call is several times cheaper for them than a hash object.
    else if (hasher === undefined && piece.length === remaining) digest = hash('sha1', piece, 'hex');
    else {
      hasher ??= createHash('sha1');
      hasher.update(piece);
    }
    remaining -= piece.length;
    if (remaining === 0) finish();
  };

  const take = (chunk: Buffer): void => {
    let at = 0;
    while (at < chunk.length && !ended) {
      if (remaining > 0) {
        const end = Math.min(chunk.length, at + remaining);
        content(chunk.subarray(at, end));
        at = end;
      } else if (padding > 0) {
        const skipped = Math.min(chunk.length - at, padding);
        padding -= skipped;
        at += skipped;
      } else {
        const end = Math.min(chunk.length, at + BLOCK - partialLength);
        partialHeader.push(chunk.subarray(at, end));
        partialLength += end - at;
        at = end;
        if (partialLength < BLOCK) continue;
        const block = Buffer.concat(partialHeader);
        partialHeader = [];
        partialLength = 0;
        // Two blocks of zeros end an archive; whatever comes after the first one is padding.
        ended = block.every((byte) => byte === 0);
        if (!ended) begin(block);
      }
    }
  };
  return {
    take,
    end() {
      if (!ended) throw new Error('the tar stream ends before its end-of-archive mark');
    },
  };
}

function parseHeader(block: Buffer, globalPax: ReadonlyMap<string, string>, pax: ReadonlyMap<string, string>): Header {
  if (numberAt(block, 148, 8) !== checksum(block)) throw new Error('a tar header has a wrong checksum');
  const override = (key: string): string | undefined => pax.get(key) ?? globalPax.get(key);
  const numeric = (key: string, offset: number, length: number): number => {
    const value = override(key);
    return value === undefined ? numberAt(block, offset, length) : Number(value);
  };
  const flag = String.fromCharCode(block[156] ?? 0);
  const describesNext = [PAX_NEXT, PAX_GLOBAL, GNU_LONG_NAME, GNU_LONG_LINK].includes(flag);
  // The prefix field exists in POSIX archives only; GNU tar keeps times there.
  const posix = block.subarray(257, 263).equals(Buffer.from('ustar\0'));
  const prefix = posix ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  const device = flag === '3' || flag === '4' ? `${numberAt(block, 329, 8)},${numberAt(block, 337, 8)}` : '';
  return {
    path: override('path') ?? (prefix === '' ? name : `${prefix}/${name}`),
    flag,
    mode: numberAt(block, 100, 8) & 0o7777,
    uid: numeric('uid', 108, 8),
    gid: numeric('gid', 116, 8),
    // Links and directories may carry a size, but no content follows them.
    size: describesNext ? numberAt(block, 124, 12) : '123456'.includes(flag) ? 0 : numeric('size', 124, 12),
    link: device === '' ? (override('linkpath') ?? textAt(block, 157, 100)) : device,
  };
}

/** The sum of all bytes of a header, its checksum field counted as spaces. */
function checksum(block: Buffer): number {
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 32 : (block[index] ?? 0);
  return sum;
}

/** An octal number, or a big-endian one if the first bit is set (GNU base-256). */
function numberAt(block: Buffer, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  if (first < 0x80) return Number.parseInt(textAt(block, offset, length).trim() || '0', 8);
  let value = first & 0x7f;
  for (let index = offset + 1; index < offset + length; index++) value = value * 256 + (block[index] ?? 0);
  return value;
}

function textAt(block: Buffer, offset: number, length: number): string {
  return textUntilNul(block.subarray(offset, offset + length));
}

function textUntilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

/** Records of the form `LENGTH KEY=VALUE\n`, where LENGTH counts bytes and includes itself. */
function* paxRecords(content: Buffer): Iterable<readonly [key: string, value: string]> {
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(content.toString('latin1', at, space));
    if (!Number.isInteger(length) || length <= space - at) throw new Error('a pax header has a broken record');
    const record = content.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    yield [record.slice(0, equals), record.slice(equals + 1)];
    at += length;
  }
}
