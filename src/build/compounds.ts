/** Pipes, `||`, loops and conditions. */
import type { Argument, Call, StepKind, Write } from '../commands/command.ts';
import type { UnwrappedCall } from '../commands/index.ts';
import { callOf, effectsOf } from '../commands/index.ts';
import { installerOf } from '../commands/installers.ts';
import type { Command, ShellNode, Step, Word } from '../dockerfile/shell.ts';
import { flatMap } from '../lists.ts';
import { pipefail } from './builtins.ts';
import { ignoring, reasonAgainst, redirected, understood } from './outcomes.ts';
import { isLeading, withSettings } from './leading-settings.ts';
import { perform } from './perform.ts';
import { programTokens } from './conditions.ts';
import type { Place } from './places.ts';
import { isSymbolic } from './places.ts';
import type { Runner } from './runner.ts';
import { sourceText, withVariables } from './runner.ts';
import type { Token } from './values.ts';
import { assignedValue, assigns, expandWord, machineSubstitution, variablesOf, wordPlaces } from './words.ts';

/**
 * Pipes, `||`, loops and conditions are not followed. Where every command in them is understood, and none changes the
 * shell itself, what they do is bounded: they read what their commands read and may change what their commands write.
 */
export function runCompound(runner: Runner, node: ShellNode, step: Step | null, failureIgnored: boolean): string | null {
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
  const reads: Place[] = flatMap(scopes, (scope) => flatMap(looked, (word) => wordPlaces(scope, word)));
  const done: string[] = [];
  const writes: Write[] = [];
  const env = new Set<string>();
  const kinds = new Set<StepKind>();
  const programs: Token[] = [];
  let previous: Call | null = null;
  for (const [scope, command] of flatMap(scopes, (scope) => inner.map((command): [Runner, Command] => [scope, command]))) {
    const args = flatMap(command.words, (word) => expandWord(scope, word));
    const [name = ''] = args.map((arg) => arg.text);
    if (args.length === 0 || shellState.has(name)) return `${describeNode(node)} that changes the shell's own state`;
    if (name === 'set' && !setsNothingElse(args, ofItsOwn)) return `${describeNode(node)} that changes the shell's own state`;
    if (name === 'exit' && !ofItsOwn && !/^[1-9]\d*$/.test(args[1]?.text ?? '')) return `${describeNode(node)} that may leave the script`;
    if (['set', 'exit', 'true', 'false', ':'].includes(name) && command.redirects.length === 0) continue;
    const call = callOf(args, command.span);
    const isPiped = node.kind === 'pipeline' && inner.length === 2 && command.redirects.every(({ operator }) => operator.startsWith('>') && operator !== '>&');
    const installer = isPiped && previous !== null ? installerOf(previous, call) : null;
    previous = call;
    const isAssigned = command.assignments.length > 0 || call.assignments.length > 0;
    if (command.words.some(assigns) || (isAssigned && installer === null)) return `${describeNode(node)} with assignments`;
    words.push(...command.assignments.map(({ value }) => value));
    const { view } = isAssigned ? withAssignments(scope, command, call) : scope;
    const own = installer === null ? effectsOf(call, view) : installer(view);
    const outcome = understood(scope, redirected(scope, own, call, command.redirects, view));
    if (outcome.kind === 'opaque') return outcome.because;
    for (const effect of outcome.effects) {
      kinds.add(effect.kind);
      done.push(effect.does);
      reads.push(...effect.reads);
      for (const variable of effect.env) env.add(variable);
      for (const { place, only } of effect.writes) writes.push({ place, how: isLeading(place.path) ? 'set' : 'edit', ...(only ? { only } : {}) });
      programs.push(...programTokens(runner.state, call, effect, view));
    }
  }
  const [unread] = runner.unread;
  if (unread !== undefined) return unread;
  const inRedirects = flatMap(inner, (command) => flatMap(command.redirects, ({ target, heredoc }) => [target, heredoc].filter((word) => word !== null)));
  for (const variable of variablesOf([...flatMap(inner, (command) => command.words), ...inRedirects, ...words])) if (!bound.includes(variable)) env.add(variable);
  const kind = (['install', 'os-packages', 'users', 'files', 'run', 'observe'] as const).find((one) => kinds.has(one)) ?? 'run';
  const substituted = [...runner.substituted, ...flatMap(scopes, (scope) => scope.substituted)];
  env.add(pipefail);
  const old = writes.map((written) => written.place).filter(({ path }) => !isLeading(path));
  const effect = withSettings({ does: [sourceText(runner, node.span), ...new Set(done)].join('\n'), kind, reads: [...reads, ...substituted, ...old], env: [...env], writes });
  const leading = effect.writes.filter(({ place }) => isLeading(place.path));
  if (leading.some(({ place }) => reads.some(({ path }) => path === place.path))) {
    // Whatever else it does, the settings stay.
    perform(runner, { ...effect, writes: leading }, null, programs);
    return `${describeNode(node)} that says where to look, and looks`;
  }
  const further = reasonAgainst(runner.state, [effect]);
  if (further !== null) return further;
  const executed = perform(runner, ignoring(failureIgnored, effect), null, programs);
  runner.commands.push({ step, call: null, changesShell: false, effects: [executed], opaque: null, dependenciesOnly: null, isPackageManager: false, cwd: runner.surroundings.cwd });
  for (const variable of bound) runner.unknown.add(variable);
  return null;
}

function withAssignments(scope: Runner, command: Command, call: UnwrappedCall): Runner {
  const local = new Map<string, string | null>();
  for (const { name, value } of command.assignments) local.set(name, assignedValue(scope, value));
  return withVariables(scope, new Map([...local, ...call.assignments]));
}

/** Options of `set` that are of no account for what comes after a construct. */
function setsNothingElse([, ...args]: readonly Argument[], ofItsOwn: boolean): boolean {
  return args.every(({ text }) => (ofItsOwn ? /^[-+][euxv]+$/ : /^[-+][uxv]+$/).test(text));
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
  const values = flatMap(node.words, (word) => expandWord(runner, word));
  if (values.length > maximalRounds || values.some((value) => !value.known || value.glob || isSymbolic(value.text))) return [together];
  const unknown = new Set([...runner.unknown].filter((name) => name !== variable));
  return values.map((value) => ({ ...withVariables(runner, new Map([[variable, value.text]])), unknown }));
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
      return substitutionReason(node.words) ?? redirectReason(node) ?? firstReason(flatMap(node.nested, (script) => script.steps.map((step) => step.node)), into);
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
  const part = flatMap(words, (word) => word.parts).find((one) => one.kind === 'opaque' && !machineSubstitution.test(one.text));
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
