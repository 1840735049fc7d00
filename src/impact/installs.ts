import { installsIn, isOfflineInstall, leavesOutDependencies } from '../commands/install-calls.ts';
import type { ExecutedCommand } from '../build/runner.ts';
import type { StepRecord, SymbolicBuild } from '../build/symbolic-build.ts';
import type { Token } from '../build/values.ts';

/**
 * How many installs of dependencies each step does, for those that do any. What an earlier step of the same image has
 * installed is none once more, since that takes a moment (`poetry install` after `poetry install --no-root`); nor is what
 * takes wheels that are at hand.
 */
export function installsOfSteps({ stages }: SymbolicBuild): ReadonlyMap<StepRecord, number> {
  const found = new Map<StepRecord, number>();
  for (const { chain, steps } of stages) {
    const earlier: Earlier = { installs: new Set(), hasManifest: false };
    for (const step of chain.slice(0, -1).flatMap((index) => stages[index]?.steps ?? [])) noteStep(step, earlier);
    for (const step of steps) {
      const installs = noteStep(step, earlier);
      if (installs > 0) found.set(step, installs);
    }
  }
  return found;
}

/** What the steps before one have installed. */
interface Earlier {
  readonly installs: Set<Token>;
  /** Was something installed for which a file of the context was read? */
  hasManifest: boolean;
}

/** The new installs of a step. What it installs counts as installed from here on. */
function noteStep({ run }: StepRecord, earlier: Earlier): number {
  if (run === null) return 0;
  const followed = run.commands.filter((command) => noteCommand(command, earlier)).length;
  if (run.opaque === null) return followed;
  const known = new Set(run.commands.filter((command) => command.opaque === null).map((command) => command.call?.span.start));
  return followed + installsIn(run.script).filter((command) => !known.has(command.span.start)).length;
}

/** Does the command install something new? */
function noteCommand({ call, effects }: ExecutedCommand, earlier: Earlier): boolean {
  const installs = effects.filter(({ effect }) => effect.kind === 'install');
  const isNew = installs.some(({ token }) => !earlier.installs.has(token));
  // `pip install .` is one effect. It brings the dependencies too, unless their own install came before it.
  const bringsAll = installs.length === 0 && !earlier.hasManifest && effects.some(({ effect }) => effect.kind === 'project-install') && !(call && leavesOutDependencies(call));
  for (const { token, reads } of installs) {
    earlier.installs.add(token);
    if (reads.length > 0) earlier.hasManifest = true;
  }
  return (isNew || bringsAll) && !(call && isOfflineInstall(call));
}
