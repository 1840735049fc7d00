import { inOrder } from '../../dockerfile/in-order.ts';
import { parse } from '../../dockerfile/parse.ts';
import type { Instruction } from '../../dockerfile/scan.ts';
import type { SlimTag } from '../../images/python-tags.ts';
import { isOfficialPython, slimTagFor } from '../../images/python-tags.ts';
import { parseReference, withTag } from '../../images/reference.ts';
import type { Path } from '../../types.ts';
import { isSymbolic } from '../places.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import type { AlpineRun, AlpineStep, Obstacle } from './alpine-run.ts';
import { readAlpineRun } from './alpine-run.ts';
import { baseOf } from './crossing.ts';
import { alpineOnlyPrograms, debianPackages, packageOfProgram } from './packages.ts';
import { commandOf, commandOnDebian, scriptOnDebian, scriptsOf } from './runtime.ts';
import type { RuntimeScript } from './runtime.ts';
import { baseName, code, dashObstacle, programsIn, programsOf } from './shell.ts';
import { accountObstacle, alpineOnlyGroups, alpineOnlyUsers } from './users.ts';

/**
 * What an Alpine stage becomes on Debian, worked out from the original alone. The transform writes it down; the
 * verification works it out again and holds the rewritten Dockerfile to it.
 */
export interface DebianPlan {
  readonly runs: ReadonlyMap<Instruction, PlannedRun>;
  /** Scripts of the build context that have to change, with their new text. */
  readonly scripts: ReadonlyMap<Path, string>;
  /** Stages whose shell has to be bash: by index, with what dash does not take. */
  readonly needsBash: ReadonlyMap<number, string>;
  /** Debian packages for programs that BusyBox brought: by stage, `wget` for `wget`. */
  readonly tools: ReadonlyMap<number, ReadonlyMap<string, string>>;
  /** Alpine packages with what takes their place. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  readonly obstacles: readonly Obstacle[];
  /** Things that a reader of the change should know. */
  readonly notices: readonly string[];
}

export interface PlannedRun {
  readonly run: AlpineRun;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  readonly read: AlpineStep;
  readonly debian: DebianAction;
}

export type DebianAction =
  /** `names`: for each package of the original, in its order, what Debian calls it. `needed`: some of it is not there yet. */
  | { readonly kind: 'install'; readonly names: readonly (readonly string[])[]; readonly needed: readonly string[] }
  | { readonly kind: 'purge'; readonly names: readonly string[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'clean' }
  | { readonly kind: 'account' };

/** The slim tag of a base image, and its Debian suite; or why there is none. */
export type SlimBase = { readonly kind: 'slim'; readonly reference: string; readonly suite: string; readonly minor: string; readonly replaced: Pick<SlimTag, 'from' | 'to'> } | Obstacle;

export function slimBaseOf(reference: string): SlimBase {
  const parsed = parseReference(reference);
  if (isSymbolic(reference) || /\$/.test(reference)) return { reason: 'unresolved-variable', message: 'the base image depends on a variable whose value is not known' };
  if (!isOfficialPython(parsed)) return { reason: 'base-unknown', message: `${reference} is not the official Python image` };
  if (parsed.digest !== null) return { reason: 'base-unknown', message: `${parsed.repository}:${parsed.tag ?? ''} is pinned by digest, and the digest of its slim twin is not known` };
  const slim = slimTagFor(parsed.tag ?? 'latest');
  if ('refusal' in slim) return { reason: slim.reason, message: slim.refusal.replace(/\.$/, '') };
  return { kind: 'slim', reference: withTag(parsed, slim.tag), suite: slim.suite, minor: slim.tag.replace(/-?slim$/, ''), replaced: { from: slim.from, to: slim.to } };
}

/** Suites that Debian keeps only in its archive, where apt does not look. */
const ended = new Set(['wheezy', 'jessie', 'stretch', 'buster']);

const tabled = new Set(['bookworm', 'trixie']);

/** Why packages cannot be installed in a suite. */
function suiteObstacle({ suite, reference }: Extract<SlimBase, { kind: 'slim' }>): readonly Obstacle[] {
  if (tabled.has(suite)) return [];
  const because = ended.has(suite) ? 'whose packages are no longer on the servers that apt asks' : 'whose packages are not in dockfix’s table';
  return [{ reason: 'base-unknown', message: `${reference} is Debian ${suite}, ${because}` }];
}

/** Programs of Debian's base that are the same for every purpose; what is purged must not take them along. */
const neverPurged = new Set(['openssl', 'perl', 'python3', 'ca-certificates', 'tzdata', 'passwd', 'bash']);

interface World {
  /** Debian packages asked for by name, with how often. */
  readonly explicit: Map<string, number>;
  /** Those, and what was removed again. */
  readonly ever: Set<string>;
  /** What the virtual packages hold. */
  readonly virtual: Map<string, readonly string[]>;
  /** Users and groups made. */
  readonly accounts: Set<string>;
  readonly numbers: Set<string>;
}

/**
 * Works out what the given stages become. `stages` holds, with each, all that start from it; `bases` the images of those
 * whose FROM names one, where arguments are not known.
 */
export function planDebian(build: SymbolicBuild, stages: ReadonlySet<number>, bases: ReadonlyMap<number, string> = new Map()): DebianPlan {
  const slimOf = (member: StageResult): SlimBase => slimBaseOf(bases.get(member.chain[0] ?? -1) ?? baseOf(build, member) ?? '');
  const { scanned } = build.model;
  const runs = new Map<Instruction, PlannedRun>();
  const obstacles: Obstacle[] = [];
  const notices: string[] = [];
  const packages = new Map<string, readonly string[]>();
  const needsBash = new Map<number, string>();
  const tools = new Map<number, Map<string, string>>();
  const worlds = new Map<number, World>();
  const kept = new Set<string>();
  const members = build.stages.filter(({ stage }) => stages.has(stage.index));
  const scripts = runtimeScripts(build, members, obstacles);
  for (const member of members) {
    for (const program of runtimePrograms(build, member, scripts.all)) {
      const name = packageOfProgram.get(baseName(program));
      if (name !== undefined) kept.add(name);
    }
  }
  for (const member of members) {
    const { index } = member.stage;
    const slim = slimOf(member);
    const world = worldFor(member, worlds);
    worlds.set(index, world);
    if (!('kind' in slim)) {
      obstacles.push(slim);
      continue;
    }
    // Where no table says what a package is called, the newest one still says whether it is needed.
    const table = tabled.has(slim.suite) ? slim : { ...slim, suite: 'bookworm' };
    for (const instruction of member.stage.instructions) {
      if (instruction.keyword !== 'RUN') continue;
      const run = readAlpineRun(scanned, instruction);
      if (!run) continue;
      obstacles.push(...run.obstacles);
      const steps = run.steps.map((read): PlannedStep => ({ read, debian: planStep(read, table, world, kept, packages, obstacles, notices) }));
      runs.set(instruction, { run, steps });
    }
    if (world.ever.size > 0) obstacles.push(...suiteObstacle(slim));
    const bash = shellObstacle(build, member);
    if (bash !== null) needsBash.set(index, bash);
    obstacles.push(...stageObstacles(build, member, world));
  }
  for (const member of members) {
    const world = worlds.get(member.stage.index);
    const given = (name: string, whenBuilt: boolean): boolean => world?.explicit.has(name) === true || (whenBuilt && world?.ever.has(name) === true);
    for (const { program, name, whenBuilt } of toolsOf(build, member, slimOf(member), scripts.all, obstacles)) {
      if (given(name, whenBuilt) || member.chain.some((index) => tools.get(index)?.has(program))) continue;
      addTool(tools, member.stage.index, program, name);
    }
  }
  for (const [index, list] of tools) {
    const member = build.stages[index];
    const slim = member && slimOf(member);
    if (slim && 'kind' in slim && list.size > 0) obstacles.push(...suiteObstacle(slim));
  }
  return { runs, scripts: scripts.changed, needsBash, tools, packages, obstacles: distinct(obstacles), notices: [...new Set(notices)] };
}

function distinct(obstacles: readonly Obstacle[]): readonly Obstacle[] {
  return [...new Map(obstacles.map((obstacle) => [obstacle.message, obstacle])).values()];
}

function worldFor(member: StageResult, worlds: ReadonlyMap<number, World>): World {
  const { base } = member.stage;
  const parent = base.kind === 'stage' ? worlds.get(base.index) : undefined;
  return { explicit: new Map(parent?.explicit), ever: new Set(parent?.ever), virtual: new Map(parent?.virtual), accounts: new Set(parent?.accounts), numbers: new Set(parent?.numbers) };
}

function addTool(tools: Map<number, Map<string, string>>, stage: number, program: string, name: string): void {
  const list = tools.get(stage) ?? new Map<string, string>();
  list.set(program, name);
  tools.set(stage, list);
}

function planStep(read: AlpineStep, slim: Extract<SlimBase, { kind: 'slim' }>, world: World, kept: ReadonlySet<string>, packages: Map<string, readonly string[]>, obstacles: Obstacle[], notices: string[]): DebianAction {
  const { action } = read;
  switch (action.kind) {
    case 'install': {
      const names = action.packages.map(({ name }): readonly string[] => {
        const found = debianPackages(name, slim.suite);
        if (found.kind === 'refused') {
          obstacles.push({ reason: 'unmapped-package', message: found.message });
          return [];
        }
        packages.set(name, found.names);
        for (const one of found.present ? [] : found.names) {
          world.explicit.set(one, (world.explicit.get(one) ?? 0) + 1);
          world.ever.add(one);
        }
        // The slim image has it: worth a word only where it is called the same.
        return found.present && found.names.join(' ') !== name ? [] : found.names;
      });
      const needed = action.packages.flatMap(({ name }) => neededOf(name, slim.suite));
      if (action.virtual !== null) world.virtual.set(action.virtual, needed);
      return { kind: 'install', names, needed: [...new Set(needed)] };
    }
    case 'remove': {
      const removed = new Set<string>();
      for (const name of action.names) {
        const found = world.virtual.get(name);
        const list = found ?? neededOf(name, slim.suite);
        if (found === undefined && list.length === 0 && debianPackages(name, slim.suite).kind === 'refused') {
          obstacles.push({ reason: 'unmapped-package', message: `\`apk del ${name}\`: no package of that name is known` });
          continue;
        }
        world.virtual.delete(name);
        for (const one of list) {
          const count = (world.explicit.get(one) ?? 0) - 1;
          if (count > 0) world.explicit.set(one, count);
          else if (!kept.has(one) && !neverPurged.has(one)) {
            world.explicit.delete(one);
            removed.add(one);
          }
        }
      }
      return removed.size === 0 ? { kind: 'nothing' } : { kind: 'purge', names: [...removed] };
    }
    case 'update':
      return { kind: 'nothing' };
    case 'upgrade':
      notices.push('`apk upgrade` is left out: rebuild with a newer base image instead');
      return { kind: 'nothing' };
    case 'clean':
      return { kind: 'clean' };
    case 'account': {
      const obstacle = accountObstacle(action.account, world.accounts);
      if (obstacle !== null) obstacles.push({ reason: 'unsupported', message: obstacle });
      const { account } = action;
      if (account.kind === 'group' || account.kind === 'user') world.accounts.add(account.name);
      if (account.kind === 'group' && account.gid !== null) world.numbers.add(account.gid);
      if (account.kind === 'user' && account.uid !== null) world.numbers.add(account.uid);
      return { kind: 'account' };
    }
  }
}

/** Debian packages that have to be installed for an Alpine one; none where the slim image has it. */
function neededOf(apk: string, suite: string): readonly string[] {
  const found = debianPackages(apk, suite);
  return found.kind === 'refused' || found.present ? [] : found.names;
}

/** Alpine's own Python, and what it is built with, by their paths. */
const alpinesPython = /\/usr\/(?:bin\/(?:python|pip)[\d.]*(?:-config)?(?![\w/-])|include\/python\d)/;

/** Python 2 by its name. Whatever Alpine's package was called that brought it, on Debian none does. */
const python2 = /^(?:python|pip)2(?:\.\d+)?(?:-config)?$/;

// -------------------------------------------------------------------------------------------------------------- scripts

function runtimeScripts(build: SymbolicBuild, members: readonly StageResult[], obstacles: Obstacle[]): { readonly all: ReadonlyMap<number, readonly RuntimeScript[]>; readonly changed: ReadonlyMap<Path, string> } {
  const all = new Map<number, readonly RuntimeScript[]>();
  const changed = new Map<Path, string>();
  for (const member of members) {
    const { scripts, unseen } = scriptsOf(build, member);
    all.set(member.stage.index, scripts);
    for (const path of unseen) obstacles.push({ reason: 'unsupported', message: `${path} is run, but it is not a file of the build context that dockfix can read` });
    for (const script of scripts) {
      const text = scriptOnDebian(script.text);
      const shell = /^\uFEFF?#![^\r\n]*\bbash\b/.test(text);
      const obstacle = shell && !script.givenToShell ? null : dashObstacle(withoutShebang(text));
      if (obstacle !== null && !/^\uFEFF?#![^\r\n]*\bbash\b/.test(script.text)) obstacles.push({ reason: 'ambiguous-shell', message: `${script.file} is run by sh, and has ${obstacle}, which dash does not take as ash does` });
      for (const program of programsIn(withoutShebang(text))) {
        const name = baseName(program);
        if (alpineOnlyPrograms.has(name) || ['adduser', 'addgroup', 'deluser', 'delgroup'].includes(name)) obstacles.push({ reason: 'unsupported', message: `${script.file} runs \`${name}\`, which Debian’s slim image has not, or has with other options` });
      }
      if (alpinesPython.test(script.text)) obstacles.push({ reason: 'unsupported', message: `${script.file} names Alpine’s own Python` });
      if (text !== script.text) changed.set(script.file, text);
    }
  }
  return { all, changed };
}

function withoutShebang(text: string): string {
  return text.replace(/^\uFEFF?#![^\r\n]*/, '');
}

/** Programs that run in a container: of CMD, ENTRYPOINT and HEALTHCHECK, and of the scripts that they run. */
function runtimePrograms(build: SymbolicBuild, member: StageResult, scripts: ReadonlyMap<number, readonly RuntimeScript[]>): readonly string[] {
  const instructions = member.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? []);
  const commands = instructions.flatMap((instruction) => {
    const command = commandOf(parse(instruction, build.model.scanned));
    if (command === null) return [];
    return typeof command === 'string' ? [...programsIn(command)] : programsOfArgv(command);
  });
  return [...commands, ...(scripts.get(member.stage.index) ?? []).flatMap((script) => [...programsIn(withoutShebang(script.text))])];
}

function programsOfArgv(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word) => /^-\w*c$/.test(word));
  const inline = at > 0 && /(?:^|\/)(?:ba|da|a)?sh$/.test(argv[at - 1] ?? '') ? (argv[at + 1] ?? '') : '';
  return [...programsOf(argv), ...programsIn(inline)];
}

interface NeededTool {
  readonly program: string;
  readonly name: string;
  /** Only a RUN calls it. */
  readonly whenBuilt: boolean;
}

/** Programs that BusyBox brought and the slim image lacks, with the packages that have them. */
function toolsOf(build: SymbolicBuild, member: StageResult, slim: SlimBase, scripts: ReadonlyMap<number, readonly RuntimeScript[]>, obstacles: Obstacle[]): readonly NeededTool[] {
  const inRuns = member.stage.instructions.filter((instruction) => instruction.keyword === 'RUN').flatMap((instruction) => {
    const text = textOf(instruction);
    const programs = instruction.json === null ? [...programsIn(text)] : [...programsOfArgv(instruction.json)];
    if (/(?:^|[\s;&|(])tar\s+-{0,2}\w*J|\.tar\.xz\b/.test(text) || inOrder(text, tarCommand, /--xz/)) programs.push('xz');
    if (/(?:^|[\s;&|(])tar\s+-?[a-ik-z]*j[a-z]*\s/.test(text) || inOrder(text, tarCommand, /--bzip2/)) programs.push('bzip2');
    return programs;
  });
  const atRunTime = runtimePrograms(build, member, scripts);
  const hasPython2 = 'kind' in slim && slim.minor.startsWith('2.');
  const needed = new Map<string, NeededTool>();
  for (const [programs, whenBuilt] of [[inRuns, true], [atRunTime, false]] as const) {
    for (const program of programs) {
      const name = baseName(program);
      const found = packageOfProgram.get(name);
      if (found !== undefined) needed.set(name, { program: name, name: found, whenBuilt });
      if (python2.test(name) && !hasPython2) obstacles.push({ reason: 'unsupported', message: `\`${name}\` is Alpine’s own Python` });
      if (name !== 'apk' && alpineOnlyPrograms.has(name)) obstacles.push({ reason: 'unsupported', message: `\`${name}\` is a program of BusyBox or Alpine that Debian has in no such form` });
    }
  }
  return [...needed.values()];
}

const tarCommand = /(?:^|[\s(])tar\s/;

/** What a RUN says, here-documents included. */
function textOf(instruction: Instruction): string {
  return [instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n');
}

// ---------------------------------------------------------------------------------------------------------------- stages

/** What dash does not take in the shell text of a stage's instructions; null if it takes all, or the shell is bash already. */
function shellObstacle(build: SymbolicBuild, member: StageResult): string | null {
  let bash = false;
  for (const instruction of member.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? [])) {
    const parsed = parse(instruction, build.model.scanned);
    if (parsed.keyword === 'SHELL') bash = /(?:^|\/)bash$/.test(parsed.argv[0] ?? '');
    if (parsed.keyword === 'SHELL' && parsed.argv.some((word) => word === 'pipefail')) return bash ? null : '`set -o pipefail`';
    if (bash || instruction.json !== null) continue;
    const isText = instruction.keyword === 'RUN' || ((instruction.keyword === 'CMD' || instruction.keyword === 'ENTRYPOINT' || instruction.keyword === 'HEALTHCHECK') && commandOf(parsed) !== null);
    if (!isText) continue;
    const obstacle = dashObstacle(textOf(instruction));
    if (obstacle !== null && belongsTo(member, instruction)) return obstacle;
  }
  return null;
}

function belongsTo(member: StageResult, instruction: Instruction): boolean {
  return member.stage.instructions.includes(instruction);
}

/** Words that only Alpine knows. */
const alpineText = /\bmusl|\balpine\b|\/etc\/apk|\/lib\/apk|\/etc\/crontabs|\/etc\/periodic|\/etc\/init\.d|\/sbin\/openrc|chromium-browser|\/usr\/lib\/chromium\b|\/etc\/nginx\/http\.d/i;

function stageObstacles(build: SymbolicBuild, member: StageResult, world: World): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  const { scanned } = build.model;
  for (const instruction of member.stage.instructions) {
    const { keyword } = instruction;
    const where = `(line ${instruction.lines.start})`;
    const text = textOf(instruction);
    const parsed = parse(instruction, scanned);
    if (keyword === 'ONBUILD') obstacles.push({ reason: 'onbuild', message: `ONBUILD runs in another build, which may count on Alpine ${where}` });
    if (['RUN', 'ENV', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'SHELL'].includes(keyword)) {
      const plain = keyword === 'RUN' ? code(text, true).replaceAll(/\/etc\/apk\/cache\S*/g, '').replaceAll(/(?<![\w./])(?:musl-dev|musl-utils|musl)(?![\w.])|(?<![\w./-])[\w.-]*alpine-sdk(?![\w.])/g, '') : text;
      const word = alpineText.exec(plain)?.[0];
      if (word !== undefined) obstacles.push({ reason: 'unsupported', message: `${keyword} names \`${word}\`, which is Alpine’s ${where}` });
      if (alpinesPython.test(text)) obstacles.push({ reason: 'unsupported', message: `${keyword} names Alpine’s own Python ${where}` });
      if (keyword === 'RUN' && /\/etc\/localtime/.test(text) && !/ln\s+-[a-eg-zA-Z]*f\w*\s+\S+\s+\/etc\/localtime/.test(text)) {
        obstacles.push({ reason: 'unsupported', message: `RUN writes /etc/localtime, which is a link in Debian: the file that it names would be written instead ${where}` });
      }
    }
    const elsewhere = movedIn(instruction, text);
    if (elsewhere !== null) obstacles.push({ reason: 'unsupported', message: `${keyword} holds \`${elsewhere}\`, which is another program in Debian ${where}` });
    const names = namesOfAccounts(parsed, text, keyword);
    for (const { user, group } of names) {
      if (user !== null && alpineOnlyUsers.has(user) && !world.accounts.has(user)) obstacles.push({ reason: 'unsupported', message: `Debian has no user ${user} ${where}` });
      if (group !== null && alpineOnlyGroups.has(group) && !world.accounts.has(group)) obstacles.push({ reason: 'unsupported', message: `Debian has no group ${group} ${where}` });
      for (const number of [user, group]) {
        if (number !== null && /^[1-9]\d{1,2}$/.test(number) && !world.numbers.has(number) && world.accounts.size > 0) obstacles.push({ reason: 'unsupported', message: `the number ${number} of a user or group may be one that Alpine gave, and Debian gives another ${where}` });
      }
    }
  }
  if (/arm\/v6/.test(member.stage.from.platform ?? '')) obstacles.push({ reason: 'base-unknown', message: 'Debian’s images are not made for arm/v6' });
  return obstacles;
}

/** A program of another name or place in Debian, in a command or a script that a RUN or a COPY writes by itself. */
function movedIn({ keyword, heredocs }: Instruction, text: string): string | null {
  if (keyword === 'COPY') return heredocs.some(({ content }) => /^\s*#!.*\ba?sh\b/.test(content)) ? '#!/bin/sh' : null;
  if (keyword !== 'RUN') return null;
  const lines = code(text, true).replaceAll(/\\\r?\n/g, ' ').split(/[;&|\n]/);
  const own = lines.filter((line) => !/^\s*(?:apk|adduser|addgroup)\s/.test(line));
  return own.some((line) => commandOnDebian(line) !== line) ? (/\/sbin\/tini|(?:\/sbin\/)?su-exec|\/sbin\/nologin/.exec(own.join(' '))?.[0] ?? 'ash') : null;
}

function namesOfAccounts(parsed: ReturnType<typeof parse>, text: string, keyword: string): readonly { readonly user: string | null; readonly group: string | null }[] {
  const split = (spec: string): { user: string | null; group: string | null } => {
    const [user = '', group = ''] = spec.split(':');
    return { user: user === '' ? null : user, group: group === '' ? null : group };
  };
  if (parsed.keyword === 'USER') return [split(parsed.user)];
  if ((parsed.keyword === 'COPY' || parsed.keyword === 'ADD') && parsed.chown !== null) return [split(parsed.chown)];
  if (keyword !== 'RUN') return [];
  const found = [...text.matchAll(/(?:^|[\s;&|(])chown\s+(?:-\S+\s+)*["']?([\w.-]*(?::[\w.-]+)?)["']?/g)].map((match) => split(match[1] ?? ''));
  const groups = [...text.matchAll(/(?:^|[\s;&|(])chgrp\s+(?:-\S+\s+)*["']?([\w.-]+)/g)].map((match) => ({ user: null, group: match[1] ?? null }));
  return [...found, ...groups];
}

/** CMD, ENTRYPOINT or HEALTHCHECK with programs where Debian has them. */
export function settingOnDebian(text: string): string {
  return commandOnDebian(text);
}
