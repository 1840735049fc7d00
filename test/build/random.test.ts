/**
 * Projects made at random, built on a real engine before and after the rewrite: the images have the same files and the
 * same configuration, and BuildKit takes those steps from its cache that the model says it takes. The same projects in
 * each run; `DOCKFIX_RANDOM_SEEDS=1000-1400` builds others.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineAvailable, removeImages } from '../support/engine.ts';
import { checkProject, isRewritten, OriginalDoesNotBuild } from './projects/check.ts';
import { buildGoBase, goImages } from './projects/go-base.ts';
import type { BuildProject } from './projects/project.ts';
import { buildRubyBase, rubyImages } from './projects/ruby-base.ts';
import { randomBundlerProject } from './random/bundler.ts';
import { randomGoProject } from './random/go.ts';
import { randomNpmProject } from './random/npm.ts';
import { randomPipProject } from './random/pip.ts';

const [from, to] = seedsAskedFor() ?? [0, 24];
const seeds = Array.from({ length: to - from }, (_, index) => from + index);
const made = [...seeds.map(randomPipProject), ...seeds.map(randomNpmProject), ...seeds.map(randomGoProject), ...seeds.map(randomBundlerProject)];
const projects = await rewrittenOf(made);
let built = 0;

/** Those of which dockfix changes the Dockerfile. */
async function rewrittenOf(all: readonly BuildProject[]): Promise<readonly BuildProject[]> {
  const areRewritten = await Promise.all(all.map(isRewritten));
  return all.filter((_, index) => areRewritten[index]);
}

/** The first and the one after the last; null if nothing is asked for. */
function seedsAskedFor(): readonly [number, number] | null {
  const asked = process.env['DOCKFIX_RANDOM_SEEDS'];
  if (asked === undefined) return null;
  const match = /^(\d+)-(\d+)$/.exec(asked);
  if (!match) throw new Error(`DOCKFIX_RANDOM_SEEDS is ${asked}, not two numbers as in 1000-1400`);
  return [Number(match[1]), Number(match[2])];
}

beforeAll(async () => {
  engineAvailable();
  await buildGoBase();
  await buildRubyBase();
});

afterAll(async () => {
  await removeImages('dockfix-test-projects');
  await removeImages(goImages);
  await removeImages(rubyImages);
  process.stdout.write(`random projects: ${made.length} made, ${projects.length} rewritten, ${built} of them built\n`);
});

test.concurrent.for(projects)('$name', async (project, { skip }) => {
  const disagreements = await disagreementsOf(project);
  if (disagreements === null) return skip('it does not build as it is');
  built += 1;
  expect(disagreements, String(project.files['Dockerfile'])).toEqual([]);
});

test('a good part of them is rewritten, and a good part of those can be built', () => {
  expect(projects.length).toBeGreaterThanOrEqual(made.length * 0.2);
  expect(built).toBeGreaterThanOrEqual(projects.length * 0.5);
});

/** Null if it does not build as it is: what was made at random may fail. What dockfix makes of it has to build. */
async function disagreementsOf(project: BuildProject): Promise<readonly string[] | null> {
  try {
    const { disagreements } = await checkProject(project);
    if (disagreements.length === 0) return [];
    // What a command made at random differs in from build to build may not have shown in two; what is wrong is so again.
    const again = (await checkProject(project)).disagreements;
    return disagreements.filter((one) => again.includes(one));
  } catch (error) {
    if (error instanceof OriginalDoesNotBuild) return null;
    throw error;
  }
}
