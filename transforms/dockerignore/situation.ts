import { flatMap } from '../../src/lists.ts';
import type { BuildView, ProjectView } from '../../src/plan/project.ts';
import type { Path, UnreadUser } from '../../src/types.ts';
import type { ProjectTexts } from './patterns.ts';
import { isManifest } from './patterns.ts';
import type { Survey } from './survey.ts';
import { nameOf } from './survey.ts';
import { otherBuilds } from './users.ts';

/** What is known of the builds that share an ignore file, as far as it decides what they need. */
export interface Situation {
  readonly surveys: readonly Survey[];
  readonly builds: readonly BuildView[];
  /** Instructions of the Dockerfiles, with what they name. */
  readonly instructions: readonly InstructionText[];
  readonly texts: ProjectTexts;
  readonly manifests: readonly (readonly [path: Path, text: string])[];
  /** Builds of the context of which it is not known what they need. */
  readonly unread: readonly UnreadUser[];
}

/** What an instruction says; of a RUN, its here-documents as well. */
export interface InstructionText {
  readonly text: string;
  readonly where: string;
  readonly build: BuildView;
  readonly inBuild: boolean;
}

/** Longer than any image reference: a name of 255 characters, a tag of 128 and a digest. */
const longestReference = 500;

export function situationOf(project: ProjectView, builds: readonly BuildView[], surveys: readonly Survey[]): Situation {
  const instructions = flatMap(builds, instructionsOf);
  const manifests = flatMap(surveys, (survey) => survey.files.filter(isManifest).map((path) => [path, survey.read(path) ?? ''] as const));
  const texts: ProjectTexts = {
    manifests: [...manifests.map(([, text]) => text), ...surveys.map((survey) => survey.read('.pre-commit-config.yaml') ?? '')].join('\n'),
    // That of a directory further up speaks of many projects.
    gitignore: surveys.map((survey) => survey.read('.gitignore') ?? '').join('\n'),
    buildCommands: [...instructions.filter(({ inBuild }) => inBuild).map(({ text }) => text), ...flatMap(surveys, shellTexts)].join('\n'),
    commands: [...instructions.map(({ text }) => text), ...flatMap(surveys, shellTexts), ...flatMap(builds, ({ build }) => (build.commands ?? []).map(({ text }) => text)), ...manifests.filter(([path]) => nameOf(path) === 'package.json').map(([, text]) => text)].join('\n'),
    bases: flatMap(project.dockerfiles, (view) => view.model.stages.map((stage) => (stage.base.kind === 'image' ? (stage.base.expanded ?? stage.base.reference).slice(0, longestReference) : ''))).join('\n'),
  };
  const contexts = new Set(builds.map(({ build }) => build.context));
  const unread = [...project.unread.filter(({ context }) => context === null || contexts.has(context)), ...flatMap(surveys, (survey) => otherBuilds(survey, builds))];
  return { surveys, builds, instructions, texts, manifests, unread };
}

/** Instructions that hold commands, or words for them. */
const keywords: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'ENV', 'ARG', 'ONBUILD']);

function instructionsOf(build: BuildView): readonly InstructionText[] {
  return build.symbolic.model.scanned.instructions.filter(({ keyword }) => keywords.has(keyword)).map(({ keyword, text, json, heredocs, lines }) => ({
    text: [json === null ? text : json.join(' '), ...heredocs.map((heredoc) => heredoc.content)].join('\n'),
    where: `${build.build.dockerfile}:${lines.start}`,
    build,
    inBuild: keyword === 'RUN' || keyword === 'ONBUILD',
  }));
}

/** Scripts that a build may run; they only say what kinds of things may be made. */
function shellTexts(survey: Survey): readonly string[] {
  return survey.files.filter((path) => /\.(?:ba|da|a|z)?sh$|(?:^|\/)(?:GNU)?[Mm]akefile$/.test(path)).slice(0, 50).map((path) => survey.read(path) ?? '');
}

/** The survey of the context of a build. */
export function surveyOf({ surveys }: Situation, { build }: BuildView): Survey | undefined {
  return surveys.find((survey) => survey.context.root === build.context) ?? surveys[0];
}
