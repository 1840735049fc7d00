import * as fc from 'fast-check';
import { parse } from 'unbash';
import { describe, expect, test } from 'vitest';

import type { Command, Redirect, Script, ShellBody, ShellNode, Step, Word } from '../src/dockerfile/shell.ts';
import {
  assignedValue,
  fields,
  joinedText,
  literal,
  parseRun,
  parseScript,
  parseShellText,
} from '../src/dockerfile/shell.ts';
import type { Span } from '../src/types.ts';

const nothingSet = (): null => null;

/** The span of what stands after `RUN ` in a Dockerfile that ends with it. */
function runBody(dockerfile: string): Span {
  return { start: dockerfile.lastIndexOf('RUN ') + 4, end: dockerfile.length };
}

function scriptOf(body: ShellBody): Script {
  if (body.kind === 'opaque') throw new Error(body.because);
  return body.script;
}

function run(dockerfile: string, escape: '\\' | '`' = '\\'): Script {
  return scriptOf(parseRun(dockerfile, runBody(dockerfile), escape));
}

function plain(text: string): Script {
  return scriptOf(parseShellText(text));
}

function slice(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** Each step as written. */
function written(text: string, script: Script): readonly string[] {
  return script.steps.map((step) => slice(text, step.span));
}

function joins(script: Script): string {
  return script.steps.map((step) => step.joinedBy).join(' ');
}

function kinds(script: Script): string {
  return script.steps.map((step) => step.node.kind).join(' ');
}

function nodeAt(script: Script, index = 0): ShellNode {
  const step = script.steps[index];
  if (step === undefined) throw new Error(`no step ${index}`);
  return step.node;
}

function node<Kind extends ShellNode['kind']>(script: Script, kind: Kind, index = 0): ShellNode & { kind: Kind } {
  const found = nodeAt(script, index);
  if (found.kind !== kind) throw new Error(`${found.kind} is not ${kind}`);
  return found as ShellNode & { kind: Kind };
}

function command(script: Script, index = 0): Command {
  return node(script, 'command', index);
}

/** A word in a short form: literals as they are (quoted ones in `‹›`), `$name`, `«glob»`, `?opaque?`. */
function show(word: Word): string {
  return word.parts
    .map((part) => {
      switch (part.kind) {
        case 'literal':
          return part.quoted ? `‹${part.text}›` : part.text;
        case 'variable': {
          const operand = part.operand === null ? '' : `(${show(part.operand)})`;
          return `${part.quoted ? '‹' : ''}$${part.name}${part.operator ?? ''}${operand}${part.quoted ? '›' : ''}`;
        }
        case 'glob':
          return `«${part.text}»`;
        case 'opaque':
          return `?${part.text}?`;
      }
    })
    .join('');
}

function words(script: Script, index = 0): readonly string[] {
  return command(script, index).words.map(show);
}

function redirect(script: Script, index = 0): Redirect {
  const [only] = command(script, index).redirects;
  if (only === undefined) throw new Error('no redirection');
  return only;
}

function because(body: ShellBody): string {
  return body.kind === 'opaque' ? body.because : 'not opaque';
}

describe('the text that the shell gets', () => {
  test.each([
    ['continuations', 'RUN a \\\n  b', 'a   b'],
    ['comment and blank lines inside', 'RUN a \\\n  # c\n\n \t\n# d\n&& b', 'a && b'],
    ['white space after the escape', 'RUN a \\ \t \n b', 'a  b'],
    ['CRLF', 'RUN a \\\r\n# c\r\n && b\r\n', 'a  && b\n'],
    ['no continuation after two escapes', 'RUN a \\\\\nb', 'a \\\\\nb'],
    ['no continuation after three escapes', 'RUN a \\\\\\\nb', 'a \\\\\\\nb'],
    ['an escape at the end of the file', 'RUN a && \\', 'a && '],
    ['a body that starts with a continuation', 'RUN \\\n a', ' a'],
    ['nothing', 'RUN ', ''],
    ['here-documents stay as they are', 'RUN cat <<E \\\n > f\n a \\\n\n# c\nE\n', 'cat <<E  > f\n a \\\n\n# c\nE\n'],
  ])('%s', (_, dockerfile, joined) => {
    expect(joinedText(dockerfile, runBody(dockerfile), '\\')).toBe(joined);
  });

  test('a body that starts on a line of its own may start with a comment line', () => {
    const dockerfile = 'RUN \\\n  # c\n  a';
    const body = { start: dockerfile.indexOf('#'), end: dockerfile.length };
    expect(joinedText(dockerfile, body, '\\')).toBe('  a');
  });

  test('a `#` right after RUN is a comment of the shell', () => {
    expect(run('RUN # a').steps).toEqual([]);
    expect(joinedText('RUN # a', { start: 4, end: 7 }, '\\')).toBe('# a');
  });

  test('with a backtick as escape, a backslash is nothing special', () => {
    const dockerfile = 'RUN a `\n && b C:\\\\x';
    expect(joinedText(dockerfile, runBody(dockerfile), '`')).toBe('a  && b C:\\\\x');
    expect(written(dockerfile, run(dockerfile, '`'))).toEqual(['a', 'b C:\\\\x']);
  });
});

describe('steps and their places', () => {
  test('a chain with continuations, comments, CRLF and text outside the basic plane', () => {
    const dockerfile = 'FROM 😀\nRUN a "x && y" \\\n # c\n\n && b\\\nc "q\\\nr" \\ \r\n && 😀 é \\\n';
    const script = run(dockerfile);
    expect(written(dockerfile, script)).toEqual(['a "x && y"', 'b\\\nc "q\\\nr"', '😀 é']);
    expect(joins(script)).toBe('start and and');
    const separators = script.steps.map((step) => slice(dockerfile, step.separator));
    expect(separators).toEqual(['', ' \\\n # c\n\n && ', ' \\ \r\n && ']);
    expect(words(script, 1)).toEqual(['bc', '‹qr›']);
    expect(words(script, 2)).toEqual(['😀', 'é']);
  });

  test('a continuation disappears from single quotes, as BuildKit takes it before the shell sees it', () => {
    expect(words(run("RUN echo 'a\\\nb'"))).toEqual(['echo', '‹ab›']);
    expect(words(plain("echo 'a\\\nb'"))).toEqual(['echo', '‹a\\\nb›']);
  });

  test('a comment of the shell swallows the joined lines after it', () => {
    const dockerfile = 'RUN a # why \\\n && b';
    expect(written(dockerfile, run(dockerfile))).toEqual(['a']);
    expect(written('a # why \\\n b', plain('a # why \\\n b'))).toEqual(['a', 'b']);
  });

  test.each([
    ['a; b && c', ['a', 'b', 'c'], 'start semicolon and'],
    ['set -eux; a;', ['set -eux', 'a'], 'start semicolon'],
    ['a\n\n# c\nb # d\nc', ['a', 'b', 'c'], 'start newline newline'],
    ['a;\nb', ['a', 'b'], 'start semicolon'],
    ['a &&\n # c\n b', ['a', 'b'], 'start and'],
    ['a \\\n; b\\\n', ['a', 'b'], 'start semicolon'],
    ['a && b || c; d', ['a && b || c', 'd'], 'start semicolon'],
    ['a & b && c &\nd', ['a &', 'b && c &', 'd'], 'start semicolon newline'],
    ['a | b && c', ['a | b', 'c'], 'start and'],
  ])('%j', (text, steps, joinedBy) => {
    const script = plain(text);
    expect(written(text, script)).toEqual(steps);
    expect(joins(script)).toBe(joinedBy);
  });

  test('a chain that ends with `&&` has no second command: opaque', () => {
    expect(because(parseRun('RUN a && \\\n', { start: 4, end: 11 }, '\\'))).toMatch(/cannot be parsed.*'&&'/);
  });

  test.each(['', '  ', '# c', '\n\n'])('nothing to do: %j', (text) => {
    const body = parseShellText(text);
    expect(scriptOf(body).steps).toEqual([]);
  });
});

describe('words', () => {
  test.each([
    ['pip install "foo[bar]>=1.0,<2"', ['pip', 'install', '‹foo[bar]>=1.0,<2›']],
    ['pip install foo[bar]', ['pip', 'install', 'foo«[bar]»']],
    ['a b\\ c \\* "d"\'e\'f', ['a', 'b c', '*', '‹de›f']],
    ['cp *.py a?b {x,y}/z {} [ ]', ['cp', '«*».py', 'a«?»b', '«{x,y}»/z', '{}', '[', ']']],
    ['ls ~ ~/x ~u/y "~" \\~ a~', ['ls', '«~»', '«~»/x', '«~u»/y', '‹~›', '~', 'a~']],
    ['ls ~$x PATH=~/a:~/b', ['ls', '~$x', 'PATH=«~»/a:«~»/b']],
    ['a $B "$B" ${B} "${B:-c d}" ${B:+"x"y}', ['a', '$B', '‹$B›', '$B', '‹$B:-(‹c d›)›', '$B:+(‹x›y)']],
    ['a ${B%.*} ${B##*/} $1 $@', ['a', '$B%(.«*»)', '$B##(«*»/)', '$1', '$@']],
    ['a ${B/x/y} ${#B} ${!B} ${B[0]} ${B:1:2}', ['a', '?${B/x/y}?', '?${#B}?', '?${!B}?', '?${B[0]}?', '?${B:1:2}?']],
    ['ls ~:x ~u:x a:~', ['ls', '«~»:x', '«~u»:x', 'a:~']],
    ['a $(b ")" \')\' $(c)) x`d`y $((1+2)) <(e)', ['a', '?$(b ")" \')\' $(c))?', 'x?`d`?y', '?$((1+2))?', '?<(e)?']],
    ["a $'b\\n' $\"c\" @(d|e)", ['a', "?$'b\\n'?", '?$"c"?', '?@(d|e)?']],
    ['export A=b B="c d" C', ['export', 'A=b', 'B=‹c d›', 'C']],
    ['a [$x] {$y,z}', ['a', '?[$x]?', '?{$y,z}?']],
    ['a "\\$x \\" \\\\ \\n"', ['a', '‹$x " \\ \\n›']],
    ['if= a=1 then x', ['then', 'x']],
    ['a "" \'\'', ['a', '‹›', '‹›']],
  ])('%s', (text, expected) => {
    expect(words(plain(text))).toEqual(expected);
  });

  test('a word keeps its source text and its place', () => {
    const dockerfile = 'RUN pip install "foo[a]"\\\n==1 \\\n  bar';
    const all = command(run(dockerfile)).words;
    expect(all.map((word) => word.raw)).toEqual(['pip', 'install', '"foo[a]"\\\n==1', 'bar']);
    expect(all.map((word) => slice(dockerfile, word.span))).toEqual(all.map((word) => word.raw));
    expect(all.map((word) => literal(word, nothingSet))).toEqual(['pip', 'install', 'foo[a]==1', 'bar']);
  });

  test('assignments before a command, and without one', () => {
    const script = plain('FOO=bar BAZ="a b" pip install x; A= B=$C D=~/x:~/y');
    const assigned = (index: number): readonly string[] =>
      command(script, index).assignments.map(({ name, value }) => `${name}=${show(value)}`);
    expect(assigned(0)).toEqual(['FOO=bar', 'BAZ=‹a b›']);
    expect(words(script)).toEqual(['pip', 'install', 'x']);
    expect(command(script, 1).words).toEqual([]);
    expect(assigned(1)).toEqual(['A=', 'B=$C', 'D=«~»/x:«~»/y']);
  });

  test('what only bash can assign is opaque', () => {
    const script = plain('A+=b C=(1 2) D[0]=e; export F=(1) G[1]=2');
    expect(command(script).assignments.map(({ value }) => value.parts[0]?.kind)).toEqual(['opaque', 'opaque', 'opaque']);
    expect(words(script, 1)).toEqual(['export', '?F=(1)?', '?G[1]=2?']);
  });

  test('what it means to quote inside a quoted expansion is left to the shell', () => {
    const script = plain(`a "\${B:-'x'}" "\${B:-"y"}" \${B:-'x'}`);
    expect(words(script)).toEqual(['a', `?\${B:-'x'}?`, '?${B:-"y"}?', '$B:-(‹x›)']);
  });

  test('an escape in an operand is left to the shell: `\\ ` does not split it, a space does', () => {
    const script = plain('a ${B:-x\\ y} "${B:-\\$}" ${B:-x y}');
    expect(words(script)).toEqual(['a', '?${B:-x\\ y}?', '?${B:-\\$}?', '$B:-(x y)']);
  });

  test('a quoted operand has no patterns', () => {
    const script = plain('a "${B:-*.py}" "${B:-~/x}" ${B:-~/x}');
    expect(words(script)).toEqual(['a', '‹$B:-(‹*.py›)›', '‹$B:-(‹~/x›)›', '$B:-(«~»/x)']);
  });
});

describe('values of words', () => {
  const lookup = (name: string): string | null | undefined =>
    ({ A: 'a', TWO: 'x y', EMPTY: '', STAR: '*.py', NONE: null })[name];

  test.each<[string, readonly string[] | null]>([
    ['lit', ['lit']],
    ['"a b"c', ['a bc']],
    ['$A/$A', ['a/a']],
    ['$TWO', ['x', 'y']],
    ['p$TWO"q"', ['px', 'yq']],
    ['"$TWO"', ['x y']],
    ['$EMPTY', []],
    ['"$EMPTY"', ['']],
    ['$NONE', []],
    ['$UNKNOWN', null],
    ['$STAR', null],
    ['"$STAR"', ['*.py']],
    ['${NONE:-d e}', ['d', 'e']],
    ['${NONE:-"d e"}', ['d e']],
    ['"${NONE:-d e}"', ['d e']],
    ['${EMPTY:-d}', ['d']],
    ['${EMPTY-d}', []],
    ['${EMPTY+d}', ['d']],
    ['${EMPTY:+d}', []],
    ['${A:+$A-$A}', ['a-a']],
    ['${NONE:=x}', ['x']],
    ['${NONE:?x}', null],
    ['${A:?x}', ['a']],
    ['${UNKNOWN:-d}', null],
    ['${A%a}', null],
    ['*.py', null],
    ['~/x', null],
    ['a$(b)', null],
  ])('%s', (text, expected) => {
    const word = command(plain(`x ${text}`)).words[1];
    if (word === undefined) throw new Error('no word');
    expect(fields(word, lookup)).toEqual(expected);
    expect(literal(word, lookup)).toBe(expected?.length === 1 ? expected[0] : null);
  });

  test('an assigned value is not split', () => {
    const value = command(plain('V=$TWO')).assignments[0]?.value;
    if (value === undefined) throw new Error('no value');
    expect(assignedValue(value, lookup)).toBe('x y');
    expect(literal(value, lookup)).toBeNull();
  });
});

describe('redirections and here-documents', () => {
  test('operators, descriptors, targets', () => {
    const text = '2>err a > "$OUT" b 2>&1 >>c <d <<<"e f" g2>h';
    const { words: all, redirects, span } = command(plain(text));
    expect(all.map(show)).toEqual(['a', 'b', 'g2']);
    const short = redirects.map(({ fd, operator, target }) => `${fd ?? ''}${operator}${target === null ? '' : show(target)}`);
    expect(short).toEqual(['2>err', '>‹$OUT›', '2>&1', '>>c', '<d', '<<<‹e f›', '>h']);
    expect(redirects.map((one) => slice(text, one.span)).join(' ')).toBe('2>err > "$OUT" 2>&1 >>c <d <<<"e f" >h');
    expect(slice(text, span)).toBe(text);
  });

  test('the body belongs to the step that it follows, not to the command', () => {
    const text = 'cat <<E > f # c\na $x \\\nb \\$y `z`\nE\nnext';
    const script = plain(text);
    expect(written(text, script)).toEqual(['cat <<E > f # c\na $x \\\nb \\$y `z`\nE', 'next']);
    expect(slice(text, command(script).span)).toBe('cat <<E > f');
    const body = redirect(script).heredoc;
    expect(body === null ? null : show(body)).toBe('‹a ›‹$x›‹ b $y ›?`z`?‹\n›');
  });

  test('quoted, and with tabs dropped before continuations are joined', () => {
    const script = plain(
      "a <<'E'\n\t$x \\\n\ty\nE\n" +
        'b <<-"F"\n\t$x\n\t\ty\n\tF\n' +
        'c <<-G\n\tx\\\n\ty$A\n\tz\n\tG\n' +
        'd <<H\nH\n',
    );
    const bodies = script.steps.map((_, index) => redirect(script, index).heredoc);
    const values = bodies.map((body) => (body === null ? null : assignedValue(body, () => 'v')));
    expect(values).toEqual(['\t$x \\\n\ty\n', '$x\ny\n', 'xyv\nz\n', '']);
  });

  test('a body that stands apart from its command holds the text together', () => {
    const text = 'cat <<E > f && b &&\nx\nE\nc; d';
    const script = plain(text);
    expect(written(text, script)).toEqual(['cat <<E > f', 'b', 'c', 'd']);
    expect(script.steps.map((step) => step.heredocPending)).toEqual([false, true, true, false]);
    const onOneLine = plain('a <<E && b; c <<F # d\nx\nE\ny\nF\ne');
    expect(onOneLine.steps.map((step) => step.heredocPending)).toEqual([false, true, true, false]);
    expect(onOneLine.steps[2]?.span).toEqual({ start: 12, end: 29 });
    const inGroup = plain('{ cat <<E; } > f\nx\nE\nb');
    expect(inGroup.steps.map((step) => step.heredocPending)).toEqual([false, false]);
    expect(inGroup.steps[0]?.span).toEqual({ start: 0, end: 20 });
  });

  test('the bodies of what is opaque are found as well', () => {
    const text = 'time cat <<E\nx\nE\nb';
    expect(written(text, plain(text))).toEqual(['time cat <<E\nx\nE', 'b']);
  });

  test('a RUN with here-documents for its commands', () => {
    const dockerfile = 'FROM a\nRUN cat <<EOF > /x && \\\n  # c\n  foo\nx \\\n y\nEOF\n';
    const script = run(dockerfile);
    expect(written(dockerfile, script)).toEqual(['cat <<EOF > /x', 'foo\nx \\\n y\nEOF']);
    expect(script.steps[1]?.heredocPending).toBe(true);
    const body = redirect(script).heredoc;
    expect(body === null ? null : assignedValue(body, nothingSet)).toBe('x  y\n');
  });

  test('a body that is not in the text is not known', () => {
    const dockerfile = 'RUN cat <<EOF > /x';
    expect(redirect(run(dockerfile)).heredoc).toBeNull();
  });

  test('in a here-document RUN: its own lines, its own here-documents, tabs dropped', () => {
    const dockerfile = 'RUN <<-EOS\n\tset -e\n\tcat <<E >f\n\t\tx\n\tE\n\tpip install -r r.txt\n\tEOS\n';
    const body = { start: dockerfile.indexOf('\tset'), end: dockerfile.indexOf('\tEOS') };
    const script = scriptOf(parseScript(dockerfile, body, true));
    expect(written(dockerfile, script)).toEqual(['set -e', 'cat <<E >f\n\t\tx\n\tE', 'pip install -r r.txt']);
    const inner = redirect(script, 1).heredoc;
    expect(inner === null ? null : assignedValue(inner, nothingSet)).toBe('x\n');
  });
});

describe('compound commands', () => {
  test('pipelines, negation, `||`', () => {
    const text = '! a | b x; c && d || e';
    const script = plain(text);
    const negated = node(script, 'negated');
    expect(slice(text, negated.span)).toBe('! a | b x');
    expect(negated.body.kind).toBe('pipeline');
    expect(slice(text, negated.body.span)).toBe('a | b x');
    const or = node(script, 'or', 1);
    expect(or.operators).toEqual(['and', 'or']);
    expect(or.nodes.map((one) => slice(text, one.span))).toEqual(['c', 'd', 'e']);
  });

  test('groups and subshells, with redirections of their own', () => {
    const text = '{ a; b && c; } >f && ( cd x; d )';
    const script = plain(text);
    const group = node(script, 'group');
    expect(group.subshell).toBe(false);
    expect(written(text, group.body)).toEqual(['a', 'b', 'c']);
    expect(group.redirects.map((one) => slice(text, one.span))).toEqual(['>f']);
    expect(slice(text, group.span)).toBe('{ a; b && c; } >f');
    const subshell = node(script, 'group', 1);
    expect(subshell.subshell).toBe(true);
    expect(written(text, subshell.body)).toEqual(['cd x', 'd']);
  });

  test('if and case', () => {
    const text = 'if a; then b; elif c; then d\nelse e && f; fi && case "$x" in a|b*) g && h ;; *) ;; esac';
    const script = plain(text);
    const scripts = node(script, 'conditional').nested;
    expect(scripts.map((one) => written(text, one).join('|'))).toEqual(['a', 'b', 'c', 'd', 'e|f']);
    const choice = node(script, 'conditional', 1);
    expect(choice.words.map(show)).toEqual(['‹$x›', 'a', 'b«*»', '«*»']);
    expect(choice.nested.map((one) => written(text, one).join('|'))).toEqual(['g|h', '']);
  });

  test('loops', () => {
    const text = 'for i in a "$b" $(c); do d $i; done; while read l; do e; done < f; for x; do g; done';
    const script = plain(text);
    const loop = node(script, 'loop');
    expect(loop.variable).toBe('i');
    expect(loop.words.map(show)).toEqual(['a', '‹$b›', '?$(c)?']);
    expect(loop.nested.map((one) => written(text, one).join('|'))).toEqual(['d $i']);
    const second = node(script, 'loop', 1);
    expect(second.nested.map((one) => written(text, one).join('|'))).toEqual(['read l', 'e']);
    expect(second.redirects).toHaveLength(1);
    expect(node(script, 'loop', 2)).toMatchObject({ variable: 'x', words: [] });
  });

  test('background jobs, tests', () => {
    const text = 'a && b & [[ -f $x && ! ( y == z* ) ]] && [ -f w ]';
    const script = plain(text);
    const background = node(script, 'background');
    expect(slice(text, background.span)).toBe('a && b &');
    expect(written(text, background.body)).toEqual(['a', 'b']);
    expect(node(script, 'test', 1).words.map(show)).toEqual(['$x', 'y', 'z«*»']);
    expect(words(script, 2)).toEqual(['[', '-f', 'w', ']']);
  });

  test.each([
    ['f() { a; }', 'defines a function'],
    ['function f { a; }', 'defines a function'],
    ['coproc a', 'coprocess'],
    ['time a', '`time`'],
    ['a |& b', '`|&`'],
    ['a &> b', '`&>`'],
    ['{ a; } &>> b', '`&>>`'],
    ['(( i++ ))', 'arithmetic'],
    ['for ((i=0; i<1; i++)); do a; done', 'arithmetic'],
    ['select x in a; do b; done', 'choose'],
    ['! ! a', 'negated more than once'],
    ['exec {fd}>a', 'sets a variable'],
  ])('%s is opaque, and what follows is not', (text, reason) => {
    const script = plain(`${text}; next`);
    expect(kinds(script)).toBe('opaque command');
    expect(node(script, 'opaque').because).toContain(reason);
    expect(slice(text, nodeAt(script).span)).toBe(text);
  });
});

describe('what is no shell script', () => {
  test.each(['echo "a', 'a )', 'if a; then b', 'a ;; b', '&& a', 'a $(b', "'", 'case x in'])('%j', (text) => {
    expect(because(parseShellText(text))).toMatch(/^the shell text cannot be parsed: /);
  });

  test('a script for another interpreter', () => {
    expect(because(parseShellText('#!/usr/bin/env python3\nprint()'))).toContain('/usr/bin/env python3');
    expect(because(parseShellText('#!/usr/bin/zsh\na'))).toContain('/usr/bin/zsh');
    for (const shell of ['/bin/sh', '/usr/bin/env bash', '/bin/bash -e', '/bin/dash', ' /bin/ash']) {
      expect(parseShellText(`#!${shell}\na`)).toMatchObject({ kind: 'script', shebang: shell.trim() });
    }
    expect(parseRun('RUN #!/usr/bin/python', { start: 4, end: 21 }, '\\')).toMatchObject({ kind: 'script', shebang: null });
  });

  test('a plain script with carriage returns, which the shell takes for part of a word', () => {
    const text = 'RUN <<EOF\r\na\npip install b \\\r\n  c\r\nEOF\r\n';
    const body = parseScript(text, { start: text.indexOf('a\n'), end: text.lastIndexOf('EOF') });
    expect(because(body)).toBe('line 3 ends with a carriage return that reaches the shell as part of a word: BuildKit keeps the line endings of a here-document');
    const meantBy = ({ kind, ...rest }: ShellBody) => (kind === 'opaque' && 'meant' in rest ? rest.meant : undefined);
    expect(meantBy(body)?.steps.map(({ span }) => text.slice(span.start, span.end))).toEqual(['a', 'pip install b \\\r\n  c']);
    expect(meantBy(parseShellText('if a; then\r\n'))).toBeUndefined();
    expect(meantBy(parseShellText('a )'))).toBeUndefined();
  });
});

// One test for each entry of docs/shell.md: what the parser does by itself, and that it does no harm here.
describe('limits of unbash, as listed in docs/shell.md', () => {
  test('1: it knows nothing of the Dockerfile’s continuations', () => {
    expect(parse('a # why \\\n && b').errors).toBeDefined();
    expect(run('RUN a # why \\\n && b').steps).toHaveLength(1);
  });

  test('2: a continuation that sticks to a word counts as part of it', () => {
    expect(parse('a\\\n b').commands[0]).toMatchObject({ command: { name: { end: 3 } } });
    const text = 'a\\\n b\\\n';
    expect(command(plain(text)).words.map((word) => word.raw)).toEqual(['a', 'b']);
    expect(slice(text, plain(text).span)).toBe('a\\\n b');
    const [assignment] = command(plain('A=\\\n')).assignments;
    expect(assignment).toMatchObject({ span: { start: 0, end: 2 }, value: { span: { start: 2, end: 2 } } });
  });

  test('3: operators and comments have no offsets', () => {
    expect(Object.keys(parse('a && b').commands[0]?.command ?? {})).not.toContain('operatorSpans');
    const text = 'a # c\nb';
    expect(slice(text, plain(text).steps[1]?.separator ?? { start: 0, end: 0 })).toBe(' # c\n');
  });

  test('4: it recovers from errors and returns a partial tree', () => {
    expect(parse('a && b )').commands).toHaveLength(1);
    expect(parseShellText('a && b )').kind).toBe('opaque');
  });

  test('5: deep nesting is an error or overflows the stack', () => {
    const functions = `${'f() '.repeat(20_000)}{ a; }`;
    expect(() => parse(functions)).toThrow(RangeError);
    expect(because(parseShellText(functions))).toBe('the shell text is nested too deeply');
    expect(because(parseShellText(`${'{ '.repeat(2000)}a${'; }'.repeat(2000)}`))).toContain('nesting depth');
  });

  test('6: it reads everything as bash', () => {
    expect(parse('a &> b').errors).toBeUndefined();
    expect(node(plain('a &> b'), 'opaque').because).toContain('POSIX');
    expect(words(plain("a $'b' @(c)"))).toEqual(['a', "?$'b'?", '?@(c)?']);
  });

  test('7: tilde prefixes are plain text', () => {
    const first = parse('~/x').commands[0];
    expect(first?.command.type === 'Command' ? first.command.name?.parts : null).toBeUndefined();
    expect(words(plain('~/x'))).toEqual(['«~»/x']);
  });

  test('6: a lone dollar sign, too', () => {
    expect(words(plain('a $B$ $[ "x$" \\$ $'))).toEqual(['a', '$B?$?', '?$[?', '‹x$›', '$', '?$?']);
  });

  test('8: tabs that `<<-` drops stay in the body’s value', () => {
    const first = parse('a <<-E\n\tx\n\tE').commands[0];
    const item = first?.command.type === 'Command' ? first.command.suffix[0] : undefined;
    expect(item?.type === 'HereDoc' ? item.body.text : null).toBe('\tx\n');
    const body = redirect(plain('a <<-E\n\tx\n\tE')).heredoc;
    expect(body === null ? null : show(body)).toBe('‹x\n›');
  });

  test('9: a missing terminator of a here-document is no error', () => {
    expect(parse('a <<E\nx').errors).toBeUndefined();
    const body = redirect(plain('a <<E\nx')).heredoc;
    expect(body === null ? null : show(body)).toBe('‹x›');
  });

  test('10: backticks with escapes have offsets of their own', () => {
    expect(words(plain('a `b \\`c\\` d` e'))).toEqual(['a', '?`b \\`c\\` d`?', 'e']);
  });

  test('11: a line may end within the name of a variable, as in bash', () => {
    expect(words(plain('a $B\\\nC d$\\\n e\\\nf'))).toEqual(['a', '?$B\\\nC?', '?d$?', 'ef']);
    expect(words(run('RUN a $B\\\nC'))).toEqual(['a', '$BC']);
  });

  test('12: a carriage return is part of a word', () => {
    expect(parse('a\r\nb').commands[0]).toMatchObject({ command: { name: { text: 'a\r' } } });
    expect(parseShellText('a\r\nb').kind).toBe('opaque');
    expect(words(run('RUN a \\\r\n b\r\n'))).toEqual(['a', 'b']);
  });
});

// ---------------------------------------------------------------------------------------------------------- properties

const tokens = [
  'a', 'pip install', '-r', 'r.txt', '&&', '||', ';', ';;', '&', '|', '!', '\n', '\n', ' ', ' ', '\t',
  '\\\n', '\\ \n', '\\\r\n', '\r\n', '\\', '"', "'", '`', '$(', ')', '(', '{ ', '}', '; }', '$x', '${x:-',
  '${x}', '$((', '))', '[[ ', ' ]]', '<<E', '<<-E', "<<'E'", '\nE\n', '\n\tE\n', '# c', '\n# c\n', '>', '>>',
  '2>&1', '<<<', '<(', 'if ', 'then ', 'else ', 'fi', 'for i in ', 'do ', 'done', 'while ', 'case x in ',
  'a) ', 'esac', 'f() ', 'A=b', 'A=', 'A+=(', '~/x', '*', '[a]', '{a,b}', '😀', 'é', '\u00a0', '\u2028',
  '\uFEFF', "$'", '=', ':',
];
const soup = fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((list) => list.join(''));
/** Mostly valid scripts, so that the properties are not only tried on opaque ones. */
const simple = fc.constantFrom(
  ...'a|b "c d"|e $x|f > g|h <<E|A=1 i|{ j; }|( k )|! l|q\\\nr|😀'.split('|'),
  'o | p',
  'if m; then n <<E; fi',
);
const joiner = fc.constantFrom(
  ...' && ,; , || ,\n, & , && \\\n, \\\n && , # c\n,;\n,\nx\nE\n, &&\nx\nE\n'.split(','),
);
const chain = fc
  .array(fc.tuple(simple, joiner), { minLength: 1, maxLength: 8 })
  .map((list) => `${list.flat().join('')}z\nx\nE\n`);

function within(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;
}

function ordered(spans: readonly Span[], outer: Span): void {
  let end = outer.start;
  for (const span of spans) {
    expect(span.start).toBeGreaterThanOrEqual(end);
    expect(within(span, outer)).toBe(true);
    ({ end } = span);
  }
}

function checkWord(text: string, word: Word, outer: Span): void {
  expect(within(word.span, outer)).toBe(true);
  expect(slice(text, word.span)).toBe(word.raw);
  for (const part of word.parts) if (part.kind === 'variable' && part.operand !== null) checkWord(text, part.operand, word.span);
}

function checkNode(text: string, shell: ShellNode): void {
  const { span } = shell;
  const all = 'redirects' in shell ? shell.redirects : [];
  for (const one of all) {
    expect(within(one.span, span)).toBe(true);
    if (one.target !== null) checkWord(text, one.target, one.span);
  }
  switch (shell.kind) {
    case 'command': {
      const items = [...shell.assignments, ...shell.words, ...shell.redirects].map((item) => item.span);
      items.sort((left, right) => left.start - right.start || left.end - right.end);
      ordered(items, span);
      expect(items[0]?.start).toBe(span.start);
      expect(items.at(-1)?.end).toBe(span.end);
      for (const word of shell.words) checkWord(text, word, span);
      for (const { value, span: whole } of shell.assignments) checkWord(text, value, whole);
      break;
    }
    case 'pipeline':
    case 'or': {
      const nodes = shell.kind === 'or' ? shell.nodes : shell.commands;
      ordered(nodes.map((one) => one.span), span);
      for (const one of nodes) checkNode(text, one);
      break;
    }
    case 'negated':
      expect(within(shell.body.span, span)).toBe(true);
      checkNode(text, shell.body);
      break;
    case 'group':
    case 'background':
      checkScript(text, shell.body, span);
      break;
    case 'conditional':
    case 'loop':
      ordered(shell.nested.map((one) => one.span), span);
      for (const one of shell.nested) checkScript(text, one, span);
      break;
    case 'test':
      for (const word of shell.words) checkWord(text, word, span);
      break;
    case 'opaque':
      break;
  }
}

function checkScript(text: string, script: Script, outer: Span): void {
  expect(within(script.span, outer)).toBe(true);
  let at = script.span.start;
  script.steps.forEach((step: Step, index) => {
    expect(step.separator.start).toBe(at);
    expect(step.separator.end).toBe(step.span.start);
    expect(step.node.span.start).toBe(step.span.start);
    expect(step.node.span.end).toBeLessThanOrEqual(step.span.end);
    expect(step.joinedBy === 'start').toBe(index === 0);
    checkNode(text, step.node);
    at = step.span.end;
  });
  expect(at).toBe(script.span.end);
}

/** The structure of a script without its places, to compare two texts. */
function outline(script: Script): unknown {
  return script.steps.map((step) => [step.node.kind, step.node.kind === 'command' ? step.node.words.map(show) : null]);
}

describe('properties', () => {
  test('no text makes it throw; spans are ordered, nested and inside; steps and separators tile the script', () => {
    let steps = 0;
    const check = (text: string, body: ShellBody, span: Span): void => {
      if (body.kind === 'opaque') return;
      checkScript(text, body.script, span);
      steps += body.script.steps.length;
    };
    fc.assert(
      fc.property(fc.oneof(soup, chain), fc.constantFrom('\\' as const, '`' as const), fc.boolean(), (text, escape, chomp) => {
        const dockerfile = `FROM x\nRUN ${text}`;
        const span = { start: 11, end: dockerfile.length };
        check(dockerfile, parseRun(dockerfile, span, escape), span);
        check(dockerfile, parseScript(dockerfile, span, chomp), span);
      }),
      { numRuns: 3000 },
    );
    expect(steps).toBeGreaterThan(3000);
  });

  test('a command of plain words is what it is as the first of two', () => {
    const word = fc.oneof(fc.stringMatching(/^[\w./:,@%+=-]{1,6}$/), fc.constantFrom('if', 'then', 'do', 'in', 'time', 'coproc', 'select', 'until', 'function', 'esac', '1', '-', '--', '=', 'a=b', 'a+=b', 'a==1', 'export', '~', 'a[1]', '*', '!', 'a:b'));
    const blank = fc.constantFrom(' ', '\t', '  ');
    let same = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(word, blank), { minLength: 1, maxLength: 6 }), (list) => {
        const text = list.flat().slice(0, -1).join('');
        const alone = parseShellText(text);
        const first = parseShellText(`${text};x`);
        if (alone.kind === 'opaque') return;
        const [step] = scriptOf(first).steps;
        expect(alone.script).toEqual({ steps: [step], span: step?.span });
        same += 1;
      }),
      { numRuns: 5000 },
    );
    expect(same).toBeGreaterThan(3000);
  });

  test('a text may be cut in front of each step that no here-document is pending for', () => {
    let cuts = 0;
    fc.assert(
      fc.property(chain, (text) => {
        const body = parseShellText(text);
        if (body.kind === 'opaque') return;
        const { steps, span } = body.script;
        for (const [index, step] of steps.entries()) {
          const previous = steps[index - 1];
          if (previous === undefined || step.heredocPending) continue;
          const first = plain(text.slice(span.start, previous.span.end));
          const second = plain(text.slice(step.span.start, span.end));
          expect(outline({ steps: [...first.steps, ...second.steps], span })).toEqual(outline(body.script));
          cuts += 1;
        }
      }),
      { numRuns: 2000 },
    );
    expect(cuts).toBeGreaterThan(500);
  });

  test('white space, continuations, comments and the operator are all that separators hold', () => {
    const operator = fc.constantFrom(' && ', ' \\\n&& ', ' \\\n# x && y\n\n && ', '; ', ';');
    const chained = fc.array(fc.tuple(fc.constantFrom('a', 'b "c"', "d 'e && f'", '😀'), operator), { maxLength: 8 });
    fc.assert(
      fc.property(chained, (list) => {
        const dockerfile = `RUN ${list.flat().join('')}z`;
        for (const { separator, joinedBy } of run(dockerfile).steps) {
          const text = slice(dockerfile, separator).replace(/^[ \t]*#.*\n/gm, '').replace(/\\\n|\s/g, '');
          expect(text).toBe({ start: '', and: '&&', semicolon: ';', newline: '' }[joinedBy]);
        }
      }),
    );
  });
});

describe('long input', () => {
  test('a RUN of 10,000 lines', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `pip install "foo[x]==${index}" $A > /dev/null`);
    const dockerfile = `RUN ${lines.join(' && \\\n  # why\n  ')}`;
    expect(run(dockerfile).steps).toHaveLength(10_000);
  });

  test.each([
    ['pending here-documents', (n: number) => `${'a <<E; '.repeat(n / 10)}b\n${'x\nE\n'.repeat(n / 10)}`],
    ['words', (n: number) => `echo ${'a"b$c" '.repeat(n)}`],
    ['one long word', (n: number) => `echo "${'$a b '.repeat(n)}"`],
    ['tildes', (n: number) => `A=${'~:'.repeat(n)} b`],
    ['branches', (n: number) => `if a; then b; ${'elif a; then b; '.repeat(n)}fi`],
    ['jobs', (n: number) => 'a & '.repeat(n)],
    ['pipes', (n: number) => `${'a | '.repeat(n)}b`],
    ['continuations', (n: number) => `a ${'\\\n'.repeat(n)} b`],
    ['backslashes', (n: number) => `a ${'\\'.repeat(n)}`],
    ['nested expansions', (n: number) => `a ${'${x:-'.repeat(n)}${'}'.repeat(n)}`],
    ['nested substitutions', (n: number) => `a ${'$('.repeat(n)}${')'.repeat(n)}`],
  ])('many %s are no trouble', (name, text) => {
    const long = text(20_000);
    // Too deep nesting is opaque.
    const expected = name.startsWith('nested') ? 'opaque' : parseShellText(text(100)).kind;
    expect(parseShellText(long).kind).toBe(expected);
    expect(parseRun(long, { start: 0, end: long.length }, '\\').kind).toBe(expected);
  });
});
