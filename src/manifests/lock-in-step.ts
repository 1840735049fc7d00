/**
 * Was a lock made from the manifest that lies beside it? Managers keep a hash of what counts in it, or what it asks for.
 * What cannot be told counts as no.
 */
import { normaliseName } from './requirements.ts';
import type { LockKind } from './locks.ts';
import { readLock } from './locks.ts';
import { sha256 } from './sha256.ts';
import type { TomlTable } from './toml.ts';
import { isTable, listOf, readToml, stringOf, stringsOf, tableAt } from './toml.ts';

/** Why a lock cannot be relied on; null if it is in step with its manifest. */
export function whyNotInStep(kind: LockKind, manifest: string | undefined, lock: string | undefined): string | null {
  const read = readToml(manifest);
  const locked = readLock(kind, lock);
  if (read.kind === 'error' || locked.kind === 'error') return 'its text, or that of its manifest, cannot be read';
  if (kind === 'uv') return isUvInStep(read.table, readToml(lock)) ? null : 'it was made from other dependencies than the manifest has';
  const { contentHash } = locked.lock;
  if (contentHash === null) return 'it does not say which manifest it was made from';
  const hashes = hashedContents[kind](read.table).map((content) => sha256(content));
  return hashes.includes(contentHash.replace(/^sha256:/, '')) ? null : 'its hash of the manifest is not that of the manifest beside it';
}

/** What each hashes; several where its versions differ. */
const hashedContents: Readonly<Record<Exclude<LockKind, 'uv'>, (manifest: TomlTable) => readonly string[]>> = {
  poetry: poetryContents,
  pdm: pdmContents,
  pipenv: pipenvContents,
  pylock: () => [],
};

// ------------------------------------------------------------------------------------------------- Poetry, PDM, Pipenv

const legacyKeys = ['dependencies', 'source', 'extras', 'dev-dependencies'];

/** `Locker._get_content_hash` in Poetry's `packages/locker.py`, of 1.1, 1.2 to 1.8, 2.0 and 2.2. */
function poetryContents(manifest: TomlTable): readonly string[] {
  const poetry = tableAt(manifest, 'tool', 'poetry');
  const project = picked(tableAt(manifest, 'project'), ['requires-python', 'dependencies', 'optional-dependencies'], false);
  const groups = tableAt(manifest, 'dependency-groups');
  const hasProject = Object.keys(project).length > 0;
  const hasGroups = Object.keys(groups).length > 0;
  const old = picked(poetry, legacyKeys, true);
  const group = picked(poetry, ['group'], false);
  const contents: unknown[] = [old, { ...old, ...group }];
  const relevant = { poetry: { ...picked(poetry, legacyKeys, false), ...group } };
  if (hasProject) contents.push({ project, tool: relevant });
  if (hasGroups) contents.push({ ...(hasProject ? { project } : {}), 'dependency-groups': groups, tool: relevant });
  return contents.map((content) => pythonJson(content, ', ', ': '));
}

/** `PyProject.content_hash` in PDM's `project/project_file.py`, of 2.0 to 2.7, and of later ones. */
function pdmContents(manifest: TomlTable): readonly string[] {
  const project = tableAt(manifest, 'project');
  const settings = tableAt(manifest, 'tool', 'pdm');
  const common = {
    sources: settings['source'] ?? [],
    dependencies: project['dependencies'] ?? [],
    'optional-dependencies': project['optional-dependencies'] ?? {},
    'requires-python': project['requires-python'] ?? '',
  };
  const development = settings['dev-dependencies'] ?? {};
  const resolution = tableAt(settings, 'resolution');
  const overrides = settings['overrides'] ?? resolution['overrides'] ?? {};
  const groups = new Map<string, readonly unknown[]>();
  for (const table of [tableAt(manifest, 'dependency-groups'), tableAt(development)]) {
    for (const [name, list] of Object.entries(table)) groups.set(normaliseName(name), [...(groups.get(normaliseName(name)) ?? []), ...listOf(list)]);
  }
  const contents = [development, Object.fromEntries(groups)].flatMap((dev) => [
    { ...common, 'dev-dependencies': dev, overrides },
    { ...common, 'dev-dependencies': dev, resolution },
  ]);
  return contents.map((content) => pythonJson(content, ', ', ': '));
}

/** `Pipfile.get_hash` in plette's `pipfiles.py`; later versions hash categories of the project's own as well. */
function pipenvContents(manifest: TomlTable): readonly string[] {
  const sources = manifest['source'] ?? [{ name: 'pypi', url: 'https://pypi.org/simple', verify_ssl: true }];
  const base = { _meta: { sources, requires: manifest['requires'] ?? {} }, default: manifest['packages'] ?? {}, develop: manifest['dev-packages'] ?? {} };
  const known = new Set(['source', 'packages', 'dev-packages', 'requires', 'scripts', 'pipfile', 'pipenv', 'default', 'develop']);
  const others = Object.fromEntries(Object.entries(manifest).filter(([name]) => !known.has(name)));
  return [base, { ...base, ...others }].map((content) => pythonJson(content, ',', ':'));
}

function picked(table: TomlTable, keys: readonly string[], withMissing: boolean): TomlTable {
  return Object.fromEntries(keys.flatMap((key) => (table[key] === undefined && !withMissing ? [] : [[key, table[key] ?? null]])));
}

/** `json.dumps(value, sort_keys=True, separators=(between, after))` of Python, which writes only ASCII. */
function pythonJson(value: unknown, between: string, after: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, between, after)).join(between)}]`;
  if (!isTable(value)) return asciiJson(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${asciiJson(key)}${after}${pythonJson(item, between, after)}`).join(between)}}`;
}

function asciiJson(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  return [...text].map((character) => (character < '\u007F' ? character : escaped(character))).join('');
}

function escaped(character: string): string {
  return character.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

// ------------------------------------------------------------------------------------------------------------------ uv

/** `Lock::satisfies` of uv, as far as what the root project asks for goes; a workspace of several projects is not looked at. */
function isUvInStep(manifest: TomlTable, lock: ReturnType<typeof readToml>): boolean {
  if (lock.kind === 'error' || tableAt(manifest, 'tool', 'uv')['workspace'] !== undefined) return false;
  const project = tableAt(manifest, 'project');
  const root = listOf(lock.table['package']).map((item) => tableAt(item)).find((item) => ['editable', 'virtual', 'directory'].some((kind) => tableAt(item, 'source')[kind] === '.'));
  if (!root || specifiers(stringOf(project['requires-python']) ?? '') !== specifiers(stringOf(lock.table['requires-python']) ?? '')) return false;
  const metadata = tableAt(root, 'metadata');
  const optional = Object.values(tableAt(project, 'optional-dependencies')).flatMap(stringsOf);
  const development = tableAt(metadata, 'requires-dev');
  const groups = tableAt(manifest, 'dependency-groups');
  const old = stringsOf(tableAt(manifest, 'tool', 'uv')['dev-dependencies']);
  const sources = tableAt(manifest, 'tool', 'uv', 'sources');
  const names = [...new Set([...Object.keys(groups), ...Object.keys(development), ...(old.length > 0 ? ['dev'] : [])])];
  return isSame([...stringsOf(project['dependencies']), ...optional], metadata['requires-dist'], sources)
    && names.every((name) => listOf(groups[name]).every((item) => typeof item === 'string') && isSame([...stringsOf(groups[name]), ...(name === 'dev' ? old : [])], development[name], sources));
}

/** Do requirements (PEP 508) say the same as those of the lock? Where a source names the package, the version is its own. */
function isSame(requirements: readonly string[], locked: unknown, sources: TomlTable): boolean {
  const hasSource = (name: string): boolean => Object.keys(sources).some((one) => normaliseName(one) === name);
  const wanted = requirements.map((requirement) => {
    const [, name = '', , range = ''] = /^([\w.-]+)\s*(\[[^\]]*\])?\s*\(?([^;@)]*)/.exec(requirement.trim()) ?? [];
    return `${normaliseName(name)} ${hasSource(normaliseName(name)) || requirement.includes('@') ? '' : specifiers(range)}`;
  });
  const given = listOf(locked).map((item) => {
    const table = tableAt(item);
    const name = normaliseName(stringOf(table['name']) ?? '');
    return `${name} ${hasSource(name) || table['specifier'] === undefined ? '' : specifiers(stringOf(table['specifier']) ?? '')}`;
  });
  return wanted.toSorted().join('\n') === given.toSorted().join('\n');
}

/** `>=1, <2`, in one order and without spaces. */
function specifiers(text: string): string {
  return text.split(',').map((part) => part.replaceAll(/\s/g, '')).filter((part) => part !== '').toSorted().join(',');
}
