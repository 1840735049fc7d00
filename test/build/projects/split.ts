/** Projects that are built as they are and as split-copy rewrites them. */
import { rm } from 'node:fs/promises';

import { splitCopy } from '../../../transforms/split-copy.ts';
import { isCache } from '../../../src/verify/expected.ts';
import type { Difference, Image } from '../../support/engine.ts';
import { build, compareImages, noiseOf, readImage, writeProject } from '../../support/engine.ts';
import { runFixture } from '../../support/run-fixture.ts';

type Files = Readonly<Record<string, string>>;

export interface Project {
  /** The name under which images are kept. */
  readonly images: string;
  readonly files: Files;
  /** Stages that are compared; the last stage where none is named. */
  readonly targets?: readonly string[];
  /** A file of the source that is changed, and what is added to it. */
  readonly change: readonly [path: string, text: string];
  /** What the step of the install is called; it is in the first of these stages. */
  readonly install: string;
}

export interface Split {
  readonly rewritten: string;
  /** But for what two builds of the original differ in, and for caches. */
  readonly differences: readonly Difference[];
  /** Does the install of the rewritten Dockerfile stay cached when the source changes? */
  readonly isCached: boolean;
}

export async function splitOf({ images, files, targets, change: [path, text], install }: Project): Promise<Split> {
  const run = await runFixture(files, [splitCopy], { options: new Map(), untracked: [], utf16: [] });
  const rewritten = { ...files, Dockerfile: run.changes.get('Dockerfile') ?? '' };
  return inFolders([files, rewritten, { ...rewritten, [path]: `${files[path] ?? ''}${text}` }], async ([before = '', after = '', changed = '']) => {
    const differences: Difference[] = [];
    for (const target of targets ?? [undefined]) {
      const original = await image(before, `${images}:before`, target);
      const noise = noiseOf(original, await image(before, `${images}:again`, target));
      differences.push(...compareImages(original, await image(after, `${images}:after`, target), noise));
    }
    const { steps } = await build(changed, { tag: `${images}:changed`, ...ofTarget(targets?.[0]) });
    return { rewritten: rewritten.Dockerfile, differences: differences.filter((difference) => !isCache(difference.path)), isCached: steps.find(({ name }) => name.includes(install))?.cached === true };
  });
}

async function inFolders<Result>(projects: readonly Files[], work: (folders: readonly string[]) => Promise<Result>): Promise<Result> {
  const folders = await Promise.all(projects.map(writeProject));
  try {
    return await work(folders);
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

async function image(folder: string, tag: string, target: string | undefined): Promise<Image> {
  const { imageId, log } = await build(folder, { tag, ...ofTarget(target), noCache: true });
  if (imageId === null) throw new Error(`the build failed:\n${log}`);
  return readImage(imageId);
}

function ofTarget(target: string | undefined): { readonly target?: string } {
  return target === undefined ? {} : { target };
}
