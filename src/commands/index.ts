import { readable } from '../build/places.ts';
import { matcherOfAny } from '../ignore/patterns.ts';
import { once } from '../remember.ts';
import type { Path, Refusal, Span } from '../types.ts';
import { apk } from './apk.ts';
import { apt } from './apt.ts';
import { tar, unzip } from './archives.ts';
import type { Argument, Call, DependenciesOnly, Effect, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, file, opaque } from './command.ts';
import { bundler } from './bundler.ts';
import { composer } from './composer.ts';
import { conda } from './conda.ts';
import { coreutils } from './coreutils.ts';
import { curl } from './curl.ts';
import { dnf } from './dnf.ts';
import { find } from './find.ts';
import { gem } from './gem.ts';
import { generators } from './generators.ts';
import { git } from './git.ts';
import { go } from './go.ts';
import { gpg } from './gpg.ts';
import { observers, programReads } from './observers.ts';
import { node } from './node.ts';
import { isRoot, looks } from './operands.ts';
import { pdm } from './pdm.ts';
import { pipTools } from './pip-tools.ts';
import { pip } from './pip.ts';
import { pipenv } from './pipenv.ts';
import { poetry } from './poetry.ts';
import { python } from './python.ts';
import { sed } from './sed.ts';
import { users } from './users.ts';
import { uv } from './uv.ts';
import { wget } from './wget.ts';
import type { UnwrappedCall } from './wrappers.ts';
import { onlyModules, unwrap, wrapperNames } from './wrappers.ts';

export type { UnwrappedCall } from './wrappers.ts';

/** What belongs to the distribution, and is the same program wherever a Dockerfile names it. */
const systemTools: readonly Tool[] = [coreutils, sed, find, users, apt, apk, dnf, curl, wget, git, tar, unzip, gpg, observers];

/** All tools. A package manager is one file, and one word here. */
export const tools: readonly Tool[] = [pip, pipTools, poetry, pipenv, uv, pdm, conda, node, go, composer, bundler, gem, python, generators, ...systemTools];

/** The command that the words run, without `sudo`, `env A=b`, `timeout 60`, `python -m` and their like. */
export function callOf(words: readonly Argument[], span: Span): UnwrappedCall {
  return unwrap(words, span);
}

/** What a call reads and writes, or why that is not known. */
export function effectsOf(call: Call & Partial<UnwrappedCall>, view: ImageView): Outcome {
  const tool = toolOf(call);
  if (onlyAsks(call, tool)) return effects(looks(`${call.program} ${call.args[0]?.text ?? ''}`, programReads(call.program, view)));
  if (!tool) return opaque(reasonForUnknown(call));
  const outcome = besidesModule(call, view, tool.effects(call, view));
  if (!call.asRoot || isRoot(view.user) || outcome.kind === 'opaque') return outcome;
  if (!systemTools.includes(tool)) return opaque(`\`sudo ${call.program}\` as user ${readable(view.user)}`);
  return { ...outcome, effects: outcome.effects.map(byRoot) };
}

/** A command that installs only the dependencies of what the call installs; null if it installs no project. */
export function dependenciesOnlyOf(call: Call & Partial<UnwrappedCall>, view: ImageView, outcome?: Outcome): DependenciesOnly | Refusal | null {
  if (call.asRoot && !isRoot(view.user)) return null;
  return toolOf(call)?.dependenciesOnly?.(call, view, outcome) ?? null;
}

/** Is the call one of a tool that installs a project's dependencies? */
export function isPackageManager(call: Call): boolean {
  return toolOf(call)?.isPackageManager === true;
}

/** The words of its subcommands that install a project's dependencies; none if it is no package manager. */
export function installWordsOf(call: Call): ReadonlySet<string> {
  const tool = toolOf(call);
  return tool?.isPackageManager === true ? (tool.installWords ?? usualInstallWords) : new Set();
}

const usualInstallWords: ReadonlySet<string> = new Set(['install', 'sync', 'add', 'i', 'ci', 'create']);

/**
 * Does the distribution bring the program, so that no Python package has a say in what it does? What of the
 * distribution's packages counts for it is among the reads of its effects.
 */
export function isSystemTool(call: Call): boolean {
  const tool = toolOf(call);
  return tool !== undefined && systemTools.includes(tool);
}

/** May a tool have left it in a project's folder? */
export function isLeftover(path: Path): boolean {
  return leftovers()(path);
}

const leftovers = once(() => matcherOfAny([...new Set(tools.flatMap((tool) => tool.leftovers ?? []))]));

// ---------------------------------------------------------------------------------------------------------------------

/** `python -m NAME` takes NAME from the working directory if it is there. */
function besidesModule({ interpreter, program }: Call, view: ImageView, outcome: Outcome): Outcome {
  if (interpreter === null || outcome.kind === 'opaque') return outcome;
  // A directory of that name that may hold an environment is no package.
  const shadows = [`${program}.py`, `${program}/__init__.py`].map(view.resolve).filter((path) => view.text(path) !== undefined).map(file);
  return { ...outcome, effects: outcome.effects.map((effect) => ({ ...effect, reads: [...effect.reads, ...shadows] })) };
}

/** A file of the project may have the name of a known program: only one in a directory of programs is taken for it. */
function toolOf(call: Call): Tool | undefined {
  const { program, programPath, interpreter } = call;
  if (interpreter === null && onlyModules.has(program)) return undefined;
  if (programPath !== null && !/(?:^|\/)s?bin\/[^/]+$/.test(programPath)) return undefined;
  const tool = toolNamed(program);
  if (!tool || programPath === null || !systemTools.includes(tool)) return tool;
  return /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/.test(programPath) ? tool : undefined;
}

/** Which tool it is depends on its name alone, and most commands are of a few programs. */
const toolsByName = new Map<string, Tool | undefined>();

function toolNamed(program: string): Tool | undefined {
  if (!toolsByName.has(program)) toolsByName.set(program, tools.find((one) => one.recognises(program)));
  return toolsByName.get(program);
}

/** A program on PATH that is only asked for its version or its options changes nothing, whatever it is. */
function onlyAsks(call: Call, tool: Tool | undefined): boolean {
  const only = call.args.length === 1 ? call.args[0] : undefined;
  if (!only?.known || !/^--(?:version|help)$/.test(only.text)) return false;
  if (tool) return systemTools.includes(tool);
  return call.programPath === null && call.interpreter === null && /^[\w.+-]+$/.test(call.program);
}

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);

const reasons: ReadonlyMap<string, string> = new Map([
  ['xargs', '`xargs` runs a command on what it reads'],
  ['eval', '`eval` runs a text as a command'],
  ['exec', '`exec` replaces the shell'],
  ['mktemp', '`mktemp` makes a file of a name that is not known'],
  ['su', '`su` runs a command as another user'],
  ['sudo', '`sudo` in a form that dockfix does not read'],
]);

function reasonForUnknown(call: Call): string {
  const { program } = call;
  const written = readable(call.programPath ?? program);
  if (program === '') return 'an empty command';
  if (shells.has(program)) {
    const inline = call.args.some(({ text }) => /^-[a-z]*c$/.test(text));
    return inline ? `\`${program} -c\` runs a nested shell` : `\`${program}\` runs a script that dockfix does not read`;
  }
  const reason = reasons.get(program);
  if (reason !== undefined) return reason;
  if (wrapperNames.has(program)) return `\`${program}\` in a form that dockfix does not read`;
  return `dockfix does not know what \`${written}\` does`;
}

/**
 * What `sudo` makes belongs to root, although the user is another one. So that it is never taken for what the user
 * makes, every write counts as an edit of what is there.
 */
function byRoot(effect: Effect): Effect {
  const writes = effect.writes.map(({ place, how, only }): Write => {
    if (how === 'add' || how === 'remove' || how === 'edit') return only ? { place, how, only } : { place, how };
    return { place, how: 'edit' };
  });
  return { ...effect, does: `sudo ${effect.does}`, writes };
}
