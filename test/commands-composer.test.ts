import { describe, expect, test } from 'vitest';

import type { Effect, Outcome } from '../src/commands/command.ts';
import { knownEffects } from '../src/commands/command.ts';
import { dependenciesOnlyOf, effectsOf } from '../src/commands/index.ts';
import { readComposerJson, readComposerLock } from '../src/manifests/composer.ts';
import { callOfLine, readsOf, writesOf } from './support/command-line.ts';
import type { ImageFacts } from './support/image-view.ts';
import { imageView } from './support/image-view.ts';

const money = { name: 'acme/money', type: 'library', dist: { type: 'zip', url: 'https://packages.example.org/money.zip' }, source: { type: 'git', url: 'git@git.example.org:acme/money.git' }, require: { php: '^8.1' } };
const runtime = { name: 'symfony/runtime', type: 'composer-plugin', dist: { type: 'zip', url: 'https://packages.example.org/runtime.zip' } };
const patches = { name: 'cweagans/composer-patches', type: 'composer-plugin', dist: { type: 'zip', url: 'https://packages.example.org/patches.zip' } };

function project(manifest: object, packages: readonly object[] = [money], forDevelopment: readonly object[] = [], more: Readonly<Record<string, string>> = {}): ImageFacts {
  return { files: { '/app/composer.json': JSON.stringify(manifest), '/app/composer.lock': JSON.stringify({ packages, 'packages-dev': forDevelopment }), ...more } };
}

const plain = project({ name: 'example/shop', require: { 'acme/money': '^1.0' } });

const outcome = (line: string, facts: ImageFacts = plain): Outcome => effectsOf(callOfLine(line), imageView(facts));
const because = (line: string, facts: ImageFacts = plain): string | null => {
  const result = outcome(line, facts);
  return result.kind === 'opaque' ? result.because : null;
};
const alone = (line: string, facts: ImageFacts = plain) => dependenciesOnlyOf(callOfLine(line), imageView(facts));
const known = (line: string, facts: ImageFacts = plain): readonly Effect[] => knownEffects(outcome(line, facts));
const paths = (effect: Effect | undefined): readonly string[] => (effect ? readsOf(effect) : []);
const written = (effect: Effect | undefined): readonly string[] => (effect ? writesOf(effect) : []);

describe('composer.json', () => {
  test('what it says of the install', () => {
    const read = readComposerJson('\uFEFF{"name": "a/b", "version": "1.0", "scripts": {"test": "pest", "post-install-cmd": ["x"]}, "config": {"vendor-dir": "vendor", "bin-dir": "bin", "sort-packages": true, "allow-plugins": {"a/p": false, "a/q": true}}}');
    expect(read).toMatchObject({ ownNames: ['a/b'], hasVersion: true, scripts: ['test', 'post-install-cmd'], paths: ['bin-dir'], isLocked: true });
    expect(['a/p', 'a/q', 'a/r'].map((name) => read?.isForbidden(name))).toEqual([true, false, false]);
    expect(readComposerJson('{"name": "A/B", "replace": {"a/c": "self.version", "a/d": "1.0"}, "provide": {"a/e": "self.version"}}')?.ownNames).toEqual(['a/b', 'a/c', 'a/e']);
    expect(readComposerJson('{"config": {"allow-plugins": false, "lock": false}}')?.isForbidden('a/p')).toBe(true);
    expect(readComposerJson('{"config": {"lock": false}}')?.isLocked).toBe(false);
    expect(readComposerJson('{"config": {"home": ".composer", "cafile": "ca.pem"}}')?.paths).toEqual(['home', 'cafile']);
  });

  test.each([
    [{ 'a/*': true, 'a/p': false }, false],
    [{ 'a/p': false, 'a/*': true }, true],
    [{ 'a/*': false }, true],
    [{ '*': false }, true],
    [{ 'A/P': false }, true],
    [{ 'b/*': true, 'a/p': false }, true],
    [{ 'a/*-x': false }, false],
    [{ '*/x': false }, false],
    [{ 'a/*-x': true, 'a/p': false }, false],
  ])('of the plugins that are allowed, the first that fits counts: %j', (allowed, isForbidden) => {
    expect(readComposerJson(JSON.stringify({ config: { 'allow-plugins': allowed } }))?.isForbidden('a/p')).toBe(isForbidden);
  });

  test.each(['', '[]', '"x"', '{', 'null', '1'])('is not read: %j', (text) => {
    expect(readComposerJson(text)).toBe(null);
    expect(readComposerLock(text)).toBe(null);
  });

  test.each(['{"config": 1, "scripts": "x", "name": []}', '{"config": null}', '{"config": {"allow-plugins": "x"}}'])('odd values say nothing: %j', (text) => {
    expect(readComposerJson(text)).toMatchObject({ ownNames: [], paths: [] });
  });
});

test('composer.lock: packages, what they require, and where they come from', () => {
  expect(readComposerLock(JSON.stringify({ packages: [money], 'packages-dev': [runtime] }))).toEqual({
    packages: [{ name: 'acme/money', isPlugin: false, requires: ['php'], names: ['php'], loadsFiles: false, namespaces: [], origins: [{ type: 'zip', url: 'https://packages.example.org/money.zip' }, { type: 'git', url: 'git@git.example.org:acme/money.git' }] }],
    forDevelopment: [{ name: 'symfony/runtime', isPlugin: true, requires: [], names: [], loadsFiles: false, namespaces: [], origins: [{ type: 'zip', url: 'https://packages.example.org/runtime.zip' }] }],
  });
  expect(readComposerLock('{"packages": {}}')).toBe(null);
  expect(readComposerLock('{"packages": [{"type": "library"}]}')).toBe(null);
  expect(readComposerLock('{"packages": [], "packages-dev": {}}')).toBe(null);
});

describe('composer install', () => {
  test('installs packages, then makes the autoloader from the source', () => {
    const [packages, autoloader, ...others] = known('composer install');
    expect(others).toEqual([]);
    expect(paths(packages)).toEqual(expect.arrayContaining(['/app/composer.json', '/app/composer.lock', '/app/auth.json', '/root/.composer/auth.json', '/usr/local/etc/php/**', '/usr/local/bin/composer', '/root/.gitconfig']));
    expect(paths(packages)).not.toContain('/app/**');
    expect(written(packages)).toEqual(['add /app/vendor/#packages', 'add /root/.composer/cache/#composer-cache']);
    expect(paths(autoloader)).toContain('/app/**');
    expect(alone('composer install')).toEqual({ kind: 'dependencies-only', text: 'composer install --no-scripts --no-autoloader', originalStillNeeded: true });
  });

  test('what is installed is the same without scripts and without an autoloader, however much is printed', () => {
    const first = known('composer install --no-dev --prefer-dist')[0]?.does;
    for (const line of ['composer install -n --no-dev -o --prefer-dist --no-progress', 'composer i --prefer-dist --no-dev --no-scripts --no-autoloader --quiet -a']) {
      expect(known(line)[0]?.does.split(' ').toSorted()).toEqual(first?.split(' ').toSorted());
    }
    expect(known('composer install')[0]?.does).not.toBe(first);
  });

  test('with its scripts it may do anything, once the packages are there', () => {
    const facts = project({ scripts: { 'post-autoload-dump': 'x', 'post-update-cmd': 'y', test: 'pest' } });
    expect(because('composer install', facts)).toBe('composer install runs scripts of composer.json (post-autoload-dump)');
    expect(known('composer install', facts).map(({ kind }) => kind)).toEqual(['install']);
    expect(because('composer install --no-scripts', facts)).toBe(null);
    expect(because('composer install --no-autoloader', facts)).toBe(null);
    expect(because('composer install --no-autoloader', project({ scripts: { 'post-install-cmd': 'x' } }))).toContain('post-install-cmd');
  });

  test.each(['pre-install-cmd', 'pre-package-install', 'post-package-install', 'pre-operations-exec', 'pre-command-run', 'post-file-download', 'init', 'command'])('the script %s runs before all packages are there', (name) => {
    const facts = project({ scripts: { [name]: 'x' } });
    expect(because('composer install', facts)).toContain(`the script ${name} `);
    expect(known('composer install', facts)).toEqual([]);
    expect(alone('composer install', facts)).toMatchObject({ kind: 'refusal', reason: 'reads-source' });
    expect(because('composer install --no-scripts', facts)).toBe(null);
  });

  test('plugins take part in it, but for those that are known, forbidden, or not installed', () => {
    const manifest = { config: { 'allow-plugins': { 'cweagans/composer-patches': false } } };
    expect(because('composer install', project({}, [money, patches]))).toContain('The plugin cweagans/composer-patches');
    expect(because('composer install', project({}, [money], [patches]))).toContain('The plugin cweagans/composer-patches');
    expect(because('composer install --no-dev', project({}, [money], [patches]))).toBe(null);
    expect(because('composer install --no-plugins', project({}, [patches]))).toBe(null);
    expect(because('composer install', project(manifest, [patches]))).toBe(null);
    expect(because('composer install', project({}, [money], [runtime]))).toBe(null);
    expect(because('composer install', project({}, [money], [{ ...runtime, name: 'pestphp/pest-plugin' }]))).toContain('The plugin pestphp/pest-plugin');
  });

  test.each(['packages/core', './core', '../core', '/srv/core', 'file://core', 'core.zip'])('a package from %s is a part of the project, or may be', (url) => {
    expect(alone('composer install', project({}, [{ name: 'a/core', dist: { type: 'zip', url } }]))).toMatchObject({ reason: 'local-dependency' });
    expect(alone('composer install', project({}, [{ name: 'a/core', dist: { type: 'path', url } }]))).toMatchObject({ reason: 'local-dependency' });
  });

  test('a package from a file of the image is read there', () => {
    expect(paths(known('composer install', project({}, [{ name: 'a/core', dist: { type: 'zip', url: 'file:///srv/core.zip' } }]))[0])).toContain('/srv/core.zip/**');
  });

  test('a package that asks for a version of the project', () => {
    const asking = { name: 'a/b', type: 'library', require: { 'example/shop': '*' } };
    expect(alone('composer install', project({ name: 'example/shop' }, [asking]))).toMatchObject({ reason: 'local-dependency' });
    expect(because('composer install', project({ name: 'example/shop', version: '1.0' }, [asking]))).toBe(null);
  });

  test('a package that asks for what the project stands for in its own version', () => {
    const asking = { name: 'a/b', type: 'library', require: { 'Acme/Core': '^2' } };
    expect(alone('composer install', project({ replace: { 'acme/core': 'self.version' } }, [asking]))).toMatchObject({ reason: 'local-dependency' });
    expect(because('composer install', project({ replace: { 'acme/core': '2.1.0' } }, [asking]))).toBe(null);
  });

  describe('packages that require each other', () => {
    const one = (name: string, more: object = {}): object => ({ name, type: 'library', dist: { type: 'zip', url: 'https://packages.example.org/one.zip' }, ...more });
    const ring = [one('a/b', { require: { 'a/z': '*' } }), one('a/z', { require: { 'A/B': '*', 'a/leaf': '*' } })];
    const loads = { autoload: { files: ['f.php'] } };

    test('stand in the autoloader as they were installed, as does what they require', () => {
      expect(alone('composer install', project({}, [...ring, one('a/leaf', loads)]))).toMatchObject({ reason: 'unsupported' });
      expect(because('composer install', project({}, [...ring, one('a/leaf', loads)]))).toContain('a/leaf');
      expect(because('composer install --no-autoloader', project({}, [...ring, one('a/leaf', loads)]))).toBe(null);
    });

    test('do no harm where nobody can tell', () => {
      expect(because('composer install', project({}, [...ring, one('a/leaf')]))).toBe(null);
      expect(because('composer install', project({}, [...ring, one('a/leaf'), one('a/above', { require: { 'a/b': '*' }, ...loads }), one('a/beside', loads)]))).toBe(null);
      expect(because('composer install', project({}, [...ring, one('a/leaf', { autoload: { 'psr-4': { 'A\\': 'src' } } })]))).toBe(null);
    });

    test('may share a namespace with others', () => {
      const shared = { autoload: { 'psr-4': { 'A\\': 'src' } } };
      expect(because('composer install', project({}, [...ring, one('a/leaf', shared), one('a/beside', shared)]))).toContain('a/leaf');
      expect(because('composer install', project({}, [...ring, one('a/leaf'), one('a/above', shared), one('a/beside', shared)]))).toBe(null);
    });
  });

  test('where no autoloader is made, git is asked for the version of the project once', () => {
    const facts = { ...plain, files: { ...plain.files, '/app/.git/HEAD': 'x' } };
    expect(because('composer install --no-autoloader', facts)).toContain('/app/.git');
    expect(because('composer install --no-scripts', facts)).toBe(null);
  });

  test.each(['COMPOSER', 'COMPOSER_VENDOR_DIR', 'COMPOSER_BIN_DIR', 'PHPRC', 'PHP_INI_SCAN_DIR'])('%s leads it elsewhere', (name) => {
    expect(because('composer install', { ...plain, variables: { [name]: 'x' } })).toContain(name);
  });

  test('settings for all projects may lead it elsewhere', () => {
    expect(because('composer install', { ...plain, files: { ...plain.files, '/root/.composer/config.json': '{}' } })).toContain('settings for all projects');
    expect(because('composer install', { ...plain, variables: { COMPOSER_HOME: '/home' }, files: { ...plain.files, '/home/composer.json': '{}' } })).toContain('settings for all projects');
  });

  test('run by PHP with another limit', () => {
    const line = 'php -d memory_limit=-1 /usr/bin/composer install';
    expect(alone(line)).toEqual({ kind: 'dependencies-only', text: '/usr/bin/composer install --no-scripts --no-autoloader', originalStillNeeded: true });
    expect(known(line)).toEqual(known('composer install'));
  });

  test.each(['php -d auto_prepend_file=x.php /usr/bin/composer install', 'php -c . /usr/bin/composer install', './php /usr/bin/composer install', 'php composer.phar install', 'php artisan'])('%s is a call of PHP', (line) => {
    expect(known(line)).toEqual([]);
    expect(alone(line)).toBe(null);
  });

  test('in another directory', () => {
    const facts = { ...plain, cwd: '/' };
    expect(written(known('composer install -d /app', facts)[0])[0]).toBe('add /app/vendor/#packages');
    expect(because('composer install', facts)).toContain('/composer.json');
  });

  test('without a lock', () => {
    const facts = { files: { '/app/composer.json': '{}' } };
    expect(alone('composer install', facts)).toMatchObject({ reason: 'no-lock' });
    expect(alone('composer install', project({ config: { lock: false } }))).toMatchObject({ reason: 'no-lock' });
  });

  test.each(['composer install --download-only', 'composer install --no-install', 'composer install --unheard-of', 'composer install acme/money', 'composer config vendor-dir x', 'composer exec pest', 'composer'])('%s is not understood', (line) => {
    expect(because(line)).not.toBe(null);
    expect(known(line)).toEqual([]);
  });

  test.each(['composer update', 'composer require acme/money', 'composer u', 'composer remove acme/money'])('%s rewrites the lock', (line) => {
    expect(alone(line)).toMatchObject({ reason: 'lock-changed-by-command' });
  });

  test.each(['composer --version', 'composer install --help', 'composer show', 'composer check-platform-reqs --no-dev', 'composer install --dry-run', 'composer validate'])('%s looks', (line) => {
    expect(known(line).map(({ writes }) => writes)).toEqual([[]]);
    expect(because(line)).toBe(null);
  });
});
