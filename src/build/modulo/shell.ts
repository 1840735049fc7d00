import { inOrder } from '../../dockerfile/in-order.ts';

/**
 * What a shell script asks of its shell and of the programs around it, read from its text: with functions, loops and
 * here-documents alike. It errs on the side of finding something.
 */

/** The script without comments; what stands in single quotes is kept or left blank. */
export function code(text: string, keepQuoted: boolean): string {
  let result = '';
  let quote: "'" | '"' | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote === "'") {
      if (character === "'") quote = null;
      result += character === "'" || keepQuoted || character === '\n' ? character : ' ';
      continue;
    }
    if (character === '\\' && at + 1 < text.length) {
      result += character + (text[at + 1] ?? '');
      at += 1;
      continue;
    }
    if (character === '"') quote = quote === '"' ? null : '"';
    else if (character === "'" && quote === null) quote = "'";
    else if (character === '#' && quote === null && /(?:^|[\s;&|(])$/.test(text.slice(Math.max(0, at - 1), at))) {
      while (at + 1 < text.length && text[at + 1] !== '\n') at += 1;
      continue;
    }
    result += character;
  }
  return result;
}

interface Difference {
  readonly pattern: RegExp;
  /** What stands behind it, before one of the separators. */
  readonly behind?: RegExp;
  readonly separators?: RegExp;
  readonly what: string;
}

/**
 * What BusyBox's ash takes and dash (0.5.12) does not, or takes otherwise. Most were tried on both; bash does with all
 * of them what ash does.
 */
const differences: readonly Difference[] = [
  { pattern: /(?:^|[\s;&|(!])\[\[\s/m, what: '`[[ … ]]`' },
  { pattern: /(?:^|[\s(!])(?:\[|test)\s/, behind: /\s==(?:\s|$)/, separators: /[\n;&|\]]/, what: '`==` in a test' },
  { pattern: /(?:^|[;&|({!]|\b(?:then|do|else))[ \t]*source\s/m, what: '`source`' },
  { pattern: /(?:^|[;&|({])[ \t]*function\s+\w/m, what: '`function`' },
  { pattern: /\$\{\w+\//, what: '`${name/a/b}`' },
  { pattern: /\$\{\w+:\s*[\d$(]/, what: '`${name:1:2}`' },
  { pattern: /\$\{!\w+\}/, what: '`${!name}`' },
  { pattern: /[<>]\(/, what: 'process substitution' },
  { pattern: /(?:^|[\s;&|(])let\s+["'\w]/m, what: '`let`' },
  { pattern: /(?:^|[\s;&|(])read\s+(?:-\w+\s+)*-\w*[stndN]/m, what: '`read -s`' },
  { pattern: /\$'/, what: "`$'…'`" },
  { pattern: /(?:^|[\s;&|({])echo\s+-\w*[eE]/m, what: '`echo -e`' },
  { pattern: /(?:^|[\s;&|({])echo\s/, behind: /\\[abcfnrtv0\\]/, separators: /\n/, what: 'a backslash in `echo`' },
  { pattern: /&>/, what: '`&>`' },
  { pattern: /<<</, what: '`<<<`' },
  { pattern: /\$\{?RANDOM\b/, what: '`$RANDOM`' },
  { pattern: /\$\{?HOSTNAME\b/, what: '`$HOSTNAME`' },
  { pattern: /(?:^|[\s(])set\s/, behind: /pipefail/, separators: /[\n;&|]/, what: '`set -o pipefail`' },
  { pattern: /\$\(\([^()]*(?:\+\+|--|\*\*)/, what: '`++` in arithmetic' },
  { pattern: /(?:^|[;&|({])[ \t]*declare\s/m, what: '`declare`' },
  { pattern: /(?:^|[\s;&|(])exec\s+-a\s/m, what: '`exec -a`' },
  { pattern: /(?:^|[\s&|(])trap(?=\s)/, behind: /\sERR\b/, separators: /[\n;]/, what: '`trap … ERR`' },
  { pattern: /(?:^|[\s;&|(])\w+=\(/m, what: 'an array' },
];

/** The first construct of a script that dash would not take as ash does; null if there is none. */
export function dashObstacle(text: string): string | null {
  const quotedBlank = code(text, false);
  const whole = code(text, true);
  // `$'…'` and backslashes in echo stand in the quotes themselves; a nested `sh -c '…'` is run by the same shell.
  const inQuotes = (what: string): boolean => what === "`$'…'`" || what === 'a backslash in `echo`' || /\bsh\s+-\w*c\s+'/.test(whole);
  const found = differences.find(({ pattern, behind, separators, what }) => {
    const searched = inQuotes(what) ? whole : quotedBlank;
    return behind === undefined ? pattern.test(searched) : inOrder(searched, pattern, behind, separators);
  });
  return found?.what ?? null;
}

/** Options of BusyBox's programs that the programs of Debian's packages have not, or take otherwise. */
const otherForms: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/(?:^|[\s;&|(`])nc\s(?:[^\n;&|)]*\s)?-(?:\w*e|ll\w*)(?=\s)/m, '`nc -e`'],
  [/(?:^|[\s;&|(`])timeout\s+-t(?=\s)/m, '`timeout -t`'],
  [/(?:^|[\s;&|(`])date\s[^\n;&|)]*-D(?=\s)/m, '`date -D`'],
  [/(?:^|[\s;&|(`])(?:md5|sha\d+)sum\s+(?:-\w+\s+)*-\w*s/m, '`sha256sum -s`'],
  // That of procps shows the processes of its own terminal only.
  [/(?:^|[;&|(`]|\bdo|\bthen|\bif|\bwhile|\bCMD)\s*ps[ \t]*(?:\||\)|;|$)/m, '`ps` without options'],
];

/** A program that is called as only BusyBox's takes it; null if none is seen. */
export function otherForm(text: string): string | null {
  const plain = code(text, true);
  return otherForms.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

/** Words that stand before a command and are none. */
const keywords = new Set(['done', 'fi', 'esac', 'if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', 'time', 'exec', 'command', 'nohup', 'env', 'sudo', 'xargs', 'eval']);

/** Programs that run another one: how many operands come before it. */
const launchers: ReadonlyMap<string, number> = new Map([['su-exec', 1], ['gosu', 1], ['tini', 0], ['dumb-init', 0], ['timeout', 1], ['chroot', 1], ['nice', 0], ['watch', 0]]);

/** Names of the programs that a script's text runs, as written: `/sbin/tini`, `wget`. */
export function programsIn(text: string): ReadonlySet<string> {
  const plain = code(text, true).replaceAll(/\\\r?\n/g, ' ').replaceAll(/(\s-\w*c\s+)["']/g, '$1; ');
  return new Set(plain.split(/[;&|(){}`\n]/).flatMap((segment) => programsOf(segment.split(/\s+/).filter((word) => word !== ''))));
}

/** The programs that one command runs: its own, and those that it launches. */
export function programsOf(words: readonly string[]): readonly string[] {
  const found: string[] = [];
  let skip = 0;
  for (const raw of words) {
    const word = raw.replaceAll(/["']/g, '');
    if (keywords.has(word) || /^[A-Za-z_]\w*=/.test(word) || word.startsWith('-')) continue;
    if (skip > 0) {
      skip -= 1;
      continue;
    }
    if (/^[\w./+-]+$/.test(word)) found.push(word);
    const operands = launchers.get(baseName(word));
    if (operands === undefined) break;
    skip = operands;
  }
  return found;
}

export function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
