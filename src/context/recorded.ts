import type { BuildContext, Path } from '../types.ts';

/** A build context that keeps what it was asked, so that what was worked out with it may be kept under other rules. */
export interface RecordedContext extends BuildContext {
  /** Goes on with another context, if that one gives the same answers to all that was asked; false if it does not. */
  readonly moveTo: (next: BuildContext) => boolean;
}

const questions = ['has', 'kind', 'read', 'readAnyUnicode', 'list', 'executable', 'hides'] as const;

type Question = (typeof questions)[number];

type Answers = { readonly [Asked in Question]: Map<Path, ReturnType<BuildContext[Asked]>> };

export function recorded(start: BuildContext): RecordedContext {
  let current = start;
  let isListed = false;
  const answers: Answers = { has: new Map(), kind: new Map(), read: new Map(), readAnyUnicode: new Map(), list: new Map(), executable: new Map(), hides: new Map() };
  const asked = <Answer>(known: Map<Path, Answer>, path: Path, ask: (path: Path) => Answer): Answer => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const answer = ask(path);
    known.set(path, answer);
    return answer;
  };
  return {
    root: start.root,
    has: (path) => asked(answers.has, path, current.has),
    kind: (path) => asked(answers.kind, path, current.kind),
    read: (path) => asked(answers.read, path, current.read),
    readAnyUnicode: (path) => asked(answers.readAnyUnicode, path, current.readAnyUnicode),
    list: (path) => asked(answers.list, path, current.list),
    executable: (path) => asked(answers.executable, path, current.executable),
    hides: (path) => asked(answers.hides, path, current.hides),
    files(under) {
      isListed = true;
      return current.files(under);
    },
    moveTo(next) {
      const answersAlike = (question: Question): boolean => {
        for (const [path, answer] of answers[question]) if (!isEqual(answer, next[question](path))) return false;
        return true;
      };
      const isSame = !isListed && questions.every(answersAlike);
      if (isSame) current = next;
      return isSame;
    },
  };
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, index) => one === b[index]);
  return a === b;
}
