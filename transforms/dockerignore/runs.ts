/** What runs in a stage or in its image, command by command, through the scripts that are called. */
import { resolvePath } from '../../src/build/places.ts';
import type { StageResult, StepRecord } from '../../src/build/symbolic-build.ts';
import type { Argument } from '../../src/commands/command.ts';
import { callOf } from '../../src/commands/index.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { CommandLine } from '../../src/dockerfile/parse.ts';
import { lineOf, linesOf } from '../../src/dockerfile/scan.ts';
import type { Instruction } from '../../src/dockerfile/scan.ts';
import type { Command, Script, ShellNode, Word } from '../../src/dockerfile/shell.ts';
import { fields, parseShellText } from '../../src/dockerfile/shell.ts';
import type { BuildContext, Path } from '../../src/types.ts';
import type { Arrival } from './arrivals.ts';
import { entryOfBase, takesArguments } from './entry-points.ts';

/** One command. */
export interface Run {
  readonly kind: 'run';
  /** Its base name; `python -m pip` is `pip`. Null: not known before it runs. */
  readonly program: string | null;
  /** As written, if it was a path. */
  readonly programPath: string | null;
  /** Words whose value is not known are null. */
  readonly args: readonly (string | null)[];
  /** The working directory in the image; null: not known. */
  readonly cwd: Path | null;
  /** Where it stands: `Dockerfile:4`, `scripts/build.sh:3`. */
  readonly where: string;
  /** Does the image run it when it starts? */
  readonly atStart?: true;
  /** Does it run only where a variable has a certain value? */
  readonly atTimes?: true;
}

/** A piece of a script that cannot be read. */
export interface UnreadRun {
  readonly kind: 'unread';
  readonly because: string;
  readonly where: string;
}

export type Piece = Run | UnreadRun;

/** What a script runs with. */
interface Shell {
  /** What a variable is, where the Dockerfile says it. */
  readonly variables: (name: string) => string | undefined;
  /** `file:line` of an offset. */
  readonly whereIs: (at: number) => string;
  cwd: Path | null;
}

/** What a text that is run starts with. */
export interface Start {
  readonly variables?: Shell['variables'];
  readonly cwd?: Path | null;
  readonly firstLine?: number;
}

/** The RUNs of a stage that see what arrived, and, if its image holds it, what the image runs. */
export function piecesOf(arrival: Arrival): readonly Piece[] {
  const inBuild = buildPieces(arrival, arrival.steps);
  return arrival.isShipped ? [...inBuild, ...triggers(arrival), ...startPieces(arrival)] : inBuild;
}

const ofSteps = new WeakMap<StepRecord, readonly Piece[]>();

/** The commands of some RUNs of a stage. Each is read once, whatever asks for it. */
export function buildPieces(arrival: Pick<Arrival, 'build' | 'stage'>, steps: readonly StepRecord[]): readonly Piece[] {
  return steps.flatMap((step) => {
    const pieces = ofSteps.get(step) ?? piecesOfStep(arrival, step);
    ofSteps.set(step, pieces);
    return pieces;
  });
}

function piecesOfStep({ build, stage }: Pick<Arrival, 'build' | 'stage'>, { instruction, run, cwd, line }: StepRecord): readonly Piece[] {
  const file = build.build.dockerfile;
  const variables = variablesOf(stage);
  if (instruction.json !== null) return [runOf(instruction.json, `${file}:${line}`, cwd)];
  if (run?.script) return piecesOfScript(run.script, { variables, whereIs: (at) => `${file}:${lineOf(build.symbolic.model.scanned, at)}`, cwd });
  return textOf(instruction, line).flatMap((text) => piecesOfText(text.text, file, { variables, cwd, firstLine: text.line }));
}

/** What builds on top of the image do. */
function triggers({ build, stage }: Arrival): readonly Piece[] {
  const all = stage.chain.flatMap((index) => build.symbolic.stages[index]?.stage.instructions ?? []);
  return all.filter(({ keyword, text }) => keyword === 'ONBUILD' && /^run\b/i.test(text)).map(({ lines }): Piece => ({ kind: 'unread', because: 'ONBUILD runs in other builds', where: `${build.build.dockerfile}:${lines.start}` }));
}

function variablesOf(stage: StageResult): Shell['variables'] {
  return (name) => stage.state.config.env.get(name);
}

/** Words of an exec form, or of a compose file. */
export function runOf(words: readonly (string | null)[], where: string, cwd: Path | null = null): Run {
  const span = { start: 0, end: 0 };
  const args = words.map((text): Argument => ({ text: text ?? '', known: text !== null, glob: false, raw: text ?? '', span }));
  const call = callOf(args, span);
  const known = call.args.map((arg) => (arg.known ? arg.text : null));
  return { kind: 'run', program: words[0] === null ? null : call.program, programPath: call.programPath, args: known, cwd, where };
}

/** The commands of a shell text in a file. */
export function piecesOfText(text: string, file: Path, { variables = () => undefined, cwd = null, firstLine = 1 }: Start = {}): readonly Piece[] {
  const { body, functions } = withoutFunctions(text.replaceAll('\r\n', '\n'));
  const parsed = parseShellText(body);
  if (parsed.kind === 'opaque') return [{ kind: 'unread', because: parsed.because, where: `${file}:${firstLine}` }];
  const lineIn = linesOf(body);
  const pieces = piecesOfScript(parsed.script, { variables, whereIs: (at) => `${file}:${lineIn(at) + firstLine - 1}`, cwd });
  return pieces.filter((piece) => piece.kind === 'unread' || piece.program === null || !functions.has(piece.program));
}

/** The commands of a text that stands in one place, such as a script of package.json. */
export function piecesAt(text: string, where: string, start: Start = {}): readonly Piece[] {
  return piecesOfText(text, '', start).map((piece) => ({ ...piece, where }));
}

/** Functions are read as groups, so that what is in them counts, and calls of them say nothing more. */
function withoutFunctions(text: string): { readonly body: string; readonly functions: ReadonlySet<string> } {
  const functions = new Set<string>();
  const body = text.replaceAll(/^([ \t]*)(?:function[ \t]+([\w-]+)[ \t]*(?:\([ \t]*\))?|([\w-]+)[ \t]*\([ \t]*\))[ \t]*(\r?\n[ \t]*)?(?=\{)/gm, (_all, indent: string, one?: string, other?: string, feed = '') => {
    functions.add(one ?? other ?? '');
    return `${indent}${feed}`;
  });
  return { body, functions };
}

/** The script of a RUN that is no plain command: a here-document alone is one, with others they are input of commands. */
function textOf({ text, heredocs }: Instruction, line: number): readonly { readonly text: string; readonly line: number }[] {
  const [heredoc] = heredocs;
  if (heredoc !== undefined && /^<<-?\s*["']?\w+["']?\s*$/.test(text.trim())) return [{ text: heredoc.content, line: line + 1 }];
  return [{ text: heredocs.length === 0 ? text : [text, ...heredocs.flatMap((one) => [one.content, one.name])].join('\n'), line }];
}

// ------------------------------------------------------------------------------------------------------------ the image

/** What the image of a stage runs when it starts: of its own, and as compose files say. */
function startPieces({ build, stage }: Arrival): readonly Piece[] {
  const { scanned } = build.symbolic.model;
  const start: Start = { variables: variablesOf(stage), cwd: stage.state.config.cwd };
  const instructions = stage.chain.flatMap((index) => build.symbolic.stages[index]?.stage.instructions ?? []);
  const last = (keyword: string): Instruction | undefined => instructions.findLast((instruction) => instruction.keyword === keyword);
  const placeOf = (instruction: Instruction): string => `${build.build.dockerfile}:${instruction.lines.start}`;
  const root = build.symbolic.stages[stage.chain[0] ?? stage.stage.index] ?? stage;
  const lineOfLast = (keyword: string): StartLine | null => {
    const instruction = last(keyword);
    const parsed = instruction === undefined ? null : parse(instruction, scanned);
    return instruction === undefined || parsed === null || !('command' in parsed) || parsed.command === null ? null : { command: parsed.command, where: placeOf(instruction) };
  };
  const check = lineOfLast('HEALTHCHECK');
  const own = [...mainLines(lineOfLast('ENTRYPOINT'), lineOfLast('CMD'), root.reference, build.context), ...(check === null ? [] : [check])].flatMap(({ command, where }) => piecesOfLine(command, where, start));
  const others = (build.build.commands ?? []).flatMap(({ text, words, where }) => (words === null ? piecesAt(text, where, start) : [runOf(words, where, start.cwd)]));
  if (own.length + others.length > 0 || hasPlainProgram(root.reference)) return [...own, ...others].map((piece): Piece => (piece.kind === 'run' ? { ...piece, atStart: true } : piece));
  return [{ kind: 'unread', because: `the image starts what \`${root.reference}\` starts, which is not known`, where: `${build.build.dockerfile}:${stage.stage.fromInstruction.lines.start}` }];
}

interface StartLine {
  readonly command: CommandLine;
  readonly where: string;
}

/** ENTRYPOINT, or that of the base, with CMD as its arguments; and CMD as a command where a script may run it as one. */
function mainLines(entrypoint: StartLine | null, cmd: StartLine | null, base: string, context: BuildContext): readonly StartLine[] {
  if (entrypoint === null) return cmd === null ? [] : [{ ...cmd, command: cmd.command.form === 'shell' ? cmd.command : { form: 'exec', argv: [...entryOfBase(base, cmd.command.argv), ...cmd.command.argv] } }];
  // A shell gets CMD as words that its text may use.
  if (cmd === null || entrypoint.command.form === 'shell') return cmd === null ? [entrypoint] : [entrypoint, cmd];
  const { argv } = entrypoint.command;
  const words = cmd.command.form === 'shell' ? ['/bin/sh', '-c', cmd.command.text] : cmd.command.argv;
  const whole: StartLine = { where: entrypoint.where, command: { form: 'exec', argv: [...argv, ...words] } };
  if (argv.length === 0) return [cmd];
  return words[0]?.startsWith('-') === true || takesArguments(argv, context) ? [whole] : [whole, cmd];
}

function piecesOfLine(command: CommandLine, where: string, start: Start): readonly Piece[] {
  if (command.form === 'shell') return piecesAt(command.text, where, start);
  return command.argv.length === 0 ? [] : [runOf(command.argv, where, start.cwd)];
}

/** Images whose own program reads nothing of a project: a shell, the prompt of a language, a server of static files. */
function hasPlainProgram(reference: string): boolean {
  return /^(?:docker\.io\/)?(?:library\/)?(?:python|node|golang|ruby|php|debian|ubuntu|alpine|busybox|nginx|httpd|openjdk|eclipse-temurin|amazoncorretto|rust|elixir|erlang|gcc|perl|julia|haskell|maven|gradle)(?:[:@]|$)|^(?:mcr\.microsoft\.com\/dotnet\/|nginxinc\/nginx-unprivileged(?:[:@]|$)|gcr\.io\/distroless\/)|^(?:scratch)?$/.test(reference);
}

// ------------------------------------------------------------------------------------------------------------- the shell

function piecesOfScript(script: Script, shell: Shell): readonly Piece[] {
  let isUnderTest = false;
  return script.steps.flatMap((step) => {
    isUnderTest &&= step.joinedBy === 'and';
    const pieces = piecesOfNode(step.node, shell);
    const marked = isUnderTest ? pieces.map(atTimes) : pieces;
    isUnderTest ||= testsVariable(step.node);
    return marked;
  });
}

function piecesOfNode(node: ShellNode, shell: Shell): readonly Piece[] {
  const inside = (words: readonly Word[]): readonly Piece[] => words.flatMap((word) => substituted(word, shell));
  switch (node.kind) {
    case 'command':
      return [...inside(wordsOf(node)), ...commandPieces(node, shell)];
    case 'pipeline':
      return node.commands.flatMap((one) => piecesOfNode(one, shell));
    case 'or':
      return node.nodes.flatMap((one, index) => {
        const pieces = piecesOfNode(one, shell);
        return node.nodes.slice(0, index).some(testsVariable) ? pieces.map(atTimes) : pieces;
      });
    case 'negated':
      return piecesOfNode(node.body, shell);
    case 'group':
      return piecesOfScript(node.body, node.subshell ? { ...shell } : shell);
    case 'background':
      return piecesOfScript(node.body, { ...shell });
    case 'conditional': {
      const parts = node.nested.map((one) => piecesOfScript(one, shell));
      const pieces = [...inside(node.words), ...parts.flat()];
      if (!dependsOnVariable(node.words, node.nested[0])) return pieces;
      const inAnyCase = runInAnyCase(node.words, parts);
      return pieces.map((piece) => (piece.kind === 'run' && inAnyCase.has(piece.program) ? piece : atTimes(piece)));
    }
    case 'loop':
      return [...inside(node.words), ...node.nested.flatMap((one) => piecesOfScript(one, shell))];
    case 'test':
      return inside(node.words);
    case 'opaque':
      return [{ kind: 'unread', because: node.because, where: shell.whereIs(node.span.start) }];
  }
}

function atTimes(piece: Piece): Piece {
  return piece.kind === 'run' ? { ...piece, atTimes: true } : piece;
}

/** `if [ "$INSTALL" = true ]`, `case $NODE_ENV in`: not a test for a file. */
function dependsOnVariable(words: readonly Word[], condition: Script | undefined): boolean {
  return words.some(hasVariable) || (condition?.steps ?? []).some(({ node }) => testsVariable(node));
}

/** `[ "$INSTALL" = true ]`, `[[ -n $CI ]]`, `test`. */
function testsVariable(node: ShellNode): boolean {
  if (node.kind === 'negated') return testsVariable(node.body);
  if (node.kind === 'or') return node.nodes.some(testsVariable);
  if (node.kind === 'test') return node.words.some(hasVariable);
  if (node.kind !== 'command') return false;
  const [program] = node.words;
  return program !== undefined && /^(?:\[|test)$/.test(fields(program, () => undefined)?.[0] ?? '') && node.words.some(hasVariable);
}

function hasVariable(word: Word): boolean {
  return word.parts.some(({ kind }) => kind === 'variable');
}

/**
 * `if … then npm install; else npm ci; fi`: a program that stands in every branch, of which one is taken for sure. `parts`
 * are conditions and bodies in order; a `case` has bodies alone, and its patterns among the words.
 */
function runInAnyCase(words: readonly Word[], parts: readonly (readonly Piece[])[]): ReadonlySet<string | null> {
  const isCase = words.length > 0;
  const isComplete = isCase ? words.some(({ raw }) => raw === '*') : parts.length % 2 === 1;
  const branches = isCase ? parts : parts.filter((_part, index) => index % 2 === 1 || index === parts.length - 1);
  const [first = [], ...others] = branches.map((pieces) => pieces.flatMap((piece) => (piece.kind === 'run' ? [piece.program] : [])));
  return new Set(isComplete ? first.filter((program) => others.every((programs) => programs.includes(program))) : []);
}

function wordsOf({ assignments, words, redirects }: Command): readonly Word[] {
  return [...assignments.map(({ value }) => value), ...words, ...redirects.flatMap(({ target, heredoc }) => [target, heredoc].filter((word) => word !== null))];
}

function commandPieces({ words, span }: Command, shell: Shell): readonly Piece[] {
  const values = words.flatMap((word): readonly (string | null)[] => fields(word, shell.variables) ?? [null]);
  if (values.length === 0) return [];
  const run = runOf(values, shell.whereIs(span.start), shell.cwd);
  if (run.program === 'cd' || run.program === 'pushd') shell.cwd = directoryAfter(shell.cwd, run.args[0]);
  return [run];
}

function directoryAfter(cwd: Path | null, word: string | null | undefined): Path | null {
  if (word === null || word === undefined || word === '-' || word.startsWith('~')) return null;
  return word.startsWith('/') ? resolvePath('/', word) : cwd === null ? null : resolvePath(cwd, word);
}

/** What `$(…)` and backquotes in a word run. */
function substituted(word: Word, shell: Shell): readonly Piece[] {
  return word.parts.flatMap((part): readonly Piece[] => {
    if (part.kind === 'variable') return part.operand === null ? [] : substituted(part.operand, shell);
    if (part.kind !== 'opaque') return [];
    const where = shell.whereIs(word.span.start);
    const inner = /^(?:\$\(|[<>]\(|`)(?!\()([\s\S]*)[)`]$/.exec(part.text)?.[1];
    if (inner !== undefined) return piecesAt(inner, where, { variables: shell.variables, cwd: shell.cwd });
    return /\$\((?!\()|`/.test(part.text) ? [{ kind: 'unread', because: `\`${part.text}\` is not read`, where }] : [];
  });
}
