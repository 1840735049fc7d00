import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { declaredBuilds } from '../src/discover/builds.ts';
import { discoverableIn } from '../src/discover/files.ts';

/** `dockerfile < context` of what is declared, and `? context` of what is not read, with the builds that it may be. */
async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const tree = memoryTree(files);
  const { builds, unread } = await declaredBuilds(tree, discoverableIn(tree));
  return [
    ...builds.map(({ dockerfile, context, target }) => `${dockerfile} < ${context === '' ? '.' : context}${target === null ? '' : ` (${target})`}`),
    ...unread.map(({ file, line, context, alternatives = [] }) => `${file}:${line} ? ${context === null ? 'any' : context === '' ? '.' : context}${alternatives.map((one) => ` ${one.dockerfile}<${one.context === '' ? '.' : one.context}`).join('')}`),
  ];
}

const app = { Dockerfile: 'FROM scratch\n', 'docker/api.Dockerfile': 'FROM scratch\n', 'docker/web.Dockerfile': 'FROM scratch\n', 'services/a/Dockerfile': 'FROM scratch\n', 'services/b/Dockerfile': 'FROM scratch\n' };
const api = 'docker/api.Dockerfile < .';

describe('what is literal is a build', () => {
  test.each([
    ['Makefile', 'build:\n\t@docker build -t x -f docker/api.Dockerfile .\n'],
    ['Makefile', 'FILE ?= docker/api.Dockerfile\nDOCKER := podman\nbuild:\n\t$(DOCKER) build \\\n\t  --platform linux/amd64 -f $(FILE) \\\n\t  $(CURDIR)\n'],
    ['make/images.mk', 'image:\n\tdocker buildx build --push -f docker/api.Dockerfile .\n'],
    ['scripts/build.sh', '#!/bin/sh\nset -e\nTAG=$(git describe)\ndocker build -t "x:$TAG" -f docker/api.Dockerfile .\n'],
    ['scripts/build.sh', '#!/bin/sh\nDIR=docker\nbuildah bud -t "$1" --file "${DIR}/api.Dockerfile" "$PWD"\n'],
    ['bin/image', '#!/bin/sh\nexec nerdctl build -f docker/api.Dockerfile .\n'],
    ['justfile', 'file := "docker/api.Dockerfile"\nbuild tag:\n    docker build -t {{tag}} -f {{file}} .\n'],
    ['Taskfile.yml', "version: '3'\nvars:\n  FILE: docker/api.Dockerfile\ntasks:\n  build:\n    cmds:\n      - docker build -f {{.FILE}} .\n"],
    ['package.json', '{ "scripts": { "image": "docker build -f docker/api.Dockerfile -t x ." } }'],
    ['.gitlab-ci.yml', 'build:\n  script:\n    - docker build --pull -t "$CI_REGISTRY_IMAGE" -f docker/api.Dockerfile $CI_PROJECT_DIR\n'],
    ['.circleci/config.yml', 'jobs:\n  build:\n    steps:\n      - run:\n          command: |\n            docker build \\\n              -f docker/api.Dockerfile \\\n              .\n'],
    ['Jenkinsfile', "pipeline { stages { stage('x') { steps { sh \"docker build -f docker/api.Dockerfile -t ${env.TAG} .\" } } } }\n"],
    ['cloudbuild.yaml', "steps:\n- name: gcr.io/cloud-builders/docker\n  args: ['build', '-t', 'x:$COMMIT_SHA', '-f', 'docker/api.Dockerfile', '.']\n"],
    ['tasks.py', 'from invoke import task\n@task\ndef image(c, tag):\n    c.run("docker build -f docker/api.Dockerfile .")\n'],
    ['deploy.py', 'import subprocess\nsubprocess.run(["docker", "build", "-t", tag, "-f", "docker/api.Dockerfile", "."], check=True)\n'],
    ['.github/actions/image/action.yml', 'runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: docker build -f docker/api.Dockerfile .\n'],
  ])('%s', async (name, text) => {
    expect(await found({ ...app, [name]: text })).toEqual([api]);
  });

  test('devcontainers, with comments in their JSON', async () => {
    const json = '{\n  // people work in it\n  "name": "x",\n  "build": { "dockerfile": "Dockerfile", "context": "..", "args": { "A": "1" }, },\n}\n';
    expect(await found({ '.devcontainer/devcontainer.json': json, '.devcontainer/Dockerfile': 'FROM scratch\n' })).toEqual(['.devcontainer/Dockerfile < .']);
    expect(await found({ '.devcontainer/py/devcontainer.json': '{ "dockerFile": "../../docker/Dockerfile" }', 'docker/Dockerfile': '' })).toEqual(['docker/Dockerfile < .devcontainer/py']);
    expect(await found({ '.devcontainer/devcontainer.json': '{ "image": "debian" }' })).toEqual([]);
    expect(await found({ '.devcontainer/devcontainer.json': '{ "dockerComposeFile": ["../stack/dev.yml"] }', 'stack/dev.yml': 'services:\n  a:\n    build: ..\n', Dockerfile: '' })).toEqual(['Dockerfile < .']);
    expect(await found({ '.devcontainer/devcontainer.json': '{ "build": { "dockerfile": "${localEnv:X}" } }' })).toEqual(['.devcontainer/devcontainer.json:1 ? .devcontainer']);
  });

  test('where a script says that it lies', async () => {
    for (const text of [
      'cd "$(dirname "$0")/.."\ndocker build -f docker/api.Dockerfile .\n',
      'ROOT=$(git rev-parse --show-toplevel)\ndocker build -f "$ROOT/docker/api.Dockerfile" "$ROOT"\n',
      'HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\nROOT="$(cd "$HERE/.." && pwd)"\ndocker build --file "${ROOT}/docker/api.Dockerfile" "${ROOT}"\n',
      'docker build -f "$(dirname "$0")/../docker/api.Dockerfile" "$(dirname "$0")/.."\n',
    ]) {
      expect([text, ...(await found({ ...app, 'scripts/image.sh': text }))]).toEqual([text, api]);
    }
  });

  test('where a script lies and where it went', async () => {
    expect(await found({ ...app, 'services/a/Makefile': 'build:\n\tdocker build -t a .\n' })).toEqual(['services/a/Dockerfile < services/a']);
    expect(await found({ ...app, 'ci.sh': 'cd services/b\ndocker build .\n' })).toEqual(['services/b/Dockerfile < services/b']);
    expect(await found({ ...app, 'Makefile': 'a:\n\tcd services/a && docker build .\nb:\n\tdocker build services/b\n' })).toEqual(['services/a/Dockerfile < services/a', 'services/b/Dockerfile < services/b']);
  });
});

describe('what is not is an unread user, of what it may be', () => {
  test('each directory, each Dockerfile', async () => {
    expect(await found({ ...app, 'build.sh': 'for s in services/*; do docker build -t x "$s"; done\n' })).toEqual(expect.arrayContaining(['build.sh:1 ? services/a services/a/Dockerfile<services/a', 'build.sh:1 ? services/b services/b/Dockerfile<services/b']));
    expect(await found({ ...app, 'build.sh': 'docker build -f "docker/$1.Dockerfile" .\n' })).toEqual(['build.sh:1 ? . docker/api.Dockerfile<.', 'build.sh:1 ? . docker/web.Dockerfile<.']);
  });

  test('any context', async () => {
    expect(await found({ ...app, 'build.sh': '#!/bin/sh\n\ndocker build -f docker/api.Dockerfile "$1"\n' })).toEqual(['build.sh:3 ? any']);
  });

  test('a Dockerfile that is made first', async () => {
    expect(await found({ 'Makefile': 'x:\n\tenvsubst < in > Dockerfile.made\n\tdocker build -f Dockerfile.made .\n' })).toEqual(['Makefile:3 ? .']);
  });

  test('settings of other tools', async () => {
    const skaffold = 'apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n    - image: x\n      context: services\n      docker:\n        dockerfile: a/Dockerfile\n';
    expect(await found({ ...app, 'skaffold.yaml': skaffold })).toEqual([expect.stringContaining('services/a/Dockerfile<services')]);
    expect(await found({ ...app, 'render.yaml': 'services:\n  - type: web\n    dockerfilePath: ./docker/api.Dockerfile\n    dockerContext: .\n' })).toEqual([expect.stringContaining('docker/api.Dockerfile<.')]);
    expect(await found({ ...app, 'fly.toml': 'app = "x"\n[build]\n  dockerfile = "docker/api.Dockerfile"\n' })).toEqual([expect.stringContaining('docker/api.Dockerfile<.')]);
    const azure = 'steps:\n- task: Docker@2\n  inputs:\n    command: build\n    Dockerfile: docker/api.Dockerfile\n    buildContext: .\n';
    expect(await found({ ...app, 'azure-pipelines.yml': azure })).toEqual([expect.stringContaining('docker/api.Dockerfile<.')]);
    expect(await found({ ...app, '.tekton/build.yaml': 'spec:\n  steps:\n  - image: gcr.io/kaniko-project/executor\n    args: ["--dockerfile=docker/api.Dockerfile", "--context=dir:///workspace/", "--destination=x"]\n' })).toEqual([expect.stringContaining('docker/api.Dockerfile<.')]);
  });
});

test('what only speaks of a build is none', async () => {
  for (const [name, text] of Object.entries({
    'help.sh': '#!/bin/sh\necho "run: docker build -f docker/web.Dockerfile services"\n# docker build services\n',
    'README.md': '```sh\ndocker build -f docker/web.Dockerfile services\n```\n',
    '.pre-commit-config.yaml': 'repos:\n- repo: https://github.com/hadolint/hadolint\n  hooks:\n  - id: hadolint-docker\n    types: [dockerfile]\n',
    '.github/dependabot.yml': 'updates:\n- package-ecosystem: docker\n  directory: /\n',
    'run.sh': 'docker run x npm run build\ndocker compose build\ndocker push x\n',
    'remote.sh': 'docker build https://github.com/a/b.git\n',
  })) {
    expect(await found({ ...app, [name]: text })).toEqual([]);
  }
});

/** A workflow with one job of these lines. */
function job(...lines: readonly string[]): string {
  return ['jobs:', '  image:', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

const workflow = '.github/workflows/image.yml';

describe('workflows', () => {
  test.each([
    ['what an input says', job('steps:', '  - run: docker build -f docker/api.Dockerfile "${{ inputs.context }}"'), `${workflow}:4 ? any`],
    ['what a variable says that nothing sets', job('steps:', '  - run: docker build -t x -f "$FILE" .'), `${workflow}:4 ? . docker/api.Dockerfile<.`],
    ['a matrix that a job before makes', job('strategy:', '  matrix:', '    dir: ${{ fromJson(needs.list.outputs.dirs) }}', 'steps:', '  - uses: docker/build-push-action@v6', '    with:', '      context: ${{ matrix.dir }}'), `${workflow}:2 ? any`],
    ['a directory that is not known', job('steps:', '  - working-directory: ${{ inputs.dir }}', '    run: docker build -t x .'), `${workflow}:5 ? any`],
    ['all that the caller says', job('steps:', '  - run: |', '      set -e', '      docker buildx build $BUILD_ARGS'), `${workflow}:6 ? any`],
    ['a no-break space', job('steps:', '  - run: docker build\u00a0-t x .'), `${workflow}:4 ? any`],
    ['an action of another kind', job('steps:', '  - uses: redhat-actions/buildah-build@v2', '    with:', '      context: services', '      dockerfile: ${{ inputs.file }}'), `${workflow}:7 ? services services/a/Dockerfile<services`],
    ['a workflow that it calls', job('uses: ./.github/workflows/shared.yml', 'with:', '  dockerfile: docker/api.Dockerfile', '  context: ${{ github.ref_name }}'), `${workflow}:5 ? any`],
  ])('%s is not read', async (_what, text, wanted) => {
    expect(await found({ ...app, [workflow]: text })).toContain(wanted);
  });

  test.each([
    ['its environment', job('env:', '  DIR: services/a', 'steps:', '  - run: docker build -t x $DIR'), 'services/a/Dockerfile < services/a'],
    ['a variable of the script', job('steps:', '  - run: |', '      file=docker/api.Dockerfile', '      docker build -f "$file" .'), api],
    ['a matrix', job('strategy:', '  matrix:', '    name: [api]', 'steps:', '  - run: docker build -f docker/${{ matrix.name }}.Dockerfile -t x .'), api],
    ['options of docker itself', job('steps:', '  - run: docker --context default buildx --builder b build -f docker/api.Dockerfile .'), api],
    ['the path of docker', job('steps:', '  - run: sudo /usr/bin/docker build --file=docker/api.Dockerfile .'), api],
  ])('%s is read', async (_what, text, wanted) => {
    expect(await found({ ...app, [workflow]: text })).toEqual([wanted]);
  });

  test('a loop may mean each of its directories, and those that are known hold nothing back', async () => {
    const text = job('steps:', '  - run: for d in services/*/; do docker build "$d"; done');
    expect(await found({ ...app, [workflow]: text })).toEqual(['Dockerfile<.', 'services/a/Dockerfile<services/a', 'services/b/Dockerfile<services/b'].map((one) => expect.stringMatching(one)));
  });
});

describe('files of any name', () => {
  test.each([
    ['ci/release', '#!/bin/sh\ndocker build "$@"\n', 'ci/release:2 ? any'],
    ['deploy/ship', '#!/usr/bin/env bash\npodman build $OPTIONS\n', 'deploy/ship:2 ? any'],
    ['lib/deploy.rb', "system('docker', 'build', *arguments)\n", 'lib/deploy.rb:1 ? any'],
    ['src/images.ts', 'const command = `docker build`;\n', 'src/images.ts:1 ? any'],
    ['tools/pack.pl', 'system("nerdctl build -f docker/api.Dockerfile $place");\n', 'tools/pack.pl:1 ? any'],
    ['noxfile.py', 'import docker\nclient.images.build(path=where, tag="x")\n', 'noxfile.py:2 ? any'],
    ['Jenkinsfile', "node { docker.build('shop', folder) }\n", 'Jenkinsfile:1 ? any'],
    ['.gitlab-ci.yml', 'image:\n  script:\n    - /kaniko/executor --context $WHERE --destination x\n', '.gitlab-ci.yml:3 ? any'],
    ['Makefile', 'image:\n\tdocker compose -f $(STACK) build\n', 'Makefile:2 ? any'],
    ['build.bat', 'docker build %*\r\n', 'build.bat:1 ? any'],
  ])('%s', async (name, text, wanted) => {
    expect(await found({ ...app, [name]: text })).toEqual([wanted]);
  });

  test.each([
    ['ci/release', '#!/bin/sh\ndocker build -f docker/api.Dockerfile .\n'],
    ['build.ps1', 'docker build `\n  -f docker/api.Dockerfile `\n  .\n'],
    ['src/deploy.ts', "await exec('docker', ['build', '-f', 'docker/api.Dockerfile', '.']);\n"],
    ['Makefile', 'image:\n\tdocker compose -f stack/dev build\n'],
  ])('%s, understood', async (name, text) => {
    expect(await found({ ...app, 'stack/dev': 'services:\n  api:\n    build:\n      context: ..\n      dockerfile: docker/api.Dockerfile\n', [name]: text })).toEqual([api]);
  });

  test('prose, data and words that are no command', async () => {
    for (const [name, text] of Object.entries({
      'docs/install.rst': 'docker build $DIR\n',
      'notes.txt': 'docker build $DIR\n',
      'src/run.py': 'raise Failure("docker build failed")\n# docker build $DIR\nx = 1  # docker build $DIR\n',
      [workflow]: job('name: docker build', 'steps:', '  - name: docker build', '    run: docker push x'),
      'ci/test': '#!/bin/sh\ndocker run x npm run build\ndocker compose build\ndocker compose up\n',
      'tools/browser.py': '"""Fetches a browser during docker image build"""\nx = 1\n',
      'bench/shapes.mjs': "const shape = { Dockerfile: 'FROM python:3.12-slim\\nCOPY . .\\n', 'app.py': '' };\n",
      'src/docker.go': '/*\n * docker build $DIR\n */\nlog.Println("docker build", where)\n',
    })) {
      expect([name, ...(await found({ ...app, [name]: text }))]).toEqual([name]);
    }
  });

  test('a line that may run a build is no sentence', async () => {
    for (const text of ['BUILD="$(which the docker build"\n$BUILD $DIR\n', 'run in docker build $DIR\n', 'for the docker build "$DIR"\n', 'x = "while docker build"\n', 'cd in && docker build\n']) {
      expect([text, ...(await found({ ...app, 'ci/run.sh': text }))]).not.toHaveLength(1);
    }
  });

  test('a line that is too long to be read is a build only if it speaks of one', async () => {
    const passwords = `words("${'letmein,'.repeat(2000)}docker,build123,compose")\n`;
    const build = `words("${'letmein,'.repeat(2000)}"); run("docker build $DIR")\n`;
    expect(await found({ ...app, 'static/words.min.js': passwords })).toEqual([]);
    expect(await found({ ...app, 'static/words.min.js': build })).toEqual(['static/words.min.js:1 ? any']);
  });

  test('artifacts of Skaffold that say no builder', async () => {
    expect(await found({ ...app, 'skaffold.yaml': 'apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n    - image: shop\n      context: services/a\n' })).toEqual([expect.stringContaining('services/a/Dockerfile<services/a')]);
  });
});
