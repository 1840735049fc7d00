/**
 * Commands that are not understood, of which a claim takes for granted that they work in one directory of the project
 * alone (`npm run build` in `frontend/`): they read and write nothing of the project outside it, and change none of its
 * files, and no users. All else of the image they may read and change.
 */
import type { Call, Effect, Outcome, Write } from '../commands/command.ts';
import { effects, everythingBelow, opaque } from '../commands/command.ts';
import { outputsOf, upwardPaths } from '../commands/folder-builds.ts';
import type { BuildContext, Path } from '../types.ts';
import type { Entry, ImageTree } from './image-tree.ts';
import type { History, Rule } from './tree-rules.ts';
import { cloneTree, contextRulesAt, isInCopy, write } from './image-tree.ts';
import { contentDigest, digest } from './tree-digest.ts';
import { applyRule, changeRule, contextFileOf, directoryToken, isIdle, pushRule } from './tree-rules.ts';
import { accountsRegion, baseName, isRegion, isWithin, join, parentOf, readable, relativeTo, resolvePath, standardDirectories } from './places.ts';
import type { StageState } from './state.ts';
import type { StepRecord, SymbolicBuild } from './symbolic-build.ts';
import type { Token } from './values.ts';
import type { Surroundings } from './view.ts';

/** Options that name another working directory (documentation of npm, Yarn, pnpm, and GNU make). */
const directoryOptions: ReadonlyMap<string, readonly string[]> = new Map([
  ['npm', ['--prefix', '-C']],
  ['yarn', ['--cwd']],
  ['pnpm', ['--dir', '-C']],
  ['make', ['--directory', '-C']],
]);

/** Where a call works: its working directory, unless an option of it names another one. */
export function workplaceOf(call: Call, cwd: Path): Path {
  const names = directoryOptions.get(call.program) ?? [];
  const texts = call.args.map(({ text }) => text);
  const at = texts.findIndex((text) => names.includes(text) || names.some((name) => text.startsWith(`${name}=`)));
  const option = texts[at];
  if (option === undefined) return cwd;
  const equals = option.indexOf('=');
  const value = equals < 0 ? texts[at + 1] : option.slice(equals + 1);
  return value === undefined ? cwd : resolvePath(cwd, value);
}

const allVariables = ['*'];

/** What a call that is not understood does, if it works in a directory for which that is taken for granted, and its words do not say otherwise; else null. */
export function confinedOutcome(state: StageState, call: Call, { cwd, variables }: Surroundings): Outcome | null {
  if (state.context.confined.length === 0 || call.args.some(({ known, glob }) => !known || glob)) return null;
  const workplace = workplaceOf(call, cwd);
  const source = contextRulesAt(state.tree, workplace).find(({ at, deep }) => deep && at === workplace)?.path;
  const directory = source === undefined ? undefined : state.context.confined.find((one) => isWithin(source, one));
  if (source === undefined || directory === undefined) return null;
  const below = relativeTo(source, directory);
  const place = below === '' ? workplace : workplace.slice(0, -below.length - 1);
  const words = [call.interpreter ?? '', call.programPath ?? call.program, ...call.args.map(({ text }) => text)];
  const own = [...words, ...[...variables.values()].map((value) => value ?? '')].flatMap((text) => [...upwardPaths(text), ...absolutePaths(text)]);
  // Other variables of the image may be meant for others.
  const ofImage = [...state.args, ...state.config.env].flatMap(([name, value]) => [...upwardPaths(value ?? ''), ...(outputVariables.has(name) ? absolutePaths(value ?? '') : [])]);
  const outside = [...own, ...ofImage].find((text) => [cwd, workplace].some((from) => isElsewhereInProject(state, resolvePath(from, text), place)));
  if (outside !== undefined) return opaque(`\`${call.program}\` is given ${readable(outside)}, which lies outside ${readable(directory)}/`);
  const effect: Effect = { does: `${words.join(' ')} in ${cwd}`, kind: 'build', reads: [everythingBelow(place)], env: allVariables, writes: [], confinedTo: { place, source: directory } };
  return effects(effect);
}

/** Variables that tell tools where to write (documentation of Create React App, Cargo, Go, and GNU make). */
const outputVariables: ReadonlySet<string> = new Set(['BUILD_PATH', 'CARGO_TARGET_DIR', 'GOBIN', 'DESTDIR']);

function absolutePaths(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|[\s=:,]|-[A-Za-z])(\/[^\s:,="']+)/g)].flatMap(([, path]) => path ?? []);
}

/** Is it a place of the project, but not of the folder that a command works in? */
function isElsewhereInProject({ tree }: StageState, path: Path, place: Path): boolean {
  return path !== '/' && !isWithin(path, place) && (isWithin(place, path) || isInCopy(tree, path));
}

/** All that a confined command may read: the image without what copies from the context brought elsewhere in the project. */
export function confinedInputs({ tree }: StageState, place: Path, source: Path): readonly Token[] {
  const apart = cloneTree(tree);
  leaveOutCopies(apart, apart.root, '/', { place, root: rootOfProject(place, source) });
  return [contentDigest(tree, place), digest(apart, '/')];
}

/** Where the root of the context lies in the image, if the folders above `place` have the names that they have there; else as far up as they do. */
function rootOfProject(place: Path, source: Path): Path {
  let [at, from] = [place, source];
  while (from !== '' && baseName(at) === baseName(from)) [at, from] = [parentOf(at), parentOf(from)];
  return at;
}

/**
 * Takes out what copies from the context brought below the root of the project, `place`, and each directory that then has
 * nothing left. What was copied elsewhere (settings of the user, programs) is a part of the image. Did the entry hold any of it?
 */
function leaveOutCopies(tree: ImageTree, entry: Entry, path: Path, project: { readonly place: Path; readonly root: Path }): boolean {
  const { place, root } = project;
  const isInside = isWithin(path, root) && (root !== '/' || !standardDirectories.has(path));
  if (!isInside && path !== '/' && !isWithin(root, path)) return false;
  let held = isInside && isOfCopy(tree, entry, path);
  for (const [name, child] of entry.children) {
    const at = join(path, name);
    const childHeld = at === place || leaveOutCopies(tree, child, at, project);
    const isBare = child.children.size === 0 && (child.self.data === directoryToken(tree.values) || contextFileOf(tree.values, child.self.data) !== undefined);
    if (at === place || (childHeld && isBare)) entry.children.delete(name);
    held ||= childHeld;
  }
  if (isInside || root === '/') entry.rest = underCopies(entry.rest).history;
  entry.digest = null;
  return held;
}

/** Did a copy from the context bring an entry, or what is below it and has none of its own? */
function isOfCopy(tree: ImageTree, { self, rest: { rule } }: Entry, path: Path): boolean {
  return contextFileOf(tree.values, self.data) !== undefined || (rule.kind === 'context' && !isIdle(rule, path));
}

/** Does a tree of entries have anything that copies from the context brought? */
function holdsCopies(tree: ImageTree, entry: Entry, path: Path): boolean {
  return isOfCopy(tree, entry, path) || [...entry.children].some(([name, child]) => holdsCopies(tree, child, join(path, name)));
}

/** What holds below the newest copies from the context, and these, the newest first. */
function underCopies(start: History): { readonly history: History; readonly copies: readonly Rule[] } {
  const copies: Rule[] = [];
  let history = start;
  while (history.rule.kind === 'context' && history.before !== null) {
    copies.push(history.rule);
    history = history.before;
  }
  return { history, copies };
}

/** A confined command was run: everything may have changed but users, the project's files, and the directories that hold them. */
export function changeAround(state: StageState, { place, source }: NonNullable<Effect['confinedTo']>, token: Token): void {
  const { tree, context } = state;
  const rule = changeRule(tree.values, 'all', token);
  const isSettled = uncertainIn(context.files, source) === null;
  for (const path of isSettled ? [accountsRegion] : [accountsRegion, place]) write(tree, path, {});
  const pending: [Path, Entry][] = [['/', tree.root]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [path, entry] = next;
    if (path !== accountsRegion && !holdsCopies(tree, entry, path)) entry.self = applyRule(tree, rule, path, entry.self);
    // Where a checkout may hold what the command makes, it matters whether the copy or the command comes last.
    const { history, copies } = !isSettled && isWithin(path, place) ? { history: entry.rest, copies: [] } : underCopies(entry.rest);
    entry.rest = [...copies].reduceRight((below, copy) => pushRule(tree, below, copy), pushRule(tree, history, rule));
    entry.digest = null;
    for (const [name, child] of entry.children) pending.push([join(path, name), child]);
  }
}

/**
 * Something in a directory that a build of it may have made, and that not every checkout gives alike: a copy of the
 * directory after the build would bring it back. Null if there is nothing.
 */
export function uncertainIn(files: BuildContext, directory: Path): Path | null {
  const made = outputsOf(files, directory).find((path) => !files.hides(path) && files.has(path) !== 'yes');
  if (made !== undefined) return made;
  for (const path of files.files(directory)) if (files.has(path) !== 'yes') return path;
  return null;
}

/** The directory of the context to which a step of such a build is confined; null for another step. */
export function confinementOf(step: StepRecord): Path | null {
  const effects = step.run?.commands.flatMap((command) => command.effects) ?? [];
  return effects.find(({ effect }) => effect.confinedTo)?.effect.confinedTo?.source ?? null;
}

/** Paths of the context that the commands of a step write, as far as they are understood, and that a copy brings as well. */
export function madeWithin(step: Pick<StepRecord, 'run'>, copy: Pick<StepRecord, 'copy' | 'instruction'>, counts: (effect: Effect, write: Write) => boolean = () => true): readonly Path[] {
  const folders = foldersCopied(copy);
  const writes = step.run?.commands.flatMap((command) => command.effects.flatMap(({ effect }) => effect.writes.filter((write) => counts(effect, write)))) ?? [];
  const files = writes.filter(({ how, only, place }) => how !== 'make-directory' && only === undefined && !isRegion(place.path));
  return files.flatMap(({ place: { path } }) => folders.filter(({ target, deep }) => (deep ? isWithin(path, target) : parentOf(path) === target)).map(({ source, target }) => join(source, relativeTo(path, target))));
}

interface FolderCopied {
  readonly source: Path;
  readonly target: Path;
  readonly deep: boolean;
}

/** The folders of which a step copies all, or what matches a pattern. */
function foldersCopied({ copy, instruction }: Pick<StepRecord, 'copy' | 'instruction'>): readonly FolderCopied[] {
  if (copy === null || copy.contextSources.length === 0) return [];
  return copy.items.flatMap(({ directory, source, target }): readonly FolderCopied[] => {
    if (directory) return [{ source, target, deep: true }];
    return /[*?[]/.test(instruction.text) ? [{ source: parentOf(source), target: parentOf(target), deep: false }] : [];
  });
}

/** Paths of the context that a command writes, and that a later copy may bring from somebody's disk: who ran the same by hand has them, although git does not. */
export function broughtBack({ stages, files }: Pick<SymbolicBuild, 'stages' | 'files'>): ReadonlySet<Path> {
  const found = stages.flatMap((stage) => {
    const steps = stage.chain.flatMap((index) => stages[index]?.steps ?? []);
    return steps.flatMap((step, index) => (step.run === null ? [] : steps.slice(index + 1).flatMap((copy) => madeWithin(step, copy))));
  });
  return new Set(found.filter((path) => !files.hides(path) && files.has(path) !== 'yes'));
}
