/** Who reads `.git`, `.env` or a Dockerfile: a package, a run of a build or its image, or what a text speaks of. */
import { once } from '../../src/remember.ts';
import type { Path } from '../../src/types.ts';
import { arrivalsOf } from './arrivals.ts';
import { unexplainedGit } from './git-in-image.ts';
import { gitPackageIn, lockedGitPackage, packageOfHistory } from './git-packages.ts';
import type { Interest } from './known-programs.ts';
import { packagesThatReadEnvironment, packagesWithoutEnvironment } from './known-programs.ts';
import { searchFor, subjectNamed, subjectOf } from './mentions.ts';
import { packagesIn } from './package-lists.ts';
import { readerIn } from './readers.ts';
import type { Answer } from './readers/setting.ts';
import type { Situation } from './situation.ts';
import { surveyOf } from './situation.ts';
import { takesRepository } from './survey.ts';

/** Who reads what, found when it is first asked for. */
export type WhoReads = Readonly<Record<Interest, () => Answer>>;

export function whoReads(situation: Situation): WhoReads {
  return {
    git: once(() => readerOfGit(situation)),
    environment: once(() => readerOfEnvironment(situation)),
    image: once(() => readerOf(situation, 'image', 'Dockerfile') ?? spokenOf(situation, 'image')),
  };
}

function readerOf(situation: Situation, interest: Interest, path: Path): Answer {
  let unknown: Answer = null;
  for (const build of situation.builds) {
    for (const arrival of arrivalsOf(build, path)) {
      const survey = surveyOf(situation, build);
      if (survey === undefined) continue;
      const answer = readerIn(arrival, survey, interest) ?? (interest === 'git' ? unexplainedGit(arrival, situation) : null);
      if (answer?.kind === 'reads') return answer;
      unknown ??= answer;
    }
  }
  return unknown;
}

function readerOfGit(situation: Situation): Answer {
  // Whoever asks finds none today.
  if (!situation.surveys.some(takesRepository)) return null;
  for (const [path, text] of situation.manifests) {
    const tool = gitPackageIn(path, text);
    if (tool !== null) return { kind: 'reads', because: `\`${tool}\` (${path}) asks git` };
  }
  const locked = lockedGitPackage(situation);
  if (locked !== null) return { kind: 'reads', because: locked };
  const run = readerOf(situation, 'git', '.git');
  if (run?.kind === 'reads') return run;
  return spokenOf(situation, 'git') ?? run ?? packageOfHistory(situation);
}

function readerOfEnvironment(situation: Situation): Answer {
  for (const [path, text] of situation.manifests) {
    const names = packagesIn(path, text);
    if (names === null) continue;
    const reader = names.find((name) => packagesThatReadEnvironment.test(name));
    if (reader !== undefined) return { kind: 'reads', because: `\`${reader}\` (${path}) may read .env` };
    const unknown = names.find((name) => !packagesWithoutEnvironment.has(name.toLowerCase().replaceAll('_', '-')));
    if (unknown !== undefined) return { kind: 'unknown', because: `whether \`${unknown}\` (${path}) reads .env is not known` };
  }
  const run = readerOf(situation, 'environment', '.env');
  return run?.kind === 'reads' ? run : (spokenOf(situation, 'environment') ?? run);
}

/** The texts of a context, and of what compose files run. */
function spokenOf({ surveys, texts }: Situation, interest: Interest): Answer {
  const subject = subjectOf(interest);
  for (const survey of surveys) {
    const search = searchFor(subject, survey, texts.commands);
    if (search.kind === 'too-much') return { kind: 'unknown', because: search.because };
    if (search.kind === 'named') return { kind: 'reads', because: `${search.mention.path}:${search.mention.line} says \`${search.mention.text}\`` };
  }
  return null;
}

/** A text that names one of them. */
export function mentioned({ surveys, texts }: Situation, names: readonly string[]): Answer {
  const subject = subjectNamed(names);
  for (const survey of surveys) {
    const search = searchFor(subject, survey, texts.commands);
    if (search.kind === 'too-much') return { kind: 'unknown', because: search.because };
    if (search.kind === 'named') return { kind: 'reads', because: `${search.mention.path}:${search.mention.line} names it` };
  }
  return null;
}
