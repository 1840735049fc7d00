/** Packages, outputs and environments of the host: are they used, or made anew by the stage that gets them? */
import type { Path } from '../../src/types.ts';
import type { Arrival } from './arrivals.ts';
import { arrivalsOf } from './arrivals.ts';
import type { Maker } from './makers.ts';
import { nodeInstalls, stageRuns, takerOf } from './makers.ts';
import { searchFor, subjectOf } from './mentions.ts';
import { dependenciesIn } from './package-scripts.ts';
import type { Candidate } from './patterns.ts';
import type { Answer } from './readers/setting.ts';
import type { Situation } from './situation.ts';
import { surveyOf } from './situation.ts';
import type { Survey } from './survey.ts';
import { join, nameOf, parentOf } from './survey.ts';
import { mentioned } from './who-reads.ts';
import { namesPath } from './named-path.ts';

/** The first stage that gets what the pattern hides, and does not make it itself. */
function takenFromHost({ probes }: Candidate, situation: Situation, makes: Maker): { readonly arrival: Arrival; readonly path: Path } | null {
  for (const path of new Set(probes.map(directoryOfProbe))) {
    for (const build of situation.builds) {
      const survey = surveyOf(situation, build);
      if (survey === undefined || build.context.hides(path)) continue;
      const taking = takerOf(arrivalsOf(build, path), survey, makes);
      if (taking) return { arrival: taking, path };
    }
  }
  return null;
}

/** `node_modules/x/index.js` stands for `node_modules`. */
function directoryOfProbe(probe: Path): Path {
  return probe.replace(/\/(?:x(?:\/index\.js)?|pyvenv\.cfg)$/, '');
}

/** Beside a package.json below the top that asks for no package there is no node_modules, unless somebody made one. */
function mayHavePackages(survey: Survey, path: Path): boolean {
  const directory = parentOf(path);
  return directory === '' || survey.leftovers.includes(path) || dependenciesIn(survey.read(join(directory, 'package.json')) ?? '').length > 0;
}

/** node_modules of the host are needed where a stage that gets them installs none of its own, unless nothing there uses any. */
export function usesHostPackages(candidate: Candidate, situation: Situation): Answer {
  const probes = candidate.probes.filter((probe) => situation.surveys.some((survey) => mayHavePackages(survey, directoryOfProbe(probe))));
  const taken = takenFromHost({ ...candidate, probes }, situation, nodeInstalls);
  if (taken === null) return null;
  const { arrival, path } = taken;
  const { build, stage } = arrival;
  const where = `${build.build.dockerfile}:${stage.stage.fromInstruction.lines.start}`;
  const root = build.symbolic.stages[stage.chain[0] ?? stage.stage.index] ?? stage;
  if (!withoutNode.test(root.reference)) return { kind: 'reads', because: `the stage at ${where} gets ${path} from the context and does not install it` };
  const user = stageRuns(arrival).find(({ program, args }) => usesNode(program, args)) ?? startsNode(arrival);
  if (user) return { kind: 'reads', because: `the stage at ${where} gets ${path} from the context, does not install it, and runs \`${user.program ?? ''}\`` };
  return mentioned(situation, ['node_modules']);
}

function usesNode(program: string | null, args: readonly (string | null)[]): boolean {
  return program === null || /^(?:node|nodejs|npm|npx|yarn|pnpm|bun|deno|corepack)$/.test(program) || (/^(?:apk|apt|apt-get|dnf|yum)$/.test(program) && args.some((arg) => /^(?:nodejs|npm|yarn|node)\b/.test(arg ?? '')));
}

function startsNode({ build, stage }: Arrival): { readonly program: string } | undefined {
  return stage.chain.some((index) => build.symbolic.stages[index]?.stage.instructions.some(({ keyword, text }) => (keyword === 'CMD' || keyword === 'ENTRYPOINT') && /\b(?:node|npm|npx|yarn|pnpm|bun)\b/.test(text))) ? { program: 'node' } : undefined;
}

/** Official images without Node.js. */
const withoutNode = /^(?:docker\.io\/)?(?:library\/)?(?:python|pypy|golang|ruby|php|openjdk|eclipse-temurin|amazoncorretto|rust|elixir|erlang|gcc|perl|maven|gradle|debian|ubuntu|alpine|nginx|httpd|composer|busybox|caddy|haskell)(?:[:@]|$)|^mcr\.microsoft\.com\/dotnet\/|^public\.ecr\.aws\/lambda\/(?:python|java|ruby|go|provided)|^scratch$/;

/** The output of a build is needed where a stage that gets it does not build itself. */
export function usesHostOutput(candidate: Candidate, situation: Situation): Answer {
  const makes = candidate.makes;
  if (makes === undefined) return null;
  const taken = takenFromHost(candidate, situation, makes);
  if (taken === null) return null;
  const { build, stage } = taken.arrival;
  return { kind: 'reads', because: `the stage at ${build.build.dockerfile}:${stage.stage.fromInstruction.lines.start} gets ${taken.path} from the context and does not make it` };
}

/** An environment that is named is one that the stage makes, or takes from another; else it is that of the host. */
export function usesHostEnvironment(candidate: Candidate, situation: Situation): Answer {
  const name = nameOf(candidate.pattern);
  const named = situation.instructions.filter(({ text }) => namesPath(text.replaceAll(/-m\s+venv\b|\buv\s+venv\b/g, ''), name));
  const builds = new Set(named.map(({ build }) => build));
  for (const build of builds) {
    const survey = surveyOf(situation, build);
    for (const path of new Set(candidate.probes.map(directoryOfProbe))) {
      const taken = survey === undefined ? undefined : takerOf(arrivalsOf(build, path), survey, makesEnvironment(name));
      const stages = new Set(named.filter((one) => one.build === build).map(({ where }) => where));
      if (taken !== undefined) return { kind: 'reads', because: `${[...stages][0] ?? ''} names ${name}, and the stage at line ${taken.stage.stage.fromInstruction.lines.start} does not make it` };
    }
  }
  const taken = takenFromHost(candidate, situation, makesEnvironment(name));
  return taken === null ? null : enteredIn(name, taken.arrival, situation);
}

/** A script that uses `venv/bin/activate`, and does not make the environment itself. */
function enteredIn(name: string, { direct }: Arrival, { surveys, texts }: Situation): Answer {
  const entered = new RegExp(`([\\w./-]*/)?(?<![\\w.-])${name.replaceAll('.', '\\.')}/(?:bin|lib|Scripts)\\b`);
  const isNamedIn = (line: string): boolean => {
    const found = entered.exec(line);
    const above = found?.[1] ?? '';
    return found !== null && (!above.startsWith('/') || /[})]$/.test(line.slice(0, found.index)) || direct.includes(`${above}${name}`));
  };
  for (const survey of surveys) {
    const search = searchFor({ hint: `${name}/`, isNamedIn, isBeside: (path) => subjectOf('environment').isBeside(path) || makesOne(survey.read(path) ?? '', name) }, survey, texts.commands);
    if (search.kind === 'named') return { kind: 'reads', because: `${search.mention.path}:${search.mention.line} uses ${name}` };
  }
  return null;
}

function makesOne(text: string, name: string): boolean {
  return text.split('\n').some((line) => /\b(?:venv|virtualenv)\b/.test(line) && !line.includes(`${name}/`) && line.includes(name) && /\b(?:python|venv|virtualenv|uv)\S*\s/.test(line)) || /\b(?:uv|poetry|pdm)\s+(?:sync|install)\b/.test(text);
}

/** Commands that make an environment in a directory: all that is copied belongs to one project, so below it counts as well. */
function makesEnvironment(name: string): Maker {
  return ({ program, args, cwd }) => {
    const words = args.filter((arg) => arg !== null);
    const isInProject = /^(?:uv|poetry|pdm|pipenv|rye|hatch)$/.test(program ?? '') && words.some((word) => /^(?:sync|install|venv|run)$/.test(word));
    const named = /^(?:venv|virtualenv|python[\d.]*)$/.test(program ?? '') || (program === 'uv' && words.includes('venv')) ? words.find((word) => nameOf(word.replace(/\/$/, '')) === name) : undefined;
    if (named !== undefined) return [named.startsWith('/') ? named.slice(0, -name.length - 1) || '/' : cwd];
    return isInProject && name === '.venv' ? [cwd] : [];
  };
}
