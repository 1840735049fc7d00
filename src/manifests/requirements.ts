import { remembering } from '../remember.ts';
import type { Span } from '../types.ts';
import { logicalLines } from './requirement-lines.ts';
import { readOptions } from './requirement-options.ts';

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

export function isFileUrl(text: string): boolean {
  return /^file:/i.test(text);
}

export function isUrl(text: string): boolean {
  // Most requirements are names.
  return /[:+]/.test(text) && (/^(?:https?|ftp|file):/i.test(text) || isVcsUrl(text));
}

/** `file:///a`, `file://localhost/a` and `file:/a` are `/a`; `file:./a` and `file:a` are relative. */
export function pathOfFileUrl(url: string): string {
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
