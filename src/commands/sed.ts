import type { Call, ImageView, Outcome, Tool } from './command.ts';
import { effects, opaque } from './command.ts';
import { allTargets, edits, fileEffect, filePlaces, isOpaque, looks, notUnderstood, readPlaces, spell, words } from './operands.ts';
import { grammar, hasOption, readOptions, valuesOf } from './options.ts';

/** sed (GNU sed 4.9 and BusyBox). In place it edits its files; else it only prints. */
export const sed: Tool = {
  id: 'sed',
  recognises: (program) => program === 'sed',
  effects: (call, view) => sedEffects(call, view),
};

const options = grammar({
  abbreviations: true,
  flags: '-n|--quiet -n|--silent -E|-r|--regexp-extended -s|--separate -z|--null-data -u|--unbuffered -b|--binary --posix --follow-symlinks --debug --sandbox',
  values: '-e|--expression -f|--file -l|--line-length',
  optional: '-i|--in-place',
});

function sedEffects(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, options);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const given = valuesOf(reading, '--expression');
  const scriptFiles = valuesOf(reading, '--file');
  if (scriptFiles.length > 0) return opaque('`sed` with a script file');
  const operands = words(reading.operands);
  const scripts = given.length > 0 ? given : operands.slice(0, 1);
  if (scripts.some(({ text }) => !onlyEdits(text))) return opaque('`sed` with a script that may read or write other files');
  const files = given.length > 0 ? operands : operands.slice(1);
  if (!hasOption(reading, '--in-place')) return effects(looks(spell(call), files.flatMap((argument) => filePlaces(argument, view))));
  const targets = allTargets(files, view);
  if (isOpaque(targets)) return targets;
  const suffixes = valuesOf(reading, '--in-place');
  if (suffixes.some(({ text }) => /[*/]/.test(text))) return opaque('`sed -i` with a pattern for backups');
  const suffix = suffixes.at(-1)?.text ?? '';
  const backups = suffix === '' ? [] : targets.filter(({ sure }) => sure).map(({ path }) => edits(path + suffix, false));
  const reads = suffix === '' ? [] : files.flatMap((argument) => readPlaces(argument, view));
  const writes = [...targets.map(({ path, sure }) => edits(path, !sure)), ...backups];
  return effects(fileEffect(spell(call), view, { reads, writes }));
}

/**
 * Does a script only edit lines? The commands r, R, w, W, e and the flags w and e of s reach other files and programs.
 * What is not surely harmless counts as not.
 */
export function onlyEdits(script: string): boolean {
  let at = 0;
  while (at < script.length) {
    at = skip(script, at, /[\s;{}]/);
    if (at >= script.length) return true;
    const command = afterAddresses(script, at);
    if (command === null) return false;
    const end = afterCommand(script, command);
    if (end === null) return false;
    at = end;
  }
  return true;
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from;
  while (at < text.length && what.test(text.charAt(at))) at += 1;
  return at;
}

/** Addresses such as `3`, `$`, `/re/I`, `\%re%`, `1~2`, joined by commas, and `!`. */
function afterAddresses(script: string, from: number): number | null {
  let at = from;
  for (;;) {
    const start = at;
    at = skip(script, at, /[\d$~+,!\s]/);
    const char = script.charAt(at);
    if (char === '/' || char === '\\') {
      const open = char === '/' ? at : at + 1;
      const close = closing(script, open);
      if (close === null) return null;
      at = skip(script, close, /[IM]/);
    }
    if (at === start) return at;
  }
}

/** The offset behind the next unescaped delimiter, of which one stands at `open`; brackets are not looked into. */
function closing(script: string, open: number): number | null {
  const delimiter = script.charAt(open);
  for (let at = open + 1; at < script.length; at += 1) {
    if (script.charAt(at) === '\\') at += 1;
    else if (script.charAt(at) === delimiter) return at + 1;
  }
  return null;
}

function afterCommand(script: string, at: number): number | null {
  const command = script.charAt(at);
  if (command === '' || command === '}' || command === '{') return at + (command === '' ? 0 : 1);
  if (command === 's' || command === 'y') {
    const middle = closing(script, at + 1);
    const end = middle === null ? null : closing(script, middle - 1);
    if (middle === null || end === null) return null;
    // A delimiter between brackets does not end the expression.
    const expression = script.slice(at + 2, middle - 1);
    if (expression.lastIndexOf('[') > expression.lastIndexOf(']')) return null;
    const flags = skip(script, end, /[gpiImM\d]/);
    return /^(?:[\s;}]|$)/.test(script.charAt(flags)) ? flags : null;
  }
  // These take the rest of the line as text.
  if (command === '#') return lineEnd(script, at);
  if ('aic'.includes(command)) {
    let end = lineEnd(script, at);
    while (end < script.length && script.charAt(end - 1) === '\\') end = lineEnd(script, end + 1);
    return end;
  }
  if ('btT:'.includes(command)) return skip(script, at + 1, /[^;\n}]/);
  if ('qQlL'.includes(command)) return skip(script, at + 1, /[\d\s]/);
  return 'dDpPnNhHgGxz='.includes(command) ? at + 1 : null;
}

function lineEnd(script: string, from: number): number {
  const end = script.indexOf('\n', from);
  return end < 0 ? script.length : end;
}
