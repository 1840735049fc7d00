/** The variables that ENV and ARG give to the RUNs of a stage. */
import type { StageState } from './state.ts';
import type { Token } from './values.ts';
import type { Surroundings } from './view.ts';

/** A variable that is set, and its value. */
export type Variable = readonly [name: string, value: string];

/** All of them at one moment, in the order that BuildKit's cache key has and in one that says nothing. */
export interface Environment {
  readonly ordered: Token;
  readonly sorted: Token;
  /** Those that some names cover, as far as somebody asked. */
  readonly chosen: Map<readonly string[], readonly Variable[]>;
}

/** What the next RUN gets; the same until an ENV or ARG comes. */
export function environmentOf(state: StageState): Environment {
  if (state.environment) return state.environment;
  const { values, args, config } = state;
  const list = [...config.env].map(([name, value]) => `${name}=${value}`);
  for (const [name, value] of args) if (value !== null && !config.env.has(name)) list.push(`${name}=${value}`);
  state.environment = { ordered: values.token('environment', ...list), sorted: values.token('environment', ...list.toSorted()), chosen: new Map() };
  return state.environment;
}

/**
 * The variables that an effect depends on, as they are: set in the RUN, by ENV or ARG; the base's are the same anyway.
 * A trailing `*` of a name stands for any rest.
 */
export function variablesNamed(state: StageState, { variables }: Surroundings, names: readonly string[]): readonly Variable[] {
  if (names.length === 0) return [];
  if (variables.size > 0) return choose([variables, state.config.env, state.args], names);
  const { chosen } = environmentOf(state);
  const known = chosen.get(names);
  if (known) return known;
  const found = choose([state.config.env, state.args], names);
  chosen.set(names, found);
  return found;
}

function choose(scopes: readonly ReadonlyMap<string, string | null>[], names: readonly string[]): readonly Variable[] {
  const found = new Map<string, string>();
  const note = (name: string): void => {
    for (const scope of scopes) {
      const value = scope.get(name);
      if (value === undefined) continue;
      if (value !== null) found.set(name, value);
      return;
    }
  };
  for (const name of names) {
    if (!name.endsWith('*')) note(name);
    else for (const scope of scopes) for (const other of scope.keys()) if (other.startsWith(name.slice(0, -1))) note(other);
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
