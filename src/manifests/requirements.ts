import type { Path, Span } from '../types.ts';

import { remembering } from '../remember.ts';

/**
 * Requirement files as pip reads them. The reference is pip's own `req/req_file.py` and `req/constructors.py` (26.2):
 * where the documentation and the code differ, the code decides, because the code is what runs in the image.
 */

interface Located {
  /** 1-based line on which the requirement begins; a continued line counts as its first. */
  readonly line: number;
  /** Without the comment after it and the white space around it. */
  readonly span: Span;
}

/** `flask[async]>=2,<3 ; python_version < "3.12" --hash=sha256:…`, or `name @ url`. */
export interface NamedRequirement extends Located {
  readonly kind: 'named';
  /** Normalised as PEP 503 says. */
  readonly name: string;
  readonly rawName: string;
  readonly extras: readonly string[];
  /** Without white space and parentheses: `>=2,<3`; empty if any version will do. */
  readonly specifier: string;
  /** The one version that `==` (without `*`) or `===` admits; null also where a `${VARIABLE}` decides. */
  readonly pinned: string | null;
  readonly marker: string | null;
  /** How many `--hash` options the requirement has. */
  readonly hashes: number;
  /** Of `name @ url`; it may be a `file:` URL, see `localPathOf`. */
  readonly url: string | null;
}

/** A directory or file of the machine; pip resolves it against the working directory, not against the file. */
export interface LocalRequirement extends Located {
  readonly kind: 'local';
  /** As written, without `file:`, extras and fragment. */
  readonly path: string;
  readonly editable: boolean;
  readonly wheel: boolean;
  /** A source archive (`.tar.gz`, `.zip`, …). Neither wheel nor archive is a directory. */
  readonly archive: boolean;
}

export interface UrlRequirement extends Located {
  readonly kind: 'url';
  readonly url: string;
  readonly vcs: boolean;
  /** Normalised; from `#egg=`, the file name, or `-e name @ url`. */
  readonly name: string | null;
  readonly editable: boolean;
}

/** `-r path` or `-c path`, relative to the file that holds it; it may be a URL. */
export interface IncludeRequirement extends Located {
  readonly kind: 'include';
  readonly path: string;
  readonly constraint: boolean;
}

/** An option that concerns the whole install; `name` is the long form. */
export interface OptionRequirement extends Located {
  readonly kind: 'option';
  readonly name: string;
  readonly value: string | null;
}

/** pip stops with an error here. */
export interface UnreadableRequirement extends Located {
  readonly kind: 'unreadable';
  readonly text: string;
}

export type Requirement =
  | NamedRequirement
  | LocalRequirement
  | UrlRequirement
  | IncludeRequirement
  | OptionRequirement
  | UnreadableRequirement;

export interface RequirementsFile {
  readonly entries: readonly Requirement[];
  /** Names of the `${VARIABLE}`s that pip replaces, in order of appearance; comments do not count. */
  readonly variables: readonly string[];
}

/**
 * Reads one requirements file. Never throws: what pip would reject is an `unreadable` entry. `${VARIABLE}`s stay as
 * they are, because their values are known only when the image is built.
 */
export const readRequirements = remembering((text: string): RequirementsFile => {
  const entries: Requirement[] = [];
  const variables = new Set<string>();
  for (const line of logicalLines(text)) {
    for (const [, name] of line.text.matchAll(/\$\{([A-Z0-9_]+)\}/g)) variables.add(name ?? '');
    entries.push(...readLine(line.text, { line: line.line, span: line.span }));
  }
  return { entries, variables: [...variables] };
});

/** Reads one requirement of a command line, such as `foo[bar]>=1`, `./x.whl` or `git+https://…`. */
export function parseRequirementSpec(text: string): Requirement {
  return parseSpecifier(text.trim(), 0, { line: 1, span: { start: 0, end: text.length } });
}

/** Reads the value of `-e`; a plain name is a directory there. */
export function parseEditableSpec(text: string): Requirement {
  return parseEditable(text.trim(), { line: 1, span: { start: 0, end: text.length } });
}

/** PEP 503: names that differ only in case and in runs of `-`, `_` and `.` are one. */
export function normaliseName(name: string): string {
  return (/[-_.]/.test(name) ? name.replaceAll(/[-_.]+/g, '-') : name).toLowerCase();
}

/** The path that an entry reads on the machine itself, without `file:`; null if it reads none. */
export function localPathOf(entry: Requirement): string | null {
  if (entry.kind === 'local') return entry.path;
  if (entry.kind === 'named' && entry.url !== null && isFileUrl(entry.url)) return pathOfFileUrl(entry.url);
  if (entry.kind === 'url' && /^[a-z]+\+file:/i.test(entry.url)) {
    return pathOfFileUrl(entry.url.slice(entry.url.indexOf('+') + 1));
  }
  return null;
}

/**
 * Can nothing but one version of each package be meant? Give the entries of all files of a closure that are no
 * constraints; includes are passed over. An empty list is not pinned.
 */
export function isFullyPinned(entries: readonly Requirement[]): boolean {
  const requirements = entries.filter((entry) => entry.kind !== 'include' && entry.kind !== 'option');
  return requirements.length > 0 && requirements.every(isPinned);
}

function isPinned(entry: Requirement): boolean {
  if (entry.kind === 'named') return entry.pinned !== null || (entry.url !== null && namesOneArchive(entry.url));
  if (entry.kind === 'local') return entry.wheel || entry.archive;
  if (entry.kind === 'url') return namesOneArchive(entry.url);
  return false;
}

/** A file by its name, or a commit of a repository; a branch or tag may move. */
function namesOneArchive(url: string): boolean {
  if (isVcsUrl(url)) return /@[0-9a-f]{40}(?:#|$)/i.test(url);
  return isWheel(fileNameOf(url)) || isArchive(fileNameOf(url));
}

// Includes

export interface ClosureFile {
  readonly path: Path;
  readonly entries: readonly Requirement[];
  /** Read only through `-c`: its entries limit versions and install nothing. */
  readonly constraint: boolean;
}

export interface MissingInclude {
  readonly path: Path;
  readonly from: Path;
  readonly line: number;
}

export interface UrlInclude {
  readonly url: string;
  readonly from: Path;
  readonly line: number;
  readonly constraint: boolean;
}

/**
 * A local `--find-links` directory (or page). pip takes the path beside the file if it exists, else the one against
 * the working directory (`handle_option_line` in req_file.py).
 */
export interface FindLinks {
  readonly value: string;
  /** The path beside the file, which comes first if it exists. */
  readonly besideFile: Path;
  readonly from: Path;
  readonly line: number;
}

export interface RequirementClosure {
  /** In the order in which pip begins to read them, the entry first; each file once. */
  readonly files: readonly ClosureFile[];
  readonly missing: readonly MissingInclude[];
  readonly urls: readonly UrlInclude[];
  readonly findLinks: readonly FindLinks[];
  /** Of all files; a path of `missing` may hold one of them, as `${NAME}`. */
  readonly variables: readonly string[];
}

interface Visit {
  readonly path: Path;
  readonly from: Path;
  readonly line: number;
  readonly constraint: boolean;
}

/**
 * Follows `-r` and `-c`, each relative to the file that holds it. `read` gives the text of a path (relative paths stay
 * relative, absolute ones absolute), or undefined. URLs are listed, not followed; cycles are fine. Local paths of the
 * entries are left as written, since pip resolves them against the working directory. If the entry itself cannot be
 * read, it is the one missing file, with itself as `from` and line 0.
 */
export function requirementClosure(entry: Path, read: (path: Path) => string | undefined): RequirementClosure {
  const files = new Map<Path, ClosureFile>();
  const missing = new Map<Path, MissingInclude>();
  const urls: UrlInclude[] = [];
  const findLinks: FindLinks[] = [];
  const variables = new Set<string>();

  // A stack instead of recursion: a chain of includes may be longer than the call stack.
  const pending: Visit[] = [{ path: entry, from: entry, line: 0, constraint: false }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const known = files.get(visit.path);
    if (known !== undefined) {
      if (known.constraint && !visit.constraint) files.set(visit.path, { ...known, constraint: false });
      continue;
    }
    const text = read(visit.path);
    if (text === undefined) {
      const { path, from, line } = visit;
      if (!missing.has(path)) missing.set(path, { path, from, line });
      continue;
    }

    const file = readRequirements(text);
    files.set(visit.path, { path: visit.path, entries: file.entries, constraint: visit.constraint });
    for (const name of file.variables) variables.add(name);
    const includes: Visit[] = [];
    for (const item of file.entries) {
      if (item.kind === 'option' && item.name === '--find-links' && item.value !== null && !isUrl(item.value)) {
        const besideFile = besides(visit.path, item.value);
        findLinks.push({ value: item.value, besideFile, from: visit.path, line: item.line });
      }
      if (item.kind !== 'include') continue;
      const { line, constraint } = item;
      const target = isFileUrl(item.path) ? pathOfFileUrl(item.path) : item.path;
      if (isUrl(target)) urls.push({ url: target, from: visit.path, line, constraint });
      else includes.push({ path: besides(visit.path, target), from: visit.path, line, constraint });
    }
    // The stack gives back the last first; pip reads the first include first.
    pending.push(...includes.toReversed());
  }
  return {
    files: [...files.values()],
    missing: [...missing.values()],
    urls,
    findLinks,
    variables: [...variables],
  };
}

/** `target` as seen from the directory of `file`. A path that leaves a relative root keeps its leading `..`. */
function besides(file: Path, target: string): Path {
  const absolute = target.startsWith('/') || file.startsWith('/');
  const segments = target.startsWith('/') ? [] : file.split('/').slice(0, -1);
  const result: string[] = [];
  for (const segment of [...segments, ...target.split('/')]) {
    if (segment === '' || segment === '.') continue;
    const last = result.at(-1);
    if (segment !== '..') result.push(segment);
    else if (last !== undefined && last !== '..') result.pop();
    else if (!absolute) result.push('..');
  }
  return (absolute ? '/' : '') + result.join('/');
}

// Lines

interface LogicalLine {
  /** Joined, without comment and surrounding white space; never empty. */
  readonly text: string;
  readonly line: number;
  readonly span: Span;
}

/** A piece of a physical line in a logical one: `at` is its offset there, `start` its offset in the file. */
interface Piece {
  readonly text: string;
  readonly at: number;
  readonly start: number;
}

/** What Python's `str.splitlines` takes for the end of a line. */
// oxlint-disable-next-line no-control-regex -- Python splits at these control characters.
const lineEnd = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/g;

/**
 * pip's `join_lines` and `ignore_comments`: a line that ends in `\` goes on in the next one, unless it is a comment
 * line; a comment line ends a continuation. A `\` at the end of a comment behind a requirement does continue it, and
 * the next line is then part of the comment.
 */
function* logicalLines(file: string): Generator<LogicalLine> {
  let pieces: Piece[] = [];
  let length = 0;
  let firstLine = 0;
  for (const { line, start, content } of physicalLines(file)) {
    if (pieces.length === 0) firstLine = line;
    const comment = content.trimStart().startsWith('#');
    const continued = content.endsWith('\\') && !comment;
    const piece = continued ? withoutBackslashes(content, start) : { text: content, start };
    // The space lets the comment still be seen as one when it is joined to the text before it.
    const text = comment ? ` ${piece.text}` : piece.text;
    pieces.push({ text, at: length, start: comment ? piece.start - 1 : piece.start });
    length += text.length;
    if (continued) continue;
    const joined = finishLine(pieces, firstLine);
    if (joined !== null) yield joined;
    pieces = [];
    length = 0;
  }
  const last = pieces.length > 0 ? finishLine(pieces, firstLine) : null;
  if (last !== null) yield last;
}

function* physicalLines(text: string): Generator<{ line: number; start: number; content: string }> {
  let start = text.startsWith('\u{FEFF}') ? 1 : 0;
  let line = 1;
  for (const match of text.matchAll(lineEnd)) {
    yield { line, start, content: text.slice(start, match.index) };
    start = match.index + match[0].length;
    line += 1;
  }
  if (start < text.length) yield { line, start, content: text.slice(start) };
}

/** Python's `line.strip("\\")`: it takes them from both ends. */
function withoutBackslashes(line: string, lineStart: number): { text: string; start: number } {
  let start = 0;
  let end = line.length;
  while (start < end && line[start] === '\\') start += 1;
  while (end > start && line[end - 1] === '\\') end -= 1;
  return { text: line.slice(start, end), start: lineStart + start };
}

function finishLine(pieces: readonly Piece[], line: number): LogicalLine | null {
  const joined = pieces.map((piece) => piece.text).join('');
  const code = joined.slice(0, commentStart(joined));
  const text = code.trim();
  if (text === '') return null;
  const from = code.length - code.trimStart().length;
  const start = offsetInFile(pieces, from);
  const end = offsetInFile(pieces, from + text.length - 1) + 1;
  return { text, line, span: { start, end } };
}

/** A `#` opens a comment at the start of a line or after white space; in `…#egg=x` it does not. */
function commentStart(line: string): number {
  for (let at = line.indexOf('#'); at !== -1; at = line.indexOf('#', at + 1)) {
    if (at === 0 || /\s/.test(line.charAt(at - 1))) return at;
  }
  return line.length;
}

function offsetInFile(pieces: readonly Piece[], offset: number): number {
  const piece = pieces.findLast((candidate) => candidate.at <= offset);
  return piece === undefined ? 0 : piece.start + offset - piece.at;
}

// Options

/** The options that pip allows in a requirements file, with their short and other names. */
const fileOptions: readonly { readonly names: readonly [string, ...string[]]; readonly value: boolean }[] = [
  { names: ['--index-url', '-i', '--pypi-url'], value: true },
  { names: ['--extra-index-url'], value: true },
  { names: ['--no-index'], value: false },
  { names: ['--constraint', '-c'], value: true },
  { names: ['--requirement', '-r'], value: true },
  { names: ['--editable', '-e'], value: true },
  { names: ['--find-links', '-f'], value: true },
  { names: ['--no-binary'], value: true },
  { names: ['--only-binary'], value: true },
  { names: ['--prefer-binary'], value: false },
  { names: ['--require-hashes'], value: false },
  { names: ['--no-require-hashes'], value: false },
  { names: ['--pre'], value: false },
  { names: ['--all-releases'], value: true },
  { names: ['--only-final'], value: true },
  { names: ['--trusted-host'], value: true },
  { names: ['--use-feature'], value: true },
  { names: ['--hash'], value: true },
  { names: ['--config-settings', '-C'], value: true },
  // Up to pip 25 and 23.0; images with such a pip are still built.
  { names: ['--global-option'], value: true },
  { names: ['--install-option'], value: true },
];

interface OptionUse {
  readonly name: string;
  readonly value: string | null;
}

/** What one line says. Only the first of several `-e`, `-r` or `-c` on a line counts, as in pip. */
function readLine(text: string, at: Located): readonly Requirement[] {
  // pip splits at spaces only, and gives everything from the first word with a dash to its option parser.
  const optionsStart = text.startsWith('-') ? 0 : text.indexOf(' -') + 1;
  const hasOptions = text.startsWith('-') || optionsStart > 0;
  const spec = hasOptions ? text.slice(0, optionsStart) : text;
  const options = hasOptions ? readOptions(text.slice(optionsStart)) : [];
  if (options === null) return [{ kind: 'unreadable', text, ...at }];

  const valueOf = (name: string) => options.find((option) => option.name === name)?.value ?? null;
  if (spec.trim() !== '') {
    const hashes = options.filter((option) => option.name === '--hash').length;
    return [parseSpecifier(spec.trim(), hashes, at)];
  }
  const editable = valueOf('--editable');
  if (editable !== null) return [parseEditable(editable, at)];
  const requirement = valueOf('--requirement');
  const include = requirement ?? valueOf('--constraint');
  if (include !== null) return [{ kind: 'include', path: include, constraint: requirement === null, ...at }];
  return options.map((option) => ({ kind: 'option', ...option, ...at }));
}

/** Python's optparse over words split as by a shell; null where pip would stop. */
function readOptions(text: string): readonly OptionUse[] | null {
  const words = splitAsShell(text);
  if (words === null) return null;
  const found: OptionUse[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') break;
    // Words that belong to no option are ignored by pip.
    if (!word.startsWith('-') || word === '-') continue;

    const long = word.startsWith('--');
    const equals = long ? word.indexOf('=') : -1;
    const written = long ? word.slice(0, equals === -1 ? undefined : equals) : word.slice(0, 2);
    const glued = long ? (equals === -1 ? null : word.slice(equals + 1)) : word.length > 2 ? word.slice(2) : null;
    const option = findOption(written);
    if (option === null) return null;
    const [name] = option.names;
    if (!option.value) {
      if (glued !== null) return null;
      found.push({ name, value: null });
      continue;
    }
    if (glued === null) index += 1;
    const value = glued ?? words[index];
    if (value === undefined) return null;
    found.push({ name, value });
  }
  return found;
}

/** optparse takes a beginning of a long option for the option, if it is the beginning of one only. */
function findOption(written: string) {
  const exact = fileOptions.find((option) => option.names.includes(written));
  if (exact !== undefined) return exact;
  if (!written.startsWith('--')) return null;
  const matches = fileOptions.filter((option) => option.names.some((name) => name.startsWith(written)));
  return matches.length === 1 ? (matches[0] ?? null) : null;
}

/** Python's `shlex.split`, POSIX rules, without comments; null for an open quote or a lone backslash at the end. */
function splitAsShell(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '\\' && quote !== "'") {
      index += 1;
      if (index >= text.length) return null;
      const next = text.charAt(index);
      const escapes = quote === null || next === '"' || next === '\\';
      word = (word ?? '') + (escapes ? next : char + next);
    } else if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === ' ' || char === '\t' || char === '\r' || char === '\n') {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== null) return null;
  if (word !== null) words.push(word);
  return words;
}

// Requirements

/** pip's `parse_req_from_line`. */
function parseSpecifier(text: string, hashes: number, at: Located): Requirement {
  // Behind a URL the marker needs a space, because a URL may hold a semicolon.
  const isAddress = isUrl(text);
  const separator = text.indexOf(isAddress ? '; ' : ';');
  const spec = (separator === -1 ? text : text.slice(0, separator)).trim();
  const marker = separator === -1 ? null : text.slice(separator + 1).trim() || null;

  if (isAddress && isFileUrl(spec)) return local(pathOfFileUrl(spec), false, at);
  if (isAddress) return { kind: 'url', url: spec, vcs: isVcsUrl(spec), name: nameOfUrl(spec), editable: false, ...at };
  const named = parseNamed(spec);
  if (named?.url != null) return { kind: 'named', marker, hashes, ...named, ...at };
  if (looksLikePath(spec)) return local(spec, false, at);
  if (named !== null) return { kind: 'named', marker, hashes, ...named, ...at };
  return { kind: 'unreadable', text, ...at };
}

/** pip's `parse_editable`: what is no URL is a directory. */
function parseEditable(text: string, at: Located): Requirement {
  if (text === '') return { kind: 'unreadable', text, ...at };
  const named = parseNamed(text.split(' ;', 1)[0] ?? text);
  if (named?.url != null) {
    if (isFileUrl(named.url)) return local(pathOfFileUrl(named.url), true, at);
    return { kind: 'url', url: named.url, vcs: isVcsUrl(named.url), name: named.name, editable: true, ...at };
  }
  if (isFileUrl(text)) return local(pathOfFileUrl(text), true, at);
  if (isUrl(text)) return { kind: 'url', url: text, vcs: isVcsUrl(text), name: nameOfUrl(text), editable: true, ...at };
  return local(text, true, at);
}

function local(written: string, editable: boolean, at: Located): Requirement {
  const path = withoutExtras(written);
  const file = fileNameOf(path);
  const wheel = !editable && isWheel(file);
  return { kind: 'local', path, editable, wheel, archive: !editable && !wheel && isArchive(file), ...at };
}

/** `./pkg[extra]` is the directory `./pkg`. */
function withoutExtras(path: string): string {
  const open = path.endsWith(']') ? path.lastIndexOf('[') : -1;
  return open > 0 ? path.slice(0, open).trimEnd() : path;
}

type NamedParts = Pick<NamedRequirement, 'name' | 'rawName' | 'extras' | 'specifier' | 'pinned' | 'url'>;

/** A requirement by name, without its marker, as PEP 508 (now the "dependency specifiers" specification) says. */
function parseNamed(spec: string): NamedParts | null {
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?(.*)$/s.exec(spec);
  const rawName = match?.[1];
  const rest = match?.[3];
  if (rawName === undefined || rest === undefined) return null;
  const extras = extrasIn(match?.[2] ?? '');
  if (!extras.every((extra) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(extra))) return null;

  const name = { name: normaliseName(rawName), rawName, extras };
  const tail = rest.trim();
  if (tail.startsWith('@')) {
    const url = tail.slice(1).trim();
    return url === '' || /\s/.test(url) ? null : { specifier: '', pinned: null, url, ...name };
  }
  const clauses = parseClauses(tail.startsWith('(') && tail.endsWith(')') ? tail.slice(1, -1) : tail);
  if (clauses === null) return null;
  const exact = clauses.find(([operator, version]) => operator === '===' || (operator === '==' && !version.endsWith('*')));
  const pinned = exact === undefined || exact[1].includes('${') ? null : exact[1];
  return { specifier: clauses.map(([operator, version]) => operator + version).join(','), pinned, url: null, ...name };
}

function extrasIn(list: string): readonly string[] {
  return list.trim() === '' ? [] : list.split(',').map((extra) => extra.trim());
}

/** `>=1, <2` as pairs of operator and version; one comma at the end is allowed. */
function parseClauses(text: string): readonly (readonly [operator: string, version: string])[] | null {
  const whole = text.trim();
  if (whole === '') return [];
  const parts = whole.includes(',') ? whole.split(',').map((part) => part.trim()) : [whole];
  if (parts.length > 1 && parts.at(-1) === '') parts.pop();
  const clauses: [string, string][] = [];
  for (const part of parts) {
    const match = /^(===|==|~=|!=|<=|>=|<|>)\s*((?:[\w.*+!-]|\$\{[A-Z0-9_]+\})+)$/.exec(part);
    const operator = match?.[1];
    const version = match?.[2];
    if (operator === undefined || version === undefined) return null;
    clauses.push([operator, version]);
  }
  return clauses;
}

// URLs and paths

const vcsScheme = /^(?:git|hg|svn|bzr)\+|^(?:git|hg|svn|bzr|ssh|sftp):/i;

function isVcsUrl(text: string): boolean {
  return vcsScheme.test(text);
}

function isFileUrl(text: string): boolean {
  return /^file:/i.test(text);
}

function isUrl(text: string): boolean {
  // Most requirements are names.
  return /[:+]/.test(text) && (/^(?:https?|ftp|file):/i.test(text) || isVcsUrl(text));
}

/** `file:///a`, `file://localhost/a` and `file:/a` are `/a`; `file:./a` and `file:a` are relative. */
function pathOfFileUrl(url: string): string {
  const written = url.slice('file:'.length).replace(/#.*$/s, '');
  const path = written.startsWith('//') ? written.slice(2).replace(/^localhost(?=\/)/i, '') : written;
  return decodePercent(path);
}

/** An invalid escape is left as it is. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** pip asks the disk for a directory; a name with a slash, or with a dot in front, can be nothing else. */
function looksLikePath(spec: string): boolean {
  const file = withoutExtras(spec);
  return spec.includes('/') || spec.startsWith('.') || isWheel(file) || isArchive(file);
}

/** The last segment of a path or URL, without query and fragment. */
function fileNameOf(path: string): string {
  const end = path.search(/[?#]/);
  const clean = end === -1 ? path : path.slice(0, end);
  return clean.slice(clean.lastIndexOf('/') + 1);
}

function isWheel(file: string): boolean {
  return /\.whl$/i.test(file);
}

const archiveSuffix = /\.(?:zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma))$/i;

function isArchive(file: string): boolean {
  return archiveSuffix.test(file);
}

/** From `#egg=name[extra]`, or from a wheel's or source archive's file name. */
function nameOfUrl(url: string): string | null {
  const egg = /[#&]egg=([^&[]+)/.exec(url)?.[1];
  if (egg !== undefined) return normaliseName(decodePercent(egg));
  const file = decodePercent(fileNameOf(url));
  if (isVcsUrl(url)) return null;
  if (isWheel(file)) return normaliseName(file.split('-', 1)[0] ?? file);
  // A source archive is `name-version`; the version begins at the last dash before a digit.
  const stem = isArchive(file) ? /^(.+)-v?\d[^-]*$/i.exec(file.replace(archiveSuffix, ''))?.[1] : undefined;
  return stem === undefined ? null : normaliseName(stem);
}
