import { partBuilds } from '../src/build/part-builds.ts';
import { defineTransform } from '../src/plan/transform.ts';
import type { PlacedPart } from './copy-by-change/decide.ts';
import { decideOnPart } from './copy-by-change/decide.ts';
import { page } from './copy-by-change/page.ts';

export const copyByChange = defineTransform<PlacedPart>({
  id: 'copy-by-change',
  title: 'Copy what a build step reads before the rest of the source',
  why: 'A front end, or generated code, is built again for every change of anything where the whole source is copied before its build.',
  mustGain: true,
  page,
  *match(project) {
    for (const view of project.dockerfiles) {
      const [build] = view.builds;
      if (!build) continue;
      for (const part of partBuilds(build.symbolic)) {
        const lines = part.stage.steps[part.at]?.instruction.lines;
        if (lines) yield { ...part, project, view, build, dockerfile: view.path, line: lines.start, endLine: lines.end };
      }
    }
  },
  decide: decideOnPart,
});
