/**
 * A stand-in for the package string-width, which yargs uses to align its help. The real one brings a table of emoji
 * and loads ten times slower than all of yargs; dockfix's help has no emoji.
 */

// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character.
const escapeSequences = /\u001B\[[0-?]*[ -/]*[@-~]/g;
const takesNoColumn = /^[\p{Mark}\p{Cc}\p{Cf}]$/u;
const takesTwoColumns =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFF60\u{1F300}-\u{1FAFF}]$/u;

/** Columns that a text takes in a terminal. */
// oxlint-disable-next-line import/no-default-export -- the package that this replaces has one.
export default function stringWidth(text) {
  const plain = String(text).replace(escapeSequences, '');
  let width = 0;
  for (const character of plain) {
    if (takesNoColumn.test(character)) continue;
    width += takesTwoColumns.test(character) ? 2 : 1;
  }
  return width;
}
