import { isCovered } from '../src/build/exposure.ts';
import type { Place } from '../src/build/places.ts';
import { anchorOf, baseName, isRegion, isSymbolic, isWithin, join, parentOf, readable, relativeTo } from '../src/build/places.ts';
import type { CopyRecord } from '../src/build/copy.ts';
import type { ContextRead, ExecutedCommand } from '../src/build/run.ts';
import type { ContextSource } from '../src/build/state.ts';
import type { StageResult, StepRecord } from '../src/build/symbolic-build.ts';
import { parse } from '../src/dockerfile/parse.ts';
import type { ScannedDockerfile } from '../src/dockerfile/scan.ts';
import { blockOf, blockText, isFollowedByBlankLine, keywordLike, lineStartAt, removalsOf } from '../src/edit/lines.ts';
import type { BuildView, DockerfileView } from '../src/plan/project.ts';
import type { Decline, Match } from '../src/plan/transform.ts';
import { decline, defineTransform } from '../src/plan/transform.ts';
import { disjointNames } from '../src/plan/verify.ts';
import type { BuildContext, Edit, Fix, Path } from '../src/types.ts';
import type { CutRun } from './split-copy/cut-run.ts';
import { cutRun } from './split-copy/cut-run.ts';
import { narrowBind } from './split-copy/narrow-bind.ts';

/** An install that runs again whenever files change that it does not read. */
interface ExposedInstall extends Match {
  readonly view: DockerfileView;
  readonly build: BuildView;
  readonly stage: StageResult;
  /** Index of the install among the stage's steps. */
  readonly at: number;
}

export const splitCopy = defineTransform<ExposedInstall>({
  id: 'split-copy',
  title: 'Copy dependency manifests, install, then copy the source',
  why: 'A COPY of the whole source before the install makes every one-line change reinstall all dependencies.',
  mustGain: true,
  *match(project) {
    for (const view of project.dockerfiles) {
      const [build] = view.builds;
      if (!build) continue;
      const manifests = manifestsOf(build);
      for (const stage of build.symbolic.stages) {
        // The last install first: what goes below it is below all others as well.
        for (const [at, step] of [...stage.steps.entries()].toReversed()) {
          if (!isExposedInstall(step, manifests)) continue;
          const { start, end } = step.instruction.lines;
          yield { dockerfile: view.path, line: start, endLine: end, view, build, stage, at };
        }
      }
    }
  },
  decide(match) {
    const install = match.stage.steps[match.at];
    if (!install?.run) return [decline('unsupported', 'not a RUN')];
    const unreadable = unreadableInstall(install);
    const cut = cutRun(match.view.model.scanned, install, (command) => dependsOnSource(command, install, match));
    const narrowed = narrowedBind(match, install);
    if (cut.kind === 'refusal') return [...narrowed, unreadable ?? missingManifest(match, install) ?? cut];
    const proposals = [...narrowed, proposal(match, install, cut, 'at the install'), proposal(match, install, cut, 'at the source copy')];
    return [...proposals, ...assuming(match, install, proposals)];
  },
});

const movable = new Set(['install', 'os-packages']);

/** Names of files that say what a project depends on. */
const manifestName = /^(?:(?:dev-|test-)?requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in|lock)$|^(?:pyproject\.toml|Pipfile|setup\.(?:py|cfg)|uv\.toml|poetry\.toml|pip\.conf|\.python-version|package\.json|\.npmrc|environment\.ya?ml)$|(?:\.lock|-lock\.\w+|\.lockb)$/;

/** Papers that lie beside the code; a change of one is no reason to move anything. */
const paperName = /^(?:README|LICEN[CS]E|COPYING|CHANGELOG|CHANGES|NOTICE|AUTHORS|CONTRIBUTING|VERSION)(?:\..*)?$/i;

/** Files that commands read by name, and manifests. They change seldom; to be exposed to one is no fault. */
function manifestsOf(build: BuildView): readonly ContextSource[] {
  const steps = build.symbolic.stages.flatMap((stage) => stage.steps);
  const read = steps.flatMap((step) => step.run?.commands ?? []).flatMap(readsOf);
  const copied = steps.flatMap((step) => step.copy?.contextSources ?? []).filter((source) => manifestName.test(baseName(source.path)) || paperName.test(baseName(source.path)));
  return [...read, ...copied].filter((source) => !source.deep);
}

function isExposedInstall(step: StepRecord, manifests: readonly ContextSource[]): boolean {
  if (!step.run) return false;
  const exposures = step.exposures.filter((exposure) => !isCovered(exposure, manifests));
  if (exposures.length === 0) return false;
  if (unreadableInstall(step) && exposures.some((exposure) => exposure.deep)) return true;
  return step.run.commands.some((command) => installs(command) && (readsEverything(command, step) || exposures.some((exposure) => !isCovered(exposure, readsOf(command)))));
}

/** An install that takes in all that was copied: its manifest was not found, or it installs the project itself. */
function readsEverything(command: ExecutedCommand, step: StepRecord): boolean {
  return readsOf(command).some((read) => read.deep && step.exposures.some((exposure) => exposure.deep && isWithin(exposure.path, read.path)));
}

function installs(command: ExecutedCommand): boolean {
  return command.effects.some((executed) => movable.has(executed.effect.kind));
}

function readsOf(command: ExecutedCommand): readonly ContextRead[] {
  return command.effects.flatMap((executed) => executed.reads);
}

/** Subcommands of package managers that install a project's dependencies. */
const installWords = new Set(['install', 'sync', 'add', 'i', 'ci']);

/** A package manager's call that dockfix cannot read: said, not passed over. */
function unreadableInstall(step: StepRecord): Decline | null {
  const command = step.run?.commands.find((one) => one.opaque !== null && one.isPackageManager && one.call?.args.some(({ text }) => installWords.has(text)));
  if (!command?.call) return null;
  return decline('unsupported', `\`${command.call.program}\` is called in a way that dockfix does not read: ${command.opaque ?? ''}`);
}

/** Does a command need, or change, more of the source than files that can be named? */
function dependsOnSource(command: ExecutedCommand, install: StepRecord, match: ExposedInstall): boolean {
  if (command.opaque !== null) return true;
  for (const read of readsOf(command)) {
    if (read.deep && install.exposures.some((exposure) => isWithin(exposure.path, read.path))) return true;
  }
  const { files } = match.stage.state.context;
  return command.effects.some((executed) =>
    executed.effect.writes.some(({ place }) => {
      const source = sourceOf(match, place.path);
      return source !== null && (files.has(source) !== 'no' || place.deep);
    }),
  );
}

/** Where in the context a path of the image comes from, if a COPY of a directory before the install covers it. */
function sourceOf(match: ExposedInstall, path: Path): Path | null {
  for (const step of stepsBefore(match).toReversed()) {
    for (const item of step.copy?.contextSources.length ? step.copy.items : []) {
      if (item.directory && isWithin(path, item.target) && !path.includes('\u0000')) return join(item.source, relativeTo(path, item.target));
    }
  }
  return null;
}

/** A manifest that the install names and the context lacks: then nobody knows what it reads. */
function missingManifest(match: ExposedInstall, install: StepRecord): Decline | null {
  const { files } = match.stage.state.context;
  for (const command of install.run?.commands.filter(installs) ?? []) {
    for (const { effect } of command.effects) {
      const place = effect.reads.find(({ path, deep }) => !deep && manifestName.test(baseName(path)) && sourceOf(match, path) !== null && files.has(sourceOf(match, path) ?? '') === 'no');
      const source = place && sourceOf(match, place.path);
      if (source && effect.reads.some((read) => read.deep)) return decline('manifest-missing', `${readable(source)} is not in the build context, so nothing is known of what is installed`);
    }
  }
  return null;
}

function narrowedBind(match: ExposedInstall, install: StepRecord): readonly Fix[] {
  const { scanned } = match.view.model;
  const [first, ...others] = narrowBind(scanned, match.view.path, install, install.run?.commands.flatMap(readsOf) ?? []);
  if (!first) return [];
  const message = `\`${shortText(scanned, install)}\` ran again for every change of the source, because it mounts all of it; it gets the files that it reads`;
  return [{ kind: 'fix', message, claims: [], edits: [first, ...others] }];
}

// ------------------------------------------------------------------------------------------------------------- proposal

/** Packages that go into a directory of the source: right unless one of them has a name of the project's own. */
function assuming(match: ExposedInstall, install: StepRecord, proposals: readonly (Fix | Decline)[]): readonly Fix[] {
  const shared = install.run?.written.some(({ path }) => isRegion(path) && match.stage.steps.some((step) => step.copy?.items.some((item) => item.directory && item.target === anchorOf(path))));
  if (!shared) return [];
  return proposals.flatMap((fix) => (fix.kind === 'fix' ? [{ ...fix, claims: [...fix.claims, { kind: 'assumes', sentence: disjointNames } as const] }] : []));
}

/**
 * The manifests come just before the install, so that nothing else depends on them; or, where what stands between minds
 * (a WORKDIR that would then make the directory as another user), in the place of the source copy.
 */
function proposal(match: ExposedInstall, install: StepRecord, cut: CutRun, where: 'at the install' | 'at the source copy'): Fix | Decline {
  const needed = cut.hoisted.flatMap(readsOf);
  const sunk = stepsToSink(stepsBefore(match), needed, cut.hoisted, match.stage.state.context.files);
  if (sunk.kind === 'refusal') return sunk;
  const stuck = sunk.steps.find((step) => !mayLeave(match, step.stage));
  if (stuck) return decline('output-stage', `\`${shortText(match.view.model.scanned, stuck)}\` (line ${stuck.line}) belongs to a stage that is an image of its own, or that other stages take files from`);
  const leaves = sunk.steps.some((step) => step.stage !== match.stage.stage.index);
  if (leaves && needed.length === 0) return decline('not-needed', 'the copy stands in a stage that others start from; it would have to go into each of them, for an install that reads no manifest', 'info');
  if (sunk.steps.length === 0) return decline('no-gain', 'what comes before the install is needed by it', 'info');
  const anchor = where === 'at the install' ? install : (sunk.steps.find((step) => step.copy) ?? install);
  const narrow = narrowCopies(match, anchor, needed, sunk.steps);
  if (narrow.kind === 'refusal') return narrow;
  const edits = editsFor(match, { install, anchor }, cut, sunk.steps, narrow.lines);
  return { kind: 'fix', message: messageFor(match, install, sunk.steps, narrow.names), claims: [], edits };
}

/** The steps before the install: those of the stage that it starts from, and its own. */
function stepsBefore(match: ExposedInstall): readonly StepRecord[] {
  const { stage, build, at } = match;
  const parents = stage.chain.slice(0, -1).flatMap((index) => build.symbolic.stages[index]?.steps ?? []);
  return [...parents, ...stage.steps.slice(0, at)];
}

/** May a step leave its stage for the stages that start from it? Not if the stage is an image that somebody uses. */
function mayLeave(match: ExposedInstall, index: number): boolean {
  if (index === match.stage.stage.index) return true;
  const { base } = match.stage.stage;
  return base.kind === 'stage' && base.index === index && !match.build.symbolic.outputs.includes(index);
}

function messageFor(match: ExposedInstall, install: StepRecord, sunk: readonly StepRecord[], names: readonly string[]): string {
  const { scanned } = match.view.model;
  const first = sunk.find((step) => step.copy) ?? sunk[0];
  const source = first ? `\`${shortText(scanned, first)}\` (line ${first.line})` : 'the source';
  const what = names.length === 0 ? 'it does not need the source' : `it only needs ${names.join(', ')}`;
  return `\`${shortText(scanned, install)}\` ran again for every change of the source, because ${source} came first; ${what}`;
}

export function shortText(scanned: ScannedDockerfile, step: StepRecord): string {
  const text = scanned.text.slice(step.instruction.span.start, step.instruction.span.end).replaceAll(/[\\`]?\s*\r?\n\s*/g, ' ').trim();
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

// ------------------------------------------------------------------------------------------- which steps go below the install

type Sunk = { readonly kind: 'steps'; readonly steps: readonly StepRecord[] } | Decline;

/** The copies that the install does not need, and every step between that has to stay behind them. */
function stepsToSink(before: readonly StepRecord[], needed: readonly ContextSource[], hoisted: readonly ExecutedCommand[], files: BuildContext): Sunk {
  const sunk: StepRecord[] = [];
  const read = hoisted.flatMap((command) => command.effects.flatMap((executed) => executed.effect.reads));
  for (const step of before) {
    if (isUnneededCopy(step, needed, read) || sunk.some((earlier) => conflict(earlier, step, files))) sunk.push(step);
    if (step.opaque !== null && sunk.length > 0) {
      const text = step.instruction.text.split('\n')[0] ?? '';
      return decline('opaque-command', `\`RUN ${text.length > 50 ? `${text.slice(0, 47)}…` : text}\` (line ${step.line}) stands between the source copy and the install, and may read or change anything: ${step.opaque}`);
    }
  }
  return { kind: 'steps', steps: sunk };
}

function isUnneededCopy(step: StepRecord, needed: readonly ContextSource[], read: readonly Place[]): boolean {
  if (!step.copy) return false;
  if (step.copy.contextSources.length > 0) return step.copy.contextSources.some((source) => !isCovered(source, needed));
  if (step.copy.inherited.length === 0) return false;
  return !step.copy.items.some((item) => read.some((place) => overlaps(place, { path: item.target, deep: item.directory })));
}

/** Would a step see or leave something else if it ran before an earlier one? */
function conflict(earlier: StepRecord, later: StepRecord, files: BuildContext): boolean {
  if (later.kind === 'config' || later.kind === 'workdir') return false;
  if (earlier.opaque !== null || later.opaque !== null) return true;
  const touched = [...writtenBy(later), ...readBy(later)];
  if (earlier.copy && earlier.copy.contextSources.length > 0) {
    // What removes or changes files of the source is meant for them, even where there are none today.
    const meant = (later.run?.commands ?? []).flatMap((command) => command.effects.flatMap(({ effect }) => effect.writes.filter(({ how }) => how === 'remove' || how === 'edit').map(({ place }) => place)));
    return earlier.copy.items.some((item) => touched.some((place) => meets(item, place, files)) || meant.some((place) => !isRegion(place.path) && overlaps({ path: item.target, deep: item.directory }, place)));
  }
  return writtenBy(earlier).some((place) => touched.some((other) => overlaps(place, other))) || writtenBy(later).some((place) => readBy(earlier).some((other) => overlaps(place, other)));
}

/** Does a copy from the context reach a place? Not one below it that the context surely has not. */
function meets(item: CopyRecord['items'][number], place: Place, files: BuildContext): boolean {
  if (isRegion(place.path) || !overlaps({ path: item.target, deep: item.directory }, place)) return false;
  if (!item.directory || !isWithin(place.path, item.target)) return true;
  const below = relativeTo(place.path, item.target);
  return below === '' ? place.deep : files.has(join(item.source, below)) !== 'no';
}

function writtenBy(step: StepRecord): readonly Place[] {
  if (step.copy) return step.copy.items.map((item) => ({ path: item.target, deep: item.directory }));
  return step.run?.written ?? [];
}

function readBy(step: StepRecord): readonly Place[] {
  return step.run?.commands.flatMap((command) => command.effects.flatMap((executed) => executed.effect.reads)) ?? [];
}

function overlaps(a: Place, b: Place): boolean {
  if (a.path === b.path) return true;
  return (a.deep && isWithin(b.path, a.path)) || (b.deep && isWithin(a.path, b.path));
}

// ------------------------------------------------------------------------------------------------------- the narrow copies

type Narrow = { readonly kind: 'lines'; readonly lines: readonly string[]; readonly names: readonly string[] } | Decline;

interface Group {
  readonly provider: StepRecord;
  readonly directory: Path;
  readonly destination: string;
  readonly sources: string[];
}

/** One COPY for each directory and each set of flags, for what the sunk copies brought and the install reads. */
function narrowCopies(match: ExposedInstall, anchor: StepRecord, needed: readonly ContextRead[], sunk: readonly StepRecord[]): Narrow {
  const groups: Group[] = [];
  const names: string[] = [];
  const seen = new Set<string>();
  for (const read of needed) {
    const { step, item } = providerOf(stepsBefore(match), read.at) ?? {};
    if (!step || !item || !sunk.includes(step) || seen.has(read.at)) continue;
    seen.add(read.at);
    const removed = removerOf([...stepsBefore(match), ...match.stage.steps.slice(match.at)], read.at);
    if (removed) return decline('file-changes-manifest', `${readable(read.path)} is removed or changed by a command (line ${removed.line}), so a copy of its own would bring it back`);
    const directory = read.deep ? read.at : parentOf(read.at);
    const target = item.directory ? item.target : parentOf(item.target);
    const destination = destinationText(match, anchor, step, target, relativeTo(directory, target));
    names.push(readable(read.path));
    const group = groups.find((one) => one.provider === step && one.directory === directory && !read.deep);
    if (group) group.sources.push(readable(read.path));
    else groups.push({ provider: step, directory, destination, sources: [readable(read.path)] });
  }
  return { kind: 'lines', names, lines: groups.map((group) => copyLine(match.view.model.scanned, group)) };
}

/** The last step that wrote a path by COPY from the context. */
function providerOf(steps: readonly StepRecord[], path: Path): { step: StepRecord; item: { source: Path; target: Path; directory: boolean } } | null {
  for (const step of steps.toReversed()) {
    for (const item of step.copy?.contextSources.length ? step.copy.items : []) {
      if (item.directory ? isWithin(path, item.target) : item.target === path) return { step, item };
    }
  }
  return null;
}

/** A RUN of the stage that removes or rewrites exactly this file: after the split the later COPY would bring it back. */
function removerOf(steps: readonly StepRecord[], path: Path): StepRecord | undefined {
  return steps.find((step) => step.run?.commands.some((command) => command.effects.some((executed) => executed.effect.writes.some(({ place, only }) => place.path === path && only === undefined))));
}

function destinationText(match: ExposedInstall, anchor: StepRecord, provider: StepRecord, target: Path, below: Path): string {
  const suffix = below === '' ? '' : `${readable(below)}/`;
  if (anchor.cwd === target) return `./${suffix}`;
  const parsed = parse(provider.instruction, match.view.model.scanned);
  const written = parsed.keyword === 'COPY' || parsed.keyword === 'ADD' ? parsed.destination.text : target;
  const isSame = provider.cwd === anchor.cwd || written.startsWith('/') || /^\$/.test(written);
  const base = isSame && provider.copy?.destination === target ? written.replace(/\/?\.?$/, '') : readable(target);
  return `${base === '' && !written.startsWith('/') ? '.' : base}/${suffix}`;
}

function copyLine(scanned: ScannedDockerfile, group: Group): string {
  const { instruction } = group.provider;
  const keyword = keywordLike(scanned, instruction, 'COPY');
  const flags = instruction.flags.filter((flag) => flag.name !== 'parents' && flag.name !== 'exclude').map((flag) => `${scanned.text.slice(flag.span.start, flag.span.end)} `);
  const words = [...group.sources, group.destination];
  const plain = words.every((word) => !/[\s"'\\]/.test(word));
  return `${keyword} ${flags.join('')}${plain ? words.join(' ') : JSON.stringify(words)}`;
}

// ----------------------------------------------------------------------------------------------------------------- edits

interface Positions {
  readonly install: StepRecord;
  /** The step before which the narrow copies go. */
  readonly anchor: StepRecord;
}

function editsFor(match: ExposedInstall, { install, anchor }: Positions, cut: CutRun, sunk: readonly StepRecord[], narrow: readonly string[]): readonly [Edit, ...Edit[]] {
  const { scanned } = match.view.model;
  const file = match.view.path;
  const { newline } = scanned;
  const indentOf = (step: StepRecord): string => scanned.text.slice(lineStartAt(scanned.text, step.instruction.span.start), step.instruction.span.start);
  const lines = narrow.map((line) => indentOf(anchor) + line);
  const gap = sunk.some((step) => isFollowedByBlankLine(scanned, step.instruction)) ? newline : '';
  const below = [...sunk.flatMap((step) => sunkText(match, step, install)), ...(cut.rest === null ? [] : [indentOf(install) + cut.rest])];
  const replaced: Edit = { file, span: install.instruction.span, text: cut.text + newline + gap + below.join(newline) };
  const above = lineStartAt(scanned.text, blockOf(anchor.instruction).start);
  const inserted: Edit[] = anchor === install && lines.length > 0 ? [{ file, span: { start: above, end: above }, text: lines.map((line) => line + newline).join('') }] : [];
  const isReplaced = anchor !== install && lines.length > 0;
  const gone = sunk.filter((step) => !isReplaced || step !== anchor).map((step) => step.instruction);
  const removed = removalsOf(scanned, gone).map((span): Edit => ({ file, span, text: '' }));
  if (isReplaced) removed.push({ file, span: { start: above, end: anchor.instruction.span.end }, text: lines.join(newline) });
  return [replaced, ...inserted, ...removed, ...editsForSiblings(match, sunk)];
}

/** Other stages that start from the stage which loses steps get them at their own beginning. */
function editsForSiblings(match: ExposedInstall, sunk: readonly StepRecord[]): readonly Edit[] {
  const { scanned } = match.view.model;
  const { stages } = match.build.symbolic;
  const left = sunk.filter((step) => step.stage !== match.stage.stage.index);
  const [first] = left;
  const end = first && stages[first.stage]?.steps.at(-1);
  if (!first || !end) return [];
  const siblings = stages.filter(({ stage }) => stage.base.kind === 'stage' && stage.base.index === first.stage && stage.index !== match.stage.stage.index);
  const text = left.flatMap((step) => sunkText(match, step, end)).map((line) => scanned.newline + line).join('');
  return siblings.map(({ stage }) => {
    const at = stage.fromInstruction.span.end;
    return { file: match.view.path, span: { start: at, end: at }, text };
  });
}

/** A step at its new place below the install, with the user and directory that it had. */
function sunkText(match: ExposedInstall, step: StepRecord, install: StepRecord): readonly string[] {
  const { scanned } = match.view.model;
  const text = blockText(scanned, step.instruction);
  const keyword = (word: string): string => keywordLike(scanned, step.instruction, word);
  if (step.copy) return [step.cwd === install.cwd ? text : withAbsoluteDestination(scanned, step, text)];
  const lines = [text];
  if (step.cwd !== install.cwd) {
    lines.unshift(`${keyword('WORKDIR')} ${readable(step.cwd)}`);
    lines.push(`${keyword('WORKDIR')} ${readable(install.cwd)}`);
  }
  if (step.user !== install.user && !isSymbolic(step.user)) {
    lines.unshift(`${keyword('USER')} ${readable(step.user)}`);
    lines.push(`${keyword('USER')} ${readable(install.user)}`);
  }
  return lines;
}

function withAbsoluteDestination(scanned: ScannedDockerfile, step: StepRecord, text: string): string {
  const parsed = parse(step.instruction, scanned);
  if (!step.copy || (parsed.keyword !== 'COPY' && parsed.keyword !== 'ADD') || /^[/$]/.test(parsed.destination.text)) return text;
  const offset = lineStartAt(scanned.text, blockOf(step.instruction).start);
  const { start, end } = parsed.destination.span;
  const slash = /\/$/.test(parsed.destination.text) && step.copy.destination !== '/' ? '/' : '';
  return text.slice(0, start - offset) + readable(step.copy.destination) + slash + text.slice(end - offset);
}

export function describeSource(source: ContextSource): string {
  return source.path === '' ? 'the whole context' : source.deep ? `${source.path}/` : baseName(source.path);
}
