import { readFileSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parsed } from '../src/dockerfile/parse.ts';
import { askDockerfileAst } from '../src/dockerfile/ask-dockerfile-ast.ts';
import { parse } from '../src/dockerfile/parse.ts';
import type { Instruction, ScannedDockerfile } from '../src/dockerfile/scan.ts';
import { plainWords, quotedWords, scan } from '../src/dockerfile/scan.ts';

interface Read {
  readonly text: string;
  readonly scanned: ScannedDockerfile;
  readonly instruction: Instruction;
  readonly parsed: Parsed;
}

/** The last instruction of a text, parsed. */
function read(text: string): Read {
  const scanned = scan(text);
  const instruction = scanned.instructions.at(-1);
  if (instruction === undefined) throw new Error('no instruction');
  return { text, scanned, instruction, parsed: parse(instruction, scanned) };
}

type As<Keyword extends Parsed['keyword']> = Parsed & { readonly keyword: Keyword };

const parsedAs = <Keyword extends Parsed['keyword']>(keyword: Keyword, text: string): As<Keyword> => {
  const { parsed } = read(text);
  if (parsed.keyword !== keyword) throw new Error(`${parsed.keyword} instead of ${keyword}`);
  return parsed as As<Keyword>;
};

const cut = (text: string, span: { start: number; end: number } | null | undefined): string | null =>
  span ? text.slice(span.start, span.end) : null;

describe('agrees with BuildKit on every instruction of the conformance cases', () => {
  interface BuildKitInstruction {
    readonly keyword: string;
    readonly args: readonly string[];
  }
  const cases = readFileSync(new URL('conformance/parse.jsonl', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { text: string; buildkit: { instructions?: readonly BuildKitInstruction[] } })
    .flatMap(({ text, buildkit }) => {
      const scanned = scan(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
      return scanned.instructions.map((instruction, index) => ({ scanned, instruction, args: buildkit.instructions?.[index]?.args }));
    });

  const argsOf = (parsed: Parsed): readonly string[] | null => {
    switch (parsed.keyword) {
      case 'FROM':
        return parsed.alias === null ? [parsed.image.text] : [parsed.image.text, parsed.alias.text];
      case 'ARG':
        return parsed.entries.map(({ name, value }) => (value === null ? name : `${name}=${value}`));
      case 'ENV':
      case 'LABEL':
        return parsed.entries.flatMap(({ name, value }) => [name, value, parsed.legacy ? '' : '=']);
      case 'EXPOSE':
        return parsed.ports;
      case 'VOLUME':
        return parsed.paths;
      case 'WORKDIR':
        return [parsed.path];
      case 'USER':
        return [parsed.user];
      case 'SHELL':
        return parsed.argv;
      case 'COPY':
      case 'ADD':
        return parsed.heredocSources ? null : [...parsed.sources, parsed.destination].map((token) => token.text);
      default:
        return null;
    }
  };

  test.each(['FROM', 'ARG', 'ENV', 'LABEL', 'COPY', 'ADD', 'EXPOSE', 'VOLUME', 'WORKDIR', 'USER', 'SHELL'])('%s', (keyword) => {
    let compared = 0;
    for (const { scanned, instruction, args } of cases) {
      if (instruction.keyword !== keyword || args === undefined) continue;
      const parsed = parse(instruction, scanned);
      const got = argsOf(parsed);
      if (got === null) continue;
      expect([instruction.text, got]).toEqual([instruction.text, keyword === 'FROM' ? args.filter((_, index) => index !== 1) : args]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(0);
  });
});

describe('FROM', () => {
  test('image, platform and name, with their places', () => {
    const text = 'ARG V=1\nfrom --platform=$BUILDPLATFORM \\\n  localhost:5000/a:${V}@sha256:ab \\\n# c\n aS \\\n Build\n';
    const from = parsedAs('FROM', text);
    expect(from).toMatchObject({ platform: '$BUILDPLATFORM', image: { text: 'localhost:5000/a:${V}@sha256:ab' }, alias: { text: 'Build' } });
    expect(cut(text, from.image.span)).toBe('localhost:5000/a:${V}@sha256:ab');
    expect(cut(text, from.alias?.span)).toBe('Build');
  });

  test.each(['FROM a b', 'FROM a AS', 'FROM a OF b', 'FROM', 'FROM a as b c'])('BuildKit rejects: %s', (text) => {
    expect(read(text).parsed.keyword).toBe('UNKNOWN');
  });
});

describe('ARG, ENV and LABEL', () => {
  test('entries and their places', () => {
    const text = 'ENV A=1 \\\n  B="x \\\n y" C=\n';
    const env = parsedAs('ENV', text);
    expect(env.entries.map(({ name, value }) => [name, value])).toEqual([['A', '1'], ['B', '"x  y"'], ['C', '']]);
    expect(env.entries.map(({ span }) => cut(text, span))).toEqual(['A=1', 'B="x \\\n y"', 'C=']);
    expect(env.entries.map(({ valueSpan }) => cut(text, valueSpan))).toEqual(['1', '"x \\\n y"', '']);
  });

  test('a name without a value', () => {
    expect(parsedAs('ARG', 'ARG A B=1 "C D"').entries.map(({ name, value }) => [name, value])).toEqual([['A', null], ['B', '1'], ['"C D"', null]]);
  });

  test('the legacy form takes the rest of the line', () => {
    const text = 'ENV  PATH \t/a b=c \\\n d\n';
    const env = parsedAs('ENV', text);
    expect(env.legacy).toBe(true);
    expect(env.entries).toMatchObject([{ name: 'PATH', value: '/a b=c  d' }]);
    expect(cut(text, env.entries[0]?.valueSpan)).toBe('/a b=c \\\n d');
    expect(parsedAs('LABEL', 'LABEL "a b" c=d').legacy).toBe(true);
    expect(parsedAs('LABEL', 'LABEL "a b"=c').legacy).toBe(false);
  });
});

describe('COPY and ADD', () => {
  test('flags', () => {
    const copy = parsedAs('COPY', 'COPY --chown=1:1 --from=b --chmod=755 --link --parents=true --exclude=*.md --exclude=x a b c/');
    expect(copy).toMatchObject({ from: 'b', chown: '1:1', chmod: '755', link: true, parents: true, exclude: ['*.md', 'x'], otherFlags: [], json: false });
    expect(copy.sources.map((token) => token.text)).toEqual(['a', 'b']);
    expect(copy.destination.text).toBe('c/');
    expect(parsedAs('COPY', 'COPY --link=false a b').link).toBe(false);
    expect(parsedAs('ADD', 'ADD --checksum=sha256:a --keep-git-dir x y').otherFlags.map((flag) => flag.name)).toEqual(['checksum', 'keep-git-dir']);
  });

  test('JSON form: the strings and their places', () => {
    const text = 'COPY [ "a b", \\\n "\\u0063", "d\\"/" ]\n';
    const copy = parsedAs('COPY', text);
    expect(copy.sources.map((token) => token.text)).toEqual(['a b', 'c']);
    expect([...copy.sources, copy.destination].map((token) => cut(text, token.span))).toEqual(['"a b"', '"\\u0063"', '"d\\"/"']);
    expect(copy.destination.text).toBe('d"/');
  });

  test('heredocs are no paths', () => {
    const copy = parsedAs('COPY', 'COPY <<A b <<-"C" /d/\n1\nA\n\t2\nC\n');
    expect(copy.sources.map((token) => token.text)).toEqual(['b']);
    expect(copy).toMatchObject({ heredocSources: true, heredocContents: ['1\n', '2\n'] });
    // BuildKit reads the lines below as a heredoc, but takes the words apart and looks for a file `EOF`.
    expect(parsedAs('COPY', 'COPY << EOF /d\n1\nEOF\n').sources.map((token) => token.text)).toEqual(['<<', 'EOF']);
  });

  test('one word is not enough', () => {
    expect(read('COPY a').parsed.keyword).toBe('UNKNOWN');
    expect(read('COPY []').parsed.keyword).toBe('UNKNOWN');
  });
});

describe('RUN', () => {
  test('mounts', () => {
    const text = 'RUN --mount=type=cache,target=/c,sharing=locked,id=x --mount=src=a,dst=/a,rw --mount=type=secret,id=s,required \\\n --mount=type=bind,from=b,source=/x,target=/y,readonly=false true';
    const { mounts } = parsedAs('RUN', text);
    expect(mounts).toMatchObject([
      { type: 'cache', target: '/c', sharing: 'locked', id: 'x', readonly: false, from: null, required: false },
      { type: 'bind', source: 'a', target: '/a', readonly: false },
      { type: 'secret', id: 's', required: true, readonly: true },
      { type: 'bind', from: 'b', source: '/x', target: '/y', readonly: false },
    ]);
    expect(mounts.map((mount) => cut(text, mount.span))[1]).toBe('--mount=src=a,dst=/a,rw');
    expect(parsedAs('RUN', 'RUN --mount=target=/a b').mounts[0]).toMatchObject({ type: 'bind', readonly: true });
  });

  test('a comma in an option', () => {
    // BuildKit removes plain quotes from flags before it looks for commas, so only escaped ones count.
    const [mount] = parsedAs('RUN', String.raw`RUN --mount=type=bind,\"source=a,b\"\"c\",target=/x true`).mounts;
    expect(mount).toMatchObject({ source: 'a,b"c', target: '/x' });
  });

  test('forms', () => {
    expect(parsedAs('RUN', 'RUN ["a"]').form).toBe('exec');
    expect(parsedAs('RUN', 'RUN [ "a" ] && b').form).toBe('shell');
    expect(parsedAs('RUN', 'RUN --network=none --security=insecure <<E\na\nE')).toMatchObject({ form: 'heredoc', network: 'none', security: 'insecure' });
  });
});

describe('other instructions', () => {
  test('commands', () => {
    expect(parsedAs('CMD', 'CMD ["nginx", "-g", "daemon off;"]').command).toEqual({ form: 'exec', argv: ['nginx', '-g', 'daemon off;'] });
    expect(parsedAs('ENTRYPOINT', "ENTRYPOINT ['a']").command).toEqual({ form: 'shell', text: "['a']" });
    expect(parsedAs('HEALTHCHECK', 'HEALTHCHECK --interval=5s CMD ["a", "b"]').command).toEqual({ form: 'exec', argv: ['a', 'b'] });
    expect(parsedAs('HEALTHCHECK', 'HEALTHCHECK cmd \\\n a b').command).toEqual({ form: 'shell', text: 'a b' });
    expect(parsedAs('HEALTHCHECK', 'HEALTHCHECK none').command).toBeNull();
    expect(read('HEALTHCHECK CMD').parsed.keyword).toBe('UNKNOWN');
  });

  test('single words', () => {
    expect(parsedAs('WORKDIR', 'WORKDIR /a b').path).toBe('/a b');
    expect(parsedAs('USER', 'USER $U:2').user).toBe('$U:2');
    expect(parsedAs('STOPSIGNAL', 'STOPSIGNAL 9').signal).toBe('9');
    expect(parsedAs('MAINTAINER', 'MAINTAINER X <a@b>').name).toBe('X <a@b>');
    expect(parsedAs('SHELL', 'SHELL ["/bin/bash", "-ec"]').argv).toEqual(['/bin/bash', '-ec']);
    expect(read('SHELL bash').parsed.keyword).toBe('UNKNOWN');
    expect(parsedAs('VOLUME', 'VOLUME ["/a b"]')).toMatchObject({ paths: ['/a b'], json: true });
    expect(parsedAs('EXPOSE', 'EXPOSE 80 443/tcp').ports).toEqual(['80', '443/tcp']);
    expect(read('FOO a').parsed.keyword).toBe('UNKNOWN');
  });

  test('ONBUILD: the instruction inside, with its own places', () => {
    const text = 'FROM a\nONBUILD \\\n COPY --chown=1:1 . \\\n /app\n';
    const onbuild = parsedAs('ONBUILD', text);
    if (onbuild.parsed.keyword !== 'COPY') throw new Error('no COPY');
    expect(onbuild.parsed.chown).toBe('1:1');
    expect(cut(text, onbuild.parsed.destination.span)).toBe('/app');
    expect(read('ONBUILD ONBUILD RUN a').parsed.keyword).toBe('UNKNOWN');
    expect(read('ONBUILD').parsed.keyword).toBe('UNKNOWN');
  });

  test('an instruction is read once', () => {
    const { instruction, scanned, parsed } = read('COPY a b');
    expect(parse(instruction, scanned)).toBe(parsed);
  });
});

/**
 * The list of docs/parsing.md. The first half of each test shows the defect, and fails as soon as dockerfile-ast is
 * right; then the way around it can go. The second half shows that dockfix is right today.
 */
describe('known defects of dockerfile-ast 0.7.1', () => {
  const ast = (text: string): ReturnType<typeof DockerfileParser.parse> => DockerfileParser.parse(text);
  const astWords = (keyword: string, text: string): readonly string[] | undefined => askDockerfileAst(keyword, text)?.map((word) => word.text);
  const astLines = (text: string): readonly (readonly number[])[] =>
    ast(text).getInstructions().map((one) => [one.getRange().start.line + 1, one.getRange().end.line + 1]);
  const lines = (text: string): readonly (readonly number[])[] => scan(text).instructions.map((one) => [one.lines.start, one.lines.end]);

  test('json-white-space', () => {
    const text = 'CMD ["nginx", "-g", "daemon off;"]';
    expect(ast(text).getCMDs()[0]?.getJSONStrings().map((one) => one.getJSONValue())).toEqual(['nginx', '-g', 'daemonoff;']);
    expect(parsedAs('CMD', text).command).toMatchObject({ argv: ['nginx', '-g', 'daemon off;'] });
  });

  test('second-flag', () => {
    const text = 'COPY --chown=1 --from=b x y';
    expect(ast(text).getCOPYs()[0]?.getFromFlag()).toBeNull();
    expect(parsedAs('COPY', text).from).toBe('b');
  });

  test.each([
    ['a doubled escape character', 'FROM a\nRUN a \\\\\nRUN x\n', [[1, 1], [2, 2], [3, 3]]],
    ['a carriage return within a line', 'FROM a\rRUN b\nRUN c\n', [[1, 1], [2, 2]]],
    ['an escape character alone', 'FROM a\n\\\nRUN x\n', [[1, 1], [2, 3]]],
    ['a comment that looks like a directive', '# foo=bar\n# escape=`\nFROM a\nRUN a `\nRUN b\n', [[3, 3], [4, 4], [5, 5]]],
  ])('instruction-bounds: %s', (_, text, right) => {
    expect(astLines(text)).not.toEqual(right);
    expect(lines(text)).toEqual(right);
  });

  test.each([
    ['<< EOF', 'FROM a\nRUN cat << EOF\nhi\nEOF\nRUN x\n', [[1, 1], [2, 4], [5, 5]]],
    ['a descriptor', 'FROM a\nRUN cat 3<<EOF\nhi\nEOF\nRUN x\n', [[1, 1], [2, 4], [5, 5]]],
    ['none in single quotes', "FROM a\nRUN sh -c 'cat <<EOF'\nRUN x\n", [[1, 1], [2, 2], [3, 3]]],
  ])('heredoc-bounds: %s', (_, text, right) => {
    expect(astLines(text)).not.toEqual(right);
    expect(lines(text)).toEqual(right);
  });

  test('heredoc-arguments', () => {
    const text = 'FROM a\nCOPY <<E b /x\nhi\nE\n';
    expect(ast(text).getCOPYs()[0]?.getArguments().map((one) => one.getValue())).toEqual(['<<E', 'b', '/x', 'hi', 'E']);
    expect(parsedAs('COPY', text).sources.map((token) => token.text)).toEqual(['b']);
  });

  test('throws', () => {
    const text = 'FROM a\nRUN \\\n# comment\\comment\n';
    const [, run] = ast(text).getInstructions();
    expect(() => (run as unknown as { getHeredocs: () => unknown }).getHeredocs()).toThrow(TypeError);
    expect(parsedAs('RUN', text).form).toBe('shell');
  });

  test('accepts-too-much', () => {
    const text = 'FROM a\nENV a\nRUN <<E\n';
    expect(ast(text).getInstructions()).toHaveLength(3);
    expect(scan(text).problems.map((problem) => problem.message)).toEqual(['ENV must have two arguments', 'unterminated heredoc']);
  });

  test('image-reference', () => {
    const text = 'FROM localhost:5000/x:1@sha256:ab';
    const [from] = ast(text).getFROMs();
    expect([from?.getImageName(), from?.getImageTag()]).toEqual(['x:1', null]);
    expect(parsedAs('FROM', text).image.text).toBe('localhost:5000/x:1@sha256:ab');
  });

  test('quadratic', () => {
    // What dockerfile-ast would take seconds for: it is never asked about so many at once.
    const scanned = scan(`FROM a\n${'ENV a=$b\n'.repeat(10_000)}`);
    expect(scanned.instructions.map((one) => parse(one, scanned).keyword).filter((keyword) => keyword === 'ENV')).toHaveLength(10_000);
  });

  test('escaped-words', () => {
    expect(astWords('COPY', String.raw`\ b`)).toEqual(['b']);
    expect(parsedAs('COPY', String.raw`COPY \ b`).sources.map((token) => token.text)).toEqual(['\\']);
    expect(astWords('ENV', String.raw`\"=a`)).not.toEqual([String.raw`\"=a`]);
    expect(parsedAs('ENV', String.raw`ENV \"=a`).entries.map((entry) => entry.name)).toEqual(['\\"']);
  });

  test('white-space', () => {
    expect(astWords('ENV', 'A=1\u00A0B=2')).toEqual(['A=1\u00A0B=2']);
    expect(parsedAs('ENV', 'ENV A=1\u00A0B=2').entries.map((entry) => entry.name)).toEqual(['A', 'B']);
    expect(astWords('COPY', 'a\fb c')).toEqual(['a\fb', 'c']);
    expect(parsedAs('COPY', 'COPY a\fb c').sources.map((token) => token.text)).toEqual(['a', 'b']);
  });

  test('flag-like-words', () => {
    expect(astWords('COPY', '--x y')).toEqual(['y']);
    expect(parsedAs('COPY', 'COPY -- --x y').sources.map((token) => token.text)).toEqual(['--x']);
  });

  test('several-args', () => {
    expect(astWords('ARG', 'A B=1')).toEqual(['A B=1']);
    expect(parsedAs('ARG', 'ARG A B=1').entries.map((entry) => entry.name)).toEqual(['A', 'B']);
  });

  test('quotes-in-braces', () => {
    expect(astWords('ENV', 'A=${B:-"} C="=1')).not.toEqual(['A=${B:-"} C="=1']);
    expect(parsedAs('ENV', 'ENV A=${B:-"} C="=1').entries.map(({ name, value }) => [name, value])).toEqual([['A', '${B:-"} C="=1']]);
  });
});

describe('any input', () => {
  const soup = fc
    .array(
      fc.constantFrom('a', 'b', '=', 'a=b', '"', "'", '\\', '`', ' ', '\t', '\r', '\v', '#', '$', '${', '}', '<<E', '--x=', 'é', '\u00A0', '😀', ',', '[', ']', 'AS', ':1', '/', '\\\n', '\n'),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join(''));
  const keywords = 'FROM ENV LABEL ARG COPY ADD RUN VOLUME EXPOSE ONBUILD HEALTHCHECK CMD SHELL USER WORKDIR'.split(' ');

  test('each word stands where it is said to, in order, and is what BuildKit sees', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keywords), soup, fc.constantFrom('', '# escape=`\n'), (keyword, body, directive) => {
        const text = `${directive}${keyword} ${body}`;
        const scanned = scan(text);
        for (const instruction of scanned.instructions) {
          const parsed = parse(instruction, scanned);
          for (const { text: word, span } of wordsOf(parsed)) {
            expect(span.start).toBeGreaterThanOrEqual(instruction.bodySpan.start);
            expect(span.end).toBeLessThanOrEqual(instruction.bodySpan.end);
            const written = text.slice(span.start, span.end);
            const isWhole = !written.includes('\n') && instruction.json === null;
            expect(isWhole ? written : word).toBe(word);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test('dockerfile-ast is only asked where it gives the words of BuildKit', () => {
    const askedAbout = fc.constantFrom('FROM', 'ENV', 'LABEL', 'ARG', 'COPY', 'EXPOSE', 'VOLUME');
    fc.assert(
      fc.property(askedAbout, soup, fc.constantFrom('', '# escape=`\n'), (keyword, body, directive) => {
        const scanned = scan(`${directive}${keyword} ${body}`);
        const [instruction] = scanned.instructions;
        fc.pre(instruction !== undefined && scanned.problems.length === 0 && instruction.json === null && instruction.heredocs.length === 0);
        const parsed = parse(instruction, scanned);
        fc.pre(parsed.keyword !== 'UNKNOWN' && !('legacy' in parsed && parsed.legacy) && !('heredocSources' in parsed && parsed.heredocSources));
        const quoted = ['ENV', 'LABEL', 'ARG'].includes(keyword);
        const right = quoted ? quotedWords(instruction.text, scanned.escape) : plainWords(instruction.text);
        const words = right.map((word) => word.text).filter((_, index) => keyword !== 'FROM' || index !== 1);
        expect(wordsOf(parsed).map((word) => word.text)).toEqual(words);
      }),
      { numRuns: 20_000 },
    );
  });

  const wordsOf = (parsed: Parsed): readonly { text: string; span: { start: number; end: number } }[] => {
    switch (parsed.keyword) {
      case 'FROM':
        return parsed.alias === null ? [parsed.image] : [parsed.image, parsed.alias];
      case 'ARG':
      case 'ENV':
      case 'LABEL':
        return 'legacy' in parsed && parsed.legacy
          ? []
          : parsed.entries.map(({ name, value, span }) => ({ text: value === null ? name : `${name}=${value}`, span }));
      case 'COPY':
      case 'ADD':
        return [...parsed.sources, parsed.destination];
      case 'VOLUME':
      case 'EXPOSE':
        return parsed.tokens;
      default:
        return [];
    }
  };
});

describe('large input', () => {
  const shapes: readonly (readonly [string, string])[] = [
    ['one RUN', `RUN a ${'\\\n && echo "${x}" b'.repeat(10_000)}\n`],
    ['one ENV', `ENV a=b ${'\\\n a="b c"'.repeat(10_000)}\n`],
    ['one legacy ENV', `ENV a b ${'\\\n a="b c"'.repeat(10_000)}\n`],
    ['one COPY', `COPY ${'a \\\n'.repeat(10_000)} /x\n`],
    ['one CMD', `CMD [${'"a b", \\\n'.repeat(10_000)} "c"]\n`],
    ['one FROM', `FROM ${'\\\n'.repeat(10_000)}a\n`],
    ['ENVs', 'ENV PATH="/opt/venv/bin:$PATH" LANG=C.UTF-8\n'.repeat(10_000)],
    ['COPYs', 'COPY --from=build --chown=app:app /app/a /app/b /srv/\n'.repeat(10_000)],
    ['FROMs', 'FROM --platform=linux/amd64 python:3.12-slim AS build\n'.repeat(10_000)],
    ['mounts', `RUN ${'--mount=type=cache,target=/root/.cache \\\n'.repeat(10_000)} a\n`],
    ['nested ONBUILD', `${'ONBUILD \\\n'.repeat(10_000)} RUN a\n`],
    ['a heredoc', `RUN <<E\n${'a\n'.repeat(10_000)}E\n`],
  ];

  test.each(shapes)('%s of 10,000 lines', (name, body) => {
    const scanned = scan(`FROM a\n${body}`);
    const keywords = scanned.instructions.slice(1).map((instruction) => parse(instruction, scanned).keyword);
    expect(new Set(keywords)).toEqual(new Set([name === 'nested ONBUILD' ? 'UNKNOWN' : body.slice(0, body.indexOf(' '))]));
  });
});
