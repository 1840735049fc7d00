/** Measures parts of the engine by themselves, in this process: the scanner, the shell, the ignore matcher, the diff. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import { longDockerfiles } from './inputs.mjs';

/** `source`: the directory of the sources; `scratch`: where the bundle goes. */
export async function measureParts(source, scratch) {
  const { scan, print, model, parse, parseRun, parseIgnore, unifiedDiff } = await loadModules(['dockerfile/scan', 'dockerfile/stages', 'dockerfile/parse', 'dockerfile/shell', 'ignore/patterns', 'report/diff'], source, scratch);
  console.log('Parts, by 1,000 and 10,000 lines (10 times is linear)');
  for (const [name, dockerfile] of Object.entries(longDockerfiles)) {
    compare(`scan and print: ${name}`, dockerfile, (text) => print(scan(text)));
  }
  const inner = longDockerfiles['COPYs of one file each'];
  compare('parse instructions', inner, (text) => {
    const scanned = scan(text);
    return model(scanned).stages.map((stage) => stage.instructions.map((instruction) => parse(instruction, scanned)));
  });
  compare('shell: one RUN', longDockerfiles['one RUN'], (text) => {
    const scanned = scan(text);
    return scanned.instructions.filter(({ keyword }) => keyword === 'RUN').map((instruction) => parseRun(text, instruction.bodySpan, scanned.escape));
  });
  const paths = Array.from({ length: 1000 }, (_, index) => `src/module${index % 40}/deep/file${index}.py`);
  for (const [name, rule] of ignoreRules) {
    compare(`ignore matcher, 1,000 paths: ${name}`, Array.from({ length: 200 }, (_, index) => rule(index)), (text) => {
      const parsed = parseIgnore(text);
      return parsed.kind === 'ok' ? paths.map((path) => parsed.matcher.excludes(path)) : [];
    });
  }
  compare('diff: every 50th line', inner, (text) => unifiedDiff('Dockerfile', text, text.split('\n').map((line, index) => (index % 50 === 0 ? `${line}x` : line)).join('\n')));
}

const ignoreRules = [
  ['names', (index) => `name${index}`],
  ['suffixes', (index) => `**/*.ext${index}`],
  ['many stars', (index) => `**/a*b*c*d*e${index}*/**`],
  ['exceptions', (index) => (index % 2 === 0 ? `src/module${index}` : `!src/module${index - 1}/deep/file${index}.py`)],
];

/** What modules of the sources export, all in one; `modules` are paths from `source` without their ending. */
export async function loadModules(modules, source, scratch) {
  const { outputFiles } = await build({
    stdin: { contents: modules.map((name) => `export * from './${name}.ts';`).join('\n'), resolveDir: source },
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    write: false,
  });
  const file = join(scratch, 'parts.mjs');
  writeFileSync(file, outputFiles[0].contents);
  return import(pathToFileURL(file).href);
}

/** Prints what a tenth of the lines takes, what all of them take, and the ratio. */
function compare(name, lines, work) {
  const tenth = least(lines.slice(0, Math.ceil(lines.length / 10)), work);
  const all = least(lines, work);
  console.log(`  ${name.padEnd(60)} ${tenth.toFixed(1).padStart(8)} ms ${all.toFixed(1).padStart(8)} ms  × ${(all / tenth).toFixed(1)}`);
}

function least(lines, work) {
  const text = `${lines.join('\n')}\n`;
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    work(text);
    return performance.now() - started;
  });
  return Math.min(...times);
}
