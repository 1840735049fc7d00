/** What `dockfix verify --format json` measured, for `dockfix impact`. Pure. */
import type { Path } from '../types.ts';

/** What one change of a file costs, in seconds from the file's change to the image. */
export interface MeasuredChange {
  readonly file: Path;
  readonly before: number;
  readonly after: number;
}

/** What was measured of a Dockerfile with a build context (as the report names them); null if nothing was. */
export type Measurements = (path: Path, context: Path) => MeasuredChange | null;

/** Of a Dockerfile that was built more than once, with several targets, the image for which least is saved counts. */
export function readMeasurements(report: string): Measurements | null {
  const found = parsed(report);
  if (found === null) return null;
  return (path, context) => {
    const own = found.filter((one) => one.path === path && one.context === context).flatMap(measuredChange);
    return own.toSorted((a, b) => saving(a) - saving(b))[0] ?? null;
  };
}

export function saving({ before, after }: MeasuredChange): number {
  return before - after;
}

/** What is used of `DockerfileVerification`. */
interface Verified {
  readonly path?: unknown;
  readonly context?: unknown;
  readonly touched?: unknown;
  readonly before?: { readonly warmSeconds?: unknown } | null;
  readonly after?: { readonly warmSeconds?: unknown } | null;
}

function parsed(report: string): readonly Verified[] | null {
  try {
    const { version, dockerfiles } = JSON.parse(report) as { readonly version?: unknown; readonly dockerfiles?: unknown };
    // The report of `impact` has no engine in it.
    const isVerified = version === 1 && Array.isArray(dockerfiles) && dockerfiles.every((one: { readonly engine?: unknown } | null) => typeof one?.engine === 'string');
    return isVerified ? (dockerfiles as readonly Verified[]) : null;
  } catch {
    return null;
  }
}

function measuredChange({ touched, before, after }: Verified): readonly MeasuredChange[] {
  const [old, now] = [before?.warmSeconds, after?.warmSeconds];
  return typeof touched === 'string' && typeof old === 'number' && typeof now === 'number' ? [{ file: touched, before: old, after: now }] : [];
}
