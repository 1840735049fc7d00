/** `tool.uv` of a pyproject.toml. */
import { normaliseName } from '../requirements.ts';
import type { TomlTable } from '../toml.ts';
import { isTable, listOf, stringOf, stringsOf, tableAt } from '../toml.ts';

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

export function readUv(table: TomlTable): Uv {
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
