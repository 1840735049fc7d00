import { describe, expect, test } from 'vitest';

import { scan } from '../src/dockerfile/scan.ts';
import { unhandled } from '../src/unhandled.ts';

function codeOf(text: string): string | null {
  const found = unhandled(scan(text));
  return found === null ? null : `${found.code}:${found.line}`;
}

describe('templates', () => {
  test.each([
    ['a Jinja statement on a line of its own', 'FROM a\n{% if x %}\nRUN b\n{% endif %}\n', 'template:2'],
    ['an expression in FROM', 'FROM {{ base }}\n', 'template:1'],
    ['quotes outside shell text do not protect', 'FROM a\nENV V="{{ v }}"\n', 'template:2'],
    ['an unquoted expression in a RUN', 'FROM a\nRUN echo hi \\\n && pip install {{ package }}\n', 'template:3'],
    ['a statement in a comment, as cookiecutter templates have', 'FROM a\n# {% if cookiecutter.celery %}\nRUN b\n', 'template:2'],
    ['a comment with an apostrophe', "FROM a\n# don't touch: {{ managed }}\n", 'template:2'],
    ['an expression after a quoted one', `FROM a\nRUN echo '{{.A}}' {{ b }}\n`, 'template:2'],
    ['a comment’s apostrophe in a continuation', `FROM a\nRUN echo \\\n  # don't\n  {{ b }}\n`, 'template:4'],
    ['a marker after a heredoc', 'FROM a\nRUN <<EOF\necho {{ quoted }}\nEOF\nRUN {{ b }}\n', 'template:5'],
    ['a template that BuildKit would reject', '{%- set x = 1 %}\nnonsense\n', 'template:1'],
  ])('%s', (_, text, expected) => expect(codeOf(text)).toBe(expected));

  test.each([
    ['single quotes', `FROM a\nRUN docker inspect -f '{{.State}}' x\n`],
    ['double quotes', 'FROM a\nRUN docker ps --format "{{.Names}} {{.Image}}"\n'],
    ['quotes over several lines', `FROM a\nRUN echo 'one \\\n {{ two }} \\\n three'\n`],
    ['an exec form', 'FROM a\nHEALTHCHECK CMD ["docker", "inspect", "-f", "{{.X}}"]\n'],
    ['a heredoc', "FROM a\nCOPY <<'EOF' /etc/x\n{{ .Title }}\n{% raw %}\nEOF\n"],
    ['shell parameters', 'FROM a\nRUN x=${y%%.*} && curl -w %{http_code} ${z%} && find . -exec ls {} {} \\;\n'],
    ['an opening without its end', 'FROM a\nRUN echo {{ && echo {%\n'],
    ['a quoted one in a comment', 'FROM a\n# docker inspect --format "{{.RepoTags}}" x\nRUN b \\\n  # \'{{.Id}}\'\n  c\n'],
    ['an escaped quote', 'FROM a\nRUN echo "a \\" {{ b }}"\n'],
  ])('not a template: %s', (_, text) => expect(codeOf(text)).toBe(null));

  test('many openings', () => {
    // BuildKit takes no line as long as that.
    expect(codeOf(`FROM a\nRUN ${'{{ {% '.repeat(500_000)}\n`)).toBe('syntax:2');
    expect(codeOf(`FROM a\n${'RUN echo {{ \\\n'.repeat(100_000)} x\n`)).toBe('too-large:2');
  });
});

describe('what BuildKit rejects', () => {
  test('is said with its line', () => {
    const found = unhandled(scan('FROM a\n\nRUNN b\nRUN\n'));
    expect(found).toMatchObject({ code: 'syntax', line: 3 });
    expect(found?.message).toMatch(/^BuildKit rejects it: /);
  });
  test('an empty file', () => expect(codeOf('')).toMatch(/^syntax/));
});

test('an instruction that is longer than what Linux takes as one argument', () => {
  const long = (length: number): string => `FROM a\nCOPY ${`${'f '.repeat(20_000)}\\\n`.repeat(Math.ceil(length / 40_000))} /x/\nRUN b\n`;
  expect(codeOf(long(200_000))).toBe('too-large:2');
  expect(codeOf(long(80_000))).toBeNull();
});

describe('Windows', () => {
  test.each([
    ['FROM mcr.microsoft.com/windows/servercore:ltsc2022\n'],
    ['FROM mcr.microsoft.com/windows:20H2\n'],
    ['FROM microsoft/nanoserver\n'],
    ['# escape=`\nFROM golang:1.22-windowsservercore-ltsc2022 AS b\nRUN dir C:\\\n'],
    ['FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022\n'],
    ['ARG BASE=mcr.microsoft.com/windows/nanoserver:1809\nFROM ${BASE}\n'],
    ['FROM ${BASE:-microsoft/windowsservercore}\n'],
    ['FROM --platform=windows/amd64 x\n'],
    ['FROM alpine AS a\nFROM microsoft/windowsservercore\n'],
  ])('%j', (text) => expect(codeOf(text)).toMatch(/^windows/));

  test.each([['# escape=`\nFROM python:3.12\nRUN a `\n  b\n'], ['FROM me/windows-tools:1\n'], ['FROM python:3.12 AS windows\n'], ['FROM windows.example.com/python\n']])(
    'not Windows: %j',
    (text) => expect(codeOf(text)).toBe(null),
  );
});
