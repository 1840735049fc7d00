/**
 * `dockfix verify` with a real engine: the program for what it reports and leaves behind, and its parts for a rewrite that
 * is wrong, which dockfix would not make.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { diskTree } from '../../src/context/disk.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Naming } from '../../src/report/files.ts';
import type { RunError } from '../../src/report/report.ts';
import type { DockerfileVerification, VerifyReport } from '../../src/report/verify.ts';
import type { Build } from '../../src/types.ts';
import { docker, readImage } from '../../src/verify/docker.ts';
import { verifyProject } from '../../src/verify/paths.ts';
import type { Session } from '../../src/verify/session.ts';
import { cleanUp } from '../../src/verify/session.ts';
import { bundleCli, folder, plainEnvironment, removeTemporaryDirectories, repository } from '../support/cli.ts';
import { build, engineAvailable, imageFiles } from '../support/engine.ts';
import { appSource, lines, requirements } from './projects/project.ts';

let program = '';

beforeAll(async () => {
  engineAvailable();
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

/** Runs the program with a directory for temporary files in which nothing may be left. */
function verify(root: string, ...args: readonly string[]): VerifyReport & { readonly code: number | null; readonly error: string } {
  const temporary = folder({});
  const before = imagesOfVerify();
  const run = spawnSync(process.execPath, [program, 'verify', '--network', 'host', '--format', 'json', ...args], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...plainEnvironment, TMPDIR: temporary } });
  expect(spawnSync('ls', ['-A', temporary], { encoding: 'utf8' }).stdout).toBe('');
  expect(args.includes('--keep') || imagesOfVerify().join() === before.join()).toBe(true);
  expect(run.stdout, run.stderr).not.toBe('');
  return { ...(JSON.parse(run.stdout) as VerifyReport), code: run.status, error: run.stderr };
}

/** Images and containers of any verification. */
function imagesOfVerify(): readonly string[] {
  const list = (args: readonly string[]): readonly string[] => spawnSync('docker', [...args, '--quiet', '--filter', 'label=dockfix.verify'], { encoding: 'utf8' }).stdout.split('\n').filter((id) => id !== '');
  return [...list(['image', 'ls', '--all']), ...list(['ps', '--all'])].toSorted();
}

function unexpected(one: DockerfileVerification | undefined): readonly string[] {
  return (one?.differences ?? []).filter(({ expected }) => !expected).map(({ what, path }) => `${what} ${path}`);
}

const ignoreFile = lines('.git', 'Dockerfile', '.dockerignore', '**/__pycache__', '**/.venv', '**/venv');

describe('a project', () => {
  test('that dockfix rewrites exactly', () => {
    const Dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN useradd app && chown -R app /app', 'USER app', 'CMD ["python", "app.py"]');
    const root = repository({ Dockerfile, 'requirements.txt': requirements('verify exact', 'xmltodict'), 'app.py': appSource, '.dockerignore': ignoreFile });
    const { code, errors, dockerfiles } = verify(root);
    const [one] = dockerfiles;
    expect({ code, errors, unexpected: unexpected(one) }).toEqual({ code: 0, errors: [], unexpected: [] });
    expect(one).toMatchObject({ same: true, changed: true, touched: 'app.py', failure: null, compared: 'everything' });
    expect(one?.fixes.map(({ transform, safety }) => `${transform} ${safety}`)).toEqual(['split-copy exact']);
    // WORKDIR, COPY, RUN, RUN; and one COPY more.
    expect([one?.before?.steps, one?.before?.cached]).toEqual([4, 1]);
    expect([one?.after?.steps, one?.after?.cached]).toEqual([5, 3]);
    expect(one?.before?.bytes).toBeGreaterThan(100_000_000);
    // What no earlier run left in the cache is not taken for it.
    expect(verify(root).dockerfiles[0]?.before?.cached).toBe(1);
  });

  test('with claims: what they name is expected, and nothing else differs', () => {
    const packages = '/usr/local/lib/python3.11/site-packages';
    const Dockerfile = lines('FROM python:3.11-slim AS builder', 'WORKDIR /build', 'COPY . .', 'RUN pip install -r requirements.txt', 'FROM python:3.11-slim', 'WORKDIR /app', `COPY --from=builder ${packages} ${packages}`, 'COPY . .', 'CMD ["python", "app.py"]');
    const root = repository({ Dockerfile, 'requirements.txt': requirements('verify claims', 'flask'), 'app.py': appSource });
    const { code, errors, dockerfiles } = verify(root, '--option', 'wheel-packages.directory=/opt/wheels');
    const [one] = dockerfiles;
    expect({ code, errors, unexpected: unexpected(one), same: one?.same }).toEqual({ code: 0, errors: [], unexpected: [], same: true });
    const expected = one?.differences.map(({ what, path, because }) => `${what} ${path} ${because}`);
    expect(expected).toContain('missing /app/.git/HEAD hidden-from-context');
    expect(expected).toContain('missing /app/Dockerfile hidden-from-context');
    expect(expected).toContain('added /usr/local/bin/flask scripts-added');
    expect(one?.fixes.map(({ transform }) => transform)).toEqual(['dockerignore', 'split-copy', 'wheel-packages']);
  });

  test('of which the build looks at the repository, as a version from git does', () => {
    const Dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN sha1sum Dockerfile .dockerignore > /version');
    const root = repository({ Dockerfile, 'requirements.txt': requirements('verify repository', 'idna'), 'app.py': appSource, '.dockerignore': '.git\n' });
    const { code, errors, dockerfiles } = verify(root);
    expect({ code, errors, unexpected: dockerfiles.flatMap(unexpected) }).toEqual({ code: 0, errors: [], unexpected: [] });
    expect(dockerfiles[0]?.fixes.map(({ transform }) => transform)).toEqual(['dockerignore', 'split-copy']);
  });

  test('with several targets and arguments', () => {
    const Dockerfile = lines('FROM python:3.11-slim AS web', 'ARG MODE', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN echo "$MODE" > /mode', 'FROM web AS worker', 'CMD ["sleep", "1"]');
    const compose = lines('services:', '  web:', '    build: {context: ., target: web, args: {MODE: prod}}', '  worker:', '    build: {context: ., target: worker, args: {MODE: prod}}');
    const root = repository({ Dockerfile, 'compose.yaml': compose, 'requirements.txt': requirements('verify targets', 'idna'), 'app.py': appSource, '.dockerignore': ignoreFile });
    const { code, errors, dockerfiles } = verify(root, '--only', 'split-copy');
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(dockerfiles).toMatchObject([{ target: 'web', args: ['MODE'], same: true }, { target: 'worker', args: ['MODE'], same: true }]);
  });

  test('for another platform, with its name in the build stage', async () => {
    const install = ['WORKDIR /app', 'COPY . .', 'RUN pip install --target=/packages/$TARGETARCH -r requirements.txt', 'RUN echo "$TARGETPLATFORM $TARGETARCH" > /platform'];
    const Dockerfile = lines('FROM --platform=$BUILDPLATFORM python:3.11-slim AS build', 'ARG TARGETPLATFORM', 'ARG TARGETARCH', ...install, 'FROM scratch', 'ARG TARGETARCH', 'COPY --from=build /packages/$TARGETARCH /packages', 'COPY --from=build /platform /platform', 'COPY app.py /app/');
    const root = repository({ Dockerfile, 'requirements.txt': requirements('verify platform', 'idna'), 'app.py': appSource, '.dockerignore': ignoreFile });
    const { code, errors, dockerfiles } = verify(root, '--platform', 'linux/arm64', '--keep');
    const tags = dockerfiles.flatMap(({ images }) => Object.values(images ?? {}));
    try {
      expect({ code, errors, unexpected: dockerfiles.flatMap(unexpected) }).toEqual({ code: 0, errors: [], unexpected: [] });
      expect(dockerfiles).toMatchObject([{ same: true, changed: true, before: { steps: 7, cached: 1 }, after: { steps: 8, cached: 5 }, fixes: [{ transform: 'split-copy', safety: 'exact' }] }]);
      const images = await Promise.all(tags.map((tag) => readImage(tag)));
      expect(images.map(({ config }) => config.platform)).toEqual(['linux/arm64', 'linux/arm64']);
      expect(images[0]?.files.get('/platform')?.hash).toBe(createHash('sha1').update('linux/arm64 arm64\n').digest('hex'));
      expect([...(images[0]?.files.keys() ?? [])]).toContain('/packages/idna/__init__.py');
    } finally {
      await docker.removeTags(tags);
    }
  });

  test('with a stage that nothing uses and that has no name, and an ignore file of its own', async () => {
    const start = lines('# escape=`', 'FROM python:3.11-slim AS base', 'WORKDIR /app');
    const install = lines('COPY . .', 'RUN pip install -r requirements.txt');
    const unnamed = lines('  FROM `', '  # Tests.', '', '  base', install.trim(), 'RUN sh <<EOF > /listed', 'ls -A', 'true || \\', 'FROM nothing', 'EOF', '# The next one.');
    const Dockerfile = `${start}${unnamed}FROM base\nCOPY app.py .\nCMD ["python", "app.py"]\n`;
    const ignore = lines('.git', '.dockerignore', 'secret', '**/__pycache__', '**/.venv', '**/venv');
    const root = repository({ 'docker/app.Dockerfile': Dockerfile, 'docker/app.Dockerfile.dockerignore': ignore, '.dockerignore': '', 'compose.yaml': 'services: {app: {build: {context: ., dockerfile: docker/app.Dockerfile}}}\n', 'requirements.txt': requirements('verify unused', 'idna'), 'app.py': appSource, secret: '' });
    const { code, errors, unverified, dockerfiles } = verify(root, '--only', 'split-copy', '--keep');
    try {
      expect({ code, errors, unverified, unexpected: dockerfiles.flatMap(unexpected) }).toEqual({ code: 0, errors: [], unverified: [], unexpected: [] });
      expect(dockerfiles.map(({ target, same }) => [target, same])).toEqual([[null, true], [1, true]]);
      // The whole Dockerfile of the repository is in both images.
      expect(dockerfiles[1]?.differences).toEqual([]);
      const listed = spawnSync('docker', ['run', '--rm', '--network=none', dockerfiles[1]?.images?.after ?? '', 'cat', '/listed'], { encoding: 'utf8' });
      expect(listed.stdout, listed.stderr).toBe('app.py\ncompose.yaml\ndocker\nrequirements.txt\n');
    } finally {
      await docker.removeTags(dockerfiles.flatMap(({ images }) => Object.values(images ?? {})));
    }
  });

  test('with a stage that nothing uses and that does not build', () => {
    const stage = lines('COPY . .', 'RUN pip install -r requirements.txt');
    const Dockerfile = `${lines('FROM python:3.11-slim AS base', 'WORKDIR /app', 'FROM base')}${stage}RUN test -e /nowhere\nFROM base\n${stage}CMD ["python", "app.py"]\n`;
    const root = repository({ Dockerfile, 'requirements.txt': requirements('verify unused broken', 'idna'), 'app.py': appSource, '.dockerignore': ignoreFile });
    const { code, errors, unverified, dockerfiles } = verify(root, '--write');
    expect({ code, errors, dockerfiles }).toMatchObject({ code: 0, errors: [], dockerfiles: [{ target: null, same: true, written: false }] });
    expect(unverified).toMatchObject([{ path: 'Dockerfile', target: 1 }]);
    expect(unverified[0]?.message).toContain('test -e /nowhere');
    expect(diskTree(root).read('Dockerfile')).toBe(Dockerfile);
  });

  test('whose original does not build', () => {
    const Dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN test -e /nowhere');
    const root = repository({ Dockerfile, 'requirements.txt': requirements('verify broken', 'idna'), 'app.py': appSource, '.dockerignore': ignoreFile });
    const { code, dockerfiles, errors } = verify(root);
    expect({ code, dockerfiles }).toEqual({ code: 2, dockerfiles: [] });
    expect(errors).toMatchObject([{ path: 'Dockerfile', code: 'original-fails' }]);
    expect(errors[0]?.message).toContain('test -e /nowhere');
  });

  test('whose build hangs', () => {
    const Dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN sleep 600');
    const root = repository({ Dockerfile, 'requirements.txt': requirements('verify hangs', 'idna'), 'app.py': appSource, '.dockerignore': ignoreFile });
    expect(verify(root, '--timeout', '15')).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'timeout' }] });
  });
});

describe('what a fix hides', () => {
  /** A plan that hides the files, whatever dockfix would do, and the commands that are run in both images. */
  async function hiding(files: Readonly<Record<string, string>>, hidden: readonly string[], ...commands: readonly string[]): Promise<DockerfileVerification | undefined> {
    const root = repository(files);
    const declared: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'option' };
    const fix: Plan['fixes'][number] = { transform: 'dockerignore', safety: 'equivalent', claims: [{ kind: 'hidden-from-context', paths: hidden }], message: 'hides', dockerfile: 'Dockerfile', span: { start: 0, end: 0 }, covers: [] } as unknown as Plan['fixes'][number];
    const plan: Plan = { changes: new Map([['.dockerignore', lines(...hidden)]]), fixes: [fix], steps: [], heldBack: [], refusals: [] };
    const settings = { args: new Map(), target: null, platform: null, secrets: [], network: 'host', timeoutSeconds: 600 };
    const session: Session = { id: 'hides', engine: docker, settings, run: { commands, seconds: 60 }, signal: new AbortController().signal, keep: false, onProgress: () => undefined, made: { verified: 0, kept: [], directories: new Set() } };
    const naming: Naming = { shown: (path) => (path === '' ? '.' : path), inDiff: () => ({ named: (path) => path, hasGitHeader: true }) };
    const failed = (error: RunError): void => expect.unreachable(error.message);
    const sink = { file: () => undefined, error: failed, note: () => undefined, detail: () => undefined, progress: () => undefined };
    try {
      const found = await verifyProject({ project: { tree: diskTree(root), builds: [declared], settings: new Map() }, plan, meant: ['Dockerfile'], root, engine: docker.version(), naming, sink, session, onUnverified: () => undefined, write: false });
      return found[0];
    } finally {
      expect(cleanUp(session)).toBeNull();
    }
  }

  const node = lines('FROM node:20-slim', 'WORKDIR /srv', 'COPY . .', 'CMD ["node", "server.js"]');
  const python = lines('FROM python:3.11-slim', 'WORKDIR /srv', 'COPY . .', 'CMD ["python", "main.py"]');

  test('a Node program that reads .git/HEAD when it starts', async () => {
    const source = lines("const { readFileSync } = require('fs');", "const head = readFileSync('.git/HEAD', 'utf8');", "console.log('started', process.pid, Date.now(), head.trim());");
    const one = await hiding({ Dockerfile: node, 'server.js': source }, ['.git'], 'node server.js');
    expect(one).toMatchObject({ same: false, hidden: { mentions: [{ file: '/srv/server.js', line: 2, names: '.git', gone: '/srv/.git' }] }, runs: [{ same: false, before: { exitCode: 0 }, after: { exitCode: 1 } }] });
    expect(one?.hidden.directories[0]?.path).toBe('/srv/.git');
    expect(unexpected(one)).toEqual([]);
    expect(one?.runs[0]?.diff).toContain('ENOENT');
  });

  test('a Python program that goes on without .env, with other values', async () => {
    const source = lines('from pathlib import Path', "file = Path('.env')", "print(file.read_text() if file.exists() else 'MODE=default')");
    const one = await hiding({ Dockerfile: python, 'main.py': source, '.env': 'MODE=fast\n' }, ['.env', '.git'], 'python main.py');
    expect(one).toMatchObject({ same: false, hidden: { mentions: [{ file: '/srv/main.py', line: 2, names: '.env' }] }, runs: [{ same: false, repeatable: true, before: { exitCode: 0 }, after: { exitCode: 0 } }] });
    expect(one?.runs[0]?.diff).toContain('-MODE=fast\n');
  });

  test('one that reads neither', async () => {
    const source = lines('import socket', 'import time', "print('ready', time.time_ns(), socket.gethostname())");
    const one = await hiding({ Dockerfile: python, 'main.py': source, '.env': 'MODE=fast\n' }, ['.env', '.git'], 'python main.py', 'id && pwd && hostname');
    expect(one).toMatchObject({ same: true, hidden: { mentions: [] }, runs: [{ same: true, repeatable: false }, { same: true, repeatable: true }] });
  });
});

describe('a rewrite that is wrong', () => {
  const dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'ENV MODE=slow', 'CMD ["python", "app.py"]');
  const files = { Dockerfile: dockerfile, 'requirements.txt': requirements('verify wrong', 'idna'), 'app.py': appSource, '.dockerignore': lines('Dockerfile', '.git') };

  async function verified(rewritten: string, write = false): Promise<{ readonly found: readonly DockerfileVerification[]; readonly notes: readonly string[]; readonly text: string | undefined }> {
    const root = repository(files);
    const declared: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'option' };
    const plan: Plan = { changes: new Map([['Dockerfile', rewritten]]), fixes: [], steps: [], heldBack: [], refusals: [] };
    const settings = { args: new Map(), target: null, platform: null, secrets: [], network: 'host', timeoutSeconds: 600 };
    const session: Session = { id: 'test', engine: docker, settings, signal: new AbortController().signal, run: { commands: [], seconds: 60 }, keep: false, onProgress: () => undefined, made: { verified: 0, kept: [], directories: new Set() } };
    const naming: Naming = { shown: (path) => (path === '' ? '.' : path), inDiff: () => ({ named: (path) => path, hasGitHeader: true }) };
    const notes: string[] = [];
    const sink = { file: () => undefined, error: (error: RunError) => notes.push(error.message), note: (note: string) => notes.push(note), detail: () => undefined, progress: () => undefined };
    try {
      const found = await verifyProject({ project: { tree: diskTree(root), builds: [declared], settings: new Map() }, plan, meant: ['Dockerfile'], root, engine: docker.version(), naming, sink, session, onUnverified: () => undefined, write });
      return { found, notes, text: diskTree(root).read('Dockerfile') };
    } finally {
      expect(cleanUp(session)).toBeNull();
    }
  }

  test('is seen in content, mode, owner, files and configuration, and not written', async () => {
    const wrong = dockerfile.replace('COPY . .', 'COPY --chown=7:7 . .').replace('ENV MODE=slow', 'RUN echo more >> app.py && chmod 600 requirements.txt && touch /added && rm /usr/local/lib/python3.11/site-packages/idna/core.py\nENV MODE=fast');
    const { found, notes, text } = await verified(wrong, true);
    expect(found).toMatchObject([{ same: false, failure: null, written: false }]);
    expect(unexpected(found[0])).toEqual([
      'added /added',
      'owner /app/.dockerignore',
      'content /app/app.py',
      'owner /app/app.py',
      'mode /app/requirements.txt',
      'owner /app/requirements.txt',
      'missing /usr/local/lib/python3.11/site-packages/idna/core.py',
      'config env.MODE',
    ]);
    expect(notes).toEqual(['Dockerfile: not written, because not all that changes was verified']);
    expect(text).toBe(dockerfile);
  });

  test('does not build', async () => {
    const { found } = await verified(dockerfile.replace('COPY . .', 'COPY app.py ./'));
    expect(found).toMatchObject([{ same: false, after: null, differences: [] }]);
    expect(found[0]?.failure).toContain('requirements.txt');
  });
});

test('the copy is sent as the working tree would be, whatever a file system has', async () => {
  const root = repository({ Dockerfile: lines('FROM debian:bookworm-slim', 'COPY . /app'), '.dockerignore': lines('Dockerfile', 'hidden') });
  const made = spawnSync('sh', ['-c', 'mkfifo pipe; ln -s nowhere dangling; ln -s /etc/passwd out; mkdir -m 700 closed; echo a > closed/a; chmod 6755 closed/a; mkdir -p empty/deep hidden; printf x > "$(printf "name-\\377")"; printf "ü" > "sp ace ü"; touch hidden/a'], { cwd: root, encoding: 'utf8' });
  expect(made.stderr).toBe('');
  const { code, errors, dockerfiles } = verify(root, '--only', 'dockerignore', '--keep');
  const [one] = dockerfiles;
  const tag = 'dockfix-test-verify:tree';
  try {
    expect({ code, errors, unexpected: unexpected(one), changed: one?.changed }).toEqual({ code: 0, errors: [], unexpected: [], changed: true });
    expect(one?.differences.map(({ what, path }) => `${what} ${path}`)).toContain('missing /app/.git/HEAD');
    const { imageId, log } = await build(root, { tag });
    expect(imageId, log).not.toBeNull();
    const [tree, copy] = [await imageFiles(tag), await imageFiles(one?.images?.before ?? '')];
    // The engine sends pipes; a copy has none.
    expect(tree.delete('/app/pipe')).toBe(true);
    expect([...copy.values()].filter(({ path }) => path.startsWith('/app'))).toEqual([...tree.values()].filter(({ path }) => path.startsWith('/app')));
    expect(copy.get('/app/closed/a')?.mode).toBe(0o6755);
  } finally {
    await docker.removeTags([tag, ...Object.values(one?.images ?? {})]);
  }
});
