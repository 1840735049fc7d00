/** A Docker Engine with BuildKit, through the `docker` command line, so that DOCKER_HOST and contexts are followed. */
import { runInContainer } from './container.ts';
import type { BuildRequest, BuildResult, CommandRequest, Engine } from './engine.ts';
import { notRemoved } from './engine.ts';
import { VerifyError } from './fault.ts';
import type { BuiltImage, ImageConfig, ImageFile, WrittenImage } from './image.ts';
import { addTarEntry, configOf } from './image.ts';
import type { CommandRun } from './outputs.ts';
import type { Control } from './program.ts';
import { isMissing, killAll, lastLine, notInstalled, read, removalSeconds, removeForNow, run, runNow, runOrThrow } from './program.ts';
import { progressReader } from './progress.ts';
import { readTar } from './tar.ts';
import { textCollector } from './texts.ts';

export const docker: Engine = {
  version,
  tagFor: (name) => name,
  build: buildImage,
  readImage,
  readTexts,
  runCommand,
  removeTags,
  removeLabelled,
  ownIgnoreFile: null,
  adviceFor: () => null,
  aboutCache: 'the build cache is left to the engine (docker builder prune empties it)',
};

// --------------------------------------------------------------------------------------------------------------- there

function version(): string {
  const { engine, buildx } = dockerVersions();
  // Podman answers to the name of docker, but has another builder behind it.
  if (!buildx.includes('buildx')) throw new VerifyError('no-engine', `docker buildx is that of another engine (${buildx}): BuildKit is needed (or --engine podman)`);
  const [, minor] = /\bv?0\.(\d+)\.\d/.exec(buildx) ?? [];
  if (minor !== undefined && Number(minor) < 13) throw new VerifyError('no-engine', `docker buildx is too old (${buildx}): 0.13 or later is needed`);
  return `docker ${engine}`;
}

/** The versions of engine and builder. Throws, naming DOCKER_HOST, when no engine answers or BuildKit's client is not installed. */
export function dockerVersions(): { readonly engine: string; readonly buildx: string } {
  return { engine: ask(['version', '--format', '{{.Server.Version}}']), buildx: ask(['buildx', 'version']) };
}

function ask(args: readonly string[]): string {
  const { status, stdout, stderr, error } = runNow('docker', args);
  if (status === 0) return stdout.trim();
  if (isMissing(error)) throw notInstalled('docker');
  const where = process.env['DOCKER_HOST'] ?? 'not set, so docker’s own choice was tried';
  const because = error?.message ?? lastLine(stderr);
  throw new VerifyError('no-engine', `no Docker Engine with BuildKit answers: \`docker ${args.join(' ')}\` failed (DOCKER_HOST: ${where}): ${because}`);
}

// -------------------------------------------------------------------------------------------------------------- builds

/** What only the tests ask of it. */
export interface DockerBuildRequest extends BuildRequest {
  /** Stages to run anew while the others may come from the cache. */
  readonly noCacheStages?: readonly string[];
}

export async function buildImage(request: DockerBuildRequest, control: Control = {}): Promise<BuildResult> {
  const progress = progressReader(request.onStep);
  const started = performance.now();
  const { status } = await run('docker', [...buildArguments(request), request.context], control, { onError: progress.take });
  const seconds = (performance.now() - started) / 1000;
  const ok = status === 0;
  return { ok, ...progress.result(), seconds, imageId: ok ? await idOf(request.tag, control) : null };
}

/** Asked of the engine: the client writes the digest of the configuration, by which only one of its two image stores knows an image. */
async function idOf(tag: string, control: Control): Promise<string> {
  return (await inspect(tag, '{{.Id}}', control)).trim();
}

function buildArguments(request: DockerBuildRequest): readonly string[] {
  const { tag, dockerfile, labels = {}, target, args = new Map<string, null>(), platform, secrets = [], network, noCache, noCacheStages = [] } = request;
  return [
    'buildx',
    'build',
    '--progress=rawjson',
    '--load',
    '--provenance=false',
    '--pull=false',
    `--tag=${tag}`,
    `--file=${dockerfile}`,
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

export async function readImage(image: string, control: Control = {}): Promise<BuiltImage> {
  return { files: await imageFiles(image, control), config: await imageConfig(image, control), bytes: Number(await inspect(image, '{{.Size}}', control)) };
}

/**
 * The file tree of an image, all layers applied, by absolute path. Read from `docker export` of a container that is
 * never started, so it is what a container would see: whiteouts are applied, and a declared volume's directory exists.
 */
export async function imageFiles(image: string, control: Control = {}): Promise<Map<string, ImageFile>> {
  return exported(image, control, exportedFiles);
}

/** Lets something read the file tree of an image as an archive. */
async function exported<Result>(image: string, control: Control, reader: (stream: AsyncIterable<Buffer>) => Promise<Result>): Promise<Result> {
  // The command is never run; an image without CMD cannot become a container without one.
  const container = (await runOrThrow('docker', ['create', '--network=none', image, 'none'], control)).trim();
  try {
    return await read('docker', ['export', container], control, reader);
  } finally {
    await removeForNow('docker', ['rm', '--force', '--volumes', container]);
  }
}

function readTexts(image: string, files: ReadonlyMap<string, string>, control: Control = {}): Promise<ReadonlyMap<string, Buffer>> {
  const { open, texts } = textCollector(files);
  return exported(image, control, async (stream) => {
    await readTar(stream, () => undefined, open);
    return texts;
  });
}

/** A container has the labels of its image, and goes with them where this is interrupted. */
function runCommand({ image, words: [first, ...others], platform }: CommandRequest, control: Control = {}): Promise<CommandRun> {
  const options = [...(platform === null ? [] : [`--platform=${platform}`]), `--entrypoint=${first}`];
  return runInContainer('docker', [...options, image, ...others], control);
}

async function exportedFiles(stream: AsyncIterable<Buffer>): Promise<Map<string, ImageFile>> {
  const files = new Map<string, ImageFile>();
  await readTar(stream, (entry) => addTarEntry(files, entry));
  for (const path of filesOfContainers) files.delete(path);
  return files;
}

export async function imageConfig(image: string, control: Control = {}): Promise<ImageConfig> {
  const format = '{"os":{{json .Os}},"architecture":{{json .Architecture}},"config":{{json .Config}}}';
  return configOf(JSON.parse(await inspect(image, format, control)) as WrittenImage);
}

function inspect(image: string, format: string, control: Control): Promise<string> {
  return runOrThrow('docker', ['image', 'inspect', '--format', format, image], control);
}

// -------------------------------------------------------------------------------------------------------------- remove

async function removeTags(tags: readonly string[]): Promise<void> {
  if (tags.length > 0) await removeForNow('docker', ['image', 'rm', '--force', ...tags]);
}

function removeLabelled(label: string, keep: readonly string[]): string | null {
  killAll();
  const list = (args: readonly string[]): readonly string[] | null => {
    const { status, stdout } = runNow('docker', [...args, '--filter', `label=${label}`]);
    return status === 0 ? [...new Set(stdout.split('\n').filter((line) => line !== ''))] : null;
  };
  const remove = (args: readonly string[], ids: readonly string[] | null): boolean => ids !== null && (ids.length === 0 || runNow('docker', [...args, ...ids], removalSeconds).status === 0);
  const containersGone = remove(['rm', '--force', '--volumes'], list(['ps', '--all', '--quiet']));
  const images = list(['image', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}']);
  const unwanted = images?.flatMap((line) => {
    const [id = '', tag = ''] = line.split(' ');
    return keep.includes(tag) ? [] : [tag.includes('<none>') ? id : tag];
  });
  return remove(['image', 'rm', '--force'], unwanted ?? null) && containersGone ? null : notRemoved(label);
}
