import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { splitCopy } from '../../transforms/split-copy.ts';
import { isCache } from '../../src/verify/expected.ts';
import type { Image } from '../support/engine.ts';
import { build, compareImages, engineAvailable, noiseOf, readImage, removeImages, writeProject } from '../support/engine.ts';
import { runFixture } from '../support/run-fixture.ts';
import { buildComposerBase, composerBase, composerImages, composerLock } from './projects/composer-base.ts';

/**
 * Projects with Composer, built as they are and as split-copy rewrites them. What two builds of the original differ in is left
 * out: Composer before 2.6 gives each autoloader a name by chance.
 */
const folders: string[] = [];

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
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function written(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await writeProject(files);
  folders.push(folder);
  return folder;
}

async function image(folder: string, tag: string): Promise<Image> {
  const { imageId, log } = await build(folder, { tag: `${composerImages}:${tag}`, noCache: true });
  if (imageId === null) throw new Error(`the build failed:\n${log}`);
  return readImage(imageId);
}

describe.each(cases)('$name', ({ run: command, files: more }) => {
  test('is rewritten, the images are the same, and the install stays cached', async () => {
    const files = { ...project, ...more, Dockerfile: `FROM ${composerBase}\nWORKDIR /srv/shop\nCOPY . .\nRUN ${command}\n` };
    const run = await runFixture(files, [splitCopy], { options: new Map(), untracked: [], utf16: [] });
    const rewritten = run.changes.get('Dockerfile') ?? '';
    expect(rewritten).toMatch(/COPY composer\.json composer\.lock \.\/\nRUN composer install [^\n]*\nCOPY \. \.\n/);
    const [before, after] = [await written(files), await written({ ...files, Dockerfile: rewritten })];
    const original = await image(before, 'before');
    const noise = noiseOf(original, await image(before, 'again'));
    const differences = compareImages(original, await image(after, 'after'), noise);
    expect(differences.filter(({ path }) => !isCache(path))).toEqual([]);
    const changed = await written({ ...files, Dockerfile: rewritten, 'src/Shop.php': `${project['src/Shop.php']}// A remark.\n` });
    const { steps } = await build(changed, { tag: `${composerImages}:changed` });
    expect(steps.find(({ name }) => name.includes('composer install'))?.cached).toBe(true);
  });
});
