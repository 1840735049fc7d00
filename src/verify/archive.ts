/** An image as an archive of its layers, as `podman save` and `buildah push … docker-archive:` write it. */
import type { BuiltImage, ImageFile, WrittenImage } from './image.ts';
import { absolute, addTarEntry, configOf } from './image.ts';
import type { OpenFile, Taker, TarEntry } from './tar.ts';
import { readTar, tarReader } from './tar.ts';

/** The entry of manifest.json for the one image of the archive: names of files in the archive. */
interface Manifest {
  readonly Config: string;
  /** The lowest first. */
  readonly Layers: readonly string[];
}

/** Reads files and configuration of the one image that an archive holds. */
export async function readArchive(stream: AsyncIterable<Buffer>): Promise<BuiltImage> {
  const layers = new Map<string, Layer>();
  const texts = new Map<string, string>();
  const open = (path: string): Taker | undefined => {
    if (path.endsWith('.json')) return textTaker((text) => texts.set(path, text));
    if (!path.endsWith('.tar')) return undefined;
    const { layer, taker } = layerTaker();
    layers.set(path, layer);
    return taker;
  };
  await readTar(stream, () => undefined, open);
  const [manifest] = JSON.parse(named(texts, 'manifest.json')) as readonly Manifest[];
  if (manifest === undefined) throw new Error('the archive holds no image');
  const config = configOf(JSON.parse(named(texts, manifest.Config)) as WrittenImage);
  const used = manifest.Layers.map((name) => named(layers, name));
  return { files: applied(used.map(({ entries }) => entries)), config, bytes: used.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Lets something read files in the layers of the one image that an archive holds. */
export async function readLayers(stream: AsyncIterable<Buffer>, open: OpenFile): Promise<void> {
  await readTar(stream, () => undefined, (path) => (path.endsWith('.tar') ? tarReader(() => undefined, open) : undefined));
}

interface Layer {
  readonly entries: TarEntry[];
  bytes: number;
}

function layerTaker(): { readonly layer: Layer; readonly taker: Taker } {
  const layer: Layer = { entries: [], bytes: 0 };
  const reader = tarReader((entry) => layer.entries.push(entry));
  const take = (piece: Buffer): void => {
    layer.bytes += piece.length;
    reader.take(piece);
  };
  return { layer, taker: { take, end: reader.end } };
}

function named<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the archive does not hold ${name}`);
  return value;
}

function textTaker(done: (text: string) => void): Taker {
  const pieces: Buffer[] = [];
  // The piece belongs to a buffer that is used again.
  return { take: (piece) => pieces.push(Buffer.from(piece)), end: () => done(Buffer.concat(pieces).toString('utf8')) };
}

// -------------------------------------------------------------------------------------------------------------- layers

const whiteout = '.wh.';
/** Of a directory: nothing of what lower layers have in it is there. */
const opaque = '.wh..wh..opq';

/** The files of all layers, one over the other. */
export function applied(layers: readonly (readonly TarEntry[])[]): Map<string, ImageFile> {
  const files = new Map<string, ImageFile>();
  for (const layer of layers) {
    // A whiteout counts for lower layers only, wherever in its own it stands.
    hideLower(files, layer);
    const own = new Map<string, ImageFile>();
    for (const entry of layer) if (!nameOf(entry.path).startsWith(whiteout)) addTarEntry(own, entry, files);
    for (const [path, file] of own) files.set(path, file);
  }
  return files;
}

function hideLower(files: Map<string, ImageFile>, layer: readonly TarEntry[]): void {
  const gone = new Set<string>();
  const emptied = new Set<string>();
  for (const { path, type } of layer) {
    const [name, at] = [nameOf(path), absolute(path)];
    if (name === opaque) emptied.add(directoryOf(at));
    else if (name.startsWith(whiteout)) gone.add(absolute(`${directoryOf(at)}/${name.slice(whiteout.length)}`));
    else if (type !== 'dir' && files.get(at)?.type === 'dir') emptied.add(at);
  }
  if (gone.size + emptied.size === 0) return;
  for (const path of files.keys()) if (gone.has(path) || isBelow(path, gone) || isBelow(path, emptied)) files.delete(path);
}

function isBelow(path: string, directories: ReadonlySet<string>): boolean {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) if (directories.has(path.slice(0, at))) return true;
  return directories.has('/');
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
