/**
 * Builds that bake files declare, as far as their attributes are literal: https://docs.docker.com/build/bake/reference/
 */
import type { Path } from '../types.ts';
import type { Declarations, WrittenBuild } from './declared.ts';
import { directoryOf, isMapping, joinDeclarations, noDeclarations, resolveBuild, resolvePath, scalarText, unreadFile } from './declared.ts';
import type { HclBlock, HclExpression } from './hcl.ts';
import { readHcl, readTemplate } from './hcl.ts';

export interface BakeOptions {
  /** The directory that paths start from: where `docker buildx bake` is run. By default the bake file's own. */
  readonly from?: Path;
  /** The text of the bake file that this one is laid over (`docker-bake.hcl` for `docker-bake.override.hcl`). */
  readonly base?: { readonly text: string; readonly path: Path };
}

/** A value that is known: `null` is HCL's null. `undefined` stands for what is not known. */
type Value = string | null | readonly (Value | undefined)[] | ReadonlyMap<string, Value | undefined>;
type Attributes = ReadonlyMap<string, Value | undefined>;
type Variables = ReadonlyMap<string, HclExpression>;

/** Variables, and the values of those that were asked for. Without these, defaults that name one another twice would take forever. */
interface Scope {
  readonly variables: Variables;
  readonly values: Map<string, Value | undefined>;
}

/** A longer text comes from defaults that multiply one another, and is no path. */
const longestText = 10_000;

/** The builds of the targets that a group names or that no other target inherits. */
export function readBake(text: string, path: Path, options: BakeOptions = {}): Declarations {
  if (!text.includes('target')) return noDeclarations;
  const own = blocksOf(text, path);
  if (own === null) return unreadFile(path, 'not read: it is not JSON');
  const below = options.base === undefined ? [] : (blocksOf(options.base.text, options.base.path) ?? []);
  const blocks = [...below, ...own];
  const targets = targetsOf(blocks);
  const here = new Set(targetsOf(own).keys());
  const names = builtTargets(targets, blocks).filter((name) => below.length === 0 || here.has(name));
  const from = options.from ?? directoryOf(path);
  const lineOf = linesOfTargets(text);
  return joinDeclarations(names.map((name) => declarationOf({ target: name, line: lineOf(name) }, withInherited(name, targets, new Map(), 0), from, path)));
}

function blocksOf(text: string, path: Path): readonly HclBlock[] | null {
  return path.toLowerCase().endsWith('.json') ? readJson(text) : readHcl(text);
}

/** The JSON form: `{ "target": { "app": { … } } }`. Its strings are templates, too. */
function readJson(text: string): readonly HclBlock[] | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isMapping(document)) return null;
  const blocks: HclBlock[] = [];
  for (const [type, byLabel] of Object.entries(document)) {
    if (!isMapping(byLabel)) continue;
    for (const [label, body] of Object.entries(byLabel)) {
      const attributes = isMapping(body) ? Object.entries(body).map(([name, value]) => [name, expressionOf(value, 0)] as const) : [];
      blocks.push({ type, labels: [label], attributes: new Map(attributes) });
    }
  }
  return blocks;
}

function expressionOf(value: unknown, depth: number): HclExpression {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'string') return readTemplate(value.replaceAll('\\', '\\\\'));
  if (depth > 10) return { kind: 'unknown' };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => expressionOf(item, depth + 1)) };
  if (!isMapping(value)) return { kind: 'text', text: scalarText(value) ?? '' };
  return { kind: 'object', entries: Object.entries(value).map(([name, one]) => [name, expressionOf(one, depth + 1)] as const) };
}

/** Blocks of one name are laid over one another. A target with a matrix becomes one target for each combination. */
function targetsOf(blocks: readonly HclBlock[]): ReadonlyMap<string, Attributes> {
  const variables: Variables = new Map(
    blocks.flatMap(({ type, labels: [name], attributes }) => {
      const value = attributes.get('default');
      return type === 'variable' && name !== undefined && value !== undefined ? [[name, value] as const] : [];
    }),
  );
  const targets = new Map<string, Attributes>();
  for (const { type, labels, attributes } of blocks) {
    const label = labels[0];
    if (type !== 'target' || label === undefined) continue;
    for (const [index, combination] of combinationsOf(attributes.get('matrix'), variables).entries()) {
      const scope: Scope = { variables: new Map([...variables, ...combination]), values: new Map() };
      const evaluated = new Map([...attributes].map(([name, expression]) => [name, evaluate(expression, scope, 0)] as const));
      const name = combination.length === 0 ? label : `${label}[${index}]`;
      targets.set(name, laidOver(targets.get(name), evaluated));
    }
  }
  return targets;
}

/** More combinations than these are not told apart: what depends on them is unknown. */
const mostCombinations = 100;
const mostAxes = 20;

/** Each combination says which expression each variable of the matrix stands for; without a matrix, one that says nothing. */
function combinationsOf(matrix: HclExpression | undefined, variables: Variables): readonly (readonly (readonly [string, HclExpression])[])[] {
  if (matrix?.kind !== 'object') return [[]];
  let combinations: readonly (readonly (readonly [string, HclExpression])[])[] = [[]];
  for (const [name, written] of matrix.entries.slice(0, mostAxes)) {
    const axis = written.kind === 'variable' ? variables.get(written.name) : written;
    const items = axis?.kind === 'list' ? axis.items : [];
    const known: readonly HclExpression[] = items.length === 0 || combinations.length * items.length > mostCombinations ? [{ kind: 'unknown' }] : items;
    combinations = combinations.flatMap((combination) => known.map((item) => [...combination, [name, item] as const]));
  }
  return combinations;
}

function evaluate(expression: HclExpression, scope: Scope, depth: number): Value | undefined {
  // Long chains of defaults would overflow the stack.
  if (depth > 50) return undefined;
  switch (expression.kind) {
    case 'text':
      return expression.text;
    case 'null':
      return null;
    case 'unknown':
      return undefined;
    case 'variable':
      return valueOf(expression.name, scope, depth);
    case 'list':
      return expression.items.map((item) => evaluate(item, scope, depth + 1));
    case 'object':
      return new Map(expression.entries.map(([name, value]) => [name, evaluate(value, scope, depth + 1)] as const));
    case 'template': {
      const parts = expression.parts.map((part) => evaluate(part, scope, depth + 1));
      const text = parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
      return text !== undefined && text.length > longestText ? undefined : text;
    }
  }
}

function valueOf(name: string, scope: Scope, depth: number): Value | undefined {
  if (scope.values.has(name)) return scope.values.get(name);
  // Defaults that name one another in a circle have no value.
  scope.values.set(name, undefined);
  const written = scope.variables.get(name);
  // A variable whose default is null is one that has to be set.
  const value = written === undefined ? undefined : (evaluate(written, scope, depth + 1) ?? undefined);
  scope.values.set(name, value);
  return value;
}

/** Maps are merged by their keys, all else is replaced. */
function laidOver(below: Attributes | undefined, above: Attributes): Attributes {
  const merged = new Map(below);
  for (const [name, value] of above) {
    const before = merged.get(name);
    merged.set(name, before instanceof Map && value instanceof Map ? new Map([...before, ...value]) : value);
  }
  return merged;
}

/** A target's attributes over those of the targets that it inherits, of which later ones win. */
function withInherited(name: string, targets: ReadonlyMap<string, Attributes>, known: Map<string, Attributes>, depth: number): Attributes {
  const before = known.get(name);
  if (before !== undefined) return before;
  const own = targets.get(name) ?? new Map<string, Value>();
  // Long chains would overflow the stack. Bake itself rejects circles, in which a target is taken without its parents.
  if (depth > 50) return own;
  known.set(name, own);
  let below: Attributes | undefined;
  for (const parent of textsIn(own.get('inherits'))) below = laidOver(below, withInherited(parent, targets, known, depth + 1));
  const all = laidOver(below, own);
  known.set(name, all);
  return all;
}

/** The targets that are images: those of a group, and those that no other one inherits and that are not marked with `_`. */
function builtTargets(targets: ReadonlyMap<string, Attributes>, blocks: readonly HclBlock[]): readonly string[] {
  const groups = blocks.filter(({ type }) => type === 'group').map(({ attributes }) => attributes.get('targets'));
  const grouped = new Set(groups.flatMap((list) => (list === undefined ? [] : textsIn(evaluate(list, { variables: new Map(), values: new Map() }, 0)))));
  const inherited = new Set([...targets.values()].flatMap((attributes) => textsIn(attributes.get('inherits'))));
  return [...targets.keys()].filter((name) => grouped.has(name) || (!inherited.has(name) && !name.startsWith('_')));
}

function textsIn(value: Value | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A target of a matrix is named `app[0]`, its block `app`. */
function linesOfTargets(text: string): (target: string) => number {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const name = /^\s*(?:target\s+)?"([^"]+)"\s*[:{]/.exec(line)?.[1];
    if (name !== undefined && !lines.has(name)) lines.set(name, index + 1);
  }
  return (target) => lines.get(target.replace(/\[\d+\]$/, '')) ?? 1;
}

function declarationOf({ target, line }: { readonly target: string; readonly line: number }, attributes: Attributes, from: Path, path: Path): Declarations {
  const name = `target ${target}`;
  const context = textOf(attributes, 'context') ?? (attributes.has('context') ? undefined : '.');
  if (attributes.has('dockerfile-inline')) {
    const message = `${name}: its Dockerfile is written in the bake file (dockerfile-inline)`;
    return { builds: [], notes: [{ file: path, message }], unread: [{ file: path, line, context: context === undefined ? null : resolvePath(from, context), because: message }] };
  }
  const args = new Map<string, string>();
  for (const [arg, value] of mapIn(attributes.get('args'))) if (typeof value === 'string') args.set(arg, value);
  const written: WrittenBuild = {
    name,
    line,
    context,
    dockerfile: textOf(attributes, 'dockerfile'),
    dockerfileFrom: 'context',
    target: textOf(attributes, 'target'),
    args,
    namedContexts: [...mapIn(attributes.get('contexts')).keys()],
  };
  return resolveBuild(written, from, 'bake', path);
}

/** null: not said (or said to be null); undefined: not known. */
function textOf(attributes: Attributes, name: string): string | null | undefined {
  const value = attributes.get(name);
  if (typeof value === 'string') return value;
  return value === null || !attributes.has(name) ? null : undefined;
}

function mapIn(value: Value | undefined): Attributes {
  return value instanceof Map ? value : new Map();
}
