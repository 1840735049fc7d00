import type { Effect } from '../commands/command.ts';
import type { Path } from '../types.ts';
import type { RegionAddition } from './ledger/additions.ts';
import { hasSetuptools } from './ledger/base-images.ts';
import { copiedPackages } from './ledger/copied.ts';
import { contentsOf, writtenAfresh } from './ledger/from-wheels.ts';
import { lockedCircumstances, lockedItem, noteExport } from './ledger/locked.ts';
import { pipRequest } from './ledger/pip.ts';
import type { LedgerOptions, PerformedInstall, Request, Site, StageCopy, Wheels } from './ledger/requests.ts';
import { exportPlugin, leavableTools } from './ledger/tools.ts';
import type { StageState } from './state.ts';
import type { Token, Values } from './values.ts';

/**
 * Packages as what they are made from. To the symbolic build an install is equal only to itself. Under the claim
 * `installed-from-wheels` three things count as one: to install requirements, to copy what such an install put into
 * site-packages, and to install the wheels that `pip wheel` made for the same requirements under the same circumstances.
 *
 * So the ledger gives each requirement of an install a token of its own, made of the requirement (a file by its
 * content), of the base image, and of all that decides what becomes of it: options, index variables, configuration,
 * compilers. Whoever installs it from wheels adds the token that the wheels were made with; whoever copies it takes it
 * along. What is not understood in every word gets no such token, and stays equal only to itself.
 */
export interface Ledger {
  /** What an install adds to the packages of its prefix; null: it is only equal to itself. */
  readonly installed: (install: PerformedInstall) => readonly Token[] | null;
  /** What a COPY from another stage brings, if all of it is packages that were installed there; else null. */
  readonly copied: (copy: StageCopy) => readonly RegionAddition[] | null;
  /** Was the effect an install, or a making of wheels, of nothing but requirements that `known` has as well? */
  readonly vouchesFor: (effect: Token, known: Ledger) => boolean;
  /** Every requirement that was installed. */
  readonly packages: ReadonlySet<Token>;
  /** Every choice of packages of a lock that was installed. */
  readonly locked: ReadonlySet<Token>;
  /** Is it what a COPY of a directory of wheels writes? */
  readonly bringsWheels: (written: Token) => boolean;
  /** Directories that no base image is taken to have (claim `wheels-in-layer`). */
  readonly absent: readonly Path[];
}

export function createLedger(values: Values, options: LedgerOptions): Ledger {
  const made = new Map<Token, Wheels>();
  const packages = new Set<Token>();
  const byEffect = new Map<Token, readonly Token[]>();
  const toolOf = new Map<Token, string>();
  const exported = new Map<Token, Token>();
  const exports = new Map<Token, Token>();
  const locked = new Set<Token>();
  const removals = new Set<Token>();
  const site: Site = { values, made, exported, exports };
  const isLeftOut = (element: Token, state: StageState): boolean => {
    const tool = toolOf.get(element);
    if (tool === undefined || !options.leftOut.has(tool)) return false;
    return tool !== 'setuptools' || hasSetuptools(state);
  };
  return {
    packages,
    locked,
    absent: options.absent,
    bringsWheels: (written) => contentsOf(values, written).some((content) => made.has(content)),
    installed(install) {
      const { effect, token, state } = install;
      noteExport(site, install);
      if (removesOnly(effect, options.absent)) removals.add(token);
      const request = requestOf(site, install);
      if (request === null) return null;
      if (request.kind === 'from-wheels') {
        byEffect.set(token, request.elements);
        return request.elements;
      }
      const elements = request.items.map((item) => {
        const element = values.token('package', item.token, request.circumstances);
        if (item.name !== null && leavableTools.has(item.name)) toolOf.set(element, item.name);
        return element;
      });
      byEffect.set(token, elements);
      if (request.kind === 'wheels') {
        const byItem = new Map(request.items.map((item, index) => [item.token, elements[index] ?? item.token]));
        const content = writtenAfresh(state, request.directory, token, false);
        made.set(content, { elements: byItem, base: state.base.token, withoutDependencies: request.withoutDependencies, pre: request.pre, mayLeadElsewhere: request.mayLeadElsewhere });
        return null;
      }
      if (effect.writes.some((written) => written.how !== 'add')) return null;
      for (const element of elements) packages.add(element);
      for (const item of request.items) if (values.made(item.token).operation === 'locked') locked.add(item.token);
      // The plugin comes to the tool that the final image does without.
      return elements.filter((element) => toolOf.get(element) !== exportPlugin || !options.leftOut.has('poetry'));
    },
    copied(copy) {
      return copiedPackages(copy, options, (element) => isLeftOut(element, copy.state));
    },
    vouchesFor(effect, known) {
      const item = exports.get(effect);
      if (item !== undefined) return known.locked.has(item);
      if (removals.has(effect)) return true;
      const elements = byEffect.get(effect);
      return elements !== undefined && elements.every((element) => known.packages.has(element) || toolOf.get(element) === exportPlugin);
    },
  };
}

/** Does a command do nothing but remove directories of wheels? */
function removesOnly(effect: Effect, directories: readonly Path[]): boolean {
  return effect.writes.length > 0 && effect.writes.every(({ how, place }) => how === 'remove' && directories.includes(place.path));
}

function requestOf(site: Site, install: PerformedInstall): Request | null {
  const { effect, call } = install;
  if (!call || effect.kind !== 'install' || effect.does.startsWith('ignoring failure')) return null;
  if (!isPlainRoot(install)) return null;
  if (/^pip[\d.]*$/.test(call.program)) return pipRequest(site, install, call);
  const item = lockedItem(site.values, install, 'install');
  if (item === null || !effect.writes.every((written) => written.how === 'add')) return null;
  return { kind: 'install', items: [item], circumstances: lockedCircumstances(site.values, install) };
}

/** Root with the usual umask; what another user installs may go to other places. */
function isPlainRoot({ state, environment }: PerformedInstall): boolean {
  return /^(?:root|0)(?::.*)?$/.test(state.config.user) && environment(['(umask)']).length === 0;
}
