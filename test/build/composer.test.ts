import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { engineAvailable, removeImages } from '../support/engine.ts';
import { buildComposerBase, composerBase, composerImages, composerLock } from './projects/composer-base.ts';
import { splitOf } from './projects/split.ts';

/**
 * Projects with Composer, built as they are and as split-copy rewrites them. What two builds of the original differ in is left
 * out: Composer before 2.6 gives each autoloader a name by chance.
 */
const manifest = {
  name: 'example/shop',
  require: { 'acme/money': '^1.0' },
  'require-dev': { 'acme/checks': '^1.0', 'symfony/runtime': '^1.0' },
  autoload: { 'psr-4': { 'App\\': 'src/' }, files: ['src/helpers.php'] },
  config: { 'allow-plugins': { 'symfony/runtime': true } },
};
const scripts = { 'post-autoload-dump': ['@php artisan discover'], 'post-install-cmd': 'ls -A > installed' };

const project = {
  '.dockerignore': 'Dockerfile\nvendor\n',
  'composer.json': JSON.stringify({ ...manifest, scripts }),
  'composer.lock': composerLock,
  artisan: '<?php\nrequire "vendor/autoload.php";\nfile_put_contents("discovered", money() . implode(" ", glob("src/*")));\n',
  'src/helpers.php': '<?php\nfunction helper(): int { return 2; }\n',
  'src/Shop.php': '<?php\nnamespace App;\nclass Shop {}\n',
};

const cases = [
  { name: 'scripts that need the source, and other commands behind them', run: 'composer install --no-dev --optimize-autoloader --no-interaction && php artisan', files: {} },
  { name: 'packages for development, with a plugin', run: 'composer install', files: {} },
  { name: 'no scripts', run: 'composer install --no-scripts -o && composer clear-cache', files: {} },
  { name: 'packages alone', run: 'composer install --no-scripts --no-autoloader --quiet', files: {} },
  { name: 'a repository, which Composer asks for the version of the project', run: 'composer install --no-dev', files: { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': '0123456789012345678901234567890123456789\n', '.git/objects/info/packs': '', '.git/config': '[core]\n\trepositoryformatversion = 0\n' } },
];

beforeAll(async () => {
  engineAvailable();
  await buildComposerBase();
});

afterAll(async () => {
  await removeImages(composerImages);
});

describe.each(cases)('$name', ({ run: command, files: more }) => {
  test('is rewritten, the images are the same, and the install stays cached', async () => {
    const files = { ...project, ...more, Dockerfile: `FROM ${composerBase}\nWORKDIR /srv/shop\nCOPY . .\nRUN ${command}\n` };
    const expected = /COPY composer\.json composer\.lock \.\/\nRUN composer install [^\n]*\nCOPY \. \.\n/;
    const { rewritten, differences, isCached } = await splitOf({ images: composerImages, files, change: ['src/Shop.php', '// A remark.\n'], install: 'composer install' });
    expect(rewritten).toMatch(expected);
    expect(differences).toEqual([]);
    expect(isCached).toBe(true);
  });
});
