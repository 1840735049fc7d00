/** Files that the metadata of a project come from. */
import type { TomlTable } from '../toml.ts';
import { isTable, stringOf, stringsOf, tableAt } from '../toml.ts';

export function readmeFiles(project: TomlTable, tool: TomlTable): readonly string[] {
  const readme = project['readme'];
  return [
    ...(isTable(readme) ? stringsOf(readme['file']) : stringsOf(readme)),
    ...stringsOf(tableAt(tool, 'setuptools', 'dynamic', 'readme')['file']),
    ...stringsOf(tableAt(tool, 'poetry')['readme']),
    ...stringsOf(tableAt(tool, 'flit', 'metadata')['description-file']),
  ];
}

export function licenceFiles(project: TomlTable, tool: TomlTable): readonly string[] {
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
export function otherMetadataFiles(tool: TomlTable): readonly string[] {
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
