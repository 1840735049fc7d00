/** Package commands of either system, and the removal of their caches, as a shell script gives them. */
import type { Command, Step } from '../../dockerfile/shell.ts';
import type { Outcome } from './accounts.ts';
import { isShadowProgram, onAlpine, onDebian } from './accounts.ts';
import { commandWords, wordText } from '../modulo/words.ts';

/** A command of the original; `unknown` says why it is none that the checker follows. */
export type AlpineCommand =
  | { readonly kind: 'add'; readonly packages: readonly string[]; readonly virtual: string | null }
  | { readonly kind: 'del'; readonly names: readonly string[] }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'upgrade' }
  /** The words that name a cache, by their place; `only` if the command removes nothing else. */
  | { readonly kind: 'clean'; readonly operands: readonly number[]; readonly only: boolean }
  | { readonly kind: 'account'; readonly outcome: Outcome; readonly variables: readonly string[] }
  | { readonly kind: 'unknown'; readonly because: string };

/** A command of the rewritten Dockerfile. */
export type DebianCommand =
  | { readonly kind: 'refresh' }
  | { readonly kind: 'install'; readonly names: readonly string[] }
  | { readonly kind: 'purge'; readonly names: readonly string[] }
  | { readonly kind: 'clean'; readonly operands: readonly number[]; readonly only: boolean }
  | { readonly kind: 'account'; readonly outcome: Outcome; readonly variables: readonly string[] };

const accountPrograms = new Set(['adduser', 'addgroup', 'deluser', 'delgroup']);
const apkCache = /^\/(?:var\/cache\/apk|etc\/apk\/cache|var\/lib\/apk|lib\/apk\/db)(?:\/\*{0,2})?$/;
const aptLists = /^\/var\/lib\/apt\/lists\/\*?$/;

/** Options of apk (apk(8) of apk-tools 2.14) that neither take a value nor change where packages come from. */
const quietApk = new Set('q v U u l f i --quiet --verbose --update-cache --update --no-cache --no-progress --progress --purge --upgrade --latest --wait --force --force-refresh --no-interactive --interactive --rdepends --force-broken-world --force-old-apk --force-overwrite --clean-protected'.split(' '));

function programOf(command: Command): string | null {
  const [first] = command.words;
  const text = first === undefined ? null : (wordText(first)?.text ?? null);
  return text === null ? null : text.replace(/^\/(?:usr\/)?s?bin\//, '');
}

/** Null for a command that is the same on both systems. */
export function alpineCommand({ node }: Step): AlpineCommand | null {
  if (node.kind !== 'command') return null;
  const program = programOf(node);
  if (program === 'rm') return removal(node, apkCache);
  if (program === 'apk') return readApk(node);
  if (program === null || !accountPrograms.has(program)) return null;
  const words = commandWords(node);
  const outcome = words === null ? null : onAlpine(program, words.slice(1).map(({ text }) => text));
  if (words === null || outcome === null) return { kind: 'unknown', because: `\`${raw(node)}\` is no command whose outcome the checker knows` };
  return { kind: 'account', outcome, variables: words.flatMap(({ variables }) => variables) };
}

function raw(command: Command): string {
  return command.words.map((word) => word.raw).join(' ');
}

function removal(command: Command, cache: RegExp): { readonly kind: 'clean'; readonly operands: readonly number[]; readonly only: boolean } | null {
  const operands = command.words.flatMap((word, index) => (index > 0 && cache.test(word.raw.replaceAll(/["']/g, '')) ? [index] : []));
  if (operands.length === 0) return null;
  return { kind: 'clean', operands, only: command.words.every((word, index) => index === 0 || word.raw.startsWith('-') || operands.includes(index)) };
}

function readApk(command: Command): AlpineCommand {
  const unknown = (because: string): AlpineCommand => ({ kind: 'unknown', because: `\`${raw(command)}\`: ${because}` });
  const known = commandWords(command);
  if (known === null || known.some(({ variables }) => variables.length > 0)) return unknown('its words are not known');
  const words = known.slice(1).map(({ text }) => text);
  const plain: string[] = [];
  let virtual: string | null = null;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const named = /^(?:-t|--virtual)(?:=(.+))?$/.exec(word);
    if (named) {
      virtual = named[1] ?? words[at + 1] ?? null;
      if (named[1] === undefined) at += 1;
      if (virtual === null) return unknown('the virtual package has no name');
    } else if (!word.startsWith('-')) plain.push(word);
    else if (!(word.startsWith('--') ? quietApk.has(word) : word.slice(1).split('').every((letter) => quietApk.has(letter)))) return unknown(`the checker does not know \`${word}\``);
  }
  const [verb, ...names] = plain;
  const odd = names.find((name) => !/^[a-z\d.][\w.+-]*$/i.test(name) || name.endsWith('.apk'));
  if ((verb === 'add' || verb === 'del') && odd !== undefined) return unknown(`\`${odd}\` is no plain name of a package`);
  switch (verb) {
    case 'add':
      return { kind: 'add', packages: names, virtual };
    case 'del':
      return { kind: 'del', names };
    case 'update':
      return { kind: 'refresh' };
    case 'upgrade':
      return names.length === 0 ? { kind: 'upgrade' } : unknown('single packages are upgraded');
    case 'cache':
      return { kind: 'clean', operands: [], only: true };
    default:
      return unknown('the checker does not know it');
  }
}

const quietApt = new Set(['-y', '--yes', '-q', '-qq', '--no-install-recommends', '--auto-remove', '--autoremove']);

/** A command in exactly the form that takes the place of one of Alpine’s; null for every other one. */
export function debianCommand({ node }: Step): DebianCommand | null {
  if (node.kind !== 'command') return null;
  const [program = ''] = node.words.map((word) => word.raw);
  if (program === 'rm' && node.redirects.length === 0) return node.words.some((word) => /^-\w*r/.test(word.raw)) ? removal(node, aptLists) : null;
  const known = commandWords(node);
  if (known === null) return null;
  const words = known.slice(1).map(({ text }) => text);
  if (isShadowProgram(program)) {
    const outcome = onDebian(program, words);
    return outcome === null ? null : { kind: 'account', outcome, variables: known.flatMap(({ variables }) => variables) };
  }
  if (program !== 'apt-get' || known.some(({ variables }) => variables.length > 0)) return null;
  return readApt(words);
}

function readApt(words: readonly string[]): DebianCommand | null {
  const options = words.filter((word) => word.startsWith('-'));
  const [verb, ...names] = words.filter((word) => !word.startsWith('-'));
  if (options.some((option) => !quietApt.has(option)) || names.some((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name))) return null;
  const says = (...any: readonly string[]): boolean => options.some((option) => any.includes(option));
  const answers = says('-y', '--yes');
  if (verb === 'update') return names.length === 0 ? { kind: 'refresh' } : null;
  if (verb === 'install') return answers && says('--no-install-recommends') ? { kind: 'install', names } : null;
  if (verb === 'purge') return answers && says('--auto-remove', '--autoremove') ? { kind: 'purge', names } : null;
  return null;
}
