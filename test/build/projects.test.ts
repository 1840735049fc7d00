/**
 * Small projects, built on a real engine before and after the rewrite: the images have the same files (content, mode,
 * owner) and the same configuration, but for what two cold builds of the original differ in and what the claims name;
 * and after a change of one file BuildKit takes those steps from its cache that the model says it takes.
 */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, engineAvailable, readImage, removeImages, writeProject } from '../support/engine.ts';
import { checkProject } from './projects/check.ts';
import type { CheckedProject } from './projects/check.ts';
import { copyProjects } from './projects/copies.ts';
import { readAboveBase } from './projects/image-above-base.ts';
import { folderProjects } from './projects/folders.ts';
import { managerProjects } from './projects/managers.ts';
import { pipProjects } from './projects/pip.ts';
import { appSource, lines, requirements } from './projects/project.ts';
import { stageProjects } from './projects/stages.ts';

const projects = [...pipProjects, ...copyProjects, ...stageProjects, ...managerProjects, ...folderProjects];

interface KnownDisagreement {
  readonly project: string;
  /** The disagreement as it is reported, or `outcome: …`. */
  readonly what: string;
  readonly because: string;
}

/** Where the model and the engine are known to disagree. An entry that is no longer true fails its test. */
const known: readonly KnownDisagreement[] = [];

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

describe('the check itself', () => {
  const dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'ENV MODE=slow', 'CMD ["python", "app.py"]');
  const files = { Dockerfile: dockerfile, 'requirements.txt': requirements('the check itself', 'xmltodict'), 'app.py': appSource, '.dockerignore': 'Dockerfile\n' };

  test('a rewrite with other content, mode, owner, files, configuration, or without gain is seen', async () => {
    const wrong = dockerfile
      .replace('COPY . .', 'COPY --chown=7:7 . .')
      .replace('ENV MODE=slow', 'RUN echo more >> app.py && chmod 600 requirements.txt && touch /added && rm -r /usr/local/lib/python3.11/site-packages/xmltodict.py\nENV MODE=fast');
    const { disagreements } = await checkProject({ name: 'the-check-itself', outcome: 'rewritten', files, changes: ['app.py'] }, new Map([['Dockerfile', wrong]]));
    expect(disagreements).toEqual([
      'image: added /added (file 0644 0:0)',
      'image: owner /app/.dockerignore (0:0 -> 7:7)',
      'image: content /app/app.py',
      'image: owner /app/app.py (0:0 -> 7:7)',
      'image: mode /app/requirements.txt (0644 -> 0600)',
      'image: owner /app/requirements.txt (0:0 -> 7:7)',
      'image: missing /usr/local/lib/python3.11/site-packages/xmltodict.py (file 0644 0:0)',
      'image: config env.MODE ("slow" -> "fast")',
      'after a change of app.py the original ran 1 installs, the rewritten one 1',
    ]);
  });

  test('a file that the ignore file hides is missed unless a claim names it', async () => {
    const hiding = new Map([['.dockerignore', 'Dockerfile\napp.py\n']]);
    const { disagreements } = await checkProject({ name: 'the-check-itself', outcome: 'ignore file', files, changes: ['requirements.txt'] }, hiding);
    expect(disagreements).toEqual(['image: missing /app/app.py (file 0644 0:0)']);
  });

  test('what is read above the base is what a whole export holds', async () => {
    const directory = await writeProject({
      Dockerfile: lines(
        'FROM python:3.11-slim',
        'COPY . /srv',
        'RUN useradd app && chown -R app /srv && chmod 4750 /srv/run.sh && rm -r /usr/local/lib/python3.11/wsgiref && ln -s /srv /link',
        'VOLUME /srv/data',
        'USER app',
        'ENTRYPOINT ["false"]',
      ),
      'run.sh': '#!/bin/sh\n',
      'data/a': 'a\n',
      'to-nowhere': { link: 'nowhere' },
    });
    const built = await build(directory, { tag: 'dockfix-test-projects:reading' });
    await rm(directory, { recursive: true });
    const whole = await readImage(built.imageId ?? built.log);
    const quick = await readAboveBase(built.imageId ?? built.log);
    expect([...quick.files.keys()].sort()).toEqual([...whole.files.keys()].filter((path) => !/^\/(?:dev|proc|sys)(?:\/|$)/.test(path)).sort());
    const differing = [...quick.files.values()].filter((file) => {
      const other = whole.files.get(file.path);
      return other === undefined || other.type !== file.type || other.mode !== file.mode || other.uid !== file.uid || other.gid !== file.gid || other.hash !== file.hash;
    });
    expect(differing).toEqual([]);
    expect(quick.config).toEqual(whole.config);
  });
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
