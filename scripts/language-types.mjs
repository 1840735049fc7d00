/**
 * A stand-in for the package vscode-languageserver-types, of which dockerfile-ast uses two functions. The real one makes
 * forty other types of objects ready at each start.
 */

export const Position = { create: (line, character) => ({ line, character }) };

/** From two positions, or from the lines and characters of both. */
export const Range = {
  create: (one, two, three, four) => (three === undefined ? { start: one, end: two } : { start: Position.create(one, two), end: Position.create(three, four) }),
};
