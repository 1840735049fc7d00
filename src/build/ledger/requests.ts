/** What the parts of the ledger say to each other. */
import type { Call, Effect, ImageView } from '../../commands/command.ts';
import type { Path } from '../../types.ts';
import type { StageState } from '../state.ts';
import type { Token, Values } from '../values.ts';

/** One effect of a command at the moment when it runs. */
export interface PerformedInstall {
  readonly state: StageState;
  readonly view: ImageView;
  readonly effect: Effect;
  readonly call: Call | null;
  /** The effect's own token. */
  readonly token: Token;
  /** Variables that are set, of those that the names (a trailing `*` stands for any rest) cover. */
  readonly environment: (names: readonly string[]) => readonly (readonly [string, string])[];
}

/** A `COPY --from` of another stage. */
export interface StageCopy {
  /** The stage that copies, and the one that it copies from, with its index. */
  readonly state: StageState;
  readonly stage: number;
  readonly from: StageState;
  readonly source: Path;
  /** Is it the only source of the instruction? */
  readonly alone: boolean;
  readonly destination: Path;
  readonly chown: string | null;
  readonly chmod: string | null;
}

/** What the claims of a fix allow. */
export interface LedgerOptions {
  /** Tools of the builder that the final image may do without (claim `tool-left-out`). */
  readonly leftOut: ReadonlySet<string>;
  /** Does a copy of packages into this stage count as bringing their console scripts (claim `scripts-added`)? */
  readonly bringsScripts: (stage: number, directory: Path) => boolean;
  readonly absent: readonly Path[];
}

/** A directory of wheels that one `pip wheel` made. */
export interface Wheels {
  /** The token of each requirement, by the requirement. */
  readonly elements: ReadonlyMap<Token, Token>;
  readonly base: Token;
  readonly withoutDependencies: boolean;
  readonly pre: boolean;
  /** May a wheel ask for a repository or an address? Then pip goes there, whatever `--no-index` says. */
  readonly mayLeadElsewhere: boolean;
}

/** What a ledger has seen so far. */
export interface Site {
  readonly values: Values;
  /** By the content of the directory. */
  readonly made: ReadonlyMap<Token, Wheels>;
  /** Lock files in the form of requirements, by content: the locked packages that they stand for. */
  readonly exported: Map<Token, Token>;
  /** Commands that write such files, by their own token. */
  readonly exports: Map<Token, Token>;
}

/** One requirement, or one file of requirements. */
export interface Item {
  readonly token: Token;
  /** The package, where the item is one. */
  readonly name: string | null;
  /** Does the item find its packages in a directory of wheels, by their names? */
  readonly byName: boolean;
}

/** What an install, or a making of wheels, asks for. */
export type Request =
  | { readonly kind: 'install'; readonly items: readonly Item[]; readonly circumstances: Token }
  | { readonly kind: 'wheels'; readonly items: readonly Item[]; readonly circumstances: Token; readonly directory: Path; readonly withoutDependencies: boolean; readonly pre: boolean; readonly mayLeadElsewhere: boolean }
  | { readonly kind: 'from-wheels'; readonly elements: readonly Token[] };
