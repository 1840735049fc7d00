/** Alpine and Debian called by one name: base images, settings, and the commands of the original. */
import type { Instruction } from '../../dockerfile/scan.ts';
import { parseReference } from '../../images/reference.ts';
import type { Claim } from '../../types.ts';
import type { Stand } from '../runner.ts';
import type { Translation } from '../symbolic-build.ts';
import type { AlpineStep } from './alpine-run.ts';
import { debianPackages } from './packages.ts';
import type { DebianAction } from './plan-step.ts';
import type { DebianPlan } from './plan.ts';
import { settingOnDebian } from './plan-stage.ts';
import { slimBaseOf } from './slim-base.ts';
import { nothing, standForAccount, standForInstall, standForPurge, standForRest } from './stands.ts';

/** A base image without its variant: the same name for both sides. */
function commonBase(reference: string): string {
  const slim = slimBaseOf(reference);
  const named = 'kind' in slim ? slim.reference : reference;
  const { tag } = parseReference(named);
  const variant = tag === null ? '' : tag.replace(/-?(?:alpine|slim)[^/]*$/, '');
  return tag === null ? `${named} on either system` : `${named.slice(0, named.length - tag.length)}${variant} on either system`;
}

/** What a shell is for a RUN: Alpine's sh and Debian's bash take what the plan found of one another's. */
function commonSetting(keyword: string, text: string, instruction: Instruction): string | null {
  if (keyword !== 'SHELL' || instruction.json === null) return text;
  const [program = '', ...options] = instruction.json;
  if (!/^(?:\/(?:usr\/)?bin\/)?(?:sh|ash|bash)$/.test(program)) return text;
  return options.join(' ') === '-c' ? null : `||${JSON.stringify(['/bin/sh', ...options])}`;
}

/** Packages that only one of the two systems has to install. */
export interface Extras {
  /** Debian packages that the slim image has already. */
  readonly present: ReadonlySet<string>;
  /** Debian packages that take the place of a program of BusyBox. */
  readonly tools: ReadonlySet<string>;
}

/** Those that the claims and the plan name. */
export function extrasOf(claims: readonly Claim[], plan: DebianPlan): Extras {
  const pairs = claims.flatMap((claim) => (claim.kind === 'packages-translated' ? claim.packages : []));
  const present = pairs.flatMap(([apk]) => ['bookworm', 'trixie'].flatMap((suite) => {
    const found = debianPackages(apk, suite);
    return found.kind === 'packages' && found.present ? found.names : [];
  }));
  // Programs that only something outside the Dockerfile calls: the claim names them, and the table has them.
  const claimed = pairs.flatMap(([apk, apt]) => (apk.startsWith('busybox ') ? [apt] : []));
  return { present: new Set(present), tools: new Set([...claimed, ...[...plan.tools.values()].flatMap((tools) => [...tools.values()])]) };
}

/** Each of the other packages once. */
export function withoutExtras(names: readonly string[], extras: Extras): readonly string[] {
  return [...new Set(names)].filter((name) => !extras.present.has(name) && !extras.tools.has(name));
}

type Runs = ReadonlyMap<Instruction, ReadonlyMap<number, Stand>>;

/** `runs`: what stands in which RUN; `setting`: the text of a CMD and the like as it counts. */
export function translation(affected: ReadonlySet<number>, runs: Runs, setting: (keyword: string, text: string) => string): Translation {
  return {
    base: (stage, reference) => (affected.has(stage) ? commonBase(reference) : null),
    stands: (instruction) => runs.get(instruction) ?? null,
    setting: (stage, instruction, text) => {
      if (!affected.has(stage)) return text;
      return commonSetting(instruction.keyword, setting(instruction.keyword, text), instruction);
    },
  };
}

/** What parts of the Alpine Dockerfile count as, by the plan for Debian. */
export function translationOfOriginal(affected: ReadonlySet<number>, plan: DebianPlan, claims: readonly Claim[]): Translation {
  const extras = extrasOf(claims, plan);
  const runs = new Map([...plan.runs].map(([instruction, { steps }]) => {
    const stands = new Map<number, Stand>();
    for (const { read, debian } of steps) {
      const stand = standInOriginal(read, debian, extras);
      if (stand) stands.set(read.step.span.start, stand);
    }
    return [instruction, stands] as const;
  }));
  const commands = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
  return translation(affected, runs, (keyword, text) => (commands.has(keyword) ? settingOnDebian(text) : text));
}

function standInOriginal({ command, action }: AlpineStep, debian: DebianAction, extras: Extras): Stand | null {
  switch (debian.kind) {
    case 'install':
      return standForInstall(withoutExtras(debian.needed, extras));
    case 'purge':
      return standForPurge(debian.names);
    case 'nothing':
      return nothing;
    case 'clean':
      return action.kind === 'clean' && !action.all ? standForRest(command, action.operands) : nothing;
    case 'account':
      return action.kind === 'account' ? standForAccount(action.account, action.variables, true) : null;
  }
}
