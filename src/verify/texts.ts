/** Contents of some files of an archive. */
import { absolute } from './image.ts';
import type { OpenFile } from './tar.ts';
import { contentHash } from './tar.ts';

/**
 * Keeps what an archive has at these paths with these hashes. An archive of layers may have a path more than once, of which
 * the hash tells the one that the image has.
 */
export function textCollector(files: ReadonlyMap<string, string>): { readonly open: OpenFile; readonly texts: ReadonlyMap<string, Buffer> } {
  const texts = new Map<string, Buffer>();
  const open: OpenFile = (written) => {
    const path = absolute(written);
    const wanted = files.get(path);
    if (wanted === undefined) return undefined;
    const pieces: Buffer[] = [];
    return {
      // The piece belongs to a buffer that is used again.
      take: (piece) => pieces.push(Buffer.from(piece)),
      end() {
        const content = Buffer.concat(pieces);
        if (contentHash(content) === wanted) texts.set(path, content);
      },
    };
  };
  return { open, texts };
}
