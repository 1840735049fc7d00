/**
 * Lists of packages (`apt-get update`) grow old: after days they name packages that repositories hold no more. That the
 * network gives the same to both Dockerfiles holds for one moment, and not for a layer of last month. So whoever may install
 * by lists has to find them as fresh as today: in the same layer, if they come from it today, and else with nothing between
 * that runs the install again without the refresh, and is not there today.
 */
import { shortText } from '../edit/lines.ts';
import { isCovered } from './exposure.ts';
import { isPackageLists, isWithin } from './places.ts';
import type { ContextSource } from './state.ts';
import type { StageResult, StepRecord, SymbolicBuild } from './symbolic-build.ts';
import { whyItMayInstall } from './unseen-installs.ts';
import type { Token } from './values.ts';

/** What runs a step again: files of the context, and by their text arguments, and copies from elsewhere. */
interface Causes {
  readonly sources: readonly ContextSource[];
  readonly others: readonly string[];
}

/** A command that may install by lists that another one has fetched. */
interface Reliance {
  readonly user: Token;
  readonly refresh: Token;
  readonly step: StepRecord;
  readonly refreshedBy: StepRecord;
  /** What runs it again without the refresh; null where both are in one layer. */
  readonly apart: Causes | null;
  /** Why a command that is not understood may install; null for one that is. */
  readonly why: string | null;
}

/** Lists that may be there, and what has come since into the cache key. */
interface Lists {
  readonly refresh: Token;
  readonly step: StepRecord;
  readonly since: Causes;
}

interface Walked {
  readonly lists: readonly Lists[];
  readonly reliances: readonly Reliance[];
}

/** A command that would install by older lists than it does today; null if there is none. */
export function staleInstall(before: SymbolicBuild, after: SymbolicBuild): string | null {
  const fresh = after.stages.filter((stage, index) => stage !== before.stages[index]).flatMap((stage) => walkedStage(after, stage).reliances);
  if (fresh.length === 0) return null;
  const known = before.stages.flatMap((stage) => walkedStage(before, stage).reliances);
  const stale = fresh.find((reliance) => reliance.apart !== null && !known.some((old) => isAsFresh(reliance, old)));
  if (!stale) return null;
  const { scanned } = after.model;
  const installs = stale.why === null ? 'installs by' : `may install (${stale.why}) by`;
  return `\`${shortText(scanned, stale.step.instruction)}\` ${installs} the package lists that \`${shortText(scanned, stale.refreshedBy.instruction)}\` fetches, and would find them older than today, in a layer that stays cached while it runs again`;
}

function isAsFresh({ user, refresh, apart }: Reliance, old: Reliance): boolean {
  if (old.user !== user || old.refresh !== refresh || old.apart === null || apart === null) return false;
  const { sources, others } = old.apart;
  return apart.sources.every((source) => isCovered(source, sources)) && apart.others.every((other) => others.includes(other));
}

// ----------------------------------------------------------------------------------------------------------------- walk

const walks = new WeakMap<StageResult, Walked>();

/** Who relies on which lists in a stage; those of the stages that it starts from count as well. */
function walkedStage(build: SymbolicBuild, stage: StageResult): Walked {
  const known = walks.get(stage);
  if (known) return known;
  const parent = build.stages[stage.chain.at(-2) ?? -1];
  let lists = parent ? walkedStage(build, parent).lists : [];
  const reliances: Reliance[] = [];
  const stepsSoFar = (step: StepRecord): readonly StepRecord[] => [...stage.chain.slice(0, -1).flatMap((index) => build.stages[index]?.steps ?? []), ...stage.steps.slice(0, stage.steps.indexOf(step))];
  for (const step of stage.steps) {
    const causes = causesOf(step);
    lists = lists.map((one) => ({ ...one, since: joined(one.since, causes) }));
    const relies = (user: Token, why: string | null): void => {
      for (const { refresh, step: refreshedBy, since } of lists) reliances.push({ user, refresh, step, refreshedBy, apart: refreshedBy === step ? null : since, why });
    };
    for (const { effects } of step.run?.commands ?? []) {
      for (const { effect, token } of effects) {
        const written = effect.writes.find(({ place, how }) => isPackageLists(place.path) || (how === 'remove' && lists.length > 0 && listsBelow(place.path)));
        if (lists.length > 0 && (effect.reads.some(({ path }) => isPackageLists(path)) || effect.confinedTo)) relies(token, effect.confinedTo ? 'it is not understood' : null);
        if (!written) continue;
        if (written.how === 'remove') lists = [];
        else lists = [...(written.how === 'set' ? [] : lists), { refresh: token, step, since: none }];
      }
    }
    const opaque = lists.length > 0 && step.run !== null && step.opaque !== null ? step.shipments.find((shipment) => shipment.kind === 'everything') : undefined;
    const why = opaque ? whyItMayInstall({ rest: step.run?.rest ?? null, step, before: stepsSoFar(step), files: build.files }) : null;
    if (opaque && why !== null) {
      relies(opaque.token, why);
      lists = [...lists, { refresh: opaque.token, step, since: none }];
    }
  }
  const walked = { lists, reliances };
  walks.set(stage, walked);
  return walked;
}

function listsBelow(path: string): boolean {
  return ['/var/lib/apt/lists', '/var/cache/apk', '/var/cache/dnf'].some((directory) => isWithin(directory, path));
}

const none: Causes = { sources: [], others: [] };

function joined(one: Causes, other: Causes): Causes {
  return other === none ? one : { sources: [...one.sources, ...other.sources], others: [...one.others, ...other.others] };
}

/** What a step brings into the cache key of those that follow it, but for its own text. */
function causesOf({ copy, mounted, instruction }: StepRecord): Causes {
  if (copy !== null) {
    const sources = [...copy.contextSources, ...copy.inherited];
    return sources.length > 0 ? { sources, others: [] } : { sources, others: [instruction.text] };
  }
  if (mounted.length > 0) return { sources: mounted, others: [] };
  return instruction.keyword === 'ARG' || instruction.keyword === 'ENV' ? { sources: [], others: [`${instruction.keyword} ${instruction.text}`] } : none;
}
