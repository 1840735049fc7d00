/** Projects with a folder that has a build of its own, and that copy-by-change copies first. */
import type { BuildProject } from './project.ts';
import { appSource, lines } from './project.ts';

const ignoreFile = lines('Dockerfile', '.dockerignore', '.git', '**/node_modules', 'frontend/dist', 'frontend/build');

/** A build without dependencies: it writes what it read. */
const frontEnd = (project: string): Readonly<Record<string, string>> => ({
  'frontend/package.json': lines('{', `  "name": "${project}",`, '  "version": "1.0.0",', '  "scripts": { "build": "node build.js" }', '}'),
  'frontend/package-lock.json': lines('{', `  "name": "${project}",`, '  "version": "1.0.0",', '  "lockfileVersion": 3,', '  "requires": true,', `  "packages": { "": { "name": "${project}", "version": "1.0.0" } }`, '}'),
  'frontend/build.js': lines("const fs = require('node:fs');", "fs.mkdirSync('dist', { recursive: true });", "fs.writeFileSync('dist/main.js', fs.readFileSync('src/main.js', 'utf8').toUpperCase());"),
  'frontend/src/main.js': lines(`// ${project}`, 'run();'),
  'app/main.py': appSource,
});

export const folderProjects: readonly BuildProject[] = [
  {
    name: 'folders-front-end-in-a-stage',
    outcome: 'rewritten',
    withoutPython: true,
    slowRun: 'run build',
    files: {
      ...frontEnd('folders-front-end-in-a-stage'),
      '.dockerignore': ignoreFile,
      Dockerfile: lines(
        'FROM node:20-slim AS assets',
        'WORKDIR /app',
        'COPY . .',
        'RUN cd frontend && npm ci && npm run build',
        'FROM node:20-slim',
        'WORKDIR /app',
        'COPY app app',
        'COPY --from=assets /app/frontend/dist static',
      ),
    },
    changes: ['app/main.py', 'frontend/src/main.js'],
  },
  {
    name: 'folders-front-end-in-the-image',
    outcome: 'rewritten',
    withoutPython: true,
    slowRun: 'run build',
    files: {
      ...frontEnd('folders-front-end-in-the-image'),
      '.dockerignore': ignoreFile,
      Dockerfile: lines('FROM node:20-slim', 'WORKDIR /app', 'COPY --chown=node:node . .', 'RUN npm --prefix frontend ci && npm --prefix frontend run build', 'USER node', 'CMD ["node", "frontend/dist/main.js"]'),
    },
    changes: ['app/main.py', 'frontend/src/main.js', 'frontend/package.json'],
  },
  {
    name: 'folders-two-runs-and-no-ignored-output',
    outcome: 'rewritten',
    withoutPython: true,
    slowRun: 'run build',
    files: {
      ...frontEnd('folders-two-runs-and-no-ignored-output'),
      '.dockerignore': lines('Dockerfile', '.dockerignore', '.git'),
      Dockerfile: lines('FROM node:20-slim', 'COPY . /app', 'WORKDIR /app/frontend', 'RUN npm ci', 'RUN npm run build', 'WORKDIR /app', 'CMD ["node", "frontend/dist/main.js"]'),
    },
    changes: ['app/main.py', 'frontend/src/main.js'],
  },
];
