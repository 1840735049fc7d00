import { callOf, dependenciesOnlyOf, effectsOf, isPackageManager, isSystemTool } from '../commands/index.ts';
import type { Argument, Call, Effect, ImageView, Outcome, StepKind, Write } from '../commands/command.ts';
import { file, opaque } from '../commands/command.ts';
import type { Command, Redirect, Script, ShellNode, Step, Word, WordPart } from '../dockerfile/shell.ts';
import type { Path, Span } from '../types.ts';
import { change, contextFileOf, contextRulesAt, digest, ensureDirectory, lookUp, remove, write } from './image-tree.ts';
import type { Place } from './places.ts';
import { baseSymbol, isRegion, isSymbolic, join, osRegion, pythonRegion, regionsBehind, regionsOf, symbol } from './places.ts';
import type { ContextSource, StageState } from './state.ts';
import type { Token } from './values.ts';
import { add } from './values.ts';
import type { Surroundings } from './view.ts';
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
  /** The script; null for exec form and for what is no POSIX shell. */
  readonly script: Script | null;
}

interface Runner {
  readonly state: StageState;
  readonly surroundings: Surroundings;
  readonly commands: ExecutedCommand[];
  readonly written: Place[];
  /** Called with each path before it is written for the first time or again. */
  readonly beforeWrite: (path: Path) => void;
  stopsOnError: boolean;
}

/** Runs a script on a stage. The state is changed; the surroundings end with the RUN. */
export function runScript(state: StageState, script: Script, beforeWrite: (path: Path) => void, stopsOnError: boolean): ExecutedRun {
  const runner = start(state, beforeWrite, stopsOnError);
  const because = runSteps(runner, script);
  return finish(runner, because, script);
}

/** Runs the words of an exec-form RUN. */
export function runWords(state: StageState, words: readonly string[], span: Span, beforeWrite: (path: Path) => void): ExecutedRun {
  const runner = start(state, beforeWrite, false);
  const args = words.map((text): Argument => ({ text, known: true, glob: false, raw: text, span }));
  const because = runCall(runner, null, args, span, []);
  return finish(runner, because, null);
}

function start(state: StageState, beforeWrite: (path: Path) => void, stopsOnError: boolean): Runner {
  const surroundings: Surroundings = { cwd: state.config.cwd, variables: new Map() };
  return { state, surroundings, commands: [], written: [], beforeWrite, stopsOnError };
}

function finish(runner: Runner, opaque: string | null, script: Script | null): ExecutedRun {
  return { commands: runner.commands, written: runner.written, opaque, script };
}

/** Null if all steps were understood; else the reason why the first was not. */
function runSteps(runner: Runner, script: Script): string | null {
  for (const [index, step] of script.steps.entries()) {
    const next = script.steps[index + 1];
    const failureIgnored = next !== undefined && next.joinedBy !== 'and' && !runner.stopsOnError;
    const because = runNode(runner, step.node, step, failureIgnored);
    if (because !== null) return because;
  }
  return null;
}

function runNode(runner: Runner, node: ShellNode, step: Step | null, failureIgnored: boolean): string | null {
  switch (node.kind) {
    case 'command':
      return runCommand(runner, node, step, failureIgnored);
    case 'group':
      return node.subshell ? runCompound(runner, node, step) : runSteps(runner, node.body);
    case 'test':
      return substitutionReason(node.words);
    case 'opaque':
      return node.because;
    default:
      return runCompound(runner, node, step);
  }
}

// --------------------------------------------------------------------------------------------------- simple commands

function runCommand(runner: Runner, command: Command, step: Step | null, failureIgnored: boolean): string | null {
  const words = command.words.flatMap((word) => expandWord(runner, word));
  const local = new Map<string, string | null>();
  for (const { name, value } of command.assignments) local.set(name, joinedText(expandWord(runner, value)));
  if (words.length === 0) {
    for (const [name, value] of local) runner.surroundings.variables.set(name, value);
    return null;
  }
  const builtin = runBuiltin(runner, words);
  if (builtin !== undefined) {
    runner.commands.push({ step, call: null, effects: [], opaque: builtin, dependenciesOnly: null, isPackageManager: false, cwd: runner.surroundings.cwd });
    return builtin;
  }
  const scope: Runner = local.size === 0 ? runner : { ...runner, surroundings: { ...runner.surroundings, variables: new Map([...runner.surroundings.variables, ...local]) } };
  const because = runCall(scope, step, words, command.span, command.redirects, failureIgnored);
  runner.surroundings.cwd = scope.surroundings.cwd;
  if (scope !== runner) for (const [name, value] of scope.surroundings.variables) if (!local.has(name)) runner.surroundings.variables.set(name, value);
  return because;
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
  const view = viewOf(runner.state, runner.surroundings);
  const call = callOf(words, span);
  for (const [name, value] of call.assignments) runner.surroundings.variables.set(name, value);
  const outcome = redirected(runner, effectsOf(call, view), call, redirects, view);
  const dependenciesOnly = dependenciesOnlyOf(call, view);
  const cwd = runner.surroundings.cwd;
  if (outcome.kind === 'opaque') {
    runner.commands.push({ step, call, effects: [], opaque: outcome.because, dependenciesOnly, isPackageManager: isPackageManager(call), cwd });
    return outcome.because;
  }
  const executed = outcome.effects.map((effect) => perform(runner, failureIgnored ? { ...effect, does: `ignoring failure: ${effect.does}` } : effect, call));
  runner.commands.push({ step, call, effects: executed, opaque: null, dependenciesOnly, isPackageManager: isPackageManager(call), cwd });
  if (outcome.cwd !== undefined) runner.surroundings.cwd = outcome.cwd;
  for (const [name, value] of outcome.variables ?? []) runner.surroundings.variables.set(name, value);
  return null;
}

/** cd, export and their like change what follows in the RUN. Undefined: not a builtin. Null: done. Text: not understood. */
function runBuiltin(runner: Runner, words: readonly Argument[]): string | null | undefined {
  const [name, ...args] = words;
  switch (name?.text) {
    case 'cd': {
      const target = args.filter((arg) => arg.text !== '--').at(0);
      if (args.length > 1 && args.at(0)?.text !== '--') return 'cd with several arguments';
      if (target && (!target.known || target.glob || target.text === '-')) return 'cd to a directory that is not known';
      const view = viewOf(runner.state, runner.surroundings);
      runner.surroundings.cwd = target ? view.resolve(target.text) : view.home;
      return null;
    }
    case 'export':
    case 'readonly':
      for (const { text, known, raw } of args) {
        const equals = text.indexOf('=');
        if (text.startsWith('-')) continue;
        if (equals > 0) runner.surroundings.variables.set(text.slice(0, equals), known ? text.slice(equals + 1) : symbol(raw));
      }
      return null;
    case 'unset':
      for (const { text } of args) if (!text.startsWith('-')) runner.surroundings.variables.set(text, null);
      return null;
    case 'set': {
      const flags = args.map((arg) => arg.text);
      if (flags.some((flag) => /^-[a-z]*e/.test(flag)) || flags.includes('errexit')) runner.stopsOnError = true;
      if (flags.some((flag) => /^\+[a-z]*e/.test(flag))) runner.stopsOnError = false;
      return flags.every((flag) => /^[-+][a-zA-Z]*$/.test(flag) || /^[a-z]+$/.test(flag)) ? null : 'set changes the arguments';
    }
    case 'umask':
      runner.surroundings.variables.set('(umask)', joinedText(args));
      return null;
    case 'source':
    case '.': {
      const match = /^(.*)\/bin\/activate$/.exec(args[0]?.text ?? '');
      if (!match || !args[0]?.known) return 'a sourced script is not read';
      const view = viewOf(runner.state, runner.surroundings);
      const prefix = view.resolve(match[1] || '/');
      runner.surroundings.variables.set('VIRTUAL_ENV', prefix);
      runner.surroundings.variables.set('PATH', [join(prefix, 'bin'), ...pathDirectories(view.variable)].join(':'));
      return null;
    }
    case 'exit':
      return args.length === 0 || args[0]?.text === '0' ? null : 'exit';
    default:
      return undefined;
  }
}

// ------------------------------------------------------------------------------------------------- words to arguments

/** Substitutions that only ask the machine, and give the same answer wherever they stand. */
const knownSubstitution =
  /^(?:\$\(|`)\s*(?:nproc(?: --all)?|uname(?: -[a-z]+)?|arch|dpkg --print-architecture|apk --print-arch|rpm -E %\w+|lsb_release -[a-z]+|date(?: [^;&|<>$`()]*)?|id -[a-z]+(?: \w+)?|whoami|pwd|hostname|getconf \w+|\. \/etc\/os-release (?:&&|;) echo "?\$\{?\w+\}?"?)\s*(?:\)|`)$/;

function expandWord(runner: Runner, word: Word): readonly Argument[] {
  const view = viewOf(runner.state, runner.surroundings);
  let text = '';
  let known = true;
  let glob = false;
  for (const part of word.parts) {
    const value = expandPart(view, part);
    if (value === null) known = false;
    text += value ?? part.kind;
    if (part.kind === 'glob' && part.text !== '~') glob = true;
  }
  const only = word.parts[0];
  const splits = word.parts.length === 1 && only?.kind === 'variable' && !only.quoted;
  if (!splits) return [{ text, known, glob, raw: word.raw, span: word.span }];
  // An unquoted variable is split into words; one whose value is not known may be any number of them.
  return text
    .split(/\s+/)
    .filter((piece) => piece !== '')
    .map((piece) => ({ text: piece, known, glob: glob || /[*?[]/.test(piece), raw: word.raw, span: word.span }));
}

function expandPart(view: ImageView, part: WordPart): string | null {
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'glob':
      return part.text;
    case 'variable':
      return expandVariable(view, part);
    case 'opaque':
      return knownSubstitution.test(part.text) ? symbol(part.text) : null;
  }
}

function expandVariable(view: ImageView, part: Extract<WordPart, { kind: 'variable' }>): string | null {
  const value = part.name === 'HOME' ? view.home : part.name === 'PWD' ? view.cwd : view.variable(part.name);
  if (part.operator === null) {
    if (/^[?$!#@*0-9-]$/.test(part.name)) return null;
    return value === undefined ? baseSymbol(part.name) : (value ?? '');
  }
  const operand = (part.operand?.parts ?? []).map((inner) => expandPart(view, inner));
  if (operand.includes(null)) return null;
  const other = operand.join('');
  if (value === undefined || isSymbolic(value ?? '')) return symbol(`${part.name}${part.operator}${other}`);
  const isSet = value !== null && (value !== '' || !part.operator.startsWith(':'));
  switch (part.operator) {
    case ':-':
    case '-':
    case ':=':
    case '=':
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

// -------------------------------------------------------------------------------------------------------- redirections

function redirected(runner: Runner, outcome: Outcome, call: Call, redirects: readonly Redirect[], view: ImageView): Outcome {
  if (outcome.kind === 'opaque') return outcome;
  const reads: Place[] = [];
  const writes: Write[] = [];
  let input = '';
  for (const redirect of redirects) {
    if (redirect.heredoc !== null) {
      const body = expandWord(runner, redirect.heredoc);
      if (body.some((piece) => !piece.known)) return opaque('a here-document with substitutions');
      input += joinedText(body);
      continue;
    }
    if (redirect.target === null || redirect.operator === '>&' || redirect.operator === '<&') continue;
    const [target, ...more] = expandWord(runner, redirect.target);
    if (!target?.known || target.glob || more.length > 0) return opaque(`a redirection to ${redirect.target.raw}`);
    if (redirect.operator === '<<<') {
      input += target.text;
      continue;
    }
    const path = view.resolve(target.text);
    if (path === '/dev/null' || path === '/dev/stderr' || path === '/dev/stdout') continue;
    if (redirect.operator === '<') reads.push(file(path));
    else writes.push({ place: file(path), how: redirect.operator === '>>' ? 'edit' : 'set' });
  }
  if (reads.length === 0 && writes.length === 0 && input === '') return outcome;
  const read = outcome.effects.flatMap((effect) => effect.reads);
  const does = `${call.program} ${call.args.map((arg) => arg.text).join(' ')} with ${redirects.map((redirect) => redirect.operator).join(' ')} ${input}`;
  const selfContained = outcome.effects.some((effect) => effect.selfContained);
  const env = [...new Set(outcome.effects.flatMap((effect) => effect.env))];
  const written: Effect = { does, kind: 'files', reads: [...read, ...reads], env, writes, anyUser: false, selfContained };
  const { kind, ...rest } = outcome;
  return { kind, ...rest, effects: [...outcome.effects, written] };
}

// ----------------------------------------------------------------------------------------------------------- compounds

/**
 * Pipes, `||`, loops and conditions are not followed. Where every command in them is understood, and none changes the
 * shell itself, what they do is bounded: they read what their commands read and may change what their commands write.
 */
function runCompound(runner: Runner, node: ShellNode, step: Step | null): string | null {
  const inner: Command[] = [];
  const reason = collect(node, inner);
  if (reason !== null) return reason;
  const view = viewOf(runner.state, runner.surroundings);
  const reads: Place[] = [];
  const writes: Write[] = [];
  const env = new Set<string>();
  const does: string[] = [node.kind];
  const kinds = new Set<StepKind>();
  for (const command of inner) {
    const words = command.words.flatMap((word) => expandWord(runner, word));
    if (words.length === 0 || ['cd', 'export', 'source', '.', 'umask', 'unset'].includes(words[0]?.text ?? '')) return `${node.kind} that changes the shell's own state`;
    if (['set', 'exit', 'true', ':'].includes(words[0]?.text ?? '')) {
      does.push(words.map((word) => word.text).join(' '));
      continue;
    }
    if (command.assignments.length > 0) return `${node.kind} with assignments`;
    const call = callOf(words, command.span);
    const outcome = redirected(runner, effectsOf(call, view), call, command.redirects, view);
    if (outcome.kind === 'opaque') return outcome.because;
    does.push(words.map((word) => word.text).join(' '));
    for (const effect of outcome.effects) {
      kinds.add(effect.kind);
      reads.push(...effect.reads);
      for (const name of effect.env) env.add(name);
      for (const written of effect.writes) writes.push({ ...written, how: 'edit' });
    }
  }
  const kind = (['install', 'os-packages', 'users', 'files', 'observe'] as const).find((one) => kinds.has(one)) ?? 'run';
  const effect: Effect = { does: does.join(' | '), kind, reads: [...reads, ...writes.map((written) => written.place)], env: [...env], writes };
  const executed = perform(runner, effect, null);
  runner.commands.push({ step, call: null, effects: [executed], opaque: null, dependenciesOnly: null, isPackageManager: false, cwd: runner.surroundings.cwd });
  return null;
}

function collect(node: ShellNode, into: Command[]): string | null {
  switch (node.kind) {
    case 'command':
      into.push(node);
      return null;
    case 'pipeline':
      return firstReason(node.commands, into);
    case 'or':
      return firstReason(node.nodes, into);
    case 'negated':
      return collect(node.body, into);
    case 'background':
    case 'group':
      return redirectReason(node) ?? firstReason(node.body.steps.map((step) => step.node), into);
    case 'conditional':
    case 'loop':
      return substitutionReason(node.words) ?? redirectReason(node) ?? firstReason(node.nested.flatMap((script) => script.steps.map((step) => step.node)), into);
    case 'test':
      return substitutionReason(node.words);
    case 'opaque':
      return node.because;
  }
}

/** A substitution in the words of a loop or condition runs commands, too. */
function substitutionReason(words: readonly Word[]): string | null {
  const part = words.flatMap((word) => word.parts).find((one) => one.kind === 'opaque' && !knownSubstitution.test(one.text));
  return part?.kind === 'opaque' ? part.because : null;
}

function redirectReason(node: ShellNode): string | null {
  const redirects = 'redirects' in node ? node.redirects : [];
  return redirects.length === 0 ? null : `a redirection of a whole ${node.kind}`;
}

function firstReason(nodes: readonly ShellNode[], into: Command[]): string | null {
  for (const node of nodes) {
    const reason = collect(node, into);
    if (reason !== null) return reason;
  }
  return null;
}

// -------------------------------------------------------------------------------------------------------------- effects

function perform(runner: Runner, effect: Effect, call: Call | null): ExecutedEffect {
  const { state } = runner;
  const token = effectToken(runner, effect, call);
  const reads = effect.reads.flatMap((place) => contextRead(state, place));
  for (const written of effect.writes) {
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

function effectToken(runner: Runner, effect: Effect, call: Call | null): Token {
  const { state } = runner;
  const { values } = state;
  const view = viewOf(state, runner.surroundings);
  const operands: (string | Token)[] = [effect.does];
  const asRoot = isRoot(state.config.user);
  if (!effect.anyUser) operands.push(state.config.user, runner.surroundings.variables.get('(umask)') ?? '');
  const written = new Set(effect.writes.map((one) => one.place.path));
  for (const place of effect.reads) operands.push(readToken(state, place, asRoot, written));
  for (const [name, value] of environmentOf(state, runner.surroundings, effect.env)) operands.push(name, value);
  if (call && effect.kind !== 'observe') operands.push(...programTokens(state, call, effect, view));
  // A result that is added to what is there must not depend on it by its token: the order in the list tells.
  for (const one of effect.writes) if (one.how === 'edit') operands.push(one.place.path);
  return values.token('effect', ...operands);
}

export function isRoot(user: string): boolean {
  return /^(?:|root|0)(?::.*)?$/.test(user);
}

function readToken(state: StageState, place: Place, asRoot: boolean, written: ReadonlySet<Path>): Token {
  const { values, tree } = state;
  if (place.deep) {
    const behind = isRegion(place.path) ? [] : regionsBehind(place.path).filter((region) => !written.has(region));
    return values.token('read', digest(tree, place.path), ...behind.map((region) => lookUp(tree, region).data));
  }
  const { data, owner, mode } = lookUp(tree, place.path);
  const regions = isRegion(place.path) ? [] : regionsOf(place.path).map((region) => lookUp(tree, region).data);
  if (asRoot && regions.length === 0) return data;
  return asRoot ? values.token('read', data, ...regions) : values.token('read', data, owner, mode, ...regions);
}

/** The variables that an effect depends on, as they are: set in the RUN, by ENV or ARG; the base's are the same anyway. */
function environmentOf(state: StageState, surroundings: Surroundings, names: readonly string[]): readonly [string, string][] {
  const all = new Map<string, string>();
  for (const [name, value] of state.args) if (value !== null) all.set(name, value);
  for (const [name, value] of state.config.env) all.set(name, value);
  for (const [name, value] of surroundings.variables) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  const matches = (name: string): boolean => names.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name));
  return [...all].filter(([name]) => matches(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Where PATH finds the program, and the Python packages that may have brought it. */
function programTokens(state: StageState, call: Call, effect: Effect, view: ImageView): readonly Token[] {
  const { tree } = state;
  const tokens: Token[] = [];
  const writes = new Set(effect.writes.map((written) => written.place.path));
  const directories = call.programPath?.includes('/') ? [] : pathDirectories(view.variable);
  if (call.programPath?.includes('/')) tokens.push(lookUp(tree, view.resolve(call.programPath)).data);
  const isSystem = isSystemTool(call);
  for (const directory of directories) {
    tokens.push(lookUp(tree, join(view.resolve(directory), call.program)).data);
    if (isSystem || !directory.endsWith('/bin')) continue;
    const region = pythonRegion(view.resolve(directory.slice(0, -'/bin'.length) || '/'));
    if (!writes.has(region)) tokens.push(lookUp(tree, region).data);
  }
  if (!isSystem && !writes.has(osRegion)) tokens.push(lookUp(tree, osRegion).data);
  return tokens;
}

function writePlace(state: StageState, written: Write, token: Token): void {
  const { tree, values, config } = state;
  const { path, deep } = written.place;
  const owner = values.token('owner', isRoot(config.user) ? '0:0' : config.user);
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
    case 'set':
      if (deep) remove(tree, path, true);
      if (deep) change(tree, path, true, 'all', token);
      write(tree, path, isRegion(path) ? { data: token } : { data: token, owner, mode: values.token('mode-of', token) });
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
