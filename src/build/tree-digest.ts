/** Image trees compared: equal digests, equal files. */
import type { Path } from '../types.ts';
import type { Entry, ImageTree } from './image-tree.ts';
import { childNames, lookUp, nearestEntry } from './image-tree.ts';
import { isRegion, join } from './places.ts';
import type { Attributes, History } from './tree-rules.ts';
import { fileOperations, follow, isIdle, ruleTokenAt } from './tree-rules.ts';
import type { Token } from './values.ts';

/** One token for a path and everything below it. Equal digests: equal subtrees. */
export function digest(tree: ImageTree, path: Path): Token {
  const { entry, isOwn } = nearestEntry(tree, path);
  const token = isOwn ? entryDigest(tree, entry, path) : restDigest(tree, entry.rest, path);
  tree.asked?.others.push({ question: 'digest', path, answer: token });
  return token;
}

/** One token for what is at a path and below it, whoever owns the path itself: what a command reads there. */
export function contentDigest(tree: ImageTree, path: Path): Token {
  const token = contentOf(tree, path);
  tree.asked?.others.push({ question: 'content', path, answer: token });
  return token;
}

function contentOf(tree: ImageTree, path: Path): Token {
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
  if (history.digest !== null) return history.digest;
  const tokens: Token[] = [];
  let isSameEverywhere = true;
  for (let at: History | null = history; at; at = at.before) {
    if (at.rule.kind === 'context' || at.rule.kind === 'glob') isSameEverywhere = false;
    if (!isIdle(at.rule, path)) tokens.push(ruleTokenAt(tree.values, at.rule, path));
  }
  const token = tree.values.token('rules', ...tokens);
  if (isSameEverywhere) history.digest = token;
  return token;
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
