import type { Fix, Path, Refusal, RefusalReason, Level } from '../types.ts';
import type { ProjectView } from './project.ts';

/** A place where a transform sees something to do. */
export interface Match {
  readonly dockerfile: Path;
  /** 1-based, for reports. */
  readonly line: number;
  readonly endLine: number;
}

/**
 * One kind of repair. `match` says where the fault is; `decide` is total: once matched, propose fixes (the engine takes
 * the first that it can verify), or say why not.
 */
export interface Transform<Found extends Match = Match> {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** A fix is worth making only if some step is cached more often. */
  readonly mustGain: boolean;
  readonly match: (view: ProjectView) => Iterable<Found>;
  readonly decide: (match: Found, view: ProjectView) => readonly (Fix | Decline)[];
}

/** A refusal with its level; `warning` for what is broken today, `info` for what could move without reason. */
export interface Decline extends Refusal {
  readonly level: Level;
}

export function decline(reason: RefusalReason, message: string, level: Level = 'refusal'): Decline {
  return { kind: 'refusal', reason, message, level };
}

/** Keeps a transform's own match type inside, so that the list of transforms is a list of one type. */
export function defineTransform<Found extends Match>(transform: Transform<Found>): Transform {
  return transform as unknown as Transform;
}
