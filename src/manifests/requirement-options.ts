/** Options in requirement files, as pip's `req/req_file.py` reads them (26.2). */

/** The options that pip allows in a requirements file, with their short and other names. */
const fileOptions: readonly { readonly names: readonly [string, ...string[]]; readonly value: boolean }[] = [
  { names: ['--index-url', '-i', '--pypi-url'], value: true },
  { names: ['--extra-index-url'], value: true },
  { names: ['--no-index'], value: false },
  { names: ['--constraint', '-c'], value: true },
  { names: ['--requirement', '-r'], value: true },
  { names: ['--editable', '-e'], value: true },
  { names: ['--find-links', '-f'], value: true },
  { names: ['--no-binary'], value: true },
  { names: ['--only-binary'], value: true },
  { names: ['--prefer-binary'], value: false },
  { names: ['--require-hashes'], value: false },
  { names: ['--no-require-hashes'], value: false },
  { names: ['--pre'], value: false },
  { names: ['--all-releases'], value: true },
  { names: ['--only-final'], value: true },
  { names: ['--trusted-host'], value: true },
  { names: ['--use-feature'], value: true },
  { names: ['--hash'], value: true },
  { names: ['--config-settings', '-C'], value: true },
  // Up to pip 25 and 23.0; images with such a pip are still built.
  { names: ['--global-option'], value: true },
  { names: ['--install-option'], value: true },
];

interface OptionUse {
  readonly name: string;
  readonly value: string | null;
}

/** Python's optparse over words split as by a shell; null where pip would stop. */
export function readOptions(text: string): readonly OptionUse[] | null {
  const words = splitAsShell(text);
  if (words === null) return null;
  const found: OptionUse[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') break;
    // Words that belong to no option are ignored by pip.
    if (!word.startsWith('-') || word === '-') continue;

    const long = word.startsWith('--');
    const equals = long ? word.indexOf('=') : -1;
    const written = long ? word.slice(0, equals === -1 ? undefined : equals) : word.slice(0, 2);
    const glued = long ? (equals === -1 ? null : word.slice(equals + 1)) : word.length > 2 ? word.slice(2) : null;
    const option = findOption(written);
    if (option === null) return null;
    const [name] = option.names;
    if (!option.value) {
      if (glued !== null) return null;
      found.push({ name, value: null });
      continue;
    }
    if (glued === null) index += 1;
    const value = glued ?? words[index];
    if (value === undefined) return null;
    found.push({ name, value });
  }
  return found;
}

/** optparse takes a beginning of a long option for the option, if it is the beginning of one only. */
function findOption(written: string) {
  const exact = fileOptions.find((option) => option.names.includes(written));
  if (exact !== undefined) return exact;
  if (!written.startsWith('--')) return null;
  const matches = fileOptions.filter((option) => option.names.some((name) => name.startsWith(written)));
  return matches.length === 1 ? (matches[0] ?? null) : null;
}

/** Python's `shlex.split`, POSIX rules, without comments; null for an open quote or a lone backslash at the end. */
function splitAsShell(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '\\' && quote !== "'") {
      index += 1;
      if (index >= text.length) return null;
      const next = text.charAt(index);
      const escapes = quote === null || next === '"' || next === '\\';
      word = (word ?? '') + (escapes ? next : char + next);
    } else if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === ' ' || char === '\t' || char === '\r' || char === '\n') {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== null) return null;
  if (word !== null) words.push(word);
  return words;
}
