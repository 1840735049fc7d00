/**
 * Install scripts of packages of which nothing is known. Where an install runs in the same surroundings as before, they do
 * what they did; where other files of the project lie around it, that they read none of them has to be claimed.
 */
import type { PackageScripts } from '../commands/command.ts';
import type { Claim, InstallScriptsTrusted } from '../types.ts';
import { baseName } from './places.ts';
import type { ExecutedEffect } from './runner.ts';

/** What would have to be claimed of the installs in `now`, and is not; the commands of the original are in `before`. */
export function unclaimedScripts(before: readonly ExecutedEffect[], now: readonly ExecutedEffect[], claims: readonly Claim[]): readonly InstallScriptsTrusted[] {
  const moved = now.filter((executed) => executed.effect.packageScripts !== undefined && !before.some(({ token, project }) => token === executed.token && project === executed.project));
  const needed = new Map(moved.flatMap(({ effect: { packageScripts } }) => (packageScripts ? [[keyOf(packageScripts), claimOf(packageScripts)]] : [])));
  return [...needed.values()].filter((claim) => !isClaimed(claim, claims));
}

function claimOf({ lock, packages }: PackageScripts): InstallScriptsTrusted {
  return { kind: 'install-scripts-trusted', lock: baseName(lock), packages };
}

function keyOf({ lock, packages }: PackageScripts): string {
  return `${baseName(lock)} ${packages?.join(' ') ?? '?'}`;
}

/** Does a claim name the lock, and with it each of the packages? */
function isClaimed({ lock, packages }: InstallScriptsTrusted, claims: readonly Claim[]): boolean {
  return claims.some((claim) => claim.kind === 'install-scripts-trusted' && claim.lock === lock && (packages === null ? claim.packages === null : packages.every((name) => claim.packages?.includes(name) === true)));
}
