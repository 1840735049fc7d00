/** How far a run over many repositories is. */
import { printable } from '../report/words.ts';
import type { OutputStream } from './streams.ts';

export interface Progress {
  /** Something was begun, or went on. */
  readonly show: (name: string, detail: string) => void;
  /** One more is done; null if what came of it was said already. */
  readonly done: (name: string, what: string | null) => void;
  /** Makes room for other lines. */
  readonly clear: () => void;
}

/** Milliseconds between two pictures. */
const frameTime = 80;
const barWidth = 24;

/** On a terminal one line that changes; elsewhere one line for each repository that is done. */
export function progressOn(stream: OutputStream, total: number): Progress {
  let done = 0;
  let last = 0;
  let isShown = false;
  const clear = (): void => {
    if (isShown) stream.write('\r\u001B[K');
    isShown = false;
  };
  const draw = (name: string, detail: string): void => {
    if (!stream.isTerminal || Date.now() - last < frameTime) return;
    last = Date.now();
    isShown = true;
    const line = `${bar(done, total)} ${done}/${total} ${printable(name)}${detail === '' ? '' : ` (${detail})`}`;
    stream.write(`\r\u001B[K${line.slice(0, stream.columns() - 1)}`);
  };
  return {
    show: draw,
    done(name, what) {
      done += 1;
      if (stream.isTerminal) draw(name, '');
      else if (what !== null) stream.write(`[${done}/${total}] ${printable(name)}: ${what}\n`);
    },
    clear,
  };
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? barWidth : Math.floor((done / total) * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}
