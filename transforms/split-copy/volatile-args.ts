import type { StepRecord } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { BuildContext, Fix } from '../../src/types.ts';
import { waysToMove } from './edits.ts';
import type { ExposedInstall } from './install.ts';
import { named, shortText } from './install.ts';
import { conflict } from './sink.ts';

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

/** Names of the ARGs of a step that change with each build; null if it is no ARG, or if another name stands in it. */
export function volatileArgs(step: StepRecord, match: Pick<ExposedInstall, 'view'>): readonly string[] | null {
  const { model } = match.view;
  const parsed = parse(step.instruction, model.scanned);
  if (parsed.keyword !== 'ARG') return null;
  const names = parsed.entries.filter(({ name, value }) => volatileName.test(name.toUpperCase()) && !secretName.test(name.toUpperCase()) && placeholder.test(value ?? globalDefault(match, name)));
  return names.length === parsed.entries.length ? names.map(({ name }) => name) : null;
}

function globalDefault({ view }: Pick<ExposedInstall, 'view'>, name: string): string {
  const entries = view.model.globalArgs.flatMap((instruction) => {
    const parsed = parse(instruction, view.model.scanned);
    return parsed.keyword === 'ARG' ? parsed.entries : [];
  });
  return entries.find((entry) => entry.name === name)?.value ?? '';
}

/** The ARGs of its own stage that run an install again with each build, although it does not name them. */
export function idleArgs(match: ExposedInstall, install: StepRecord): readonly StepRecord[] {
  const text = textOf(match.view.model.scanned, install);
  return match.stage.steps.slice(0, match.at).filter((step) => {
    const names = volatileArgs(step, match);
    return names !== null && !names.some((name) => uses(text, name));
  });
}

/** Puts the ARGs below the install, with what is made from them. */
export function sinkArgs(match: ExposedInstall, install: StepRecord, files: BuildContext): readonly (Fix | Decline)[] {
  const { scanned } = match.view.model;
  const args = idleArgs(match, install);
  const names = new Set<string>();
  const sunk: StepRecord[] = [];
  for (const step of match.stage.steps.slice(1, match.at)) {
    const own = args.includes(step) ? (volatileArgs(step, match) ?? []) : [];
    const used = own.length > 0 ? null : usedName(scanned, step, names);
    if (step.opaque !== null && sunk.length > 0) return [decline('opaque-command', `${named(scanned, step)} may use ${nameList(names)}, and the install needs what it does: ${step.opaque}`)];
    if (own.length === 0 && used === null && !sunk.some((earlier) => conflict(earlier, step, files))) continue;
    if (used !== null && !isMovable(step)) return [decline('unresolved-variable', `${named(scanned, step)} is made from ${used}, which changes with each build, and the install depends on it`)];
    for (const name of [...own, ...namesSetBy(scanned, step)]) names.add(name);
    sunk.push(step);
  }
  const [first] = sunk;
  const listed = args.flatMap((step) => volatileArgs(step, match) ?? []);
  if (!first) return [decline('no-gain', 'no ARG can go below the install', 'info')];
  const message = `\`${shortText(scanned, install)}\` ran again for each new value of ${listed.join(', ')} (line ${first.line}), which it does not use`;
  return waysToMove(match, { install, anchor: install, text: scanned.text.slice(install.instruction.span.start, install.instruction.span.end), rest: null, sunk, narrow: [] }).map((edits) => ({ kind: 'fix', message, claims: [], edits }));
}

/** Instructions that mean the same further down; WORKDIR, USER and SHELL change what the install is. */
function isMovable(step: StepRecord): boolean {
  return step.run !== null || step.copy !== null || ['ARG', 'ENV', 'LABEL'].includes(step.instruction.keyword);
}

function textOf(scanned: ScannedDockerfile, step: StepRecord): string {
  return scanned.text.slice(step.instruction.span.start, step.instruction.span.end);
}

function uses(text: string, name: string): boolean {
  const at = text.indexOf(name);
  return at >= 0 && new RegExp(`\\b${name}\\b`).test(text);
}

/** The first of the names that an instruction uses or sets again. CMD, ENTRYPOINT and HEALTHCHECK ask the environment only when the image runs. */
function usedName(scanned: ScannedDockerfile, step: StepRecord, names: ReadonlySet<string>): string | null {
  if (['CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'FROM'].includes(step.instruction.keyword)) return null;
  const text = textOf(scanned, step);
  return [...names].find((name) => uses(text, name)) ?? null;
}

function namesSetBy(scanned: ScannedDockerfile, step: StepRecord): readonly string[] {
  const parsed = parse(step.instruction, scanned);
  return parsed.keyword === 'ENV' || parsed.keyword === 'ARG' ? parsed.entries.map(({ name }) => name) : [];
}

function nameList(names: ReadonlySet<string>): string {
  return [...names].join(', ');
}
