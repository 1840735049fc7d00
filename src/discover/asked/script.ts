/**
 * Builds in scripts, makefiles, recipes and programs, line by line: commands of the shell, the text of a string, and
 * lists of strings. A line that speaks of a build and of which nothing was understood is said to be so.
 */
import type { Path } from '../../types.ts';
import type { AskedBuild } from '../docker-build.ts';
import { askedBuildIn, unknownPart } from '../docker-build.ts';
import { composeCallIn } from './compose-calls.ts';
import { endsSentence, mentionsBuild } from './mentions.ts';
import type { Said } from './said.ts';
import { fromRoot, quoted, startsOf } from './said.ts';
import { saidInSettings } from './settings.ts';
import type { Variables } from './variables.ts';
import { expanded, variablesIn, withPlaces } from './variables.ts';

/** Nobody writes a longer line, or more builds in one; such a line is not understood. */
const longestLine = 8000;
const mostCommands = 50;

export interface Script {
  readonly text: string;
  readonly path: Path;
  /** Directories that its paths may start from. */
  readonly from?: readonly Path[];
  /** What is set outside of it. */
  readonly variables?: Variables;
}

/** Where a script has gone, and what is known in it. */
interface State {
  readonly path: Path;
  readonly from: readonly Path[];
  readonly variables: Variables;
  directory: string;
}

export function saidInScript(script: Script): readonly Said[] {
  const { said, short, variables } = linesOf(script);
  return [...said, ...saidInSettings(short, script.path, variables)];
}

/** The same for the source of a program, in which a value called `dockerfile` is a value like others. */
export function saidInProgram(text: string, path: Path): readonly Said[] {
  return linesOf({ text, path }).said;
}

function linesOf({ text, path, from = startsOf(path), variables: outside = new Map() }: Script): { readonly said: readonly Said[]; readonly short: readonly string[]; readonly variables: Variables } {
  const lines = text.split('\n');
  const short = lines.map((line) => (line.length > longestLine ? '' : line));
  const state: State = { path, from, variables: new Map([...outside, ...variablesIn(short, path)]), directory: '.' };
  return { said: logicalLines(lines).flatMap((line) => saidInLine(line, state)), short, variables: state.variables };
}

interface LogicalLine {
  readonly line: number;
  readonly text: string;
}

/** Lines that a backslash, a backquote (PowerShell) or a circumflex (cmd.exe) at the end joins. */
function logicalLines(lines: readonly string[]): readonly LogicalLine[] {
  const joined: LogicalLine[] = [];
  let parts: string[] = [];
  for (const [index, written] of lines.entries()) {
    const line = written.endsWith('\r') ? written.slice(0, -1) : written;
    if (/[\\`^]$/.test(line) && index + 1 < lines.length) {
      parts.push(line.slice(0, -1));
      continue;
    }
    joined.push({ line: index + 1 - parts.length, text: parts.length === 0 ? line : `${[...parts, ''].join(' ')}${line.trimStart()}` });
    parts = [];
  }
  return joined;
}

const comment = /^\s*(?:#|\/\/|\*|@#|rem\b|--|\/\*(?:[^*]|\*(?!\/))*(?:\*\/\s*)?$)/i;

function saidInLine({ line, text }: LogicalLine, state: State): readonly Said[] {
  if (comment.test(text) || endsSentence(text)) return [];
  const obscure = (): Said => ({ kind: 'obscure', line, written: quoted(text) });
  if (text.length > longestLine) return mentionsBuild(text) ? [obscure()] : [];
  const command = expanded(withPlaces(text, state.path), state.variables).replace(/^\s*[@+-]+\s*/, '');
  follow(command, state);
  const commands = commandsIn(command);
  if (commands.length > mostCommands) return [obscure()];
  const said = commands.flatMap((one): readonly Said[] => saidInCommand(one, text, line, state));
  if (said.length > 0 || !mentionsBuild(command) || isSpoken(command)) return said;
  const call = saidInCall(command, line, state);
  return [call ?? obscure()];
}

/** https://docker-py.readthedocs.io/en/stable/images.html: the Dockerfile of a directory, if both are literal. */
function saidInCall(command: string, line: number, { from, directory }: State): Said | null {
  const path = /\bimages\.build\([^()]*\bpath=["']([^"']*)["'][^()]*\)/.exec(command);
  if (path === null || /dockerfile|fileobj/.test(path[0])) return null;
  return { kind: 'build', context: path[1] ?? '', dockerfile: null, target: null, args: new Map(), namedContexts: [], directory, line, written: quoted(command), from, dockerfileFrom: 'base' };
}

function follow(command: string, state: State): void {
  const moved = /^\s*(?:cd|pushd)\s+(\S+)\s*(?:\|\|.*)?$/.exec(command)?.[1]?.replace(/["']/g, '');
  if (moved !== undefined) state.directory = moved.startsWith(fromRoot) ? moved : /^[\w.-]/.test(moved) ? `${state.directory}/${moved}` : unknownPart;
  if (/^\s*popd\b/.test(command)) state.directory = unknownPart;
}

function saidInCommand(command: string, text: string, line: number, { from, directory }: State): readonly Said[] {
  const written = quoted(command);
  const composed = composeCallIn(command);
  if (composed !== null) {
    const { files, isBuild } = composed;
    return files.flatMap((file): readonly Said[] => (file !== null ? [{ kind: 'compose-file', line, written, from, isBuild, file: joinedDirectory(directory, file) }] : isBuild ? [{ kind: 'obscure', line, written }] : []));
  }
  const asked = askedBuildIn(command);
  if (asked === null) return [];
  if (isOpen(asked, text)) return [{ kind: 'obscure', line, written }];
  return [{ ...asked, kind: 'build', directory: joinedDirectory(directory, asked.directory), line, written, from, dockerfileFrom: 'base' }];
}

/** No word is its context; or one is that may be several, options among them. */
function isOpen({ context }: AskedBuild, text: string): boolean {
  return context === null || (context === unknownPart && /\$[@*]|\$\{[@*]|%\*|\b\w*(?:args?|arguments|opts?|options|flags|params?)\b|\*\w/i.test(text.replace(/--?[\w-]+/g, '')));
}

function joinedDirectory(first: string, then: string): string {
  return then === '.' ? first : then.startsWith(fromRoot) ? then : `${first}/${then}`;
}

const program = /(?:^|[\s"'`(=;&|@{[,:+/-])((?:docker(?:\.exe)?|docker-compose|podman|podman-compose|buildah|nerdctl|finch|img)(?=["'`]?[\s,]))/g;

/** Words that only say something: `echo "run docker build ."`. */
const speech = /(?:^|[\s@("'])(?:echo|printf|print|println|log|info|warn|warning|error|fail|die|say|puts|help|usage|Write-Host|Write-Output)\b/i;

/** Is what comes behind this only said, or a comment? */
function isSpeech(before: string): boolean {
  const last = before.slice(Math.max(...[...';&|'].map((end) => before.lastIndexOf(end))) + 1);
  return speech.test(last) || (/\s(?:#|\/\/)\s/.test(before) && isBalanced(before));
}

function isBalanced(text: string): boolean {
  return [...'"\''].every((quote) => text.split(quote).length % 2 === 1);
}

function isSpoken(line: string): boolean {
  const at = line.search(/docker|podman|buildah|nerdctl|finch|kaniko/i);
  return at >= 0 && isSpeech(line.slice(0, at));
}

/** The commands of a line that start a builder, each with what the line did before. */
function commandsIn(line: string): readonly string[] {
  const commands: string[] = [];
  for (const match of line.matchAll(program)) {
    const [all, name = ''] = match;
    const start = match.index + all.length - name.length;
    const quote = line[start - 1] ?? '';
    const isQuoted = quote === '"' || quote === "'" || quote === '`';
    if (isSpeech(line.slice(0, start - (isQuoted ? 1 : 0)))) continue;
    if (isQuoted && line[start + name.length] === quote) commands.push(wordsOfList(line.slice(start - 1)));
    else if (isQuoted) commands.push(line.slice(start, closingQuote(line, start, quote)).replaceAll(`\\${quote}`, quote));
    else commands.push(withWhatWentBefore(line, start));
    if (commands.length > mostCommands) break;
  }
  return commands;
}

/** `cd x && docker build .`: what a line did before a command. */
function withWhatWentBefore(line: string, start: number): string {
  const moves = [...line.slice(0, start).matchAll(/(?:^|[;&|(\s])((?:cd|pushd)\s+[^\s;&|]+)\s*(?:&&|;)/g)].map(([, move = '']) => move);
  return [...moves, line.slice(start)].join(' && ');
}

function closingQuote(line: string, from: number, quote: string): number {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === quote) return at;
  }
  return line.length;
}

/** `"docker", "build", "-t", tag, "."` as words; what is no string is not known. */
function wordsOfList(text: string): string {
  const words: string[] = [];
  let at = 0;
  while (at < text.length && !/[\])}]/.test(text.charAt(at))) {
    const character = text.charAt(at);
    if (character === '"' || character === "'") {
      const end = closingQuote(text, at + 1, character);
      words.push(`'${text.slice(at + 1, end).replaceAll("'", '')}'`);
      at = end + 1;
    } else if (/[\s,[]/.test(character)) {
      at += 1;
    } else {
      at += /^[^\s,"'\])}]+/.exec(text.slice(at))?.[0].length ?? 1;
      words.push(`'${unknownPart}'`);
    }
  }
  return words.join(' ');
}
