/** One run of `verify`: what is asked of it, what it has made, and how that goes again. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Path } from '../types.ts';
import { diskFault, removeDirectory } from './copy.ts';
import type { Engine } from './engine.ts';
import { VerifyError } from './fault.ts';
import type { CommandSettings } from './run-commands.ts';

/** What the command line says of all builds. */
export interface BuildSettings {
  /** Null: the value comes from the environment. */
  readonly args: ReadonlyMap<string, string | null>;
  /** Null: the targets that the build declares. */
  readonly target: string | null;
  readonly platform: string | null;
  readonly secrets: readonly string[];
  readonly network: string | null;
  /** For each command of the engine. */
  readonly timeoutSeconds: number;
}

/** One run of `verify`: what it makes carries its name, and goes when it ends. */
export interface Session {
  readonly id: string;
  readonly engine: Engine;
  readonly settings: BuildSettings;
  /** What is run in the images. */
  readonly run: CommandSettings;
  readonly signal: AbortSignal;
  /** Are the images to stay? */
  readonly keep: boolean;
  /** Hears what is being done. */
  readonly onProgress: (progress: VerifyProgress) => void;
  readonly made: Made;
}

/** What a session has made so far. */
export interface Made {
  /** How often an image was begun to be verified. */
  verified: number;
  /** Tags of images that stay. */
  readonly kept: string[];
  /** Temporary directories that are there. */
  readonly directories: Set<string>;
}

export interface VerifyProgress {
  readonly dockerfile: Path;
  /** `the original, cold`. */
  readonly what: string;
  /** 1-based, of all that is done for one image. */
  readonly number: number;
  readonly of: number;
  /** As BuildKit names it; null before the first one. */
  readonly step: string | null;
}

function makeTemporaryDirectory(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'dockfix-verify-'));
  } catch (error) {
    const fault = diskFault(error);
    throw fault instanceof VerifyError ? fault : new VerifyError('not-verifiable', `no temporary directory can be made: ${String(error instanceof Error ? error.message : error)} (TMPDIR names another place)`);
  }
}

export async function inTemporaryDirectory<Result>({ made }: Session, work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = makeTemporaryDirectory();
  made.directories.add(directory);
  try {
    return await work(directory);
  } finally {
    removeDirectory(directory);
    made.directories.delete(directory);
  }
}

/** Removes what a session made and was not asked to keep. It waits for nothing. Says what is left; null if nothing is. */
export function cleanUp(session: Session): string | null {
  const { made: { verified, kept, directories }, engine } = session;
  for (const directory of directories) removeDirectory(directory);
  directories.clear();
  return verified === 0 ? null : engine.removeLabelled(labelOf(session), kept);
}

function labelOf({ id }: Session): string {
  return `${labelName}=${id}`;
}

export const labelName = 'dockfix.verify';
