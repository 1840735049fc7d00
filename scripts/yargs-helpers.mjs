/** In the bundle, what dockfix uses of `yargs/helpers`: the parser, without the rest of yargs, which only the help needs. */
export { default as Parser } from 'yargs-parser';
