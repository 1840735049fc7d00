/** What the sections of a pull request's text are made from. */
import type { DockerfileImpact } from '../../report/impact.ts';
import type { FileReport } from '../../report/report.ts';
import { code, link } from '../../report/inert-markdown.ts';

export interface Subject {
  /** The files of which something is said, with paths from the root of the repository. */
  readonly files: readonly FileReport[];
  /** Of each transform that changed something: what it does, and why. */
  readonly transforms: readonly { readonly id: string; readonly title: string; readonly why: string; readonly mustGain: boolean }[];
  /** What the history says; or why it says nothing. */
  readonly impact: readonly DockerfileImpact[] | string;
  /** The page that shows a line as it was. */
  readonly lineUrl: (path: string, line: number) => string;
}

/** A part of the text, in Markdown. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  /** Lines that may be left out where the text gets too long come last; at least so many stay. */
  readonly least: number;
}

/** A file and a line of it, as a link; with a name that not all readers of Markdown take in a link, without. */
export function place({ lineUrl }: Subject, path: string, line: number): string {
  const text = `${code(path)} line ${line}`;
  return /[`[\]()<>]|\p{Cc}/u.test(path) ? text : link(text, lineUrl(path, line));
}

export const longestMessage = 600;
