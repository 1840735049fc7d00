/**
 * Texts that nobody writes, for each reader of files that say how images are built: none may throw, loop, or take long.
 */
import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { declaredBuilds } from '../src/discover/builds.ts';
import { askedBuildIn, dockerBuildsIn } from '../src/discover/docker-build.ts';
import { readHcl } from '../src/discover/hcl.ts';
import { withoutComments } from '../src/discover/json.ts';
import { matchesPattern, parseIgnore } from '../src/ignore/patterns.ts';
import { parseRequirementSpec } from '../src/manifests/requirements.ts';

/** All that Unicode calls white space, and what looks like it. */
const whiteSpace = [...'\t\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff'];
const odd = ['\0', '\ud800', '\udfff', '\uffff', '\ufffe', ...whiteSpace];

const readers: Readonly<Record<string, (text: string) => string>> = {
  '.github/workflows/a.yml': (text) => `jobs:\n  a:\n    steps:\n      - run: ${JSON.stringify(text)}\n`,
  '.github/workflows/b.yml': (text) => `jobs:\n  a:\n    steps:\n      - run: |\n          ${text.replaceAll('\n', '\n          ')}\n`,
  'Makefile': (text) => `x:\n\t${text}\n`,
  'build.sh': (text) => text,
  'tasks.py': (text) => `run("${text}")\nrun(["docker", "build", "${text}"])\n`,
  'package.json': (text) => JSON.stringify({ scripts: { image: text } }),
  '.gitlab-ci.yml': (text) => `docker build:\n  - ${text}\n`,
  'compose.yml': (text) => `services:\n  a:\n    build: ${JSON.stringify(text)}\n    command: ${text}\n`,
  'docker-bake.hcl': (text) => `target "a" {\n  context = "${text}"\n  x = ${text}\n ${text}\n}\n${text}`,
  '.devcontainer/devcontainer.json': (text) => `{ "build": { "dockerfile": "${text}" }, // docker ${text}\n }`,
};

async function read(name: string, text: string): Promise<number> {
  const start = performance.now();
  const tree = memoryTree({ 'Dockerfile': 'FROM scratch\n', 'a/Dockerfile': 'FROM scratch\n', [name]: text });
  const { builds, unread } = await declaredBuilds(tree, ['Dockerfile', 'a/Dockerfile', name]);
  expect(builds.length + unread.length).toBeGreaterThanOrEqual(0);
  return performance.now() - start;
}

/** Milliseconds for 10,000 characters, and for starting. */
const most = (text: string): number => 100 * (text.length / 10_000) + 500;

describe.each(Object.keys(readers))('%s', (name) => {
  const textOf = readers[name] ?? ((text: string): string => text);

  test('characters that are no letters', async () => {
    for (const character of odd) {
      for (const text of [`docker build${character}-t x .`, `docker${character}build .`, `${character}docker build .${character}`, `docker build -t x${character}. ${character} ${character}`, `docker build "${character}`]) {
        expect([JSON.stringify(text), (await read(name, textOf(text))) < 2000]).toEqual([JSON.stringify(text), true]);
      }
    }
  });

  const unit = ['docker build ', 'docker build . ; ', 'docker', '"docker" ', '"docker", "', '\\"', '"', "'", '`', '$(', '${', '${A:-', '$((', '${{', '${{ ', '{{', '((', '[', '{', ' ', '\u00a0', '\t', '#', '//', '/*', ',', ', //', 'echo ', 'cd a && ', '-f ', '<<', '<', '&', '*', 'A=$A$A ', '%{', '\\', '^', 'docker -', 'kaniko/executor -'];

  test.each(unit)('one line of %j', async (part) => {
    const text = textOf(`docker build ${part.repeat(Math.ceil(40_000 / part.length))}`);
    expect(await read(name, text)).toBeLessThan(most(text));
  });

  test.each(['docker build . \\\n', 'docker build $X\n', 'A=$(x)\nB=$A\n', '"docker", "build"\n', 'dockerfile = "x"\n', 'cd a\ndocker build "$1"\n', '${A:-\n', '    docker build\n\n'])('lines of %j', async (part) => {
    const text = textOf(part.repeat(Math.ceil(40_000 / part.length)));
    expect(await read(name, text)).toBeLessThan(most(text));
  });
});

test('a line of a million characters', async () => {
  for (const part of ['docker build . ', 'docker', ' ', '"', '${A', '$(']) {
    const text = `docker build ${part.repeat(Math.floor(950_000 / part.length))}\n`;
    expect([part, (await read('build.sh', text)) < most(text)]).toEqual([part, true]);
  }
});

test('values that name one another', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `V${index}=${`$V${index + 1}`.repeat(100)}`).join('\n');
  expect(await read('build.sh', `${names}\nV30=xxxxxxxxxx\ndocker build "$V0"\n`)).toBeLessThan(1000);
});

test('aliases that multiply, and nesting without end', async () => {
  const aliases = `a0: &a0 [docker build]\n${Array.from({ length: 40 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}x]`).join('\n')}\n`;
  expect(await read('.gitlab-ci.yml', aliases)).toBeLessThan(2000);
  expect(await read('.github/workflows/a.yml', `${aliases}jobs: *a40\n`)).toBeLessThan(2000);
  for (const text of [`docker build: ${'['.repeat(5000)}`, `docker build: ${'{a: '.repeat(5000)}`, `"docker build": ${'['.repeat(5000)}${']'.repeat(5000)}`]) {
    expect(await read('.gitlab-ci.yml', text)).toBeLessThan(most(text) + 2000);
  }
});

test('readers of single texts', () => {
  for (const character of odd) {
    const text = `a${character}b ${character}`.repeat(2000);
    const start = performance.now();
    expect(dockerBuildsIn(`docker build ${text}`)).toBeDefined();
    expect(askedBuildIn(`docker build ${text}`)).toBeDefined();
    expect(readHcl(`target "x" { a = ${text} }`)).toBeDefined();
    expect(withoutComments(`{ "a": ${text} }`)).toHaveLength(text.length + 9);
    expect(parseIgnore(`${text}\n!${text}`)).toBeDefined();
    expect(matchesPattern(text, 'a/b')).toBeDefined();
    expect(parseRequirementSpec(text)).toBeDefined();
    expect(parseRequirementSpec(`flask${character}== 3${character}; python_version${character}> "3"`)).toBeDefined();
    expect(JSON.stringify(character) + (performance.now() - start < 1000)).toBe(`${JSON.stringify(character)}true`);
  }
});

test('comments and commas of JSON', () => {
  expect(JSON.parse(withoutComments('{ "a": "// no, }", /* x, */ "b": [1, 2, // y\n ], }'))).toEqual({ a: '// no, }', b: [1, 2] });
  expect(withoutComments('"a\\", ]" , /')).toBe('"a\\", ]" , /');
  expect(withoutComments(`,${'// '.repeat(50_000)}x`)).toHaveLength(150_002);
});
