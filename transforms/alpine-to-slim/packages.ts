import type { PlannedRun, PlannedStep } from '../../src/build/modulo/plan-step.ts';
import { shadowCommand } from '../../src/build/modulo/users.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import type { Step, Word } from '../../src/dockerfile/shell.ts';
import { lineBreakStart, lineStartAt, removalsOf } from '../../src/edit/lines.ts';
import type { Edit, Path, Span } from '../../src/types.ts';

export const installCommand = 'apt-get install -y --no-install-recommends';
export const cleanCommand = 'rm -rf /var/lib/apt/lists/*';

interface Rewriting {
  readonly file: Path;
  readonly scanned: ScannedDockerfile;
  readonly planned: PlannedRun;
  /** Packages to install beside those of the last install. */
  readonly extra: readonly string[];
  readonly style: Style;
}

/** Ways to write the same thing, of which the verification finds out the right one. */
export interface Style {
  /** A home that is there already is given to its new user. */
  readonly takesHome: boolean;
  /**
   * New commands are joined as their neighbours are. Under `set -e` a `;` stops where a command fails and `&&` does not
   * (POSIX, 2.14 `set`); without it, the other way round.
   */
  readonly joinsLikeNeighbours: boolean;
}

/** Does the RUN install anything that is not there already? */
export function installsSomething(planned: PlannedRun): boolean {
  return planned.steps.some(isInstall);
}

function isInstall({ debian }: PlannedStep): boolean {
  return debian.kind === 'install' && debian.needed.length > 0;
}

/** The edits of one RUN: each command of Alpine's gives way to Debian's, and everything else stays as it is written. */
export function runEdits(rewriting: Rewriting): readonly Edit[] {
  const { file, scanned, planned } = rewriting;
  const { script, instruction } = planned.run;
  const installs = planned.steps.filter(isInstall);
  const first = installs.at(0);
  const last = installs.at(-1);
  const at = (step: PlannedStep | undefined): number => (step ? script.steps.indexOf(step.read.step) : -1);
  const update = planned.steps.find((step) => step.read.action.kind === 'update' && first && at(step) < at(first));
  const clean = planned.steps.findLast((step) => step.read.action.kind === 'clean' && last && at(step) > at(last) && removesDeep(step));
  const edits: Edit[] = [];
  const removed = new Set<Step>();
  for (const step of planned.steps) {
    if (step === update) edits.push(replace(file, step.read.command.span, 'apt-get update'));
    else if (isInstall(step)) edits.push(...installEdits(rewriting, step, { first: step === first && !update, last: step === last, cleaned: clean !== undefined }));
    else if (step.debian.kind === 'purge') edits.push(replace(file, step.read.command.span, purgeText(rewriting, step, step.debian.names)));
    else if (step.read.action.kind === 'account') edits.push(replace(file, step.read.command.span, accountText(rewriting, step)));
    else if (step.read.action.kind === 'clean' && (step === clean || !step.read.action.all)) edits.push(...cleanEdits(file, step, step === clean));
    else removed.add(step.read.step);
  }
  if (script.steps.every((step) => removed.has(step))) return removalsOf(scanned, [instruction]).map((span) => replace(file, span, ''));
  return [...edits, ...removalEdits(file, script.steps, removed)];
}

function replace(file: Path, span: Span, text: string): Edit {
  return { file, span, text };
}

/** Each removed step goes with the separator before it; those at the start with the separator after them. */
function removalEdits(file: Path, steps: readonly Step[], removed: ReadonlySet<Step>): readonly Edit[] {
  const edits: Edit[] = [];
  let start: number | null = null;
  let isAfterKept = false;
  for (const step of steps) {
    if (removed.has(step)) {
      if (isAfterKept) edits.push(replace(file, { start: step.separator.start, end: step.span.end }, ''));
      else start ??= step.span.start;
      continue;
    }
    if (!isAfterKept && start !== null) edits.push(replace(file, { start, end: step.span.start }, ''));
    isAfterKept = true;
  }
  return edits;
}

function removesDeep({ read }: PlannedStep): boolean {
  return read.command.words.some((word) => /^-\w*r/.test(word.raw));
}

function cleanEdits(file: Path, { read }: PlannedStep, becomesLists: boolean): readonly Edit[] {
  const { action, command } = read;
  if (action.kind !== 'clean') return [];
  if (action.all) return [replace(file, command.span, cleanCommand)];
  return action.operands.flatMap((index, position): Edit[] => {
    const word = command.words[index];
    const before = command.words[index - 1];
    if (!word || !before) return [];
    if (becomesLists && position === 0) return [replace(file, word.span, '/var/lib/apt/lists/*')];
    return [replace(file, { start: before.span.end, end: word.span.end }, '')];
  });
}

// -------------------------------------------------------------------------------------------------------------- installs

interface Role {
  /** The package lists are fetched here. */
  readonly first: boolean;
  readonly last: boolean;
  /** A later command of the RUN removes the lists. */
  readonly cleaned: boolean;
}

function installEdits(rewriting: Rewriting, step: PlannedStep, role: Role): readonly Edit[] {
  const { file } = rewriting;
  const { action, command } = step.read;
  if (action.kind !== 'install' || step.debian.kind !== 'install') return [];
  const { words } = command;
  const isPackage = (word: Word): boolean => action.packages.some((one) => one.word === word);
  const firstPackage = words.findIndex(isPackage);
  const prefixEnd = words[firstPackage - 1]?.span.end ?? command.span.start;
  const between = separatorFor(rewriting, step);
  const prefix = role.first ? `apt-get update${between}${installCommand}` : installCommand;
  const edits = [replace(file, { start: command.span.start, end: prefixEnd }, prefix)];
  const written = new Set<string>();
  for (const [index, word] of words.entries()) {
    if (index < firstPackage) continue;
    const before = words[index - 1]?.span.end ?? prefixEnd;
    const position = action.packages.findIndex((one) => one.word === word);
    const names = position < 0 ? [] : (step.debian.names[position] ?? []).filter((name) => !written.has(name) && !laterAnyway(step, position, name));
    for (const name of names) written.add(name);
    if (names.length === 0) edits.push(replace(file, { start: before, end: word.span.end }, ''));
    else if (names.join(' ') !== word.raw) edits.push(replace(file, word.span, names.join(gapOf(rewriting, before, word))));
  }
  const end = command.span.end;
  const lastWord = words.at(-1);
  const gap = lastWord ? gapOf(rewriting, words.at(-2)?.span.end ?? end, lastWord) : ' ';
  const extra = role.last ? rewriting.extra.filter((name) => !written.has(name)).map((name) => gap + name).join('') : '';
  const cleaning = role.last && !role.cleaned ? separatorAfter(rewriting, step) + cleanCommand : '';
  if (extra + cleaning !== '') edits.push(replace(file, { start: end, end }, extra + cleaning));
  return edits;
}

/** gcc brings libc6-dev, which a later musl-dev names anyway: it is written there. */
function laterAnyway(step: PlannedStep, position: number, name: string): boolean {
  const { debian } = step;
  if (debian.kind !== 'install' || name !== 'libc6-dev') return false;
  return (debian.names[position]?.length ?? 0) > 1 && debian.names.slice(position + 1).some((names) => names.length === 1 && names[0] === name);
}

/** What stands between two packages: a space, or a line break with the indentation of the list. */
function gapOf({ scanned }: Rewriting, before: number, word: Word): string {
  const gap = scanned.text.slice(before, word.span.start);
  if (!gap.includes('\n')) return ' ';
  const indentation = scanned.text.slice(lineStartAt(scanned.text, word.span.start), word.span.start);
  const newline = gap.indexOf('\n');
  const lineEnd = gap.slice(lineBreakStart(gap, newline), newline + 1);
  return lineEnd + (/^[ \t]*$/.test(indentation) ? indentation : '    ');
}

/** How the author joins this command to its neighbours, if by `&&`; else a separator in the style of the RUN. */
function separatorFor(rewriting: Rewriting, step: PlannedStep): string {
  return neighbouringSeparator(rewriting, step, ['after', 'before']) ?? ownSeparator(rewriting, step, false);
}

function separatorAfter(rewriting: Rewriting, step: PlannedStep): string {
  return neighbouringSeparator(rewriting, step, ['after', 'before']) ?? ownSeparator(rewriting, step, true);
}

function neighbouringSeparator({ planned, scanned, style }: Rewriting, step: PlannedStep, order: readonly ('before' | 'after')[]): string | null {
  const { steps } = planned.run.script;
  const index = steps.indexOf(step.read.step);
  for (const side of order) {
    const neighbour = side === 'after' ? steps[index + 1] : index > 0 ? steps[index] : undefined;
    if (!neighbour) continue;
    const text = scanned.text.slice(neighbour.separator.start, neighbour.separator.end);
    if (neighbour.joinedBy !== 'and') {
      if (style.joinsLikeNeighbours && !text.includes('#')) return text.replace(/^(\s*\n)\s*\n/, '$1');
      continue;
    }
    if (/^[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?&&[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?$/.test(text)) return text;
  }
  return null;
}

/** Lines longer than this are broken before `&&`. */
const longLine = 100;

function ownSeparator({ scanned, planned, extra }: Rewriting, step: PlannedStep, after: boolean): string {
  const { instruction } = planned.run;
  const { text, newline, escape } = scanned;
  // A new line in a script would not stop where a command fails.
  if (instruction.heredocs.length > 0) return ' && ';
  const { span } = step.read.command;
  const own = text.slice(span.start, span.end);
  const isList = own.includes('\n');
  if (!after && isList) return ' && ';
  const line = text.slice(lineStartAt(text, instruction.span.start), instruction.span.end);
  const added = ['apt-get update', ' && ', installCommand, ' && ', cleanCommand, ...extra].join(' ').length;
  if (!isList && (line.includes('\n') || line.length + added - 'apk add --no-cache'.length < longLine)) return ' && ';
  const lastLine = text.slice(lineStartAt(text, span.end), span.end);
  const base = /^[ \t]*/.exec(line)?.[0] ?? '';
  const list = isList ? (/^[ \t]*/.exec(lastLine)?.[0] ?? '') : '';
  const indentation = isList && list.length < base.length + 4 ? list : `${base}    `;
  return ` ${escape}${newline}${indentation}&& `;
}

function purgeText({ scanned, planned }: Rewriting, step: PlannedStep, names: readonly string[]): string {
  const command = 'apt-get purge -y --auto-remove';
  const line = `${command} ${names.join(' ')}`;
  if (line.length < longLine || planned.run.instruction.heredocs.length > 0) return line;
  const { text, newline, escape } = scanned;
  const indentation = /^[ \t]*/.exec(text.slice(lineStartAt(text, step.read.command.span.start)))?.[0] ?? '';
  return [command, ...names].join(` ${escape}${newline}${indentation}    `);
}

function accountText(rewriting: Rewriting, step: PlannedStep): string {
  const { action } = step.read;
  if (action.kind !== 'account') return '';
  const { account } = action;
  const text = shadowCommand(account);
  if (!rewriting.style.takesHome || account.kind !== 'user' || !account.makesHome || account.home === `/home/${account.name}`) return text;
  const separator = neighbouringSeparator(rewriting, step, ['before', 'after']) ?? ' && ';
  return `${text}${separator}chown ${account.name}:${account.group ?? account.name} ${account.home}`;
}
