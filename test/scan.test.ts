import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instruction } from '../src/dockerfile/scan.ts';
import {
  innerInstruction,
  lineEnd,
  lineOf,
  lineStart,
  plainWords,
  print,
  quotedWords,
  scan,
  toFileOffset,
  toFileSpan,
  toLogicalOffset,
} from '../src/dockerfile/scan.ts';

interface BuildKitInstruction {
  readonly keyword: string;
  readonly start: number;
  readonly end: number;
  readonly flags?: readonly string[];
  readonly json?: boolean;
  readonly args: readonly string[];
  readonly heredocs?: readonly { name: string; fd: number; expand: boolean; chomp: boolean; content: string }[];
}

interface Case {
  readonly name: string;
  readonly text: string;
  readonly buildkit: { readonly escape: string; readonly instructions: readonly BuildKitInstruction[] } | { readonly error: string };
}

const cases = readFileSync(new URL('conformance/parse.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): Case => JSON.parse(line) as Case);

const known = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

/** Go's `%q` in the way that the reference run printed an ONBUILD's inner instruction. */
const quote = (text: string): string => JSON.stringify(text);

/** An instruction's arguments as BuildKit's parser splits them. */
function args(instruction: Instruction, escape: '\\' | '`', inner: Instruction | null): readonly string[] {
  const { keyword, text, json } = instruction;
  if (!known.has(keyword)) return [''];
  if (text === '') return json ?? [];
  if (keyword === 'HEALTHCHECK') {
    const [type = ''] = text.split(/\s/, 1);
    const rest = text.slice(type.length).trimStart();
    return [type, ...(json ?? (rest === '' ? [] : [rest]))];
  }
  if (json !== null) return json;
  if (['ADD', 'COPY', 'VOLUME', 'EXPOSE', 'FROM'].includes(keyword)) return plainWords(text).map((word) => word.text);
  if (keyword === 'ARG') return quotedWords(text, escape).map((word) => word.text);
  if (keyword === 'ENV' || keyword === 'LABEL') return pairs(text, escape);
  if (keyword !== 'ONBUILD' || inner === null) return [text];
  const flags = inner.flags.length === 0 ? '' : ` [${inner.flags.map((flag) => quote(flagText(flag))).join(' ')}]`;
  const words = args(inner, escape, null).map((word) => ` ${quote(word)}`);
  return [`<${inner.keyword.toLowerCase()}${flags}${words.join('')}>`];
}

function pairs(text: string, escape: '\\' | '`'): readonly string[] {
  const words = quotedWords(text, escape);
  const [first] = words;
  if (first === undefined) return [];
  if (!first.text.includes('=')) {
    const space = /[\t\v\f\r ]+/.exec(text);
    return space === null ? [] : [text.slice(0, space.index), text.slice(space.index + space[0].length), ''];
  }
  return words.flatMap(({ text: word }) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1), '=']);
}

const flagText = (flag: { name: string; value: string | null }): string =>
  flag.value === null ? `--${flag.name}` : `--${flag.name}=${flag.value}`;

function asBuildKit(text: string): unknown {
  const scanned = scan(text);
  const [problem] = scanned.problems;
  if (problem !== undefined) return { error: problem.message };
  return {
    escape: scanned.escape,
    instructions: scanned.instructions.map((instruction) => ({
      keyword: instruction.keyword,
      start: instruction.lines.start,
      end: instruction.lines.end,
      flags: instruction.flags.map(flagText),
      json: instruction.json !== null,
      args: args(instruction, scanned.escape, instruction.keyword === 'ONBUILD' ? innerInstruction(instruction, scanned) : null),
      heredocs: instruction.heredocs.map((heredoc) => ({
        name: heredoc.name,
        fd: heredoc.descriptor,
        expand: heredoc.expand,
        chomp: heredoc.chomp,
        content: text.slice(heredoc.contentSpan.start, heredoc.contentSpan.end),
      })),
    })),
  };
}

function expected(buildkit: Case['buildkit']): unknown {
  if ('error' in buildkit) return buildkit;
  return {
    escape: buildkit.escape,
    instructions: buildkit.instructions.map((instruction) => ({
      keyword: instruction.keyword.toUpperCase(),
      start: instruction.start,
      end: instruction.end,
      flags: instruction.flags ?? [],
      json: instruction.json ?? false,
      args: instruction.args,
      heredocs: instruction.heredocs ?? [],
    })),
  };
}

describe('what BuildKit says', () => {
  test('the cases are there', () => {
    expect(cases.length).toBe(1938);
  });

  test.each(cases.map((one, index) => [`${index + 1} ${one.name}`, one] as const))('%s', (_, one) => {
    // A file of UTF-8 has no lone surrogates.
    const text = one.text.replace(/\p{Surrogate}/gu, '\uFFFD');
    expect(asBuildKit(text)).toEqual(expected(one.buildkit));
  });
});

describe('offsets', () => {
  const first = (text: string): Instruction => {
    const [instruction] = scan(text).instructions;
    if (instruction === undefined) throw new Error('no instruction');
    return instruction;
  };

  test('keyword, flags and body of an instruction in pieces', () => {
    const text = '# top\n\n# mine\n  # too\n ru\\\nN --mount=type=cache,\\\n# c\ntarget=/c \\\n  a \\\n\n  b  \nRUN x\n';
    const { instructions } = scan(text);
    const run = instructions[0];
    expect(run?.keyword).toBe('RUN');
    const slice = (span: { start: number; end: number } | undefined): string => text.slice(span?.start, span?.end);
    expect(slice(run?.keywordSpan)).toBe('ru\\\nN');
    expect(slice(run?.flags[0]?.span)).toBe('--mount=type=cache,\\\n# c\ntarget=/c');
    expect(run?.flags[0]?.value).toBe('type=cache,target=/c');
    expect(slice(run?.bodySpan)).toBe('a \\\n\n  b');
    expect(run?.text).toBe('a   b');
    expect(slice(run?.leadingComments)).toBe('# mine\n  # too\n');
    expect(slice(run?.span)).toBe('ru\\\nN --mount=type=cache,\\\n# c\ntarget=/c \\\n  a \\\n\n  b  ');
    expect(run?.lines).toEqual({ start: 5, end: 11 });
    expect(instructions[1]?.leadingComments).toEqual({ start: text.length - 6, end: text.length - 6 });
  });

  test('comments that do not belong to an instruction', () => {
    const none = (text: string): boolean => {
      const { leadingComments, span } = first(text);
      return leadingComments.start === leadingComments.end && leadingComments.end <= span.start;
    };
    expect(none('# c\n\nFROM a')).toBe(true);
    expect(none('# syntax=x\nFROM a')).toBe(true);
    expect(none('# c\nFROM a')).toBe(false);
  });

  test('a comment behind a directive belongs to the instruction, the directive does not', () => {
    const text = '# syntax=x\n# c\nFROM a';
    const { leadingComments } = first(text);
    expect(text.slice(leadingComments.start, leadingComments.end)).toBe('# c\n');
  });

  test('a byte order mark is outside of everything', () => {
    const text = '\uFEFF# c\nFROM a\n';
    const scanned = scan(text);
    expect(scanned.bom).toBe(true);
    expect(scanned.instructions[0]?.leadingComments.start).toBe(1);
    expect(lineStart(scanned, 3)).toBe(1);
    expect(scan('\uFEFFFROM a').instructions[0]?.keywordSpan).toEqual({ start: 1, end: 5 });
  });

  test('a heredoc: operator, content, terminator', () => {
    const text = 'FROM a\r\nRUN 3<<-"E F" cat\r\n\t\ta\r\n\tE F\r\nRUN x\r\n';
    const run = scan(text).instructions[1];
    const heredoc = run?.heredocs[0];
    expect(text.slice(heredoc?.operatorSpan.start, heredoc?.operatorSpan.end)).toBe('3<<-"E F"');
    expect(text.slice(heredoc?.contentSpan.start, heredoc?.contentSpan.end)).toBe('\t\ta\r\n');
    expect(heredoc).toMatchObject({ name: 'E F', content: 'a\r\n', expand: false, chomp: true, descriptor: 3 });
    expect(text.slice(run?.span.start, run?.span.end).endsWith('\tE F')).toBe(true);
    expect(text.slice(run?.bodySpan.start, run?.bodySpan.end)).toBe('3<<-"E F" cat');
  });

  test('a body of nothing stands behind the keyword or the flags', () => {
    expect(first('RUN').bodySpan).toEqual({ start: 3, end: 3 });
    expect(first('RUN   \n').bodySpan).toEqual({ start: 3, end: 3 });
    expect(first('RUN --network=none \n').bodySpan).toEqual({ start: 18, end: 18 });
  });

  test('the instruction inside ONBUILD', () => {
    const text = 'FROM a\nONBUILD \\\n COPY --link <<E \\\n /x\nhi\nE\n';
    const scanned = scan(text);
    const outer = scanned.instructions[1];
    if (outer === undefined) throw new Error('no ONBUILD');
    const inner = innerInstruction(outer, scanned);
    expect(inner).toMatchObject({ keyword: 'COPY', text: '<<E  /x', lines: { start: 2, end: 6 } });
    expect(text.slice(inner?.span.start, inner?.span.end)).toBe('COPY --link <<E \\\n /x\nhi\nE');
    expect(text.slice(inner?.bodySpan.start, inner?.bodySpan.end)).toBe('<<E \\\n /x');
    expect(text.slice(inner?.flags[0]?.span.start, inner?.flags[0]?.span.end)).toBe('--link');
    expect(inner?.heredocs[0]?.content).toBe('hi\n');
  });

  test('a flag is read byte by byte, as BuildKit does', () => {
    expect(first('COPY --from=é a b').flags[0]?.value).toBe('Ã©');
    expect(first('COPY --from=à a b')).toMatchObject({ text: 'a b', flags: [{ name: 'from', value: 'Ã' }] });
  });

  test('lines of a text', () => {
    const text = 'a\nbc\r\n\nd';
    for (const one of [text, scan(text)]) {
      expect([0, 1, 2, 5, 6, 7, 8].map((offset) => lineOf(one, offset))).toEqual([1, 1, 2, 2, 3, 4, 4]);
      expect([0, 1, 2, 5, 6, 7, 8].map((offset) => lineStart(one, offset))).toEqual([0, 0, 2, 2, 6, 7, 7]);
      expect([0, 1, 2, 5, 6, 7, 8].map((offset) => lineEnd(one, offset))).toEqual([2, 2, 6, 6, 7, 8, 8]);
    }
    expect(lineOf('', 0)).toBe(1);
  });

  test('newlines', () => {
    expect(scan('a\r\nb\r\nc\n').newline).toBe('\r\n');
    expect(scan('a\r\nb\n').newline).toBe('\n');
    expect(scan('').newline).toBe('\n');
  });
});

describe('what BuildKit rejects beyond the cases', () => {
  const messages = (text: string): readonly string[] => scan(text).problems.map((problem) => problem.message);

  test('an unknown escape character', () => {
    expect(messages('# escape=x\nFROM a')).toEqual(["invalid escape token 'x' does not match ` or \\"]);
  });

  test('an array with something else than strings, also inside ONBUILD', () => {
    expect(messages('FROM a\nCMD ["a", 1]')).toHaveLength(1);
    expect(messages('FROM a\nONBUILD CMD ["a", null]')).toHaveLength(1);
    expect(messages('FROM a\nCMD ["a", 1')).toEqual([]);
  });

  test('a line of more than 65,536 bytes', () => {
    expect(messages(`FROM a\nRUN ${'é'.repeat(32_765)}\n`)).toEqual([]);
    expect(messages(`FROM a\nRUN ${'é'.repeat(32_765)}x\n`)).toEqual([]);
    expect(messages(`FROM a\nRUN ${'é'.repeat(32_766)}\n`)).toHaveLength(1);
  });

  test('a problem names its line', () => {
    expect(scan('FROM a\n\nENV a\n').problems[0]).toMatchObject({ line: 3, span: { start: 8, end: 13 } });
  });
});

/** Strings made of what a scanner may stumble over. */
const soup = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('RUN ', 'COPY ', 'ONBUILD ', 'ENV ', 'FROM a', '# c', '#', '# escape=`', '\\', '`', '<<E', '<<-E', 'E', '--x=', '"', "'", '${', '}', ':-', '$') },
      { weight: 5, arbitrary: fc.constantFrom('\n', '\r\n', '\r', ' ', '\t', '\v', '\\\n', '`\n', ' \\ \n') },
      { weight: 1, arbitrary: fc.constantFrom('\uFEFF', '\0', '\uD800', '\u00A0', '😀', 'à', '[', '["a"]', ',') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));

describe('any input', () => {
  test('printing gives the same text', () => {
    fc.assert(
      fc.property(soup, (text) => {
        expect(print(scan(text))).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });

  test('spans nest, are in order and lie in the text', () => {
    fc.assert(
      fc.property(soup, (text) => {
        let done = 0;
        for (const { leadingComments, span, keywordSpan, flags, bodySpan, heredocs, lines } of scan(text).instructions) {
          const parts = [keywordSpan, ...flags.map((flag) => flag.span), bodySpan, ...heredocs.map((heredoc) => heredoc.contentSpan)];
          const outline = [done, leadingComments.start, leadingComments.end, span.start, ...parts.flatMap((part) => [part.start, part.end])];
          expect(outline).toEqual([...outline].sort((a, b) => a - b));
          for (const { operatorSpan } of heredocs) {
            expect(operatorSpan.start).toBeGreaterThanOrEqual(span.start);
            expect(operatorSpan.end).toBeLessThanOrEqual(bodySpan.end);
          }
          expect(bodySpan.end).toBeLessThanOrEqual(span.end);
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(lineOf(text, span.start)).toBe(lines.start);
          expect(lineOf(text, span.end)).toBe(lines.end);
          done = span.end;
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('each character of the logical text stands where it is said to', () => {
    fc.assert(
      fc.property(soup, (text) => {
        for (const instruction of scan(text).instructions) {
          for (let at = 0; at < instruction.text.length; at += 1) {
            const offset = toFileOffset(instruction, at);
            expect(text.charAt(offset)).toBe(instruction.text.charAt(at));
            expect(toLogicalOffset(instruction, offset)).toBe(at);
          }
          expect(toFileSpan(instruction, 0, instruction.text.length)).toEqual(instruction.bodySpan);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('large input', () => {
  const shapes: readonly (readonly [string, (lines: number) => string])[] = [
    ['instructions', (lines) => `FROM a\n${'RUN echo ${a} "b" && c\n'.repeat(lines)}`],
    ['one RUN', (lines) => `FROM a\nRUN a ${'\\\n && echo ${x} <<< b'.repeat(lines)}\n`],
    ['one ENV', (lines) => `FROM a\nENV a=b ${'\\\n a="b c"'.repeat(lines)}\n`],
    ['one heredoc', (lines) => `FROM a\nRUN <<E\n${'\tline\n'.repeat(lines)}E\n`],
    ['unterminated heredocs', (lines) => `FROM a\n${'RUN <<A <<B <<C\n'.repeat(lines)}`],
    ['comments', (lines) => `${'# c\n'.repeat(lines)}FROM a`],
    ['continuations of nothing', (lines) => `FROM a\n${'\\\n'.repeat(lines)}`],
    ['flags', (lines) => `FROM a\nRUN ${'--mount=type=ssh \\\n'.repeat(lines)} a`],
    ['nested variables', (lines) => `FROM a\nRUN << ${'${a:-'.repeat(lines)}`],
    ['nested ONBUILD', (lines) => `FROM a\n${'ONBUILD \\\n'.repeat(lines)}RUN <<E`],
    ['carriage returns', (lines) => `FROM a${'\r'.repeat(lines)}\n# escape=${' '.repeat(lines)}`],
    ['a directive of blanks', (lines) => `# escape=${' \t'.repeat(lines)}x y`],
  ];

  test.each(shapes)('%s', (_, shape) => {
    const large = shape(80_000);
    const scanned = scan(large);
    expect(print(scanned)).toBe(large);
    expect(new Set(scanned.instructions.map(({ keyword }) => keyword))).toEqual(new Set(scan(shape(100)).instructions.map(({ keyword }) => keyword)));
  });
});
