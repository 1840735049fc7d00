/**
 * Is a package of Debian what a package of Alpine is there for? Decided from what each of them brings, not from a table of
 * counterparts: a wrong pair is turned down whoever proposes it.
 */
import { alpinePurposes } from '../../data/alpine-purposes.ts';
import { debianOffers, slimOffers } from '../../data/debian-offers.ts';

/** What an Alpine package is there for. */
interface Purpose {
  readonly needs: readonly string[];
  /** What may come along. */
  readonly may: readonly string[];
  /** What has to be there beside it. */
  readonly beside: readonly string[];
}

interface DebianPackage {
  readonly offers: ReadonlySet<string>;
  /** Packages that it depends on, all the way down. */
  readonly depends: readonly string[];
}

interface Suite {
  readonly packages: ReadonlyMap<string, DebianPackage>;
  readonly slim: DebianPackage;
}

const suiteNames = ['bookworm', 'trixie'] as const;

let purposes: ReadonlyMap<string, Purpose> | undefined;
let suites: ReadonlyMap<string, Suite> | undefined;

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}

function readPurposes(): ReadonlyMap<string, Purpose> {
  return new Map(alpinePurposes.trim().split('\n').flatMap((line) => {
    const [names = '', tokens = ''] = line.split('\t');
    const all = words(tokens).filter((token) => token !== 'none' && token !== 'python');
    const beside = all.filter((token) => token.startsWith('with:')).map((token) => token.slice(5));
    const may = all.filter((token) => token.startsWith('?')).map((token) => token.slice(1));
    const needs = all.filter((token) => !token.startsWith('with:') && !token.startsWith('?'));
    // Alpine’s packages of headers bring pkg-config where they have a module for it.
    const tool = needs.some((token) => token.startsWith('pc:')) ? ['bin:pkg-config'] : [];
    return words(names).map((name): [string, Purpose] => [name, { needs, may: [...may, ...beside, ...tool], beside }]);
  }));
}

function readSuites(): ReadonlyMap<string, Suite> {
  const lines = debianOffers.trimEnd().split('\n').map((line) => line.split('\t')).filter(([, name]) => name !== undefined);
  const slims = slimOffers.trim().split('\n').map((line) => line.split('\t'));
  return new Map(suiteNames.map((suite) => {
    const own = lines.filter(([of]) => of === '' || of === suite);
    const packages = new Map(own.map(([, name = '', offers = '', depends = '']) => [name, { offers: new Set(words(offers)), depends: words(depends) }] as const));
    const [, offers = '', depends = ''] = slims.find(([of]) => of === suite) ?? [];
    return [suite, { packages, slim: { offers: new Set(words(offers)), depends: words(depends) } }] as const;
  }));
}

function purposeOf(apk: string): Purpose | undefined {
  purposes ??= readPurposes();
  return purposes.get(apk);
}

function suiteOf(suite: string): Suite | undefined {
  suites ??= readSuites();
  return suites.get(suite);
}

/** Are there facts of the suite? */
export function isKnownSuite(suite: string): boolean {
  return suiteOf(suite) !== undefined;
}

/** Does the slim image have the package? */
export function isInSlim(name: string, suite: string): boolean {
  return suiteOf(suite)?.slim.depends.includes(name) === true;
}

/** What the packages bring, with those that they depend on. */
function broughtBy(names: readonly string[], { packages }: Suite): ReadonlySet<string> {
  const all = names.flatMap((name) => [name, ...(packages.get(name)?.depends ?? [])]);
  return new Set(all.flatMap((name) => [...(packages.get(name)?.offers ?? [])]));
}

/** Is something (`bin:wget`) there, in the slim image or with one of the packages? */
export function isOffered(token: string, names: readonly string[], suite: string): boolean {
  const facts = suiteOf(suite);
  return facts !== undefined && (facts.slim.offers.has(token) || broughtBy(names, facts).has(token));
}

/** Does the package itself bring the program? */
export function hasProgram(name: string, program: string, suite: string): boolean {
  return suiteOf(suite)?.packages.get(name)?.offers.has(`bin:${program}`) === true;
}

/** Does a package bring nothing that counts but programs of the given kind? */
export function bringsOnly(name: string, suite: string, isOfKind: (program: string) => boolean): boolean {
  const offers = [...(suiteOf(suite)?.packages.get(name)?.offers ?? [])];
  return offers.length > 0 && offers.every((token) => token.startsWith('bin:') && isOfKind(token.slice(4)));
}

/** Would removing `gone` take `kept` along? */
export function dependsOn(kept: string, gone: string, suite: string): boolean {
  return suiteOf(suite)?.packages.get(kept)?.depends.includes(gone) === true;
}

/** What has to be there beside a package, from whatever other: `pkg-config` for the headers of MariaDB. */
export function neededBeside(apk: string): readonly string[] {
  return purposeOf(apk)?.beside ?? [];
}

/** Is it a library and nothing else, so that an image which has it beside all others does what it did? */
export function isLibrary(apk: string): boolean {
  const needs = purposeOf(apk)?.needs ?? [];
  return needs.length > 0 && needs.every((token) => token.startsWith('so:'));
}

/** Does an Alpine package bring pkg-config along, as those of headers do that have a module for it? */
export function bringsPkgConfig(apk: string): boolean {
  return apk.endsWith('-dev') && purposeOf(apk)?.may.includes('bin:pkg-config') === true;
}

/** `bin:psql` in words. */
export function inWords(token: string): string {
  const [kind = '', ...rest] = token.split(':');
  const name = rest.join(':');
  switch (kind) {
    case 'bin':
      return `the program \`${name}\``;
    case 'h':
      return `the header \`${name}\``;
    case 'pc':
      return `the pkg-config module \`${name}\``;
    case 'so':
      return `the library \`${name}\``;
    default:
      return `\`${name}\``;
  }
}

/** Why a claim that `apt` (names with spaces between) is what Debian has for `apk` does not hold; null if it does. */
export function packageMismatch(apk: string, apt: string, suite: string): string | null {
  const purpose = purposeOf(apk);
  const facts = suiteOf(suite);
  if (purpose === undefined) return `the checker has no facts of its own of \`${apk}\``;
  if (facts === undefined) return `the checker has no facts of its own of Debian ${suite}`;
  const names = words(apt);
  const unknown = names.find((name) => !facts.packages.has(name) && !facts.slim.depends.includes(name));
  if (unknown !== undefined) return `the checker has no facts of its own of Debian’s \`${unknown}\` in ${suite}`;
  const there = broughtBy(names, facts);
  const missing = purpose.needs.find((token) => !facts.slim.offers.has(token) && !there.has(token));
  if (missing !== undefined) return `\`${apt}\` is not what Debian has for \`${apk}\`: it lacks ${inWords(missing)} in ${suite}`;
  // What another of them depends on comes along anyway.
  const comesAlong = (name: string): boolean => names.some((other) => facts.packages.get(other)?.depends.includes(name) === true);
  const surplus = names.find((name) => facts.packages.has(name) && !isOfUse(name, purpose, facts) && !comesAlong(name));
  return surplus === undefined ? null : `\`${surplus}\` is not what Debian has for \`${apk}\`: it brings nothing that ${apk} is there for`;
}

/** A package counts if its own files are among what is wanted; one without files of its own, if one that it stands for does. */
function isOfUse(name: string, purpose: Purpose, { packages }: Suite): boolean {
  const wanted = [...purpose.needs, ...purpose.may];
  const own = packages.get(name)?.offers ?? new Set<string>();
  const stoodFor = [...own].filter((token) => token.startsWith('for:')).map((token) => token.slice(4));
  return [name, ...stoodFor].some((one) => wanted.some((token) => packages.get(one)?.offers.has(token) === true));
}
