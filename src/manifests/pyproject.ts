import { remembering } from '../remember.ts';
import { localPathOf, normaliseName, parseEditableSpec, parseRequirementSpec } from './requirements.ts';
import type { TomlTable, Unreadable } from './toml.ts';
import { isTable, listOf, missing, readToml, stringOf, stringsOf, tableAt } from './toml.ts';

/**
 * pyproject.toml as PEP 621, PEP 735, Poetry, uv, PDM, setuptools and Hatchling read it, as far as it decides which
 * files an install reads. Values of a wrong type count as absent: the tool itself will say so in the build.
 */

export interface Pyproject {
  readonly name: string | null;
  readonly version: string | null;
  readonly requiresPython: string | null;
  /** `project.dependencies` as written (PEP 508); null if the key is absent. Poetry's own list is in `poetry`. */
  readonly dependencies: readonly string[] | null;
  readonly optionalDependencies: ReadonlyMap<string, readonly string[]>;
  /** `project.dynamic`. */
  readonly dynamic: readonly string[];
  /**
   * Are dependencies computed by the build back end? Where setuptools takes them from files, `metadataFiles` has these.
   */
  readonly dynamicDependencies: boolean;
  readonly readme: readonly string[];
  /** Paths or glob patterns. */
  readonly licenseFiles: readonly string[];
  /** Every file, of those that the manifest names, that is read to get the metadata; readme and licences included. */
  readonly metadataFiles: readonly string[];
  readonly buildSystem: BuildSystem | null;
  /** PEP 735; keys are normalised names. */
  readonly dependencyGroups: ReadonlyMap<string, DependencyGroup>;
  /** Names of console and GUI scripts. */
  readonly scripts: readonly string[];
  readonly localDependencies: readonly LocalDependency[];
  /** The tool that asks git for the version or the file list during a build; null if none does. */
  readonly needsGitMetadata: string | null;
  readonly poetry: Poetry | null;
  readonly uv: Uv | null;
  readonly pdm: Pdm | null;
}

export interface BuildSystem {
  readonly requires: readonly string[];
  readonly backend: string | null;
  /** Directories of the project that the back end itself is imported from. */
  readonly backendPath: readonly string[];
}

export interface DependencyGroup {
  readonly requirements: readonly string[];
  readonly includes: readonly string[];
}

export interface LocalDependency {
  readonly name: string;
  /** Relative to the directory of pyproject.toml, or absolute; empty for that directory itself. Not cleaned. */
  readonly path: string;
  /** By the name: an archive or wheel is a file. */
  readonly kind: 'directory' | 'file';
  /** Null for the main list, else the name of the extra or group. */
  readonly group: string | null;
  readonly editable: boolean;
}

export interface PoetryDependency {
  readonly name: string;
  readonly group: string | null;
  readonly source: 'registry' | 'path' | 'git' | 'url';
  /** The version constraint, path or URL. */
  readonly value: string;
  readonly develop: boolean;
  readonly optional: boolean;
}

export interface Poetry {
  readonly name: string | null;
  readonly version: string | null;
  /** False: there is no root project to install (Poetry 1.8 and later). */
  readonly packageMode: boolean;
  /** Without `python`. */
  readonly dependencies: readonly PoetryDependency[];
  readonly optionalGroups: readonly string[];
  readonly readme: readonly string[];
  readonly packages: readonly { readonly include: string; readonly from: string | null }[];
  /** Paths or globs of further files. */
  readonly include: readonly string[];
  /** `requires-plugins` (Poetry 2.0 and later); `path` of a plugin that is a path dependency. */
  readonly requiredPlugins: readonly { readonly name: string; readonly path: string | null }[];
  readonly scripts: readonly string[];
  /** `build = "build.py"` or `build.script`: it runs when the root project is installed. */
  readonly buildScript: string | null;
  readonly sources: readonly { readonly name: string; readonly url: string | null }[];
}

export interface UvSource {
  readonly kind: 'path' | 'workspace' | 'git' | 'url' | 'index';
  readonly value: string;
  readonly editable: boolean;
}

export interface Uv {
  /** By normalised name; several where markers choose. */
  readonly sources: ReadonlyMap<string, readonly UvSource[]>;
  /** Glob patterns of directories, each with a pyproject.toml. */
  readonly workspace: { readonly members: readonly string[]; readonly exclude: readonly string[] } | null;
  readonly index: readonly { readonly name: string | null; readonly url: string }[];
  readonly findLinks: readonly string[];
  /** Is the project itself installed? Null: only if there is a build system. */
  readonly package: boolean | null;
  readonly devDependencies: readonly string[];
  readonly constraintDependencies: readonly string[];
  readonly overrideDependencies: readonly string[];
  readonly managed: boolean;
}

export interface Pdm {
  /** `tool.pdm.dev-dependencies` by group; items may begin with `-e `. */
  readonly devDependencies: ReadonlyMap<string, readonly string[]>;
  readonly versionSource: 'scm' | 'file' | 'call' | null;
  /** False: the project itself is not installed. */
  readonly distribution: boolean;
  readonly includes: readonly string[];
  readonly sourceUrls: readonly string[];
}

export type PyprojectResult = { readonly kind: 'ok'; readonly project: Pyproject } | Unreadable;

/** Reads pyproject.toml. `undefined` stands for a missing file and gives an error like invalid TOML. */
export function readPyproject(text: string | undefined): PyprojectResult {
  return text === undefined ? missing : readText(text);
}

const readText = remembering((text: string): PyprojectResult => {
  const toml = readToml(text);
  if (toml.kind === 'error') return toml;
  const project = tableAt(toml.table, 'project');
  const tool = tableAt(toml.table, 'tool');

  const poetry = isTable(tool['poetry']) ? readPoetry(tool['poetry']) : null;
  const uv = isTable(tool['uv']) ? readUv(tool['uv']) : null;
  const pdm = isTable(tool['pdm']) ? readPdm(tool['pdm']) : null;
  const buildSystem = isTable(toml.table['build-system']) ? readBuildSystem(toml.table['build-system']) : null;
  const dependencies = Array.isArray(project['dependencies']) ? stringsOf(project['dependencies']) : null;
  const optionalDependencies = mapOfStrings(project['optional-dependencies']);
  const dependencyGroups = readGroups(toml.table['dependency-groups']);
  const dynamic = stringsOf(project['dynamic']);
  const lists = dependencyLists(dependencies, optionalDependencies, dependencyGroups, uv, pdm);
  const readme = [...new Set(readmeFiles(project, tool))];
  const licenseFiles = [...new Set(licenceFiles(project, tool))];

  return {
    kind: 'ok',
    project: {
      name: stringOf(project['name']) ?? poetry?.name ?? null,
      version: stringOf(project['version']) ?? poetry?.version ?? null,
      requiresPython: stringOf(project['requires-python']) ?? poetryPython(tool),
      dependencies,
      optionalDependencies,
      dynamic,
      dynamicDependencies: dynamic.includes('dependencies') || dynamic.includes('optional-dependencies'),
      readme,
      licenseFiles,
      metadataFiles: [...new Set([...readme, ...licenseFiles, ...otherMetadataFiles(tool)])],
      buildSystem,
      dependencyGroups,
      scripts: scriptNames(project, tool),
      localDependencies: [...poetryLocals(poetry), ...specifierLocals(lists), ...uvLocals(uv, lists)],
      needsGitMetadata: gitMetadataTool(tool, buildSystem, poetry, pdm),
      poetry,
      uv,
      pdm,
    },
  };
});

function readBuildSystem(table: TomlTable): BuildSystem {
  return {
    requires: stringsOf(table['requires']),
    backend: stringOf(table['build-backend']),
    backendPath: stringsOf(table['backend-path']),
  };
}

function readGroups(value: unknown): ReadonlyMap<string, DependencyGroup> {
  const groups = new Map<string, DependencyGroup>();
  for (const [name, list] of Object.entries(tableAt(value))) {
    const includes = listOf(list).flatMap((item) => stringOf(tableAt(item)['include-group']) ?? []);
    groups.set(normaliseName(name), { requirements: stringsOf(list), includes: includes.map(normaliseName) });
  }
  return groups;
}

function mapOfStrings(value: unknown): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(tableAt(value)).map(([key, list]) => [key, stringsOf(list)]));
}

function scriptNames(project: TomlTable, tool: TomlTable): readonly string[] {
  const tables = [
    tableAt(project, 'scripts'),
    tableAt(project, 'gui-scripts'),
    tableAt(project, 'entry-points', 'console_scripts'),
    tableAt(tool, 'poetry', 'scripts'),
    tableAt(tool, 'flit', 'scripts'),
  ];
  return [...new Set(tables.flatMap((table) => Object.keys(table)))];
}

// Files that the metadata comes from

function readmeFiles(project: TomlTable, tool: TomlTable): readonly string[] {
  const readme = project['readme'];
  return [
    ...(isTable(readme) ? stringsOf(readme['file']) : stringsOf(readme)),
    ...stringsOf(tableAt(tool, 'setuptools', 'dynamic', 'readme')['file']),
    ...stringsOf(tableAt(tool, 'poetry')['readme']),
    ...stringsOf(tableAt(tool, 'flit', 'metadata')['description-file']),
  ];
}

function licenceFiles(project: TomlTable, tool: TomlTable): readonly string[] {
  // Hatchling had a table with `paths` and `globs` here before PEP 639 made it a list.
  const declared = project['license-files'];
  return [
    ...(isTable(declared) ? [...stringsOf(declared['paths']), ...stringsOf(declared['globs'])] : stringsOf(declared)),
    ...stringsOf(tableAt(project, 'license')['file']),
    ...stringsOf(tableAt(tool, 'setuptools')['license-files']),
    ...stringsOf(tableAt(tool, 'flit', 'metadata')['license-file']),
  ];
}

/** Files of which a version, dependencies or other metadata are read, and hooks that compute them. */
function otherMetadataFiles(tool: TomlTable): readonly string[] {
  const setuptools = Object.entries(tableAt(tool, 'setuptools', 'dynamic'));
  const fields = setuptools.flatMap(([field, value]) =>
    field === 'optional-dependencies' ? Object.values(tableAt(value)) : [value],
  );
  const hatch = tableAt(tool, 'hatch');
  const requirementHook = tableAt(hatch, 'metadata', 'hooks', 'requirements_txt');
  const pdmVersion = tableAt(tool, 'pdm', 'version');
  return [
    ...fields.flatMap((field) => stringsOf(tableAt(field)['file'])),
    ...stringsOf(tableAt(hatch, 'version')['path']),
    ...stringsOf(requirementHook['filename']),
    ...stringsOf(requirementHook['files']),
    ...Object.values(tableAt(requirementHook, 'optional-dependencies')).flatMap(stringsOf),
    ...hatchHookFile(tableAt(hatch, 'metadata', 'hooks')['custom']),
    ...hatchHookFile(tableAt(hatch, 'build', 'hooks')['custom']),
    ...hatchHookFile(tableAt(hatch, 'build', 'targets', 'wheel', 'hooks')['custom']),
    ...stringsOf(pdmVersion['path']),
    ...stringsOf(pdmVersion['from']),
    ...stringsOf(tableAt(tool, 'poetry', 'build')['script'] ?? tableAt(tool, 'poetry')['build']),
  ];
}

/** A custom Hatchling hook is `hatch_build.py` unless it says otherwise. */
function hatchHookFile(hook: unknown): readonly string[] {
  return isTable(hook) ? [stringOf(hook['path']) ?? 'hatch_build.py'] : [];
}

// Poetry

function readPoetry(table: TomlTable): Poetry {
  const groups = Object.entries(tableAt(table, 'group'));
  const build = table['build'];
  return {
    name: stringOf(table['name']),
    version: stringOf(table['version']),
    packageMode: table['package-mode'] !== false,
    dependencies: [
      ...poetryDependencies(table['dependencies'], null),
      ...poetryDependencies(table['dev-dependencies'], 'dev'),
      ...groups.flatMap(([name, group]) => poetryDependencies(tableAt(group)['dependencies'], name)),
    ],
    optionalGroups: groups.filter(([, group]) => tableAt(group)['optional'] === true).map(([name]) => name),
    readme: stringsOf(table['readme']),
    packages: listOf(table['packages']).flatMap((item) => {
      const include = stringOf(tableAt(item)['include']);
      return include === null ? [] : [{ include, from: stringOf(tableAt(item)['from']) }];
    }),
    include: listOf(table['include']).flatMap((item) => stringOf(item) ?? stringOf(tableAt(item)['path']) ?? []),
    requiredPlugins: Object.entries(tableAt(table, 'requires-plugins')).map(([name, value]) => ({
      name: normaliseName(name),
      path: stringOf(tableAt(value)['path']),
    })),
    scripts: Object.keys(tableAt(table, 'scripts')),
    buildScript: isTable(build) ? stringOf(build['script']) : stringOf(build),
    sources: listOf(table['source']).flatMap((item) => {
      const name = stringOf(tableAt(item)['name']);
      return name === null ? [] : [{ name, url: stringOf(tableAt(item)['url']) }];
    }),
  };
}

/** One dependency may have several constraints, as a list, each with its own markers. */
function poetryDependencies(value: unknown, group: string | null): readonly PoetryDependency[] {
  return Object.entries(tableAt(value))
    .filter(([name]) => name.toLowerCase() !== 'python')
    .flatMap(([name, constraint]) => {
      const constraints = Array.isArray(constraint) ? constraint : [constraint];
      return constraints.map((item) => poetryDependency(normaliseName(name), item, group));
    });
}

function poetryDependency(name: string, constraint: unknown, group: string | null): PoetryDependency {
  const table = tableAt(constraint);
  const flags = { develop: table['develop'] === true, optional: table['optional'] === true };
  // `file` is Poetry's older name of a path that is an archive.
  const path = stringOf(table['path']) ?? stringOf(table['file']);
  if (path !== null) return { name, group, source: 'path', value: path, ...flags };
  const git = stringOf(table['git']);
  if (git !== null) return { name, group, source: 'git', value: git, ...flags };
  const url = stringOf(table['url']);
  if (url !== null) return { name, group, source: 'url', value: url, ...flags };
  return { name, group, source: 'registry', value: stringOf(constraint) ?? stringOf(table['version']) ?? '*', ...flags };
}

function poetryPython(tool: TomlTable): string | null {
  const python = tableAt(tool, 'poetry', 'dependencies')['python'];
  return stringOf(python) ?? stringOf(tableAt(python)['version']);
}

// uv

function readUv(table: TomlTable): Uv {
  const sources = new Map<string, readonly UvSource[]>();
  for (const [name, value] of Object.entries(tableAt(table, 'sources'))) {
    const list = Array.isArray(value) ? value : [value];
    sources.set(normaliseName(name), list.flatMap((item) => uvSource(tableAt(item)) ?? []));
  }
  const workspace = table['workspace'];
  const packaged = table['package'];
  return {
    sources,
    workspace: isTable(workspace)
      ? { members: stringsOf(workspace['members']), exclude: stringsOf(workspace['exclude']) }
      : null,
    index: [
      ...listOf(table['index']).flatMap((item) => {
        const url = stringOf(tableAt(item)['url']);
        return url === null ? [] : [{ name: stringOf(tableAt(item)['name']), url }];
      }),
      ...stringsOf(table['index-url']).map((url) => ({ name: null, url })),
      ...stringsOf(table['extra-index-url']).map((url) => ({ name: null, url })),
    ],
    findLinks: stringsOf(table['find-links']),
    package: typeof packaged === 'boolean' ? packaged : null,
    devDependencies: stringsOf(table['dev-dependencies']),
    constraintDependencies: stringsOf(table['constraint-dependencies']),
    overrideDependencies: stringsOf(table['override-dependencies']),
    managed: table['managed'] !== false,
  };
}

function uvSource(table: TomlTable): UvSource | null {
  const editable = table['editable'] === true;
  if (table['workspace'] === true) return { kind: 'workspace', value: '', editable: true };
  for (const kind of ['path', 'git', 'url', 'index'] as const) {
    const value = stringOf(table[kind]);
    if (value !== null) return { kind, value, editable };
  }
  return null;
}

// PDM

function readPdm(table: TomlTable): Pdm {
  const version = tableAt(table, 'version');
  const declared = stringOf(version['source']);
  const build = tableAt(table, 'build');
  return {
    devDependencies: mapOfStrings(table['dev-dependencies']),
    versionSource: pdmVersionSource(declared, version),
    distribution: table['distribution'] !== false,
    includes: [...stringsOf(build['includes']), ...stringsOf(table['includes'])],
    sourceUrls: listOf(table['source']).flatMap((item) => stringOf(tableAt(item)['url']) ?? []),
  };
}

/** `use_scm` and `from` are the spellings of pdm-pep517, the back end before pdm-backend. */
function pdmVersionSource(declared: string | null, version: TomlTable): Pdm['versionSource'] {
  if (declared === 'scm' || version['use_scm'] === true) return 'scm';
  if (declared === 'file' || typeof version['from'] === 'string') return 'file';
  return declared === 'call' ? 'call' : null;
}

// Local dependencies

interface DependencyList {
  readonly group: string | null;
  readonly items: readonly string[];
}

function dependencyLists(
  main: readonly string[] | null,
  extras: ReadonlyMap<string, readonly string[]>,
  groups: ReadonlyMap<string, DependencyGroup>,
  uv: Uv | null,
  pdm: Pdm | null,
): readonly DependencyList[] {
  return [
    { group: null, items: main ?? [] },
    ...[...extras].map(([group, items]) => ({ group, items })),
    ...[...groups].map(([group, { requirements }]) => ({ group, items: requirements })),
    { group: 'dev', items: uv?.devDependencies ?? [] },
    ...[...(pdm?.devDependencies ?? [])].map(([group, items]) => ({ group, items })),
  ];
}

function poetryLocals(poetry: Poetry | null): readonly LocalDependency[] {
  const locals = (poetry?.dependencies ?? []).filter((dependency) => dependency.source === 'path');
  return locals.map(({ name, value, group, develop }) => localDependency(name, value, group, develop));
}

/** `name @ file:///…`, with the stand-ins for the project's directory that PDM and Hatch have. */
function specifierLocals(lists: readonly DependencyList[]): readonly LocalDependency[] {
  return lists.flatMap(({ group, items }) =>
    items.flatMap((item) => {
      // Only PDM has `-e` here, in its development groups.
      const editable = /^-e\s/.test(item);
      const written = editable ? item.slice(2).trim() : item;
      const name = normaliseName(/#egg=([\w.-]+)/.exec(written)?.[1] ?? /^[\w.-]*/.exec(written)?.[0] ?? '');
      // Hatch: {root:uri}, and {root:parent:uri} with one more `parent` for each level.
      const hatch = /@\s*\{root((?::parent)*):uri\}\/?([^\s;#]*)/.exec(written);
      if (hatch !== null) {
        const up = '../'.repeat((hatch[1] ?? '').split(':parent').length - 1);
        return [localDependency(name, `${up}${hatch[2] ?? ''}`, group, editable)];
      }
      const path = localPathOf(editable ? parseEditableSpec(written) : parseRequirementSpec(written));
      if (path === null) return [];
      return [localDependency(name, path.replace(/^\/*\$\{PROJECT_ROOT\}\/?/, ''), group, editable)];
    }),
  );
}

/** uv's sources are by name; the group is that of the first list which holds the name. */
function uvLocals(uv: Uv | null, lists: readonly DependencyList[]): readonly LocalDependency[] {
  if (uv === null) return [];
  const groupOf = new Map<string, string | null>();
  for (const { group, items } of lists) {
    for (const item of items) {
      const name = normaliseName(/^[\w.-]*/.exec(item)?.[0] ?? '');
      if (!groupOf.has(name)) groupOf.set(name, group);
    }
  }
  return [...uv.sources].flatMap(([name, sources]) =>
    sources
      .filter((source) => source.kind === 'path')
      .map((source) => localDependency(name, source.value, groupOf.get(name) ?? null, source.editable)),
  );
}

function localDependency(name: string, path: string, group: string | null, editable: boolean): LocalDependency {
  const file = /\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma))$/i.test(path);
  return { name, path, kind: file ? 'file' : 'directory', group, editable };
}

// Git

/**
 * Build requirements that ask git for the version or for the list of files. setuptools-scm counts even where it makes
 * no version, because it then still gives setuptools the files that git knows. Flit, uv_build and plain Hatchling,
 * Poetry and PDM back ends do not ask git.
 */
export const gitMetadataTools: ReadonlyMap<string, string> = new Map([
  ['setuptools-scm', 'setuptools_scm'],
  ['setuptools-scm-git-archive', 'setuptools_scm'],
  ['vcs-versioning', 'setuptools_scm'],
  ['hatch-vcs', 'hatch-vcs'],
  ['versioneer', 'versioneer'],
  ['pbr', 'pbr'],
  ['dunamai', 'dunamai'],
  ['uv-dynamic-versioning', 'uv-dynamic-versioning'],
  ['poetry-dynamic-versioning', 'poetry-dynamic-versioning'],
  ['poetry-dynamic-versioning-plugin', 'poetry-dynamic-versioning'],
  ['poetry-version-plugin', 'poetry-version-plugin'],
  ['poetry-git-version-plugin', 'poetry-git-version-plugin'],
  ['flit-scm', 'flit-scm'],
  ['setuptools-git', 'setuptools-git'],
  ['setuptools-git-versioning', 'setuptools-git-versioning'],
  ['setuptools-git-version', 'setuptools-git-version'],
  ['better-setuptools-git-version', 'better-setuptools-git-version'],
  ['setuptools-vcs-version', 'setuptools-vcs-version'],
  ['setupmeta', 'setupmeta'],
  ['versioningit', 'versioningit'],
  ['miniver', 'miniver'],
]);

function gitMetadataTool(
  tool: TomlTable,
  buildSystem: BuildSystem | null,
  poetry: Poetry | null,
  pdm: Pdm | null,
): string | null {
  const hatch = tableAt(tool, 'hatch');
  const hatchHook = tableAt(hatch, 'build', 'hooks')['vcs'];
  if (tableAt(hatch, 'version')['source'] === 'vcs' || isTable(hatchHook)) return 'hatch-vcs';
  if (pdm?.versionSource === 'scm') return 'pdm scm';

  const required = (buildSystem?.requires ?? []).map((item) => normaliseName(/^[\w.-]*/.exec(item.trim())?.[0] ?? ''));
  const plugins = (poetry?.requiredPlugins ?? []).map((plugin) => plugin.name);
  // A table of its own is how a tool that is installed beside the manager (a plugin) is switched on.
  const configured = Object.entries(tool)
    .filter(([, settings]) => isTable(settings) && settings['enable'] !== false && settings['enabled'] !== false)
    .map(([name]) => normaliseName(name));
  for (const name of [...required, ...plugins, ...configured]) {
    const found = gitMetadataTools.get(name);
    if (found !== undefined) return found;
  }
  return null;
}
