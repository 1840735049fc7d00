import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { splitCopy } from '../../transforms/split-copy.ts';
import { isCache } from '../../src/verify/expected.ts';
import type { Image } from '../support/engine.ts';
import { build, compareImages, engineAvailable, noiseOf, readImage, removeImages, writeProject } from '../support/engine.ts';
import { runFixture } from '../support/run-fixture.ts';
import { buildGoBase, goBase, goImages, goSums } from './projects/go-base.ts';

/**
 * Go projects, built as they are and as split-copy rewrites them. What two builds of the original differ in is left out, and the compiler's cache, which holds times.
 */
const folders: string[] = [];

const project = {
  '.dockerignore': 'Dockerfile\n',
  'go.mod': 'module example.org/shop\n\ngo 1.19\n\nrequire (\n\texample.org/id v1.6.0\n\texample.org/log v0.0.0\n)\n\nrequire example.org/deep v1.0.0 // indirect\n\nreplace example.org/log => ./lib/log\n',
  'go.sum': goSums,
  'main.go': 'package main\n\nimport (\n\t"fmt"\n\n\t"example.org/id"\n\t"example.org/log"\n)\n\nfunc main() { fmt.Println(id.New(), log.Name) }\n',
  'lib/log/go.mod': 'module example.org/log\n\ngo 1.19\n',
  'lib/log/log.go': 'package log\n\nconst Name = "log"\n',
};

const cases = [
  {
    name: 'a download and a check, then a build',
    targets: ['build', 'final'],
    dockerfile: `FROM ${goBase} AS build
ENV GOPATH=/go
WORKDIR /src
COPY . .
RUN go mod download && go mod verify
RUN go build -o /shop .

FROM scratch AS final
COPY --from=build /shop /shop
`,
  },
  {
    name: 'settings and a tool before the download',
    targets: ['build'],
    dockerfile: `FROM ${goBase} AS build
ENV GOPATH=/go
WORKDIR /go/src/shop
COPY . .
RUN go env -w GOPRIVATE=git.example.org && go install example.org/tool@v0.1.0
RUN go mod download -x
RUN /go/bin/tool && go build -o /shop .
`,
  },
];

beforeAll(async () => {
  engineAvailable();
  await buildGoBase();
});

afterAll(async () => {
  await removeImages(goImages);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function written(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await writeProject(files);
  folders.push(folder);
  return folder;
}

async function image(folder: string, tag: string, target: string): Promise<Image> {
  const { imageId, log } = await build(folder, { tag: `${goImages}:${tag}`, target, noCache: true });
  if (imageId === null) throw new Error(`the build failed:\n${log}`);
  return readImage(imageId);
}

describe.each(cases)('$name', ({ targets, dockerfile }) => {
  test('is rewritten, the images are the same, and the download stays cached', async () => {
    const files = { ...project, Dockerfile: dockerfile };
    const run = await runFixture(files, [splitCopy], { options: new Map(), untracked: [], utf16: [] });
    const rewritten = run.changes.get('Dockerfile') ?? '';
    expect(rewritten).toMatch(/COPY lib\/log\/go\.mod .*\nRUN go mod download[^]*\nCOPY \. \.\n/);
    const [before, after] = [await written(files), await written({ ...files, Dockerfile: rewritten })];
    for (const target of targets) {
      const original = await image(before, 'before', target);
      const noise = noiseOf(original, await image(before, 'again', target));
      const differences = compareImages(original, await image(after, 'after', target), noise);
      expect(differences.filter(({ path }) => !isCache(path))).toEqual([]);
    }
    const changed = await written({ ...files, Dockerfile: rewritten, 'main.go': `${project['main.go']}// A remark.\n` });
    const { steps } = await build(changed, { tag: `${goImages}:changed`, target: 'build' });
    expect(steps.filter(({ name }) => name.includes('go mod download')).map(({ cached }) => cached)).toEqual([true]);
  });
});
