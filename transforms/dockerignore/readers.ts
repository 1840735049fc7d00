/** Does something that runs look at what a pattern would hide? What is not known is not taken for a no. */
import { resolvePath } from '../../src/build/places.ts';
import { readPyproject } from '../../src/manifests/pyproject.ts';
import { setupPyHints } from '../../src/manifests/setup-py.ts';
import type { BuildContext, Path } from '../../src/types.ts';
import type { Arrival } from './arrivals.ts';
import type { Interest } from './known-programs.ts';
import { interestsOf, packagesThatAskGit, packagesThatReadEnvironment, plainBackends, plainBuildCrates, plainBuildReferences, plainGradlePlugins, plainInSettings, plainMavenPlugins, plainPlugins, plainSbtPlugins, pluginName } from './known-programs.ts';
import { readMakefile, recipesOf } from './makefile.ts';
import { scriptsOf } from './package-scripts.ts';
import type { Piece, Run } from './runs.ts';
import { piecesAt, piecesOf, piecesOfText, runOf } from './runs.ts';
import type { Survey } from './survey.ts';
import { nameOf } from './survey.ts';

/** `reads`: it does, and the sentence says which. `unknown`: nothing shows that it does not. */
export type Answer = null | { readonly kind: 'reads' | 'unknown'; readonly because: string };

/** What the runs of an arrival are judged with. */
interface Setting {
  readonly arrival: Arrival;
  /** Directories of the image that hold repositories of their own: what `git clone` made. */
  readonly cloned: ReadonlySet<Path>;
  readonly survey: Survey;
  readonly interest: Interest;
  /** Scripts and targets that were looked at. */
  readonly seen: Set<string>;
}

/** The first run of a stage, or of its image, that looks at something by itself or may do so. */
export function readerIn(arrival: Arrival, survey: Survey, interest: Interest): Answer {
  const pieces = piecesOf(arrival);
  const cloned = new Set(pieces.flatMap((piece) => (piece.kind === 'run' && piece.program === 'git' ? clonedBy(piece) : [])));
  return firstOf(pieces, { arrival, cloned, survey, interest, seen: new Set() });
}

function firstOf(pieces: readonly Piece[], setting: Setting): Answer {
  let unknown: Answer = null;
  for (const piece of pieces) {
    const answer = judge(piece, setting);
    if (answer?.kind === 'reads') return answer;
    unknown ??= answer;
  }
  return unknown;
}

function judge(piece: Piece, setting: Setting): Answer {
  if (piece.kind === 'unread') return { kind: 'unknown', because: `${piece.where}: ${piece.because}` };
  // https://pipenv.pypa.io/en/latest/shell.html: `pipenv run` and `pipenv shell` load it.
  if (setting.interest === 'environment' && piece.program === 'pipenv' && piece.args.some((arg) => arg === 'run' || arg === 'shell')) return { kind: 'reads', because: `${piece.where} runs \`pipenv run\`, which reads .env` };
  const inner = unwrapped(piece, setting.survey);
  if (inner !== null) return inner === piece ? null : judge(inner, setting);
  const { program, programPath, args, where } = piece;
  if (program !== 'rm' && program !== 'find') {
    const named = args.some((arg, index) => arg !== null && namedBy[setting.interest].test(arg) && !/^--exclude|^-x$/.test(arg) && !/^--exclude$|^-x$/.test(args[index - 1] ?? ''));
    if (named) return { kind: 'reads', because: `${where} names ${thing(setting.interest)}` };
  }
  const packed = program === null ? null : packedDirectory(piece, setting);
  if (packed !== null) return { kind: 'reads', because: `${where} packs ${packed} with all that lies in it` };
  // `exec "$@"` of an entry point runs the CMD, which is judged itself.
  if (program === null) return isAllArguments(piece) ? null : { kind: 'unknown', because: `${where} runs a program that only the build or the container knows` };
  if (program === '') return null;
  const special = specials[program] ?? specials[program.replace(/[\d.]+$/, '')];
  if (special) return special(piece, setting);
  const file = scriptNamed(programPath ?? program, setting.survey) ?? (shells.has(program) ? firstScript(args, setting.survey) : undefined);
  if (file !== undefined) return scriptAnswer(file, setting);
  if (programPath !== null && !/(?:^|\/)s?bin\/[^/]+$|\/node_modules\/\.bin\//.test(programPath)) {
    // What the image starts from its own directory was made by the build, from sources that are searched.
    return piece.atStart ? null : { kind: 'unknown', because: `${where} runs \`${programPath}\`, which is not in the context` };
  }
  const interests = interestsOf(program) ?? (isOfTheProject(program, setting) ? [] : undefined);
  if (interests === undefined) return { kind: 'unknown', because: `${where} runs \`${program}\`, of which dockfix does not know whether it reads ${thing(setting.interest)}` };
  if (interests.includes(setting.interest)) return { kind: 'reads', because: `${where} runs \`${program}\`, which reads ${thing(setting.interest)}` };
  return bundlers.has(program) && setting.interest === 'git' ? unknownPlugin(piece, setting) : null;
}

/** `tar czf source.tgz .`: the directory that holds it, or one above. */
function packedDirectory({ program, args, cwd }: Run, { arrival, interest }: Setting): string | null {
  if (interest === 'image' || cwd === null) return null;
  const words = args.filter((arg) => arg !== null);
  const packs = program === 'zip' ? words.some((word) => /^-\w*r/.test(word)) : program === 'tar' && words.some((word, index) => word === '--create' || (index === 0 ? /^-?[a-zA-Z]*c/.test(word) : /^-[a-zA-Z]*c/.test(word)));
  if (!packs || words.some((word) => /^(?:--exclude|-x$)/.test(word))) return null;
  const at = words.indexOf('-C');
  const from = at < 0 ? cwd : resolvePath(cwd, words[at + 1] ?? '.');
  const directories = words.slice(1).filter((word, index) => !word.startsWith('-') && index + 1 !== at + 1).map((word) => resolvePath(from, word));
  return directories.find((directory) => arrival.places.some((place) => directory === '/' || place === directory || place.startsWith(`${directory}/`))) ?? null;
}

const namedBy: Readonly<Record<Interest, RegExp>> = {
  git: /(?:^|[\s'"/(=])\.git(?:$|[\s'"/)])/,
  environment: /(?:^|[\s'"/(=])\.env(?:$|[\s'").])|env[-_]file/,
  image: /(?:^|[\s'"/(=])(?:Dockerfile|\.dockerignore|(?:docker-)?compose[\w.-]*\.ya?ml)(?:$|[\s'").])/,
};

function thing(interest: Interest): string {
  return interest === 'git' ? '.git' : interest === 'environment' ? '.env' : 'files such as Dockerfiles';
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', '.', 'source']);

// --------------------------------------------------------------------------------------------------------------- wrappers

/** The run that a wrapper runs; the wrapper itself where there is none; null for what is no wrapper. */
function unwrapped(run: Run, survey: Survey): Run | null {
  const { program, args, where } = run;
  const behind = (count: number): Run => (args.length > count ? runOf(args.slice(count), where) : run);
  const first = args.findIndex((arg) => arg === null || !arg.startsWith('-'));
  switch (program) {
    case 'poetry':
    case 'pipenv':
    case 'pdm':
    case 'hatch':
    case 'rye':
    case 'uv':
      return args[first] === 'run' ? behind(operandAfter(args, first + 1)) : null;
    case 'bundle':
      return args[first] === 'exec' ? behind(first + 1) : null;
    case 'exec':
    case 'command':
    case 'env':
    case 'sudo':
    case 'time':
    case 'nice':
    case 'nohup':
    case 'timeout':
    case 'xargs':
    case 'ddtrace-run':
    case 'opentelemetry-instrument':
    case 'newrelic-admin':
    case 'dotenv':
      return program === 'dotenv' || program === 'ddtrace-run' ? null : behind(operandAfter(args, 0));
    case 'tini':
    case 'dumb-init':
    case 'catatonit':
    case 'wait-for-it':
    case 'wait-for-it.sh':
    case 'wait-for':
    case 'wait-for.sh':
    case 'dockerize':
      return args.includes('--') ? behind(args.indexOf('--') + 1) : program === 'tini' || program === 'dumb-init' ? behind(Math.max(0, first)) : null;
    case 'su-exec':
    case 'gosu':
    case 'setpriv':
    case 'chroot':
      return behind(operandAfter(args, 0) + 1);
    case 'python':
    case 'python3':
      return args[0] === '-m' && args[1] !== null && args[1] !== undefined ? moduleRun(run, survey) : null;
    case 'npx':
    case 'bunx':
    case 'pnpx':
      return behind(Math.max(0, first));
    default:
      return null;
  }
}

/** `python -m NAME` is a package of the project, whose text is searched with all others, or the program of that name. */
function moduleRun(run: Run, survey: Survey): Run | null {
  const [name = ''] = (run.args[1] ?? '').split('.');
  const isOwn = survey.files.some((path) => path === `${name}.py` || path.endsWith(`/${name}.py`) || path.startsWith(`${name}/`) || path.includes(`/${name}/`));
  if (isOwn || /^(?:http|json|timeit|site|unittest|doctest|zipfile|tarfile|ensurepip|this|pdb|cProfile|trace|asyncio|calendar|platform|sysconfig|tokenize|uuid|webbrowser|idlelib|zipapp|gunicorn|uvicorn)$/.test(name)) return null;
  return runOf([run.args[1] ?? null, ...run.args.slice(2)], run.where, run.cwd);
}

function operandAfter(args: readonly (string | null)[], from: number): number {
  let at = from;
  while (at < args.length && (args[at]?.startsWith('-') === true || /^\w+=/.test(args[at] ?? ''))) at += 1;
  return at;
}

function isAllArguments({ args }: Run): boolean {
  return args.length === 0;
}

// ---------------------------------------------------------------------------------------------------------------- scripts

/** The file of the context that a word of a command names, whichever directory of the image it was copied to. */
function scriptNamed(word: string, survey: Survey): Path | undefined {
  const files = survey.fileSet();
  if (!word.includes('/')) return survey.byName.get(word)?.find((path) => files.has(path) && isScriptName(word));
  const segments = word.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (let start = 0; start < segments.length; start += 1) {
    const path = segments.slice(start).join('/');
    if (files.has(path)) return path;
  }
  // It may have been copied by its name alone: `COPY docker/start.sh /usr/local/bin/`.
  const name = segments.at(-1) ?? '';
  return isScriptName(name) ? survey.byName.get(name)?.find((path) => files.has(path)) : undefined;
}

function isScriptName(name: string): boolean {
  return /\.(?:ba|da|a|z|k)?sh$/.test(name) || /entry-?point|^start$|^run$/.test(name);
}

function firstScript(args: readonly (string | null)[], survey: Survey): Path | undefined {
  const operand = args.find((arg) => arg !== null && !arg.startsWith('-'));
  return operand === undefined || operand === null ? undefined : scriptNamed(operand, survey);
}

/** Scripts of a shell are read command by command; of other languages the text is searched with all others. */
function scriptAnswer(path: Path, setting: Setting): Answer {
  if (setting.seen.has(path)) return null;
  setting.seen.add(path);
  const text = setting.survey.read(path);
  if (text === undefined) return { kind: 'unknown', because: `${path} cannot be read as text` };
  const shebang = /^#!.*/.exec(text)?.[0];
  if (shebang !== undefined && !/\b(?:ba|da|a|z|k)?sh\b/.test(shebang)) return null;
  if (shebang === undefined && !/\.(?:ba|da|a|z|k)?sh$/.test(path)) return null;
  return firstOf(piecesOfText(text, path), setting);
}

function nestedShell(run: Run, setting: Setting): Answer {
  const { args, where } = run;
  const at = args.findIndex((arg) => arg !== null && /^-[a-z]*c$/.test(arg));
  if (at < 0) {
    const file = firstScript(args, setting.survey);
    if (file !== undefined) return scriptAnswer(file, setting);
    const operand = args.find((arg) => arg === null || !arg.startsWith('-'));
    return operand === undefined ? null : { kind: 'unknown', because: `${where} runs the script ${operand ?? 'of a name that is not known'}, which is not in the context` };
  }
  const text = args[at + 1];
  if (text === undefined || text === null) return { kind: 'unknown', because: `${where} runs a text that is not known before` };
  return firstOf(piecesAt(text, where, { cwd: run.cwd }), setting);
}

/** A command that the project's own manifests declare: its text is searched with all others. */
function isOfTheProject(program: string, { survey }: Setting): boolean {
  const declares = new RegExp(`(?:^|["'\\s])${program.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']?\\s*[=:]`, 'm');
  return survey.files.some((path) => {
    const name = nameOf(path);
    if (name !== 'pyproject.toml' && name !== 'setup.cfg' && name !== 'setup.py' && name !== 'package.json') return false;
    const text = survey.read(path) ?? '';
    const scripts = name === 'pyproject.toml' ? /\[(?:project|tool\.poetry|tool\.pdm)\.scripts\]([^[]*)/.exec(text)?.[1] : name === 'package.json' ? /"bin"\s*:\s*\{([^}]*)\}/.exec(text)?.[1] : /console_scripts([\s\S]*?)(?:\]|\n\[|$)/.exec(text)?.[1];
    return scripts !== undefined && declares.test(scripts);
  });
}

// ----------------------------------------------------------------------------------------------------- tools of their own

type Judge = (run: Run, setting: Setting) => Answer;

const bundlers: ReadonlySet<string> = new Set(['vite', 'next', 'nuxt', 'nuxi', 'astro', 'parcel', 'gatsby', 'react-scripts', 'craco', 'vue-cli-service', 'svelte-kit', 'remix', 'react-router', 'vinxi', 'webpack', 'rollup', 'ng', 'babel', 'postcss', 'esbuild', 'tsup', 'expo']);

const pythonInstalls: Judge = (run, setting) => installedReader(run, setting) ?? (setting.interest === 'git' && packsProject(run) ? unknownBackend(run, setting) : null);

/** A package that a command installs by its name is as good as one of a manifest. */
function installedReader({ args, where }: Run, { interest }: Setting): Answer {
  if (interest === 'image' || !args.some((arg) => arg === 'install' || arg === 'add' || arg === 'i')) return null;
  const names = args.flatMap((arg) => (arg === null || /^[-./]|:\/\//.test(arg) ? [] : [arg.replace(/(?!^)@.*$|[[<>=!~;].*$/, '')]));
  const found = names.find((name) => (interest === 'git' ? asksGit(name) : packagesThatReadEnvironment.test(name)));
  return found === undefined ? null : { kind: 'reads', because: `${where} installs \`${found}\`, which ${interest === 'git' ? 'asks git' : 'reads .env'}` };
}

const specials: Readonly<Record<string, Judge>> = {
  git: gitCommand,
  hatch: (run, setting) => (run.args.includes('version') && setting.interest === 'git' ? { kind: 'unknown', because: `${run.where} runs \`hatch version\`` } : pythonInstalls(run, setting)),
  jest: testsOfChanges,
  vitest: testsOfChanges,
  'npm-run-all': scriptsByName,
  'run-s': scriptsByName,
  'run-p': scriptsByName,
  concurrently: ({ args, where }, setting) => firstOf(args.flatMap((arg): readonly Piece[] => (arg === null ? [{ kind: 'unread', because: 'a command that is not known before', where }] : arg.startsWith('-') ? [] : arg.startsWith('npm:') ? [runOf(['npm', 'run', arg.slice(4)], where)] : piecesAt(arg, where))), setting),
  sh: nestedShell,
  bash: nestedShell,
  dash: nestedShell,
  ash: nestedShell,
  zsh: nestedShell,
  ksh: nestedShell,
  su: (run, setting) => (run.args.some((arg) => arg !== null && /^-\w*c$/.test(arg)) ? nestedShell(run, setting) : null),
  eval: ({ args, where }, setting) => (args.every((arg) => arg !== null) ? firstOf(piecesAt(args.join(' '), where), setting) : { kind: 'unknown', because: `${where} runs a text that is not known before` }),
  pip: pythonInstalls,
  uv: pythonInstalls,
  poetry: pythonInstalls,
  pdm: pythonInstalls,
  pipenv: pythonInstalls,
  flit: pythonInstalls,
  build: pythonInstalls,
  rye: pythonInstalls,
  conda: () => null,
  mamba: () => null,
  micromamba: () => null,
  pipx: pythonInstalls,
  npm: nodeManager,
  yarn: nodeManager,
  pnpm: nodeManager,
  bun: (run, setting) => (setting.interest === 'environment' ? { kind: 'reads', because: `${run.where} runs \`bun\`, which reads .env` } : nodeManager(run, setting)),
  make: makeTargets,
  gmake: makeTargets,
  go: goCommand,
  cargo: cargoCommand,
  mvn: mavenBuild,
  mvnw: mavenBuild,
  gradle: gradleBuild,
  gradlew: gradleBuild,
  sbt: sbtBuild,
  dotnet: dotnetBuild,
  composer: composerCommand,
  bundle: () => null,
  mix: () => null,
  rebar3: () => null,
};

/** `run-s build:*`: the scripts of those names. */
function scriptsByName(run: Run, setting: Setting): Answer {
  const names = run.args.filter((arg) => arg === null || !arg.startsWith('-'));
  if (names.includes(null)) return { kind: 'unknown', because: `${run.where} runs scripts of package.json that are not known before` };
  const all = manifestsNamed('package.json', setting.survey).flatMap((path) => scriptsOf(setting.survey.read(path) ?? '').map(([name]) => name));
  const wanted = names.flatMap((name) => (name?.endsWith('*') === true ? all.filter((one) => one.startsWith(name.replace(/\*+$/, ''))) : [name ?? '']));
  return scriptsAnswer(wanted.flatMap((name) => [`pre${name}`, name, `post${name}`]), setting);
}

/** Only the tests of what changed since a commit: https://jestjs.io/docs/cli, https://vitest.dev/guide/cli. */
function testsOfChanges({ program, args, where }: Run, { interest }: Setting): Answer {
  if (interest === 'environment') return { kind: 'reads', because: `${where} runs \`${program ?? ''}\`, which reads .env` };
  const asks = args.find((arg) => arg !== null && /^(?:-o|--(?:onlyChanged|changedSince|changedFilesWithAncestor|lastCommit|changed))(?:=|$)/.test(arg));
  return interest !== 'git' || asks === undefined ? null : { kind: 'reads', because: `${where} runs \`${program ?? ''} ${asks ?? ''}\`, which asks git what changed` };
}

/** A repository of its own has what `git clone` made; another command asks that of the project. */
function gitCommand(run: Run, { interest, cloned }: Setting): Answer {
  if (interest !== 'git' || needsNoRepository(run.args)) return null;
  const at = run.args.indexOf('-C');
  const directory = at < 0 ? run.cwd : (run.args[at + 1] ?? null);
  if (directory !== null && [...cloned].some((one) => directory === one || directory.startsWith(`${one}/`))) return null;
  return { kind: 'reads', because: `${run.where} runs \`git ${run.args.find((arg, index) => arg !== null && !arg.startsWith('-') && (at < 0 || index !== at + 1)) ?? ''}\`` };
}

/** Where `git clone` puts a repository. */
function clonedBy({ args, cwd }: Run): readonly Path[] {
  const words = args.filter((arg) => arg !== null);
  if (!words.includes('clone')) return [];
  const [address, directory] = words.slice(words.indexOf('clone') + 1).filter((word, index, all) => !word.startsWith('-') && !/^(?:-b|--branch|--depth|-o|--origin|-c|--config|--filter|--reference|-j|--jobs)$/.test(all[index - 1] ?? ''));
  const name = directory ?? /([^/:]+?)(?:\.git)?\/?$/.exec(address ?? '')?.[1];
  if (name === undefined || name === '.') return [];
  return name.startsWith('/') ? [name.replace(/\/$/, '')] : cwd === null ? [] : [`${cwd === '/' ? '' : cwd}/${name.replace(/^\.\//, '').replace(/\/$/, '')}`];
}

/** They look at no repository, or make one of their own: git(1). */
function needsNoRepository(args: readonly (string | null)[]): boolean {
  const [first, ...rest] = args.filter((arg) => arg !== null);
  if (first === undefined) return false;
  if (/^(?:clone|ls-remote|--version|version|help|--help|credential-cache|credential-store)$/.test(first)) return true;
  if (first === 'lfs') return rest[0] === 'install';
  return first === 'config' && rest.some((arg) => arg === '--global' || arg === '--system') && !rest.includes('safe.directory');
}

// ----------------------------------------------------------------------------------------------------------------- Python

/** `pip install .`, `poetry install`, `uv sync`, `python -m build`: the project itself is packed. */
function packsProject({ program, args }: Run): boolean {
  const words = args.filter((arg) => arg !== null);
  if (args.includes(null) && program === 'pip') return true;
  if (program === 'poetry') return !words.includes('--no-root') && words.some((word) => /^(?:install|sync|build|publish)$/.test(word));
  if (program === 'uv' && !words.includes('pip')) return words.some((word) => /^(?:sync|build|run)$/.test(word)) && !words.includes('--no-install-project');
  if (program === 'pdm') return !words.includes('--no-self') && words.some((word) => /^(?:install|sync|build)$/.test(word));
  if (program === 'pip' || program === 'pipx' || program === 'uv') return words.some((word) => /^(?:\.{1,2}|\.{0,2}\/.*|-e|--editable(?:=.*)?)(?:\[[\w,-]+\])?$/.test(word) && !/\.(?:txt|in|whl|tar\.gz|toml)$/.test(word));
  return program !== 'pipenv';
}

function unknownBackend({ where }: Run, { survey }: Setting): Answer {
  for (const path of survey.files) {
    const name = nameOf(path);
    if (name === 'pyproject.toml') {
      const parsed = readPyproject(survey.read(path) ?? '');
      if (parsed.kind === 'error') return { kind: 'unknown', because: `${path} cannot be read, and ${where} packs the project` };
      const requires = requiredToBuild(survey.read(path) ?? '');
      const unknown = requires.find((one) => !plainBackends.has(one));
      if (unknown !== undefined) return { kind: 'unknown', because: `${where} packs the project with \`${unknown}\` (${path}), which is not known` };
    }
    if (name === 'setup.py' && /setup_requires/.test(survey.read(path) ?? '')) {
      const listed = /setup_requires\s*=\s*\[([^\]]*)\]/.exec(survey.read(path) ?? '')?.[1];
      const unknown = listed === undefined ? 'setup_requires' : namesIn(listed).find((one) => !plainBackends.has(one));
      if (unknown !== undefined) return { kind: 'unknown', because: `${where} packs the project with \`${unknown}\` (${path}), which is not known` };
    }
  }
  return null;
}

function requiredToBuild(text: string): readonly string[] {
  const section = /\[build-system\]([^]*?)(?:\n\[|$)/.exec(text)?.[1] ?? '';
  return namesIn(/requires\s*=\s*\[([^\]]*(?:\[[^\]]*\][^\]]*)*)\]/.exec(section)?.[1] ?? '');
}

function namesIn(list: string): readonly string[] {
  return [...list.matchAll(/["']\s*([\w.-]+)/g)].map((match) => (match[1] ?? '').toLowerCase());
}

// ---------------------------------------------------------------------------------------------------------------- Node.js

/** Scripts that an install runs of itself: https://docs.npmjs.com/cli/using-npm/scripts#npm-install */
const lifecycle = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

/** What managers do without running anything of the project. */
const quiet: ReadonlySet<string> = new Set(['cache', 'config', 'set', 'get', 'prune', 'dedupe', 'list', 'ls', 'outdated', 'audit', 'fund', 'root', 'bin', 'prefix', 'ping', 'whoami', 'login', 'store', 'fetch', 'help', 'view', 'info', '--version', '-v', 'policies', 'plugin', 'unplug', 'global', 'uninstall', 'remove', 'rm', 'pkg', 'setup', 'env', 'doctor']);

function nodeManager(run: Run, setting: Setting): Answer {
  const { program, args, where } = run;
  const words = withoutOptions(args);
  const [verb, ...rest] = words;
  if (verb === undefined) return program === 'yarn' ? scriptsAnswer(lifecycle, setting) : null;
  if (verb === null) return { kind: 'unknown', because: `${where} runs a script of package.json that is not known before` };
  if (/^(?:ci|i|install|add|clean-install|install-clean|rebuild|link|update|up|upgrade|workspaces?:?focus)$/.test(verb)) {
    const ofOthers = args.some((arg) => arg === '-g' || arg === '--global' || arg === '--ignore-scripts') || (rest.length > 0 && verb !== 'ci');
    return installedReader(run, setting) ?? (ofOthers ? null : scriptsAnswer(lifecycle, setting));
  }
  if (verb === 'version') return program === 'yarn' || rest.length > 0 ? { kind: 'unknown', because: `${where} runs \`${program} version\`` } : null;
  if (quiet.has(verb)) return null;
  if (/^(?:run|run-script|rum|urn)$/.test(verb)) return namedScript(rest[0] ?? null, run, setting);
  if (/^(?:start|test|stop|restart|t|tst)$/.test(verb)) return namedScript(verb === 't' || verb === 'tst' ? 'test' : verb, run, setting);
  if (/^(?:exec|x|dlx|node|create|init)$/.test(verb)) return verb === 'node' ? null : judge(runOf(rest, where), setting);
  if (verb === 'workspace' || verb === 'workspaces' || verb === 'foreach') return nodeManager({ ...run, args: verb === 'workspace' ? rest.slice(1) : rest }, setting);
  if (verb === 'publish' || verb === 'pack' || verb === 'deploy') return scriptsAnswer(['prepublishOnly', 'prepack', 'prepare', 'postpack'], setting);
  const files = verb.includes('/') || /\.[cm]?[jt]sx?$/.test(verb);
  if (files) return null;
  return hasScript(verb, setting) ? namedScript(verb, run, setting) : judge(runOf([verb, ...rest], where), setting);
}

function withoutOptions(args: readonly (string | null)[]): readonly (string | null)[] {
  const words: (string | null)[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? null;
    if (arg === '--') return [...words, ...args.slice(at + 1)];
    if (arg !== null && /^(?:--prefix|--cwd|--dir|-C|--filter|-F|-w|--workspace|--registry|--cache|--cache-folder|--network-timeout)$/.test(arg)) at += 1;
    else if (arg === null || !arg.startsWith('-')) words.push(arg);
  }
  return words;
}

function hasScript(name: string, { survey }: Setting): boolean {
  return manifestsNamed('package.json', survey).some((path) => scriptsOf(survey.read(path) ?? '').some(([one]) => one === name));
}

function namedScript(name: string | null, run: Run, setting: Setting): Answer {
  if (name === null) return { kind: 'unknown', because: `${run.where} runs a script of package.json that is not known before` };
  if (!hasScript(name, setting)) return name === 'start' ? null : { kind: 'unknown', because: `${run.where} runs the script \`${name}\`, which no package.json in the context has` };
  return scriptsAnswer([`pre${name}`, name, `post${name}`], setting);
}

function scriptsAnswer(names: readonly string[], setting: Setting): Answer {
  const pieces = manifestsNamed('package.json', setting.survey).flatMap((path) => {
    const text = setting.survey.read(path) ?? '';
    return scriptsOf(text).filter(([name]) => names.includes(name)).flatMap(([name, body]) => {
      const id = `${path} ${name}`;
      if (setting.seen.has(id)) return [];
      setting.seen.add(id);
      const line = text.slice(0, Math.max(0, text.indexOf(`"${name}"`, text.indexOf('"scripts"')))).split('\n').length;
      return piecesAt(body, `${path}:${line}`);
    });
  });
  return firstOf(pieces, setting);
}

/** Settings of bundlers and frameworks that are programs: what they import runs with the build. */
const configName = /(?:^|\/)(?:(?:vite|webpack|rollup|astro|nuxt|next|svelte|craco|vue|babel|postcss|esbuild|tsup|metro|react-router|app)(?:\.[\w-]+)*\.config(?:\.[\w-]+)*|webpack(?:[.-][\w-]+)*|gatsby-(?:config|node))\.[cm]?[jt]s$/;

/** https://nodejs.org/api/modules.html#built-in-modules, as far as they are asked for without `node:`. */
const builtin = /^(?:assert|async_hooks|buffer|child_process|cluster|console|constants|crypto|dgram|dns|domain|events|fs|http|http2|https|inspector|module|net|os|path|perf_hooks|process|punycode|querystring|readline|repl|stream|string_decoder|timers|tls|tty|url|util|v8|vm|wasi|worker_threads|zlib)$/;

/** Packages that a text of JavaScript imports, by name, but for modules of Node.js itself. */
function importsOf(text: string): readonly string[] {
  const found = [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\s*\(\s*)["']([^"'.][^"']*)["']/g)].map((match) => match[1] ?? '');
  const names = found.filter((name) => !name.startsWith('node:') && !name.startsWith('/') && !/^[@~]\//.test(name)).map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  return names.filter((name) => !builtin.test(name));
}

/** A plugin that a bundler may run: by its name in package.json, or imported by the settings. */
function unknownPlugin({ program, where }: Run, { survey }: Setting): Answer {
  for (const path of survey.files.filter((one) => configName.test(one))) {
    const unknown = importsOf(survey.read(path) ?? '').find((name) => !plainPlugins.test(name) && !bundlers.has(name) && !plainInSettings.test(name) && interestsOf(name)?.includes('git') !== false);
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs \`${program ?? ''}\`, and ${path} imports \`${unknown}\`, which is not known` };
  }
  for (const path of manifestsNamed('package.json', survey)) {
    const unknown = dependenciesIn(survey.read(path) ?? '').find((name) => pluginName.test(name) && !plainPlugins.test(name) && !bundlers.has(name));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs \`${program ?? ''}\`, and ${path} names the plugin \`${unknown}\`, which is not known` };
  }
  return null;
}

/** Names of all packages that a package.json asks for. */
export function dependenciesIn(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value !== 'object' || value === null) return [];
    const manifest: Readonly<Record<string, unknown>> = { ...value };
    return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((key) => {
      const list = manifest[key];
      return typeof list === 'object' && list !== null ? Object.keys(list) : [];
    });
  } catch {
    return [];
  }
}

// ------------------------------------------------------------------------------------------------------------------- make

function makeTargets(run: Run, setting: Setting): Answer {
  const { args, where } = run;
  const targets = args.filter((arg) => arg === null || (!arg.startsWith('-') && !arg.includes('=')));
  if (targets.includes(null)) return { kind: 'unknown', because: `${where} runs a target of make that is not known before` };
  const makefiles = setting.survey.files.filter((path) => /^(?:GNU)?[Mm]akefile$/.test(nameOf(path)));
  if (makefiles.length === 0) return { kind: 'unknown', because: `${where} runs \`make\`, and no Makefile is in the context` };
  const wanted = targets.filter((target) => target !== null);
  let found = false;
  for (const path of makefiles) {
    const recipes = recipesOf(readMakefile(setting.survey.read(path) ?? ''), wanted);
    if (recipes.kind === 'no-target') continue;
    if (recipes.kind === 'unread') return { kind: 'unknown', because: `${where} runs \`make\`; ${path}:${recipes.line}: ${recipes.because}` };
    found = true;
    const id = `${path} ${wanted.join(' ')}`;
    if (setting.seen.has(id)) continue;
    setting.seen.add(id);
    const answer = firstOf(recipes.lines.flatMap(({ text, line }) => piecesAt(text, `${path}:${line}`)), setting);
    if (answer !== null) return answer;
  }
  return found ? null : { kind: 'unknown', because: `${where} runs \`make ${wanted.join(' ')}\`, and no Makefile in the context has that target` };
}

// --------------------------------------------------------------------------------------------------- compiled languages

/** https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies, `-buildvcs`: from Go 1.18, where git is installed. */
function goCommand({ args, where }: Run, { arrival, interest }: Setting): Answer {
  if (interest !== 'git') return null;
  const [verb, ...rest] = args.filter((arg) => arg !== null);
  if (verb === 'generate') return { kind: 'unknown', because: `${where} runs \`go generate\`, which runs the commands that sources name` };
  if (verb !== 'build' && verb !== 'install' && verb !== 'run') return null;
  const [only] = rest.filter((arg) => !arg.startsWith('-'));
  if (only !== undefined && /@/.test(only)) return null;
  const flags = arrival.stage.state.config.env.get('GOFLAGS') ?? '';
  if (rest.includes('-buildvcs=false') || flags.includes('-buildvcs=false') || lacksGit(arrival)) return null;
  return { kind: 'reads', because: `${where} runs \`go ${verb}\`, which stamps the commit into the binary where git is installed` };
}

function cargoCommand({ args, where }: Run, { survey, interest }: Setting): Answer {
  if (interest !== 'git' || !args.some((arg) => /^(?:build|b|run|r|test|t|install|rustc|chef|xtask|bench|check|c|leptos|make)$/.test(arg ?? ''))) return null;
  for (const path of manifestsNamed('Cargo.toml', survey)) {
    const text = survey.read(path) ?? '';
    const sections = [...text.matchAll(/^\[(?:target\.[^\]]*\.)?build-dependencies(?:\.([\w-]+))?\][^\n]*\n([^[]*)/gm)];
    const names = sections.flatMap(([, own, body = '']) => (own === undefined ? [...body.matchAll(/^\s*([\w-]+)(?:\.workspace)?\s*=/gm)].map((match) => match[1] ?? '') : [own]));
    const unknown = names.find((name) => !plainBuildCrates.has(name) && !plainBuildCrates.has(name.replaceAll('-', '_')));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs \`cargo\`, and ${path} builds with \`${unknown}\`, which is not known` };
  }
  return null;
}

function mavenBuild({ where }: Run, { survey, interest }: Setting): Answer {
  if (interest !== 'git') return null;
  const poms = manifestsNamed('pom.xml', survey);
  const own = new Set(poms.map((path) => artifactOf(survey.read(path) ?? '')));
  if (survey.files.some((path) => path.endsWith('.mvn/extensions.xml'))) return { kind: 'unknown', because: `${where} runs Maven with the extensions of .mvn/extensions.xml` };
  for (const path of poms) {
    const text = survey.read(path) ?? '';
    const parent = /<parent>([^]*?)<\/parent>/.exec(text)?.[1];
    const parentName = parent === undefined ? undefined : /<artifactId>\s*([^<\s]+)/.exec(parent)?.[1];
    if (parentName !== undefined && parentName !== 'spring-boot-starter-parent' && !own.has(parentName)) return { kind: 'unknown', because: `${where} runs Maven, and ${path} takes plugins from its parent \`${parentName}\`, which is not in the context` };
    const blocks = [...text.matchAll(/<(?:plugin|extension)>([^]*?)<\/(?:plugin|extension)>/g)].map((match) => match[1] ?? '');
    const unknown = blocks.map((block) => /<artifactId>\s*([^<\s]+)/.exec(block)?.[1] ?? '').find((name) => !plainMavenPlugins.has(name));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs Maven, and ${path} names the plugin \`${unknown}\`, which is not known` };
  }
  return poms.length === 0 ? { kind: 'unknown', because: `${where} runs Maven, and no pom.xml is in the context` } : null;
}

function artifactOf(pom: string): string {
  return /<artifactId>\s*([^<\s]+)/.exec(pom.replace(/<parent>[^]*?<\/parent>/, ''))?.[1] ?? '';
}

function gradleBuild({ where }: Run, { survey, interest }: Setting): Answer {
  if (interest !== 'git') return null;
  const scripts = survey.files.filter((path) => /\.gradle(?:\.kts)?$/.test(path) || nameOf(path) === 'libs.versions.toml');
  for (const path of scripts) {
    const unknown = gradlePluginsIn(survey.read(path) ?? '', nameOf(path)).find((name) => !plainGradlePlugins.has(name));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs Gradle, and ${path} names the plugin \`${unknown}\`, which is not known` };
  }
  return scripts.length === 0 ? { kind: 'unknown', because: `${where} runs Gradle, and no build.gradle is in the context` } : null;
}

function gradlePluginsIn(text: string, name: string): readonly string[] {
  if (name === 'libs.versions.toml') {
    const section = /^\[plugins\]([^]*?)(?:^\[|(?![^]))/m.exec(text)?.[1] ?? '';
    return [...section.matchAll(/(?:id\s*=\s*|=\s*)"([\w.-]+)(?::[^"]*)?"/g)].map((match) => match[1] ?? '').filter((id) => /[a-z]/i.test(id));
  }
  // A class path has plugins by their modules: `org.springframework.boot:spring-boot-gradle-plugin:3.3.0`.
  const modules = [...text.matchAll(/\bclasspath\b(?!\s*[-+=.])[^"'\n]*(?:["']([\w.-]+):|$)/gm)].map((match) => match[1] ?? 'classpath');
  const unknownModule = modules.find((group) => ![...plainGradlePlugins].some((id) => id === group || id.startsWith(`${group}.`)));
  // A catalog that is published elsewhere may name any plugin.
  const catalog = /\bfrom\s*\(\s*["']([\w.-]+:[\w.-]+:[^"']+)["']/.exec(text)?.[1];
  const ids = [...text.matchAll(/\bid\s*\(?\s*["']([\w.-]+)["']/g), ...text.matchAll(/\bkotlin\s*\(\s*["']([\w.-]+)["']\s*\)\s*(?:version|$)/gm), ...text.matchAll(/apply\s*\(?\s*plugin\s*[:=]\s*["']([\w.-]+)["']/g)];
  // `apply from: "https://…"` or a file, which is searched with all others.
  const remote = /apply\s*\(?\s*from\s*[:=]\s*["'](https?:[^"']*)["']/.exec(text)?.[1];
  return [...ids.map((match) => match[1] ?? ''), ...[remote, unknownModule, catalog].filter((one) => one !== undefined)];
}

function sbtBuild({ where }: Run, { survey, interest }: Setting): Answer {
  if (interest !== 'git') return null;
  for (const path of survey.files.filter((one) => one.endsWith('.sbt'))) {
    const names = [...(survey.read(path) ?? '').matchAll(/addSbtPlugin\(\s*"[^"]*"\s*%\s*"([^"]*)"/g)].map((match) => match[1] ?? '');
    const unknown = names.find((name) => !plainSbtPlugins.has(name));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs sbt, and ${path} names the plugin \`${unknown}\`, which is not known` };
  }
  return null;
}

/**
 * From .NET 8 on the SDK writes the commit into the version of each assembly (Source Link is part of it):
 * https://learn.microsoft.com/dotnet/core/compatibility/sdk/8.0/source-link
 */
function dotnetBuild({ args, where }: Run, { arrival, survey, interest }: Setting): Answer {
  if (interest !== 'git' || !args.some((arg) => /^(?:build|publish|pack|test|run|msbuild)$/.test(arg ?? ''))) return null;
  const major = /\/sdk:(\d+)\.\d/.exec(arrival.stage.reference)?.[1];
  const projects = survey.files.filter((path) => /\.(?:cs|fs|vb)proj$|Directory\.(?:Build|Packages)\.(?:props|targets)$/.test(path));
  const texts = projects.map((path) => [path, survey.read(path) ?? ''] as const);
  const isOff = texts.some(([, text]) => /<EnableSourceControlManagerQueries>\s*false|<IncludeSourceRevisionInInformationalVersion>\s*false/i.test(text));
  if (!isOff && (major === undefined || Number(major) >= 8)) return { kind: 'reads', because: `${where} runs \`dotnet ${args[0] ?? ''}\`, which writes the commit into the version of the assembly` };
  for (const [path, text] of texts) {
    const imported = [...text.matchAll(/<Import\b[^>]*?\bProject="([^"]+)"/g)].map((match) => match[1] ?? '').find((one) => !survey.byName.has(one.split(/[\\/]/).at(-1) ?? ''));
    if (imported !== undefined) return { kind: 'unknown', because: `${where} runs \`dotnet\`, and ${path} imports ${imported}, which is not in the context` };
    const references = [...text.matchAll(/<(?:PackageReference|GlobalPackageReference)\b[^>]*?Include="([^"]+)"[^>]*?(?:\/>|>([^]*?)<\/PackageReference>)/g)];
    const unknown = references.find(([all, name = '']) => (/PrivateAssets/.test(all) || all.startsWith('<Global')) && !plainBuildReferences.has(name.toLowerCase()));
    if (unknown) return { kind: 'unknown', because: `${where} runs \`dotnet\`, and ${path} builds with \`${unknown[1] ?? ''}\`, which is not known` };
  }
  return null;
}

/** The root package's version and commit come from git, unless composer.json or a variable says it: getcomposer.org/doc/04-schema.md#version */
function composerCommand(run: Run, setting: Setting): Answer {
  const { args, where } = run;
  const { survey, interest, arrival } = setting;
  const [verb] = args.filter((arg) => arg !== null && !arg.startsWith('-'));
  if (!/^(?:i|install|update|u|upgrade|dump-?autoload|require|create-project|run-script|run)$/.test(verb ?? '')) return null;
  const manifests = manifestsNamed('composer.json', survey);
  const says = manifests.length > 0 && manifests.every((path) => /"version"\s*:/.test((survey.read(path) ?? '').replace(/"(?:require|repositories|extra)[^]*/, '')));
  if (interest === 'git' && verb !== 'create-project' && !says && !lacksGit(arrival) && !arrival.stage.state.config.env.has('COMPOSER_ROOT_VERSION')) {
    return { kind: 'reads', because: `${where} runs \`composer ${verb ?? ''}\`, which writes the commit of the project into vendor/composer/installed.php where git is installed` };
  }
  if (args.includes('--no-scripts')) return null;
  const bodies = manifests.flatMap((path) => scriptsOf(survey.read(path) ?? '').filter(([name]) => /^(?:pre|post)-(?:install|update|autoload|package)/.test(name)).map(([, body]) => ({ path, body })));
  // `@php artisan …` runs PHP of the project, `Vendor\\Class::method` too, `@name` another script.
  const commands = bodies.filter(({ body }) => !/^@(?:php|composer|putenv)\b|::|^@[\w-]+$|^[\w\\]+$/.test(body));
  return firstOf(commands.flatMap(({ path, body }) => piecesAt(body.replace(/^@/, ''), path)), setting);
}

// ------------------------------------------------------------------------------------------------------------ git itself

/** Official images in which there is no git: the slim and Alpine ones, and those of servers. */
const withoutGit = /^(?:docker\.io\/)?(?:library\/)?(?:(?:golang|python|node|ruby|rust|php|openjdk|eclipse-temurin|elixir|erlang|maven|gradle|debian|perl):(?:[\w.-]*-)?(?:slim|alpine)[\w.-]*|php:(?!.*-(?:slim|alpine))[\w.-]+|(?:alpine|debian|ubuntu|nginx|httpd|busybox)(?::[\w.-]+)?)$/;

/** Packages of distributions that bring git along, or may do so, are all but these. */
const bringsNoGit = /^(?:-.*|lib.*|.*-dev(?:el)?|.*-libs|ca-certificates|curl|wget|gcc|g\+\+|make|build-base|build-essential|musl.*|tzdata|bash|openssl.*|upx|gcompat|binutils|file|unzip|zip|tar|xz|xz-utils|jq|gnupg\d?|pkg-config|pkgconf|python3|python3-dev|su-exec|gosu|tini|dumb-init|procps|nano|vim|less|sqlite.*|postgresql.*|mariadb.*|default-mysql-client|icu.*|oniguruma.*|freetype.*|imagemagick.*|linux-headers|autoconf|cmake|bzip2|gzip|rsync|locales|netcat.*|iputils.*|iproute2|supervisor|nginx|cron|dos2unix|gettext.*|patch|protobuf.*|apk|add|install|update|apt|apt-get|.*=.*)$/;

/** Is git surely not there when the stage runs something? */
export function lacksGit({ build, stage }: Arrival): boolean {
  const root = build.symbolic.stages[stage.chain[0] ?? stage.stage.index];
  if (root === undefined || !withoutGit.test(root.reference)) return false;
  const runs = stage.chain.flatMap((index) => build.symbolic.stages[index]?.stage.instructions ?? []).filter(({ keyword }) => keyword === 'RUN' || keyword === 'COPY');
  return runs.every(({ keyword, text, heredocs }) => {
    const all = [text, ...heredocs.map((one) => one.content)].join('\n');
    if (keyword === 'COPY') return !/\/(?:usr\/(?:local\/)?)?bin\/?(?:\s|$)/.test(all) || !/git/.test(all);
    const scripts = [...all.matchAll(/[\w./-]+\.sh\b/g)].map(([word]) => scriptText(word, build.context));
    if (scripts.includes(undefined)) return false;
    const run = [all, ...scripts].join('\n');
    if (/\|\s*(?:ba)?sh\b|\bgit\b/.test(run)) return false;
    return [...run.matchAll(/\b(?:apk|apt-get|apt|dnf|yum|microdnf)\b([^;&|\n]*)/g)].every((match) => (match[1] ?? '').trim().split(/\s+/).every((word) => word === '' || bringsNoGit.test(word) || /^(?:clean|autoremove|remove|purge|del|upgrade|autoclean|\\)$/.test(word)));
  });
}

/** The script that a RUN names by its place in the image; it may install what the RUN does not say. */
function scriptText(word: string, context: BuildContext): string | undefined {
  const segments = word.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.map((_, start) => context.read(segments.slice(start).join('/'))).find((text) => text !== undefined);
}

/** A package that asks git, or whose name speaks of it: `GitPython`, `com.palantir.git-version`. */
export function gitPackageIn(path: Path, text: string): string | null {
  const name = nameOf(path);
  if (name === 'pyproject.toml') {
    const parsed = readPyproject(text);
    if (parsed.kind === 'ok' && parsed.project.needsGitMetadata !== null) return parsed.project.needsGitMetadata;
  }
  if (/^setup\.(?:py|cfg)$/.test(name)) {
    const { needsGitMetadata } = setupPyHints(text);
    if (needsGitMetadata !== null) return needsGitMetadata;
  }
  // Its scripts are judged where they are run.
  if (name === 'package.json') return dependenciesIn(text).find(asksGit) ?? null;
  for (const [token] of text.replaceAll(/^\s*(?:#|\/\/).*$/gm, '').matchAll(/@?[A-Za-z][\w.-]*(?:\/[\w.-]+)?/g)) {
    if (asksGit(token)) return token;
  }
  return null;
}

function asksGit(name: string): boolean {
  if (packagesThatAskGit.has(name) || packagesThatAskGit.has(name.toLowerCase())) return true;
  return /git/i.test(name) && /[a-z]/i.test(name.replace(/^git$/i, '')) && !isNoGitPackage(name);
}

function isNoGitPackage(token: string): boolean {
  return /github|gitlab|gitea|gitee|gitter|gitbook|gitkeep|gitignore|gitattributes|gitmodules|gitpod|gitpages|digit|legit|gita|magit|fidget|cogit|gitlib/i.test(token) || /^git[@+.:]|\.git$|[./]git$/i.test(token) || /^(?:GIT_\w+|git-?(?:url|repo|repository))$/i.test(token);
}

function manifestsNamed(name: string, survey: Survey): readonly Path[] {
  return (survey.byName.get(name) ?? []).filter((path) => nameOf(path) === name);
}
