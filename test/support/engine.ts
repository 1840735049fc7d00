/**
 * A real Docker Engine for tests: builds with BuildKit, the file tree and configuration of the image that comes out,
 * and what differs between two images. It drives the `docker` command line, so it follows DOCKER_HOST and contexts.
 *
 * Measured on two cores with a base image of 650 MB: a cold build that installs two packages takes 1.2 s, a build that
 * is wholly cached 0.1 s, reading an image 1.5 s (`docker image save` takes 4.5 s for the same image).
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readTar } from './tar.ts';
import type { TarEntryType } from './tar.ts';

/** One step of a build, as BuildKit reports it. */
export interface BuildStep {
  /** As BuildKit prints it: `[builder 3/5] RUN pip install …`. */
  readonly name: string;
  /** The name of the stage: as in the Dockerfile, else `stage-0`, `stage-1`, …; empty where BuildKit names none. */
  readonly stage: string;
  /**
   * The name without the brackets: `RUN pip install …`. BuildKit shows build arguments by their values here, and one
   * step for instructions of several stages that do the same (FROM above all).
   */
  readonly instruction: string;
  /** Taken from the cache, so that nothing ran. */
  readonly cached: boolean;
}

export interface BuildResult {
  readonly ok: boolean;
  /** The steps of all stages that were built, in the order of each stage. */
  readonly steps: readonly BuildStep[];
  /** What the commands printed, and the builder's own messages and errors. */
  readonly log: string;
  readonly seconds: number;
  /** Null if the build failed. */
  readonly imageId: string | null;
}

export interface BuildOptions {
  /** Relative to the directory; `Dockerfile` by default. */
  readonly dockerfile?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly tag: string;
  /**
   * Runs every step anew (but WORKDIR, which BuildKit takes from its cache even then). Two cold builds of the same
   * steps must not run at the same time: BuildKit would run each step once for both, and their images would not show
   * what differs between builds.
   */
  readonly noCache?: boolean;
  /** Stages to run anew while the others may come from the cache. */
  readonly noCacheStages?: readonly string[];
}

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

/**
 * Files that the engine itself puts into each container, so that they are in every export: their content at run time
 * is never the image's (moby, daemon/initlayer/setup_unix.go).
 */
const filesOfContainers: ReadonlySet<string> = new Set([
  '/.dockerenv',
  '/dev/console',
  '/dev/pts',
  '/dev/shm',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
]);

/**
 * The versions of engine and builder. Throws, naming DOCKER_HOST, when no engine answers or BuildKit's client is not
 * installed: tests against the engine fail then; they never pass by being skipped.
 */
export function engineAvailable(): { readonly engine: string; readonly buildx: string } {
  const where = process.env['DOCKER_HOST'] ?? 'not set, so the default socket was tried';
  const ask = (args: readonly string[]): string => {
    const run = spawnSync('docker', args, { encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'pipe'] });
    if (run.status === 0) return run.stdout.trim();
    const because = run.error?.message ?? run.stderr.trim();
    throw new Error(
      `These tests need a Docker Engine with BuildKit, and \`docker ${args.join(' ')}\` failed ` +
        `(DOCKER_HOST: ${where}): ${because}`,
    );
  };
  return { engine: ask(['version', '--format', '{{.Server.Version}}']), buildx: ask(['buildx', 'version']) };
}

/**
 * Builds a directory and loads the image. A failed build is a result (`ok: false`, the reason at the end of `log`),
 * not an exception. RUN steps use the host's network, so that engines without a bridge can build as well.
 */
export async function build(directory: string, options: BuildOptions): Promise<BuildResult> {
  const scratch = await mkdtemp(join(tmpdir(), 'dockfix-build-'));
  const idFile = join(scratch, 'image-id');
  const args = ['buildx', 'build', '--progress=rawjson', '--load', '--provenance=false', '--network=host'];
  args.push('--iidfile', idFile, '--tag', options.tag, '--file', join(directory, options.dockerfile ?? 'Dockerfile'));
  if (options.target !== undefined) args.push('--target', options.target);
  if (options.noCache === true) args.push('--no-cache');
  for (const stage of options.noCacheStages ?? []) args.push('--no-cache-filter', stage);
  for (const [name, value] of Object.entries(options.args ?? {})) args.push('--build-arg', `${name}=${value}`);
  args.push(directory);

  try {
    const started = performance.now();
    const run = await docker(args);
    const seconds = (performance.now() - started) / 1000;
    const progress = readProgress(run.stderr);
    const ok = run.status === 0;
    const imageId = ok ? (await readFile(idFile, 'utf8')).trim() : null;
    if (imageId !== null) builtUnder.set(options.tag, (builtUnder.get(options.tag) ?? new Set()).add(imageId));
    return { ok, steps: progress.steps, log: progress.log, seconds, imageId };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Files and configuration of an image (an id or a tag). */
export async function readImage(imageId: string): Promise<Image> {
  const [files, config] = await Promise.all([imageFiles(imageId), imageConfig(imageId)]);
  return { files, config };
}

/**
 * The file tree of an image, all layers applied, by absolute path. Read from `docker export` of a container that is
 * never started, so it is what a container would see: whiteouts are applied, and a declared volume's directory exists.
 */
export async function imageFiles(imageId: string): Promise<Map<string, ImageFile>> {
  // The command is never run; an image without CMD cannot become a container without one.
  const created = await dockerOrThrow(['create', '--network=none', imageId, 'none']);
  const container = created.trim();
  try {
    return await exportedFiles(container);
  } finally {
    await docker(['rm', '--volumes', container]);
  }
}

async function exportedFiles(container: string): Promise<Map<string, ImageFile>> {
  const child = spawn('docker', ['export', container], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stderr = collect(child.stderr);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const files = new Map<string, ImageFile>();
  const reading = readTar(child.stdout, (entry) => {
    const path = `/${entry.path}`;
    if (path === '/' || filesOfContainers.has(path)) return;
    const { mode, uid, gid } = entry;
    if (entry.type === 'hardlink') {
      // Every name of a file is that file; which of them an archive lists first says nothing about the image.
      const original = files.get(`/${entry.link}`);
      if (original === undefined) throw new Error(`${path} is a hard link to ${entry.link}, which is not above it`);
      files.set(path, { ...original, path });
      return;
    }
    const hash = entry.type === 'file' ? entry.hash : entry.link;
    files.set(path, { path, type: entry.type, mode, uid, gid, hash, size: entry.size });
  });
  const [status] = await Promise.all([exited, reading]).catch(async (error: unknown) => {
    child.kill();
    throw new Error(`docker export ${container}: ${String(error)} ${await stderr}`);
  });
  if (status !== 0) throw new Error(`docker export ${container}: ${await stderr}`);
  return files;
}

/** What `docker image inspect` shows as Config; absent keys are null there or missing, depending on the version. */
interface InspectedConfig {
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

/** The configuration of an image; environment, labels, ports and volumes have no order. */
export async function imageConfig(imageId: string): Promise<ImageConfig> {
  const text = await dockerOrThrow(['image', 'inspect', '--format', '{{json .Config}}', imageId]);
  const config = JSON.parse(text) as InspectedConfig;
  const env = (config.Env ?? []).map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return {
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

/** Ids of the images that this process built, by tag: an image loses its tag when another is built under it. */
const builtUnder = new Map<string, Set<string>>();

/** Removes all images whose tag begins with the prefix or did so when they were built here, and no others. */
export async function removeImages(prefix: string): Promise<void> {
  const listed = await dockerOrThrow(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  const tags = listed.split('\n').filter((tag) => tag.startsWith(prefix));
  if (tags.length > 0) await dockerOrThrow(['image', 'rm', '--force', ...tags]);
  const ids = [...builtUnder].flatMap(([tag, built]) => (tag.startsWith(prefix) ? [...built] : []));
  // Most of them went with their tags; one that has got another tag since then stays, because nothing forces it.
  if (ids.length > 0) await docker(['image', 'rm', ...ids]);
}

/** A file of a project under test: its text, or its text and mode, or the target of a symbolic link. */
export type ProjectFile = string | { readonly text: string; readonly mode: number } | { readonly link: string };

/**
 * Writes the files to a new temporary directory and returns its path. Modes do not depend on the umask: 0644 for
 * files unless stated, 0755 for directories.
 */
export async function writeProject(files: Readonly<Record<string, ProjectFile>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'dockfix-project-'));
  await chmod(root, 0o755);
  for (const [path, file] of Object.entries(files)) await writeProjectFile(root, path, file);
  return root;
}

async function writeProjectFile(root: string, path: string, file: ProjectFile): Promise<void> {
  let directory = root;
  for (const segment of dirname(path).split('/').filter((name) => name !== '.')) {
    directory = join(directory, segment);
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o755);
  }
  const target = join(root, path);
  if (typeof file === 'object' && 'link' in file) return symlink(file.link, target);
  const { text, mode } = typeof file === 'string' ? { text: file, mode: 0o644 } : file;
  await writeFile(target, text);
  await chmod(target, mode);
}

/**
 * Does `work` for every item, at most `limit` of them at a time, and gives the results in the items' order. Two keep
 * both cores of a small machine busy: a build waits for the disk while an image is read.
 */
export async function inParallel<Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      const item = items[index] as Item;
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
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

/** One message of `--progress=rawjson`: BuildKit's SolveStatus (buildkit, client/graph.go). */
interface SolveStatus {
  readonly vertexes?: readonly {
    readonly digest: string;
    readonly name: string;
    readonly cached?: boolean;
    readonly error?: string;
  }[];
  readonly logs?: readonly { readonly data?: string }[];
}

const stepName = /^\[(?:(.+) )?(\d+)\/\d+\] (.*)$/s;

function readProgress(stderr: string): { readonly steps: readonly BuildStep[]; readonly log: string } {
  const vertices = new Map<string, { readonly name: string; readonly cached: boolean }>();
  const log: string[] = [];
  for (const message of progressMessages(stderr)) {
    if (typeof message === 'string') {
      log.push(`${message}\n`);
      continue;
    }
    for (const { digest, name, cached, error } of message.vertexes ?? []) {
      // A step is reported several times as it goes on; only one of the reports says that it was cached.
      vertices.set(digest, { name, cached: cached === true || vertices.get(digest)?.cached === true });
      if (error !== undefined && error !== '') log.push(`${name}: ${error}\n`);
    }
    for (const { data } of message.logs ?? []) log.push(Buffer.from(data ?? '', 'base64').toString('utf8'));
  }
  const numbered = [...vertices.values()].flatMap(({ name, cached }) => {
    const match = stepName.exec(name);
    if (match === null || match[1] === 'internal') return [];
    const [, stage = '', number = '', instruction = ''] = match;
    return [{ number: Number(number), step: { name, stage, instruction, cached } }];
  });
  // BuildKit names the last step of a stage first, and the steps of stages in any order.
  const stages = [...new Set(numbered.map(({ step }) => step.stage))];
  const steps = stages.flatMap((stage) =>
    numbered
      .filter(({ step }) => step.stage === stage)
      .sort((a, b) => a.number - b.number)
      .map(({ step }) => step),
  );
  return { steps, log: log.join('') };
}

/** JSON objects, one a line or indented over several lines (older clients), and lines that are something else. */
function* progressMessages(text: string): Iterable<SolveStatus | string> {
  let object: string[] | undefined;
  for (const line of text.split('\n')) {
    if (object !== undefined) {
      object.push(line);
      if (line !== '}') continue;
      yield JSON.parse(object.join('\n')) as SolveStatus;
      object = undefined;
    } else if (line === '{') object = [line];
    else if (line.startsWith('{"')) yield JSON.parse(line) as SolveStatus;
    else if (line !== '') yield line;
  }
}

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function docker(args: readonly string[]): Promise<Run> {
  const child = spawn('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const status = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, stdout, stderr] = await Promise.all([status, collect(child.stdout), collect(child.stderr)]);
  return { status: code, stdout, stderr };
}

async function dockerOrThrow(args: readonly string[]): Promise<string> {
  const run = await docker(args);
  if (run.status !== 0) throw new Error(`docker ${args.join(' ')}: ${run.stderr.trim()}`);
  return run.stdout;
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
