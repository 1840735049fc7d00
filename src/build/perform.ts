/** Effects to tokens, and what they leave in the image tree. */
import type { Call, Effect, ImageView, Write } from '../commands/command.ts';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import { conditionsOf, noteChanged } from './conditions.ts';
import { changeAround } from './confined.ts';
import type { Variable } from './environment.ts';
import { variablesNamed } from './environment.ts';
import { change, ensureDirectory, lookUp, remove, write } from './image-tree.ts';
import { addPackages, scriptsRegion } from './ledger/additions.ts';
import { anchorOf, baseName, isRegion, osRegion, parentOf, pythonRegion, regionsBehind, regionsOf } from './places.ts';
import type { ExecutedEffect, Runner } from './runner.ts';
import type { ContextSource, StageState } from './state.ts';
import { contentDigest } from './tree-digest.ts';
import { contextFileOf, directoryToken } from './tree-rules.ts';
import { ownerOfNew } from './users.ts';
import type { Token } from './values.ts';
import { add } from './values.ts';

export function perform(runner: Runner, effect: Effect, call: Call | null, programs?: readonly Token[]): ExecutedEffect {
  return carryOut(runner, workedOut(runner, effect, call, programs), call);
}

/** What an effect comes to; nothing is written yet. */
export function workedOut(runner: Runner, effect: Effect, call: Call | null, programs: readonly Token[] = []): ExecutedEffect {
  const { state, view } = runner;
  const { operands, reads, changed, files } = conditionsOf(runner, effect, call, programs);
  const token = state.values.token('effect', effect.does, ...(files.length === 0 ? operands : [...namesakes(state, effect, files, view), ...operands]));
  const edited: ContextSource[] = [];
  for (const { place, how, only } of effect.writes) if (how === 'edit' && only === undefined && !isRegion(place.path)) noteChanged(state, lookUp(state.tree, place.path).data, edited);
  const executed = { effect, token, reads, changed: edited.length === 0 ? changed : [...changed, ...edited] };
  if (effect.packageScripts) return { ...executed, project: contentDigest(state.tree, effect.packageScripts.project) };
  return effect.confinedTo ? { ...executed, folder: contentDigest(state.tree, effect.confinedTo.place) } : executed;
}

/** Writes what an effect writes. */
export function carryOut(runner: Runner, executed: ExecutedEffect, call: Call | null): ExecutedEffect {
  writeEffect(runner.state, executed, packagesOf(runner, executed.effect, call, executed.token), runner);
  return executed;
}

/** Writes what an effect wrote where it was told the same. */
export function writeAgain(state: StageState, executed: ExecutedEffect, beforeWrite: (path: Path) => void = () => undefined): void {
  writeEffect(state, executed, null, { beforeWrite, written: [] });
}

function writeEffect(state: StageState, { effect, token }: ExecutedEffect, packages: readonly Token[] | null, runner: Pick<Runner, 'beforeWrite' | 'written'>): void {
  for (const written of effect.writes) {
    if (packages && written.how === 'add' && isRegion(written.place.path)) {
      for (const region of [written.place.path, scriptsRegion(anchorOf(written.place.path))]) {
        runner.beforeWrite(region);
        addPackages(state, { region, elements: packages });
        runner.written.push({ path: region, deep: false });
      }
      continue;
    }
    if (written.inStep === true && isKeptLock(state, written.place.path)) continue;
    runner.beforeWrite(written.place.path);
    writePlace(state, written, token);
    runner.written.push(written.place);
    for (const region of isRegion(written.place.path) ? [] : regionsOf(written.place.path)) {
      runner.beforeWrite(region);
      change(state.tree, region, false, 'all', token);
      runner.written.push({ path: region, deep: false });
    }
    if (effect.selfContained && !written.place.deep) state.selfContained.add(lookUp(state.tree, written.place.path).data);
  }
  if (effect.confinedTo) {
    changeAround(state, effect.confinedTo, token);
    runner.written.push({ path: '/', deep: true });
  }
}

/** The packages that an install adds, where the build keeps a ledger of them. */
function packagesOf({ state, surroundings, view }: Runner, effect: Effect, call: Call | null, token: Token): readonly Token[] | null {
  if (!state.ledger) return null;
  const environment = (names: readonly string[]): readonly Variable[] => variablesNamed(state, surroundings, names);
  return state.ledger.installed({ state, view, effect, call, token, environment });
}

/**
 * A file that was put into PREFIX/bin under the name of a package that is installed there: which of the two wins depends
 * on the order. (A console script of another name than its package is taken to have none of the project's names.)
 */
function namesakes(state: StageState, effect: Effect, files: readonly Path[], view: ImageView): readonly Token[] {
  const texts = [effect.does, ...effect.reads.filter((place) => !place.deep).map((place) => view.text(place.path) ?? '')];
  const names = new Set(flatMap(texts, (text) => text.toLowerCase().split(/[^a-z0-9._-]+/)));
  return files.filter((path) => names.has(baseName(path).toLowerCase())).map((path) => lookUp(state.tree, path).data);
}

/**
 * Packages bring files beside their usual places: to /opt, or as data below their prefix. What nothing in the Dockerfile
 * is known to have made may come from any that are installed.
 */
export function regionsBesides(state: StageState, path: Path): readonly Path[] {
  const { tree, values, base } = state;
  if (regionsBehind(path).length > 0 || values.made(lookUp(tree, path).data).operation !== 'base-data') return [];
  const prefixes = new Set(base.pythonPrefix === null ? [] : [base.pythonPrefix]);
  for (let at = parentOf(path); at !== '/' && at !== ''; at = parentOf(at)) prefixes.add(at);
  return [osRegion, ...[...prefixes].map(pythonRegion)];
}

/** A file that is written over keeps its owner and mode; a new one is the user's. */
function rightsOfWritten(state: StageState, path: Path, owner: Token): { owner: Token; mode: Token } {
  const { values, tree } = state;
  const old = lookUp(tree, path);
  const { operation } = values.made(old.data);
  if (operation === 'absent') return { owner, mode: values.token('mode-of-new', state.config.user) };
  if (['context', 'effect', 'inline'].includes(operation)) return { owner: old.owner, mode: old.mode };
  return { owner: values.token('owner-if-made', old.owner, owner), mode: values.token('mode-if-made', old.mode) };
}

function isKeptLock({ tree, values, context }: StageState, path: Path): boolean {
  const source = contextFileOf(values, lookUp(tree, path).data);
  return source !== undefined && context.keptLocks.includes(source);
}

function writePlace(state: StageState, written: Write, token: Token): void {
  const { tree, values } = state;
  const { path, deep } = written.place;
  const owner = ownerOfNew(state);
  switch (written.how) {
    case 'remove':
      remove(tree, path);
      return;
    case 'make-directory':
      ensureDirectory(tree, path, owner);
      return;
    case 'copy':
      write(tree, path, { data: lookUp(tree, written.from ?? path).data, owner, mode: values.token('mode-of-copy', token) });
      return;
    case 'add':
      if (isRegion(path)) write(tree, path, { data: add(values, lookUp(tree, path).data, token) });
      else change(tree, path, deep, 'all', token);
      return;
    case 'link':
    case 'set':
      if (deep) remove(tree, path, true);
      if (deep) change(tree, path, true, 'all', token);
      // Where a directory stands nothing is written, and the command fails: what is there counts as changed.
      if (!deep && !isRegion(path) && lookUp(tree, path).data === directoryToken(values)) change(tree, path, true, 'all', token);
      else if (written.how === 'link') write(tree, path, { data: values.token('link', token), owner, mode: values.token('mode-of-link') });
      else write(tree, path, isRegion(path) ? { data: token } : { data: token, ...rightsOfWritten(state, path, owner) });
      return;
    case 'edit':
      change(tree, path, deep, written.only ?? 'all', token);
  }
}
