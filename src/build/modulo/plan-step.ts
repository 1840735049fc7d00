/** What one command of an Alpine RUN becomes on Debian. */
import type { AlpineRun, AlpineStep, Obstacle } from './alpine-run.ts';
import { bringsPkgConfig, debianPackages } from './packages.ts';
import type { SlimBase } from './slim-base.ts';
import { accountObstacle } from './users.ts';

/** A RUN of an Alpine stage, and what becomes of its commands. */
export interface PlannedRun {
  readonly run: AlpineRun;
  readonly steps: readonly PlannedStep[];
}

/** One command, as it was read, and what takes its place. */
export interface PlannedStep {
  readonly read: AlpineStep;
  readonly debian: DebianAction;
}

/** What Debian has to do where Alpine ran a command. */
export type DebianAction =
  /** `names`: for each package of the original, in its order, what Debian calls it. `needed`: some of it is not there yet. */
  | { readonly kind: 'install'; readonly names: readonly (readonly string[])[]; readonly needed: readonly string[] }
  | { readonly kind: 'purge'; readonly names: readonly string[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'clean' }
  | { readonly kind: 'account' };

/** On Alpine it comes with the headers; the packages of Debian do not ask for it. */
const pkgConfig = { apk: 'pkgconfig', apt: 'pkg-config' };

/** Programs of Debian's base that are the same for every purpose; what is purged must not take them along. */
const neverPurged = new Set(['openssl', 'perl', 'python3', 'ca-certificates', 'tzdata', 'passwd', 'bash']);

/** What the commands of a stage have done so far. */
export interface World {
  /** Debian packages asked for by name, with how often. */
  readonly explicit: Map<string, number>;
  /** Those, and what was removed again. */
  readonly ever: Set<string>;
  /** What the virtual packages hold. */
  readonly virtual: Map<string, readonly string[]>;
  /** Users and groups made. */
  readonly accounts: Set<string>;
  readonly numbers: Set<string>;
}

/** What the commands of a stage are planned with, and what comes out of it for all of them. */
export interface Planning {
  readonly slim: Extract<SlimBase, { kind: 'slim' }>;
  readonly world: World;
  /** Debian packages of programs that run in a container, which must not be purged. */
  readonly kept: ReadonlySet<string>;
  /** Something may be compiled that asks pkg-config for a library. */
  readonly asksPkgConfig: boolean;
  /** Something may be compiled at all. */
  readonly compiles: boolean;
  readonly packages: Map<string, readonly string[]>;
  readonly obstacles: Obstacle[];
  readonly notices: string[];
  readonly doubts: string[];
}

export function planStep(read: AlpineStep, planning: Planning): DebianAction {
  const { slim, world, kept, packages, obstacles, notices } = planning;
  const { action } = read;
  switch (action.kind) {
    case 'install': {
      const pkgConfigWith = planning.asksPkgConfig ? action.packages.find(({ name }) => bringsPkgConfig(name))?.name : undefined;
      const names = action.packages.map(({ name }): readonly string[] => {
        const found = debianPackages(name, slim.suite);
        if (found.kind === 'refused') {
          obstacles.push({ reason: 'unmapped-package', message: found.message });
          return [];
        }
        packages.set(name, found.names);
        if (found.rule === 'version' || (found.rule === 'old' && planning.compiles)) planning.doubts.push(`\`${name}\` is of another version in Debian ${slim.suite} (${found.note})`);
        const asked = [...found.names, ...(name === pkgConfigWith ? [pkgConfig.apt] : [])];
        for (const one of found.present ? [] : asked) {
          world.explicit.set(one, (world.explicit.get(one) ?? 0) + 1);
          world.ever.add(one);
        }
        // The slim image has it: worth a word only where it is called the same.
        return found.present && found.names.join(' ') !== name ? [] : asked;
      });
      const needed = [...action.packages.flatMap(({ name }) => neededOf(name, slim.suite)), ...(pkgConfigWith === undefined ? [] : [pkgConfig.apt])];
      if (pkgConfigWith !== undefined) packages.set(pkgConfig.apk, [pkgConfig.apt]);
      if (action.virtual !== null) world.virtual.set(action.virtual, needed);
      return { kind: 'install', names, needed: [...new Set(needed)] };
    }
    case 'remove': {
      const removed = new Set<string>();
      for (const name of action.names) {
        const found = world.virtual.get(name);
        const list = found ?? neededOf(name, slim.suite);
        if (found === undefined && list.length === 0 && debianPackages(name, slim.suite).kind === 'refused') {
          obstacles.push({ reason: 'unmapped-package', message: `\`apk del ${name}\`: no package of that name is known` });
          continue;
        }
        world.virtual.delete(name);
        for (const one of list) {
          const count = (world.explicit.get(one) ?? 0) - 1;
          if (count > 0) world.explicit.set(one, count);
          else if (!kept.has(one) && !neverPurged.has(one)) {
            world.explicit.delete(one);
            removed.add(one);
          }
        }
      }
      return removed.size === 0 ? { kind: 'nothing' } : { kind: 'purge', names: [...removed] };
    }
    case 'update':
      return { kind: 'nothing' };
    case 'upgrade':
      notices.push('`apk upgrade` is left out: rebuild with a newer base image instead');
      return { kind: 'nothing' };
    case 'clean':
      return { kind: 'clean' };
    case 'account': {
      const obstacle = accountObstacle(action.account, world.accounts);
      if (obstacle !== null) obstacles.push({ reason: 'unsupported', message: obstacle });
      const { account } = action;
      if (account.kind === 'group' || account.kind === 'user') world.accounts.add(account.name);
      if (account.kind === 'group' && account.gid !== null) world.numbers.add(account.gid);
      if (account.kind === 'user' && account.uid !== null) world.numbers.add(account.uid);
      return { kind: 'account' };
    }
  }
}

/** Debian packages that have to be installed for an Alpine one; none where the slim image has it. */
function neededOf(apk: string, suite: string): readonly string[] {
  const found = debianPackages(apk, suite);
  return found.kind === 'refused' || found.present ? [] : found.names;
}
