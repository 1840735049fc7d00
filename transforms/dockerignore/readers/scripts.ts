/** Scripts of the context that a command runs. */
import type { Path } from '../../../src/types.ts';
import type { Run } from '../runs.ts';
import { piecesAt, piecesOfText } from '../runs.ts';
import type { Survey } from '../survey.ts';
import { nameOf } from '../survey.ts';
import type { Answer, Setting } from './setting.ts';

/** The file of the context that a command runs: its program, or what a shell is given. */
export function scriptOf({ program, programPath, args }: Run, survey: Survey): Path | undefined {
  if (program === null) return undefined;
  return scriptNamed(programPath ?? program, survey) ?? (shells.has(program) ? firstScript(args, survey) : undefined);
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', '.', 'source']);

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
export function scriptAnswer(path: Path, setting: Setting): Answer {
  if (setting.seen.has(path)) return null;
  setting.seen.add(path);
  const text = setting.survey.read(path);
  if (text === undefined) return { kind: 'unknown', because: `${path} cannot be read as text` };
  const shebang = /^#!.*/.exec(text)?.[0];
  if (shebang !== undefined && !/\b(?:ba|da|a|z|k)?sh\b/.test(shebang)) return null;
  if (shebang === undefined && !/\.(?:ba|da|a|z|k)?sh$/.test(path)) return null;
  return setting.follow(piecesOfText(text, path));
}

export function nestedShell(run: Run, setting: Setting): Answer {
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
  return setting.follow(piecesAt(text, where, { cwd: run.cwd }));
}

/** A command that the project's own manifests declare: its text is searched with all others. */
export function isOfTheProject(program: string, { survey }: Setting): boolean {
  const declares = new RegExp(`(?:^|["'\\s])${program.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']?\\s*[=:]`, 'm');
  return survey.files.some((path) => {
    const name = nameOf(path);
    if (name !== 'pyproject.toml' && name !== 'setup.cfg' && name !== 'setup.py' && name !== 'package.json') return false;
    const text = survey.read(path) ?? '';
    const scripts = name === 'pyproject.toml' ? /\[(?:project|tool\.poetry|tool\.pdm)\.scripts\]([^[]*)/.exec(text)?.[1] : name === 'package.json' ? /"bin"\s*:\s*\{([^}]*)\}/.exec(text)?.[1] : /console_scripts([\s\S]*?)(?:\]|\n\[|$)/.exec(text)?.[1];
    return scripts !== undefined && declares.test(scripts);
  });
}
