import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import { manifestOfLock } from './copy.ts';
import { baseName, isSymbolic, join, parentOf } from './places.ts';
import type { ExecutedEffect } from './runner.ts';
import type { StageResult, SymbolicBuild } from './symbolic-build.ts';

/** An install that has its manifest from the context, but not the lock that lies beside it there. */
export interface LocklessInstall {
  /** Index of the step in its stage. */
  readonly at: number;
  readonly executed: ExecutedEffect;
  /** Paths of the context. */
  readonly manifest: Path;
  readonly lock: Path;
}

/** Installs of a stage that resolve anew each time, although a lock might lie beside their manifest. */
export function locklessInstalls(stage: StageResult): readonly LocklessInstall[] {
  return flatMap([...stage.steps.entries()], ([at, step]) =>
    flatMap(step.run?.commands ?? [], (command) => flatMap(command.effects, (executed) => lockless(executed).map(({ manifest, lock }) => ({ at, executed, manifest, lock })))),
  );
}

function lockless({ effect, reads }: ExecutedEffect): readonly { readonly manifest: Path; readonly lock: Path }[] {
  if (reads.length === 0 || (effect.kind !== 'install' && effect.kind !== 'project-install')) return [];
  return flatMap(effect.reads, ({ path }) => {
    const name = manifestOfLock.get(baseName(path));
    if (name === undefined || reads.some((read) => read.at === path)) return [];
    const manifest = reads.find((read) => !read.deep && read.at === join(parentOf(path), name));
    if (!manifest || isSymbolic(manifest.path) || baseName(manifest.path) !== name) return [];
    return [{ manifest: manifest.path, lock: join(parentOf(manifest.path), baseName(path)) }];
  });
}

/**
 * Does the same install run again in each such stage with that very lock, so that the lock says today what is there in the
 * end? Nothing may run in between that could see the packages of the first.
 */
export function isHonouredLater({ stages }: SymbolicBuild, lock: Path): boolean {
  return stages.every((stage) => locklessInstalls(stage).filter((one) => one.lock === lock).every((one) => isRepeatedWithLock(stage, one)));
}

function isRepeatedWithLock({ steps }: StageResult, { at, executed, lock }: LocklessInstall): boolean {
  for (const step of steps.slice(at + 1)) {
    if (step.run === null) continue;
    const [first] = step.run.commands;
    return first?.effects.some(({ effect, reads }) => effect.does === executed.effect.does && reads.some((read) => !read.deep && read.path === lock)) ?? false;
  }
  return false;
}
