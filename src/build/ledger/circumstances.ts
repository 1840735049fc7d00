/** What decides, beside the requirements, what becomes of them. */
import { lookUp } from '../image-tree.ts';
import type { Place } from '../places.ts';
import { join } from '../places.ts';
import type { StageState } from '../state.ts';
import { digest } from '../tree-digest.ts';
import type { Token } from '../values.ts';
import type { PerformedInstall } from './requests.ts';
import { environmentOf, noInstallInputs } from '../../commands/install-inputs.ts';

/** pip's own variables that decide nothing. */
export const harmlessVariables = /^PIP_(?:NO_CACHE_DIR|CACHE_DIR|DISABLE_PIP_VERSION_CHECK|ROOT_USER_ACTION|DEFAULT_TIMEOUT|TIMEOUT|RETRIES|PROGRESS_BAR|NO_INPUT|QUIET|VERBOSE|NO_COLOR|NO_PYTHON_VERSION_WARNING|NO_WARN_SCRIPT_LOCATION|NO_COMPILE|BREAK_SYSTEM_PACKAGES|UPGRADE|WHEEL_DIR)$/;

/** Those that name indexes, which nobody asks under `--no-index`. */
export const indexVariables = /^PIP_(?:INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|NO_INDEX|INDEX|PYPI_URL)$/;

/** The first of pip's configuration files; in the reads of an install all that follow are configuration and compilers. */
export const firstConfiguration = '/etc/xdg/pip/pip.conf';

/** Is none of pip's configuration files one that the Dockerfile put there? */
export function hasConfigurationOfBase({ state: { tree, values, base }, view }: PerformedInstall): boolean {
  const paths = [firstConfiguration, '/etc/pip.conf', ...(base.pythonPrefix === null ? [] : [join(base.pythonPrefix, 'pip.conf')]), join(view.home, '.pip/pip.conf'), join(view.home, '.config/pip/pip.conf')];
  return paths.every((path) => ['base-data', 'absent'].includes(values.made(lookUp(tree, path).data).operation));
}

/** What a place holds, as root reads it; the packages of Python do not count, which are what is asked for. */
export function contentAt({ tree }: StageState, place: Place): Token {
  return place.deep ? digest(tree, place.path) : lookUp(tree, place.path).data;
}

/** Variables that decide how any package is built. */
export function buildVariables({ environment, view }: PerformedInstall, ...more: readonly string[]): readonly (readonly [string, string])[] {
  return environment(environmentOf(noInstallInputs(view), ...more)).filter(([name]) => !harmlessVariables.test(name));
}
