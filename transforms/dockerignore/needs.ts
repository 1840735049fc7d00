import { flatMap } from '../../src/lists.ts';
import { readPyproject } from '../../src/manifests/pyproject.ts';
import { setupPyHints } from '../../src/manifests/setup-py.ts';
import { matchesPattern } from '../../src/ignore/patterns.ts';
import { once } from '../../src/remember.ts';
import type { BuildView, ProjectView } from '../../src/plan/project.ts';
import type { Path, UnreadUser } from '../../src/types.ts';
import type { Arrival } from './arrivals.ts';
import { arrivalsOf } from './arrivals.ts';
import type { Interest } from './known-programs.ts';
import { packagesThatReadEnvironment, packagesWithoutEnvironment } from './known-programs.ts';
import type { Maker } from './makers.ts';
import { nodeInstalls, stageRuns, takerOf } from './makers.ts';
import { searchFor, subjectNamed, subjectOf } from './mentions.ts';
import type { Candidate, ProjectTexts } from './patterns.ts';
import { isManifest } from './patterns.ts';
import type { Answer } from './readers.ts';
import { dependenciesIn, gitPackageIn, lacksGit, readerIn } from './readers.ts';
import type { Survey } from './survey.ts';
import { hiddenBy, join, nameOf, parentOf } from './survey.ts';
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
  /** Who reads `.git`, `.env`, or files such as Dockerfiles. */
  readonly readers: Readonly<Record<Interest, () => Answer>>;
}

/** What an instruction says; of a RUN, its here-documents as well. */
interface InstructionText {
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
  const situation: Situation = {
    surveys,
    builds,
    instructions,
    texts,
    manifests,
    unread,
    readers: { git: once(() => readerOfGit(situation)), environment: once(() => readerOfEnvironment(situation)), image: once(() => readerOf(situation, 'image', 'Dockerfile')) },
  };
  return situation;
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

/**
 * Why the pattern cannot be shown to hide nothing that somebody needs; null if it is shown. `reads`: somebody needs it.
 * `unknown`: something was not understood, which a person may know to be harmless.
 */
export function whyNeeded(candidate: Candidate, situation: Situation): Answer {
  const reads = namedByStep(candidate, situation) ?? heldByGit(candidate, situation) ?? namedByManifest(candidate, situation) ?? namedByCommand(candidate, situation);
  if (reads !== null) return { kind: 'reads', because: reads };
  const answer = neededByKind(candidate, situation);
  if (answer !== null || candidate.kind === 'cache') return answer;
  const [unread] = situation.unread;
  return unread === undefined ? null : { kind: 'unknown', because: `${unread.file}:${unread.line}: ${unread.because}` };
}

/** A COPY or ADD source, a bind mount or a file that an install reads, whether or not it is on this disk. */
function namedByStep({ pattern, kind }: Candidate, { builds }: Situation): string | null {
  // `python -m venv .venv` looks at a `.venv` that a COPY may have brought from somebody's disk; nobody counts on that one.
  const isMadeThere = (build: BuildView, path: Path): boolean => !/^(?:git|image|environment)$/.test(kind) && build.context.has(path) !== 'yes';
  const isHidden = (path: Path): boolean => path !== '' && matchesPattern(pattern, path) === true;
  for (const build of builds) {
    for (const stage of build.symbolic.stages) {
      for (const step of stage.steps) {
        const named = step.copy?.contextSources ?? step.mounted;
        const reads = step.opaque === null && step.copy === null ? step.reads : [];
        if (named.length === 0 && reads.length === 0) continue;
        const read = named.find(({ path }) => isHidden(path)) ?? reads.find(({ path }) => isHidden(path) && !isMadeThere(build, path));
        if (read) return `line ${step.line} of ${build.build.dockerfile} reads ${read.path}`;
      }
    }
  }
  return null;
}

/** Files in git are part of the project, unless they are of a kind that no project needs. */
function heldByGit({ pattern, isJunk, kind }: Candidate, { surveys, readers }: Situation): string | null {
  const held = flatMap(surveys, (survey) => hiddenBy(survey, pattern).filter(survey.tracked));
  const needed = held.find((path) => !isJunk(path));
  if (needed !== undefined) return `git holds ${needed}`;
  // Where git is asked for the version, a file that is missing makes the checkout look changed, and the version with it.
  const [junk] = held;
  if (junk === undefined || readers.git()?.kind !== 'reads') return null;
  return kind === 'image' ? 'git would take it for deleted' : `git holds ${junk}`;
}

/** README, licence, files that setup.py opens, package data: they become part of the metadata or the package. */
function namedByManifest({ pattern }: Candidate, { manifests }: Situation): string | null {
  for (const [path, text] of manifests) {
    const named = filesNamedIn(path, text).find((file) => matchesPattern(pattern, file) === true);
    if (named !== undefined) return `${path} names ${named}`;
  }
  return null;
}

function filesNamedIn(path: Path, text: string): readonly string[] {
  switch (nameOf(path)) {
    case 'pyproject.toml': {
      const parsed = readPyproject(text);
      if (parsed.kind === 'error') return [];
      const { readme, licenseFiles, metadataFiles, poetry } = parsed.project;
      return [...readme, ...licenseFiles, ...metadataFiles, ...(poetry?.include ?? [])];
    }
    case 'setup.py':
    case 'setup.cfg':
      return setupPyHints(text).readsFiles;
    case 'MANIFEST.in':
      return flatMap([...text.matchAll(/^[ \t]*include[ \t]+(.*)$/gm)], (match) => (match[1] ?? '').trim().split(/\s+/));
    default:
      return [];
  }
}

function neededByKind(candidate: Candidate, situation: Situation): Answer {
  switch (candidate.kind) {
    case 'git':
      return situation.readers.git();
    case 'environment':
      return situation.readers.environment();
    case 'packages':
      return usesHostPackages(candidate, situation);
    case 'output':
      return usesHostOutput(candidate, situation);
    case 'virtual-environment':
      return usesHostEnvironment(candidate, situation);
    case 'image':
      return situation.readers.image() ?? spokenOf(situation, 'image') ?? mentioned(situation, candidate.probes.map(nameOf));
    case 'cache':
    case 'other':
      return null;
  }
}

// ---------------------------------------------------------------------------------------------------------- who reads it

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

/** A package that is not known, and whose name speaks of commits: `last-commit-log`. */
function packageOfHistory({ manifests }: Situation): Answer {
  for (const [path, text] of manifests) {
    const name = packagesIn(path, text)?.find((one) => /(?:^|[-_/@.])(?:commits?|revisions?|vcs|scm)(?:$|[-_/.])/i.test(one) && !/conventional|^@?commitlint|^cz-/i.test(one));
    if (name !== undefined) return { kind: 'unknown', because: `whether \`${name}\` (${path}) reads .git is not known` };
  }
  return null;
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

/** Names of packages that a manifest asks for; null if it is no list of packages. */
function packagesIn(path: Path, text: string): readonly string[] | null {
  const name = nameOf(path);
  if (name === 'package.json') return dependenciesIn(text);
  if (/^requirements|\.(?:txt|in)$/.test(name)) return [...text.matchAll(/^\s*([A-Za-z][\w.-]*)/gm)].map((match) => match[1] ?? '');
  if (name === 'pyproject.toml' || name === 'Pipfile') return [...text.matchAll(/^\s*["']?([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:[<>=!~]=?[^=]|["'],?\s*$)/gm)].map((match) => match[1] ?? '').filter((one) => !/^(?:name|version|description|readme|authors?|license|python|requires(?:-python)?|build-backend|packages|include|line-length|target-version|dependencies|url|verify_ssl|python_version|package-mode|dev|optional|homepage|repository|documentation|keywords|classifiers|scripts|select|ignore|fix|src)$/.test(one));
  if (name === 'composer.json') return [...text.matchAll(/"([\w.-]+\/[\w.-]+)"\s*:/g)].map((match) => match[1] ?? '');
  if (name === 'go.mod') return [...text.matchAll(/^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+)\s+v/gm)].map((match) => match[1] ?? '').filter((one) => /dotenv|viper|env/.test(one));
  if (name === 'Cargo.toml') return [...text.matchAll(/^\s*(?:\[(?:\w+\.)*dependencies\.)?([\w-]+)\]?(?:\.workspace)?\s*(?:=|$)/gm)].map((match) => match[1] ?? '').filter((one) => one === 'sqlx' || (/env/.test(one) && one !== 'env_logger'));
  if (/\.(?:cs|fs|vb)proj$/.test(name)) return [...text.matchAll(/Include="([^"]+)"/g)].map((match) => match[1] ?? '').filter((one) => /dotnetenv|dotenv|\benv\b/i.test(one));
  if (name === 'Gemfile') return [...text.matchAll(/^\s*gem\s+["']([\w.-]+)/gm)].map((match) => match[1] ?? '');
  return null;
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

function mentioned({ surveys, texts }: Situation, names: readonly string[]): Answer {
  const subject = subjectNamed(names);
  for (const survey of surveys) {
    const search = searchFor(subject, survey, texts.commands);
    if (search.kind === 'too-much') return { kind: 'unknown', because: search.because };
    if (search.kind === 'named') return { kind: 'reads', because: `${search.mention.path}:${search.mention.line} names it` };
  }
  return null;
}

/** A lock names all packages, those that others ask for included. */
function lockedGitPackage({ surveys }: Situation): string | null {
  const asking = /^(?:name = |\s*"?(?:node_modules\/)?)"?(sentry-sdk|raven|gitpython|dulwich|pygit2|streamlit|@sentry\/(?:webpack|vite|rollup|esbuild)-plugin|@sentry\/(?:cli|nextjs|sveltekit|nuxt|astro|remix|gatsby)|simple-git|isomorphic-git|nodegit)"?(?:\s*$|["@:(])/im;
  for (const survey of surveys) {
    for (const path of survey.files) {
      if (!/^(?:poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Gemfile\.lock)$/.test(nameOf(path))) continue;
      const found = asking.exec(survey.read(path) ?? '')?.[1];
      if (found !== undefined) return `\`${found}\` (${path}) asks git`;
    }
  }
  return null;
}

/** git is installed, and nothing that is seen uses it: no requirement of a repository, no clone. */
function unexplainedGit(arrival: Arrival, { manifests, surveys, instructions }: Situation): Answer {
  const installs = stageRuns(arrival).find(({ program, args }) => /^(?:apk|apt|apt-get|dnf|yum|microdnf|zypper|pacman)$/.test(program ?? '') && args.some((arg) => /^git(?:$|=|-)/.test(arg ?? '')));
  if (installs === undefined || lacksGit(arrival)) return null;
  const asksForRepository = /git\+|git@|git:\/\/|github:|\.git\b|\bgit\s*[=:]|:git\b|"vcs"|"git"/;
  if (manifests.some(([, text]) => asksForRepository.test(text))) return null;
  if (surveys.some((survey) => survey.files.some((path) => /^(?:go\.mod|.*\.lock|package-lock\.json|pnpm-lock\.yaml)$/.test(nameOf(path)) && (nameOf(path) === 'go.mod' || asksForRepository.test(survey.read(path) ?? ''))))) return null;
  if (instructions.some(({ text }) => /\bgit\s+(?:clone|init)\b|git\+|git@/.test(text))) return null;
  return { kind: 'unknown', because: `${installs.where} installs git, and nothing shows what for` };
}

function surveyOf({ surveys }: Situation, { build }: BuildView): Survey | undefined {
  return surveys.find((survey) => survey.context.root === build.context) ?? surveys[0];
}

// ------------------------------------------------------------------------------------------------------ what stages make

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
function usesHostPackages(candidate: Candidate, situation: Situation): Answer {
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
function usesHostOutput(candidate: Candidate, situation: Situation): Answer {
  const makes = candidate.makes;
  if (makes === undefined) return null;
  const taken = takenFromHost(candidate, situation, makes);
  if (taken === null) return null;
  const { build, stage } = taken.arrival;
  return { kind: 'reads', because: `the stage at ${build.build.dockerfile}:${stage.stage.fromInstruction.lines.start} gets ${taken.path} from the context and does not make it` };
}

/** An environment that is named is one that the stage makes, or takes from another; else it is that of the host. */
function usesHostEnvironment(candidate: Candidate, situation: Situation): Answer {
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

// ------------------------------------------------------------------------------------------------------------- by its name

/** Does an instruction name what would be hidden? What the image makes anew under the same name is not what the host has. */
function namedByCommand({ pattern, kind }: Candidate, { instructions }: Situation): string | null {
  if (kind === 'git' || kind === 'packages' || kind === 'output' || kind === 'virtual-environment') return null;
  const name = pattern.replace(/^\*\*\//, '');
  if (/[*?[]/.test(name)) return null;
  const instruction = instructions.find(({ text }) => text.includes(name) && namesPath(withoutRemoved(text), name));
  return instruction ? `${instruction.where} names it` : null;
}

function namesPath(text: string, name: string): boolean {
  return new RegExp(`(?:^|[\\s/"'=:,])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:$|[\\s/"';,:&|)])`, 'm').test(text);
}

/** What of a command may name a file that it needs: not what it removes or leaves out. */
function withoutRemoved(command: string): string {
  return command.replaceAll(/\brm\s+[^\n;&|]*|\bfind\s+[^\n;&|]*|--(?:exclude|ignore)\S*(?:\s+\S+)?/g, '');
}
