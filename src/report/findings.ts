import type { BuildFindings } from '../explain.ts';
import type { FixReport, RefusalReport } from './report.ts';
import { fixReport, refusalReport } from './report.ts';
import { printable } from './words.ts';

export interface Findings {
  readonly fixes: readonly FixReport[];
  readonly refusals: readonly RefusalReport[];
  readonly heldBack: readonly FixReport[];
}

export function findingsReport({ fixes, refusals, heldBack }: Omit<BuildFindings, 'changed'>): Findings {
  return { fixes: fixes.map(fixReport), refusals: refusals.map(refusalReport), heldBack: heldBack.map(fixReport) };
}

/** Each fix with how safe it is and what it claims, what is held back, and why something was left alone; for people. */
export function findingLines({ fixes, refusals, heldBack }: Findings): readonly string[] {
  return [
    ...fixes.flatMap((fix) => [`  ${fix.transform} (${fix.safety}): ${printable(fix.message)}`, ...claimLines(fix)]),
    ...heldBack.flatMap((fix) => [`  held back (--unsafe): line ${fix.line}, ${fix.transform}: ${printable(fix.message)}`, ...claimLines(fix)]),
    ...refusals.filter(({ level }) => level !== 'info').map(({ line, transform, reason, message }) => `  left alone: line ${line}, ${transform} [${reason}]: ${printable(message)}`),
  ];
}

function claimLines({ claims }: FixReport): readonly string[] {
  return claims.map((claim) => `    · ${shortened(printable(claim.message))}`);
}

function shortened(text: string): string {
  return text.length > 160 ? `${text.slice(0, text.lastIndexOf(' ', 160))} …` : text;
}
