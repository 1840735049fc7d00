/** Packages of a lock file, whichever command brings them out of it. */
import type { Path } from '../../types.ts';
import { lookUp } from '../image-tree.ts';
import { lockedScopeOf } from '../locked.ts';
import { join } from '../places.ts';
import type { Token, Values } from '../values.ts';
import { hasPip } from './base-images.ts';
import { buildVariables, contentAt, firstConfiguration, harmlessVariables } from './circumstances.ts';
import type { PipCall } from './pip-call.ts';
import { withoutInfluence } from './pip-call.ts';
import type { Item, PerformedInstall, Site } from './requests.ts';
import { noInstallInputs, readsOf } from '../../commands/install-inputs.ts';

/** The packages of a lock file, whichever command brings them out of it. */
export function lockedItem(values: Values, { effect, state, view, environment }: PerformedInstall, how: 'install' | 'export'): Item | null {
  const locked = lockedScopeOf(effect, view);
  if (locked?.how !== how) return null;
  const compilers = readsOf(noInstallInputs(view));
  // Where more is read than files that can be named, parts of the project are among the packages.
  if (effect.reads.some((place) => place.deep && !compilers.some((tool) => tool.path === place.path))) return null;
  const manifests = effect.reads.filter((place) => !place.deep && lockManifest.test(place.path));
  const variables = environment(['POETRY_*', 'PIPENV_*', 'UV_*']).filter(([name]) => !harmlessManagerVariables.test(name));
  return { token: values.token('locked', locked.scope, ...manifests.map((place) => contentAt(state, place)), ...variables.flat()), name: null, byName: false };
}

const lockManifest = /\/(?:pyproject\.toml|poetry\.lock|poetry\.toml|Pipfile|Pipfile\.lock|uv\.lock|uv\.toml)$/;

/** Variables that decide how and where a manager installs, but not what. */
const harmlessManagerVariables =
  /^(?:POETRY_(?:NO_INTERACTION|CACHE_DIR|HOME|VERSION|VIRTUALENVS_\w+)|PIPENV_(?:SYSTEM|VERBOSITY|NOSPIN|VENV_IN_PROJECT|YES|COLORBLIND|HIDE_EMOJIS)|UV_(?:LINK_MODE|COMPILE_BYTECODE|CACHE_DIR|NO_CACHE|SYSTEM_PYTHON|PROJECT_ENVIRONMENT|FROZEN|LOCKED|NO_PROGRESS|PYTHON_DOWNLOADS))$/;

/** What decides what becomes of the packages of a lock. */
export function lockedCircumstances(values: Values, install: PerformedInstall): Token {
  const { state, view } = install;
  const compilers = readsOf(noInstallInputs(view)).map((place) => contentAt(state, place));
  return values.token('locked-circumstances', state.base.token, ...compilers, ...buildVariables(install).flat());
}

/** The same for pip and the file that a manager exported; null if pip is told more than the file. */
export function lockedCircumstancesOfPip(site: Site, install: PerformedInstall, { reading }: PipCall): Token | null {
  const { state, view, environment } = install;
  const isOfBase = (path: Path): boolean => ['base-data', 'absent'].includes(site.values.made(lookUp(state.tree, path).data).operation);
  const untold = [firstConfiguration, '/etc/pip.conf', join(view.home, '.pip/pip.conf'), join(view.home, '.config/pip/pip.conf')].every(isOfBase);
  const variables = environment(['PIP_*']).every(([name]) => harmlessVariables.test(name));
  const plain = hasPip(state) && reading.options.every(({ name }) => name === '--requirement' || name === '--no-deps' || withoutInfluence.has(name));
  return untold && variables && plain ? lockedCircumstances(site.values, install) : null;
}

/** Remembers which packages of a lock an exported file stands for. */
export function noteExport(site: Site, install: PerformedInstall): void {
  const item = lockedItem(site.values, install, 'export');
  if (item === null) return;
  site.exports.set(install.token, item.token);
  if (install.effect.selfContained) site.exported.set(install.token, item.token);
}
