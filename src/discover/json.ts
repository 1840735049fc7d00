/** JSON as editors and tools take it: with comments and trailing commas. */

/** The text with blanks in place of comments and of commas that nothing follows; strings are left alone. */
export function withoutComments(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  const blank = (from: number, to: number): void => {
    parts.push(text.slice(kept, from), text.slice(from, to).replace(/[^\n]/g, ' '));
    kept = to;
  };
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    const comment = endOfComment(text, at);
    if (comment > at) blank(at, comment);
    else if (character === ',' && /[}\]]/.test(text.charAt(endOfBlank(text, at + 1)))) blank(at, at + 1);
    at = comment > at ? comment : character === '"' ? endOfString(text, at) : at + 1;
  }
  return [...parts, text.slice(kept)].join('');
}

/** Behind a comment that starts here; the same place if none does. */
function endOfComment(text: string, at: number): number {
  if (text[at] !== '/') return at;
  const close = text[at + 1] === '/' ? '\n' : text[at + 1] === '*' ? '*/' : null;
  if (close === null) return at;
  const end = text.indexOf(close, at + 2);
  return end < 0 ? text.length : close === '\n' ? end : end + close.length;
}

/** Behind white space and comments. */
function endOfBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    const next = /\s/.test(text.charAt(at)) ? at + 1 : endOfComment(text, at);
    if (next === at) return at;
    at = next;
  }
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
