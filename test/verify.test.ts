import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { VerifyReport } from '../src/report/verify.ts';
import { isDiskFull, isOutOfReach } from '../src/verify/program.ts';
import type { Result } from './support/cli.ts';
import { bundleCli, folder, plainEnvironment, removeTemporaryDirectories, repository, runProgram } from './support/cli.ts';
import type { Schema } from './support/json-schema.ts';
import { validate } from './support/json-schema.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'verify.schema.json'), 'utf8')) as Schema;
const fake = join(import.meta.dirname, 'support', 'fake-engine.mjs');

let program = '';

beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

/** An engine that is a program on PATH (see fake-engine.mjs), and a directory for temporary files. */
interface Engine {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

function engine(...behaviour: readonly string[]): Engine {
  return engineCalled('docker', behaviour);
}

function engineCalled(name: string, behaviour: readonly string[] = []): Engine {
  const home = folder({ behaviour: behaviour.join('\n') });
  const programs = folder({});
  symlinkSync(fake, join(programs, name));
  const temporary = join(home, 'tmp');
  mkdirSync(temporary);
  return { home, env: { FAKE_ENGINE: home, PATH: `${programs}:${process.env['PATH'] ?? ''}`, TMPDIR: temporary } };
}

function verify(args: readonly string[], cwd: string, { env }: Engine): Result {
  return runProgram(process.execPath, [program, 'verify', ...args], { cwd, env });
}

/** The JSON of a run, which has to be what the schema says. */
function jsonOf(args: readonly string[], cwd: string, one: Engine): VerifyReport & { readonly code: number | null } {
  const { out, code } = verify([...args, '--format', 'json'], cwd, one);
  const value = JSON.parse(out) as VerifyReport;
  expect(validate(schema, value)).toEqual([]);
  return { ...value, code };
}

interface FakeState {
  readonly builds: number;
  readonly images: Readonly<Record<string, { readonly tags: readonly string[] }>>;
  readonly containers: Readonly<Record<string, string>>;
}

/** Images (by their tags), containers and temporary files that are there. */
function leftIn({ home }: Engine): readonly string[] {
  const state = JSON.parse(existsSync(join(home, 'state.json')) ? readFileSync(join(home, 'state.json'), 'utf8') : '{"images":{},"containers":{}}') as FakeState;
  return [...Object.values(state.images).flatMap(({ tags }) => tags), ...Object.keys(state.containers), ...readdirSync(join(home, 'tmp'))];
}

function calls({ home }: Engine): readonly string[] {
  return readFileSync(join(home, 'calls'), 'utf8').trim().split('\n');
}

const ignore = 'Dockerfile\n.dockerignore\n.git\n**/__pycache__\n**/.venv\n**/venv\n';
const wide = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const project = { Dockerfile: wide, 'requirements.txt': 'flask==3.0.3\n', 'app.py': '0\n', '.dockerignore': ignore };
const narrow = wide.replace('COPY . .\nRUN pip', 'COPY requirements.txt ./\nRUN pip').replace('\nCMD', '\nCOPY . .\nCMD');

describe('dockfix verify', () => {
  test('says that the images are the same, and what a change costs', () => {
    const docker = engine();
    const root = repository(project);
    const { code, out, error } = verify([], root, docker);
    expect(out.replaceAll(/\d+\.\d s/g, 'TIME').replaceAll(/ +(?=TIME)/g, ' ')).toBe(
      [
        'Dockerfile (build context .): both build, and they are the same.',
        '',
        '  split-copy (exact): `RUN pip install -r requirements.txt` ran again for every change of the source, because `COPY . .` (line 3) came first; it only needs requirements.txt',
        '',
        '                             before    after',
        '  cold build TIME TIME',
        '  after a change of app.py TIME TIME',
        '    steps CACHED             1 of 3   3 of 4',
        '  image                      1.0 MB   1.0 MB',
        '',
      ].join('\n'),
    );
    expect(error).toBe(
      [
        'Dockerfile: copying the build context (1 of 10)',
        'Dockerfile: the original, cold (2 of 10)',
        'Dockerfile: the rewritten one, cold (3 of 10)',
        'Dockerfile: the original again, cold (4 of 10)',
        'Dockerfile: comparing the images (5 of 10)',
        'Dockerfile: the original, from the cache (6 of 10)',
        'Dockerfile: the original, after a change of app.py (7 of 10)',
        'Dockerfile: the rewritten one, from the cache (8 of 10)',
        'Dockerfile: the rewritten one, after a change of app.py (9 of 10)',
        'Dockerfile: removing the images (10 of 10)',
        'note the build cache is left to the engine (docker builder prune empties it)',
        '',
      ].join('\n'),
    );
    expect({ code, left: leftIn(docker), dockerfile: readFileSync(join(root, 'Dockerfile'), 'utf8') }).toEqual({ code: 0, left: [], dockerfile: wide });
    expect(calls(docker).filter((call) => /\bpush\b/.test(call))).toEqual([]);
    expect(calls(docker).filter((call) => call.includes(root))).toEqual([]);
  });

  test('as JSON', () => {
    const { code, dockerfiles, errors } = jsonOf([], repository(project), engine());
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    const [{ before, after, fixes, ...others } = { before: null, after: null, fixes: [] }] = dockerfiles;
    expect(others).toEqual({ path: 'Dockerfile', context: '.', target: null, args: [], engine: 'docker 26.1.5', changed: true, same: true, differences: [], noise: 0, hidden: { files: 0, bytes: 0, directories: [], mentions: [], searched: { files: 0, left: 0 } }, runs: [], compared: 'everything', failure: null, touched: 'app.py', images: null, refusals: [], heldBack: [], written: false });
    expect([before?.steps, before?.cached, after?.steps, after?.cached]).toEqual([3, 1, 4, 3]);
    expect(fixes).toMatchObject([{ transform: 'split-copy', safety: 'exact', claims: [] }]);
  });

  test('what two builds of the original differ in is noise', () => {
    const root = repository({ ...project, Dockerfile: wide.replace('CMD', 'RUN noise\nCMD') });
    expect(jsonOf([], root, engine()).dockerfiles).toMatchObject([{ same: true, differences: [], noise: 1 }]);
  });

  test('a build of which not all steps were heard is repeated, after another change', () => {
    // Three cold builds, one from the cache, and the first after a change.
    const docker = engine('loses:5');
    expect(jsonOf([], repository(project), docker).dockerfiles).toMatchObject([{ before: { steps: 3, cached: 1 }, after: { steps: 4, cached: 3 } }]);
    expect(calls(docker).filter((call) => call.startsWith('buildx build'))).toHaveLength(8);
  });

  test('what a claim names is expected', () => {
    const { '.dockerignore': _, ...others } = project;
    const { code, dockerfiles } = jsonOf([], repository(others), engine());
    const [first] = dockerfiles;
    expect(code).toBe(0);
    expect(first?.differences.filter(({ expected }) => !expected)).toEqual([]);
    expect(first?.differences).toContainEqual({ path: '/app/Dockerfile', what: 'missing', before: 'file 0644 0:0', after: '', expected: true, because: 'hidden-from-context' });
    expect(first?.fixes.map(({ transform, safety }) => `${transform} ${safety}`)).toEqual(['dockerignore equivalent', 'split-copy exact']);
  });

  test('both images hold the Dockerfile of the repository', () => {
    const root = repository({ ...project, '.dockerignore': ignore.replace('Dockerfile\n', '') });
    expect(jsonOf(['--only', 'split-copy'], root, engine()).dockerfiles).toMatchObject([{ same: true, differences: [] }]);
  });

  test('on another base image what the project adds is compared', () => {
    const Dockerfile = wide.replace('slim', 'alpine').replace('WORKDIR', 'RUN apk add --no-cache gcc musl-dev\nWORKDIR');
    const root = repository({ ...project, 'requirements.txt': 'psutil\n', Dockerfile });
    const { code, out } = verify(['--only', 'alpine-to-slim'], root, engine());
    expect(code).toBe(0);
    expect(out).toContain('Dockerfile (build context .): both build, and what the project adds to them is the same.\n');
    expect(out).toContain('\n  The base image changes, so only what the project adds was compared: ');
    // The fake image has a file for each RUN, and those of apk and apt are not the same.
    expect(jsonOf(['--only', 'alpine-to-slim'], root, engine()).dockerfiles).toMatchObject([{ compared: 'project', same: true, differences: [], noise: 2 }]);
  });

  test('one that cannot be fetched says nothing of the Dockerfile', () => {
    const root = repository({ ...project, 'requirements.txt': 'psutil\n', Dockerfile: wide.replace('slim', 'alpine').replace('WORKDIR', 'RUN apk add --no-cache gcc musl-dev\nWORKDIR') });
    const docker = engine('no-network-for:python:3.12-slim');
    expect(jsonOf(['--only', 'alpine-to-slim'], root, docker)).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'not-verifiable', message: expect.stringMatching(/^the base image of the rewritten Dockerfile cannot be fetched:\n.*no such host$/) as string }] });
    expect(leftIn(docker)).toEqual([]);
    expect(isOutOfReach('ERROR: failed to resolve source metadata for docker.io/library/python:3.99-slim: docker.io/library/python:3.99-slim: not found')).toBe(false);
    expect(isOutOfReach('Error: initializing source docker://python:3.12-slim: reading manifest 3.12-slim: toomanyrequests: You have reached your pull rate limit')).toBe(true);
  });

  test('any other difference is reported: exit code 1', () => {
    const docker = engine();
    // What the fake image holds in /order depends on the order of the steps.
    const root = repository({ ...project, Dockerfile: wide.replace('CMD', 'RUN order\nCMD') });
    const { code, dockerfiles } = jsonOf([], root, docker);
    expect(code).toBe(1);
    expect(dockerfiles).toMatchObject([{ same: false, differences: [{ path: '/order', what: 'content', expected: false, because: null }] }]);
    const { code: again, out } = verify(['--write'], root, docker);
    expect(again).toBe(1);
    expect(out).toContain('Dockerfile (build context .): the images differ: 1 difference that no fix claims.');
    expect(out).toContain('  Differences that no fix claims:\n    content /order\n');
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toContain('COPY . .\nRUN pip');
    expect(leftIn(docker)).toEqual([]);
  });

  test('a rewritten Dockerfile that does not build is reported: exit code 1', () => {
    const docker = engine();
    const root = repository({ ...project, Dockerfile: wide.replace('CMD', 'RUN fail-when-rewritten\nCMD') });
    const { code, out, error } = verify(['--write'], root, docker);
    expect(code).toBe(1);
    expect(out).toContain('the rewritten Dockerfile does not build.');
    expect(out).toContain('  What the build printed last:\n');
    expect(out).toContain('did not complete successfully: exit code: 1\n');
    expect(error).toContain('note Dockerfile: not written, because not all that changes was verified\n');
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).not.toContain('COPY requirements.txt');
    expect(jsonOf([], root, docker)).toMatchObject({ code: 1, dockerfiles: [{ same: false, after: null }], errors: [] });
    expect(leftIn(docker)).toEqual([]);
  });

  test('--write writes what is the same', () => {
    const root = repository(project);
    const { code, out } = verify(['--write'], root, engine());
    expect(code).toBe(0);
    expect(out).toContain('\n  Written.\n');
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toBe(narrow);
  });

  test('--keep keeps the two images, and says their names', () => {
    const docker = engine();
    const [first] = jsonOf(['--keep'], repository(project), docker).dockerfiles;
    expect(first?.images?.before).toMatch(/^dockfix-verify:[\da-f]{12}-1-before$/);
    expect(leftIn(docker).toSorted()).toEqual(Object.values(first?.images ?? {}).toSorted());
  });

  test('where dockfix changes nothing, nothing is built, and it says why', () => {
    const docker = engine();
    const root = repository({ ...project, Dockerfile: wide.replace('RUN pip', 'RUN ./configure\nRUN pip') });
    const { code, out } = verify([], root, docker);
    expect(code).toBe(0);
    expect(out).toMatch(/^Dockerfile \(build context \.\): dockfix changes nothing here, so nothing was built\.\n\n {2}left alone: line 5, split-copy \[[a-z-]+\]: /);
    expect(jsonOf([], root, docker).dockerfiles).toMatchObject([{ changed: false, same: true, before: null, after: null }]);
    expect(calls(docker).filter((call) => call.startsWith('buildx build'))).toEqual([]);
  });

  test('where there is no Dockerfile', () => {
    expect(verify([], repository({ a: '' }), engine())).toMatchObject({ code: 0, out: '', error: 'note there is no Dockerfile to verify\n' });
  });
});

describe('what a fix hides, and --run', () => {
  const { '.dockerignore': _, ...open } = project;
  // A name that is put together is not seen before the image is built.
  const hiding = { ...open, 'app.py': 'print(open(".gi" "t/HEAD").read())\n' };
  const only = ['--only', 'dockerignore'];

  test('the report says how much of the image is gone, and who names it', () => {
    const root = repository(hiding);
    const [one] = jsonOf(only, root, engine()).dockerfiles;
    expect(one).toMatchObject({ same: true, hidden: { mentions: [{ file: '/app/app.py', line: 1, names: 'HEAD', gone: expect.stringMatching(/^\/app\/\.git/) as string, package: null }], searched: { files: 2, left: 0 } } });
    expect(one?.hidden.files).toBe(one?.differences.filter(({ because }) => because === 'hidden-from-context').length);
    expect(one?.hidden.directories.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(one?.hidden.bytes);
    const { out } = verify(only, root, engine());
    expect(out).toMatch(/\n {2}No longer in the image, because the ignore file hides it: \d+ files, \d\.\d MB\n/);
    expect(out).toContain('\n  Warning: the image names what is no longer there. Does its program read it? --run COMMAND compares what it does.\n    /app/app.py:1 names HEAD (gone: /app/.git/HEAD)');
    expect(verify(only, repository(open), engine()).out).toContain("\n  None of the image's own texts that were looked at names it: 2 files. That is no proof: --run COMMAND compares what the program does.\n");
  });

  test('a command that reads it differs: exit code 1, and nothing is written', () => {
    const docker = engine();
    const root = repository(hiding);
    const { code, dockerfiles } = jsonOf([...only, '--write', '--run', 'cat app.py', '--run', 'cat .git/HEAD'], root, docker);
    expect({ code, dockerfiles }).toMatchObject({ code: 1, dockerfiles: [{ same: false, written: false, runs: [{ command: 'cat app.py', shell: true, same: true, repeatable: true, diff: '' }, { same: false, repeatable: true, before: { exitCode: 0 }, after: { exitCode: 1 } }] }] });
    expect(dockerfiles[0]?.runs[1]?.diff).toContain('-ref: refs/heads/main\n');
    expect(existsSync(join(root, '.dockerignore'))).toBe(false);
    const { out } = verify([...only, '--run', 'cat .git/HEAD'], root, docker);
    expect(out).toContain('the images differ: 1 command of --run with another result.');
    expect(out).toContain('`cat .git/HEAD` does not do the same: exit code 0 before, 1 after; what it prints differs:\n');
    expect(calls(docker).filter((call) => call.startsWith('create --network=none --hostname=dockfix --entrypoint=/bin/sh sha256:'))).toHaveLength(9);
    expect(leftIn(docker)).toEqual([]);
  });

  test('what fails in both is the same, what differs by itself is left out', () => {
    const { code, dockerfiles } = jsonOf([...only, '--run', 'echo no >&2; exit 3', '--run', 'echo run $RUNS; cat app.py'], repository(hiding), engine());
    expect({ code, dockerfiles }).toMatchObject({ code: 0, dockerfiles: [{ same: true, runs: [{ same: true, repeatable: true, before: { exitCode: 3 }, after: { exitCode: 3 } }, { same: true, repeatable: false, diff: '' }] }] });
    const { out } = verify([...only, '--run', 'exit 3'], repository(hiding), engine());
    expect(out).toContain('`exit 3` does the same in both images (exit code 3, so it fails in the original as well).');
  });

  test('an image without a shell gets the words of the command', () => {
    const root = repository({ ...hiding, Dockerfile: 'FROM gcr.io/distroless/python3\nWORKDIR /app\nCOPY . .\nCMD ["app.py"]\n' });
    expect(jsonOf([...only, '--run', 'cat app.py'], root, engine()).dockerfiles).toMatchObject([{ same: true, runs: [{ shell: false, same: true }] }]);
    expect(jsonOf([...only, '--run', 'cat app.py | wc'], root, engine())).toMatchObject({ code: 2, errors: [{ code: 'not-verifiable' }] });
  });

  test('one that does not end in the original says nothing', () => {
    const docker = engine();
    expect(jsonOf([...only, '--run-timeout', '1', '--run', 'sleep 60'], repository(hiding), docker)).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'timeout' }] });
    expect(leftIn(docker)).toEqual([]);
  });

  test.each(['docker', 'podman'])('one whose container %s cannot start says nothing', (name) => {
    const one = engineCalled(name, ['no-start']);
    const { code, dockerfiles, errors } = runWith(name, repository(hiding), one, ...only, '--run', 'cat app.py');
    expect({ code, dockerfiles }).toEqual({ code: 2, dockerfiles: [] });
    expect(errors).toMatchObject([{ code: 'engine-failed', message: expect.stringContaining('could not start a container: Error: crun: setrlimit') }]);
    expect(leftIn(one)).toEqual([]);
  });

  test.each(['podman', 'buildah'])('with %s', (name) => {
    const one = engineCalled(name);
    expect(runWith(name, repository(hiding), one, ...only, '--run', 'cat app.py', '--run', 'cat .git/HEAD')).toMatchObject({ code: 1, dockerfiles: [{ hidden: { mentions: [{ file: '/app/app.py' }] }, runs: [{ same: true }, { same: false, after: { exitCode: 1 } }] }] });
    expect(leftIn(one)).toEqual([]);
  });
});

describe('what is built', () => {
  test('options are passed on', () => {
    const docker = engine();
    const args = ['--build-arg', 'A=1=2', '--build-arg', 'B', '--target', 'web', '--platform', 'linux/amd64', '--secret', 'id=x,src=y', '--network', 'host'];
    const root = repository({ ...project, Dockerfile: wide.replace('slim', 'slim AS web') });
    expect(jsonOf(args, root, docker).dockerfiles).toMatchObject([{ target: 'web', args: ['A', 'B'] }]);
    const builds = calls(docker).filter((call) => call.startsWith('buildx build'));
    expect(builds).toHaveLength(7);
    for (const call of builds) expect(call).toContain(' --target=web --build-arg=A=1=2 --build-arg=B --platform=linux/amd64 --secret=id=x,src=y --network=host');
    expect(builds.map((call) => call.includes('--no-cache'))).toEqual([true, true, true, false, false, false, false]);
    for (const call of builds) expect(call).toContain('--pull=false');
  });

  test('each target and each set of arguments that is declared, unless others are asked for', () => {
    const compose = 'services:\n  web:\n    build: {context: ., target: web, args: {MODE: prod}}\n  worker:\n    build: {context: ., target: worker, args: {MODE: dev}}\n';
    const stages = `${wide.replace('slim', 'slim AS web')}FROM web AS worker\nCMD ["sleep"]\n`;
    const root = repository({ ...project, Dockerfile: stages, 'compose.yaml': compose });
    const docker = engine();
    expect(jsonOf([], root, docker).dockerfiles).toMatchObject([{ target: 'web', args: ['MODE'] }, { target: 'worker', args: ['MODE'] }]);
    expect(calls(docker).filter((call) => call.includes('--target=web --build-arg=MODE=prod'))).toHaveLength(7);
    expect(jsonOf(['--target', 'web', '--build-arg', 'MODE=test'], root, engine()).dockerfiles).toHaveLength(1);
  });

  test('the last stage beside a target', () => {
    const compose = 'services:\n  web:\n    build: {context: ., target: web}\n  worker:\n    build: .\n';
    const root = repository({ ...project, Dockerfile: `${wide.replace('slim', 'slim AS web')}FROM web\nCMD ["sleep"]\n`, 'compose.yaml': compose });
    const docker = engine();
    expect(jsonOf([], root, docker)).toMatchObject({ code: 0, dockerfiles: [{ target: null, same: true }, { target: 'web', same: true }] });
    expect(calls(docker).filter((call) => call.includes('--target='))).toHaveLength(7);
  });

  const start = 'FROM python:3.12-slim AS base\nWORKDIR /app\n';
  const install = 'COPY . .\nRUN pip install -r requirements.txt\n';
  const last = 'FROM base\nCOPY . .\nCMD ["python", "app.py"]\n';

  test('a stage that no other uses, too, if its instructions change', () => {
    const docker = engine();
    // Of the stages that the last one does not need three change; one has no name.
    const root = repository({ ...project, Dockerfile: `${start}FROM base\n${install}FROM base AS docs\nCOPY . .\nFROM base AS test\n${install}FROM base AS other\n${install}RUN order\n${last}` });
    const { code, dockerfiles } = jsonOf(['--write'], root, docker);
    expect({ code, dockerfiles }).toMatchObject({ code: 1, dockerfiles: [{ target: null, same: true, written: false }, { target: 1, same: true }, { target: 'test', same: true }, { target: 'other', same: false, differences: [{ path: '/order' }] }] });
    expect(calls(docker).filter((call) => call.includes(' --target=test '))).toHaveLength(7);
    // Of the one without a name the original lies beside the copy as well: two cold builds, and two around a change.
    const cut = calls(docker).filter((call) => call.includes('/before/Dockerfile '));
    expect(cut).toHaveLength(4);
    expect(cut.filter((call) => call.includes(' --target='))).toEqual([]);
    expect(calls(docker).filter((call) => call.includes('/after/Dockerfile '))).toHaveLength(12);
    expect(leftIn(docker)).toEqual([]);
  });

  test('such a stage that does not build as it is says nothing of the others, and nothing is written', () => {
    const docker = engine();
    const Dockerfile = `${start}FROM base\n${install}RUN fail\nFROM base AS test\n${install}${last}`;
    const root = repository({ ...project, Dockerfile });
    const { code, dockerfiles, unverified, errors } = jsonOf(['--write'], root, docker);
    expect({ code, errors, dockerfiles }).toMatchObject({ code: 0, errors: [], dockerfiles: [{ target: null, same: true, written: false }, { target: 'test', same: true, written: false }] });
    expect(unverified).toMatchObject([{ path: 'Dockerfile', context: '.', target: 1, args: [], message: expect.stringMatching(/^the original \(stage 1\) does not build:\n[^]*exit code: 1$/) as string }]);
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toBe(Dockerfile);
    const { out, error } = verify(['--write'], root, docker);
    expect(out).toContain('Dockerfile (build context ., target test): both build, and they are the same.');
    expect(error).toContain('note Dockerfile: nothing uses stage 1, which dockfix changes, and the original (stage 1) does not build:\n');
    expect(error).toContain('note Dockerfile: not written, because not all that changes was verified\n');
    // Asked for, it counts.
    expect(jsonOf(['--target', 'test'], repository({ ...project, Dockerfile: Dockerfile.replace('RUN fail\nFROM base AS test\n', '\nFROM base AS test\nRUN fail\n') }), docker)).toMatchObject({ code: 2, dockerfiles: [], unverified: [], errors: [{ code: 'original-fails' }] });
    expect(leftIn(docker)).toEqual([]);
  });

  test('--target with --write does not write what changes in other stages', () => {
    const stages = `${wide.replace('slim', 'slim AS web')}${wide.replace('slim', 'slim AS worker')}`;
    const root = repository({ ...project, Dockerfile: stages });
    const { code, error } = verify(['--write', '--target', 'WEB'], root, engine());
    expect(code).toBe(0);
    expect(error).toContain('note Dockerfile: not written, because not all that changes was verified\n');
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toBe(stages);
    const used = `${wide.replace('slim', 'slim AS web')}FROM web\nCMD ["sleep"]\n`;
    expect(jsonOf(['--write', '--target', 'web'], repository({ ...project, Dockerfile: used }), engine()).dockerfiles).toMatchObject([{ target: 'web', same: true, written: true }]);
  });

  test('a build that needs additional contexts is not verified', () => {
    const compose = 'services:\n  web:\n    build:\n      context: .\n      additional_contexts:\n        common: ../common\n';
    const root = repository({ ...project, 'compose.yaml': compose });
    expect(jsonOf([], root, engine())).toMatchObject({ code: 2, dockerfiles: [], errors: [{ path: 'Dockerfile', code: 'not-verifiable', message: 'it is built with additional contexts (common), which dockfix does not pass on' }] });
  });

  test('from a copy: with modes and links, also read-only ones, without what is hidden', () => {
    const docker = engine();
    const root = repository({ ...project, '.dockerignore': `${ignore}secret\n`, secret: 's', 'run.sh': '#!/bin/sh\n', link: '-> /etc/passwd', 'frozen/a': 'a\n' });
    chmodSync(join(root, 'run.sh'), 0o755);
    chmodSync(join(root, 'frozen', 'a'), 0o444);
    chmodSync(join(root, 'frozen'), 0o555);
    const { dockerfiles, code } = jsonOf(['--keep'], root, docker);
    chmodSync(join(root, 'frozen'), 0o755);
    expect({ code, same: dockerfiles[0]?.same }).toEqual({ code: 0, same: true });
    const { images } = JSON.parse(readFileSync(join(docker.home, 'state.json'), 'utf8')) as { images: Record<string, { files: Record<string, unknown> }> };
    const [{ files } = { files: {} }] = Object.values(images);
    expect(files).toMatchObject({ '/app/run.sh': { mode: 0o755 }, '/app/link': { link: '/etc/passwd' }, '/app/frozen/a': { mode: 0o444 } });
    expect(Object.keys(files)).not.toContain('/app/secret');
    expect(readdirSync(join(docker.home, 'tmp'))).toEqual([]);
    expect(statSync(join(root, 'app.py')).size).toBe(2);
  });

  test('a Dockerfile outside its build context', () => {
    const root = repository({ 'docker/app.Dockerfile': wide, 'app/requirements.txt': 'flask==3.0.3\n', 'app/app.py': '0\n', 'compose.yaml': 'services:\n  web:\n    build: {context: app, dockerfile: ../docker/app.Dockerfile}\n', 'app/.dockerignore': ignore });
    expect(jsonOf([], root, engine())).toMatchObject({ code: 0, dockerfiles: [{ path: 'docker/app.Dockerfile', context: 'app', same: true, touched: 'app/app.py' }] });
  });

  test('a Dockerfile that is a link stays one', () => {
    const root = repository({ ...project, Dockerfile: '-> build/Dockerfile', 'build/Dockerfile': wide });
    expect(jsonOf(['Dockerfile'], root, engine())).toMatchObject({ code: 0, dockerfiles: [{ path: 'Dockerfile', same: true }] });
  });
});

describe('what goes wrong', () => {
  test.each([
    ['no-engine', /^error no Docker Engine with BuildKit answers: `docker version --format .*` failed \(DOCKER_HOST: unix:\/\/\/fake\.sock\): Cannot connect to the Docker daemon .* \[no-engine\]\n/],
    ['no-buildx', /^error no Docker Engine with BuildKit answers: `docker buildx version` failed .*'buildx' is not a docker command\. \[no-engine\]\n/],
    ['old-buildx', /^error docker buildx is too old \(github\.com\/docker\/buildx v0\.12\.1 abc\): 0\.13 or later is needed \[no-engine\]\n/],
    ['podman', /^error docker buildx is that of another engine \(buildah 1\.33\.7\): BuildKit is needed \(or --engine podman\) \[no-engine\]\n/],
  ])('%s', (behaviour, message) => {
    const docker = engine(behaviour);
    const withHost = { ...docker, env: { ...docker.env, DOCKER_HOST: 'unix:///fake.sock' } };
    const { code, out, error } = verify([], repository(project), withHost);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(message);
    expect(jsonOf([], repository(project), withHost)).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'no-engine' }] });
  });

  test('no program', () => {
    const docker = engine();
    const { code, error } = verify([], repository(project), { ...docker, env: { ...docker.env, PATH: folder({}) } });
    expect({ code, error }).toEqual({ code: 2, error: 'error the program docker was not found [no-engine]\n' });
  });

  test('an original that does not build: exit code 2, with the reason, and the others are done', () => {
    const docker = engine();
    const root = repository({ 'a/Dockerfile': wide.replace('CMD', 'RUN fail\nCMD'), 'a/requirements.txt': 'flask==3.0.3\n', 'a/app.py': '0\n', 'a/.dockerignore': ignore, ...Object.fromEntries(Object.entries(project).map(([path, text]) => [`b/${path}`, text])) });
    const { code, dockerfiles, errors } = jsonOf([], root, docker);
    expect({ code, verified: dockerfiles.map(({ path, same }) => [path, same]) }).toEqual({ code: 2, verified: [['b/Dockerfile', true]] });
    expect(errors).toMatchObject([{ path: 'a/Dockerfile', code: 'original-fails' }]);
    expect(errors[0]?.message).toMatch(/^the original does not build:\n(?:.*\n)*ERROR: failed to solve: process "fail" did not complete successfully: exit code: 1$/);
    // Buildx warns of a .git that is not whole in the copy.
    expect(errors[0]?.message).not.toContain('commit information');
    expect(leftIn(docker)).toEqual([]);
  });

  // After three builds it is asked for the images.
  test.each([1, 2, 3, 5])('an engine that dies after %d builds', (builds) => {
    const docker = engine(`dies:${builds}`);
    const root = repository(project);
    const { code, dockerfiles, errors } = jsonOf(['--write'], root, docker);
    expect({ code, dockerfiles }).toEqual({ code: 2, dockerfiles: [] });
    expect(errors).toMatchObject([{ code: 'no-engine' }]);
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toBe(wide);
    expect(readdirSync(join(docker.home, 'tmp'))).toEqual([]);
  });

  test('what could not be removed is said', () => {
    const docker = engine('dies:2');
    expect(verify([], repository(project), docker).error).toMatch(/note the engine did not remove what was built: it has the label dockfix\.verify=[\da-f]{12}\n$/);
  });

  test.each([1, 2, 3, 4, 5, 6, 7])('an engine whose disk is full at build %d', (build) => {
    const docker = engine(`full:${build}`);
    expect(jsonOf([], repository(project), docker)).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'disk-full', message: 'the disk of the engine is full, or the one for temporary files (no space left on device)' }] });
    expect(leftIn(docker)).toEqual([]);
  });

  test.each(["E: You don't have enough free space in /var/cache/apt/archives/.", 'OSError: [Errno 28] No space left on device', 'npm error ENOSPC: no space left on device, write'])('%s: the disk is full', (line) => {
    expect(isDiskFull(`Reading package lists...\n${line}\nERROR: failed to solve`)).toBe(true);
  });

  test.each(['mkdtempSync', 'mkdirSync', 'writeFileSync'])('a full disk for temporary files, as %s sees it', (call) => {
    const docker = engine();
    const full = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'; const real = fs.${call};
      fs.${call} = (path, ...more) => { if (String(path).includes('/dockfix-verify-') && !String(path).endsWith('/image-id')) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }); return real(path, ...more); };
      syncBuiltinESMExports();`;
    const env = { ...docker.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(full)}` };
    expect(jsonOf([], repository(project), { ...docker, env })).toMatchObject({ code: 2, dockerfiles: [], errors: [{ path: '', code: 'disk-full', message: 'the disk that holds temporary files is full (TMPDIR names another directory)' }] });
    expect(leftIn(docker)).toEqual([]);
  });

  test('no directory for temporary files', () => {
    const docker = engine();
    expect(jsonOf([], repository(project), { ...docker, env: { ...docker.env, TMPDIR: join(docker.home, 'nowhere') } })).toMatchObject({ code: 2, dockerfiles: [], errors: [{ path: 'Dockerfile', code: 'not-verifiable', message: expect.stringMatching(/^no temporary directory can be made: ENOENT: .* \(TMPDIR names another place\)$/) as string }] });
  });

  test('a removal that comes to nothing is made up for at the end, and the verdict stands', () => {
    // Of three containers, whose images are read, and of the images.
    const docker = engine('unremoved:1', 'unremoved:2', 'unremoved:3', 'unremoved:4');
    expect(jsonOf([], repository(project), docker)).toMatchObject({ code: 0, errors: [], dockerfiles: [{ same: true, failure: null }] });
    expect(leftIn(docker)).toEqual([]);
  });

  test('a build that hangs ends after --timeout', () => {
    const docker = engine('hangs:1');
    const { code, errors } = jsonOf(['--timeout', '1'], repository(project), docker);
    expect(code).toBe(2);
    expect(errors).toEqual([{ path: 'Dockerfile', code: 'timeout', message: 'the original does not build:\nit took longer than 1 s (--timeout)' }]);
    expect(leftIn(docker)).toEqual([]);
    expect(isRunning(Number(readFileSync(join(docker.home, 'hanging'), 'utf8')))).toBe(false);
  });

  test('a rewritten Dockerfile whose build hangs is broken', () => {
    const docker = engine('hangs:2');
    expect(jsonOf(['--timeout', '3'], repository(project), docker)).toMatchObject({ code: 1, dockerfiles: [{ same: false, failure: 'it took longer than 3 s (--timeout)' }] });
    expect(leftIn(docker)).toEqual([]);
  });

  test('a build that is ended from outside says nothing of the Dockerfile', () => {
    for (const build of [1, 2]) {
      const docker = engine(`killed:${build}`);
      expect(jsonOf([], repository(project), docker)).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'engine-failed', message: 'docker was ended by SIGKILL while it did `docker buildx`' }] });
      expect(leftIn(docker)).toEqual([]);
    }
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves nothing behind', async (name) => {
    const docker = engine('hangs:3');
    const { signal, error } = await disturbed(docker, [], (child) => child.kill(name));
    expect(signal).toBe(name);
    expect(error).toMatch(/note interrupted: what was built is removed\n$/);
    expect(leftIn(docker)).toEqual([]);
    expect(isRunning(Number(readFileSync(join(docker.home, 'hanging'), 'utf8')))).toBe(false);
  });

  test('nor does a run of which nobody reads what is printed', async () => {
    const docker = engine('hangs:2');
    await disturbed(docker, ['--timeout', '2'], (child) => {
      child.stdout.destroy();
      child.stderr.destroy();
    });
    expect(leftIn(docker)).toEqual([]);
    expect(calls(docker).filter((call) => call.startsWith('buildx build')).length).toBeGreaterThan(2);
  });

  test.each([
    [['--timeout', 'long'], '--timeout: "long" is not a number of seconds'],
    [['--run-timeout', 'x'], '--run-timeout: "x" is not a number of seconds'],
    [['--run', ' '], '--run: write a command'],
    [['--timeout', '0'], '--timeout: "0" is not a number of seconds'],
    [['--engine', 'containerd'], '--engine: "containerd" is not one of "docker", "podman", "buildah"'],
    [['--platform', 'linux/amd64,linux/arm64'], '--platform: one platform at a time can be compared'],
    [['--build-arg', '=1'], '--build-arg: write NAME=VALUE, or NAME'],
    [['--target'], '--target needs a value'],
    [['--check'], 'unknown option --check: it belongs to dockfix'],
  ])('%j is not understood', (args, message) => {
    const cwd = folder({});
    const docker = engine();
    expect(verify(args, cwd, docker)).toMatchObject({ code: 2, out: '', error: `dockfix: ${message}\nTry dockfix --help.\n` });
    expect(jsonOf(args, cwd, docker)).toMatchObject({ code: 2, errors: [{ code: 'bad-option', message }] });
  });

  test('its help', () => {
    const { code, out } = verify(['--help'], folder({}), engine());
    expect(code).toBe(0);
    for (const option of ['--write', '--keep', '--engine', '--build-arg', '--target', '--platform', '--secret', '--network', '--timeout', '--run', '--run-timeout', '--only', '--format']) expect(out).toContain(option);
  });

  test('what a build prints does not steer the terminal', () => {
    const root = repository({ ...project, Dockerfile: wide.replace('CMD', 'RUN fail \u001B[2J\u202E\nCMD') });
    const { error } = verify([], root, engine());
    expect(error).not.toContain('\u001B');
  });
});

/** Podman and Buildah differ in how images are read and listed, and how containers are removed. */
function runWith(name: string, root: string, one: Engine, ...args: readonly string[]): ReturnType<typeof jsonOf> {
  return jsonOf(['--engine', name, ...args], root, one);
}

function buildsOf(one: Engine): readonly string[] {
  return calls(one).filter((call) => call.startsWith('build '));
}

describe.each(['podman', 'buildah'])('with %s', (name) => {
  test('a project is verified: each instruction is a step', () => {
    const one = engineCalled(name);
    const { code, errors, dockerfiles } = runWith(name, repository(project), one);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(dockerfiles).toMatchObject([{ engine: `${name} 4.9.4`, same: true, differences: [], touched: 'app.py', before: { steps: 4, cached: 1 }, after: { steps: 5, cached: 3 } }]);
    expect(dockerfiles[0]?.before?.bytes).toBeGreaterThan(0);
    expect(buildsOf(one)).toHaveLength(7);
    for (const call of buildsOf(one)) expect(call).toContain(' --format=docker --layers=true --pull=false --tag=localhost/dockfix-verify:');
    expect(buildsOf(one).map((call) => call.includes('--no-cache'))).toEqual([true, true, true, false, false, false, false]);
    const ignoreFiles = buildsOf(one).map((call) => / --ignorefile=\S+\/((?:copy|after)\/\S+) /.exec(call)?.[1]);
    const [before, after] = ['copy/.dockerignore', 'after/Dockerfile.dockerignore'];
    expect(ignoreFiles).toEqual([before, after, before, before, before, after, after]);
    expect(leftIn(one)).toEqual([]);
  });

  test('one that is not installed, or does not work', () => {
    const one = engineCalled(name);
    expect(runWith(name, repository(project), { ...one, env: { ...one.env, PATH: folder({}) } })).toMatchObject({ code: 2, errors: [{ code: 'no-engine', message: `the program ${name} was not found` }] });
    expect(runWith(name, repository(project), engineCalled(name, ['no-engine']))).toMatchObject({ code: 2, errors: [{ code: 'no-engine', message: `${name} does not work: \`${name} info\` failed: Error: database is locked` }] });
  });

  test('an image that cannot be read, a full disk', () => {
    const one = engineCalled(name, ['broken-archive']);
    const { code, errors } = runWith(name, repository(project), one);
    expect({ code, left: leftIn(one) }).toEqual({ code: 2, left: [] });
    expect(errors).toMatchObject([{ code: 'engine-failed' }]);
    expect(errors[0]?.message).toMatch(/: Error: copying layers: broken pipe$/);
    expect(runWith(name, repository(project), engineCalled(name, ['full:2']))).toMatchObject({ code: 2, errors: [{ code: 'disk-full' }] });
  });

  test('a build that the kernel did not let begin is tried again, three times in all', () => {
    const busy = engineCalled(name, ['busy:1', 'busy:3', 'busy:4']);
    expect(runWith(name, repository(project), busy)).toMatchObject({ code: 0, errors: [], dockerfiles: [{ same: true }] });
    // Seven are needed: the first is begun twice, the second three times.
    expect(buildsOf(busy)).toHaveLength(10);
    expect(leftIn(busy)).toEqual([]);
    const always = engineCalled(name, ['busy:1', 'busy:2', 'busy:3']);
    expect(runWith(name, repository(project), always)).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'original-fails', message: expect.stringContaining('sealing memfd copy: Device or resource busy') as string }] });
    expect(buildsOf(always)).toHaveLength(3);
  });

  test('a removal that comes to nothing is made up for at the end, and the verdict stands', () => {
    const one = engineCalled(name, ['unremoved:1']);
    expect(runWith(name, repository(project), one)).toMatchObject({ code: 0, errors: [], dockerfiles: [{ same: true }] });
    expect(leftIn(one)).toEqual([]);
  });

  test('a build that is killed, hangs or is interrupted leaves no container that it worked in', async () => {
    const killed = engineCalled(name, ['killed:2']);
    expect(runWith(name, repository(project), killed)).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'engine-failed', message: `${name} was ended by SIGKILL while it did \`${name} build\`` }] });
    expect(leftIn(killed)).toEqual([]);
    const hanging = engineCalled(name, ['hangs:1']);
    expect(runWith(name, repository(project), hanging, '--timeout', '1')).toMatchObject({ code: 2, errors: [{ code: 'timeout' }] });
    expect(leftIn(hanging)).toEqual([]);
    const interrupted = engineCalled(name, ['hangs:3']);
    expect(await disturbed(interrupted, ['--engine', name], (child) => child.kill('SIGINT'))).toMatchObject({ signal: 'SIGINT' });
    expect(leftIn(interrupted)).toEqual([]);
    expect(isRunning(Number(readFileSync(join(interrupted.home, 'hanging'), 'utf8')))).toBe(false);
  });
});

describe('with podman', () => {
  test('a remote one goes on with the step of a build that was ended, which is said', () => {
    const runsOn = 'note a build that was ended goes on at the remote podman to the end of its step, which then removes its container\n';
    const timeout = ['--engine', 'podman', '--timeout', '1'];
    const hangs = (...behaviour: readonly string[]): string => verify(timeout, repository(project), engineCalled('podman', ['hangs:1', ...behaviour])).error;
    expect(hangs('remote')).toContain(runsOn);
    expect(hangs()).not.toContain('goes on');
    expect(verify(['--engine', 'podman'], repository(project), engineCalled('podman', ['remote'])).error).not.toContain('goes on');
  });

  const name = 'podman';

  test('options are passed on', () => {
    const one = engineCalled(name);
    const { '.dockerignore': _, ...others } = project;
    const args = ['--only', 'split-copy', '--build-arg', 'A=1=2', '--build-arg', 'B', '--target', 'web', '--platform', 'linux/amd64', '--secret', 'id=x,src=y', '--network', 'host'];
    expect(runWith(name, repository({ ...others, Dockerfile: wide.replace('slim', 'slim AS web') }), one, ...args)).toMatchObject({ code: 0 });
    for (const call of buildsOf(one)) expect(call).toContain(' --target=web --build-arg=A=1=2 --build-arg=B --platform=linux/amd64 --secret=id=x,src=y --network=host');
    expect(buildsOf(one).filter((call) => call.includes('--ignorefile'))).toEqual([]);
  });

  test('the ignore file that dockfix creates counts for the rewritten Dockerfile only', () => {
    const one = engineCalled(name);
    const { '.dockerignore': _, ...others } = project;
    expect(runWith(name, repository(others), one).dockerfiles).toMatchObject([{ same: true }]);
    expect(buildsOf(one).map((call) => call.includes('--ignorefile'))).toEqual([false, true, false, false, false, true, true]);
  });

  test('.containerignore is not read by dockfix', () => {
    expect(runWith(name, repository({ ...project, '.containerignore': '' }), engineCalled(name))).toMatchObject({ code: 2, errors: [{ code: 'not-verifiable', message: 'the build context holds .containerignore, which this engine takes instead of .dockerignore, and dockfix does not read' }] });
  });

  test('a wrong rewrite is seen, and not written', () => {
    const root = repository({ ...project, Dockerfile: wide.replace('CMD', 'RUN order\nCMD') });
    const one = engineCalled(name);
    expect(runWith(name, root, one, '--write')).toMatchObject({ code: 1, dockerfiles: [{ same: false, written: false, differences: [{ path: '/order', what: 'content', expected: false }] }] });
    expect(leftIn(one)).toEqual([]);
  });

  test('--keep keeps the two images', () => {
    const one = engineCalled(name);
    const [first] = runWith(name, repository(project), one, '--keep').dockerfiles;
    expect(first?.images?.before).toMatch(/^localhost\/dockfix-verify:[\da-f]{12}-1-before$/);
    expect(leftIn(one).toSorted()).toEqual(Object.values(first?.images ?? {}).toSorted());
  });

  test('a Dockerfile that does not build, and one that does not any more', () => {
    const one = engineCalled(name);
    const failing = runWith(name, repository({ ...project, Dockerfile: wide.replace('CMD', 'RUN fail\nCMD') }), one);
    expect(failing).toMatchObject({ code: 2, dockerfiles: [], errors: [{ code: 'original-fails' }] });
    expect(failing.errors[0]?.message).toMatch(/^the original does not build:\nSTEP 1\/7: FROM [^]*\nERROR: failed to solve: process "fail" did not complete successfully: exit code: 1$/);
    expect(runWith(name, repository({ ...project, Dockerfile: wide.replace('CMD', 'RUN fail-when-rewritten\nCMD') }), one)).toMatchObject({ code: 1, dockerfiles: [{ same: false, after: null }], errors: [] });
    expect(leftIn(one)).toEqual([]);
  });
});

/** Starts a verification one of whose builds hangs, does something to it then, and waits for its end. */
async function disturbed(docker: Engine, args: readonly string[], disturb: (child: ChildProcessByStdio<null, Readable, Readable>) => void): Promise<{ readonly signal: NodeJS.Signals | null; readonly error: string }> {
  const root = repository(project);
  const child = spawn(process.execPath, [program, 'verify', ...args], { cwd: root, env: { ...docker.env, ...plainEnvironment, HOME: root }, stdio: ['ignore', 'pipe', 'pipe'] });
  let error = '';
  child.stderr.on('data', (chunk: Buffer) => {
    error += chunk.toString();
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_, signal) => resolve(signal));
  });
  while (!existsSync(join(docker.home, 'hanging')) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  disturb(child);
  return { signal: await ended, error };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
