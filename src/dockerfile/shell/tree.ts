import { parse } from 'unbash';
import type * as Ast from 'unbash';
import type { Span } from '../../types.ts';
import type { Assignment, Redirect, Script, ShellNode, Step, Word } from '../shell.ts';
import type { Source } from './source.ts';
import { LostPlace, spanOf, trimmedSpan } from './source.ts';
import { assignmentOf, assignmentWord, redirectOf, wordOf } from './words.ts';

/** The commands of a text, in the span in which it stands in the file; or why they are not known. */
export function scriptFrom(source: Source, within: Span): Script | string {
  try {
    const tree = parse(source.derived.text);
    const error = tree.errors?.[0];
    return error === undefined ? scriptOf(source, tree.commands, within, 0) : `the shell text cannot be parsed: ${error.message}`;
  } catch (error) {
    return failureReason(error);
  }
}

interface Link {
  readonly node: ShellNode;
  readonly joinedBy: Step['joinedBy'];
  /** Where it ends in the derived text. */
  readonly end: number;
}

/** `within` is the construct that the list stands in, in the file; `at` is where an empty list stands. */
function scriptOf(source: Source, statements: readonly Ast.Statement[], within: Span, at: number): Script {
  const heredocsBefore = source.heredocs.length;
  const links: Link[] = [];
  let previous: Ast.Statement | null = null;
  for (const statement of statements) {
    const joinedBy = previous === null ? 'start' : listOperator(source, previous, statement);
    links.push(...linksOf(source, statement, joinedBy));
    previous = statement;
  }
  const empty = spanOf(source, at, at);
  return tile(source, links, heredocsBefore, within, { start: empty.start, end: empty.start });
}

/** Steps out of links: adds the bodies of here-documents to the step that they follow, and checks the order. */
function tile(source: Source, links: readonly Link[], heredocsBefore: number, within: Span, empty: Span): Script {
  const steps: Step[] = [];
  let next = heredocsBefore;
  let pendingFrom = -1;
  let pendingUntil = -1;
  let end = links[0]?.node.span.start ?? empty.start;
  if (end < within.start) throw new LostPlace();
  let index = 0;
  for (const { node, joinedBy, end: after } of links) {
    index += 1;
    const { start } = node.span;
    if (start < end || node.span.end < start || node.span.end > within.end) throw new LostPlace();
    const separator = { start: end, end: start };
    const heredocPending = pendingUntil > end;
    if (pendingUntil <= start) pendingFrom = -1;
    for (; (source.heredocs[next]?.operator ?? Infinity) < node.span.end; next += 1) {
      const heredoc = source.heredocs[next];
      if (heredoc === undefined || heredoc.span.end <= node.span.end) continue;
      if (pendingFrom === -1) pendingFrom = heredoc.at;
      pendingUntil = heredoc.span.end;
    }
    const nextStart = links[index]?.node.span.start ?? within.end;
    const follows = pendingFrom !== -1 && pendingFrom === nextLine(source.derived.text, after);
    end = follows && pendingUntil <= nextStart ? pendingUntil : node.span.end;
    steps.push({ node, joinedBy, span: { start, end }, separator, heredocPending });
  }
  return { steps, span: { start: steps[0]?.span.start ?? empty.start, end } };
}

/** Where the next line starts if only a list operator, white space and a comment stand before it; else -1. */
function nextLine(text: string, from: number): number {
  let at = nextVisible(text, from, text.length);
  if (text[at] === ';' || text[at] === '&') at = nextVisible(text, at + 1, text.length);
  if (text[at] === '#') {
    const feed = text.indexOf('\n', at);
    at = feed === -1 ? text.length : feed;
  }
  return text[at] === '\n' ? at + 1 : -1;
}

/** Skips white space and continuations from `from` on; the parser gives no offsets for operators. */
function nextVisible(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    if (text[at] === ' ' || text[at] === '\t') at += 1;
    else if (text.startsWith('\\\n', at)) at += 2;
    else break;
  }
  return at;
}

function listOperator(source: Source, previous: Ast.Statement, next: Ast.Statement): 'semicolon' | 'newline' {
  const text = source.derived.text;
  const at = nextVisible(text, previous.end, next.pos);
  if (text[at] === ';') return 'semicolon';
  if (text[at] === '\n' || text[at] === '#') return 'newline';
  if (previous.background === true && at === next.pos) return 'semicolon';
  throw new LostPlace();
}

function linksOf(source: Source, statement: Ast.Statement, joinedBy: Step['joinedBy']): readonly Link[] {
  if (statement.background !== true) return andOrOf(source, statement.command, joinedBy);
  const heredocsBefore = source.heredocs.length;
  const list = andOrOf(source, statement.command, 'start');
  const span = trimmedSpan(source, statement.pos, statement.end);
  const body = tile(source, list, heredocsBefore, span, span);
  return [{ node: { kind: 'background', body, span }, joinedBy, end: statement.end }];
}

/** `a && b && c` is three links; a list with a `||` in it is one. */
function andOrOf(source: Source, list: Ast.PipelineNode | Ast.AndOr, joinedBy: Step['joinedBy']): readonly Link[] {
  if (list.type !== 'AndOr') return [{ node: nodeOf(source, list), joinedBy, end: list.end }];
  const links: Link[] = [];
  let previous: Ast.PipelineNode | null = null;
  for (const command of list.commands) {
    if (previous !== null) checkOperator(source, previous, list.operators[links.length - 1], command);
    links.push({ node: nodeOf(source, command), joinedBy: previous === null ? joinedBy : 'and', end: command.end });
    previous = command;
  }
  if (!list.operators.includes('||')) return links;
  const nodes = links.map((link) => link.node);
  const operators = list.operators.map((operator) => (operator === '&&' ? ('and' as const) : ('or' as const)));
  return [{ node: { kind: 'or', nodes, operators, span: around(nodes) }, joinedBy, end: list.end }];
}

function checkOperator(
  source: Source,
  before: Ast.PipelineNode,
  operator: Ast.LogicalOperator | undefined,
  after: Ast.PipelineNode,
): void {
  const { text } = source.derived;
  const at = nextVisible(text, before.end, after.pos);
  if (operator === undefined || !text.startsWith(operator, at)) throw new LostPlace();
}

/** From the first of some things to the last of them. */
function around(things: readonly { readonly span: Span }[]): Span {
  const first = things[0];
  const last = things.at(-1);
  if (first === undefined || last === undefined) throw new LostPlace();
  let end = first.span.start;
  for (const { span } of things) {
    if (span.start < end) throw new LostPlace();
    end = span.end;
  }
  return { start: first.span.start, end };
}

function nodeOf(source: Source, node: Ast.PipelineNode): ShellNode {
  switch (node.type) {
    case 'Command':
      return commandOf(source, node);
    case 'Pipeline':
      return pipelineOf(source, node);
    case 'Redirected':
      return compoundOf(source, node.command, node.redirects, node.end);
    case 'Function':
      readThrough(source, node.body);
      return opaqueNode(source, node, 'it defines a function');
    case 'Coproc':
      readThrough(source, node.body);
      return opaqueNode(source, node, 'it starts a coprocess');
    default:
      return compoundOf(source, node, [], node.end);
  }
}

function opaqueNode(source: Source, node: Placed, because: string): ShellNode {
  return { kind: 'opaque', because, span: trimmedSpan(source, node.pos, node.end) };
}

/** Reads what stays opaque only for its here-documents: their bodies may stand outside it. */
function readThrough(source: Source, node: Ast.PipelineNode | Ast.CompoundList): void {
  if (node.type !== 'CompoundList') nodeOf(source, node);
}

interface Placed {
  readonly pos: number;
  readonly end: number;
}

function pipelineOf(source: Source, pipeline: Ast.Pipeline): ShellNode {
  const commands = pipeline.commands.map((command) => nodeOf(source, command));
  if (pipeline.prefixes.some((prefix) => prefix.type === 'Time')) {
    return opaqueNode(source, pipeline, '`time` means one thing in bash and another in a POSIX shell');
  }
  if (pipeline.operators.includes('|&')) return opaqueNode(source, pipeline, '`|&` is no operator of a POSIX shell');
  const [only] = commands;
  if (only === undefined) throw new LostPlace();
  const body: ShellNode = commands.length === 1 ? only : { kind: 'pipeline', commands, span: around(commands) };
  if (pipeline.prefixes.length === 0) return body;
  const first = pipeline.prefixes[0];
  const start = first === undefined ? body.span.start : spanOf(source, first.pos, first.end).start;
  const span = { start, end: body.span.end };
  // `! ! a` is `a` in bash and an error in dash, so that it is not taken for either.
  if (pipeline.prefixes.length > 1) return { kind: 'opaque', because: 'it is negated more than once', span };
  return { kind: 'negated', body, span };
}

function compoundOf(
  source: Source,
  node: Ast.CompoundCommand,
  redirections: readonly Ast.Redirection[],
  end: number,
): ShellNode {
  const span = trimmedSpan(source, node.pos, end);
  // The parts are read in the order of the text, so that here-documents are met in the order of their bodies.
  const content = contentOf(source, node);
  const redirects = redirections.map((redirection) => redirectOf(source, redirection));
  const fault = redirections.map(redirectionFault).find((because) => because !== null);
  if (typeof content === 'string') return { kind: 'opaque', because: content, span };
  return typeof fault === 'string' ? { kind: 'opaque', because: fault, span } : { ...content, redirects, span };
}

type Without<Node, Keys extends PropertyKey> = Node extends unknown ? Omit<Node, Keys> : never;

type Compound = Extract<ShellNode, { readonly kind: 'group' | 'conditional' | 'loop' | 'test' }>;

/** What a compound command holds, or why it is opaque. */
function contentOf(source: Source, node: Ast.CompoundCommand): Without<Compound, 'redirects' | 'span'> | string {
  const inside = spanOf(source, node.pos, node.end);
  const nested = (list: Ast.CompoundList): Script => scriptOf(source, list.commands, inside, list.pos);
  switch (node.type) {
    case 'BraceGroup':
    case 'Subshell':
      return { kind: 'group', subshell: node.type === 'Subshell', body: nested(node.body) };
    case 'If': {
      const lists = [node.clause, node.then, ...node.elif.flatMap((branch) => [branch.clause, branch.then])];
      if (node.else !== undefined) lists.push(node.else);
      return { kind: 'conditional', nested: lists.map(nested), words: [] };
    }
    case 'Case': {
      const patterns = node.items.flatMap((item) => item.pattern);
      const words = [node.word, ...patterns].map((word) => wordOf(source, word));
      return { kind: 'conditional', nested: node.items.map((item) => nested(item.body)), words };
    }
    case 'For': {
      const words = (node.wordlist ?? []).map((word) => wordOf(source, word));
      return { kind: 'loop', nested: [nested(node.body)], variable: node.name.value, words };
    }
    case 'While':
      return { kind: 'loop', nested: [nested(node.clause), nested(node.body)], variable: null, words: [] };
    case 'TestCommand':
      return { kind: 'test', words: testOperands(node.expression).map((word) => wordOf(source, word)) };
    case 'ArithmeticCommand':
      return 'it is arithmetic in bash and a subshell elsewhere';
    case 'ArithmeticFor':
      nested(node.body);
      return 'it is a loop over arithmetic';
    case 'Select':
      nested(node.body);
      return 'it asks a person to choose';
  }
}

function testOperands(expression: Ast.TestExpression): readonly Ast.Word[] {
  switch (expression.type) {
    case 'TestUnary':
      return [expression.operand];
    case 'TestBinary':
      return [expression.left, expression.right];
    case 'TestLogical':
      return expression.operands.flatMap(testOperands);
    case 'TestNot':
      return testOperands(expression.operand);
    case 'TestGroup':
      return testOperands(expression.expression);
  }
}

/** A reason why a redirection makes its command opaque; null if it does not. */
function redirectionFault(redirection: Ast.Redirection): string | null {
  if (redirection.descriptor?.type === 'FileDescriptorVariable') return 'a redirection sets a variable';
  if (redirection.operator === '&>' || redirection.operator === '&>>') {
    return `\`${redirection.operator}\` redirects in bash, but starts a background job in a POSIX shell`;
  }
  return null;
}

function commandOf(source: Source, command: Ast.Command): ShellNode {
  const assignments: Assignment[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  const inOrder: { readonly span: Span }[] = [];
  let because: string | null = null;
  const add = <Thing extends { readonly span: Span }>(list: Thing[], thing: Thing): void => {
    list.push(thing);
    inOrder.push(thing);
  };
  for (const item of command.prefix) {
    if (item.type === 'Assignment') add(assignments, assignmentOf(source, item));
    else {
      because ??= redirectionFault(item);
      add(redirects, redirectOf(source, item));
    }
  }
  if (command.name !== undefined) add(words, wordOf(source, command.name));
  for (const item of command.suffix) {
    if (item.type === 'Word') add(words, wordOf(source, item));
    else if (item.type === 'Assignment') add(words, assignmentWord(source, item));
    else {
      because ??= redirectionFault(item);
      add(redirects, redirectOf(source, item));
    }
  }
  const span = around(inOrder);
  if (because !== null) return { kind: 'opaque', because, span };
  return { kind: 'command', assignments, words, redirects, span };
}

function failureReason(error: unknown): string {
  if (error instanceof LostPlace) return 'the place of a command in the text is not certain';
  if (error instanceof RangeError) return 'the shell text is nested too deeply';
  return 'the shell parser failed on it';
}
