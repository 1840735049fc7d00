/** What a fix claims of another distribution, read once: and whether each claim by itself is right. */
import type { Claim } from '../../types.ts';
import { onAlpine, onDebian, outcomeText } from './accounts.ts';
import { baseMismatch, debianOf } from './base-tag.ts';
import { hasProgram, isInSlim, isKnownSuite, isOffered, packageMismatch } from './offers.ts';
import { isOfBusyBox } from './shell-text.ts';

export type BaseChanged = Extract<Claim, { kind: 'base-changed' }>;

export interface Claimed {
  readonly bases: readonly BaseChanged[];
  /** By Alpine’s name, what Debian has for it. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Debian’s packages for programs of BusyBox, and for what comes along on Alpine unasked. */
  readonly tools: ReadonlySet<string>;
  /** Commands of the original that make or remove users and groups. */
  readonly accounts: ReadonlySet<string>;
  /** The Debian releases of the new bases. */
  readonly suites: ReadonlySet<string>;
}

/** The claims, or why one of them is wrong. */
export function readClaims(claims: readonly Claim[]): Claimed | string {
  const bases = claims.filter((claim): claim is BaseChanged => claim.kind === 'base-changed');
  const suites = new Set<string>();
  for (const { from, to } of bases) {
    const wrong = baseMismatch(from, to);
    if (wrong !== null) return wrong;
    const suite = debianOf(to);
    if (suite === null) return `the checker does not know on which Debian ${to} stands`;
    suites.add(suite);
  }
  const packages = new Map<string, readonly string[]>();
  const tools = new Set<string>();
  for (const [apk, apt] of claims.flatMap((claim) => (claim.kind === 'packages-translated' ? claim.packages : []))) {
    const wrong = packageWrong(apk, apt, suites) ?? (packages.has(apk) && packages.get(apk)?.join(' ') !== apt ? `\`${apk}\` is claimed to be two things` : null);
    if (wrong !== null) return wrong;
    if (apk.startsWith('busybox ')) tools.add(apt);
    else if (apk !== 'apk upgrade') packages.set(apk, apt === '' ? [] : apt.split(' '));
  }
  const accounts = new Set<string>();
  for (const claim of claims) {
    if (claim.kind !== 'user-command-translated') continue;
    if (!isSameAccount(claim.from, claim.to)) return `\`${claim.to}\` does not do what \`${claim.from}\` does`;
    accounts.add(claim.from);
  }
  return { bases, packages, tools, accounts, suites };
}

/** Where nothing is installed the release does not matter; else there have to be facts of it. */
function packageWrong(apk: string, apt: string, suites: ReadonlySet<string>): string | null {
  if (apk === 'apk upgrade') return apt === '' ? null : 'nothing takes the place of `apk upgrade`';
  const program = /^busybox (\S+)$/.exec(apk)?.[1];
  for (const suite of suites.size === 0 ? ['bookworm', 'trixie'] : suites) {
    if (program === undefined) {
      const wrong = isKnownSuite(suite) ? packageMismatch(apk, apt, suite) : `the checker has no facts of its own of the packages of Debian ${suite}`;
      if (wrong !== null) return wrong;
    } else if (!isTool(program, apt, suite)) return `\`${apt}\` is not what Debian has for the program \`${program}\` of BusyBox`;
  }
  return null;
}

function isTool(program: string, apt: string, suite: string): boolean {
  return isOfBusyBox(program) && !isOffered(`bin:${program}`, [], suite) && (hasProgram(apt, program, suite) || (!isInSlim(apt, suite) && !apt.includes(' ') && isOffered(`bin:${program}`, [apt], suite)));
}

function isSameAccount(from: string, to: string): boolean {
  const [program = '', ...words] = wordsOf(from);
  const [other = '', ...others] = wordsOf(to);
  const then = onAlpine(program, words);
  const now = onDebian(other, others);
  return then !== null && now !== null && outcomeText(then) === outcomeText(now);
}

/** A command line of a claim: words, of which some stand in quotes. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}
