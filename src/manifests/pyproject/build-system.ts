/** `build-system` of a pyproject.toml (PEP 518 and PEP 517). */
import type { TomlTable } from '../toml.ts';
import { stringOf, stringsOf } from '../toml.ts';

export interface BuildSystem {
  readonly requires: readonly string[];
  readonly backend: string | null;
  /** Directories of the project that the back end itself is imported from. */
  readonly backendPath: readonly string[];
}

export function readBuildSystem(table: TomlTable): BuildSystem {
  return {
    requires: stringsOf(table['requires']),
    backend: stringOf(table['build-backend']),
    backendPath: stringsOf(table['backend-path']),
  };
}
