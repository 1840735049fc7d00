/** Where the texts of a project speak of git, of `.env`, or of another path, as something that they use. */
import { discoveredKind } from '../../src/discover/files.ts';
import type { Path } from '../../src/types.ts';
import type { Interest } from './known-programs.ts';
import { scriptsOf } from './package-scripts.ts';
import type { Survey } from './survey.ts';
import { nameOf } from './survey.ts';

export interface Mention {
  readonly path: Path;
  /** 1-based. */
  readonly line: number;
  /** What stands there, shortened. */
  readonly text: string;
}

/** What a text has to say to speak of something. Both in one line; `hint` is in every text in which a line fits. */
export interface Subject {
  readonly hint: string;
  readonly isNamedIn: (line: string) => boolean;
  /** Files that speak of it without using it. */
  readonly isBeside: (path: Path) => boolean;
}

/** Larger texts are data, or generated. UTF-16 units. */
const longestText = 2_000_000;

/** What is searched at most, all texts together. UTF-16 units. */
const mostText = 100_000_000;

export type Search = { readonly kind: 'none' } | { readonly kind: 'named'; readonly mention: Mention } | { readonly kind: 'too-much'; readonly because: string };

/** The first place in a survey's texts that speaks of something. */
export function searchFor(subject: Subject, survey: Survey, commands: string): Search {
  let searched = 0;
  const recipesOfHost: Recipe[] = [];
  if (survey.isPartial) return { kind: 'too-much', because: 'the context has too many files to search' };
  for (const path of survey.files) {
    if (isNoText(path) || (subject.isBeside(path) && !isRun(path, commands))) continue;
    const text = survey.read(path);
    if (text === undefined) continue;
    searched += text.length;
    if (searched > mostText) return { kind: 'too-much', because: 'the context has too much text to search' };
    if (text.length > longestText || !text.includes(subject.hint)) continue;
    const unused = unusedRecipes(subject, path, text, commands);
    recipesOfHost.push(...(unused ?? []));
    const mention = unused === null ? mentionIn(subject, path, text) : null;
    if (mention !== null) return { kind: 'named', mention };
  }
  const called = recipesOfHost.find(({ call }) => isCalled(call, subject, survey));
  return called === undefined ? { kind: 'none' } : { kind: 'named', mention: called.mention };
}

/** A script that a build or a program calls is not there for the host alone, whichever directory it lies in. */
function isRun(path: Path, commands: string): boolean {
  return hostDirectory.test(path) && /(?:^|\/)[^.]+$|\.(?:sh|bash|py|[cm]?[jt]s|rb|pl|php)$/.test(path) && commands.includes(nameOf(path));
}

/** Recipes of a tool, and the words in a command that run it. */
const tools: readonly (readonly [file: RegExp, tool: string])[] = [
  [/(?:^|\/)(?:GNU)?[Mm]akefile(?:\.\w+)?$|\.mk$/, 'g?make'],
  [/(?:^|\/)\.?[Jj]ustfile$|\.just$/, 'just'],
  [/(?:^|\/)[Tt]askfile(?:\.dist)?\.ya?ml$/, 'task'],
  [/(?:^|\/)(?:fabfile|tasks)\.py$/, 'fab|invoke|inv'],
  [/(?:^|\/)noxfile\.py$/, 'nox'],
  [/(?:^|\/)tox\.ini$/, 'tox'],
  [/\.ipynb$/, 'papermill|jupyter(?:-\\w+)?|nbconvert|voila|[\\w./-]+\\.ipynb'],
];

/** A place that speaks of something, and how a program of the project would call for it. */
interface Recipe {
  readonly mention: Mention;
  readonly call: RegExp;
}

/** The mentions in recipes that no command runs (`commands` is what a build and its scripts run); null for another file. */
function unusedRecipes(subject: Subject, path: Path, text: string, commands: string): readonly Recipe[] | null {
  if (nameOf(path) === 'package.json') {
    // Those that a command runs are judged there.
    return scriptsOf(text).filter(([, body]) => subject.isNamedIn(body)).map(([name, body]) => ({ mention: { path, line: lineWith(text, `"${name}"`), text: body.slice(0, 80) }, call: new RegExp(`\\b(?:npm|yarn|pnpm|bun)\\b.*[\\s"'\`](?:${escaped(name)}|${escaped(name.replace(/^(?:pre|post)/, ''))})(?:$|[\\s"'\`])`) }));
  }
  const tool = tools.find(([file, names]) => file.test(path) && !new RegExp(`\\b(?:${names})\\b`).test(commands))?.[1];
  if (tool === undefined) return null;
  const mention = mentionIn(subject, path, text);
  return mention === null ? [] : [{ mention, call: new RegExp(`["'\`](?:${tool})(?:["'\`\\s])`) }];
}

function lineWith(text: string, word: string): number {
  return text.slice(0, Math.max(0, text.indexOf(word, text.indexOf('"scripts"')))).split('\n').length;
}

/** Does a program of the project start the tool: `execSync('npm run stamp')`, `["make", "version"]`? */
function isCalled(call: RegExp, subject: Subject, survey: Survey): boolean {
  return survey.files.some((path) => {
    // A notebook says of itself which program made it.
    if (isNoText(path) || path.endsWith('.ipynb') || subject.isBeside(path) || nameOf(path) === 'package.json') return false;
    const text = survey.read(path);
    return text !== undefined && text.length <= longestText && text.split('\n').some((line) => call.test(line) && !isComment(path, line));
  });
}

/** Also of a text that is no file of the survey. */
export function mentionIn(subject: Subject, path: Path, text: string): Mention | null {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!line.includes(subject.hint) || line.length > 5000 || isComment(path, line)) continue;
    if (!subject.isNamedIn(isData(path) ? withoutSentences(line) : line) || isListedToLeaveOut(lines, index)) continue;
    return { path, line: index + 1, text: line.trim().slice(0, 80) };
  }
  return null;
}

function isData(path: Path): boolean {
  return /\.(?:json|ya?ml|xml|resx|arb|strings|html?|vue|svelte|j2|jinja2?|ejs|hbs)$/.test(path);
}

/** Prose in strings of data, or between tags: a command has few words, or begins with the program. */
function withoutSentences(line: string): string {
  return line.replaceAll(/"((?:[^"\\]|\\.)*)"|>([^<>]*)</g, (all, quoted?: string, text?: string) => {
    const content = (quoted ?? text ?? '').trim();
    return content.split(/\s+/).length > 5 && !/^git\b|&&|\|\||;|\$\(/.test(content) ? '""' : all;
  });
}

/** Nothing runs what is written in these. */
function isNoText(path: Path): boolean {
  // In a worktree it is a file that says where the repository lies.
  if (nameOf(path) === '.git') return true;
  return /\.(?:png|jpe?g|gif|webp|ico|bmp|tiff?|svg|avif|mp[34]|wav|ogg|webm|mov|pdf|docx?|xlsx?|pptx?|woff2?|ttf|otf|eot|zip|gz|bz2|xz|tgz|tar|7z|jar|war|class|pyc|pyo|so|dll|exe|dylib|a|o|wasm|db|sqlite3?|parquet|npy|npz|pkl|h5|onnx|pt|bin|map|min\.js|min\.css|css|scss|sass|less|po|pot|mo|csv|tsv|geojson|snap|pem|crt|key|lock|lockb|sum|log|md|mdx|markdown|rst|adoc|asciidoc|tex)$/i.test(path);
}

/** A line of nothing but a comment. `//go:generate` is none, nor is `#!`. */
function isComment(path: Path, line: string): boolean {
  const text = line.trimStart();
  if (text.startsWith('#')) return !text.startsWith('#!') && !/\.(?:cs?|cc|cpp|h|hpp|m|css|html?)$/.test(path);
  if (text.startsWith('//')) return !text.startsWith('//go:');
  if (text.startsWith('/*') || text.startsWith('<!--')) return /^(?:\/\*(?:(?!\*\/).)*(?:\*\/)?|<!--(?:(?!-->).)*(?:-->)?)\s*$/.test(text);
  return text.startsWith('* ') && /\.(?:[cm]?[jt]sx?|java|kts?|scala|groovy|gradle|php|go|rs|cs|cpp|cc|c|h|hpp|swift|dart)$/.test(path);
}

/** `exclude = [".git", ".venv"]` of a linter, in one line or over several. */
function isListedToLeaveOut(lines: readonly string[], index: number): boolean {
  const keyed = /(?:exclude|ignore|skip|omit|norecurse|prune|blacklist|denylist|files\.watcher)\w*["']?\s*(?:\]|\))?\s*(?:\+?=|:)/i;
  const entry = /^\s*(?:-\s+)?\^?["'/(|]*(?:\*\*\/)?\\?\.?[\w*?.\\/$-]+(?:["')|/]*,?\s*)*(?:#.*)?$/;
  for (let at = index; at >= 0 && index - at < 40; at -= 1) {
    const line = lines[at] ?? '';
    // What a call gives is no list, and a list leaves out `.git`, not `git`.
    if (keyed.test(line)) return at < index || !/\w\(|`|\$\(|(?:^|[^.\w])git\b/.test(line);
    if (!entry.test(line) && line.trim() !== '') return false;
  }
  return false;
}

// --------------------------------------------------------------------------------------------------------- what is spoken of

/** What forges, hooks and editors have in a project. */
const hostDirectory = /^(?:\.github|\.gitlab|\.circleci|\.husky|\.vscode|\.idea|\.devcontainer|\.changeset|\.azuredevops|\.buildkite|\.woodpecker|\.forgejo|\.gitea)\//;

/** Prose, lists for tools of the host, and what runs on other machines than the builder. */
function isOfTheHost(path: Path): boolean {
  const name = nameOf(path);
  if (hostDirectory.test(path)) return true;
  if (/^\.\w*ignore$|ignore$/.test(name) && name.startsWith('.')) return true;
  if (/^\.git(?:attributes|modules|keep|blame-ignore-revs|-blame-ignore-revs)$|^\.mailmap$|^CODEOWNERS$|^\.gitpod\.|^\.editorconfig$/.test(name)) return true;
  if (/^(?:\.gitlab-ci|\.travis|\.drone|\.woodpecker|\.appveyor|appveyor|azure-pipelines|bitbucket-pipelines|\.pre-commit-config|\.pre-commit-hooks|dependabot|codecov|\.codecov|netlify|vercel|mkdocs|\.readthedocs|cloudbuild|buildspec)[\w.-]*\.(?:ya?ml|toml|json)$/.test(name)) return true;
  if (/^(?:Jenkinsfile|renovate\.json5?|\.renovaterc(?:\.json)?|\.lintstagedrc[\w.]*|lint-staged\.config\.\w+|lefthook\.ya?ml|commitlint\.config\.\w+|\.commitlintrc[\w.]*|\.releaserc[\w.]*|release\.config\.\w+|\.czrc|cliff\.toml|\.bumpversion\.(?:cfg|toml)|sonar-project\.properties|\.goreleaser\.ya?ml|\.cspell\.json|cspell\.json)$/.test(name)) return true;
  if (/^(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS|CONTRIBUTORS|CHANGELOG|CHANGES|HISTORY|NEWS|README|CONTRIBUTING|SECURITY|INSTALL|TODO|THANKS)(?:[.-][\w-]+)?$/i.test(name)) return true;
  if (name.endsWith('.txt') && !/^(?:requirements|constraints|CMakeLists)/.test(name) && !/requirements\//.test(path)) return true;
  const kind = discoveredKind(path);
  return kind === 'dockerfile' || kind === 'compose' || isLock(name);
}

function isLock(name: string): boolean {
  return /^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock|packages\.lock\.json|mix\.lock|go\.sum|flake\.lock|deno\.lock)$/.test(name);
}

/** English that follows the word in a sentence, and words for the forges and for commands that need no repository. */
const proseAfter = /^\s+(?:is|are|was|and|or|to|the|a|an|in|on|of|for|with|from|repo|repos|repository|repositories|history|hosting|server|servers|url|urls|user|users|account|hash|hashes|provider|providers|integration|backend|host|must|should|can|will|has|not|installed|if|that|which|as|at|by|via|into|ssh|https?|credentials?|token|tokens|source|sources|ref|refs|sha|sync|changes|does|only|based|clients?|dependency|dependencies|provider|commits?\s+(?:hash|id|message|sha)|(?:clone|init|ls-remote|--version|version|lfs\s+install|credential|config\s+--(?:global|system)(?!.*safe\.directory))\b)(?![\w-])/i;

/** Names of icons. */
const iconAfter = /^-(?:branch|commit|merge|pull-request(?:-\w+)?|fork|compare|alt|square|graph|network|repository)(?![\w-])/;

const subjects: Readonly<Record<Interest, Subject>> = {
  git: { hint: 'it', isNamedIn: namesGit, isBeside: isOfTheHost },
  environment: {
    // `loadEnvFile` has it with a capital.
    hint: 'nv',
    isNamedIn: (line) => /dot(?:net)?env|load_?env|read_?env\b|env[-_]?file|(?:^|[\s"'`/=:(,[])\.env(?:$|[\s"'`),;:\]]|\.(?:local|development|production)\b)/i.test(line),
    isBeside: (path) => isOfTheHost(path) || /^\.?env\b|\.env\b[\w.-]*$/.test(nameOf(path)),
  },
  // Libraries that build images, or start compose projects.
  image: { hint: 'ocker', isNamedIn: (line) => /\bfromDockerfile\b|\bfrom_dockerfile\b|DockerCompose(?:Environment|Container)\b|\bImageFromDockerfile\b|\bdocker\w*\.(?:compose|build|buildImage)\b|^\s*(?:import docker\b|from docker import)/i.test(line), isBeside: isOfTheHost },
};

export function subjectOf(interest: Interest): Subject {
  return subjects[interest];
}

/** A path or its name, as a word of its own. */
export function subjectNamed(names: readonly string[]): Subject {
  const [only = '', ...others] = names;
  const named = new RegExp(`(?:^|[\\s"'\`/=:(,@])(?:${names.map(escaped).join('|')})(?:$|[\\s"'\`/),;:\\]])`);
  return { hint: others.length === 0 && !/\.ya?ml$/.test(only) ? only : '', isNamedIn: (line) => named.test(line) || isMatched(line, names), isBeside: (path) => isOfTheHost(path) || isCompilerSetting(path) };
}

/** `glob("*.yml")` means a compose file as well. */
function isMatched(line: string, names: readonly string[]): boolean {
  const endings = [...line.matchAll(/\bglob\w*\s*\(\s*["'](?:\.\/)?\*(\.\w+)["']/gi)].map((match) => match[1] ?? '');
  return endings.some((ending) => names.some((name) => name.endsWith(ending)));
}

/** `"exclude": ["node_modules"]` and the like, where the word leaves a directory out. */
function isCompilerSetting(path: Path): boolean {
  return /^(?:tsconfig[\w.-]*\.json|jsconfig\.json|\.?eslint[\w.-]*|\.?prettier[\w.-]*|jest\.config\.\w+|vitest\.config\.\w+|\.babelrc[\w.]*|babel\.config\.\w+|\.swcrc|biome\.jsonc?|tslint\.json|\.stylelintrc[\w.]*|nodemon\.json|\.nycrc[\w.]*|\.flake8|tox\.ini|setup\.cfg|\.pylintrc|pytest\.ini|\.coveragerc|mypy\.ini|ruff\.toml|\.bandit|\.yamllint[\w.]*|phpunit\.xml[\w.]*|phpcs\.xml[\w.]*|\.php[-_]cs[\w.-]*|\.rubocop\.yml|(?:tailwind|postcss)\.config\.\w+)$/.test(nameOf(path));
}

/**
 * Does a line speak of git as a program, a library or a directory? Not where it stands in an address, in the name of a
 * file of settings (`.gitignore`), in that of a forge, in `"type": "git"`, or in a sentence.
 */
function namesGit(line: string): boolean {
  if (/find_package\(\s*Git\b|\bgitpython\b|\bpygit2\b|\bnodegit\b|libgit2|\bJGit\b|\bgo-git\b|\bgix\b|\bgit2\b|\bdulwich\b|enableGitInfo|GitInfo|SourceRevisionId/i.test(line)) return true;
  // `sh.git('describe')` of Python's sh, `$.git(…)`.
  if (/[\w)$]\.git\s*\(|\bsh\.git\b/.test(line)) return true;
  for (const { index } of line.matchAll(/git/g)) {
    if (isUse(line, index)) return true;
  }
  return false;
}

function isUse(line: string, at: number): boolean {
  const before = line.slice(0, at);
  const after = line.slice(at + 3);
  if (/[A-Za-z0-9_]$/.test(before) || /^[A-Za-z0-9_]/.test(after)) return false;
  if (before.endsWith('.')) return /(?:^|[^\w)\]}-])\.$/.test(before) && !/^[-.]/.test(after);
  if (/[-@]$/.test(before) || iconAfter.test(after)) return false;
  if (before.endsWith('/')) return before.endsWith('bin/');
  // `git@host`, `git://`, `git+https:`, `git = "https://…"`, `:git => '…'`, `scm:git:`.
  if (/^(?:@|:\/\/|\+)/.test(after) || before.endsWith('scm:')) return false;
  if (/^["']?\s*(?:=>?|:)\s*["']?(?:https?|ssh|git|file)?(?:[:@]|\/\/)/.test(after)) return false;
  if (/["']?(?:type|vcs|kind|scheme|protocol)["']?\s*(?:=>?|:)\s*["']?$/.test(before) && /^["']/.test(after)) return false;
  if (/^\s*:\s*$/.test(after) && /^\s*(?:-\s*)?$/.test(before)) return false;
  return !proseAfter.test(after);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
