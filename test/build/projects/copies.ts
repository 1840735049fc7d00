/** Projects that copy in other ways: flags, links, several sources, users, and steps between the copy and the install. */
import type { BuildProject } from './project.ts';
import { appSource, lines, requirements } from './project.ts';

export const copyProjects: readonly BuildProject[] = [
  {
    name: 'copy-several-directories',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY shop/ shop/', 'COPY config/ config/', 'COPY requirements.txt app.py ./', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-several-directories', 'xmltodict'),
      'shop/views.py': appSource,
      'config/site.ini': '[site]\n',
      'app.py': appSource,
    },
    changes: ['shop/views.py', 'config/site.ini', 'app.py'],
  },
  {
    name: 'copy-manifest-first-but-installed-last',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY requirements.txt ./', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-manifest-first-but-installed-last', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'copy-workdir-after',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'COPY . /deep/app', 'WORKDIR /deep', 'WORKDIR app', 'RUN pip install -r requirements.txt', 'RUN mkdir -p logs cache', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-workdir-after', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-link-flag',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY --link . /app', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-link-flag', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'copy-link-below-install',
    outcome: 'left alone',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY requirements.txt .', 'RUN pip install -r requirements.txt', 'COPY --link assets/ /assets/', 'COPY --link app.py /app/', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-link-below-install', 'xmltodict'),
      'assets/site.css': 'body {}\n',
      'app.py': appSource,
      '.dockerignore': lines('.git', '**/__pycache__', 'Dockerfile*'),
    },
    changes: ['requirements.txt', 'assets/site.css', 'app.py'],
  },
  {
    name: 'copy-chmod-flag',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY --chmod=755 . /app/', 'RUN pip install -r requirements.txt', 'ENTRYPOINT ["/app/start.sh"]'),
      'requirements.txt': requirements('copy-chmod-flag', 'xmltodict'),
      'start.sh': lines('#!/bin/sh', 'exec python app.py'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-globs',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY *.py *.txt ./', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-globs', 'xmltodict'),
      'app.py': appSource,
      'settings.py': 'DEBUG = False\n',
      'notes.md': 'not copied\n',
    },
    changes: ['settings.py', 'notes.md', 'requirements.txt'],
  },
  {
    name: 'copy-names-with-spaces',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY ["my shop", "/app/my shop/"]', 'RUN pip install -r "my shop/requirements.txt"', 'CMD ["python", "my shop/app.py"]'),
      'my shop/requirements.txt': requirements('copy-names-with-spaces', 'xmltodict'),
      'my shop/app.py': appSource,
    },
    changes: ['my shop/app.py'],
  },
  {
    name: 'copy-links-in-source',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "latest/app.py"]'),
      'requirements.txt': requirements('copy-links-in-source', 'xmltodict'),
      'v2/app.py': appSource,
      latest: { link: 'v2' },
      'current.py': { link: 'v2/app.py' },
      dangling: { link: 'nowhere' },
    },
    changes: ['v2/app.py'],
  },
  {
    name: 'copy-manifest-is-link',
    outcome: 'ignore file',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': { link: 'requirements/production.txt' },
      'requirements/production.txt': requirements('copy-manifest-is-link', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements/production.txt'],
  },
  {
    name: 'copy-scripts-made-executable',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN chmod +x start.sh scripts/migrate.sh', 'RUN pip install -r requirements.txt', 'ENTRYPOINT ["./start.sh"]'),
      'requirements.txt': requirements('copy-scripts-made-executable', 'xmltodict'),
      'start.sh': lines('#!/bin/sh', 'exec python app.py'),
      'scripts/migrate.sh': lines('#!/bin/sh', 'echo migrated'),
      'app.py': appSource,
    },
    changes: ['app.py', 'start.sh'],
  },
  {
    name: 'copy-modes-of-files-and-directories',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'RUN mkdir -m 700 /private && mkdir -m 2775 /private/app', 'COPY . /private/app', 'RUN pip install -r /private/app/requirements.txt', 'WORKDIR /private/app', 'CMD ["python", "app.py"]'),
      'requirements.txt': { text: requirements('copy-modes-of-files-and-directories', 'xmltodict'), mode: 0o640 },
      'bin/start': { text: lines('#!/bin/sh', 'exec python app.py'), mode: 0o755 },
      'app.py': { text: appSource, mode: 0o600 },
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'copy-files-moved-between',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN mkdir -p logs && mv conf/production.py settings.py', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-files-moved-between', 'xmltodict'),
      'conf/production.py': 'DEBUG = False\n',
      'conf/development.py': 'DEBUG = True\n',
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-entrypoint-elsewhere',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'COPY docker/entrypoint.sh /usr/local/bin/entrypoint.sh', 'RUN pip install -r requirements.txt', 'ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]'),
      'requirements.txt': requirements('copy-entrypoint-elsewhere', 'xmltodict'),
      'docker/entrypoint.sh': { text: lines('#!/bin/sh', 'exec "$@"'), mode: 0o755 },
      'app.py': appSource,
    },
    changes: ['app.py', 'docker/entrypoint.sh'],
  },
  {
    name: 'copy-below-a-volume',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'VOLUME /app/data', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-below-a-volume', 'xmltodict'),
      'data/seed.json': '{ "seed": 1 }\n',
      'app.py': appSource,
    },
    changes: ['app.py', 'data/seed.json'],
  },
  {
    name: 'copy-and-chown-to-new-user',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'COPY . /app', 'RUN useradd --create-home app && chown -R app:app /app', 'WORKDIR /app', 'RUN pip install -r requirements.txt', 'USER app', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-and-chown-to-new-user', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-chown-flag-and-user',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines(
        'FROM python:3.11-slim',
        'RUN groupadd --gid 1500 app && useradd --uid 1500 --gid app --create-home app',
        'USER app',
        'WORKDIR /home/app/src',
        'COPY --chown=app:app . .',
        'RUN pip install --user -r requirements.txt',
        'ENV PATH="/home/app/.local/bin:$PATH"',
        'CMD ["python", "app.py"]',
      ),
      'requirements.txt': requirements('copy-chown-flag-and-user', 'python-dotenv'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'copy-numeric-chown',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY --chown=1000:1000 . /app', 'RUN pip install -r requirements.txt', 'USER 1000:1000', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-numeric-chown', 'xmltodict'),
      'pkg/mod.py': appSource,
      'app.py': appSource,
    },
    changes: ['pkg/mod.py'],
  },
  {
    name: 'copy-then-user-installs',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'RUN useradd --create-home worker', 'WORKDIR /app', 'COPY . /app', 'RUN chown -R worker /app', 'USER worker', 'RUN pip install --user -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-then-user-installs', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-then-os-packages',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines(
        'FROM python:3.11-slim',
        'WORKDIR /app',
        'COPY . .',
        'RUN apt-get update && apt-get install -y --no-install-recommends tree \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'RUN pip install -r requirements.txt',
        'CMD ["python", "app.py"]',
      ),
      'requirements.txt': requirements('copy-then-os-packages', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py', 'requirements.txt'],
  },
  {
    name: 'copy-dockerfile-with-crlf',
    outcome: 'rewritten',
    files: {
      Dockerfile: ['FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt && \\', '    mkdir -p /app/logs', 'CMD ["python", "app.py"]', ''].join('\r\n'),
      'requirements.txt': requirements('copy-dockerfile-with-crlf', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-lower-case-without-final-newline',
    outcome: 'rewritten',
    files: {
      Dockerfile: ['from python:3.11-slim', 'workdir /app', 'copy . .', 'run pip install -r requirements.txt', 'cmd python app.py'].join('\n'),
      'requirements.txt': requirements('copy-lower-case-without-final-newline', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-escape-directive',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('# escape=`', 'FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install `', '    -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-escape-directive', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-here-document-between',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'COPY <<motd /etc/motd', 'welcome to the shop', 'motd', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-here-document-between', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
  {
    name: 'copy-then-tmpfs-mount',
    outcome: 'rewritten',
    files: {
      Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN --mount=type=tmpfs,target=/scratch TMPDIR=/scratch pip install -r requirements.txt', 'CMD ["python", "app.py"]'),
      'requirements.txt': requirements('copy-then-tmpfs-mount', 'xmltodict'),
      'app.py': appSource,
    },
    changes: ['app.py'],
  },
];
