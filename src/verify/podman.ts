/**
 * Podman and Buildah: both build with Buildah's builder, say the same of it, and keep images in the same way. There is no
 * engine in the background: where a build is ended from outside, its containers and temporary directories are left over.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { readArchive, readLayers } from './archive.ts';
import type { Workplace } from './buildah-progress.ts';
import { buildahReader } from './buildah-progress.ts';
import { hostname, inTime, runInContainer } from './container.ts';
import { removeDirectory } from './copy.ts';
import type { BuildRequest, BuildResult, CommandRequest, Engine } from './engine.ts';
import { notRemoved } from './engine.ts';
import { VerifyError } from './fault.ts';
import type { CommandRun } from './outputs.ts';
import type { Control } from './program.ts';
import { capture, isMissing, killAll, lastLine, nothing, notInstalled, read, removalSeconds, removeForNow, run, runNow, runOrThrow } from './program.ts';
import { textCollector } from './texts.ts';

/** Where the two command lines are not the same. */
interface Dialect {
  readonly program: 'podman' | 'buildah';
  /** A program and its arguments that write an image as an archive to standard output. */
  readonly save: (image: string) => readonly [program: string, ...args: readonly string[]];
  /** Lists the ids of all containers, also of those that builds work in. */
  readonly containers: readonly string[];
  readonly removeContainers: readonly string[];
  /** Runs a command in a container, of which `onMade` hears the id. */
  readonly runCommand: (request: CommandRequest, control: Control, onMade: (id: string) => void) => Promise<CommandRun>;
}

export const podman: Engine = engineOf({
  program: 'podman',
  save: (image) => ['podman', 'image', 'save', '--quiet', image],
  containers: ['ps', '--all', '--external', '--quiet', '--no-trunc'],
  removeContainers: ['rm', '--force'],
  // Written as JSON: a text would be split at spaces.
  runCommand: ({ image, words: [first, ...others] }, control, onMade) => runInContainer('podman', [`--entrypoint=${JSON.stringify([first])}`, image, ...others], control, onMade),
});

export const buildah: Engine = engineOf({
  program: 'buildah',
  // It opens its standard output by name, which has to be a pipe, and no socket as Node.js has it. A failure is a broken archive.
  save: (image) => ['sh', '-c', 'buildah push --quiet "$0" docker-archive:/dev/stdout | cat', image],
  containers: ['containers', '--all', '--quiet', '--notruncate'],
  removeContainers: ['rm'],
  runCommand: runWithBuildah,
});

function engineOf(dialect: Dialect): Engine {
  const { program, save, runCommand } = dialect;
  /** Of builds that have not come to their end by themselves. */
  const left = new Set<Workplace>();
  return {
    version: () => version(program),
    // So is an image called that has no registry.
    tagFor: (name) => `localhost/${name}`,
    build: (request, control = {}) => withoutMishap(() => build(program, request, control, left)),
    readImage(image, control = {}) {
      const [writer, ...args] = save(image);
      return read(writer, args, control, readArchive);
    },
    async readTexts(image, files, control = {}) {
      const [writer, ...args] = save(image);
      const { open, texts } = textCollector(files);
      return read(writer, args, control, async (stream) => {
        await readLayers(stream, open);
        return texts;
      });
    },
    async runCommand(request, control = {}) {
      const workplace: Workplace = { containers: new Set(), directories: new Set() };
      left.add(workplace);
      const ended = await runCommand(request, control, (id) => workplace.containers.add(id));
      left.delete(workplace);
      return ended;
    },
    async removeTags(tags) {
      if (tags.length > 0) await removeForNow(program, ['rmi', '--force', ...tags]);
    },
    removeLabelled(label, keep) {
      killAll();
      const goesOn = left.size > 0 && isRemote(program);
      // Directories after the containers that are mounted there.
      const areGone = [removeContainers(dialect, new Set([...left].flatMap(({ containers }) => [...containers]))), ...[...left].flatMap(({ directories }) => [...directories]).map(removeTemporary)];
      left.clear();
      if (!removeImages(program, label, keep) || !areGone.every((isGone) => isGone)) return notRemoved(label);
      return goesOn ? `a build that was ended goes on at the remote ${program} to the end of its step, which then removes its container` : null;
    },
    ownIgnoreFile: '.containerignore',
    adviceFor: (log) => (isUnknown(log) ? `${program} does not know all that BuildKit knows: a newer one may build this (here-documents, flags of COPY and RUN), --engine docker does` : null),
    // The layers that it keeps have the label, too, and are removed.
    aboutCache: `what RUN --mount=type=cache holds is left to ${program}`,
  };
}

/** Buildah makes a container that holds nothing but files, and runs commands in it, one at a time. */
async function runWithBuildah({ image, words }: CommandRequest, control: Control, onMade: (id: string) => void): Promise<CommandRun> {
  const name = (await runOrThrow('buildah', ['from', '--pull=false', image], control)).trim();
  onMade((await runOrThrow('buildah', ['inspect', '--format', '{{.ContainerID}}', name], control)).trim());
  try {
    const ended = await inTime(() => capture('buildah', ['run', '--network=none', `--hostname=${hostname}`, name, '--', ...words], control));
    return ended ?? { exitCode: null, stdout: nothing, stderr: nothing };
  } finally {
    await removeForNow('buildah', ['rm', name]);
  }
}

/** Does the builder not understand the Dockerfile? It takes the lines of a here-document for instructions. */
function isUnknown(log: string): boolean {
  return /Unknown instruction: "|\b(?:COPY|ADD|RUN|FROM) only supports the --|stat: "\/<</.test(log);
}

/** Is the engine another process, which says nothing of its containers and goes on without its client? */
function isRemote(program: string): boolean {
  return program === 'podman' && runNow(program, ['info', '--format={{.Host.ServiceIsRemote}}']).stdout.trim() === 'true';
}

function version(program: string): string {
  for (const args of [['info'], ['--version']]) {
    const { status, stdout, stderr, error } = runNow(program, args);
    if (isMissing(error)) throw notInstalled(program);
    if (status !== 0) throw new VerifyError('no-engine', `${program} does not work: \`${program} ${args.join(' ')}\` failed: ${error?.message ?? lastLine(stderr)}`);
    if (args[0] === '--version') return `${program} ${/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim()}`;
  }
  return program;
}

/**
 * To isolate a command without a runtime the program starts itself from a sealed copy, of which the kernel now and then
 * says that it is in use. The Dockerfile is not to blame, and the next attempt does not meet it.
 */
async function withoutMishap(start: () => Promise<BuildResult>, attempts = 3): Promise<BuildResult> {
  const result = await start();
  return result.ok || attempts === 1 || !/sealing memfd copy: Device or resource busy/.test(result.log) ? result : withoutMishap(start, attempts - 1);
}

async function build(program: string, request: BuildRequest, control: Control, left: Set<Workplace>): Promise<BuildResult> {
  const workplace: Workplace = { containers: new Set(), directories: new Set() };
  left.add(workplace);
  const progress = buildahReader(Object.keys(request.labels ?? {}), workplace, request.onStep);
  const started = performance.now();
  const { status } = await run(program, [...buildArguments(request), request.context], control, { onOutput: progress.takeOutput, onError: progress.takeError });
  const seconds = (performance.now() - started) / 1000;
  // Also a build that fails removes what it made for itself; of one that was ended nobody comes here.
  left.delete(workplace);
  const ok = status === 0;
  return { ok, ...progress.result(), seconds, imageId: ok ? (await readFile(request.idFile, 'utf8')).trim() : null };
}

function buildArguments(request: BuildRequest): readonly string[] {
  const { tag, dockerfile, ignoreFile = null, idFile, labels = {}, target, args = new Map<string, null>(), platform, secrets = [], network, noCache } = request;
  return [
    // It names the containers of the build.
    '--log-level=debug',
    'build',
    // Otherwise the image has no SHELL and no HEALTHCHECK.
    '--format=docker',
    '--layers=true',
    '--pull=false',
    `--tag=${tag}`,
    `--file=${dockerfile}`,
    `--iidfile=${idFile}`,
    ...(ignoreFile === null ? [] : [`--ignorefile=${ignoreFile}`]),
    ...Object.entries(labels).map(([name, value]) => `--label=${name}=${value}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...[...args].map(([name, value]) => `--build-arg=${value === null ? name : `${name}=${value}`}`),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    ...secrets.map((secret) => `--secret=${secret}`),
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...(noCache === true ? ['--no-cache'] : []),
  ];
}

// -------------------------------------------------------------------------------------------------------------- remove

function removeContainers({ program, containers, removeContainers: remove }: Dialect, ids: ReadonlySet<string>): boolean {
  if (ids.size === 0) return true;
  const there = listed(program, containers)?.filter((id) => ids.has(id));
  return there !== undefined && (there.length === 0 || runNow(program, [...remove, ...there], removalSeconds).status === 0);
}

/** Not where something is mounted in it, which would be emptied. */
function removeTemporary(directory: string): boolean {
  if (!existsSync(directory)) return true;
  if (readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${directory}/`)) return false;
  removeDirectory(directory);
  return true;
}

function removeImages(program: string, label: string, keep: readonly string[]): boolean {
  const name = program === 'podman' ? '{{.Repository}}' : '{{.Name}}';
  const images = listed(program, ['images', '--all', '--no-trunc', '--filter', `label=${label}`, '--format', `{{.ID}} ${name}:{{.Tag}}`]);
  if (images === null) return false;
  const kept = new Set(images.flatMap((line) => (keep.some((tag) => line.endsWith(` ${tag}`)) ? [idOf(line)] : [])));
  const unwanted = new Set(images.map(idOf).filter((id) => !kept.has(id)));
  if (unwanted.size === 0) return true;
  const { status } = runNow(program, ['rmi', '--force', ...unwanted], removalSeconds);
  // What the images that stay were made from stays with them.
  return status === 0 || kept.size > 0;
}

function idOf(line: string): string {
  return line.slice(0, line.indexOf(' '));
}

function listed(program: string, args: readonly string[]): readonly string[] | null {
  const { status, stdout } = runNow(program, args);
  return status === 0 ? stdout.split('\n').filter((line) => line !== '') : null;
}
