import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskTree } from '../../src/context/disk.ts';
import { buildsOf } from '../../src/builds.ts';
import { scan } from '../../src/dockerfile/scan.ts';
import { fix, projectsOf } from '../../src/fix.ts';
import { dockerignore } from '../../transforms/dockerignore.ts';
import type { BuildResult, ImageFile, ProjectFile } from '../support/engine.ts';
import { build, engineAvailable, imageFiles, removeImages, writeProject } from '../support/engine.ts';

/**
 * What a build loses with a file that is hidden from it, by the real engine: a version, a program. Each project that
 * needs the file has a twin that does not; the transform hides it from the twin alone.
 */
interface Project {
  readonly name: string;
  readonly pattern: string;
  readonly files: Readonly<Record<string, ProjectFile>>;
  /** Not held by git. */
  readonly untracked?: readonly string[];
}

const prefix = 'dockfix-test-readers';
const directories: string[] = [];

beforeAll(() => {
  engineAvailable();
});

afterAll(async () => {
  await removeImages(prefix);
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

const ignoreFile = '**/__pycache__\n**/*.pyc\n**/.venv\n**/venv\n**/.env\nDockerfile\n.dockerignore\n';
const withGit = 'RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/*\n';

const nodeProject = (script: string): Project['files'] => ({
  Dockerfile: `FROM node:20-slim\n${script.includes('execSync') ? withGit : ''}WORKDIR /srv\nCOPY . .\nRUN npm run build\nCMD ["node", "out.js"]\n`,
  '.dockerignore': `${ignoreFile}**/node_modules\n`,
  'package.json': JSON.stringify({ name: 'shop', version: '1.4.0', scripts: { prebuild: 'node scripts/version.js', build: 'node scripts/build.js' } }),
  'scripts/version.js': script,
  'scripts/build.js': "const fs = require('fs');\nfs.writeFileSync('out.js', `console.log(${fs.readFileSync('version.json', 'utf8')})\\n`);\n",
});

/** A build backend of the project's own, as setuptools-scm is one: the version is that of git, else one that says nothing. */
const backend = (version: string): string => `import subprocess
import zipfile


def version():
    ${version}


def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = f"shop-{version()}"
    path = f"{name}-py3-none-any.whl"
    files = {
        "shop.py": "",
        f"{name}.dist-info/METADATA": f"Metadata-Version: 2.1\\nName: shop\\nVersion: {version()}\\n",
        f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: backend\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{name}.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(f"{directory}/{path}", "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
    return path
`;

const pythonProject = (version: string): Project['files'] => ({
  Dockerfile: `FROM python:3.11-slim\nENV PYTHONDONTWRITEBYTECODE=1\n${version.includes('subprocess') ? withGit : ''}WORKDIR /srv\nCOPY . .\nRUN pip install --no-cache-dir --no-compile .\n`,
  '.dockerignore': ignoreFile,
  'pyproject.toml': '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["tools"]\n\n[project]\nname = "shop"\ndynamic = ["version"]\n',
  'tools/backend.py': backend(version),
  'shop.py': '',
});

const server = { 'server.js': "console.log(require('greet')());\n", 'greet/package.json': '{"name":"greet","version":"1.0.0"}', 'greet/index.js': "module.exports = () => 'hello';\n" };
const manifest = { 'package.json': JSON.stringify({ name: 'shop', version: '1.4.0', dependencies: { greet: 'file:./greet' } }), '.dockerignore': '.git\nDockerfile\n.dockerignore\n' };
const onHost = { 'node_modules/greet/package.json': '{"name":"greet","version":"1.0.0"}', 'node_modules/greet/index.js': "module.exports = () => 'hello';\n" };

const needing: readonly Project[] = [
  {
    name: 'a version that a script of Node.js takes from git',
    pattern: '.git',
    files: nodeProject("let commit = 'unknown';\ntry {\n  commit = require('child_process').execSync('git rev-parse HEAD', { stdio: 'pipe' }).toString().trim();\n} catch {}\nrequire('fs').writeFileSync('version.json', JSON.stringify({ commit }));\n"),
  },
  {
    name: 'a head that a script of Node.js reads without git',
    pattern: '.git',
    files: nodeProject("const fs = require('fs');\nconst head = fs.existsSync('.git/HEAD') ? fs.readFileSync('.git/HEAD', 'utf8') : 'unknown';\nfs.writeFileSync('version.json', JSON.stringify({ head }));\n"),
  },
  {
    name: 'a version that a build backend of Python takes from git',
    pattern: '.git',
    files: pythonProject('found = subprocess.run(["git", "rev-list", "--count", "HEAD"], capture_output=True, text=True)\n    return f"1.{found.stdout.strip()}" if found.returncode == 0 else "0.0"'),
  },
  {
    name: 'packages of the host in an image of Node.js',
    pattern: '**/node_modules',
    untracked: ['node_modules'],
    files: { ...server, ...manifest, ...onHost, Dockerfile: 'FROM node:20-slim\nWORKDIR /srv\nCOPY . .\nRUN node server.js > greeting.txt\nCMD ["node", "server.js"]\n' },
  },
];

const twins: readonly Project[] = [
  { name: 'a version that a script of Node.js takes from package.json', pattern: '.git', files: nodeProject("const { version } = require('../package.json');\nrequire('fs').writeFileSync('version.json', JSON.stringify({ version }));\n") },
  { name: 'a version that a build backend of Python knows', pattern: '.git', files: pythonProject('return "1.4.0"') },
  {
    name: 'packages that the image installs itself',
    pattern: '**/node_modules',
    untracked: ['node_modules'],
    files: { ...server, ...manifest, ...onHost, Dockerfile: 'FROM node:20-slim\nWORKDIR /srv\nCOPY . .\nRUN npm install --offline --no-audit --no-fund && node server.js > greeting.txt\nCMD ["node", "server.js"]\n' },
  },
];

describe('what a build needs is kept', () => {
  test.each(needing)('$name', async (project) => {
    const directory = await written(project);
    expect(patternsHidden(directory)).not.toContain(project.pattern);
    const before = await built(directory, project, 'before');
    appendFileSync(join(directory, '.dockerignore'), `${project.pattern}\n`);
    const after = await built(directory, project, 'after');
    expect(before.imageId).not.toBeNull();
    const lost = after.imageId === null ? ['the build'] : differing(await filesOf(before), await filesOf(after), project.pattern);
    expect(lost).not.toEqual([]);
  });
});

describe('what a build does not need is hidden, and the image is the same', () => {
  test.each(twins)('$name', async (project) => {
    const directory = await written(project);
    expect(patternsHidden(directory)).toContain(project.pattern);
    const before = await built(directory, project, 'before');
    for (const [path, text] of planFor(directory).changes) writeFileSync(join(directory, path), text);
    const after = await built(directory, project, 'after');
    expect(differing(await filesOf(before), await filesOf(after), project.pattern)).toEqual([]);
  });
});

async function written({ files, untracked = [] }: Project): Promise<string> {
  const directory = await writeProject(files);
  directories.push(directory);
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], { cwd: directory, stdio: 'pipe' });
  };
  git('init', '--quiet');
  writeFileSync(join(directory, '.git/info/exclude'), untracked.map((path) => `/${path}\n`).join(''));
  git('add', '--all');
  git('commit', '--quiet', '--message', 'all');
  return directory;
}

function planFor(directory: string): ReturnType<typeof fix> {
  const tree = diskTree(directory);
  const builds = buildsOf(tree, 'Dockerfile', scan(tree.read('Dockerfile') ?? ''), { declared: [], context: null });
  if ('kind' in builds) throw new Error(builds.message);
  const [project] = projectsOf(tree, builds);
  if (project === undefined) throw new Error('no project');
  return fix(project, [dockerignore]);
}

function patternsHidden(directory: string): readonly string[] {
  return planFor(directory).fixes.flatMap((one) => one.claims.flatMap((claim) => (claim.kind === 'hidden-from-context' ? claim.paths : [])));
}

function built(directory: string, { name }: Project, which: string): Promise<BuildResult> {
  return build(directory, { tag: `${prefix}:${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${which}` });
}

/** Files of the project in the image, and of what pip installed. */
async function filesOf({ imageId, log }: BuildResult): Promise<ReadonlyMap<string, ImageFile>> {
  if (imageId === null) throw new Error(`the build failed:\n${log}`);
  const all = await imageFiles(imageId);
  return new Map([...all].filter(([path]) => path.startsWith('/srv/') || path.includes('/site-packages/shop')));
}

/** Paths that only one has, or that hold other content; not what is hidden itself, nor the ignore file. */
function differing(one: ReadonlyMap<string, ImageFile>, other: ReadonlyMap<string, ImageFile>, pattern: string): readonly string[] {
  const hidden = `/srv/${pattern.replace('**/', '')}`;
  const isOutside = (path: string): boolean => path !== hidden && !path.startsWith(`${hidden}/`);
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => isOutside(path) && JSON.stringify(one.get(path)) !== JSON.stringify(other.get(path)));
}
