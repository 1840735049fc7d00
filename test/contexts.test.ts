import { expect, test } from 'vitest';

import { buildsOf } from '../src/builds.ts';
import { memoryTree } from '../src/context/memory.ts';
import { declaredBuilds } from '../src/discover/builds.ts';
import { discoverableIn } from '../src/discover/files.ts';
import { scan } from '../src/dockerfile/scan.ts';

/** The contexts of a Dockerfile among these files, and who says so. */
async function contextsOf(dockerfile: string, text: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const tree = memoryTree({ ...files, [dockerfile]: text });
  const { builds: declared } = await declaredBuilds(tree, discoverableIn(tree));
  const builds = buildsOf(tree, dockerfile, scan(text), { declared, context: null });
  return 'kind' in builds ? [builds.kind] : builds.map(({ context, declaredBy }) => `${declaredBy} ${context === '' ? '.' : context}`);
}

test.each([
  ['Go', 'cmd/x/Dockerfile', 'FROM golang:1.22\nCOPY . .\nRUN go build ./cmd/x\n', ['go.mod', 'cmd/x/main.go']],
  ['Gradle', 'deploy/app/Dockerfile', 'FROM eclipse-temurin:21\nCOPY . .\nRUN ./gradlew bootJar\n', ['gradlew', 'build.gradle', 'src/A.java']],
  ['Maven', 'docker/Dockerfile', 'FROM maven:3\nCOPY . /src\nRUN mvn -B package\n', ['pom.xml']],
  ['npm', 'docker/web/Dockerfile', 'FROM node:20\nCOPY ./ ./\nRUN npm ci && npm run build\n', ['package.json', 'package-lock.json']],
  ['Cargo', 'build/Dockerfile', 'FROM rust:1\nCOPY . .\nRUN cargo build --release\n', ['Cargo.toml']],
  ['Composer', 'docker/php/Dockerfile', 'FROM php:8\nCOPY . .\nRUN composer install --no-dev\n', ['composer.json']],
  ['bind mounts', 'docker/Dockerfile', 'FROM golang:1.22\nRUN --mount=type=bind,target=. go build -o /x .\n', ['go.mod']],
])('the project lies above: %s', async (_, dockerfile, text, names) => {
  expect(await contextsOf(dockerfile, text, Object.fromEntries(names.map((name) => [name, ''])))).toEqual(['guess .']);
});

test.each([
  ['a project of its own', 'cmd/x/Dockerfile', 'FROM golang:1.22\nCOPY . .\nRUN go build .\n', ['go.mod', 'cmd/x/go.mod'], 'cmd/x'],
  ['a project in a folder', 'api/Dockerfile', 'FROM golang:1.22\nCOPY . .\nRUN cd src && go build .\n', ['go.mod', 'api/src/go.mod'], 'api'],
  ['nothing that needs one', 'docker/Dockerfile', 'FROM debian\nCOPY . /etc/x\nRUN chmod 600 /etc/x/conf\n', ['go.mod', 'docker/conf'], 'docker'],
  ['a tool by its name', 'docker/Dockerfile', 'FROM node:20\nCOPY . .\nRUN npm i -g x\n', ['docker/package.json', 'package.json'], 'docker'],
  ['nothing above either', 'docker/Dockerfile', 'FROM golang:1.22\nCOPY . .\nRUN go build .\n', ['docker/main.go'], 'docker'],
])('the guess stands: %s', async (_, dockerfile, text, names, context) => {
  expect(await contextsOf(dockerfile, text, Object.fromEntries(names.map((name) => [name, ''])))).toEqual([`guess ${context}`]);
});

test('a last source without an extension is what it is', async () => {
  const text = 'FROM python:3.11\nCOPY a/requirements.txt a/LICENSE ./\nRUN pip install -r requirements.txt\n';
  expect(await contextsOf('Dockerfile', text, { 'a/requirements.txt': 'flask', 'a/LICENSE': '' })).toEqual(['guess .']);
  expect(await contextsOf('Dockerfile', text.replace('a/LICENSE', 'a/VERSION'), { 'a/requirements.txt': 'flask', 'a/VERSION': '1' })).toEqual(['guess .']);
  expect(await contextsOf('Dockerfile', text.replace('a/LICENSE', 'a/conf'), { 'a/requirements.txt': 'flask', 'a/conf/x': '1' })).toEqual(['guess .']);
  expect(await contextsOf('Dockerfile', text.replace('a/requirements.txt a/LICENSE', 'a'), { 'a/requirements.txt': 'flask' })).toEqual(['guess .']);
});

test('a declared context that has none of the sources has no say', async () => {
  const text = 'FROM debian\nCOPY app.py conf/ /app/\n';
  const compose = (context: string, dockerfile: string): Record<string, string> => ({ 'old/compose.yaml': `services:\n  x:\n    build:\n      context: ${context}\n      dockerfile: ${dockerfile}\n` });
  const files = { 'app.py': '', 'conf/x': '', 'old/README': '' };
  expect(await contextsOf('Dockerfile', text, { ...files, ...compose('.', '../Dockerfile') })).toEqual(['guess .']);
  expect(await contextsOf('Dockerfile', text, { ...files, ...compose('..', 'Dockerfile') })).toEqual(['compose .']);
  // One that works beside one that does not.
  expect(await contextsOf('Dockerfile', text, { ...files, ...compose('.', '../Dockerfile'), 'compose.yaml': 'services:\n  x:\n    build: .\n' })).toEqual(['compose .']);
  // What lacks some of the sources may get them before it is built.
  expect(await contextsOf('Dockerfile', text, { ...files, 'old/app.py': '', ...compose('.', '../Dockerfile') })).toEqual(['compose old']);
  // Where nothing else works it is what there is.
  expect(await contextsOf('Dockerfile', 'FROM debian\nCOPY made-by-ci /x\n', { ...files, ...compose('.', '../Dockerfile') })).toEqual(['compose old']);
});
