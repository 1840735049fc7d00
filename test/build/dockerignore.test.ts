import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diskTree } from '../../src/context/disk.ts';
import { buildsOf } from '../../src/builds.ts';
import { declaredBuilds } from '../../src/discover/builds.ts';
import { discoverableIn } from '../../src/discover/files.ts';
import { scan } from '../../src/dockerfile/scan.ts';
import { fix, projectsOf } from '../../src/fix.ts';
import { matchesPattern } from '../../src/ignore/patterns.ts';
import { dockerignore } from '../../transforms/dockerignore.ts';
import { build, engineAvailable, imageFiles, removeImages, writeProject } from '../support/engine.ts';
import type { ProjectFile } from '../support/engine.ts';

/**
 * The real engine: a build after the fix lacks what the claim says, and nothing else. Each project is a git repository
 * with everything committed but what `untracked` names.
 */
interface Project {
  readonly files: Readonly<Record<string, ProjectFile>>;
  readonly untracked?: readonly string[];
  /** Paths below /app that must be gone, and some that must stay. */
  readonly gone: readonly string[];
  readonly kept: readonly string[];
}

const prefix = 'dockfix-test-ignore';
const copyAll = 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY . .\nRUN python3 -c "pass" || true\n';
const python = { 'requirements.txt': 'flask\n', 'app.py': 'import flask\n', 'shop/__init__.py': '', 'shop/cart.py': 'items = []\n' };
const venv = { 'venv/pyvenv.cfg': 'home = /usr/bin\n', 'venv/bin/python': { link: '/usr/bin/python3' }, 'venv/lib/site.py': '' };
const byteCode = { '__pycache__/app.cpython-312.pyc': 'x', 'shop/__pycache__/cart.cpython-312.pyc': 'x' };

const projects: Readonly<Record<string, Project>> = {
  'a new ignore file': {
    files: { Dockerfile: copyAll, 'docker-compose.yml': 'services:\n  web:\n    build: .\n', ...python, ...venv, ...byteCode },
    untracked: ['venv', '__pycache__', 'shop/__pycache__'],
    gone: ['.git', '.git/HEAD', 'Dockerfile', 'docker-compose.yml', 'venv', 'venv/pyvenv.cfg', '__pycache__', 'shop/__pycache__/cart.cpython-312.pyc'],
    kept: ['app.py', 'requirements.txt', 'shop/cart.py'],
  },
  'lines for a file that hides only what is at the top': {
    files: { Dockerfile: copyAll, '.dockerignore': '.git\r\nvenv\r\n__pycache__', ...python, ...venv, ...byteCode },
    untracked: ['venv', '__pycache__', 'shop/__pycache__'],
    gone: ['shop/__pycache__', 'shop/__pycache__/cart.cpython-312.pyc'],
    kept: ['app.py', 'shop/cart.py', 'Dockerfile', '.dockerignore'],
  },
  'an allow-list': {
    files: { Dockerfile: copyAll, '.dockerignore': '*\n!shop\n!requirements.txt\n', ...python, ...byteCode },
    untracked: ['__pycache__', 'shop/__pycache__'],
    gone: ['shop/__pycache__', 'shop/__pycache__/cart.cpython-312.pyc'],
    kept: ['requirements.txt', 'shop/cart.py', 'shop/__init__.py'],
  },
  'an ignore file of the Dockerfile’s own': {
    files: { Dockerfile: copyAll, 'Dockerfile.dockerignore': '.git\n!app.py\n', '.dockerignore': 'app.py\n', ...python, ...venv },
    untracked: ['venv'],
    gone: ['venv', 'venv/pyvenv.cfg'],
    kept: ['app.py', '.dockerignore', 'Dockerfile.dockerignore'],
  },
  'a version that git makes': {
    files: { Dockerfile: copyAll, 'pyproject.toml': '[build-system]\nrequires = ["setuptools-scm"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "shop"\ndynamic = ["version"]\n', ...python, ...byteCode },
    untracked: ['__pycache__', 'shop/__pycache__'],
    gone: ['__pycache__', 'shop/__pycache__'],
    kept: ['.git', '.git/HEAD', 'Dockerfile', 'app.py'],
  },
};

const directories: string[] = [];

beforeAll(() => {
  engineAvailable();
});

afterAll(async () => {
  await removeImages(prefix);
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

test.each(Object.entries(projects))('%s hides what it says, and nothing else', async (name, { files, untracked = [], gone, kept }) => {
  const directory = await writeProject(files);
  directories.push(directory);
  commitAll(directory, untracked);
  const before = await appFiles(directory, `${name}-before`);
  const plan = await planFor(directory);
  expect(plan.fixes.map((one) => one.transform)).toEqual(['dockerignore']);
  for (const [path, text] of plan.changes) writeFileSync(join(directory, path), text);
  const after = await appFiles(directory, `${name}-after`);

  const claimed = plan.fixes.flatMap((one) => one.claims.flatMap((claim) => (claim.kind === 'hidden-from-context' ? claim.paths : [])));
  const missing = [...before].filter((path) => !after.has(path));
  expect(missing).toEqual([...before].filter((path) => claimed.some((pattern) => matchesPattern(pattern, path) === true)));
  // A new ignore file that may not hide itself is copied like any other file, and the message says so.
  const added = plan.fixes.some((one) => one.message.endsWith('the image gets .dockerignore')) ? ['.dockerignore'] : [];
  expect([...after].filter((path) => !before.has(path))).toEqual(added);
  expect(missing).toEqual(expect.arrayContaining([...gone]));
  expect([...after]).toEqual(expect.arrayContaining([...kept]));
  expect((await planFor(directory)).changes.size).toBe(0);
});

function commitAll(directory: string, untracked: readonly string[]): void {
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], { cwd: directory, stdio: 'pipe' });
  };
  git('init', '--quiet');
  writeFileSync(join(directory, '.git/info/exclude'), untracked.map((path) => `/${path}\n`).join(''));
  git('add', '--all');
  git('commit', '--quiet', '--message', 'all');
}

async function planFor(directory: string): Promise<ReturnType<typeof fix>> {
  const tree = diskTree(directory);
  const declared = await declaredBuilds(tree, discoverableIn(tree));
  const builds = buildsOf(tree, 'Dockerfile', scan(readFileSync(join(directory, 'Dockerfile'), 'utf8')), { declared: declared.builds, context: null });
  if ('kind' in builds) throw new Error(builds.message);
  const [project, ...others] = projectsOf(tree, builds);
  if (project === undefined || others.length > 0) throw new Error('not one project');
  return fix(project, [dockerignore]);
}

/** Paths below /app in the image that a directory gives. */
async function appFiles(directory: string, tag: string): Promise<ReadonlySet<string>> {
  const result = await build(directory, { tag: `${prefix}:${tag.toLowerCase().replaceAll(/[^a-z]+/g, '-')}` });
  if (result.imageId === null) throw new Error(`the build failed:\n${result.log}`);
  const files = await imageFiles(result.imageId);
  return new Set([...files.keys()].filter((path) => path.startsWith('/app/')).map((path) => path.slice('/app/'.length)));
}
