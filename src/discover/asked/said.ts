/** What the readers of scripts, documents and settings say of builds, before it is known which Dockerfiles are meant. */
import type { Path, Tree } from '../../types.ts';
import { directoryOf } from '../declared.ts';
import type { AskedBuild } from '../docker-build.ts';
import { unknownPart } from '../docker-build.ts';

export type Files = Pick<Tree, 'kind' | 'read'>;

/** The tree, and the Dockerfiles that it is known to hold. */
export interface Surroundings {
  readonly tree: Files;
  readonly dockerfiles: readonly Path[];
}

/** Something that a file says of one build, with unknown parts in its words. */
export interface SaidBuild extends AskedBuild {
  readonly kind: 'build';
  readonly line: number;
  /** As it is written, for messages. */
  readonly written: string;
  /** Directories that its paths may start from. */
  readonly from: readonly Path[];
  /** Does the Dockerfile's path start from the context? Settings of tools differ in that. */
  readonly dockerfileFrom: 'base' | 'either';
}

/** A build by a compose file that has another name than such files have. */
export interface SaidFile {
  readonly kind: 'compose-file';
  readonly line: number;
  readonly written: string;
  readonly from: readonly Path[];
  readonly file: string;
  /** Is it surely a build, and not only a start of what may be there already? */
  readonly isBuild: boolean;
}

/** What speaks of a build and is not understood. */
export interface Obscure {
  readonly kind: 'obscure';
  readonly line: number;
  readonly written: string;
}

export type Said = SaidBuild | SaidFile | Obscure;

/** Begins a path from the root of the repository. */
export const fromRoot = '\uFFFE';

/** A quick look that spares most files the long one. */
export function speaksOfBuilds(text: string): boolean {
  return programs.test(text) && /build|bake|bud|compose|docker_?-?file|docker@\d|executor|artifacts/i.test(text);
}

const programs = /docker|podman|buildah|nerdctl|finch|kaniko|skaffold|container_?(?:tool|engine|cmd|runtime|cli)/i;

/** As messages quote it: in one line, and not too long. */
export function quoted(written: string): string {
  return written.slice(0, 400).replaceAll(unknownPart, '…').replaceAll(fromRoot, '').replace(/\s+/g, ' ').trim().slice(0, 80);
}

/** A makefile is run where it lies, or included further up; scripts are run from anywhere above. */
export function startsOf(path: Path): readonly Path[] {
  const own = directoryOf(path);
  const above: Path[] = [];
  for (let at = own; at !== ''; at = directoryOf(at)) above.push(at);
  const all = [...above, ''];
  return /^(?:\.github|\.circleci|\.gitlab|\.azure|\.buildkite|\.woodpecker|\.semaphore|\.drone|ci)(?:\/|$)/.test(own) ? all.toReversed() : all;
}
