import { isRegion, join, readable } from '../build/places.ts';
import type { Refusal } from '../types.ts';
import type { Call, ImageView, Outcome, Tool } from './command.ts';
import { effects, everythingBelow, opaque } from './command.ts';
import { configure, corepack, installGlobally } from './node/global.ts';
import type { Manager } from './node/managers.ts';
import { isThere, managers } from './node/managers.ts';
import { installProject, withoutLock } from './node/project.ts';
import { variableThatLeads } from './node/settings.ts';
import { refuse } from './install-inputs.ts';
import { programReads } from './observers.ts';
import { looks } from './operands.ts';
import type { Option } from './options.ts';
import { hasOption, lastValue, readOptions, unknownArgument } from './options.ts';

export const node: Tool = {
  id: 'node',
  recognises: (program) => program === 'corepack' || managers.some((manager) => manager.program === program),
  isPackageManager: true,
  effects: nodeEffects,
  dependenciesOnly: whyNotAlone,
  leftovers: ['**/node_modules', '**/.yarn/install-state.gz'],
};

const installWords: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['npm', new Set(['ci', 'clean-install', 'ic', 'install-clean', 'install', 'i', 'add', 'in', 'ins', 'inst', 'insta', 'instal', 'isnt', 'isnta', 'isntal', 'isntall'])],
  ['yarn', new Set(['', 'install'])],
  ['pnpm', new Set(['install', 'i'])],
  ['bun', new Set(['install', 'i'])],
]);

/** Yarn and Bun take other words for scripts of the project. */
const looking: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['npm', new Set(['ls', 'list', 'la', 'll', 'view', 'info', 'outdated', 'root', 'bin', 'prefix', 'ping', 'whoami', 'why', 'explain', 'help', 'doctor'])],
  ['yarn', new Set(['info', 'why', 'help'])],
  ['pnpm', new Set(['ls', 'list', 'la', 'll', 'outdated', 'root', 'bin', 'why', 'help', 'licenses'])],
]);

function nodeEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of ${call.program} depends on ${readable(unknown.raw)}`);
  if (call.args.length === 1 && /^(?:-v|--version|-h|--help)$/.test(call.args[0]?.text ?? '')) return effects(looks(call.program, programReads(call.program, view)));
  const variable = variableThatLeads(view);
  if (variable !== null) return opaque(`the variable ${variable} leads ${call.program} to other files`);
  if (call.program === 'corepack') return corepack(call, view);
  const manager = managers.find(({ program }) => program === call.program);
  if (!manager) return opaque(`dockfix does not know what \`${call.program}\` does`);
  const reading = readOptions(call.args, manager.options);
  const [verb, ...packages] = reading.operands.map(({ argument }) => argument);
  const word = verb?.text ?? '';
  const strange = reading.options.find((option) => !option.listed || isSwitchWithValue(option, manager));
  if (looking.get(call.program)?.has(word) === true) return effects(looks(`${call.program} ${word}`, [...programReads(call.program, view), everythingBelow(view.cwd)]));
  if (call.program === 'npm' && word === 'cache') return effects({ does: 'npm cache', kind: 'files', reads: [], env: [], writes: [] });
  if (call.program === 'yarn' && word === 'cache' && ['.yarnrc.yml', '.yarn/cache'].some((name) => isThere(join(view.cwd, name), view))) return opaque('the cache of yarn may lie in the project');
  if (call.program === 'yarn' && word === 'cache') return effects({ does: 'yarn cache', kind: 'files', reads: [], env: [], writes: [] });
  if ((call.program === 'npm' || call.program === 'pnpm' || call.program === 'yarn') && word === 'config' && packages[0]?.text === 'set') return configure(call, reading, view);
  if (installWords.get(call.program)?.has(word) !== true) return opaque(`dockfix does not know what \`${call.program}${word === '' ? '' : ` ${readable(word)}`}\` does`);
  if (strange) return opaque(`${call.program} ${word} has the option ${readable(strange.name)}, which is not known`);
  if (hasOption(reading, '--dry-run')) return effects(looks(`${call.program} ${word}`, [...programReads(call.program, view), everythingBelow(view.cwd)]));
  if (hasOption(reading, '--global') || lastValue(reading, '--location')?.text === 'global') return installGlobally(manager, reading, view);
  if (packages.length > 0) return opaque(`${call.program} ${word} ${readable(packages[0]?.text ?? '')} changes package.json`);
  return installProject(manager, word, reading, view);
}

/** `--ignore-scripts=false` is no `--ignore-scripts`. That of `--production` is told apart by its words alone, but for Bun. */
function isSwitchWithValue({ name, value }: Option, { program, options }: Manager): boolean {
  return value !== null && options.rules.get(name)?.takes === 'nothing' && (name !== '--production' || program === 'bun');
}

/** Why an install is not moved away from the source. */
function whyNotAlone(call: Call, view: ImageView, outcome?: Outcome): Refusal | null {
  const does = outcome ?? nodeEffects(call, view);
  if (does.kind === 'opaque') return does.because === withoutLock(call.program) ? refuse('no-lock', `${does.because}.`) : null;
  const rewrites = does.effects.some(({ kind, writes }) => kind === 'install' && writes.some(({ how, inStep, place }) => how === 'edit' && inStep !== true && !isRegion(place.path)));
  return rewrites ? refuse('lock-changed-by-command', `${call.program} install may write its lock file anew.`) : null;
}
