/** `tool.pdm` of a pyproject.toml. */
import type { TomlTable } from '../toml.ts';
import { listOf, mapOfStrings, stringOf, stringsOf, tableAt } from '../toml.ts';

export interface Pdm {
  /** `tool.pdm.dev-dependencies` by group; items may begin with `-e `. */
  readonly devDependencies: ReadonlyMap<string, readonly string[]>;
  readonly versionSource: 'scm' | 'file' | 'call' | null;
  /** False: the project itself is not installed. */
  readonly distribution: boolean;
  readonly includes: readonly string[];
  readonly sourceUrls: readonly string[];
}

export function readPdm(table: TomlTable): Pdm {
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
