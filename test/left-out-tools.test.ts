import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { fix } from '../src/fix.ts';
import type { Plan } from '../src/plan/plan.ts';
import { wheelPackages } from '../transforms/wheel-packages.ts';

const example = 'fixtures/wheel-packages/fixes-poetry/before';
const dockerfile = readFileSync(`${example}/Dockerfile`, 'utf8');
const project = Object.fromEntries(['pyproject.toml', 'poetry.lock', 'app.py'].map((name) => [name, readFileSync(`${example}/${name}`, 'utf8')]));

/** What wheel-packages makes of a project with Poetry in its builder. */
function planned(files: Readonly<Record<string, string>>, text = dockerfile): Plan {
  const tree = memoryTree({ ...project, ...files, Dockerfile: text });
  const build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map<string, string>(), namedContexts: [], declaredBy: 'guess' } as const;
  return fix({ tree, builds: [build], settings: new Map() }, [wheelPackages], { unsafe: false });
}

const withScripts = dockerfile.replace('COPY app.py .', 'COPY . .');

describe('a tool is brought to the image as long as something may call it there', () => {
  test.each<[string, string, string]>([
    ['a command of compose', 'docker-compose.yml', 'services:\n  web:\n    build: .\n    command: poetry run python app.py\n'],
    ['an entrypoint of compose, as a list', 'compose.yaml', 'services:\n  web:\n    build: .\n    entrypoint:\n      - poetry\n      - run\n'],
    ['a health check of compose', 'deploy/compose.prod.yml', 'services:\n  web:\n    healthcheck:\n      test: ["CMD", "poetry", "run", "python", "check.py"]\n'],
    ['a Procfile', 'Procfile', 'web: poetry run gunicorn app:app\n'],
    ['a manifest of Kubernetes', 'k8s/worker.yaml', 'kind: Deployment\nspec:\n  containers:\n    - command: ["/bin/sh", "-c", "exec poetry run celery"]\n'],
    ['a template of Helm', 'chart/templates/job.tpl', 'args: [poetry, run, alembic]\n'],
    ['a development container', '.devcontainer/devcontainer.json', '{ "postCreateCommand": "poetry install" }\n'],
    ['a recipe of make that goes into the container', 'Makefile', 'migrate:\n\tdocker compose exec web poetry run alembic upgrade head\n'],
    ['a recipe with a variable in front', 'Makefile', 'test:\n\t$(RUN) poetry run pytest\n'],
    ['a script of the host that runs the image', 'bin/test', '#!/bin/sh\ndocker run --rm shop poetry run pytest\n'],
    ['a job of a pipeline in the image', '.gitlab-ci.yml', 'test:\n  image: $CI_REGISTRY_IMAGE\n  script: [poetry run pytest]\n'],
    ['a workflow in the image', '.github/workflows/test.yml', 'jobs:\n  test:\n    container: ghcr.io/shop\n    steps:\n      - run: poetry run pytest\n'],
    ['fly.toml', 'fly.toml', '[processes]\nweb = "poetry run gunicorn app:app"\n'],
    ['supervisord', 'etc/supervisord.conf', '[program:web]\ncommand=/usr/local/bin/poetry run gunicorn\n'],
    ['Terraform', 'infra/main.tf', 'command = ["poetry", "run", "worker"]\n'],
  ])('%s', (_name, path, text) => {
    const plan = planned({ [path]: text });
    expect(plan.fixes).toEqual([]);
    expect(plan.refusals).toMatchObject([{ reason: 'differs', message: expect.stringContaining(`${path} (line `) }]);
  });

  test('a script that a volume brings and a command names', () => {
    const files = { 'scripts/serve.sh': '#!/bin/sh\nexec poetry run gunicorn app:app\n', 'compose.yml': 'services:\n  web:\n    volumes: [".:/app"]\n    command: /app/scripts/serve.sh\n' };
    expect(planned(files).refusals).toMatchObject([{ message: expect.stringContaining('scripts/serve.sh (line 2)') }]);
  });

  test('programs and scripts that are copied into the image', () => {
    expect(planned({ 'jobs.py': 'import subprocess\nsubprocess.run(["poetry", "run", "worker"])\n' }, withScripts).refusals).toMatchObject([{ message: expect.stringContaining('jobs.py (line 2)') }]);
    expect(planned({ 'bin/console': '#!/bin/sh\npoetry run python\n' }, withScripts).refusals).toMatchObject([{ message: expect.stringContaining('bin/console (line 2)') }]);
  });

  test('a script that is not seen', () => {
    const started = dockerfile.replace('CMD ["python", "app.py"]', 'ENTRYPOINT ["/opt/vendor/start.sh"]');
    expect(planned({}, started).refusals).toMatchObject([{ reason: 'differs', message: expect.stringContaining('calls poetry') }]);
  });

  test('a script that the Dockerfile writes', () => {
    const written = dockerfile.replace('CMD ["python", "app.py"]', 'COPY <<EOF /start.sh\npoetry run python app.py\nEOF\nCMD ["sh", "/start.sh"]');
    expect(planned({}, written).fixes).toEqual([]);
  });
});

describe('it is left out where nothing calls it in the image', () => {
  test.each<[string, string, string]>([
    ['compose runs the program itself', 'docker-compose.yml', 'services:\n  web:\n    build: .\n    # poetry run python app.py\n    command: python app.py\n'],
    ['recipes of the host', 'Makefile', 'install:\n\tpoetry install\ntest:\n\tpoetry run pytest\nup:\n\tdocker compose up\n'],
    ['a workflow of the host', '.github/workflows/test.yml', 'jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: poetry run pytest\n'],
    ['prose and manifests', 'README.md', 'Run `docker compose exec web poetry run pytest`.\n'],
    ['a script that is not copied', 'scripts/lint.sh', 'poetry run ruff check\n'],
    ['a name that only resembles it', 'compose.yml', 'services:\n  web:\n    volumes: ["poetry-cache:/cache", "x:/root/.cache/pypoetry"]\n'],
  ])('%s', (_name, path, text) => {
    expect(planned({ [path]: text }).fixes).toMatchObject([{ transform: 'wheel-packages', claims: expect.arrayContaining([{ kind: 'tool-left-out', tools: expect.arrayContaining(['poetry']) }]) }]);
  });

  test('sources that speak of it in no command', () => {
    expect(planned({ 'verses.py': '# poetry and prose\npoetry = 1\n' }, withScripts).fixes).toHaveLength(1);
  });

  test('a script of the project that starts the program', () => {
    const started = dockerfile.replace('COPY app.py .', 'COPY app.py start.sh ./').replace('CMD ["python", "app.py"]', 'CMD ["./start.sh"]');
    expect(planned({ 'start.sh': '#!/bin/sh\nexec python app.py\n' }, started).fixes).toHaveLength(1);
  });
});

describe('other tools', () => {
  const withPip = 'FROM python:3.11-slim AS builder\nRUN pip install --upgrade pip setuptools\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nFROM python:3.11-slim\nCOPY --from=builder /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages\nCOPY . /app\nCMD ["python", "/app/app.py"]\n';
  const files = { 'requirements.txt': 'flask==3.0.0\n' };

  test('a newer pip and newer setuptools stay where a program uses them', () => {
    expect(planned({ ...files, 'plugins.py': 'import sys, subprocess\nsubprocess.check_call([sys.executable, "-m", "pip", "install", "x"])\n' }, withPip).refusals).toMatchObject([{ message: expect.stringContaining('plugins.py (line 2) may call pip') }]);
    expect(planned({ ...files, 'version.py': 'import pkg_resources\n' }, withPip).refusals).toMatchObject([{ message: expect.stringContaining('version.py (line 1) may call setuptools') }]);
    expect(planned({ ...files, 'compose.yml': 'services:\n  web:\n    command: sh -c "pip install -e . && python app.py"\n' }, withPip).fixes).toEqual([]);
  });

  test('they go where nothing does', () => {
    expect(planned({ ...files, 'compose.yml': 'services:\n  web:\n    volumes: ["pip-cache:/root/.cache/pip"]\n' }, withPip).fixes).toHaveLength(1);
  });
});
