/**
 * Builds a Dockerfile as it is and as dockfix would make it, compares the images, changes a source file and builds both
 * again. This is the one place that has anything of a repository executed: in an engine, from a copy, because somebody
 * asked for it.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { realPath, realPathWithin } from '../context/disk.ts';
import type { BuildInProject, ComparedBuild } from '../explain.ts';
import { findingsOf } from '../explain.ts';
import { parseIgnore } from '../ignore/patterns.ts';
import type { Path } from '../types.ts';
import { appendText, contextFileIn, copyContext, diskFault, hashOfText, removeDirectory, writeTexts } from './copy.ts';
import type { BuildResult, Engine } from './engine.ts';
import type { JudgedDifference, Rewrite } from './expected.ts';
import { acrossBases, isCache, judge } from './expected.ts';
import { VerifyError } from './fault.ts';
import type { BuiltImage, Image } from './image.ts';
import { compareImages, noiseOf, numberedLike } from './image.ts';
import type { Control } from './program.ts';
import { isDiskFull, isOutOfReach } from './program.ts';
import type { Side } from './recipe.ts';
import { recipeOf } from './recipe.ts';
import type { Target } from './target.ts';
import { stageOf, targetWords } from './target.ts';
import { fileToTouch } from './touch.ts';

/** What the command line says of all builds. */
export interface BuildSettings {
  /** Null: the value comes from the environment. */
  readonly args: ReadonlyMap<string, string | null>;
  /** Null: the targets that the build declares. */
  readonly target: string | null;
  readonly platform: string | null;
  readonly secrets: readonly string[];
  readonly network: string | null;
  /** For each command of the engine. */
  readonly timeoutSeconds: number;
}

/** One run of `verify`: what it makes carries its name, and goes when it ends. */
export interface Session {
  readonly id: string;
  readonly engine: Engine;
  readonly settings: BuildSettings;
  readonly signal: AbortSignal;
  /** Are the images to stay? */
  readonly keep: boolean;
  /** Hears what is being done. */
  readonly onProgress: (progress: VerifyProgress) => void;
  readonly made: Made;
}

/** What a session has made so far. */
export interface Made {
  /** How often an image was begun to be verified. */
  verified: number;
  /** Tags of images that stay. */
  readonly kept: string[];
  /** Temporary directories that are there. */
  readonly directories: Set<string>;
}

export interface VerifyProgress {
  readonly dockerfile: Path;
  /** `the original, cold`. */
  readonly what: string;
  /** 1-based, of all that is done for one image. */
  readonly number: number;
  readonly of: number;
  /** As BuildKit names it; null before the first one. */
  readonly step: string | null;
}

/** A build as somebody uses it: a Dockerfile, a context, arguments, and one of the stages that are used. */
export interface ImageBuild {
  readonly compared: ComparedBuild;
  readonly args: ReadonlyMap<string, string | null>;
  readonly target: Target;
  /** Is it declared or asked for? Else it is built only because dockfix changes it. */
  readonly isWanted: boolean;
}

/** What one side costs. */
export interface Measured {
  readonly coldSeconds: number;
  /** Null where the build fails after the change of a file. */
  readonly warmSeconds: number | null;
  /** Steps of the build after the change, without FROM, and those of them that came from the cache. */
  readonly steps: number;
  readonly cached: number;
  /** Of the image, with its base image. */
  readonly bytes: number;
}

export interface Verdict {
  readonly same: boolean;
  readonly differences: readonly JudgedDifference[];
  /** Differences that were left out, because two cold builds of the original have them too or nothing compares them. */
  readonly noise: number;
  /** `project`: the base image is another one, so only what the project adds was compared. */
  readonly compared: 'everything' | 'project';
  /** The end of what the rewritten build printed, if it failed. */
  readonly failure: string | null;
  /** The file that was changed for the warm builds, relative to the root; null if no change of one runs a step again. */
  readonly touched: Path | null;
  readonly before: Measured;
  /** Null if it does not build. */
  readonly after: Measured | null;
  /** Tags of the images; null unless they are kept. */
  readonly images: { readonly before: string; readonly after: string } | null;
}

/** Does the plan change the image's Dockerfile, its ignore file, or a file that is sent and is no Dockerfile of the project? */
export function isChanged({ path, plan, before, after, context }: ComparedBuild): boolean {
  const dockerfiles = new Set(before.view.dockerfiles.map((dockerfile) => dockerfile.path));
  return [...plan.changes.keys()].some((file) => {
    if (file === path || file === after.build.ignoreFile) return true;
    const inContext = pathInContext(context, file);
    return inContext !== null && !dockerfiles.has(file) && after.build.context.kind(inContext) !== 'absent';
  });
}

/** The path relative to the context; null if it lies outside. */
function pathInContext(context: Path, path: Path): Path | null {
  if (context === '') return path;
  return path.startsWith(`${context}/`) ? path.slice(context.length + 1) : null;
}

/** Removes what a session made and was not asked to keep. It waits for nothing. Says what is left; null if nothing is. */
export function cleanUp(session: Session): string | null {
  const { made: { verified, kept, directories }, engine } = session;
  for (const directory of directories) removeDirectory(directory);
  directories.clear();
  return verified === 0 ? null : engine.removeLabelled(labelOf(session), kept);
}

function labelOf({ id }: Session): string {
  return `${labelName}=${id}`;
}

const labelName = 'dockfix.verify';

// -------------------------------------------------------------------------------------------------------------- course

/** Everything for one image. Throws a VerifyError where nothing can be said of it. */
export async function verifyImage(image: ImageBuild, root: string, session: Session): Promise<Verdict> {
  const { compared } = image;
  const { namedContexts } = compared.before.build.build;
  if (namedContexts.length > 0) throw new VerifyError('not-verifiable', `it is built with additional contexts (${namedContexts.join(', ')}), which dockfix does not pass on`);
  const { ownIgnoreFile } = session.engine;
  if (ownIgnoreFile !== null && compared.before.build.context.kind(ownIgnoreFile) !== 'absent') throw new VerifyError('not-verifiable', `the build context holds ${ownIgnoreFile}, which this engine takes instead of .dockerignore, and dockfix does not read`);
  try {
    return await inTemporaryDirectory(session, async (directory) => {
      const copy = join(directory, 'copy');
      mkdirSync(copy);
      await copyProject(compared, root, copy, session);
      return buildAndCompare(image, copy, session);
    });
  } catch (error) {
    throw diskFault(error);
  }
}

function makeTemporaryDirectory(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'dockfix-verify-'));
  } catch (error) {
    const fault = diskFault(error);
    throw fault instanceof VerifyError ? fault : new VerifyError('not-verifiable', `no temporary directory can be made: ${String(error instanceof Error ? error.message : error)} (TMPDIR names another place)`);
  }
}

async function inTemporaryDirectory<Result>({ made }: Session, work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = makeTemporaryDirectory();
  made.directories.add(directory);
  try {
    return await work(directory);
  } finally {
    removeDirectory(directory);
    made.directories.delete(directory);
  }
}

async function copyProject({ path, context, before, after }: ComparedBuild, root: string, to: string, { signal, onProgress }: Session): Promise<void> {
  onProgress({ dockerfile: path, what: 'copying the build context', number: 1, of: courseLength, step: null });
  const realRoot = realPath(root);
  if (realRoot === undefined || (context !== '' && realPathWithin(join(root, context), realRoot) === undefined)) throw new VerifyError('not-verifiable', 'the build context lies outside the repository');
  const ignoreFiles = [before, after].map(({ build, view }) => (build.ignoreFile === null ? null : { path: build.ignoreFile, text: view.tree.read(build.ignoreFile) ?? '' }));
  const matchers = ignoreFiles.map((file) => parseIgnore(file?.text ?? '')).flatMap((parsed) => (parsed.kind === 'ok' ? [parsed.matcher] : []));
  const files = [path, ...ignoreFiles.flatMap((file) => (file === null || before.view.tree.kind(file.path) === 'absent' ? [] : [file.path]))];
  await copyContext({
    root,
    to,
    context,
    files,
    isHidden: (one, kind) => matchers.length === 2 && matchers.every((rules) => rules.excludes(one) && !rules.disputed(one, kind) && (kind === 'file' || !rules.mayReinclude(one))),
    signal,
  });
}

/** Copying, three cold builds, reading three images, four builds around a change, removing the images. */
const courseLength = 10;

async function buildAndCompare(image: ImageBuild, copy: string, session: Session): Promise<Verdict> {
  const { compared } = image;
  const builder = builderFor(image, copy, session);
  const original = image.target === null ? 'the original' : `the original (${targetWords(image.target)})`;
  const first = await builder.cold('before', 'the original, cold', 2);
  if (first.imageId === null) throw failureOf(first, `${original} does not build`, session.engine);
  const restore = writeTexts(copy, sentChanges(compared));
  const rewritten = await builder.cold('after', 'the rewritten one, cold', 3);
  restore();
  // The rewritten Dockerfile may begin with an image that the original has no need of.
  if (rewritten.imageId === null && isOutOfReach(rewritten.log)) throw new VerifyError('not-verifiable', `the base image of the rewritten Dockerfile cannot be fetched:\n${endOf(rewritten.log)}`);
  // Last of the three: the engine goes on with a build for a moment after it is done, and a step that is in the works is
  // not run a second time, so that there would be no noise to see.
  const second = await builder.cold('again', 'the original again, cold', 4);
  if (second.imageId === null) throw failureOf(second, `${original} does not build a second time`, session.engine);
  const read = (id: string): Promise<BuiltImage> => session.engine.readImage(id, builder.control);
  session.onProgress({ dockerfile: compared.path, what: 'comparing the images', number: 5, of: courseLength, step: null });
  const before = await read(first.imageId);
  const after = rewritten.imageId === null ? null : await read(rewritten.imageId);
  const compare = after === null ? null : compareAll(image, copy, before, await read(second.imageId), after);
  const warm = await warmBuilds(image, copy, builder, { before: second, after: rewritten });
  // A rewritten Dockerfile that builds only once is broken, unless the original does the same.
  const failedWarm = warm.before?.ok === true && warm.after?.ok === false ? warm.after : null;
  const failed = rewritten.imageId === null ? rewritten : failedWarm;
  const differences = compare?.differences ?? [];
  const kept = session.keep && rewritten.imageId !== null ? { before: builder.tag('before'), after: builder.tag('after') } : null;
  session.made.kept.push(...Object.values(kept ?? {}));
  session.onProgress({ dockerfile: compared.path, what: 'removing the images', number: courseLength, of: courseLength, step: null });
  await session.engine.removeTags(['again', 'warm', ...(kept === null ? ['before', 'after'] : [])].map((name) => builder.tag(name)));
  return {
    same: failed === null && differences.every(({ expected }) => expected),
    differences,
    noise: compare?.noise ?? 0,
    compared: isOnAnotherBase(image) ? 'project' : 'everything',
    failure: failed === null ? null : endOf(failed.log),
    touched: warm.touched === null ? null : joinPath(compared.context, warm.touched),
    before: measured(second, warm.before, before.bytes),
    after: after === null ? null : measured(rewritten, warm.after, after.bytes),
    images: kept,
  };
}

interface Builder {
  readonly control: Control;
  readonly tag: (name: string) => string;
  readonly cold: (name: 'before' | 'after' | 'again', what: string, number: number) => Promise<TimedBuild>;
  readonly warm: (side: Side, what: string, number: number) => Promise<TimedBuild>;
}

interface TimedBuild extends BuildResult {
  /** Was it ended because it took too long? */
  readonly timedOut: boolean;
}

/** Each image of a session has tags of its own. */
function builderFor({ compared, args, target }: ImageBuild, copy: string, session: Session): Builder {
  const { engine, settings, signal, id } = session;
  const control: Control = { signal, timeoutSeconds: settings.timeoutSeconds };
  session.made.verified += 1;
  const prefix = `dockfix-verify:${id}-${session.made.verified}`;
  const tag = (name: string): string => engine.tagFor(`${prefix}-${name}`);
  const build = async (side: Side, name: string, what: string, number: number, noCache: boolean): Promise<TimedBuild> => {
    const say = (step: string | null): void => session.onProgress({ dockerfile: compared.path, what, number, of: courseLength, step });
    say(null);
    const request = {
      context: join(copy, compared.context),
      ...recipeOf(compared, target, side, copy),
      idFile: join(copy, '..', 'image-id'),
      tag: tag(name),
      labels: { [labelName]: id },
      args,
      ...(typeof target === 'string' ? { target } : {}),
      ...(settings.platform === null ? {} : { platform: settings.platform }),
      ...(settings.network === null ? {} : { network: settings.network }),
      secrets: settings.secrets,
      noCache,
      onStep: say,
    };
    try {
      const result = await engine.build(request, control);
      // A build that fails because the engine is gone, or its disk full, says nothing of the Dockerfile.
      if (!result.ok) engine.version();
      if (!result.ok && isDiskFull(result.log)) throw new VerifyError('disk-full', 'the disk of the engine is full, or the one for temporary files (no space left on device)');
      return { ...result, timedOut: false };
    } catch (error) {
      if (!(error instanceof VerifyError) || error.code !== 'timeout') throw error;
      return { ok: false, steps: [], log: `it took longer than ${settings.timeoutSeconds} s (--timeout)`, seconds: settings.timeoutSeconds, imageId: null, timedOut: true };
    }
  };
  return { control, tag, cold: (name, what, number) => build(name === 'after' ? 'after' : 'before', name, what, number, true), warm: (side, what, number) => build(side, 'warm', what, number, false) };
}

function failureOf({ log, timedOut }: TimedBuild, sentence: string, engine: Engine): VerifyError {
  const advice = engine.adviceFor(log);
  return new VerifyError(timedOut ? 'timeout' : 'original-fails', `${sentence}:\n${endOf(log)}${advice === null ? '' : `\n(${advice})`}`);
}

const longestEnd = 40;

/** The last lines of a log, in which BuildKit says what failed. */
function endOf(log: string): string {
  return log.trimEnd().split('\n').slice(-longestEnd).join('\n');
}

function measured(cold: BuildResult, warm: BuildResult | null, bytes: number): Measured {
  const steps = (warm ?? cold).steps.filter(({ instruction }) => !/^FROM\s/i.test(instruction));
  return {
    coldSeconds: rounded(cold.seconds),
    warmSeconds: warm === null || !warm.ok ? null : rounded(warm.seconds),
    steps: steps.length,
    cached: warm === null ? 0 : steps.filter(({ cached }) => cached).length,
    bytes,
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}

function joinPath(context: Path, path: Path): Path {
  return context === '' ? path : `${context}/${path}`;
}

// ---------------------------------------------------------------------------------------------------------------- warm

interface Warm {
  /** Relative to the context. */
  readonly touched: Path | null;
  readonly before: BuildResult | null;
  readonly after: BuildResult | null;
}

/**
 * Each side is built once more from the cache, so that the engine has settled which results it holds, and then with a
 * file changed to what it never was. Without such a file the second build is of the same.
 */
async function warmBuilds({ compared, target }: ImageBuild, copy: string, builder: Builder, cold: ColdBuilds): Promise<Warm> {
  const touched = fileToTouch(compared, target);
  const changed = async (side: Side, what: string, number: number): Promise<BuildResult> => {
    const undo = touched === null ? () => undefined : appendText(copy, joinPath(compared.context, touched), neverSeen());
    try {
      return await builder.warm(side, touched === null ? `${what}, from the cache` : `${what}, after a change of ${touched}`, number);
    } finally {
      undo();
    }
  };
  const twice = async (side: Side, what: string, number: number, first: BuildResult): Promise<BuildResult> => {
    const settled = await builder.warm(side, `${what}, from the cache`, number);
    return withAllSteps(Math.max(first.steps.length, settled.steps.length), () => changed(side, what, number + 1));
  };
  const before = await twice('before', 'the original', 6, cold.before);
  if (!cold.after.ok) return { touched, before, after: null };
  const restore = writeTexts(copy, sentChanges(compared));
  const after = await twice('after', 'the rewritten one', 8, cold.after);
  restore();
  return { touched, before, after };
}

interface ColdBuilds {
  readonly before: BuildResult;
  readonly after: BuildResult;
}

const mostAttempts = 3;

/** On a machine with much to do BuildKit's client may end before it has heard of all steps: then the build is repeated. */
async function withAllSteps(steps: number, build: () => Promise<BuildResult>, attempts = mostAttempts): Promise<BuildResult> {
  const result = await build();
  return !result.ok || result.steps.length >= steps || attempts === 1 ? result : withAllSteps(steps, build, attempts - 1);
}

/** White space at the end of a file that no earlier run can have left in the cache: the bits of the time, as lines. */
function neverSeen(): string {
  return `\n${[...Date.now().toString(2)].map((bit) => (bit === '1' ? ' \n' : '\n')).join('')}`;
}

// ------------------------------------------------------------------------------------------------------------- compare

interface ComparedImages {
  readonly differences: readonly JudgedDifference[];
  readonly noise: number;
}

function compareAll(image: ImageBuild, copy: string, first: Image, second: Image, rewritten: Image): ComparedImages {
  const noise = noiseOf(first, second);
  const rewrite = rewriteOf(image.compared, copy);
  const isNumbered = numberedLike(noise);
  const all = compareImages(first, rewritten, new Set()).length;
  const found = isOnAnotherBase(image) ? acrossBases(first, rewritten, noise, rewrite) : compareImages(first, rewritten, noise);
  const differences = judge(found.filter((difference) => !isCache(difference.path) && !isNumbered(difference)), first, rewritten, rewrite);
  return { differences, noise: all - differences.length };
}

/** Does the image's own stage, or one that it starts from, get another base image? */
function isOnAnotherBase({ compared, target }: ImageBuild): boolean {
  const { stages, model } = compared.before.build.symbolic;
  const chain = stages[stageOf(model, target)?.index ?? -1]?.chain ?? [];
  return findingsOf(compared).fixes.some(({ claims }) => claims.some((claim) => claim.kind === 'base-changed' && chain.includes(claim.stage)));
}

/** The changes that the copy gets: of what is sent and is neither a Dockerfile nor an ignore file (see `recipeOf`). */
function sentChanges({ plan, context, before, after }: ComparedBuild): ReadonlyMap<Path, string> {
  const recipes = new Set([before, after].flatMap(({ view }) => view.dockerfiles.flatMap(({ path, builds }) => [path, ...builds.map(({ ignoreFile }) => ignoreFile)])));
  return new Map([...plan.changes].filter(([file]) => !recipes.has(file) && pathInContext(context, file) !== null));
}

function rewriteOf(compared: ComparedBuild, copy: string): Rewrite {
  const { before, after, context } = compared;
  const kindIn = ({ build }: BuildInProject, path: Path): string => build.context.kind(path);
  const edited = [...sentChanges(compared)].flatMap(([path, text]) => {
    const inContext = pathInContext(context, path);
    const old = before.view.tree.kind(path) === 'absent' ? null : hashOfText(before.view.tree.read(path) ?? '');
    return inContext === null ? [] : [[inContext, { before: old, after: hashOfText(text) }] as const];
  });
  return {
    claims: findingsOf(compared).fixes.flatMap(({ claims }) => claims),
    builds: [before.build.symbolic, after.build.symbolic],
    edited: new Map(edited),
    isHidden: (path) => kindIn(before, path) !== 'absent' && kindIn(after, path) === 'absent',
    contextFile: contextFileIn(join(copy, context)),
  };
}
