/** An image with Debian's PHP and Composer, and a few packages in a directory. */
import { rm } from 'node:fs/promises';
import { build, writeProject } from '../../support/engine.ts';

export const composerImages = 'dockfix-test-composer';
export const composerBase = `${composerImages}/base`;

interface Package {
  readonly name: string;
  readonly [key: string]: unknown;
}

const money: Package = { name: 'acme/money', version: '1.0.0', type: 'library', autoload: { 'psr-4': { 'Acme\\Money\\': 'src/' }, files: ['src/functions.php'] }, bin: ['bin/money'] };
const checks: Package = { name: 'acme/checks', version: '1.0.0', type: 'library', autoload: { classmap: ['src/'] } };
/** A plugin that does what the one of that name does: it notes something beside the autoloader. */
const plugin: Package = { name: 'symfony/runtime', version: '1.0.0', type: 'composer-plugin', require: { 'composer-plugin-api': '^2.0' }, autoload: { 'psr-4': { 'Runtime\\': 'src/' } }, extra: { class: 'Runtime\\Manager' } };

const packages: readonly (readonly [Package, Readonly<Record<string, string>>])[] = [
  [money, { 'src/functions.php': '<?php\nfunction money(): int { return 1; }\n', 'bin/money': '#!/usr/bin/env php\n<?php echo 1;\n' }],
  [checks, { 'src/Check.php': '<?php\nclass Check {}\n' }],
  [plugin, { 'src/Manager.php': `<?php
namespace Runtime;
class Manager implements \\Composer\\Plugin\\PluginInterface, \\Composer\\EventDispatcher\\EventSubscriberInterface {
  public function activate(\\Composer\\Composer $composer, \\Composer\\IO\\IOInterface $io) {}
  public function deactivate(\\Composer\\Composer $composer, \\Composer\\IO\\IOInterface $io) {}
  public function uninstall(\\Composer\\Composer $composer, \\Composer\\IO\\IOInterface $io) {}
  public static function getSubscribedEvents() { return ['post-autoload-dump' => 'note']; }
  public function note() { file_put_contents('vendor/noted.json', json_encode(glob('*'))); }
}
` }],
];

const directoryOf = ({ name }: Package): string => name.replace('/', '-');
const locked = (one: Package): unknown => ({ ...one, dist: { type: 'zip', url: `file:///packages/${directoryOf(one)}.zip`, reference: '0f1e', shasum: '' } });

/** What a project that uses them all has as its lock. */
export const composerLock = JSON.stringify({ 'content-hash': '0f1e', packages: [locked(money)], 'packages-dev': [locked(checks), locked(plugin)], aliases: [], 'minimum-stability': 'stable', 'stability-flags': {}, 'prefer-stable': true, 'prefer-lowest': false, platform: {}, 'platform-dev': {}, 'plugin-api-version': '2.3.0' });

const base = `FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends php-cli php-zip composer git unzip && rm -rf /var/lib/apt/lists/*
COPY packages /packages
RUN cd /packages && for one in */; do (cd $one && python -m zipfile -c ../\${one%/}.zip *); done
ENV COMPOSER_ALLOW_SUPERUSER=1
`;

/** Builds the image. */
export async function buildComposerBase(): Promise<void> {
  const files = packages.flatMap(([one, sources]) => Object.entries({ ...sources, 'composer.json': JSON.stringify(one) }).map(([path, text]) => [`packages/${directoryOf(one)}/${path}`, text]));
  const folder = await writeProject({ Dockerfile: base, ...Object.fromEntries(files) });
  const { imageId, log } = await build(folder, { tag: composerBase });
  await rm(folder, { recursive: true });
  if (imageId === null) throw new Error(`the base image cannot be built:\n${log}`);
}
