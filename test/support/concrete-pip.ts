import type { Path } from '../../src/types.ts';
import type { FileSystem, Who } from './concrete-files.ts';
import { createFile, isDirectory, mayChangeEntry, mayDo, mayReach, ownerText, parentOf, pathsBelow, resolve } from './concrete-files.ts';

/**
 * A small pip: `pip install` of pinned and unpinned requirements, files with `-r` and `-c`, pip.conf, PIP_* variables,
 * user installs and --target. What it installs is a function of all that decides it in the real one.
 */

interface Setting {
  readonly files: FileSystem;
  readonly who: Who;
  readonly environment: ReadonlyMap<string, string>;
  readonly cwd: Path;
}

/** `alpha` and `gamma` need `beta`; `alpha` has no wheel, so that compilers and variables decide what becomes of it. */
const needs: ReadonlyMap<string, readonly string[]> = new Map([
  ['alpha', ['beta']],
  ['beta', []],
  ['gamma', ['beta']],
  ['delta', []],
]);

const sitePackages = 'lib/python3.11/site-packages';

export function makeEnvironment(setting: Setting, python: Path, word: string): boolean {
  const { files, who, cwd } = setting;
  const prefix = resolve(cwd, word);
  for (const directory of [`${prefix}/bin`, `${prefix}/${sitePackages}`]) if (!makeAll(setting, directory)) return false;
  const contents: readonly (readonly [string, string, number])[] = [['pyvenv.cfg', `home = ${parentOf(python)}`, 0o644], ['bin/python', `python of ${python}`, 0o755], ['bin/pip', `pip of ${prefix}`, 0o755]];
  return contents.every(([name, content, mode]) => {
    const path = `${prefix}/${name}`;
    if (!mayChangeEntry(files, path, who)) return false;
    createFile(files, path, content, who, mode);
    return true;
  });
}

function makeAll({ files, who }: Setting, path: Path): boolean {
  if (path === '/') return true;
  const node = files.get(path);
  if (node) return node.kind === 'directory' && mayReach(files, path, who);
  if (!makeAll({ files, who, environment: new Map(), cwd: '/' }, parentOf(path)) || !mayChangeEntry(files, path, who)) return false;
  files.set(path, { kind: 'directory', content: '', owner: ownerText(who), mode: 0o755 });
  return true;
}

interface Wanted {
  /** Pinned or not, in the order in which they were met. */
  readonly names: Map<string, string | null>;
  readonly constraints: Map<string, string>;
  failed: boolean;
}

/** False if pip would fail. */
export function installPackages(setting: Setting, prefix: Path, args: readonly string[]): boolean {
  if (args[0] === '--version' || args[0] === 'list') return true;
  if (args[0] !== 'install') throw new Error(`the interpreter has no pip ${args.join(' ')}`);
  const wanted: Wanted = { names: new Map(), constraints: new Map(), failed: false };
  const { environment } = setting;
  const configuration = readConfiguration(setting, prefix);
  let target = environment.get('PIP_TARGET') ?? null;
  let user = environment.get('PIP_USER') === '1';
  for (const path of words(configuration.get('constraint'), environment.get('PIP_CONSTRAINT'))) readFile(setting, wanted, resolve(setting.cwd, path), true, 0);
  for (let index = 1; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--no-cache-dir') continue;
    if (arg === '--user') user = true;
    else if (arg === '--target' || arg === '-r' || arg === '-c') {
      index += 1;
      const value = args[index] ?? '';
      if (arg === '--target') target = value;
      else readFile(setting, wanted, resolve(setting.cwd, value), arg === '-c', 0);
    } else readLine(setting, wanted, arg, setting.cwd, false, 0);
  }
  if (wanted.failed || wanted.names.size === 0) return false;
  const index = environment.get('PIP_INDEX_URL') ?? configuration.get('index-url') ?? 'pypi';
  return install({ setting, prefix, wanted, index, target: target === null ? null : resolve(setting.cwd, target), user });
}

function words(...texts: readonly (string | undefined)[]): readonly string[] {
  // The environment goes before the files.
  const text = texts.findLast((one) => one !== undefined) ?? '';
  return text.split(' ').filter((word) => word !== '');
}

/** Later files win; one that is missing or not readable is passed over. */
function readConfiguration(setting: Setting, prefix: Path): ReadonlyMap<string, string> {
  const { environment, cwd } = setting;
  const home = environment.get('HOME') ?? '/';
  const paths = ['/etc/pip.conf', `${home}/.pip/pip.conf`, `${home}/.config/pip/pip.conf`, `${prefix}/pip.conf`];
  const named = environment.get('PIP_CONFIG_FILE');
  if (named !== undefined) paths.push(resolve(cwd, named));
  const settings = new Map<string, string>();
  for (const path of paths) {
    for (const line of (read(setting, path) ?? '').split('\n')) {
      const match = /^(constraint|index-url) = (.*)$/.exec(line);
      if (match) settings.set(match[1] ?? '', match[2] ?? '');
    }
  }
  return settings;
}

function read({ files, who }: Setting, path: Path): string | null {
  const node = files.get(path);
  return node?.kind === 'file' && mayReach(files, path, who) && mayDo(node, who, 4) ? node.content : null;
}

function readFile(setting: Setting, wanted: Wanted, path: Path, constraint: boolean, depth: number): void {
  const content = depth > 5 ? null : read(setting, path);
  if (content === null) {
    wanted.failed = true;
    return;
  }
  for (const line of content.split('\n')) readLine(setting, wanted, line, parentOf(path), constraint, depth);
}

function readLine(setting: Setting, wanted: Wanted, written: string, directory: Path, constraint: boolean, depth: number): void {
  const line = written.trim().replaceAll(/\$\{([A-Z_]+)\}/g, (all, name: string) => setting.environment.get(name) ?? all);
  if (line === '' || line.startsWith('#')) return;
  const include = /^-([rc]) (.+)$/.exec(line);
  if (include) {
    readFile(setting, wanted, resolve(directory, include[2] ?? ''), constraint || include[1] === 'c', depth + 1);
    return;
  }
  const match = /^(\w+)(?:==(\d+))?$/.exec(line);
  const name = match?.[1] ?? '';
  const version = match?.[2] ?? null;
  if (!needs.has(name)) {
    wanted.failed = true;
    return;
  }
  if (constraint) {
    const known = wanted.constraints.get(name);
    if (version !== null && known !== undefined && known !== version) wanted.failed = true;
    if (version !== null) wanted.constraints.set(name, version);
    return;
  }
  const known = wanted.names.get(name);
  if (known !== undefined && known !== null && version !== null && known !== version) wanted.failed = true;
  wanted.names.set(name, version ?? known ?? null);
}

// ------------------------------------------------------------------------------------------------------------- installing

interface Plan {
  readonly setting: Setting;
  readonly prefix: Path;
  readonly wanted: Wanted;
  readonly index: string;
  readonly target: Path | null;
  readonly user: boolean;
}

function install(plan: Plan): boolean {
  const { setting, prefix, wanted } = plan;
  const { files, who, environment } = setting;
  const isVirtual = files.has(`${prefix}/pyvenv.cfg`);
  const userBase = `${environment.get('HOME') ?? '/'}/.local`;
  if (plan.user && isVirtual) return false;
  const places = isVirtual || plan.target !== null ? [prefix] : [userBase, prefix];
  const names = new Set(wanted.names.keys());
  for (const name of wanted.names.keys()) for (const needed of needs.get(name) ?? []) names.add(needed);
  const chosen: (readonly [string, string])[] = [];
  for (const name of [...names].toSorted()) {
    const pinned = wanted.names.get(name) ?? null;
    const constrained = wanted.constraints.get(name) ?? null;
    if (pinned !== null && constrained !== null && pinned !== constrained) return false;
    const installed = plan.target === null ? versionOf(files, places, name) : null;
    const version = pinned ?? constrained ?? installed ?? '3';
    if (version !== installed) chosen.push([name, version]);
  }
  const site = files.get(`${prefix}/${sitePackages}`);
  const writable = site !== undefined && mayReach(files, `${prefix}/${sitePackages}`, who) && mayDo(site, who, 2);
  const destination = plan.target ?? (plan.user || (!writable && !isVirtual) ? userBase : prefix);
  if (plan.target !== null) return intoTarget(plan, chosen, plan.target);
  return chosen.every((one) => put(plan, one, `${destination}/${sitePackages}`, `${destination}/bin`));
}

function versionOf(files: FileSystem, prefixes: readonly Path[], name: string): string | null {
  for (const prefix of prefixes) {
    const directory = `${prefix}/${sitePackages}`;
    for (const version of ['1', '2', '3']) if (files.has(`${directory}/${name}-${version}.dist-info/METADATA`)) return version;
  }
  return null;
}

/** What the environment decides of a package's files. Only one without a wheel is built here. */
function built(plan: Plan, name: string, version: string): string {
  const { files, environment } = plan.setting;
  const settings = [...environment].filter(([variable]) => variable === 'CFLAGS').map(([variable, value]) => `${variable}=${value}`);
  const compilers = name === 'alpha' && files.has('/usr/bin/gcc') ? ' with gcc' : '';
  return `${name} ${version} from ${plan.index}${name === 'alpha' ? ` ${settings.join(' ')}${compilers}` : ''}`;
}

function put(plan: Plan, [name, version]: readonly [string, string], site: Path, bin: Path): boolean {
  const { setting } = plan;
  const { files, who } = setting;
  if (!makeAll(setting, site) || !makeAll(setting, bin)) return false;
  for (const old of ['1', '2', '3']) {
    const known = `${site}/${name}-${old}.dist-info`;
    if (!files.has(known)) continue;
    for (const path of [...pathsBelow(files, known)].toReversed()) {
      if (!mayChangeEntry(files, path, who)) return false;
      files.delete(path);
    }
  }
  const information = `${site}/${name}-${version}.dist-info`;
  if (!makeAll(setting, information)) return false;
  const made: readonly (readonly [Path, string, number])[] = [
    [`${site}/${name}.py`, built(plan, name, version), 0o644],
    [`${information}/METADATA`, `${name} ${version}`, 0o644],
    [`${bin}/${name}`, `#!${plan.prefix}/bin/python ${name}`, 0o755],
  ];
  return made.every(([path, content, mode]) => {
    if (isDirectory(files, path) || !mayChangeEntry(files, path, who)) return false;
    createFile(files, path, content, who, mode);
    return true;
  });
}

/** What is there already stays, and so does the whole `bin`. */
function intoTarget(plan: Plan, chosen: readonly (readonly [string, string])[], target: Path): boolean {
  const { setting } = plan;
  const { files, who } = setting;
  if (!makeAll(setting, target)) return false;
  const hasPrograms = files.has(`${target}/bin`);
  if (!hasPrograms && !makeAll(setting, `${target}/bin`)) return false;
  for (const [name, version] of chosen) {
    const information = `${target}/${name}-${version}.dist-info`;
    const made: (readonly [Path, string, number])[] = [[`${target}/${name}.py`, built(plan, name, version), 0o644]];
    if (!files.has(information) && makeAll(setting, information)) made.push([`${information}/METADATA`, `${name} ${version}`, 0o644]);
    if (!hasPrograms) made.push([`${target}/bin/${name}`, `#!${plan.prefix}/bin/python ${name}`, 0o755]);
    for (const [path, content, mode] of made) {
      if (files.has(path)) continue;
      if (!mayChangeEntry(files, path, who)) return false;
      createFile(files, path, content, who, mode);
    }
  }
  return true;
}
