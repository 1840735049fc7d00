/** Builds both sides again from the cache, with a source file changed. */
import type { Path } from '../types.ts';
import type { Builder } from './builder.ts';
import { appendText, writeTexts } from './copy.ts';
import type { BuildResult } from './engine.ts';
import type { ImageBuild } from './images.ts';
import type { Side } from './recipe.ts';
import { pathInProject, sentChanges } from './recipe.ts';
import { fileToTouch } from './touch.ts';

export interface Warm {
  /** Relative to the context. */
  readonly touched: Path | null;
  readonly before: BuildResult | null;
  readonly after: BuildResult | null;
}

/**
 * Each side is built once more from the cache, so that the engine has settled which results it holds, and then with a
 * file changed to what it never was. Without such a file the second build is of the same.
 */
export async function warmBuilds({ compared, target }: ImageBuild, copy: string, builder: Builder, cold: ColdBuilds): Promise<Warm> {
  const touched = fileToTouch(compared, target);
  const changed = async (side: Side, what: string, number: number): Promise<BuildResult> => {
    const undo = touched === null ? () => undefined : appendText(copy, pathInProject(compared.context, touched), neverSeen());
    try {
      return await builder.warm(side, touched === null ? `${what}, from the cache` : `${what}, after a change of ${touched}`, number);
    } finally {
      undo();
    }
  };
  const twice = async (side: Side, what: string, number: number, first: BuildResult): Promise<BuildResult> => {
    const settled = await builder.warm(side, `${what}, from the cache`, number);
    return withAllSteps(Math.max(first.steps.length, settled.steps.length), () => changed(side, what, number + 1));
  };
  const before = await twice('before', 'the original', 6, cold.before);
  if (!cold.after.ok) return { touched, before, after: null };
  const restore = writeTexts(copy, sentChanges(compared));
  const after = await twice('after', 'the rewritten one', 8, cold.after);
  restore();
  return { touched, before, after };
}

interface ColdBuilds {
  readonly before: BuildResult;
  readonly after: BuildResult;
}

const mostAttempts = 3;

/** On a machine with much to do BuildKit's client may end before it has heard of all steps: then the build is repeated. */
async function withAllSteps(steps: number, build: () => Promise<BuildResult>, attempts = mostAttempts): Promise<BuildResult> {
  const result = await build();
  return !result.ok || result.steps.length >= steps || attempts === 1 ? result : withAllSteps(steps, build, attempts - 1);
}

/** White space at the end of a file that no earlier run can have left in the cache: the bits of the time, as lines. */
function neverSeen(): string {
  return `\n${[...Date.now().toString(2)].map((bit) => (bit === '1' ? ' \n' : '\n')).join('')}`;
}
