import { describePlace, isPackageLists, isRegion, isWithin, readable, resolvePath } from '../../src/build/places.ts';
import type { ExecutedCommand, ExecutedEffect } from '../../src/build/runner.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import type { Step } from '../../src/dockerfile/shell.ts';
import { inShort, onOneLine } from '../../src/edit/lines.ts';
import { flatMap } from '../../src/lists.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Path } from '../../src/types.ts';
import { isWorthKeeping, onlyRefreshes } from './steps.ts';

/** A RUN in two: what can run before the source is there, and what stays behind it. */
export interface CutRun {
  readonly kind: 'cut';
  /** What the first part does. */
  readonly hoisted: readonly ExecutedEffect[];
  /** What stays behind. */
  readonly left: readonly ExecutedEffect[];
  /** The first part installs dependencies that the original command then finds in place. */
  readonly isDependenciesFirst: boolean;
  /** The instruction that takes the place of the RUN. */
  readonly text: string;
  /** The instruction for after the source copy; null if nothing is left to do. */
  readonly rest: string | null;
}

/** One command of the RUN and what becomes of it; what changes the shell is on both sides of a cut. */
interface Part {
  readonly command: ExecutedCommand;
  readonly fate: 'both' | 'hoisted' | 'rest' | 'dependencies-first';
}

/**
 * Cuts a RUN at `&&` (or at `;` and new lines under `set -e`), if a part of it does not depend on the source. `whyUnseen`: why
 * the command that is not understood may install packages of the distribution; null if it does not.
 */
export function cutRun(scanned: ScannedDockerfile, step: StepRecord, dependsOnSource: (command: ExecutedCommand) => boolean, whyUnseen: () => string | null): CutRun | Decline {
  const { run, instruction } = step;
  if (!run) return decline('unsupported', 'the install is not in a RUN, so it cannot be moved');
  const whole = scanned.text.slice(instruction.span.start, instruction.span.end);
  const kept = withTheirLists(run.commands.map((command): Part => ({ command, fate: fateOf(command, dependsOnSource) })), whyUnseen);
  const parts = cutOnce(kept.parts);
  if (run.commands.some(onlyRefreshes) && !run.commands.some((command) => isWorthKeeping(command) && !onlyRefreshes(command)) && kept.held === null) {
    return decline('stale-lists', 'package lists are of use only to what installs by them: in a layer of their own they grow old', 'info');
  }
  if (run.opaque === null && parts.every((part) => part.fate === 'both' || part.fate === 'hoisted')) {
    return { kind: 'cut', hoisted: flatMap(run.commands, (command) => command.effects), left: [], isDependenciesFirst: false, text: whole, rest: null };
  }
  const hoisted = parts.filter((part) => part.fate === 'hoisted' || part.fate === 'dependencies-first');
  if (!hoisted.some((part) => isWorthKeeping(part.command) && !onlyRefreshes(part.command))) return kept.held ?? whyNothing(scanned, parts);
  return cutText(scanned, step, parts);
}

/**
 * Cuts a RUN that stands between the source copy and the install: what has to stay behind the copy goes below, the rest
 * stays where it is. Null where there is nothing to cut.
 */
export function cutBetween(scanned: ScannedDockerfile, step: StepRecord, staysBehind: (command: ExecutedCommand) => boolean): CutRun | null {
  if (!step.run || step.run.opaque !== null) return null;
  const parts = step.run.commands.map((command): Part => ({ command, fate: command.changesShell ? 'both' : staysBehind(command) ? 'rest' : 'hoisted' }));
  if (!parts.some(({ fate }) => fate === 'hoisted') || !parts.some(({ fate }) => fate === 'rest')) return null;
  const cut = cutText(scanned, step, parts);
  return cut.kind === 'cut' && cut.rest !== null ? cut : null;
}

/**
 * One cut, not a sieve: where something stays behind anyway, what follows the last install stays, too, but for what
 * cleans up after the install or looks at it.
 */
function cutOnce(parts: readonly Part[]): readonly Part[] {
  const last = parts.findLastIndex(({ command, fate }) => fate !== 'rest' && command.effects.some(({ effect }) => effect.kind === 'install' || effect.kind === 'os-packages'));
  if (!parts.some((part) => part.fate === 'rest' || part.fate === 'dependencies-first')) return parts;
  let stays = false;
  const installsAgain = parts.some(({ command, fate }) => fate === 'dependencies-first' && command.dependenciesOnly?.kind === 'dependencies-only' && command.dependenciesOnly.originalStillNeeded);
  return parts.map((part, index) => {
    if (index <= last || part.fate === 'both') return part;
    const { effects } = part.command;
    const looks = !stays && effects.every(({ effect }) => effect.kind === 'observe');
    const cleansUp = removesCache(part.command) || effects.every(({ effect }) => effect.kind === 'os-packages' || effect.writes.some(({ how }) => how === 'remove'));
    if (part.fate === 'hoisted' && installsAgain && removesCache(part.command)) return { ...part, fate: 'both' };
    if (part.fate === 'hoisted' && (looks || cleansUp) && !announcesRest(parts.slice(index))) return part;
    stays = true;
    return { ...part, fate: 'rest' };
  });
}

/**
 * Lists of packages stay in one RUN with whatever may install by them: if that needs the source, all from the refresh on
 * stays behind.
 */
function withTheirLists(parts: readonly Part[], whyUnseen: () => string | null): { readonly parts: readonly Part[]; readonly held: Decline | null } {
  const at = parts.findLastIndex(({ command, fate }) => fate === 'hoisted' && command.effects.some(({ effect }) => effect.writes.some(({ place, how }) => isPackageLists(place.path) && how !== 'remove')));
  const later = parts.slice(at + 1);
  const isGone = later.findIndex(({ command }) => command.effects.some(({ effect }) => effect.writes.some(({ place, how }) => isPackageLists(place.path) && how === 'remove')));
  const users = at < 0 ? [] : later.slice(0, isGone < 0 ? later.length : isGone).filter(({ fate }) => fate === 'rest');
  const why = flatMap(users, ({ command }) => whyItInstalls(command, whyUnseen))[0];
  if (why === undefined) return { parts, held: null };
  const isWorthIt = parts.some(({ command, fate }) => fate === 'hoisted' && isWorthKeeping(command) && !onlyRefreshes(command));
  const held = decline('stale-lists', `a later command of the RUN needs the source and ${why}: the package lists would be those of an older layer`, isWorthIt ? 'refusal' : 'info');
  return { parts: parts.map((part, index) => (index < at || part.fate === 'both' ? part : { ...part, fate: 'rest' })), held };
}

function whyItInstalls(command: ExecutedCommand, whyUnseen: () => string | null): readonly string[] {
  if (command.effects.some(({ effect }) => effect.reads.some(({ path }) => isPackageLists(path)))) return ['installs packages of the distribution'];
  const why = command.opaque === null ? null : whyUnseen();
  return why === null ? [] : [`may install packages of the distribution (${why})`];
}

/** `echo "building"` before what stays behind: the words belong to it. */
function announcesRest(parts: readonly Part[]): boolean {
  const isSaid = ({ command: { call, effects } }: Part): boolean => call?.program === 'echo' && effects.every(({ effect }) => effect.writes.length === 0);
  const [first] = parts;
  return first !== undefined && isSaid(first) && parts.find((part) => part.fate !== 'both' && !isSaid(part))?.fate === 'rest';
}

/** `rm -rf ~/.cache/uv`, `composer clear-cache`: an install that runs twice fills the cache twice. */
function removesCache({ call, effects }: ExecutedCommand): boolean {
  if (effects.length === 0) return false;
  if (effects.every(({ effect }) => effect.does === 'composer clear-cache')) return true;
  return call?.program === 'rm' && effects.every(({ effect }) => /\.cache\/|\.composer\/cache/.test(effect.does) && effect.writes.every(({ how }) => how === 'remove'));
}

function fateOf(command: ExecutedCommand, dependsOnSource: (command: ExecutedCommand) => boolean): Part['fate'] {
  if (command.changesShell) return command.opaque === null ? 'both' : 'rest';
  if (!dependsOnSource(command)) return 'hoisted';
  return command.dependenciesOnly?.kind === 'dependencies-only' ? 'dependencies-first' : 'rest';
}

/** What a part does before the source is there. */
function effectsOf({ command, fate }: Part): readonly ExecutedEffect[] {
  if (fate !== 'dependencies-first') return command.effects;
  const own = command.effects.filter(({ effect }) => effect.kind !== 'project-install');
  return own.length > 0 ? own : command.effects.map((executed) => ({ ...executed, reads: executed.reads.filter((read) => !read.deep) }));
}

function whyNothing(scanned: ScannedDockerfile, parts: readonly Part[]): Decline {
  for (const { command } of parts) {
    const alternative = command.dependenciesOnly;
    if (alternative?.kind === 'refusal') return { ...alternative, level: 'refusal' };
  }
  const opaque = parts.find((part) => part.command.opaque !== null);
  if (opaque) return decline('opaque-command', `${commandText(scanned, opaque.command)} may read or change anything: ${opaque.command.opaque ?? ''}`);
  if (parts.some((part) => part.fate === 'hoisted')) return decline('not-needed', 'only pip itself could be installed before the source is there', 'info');
  const reader = parts.find((part) => part.command.effects.some(({ effect }) => effect.kind === 'install' || effect.kind === 'project-install'));
  const what = reader?.command.call ? `\`${reader.command.call.program} ${reader.command.call.args[0]?.text ?? ''}\`` : 'the install';
  return decline('reads-source', `${what} ${whyNotBefore(reader?.command)}`);
}

/** What of the source an install needs, or shares a place with, as far as that is known. */
function whyNotBefore(command: Part['command'] | undefined): string {
  const effects = command?.effects ?? [];
  if (effects.some(({ effect, reads }) => effect.kind === 'project-install' && reads.length > 0)) return 'installs the project itself, for which it reads the source';
  const wide = flatMap(effects, ({ reads }) => reads).find((read) => read.deep);
  if (wide) return `may read anything in ${wide.path === '' ? 'the build context' : `${readable(wide.path)}/`}: dockfix cannot name the files`;
  const [file] = flatMap(effects, ({ reads }) => reads);
  const written = flatMap(effects, ({ effect }) => effect.writes).find(({ place }) => !isRegion(place.path));
  if (file) return `reads ${readable(file.path)} or other files that a COPY of the source brings, and a command of the project may have changed them`;
  return `uses ${written === undefined ? 'something' : describePlace(written.place.path)}${written === undefined ? ' that' : ', or something else that'} a COPY of the source brings or a command before has changed`;
}

/** A command as the Dockerfile says it, in short. */
function commandText(scanned: ScannedDockerfile, { step }: ExecutedCommand): string {
  return step === null ? 'a command of the RUN' : `\`${inShort(onOneLine(textOf(scanned, step)))}\``;
}

/** The two instructions, by the steps of the script. */
function cutText(scanned: ScannedDockerfile, step: StepRecord, parts: readonly Part[]): CutRun | Decline {
  const { instruction } = step;
  const steps = parts.every((part) => part.command.step !== null) ? step.run?.script?.steps : undefined;
  if (!steps) return decline('ambiguous-shell', 'the RUN cannot be cut: a command inside a group, a loop or an exec form would have to move alone');
  const stopsOnError = steps.some((one) => /^set\s+-[a-z]*e/.test(textOf(scanned, one)));
  if (steps.some((one) => one.joinedBy === 'semicolon' || one.joinedBy === 'newline') && !stopsOnError) {
    return decline('ambiguous-shell', 'the RUN goes on after `;` even if a command fails; only `&&`, or `set -e`, says that it stops');
  }
  const [script] = instruction.heredocs;
  const isScript = script !== undefined && (steps[0]?.span.start ?? 0) >= script.contentSpan.start;
  if (steps.some((one) => one.heredocPending) || (script !== undefined && !isScript)) return decline('ambiguous-shell', 'a here-document stands in the way of cutting the RUN');
  const head = scanned.text.slice(instruction.span.start, steps[0]?.span.start ?? instruction.span.start);
  const fates = steps.map((one): readonly Part['fate'][] => (isAssignment(one) ? ['both'] : parts.filter((part) => part.command.step === one).map((part) => part.fate)));
  const lastOfFirst = fates.findLastIndex((fate) => ['hoisted', 'dependencies-first'].includes(stepFate(fate)));
  const first: string[] = [];
  const second: string[] = [];
  for (const [index, one] of steps.entries()) {
    const fate = stepFate(fates[index] ?? []);
    const separator = index === 0 ? ' && ' : scanned.text.slice(one.separator.start, one.separator.end);
    const text = textOf(scanned, one);
    const part = parts.find((candidate) => candidate.command.step === one);
    const alternative = part?.command.dependenciesOnly;
    const put = (list: string[], written: string): void => void list.push(list.length === 0 ? written : separator + written);
    if (fate === 'both') {
      if (index < lastOfFirst || part?.command.changesShell === false) put(first, text);
      put(second, text);
    } else if (fate === 'hoisted') put(first, text);
    else if (fate === 'dependencies-first' && alternative?.kind === 'dependencies-only') {
      put(first, withPrefix(text, alternative.text));
      if (alternative.originalStillNeeded) put(second, text);
    } else put(second, text);
  }
  const tail = scanned.text.slice(steps.at(-1)?.span.end ?? instruction.span.end, instruction.span.end);
  const hoisted = flatMap(parts.filter((part) => part.fate === 'hoisted' || part.fate === 'dependencies-first'), effectsOf);
  const isDependenciesFirst = parts.some((part) => part.fate === 'dependencies-first' && part.command.dependenciesOnly?.kind === 'dependencies-only' && part.command.dependenciesOnly.originalStillNeeded);
  const onlyState = fates.every((fate) => stepFate(fate) !== 'rest' && !(stepFate(fate) === 'dependencies-first'));
  const left = flatMap(parts.filter((part) => part.fate === 'rest'), (part) => part.command.effects);
  return { kind: 'cut', hoisted, left, isDependenciesFirst, text: (isDependenciesFirst ? withoutUnreadMounts(scanned, step, head, hoisted) : head) + first.join('') + (isScript ? tail : ''), rest: onlyState ? null : head + second.join('') + tail };
}

/**
 * The flags of the RUN without mounts of the context that only the project's own build reads: `.git`, of which
 * setuptools-scm makes the version, changes with every commit.
 */
function withoutUnreadMounts(scanned: ScannedDockerfile, { instruction, cwd }: StepRecord, head: string, hoisted: readonly ExecutedEffect[]): string {
  const parsed = parse(instruction, scanned);
  if (parsed.keyword !== 'RUN') return head;
  const isRead = (target: Path): boolean => hoisted.some(({ reads }) => reads.some(({ at, deep }) => isWithin(at, target) || (deep && isWithin(target, at))));
  const unread = parsed.mounts.filter(({ type, from, target }) => type === 'bind' && from === null && target !== null && !isRead(resolvePath(cwd, target)));
  return unread.reduceRight((left, { span }) => {
    const from = span.start - instruction.span.start;
    const after = left.slice(span.end - instruction.span.start);
    return left.slice(0, from) + after.replace(/^(?:[ \t]|\\[ \t]*\r?\n)+/, '');
  }, head);
}

/** The alternative, with what stands before the program in the original: assignments, `sudo`. */
function withPrefix(original: string, alternative: string): string {
  // Where words are only added at the end, line breaks stay as they are.
  const flat = onOneLine(original);
  const start = flat.indexOf(alternative.split(/\s/, 1)[0] ?? '');
  if (start >= 0 && !original.includes('#') && alternative.startsWith(flat.slice(start))) return original + alternative.slice(flat.length - start);
  const at = original.indexOf(alternative.split(/\s/, 1)[0] ?? '');
  return at > 0 ? original.slice(0, at) + alternative : alternative;
}

/** An assignment by itself is no command, and counts for what follows it. */
function isAssignment({ node }: Step): boolean {
  return node.kind === 'command' && node.words.length === 0 && node.assignments.length > 0;
}

function stepFate(fates: readonly Part['fate'][]): Part['fate'] {
  const [only = 'rest'] = fates;
  return fates.every((fate) => fate === only) ? only : 'rest';
}

function textOf(scanned: ScannedDockerfile, step: Step): string {
  return scanned.text.slice(step.span.start, step.span.end);
}
