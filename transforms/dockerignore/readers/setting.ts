import type { Path } from '../../../src/types.ts';
import type { Arrival } from '../arrivals.ts';
import type { Interest } from '../known-programs.ts';
import type { Piece, Run } from '../runs.ts';
import type { Survey } from '../survey.ts';
import { nameOf } from '../survey.ts';

/** `reads`: it does, and the sentence says which. `unknown`: nothing shows that it does not. */
export type Answer = null | { readonly kind: 'reads' | 'unknown'; readonly because: string };

/** What the runs of an arrival are judged with. */
export interface Setting {
  readonly arrival: Arrival;
  /** Directories of the image that hold repositories of their own: what `git clone` made. */
  readonly cloned: ReadonlySet<Path>;
  readonly survey: Survey;
  readonly interest: Interest;
  /** Scripts and targets that were looked at. */
  readonly seen: Set<string>;
  /** The answer for what a run starts in turn: the first that reads, else the first that is not known. */
  readonly follow: (pieces: readonly Piece[]) => Answer;
}

/** Whether a program that is known looks at something, by its words and the manifests of the project. */
export type Judge = (run: Run, setting: Setting) => Answer;

/** What an interest is called in a sentence. */
export function thing(interest: Interest): string {
  return interest === 'git' ? '.git' : interest === 'environment' ? '.env' : 'files such as Dockerfiles';
}

/** The manifests of that name in what is copied. */
export function manifestsNamed(name: string, survey: Survey): readonly Path[] {
  return (survey.byName.get(name) ?? []).filter((path) => nameOf(path) === name);
}
