import { isWithin, relativeTo, resolvePath } from '../../src/build/places.ts';
import type { Argument, Call, ImageView } from '../../src/commands/command.ts';

/** What a test says of an image; all else is a plain root user in /app on a base with Python in /usr/local. */
export interface ImageFacts {
  readonly cwd?: string;
  readonly user?: string;
  readonly home?: string;
  /** `undefined` as a value: the base image may set the variable. Others are not set. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Text of files, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files that a command made without includes; their text is not known. */
  readonly selfContained?: readonly string[];
  /** Paths of which the image does not know whether they are there. */
  readonly unknown?: readonly string[];
  /** Directories that may hold more than the files named here. */
  readonly incomplete?: readonly string[];
  readonly pythonPrefix?: string;
  /** What installs into any region say of themselves. */
  readonly installedBy?: readonly string[];
  readonly libc?: 'glibc' | 'musl';
  readonly platform?: string;
}

/** An image view made by hand. */
export function imageView(facts: ImageFacts = {}): ImageView {
  const cwd = facts.cwd ?? '/app';
  const home = facts.home ?? '/root';
  const files = new Map(Object.entries(facts.files ?? {}));
  const variables = new Map(Object.entries(facts.variables ?? {}));
  const resolve = (path: string): string =>
    path === '~' || path.startsWith('~/') ? resolvePath(home, `.${path.slice(1)}`) : resolvePath(cwd, path);
  return {
    cwd,
    user: facts.user ?? 'root',
    home,
    variable: (name) => (variables.has(name) ? variables.get(name) : null),
    presence: (path) => {
      if (facts.unknown?.includes(path)) return 'unknown';
      const known = facts.selfContained?.includes(path) || [...files.keys()].some((name) => isWithin(name, path));
      return known ? 'yes' : 'no';
    },
    text: (path) => files.get(path),
    list: (path) => {
      const below = [...files.keys()].filter((name) => name !== path && isWithin(name, path));
      const names = new Set(below.map((name) => relativeTo(name, path).split('/')[0] ?? ''));
      return { names: [...names].toSorted(), complete: !facts.incomplete?.includes(path) };
    },
    installedBy: () => facts.installedBy ?? [],
    isSelfContained: (path) => facts.selfContained?.includes(path) ?? false,
    resolve,
    libc: facts.libc ?? null,
    platform: facts.platform ?? null,
    pythonPrefix: (program) => {
      const directory = program?.includes('/') ? /^(.*)\/bin\/[^/]+$/.exec(resolve(program)) : null;
      return directory ? directory[1] || '/' : (facts.pythonPrefix ?? '/usr/local');
    },
  };
}

/** A word of a command line as a test writes it: text, or an argument with its doubts. */
export type Word = string | Partial<Argument>;

/**
 * A call from words. A text is split at white space and taken as literal, with `?`, `*` and `[…]` as globs; an
 * object is one argument.
 */
export function call(...words: readonly Word[]): Call {
  const [first, ...args] = words.flatMap((word): readonly Word[] =>
    typeof word === 'string' ? word.split(/\s+/).filter((part) => part !== '') : [word],
  );
  const written = typeof first === 'string' ? first : '';
  const moduleOf = args[0] === '-m' && /python[\d.]*$/.test(written) ? args[1] : undefined;
  const program = typeof moduleOf === 'string' ? moduleOf : written.slice(written.lastIndexOf('/') + 1);
  const rest = typeof moduleOf === 'string' ? args.slice(2) : args;
  return {
    program,
    programPath: typeof moduleOf !== 'string' && written.includes('/') ? written : null,
    interpreter: typeof moduleOf === 'string' ? written : null,
    args: rest.map((word) => argument(word)),
    span: { start: 0, end: 0 },
  };
}

export function argument(word: Word): Argument {
  if (typeof word !== 'string') return { text: '', known: true, glob: false, raw: word.text ?? '', span: { start: 0, end: 0 }, ...word };
  return { text: word, known: true, glob: /[*?]|\[.*\]/.test(word), raw: word, span: { start: 0, end: word.length } };
}
