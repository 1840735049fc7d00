/** Words of the shell to arguments: variables, substitutions, and what is not known of them. */
import type { Argument, ImageView } from '../commands/command.ts';
import { file } from '../commands/command.ts';
import { readPlaces } from '../commands/operands.ts';
import type { Word, WordPart } from '../dockerfile/shell.ts';
import { flatMap } from '../lists.ts';
import { lookUp } from './image-tree.ts';
import type { Place } from './places.ts';
import { accountsRegion, baseSymbol, isSymbolic, osRegion, symbol } from './places.ts';
import type { Runner } from './runner.ts';

/** What is made from a variable whose value is not known is not known either. */
export function setVariable(runner: Runner, name: string, value: string | null, raw: string): void {
  const isUnknown = raw.includes('$') && (raw.match(/[A-Za-z_]\w*/g) ?? []).some((word) => runner.unknown.has(word));
  runner.surroundings.variables.set(name, value);
  if (isUnknown) runner.unknown.add(name);
  else runner.unknown.delete(name);
}

/** The value of `NAME=word`, as text or symbol. */
export function assignedValue(runner: Runner, value: Word): string {
  const args = expandWord(runner, value, false);
  return args.every((arg) => arg.known) && runner.substituted.length === 0 ? joinedText(args) : namedValue(runner, value.raw);
}

/** A value that is not worked out, by its text and by all that decides it. */
export function namedValue({ view, state, substituted }: Runner, raw: string): string {
  const variables = [...new Set(raw.match(/[A-Za-z_]\w*/g))].map((name) => `${name}=${view.variable(name) ?? ''}`);
  const places = substituted.map(({ path }) => lookUp(state.tree, path).data);
  return symbol([raw, ...variables, ...places].join(' '));
}

/** Arguments as one text; what is not known of them as symbols. */
export function joinedText(args: readonly Argument[]): string {
  return args.map((arg) => (arg.known ? arg.text : symbol(arg.raw))).join(' ');
}

/** Substitutions that only ask the machine, and give the same answer wherever they stand. */
export const machineSubstitution = /^(?:\$\(|`)\s*(?:date(?![^;&|<>$`()]*\s-(?![uRId]|-(?:utc|universal|iso|rfc|date)))(?:\s[^;&|<>$`()]*)?|(?:nproc(?: --all)?|uname(?: -[a-z]+)?|arch|dpkg --print-architecture|apk --print-arch|rpm -E %\w+|hostname|getconf \w+)\s*)(?:\)|`)$/;
const systemSubstitution = /^(?:\$\(|`)\s*(?:lsb_release -[a-z]+|\. \/etc\/os-release (?:&&|;) echo "?\$\{?\w+\}?"?)\s*(?:\)|`)$/;
const userSubstitution = /^(?:\$\(|`)\s*(?:id -[a-zA-Z]+ [\w-]+)\s*(?:\)|`)$/;
const selfSubstitution = /^(?:\$\(|`)\s*(?:whoami|id -[a-zA-Z]+)\s*(?:\)|`)$/;
const directorySubstitution = /^(?:\$\(|`)\s*pwd\s*(?:\)|`)$/;

/** A substitution of any kind; `$((…))` alone runs nothing. */
const runsCommands = /\$\((?!\()|`|[<>]\(/;

/** `$((i++))`, `$((i=1))`. */
const assignsInArithmetic = /^\$(?:\(\(|\[).*(?:\+\+|--|[^=!<>]=[^=])/s;

/** What the shell itself sets, or some shells do. */
const setByShell = /^(?:[?$!#@*0-9-]|\d+|_|BASH\w*|DIRSTACK|EPOCH\w+|E?UID|FUNCNAME|GROUPS|HOSTNAME|HOSTTYPE|LINENO|MACHTYPE|OLDPWD|OPTARG|OPTIND|OSTYPE|PIPESTATUS|PPID|RANDOM|REPLY|SECONDS|SHELLOPTS|SHLVL|SRANDOM)$/;

/** The value of a substitution that is understood, as text or symbol; null for any other. */
function substitute(runner: Runner, text: string): string | null {
  const { surroundings, state } = runner;
  if (directorySubstitution.test(text)) return surroundings.cwd;
  if (selfSubstitution.test(text)) return symbol(`${text} as ${state.config.user}`);
  if (machineSubstitution.test(text)) return symbol(text);
  const place = systemSubstitution.test(text) ? osRegion : userSubstitution.test(text) ? accountsRegion : null;
  if (place === null) return null;
  runner.substituted.push(file(place));
  return symbol(text);
}

/** Characters that variables may add to a word; each `A=$A$A` doubles a value. */
const longestGrown = 4096;

/** The arguments that a word becomes; where nothing `splits` it (a value that is assigned, a here-document) it stays one. */
export function expandWord(runner: Runner, word: Word, splits = true): readonly Argument[] {
  const { view } = runner;
  let text = '';
  let known = true;
  let glob = false;
  let grown = 0;
  const several = word.parts.length > 1;
  for (const part of word.parts) {
    const value = expandPart(runner, view, part);
    if (part.kind === 'variable') grown += value?.length ?? 0;
    const isKnown = value !== null && grown <= longestGrown;
    if (!isKnown) known = false;
    text += isKnown ? value : part.kind;
    if (part.kind === 'glob' && part.text !== '~') glob = true;
    if (part.kind === 'glob' && /^~./.test(part.text)) known = false;
    if (!splits || !several || part.kind !== 'variable' || part.quoted || value === null) continue;
    // Only a part of the word may be split, or be a pattern.
    if (/\s/.test(value)) known = false;
    if (/[*?[]/.test(value)) glob = true;
  }
  // A tilde that is quoted, or comes from a variable, is a name.
  if (text.startsWith('~') && word.parts[0]?.kind !== 'glob') text = `./${text}`;
  const only = word.parts[0];
  if (several || !splits || only?.kind !== 'variable' || only.quoted) return [{ text, known, glob, raw: word.raw, span: word.span }];
  // An unquoted variable is split into words; one whose value is not known may be any number of them.
  if (typeof view.variable('IFS') === 'string') known = false;
  return text
    .split(/\s+/)
    .filter((piece) => piece !== '')
    .map((piece) => ({ text: piece, known, glob: glob || /[*?[]/.test(piece), raw: word.raw, span: word.span }));
}

function expandPart(runner: Runner, view: ImageView, part: WordPart): string | null {
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'glob':
      return part.text;
    case 'variable':
      return runner.unknown.has(part.name) ? null : expandVariable(runner, view, part);
    case 'opaque': {
      const value = substitute(runner, part.text);
      if (assignsInArithmetic.test(part.text)) for (const name of part.text.match(/[A-Za-z_]\w*/g) ?? []) runner.unknown.add(name);
      if (value === null && runsCommands.test(part.text)) runner.unread.push(part.because);
      return value;
    }
  }
}

function expandVariable(runner: Runner, view: ImageView, part: Extract<WordPart, { kind: 'variable' }>): string | null {
  const value = part.name === 'HOME' ? view.home : part.name === 'PWD' ? view.cwd : view.variable(part.name);
  if (part.operator === null) {
    if (setByShell.test(part.name) && typeof value !== 'string') return null;
    return value === undefined ? baseSymbol(part.name) : (value ?? '');
  }
  const operand = (part.operand?.parts ?? []).map((inner) => expandPart(runner, view, inner));
  if (operand.includes(null)) return null;
  const other = operand.join('');
  const assigns = part.operator === ':=' || part.operator === '=';
  if (value === undefined || isSymbolic(value ?? '')) {
    const either = symbol(`${typeof value === 'string' && !isPlainSymbol(value, part.name) ? `${part.name}=${value}` : part.name}${part.operator}${other}`);
    if (assigns) runner.surroundings.variables.set(part.name, either);
    return either;
  }
  const isSet = value !== null && (value !== '' || !part.operator.startsWith(':'));
  switch (part.operator) {
    case ':-':
    case '-':
    case ':=':
    case '=':
      if (assigns && !isSet) runner.surroundings.variables.set(part.name, other);
      return isSet ? value : other;
    case ':+':
    case '+':
      return isSet ? other : '';
    case ':?':
    case '?':
      return isSet ? value : null;
    default:
      return null;
  }
}

/** Is a value nothing but the build argument of that name? */
function isPlainSymbol(value: string, name: string): boolean {
  return value === symbol(name) || value === baseSymbol(name);
}

/** `${A:=b}` */
export function assigns(word: Word): boolean {
  return word.parts.some((part) => part.kind === 'variable' && part.operator?.endsWith('=') === true);
}

/** Files that the words of a condition may look at. */
export function wordPlaces(runner: Runner, word: Word): readonly Place[] {
  return flatMap(expandWord(runner, word), (arg) => (arg.known && arg.text.startsWith('-') ? [] : readPlaces(arg, runner.view)));
}

/** Names of all variables in words, those of defaults included. */
export function variablesOf(words: readonly Word[]): readonly string[] {
  return flatMap(words, (word) => flatMap(word.parts, (part) => (part.kind === 'variable' ? [part.name, ...(part.operand ? variablesOf([part.operand]) : [])] : [])));
}
