/**
 * Builds a Dockerfile as it is and as dockfix would make it, compares the images, changes a source file and builds both
 * again. This is the one place that has anything of a repository executed: in an engine, from a copy, because somebody
 * asked for it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { realPath, realPathWithin } from '../context/disk.ts';
import type { BuildInProject, ComparedBuild } from '../explain.ts';
import { findingsOf } from '../explain.ts';
import { parseIgnore } from '../ignore/patterns.ts';
import type { Path } from '../types.ts';
import type { TimedBuild } from './builder.ts';
import { builderFor, courseLength } from './builder.ts';
import { contextFileIn, copyContext, diskFault, hashOfText, writeTexts } from './copy.ts';
import type { BuildResult, Engine } from './engine.ts';
import type { JudgedDifference, Rewrite } from './expected.ts';
import { acrossBases, contextOrigins, isCache, judge } from './expected.ts';
import { VerifyError } from './fault.ts';
import type { BuiltImage, Image } from './image.ts';
import { compareImages, noiseOf, numberedLike } from './image.ts';
import type { HiddenFiles } from './hidden.ts';
import { hiddenFiles, topmostHidden } from './hidden.ts';
import type { ImageBuild } from './images.ts';
import type { Mention, Searched } from './mentions.ts';
import { filesToSearch, mentionsIn } from './mentions.ts';
import type { Control } from './program.ts';
import { isOutOfReach } from './program.ts';
import { pathInContext, pathInProject, sentChanges } from './recipe.ts';
import type { CommandVerdict } from './run-commands.ts';
import { runCommands } from './run-commands.ts';
import type { Session } from './session.ts';
import { inTemporaryDirectory } from './session.ts';
import { stageOf, targetWords } from './target.ts';
import { warmBuilds } from './warm.ts';

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
  /** What the image lacks because it is hidden from the build context now, and who names it there. */
  readonly hidden: Hidden;
  /** How the commands of `--run` went in both images. */
  readonly runs: readonly CommandVerdict[];
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

/** What is gone, and what the image's own texts say of it. */
export interface Hidden extends HiddenFiles {
  readonly mentions: readonly Mention[];
  readonly searched: Searched;
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
  const hidden = await hiddenIn(compare, rewritten.imageId, after, session, builder.control);
  const runs = await runsOf(image, { first: first.imageId, second: second.imageId, rewritten: rewritten.imageId }, before, session, builder.control);
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
    same: failed === null && differences.every(({ expected }) => expected) && runs.every(({ same }) => same),
    differences,
    noise: compare?.noise ?? 0,
    hidden,
    runs,
    compared: isOnAnotherBase(image) ? 'project' : 'everything',
    failure: failed === null ? null : endOf(failed.log),
    touched: warm.touched === null ? null : pathInProject(compared.context, warm.touched),
    before: measured(second, warm.before, before.bytes),
    after: after === null ? null : measured(rewritten, warm.after, after.bytes),
    images: kept,
  };
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

// ------------------------------------------------------------------------------------------------------------- compare

interface ComparedImages {
  readonly differences: readonly JudgedDifference[];
  readonly noise: number;
  readonly hidden: HiddenFiles;
  /** Paths that are gone with all that was in them. */
  readonly gone: readonly Path[];
  readonly rewrite: Rewrite;
}

function compareAll(image: ImageBuild, copy: string, first: Image, second: Image, rewritten: Image): ComparedImages {
  const noise = noiseOf(first, second);
  const rewrite = rewriteOf(image.compared, copy);
  const isNumbered = numberedLike(noise);
  const all = compareImages(first, rewritten, new Set()).length;
  const found = isOnAnotherBase(image) ? acrossBases(first, rewritten, noise, rewrite) : compareImages(first, rewritten, noise);
  const judged = judge(found, first, rewritten, rewrite);
  const differences = judged.filter((difference) => !isCache(difference.path) && !isNumbered(difference));
  return { differences, noise: all - differences.length, hidden: hiddenFiles(judged, first), gone: topmostHidden(judged), rewrite };
}

export const nothingHidden: Hidden = { files: 0, bytes: 0, directories: [], mentions: [], searched: { files: 0, left: 0 } };

/** The texts of the rewritten image are read once more, where something is gone. */
async function hiddenIn(compare: ComparedImages | null, id: string | null, image: Image | null, { engine }: Session, control: Control): Promise<Hidden> {
  if (compare === null || id === null || image === null) return nothingHidden;
  const { hidden, gone, rewrite } = compare;
  if (gone.length === 0) return { ...nothingHidden, ...hidden };
  const originsOf = contextOrigins(rewrite);
  const { files, left } = filesToSearch(image, (path) => originsOf(path).some((origin) => rewrite.contextFile(origin)?.type === 'file'));
  const texts = await engine.readTexts(id, files, control);
  return { ...hidden, mentions: mentionsIn(image.config, texts, gone, image.files), searched: { files: texts.size, left } };
}

/** In an image that is declared or asked for; of another stage nobody knows what it is to run. */
async function runsOf({ isWanted, compared }: ImageBuild, { rewritten, ...ids }: BuiltIds, before: Image, session: Session, control: Control): Promise<readonly CommandVerdict[]> {
  if (!isWanted || rewritten === null || session.run.commands.length === 0) return [];
  session.onProgress({ dockerfile: compared.path, what: 'running the commands in the images', number: 5, of: courseLength, step: null });
  return runCommands(session.run, { ...ids, rewritten }, before, session.engine, session.settings.platform, control);
}

interface BuiltIds {
  readonly first: string;
  readonly second: string;
  readonly rewritten: string | null;
}

/** Does the image's own stage, or one that it starts from, get another base image? */
function isOnAnotherBase({ compared, target }: ImageBuild): boolean {
  const { stages, model } = compared.before.build.symbolic;
  const chain = stages[stageOf(model, target)?.index ?? -1]?.chain ?? [];
  return findingsOf(compared).fixes.some(({ claims }) => claims.some((claim) => claim.kind === 'base-changed' && chain.includes(claim.stage)));
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
