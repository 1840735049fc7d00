import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  build,
  compareImages,
  engineAvailable,
  imageConfig,
  imageFiles,
  inParallel,
  noiseOf,
  readImage,
  removeImages,
  writeProject,
} from '../support/engine.ts';
import { run } from '../../src/verify/program.ts';
import type { BuildResult, ImageFile, ProjectFile } from '../support/engine.ts';

const prefix = 'dockfix-test-engine';
const none: ReadonlySet<string> = new Set();
const projects: string[] = [];

async function project(files: Readonly<Record<string, ProjectFile>>): Promise<string> {
  const directory = await writeProject(files);
  projects.push(directory);
  return directory;
}

/** The id of the image; a failed build fails the test with the build's log. */
function built(result: BuildResult): string {
  if (result.imageId === null) throw new Error(`the build failed:\n${result.log}`);
  return result.imageId;
}

/** `type mode uid:gid` of a path, for short expectations. */
function seen(files: ReadonlyMap<string, ImageFile>, path: string): string | undefined {
  const file = files.get(path);
  return file === undefined ? undefined : `${file.type} ${file.mode.toString(8)} ${file.uid}:${file.gid}`;
}

beforeAll(() => {
  engineAvailable();
});

afterAll(async () => {
  await removeImages(prefix);
  for (const directory of projects) await rm(directory, { recursive: true, force: true });
});

test('an engine that does not answer is an error which names DOCKER_HOST', () => {
  const before = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = 'unix:///nowhere/docker.sock';
  try {
    expect(() => engineAvailable()).toThrow(/DOCKER_HOST: unix:\/\/\/nowhere\/docker\.sock/);
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
  }
});

test('images are removed by repository, and those of another whose name goes on stay', async () => {
  const directory = await project({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
  for (const name of ['one', 'one-more']) await build(directory, { tag: `${prefix}/${name}:first` });
  await removeImages(`${prefix}/one`);
  const { stdout } = await run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${prefix}/*`]);
  expect(stdout.trim().split('\n')).toEqual([`${prefix}/one-more:first`]);
});

/** docs/parsing.md; why `RUN <<EOF` in a file with CRLF line ends is refused as broken. */
test('BuildKit keeps the carriage returns of a here-document, and the shell takes them for letters', async () => {
  const script = (...lines: readonly string[]): string => ['FROM debian:bookworm-slim', 'RUN echo > /outside', 'RUN <<EOF', ...lines, 'EOF', 'COPY <<EOF /copied', 'line', 'EOF', ''].join('\r\n');
  const result = await build(await project({ Dockerfile: script('echo > /within') }), { tag: `${prefix}:returns` });
  const files = await imageFiles(built(result));
  expect([...files.keys()].filter((path) => /^\/(?:outside|within)/.test(path)).toSorted()).toEqual(['/outside', '/within\r']);
  expect(files.get('/copied')?.size).toBe('line\r\n'.length);
  const stopped = await build(await project({ Dockerfile: script('set -e', 'true') }), { tag: `${prefix}:returns` });
  expect(stopped.imageId).toBeNull();
  expect(stopped.log).toContain('set: Illegal option -');
});

describe('a project of two stages without a package manager', () => {
  const long = `${'long-directory-name/'.repeat(7)}and-a-name-${'x'.repeat(120)}-ü.txt`;
  let directory: string;
  let first: BuildResult;
  let files: ReadonlyMap<string, ImageFile>;

  beforeAll(async () => {
    directory = await project({
      Dockerfile: [
        'FROM debian:bookworm-slim AS builder',
        'RUN mkdir /out && echo artefact > /out/a && ln -s a /out/link && ln /out/a /out/hard && chmod 4755 /out/a',
        'FROM debian:bookworm-slim',
        'ARG LEVEL=1',
        'WORKDIR /srv',
        'COPY --chown=1234:5678 tree/ tree/',
        'COPY --chmod=640 app.txt ./',
        'RUN mkdir /gone /refilled /kept && touch /gone/a /refilled/a /kept/a /kept/b',
        'RUN rm -r /gone /kept/a && rm -r /refilled && mkdir /refilled && echo 2 > /refilled/b',
        'COPY --from=builder /out /opt/out',
        'RUN echo "level $LEVEL"',
        'ENV GREETING="hello=world" EMPTY=',
        'LABEL org.example.kind=test',
        'EXPOSE 8000/tcp 53/udp',
        'USER 1000:1000',
        'STOPSIGNAL SIGINT',
        'HEALTHCHECK --interval=5s CMD true',
        'ENTRYPOINT ["/bin/echo", "a b"]',
        '',
      ].join('\n'),
      'app.txt': 'app\n',
      'tree/run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
      'tree/to-app': { link: '../app.txt' },
      [`tree/${long}`]: 'deep\n',
    });
    first = await build(directory, { tag: `${prefix}:tree`, noCache: true });
    files = await imageFiles(built(first));
  });

  test('steps have the names, stages and order of the Dockerfile', () => {
    const names = first.steps.map((step) => `${step.stage}|${step.instruction.split(' ').slice(0, 2).join(' ')}`);
    // Both stages begin with the same image: to BuildKit that is one step, which it names after either of them.
    expect(names.filter((name) => name.includes('|FROM'))).toHaveLength(1);
    const others = names.filter((name) => !name.includes('|FROM'));
    expect(others.filter((name) => name.startsWith('builder'))).toEqual(['builder|RUN mkdir']);
    expect(others.filter((name) => name.startsWith('stage-1'))).toEqual([
      'stage-1|WORKDIR /srv',
      'stage-1|COPY --chown=1234:5678',
      'stage-1|COPY --chmod=640',
      'stage-1|RUN mkdir',
      'stage-1|RUN rm',
      'stage-1|COPY --from=builder',
      'stage-1|RUN echo',
    ]);
  });

  test('a cold build runs every step, a second build none, a changed argument those after it', async () => {
    const ran = (result: BuildResult): string[] =>
      result.steps
        .filter((step) => !step.cached && !step.instruction.startsWith('FROM'))
        .map((step) => step.instruction);
    // A cold build takes WORKDIR from the cache all the same.
    expect(first.steps.filter((step) => step.cached && !/^(FROM|WORKDIR) /.test(step.instruction))).toEqual([]);
    expect(first.steps.length).toBeGreaterThanOrEqual(9);
    expect(first.log).toContain('level 1');
    expect(ran(await build(directory, { tag: `${prefix}:tree2` }))).toEqual([]);
    // A value that no earlier run can have left in the cache.
    const level = String(Date.now());
    const other = await build(directory, { tag: `${prefix}:tree2`, args: { LEVEL: level } });
    expect(ran(other)).toEqual([
      'RUN mkdir /gone /refilled /kept && touch /gone/a /refilled/a /kept/a /kept/b',
      'RUN rm -r /gone /kept/a && rm -r /refilled && mkdir /refilled && echo 2 > /refilled/b',
      'COPY --from=builder /out /opt/out',
      // BuildKit shows build arguments by their values.
      `RUN echo "level ${level}"`,
    ]);
    const builderAnew = await build(directory, { tag: `${prefix}:tree2`, noCacheStages: ['builder'] });
    expect(ran(builderAnew)).toContain(
      'RUN mkdir /out && echo artefact > /out/a && ln -s a /out/link && ln /out/a /out/hard && chmod 4755 /out/a',
    );
  });

  test('files have their modes, owners, links and long names', () => {
    expect(seen(files, '/srv')).toBe('dir 755 0:0');
    expect(seen(files, '/srv/app.txt')).toBe('file 640 0:0');
    expect(seen(files, '/srv/tree')).toBe('dir 755 1234:5678');
    expect(seen(files, '/srv/tree/run.sh')).toBe('file 755 1234:5678');
    expect(seen(files, `/srv/tree/${long}`)).toBe('file 644 1234:5678');
    expect(files.get('/srv/tree/to-app')).toMatchObject({ type: 'symlink', hash: '../app.txt' });
    expect(seen(files, '/tmp')).toBe('dir 1777 0:0');
    expect(files.get('/srv/app.txt')).toMatchObject({ size: 4, hash: '8d494114ce4682354b87aa61275a00a2b53f73a7' });
  });

  test('COPY --from brings links and setuid bits; a hard link is the file it names', () => {
    expect(seen(files, '/opt/out/a')).toBe('file 4755 0:0');
    expect(files.get('/opt/out/link')).toMatchObject({ type: 'symlink', hash: 'a' });
    expect(files.get('/opt/out/hard')).toEqual({ ...files.get('/opt/out/a'), path: '/opt/out/hard' });
    expect(files.has('/out')).toBe(false);
  });

  test('what a later layer removed is not there', () => {
    expect([...files.keys()].filter((path) => /^\/(gone|refilled|kept)/.test(path)).sort()).toEqual([
      '/kept',
      '/kept/b',
      '/refilled',
      '/refilled/b',
    ]);
    expect([...files.keys()].filter((path) => path.includes('.wh.') || path === '/.dockerenv')).toEqual([]);
  });

  test('the configuration is read as a whole', async () => {
    const config = await imageConfig(built(first));
    expect(config).toMatchObject({
      user: '1000:1000',
      workdir: '/srv',
      cmd: null,
      entrypoint: ['/bin/echo', 'a b'],
      ports: ['53/udp', '8000/tcp'],
      volumes: [],
      stopsignal: 'SIGINT',
      shell: null,
      onbuild: [],
    });
    expect(config.env.get('GREETING')).toBe('hello=world');
    expect(config.env.get('EMPTY')).toBe('');
    expect(config.labels).toEqual(new Map([['org.example.kind', 'test']]));
    expect(config.healthcheck).toContain('true');
  });

  test('a difference of content, mode, owner, type, presence and configuration is seen', async () => {
    const variant = await project({
      Dockerfile: [
        `FROM ${prefix}:tree`,
        'USER 0',
        'RUN chmod 600 /srv/app.txt && chown 7:7 /srv/tree && echo more >> /srv/tree/run.sh && rm /kept/b && \\',
        '    echo new > /added && rm /opt/out/link && mkdir /opt/out/link',
        'USER 1000:1000',
        'ENV GREETING=bye',
        '',
      ].join('\n'),
    });
    const before = await readImage(built(first));
    const after = await readImage(built(await build(variant, { tag: `${prefix}:variant` })));
    const differences = compareImages(before, after, none);
    expect(differences.map(({ what, path }) => `${what} ${path}`)).toEqual([
      'added /added',
      'missing /kept/b',
      'type /opt/out/link',
      'mode /opt/out/link',
      'mode /srv/app.txt',
      'owner /srv/tree',
      'content /srv/tree/run.sh',
      'config env.GREETING',
    ]);
    expect(differences.find(({ what, path }) => what === 'mode' && path === '/srv/app.txt')).toMatchObject({
      before: '0640',
      after: '0600',
    });
    expect(compareImages(before, before, none)).toEqual([]);
    // Noise hides one aspect of one path.
    const noise = new Set(['mode /srv/app.txt', 'presence /added']);
    expect(compareImages(before, after, noise)).toHaveLength(differences.length - 2);
  });
});

describe('a Python project', () => {
  const dockerfile = ['FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', ''];
  const split = [...dockerfile.slice(0, 2), 'COPY requirements.txt ./', dockerfile[3], dockerfile[2], ''];

  test('two cold builds differ in byte code, which is noise; the split image is the same but for it', async () => {
    const files = { 'requirements.txt': 'requests\n', 'app.py': 'import requests\n' };
    const wide = await project({ Dockerfile: dockerfile.join('\n'), ...files });
    const images = [];
    // One after the other: BuildKit runs a step that two builds need at the same time only once.
    for (const tag of ['wide1', 'wide2']) {
      const result = await build(wide, { tag: `${prefix}:${tag}`, noCache: true });
      images.push(await readImage(built(result)));
    }
    const [first, second] = images;
    if (first === undefined || second === undefined) throw new Error('two images were built');
    const noise = noiseOf(first, second);
    expect([...noise].some((entry) => /^content .*\.pyc$/.test(entry))).toBe(true);
    expect([...noise].filter((entry) => entry.startsWith('content /app/') || entry.startsWith('config '))).toEqual([]);
    expect(compareImages(first, second, noise)).toEqual([]);

    const narrow = await project({ Dockerfile: split.join('\n'), ...files });
    const third = await readImage(built(await build(narrow, { tag: `${prefix}:narrow`, noCache: true })));
    const left = compareImages(first, third, noise).map(({ what, path }) => `${what} ${path}`);
    // The Dockerfile itself is copied into the image, and its text is what was changed.
    expect(left).toEqual(['content /app/Dockerfile']);

    // A source file that no build before can have seen.
    await Promise.all([wide, narrow].map((root) => writeFile(join(root, 'app.py'), `# ${Date.now()}\n`)));
    const [wideAgain, narrowAgain] = await inParallel(2, [wide, narrow], (root) =>
      build(root, { tag: `${prefix}:${root === wide ? 'wide3' : 'narrow2'}` }),
    );
    const pip = (result: BuildResult | undefined): boolean | undefined =>
      result?.steps.find((step) => step.instruction.startsWith('RUN pip'))?.cached;
    expect(pip(wideAgain)).toBe(false);
    expect(pip(narrowAgain)).toBe(true);
  });

  test('a failed step is a result with the reason in its log', async () => {
    const broken = await project({ Dockerfile: 'FROM python:3.11-slim\nRUN pip install no-such-package-here\n' });
    const result = await build(broken, { tag: `${prefix}:broken` });
    expect(result).toMatchObject({ ok: false, imageId: null });
    expect(result.log).toMatch(/No matching distribution found for no-such-package-here/);
    const rejected = await project({ Dockerfile: 'FROM python:3.11-slim\nCOPY absent.txt .\n' });
    const missing = await build(rejected, { tag: `${prefix}:broken` });
    expect(missing.ok).toBe(false);
    expect(missing.log).toMatch(/absent\.txt/);
  });
});

describe('what COPY does to directories', () => {
  // The symbolic build rests on this (docs/architecture.md); BuildKit's copier is fsutil.
  test('a missing destination is 0755 and the COPY’s, an existing one keeps its own, those below lose it', async () => {
    const directory = await project({
      Dockerfile: [
        'FROM debian:bookworm-slim',
        'RUN mkdir -p -m 700 /existing && mkdir -m 711 /existing/sub && chown -R 5:5 /existing',
        'COPY --chown=1234:5678 src/ /existing/',
        'COPY --chown=1234:5678 src/ /missing/parent/dir/',
        'USER 1000',
        'WORKDIR /made/by/workdir',
        'COPY src/sub/file ./',
        'COPY --chown=1234 src/sub/file /by-number',
        'COPY --chown=games src/sub/file /by-name',
        '',
      ].join('\n'),
      'src/sub/file': 'x\n',
    });
    const files = await imageFiles(built(await build(directory, { tag: `${prefix}:copy` })));
    expect(seen(files, '/existing')).toBe('dir 700 5:5');
    expect(seen(files, '/existing/sub')).toBe('dir 755 1234:5678');
    expect(seen(files, '/missing')).toBe('dir 755 1234:5678');
    expect(seen(files, '/missing/parent/dir')).toBe('dir 755 1234:5678');
    expect(seen(files, '/missing/parent/dir/sub')).toBe('dir 755 1234:5678');
    // A number without a group is the group as well; a name has the group that /etc/passwd gives it.
    expect(seen(files, '/made/by/workdir')).toBe('dir 755 1000:1000');
    expect(seen(files, '/by-number')).toBe('file 644 1234:1234');
    expect(seen(files, '/by-name')).toBe('file 644 5:60');
    expect(seen(files, '/made/by')).toBe('dir 755 1000:1000');
    expect(seen(files, '/made/by/workdir/file')).toBe('file 644 0:0');
  });
});
