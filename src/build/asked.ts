import type { Path } from '../types.ts';
import type { Attributes } from './tree-rules.ts';
import type { Token } from './values.ts';

/** What somebody asked of an image tree and of the build context, and what they answered. */
export class Asked {
  readonly places = new Map<Path, Attributes>();
  readonly others: OtherAnswer[] = [];
  /** False if something was asked that cannot be asked again so. */
  isComplete = true;
}

export interface OtherAnswer {
  /** `text` and `kind` are those of files of the context. */
  readonly question: 'digest' | 'content' | 'names' | 'context-rules' | 'text' | 'kind';
  readonly path: Path;
  readonly answer: Token | string | undefined;
}
