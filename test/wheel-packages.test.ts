import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { fix } from '../src/fix.ts';
import { openProject } from '../src/plan/project.ts';
import type { Build } from '../src/types.ts';
import { wheelPackages } from '../transforms/wheel-packages.ts';
import { mountsUnavailable } from '../transforms/wheel-packages/mounts.ts';

const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
const packages = '/usr/local/lib/python3.12/site-packages';

function planFor(dockerfile: string, files: Readonly<Record<string, string>> = {}, settings: ReadonlyMap<string, string> = new Map()) {
  const tree = memoryTree({ 'requirements.txt': 'flask\n', ...files, Dockerfile: dockerfile });
  return fix({ tree, builds: [build], settings }, [wheelPackages]);
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}

/** A builder with the given steps, and a final stage that takes its packages. */
function project(builder: readonly string[], final: readonly string[] = [`COPY --from=builder ${packages} ${packages}`], base = 'python:3.12-slim'): string {
  return lines(`FROM ${base} AS builder`, 'COPY requirements.txt ./', ...builder, 'FROM python:3.12-slim', ...final);
}

describe('claims', () => {
  const claimsOf = (dockerfile: string, settings?: ReadonlyMap<string, string>) => planFor(dockerfile, {}, settings).fixes[0]?.claims;

  test('scripts come where they were not copied', () => {
    expect(claimsOf(project(['RUN pip install -r requirements.txt']))).toEqual([
      { kind: 'installed-from-wheels', prefix: '/usr/local' },
      { kind: 'scripts-added', path: '/usr/local/bin' },
    ]);
  });

  test('scripts that were copied as a whole need no claim', () => {
    const copies = [`COPY --from=builder ${packages} ${packages}`, 'COPY --from=builder /usr/local/bin/ /usr/local/bin/'];
    expect(claimsOf(project(['RUN pip install -r requirements.txt'], copies))).toEqual([{ kind: 'installed-from-wheels', prefix: '/usr/local' }]);
  });

  test('tools that stay behind, and wheels that stay in a layer, are named', () => {
    const dockerfile = project(['RUN pip install -U pip wheel && pip install -r requirements.txt']);
    expect(claimsOf(dockerfile, new Map([['wheel-packages.mount', 'never']]))).toEqual([
      { kind: 'installed-from-wheels', prefix: '/usr/local' },
      { kind: 'scripts-added', path: '/usr/local/bin' },
      { kind: 'tool-left-out', tools: ['pip', 'wheel'] },
      { kind: 'wheels-in-layer', path: '/wheels' },
    ]);
  });
});

describe('where mounts are not to be had', () => {
  const reason = (files: Readonly<Record<string, string>>, dockerfile = 'FROM scratch\n', settings = new Map<string, string>()): string | null => {
    const tree = memoryTree({ Dockerfile: dockerfile, ...files });
    return mountsUnavailable(openProject({ tree, builds: [build], settings }), dockerfile);
  };

  test('nothing speaks against them', () => {
    expect(reason({ Makefile: 'build:\n\tDOCKER_BUILDKIT=1 docker build .\n', '.github/workflows/ci.yml': 'jobs: {}\n' })).toBeNull();
  });

  test.each([
    ['kaniko in a workflow', { '.github/workflows/image.yaml': 'uses: aevea/action-kaniko@master\n' }, /image\.yaml builds with kaniko/],
    ['kaniko in GitLab', { '.gitlab-ci.yml': 'image: gcr.io/kaniko-project/executor\n' }, /kaniko/],
    ['the classic builder', { Makefile: 'build:\n\tDOCKER_BUILDKIT=0 docker build .\n' }, /DOCKER_BUILDKIT=0/],
    ['the classic builder in YAML', { '.gitlab-ci.yml': 'variables:\n  DOCKER_BUILDKIT: "0"\n' }, /classic builder/],
  ] as const)('%s', (_name, files, expected) => {
    expect(reason(files)).toMatch(expected);
  });

  test('an old frontend has none, a newer one has', () => {
    expect(reason({}, '# syntax=docker/dockerfile:1.1\nFROM scratch\n')).toMatch(/frontend 1\.1/);
    expect(reason({}, '# syntax=docker/dockerfile:1.10\nFROM scratch\n')).toBeNull();
    expect(reason({}, '# syntax=docker/dockerfile:1\nFROM scratch\n')).toBeNull();
  });

  test('the option wins', () => {
    const kaniko = { 'skaffold.yaml': 'kaniko: {}\n' };
    expect(reason(kaniko, 'FROM scratch\n', new Map([['wheel-packages.mount', 'always']]))).toBeNull();
    expect(reason({}, 'FROM scratch\n', new Map([['wheel-packages.mount', 'never']]))).toMatch(/option/);
  });
});

describe('refusals', () => {
  const refusalOf = (dockerfile: string, files?: Readonly<Record<string, string>>) => {
    const plan = planFor(dockerfile, files);
    expect(plan.fixes).toEqual([]);
    return plan.refusals[0] && `${plan.refusals[0].level} ${plan.refusals[0].reason}`;
  };
  const copy = `COPY --from=builder ${packages} ${packages}`;

  test.each([
    ['packages of the base image of the builder', project(['RUN true']), 'refusal base-unknown'],
    ['pip list of a virtual environment', project(['RUN pip install --no-deps git+https://git.example.org/x.git#egg=x && pip install -e .']), 'refusal local-dependency'],
    ['failure does not matter', project(['RUN pip install -r requirements.txt; true']), 'refusal ambiguous-shell'],
    ['an option that pip wheel has not', project(['RUN pip install --platform manylinux2014_x86_64 --only-binary=:all: -r requirements.txt']), 'refusal unsupported'],
    ['requirements from an address', project(['RUN pip install -r https://example.org/requirements.txt']), 'refusal unsupported'],
    ['the file is not there', project(['RUN pip install -r missing.txt']), 'refusal manifest-missing'],
    ['archives of the project', project(['COPY dist/ dist/', 'RUN pip install dist/shop-1.0-py3-none-any.whl']), 'refusal local-dependency'],
    ['a piece of the packages', project(['RUN pip install -r requirements.txt'], [`COPY --from=builder ${packages}/flask ${packages}/flask`]), 'refusal built-by-hand'],
    ['mode', project(['RUN pip install -r requirements.txt'], [copy.replace('--from', '--chmod=755 --from')]), 'refusal unsupported'],
    ['Alpine to Debian', project(['RUN pip install -r requirements.txt'], [copy], 'python:3.12-alpine'), 'warning broken-today'],
    ['an older Python', project(['RUN pip install -r requirements.txt'], [copy], 'python:3.11-slim'), 'warning broken-today'],
  ])('%s', (_name, dockerfile, expected) => {
    expect(refusalOf(dockerfile, { 'dist/shop-1.0-py3-none-any.whl': 'x' })).toBe(expected);
  });
});

describe('the directory of wheels', () => {
  test('is another one where the Dockerfile speaks of /wheels', () => {
    const plan = planFor(project(['RUN mkdir /wheels && pip install -r requirements.txt']));
    expect(plan.changes.get('Dockerfile')).toContain('--find-links=/opt/wheels');
  });

  test('is what the option says', () => {
    const plan = planFor(project(['RUN pip install -r requirements.txt']), {}, new Map([['wheel-packages.directory', '/srv/w']]));
    expect(plan.changes.get('Dockerfile')).toContain('--wheel-dir /srv/w');
  });
});

test('whatever a builder does, the rewrite is stable and holds no copy of packages any more', () => {
  const step = constantFrom(
    'RUN pip install -r requirements.txt', 'RUN pip install --upgrade pip', 'RUN pip install flask', 'RUN apt-get update && apt-get install -y gcc', 'RUN pip check',
    'ENV PIP_INDEX_URL=https://pypi.example.org/simple', 'ENV PIP_NO_CACHE_DIR=1', 'WORKDIR /app', 'COPY requirements.txt ./', 'RUN mkdir -p /srv/data', 'USER root',
    'RUN pip install -r requirements.txt && pip install gunicorn', 'RUN useradd app', 'RUN pip uninstall -y flask', 'RUN python -m compileall /usr/local', 'USER 1000',
  );
  const copies = constantFrom(`COPY --from=builder ${packages} ${packages}`, 'COPY --from=builder /usr/local/bin /usr/local/bin', 'RUN useradd app', 'USER app', 'WORKDIR /srv', 'COPY requirements.txt ./', 'RUN pip install gunicorn');
  assert(
    property(array(step, { maxLength: 6 }), array(copies, { maxLength: 6 }), (builder, final) => {
      const dockerfile = project(builder, final);
      const plan = planFor(dockerfile);
      const changed = plan.changes.get('Dockerfile');
      if (changed === undefined) return;
      const again = planFor(changed);
      expect([...again.changes]).toEqual([]);
      expect(changed.split('pip install').length + changed.split('pip wheel').length).toBeGreaterThan(2);
    }),
    { numRuns: 300 },
  );
});
