import { describe, expect, test } from 'vitest';
import { compiledVerdict } from '../src/manifests/compiled.ts';
import { lockKindOf, readLock } from '../src/manifests/locks.ts';
import type { Lock, LockedPackage, LockKind } from '../src/manifests/locks.ts';
import { pipEnvironment, readPipConf } from '../src/manifests/pipconf.ts';
import { readPipfile } from '../src/manifests/pipfile.ts';

function lock(kind: LockKind, text: string): Lock {
  const result = readLock(kind, text);
  if (result.kind === 'error') throw new Error(`${result.line}: ${result.message}`);
  return result.lock;
}

function locked(wheels: readonly string[], sdist = false): LockedPackage {
  return { name: 'x', version: '1', wheels: wheels.map((tags) => `x-1-${tags}.whl`), sdist, source: 'registry' };
}

describe('compiledVerdict', () => {
  test.each([
    ['a pure wheel', ['py3-none-any'], true, 'pure'],
    ['a pure wheel for 2 and 3', ['py2.py3-none-any'], false, 'pure'],
    ['Python 2 only', ['py2-none-any'], true, 'sdist-only'],
    ['glibc and musl', ['cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64', 'cp312-cp312-musllinux_1_2_x86_64'], true, 'musllinux'],
    ['glibc, and a pure fallback', ['cp312-cp312-manylinux2014_x86_64', 'py3-none-any'], true, 'musllinux'],
    ['glibc only', ['cp312-cp312-manylinux2014_x86_64', 'cp312-cp312-musllinux_1_2_aarch64'], true, 'manylinux-only'],
    ['a plain linux tag of an own index', ['cp312-cp312-linux_x86_64'], false, 'manylinux-only'],
    ['source only', [], true, 'sdist-only'],
    ['wheels of other systems, and source', ['cp312-cp312-win_amd64', 'cp312-cp312-macosx_11_0_x86_64'], true, 'sdist-only'],
    ['wheels of other systems only', ['cp312-cp312-win_amd64'], false, 'unknown'],
    ['other processors', ['cp312-cp312-manylinux2014_aarch64'], true, 'sdist-only'],
    ['nothing known', [], false, 'unknown'],
    ['a broken name', ['any'], false, 'unknown'],
  ])('%s', (_, wheels, sdist, verdict) => {
    expect(compiledVerdict(locked(wheels, sdist))).toBe(verdict);
  });

  test('a wheel of another Python does not count if the version is known', () => {
    const wheels = ['cp310-cp310-musllinux_1_2_x86_64', 'cp312-cp312-manylinux2014_x86_64', 'cp313-cp313t-musllinux_1_2_x86_64'];
    expect(compiledVerdict(locked(wheels))).toBe('musllinux');
    expect(compiledVerdict(locked(wheels), '3.12')).toBe('manylinux-only');
    expect(compiledVerdict(locked(wheels), '3.13')).toBe('unknown');
    expect(compiledVerdict(locked(wheels, true), '3.14.1')).toBe('sdist-only');
  });

  test('abi3 and pure wheels serve later versions, not earlier ones', () => {
    const wheels = ['cp39-abi3-manylinux2014_x86_64', 'cp39-abi3-musllinux_1_2_x86_64'];
    expect(compiledVerdict(locked(wheels), '3.13')).toBe('musllinux');
    expect(compiledVerdict(locked(wheels), '3.8')).toBe('unknown');
    expect(compiledVerdict(locked(['py3-none-any']), '3.6')).toBe('pure');
    expect(compiledVerdict(locked(['py310-none-any']), '3.9')).toBe('unknown');
    expect(compiledVerdict(locked(['cp37-cp37m-manylinux1_x86_64']), '3.7')).toBe('manylinux-only');
  });

  test('a build tag is no part of the platform', () => {
    expect(compiledVerdict(locked(['1abc-cp312-cp312-manylinux2014_x86_64']))).toBe('manylinux-only');
  });
});

describe('poetry.lock', () => {
  const text = `
[[package]]
name = "Ruamel.YAML"
version = "0.18"
groups = ["main", "dev"]
markers = "sys_platform == \\"linux\\""
files = [
    {file = "ruamel.yaml-0.18-py3-none-any.whl", hash = "sha256:aa"},
    {file = "ruamel.yaml-0.18.tar.gz", hash = "sha256:bb"},
]

[package.dependencies]
"Ruamel.yaml.clib" = {version = ">=0.2", markers = "x"}

[[package]]
name = "core"
version = "0"
develop = true
files = []
[package.source]
type = "directory"
url = "../core"

[[package]]
name = "w"
version = "1"
files = [{file = "w-1-py3-none-any.whl", hash = "sha256:aa"}]
[package.source]
type = "file"
url = "wheels/w-1-py3-none-any.whl"

[[package]]
name = "g"
version = "1"
[package.source]
type = "git"
url = "https://h/g.git"

[[package]]
name = "own"
version = "1"
[package.source]
type = "legacy"
url = "https://h/simple"

[metadata]
lock-version = "2.1"
python-versions = "^3.12"
content-hash = "cafe"
`;

  test('the current form', () => {
    const result = lock('poetry', text);
    expect(result).toMatchObject({ kind: 'poetry', contentHash: 'cafe', lockVersion: '2.1', requiresPython: '^3.12' });
    expect(result.packages[0]).toEqual({
      name: 'ruamel-yaml',
      version: '0.18',
      wheels: ['ruamel.yaml-0.18-py3-none-any.whl'],
      sdist: true,
      source: 'registry',
      dependencies: ['ruamel-yaml-clib'],
      groups: ['main', 'dev'],
      marker: 'sys_platform == "linux"',
    });
    expect(result.packages.slice(1).map(({ name, source, path }) => [name, source, path])).toEqual([
      ['core', 'editable', '../core'],
      ['w', 'path', 'wheels/w-1-py3-none-any.whl'],
      ['g', 'git', undefined],
      ['own', 'registry', undefined],
    ]);
  });

  test('the older form, with the files at the end and a category', () => {
    const [item] = lock(
      'poetry',
      '[[package]]\nname = "Jinja2"\nversion = "3"\ncategory = "dev"\n[metadata]\n[metadata.files]\njinja2 = [{file = "Jinja2-3-py3-none-any.whl", hash = "x"}]\n',
    ).packages;
    expect(item).toMatchObject({ name: 'jinja2', wheels: ['Jinja2-3-py3-none-any.whl'], groups: ['dev'] });
  });
});

describe('uv.lock', () => {
  const text = `
version = 1
requires-python = ">=3.12"

[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "torch" }, { name = "lib" }]

[[package]]
name = "lib"
version = "0.1"
source = { editable = "libs/lib" }

[[package]]
name = "torch"
version = "2.9.1+cpu"
source = { registry = "https://h/cpu" }
resolution-markers = ["sys_platform == 'linux'", "sys_platform == 'win32'"]
wheels = [{ url = "https://h/cpu/torch-2.9.1%2Bcpu-cp312-cp312-manylinux_2_28_x86_64.whl#sha256=aa" }]

[[package]]
name = "s"
version = "1"
source = { path = "vendor/s-1.tar.gz" }
sdist = { hash = "sha256:aa" }

[[package]]
name = "g"
version = "1"
source = { git = "https://h/g?rev=main#aa" }

[[package]]
name = "u"
version = "1"
source = { url = "https://h/u-1-py3-none-any.whl" }
wheels = [{ url = "https://h/u-1-py3-none-any.whl" }]
`;

  test('sources, files and markers', () => {
    const result = lock('uv', text);
    expect(result).toMatchObject({ contentHash: null, lockVersion: '1', requiresPython: '>=3.12' });
    expect(result.packages.map(({ name, version, source, path }) => [name, version, source, path])).toEqual([
      ['app', null, 'virtual', '.'],
      ['lib', '0.1', 'editable', 'libs/lib'],
      ['torch', '2.9.1+cpu', 'registry', undefined],
      ['s', '1', 'path', 'vendor/s-1.tar.gz'],
      ['g', '1', 'git', undefined],
      ['u', '1', 'url', undefined],
    ]);
    const torch = result.packages[2];
    expect(torch?.wheels).toEqual(['torch-2.9.1+cpu-cp312-cp312-manylinux_2_28_x86_64.whl']);
    expect(torch?.marker).toBe("(sys_platform == 'linux') or (sys_platform == 'win32')");
    expect(torch !== undefined && compiledVerdict(torch)).toBe('manylinux-only');
    expect(result.packages[0]?.dependencies).toEqual(['torch', 'lib']);
  });
});

describe('pdm.lock', () => {
  test('files in the package, by name or by URL, and local packages', () => {
    const result = lock(
      'pdm',
      `
[metadata]
lock_version = "4.5.0"
content_hash = "sha256:cafe"
[[metadata.targets]]
requires_python = ">=3.10"
[[package]]
name = "a"
version = "1"
groups = ["default"]
dependencies = ["Click>=8; python_version < '3'", "b[x]==1"]
files = [{file = "a-1-py3-none-any.whl", hash = "x"}, {url = "https://h/a-1.tar.gz", hash = "y"}]
[[package]]
name = "core"
version = "0"
path = "./core"
editable = true
[[package]]
name = "w"
version = "0"
path = "./w-0-py3-none-any.whl"
[[package]]
name = "g"
version = "0"
git = "https://h/g"
`,
    );
    expect(result).toMatchObject({ contentHash: 'sha256:cafe', lockVersion: '4.5.0', requiresPython: '>=3.10' });
    expect(result.packages[0]).toMatchObject({
      wheels: ['a-1-py3-none-any.whl'],
      sdist: true,
      dependencies: ['click', 'b'],
      groups: ['default'],
    });
    expect(result.packages.map((item) => item.source)).toEqual(['registry', 'editable', 'path', 'git']);
  });

  test('the older form, with other capitals at the end', () => {
    const [item] = lock(
      'pdm',
      '[[package]]\nname = "Jinja2"\nversion = "3.0"\n[metadata]\n[metadata.files]\n"jinja2 3.0" = [{file = "Jinja2-3.0-py3-none-any.whl"}]\n',
    ).packages;
    expect(item?.wheels).toEqual(['Jinja2-3.0-py3-none-any.whl']);
  });
});

describe('Pipfile.lock', () => {
  test('both lists, sources and hash', () => {
    const result = lock(
      'pipenv',
      JSON.stringify({
        _meta: { hash: { sha256: 'cafe' }, 'pipfile-spec': 6, requires: { python_version: '3.12' }, sources: [] },
        default: {
          Flask: { version: '==3.0', hashes: ['sha256:a'], markers: "python_version >= '3'" },
          me: { editable: true, path: '.' },
          w: { file: './w-1.whl' },
          u: { file: 'https://h/u.zip' },
          g: { git: 'https://h/g', ref: 'aa' },
        },
        develop: { pytest: { version: '==8' } },
      }),
    );
    expect(result).toMatchObject({ contentHash: 'cafe', lockVersion: '6', requiresPython: '3.12' });
    expect(result.packages.map(({ name, version, source, groups }) => [name, version, source, groups?.[0]])).toEqual([
      ['flask', '3.0', 'registry', 'default'],
      ['me', null, 'editable', 'default'],
      ['w', null, 'path', 'default'],
      ['u', null, 'url', 'default'],
      ['g', null, 'git', 'default'],
      ['pytest', '8', 'registry', 'develop'],
    ]);
    expect(result.packages.map((item) => compiledVerdict(item))).not.toContain('pure');
  });
});

describe('pylock.toml', () => {
  test('the kinds of sources of PEP 751', () => {
    const result = lock(
      'pylock',
      `
lock-version = "1.0"
requires-python = ">=3.12"
[[packages]]
name = "A_b"
version = "1"
marker = "os_name == 'posix'"
wheels = [{name = "a_b-1-py3-none-any.whl", url = "https://h/x"}, {path = "wheels/a_b-1-cp312-cp312-musllinux_1_2_x86_64.whl"}]
sdist = {url = "https://h/a_b-1.tar.gz"}
[[packages]]
name = "d"
directory = {path = "libs/d", editable = true}
[[packages]]
name = "v"
vcs = {type = "git", url = "https://h/v"}
[[packages]]
name = "r"
archive = {path = "r-1-py3-none-any.whl"}
[[packages]]
name = "u"
archive = {url = "https://h/u-1.tar.gz"}
`,
    );
    expect(result.packages[0]).toMatchObject({
      name: 'a-b',
      wheels: ['a_b-1-py3-none-any.whl', 'a_b-1-cp312-cp312-musllinux_1_2_x86_64.whl'],
      sdist: true,
      marker: "os_name == 'posix'",
    });
    expect(result.packages.map(({ source, path }) => [source, path])).toEqual([
      ['registry', undefined],
      ['editable', 'libs/d'],
      ['git', undefined],
      ['path', 'r-1-py3-none-any.whl'],
      ['url', undefined],
    ]);
  });
});

describe('lock files that cannot be read', () => {
  test.each([
    ['uv', 'version = 1\n\n<<<<<<< HEAD\n', 3],
    ['poetry', '[[package]]\nname = "a\n', 2],
    ['pipenv', '{\n  "default": {\n<<<<<<< HEAD\n', 3],
    ['pipenv', '{\n  "default": {\n', 3],
    ['pipenv', '', 1],
  ] as const)('%s: the line is given', (kind, text, line) => {
    const result = readLock(kind, text);
    expect(result).toMatchObject({ kind: 'error', line });
    expect(result.kind === 'error' && result.message).toMatch(/^Invalid (TOML|JSON): [^\n]+$/);
  });

  test('a missing file, and text of another shape', () => {
    expect(readLock('uv', undefined)).toMatchObject({ kind: 'error', line: 1 });
    expect(readLock('pipenv', undefined)).toMatchObject({ kind: 'error', line: 1 });
    for (const text of ['[]', '3', 'null', '{"default": [1], "develop": "x", "_meta": 4}']) {
      expect(lock('pipenv', text).packages).toEqual([]);
    }
    for (const kind of ['uv', 'poetry', 'pdm', 'pylock'] as const) {
      expect(lock(kind, 'package = 3\npackages = [1, {}]\nmetadata = []').packages).toEqual([]);
    }
  });

  test('names', () => {
    const names = ['a/poetry.lock', 'uv.lock', 'pdm.lock', 'x/Pipfile.lock', 'pylock.toml', 'pylock.dev.toml', 'pylock.a.b.toml', 'Cargo.lock'];
    expect(names.map(lockKindOf)).toEqual(['poetry', 'uv', 'pdm', 'pipenv', 'pylock', 'pylock', null, null]);
  });

  test('a lock of two megabytes', () => {
    const one = (index: number) =>
      `[[package]]\nname = "p${index}"\nversion = "1"\nsource = { registry = "https://h" }\nwheels = [\n${`    { url = "https://h/p-1-cp312-cp312-manylinux2014_x86_64.whl", hash = "sha256:${'a'.repeat(64)}", size = 1 },\n`.repeat(10)}]\n`;
    const text = Array.from({ length: 1300 }, (_, index) => one(index)).join('\n');
    expect(text.length).toBeGreaterThan(2_000_000);
    expect(lock('uv', text).packages).toHaveLength(1300);
  });
});

describe('Pipfile', () => {
  test('packages, sources and variables', () => {
    const result = readPipfile(`
[[source]]
url = "https://\${USER}:$TOKEN@h/simple"
name = "own"
[packages]
Flask = "*"
a = {version = "==1", extras = ["x"]}
me = {path = ".", editable = true}
w = {file = "./wheels/w-1.whl"}
f = {path = "file:///src/f"}
u = {file = "https://h/u.zip"}
g = {git = "https://h/g", editable = true}
[dev-packages]
pytest = ">=8"
[docs]
sphinx = "*"
[requires]
python_version = "3.12"
[scripts]
serve = "flask run"
[pipenv]
allow_prereleases = true
`);
    expect(result).toMatchObject({
      kind: 'ok',
      pipfile: {
        sources: [{ name: 'own', url: 'https://${USER}:$TOKEN@h/simple' }],
        variables: ['USER', 'TOKEN'],
        pythonVersion: '3.12',
      },
    });
    expect(result.kind === 'ok' && result.pipfile.entries.map((item) => [item.name, item.kind, item.value, item.editable, item.category])).toEqual([
      ['flask', 'version', '*', false, 'packages'],
      ['a', 'version', '==1', false, 'packages'],
      ['me', 'path', '.', true, 'packages'],
      ['w', 'path', './wheels/w-1.whl', false, 'packages'],
      ['f', 'path', '/src/f', false, 'packages'],
      ['u', 'url', 'https://h/u.zip', false, 'packages'],
      ['g', 'vcs', 'https://h/g', true, 'packages'],
      ['pytest', 'version', '>=8', false, 'dev-packages'],
      ['sphinx', 'version', '*', false, 'docs'],
    ]);
  });

  test('an invalid Pipfile gives the line', () => {
    expect(readPipfile('[packages]\nflask = *\n')).toMatchObject({ kind: 'error', line: 2 });
    expect(readPipfile(undefined)).toMatchObject({ kind: 'error' });
  });
});

describe('pip.conf', () => {
  test('files and indexes, values on several lines, comments, spellings', () => {
    const result = readPipConf(
      '\u{FEFF}# top\r\n[global]\r\nindex_url = https://u:p%40@h/simple?a=b\r\nextra-index-url =\r\n    https://one\r\n    # no\r\n    https://two\r\n; note\r\ncert: /etc/ca.pem\r\n\r\n[install]\r\n--constraint = c.txt d.txt\r\nfind-links = ./wheels\r\nno-cache-dir = false\r\n',
    );
    expect(result.kind === 'ok' && result.conf.indexUrls).toEqual(['https://u:p%40@h/simple?a=b', 'https://one', 'https://two']);
    expect(result.kind === 'ok' && result.conf.files.map((file) => [file.option, file.path, file.section, file.line])).toEqual([
      ['cert', '/etc/ca.pem', 'global', 9],
      ['constraint', 'c.txt', 'install', 12],
      ['constraint', 'd.txt', 'install', 12],
      ['find-links', './wheels', 'install', 13],
    ]);
  });

  test.each([
    ['before any section', 'a = b\n', 1],
    ['no value', '[global]\n\nindex-url\n', 3],
    ['twice', '[global]\na = 1\na = 2\n', 3],
    ['section twice', '[global]\n[global]\n', 2],
    ['no name', '[global]\n= 1\n', 2],
  ])('an error with its line: %s', (_, text, line) => {
    expect(readPipConf(text)).toMatchObject({ kind: 'error', line });
  });

  test('the environment', () => {
    const conf = pipEnvironment(
      new Map([
        ['PIP_CONSTRAINT', '/app/c.txt https://h/d.txt'],
        ['PIP_INDEX_URL', 'https://h/simple'],
        ['PIP_CERT', ''],
        ['PATH', '/bin'],
        ['PIP_NO_CACHE_DIR', '1'],
        ['PIP_CONFIG_FILE', '/etc/own.conf'],
      ]),
    );
    expect(conf.files.map((file) => [file.option, file.path])).toEqual([
      ['constraint', '/app/c.txt'],
      ['constraint', 'https://h/d.txt'],
      ['config-file', '/etc/own.conf'],
    ]);
    expect(conf.indexUrls).toEqual(['https://h/simple']);
  });
});
