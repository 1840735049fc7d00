/** Plugins of Poetry: whatever command of it runs, they run as well (its documentation, "Plugins"). */
import { normaliseName } from './requirements.ts';

/** They add a command or an index, and do nothing beside an install. */
const harmless: ReadonlySet<string> = new Set(['poetry-core', 'poetry-plugin-export', 'poetry-plugin-shell', 'poetry-plugin-up', 'poetry-plugin-bundle', 'poetry-plugin-pypi-mirror', 'poetry-audit-plugin']);

/** Is a package a plugin that may do something beside an install? Most are called `poetry-…`. */
export function isPoetryPlugin(name: string): boolean {
  const normal = normaliseName(name);
  return (/^poetry-|-poetry-plugin$/.test(normal) || normal === 'poethepoet') && !harmless.has(normal);
}

/** Of what `poetry self add` and `requires-plugins` name, all else is a plugin that may do something. */
export function isHarmlessPlugin(name: string): boolean {
  return harmless.has(normaliseName(name));
}

/**
 * Those that ask git, and are switched on by a table of their own (their READMEs): `tool.poetry-dynamic-versioning` with
 * `enable = true`, `tool.poetry-version-plugin` with a source.
 */
export const switchedByTable: ReadonlySet<string> = new Set(['poetry-dynamic-versioning', 'poetry-version-plugin']);

/** The names of packages in the words of an install: `poetry==1.8 "poetry-dynamic-versioning[plugin]"`. */
export function packageNames(words: string): readonly string[] {
  return words.split(/\s+/).flatMap((word) => {
    const [name] = /^[A-Za-z][\w.-]*(?=$|[[<>~!@;]|==)/.exec(word) ?? [];
    return name === undefined ? [] : [normaliseName(name)];
  });
}
