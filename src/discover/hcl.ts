/**
 * A tolerant reader of HCL as bake files use it: blocks and the attributes in them. Literals, lists, objects, templates
 * and names of variables are understood; any other expression is `unknown`, and reading goes on behind it.
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
export type HclExpression =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'template'; readonly parts: readonly HclExpression[] }
  | { readonly kind: 'list'; readonly items: readonly HclExpression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [name: string, value: HclExpression])[] }
  | { readonly kind: 'unknown' };

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: ReadonlyMap<string, HclExpression>;
}

const unknown: HclExpression = { kind: 'unknown' };

/** Lists and objects within one another are read down to this depth. */
const deepest = 30;

/** The blocks at the top level; blocks within them are skipped. Never throws. */
export function readHcl(text: string): readonly HclBlock[] {
  const blocks: HclBlock[] = [];
  const reader: Reader = { text: text.startsWith('\uFEFF') ? text.slice(1) : text, at: 0 };
  while (reader.at < reader.text.length) {
    skipBlank(reader, 'lines');
    const start = reader.at;
    const block = readBlock(reader);
    if (block !== null) blocks.push(block);
    // What is neither a block nor an attribute is not HCL: one character is passed over, so that reading goes on.
    if (reader.at === start) reader.at += 1;
  }
  return blocks;
}

interface Reader {
  readonly text: string;
  at: number;
}

function readBlock(reader: Reader): HclBlock | null {
  const type = take(reader, identifier);
  if (type === null) return null;
  const labels: string[] = [];
  for (;;) {
    skipBlank(reader, 'line');
    const label = take(reader, identifier) ?? (peek(reader) === '"' ? plainText(readString(reader)) : null);
    if (label === null) break;
    labels.push(label);
  }
  if (peek(reader) === '=') {
    reader.at += 1;
    readExpression(reader, 0);
    return null;
  }
  if (peek(reader) !== '{') return null;
  reader.at += 1;
  return { type, labels, attributes: readBody(reader) };
}

/** The attributes up to the closing brace. */
function readBody(reader: Reader): ReadonlyMap<string, HclExpression> {
  const attributes = new Map<string, HclExpression>();
  for (;;) {
    skipBlank(reader, 'lines');
    const next = peek(reader);
    if (next === '' || next === '}') break;
    const name = take(reader, identifier);
    if (name === null) {
      skipItem(reader);
      continue;
    }
    skipBlank(reader, 'line');
    if (peek(reader) === '=') {
      reader.at += 1;
      attributes.set(name, readExpression(reader, 0));
    } else {
      skipUntil(reader, 'line');
    }
  }
  reader.at += 1;
  return attributes;
}

/** An expression, up to the end of its line, or within brackets to the next comma or closing bracket. */
function readExpression(reader: Reader, depth: number): HclExpression {
  skipBlank(reader, depth === 0 ? 'line' : 'lines');
  const start = reader.at;
  const value = readTerm(reader, depth);
  skipBlank(reader, depth === 0 ? 'line' : 'lines');
  if (isExpressionEnd(reader)) return reader.at === start ? unknown : value;
  // In an object, entries may end with their lines instead of commas.
  if (depth > 0 && reader.text.slice(start, reader.at).trimEnd().length < reader.at - start && startsEntry(reader)) return value;
  skipUntil(reader, depth === 0 ? 'line' : 'item');
  return unknown;
}

function isExpressionEnd(reader: Reader): boolean {
  const next = peek(reader);
  return next === '' || next === ',' || next === ']' || next === '}' || next === ')' || next === '\n' || next === '\r';
}

/** Does the name of an object's next entry come here? */
function startsEntry(reader: Reader): boolean {
  entryStart.lastIndex = reader.at;
  return entryStart.test(reader.text);
}

const identifier = /[A-Za-z_][\w-]*/y;
const number = /-?\d+(?:\.\d+)?/y;
const entryStart = /(?:[A-Za-z_][\w-]*|"[^"\n]*"|\([^)\n]*\))[ \t]*[=:](?!=)/y;
const hereDocument = /<<-?([A-Za-z_]\w*)\r?\n/y;

function readTerm(reader: Reader, depth: number): HclExpression {
  const next = peek(reader);
  if (next === '"') return readString(reader);
  if (next === '[') return depth < deepest ? readList(reader, depth) : unknown;
  if (next === '{') return depth < deepest ? readObject(reader, depth) : unknown;
  const digits = take(reader, number);
  if (digits !== null) return { kind: 'text', text: digits };
  const name = take(reader, identifier);
  if (name === 'null') return { kind: 'null' };
  if (name === 'true' || name === 'false') return { kind: 'text', text: name };
  return name === null ? unknown : { kind: 'variable', name };
}

function readList(reader: Reader, depth: number): HclExpression {
  const items: HclExpression[] = [];
  reader.at += 1;
  for (;;) {
    skipBlank(reader, 'lines');
    const next = peek(reader);
    if (next === '' || next === '}' || next === ')') return unknown;
    if (next === ']') break;
    if (next === ',') reader.at += 1;
    else items.push(readExpression(reader, depth + 1));
  }
  reader.at += 1;
  // `[for x in y : x]` and the like come out as one unknown item, which says nothing of how many there are.
  return { kind: 'list', items };
}

function readObject(reader: Reader, depth: number): HclExpression {
  const entries: (readonly [string, HclExpression])[] = [];
  reader.at += 1;
  for (;;) {
    skipBlank(reader, 'lines');
    const next = peek(reader);
    if (next === '' || next === ']' || next === ')') return unknown;
    if (next === '}') break;
    if (next === ',') {
      reader.at += 1;
      continue;
    }
    const name = take(reader, identifier) ?? (next === '"' ? plainText(readString(reader)) : null);
    skipBlank(reader, 'line');
    if (name === null || !/[=:]/.test(peek(reader))) {
      skipItem(reader);
      continue;
    }
    reader.at += 1;
    entries.push([name, readExpression(reader, depth + 1)]);
  }
  reader.at += 1;
  return { kind: 'object', entries };
}

/** A quoted template. An unterminated one ends with its line. */
function readString(reader: Reader): HclExpression {
  const { text } = reader;
  const start = reader.at + 1;
  let at = start;
  while (at < text.length && text[at] !== '"' && text[at] !== '\n') {
    if (text[at] === '\\') at += 2;
    else if (text.startsWith('${', at) || text.startsWith('%{', at)) at = isEscapedTemplate(text, at) ? at + 2 : endOfInterpolation(text, at + 2);
    else at += 1;
  }
  reader.at = text[at] === '"' ? at + 1 : Math.min(at, text.length);
  return readTemplate(text.slice(start, Math.min(at, text.length)));
}

/** `$${` and `%%{` stand for themselves. */
function isEscapedTemplate(text: string, at: number): boolean {
  return at > 0 && text[at - 1] === text[at];
}

/** The offset behind the brace that closes an interpolation; strings in it may hold braces. The line is the limit. */
function endOfInterpolation(text: string, from: number): number {
  let open = 1;
  let quoted = false;
  let at = from;
  for (; at < text.length && text[at] !== '\n' && open > 0; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '{') open += 1;
    else if (!quoted && character === '}') open -= 1;
  }
  return at;
}

/** The inside of a quoted template, also as the JSON form of HCL has it. */
export function readTemplate(inside: string): HclExpression {
  const parts: HclExpression[] = [];
  let literal = '';
  let at = 0;
  while (at < inside.length) {
    const character = inside.charAt(at);
    const opens = inside.startsWith('${', at) || inside.startsWith('%{', at);
    if (opens && isEscapedTemplate(inside, at)) {
      // The first of the two characters is in the literal already.
      literal += '{';
      at += 2;
    } else if (opens) {
      const end = endOfInterpolation(inside, at + 2);
      const name = inside.slice(at + 2, end - 1).trim();
      parts.push({ kind: 'text', text: literal }, character === '$' && /^[A-Za-z_][\w-]*$/.test(name) ? { kind: 'variable', name } : unknown);
      literal = '';
      at = end;
    } else if (character === '\\') {
      literal += escapes[inside.charAt(at + 1)] ?? inside.slice(at, at + 2);
      at += 2;
    } else {
      literal += character;
      at += 1;
    }
  }
  if (parts.length === 0) return { kind: 'text', text: literal };
  return { kind: 'template', parts: [...parts, { kind: 'text', text: literal }] };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function plainText(expression: HclExpression): string | null {
  return expression.kind === 'text' ? expression.text : null;
}

/**
 * Passes over an expression that is not understood: to the end of the line, or to a comma or the end of the line in
 * brackets, but never out of the brackets that it stands in.
 */
function skipUntil(reader: Reader, end: 'line' | 'item'): void {
  let open = 0;
  while (reader.at < reader.text.length) {
    const next = peek(reader);
    if (next === '"') {
      readString(reader);
      continue;
    }
    if (open === 0 && (next === '\n' || (end === 'item' && next === ','))) return;
    if (skipComment(reader) || skipHereDocument(reader)) continue;
    if (next === '[' || next === '{' || next === '(') open += 1;
    if (next === ']' || next === '}' || next === ')') {
      if (open === 0) return;
      open -= 1;
    }
    reader.at += 1;
  }
}

/** The same, but always further. */
function skipItem(reader: Reader): void {
  const start = reader.at;
  skipUntil(reader, 'item');
  if (reader.at === start) reader.at += 1;
}

function skipBlank(reader: Reader, over: 'line' | 'lines'): void {
  const blank = over === 'lines' ? /\s*/y : /[ \t]*/y;
  do {
    blank.lastIndex = reader.at;
    reader.at += blank.exec(reader.text)?.[0].length ?? 0;
  } while (skipComment(reader));
}

/** A comment of one line leaves the end of the line where it is. */
function skipComment(reader: Reader): boolean {
  const { text, at } = reader;
  if (text[at] !== '#' && text[at] !== '/') return false;
  if (text[at] === '#' || text.startsWith('//', at)) {
    const end = text.indexOf('\n', at);
    reader.at = end < 0 ? text.length : end;
    return true;
  }
  if (!text.startsWith('/*', at)) return false;
  const end = text.indexOf('*/', at + 2);
  reader.at = end < 0 ? text.length : end + 2;
  return true;
}

function skipHereDocument(reader: Reader): boolean {
  hereDocument.lastIndex = reader.at;
  const opening = hereDocument.exec(reader.text);
  if (opening === null) return false;
  const [all, marker = ''] = opening;
  const body = reader.at + all.length;
  const closing = new RegExp(`^[ \\t]*${marker}[ \\t]*\\r?$`, 'm').exec(reader.text.slice(body));
  reader.at = closing === null ? reader.text.length : body + closing.index + closing[0].length;
  return true;
}

function peek(reader: Reader): string {
  return reader.text.charAt(reader.at);
}

function take(reader: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found === undefined) return null;
  reader.at += found.length;
  return found;
}
