import type { Command } from '../dockerfile/shell.ts';
import type { Instruction } from '../dockerfile/scan.ts';
import type { Claim, RefusalReason } from '../types.ts';
import { unaskedPackages, wrongAtTheEnd } from './alpine-check/at-the-end.ts';
import { commonBase, debianOf } from './alpine-check/base-tag.ts';
import type { BaseChanged, Claimed } from './alpine-check/claims.ts';
import { readClaims } from './alpine-check/claims.ts';
import { bringsOnly, isInSlim } from './alpine-check/offers.ts';
import type { Original } from './alpine-check/original.ts';
import { followOriginal } from './alpine-check/original.ts';
import { followRewritten } from './alpine-check/rewritten.ts';
import { isOfBusyBox } from './alpine-check/shell-text.ts';
import type { Counting } from './alpine-check/stands.ts';
import { onDebian, scriptsDiffer } from './alpine-check/surroundings.ts';
import { crossingsOf, libcOf } from './modulo/crossing.ts';
import { contextOf, scriptsOf } from './modulo/runtime.ts';
import { wordText } from './modulo/words.ts';
import type { StageResult, SymbolicBuild, Translation } from './symbolic-build.ts';
import { symbolicBuild } from './symbolic-build.ts';

/** Two builds with what the claims allow to differ called by one name; or why the claims are not borne out. */
export type Modulo =
  | { readonly kind: 'builds'; readonly before: SymbolicBuild; readonly after: SymbolicBuild }
  | { readonly kind: 'refusal'; readonly reason: RefusalReason; readonly message: string };

/**
 * Runs both builds again, in each of which the claimed base images, package commands and user commands stand for what
 * they have in common. Nothing is believed, and nothing is asked of what proposed the rewrite (`modulo/plan*.ts` and the
 * tables that it uses): `alpine-check/` judges each claim by facts of its own, and follows both Dockerfiles by itself.
 */
export function moduloClaims(before: SymbolicBuild, after: SymbolicBuild, claims: readonly Claim[]): Modulo {
  const claimed = readClaims(claims);
  if (typeof claimed === 'string') return refuse(claimed);
  // The Dockerfile of another image is not touched: then the scripts that it runs must not be, either.
  if (before.model.scanned.text === after.model.scanned.text) return untouched(before, after);
  const wrongBase = claimed.bases.map((claim) => baseNotChanged(before, after, claim)).find((reason) => reason !== null);
  if (wrongBase) return refuse(wrongBase, 'base-unknown');
  const roots = new Map(claimed.bases.map((claim) => [claim.stage, claim.to]));
  const affected = new Set(before.stages.filter(({ chain }) => roots.has(chain[0] ?? -1)).map(({ stage }) => stage.index));
  const suiteOf = (stage: StageResult): string | null => debianOf(roots.get(stage.chain[0] ?? -1) ?? '');
  const membersOf = (build: SymbolicBuild): readonly StageResult[] => build.stages.filter(({ stage }) => affected.has(stage.index));
  const original = followOriginal(before, membersOf(before), claimed, countingOf(claimed, claimed.tools), commandText);
  if (typeof original === 'string') return refuse(original);
  const unasked = unaskedPackages(claimed, original);
  if (typeof unasked === 'string') return refuse(unasked);
  const asked = new Set([...claimed.packages].flatMap(([apk, names]) => (unasked.includes(apk) ? [] : names)));
  const alongside = unasked.flatMap((apk) => claimed.packages.get(apk) ?? []).filter((name) => !asked.has(name));
  const rewritten = followRewritten(after, membersOf(after), suiteOf, countingOf(claimed, new Set([...claimed.tools, ...alongside])));
  if (typeof rewritten === 'string') return refuse(rewritten);
  const problem = leftBehind(before, after) ?? scriptsDiffer(before, after, affected) ?? membersOf(after).map((member) => wrongAtTheEnd(after, member, claimed, original, rewritten, suiteOf(member))).find((wrong) => wrong !== null) ?? null;
  if (problem !== null) return refuse(problem);
  return {
    kind: 'builds',
    before: rebuilt(before, translation(affected, original.stands, onDebian)),
    after: rebuilt(after, translation(affected, rewritten.stands, (text) => text)),
  };
}

function refuse(message: string, reason: RefusalReason = 'differs'): Modulo {
  return { kind: 'refusal', reason, message };
}

function rebuilt(build: SymbolicBuild, translated: Translation): SymbolicBuild {
  const [first] = build.stages;
  if (!first) return build;
  return symbolicBuild(build.model, build.build, first.state.context.files, first.state.values, { ...build.options, translation: translated });
}

function baseNotChanged(before: SymbolicBuild, after: SymbolicBuild, claim: BaseChanged): string | null {
  const then = before.stages[claim.stage];
  const now = after.stages[claim.stage];
  if (!then || !now || before.stages.length !== after.stages.length) return `there is no stage ${claim.stage}`;
  if (before.options.args === 'symbols') return null;
  if (then.reference !== claim.from) return `stage ${claim.stage} does not stand on ${claim.from}`;
  return now.reference === claim.to ? null : `stage ${claim.stage} would not stand on ${claim.to}`;
}

/** A command with its words as the shell takes them, quoted where they have to be. */
export function commandText(command: Command): string {
  return command.words.map((word) => wordText(word)?.text ?? word.raw).map((word) => (word === '' || /\s/.test(word) ? `"${word}"` : word)).join(' ');
}

/** `uncounted`: packages that only one of the two systems has to be asked for. */
function countingOf({ suites }: Claimed, uncounted: ReadonlySet<string>): Counting {
  const inAny = (holds: (suite: string) => boolean): boolean => [...suites].some(holds);
  const isThere = (name: string): boolean => inAny((suite) => isInSlim(name, suite));
  return {
    installed: (name) => !isThere(name) && !uncounted.has(name),
    purged: (name) => !isThere(name) && !uncounted.has(name) && !inAny((suite) => bringsOnly(name, suite, isOfBusyBox)),
  };
}

/** What stands in each RUN; what a setting counts as; what the shell is for a RUN. */
function translation(affected: ReadonlySet<number>, stands: Original['stands'], command: (text: string) => string): Translation {
  return {
    base: (stage, reference) => (affected.has(stage) ? commonBase(reference) : null),
    stands: (instruction) => stands.get(instruction) ?? null,
    setting: (stage, instruction, text) => {
      if (!affected.has(stage)) return text;
      if (instruction.keyword === 'SHELL') return commonShell(instruction, text);
      return ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword) ? command(text) : text;
    },
  };
}

/** Alpine’s sh, and Debian’s sh and bash, are one shell to what each of them takes alike: that is looked at apart. */
function commonShell({ json }: Instruction, text: string): string | null {
  const [program = '', ...options] = json ?? [];
  if (!/^(?:\/(?:usr\/)?bin\/)?(?:sh|ash|bash)$/.test(program)) return text;
  return options.join(' ') === '-c' ? null : `||${JSON.stringify(['/bin/sh', ...options])}`;
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

function untouched(before: SymbolicBuild, after: SymbolicBuild): Modulo {
  const then = contextOf(before);
  const now = contextOf(after);
  for (const stage of before.stages) {
    const changed = scriptsOf(before, stage).scripts.find(({ file }) => then?.read(file) !== now?.read(file));
    if (changed) return refuse(`${changed.file} is also run by ${before.build.dockerfile}, which stays as it is`);
  }
  return { kind: 'builds', before, after };
}
