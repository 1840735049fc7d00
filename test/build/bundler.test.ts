import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { splitCopy } from '../../transforms/split-copy.ts';
import { isCache } from '../../src/verify/expected.ts';
import type { Image } from '../support/engine.ts';
import { build, compareImages, engineAvailable, noiseOf, readImage, removeImages, writeProject } from '../support/engine.ts';
import { runFixture } from '../support/run-fixture.ts';
import { buildRubyBase, gemfile, gemfileLock, rubyBase, rubyImages } from './projects/ruby-base.ts';

/** Ruby projects, built as they are and as split-copy rewrites them. What two builds of the original differ in is left out, and caches. */
const folders: string[] = [];

const project = {
  '.dockerignore': 'Dockerfile\n.dockerignore\n.bundle\nvendor/bundle\n',
  Gemfile: gemfile,
  'Gemfile.lock': gemfileLock,
  'app.rb': 'require "beta"\nrequire "native"\nputs Beta::VERSION\n',
};

const official = 'ENV GEM_HOME=/usr/local/bundle BUNDLE_APP_CONFIG=/usr/local/bundle BUNDLE_SILENCE_ROOT_WARNING=1\nENV PATH=/usr/local/bundle/bin:$PATH\n';

const cases: readonly { readonly name: string; readonly targets: readonly string[]; readonly files?: Readonly<Record<string, string>>; readonly dockerfile: string; readonly expected: RegExp }[] = [
  {
    name: 'an install where official images have gems, and a program of the source',
    targets: ['build', 'final'],
    dockerfile: `FROM ${rubyBase} AS build
${official}WORKDIR /app
COPY . .
RUN bundle config set --local without test && bundle install --jobs 4 --retry 3 && rm -rf /usr/local/bundle/cache/*.gem ~/.bundle/cache
RUN bundle exec ruby app.rb > /version

FROM scratch AS final
COPY --from=build /version /version
COPY --from=build /usr/local/bundle /usr/local/bundle
`,
    expected: /COPY Gemfile Gemfile\.lock \.\/\nRUN bundle config [^\n]*\nCOPY \. \.\nRUN bundle exec/,
  },
  {
    name: 'a deployment into the project, with the settings of the project',
    targets: ['build'],
    files: { '.bundle/config': '---\nBUNDLE_RETRY: "3"\n', '.dockerignore': 'Dockerfile\n.dockerignore\nvendor/bundle\n' },
    dockerfile: `FROM ${rubyBase} AS build
WORKDIR /app
ENV BUNDLE_DEPLOYMENT=true
COPY . .
RUN bundle install
RUN bundle exec ruby app.rb > /version
`,
    expected: /COPY Gemfile Gemfile\.lock \.\/\nCOPY \.bundle\/config \.\/\.bundle\/\nRUN bundle install\nCOPY \. \.\n/,
  },
  {
    name: 'another user, and a version of Ruby that a file says',
    targets: ['build'],
    files: { '.ruby-version': '3.1.2\n', Gemfile: `${gemfile}ruby file: ".ruby-version"\n`.replace('ruby file: ".ruby-version"', 'ruby File.read(".ruby-version").strip'), 'Gemfile.lock': gemfileLock.replace('BUNDLED', 'RUBY VERSION\n   ruby 3.1.2p20\n\nBUNDLED') },
    dockerfile: `FROM ${rubyBase} AS build
RUN mkdir /app /srv/bundle && chown 1000:1000 /app /srv/bundle
USER 1000:1000
WORKDIR /app
ENV HOME=/tmp BUNDLE_PATH=/srv/bundle
COPY --chown=1000:1000 . .
RUN bundle config set without test
RUN bundle install
RUN bundle exec ruby app.rb > version
`,
    expected: /COPY --chown=1000:1000 Gemfile Gemfile\.lock \.\/\nRUN bundle config set without test\nCOPY --chown=1000:1000 \.ruby-version \.\/\nRUN bundle install\nCOPY --chown=1000:1000 \. \.\n/,
  },
];

beforeAll(async () => {
  engineAvailable();
  await buildRubyBase();
});

afterAll(async () => {
  await removeImages(rubyImages);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function written(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await writeProject(files);
  folders.push(folder);
  return folder;
}

async function image(folder: string, tag: string, target: string): Promise<Image> {
  const { imageId, log } = await build(folder, { tag: `${rubyImages}:${tag}`, target, noCache: true });
  if (imageId === null) throw new Error(`the build failed:\n${log}`);
  return readImage(imageId);
}

describe.each(cases)('$name', ({ targets, files, dockerfile, expected }) => {
  test('is rewritten, the images are the same, and the install stays cached', async () => {
    const all = { ...project, ...files, Dockerfile: dockerfile };
    const run = await runFixture(all, [splitCopy], { options: new Map(), untracked: [], utf16: [] });
    const rewritten = run.changes.get('Dockerfile') ?? '';
    expect(rewritten).toMatch(expected);
    const [before, after] = [await written(all), await written({ ...all, Dockerfile: rewritten })];
    for (const target of targets) {
      const original = await image(before, 'before', target);
      const noise = noiseOf(original, await image(before, 'again', target));
      const differences = compareImages(original, await image(after, 'after', target), noise);
      expect(differences.filter(({ path }) => !isCache(path))).toEqual([]);
    }
    const changed = await written({ ...all, Dockerfile: rewritten, 'app.rb': `${project['app.rb']}# A remark.\n` });
    const { steps } = await build(changed, { tag: `${rubyImages}:changed`, target: 'build' });
    expect(steps.filter(({ name }) => name.includes('bundle install')).map(({ cached }) => cached)).toEqual([true]);
  });
});
