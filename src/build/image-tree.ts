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
  | { readonly kind: 'base'; readonly image: Token; readonly standard: boolean }
  | { readonly kind: 'empty' }
  | { readonly kind: 'context'; readonly source: Path; readonly destination: Path; readonly flags: CopyFlags; readonly context: VersionedContext; readonly id: Token }
  | { readonly kind: 'glob'; readonly directory: Path; readonly pattern: NameMatcher; readonly destination: Path; readonly flags: CopyFlags; readonly context: VersionedContext; readonly id: Token }
  | { readonly kind: 'change'; readonly what: 'all' | 'owner' | 'mode'; readonly token: Token };

/** The rules that hold for a path, newest first; equal histories of a tree are the same object. */
export interface History {
  readonly rule: Rule;
  readonly before: History | null;
  readonly token: Token;
  /** What they make of paths, once worked out. */
  readonly known: Map<Path, Known>;
}

/** What is at a path that has no entry of its own; with the digests of all that is below it, if somebody asked. */
interface Known {
  readonly attributes: Attributes;
  digest: Token | null;
  content: Token | null;
}

export interface Entry {
  self: Attributes;
  /** For everything below that has no entry. */
  rest: History;
  readonly children: Map<string, Entry>;
  digest: Token | null;
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
  /** Directories in which commands that are not understood work alone (the claim `assumes`; see confined.ts). */
  readonly confined: readonly Path[];
}

/**
 * The file system of an image, by names instead of bytes. Only paths that something names have an entry; all others
 * follow the rules of the nearest entry above, so that copying ten thousand files is one rule, not ten thousand entries.
 */
export interface ImageTree {
  readonly values: Values;
  readonly histories: Map<string, History>;
  root: Entry;
}

const depthLimit = 200;

export function emptyTree(values: Values): ImageTree {
  return treeOf(values, { kind: 'empty' });
}

/** The tree of a base image. `standard`: it is a distribution with the usual top-level directories. */
export function baseTree(values: Values, image: Token, standard: boolean): ImageTree {
  return treeOf(values, { kind: 'base', image, standard });
}

function treeOf(values: Values, rule: Rule): ImageTree {
  const tree: ImageTree = { values, histories: new Map(), root: undefined as never };
  const rest = startOfHistory(values, rule);
  tree.root = { self: directory(values), rest, children: new Map(), digest: null };
  return tree;
}

/** A copy that shares nothing that changes; for `FROM stage`. */
export function cloneTree(tree: ImageTree): ImageTree {
  return { values: tree.values, histories: tree.histories, root: cloneEntry(tree.root) };
}

function cloneEntry(entry: Entry): Entry {
  const children = new Map<string, Entry>();
  for (const [name, child] of entry.children) children.set(name, cloneEntry(child));
  return { self: entry.self, rest: entry.rest, children, digest: entry.digest };
}

// ---------------------------------------------------------------------------------------------------------- values

/** How a token is made that surely stands for the bytes of a file: nothing can be below it. */
const fileOperations = new Set(['context', 'effect', 'secret', 'link', 'absent']);

export function directoryToken(values: Values): Token {
  return values.directory;
}

export function absentToken(values: Values): Token {
  return values.absent;
}

export function absent(values: Values): Attributes {
  const token = absentToken(values);
  return { data: token, owner: token, mode: token };
}

function directory(values: Values): Attributes {
  return { data: directoryToken(values), owner: values.token('owner', '0:0'), mode: values.token('mode', '0755') };
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

// ----------------------------------------------------------------------------------------------------------- rules

const starts = new WeakMap<Values, Map<Token, History>>();

/** A history of one rule that knows no context: all trees with the same values share it, and what it made of paths. */
function startOfHistory(values: Values, rule: Rule): History {
  const shared = starts.get(values) ?? new Map<Token, History>();
  starts.set(values, shared);
  const token = values.token('history', ruleToken(values, rule), -1);
  const history = shared.get(token) ?? { rule, before: null, token, known: new Map() };
  shared.set(token, history);
  return history;
}

export function pushRule(tree: ImageTree, before: History | null, rule: Rule): History {
  if (rule.kind === 'empty' || rule.kind === 'base') return startOfHistory(tree.values, rule);
  let under = before;
  // What a later copy covers entirely has no effect any more.
  if (rule.kind === 'context') while (under && isCovered(under.rule, rule)) under = under.before;
  const { values } = tree;
  const token = values.token('history', ruleToken(values, rule), under?.token ?? -1);
  const key = `${token}`;
  const known = tree.histories.get(key);
  if (known) return known;
  const history: History = { rule, before: under, token, known: new Map() };
  tree.histories.set(key, history);
  return history;
}

function ruleToken(values: Values, rule: Rule): Token {
  switch (rule.kind) {
    case 'base':
      return values.token('base', rule.image, `${rule.standard}`);
    case 'empty':
      return values.token('empty');
    case 'context':
    case 'glob':
      return rule.id;
    case 'change':
      return values.token('change', rule.what, rule.token);
  }
}

function isCovered(old: Rule, now: Extract<Rule, { kind: 'context' }>): boolean {
  if ((old.kind !== 'context' && old.kind !== 'glob') || old.context.name !== now.context.name) return false;
  if (old.flags.owner !== now.flags.owner || old.flags.mode !== now.flags.mode) return false;
  if (!isWithin(old.destination, now.destination)) return false;
  const source = old.kind === 'glob' ? old.directory : old.source;
  return source === join(now.source, relativeTo(old.destination, now.destination));
}

function follow(tree: ImageTree, history: History, path: Path): Known {
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

export function applyRule(tree: ImageTree, rule: Rule, path: Path, old: Attributes): Attributes {
  const { values } = tree;
  switch (rule.kind) {
    case 'empty':
      return isRegion(path) ? { ...old, data: values.token('empty-region') } : absent(values);
    case 'base':
      if (rule.standard && standardDirectories.has(path)) return directory(values);
      return { data: values.token('base-data', rule.image, path), owner: values.token('base-owner', rule.image, path), mode: values.token('base-mode', rule.image, path) };
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

function overlay(tree: ImageTree, rule: Extract<Rule, { kind: 'context' }>, path: Path, old: Attributes): Attributes {
  const source = join(rule.source, relativeTo(path, rule.destination));
  const presence = isSymbolic(source) ? 'yes' : rule.context.files.has(source);
  if (presence === 'no') return old;
  const { values } = tree;
  const fresh = contextAttributes(values, rule, source);
  if (presence === 'yes') return isClash(tree, old.data, fresh.data) ? { ...fresh, data: values.token('clash', old.data, fresh.data) } : fresh;
  return { data: either(values, old.data, fresh.data), owner: either(values, old.owner, fresh.owner), mode: either(values, old.mode, fresh.mode) };
}

/** BuildKit refuses to copy a file over a directory, or a directory over a file. */
function isClash(tree: ImageTree, old: Token, fresh: Token): boolean {
  const directory = directoryToken(tree.values);
  const isFile = (token: Token): boolean => tree.values.made(token).operation !== 'absent' && fileOperations.has(tree.values.made(token).operation);
  return (old === directory && isFile(fresh)) || (fresh === directory && isFile(old));
}

/** A file that the pattern would take may lie in somebody’s context although it does not lie in this one, unless it would be hidden. */
function mayMatch(tree: ImageTree, rule: Extract<Rule, { kind: 'glob' }>, path: Path, old: Attributes): Attributes {
  if (isRegion(path) || parentOf(path) !== rule.destination || !rule.pattern.test(baseName(path))) return old;
  const { values } = tree;
  const source = join(rule.directory, baseName(path));
  if (rule.context.files.hides(source)) return old;
  const data = contextFileToken(values, rule.context, source);
  if (old.data === data) return old;
  return { data: either(values, old.data, data), owner: either(values, old.owner, rule.flags.owner), mode: either(values, old.mode, rule.flags.mode ?? values.token('context-mode', rule.context.name, source)) };
}

/** A copy meets a region if the context has (or may have) the directory that the region fills. */
function overlayRegion(tree: ImageTree, rule: Extract<Rule, { kind: 'context' }>, region: Path, old: Attributes): Attributes {
  const anchor = anchorOf(region);
  if (anchor === rule.destination && rule.context.disjointPackages) return old;
  const below = relativeTo(anchor, rule.destination);
  const sources = anchor === '/' ? systemDirectories.map((name) => join(rule.source, name)) : [join(rule.source, below)];
  const meets = sources.some((source) => isSymbolic(source) || rule.context.files.has(source) !== 'no');
  return meets ? { ...old, data: tree.values.token('overlaid', rule.id, region, old.data) } : old;
}

// ----------------------------------------------------------------------------------------------- reading and writing

/** Where the name ends that starts at `start`. What lies deeper than the limit counts as its ancestor there. */
function nameEnd(path: Path, start: number): number {
  const slash = path.indexOf('/', start);
  return slash < 0 ? path.length : slash;
}

/** The deepest entry at or above a path, and whether it is that of the path itself. */
function nearestEntry(tree: ImageTree, path: Path): { readonly entry: Entry; readonly isOwn: boolean } {
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
  entry.self = { ...entry.self, ...change };
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
      mode: old.data === absentToken(values) ? values.token('mode', '0755') : values.token('mode-if-made', old.mode),
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

/** A pattern of the names in one directory. */
export interface NameMatcher {
  readonly source: string;
  readonly test: (name: string) => boolean;
}

/** Copies what matches a pattern in one directory of the context; files that are known to match are written by the caller. */
export function overlayGlob(tree: ImageTree, context: VersionedContext, directory: Path, pattern: NameMatcher, destination: Path, flags: CopyFlags): void {
  const id = tree.values.token('glob-rule', context.name, directory, pattern.source, destination, flags.owner, flags.mode ?? 'kept');
  applyBelow(tree, destination, { kind: 'glob', directory, pattern, destination, flags, context, id });
}

/** The changed files below a directory of a context, as text: part of what a copy of it gives. */
export function changesUnder(context: VersionedContext, source: Path): string {
  if (context.changed.size === 0) return '';
  return [...context.changed].filter((path) => isWithin(path, source) && context.files.has(path) !== 'no').toSorted().join('\n');
}

/** Writes a change that is not known in detail to a path, and to everything below it if `deep`. */
export function change(tree: ImageTree, path: Path, deep: boolean, what: 'all' | 'owner' | 'mode', token: Token): void {
  const rule: Rule = { kind: 'change', what, token };
  const entry = entryOf(tree, path);
  entry.self = applyRule(tree, rule, path, entry.self);
  if (deep) applyBelow(tree, path, rule);
}

/** Removes what is below a path, and the path itself unless `onlyBelow`. */
export function remove(tree: ImageTree, path: Path, onlyBelow = false): void {
  const entry = entryOf(tree, path);
  if (!onlyBelow) entry.self = isRegion(path) ? applyRule(tree, { kind: 'empty' }, path, entry.self) : absent(tree.values);
  entry.rest = pushRule(tree, null, { kind: 'empty' });
  entry.children.clear();
}

/** Forgets everything: after a command of which nothing is known the image is a new base image. */
export function collapse(tree: ImageTree, token: Token, standard: boolean): void {
  tree.root = baseTree(tree.values, token, standard).root;
}

function applyBelow(tree: ImageTree, path: Path, rule: Rule): readonly Path[] {
  const clashes: Path[] = [];
  const top = entryOf(tree, path);
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

// --------------------------------------------------------------------------------------------------------- digests

/** One token for a path and everything below it. Equal digests: equal subtrees. */
export function digest(tree: ImageTree, path: Path): Token {
  const { entry, isOwn } = nearestEntry(tree, path);
  return isOwn ? entryDigest(tree, entry, path) : restDigest(tree, entry.rest, path);
}

/** One token for what is at a path and below it, whoever owns the path itself: what a command reads there. */
export function contentDigest(tree: ImageTree, path: Path): Token {
  const { entry, isOwn } = nearestEntry(tree, path);
  if (isOwn) return contentToken(tree, entry.self.data, entryDigest(tree, entry, path));
  const { rest } = entry;
  const known = follow(tree, rest, path);
  known.content ??= contentToken(tree, known.attributes.data, restDigest(tree, rest, path));
  return known.content;
}

function contentToken(tree: ImageTree, data: Token, whole: Token): Token {
  const made = tree.values.made(whole);
  // The token of a tree starts with data, owner and mode of its top; what follows is the content.
  if (made.operation === 'tree') return tree.values.token('content', data, ...made.operands.slice(3));
  if (made.operation !== 'tree-with') return data;
  const [leaf, ...children] = made.operands;
  const top = typeof leaf === 'number' ? tree.values.made(leaf).operands.slice(3) : [];
  return tree.values.token('content', data, ...top, ...children);
}

function leafDigest(tree: ImageTree, self: Attributes, rest: History, path: Path): Token {
  if (!isRegion(path) && fileOperations.has(tree.values.made(self.data).operation)) return tree.values.token('file', self.data, self.owner, self.mode);
  return tree.values.token('tree', self.data, self.owner, self.mode, effectiveHistory(tree, rest, path));
}

/** The digest of a path that has no entry. */
function restDigest(tree: ImageTree, rest: History, path: Path): Token {
  const known = follow(tree, rest, path);
  known.digest ??= leafDigest(tree, known.attributes, rest, path);
  return known.digest;
}

/** The rules that can do something below a path: a copy does nothing where the context has nothing to give. */
function effectiveHistory(tree: ImageTree, history: History, path: Path): Token {
  const tokens: Token[] = [];
  for (let at: History | null = history; at; at = at.before) if (!isIdle(at.rule, path)) tokens.push(ruleTokenAt(tree.values, at.rule, path));
  return tree.values.token('rules', ...tokens);
}

/** A copied directory is the same below a path, however far above it the copy began. */
function ruleTokenAt(values: Values, rule: Rule, path: Path): Token {
  if (rule.kind !== 'context' || !isWithin(path, rule.destination)) return ruleToken(values, rule);
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

function entryDigest(tree: ImageTree, entry: Entry, path: Path): Token {
  if (entry.digest !== null) return entry.digest;
  const names = [...entry.children.keys()].toSorted();
  const operands: (string | Token)[] = [];
  for (const name of names) {
    const child = entry.children.get(name);
    if (!child) continue;
    const at = join(path, name);
    const own = entryDigest(tree, child, at);
    // An entry that says no more than the rules do is left out, so that naming a path changes nothing.
    if (own !== restDigest(tree, entry.rest, at)) operands.push(name, own);
  }
  const { self, rest } = entry;
  const leaf = leafDigest(tree, self, rest, path);
  const isFile = tree.values.made(leaf).operation === 'file';
  entry.digest = operands.length === 0 || isFile ? leaf : tree.values.token('tree-with', leaf, ...operands);
  return entry.digest;
}

/** Where two trees differ: paths, the nearest to the root first; at most `limit`. */
export function differences(a: ImageTree, b: ImageTree, limit = 10): readonly Path[] {
  const found: Path[] = [];
  const pending: Path[] = ['/'];
  for (let path = pending.shift(); path !== undefined && found.length < limit; path = pending.shift()) {
    if (digest(a, path) === digest(b, path)) continue;
    const one = lookUp(a, path);
    const other = lookUp(b, path);
    const same = one.data === other.data && one.owner === other.owner && one.mode === other.mode;
    const names = new Set([...childNames(a, path), ...childNames(b, path)]);
    const below = [...names].map((name) => join(path, name)).filter((child) => digest(a, child) !== digest(b, child));
    if (!same || below.length === 0) found.push(path);
    else pending.push(...below);
  }
  return found;
}

/**
 * Is all that can be in a directory what copies from the context brought, or in `namesIn`? `emptyInBase`: the base image
 * is taken to have nothing there.
 */
export function isOnlyFromContext(tree: ImageTree, path: Path, emptyInBase: boolean): boolean {
  for (let at: History | null = nearestEntry(tree, path).entry.rest; at; at = at.before) {
    const { kind } = at.rule;
    if (kind === 'change' || kind === 'glob' || (kind === 'base' && !emptyInBase)) return false;
  }
  return true;
}

/** Names in a directory that something put there by name. */
export function namesIn(tree: ImageTree, path: Path): readonly string[] {
  return [...childNames(tree, path)];
}

function childNames(tree: ImageTree, path: Path): Iterable<string> {
  const { entry, isOwn } = nearestEntry(tree, path);
  return isOwn ? entry.children.keys() : [];
}

/** The files and directories of the context of which a directory of the image is made, as far as is known. */
export function contextRulesAt(tree: ImageTree, path: Path): readonly { readonly path: Path; readonly deep: boolean; readonly at: Path }[] {
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
