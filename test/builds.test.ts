import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildsOf } from '../src/builds.ts';
import { memoryTree } from '../src/context/memory.ts';
import { readBake } from '../src/discover/bake.ts';
import { buildsFor, declaredBuilds, declaredDockerfiles } from '../src/discover/builds.ts';
import { interpolate, readCompose } from '../src/discover/compose.ts';
import type { Declarations } from '../src/discover/declared.ts';
import { dockerBuildsIn } from '../src/discover/docker-build.ts';
import { readHcl } from '../src/discover/hcl.ts';
import { readWorkflow } from '../src/discover/workflow.ts';
import { scan } from '../src/dockerfile/scan.ts';

/** `dockerfile < context @target A=b +name`, which is easier to read than objects. */
function told({ builds }: Declarations): readonly string[] {
  return builds.map(({ dockerfile, context, target, args, namedContexts }) => {
    const rest = [...(target === null ? [] : [`@${target}`]), ...[...args].map(([name, value]) => `${name}=${value}`), ...namedContexts.map((name) => `+${name}`)];
    return [`${dockerfile} < ${context || '.'}`, ...rest].join(' ');
  });
}

const lines = (...text: string[]): string => text.map((line) => `${line}\n`).join('');

describe('compose', () => {
  const compose = async (text: string, path = 'compose.yaml', base?: string): Promise<Declarations> => readCompose(text, path, base === undefined ? {} : { base });

  test('the short form, and all of the long one', async () => {
    const text = lines(
      'services:',
      '  a:',
      '    build: ./web/',
      '  b:',
      '    build:',
      '      context: .',
      '      dockerfile: docker/b.Dockerfile',
      '      target: prod',
      '      args: { VERSION: 3.12, DEBUG: false, FROM_OUTSIDE: }',
      '      additional_contexts: { shared: ../shared }',
      '  c:',
      '    build:',
      '      context: api',
      '      dockerfile: ../docker/c',
      '      args:',
      '        - A=x=y',
      '        - B',
      '      additional_contexts: [ "x=docker-image://alpine" ]',
      '  d:',
      '    image: alpine',
      '  e: { build: { args: { X: 1 } } }',
    );
    const declared = await compose(text, 'deploy/compose.yaml');
    expect(told(declared)).toEqual([
      'deploy/web/Dockerfile < deploy/web',
      'deploy/docker/b.Dockerfile < deploy @prod VERSION=3.12 DEBUG=false +shared',
      'deploy/docker/c < deploy/api A=x=y +x',
      'deploy/Dockerfile < deploy X=1',
    ]);
    expect(declared.notes).toEqual([]);
  });

  test('anchors and merge keys', async () => {
    const text = lines('x-build: &build', '  context: app', '  args: &args { A: 1 }', 'services:', '  a:', '    build:', '      <<: *build', '      target: dev', '  b:', '    build: *build');
    expect(told(await compose(text))).toEqual(['app/Dockerfile < app @dev A=1', 'app/Dockerfile < app A=1']);
  });

  test('extends, in the same file and another one', async () => {
    const text = lines(
      'services:',
      '  base: { build: { context: app, args: { A: 1, B: 1 } } }',
      '  a: { extends: { service: base }, build: { target: dev, args: { B: 2 } } }',
      '  b: { extends: base }',
      '  c: { extends: { file: other.yml, service: x }, build: { target: dev } }',
      '  d: { extends: { file: other.yml, service: x } }',
      '  loop: { extends: loop2 }',
      '  loop2: { extends: loop, build: loop }',
    );
    const declared = await compose(text);
    expect(told(declared)).toEqual([
      'app/Dockerfile < app A=1 B=1',
      'app/Dockerfile < app @dev A=1 B=2',
      'app/Dockerfile < app A=1 B=1',
      'loop/Dockerfile < loop',
      'loop/Dockerfile < loop',
    ]);
    expect(declared.notes.map(({ message }) => message)).toEqual(['service c: it extends a service of another file']);
  });

  test('an override takes from the base what it does not say', async () => {
    const base = lines('services:', '  a: { build: { context: app, dockerfile: A, args: { X: 1 } } }', '  b: { build: other }');
    const text = lines('services:', '  a: { build: { target: dev, args: { Y: 2 } } }', '  b: { build: { context: mine } }', '  c: { build: { target: x } }');
    expect(told(await compose(text, 'compose.override.yaml', base))).toEqual(['app/A < app @dev X=1 Y=2', 'mine/Dockerfile < mine', 'Dockerfile < . @x']);
  });

  test('the oldest form, without `services`', async () => {
    expect(told(await compose(lines('web:', '  build: .', '  dockerfile: Dockerfile.web')))).toEqual(['Dockerfile.web < .']);
    expect(told(await compose(lines('version: "3"', 'build: .')))).toEqual([]);
  });

  test('variables', async () => {
    const text = lines(
      'services:',
      '  a: { build: { context: "${DIR:-app}", dockerfile: "Dockerfile.${ENV-dev}", args: { V: "${V:-1}", W: "$W", X: "a$$b" } } }',
      '  b: { build: "${DIR}" }',
      '  c: { build: { context: ., dockerfile: "${F:?needed}" } }',
      '  d: { build: { context: ., target: "$TARGET" } }',
    );
    const declared = await compose(text);
    expect(told(declared)).toEqual(['app/Dockerfile.dev < app V=1 X=a$b', 'Dockerfile < .']);
    expect(declared.notes.map(({ message }) => message)).toEqual([
      'service a: the value of the build argument W is not known',
      'service b: its context depends on a value that is not known',
      'service c: its Dockerfile depends on a value that is not known',
      'service d: its target depends on a value that is not known, and is taken to be the last stage',
    ]);
  });

  test('interpolation, in detail', () => {
    for (const [text, value] of [
      ['a', 'a'],
      ['$$', '$'],
      ['$${A}', '${A}'],
      ['${A:-}', ''],
      ['x${A:-b}y${C-d}', 'xbyd'],
      ['${A:-${B:-c}}', 'c'],
      ['${A:-${B}}', null],
      ['${A:+b}', null],
      ['${A', null],
      ['${A:-b', null],
      ['$', null],
      ['a $1', null],
      ['${A:-'.repeat(100_000), null],
    ] as const) {
      expect([text.slice(0, 20), interpolate(text)]).toEqual([text.slice(0, 20), value]);
    }
  });

  test('what is not built from this repository', async () => {
    const text = lines(
      'services:',
      '  a: { build: "https://github.com/x/y.git#main" }',
      '  b: { build: "git@github.com:x/y.git" }',
      '  c: { build: ../outside }',
      '  d: { build: /absolute }',
      '  e: { build: { context: ., dockerfile_inline: "FROM x" } }',
      '  f: { build: { context: ., dockerfile: ../D } }',
    );
    const declared = await compose(text);
    expect(told(declared)).toEqual([]);
    expect(declared.notes.map(({ message }) => message.slice(0, 9))).toEqual(['service a', 'service b', 'service c', 'service d', 'service e', 'service f']);
  });

  test('bad input gives a note and no exception', async () => {
    for (const text of ['build: [', '{{ build }}: x: y', `build: ${'['.repeat(20_000)}`, 'a: &a [build, *b]', '--- build\n--- b']) {
      const { builds, notes } = await compose(text);
      expect([builds.length, notes.length]).toEqual([0, 1]);
    }
    for (const text of ['', 'build', '- build', 'services: build', 'services: { a: build, b: { build: [] }, c: { build: { context: {}, args: 1 } } }', 'services: { __proto__: { build: x }, a: { extends: __proto__ } }', 'services: { a: { extends: constructor, build: { context: [x] } } }']) {
      expect((await compose(text)).notes).toEqual([]);
    }
  });
});

describe('bake', () => {
  const bake = (...text: string[]): Declarations => readBake(lines(...text), 'docker-bake.hcl');

  test('literal attributes, variables, groups and inheritance', () => {
    const declared = bake(
      'variable "TAG" { default = "1.0" }',
      'variable "UNSET" {}',
      'variable "NAME" {',
      '  # A block within a block is passed over.',
      '  validation {',
      '    condition = NAME != ""',
      '    error_message = "no } here"',
      '  }',
      '  default = "v-${TAG}"',
      '}',
      'group "default" { targets = ["app", "_hidden"] }',
      'target "_common" {',
      '  context = "."',
      '  args = {',
      '    A = 1',
      '    "B" : TAG, C = "${UNSET}", D = null',
      '  }',
      '}',
      'target "_hidden" { dockerfile = "hidden" }',
      'target "app" {',
      '  inherits = ["_common"]',
      '  dockerfile = "docker/${NAME}.Dockerfile" // of this version',
      '  target = "prod" /* not dev */',
      '  tags = ["x:${TAG}", notequal("", TAG) ? "y" : "", ]',
      '  args = { A = 2, E = "x" }',
      '  contexts = { base = "target:base" }',
      '}',
      'target "leaf" { context = "leaf" }',
    );
    expect(told(declared)).toEqual(['hidden < .', 'docker/v-1.0.Dockerfile < . @prod A=2 B=1.0 E=x +base', 'leaf/Dockerfile < leaf']);
    expect(declared.notes).toEqual([]);
  });

  test('expressions that are not understood spoil their own attribute only', () => {
    const declared = bake(
      'target "a" {',
      '  labels = { for k, v in x : k => "}" if v != "{" }',
      '  output = [for s in ["a", "b"] : upper(s)]',
      '  description = <<-EOT',
      '    target "x" { context = "no" }',
      '  EOT',
      '  platforms = BAKE_LOCAL ? [',
      '    "linux/amd64",',
      '  ] : null',
      '  args = {',
      '    V = join(",", ["a", "b"])',
      '    W = X == "y" ? "1" : "2"',
      '    Z = "known"',
      '  }',
      '  context = "a"',
      '}',
      'function "f" { params = [x] result = "${x}}" }',
      'target "b" { context = dirname("x") }',
      'target "c" { dockerfile = "${f("x")}/y" }',
      'target "d" { dockerfile-inline = "FROM x" }',
      'target "e" { context = "https://example.com/x.git" }',
    );
    expect(told(declared)).toEqual(['a/Dockerfile < a Z=known']);
    expect(declared.notes.map(({ message }) => message.slice(0, 8))).toEqual(['target b', 'target c', 'target d', 'target e']);
  });

  test('a matrix', () => {
    const declared = bake('variable "PY" { default = ["3.12", "3.13"] }', 'target "t" {', '  name = "t-${item}"', '  matrix = {', '    item = ["a", "b"]', '    py = PY', '  }', '  context = item', '  args = { PY = py }', '}');
    expect(told(declared)).toEqual(['a/Dockerfile < a PY=3.12', 'a/Dockerfile < a PY=3.13', 'b/Dockerfile < b PY=3.12', 'b/Dockerfile < b PY=3.13']);
  });

  test('JSON', () => {
    const text = JSON.stringify({ variable: { T: { default: 'x' } }, group: { default: { targets: ['a'] } }, target: { a: { context: 'dir', dockerfile: '${T}.Dockerfile', args: { N: 1, P: 'C:\\\\n' } } } });
    expect(told(readBake(text, 'docker-bake.json'))).toEqual(['dir/x.Dockerfile < dir N=1 P=C:\\\\n']);
    expect(readBake('{"target":', 'docker-bake.json').notes).toHaveLength(1);
    expect(readBake('["target"]', 'docker-bake.json').notes).toHaveLength(1);
  });

  test('an override is laid over its base', () => {
    const base = { path: 'docker-bake.hcl', text: lines('target "a" { context = "app" }', 'target "b" { context = "b" }') };
    expect(told(readBake('target "a" { target = "dev" }', 'docker-bake.override.hcl', { base }))).toEqual(['app/Dockerfile < app @dev']);
  });

  test('circles and depth end', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(told(bake('variable "A" { default = B }', 'variable "B" { default = A }', 'target "a" { inherits = ["b"]', 'context = A }', 'target "b" { inherits = ["a"] }'))).toEqual([]);
    expect(told(bake('target "a" {', `x = ${deep}`, `y = ${deep.slice(0, 50_000)}`))).toEqual(['Dockerfile < .']);
  });

  test('no text makes the reader throw, hang, or lose a block after a line of nonsense', () => {
    const part = fc.constantFrom('target', '"a"', '{', '}', '[', ']', '(', ')', '=', ',', '\n', '"', '${', '%{', '\\', '#', '/*', '<<E\n', 'E\n', ' ', 'x', '1', ':', '\r\n', '$$');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        expect(readHcl(parts.join(''))).toBeInstanceOf(Array);
      }),
      { numRuns: 3000 },
    );
    for (const nonsense of ['"', '${', '=', 'x = "', ') ] }', 'x y z']) expect(told(bake(nonsense, 'target "a" {}'))).toEqual(['Dockerfile < .']);
  });

  test('100,000 lines', () => {
    const text = `target "a" {\n${'x = [1, "${y}", { a = b }]\n'.repeat(50_000)}${'z = f(\n'.repeat(50_000)}`;
    expect(readHcl(text)).toHaveLength(1);
  });
});

/** A tree that holds nothing. */
const nowhere = { tree: memoryTree({}), dockerfiles: [] };

describe('workflows', () => {
  const workflow = async (...text: string[]): Promise<Declarations> => readWorkflow(lines(...text), '.github/workflows/build.yml', nowhere);
  const steps = async (...text: string[]): Promise<Declarations> => workflow('jobs:', '  j:', '    steps:', ...text.map((line) => `      ${line}`));

  test('docker/build-push-action', async () => {
    const declared = await steps(
      '- uses: docker/build-push-action@v6',
      '  with:',
      '    context: ./api',
      '    file: ./docker/api.Dockerfile',
      '    target: prod',
      '    build-args: |',
      '      A=1',
      '      SHA=${{ github.sha }}',
      '      B=x=y',
      '    build-contexts: |',
      '      base=docker-image://alpine',
      '- uses: docker/build-push-action@4f58ea79222b3b9dc2c8bbdd6debcef730109a75',
      '  with: { context: web }',
      '- uses: docker/build-push-action@v6',
      '- uses: docker/build-push-action@v6',
      '  with: { file: docker/Dockerfile }',
      '- uses: docker/build-push-action@v6',
      '  with: { context: "{{defaultContext}}:sub", file: D }',
      '- uses: docker/build-push-action@v6',
      '  with: { context: "${{ github.workspace }}/x" }',
      '- uses: docker/build-push-action@v6',
      '  with: { context: "${{ inputs.context }}" }',
      '- uses: docker/build-push-action@v6',
      '  with: { context: ., file: "${{ inputs.file }}" }',
      '- uses: docker/build-push-action@v6',
      '  with: { context: "https://github.com/x/y.git" }',
      '- uses: docker/bake-action@v5',
      '- uses: depot/build-push-action@v1',
      '  with: { context: depot }',
    );
    expect(told(declared)).toEqual([
      'docker/api.Dockerfile < api @prod A=1 B=x=y +base',
      'web/Dockerfile < web',
      'Dockerfile < .',
      'docker/Dockerfile < .',
      'sub/D < sub',
      'x/Dockerfile < x',
      'depot/Dockerfile < depot',
    ]);
    expect(declared.notes).toHaveLength(3);
    expect(declared.builds.map(({ perCommit }) => perCommit)).toEqual([['SHA'], ...declared.builds.slice(1).map(() => undefined)]);
  });

  test('arguments that another commit changes', async () => {
    const of = async (...text: string[]): Promise<readonly (readonly string[] | undefined)[]> => (await steps(...text)).builds.map(({ perCommit }) => perCommit);
    const action = (...args: readonly string[]): string[] => ['- uses: docker/build-push-action@v6', '  with:', '    context: .', '    build-args: |', ...args.map((arg) => `      ${arg}`)];
    expect(await of(...action('A=v-${{ github.run_number }}', 'B=${{ github.event.head_commit.timestamp }}', 'C=${{ github.repository }}', 'D=${{ matrix.x }}', 'E=github.sha'))).toEqual([['A', 'B']]);
    expect(await of('- run: docker build --build-arg SHA=${{ github.sha }} --build-arg "REV=$GITHUB_SHA" --build-arg V=1 -t x .')).toEqual([['SHA', 'REV']]);
    expect(await of('- run: docker build --build-arg C=$(git rev-parse HEAD) .')).toEqual([['C']]);
  });

  test('docker build in a run, with its directory', async () => {
    const declared = await workflow(
      'defaults: { run: { working-directory: base } }',
      'env: { NAME: app, TAG: "${{ github.sha }}" }',
      'jobs:',
      '  j:',
      '    steps:',
      '      - run: docker build -f docker/D --build-arg A=1 --build-arg B --target=t -t x .',
      '      - working-directory: ./other',
      '        run: |',
      '          # docker build no',
      '          docker buildx build --push \\',
      '            --platform linux/amd64 -t x:${{ env.TAG }} \\',
      '            ${{ env.NAME }}',
      '          echo docker build nor this .',
      '      - run: docker build -t x $DIR',
      '      - run: docker build "${{ inputs.dir }}"',
    );
    expect(told(declared)).toEqual(['base/docker/D < base @t A=1', 'other/app/Dockerfile < other/app']);
  });

  test('a matrix', async () => {
    const declared = await workflow(
      'jobs:',
      '  j:',
      '    strategy:',
      '      matrix:',
      '        dir: [a, b]',
      '        image: [{ name: x, file: D }]',
      '        include: [{ dir: b, target: dev }, { dir: c, image: { name: z, file: E }, target: t }]',
      '    steps:',
      '      - uses: docker/build-push-action@v6',
      '        with: { context: "${{ matrix.dir }}", file: "${{ matrix.dir }}/${{ matrix.image.file }}", target: "${{ matrix.target }}" }',
    );
    expect(told(declared)).toEqual(['a/D < a', 'b/D < b @dev', 'c/E < c @t']);
  });

  test('a checkout in a directory of the workspace', async () => {
    const declared = await steps(
      '- uses: actions/checkout@v4',
      '  with: { repository: x/other, path: other }',
      '- uses: actions/checkout@v4',
      '  with: { path: src }',
      '- uses: docker/build-push-action@v6',
      '  with: { context: src/app }',
      '- uses: docker/build-push-action@v6',
      '  with: { context: other }',
      '- uses: docker/build-push-action@v6',
    );
    expect(told(declared)).toEqual(['app/Dockerfile < app', 'Dockerfile < .']);
  });

  test('shell words', () => {
    const built = (script: string): readonly string[] => dockerBuildsIn(script).map(({ directory, dockerfile, context, target }) => [directory, dockerfile, context, target].join(' '));
    expect(built('docker build .')).toEqual(['.  . ']);
    expect(built('docker build -t "a b" -fX \'my dir\'')).toEqual(['. X my dir ']);
    expect(built('DOCKER_BUILDKIT=1 sudo docker image build --file=X --no-cache . 2>&1 | tee log')).toEqual(['. X . ']);
    expect(built('docker build -t x:$(git rev-parse "HEAD (x)") -f "$F" .')).toEqual(['.  . ']);
    expect(built('cd a && docker build . > log; cd b; docker build c')).toEqual(['./a  . ', './a/b  c ']);
    expect(built('docker build . && cd "$X" && docker build .')).toEqual(['.  . ']);
    expect(built('if docker build --target t .; then x; fi')).toEqual(['.  . t']);
    for (const none of ['docker build', 'docker run build .', 'echo docker build .', 'docker build a b', 'docker build $X', 'docker build *', 'docker build `x`', 'docker-compose build x', '"', 'docker build "', 'docker build \\']) {
      expect([none, built(none)]).toEqual([none, []]);
    }
    expect(built('docker build $(( ; " \\'.repeat(50_000))).toEqual([]);
  });

  test('bad input', async () => {
    for (const text of ['jobs: docker/build-push-action', 'jobs: { j: { steps: [docker/build-push-action, { run: docker run }, { uses: 1, with: docker run }] } }', 'docker push .']) {
      expect(await workflow(text)).toEqual({ builds: [], notes: [], unread: [] });
    }
    expect((await workflow('docker/build-push-action: [')).notes).toHaveLength(1);
  });
});

describe('input made to take long', () => {
  const repeat = (text: (index: number) => string, count: number): string => Array.from({ length: count }, (_, index) => text(index)).join('');
  const workflow = (...parts: readonly string[]): string => parts.join('');
  const texts: Readonly<Record<string, () => unknown>> = {
    'defaults that double': () => readBake(`target "a" { context = V0 }\n${repeat((index) => `variable "V${index}" { default = "\${V${index + 1}}\${V${index + 1}}" }\n`, 60)}variable "V40" { default = "xx" }`, 'x.hcl'),
    'inheritance that doubles': () => readBake(repeat((index) => `target "t${index}" { inherits = ["t${index + 1}", "t${index + 1}"] }\n`, 60), 'x.hcl'),
    'a long chain of inheritance': () => readBake(repeat((index) => `target "t${index}" { inherits = ["t${index + 1}"] }\n`, 5000), 'x.hcl'),
    'a matrix of many axes': () => readBake(`target "a" { matrix = { ${repeat((index) => `a${index} = ["1", "2"]\n`, 5000)} } }`, 'x.hcl'),
    'one line of docker': () => readWorkflow(`build ${'docker '.repeat(100_000)}`, 'x.yml', nowhere),
    'expressions that are never closed': () => readWorkflow(workflow('jobs: { j: { steps: [ { uses: docker/build-push-action@v6, with: { context: "', '${{'.repeat(200_000), '" } } ] } }'), 'x.yml', nowhere),
    'a workflow of many steps and variables': () => readWorkflow(workflow('env:\n', repeat((index) => `  V${index}: a\n`, 5000), 'jobs:\n  j:\n    strategy: { matrix: { a: [1, 2, 3], b: [1, 2, 3] } }\n    steps:\n', repeat(() => '    - uses: docker/build-push-action@v6\n', 5000)), 'x.yml', nowhere),
    'a workflow of many axes': () => readWorkflow(workflow('jobs:\n  j:\n    steps: [ { uses: docker/build-push-action@v6 } ]\n    strategy:\n      matrix:\n', repeat((index) => `        a${index}: [x]\n`, 10_000)), 'x.yml', nowhere),
    'a script of many words': () => dockerBuildsIn('docker build '.repeat(50_000)),
    'aliases that multiply': () => readCompose(`build: &a0 [x]\n${repeat((index) => `b${index}: &a${index + 1} [*a${index}, *a${index}, *a${index}]\n`, 40)}`, 'compose.yml'),
    'many services': () => readCompose(`services:\n${repeat((index) => `  s${index}: { extends: s${index + 1}, build: { args: { A: "\${A:-b}" } } }\n`, 5000)}`, 'compose.yml'),
  };

  test.each(Object.keys(texts))('%s', async (name) => {
    expect(await texts[name]?.()).toBeDefined();
  });
});

describe('builds of a Dockerfile', () => {
  const needs = (sources: readonly string[] = [], manifests: readonly string[] = []): readonly string[] => [...sources, ...manifests];

  test.each([
    ['uv sync', 'x/pyproject.toml', ' guess'],
    ['poetry install', 'x/pyproject.toml', ' guess'],
    ['uv sync', 'pyproject.toml', ' guess'],
    ['uv sync', 'y/pyproject.toml', 'context-unknown'],
    ['pip install -r requirements.txt -r ../requirements.txt', 'x/requirements.txt', 'context-unknown'],
    ['pip install -r requirements*.txt', 'x/requirements-web.txt', ' guess'],
    // pyproject.toml holds settings of these, and may be missing.
    ['uv pip install --system -r /tmp/requirements.txt', 'app.py', ' guess'],
    ['pip-compile requirements.in && pip-sync requirements.txt', 'x/requirements.in', ' guess'],
    ['uv pip install --system -r pyproject.toml', 'app.py', 'context-unknown'],
  ])('%s in a subdirectory, with %s', (install, manifest, wanted) => {
    const text = `FROM python:3.12-slim\nCOPY . /app\nWORKDIR /app/x\nRUN ${install}\n`;
    const builds = buildsOf(memoryTree({ Dockerfile: text, [manifest]: '' }), 'Dockerfile', scan(text), { declared: [], context: null });
    expect('kind' in builds ? builds.kind : builds.map((build) => `${build.context} ${build.declaredBy}`).join()).toBe(wanted);
  });

  test('the nearest directory that holds all sources and manifests', () => {
    const tree = memoryTree({ 'a/b/docker/Dockerfile': '', 'a/b/requirements.txt': '', 'a/b/src/x.py': '', 'a/pyproject.toml': '', 'a/src/y.py': '' });
    const context = (sources: readonly string[], manifests: readonly string[] = []): string => {
      const builds = buildsFor(tree, 'a/b/docker/Dockerfile', [], {}, needs(sources, manifests));
      return builds === 'context-unknown' ? builds : builds.map((build) => `${build.context} ${build.declaredBy}`).join();
    };
    expect(context([])).toBe('a/b/docker guess');
    expect(context(['.', './', '/', ''])).toBe('a/b/docker guess');
    expect(context(['.'], ['requirements.txt'])).toBe('a/b guess');
    expect(context(['src/'])).toBe('a/b guess');
    expect(context(['/src', '../requirements.txt'])).toBe('a/b guess');
    expect(context(['./src/x.py', 'https://example.com/x', 'git@github.com:x/y.git'])).toBe('a/b guess');
    expect(context(['src'], ['pyproject.toml'])).toBe('a guess');
    expect(context(['a/src', 'a/b'])).toBe(' guess');
    expect(context(['dist'])).toBe('context-unknown');
    expect(context(['src/x.py'], ['pyproject.toml'])).toBe('context-unknown');
  });

  test('declared before the option, the option before the guess', async () => {
    const files = { 'app/Dockerfile': '', 'other/Dockerfile': '', 'compose.yaml': 'services: { a: { build: { context: ., dockerfile: app/Dockerfile } } }' };
    const tree = memoryTree(files);
    const { builds } = await declaredBuilds(tree, Object.keys(files));
    const contextOf = (path: string, option = {}): unknown => buildsFor(tree, path, builds, option, needs());
    expect(contextOf('app/Dockerfile', { context: 'other' })).toMatchObject([{ context: '', declaredBy: 'compose' }]);
    expect(contextOf('other/Dockerfile', { context: '' })).toMatchObject([{ context: '', declaredBy: 'option' }]);
    expect(contextOf('other/Dockerfile')).toMatchObject([{ context: 'other', declaredBy: 'guess', outputs: [] }]);
  });

  test('equal builds become one, with their targets as outputs; others stay apart', async () => {
    const files = {
      'Dockerfile': '',
      'compose.yaml': lines('services:', '  a: { build: . }', '  b: { build: { context: ., target: dev } }', '  c: { build: { context: ., args: { A: 1, B: 2 } } }', '  d: { build: nowhere }'),
      'docker-bake.hcl': 'target "x" {\ntarget = "test"\n}\ntarget "y" { args = { B = 2, A = 1 } }',
      '.github/workflows/x.yml': lines('jobs: { j: { steps: [ { uses: docker/build-push-action@v6 } ] } }'),
    };
    const tree = memoryTree(files);
    const { builds } = await declaredBuilds(tree, Object.keys(files));
    expect(builds).toHaveLength(7);
    expect(buildsFor(tree, 'Dockerfile', builds, {}, needs())).toEqual([
      { dockerfile: 'Dockerfile', context: '', outputs: ['', 'dev', 'test'], args: new Map(), namedContexts: [], declaredBy: 'compose' },
      { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map([['A', '1'], ['B', '2']]), namedContexts: [], declaredBy: 'compose' },
    ]);
  });

  test('BuildKit takes a lower-case dockerfile for a missing Dockerfile', async () => {
    const files = { 'a/dockerfile': '', 'b/dockerfile': '', 'b/Dockerfile': '', 'compose.yml': 'services: { a: { build: { context: a, target: t } }, b: { build: b } }' };
    const tree = memoryTree(files);
    const { builds } = await declaredBuilds(tree, Object.keys(files));
    expect(declaredDockerfiles(tree, builds)).toEqual(['a/dockerfile', 'b/Dockerfile']);
    expect(buildsFor(tree, 'a/dockerfile', builds, {}, needs())).toMatchObject([{ dockerfile: 'a/dockerfile', outputs: ['t'], declaredBy: 'compose' }]);
    expect(buildsFor(tree, 'b/dockerfile', builds, {}, needs())).toMatchObject([{ declaredBy: 'guess' }]);
  });

  test('compose and bake files in a directory are run there, or in one above it', async () => {
    const files = {
      'docker/docker-bake.hcl': 'target "a" { dockerfile = "docker/app.Dockerfile" }',
      'docker/app.Dockerfile': '',
      'sub/docker-bake.hcl': 'target "a" {}',
      'sub/Dockerfile': '',
      'Dockerfile': '',
      'project/deploy/files/compose.yml': 'services: { a: { build: { context: ., dockerfile: deploy/image } }, b: { build: nowhere } }',
      'project/deploy/image': '',
      'examples/compose.yml': 'services: { a: { build: { context: ., target: x } } }',
      'examples/two/compose.yml': 'services: { a: { build: ../../sub }, b: { build: x } }',
    };
    const tree = memoryTree(files);
    expect(told(await declaredBuilds(tree, Object.keys(files)))).toEqual([
      'docker/app.Dockerfile < .',
      'sub/Dockerfile < sub',
      'project/deploy/image < project',
      'project/nowhere/Dockerfile < project/nowhere',
      // A `Dockerfile` in a directory above is not meant by a missing one.
      'examples/Dockerfile < examples @x',
      'sub/Dockerfile < sub',
      'examples/two/x/Dockerfile < examples/two/x',
    ]);
  });

  test('overrides find their base', async () => {
    const files = {
      'compose.yml': 'services: { a: { build: app } }',
      'compose.override.yml': 'services: { a: { build: { target: dev } } }',
      'docker-bake.hcl': 'target "a" { context = "bake" }',
      'docker-bake.override.hcl': 'target "a" { target = "dev" }',
    };
    expect(told(await declaredBuilds(memoryTree(files), Object.keys(files)))).toEqual(['app/Dockerfile < app', 'app/Dockerfile < app @dev', 'bake/Dockerfile < bake', 'bake/Dockerfile < bake @dev']);
  });

  test('files that are too large or unreadable are said', async () => {
    const tree = memoryTree({ 'compose.yml': `build: ${'x'.repeat(1_100_000)}` });
    expect((await declaredBuilds(tree, ['compose.yml', 'docker-bake.hcl'])).notes).toHaveLength(2);
  });
});
