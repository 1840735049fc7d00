import { factsOf, hasPip, platformOf } from '../../src/build/ledger/base-images.ts';
import { readPipCall } from '../../src/build/ledger/pip-call.ts';
import { baseName, isWithin, join, readable } from '../../src/build/places.ts';
import type { StageResult, StepRecord } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import { settingOf } from '../../src/plan/options.ts';
import type { DockerfileView, ProjectView } from '../../src/plan/project.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Claim, Edit, Fix, Path } from '../../src/types.ts';
import type { CopiedPackages } from './copied.ts';
import { copyFrom } from './copied.ts';
import type { FinalInstall, Site } from './edits.ts';
import { finalEdits, finalEditsAbove, installText, onlyWheels, removalEdits, wheelsBesideInstalls, wheelsInsteadOfInstalls, wheelsInStage } from './edits.ts';
import type { Installs } from './installs.ts';
import { installsOf } from './installs.ts';
import { mountsUnavailable } from './mounts.ts';
import { directory } from './options.ts';

/** Wheels instead of the copy, or why not. */
export function decideOnCopied(match: CopiedPackages, project: ProjectView): readonly (Fix | Decline)[] {
  const refusal = brokenToday(match) ?? unsuitable(match);
  if (refusal || !match.from) return [refusal ?? decline('base-unknown', 'the packages come from an image')];
  const { build, stage, from, source } = match;
  const installs = installsOf(build.symbolic, from, stage, source.prefix, source.directory);
  if (installs.kind === 'refusal') return [installs];
  return proposals(match, match.from, project, installs);
}

// ------------------------------------------------------------------------------------------------------------ refusals

/** The packages do not fit the Python that gets them. A person has to say which of the two is meant. */
function brokenToday({ stage, from, source, destination }: CopiedPackages): Decline | null {
  const broken = (message: string): Decline => decline('broken-today', message, 'warning');
  if (source.version !== destination.version) return broken(`packages of Python ${source.version} are copied to where Python ${destination.version} looks for its own`);
  const facts = factsOf(stage.state);
  const minor = facts?.python?.minor ?? null;
  const theirs = from ? factsOf(from.state) : null;
  const isVersion = /^\d+\.\d+$/.test(source.version);
  if (isVersion && minor !== null && minor !== source.version) return broken(`the path names Python ${source.version}, but the stage has ${minor}, which does not look there`);
  if (isVersion && theirs?.python?.minor && theirs.python.minor !== source.version) return broken(`the path names Python ${source.version}, but ${nameOf(from)} has ${theirs.python.minor}, so that there is nothing to copy`);
  if (facts?.libc && theirs?.libc && facts.libc !== theirs.libc) return broken(`compiled packages for ${theirs.libc} do not run on ${facts.libc}`);
  if (from && platformOf(from.state) !== platformOf(stage.state)) return broken(`compiled packages for ${platformOf(from.state) || '$TARGETPLATFORM'} do not run on ${platformOf(stage.state) || '$TARGETPLATFORM'}, where the two differ`);
  return null;
}

function unsuitable({ stage, copy, from, source, destination }: CopiedPackages): Decline | null {
  if (!from) return decline('base-unknown', `the packages are those of the image ${copy.from ?? ''}, of which nothing is known`);
  if (source.path !== source.directory || destination.path !== destination.directory) {
    return decline('built-by-hand', `${baseName(source.path)} is copied on its own; wheels would bring all of the package to which it belongs`);
  }
  if (copy.sources.length > 1) return decline('unsupported', 'the COPY brings other things as well');
  if (copy.chown !== null || copy.chmod !== null) return decline('unsupported', `the copied packages get the owner or mode that ${copy.chown === null ? '--chmod' : '--chown'} names, which an install does not give them`);
  if (copy.exclude.length > 0) return decline('built-by-hand', 'some of the packages are left out by --exclude');
  if (stage.state.base.pythonPrefix === null || factsOf(stage.state) === null) return decline('base-unknown', 'nothing is known of the image that gets the packages');
  if (!hasPip(stage.state)) return decline('unsupported', 'the image that gets the packages has no pip');
  if (stage.state.base.pythonPrefix !== source.prefix) return decline('unsupported', `the Python of the image is in ${stage.state.base.pythonPrefix}, which does not look for packages in ${source.prefix}`);
  return null;
}

function nameOf(stage: StageResult | null): string {
  return stage ? (stage.stage.name ?? `stage ${stage.stage.index}`) : 'the image';
}

// ----------------------------------------------------------------------------------------------------------- proposals

/** What is tried, the best first: the builder makes wheels instead of installing, as well as installing, in a stage of its own. */
function proposals(match: CopiedPackages, from: StageResult, project: ProjectView, installs: Installs): readonly (Fix | Decline)[] {
  const { view, stage, step } = match;
  const { scanned } = view.model;
  const site: Site = { scanned, file: view.path, directory: wheelDirectory(view, project) };
  const scripts = copiesOfScripts(match);
  const unavailable = mountsUnavailable(project, view.text);
  const noCacheDir = stage.state.config.env.get('PIP_NO_CACHE_DIR') === undefined;
  const install: FinalInstall = { from: match.copy.from ?? '', mounts: unavailable === null, noCacheDir, asked: 'by name' };
  const claims = claimsOf(match, site, installs, scripts, unavailable);
  const message = messageFor(match, scripts, installs, unavailable);
  const fixes: Fix[] = [];
  const propose = (builder: readonly Edit[] | null, final: FinalInstall, place = site, dropped: readonly StepRecord[] = []): void => {
    if (builder === null) return;
    const above = lastUser(match);
    const texts = new Set((['by name', 'by file'] as const).map((asked) => installText(place, step, installs, { ...final, asked })));
    for (const text of texts) {
      const edits = above ? finalEditsAbove(site, above, step, scripts, text) : finalEdits(site, step, scripts, text);
      const [first, ...others] = [...builder, ...edits];
      if (first) fixes.push({ kind: 'fix', message: message + leftOut(dropped), claims, edits: [first, ...others] });
    }
  };
  for (const made of wheelsMade(match, from)) {
    propose(onlyWheels(site, installs), install, { ...site, directory: made });
    propose([], install, { ...site, directory: made });
  }
  const instead = wheelsInsteadOfInstalls(site, installs);
  const idle = copiesAtTheEnd(match, from);
  if (instead !== null && idle.length > 0) propose([...instead, ...removalEdits(site, idle)], install, site, idle);
  propose(instead, install);
  propose(wheelsBesideInstalls(site, installs), install);
  const next = match.build.symbolic.stages[from.stage.index + 1]?.steps[0];
  const name = 'wheels';
  const isFree = view.model.stages.every((one) => one.name !== name);
  if (from.stage.name !== null && next && isFree && !refersByNumber(view)) propose(wheelsInStage(site, installs, match.copy.from ?? '', name, next), { ...install, from: name });
  if (lastUser(match)) return [decline('user-cannot-write', `the packages are copied as root, but pip would run as ${readable(step.user)}, who may not write to ${match.source.prefix}`), ...fixes];
  return fixes;
}

/**
 * What the builder copies from the context after its last command. Where it makes nothing but wheels, that is of use only
 * to whoever takes it from there; whether somebody does comes out when the rewrite is verified.
 */
function copiesAtTheEnd({ view }: CopiedPackages, from: StageResult): readonly StepRecord[] {
  const last = from.steps.findLastIndex((step) => step.run !== null);
  return from.steps.slice(last + 1).filter((step) => step.copy !== null && copyFrom(view, step) === null);
}

function leftOut(copies: readonly StepRecord[]): string {
  const lines = copies.map(({ line }) => line).join(', ');
  if (copies.length === 0) return '';
  return copies.length === 1 ? `; nothing uses what the COPY in line ${lines} brings, so it goes` : `; nothing uses what the COPYs in lines ${lines} bring, so they go`;
}

/** Directories of wheels that the builder makes already, for another stage. */
function wheelsMade({ build }: CopiedPackages, from: StageResult): readonly Path[] {
  const commands = from.chain.flatMap((index) => build.symbolic.stages[index]?.steps ?? []).flatMap((step) => step.run?.commands ?? []);
  const wheels = commands.filter((command) => command.call !== null && readPipCall(command.call)?.subcommand === 'wheel');
  return wheels.flatMap((command) => command.effects.flatMap((executed) => executed.effect.writes.flatMap(({ place }) => (place.deep ? [place.path] : []))));
}

/** /wheels, unless the Dockerfile speaks of it already. */
function wheelDirectory(view: DockerfileView, { project }: ProjectView): Path {
  const setting = settingOf(project.settings, 'wheel-packages', directory);
  return setting ?? ['/wheels', '/opt/wheels', '/tmp/wheels'].find((path) => !view.text.includes(path)) ?? '/wheels-of-builder';
}

/** COPYs of console scripts from the same stage, which come with the packages from now on. */
function copiesOfScripts({ view, stage, step, copy, source }: CopiedPackages): readonly StepRecord[] {
  const bin = join(source.prefix, 'bin');
  return stage.steps.filter((other) => {
    const parsed = other === step ? null : copyFrom(view, other);
    if (!parsed || parsed.from?.toLowerCase() !== copy.from?.toLowerCase()) return false;
    const items = other.copy?.items ?? [];
    return items.length > 0 && items.every((item) => isWithin(item.source, bin) && (item.target === bin || item.target === item.source));
  });
}

/** The USER because of which pip could not write; null if root is in force. */
function lastUser({ stage, step }: CopiedPackages): StepRecord | null {
  if (/^(?:root|0)(?::.*)?$/.test(step.user)) return null;
  const before = stage.steps.slice(0, stage.steps.indexOf(step));
  return before.findLast((one) => one.instruction.keyword === 'USER') ?? null;
}

/** Does a COPY or a mount name a stage by its number, which a new stage would change? */
function refersByNumber({ model }: DockerfileView): boolean {
  return model.stages.some((stage) =>
    stage.instructions.some((instruction) => {
      const parsed = parse(instruction, model.scanned);
      if (parsed.keyword === 'COPY') return /^\d+$/.test(parsed.from ?? '');
      return parsed.keyword === 'RUN' && parsed.mounts.some((mount) => /^\d+$/.test(mount.from ?? ''));
    }),
  );
}

function claimsOf({ source }: CopiedPackages, site: Site, { tools }: Installs, scripts: readonly StepRecord[], unavailable: string | null): readonly Claim[] {
  const bin = join(source.prefix, 'bin');
  const hasAllScripts = scripts.some((step) => step.copy?.items.some((item) => item.source === bin));
  return [
    { kind: 'installed-from-wheels', prefix: source.prefix },
    ...(hasAllScripts ? [] : [{ kind: 'scripts-added', path: bin } as const]),
    ...(tools.length > 0 ? [{ kind: 'tool-left-out', tools } as const] : []),
    ...(unavailable === null ? [] : [{ kind: 'wheels-in-layer', path: site.directory } as const]),
  ];
}

function messageFor({ source, copy }: CopiedPackages, scripts: readonly StepRecord[], { needed }: Installs, unavailable: string | null): string {
  const what = scripts.length === 0 ? `the packages without their console scripts, from a path that holds for Python ${source.version} only` : `the packages from a path that holds for Python ${source.version} only`;
  const copied = unavailable === null ? '' : `, copied because ${unavailable}`;
  const calls = needed.length <= 1 ? '' : `, all ${needed.length} installs in one call`;
  return `\`COPY --from=${copy.from ?? ''}\` takes ${what}; they are installed from wheels that ${copy.from ?? ''} makes${calls}${copied}`;
}
