/**
 * Commands that are not understood, of which a claim takes for granted that they work in one directory of the project
 * alone (`npm run build` in `frontend/`): they read and write nothing of the project outside it, and change none of its
 * files. All else of the image they may read and change.
 */
import type { Call, Effect } from '../commands/command.ts';
import { everythingBelow } from '../commands/command.ts';
import type { Path } from '../types.ts';
import type { Entry, History, ImageTree, Rule, VersionedContext } from './image-tree.ts';
import { applyRule, cloneTree, contentDigest, contextFileOf, contextRulesAt, digest, directoryToken, pushRule, remove, write } from './image-tree.ts';
import { isWithin, join, relativeTo, resolvePath } from './places.ts';
import type { StageState } from './state.ts';
import type { Token } from './values.ts';

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

/** What a call that is not understood does, if it works in a directory for which that is taken for granted; else null. */
export function confinedEffect(state: StageState, call: Call, cwd: Path): Effect | null {
  if (state.context.confined.length === 0 || call.args.some(({ known, glob }) => !known || glob)) return null;
  const workplace = workplaceOf(call, cwd);
  const source = contextRulesAt(state.tree, workplace).find(({ at, deep }) => deep && at === workplace)?.path;
  const directory = source === undefined ? undefined : state.context.confined.find((one) => isWithin(source, one));
  if (source === undefined || directory === undefined) return null;
  const below = relativeTo(source, directory);
  const place = below === '' ? workplace : workplace.slice(0, -below.length - 1);
  const words = [call.interpreter ?? '', call.programPath ?? call.program, ...call.args.map(({ text }) => text)];
  return { does: `${words.join(' ')} in ${cwd}`, kind: 'build', reads: [everythingBelow(place)], env: allVariables, writes: [], confinedTo: { place, source: directory } };
}

/** All that a confined command may read: the image without what copies from the context brought elsewhere. */
export function confinedInputs(state: StageState, place: Path): readonly Token[] {
  const apart = cloneTree(state.tree);
  remove(apart, place);
  leaveOutCopies(apart, apart.root);
  return [contentDigest(state.tree, place), digest(apart, '/')];
}

/** Does a tree of entries have anything that copies from the context brought, in it or as a rule? */
function holdsCopies(tree: ImageTree, entry: Entry): boolean {
  if (contextFileOf(tree.values, entry.self.data) !== undefined || entry.rest.rule.kind === 'context') return true;
  return [...entry.children.values()].some((child) => holdsCopies(tree, child));
}

/** A directory that has nothing but copies is left out with them. */
function leaveOutCopies(tree: ImageTree, entry: Entry): void {
  entry.digest = null;
  for (const [name, child] of entry.children) {
    const holds = holdsCopies(tree, child);
    leaveOutCopies(tree, child);
    const isDirectory = child.self.data === directoryToken(tree.values);
    if (holds && child.children.size === 0 && (isDirectory || contextFileOf(tree.values, child.self.data) !== undefined)) entry.children.delete(name);
  }
  entry.rest = underCopies(entry.rest).history;
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

/** A confined command was run: everything may have changed but the project's files and the directories that hold them. */
export function changeAround(state: StageState, { place, source }: NonNullable<Effect['confinedTo']>, token: Token): void {
  const { tree, context } = state;
  const rule: Rule = { kind: 'change', what: 'all', token };
  const isSettled = nothingElseIsCopied(context, source);
  if (!isSettled) write(tree, place, {});
  const pending: [Path, Entry][] = [['/', tree.root]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [path, entry] = next;
    if (!holdsCopies(tree, entry)) entry.self = applyRule(tree, rule, path, entry.self);
    // Where a checkout may hold what the command makes, it matters whether the copy or the command comes last.
    const { history, copies } = !isSettled && isWithin(path, place) ? { history: entry.rest, copies: [] } : underCopies(entry.rest);
    entry.rest = [...copies].reduceRight((below, copy) => pushRule(tree, below, copy), pushRule(tree, history, rule));
    entry.digest = null;
    for (const [name, child] of entry.children) pending.push([join(path, name), child]);
  }
}

/** Names under which builds leave what they make. */
const outputs = ['node_modules', 'dist', 'build', 'out', 'output', 'public/build', 'static/dist', 'bin', 'target', 'vendor', 'generated', '.next', '.nuxt', '.output', '.svelte-kit', '.angular', '.cache', '.parcel-cache', '.turbo', '.vite'];

/** Does every checkout give the same files of a directory, so that none has what a build made there before? */
export function nothingElseIsCopied({ files }: VersionedContext, source: Path): boolean {
  if (outputs.map((name) => join(source, name)).some((path) => !files.hides(path) && files.has(path) !== 'yes')) return false;
  for (const path of files.files(source)) if (files.has(path) !== 'yes') return false;
  return true;
}
