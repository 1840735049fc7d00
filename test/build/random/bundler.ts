/** Random projects of Ruby. */
import type { BuildProject, BuildProjectFile } from '../projects/project.ts';
import { lines } from '../projects/project.ts';
import { gemfile, gemfileLock, rubyBase } from '../projects/ruby-base.ts';
import type { Dice } from './dice.ts';
import { copyFlags, diceOf } from './dice.ts';

export function randomBundlerProject(seed: number): BuildProject {
  const dice = diceOf(seed);
  const scene: Scene = { ...dice, home: dice.pick(['/app', '/app', '/usr/src/app', '/srv/app/']) };
  return {
    name: `bundler-${seed}`,
    outcome: 'rewritten',
    installsAgain: true,
    files: { ...filesOf(dice, seed), Dockerfile: lines(...dockerfile(scene)) },
    changes: [dice.pick(['app.rb', 'lib/shop.rb', 'README.md'])],
  };
}

interface Scene extends Dice {
  /** Where most of it goes. */
  readonly home: string;
}

// ------------------------------------------------------------------------------------------------------------ the files

function filesOf({ pick, chance }: Dice, seed: number): Record<string, BuildProjectFile> {
  const ruby = chance(0.2);
  const written = `# Project ${seed}.\n${gemfile}${ruby ? pick(['ruby "~> 3.0"\n', 'ruby File.read(".ruby-version").strip\n']) : ''}`;
  const locked = ruby && chance(0.8) ? gemfileLock.replace('BUNDLED', 'RUBY VERSION\n   ruby 3.1.2p20\n\nBUNDLED') : gemfileLock;
  return {
    Gemfile: pick([written, written, written, `${written}gem "alpha"\n`, `${written}group :test do\n  gem "alpha", "~> 1.0"\nend\n`]),
    'Gemfile.lock': pick([locked, locked, locked, locked.replace('x86_64-linux', 'ruby'), locked.replace('x86_64-linux', 'arm64-darwin-22'), locked.replace('\n  beta (~>', '\n  alpha\n  beta (~>'), locked.replace('2.3.15', '2.2.0')]),
    '.ruby-version': '3.1.2\n',
    'app.rb': lines('require "beta"', `puts Beta::VERSION, ${seed}`),
    'lib/shop.rb': lines('module Shop', 'end'),
    'README.md': '# hi\n',
    ...(chance(0.2) ? { '.bundle/config': lines('---', pick(['BUNDLE_RETRY: "3"', 'BUNDLE_WITHOUT: "test"', 'BUNDLE_PATH: "vendor/bundle"', 'BUNDLE_FROZEN: "true"'])) } : {}),
    // It hides the Dockerfile and itself from the start: a listing that the build makes would show the difference.
    '.dockerignore': lines(...pick([['.bundle'], ['.bundle'], ['vendor/bundle'], ['*.md', '.bundle', 'vendor/bundle'], []]), '.git', 'Dockerfile', '.dockerignore'),
  };
}

// ------------------------------------------------------------------------------------------------------- the Dockerfile

function dockerfile(scene: Scene): readonly string[] {
  const stages = scene.chance(0.4) ? 2 : 1;
  return Array.from({ length: stages }, (_, index) => stage(scene, index, index === stages - 1)).flat();
}

function stage(scene: Scene, index: number, isLast: boolean): readonly string[] {
  const { pick, chance, number, home } = scene;
  const hasUser = chance(0.15);
  const steps: string[] = [`FROM ${index > 0 && chance(0.3) ? 'stage0' : rubyBase}${isLast ? '' : ` AS stage${index}`}`];
  if (chance(0.6)) steps.push('ENV GEM_HOME=/usr/local/bundle BUNDLE_APP_CONFIG=/usr/local/bundle');
  if (chance(0.6)) steps.push(pick(['ENV BUNDLE_PATH=/usr/local/bundle', 'ENV BUNDLE_DEPLOYMENT=1', 'ENV BUNDLE_FROZEN=true', 'ENV BUNDLE_WITHOUT=test', 'ENV RAILS_ENV=production', 'ARG VERSION=1', 'ENV BUNDLE_GEMFILE=Gemfile', `ENV BUNDLE_PATH=${home}/bundle`, 'ENV BUNDLE_JOBS=2']));
  if (chance(0.2)) steps.push(`RUN mkdir -p ${home}${chance(0.5) ? ` && chown -R 1000:1000 ${home}` : ''}`);
  if (chance(0.9)) steps.push(`WORKDIR ${home}`);
  if (hasUser) steps.push('ENV HOME=/tmp BUNDLE_PATH=/tmp/bundle', 'USER 1000');
  if (chance(0.15)) steps.push(`RUN bundle config ${pick(['set --local without test', '--global frozen 1', 'set path vendor/bundle', 'set --global deployment true', 'set jobs 2'])}`);
  steps.push(`${pick(['COPY', 'COPY', 'ADD'])} ${copyFlags(scene)}${pick(['.', './'])} ${pick(['.', './', home])}`);
  const body = number(4);
  for (let at = 0; at < body; at += 1) steps.push(step(scene, index, hasUser));
  steps.splice(steps.length - number(2), 0, install(scene));
  if (chance(0.6)) steps.push(`RUN ${pick(['bundle exec ruby app.rb > /tmp/version', 'bundle exec ruby -c app.rb', 'ruby -Ilib -rshop -e1', 'bundle check || true'])}`);
  if (chance(0.3)) steps.push(`RUN ${command(scene)}`);
  return steps;
}

function step(scene: Scene, stageIndex: number, hasUser: boolean): string {
  const { number, pick, home } = scene;
  const kind = number(100);
  if (kind < 20) return install(scene);
  if (kind < 34) return `COPY ${copyFlags(scene)}${pick(['Gemfile Gemfile.lock ./', 'Gemfile* ./', 'lib ./lib', '. .', 'app.rb /srv/', 'README.md .'])}`;
  if (kind < 44 && stageIndex > 0) return `COPY --from=stage0 ${pick([`${home} ${home}`, '/usr/local/bundle /usr/local/bundle', '/tmp /out', `${home}/vendor /vendor`])}`;
  if (kind < 50 && hasUser) return pick(['USER 1000', 'USER root']);
  if (kind < 80) return `RUN ${command(scene)}`;
  return pick(['ENV A=b', 'EXPOSE 80', `WORKDIR ${pick([home, home, 'lib', '..'])}`, 'CMD ["ruby", "app.rb"]', 'VOLUME /data', 'ARG GIT_SHA=abc', 'ENV BUNDLE_WITHOUT=test']);
}

function install(scene: Scene): string {
  const { pick, home } = scene;
  return `RUN ${pick([
    'bundle install', 'bundle install', 'bundle install', 'bundle install --jobs 4 --retry 3', 'bundle', 'bundle install -j $(nproc)', 'bundle install --deployment', 'bundle install --without test development', 'bundle install --path vendor/bundle', 'bundle install --quiet && rm -rf /usr/local/bundle/cache ~/.bundle/cache',
    `cd ${home} && bundle install`, 'bundle config set --local without test && bundle install', 'bundle config set frozen true && bundle install', 'bundle config set --local path vendor/bundle && bundle install', 'BUNDLE_FROZEN=1 bundle install', 'bundle install || true', 'bundle check || bundle install', 'set -e; bundle install; bundle list > /tmp/gems', '(cd lib && bundle install)',
    `${command(scene)} && bundle install`, `bundle install && ${command(scene)}`, 'bundle install > /tmp/log 2>&1', 'bundle install --local || bundle install', 'bundle update',
    '--mount=type=bind,source=Gemfile,target=Gemfile --mount=type=bind,source=Gemfile.lock,target=Gemfile.lock bundle install',
  ])}`;
}

/** A command that installs nothing: some write beside the source, some over it, some look at what is there. */
function command({ pick }: Scene): string {
  return pick([
    'mkdir -p tmp log', 'chmod +x app.rb', 'chown -R 1000:1000 . || true', 'rm -rf lib/other', 'cp -r lib /tmp/lib', 'ls -A > /tmp/listing', 'bundle --version', 'gem list > /tmp/gems', 'cat Gemfile', 'rm -rf ~/.bundle', 'bundle config > /tmp/config', 'bundle config set without test', 'bundle clean --force || true',
    'sed -i s/beta/beta/ Gemfile', 'touch .env', 'cp Gemfile.lock /tmp/', 'wc -c Gemfile.lock > /tmp/size', 'find . -name "*.md" -delete', 'bundle lock --add-platform ruby || true', 'rm -f Gemfile.lock', 'rm -rf .bundle', 'printf "BUNDLE_RETRY: 2\\n" > ~/.bundle/config || true', 'ruby -v', 'find /usr/local/bundle -name "*.c" -delete || true',
  ]);
}
