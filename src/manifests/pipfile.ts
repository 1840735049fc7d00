import { normaliseName } from './requirements.ts';
import { listOf, readToml, stringOf, tableAt } from './toml.ts';
import type { TomlTable, Unreadable } from './toml.ts';

/** Pipfile, the manifest of Pipenv. */

export interface PipfileEntry {
  readonly name: string;
  /** `packages`, `dev-packages`, or a category of the project's own. */
  readonly category: string;
  /** `path` is a directory or file on disk; `url` a file elsewhere. */
  readonly kind: 'version' | 'path' | 'url' | 'vcs';
  /** The version constraint (`*` for any), path or URL. */
  readonly value: string;
  readonly editable: boolean;
}

export interface PipfileSource {
  readonly name: string | null;
  readonly url: string;
}

export interface Pipfile {
  readonly entries: readonly PipfileEntry[];
  readonly sources: readonly PipfileSource[];
  /** Environment variables in source URLs, which Pipenv expands: `${NAME}` and `$NAME`. */
  readonly variables: readonly string[];
  /** `requires.python_full_version`, else `python_version`. */
  readonly pythonVersion: string | null;
}

export type PipfileResult = { readonly kind: 'ok'; readonly pipfile: Pipfile } | Unreadable;

/** Tables of a Pipfile that hold no packages. */
const otherTables = new Set(['source', 'requires', 'scripts', 'pipenv', 'pipfile']);

/** Reads a Pipfile. Never throws; `undefined` stands for a missing file and gives an error like invalid TOML. */
export function readPipfile(text: string | undefined): PipfileResult {
  const toml = readToml(text);
  if (toml.kind === 'error') return toml;
  const categories = Object.entries(toml.table).filter(([name]) => !otherTables.has(name));
  const sources = listOf(toml.table['source']).flatMap((item) => {
    const url = stringOf(tableAt(item)['url']);
    return url === null ? [] : [{ name: stringOf(tableAt(item)['name']), url }];
  });
  const variables = sources.flatMap(({ url }) =>
    [...url.matchAll(/\$\{(\w+)\}|\$(\w+)/g)].map((match) => match[1] ?? match[2] ?? ''),
  );
  const requires = tableAt(toml.table, 'requires');
  return {
    kind: 'ok',
    pipfile: {
      entries: categories.flatMap(([category, table]) =>
        Object.entries(tableAt(table)).map(([name, value]) => pipfileEntry(normaliseName(name), category, value)),
      ),
      sources,
      variables: [...new Set(variables)],
      pythonVersion: stringOf(requires['python_full_version']) ?? stringOf(requires['python_version']),
    },
  };
}

function pipfileEntry(name: string, category: string, value: unknown): PipfileEntry {
  const table: TomlTable = tableAt(value);
  const base = { name, category, editable: table['editable'] === true };
  for (const vcs of ['git', 'hg', 'svn', 'bzr']) {
    const repository = stringOf(table[vcs]);
    if (repository !== null) return { ...base, kind: 'vcs', value: repository };
  }
  const place = stringOf(table['path']) ?? stringOf(table['file']);
  if (place !== null && /^(?:https?|ftp):/i.test(place)) return { ...base, kind: 'url', value: place };
  if (place !== null) return { ...base, kind: 'path', value: place.replace(/^file:(?:\/\/)?/i, '') };
  return { ...base, kind: 'version', value: stringOf(value) ?? stringOf(table['version']) ?? '*' };
}
