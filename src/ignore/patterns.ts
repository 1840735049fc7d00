/**
 * Ignore files as BuildKit understands them. The rules are those of moby/patternmatcher (`ignorefile.ReadAll`, `New`
 * and `MatchesOrParentMatches`), which are not gitignore's: patterns are anchored at the root, the last match wins, and
 * a `!` rule below an ignored directory works.
 *
 * moby turns each pattern into a regular expression of Go, in which some characters keep a meaning that nobody
 * intended (`[^a]` matches `/`, `\d` is a digit). Those accidents decide what is sent to the builder, so they are
 * followed here.
 */
import type { Path } from '../types.ts';
import type { CompiledPattern } from './glob.ts';
import { compilePattern, matchesBelow, matchesPath, matchesPathOrParent } from './glob.ts';

/** One rule of an ignore file. */
export interface IgnorePattern {
  /** As written, without the white space around it. */
  readonly text: string;
  /** Does the rule bring paths back (`!`)? */
  readonly negated: boolean;
  /** 1-based. */
  readonly line: number;
  /** As matched: a clean path relative to the root, without the `!`. */
  readonly pattern: string;
}

/** The rules of one ignore file. */
export interface IgnoreMatcher {
  readonly patterns: readonly IgnorePattern[];
  /** Is `path` excluded, by itself or through a directory above it? The last rule that matches decides. */
  readonly excludes: (path: Path) => boolean;
  /** Given that `dir` is excluded: could a `!` rule bring back something below it? Never falsely `false`. */
  readonly mayReinclude: (dir: Path) => boolean;
  /**
   * May a build that walks the tree decide otherwise than `excludes` for the path, or send something below a directory
   * that is excluded? BuildKit sends what `MatchesUsingParentResults` keeps, which forgets a rule that changed nothing for a directory: of
   * `**`, `!**\/*.py`, `**\/tests` the last one does not hide `tests/a.py`, and `!a` after `a/b` does not bring `a/b` back.
   * (Seen on BuildKit; other builders use `MatchesOrParentMatches`.)
   */
  readonly disputed: (path: Path, kind: 'file' | 'directory') => boolean;
}

export type ParsedIgnore =
  | { readonly kind: 'ok'; readonly matcher: IgnoreMatcher }
  | { readonly kind: 'error'; readonly message: string; readonly line: number };

/** The longest line that Go's line scanner takes (`bufio.MaxScanTokenSize`), in bytes, its end included. */
const longestLine = 64 * 1024;

/**
 * Reads an ignore file. An error is one with which a build fails; `line` is 1-based.
 */
export function parseIgnore(text: string): ParsedIgnore {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const parsed = parse(text);
  if (recent.size >= 256) recent.clear();
  recent.set(text, parsed);
  return parsed;
}

/** The same few files are asked about again and again: once for each build and each round of planning. */
const recent = new Map<string, ParsedIgnore>();

/**
 * Does one positive pattern, written as in an ignore file, match `path` or a directory above it?
 * `null`: the pattern is malformed, empty, a comment, or a `!` rule.
 */
export function matchesPattern(pattern: string, path: Path): boolean | null {
  const parsed = parseIgnore(pattern);
  if (parsed.kind === 'error') return null;
  const { patterns, excludes } = parsed.matcher;
  return patterns.length !== 1 || patterns[0]?.negated !== false ? null : excludes(path);
}

/** Does one of several such patterns match? They are well-formed. */
export function matcherOfAny(patterns: readonly string[]): (path: Path) => boolean {
  const parsed = parseIgnore(patterns.join('\n'));
  if (parsed.kind === 'error') throw new Error(`${patterns[parsed.line - 1]}: ${parsed.message}`);
  return parsed.matcher.excludes;
}

interface Rule extends IgnorePattern {
  readonly compiled: CompiledPattern;
}

function parse(text: string): ParsedIgnore {
  const rules: Rule[] = [];
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const [index, written] of lines.entries()) {
    const line = index + 1;
    if (tooLong(written, index === lines.length - 1)) return { kind: 'error', message: 'the line is too long', line };
    if (written.startsWith('#')) continue;
    const rule = parseRule(trimSpace(written), line);
    if (rule === null) continue;
    if (typeof rule === 'string') return { kind: 'error', message: rule, line };
    rules.push(rule);
  }
  return { kind: 'ok', matcher: matcherOf(rules) };
}

/** One rule; `null` for an empty line; a message for one with which moby fails. */
function parseRule(text: string, line: number): Rule | string | null {
  if (text === '') return null;
  const normal = cleanPath(trimSpace(normalised(text)));
  if (normal === '!') return 'illegal exclusion pattern: "!"';
  const negated = normal.startsWith('!');
  const pattern = negated ? normal.slice(1) : normal;
  const compiled = compilePattern(pattern);
  if (compiled === null) return `syntax error in pattern: "${shortened(pattern)}"`;
  return { text, negated, line, pattern, compiled };
}

/** What `ignorefile.ReadAll` makes of a trimmed line: a clean path without the leading slash, with its `!` if it had one. */
function normalised(text: string): string {
  const negated = text.startsWith('!');
  const path = negated ? trimSpace(text.slice(1)) : text;
  const clean = path === '' ? '' : cleanPath(path);
  const relative = clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean;
  return negated ? `!${relative}` : relative;
}

function matcherOf(rules: readonly Rule[]): IgnoreMatcher {
  const backwards = rules.toReversed();
  const someNegated = rules.some((rule) => rule.negated);

  // The last rule that matches decides, so the search runs from the end.
  const excludes = (path: Path): boolean => {
    const decisive = backwards.find((rule) => matchesPathOrParent(rule.compiled, path));
    return decisive !== undefined && !decisive.negated;
  };

  // A `!` rule counts only if it comes after every rule that excludes the directory, and with it all below it.
  const mayReinclude = (dir: Path): boolean => {
    if (!someNegated) return false;
    const decisive = backwards.find((rule) =>
      rule.negated ? matchesBelow(rule.compiled, dir) : dir !== '' && matchesPathOrParent(rule.compiled, dir),
    );
    return decisive !== undefined && decisive.negated;
  };

  const disputed = (path: Path, kind: 'file' | 'directory'): boolean => {
    if (!someNegated) return false;
    if (walkTo(rules, path).excluded !== excludes(path)) return true;
    return kind === 'directory' && excludes(path) && forgottenBelow(rules, path);
  };

  const patterns = rules.map(({ text, negated, line, pattern }) => ({ text, negated, line, pattern }));
  return { patterns, excludes, mayReinclude, disputed };
}

interface Walked {
  readonly excluded: boolean;
  /** For each rule: did it match the path or a directory above it, when it was evaluated there? */
  readonly remembered: readonly boolean[];
}

/** moby's `MatchesUsingParentResults`, from the top directory down to the path. */
function walkTo(rules: readonly Rule[], path: Path): Walked {
  let remembered: readonly boolean[] = rules.map(() => false);
  let excluded = false;
  for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
    const at = end < 0 ? path : path.slice(0, end);
    excluded = false;
    const above = remembered;
    remembered = rules.map((rule, index) => {
      // A rule that could not change anything is not evaluated, and so is not remembered below.
      const matches = above[index] === true || (rule.negated === excluded && matchesPath(rule.compiled, at));
      if (matches) excluded = !rule.negated;
      return matches;
    });
    if (end < 0) return { excluded, remembered };
  }
}

/**
 * Below an excluded directory: is there a `!` rule that the walk lets win, because it has forgotten the rules after it
 * that hide the directory?
 */
function forgottenBelow(rules: readonly Rule[], dir: Path): boolean {
  const { remembered } = walkTo(rules, dir);
  const lastRemembered = rules.findLastIndex((rule, index) => !rule.negated && remembered[index] === true);
  const lastMatching = rules.findLastIndex((rule) => !rule.negated && matchesPathOrParent(rule.compiled, dir));
  return rules.some(
    (rule, index) =>
      rule.negated && index > lastRemembered && index < lastMatching && (remembered[index] === true || matchesBelow(rule.compiled, dir)),
  );
}

/** Go's `filepath.Clean` for `/`: no empty, `.` or inner `..` segments, no slash at the end; `.` for nothing. */
function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  const joined = kept.join('/');
  if (rooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

/** Unicode's White_Space, which Go trims: JavaScript's own `trim` differs in U+0085 and U+FEFF. */
const space = /[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/;

function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text.charAt(start))) start += 1;
  while (end > start && space.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** A character takes at most three bytes a UTF-16 unit, so that most lines need no counting. */
function tooLong(line: string, last: boolean): boolean {
  const newline = last ? 0 : 1;
  if (line.length * 3 + newline < longestLine) return false;
  const bytes = new TextEncoder().encode(line).length + newline;
  return last ? bytes >= longestLine : bytes > longestLine;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
