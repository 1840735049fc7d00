/** How many pull requests may be open, and may be opened in an hour, in all repositories of a run together. */
import { count } from '../report/words.ts';
import type { PullRequest } from './forge.ts';

export interface Limits {
  /** Why none may be opened now; null if one may. */
  readonly why: () => string | null;
  /** One more is going to be opened; or was not, after all. */
  readonly take: () => void;
  readonly giveBack: () => void;
}

const hour = 60 * 60_000;

/** `existing`: of all repositories of the run, as the forge has them. Null: no limit. */
export function limitsOf(mostOpen: number | null, perHour: number | null, existing: readonly PullRequest[], now: number): Limits {
  let open = existing.filter(({ state }) => state === 'open').length;
  let recent = existing.filter(({ createdAt }) => now - createdAt < hour).length;
  return {
    why() {
      if (mostOpen !== null && open >= mostOpen) return `${count(open, 'pull request')} of dockfix’s ${open === 1 ? 'is' : 'are'} open (--max-prs ${mostOpen})`;
      return perHour !== null && recent >= perHour ? `${count(recent, 'pull request')} of dockfix’s ${recent === 1 ? 'was' : 'were'} opened within the last hour (--per-hour ${perHour})` : null;
    },
    take() {
      open += 1;
      recent += 1;
    },
    giveBack() {
      open -= 1;
      recent -= 1;
    },
  };
}
