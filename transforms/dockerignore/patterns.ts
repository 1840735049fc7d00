import { discoveredKind, isDockerfileName } from '../../src/discover/files.ts';
import { inOrder } from '../../src/dockerfile/in-order.ts';
import { flatMap } from '../../src/lists.ts';
import type { Path } from '../../src/types.ts';
import type { Maker } from './makers.ts';
import { workDirectories } from './makers.ts';
import type { Survey } from './survey.ts';
import { isCopied, isVirtualEnvironment, join, nameOf, outermost, parentOf, takesRepository } from './survey.ts';

/** A pattern that an ignore file may lack. */
export interface Candidate {
  readonly pattern: string;
  /** Paths for whose sake the pattern is there. If the ignore file hides all of them it is not missing. */
  readonly probes: readonly Path[];
  /**
   * `major`: worth a change of a file that somebody wrote. `minor`: worth a line there where something major is missing
   * as well. `new`: only in a file that is made anew.
   */
  readonly weight: 'major' | 'minor' | 'new';
  /** Whoever hides one of these has said how the project does it. */
  readonly insteadOf: readonly Path[];
  /** May the pattern hide this although git holds it? */
  readonly isJunk: (path: Path) => boolean;
  /** What kind of thing it is, for what may need it. */
  readonly kind: 'git' | 'virtual-environment' | 'packages' | 'output' | 'environment' | 'image' | 'cache' | 'other';
  /** The directories in which a command makes such an output, so that the host's is only in the way. */
  readonly makes?: Maker;
}

type Draft = Pick<Candidate, 'pattern'> & Partial<Candidate>;

/** What the texts of a project's manifests say; see `manifestTexts`. */
export interface ProjectTexts {
  /** All manifests of the copied directories in one text. */
  readonly manifests: string;
  readonly gitignore: string;
  /** RUN bodies and the scripts that they run. */
  readonly buildCommands: string;
  /** All that a build, its image and their scripts may run. */
  readonly commands: string;
  /** Image references of all FROM lines. */
  readonly bases: string;
}

/** All patterns that suit what is copied, in the order in which a new file has them. */
export function candidatesFor(survey: Survey, texts: ProjectTexts): readonly Candidate[] {
  const drafts = [
    ...versionControl(survey),
    ...imageFiles(survey),
    ...environmentFiles(survey, texts),
    ...editors(survey, texts),
    ...python(survey, texts),
    ...node(survey, texts),
    ...others(survey, texts),
  ];
  const candidates = drafts.map(complete);
  return candidates.filter((candidate) => candidate.probes.some((probe) => isCopied(survey, probe)));
}

function complete(draft: Draft): Candidate {
  const { pattern, probes = [pattern.replace(/^\*\*\//, '')], weight = 'new', insteadOf = [], isJunk = never, kind = 'other', makes } = draft;
  return { pattern, probes, weight, insteadOf, isJunk, kind, ...(makes === undefined ? {} : { makes }) };
}

const always = (): boolean => true;
const never = (): boolean => false;

function versionControl(survey: Survey): readonly Draft[] {
  return takesRepository(survey) ? [{ pattern: '.git', probes: ['.git/HEAD', '.git/index', '.git/objects/ab/cdef'], weight: 'major', isJunk: always, kind: 'git' }] : [];
}

/** Files that say how the image is made; a change of one is no change of the image. */
function imageFiles(survey: Survey): readonly Draft[] {
  const atTop = survey.context.list('');
  const dockerfiles = atTop.filter((name) => isDockerfileName(name));
  const composeFiles = atTop.filter((name) => discoveredKind(name) === 'compose');
  const drafts: Draft[] = [];
  if (dockerfiles.length > 0) drafts.push({ pattern: common(dockerfiles, 'Dockerfile*'), isJunk: isImageFile, probes: dockerfiles, kind: 'image' });
  // Nobody reads a file that is only now made.
  drafts.push({ pattern: '.dockerignore', isJunk: always, kind: survey.exists('.dockerignore') ? 'image' : 'cache' });
  for (const family of ['docker-compose', 'compose']) {
    const some = composeFiles.filter((name) => name.startsWith(family));
    if (some.length > 0) drafts.push({ pattern: common(some, family === 'compose' ? 'compose*.y*ml' : 'docker-compose*'), isJunk: isImageFile, probes: some, kind: 'image' });
  }
  return drafts;
}

function isImageFile(path: Path): boolean {
  const kind = discoveredKind(path);
  return kind === 'dockerfile' || kind === 'compose' || /\.(?:dockerignore|containerignore)$/.test(path);
}

/** The one name that there is, else a pattern for all. */
function common(names: readonly string[], pattern: string): string {
  const [only, ...more] = names;
  return only !== undefined && more.length === 0 ? only : pattern;
}

/** `.env`, where the project has one: on this disk, on that of whoever copies the example, or by what git ignores. */
function environmentFiles(survey: Survey, texts: ProjectTexts): readonly Draft[] {
  const example = /^\.?env[.-](?:example|sample|template|dist|defaults?)$|^(?:example|sample|template)\.env$|^\.env\.\w+$/;
  const found = survey.files.some((path) => nameOf(path) === '.env' || example.test(nameOf(path)));
  const ignoredByGit = /^[ \t]*\/?(?:\*\*\/)?\*?\.env[ \t]*\r?$/m.test(texts.gitignore);
  return found || ignoredByGit ? [{ pattern: '**/.env', probes: ['.env'], kind: 'environment' }] : [];
}

/** What editors and desktops keep in a checkout: at its top, or where they are now. */
function editors(survey: Survey, texts: ProjectTexts): readonly Draft[] {
  const ignoredByGit = new Set(texts.gitignore.split('\n').map((line) => line.trim().replace(/^(?:\*\*)?\//, '').replace(/\/\*{0,2}$/, '')));
  return flatMap(['.idea', '.vscode', '.DS_Store'], (name): readonly Draft[] => {
    const found = survey.byName.get(name) ?? [];
    if (found.length === 0 && !ignoredByGit.has(name)) return [];
    const isAnywhere = name === '.DS_Store' || found.some((path) => path !== name);
    return [{ pattern: isAnywhere ? `**/${name}` : name, probes: found.length > 0 ? found : [name], isJunk: always, kind: 'cache' }];
  });
}

// ------------------------------------------------------------------------------------------------------------- Python

const pythonManifest = /^(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|Pipfile|setup\.(?:py|cfg)|environment\.ya?ml)$/;

/** Tools that make a virtual environment in the project and call it `.venv`. */
const environmentInProject = /^(?:uv\.lock|poetry\.lock|pdm\.lock|Pipfile)$/;

/** A call, not a package of that name: `apk add python3 make g++` is there for node-gyp. */
const callsPython = /(?:^|[\s;&|("/])(?:(?:pip[\d.]*|uv|poetry|pdm|pipenv|conda)\s+[a-z-]|python[\d.]*\s+(?:-|[\w./-]+\.py\b))/m;

function python(survey: Survey, texts: ProjectTexts): readonly Draft[] {
  const sources = survey.files.filter((path) => path.endsWith('.py'));
  const manifests = survey.files.filter((path) => pythonManifest.test(nameOf(path)));
  const runsPython = /(?:^|\/|-)(?:python|pypy|conda|miniconda|uvicorn-gunicorn)/m.test(texts.bases) || callsPython.test(texts.buildCommands);
  // A folder of Python scripts in a project of another language is no reason.
  if (!runsPython && !manifests.some((path) => survey.copied.includes(parentOf(path)))) return [];
  const projects = unique([...(isCopied(survey, '.venv') && sources.length > 0 ? [''] : []), ...manifests.map(parentOf)]);
  return [...byteCode(survey, sources, manifests.length > 0 || ['requirements.txt', 'pyproject.toml', 'setup.py', 'Pipfile'].some(survey.exists)), ...virtualEnvironments(survey, texts, projects), ...pythonTools(survey, texts, projects)];
}

/** https://docs.python.org/3/reference/import.html#cached-bytecode: beside each module, in `__pycache__`. */
function byteCode(survey: Survey, sources: readonly Path[], isProject: boolean): readonly Draft[] {
  // A script that is run leaves no byte code; a context with a single one and no manifest may hold just that.
  if (sources.length === 0 || (sources.length === 1 && !isProject)) return [];
  const folders = unique(sources.map(parentOf));
  const caches = folders.map((folder) => join(folder, '__pycache__/module.cpython-312.pyc'));
  // Python 2, and `compileall -b`, put it beside the module. A module that git holds only so is one that the project ships.
  const files = new Set(survey.files);
  const beside = survey.files.filter((path) => path.endsWith('.pyc'));
  const isJunk = (path: Path): boolean => files.has(path.slice(0, -1));
  return [
    { pattern: '**/__pycache__', probes: caches, weight: 'major', isJunk: always, kind: 'cache' },
    { pattern: '**/*.pyc', probes: beside.length > 0 ? beside : [join(folders[0] ?? '', 'module.pyc')], isJunk, weight: 'minor', kind: 'cache' },
  ];
}

function virtualEnvironments(survey: Survey, texts: ProjectTexts, projects: readonly Path[]): readonly Draft[] {
  const isJunk = (path: Path): boolean => isVirtualEnvironment(survey.context, path);
  const found = survey.leftovers.filter(isJunk);
  const draft = (pattern: string, probes: readonly Path[], insteadOf: readonly Path[] = []): Draft => ({ pattern, probes, insteadOf, weight: 'major', isJunk, kind: 'virtual-environment' });
  const mark = (folder: Path, name: string): Path => join(folder, `${name}/pyvenv.cfg`);
  const inProject = survey.files.filter((path) => environmentInProject.test(nameOf(path))).map(parentOf);
  const named = found.filter((path) => !/^\.?venv$/.test(nameOf(path)));
  const literal = named.map((path) => draft(path, [`${path}/pyvenv.cfg`]));
  const existing = (name: string): readonly Path[] => found.filter((path) => nameOf(path) === name).map((path) => `${path}/pyvenv.cfg`);
  if (inProject.length > 0) {
    const plain = existing('venv').length > 0 ? [draft('**/venv', existing('venv'))] : [];
    return [draft('**/.venv', [...inProject.map((folder) => mark(folder, '.venv')), ...existing('.venv')]), ...plain, ...literal];
  }
  if (projects.length === 0) return literal;
  const made = madeInBuild(texts.buildCommands).filter((name) => existing(name).length === 0);
  const others = flatMap(['', ...projects], (folder) => ['.venv', 'venv', 'env', 'ENV'].map((name) => mark(folder, name)));
  return [
    ...['.venv', 'venv'].map((name) => (existing(name).length > 0 ? draft(`**/${name}`, existing(name)) : draft(`**/${name}`, projects.map((folder) => mark(folder, name)), others))),
    ...made.map((name) => draft(`**/${name}`, projects.map((folder) => mark(folder, name)))),
    ...literal,
  ];
}

/** Environments that a build makes under names that others have as well. One of the host would be copied over it. */
function madeInBuild(commands: string): readonly string[] {
  const maker = /\b(?:venv|virtualenv)\b/;
  if (!maker.test(commands)) return [];
  return [...otherNames].filter(([, named]) => inOrder(commands, maker, named)).map(([name]) => name);
}

const otherNames: ReadonlyMap<string, RegExp> = new Map([
  ['env', /\s(?:\.\/)?env(?![\w./-])/],
  ['ENV', /\s(?:\.\/)?ENV(?![\w./-])/],
]);

interface Leftover {
  readonly name: string;
  /** How manifests and settings say that the project uses the tool. */
  readonly usedIf: RegExp;
  readonly settings: RegExp;
  /** Commands of a build that may write it: a copy of the host's would then be in the way. */
  readonly madeBy?: RegExp;
  /** Small, and seldom there. */
  readonly onlyInNewFile?: boolean;
}

/** What Python's tools leave in the directory in which they run (each tool's documentation). */
const pythonLeftovers: readonly Leftover[] = [
  { name: '__pypackages__', usedIf: /\[tool\.pdm\b/, settings: /^pdm\.(?:lock|toml)$/, madeBy: /\bpdm\s+(?:install|sync)\b/ },
  { name: '.pdm-python', usedIf: /\[tool\.pdm\b/, settings: /^pdm\.(?:lock|toml)$/ },
  { name: '.pdm-build', usedIf: /\bpdm-backend\b/, settings: /^pdm\.(?:lock|toml)$/, onlyInNewFile: true },
  { name: '.pytest_cache', usedIf: /\bpytest\b/, settings: /^(?:pytest\.ini|conftest\.py)$/ },
  { name: '.mypy_cache', usedIf: /\bmypy\b/, settings: /^\.?mypy\.ini$/ },
  { name: '.ruff_cache', usedIf: /\bruff\b/, settings: /^\.?ruff\.toml$/ },
  { name: '.tox', usedIf: /\btool\.tox\b/, settings: /^tox\.(?:ini|toml)$/ },
  { name: '.nox', usedIf: /(?!)/, settings: /^noxfile\.py$/ },
  { name: '.coverage', usedIf: /\b(?:pytest-cov|coverage)\b/, settings: /^\.coveragerc$/, onlyInNewFile: true },
  { name: 'htmlcov', usedIf: /\bcov-report[= ]html\b|tool\.coverage\.html/, settings: /(?!)/, onlyInNewFile: true },
  { name: '.ipynb_checkpoints', usedIf: /(?!)/, settings: /\.ipynb$/, onlyInNewFile: true },
];

function pythonTools(survey: Survey, texts: ProjectTexts, projects: readonly Path[]): readonly Draft[] {
  const fileNames = [...new Set(survey.files.map(nameOf))];
  const drafts = flatMap(pythonLeftovers, ({ name, usedIf, settings, madeBy = /(?!)/, onlyInNewFile = false }): readonly Draft[] => {
    const found = survey.byName.get(name) ?? [];
    const used = usedIf.test(texts.manifests) || fileNames.some((one) => settings.test(one));
    if (found.length === 0 && (!used || projects.length === 0)) return [];
    const probes = found.length > 0 ? found : projects.map((folder) => join(folder, name));
    return [{ pattern: `**/${name}`, probes: probes.map(insideOf), isJunk: always, kind: 'cache', weight: found.length > 0 || madeBy.test(texts.buildCommands) ? 'major' : onlyInNewFile ? 'new' : 'minor' }];
  });
  const eggs = survey.leftovers.filter((path) => path.endsWith('.egg-info'));
  return eggs.length > 0 ? [...drafts, { pattern: '**/*.egg-info', probes: eggs.map(insideOf), kind: 'cache', weight: 'minor' }] : drafts;
}

/** A file in a directory of that name: patterns such as `.pytest_cache/*` hide it as well. */
function insideOf(path: Path): Path {
  return nameOf(path) === '.coverage' ? path : `${path}/x`;
}

// ---------------------------------------------------------------------------------------------------- other languages

function node(survey: Survey, texts: ProjectTexts): readonly Draft[] {
  const folders = survey.files.filter((path) => nameOf(path) === 'package.json').map(parentOf);
  if (folders.length === 0) return [];
  const probes = unique(folders).map((folder) => join(folder, 'node_modules/x/index.js'));
  const modules: Draft = { pattern: '**/node_modules', probes, weight: 'major', kind: 'packages' };
  const outputs: readonly (readonly [name: string, usedIf: RegExp])[] = [['.next', /"next":/], ['.nuxt', /"nuxt":/], ['.turbo', /"turbo":/]];
  const used = outputs.filter(([, usedIf]) => usedIf.test(texts.manifests) && inOrder(texts.buildCommands, /\b(?:npm|yarn|pnpm|bun)\b/, /\bbuild\b/, /\n/));
  return [modules, ...stateOfYarn(survey, texts), ...used.map(([name]): Draft => ({ pattern: `**/${name}`, probes: unique(folders).map((folder) => join(folder, `${name}/x`)), weight: 'minor', kind: 'output', makes: buildsFrontEnd }))];
}

/** What Yarn 2 and later remembers of an install: that of the host would come over the one of the image. */
function stateOfYarn(survey: Survey, texts: ProjectTexts): readonly Draft[] {
  const folders = survey.files.filter((path) => nameOf(path) === '.yarnrc.yml').map(parentOf);
  if (folders.length === 0 || !/\byarn(?:\s+install\b|\s*$|\s+--|\s*&&)/m.test(texts.buildCommands)) return [];
  const probes = folders.map((folder) => join(folder, '.yarn/install-state.gz'));
  return [{ pattern: '**/.yarn/install-state.gz', probes, isJunk: always, kind: 'cache', weight: 'major' }];
}

/** `next build`, `npm run build`: the front end of the directory is made anew. */
const buildsFrontEnd = workDirectories(/^(?:npm|yarn|pnpm|bun|npx|next|nuxt|nuxi|turbo)$/, /^(?:build|generate)(?::[\w:-]+)?$/);

/** What the build makes anew, so that a copy of the host's is in the way: only where the image runs the tool itself. */
interface Output {
  readonly names: readonly string[];
  readonly manifest: RegExp;
  readonly makes: Maker;
  /** Words of which each command that makes it has one. */
  readonly words: RegExp;
  /** The members of a workspace have one output directory, at the top. */
  readonly sharedOutput?: boolean;
  /** Other directories of that name hold what the project keeps: published assets in `public/vendor`. */
  readonly onlyBesideManifest?: boolean;
}

/** What was restored is used by the build, and what was built by `--no-build`; neither makes it. */
const dotnetMakes: Maker = (run) => (run.args.some((arg) => arg === '--no-build' || arg === '--no-restore') ? [] : workDirectories(/^dotnet$/, /^(?:restore|build|publish|test|run)$/)(run));

const outputsOf: readonly Output[] = [
  { names: ['target'], manifest: /^Cargo\.toml$/, words: /\bcargo\b/, makes: workDirectories(/^cargo$/, /^(?:build|b|install|chef|run|test)$/), sharedOutput: true },
  { names: ['target'], manifest: /^pom\.xml$/, words: /\bmvnw?\b/, makes: workDirectories(/^mvnw?$/, /^(?:package|install|verify|deploy|compile)$/), sharedOutput: true },
  { names: ['build', '.gradle'], manifest: /^build\.gradle(?:\.kts)?$/, words: /\bgradlew?\b/, makes: workDirectories(/^gradlew?$/, /(?:^|:)(?:build|assemble\w*|\w*[jJ]ar|\w*[wW]ar|installDist|distTar|distZip|installBootDist|shadowJar)$/), sharedOutput: true },
  { names: ['bin', 'obj'], manifest: /\.(?:cs|fs|vb)proj$/, words: /\bdotnet\b/, makes: dotnetMakes, sharedOutput: true },
  { names: ['vendor'], manifest: /^composer\.json$/, words: /\bcomposer\b/, makes: workDirectories(/^composer$/, /^(?:install|i|update|u)$/), onlyBesideManifest: true },
  { names: ['.bundle'], manifest: /^Gemfile$/, words: /\bbundle\b/, makes: workDirectories(/^bundle$/, /^(?:install|config)$|^$/) },
];

function others(survey: Survey, texts: ProjectTexts): readonly Draft[] {
  const drafts = flatMap(outputsOf, ({ names, manifest, words, makes, sharedOutput = false, onlyBesideManifest = false }): readonly Draft[] => {
    if (!words.test(texts.buildCommands)) return [];
    const all = unique(survey.files.filter((path) => manifest.test(nameOf(path))).map(parentOf));
    const folders = sharedOutput ? outermost(all) : all;
    const draft = (pattern: string, probes: readonly Path[]): Draft => ({ pattern, probes, weight: 'major', kind: 'output', makes });
    if (onlyBesideManifest) return flatMap(folders, (folder) => names.map((name) => draft(join(folder, name), [join(folder, `${name}/x`)])));
    return folders.length === 0 ? [] : names.map((name) => draft(`**/${name}`, folders.map((folder) => join(folder, `${name}/x`))));
  });
  return drafts.filter((draft, index) => drafts.findIndex((other) => other.pattern === draft.pattern) === index);
}

function unique(paths: readonly Path[]): readonly Path[] {
  return [...new Set(paths)];
}

const projectFiles: ReadonlySet<string> = new Set([
  'package.json', 'composer.json', 'Gemfile', 'Cargo.toml', 'go.mod', 'pom.xml', 'build.gradle', 'build.gradle.kts',
  'tox.ini', 'noxfile.py', 'mkdocs.yml', 'mkdocs.yaml', 'poetry.toml', 'MANIFEST.in', 'Directory.Build.props', 'Directory.Build.targets',
]);

/** Files in which a project says what it is made of and with which tools it is worked on. */
export function isManifest(path: Path): boolean {
  const name = nameOf(path);
  return projectFiles.has(name) || pythonManifest.test(name) || /^(?:webpack|vite|next)\.config\.\w+$|\.(?:gemspec|csproj|fsproj|vbproj)$/.test(name) || /(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/.test(path);
}
