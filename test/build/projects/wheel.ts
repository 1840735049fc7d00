/**
 * Wheels made in memory (Python Packaging User Guide, "Binary distribution format"): a zip archive, here without
 * compression, with the modules, the metadata and the entry points of one distribution.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface WheelParts {
  readonly name: string;
  readonly version: string;
  /** Texts by path in the archive. */
  readonly modules: Readonly<Record<string, string>>;
  /** `module:function` by console script. */
  readonly scripts?: Readonly<Record<string, string>>;
}

/** The bytes of `<name>-<version>-py3-none-any.whl`; equal parts give equal bytes. */
export function wheel({ name, version, modules, scripts = {} }: WheelParts): Uint8Array {
  const info = `${name}-${version}.dist-info`;
  const entryPoints = Object.entries(scripts).map(([script, target]) => `${script} = ${target}\n`);
  const files: [string, string][] = [
    ...Object.entries(modules),
    [`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`],
    [`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: dockfix\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
    ...(entryPoints.length > 0 ? [[`${info}/entry_points.txt`, `[console_scripts]\n${entryPoints.join('')}`] as [string, string]] : []),
  ];
  const record = [...files.map(([path, text]) => recordLine(path, text)), `${info}/RECORD,,`];
  return zip([...files, [`${info}/RECORD`, `${record.join('\n')}\n`]]);
}

function recordLine(path: string, text: string): string {
  const digest = createHash('sha256').update(text).digest('base64url');
  return `${path},sha256=${digest},${Buffer.byteLength(text)}`;
}

/** A zip archive of stored files, all of 1 January 1980 (APPNOTE.TXT, 4.3.7, 4.3.12 and 4.3.16). */
function zip(files: readonly (readonly [path: string, text: string])[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of files) {
    const data = Buffer.from(text);
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([signature(0x04034b50), common, name, data]);
    const central = Buffer.alloc(14);
    // Permissions of a regular file, 0644, made on Unix: pip keeps the execute bits of what it unpacks.
    central.writeUInt32LE(0o100644 * 0x10000, 6);
    central.writeUInt32LE(offset, 10);
    const madeOnUnix = Buffer.from([20, 3]);
    directory.push(Buffer.concat([signature(0x02014b50), madeOnUnix, common, central, name]));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}
