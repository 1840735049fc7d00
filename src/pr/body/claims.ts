/** What is different in the image, on purpose. */
import { message, shortened } from './markdown.ts';
import type { Section, Subject } from './section.ts';
import { longestMessage } from './section.ts';

export function claims({ files }: Subject): Section | null {
  const claimed = new Set(files.flatMap(({ fixes }) => fixes.flatMap((fix) => fix.claims.map((claim) => claim.message))));
  if (claimed.size === 0) return null;
  return { title: 'What is different', lines: [...claimed].map((one) => `- ${message(capital(shortened(one, longestMessage)))}`), least: 1 };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
