/** Projects of other package managers, which stand-ins play (see stand-ins.ts). */
import type { BuildProject } from './project.ts';
import { appSource, lines, requirements } from './project.ts';
import { installStandIn, standIn } from './stand-ins.ts';

const poetryProject = lines('[tool.poetry]', 'name = "shop"', 'version = "1.0"', 'description = ""', 'authors = []', '', '[tool.poetry.dependencies]', 'python = "^3.11"', 'xmltodict = "*"', '', '[build-system]', 'requires = ["poetry-core"]', 'build-backend = "poetry.core.masonry.api"');
const standardProject = lines('[project]', 'name = "shop"', 'version = "1.0"', 'requires-python = ">=3.11"', 'dependencies = ["xmltodict"]');
const buildSystem = lines('', '[build-system]', 'requires = ["setuptools"]', 'build-backend = "setuptools.build_meta"');

/** What poetry, uv and pdm lock, as far as the stand-ins read it. */
function lock(...extra: readonly string[]): string {
  return lines('version = 1', '', '[[package]]', 'name = "xmltodict"', 'version = "1.0.4"', 'description = ""', 'optional = false', 'python-versions = "*"', 'files = []', ...extra);
}

export const managerProjects: readonly BuildProject[] = [
  {
    name: 'poetry-installs-project',
    outcome: 'rewritten',
    installsAgain: true,
    files: {
      Dockerfile: lines('FROM python:3.11-slim', installStandIn('poetry'), 'WORKDIR /app', 'COPY . .', 'RUN poetry config virtualenvs.create false && poetry install --no-interaction', 'CMD ["python", "shop.py"]'),
      ...standIn('poetry'),
      'pyproject.toml': poetryProject,
      'poetry.lock': lock('', '[metadata]', 'lock-version = "2.0"', 'python-versions = "^3.11"', 'content-hash = "0"'),
      'shop.py': appSource,
    },
    changes: ['shop.py', 'poetry.lock'],
  },
  {
    name: 'poetry-without-root',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', installStandIn('poetry'), 'ENV POETRY_VIRTUALENVS_CREATE=false', 'WORKDIR /app', 'COPY . .', 'RUN poetry install --no-root --no-interaction', 'CMD ["python", "shop.py"]'),
      ...standIn('poetry'),
      'pyproject.toml': poetryProject,
      'poetry.lock': lock('', '[metadata]', 'lock-version = "2.0"', 'python-versions = "^3.11"', 'content-hash = "1"'),
      'shop.py': appSource,
    },
    changes: ['shop.py', 'poetry.lock'],
  },
  {
    name: 'copy-of-a-tool-before-the-source',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'COPY tools/ /tools/', 'RUN pip install --no-index --find-links=/tools pipenv', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "shop.py"]'),
      ...standIn('pipenv'),
      'requirements.txt': requirements('copy-of-a-tool-before-the-source', 'xmltodict'),
      'shop.py': appSource,
    },
    changes: ['shop.py'],
  },
  {
    name: 'pipenv-system',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', installStandIn('pipenv'), 'WORKDIR /app', 'COPY . .', 'RUN pipenv install --system --deploy', 'CMD ["python", "shop.py"]'),
      ...standIn('pipenv'),
      Pipfile: lines('[[source]]', 'url = "https://pypi.org/simple"', 'verify_ssl = true', 'name = "pypi"', '', '[packages]', 'xmltodict = "*"'),
      'Pipfile.lock': '{ "_meta": { "pipfile-spec": 6, "sources": [] }, "default": { "xmltodict": { "version": "==1.0.4" } }, "develop": {} }\n',
      'shop.py': appSource,
    },
    changes: ['shop.py', 'Pipfile'],
  },
  {
    name: 'uv-sync-of-an-application',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', installStandIn('uv'), 'WORKDIR /app', 'COPY . .', 'RUN uv sync --frozen --no-dev', 'ENV PATH=/app/.venv/bin:$PATH', 'CMD ["python", "shop.py"]'),
      ...standIn('uv'),
      'pyproject.toml': standardProject,
      'uv.lock': lock('source = { registry = "https://pypi.org/simple" }', '', '[[package]]', 'name = "shop"', 'version = "1.0"', 'source = { virtual = "." }'),
      'shop.py': appSource,
    },
    changes: ['shop.py'],
  },
  {
    name: 'uv-pip-system',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', installStandIn('uv'), 'WORKDIR /app', 'COPY . .', 'RUN uv pip install --system -r requirements.txt', 'CMD ["python", "shop.py"]'),
      ...standIn('uv'),
      'requirements.txt': lines('# uv-pip-system', 'xmltodict==1.0.4'),
      'shop.py': appSource,
    },
    changes: ['shop.py', 'requirements.txt'],
  },
  {
    name: 'pdm-sync-with-project',
    outcome: 'rewritten',
    installsAgain: true,
    files: {
      Dockerfile: lines('FROM python:3.11-slim', installStandIn('pdm'), 'WORKDIR /app', 'COPY . .', 'RUN pdm sync --prod', 'CMD [".venv/bin/python", "shop.py"]'),
      ...standIn('pdm'),
      'pyproject.toml': standardProject + buildSystem,
      'pdm.lock': lock('', '[metadata]', 'groups = ["default"]', 'lock_version = "4.5.0"'),
      'shop.py': appSource,
    },
    changes: ['shop.py'],
  },
];
