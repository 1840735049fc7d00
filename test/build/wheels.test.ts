import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { wheelPackages } from '../../transforms/wheel-packages.ts';
import type { BuildResult, Difference } from '../support/engine.ts';
import { build, compareImages, engineAvailable, readImage, removeImages, writeProject } from '../support/engine.ts';
import { runFixture } from '../support/run-fixture.ts';

/**
 * Projects that copy site-packages, built as they are and as wheel-packages rewrites them. What may differ is what the
 * claims say: console scripts come, and where all wheels are named pip notes for each package where it came from.
 *
 * The base image of the tests has a /wheels of its own (it stands for the index), so the rewritten files use another
 * directory, which then holds nothing but what `pip wheel` put there.
 */
const prefix = 'dockfix-test-wheels';
const packages = '/usr/local/lib/python3.11/site-packages';
const directory = '/opt/wheels';
const projects: string[] = [];

interface Project {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly targets?: readonly string[];
  /** Commands that work in the rewritten image. */
  readonly runs: readonly (readonly string[])[];
  /** Console scripts that the original image lacks. */
  readonly scripts: readonly string[];
  /** Are all wheels named, instead of asked for by the requirements? */
  readonly named?: boolean;
}

const builder = (...lines: readonly string[]): string => ['FROM python:3.11-slim AS builder', 'WORKDIR /app', ...lines, ''].join('\n');

const cases: readonly Project[] = [
  {
    name: 'site-packages only',
    files: {
      'requirements.txt': 'flask\n',
      'app.py': 'import flask\nprint("app", flask.__name__)\n',
      Dockerfile: `${builder('COPY requirements.txt .', 'RUN pip install --no-cache-dir -r requirements.txt')}
FROM python:3.11-slim
WORKDIR /srv
COPY --from=builder ${packages} ${packages}
COPY app.py .
CMD ["flask", "--version"]
`,
    },
    runs: [['flask', '--version'], ['python', 'app.py']],
    scripts: ['flask'],
  },
  {
    name: 'with scripts, compiled packages, and steps that come later',
    files: {
      'requirements.txt': 'pyyaml\npygments\ncffi\n',
      'app.py': 'import yaml, cffi\nprint(yaml.__with_libyaml__)\n',
      Dockerfile: `${builder('COPY requirements.txt .', 'RUN pip install --no-cache-dir --upgrade pip && pip install --no-cache-dir -r requirements.txt')}
FROM python:3.11-slim
COPY --from=builder ${packages} ${packages}
COPY --from=builder /usr/local/bin /usr/local/bin
WORKDIR /srv
COPY app.py .
RUN useradd --uid 1234 --create-home app && chown -R app /srv
USER app
CMD ["python", "app.py"]
`,
    },
    runs: [['pygmentize', '-V'], ['python', 'app.py'], ['python', '-m', 'pip', 'check']],
    scripts: [],
  },
  {
    name: 'two files with an include and constraints',
    files: {
      'requirements.txt': 'click\n-c constraints.txt\n',
      'web.txt': '-r requirements.txt\nflask\n',
      'constraints.txt': 'click>=8\n',
      'app.py': 'import flask, click\n',
      Dockerfile: `${builder('COPY requirements.txt web.txt constraints.txt ./', 'RUN pip install -r requirements.txt', 'RUN pip install -r web.txt')}
FROM python:3.11-slim
COPY --from=builder ${packages}/ ${packages}/
COPY app.py /srv/
`,
    },
    runs: [['flask', '--version'], ['python', '/srv/app.py']],
    scripts: ['flask'],
  },
  {
    name: 'all wheels by name, because files include each other across directories',
    files: {
      'requirements.txt': 'python-dotenv[cli]\n',
      'config/prod.txt': '-r ../requirements.txt\nidna\n',
      'app.py': 'import dotenv, idna\n',
      Dockerfile: `${builder('COPY . .', 'RUN pip install -r config/prod.txt')}
FROM python:3.11-slim
COPY --from=builder ${packages} ${packages}
COPY app.py /srv/
`,
    },
    runs: [['dotenv', '--version'], ['python', '/srv/app.py']],
    scripts: ['dotenv'],
    named: true,
  },
  {
    name: 'without mounts',
    files: {
      'requirements.txt': 'requests\n',
      'app.py': 'import requests\n',
      Dockerfile: `${builder('COPY requirements.txt .', 'RUN pip install -r requirements.txt')}
FROM python:3.11-slim
COPY --from=builder ${packages} ${packages}
COPY --from=builder /usr/local/bin /usr/local/bin
COPY app.py /srv/
RUN test ! -e ${directory}
`,
    },
    settings: { 'wheel-packages.mount': 'never' },
    runs: [['python', '/srv/app.py'], ['test', '!', '-e', directory]],
    scripts: [],
    named: true,
  },
  {
    name: 'a stage that starts from the builder, and a user before the copy',
    files: {
      'requirements.txt': 'flask\n',
      'app.py': 'import flask\n',
      Dockerfile: `${builder('COPY requirements.txt .', 'RUN pip install -r requirements.txt')}
FROM builder AS test
COPY app.py .
RUN python app.py

FROM python:3.11-slim AS final
RUN useradd --uid 1234 app
USER app
COPY --from=builder ${packages} ${packages}
COPY app.py /srv/
`,
    },
    targets: ['test', 'final'],
    runs: [['flask', '--version']],
    scripts: ['flask'],
  },
  {
    name: 'names on the command line, two images',
    files: {
      'app.py': 'import click\n',
      Dockerfile: `${builder('RUN pip install "click>=8" python-dotenv')}
FROM python:3.11-slim AS web
COPY --from=builder ${packages} ${packages}
COPY app.py /srv/

FROM python:3.11-slim AS worker
COPY --from=builder ${packages} ${packages}
COPY app.py /work/
`,
    },
    targets: ['web', 'worker'],
    runs: [['dotenv', '--version']],
    scripts: ['dotenv'],
  },
];

beforeAll(() => {
  engineAvailable();
});

afterAll(async () => {
  await removeImages(prefix);
  for (const folder of projects) await rm(folder, { recursive: true, force: true });
});

async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await writeProject(files);
  projects.push(folder);
  return folder;
}

async function image(folder: string, tag: string, target: string | undefined): Promise<string> {
  const result: BuildResult = await build(folder, { tag: `${prefix}:${tag}`, ...(target === undefined ? {} : { target }) });
  if (result.imageId === null) throw new Error(`the build failed:\n${result.log}`);
  return result.imageId;
}

/** What no claim allows. */
function unclaimed(differences: readonly Difference[], { scripts, named = false }: Project): readonly Difference[] {
  return differences.filter(({ path, what }) => {
    if (/\/__pycache__(?:\/|$)|\.pyc$/.test(path)) return false;
    if (what === 'added' && scripts.some((script) => path === `/usr/local/bin/${script}`)) return false;
    return !(named && path.startsWith(`${packages}/`) && /\.dist-info\/(?:direct_url\.json|REQUESTED|RECORD)$/.test(path));
  });
}

describe.each(cases)('$name', (one) => {
  const targets = one.targets ?? [undefined];
  test('is rewritten; the image is the same but for the claims, and its programs run', async () => {
    const options = new Map(Object.entries({ 'wheel-packages.directory': directory, ...one.settings }));
    const run = await runFixture(one.files, [wheelPackages], { options, untracked: [], utf16: [] });
    const rewritten = run.changes.get('Dockerfile');
    expect(run.plans.flatMap((plan) => plan.refusals)).toEqual([]);
    expect(rewritten).toContain(`pip wheel`);
    const before = await project(one.files);
    const after = await project({ ...one.files, Dockerfile: rewritten ?? '' });
    for (const target of targets) {
      const original = await readImage(await image(before, 'before', target));
      const id = await image(after, 'after', target);
      // Byte code is the only noise of these projects, which `unclaimed` leaves out.
      const differences = compareImages(original, await readImage(id), new Set());
      expect(unclaimed(differences, one)).toEqual([]);
      const isBuilder = target === 'test';
      for (const script of isBuilder ? [] : one.scripts) expect(differences.map(({ path, what }) => `${what} ${path}`)).toContain(`added /usr/local/bin/${script}`);
      for (const command of isBuilder ? [] : one.runs) {
        const ran = spawnSync('docker', ['run', '--rm', '--network=host', id, ...command], { encoding: 'utf8' });
        expect(`${command.join(' ')}: ${ran.status} ${ran.stderr}`).toBe(`${command.join(' ')}: 0 `);
      }
    }
  });
});

test('what a mount was put at is gone after the RUN, directories above it included', async () => {
  const folder = await project({
    'requirements.txt': 'click\n',
    Dockerfile: ['FROM python:3.11-slim', 'RUN --mount=type=bind,source=requirements.txt,target=/mounted/deep/requirements.txt ls /mounted/deep', ''].join('\n'),
  });
  const { files } = await readImage(await image(folder, 'stubs', undefined));
  expect([...files.keys()].filter((path) => path.startsWith('/mounted'))).toEqual([]);
});
