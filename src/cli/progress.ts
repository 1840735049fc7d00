/** How far a run over many repositories is. */
import { printable } from '../report/words.ts';
import type { OutputStream } from './streams.ts';

export interface Progress {
  /** Something was begun, or went on. */
  readonly show: (name: string, detail: string) => void;
  /** It is in work no longer; what came of it may be said later. */
  readonly ended: (name: string) => void;
  /** What came of one is said; null if it was said already. */
  readonly done: (name: string, what: string | null) => void;
  /** Makes room for other lines. */
  readonly clear: () => void;
  /** Nothing is shown from now on. */
  readonly end: () => void;
}

/** Milliseconds between two pictures. */
const frameTime = 80;
const barWidth = 24;

type Environment = Readonly<Record<string, string | undefined>>;

/** On a terminal one line that changes; elsewhere, and in CI, which may have a terminal that nobody watches, one line for each repository that is done. */
export function progressOn(stream: OutputStream, total: number, { CI, TERM }: Environment = process.env): Progress {
  const isWatched = stream.isTerminal && (CI ?? '') === '' && TERM !== 'dumb';
  /** By name, with the details; what went on last is the last. */
  const inWork = new Map<string, string>();
  const unsaid = new Set<string>();
  let said = 0;
  let last = 0;
  let isShown = false;
  let isOver = !isWatched || total === 0;
  let timer: NodeJS.Timeout | null = null;
  const erase = (): void => {
    if (isShown) stream.write('\r\u001B[K');
    isShown = false;
  };
  const draw = (): void => {
    timer = null;
    last = Date.now();
    isShown = true;
    const [name, detail] = [...inWork].at(-1) ?? ['', ''];
    const line = `${bar(said + unsaid.size, total)} ${said + unsaid.size}/${total} ${printable(name)}${detail === '' ? '' : ` (${detail})`}`;
    stream.write(`\r\u001B[K${line.slice(0, stream.columns() - 1)}`);
  };
  /** What it shows last stays for as long as nothing happens, so that is always drawn. */
  const drawSoon = (): void => {
    if (isOver || timer !== null) return;
    const wait = last + frameTime - Date.now();
    if (wait <= 0) draw();
    else timer = setTimeout(draw, wait).unref();
  };
  return {
    show(name, detail) {
      inWork.delete(name);
      inWork.set(name, detail);
      drawSoon();
    },
    ended(name) {
      inWork.delete(name);
      unsaid.add(name);
      drawSoon();
    },
    done(name, what) {
      inWork.delete(name);
      unsaid.delete(name);
      said += 1;
      if (isWatched) drawSoon();
      else if (what !== null) stream.write(`[${said}/${total}] ${printable(name)}: ${what}\n`);
    },
    clear() {
      if (!isShown) return;
      erase();
      timer ??= setTimeout(draw, frameTime).unref();
    },
    end() {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
      erase();
    },
  };
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? barWidth : Math.floor((done / total) * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}
