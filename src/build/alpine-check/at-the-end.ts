/** What the rewritten stages come to: all that was asked for is there, nothing else is, and nothing in them is for Alpine. */
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import type { Claimed } from './claims.ts';
import { bringsPkgConfig, inWords, isInSlim, isLibrary, isOffered, neededBeside } from './offers.ts';
import type { Original } from './original.ts';
import type { Rewritten } from './rewritten.ts';
import { writtenForAlpine } from './surroundings.ts';

const pkgConfig = new Set(['pkgconfig', 'pkgconf']);

function allOf(sets: ReadonlyMap<number, ReadonlySet<string>>): ReadonlySet<string> {
  return new Set([...sets.values()].flatMap((set) => [...set]));
}

/** Alpine packages of the claims that no command asks for; or why they may not be there. */
export function unaskedPackages({ packages }: Claimed, { ever }: Original): readonly string[] | string {
  const asked = allOf(ever);
  const unasked = [...packages.keys()].filter((apk) => !asked.has(apk));
  const comesAlong = (apk: string): boolean => isLibrary(apk) || (pkgConfig.has(apk) && [...asked].some(bringsPkgConfig));
  const wrong = unasked.find((apk) => !comesAlong(apk));
  return wrong === undefined ? unasked : `no command of the original asks for \`${wrong}\``;
}

/** The first thing of a stage that is not as it has to be; null if all is. */
export function wrongAtTheEnd(after: SymbolicBuild, member: StageResult, claimed: Claimed, original: Original, rewritten: Rewritten, suite: string | null): string | null {
  const { index } = member.stage;
  const there = rewritten.kept.get(index) ?? new Set<string>();
  const kept = original.kept.get(index) ?? new Set<string>();
  for (const apk of kept) {
    const lost = (claimed.packages.get(apk) ?? []).find((name) => !there.has(name) && !(suite !== null && isInSlim(name, suite)));
    if (lost !== undefined) return `\`${lost}\` would not be there, which takes the place of \`${apk}\``;
  }
  return lacksBeside(original.ever.get(index), rewritten.ever.get(index), suite) ?? staysBehind(kept, there, original) ?? forAlpine(after, member, original, there, suite);
}

/** Something that a package needs beside it on Debian, and that nothing brings. */
function lacksBeside(then: ReadonlySet<string> | undefined, now: ReadonlySet<string> | undefined, suite: string | null): string | null {
  for (const apk of then ?? []) {
    const token = neededBeside(apk).find((one) => suite === null || !isOffered(one, [...(now ?? [])], suite));
    if (token !== undefined) return `\`${apk}\` needs ${inWords(token)} beside it on Debian, which nothing here brings`;
  }
  return null;
}

/** pkg-config goes from Alpine with the headers that brought it. */
function staysBehind(kept: ReadonlySet<string>, there: ReadonlySet<string>, { ever }: Original): string | null {
  if (!there.has('pkg-config') && !there.has('pkgconf')) return null;
  const wanted = [...kept].some((apk) => pkgConfig.has(apk) || bringsPkgConfig(apk));
  return wanted || [...allOf(ever)].some((apk) => pkgConfig.has(apk)) ? null : '`pkg-config` would stay, which Alpine removes';
}

function forAlpine(after: SymbolicBuild, member: StageResult, { accounts }: Original, there: ReadonlySet<string>, suite: string | null): string | null {
  const made = accounts.get(member.stage.index);
  return made === undefined ? null : writtenForAlpine(after, member, made, there, suite);
}
