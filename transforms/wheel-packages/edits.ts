import { exportPlugin } from '../../src/build/ledger/tools.ts';
import { baseName, parentOf, readable } from '../../src/build/places.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import type { Step } from '../../src/dockerfile/shell.ts';
import { blockOf, keywordLike, lineStartAt, removalsOf } from '../../src/edit/lines.ts';
import { parseRequirementSpec } from '../../src/manifests/requirements.ts';
import type { Edit, Path, Span } from '../../src/types.ts';
import type { Installs, LockedInstall, PipInstall } from './installs.ts';

/** Where the edits go. */
export interface Site {
  readonly scanned: ScannedDockerfile;
  readonly file: Path;
  /** The directory of wheels, in the builder and in the final stage. */
  readonly directory: Path;
}

/** Options of `pip install` that `pip wheel` does not have; none of them decides what is in the packages. */
const onlyForInstall = /^(?:-U|--upgrade|--force-reinstall|-I|--ignore-installed|--compile|--no-compile|--no-warn-script-location|--no-warn-conflicts|--break-system-packages|--root-user-action(?:=.*)?|--upgrade-strategy(?:=.*)?)$/;

// ------------------------------------------------------------------------------------------------------ the builder

/** `pip wheel` in the place of the last install, the other installs taken out: one call for all of them. */
export function wheelsInsteadOfInstalls(site: Site, installs: Installs): readonly Edit[] | null {
  if (installs.locked) return exportedInstead(site, installs, installs.locked);
  const last = installs.needed.at(-1);
  const call = last?.command.call;
  if (!last || !call || installs.needed.some((install) => install.command.cwd !== last.command.cwd)) return null;
  const others = installs.needed.slice(0, -1);
  const removals = withoutInstalls(site, others);
  if (removals === null) return null;
  const edits: Edit[] = [...removals];
  const [subcommand] = last.parts.reading.operands;
  if (!subcommand) return null;
  edits.push({ file: site.file, span: subcommand.argument.span, text: `wheel --wheel-dir ${site.directory}` });
  const asked = firstAsked(last);
  if (asked !== null && others.length > 0) edits.push({ file: site.file, span: { start: asked, end: asked }, text: others.flatMap(wordsOf).map((word) => `${word} `).join('') });
  let end = subcommand.argument.span.end;
  for (const argument of call.args) {
    const takesNext = argument.text === '--root-user-action' || argument.text === '--upgrade-strategy';
    const isTool = last.tools.length > 0 && last.parts.names.includes(argument) && !last.names.includes(argument);
    if (takesNext || (/^-[A-Za-z]{2,}$/.test(argument.text) && /[UI]/.test(argument.text))) return null;
    if (onlyForInstall.test(argument.text) || isTool) edits.push({ file: site.file, span: { start: end, end: argument.span.end }, text: '' });
    end = argument.span.end;
  }
  return edits;
}

/** Takes installs out of the builder; what installs tools as well stays. Null if one of them cannot be cut out. */
function withoutInstalls(site: Site, installs: readonly PipInstall[]): readonly Edit[] | null {
  const removable = installs.filter((install) => install.tools.length === 0);
  const whole: StepRecord[] = [];
  const edits: Edit[] = [];
  for (const step of new Set(removable.map((install) => install.step))) {
    const gone = new Set(removable.flatMap((install) => (install.step === step && install.command.step ? [install.command.step] : [])));
    const all = step.run?.script?.steps ?? [];
    if (gone.size === 0 || step.instruction.heredocs.length > 0) return null;
    if (all.every((one) => gone.has(one))) whole.push(step);
    else edits.push(...removalsFromChain(site.file, all, gone));
  }
  return [...removalEdits(site, whole), ...edits];
}

/** Takes commands out of a chain, each with what joins it to one that stays. */
function removalsFromChain(file: Path, steps: readonly Step[], gone: ReadonlySet<Step>): readonly Edit[] {
  const firstKept = steps.findIndex((step) => !gone.has(step));
  return steps.flatMap((step, index): Edit[] => {
    if (!gone.has(step)) return [];
    const next = steps[index + 1];
    const span: Span = index < firstKept ? { start: step.span.start, end: next?.span.start ?? step.span.end } : { start: step.separator.start, end: step.span.end };
    return [{ file, span, text: '' }];
  });
}

/** Where the first requirement of a call stands. */
function firstAsked({ command, parts }: PipInstall): number | null {
  const options = parts.reading.options.filter((option) => option.name === '--requirement').map((option) => command.call?.args[option.first]?.span.start ?? Number.POSITIVE_INFINITY);
  const first = Math.min(...options, ...parts.names.map((name) => name.span.start));
  return Number.isFinite(first) ? first : null;
}

/** Wheels of all installs are there already: the builder stops installing. */
export function onlyWheels(site: Site, installs: Installs): readonly Edit[] | null {
  return installs.locked || installs.needed.some((install) => install.tools.length > 0) ? null : withoutInstalls(site, installs.needed);
}

/** Takes whole instructions away. */
export function removalEdits({ scanned, file }: Site, steps: readonly StepRecord[]): readonly Edit[] {
  const instructions = steps.map((step) => step.instruction).toSorted((a, b) => a.span.start - b.span.start);
  return removalsOf(scanned, instructions).map((span) => ({ file, span, text: '' }));
}

/** What an install asks for, as written. */
function wordsOf({ names, files }: PipInstall): readonly string[] {
  return [...files.map((one) => `-r ${one.argument.raw}`), ...names.map((name) => name.raw)];
}

/** A RUN of its own that makes the wheels; null if the install ran in circumstances that another RUN does not have. */
function wheelInstruction(site: Site, installs: Installs): string | null {
  if (installs.locked) return exportInstruction(site, installs.locked);
  const { scanned, directory } = site;
  const last = installs.needed.at(-1);
  const call = last?.command.call;
  if (!last || !call || installs.needed.some((install) => install.command.cwd !== last.command.cwd)) return null;
  const { text } = scanned;
  const { instruction } = last.step;
  const flags = instruction.flags.map((flag) => `${text.slice(flag.span.start, flag.span.end)} `).join('');
  const program = text.slice(call.span.start, call.args[0]?.span.start ?? call.span.end);
  if (/[\r\n]/.test(program + flags)) return null;
  const options = last.parts.reading.options.filter(({ name, value }) => name !== '--requirement' && name !== '--wheel-dir' && !onlyForInstall.test(name) && !/\s/.test(value?.raw ?? ''));
  const words = options.map(({ name, value }) => (value === null ? name : `${name} ${value.raw}`));
  const asked = installs.needed.flatMap(wordsOf);
  const cd = last.command.cwd === last.step.cwd ? '' : `cd ${readable(last.command.cwd)} && `;
  return `${keywordLike(scanned, instruction, 'RUN')} ${flags}${cd}${[`${program.trim()} wheel --wheel-dir ${directory}`, ...words, ...asked].join(' ')}`;
}

/** The builder keeps its packages, and makes wheels after its last install. */
export function wheelsBesideInstalls(site: Site, installs: Installs): readonly Edit[] | null {
  const last = installs.locked ?? installs.needed.at(-1);
  const text = wheelInstruction(site, installs);
  const plugin = installs.locked ? pluginEdits(site, installs) : [];
  if (!last || text === null || plugin === null) return null;
  const { start, end } = last.step.instruction.span;
  const indent = site.scanned.text.slice(lineStartAt(site.scanned.text, start), start);
  return [...plugin, { file: site.file, span: { start: end, end }, text: site.scanned.newline + indent + text }];
}

/** A stage of its own that makes the wheels, where the builder is the base of others or an image that somebody uses. */
export function wheelsInStage(site: Site, installs: Installs, builder: string, name: string, next: StepRecord): readonly Edit[] | null {
  const text = wheelInstruction(site, installs);
  const plugin = installs.locked ? pluginEdits(site, installs) : [];
  if (text === null || plugin === null) return null;
  const { scanned, file } = site;
  const at = lineStartAt(scanned.text, blockOf(next.instruction).start);
  const from = `${keywordLike(scanned, next.instruction, 'FROM')} ${builder} ${keywordLike(scanned, next.instruction, 'AS')} ${name}`;
  return [...plugin, { file, span: { start: at, end: at }, text: [from, text, '', ''].join(scanned.newline) }];
}

// ------------------------------------------------------------------------------------------------------- lock files

const exportedFile = '/tmp/requirements.txt';

function exportLine({ manager, exportCommand }: LockedInstall): string {
  if (manager === 'pipenv') return `${exportCommand} > ${exportedFile}`;
  return `${exportCommand} --output${manager === 'uv' ? '-file' : ''} ${exportedFile}`;
}

/** The lock lists every package, so none has to be looked for. */
function lockedWheels({ directory }: Site): string {
  return `pip wheel --no-cache-dir --no-deps --wheel-dir ${directory} -r ${exportedFile}`;
}

/** The export of the lock and `pip wheel` in the place of the install. */
function exportedInstead(site: Site, installs: Installs, locked: LockedInstall): readonly Edit[] | null {
  const { scanned, file } = site;
  const { call } = locked.command;
  const plugin = pluginEdits(site, installs);
  if (!call || plugin === null) return null;
  const inHeredoc = locked.step.instruction.heredocs.length > 0;
  const start = lineStartAt(scanned.text, locked.step.instruction.span.start);
  const indent = scanned.text.slice(start, locked.step.instruction.span.start);
  const and = inHeredoc ? ' && ' : ` && ${scanned.escape}${scanned.newline}${indent}    `;
  return [...plugin, { file, span: call.span, text: exportLine(locked) + and + lockedWheels(site) }];
}

function exportInstruction(site: Site, locked: LockedInstall): string | null {
  const { scanned } = site;
  const { instruction, cwd } = locked.step;
  const flags = instruction.flags.map((flag) => `${scanned.text.slice(flag.span.start, flag.span.end)} `).join('');
  if (/[\r\n]/.test(flags)) return null;
  const cd = locked.command.cwd === cwd ? '' : `cd ${readable(locked.command.cwd)} && `;
  return `${keywordLike(scanned, instruction, 'RUN')} ${flags}${cd}${exportLine(locked)} && ${lockedWheels(site)}`;
}

/** `poetry export` is a plugin from Poetry 2.0 on, which is installed together with it; null if that cannot be arranged. */
function pluginEdits({ file }: Site, { locked, toolCalls, tools }: Installs): readonly Edit[] | null {
  if (locked?.manager !== 'poetry' || tools.includes(exportPlugin)) return [];
  for (const { parts } of toolCalls) {
    for (const argument of parts.names) {
      const entry = parseRequirementSpec(argument.text);
      if (entry.kind !== 'named' || entry.name !== 'poetry') continue;
      if (/^(?:==|~=|===)\s*[01]\./.test(entry.specifier)) return [];
      return [{ file, span: { start: argument.span.end, end: argument.span.end }, text: ` ${exportPlugin}` }];
    }
  }
  return null;
}

// -------------------------------------------------------------------------------------------------- the final stage

export interface FinalInstall {
  /** The stage that has the wheels. */
  readonly from: string;
  readonly mounts: boolean;
  readonly noCacheDir: boolean;
  /** Are the packages found by the names that the requirements have, or is each wheel named? */
  readonly asked: 'by name' | 'by file';
}

/** The instructions that take the place of the COPY of packages. */
export function installText({ scanned, directory }: Site, like: StepRecord, installs: Installs, { from, mounts, noCacheDir, asked: way }: FinalInstall): string {
  const { newline, escape, text } = scanned;
  const { start } = like.instruction.span;
  const indent = text.slice(lineStartAt(text, start), start);
  const run = keywordLike(scanned, like.instruction, 'RUN');
  const pip = `pip install ${noCacheDir ? '--no-cache-dir ' : ''}--no-index --find-links=${directory}`;
  if (!mounts) {
    const copy = `${keywordLike(scanned, like.instruction, 'COPY')} --from=${from} ${directory} ${directory}`;
    return [copy, `${indent}${run} ${pip} --no-deps ${directory}/*.whl && rm -rf ${directory}`].join(newline);
  }
  const files = way === 'by name' ? placedFiles(installs) : null;
  const binds = [
    `--mount=type=bind,from=${from},source=${directory},target=${directory}`,
    ...(files?.mounts ?? []).map(({ source, target }) => `--mount=type=bind,source=${source},target=${target}`),
  ];
  // A wheel may ask for a repository, which pip would clone: all that is needed lies beside it.
  const asked = files === null ? ['--no-deps', `${directory}/*.whl`] : files.words;
  return `${run} ${[...binds, [pip, ...asked].join(' ')].join(` ${escape}${newline}${indent}    `)}`;
}

interface PlacedFiles {
  readonly mounts: readonly { readonly source: Path; readonly target: Path }[];
  readonly words: readonly string[];
}

/**
 * The requirements files, mounted side by side in /tmp; null if they cannot lie there (they include files of other
 * directories, or two have one name) or if pip would not find what they ask for by its name. Then all wheels are named.
 */
function placedFiles({ needed, locked }: Installs): PlacedFiles | null {
  if (locked) return null;
  const mounts = new Map<Path, Path>();
  const words: string[] = [];
  for (const { files, names } of needed) {
    for (const file of files) {
      const [entry] = file.sources;
      if (!entry || !file.byName || file.sources.some(({ at }) => parentOf(at) !== parentOf(entry.at))) return null;
      for (const { at, path } of file.sources) {
        const target = `/tmp/${baseName(at)}`;
        const other = mounts.get(target);
        if (/[\s,"'$\\]/.test(path + target) || (other !== undefined && other !== path)) return null;
        mounts.set(target, path);
      }
      words.push(`-r /tmp/${baseName(entry.at)}`);
    }
    if (names.some((name) => /[$@]/.test(name.raw))) return null;
    words.push(...names.map((name) => name.raw));
  }
  return { mounts: [...mounts].map(([target, source]) => ({ source, target })), words };
}

/** Puts the install in the place of the COPY, and takes the copies of console scripts away. */
export function finalEdits(site: Site, copy: StepRecord, scripts: readonly StepRecord[], text: string): readonly Edit[] {
  return [{ file: site.file, span: copy.instruction.span, text }, ...removalEdits(site, scripts)];
}

/** The same above an earlier instruction: there the user may still write to the packages. */
export function finalEditsAbove(site: Site, above: StepRecord, copy: StepRecord, scripts: readonly StepRecord[], text: string): readonly Edit[] {
  const { scanned, file } = site;
  const at = lineStartAt(scanned.text, blockOf(above.instruction).start);
  const { start } = above.instruction.span;
  const indent = scanned.text.slice(lineStartAt(scanned.text, start), start);
  return [{ file, span: { start: at, end: at }, text: indent + text + scanned.newline }, ...removalEdits(site, [copy, ...scripts])];
}
