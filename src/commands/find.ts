import type { Place } from '../build/places.ts';
import type { Argument, Call, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, observes, opaque } from './command.ts';
import { isObserver } from './observers.ts';
import { allTargets, edits, fileEffect, filePlaces, isOpaque, looks, readPlaces, spell, treePlaces } from './operands.ts';
import { onlyEdits } from './sed.ts';
import { unknownArgument } from './options.ts';

/** find (GNU findutils 4.9 and BusyBox): it looks, unless an action of its expression changes what it finds. */
export const find: Tool = {
  id: 'find',
  recognises: (program) => program === 'find',
  effects: (call, view) => findEffects(call, view),
};

type Change = 'nothing' | 'owner' | 'mode' | 'all';

function findEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`\`find\` with \`${unknown.raw}\`, which only the running build knows`);
  const args = call.args.filter(({ text }, index) => index > 3 || !/^-[HLP]$/.test(text));
  const split = args.findIndex(({ text }) => /^(?:-.|[(!,)])/.test(text));
  const paths = split < 0 ? args : args.slice(0, split);
  const expression = split < 0 ? [] : args.slice(split);
  const started: readonly Argument[] = paths.length > 0 ? paths : [{ text: '.', known: true, glob: false, raw: '.', span: call.span }];
  const change = changeOf(expression);
  if (typeof change !== 'string') return change;
  const others = otherFiles(expression, view);
  if (change === 'nothing') {
    const there = started.flatMap((argument) => filePlaces(argument, view));
    return effects(looks('find succeeds', there), observes(spell(call), [...started.flatMap((argument) => treePlaces(argument, view)), ...others]));
  }
  const targets = allTargets(started, view);
  if (isOpaque(targets)) return targets;
  // Compiled Python files are not compared: Python makes them anew.
  const writes = change === 'all' && onlyCompiledPython(expression) ? [] : targets.map(({ path }): Write => edits(path, true, change === 'all' ? undefined : change));
  // Which files are meant may depend on anything about them.
  const looked = change === 'all' || writes.length === 0 ? [] : started;
  const reads = [...looked.flatMap((argument) => treePlaces(argument, view)), ...expression.filter(({ glob }) => glob).flatMap((argument) => readPlaces(argument, view)), ...others];
  return effects(fileEffect(spell(call), view, { reads, writes }));
}

/** What a test compares with, and what a command beside the found files is given. */
function otherFiles(expression: readonly Argument[], view: ImageView): readonly Place[] {
  return expression.flatMap((argument, index) => {
    const previous = expression[index - 1]?.text ?? '';
    if (/^-(?:[ac]?newer(?:[aBcm][aBcm])?|samefile)$/.test(previous)) return filePlaces(argument, view);
    const at = expression.findLastIndex(({ text }, before) => before < index && /^-exec(?:dir)?$/.test(text));
    const program = expression[at + 1]?.text ?? '';
    const isOperand = at >= 0 && index > at + 1 && index < endOfCommand(expression, at) && isObserver(program.slice(program.lastIndexOf('/') + 1));
    return isOperand && !argument.text.startsWith('-') && argument.text !== '{}' ? readPlaces(argument, view) : [];
  });
}

const writingActions = new Set(['-fprint', '-fprint0', '-fprintf', '-fls', '-ok', '-okdir', '-files0-from']);

function changeOf(expression: readonly Argument[]): Change | Outcome {
  const changes = new Set<Change>();
  for (const [index, { text }] of expression.entries()) {
    if (writingActions.has(text)) return opaque(`\`find\` with \`${text}\``);
    if (text === '-delete') changes.add('all');
    if (text !== '-exec' && text !== '-execdir') continue;
    const change = changeOfCommand(expression.slice(index + 1));
    if (typeof change !== 'string') return change;
    changes.add(change);
  }
  changes.delete('nothing');
  const [first] = changes;
  return changes.size > 1 ? 'all' : (first ?? 'nothing');
}

/** What the command of an `-exec` does to the files it is given. */
function changeOfCommand(rest: readonly Argument[]): Change | Outcome {
  const end = rest.findIndex(({ text }) => text === ';' || text === '+');
  const [program, ...args] = end < 0 ? rest : rest.slice(0, end);
  const name = program?.text.slice(program.text.lastIndexOf('/') + 1) ?? '';
  // Beside options, modes and owners a command must name nothing but what was found.
  const others = args.filter(({ text }) => !text.startsWith('-') && text !== '{}');
  const refused = opaque(`\`find\` that runs \`${[name, ...args.map(({ text }) => text)].join(' ')}\``);
  switch (name) {
    case 'rm':
    case 'rmdir':
    case 'touch':
    case 'dos2unix':
    case 'strip':
      return others.length === 0 ? 'all' : refused;
    case 'chmod':
      return others.length <= 1 && !others.some(({ text }) => /[st]|^[1-7]\d{3}/.test(text)) ? 'mode' : refused;
    case 'chown':
    case 'chgrp':
      return others.length <= 1 && !args.some(({ text }) => /^--(?:reference|from)/.test(text)) ? 'owner' : refused;
    case 'sed':
      return others.length <= 1 && args.every(({ text }) => /^-(?:i|n|E|r|e|-in-place|i\.\w+)$|^[^-]/.test(text)) && others.every(({ text }) => onlyEdits(text)) ? 'all' : refused;
    default:
      return isObserver(name) ? 'nothing' : refused;
  }
}

const compiledPython = /^(?:\*\.py(?:c|o|\[co\]|\[oc\]|\[cod\])|\*?__pycache__\*?)$/;
const harmlessTests = /^(?:-a|-and|\(|\)|-depth|-print|-print0|-prune|-xdev|-mount)$/;

/**
 * Does an expression act on nothing but `*.pyc`, `*.pyo` and `__pycache__`? Each alternative must have such a name, in
 * front of its action.
 */
function onlyCompiledPython(expression: readonly Argument[]): boolean {
  let named = false;
  for (let index = 0; index < expression.length; index += 1) {
    const text = expression[index]?.text ?? '';
    if (text === '-o' || text === '-or') {
      if (!named) return false;
      named = false;
    } else if (text === '-name' || text === '-iname') {
      index += 1;
      if (!compiledPython.test(expression[index]?.text ?? '')) return false;
      named = true;
    } else if (text === '-type' || text === '-maxdepth' || text === '-mindepth') {
      index += 1;
    } else if (text === '-exec' || text === '-execdir' || text === '-delete') {
      if (!named) return false;
      if (text !== '-delete') index = endOfCommand(expression, index);
    } else if (!harmlessTests.test(text)) return false;
  }
  return named;
}

function endOfCommand(expression: readonly Argument[], from: number): number {
  let index = from;
  while (index < expression.length && !/^[;+]$/.test(expression[index]?.text ?? '')) index += 1;
  return index;
}
