/** What setup.py and setup.cfg say, as far as it can be seen without running them. */
import { gitMetadataTools } from './pyproject/git-metadata.ts';

/** What such a file lets be seen. */
export interface SetupHints {
  /** Names of files that are opened by literal name, relative to setup.py; deduplicated, in order. */
  readonly readsFiles: readonly string[];
  readonly needsGitMetadata: string | null;
}

/**
 * What can be seen in a setup.py or setup.cfg without running it: literal names given to `open`, `Path`, `read…` and
 * the like, `file:` values, and tools that ask git. A hint, no proof: a name that is computed is not seen.
 */
export function setupPyHints(text: string): SetupHints {
  const files = [...filesOpened(text), ...filesOfSetupCfg(text)];
  return { readsFiles: [...new Set(files)], needsGitMetadata: gitToolOfSetup(text) };
}

function gitToolOfSetup(text: string): string | null {
  if (/\buse_scm_version\b/.test(text)) return 'setuptools_scm';
  for (const [name, tool] of gitMetadataTools) {
    // A word of its own: `pbr` must not be found inside another name.
    const word = new RegExp(`(?<![\\w.-])${name.replaceAll('-', '[-_]')}(?![\\w-])`);
    if (word.test(text)) return tool;
  }
  const asksGit = /\b(?:describe|rev-parse|rev-list|ls-files)\b/.test(text) && /\bgit\b/.test(text);
  return asksGit || /\bgit\.Repo\(/.test(text) ? 'git' : null;
}

/** Values of setup.cfg that name files. A value goes on in the indented lines below it. */
function filesOfSetupCfg(text: string): readonly string[] {
  const found: string[] = [];
  let key = '';
  for (const line of text.split(/\r?\n/)) {
    const [, newKey, newValue] = /^([A-Za-z_-]+)[ \t]*[=:](.*)$/.exec(line) ?? [];
    if (newKey !== undefined) key = newKey;
    else if (!/^[ \t]/.test(line)) key = '';
    const value = (newValue ?? line).trim();
    const listed = value.startsWith('file:');
    if (listed) found.push(...value.slice('file:'.length).split(','));
    else if (/^(?:description|license|licence)[-_]files?$/.test(key)) found.push(...value.split(/[,\s]+/));
  }
  return found.map((name) => name.trim()).filter((name) => name !== '' && !/['"()]/.test(name));
}

interface PythonCall {
  readonly name: string;
  readonly literals: string[];
  argument: number;
}

/** An open bracket: `call` is the call around it, which the bracket itself opens if `own`. */
interface OpenBracket {
  readonly call: PythonCall | null;
  readonly own: boolean;
}

const pythonToken =
  /#[^\n]*|([rRbBuU]?[fF]?[rR]?)("""|'{3}|"|')|(?<!\w)([A-Za-z_]\w*)[ \t]*(\()|[()[\]{},]|=(?!=)|[/+]/g;

/** A light reading of Python: calls, string literals and the operators before them, in one pass. */
function filesOpened(text: string): readonly string[] {
  const found: string[] = [];
  const brackets: OpenBracket[] = [];
  let before = '';
  pythonToken.lastIndex = 0;
  for (let match = pythonToken.exec(text); match !== null; match = pythonToken.exec(text)) {
    const [token, prefix, quote, callee, open] = match;
    const around = brackets.at(-1);
    if (token.startsWith('#')) continue;
    if (quote !== undefined) {
      const literal = stringLiteral(text, pythonToken.lastIndex, quote, /f/i.test(prefix ?? ''));
      pythonToken.lastIndex = literal.end;
      noteLiteral(literal.value, before, around?.call ?? null, found);
      before = 'literal';
      continue;
    }
    if (open !== undefined) {
      brackets.push({ call: { name: callee ?? '', literals: [], argument: 0 }, own: true });
    } else if (/[([{]/.test(token)) {
      brackets.push({ call: around?.call ?? null, own: false });
    } else if (/[)\]}]/.test(token)) {
      brackets.pop();
      if (around?.own && around.call !== null) found.push(...filesOfCall(around.call));
    } else if (token === ',' && around?.own && around.call !== null) {
      around.call.argument += 1;
    }
    before = token;
  }
  return found;
}

/** The text up to the closing quote; `{…}` of an f-string becomes nothing. */
function stringLiteral(text: string, start: number, quote: string, formatted: boolean): { value: string; end: number } {
  let end = start;
  while (end < text.length && !text.startsWith(quote, end)) {
    // An ordinary literal that is not closed on its line is an error; the rest of the file is still worth a look.
    if (quote.length === 1 && text[end] === '\n') break;
    end += text[end] === '\\' ? 2 : 1;
  }
  const value = text.slice(start, end);
  const written = formatted ? value.replaceAll(/\{[^{}]*\}/g, '') : value;
  return { value: written, end: Math.min(end + quote.length, text.length) };
}

function noteLiteral(value: string, before: string, call: PythonCall | null, found: string[]): void {
  // `here / "README.md"` is a path wherever it stands.
  if (before === '/') {
    if (isFileName(value)) found.push(trimName(value));
    return;
  }
  if (call === null) {
    // README = "README.md", to be opened further down; only text files, for many names have dots.
    if (isFileName(value) && /\.(?:md|rst|txt|in|toml|cfg|json)$/.test(value)) found.push(trimName(value));
    return;
  }
  // A keyword argument (encoding="ASCII") or the mode of open is no name.
  const positional = before !== '=' && (call.name !== 'open' || call.argument === 0);
  if (positional) call.literals.push(value);
}

function filesOfCall(call: PythonCall): readonly string[] {
  const names = call.literals.map(trimName);
  if (/^(?:join|joinpath|Path)$/.test(call.name)) return [names.join('/')].filter(isFileName);
  return isReader(call.name) ? names.filter(isFileName) : [];
}

function isReader(name: string): boolean {
  return /open|read|load|parse|requirements|(?:get|find)_?version|description/i.test(name);
}

/** `{here}/README.md`, `%s/README.md` and `here + "/README.md"` are files beside setup.py. */
function trimName(literal: string): string {
  return literal.replace(/^(?:%s|\.)?\/+/, '');
}

/** A name with an extension, or one of the conventional names without: VERSION, LICENSE, README. */
function isFileName(literal: string): boolean {
  const name = trimName(literal);
  if (!/^[\w./-]+$/.test(name)) return false;
  const base = name.slice(name.lastIndexOf('/') + 1);
  return /^[\w-][\w.-]*\.[A-Za-z]\w*$/.test(base) || /^[A-Z][A-Z_-]+$/.test(base);
}
