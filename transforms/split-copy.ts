import { isSymbolic } from '../src/build/places.ts';
import type { SymbolicBuild } from '../src/build/symbolic-build.ts';
import type { Decline } from '../src/plan/transform.ts';
import { decline, defineTransform } from '../src/plan/transform.ts';
import type { Fix } from '../src/types.ts';
import type { ExposedInstall } from './moving/steps.ts';
import { effectsOf } from './moving/steps.ts';
import { assuming, keepingLock, proposalsForAll } from './split-copy/decide.ts';
import type { Found } from './split-copy/exposed.ts';
import { exposedInstalls, exposedStageCopies, manifestsOf, whereOf } from './split-copy/exposed.ts';
import { joinLock, missingLocks } from './split-copy/join-lock.ts';
import { page } from './split-copy/page.ts';
import { raiseStageCopy } from './split-copy/stage-copies.ts';
import { sinkArgs } from './split-copy/volatile-args.ts';

export const splitCopy = defineTransform<Found>({
  id: 'split-copy',
  title: 'Copy dependency manifests, install, then copy the source',
  why: 'A COPY of the whole source before the install makes every one-line change reinstall all dependencies.',
  mustGain: true,
  page,
  *match(project) {
    for (const view of project.dockerfiles) {
      const [build] = view.builds;
      if (!build) continue;
      const { symbolic } = build;
      for (const stage of symbolic.stages) {
        for (const missing of missingLocks(build, stage, project.tree)) yield { ...whereOf(view, missing.install), fault: 'lock', view, build, missing };
      }
      const manifests = manifestsOf(symbolic);
      for (const stage of symbolic.stages) yield* exposedInstalls(view, build, stage, manifests);
      for (const stage of symbolic.stages) yield* exposedStageCopies(view, build, stage, manifests);
    }
  },
  *decide(match) {
    if (match.fault === 'lock') return yield joinLock(match.view, match.build, match.build.symbolic, match.missing);
    const install = match.stage.steps[match.at];
    if (match.fault === 'stage copy' && install) return yield* raiseStageCopy(match, install, manifestsOf(match.symbolic));
    if (!install?.run) return yield decline('unsupported', 'the install is not in a RUN, so it cannot be moved');
    if (match.fault === 'argument') return yield* sinkArgs(match, install, match.stage.state.context.files);
    const given: (Fix | Decline)[] = [];
    for (const answer of withoutRepeats(proposalsForAll([withSymbols(match), match]))) {
      given.push(answer);
      yield answer;
    }
    yield* keepingLock(match, install, given);
    yield* assuming(match, install, given);
  },
});

/** Two ways may come to the same edits; each is verified once. */
function* withoutRepeats(answers: Iterable<Fix | Decline>): Iterable<Fix | Decline> {
  const seen = new Set<string>();
  for (const answer of answers) {
    const key = answer.kind === 'fix' ? JSON.stringify(answer.edits.toSorted((a, b) => a.span.start - b.span.start)) : answer.message;
    if (!seen.has(key)) yield answer;
    seen.add(key);
  }
}

/** The same install with build arguments that are not known: where one names a file, the narrow COPY has to name the argument. */
function withSymbols(match: ExposedInstall): ExposedInstall | null {
  if ((match.stage.steps[match.at]?.argsInKey.length ?? 0) === 0) return null;
  const symbolic: SymbolicBuild = match.build.symbolicForAnyArgs;
  const stage = symbolic.stages[match.stage.stage.index];
  const step = stage?.steps[match.at];
  if (!stage || !step || !effectsOf(step).some((executed) => executed.reads.some((read) => isSymbolic(read.path)))) return null;
  return { ...match, symbolic, stage };
}
