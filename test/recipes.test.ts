/** The recipes of docs/at-scale.md: their texts are well-formed, and their dockfix commands do what they should. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';

import { isDockerfileName } from '../src/discover/files.ts';
import { bundleCli, folder, removeTemporaryDirectories, repository, temporaryDirectory } from './support/cli.ts';
import { gitHubServer, token } from './support/forge/github-server.ts';
import { gitLabServer, gitLabToken } from './support/forge/gitlab-server.ts';
import { startProgram } from './support/forge/program.ts';
import type { World } from './support/forge/world.ts';
import { newWorld } from './support/forge/world.ts';

vi.setConfig({ testTimeout: 300_000 });

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'at-scale.md'), 'utf8');
const files = { Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n', 'requirements.txt': 'a\n', '.dockerignore': '.git\n' };

let program = '';
/** Where `dockfix` and `dist/cli.cjs` are. */
let place = '';
let world: World;
const open: { close: () => Promise<void> }[] = [];

beforeAll(async () => {
  program = await bundleCli();
  place = temporaryDirectory();
  writeFileSync(join(place, 'dockfix'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
  chmodSync(join(place, 'dockfix'), 0o755);
});
beforeEach(() => {
  world = newWorld();
});
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));
afterAll(removeTemporaryDirectories);

/** The first block of code of a section, in that language. */
function block(section: string, language: string): string {
  const text = page.slice(page.indexOf(`## ${section}\n`));
  const found = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`${section} has no ${language}`);
  return found;
}

/** Runs a line of a recipe in the shell that would run it, with the program of the tests in the place of dist/cli.cjs. */
function shell(which: string, line: string, env: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly out: string; readonly error: string }> {
  const script = join(temporaryDirectory(), 'run.cjs');
  writeFileSync(script, `const { spawn } = require('node:child_process');\nspawn(${JSON.stringify(which)}, ['-ec', ${JSON.stringify(line.replace('node dist/cli.cjs', `${process.execPath} ${program}`))}], { stdio: 'inherit' }).on('close', (code) => process.exit(code));\n`);
  return startProgram(script, [], env).result;
}

interface Job {
  readonly strategy: { readonly matrix: { readonly shard: readonly number[] } };
  readonly steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[];
}

const names = (out: string): readonly string[] => (JSON.parse(out) as { readonly repositories: readonly { readonly name: string }[] }).repositories.map(({ name }) => name);

test('GitHub Actions: the shards of the matrix have all repositories, each once', async () => {
  const all = ['org/a', 'org/b', 'org/c'].map((name) => world.add(name, { a: '1' }).name);
  const server = await gitHubServer(world);
  open.push(server);
  const workflow = parse(block('GitHub Actions', 'yaml')) as { readonly jobs: Readonly<Record<string, Job>> };
  const job = workflow.jobs['pull-requests'];
  const step = job?.steps.find(({ run }) => run?.includes('dist/cli.cjs'));
  const shards = job?.strategy.matrix.shard ?? [];
  expect(step?.run).toContain(`/${shards.length}"`);
  expect(step?.env).toEqual({ ORG: 'NAME', SHARD: '${{ matrix.shard }}', GITHUB_TOKEN: '${{ secrets.DOCKFIX_TOKEN }}' });
  const found: string[] = [];
  for (const shard of shards) {
    const { code, out, error } = await shell('bash', `${step?.run ?? ''} --endpoint ${server.url} --dry-run --format json`, { ORG: 'org', SHARD: String(shard), GITHUB_TOKEN: token });
    expect({ code, error }).toEqual({ code: 0, error: expect.any(String) });
    found.push(...names(out));
  }
  expect(found.toSorted()).toEqual(all);
});

test('GitLab CI: the same, with its own variables', async () => {
  const all = ['group/a', 'group/sub/b'].map((name) => world.add(name, { a: '1' }).name);
  const server = await gitLabServer(world);
  open.push(server);
  const job = (parse(block('GitLab CI', 'yaml')) as { readonly dockfix: { readonly parallel: number; readonly script: readonly string[] } }).dockfix;
  const found: string[] = [];
  for (let index = 1; index <= job.parallel; index += 1) {
    const { code, out, error } = await shell('sh', `${job.script.join('\n')} --dry-run --format json`, { CI_SERVER_URL: server.url, DOCKFIX_GROUP: 'group', CI_NODE_INDEX: String(index), CI_NODE_TOTAL: String(job.parallel), GITLAB_TOKEN: gitLabToken });
    expect({ code, error }).toEqual({ code: 0, error: expect.any(String) });
    found.push(...names(out));
  }
  expect(found.toSorted()).toEqual(all);
});

/** What the other engines run in a repository. */
function commands(): readonly (readonly [engine: string, command: string])[] {
  const batch = parse(block('Sourcegraph Batch Changes', 'yaml')) as { readonly version: number; readonly on: readonly object[]; readonly steps: readonly { readonly run: string }[]; readonly changesetTemplate: object };
  expect(batch).toMatchObject({ version: 2, name: 'dockfix', on: [{ repositoriesMatchingQuery: expect.stringContaining('archived:no') }], changesetTemplate: { branch: 'dockfix/dockerfile-cache', commit: { message: expect.any(String) } } });
  const renovate = JSON.parse(block('Renovate', 'json')) as { readonly packageRules: readonly { readonly postUpgradeTasks: { readonly commands: readonly string[] } }[] };
  const [allowed = ''] = /String\.raw`(.*)`/.exec(block('Renovate', 'js'))?.slice(1) ?? [];
  const renovated = renovate.packageRules[0]?.postUpgradeTasks.commands[0] ?? '';
  expect(renovated).toMatch(new RegExp(allowed));
  const multi = /^multi-gitter run "([^"]*)"/.exec(block('multi-gitter', 'sh'))?.[1] ?? '';
  return [
    ['Sourcegraph', batch.steps[0]?.run ?? ''],
    ['Renovate', renovated],
    ['multi-gitter', multi.replace('node $PWD/dist/cli.cjs', 'dockfix')],
  ];
}

test('Sourcegraph finds the repositories by every name that dockfix takes for a Dockerfile', () => {
  const [, filter = ''] = /repositoriesMatchingQuery: file:(\S+) /.exec(block('Sourcegraph Batch Changes', 'yaml')) ?? [];
  const finds = (path: string): boolean => new RegExp(filter).test(path);
  const dockerfiles = ['Dockerfile', 'dockerfile', 'Dockerfile.dev', 'Dockerfile-dev', 'Dockerfile_dev', 'web.Dockerfile', 'web.dockerfile', 'Containerfile', 'Containerfile.dev'];
  expect(dockerfiles.filter((name) => !isDockerfileName(name))).toEqual([]);
  expect(dockerfiles.flatMap((name) => [name, `web/${name}`]).filter((path) => !finds(path))).toEqual([]);
  expect(['README.md', 'Dockerfile/README.md'].filter(finds)).toEqual([]);
});

test.each(['a checkout', 'a folder without git', 'a checkout, where there is no program git'])('what engines run repairs %s', (kind) => {
  const path = kind.includes('no program') ? place : `${place}:${process.env['PATH'] ?? ''}`;
  for (const [engine, command] of commands()) {
    const cwd = kind.startsWith('a checkout') ? repository(files) : folder(files);
    // Renovate's own change is not committed.
    writeFileSync(join(cwd, 'Dockerfile'), files.Dockerfile.replace('3.12', '3.13'));
    const { status, stderr } = spawnSync('/bin/sh', ['-ec', command], { cwd, encoding: 'utf8', env: { PATH: path, HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' } });
    expect({ engine, status, stderr }).toEqual({ engine, status: 0, stderr: expect.stringContaining('split-copy') });
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toContain('FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt ./\n');
  }
});
