import { inOrder } from '../../src/dockerfile/in-order.ts';
import { flatMap } from '../../src/lists.ts';
import { readPyproject } from '../../src/manifests/pyproject.ts';
import { setupPyHints } from '../../src/manifests/setup-py.ts';
import { matchesPattern } from '../../src/ignore/patterns.ts';
import { once } from '../../src/remember.ts';
import type { BuildView, ProjectView } from '../../src/plan/project.ts';
import type { Path } from '../../src/types.ts';
import type { CommandText } from './commands.ts';
import { commandTexts } from './commands.ts';
import type { Candidate, ProjectTexts } from './patterns.ts';
import { isManifest } from './patterns.ts';
import type { Survey } from './survey.ts';
import { hiddenBy, nameOf } from './survey.ts';

/** What is known of the builds that share an ignore file, as far as it decides what they need. */
export interface Situation {
  readonly surveys: readonly Survey[];
  readonly builds: readonly BuildView[];
  readonly commands: readonly CommandText[];
  readonly texts: ProjectTexts;
  readonly manifests: readonly (readonly [path: Path, text: string])[];
  /** Why a build, or the program, asks git about the repository; null if nothing shows that one does. */
  readonly gitNeed: () => string | null;
  /** The first of them that runs a tool which reads Dockerfiles and their like. */
  readonly imageFileReader: () => CommandText | undefined;
}

/** Longer than any image reference: a name of 255 characters, a tag of 128 and a digest. */
const longestReference = 500;

/** `sendsGit`: the ignore file lets `.git` through today, so that a build may ask it. */
export function situationOf(project: ProjectView, builds: readonly BuildView[], surveys: readonly Survey[], sendsGit: boolean): Situation {
  const commands = commandTexts(project, surveys);
  const manifests = flatMap(surveys, (survey) => survey.files.filter(isManifest).map((path) => [path, survey.read(path) ?? ''] as const));
  const texts: ProjectTexts = {
    manifests: [...manifests.map(([, text]) => text), ...surveys.map((survey) => survey.read('.pre-commit-config.yaml') ?? '')].join('\n'),
    // That of a directory further up speaks of many projects.
    gitignore: surveys.map((survey) => survey.read('.gitignore') ?? '').join('\n'),
    buildCommands: commands.filter((command) => command.inBuild).map((command) => command.text).join('\n'),
    bases: flatMap(project.dockerfiles, (view) => view.model.stages.map((stage) => (stage.base.kind === 'image' ? (stage.base.expanded ?? stage.base.reference).slice(0, longestReference) : ''))).join('\n'),
  };
  const situation: Situation = {
    surveys,
    builds,
    commands,
    texts,
    manifests,
    gitNeed: once(() => (sendsGit ? asksGit(situation) : null)),
    imageFileReader: once(() => (hasOne(texts.buildCommands.toLowerCase(), wordsOfReaders) ? commands.find(readsImageFilesItself) : undefined)),
  };
  return situation;
}

/** What of a command may name a file that it needs: not what it removes or leaves out. */
function withoutRemoved(command: string): string {
  return command.replaceAll(/\brm\s+[^\n;&|]*|\bfind\s+[^\n;&|]*|--(?:exclude|ignore)\S*(?:\s+\S+)?/g, '');
}

/** Why some build, or the program in the image, needs what the pattern would hide; null if nothing shows that one does. */
export function whyNeeded(candidate: Candidate, situation: Situation): string | null {
  return namedByStep(candidate, situation) ?? heldByGit(candidate, situation) ?? namedByManifest(candidate, situation) ?? neededByKind(candidate, situation) ?? namedByCommand(candidate, situation);
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
function heldByGit({ pattern, isJunk, kind }: Candidate, { surveys, gitNeed }: Situation): string | null {
  const asks = gitNeed() !== null;
  // Where git is asked for the version, a file that is missing makes the checkout look changed, and the version with it.
  const mayBeMissed = (path: Path): boolean => !asks && isJunk(path);
  if (asks && kind === 'image') return 'git would take it for deleted';
  for (const survey of surveys) {
    const held = hiddenBy(survey, pattern).find((path) => !mayBeMissed(path) && survey.tracked(path));
    if (held !== undefined) return `git holds ${held}`;
  }
  return null;
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

function neededByKind(candidate: Candidate, situation: Situation): string | null {
  switch (candidate.kind) {
    case 'git':
      return situation.gitNeed();
    case 'environment':
      return readsEnvironmentFile(situation);
    case 'packages':
      return usesHostPackages(situation);
    case 'image':
      return readsImageFiles(candidate, situation);
    default:
      return null;
  }
}

// ---------------------------------------------------------------------------------------------------------------- git

/** Tools beside Python's that compute a version, or a list of files, from git. */
const gitTools = /git ls-files|nbgv|Nerdbank\.GitVersioning|GitVersion\.?(?:MsBuild|Task)|MinVer|git-commit-id|gradle-git|git-properties|\b(?:vergen|shadow-rs|git-version|git2version|built)\b\s*=|git-revision-webpack-plugin|git-rev-sync|git-describe|git-last-commit|git-revision-date|git-committers|git-authors/;

/** Subcommands that look at a repository; `clone`, `init`, `config --global`, `ls-remote` do not need one. Nobody writes many options before them. */
const gitCommand = /\bgit\s+(?:(?:-[Cc]|--(?:git-dir|work-tree))\s+\S+\s+|-(?!(?:[Cc]|-(?:git-dir|work-tree))\s)\S+\s+){0,9}(?:describe|rev-parse|rev-list|log|show|status|diff|submodule|lfs|ls-files|ls-tree|branch|tag|archive|checkout|reset|clean|stash|fetch|pull|name-rev|shortlog|symbolic-ref|blame|cat-file)\b/;

function asksGit(situation: Situation): string | null {
  for (const [path, text] of situation.manifests) {
    const tool = gitToolIn(path, text);
    if (tool !== null) return `${tool} (${path}) reads it`;
  }
  for (const { text, where } of situation.commands) {
    const reason = commandAsksGit(text);
    if (reason !== null) return `${where}: ${reason}`;
  }
  if (!mayHaveGit(situation)) return null;
  if (stampsGoBinary(situation)) return '`go build` stamps the commit into the binary';
  return sourceThat(situation, () => programAsksGit, 'asks git', ['git']);
}

function gitToolIn(path: Path, text: string): string | null {
  if (nameOf(path) === 'pyproject.toml') {
    const parsed = readPyproject(text);
    return parsed.kind === 'ok' ? parsed.project.needsGitMetadata : null;
  }
  if (/^setup\.(?:py|cfg)$/.test(nameOf(path))) return setupPyHints(text).needsGitMetadata;
  // Requirement files and the like only name packages; git tools of other languages have their own files.
  return /^requirements|\.(?:txt|in)$/.test(nameOf(path)) ? null : (gitTools.exec(text)?.[0] ?? null);
}

function commandAsksGit(text: string): string | null {
  // Nothing below is found without one of these.
  if (!/git|pre-commit|version|dunamai|setuptools_scm/.test(text)) return null;
  const withoutUrls = text.replaceAll(/\S+/g, (word) => (isAddress(word) ? '' : word));
  if (/(?:^|[\s"'/=:])\.git(?:$|[\s"'/;&|)])/m.test(withoutUrls.replaceAll(/\brm\s+[^\n;&|]*|--exclude\S*(?:\s+\S+)?/g, ''))) return 'the command names .git';
  // After `git clone` or `git init` there is a repository of its own.
  const [before = ''] = withoutUrls.includes('git') ? withoutUrls.split(/\bgit\s+(?:-\S+\s+){0,9}(?:clone|init)\b/) : [withoutUrls];
  const asked = before.includes('git') ? gitCommand.exec(before) : null;
  if (asked) return `\`${asked[0].replaceAll(/\s+/g, ' ')}\` asks git`;
  if (/\bpre-commit\s+(?:run|install|install-hooks)\b/.test(before)) return 'pre-commit wants a git repository';
  if (inOrder(before, /\b(?:hatch|dunamai|setuptools[_-]scm|versioningit|poetry dynamic-versioning|semantic-release|cz|bump2?version)\b/, /\bversion\b/)) return 'the version is read from git';
  return /\bdunamai\s+from\b|python[\d.]*\s+-m\s+setuptools_scm/.test(before) ? 'the version is read from git' : null;
}

/** `https://…`, `git@host:path`. */
function isAddress(word: string): boolean {
  if (/.:\/\/./.test(word)) return true;
  const at = word.indexOf('@', 1);
  return at > 0 && word.lastIndexOf(':', word.length - 2) > at + 1;
}

/** https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies, `-buildvcs`: from Go 1.18, where git is installed. */
function stampsGoBinary({ texts, commands }: Situation): boolean {
  const builds = commands.filter((command) => command.inBuild && /\bgo\s+(?:build|install)\b/.test(command.text));
  const isStamping = builds.some(({ text }) => !text.includes('-buildvcs=false'));
  return isStamping && /(?:^|\/)golang(?::(?!\S*(?:alpine|slim))|$)/m.test(texts.bases);
}

const basesWithoutGit = /(?:^|\/)(?:distroless\/|(?:alpine|debian|ubuntu|busybox|scratch|nginx|httpd|postgres|redis|ubi\d?(?:-minimal|-micro)?)(?:[:@]|$))/;

/** Can a program in some image call git at all? */
function mayHaveGit({ commands, texts }: Situation): boolean {
  if (commands.some(({ inBuild, text }) => inBuild && text.includes('git') && text.split(/[;&|]/).some(installsGit))) return true;
  return texts.bases.split('\n').some((base) => base !== '' && !basesWithoutGit.test(base) && !inOrder(base, /:/, /slim|alpine/));
}

function installsGit(command: string): boolean {
  const at = command.search(/\b(?:add|install)\b/);
  return at >= 0 && /\bgit\b/.test(command.slice(at));
}

const programAsksGit = /\brev-parse\b|(?:^|["'\s([])git["']?,?[ \t]+["']?(?:describe|rev-list|log|show|status|branch|symbolic-ref)["'\s]|\bRepo\(\s*(?:search_parent|["'.]|__file__|os\.|BASE|ROOT|path\s*=)|\.git\/(?:HEAD|refs|index|logs|packed-refs)|["']\.git["'],\s*["'](?:HEAD|refs)/;

// --------------------------------------------------------------------------------------------------------------- .env

/** Packages that read `.env` when the program starts. */
const environmentReaders = /(?:^|["'\s<>/])(?:python-dotenv|pytest-dotenv|django-environ|django-dotenv|environs|pydantic-settings|pydantic_settings|python-decouple|dynaconf|starlette|honcho|dotenv(?:-\w+)*|@nestjs\/config|phpdotenv|laravel\/framework|symfony\/dotenv|godotenv|dotenvy|foreman|vite|react-scripts|next|nuxt|gatsby|@vue\/cli-service|vue-cli-service)(?=$|["'\s<>=~!\][;,:^@/])/im;

function readsEnvironmentFile(situation: Situation): string | null {
  const reader = situation.manifests.find(([, text]) => environmentReaders.test(text));
  if (reader) return `${reader[0]} names a package that reads .env`;
  const command = situation.commands.find(({ text }) => /(?:^|[\s"'/=:])\.env\b|\bpipenv\s+run\b|\benv[_-]file\b/im.test(text));
  if (command) return `${command.where} reads .env`;
  return sourceThat(situation, () => /dotenv|read_env\(|["'/ ]\.env["'\s)]|env_file\s*[=:]/, 'reads .env');
}

// ------------------------------------------------------------------------------------------------- packages, image files

/** node_modules of the host are needed where the image installs none of its own. */
function usesHostPackages(situation: Situation): string | null {
  const { buildCommands } = situation.texts;
  if (/\byarn\b/.test(buildCommands) || inOrder(buildCommands, /\b(?:npm|pnpm|bun)\b/, /\b(?:ci|i|install|add|clean-install|fetch)\b/)) return null;
  if (/(?:^|\/)(?:node|bun|deno)\b/m.test(situation.texts.bases)) return 'no step installs the packages, so the image takes those of the host';
  return sourceThat(situation, () => /node_modules/, 'uses node_modules');
}

/** Tools and programs that look at Dockerfiles, compose files and ignore files themselves. */
const imageFileReaders = /\b(?:hadolint|dockerfile[_-]?(?:lint|parse|parser|utils)|dockerfilelint|trivy\s+(?:config|fs)|checkov|kics|dive|docker[- ]compose|podman[- ]compose|docker\s+(?:build|buildx|compose)|testcontainers|pytest-docker(?:-compose)?|python-on-whales|pre-commit|yamllint)\b/i;

/** In every text that they match is one of these; asking for them first takes less time than making a matcher. */
const wordsOfReaders = ['docker', 'podman', 'hadolint', 'trivy', 'checkov', 'kics', 'dive', 'testcontainers', 'python-on-whales', 'pre-commit', 'yamllint'];

function readsImageFiles({ probes }: Candidate, situation: Situation): string | null {
  const command = situation.imageFileReader();
  if (command) return `${command.where} runs a tool that reads such files`;
  const names = probes.map(nameOf);
  return sourceThat(situation, once(() => new RegExp(`(?:^|["'/\\s])(?:${names.map(escaped).join('|')})["'\\s)]`, 'm')), 'names it', names);
}

function readsImageFilesItself({ text, inBuild }: CommandText): boolean {
  return inBuild && hasOne(text.toLowerCase(), wordsOfReaders) && imageFileReaders.test(text.replaceAll(/\b(?:pip3?|apt-get|apt|apk)\b[^\n;&|]*/g, ''));
}

function hasOne(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word));
}

/** Does a command name what would be hidden? What the image makes anew under the same name is not what the host has. */
function namedByCommand({ pattern, kind }: Candidate, { commands, texts }: Situation): string | null {
  if (kind === 'git' || kind === 'environment') return null;
  if (kind === 'virtual-environment' && makesEnvironment(texts.buildCommands)) return null;
  if (kind === 'packages' || kind === 'output') return null;
  const name = pattern.replace(/^\*\*\//, '');
  if (/[*?[]/.test(name)) return null;
  const holding = commands.filter(({ text }) => text.includes(name));
  if (holding.length === 0) return null;
  const named = new RegExp(`(?:^|[\\s/"'=:,])${escaped(name)}(?:$|[\\s/"';,:&|)])`, 'm');
  const command = holding.find(({ text }) => named.test(withoutRemoved(text)));
  return command ? `${command.where} names it` : null;
}

function makesEnvironment(commands: string): boolean {
  return /\bvenv\b|\bvirtualenv\b|\buv\s+(?:sync|venv|run)\b/.test(commands) || inOrder(commands, /\b(?:poetry|pdm|pipenv)\b/, /\b(?:install|sync)\b/);
}

// ------------------------------------------------------------------------------------------------------------- sources

const codeFile = /\.(?:py|pyw|js|cjs|mjs|ts|tsx|jsx|rb|php|go|rs|java|kt|cs|ex|exs|conf|ini)$/;
const foldersBeside: ReadonlySet<string> = new Set(['test', 'tests', 'testing', 'doc', 'docs', 'example', 'examples', 'sample', 'samples', 'scripts', 'tools', 'ci', 'node_modules', 'vendor']);
const fileBeside = /^(?:test_[^/]*|conftest|setup|noxfile|tasks|fabfile|versioneer)\.py$|_test\.\w+$|\.(?:test|spec)\.\w+$/;
/** Larger sources are generated or data. */
const longestSource = 300_000;
const mostSources = 3000;

/**
 * A file of the program that matches, named in a sentence; tests, documentation and host scripts do not count. One of the
 * words is in every text that matches, and quicker to look for.
 */
function sourceThat({ surveys }: Situation, wanted: () => RegExp, does: string, words: readonly string[] = ['']): string | null {
  for (const survey of surveys) {
    const sources = survey.files.filter(isOfTheProgram).slice(0, mostSources);
    const found = sources.find((path) => {
      const text = survey.read(path);
      return text !== undefined && text.length <= longestSource && hasOne(text, words) && wanted().test(text);
    });
    if (found !== undefined) return `${found} ${does}`;
  }
  return null;
}

function isOfTheProgram(path: Path): boolean {
  if (!codeFile.test(path)) return false;
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  return !folders.some((folder) => foldersBeside.has(folder) || folder.startsWith('.')) && !fileBeside.test(name);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
