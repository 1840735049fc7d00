/** What is different in the image, on purpose, and which transforms are the reason. */
import { code, message, shortened } from '../../report/inert-markdown.ts';
import type { Section, Subject } from './section.ts';
import { longestMessage } from './section.ts';

export function claims({ files }: Subject): Section | null {
  const claimed = new Map<string, Set<string>>();
  for (const { transform, claims: its } of files.flatMap(({ fixes }) => fixes)) {
    for (const { message: text } of its) claimed.set(text, (claimed.get(text) ?? new Set()).add(transform));
  }
  if (claimed.size === 0) return null;
  const lines = [...claimed].map(([text, transforms]) => `- ${message(capital(shortened(text, longestMessage)))} (${[...transforms].map(code).join(', ')})`);
  return { title: 'What is different', lines, least: 1 };
}

/** A name of a file stays as it is. */
function capital(text: string): string {
  return text.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
}
