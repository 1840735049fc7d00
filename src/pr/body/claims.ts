/** What is different in the image, on purpose. */
import { message, shortened } from './markdown.ts';
import type { Section, Subject } from './section.ts';
import { longestMessage } from './section.ts';

export function claims({ files }: Subject): Section | null {
  const claimed = new Set(files.flatMap(({ fixes }) => fixes.flatMap((fix) => fix.claims.map((claim) => claim.message))));
  if (claimed.size === 0) return null;
  return { title: 'What is different', lines: [...claimed].map((one) => `- ${message(capital(shortened(one, longestMessage)))}`), least: 1 };
}

/** A name of a file stays as it is. */
function capital(text: string): string {
  return text.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
}
