import type { EntryKind, Path } from '../types.ts';
import type { Attributes } from './tree-rules.ts';
import type { Token } from './values.ts';

/** What somebody asked of an image tree and of the build context, and what they answered. */
export class Asked {
  readonly places = new Map<Path, Attributes>();
  readonly digests = new Map<Path, Token>();
  readonly contents = new Map<Path, Token>();
  readonly names = new Map<Path, string>();
  readonly contextRules = new Map<Path, string>();
  /** Files of the context: their texts and kinds. */
  readonly texts = new Map<Path, string | undefined>();
  readonly kinds = new Map<Path, EntryKind>();
  /** False if something else was asked as well. */
  isComplete = true;
}
