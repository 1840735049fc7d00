import type { Place } from '../build/places.ts';
import { isRegion, isSymbolic, isWithin, parentOf, readable, regionsBehind, resolvePath, standardDirectories, withHints } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import type { Argument, Call, Effect, ImageView, Opaque, StepKind, Write } from './command.ts';
import { everythingBelow, file, observes, opaque, wholeTree } from './command.ts';
import type { Operand, Reading } from './options.ts';
import { expandGlob, unknownArgument } from './options.ts';

/**
 * What the words of a system command name, and how its effects are put together. A word that may name more than one
 * thing is never narrowed by a guess: the whole directory counts as changed, or the call as not understood.
 */

/** A path that a command is given. */
export interface Target {
  readonly path: Path;
  /** False: the path itself, or some of what is below it, is meant; it is not known which. */
  readonly sure: boolean;
  /** Written as a directory: `x/`, `.`, `..`. */
  readonly asDirectory: boolean;
  readonly written: string;
}

/** A call as a person would write it, for `does` and for messages; it keeps symbols, and words apart from each other. */
export function spell(call: Call, args: readonly Argument[] = call.args): string {
  return [call.program, ...args.map(({ text }) => (/\s|^$/.test(text) ? `'${text}'` : text))].join(' ');
}

/** The reason for not understanding a call because of one of its words. */
export function because(call: Call, word: string): Opaque {
  return opaque(`dockfix does not know \`${call.program}\` with \`${readable(word)}\``);
}

/** A call is not understood if an argument of it has no name, or an option is not in the tool's grammar. */
export function notUnderstood(call: Call, reading: Reading): Opaque | null {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`\`${call.program}\` with \`${unknown.raw}\`, which only the running build knows`);
  const option = reading.options.find(({ listed }) => !listed);
  return option ? because(call, option.name) : null;
}

// -------------------------------------------------------------------------------------------------------------- paths

/** A segment that may be any name, as nothing of it is known. */
function isAnyName(segment: string): boolean {
  return isSymbolic(segment) && withHints(segment, () => '') === '';
}

/** The paths that a word names: several if it is a glob that can be expanded. */
export function targetsOf(argument: Argument, view: ImageView): readonly Target[] | Opaque {
  const { text } = argument;
  if (!argument.known) return opaque(`\`${argument.raw}\` is a path that only the running build knows`);
  if (text === '') return opaque('an empty path');
  if (/^~[^/]/.test(text)) return opaque(`${text} is the home directory of another user`);
  if (!argument.glob) return one(targetOf(text, view));
  if (text.includes('{')) return bracedTargets(text, view);
  const expanded = expandGlob(argument, view);
  if (expanded) return all(expanded.map(({ text: path }) => targetOf(path, view)));
  return one(below(text.slice(0, text.search(/[*?[]/)), view));
}

/**
 * dash and BusyBox take `{a,b}` as it stands, bash makes two words of it; which shell runs is not asked. Both ways are
 * possible, so each path counts as perhaps meant.
 */
function bracedTargets(text: string, view: ImageView): readonly Target[] | Opaque {
  const match = /^([^{}*?[]*)\{([^{}*?[]*)\}([^{}*?[]*)$/.exec(text);
  if (!match) return one(below(text.slice(0, text.search(/[{*?[]/)), view));
  const [, before = '', list = '', after = ''] = match;
  const words = [text, ...list.split(',').map((word) => before + word + after)];
  return all(words.map((word) => unsure(targetOf(word, view))));
}

function unsure(target: Target | Opaque): Target | Opaque {
  return isOpaque(target) ? target : { ...target, sure: false };
}

/** What lies in the directory that a pattern starts with. */
function below(prefix: string, view: ImageView): Target | Opaque {
  const directory = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const target = targetOf(directory === '' ? '.' : directory, view);
  if (!isOpaque(target) && target.path === '/') return opaque('a pattern at the root of the image');
  return unsure(target);
}

/** A variable whose value is not known may hold an absolute path, and as a whole segment any name. */
function targetOf(text: string, view: ImageView): Target | Opaque {
  const start = [view.cwd, view.home].find((directory) => isSymbolic(directory) && isWithin(text, directory)) ?? startFromBase(text);
  const segments = text.slice(start.length).split('/');
  const at = segments.findIndex(isAnyName);
  const asDirectory = /(?:^|\/)\.{0,2}$/.test(text);
  if (at < 0) return { path: view.resolve(text), sure: true, asDirectory, written: text };
  const known = start + segments.slice(0, at).join('/');
  const path = view.resolve(known === '' ? '.' : known);
  if ((at === 0 && start === '') || path === '/' || (text.startsWith('/') && known === '')) return opaque(`${readable(text)} may be anywhere in the image`);
  return { path, sure: false, asDirectory: true, written: text };
}

/** A variable of the base image at the start of a path holds an absolute one, which is a place of its own. */
function startFromBase(text: string): string {
  const [first = ''] = text.split('/', 1);
  return isAnyName(first) && !isWithin(resolvePath('/directory', first), '/directory') ? first : '';
}

function one(target: Target | Opaque): readonly Target[] | Opaque {
  return isOpaque(target) ? target : [target];
}

/** All targets, or the first reason for not knowing one. */
export function all(found: readonly (Target | Opaque)[]): readonly Target[] | Opaque {
  const targets: Target[] = [];
  for (const target of found) {
    if (isOpaque(target)) return target;
    targets.push(target);
  }
  return targets;
}

/** The paths that several words name. */
export function allTargets(words: readonly Argument[], view: ImageView): readonly Target[] | Opaque {
  const targets: Target[] = [];
  for (const word of words) {
    const found = targetsOf(word, view);
    if (isOpaque(found)) return found;
    targets.push(...found);
  }
  return targets;
}

/** The one path that a word names. */
export function singleTarget(word: Argument, view: ImageView): Target | Opaque {
  const found = targetsOf(word, view);
  if (isOpaque(found)) return found;
  const [target, ...more] = found;
  return target && target.sure && more.length === 0 ? target : opaque(`\`${readable(word.text)}\` may be several files`);
}

export function isOpaque(value: object): value is Opaque {
  return 'kind' in value && value.kind === 'opaque';
}

export function words(operands: readonly Operand[]): readonly Argument[] {
  return operands.map(({ argument }) => argument);
}

/** All that a word may name, for reading; what cannot be named may be anything. */
export function readPlaces(argument: Argument, view: ImageView): readonly Place[] {
  const found = targetsOf(argument, view);
  return isOpaque(found) ? [everythingBelow('/')] : found.map(({ path }) => everythingBelow(path));
}

/** The same with owners and modes. */
export function treePlaces(argument: Argument, view: ImageView): readonly Place[] {
  return readPlaces(argument, view).map(({ path }) => wholeTree(path));
}

/** The same for a word that can only name files, not directories. */
export function filePlaces(argument: Argument, view: ImageView): readonly Place[] {
  const found = targetsOf(argument, view);
  return isOpaque(found) ? [everythingBelow('/')] : found.map(({ path, sure }) => (sure ? file(path) : everythingBelow(path)));
}

/** The path that a variable holds, if it is known and not empty. */
export function namedBy(view: ImageView, variable: string): readonly Path[] {
  const value = view.variable(variable);
  return typeof value === 'string' && value !== '' ? [view.resolve(value)] : [];
}

/** What is at a path, as far as the image tells. */
export function kindAt(path: Path, view: ImageView): 'file' | 'directory' | 'absent' | 'unknown' {
  if (standardDirectories.has(path) || isWithin(view.cwd, path)) return 'directory';
  if (view.text(path) !== undefined || view.isSelfContained(path)) return 'file';
  const presence = view.presence(path);
  if (presence === 'no') return 'absent';
  const { names, complete } = view.list(path);
  return names.length > 0 || (complete && presence === 'yes') ? 'directory' : 'unknown';
}

// ------------------------------------------------------------------------------------------------------------- effects

/** Does a user of a Dockerfile have all rights? */
export function isRoot(user: string): boolean {
  return /^(?:root|0)?(?::|$)/.test(user);
}

export interface Parts {
  readonly kind?: StepKind;
  readonly reads?: readonly Place[];
  readonly env?: readonly string[];
  readonly writes: readonly Write[];
}

/**
 * An effect on files. For a user without all rights the owners and modes of what is written, and of the directories
 * above, decide whether it succeeds, so they count as read. What a package manager may have put at a path counts as well:
 * the path alone does not tell.
 */
export function fileEffect(does: string, view: ImageView, parts: Parts): Effect {
  const written = parts.writes.map(({ place }) => place.path);
  const files = written.filter((path) => !isRegion(path));
  const rights = isRoot(view.user) ? [] : flatMap(files, pathsUpFrom).map(file);
  const reads = parts.reads ?? [];
  const looked = reads.filter(({ path, deep }) => !deep && !isRegion(path)).map(({ path }) => path);
  const regions = flatMap([...looked, ...files], (path) => regionsAt(path, view)).filter((region) => !written.includes(region));
  return {
    does,
    kind: parts.kind ?? 'files',
    reads: distinctPlaces([...reads, ...rights, ...regions.map(file)]),
    env: parts.env ?? [],
    writes: parts.writes,
  };
}

/** Regions that may hold a path; a file that was copied there is known not to be of a package. */
function regionsAt(path: Path, view: ImageView): readonly Path[] {
  const regions = regionsBehind(path);
  return regions.length === 0 || view.text(path) === undefined ? regions : [];
}

/**
 * Programs that look. One that names something may fail where that is missing, and so decides whether a RUN goes on: it
 * counts as a command like others, which writes nothing.
 */
export function looks(does: string, reads: readonly Place[], env: readonly string[] = []): Effect {
  return { ...observes(does, distinctPlaces(reads)), kind: reads.length === 0 ? 'observe' : 'run', env };
}

function pathsUpFrom(path: Path): readonly Path[] {
  const paths: Path[] = [];
  for (let at = path; at !== '/' && paths.length < 50; at = parentOf(at)) {
    paths.push(at);
    if (standardDirectories.has(at)) break;
  }
  return paths;
}

/** Each place once, in the order in which it was first met. */
export function distinctPlaces(places: readonly Place[]): readonly Place[] {
  const seen = new Set<string>();
  return places.filter(({ path, deep, attributes }) => {
    const key = `${deep}${attributes === true}${path}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function edits(path: Path, deep: boolean, only?: 'owner' | 'mode'): Write {
  return only ? { place: { path, deep }, how: 'edit', only } : { place: { path, deep }, how: 'edit' };
}

/** A file that the command makes anew, or a change of all that it may be if the path is not sure. */
export function sets(target: Target): Write {
  return target.sure ? { place: file(target.path), how: 'set' } : edits(target.path, true);
}

/** As `mkdir -p`. */
export function makesDirectory(path: Path): Write {
  return { place: file(path), how: 'make-directory' };
}

export function removes({ path, sure }: Target): Write {
  return sure ? { place: everythingBelow(path), how: 'remove' } : edits(path, true);
}

/** A symbolic link's target, seen from the directory that holds the link. */
export function linkTarget(text: string, link: Path): Path {
  return resolvePath(parentOf(link), text);
}
