/** The body of a RUN, step by step. */
import type { Argument, Effect, Outcome } from '../commands/command.ts';
import { knownEffects } from '../commands/command.ts';
import type { UnwrappedCall } from '../commands/index.ts';
import { callOf, dependenciesOnlyOf, effectsOf, isPackageManager } from '../commands/index.ts';
import type { Command, Redirect, Script, ShellNode, Step } from '../dockerfile/shell.ts';
import { flatMap } from '../lists.ts';
import type { Span } from '../types.ts';
import { runBuiltin, surroundedBuiltin } from './builtins.ts';
import { runCompound } from './compounds.ts';
import { confinedOutcome } from './confined.ts';
import { ignoring, redirected, understood } from './outcomes.ts';
import { carryOut, perform, workedOut } from './perform.ts';
import type { OnlyCall } from './remembered-calls.ts';
import { rememberedCall } from './remembered-calls.ts';
import type { ExecutedEffect, ExecutedRun, RunSetting, Runner, Stand } from './runner.ts';
import { sourceText, withVariables } from './runner.ts';
import type { StageState } from './state.ts';
import type { Surroundings } from './view.ts';
import { viewOf } from './view.ts';
import { assignedValue, expandWord, setVariable } from './words.ts';

/** Runs a script on a stage. The state is changed; the surroundings end with the RUN. */
export function runScript(state: StageState, script: Script, setting: RunSetting, only: OnlyCall | null = null): ExecutedRun {
  const runner = start(state, setting, only);
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

function start(state: StageState, setting: RunSetting, only: OnlyCall | null = null): Runner {
  const surroundings: Surroundings = { cwd: state.config.cwd, variables: new Map(setting.variables) };
  const { stands, beforeWrite, text, circumstances, stopsOnError } = setting;
  return { state, surroundings, view: viewOf(state, surroundings), commands: [], written: [], beforeWrite, stands, text, circumstances, unknown: new Set(), substituted: [], unread: [], stopsOnError, left: false, rest: null, only };
}

function finish(runner: Runner, opaque: string | null, script: Script | null): ExecutedRun {
  return { commands: runner.commands, written: runner.written, opaque, rest: runner.rest, script };
}

/** Null if all steps were understood; else the reason why the first was not. `ignored`: a failure of the whole is. */
function runSteps(runner: Runner, script: Script, ignored: boolean): string | null {
  const { steps } = script;
  const lastOfItsOwn = steps.findLastIndex((step) => step.joinedBy !== 'and');
  let maybeSkipped = false;
  let index = -1;
  for (const step of steps) {
    index += 1;
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

/** Steps as a text in which a command that counts as something else has that name. */
function commonText(runner: Runner, steps: readonly Step[]): string {
  const pieces = flatMap(steps, (step) => {
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
  if (effects.length > 0) runner.commands.push({ step, call: null, changesShell: false, effects, opaque: null, dependenciesOnly: null, isPackageManager: false, cwd: runner.surroundings.cwd });
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

function runCommand(runner: Runner, command: Command, step: Step | null, failureIgnored: boolean): string | null {
  runner.substituted = [];
  if (runner.unread.length > 0) runner.unread.length = 0;
  const words = flatMap(command.words, (word) => expandWord(runner, word));
  if (words.length === 0) {
    for (const { name, value } of command.assignments) setVariable(runner, name, assignedValue(runner, value), value.raw);
    return command.redirects.length > 0 ? 'a redirection without a command' : (runner.unread[0] ?? null);
  }
  const local = command.assignments.length === 0 ? noVariables : localVariables(runner, command);
  const builtin = runBuiltin(runner, words, failureIgnored);
  if (builtin !== undefined) {
    const looks = builtin.kind === 'looks' ? [perform(runner, ignoring(failureIgnored, builtin.effect), null)] : [];
    const because = builtin.kind === 'opaque' ? builtin.because : (runner.unread[0] ?? surroundedBuiltin(runner, command, words));
    runner.commands.push({ step, call: null, changesShell: true, effects: looks, opaque: because, dependenciesOnly: null, isPackageManager: false, cwd: runner.surroundings.cwd });
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

const noVariables: ReadonlyMap<string, string | null> = new Map();

function localVariables(runner: Runner, command: Command): ReadonlyMap<string, string | null> {
  const local = new Map<string, string | null>();
  for (const { name, value } of command.assignments) local.set(name, assignedValue(local.size === 0 ? runner : withVariables(runner, local), value));
  return local;
}

function outcomeOf({ state, view, surroundings }: Runner, call: UnwrappedCall): Outcome {
  const outcome = effectsOf(call, view);
  const confined = outcome.kind === 'opaque' && !call.asRoot ? confinedOutcome(state, call, surroundings) : null;
  return confined ?? outcome;
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
  const read = (effect: Effect): Effect => ignoring(failureIgnored, runner.substituted.length === 0 ? effect : { ...effect, reads: [...effect.reads, ...runner.substituted] });
  const { outcome, dependenciesOnly, first } = rememberedCall(scope, call, redirects, failureIgnored, () => {
    const own = outcomeOf(scope, call);
    const result = understood(runner, redirected(scope, own, call, redirects, scope.view));
    const [effect] = knownEffects(result);
    return { outcome: result, dependenciesOnly: dependenciesOnlyOf(call, scope.view, own), first: effect ? workedOut(scope, read(effect), call) : null };
  });
  const cwd = runner.surroundings.cwd;
  const executed = knownEffects(outcome).map((effect, index) => carryOut(scope, index === 0 && first ? first : workedOut(scope, read(effect), call), call));
  const because = outcome.kind === 'opaque' ? outcome.because : null;
  runner.commands.push({ step, call, changesShell: false, effects: executed, opaque: because, dependenciesOnly, isPackageManager: isPackageManager(call), cwd });
  if (outcome.kind === 'opaque') return outcome.because;
  if (outcome.cwd !== undefined) runner.surroundings.cwd = outcome.cwd;
  for (const [name, value] of outcome.variables ?? []) runner.surroundings.variables.set(name, value);
  return null;
}
