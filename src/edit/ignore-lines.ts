import type { Edit, Path } from '../types.ts';

/** The comment that stands above what is added. */
export const heading = '# Not needed in the image';

/** The edit that adds patterns at the end of an ignore file, or creates it; `title` stands above them. */
export function appended(file: Path, text: string | null, patterns: readonly string[], newlineElsewhere: string, title = heading): Edit {
  const existing = text ?? '';
  const newline = lastNewline(existing) ?? newlineElsewhere;
  const lines = endsInOwnGroup(existing, title) ? patterns : [title, ...patterns];
  const added = `${separator(existing, newline, title)}${lines.join(newline)}${newline}`;
  return { file, span: { start: existing.length, end: existing.length }, text: added };
}

/** An empty line before the group, whatever the file ends with; none inside a group. */
function separator(text: string, newline: string, title: string): string {
  if (text.replace(/^\uFEFF/, '') === '') return '';
  const endOfLine = text.endsWith('\n') ? '' : newline;
  if (endsInOwnGroup(text, title)) return endOfLine;
  return /(?:^|\n)[ \t]*\r?\n$/.test(text) ? endOfLine : endOfLine + newline;
}

/** Has an earlier run left its group at the end? What comes now belongs to it. */
function endsInOwnGroup(text: string, title: string): boolean {
  const lines = text.split(/\r?\n/);
  const at = lines.lastIndexOf(title);
  return at >= 0 && lines.slice(at + 1).join('\n').trim() !== '' && lines.slice(at + 1, -1).every((line) => line.trim() !== '' && !line.startsWith('#'));
}

function lastNewline(text: string): string | null {
  const at = text.lastIndexOf('\n');
  if (at < 0) return null;
  return text[at - 1] === '\r' ? '\r\n' : '\n';
}
