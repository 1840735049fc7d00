/** What changes: the files, and what each transform does and why. */
import { code, message } from '../../report/inert-markdown.ts';
import type { Section, Subject } from './section.ts';

export function changes({ files, transforms }: Subject): Section | null {
  const changed = files.filter((file) => file.changed).map(({ path, status }) => `${code(path)}${status === 'created' ? ' (new)' : ''}`);
  if (changed.length === 0) return null;
  const shown = changed.slice(0, mostFiles);
  const more = changed.length > shown.length ? ` and ${changed.length - shown.length} more` : '';
  const kinds = transforms.map(({ id, title, why }) => `- **${message(title)}** (${code(id)}). ${message(why)}`);
  return { title: 'What changes', lines: [`${shown.join(', ')}${more}.`, '', ...kinds, ...(transforms.length > 1 ? ['', 'One commit for each of these, in this order.'] : [])], least: 1 };
}

const mostFiles = 30;
