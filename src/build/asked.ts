import type { Path } from '../types.ts';
import { isRegion, isWithin } from './places.ts';
import type { Attributes } from './tree-rules.ts';
import type { Token } from './values.ts';

/** What somebody asked of an image tree and of the build context, and what they answered. */
export class Asked {
  readonly places = new Map<Path, Attributes>();
  readonly others: OtherAnswer[] = [];
  /** What parts of the work asked that have served others as well. */
  readonly parts: Asked[] = [];
  /** False if something was asked that cannot be asked again so. */
  isComplete = true;
  /** What was written to the tree, of which so much when the answers were right. */
  written: readonly Path[] | null = null;
  writes = 0;
  /** The last path that was found to change no answer: installs write to the same ones. Ask only when all has been asked. */
  private harmless: Path | null = null;

  /** May writing to a path have changed an answer? A region is nothing but itself and a part of what lies around it. */
  isTouchedBy(path: Path): boolean {
    if (path === this.harmless) return false;
    if (!isRegion(path) || this.places.has(path)) return true;
    for (const other of this.others) if (isWithin(path, other.path)) return true;
    this.harmless = path;
    return false;
  }
}

export interface OtherAnswer {
  /** `text`, `kind` and `presence` are those of files of the context. */
  readonly question: 'digest' | 'content' | 'names' | 'context-rules' | 'text' | 'kind' | 'presence';
  readonly path: Path;
  readonly answer: Token | string | undefined;
}
