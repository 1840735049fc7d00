import { factsOfReference } from '../src/build/ledger/base-images.ts';
import type { StageResult } from '../src/build/symbolic-build.ts';
import { settingOf } from '../src/plan/options.ts';
import { defineTransform } from '../src/plan/transform.ts';
import type { AlpineStages } from './alpine-to-slim/decide.ts';
import { alpineStages, decideOnAlpine } from './alpine-to-slim/decide.ts';
import { when } from './alpine-to-slim/options.ts';
import { page } from './alpine-to-slim/page.ts';

export const alpineToSlim = defineTransform<AlpineStages>({
  id: 'alpine-to-slim',
  title: 'Build Python images on Debian slim where Alpine has to compile',
  why: 'Packages without a wheel for musl are compiled on Alpine, which takes minutes and needs compilers; on slim pip takes the wheels.',
  mustGain: false,
  options: [when],
  page,
  *match(project) {
    const always = settingOf(project.project.settings, 'alpine-to-slim', when) === 'always';
    for (const view of project.dockerfiles) {
      const [build] = view.builds;
      if (build?.symbolic.stages.some(isOnAlpine)) yield* alpineStages(view, build, always);
    }
  },
  decide: decideOnAlpine,
});

function isOnAlpine({ reference }: StageResult): boolean {
  return factsOfReference(reference)?.packageManager === 'apk';
}
