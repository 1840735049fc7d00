import { isTable, listOf, readToml, stringOf, stringsOf, tableAt } from '../../manifests/toml.ts';
import type { TomlTable } from '../../manifests/toml.ts';
import type { BuildContext, Path } from '../../types.ts';
import { join } from '../places.ts';

/**
 * Build back ends that pack Python files, with what they may require beside themselves, and what in their settings makes
 * them compile: hooks of hatchling (hatch.pypa.io, "Build hooks"), scripts of poetry-core (python-poetry.org, "Building
 * extension modules"), extensions of setuptools (setuptools.pypa.io, "Building Extension Modules").
 */
const backEnds: ReadonlyMap<string, { readonly requires: RegExp; readonly compiles: (tool: TomlTable) => boolean }> = new Map([
  ['hatchling.build', { requires: /^(?:hatchling|hatch-vcs)\b/, compiles: hasHooks }],
  ['flit_core.buildapi', { requires: /^flit[-_]core\b/, compiles: () => false }],
  ['uv_build', { requires: /^uv[-_]build\b/, compiles: () => false }],
  ['poetry.core.masonry.api', { requires: /^poetry[-_]core\b/, compiles: (tool) => tableAt(tool, 'poetry')['build'] !== undefined }],
  ['setuptools.build_meta', { requires: /^(?:setuptools|setuptools[-_]scm|wheel)(?![\w-])/, compiles: (tool) => tableAt(tool, 'setuptools')['ext-modules'] !== undefined }],
]);

function hasHooks(tool: TomlTable): boolean {
  const build = tableAt(tool, 'hatch', 'build');
  return build['hooks'] !== undefined || Object.values(tableAt(build, 'targets')).some((target) => tableAt(target)['hooks'] !== undefined);
}

/** Is a project of the build context installed without compiling anything? */
export function isPureProject(files: BuildContext | null, directory: Path): boolean {
  const toml = readToml(files?.read(join(directory, 'pyproject.toml')));
  if (files === null || toml.kind === 'error' || files.has(join(directory, 'setup.py')) !== 'no') return false;
  const system = toml.table['build-system'];
  // Without it nothing is built, or setuptools does.
  if (!isTable(system)) return tableAt(toml.table, 'tool', 'setuptools')['ext-modules'] === undefined;
  const backEnd = backEnds.get(stringOf(system['build-backend']) ?? '');
  if (!backEnd || listOf(system['backend-path']).length > 0) return false;
  return stringsOf(system['requires']).every((requirement) => backEnd.requires.test(requirement.trim())) && !backEnd.compiles(tableAt(toml.table, 'tool'));
}
