/** An install of a whole project of Node.js. */
import { andAbove, globalNodeRegion, isSymbolic, join, oldPnpm, readable, toolRegion } from '../../build/places.ts';
import { flatMap } from '../../lists.ts';
import type { PackageJson } from '../../manifests/package-json.ts';
import { isPathSpec, namesLocalPackage, readPackageJson } from '../../manifests/package-json.ts';
import type { Path } from '../../types.ts';
import type { ImageView, Outcome, Write } from '../command.ts';
import { effects, everythingBelow, file, opaque } from '../command.ts';
import { fetchSettings, gitVariables } from '../git-settings.ts';
import { certificateFiles, environmentOf, noInstallInputs, readsOf } from '../install-inputs.ts';
import type { Reading } from '../options.ts';
import { hasOption, lastValue, valuesOf, wordsOf } from '../options.ts';
import type { Manager } from './managers.ts';
import { cleanInstalls, corepackRegion, isThere, nodeVariables, withoutInfluence } from './managers.ts';
import { scriptsOf } from './scripts.ts';
import { distinctPaths, namedByVariables, settingsOf } from './settings.ts';

export function installProject(manager: Manager, word: string, reading: Reading, view: ImageView): Outcome {
  const { program } = manager;
  const placed = lastValue(reading, '--prefix') ?? lastValue(reading, '--cwd') ?? lastValue(reading, '--dir');
  if (placed && isSymbolic(placed.text)) return opaque(`where ${program} installs depends on ${readable(placed.text)}`);
  const elsewhere = ['--filter', '--modules-dir', '--virtual-store-dir', '--lockfile-dir', '--package-lock-only', '--lockfile-only', '--userconfig', '--config', '--recursive', '--mode'].find((name) => reading.options.some((option) => option.name === name));
  if (elsewhere !== undefined) return opaque(`${program} ${word} with ${elsewhere}`);
  const directory = placed ? view.resolve(placed.text) : view.cwd;
  const manifest = join(directory, 'package.json');
  const text = view.text(manifest);
  if (text === undefined) return opaque(`the text of ${readable(manifest)} is not known; a command before may have made or changed it`);
  const read = readPackageJson(text);
  if (read === null) return opaque(`${readable(manifest)} cannot be read`);
  const local = localPackage(manager, directory, read, text, view);
  if (local !== null) return opaque(local);
  const scripts = scriptsOf({ manager, word, reading, read, text, directory }, view);
  if ('kind' in scripts) return scripts;
  const settings = settingsOf(manager, directory, view);
  if ('kind' in settings) return settings;
  // A dependency may be a repository.
  const git = fetchSettings(view);
  if ('kind' in git) return git;
  const inputs = noInstallInputs(view);
  const names = program === 'pnpm' ? ['package.json', 'pnpm-workspace.yaml'] : ['package.json'];
  const above = flatMap(distinctPaths([view.cwd, ...andAbove(view.cwd), ...andAbove(directory)]).filter((at) => at !== directory), (at) => names.map((name) => join(at, name)));
  if (above.some((path) => view.presence(path) === 'yes' && (path.endsWith('.yaml') || /workspaces/.test(view.text(path) ?? 'workspaces')))) return opaque(`${program} ${word} in a package of a workspace`);
  inputs.reads.push(...[manifest, ...[...manager.locks, ...manager.others].map((name) => join(directory, name))].map(file), ...settings.reads, ...scripts.reads, ...above.filter((path) => isThere(path, view) && mayCount(path, view)).map(file));
  inputs.reads.push(...valuesOf(reading, '--cache', '--cache-folder', '--cache-dir', '--store-dir').map(({ text: path }) => everythingBelow(view.resolve(path))), ...git, ...namedByVariables(view));
  inputs.reads.push(file(globalNodeRegion), file(corepackRegion(view)), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS']));
  const lock = manager.locks.map((name) => join(directory, name)).find((path) => view.presence(path) === 'yes');
  const modules = toolRegion(join(directory, 'node_modules'), 'packages');
  const isClean = program === 'npm' && cleanInstalls.has(word);
  // Who has installed by hand has a lock file that git has not, and that is honoured where the whole directory is copied.
  if (lock === undefined) return opaque(withoutLock(program));
  const writes: Write[] = [{ place: file(modules), how: isClean ? 'set' : 'add' }, ...settings.writes];
  const rewrites = hasOption(reading, '--force', '--prefer-dedupe', '--install-strategy', '--no-frozen-lockfile', '--fix-lockfile') || (program === 'pnpm' && view.presence(oldPnpm) === 'yes');
  if (!isClean && manager.writesLock(reading, view)) writes.push(lockWritten(lock, !rewrites && manager.isInStep(read, view.text(lock) ?? '', settings.text)));
  const ofYarn = join(directory, 'yarn.lock');
  if (program === 'npm' && !isClean && isThere(ofYarn, view)) writes.push(lockWritten(ofYarn, false));
  const does = [program, isClean ? 'ci' : 'install', ...wordsOf(reading.options, withoutInfluence)].join(' ');
  const env = environmentOf(inputs, ...manager.variables, ...nodeVariables, ...gitVariables, ...settings.variables, 'CI', 'COREPACK_*', 'HOME');
  return effects({ does, kind: 'install', reads: readsOf(inputs), env, writes, ...(scripts.ofPackages === null ? {} : { packageScripts: scripts.ofPackages }) });
}

function lockWritten(lock: Path, inStep: boolean): Write {
  return { place: file(lock), how: 'edit', ...(inStep ? { inStep } : {}) };
}

export function withoutLock(program: string): string {
  return `${program} finds no lock file`;
}

/** A package.json further up counts if it has workspaces, or says which package manager is meant (corepack). */
function mayCount(path: Path, view: ImageView): boolean {
  return path.endsWith('.yaml') || /"(?:workspaces|packageManager|devEngines)"/.test(view.text(path) ?? '"workspaces"');
}

/** Why not all that is installed comes from the network; null if it does. */
function localPackage({ program, locks }: Manager, directory: Path, read: PackageJson, text: string, view: ImageView): string | null {
  if (read.hasWorkspaces) return `${program} in a project with workspaces`;
  const override = read.overrides.find(isPathSpec);
  if (override !== undefined) return `package.json has ${override} for a package, which is a part of the project itself`;
  const named = read.demands.find(({ version }) => isPathSpec(version));
  if (named) return `package.json asks for ${named.name} from ${named.version}, which is a part of the project itself`;
  if (namesLocalPackage(text)) return 'package.json names a part of the project itself';
  for (const name of locks) {
    const path = join(directory, name);
    if (!isThere(path, view)) continue;
    const lock = view.text(path);
    if (lock === undefined && name !== 'bun.lockb') return `the text of ${readable(path)} is not known`;
    if (lock !== undefined && namesLocalPackage(lock)) return `${name} names a part of the project itself`;
  }
  return null;
}
