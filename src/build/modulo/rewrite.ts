/** The commands of the rewritten Dockerfile, called by the names of the original's. */
import { shellBodyOf } from '../../dockerfile/run-body.ts';
import type { Instruction } from '../../dockerfile/scan.ts';
import type { Script, Step } from '../../dockerfile/shell.ts';
import type { Claim } from '../../types.ts';
import type { Stand } from '../runner.ts';
import type { SymbolicBuild, Translation } from '../symbolic-build.ts';
import type { DebianPlan } from './plan.ts';
import { nothing, standForAccount, standForInstall, standForPurge, standForRest } from './stands.ts';
import type { Extras } from './translation.ts';
import { extrasOf, translation, withoutExtras } from './translation.ts';
import type { Account } from './users.ts';
import { readShadow, shadowPrograms } from './users.ts';
import { commandWords } from './words.ts';

type DebianStep =
  | { readonly kind: 'update' }
  | { readonly kind: 'install'; readonly names: readonly string[] }
  | { readonly kind: 'purge'; readonly names: readonly string[] }
  | { readonly kind: 'clean'; readonly operands: readonly number[]; readonly all: boolean }
  | { readonly kind: 'account'; readonly account: Account; readonly variables: readonly string[] };

const aptLists = new Set(['/var/lib/apt/lists/*', '/var/lib/apt/lists/']);
const quietFlags = new Set(['-y', '--yes', '-q', '-qq', '--no-install-recommends', '--auto-remove', '--autoremove']);

/** A command in exactly the form that takes the place of one of Alpine's; nothing for every other one. */
export function debianOf(step: Step): readonly DebianStep[] {
  if (step.node.kind !== 'command') return [];
  const { node } = step;
  const known = commandWords(node);
  const [program = '', ...rest] = node.words.map((word) => word.raw);
  if (program === 'rm' && node.redirects.length === 0) {
    const operands = node.words.flatMap((word, index) => (aptLists.has(word.raw) ? [index] : []));
    const all = node.words.every((word, index) => index === 0 || word.raw.startsWith('-') || operands.includes(index));
    return operands.length > 0 && rest.some((word) => /^-\w*r/.test(word)) ? [{ kind: 'clean', operands, all }] : [];
  }
  if (known === null) return [];
  const words = known.map((word) => word.text);
  if (shadowPrograms.has(program)) {
    const account = readShadow(program, words.slice(1));
    return account === null ? [] : [{ kind: 'account', account, variables: known.flatMap((word) => word.variables) }];
  }
  if (program !== 'apt-get' || known.some((word) => word.variables.length > 0)) return [];
  const flags = words.slice(1).filter((word) => word.startsWith('-'));
  const [verb, ...names] = words.slice(1).filter((word) => !word.startsWith('-'));
  if (flags.some((flag) => !quietFlags.has(flag)) || names.some((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name))) return [];
  const says = (...any: readonly string[]): boolean => flags.some((flag) => any.includes(flag));
  if (verb === 'update' && names.length === 0) return [{ kind: 'update' }];
  if (verb === 'install' && says('-y', '--yes') && says('--no-install-recommends')) return [{ kind: 'install', names }];
  if (verb === 'purge' && says('-y', '--yes') && says('--auto-remove', '--autoremove')) return [{ kind: 'purge', names }];
  return [];
}

/**
 * What stands in a RUN of the rewritten file. Only where the lists are fetched before the first install and removed
 * after the last: else nothing does, and the difference is found.
 */
function standsOfRewrite(script: Script, extras: Extras, stopsOnError: boolean): ReadonlyMap<number, Stand> {
  const steps = script.steps.map((step) => ({ step, action: debianOf(step)[0] }));
  const first = steps.findIndex(({ action }) => action?.kind === 'install');
  const last = steps.findLastIndex(({ action }) => action?.kind === 'install');
  const updated = steps.findIndex(({ action }) => action?.kind === 'update');
  const cleaned = steps.findLastIndex(({ action }) => action?.kind === 'clean');
  const fetched = updated >= 0 && updated < first && !(stops(script, stopsOnError) && goesUnnoticed(script, updated));
  const sound = first < 0 ? updated < 0 : fetched && cleaned > last;
  const stands = new Map<number, Stand>();
  for (const { step, action } of steps) {
    const stand = action ? standInRewrite(step, action, extras, sound) : null;
    if (stand) stands.set(step.span.start, stand);
  }
  return stands;
}

/** Does the script stop where a command fails? */
function stops(script: Script, stopsOnError: boolean): boolean {
  return stopsOnError || script.steps.some(({ node }) => node.kind === 'command' && node.words[0]?.raw === 'set' && node.words.some((word) => /^-\w*e/.test(word.raw) || word.raw === 'errexit'));
}

/** A command that fails before `&&` does not stop a script under `set -e`: what comes after the list runs all the same. */
function goesUnnoticed(script: Script, index: number): boolean {
  const later = script.steps.slice(index + 1);
  return later[0]?.joinedBy === 'and' && later.some((step) => step.joinedBy !== 'and');
}

function standInRewrite(step: Step, action: DebianStep, extras: Extras, sound: boolean): Stand | null {
  if (!sound && action.kind !== 'account' && action.kind !== 'purge') return null;
  switch (action.kind) {
    case 'update':
      return nothing;
    case 'install':
      return standForInstall(withoutExtras(action.names, extras));
    case 'purge':
      return standForPurge(action.names);
    case 'clean':
      return action.all || step.node.kind !== 'command' ? nothing : standForRest(step.node, action.operands);
    case 'account':
      return standForAccount(action.account, action.variables, false);
  }
}

/** What parts of the rewritten Dockerfile count as. */
export function translationOfRewrite(build: SymbolicBuild, affected: ReadonlySet<number>, plan: DebianPlan, claims: readonly Claim[]): Translation {
  const extras = extrasOf(claims, plan);
  const runs = new Map<Instruction, ReadonlyMap<number, Stand>>();
  for (const stage of build.stages) {
    if (!affected.has(stage.stage.index)) continue;
    let stopsOnError = false;
    for (const instruction of stage.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? [])) {
      if (instruction.keyword === 'SHELL') stopsOnError = instruction.json?.some((word) => /^-[a-z]*e/.test(word)) ?? false;
      if (instruction.keyword !== 'RUN' || instruction.json !== null) continue;
      const body = shellBodyOf(build.model.scanned, instruction);
      if (body.kind === 'script') runs.set(instruction, standsOfRewrite(body.script, extras, stopsOnError));
    }
  }
  return translation(affected, runs, (_keyword, text) => text);
}
