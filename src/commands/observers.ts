import type { Place } from '../build/places.ts';
import { accountsRegion, join, osRegion, pythonRegion } from '../build/places.ts';
import type { Argument, Call, ImageView, Outcome, Tool } from './command.ts';
import { effects, everythingBelow, file, observes, opaque, wholeTree } from './command.ts';
import { distinctPlaces, filePlaces, looks, readPlaces, spell, treePlaces } from './operands.ts';

/**
 * Programs that look and change nothing. What they read still counts: their output may be redirected into a file, and
 * what they find may decide a condition.
 */

/** They tell of the machine, the time or their own arguments, and of no file. */
const ofNoFile = new Set([
  'echo', 'printf', 'true', ':', 'sleep', 'sync', 'nproc', 'uname', 'arch', 'date', 'tty', 'seq', 'basename', 'dirname', 'pwd',
  'hostname', 'lscpu', 'free', 'uptime', 'getconf', 'wait', 'ulimit', 'jobs', 'times', 'clear', 'break', 'continue',
]);

/** They tell who the user is, or what the accounts are. */
const ofAccounts = new Set(['whoami', 'id', 'groups', 'logname', 'getent']);

/** They tell what is in the files, or on the directories, that their arguments name. */
const ofFiles = new Set([
  'cat', 'head', 'tail', 'wc', 'cut', 'tr', 'uniq', 'sort', 'grep', 'egrep', 'fgrep', 'zgrep', 'awk', 'gawk', 'mawk', 'nawk', 'ls', 'dir',
  'stat', 'file', 'du', 'df', 'md5sum', 'sha1sum', 'sha224sum', 'sha256sum', 'sha384sum', 'sha512sum', 'b2sum', 'cksum', 'cmp', 'diff',
  'tree', 'readlink', 'realpath', 'nl', 'tac', 'rev', 'od', 'hexdump', 'base64', 'strings', 'comm', 'paste', 'fold', 'expand', 'column',
  'jq', 'test', '[', 'ldd', 'nm', 'readelf', 'zcat', 'bzcat', 'xzcat',
]);

/** They find programs. */
const ofPrograms = new Set(['which', 'type', 'command', 'hash', 'whereis']);

const ofEnvironment = new Set(['env', 'printenv']);

/** They tell of the distribution and its packages. */
const ofSystem = new Set(['locale', 'lsb_release', 'dpkg-query', 'dpkg-architecture', 'apt-cache', 'apt-config', 'lsmod', 'pkg-config', 'fc-list']);

const names = new Set([...ofNoFile, ...ofAccounts, ...ofFiles, ...ofPrograms, ...ofEnvironment, ...ofSystem]);

const localeVariables: readonly string[] = ['LANG', 'LANGUAGE', 'LC_*', 'TZ'];

export const observers: Tool = {
  id: 'observers',
  recognises: (program) => names.has(program),
  effects: (call, view) => observe(call, view),
};

/** Does the program only look, whatever its arguments? */
export function isObserver(program: string): boolean {
  return names.has(program) && !mayWrite.has(program);
}

/** These write a file with some arguments. */
const mayWrite = new Set(['printf', 'sort', 'uniq', 'awk', 'gawk', 'mawk', 'nawk', 'tree', 'command', 'env', 'hash']);

function observe(call: Call, view: ImageView): Outcome {
  const writing = reasonToWrite(call);
  if (writing !== null) return opaque(writing);
  const unknown = call.args.find((argument) => !argument.known);
  if (unknown && !onlyLooks(unknown.raw)) return opaque(`\`${call.program}\` with \`${unknown.raw}\``);
  // What a substitution reads is not looked at closely: it may be anything.
  const everything = unknown ? [everythingBelow('/')] : [];
  const reads = [...readsOf(call, view), ...everything];
  const env = unknown || ofEnvironment.has(call.program) || call.args.some(({ text }) => asksEnvironment.test(text)) ? ['*'] : localeVariables;
  // These words depend on the directory itself, not on what is in it.
  const where = ofDirectoryItself.has(call.program) ? ` in ${view.cwd}` : '';
  const written = unknown ? ` (${call.args.map(({ raw }) => raw).join(' ')})` : '';
  const does = spell(call) + where + written;
  // Where nothing is named that could be missing, the program cannot fail.
  if (!mayFail(call)) return effects({ ...observes(does, distinctPlaces(reads)), env });
  if (!ofDirectories.has(call.program)) return effects(looks(does, reads, env));
  const there = call.args.flatMap((argument) => (argument.text.startsWith('-') ? [] : filePlaces(argument, view)));
  return effects(looks(`${call.program} succeeds`, there), { ...observes(does, distinctPlaces(reads)), env });
}

/** In programs of awk and jq. */
const asksEnvironment = /\bENVIRON\b|\$ENV\b|\benv\b/;

const ofDirectoryItself = new Set(['pwd', 'realpath', 'env', 'printenv']);

/** `date -r FILE` and `date -f FILE`. */
function namesNoFile({ program, args }: Call): boolean {
  if (program === 'date') return !args.some(({ text }) => /^-(?:[a-zA-Z]*[rf]|-(?:ref|file))/.test(text) && !text.startsWith('-I') && !text.startsWith('-d'));
  return ofNoFile.has(program) || ofEnvironment.has(program);
}

/** These show what is in a directory; whether they succeed rests on its being there alone. */
const ofDirectories = new Set(['ls', 'dir', 'du', 'df', 'tree', 'stat', 'file']);

function mayFail(call: Call): boolean {
  const { program, args } = call;
  if (namesNoFile(call)) return args.some(({ known, glob }) => !known || glob);
  return !ofDirectories.has(program) || args.some(({ text }) => !text.startsWith('-'));
}

function reasonToWrite(call: Call): string | null {
  const texts = call.args.map(({ text }) => text);
  switch (call.program) {
    case 'sort':
    case 'tree': {
      const output = texts.find((text) => /^(?:-[A-Za-z]*o|--output)/.test(text));
      return output === undefined ? null : `\`${call.program}\` with \`${output}\` writes a file`;
    }
    case 'printf':
      return texts[0]?.startsWith('-v') === true ? '`printf -v` sets a variable' : null;
    case 'uniq':
      return texts.filter((text) => !text.startsWith('-')).length > 1 ? '`uniq` with two files writes the second' : null;
    case 'awk':
    case 'gawk':
    case 'mawk':
    case 'nawk':
      return awkMayWrite(texts) ? `\`${call.program}\` with a program that may write files` : null;
    case 'command':
      return /^-[pvV]*[vV]$/.test(texts[0] ?? '') ? null : '`command` in a form that dockfix does not read';
    case 'env':
      return texts.length === 0 ? null : '`env` in a form that dockfix does not read';
    default:
      return null;
  }
}

/** A program from a file may do anything; one in an argument can write only by redirection, a pipe or `system`. */
function awkMayWrite(texts: readonly string[]): boolean {
  const fromFile = /^(?:-f|--file|-i|--include|-l|--load|-E|--exec)/;
  return texts.some((text) => fromFile.test(text) || /system\s*\(|@(?:include|load)/.test(text) || text.includes('getline') || printsElsewhere(text));
}

/** `print > "file"` and `print | "command"`; a pattern in front of the first `print` may hold these characters. */
function printsElsewhere(text: string): boolean {
  const at = text.indexOf('print');
  return at >= 0 && /[>|]/.test(text.slice(at));
}

/** Does every command in a word's substitutions only look? Text beside a substitution is taken for a command, too. */
export function onlyLooks(raw: string): boolean {
  if (!/\$\(|`/.test(raw)) return true;
  if (/[<>]/.test(raw.replaceAll(/[12&]?>\s*(?:\/dev\/null|&[12])/g, ''))) return false;
  const commands = raw.split(/\$\(\(?|[|;&\n]+|`/).slice(1).map((command) => command.trim());
  return commands.every((command) => {
    const first = /^[\w./[:-]+/.exec(command)?.[0];
    return first === undefined ? /^[)"']*$/.test(command) : isObserver(first) || /^\d+[\s)+*/%-]/.test(command);
  });
}

function readsOf(call: Call, view: ImageView): readonly Place[] {
  const { program, args } = call;
  if (namesNoFile(call)) return args.flatMap((argument) => (argument.glob ? readPlaces(argument, view) : []));
  if (ofAccounts.has(program)) return [file(accountsRegion), everythingBelow('/etc')];
  if (ofSystem.has(program)) return [file(osRegion), everythingBelow('/etc'), ...fileReads(args, view)];
  if (ofPrograms.has(program)) return args.flatMap(({ text }) => programReads(text, view));
  const asksAttributes = program === 'stat' || (program === 'ls' && args.some(({ text }) => /^-\w*[lngo]/.test(text))) || /^-[rwxugkOGN]$/.test(args.find(({ text }) => text !== '!')?.text ?? '');
  const deep = ofDirectories.has(program) || program === 'diff' || isRecursive(call) || /^-[rwxugkOGN]$/.test(args.find(({ text }) => text !== '!')?.text ?? '');
  const reads = [...fileReads(args, view, asksAttributes ? treePlaces : deep ? readPlaces : filePlaces), ...(fromPackages.has(program) ? [file(osRegion)] : [])];
  if (checksSums(call)) reads.push(everythingBelow(view.cwd));
  const namesOne = args.some(({ text }) => !text.startsWith('-'));
  const showsDirectory = ofDirectories.has(program) ? !namesOne : isRecursive(call);
  return showsDirectory ? [...reads, asksAttributes ? wholeTree(view.cwd) : everythingBelow(view.cwd)] : reads;
}

/** `sha256sum -c` reads all files that its list names. */
function checksSums({ program, args }: Call): boolean {
  return program.endsWith('sum') && args.some(({ text }) => /^-[a-z]*c|^--check/.test(text));
}

/** They are in no base image by themselves, or not in all. */
const fromPackages = new Set(['jq', 'file', 'tree', 'strings', 'nm', 'readelf', 'ldd', 'column', 'hexdump', 'xzcat', 'bzcat', 'zcat', 'zgrep', 'gawk', 'mawk', 'nawk', 'awk']);

function isRecursive({ program, args }: Call): boolean {
  return program.endsWith('grep') && args.some(({ text }) => /^-[A-Za-z]*[rR]|^--(?:dereference-)?recursive/.test(text));
}

/**
 * Every word may be a file, and so may the value of an option: a word that is none names a place where nothing is, so
 * that reading it costs nothing.
 */
export function fileReads(args: readonly Argument[], view: ImageView, places = readPlaces): readonly Place[] {
  return args.flatMap((argument) => {
    if (!argument.known) return [everythingBelow('/')];
    const { text } = argument;
    if (!text.startsWith('-')) return text === '' ? [] : places(argument, view);
    const value = /^--?[\w-]+=(.+)$/s.exec(text)?.[1] ?? /^-[A-Za-eg-z]*f(.+)$/s.exec(text)?.[1] ?? '';
    return value === '' ? [] : places({ ...argument, text: value, glob: false }, view);
  });
}

/** What decides where a name is found on PATH. */
export function programReads(name: string, view: ImageView): readonly Place[] {
  if (name.startsWith('-')) return [];
  const path = view.variable('PATH') ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const directories = path.split(':').filter((directory) => directory !== '').map((directory) => view.resolve(directory));
  const regions = directories.filter((directory) => directory.endsWith('/bin')).map((directory) => pythonRegion(directory.slice(0, -'/bin'.length) || '/'));
  return [file(osRegion), ...directories.map((directory) => file(join(directory, name))), ...regions.map(file)];
}
