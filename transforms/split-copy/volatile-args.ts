import type { StepRecord } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { shortText } from '../../src/edit/lines.ts';
import { flatMap } from '../../src/lists.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { BuildContext, Fix } from '../../src/types.ts';
import { waysToMove } from '../moving/edits.ts';
import type { ExposedInstall } from '../moving/steps.ts';
import { mayLeave, named, stepsBefore } from '../moving/steps.ts';
import { conflict } from '../moving/sink.ts';

/**
 * Build arguments whose value changes with each build, by the names that CI services and the OCI image annotations
 * give them (GITHUB_SHA, CI_COMMIT_SHA, BUILD_DATE, VCS_REF, org.opencontainers.image.revision, …).
 */
const volatileName = new RegExp(
  `^(?:${[
    '(?:[A-Z0-9]+_)*(?:GIT|VCS|COMMIT|BUILD)_?(?:SHA1?|COMMIT|HASH|REV|REVISION|REF|REFS?|BRANCH|TAG|DATE|TIME|DATETIME|TIMESTAMP|NUMBER|NUM|ID|VERSION|DESCRIBE|SHORT_SHA|COMMIT_SHA|COMMIT_HASH|COMMIT_ID|COMMIT_DATE|GIT_HASH|GIT_SHA|GIT_COMMIT|GIT_REF|URL)',
    '(?:GIT_|APP_|SOURCE_|IMAGE_|SHORT_)?(?:SHA|SHA1|COMMIT|REVISION|SHORT_SHA)',
    '(?:APP_|IMAGE_|RELEASE_|PROJECT_|SERVICE_)?(?:VERSION|RELEASE)(?:_(?:TAG|DATE|NAME))?',
    'DATE|CREATED|TIMESTAMP|SOURCE_BRANCH|SOURCE_VERSION',
    '(?:CI|GITHUB|GITLAB|CIRCLE|TRAVIS|DRONE|BUILDKITE|BITBUCKET|JENKINS|HEROKU|RENDER|RAILWAY|VERCEL)_[A-Z0-9_]+',
  ].join('|')})$`,
);
const secretName = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|_KEY$|_USER$/;

/** Defaults that stand for "whatever the build passes"; any other default pins a value, and then the ARG is seldom passed. */
const placeholder = /^(?:|unknown|unset|undefined|none|null|n\/a|na|dev|devel|development|local|localdev|latest|snapshot|test|0|0\.0\.0(?:[-+.]?\w*)?|no[-_]?version|untagged|docker|not[-_ ]?set)$/i;

/** Names of the ARGs of a step that change with each build, by what the build passes or by their names; null if it is no ARG, or if another name stands in it. */
function volatileArgs(step: StepRecord, match: Pick<ExposedInstall, 'view' | 'build'>): readonly string[] | null {
  const { model } = match.view;
  const parsed = parse(step.instruction, model.scanned);
  if (parsed.keyword !== 'ARG') return null;
  const given = match.build.build.perCommit ?? [];
  const names = parsed.entries.filter(({ name, value }) => given.includes(name) || (volatileName.test(name.toUpperCase()) && !secretName.test(name.toUpperCase()) && placeholder.test(value ?? globalDefault(match, name))));
  return names.length === parsed.entries.length ? names.map(({ name }) => name) : null;
}

function globalDefault({ view }: Pick<ExposedInstall, 'view'>, name: string): string {
  const entries = flatMap(view.model.globalArgs, (instruction) => {
    const parsed = parse(instruction, view.model.scanned);
    return parsed.keyword === 'ARG' ? parsed.entries : [];
  });
  return entries.find((entry) => entry.name === name)?.value ?? '';
}

interface VolatileArg {
  readonly step: StepRecord;
  readonly names: readonly string[];
}

/** Kept by the step, as a stage that others start from shows its own to all of them. */
const ofSteps = new WeakMap<StepRecord, readonly string[]>();

/** Those before a step: of its own stage, and of the stages that this one starts from. */
function volatileArgsBefore(match: ExposedInstall): readonly VolatileArg[] {
  return flatMap(stepsBefore(match), (step) => {
    if (step.instruction.keyword !== 'ARG') return [];
    const names = ofSteps.get(step) ?? volatileArgs(step, match) ?? [];
    ofSteps.set(step, names);
    return names.length === 0 ? [] : [{ step, names }];
  });
}

/** Does an ARG run an install again with each build, although the install does not name it? */
export function hasIdleArgs(match: ExposedInstall, install: StepRecord): boolean {
  return idleArgs(match, install).size > 0;
}

function idleArgs(match: ExposedInstall, install: StepRecord): ReadonlyMap<StepRecord, readonly string[]> {
  const args = volatileArgsBefore(match);
  if (args.length === 0) return new Map();
  const words = wordsOf(match.view.model.scanned, install);
  return new Map(args.filter(({ names }) => !names.some((name) => words.has(name))).map(({ step, names }) => [step, names]));
}

/** Puts the ARGs below the install, with what is made from them. */
export function sinkArgs(match: ExposedInstall, install: StepRecord, files: BuildContext): readonly (Fix | Decline)[] {
  const { scanned } = match.view.model;
  const args = idleArgs(match, install);
  if (install.opaque !== null) return [decline('opaque-command', `${named(scanned, install)} may use ${[...new Set([...args.values()].flat())].join(', ')}: ${install.opaque}`)];
  const names = new Set<string>();
  const sunk: StepRecord[] = [];
  for (const step of stepsBefore(match)) {
    if (step.kind === 'from') continue;
    const own = args.get(step) ?? [];
    const used = own.length > 0 ? null : usedName(scanned, step, names);
    if (step.opaque !== null && sunk.length > 0) return [decline('opaque-command', `${named(scanned, step)} may use ${nameList(names)}, and the install needs what it does: ${step.opaque}`)];
    const isHeld = step.kind !== 'config' && sunk.some((earlier) => conflict(earlier, step, files));
    if (own.length === 0 && used === null && !isHeld) continue;
    if (used !== null && !isMovable(step)) return [decline('unresolved-variable', `${named(scanned, step)} is made from ${used}, which changes with each build, and the install comes after it`)];
    for (const name of [...own, ...namesSetBy(scanned, step)]) names.add(name);
    sunk.push(step);
  }
  const [first] = sunk;
  const listed = [...new Set([...args.values()].flat())];
  if (!first) return [decline('no-gain', 'no ARG can go below the install', 'info')];
  const stuck = sunk.find((step) => !mayLeave(match, step.stage));
  if (stuck) return [decline('output-stage', `${named(scanned, stuck)} belongs to a stage that is an image of its own, or that does not stand right before this one; each new value of ${listed.join(', ')} runs the install again`)];
  const message = `\`${shortText(scanned, install.instruction)}\` ran again for each new value of ${listed.join(', ')} (line ${first.line}), which it does not use`;
  return waysToMove(match, { install, anchor: install, text: scanned.text.slice(install.instruction.span.start, install.instruction.span.end), rest: null, sunk, narrow: [] }).map((edits) => ({ kind: 'fix', message, claims: [], edits }));
}

/** Instructions that mean the same further down; WORKDIR, USER and SHELL change what the install is. */
function isMovable(step: StepRecord): boolean {
  return step.run !== null || step.copy !== null || ['ARG', 'ENV', 'LABEL'].includes(step.instruction.keyword);
}

function textOf(scanned: ScannedDockerfile, step: StepRecord): string {
  return scanned.text.slice(step.instruction.span.start, step.instruction.span.end);
}

/** All names that an instruction may mean. */
function wordsOf(scanned: ScannedDockerfile, step: StepRecord): ReadonlySet<string> {
  return new Set(textOf(scanned, step).match(/\w+/g));
}

/** The first of the names that an instruction uses or sets again. CMD, ENTRYPOINT and HEALTHCHECK ask the environment only when the image runs. */
function usedName(scanned: ScannedDockerfile, step: StepRecord, names: ReadonlySet<string>): string | null {
  if (['CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'FROM'].includes(step.instruction.keyword)) return null;
  return [...wordsOf(scanned, step)].find((word) => names.has(word)) ?? null;
}

function namesSetBy(scanned: ScannedDockerfile, step: StepRecord): readonly string[] {
  const parsed = parse(step.instruction, scanned);
  return parsed.keyword === 'ENV' || parsed.keyword === 'ARG' ? parsed.entries.map(({ name }) => name) : [];
}

function nameList(names: ReadonlySet<string>): string {
  return [...names].join(', ');
}
