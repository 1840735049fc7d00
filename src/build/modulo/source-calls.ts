/** Which programs a source file starts, as far as it is written there. */
import { alpineOnlyPrograms, packageOfProgram } from './packages.ts';
import { baseName, dashObstacle, programsIn, programsOf } from './shell.ts';

export interface SourceCall {
  /** What the call runs, as words of a shell; null if that is not written there. */
  readonly programs: readonly string[] | null;
  /** What its text has that dash does not take as ash does. */
  readonly notForDash: string | null;
  /** As it is written: `subprocess.run`. */
  readonly written: string;
  /** 1-based. */
  readonly line: number;
}

interface Masked {
  /** The text with each string as `\u0001N\u0001` and without comments. */
  readonly code: string;
  readonly strings: readonly string[];
}

/** What stands for a part of a string that is worked out at run time. */
const worked = 'X_X';

const string = /(?:\b([rbuf]{1,2}))?("""|'''|"|'|`)|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//gi;

/** Takes strings and comments out of Python (`#`) or JavaScript (`//`). */
function masked(text: string, language: 'python' | 'javascript'): Masked {
  const strings: string[] = [];
  let code = '';
  let at = 0;
  string.lastIndex = 0;
  for (let match = string.exec(text); match !== null; match = string.exec(text)) {
    const [all, prefix = '', quote] = match;
    if (quote === undefined) {
      const isComment = all.startsWith('#') === (language === 'python');
      if (!isComment) string.lastIndex = match.index + 1;
      else {
        code += text.slice(at, match.index) + all.replaceAll(/[^\n]/g, ' ');
        at = string.lastIndex;
      }
      continue;
    }
    if (quote === '`' && language === 'python') continue;
    const end = endOfString(text, string.lastIndex, quote);
    const raw = text.slice(string.lastIndex, end);
    const value = /f/i.test(prefix) ? raw.replaceAll(/\{\{|\}\}|\{[^{}]*\}/g, worked) : quote === '`' ? raw.replaceAll(/\$\{[^{}]*\}/g, worked) : raw;
    code += `${text.slice(at, match.index)}\u0001${strings.length}\u0001${'\n'.repeat(raw.split('\n').length - 1)}`;
    strings.push(value);
    at = end + quote.length;
    string.lastIndex = at;
  }
  return { code: code + text.slice(at), strings };
}

function endOfString(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(quote, at)) return at;
    else if (text[at] === '\n' && quote.length === 1 && quote !== '`') return at;
  }
  return text.length;
}

const ofSubprocess = 'run|Popen|call|check_call|check_output|getoutput|getstatusoutput';
const ofOs = 'system|popen|execl|execle|execlp|execlpe|execv|execve|execvp|execvpe|spawnl|spawnle|spawnlp|spawnlpe|spawnv|spawnve|spawnvp|spawnvpe|posix_spawn|posix_spawnp|startfile';
const ofAsyncio = 'create_subprocess_exec|create_subprocess_shell|subprocess_exec|subprocess_shell';
const ofChildProcess = 'exec|execFile|execFileSync|execSync|spawn|spawnSync|fork';

/** Libraries whose purpose is to start programs, or to load a library by its name: what they do is not followed. */
const starters = /^[ \t]*(?:from|import)\s+(?:pexpect|ptyprocess|plumbum|sh|invoke|fabric|delegator|envoy|sarge|pty|ctypes|cffi|executor|docker_run)\b[^\n]*/gm;
const loads = /\b(?:CDLL|LoadLibrary|find_library|dlopen)\b/;

/** All calls of a source file that start programs; with one that is not understood for each thing that is not followed. */
export function callsIn(text: string, language: 'python' | 'javascript'): readonly SourceCall[] {
  const isInQuestion = language === 'python' ? /subprocess|\bos\b|pexpect|plumbum|\bsh\b|invoke|fabric|ctypes|cffi|delegator|envoy|sarge|\bpty/.test(text) : /child_process|execa|shelljs|zx/.test(text);
  if (!isInQuestion) return [];
  const source = masked(text, language);
  const calls = language === 'python' ? pythonNames(source.code) : /child_process|execa|shelljs|zx/.test(text) ? `(?:\\w+\\.)?(?:${ofChildProcess}|execa)\\b` : null;
  const found = calls === null ? [] : [...source.code.matchAll(new RegExp(`(?<![\\w.])(${calls})(\\s*\\()?`, 'g'))].flatMap((match) => callAt(source, match));
  const others = language === 'python' ? [...source.code.matchAll(starters)].flatMap((match): SourceCall[] => (/\b(?:ctypes|cffi)\b/.test(match[0]) && !loads.test(source.code) ? [] : [unknownCall(source.code, match[0].trim(), match.index)])) : [];
  return [...found, ...others];
}

function unknownCall(code: string, written: string, at: number): SourceCall {
  return { programs: null, notForDash: null, written, line: lineOf(code, at) };
}

function lineOf(code: string, at: number): number {
  return code.slice(0, at).split('\n').length;
}

/** The names under which a Python file calls what starts programs: by its imports, whatever they are called there. */
function pythonNames(code: string): string | null {
  const names: string[] = [];
  const modules: readonly (readonly [module: string, functions: string])[] = [['subprocess', ofSubprocess], ['os', ofOs], ['asyncio', ofAsyncio], ['asyncio.subprocess', ofAsyncio], ['commands', 'getoutput|getstatusoutput']];
  for (const [module, functions] of modules) {
    const path = module.replaceAll('.', String.raw`\.`);
    for (const match of code.matchAll(new RegExp(`^[ \\t]*import\\s+([^\\n]*)`, 'gm'))) {
      for (const part of (match[1] ?? '').split(',')) {
        const [, name, alias] = /^\s*([\w.]+)(?:\s+as\s+(\w+))?\s*$/.exec(part) ?? [];
        if (name === module) names.push(`${(alias ?? name).replaceAll('.', String.raw`\.`)}\\s*\\.\\s*(?:${functions})\\b`);
      }
    }
    for (const match of code.matchAll(new RegExp(`^[ \\t]*from\\s+${path}\\s+import\\s+(\\([^)]*\\)|[^\\n]*)`, 'gm'))) {
      for (const part of (match[1] ?? '').replaceAll(/[()]/g, '').split(',')) {
        const [, name = '', alias] = /^\s*(\w+|\*)(?:\s+as\s+(\w+))?\s*$/.exec(part) ?? [];
        if (name === '*') names.push(`(?:${functions})\\b`);
        else if (new RegExp(`^(?:${functions})$`).test(name)) names.push(`${alias ?? name}\\b`);
        else if (module === 'asyncio' && name === 'subprocess') names.push(`${alias ?? name}\\s*\\.\\s*(?:${ofAsyncio})\\b`);
      }
    }
  }
  return names.length === 0 ? null : names.join('|');
}

function callAt(source: Masked, match: RegExpExecArray): readonly SourceCall[] {
  const [all, name = '', opened] = match;
  const line = lineOf(source.code, match.index);
  const written = name.replaceAll(/\s+/g, '');
  const before = source.code.slice(Math.max(0, source.code.lastIndexOf('\n', match.index) + 1), match.index);
  if (/^\s*(?:from|import)\s|\b(?:def|function|class)\s+$|\bas\s+$/.test(before)) return [];
  if (opened === undefined && /\b(?:const|let|var)\s*\{[^}]*$/.test(before)) return [];
  // An annotation, or an exception that is named, starts nothing.
  if (opened === undefined) return /[:>|[]\s*$|\bisinstance\([^)]*$/.test(before) || /^\s*[.[]/.test(source.code.slice(match.index + all.length)) ? [] : [{ programs: null, notForDash: null, written, line }];
  const [, index] = literal.exec(source.code.slice(match.index + all.length)) ?? [];
  const notForDash = index === undefined ? null : dashObstacle(unescaped(source.strings[Number(index)] ?? ''));
  return [{ programs: programsOfArguments(source, match.index + all.length, 0), notForDash, written, line }];
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([^])/g, (_all, one: string) => ({ n: '\n', t: '\t' })[one] ?? one);
}

const literal = /^\s*(?:args\s*=\s*)?\u0001(\d+)\u0001/;

/** The programs that the arguments from a place on name; null if they are not written there. */
function programsOfArguments(source: Masked, at: number, depth: number): readonly string[] | null {
  const rest = source.code.slice(at, at + 2000);
  const [whole, index] = literal.exec(rest) ?? [];
  if (whole !== undefined) {
    const text = [source.strings[Number(index)] ?? '', ...adjoining(source, rest.slice(whole.length))].join('');
    // A word that goes on after the string may be any program; arguments may be what they like.
    const goesOn = /^\s*(?:\+|%|\.format\b|\.join\b)/.test(rest.slice(whole.length)) && !/\s/.test(text.trimStart());
    // `execFile('ping', [...])`: the rest are words.
    const list = /^\s*,\s*\[/.exec(rest.slice(whole.length));
    const words = list && /^(?:ba|da|a)?sh$/.test(baseName(text)) ? listAt(source, at + whole.length + list[0].length) : null;
    if (goesOn) return null;
    return words === null ? ofText(text) : ofWords([text, ...words]);
  }
  const list = /^\s*(?:args\s*=\s*)?[[(]/.exec(rest);
  if (list) {
    const words = listAt(source, at + list[0].length);
    return words === null ? null : ofWords(words);
  }
  if (/^\s*(?:args\s*=\s*)?\[?\s*(?:sys\.executable|process\.execPath)\b/.test(rest)) return [];
  const split = /^\s*shlex\.split\(/.exec(rest);
  if (split) return programsOfArguments(source, at + split[0].length, depth + 1);
  const [, variable] = /^\s*(?:args\s*=\s*)?(\w+)\s*[,)+]/.exec(rest) ?? [];
  return variable === undefined || depth > 2 ? null : programsOfVariable(source, variable, depth);
}

/** A variable that is set exactly once, to something that is written there. */
function programsOfVariable(source: Masked, name: string, depth: number): readonly string[] | null {
  const settings = [...source.code.matchAll(new RegExp(`(?<![\\w.])${name}\\s*(?::[^=\\n]+)?=(?!=)`, 'g'))];
  const isChanged = new RegExp(`(?<![\\w.])${name}\\s*(?:\\[[^\\]]*\\]\\s*=|[+]=|\\.insert\\b)|\\bfor\\s+[^\\n]*\\b${name}\\b[^\\n]*\\bin\\b|\\bdef\\s+\\w+\\([^)]*\\b${name}\\b`).test(source.code);
  const [only] = settings;
  return only === undefined || settings.length > 1 || isChanged ? null : programsOfArguments(source, only.index + only[0].length, depth + 1);
}

function adjoining(source: Masked, rest: string): readonly string[] {
  const [all, index] = /^\s*\u0001(\d+)\u0001/.exec(rest) ?? [];
  return all === undefined ? [] : [source.strings[Number(index)] ?? '', ...adjoining(source, rest.slice(all.length))];
}

/** The words of a list; what is worked out at run time stands for itself, but for the first. Null without a first one. */
function listAt(source: Masked, at: number): readonly string[] | null {
  const rest = source.code.slice(at, at + 2000);
  const end = rest.search(/[\])]/);
  const parts = rest.slice(0, end < 0 ? undefined : end).split(',').map((part) => part.trim());
  const values = parts.filter((part) => part !== '').map((part) => {
    const [, index] = /^\u0001(\d+)\u0001$/.exec(part) ?? [];
    return index === undefined ? null : (source.strings[Number(index)] ?? '');
  });
  if (/^\s*(?:sys\.executable|process\.execPath)\b/.test(rest)) return ['python'];
  const [first] = values;
  if (first === undefined || first === null || first.includes(worked)) return null;
  return values.map((value) => value ?? worked);
}

function ofText(text: string): readonly string[] | null {
  const programs = [...programsIn(text)];
  return programs.some((program) => program.includes(worked)) ? null : programs;
}

function ofWords(words: readonly string[]): readonly string[] | null {
  const at = words.findIndex((word) => /^-\w*c$/.test(word));
  const script = words[at + 1];
  const inline = at > 0 && /^(?:ba|da|a)?sh$/.test(baseName(words[0] ?? ''));
  if (!inline) return programsOf(words).some((program) => program.includes(worked)) ? null : programsOf(words);
  const inner = script === undefined || script === worked ? null : ofText(script);
  return inner === null ? null : [words[0] ?? '', ...inner];
}

/** Names of BusyBox's programs that a source file calls, for a message. */
export function isBusyBoxs(program: string): boolean {
  const name = baseName(program);
  return packageOfProgram.has(name) || alpineOnlyPrograms.has(name) || name === 'ash' || name === 'su-exec';
}
