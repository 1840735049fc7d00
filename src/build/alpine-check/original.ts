/** What the original Dockerfile does to an Alpine system, followed from instruction to instruction. */
import { shellBodyOf } from '../../dockerfile/run-body.ts';
import type { Instruction } from '../../dockerfile/scan.ts';
import type { Command, Step } from '../../dockerfile/shell.ts';
import type { Stand } from '../runner.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import type { Accounts } from './accounts.ts';
import { outcomeObstacle } from './accounts.ts';
import type { Claimed } from './claims.ts';
import type { AlpineCommand } from './commands.ts';
import { alpineCommand } from './commands.ts';
import { dependsOn } from './offers.ts';
import type { Counting } from './stands.ts';
import { nothing, standForAccount, standForInstall, standForPurge, standForRest } from './stands.ts';

/** Packages that were asked for, as apk keeps them in /etc/apk/world. */
interface World {
  readonly explicit: ReadonlySet<string>;
  /** Virtual packages with what they hold. */
  readonly virtual: ReadonlyMap<string, readonly string[]>;
}

export interface Original {
  readonly stands: ReadonlyMap<Instruction, ReadonlyMap<number, Stand>>;
  /** By stage, the Alpine packages that are there at its end. */
  readonly kept: ReadonlyMap<number, ReadonlySet<string>>;
  /** By stage, all that were ever there. */
  readonly ever: ReadonlyMap<number, ReadonlySet<string>>;
  /** By stage, the users and groups that its commands made. */
  readonly accounts: ReadonlyMap<number, Accounts>;
}

/** Follows the given stages; or says what the checker cannot follow, or the claims do not name. */
export function followOriginal(build: SymbolicBuild, members: readonly StageResult[], claimed: Claimed, counting: Counting, commandText: (command: Command) => string): Original | string {
  const ever = new Map<number, ReadonlySet<string>>();
  const stands = new Map<Instruction, ReadonlyMap<number, Stand>>();
  const worlds = new Map<number, World>();
  const accounts = new Map<number, Accounts>();
  for (const member of members) {
    const { base, index } = member.stage;
    const parent = base.kind === 'stage' ? base.index : -1;
    const made = accounts.get(parent);
    const own: Accounts = { users: new Set(made?.users), groups: new Set(made?.groups), numbers: new Set(made?.numbers) };
    let world: World = worlds.get(parent) ?? { explicit: new Set(), virtual: new Map() };
    const present = new Set(ever.get(parent));
    for (const instruction of member.stage.instructions) {
      if (instruction.keyword !== 'RUN' || instruction.json !== null) continue;
      const body = shellBodyOf(build.model.scanned, instruction);
      if (body.kind === 'opaque') continue;
      const here = new Map<number, Stand>();
      for (const step of body.script.steps) {
        const command = alpineCommand(step);
        if (command === null) continue;
        if (command.kind === 'unknown') return `${command.because} (line ${instruction.lines.start})`;
        const wrong = unclaimed(step, command, claimed, commandText) ?? (command.kind === 'account' ? outcomeObstacle(command.outcome, own) : null);
        if (wrong !== null) return `${wrong} (line ${instruction.lines.start})`;
        const next = after(world, command);
        for (const name of installed(next)) present.add(name);
        here.set(step.span.start, standOf(step, command, world, next, claimed, counting));
        world = next;
      }
      if (here.size > 0) stands.set(instruction, here);
    }
    worlds.set(index, world);
    ever.set(index, present);
    accounts.set(index, own);
  }
  return { stands, kept: new Map([...worlds].map(([index, world]) => [index, installed(world)])), ever, accounts };
}

function installed({ explicit, virtual }: World): ReadonlySet<string> {
  return new Set([...explicit, ...[...virtual.values()].flat()]);
}

function unclaimed(step: Step, command: AlpineCommand, { packages, accounts }: Claimed, commandText: (command: Command) => string): string | null {
  if (command.kind === 'add') {
    const name = command.packages.find((one) => !packages.has(one));
    return name === undefined ? null : `the claims do not name \`${name}\``;
  }
  if (command.kind !== 'account' || step.node.kind !== 'command') return null;
  const text = commandText(step.node);
  return accounts.has(text) ? null : `the claims do not name \`${text}\``;
}

function after(world: World, command: AlpineCommand): World {
  if (command.kind === 'add') {
    if (command.virtual !== null) return { ...world, virtual: new Map([...world.virtual, [command.virtual, command.packages]]) };
    return { ...world, explicit: new Set([...world.explicit, ...command.packages]) };
  }
  if (command.kind !== 'del') return world;
  const { names } = command;
  return {
    explicit: new Set([...world.explicit].filter((name) => !names.includes(name))),
    virtual: new Map([...world.virtual].filter(([name]) => !names.includes(name))),
  };
}

function standOf(step: Step, command: Exclude<AlpineCommand, { kind: 'unknown' }>, then: World, now: World, { packages, suites }: Claimed, counting: Counting): Stand {
  const onDebian = (names: Iterable<string>): readonly string[] => [...names].flatMap((name) => packages.get(name) ?? []);
  switch (command.kind) {
    case 'add':
      return standForInstall(onDebian(command.packages), counting);
    case 'del': {
      const left = installed(now);
      const wanted = new Set(onDebian(left));
      const gone = [...installed(then)].filter((name) => !left.has(name));
      // What is wanted holds what it depends on.
      const isHeld = (name: string): boolean => [...wanted].some((one) => one === name || [...suites].some((suite) => dependsOn(one, name, suite)));
      return standForPurge(onDebian(gone).filter((name) => !isHeld(name)), counting);
    }
    case 'refresh':
    case 'upgrade':
      return nothing;
    case 'clean':
      return command.only || step.node.kind !== 'command' ? nothing : (standForRest(step.node, command.operands) ?? nothing);
    case 'account':
      return standForAccount(command.outcome, command.variables, true);
  }
}
