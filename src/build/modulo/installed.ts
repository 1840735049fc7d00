/** Which Python packages the stages of a Dockerfile install, as far as the files and commands say it. */
import type { Command } from '../../dockerfile/shell.ts';
import type { WheelVerdict } from '../../images/apk-to-apt.ts';
import { wheelVerdict } from '../../images/apk-to-apt.ts';
import { compiledVerdict } from '../../manifests/compiled.ts';
import { lockKindOf, readLock } from '../../manifests/locks.ts';
import type { LockedPackage } from '../../manifests/locks.ts';
import { readPipfile } from '../../manifests/pipfile.ts';
import { normaliseName, parseRequirementSpec, readRequirements } from '../../manifests/requirements.ts';
import { readToml, stringsOf, tableAt } from '../../manifests/toml.ts';
import type { BuildContext, Path } from '../../types.ts';
import { join } from '../places.ts';
import type { ExecutedCommand } from '../runner.ts';
import type { StageResult } from '../symbolic-build.ts';

/** A Python package that is installed, with what pip finds for it on x86_64. */
export interface InstalledPackage {
  /** Normalised. */
  readonly name: string;
  readonly wheel: WheelVerdict;
  /** The files of a lock say it, of this very version; else the table does, of the version that it saw. */
  readonly locked: boolean;
}

/** All packages that the stages are seen to install. What they in turn require is in locks only. */
export function installedPackages(stages: readonly StageResult[]): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const add = (one: InstalledPackage): void => {
    if (found.get(one.name)?.locked !== true) found.set(one.name, one);
  };
  for (const stage of stages) {
    const { files } = stage.state.context;
    for (const command of stage.steps.flatMap((step) => step.run?.commands ?? [])) {
      for (const name of namesIn(command)) add(fromTable(name));
      const reads = command.effects.flatMap((executed) => executed.reads).filter((read) => !read.deep);
      const locks = reads.filter((read) => lockKindOf(read.path) !== null);
      for (const { path } of locks) for (const one of lockedIn(files, path)) add(one);
      const manifests = command.effects.filter(({ effect }) => effect.kind === 'project-install').flatMap((executed) => executed.reads.filter((read) => read.deep).map(({ path }) => join(path, 'pyproject.toml')));
      if (locks.length === 0) for (const path of [...reads.map((read) => read.path), ...manifests, ...(reads.length === 0 ? filesIn(command, files) : [])]) for (const name of requiredIn(files, path)) add(fromTable(name));
    }
  }
  return [...found.values()];
}

function fromTable(name: string): InstalledPackage {
  return { name: normaliseName(name), wheel: wheelVerdict(name), locked: false };
}

/** Parts of the project itself. */
const ownSources = new Set(['virtual', 'editable', 'directory']);

const verdictOfLock = { pure: 'pure', musllinux: 'musllinux', 'manylinux-only': 'manylinux-only', 'sdist-only': 'none' } as const;

function lockedIn(files: BuildContext, path: Path): readonly InstalledPackage[] {
  const kind = lockKindOf(path);
  const lock = kind === null ? null : readLock(kind, files.read(path));
  if (lock?.kind !== 'ok') return [];
  const isMain = ({ groups }: LockedPackage): boolean => groups === undefined || groups.some((group) => group === 'main' || group === 'default');
  return lock.lock.packages.filter((locked) => isMain(locked) && !ownSources.has(locked.source)).map((locked) => {
    const verdict = compiledVerdict(locked);
    // Pipfile.lock names no files.
    return verdict === 'unknown' ? fromTable(locked.name) : { name: locked.name, wheel: verdictOfLock[verdict], locked: true };
  });
}

function requiredIn(files: BuildContext, path: Path): readonly string[] {
  if (/\.(?:txt|in)$/.test(path)) {
    const text = files.readAnyUnicode(path);
    return text === undefined ? [] : readRequirements(text).entries.flatMap((entry) => (entry.kind === 'named' ? [entry.name] : []));
  }
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (file === 'Pipfile') {
    const read = readPipfile(files.read(path));
    return read.kind === 'ok' ? read.pipfile.entries.flatMap(({ category, name }) => (category === 'packages' ? [name] : [])) : [];
  }
  if (file !== 'pyproject.toml') return [];
  const toml = readToml(files.read(path));
  if (toml.kind === 'error') return [];
  const ofPoetry = Object.keys(tableAt(toml.table, 'tool', 'poetry', 'dependencies')).filter((name) => name !== 'python');
  return [...stringsOf(tableAt(toml.table, 'project')['dependencies']).flatMap(nameOfSpec), ...ofPoetry];
}

function nameOfSpec(text: string): readonly string[] {
  const spec = parseRequirementSpec(text);
  return spec.kind === 'named' ? [spec.name] : [];
}

const installers = /^(?:pip[\d.]*|uv|poetry|pdm|pipenv|pipx|conda|mamba|micromamba)$/;
const valued = new Set('-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target --prefix --root --python --platform --only-binary --no-binary --group -G -e --editable -w --wheel-dir -n --name -p --cache-dir --trusted-host --timeout'.split(' '));

/** Packages on the command line: `pip install pymongo==4.8 flask`. */
function namesIn({ step }: ExecutedCommand): readonly string[] {
  if (step?.node.kind !== 'command') return [];
  const words = wordsOf(step.node);
  const at = words.findIndex((word) => installers.test(word.slice(word.lastIndexOf('/') + 1)));
  const verb = words.findIndex((word, index) => index > at && /^(?:install|wheel|download|add)$/.test(word));
  if (at < 0 || verb < 0) return [];
  return words.slice(verb + 1).flatMap((word, index, rest) => {
    const before = rest[index - 1] ?? '';
    if (word.startsWith('-') || valued.has(before) || /[/\\$]|^\.|\.(?:whl|txt|gz|zip)$/.test(word)) return [];
    return nameOfSpec(word);
  });
}

/** Files of requirements that a command names, where a command before it hides what they are in the image. */
function filesIn({ step }: ExecutedCommand, files: BuildContext): readonly Path[] {
  if (step?.node.kind !== 'command') return [];
  const words = wordsOf(step.node);
  return words.flatMap((word, index) => (/^(?:-r|--requirement)$/.test(words[index - 1] ?? '') ? [word.replace(/^\.\//, '')] : [])).filter((path) => files.kind(path) === 'file');
}

function wordsOf(command: Command): readonly string[] {
  return command.words.map((word) => word.raw.replaceAll(/["']/g, ''));
}

/** Packages without a wheel of which it is known that they do not ask pkg-config for anything. */
const askOthers = new Set(['psycopg2', 'psycopg-c', 'mariadb', 'python-ldap', 'netifaces', 'gssapi']);

/** May pip have to compile something that asks pkg-config for a library? */
export function mayAskPkgConfig(installed: readonly InstalledPackage[]): boolean {
  return installed.length === 0 || installed.some(({ name, wheel }) => (wheel === 'none' || wheel === 'unknown') && !askOthers.has(name));
}

/** May pip have to compile something on Debian? */
export function mayCompile(installed: readonly InstalledPackage[]): boolean {
  return installed.length === 0 || installed.some(({ wheel }) => wheel === 'none' || wheel === 'unknown');
}
