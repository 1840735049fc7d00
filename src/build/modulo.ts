import { systemEffect } from '../commands/apt.ts';
import type { Effect, ImageView, Write } from '../commands/command.ts';
import { everythingBelow, file } from '../commands/command.ts';
import { edits, fileEffect } from '../commands/operands.ts';
import type { Instruction } from '../dockerfile/scan.ts';
import type { Command, Script, Step } from '../dockerfile/shell.ts';
import { parseReference } from '../images/reference.ts';
import type { Claim, RefusalReason } from '../types.ts';
import type { AlpineStep } from './modulo/alpine-run.ts';
import { crossingsOf, libcOf } from './modulo/crossing.ts';
import { debianPackages, packageOfProgram } from './modulo/packages.ts';
import type { DebianAction, DebianPlan } from './modulo/plan.ts';
import { planDebian, settingOnDebian, slimBaseOf } from './modulo/plan.ts';
import { contextOf, scriptsOf } from './modulo/runtime.ts';
import { dashObstacle, programsIn } from './modulo/shell.ts';
import type { Account } from './modulo/users.ts';
import { accountText, readBusyBox, readShadow, shadowPrograms } from './modulo/users.ts';
import { commandWords, wordText } from './modulo/words.ts';
import { accountsRegion, osRegion, symbol } from './places.ts';
import type { Stand } from './runner.ts';
import { symbolicBuild } from './symbolic-build.ts';
import { shellBodyOf } from '../dockerfile/run-body.ts';
import type { SymbolicBuild, Translation } from './symbolic-build.ts';

/** Two builds with what the claims allow to differ called by one name; or why the claims are not borne out. */
export type Modulo =
  | { readonly kind: 'builds'; readonly before: SymbolicBuild; readonly after: SymbolicBuild }
  | { readonly kind: 'refusal'; readonly reason: RefusalReason; readonly message: string };

type BaseChanged = Extract<Claim, { kind: 'base-changed' }>;

/**
 * Runs both builds again, in each of which the claimed base images, package commands and user commands stand for what
 * they have in common. Nothing is believed: a claim must agree with the tables of tags and packages, and what the
 * original becomes is worked out anew from the original.
 */
export function moduloClaims(before: SymbolicBuild, after: SymbolicBuild, claims: readonly Claim[]): Modulo {
  const unfounded = claims.map((claim) => unfoundedClaim(claim)).find((reason) => reason !== null);
  if (unfounded) return refuse(unfounded);
  // The Dockerfile of another image is not touched: then the scripts that it runs must not be, either.
  if (before.model.scanned.text === after.model.scanned.text) return untouched(before, after);
  const bases = claims.filter((claim): claim is BaseChanged => claim.kind === 'base-changed');
  const wrongBase = bases.map((claim) => baseNotChanged(before, after, claim)).find((reason) => reason !== null);
  if (wrongBase) return refuse(wrongBase, 'base-unknown');
  const roots = new Set(bases.map((claim) => claim.stage));
  const affected = new Set(before.stages.filter(({ chain }) => roots.has(chain[0] ?? -1)).map(({ stage }) => stage.index));
  const plan = planDebian(before, affected, new Map(bases.map((claim) => [claim.stage, claim.from])));
  const [obstacle] = plan.obstacles;
  if (obstacle) return { kind: 'refusal', ...obstacle };
  const problem = unclaimed(plan, claims) ?? leftBehind(before, after) ?? scriptsDiffer(before, after, affected, plan) ?? shellTooSmall(after, affected) ?? toolMissing(after, affected, plan);
  if (problem) return refuse(problem);
  return {
    kind: 'builds',
    before: rebuilt(before, translationOfOriginal(affected, plan, claims)),
    after: rebuilt(after, translationOfRewrite(after, affected, plan, claims)),
  };
}

function refuse(message: string, reason: RefusalReason = 'differs'): Modulo {
  return { kind: 'refusal', reason, message };
}

function rebuilt(build: SymbolicBuild, translation: Translation): SymbolicBuild {
  const [first] = build.stages;
  if (!first) return build;
  return symbolicBuild(build.model, build.build, first.state.context.files, first.state.values, { ...build.options, translation });
}

// ------------------------------------------------------------------------------------------------ are the claims borne out?

/** Why a claim by itself is none that the tables know; null if they do. */
function unfoundedClaim(claim: Claim): string | null {
  switch (claim.kind) {
    case 'base-changed': {
      const slim = slimBaseOf(claim.from);
      if (!('kind' in slim)) return slim.message;
      return slim.reference === claim.to ? null : `${claim.to} is not the slim twin of ${claim.from}, which is ${slim.reference}`;
    }
    case 'packages-translated': {
      const wrong = claim.packages.find(([apk, apt]) => !isCounterpart(apk, apt));
      return wrong === undefined ? null : `\`${wrong[1]}\` is not what Debian has for \`${wrong[0]}\``;
    }
    case 'user-command-translated':
      return isSameAccount(claim.from, claim.to) ? null : `\`${claim.to}\` does not do what \`${claim.from}\` does`;
    default:
      return null;
  }
}

/** Programs of BusyBox are named `busybox wget`; `apk upgrade` has no counterpart. */
function isCounterpart(apk: string, apt: string): boolean {
  if (apk === 'apk upgrade') return apt === '';
  const program = /^busybox (\S+)$/.exec(apk)?.[1];
  if (program !== undefined) return packageOfProgram.get(program) === apt;
  return ['bookworm', 'trixie'].some((suite) => {
    const found = debianPackages(apk, suite);
    return found.kind === 'packages' && found.names.join(' ') === apt;
  });
}

function isSameAccount(from: string, to: string): boolean {
  const [program = '', ...words] = shellWords(from);
  const [other = '', ...others] = shellWords(to);
  const then = readBusyBox(program, words);
  const now = readShadow(other, others);
  return then.kind !== 'refused' && now !== null && accountText(then) === accountText(now);
}

/** A command line of a claim: words, of which some stand in double quotes. */
function shellWords(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function baseNotChanged(before: SymbolicBuild, after: SymbolicBuild, claim: BaseChanged): string | null {
  const then = before.stages[claim.stage];
  const now = after.stages[claim.stage];
  if (!then || !now || before.stages.length !== after.stages.length) return `there is no stage ${claim.stage}`;
  if (before.options.args === 'symbols') return null;
  if (then.reference !== claim.from) return `stage ${claim.stage} does not stand on ${claim.from}`;
  return now.reference === claim.to ? null : `stage ${claim.stage} would not stand on ${claim.to}`;
}

/** A package or a user that the claims do not name. */
function unclaimed(plan: DebianPlan, claims: readonly Claim[]): string | null {
  const pairs = new Set(claims.flatMap((claim) => (claim.kind === 'packages-translated' ? claim.packages.map(([apk, apt]) => `${apk}=${apt}`) : [])));
  for (const [apk, names] of plan.packages) if (!pairs.has(`${apk}=${names.join(' ')}`)) return `the claims do not name \`${apk}\``;
  const accounts = new Set(claims.flatMap((claim) => (claim.kind === 'user-command-translated' ? [claim.from] : [])));
  for (const { steps } of plan.runs.values()) {
    for (const { read } of steps) {
      if (read.action.kind === 'account' && !accounts.has(commandText(read.command))) return `the claims do not name \`${commandText(read.command)}\``;
    }
  }
  return null;
}

/** A command with its words as the shell takes them, quoted where they have to be. */
export function commandText(command: Command): string {
  return command.words.map((word) => wordText(word)?.text ?? word.raw).map((word) => (word === '' || /\s/.test(word) ? `"${word}"` : word)).join(' ');
}

/** Something compiled that would cross from one C library to another, and did not before. */
function leftBehind(before: SymbolicBuild, after: SymbolicBuild): string | null {
  const mismatch = (build: SymbolicBuild, from: number, to: number): boolean => {
    const a = libcOf(build, from);
    const b = libcOf(build, to);
    return a !== null && b !== null && a !== b;
  };
  for (const { from, to, source, compiled } of crossingsOf(after)) {
    if (!compiled || !mismatch(after, from, to) || mismatch(before, from, to)) continue;
    return `${source} would be made for ${libcOf(after, from) ?? ''} and run on ${libcOf(after, to) ?? ''}`;
  }
  return null;
}

/** Scripts that the image runs are what they have to be on Debian, and nothing else. */
function scriptsDiffer(before: SymbolicBuild, after: SymbolicBuild, affected: ReadonlySet<number>, plan: DebianPlan): string | null {
  const then = contextOf(before);
  const now = contextOf(after);
  if (then === null || now === null) return null;
  for (const stage of before.stages) {
    const isAffected = affected.has(stage.stage.index);
    // A stage that is no image somebody uses only hands on what its copies name.
    const isImage = isAffected || before.outputs.includes(stage.stage.index);
    for (const { file: path } of scriptsOf(before, stage, isImage ? 'run or named by a copy' : 'run').scripts) {
      const expected = isAffected ? (plan.scripts.get(path) ?? then.read(path)) : then.read(path);
      if (now.read(path) !== expected) return isAffected ? `${path} would not be what Debian needs` : `${path} is run by a stage that stays as it is`;
    }
  }
  return null;
}

function untouched(before: SymbolicBuild, after: SymbolicBuild): Modulo {
  const then = contextOf(before);
  const now = contextOf(after);
  for (const stage of before.stages) {
    const changed = scriptsOf(before, stage).scripts.find(({ file: path }) => then?.read(path) !== now?.read(path));
    if (changed) return refuse(`${changed.file} is also run by ${before.build.dockerfile}, which stays as it is`);
  }
  return { kind: 'builds', before, after };
}

/** Shell text that the rewritten stage would give to dash, and that dash does not take. */
function shellTooSmall(after: SymbolicBuild, affected: ReadonlySet<number>): string | null {
  for (const stage of after.stages) {
    if (!affected.has(stage.stage.index)) continue;
    let bash = false;
    for (const instruction of stage.chain.flatMap((index) => after.stages[index]?.stage.instructions ?? [])) {
      if (instruction.keyword === 'SHELL') bash = /(?:^|\/)bash$/.test(instruction.json?.[0] ?? '');
      if (bash || instruction.json !== null) continue;
      const text = [instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n');
      const isText = ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword);
      const obstacle = isText ? dashObstacle(text) : null;
      if (obstacle !== null) return `\`${instruction.keyword}\` (line ${instruction.lines.start}) has ${obstacle}, which dash does not take as ash does`;
    }
    const last = stage.state.config.single.get('SHELL') ?? '';
    if (/pipefail/.test(last) && !/"(?:\/bin\/|\/usr\/bin\/)?bash"/.test(last)) return 'dash has no `pipefail`';
  }
  return null;
}

/** A program of BusyBox's that is needed, and that nothing would install. */
function toolMissing(after: SymbolicBuild, affected: ReadonlySet<number>, plan: DebianPlan): string | null {
  for (const [index, tools] of plan.tools) {
    const chain = (after.stages[index]?.chain ?? []).filter((one) => affected.has(one));
    const installed = new Set<string>();
    for (const instruction of chain.flatMap((one) => after.stages[one]?.stage.instructions ?? [])) {
      if (instruction.keyword !== 'RUN') continue;
      for (const name of installedBy(after, instruction)) installed.add(name);
      const called = programsIn([instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n'));
      for (const [program, name] of tools) if (called.has(program) && !installed.has(name)) return missing(program, name);
    }
    for (const [program, name] of tools) if (!installed.has(name)) return missing(program, name);
  }
  return null;
}

function missing(program: string, name: string): string {
  return `\`${program}\` would be missing: Debian’s slim image has it only with ${name}`;
}

function installedBy(build: SymbolicBuild, instruction: Instruction): readonly string[] {
  const body = shellBodyOf(build.model.scanned, instruction);
  if (body.kind === 'opaque') return [];
  return body.script.steps.flatMap((step) => debianOf(step)).flatMap((action) => (action.kind === 'install' ? action.names : []));
}

// --------------------------------------------------------------------------------------------------------- what is common

/** A base image without its variant: the same name for both sides. */
function commonBase(reference: string): string {
  const slim = slimBaseOf(reference);
  const named = 'kind' in slim ? slim.reference : reference;
  const { tag } = parseReference(named);
  const variant = tag === null ? '' : tag.replace(/-?(?:alpine|slim)[^/]*$/, '');
  return tag === null ? `${named} on either system` : `${named.slice(0, named.length - tag.length)}${variant} on either system`;
}

/** What a shell is for a RUN: Alpine's sh and Debian's bash take what the plan found of one another's. */
function commonSetting(keyword: string, text: string, instruction: Instruction): string | null {
  if (keyword !== 'SHELL' || instruction.json === null) return text;
  const [program = '', ...options] = instruction.json;
  if (!/^(?:\/(?:usr\/)?bin\/)?(?:sh|ash|bash)$/.test(program)) return text;
  return options.join(' ') === '-c' ? null : `||${JSON.stringify(['/bin/sh', ...options])}`;
}

function installEffect(names: readonly string[], view: ImageView): Effect {
  return systemEffect(`packages ${names.toSorted().join(' ')}`, view, 'os-packages', [], [{ place: file(osRegion), how: 'add' }]);
}

function purgeEffect(names: readonly string[], view: ImageView): Effect {
  return systemEffect(`purged ${names.toSorted().join(' ')}`, view, 'os-packages', [], [edits(osRegion, false)]);
}

const defaults = ['/etc/login.defs', '/etc/default/useradd', '/etc/adduser.conf'].map(file);

function accountEffect(account: Account, variables: readonly string[], view: ImageView): Effect {
  const home = account.kind === 'user' && account.makesHome ? view.resolve(expanded(account.home, view)) : null;
  const reads = [file(osRegion), ...defaults, ...(home === null ? [] : [file(home), everythingBelow('/etc/skel')])];
  const makes: readonly Write[] = home === null || view.presence(home) === 'yes' ? [] : [{ place: file(home), how: 'make-directory' }, edits(home, true, 'owner'), edits(home, false, 'mode')];
  const effect = fileEffect(accountText(account), view, { kind: 'users', reads, writes: [edits(accountsRegion, false), ...makes] });
  return { ...effect, env: [...effect.env, ...variables] };
}

function expanded(text: string, view: ImageView): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => view.variable(name) ?? symbol(name));
}

interface Extras {
  /** Debian packages that the slim image has already. */
  readonly present: ReadonlySet<string>;
  /** Debian packages that take the place of a program of BusyBox. */
  readonly tools: ReadonlySet<string>;
}

function extrasOf(claims: readonly Claim[], plan: DebianPlan): Extras {
  const pairs = claims.flatMap((claim) => (claim.kind === 'packages-translated' ? claim.packages : []));
  const present = pairs.flatMap(([apk]) => ['bookworm', 'trixie'].flatMap((suite) => {
    const found = debianPackages(apk, suite);
    return found.kind === 'packages' && found.present ? found.names : [];
  }));
  return { present: new Set(present), tools: new Set([...plan.tools.values()].flatMap((tools) => [...tools.values()])) };
}

function withoutExtras(names: readonly string[], extras: Extras): readonly string[] {
  return [...new Set(names)].filter((name) => !extras.present.has(name) && !extras.tools.has(name));
}

const nothing: Stand = { text: '', parts: () => [] };

function standForInstall(names: readonly string[]): Stand {
  return names.length === 0 ? nothing : { text: `install ${names.toSorted().join(' ')}`, parts: (view) => [installEffect(names, view)] };
}

function standForPurge(names: readonly string[]): Stand {
  return { text: `purge ${names.toSorted().join(' ')}`, parts: (view) => [purgeEffect(names, view)] };
}

/** BusyBox gives a home that exists already to its new user; useradd leaves it as it is. */
function standForAccount(account: Account, variables: readonly string[], takesHome: boolean): Stand {
  return {
    text: accountText(account),
    parts: (view) => {
      const effect = accountEffect(account, variables, view);
      if (!takesHome || account.kind !== 'user' || !account.makesHome || view.presence(view.resolve(expanded(account.home, view))) !== 'yes') return [effect];
      return [effect, ['chown', `${account.name}:${account.group ?? account.name}`, account.home]];
    },
  };
}

/** The same command with fewer operands. */
function standForRest(command: Command, dropped: readonly number[]): Stand | null {
  const words = commandWords({ ...command, words: command.words.filter((_word, index) => !dropped.includes(index)) });
  const raw = command.words.flatMap((word, index) => (dropped.includes(index) ? [] : [word.raw]));
  if (words === null && raw.some((word) => /[$`"']/.test(word))) return null;
  return { text: raw.join(' '), parts: () => [raw.map((word) => word.replaceAll(/["']/g, ''))] };
}

type Runs = ReadonlyMap<Instruction, ReadonlyMap<number, Stand>>;

function translation(affected: ReadonlySet<number>, runs: Runs, setting: (keyword: string, text: string) => string): Translation {
  return {
    base: (stage, reference) => (affected.has(stage) ? commonBase(reference) : null),
    stands: (instruction) => runs.get(instruction) ?? null,
    setting: (stage, instruction, text) => {
      if (!affected.has(stage)) return text;
      return commonSetting(instruction.keyword, setting(instruction.keyword, text), instruction);
    },
  };
}

function translationOfOriginal(affected: ReadonlySet<number>, plan: DebianPlan, claims: readonly Claim[]): Translation {
  const extras = extrasOf(claims, plan);
  const runs = new Map([...plan.runs].map(([instruction, { steps }]) => {
    const stands = new Map<number, Stand>();
    for (const { read, debian } of steps) {
      const stand = standInOriginal(read, debian, extras);
      if (stand) stands.set(read.step.span.start, stand);
    }
    return [instruction, stands] as const;
  }));
  const commands = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
  return translation(affected, runs, (keyword, text) => (commands.has(keyword) ? settingOnDebian(text) : text));
}

function standInOriginal({ command, action }: AlpineStep, debian: DebianAction, extras: Extras): Stand | null {
  switch (debian.kind) {
    case 'install':
      return standForInstall(withoutExtras(debian.needed, extras));
    case 'purge':
      return standForPurge(debian.names);
    case 'nothing':
      return nothing;
    case 'clean':
      return action.kind === 'clean' && !action.all ? standForRest(command, action.operands) : nothing;
    case 'account':
      return action.kind === 'account' ? standForAccount(action.account, action.variables, true) : null;
  }
}

// ---------------------------------------------------------------------------------------------------- the rewritten side

type DebianStep =
  | { readonly kind: 'update' }
  | { readonly kind: 'install'; readonly names: readonly string[] }
  | { readonly kind: 'purge'; readonly names: readonly string[] }
  | { readonly kind: 'clean'; readonly operands: readonly number[]; readonly all: boolean }
  | { readonly kind: 'account'; readonly account: Account; readonly variables: readonly string[] };

const aptLists = new Set(['/var/lib/apt/lists/*', '/var/lib/apt/lists/']);
const quietFlags = new Set(['-y', '--yes', '-q', '-qq', '--no-install-recommends', '--auto-remove', '--autoremove']);

/** A command in exactly the form that takes the place of one of Alpine's; nothing for every other one. */
function debianOf(step: Step): readonly DebianStep[] {
  if (step.node.kind !== 'command') return [];
  const { node } = step;
  const known = commandWords(node);
  const [program = '', ...rest] = node.words.map((word) => word.raw);
  if (program === 'rm' && node.redirects.length === 0) {
    const operands = node.words.flatMap((word, index) => (aptLists.has(word.raw) ? [index] : []));
    const all = node.words.every((word, index) => index === 0 || word.raw.startsWith('-') || operands.includes(index));
    return operands.length > 0 && rest.some((word) => /^-\w*r/.test(word)) ? [{ kind: 'clean', operands, all }] : [];
  }
  if (known === null) return [];
  const words = known.map((word) => word.text);
  if (shadowPrograms.has(program)) {
    const account = readShadow(program, words.slice(1));
    return account === null ? [] : [{ kind: 'account', account, variables: known.flatMap((word) => word.variables) }];
  }
  if (program !== 'apt-get' || known.some((word) => word.variables.length > 0)) return [];
  const flags = words.slice(1).filter((word) => word.startsWith('-'));
  const [verb, ...names] = words.slice(1).filter((word) => !word.startsWith('-'));
  if (flags.some((flag) => !quietFlags.has(flag)) || names.some((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name))) return [];
  const says = (...any: readonly string[]): boolean => flags.some((flag) => any.includes(flag));
  if (verb === 'update' && names.length === 0) return [{ kind: 'update' }];
  if (verb === 'install' && says('-y', '--yes') && says('--no-install-recommends')) return [{ kind: 'install', names }];
  if (verb === 'purge' && says('-y', '--yes') && says('--auto-remove', '--autoremove')) return [{ kind: 'purge', names }];
  return [];
}

/**
 * What stands in a RUN of the rewritten file. Only where the lists are fetched before the first install and removed
 * after the last: else nothing does, and the difference is found.
 */
function standsOfRewrite(script: Script, extras: Extras, stopsOnError: boolean): ReadonlyMap<number, Stand> {
  const steps = script.steps.map((step) => ({ step, action: debianOf(step)[0] }));
  const first = steps.findIndex(({ action }) => action?.kind === 'install');
  const last = steps.findLastIndex(({ action }) => action?.kind === 'install');
  const updated = steps.findIndex(({ action }) => action?.kind === 'update');
  const cleaned = steps.findLastIndex(({ action }) => action?.kind === 'clean');
  const fetched = updated >= 0 && updated < first && !(stops(script, stopsOnError) && goesUnnoticed(script, updated));
  const sound = first < 0 ? updated < 0 : fetched && cleaned > last;
  const stands = new Map<number, Stand>();
  for (const { step, action } of steps) {
    const stand = action ? standInRewrite(step, action, extras, sound) : null;
    if (stand) stands.set(step.span.start, stand);
  }
  return stands;
}

/** Does the script stop where a command fails? */
function stops(script: Script, stopsOnError: boolean): boolean {
  return stopsOnError || script.steps.some(({ node }) => node.kind === 'command' && node.words[0]?.raw === 'set' && node.words.some((word) => /^-\w*e/.test(word.raw) || word.raw === 'errexit'));
}

/** A command that fails before `&&` does not stop a script under `set -e`: what comes after the list runs all the same. */
function goesUnnoticed(script: Script, index: number): boolean {
  const later = script.steps.slice(index + 1);
  return later[0]?.joinedBy === 'and' && later.some((step) => step.joinedBy !== 'and');
}

function standInRewrite(step: Step, action: DebianStep, extras: Extras, sound: boolean): Stand | null {
  if (!sound && action.kind !== 'account' && action.kind !== 'purge') return null;
  switch (action.kind) {
    case 'update':
      return nothing;
    case 'install':
      return standForInstall(withoutExtras(action.names, extras));
    case 'purge':
      return standForPurge(action.names);
    case 'clean':
      return action.all || step.node.kind !== 'command' ? nothing : standForRest(step.node, action.operands);
    case 'account':
      return standForAccount(action.account, action.variables, false);
  }
}

function translationOfRewrite(build: SymbolicBuild, affected: ReadonlySet<number>, plan: DebianPlan, claims: readonly Claim[]): Translation {
  const extras = extrasOf(claims, plan);
  const runs = new Map<Instruction, ReadonlyMap<number, Stand>>();
  for (const stage of build.stages) {
    if (!affected.has(stage.stage.index)) continue;
    let stopsOnError = false;
    for (const instruction of stage.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? [])) {
      if (instruction.keyword === 'SHELL') stopsOnError = instruction.json?.some((word) => /^-[a-z]*e/.test(word)) ?? false;
      if (instruction.keyword !== 'RUN' || instruction.json !== null) continue;
      const body = shellBodyOf(build.model.scanned, instruction);
      if (body.kind === 'script') runs.set(instruction, standsOfRewrite(body.script, extras, stopsOnError));
    }
  }
  return translation(affected, runs, (_keyword, text) => text);
}
