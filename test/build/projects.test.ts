/**
 * Small projects, built on a real engine before and after the rewrite: the images have the same files (content, mode,
 * owner) and the same configuration, but for what two cold builds of the original differ in and what the claims name;
 * and after a change of one file BuildKit takes those steps from its cache that the model says it takes.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineAvailable, removeImages } from '../support/engine.ts';
import { checkProject } from './projects/check.ts';
import type { CheckedProject } from './projects/check.ts';
import { copyProjects } from './projects/copies.ts';
import { managerProjects } from './projects/managers.ts';
import { pipProjects } from './projects/pip.ts';
import { stageProjects } from './projects/stages.ts';

const projects = [...pipProjects, ...copyProjects, ...stageProjects, ...managerProjects];

interface KnownDisagreement {
  readonly project: string;
  /** The disagreement as it is reported, or `outcome: …`. */
  readonly what: string;
  readonly because: string;
}

/** Where the model and the engine are known to disagree. An entry that is no longer true fails its test. */
const known: readonly KnownDisagreement[] = [
  { project: 'copy-of-a-tool-before-the-source', what: 'outcome: ignore file', because: 'split-copy sinks the copy that brings the tool with the source' },
  { project: 'pdm-sync-with-project', what: 'outcome: ignore file', because: 'a __pypackages__ may lie in the context, and the dockerignore transform does not hide it' },
];

const checked: CheckedProject[] = [];

beforeAll(() => {
  engineAvailable();
});

afterAll(async () => {
  await removeImages('dockfix-test-projects');
  const sum = (count: (one: CheckedProject) => number): number => checked.reduce((total, one) => total + count(one), 0);
  process.stdout.write(
    `projects: ${checked.length} built, ${sum((one) => one.images)} pairs of images with ${sum((one) => one.files)} files compared, ` +
      `${sum((one) => one.predictions)} steps predicted, ${sum((one) => one.unknown)} left open\n`,
  );
});

test('there are enough projects, and each has a name of its own', () => {
  const names = projects.map((one) => one.name);
  expect(known.filter((one) => !names.includes(one.project))).toEqual([]);
  expect(new Set(names).size).toBe(projects.length);
  expect(projects.filter((one) => one.outcome !== 'left alone').length).toBeGreaterThanOrEqual(45);
  expect(projects.filter((one) => one.outcome === 'rewritten').length).toBeGreaterThanOrEqual(40);
});

describe('built before and after', () => {
  // At most two at a time (`maxConcurrency`): they keep two cores busy.
  test.concurrent.for(projects)('$name', async (project) => {
    const result = await checkProject(project);
    checked.push(result);
    const outcome = result.outcome === project.outcome ? [] : [`outcome: ${result.outcome}`];
    const expected = known.filter((one) => one.project === project.name).map((one) => one.what);
    const found = [...outcome, ...result.disagreements];
    // The refusals are shown where a project is not rewritten, because they say why.
    const shown = outcome.length > 0 && expected.length === 0 ? [...found, ...result.refusals] : found;
    expect(shown.sort()).toEqual(expected.sort());
  });
});
