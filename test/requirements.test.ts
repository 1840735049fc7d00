import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFullyPinned, localPathOf, normaliseName, parseEditableSpec, parseRequirementSpec, readRequirements } from '../src/manifests/requirements.ts';
import { requirementClosure } from '../src/manifests/requirement-closure.ts';
import type { Requirement } from '../src/manifests/requirements.ts';

/** One short line an entry, so that a test shows what was read at a glance. */
function brief(entry: Requirement): string {
  switch (entry.kind) {
    case 'named': {
      const extras = entry.extras.length > 0 ? `[${entry.extras.join(',')}]` : '';
      const parts = [`${entry.name}${extras}${entry.specifier}`];
      if (entry.url !== null) parts.push(`@ ${entry.url}`);
      if (entry.marker !== null) parts.push(`; ${entry.marker}`);
      if (entry.hashes > 0) parts.push(`#${entry.hashes}`);
      return parts.join(' ');
    }
    case 'local':
      return [entry.editable ? 'editable' : 'local', entry.path, entry.wheel ? 'wheel' : '', entry.archive ? 'archive' : '']
        .filter(Boolean)
        .join(' ');
    case 'url':
      return [entry.editable ? 'editable' : '', entry.vcs ? 'vcs' : 'url', entry.url, `(${entry.name})`].filter(Boolean).join(' ');
    case 'include':
      return `${entry.constraint ? '-c' : '-r'} ${entry.path}`;
    case 'option':
      return entry.value === null ? entry.name : `${entry.name} ${entry.value}`;
    case 'unreadable':
      return `unreadable ${entry.text}`;
  }
}

function read(text: string): string[] {
  return readRequirements(text).entries.map(brief);
}

describe('lines', () => {
  test.each([
    ['hashes on continued lines', 'a==1 \\\n    --hash=sha256:aa \\\n    --hash sha256:bb\nb', ['a==1 #2', 'b']],
    ['a comment line ends a continuation', 'a==1 \\\n  # why\n  --hash=sha256:aa\nb', ['a==1', '--hash sha256:aa', 'b']],
    ['a backslash in a comment swallows the next line', 'a==1  # why \\\nb==2\nc', ['a==1', 'c']],
    ['a backslash in a comment line does not', '# why \\\nb==2', ['b==2']],
    ['a space behind the backslash continues nothing', 'a==1 \\ \nb', ['unreadable a==1 \\', 'b']],
    ['a continuation at the end of the file', 'a==1 \\', ['a==1']],
    ['a name cut in two', 'djan\\\ngo', ['django']],
    ['BOM, CRLF, tabs and no final newline', '\u{FEFF}a==1\r\n\t# x\r\n\r\n  b  ', ['a==1', 'b']],
    ['CRLF in a continuation', 'a==1 \\\r\n  --hash=sha256:aa\r\n', ['a==1 #1']],
    ['a hash sign needs white space before it', 'git+https://h/r#egg=x # c\na#b', ['vcs git+https://h/r#egg=x (x)', 'unreadable a#b']],
    ['a form feed ends a line', 'a\fb', ['a', 'b']],
    ['nothing', '\n \n#\n', []],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('line and span point at the requirement, without comment and indentation', () => {
    const text = '\u{FEFF}# top\r\n  flask==2 \\\r\n    --hash=sha256:aa  # note\r\nb';
    const [flask, b] = readRequirements(text).entries;
    expect(flask?.line).toBe(2);
    expect(text.slice(flask?.span.start, flask?.span.end)).toBe('flask==2 \\\r\n    --hash=sha256:aa');
    expect(b?.line).toBe(4);
    expect(text.slice(b?.span.start, b?.span.end)).toBe('b');
  });

  test('only ${UPPER_CASE} is a variable, and comments do not count', () => {
    const text = '--index-url https://${USER}:${TOKEN_1}@h/simple # ${NO}\na==$X\nb==${y}\nc==${V}\nd @ https://h/${USER}';
    const file = readRequirements(text);
    expect(file.variables).toEqual(['USER', 'TOKEN_1', 'V']);
    expect(file.entries.map(brief)).toEqual([
      '--index-url https://${USER}:${TOKEN_1}@h/simple',
      'unreadable a==$X',
      'unreadable b==${y}',
      'c==${V}',
      'd @ https://h/${USER}',
    ]);
  });
});

describe('options', () => {
  test.each([
    ['-r base.txt', ['-r base.txt']],
    ['-rbase.txt', ['-r base.txt']],
    ['-r "my base.txt"', ['-r my base.txt']],
    ['--requirement=base.txt', ['-r base.txt']],
    ['--requirement  base.txt', ['-r base.txt']],
    ['--requirem base.txt', ['-r base.txt']],
    ['--req base.txt', ['unreadable --req base.txt']],
    ['-c c.txt', ['-c c.txt']],
    ['--constraint=c.txt', ['-c c.txt']],
    ['-r a.txt -r b.txt', ['-r a.txt']],
    ['-c c.txt -r a.txt', ['-r a.txt']],
    ['-r https://h/r.txt', ['-r https://h/r.txt']],
    ['-i https://h/simple --extra-index-url=https://g', ['--index-url https://h/simple', '--extra-index-url https://g']],
    ['--pypi-url https://h', ['--index-url https://h']],
    ['-f ./wheels', ['--find-links ./wheels']],
    ['--no-index', ['--no-index']],
    ['--no-binary :all:', ['--no-binary :all:']],
    ['--only-binary=a,b', ['--only-binary a,b']],
    ['--prefer-binary', ['--prefer-binary']],
    ['--require-hashes', ['--require-hashes']],
    ['--pre', ['--pre']],
    ['--trusted-host h', ['--trusted-host h']],
    ['--use-feature fast-deps', ['--use-feature fast-deps']],
    ['--upgrade', ['unreadable --upgrade']],
    ['--index-url', ['unreadable --index-url']],
    ['--pre=yes', ['unreadable --pre=yes']],
    ['--no', ['unreadable --no']],
    ['-r "open', ['unreadable -r "open']],
    ['a==1 -r b.txt', ['a==1']],
    ['a==1 --config-settings=x=y --global-option="--quiet"', ['a==1']],
    ['a==1 ; python_version<"3" --hash=sha256:aa', ['a==1 ; python_version<"3" #1']],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('requirements', () => {
  test.each([
    ['Flask', 'flask'],
    ['Foo_Bar.baz[b , A] >= 1 , < 2,', 'foo-bar-baz[b,A]>=1,<2'],
    ['a (>=1)', 'a>=1'],
    ['a[]', 'a'],
    ['a==1;python_version < "3.8" and sys_platform == "win32"', 'a==1 ; python_version < "3.8" and sys_platform == "win32"'],
    ['a @ https://h/a-1.whl ; python_version < "3"', 'a @ https://h/a-1.whl ; python_version < "3"'],
    ['a[x]@git+https://h/a.git@v1', 'a[x] @ git+https://h/a.git@v1'],
    ['a @ file:///src/a', 'a @ file:///src/a'],
    ['a ~= 1.4.2', 'a~=1.4.2'],
    ['a===1.0-local', 'a===1.0-local'],
    ['a==1!2.0.post1+cu118', 'a==1!2.0.post1+cu118'],
    ['a = 1', 'unreadable a = 1'],
    ['a b', 'unreadable a b'],
    ['a==', 'unreadable a=='],
    ['a>=1,,<2', 'unreadable a>=1,,<2'],
    ['a[b', 'unreadable a[b'],
    ['a @', 'unreadable a @'],
    ['.', 'local .'],
    ['.[dev]', 'local .'],
    ['./libs/a[x]', 'local ./libs/a'],
    ['../a', 'local ../a'],
    ['libs/a', 'local libs/a'],
    ['a/', 'local a/'],
    ['/src/a ; python_version<"3"', 'local /src/a'],
    ['wheels/a-1-py3-none-any.whl', 'local wheels/a-1-py3-none-any.whl wheel'],
    ['a-1-py3-none-any.whl', 'local a-1-py3-none-any.whl wheel'],
    ['a-1-py3-none-any.whl[x]', 'local a-1-py3-none-any.whl wheel'],
    ['a-1.tar.gz', 'local a-1.tar.gz archive'],
    ['file:./a', 'local ./a'],
    ['file:a', 'local a'],
    ['file:///src/my%20a#egg=a', 'local /src/my a'],
    ['file://localhost/src/a', 'local /src/a'],
    ['https://h/a_b-1.0-py3-none-any.whl#sha256=aa', 'url https://h/a_b-1.0-py3-none-any.whl#sha256=aa (a-b)'],
    ['https://h/my-pkg-1.0.tar.gz', 'url https://h/my-pkg-1.0.tar.gz (my-pkg)'],
    ['https://h/archive/main.zip', 'url https://h/archive/main.zip (null)'],
    ['https://h/a;b.zip ; python_version<"3"', 'url https://h/a;b.zip (null)'],
    ['git+https://h/r@v1#egg=My_X[e]&subdirectory=s', 'vcs git+https://h/r@v1#egg=My_X[e]&subdirectory=s (my-x)'],
    ['git+ssh://git@h/r.git', 'vcs git+ssh://git@h/r.git (null)'],
  ])('%s', (text, expected) => {
    expect(brief(parseRequirementSpec(text))).toBe(expected);
  });

  test.each([
    ['.', 'editable .'],
    ['.[dev,test]', 'editable .'],
    ['src', 'editable src'],
    ['file:///src/a#egg=a', 'editable /src/a'],
    ['git+https://h/r#egg=a', 'editable vcs git+https://h/r#egg=a (a)'],
    ['git://h/r#egg=a', 'editable vcs git://h/r#egg=a (a)'],
    ['a @ git+https://h/r', 'editable vcs git+https://h/r (a)'],
    ['a @ file:///src/a', 'editable /src/a'],
  ])('-e %s', (text, expected) => {
    expect(brief(parseEditableSpec(text))).toBe(expected);
    expect(read(`-e '${text}'`)).toEqual([expected]);
    expect(read(`--editable=${text.replaceAll(' ', '\\ ')}`)).toEqual([expected]);
  });

  test.each([
    ['a==1.2.3', '1.2.3'],
    ['a==1.2.3,!=9', '1.2.3'],
    ['a===odd', 'odd'],
    ['a==1.*', null],
    ['a>=1', null],
    ['a==${V}', null],
  ])('pinned: %s', (text, pinned) => {
    expect(parseRequirementSpec(text)).toMatchObject({ kind: 'named', pinned });
  });

  test('local paths, also those inside URLs', () => {
    expect(localPathOf(parseRequirementSpec('a @ file:///src/a#egg=a'))).toBe('/src/a');
    expect(localPathOf(parseRequirementSpec('git+file:///src/a@v1#egg=a'))).toBe('/src/a@v1');
    expect(localPathOf(parseRequirementSpec('./a'))).toBe('./a');
    expect(localPathOf(parseRequirementSpec('a==1'))).toBeNull();
    expect(localPathOf(parseRequirementSpec('a @ https://h/a.whl'))).toBeNull();
  });

  test('names', () => {
    expect(normaliseName('Foo__Bar.-baz')).toBe('foo-bar-baz');
  });
});

describe('isFullyPinned', () => {
  test.each([
    ['a==1\nb===2', true],
    ['a==1\nb', false],
    ['a==1\nb==2.*', false],
    ['--index-url https://h\n-r other.txt\na==1', true],
    ['a @ https://h/a-1-py3-none-any.whl', true],
    ['a @ git+https://h/a@main', false],
    [`git+https://h/a@${'0f'.repeat(20)}#egg=a`, true],
    ['./a-1-py3-none-any.whl', true],
    ['./a', false],
    ['-e .', false],
    ['?', false],
    ['# nothing', false],
  ])('%s', (text, expected) => {
    expect(isFullyPinned(readRequirements(text).entries)).toBe(expected);
  });
});

describe('closure', () => {
  function closure(entry: string, files: Record<string, string>) {
    return requirementClosure(entry, (path) => files[path]);
  }

  test('paths are relative to the including file, in reading order, each file once', () => {
    const result = closure('requirements/prod.txt', {
      'requirements/prod.txt': '-r base.txt\n-c ../constraints.txt\n-r ./sub/../extra.txt\na',
      'requirements/base.txt': '-r sub/deep.txt',
      'requirements/sub/deep.txt': '-r ../base.txt\n-r deep.txt',
      'requirements/extra.txt': '-r base.txt',
      'constraints.txt': 'a==1',
    });
    expect(result.files.map((file) => [file.path, file.constraint])).toEqual([
      ['requirements/prod.txt', false],
      ['requirements/base.txt', false],
      ['requirements/sub/deep.txt', false],
      ['constraints.txt', true],
      ['requirements/extra.txt', false],
    ]);
    expect(result.missing).toEqual([]);
  });

  test('a file that is a constraint and a requirement is a requirement', () => {
    const result = closure('r.txt', { 'r.txt': '-c a.txt\n-r a.txt', 'a.txt': 'x==1' });
    expect(result.files[1]).toMatchObject({ path: 'a.txt', constraint: false });
  });

  test('what is missing, remote, outside or named by a variable', () => {
    const result = closure('r.txt', {
      'r.txt': 'a\n-r gone.txt\n-r ../../out.txt\n-r https://h/r.txt\n-c ${STAGE}.txt\n-r gone.txt',
    });
    expect(result.missing).toEqual([
      { path: 'gone.txt', from: 'r.txt', line: 2 },
      { path: '../../out.txt', from: 'r.txt', line: 3 },
      { path: '${STAGE}.txt', from: 'r.txt', line: 5 },
    ]);
    expect(result.urls).toEqual([{ url: 'https://h/r.txt', from: 'r.txt', line: 4, constraint: false }]);
    expect(result.variables).toEqual(['STAGE']);
    expect(closure('no.txt', {}).missing).toEqual([{ path: 'no.txt', from: 'no.txt', line: 0 }]);
  });

  test('absolute paths stay absolute', () => {
    const result = closure('/app/req/prod.txt', {
      '/app/req/prod.txt': '-r ../base.txt\n-r /etc/more.txt\n-r file:///etc/url.txt',
      '/app/base.txt': '',
      '/etc/more.txt': '-r ../../../x.txt',
      '/etc/url.txt': '',
    });
    expect(result.files.map((file) => file.path)).toEqual(['/app/req/prod.txt', '/app/base.txt', '/etc/more.txt', '/etc/url.txt']);
    expect(result.missing.map((item) => item.path)).toEqual(['/x.txt']);
  });

  test('find-links directories are given with the path beside the file', () => {
    const result = closure('req/prod.txt', { 'req/prod.txt': '-f ../wheels\n--find-links=https://h/wheels' });
    expect(result.findLinks).toEqual([{ value: '../wheels', besideFile: 'wheels', from: 'req/prod.txt', line: 1 }]);
  });

  test('a long chain of includes does not exhaust the stack', () => {
    const last = 20_000;
    const result = requirementClosure('0', (path) => (Number(path) < last ? `-r ${Number(path) + 1}` : ''));
    expect(result.files).toHaveLength(last + 1);
  });
});

describe('any input', () => {
  const fragments = fc.constantFrom(
    'a', '==1', ' ', '\n', '\r\n', '\\\n', '#', ' #', '-r ', '-e', '--hash=', '"', "'", '\\', ';', '; ', '@', '[', ']', '/', '.', 'file:', 'git+',
    '${A}', '%', '\u{FEFF}', '\f', '--', '-', '=', ',', '(', ')', '.whl',
  );

  test('never throws, and spans are in order, in bounds and free of white space at their ends', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fragments, fc.string())), (parts) => {
        const text = parts.join('');
        let last = 0;
        for (const { span } of readRequirements(text).entries) {
          expect(span.start).toBeGreaterThanOrEqual(last);
          expect(span.end).toBeGreaterThan(span.start);
          expect(text.slice(span.start, span.end)).toBe(text.slice(span.start, span.end).trim());
          last = span.start;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000 },
    );
  });

  test('long lines and many continuations', () => {
    const hashes = readRequirements(`a \\\n${'  --hash=sha256:aa \\\n'.repeat(50_000)}`);
    const odd = readRequirements(`a${' '.repeat(300_000)}b\n${'a#'.repeat(200_000)}\n${'a-'.repeat(200_000)}\na[${','.repeat(100_000)}`);
    expect([hashes.entries.length, odd.entries.length]).toEqual([1, 4]);
  });
});
