/** What a RUN is carried out with, and what comes out of it. */
import type { Call, Effect, ImageView } from '../commands/command.ts';
import { dependenciesOnlyOf } from '../commands/index.ts';
import type { Script, Step } from '../dockerfile/shell.ts';
import { lineBreakStart, withoutIndentation } from '../edit/lines.ts';
import type { Path, Span } from '../types.ts';
import type { Place } from './places.ts';
import type { ContextSource, StageState } from './state.ts';
import type { OnlyCall } from './remembered-calls.ts';
import type { Token } from './values.ts';
import type { Surroundings } from './view.ts';
import { viewOf } from './view.ts';

/** A command of a RUN, as it was carried out. */
export interface ExecutedCommand {
  /** The step of the script that holds it; null for exec form. */
  readonly step: Step | null;
  readonly call: Call | null;
  /** `cd`, `export`, `set`: what follows in the RUN needs it. */
  readonly changesShell: boolean;
  readonly effects: readonly ExecutedEffect[];
  readonly opaque: string | null;
  /** What the command saw. Valid only while the build is at this step: kept for proposing dependencies-only installs. */
  readonly dependenciesOnly: ReturnType<typeof dependenciesOnlyOf>;
  readonly isPackageManager: boolean;
  readonly cwd: string;
}

export interface ExecutedEffect {
  readonly effect: Effect;
  readonly token: Token;
  /** Files and directories of the context that were read. */
  readonly reads: readonly ContextRead[];
  /** Those whose content decides the result although a command changes it, this one or one before it. */
  readonly changed: readonly ContextSource[];
  /** Of a confined command: what its folder holds when it begins. */
  readonly folder?: Token;
  /** Of an install that runs scripts of packages: what of the project is there when it begins. */
  readonly project?: Token;
}

/** A file (or, if deep, directory) of the context that a command reads, and where in the image it reads it. */
export interface ContextRead extends ContextSource {
  readonly at: Path;
}

export interface ExecutedRun {
  readonly commands: readonly ExecutedCommand[];
  /** Places written, deep or not. */
  readonly written: readonly Place[];
  /** Why the RUN reads and changes everything; null if it does not. */
  readonly opaque: string | null;
  /** From the first command that is not understood on: its text, directory and variables. */
  readonly rest: readonly string[] | null;
  /** The script; null for exec form and for what is no POSIX shell. */
  readonly script: Script | null;
}

export interface Runner {
  readonly state: StageState;
  readonly surroundings: Surroundings;
  readonly view: ImageView;
  readonly commands: ExecutedCommand[];
  readonly written: Place[];
  /** Called with each path before it is written for the first time or again. */
  readonly beforeWrite: (path: Path) => void;
  readonly stands: ReadonlyMap<number, Stand> | null;
  /** The Dockerfile's text, for what is not followed command by command. */
  readonly text: string;
  /** The shell, and what the flags of the RUN give to its commands (network, security, ssh). */
  readonly circumstances: string;
  /** Variables whose value only the running script knows: the variable of a loop, or what was made from it. */
  readonly unknown: Set<string>;
  /** What the words of the current command were made from: `$(id -u app)` reads the users. */
  substituted: Place[];
  /** Why a substitution among the words of the current command is not understood: it may run anything. */
  readonly unread: string[];
  stopsOnError: boolean;
  /** Has the script come to an `exit`? Whether what follows runs is not followed. */
  left: boolean;
  /** Text from the first command that is not understood to the end; with where and with which variables it runs. */
  rest: readonly string[] | null;
  /** Where the RUN is one call, and its text says all that it is (see remembered-calls.ts). */
  readonly only: OnlyCall | null;
}

/**
 * What a command counts as where two builds are compared modulo a translation: the same on both sides. Words are a
 * command of its own, which is run in its place.
 */
export interface Stand {
  /** Its name, where the RUN is not followed; empty for what counts as nothing. */
  readonly text: string;
  readonly parts: (view: ImageView) => readonly (Effect | readonly string[])[];
}

/** What a RUN gets from its instruction. */
export interface RunSetting {
  /** Commands that count as something else, by where they start; null where nothing is translated. */
  readonly stands: ReadonlyMap<number, Stand> | null;
  readonly beforeWrite: (path: Path) => void;
  readonly text: string;
  readonly circumstances: string;
  readonly stopsOnError: boolean;
  /** Variables that a mount sets (a secret with `env=`). */
  readonly variables: readonly (readonly [string, string])[];
}

/** The text of a span, with continuations and indentation folded: those of the Dockerfile never reach a command. */
export function sourceText(runner: Runner, span: Span): string {
  const lines = runner.text.slice(span.start, span.end).split('\n');
  const pieces = lines.map((line, index) => withoutIndentation(index < lines.length - 1 ? line.slice(0, lineBreakStart(line, line.length)) : line)).filter((piece) => piece !== '');
  // Without an escape character a line ends a command of a here-document.
  return pieces.map((piece, index) => (index === pieces.length - 1 ? piece : `${piece}${/[\\`][ \t]*$/.test(piece) ? ' ' : '\n'}`)).join('').trim();
}

/** The same with variables that hold for one command or one round of a loop only. */
export function withVariables(runner: Runner, local: ReadonlyMap<string, string | null>): Runner {
  const surroundings: Surroundings = { cwd: runner.surroundings.cwd, variables: new Map([...runner.surroundings.variables, ...local]) };
  return { ...runner, surroundings, view: viewOf(runner.state, surroundings) };
}
