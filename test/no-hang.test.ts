/**
 * Texts of a size at which anything that takes time quadratic in the text, or worse, runs into vitest's limit. What is
 * asserted is what comes out.
 */
import { describe, expect, test } from 'vitest';

import { dashObstacle } from '../src/build/modulo/shell.ts';
import { memoryTree } from '../src/context/memory.ts';
import { scan } from '../src/dockerfile/scan.ts';
import { fix } from '../src/fix.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { Build } from '../src/types.ts';
import { transforms } from '../transforms/index.ts';

const size = 200_000;
const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
const install = ['COPY . .', 'RUN pip install -r requirements.txt', ''];

function planOf(dockerfile: string, files: Readonly<Record<string, string>> = {}): Plan {
  const tree = memoryTree({ Dockerfile: dockerfile, 'requirements.txt': 'flask\n', 'app.py': 'import flask\n', ...files });
  return fix({ tree, builds: [build], settings: new Map() }, transforms);
}

/** `unit` again and again, with a continuation where BuildKit would find a line too long. */
function repeated(unit: string, length = size): string {
  const line = unit.repeat(Math.ceil(50_000 / unit.length));
  return `${line}\\\n`.repeat(Math.ceil(length / line.length));
}

const changesBoth = ['.dockerignore', 'Dockerfile'];

describe('a RUN of one long command', () => {
  test.each(['a', '/', 'a@', '-git ', 'git -C ', 'npm ', 'hatch ', 'python', '{a,b}', '${a:-', '$('])('%s', (unit) => {
    const plan = planOf(['FROM python:3.12', 'WORKDIR /app', `RUN foo ${repeated(unit)} x`, ...install].join('\n'));
    expect([...plan.changes.keys()].toSorted()).toEqual(changesBoth);
  });

  test('white space in front of a continuation', () => {
    const plan = planOf(['FROM python:3.12', 'WORKDIR /app', `RUN foo ${repeated(' ')} x`, ...install].join('\n'));
    expect([...plan.changes.keys()].toSorted()).toEqual(changesBoth);
  });

  test.each(['-k', 'tar jjjjjj'])('on Alpine: %s', (unit) => {
    const plan = planOf(['FROM python:3.12-alpine', 'RUN apk add gcc musl-dev', `RUN foo ${repeated(unit)} x`, ...install].join('\n'));
    expect(plan.changes.get('Dockerfile')).toContain('COPY requirements.txt');
  });
});

describe('values that grow', () => {
  test.each([
    ['ARG', ['FROM python:3.12', 'ARG A=ab', ...Array<string>(200).fill('ARG A=$A$A')]],
    ['ENV', ['FROM python:3.12', 'ENV A=ab', ...Array<string>(200).fill('ENV A="$A $A"')]],
    ['global ARG', ['ARG A=ab', ...Array<string>(200).fill('ARG A=$A$A'), 'FROM python:3.12', 'ARG A']],
    ['shell variable', ['FROM python:3.12', `RUN A=ab; ${repeated('A="$A$A"; ', 2000)} echo $A > x`]],
    ['WORKDIR', ['FROM python:3.12', ...Array<string>(400).fill('WORKDIR a-directory-of-some-length')]],
    ['cd', ['FROM python:3.12', `RUN <<E\nset -e\n${'cd a-directory-of-some-length\n'.repeat(400)}E`]],
    ['a path', ['FROM python:3.12', `RUN mkdir -p /${repeated('a/')}`]],
  ])('%s', (_name, lines) => {
    const plan = planOf([...lines, 'WORKDIR /app', ...install].join('\n'));
    expect(plan.changes.get('Dockerfile')).toContain('COPY requirements.txt');
  });
});

test('patterns with many stars', () => {
  const name = `${'a'.repeat(200)}c`;
  const plan = planOf(['FROM python:3.12', 'WORKDIR /app', `COPY ${'*a'.repeat(20_000)}b /x/`, ...install].join('\n'), { [name]: '' });
  expect([...plan.changes.keys()].toSorted()).toEqual(changesBoth);
});

test('comments that ask dockfix to keep away, almost', () => {
  const plan = planOf(['FROM python:3.12', 'WORKDIR /app', `# dockfix-ignore ${' '.repeat(60_000)}!`, ...install].join('\n'));
  expect([...plan.changes.keys()].toSorted()).toEqual(changesBoth);
});

test('scripts that dash does not take, almost', () => {
  for (const unit of ['[ ', 'test ', '\n', '${a', 'echo ', 'set ', 'trap ', '! ', '; ', 'declare']) expect(dashObstacle(unit.repeat(size / 10)), unit).toBeNull();
  expect(dashObstacle('[ "$a" == b ]')).toBe('`==` in a test');
  expect(dashObstacle("echo 'a\\n'")).toBe('a backslash in `echo`');
  expect(dashObstacle('set -eo pipefail')).toBe('`set -o pipefail`');
  expect(dashObstacle("trap 'x' ERR")).toBe('`trap … ERR`');
});

test('a heredoc that is none', () => {
  expect(scan(`FROM a\nRUN cat <<-${repeated('\t')}<\n`).instructions[1]?.heredocs).toEqual([]);
});
