/** Files of the build context that end up in an image, and what of them may not run on Debian as on Alpine. */
import type { BuildContext, Path } from '../../types.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import { mentionsIn } from './alpine-words.ts';
import { alpineOnlyPrograms, packageOfProgram } from './packages.ts';
import { commandOnDebian, contextOf, isShellScript } from './runtime.ts';
import { baseName, dashObstacle, programsIn } from './shell.ts';
import { callsIn } from './source-calls.ts';

/** What is seen to run in containers, beside what the Dockerfile itself says. */
export interface Seen {
  /** Names of scripts that are run from outside the Dockerfile. */
  readonly scripts: Set<string>;
  /** Programs that surely run, by what says so. */
  readonly programs: Map<string, string>;
  /** What cannot be right on Debian. */
  readonly obstacles: string[];
  /** What nobody knows. */
  readonly doubts: string[];
}

export function nothingSeen(): Seen {
  return { scripts: new Set(), programs: new Map(), obstacles: [], doubts: [] };
}

/** More files than these are not looked at. */
const mostFiles = 5000;

/** Files of the context that the stages copy or mount, each once; null if there are too many to look at. */
export function filesInImage(build: SymbolicBuild, stages: readonly StageResult[]): readonly Path[] | null {
  const context = contextOf(build);
  if (context === null) return [];
  const sources = new Set(stages.flatMap(({ steps }) => steps).flatMap((step) => (step.copy !== null && step.copy.contextSources.length > 0 ? step.copy.items.map(({ source }) => source) : [])));
  const found = new Set<Path>();
  for (const source of sources) {
    if (context.kind(source) === 'file') found.add(source);
    for (const file of context.kind(source) === 'directory' || source === '' ? context.files(source) : []) {
      found.add(file);
      if (found.size > mostFiles) return null;
    }
  }
  return [...found].toSorted();
}

/** Directories of the image that the Dockerfile fills by itself: a path below them is nobody else's. */
export function ownDirectories(stages: readonly StageResult[]): readonly Path[] {
  return stages.flatMap(({ steps }) => steps).flatMap((step) => [...(step.copy?.items.map(({ target }) => target) ?? []), step.cwd]).filter((path) => path !== '/');
}

/** Prose, lists of what to leave out, locks (which name wheels for all systems), pictures and the files of CI services. */
const passedOver = /(?:^|\/)(?:\.git(?:hub|lab|ea)?|\.circleci|node_modules|__pycache__)\/|(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS|CHANGELOG|README|CONTRIBUTING)[^/]*$|\.(?:md|rst|adoc|html?|css|scss|less|svg|png|jpe?g|gif|webp|ico|woff2?|ttf|otf|eot|pdf|map|csv|tsv|po|pot|mo|sql|lock|ipynb|pyc|zip|gz|mp[34]|db|sqlite3?|npy|pkl|parquet)$|(?:^|\/)(?:\.\w+ignore|\.gitattributes|\.editorconfig|package-lock\.json|pnpm-lock\.yaml|pylock[\w.]*\.toml|Pipfile\.lock)$|(?:^|\/)(?:[\w.-]*[Dd]ockerfile[\w.-]*|Containerfile[\w.-]*|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|(?:docker-)?compose[\w.-]*\.ya?ml)$/;

/** Looks at all files of an image. `named`: shell scripts that are seen to run, and looked at already. */
export function lookAtFiles(build: SymbolicBuild, stages: readonly StageResult[], named: ReadonlySet<Path>, seen: Seen): void {
  const context = contextOf(build);
  const files = filesInImage(build, stages);
  if (context === null) return;
  if (files === null) {
    seen.doubts.push(`the image gets more than ${mostFiles} files of the build context, and dockfix does not look at so many`);
    return;
  }
  const own = ownDirectories(stages);
  const hasNode = stages.some(({ stage }) => stage.instructions.some(({ text }) => /\b(?:node|npm|npx|yarn|pnpm)\b/.test(text)));
  for (const file of files) lookAtFile(context, file, { own, hasNode, named }, seen);
}

interface Surroundings {
  readonly own: readonly Path[];
  readonly hasNode: boolean;
  readonly named: ReadonlySet<Path>;
}

function lookAtFile(context: BuildContext, file: Path, { own, hasNode, named }: Surroundings, seen: Seen): void {
  const wheel = /musllinux[\w.]*\.whl$/.exec(file);
  if (wheel) seen.obstacles.push(`${file} is a wheel for musl`);
  else if (/-linux_\w+\.whl$/.test(file)) seen.doubts.push(`${file} is a wheel that was built for one system, which may be Alpine`);
  if (passedOver.test(file) || file.endsWith('.whl')) return;
  const text = context.read(file);
  const isLibrary = /\.(?:so[\d.]*|a|o|apk)$/.test(file);
  if (text === undefined || isLibrary || text.startsWith('\u007fELF')) {
    const isProgram = isLibrary || text !== undefined || file.endsWith('.bin') || (context.executable(file) && !/\.\w+$/.test(baseName(file)));
    if (isProgram) seen.doubts.push(`${file} is a program or library that may be made for musl`);
    return;
  }
  const isPython = /\.pyi?$/.test(file) || /^#![^\n]*\bpython/.test(text);
  const isScript = isShellScript(text) || /\.(?:sh|ash)$/.test(file);
  if (isPython) lookAtCalls(file, callsIn(text, 'python'), seen);
  else if (/\.(?:[cm]?[jt]sx?)$/.test(file)) {
    if (hasNode) lookAtCalls(file, callsIn(text, 'javascript'), seen);
    return;
  } else if (isScript && !named.has(file)) lookAtScript(file, text, seen);
  const shell = isScript ? text.split('\n').map((line) => (/^\s*#/.test(line) ? '' : line)).join('\n') : text;
  for (const { kind, text: what, line } of mentionsIn(isPython ? withoutComments(text) : isScript && named.has(file) ? commandOnDebian(shell) : shell, own)) {
    const where = `${file} (line ${line})`;
    if (kind === 'alpine' && what.startsWith('/')) seen.obstacles.push(`${where} names \`${what}\`, which is Alpine’s`);
    else if (kind === 'alpine') seen.doubts.push(`${where} speaks of \`${what}\``);
    else if (kind === 'unknown') seen.doubts.push(`${where} names \`${what}\`, of which it is not known whether Debian has it there`);
    else if (isPython) seen.programs.set(baseName(what), where);
    else seen.doubts.push(`${where} names \`${what}\`, which Debian’s slim image lacks`);
  }
  if (!isPython && !isScript) lookAtSettings(file, text, seen);
}

function withoutComments(text: string): string {
  return text.split('\n').map((line) => (/^\s*#/.test(line) ? '' : line)).join('\n');
}

function lookAtCalls(file: Path, calls: ReturnType<typeof callsIn>, seen: Seen): void {
  for (const { programs, notForDash, written, line } of calls) {
    const where = `${file} (line ${line})`;
    if (notForDash !== null) seen.doubts.push(`${where} has ${notForDash}, which dash does not take as ash does`);
    if (programs === null) seen.doubts.push(`${where}: which program \`${written}\` starts is not written there`);
    for (const program of programs ?? []) addProgram(program, where, seen);
  }
}

/** A program that surely runs: it is installed, or cannot be, or is of no interest. */
export function addProgram(program: string, where: string, seen: Seen): void {
  const name = baseName(program);
  if (packageOfProgram.has(name)) seen.programs.set(name, where);
  else if (alpineOnlyPrograms.has(name) || name === 'ash' || name === 'su-exec' || ['adduser', 'addgroup', 'deluser', 'delgroup'].includes(name)) seen.obstacles.push(`${where} runs \`${name}\`, which Debian’s slim image has not, or has in another form`);
  else if (program.startsWith('/sbin/tini')) seen.obstacles.push(`${where} runs \`${program}\`, which Debian has in /usr/bin`);
}

const unseen = 'whether it runs in the image is not seen';

/** A script that no instruction is seen to run, but that is there. */
function lookAtScript(file: Path, text: string, seen: Seen): void {
  const body = text.replace(/^\uFEFF?#![^\r\n]*/, '');
  const runs = seen.scripts.has(baseName(file));
  const isBash = /^\uFEFF?#![^\r\n]*\bbash\b/.test(text);
  const obstacle = isBash ? null : dashObstacle(body);
  if (obstacle !== null) seen.doubts.push(`${file} has ${obstacle}, which dash does not take as ash does, and ${runs ? 'is run from outside the Dockerfile' : unseen}`);
  if (runs) for (const program of programsIn(body)) addProgram(program, file, seen);
  const programs = [...programsIn(body)].filter((program) => packageOfProgram.has(baseName(program)) || alpineOnlyPrograms.has(baseName(program)) || ['adduser', 'addgroup'].includes(baseName(program)));
  if (programs.length > 0 && !runs) seen.doubts.push(`${file} runs \`${baseName(programs[0] ?? '')}\`, which Debian’s slim image lacks, and ${unseen}`);
  else if (commandOnDebian(text) !== text) seen.doubts.push(`${file} names a program that Debian has under another name, and ${unseen}`);
}

/** Programs in texts of another kind (settings, tables of cron, Procfile, Makefile), where they stand as a command does. */
export function lookAtSettings(file: Path, text: string, seen: Seen): void {
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:#|;|\/\/)/.test(line)) continue;
    const program = commandsInLine(line).find((word) => isMissing(word));
    if (program !== undefined) seen.doubts.push(`${file} (line ${index + 1}) speaks of \`${baseName(program)}\`, which Debian’s slim image lacks`);
  }
}

function isMissing(word: string): boolean {
  const name = baseName(word);
  return packageOfProgram.has(name) || name === 'ash' || name === 'su-exec' || (alpineOnlyPrograms.has(name) && !plainWords.has(name));
}

/** Names of programs that are words of settings as well. */
const plainWords = new Set(['init', 'man', 'halt', 'beep', 'resize', 'reboot', 'apk', 'rx', 'watchdog', 'iproute']);

/** Programs whose names begin sentences: in settings they count with an option behind them. */
const alsoWords = new Set(['time', 'less', 'free', 'top', 'watch', 'route', 'patch', 'strings', 'tree', 'ed', 'ip', 'w', 'cal', 'ar', 'dc', 'bc', 'eject', 'ping', 'uptime']);

/** Words of one line at which a command may begin, with something behind them that a command has. */
function commandsInLine(line: string): readonly string[] {
  const ambiguous = (name: string, next: string): boolean => alsoWords.has(baseName(name)) && !next.startsWith('-') && !name.startsWith('/');
  const starts = /(?:^\s*(?:-\s+|@|\w[\w.-]*\s*[:=]\s*)?|["'`[(]\s*|[;&|]\s*|\bCMD["'\s,]+|\s-c\s+["']?|(?:\*|\d)\s+)((?:\/[\w.-]+)*\/?[a-z][\w.-]*)(?=\s+([-/$"'\w])|["']\s*,)/g;
  return [...line.matchAll(starts)].flatMap(([, name, next = '-']) => (name === undefined || ambiguous(name, next) ? [] : [name]));
}
