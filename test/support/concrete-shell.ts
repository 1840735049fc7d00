import type { Path } from '../../src/types.ts';
import { installPackages, makeEnvironment } from './concrete-pip.ts';
import type { FileSystem, Node, Who } from './concrete-files.ts';
import {
  addAccount, createFile, isDirectory, mayChangeEntry, mayDo, mayReach, nameOf, ownerText, parentOf, pathsBelow, resolve, whoIs,
} from './concrete-files.ts';

/** A shell of one RUN. */
export interface Shell {
  readonly files: FileSystem;
  readonly who: Who;
  /** HOME is always in it. */
  readonly environment: Map<string, string>;
  cwd: Path;
}

interface Result {
  readonly status: number;
  readonly output: string;
}

const done: Result = { status: 0, output: '' };
const failed: Result = { status: 1, output: '' };

/** Runs a script of simple commands joined by `&&`, `||` and `;`. Returns the status of the last one. */
export function runShell(script: string, start: Shell): number {
  const shell = { ...start };
  let status = 0;
  let stopsOnError = false;
  for (const list of script.split(/\s*;\s*/)) {
    if (list === '') continue;
    const parts = list.split(/\s*(&&|\|\|)\s*/);
    let lastRan = 0;
    for (const [index, command] of parts.entries()) {
      if (index % 2 === 1) continue;
      const operator = parts[index - 1];
      if ((operator === '&&' && status !== 0) || (operator === '||' && status === 0)) continue;
      if (command.startsWith('set -e')) stopsOnError = true;
      status = runCommand(shell, command);
      lastRan = index;
    }
    if (stopsOnError && status !== 0 && lastRan === parts.length - 1) return status;
  }
  return status;
}

/** Words: quotes only group, `$NAME` and `${NAME}` are replaced outside single quotes. */
function wordsOf(shell: Shell, text: string): readonly string[] {
  const words: string[] = [];
  for (const [raw] of text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    const pieces = raw.match(/'[^']*'|"[^"]*"|[^'"]+/g) ?? [];
    const word = pieces.map((piece) => (piece.startsWith("'") ? piece.slice(1, -1) : expand(shell, piece.replaceAll('"', '')))).join('');
    if (word !== '' || /['"]/.test(raw)) words.push(word);
  }
  return words;
}

function expand(shell: Shell, text: string): string {
  return text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (_all, braced: string | undefined, bare: string | undefined) => shell.environment.get(braced ?? bare ?? '') ?? '');
}

function runCommand(shell: Shell, text: string): number {
  if (!isDirectory(shell.files, shell.cwd)) throw new Unsupported('a working directory that is gone');
  const words = [...wordsOf(shell, text)];
  const assigned = new Map<string, string>();
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? '')) {
    const word = words.shift() ?? '';
    assigned.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
  }
  if (words.length === 0) {
    for (const [name, value] of assigned) shell.environment.set(name, value);
    return 0;
  }
  const at = words.findIndex((word) => word === '>' || word === '>>');
  const [operator, target] = at < 0 ? [] : words.splice(at, 2);
  const path = target === undefined ? null : resolve(shell.cwd, target);
  // The shell opens the file before the command runs.
  if (path !== null && path !== '/dev/null' && !writeFile(shell, path, operator === '>>' ? (shell.files.get(path)?.content ?? '') : '')) return 1;
  const saved = new Map(shell.environment);
  for (const [name, value] of assigned) shell.environment.set(name, value);
  const { status, output } = execute(shell, words);
  if (assigned.size > 0) for (const name of assigned.keys()) restore(shell.environment, name, saved.get(name));
  if (path !== null && path !== '/dev/null' && output !== '') writeFile(shell, path, (shell.files.get(path)?.content ?? '') + output);
  return status;
}

function restore(environment: Map<string, string>, name: string, value: string | undefined): void {
  if (value === undefined) environment.delete(name);
  else environment.set(name, value);
}

/** Opens a file for writing and gives it a content; its owner and mode stay. */
function writeFile(shell: Shell, path: Path, content: string): boolean {
  const { files, who } = shell;
  const old = files.get(path);
  if (old) {
    if (old.kind === 'directory' || !mayReach(files, path, who) || !mayDo(old, who, 2)) return false;
    files.set(path, { ...old, content });
    return true;
  }
  if (!mayChangeEntry(files, path, who)) return false;
  createFile(files, path, content, who);
  return true;
}

function readFile(shell: Shell, path: Path): string | null {
  const node = shell.files.get(path);
  if (!node || node.kind === 'directory' || !mayReach(shell.files, path, shell.who) || !mayDo(node, shell.who, 4)) return null;
  return node.content;
}

type Program = (shell: Shell, args: readonly string[]) => Result;

const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['true', () => done],
  [':', () => done],
  ['false', () => failed],
  ['set', () => done],
  ['echo', (_shell, args) => ({ status: 0, output: `${args.join(' ')}\n` })],
  ['export', exportVariables],
  ['cd', changeDirectory],
  ['test', test],
  ['cat', cat],
  ['ls', list],
  ['mkdir', makeDirectory],
  ['rm', remove],
  ['mv', move],
  ['cp', copy],
  ['chmod', changeMode],
  ['chown', changeOwner],
  ['sed', edit],
  ['touch', touch],
  ['useradd', addUser],
  ['apt-get', apt],
]);

function execute(shell: Shell, words: readonly string[]): Result {
  const [name = '', ...args] = words;
  const program = programs.get(name);
  if (program) return program(shell, args);
  const path = programPath(shell, name);
  if (path === null) return { status: 127, output: '' };
  const isPython = nameOf(path) === 'python';
  const prefix = parentOf(parentOf(path));
  if (isPython && args[0] === '-m' && args[1] === 'venv') return makeEnvironment(shell, path, args[2] ?? '') ? done : failed;
  if (isPython && args[0] === '-m' && args[1] === 'pip') return installPackages(shell, prefix, args.slice(2)) ? done : failed;
  if (nameOf(path) === 'pip') return installPackages(shell, prefix, args) ? done : failed;
  throw new Error(`the interpreter has no ${words.join(' ')}`);
}

/** The program on PATH; it has to be executable. Files of other kinds than python and pip are not run. */
function programPath({ files, environment, cwd, who }: Shell, name: string): Path | null {
  const directories = name.includes('/') ? [cwd] : (environment.get('PATH') ?? '').split(':');
  const paths = directories.map((directory) => resolve(resolve(cwd, directory), name));
  const found = paths.find((path) => {
    const node = files.get(path);
    return node?.kind === 'file' && mayReach(files, path, who) && mayDo(node, who, 1);
  });
  return found ?? null;
}

function optionsOf(args: readonly string[]): { readonly flags: string; readonly operands: readonly string[] } {
  const flags = args.filter((arg) => arg.startsWith('-') && arg.length > 1).map((arg) => arg.slice(1)).join('');
  return { flags, operands: args.filter((arg) => !arg.startsWith('-')) };
}

/** Each argument is tried; one failure is enough for status 1. */
function forEach(args: readonly string[], action: (arg: string) => boolean): Result {
  let good = args.length > 0;
  for (const arg of args) if (!action(arg)) good = false;
  return good ? done : failed;
}

function exportVariables(shell: Shell, args: readonly string[]): Result {
  for (const arg of args) {
    const at = arg.indexOf('=');
    if (at > 0) shell.environment.set(arg.slice(0, at), arg.slice(at + 1));
  }
  return done;
}

function changeDirectory(shell: Shell, args: readonly string[]): Result {
  const path = resolve(shell.cwd, args[0] ?? shell.environment.get('HOME') ?? '/');
  const node = shell.files.get(path);
  if (!node || node.kind !== 'directory' || !mayReach(shell.files, path, shell.who) || !mayDo(node, shell.who, 1)) return failed;
  shell.cwd = path;
  return done;
}

function test(shell: Shell, [operator, word]: readonly string[]): Result {
  // A single word is true if it is not empty.
  if (word === undefined) return operator === undefined ? failed : done;
  const path = resolve(shell.cwd, word);
  const node = path === '/' || mayReach(shell.files, path, shell.who) ? shell.files.get(path) : undefined;
  const holds = operator === '-f' ? node?.kind === 'file' : operator === '-d' ? node?.kind === 'directory' : node !== undefined;
  return holds ? done : failed;
}

function cat(shell: Shell, args: readonly string[]): Result {
  if (args.length === 0) return done;
  let output = '';
  const { status } = forEach(args, (arg) => {
    const content = readFile(shell, resolve(shell.cwd, arg));
    output += content ?? '';
    return content !== null;
  });
  return { status, output };
}

function list(shell: Shell, args: readonly string[]): Result {
  let output = '';
  const { status } = forEach(args.length === 0 ? ['.'] : args, (arg) => {
    const path = resolve(shell.cwd, arg);
    const node = shell.files.get(path);
    if (!node || (path !== '/' && !mayReach(shell.files, path, shell.who))) return false;
    if (node.kind === 'directory' && !mayDo(node, shell.who, 4)) return false;
    const names = pathsBelow(shell.files, path).filter((one) => one !== path && parentOf(one) === path).map(nameOf);
    output += node.kind === 'directory' ? names.map((name) => `${name}\n`).join('') : `${arg}\n`;
    return true;
  });
  return { status, output };
}

function makeDirectory(shell: Shell, args: readonly string[]): Result {
  const { flags, operands } = optionsOf(args);
  return forEach(operands, (word) => (flags.includes('p') ? makeAll(shell, resolve(shell.cwd, word)) : makeOne(shell, resolve(shell.cwd, word))));
}

function makeOne({ files, who }: Shell, path: Path): boolean {
  if (files.has(path) || !mayChangeEntry(files, path, who)) return false;
  files.set(path, { kind: 'directory', content: '', owner: ownerText(who), mode: 0o755 });
  return true;
}

/** `mkdir -p`: with the rights of the user. */
export function makeAll(shell: Pick<Shell, 'files' | 'who' | 'cwd' | 'environment'>, path: Path): boolean {
  if (path === '/') return true;
  const node = shell.files.get(path);
  if (node) return node.kind === 'directory' && mayReach(shell.files, path, shell.who);
  return makeAll(shell, parentOf(path)) && makeOne(shell, path);
}

function remove(shell: Shell, args: readonly string[]): Result {
  const { flags, operands } = optionsOf(args);
  const result = forEach(operands.flatMap((word) => glob(shell, word)), (word) => {
    const path = resolve(shell.cwd, word);
    if (path === '/' || /(?:^|\/)\.{1,2}$/.test(word)) return false;
    const node = shell.files.get(path);
    if (!node || !mayReach(shell.files, path, shell.who)) return flags.includes('f') && (node === undefined || mayReach(shell.files, path, shell.who));
    if (node.kind === 'directory' && !/[rR]/.test(flags)) return false;
    return removeAll(shell, path);
  });
  return operands.length === 0 && flags.includes('f') ? done : result;
}

function removeAll(shell: Shell, path: Path): boolean {
  const { files, who } = shell;
  const node = files.get(path);
  if (!node) return true;
  if (node.kind === 'directory') {
    const below = pathsBelow(files, path).filter((one) => one !== path && parentOf(one) === path);
    if (below.length > 0 && !(mayDo(node, who, 4) && mayDo(node, who, 2) && mayDo(node, who, 1))) return false;
    let all = true;
    for (const one of below) if (!removeAll(shell, one)) all = false;
    if (!all) return false;
  }
  if (!mayChangeEntry(files, path, who)) return false;
  files.delete(path);
  return true;
}

/** A `*` in the last segment; a pattern that nothing fits stays as it is. */
function glob(shell: Shell, word: string): readonly string[] {
  if (!word.includes('*')) return [word];
  const path = resolve(shell.cwd, word);
  const pattern = new RegExp(`^${nameOf(path).replaceAll('.', String.raw`\.`).replaceAll('*', '.*')}$`);
  const directory = parentOf(path);
  const found = pathsBelow(shell.files, directory).filter((one) => one !== directory && parentOf(one) === directory && pattern.test(nameOf(one)) && !nameOf(one).startsWith('.'));
  return found.length === 0 ? [word] : found;
}

// --------------------------------------------------------------------------------------------------------- cp and mv

/** Where each source goes; null if several sources have no directory to go to. */
function transfers(shell: Shell, operands: readonly string[]): readonly (readonly [Path, Path])[] | null {
  const last = operands.at(-1) ?? '';
  const sources = operands.slice(0, -1).flatMap((word) => glob(shell, word));
  const destination = resolve(shell.cwd, last);
  const into = isDirectory(shell.files, destination);
  if (sources.length === 0 || (sources.length > 1 && !into) || (last.endsWith('/') && !into && !isDirectory(shell.files, resolve(shell.cwd, sources[0] ?? '')))) return null;
  return sources.map((word) => {
    const source = resolve(shell.cwd, word);
    const name = /(?:^|\/)\.\.?$/.test(word) ? '.' : nameOf(source);
    return [source, into ? resolve(destination, name) : destination] as const;
  });
}

function move(shell: Shell, args: readonly string[]): Result {
  const { files, who } = shell;
  const pairs = transfers(shell, optionsOf(args).operands);
  if (pairs === null) return failed;
  let good = true;
  for (const [from, to] of pairs) {
    if (from === '/' || shell.cwd === from) throw new Unsupported('mv of the working directory');
    const node = files.get(from);
    const old = files.get(to);
    const fits = node && from !== to && !to.startsWith(`${from}/`) && !(old && old.kind !== node.kind) && !(old?.kind === 'directory' && pathsBelow(files, to).length > 1);
    if (!node || !fits || !mayChangeEntry(files, from, who) || !mayChangeEntry(files, to, who)) {
      good = false;
      continue;
    }
    // A directory of a lower layer is copied, which a user without all rights may not be allowed to do; such programs are left out.
    if (node.kind === 'directory' && who.uid !== 0) throw new Unsupported('mv of a directory without all rights');
    for (const path of pathsBelow(files, from)) {
      const moved = files.get(path);
      if (!moved) continue;
      files.set(to + path.slice(from.length), { ...moved });
      files.delete(path);
    }
  }
  return good ? done : failed;
}

/** What depends on more than this interpreter knows. */
export class Unsupported extends Error {}

function copy(shell: Shell, args: readonly string[]): Result {
  const { flags, operands } = optionsOf(args);
  const pairs = transfers(shell, operands);
  if (pairs === null) return failed;
  const preserves = flags.includes('a');
  if (preserves && shell.who.uid !== 0) throw new Unsupported('cp -a without all rights');
  let good = true;
  for (const [from, to] of pairs) {
    if (from === '/') throw new Unsupported('cp of the whole image');
    if (!/[raR]/.test(flags) && isDirectory(shell.files, from)) good = false;
    else if (from === to || to.startsWith(`${from}/`)) good = false;
    else if (!copyNode(shell, from, to, preserves)) good = false;
  }
  return good ? done : failed;
}

function copyNode(shell: Shell, from: Path, to: Path, preserves: boolean): boolean {
  const { files, who } = shell;
  const node = files.get(from);
  if (!node || !mayReach(files, from, who) || !mayDo(node, who, 4)) return false;
  const old = files.get(to);
  const made: Node = { ...node, owner: preserves ? node.owner : ownerText(who), mode: preserves ? node.mode : node.mode & ~0o022 };
  if (node.kind === 'file') {
    if (old?.kind === 'directory') return false;
    if (old && (!mayReach(files, to, who) || !mayDo(old, who, 2))) return false;
    if (!old && !mayChangeEntry(files, to, who)) return false;
    files.set(to, old && !preserves ? { ...old, content: node.content } : made);
    return true;
  }
  if (old?.kind === 'file' || (!old && !mayChangeEntry(files, to, who)) || !mayDo(node, who, 1)) return false;
  const below = pathsBelow(files, from).filter((one) => one !== from && parentOf(one) === from);
  // While it is filled the owner may write to it, whatever its mode.
  files.set(to, old && !preserves ? old : { ...made, mode: made.mode | 0o700 });
  let good = true;
  for (const one of below) if (!copyNode(shell, one, to + one.slice(from.length), preserves)) good = false;
  if (!old || preserves) files.set(to, made);
  return good;
}

// -------------------------------------------------------------------------------------------------------- owners and modes

function changeMode(shell: Shell, args: readonly string[]): Result {
  const recursive = args[0] === '-R';
  const [mode = '', ...operands] = recursive ? args.slice(1) : args;
  return forEach(operands.flatMap((word) => glob(shell, word)), (word) => onEach(shell, word, recursive, (node) => ({ ...node, mode: newMode(node, mode) })));
}

function newMode({ kind, mode: old }: Node, text: string): number {
  if (/^\d+$/.test(text)) return Number.parseInt(text, 8);
  const match = /^([ugoa]*)([+-])([rwxX]+)$/.exec(text);
  if (!match) throw new Error(`the interpreter has no mode ${text}`);
  const [, who = '', operator, rights = ''] = match;
  const executes = kind === 'directory' || (old & 0o111) !== 0;
  const bits = (rights.includes('r') ? 4 : 0) | (rights.includes('w') ? 2 : 0) | (rights.includes('x') || (rights.includes('X') && executes) ? 1 : 0);
  let mask = 0;
  if (who === '' || /[ua]/.test(who)) mask |= bits << 6;
  if (who === '' || /[ga]/.test(who)) mask |= bits << 3;
  if (who === '' || /[oa]/.test(who)) mask |= bits;
  if (who === '') mask &= ~0o022;
  return operator === '+' ? old | mask : old & ~mask;
}

function changeOwner(shell: Shell, args: readonly string[]): Result {
  const recursive = args[0] === '-R';
  const [spec = '', ...operands] = recursive ? args.slice(1) : args;
  const [user = '', group] = spec.split(':');
  const account = whoIs(shell.files, user);
  const uid = /^\d+$/.test(user) ? Number(user) : account?.uid;
  const groupId = group === undefined ? undefined : group === '' ? account?.gid : /^\d+$/.test(group) ? Number(group) : whoIs(shell.files, group)?.gid;
  if ((user !== '' && uid === undefined) || (group !== undefined && groupId === undefined)) return failed;
  return forEach(operands.flatMap((word) => glob(shell, word)), (word) =>
    onEach(shell, word, recursive, (node) => {
      const [oldUid, oldGid] = node.owner.split(':').map(Number);
      const owner = `${user === '' ? oldUid : uid}:${groupId ?? oldGid}`;
      return shell.who.uid === 0 || owner === node.owner ? { ...node, owner } : null;
    }),
  );
}

/** Changes a node, and those below it; null from `change` is a failure. */
function onEach(shell: Shell, word: string, recursive: boolean, change: (node: Node) => Node | null): boolean {
  const { files, who } = shell;
  const path = resolve(shell.cwd, word);
  let good = files.has(path) && (path === '/' || mayReach(files, path, who));
  if (!good) return false;
  for (const one of recursive ? pathsBelow(files, path) : [path]) {
    const node = files.get(one);
    if (!node) continue;
    const owns = who.uid === 0 || Number(node.owner.split(':')[0]) === who.uid;
    const changed = owns && (one === '/' || mayReach(files, one, who)) ? change(node) : null;
    if (changed) files.set(one, changed);
    else good = false;
  }
  return good;
}

// --------------------------------------------------------------------------------------------------------------- the rest

/** `sed -i s/a/b/`: a new file takes the old one's place, with its mode, and with its owner if that is allowed. */
function edit(shell: Shell, args: readonly string[]): Result {
  const [, script = '', ...operands] = args;
  const [, from = '', to = ''] = script.split('/');
  return forEach(operands.flatMap((word) => glob(shell, word)), (word) => {
    const path = resolve(shell.cwd, word);
    const content = readFile(shell, path);
    const node = shell.files.get(path);
    if (content === null || !node || !mayChangeEntry(shell.files, path, shell.who)) return false;
    const owner = shell.who.uid === 0 ? node.owner : ownerText(shell.who);
    shell.files.set(path, { ...node, owner, content: content.split('\n').map((line) => line.replace(from, to)).join('\n') });
    return true;
  });
}

function touch(shell: Shell, args: readonly string[]): Result {
  return forEach(args, (word) => {
    const path = resolve(shell.cwd, word);
    const node = shell.files.get(path);
    if (!node) return writeFile(shell, path, '');
    const owns = shell.who.uid === 0 || Number(node.owner.split(':')[0]) === shell.who.uid;
    if (!mayReach(shell.files, path, shell.who) || !(owns || mayDo(node, shell.who, 2))) return false;
    shell.files.set(path, { ...node });
    return true;
  });
}

function addUser(shell: Shell, args: readonly string[]): Result {
  const { flags, operands } = optionsOf(args);
  const [name = ''] = operands;
  const home = `/home/${name}`;
  if (shell.who.uid !== 0 || !addAccount(shell.files, name, home)) return failed;
  const account = whoIs(shell.files, name);
  if (!flags.includes('m') || !account || shell.files.has(home)) return done;
  shell.files.set(home, { kind: 'directory', content: '', owner: ownerText(account), mode: 0o755 });
  createFile(shell.files, `${home}/.profile`, 'profile', account);
  return done;
}

/** Without package lists nothing can be installed. */
function apt(shell: Shell, args: readonly string[]): Result {
  const { files, who } = shell;
  const { operands } = optionsOf(args);
  const [verb, ...packages] = operands;
  if (who.uid !== 0) return failed;
  if (verb === 'update') {
    if (!isDirectory(files, '/var/lib/apt/lists')) return failed;
    createFile(files, '/var/lib/apt/lists/index', 'lists', who);
    return done;
  }
  const status = files.get('/var/lib/dpkg/status');
  if (!files.has('/var/lib/apt/lists/index') || !status) return failed;
  for (const name of packages) {
    if (files.has(`/usr/bin/${name}`)) continue;
    createFile(files, `/usr/bin/${name}`, `program ${name}`, who, 0o755);
    files.set('/var/lib/dpkg/status', { ...status, content: `${files.get('/var/lib/dpkg/status')?.content ?? ''}${name}\n` });
  }
  return done;
}
