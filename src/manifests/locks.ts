import { flatMap } from '../lists.ts';
import { normaliseName } from './requirements.ts';
import { isTable, listOf, readToml, stringOf, stringsOf, tableAt } from './toml.ts';
import type { TomlTable, Unreadable } from './toml.ts';

/**
 * Lock files of Python's package managers in one shape: poetry.lock, uv.lock, pdm.lock, Pipfile.lock, and pylock.toml
 * (PEP 751). They are read to learn what an install takes, above all whether it takes something compiled.
 */

export type LockKind = 'poetry' | 'uv' | 'pdm' | 'pipenv' | 'pylock';

export type PackageSource = 'registry' | 'git' | 'url' | 'path' | 'directory' | 'editable' | 'virtual';

export interface LockedPackage {
  /** Normalised as PEP 503 says. */
  readonly name: string;
  /** Null where the lock leaves it to the source (uv.lock with a dynamic version, Pipfile.lock with a path). */
  readonly version: string | null;
  /** File names; empty also where the lock names no files (Pipfile.lock). */
  readonly wheels: readonly string[];
  readonly sdist: boolean;
  /** `path` is an archive or wheel on disk, `virtual` a project that is not itself installed. */
  readonly source: PackageSource;
  /** Of path, directory, editable and virtual: as written, relative to the lock file. */
  readonly path?: string;
  /** Names, where the lock has them. */
  readonly dependencies?: readonly string[];
  /** The groups that the package belongs to, where the lock says it; `main` (or `default`) is the main list. */
  readonly groups?: readonly string[];
  readonly marker?: string;
}

export interface Lock {
  readonly kind: LockKind;
  readonly packages: readonly LockedPackage[];
  /** Of the manifest that the lock was made from; null for locks without one (uv.lock, pylock.toml). */
  readonly contentHash: string | null;
  readonly lockVersion: string | null;
  readonly requiresPython: string | null;
}

export type LockResult = { readonly kind: 'ok'; readonly lock: Lock } | Unreadable;

/** Chooses the reader by the file's name; null if the name is no lock file's. */
export function lockKindOf(path: string): LockKind | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'poetry.lock') return 'poetry';
  if (name === 'uv.lock') return 'uv';
  if (name === 'pdm.lock') return 'pdm';
  if (name === 'Pipfile.lock') return 'pipenv';
  return /^pylock(?:\.[^.]+)?\.toml$/.test(name) ? 'pylock' : null;
}

/** Reads a lock file. Never throws; `undefined` stands for a missing file and gives an error like invalid text. */
export function readLock(kind: LockKind, text: string | undefined): LockResult {
  if (kind === 'pipenv') return readPipfileLock(text);
  const toml = readToml(text);
  if (toml.kind === 'error') return toml;
  if (kind === 'poetry') return { kind: 'ok', lock: poetryLock(toml.table) };
  if (kind === 'uv') return { kind: 'ok', lock: uvLock(toml.table) };
  if (kind === 'pdm') return { kind: 'ok', lock: pdmLock(toml.table) };
  return { kind: 'ok', lock: pylock(toml.table) };
}

// poetry.lock

function poetryLock(table: TomlTable): Lock {
  const metadata = tableAt(table, 'metadata');
  // Up to Poetry 1.2 the files stood together at the end, by package name.
  const filesByName = filesOfMetadata(metadata);
  return {
    kind: 'poetry',
    packages: flatMap(tablesOf(table['package']), (item) => poetryPackage(item, filesByName)),
    contentHash: stringOf(metadata['content-hash']),
    lockVersion: stringOf(metadata['lock-version']),
    requiresPython: stringOf(metadata['python-versions']),
  };
}

function poetryPackage(item: TomlTable, filesByName: ReadonlyMap<string, unknown>): readonly LockedPackage[] {
  const name = stringOf(item['name']);
  if (name === null) return [];
  const source = tableAt(item, 'source');
  // Up to Poetry 1.4 each package had one category, main or dev.
  const category = stringOf(item['category']);
  const groups = Array.isArray(item['groups']) ? stringsOf(item['groups']) : null;
  return [
    {
      name: normaliseName(name),
      version: stringOf(item['version']),
      ...distributions(fileNames(item['files'] ?? filesByName.get(normaliseName(name)))),
      ...poetrySource(stringOf(source['type']), stringOf(source['url']), item['develop'] === true),
      dependencies: Object.keys(tableAt(item, 'dependencies')).map(normaliseName),
      ...given('groups', groups ?? (category === null ? null : [category])),
      ...given('marker', stringOf(item['markers'])),
    },
  ];
}

/** `legacy` is any index other than PyPI. */
function poetrySource(type: string | null, url: string | null, develop: boolean): SourceParts {
  if (type === null || type === 'legacy') return { source: 'registry' };
  if (type === 'git') return { source: 'git' };
  if (type === 'directory') return { source: develop ? 'editable' : 'directory', ...given('path', url) };
  if (type === 'file') return { source: 'path', ...given('path', url) };
  return { source: 'url' };
}

// uv.lock

function uvLock(table: TomlTable): Lock {
  const version = table['version'];
  return {
    kind: 'uv',
    packages: flatMap(tablesOf(table['package']), uvPackage),
    contentHash: null,
    lockVersion: typeof version === 'number' ? String(version) : null,
    requiresPython: stringOf(table['requires-python']),
  };
}

function uvPackage(item: TomlTable): readonly LockedPackage[] {
  const name = stringOf(item['name']);
  if (name === null) return [];
  // A package may be there several times, each for other environments.
  const markers = stringsOf(item['resolution-markers']).map((marker) => `(${marker})`);
  return [
    {
      name: normaliseName(name),
      version: stringOf(item['version']),
      wheels: fileNames(item['wheels']),
      sdist: isTable(item['sdist']),
      ...uvSource(tableAt(item, 'source')),
      dependencies: namesOf(item['dependencies']),
      ...given('marker', markers.length > 0 ? markers.join(' or ') : null),
    },
  ];
}

function uvSource(source: TomlTable): SourceParts {
  for (const kind of ['path', 'directory', 'editable', 'virtual'] as const) {
    const path = stringOf(source[kind]);
    if (path !== null) return { source: kind, path };
  }
  if (source['git'] !== undefined) return { source: 'git' };
  return { source: source['url'] === undefined ? 'registry' : 'url' };
}

// pdm.lock

function pdmLock(table: TomlTable): Lock {
  const metadata = tableAt(table, 'metadata');
  // Up to lock version 4.2 the files stood together at the end, by "name version".
  const filesByName = filesOfMetadata(metadata);
  return {
    kind: 'pdm',
    packages: flatMap(tablesOf(table['package']), (item) => pdmPackage(item, filesByName)),
    contentHash: stringOf(metadata['content_hash']),
    lockVersion: stringOf(metadata['lock_version']),
    requiresPython: stringOf(tableAt(listOf(metadata['targets'])[0])['requires_python']),
  };
}

function pdmPackage(item: TomlTable, filesByName: ReadonlyMap<string, unknown>): readonly LockedPackage[] {
  const name = stringOf(item['name']);
  if (name === null) return [];
  const version = stringOf(item['version']);
  return [
    {
      name: normaliseName(name),
      version,
      ...distributions(fileNames(item['files'] ?? filesByName.get(`${normaliseName(name)} ${version ?? ''}`))),
      ...pdmSource(item),
      // "click>=8; python_version < '3'": the name comes first.
      dependencies: stringsOf(item['dependencies']).map((spec) => normaliseName(/^[\w.-]*/.exec(spec)?.[0] ?? spec)),
      ...given('groups', Array.isArray(item['groups']) ? stringsOf(item['groups']) : null),
      ...given('marker', stringOf(item['marker'])),
    },
  ];
}

function pdmSource(item: TomlTable): SourceParts {
  const path = stringOf(item['path']);
  if (path !== null) return { source: localSource(path, item['editable'] === true), path };
  if (item['git'] !== undefined || item['hg'] !== undefined || item['svn'] !== undefined) return { source: 'git' };
  return { source: item['url'] === undefined ? 'registry' : 'url' };
}

// Pipfile.lock

function readPipfileLock(text: string | undefined): LockResult {
  if (text === undefined) return { kind: 'error', message: 'The file is missing or is not readable text.', line: 1 };
  const source = text.startsWith('\u{FEFF}') ? text.slice(1) : text;
  let data: unknown;
  try {
    data = JSON.parse(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'error', message: `Invalid JSON: ${message}`, line: lineOfJsonError(message, source) };
  }
  const table = tableAt(data);
  const meta = tableAt(table, '_meta');
  const python = tableAt(meta, 'requires');
  const categories = Object.entries(table).filter(([category]) => category !== '_meta');
  const specVersion = meta['pipfile-spec'];
  return {
    kind: 'ok',
    lock: {
      kind: 'pipenv',
      packages: flatMap(categories, ([category, packages]) =>
        Object.entries(tableAt(packages)).map(([name, item]) => pipenvPackage(name, tableAt(item), category)),
      ),
      contentHash: stringOf(tableAt(meta, 'hash')['sha256']),
      lockVersion: typeof specVersion === 'number' ? String(specVersion) : null,
      requiresPython: stringOf(python['python_full_version']) ?? stringOf(python['python_version']),
    },
  };
}

function pipenvPackage(name: string, item: TomlTable, category: string): LockedPackage {
  const version = stringOf(item['version']);
  return {
    name: normaliseName(name),
    version: version === null ? null : version.replace(/^={2,3}/, ''),
    wheels: [],
    sdist: false,
    ...pipenvSource(item),
    groups: [category],
    ...given('marker', stringOf(item['markers'])),
  };
}

function pipenvSource(item: TomlTable): SourceParts {
  if (['git', 'hg', 'svn', 'bzr'].some((vcs) => item[vcs] !== undefined)) return { source: 'git' };
  const path = stringOf(item['path']) ?? stringOf(item['file']);
  if (path === null) return { source: 'registry' };
  if (/^(?:https?|ftp):/i.test(path)) return { source: 'url' };
  return { source: localSource(path, item['editable'] === true), path };
}

/** JavaScript engines say the place in their own ways: "at position 12", "line 1 column 13", or the end of the input. */
function lineOfJsonError(message: string, text: string): number {
  const line = /\bline (\d+)/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /\bposition (\d+)/.exec(message)?.[1];
  if (position === undefined && !/end of/i.test(message)) return 1;
  return text.slice(0, position === undefined ? undefined : Number(position)).split('\n').length;
}

// pylock.toml

function pylock(table: TomlTable): Lock {
  return {
    kind: 'pylock',
    packages: flatMap(tablesOf(table['packages']), pylockPackage),
    contentHash: null,
    lockVersion: stringOf(table['lock-version']),
    requiresPython: stringOf(table['requires-python']),
  };
}

function pylockPackage(item: TomlTable): readonly LockedPackage[] {
  const name = stringOf(item['name']);
  if (name === null) return [];
  const archive = item['archive'];
  const archiveNames = isTable(archive) ? fileNames([archive]) : [];
  return [
    {
      name: normaliseName(name),
      version: stringOf(item['version']),
      wheels: [...fileNames(item['wheels']), ...archiveNames.filter(isWheel)],
      sdist: isTable(item['sdist']) || archiveNames.some((file) => !isWheel(file)),
      ...pylockSource(item),
      dependencies: namesOf(item['dependencies']),
      ...given('marker', stringOf(item['marker'])),
    },
  ];
}

function pylockSource(item: TomlTable): SourceParts {
  const directory = tableAt(item, 'directory');
  const path = stringOf(directory['path']);
  if (path !== null) return { source: directory['editable'] === true ? 'editable' : 'directory', path };
  if (isTable(item['vcs'])) return { source: 'git' };
  const archive = tableAt(item, 'archive');
  const archivePath = stringOf(archive['path']);
  if (archivePath !== null) return { source: 'path', path: archivePath };
  return { source: archive['url'] === undefined ? 'registry' : 'url' };
}

// Shared by the formats

type SourceParts = Pick<LockedPackage, 'source' | 'path'>;

function localSource(path: string, editable: boolean): PackageSource {
  if (editable) return 'editable';
  return isWheel(path) || /\.(?:zip|tgz|tar\.\w+)$/i.test(path) ? 'path' : 'directory';
}

/** A property that is there only if there is a value. */
function given<Key extends string, Value>(key: Key, value: Value | null): { readonly [K in Key]?: Value } {
  return value === null ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}

/** The files of older locks, by normalised name, or by that and the version (PDM): the two places differ in case. */
function filesOfMetadata(metadata: TomlTable): ReadonlyMap<string, unknown> {
  const files = new Map<string, unknown>();
  for (const [key, value] of Object.entries(tableAt(metadata, 'files'))) {
    const space = key.indexOf(' ');
    const name = normaliseName(space === -1 ? key : key.slice(0, space));
    files.set(space === -1 ? name : name + key.slice(space), value);
  }
  return files;
}

function tablesOf(value: unknown): readonly TomlTable[] {
  return listOf(value).filter((item) => isTable(item));
}

function namesOf(value: unknown): readonly string[] {
  return flatMap(tablesOf(value), (item) => {
    const name = stringOf(item['name']);
    return name === null ? [] : [normaliseName(name)];
  });
}

/** Locks give a file as `file`, `filename` or `name`, or only as the end of a `url` or `path`. */
function fileNames(files: unknown): readonly string[] {
  return flatMap(tablesOf(files), (item) => {
    const name = stringOf(item['file']) ?? stringOf(item['filename']) ?? stringOf(item['name']);
    if (name !== null) return [name];
    const place = stringOf(item['url']) ?? stringOf(item['path']);
    return place === null ? [] : [lastSegment(place)];
  });
}

function lastSegment(place: string): string {
  const end = place.search(/[?#]/);
  const clean = end === -1 ? place : place.slice(0, end);
  // A local version (`1.0+cpu`) is escaped in URLs.
  return clean.slice(clean.lastIndexOf('/') + 1).replaceAll(/%2b/gi, '+');
}

function distributions(files: readonly string[]): Pick<LockedPackage, 'wheels' | 'sdist'> {
  const wheels = files.filter(isWheel);
  return { wheels, sdist: files.some((file) => /\.(?:zip|tgz|tar\.\w+)$/i.test(file)) };
}

function isWheel(file: string): boolean {
  return /\.whl$/i.test(file);
}
