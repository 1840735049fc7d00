/** `dockfix verify` with a real Podman and a real Buildah, and what it reads of their images. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { VerifyReport } from '../../src/report/verify.ts';
import { engines } from '../../src/verify/engines.ts';
import { bundleCli, folder, removeTemporaryDirectories, repository, temporaryDirectory } from '../support/cli.ts';

let program = '';

beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

interface Disturbance {
  readonly what: string;
  readonly disturb: (child: ChildProcess) => unknown;
  /** The signal or the exit code with which the program ends. */
  readonly end: NodeJS.Signals | number;
  readonly message: string;
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
const ignoreFile = lines('.git', 'Dockerfile', '.dockerignore', '**/__pycache__', '**/.venv', '**/venv');

function output(name: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** All images, also those between, the containers that builds work in, and commands of builds that still run. */
function everything(): string {
  return output('buildah', 'images', '--all', '--quiet', '--no-trunc') + output('buildah', 'containers', '--all', '--quiet') + output('podman', 'ps', '--all', '--external', '--quiet');
}

/** Where an OCI runtime may not start, Podman builds, but runs no container; Buildah runs commands without one. */
function canRun(name: string): boolean {
  if (name === 'buildah') return true;
  return spawnSync('podman', ['run', '--rm', '--network=none', 'python:3.11-slim', 'true']).status === 0;
}

describe.each(['podman', 'buildah'])('%s', (name) => {
  const engine = engines[name];
  if (engine === undefined) throw new Error(`no engine ${name}`);

  /** Runs the program; nothing may be left of it, neither in the engine nor among temporary files. */
  function verify(root: string, ...args: readonly string[]): VerifyReport & { readonly code: number | null } {
    const temporary = folder({});
    const before = everything();
    const run = spawnSync(process.execPath, [program, 'verify', '--engine', name, '--network', 'host', '--format', 'json', ...args], { cwd: root, encoding: 'utf8', env: { ...process.env, TMPDIR: temporary } });
    expect({ left: everything(), temporary: readdirSync(temporary) }).toEqual({ left: before, temporary: [] });
    expect(run.stdout, run.stderr).not.toBe('');
    return { ...(JSON.parse(run.stdout) as VerifyReport), code: run.status };
  }

  test('a project of two stages that dockfix rewrites', () => {
    const Dockerfile = lines('FROM python:3.11-slim AS base', 'ARG MODE=a', 'ENV MODE=$MODE', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'FROM base', 'RUN --mount=type=secret,id=s,required=true useradd app && chown -R app /app', 'USER app', 'CMD ["python", "app.py"]');
    const root = repository({ Dockerfile, 'requirements.txt': 'xmltodict\n', 'app.py': '0\n' });
    const { code, errors, dockerfiles } = verify(root, '--build-arg', 'MODE=b', '--secret', `id=s,src=${join(root, 'app.py')}`);
    const [one] = dockerfiles;
    const unexpected = one?.differences.filter(({ expected }) => !expected);
    expect({ code, errors, unexpected }).toEqual({ code: 0, errors: [], unexpected: [] });
    expect(one).toMatchObject({ engine: engine.version(), same: true, touched: 'app.py', failure: null, args: ['MODE'] });
    expect(one?.differences).toContainEqual(expect.objectContaining({ path: '/app/Dockerfile', what: 'missing', because: 'hidden-from-context' }));
    // ARG, ENV, WORKDIR, COPY, RUN; RUN, USER, CMD. All but the first three run again; and one COPY and the install less.
    expect([one?.before?.steps, one?.before?.cached]).toEqual([8, 3]);
    expect([one?.after?.steps, one?.after?.cached]).toEqual([9, 5]);
    expect(one?.before?.bytes).toBeGreaterThan(100_000_000);
  });

  test.runIf(canRun(name))('commands of --run that say the same in both images, fail in both, or print something else each time', () => {
    const Dockerfile = lines('FROM python:3.11-slim', 'ENV MODE=shop', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN useradd app', 'USER app', 'ENTRYPOINT ["false"]');
    const root = repository({ Dockerfile, 'requirements.txt': 'xmltodict\n', 'app.py': 'import os, xmltodict\nprint(os.environ["MODE"], os.getcwd(), os.getuid() > 0)\n', '.dockerignore': ignoreFile });
    const commands = ['python app.py', 'echo lost >&2; exit 3', 'hostname; date +%N', 'id -un', 'python -c "import socket; print(socket.if_nameindex())"'];
    const { code, errors, dockerfiles } = verify(root, ...commands.flatMap((command) => ['--run', command]));
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(dockerfiles[0]).toMatchObject({
      same: true,
      runs: [
        { command: 'python app.py', same: true, repeatable: true, before: { exitCode: 0 }, after: { exitCode: 0 } },
        { same: true, repeatable: true, before: { exitCode: 3 }, after: { exitCode: 3 } },
        { same: true, repeatable: false, before: { exitCode: 0 }, after: { exitCode: 0 } },
        { same: true, repeatable: true, before: { exitCode: 0 }, after: { exitCode: 0 } },
        { same: true, repeatable: true, before: { exitCode: 0 }, after: { exitCode: 0 } },
      ],
    });
  });

  test.runIf(canRun(name))('a command of --run that misses a file that is hidden from the context', () => {
    const Dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt');
    const root = repository({ Dockerfile, 'requirements.txt': 'xmltodict\n', 'app.py': '0\n' });
    const { code, dockerfiles } = verify(root, '--run', 'test ! -e Dockerfile || cat Dockerfile');
    expect(code).toBe(1);
    expect(dockerfiles[0]).toMatchObject({ same: false, runs: [{ same: false, repeatable: true, before: { exitCode: 0 }, after: { exitCode: 0 } }] });
    expect(dockerfiles[0]?.runs[0]?.diff).toContain('-FROM python:3.11-slim\n');
  });

  test.skipIf(canRun(name))('a command of --run is an error where no container can be started', () => {
    const root = repository({ Dockerfile: lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt'), 'requirements.txt': 'xmltodict\n', 'app.py': '0\n', '.dockerignore': ignoreFile });
    const { code, dockerfiles, errors } = verify(root, '--run', 'exit 3');
    expect({ code, dockerfiles }).toEqual({ code: 2, dockerfiles: [] });
    expect(errors).toMatchObject([{ code: 'engine-failed', message: expect.stringContaining('could not start a container') }]);
  });

  test.runIf(canRun(name))('a command of --run that does not end', () => {
    const Dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt');
    const root = repository({ Dockerfile, 'requirements.txt': 'xmltodict\n', 'app.py': '0\n', '.dockerignore': ignoreFile });
    expect(verify(root, '--run', 'sleep 600', '--run-timeout', '5')).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'timeout' }] });
    expect(sleepers()).toEqual([]);
  });

  test('what it cannot build, and what to do', async () => {
    const root = repository({ Dockerfile: lines('FROM python:3.11-slim', 'COPY --unknown . .') });
    const { ok, log } = await engine.build({ context: root, dockerfile: join(root, 'Dockerfile'), idFile: join(temporaryDirectory(), 'id'), tag: `localhost/dockfix-test:${name}` });
    expect({ ok, advice: engine.adviceFor(log) }).toEqual({ ok: false, advice: expect.stringContaining('--engine docker does') as string });
  });

  test('a build that hangs', () => {
    const Dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN sleep 600');
    const root = repository({ Dockerfile, 'requirements.txt': 'xmltodict\n', 'app.py': '0\n', '.dockerignore': ignoreFile });
    expect(verify(root, '--timeout', '20')).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'timeout' }] });
  });

  const disturbances: readonly Disturbance[] = [
    { what: 'Ctrl-C', disturb: (child) => child.kill('SIGINT'), end: 'SIGINT', message: 'note interrupted: what was built is removed' },
    { what: 'the engine is killed', disturb: (child) => childrenOf(child.pid ?? 0).forEach((pid) => process.kill(pid, 'SIGKILL')), end: 2, message: `${name} was ended by SIGKILL while it did` },
  ];
  test.each(disturbances)('in the middle of a build: $what', async ({ disturb, end, message }) => {
    const Dockerfile = lines('FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'RUN sleep 600');
    const root = repository({ Dockerfile, 'requirements.txt': 'xmltodict\n', 'app.py': '0\n', '.dockerignore': ignoreFile });
    const before = everything();
    const child = spawn(process.execPath, [program, 'verify', '--engine', name, '--network', 'host'], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: process.env });
    let error = '';
    child.stderr.on('data', (chunk: Buffer) => {
      error += chunk.toString();
    });
    const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
      child.once('close', (code, by) => resolve(by ?? code));
    });
    while (sleepers().length === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
    disturb(child);
    expect(await ended).toBe(end);
    expect(error).toContain(message);
    expect({ left: everything(), sleepers: sleepers() }).toEqual({ left: before, sleepers: [] });
  });

  test('an image is read as it is mounted', async () => {
    const Dockerfile = lines(
      'FROM python:3.11-slim',
      'SHELL ["/bin/bash", "-c"]',
      'RUN mkdir -p /d/e /f && echo 1 > /d/a && ln /d/a /d/b && ln -s a /d/c && echo 2 > /d/e/x && echo 3 > /f/y && chmod 4755 /d/a && mkfifo /d/p',
      'RUN rm -r /d/e /etc/cron.d && mkdir /d/e && echo 4 > /d/e/z && rm /f/y && rmdir /f && ln -s d /f && chown 7:8 /d/c --no-dereference',
      'RUN ln /d/e/z /d/linked && echo 5 >> /d/a',
      'HEALTHCHECK --interval=5s CMD true',
      'ONBUILD RUN true',
      'ENV A="b c" B=',
      'LABEL l=1',
      'EXPOSE 80 81/udp',
      'VOLUME /v',
      'STOPSIGNAL SIGINT',
      'USER 7',
      'ENTRYPOINT ["x"]',
      'CMD ["y"]',
    );
    const root = repository({ Dockerfile });
    const idFile = join(temporaryDirectory(), 'id');
    const { imageId, log, steps } = await engine.build({ context: root, dockerfile: join(root, 'Dockerfile'), idFile, tag: `localhost/dockfix-test:${name}`, network: 'host', labels: { 'dockfix.test': name } });
    try {
      expect(imageId, log).not.toBeNull();
      expect(steps.at(-1)?.instruction).toBe('CMD ["y"]');
      const { files, config, bytes } = await engine.readImage(imageId ?? '');
      expect([...files.values()].map(({ path, type, mode, uid, gid }) => `${path} ${type} ${mode} ${uid}:${gid}`).toSorted()).toEqual(mounted(imageId ?? ''));
      expect(files.get('/d/linked')?.hash).toBe(createHash('sha1').update('4\n').digest('hex'));
      // Writing to a file of a lower layer makes it a file of its own.
      expect(files.get('/d/b')?.hash).toBe(createHash('sha1').update('1\n').digest('hex'));
      expect(files.get('/f')).toMatchObject({ type: 'symlink', hash: 'd' });
      expect(config).toMatchObject({ user: '7', entrypoint: ['x'], cmd: ['y'], shell: ['/bin/bash', '-c'], ports: ['80/tcp', '81/udp'], volumes: ['/v'], stopsignal: 'SIGINT', onbuild: ['RUN true'] });
      expect(config.platform).toMatch(/^linux\/[a-z0-9]+$/);
      expect(JSON.parse(config.healthcheck)).toMatchObject({ Test: ['CMD-SHELL', 'true'], Interval: 5_000_000_000 });
      expect([config.env.get('A'), config.env.get('B'), config.labels.get('l')]).toEqual(['b c', '', '1']);
      expect(bytes).toBeGreaterThan(100_000_000);
    } finally {
      expect(engine.removeLabelled(`dockfix.test=${name}`, [])).toBeNull();
    }
    expect(output('buildah', 'images', '--all', '--quiet', '--filter', `label=dockfix.test=${name}`)).toBe('');
  });
});

/** The files of an image as its mounted file system has them. */
function mounted(image: string): readonly string[] {
  const at = output('podman', 'image', 'mount', image).trim();
  try {
    const types: Readonly<Record<string, string>> = { f: 'file', d: 'dir', l: 'symlink', p: 'fifo', c: 'char', b: 'block' };
    const found = output('find', at, '-mindepth', '1', '-printf', '/%P\\t%y\\t%m\\t%U:%G\\n').split('\n').filter((line) => line !== '');
    return found.map((line) => {
      const [path = '', type = '', mode = '', owner = ''] = line.split('\t');
      return `${path} ${types[type] ?? type} ${Number.parseInt(mode, 8)} ${owner}`;
    }).toSorted();
  } finally {
    output('podman', 'image', 'unmount', image);
  }
}

/** The commands of the builds that hang. */
function sleepers(): readonly number[] {
  return processes().filter(({ command }) => command === 'sleep 600').map(({ pid }) => pid);
}

function childrenOf(parent: number): readonly number[] {
  return processes().filter((one) => one.parent === parent).map(({ pid }) => pid);
}

function processes(): readonly { readonly pid: number; readonly parent: number; readonly command: string }[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const [, parent = ''] = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      return [{ pid: Number(name), parent: Number(parent), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim() }];
    } catch {
      return [];
    }
  });
}
