/** Packages that installs have added to what a base image has. */
import type { Path } from '../../types.ts';
import type { ImageTree } from '../image-tree.ts';
import { baseTree, lookUp, remove, write } from '../image-tree.ts';
import { isWithin, join, toolRegion } from '../places.ts';
import type { StageState } from '../state.ts';
import { digest } from '../tree-digest.ts';
import type { Token } from '../values.ts';
import { add } from '../values.ts';

/** Packages for a region of the image. */
export interface RegionAddition {
  readonly region: Path;
  readonly elements: readonly Token[];
}

/** The console scripts of a prefix, apart from its packages: a COPY of site-packages alone does not bring them. */
export function scriptsRegion(prefix: Path): Path {
  return toolRegion(join(prefix, 'bin'), 'scripts');
}

/** The tree of a stage as its base image has it. */
export function untouched(state: StageState): ImageTree {
  const tree = baseTree(state.values, state.base.token, state.base.standard);
  for (const path of state.ledger?.absent ?? []) remove(tree, path);
  return tree;
}

/** What was added to a region, if nothing else was done to what the base image has there. */
export function additionsTo(state: StageState, region: Path): readonly Token[] | null {
  const { values } = state;
  const start = lookUp(untouched(state), region).data;
  const elements: Token[] = [];
  for (let at = lookUp(state.tree, region).data; at !== start; ) {
    const { operation, operands } = values.made(at);
    const [rest, element] = operands;
    if (operation !== 'add' || typeof rest !== 'number' || typeof element !== 'number') return null;
    elements.push(element);
    at = rest;
  }
  return elements.toReversed();
}

/** Several installs as one: the order in which they were asked for has no meaning, if all fits together. */
export function inOneCall(elements: readonly Token[]): readonly Token[] {
  return [...new Set(elements)].toSorted((a, b) => a - b);
}

/** Is a directory as the base image has it, apart from a region in it? */
export function isUntouched(state: StageState, directory: Path, region: Path): boolean {
  const tree = untouched(state);
  const { data } = lookUp(state.tree, region);
  if (isWithin(region, directory) && data !== lookUp(tree, region).data) write(tree, region, { data });
  return digest(tree, directory) === digest(state.tree, directory);
}

/** Adds packages to a region of a stage. */
export function addPackages(state: StageState, { region, elements }: RegionAddition): void {
  const { tree, values } = state;
  let { data } = lookUp(tree, region);
  for (const element of elements) data = add(values, data, element);
  write(tree, region, { data });
}
