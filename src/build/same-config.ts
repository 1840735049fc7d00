import { readable } from './places.ts';
import type { ImageConfig } from './state.ts';

/** What two images say differently of themselves, in words; null if nothing. */
export function configDifference(a: ImageConfig, b: ImageConfig): string | null {
  if (a === b) return null;
  const variable = firstDifference(a.env, b.env);
  if (variable !== null) return `environment variable ${variable}`;
  const label = firstDifference(a.labels, b.labels);
  if (label !== null) return `label ${label}`;
  const single = firstDifference(a.single, b.single);
  if (single !== null) return single;
  if (a.user !== b.user) return `user (${readable(a.user)}, ${readable(b.user)})`;
  if (a.cwd !== b.cwd) return 'working directory';
  if (!sameSet(a.ports, b.ports)) return 'exposed ports';
  if (!sameSet(a.volumes, b.volumes)) return 'volumes';
  return a.triggers.join('\n') === b.triggers.join('\n') ? null : 'ONBUILD triggers';
}

/** The first name that two maps do not give the same value. */
export function firstDifference<Value>(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): string | null {
  for (const [name, value] of a) if (b.get(name) !== value || !b.has(name)) return name;
  for (const name of b.keys()) if (!a.has(name)) return name;
  return null;
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}
