import { onOneLine } from '../edit/lines.ts';
import type { ClaimKind, Fix, Path, Refusal, RefusalReason, Level } from '../types.ts';
import type { TransformOption } from './options.ts';
import type { ProjectView } from './project.ts';

/** A place where a transform sees something to do. */
export interface Match {
  readonly dockerfile: Path;
  /** 1-based, for reports. */
  readonly line: number;
  readonly endLine: number;
}

/** What a transform's documentation page says beyond its title and why. Markdown. */
export interface TransformPage {
  /** What it does, in a few paragraphs. */
  readonly does: string;
  /** Why the result can be trusted, and what may differ. */
  readonly safety: string;
  /** The claims that its fixes can make. */
  readonly claims: readonly ClaimKind[];
  /** The reasons for which it leaves something alone. */
  readonly refuses: readonly RefusalReason[];
  /** The fixture that is shown as the example. */
  readonly example: string;
}

/**
 * One kind of repair. `match` says where the fault is; `decide` is total: once matched, propose fixes (the engine takes
 * the first that it can verify, and asks for no more), or say why not.
 */
export interface Transform<Found extends Match = Match> {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** A fix is worth making only if some step is cached more often. */
  readonly mustGain: boolean;
  /** Each match is about a file of its own, so that a fix for one leaves the others true. */
  readonly matchesApart?: boolean;
  /** What `--option <id>.key=value` can say; none if it is left out. */
  readonly options?: readonly TransformOption[];
  /** For its page in docs/transforms. */
  readonly page?: TransformPage;
  readonly match: (view: ProjectView) => Iterable<Found>;
  readonly decide: (match: Found, view: ProjectView) => Iterable<Fix | Decline>;
}

/** A refusal with its level; `warning` for what is broken today, `info` for what could move without reason. */
export interface Decline extends Refusal {
  readonly level: Level;
}

/** A message is one line, also where it names words that the Dockerfile continues on the next. */
export function decline(reason: RefusalReason, message: string, level: Level = 'refusal'): Decline {
  return { kind: 'refusal', reason, message: message.includes('\n') ? onOneLine(message) : message, level };
}

/** Keeps a transform's own match type inside, so that the list of transforms is a list of one type. */
export function defineTransform<Found extends Match>(transform: Transform<Found>): Transform {
  return transform as unknown as Transform;
}
