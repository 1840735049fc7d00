/**
 * May a command that is not understood install packages of the distribution? In doubt it may. It does not where it runs
 * nothing but the project's own code by a program that is known to do no more, and no text of the project speaks of a
 * package manager.
 */
import type { BuildContext, Path } from '../types.ts';
import { baseName, isWithin, join, relativeTo, resolvePath } from './places.ts';
import type { StepRecord } from './symbolic-build.ts';

/** What a RUN does from its first command that is not understood on, and after which steps. */
export interface UnseenPart {
  /** See `ExecutedRun.rest`. */
  readonly rest: readonly string[] | null;
  readonly step: StepRecord;
  /** The steps before it, from the base image on. */
  readonly before: readonly StepRecord[];
  readonly files: BuildContext;
}

/** Why it may install; null if it surely does not. */
export function whyItMayInstall({ rest, step, before, files }: UnseenPart): string | null {
  const [text, cwd, , ...others] = rest ?? [];
  // Where a group was left in its middle, several texts are left to do.
  if (text === undefined || cwd === undefined || others.some((other) => !/^[\w()]+=/.test(other))) return unknownCommand;
  const named = nameIn(text);
  if (named !== null) return `it names ${named}`;
  const copies = [...before, step].flatMap(({ copy }) => (copy !== null && copy.contextSources.length > 0 ? copy.items : []));
  const inContext = (path: Path): Path | null => {
    const item = copies.findLast(({ target, directory }) => (directory ? isWithin(path, target) : target === path));
    return item ? (item.directory ? join(item.source, relativeTo(path, item.target)) : item.source) : null;
  };
  const place = inContext(cwd);
  if (place === null || (place !== '' && files.kind(place) !== 'directory')) return 'it does not run in the project';
  const isOfProject = (path: Path): boolean => copies.some(({ target }) => isWithin(path, target));
  if ([...before, step].some((one) => bringsCode(one, isOfProject))) return 'it may run code that was fetched';
  const isScript = (word: string): boolean => {
    const source = inContext(resolvePath(cwd, word));
    return source !== null && files.read(source) !== undefined;
  };
  return text.split(/[;&|\n()`]+/).every((command) => runsTheProject(command, isScript)) ? mentionIn(files) : unknownCommand;
}

const unknownCommand = 'dockfix does not know all that it runs';

// ------------------------------------------------------------------------------------------------------------- commands

/** They run code of the project, or what packages of a language bring, and nothing of the distribution's. */
const interpreters = /^(?:python[\d.]*|node|ruby|rake|rails|php|perl|make|cmake|ninja|meson|go|cargo|rustc|mvn|gradle|npm|yarn|pnpm|bun|tsc|composer|bundle|dotnet|java|javac|mix|pytest|django-admin|flask|alembic|mkdocs|sphinx-build)$/;
/** They change files, or what follows in the shell. */
const plain = /^(?:cd|set|export|unset|echo|printf|true|test|\[|rm|cp|mv|mkdir|chmod|chown|ln|touch|cat|ls|sed|grep|pip[\d.]*|uv|poetry|pdm|pipenv)$/;
const shells = /^(?:sh|bash|dash|ash|\.|source)$/;
/** Modules of Python that are no programs of somebody else's. */
const modules = /^(?:pip|build|compileall|pytest|unittest|venv|ensurepip|site|json\.tool|spacy|nltk(?:\.downloader)?|grpc_tools\.protoc|mkdocs|sphinx)$/;
/** They run whatever package is named. */
const runsAnyPackage = /^(?:dlx|exec|x|create|init|global)$/;

function runsTheProject(command: string, isScript: (word: string) => boolean): boolean {
  const words = command.trim().split(/\s+/).map((word) => word.replaceAll(/["']/g, '')).filter((word, at, all) => word !== '' && !all.slice(0, at + 1).every((one) => /^\w+=/.test(one)));
  const [program, first, second] = words;
  if (program === undefined || program === '{' || program === '}') return true;
  if (plain.test(program)) return true;
  if (words.slice(1).some((word) => word.startsWith('/') && !isScript(word))) return false;
  if (shells.test(program)) return first !== undefined && isScript(first);
  if (program.includes('/')) return isScript(program);
  if (!interpreters.test(program) || (first !== undefined && runsAnyPackage.test(first))) return false;
  return first !== '-m' || modules.test(second ?? '');
}

/** Does a step put code from elsewhere, which is not read, among that of the project? */
function bringsCode({ run, copy, instruction }: StepRecord, isOfProject: (path: Path) => boolean): boolean {
  if (copy !== null) return copy.contextSources.length === 0 && instruction.keyword === 'ADD' && isOfProject(copy.destination);
  const fetched = run?.commands.flatMap(({ call, effects }) => (call === null || fetching.test(call.program) ? effects : [])) ?? [];
  return fetched.some(({ effect }) => effect.writes.some(({ place }) => isOfProject(place.path)));
}

/** They bring files of which nothing is known. */
const fetching = /^(?:curl|wget|git|tar|unzip|hg|svn)$/;

// ---------------------------------------------------------------------------------------------------------------- texts

/** Package managers of distributions, and programs that call them. */
const names = [
  'apt', 'apt-get', 'apt_get', 'aptitude', 'apt-fast', 'apt_pkg', 'nala', 'apk', 'dnf5?', 'microdnf', 'tdnf', 'yum', 'zypper', 'pacman', 'dpkg', 'rpm', 'packagekit', 'pkcon', 'install_packages',
  'rosdep', 'ansible\\S*', 'puppet', 'chef-\\w+', 'salt-call', 'mk-build-deps', 'playwright', 'install-deps', '--with-deps',
].join('|');
const speaksOfPackages = new RegExp(`(?:^|[\\s"'\`([{<>;&|:=,@]|bin/)(${names})(?=$|[\\s"'\`)\\]}:;&|,])`, 'm');

/** Papers, pictures, locks, and what other machines than the one that builds the image do. */
const notRun = /\.(?:md|rst|adoc|svg|map|csv|html?|css|po|lock)$|^(?:LICEN[CS]E|README|CHANGELOG|CHANGES|NOTICE|AUTHORS)\b|^(?:package-lock\.json|pnpm-lock\.yaml|go\.sum|\.gitignore|\.dockerignore)$|^(?:.*\.)?(?:Dockerfile|Containerfile)(?:\..*)?$|^(?:\.gitlab-ci\.ya?ml|\.travis\.yml|appveyor\.yml|azure-pipelines\.ya?ml)$/i;
const notRunBelow = /^(?:\.git|\.github|\.circleci|\.devcontainer)\//;

/** More is not read. */
const limit = 20_000_000;

const answers = new WeakMap<BuildContext, string | null>();

/** Where a text of the context speaks of a package manager: commands of the build may run it. */
function mentionIn(files: BuildContext): string | null {
  const known = answers.get(files);
  if (known !== undefined) return known;
  const answer = findMention(files);
  answers.set(files, answer);
  return answer;
}

function findMention(files: BuildContext): string | null {
  let read = 0;
  for (const path of files.files()) {
    if (notRunBelow.test(path) || notRun.test(baseName(path))) continue;
    const text = files.read(path) ?? '';
    read += text.length + 100;
    if (read > limit) return 'the project is too large to be searched for package managers';
    const name = nameIn(text);
    if (name !== null) return `${path} names ${name}`;
  }
  return null;
}

function nameIn(text: string): string | null {
  return speaksOfPackages.exec(text)?.[1] ?? null;
}
