import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Progress } from '../src/cli/progress.ts';
import { progressOn } from '../src/cli/progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Seen {
  readonly progress: Progress;
  /** All that was written. */
  readonly written: () => string;
  /** What stands in the line now. */
  readonly line: () => string;
}

function progressFor(total: number, isTerminal = true, environment: Readonly<Record<string, string>> = { TERM: 'xterm' }): Seen {
  let text = '';
  const progress = progressOn({ isTerminal, columns: () => 80, write: (content) => void (text += String(content)) }, total, environment);
  return { progress, written: () => text, line: () => text.slice(Math.max(text.lastIndexOf('\n') + 1, text.lastIndexOf('\u001B[K') + '\u001B[K'.length)).replace(/^[█░]+ /, '') };
}

test.each([
  ['elsewhere than on a terminal', false, { TERM: 'xterm' }],
  ['in CI, whether it has a terminal or not', true, { TERM: 'xterm', CI: 'true' }],
  ['on a terminal that can do nothing', true, { TERM: 'dumb' }],
])('%s nothing is said but what came of each', (_, isTerminal, environment) => {
  const { progress, written } = progressFor(2, isTerminal, environment);
  progress.show('a', '');
  progress.ended('a');
  progress.done('a', 'unchanged');
  progress.done('b', null);
  progress.clear();
  vi.advanceTimersByTime(1000);
  progress.end();
  expect(written()).toBe('[1/2] a: unchanged\n');
});

test('what is in work is shown, also where it was begun right after something else was drawn', () => {
  const { progress, line } = progressFor(3);
  progress.show('a', '');
  progress.done('a', 'unchanged');
  progress.show('b', '');
  vi.advanceTimersByTime(100);
  expect(line()).toBe('1/3 b');
  progress.show('b', '3 of 9 Dockerfiles');
  vi.advanceTimersByTime(100);
  expect(line()).toBe('1/3 b (3 of 9 Dockerfiles)');
});

test('the line is there again after others were written', () => {
  const { progress, line } = progressFor(3);
  progress.show('a', '');
  progress.clear();
  expect(line()).toBe('');
  vi.advanceTimersByTime(1000);
  expect(line()).toBe('0/3 a');
});

test('what ended before its turn counts, and is not shown as if it were in work', () => {
  const { progress, line } = progressFor(3);
  progress.show('slow', '');
  progress.show('quick', '');
  progress.ended('quick');
  vi.advanceTimersByTime(100);
  expect(line()).toBe('1/3 slow');
  progress.done('slow', null);
  progress.done('quick', null);
  vi.advanceTimersByTime(100);
  expect(line()).toBe('2/3 ');
});

test('once it ended, the line is empty and stays so', () => {
  const { progress, line, written } = progressFor(2);
  progress.show('a', '');
  progress.show('b', '');
  progress.end();
  vi.advanceTimersByTime(1000);
  progress.clear();
  expect(line()).toBe('');
  expect(written().endsWith('\r\u001B[K')).toBe(true);
});

test('as long as it is not known of how many, nothing is shown', () => {
  const { progress, written } = progressFor(0);
  progress.show('a', '');
  progress.clear();
  vi.advanceTimersByTime(1000);
  expect(written()).toBe('');
});
