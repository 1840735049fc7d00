/** What builds: an engine as `verify` needs it. Nothing is ever pushed. */
import type { BuiltImage } from './image.ts';
import type { CommandRun } from './outputs.ts';
import type { Control } from './program.ts';
import type { BuildStep } from './progress.ts';

/** One engine, behind its command line. What is not there, or does not answer, throws a VerifyError. */
export interface Engine {
  /** Its name with its version: `docker 26.1.5`. Throws if it cannot build, or has gone. */
  readonly version: () => string;
  /** A name under which it holds an image that was built here, from one that is unique among all. */
  readonly tagFor: (name: string) => string;
  /** Builds an image and keeps it. A failed build is a result (`ok: false`, the reason at the end of `log`), not an exception. */
  readonly build: (request: BuildRequest, control?: Control) => Promise<BuildResult>;
  /** Files, configuration and size of an image (an id or a tag). */
  readonly readImage: (image: string, control?: Control) => Promise<BuiltImage>;
  /** Contents of files of an image: of those, by their paths and hashes, that can be read. */
  readonly readTexts: (image: string, files: ReadonlyMap<string, string>, control?: Control) => Promise<ReadonlyMap<string, Buffer>>;
  /** Runs a command once, in a container that goes again. One that takes too long is a result without an exit code. */
  readonly runCommand: (request: CommandRequest, control?: Control) => Promise<CommandRun>;
  /** Removes tags, and the images that no other tag has. */
  readonly removeTags: (tags: readonly string[]) => Promise<void>;
  /**
   * Ends every command that still runs, and removes the containers and images that have a label, but for images with the
   * tags given. It waits for nothing, so that it can be called where a process ends. Says what is left, for people; null
   * if nothing is.
   */
  readonly removeLabelled: (label: string, keep: readonly string[]) => string | null;
  /** An ignore file that it prefers to .dockerignore, and that dockfix does not read; null if there is none such. */
  readonly ownIgnoreFile: string | null;
  /** What to do about a build that failed, if its log says so; null if it is the Dockerfile that is broken. */
  readonly adviceFor: (log: string) => string | null;
  /** What becomes of the build cache, for people. */
  readonly aboutCache: string;
}

/** What is left where an engine did not remove what it was told to. */
export function notRemoved(label: string): string {
  return `the engine did not remove what was built: it has the label ${label}`;
}

/** A command to be run without a network, with the user, the directory and the environment of the image, and without its entrypoint. */
export interface CommandRequest {
  /** An id. */
  readonly image: string;
  readonly words: readonly [program: string, ...args: string[]];
  /** That the image was built for, if it was asked for. */
  readonly platform: string | null;
}

export interface BuildRequest {
  /** The directory that is sent, and the Dockerfile; paths of the operating system. */
  readonly context: string;
  readonly dockerfile: string;
  /** The ignore file that counts; null if the build has none. */
  readonly ignoreFile?: string | null;
  /** Where a builder that is not asked for it afterwards writes the id of the image. */
  readonly idFile: string;
  readonly tag: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
  /** Null: the value comes from the environment. */
  readonly args?: ReadonlyMap<string, string | null>;
  readonly platform?: string;
  /** As `docker build --secret` takes them. */
  readonly secrets?: readonly string[];
  readonly network?: string;
  /**
   * Runs every step anew (but WORKDIR, which BuildKit takes from its cache even then). Two cold builds of the same
   * steps must not run at the same time: BuildKit would run each step once for both, and their images would not show
   * what differs between builds.
   */
  readonly noCache?: boolean;
  /** Hears the name of each step that begins to run. */
  readonly onStep?: (name: string) => void;
}

export interface BuildResult {
  readonly ok: boolean;
  /** The steps of all stages that were built, in the order of each stage. */
  readonly steps: readonly BuildStep[];
  /** What the commands printed, and the builder's own messages and errors. */
  readonly log: string;
  readonly seconds: number;
  /** Null if the build failed. */
  readonly imageId: string | null;
}
