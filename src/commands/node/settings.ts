/** Settings of the package managers of Node.js: files, variables, and what they lead to. */
import type { Place } from '../../build/places.ts';
import { andAbove, baseName, join, leadingSettings, parentOf, readable, resolvePath, toolRegion } from '../../build/places.ts';
import { flatMap } from '../../lists.ts';
import { readNodeSettings } from '../../manifests/node-settings.ts';
import { isAsYarnWrites, isPathSpec, namesLocalPackage, readPackageJson } from '../../manifests/package-json.ts';
import type { Path } from '../../types.ts';
import type { ImageView, Opaque, Write } from '../command.ts';
import { everythingBelow, file, opaque } from '../command.ts';
import type { Manager } from './managers.ts';
import { isThere } from './managers.ts';

/** Settings that lead to other files or programs, as variables give them. */
const leadingVariables: readonly string[] = [
  'BUN_OPTIONS',
  ...`userconfig globalconfig cafile script_shell node_options global location dry_run package_lock_only workspace workspaces git offline lockfile
    lockfile_dir modules_dir virtual_store_dir pnpmfile global_pnpmfile frozen_lockfile yarn_path rc_filename lockfile_filename https_ca_file_path
    node_linker plugins modules_folder yarn_offline_mirror patch_folder`
    .split(/\s+/)
    .flatMap((key) => [...['npm_config_', 'pnpm_config_'].map((prefix) => prefix + key), ...['NPM_CONFIG_', 'PNPM_CONFIG_', 'YARN_'].map((prefix) => prefix + key.toUpperCase())]),
];

/** Options of Node.js that load nothing. */
const plainNodeOptions = /^\s*(?:--(?:max[-_](?:old|semi)[-_]space[-_]size[= ]\d+|max-http-header-size=\d+|openssl-legacy-provider|no-[\w-]+|trace-[\w-]+|dns-result-order=\w+|use-openssl-ca|use-system-ca)(?:\s+|$))*$/;

/** A variable that has the package managers read or run files that it names. */
export function variableThatLeads(view: ImageView): string | null {
  if (!plainNodeOptions.test(view.variable('NODE_OPTIONS') ?? '')) return 'NODE_OPTIONS';
  return leadingVariables.find((name) => (view.variable(name) ?? '') !== '') ?? null;
}

/** Programs and settings that variables name. */
export function namedByVariables(view: ImageView): readonly Place[] {
  const names = ['PYTHON', 'COREPACK_HOME', 'COREPACK_ENV_FILE', 'XDG_CONFIG_HOME', ...flatMap(['python', 'node_gyp', 'nodedir', 'devdir', 'cache', 'store_dir'], (key) => [`npm_config_${key}`, `NPM_CONFIG_${key.toUpperCase()}`])];
  return flatMap(names, (name) => {
    const value = view.variable(name) ?? '';
    return value.includes('/') ? [everythingBelow(view.resolve(value))] : [];
  });
}

export interface Parts {
  readonly reads: readonly Place[];
  readonly writes: readonly Write[];
}

interface Settings extends Parts {
  /** Variables that the files name. */
  readonly variables: readonly string[];
  /** All that they say, for those which decide what is in a lock file. */
  readonly text: string;
}

export function settingsOf(manager: Manager, directory: Path, view: ImageView): Settings | Opaque {
  const { program, settings } = manager;
  const own = flatMap(distinctPaths([directory, view.cwd, ...(program === 'yarn' ? [...andAbove(directory), ...andAbove(view.cwd)] : [])]), (at) => settings.map((name) => join(at, name)));
  const read = readSettings([...own, ...ofAllProjects(manager, view)], view);
  if ('kind' in read) return read;
  if (program === 'yarn') return berry(directory, read, view);
  if (program !== 'pnpm') return read;
  const workspace = view.text(join(directory, 'pnpm-workspace.yaml')) ?? '';
  if (/^["']?packages/m.test(workspace)) return opaque('pnpm in a project with workspaces');
  const { patches, overrides } = readNodeSettings('pnpm-workspace.yaml', workspace);
  if (namesLocalPackage(workspace) || overrides.some(isPathSpec)) return opaque('pnpm-workspace.yaml names a part of the project itself');
  if (manager.others.some((name) => /pnpmfile/.test(name) && isThere(join(directory, name), view))) return opaque('a .pnpmfile runs during the install');
  const set = flatMap(['npm_config_', 'NPM_CONFIG_', 'pnpm_config_', 'PNPM_CONFIG_'], (prefix) => [`${prefix}auto_install_peers`, `${prefix}AUTO_INSTALL_PEERS`]).filter((name) => (view.variable(name) ?? '') !== '');
  return { ...read, text: [read.text, ...set].join('\n'), reads: [...read.reads, ...patches.map((path) => file(resolvePath(directory, path)))], writes: [{ place: file(toolRegion(join(view.home, '.local/share/pnpm'), 'pnpm-store')), how: 'add' }] };
}

/** Settings of the user and of the system. */
export function ofAllProjects({ ofUser }: Manager, view: ImageView): readonly Path[] {
  const prefix = view.variable('npm_config_prefix') ?? view.variable('NPM_CONFIG_PREFIX') ?? '';
  return [...ofUser.map((name) => join(view.home, name)), '/usr/local/etc/npmrc', '/usr/etc/npmrc', ...(prefix === '' ? [] : [join(view.resolve(prefix), 'etc/npmrc')])];
}

export function readSettings(paths: readonly Path[], view: ImageView): Settings | Opaque {
  const variables: string[] = [];
  const texts: string[] = [];
  const releases: Path[] = [];
  const leading = paths.some((path) => baseName(path) === '.yarnrc') ? [leadingSettings.npm, leadingSettings.yarn] : [leadingSettings.npm];
  for (const path of paths) {
    const text = view.text(path);
    if (text === undefined && view.presence(path) === 'yes') return opaque(`the text of ${readable(path)} is not known`);
    const read = readNodeSettings(baseName(path), text ?? '');
    if (read.leading !== null) return opaque(`${readable(path)} leads to other files`);
    const release = read.release === null ? null : join(parentOf(path), read.release);
    if (release !== null && view.presence(release) !== 'yes') return opaque(`${readable(path)} leads to ${readable(release)}, which is not there`);
    if (release !== null) releases.push(release);
    variables.push(...read.variables);
    texts.push(text ?? '');
  }
  return { reads: [...paths, ...releases, ...leading].map(file), writes: [], variables, text: texts.join('\n') };
}

/** Yarn 2 and later: only with a node_modules directory, and with its cache outside of the project. */
function berry(directory: Path, read: Settings, view: ImageView): Settings | Opaque {
  const settings = join(directory, '.yarnrc.yml');
  const version = Number(/^__metadata:\s*\n\s+version:\s*["']?(\d+)/m.exec(view.text(join(directory, 'yarn.lock')) ?? '')?.[1] ?? '0');
  if (!isThere(settings, view)) {
    if (version > 0) return opaque('yarn.lock is of Yarn 2 or later, which without a .yarnrc.yml installs no node_modules');
    const manager = readPackageJson(view.text(join(directory, 'package.json')) ?? '')?.packageManager ?? null;
    if (manager !== null && !manager.startsWith('yarn@1.')) return opaque(`${manager} without a .yarnrc.yml installs no node_modules`);
    return read;
  }
  const text = view.text(settings);
  if (text === undefined || !/^nodeLinker:\s*["']?node-modules["']?\s*$/m.test(text)) return opaque('yarn with another nodeLinker than node-modules');
  if (/^(?:plugins|enableGlobalCache: false|cacheFolder|defaultProtocol|initScope|pnp|supportedArchitectures)\b/m.test(text)) return opaque('.yarnrc.yml leads to other files of the project');
  // Yarn 4 writes version 8 into its locks.
  if (version < 8 && !/^enableGlobalCache:\s*["']?true\b/m.test(text)) return opaque('the cache of Yarn 2 and 3 lies in the project');
  if (!isAsYarnWrites(view.text(join(directory, 'package.json')) ?? '')) return opaque('yarn writes package.json anew, in another order or another form');
  const variable = settingVariables.find((name) => (view.variable(name) ?? '') !== '');
  if (variable !== undefined) return opaque(`${variable} says where yarn installs or keeps its files`);
  if (['.yarn/cache', '.yarn/plugins', '.yarn/patches', '.pnp.cjs'].some((name) => isThere(join(directory, name), view))) return opaque('packages or plugins of yarn are a part of the project');
  return { ...read, writes: [{ place: file(join(directory, '.yarn/install-state.gz')), how: 'set', makesParent: true }] };
}

/** Variables that stand for settings of `.yarnrc.yml` (https://yarnpkg.com/configuration/yarnrc). */
const settingVariables = ['YARN_NODE_LINKER', 'YARN_ENABLE_GLOBAL_CACHE', 'YARN_CACHE_FOLDER', 'YARN_YARN_PATH', 'YARN_RC_FILENAME', 'YARN_INSTALL_STATE_PATH', 'YARN_PLUGINS'];

export function distinctPaths(paths: readonly Path[]): readonly Path[] {
  return [...new Set(paths)];
}
