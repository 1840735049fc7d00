/**
 * What goes wrong with a real engine in the middle of a build: it dies, its disk is full, the disk for temporary files is
 * full. For this an engine is started that nobody else uses, in namespaces of its own, so that what it started ends with
 * it and nothing stays mounted. Only root can do that, where `dockerd` and `unshare` are installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { VerifyReport } from '../../src/report/verify.ts';
import { bundleCli, folder, plainEnvironment, removeTemporaryDirectories, repository, temporaryDirectory } from '../support/cli.ts';
import { engineAvailable } from '../support/engine.ts';
import { lines } from './projects/project.ts';

const base = 'debian:bookworm-slim';
const lacking = [...(process.getuid?.() === 0 ? [] : ['root']), ...['unshare', 'dockerd'].filter((name) => spawnSync(name, ['--version']).status !== 0)];
// Here and not in a hook: hooks are not run where all tests are left out.
if (lacking.length > 0) process.stdout.write(`faults: NOT RUN, because there is no ${lacking.join(', no ')}\n`);

let program = '';

beforeAll(async () => {
  engineAvailable();
  program = await bundleCli();
});
afterEach(async () => {
  for (const one of started.splice(0)) await one.end();
});
afterAll(removeTemporaryDirectories);

interface Engine {
  readonly host: string;
  /** Kills it, and waits for its end. */
  readonly end: () => Promise<void>;
}

const started: Engine[] = [];

/** An engine whose images lie in a directory; of a size, if one is given. */
async function engine(directory: string, size?: string): Promise<Engine> {
  const [data, own] = [join(directory, 'data'), mkdtempSync(join(directory, 'run-'))];
  mkdirSync(data, { recursive: true });
  const host = `unix://${own}/socket`;
  const script = `${size === undefined ? '' : `mount -t tmpfs -o size=${size} none ${data} && `}exec dockerd --data-root ${data} --exec-root ${own}/exec --pidfile ${own}/pid --host ${host} --iptables=false --bridge=none`;
  const child = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log = collect(child);
  const one = { host, end: () => killed(child) };
  started.push(one);
  while (docker(host, 'version').status !== 0) {
    if (child.exitCode !== null) throw new Error(`dockerd ended:\n${log()}`);
    await pause();
  }
  return one;
}

/** Its client, told where the engine is. */
function docker(host: string, ...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync('docker', ['--host', host, ...args], { encoding: 'utf8', env: clientEnv() });
}

function clientEnv(): NodeJS.ProcessEnv {
  const { DOCKER_HOST: _, ...others } = process.env;
  return others;
}

/** The base image comes from the engine that the other tests use. */
function bringBase(host: string): void {
  if (spawnSync('docker', ['image', 'inspect', base]).status !== 0) spawnSync('docker', ['pull', base]);
  const brought = spawnSync('sh', ['-c', 'docker image save "$0" | env -u DOCKER_HOST docker --host "$1" image load', base, host], { encoding: 'utf8' });
  expect(brought.status, brought.stderr).toBe(0);
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => {
    child.once('close', resolve);
  });
  child.kill('SIGKILL');
  await end;
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
}

interface Disturbance {
  /** A command that runs. */
  readonly at: string;
  readonly act: () => Promise<void>;
}

/** Runs `dockfix verify`, with what starts it before its own command line. */
async function verify(root: string, host: string | undefined, temporary: string, disturbance: Disturbance | null = null, ...before: readonly string[]): Promise<VerifyReport & { readonly code: number | null; readonly error: string }> {
  const [name = process.execPath, ...args] = [...before, process.execPath, program, 'verify', '--network', 'host', '--format', 'json', '--only', 'dockerignore'];
  const child = spawn(name, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...plainEnvironment, ...(host === undefined ? {} : { DOCKER_HOST: host }), TMPDIR: temporary } });
  const error = collect(child);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const code = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  if (disturbance !== null) {
    while (child.exitCode === null && !isRunning(disturbance.at)) await pause();
    await disturbance.act();
  }
  const status = await code;
  expect(out, error()).not.toBe('');
  return { ...(JSON.parse(out) as VerifyReport), code: status, error: error() };
}

describe.skipIf(lacking.length > 0)('in the middle of a build', () => {
  test('the engine dies', async () => {
    const [directory, temporary] = [temporaryDirectory(), folder({})];
    const first = await engine(directory);
    bringBase(first.host);
    // The original builds; the rewritten one, whose ignore file hides most, is in the works for ever.
    const Dockerfile = lines(`FROM ${base}`, 'COPY . /app', 'RUN test $(ls -A /app | wc -l) -gt 1 || sleep 54321');
    const root = repository({ Dockerfile, 'app.py': '' });
    const { code, dockerfiles, errors, error } = await verify(root, first.host, temporary, { at: 'sleep 54321', act: () => first.end() });
    expect({ code, dockerfiles, errors }).toMatchObject({ code: 2, dockerfiles: [], errors: [{ path: '', code: 'no-engine', message: expect.stringMatching(/^no Docker Engine with BuildKit answers: /) as string }] });
    expect(readdirSync(temporary)).toEqual([]);
    // What the engine holds only the engine can remove: the label is said, by which it is found when it is back.
    const label = /it has the label (dockfix\.verify=[\da-f]{12})\n/.exec(error)?.[1] ?? error;
    const again = await engine(directory);
    const left = docker(again.host, 'image', 'ls', '--quiet', '--filter', `label=${label}`).stdout.split('\n').filter((id) => id !== '');
    expect(left).toHaveLength(1);
    expect(docker(again.host, 'image', 'rm', '--force', ...left).status).toBe(0);
    expect(docker(again.host, 'image', 'ls', '--format', '{{.Repository}}:{{.Tag}}').stdout).toBe(`${base}\n`);
    expect(docker(again.host, 'ps', '--all', '--quiet').stdout).toBe('');
  });

  test('the disk of the engine is full', async () => {
    const [directory, temporary] = [temporaryDirectory(), folder({})];
    const { host } = await engine(directory, '1g');
    bringBase(host);
    const root = repository({ Dockerfile: lines(`FROM ${base}`, 'COPY . /app', 'RUN test $(ls -A /app | wc -l) -gt 1 || dd if=/dev/zero of=/large bs=1M count=2048'), 'app.py': '' });
    const { code, dockerfiles, errors } = await verify(root, host, temporary);
    expect({ code, dockerfiles, errors }).toMatchObject({ code: 2, dockerfiles: [], errors: [{ path: '', code: 'disk-full', message: 'the disk of the engine is full, or the one for temporary files (no space left on device)' }] });
    expect({ images: docker(host, 'image', 'ls', '--all', '--quiet', '--filter', 'label=dockfix.verify').stdout, containers: docker(host, 'ps', '--all', '--quiet').stdout, temporary: readdirSync(temporary) }).toEqual({ images: '', containers: '', temporary: [] });
  });

  test('the disk for temporary files is full', async () => {
    const temporary = folder({});
    const root = repository({ Dockerfile: lines(`FROM ${base}`, 'COPY . /app'), large: Buffer.alloc(2_000_000) });
    const { code, dockerfiles, errors } = await verify(root, undefined, temporary, null, 'unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=1m none "$TMPDIR" && exec "$0" "$@"');
    expect({ code, dockerfiles, errors }).toMatchObject({ code: 2, dockerfiles: [], errors: [{ path: '', code: 'disk-full', message: 'the disk that holds temporary files is full (TMPDIR names another directory)' }] });
  });
});

function isRunning(command: string): boolean {
  return spawnSync('pgrep', ['--full', '--exact', command]).status === 0;
}
