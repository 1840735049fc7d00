/** Who asks git for the version or the files of a project. */
import { normaliseName } from '../requirements.ts';
import type { TomlTable } from '../toml.ts';
import { isTable, tableAt } from '../toml.ts';
import type { BuildSystem } from './build-system.ts';
import type { Pdm } from './pdm.ts';
import type { Poetry } from './poetry.ts';

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

export function gitMetadataTool(
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
