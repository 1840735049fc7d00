#!/usr/bin/env node
/**
 * Bundles the command line, which dist/cli.cjs starts, and the library to dist/index.js, with type
 * declarations. `npm install` in a clone runs this (the `prepare` script).
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

import { bundleProgram, common, root } from './bundle.mjs';

const distributed = join(root, 'dist');
const requireForCommonJs = [
  "import { createRequire as createRequireForBundle } from 'node:module';",
  'const require = createRequireForBundle(import.meta.url);',
].join('\n');

rmSync(distributed, { recursive: true, force: true });
const inputs = [...bundled(await bundleProgram(distributed)), ...bundled(await library())];
writeFileSync(join(distributed, 'licenses.txt'), licenses(inputs));
keepCompiled();
declareTypes();

async function library() {
  // Some dependencies are CommonJS and ask for Node's own modules, which an ES module cannot do without the banner.
  const { metafile } = await build({ ...common, entryPoints: ['src/index.ts'], outdir: 'dist', splitting: true, chunkNames: 'chunks/[name]-[hash]', format: 'esm', banner: { js: requireForCommonJs } });
  return metafile;
}

/** Says what was made; gives the files that it was made from. */
function bundled({ inputs: from, outputs }) {
  for (const [file, { bytes }] of Object.entries(outputs)) console.log(`build: ${file} ${Math.ceil(bytes / 1024)} KB`);
  return Object.keys(from);
}

/** Functions are compiled when they are called first: what a run over the example calls is kept as well. */
function keepCompiled() {
  const example = join(root, 'fixtures', '_demo');
  for (const words of [[example], ['explain', example], ['--help']]) {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'keep-compiled.cjs'), ...words], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`the command line that was built fails: ${stderr}`);
  }
}

/** The licence texts of all packages that have a file in the bundle; their licences ask for that. */
function licenses(inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const match = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match !== null) packages.add(input.slice(0, match[0].length - 1));
  }
  const texts = [...packages].sort().map((directory) => {
    const path = join(root, directory);
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(path, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return `The files in this directory contain parts of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** A type error is the business of `npm test`; it must not keep anybody from installing a clone. */
function declareTypes() {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const { status } = spawnSync(tsc, ['--project', join(root, 'scripts', 'types.tsconfig.json')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) console.log('build: type declarations have errors (see above)');
}
