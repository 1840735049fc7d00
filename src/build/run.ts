import { callOf, dependenciesOnlyOf, effectsOf, isPackageManager, isSystemTool } from '../commands/index.ts';
import type { Argument, Call, Effect, ImageView, Outcome, StepKind, Write } from '../commands/command.ts';
import { effects, file, opaque } from '../commands/command.ts';
import { readPlaces } from '../commands/operands.ts';
import type { Command, Redirect, Script, ShellNode, Step, Word, WordPart } from '../dockerfile/shell.ts';
import { lineBreakStart, withoutIndentation } from '../edit/lines.ts';
import type { Path, Span } from '../types.ts';
import { change, contextFileOf, contentDigest, contextRulesAt, digest, directoryToken, ensureDirectory, lookUp, namesIn, remove, write } from './image-tree.ts';
import type { Place } from './places.ts';
import { accountsRegion, anchorOf, baseName, baseSymbol, isRegion, isSymbolic, isWithin, join, osRegion, parentOf, pythonRegion, readable, regionsBehind, regionsOf, standardDirectories, symbol } from './places.ts';
import type { ContextSource, StageState } from './state.ts';
import type { Token } from './values.ts';
import { add } from './values.ts';
import type { Surroundings } from './view.ts';
import { addPackages, scriptsRegion } from './ledger.ts';
import { pathDirectories, viewOf } from './view.ts';

/** A command of a RUN, as it was carried out. */
export interface ExecutedCommand {
  /** The step of the script that holds it; null for exec form. */
  readonly step: Step | null;
  readonly call: Call | null;
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

interface Runner {
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
  /** Commands that count as something else, by where they start; null if none does. */
  readonly stands: ReadonlyMap<number, Stand> | null;
  readonly beforeWrite: (path: Path) => void;
  readonly text: string;
  readonly circumstances: string;
  readonly stopsOnError: boolean;
  /** Variables that a mount sets (a secret with `env=`). */
  readonly variables: ReadonlyMap<string, string>;
}

/** Runs a script on a stage. The state is changed; the surroundings end with the RUN. */
export function runScript(state: StageState, script: Script, setting: RunSetting): ExecutedRun {
  const runner = start(state, setting);
  const because = runSteps(runner, script, false);
  return finish(runner, because, script);
}

/** Runs the words of an exec-form RUN. */
export function runWords(state: StageState, words: readonly string[], span: Span, setting: RunSetting): ExecutedRun {
  const runner = start(state, setting);
  const args = words.map((text): Argument => ({ text, known: true, glob: false, raw: text, span }));
  const because = runCall(runner, null, args, span, []);
  if (because !== null) runner.rest = words;
  return finish(runner, because, null);
}

function start(state: StageState, setting: RunSetting): Runner {
  const surroundings: Surroundings = { cwd: state.config.cwd, variables: new Map(setting.variables) };
  const { stands, beforeWrite, text, circumstances, stopsOnError } = setting;
  return { state, surroundings, view: viewOf(state, surroundings), commands: [], written: [], beforeWrite, stands, text, circumstances, unknown: new Set(), substituted: [], unread: [], stopsOnError, left: false, rest: null };
}

function finish(runner: Runner, opaque: string | null, script: Script | null): ExecutedRun {
  return { commands: runner.commands, written: runner.written, opaque, rest: runner.rest, script };
}

/** Null if all steps were understood; else the reason why the first was not. `ignored`: a failure of the whole is. */
function runSteps(runner: Runner, script: Script, ignored: boolean): string | null {
  const { steps } = script;
  const lastOfItsOwn = steps.findLastIndex((step) => step.joinedBy !== 'and');
  let maybeSkipped = false;
  for (const [index, step] of steps.entries()) {
    if (step.joinedBy !== 'and') maybeSkipped = false;
    const failureIgnored = ignored || (index < lastOfItsOwn && goesOnAfterFailure(runner, steps[index + 1]));
    const stand = runner.stands?.get(step.span.start);
    const because = reasonToStop(runner, step.node, maybeSkipped) ?? (stand ? runStand(runner, stand, step, failureIgnored) : runNode(runner, step.node, step, failureIgnored));
    maybeSkipped ||= failureIgnored && !surelySucceeds(step.node);
    if (because === null) continue;
    // Where a group was left in its middle, what comes after the group is left to do as well.
    runner.rest = [...(runner.rest ?? []), ...restOf(runner, { start: step.span.start, end: script.span.end }, steps.slice(index))];
    return because;
  }
  return null;
}

/** What comes after `exit`, and `a && A=b; c`: whether it is done depends on what ran before. */
function reasonToStop(runner: Runner, node: ShellNode, maybeSkipped: boolean): string | null {
  if (runner.left) return 'commands after `exit`';
  return maybeSkipped && setsState(node) ? 'a setting that depends on whether a command succeeds' : null;
}

/** Builtins that change what the rest of the RUN runs with. */
const settings = new Set(['cd', 'export', 'readonly', 'unset', 'set', 'umask', 'source', '.']);

function setsState(node: ShellNode): boolean {
  if (node.kind === 'group') return !node.subshell && node.body.steps.some((step) => setsState(step.node));
  return node.kind === 'command' && (node.words.length === 0 || settings.has(node.words[0]?.raw ?? ''));
}

/** A `cd` that may fail where that is passed over is not understood in the first place. */
function surelySucceeds(node: ShellNode): boolean {
  if (node.kind !== 'command' || node.redirects.length > 0) return false;
  return node.words.length === 0 || settings.has(node.words[0]?.raw ?? '') || ['true', ':', 'echo'].includes(node.words[0]?.raw ?? '');
}

/**
 * Does a script that has more to do go on after a step that fails? Within `a && b` it leaves the list; what comes after
 * `;` or a new line runs all the same, unless `set -e` is on and the step was the last of its list (POSIX, 2.14 `set`).
 */
function goesOnAfterFailure(runner: Runner, next: Step | undefined): boolean {
  return !runner.stopsOnError || next?.joinedBy === 'and';
}

/** What is left to do, and where: for a token of its own. */
function restOf(runner: Runner, span: Span, steps: readonly Step[] = []): readonly string[] {
  const { cwd, variables } = runner.surroundings;
  const set = [...variables].map(([name, value]) => `${name}=${value ?? ''}`).toSorted();
  const text = steps.some((step) => runner.stands?.has(step.span.start)) ? commonText(runner, steps) : sourceText(runner, span);
  return [text, cwd, `${runner.stopsOnError}`, ...set];
}

/** The text of a span, with continuations and indentation folded: those of the Dockerfile never reach a command. */
function sourceText(runner: Runner, span: Span): string {
  const lines = runner.text.slice(span.start, span.end).split('\n');
  const pieces = lines.map((line, index) => withoutIndentation(index < lines.length - 1 ? line.slice(0, lineBreakStart(line, line.length)) : line)).filter((piece) => piece !== '');
  // Without an escape character a line ends a command of a here-document.
  return pieces.map((piece, index) => (index === pieces.length - 1 ? piece : `${piece}${/[\\`][ \t]*$/.test(piece) ? ' ' : '\n'}`)).join('').trim();
}

/** Steps as a text in which a command that counts as something else has that name. */
function commonText(runner: Runner, steps: readonly Step[]): string {
  const pieces = steps.flatMap((step) => {
    const piece = runner.stands?.get(step.span.start)?.text ?? sourceText(runner, step.span);
    return piece === '' ? [] : [{ piece, joinedBy: step.joinedBy }];
  });
  return pieces.map(({ piece, joinedBy }, index) => (index === 0 ? piece : `${joinedBy} ${piece}`)).join(' ');
}

function runStand(runner: Runner, stand: Stand, step: Step, failureIgnored: boolean): string | null {
  const effects: ExecutedEffect[] = [];
  for (const part of stand.parts(runner.view)) {
    if ('does' in part) {
      effects.push(perform(runner, ignoring(failureIgnored, part), null));
      continue;
    }
    const because = runCall(runner, step, part.map((text): Argument => ({ text, known: true, glob: /[*?[]/.test(text), raw: text, span: step.span })), step.span, [], failureIgnored);
    if (because !== null) return because;
  }
  if (effects.length > 0) runner.commands.push({ step, call: null, effects, opaque: null, dependenciesOnly: null, isPackageManager: false, cwd: runner.surroundings.cwd });
  return null;
}

function runNode(runner: Runner, node: ShellNode, step: Step | null, failureIgnored: boolean): string | null {
  switch (node.kind) {
    case 'command':
      return runCommand(runner, node, step, failureIgnored);
    case 'group':
      return node.subshell || node.redirects.length > 0 ? runCompound(runner, node, step, failureIgnored) : runSteps(runner, node.body, failureIgnored);
    case 'opaque':
      return node.because;
    default:
      return runCompound(runner, node, step, failureIgnored);
  }
}

// --------------------------------------------------------------------------------------------------- simple commands

function runCommand(runner: Runner, command: Command, step: Step | null, failureIgnored: boolean): string | null {
  runner.substituted = [];
  runner.unread.length = 0;
  const words = command.words.flatMap((word) => expandWord(runner, word));
  if (words.length === 0) {
    for (const { name, value } of command.assignments) setVariable(runner, name, assignedValue(runner, value), value.raw);
    return command.redirects.length > 0 ? 'a redirection without a command' : (runner.unread[0] ?? null);
  }
  const local = new Map<string, string | null>();
  for (const { name, value } of command.assignments) local.set(name, assignedValue(local.size === 0 ? runner : withVariables(runner, local), value));
  const builtin = runBuiltin(runner, words, failureIgnored);
  if (builtin !== undefined) {
    const looks = builtin.kind === 'looks' ? [perform(runner, ignoring(failureIgnored, builtin.effect), null)] : [];
    const because = builtin.kind === 'opaque' ? builtin.because : (runner.unread[0] ?? surroundedBuiltin(runner, command, words));
    runner.commands.push({ step, call: null, effects: looks, opaque: because, dependenciesOnly: null, isPackageManager: false, cwd: runner.surroundings.cwd });
    return because;
  }
  if (local.size > 0 && words[0]?.text === ':') return 'assignments before `:`, which keeps them in some shells';
  const scope = local.size === 0 ? runner : withVariables(runner, local);
  const because = runCall(scope, step, words, command.span, command.redirects, failureIgnored);
  runner.surroundings.cwd = scope.surroundings.cwd;
  runner.rest = scope.rest;
  if (scope !== runner) for (const [name, value] of scope.surroundings.variables) if (!local.has(name)) runner.surroundings.variables.set(name, value);
  return because;
}

/** A builtin with assignments of its own keeps them in some shells; with redirections it reads or writes files. */
function surroundedBuiltin(runner: Runner, command: Command, words: readonly Argument[]): string | null {
  const [name = '', ...more] = words.map((word) => word.text);
  if (command.assignments.length > 0) return `assignments before \`${name}\``;
  const outcome = redirected(runner, effects(), callOf(words, command.span), command.redirects, runner.view);
  if (outcome.kind === 'opaque') return outcome.because;
  return outcome.effects.length > 0 || (more.length === 0 && name !== 'cd' && command.redirects.length > 0) ? `a redirection of \`${name}\`` : null;
}

/** What is made from a variable whose value is not known is not known either. */
function setVariable(runner: Runner, name: string, value: string | null, raw: string): void {
  const isUnknown = raw.includes('$') && (raw.match(/[A-Za-z_]\w*/g) ?? []).some((word) => runner.unknown.has(word));
  runner.surroundings.variables.set(name, value);
  if (isUnknown) runner.unknown.add(name);
  else runner.unknown.delete(name);
}

function assignedValue(runner: Runner, value: Word): string {
  const args = expandWord(runner, value, false);
  return args.every((arg) => arg.known) && runner.substituted.length === 0 ? joinedText(args) : namedValue(runner, value.raw);
}

/** A value that is not worked out, by its text and by all that decides it. */
function namedValue({ view, state, substituted }: Runner, raw: string): string {
  const variables = [...new Set(raw.match(/[A-Za-z_]\w*/g))].map((name) => `${name}=${view.variable(name) ?? ''}`);
  const places = substituted.map(({ path }) => lookUp(state.tree, path).data);
  return symbol([raw, ...variables, ...places].join(' '));
}

function withVariables(runner: Runner, local: ReadonlyMap<string, string | null>): Runner {
  const surroundings: Surroundings = { cwd: runner.surroundings.cwd, variables: new Map([...runner.surroundings.variables, ...local]) };
  return { ...runner, surroundings, view: viewOf(runner.state, surroundings) };
}

function joinedText(args: readonly Argument[]): string {
  return args.map((arg) => (arg.known ? arg.text : symbol(arg.raw))).join(' ');
}

function runCall(
  runner: Runner,
  step: Step | null,
  words: readonly Argument[],
  span: Span,
  redirects: readonly Redirect[],
  failureIgnored = false,
): string | null {
  const call = callOf(words, span);
  const scope = call.assignments.length === 0 ? runner : withVariables(runner, new Map(call.assignments));
  const { view } = scope;
  const outcome = understood(runner, redirected(scope, effectsOf(call, view), call, redirects, view));
  const dependenciesOnly = dependenciesOnlyOf(call, view);
  const cwd = runner.surroundings.cwd;
  if (outcome.kind === 'opaque') {
    runner.commands.push({ step, call, effects: [], opaque: outcome.because, dependenciesOnly, isPackageManager: isPackageManager(call), cwd });
    return outcome.because;
  }
  const executed = outcome.effects.map((effect) => perform(scope, ignoring(failureIgnored, { ...effect, reads: [...effect.reads, ...runner.substituted] }), call));
  runner.commands.push({ step, call, effects: executed, opaque: null, dependenciesOnly, isPackageManager: isPackageManager(call), cwd });
  if (outcome.cwd !== undefined) runner.surroundings.cwd = outcome.cwd;
  for (const [name, value] of outcome.variables ?? []) runner.surroundings.variables.set(name, value);
  return null;
}

/** A tool may pass over a word whose value is not known; what the word's substitution runs is done all the same. */
function understood({ unread: [because], state }: Runner, outcome: Outcome): Outcome {
  if (outcome.kind === 'opaque') return outcome;
  if (because !== undefined) return opaque(because);
  const reason = reasonAgainst(state, outcome.effects);
  return reason === null ? outcome : opaque(reason);
}

/** Effects that reach further than they say: through a link, or by telling a package manager where to look. */
function reasonAgainst(state: StageState, list: readonly Effect[]): string | null {
  for (const { does, writes } of list) {
    const written = writes.filter(({ how, only }) => only === undefined && (how === 'set' || how === 'edit' || how === 'copy'));
    const link = writes.find(({ how, place }) => (!['remove', 'link', 'make-directory'].includes(how) && isLink(state, place.path)) || isBelowLink(state, place.path));
    if (link) return `what is written to ${readable(link.place.path)} goes where that link leads`;
    if (written.some(({ how, place }) => how !== 'copy' && isConfiguration(place.path)) && namesLocalFiles(does)) return 'configuration that names files of the image';
  }
  return null;
}

/** Is there a link, made by a command or brought by a COPY of its directory? */
function isLink({ tree, values, context }: StageState, path: Path): boolean {
  if (isRegion(path)) return false;
  const { data } = lookUp(tree, path);
  const origin = contextFileOf(values, data);
  return values.made(data).operation === 'link' || (origin !== undefined && !isSymbolic(origin) && context.files.kind(origin) === 'link');
}

function isBelowLink(state: StageState, path: Path): boolean {
  for (let at = parentOf(anchorOf(path)); at !== '/' && at !== ''; at = parentOf(at)) if (isLink(state, at)) return true;
  return false;
}

/** Where package managers are told what else to read. */
function isConfiguration(path: Path): boolean {
  return /^\/etc\/(?:apt\/|ld\.so\.conf)|\/(?:pip\.conf|uv\.toml|\.pydistutils\.cfg)$/.test(path);
}

/** A path as an option's value or a word of its own, other than of keys and certificates that every install counts. */
function namesLocalFiles(text: string): boolean {
  return /(?:^|[\s=:'"[,])(?:(?:file|copy):|\.{0,2}\/(?!\/|etc\/|usr\/share\/keyrings\/|dev\/))/.test(text);
}

/** A command whose failure is passed over may have done its work or not: what it writes counts as changed. */
function ignoring(ignored: boolean, effect: Effect): Effect {
  if (!ignored) return effect;
  const writes = effect.writes.map((written): Write => (isRegion(written.place.path) ? written : { ...written, how: 'edit' }));
  const old = writes.filter(({ place }) => !isRegion(place.path)).map(({ place }) => place);
  return { ...effect, does: `ignoring failure: ${effect.does}`, reads: [...effect.reads, ...old], writes };
}

type Builtin = { readonly kind: 'done' } | { readonly kind: 'looks'; readonly effect: Effect } | { readonly kind: 'opaque'; readonly because: string };

const done: Builtin = { kind: 'done' };

/** cd, export and their like change what follows in the RUN. Undefined: not a builtin. */
function runBuiltin(runner: Runner, words: readonly Argument[], failureIgnored: boolean): Builtin | undefined {
  const [name, ...args] = words;
  switch (name?.text) {
    case 'cd':
      return changeDirectory(runner, args, failureIgnored);
    case 'export':
    case 'readonly':
      for (const { text, known, raw } of args) {
        const equals = text.indexOf('=');
        if (!text.startsWith('-') && equals > 0) setVariable(runner, text.slice(0, equals), known && runner.substituted.length === 0 ? text.slice(equals + 1) : namedValue(runner, raw), raw);
      }
      return args.some(({ text, known }) => text.startsWith('-') || (!known && !text.includes('='))) ? { kind: 'opaque', because: `\`${name.text}\` in a form that dockfix does not read` } : done;
    case 'unset':
      if (args.some(({ text, known }) => !known || text.startsWith('-'))) return { kind: 'opaque', because: '`unset` in a form that dockfix does not read' };
      for (const { text } of args) setVariable(runner, text, null, '');
      return done;
    case 'set':
      return setOptions(runner, args);
    case 'umask':
      runner.surroundings.variables.set('(umask)', joinedText(args));
      return done;
    case 'source':
    case '.':
      return activate(runner, args);
    case 'exit':
      runner.left = true;
      return args.length === 0 || args[0]?.text === '0' ? done : { kind: 'opaque', because: '`exit` in the middle' };
    default:
      return undefined;
  }
}

/** `cd` fails where the directory is not there, so it looks. */
function changeDirectory(runner: Runner, args: readonly Argument[], failureIgnored: boolean): Builtin {
  const [target, ...more] = args.filter((arg) => arg.text !== '--');
  if (more.length > 0) return { kind: 'opaque', because: '`cd` with several arguments' };
  if (target && (!target.known || target.glob || target.text === '-')) return { kind: 'opaque', because: '`cd` to a directory that is not known' };
  const { view } = runner;
  const directory = target ? view.resolve(target.text) : view.home;
  const isThere = standardDirectories.has(directory) || isWithin(view.cwd, directory) || view.presence(directory) === 'yes';
  if (failureIgnored && !isThere) return { kind: 'opaque', because: '`cd` to a directory that may not be there' };
  if (view.variable('CDPATH') && target && !/^\.{0,2}(?:\/|$)/.test(target.text)) return { kind: 'opaque', because: '`cd` with CDPATH' };
  runner.surroundings.cwd = directory;
  return { kind: 'looks', effect: { does: `cd ${directory}`, kind: 'observe', reads: [file(directory)], env: [], writes: [], anyUser: true } };
}

/** Options that decide nothing but how errors are met and what is printed. */
const harmlessOption = /^[-+](?:[euxvhBbm]+|[euxvhBbm]*o)$|^(?:errexit|nounset|xtrace|verbose|pipefail|hashall|braceexpand)$/;

function setOptions(runner: Runner, args: readonly Argument[]): Builtin {
  const flags = args.map((arg) => arg.text);
  const understood = args.every(({ known }) => known) && flags.every((flag, index) => harmlessOption.test(flag) && (/^[-+]/.test(flag) || /^[-+].*o$/.test(flags[index - 1] ?? '')));
  if (!understood) return { kind: 'opaque', because: '`set` changes how the shell reads or runs what follows' };
  for (const [index, flag] of flags.entries()) {
    const isOn = (/^[-+]/.test(flag) ? flag : flags[index - 1])?.startsWith('-') === true;
    if (/^[-+][a-z]*e/.test(flag) || flag === 'errexit') runner.stopsOnError = isOn;
    if (flag === 'pipefail') runner.surroundings.variables.set(pipefail, `${isOn}`);
  }
  return done;
}

/** Does a pipe fail with any of its commands? Kept beside the variables. */
const pipefail = '(pipefail)';

function activate(runner: Runner, args: readonly Argument[]): Builtin {
  const match = /^(.*)\/bin\/activate$/.exec(args[0]?.text ?? '');
  if (!match || !args[0]?.known) return { kind: 'opaque', because: 'a sourced script is not read' };
  const { view, state } = runner;
  const prefix = view.resolve(match[1] || '/');
  // The one that came with the environment has no entry of its own.
  const { operation } = state.values.made(lookUp(state.tree, join(prefix, 'bin/activate')).data);
  const isOwn = ['absent', 'base-data', 'changed'].includes(operation) && !namesIn(state.tree, join(prefix, 'bin')).includes('activate');
  if (!isOwn) return { kind: 'opaque', because: 'a sourced script is not read' };
  runner.surroundings.variables.set('VIRTUAL_ENV', prefix);
  runner.surroundings.variables.set('PATH', [join(prefix, 'bin'), ...pathDirectories(view.variable)].join(':'));
  const reads = [file(join(prefix, 'bin/activate')), file(join(prefix, 'pyvenv.cfg'))];
  return { kind: 'looks', effect: { does: `activate ${prefix}`, kind: 'observe', reads, env: [], writes: [], anyUser: true } };
}

// ------------------------------------------------------------------------------------------------- words to arguments

/** Substitutions that only ask the machine, and give the same answer wherever they stand. */
const machineSubstitution = /^(?:\$\(|`)\s*(?:date(?![^;&|<>$`()]*\s-(?![uRId]|-(?:utc|universal|iso|rfc|date)))(?:\s[^;&|<>$`()]*)?|(?:nproc(?: --all)?|uname(?: -[a-z]+)?|arch|dpkg --print-architecture|apk --print-arch|rpm -E %\w+|hostname|getconf \w+)\s*)(?:\)|`)$/;
const systemSubstitution = /^(?:\$\(|`)\s*(?:lsb_release -[a-z]+|\. \/etc\/os-release (?:&&|;) echo "?\$\{?\w+\}?"?)\s*(?:\)|`)$/;
const userSubstitution = /^(?:\$\(|`)\s*(?:id -[a-zA-Z]+ [\w-]+)\s*(?:\)|`)$/;
const selfSubstitution = /^(?:\$\(|`)\s*(?:whoami|id -[a-zA-Z]+)\s*(?:\)|`)$/;
const directorySubstitution = /^(?:\$\(|`)\s*pwd\s*(?:\)|`)$/;

/** A substitution of any kind; `$((…))` alone runs nothing. */
const runsCommands = /\$\((?!\()|`|[<>]\(/;

/** `$((i++))`, `$((i=1))`. */
const assignsInArithmetic = /^\$(?:\(\(|\[).*(?:\+\+|--|[^=!<>]=[^=])/s;

/** What the shell itself sets, or some shells do. */
const setByShell = /^(?:[?$!#@*0-9-]|\d+|_|BASH\w*|DIRSTACK|EPOCH\w+|E?UID|FUNCNAME|GROUPS|HOSTNAME|HOSTTYPE|LINENO|MACHTYPE|OLDPWD|OPTARG|OPTIND|OSTYPE|PIPESTATUS|PPID|RANDOM|REPLY|SECONDS|SHELLOPTS|SHLVL|SRANDOM)$/;

/** The value of a substitution that is understood, as text or symbol; null for any other. */
function substitute(runner: Runner, text: string): string | null {
  const { surroundings, state } = runner;
  if (directorySubstitution.test(text)) return surroundings.cwd;
  if (selfSubstitution.test(text)) return symbol(`${text} as ${state.config.user}`);
  if (machineSubstitution.test(text)) return symbol(text);
  const place = systemSubstitution.test(text) ? osRegion : userSubstitution.test(text) ? accountsRegion : null;
  if (place === null) return null;
  runner.substituted.push(file(place));
  return symbol(text);
}

/** Characters that variables may add to a word; each `A=$A$A` doubles a value. */
const longestGrown = 4096;

/** The arguments that a word becomes; where nothing `splits` it (a value that is assigned, a here-document) it stays one. */
function expandWord(runner: Runner, word: Word, splits = true): readonly Argument[] {
  const { view } = runner;
  let text = '';
  let known = true;
  let glob = false;
  let grown = 0;
  const several = word.parts.length > 1;
  for (const part of word.parts) {
    const value = expandPart(runner, view, part);
    if (part.kind === 'variable') grown += value?.length ?? 0;
    const isKnown = value !== null && grown <= longestGrown;
    if (!isKnown) known = false;
    text += isKnown ? value : part.kind;
    if (part.kind === 'glob' && part.text !== '~') glob = true;
    if (part.kind === 'glob' && /^~./.test(part.text)) known = false;
    if (!splits || !several || part.kind !== 'variable' || part.quoted || value === null) continue;
    // Only a part of the word may be split, or be a pattern.
    if (/\s/.test(value)) known = false;
    if (/[*?[]/.test(value)) glob = true;
  }
  // A tilde that is quoted, or comes from a variable, is a name.
  if (text.startsWith('~') && word.parts[0]?.kind !== 'glob') text = `./${text}`;
  const only = word.parts[0];
  if (several || !splits || only?.kind !== 'variable' || only.quoted) return [{ text, known, glob, raw: word.raw, span: word.span }];
  // An unquoted variable is split into words; one whose value is not known may be any number of them.
  if (typeof view.variable('IFS') === 'string') known = false;
  return text
    .split(/\s+/)
    .filter((piece) => piece !== '')
    .map((piece) => ({ text: piece, known, glob: glob || /[*?[]/.test(piece), raw: word.raw, span: word.span }));
}

function expandPart(runner: Runner, view: ImageView, part: WordPart): string | null {
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'glob':
      return part.text;
    case 'variable':
      return runner.unknown.has(part.name) ? null : expandVariable(runner, view, part);
    case 'opaque': {
      const value = substitute(runner, part.text);
      if (assignsInArithmetic.test(part.text)) for (const name of part.text.match(/[A-Za-z_]\w*/g) ?? []) runner.unknown.add(name);
      if (value === null && runsCommands.test(part.text)) runner.unread.push(part.because);
      return value;
    }
  }
}

function expandVariable(runner: Runner, view: ImageView, part: Extract<WordPart, { kind: 'variable' }>): string | null {
  const value = part.name === 'HOME' ? view.home : part.name === 'PWD' ? view.cwd : view.variable(part.name);
  if (part.operator === null) {
    if (setByShell.test(part.name) && typeof value !== 'string') return null;
    return value === undefined ? baseSymbol(part.name) : (value ?? '');
  }
  const operand = (part.operand?.parts ?? []).map((inner) => expandPart(runner, view, inner));
  if (operand.includes(null)) return null;
  const other = operand.join('');
  const assigns = part.operator === ':=' || part.operator === '=';
  if (value === undefined || isSymbolic(value ?? '')) {
    const either = symbol(`${typeof value === 'string' && !isPlainSymbol(value, part.name) ? `${part.name}=${value}` : part.name}${part.operator}${other}`);
    if (assigns) runner.surroundings.variables.set(part.name, either);
    return either;
  }
  const isSet = value !== null && (value !== '' || !part.operator.startsWith(':'));
  switch (part.operator) {
    case ':-':
    case '-':
    case ':=':
    case '=':
      if (assigns && !isSet) runner.surroundings.variables.set(part.name, other);
      return isSet ? value : other;
    case ':+':
    case '+':
      return isSet ? other : '';
    case ':?':
    case '?':
      return isSet ? value : null;
    default:
      return null;
  }
}

/** Is a value nothing but the build argument of that name? */
function isPlainSymbol(value: string, name: string): boolean {
  return value === symbol(name) || value === baseSymbol(name);
}

// -------------------------------------------------------------------------------------------------------- redirections

function redirected(runner: Runner, outcome: Outcome, call: Call, redirects: readonly Redirect[], view: ImageView): Outcome {
  if (outcome.kind === 'opaque') return outcome;
  const reads: Place[] = [];
  const writes: Write[] = [];
  let input = '';
  for (const redirect of redirects) {
    if (redirect.heredoc !== null) {
      const body = expandWord(runner, redirect.heredoc, false);
      if (body.some((piece) => !piece.known)) return opaque('a here-document with substitutions');
      input += joinedText(body);
      continue;
    }
    if (redirect.target === null) continue;
    if (redirect.operator === '>&' || redirect.operator === '<&') {
      // In bash `>& FILE` writes a file.
      if (!/^(?:\d+-?|-)$/.test(redirect.target.raw)) return opaque(`a redirection to ${redirect.target.raw}`);
      continue;
    }
    const [target, ...more] = expandWord(runner, redirect.target);
    if (!target?.known || target.glob || more.length > 0) return opaque(`a redirection to ${redirect.target.raw}`);
    if (redirect.operator === '<<<') {
      input += target.text;
      continue;
    }
    const path = view.resolve(target.text);
    if (path === '/dev/null' || path === '/dev/stderr' || path === '/dev/stdout') continue;
    if (redirect.operator === '<') reads.push(file(path));
    else writes.push({ place: file(path), how: redirect.operator === '>>' || redirect.operator === '<>' ? 'edit' : 'set' });
  }
  if (reads.length === 0 && writes.length === 0 && input === '') return outcome;
  const read = outcome.effects.flatMap((effect) => effect.reads);
  const written = [call.program, ...call.args.map((arg) => arg.text)].join(' ');
  // What is printed may depend on more than the words: `pwd > f`.
  const more = outcome.effects.flatMap((effect) => (effect.does === written ? [] : [`\n${effect.does}`])).join('');
  const does = `${written} with ${redirects.map((redirect) => redirect.operator).join(' ')} ${input}${more}`;
  const selfContained = outcome.effects.some((effect) => effect.selfContained);
  const env = [...new Set(outcome.effects.flatMap((effect) => effect.env))];
  const result: Effect = { does, kind: 'files', reads: [...read, ...reads], env, writes, anyUser: false, selfContained };
  // What the command gets decides what it does itself as well: `tee f < g`.
  const fed = outcome.effects.map((effect): Effect => ({ ...effect, does: input === '' ? effect.does : `${effect.does} << ${input}`, reads: [...effect.reads, ...reads] }));
  const { kind, ...rest } = outcome;
  return { kind, ...rest, effects: [...fed, result] };
}

// ----------------------------------------------------------------------------------------------------------- compounds

/**
 * Pipes, `||`, loops and conditions are not followed. Where every command in them is understood, and none changes the
 * shell itself, what they do is bounded: they read what their commands read and may change what their commands write.
 */
function runCompound(runner: Runner, node: ShellNode, step: Step | null, failureIgnored: boolean): string | null {
  const inner: Command[] = [];
  const words: Word[] = [];
  const looked: Word[] = [];
  const bound: string[] = [];
  const reason = collect(node, { commands: inner, words, looked, bound });
  if (reason !== null) return reason;
  runner.substituted = [];
  runner.unread.length = 0;
  // What a subshell or a pipe does to its shell ends with it.
  const ofItsOwn = node.kind === 'pipeline' || (node.kind === 'group' && node.subshell);
  const scopes = scopesOf(runner, node, bound);
  const reads: Place[] = scopes.flatMap((scope) => looked.flatMap((word) => wordPlaces(scope, word)));
  const done: string[] = [];
  const writes: Write[] = [];
  const env = new Set<string>();
  const kinds = new Set<StepKind>();
  const programs: Token[] = [];
  for (const [scope, command] of scopes.flatMap((scope) => inner.map((command): [Runner, Command] => [scope, command]))) {
    const { view } = scope;
    const args = command.words.flatMap((word) => expandWord(scope, word));
    const [name = ''] = args.map((arg) => arg.text);
    if (args.length === 0 || shellState.has(name)) return `${describeNode(node)} that changes the shell's own state`;
    if (name === 'set' && !setsNothingElse(args, ofItsOwn)) return `${describeNode(node)} that changes the shell's own state`;
    if (name === 'exit' && !ofItsOwn && !/^[1-9]\d*$/.test(args[1]?.text ?? '')) return `${describeNode(node)} that may leave the script`;
    if (['set', 'exit', 'true', 'false', ':'].includes(name) && command.redirects.length === 0) continue;
    if (command.assignments.length > 0 || command.words.some(assigns)) return `${describeNode(node)} with assignments`;
    const call = callOf(args, command.span);
    if (call.assignments.length > 0) return `${describeNode(node)} with assignments`;
    const outcome = understood(scope, redirected(scope, effectsOf(call, view), call, command.redirects, view));
    if (outcome.kind === 'opaque') return outcome.because;
    for (const effect of outcome.effects) {
      kinds.add(effect.kind);
      done.push(effect.does);
      reads.push(...effect.reads);
      for (const variable of effect.env) env.add(variable);
      for (const { place, only } of effect.writes) writes.push({ place, how: 'edit', ...(only ? { only } : {}) });
      programs.push(...programTokens(runner.state, call, effect, view));
    }
  }
  const [unread] = runner.unread;
  if (unread !== undefined) return unread;
  const inRedirects = inner.flatMap((command) => command.redirects.flatMap(({ target, heredoc }) => [target, heredoc].filter((word) => word !== null)));
  for (const variable of variablesOf([...inner.flatMap((command) => command.words), ...inRedirects, ...words])) if (!bound.includes(variable)) env.add(variable);
  const kind = (['install', 'os-packages', 'users', 'files', 'run', 'observe'] as const).find((one) => kinds.has(one)) ?? 'run';
  const substituted = [...runner.substituted, ...scopes.flatMap((scope) => scope.substituted)];
  env.add(pipefail);
  const effect: Effect = { does: [sourceText(runner, node.span), ...new Set(done)].join('\n'), kind, reads: [...reads, ...substituted, ...writes.map((written) => written.place)], env: [...env], writes };
  const further = reasonAgainst(runner.state, [effect]);
  if (further !== null) return further;
  const executed = perform(runner, ignoring(failureIgnored, effect), null, programs);
  runner.commands.push({ step, call: null, effects: [executed], opaque: null, dependenciesOnly: null, isPackageManager: false, cwd: runner.surroundings.cwd });
  for (const variable of bound) runner.unknown.add(variable);
  return null;
}

/** Options of `set` that are of no account for what comes after a construct. */
function setsNothingElse([, ...args]: readonly Argument[], ofItsOwn: boolean): boolean {
  return args.every(({ text }) => (ofItsOwn ? /^[-+][euxv]+$/ : /^[-+][uxv]+$/).test(text));
}

/** `${A:=b}` */
function assigns(word: Word): boolean {
  return word.parts.some((part) => part.kind === 'variable' && part.operator?.endsWith('=') === true);
}

const shellState = new Set(['cd', 'export', 'readonly', 'unset', 'source', '.', 'umask', 'read', 'local', 'declare', 'shift', 'trap', 'return', 'break', 'continue', 'exec', 'eval']);

function describeNode(node: ShellNode): string {
  const names = { pipeline: 'a pipe', or: '`||`', negated: '`!`', group: 'a subshell', conditional: 'a condition', loop: 'a loop', test: '`[[`', background: '`&`', command: 'a command', opaque: 'a construct' } as const;
  return names[node.kind];
}

/** More rounds of a loop than these are taken together. */
const maximalRounds = 20;

/** What is known of variables while a construct runs: one scope for each round of a loop over known words, else one for all. */
function scopesOf(runner: Runner, node: ShellNode, bound: readonly string[]): readonly Runner[] {
  const together: Runner = { ...runner, unknown: new Set([...runner.unknown, ...bound]) };
  if (node.kind !== 'loop' || node.variable === null || node.words.length === 0 || bound.length !== 1) return [together];
  const { variable } = node;
  const values = node.words.flatMap((word) => expandWord(runner, word));
  if (values.length > maximalRounds || values.some((value) => !value.known || value.glob || isSymbolic(value.text))) return [together];
  const unknown = new Set([...runner.unknown].filter((name) => name !== variable));
  return values.map((value) => ({ ...withVariables(runner, new Map([[variable, value.text]])), unknown }));
}

/** Files that the words of a condition may look at. */
function wordPlaces(runner: Runner, word: Word): readonly Place[] {
  return expandWord(runner, word).flatMap((arg) => (arg.known && arg.text.startsWith('-') ? [] : readPlaces(arg, runner.view)));
}

function variablesOf(words: readonly Word[]): readonly string[] {
  return words.flatMap((word) => word.parts.flatMap((part) => (part.kind === 'variable' ? [part.name, ...(part.operand ? variablesOf([part.operand]) : [])] : [])));
}

/** What a construct is made of. */
interface Collected {
  readonly commands: Command[];
  readonly words: Word[];
  /** Those of them that are looked for among the files. */
  readonly looked: Word[];
  /** Variables of loops, once for each loop. */
  readonly bound: string[];
}

function collect(node: ShellNode, into: Collected): string | null {
  switch (node.kind) {
    case 'command':
      into.commands.push(node);
      return null;
    case 'pipeline':
      return firstReason(node.commands, into);
    case 'or':
      return firstReason(node.nodes, into);
    case 'negated':
      return collect(node.body, into);
    case 'background':
      return 'a job in the background, which runs beside what follows';
    case 'group':
      return redirectReason(node) ?? firstReason(node.body.steps.map((step) => step.node), into);
    case 'loop':
    case 'conditional':
      if (node.kind === 'loop' && node.variable !== null) into.bound.push(node.variable);
      into.words.push(...node.words);
      if (node.kind === 'loop') into.looked.push(...node.words.filter((word) => word.parts.some((part) => part.kind === 'glob' || (part.kind === 'variable' && !part.quoted))));
      return substitutionReason(node.words) ?? redirectReason(node) ?? firstReason(node.nested.flatMap((script) => script.steps.map((step) => step.node)), into);
    case 'test':
      into.words.push(...node.words);
      into.looked.push(...node.words);
      return substitutionReason(node.words) ?? redirectReason(node);
    case 'opaque':
      return node.because;
  }
}

/** A substitution in the words of a loop or condition runs commands, too. */
function substitutionReason(words: readonly Word[]): string | null {
  const part = words.flatMap((word) => word.parts).find((one) => one.kind === 'opaque' && !machineSubstitution.test(one.text));
  return part?.kind === 'opaque' ? part.because : null;
}

function redirectReason(node: ShellNode): string | null {
  const redirects = 'redirects' in node ? node.redirects : [];
  return redirects.length === 0 ? null : `a redirection of a whole ${node.kind}`;
}

function firstReason(nodes: readonly ShellNode[], into: Collected): string | null {
  for (const node of nodes) {
    const reason = collect(node, into);
    if (reason !== null) return reason;
  }
  return null;
}

// -------------------------------------------------------------------------------------------------------------- effects

function perform(runner: Runner, effect: Effect, call: Call | null, programs?: readonly Token[]): ExecutedEffect {
  const { state } = runner;
  const token = effectToken(runner, effect, call, programs);
  const reads: ContextRead[] = [];
  for (const place of effect.reads) reads.push(...contextRead(state, place));
  const packages = packagesOf(runner, effect, call, token);
  for (const written of effect.writes) {
    if (packages && written.how === 'add' && isRegion(written.place.path)) {
      for (const region of [written.place.path, scriptsRegion(anchorOf(written.place.path))]) {
        runner.beforeWrite(region);
        addPackages(state, { region, elements: packages });
        runner.written.push({ path: region, deep: false });
      }
      continue;
    }
    runner.beforeWrite(written.place.path);
    writePlace(state, written, token);
    runner.written.push(written.place);
    for (const region of isRegion(written.place.path) ? [] : regionsOf(written.place.path)) {
      runner.beforeWrite(region);
      change(state.tree, region, false, 'all', token);
      runner.written.push({ path: region, deep: false });
    }
    if (effect.selfContained && !written.place.deep) state.selfContained.add(lookUp(state.tree, written.place.path).data);
  }
  return { effect, token, reads };
}

/** The packages that an install adds, where the build keeps a ledger of them. */
function packagesOf({ state, surroundings, view }: Runner, effect: Effect, call: Call | null, token: Token): readonly Token[] | null {
  if (!state.ledger) return null;
  const environment = (names: readonly string[]): readonly [string, string][] => environmentOf(state, surroundings, names);
  return state.ledger.installed({ state, view, effect, call, token, environment });
}

function effectToken(runner: Runner, effect: Effect, call: Call | null, programs: readonly Token[] = []): Token {
  const { state } = runner;
  const { values } = state;
  const { view } = runner;
  const operands: (string | Token)[] = [effect.does];
  const asRoot = isRoot(state.config.user);
  if (!effect.anyUser) operands.push(userToken(state, state.config.user), runner.surroundings.variables.get('(umask)') ?? '');
  if (effect.kind !== 'observe') operands.push(runner.circumstances, ...programs);
  const written = new Set(effect.writes.map((one) => one.place.path));
  operands.push(...namesakes(state, effect, view), ...startupFiles(state, effect, view), ...localRepositories(state, effect, view));
  for (const place of effect.reads) operands.push(readToken(state, place, asRoot, written));
  for (const [name, value] of environmentOf(state, runner.surroundings, effect.env)) operands.push(name, value);
  if (call && effect.kind !== 'observe') operands.push(...programTokens(state, call, effect, view));
  // A result that is added to what is there must not depend on it by its token: the order in the list tells.
  for (const written of effect.writes) operands.push(...circumstancesOf(state, effect, written, view));
  return values.token('effect', ...operands);
}

/** What decides whether a write can be done at all: the directory above it, and what stands in its place. */
function circumstancesOf(state: StageState, effect: Effect, { how, place, only }: Write, view: ImageView): readonly (string | Token)[] {
  if (isRegion(place.path)) return how === 'edit' ? [place.path] : [];
  if (how === 'add' || how === 'remove' || how === 'make-directory') return [];
  const { values, tree } = state;
  const parent = parentOf(place.path);
  const isMade = effect.writes.some((one) => one.how === 'make-directory' && one.place.path === parent);
  const above = only || isMade ? [] : [view.presence(parent)];
  // A directory in the place of a file, and for chmod, chown and sed whatever may be there or not.
  const { data } = lookUp(tree, place.path);
  if (how !== 'edit') return [...above, data === directoryToken(values) ? 'a directory' : ''];
  const presence = view.presence(place.path);
  // An install that is repeated must be the same install: what it made the first time does not count.
  return [...above, place.path, presence === 'unknown' && effect.kind === 'files' ? data : presence];
}

/**
 * A file that was put into PREFIX/bin under the name of a package that is installed there: which of the two wins depends
 * on the order. (A console script of another name than its package is taken to have none of the project's names.)
 */
function namesakes(state: StageState, effect: Effect, view: ImageView): readonly Token[] {
  if (effect.kind !== 'install') return [];
  const prefixes = effect.writes.flatMap(({ place }) => (isRegion(place.path) && place.path.endsWith('python') ? [anchorOf(place.path)] : []));
  const files = prefixes.flatMap((prefix) => namesIn(state.tree, join(prefix, 'bin')).map((name) => join(join(prefix, 'bin'), name)));
  if (files.length === 0) return [];
  const texts = [effect.does, ...effect.reads.filter((place) => !place.deep).map((place) => view.text(place.path) ?? '')];
  const names = new Set(texts.flatMap((text) => text.toLowerCase().split(/[^a-z0-9._-]+/)));
  return files.filter((path) => names.has(baseName(path).toLowerCase())).map((path) => lookUp(state.tree, path).data);
}

/** What Python runs of itself when it starts, from directories that PYTHONPATH names (documentation of `site`); what LD_PRELOAD puts into every program. */
function startupFiles(state: StageState, effect: Effect, view: ImageView): readonly Token[] {
  const path = effect.kind === 'install' ? view.variable('PYTHONPATH') : null;
  const directories = typeof path === 'string' ? path.split(':').filter((one) => one !== '') : [];
  const preloaded = effect.kind === 'observe' ? null : view.variable('LD_PRELOAD');
  const libraries = typeof preloaded === 'string' ? preloaded.split(/[\s:]+/).filter((one) => one.startsWith('/')) : [];
  return [
    ...directories.flatMap((directory) => ['sitecustomize.py', 'usercustomize.py'].map((name) => lookUp(state.tree, join(view.resolve(directory), name)).data)),
    ...libraries.map((library) => lookUp(state.tree, view.resolve(library)).data),
  ];
}

/** Directories of packages that the sources of apt name. */
function localRepositories(state: StageState, effect: Effect, view: ImageView): readonly Token[] {
  if (!effect.writes.some(({ place, how }) => how === 'add' && place.path === osRegion)) return [];
  const files = ['/etc/apt', '/etc/apt/sources.list.d'].flatMap((directory) => namesIn(state.tree, directory).map((name) => join(directory, name)));
  const named = files.flatMap((path) => [...(view.text(path) ?? '').matchAll(/\b(?:file|copy):(?:\/\/)?(\/\S*)/g)].map((match) => match[1] ?? '/'));
  return named.map((path) => contentDigest(state.tree, view.resolve(path)));
}

/** A user by name is whoever /etc/passwd says at that moment. */
export function userToken(state: StageState, user: string): Token {
  const { values, tree } = state;
  if (isRootOfRoot(user)) return values.token('user', 'root');
  if (/^\d+(?::\d+)?$/.test(user)) return values.token('user', user);
  return values.token('user', user, lookUp(tree, accountsRegion).data);
}

/** The owner of what a user of a Dockerfile makes. */
export function ownerOfNew(state: StageState): Token {
  const { user } = state.config;
  return isRootOfRoot(user) ? state.values.token('owner', '0:0') : userToken(state, user);
}

/** Root in its own group, which `USER root:staff` is not. */
function isRootOfRoot(user: string): boolean {
  return /^(?:|root|0)(?::(?:|root|0))?$/.test(user);
}

export function isRoot(user: string): boolean {
  return /^(?:|root|0)(?::.*)?$/.test(user);
}

/**
 * Packages bring files beside their usual places: to /opt, or as data below their prefix. What nothing in the Dockerfile
 * is known to have made may come from any that are installed.
 */
export function regionsBesides(state: StageState, path: Path): readonly Path[] {
  const { tree, values, base } = state;
  if (regionsBehind(path).length > 0 || values.made(lookUp(tree, path).data).operation !== 'base-data') return [];
  const prefixes = new Set(base.pythonPrefix === null ? [] : [base.pythonPrefix]);
  for (let at = parentOf(path); at !== '/' && at !== ''; at = parentOf(at)) prefixes.add(at);
  return [osRegion, ...[...prefixes].map(pythonRegion)];
}

function readToken(state: StageState, place: Place, asRoot: boolean, written: ReadonlySet<Path>): Token {
  const { values, tree } = state;
  if (place.deep) {
    const behind = isRegion(place.path) ? [] : [...regionsBehind(place.path), ...(place.attributes ? regionsBesides(state, place.path) : [])].filter((region) => !written.has(region));
    return values.token('read', place.attributes ? digest(tree, place.path) : contentDigest(tree, place.path), ...behind.map((region) => lookUp(tree, region).data));
  }
  const { data, owner, mode } = lookUp(tree, place.path);
  const regions = isRegion(place.path) ? [] : regionsOf(place.path).map((region) => lookUp(tree, region).data);
  if (regions.length === 0 && (asRoot || isReadableByAll(state, mode))) return data;
  const rights = asRoot || isReadableByAll(state, mode) ? [] : [owner, mode];
  return values.token('read', data, ...rights, ...regions);
}

/** A file that keeps the mode which it has in the context is taken to be readable: a checkout gives 0644 or 0755. */
function isReadableByAll(state: StageState, mode: Token): boolean {
  const { operation, operands } = state.values.made(mode);
  if (operation === 'context-mode') return true;
  return operation === 'mode' && typeof operands[0] === 'string' && /[4-7]$/.test(operands[0]);
}

/** The variables that an effect depends on, as they are: set in the RUN, by ENV or ARG; the base's are the same anyway. */
function environmentOf(state: StageState, surroundings: Surroundings, names: readonly string[]): readonly [string, string][] {
  const scopes = [surroundings.variables, state.config.env, state.args];
  const found = new Map<string, string>();
  const note = (name: string): void => {
    const scope = scopes.find((one) => one.get(name) !== undefined);
    const value = scope?.get(name);
    if (typeof value === 'string') found.set(name, value);
  };
  for (const name of names) {
    if (!name.endsWith('*')) note(name);
    else for (const scope of scopes) for (const other of scope.keys()) if (other.startsWith(name.slice(0, -1))) note(other);
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Where PATH finds the program, and the Python packages that may have brought it. */
function programTokens({ tree }: StageState, call: Call, effect: Effect, view: ImageView): readonly Token[] {
  const isSystem = isSystemTool(call);
  const isWritten = (region: Path): boolean => effect.writes.some((written) => written.place.path === region);
  const system = isSystem || isWritten(osRegion) ? [] : [lookUp(tree, osRegion).data];
  if (call.programPath?.includes('/')) return [lookUp(tree, view.resolve(call.programPath)).data, ...system];
  const program = call.interpreter === null ? call.program : baseName(call.interpreter);
  const tokens: Token[] = [];
  for (const directory of pathDirectories(view.variable)) {
    tokens.push(lookUp(tree, join(view.resolve(directory), program)).data);
    if (isSystem || !directory.endsWith('/bin')) continue;
    const region = pythonRegion(view.resolve(directory.slice(0, -'/bin'.length) || '/'));
    if (!isWritten(region)) tokens.push(lookUp(tree, region).data);
  }
  return [...tokens, ...system];
}

/** A file that is written over keeps its owner and mode; a new one is the user's. */
function rightsOfWritten(state: StageState, path: Path, owner: Token): { owner: Token; mode: Token } {
  const { values, tree } = state;
  const old = lookUp(tree, path);
  const { operation } = values.made(old.data);
  if (operation === 'absent') return { owner, mode: values.token('mode-of-new', state.config.user) };
  if (['context', 'effect', 'inline'].includes(operation)) return { owner: old.owner, mode: old.mode };
  return { owner: values.token('owner-if-made', old.owner, owner), mode: values.token('mode-if-made', old.mode) };
}

function writePlace(state: StageState, written: Write, token: Token): void {
  const { tree, values } = state;
  const { path, deep } = written.place;
  const owner = ownerOfNew(state);
  switch (written.how) {
    case 'remove':
      remove(tree, path);
      return;
    case 'make-directory':
      ensureDirectory(tree, path, owner);
      return;
    case 'copy':
      write(tree, path, { data: lookUp(tree, written.from ?? path).data, owner, mode: values.token('mode-of-copy', token) });
      return;
    case 'add':
      if (isRegion(path)) write(tree, path, { data: add(values, lookUp(tree, path).data, token) });
      else change(tree, path, deep, 'all', token);
      return;
    case 'link':
    case 'set':
      if (deep) remove(tree, path, true);
      if (deep) change(tree, path, true, 'all', token);
      // Where a directory stands nothing is written, and the command fails: what is there counts as changed.
      if (!deep && !isRegion(path) && lookUp(tree, path).data === directoryToken(values)) change(tree, path, true, 'all', token);
      else if (written.how === 'link') write(tree, path, { data: values.token('link', token), owner, mode: values.token('mode-of-link') });
      else write(tree, path, isRegion(path) ? { data: token } : { data: token, ...rightsOfWritten(state, path, owner) });
      return;
    case 'edit':
      change(tree, path, deep, written.only ?? 'all', token);
  }
}

/** Which files of the context a place is made of. */
export function contextRead(state: StageState, place: Place): readonly ContextRead[] {
  const { path: at, deep } = place;
  const origin = contextFileOf(state.values, lookUp(state.tree, at).data);
  const single = origin === undefined ? [] : [{ path: origin, deep: false, at }];
  return deep ? [...single, ...contextRulesAt(state.tree, at)] : single;
}
