import { isSymbolic } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import type { Argument, ImageView } from './command.ts';

/**
 * Reads the options of a command line, by the rules that getopt, optparse, argparse, click and clap share: `-r x`, `-rx`,
 * `--requirement x`, `--requirement=x`, clusters such as `-qr x`, and `--` before the operands. Every command module
 * states the options of its tool in a grammar and reads its calls with it.
 */

/** Does an option take a value? `optional`: only in the forms `--option=value` and `-ovalue`. */
type Takes = 'nothing' | 'value' | 'optional';

interface Rule {
  readonly name: string;
  readonly takes: Takes;
}

export interface Grammar {
  readonly rules: ReadonlyMap<string, Rule>;
  /** Long options may be shortened as far as they stay unambiguous (optparse, argparse, getopt_long). */
  readonly abbreviations: boolean;
  /** Options end at the first operand, as in `env`, `nice` or `docker run`. */
  readonly stopsAtOperand: boolean;
}

/** Each text lists options separated by white space; the spellings of one option are joined by `|`, the canonical one last. */
export interface GrammarText {
  readonly flags?: string;
  readonly values?: string;
  readonly optional?: string;
  readonly abbreviations?: boolean;
  readonly stopsAtOperand?: boolean;
}

/** One option of a call. */
export interface Option {
  /** The canonical spelling if the grammar lists it, else as written. */
  readonly name: string;
  /** The value with the option's name cut off; null if there is none. */
  readonly value: Argument | null;
  /** Does the grammar list it? */
  readonly listed: boolean;
  /** Indices of the first and the last argument that it takes up; options of one cluster share them. */
  readonly first: number;
  readonly last: number;
}

/** One word that is no option and no option's value. */
export interface Operand {
  readonly argument: Argument;
  readonly index: number;
}

export interface Reading {
  readonly options: readonly Option[];
  readonly operands: readonly Operand[];
}

/** Makes a grammar; an option that several texts list is as the last of them says. The texts are read when needed. */
export function grammar(...texts: readonly GrammarText[]): Grammar {
  let rules: ReadonlyMap<string, Rule> | null = null;
  return {
    get rules() {
      rules ??= rulesOf(texts);
      return rules;
    },
    abbreviations: texts.some((text) => text.abbreviations === true),
    stopsAtOperand: texts.some((text) => text.stopsAtOperand === true),
  };
}

function rulesOf(texts: readonly GrammarText[]): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>();
  const list = (text: string | undefined, takes: Takes): void => {
    for (const spellings of text?.split(/\s+/) ?? []) {
      const names = spellings.split('|').filter((name) => name !== '');
      const name = names.at(-1);
      if (name !== undefined) for (const spelling of names) rules.set(spelling, { name, takes });
    }
  };
  for (const text of texts) {
    list(text.flags, 'nothing');
    list(text.values, 'value');
    list(text.optional, 'optional');
  }
  return rules;
}

/** Sorts the arguments of a call into options and operands, each in the order written. Never fails. */
export function readOptions(args: readonly Argument[], grammar: Grammar): Reading {
  const options: Option[] = [];
  const operands: Operand[] = [];
  let optionsEnded = false;
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index];
    if (!argument) break;
    if (optionsEnded || !argument.text.startsWith('-') || argument.text === '-') {
      operands.push({ argument, index });
      optionsEnded ||= grammar.stopsAtOperand;
      continue;
    }
    if (argument.text === '--') {
      optionsEnded = true;
      continue;
    }
    const next = args[index + 1] ?? null;
    const read = argument.text.startsWith('--') ? readLong(argument, next, index, grammar) : readCluster(argument, next, index, grammar);
    options.push(...read);
    index = read.at(-1)?.last ?? index;
  }
  return { options, operands };
}

function readLong(argument: Argument, next: Argument | null, index: number, grammar: Grammar): readonly Option[] {
  const equals = argument.text.indexOf('=');
  const written = equals < 0 ? argument.text : argument.text.slice(0, equals);
  const rule = ruleOf(written, grammar);
  const glued = equals < 0 ? null : afterName(argument, equals + 1);
  const takesNext = glued === null && rule?.takes === 'value' && next !== null;
  const value = takesNext ? next : glued;
  return [{ name: rule?.name ?? written, value, listed: rule !== undefined, first: index, last: takesNext ? index + 1 : index }];
}

/** `-qr x` is `-q -r x`, `-rx` is `-r x`. */
function readCluster(argument: Argument, next: Argument | null, index: number, grammar: Grammar): readonly Option[] {
  const { text } = argument;
  // Some tools have long options with one dash; the grammar then lists the whole word.
  const whole = grammar.rules.get(text);
  if (whole && text.length > 2) return [word(whole, next, index)];
  const found: Option[] = [];
  for (let at = 1; at < text.length; at += 1) {
    const written = `-${text[at]}`;
    const rule = grammar.rules.get(written);
    if (!rule) {
      // What an unlisted letter does with the rest of the word is not known, so the word is kept in one piece.
      found.push({ name: `-${text.slice(at)}`, value: null, listed: false, first: index, last: index });
      return found;
    }
    if (rule.takes === 'nothing') {
      found.push({ name: rule.name, value: null, listed: true, first: index, last: index });
      continue;
    }
    const rest = at + 1 < text.length ? afterName(argument, at + 1) : null;
    found.push(rest ? { name: rule.name, value: rest, listed: true, first: index, last: index } : word(rule, next, index));
    return found;
  }
  return found;
}

function word(rule: Rule, next: Argument | null, index: number): Option {
  const takesNext = rule.takes === 'value' && next !== null;
  return { name: rule.name, value: takesNext ? next : null, listed: true, first: index, last: takesNext ? index + 1 : index };
}

function afterName(argument: Argument, from: number): Argument {
  return { ...argument, text: argument.text.slice(from), raw: argument.raw.slice(from) };
}

function ruleOf(written: string, grammar: Grammar): Rule | undefined {
  const exact = grammar.rules.get(written);
  if (exact || !grammar.abbreviations || written.length < 4) return exact;
  const names = new Set<string>();
  let found: Rule | undefined;
  for (const [spelling, rule] of grammar.rules) {
    if (!spelling.startsWith(written)) continue;
    names.add(rule.name);
    found = rule;
  }
  return names.size === 1 ? found : undefined;
}

// ------------------------------------------------------------------------------------------------------- questions

export function hasOption(reading: Reading, ...names: readonly string[]): boolean {
  return reading.options.some((option) => names.includes(option.name));
}

/** The values of an option, in the order written. */
export function valuesOf(reading: Reading, ...names: readonly string[]): readonly Argument[] {
  return flatMap(reading.options, (option) => (names.includes(option.name) && option.value ? [option.value] : []));
}

/** The value that counts where an option is given more than once: the last. */
export function lastValue(reading: Reading, ...names: readonly string[]): Argument | undefined {
  return reading.options.findLast((option) => names.includes(option.name) && option.value !== null)?.value ?? undefined;
}

/** The canonical words of options, those without influence left out. A value that is a path stays as written. */
export function wordsOf(options: readonly Option[], without: ReadonlySet<string>): readonly string[] {
  return flatMap(options, ({ name, value }) => (without.has(name) ? [] : [value === null ? name : `${name} ${value.text}`]));
}

/** The first argument whose value cannot be named, so that nothing certain can be said of the call. */
export function unknownArgument(args: readonly Argument[]): Argument | undefined {
  return args.find((argument) => !argument.known);
}

/**
 * May an option that the grammar does not list be kept as text? Only if it plainly names no file: it has no value, or
 * one that is a number, a switch or a remote address; and no word follows that could be its value.
 */
export function namesNoFile(option: Option, args: readonly Argument[]): boolean {
  if (option.value) return /^(?:\d[\d.]*|true|false|yes|no|on|off|auto|always|never|none|https?:\/\/.*)$/i.test(option.value.text);
  // A short word that is not listed may carry a value of its own, as in `-ofile`.
  if (!option.name.startsWith('--') && option.name.length > 2) return false;
  const next = args[option.last + 1];
  return next === undefined || (next.text.startsWith('-') && next.text !== '-');
}

/** The first option that is not listed and may name a file. */
export function doubtfulOption(reading: Reading, args: readonly Argument[]): Option | undefined {
  return reading.options.find((option) => !option.listed && !namesNoFile(option, args));
}

// ----------------------------------------------------------------------------------------------------------- globs

/**
 * The arguments that the shell makes of a glob, in its order; null if the directory may hold more than is known, or the
 * pattern is more than `*` and `?` in its last segment. Without a match the pattern itself is the argument.
 */
export function expandGlob(argument: Argument, view: ImageView): readonly Argument[] | null {
  const { text } = argument;
  const slash = text.lastIndexOf('/');
  const directory = text.slice(0, slash + 1);
  const pattern = text.slice(slash + 1);
  if (/[*?[]/.test(directory) || pattern.includes('[') || isSymbolic(text)) return null;
  const { names, complete } = view.list(view.resolve(directory === '' ? '.' : directory));
  if (!complete) return null;
  const found = names.filter((name) => (pattern.startsWith('.') || !name.startsWith('.')) && matchesWildcards(pattern, name));
  if (found.length === 0) return [{ ...argument, glob: false }];
  return found.map((name) => ({ ...argument, text: directory + name, glob: false }));
}

/** Does `name` match a pattern of literals, `?` and `*`? In linear time for each `*`. */
function matchesWildcards(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < name.length) {
    if (pattern[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
