import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { buildsUnder } from '../src/explain.ts';
import type { ComparedBuild } from '../src/explain.ts';
import type { Build, Claim, Path } from '../src/types.ts';
import type { Rewrite } from '../src/verify/expected.ts';
import { acrossBases, isCache, judge } from '../src/verify/expected.ts';
import type { Image, ImageConfig, ImageFile } from '../src/verify/image.ts';
import { compareImages, noiseOf, numberedLike } from '../src/verify/image.ts';
import { progressReader } from '../src/verify/progress.ts';
import { applied, readArchive } from '../src/verify/archive.ts';
import { buildahReader } from '../src/verify/buildah-progress.ts';
import type { TarEntry } from '../src/verify/tar.ts';
import { fileToTouch } from '../src/verify/touch.ts';

const config: ImageConfig = { platform: 'linux/amd64', env: new Map(), user: '', workdir: '', cmd: null, entrypoint: null, labels: new Map(), ports: [], volumes: [], stopsignal: '', shell: null, healthcheck: '', onbuild: [] };

/** Files by path; `owner` counts for user and group. */
function image(files: Readonly<Record<string, string | Partial<ImageFile>>>, settings: Partial<ImageConfig> = {}): Image {
  const entries = Object.entries(files).map(([path, given]): readonly [string, ImageFile] => {
    const file = typeof given === 'string' ? { hash: given } : given;
    return [path, { path, type: 'file', mode: 0o644, uid: 0, gid: 0, hash: '', size: 0, ...file }];
  });
  return { files: new Map(entries), config: { ...config, ...settings } };
}

function compared(files: Readonly<Record<Path, string>>, changes: Readonly<Record<Path, string>>, build: Partial<Build> = {}): ComparedBuild {
  const builds: readonly Build[] = [{ dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess', ...build }];
  const [only] = buildsUnder({ tree: memoryTree(files), builds, settings: new Map() }, { changes: new Map(Object.entries(changes)), fixes: [], steps: [], heldBack: [], refusals: [] });
  if (only === undefined) throw new Error('no build');
  return only;
}

/** What is in the context by its content, and the paths that are sent no more. */
function rewrite(dockerfile: string, context: Readonly<Record<Path, string>>, claims: readonly Claim[], more: Partial<Rewrite> & { readonly hidden?: readonly Path[] } = {}): Rewrite {
  const { before } = compared({ Dockerfile: dockerfile, ...context }, {});
  const { hidden = [], ...others } = more;
  return {
    claims,
    builds: [before.build.symbolic],
    edited: new Map(),
    isHidden: (path) => hidden.includes(path),
    contextFile: (path) => {
      const hash = context[path];
      return hash === undefined ? null : { type: 'file', hash };
    },
    ...others,
  };
}

function judged(before: Image, after: Image, how: Rewrite): readonly string[] {
  return judge(compareImages(before, after, new Set()), before, after, how).map(({ what, path, because }) => `${what} ${path} ${because}`);
}

describe('a difference is expected', () => {
  const hides: Claim = { kind: 'hidden-from-context', paths: ['**/*.log', 'docs'] };
  const wide = 'FROM debian:12\nCOPY . /app\n';

  test('if a claim hides the file from the context, wherever a COPY brings it', () => {
    const dockerfile = 'FROM debian:12 AS one\nCOPY src /srv/src\nFROM debian:12\nCOPY --from=one /srv /app\nCOPY src/a.log /b.log\n';
    const how = rewrite(dockerfile, { 'src/a.log': 'A', 'src/a.py': 'P' }, [hides], { hidden: ['src/a.log'] });
    const before = image({ '/app/src/a.log': 'A', '/b.log': 'A', '/elsewhere/a.log': 'A', '/app/src/a.py': 'P' });
    expect(judged(before, image({}), how)).toEqual(['missing /app/src/a.log hidden-from-context', 'missing /app/src/a.py null', 'missing /b.log hidden-from-context', 'missing /elsewhere/a.log null']);
  });
  test('but not if the claim does not name it, the context still has it, or it was made by a command', () => {
    const files = { 'a.log': 'A', 'b.log': 'B', 'c.txt': 'C' };
    const how = rewrite(wide, files, [hides], { hidden: ['a.log', 'c.txt'] });
    expect(judged(image({ '/app/a.log': 'changed' }), image({}), how)).toEqual(['missing /app/a.log null']);
    expect(judged(image({ '/app/b.log': 'B', '/app/c.txt': 'C' }), image({}), how)).toEqual(['missing /app/b.log null', 'missing /app/c.txt null']);
    expect(judged(image({ '/app/a.log': 'A' }), image({ '/app/a.log': 'X' }), how)).toEqual(['content /app/a.log null']);
  });
  test('two stages that copy from one another come to an end', () => {
    const how = rewrite('FROM debian:12 AS one\nCOPY --from=debian:12 /x /\nFROM one AS two\nCOPY --from=one / /x\nFROM two\nCOPY --from=one /x /\n', {}, [hides]);
    expect(judged(image({ '/x/a': 'A' }), image({}), how)).toEqual(['missing /x/a null']);
  });
  test('if the image holds what dockfix writes', () => {
    const how = rewrite(wide, {}, [], { edited: new Map([['Dockerfile', { before: 'old', after: 'new' }], ['.dockerignore', { before: null, after: 'rules' }]]) });
    const before = image({ '/app/Dockerfile': 'old', '/etc/Dockerfile': 'old' });
    expect(judged(before, image({ '/app/Dockerfile': 'new', '/etc/Dockerfile': 'new', '/app/.dockerignore': 'rules' }), how)).toEqual(['added /app/.dockerignore edited', 'content /app/Dockerfile edited', 'content /etc/Dockerfile null']);
    expect(judged(before, image({ '/app/Dockerfile': 'other', '/etc/Dockerfile': 'old' }), how)).toEqual(['content /app/Dockerfile null']);
  });
  test.each<[Claim, readonly string[], readonly string[]]>([
    [{ kind: 'scripts-added', path: '/usr/local/bin' }, ['added /usr/local/bin/flask'], ['added /usr/local/bin/x/y', 'added /usr/bin/flask', 'missing /usr/local/bin/pip']],
    [{ kind: 'wheels-in-layer', path: '/wheels' }, ['added /wheels', 'added /wheels/a.whl'], ['added /wheelsx', 'missing /wheels/a.whl']],
    [
      { kind: 'installed-from-wheels', prefix: '/usr/local' },
      ['content /usr/local/lib/python3.11/site-packages/a-1.dist-info/RECORD', 'added /usr/local/share/man/man1/a.1', 'missing /usr/local/lib/python3.11/site-packages/a-1.dist-info/REQUESTED'],
      ['added /usr/local/bin/a', 'content /usr/local/lib/python3.11/site-packages/a.py', 'missing /usr/local/lib/python3.11/site-packages/a.py', 'content /opt/a-1.dist-info/RECORD'],
    ],
    [
      { kind: 'tool-left-out', tools: ['pip'] },
      ['content /usr/local/lib/python3.11/site-packages/pip/main.py', 'missing /usr/local/lib/python3.11/site-packages/pip-24.0.dist-info', 'missing /usr/local/bin/pip3.11', 'content /usr/local/bin/pip'],
      ['missing /usr/local/lib/python3.11/site-packages/pipx/a.py', 'missing /usr/local/lib/python3.11/site-packages/flask/a.py', 'missing /usr/local/bin/pipx'],
    ],
    [{ kind: 'tool-left-out', tools: ['poetry'] }, ['missing /usr/local/lib/python3.11/site-packages/dulwich/a.py', 'missing /usr/local/bin/keyring'], ['content /usr/local/lib/python3.11/site-packages/dulwich/a.py', 'missing /app/a']],
    [{ kind: 'lock-now-honoured', path: 'poetry.lock' }, ['content /app/.venv/lib/python3.11/site-packages/a.py', 'added /app/.venv/bin/a'], ['content /app/a.py']],
    [{ kind: 'assumes', assumption: { kind: 'disjoint-names' } }, [], ['added /a']],
  ])('%j', (claim, expected, others) => {
    const differences = [...expected, ...others].map((one) => {
      const [what = '', path = ''] = one.split(' ');
      return { what: what as 'added', path, before: '', after: '' };
    });
    const results = judge(differences, image({}), image({}), rewrite(wide, {}, [claim]));
    expect(results.filter((one) => one.expected).map(({ what, path }) => `${what} ${path}`)).toEqual(expected);
    expect(results.filter((one) => one.expected).every(({ because }) => because === claim.kind)).toBe(true);
  });
});

describe('noise', () => {
  const noise = noiseOf(image({ '/log-17': 'x', '/passwd': { hash: 'a' } }), image({ '/log-18': 'x', '/passwd': { hash: 'b' } }));
  test('is one aspect of a path', () => {
    expect(compareImages(image({ '/passwd': 'a' }), image({ '/passwd': { hash: 'c', mode: 0o600 } }), noise).map(({ what }) => what)).toEqual(['mode']);
  });
  test('names with numbers in them are like each other', () => {
    const isNumbered = numberedLike(noise);
    const [added, other] = compareImages(image({}), image({ '/log-19': 'x', '/logs': 'x' }), noise);
    expect([added, other].map((one) => one !== undefined && isNumbered(one))).toEqual([true, false]);
  });
  test.each(['/app/__pycache__', '/usr/lib/a/__pycache__/x.cpython-311.pyc', '/a.pyc', '/root/.cache/pip/x', '/root/.cache', '/var/lib/apt/lists/x', '/tmp/node-compile-cache', '/tmp/node-compile-cache/v24.21.0-x64-964aae3f-0/988fd88e'])('%s is not compared', (path) => expect(isCache(path)).toBe(true));
  test.each(['/app/cache/a', '/app/.cache/data', '/app/a.py', '/app/node-compile-cache.js', '/var/lib/apt/extended_states'])('%s is', (path) => expect(isCache(path)).toBe(false));
});

describe('across base images what the project adds is compared', () => {
  const how = rewrite('FROM python:3.12-alpine\nENV MODE=prod\nWORKDIR /app\nCOPY . .\nRUN make\n', { 'app.py': 'A', 'run.sh': 'R' }, [{ kind: 'base-changed', stage: 0, from: 'python:3.12-alpine', to: 'python:3.12-slim' }]);
  const site = '/usr/local/lib/python3.12/site-packages';
  const before = image(
    { '/bin/busybox': 'B', '/app/app.py': 'A', '/app/run.sh': { hash: 'R', uid: 100, gid: 101 }, '/app/made': 'M', [`${site}/flask-3.0.3.dist-info`]: { type: 'dir' }, [`${site}/pip-24.0.dist-info`]: { type: 'dir' }, [`${site}/flask/a.py`]: 'F' },
    { env: new Map([['MODE', 'prod'], ['LANG', 'C']]), cmd: ['/sbin/tini'], user: 'app' },
  );
  const differences = (after: Image): readonly string[] => acrossBases(before, after, new Set(), how).map(({ what, path }) => `${what} ${path}`);

  test('and nothing of the system', () => {
    const after = image(
      { '/bin/bash': 'B', '/app/app.py': 'A', '/app/run.sh': { hash: 'R', uid: 999, gid: 999 }, [`${site}/flask-3.0.3.dist-info`]: { type: 'dir' }, [`${site}/pip-25.0.dist-info`]: { type: 'dir' }, [`${site}/flask/a.py`]: 'other' },
      { env: new Map([['MODE', 'prod']]), cmd: ['/usr/bin/tini'], user: 'app' },
    );
    expect(differences(after)).toEqual([]);
  });
  test('files, modes, root, packages, and what the Dockerfile sets', () => {
    const after = image({ '/app/app.py': { hash: 'A', mode: 0o600 }, '/app/run.sh': 'R', [`${site}/flask-3.1.0.dist-info`]: { type: 'dir' } }, { env: new Map([['MODE', 'dev']]), user: '' });
    expect(differences(after)).toEqual(['mode /app/app.py', 'owner /app/run.sh', `missing ${site}/flask-3.0.3.dist-info`, `added ${site}/flask-3.1.0.dist-info`, 'config env.MODE', 'config user']);
    expect(differences(image({}, before.config))).toContain('missing /app/app.py');
  });
  test('and what they run on', () => {
    expect(acrossBases(image({}), image({}, { platform: 'linux/386' }), new Set(), how)).toEqual([{ path: 'platform', what: 'config', before: '"linux/amd64"', after: '"linux/386"' }]);
  });
});

describe('the report of a build', () => {
  const vertex = (digest: string, name: string, more: object = {}): string => JSON.stringify({ vertexes: [{ digest, name, ...more }] });

  test('is read in pieces of any size, in either form', () => {
    const text = `${vertex('b', '[web 2/2] RUN b', { started: 'x' })}\n{\n  "vertexes": [{ "digest": "a", "name": "[web 1/2] COPY a", "cached": true }]\n}\nWARN x\n${vertex('i', '[internal] load')}\n{"logs":[{"data":"${Buffer.from('out\n').toString('base64')}"}]}`;
    for (const size of [1, 7, text.length]) {
      const started: string[] = [];
      const reader = progressReader((name) => started.push(name));
      for (let at = 0; at < text.length; at += size) reader.take(text.slice(at, at + size));
      const { steps, log } = reader.result();
      expect(steps.map(({ stage, instruction, cached }) => `${stage} ${instruction} ${cached}`)).toEqual(['web COPY a true', 'web RUN b false']);
      expect({ started, log }).toEqual({ started: ['[web 2/2] RUN b'], log: 'WARN x\nout\n' });
    }
  });
  test('names the first of ten steps with a space, also where a stage has a name, and a step may look like a name', () => {
    const reader = progressReader();
    const names = ['[10/10] RUN c', '[ 9/10] RUN b', '[ 1/10] FROM x', '[web  2/10] COPY a', '[web 10/10] RUN echo "[x 1/2] y"', '[linux/amd64 api  3/10] RUN d', '[internal] load 1/2'];
    names.forEach((name, at) => reader.take(`${vertex(String(at), name)}\n`));
    expect(reader.result().steps.map(({ stage, instruction }) => `${stage}: ${instruction}`)).toEqual([': FROM x', ': RUN b', ': RUN c', 'web: COPY a', 'web: RUN echo "[x 1/2] y"', 'linux/amd64 api: RUN d']);
  });
  test('may end in the middle', () => {
    const reader = progressReader();
    reader.take('{\n  "vertexes": [\n');
    expect(reader.result()).toEqual({ steps: [], log: '{\n  "vertexes": [\n' });
    const other = progressReader();
    other.take('{"vertexes":[{"dig');
    expect(other.result().log).toBe('{"vertexes":[{"dig\n');
  });
  test('what a failing step printed comes after what others printed meanwhile, and what the builder says of it comes last', () => {
    const printed = (step: string, text: string): string => JSON.stringify({ logs: [{ vertex: step, data: Buffer.from(text).toString('base64') }] });
    const reader = progressReader();
    const lines = [
      'WARN x', vertex('a', '[api 2/2] RUN a', { started: 'x' }), vertex('w', '[web 2/2] RUN w', { started: 'x' }), printed('a', 'why\n'), printed('w', 'much\n'), printed('a', 'it failed\n'), printed('w', 'more\n'),
      vertex('a', '[api 2/2] RUN a', { error: 'exit code: 1' }), printed('w', 'Killed\n'), vertex('w', '[web 2/2] RUN w', { error: 'exit code: 137: context canceled: context canceled' }), 'Dockerfile:2', 'ERROR: failed to solve',
    ];
    lines.forEach((line) => reader.take(`${line}\n`));
    expect(reader.result().log).toBe('much\nmore\nKilled\n[web 2/2] RUN w: exit code: 137: context canceled: context canceled\nwhy\nit failed\n[api 2/2] RUN a: exit code: 1\nWARN x\nDockerfile:2\nERROR: failed to solve\n');
  });
  test('keeps the end of a long log', () => {
    const reader = progressReader();
    for (let line = 0; line < 300_000; line += 1) reader.take(`line ${line}\n`);
    const { log } = reader.result();
    expect(log.length).toBeLessThan(2_100_000);
    expect(log.endsWith('line 299999\n')).toBe(true);
  });
});

describe('the file that is changed', () => {
  const wide = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n';
  const narrow = wide.replace('COPY . .\nRUN pip install -r requirements.txt', 'COPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .');
  const files = { Dockerfile: wide, 'README.md': '', 'requirements.txt': 'flask==3.0.3\n', 'setup.cfg': '', 'src/a.py': '0' };

  test('is a source file whose change costs less afterwards', () => {
    expect(fileToTouch(compared(files, { Dockerfile: narrow }))).toBe('src/a.py');
    expect(fileToTouch(compared({ ...files, 'src/a.py': '' }, { Dockerfile: narrow, 'src/a.py': '1' }))).not.toBe('src/a.py');
  });
  test('is one that is sent, before and after', () => {
    expect(fileToTouch(compared({ ...files, '.dockerignore': 'src\n' }, { Dockerfile: narrow }))).toBe('README.md');
    expect(fileToTouch(compared(files, { '.dockerignore': 'src\nDockerfile\n.dockerignore\n' }))).toBe('README.md');
  });
  test('is no manifest, although a change of one may save more, unless there is nothing else', () => {
    const before = 'FROM python:3.12-slim AS a\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nRUN true\nFROM a\nCOPY src /src\n';
    expect(fileToTouch(compared({ ...files, Dockerfile: before }, { Dockerfile: before.replace('RUN true\n', '') }))).toBe('src/a.py');
    const only = 'FROM python:3.12-slim\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\n';
    expect(fileToTouch(compared({ ...files, Dockerfile: only }, {}))).toBe('requirements.txt');
  });
  test('is no manifest that is written out as requirements', () => {
    const Dockerfile = 'FROM python:3.12-slim\nCOPY Pipfile Pipfile.lock ./\nRUN pipenv requirements > requirements.txt\nRUN pip install -r requirements.txt\nCOPY src /src\n';
    const lock = { Pipfile: '[packages]\nflask = "*"\n', 'Pipfile.lock': '{"_meta": {}, "default": {"flask": {"version": "==3.0.3"}}, "develop": {}}' };
    expect(fileToTouch(compared({ Dockerfile, ...lock, 'src/a.py': '' }, {}))).toBe('src/a.py');
  });
  test('is one of the target', () => {
    const Dockerfile = 'FROM python:3.12-slim AS web\nCOPY setup.cfg ./\nFROM python:3.12-slim\nCOPY src /src\nRUN true\n';
    expect(fileToTouch(compared({ ...files, Dockerfile }, {}))).toBe('src/a.py');
    expect(fileToTouch(compared({ ...files, Dockerfile }, {}), 'web')).toBe('setup.cfg');
    const after = Dockerfile.replace('COPY setup.cfg ./\n', '');
    expect(fileToTouch(compared({ ...files, Dockerfile: after }, {}), 'web')).toBeNull();
  });
  test('is none where nothing is copied', () => {
    expect(fileToTouch(compared({ ...files, Dockerfile: 'FROM python:3.12-slim\nRUN pip install flask\n' }, {}))).toBeNull();
  });
  test('is found however many files no step copies', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`a/${at}.py`, '']));
    const Dockerfile = 'FROM python:3.12-slim\nCOPY src /src\nRUN true\n';
    expect(fileToTouch(compared({ ...many, ...files, Dockerfile }, { Dockerfile: Dockerfile.replace('RUN true\n', '') }))).toBe('src/a.py');
  });
  test('is in the context', () => {
    const below = Object.fromEntries(Object.entries(files).map(([path, text]) => [`api/${path}`, text]));
    expect(fileToTouch(compared(below, { 'api/Dockerfile': narrow }, { dockerfile: 'api/Dockerfile', context: 'api' }))).toBe('src/a.py');
  });
});

describe('what Buildah prints', () => {
  const container = 'a'.repeat(64);
  const read = (output: string, errors = ''): { readonly steps: readonly string[]; readonly log: string; readonly made: readonly string[] } => {
    const workplace = { containers: new Set<string>(), directories: new Set<string>() };
    const reader = buildahReader(['dockfix.verify'], workplace);
    for (const [text, take] of [[output, reader.takeOutput], [errors, reader.takeError]] as const) for (const letter of text) take(letter);
    const { steps, log } = reader.result();
    return { steps: steps.map(({ stage, instruction, cached }) => `${stage}${instruction}${cached ? ' CACHED' : ''}`), log, made: [...workplace.containers, ...workplace.directories] };
  };

  test('steps of several stages, and which of them came from the cache', () => {
    const cached = `--> Using cache ${'0'.repeat(64)}\n--> 000000000000\n`;
    const output = `[1/2] STEP 1/3: FROM python AS a\n[1/2] STEP 2/3: ENV A=1\n${cached}[1/2] STEP 3/3: RUN make\nmade\n--> 111111111111\n[2/2] STEP 1/3: FROM 111111111111\n[2/2] STEP 2/3: CMD ["a"]\n${cached}[2/2] STEP 3/3: LABEL "dockfix.verify"="x"\n${cached}[2/2] COMMIT t\n`;
    expect(read(output).steps).toEqual(['[1/2]FROM python AS a', '[1/2]ENV A=1 CACHED', '[1/2]RUN make', '[2/2]FROM 111111111111', '[2/2]CMD ["a"] CACHED']);
    const [first = ''] = output.split('[2/2]');
    expect(read(first.replaceAll('[1/2] ', '')).steps).toEqual(['FROM python AS a', 'ENV A=1 CACHED', 'RUN make']);
    expect(read(output.replaceAll('[2/2]', '[linux/amd64] [2/2]')).steps.at(-1)).toBe('[linux/amd64] [2/2]CMD ["a"] CACHED');
  });

  test('a command may print what looks like it', () => {
    const output = `STEP 1/4: FROM a\nSTEP 2/4: RUN build\nSTEP 1/9: FROM b\nSTEP 2/9: RUN b\nSTEP 4/4: x\nout\n--> Using cache ${'0'.repeat(64)}\nSTEP 3/4: RUN c\n`;
    expect(read(output).steps.filter((step) => /RUN (?:build|c)/.test(step))).toEqual(['RUN build', 'RUN c']);
    expect(read(output).steps.filter((step) => step.endsWith('CACHED') || step === 'x')).toEqual([]);
  });

  test('what it makes for itself, and a log without what is said only for them', () => {
    const errors = `time="2024-01-01T00:00:00Z" level=debug msg="Container ID: ${container}"\ntime="2024-01-01T00:00:00Z" level=debug msg="using \\"/var/tmp/buildah12\\" to hold bundle data"\ntime="2024-01-01T00:00:00Z" level=debug msg="using \\"/var/tmp/x\\" to hold bundle data"\ntime="2024-01-01T00:00:00Z" level=warning msg="watch out"\nError: no such file\n`;
    expect(read('STEP 1/1: FROM a\n', errors)).toMatchObject({ made: [container, '/var/tmp/buildah12'], log: 'STEP 1/1: FROM a\ntime="2024-01-01T00:00:00Z" level=warning msg="watch out"\nError: no such file\n' });
  });
});

describe('the layers of an image', () => {
  const entry = (path: string, more: Partial<TarEntry> = {}): TarEntry => ({ path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, hash: '', link: '', ...more });
  const paths = (...layers: readonly (readonly TarEntry[])[]): readonly string[] => [...applied(layers)].map(([path, { type, hash: content }]) => `${path} ${type}${content === '' ? '' : ` ${content}`}`).toSorted();

  test('a file hides the one below, a whiteout removes it and all that is in it', () => {
    const below = [entry('./a', { hash: '1' }), entry('./d', { type: 'dir' }), entry('d/x'), entry('d/y/z'), entry('dd')];
    expect(paths(below, [entry('a', { hash: '2' }), entry('.wh.d')])).toEqual(['/a file 2', '/dd file']);
    expect(paths(below, [entry('d/.wh.x')])).toEqual(['/a file 1', '/d dir', '/d/y/z file', '/dd file']);
  });

  test('a directory may be emptied and filled again in the same layer', () => {
    const below = [entry('d', { type: 'dir' }), entry('d/x', { hash: '1' }), entry('d/y')];
    expect(paths(below, [entry('d', { type: 'dir' }), entry('d/x', { hash: '2' }), entry('d/.wh..wh..opq')])).toEqual(['/d dir', '/d/x file 2']);
    expect(paths(below, [entry('.wh.d'), entry('d', { type: 'dir' }), entry('d/n')])).toEqual(['/d dir', '/d/n file']);
  });

  test('what takes the place of a directory takes that of its files', () => {
    expect(paths([entry('d', { type: 'dir' }), entry('d/x')], [entry('d', { type: 'symlink', link: 'e' })])).toEqual(['/d symlink e']);
    expect(paths([entry('d')], [entry('d', { type: 'dir' }), entry('d/x')])).toEqual(['/d dir', '/d/x file']);
  });

  test('a hard link may lead to a lower layer', () => {
    expect(paths([entry('a', { hash: '1' })], [entry('b', { type: 'hardlink', link: 'a' })])).toEqual(['/a file 1', '/b file 1']);
  });

  test('an archive that ends early is no image', async () => {
    async function* ending(): AsyncIterable<Buffer> {
      yield Buffer.alloc(100);
    }
    await expect(readArchive(ending())).rejects.toThrow('the tar stream ends before its end-of-archive mark');
    async function* empty(): AsyncIterable<Buffer> {
      yield Buffer.alloc(1024);
    }
    await expect(readArchive(empty())).rejects.toThrow('the archive does not hold manifest.json');
  });
});
