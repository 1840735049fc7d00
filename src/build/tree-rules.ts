/** What holds for the paths of an image that nothing names: rules, the newest first, such as "this directory of the context was copied over it". */
import type { BuildContext, Path } from '../types.ts';
import { anchorOf, baseName, isRegion, isSymbolic, isWithin, join, parentOf, relativeTo, standardDirectories, systemDirectories } from './places.ts';
import type { Token, Values } from './values.ts';
import { either } from './values.ts';

/** What is known of one path: its bytes (or that it is a directory, or absent), its owner, its mode. */
export interface Attributes {
  readonly data: Token;
  readonly owner: Token;
  readonly mode: Token;
}

/** Owner and mode that a COPY gives; `null` keeps the mode of the source. */
export interface CopyFlags {
  readonly owner: Token;
  readonly mode: Token | null;
}

/** Something done to everything below a directory, kept as a rule for the paths that have no entry of their own. */
export type Rule =
  | { readonly kind: 'base'; readonly image: Token; readonly standard: boolean; readonly id: Token }
  | { readonly kind: 'empty'; readonly id: Token }
  | { readonly kind: 'context'; readonly source: Path; readonly destination: Path; readonly flags: CopyFlags; readonly context: VersionedContext; readonly id: Token }
  | { readonly kind: 'glob'; readonly directory: Path; readonly pattern: NameMatcher; readonly destination: Path; readonly flags: CopyFlags; readonly context: VersionedContext; readonly id: Token }
  | { readonly kind: 'change'; readonly what: 'all' | 'owner' | 'mode'; readonly token: Token; readonly id: Token };

/** The rules that hold for a path, newest first; equal histories of a tree are the same object. */
export interface History {
  readonly rule: Rule;
  readonly before: History | null;
  readonly token: Token;
  /** What they make of paths, once worked out. */
  readonly known: Map<Path, Known>;
  /** Their digest, where it is the same for every path because no copy is among them, once worked out. */
  digest: Token | null;
}

/** What is at a path that has no entry of its own; with the digests of all that is below it, if somebody asked. */
interface Known {
  readonly attributes: Attributes;
  digest: Token | null;
  content: Token | null;
}

/** A build context together with the files that are taken to have changed (for asking what runs again then). */
export interface VersionedContext {
  readonly name: string;
  readonly files: BuildContext;
  readonly changed: ReadonlySet<Path>;
  /** Taken for granted: no installed package has the name of something in the project (the claim `assumes`). */
  readonly disjointPackages: boolean;
  /** Lock files (paths of the context) that come along wherever their manifest is copied by name (the claim `lock-now-honoured`). */
  readonly locks: readonly Path[];
  /** Lock files (paths of the context) that an install leaves as they are (the claim `lock-kept`). */
  readonly keptLocks: readonly Path[];
  /** Directories in which commands that are not understood work alone (the claim `assumes`; see confined.ts). */
  readonly confined: readonly Path[];
}

/** Where rules and what they make of paths are kept. */
export interface RuleScope {
  readonly values: Values;
  readonly histories: Map<string, History>;
}

// --------------------------------------------------------------------------------------------------------------- values

/** How a token is made that surely stands for the bytes of a file: nothing can be below it. */
export const fileOperations = new Set(['context', 'effect', 'secret', 'link', 'absent']);

export function directoryToken(values: Values): Token {
  return values.directory;
}

export function absentToken(values: Values): Token {
  return values.absent;
}

/** What a base image has at a path: one name for bytes, owner and mode. */
function inBase(values: Values, image: Token, path: Path): Attributes {
  const token = values.token('base-data', image, path);
  return { data: token, owner: token, mode: token };
}

export function absent(values: Values): Attributes {
  const token = absentToken(values);
  return { data: token, owner: token, mode: token };
}

export function directory(values: Values): Attributes {
  return { data: directoryToken(values), owner: values.ownedByRoot, mode: values.usualMode };
}

/** The bytes of one file of a context. */
export function contextFileToken(values: Values, context: VersionedContext, path: Path): Token {
  return context.changed.has(path) ? values.token('context', context.name, path, 'changed') : values.token('context', context.name, path);
}

/** The context file of which the data is an unmodified copy; undefined if it is none. */
export function contextFileOf(values: Values, data: Token): Path | undefined {
  const made = values.made(data);
  const path = made.operands[1];
  return made.operation === 'context' && typeof path === 'string' ? path : undefined;
}

function contextAttributes(values: Values, rule: Extract<Rule, { kind: 'context' }>, source: Path): Attributes {
  const kind = isSymbolic(source) ? 'file' : rule.context.files.kind(source);
  const data = kind === 'directory' ? directoryToken(values) : contextFileToken(values, rule.context, source);
  return { data, owner: rule.flags.owner, mode: rule.flags.mode ?? values.token('context-mode', rule.context.name, source) };
}

// ---------------------------------------------------------------------------------------------------------------- rules

/** What a base image has everywhere. */
export function baseRule(values: Values, image: Token, standard: boolean): Rule {
  return { kind: 'base', image, standard, id: values.token('base', image, `${standard}`) };
}

/** Nothing is there any more. */
export function emptyRule(values: Values): Rule {
  return { kind: 'empty', id: values.token('empty') };
}

/** A change that is not known in detail. */
export function changeRule(values: Values, what: 'all' | 'owner' | 'mode', token: Token): Rule {
  return { kind: 'change', what, token, id: values.token('change', what, token) };
}

const starts = new WeakMap<Values, Map<Token, History>>();

/** A history of one rule that knows no context: all trees with the same values share it, and what it made of paths. */
export function startOfHistory(values: Values, rule: Rule): History {
  const shared = starts.get(values) ?? new Map<Token, History>();
  starts.set(values, shared);
  const token = values.token('history', rule.id, -1);
  const history = shared.get(token) ?? { rule, before: null, token, known: new Map(), digest: null };
  shared.set(token, history);
  return history;
}

export function pushRule(tree: RuleScope, before: History | null, rule: Rule): History {
  if (rule.kind === 'empty' || rule.kind === 'base') return startOfHistory(tree.values, rule);
  let under = before;
  // What a later copy covers entirely has no effect any more.
  if (rule.kind === 'context') while (under && isCovered(under.rule, rule)) under = under.before;
  const { values } = tree;
  const token = values.token('history', rule.id, under?.token ?? -1);
  const key = `${token}`;
  const known = tree.histories.get(key);
  if (known) return known;
  const history: History = { rule, before: under, token, known: new Map(), digest: null };
  tree.histories.set(key, history);
  return history;
}


function isCovered(old: Rule, now: Extract<Rule, { kind: 'context' }>): boolean {
  if ((old.kind !== 'context' && old.kind !== 'glob') || old.context.name !== now.context.name) return false;
  if (old.flags.owner !== now.flags.owner || old.flags.mode !== now.flags.mode) return false;
  if (!isWithin(old.destination, now.destination)) return false;
  const source = old.kind === 'glob' ? old.directory : old.source;
  return source === join(now.source, relativeTo(old.destination, now.destination));
}

export function follow(tree: RuleScope, history: History, path: Path): Known {
  const before = history.known.get(path);
  if (before) return before;
  const pending: History[] = [];
  let attributes: Attributes | undefined;
  for (let at: History | null = history; at; at = at.before) {
    attributes = at.known.get(path)?.attributes;
    if (attributes) break;
    pending.push(at);
  }
  attributes ??= absent(tree.values);
  for (let at = pending.pop(); at; at = pending.pop()) attributes = applyRule(tree, at.rule, path, attributes);
  // Older rules are asked again only through the newest.
  const known: Known = { attributes, digest: null, content: null };
  history.known.set(path, known);
  return known;
}

export function applyRule(tree: RuleScope, rule: Rule, path: Path, old: Attributes): Attributes {
  const { values } = tree;
  switch (rule.kind) {
    case 'empty':
      return isRegion(path) ? { ...old, data: values.token('empty-region') } : absent(values);
    case 'base':
      if (rule.standard && standardDirectories.has(path)) return directory(values);
      return inBase(values, rule.image, path);
    case 'change': {
      const changed = (token: Token): Token => values.token('changed', rule.token, token);
      // A region's owner and mode belong to many files, of which a change can meet some: it counts as a change of all.
      if (isRegion(path)) return { ...old, data: changed(old.data) };
      if (rule.what === 'owner') return { ...old, owner: values.token('set', rule.token) };
      if (rule.what === 'mode') return { ...old, mode: changed(old.mode) };
      return { data: changed(old.data), owner: changed(old.owner), mode: changed(old.mode) };
    }
    case 'glob':
      return mayMatch(tree, rule, path, old);
    case 'context':
      return isRegion(path) ? overlayRegion(tree, rule, path, old) : overlay(tree, rule, path, old);
  }
}

function overlay(tree: RuleScope, rule: Extract<Rule, { kind: 'context' }>, path: Path, old: Attributes): Attributes {
  const source = join(rule.source, relativeTo(path, rule.destination));
  const presence = isSymbolic(source) ? 'yes' : rule.context.files.has(source);
  if (presence === 'no') return old;
  const { values } = tree;
  const fresh = contextAttributes(values, rule, source);
  if (presence === 'yes') return isClash(tree, old.data, fresh.data) ? { ...fresh, data: values.token('clash', old.data, fresh.data) } : fresh;
  return { data: either(values, old.data, fresh.data), owner: either(values, old.owner, fresh.owner), mode: either(values, old.mode, fresh.mode) };
}

/** BuildKit refuses to copy a file over a directory, or a directory over a file. */
function isClash(tree: RuleScope, old: Token, fresh: Token): boolean {
  const directory = directoryToken(tree.values);
  const isFile = (token: Token): boolean => tree.values.made(token).operation !== 'absent' && fileOperations.has(tree.values.made(token).operation);
  return (old === directory && isFile(fresh)) || (fresh === directory && isFile(old));
}

/** A file that the pattern would take may lie in somebody’s context although it does not lie in this one, unless it would be hidden. */
function mayMatch(tree: RuleScope, rule: Extract<Rule, { kind: 'glob' }>, path: Path, old: Attributes): Attributes {
  if (isRegion(path) || parentOf(path) !== rule.destination || !rule.pattern.test(baseName(path))) return old;
  const { values } = tree;
  const source = join(rule.directory, baseName(path));
  if (rule.context.files.hides(source)) return old;
  const data = contextFileToken(values, rule.context, source);
  if (old.data === data) return old;
  return { data: either(values, old.data, data), owner: either(values, old.owner, rule.flags.owner), mode: either(values, old.mode, rule.flags.mode ?? values.token('context-mode', rule.context.name, source)) };
}

/** A copy meets a region if the context has (or may have) the directory that the region fills. */
function overlayRegion(tree: RuleScope, rule: Extract<Rule, { kind: 'context' }>, region: Path, old: Attributes): Attributes {
  const anchor = anchorOf(region);
  if (anchor === rule.destination && rule.context.disjointPackages) return old;
  const below = relativeTo(anchor, rule.destination);
  const sources = anchor === '/' ? systemDirectories.map((name) => join(rule.source, name)) : [join(rule.source, below)];
  const meets = sources.some((source) => isSymbolic(source) || rule.context.files.has(source) !== 'no');
  return meets ? { ...old, data: tree.values.token('overlaid', rule.id, region, old.data) } : old;
}

/** A pattern of the names in one directory. */
export interface NameMatcher {
  readonly source: string;
  readonly test: (name: string) => boolean;
}

/** The changed files below a directory of a context, as text: part of what a copy of it gives. */
export function changesUnder(context: VersionedContext, source: Path): string {
  if (context.changed.size === 0) return '';
  return [...context.changed].filter((path) => isWithin(path, source) && context.files.has(path) !== 'no').toSorted().join('\n');
}

/** A copied directory is the same below a path, however far above it the copy began. */
export function ruleTokenAt(values: Values, rule: Rule, path: Path): Token {
  if (rule.kind !== 'context' || !isWithin(path, rule.destination)) return rule.id;
  const source = join(rule.source, relativeTo(path, rule.destination));
  return values.token('context-below', rule.context.name, source, rule.flags.owner, rule.flags.mode ?? 'kept', changesUnder(rule.context, source));
}

/** Does a rule do nothing at a path and below it, since the context has nothing to give there? */
export function isIdle(rule: Rule, path: Path): boolean {
  if (rule.kind !== 'context' && rule.kind !== 'glob') return false;
  if (path === rule.destination || !isWithin(path, rule.destination)) return false;
  // A pattern takes files of one directory and puts them into one directory: it reaches nothing deeper.
  if (rule.kind === 'glob') return !rule.pattern.test(baseName(path)) || parentOf(path) !== rule.destination;
  const source = join(rule.source, relativeTo(path, rule.destination));
  return !isSymbolic(source) && !isRegion(source) && rule.context.files.has(source) === 'no';
}
