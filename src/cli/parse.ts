/** From the words of the command line to values: the parser of yargs, and clear words for what is wrong. */
import type { Options } from 'yargs';
import { Parser } from 'yargs/helpers';

import type { Transform } from '../plan/transform.ts';
import type { Command, Usage, Values } from './command.ts';
import { texts, usage } from './command.ts';

export type ParsedArguments = { readonly kind: 'values'; readonly values: Values } | Usage | { readonly kind: 'unknown option'; readonly name: string } | { readonly kind: 'help'; readonly text: string } | { readonly kind: 'version' };

export async function parseArguments(argv: readonly string[], command: Command, all: readonly Transform[]): Promise<ParsedArguments> {
  const { options } = command;
  const { argv: values, error }: ParserResult = Parser.detailed([...argv], parserOptions(options));
  const unknown = Object.keys(values).find((name) => name !== '_' && !Object.hasOwn(options, name));
  if (unknown !== undefined) return { kind: 'unknown option', name: unknown };
  const fault = error?.message ?? choiceFault(values, options);
  if (fault !== undefined) return usage(plainFault(fault));
  if (values['help'] === true) return { kind: 'help', text: `${await (await import('./help.ts')).helpText(command, parsing)}\n${command.afterHelp(all)}` };
  if (values['version'] === true) return { kind: 'version' };
  return { kind: 'values', values };
}

interface ParserResult {
  readonly argv: Values;
  readonly error: Error | null;
}

const parsing = { 'camel-case-expansion': false, 'dot-notation': false, 'boolean-negation': false, 'parse-positional-numbers': false } as const;

/** What the parser of yargs is told. yargs itself would read the same, but takes ten milliseconds to load. */
function parserOptions(options: Readonly<Record<string, Options>>): NonNullable<Parameters<typeof Parser.detailed>[1]> {
  const entries = Object.entries(options);
  const namesOf = (isMeant: (option: Options) => boolean): string[] => entries.filter(([, option]) => isMeant(option)).map(([name]) => name);
  return {
    boolean: namesOf((option) => option.type === 'boolean'),
    string: namesOf((option) => option.type === 'string' || option.string === true),
    array: namesOf((option) => option.type === 'array'),
    // Not a number: one value or, for an array, any number of them.
    narg: Object.fromEntries(namesOf((option) => option.requiresArg === true).map((name) => [name, Number.NaN])),
    default: Object.fromEntries(entries.flatMap(([name, option]) => (option.default === undefined ? [] : [[name, option.default]]))),
    configuration: parsing,
  };
}

function choiceFault(values: Values, options: Readonly<Record<string, Options>>): string | undefined {
  for (const [name, { choices }] of Object.entries(options)) {
    const wrong = choices && texts(values[name]).find((value) => !choices.includes(value));
    if (choices && wrong !== undefined) return `--${name}: "${wrong}" is not one of ${choices.map((choice) => `"${choice}"`).join(', ')}`;
  }
  return undefined;
}

function plainFault(fault: string): string {
  const argument = /Not enough arguments following: (\S+)/.exec(fault);
  return argument ? `--${argument[1]} needs a value` : fault.replaceAll(/\s*\n\s*/g, ' ').trim();
}
