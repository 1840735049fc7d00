import type { ParserConfigurationOptions } from 'yargs';
import yargs from 'yargs';

import type { Command } from './command.ts';

/** How a command is called, and its options. */
export function helpText({ options, usage: call }: Command, parsing: Partial<ParserConfigurationOptions>): Promise<string> {
  const parser = yargs()
    .locale('en')
    .scriptName('dockfix')
    .usage(call)
    .parserConfiguration(parsing)
    .help(false)
    .version(false)
    .options(options)
    .wrap(100);
  return parser.getHelp();
}
