/**
 * A Docker Engine with BuildKit, through the `docker` command line, so that DOCKER_HOST and contexts are followed: builds,
 * and the file tree and configuration of the image that comes out. Nothing is pushed.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

import { VerifyError } from './fault.ts';
import type { Image, ImageConfig, ImageFile } from './image.ts';
import type { BuildStep } from './progress.ts';
import { progressReader } from './progress.ts';
import { readTar } from './tar.ts';

/** What may end a command of the engine before it is done. */
export interface Control {
  readonly signal?: AbortSignal;
  /** Of each command; none if it is absent. */
  readonly timeoutSeconds?: number;
}

export interface EngineVersions {
  readonly engine: string;
  readonly buildx: string;
}

export interface BuildRequest {
  /** The directory that is sent, and the Dockerfile; paths of the operating system. */
  readonly context: string;
  readonly dockerfile: string;
  /** Where the builder writes the id of the image. */
  readonly idFile: string;
  readonly tag: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
  /** Null: the value comes from the environment. */
  readonly args?: ReadonlyMap<string, string | null>;
  readonly platform?: string;
  /** As `docker build --secret` takes them. */
  readonly secrets?: readonly string[];
  readonly network?: string;
  /**
   * Runs every step anew (but WORKDIR, which BuildKit takes from its cache even then). Two cold builds of the same
   * steps must not run at the same time: BuildKit would run each step once for both, and their images would not show
   * what differs between builds.
   */
  readonly noCache?: boolean;
  /** Stages to run anew while the others may come from the cache. */
  readonly noCacheStages?: readonly string[];
  /** Hears the name of each step that begins to run. */
  readonly onStep?: (name: string) => void;
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

/** The versions of engine and builder. Throws, naming DOCKER_HOST, when no engine answers or BuildKit's client is not installed. */
export function engineVersions(): EngineVersions {
  return { engine: ask(['version', '--format', '{{.Server.Version}}']), buildx: ask(['buildx', 'version']) };
}

function ask(args: readonly string[]): string {
  const run = spawnSync('docker', args, { encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'pipe'] });
  if (run.status === 0) return run.stdout.trim();
  if (isMissing(run.error)) throw notInstalled();
  const where = process.env['DOCKER_HOST'] ?? 'not set, so docker’s own choice was tried';
  const because = run.error?.message ?? lastLine(run.stderr);
  throw new VerifyError('no-engine', `no Docker Engine with BuildKit answers: \`docker ${args.join(' ')}\` failed (DOCKER_HOST: ${where}): ${because}`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function notInstalled(): VerifyError {
  return new VerifyError('no-engine', 'the program docker was not found');
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** Builds and loads the image. A failed build is a result (`ok: false`, the reason at the end of `log`), not an exception. */
export async function buildImage(request: BuildRequest, control: Control = {}): Promise<BuildResult> {
  const progress = progressReader(request.onStep);
  const started = performance.now();
  const run = await docker([...buildArguments(request), request.context], control, progress.take);
  const seconds = (performance.now() - started) / 1000;
  const ok = run.status === 0;
  return { ok, ...progress.result(), seconds, imageId: ok ? (await readFile(request.idFile, 'utf8')).trim() : null };
}

function buildArguments(request: BuildRequest): readonly string[] {
  const { tag, dockerfile, idFile, labels = {}, target, args = new Map<string, null>(), platform, secrets = [], network, noCache, noCacheStages = [] } = request;
  return [
    'buildx',
    'build',
    '--progress=rawjson',
    '--load',
    '--provenance=false',
    '--pull=false',
    `--tag=${tag}`,
    `--file=${dockerfile}`,
    `--iidfile=${idFile}`,
    ...Object.entries(labels).map(([name, value]) => `--label=${name}=${value}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...[...args].map(([name, value]) => `--build-arg=${value === null ? name : `${name}=${value}`}`),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    ...secrets.map((secret) => `--secret=${secret}`),
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...(noCache === true ? ['--no-cache'] : []),
    ...noCacheStages.map((stage) => `--no-cache-filter=${stage}`),
  ];
}

// -------------------------------------------------------------------------------------------------------------- images

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

/** Files and configuration of an image (an id or a tag). */
export async function readImage(image: string, control: Control = {}): Promise<Image> {
  return { files: await imageFiles(image, control), config: await imageConfig(image, control) };
}

/**
 * The file tree of an image, all layers applied, by absolute path. Read from `docker export` of a container that is
 * never started, so it is what a container would see: whiteouts are applied, and a declared volume's directory exists.
 */
export async function imageFiles(image: string, control: Control = {}): Promise<Map<string, ImageFile>> {
  // The command is never run; an image without CMD cannot become a container without one.
  const container = (await dockerOrThrow(['create', '--network=none', image, 'none'], control)).trim();
  try {
    return await exportedFiles(container, control);
  } finally {
    await docker(['rm', '--force', '--volumes', container], { timeoutSeconds: 60 });
  }
}

async function exportedFiles(container: string, control: Control): Promise<Map<string, ImageFile>> {
  const files = new Map<string, ImageFile>();
  const read = (stream: AsyncIterable<Buffer>): Promise<void> =>
    readTar(stream, (entry) => {
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
  const run = await start(['export', container], control, { onOutput: read });
  if (run.status !== 0 || run.failure !== null) throw failed(['export', container], run.failure?.message ?? run.stderr);
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
export async function imageConfig(image: string, control: Control = {}): Promise<ImageConfig> {
  const config = JSON.parse(await inspect(image, '{{json .Config}}', control)) as InspectedConfig;
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

/** Bytes of an image, its base image included. */
export async function imageSize(image: string, control: Control = {}): Promise<number> {
  return Number(await inspect(image, '{{.Size}}', control));
}

function inspect(image: string, format: string, control: Control): Promise<string> {
  return dockerOrThrow(['image', 'inspect', '--format', format, image], control);
}

/** Removes tags, and the images that no other tag has. */
export async function removeTags(tags: readonly string[]): Promise<void> {
  if (tags.length > 0) await docker(['image', 'rm', '--force', ...tags], { timeoutSeconds: 60 });
}

/**
 * Ends every command that still runs, and removes the containers and images that have a label, but for images with the
 * tags given. It waits for nothing, so that it can be called where a process ends. False if the engine did not do it.
 */
export function removeLabelled(label: string, keep: readonly string[] = []): boolean {
  for (const child of running) killGroup(child, 'SIGKILL');
  const list = (args: readonly string[]): readonly string[] | null => {
    const run = spawnSync('docker', [...args, '--filter', `label=${label}`], { encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'pipe'] });
    return run.status === 0 ? [...new Set(run.stdout.split('\n').filter((line) => line !== ''))] : null;
  };
  const remove = (args: readonly string[], ids: readonly string[] | null): boolean =>
    ids !== null && (ids.length === 0 || spawnSync('docker', [...args, ...ids], { timeout: 120_000, stdio: 'ignore' }).status === 0);
  const containersGone = remove(['rm', '--force', '--volumes'], list(['ps', '--all', '--quiet']));
  const images = list(['image', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}']);
  const unwanted = images?.flatMap((line) => {
    const [id = '', tag = ''] = line.split(' ');
    return keep.includes(tag) ? [] : [tag.includes('<none>') ? id : tag];
  });
  return remove(['image', 'rm', '--force'], unwanted ?? null) && containersGone;
}

// ------------------------------------------------------------------------------------------------------------ commands

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `docker` and waits for its end, whatever that is. */
export async function docker(args: readonly string[], control: Control = {}, onError?: (text: string) => void): Promise<Run> {
  return start(args, control, onError === undefined ? {} : { onError });
}

async function dockerOrThrow(args: readonly string[], control: Control): Promise<string> {
  const run = await docker(args, control);
  if (run.status !== 0) throw failed(args, run.stderr);
  return run.stdout;
}

function failed(args: readonly string[], stderr: string): VerifyError {
  return new VerifyError(isDiskFull(stderr) ? 'disk-full' : 'engine-failed', `docker ${args.join(' ')}: ${lastLine(stderr)}`);
}

export function isDiskFull(log: string): boolean {
  return /no space left on device|not enough space on the disk|disk quota exceeded/i.test(log);
}

interface Streams {
  /** Takes standard output instead of its being kept. */
  readonly onOutput?: (stream: AsyncIterable<Buffer>) => Promise<void>;
  /** Takes the text of standard error instead of its being kept. */
  readonly onError?: (text: string) => void;
}

const running = new Set<ChildProcess>();

/** Milliseconds from the wish that a command ends to its being killed. */
const grace = 10_000;

async function start(args: readonly string[], { signal, timeoutSeconds }: Control, { onOutput, onError }: Streams): Promise<Run & { readonly failure: Error | null }> {
  signal?.throwIfAborted();
  const deadline = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
  // In a group of its own: docker starts plugins, which have to end with it; and Ctrl-C reaches it through dockfix only.
  const child = spawn('docker', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  running.add(child);
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killGroup(child, 'SIGTERM');
    killer ??= setTimeout(() => killGroup(child, 'SIGKILL'), grace);
  };
  signal?.addEventListener('abort', stop);
  deadline?.addEventListener('abort', stop);
  try {
    const status = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    let failure: Error | null = null;
    const output = onOutput === undefined ? textOf(child.stdout) : onOutput(child.stdout).then(() => '').catch((error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error));
      stop();
      return '';
    });
    const [code, stdout, stderr] = await Promise.all([status, output, textOf(child.stderr, onError)]);
    signal?.throwIfAborted();
    if (deadline?.aborted && code !== 0) throw new VerifyError('timeout', `docker ${args.slice(0, 2).join(' ')} took longer than ${timeoutSeconds} s`);
    return { status: code, stdout, stderr, failure };
  } catch (error) {
    throw isMissing(error) ? notInstalled() : error;
  } finally {
    running.delete(child);
    clearTimeout(killer);
    signal?.removeEventListener('abort', stop);
    deadline?.removeEventListener('abort', stop);
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended meanwhile.
  }
}

async function textOf(stream: AsyncIterable<Buffer>, take?: (text: string) => void): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const parts: string[] = [];
  const add = take ?? ((text: string): unknown => parts.push(text));
  for await (const chunk of stream) add(decoder.write(chunk));
  add(decoder.end());
  return parts.join('');
}
