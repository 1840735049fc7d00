import { installsIn } from '../commands/install-calls.ts';
import type { ExecutedCommand } from '../build/run.ts';
import type { StepRecord, SymbolicBuild } from '../build/symbolic-build.ts';
import type { Token } from '../build/values.ts';

/**
 * The steps that install dependencies. A step that installs once more what an earlier one of its image has installed is
 * none: that takes a moment (`poetry install` after `poetry install --no-root`).
 */
export function installSteps({ stages }: SymbolicBuild): ReadonlySet<StepRecord> {
  const found = new Set<StepRecord>();
  for (const { chain, steps } of stages) {
    const earlier: Earlier = { installs: new Set(), hasManifest: false };
    for (const step of chain.slice(0, -1).flatMap((index) => stages[index]?.steps ?? [])) note(step, earlier);
    for (const step of steps) if (note(step, earlier)) found.add(step);
  }
  return found;
}

/** What the steps before one have installed. */
interface Earlier {
  readonly installs: Set<Token>;
  /** Was something installed for which a file of the context was read? */
  hasManifest: boolean;
}

/** Does the step install something new? What it installs counts as installed from here on. */
function note({ run }: StepRecord, earlier: Earlier): boolean {
  if (run === null) return false;
  let isNew = false;
  for (const command of run.commands) isNew = noteCommand(command, earlier) || isNew;
  if (run.opaque === null) return isNew;
  const known = new Set(run.commands.filter((command) => command.opaque === null).map((command) => command.call?.span.start));
  return isNew || installsIn(run.script).some((command) => !known.has(command.span.start));
}

function noteCommand({ effects }: ExecutedCommand, earlier: Earlier): boolean {
  const installs = effects.filter(({ effect }) => effect.kind === 'install');
  const isNew = installs.some(({ token }) => !earlier.installs.has(token));
  // `pip install .` is one effect. It brings the dependencies too, unless their own install came before it.
  const bringsAll = installs.length === 0 && !earlier.hasManifest && effects.some(({ effect }) => effect.kind === 'project-install');
  for (const { token, reads } of installs) {
    earlier.installs.add(token);
    if (reads.length > 0) earlier.hasManifest = true;
  }
  return isNew || bringsAll;
}
