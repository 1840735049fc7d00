import { remembering } from '../remember.ts';
import type { BuildSystem } from './pyproject/build-system.ts';
import { readBuildSystem } from './pyproject/build-system.ts';
import { gitMetadataTool } from './pyproject/git-metadata.ts';
import type { DependencyGroup, LocalDependency } from './pyproject/local-dependencies.ts';
import { dependencyLists, poetryLocals, specifierLocals, uvLocals } from './pyproject/local-dependencies.ts';
import { licenceFiles, otherMetadataFiles, readmeFiles } from './pyproject/metadata-files.ts';
import type { Pdm } from './pyproject/pdm.ts';
import { readPdm } from './pyproject/pdm.ts';
import type { Poetry } from './pyproject/poetry.ts';
import { poetryPython, readPoetry } from './pyproject/poetry.ts';
import type { Uv } from './pyproject/uv.ts';
import { readUv } from './pyproject/uv.ts';
import { normaliseName } from './requirements.ts';
import type { TomlTable, Unreadable } from './toml.ts';
import { isTable, listOf, mapOfStrings, missing, readToml, stringOf, stringsOf, tableAt } from './toml.ts';

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

  const poetry = isTable(tool['poetry']) ? readPoetry(tool['poetry'], tool) : null;
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

function readGroups(value: unknown): ReadonlyMap<string, DependencyGroup> {
  const groups = new Map<string, DependencyGroup>();
  for (const [name, list] of Object.entries(tableAt(value))) {
    const includes = listOf(list).flatMap((item) => stringOf(tableAt(item)['include-group']) ?? []);
    groups.set(normaliseName(name), { requirements: stringsOf(list), includes: includes.map(normaliseName) });
  }
  return groups;
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
