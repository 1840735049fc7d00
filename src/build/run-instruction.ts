/** RUN: how its body is read, what its cache key holds, and what it leaves in its layer. */
import type { StepKind } from '../commands/command.ts';
import type { Parsed } from '../dockerfile/parse.ts';
import { shellBodyOf } from '../dockerfile/run-body.ts';
import type { Instruction } from '../dockerfile/scan.ts';
import type { Stage } from '../dockerfile/stages.ts';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import { environmentOf } from './environment.ts';
import { collapse, lookUp, namesIn, write } from './image-tree.ts';
import { digest } from './tree-digest.ts';
import { directoryToken } from './tree-rules.ts';
import type { Draft } from './instructions.ts';
import { writtenSettings } from './leading-settings.ts';
import type { Mounted } from './mounts.ts';
import { mountOn } from './mounts.ts';
import { userToken } from './users.ts';
import { isRegion, isWithin, join, readable, symbol } from './places.ts';
import { isOneCall, rememberedRun } from './remembered-calls.ts';
import { runScript, runWords } from './run.ts';
import type { ExecutedRun, RunSetting, Stand } from './runner.ts';
import type { Site } from './site.ts';
import type { StageState } from './state.ts';
import { stepKey } from './step-key.ts';
import type { Shipment } from './symbolic-build.ts';
import { takesAway } from './taken-away.ts';
import type { Token } from './values.ts';
import { addedElements } from './values.ts';
import { viewOf } from './view.ts';

/** Carries out a RUN: its commands one by one, as far as they are understood. */
export function runRun(site: Site, stage: Stage, state: StageState, parsed: Extract<Parsed, { keyword: 'RUN' }>, step: Draft): void {
  const { values } = state;
  const { instruction } = step;
  step.cacheable = true;
  const mounted = parsed.mounts.map((mount) => mountOn(site, stage, state, mount));
  const shipBefore = new Map<Path, Token>();
  const run = runBody(site, state, instruction, parsed, settingOf(site, state, instruction, parsed, shipBefore));
  step.run = run;
  step.risks = mounted.length === 0 ? userRisk(state) : [...flatMap(mounted, (mount) => mount.risks), ...userRisk(state)];
  step.kind = kindOf(run);
  step.opaque = run.opaque;
  const key = stepKey(values, 'run', state.key, runText(instruction), environmentOf(state).ordered, state.config.cwd, state.config.user, ...mounted.map((mount) => mount.key));
  const isPassedOver = site.options.pastOpaque?.includes(stage.index) === true;
  if (run.opaque !== null && !isPassedOver) {
    // What was understood up to here has been done; the rest is a new base image, made of all that there is.
    const rest = run.rest ?? [runText(instruction)];
    const token = values.token('opaque', ...rest, shellOf(state).text, environmentOf(state).sorted, state.config.cwd, userToken(state, state.config.user), ...mounted.map((mount) => mount.key), digest(state.tree, '/'));
    const installed = shipped(state, run, shipBefore, mounted).filter((shipment) => shipment.kind === 'element' && isRegion(shipment.path) && !takesAway(rest, shipment.path));
    const leading = writtenSettings(state);
    collapse(state.tree, token, state.base.standard);
    for (const region of leading) write(state.tree, region, { data: token });
    step.shipments = [{ kind: 'everything', token }, ...installed];
  } else {
    step.reads = flatMap(run.commands, (command) => flatMap(command.effects, (executed) => executed.reads));
    step.shipments = shipped(state, run, shipBefore, mounted);
  }
  if (mounted.length > 0) {
    for (const mount of mounted.toReversed()) mount.unmount(isPassedOver ? { ...run, opaque: null } : run);
    step.mounted = flatMap(mounted, (mount) => mount.sources);
    step.caches = flatMap(parsed.mounts, ({ type }, at) => (type === 'cache' ? [mounted[at]?.target ?? ''] : []));
    for (const { path, deep } of step.mounted) state.exposures.add({ path, deep, line: step.line });
  }
  state.key = key;
}

function settingOf(site: Site, state: StageState, instruction: Instruction, parsed: Extract<Parsed, { keyword: 'RUN' }>, shipBefore: Map<Path, Token>): RunSetting {
  const shell = parsed.form === 'exec' ? null : shellOf(state);
  const isPlain = parsed.mounts.length === 0 && parsed.network === null && parsed.security === null;
  const given = flatMap(parsed.mounts, (mount) => (mount.type === 'ssh' || mount.options.has('env') ? [`${mount.type} ${mount.id ?? ''} ${mount.options.get('env') ?? ''}`] : []));
  const variables = flatMap(parsed.mounts, (mount): [string, string][] => (mount.options.has('env') ? [[mount.options.get('env') ?? '', symbol(`secret ${mount.id ?? ''}`)]] : []));
  return {
    beforeWrite: (path) => {
      if (!shipBefore.has(path)) shipBefore.set(path, lookUp(state.tree, path).data);
    },
    stands: site.options.translation ? (site.options.translation.stands(instruction) ?? noStands) : null,
    text: site.model.scanned.text,
    circumstances: shell === defaultShell && isPlain ? plainCircumstances : [shell?.text ?? '', parsed.network ?? '', parsed.security ?? '', ...given].join('|'),
    stopsOnError: shell?.stopsOnError ?? false,
    variables,
  };
}

/** Where a translation has nothing to say of a RUN. */
const noStands: ReadonlyMap<number, Stand> = new Map();

function runBody(site: Site, state: StageState, instruction: Instruction, parsed: Extract<Parsed, { keyword: 'RUN' }>, setting: RunSetting): ExecutedRun {
  const { scanned } = site.model;
  if (parsed.form === 'exec' && instruction.json) return runWords(state, instruction.json, instruction.span, setting);
  const shell = shellOf(state);
  if (!shell.isPosix) return unread('the SHELL is not a POSIX shell');
  const [startup] = startupFiles(state, shell);
  if (startup !== undefined) return unread(`the shell first runs ${readable(startup)}, which is not read`);
  return rememberedRun(state, instruction, setting, (only) => {
    const body = shellBodyOf(scanned, instruction);
    if (body.kind === 'opaque') return unread(body.because);
    if (body.shebang === null) return runScript(state, body.script, setting, isOneCall(body.script) ? only : null);
    // BuildKit runs it by its first line, so that the options of SHELL do not count.
    return runScript(state, body.script, { ...setting, stopsOnError: false, circumstances: `${setting.circumstances}|${body.shebang}` });
  });
}

/**
 * Files that were put where the shell looks before it runs anything: a login shell, an interactive one, or any bash by
 * BASH_ENV (bash(1), INVOCATION). What the base image has there is the same for every RUN.
 */
function startupFiles(state: StageState, { isLogin, isInteractive, isBash }: Shell): readonly Path[] {
  if (!isLogin && !isInteractive && !isBash) return [];
  const { resolve, home, variable } = viewOf(state, { cwd: state.config.cwd, variables: new Map() });
  const named = isBash ? variable('BASH_ENV') : null;
  const ofUser = [...(isLogin ? ['.bash_profile', '.bash_login', '.profile'] : []), ...(isLogin || isInteractive ? ['.bashrc'] : [])];
  const ofSystem = [...(isLogin ? ['/etc/profile', ...namesIn(state.tree, '/etc/profile.d').map((name) => `/etc/profile.d/${name}`)] : []), ...(isLogin || isInteractive ? ['/etc/bash.bashrc'] : [])];
  const files = [...ofUser.map((name) => join(home, name)), ...ofSystem, ...(typeof named === 'string' && named !== '' ? [resolve(named)] : [])];
  return files.filter((path) => !['absent', 'base-data'].includes(state.values.made(lookUp(state.tree, path).data).operation));
}

/** A RUN fails if its user, by name, is not in /etc/passwd yet. */
function userRisk(state: StageState): readonly string[] {
  const { user } = state.config;
  if (/^\d+(?::\d+)?$/.test(user)) return noRisks;
  const token = userToken(state, user);
  return state.values.made(token).operands.length > 1 ? [`owner: ${user} ${token}`] : noRisks;
}

const noRisks: readonly string[] = [];

/** A RUN whose body is not followed. */
function unread(opaque: string): ExecutedRun {
  return { commands: [], written: [], opaque, rest: null, script: null };
}

/** What runs the commands of a RUN in shell form. */
interface Shell {
  readonly text: string;
  readonly isPosix: boolean;
  readonly isBash: boolean;
  readonly isLogin: boolean;
  readonly isInteractive: boolean;
  readonly stopsOnError: boolean;
}

const defaultShell = readShell(['/bin/sh', '-c']);

/** Of a RUN in it without flags. */
const plainCircumstances = `${defaultShell.text}||`;

/** The shell that SHELL names. */
function shellOf(state: StageState): Shell {
  const text = state.config.single.get('SHELL');
  if (text === undefined) return defaultShell;
  const json: unknown = JSON.parse(text.slice(text.indexOf('[')) || '[]');
  return readShell(Array.isArray(json) ? json.map(String) : []);
}

function readShell(words: readonly string[]): Shell {
  const [program = '', ...flags] = words;
  return {
    text: words.join(' '),
    isPosix: /(?:^|\/)(?:sh|bash|ash|dash)$/.test(program),
    isBash: program.endsWith('bash'),
    isLogin: flags.some((flag) => /^-[a-z]*l|^--login$/.test(flag)),
    isInteractive: flags.some((flag) => /^-[a-z]*i/.test(flag)),
    stopsOnError: flags.some((flag) => /^-[a-z]*e/.test(flag)),
  };
}

function runText(instruction: Instruction): string {
  if (instruction.flags.length === 0 && instruction.heredocs.length === 0) return `\n${instruction.text}`;
  const flags = instruction.flags.map((flag) => `--${flag.name}=${flag.value ?? ''}`).join(' ');
  return [flags, instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n');
}

const kindOrder: readonly StepKind[] = ['install', 'os-packages', 'project-install', 'build', 'users', 'files', 'run', 'observe'];

function kindOf(run: ExecutedRun): StepKind {
  let known: StepKind | undefined;
  for (const { effects } of run.commands) {
    for (const { effect } of effects) if (known === undefined || kindOrder.indexOf(effect.kind) < kindOrder.indexOf(known)) known = effect.kind;
  }
  if (run.opaque === null) return known ?? 'observe';
  return known === 'install' ? 'install' : 'run';
}

/** What a RUN leaves in its layer: for each place written, what is there at its end and was not at its start, `before`. */
function shipped(state: StageState, run: ExecutedRun, before: ReadonlyMap<Path, Token>, mounted: readonly Mounted[]): readonly Shipment[] {
  const shipments: Shipment[] = flatMap(run.commands, ({ effects }) => flatMap(effects, ({ effect, token }): Shipment[] => (effect.confinedTo ? [{ kind: 'everything', token }] : [])));
  for (const [path, old] of before) {
    if (mounted.some((mount) => mount.target !== '' && isWithin(path, mount.target))) continue;
    const now = lookUp(state.tree, path).data;
    if (now === old || now === directoryToken(state.values) || state.values.made(now).operation === 'absent') continue;
    for (const token of addedElements(state.values, old, now)) shipments.push({ kind: 'element', path, token });
  }
  return shipments;
}
