import type { Path } from '../types.ts';
import type { Asked } from './asked.ts';
import { baseName, isWithin, join, parentOf, regionsAround, relativeTo } from './places.ts';
import type { Attributes, CopyFlags, History, NameMatcher, Rule, RuleScope, VersionedContext } from './tree-rules.ts';
import { absentToken, applyRule, baseRule, changeRule, changesUnder, contextFileOf, directory, directoryToken, emptyRule, follow, isIdle, pushRule, startOfHistory } from './tree-rules.ts';
import type { Token, Values } from './values.ts';

export interface Entry {
  self: Attributes;
  /** For everything below that has no entry. */
  rest: History;
  readonly children: Map<string, Entry>;
  digest: Token | null;
}

/**
 * The file system of an image, by names instead of bytes. Only paths that something names have an entry; all others
 * follow the rules of the nearest entry above, so that copying ten thousand files is one rule, not ten thousand entries.
 */
export interface ImageTree extends RuleScope {
  root: Entry;
  /** Where what is asked of the tree is noted; null: nowhere. */
  asked: Asked | null;
  /** All that was written to, in order; `/` where it may be anything below. */
  readonly written: Path[];
}

const depthLimit = 200;

export function emptyTree(values: Values): ImageTree {
  return treeOf(values, emptyRule(values));
}

/** The tree of a base image. `standard`: it is a distribution with the usual top-level directories. */
export function baseTree(values: Values, image: Token, standard: boolean): ImageTree {
  return treeOf(values, baseRule(values, image, standard));
}

function treeOf(values: Values, rule: Rule): ImageTree {
  const tree: ImageTree = { values, histories: new Map(), root: undefined as never, asked: null, written: [] };
  const rest = startOfHistory(values, rule);
  tree.root = { self: directory(values), rest, children: new Map(), digest: null };
  return tree;
}

/** A copy that shares nothing that changes; for `FROM stage`. */
export function cloneTree(tree: ImageTree): ImageTree {
  return { values: tree.values, histories: tree.histories, root: cloneEntry(tree.root), asked: null, written: [] };
}

function cloneEntry(entry: Entry): Entry {
  const children = new Map<string, Entry>();
  for (const [name, child] of entry.children) children.set(name, cloneEntry(child));
  return { self: entry.self, rest: entry.rest, children, digest: entry.digest };
}

// -------------------------------------------------------------------------------------------------- reading and writing

/** Where the name ends that starts at `start`. What lies deeper than the limit counts as its ancestor there. */
function nameEnd(path: Path, start: number): number {
  const slash = path.indexOf('/', start);
  return slash < 0 ? path.length : slash;
}

/** The deepest entry at or above a path, and whether it is that of the path itself. */
export function nearestEntry(tree: ImageTree, path: Path): { readonly entry: Entry; readonly isOwn: boolean } {
  let entry = tree.root;
  for (let start = 1, depth = 0; start < path.length && depth < depthLimit; depth += 1) {
    const end = nameEnd(path, start);
    const child = entry.children.get(path.slice(start, end));
    if (!child) return { entry, isOwn: false };
    entry = child;
    start = end + 1;
  }
  return { entry, isOwn: true };
}

/** What is at a path. */
export function lookUp(tree: ImageTree, path: Path): Attributes {
  const found = find(tree, path);
  tree.asked?.places.set(path, found);
  return found;
}

/** The same for who only compares. */
export function find(tree: ImageTree, path: Path): Attributes {
  let entry = tree.root;
  for (let start = 1, depth = 0; start < path.length && depth < depthLimit; depth += 1) {
    const end = nameEnd(path, start);
    const child = entry.children.get(path.slice(start, end));
    if (!child) return follow(tree, entry.rest, path).attributes;
    entry = child;
    start = end + 1;
  }
  return entry.self;
}

/** The entry of a path, made if missing; all digests on the way are void, for the caller is going to write. */
function entryOf(tree: ImageTree, path: Path): Entry {
  tree.written.push(path);
  let entry = tree.root;
  entry.digest = null;
  for (let start = 1, depth = 0; start < path.length && depth < depthLimit; depth += 1) {
    const end = nameEnd(path, start);
    const name = path.slice(start, end);
    let child = entry.children.get(name);
    if (!child) {
      child = { self: follow(tree, entry.rest, path.slice(0, end)).attributes, rest: entry.rest, children: new Map(), digest: null };
      entry.children.set(name, child);
    }
    child.digest = null;
    entry = child;
    start = end + 1;
  }
  return entry;
}

export function write(tree: ImageTree, path: Path, change: Partial<Attributes>): void {
  const entry = entryOf(tree, path);
  const { self } = entry;
  entry.self = { data: change.data ?? self.data, owner: change.owner ?? self.owner, mode: change.mode ?? self.mode };
}

/** Makes a directory and those above it where they are missing, as COPY, WORKDIR and `mkdir -p` do. */
export function ensureDirectory(tree: ImageTree, path: Path, owner: Token): void {
  const { values } = tree;
  for (let at = path; ; at = parentOf(at)) {
    const old = lookUp(tree, at);
    if (old.data === directoryToken(values)) return;
    write(tree, at, {
      data: directoryToken(values),
      owner: old.data === absentToken(values) ? owner : values.token('owner-if-made', old.owner, owner),
      mode: old.data === absentToken(values) ? values.usualMode : values.token('mode-if-made', old.mode),
    });
    if (at === '/') return;
  }
}

/**
 * Copies a directory of the context over a directory of the image (which keeps its own owner and mode). Gives the paths
 * where a file meets a directory: there the build fails.
 */
export function overlayContext(tree: ImageTree, context: VersionedContext, source: Path, destination: Path, flags: CopyFlags): readonly Path[] {
  const { values } = tree;
  ensureDirectory(tree, destination, flags.owner);
  const id = values.token('context-rule', context.name, source, destination, flags.owner, flags.mode ?? 'kept', changesUnder(context, source));
  return applyBelow(tree, destination, { kind: 'context', source, destination, flags, context, id });
}

/** Copies what matches a pattern in one directory of the context; files that are known to match are written by the caller. */
export function overlayGlob(tree: ImageTree, context: VersionedContext, directory: Path, pattern: NameMatcher, destination: Path, flags: CopyFlags): void {
  const id = tree.values.token('glob-rule', context.name, directory, pattern.source, destination, flags.owner, flags.mode ?? 'kept');
  applyBelow(tree, destination, { kind: 'glob', directory, pattern, destination, flags, context, id });
}

/** Writes a change that is not known in detail to a path, and to everything below it if `deep`. */
export function change(tree: ImageTree, path: Path, deep: boolean, what: 'all' | 'owner' | 'mode', token: Token): void {
  const rule = changeRule(tree.values, what, token);
  const entry = entryOf(tree, path);
  entry.self = applyRule(tree, rule, path, entry.self);
  if (deep) applyBelow(tree, path, rule);
}

/** Removes what is below a path, and the path itself unless `onlyBelow`. */
export function remove(tree: ImageTree, path: Path, onlyBelow = false): void {
  const entry = entryOf(tree, path);
  tree.written.push('/');
  const rule = emptyRule(tree.values);
  if (!onlyBelow) entry.self = applyRule(tree, rule, path, entry.self);
  entry.rest = pushRule(tree, null, rule);
  entry.children.clear();
}

/** Forgets everything: after a command of which nothing is known the image is a new base image. */
export function collapse(tree: ImageTree, token: Token, standard: boolean): void {
  tree.written.push('/');
  tree.root = baseTree(tree.values, token, standard).root;
}

function applyBelow(tree: ImageTree, path: Path, rule: Rule): readonly Path[] {
  const clashes: Path[] = [];
  const top = entryOf(tree, path);
  tree.written.push('/');
  const pending: [Path, Entry][] = [[path, top]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [at, entry] = next;
    entry.rest = pushRule(tree, entry.rest, rule);
    entry.digest = null;
    for (const [name, child] of entry.children) {
      const below = join(at, name);
      child.self = applyRule(tree, rule, below, child.self);
      if (rule.kind === 'context' && tree.values.made(child.self.data).operation === 'clash') clashes.push(below);
      pending.push([below, child]);
    }
  }
  return clashes;
}

// -------------------------------------------------------------------------------------------------------- what is there

/**
 * Is all that can be in a directory what copies from the context brought, or in `namesIn`? `emptyInBase`: the base image
 * is taken to have nothing there.
 */
export function isOnlyFromContext(tree: ImageTree, path: Path, emptyInBase: boolean): boolean {
  if (tree.asked) tree.asked.isComplete = false;
  for (let at: History | null = nearestEntry(tree, path).entry.rest; at; at = at.before) {
    const { kind } = at.rule;
    if (kind === 'change' || kind === 'glob' || (kind === 'base' && !emptyInBase)) return false;
  }
  return true;
}

/** Names in a directory that something put there by name. */
export function namesIn(tree: ImageTree, path: Path): readonly string[] {
  const names = [...childNames(tree, path)];
  tree.asked?.others.push({ question: 'names', path, answer: names.join('/') });
  return names;
}

/** Regions around a path that a command has filled: a directory of their name may hold what is the project's own. */
export function filledAround(tree: ImageTree, path: Path): readonly Path[] {
  return regionsAround(path).filter((region) => namesIn(tree, parentOf(region)).includes(baseName(region)));
}

export function childNames(tree: ImageTree, path: Path): Iterable<string> {
  const { entry, isOwn } = nearestEntry(tree, path);
  return isOwn ? entry.children.keys() : [];
}

/** The files and directories of the context of which a directory of the image is made, as far as is known. */
export function contextRulesAt(tree: ImageTree, path: Path): readonly { readonly path: Path; readonly deep: boolean; readonly at: Path }[] {
  const rules = findContextRules(tree, path);
  tree.asked?.others.push({ question: 'context-rules', path, answer: namesOfRules(rules) });
  return rules;
}

export function namesOfRules(rules: ReturnType<typeof contextRulesAt>): string {
  return rules.map(({ path, deep, at }) => `${path}|${deep}|${at}`).join('\n');
}

function findContextRules(tree: ImageTree, path: Path): ReturnType<typeof contextRulesAt> {
  const { entry, isOwn } = nearestEntry(tree, path);
  if (!isOwn && !isAnyCopied(entry.rest)) return [];
  const sources = new Map<string, { path: Path; deep: boolean; at: Path }>();
  const note = (source: Path, deep: boolean, place: Path): void => void sources.set(`${source}|${deep}`, { path: source, deep, at: place });
  noteRules(entry.rest, path, note);
  const pending: [Path, Entry][] = isOwn ? [[path, entry]] : [];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [here, current] = next;
    noteRules(current.rest, here, note);
    const origin = contextFileOf(tree.values, current.self.data);
    if (origin !== undefined) note(origin, false, here);
    for (const [name, child] of current.children) pending.push([join(here, name), child]);
  }
  return [...sources.values()];
}

function isAnyCopied(history: History): boolean {
  for (let at: History | null = history; at; at = at.before) if (at.rule.kind === 'context') return true;
  return false;
}

/** Does a path lie where a directory of the context was copied, whether or not the context has it? */
export function isInCopy(tree: ImageTree, path: Path): boolean {
  if (tree.asked) tree.asked.isComplete = false;
  for (let at: History | null = nearestEntry(tree, path).entry.rest; at; at = at.before) if (at.rule.kind === 'context' && isWithin(path, at.rule.destination)) return true;
  return false;
}

function noteRules(history: History, path: Path, note: (source: Path, deep: boolean, place: Path) => void): void {
  for (let at: History | null = history; at; at = at.before) {
    const { rule } = at;
    if (rule.kind !== 'context' || isIdle(rule, path)) continue;
    if (isWithin(path, rule.destination)) note(join(rule.source, relativeTo(path, rule.destination)), true, path);
    else if (isWithin(rule.destination, path)) note(rule.source, true, rule.destination);
  }
}

// ---------------------------------------------------------------------------------------------------------------- parts

/** Part of a tree that was set aside while a mount lies over it. */
export interface Subtree {
  readonly entry: Entry;
}

/** Sets a directory's content aside: what the caller does there can be undone by `putSubtree`. */
export function takeSubtree(tree: ImageTree, path: Path): Subtree {
  return { entry: cloneEntry(entryOf(tree, path)) };
}

export function putSubtree(tree: ImageTree, path: Path, subtree: Subtree): void {
  const entry = entryOf(tree, path);
  entry.self = subtree.entry.self;
  entry.rest = subtree.entry.rest;
  entry.children.clear();
  for (const [name, child] of subtree.entry.children) entry.children.set(name, child);
}

/** The same again: what is done to one of the two is not done to the other. */
export function copyOfSubtree({ entry }: Subtree): Subtree {
  return { entry: cloneEntry(entry) };
}
