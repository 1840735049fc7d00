/**
 * Text of a repository in the Markdown of a forge: it is shown as it is, and does nothing. It mentions nobody, refers to
 * no issue, is no link, no HTML, no formula, and no command to the forge.
 */
import { printable } from './words.ts';

/** A message: words, and code between backticks. Repositories' texts stand in it anywhere. */
export function message(text: string): string {
  const pieces = printable(text).split('`');
  // Without its partner a backtick is a character like others.
  const isBalanced = pieces.length % 2 === 1;
  return pieces.map((piece, index) => (index % 2 === 1 && (isBalanced || index < pieces.length - 1) ? code(piece) : words(piece))).join('');
}

/** Words outside code. What a forge makes of characters in them is in the lists of GitHub and GitLab of references. */
export function words(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|~{}]/g, String.raw`\$&`)
    .replaceAll('$', '<span>$</span>')
    .replaceAll(reference, `$&${nothing}`)
    .replaceAll(/\b(GH|www)(?=[-.])/gi, `$1${nothing}`)
    .replace(/^(\s*)([#+\-=]|\d+[.)])(?=\s|$)/, `$1${nothing}$2`);
}

/** People, issues, merge requests, labels, milestones, epics, alerts, emoji, and the middle of an address. */
const reference = /[@#!%^~](?=[\w"])|&amp;(?=\d)|:(?=\/\/|[\w+-]+:)|\\\[(?=\w+:)/g;

/** No space, and it keeps apart what would be something together. */
const nothing = '&#8203;';

/** A code span, whatever is in it: its fence is longer than every row of backticks. */
export function code(text: string): string {
  const shown = printable(text).replaceAll('\n', ' ');
  if (shown.trim() === '') return '` `';
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = '`'.repeat(longest + 1);
  const space = shown.startsWith('`') || shown.endsWith('`') || (shown.startsWith(' ') && shown.endsWith(' ')) ? ' ' : '';
  return `${fence}${space}${shown}${space}${fence}`;
}

/** The address is made by dockfix, from what cannot end it. */
export function link(text: string, address: string): string {
  return `[${text}](${address.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll(/[\s<>]/g, encodeURIComponent)})`;
}

export function shortened(text: string, limit: number): string {
  return text.length > limit ? `${beginningOf(text, limit - 2)} …` : text;
}

/** At most so many UTF-16 units, and no half of a character, which a forge may take for an error. */
export function beginningOf(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
}
