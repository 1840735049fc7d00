import { shortText } from '../edit/lines.ts';
import { flatMap } from '../lists.ts';
import type { Claim, InstallScriptsTrusted, Path, RefusalReason } from '../types.ts';
import { staleInstall } from './freshness.ts';
import { touches } from './deeds.ts';
import { differences, digest } from './tree-digest.ts';
import { unclaimedScripts } from './package-scripts.ts';
import { describePlace, isWithin, join, relativeTo } from './places.ts';
import type { ExecutedEffect } from './runner.ts';
import type { StageResult, StepRecord, Shipment, SymbolicBuild } from './symbolic-build.ts';
import type { Token } from './values.ts';
import { moduloClaims } from './modulo.ts';
import { configDifference } from './same-config.ts';
import { calledTool, packageClaims, rebuiltWithLedgers } from './wheels.ts';
import { commandText, whyOther, whyOtherInput } from './why-other.ts';

/** Do two Dockerfiles give the same images? `unclaimed`: they do, under claims that were not made. */
export type Verdict = { readonly same: true } | { readonly same: false; readonly reason: RefusalReason; readonly message: string; readonly unclaimed?: readonly InstallScriptsTrusted[] };

const same: Verdict = { same: true };

/** Claims that another base image follows from, which has other packages and other commands. */
const translating: ReadonlySet<Claim['kind']> = new Set(['base-changed', 'packages-translated', 'user-command-translated']);

/**
 * Compares what two Dockerfiles build from the same context: configuration, files, owners, modes, what the layers hold,
 * and whether each new step is sure to succeed. All is exact but for the claims.
 */
export function compareBuilds(before: SymbolicBuild, after: SymbolicBuild, claims: readonly Claim[] = []): Verdict {
  if (!claims.some((claim) => translating.has(claim.kind))) return compareModuloPackages(before, after, claims);
  const modulo = moduloClaims(before, after, claims);
  if (modulo.kind === 'refusal') return differs(modulo.message, modulo.reason);
  return compareModuloPackages(modulo.before, modulo.after, claims);
}

function compareModuloPackages(original: SymbolicBuild, rewritten: SymbolicBuild, claims: readonly Claim[]): Verdict {
  const packages = packageClaims(claims);
  if (packages === null) return compare(original, rewritten, { ...strictly, claims });
  const { before, after, vouchedFor, bringsWheels } = rebuiltWithLedgers(original, rewritten, packages);
  const tool = after.outputs.map((index) => after.stages[index] && calledTool(after, after.stages[index], packages.leftOut)).find((name) => typeof name === 'string');
  if (tool) return differs(`the image calls ${tool}, which would not be there`);
  return compare(before, after, { claims, vouchedFor, mayShip: (shipment) => isCopyOfWheels(shipment, packages.inLayer, bringsWheels) });
}

/** What the claims allow beyond what is equal. */
interface Leeway {
  readonly claims: readonly Claim[];
  /** Is a command of the rewritten build sure to succeed, although the original has none that does the same? */
  readonly vouchedFor: (effect: number) => boolean;
  /** May a layer hold this, although none of the original does? */
  readonly mayShip: (shipment: Shipment) => boolean;
}

const strictly: Omit<Leeway, 'claims'> = { vouchedFor: () => false, mayShip: () => false };

function isCopyOfWheels(shipment: Shipment, directories: readonly Path[], bringsWheels: (written: number) => boolean): boolean {
  return shipment.kind === 'element' && directories.includes(shipment.path) && bringsWheels(shipment.token);
}

function compare(before: SymbolicBuild, after: SymbolicBuild, leeway: Leeway): Verdict {
  // It is the same for all stages.
  let added: { readonly first: ExecutedEffect | undefined } | null = null;
  const newEffectOnce = (): ExecutedEffect | undefined => {
    added ??= { first: newEffect(before, after, leeway) };
    return added.first;
  };
  for (const index of before.outputs) {
    const original = before.stages[index];
    const rewritten = original && counterpart(before, after, original);
    if (!original || !rewritten) return differs('a stage that is an image of its own is gone');
    const verdict = compareStages(before, after, original, rewritten, newEffectOnce, leeway);
    if (!verdict.same) return verdict;
  }
  const stale = staleInstall(before, after);
  if (stale !== null) return differs(stale, 'stale-lists');
  const risks = compareRisks(before, after);
  return risks.same ? compareScripts(before, after, leeway) : risks;
}

/** Last, so that what is unclaimed is all that is missing. */
function compareScripts(before: SymbolicBuild, after: SymbolicBuild, { claims }: Leeway): Verdict {
  const unclaimed = unclaimedScripts(effectsOf(before.stages), effectsOf(newStages(before, after)), claims);
  const [first] = unclaimed;
  if (first === undefined) return same;
  const whose = first.packages === null ? `packages of ${first.lock}` : first.packages.join(', ');
  return { same: false, reason: 'reads-source', message: `install scripts of ${whose} may read files of the project that would not be there yet; dockfix does not know these scripts`, unclaimed };
}

function differs(message: string, reason: RefusalReason = 'differs'): Verdict {
  return { same: false, reason, message };
}

/** The stage of the rewritten file that takes the place of a stage: by name, else by position from the end. */
function counterpart(before: SymbolicBuild, after: SymbolicBuild, original: StageResult): StageResult | undefined {
  const { name, index } = original.stage;
  // The last stage is what is built when nobody names one: it has to stay the last.
  if (index === before.stages.length - 1) {
    const last = after.stages.at(-1);
    return name === null || last?.stage.name === name ? last : undefined;
  }
  if (name !== null) return after.stages.find((other) => other.stage.name === name);
  return after.stages[after.stages.length - (before.stages.length - index)];
}

function compareStages(before: SymbolicBuild, after: SymbolicBuild, original: StageResult, rewritten: StageResult, newEffectOnce: () => ExecutedEffect | undefined, leeway: Leeway): Verdict {
  const isSame = original === rewritten;
  const config = isSame ? null : configDifference(original.state.config, rewritten.state.config);
  if (config !== null) return differs(`the image's ${config} would differ`);
  if (!isSame && original.state.tree !== rewritten.state.tree && digest(original.state.tree, '/') !== digest(rewritten.state.tree, '/')) {
    const [path = '/'] = differences(original.state.tree, rewritten.state.tree, 1);
    const { values } = original.state;
    const why = whyOther({ values, before, after, isClaimed: leeway.vouchedFor, isExact: leeway.claims.length === 0 }, digest(original.state.tree, path), digest(rewritten.state.tree, path), path);
    return differs(`${why === null ? '' : `${why}; so `}dockfix cannot show that ${path === '/' ? 'the image' : describePlace(path)} would be as ${today(before, original, path)}`);
  }
  const added = newEffectOnce();
  if (added) return differs(whyOtherInput({ values: original.state.values, before, after, isClaimed: leeway.vouchedFor, isExact: leeway.claims.length === 0 }, added.token) ?? `${commandText(after, added)} might do something else than today, because other files, packages or settings would be there when it runs`);
  return isSame ? same : compareLayers(before, after, original, rewritten, leeway);
}

/** `as …`: after which step of the original a place is what it is in the image. */
function today(before: SymbolicBuild, original: StageResult, path: Path): string {
  const maker = stepsOf(before, original).findLast((step) => step.kind !== 'from' && step.shipments.some((shipment) => touches(shipment, path)));
  return maker === undefined ? 'today' : `after \`${shortText(before.model.scanned, maker.instruction)}\` (line ${maker.line})`;
}

/** The stages that were worked out anew; all others are the very stages of the original. */
function newStages(before: SymbolicBuild, after: SymbolicBuild): readonly StageResult[] {
  return after.stages.filter((stage, index) => stage !== before.stages[index]);
}

function effectsOf(stages: readonly StageResult[]): readonly ExecutedEffect[] {
  const found: ExecutedEffect[] = [];
  for (const { steps } of stages) {
    for (const { run } of steps) if (run !== null) for (const { effects } of run.commands) found.push(...effects);
  }
  return found;
}

/** A command whose outcome the original does not vouch for: it runs with other inputs than any command there. */
function newEffect(before: SymbolicBuild, after: SymbolicBuild, { vouchedFor }: Leeway): ExecutedEffect | undefined {
  const known = new Set(effectsOf(before.stages).map((executed) => executed.token));
  return effectsOf(newStages(before, after)).find(({ effect, token }) => (effect.kind !== 'observe' || effect.reads.length > 0) && !known.has(token) && !vouchedFor(token));
}

// --------------------------------------------------------------------------------------------------------------- layers

function stepsOf(build: SymbolicBuild, stage: StageResult): readonly StepRecord[] {
  return flatMap(stage.chain, (index) => build.stages[index]?.steps ?? []);
}

/** No layer may hold what no layer of the original held: what one RUN made and removed must not become visible. */
function compareLayers(before: SymbolicBuild, after: SymbolicBuild, original: StageResult, rewritten: StageResult, { mayShip }: Leeway): Verdict {
  const shipped = flatMap(stepsOf(before, original), (step) => step.shipments);
  const known = new Map<Path, Set<Path | Token>>();
  for (const shipment of shipped) {
    const there = known.get(placeOf(shipment));
    if (there) there.add(whatOf(shipment));
    else known.set(placeOf(shipment), new Set([whatOf(shipment)]));
  }
  const copies = shipped.filter((shipment) => shipment.kind === 'context');
  for (const step of stepsOf(after, rewritten)) {
    for (const shipment of step.shipments) {
      if (known.get(placeOf(shipment))?.has(whatOf(shipment)) || mayShip(shipment) || copies.some((copy) => brings(copy, shipment))) continue;
      const what = shipment.kind === 'everything' ? 'the result of a command' : shipment.kind === 'context' ? shipment.source : describePlace(shipment.path);
      return differs(`a layer would hold ${what}${takenAway(before, original, shipment)}`, 'changes-shipped-files');
    }
  }
  return same;
}

/** Why no layer of the original holds it. */
function takenAway(before: SymbolicBuild, original: StageResult, shipment: Shipment): string {
  const path = placeOf(shipment);
  const maker = shipment.kind === 'element' ? stepsOf(before, original).find((step) => step.run?.written.some((place) => place.path === path) === true) : undefined;
  if (maker === undefined) return ' in a state that no layer holds today';
  return `, which \`${shortText(before.model.scanned, maker.instruction)}\` (line ${maker.line}) makes and ${maker.opaque === null ? 'changes or takes away' : 'may change or take away'} again`;
}

/** Where something is left. */
function placeOf(shipment: Shipment): Path {
  if (shipment.kind === 'everything') return '';
  return shipment.kind === 'context' ? shipment.destination : shipment.path;
}

/** What is left: a token, or the path of the context that it comes from. */
function whatOf(shipment: Shipment): Path | Token {
  return shipment.kind === 'context' ? shipment.source : shipment.token;
}

function brings(copy: Extract<Shipment, { kind: 'context' }>, shipment: Shipment): boolean {
  if (shipment.kind !== 'context' || !isWithin(shipment.destination, copy.destination)) return false;
  return shipment.source === join(copy.source, relativeTo(shipment.destination, copy.destination));
}

// ---------------------------------------------------------------------------------------------------------------- risks

function compareRisks(before: SymbolicBuild, after: SymbolicBuild): Verdict {
  const known = new Set(flatMap(before.stages, (stage) => flatMap(stage.steps, (step) => step.risks)));
  const fresh = flatMap(newStages(before, after), (stage) => flatMap(stage.steps, (step) => step.risks)).find((risk) => !known.has(risk));
  if (fresh === undefined) return same;
  if (fresh.startsWith('owner: ')) return differs(`the user or group ${fresh.slice(7).replace(/ \d+$/, '')} is not there yet`);
  if (fresh.startsWith('link: ')) return differs(`${fresh.slice(6)} is a symbolic link, which a COPY of its own would follow to wherever it leads`);
  if (fresh.startsWith('clash: ')) return differs(`${fresh.slice(7)} is a directory where a file is to be copied`);
  if (fresh.startsWith('stage file: ')) return differs(`${fresh.slice(12).replace(/ \d+$/, '')} may not be there yet`);
  if (fresh.startsWith('frontend: ')) return differs(`${fresh.slice(10)} needs a newer Dockerfile frontend`);
  return differs(`${fresh.replace('missing: ', '')} may not be in the build context`, 'manifest-missing');
}
