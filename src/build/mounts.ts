/** What `RUN --mount` puts over a place of the image while the RUN lasts. */
import type { ParsedMount } from '../dockerfile/mount.ts';
import type { Stage } from '../dockerfile/stages.ts';
import { stageReference } from '../dockerfile/stages.ts';
import type { Path } from '../types.ts';
import { contentOf, stageRisk } from './copy.ts';
import type { Subtree } from './image-tree.ts';
import { change, copyOfSubtree, ensureDirectory, lookUp, overlayContext, putSubtree, takeSubtree, write } from './image-tree.ts';
import { contextFileToken, directoryToken } from './tree-rules.ts';
import { isSymbolic, isWithin, parentOf, regionsBehind, resolveInImage, resolvePath } from './places.ts';
import type { ExecutedRun } from './runner.ts';
import type { Site } from './site.ts';
import { expandWord, makerKeys } from './site.ts';
import type { ContextSource, StageState } from './state.ts';
import type { Token } from './values.ts';

/** A mount that lies over its target. */
export interface Mounted {
  readonly key: string | Token;
  readonly sources: readonly ContextSource[];
  /** Ways in which it may fail, as in `StepRecord`. */
  readonly risks: readonly string[];
  readonly target: Path;
  readonly unmount: (run: ExecutedRun) => void;
}

/**
 * Puts a mount over its target for one RUN. What is written below it is dropped with it, and so is a directory that was
 * made for it (BuildKit, `MountStubsCleaner`; tried with 0.12: nothing is left of a target three directories deep).
 */
export function mountOn(site: Site, stage: Stage, state: StageState, mount: ParsedMount): Mounted {
  const { values, tree } = state;
  const target = resolveInImage(state.config.cwd, expandWord(site, state, mount.target ?? defaultTarget(mount)));
  const text = [mount.type, target, mount.from ?? '', mount.source ?? ''].join(' ');
  if (mount.type === 'ssh') return { key: text, sources: [], risks: [], target: '', unmount: () => undefined };
  const made = missingAbove(state, target).map((path) => ({ path, old: lookUp(tree, path) }));
  const before: Subtree = takeSubtree(tree, target);
  ensureDirectory(tree, mount.type === 'secret' ? parentOf(target) : target, values.ownedByRoot);
  // A region of which the mount covers a part is not what the commands would have left in it, which the mark of the mount says.
  const subtree = regionsBehind(target).length === 0 ? before : takeSubtree(tree, target);
  const unmount = (run: ExecutedRun): void => {
    if (mount.type === 'cache') for (const left of [site.soFar, site.own]) left.caches.set(mount.id ?? target, takeSubtree(tree, target));
    if (run.opaque !== null) return;
    putSubtree(tree, target, subtree);
    for (const { path, old } of subtree === before ? made : []) if (!run.written.some((place) => isWithin(place.path, path) && !isWithin(place.path, target))) write(tree, path, old);
  };
  if (mount.type !== 'bind') {
    write(tree, target, { data: mount.type === 'secret' ? values.token('secret', mount.id ?? target) : directoryToken(values) });
    const kept = mount.type === 'cache' ? site.soFar.caches.get(mount.id ?? target) : undefined;
    if (kept) putSubtree(tree, target, copyOfSubtree(kept));
    else if (mount.type !== 'secret') change(tree, target, true, 'all', values.token('mount', mount.type, ...startOfCache(site, stage, state, mount)));
    return { key: text, sources: [], risks: [], target, unmount };
  }
  const source = expandWord(site, state, mount.source ?? '.').replace(/^\/+/, '');
  if (mount.from !== null) {
    const name = expandWord(site, state, mount.from);
    const built = stageReference(site.model, stage.index, name);
    const from = built ? site.stages[built.index] : undefined;
    const path = resolveInImage('/', source);
    const token = contentOf(state, from ?? null, name, path);
    change(tree, target, true, 'all', token);
    const sources = from ? from.state.exposures.items.map(({ path: exposed, deep }) => ({ path: exposed, deep })) : [];
    return { key: values.token(text, token, ...(from ? makerKeys(site, from, path) : [])), sources, risks: stageRisk(state, from ?? null, name, path), target, unmount };
  }
  const path = resolvePath('/', source).slice(1);
  const { files } = site.context;
  const risks = isSymbolic(path) || files.has(path) === 'yes' ? [] : [`missing: ${path}`];
  const flags = { owner: values.ownedByRoot, mode: null };
  if (files.kind(path) === 'directory') {
    overlayContext(tree, site.context, path, target, flags);
    const sources = [{ path, deep: true }];
    return { key: values.token(text, changedKey(state, sources)), sources, risks, target, unmount };
  }
  write(tree, target, { data: isSymbolic(path) ? values.token('context', site.context.name, path) : contextFileToken(values, site.context, path), owner: flags.owner, mode: values.token('context-mode', site.context.name, path) });
  const sources = [{ path, deep: false }];
  return { key: values.token(text, changedKey(state, sources)), sources, risks, target, unmount };
}

/** What a cache starts with, where a mount names it. */
function startOfCache(site: Site, stage: Stage, state: StageState, mount: ParsedMount): readonly (string | Token)[] {
  if (mount.from === null) return [];
  const name = expandWord(site, state, mount.from);
  const built = stageReference(site.model, stage.index, name);
  const from = built ? site.stages[built.index] : undefined;
  return [contentOf(state, from ?? null, name, resolveInImage('/', expandWord(site, state, mount.source ?? '/')))];
}

/** The directories above a path that are not known to be there. */
function missingAbove(state: StageState, path: Path): readonly Path[] {
  const missing: Path[] = [];
  for (let at = parentOf(path); at !== '/' && lookUp(state.tree, at).data !== directoryToken(state.values); at = parentOf(at)) missing.push(at);
  return missing;
}

function changedKey(state: StageState, sources: readonly ContextSource[]): Token {
  const { changed, files } = state.context;
  const hit = [...changed].filter((path) => files.has(path) !== 'no' && sources.some((source) => (source.deep ? isWithin(path, source.path) : source.path === path)));
  return state.values.token('content', ...sources.map((source) => source.path), ...hit);
}

function defaultTarget(mount: ParsedMount): string {
  return mount.type === 'secret' ? `/run/secrets/${mount.id ?? ''}` : (mount.source ?? '/');
}
