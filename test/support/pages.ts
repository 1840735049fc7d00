import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Transform, TransformPage } from '../../src/plan/transform.ts';
import { valuesOf } from '../../src/plan/options.ts';
import { unifiedDiff } from '../../src/report/diff.ts';
import { refusalReasons } from '../../src/types.ts';
import { claimKinds } from '../../src/report/report.ts';
import { readFolder } from './fixture.ts';
import { splitCase } from './run-fixture.ts';

/** The documentation pages of the transforms, by path: made from the code and from a fixture. */
export function pages(transforms: readonly Transform[]): ReadonlyMap<string, string> {
  const list = transforms.flatMap((transform): [string, string][] => (transform.page ? [[`docs/transforms/${transform.id}.md`, page(transform, transform.page)]] : []));
  return new Map([...list, ['docs/refusals.md', refusals(transforms)]]);
}

function page(transform: Transform, { does, safety, claims, refuses, example }: TransformPage): string {
  const folder = join('fixtures', transform.id, example);
  const { head, settings } = splitCase(readFileSync(join(folder, 'case.md'), 'utf8'));
  const prose = head.split('\n').filter((line) => !/^[a-z0-9]+: /.test(line)).join('\n').trim();
  return [
    `# ${transform.id}: ${transform.title}`,
    '<!-- Made from the code by `UPDATE=1 npm test`. -->',
    transform.why,
    '## What it does',
    does.trim(),
    '## Example',
    `${prose} (\`${folder}\`${settings.unsafe === true ? ', with `--unsafe`' : ''})`,
    `\`\`\`diff\n${exampleDiff(transform.id, example).trimEnd()}\n\`\`\``,
    '## Safety',
    safety.trim(),
    claims.length === 0 ? 'Its fixes make no claim: the image is the same.' : ['Its fixes can make these claims:', ...claims.map((kind) => `- \`${kind}\`: ${claimKinds[kind]}`)].join('\n'),
    '## What it leaves alone',
    ['Apart from `differs` (the rewrite could not be shown to be right) and `suppressed`:', ...refuses.map((reason) => `- \`${reason}\`: ${refusalReasons[reason]}`)].join('\n'),
    ...(transform.options ? ['## Options', optionList(transform)] : []),
    '',
  ].join('\n\n').replace(/\n+$/, '\n');
}

/** What a transform does to a fixture of its own. */
export function exampleDiff(transform: string, fixture: string): string {
  const folder = join('fixtures', transform, fixture);
  const before = readFolder(join(folder, 'before'));
  return Object.entries(readFolder(join(folder, 'after'))).map(([path, text]) => unifiedDiff(path, before[path] ?? null, text)).join('');
}

/** What `--option` can say of a transform, as a list. */
export function optionList({ id, options = [] }: Transform): string {
  return options.map((option) => `- \`--option ${id}.${option.key}=…\` (${'pattern' in option.values ? valuesOf(option) : option.values.map((value) => `\`${value}\``).join(', ')}): ${option.meaning}.`).join('\n');
}

function refusals(transforms: readonly Transform[]): string {
  const rows = Object.entries(refusalReasons).map(([reason, sentence]) => {
    const users = transforms.filter((transform) => transform.page?.refuses.some((one) => one === reason)).map((transform) => transform.id);
    return `| \`${reason}\` | ${sentence} | ${users.join(', ') || 'any'} |`;
  });
  return ['# Why something is left alone', '', '<!-- Made from the code by `UPDATE=1 npm test`. -->', '', '| reason | meaning | transforms |', '|---|---|---|', ...rows, ''].join('\n');
}
