import { describe, expect, test } from 'vitest';

import { symbol } from '../src/build/places.ts';
import type { Effect } from '../src/commands/command.ts';
import { dependenciesOnlyOf, effectsOf } from '../src/commands/index.ts';
import { isInstallCall } from '../src/commands/install-calls.ts';
import { callOfLine, effectOfLine, readsOf, reasonOfLine, writesOf } from './support/command-line.ts';
import type { ImageFacts } from './support/image-view.ts';
import { argument, imageView } from './support/image-view.ts';

const gemfile = 'source "https://gems.example.com"\ngem "rack", "~> 2.2"\n';
const lock = 'GEM\n  remote: https://gems.example.com/\n  specs:\n    rack (2.2.8)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack (~> 2.2)\n\nBUNDLED WITH\n   2.4.10\n';

/** As in an official image. */
const project: ImageFacts = {
  variables: { GEM_HOME: '/usr/local/bundle', BUNDLE_APP_CONFIG: '/usr/local/bundle' },
  files: { '/app/Gemfile': gemfile, '/app/Gemfile.lock': lock },
};
const plain: ImageFacts = { ...project, variables: {} };

const withFiles = (files: Readonly<Record<string, string>>, facts: ImageFacts = project): ImageFacts => ({ ...facts, files: { ...facts.files, ...files } });
const withVariables = (variables: Readonly<Record<string, string | undefined>>, facts: ImageFacts = project): ImageFacts => ({ ...facts, variables: { ...facts.variables, ...variables } });

const effect = (line: string, facts: ImageFacts = project): Effect => effectOfLine(line, facts);
const reason = (line: string, facts: ImageFacts = project): string => reasonOfLine(line, facts);
const reads = (line: string, facts?: ImageFacts): readonly string[] => readsOf(effect(line, facts));
const writes = (line: string, facts?: ImageFacts): readonly string[] => writesOf(effect(line, facts));
const refusal = (line: string, facts: ImageFacts): unknown => dependenciesOnlyOf(callOfLine(line), imageView(facts));

describe('bundle install', () => {
  test('reads the Gemfile, its lock, settings, and gems that are kept with the project', () => {
    expect(reads('bundle install')).toEqual(expect.arrayContaining(['/app/gems.rb', '/app/Gemfile', '/app/Gemfile.lock', '/usr/local/bundle/config', '/root/.bundle/config', '/root/.gemrc', '/usr/local/etc/gemrc']));
    expect(reads('bundle install --frozen', withFiles({ '/app/vendor/cache/rack-2.2.8.gem': '' }))).toContain('/app/vendor/cache/**');
    expect(reads('bundle install')).not.toContain('/Gemfile');
    expect(reads('bundle install')).not.toContain('/root/.gitconfig');
    expect(reads('bundle install', withFiles({ '/app/Gemfile': `${gemfile}gem "shop", github: "x/shop"\n` }))).toContain('/root/.gitconfig');
    expect(reads('bundle install')).not.toContain('/app/.bundle/config');
    expect(reads('bundle install', plain)).toContain('/app/.bundle/config');
    expect(reads('bundle install', { ...project, cwd: '/app/lib' })).toEqual(expect.arrayContaining(['/app/lib/gems.rb', '/app/lib/Gemfile', '/app/Gemfile.lock']));
  });

  test('fills a directory of gems, and leaves a lock that is in step', () => {
    expect(writes('bundle install')).toEqual(['add /usr/local/bundle/#gems', 'add /usr/local/bundle/ruby/#gems', 'add /usr/local/bundle/cache/#gems', 'add /usr/local/bundle/gems/#gems', 'add /root/.bundle/#bundler-cache', 'edit /app/Gemfile.lock in step']);
    expect(writes('bundle install', withFiles({ '/app/Gemfile': `${gemfile}gem "more"\n` })).at(-1)).toBe('edit /app/Gemfile.lock');
    expect(writes('bundle install', plain)).toEqual(expect.arrayContaining(['add /var/lib/gems/#gems', 'add /usr/lib/ruby/gems/#gems']));
    expect(writes('bundle install', { ...plain, user: 'app', home: '/home/app' })).toContain('add /home/app/.local/share/gem/#gems');
    expect(writes('bundle install', withVariables({ GEM_HOME: undefined }))).toEqual(expect.arrayContaining(['add /usr/local/bundle/#gems', 'add /var/lib/gems/#gems']));
  });

  test.each<readonly [string, ImageFacts, string, boolean]>([
    ['bundle install', withVariables({ BUNDLE_PATH: '/srv/bundle' }), '/srv/bundle', false],
    ['bundle install', withVariables({ BUNDLE_PATH: 'vendor/bundle' }, { ...project, cwd: '/app/lib' }), '/app/vendor/bundle', false],
    ['bundle install', withVariables({ BUNDLE_DEPLOYMENT: '1' }), '/app/vendor/bundle', true],
    ['bundle install', withVariables({ BUNDLE_DEPLOYMENT: 'false' }), '/usr/local/bundle', false],
    ['bundle install', withVariables({ BUNDLE_DEPLOYMENT: '1', BUNDLE_FROZEN: '0' }), '/app/vendor/bundle', false],
    ['bundle install', withVariables({ BUNDLE_DEPLOYMENT: '1', BUNDLE_PATH: '/usr/local/bundle' }), '/usr/local/bundle', true],
    ['bundle install --deployment', project, '/app/vendor/bundle', true],
    ['bundle install --frozen', project, '/usr/local/bundle', true],
    ['bundle install --path vendor/bundle', project, '/app/vendor/bundle', false],
    ['bundle install', withFiles({ '/app/.bundle/config': '---\nBUNDLE_PATH: "vendor/bundle"\nBUNDLE_FROZEN: "true"\n' }, plain), '/app/vendor/bundle', true],
    ['bundle install', withFiles({ '/root/.bundle/config': 'BUNDLE_PATH: /gems' }), '/gems', false],
    ['bundle install', withFiles({ '/root/.bundle/config': 'BUNDLE_PATH: /gems' }, withVariables({ BUNDLE_PATH: '/bundle' })), '/bundle', false],
    ['bundle install', withFiles({ '/app/.bundle/config': 'BUNDLE_PATH: /gems' }, withVariables({ BUNDLE_PATH: '/bundle' }, plain)), '/gems', false],
    ['bundle install', withFiles({ '/app/.bundle/config': 'BUNDLE_PATH: /gems' }), '/usr/local/bundle', false],
  ])('%s with settings: %#', (line, facts, directory, isFrozen) => {
    expect(writes(line, facts)[0]).toBe(`add ${directory}/#gems`);
    expect(writes(line, facts).some((one) => one.includes('Gemfile.lock'))).toBe(!isFrozen);
  });

  test.each<readonly [string, ImageFacts, string | undefined]>([
    ['x86_64-linux', project, undefined],
    ['x86_64-linux', { ...project, libc: 'musl' }, 'x86_64-linux-musl'],
    ['x86_64-linux\n  x86_64-linux-musl', { ...project, libc: 'musl' }, undefined],
    ['x86_64-linux', { ...project, platform: 'linux/arm64' }, 'aarch64-linux'],
    ['aarch64-linux', { ...project, platform: 'linux/arm64' }, undefined],
    ['x86_64-linux', { ...project, platform: '$BUILDPLATFORM' }, undefined],
    ['x86_64-linux', withVariables({ BUNDLE_FORCE_RUBY_PLATFORM: '1' }), 'ruby'],
    ['ruby', withVariables({ BUNDLE_FORCE_RUBY_PLATFORM: '1' }), undefined],
    ['x86_64-linux', withFiles({ '/root/.bundle/config': 'BUNDLE_FORCE_RUBY_PLATFORM: "true"' }), 'ruby'],
  ])('a lock for %s: %#', (platforms, facts, lacking) => {
    const locked = withFiles({ '/app/Gemfile.lock': lock.replace('  ruby\n', `  ${platforms}\n`) }, facts);
    const message = `bundle install writes /app/Gemfile.lock anew: it is not for ${lacking}, and gets that platform.`;
    expect(refusal('bundle install', locked)).toEqual(lacking === undefined ? null : { kind: 'refusal', reason: 'lock-changed-by-command', message });
  });

  test('options that are kept are written to the settings of the application', () => {
    expect(writes('bundle install --without development test', plain)).toEqual(expect.arrayContaining(['edit /app/.bundle/config', 'set /app/.bundle/config/known']));
    expect(writes('bundle install --deployment', plain)).toEqual(expect.arrayContaining(['set /app/.bundle/config/DEPLOYMENT=true', 'remove /app/.bundle/config/DEPLOYMENT=false']));
  });

  test('is the same however fast it is', () => {
    const { does } = effect('bundle install');
    for (const line of ['bundle', 'bundle i', 'bundle install --jobs 4 --retry=3', 'bundle install -j4', 'bundle --quiet', 'bundler install']) expect(effect(line).does, line).toBe(does);
    expect(effect('bundle install --without test').does).not.toBe(does);
    for (const raw of ['$(nproc)', '"$(nproc)"', '-j$(nproc)', '--jobs=$(nproc)']) {
      const option = raw.startsWith('-') ? [] : [argument('-j')];
      const outcome = effectsOf({ ...callOfLine('bundle install'), args: [argument('install'), ...option, { ...argument('x'), known: false, raw }, argument('--retry'), argument('3')] }, imageView(project));
      expect(outcome, raw).toMatchObject({ effects: [{ does }] });
    }
    expect(effect('bundle install').env).toEqual(expect.arrayContaining(['BUNDLE_*', 'CFLAGS', 'RUBY*', 'HTTPS_PROXY']));
  });

  test('the version of Ruby may be in a file', () => {
    const facts = withFiles({ '/app/Gemfile': `${gemfile}ruby file: ".tool-versions"\n`, '/app/.tool-versions': 'nodejs 20\nruby 3.1.2\n', '/app/Gemfile.lock': lock.replace('BUNDLED', 'RUBY VERSION\n   ruby 3.1.2p20\n\nBUNDLED') });
    expect(reads('bundle install', facts)).toContain('/app/.tool-versions');
    expect(writes('bundle install', facts).at(-1)).toBe('edit /app/Gemfile.lock in step');
    expect(writes('bundle install', withFiles({ '/app/.tool-versions': 'ruby 3.2.0\n' }, facts)).at(-1)).toBe('edit /app/Gemfile.lock');
  });

  test('the lock says which Bundler runs', () => {
    for (const line of ['bundle -v', 'bundle --version', 'bundle help']) expect(reads(line), line).toEqual(expect.arrayContaining(['/app/gems.rb', '/app/Gemfile', '/app/Gemfile.lock']));
    expect(reads('bundle -v', { ...project, files: {} })).toContain('/app/Gemfile');
  });

  test('a version manager asks its own files', () => {
    for (const line of ['bundle install', 'gem install rack']) expect(reads(line, withVariables({ PATH: undefined })), line).toContain('/app/.ruby-version');
    expect(reads('bundle install', withVariables({ PATH: `/app/bin:${symbol('PATH')}` }))).toContain('/app/.ruby-version');
    expect(reads('bundle install', withVariables({ PATH: '/root/.rbenv/shims:/usr/bin' }))).toEqual(expect.arrayContaining(['/app/.ruby-version', '/.tool-versions']));
    expect(reads('bundle install')).not.toContain('/app/.ruby-version');
  });

  test('reads directories that serve gems, and what variables name', () => {
    const served = withFiles({ '/app/Gemfile': gemfile.replace('https://gems.example.com', 'file:///srv/gems') });
    expect(reads('bundle install', served)).toContain('/srv/gems/**');
    expect(reads('bundle install', withVariables({ RUBYLIB: '/app/lib', BUNDLE_USER_CONFIG: '/etc/bundle' }))).toEqual(expect.arrayContaining(['/app/lib/**', '/etc/bundle']));
    expect(reads('bundle install --gemfile ci/Gemfile', withFiles({ '/app/ci/Gemfile': gemfile, '/app/ci/Gemfile.lock': lock }))).toContain('/app/ci/Gemfile.lock');
    expect(reads('bundle install', withVariables({ BUNDLE_GEMFILE: '/app/ci/Gemfile' }, withFiles({ '/app/ci/Gemfile': gemfile, '/app/ci/Gemfile.lock': lock })))).not.toContain('/app/Gemfile');
  });
});

test.each<readonly [string, ImageFacts, string]>([
  ['bundle install', { ...project, files: {} }, 'there is no Gemfile'],
  ['bundle install', { ...project, files: { '/app/Gemfile': gemfile } }, 'there is no /app/Gemfile.lock'],
  ['bundle install', { ...project, selfContained: ['/app/Gemfile'], files: {} }, 'the text of /app/Gemfile is not known'],
  ['bundle install', withFiles({ '/app/Gemfile': 'gemspec\n' }), 'Line 1 of /app/Gemfile makes files of the project'.replace('Line', 'line')],
  ['bundle install', withFiles({ '/app/Gemfile': 'x = 1\n' }), 'line 1 of /app/Gemfile is more than a list of gems: `x = 1`'],
  ['bundle install', withFiles({ '/app/Gemfile.lock': `PATH\n  remote: engines/a\n${lock}` }), 'takes gems from engines/a'],
  ['bundle install', withFiles({ '/app/Gemfile': `${gemfile}gem "a", git: "../a"\n` }), 'a repository that is a directory'],
  ['bundle install', withFiles({ '/app/Gemfile.lock': `<<<<<<< HEAD\n${lock}` }), 'a conflict of a merge'],
  ['bundle install', withFiles({ '/app/vendor/cache/rack-2.2.8.gem': '' }), 'holds gems, which bundle install brings up to date'],
  ['bundle install', withFiles({ '/app/.bundle/plugin/index': '' }, plain), 'names plugins'],
  ['bundle install', withFiles({ '/app/.bundle/config': 'BUNDLE_LOCAL__RACK: "../rack"' }, plain), 'leads Bundler to other files'],
  ['bundle install', withFiles({ '/app/.bundle/config': 'BUNDLE_MIRROR__ALL: "file:///app"' }, plain), 'leads Bundler to other files'],
  ['bundle install', withFiles({ '/app/.bundle/config': 'BUNDLE_WITH:\n  - a' }, plain), 'leads Bundler to other files'],
  ['bundle install', { ...plain, selfContained: ['/app/.bundle/config'] }, 'the text of /app/.bundle/config is not known'],
  ['bundle install', withVariables({ BUNDLE_PATH: symbol('P') }), 'BUNDLE_PATH is ${P}'],
  ['bundle install', withVariables({ BUNDLE_PATH: '/box' }), 'gems go to /box'],
  ['bundle install', withVariables({ BUNDLE_BIN: 'bin' }), 'BUNDLE_BIN'],
  ['bundle install', withVariables({ RUBYOPT: '-r./lib/patch' }), 'RUBYOPT'],
  ['bundle install', withVariables({ RUBYOPT: '-W0 -wr./lib/patch' }), 'RUBYOPT'],
  ['bundle install', withVariables({ RUBYOPT: '-W:no-deprecated --yjit -Ku' }), 'understood'],
  ['bundle install', withVariables({ BUNDLE_LOCAL__SHOP: '/app/shop' }, withFiles({ '/app/Gemfile': `${gemfile}gem "shop", github: "x/shop"\n` })), 'BUNDLE_LOCAL__SHOP'],
  ['bundle install', withVariables({ BUNDLE_BUILD__RACK: '--with-rack-dir=/app/ext' }), 'the variable BUNDLE_BUILD__RACK names files'],
  ['bundle install', withVariables({ BUNDLE_BUILD__RACK: `--with-rack-dir=${symbol('D')}` }), 'the variable BUNDLE_BUILD__RACK names files'],
  ['bundle install', withVariables({ BUNDLE_MIRROR__ALL: 'file:///app/gems' }), 'the variable BUNDLE_MIRROR__ALL names files'],
  ['bundle install', withVariables({ 'BUNDLE_MIRROR__HTTPS://GEMS__EXAMPLE__COM/': 'file:///app/gems' }), 'names files'],
  ['bundle install', withFiles({ '/app/.bundle/config': 'BUNDLE_BUILD__RACK: "--with-rack-dir=../ext"' }, plain), 'leads Bundler to other files'],
  ['bundle install', withVariables({ BUNDLE_BUILD__RACK: '--use-system-libraries --with-opt-dir=/usr/local --with-ldflags=-L/usr/lib', BUNDLE_MIRROR__ALL: 'https://gems.example.org' }), 'understood'],
  ['bundle install', withFiles({ '/root/.gemrc': 'gemhome: /app/gems' }), 'says where gems are'],
  ['bundle install', withFiles({ '/usr/local/etc/gemrc': ':ssl_ca_cert: /app/ca.pem' }), '/usr/local/etc/gemrc says where gems are'],
  ['bundle install', withFiles({ '/app/.config/gem/gemrc': 'gemhome: /app/gems' }, withVariables({ XDG_CONFIG_HOME: '.config' })), 'says where gems are'],
  ['bundle install', withFiles({ '/root/.bundle/plugin/index': '' }), '/root/.bundle/plugin/index names plugins'],
  ['bundle install', withVariables({ BUNDLE_USER_PLUGIN: '/app/plugin' }), 'BUNDLE_USER_PLUGIN'],
  ['bundle install', withFiles({ '/app/Gemfile': gemfile.replace('https://gems.example.com', 'file:///app/g%65ms') }), 'a repository that is a directory'],
  ['bundle install', withVariables({ GIT_CONFIG_KEY_0: 'url.file:///app/mirror/.insteadOf', GIT_CONFIG_VALUE_0: 'https://github.com/' }, withFiles({ '/app/Gemfile': `${gemfile}gem "shop", github: "x/shop"\n` })), 'GIT_CONFIG_KEY_0 may name files'],
  ['bundle install', withVariables({ GIT_CONFIG_KEY_0: 'url.https://token@github.com/.insteadOf', GIT_CONFIG_VALUE_0: 'https://github.com/' }, withFiles({ '/app/Gemfile': `${gemfile}gem "shop", github: "x/shop"\n` })), 'understood'],
  ['bundle install', withVariables({ GIT_CONFIG_PARAMETERS: "'a.b=c'" }, withFiles({ '/app/Gemfile': `${gemfile}gem "shop", github: "x/shop"\n` })), 'GIT_CONFIG_PARAMETERS may name files'],
  ['bundle install --standalone', project, '--standalone'],
  ['bundle install --binstubs', project, '--binstubs'],
  ['bundle install --what', project, 'the option --what'],
  ['bundle install rack', project, 'takes no rack'],
  ['bundle update', project, 'writes Gemfile.lock anew'],
  ['bundle lock', project, 'writes Gemfile.lock anew'],
  ['bundle exec rake db:migrate', project, '`bundle exec rake` runs a program'],
  ['bundle cache', project, 'does not know what `bundle cache` does'],
  ['gem install ./a.gem', project, 'gem installs ./a.gem'],
  ['gem install rack', withFiles({ '/app/rack-2.2.8.gem': '' }), 'gem install may take rack-2.2.8.gem'],
  ['gem install pg -- --with-pg-config=/app/bin/pg_config', project, 'tells the build of a gem of files'],
  ['gem install pg -- --with-pg-config=/usr/bin/pg_config', project, 'understood'],
  ['gem specification pkg/a.gem', project, 'gem specification may read pkg/a.gem'],
  ['gem list --config-file gemrc', project, 'gem list may read --config-file'],
  ['gem install -g', project, 'the option -g'],
  ['gem install rack --source file:///app', project, 'takes gems from file:///app'],
  ['gem install rack -i vendor', project, 'the option -i'],
  ['gem update', project, 'replaces gems'],
  ['gem build x.gemspec', project, 'does not know what `gem build` does'],
])('%s is not understood: %#', (line, facts, why) => {
  expect(reason(line, facts)).toContain(why);
});

test('why an install is not moved', () => {
  expect(refusal('bundle install', project)).toBe(null);
  expect(refusal('bundle install', withFiles({ '/app/Gemfile': 'gemspec\n' }))).toMatchObject({ reason: 'local-dependency' });
  expect(refusal('bundle install', withFiles({ '/app/Gemfile': 'x = 1\n' }))).toMatchObject({ reason: 'dynamic-metadata' });
  expect(refusal('bundle install', { ...project, files: { '/app/Gemfile': gemfile } })).toMatchObject({ reason: 'no-lock' });
  expect(refusal('bundle install', withFiles({ '/app/Gemfile': `${gemfile}gem "more"\n` }))).toMatchObject({ reason: 'lock-changed-by-command', message: 'bundle install writes /app/Gemfile.lock anew: more is not in it.' });
  expect(refusal('bundle install --frozen', withFiles({ '/app/Gemfile': `${gemfile}gem "more"\n` }))).toBe(null);
  expect(refusal('bundle update', project)).toMatchObject({ reason: 'lock-changed-by-command' });
  expect(refusal('bundle exec rake', project)).toBe(null);
});

describe('bundle config', () => {
  test('says in which file it writes', () => {
    expect(writes('bundle config set --local without test')[0]).toBe('edit /usr/local/bundle/config');
    expect(writes('bundle config --global frozen 1')).toEqual(expect.arrayContaining(['edit /root/.bundle/config', 'set /root/.bundle/config/FROZEN=true', 'remove /root/.bundle/config/FROZEN=false']));
    expect(writes('bundle config set without test').filter((one) => one.startsWith('edit'))).toEqual(['edit /usr/local/bundle/config', 'edit /root/.bundle/config']);
    expect(writes('bundle config set without test', { ...project, files: {} }).filter((one) => one.startsWith('edit'))).toEqual(['edit /root/.bundle/config']);
    expect(writes('bundle config set --local path vendor/bundle', plain)).toContain('set /app/.bundle/config/PATH=vendor:bundle');
    expect(writes('bundle config unset --local path', plain)).toContain('remove /app/.bundle/config/PATH=vendor:bundle');
    expect(writes('bundle config --delete path', plain)).toContain('remove /root/.bundle/config/PATH=vendor:bundle');
    expect(writes('bundle config')).toEqual([]);
    expect(writes('bundle config get path')).toEqual([]);
  });

  test('what it cannot tell of a later install is lost', () => {
    const lost = 'set /etc/#leading-settings-of-bundler';
    for (const setting of [`frozen ${symbol('F')}`, 'path /anywhere/else', 'local.rack ../rack', 'bin bin', 'mirror.all file:///app', 'build.rack --with-rack-dir=/app/ext', 'gemfile other']) expect(writes(`bundle config set --local ${setting}`), setting).toContain(lost);
    for (const setting of ['without test', 'build.nokogiri --use-system-libraries', 'jobs 4', 'https://gems.example.org me:secret', 'gems.example.org me:secret', 'frozen true', 'path vendor/bundle']) expect(writes(`bundle config set --local ${setting}`), setting).not.toContain(lost);
    expect(writes('bundle config set --local jobs 4', withFiles({ '/app/.bundle/config': 'BUNDLE_FROZEN: true' }, plain))).toContain(lost);
  });

  test('looks for a Gemfile only where that decides which file it is', () => {
    expect(reads('bundle config set --local without test')).not.toContain('/app/Gemfile');
    expect(reads('bundle config set --local without test', plain)).not.toContain('/app/Gemfile');
    expect(reads('bundle config set --local without test', { ...plain, cwd: '/app/lib' })).toContain('/app/Gemfile');
    expect(reads('bundle config set without test')).toEqual(expect.arrayContaining(['/app/Gemfile', '/app/Gemfile.lock']));
  });
});

describe('gem', () => {
  test('installs gems by name', () => {
    expect(writes('gem install bundler -v 2.4.10 --no-document')[0]).toBe('add /usr/local/bundle/#gems');
    expect(writes('gem install bundler:2.4.10 foreman', plain)).toContain('add /var/lib/gems/#gems');
    expect(effect(`gem install bundler:${symbol('V')}`).does).toBe(`gem install bundler:${symbol('V')}`);
    expect(effect('gem install nokogiri -- --use-system-libraries').does).toContain('--use-system-libraries');
    expect(reads('gem install rails')).toEqual(expect.arrayContaining(['/root/.gemrc', '/etc/gemrc']));
    expect(reads('gem install rails')).not.toContain('/app/Gemfile');
  });

  test('replaces itself, writes its settings, and looks', () => {
    expect(writes('gem update --system 3.4.10')).toContain('add /usr/local/#rubygems');
    expect(writes('gem sources --add https://gems.example.org')).toEqual(['edit /root/.gemrc']);
    for (const line of ['gem --version', 'gem list', 'gem env']) expect(writes(line)).toEqual([]);
  });

  test('plain settings are no matter', () => {
    expect(reason('gem install rack', withFiles({ '/root/.gemrc': 'gem: --no-document\ninstall: --no-rdoc --no-ri\n:backtrace: false\n' }))).toBe('understood');
  });
});

test('which calls count as installs of dependencies', () => {
  for (const line of ['bundle', 'bundle install', 'bundle i --jobs 4', 'bundle --quiet', 'bundle update', 'gem install rails']) expect(isInstallCall(callOfLine(line)), line).toBe(true);
  for (const line of ['bundle exec rake', 'bundle exec rake install', 'bundle config set jobs 4', 'gem list', 'yarn', 'go']) expect(isInstallCall(callOfLine(line)), line).toBe(false);
});
