import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { engineAvailable, removeImages } from '../support/engine.ts';
import { buildRubyBase, gemfile, gemfileLock, rubyBase, rubyImages } from './projects/ruby-base.ts';
import { splitOf } from './projects/split.ts';

/** Ruby projects, built as they are and as split-copy rewrites them. What two builds of the original differ in is left out, and caches. */
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
});

describe.each(cases)('$name', ({ targets, files, dockerfile, expected }) => {
  test('is rewritten, the images are the same, and the install stays cached', async () => {
    const { rewritten, differences, isCached } = await splitOf({ images: rubyImages, files: { ...project, ...files, Dockerfile: dockerfile }, targets, change: ['app.rb', '# A remark.\n'], install: 'bundle install' });
    expect(rewritten).toMatch(expected);
    expect(differences).toEqual([]);
    expect(isCached).toBe(true);
  });
});
