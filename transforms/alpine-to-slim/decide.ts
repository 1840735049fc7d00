import { readAlpineRun } from '../../src/build/modulo/alpine-run.ts';
import type { Seen } from '../../src/build/modulo/image-files.ts';
import type { DebianPlan } from '../../src/build/modulo/plan.ts';
import { packageOfProgram } from '../../src/build/modulo/packages.ts';
import { slimBaseOf } from '../../src/build/modulo/slim-base.ts';
import { programsIn } from '../../src/build/modulo/shell.ts';
import { shadowCommand } from '../../src/build/modulo/users.ts';
import { commandText } from '../../src/build/modulo.ts';
import type { StageResult } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import { removalsOf } from '../../src/edit/lines.ts';
import { baseFacts } from '../../src/images/base-facts.ts';
import type { BuildView, DockerfileView, ProjectView } from '../../src/plan/project.ts';
import type { Decline, Match } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Claim, Edit, Fix, LinkedFix, RefusalReason } from '../../src/types.ts';
import type { StageGroup } from './groups.ts';
import { groupsOf, whyNoReason } from './groups.ts';
import type { Part } from './shared-scripts.ts';
import { partOf, placeOf, scriptEdits, withSharers } from './shared-scripts.ts';
import type { Style } from './packages.ts';
import { installsSomething, runEdits } from './packages.ts';
import { settingEdits, shellEdits, toolRun } from './settings.ts';

/** Stages on Alpine that have to move together, or an Alpine stage that cannot. */
export interface AlpineStages extends Match {
  readonly view: DockerfileView;
  readonly build: BuildView;
  /** Null: the stage is no official Python image, but Alpine with a Python of its own. */
  readonly group: StageGroup | null;
  readonly always: boolean;
}

/** The stages of one Dockerfile. `always`: move them even where nothing is compiled. */
export function* alpineStages(view: DockerfileView, build: BuildView, always: boolean): Iterable<AlpineStages> {
  const at = (stage: StageResult): Pick<Match, 'dockerfile' | 'line' | 'endLine'> => {
    const { start, end } = stage.stage.fromInstruction.lines;
    return { dockerfile: view.path, line: start, endLine: end };
  };
  for (const group of groupsOf(build.symbolic)) {
    const [root] = group.roots;
    if (root) yield { ...at(root), view, build, group, always };
  }
  for (const stage of build.symbolic.stages) if (hasOwnPython(build, stage)) yield { ...at(stage), view, build, group: null, always };
}

/** Moves the stages, and whatever shares scripts with them, or says why they cannot move. */
export function decideOnAlpine({ view, build, group, always }: AlpineStages, project: ProjectView): readonly (Fix | Decline)[] {
  if (group === null) return [decline('base-unknown', 'the Python of this stage is Alpine’s own, not that of the official Python image')];
  if (group.reasons.length === 0 && !always) return [decline('not-needed', whyNoReason(group), 'info')];
  const first = partOf(project, view, build, group);
  const refusal = whyNot(first);
  if (refusal) return [refusal];
  const parts = withSharers(project, first, always);
  if ('kind' in parts) return [parts];
  const stuck = parts.map((part) => ({ part, refusal: whyNot(part) })).find((one) => one.refusal !== null);
  if (stuck?.refusal) return [cannotFollow(parts, stuck.part, stuck.refusal)];
  return styles.map((style) => proposal(parts, style));
}

const styles: readonly Style[] = [
  { takesHome: false, joinsLikeNeighbours: false },
  { takesHome: false, joinsLikeNeighbours: true },
  { takesHome: true, joinsLikeNeighbours: false },
  { takesHome: true, joinsLikeNeighbours: true },
];

/** Why the stages of one Dockerfile cannot move; null if nothing is seen. */
function whyNot({ view, build, group, plan, seen }: Part): Decline | null {
  return meantForAlpine(view) ?? loaderCopied(build) ?? tiedTo(build, group) ?? baseNotWritten(view, group) ?? obstacle(plan) ?? seenObstacle(seen);
}

/**
 * `Dockerfile.alpine` is the image for those who want Alpine; and where a comment speaks of musl (not of the package
 * musl-dev), something may be made here that has to run on it.
 */
function meantForAlpine({ path, text }: DockerfileView): Decline | null {
  if (/(?<![a-z])(?:alpine|musl)(?:[\d.]*\/|(?![a-z])[^/]*$)/i.test(path)) return decline('not-needed', `the name ${path} says that this image is meant to be one on Alpine`, 'info');
  const at = text.split('\n').findIndex((line) => /^\s*#.*\bmusl\b(?!-\w)/i.test(line));
  return at < 0 ? null : decline('unsupported', `a comment (line ${at + 1}) speaks of musl: what is made here may be meant for it`);
}

function cannotFollow(parts: readonly Part[], stuck: Part, { reason, message }: Decline): Decline {
  const scripts = new Set(parts.flatMap((part) => [...scriptEdits(part).keys()]));
  return decline(reason, `${[...scripts].join(', ')} would change with it, and ${placeOf(stuck.view, stuck.group)}, which has to change as well, cannot: ${message}`);
}

/** `apk add python3` on an image that has no Python, with something to compile. */
function hasOwnPython(build: BuildView, stage: StageResult): boolean {
  const { base } = stage.stage;
  if (base.kind !== 'image' || baseFacts(stage.reference)?.packageManager !== 'apk' || baseFacts(stage.reference)?.python) return false;
  const runs = stage.stage.instructions.filter((instruction) => instruction.keyword === 'RUN').flatMap((instruction) => readAlpineRun(build.symbolic.model.scanned, instruction) ?? []);
  const names = new Set(runs.flatMap((run) => run.steps).flatMap(({ action }) => (action.kind === 'install' ? action.packages.map(({ name }) => name) : [])));
  return names.has('python3') && ['gcc', 'musl-dev', 'build-base', 'python3-dev'].some((name) => names.has(name));
}

function tiedTo(build: BuildView, { tied }: StageGroup): Decline | null {
  if (!tied) return null;
  const other = build.symbolic.stages[tied.from];
  return decline('base-unknown', `${tied.source} (line ${tied.line}) may hold something compiled for musl, and comes from or goes to a stage that stays on Alpine (${other?.reference || 'another stage'})`);
}

/** musl's own files by their names, which a copy takes out of an image: Debian has none. */
function loaderCopied({ symbolic }: BuildView): Decline | null {
  for (const instruction of symbolic.stages.flatMap(({ stage }) => stage.instructions)) {
    const [name] = instruction.keyword === 'COPY' ? (/[^\s"'[\],]*(?:ld-musl|libc\.musl)[^\s"'[\],]*/.exec(instruction.text) ?? []) : [];
    if (name !== undefined) return decline('unsupported', `${name} is copied (line ${instruction.lines.start}), which Debian has not`);
  }
  return null;
}

/** What the image's files, or the rest of the repository, need of Alpine. */
function seenObstacle({ obstacles }: Seen): Decline | null {
  const [first, second, ...more] = [...new Set(obstacles)];
  if (first === undefined) return null;
  return decline('unsupported', [first, ...(second === undefined ? [] : [second]), ...(more.length > 0 ? [`and ${more.length} more`] : [])].join('; '));
}

/** All obstacles of the first one's kind, in one sentence. */
function obstacle(plan: DebianPlan): Decline | null {
  const [first] = plan.obstacles;
  if (!first) return null;
  const same = plan.obstacles.filter(({ reason }) => reason === first.reason);
  return decline(first.reason, same.map(({ message }) => message).join('; '));
}

// ---------------------------------------------------------------------------------------------------------------- FROM

type Written = { readonly kind: 'edit'; readonly edit: Edit } | { readonly kind: 'none'; readonly reason: RefusalReason; readonly message: string };

/** Where the variant of the base image is written: in FROM itself, or in the default of a global ARG. */
function baseEdit(view: DockerfileView, root: StageResult): Written {
  const { image } = root.stage.from;
  const slim = slimBaseOf(root.reference);
  if (!('kind' in slim)) return { kind: 'none', ...slim };
  const literal = variantSpan(image.text, slim.replaced);
  if (literal) return { kind: 'edit', edit: { file: view.path, span: { start: image.span.start + literal.start, end: image.span.start + literal.end }, text: literal.text } };
  const [, name] = /\$\{?(\w+)/.exec(image.text) ?? [];
  for (const instruction of view.model.globalArgs) {
    const parsed = parse(instruction, view.model.scanned);
    const entry = parsed.keyword === 'ARG' ? parsed.entries.find((one) => one.name === name) : undefined;
    if (!entry || entry.value === null || name === undefined) continue;
    if (view.builds.some(({ build: one }) => one.args.has(name))) return { kind: 'none', reason: 'unresolved-variable', message: `the base image comes from the build argument ${name}` };
    const text = view.text.slice(instruction.span.start, instruction.span.end);
    const at = text.indexOf(entry.value);
    const span = variantSpan(entry.value, slim.replaced);
    if (at >= 0 && span) return { kind: 'edit', edit: { file: view.path, span: { start: instruction.span.start + at + span.start, end: instruction.span.start + at + span.end }, text: span.text } };
  }
  return { kind: 'none', reason: 'unresolved-variable', message: `the variant of ${root.reference} is not written where dockfix looks for it` };
}

/**
 * `python:3.12-alpine3.19`: the part that names Alpine. A tag of `python:alpine` alone becomes `slim`; one in which the
 * version changes as well must be written in one piece.
 */
function variantSpan(text: string, { from, to }: { readonly from: string; readonly to: string }): { readonly start: number; readonly end: number; readonly text: string } | null {
  if (to !== 'slim') {
    const tag = /(?<=^|:)(?:\d+-)?alpine[\d.]+$/.exec(text);
    return tag?.[0] === from ? { start: tag.index, end: tag.index + from.length, text: to } : null;
  }
  const match = /(?<=^|[:-])alpine(?:[\d.]+|\$\{\w+\}|\$\w+)?(?=[}"']?$)/.exec(text);
  return match ? { start: match.index, end: match.index + match[0].length, text: 'slim' } : null;
}

/** Arguments for Alpine's version that nothing uses any more. */
function unusedArguments(view: DockerfileView, bases: readonly Edit[]): readonly Edit[] {
  const names = new Set(bases.flatMap(({ span }) => [...view.text.slice(span.start, span.end).matchAll(/\$\{?(\w+)/g)].map((match) => match[1] ?? '')));
  const gone = view.model.globalArgs.filter((instruction) => {
    const parsed = parse(instruction, view.model.scanned);
    const [entry, ...others] = parsed.keyword === 'ARG' ? parsed.entries : [];
    if (!entry || others.length > 0 || !names.has(entry.name)) return false;
    const uses = view.text.match(new RegExp(`\\b${entry.name}\\b`, 'g'))?.length ?? 0;
    return uses === 1 + bases.filter(({ span }) => view.text.slice(span.start, span.end).includes(entry.name)).length;
  });
  return removalsOf(view.model.scanned, gone).map((span) => ({ file: view.path, span, text: '' }));
}

function baseNotWritten(view: DockerfileView, group: StageGroup): Decline | null {
  for (const root of group.roots) {
    const written = baseEdit(view, root);
    if (written.kind === 'none') return decline(written.reason, written.message);
  }
  return null;
}

// ------------------------------------------------------------------------------------------------------------ the proposal

/** All parts at once: those of the scripts, each of which is changed once, and those of the Dockerfiles. */
function proposal(parts: readonly Part[], style: Style): Fix | Decline {
  const scripts = new Map(parts.flatMap((part) => [...scriptEdits(part)]));
  const [first, ...others] = parts.flatMap((part) => editsOf(part, style));
  const [own, ...linked] = parts.map((part): LinkedFix => ({ dockerfile: part.view.path, ...linesOf(part.group), message: messageFor(part, parts), claims: claimsOf(part) }));
  if (!first || !own) return decline('unsupported', 'nothing to change');
  return { kind: 'fix', message: own.message, claims: own.claims, edits: [first, ...others, ...scripts.values()], linked };
}

function editsOf({ view, build, group, plan }: Part, style: Style): readonly Edit[] {
  const { scanned } = view.model;
  const file = view.path;
  const bases = group.roots.flatMap((root) => {
    const written = baseEdit(view, root);
    return written.kind === 'edit' ? [written.edit] : [];
  });
  const edits = [...new Map([...bases, ...unusedArguments(view, bases)].map((edit) => [edit.span.start, edit])).values()];
  for (const index of group.stages) {
    const stage = build.symbolic.stages[index];
    if (!stage) continue;
    const planned = stage.stage.instructions.flatMap((instruction) => plan.runs.get(instruction) ?? []);
    const tools = [...new Set(plan.tools.get(index)?.values())];
    // A program that is called while the image is built has to be there before.
    const callers = stage.stage.instructions.filter((instruction) => instruction.keyword === 'RUN' && [...programsIn(instruction.text)].some((program) => plan.tools.get(index)?.has(program)));
    const installing = planned.find(installsSomething);
    const host = installing && callers.every((instruction) => instruction.index >= installing.run.instruction.index) ? installing : undefined;
    for (const run of planned) edits.push(...runEdits({ file, scanned, planned: run, extra: run === host ? tools : [], style }));
    if (!host && tools.length > 0) edits.push(toolRun(file, scanned, stage, tools));
    edits.push(...shellEdits(file, build.symbolic, stage, plan), ...settingEdits(file, scanned, stage));
  }
  return edits;
}

function linesOf(group: StageGroup): Pick<Match, 'line' | 'endLine'> {
  const lines = group.roots[0]?.stage.fromInstruction.lines ?? { start: 1, end: 1 };
  return { line: lines.start, endLine: lines.end };
}

function messageFor({ view, group, plan, seen }: Part, parts: readonly Part[]): string {
  const from = [...new Set(group.roots.map((root) => root.reference))];
  const to = from.map((reference) => {
    const slim = slimBaseOf(reference);
    return 'kind' in slim ? slim.reference : reference;
  });
  const because = group.reasons.length > 0 ? group.reasons.join('; ') : 'alpine-to-slim.when=always asks for it';
  const scripts = plan.scripts.size > 0 ? [`${[...plan.scripts.keys()].join(', ')} ${plan.scripts.size === 1 ? 'changes' : 'change'} with it`] : [];
  const [doubt, ...more] = unknownOf(plan, seen);
  const notKnown = doubt === undefined ? [] : [`not known: ${doubt}${more.length > 0 ? ` (and ${more.length} more)` : ''}`];
  const others = parts.map((part) => part.view.path).filter((path) => path !== view.path);
  const sharers = others.length > 0 ? [`so ${others.length === 1 ? 'does' : 'do'} ${others.join(', ')}, because scripts are shared`] : [];
  return [`${from.join(', ')} becomes ${to.join(', ')}: ${because}`, ...scripts, ...sharers, ...plan.notices, ...notKnown].join('; ');
}

function unknownOf(plan: DebianPlan, seen: Seen): readonly string[] {
  return [...new Set([...plan.doubts, ...seen.doubts])];
}

function claimsOf({ group, plan, seen }: Part): readonly Claim[] {
  const claims: Claim[] = group.roots.map((root) => {
    const slim = slimBaseOf(root.reference);
    return { kind: 'base-changed', stage: root.stage.index, from: root.reference, to: 'kind' in slim ? slim.reference : '' };
  });
  const packages = [...plan.packages].map(([apk, names]): readonly [string, string] => [apk, names.join(' ')]);
  const tools = [...plan.tools.values()].flatMap((list) => [...list].map(([program, name]): readonly [string, string] => [packageOfProgram.get(program) === name ? `busybox ${program}` : program, name]));
  const upgrade: readonly (readonly [string, string])[] = plan.notices.length > 0 ? [['apk upgrade', '']] : [];
  const pairs = [...new Map([...packages, ...tools, ...upgrade].map((pair) => [pair[0], pair])).values()];
  if (pairs.length > 0) claims.push({ kind: 'packages-translated', packages: pairs });
  const accounts = new Map<string, string>();
  for (const { steps } of plan.runs.values()) {
    for (const { read } of steps) if (read.action.kind === 'account') accounts.set(commandText(read.command), shadowCommand(read.action.account));
  }
  for (const [from, to] of accounts) claims.push({ kind: 'user-command-translated', from, to });
  const unknown = unknownOf(plan, seen);
  if (unknown.length > 0) claims.push({ kind: 'assumes', assumption: { kind: 'runs-on-debian', unknown } });
  return claims;
}

