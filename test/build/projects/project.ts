/** What a small project for the build tests is. The projects themselves are in the other files of this folder. */
import type { ProjectFile } from '../../support/engine.ts';
import type { Path } from '../../../src/types.ts';

/** A file as `writeProject` takes it, or bytes that are not text. */
export type BuildProjectFile = ProjectFile | { readonly bytes: Uint8Array };

/**
 * What dockfix does with a project: the Dockerfile changes; only an ignore file is made or gets more patterns; nothing
 * changes (such projects are there for what the model predicts of them). No context is found for none of them.
 */
export type Outcome = 'rewritten' | 'ignore file' | 'left alone' | 'context unknown';

export interface BuildProject {
  /** Unique, in the form of a file name. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly files: Readonly<Record<Path, BuildProjectFile>>;
  /** `transform.key` and its value, as `--option` gives them. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Files that are changed after the cold builds, one at a time. In a rewritten project the first one is source: after
   * its change the rewritten Dockerfile runs fewer installs than the original one.
   */
  readonly changes: readonly [Path, ...Path[]];
  /** Text of a RUN that counts as an install there: what copy-by-change is for. The fixes that rest on an assumption are made. */
  readonly slowRun?: string;
  /** The original command runs again after each change, as it did, but finds the dependencies installed. */
  readonly installsAgain?: boolean;
  /** The images have no Python, by which their files are read quickly. */
  readonly withoutPython?: boolean;
}

/** Joins lines to a text file. */
export function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** A module that any project may have as its source. */
export const appSource = lines('"""The application."""', 'import sys', '', 'print("started with", sys.version_info[:2])');

/** Requirements with the project's name in them: no two projects share a cached layer. */
export function requirements(project: string, ...names: readonly string[]): string {
  return lines(`# ${project}`, ...names);
}
