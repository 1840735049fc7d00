/** Builds a side of a comparison from the copy, cold or from the cache. */
import { join } from 'node:path';

import type { BuildResult } from './engine.ts';
import { VerifyError } from './fault.ts';
import type { ImageBuild } from './images.ts';
import type { Control } from './program.ts';
import { isDiskFull } from './program.ts';
import type { Side } from './recipe.ts';
import { recipeOf } from './recipe.ts';
import type { Session } from './session.ts';
import { labelName } from './session.ts';

/** Copying, three cold builds, reading three images, four builds around a change, removing the images. */
export const courseLength = 10;

export interface Builder {
  readonly control: Control;
  readonly tag: (name: string) => string;
  readonly cold: (name: 'before' | 'after' | 'again', what: string, number: number) => Promise<TimedBuild>;
  readonly warm: (side: Side, what: string, number: number) => Promise<TimedBuild>;
}

export interface TimedBuild extends BuildResult {
  /** Was it ended because it took too long? */
  readonly timedOut: boolean;
}

/** Each image of a session has tags of its own. */
export function builderFor({ compared, args, target }: ImageBuild, copy: string, session: Session): Builder {
  const { engine, settings, signal, id } = session;
  const control: Control = { signal, timeoutSeconds: settings.timeoutSeconds };
  session.made.verified += 1;
  const prefix = `dockfix-verify:${id}-${session.made.verified}`;
  const tag = (name: string): string => engine.tagFor(`${prefix}-${name}`);
  const build = async (side: Side, name: string, what: string, number: number, noCache: boolean): Promise<TimedBuild> => {
    const say = (step: string | null): void => session.onProgress({ dockerfile: compared.path, what, number, of: courseLength, step });
    say(null);
    const request = {
      context: join(copy, compared.context),
      ...recipeOf(compared, target, side, copy),
      idFile: join(copy, '..', 'image-id'),
      tag: tag(name),
      labels: { [labelName]: id },
      args,
      ...(typeof target === 'string' ? { target } : {}),
      ...(settings.platform === null ? {} : { platform: settings.platform }),
      ...(settings.network === null ? {} : { network: settings.network }),
      secrets: settings.secrets,
      noCache,
      onStep: say,
    };
    try {
      const result = await engine.build(request, control);
      // A build that fails because the engine is gone, or its disk full, says nothing of the Dockerfile.
      if (!result.ok) engine.version();
      if (!result.ok && isDiskFull(result.log)) throw new VerifyError('disk-full', 'the disk of the engine is full, or the one for temporary files (no space left on device)');
      return { ...result, timedOut: false };
    } catch (error) {
      if (!(error instanceof VerifyError) || error.code !== 'timeout') throw error;
      return { ok: false, steps: [], log: `it took longer than ${settings.timeoutSeconds} s (--timeout)`, seconds: settings.timeoutSeconds, imageId: null, timedOut: true };
    }
  };
  return { control, tag, cold: (name, what, number) => build(name === 'after' ? 'after' : 'before', name, what, number, true), warm: (side, what, number) => build(side, 'warm', what, number, false) };
}

