import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { engineAvailable, removeImages } from '../support/engine.ts';
import { buildGoBase, goBase, goImages, goSums } from './projects/go-base.ts';
import { splitOf } from './projects/split.ts';

/**
 * Go projects, built as they are and as split-copy rewrites them. What two builds of the original differ in is left out, and the compiler's cache, which holds times.
 */
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
});

describe.each(cases)('$name', ({ targets, dockerfile }) => {
  test('is rewritten, the images are the same, and the download stays cached', async () => {
    const expected = /COPY lib\/log\/go\.mod .*\nRUN go mod download[^]*\nCOPY \. \.\n/;
    const { rewritten, differences, isCached } = await splitOf({ images: goImages, files: { ...project, Dockerfile: dockerfile }, targets, change: ['main.go', '// A remark.\n'], install: 'go mod download' });
    expect(rewritten).toMatch(expected);
    expect(differences).toEqual([]);
    expect(isCached).toBe(true);
  });
});
