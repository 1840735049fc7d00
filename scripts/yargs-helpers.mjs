/**
 * In the bundle, what dockfix uses of `yargs/helpers`: the parser, without the rest of yargs, which only the help needs,
 * and without what it needs to read files of options.
 */
import { normalize, resolve } from 'node:path';
import { format } from 'node:util';
import { YargsParser } from '../node_modules/yargs-parser/build/lib/yargs-parser.js';

const parser = new YargsParser({ cwd: process.cwd, env: () => process.env, format, normalize, resolve, require: readNothing });

export const Parser = { detailed: (words, options) => parser.parse([...words], options) };

function readNothing(path) {
  throw new Error(`${path}: there are no files of options`);
}
