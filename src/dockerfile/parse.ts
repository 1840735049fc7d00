/**
 * What is inside of one instruction. The words are BuildKit's; dockerfile-ast is asked for them where they are
 * more than white space tells and it is right, with one instruction at a time in one line (docs/parsing.md lists where it
 * is wrong).
 */
import type { Span } from '../types.ts';
import { askDockerfileAst } from './ask-dockerfile-ast.ts';
import type { ParsedMount } from './mount.ts';
import { parseMount } from './mount.ts';
import type { Flag, Instruction, LogicalWord, ScannedDockerfile } from './scan.ts';
import {
  healthcheckCommandStart,
  innerInstruction,
  isHeredocWord,
  plainWords,
  quotedWords,
  toFileSpan,
} from './scan.ts';

/** A word as it is written, quotes and variables included, with continuations inside it joined; in JSON form the string's value. */
export interface Token {
  readonly text: string;
  readonly span: Span;
}

/** `name` or `name=value` as written: quotes, escapes and variables are still there. */
export interface Entry {
  readonly name: string;
  /** Null only for an ARG without a default. */
  readonly value: string | null;
  readonly span: Span;
  readonly valueSpan: Span | null;
}

export interface Assignment extends Entry {
  readonly value: string;
}

/** The command of CMD, ENTRYPOINT and HEALTHCHECK. */
export type CommandLine =
  | { readonly form: 'shell'; readonly text: string }
  | { readonly form: 'exec'; readonly argv: readonly string[] };

export interface ParsedCopy {
  readonly keyword: 'COPY' | 'ADD';
  /** Paths, patterns and URLs; heredocs are not among them. */
  readonly sources: readonly Token[];
  readonly destination: Token;
  readonly from: string | null;
  readonly chown: string | null;
  readonly chmod: string | null;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
  readonly otherFlags: readonly Flag[];
  /** Is any source a heredoc? Names and contents are in the instruction's `heredocs`. */
  readonly heredocSources: boolean;
  readonly heredocContents: readonly string[];
  readonly json: boolean;
}

/** Variables are not replaced anywhere: most are known only during the build. */
export type Parsed =
  | { readonly keyword: 'FROM'; readonly image: Token; readonly platform: string | null; readonly alias: Token | null }
  | { readonly keyword: 'ARG'; readonly entries: readonly Entry[] }
  | {
      readonly keyword: 'ENV' | 'LABEL';
      readonly entries: readonly Assignment[];
      /** `ENV name value to the end of the line`. */
      readonly legacy: boolean;
    }
  | ParsedCopy
  | {
      readonly keyword: 'RUN';
      readonly mounts: readonly ParsedMount[];
      readonly network: string | null;
      readonly security: string | null;
      readonly form: 'shell' | 'exec' | 'heredoc';
    }
  | { readonly keyword: 'WORKDIR'; readonly path: string; readonly span: Span }
  | { readonly keyword: 'USER'; readonly user: string; readonly span: Span }
  | { readonly keyword: 'SHELL'; readonly argv: readonly string[] }
  | { readonly keyword: 'CMD' | 'ENTRYPOINT'; readonly command: CommandLine }
  | { readonly keyword: 'VOLUME'; readonly paths: readonly string[]; readonly tokens: readonly Token[]; readonly json: boolean }
  | { readonly keyword: 'EXPOSE'; readonly ports: readonly string[]; readonly tokens: readonly Token[] }
  | { readonly keyword: 'STOPSIGNAL'; readonly signal: string }
  | {
      readonly keyword: 'HEALTHCHECK';
      /** Null for `HEALTHCHECK NONE`. */
      readonly command: CommandLine | null;
    }
  | { readonly keyword: 'MAINTAINER'; readonly name: string }
  | { readonly keyword: 'ONBUILD'; readonly inner: Instruction; readonly parsed: Parsed }
  /** Also what lacks a word that the instruction must have; BuildKit rejects it. */
  | { readonly keyword: 'UNKNOWN' };

const cache = new WeakMap<Instruction, Parsed>();

/** Reads one instruction. The same instruction is read once only. */
export function parse(instruction: Instruction, scanned: ScannedDockerfile): Parsed {
  if (instruction.keyword === 'RUN' && instruction.flags.length === 0) return plainRuns[runForm(instruction)];
  const known = cache.get(instruction);
  if (known !== undefined) return known;
  const parsed = parseInstruction(instruction, scanned);
  cache.set(instruction, parsed);
  return parsed;
}

const unknown: Parsed = { keyword: 'UNKNOWN' };

/** RUNs without flags. */
const plainRuns: Readonly<Record<ReturnType<typeof runForm>, Parsed>> = { shell: plainRun('shell'), exec: plainRun('exec'), heredoc: plainRun('heredoc') };

function plainRun(form: ReturnType<typeof runForm>): Parsed {
  return { keyword: 'RUN', mounts: [], network: null, security: null, form };
}

function parseInstruction(instruction: Instruction, scanned: ScannedDockerfile): Parsed {
  const { keyword, text, json, bodySpan } = instruction;
  switch (keyword) {
    case 'FROM':
      return parseFrom(instruction, scanned);
    case 'ARG':
      return { keyword, entries: words(instruction, scanned).map((word) => entryOf(instruction, word)) };
    case 'ENV':
    case 'LABEL':
      return parseAssignments(keyword, instruction, scanned);
    case 'COPY':
    case 'ADD':
      return parseCopy(keyword, instruction, scanned);
    case 'RUN':
      return {
        keyword,
        mounts: instruction.flags.filter((flag) => flag.name === 'mount').map((flag) => parseMount(flag.value ?? '', flag.span)),
        network: flagValue(instruction, 'network'),
        security: flagValue(instruction, 'security'),
        form: runForm(instruction),
      };
    case 'WORKDIR':
      return text === '' ? unknown : { keyword, path: text, span: bodySpan };
    case 'USER':
      return text === '' ? unknown : { keyword, user: text, span: bodySpan };
    case 'SHELL':
      return json === null || json.length === 0 ? unknown : { keyword, argv: json };
    case 'CMD':
    case 'ENTRYPOINT':
      return { keyword, command: commandLine(text, json) };
    case 'VOLUME': {
      const tokens = tokensOf(instruction, scanned);
      return { keyword, paths: tokens.map((token) => token.text), tokens, json: json !== null };
    }
    case 'EXPOSE': {
      const tokens = tokensOf(instruction, scanned);
      return { keyword, ports: tokens.map((token) => token.text), tokens };
    }
    case 'STOPSIGNAL':
      return text === '' ? unknown : { keyword, signal: text };
    case 'HEALTHCHECK':
      return parseHealthcheck(text, json);
    case 'MAINTAINER':
      return { keyword, name: text };
    case 'ONBUILD': {
      const inner = innerInstruction(instruction, scanned);
      // BuildKit allows no ONBUILD in an ONBUILD; not looking into it bounds the depth.
      if (inner === null || inner.keyword === 'ONBUILD') return unknown;
      return { keyword, inner, parsed: parse(inner, scanned) };
    }
    default:
      return unknown;
  }
}

function parseFrom(instruction: Instruction, scanned: ScannedDockerfile): Parsed {
  const plain = plainWords(instruction.text);
  const [image, alias] = words(instruction, scanned);
  if (image === undefined) return unknown;
  const named = plain.length === 3 && plain[1]?.text.toLowerCase() === 'as';
  if (plain.length !== 1 && !named) return unknown;
  return {
    keyword: 'FROM',
    image: tokenOf(instruction, image),
    platform: flagValue(instruction, 'platform'),
    alias: alias === undefined ? null : tokenOf(instruction, alias),
  };
}

function parseAssignments(keyword: 'ENV' | 'LABEL', instruction: Instruction, scanned: ScannedDockerfile): Parsed {
  if (!isLegacy(instruction.text, scanned.escape)) {
    const entries = words(instruction, scanned).map((word) => entryOf(instruction, word));
    return { keyword, entries: entries.filter(isAssignment), legacy: false };
  }
  const space = /[\t\v\f\r ]+/.exec(instruction.text);
  if (space === null) return unknown;
  const valueStart = space.index + space[0].length;
  const entry = {
    name: instruction.text.slice(0, space.index),
    value: instruction.text.slice(valueStart),
    span: instruction.bodySpan,
    valueSpan: toFileSpan(instruction, valueStart, instruction.text.length),
  };
  return { keyword, entries: [entry], legacy: true };
}

/** BuildKit's rule: there is no `=` in the first word. */
function isLegacy(text: string, escape: '\\' | '`'): boolean {
  // An ENV of ten thousand words is not split for its first one.
  const equals = text.indexOf('=');
  if (equals < 0) return text !== '';
  if (!/[\s\u0085]/.test(text.slice(0, equals))) return false;
  return quotedWords(text, escape)[0]?.text.includes('=') === false;
}

function isAssignment(entry: Entry): entry is Assignment {
  return entry.value !== null;
}

function entryOf(instruction: Instruction, word: LogicalWord): Entry {
  const span = toFileSpan(instruction, word.start, word.end);
  const equals = word.text.indexOf('=');
  if (equals < 0) return { name: word.text, value: null, span, valueSpan: null };
  return {
    name: word.text.slice(0, equals),
    value: word.text.slice(equals + 1),
    span,
    valueSpan: equals + 1 === word.text.length ? { start: span.end, end: span.end } : toFileSpan(instruction, word.start + equals + 1, word.end),
  };
}

const copyFlags: ReadonlySet<string> = new Set(['from', 'chown', 'chmod', 'link', 'parents', 'exclude']);

function parseCopy(keyword: 'COPY' | 'ADD', instruction: Instruction, scanned: ScannedDockerfile): Parsed {
  const all = instruction.json === null ? words(instruction, scanned) : jsonWords(instruction);
  const last = all.at(-1);
  if (last === undefined || all.length < 2) return unknown;
  const sources = all.slice(0, -1);
  const paths = sources.filter((word) => !isHeredocWord(word));
  return {
    keyword,
    sources: paths.map((word) => tokenOf(instruction, word)),
    destination: tokenOf(instruction, last),
    from: flagValue(instruction, 'from'),
    chown: flagValue(instruction, 'chown'),
    chmod: flagValue(instruction, 'chmod'),
    link: isFlagSet(instruction, 'link'),
    parents: isFlagSet(instruction, 'parents'),
    exclude: instruction.flags.filter((flag) => flag.name === 'exclude').map((flag) => flag.value ?? ''),
    otherFlags: instruction.flags.filter((flag) => !copyFlags.has(flag.name)),
    heredocSources: paths.length < sources.length,
    heredocContents: instruction.heredocs.map((heredoc) => heredoc.content),
    json: instruction.json !== null,
  };
}

function runForm(instruction: Instruction): 'shell' | 'exec' | 'heredoc' {
  if (instruction.json !== null) return 'exec';
  return instruction.heredocs.length > 0 ? 'heredoc' : 'shell';
}

function commandLine(text: string, json: readonly string[] | null): CommandLine {
  return json === null ? { form: 'shell', text } : { form: 'exec', argv: json };
}

function parseHealthcheck(text: string, json: readonly string[] | null): Parsed {
  const start = healthcheckCommandStart(text);
  const type = text.slice(0, start).trim().toUpperCase();
  if (type === 'NONE' && start === text.length) return { keyword: 'HEALTHCHECK', command: null };
  if (type !== 'CMD' || start === text.length) return unknown;
  return { keyword: 'HEALTHCHECK', command: commandLine(text.slice(start), json) };
}

// Flags

function flagValue(instruction: Instruction, name: string): string | null {
  return instruction.flags.find((flag) => flag.name === name)?.value ?? null;
}

function isFlagSet(instruction: Instruction, name: string): boolean {
  const flag = instruction.flags.find((some) => some.name === name);
  return flag !== undefined && (flag.value === null || flag.value.toLowerCase() === 'true');
}

// Words

function tokenOf(instruction: Instruction, word: LogicalWord): Token {
  return { text: word.text, span: toFileSpan(instruction, word.start, word.end) };
}

function tokensOf(instruction: Instruction, scanned: ScannedDockerfile): readonly Token[] {
  const all = instruction.json === null ? words(instruction, scanned) : jsonWords(instruction);
  return all.map((word) => tokenOf(instruction, word));
}

/** The strings of the exec form, with the places of their literals. */
function jsonWords(instruction: Instruction): readonly LogicalWord[] {
  const literals = [...instruction.text.matchAll(/"(?:[^"\\]|\\.)*"/g)];
  return (instruction.json ?? []).map((text, index) => {
    const literal = literals[index];
    const start = literal?.index ?? 0;
    return { text, start, end: start + (literal?.[0].length ?? 0) };
  });
}

/**
 * An instruction's words by BuildKit's rules; of a FROM the image and the stage's name only. Where neither quotes nor
 * variables are written, white space says all.
 */
function words(instruction: Instruction, scanned: ScannedDockerfile): readonly LogicalWord[] {
  const { keyword, text } = instruction;
  if (text === '') return [];
  const asked = /["'$]/.test(text) && isSafeToAsk(keyword, text, scanned.escape) ? askDockerfileAst(keyword, text) : null;
  if (asked !== null) return asked;
  if (keyword === 'ENV' || keyword === 'LABEL' || keyword === 'ARG') return quotedWords(text, scanned.escape);
  const plain = plainWords(text);
  return keyword === 'FROM' ? plain.filter((_, index) => index !== 1) : plain;
}

/** Longer text is not given to dockerfile-ast, because it reads a text again for each of its words. */
const longestAsked = 1_000;

/**
 * Is the body free of all that dockerfile-ast is known to read otherwise than BuildKit? The numbers are those of
 * docs/parsing.md.
 */
function isSafeToAsk(keyword: string, text: string, escape: '\\' | '`'): boolean {
  if (text.length > longestAsked) return false;
  // 1: it takes escape characters for part of the syntax, where BuildKit keeps them in the word. (It is told of none but `\`.)
  if (text.includes('\\') || text.includes(escape)) return false;
  // 2: white space is more to BuildKit than blanks and tabs, and a carriage return within a line ends none.
  if (/[^\S\t ]|\u0085/.test(text)) return false;
  // 3: it takes words for flags that stand behind other words.
  if (/(?:^|[\t ])--/.test(text)) return false;
  // 4: several names in one ARG are one to it.
  if (keyword === 'ARG' && /[\t ]/.test(text)) return false;
  // 5: it sees no quotes between braces.
  return !/\$\{[^}]*["']/.test(text);
}
