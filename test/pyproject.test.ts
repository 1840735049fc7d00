import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPyproject } from '../src/manifests/pyproject.ts';
import { setupPyHints } from '../src/manifests/setup-py.ts';
import type { Pyproject } from '../src/manifests/pyproject.ts';

function project(text: string): Pyproject {
  const result = readPyproject(text);
  if (result.kind === 'error') throw new Error(`${result.line}: ${result.message}`);
  return result.project;
}

/** `group: name -> path (kind, editable)` for each local dependency. */
function locals(text: string): string[] {
  return project(text).localDependencies.map(
    ({ name, path, kind, group, editable }) => `${group ?? 'main'}: ${name} -> ${path} (${kind}${editable ? ', editable' : ''})`,
  );
}

describe('files that cannot be read', () => {
  test.each([
    ['a merge conflict', '[project]\nname = "a"\n<<<<<<< HEAD\n', 3],
    ['a template', '[project]\nname = {{ name }}\n', 2],
    ['a key twice', 'a = 1\na = 2\n', 2],
    ['an open string', 'a = "x\n', 1],
  ])('%s: the line is given, in one sentence', (_, text, line) => {
    const result = readPyproject(text);
    expect(result).toMatchObject({ kind: 'error', line });
    expect(result.kind === 'error' && result.message).toMatch(/^Invalid TOML: [^\n]+\.$/);
  });

  test('a missing file', () => {
    expect(readPyproject(undefined)).toEqual({ kind: 'error', message: 'The file is missing or is not readable text.', line: 1 });
  });

  test('values of the wrong type count as absent', () => {
    const odd = project(`
project = { name = 3, dependencies = "a", readme = 1, scripts = [], dynamic = 2, optional-dependencies = [] }
build-system = 1
dependency-groups = [1]
[tool]
poetry = { dependencies = [], group = 3, source = 1, build = [], packages = [1, {}], package-mode = "no" }
uv = { sources = 3, workspace = 1, index = {} }
pdm = { version = "1", source = [1] }
hatch = 1
setuptools = { dynamic = 3 }
`);
    expect(odd).toMatchObject({ name: null, dependencies: null, scripts: [], localDependencies: [], buildSystem: null });
    expect(odd.poetry).toMatchObject({ packageMode: true, dependencies: [], packages: [] });
    expect(odd.uv).toMatchObject({ workspace: null, managed: true, package: null });
  });

  test('deep nesting is an error, not a crash', () => {
    expect(readPyproject(`a = ${'['.repeat(100_000)}`).kind).toBe('error');
  });

  test('any text gives a result', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['ok', 'error']).toContain(readPyproject(text).kind);
      }),
    );
  });
});

describe('PEP 621 and PEP 735', () => {
  test('the fields', () => {
    const read = project(`\u{FEFF}
[build-system]
requires = ["hatchling>=1", "hatch-fancy"]
build-backend = "hatchling.build"
backend-path = ["backend"]
[project]
name = "app"
version = "1"
requires-python = ">=3.12"
dependencies = ["flask>=3", "b"]
dynamic = ["description"]
readme = { file = "docs/README.md", content-type = "text/markdown" }
license-files = ["LICEN[CS]E*", "NOTICE"]
[project.optional-dependencies]
pg = ["psycopg"]
[project.scripts]
app = "app:main"
[project.gui-scripts]
app-gui = "app:gui"
[project.entry-points."app.plugins"]
x = "y"
[dependency-groups]
Dev_Tools = ["pytest", { include-group = "lint" }]
lint = ["ruff"]
`);
    expect(read).toMatchObject({
      name: 'app',
      version: '1',
      requiresPython: '>=3.12',
      dependencies: ['flask>=3', 'b'],
      dynamic: ['description'],
      dynamicDependencies: false,
      readme: ['docs/README.md'],
      licenseFiles: ['LICEN[CS]E*', 'NOTICE'],
      buildSystem: { requires: ['hatchling>=1', 'hatch-fancy'], backend: 'hatchling.build', backendPath: ['backend'] },
      scripts: ['app', 'app-gui'],
      needsGitMetadata: null,
      poetry: null,
      uv: null,
      pdm: null,
    });
    expect([...read.optionalDependencies]).toEqual([['pg', ['psycopg']]]);
    expect([...read.dependencyGroups]).toEqual([
      ['dev-tools', { requirements: ['pytest'], includes: ['lint'] }],
      ['lint', { requirements: ['ruff'], includes: [] }],
    ]);
  });

  test('no dependencies are not the same as none said', () => {
    expect(project('[project]\nname = "a"\ndependencies = []').dependencies).toEqual([]);
    expect(project('[project]\nname = "a"').dependencies).toBeNull();
  });

  test('dynamic dependencies, and the files that they are made from', () => {
    const read = project(`
[project]
dynamic = ["dependencies", "optional-dependencies", "readme", "version"]
license = { file = "COPYING" }
[tool.setuptools.dynamic]
dependencies = { file = ["requirements.txt", "more.txt"] }
optional-dependencies = { dev = { file = "dev.txt" }, docs = { file = ["docs.txt"] } }
readme = { file = ["README.md", "CHANGES.md"] }
version = { file = "VERSION" }
`);
    expect(read.dynamicDependencies).toBe(true);
    expect(read.metadataFiles.toSorted()).toEqual(
      ['CHANGES.md', 'COPYING', 'README.md', 'VERSION', 'dev.txt', 'docs.txt', 'more.txt', 'requirements.txt'].toSorted(),
    );
  });

  test.each([
    ['[tool.hatch.version]\npath = "src/a.py"', ['src/a.py']],
    ['[tool.hatch.build.hooks.custom]', ['hatch_build.py']],
    ['[tool.hatch.metadata.hooks.custom]\npath = "meta.py"', ['meta.py']],
    ['[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["r.txt"]', ['r.txt']],
    ['[tool.pdm.version]\nsource = "file"\npath = "a/__init__.py"', ['a/__init__.py']],
    ['[tool.poetry]\nreadme = ["A.md", "B.md"]\n[tool.poetry.build]\nscript = "build.py"', ['A.md', 'B.md', 'build.py']],
    ['[tool.flit.metadata]\ndescription-file = "README.rst"', ['README.rst']],
    ['[project]\nreadme = "README.md"\n[tool.poetry]\nreadme = "README.md"', ['README.md']],
  ])('metadata files of %s', (text, files) => {
    expect(project(text).metadataFiles).toEqual(files);
  });
});

describe('Poetry', () => {
  const text = `
[tool.poetry]
name = "app"
version = "1"
package-mode = false
readme = "README.md"
packages = [{ include = "app", from = "src" }, { include = "cli" }]
include = ["data/*.json", { path = "extra.txt", format = "sdist" }]
build = "build.py"
[tool.poetry.dependencies]
python = "^3.12"
Flask_Login = "^1"
core = { path = "../core", develop = true }
wheel = { path = "./vendor/w-1-py3-none-any.whl" }
old = { file = "vendor/o-1.tar.gz" }
g = { git = "https://h/g.git", optional = true }
u = { url = "https://h/u.whl" }
multi = [{ version = "1", markers = "x" }, { path = "../multi", markers = "y" }]
[tool.poetry.dev-dependencies]
tools = { path = "tools" }
[tool.poetry.group.docs]
optional = true
[tool.poetry.group.docs.dependencies]
theme = { path = "../theme" }
[tool.poetry.scripts]
app = "app:main"
[tool.poetry.requires-plugins]
poetry-plugin-export = ">=1.8"
own = { path = "plugins/own" }
[[tool.poetry.source]]
name = "private"
url = "https://h/simple"
[[tool.poetry.source]]
name = "PyPI"
`;

  test('the fields', () => {
    const read = project(text);
    expect(read).toMatchObject({ name: 'app', version: '1', requiresPython: '^3.12', dependencies: null, scripts: ['app'] });
    expect(read.poetry).toMatchObject({
      packageMode: false,
      readme: ['README.md'],
      packages: [
        { include: 'app', from: 'src' },
        { include: 'cli', from: null },
      ],
      include: ['data/*.json', 'extra.txt'],
      buildScript: 'build.py',
      requiredPlugins: [
        { name: 'poetry-plugin-export', path: null },
        { name: 'own', path: 'plugins/own' },
      ],
      optionalGroups: ['docs'],
      sources: [
        { name: 'private', url: 'https://h/simple' },
        { name: 'PyPI', url: null },
      ],
    });
    expect(read.poetry?.dependencies.map(({ name, source, value }) => `${name} ${source} ${value}`)).toEqual([
      'flask-login registry ^1',
      'core path ../core',
      'wheel path ./vendor/w-1-py3-none-any.whl',
      'old path vendor/o-1.tar.gz',
      'g git https://h/g.git',
      'u url https://h/u.whl',
      'multi registry 1',
      'multi path ../multi',
      'tools path tools',
      'theme path ../theme',
    ]);
  });

  test('path dependencies of every group', () => {
    expect(locals(text)).toEqual([
      'main: core -> ../core (directory, editable)',
      'main: wheel -> ./vendor/w-1-py3-none-any.whl (file)',
      'main: old -> vendor/o-1.tar.gz (file)',
      'main: multi -> ../multi (directory)',
      'dev: tools -> tools (directory)',
      'docs: theme -> ../theme (directory)',
    ]);
  });
});

describe('uv', () => {
  const text = `
[project]
name = "app"
dependencies = ["Core_Lib>=1", "torch"]
[project.optional-dependencies]
gpu = ["kernels"]
[dependency-groups]
dev = ["tools"]
[tool.uv]
package = false
managed = false
dev-dependencies = ["old-tools"]
constraint-dependencies = ["c<1"]
override-dependencies = ["o==1"]
find-links = ["./wheels"]
index-url = "https://h/simple"
[tool.uv.workspace]
members = ["libs/*"]
exclude = ["libs/x"]
[tool.uv.sources]
core-lib = { workspace = true }
torch = [{ index = "cpu", marker = "x" }, { path = "../torch", editable = true }]
kernels = { path = "kernels" }
tools = { path = "t-1-py3-none-any.whl" }
old_tools = { path = "old" }
g = { git = "https://h/g", tag = "v1" }
u = { url = "https://h/u.whl" }
[[tool.uv.index]]
name = "cpu"
url = "https://h/cpu"
explicit = true
`;

  test('the fields', () => {
    const { uv } = project(text);
    expect(uv).toMatchObject({
      workspace: { members: ['libs/*'], exclude: ['libs/x'] },
      index: [
        { name: 'cpu', url: 'https://h/cpu' },
        { name: null, url: 'https://h/simple' },
      ],
      findLinks: ['./wheels'],
      package: false,
      managed: false,
      devDependencies: ['old-tools'],
      constraintDependencies: ['c<1'],
      overrideDependencies: ['o==1'],
    });
    const kinds = [...(uv?.sources ?? [])].map(([name, list]) => `${name}: ${list.map((source) => source.kind).join(' ')}`);
    expect(kinds).toEqual(['core-lib: workspace', 'torch: index path', 'kernels: path', 'tools: path', 'old-tools: path', 'g: git', 'u: url']);
  });

  test('path sources have the group that names them', () => {
    expect(locals(text)).toEqual([
      'main: torch -> ../torch (directory, editable)',
      'gpu: kernels -> kernels (directory)',
      'dev: tools -> t-1-py3-none-any.whl (file)',
      'dev: old-tools -> old (directory)',
    ]);
  });
});

describe('PDM, Hatch and plain file URLs', () => {
  test('local dependencies', () => {
    expect(
      locals(`
[project]
dependencies = [
  "a @ file:///\${PROJECT_ROOT}/libs/a",
  "b @ file:///srv/b-1.tar.gz ; python_version > '3'",
  "c @ {root:uri}/libs/c",
  "d @ {root:parent:parent:uri}/d",
  "e @ https://h/e.whl",
  "f @ file:./f",
]
[tool.pdm.dev-dependencies]
dev = ["-e file:///\${PROJECT_ROOT}/tools#egg=my_tools", "pytest"]
`),
    ).toEqual([
      'main: a -> libs/a (directory)',
      'main: b -> /srv/b-1.tar.gz (file)',
      'main: c -> libs/c (directory)',
      'main: d -> ../../d (directory)',
      'main: f -> ./f (directory)',
      'dev: my-tools -> tools (directory, editable)',
    ]);
  });

  test('PDM settings', () => {
    const read = project(`
[tool.pdm]
distribution = false
version = { source = "scm" }
[tool.pdm.build]
includes = ["src/", "data"]
[[tool.pdm.source]]
url = "https://h/simple"
name = "own"
`);
    expect(read.pdm).toMatchObject({
      versionSource: 'scm',
      distribution: false,
      includes: ['src/', 'data'],
      sourceUrls: ['https://h/simple'],
    });
  });
});

describe('versions from git', () => {
  test.each([
    ['[tool.setuptools_scm]', 'setuptools_scm'],
    ['[build-system]\nrequires = ["setuptools>=64", "setuptools_scm[toml]>=8"]', 'setuptools_scm'],
    ['[tool.hatch.version]\nsource = "vcs"', 'hatch-vcs'],
    ['[tool.hatch.build.hooks.vcs]\nversion-file = "v.py"', 'hatch-vcs'],
    ['[build-system]\nrequires = ["hatchling", "hatch-vcs"]', 'hatch-vcs'],
    ['[tool.versioneer]\nVCS = "git"', 'versioneer'],
    ['[build-system]\nrequires = ["pbr>=6", "setuptools"]', 'pbr'],
    ['[build-system]\nrequires = ["dunamai"]', 'dunamai'],
    ['[tool.poetry-dynamic-versioning]\nenable = true', 'poetry-dynamic-versioning'],
    ['[tool.poetry-dynamic-versioning]\nenable = false', null],
    ['[tool.poetry.requires-plugins]\npoetry-dynamic-versioning = "*"', 'poetry-dynamic-versioning'],
    ['[build-system]\nrequires = ["poetry-core", "poetry-dynamic-versioning >=1"]', 'poetry-dynamic-versioning'],
    ['[tool.uv-dynamic-versioning]', 'uv-dynamic-versioning'],
    ['[tool.setuptools-git-versioning]\nenabled = true', 'setuptools-git-versioning'],
    ['[tool.versioningit]', 'versioningit'],
    ['[tool.pdm.version]\nsource = "scm"', 'pdm scm'],
    ['[tool.pdm.version]\nuse_scm = true', 'pdm scm'],
    ['[tool.pdm]\nversion = { source = "file", path = "a.py" }', null],
    ['[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"', null],
    ['[build-system]\nrequires = ["flit_scm"]\nbuild-backend = "flit_scm:buildapi"', 'flit-scm'],
    ['[build-system]\nrequires = ["setuptools", "wheel"]', null],
    ['[tool.hatch.version]\npath = "a.py"', null],
  ])('%s', (text, tool) => {
    expect(project(text).needsGitMetadata).toBe(tool);
  });
});

describe('setup.py and setup.cfg', () => {
  test.each([
    ['open("README.md").read()', ['README.md']],
    ["io.open('README.rst', 'r', encoding='utf-8')", ['README.rst']],
    ['with open(os.path.join(here, "requirements", "base.txt"), "ASCII") as f:', ['requirements/base.txt']],
    ['open(f"{here}/VERSION")', ['VERSION']],
    ['open(here + "/CHANGES.md")', ['CHANGES.md']],
    ['Path("docs/README.md").read_text()', ['docs/README.md']],
    ['Path(__file__).parent.joinpath("a", "v.txt").read_text()', ['a/v.txt']],
    ['(Path(__file__).parent / "requirements.txt").read_text()', ['requirements.txt']],
    ['read_all(["a.txt", "b.txt"])', ['a.txt', 'b.txt']],
    ['parse_requirements("r.txt", session="hack.txt")', ['r.txt']],
    ['README = "README.md"', ['README.md']],
    ['setup(name="a.b", packages=["x.y"], package_data={"": ["*.txt", "data.txt"]})', []],
    ['setup(long_description=open("README.md").read(), classifiers=["A :: B"])', ['README.md']],
    ['# open("no.md")\nx = 1', []],
    ['"""\nopen("no.md")\n"""', []],
    ['open(name)', []],
    ['open("https://h/x.txt")', []],
    ['open("never closed.txt', []],
    ['x = "unclosed\nopen("README.md")', ['README.md']],
    ['[metadata]\nlong_description = file: README.md, CHANGES.md\nlicense_files =\n    LICENSE\n    NOTICE.txt\nname = x.y', ['README.md', 'CHANGES.md', 'LICENSE', 'NOTICE.txt']],
    ['[options]\ninstall_requires = file: requirements.txt', ['requirements.txt']],
    ['[metadata]\ndescription-file = README.rst', ['README.rst']],
  ])('%s', (text, files) => {
    expect(setupPyHints(text).readsFiles).toEqual(files);
  });

  test.each([
    ['setup(use_scm_version=True)', 'setuptools_scm'],
    ['setup_requires=["setuptools_scm"]', 'setuptools_scm'],
    ['import versioneer\nsetup(version=versioneer.get_version())', 'versioneer'],
    ['[versioneer]\nVCS = git', 'versioneer'],
    ['setup(setup_requires=["pbr>=2"], pbr=True)', 'pbr'],
    ['[options]\nsetup_requires =\n    pbr\n', 'pbr'],
    ['import pbrx\nrequests_pbr = 1', null],
    ['subprocess.check_output(["git", "describe", "--tags"])', 'git'],
    ['os.popen("git -C . rev-parse HEAD")', 'git'],
    ['git.Repo(".")', 'git'],
    ['url="https://github.com/x/y.git"', null],
    ['setup(name="a")', null],
  ])('git: %s', (text, tool) => {
    expect(setupPyHints(text).needsGitMetadata).toBe(tool);
  });

  test('any text, also long', () => {
    for (const text of ['(', '"', "'''", 'open(', 'a', 'a.', ' ', '\n', '[', 'f"{', 'x = ', 'join("a",', '#']) {
      expect(setupPyHints(text.repeat(100_000)).needsGitMetadata).toBeNull();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Array.isArray(setupPyHints(text).readsFiles)).toBe(true);
      }),
    );
  });
});
