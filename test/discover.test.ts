import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryTree } from '../src/context/memory.ts';
import { discoverable, discoverableIn, discoveredKind, isDockerfileName } from '../src/discover/files.ts';
import { runGit } from '../src/context/git.ts';
import { ignoreHints, mayIgnore } from '../src/discover/gitignore.ts';
import { findDockerfiles, search, searcher } from '../src/discover/walk.ts';

vi.mock('../src/context/git.ts', async (original) => {
  const actual = await original<typeof import('../src/context/git.ts')>();
  return { ...actual, runGit: vi.fn<typeof actual.runGit>(actual.runGit) };
});

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-discover-')));
});
afterEach(() => {
  vi.clearAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const git = (directory: string, ...options: string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always', ...options], { cwd: join(folder, directory), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Found paths, relative to the temporary folder. */
async function found(directory = ''): Promise<readonly string[]> {
  const all = await findDockerfiles(join(folder, directory));
  return all.map(({ absolute }) => absolute.slice(folder.length + 1));
}

const askedGit = (): number => vi.mocked(runGit).mock.calls.length;

describe('names', () => {
  test('of Dockerfiles', () => {
    const yes = ['Dockerfile', 'dockerfile', 'Dockerfile.prod', 'Dockerfile.py3.12', 'Dockerfile-dev', 'Dockerfile_gpu', 'app.Dockerfile', 'app.dockerfile', 'a.b.dockerfile', 'Containerfile', 'Containerfile.prod', 'Containerfile-x', 'Dockerfile.', 'Dockerfile.new\nline'];
    const no = ['Dockerfile.dockerignore', 'app.Dockerfile.dockerignore', '.dockerignore', 'Dockerfile.j2', 'Dockerfile.tmpl', 'Dockerfile.bak', 'Dockerfile.orig', 'Dockerfile.md', 'Containerfile.md', 'Dockerfile.swp', '.Dockerfile.swp', 'Dockerfile~', 'Dockerfile.rej', 'Dockerfile.prod.MD', 'Dockerfiles', 'MyDockerfile', 'DOCKERFILE', 'dockerfile.prod', '.dockerfile', 'docker-compose.yml', 'containerfile', 'Dockerfile2'];
    expect(yes.filter((name) => !isDockerfileName(name))).toEqual([]);
    expect(no.filter((name) => isDockerfileName(name))).toEqual([]);
  });

  test('of what declares builds', () => {
    const kinds = {
      compose: ['compose.yaml', 'compose.yml', 'a/docker-compose.yml', 'docker-compose.prod.yaml', 'docker-compose-dev.yml', 'compose.override.yml'],
      bake: ['docker-bake.hcl', 'docker-bake.json', 'docker-bake.override.hcl', 'x/docker-bake.override.json', 'bake.hcl'],
      workflow: ['.github/workflows/a.yml', '.github/workflows/b.yaml'],
      devcontainer: ['.devcontainer/devcontainer.json', '.devcontainer.json'],
      asking: ['compose.json', 'docker-compose', 'bake.json', 'a/.github/workflows/a.yml', '.github/workflows/x/a.yml', '.github/dependabot.yml', 'Makefile', 'a/build.sh', 'package.json', 'bin/image', 'ci/release', 'fly.toml', 'Jenkinsfile'],
      source: ['main.hcl', 'k8s/values/prod.yaml', 'src/app.py', 'deploy/ship', 'tools/pack.pl', 'noxfile'],
      null: ['composer.yml', 'README.md', 'docs/install.rst', 'poetry.lock', 'package-lock.json', 'LICENSE', 'logo.png', '.gitignore'],
    };
    for (const [kind, paths] of Object.entries(kinds)) {
      expect(paths.map((path) => [path, String(discoveredKind(path))])).toEqual(paths.map((path) => [path, kind]));
    }
  });

  test('in a list of paths, and in a tree', () => {
    const files = { 'Dockerfile': '', 'a/node_modules/x/Dockerfile': '', 'env/pyvenv.cfg': '', 'env/lib/Dockerfile': '', 'pyvenv.cfg': '', 'environment/Dockerfile.x': '', 'b/compose.yml': '', 'c/readme': '', '.git/Dockerfile': '' };
    const wanted = ['Dockerfile', 'b/compose.yml', 'environment/Dockerfile.x'];
    expect(discoverable(Object.keys(files))).toEqual(wanted);
    const links = { 'c/linked': '../environment', 'Containerfile': 'Dockerfile', 'Dockerfile.out': '/etc/passwd', 'c/Dockerfile': 'nowhere' };
    expect(discoverableIn(memoryTree(files, { links }))).toEqual(['Containerfile', ...wanted]);
  });
});

describe('outside any repository', () => {
  test('a directory is walked', async () => {
    write({
      'b/Dockerfile': '',
      'a/x.Dockerfile': '',
      'Dockerfile.md': '',
      'node_modules/p/Dockerfile': '',
      'a/venv/pyvenv.cfg': '',
      'a/venv/Dockerfile': '',
      'c/images/prod.docker': '',
      'c/images/unnamed.docker': '',
      'c/compose.yaml': 'services: { a: { build: { context: ., dockerfile: images/prod.docker } }, b: { build: { context: ., dockerfile: images/missing } } }',
      'Dockerfile/is-a-directory': '',
    });
    symlinkSync('../b', join(folder, 'a', 'link-to-directory'));
    expect(await found()).toEqual(['a/x.Dockerfile', 'b/Dockerfile', 'c/images/prod.docker']);
    expect(await found('c')).toEqual(['c/images/prod.docker']);
    expect(askedGit()).toBe(0);
    const [all] = await search(folder);
    expect([all?.root, all?.declared.length, all?.notes]).toEqual([folder, 2, []]);
  });

  test('links to files count, unless they lead to another file that was found or to none', async () => {
    write({ 'Dockerfile': '', 'd/real': '' });
    symlinkSync('Dockerfile', join(folder, 'Dockerfile.alias'));
    symlinkSync('d/real', join(folder, 'Dockerfile.other'));
    symlinkSync('nowhere', join(folder, 'Dockerfile.dangling'));
    symlinkSync('Dockerfile.circle', join(folder, 'Dockerfile.circle'));
    symlinkSync('d', join(folder, 'Dockerfile.directory'));
    expect(await found()).toEqual(['Dockerfile', 'Dockerfile.other']);
  });

  test('a build that names a link is one of the file behind it', async () => {
    write({ 'docker/Dockerfile': '', 'compose.yml': 'services: { a: { build: . } }' });
    symlinkSync('docker/Dockerfile', join(folder, 'Dockerfile'));
    const [result] = await search(folder);
    expect(result?.dockerfiles).toEqual(['docker/Dockerfile']);
    expect(result?.declared).toMatchObject([{ dockerfile: 'docker/Dockerfile', context: '' }]);
  });

  test('through a link to the directory itself, each file has one name', async () => {
    write({ 'd/Dockerfile': '' });
    symlinkSync('d', join(folder, 'link'));
    expect(await found('link')).toEqual(['d/Dockerfile']);
  });

  test('a missing directory is an error, an empty one is not', async () => {
    await expect(findDockerfiles(join(folder, 'no'))).rejects.toThrow('ENOENT');
    expect(await found()).toEqual([]);
  });
});

describe('in a repository', () => {
  test('what git ignores is left out, tracked files are not, and git is asked once', async () => {
    write({
      'Dockerfile': '',
      'build/Dockerfile': '',
      'build/tracked/Dockerfile': '',
      'sub/.gitignore': '*.local\n!keep.local\n/named/\n',
      'sub/Dockerfile.local': '',
      'sub/keep.local/Dockerfile': '',
      'sub/Dockerfile': '',
      'sub/named/image': '',
      'other/image': '',
      'compose.yml': 'services: { a: { build: { context: sub, dockerfile: named/image } }, b: { build: { context: other, dockerfile: image } } }',
      '.gitignore': '/build/\n',
    });
    git('', 'init', '-q');
    git('', 'add', '-f', 'build/tracked');
    const all = ['Dockerfile', 'build/tracked/Dockerfile', 'other/image', 'sub/Dockerfile', 'sub/keep.local/Dockerfile'];
    expect(await found()).toEqual(all);
    expect(askedGit()).toBe(1);
    expect(await found('sub')).toEqual(['sub/Dockerfile', 'sub/keep.local/Dockerfile']);
  });

  test('git is not asked where no pattern comes near', async () => {
    write({ 'Dockerfile': '', 'api/Dockerfile.dev': '', '.gitignore': '*.py[cod]\n__pycache__/\n.env*\n*.log\n/dist\n# Dockerfile\n!Dockerfile\n' });
    git('', 'init', '-q');
    expect(await found()).toEqual(['Dockerfile', 'api/Dockerfile.dev']);
    expect(askedGit()).toBe(0);
  });

  test('a named file that may be ignored is asked about', async () => {
    write({ 'Dockerfile': '', 'x/image': '', 'compose.yml': 'services: { a: { build: { context: x, dockerfile: image } } }', '.gitignore': 'image\n' });
    git('', 'init', '-q');
    expect(await found()).toEqual(['Dockerfile']);
    expect(askedGit()).toBe(1);
  });

  test('the ignore files of the repository itself and of its configuration count', async () => {
    write({ 'Dockerfile': '', 'a/Dockerfile': '', 'b/Dockerfile': '', 'ignore-file': 'b\n' });
    git('', 'init', '-q');
    writeFileSync(join(folder, '.git/info/exclude'), 'a\n');
    expect(await found()).toEqual(['Dockerfile', 'b/Dockerfile']);
    git('', 'config', 'core.excludesFile', join(folder, 'ignore-file'));
    expect(await found()).toEqual(['Dockerfile']);
  });

  test('files that git holds but that are gone, and links, are no surprise', async () => {
    write({ 'Dockerfile': '', 'gone/Dockerfile': '', '.gitignore': 'Docker*\n' });
    symlinkSync('Dockerfile', join(folder, 'Containerfile'));
    git('', 'init', '-q');
    git('', 'add', '-f', '.');
    rmSync(join(folder, 'gone'), { recursive: true });
    expect(await found()).toEqual(['Dockerfile']);
  });

  test('compose files and workflows of the whole repository name files of the directory searched', async () => {
    write({
      'api/image': '',
      'web/image': '',
      'deploy/compose.yml': 'services: { a: { build: { context: ../api, dockerfile: image } } }',
      '.github/workflows/x.yml': 'jobs: { j: { steps: [ { uses: docker/build-push-action@v6, with: { file: web/image } } ] } }',
    });
    git('', 'init', '-q');
    expect(await found('api')).toEqual(['api/image']);
    expect(await found()).toEqual(['api/image', 'web/image']);
    const [result] = await search(join(folder, 'api'));
    expect([result?.root, result?.declared.map(({ context }) => context)]).toEqual([folder, ['', 'api']]);
  });

  test('a repository is read once, however many of its directories are searched', async () => {
    write({ 'a/Dockerfile': '', 'b/Dockerfile': '', 'b/inner/Dockerfile': '', 'c/README': '', 'ignored/Dockerfile': '', '.gitignore': 'ignored/\n', 'compose.yml': 'services: { a: { build: a } }' });
    git('', 'init', '-q');
    git('b/inner', 'init', '-q');
    const searchMore = searcher();
    const directories = ['a', 'b', '', 'c', 'ignored', 'b/inner'].map((directory) => join(folder, directory));
    const results = await Promise.all(directories.map(searchMore));
    expect(results).toEqual(await Promise.all(directories.map(search)));
    expect(results.map((list) => list.map(({ dockerfiles }) => dockerfiles))).toEqual([[['a/Dockerfile']], [['b/Dockerfile'], ['Dockerfile']], [['a/Dockerfile', 'b/Dockerfile'], ['Dockerfile']], [], [['Dockerfile']], [['Dockerfile']]]);
    expect(results[1]?.[0]?.declared).toBe(results[0]?.[0]?.declared);
  });

  test('a directory that git ignores is searched if somebody names it', async () => {
    write({ 'Dockerfile': '', 'ignored/a/Dockerfile': '', '.gitignore': 'ignored/\n' });
    git('', 'init', '-q');
    expect(await found()).toEqual(['Dockerfile']);
    expect(await findDockerfiles(join(folder, 'ignored'))).toEqual([{ root: join(folder, 'ignored'), path: 'a/Dockerfile', absolute: join(folder, 'ignored/a/Dockerfile') }]);
    expect(await found('ignored/a')).toEqual(['ignored/a/Dockerfile']);
  });

  test('names that need quotes', async () => {
    write({ 'ü b/Dockerfile': '', 'new\nline/Dockerfile': '', '.gitignore': 'Docker*.x\n*y/Dockerfile\n' });
    git('', 'init', '-q');
    expect(await found()).toEqual(['new\nline/Dockerfile', 'ü b/Dockerfile']);
    expect(askedGit()).toBe(1);
  });

  test('nothing of the repository is executed, whatever its configuration names', async () => {
    write({ 'Dockerfile': '', '.gitignore': 'Dockerfile.*\n', 'Dockerfile.x': '', 'evil': '#!/bin/sh\ntouch "$(dirname "$0")/was-run"\n' });
    chmodSync(join(folder, 'evil'), 0o755);
    git('', 'init', '-q');
    for (const key of ['core.fsmonitor', 'core.sshCommand', 'core.pager', 'core.editor', 'diff.external']) git('', 'config', key, join(folder, 'evil'));
    git('', 'config', 'core.hooksPath', folder);
    for (const hook of ['post-index-change', 'git', 'git.exe']) linkSync(join(folder, 'evil'), join(folder, hook));
    const path = process.env['PATH'];
    process.env['PATH'] = `${folder}:.:${path}`;
    try {
      expect(await found()).toEqual(['Dockerfile']);
    } finally {
      process.env['PATH'] = path;
    }
    expect([askedGit(), existsSync(join(folder, 'was-run'))]).toEqual([1, false]);
  });

  test('variables with which git runs a hook do not lead it elsewhere', async () => {
    write({ 'here/Dockerfile': '', 'here/Dockerfile.x': '', 'here/.gitignore': 'Dockerfile.x\n', 'there/file': '' });
    git('here', 'init', '-q');
    git('there', 'init', '-q');
    vi.stubEnv('GIT_DIR', join(folder, 'there/.git'));
    vi.stubEnv('GIT_WORK_TREE', join(folder, 'there'));
    expect(await found('here')).toEqual(['here/Dockerfile']);
    vi.unstubAllEnvs();
  });

  test('without git nothing is known to be ignored', async () => {
    write({ 'Dockerfile': '', 'ignored/Dockerfile': '', '.gitignore': 'ignored\n' });
    git('', 'init', '-q');
    vi.mocked(runGit).mockReturnValue({ kind: 'failed', message: '' });
    expect(await found()).toEqual(['Dockerfile', 'ignored/Dockerfile']);
    vi.mocked(runGit).mockReset();
  });
});

describe('many repositories', () => {
  test('each is one result; submodules and linked worktrees are left to a search of their own', async () => {
    write({ 'outside/Dockerfile': '', 'one/Dockerfile': '', 'one/x/Dockerfile': '', 'two/deep/repo/Dockerfile': '', 'empty/README': '', 'two/Dockerfile': '' });
    for (const repository of ['one', 'two/deep/repo', 'empty']) git(repository, 'init', '-q');
    git('one', 'add', '.');
    git('one', 'commit', '-qm', 'x');
    git('one', 'worktree', 'add', '-q', 'linked');
    git('two/deep/repo', 'submodule', '--quiet', 'add', join(folder, 'one'), 'module');
    const results = await search(folder);
    expect(results.map(({ root, dockerfiles }) => [root.slice(folder.length), ...dockerfiles])).toEqual([
      ['', 'outside/Dockerfile', 'two/Dockerfile'],
      ['/one', 'Dockerfile', 'x/Dockerfile'],
      ['/two/deep/repo', 'Dockerfile'],
    ]);
    expect(askedGit()).toBe(0);
    expect(await found('one/linked')).toEqual(['one/linked/Dockerfile', 'one/linked/x/Dockerfile']);
    expect(await found('two/deep/repo/module')).toEqual(['two/deep/repo/module/Dockerfile', 'two/deep/repo/module/x/Dockerfile']);
  });

  test('repositories within a repository: those in ignored places are not searched', async () => {
    write({ 'Dockerfile': '', 'inner/Dockerfile': '', 'inner/Dockerfile.x': '', 'inner/.gitignore': '*.x\n', 'hidden/Dockerfile': '', '.gitignore': 'hidden\n', 'inner/in/Dockerfile': '' });
    for (const repository of ['', 'inner', 'hidden', 'inner/in']) git(repository, 'init', '-q');
    expect(await found()).toEqual(['Dockerfile', 'inner/Dockerfile', 'inner/in/Dockerfile']);
    expect(await found('inner/in')).toEqual(['inner/in/Dockerfile']);
  });

  test('300 plain repositories are searched without 300 processes', async () => {
    for (let index = 0; index < 300; index += 1) {
      write({ [`${index}/Dockerfile`]: '', [`${index}/.gitignore`]: '*.pyc\n.env\n', [`${index}/.git/HEAD`]: 'ref: refs/heads/main\n', [`${index}/compose.yml`]: 'services: { a: { build: . } }\n' });
    }
    expect(await found()).toHaveLength(300);
    expect(askedGit()).toBe(0);
  });
});

describe('what is surely not ignored', () => {
  test('agrees with git over random patterns', () => {
    git('', 'init', '-q');
    const segment = fc.constantFrom('a', 'b', 'Docker', '*', '**', 'a*', '*b', '?', '[ab]', '[!a]', '\\a', 'a?b', 'ab', 'A', '*.b', 'a.b', 'Dockerfile', '[]a]', '[!]a]', '[^]a]b', '[[:alpha:]]b', 'a[', 'a]', '*.[ab]', '[a-b]*', '[a\\]]');
    const pattern = fc.tuple(fc.constantFrom('', '', '/', '!', '#', '\\!', ' '), fc.array(segment, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '', '/', '/*', '/**', '/**/*/', ' ', '\\ ', '\r')).map(([start, middle, end]) => start + middle.join('/') + end);
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'a.b', 'Docker', 'Dockerfile', 'c', '!a'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 4 }), fc.uniqueArray(path, { minLength: 10, maxLength: 30 }), (patterns, paths) => {
        const text = patterns.join('\n');
        writeFileSync(join(folder, '.gitignore'), text);
        const ignored = ignoredByGit(paths);
        const hints = ignoreHints(text);
        expect(ignored.filter((one) => !mayIgnore(hints, one))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('is said of most real patterns', () => {
    const hints = ignoreHints('# Python\n__pycache__/\n*.py[cod]\n*$py.class\n.env\n.env.*\n!.env.example\nbuild/\n*.egg-info/\n.idea/**\n/data/*.csv\n');
    expect(['Dockerfile', 'docker/Dockerfile.prod', 'compose.yaml', '.github/workflows/build.yml'].filter((path) => mayIgnore(hints, path))).toEqual([]);
    expect(['build/Dockerfile', 'x/build/Dockerfile'].filter((path) => !mayIgnore(hints, path))).toEqual([]);
  });
});

function ignoredByGit(paths: readonly string[]): readonly string[] {
  const answer = runGit(folder, folder, ['check-ignore', '--no-index', '--stdin', '-z'], paths.map((path) => `${path}\0`).join(''));
  return answer.kind === 'output' ? answer.output.toString('utf8').split('\0').filter((path) => path !== '') : [];
}
