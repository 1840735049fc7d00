import type { Place } from '../build/places.ts';
import type { Path, Refusal, Span } from '../types.ts';

/**
 * What commands do. Each tool is one module that turns a call of it into effects; the symbolic build knows no tool by
 * name. A module answers for what it says: a read that it forgets can make a wrong rewrite look right.
 */

/** One argument of a call, after expansion. */
export interface Argument {
  /** The value; it may hold symbols (see `places.ts`) for what is only known when the image is built. */
  readonly text: string;
  /** False if the value depends on something that cannot be named (a substitution, a glob that may match anything). */
  readonly known: boolean;
  /** An unquoted `*`, `?` or `[…]` stands in the argument; `text` then is the pattern. */
  readonly glob: boolean;
  readonly raw: string;
  readonly span: Span;
}

/** A simple command, with wrappers (`sudo`, `env A=b`, `exec`, `python -m`) already taken off. */
export interface Call {
  /** The program's base name; `python -m pip` is `pip`, with `interpreter` set. */
  readonly program: string;
  /** As written, if it was a path: `/opt/venv/bin/pip`. */
  readonly programPath: string | null;
  /** The interpreter of `python3.11 -m pip`, as written. */
  readonly interpreter: string | null;
  readonly args: readonly Argument[];
  /** From the first word (assignments and wrappers included) to the last word, redirections excluded. */
  readonly span: Span;
}

/** What a command does at a place. */
export interface Write {
  readonly place: Place;
  /**
   * `set`: the result does not depend on what was there. `edit`: it does. `add`: joins what is there; a repeat is free.
   * `remove`: it is gone. `make-directory`: as `mkdir -p`. `copy`: one file as it is at `from`. `link`: a symbolic link, through which
   * what is written later goes elsewhere.
   */
  readonly how: 'set' | 'edit' | 'add' | 'remove' | 'make-directory' | 'copy' | 'link';
  readonly from?: Path;
  /** A lock file in step with its manifest, which an install writes anew if at all in another spelling (the claim `lock-kept`). */
  readonly inStep?: true;
  /** The program makes the directory that it writes into. */
  readonly makesParent?: true;
  /** Only the owner or only the mode changes. */
  readonly only?: 'owner' | 'mode';
}

/** What kind of work a step is, for messages and for asking what a rewrite is worth. */
export type StepKind = 'install' | 'os-packages' | 'project-install' | 'build' | 'files' | 'users' | 'observe' | 'run';

export interface Effect {
  /** What is done, apart from what is read: two effects with equal `does` and equal reads write the same. */
  readonly does: string;
  readonly kind: StepKind;
  readonly reads: readonly Place[];
  /** Names of environment variables that decide the result; a trailing `*` stands for any rest. */
  readonly env: readonly string[];
  readonly writes: readonly Write[];
  /** The user does not matter (an observer, say). Elsewhere the token includes the user. */
  readonly anyUser?: boolean;
  /** Where commands look for what it fetched, which fetch what they do not find: Go's cache of modules. */
  readonly fetchedInto?: Path;
  /** It only fetches what repositories hold, and installs nothing: of no use without what comes after it. */
  readonly onlyRefreshes?: true;
  /** Scripts of packages that an install runs, of which it is not known that they read nothing else of the project. */
  readonly packageScripts?: PackageScripts;
  /** Written files have no includes of their own: a requirements file that `poetry export` made. */
  readonly selfContained?: boolean;
  /** A command that is not understood: of the project it is taken to read no more than `place`, which is `source` of the context (see build/confined.ts). */
  readonly confinedTo?: { readonly place: Path; readonly source: Path };
}

/** Install scripts that run where the packages of a lock file are installed (the claim `install-scripts-trusted`). */
export interface PackageScripts {
  readonly lock: Path;
  /** The packages that have them; null where the lock does not say. */
  readonly packages: readonly string[] | null;
  /** What of the image may be a part of the project. */
  readonly project: Path;
}

/** A call that is not understood: it reads everything and changes everything. */
export interface Opaque {
  readonly kind: 'opaque';
  readonly because: string;
  /** What it surely does before it comes to that: packages are there before scripts of the project run. */
  readonly first?: readonly Effect[];
}

export interface Effects {
  readonly kind: 'effects';
  readonly effects: readonly Effect[];
  /** The rest of the RUN runs with this directory or these variables (cd, export, activate). */
  readonly cwd?: Path;
  readonly variables?: ReadonlyMap<string, string | null>;
}

export type Outcome = Effects | Opaque;

/** What a command module sees of the image at the moment of the call. */
export interface ImageView {
  /** Absolute; a symbol if the base image decides it and is not known. */
  readonly cwd: Path;
  readonly user: string;
  readonly home: Path;
  /** The value of an environment variable: null if it is not set, undefined if the base image may set it. */
  readonly variable: (name: string) => string | null | undefined;
  /** Is there something at a path? `unknown`: the base image, or a command that is not understood, decides. */
  readonly presence: (path: Path) => 'yes' | 'no' | 'maybe' | 'unknown';
  /** The text of a file that is an unmodified copy of a file of the context; undefined otherwise. */
  readonly text: (path: Path) => string | undefined;
  /** Names in a directory as far as the context put them there; `complete` if nothing else can be there. */
  readonly list: (path: Path) => { readonly names: readonly string[]; readonly complete: boolean };
  /** What the commands say that put packages into a region, the latest first; nothing of what is behind a command that is not understood. */
  readonly installedBy: (region: Path) => readonly string[];
  /** Was the file written by a command that never writes includes (see `selfContained`)? */
  readonly isSelfContained: (path: Path) => boolean;
  /** `path` resolved against the working directory, `~` and `$HOME` included. */
  readonly resolve: (path: string) => Path;
  /** The prefix of the Python that a program name finds on PATH: `/usr/local`, `/opt/venv`, …; a symbol if not known. */
  readonly pythonPrefix: (programPath: string | null) => Path;
  /** The C library of the base image; null if it is not known. */
  readonly libc: 'glibc' | 'musl' | null;
  /** What FROM says of the platform (`linux/arm64`); null if it says nothing. */
  readonly platform: string | null;
  /** See `remembered`. A view of which single functions were replaced has none. */
  readonly remembered?: <Result>(question: string, work: () => Result) => Result;
}

/** What `work` finds out by nothing but the view, which keeps it as long as it would come out the same. It must not be changed. */
export function remembered<Result>(view: ImageView, question: string, work: () => Result): Result {
  return view.remembered ? view.remembered(question, work) : work();
}

/** A command that installs the dependencies only, so that the original can run unchanged after the source is there. */
export interface DependenciesOnly {
  readonly kind: 'dependencies-only';
  /** The command line that replaces the call. */
  readonly text: string;
  /** Does the original still have something to do (install the project itself)? If not it is dropped. */
  readonly originalStillNeeded: boolean;
}

export interface Tool {
  readonly id: string;
  /** Does the program belong to this tool? */
  readonly recognises: (program: string) => boolean;
  readonly effects: (call: Call, view: ImageView) => Outcome;
  /** It installs a project's dependencies; a call of it that is not understood is said, not passed over. */
  readonly isPackageManager?: boolean;
  /** Its subcommands that do that, where they are called otherwise than those of most; an empty one for a call without. */
  readonly installWords?: ReadonlySet<string>;
  /** How to install only the dependencies; null where the call is no install. `outcome` is what `effects` says of it, where that is known. */
  readonly dependenciesOnly?: (call: Call, view: ImageView, outcome?: Outcome) => DependenciesOnly | Refusal | null;
  /** Paths that the tool leaves in a project folder, as ignore-file patterns. */
  readonly leftovers?: readonly string[];
}

/** A view as a plain object, of which single functions can be replaced. */
export function functionsOf({ cwd, user, home, variable, presence, text, list, installedBy, isSelfContained, resolve, pythonPrefix, libc, platform }: ImageView): ImageView {
  return { cwd, user, home, variable, presence, text, list, installedBy, isSelfContained, resolve, pythonPrefix, libc, platform };
}

export function opaque(because: string, first: readonly Effect[] = []): Opaque {
  return first.length === 0 ? { kind: 'opaque', because } : { kind: 'opaque', because, first };
}

/** What is known of what a call does. */
export function knownEffects(outcome: Outcome): readonly Effect[] {
  return outcome.kind === 'effects' ? outcome.effects : (outcome.first ?? []);
}

export function effects(...list: readonly Effect[]): Effects {
  return { kind: 'effects', effects: list };
}

/** An effect that looks and changes nothing. */
export function observes(does: string, reads: readonly Place[] = []): Effect {
  return { does, kind: 'observe', reads, env: [], writes: [], anyUser: true };
}

export function file(path: Path): Place {
  return { path, deep: false };
}

export function everythingBelow(path: Path): Place {
  return { path, deep: true };
}

/** Everything below a path with its owners and modes. */
export function wholeTree(path: Path): Place {
  return { path, deep: true, attributes: true };
}
