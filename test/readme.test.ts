import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createColors } from 'picocolors';
import { expect, test } from 'vitest';

import type { Transform } from '../src/plan/transform.ts';
import { explainText } from '../src/report/explain.ts';
import type { RunRequest, Sink } from '../src/run.ts';
import { explainPaths, run } from '../src/run.ts';
import { refusalReasons } from '../src/types.ts';
import { transforms } from '../transforms/index.ts';
import { exampleDiff, optionList } from './support/pages.ts';

const root = join(import.meta.dirname, '..');
const path = join(root, 'README.md');
const demo: RunRequest = { cwd: root, paths: ['fixtures/_demo/shop'], context: null, mode: 'dry-run', unsafe: false, settings: new Map() };

function collecting(file: Sink['file']): Sink {
  const fail = (what: unknown): never => {
    throw new Error(JSON.stringify(what));
  };
  return { file, error: fail, note: fail, detail: () => undefined, progress: () => undefined };
}

async function demoDiff(list: readonly Transform[], only: RegExp): Promise<string> {
  const diffs: string[] = [];
  await run(demo, list, collecting((report) => diffs.push(only.test(report.path) ? (report.diff ?? '') : '')));
  return diffs.join('').replaceAll('fixtures/_demo/shop/', '');
}

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

async function demoSentence(): Promise<string> {
  const builds = await explainPaths({ ...demo, changed: ['fixtures/_demo/shop/shop/app.py'] }, transforms, collecting(() => undefined));
  const text = explainText(builds, ['shop/app.py'], createColors(false));
  return text.split('\n').filter((line) => /^(?:Before|After)|^ {2}(?:Step \d+ `|After |No step )/.test(line)).join('\n');
}

async function transformSections(): Promise<string> {
  const sections: string[] = [];
  for (const transform of transforms) {
    const diff = (await demoDiff([transform], /./)) || (transform.page ? exampleDiff(transform.id, transform.page.example) : '');
    const parts = [`### ${transform.id}`, `${transform.title}. ${transform.why}`, diff === '' ? '' : fenced('diff', diff), optionList(transform)];
    sections.push(parts.filter((part) => part !== '').join('\n\n'));
  }
  return sections.join('\n\n');
}

/** What the README says of the code is made from the code. `UPDATE=1` rewrites it. */
test('the README is current', async () => {
  const generated: Readonly<Record<string, string>> = {
    demo: fenced('diff', await demoDiff(transforms.filter(({ id }) => id === 'split-copy'), /Dockerfile$/)),
    explain: fenced('text', await demoSentence()),
    transforms: await transformSections(),
    refusals: ['| Reason | |', '| --- | --- |', ...Object.entries(refusalReasons).map(([reason, sentence]) => `| \`${reason}\` | ${sentence.replaceAll('|', String.raw`\|`)} |`)].join('\n'),
  };
  const text = readFileSync(path, 'utf8');
  const names = new Set<string>();
  const current = text.replaceAll(/<!-- generated: (\w+) -->\n[^]*?<!-- end -->/g, (_, name: string) => {
    names.add(name);
    return `<!-- generated: ${name} -->\n${generated[name] ?? ''}\n<!-- end -->`;
  });
  expect([...names].toSorted()).toEqual(Object.keys(generated).toSorted());
  if (process.env['UPDATE'] === '1') writeFileSync(path, current);
  expect(readFileSync(path, 'utf8'), 'run UPDATE=1 npx vitest run test/readme.test.ts').toBe(current);
});

test('the README names every option and every claim', () => {
  const text = readFileSync(path, 'utf8');
  const source = readdirSync(join(root, 'src/cli')).map((name) => readFileSync(join(root, 'src/cli', name), 'utf8')).join('\n');
  const options = [...source.matchAll(/^ {2}'?([a-z-]+)'?: \{ (?:type|\.\.\.text)/gm)].map(([, name]) => `--${name}`);
  expect(options.length).toBeGreaterThan(12);
  for (const option of options) expect(text).toContain(option);
  const { $defs } = JSON.parse(readFileSync(join(root, 'report.schema.json'), 'utf8')) as { $defs: { fix: { properties: { claims: { items: { properties: { kind: { enum: string[] } } } } } } } };
  for (const claim of $defs.fix.properties.claims.items.properties.kind.enum) expect(text).toContain(`\`${claim}\``);
});
