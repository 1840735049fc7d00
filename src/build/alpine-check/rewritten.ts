/** What the rewritten Dockerfile does to a Debian system. */
import { shellBodyOf } from '../../dockerfile/run-body.ts';
import type { Instruction } from '../../dockerfile/scan.ts';
import type { Script, Step } from '../../dockerfile/shell.ts';
import type { Stand } from '../runner.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import type { DebianCommand } from './commands.ts';
import { debianCommand } from './commands.ts';
import { dependsOn, isInSlim, isOffered } from './offers.ts';
import { missingProgram } from './shell-text.ts';
import type { Counting } from './stands.ts';
import { nothing, standForAccount, standForInstall, standForPurge, standForRest } from './stands.ts';

export interface Rewritten {
  readonly stands: ReadonlyMap<Instruction, ReadonlyMap<number, Stand>>;
  /** By stage, the packages that were asked for and are there at its end. */
  readonly kept: ReadonlyMap<number, ReadonlySet<string>>;
  /** By stage, all that were ever asked for. */
  readonly ever: ReadonlyMap<number, ReadonlySet<string>>;
}

/** What a RUN says, here-documents included. */
export function textOf({ text, heredocs }: Instruction): string {
  return [text, ...heredocs.map(({ content }) => content)].join('\n');
}

/** Follows the given stages; or says what would not work. */
export function followRewritten(build: SymbolicBuild, members: readonly StageResult[], suiteOf: (stage: StageResult) => string | null, counting: Counting): Rewritten | string {
  const stands = new Map<Instruction, ReadonlyMap<number, Stand>>();
  const kept = new Map<number, ReadonlySet<string>>();
  const ever = new Map<number, ReadonlySet<string>>();
  for (const member of members) {
    const { base, index } = member.stage;
    const suite = suiteOf(member);
    const names = new Set(base.kind === 'stage' ? kept.get(base.index) : []);
    const asked = new Set(base.kind === 'stage' ? ever.get(base.index) : []);
    const has = (program: string): boolean => suite === null || isOffered(`bin:${program}`, [...names], suite);
    const stopping = stopsOnError(build, member);
    for (const instruction of member.stage.instructions) {
      if (instruction.keyword !== 'RUN') continue;
      const where = `(line ${instruction.lines.start})`;
      const body = instruction.json === null ? shellBodyOf(build.model.scanned, instruction) : null;
      if (body === null || body.kind === 'opaque') {
        const missing = missingProgram(instruction.json === null ? textOf(instruction) : instruction.json.join(' '), has);
        if (missing !== null) return `${lacking(missing)} ${where}`;
        continue;
      }
      const here = standsOf(body.script, counting, stopping.get(instruction) ?? false);
      if (here.size > 0) stands.set(instruction, here);
      for (const step of body.script.steps) {
        const command = debianCommand(step);
        for (const name of command?.kind === 'install' ? command.names : []) asked.add(name);
        const wrong = command === null ? null : carryOut(command, names, suite);
        if (wrong !== null) return `${wrong} ${where}`;
        const missing = missingProgram(build.model.scanned.text.slice(step.span.start, step.span.end), has);
        if (missing !== null) return `${lacking(missing)} ${where}`;
      }
    }
    kept.set(index, names);
    ever.set(index, asked);
  }
  return { stands, kept, ever };
}

/** Why a program would not be there. */
export function lacking(program: string): string {
  return `\`${program}\` would be missing: Debian’s slim image has it only with a package, or in another form`;
}

/** Installs and purges change what is there; null if nothing is wrong with it. */
function carryOut(command: DebianCommand, names: Set<string>, suite: string | null): string | null {
  if (command.kind === 'install') for (const name of command.names) names.add(name);
  if (command.kind !== 'purge') return null;
  for (const gone of command.names) {
    if (suite !== null && isInSlim(gone, suite)) return `\`${gone}\` would be purged, which the slim image has`;
    names.delete(gone);
    const along = [...names].find((name) => !command.names.includes(name) && suite !== null && dependsOn(name, gone, suite));
    if (along !== undefined) return `to purge \`${gone}\` takes \`${along}\` along, which is wanted`;
  }
  return null;
}

/**
 * What stands in a RUN. Only where the lists are fetched before the first install and removed after the last: else
 * nothing does, and the difference is found.
 */
function standsOf(script: Script, counting: Counting, stopsAnyway: boolean): ReadonlyMap<number, Stand> {
  const steps = script.steps.map((step) => ({ step, command: debianCommand(step) }));
  const first = steps.findIndex(({ command }) => command?.kind === 'install');
  const last = steps.findLastIndex(({ command }) => command?.kind === 'install');
  const fetched = steps.findIndex(({ command }) => command?.kind === 'refresh');
  const cleaned = steps.findLastIndex(({ command }) => command?.kind === 'clean');
  const unnoticed = (stopsAnyway || setsStop(script)) && goesUnnoticed(script, fetched);
  const sound = first < 0 ? fetched < 0 : fetched >= 0 && fetched < first && !unnoticed && cleaned > last;
  return new Map(steps.flatMap(({ step, command }): readonly (readonly [number, Stand])[] => {
    const stand = command === null ? null : standIn(step, command, counting, sound);
    return stand === null ? [] : [[step.span.start, stand]];
  }));
}

/** `set -e` somewhere in the script. */
function setsStop(script: Script): boolean {
  return script.steps.some(({ node }) => node.kind === 'command' && node.words[0]?.raw === 'set' && node.words.some((word) => /^-\w*e/.test(word.raw) || word.raw === 'errexit'));
}

/** A command that fails before `&&` does not stop a script under `set -e`: what comes after the list runs all the same. */
function goesUnnoticed(script: Script, index: number): boolean {
  const later = script.steps.slice(index + 1);
  return later[0]?.joinedBy === 'and' && later.some((step) => step.joinedBy !== 'and');
}

function standIn(step: Step, command: DebianCommand, counting: Counting, sound: boolean): Stand | null {
  switch (command.kind) {
    case 'refresh':
      return sound ? nothing : null;
    case 'install':
      return sound ? standForInstall(command.names, counting) : null;
    case 'clean':
      if (!sound) return null;
      return command.only || step.node.kind !== 'command' ? nothing : standForRest(step.node, command.operands);
    case 'purge':
      return standForPurge(command.names, counting);
    case 'account':
      return standForAccount(command.outcome, command.variables, false);
  }
}

/** For each RUN of a stage: does its shell stop where a command fails? */
function stopsOnError(build: SymbolicBuild, member: StageResult): ReadonlyMap<Instruction, boolean> {
  const result = new Map<Instruction, boolean>();
  let stops = false;
  for (const instruction of member.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? [])) {
    if (instruction.keyword === 'SHELL') stops = instruction.json?.some((word) => /^-[a-z]*e/.test(word)) ?? false;
    result.set(instruction, stops);
  }
  return result;
}
