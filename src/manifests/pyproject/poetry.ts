/** `tool.poetry` of a pyproject.toml. */
import { isPoetryPlugin } from '../poetry-plugins.ts';
import { normaliseName } from '../requirements.ts';
import type { TomlTable } from '../toml.ts';
import { isTable, listOf, stringOf, stringsOf, tableAt } from '../toml.ts';

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
  /** Plugins that a table of their own switches on (`tool.poetry-dynamic-versioning`). */
  readonly configuredPlugins: readonly string[];
  readonly scripts: readonly string[];
  /** `build = "build.py"` or `build.script`: it runs when the root project is installed. */
  readonly buildScript: string | null;
  readonly sources: readonly { readonly name: string; readonly url: string | null }[];
}

export function readPoetry(table: TomlTable, tool: TomlTable): Poetry {
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
    configuredPlugins: Object.entries(tool).filter(([name, settings]) => isPoetryPlugin(name) && isOn(normaliseName(name), settings)).map(([name]) => normaliseName(name)),
    scripts: Object.keys(tableAt(table, 'scripts')),
    buildScript: isTable(build) ? stringOf(build['script']) : stringOf(build),
    sources: listOf(table['source']).flatMap((item) => {
      const name = stringOf(tableAt(item)['name']);
      return name === null ? [] : [{ name, url: stringOf(tableAt(item)['url']) }];
    }),
  };
}

/** poetry-dynamic-versioning does nothing without `enable = true`. */
function isOn(name: string, settings: unknown): boolean {
  if (!isTable(settings) || settings['enable'] === false) return false;
  return name !== 'poetry-dynamic-versioning' || settings['enable'] === true;
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

export function poetryPython(tool: TomlTable): string | null {
  const python = tableAt(tool, 'poetry', 'dependencies')['python'];
  return stringOf(python) ?? stringOf(tableAt(python)['version']);
}
