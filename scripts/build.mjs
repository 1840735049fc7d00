#!/usr/bin/env node
/**
 * Bundles the command line to dist/dockfix.cjs, which dist/cli.cjs starts, and the library to dist/index.js, with type
 * declarations. `npm install` in a clone runs this (the `prepare` script).
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const distributed = join(root, 'dist');
const requireForCommonJs = [
  "import { createRequire as createRequireForBundle } from 'node:module';",
  'const require = createRequireForBundle(import.meta.url);',
].join('\n');

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  alias: {
    'string-width': './scripts/string-width.mjs',
    'yargs/helpers': './scripts/yargs-helpers.mjs',
    // For Node.js yaml offers CommonJS only, whose names an `await import('yaml')` in a bundle does not see.
    yaml: './node_modules/yaml/browser/index.js',
  },
  // White space is a third of the text, and parsing it a third of the time to start. Names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'eof',
  metafile: true,
  logLevel: 'warning',
};

rmSync(distributed, { recursive: true, force: true });
const inputs = [...(await bundleProgram()), ...(await bundleLibrary())];
writeFileSync(join(distributed, 'licenses.txt'), licenses(inputs));
keepCompiled();
declareTypes();

/** CommonJS in one file, because that is what Node.js can take compiled. */
async function bundleProgram() {
  const { metafile } = await build({ ...common, entryPoints: ['src/cli.ts'], outfile: 'dist/dockfix.cjs', format: 'cjs', define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" } });
  const launcher = join(distributed, 'cli.cjs');
  writeFileSync(launcher, `#!/usr/bin/env node\n${readFileSync(join(root, 'scripts', 'launch.cjs'), 'utf8')}`);
  chmodSync(launcher, 0o755);
  return bundled(metafile);
}

async function bundleLibrary() {
  // Some dependencies are CommonJS and ask for Node's own modules, which an ES module cannot do without the banner.
  const { metafile } = await build({ ...common, entryPoints: ['src/index.ts'], outdir: 'dist', splitting: true, chunkNames: 'chunks/[name]-[hash]', format: 'esm', banner: { js: requireForCommonJs } });
  return bundled(metafile);
}

/** Says what was made; gives the files that it was made from. */
function bundled({ inputs: from, outputs }) {
  for (const [file, { bytes }] of Object.entries(outputs)) console.log(`build: ${file} ${Math.ceil(bytes / 1024)} KB`);
  return Object.keys(from);
}

/** Functions are compiled when they are called first: what a run over the example calls is kept as well. */
function keepCompiled() {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'keep-compiled.cjs'), join(root, 'fixtures', '_demo')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the command line that was built fails: ${stderr}`);
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
