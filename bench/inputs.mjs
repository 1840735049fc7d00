/** Makes what is measured: projects of common shapes, on disk, and long Dockerfiles, as text. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What people write; most of it has something to repair. */
const shapes = [
  {
    Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["python", "app.py"]\n',
    'requirements.txt': 'flask==3.0.0\ngunicorn==21.2.0\n',
    'app.py': 'print(1)\n',
  },
  {
    Dockerfile: 'FROM python:3.11\nENV PYTHONUNBUFFERED=1\nWORKDIR /srv\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nEXPOSE 8000\nCMD ["gunicorn", "web:app"]\n',
    'requirements.txt': '-r base.txt\npsycopg2==2.9.9\n',
    'base.txt': 'django==5.0\n',
    'web.py': 'app = None\n',
    '.dockerignore': '.git\n__pycache__\n',
  },
  {
    Dockerfile: 'FROM python:3.12-slim AS build\nWORKDIR /app\nRUN apt-get update && apt-get install -y gcc libpq-dev && rm -rf /var/lib/apt/lists/*\nCOPY . .\nRUN pip install poetry && poetry config virtualenvs.create false && poetry install --no-root\n\nFROM build\nUSER 1000\nCMD ["python", "-m", "shop"]\n',
    'pyproject.toml': '[tool.poetry]\nname = "shop"\nversion = "0.1.0"\n\n[tool.poetry.dependencies]\npython = "^3.12"\nflask = "^3.0"\n',
    'poetry.lock': '[[package]]\nname = "flask"\nversion = "3.0.0"\n\n[metadata]\nlock-version = "2.0"\npython-versions = "^3.12"\ncontent-hash = "0"\n',
    'shop/__main__.py': 'print(1)\n',
  },
  {
    Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nCMD ["node", "server.js"]\n',
    'package.json': '{"name": "web", "version": "1.0.0"}\n',
    'package-lock.json': '{"name": "web", "lockfileVersion": 3, "packages": {}}\n',
    'server.js': '1;\n',
    '.dockerignore': 'node_modules\n.git\n',
  },
];

/** One small project in a repository of its own. */
export function oneProject(directory) {
  writeFiles(directory, shapes[0]);
  commit(directory);
}

/** `count` projects as folders of one repository. */
export function folders(directory, count) {
  for (let number = 0; number < count; number += 1) writeFiles(join(directory, 'projects', `p${number}`), shapes[number % shapes.length]);
  commit(directory);
}

/** `count` projects, each a repository. */
export function repositories(directory, count) {
  for (let number = 0; number < count; number += 1) {
    const target = join(directory, `r${number}`);
    if (number < shapes.length) {
      writeFiles(target, shapes[number]);
      commit(target);
    } else cpSync(join(directory, `r${number % shapes.length}`), target, { recursive: true });
  }
}

function writeFiles(directory, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

function commit(directory) {
  git(directory, 'init', '--quiet', '--template=');
  git(directory, 'add', '--all');
  git(directory, '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', 'commit', '--quiet', '-m', 'Inputs');
}

function git(directory, ...args) {
  const { status, stderr } = spawnSync('git', args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
}

const lines = (count, line) => Array.from({ length: count }, (_, index) => line(index));
const python = ['FROM python:3.12-slim', 'WORKDIR /app'];

/** Dockerfiles of about 10,000 lines, by what they are made of; and many stages, each of which is compared with all. */
export const longDockerfiles = {
  'RUNs that are understood': [...python, 'COPY . .', ...lines(10_000, (index) => `RUN mkdir -p /data/d${index}`)],
  'RUNs that are not understood': [...python, 'COPY . .', ...lines(10_000, (index) => `RUN ./configure --number ${index}`)],
  'pip installs': [...python, 'COPY . .', ...lines(10_000, (index) => `RUN pip install package${index}==1.0`)],
  'one RUN': [...python, 'COPY . .', 'RUN pip install -r requirements.txt \\', ...lines(10_000, () => '&& true \\'), '&& true'],
  'COPYs and RUNs that are not understood': [...python, ...lines(5000, (index) => `COPY app.py /app/f${index}.py\nRUN ./configure ${index}`)],
  'wide COPYs': [...python, ...lines(10_000, () => 'COPY . .')],
  'COPYs of one file each': [...python, ...lines(10_000, (index) => `COPY app.py /app/f${index}.py`)],
  ENVs: [...python, ...lines(10_000, (index) => `ENV NAME${index}=value${index}`), 'COPY . .', 'RUN pip install -r requirements.txt'],
  ARGs: [...python, ...lines(10_000, (index) => `ARG NAME${index}=value${index}`), 'COPY . .', 'RUN pip install -r requirements.txt'],
  'ENVs that name the one before': [...python, 'ENV NAME0=a', ...lines(10_000, (index) => `ENV NAME${index + 1}=$NAME${index}`), 'COPY . .', 'RUN pip install -r requirements.txt'],
  '100 stages': lines(100, (index) => `FROM python:3.12-slim AS s${index}\nCOPY . .\nRUN pip install -r requirements.txt`),
  '100 stages, each from the one before': ['FROM python:3.12-slim AS s0', ...lines(100, (index) => `FROM s${index} AS s${index + 1}\nCOPY . .\nRUN pip install -r requirements.txt`)],
  'a heredoc': [...python, 'COPY . .', 'RUN <<EOF', 'set -e', ...lines(10_000, (index) => `mkdir -p /data/d${index}`), 'EOF'],
  comments: [...python, ...lines(10_000, () => '# nothing'), 'COPY . .', 'RUN pip install -r requirements.txt'],
};

/** A directory with a long Dockerfile and what it copies. */
export function longProject(directory, dockerfile) {
  writeFiles(directory, { ...shapes[0], Dockerfile: `${dockerfile.join('\n')}\n` });
}
