/**
 * What the text of a pull request says to the next run, in comments that nobody sees. Nothing else is remembered: every
 * run reads the forge anew.
 */
import { createHash } from 'node:crypto';

export interface Marks {
  /** Of what changes: which files, from what to what. */
  readonly change: string;
  /** Of the text and of the title as dockfix wrote them: what a person writes into them stays. */
  readonly text: string;
  readonly title: string;
  /** Labels and reviewers are there. */
  readonly isSetUp: boolean;
  /** dockfix itself closed it. */
  readonly isClosed: boolean;
}

const pattern = /<!-- dockfix change=([0-9a-f]{16}) text=([0-9a-f]{16}) title=([0-9a-f]{16})( to-set-up)?( closed)? -->/g;

export function digest(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

export function writeMarks({ change, text, title, isSetUp, isClosed }: Marks): string {
  return `<!-- dockfix change=${change} text=${text} title=${title}${isSetUp ? '' : ' to-set-up'}${isClosed ? ' closed' : ''} -->`;
}

/** Null if there are none: then dockfix did not write the text, or a person has replaced it. They come last: before them stands what a repository says. */
export function readMarks(body: string): Marks | null {
  const found = [...body.matchAll(pattern)].at(-1);
  if (found === undefined) return null;
  const [, change = '', text = '', title = '', toSetUp, closed] = found;
  return { change, text, title, isSetUp: toSetUp === undefined, isClosed: closed !== undefined };
}

/** The text with other marks; without any it gets some, so that the next run knows who closed it. */
export function withMarks(body: string, change: Partial<Pick<Marks, 'isSetUp' | 'isClosed'>>): string {
  const marks = readMarks(body);
  const unknown = '0'.repeat(16);
  if (marks === null) return `${body}\n\n${writeMarks({ change: unknown, text: unknown, title: unknown, isSetUp: true, isClosed: false, ...change })}`;
  const [written, wanted] = [writeMarks(marks), writeMarks({ ...marks, ...change })];
  const at = body.lastIndexOf(written);
  return body.slice(0, at) + wanted + body.slice(at + written.length);
}

const again = '<!-- dockfix-again -->';

/** The box that asks for a pull request that was closed. */
export const askAgainBox = `- [ ] ${again}`;

export function asksAgain(body: string): boolean {
  return new RegExp(String.raw`^\s*[-*] \[[xX]\] ${again}`, 'm').test(body);
}

/** Of the comment that says why a pull request is closed. */
export const closingMark = '<!-- dockfix-closing -->';
