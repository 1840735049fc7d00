/** Projects with requirement files: where they lie, how pip is called, and where the packages go. */
import type { BuildProject } from './project.ts';
import { appSource, lines, requirements } from './project.ts';
import { wheel } from './wheel.ts';

/** A pure-Python wheel that a project keeps beside its source. */
const localWheel = wheel({ name: 'greeting', version: '1.0', modules: { 'greeting.py': 'WORD = "hello"\n' }, scripts: { greet: 'greeting:print' } });

/** A build backend of the project itself, so that `pip install .` needs nothing but pip. */
const ownBackend = lines(
  'import os, zipfile',
  '',
  'def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):',
  '    name = "shop-1.0-py3-none-any.whl"',
  '    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:',
  '        archive.write("shop.py")',
  '        archive.writestr("shop-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: shop\\nVersion: 1.0\\n")',
  '        archive.writestr("shop-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")',
  '        archive.writestr("shop-1.0.dist-info/RECORD", "")',
  '    return name',
);

export const pipProjects: readonly BuildProject[] = [
  {
    name: 'pip-plain',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-plain', 'xmltodict'),
      'app.py': appSource,
      'README.md': 'A shop.\n',
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'pip-includes-and-constraints',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /srv', 'COPY . .', 'RUN pip install --no-cache-dir -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-includes-and-constraints', '-r requirements/base.txt', '-c constraints.txt', 'idna'),
      'requirements/base.txt': lines('--requirement more/web.txt', 'xmltodict'),
      'requirements/more/web.txt': lines('itsdangerous'),
      'constraints.txt': lines('idna<100', 'xmltodict<100'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements/more/web.txt', 'constraints.txt'],
  },
  {
    name: 'pip-in-subdirectory',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'COPY . /srv', 'WORKDIR /srv/backend', 'RUN pip install -r requirements.txt', 'EXPOSE 8000', 'CMD ["python", "app.py"]'),
      'backend/requirements.txt': requirements('pip-in-subdirectory', 'xmltodict'),
      'backend/app.py': appSource,
      'frontend/index.html': '<p>shop</p>\n',
    },
    changes: ['frontend/index.html', 'backend/app.py', 'backend/requirements.txt'],
  },
  {
    name: 'pip-copy-of-directory',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'COPY app/ /app/', 'RUN pip install -r /app/requirements.txt', 'WORKDIR /app', 'CMD ["python", "main.py"]'),
      'app/requirements.txt': requirements('pip-copy-of-directory', 'xmltodict'),
      'app/main.py': appSource,
      'app/run.sh': { text: lines('#!/bin/sh', 'exec python main.py'), mode: 0o755 },
      'docs/notes.txt': 'not copied\n',
    },
    changes: ['app/main.py', 'docs/notes.txt', 'app/requirements.txt'],
  },
  {
    name: 'pip-add',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'ADD . /app', 'WORKDIR /app', 'RUN pip3 install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-add', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-python-m',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . /app/', 'RUN python -m pip install --no-cache-dir --requirement=/app/requirements.txt', 'RUN python -m compileall -q .'),
      'requirements.txt': requirements('pip-python-m', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-exec-form',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY [".", "/app/"]', 'RUN ["pip", "install", "-r", "requirements.txt"]', 'ENTRYPOINT ["python"]', 'CMD ["app.py"]'),
      'requirements.txt': requirements('pip-exec-form', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-after-cd',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'COPY . /opt/shop', 'RUN cd /opt/shop && pip install -r requirements.txt', 'CMD ["python", "/opt/shop/app.py"]'),
      'requirements.txt': requirements('pip-after-cd', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-upgraded-in-chain',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install --upgrade pip && \\', '    pip install -r requirements.txt && \\', '    python -m compileall -q /app', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-upgraded-in-chain', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'pip-chain-with-source-step',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt && python manage.py collectstatic', 'CMD ["python", "manage.py"]'),
      'requirements.txt': requirements('pip-chain-with-source-step', 'xmltodict'),
      'manage.py': lines('import pathlib, sys', 'if "collectstatic" in sys.argv:', '    pathlib.Path("static").mkdir()', '    pathlib.Path("static/site.css").write_text("body {}")'),
    },
    changes: ['manage.py', 'requirements.txt'],
  },
  {
    name: 'pip-comments-in-chain',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines(
        'FROM python:3.11-slim',
        '',
        'WORKDIR /app',
        '# The source',
        'COPY . .',
        '',
        '# The packages',
        'RUN set -ex; \\',
        '    # first the tools',
        '    pip install --upgrade setuptools; \\',
        '',
        '    pip install -r requirements.txt; \\',
        '    mkdir -p /app/logs',
        '',
        'CMD ["python", "app.py"]',
      ),
      'requirements.txt': requirements('pip-comments-in-chain', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-heredoc-stops-on-error',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN <<EOF', 'set -e', 'pip install -r requirements.txt', 'python -m compileall -q .', 'EOF', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-heredoc-stops-on-error', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-heredoc-goes-on',
    outcome: 'ignore file',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN <<EOF', 'pip install -r requirements.txt', 'python -m compileall -q .', 'EOF', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-heredoc-goes-on', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-two-installs',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN pip install -r requirements-dev.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-two-installs', 'xmltodict'),
      'requirements-dev.txt': lines('iniconfig'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements-dev.txt', 'requirements.txt'],
  },
  {
    name: 'pip-named-packages',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /named', 'COPY . .', 'RUN pip install xmltodict "idna>=3"', 'CMD ["python", "app.py"]'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-virtual-environment-on-path',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'ENV VIRTUAL_ENV=/opt/venv', 'RUN python -m venv $VIRTUAL_ENV', 'ENV PATH="$VIRTUAL_ENV/bin:$PATH"', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-virtual-environment-on-path', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-virtual-environment-activated',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN python -m venv /venv && . /venv/bin/activate && pip install -r requirements.txt', 'CMD ["/venv/bin/python", "app.py"]'),
      'requirements.txt': requirements('pip-virtual-environment-activated', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-user-site',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'ENV PATH=/root/.local/bin:$PATH', 'WORKDIR /app', 'COPY . .', 'RUN pip install --user -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-user-site', 'python-dotenv'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-target',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'COPY . /function', 'RUN pip install --target /packages -r /function/requirements.txt', 'ENV PYTHONPATH=/packages', 'WORKDIR /function', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-target', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-prefix',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install --prefix=/opt/packages -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-prefix', 'python-dotenv'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-cache-mount',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-cache-mount', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'pip-whole-context-bound',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'RUN --mount=type=bind,target=. pip install -r requirements.txt', 'COPY . .', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-whole-context-bound', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'pip-manifest-bound',
    outcome: 'ignore file',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'RUN --mount=type=bind,source=requirements.txt,target=requirements.txt \\', '    --mount=type=cache,target=/root/.cache/pip \\', '    pip install -r requirements.txt', 'COPY . .', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-manifest-bound', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'pip-file-name-in-argument',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'ARG REQUIREMENTS=requirements.txt', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r ${REQUIREMENTS}', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-file-name-in-argument', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'pip-environment-between',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines(
        'FROM python:3.11-slim',
        'WORKDIR /app',
        'COPY . .',
        'ENV PYTHONUNBUFFERED=1 \\',
        '    PYTHONDONTWRITEBYTECODE=1',
        'ARG MODE=production',
        'ENV MODE=$MODE',
        'LABEL org.example.mode=$MODE',
        'RUN pip install -r requirements.txt',
        'RUN echo "mode $MODE" > /mode',
        'CMD ["python", "app.py"]',
      ),
      'requirements.txt': requirements('pip-environment-between', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-constraint-in-environment',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'ENV PIP_CONSTRAINT=/app/constraints.txt', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-constraint-in-environment', 'xmltodict'),
      'constraints.txt': lines('xmltodict<100'),
      'app.py': appSource,
    },
    changes: ['app.py', 'constraints.txt'],
  },
  {
    name: 'pip-local-wheels',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install --find-links=vendor -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-local-wheels', 'greeting==1.0', 'xmltodict'),
      'vendor/greeting-1.0-py3-none-any.whl': { bytes: localWheel },
      'vendor/README': 'Wheels of our own.\n',
      'app.py': appSource,
    },
    changes: ['app.py', 'vendor/README'],
  },
  {
    name: 'pip-wheel-by-path',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-wheel-by-path', './vendor/greeting-1.0-py3-none-any.whl'),
      'vendor/greeting-1.0-py3-none-any.whl': { bytes: localWheel },
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'pip-installs-the-project',
    outcome: 'ignore file',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /src', 'COPY . .', 'RUN pip install .', 'CMD ["python", "-m", "shop"]'),
      'pyproject.toml': lines('[build-system]', 'requires = []', 'build-backend = "backend"', 'backend-path = ["."]', '', '[project]', 'name = "shop"', 'version = "1.0"'),
      'backend.py': ownBackend,
      'shop.py': appSource,
    },
    changes: ['shop.py', 'pyproject.toml'],
  },
  {
    name: 'pip-requirements-edited',
    outcome: 'ignore file',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', "RUN sed -i 's/^idna==0$/idna/' requirements.txt && pip install -r requirements.txt", 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-requirements-edited', 'idna==0'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'pip-requirements-removed',
    outcome: 'ignore file',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt && rm requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-requirements-removed', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'pip-already-split',
    outcome: 'left alone',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY requirements.txt .', 'RUN pip install -r requirements.txt', 'COPY src/ src/', 'COPY app.py .', 'RUN python -m compileall -q src', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('pip-already-split', 'xmltodict'),
      'src/shop.py': appSource,
      'app.py': appSource,
      '.dockerignore': lines('.git', '**/__pycache__', '**/*.py[cod]', 'Dockerfile*', '.dockerignore'),
    },
    changes: ['app.py', 'src/shop.py', 'requirements.txt', 'Dockerfile'],
  },
];
