#!/usr/bin/env node
/**
 * Bundles the command line to dist/cli.js and the library to dist/index.js, with type declarations. What is imported
 * with `await import(…)` becomes a file of its own, so that a run loads only what it uses. `npm install` in a clone
 * runs this (the `prepare` script).
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const shebang = '#!/usr/bin/env node\n';
const requireForCommonJs = [
  "import { createRequire as createRequireForBundle } from 'node:module';",
  'const require = createRequireForBundle(import.meta.url);',
].join('\n');

const entries = ['cli', 'index'].filter((name) => {
  const exists = existsSync(join(root, 'src', `${name}.ts`));
  if (!exists) console.log(`build: src/${name}.ts does not exist, so dist/${name}.js is not made`);
  return exists;
});
rmSync(join(root, 'dist'), { recursive: true, force: true });
if (entries.length > 0) await bundle();
if (entries.includes('index')) declareTypes();

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((name) => `src/${name}.ts`),
    outdir: 'dist',
    outbase: 'src',
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    alias: {
      'string-width': './scripts/string-width.mjs',
      'yargs/helpers': './scripts/yargs-helpers.mjs',
      // For Node.js yaml offers CommonJS only, whose names an `await import('yaml')` in a bundle does not see.
      yaml: './node_modules/yaml/browser/index.js',
    },
    // Some dependencies are CommonJS and ask for Node's own modules, which an ES module cannot do without this.
    banner: { js: requireForCommonJs },
    // White space is a third of the text, and parsing it a third of the time to start. Names stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'eof',
    metafile: true,
    logLevel: 'warning',
  });
  if (entries.includes('cli')) makeExecutable(join(root, 'dist', 'cli.js'));
  writeFileSync(join(root, 'dist', 'licenses.txt'), licenses(Object.keys(metafile.inputs)));
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
    console.log(`build: ${file} ${Math.ceil(bytes / 1024)} KB`);
  }
}

function makeExecutable(file) {
  const text = readFileSync(file, 'utf8');
  if (!text.startsWith('#!')) writeFileSync(file, shebang + text);
  chmodSync(file, 0o755);
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
