import { defineTransform } from '../src/plan/transform.ts';
import type { CopiedPackages } from './wheel-packages/copied.ts';
import { copiedPackages } from './wheel-packages/copied.ts';
import { decideOnCopied } from './wheel-packages/decide.ts';
import { directory, mount } from './wheel-packages/options.ts';
import { page } from './wheel-packages/page.ts';

export const wheelPackages = defineTransform<CopiedPackages>({
  id: 'wheel-packages',
  title: 'Install wheels instead of copying site-packages',
  why: 'A copied site-packages directory has no console scripts, and its path breaks with every new Python version.',
  mustGain: false,
  options: [mount, directory],
  page,
  *match(project) {
    for (const view of project.dockerfiles) {
      const [build] = view.builds;
      if (!build) continue;
      for (const stage of build.symbolic.stages) {
        for (const step of stage.steps) {
          const found = copiedPackages(view, build, stage, step);
          if (found) yield found;
        }
      }
    }
  },
  decide: decideOnCopied,
});
