/** Dependencies of a pyproject.toml that lie on disk. */
import { localPathOf, normaliseName, parseEditableSpec, parseRequirementSpec } from '../requirements.ts';
import type { Pdm } from './pdm.ts';
import type { Poetry } from './poetry.ts';
import type { Uv } from './uv.ts';

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

interface DependencyList {
  readonly group: string | null;
  readonly items: readonly string[];
}

export function dependencyLists(
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

export function poetryLocals(poetry: Poetry | null): readonly LocalDependency[] {
  const locals = (poetry?.dependencies ?? []).filter((dependency) => dependency.source === 'path');
  return locals.map(({ name, value, group, develop }) => localDependency(name, value, group, develop));
}

/** `name @ file:///…`, with the stand-ins for the project's directory that PDM and Hatch have. */
export function specifierLocals(lists: readonly DependencyList[]): readonly LocalDependency[] {
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
export function uvLocals(uv: Uv | null, lists: readonly DependencyList[]): readonly LocalDependency[] {
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
