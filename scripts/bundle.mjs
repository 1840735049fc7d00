/**
 * Bundles the command line as several scripts, so that a run loads only what it needs:
 *
 * - `cli.cjs`, and one script with all that every run over a Dockerfile needs;
 * - one for each module that the source imports with `await import()`, and what only that module needs;
 * - one for each module in `late`, which the source imports as any other. Others get functions in its place that load it
 *   when one of them is called first.
 *
 * esbuild splits ES modules only; each is then turned into CommonJS, of which Node.js can take what was compiled before
 * (launch.cjs, which starts them).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What only some Dockerfiles need. These modules export nothing but functions, each of which can wait. */
const late = [
  'src/build/modulo.ts',
  'src/discover/bake.ts',
  'src/discover/compose.ts',
  'src/discover/workflow.ts',
  'src/dockerfile/ask-dockerfile-ast.ts',
  'transforms/alpine-to-slim/decide.ts',
  'transforms/copy-by-change/decide.ts',
  'transforms/wheel-packages/decide.ts',
];

/** Of these every part is part: so what they import is in one script, and the parts are what is left. */
const core = join(root, 'src', 'cli', 'main.ts');

export const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  alias: {
    'string-width': './scripts/string-width.mjs',
    'yargs/helpers': './scripts/yargs-helpers.mjs',
    'vscode-languageserver-types': './scripts/language-types.mjs',
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

/** Writes the command line to a directory, where `cli.cjs` starts it, and says what it was made of. */
export async function bundleProgram(directory) {
  const scripts = join(directory, 'program');
  const { metafile, outputFiles } = await build({
    ...common,
    entryPoints: [{ in: 'src/cli.ts', out: 'cli' }, ...late.map((path) => ({ in: `part:${join(root, path)}`, out: partName(path) }))],
    outdir: scripts,
    outExtension: { '.js': '.cjs' },
    format: 'esm',
    splitting: true,
    write: false,
    plugins: [parts],
  });
  mkdirSync(scripts, { recursive: true });
  for (const { path, text } of outputFiles) writeFileSync(path, wrapped(await asCommonJs(text)));
  const launcher = readFileSync(join(root, 'scripts', 'launch.cjs'), 'utf8');
  writeFileSync(join(directory, 'cli.cjs'), `#!/usr/bin/env node\n${launcher}`, { mode: 0o755 });
  return metafile;
}

/** What a script exports is written down when all of it is there, because what esbuild makes of it takes a millisecond. */
async function asCommonJs(text) {
  const at = text.lastIndexOf('export{');
  const [exported, names] = /^export\{([^{}]*)\};(?=\s*(?:\/\*|$))/.exec(text.slice(Math.max(at, 0))) ?? [];
  if (exported === undefined) return transformed(text);
  const properties = names.split(',').map((name) => name.split(' as ').toReversed().join(':'));
  return transformed(`${text.slice(0, at)}module.exports={${properties.join(',')}};${text.slice(at + exported.length)}`);
}

async function transformed(text) {
  const usesAddress = text.includes('import.meta.url');
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    supported: { 'dynamic-import': false },
    ...(usesAddress ? { define: { 'import.meta.url': 'importMetaUrl' }, banner: "const importMetaUrl=require('node:url').pathToFileURL(__filename).href;" } : {}),
  });
  return code;
}

/** A script whose value is the function that Node.js makes of a module, and which is that module to Node.js as well. */
export function wrapped(code) {
  return `(f=>this===globalThis?f:f(exports,require,module,__filename))(function(exports,require,module,__filename){${code}\n})\n`;
}

/** `transforms/copy-by-change/decide.ts`: `copy-by-change-decide`. */
function partName(path) {
  return relative(root, resolve(root, path)).split(sep).slice(1).join('-').replace(/\.ts$/, '');
}

const parts = {
  name: 'parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^part:/ }, ({ path }) => ({ path: path.slice('part:'.length), namespace: 'part' }));
    onResolve({ filter: /^\./ }, ({ path, kind, importer, namespace, resolveDir }) => {
      const file = join(resolveDir, path);
      if (kind === 'dynamic-import') return { path: file, namespace: 'part' };
      const isLate = kind === 'import-statement' && namespace === 'file' && late.some((one) => join(root, one) === file);
      return isLate && importer !== file ? { path: file, namespace: 'late' } : undefined;
    });
    onResolve({ filter: /^late:/ }, ({ path }) => ({ path: `./${path.slice('late:'.length)}.cjs`, external: true }));
    onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({
      contents: [core, path].map((file) => `import ${JSON.stringify(file)};\nexport * from ${JSON.stringify(file)};`).join('\n'),
      resolveDir: root,
    }));
    onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({ contents: loadingFunctions(path), resolveDir: root }));
  },
};

/** The functions that a module exports, which load it when they are called. */
function loadingFunctions(path) {
  const exported = [...readFileSync(path, 'utf8').matchAll(/^export (?!type |interface )(.*)$/gm)].map(([, declaration]) => declaration);
  const names = exported.map((declaration) => /^(?:async )?function\*? (\w+)/.exec(declaration)?.[1]);
  if (names.includes(undefined)) throw new Error(`${path}: only functions can be loaded late, and this is none: ${exported[names.indexOf(undefined)]}`);
  return [
    'let part;',
    `const loaded = () => (part ??= require("late:${partName(path)}"));`,
    ...names.map((name) => `export function ${name}(...args) { return loaded().${name}(...args); }`),
  ].join('\n');
}
