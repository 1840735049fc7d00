/** A forge with a certificate of its own: who does not name the certificate does not talk to it, whatever else is set. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { bundleCli, removeTemporaryDirectories, runProgram, temporaryDirectory, writeFiles } from './support/cli.ts';
import { gitHubServer, token } from './support/forge/github-server.ts';
import type { ProgramResult } from './support/forge/program.ts';
import { startProgram } from './support/forge/program.ts';
import type { Certificate, ForgeServer } from './support/forge/server.ts';
import type { World } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';

const files = { Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n', 'requirements.txt': 'a\n', '.dockerignore': '.git\n' };

vi.setConfig({ testTimeout: 120_000 });

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
let program = '';
let certificateFile = '';
let certificate: Certificate;
let world: World;
let server: ForgeServer;

beforeAll(async () => {
  program = await bundleCli();
  if (!hasOpenssl) return;
  const directory = temporaryDirectory();
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'], { cwd: directory, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  certificateFile = join(directory, 'cert.pem');
  certificate = { cert: readFileSync(certificateFile, 'utf8'), key: readFileSync(join(directory, 'key.pem'), 'utf8') };
});
beforeEach(async () => {
  if (!hasOpenssl) return;
  world = newWorld();
  world.add('org/shop', files);
  world.add('org/other', files);
  server = await gitHubServer(world, certificate);
});
afterEach(() => (hasOpenssl ? server.close() : undefined));
afterAll(removeTemporaryDirectories);

/** All by which programs are told not to check certificates. */
const trusting = { NODE_TLS_REJECT_UNAUTHORIZED: '0', GIT_SSL_NO_VERIFY: '1' };

/** A home whose settings of git say the same. */
function trustingHome(): string {
  const home = temporaryDirectory();
  writeFiles(home, { '.gitconfig': `[http]\n\tsslVerify = false\n[http "${server.url}"]\n\tsslVerify = false\n\tfollowRedirects = true\n[http "${server.url}/org/shop.git"]\n\tsslVerify = false\n\tfollowRedirects = true\n` });
  return home;
}

function dockfixPr(env: Readonly<Record<string, string>>): Promise<ProgramResult> {
  return startProgram(program, ['pr', 'org/shop', 'org/other', '--endpoint', server.url, '--only', 'split-copy', '--commits', '0'], { GITHUB_TOKEN: token, HOME: trustingHome(), ...trusting, ...env }).result;
}

describe.skipIf(!hasOpenssl)('pull requests', () => {
  test('with the certificate named for both, all goes well', async () => {
    const { code, error } = await dockfixPr({ NODE_EXTRA_CA_CERTS: certificateFile, GIT_SSL_CAINFO: certificateFile });
    expect({ code, error }).toEqual({ code: 0, error: expect.stringContaining('2 repositories: 2 opened.') });
  });

  test('without it, nothing is asked, and the run ends with the reason', async () => {
    const { code, error } = await dockfixPr({});
    expect(code).toBe(2);
    expect(error).toMatch(/error GET \/api\/v3\/repos\/org\/shop: its certificate is not trusted: .* \(NODE_EXTRA_CA_CERTS names certificates of your own\)\n0 repositories\.\n$/);
    expect(server.log).toEqual([]);
  });

  test('without it for git, nothing is cloned', async () => {
    const { code, error } = await dockfixPr({ NODE_EXTRA_CA_CERTS: certificateFile });
    expect(code).toBe(2);
    expect(error).toMatch(/failed org\/shop: git clone: .*certificate/);
    expect(server.log.filter((words) => words.startsWith('git'))).toEqual([]);
  });
});

describe.skipIf(!hasOpenssl)('lists of repositories', () => {
  const clone = async (env: Readonly<Record<string, string>>): Promise<{ readonly status: string | undefined; readonly message: string | undefined; readonly shown: string }> => {
    const cwd = temporaryDirectory();
    writeFiles(cwd, { list: `${server.url.replace('//', `//x-access-token:${token}@`)}/org/shop.git\n` });
    const { result } = startProgram(program, ['--repos', join(cwd, 'list'), '--workdir', join(cwd, 'work'), '--format', 'json'], { HOME: trustingHome(), ...trusting, ...env });
    const { out, error } = await result;
    const { repositories } = JSON.parse(out) as { repositories: { status: string; errors: { message: string }[] }[] };
    return { status: repositories[0]?.status, message: repositories[0]?.errors[0]?.message, shown: out + error };
  };

  test('are cloned with the certificate, by the variable or by the setting, and not without', async () => {
    expect(await clone({ GIT_SSL_CAINFO: certificateFile })).toMatchObject({ status: 'changed' });
    expect(await clone({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.sslCAInfo', GIT_CONFIG_VALUE_0: certificateFile })).toMatchObject({ status: 'changed' });
    server.log.length = 0;
    const without = await clone({});
    expect(without).toMatchObject({ status: 'failed', message: expect.stringContaining('certificate') });
    expect(without.shown).not.toContain(token);
    expect(server.log).toEqual([]);
  });

  test('are not followed to another host with credentials, whatever the settings say', async () => {
    const elsewhere = await gitHubServer(world, certificate);
    try {
      server.fault = () => ({ status: 302, headers: { location: `${elsewhere.url}/org/shop.git/info/refs?service=git-upload-pack` } });
      expect(await clone({ GIT_SSL_CAINFO: certificateFile })).toMatchObject({ status: 'failed' });
      expect(server.log).not.toEqual([]);
      expect(elsewhere.log).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  test('nor without TLS', () => {
    const cwd = temporaryDirectory();
    const { out } = runProgram(process.execPath, [program, '--repos', '-', '--workdir', 'work', '--format', 'json'], { cwd, input: `${server.url.replace('https:', 'http:')}/org/shop.git\n` });
    expect(JSON.parse(out)).toMatchObject({ repositories: [{ status: 'failed', errors: [{ message: 'http: only addresses of https, ssh, git and file are cloned' }] }] });
  });
});
