import { shellBodyOf } from '../dockerfile/run-body.ts';
import type { Instruction } from '../dockerfile/scan.ts';
import type { Command } from '../dockerfile/shell.ts';
import type { Claim, RefusalReason } from '../types.ts';
import { crossingsOf, libcOf } from './modulo/crossing.ts';
import { debianPackages, packageOfProgram } from './modulo/packages.ts';
import type { DebianPlan } from './modulo/plan.ts';
import { planDebian } from './modulo/plan.ts';
import { slimBaseOf } from './modulo/slim-base.ts';
import { debianOf, translationOfRewrite } from './modulo/rewrite.ts';
import { contextOf, scriptsOf } from './modulo/runtime.ts';
import { dashObstacle, programsIn } from './modulo/shell.ts';
import { translationOfOriginal } from './modulo/translation.ts';
import { accountText, readBusyBox, readShadow } from './modulo/users.ts';
import { wordText } from './modulo/words.ts';
import type { SymbolicBuild, Translation } from './symbolic-build.ts';
import { symbolicBuild } from './symbolic-build.ts';

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
