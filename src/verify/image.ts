/** An image as its files and its configuration, and what differs between two of them. */
import type { TarEntry, TarEntryType } from './tar.ts';

export type ImageFileType = Exclude<TarEntryType, 'hardlink'>;

export interface ImageFile {
  /** Absolute path in the image. */
  readonly path: string;
  readonly type: ImageFileType;
  /** Permission bits, setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Hash of the content, target of a symbolic link, numbers of a device; empty for a directory. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
}

export interface ImageConfig {
  /** What it runs on: `linux/amd64`. */
  readonly platform: string;
  readonly env: ReadonlyMap<string, string>;
  readonly user: string;
  readonly workdir: string;
  readonly cmd: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly labels: ReadonlyMap<string, string>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly stopsignal: string;
  readonly shell: readonly string[] | null;
  /** The health check as JSON, empty if there is none. */
  readonly healthcheck: string;
  readonly onbuild: readonly string[];
}

export interface Image {
  readonly files: ReadonlyMap<string, ImageFile>;
  readonly config: ImageConfig;
}

export interface BuiltImage extends Image {
  /** Of all layers, those of the base image included. */
  readonly bytes: number;
}

/** Adds an entry of an archive to the files of an image, a path that is already there being replaced. */
export function addTarEntry(files: Map<string, ImageFile>, entry: TarEntry, others: ReadonlyMap<string, ImageFile> = files): void {
  const path = absolute(entry.path);
  if (path === '/') return;
  const { mode, uid, gid, size } = entry;
  if (entry.type === 'hardlink') {
    // Every name of a file is that file; which of them an archive lists first says nothing about the image.
    const original = files.get(absolute(entry.link)) ?? others.get(absolute(entry.link));
    if (original === undefined) throw new Error(`${path} is a hard link to ${entry.link}, which is not above it`);
    files.set(path, { ...original, path });
    return;
  }
  files.set(path, { path, type: entry.type, mode, uid, gid, hash: entry.type === 'file' ? entry.hash : entry.link, size });
}

/** Archives name files with and without `./` or `/` before them. */
export function absolute(path: string): string {
  return `/${path.replace(/^(?:\.?\/)+/, '').replace(/^\.$/, '')}`;
}

/** The configuration of an image as engines write it; absent keys are null there or missing, depending on the version. */
interface WrittenConfig {
  readonly Env?: readonly string[] | null;
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
  readonly StopSignal?: string;
  readonly Shell?: readonly string[] | null;
  readonly Healthcheck?: unknown;
  readonly OnBuild?: readonly string[] | null;
}

/** What engines write of an image, all of it: docker image inspect, and the configuration file in an archive. */
export interface WrittenImage {
  readonly os?: string;
  readonly architecture?: string;
  readonly config?: unknown;
}

/** From the parsed JSON; environment, labels, ports and volumes have no order. */
export function configOf({ os = '', architecture = '', config: written }: WrittenImage): ImageConfig {
  const config = (written ?? {}) as WrittenConfig;
  const env = (config.Env ?? []).map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return {
    platform: `${os}/${architecture}`,
    env: new Map(env),
    user: config.User ?? '',
    workdir: config.WorkingDir ?? '',
    cmd: config.Cmd ?? null,
    entrypoint: config.Entrypoint ?? null,
    labels: new Map(Object.entries(config.Labels ?? {})),
    ports: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    stopsignal: config.StopSignal ?? '',
    shell: config.Shell ?? null,
    healthcheck: JSON.stringify(config.Healthcheck ?? '').replace(/^""$/, ''),
    onbuild: config.OnBuild ?? [],
  };
}

export interface Difference {
  /** A path in the image, or for `config` a name such as `env.PATH` or `cmd`. */
  readonly path: string;
  readonly what: 'missing' | 'added' | 'content' | 'mode' | 'owner' | 'type' | 'config';
  /** Empty for what is added. */
  readonly before: string;
  /** Empty for what is missing. */
  readonly after: string;
}

/**
 * Differences that say nothing, because two cold builds of one Dockerfile have them as well. Made by `noiseOf`; an
 * entry is one aspect of one path (`content /etc/passwd-`), so that a file with changing content is still compared
 * by owner and mode.
 */
export type Noise = ReadonlySet<string>;

/** What differs between two images, less the noise; sorted by path. */
export function compareImages(before: Image, after: Image, noise: Noise): Difference[] {
  const differences = [...compareFiles(before.files, after.files), ...compareConfigs(before.config, after.config)];
  return differences
    .filter((difference) => !noise.has(noiseEntry(difference)))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** What two cold builds of the same Dockerfile differ in: byte code with times in it, logs, … */
export function noiseOf(first: Image, second: Image): Noise {
  return new Set(compareImages(first, second, new Set()).map(noiseEntry));
}

/** Is it a file whose name has the time or another number of the build in it, as logs have, where the noise has another such? */
export function numberedLike(noise: Noise): (difference: Difference) => boolean {
  const withoutNumbers = (text: string): string => text.replaceAll(/\d+/g, '#');
  const known = new Set([...noise].map(withoutNumbers));
  return ({ path, what }) => (what === 'added' || what === 'missing') && known.has(withoutNumbers(`presence ${path}`));
}

function noiseEntry(difference: Difference): string {
  // A file that only some builds have is noise whichever of the two images lacks it.
  const aspect = difference.what === 'missing' || difference.what === 'added' ? 'presence' : difference.what;
  return `${aspect} ${difference.path}`;
}

function* compareFiles(
  before: ReadonlyMap<string, ImageFile>,
  after: ReadonlyMap<string, ImageFile>,
): Iterable<Difference> {
  for (const [path, old] of before) {
    const now = after.get(path);
    if (now === undefined) {
      yield { path, what: 'missing', before: describe(old), after: '' };
      continue;
    }
    if (old.type !== now.type) yield { path, what: 'type', before: old.type, after: now.type };
    else if (old.hash !== now.hash) yield { path, what: 'content', before: old.hash, after: now.hash };
    if (old.mode !== now.mode) yield { path, what: 'mode', before: octal(old.mode), after: octal(now.mode) };
    if (owner(old) !== owner(now)) yield { path, what: 'owner', before: owner(old), after: owner(now) };
  }
  for (const [path, now] of after) {
    if (!before.has(path)) yield { path, what: 'added', before: '', after: describe(now) };
  }
}

function* compareConfigs(before: ImageConfig, after: ImageConfig): Iterable<Difference> {
  const old = configEntries(before);
  const now = configEntries(after);
  for (const path of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(path) ?? '', now.get(path) ?? ''];
    if (a !== b) yield { path, what: 'config', before: a, after: b };
  }
}

/** Every value of a configuration as JSON by its name; what is absent and what is empty have the same text. */
function configEntries(config: ImageConfig): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [name, value] of config.env) entries.set(`env.${name}`, JSON.stringify(value));
  for (const [name, value] of config.labels) entries.set(`label.${name}`, JSON.stringify(value));
  const { env: _env, labels: _labels, ...others } = config;
  for (const [name, value] of Object.entries(others)) entries.set(name, JSON.stringify(value));
  return entries;
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
const owner = (file: ImageFile): string => `${file.uid}:${file.gid}`;
const describe = (file: ImageFile): string => `${file.type} ${octal(file.mode)} ${owner(file)}`;
