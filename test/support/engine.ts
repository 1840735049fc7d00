/**
 * A real Docker Engine for tests: builds with BuildKit, the file tree and configuration of the image that comes out,
 * and what differs between two images. Most of it is what `dockfix verify` uses.
 *
 * Measured on two cores with a base image of 650 MB: a cold build that installs two packages takes 1.2 s, a build that
 * is wholly cached 0.1 s, reading an image 1.5 s (`docker image save` takes 4.5 s for the same image).
 */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { buildImage, dockerVersions } from '../../src/verify/docker.ts';
import type { BuildResult } from '../../src/verify/engine.ts';
import { run } from '../../src/verify/program.ts';

export { imageConfig, imageFiles, readImage } from '../../src/verify/docker.ts';
export type { BuildResult } from '../../src/verify/engine.ts';
export { compareImages, noiseOf } from '../../src/verify/image.ts';
export type { Difference, Image, ImageFile } from '../../src/verify/image.ts';
export type { BuildStep } from '../../src/verify/progress.ts';

export interface BuildOptions {
  /** Relative to the directory; `Dockerfile` by default. */
  readonly dockerfile?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly tag: string;
  /** Runs every step anew; see `BuildRequest`. */
  readonly noCache?: boolean;
  /** Stages to run anew while the others may come from the cache. */
  readonly noCacheStages?: readonly string[];
  /**
   * No other build of this process runs meanwhile. BuildKit joins equal steps of builds that run side by side, and reports
   * such a step to each of them as it went for one of them.
   */
  readonly alone?: boolean;
}

/** The versions of engine and builder. Throws where there is none: tests against the engine fail then; they never pass by being skipped. */
export const engineAvailable = dockerVersions;

/**
 * Builds a directory and loads the image. A failed build is a result (`ok: false`, the reason at the end of `log`),
 * not an exception. RUN steps use the host's network, so that engines without a bridge can build as well.
 */
export async function build(directory: string, { alone = false, ...options }: BuildOptions): Promise<BuildResult> {
  const before = alone ? Promise.allSettled(underWay) : lonely;
  const result = before.then(() => buildNow(directory, options));
  const done = result.then(
    () => undefined,
    () => undefined,
  );
  underWay.add(done);
  if (alone) lonely = done;
  await done;
  underWay.delete(done);
  return result;
}

/** Builds that have begun or wait, and the last one that runs alone. They never reject. */
const underWay = new Set<Promise<void>>();
let lonely: Promise<void> = Promise.resolve();

async function buildNow(directory: string, options: Omit<BuildOptions, 'alone'>): Promise<BuildResult> {
  const { dockerfile = 'Dockerfile', args = {}, ...others } = options;
  const scratch = await mkdtemp(join(tmpdir(), 'dockfix-build-'));
  try {
    const result = await buildImage({ ...others, context: directory, dockerfile: join(directory, dockerfile), idFile: join(scratch, 'image-id'), args: new Map(Object.entries(args)), network: 'host' });
    if (result.imageId !== null) builtUnder.set(options.tag, (builtUnder.get(options.tag) ?? new Set()).add(result.imageId));
    return result;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function dockerOrThrow(args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run('docker', args);
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

/** Ids of the images that this process built, by tag: an image loses its tag when another is built under it. */
const builtUnder = new Map<string, Set<string>>();

/**
 * Removes the images of a repository and of those below it (`a` holds `a:1` and `a/b:1`, not `ab:1`), also those that lost
 * their tag to another since they were built here.
 */
export async function removeImages(repository: string): Promise<void> {
  const isOf = (tag: string): boolean => tag.startsWith(`${repository}:`) || tag.startsWith(`${repository}/`);
  const listed = await dockerOrThrow(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  const tags = listed.split('\n').filter(isOf);
  if (tags.length > 0) await dockerOrThrow(['image', 'rm', '--force', ...tags]);
  const built = new Set([...builtUnder].flatMap(([tag, ids]) => (isOf(tag) ? [...ids] : [])));
  const untagged = (await dockerOrThrow(['image', 'ls', '--quiet', '--no-trunc', '--filter', 'dangling=true'])).split('\n').filter((id) => built.has(id));
  if (untagged.length > 0) await run('docker', ['image', 'rm', ...untagged]);
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
