import type { Path } from '../types.ts';
import type { Environment } from './environment.ts';
import { ExposureList, GrowingList } from './exposure.ts';
import type { ImageTree } from './image-tree.ts';
import type { VersionedContext } from './tree-rules.ts';
import { cloneTree } from './image-tree.ts';
import type { Token, Values } from './values.ts';
import type { Ledger } from './ledger.ts';

/** What an image says of itself beside its files. */
export interface ImageConfig {
  /** In the order of last assignment, which is part of BuildKit's cache key. */
  readonly env: Map<string, string>;
  user: string;
  cwd: Path;
  /** CMD, ENTRYPOINT, STOPSIGNAL, HEALTHCHECK, SHELL, MAINTAINER: the text of the last one. */
  readonly single: Map<string, string>;
  readonly labels: Map<string, string>;
  readonly ports: Set<string>;
  readonly volumes: Set<string>;
  readonly triggers: string[];
}

/** What is known of the base image of a stage. */
export interface BaseImage {
  readonly token: Token;
  readonly standard: boolean;
  /** Variables that the base is known to set. */
  readonly env: ReadonlyMap<string, string>;
  /** May it set this variable, too? */
  readonly maySet: (name: string) => boolean;
  /** A distribution or language image of which all directories of its own are known. */
  readonly isPlain: boolean;
  /** The prefix of its Python; null if it has none or it is not known. */
  readonly pythonPrefix: Path | null;
  /** Null if it is not known. */
  readonly libc: 'glibc' | 'musl' | null;
  /** What `FROM --platform=` says; null without it. */
  readonly platform: string | null;
}

/** Files of the context that a step depends on through its cache key, or reads. */
export interface ContextSource {
  readonly path: Path;
  /** Everything below the path as well. */
  readonly deep: boolean;
}

/** A step that comes before another one and brings files of the context into its cache key. */
export interface Exposure extends ContextSource {
  /** Line of the instruction that brings it. */
  readonly line: number;
}

export interface StageState {
  readonly values: Values;
  readonly context: VersionedContext;
  readonly base: BaseImage;
  readonly tree: ImageTree;
  readonly config: ImageConfig;
  /** ARGs in scope; null: declared without a value. */
  readonly args: Map<string, string | null>;
  /** The defaults of arguments that are taken as unknown. */
  readonly hints: ReadonlyMap<string, string | null>;
  /** Tokens of files that their command made without includes. */
  readonly selfContained: Set<Token>;
  /** Sees packages as what they are made from, where a claim allows it. */
  readonly ledger: Ledger | null;
  /** What the cache key of the next step holds of the context. */
  readonly exposures: ExposureList;
  /** ARGs (by name) that the cache key of the next RUN holds, whether or not they have a value here. */
  readonly argsInKey: GrowingList<string>;
  /** All variables of the next RUN; null after an ENV or ARG, until somebody asks. */
  environment: Environment | null;
  key: Token;
}

/** The state at the start of `FROM stage`. Step by step it goes its own way. */
export function inherit(state: StageState, context: VersionedContext, hints: ReadonlyMap<string, string | null>): StageState {
  const { config } = state;
  const single = new Map(config.single);
  // An ENTRYPOINT of the child drops a CMD that it only inherited.
  const command = single.get('CMD');
  if (command !== undefined) single.set('inherited CMD', command);
  single.delete('CMD');
  return {
    ...state,
    context,
    hints,
    tree: cloneTree(state.tree),
    config: {
      ...config,
      env: new Map(config.env),
      single,
      labels: new Map(config.labels),
      ports: new Set(config.ports),
      volumes: new Set(config.volumes),
      triggers: [],
    },
    args: new Map(state.args),
    exposures: state.exposures.copy(),
    argsInKey: new GrowingList(state.argsInKey.items),
    selfContained: new Set(state.selfContained),
  };
}

/** The same stage with other steps before it that run it again; what it makes of its image is shared. */
export function startedAgain({ values, context, base, tree, config, args, hints, selfContained, ledger, environment }: StageState, own: Pick<StageState, 'exposures' | 'argsInKey' | 'key'>): StageState {
  const { exposures, argsInKey, key } = own;
  return { values, context, base, tree, config, args, hints, selfContained, ledger, exposures, argsInKey, environment, key };
}

export function freshConfig(user: string, cwd: Path): ImageConfig {
  return { env: new Map(), user, cwd, single: new Map(), labels: new Map(), ports: new Set(), volumes: new Set(), triggers: [] };
}
