/**
 * Builds a project on a real engine, as it is and as dockfix rewrites it, and says where the two images differ and
 * where the model's cache prediction and BuildKit's report differ.
 */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { symbolicBuild } from '../../../src/build/symbolic-build.ts';
import type { Values } from '../../../src/build/values.ts';
import { memoryTree } from '../../../src/context/memory.ts';
import { buildsOf } from '../../../src/builds.ts';
import { declaredBuilds } from '../../../src/discover/builds.ts';
import { discoverableIn, discoveredKind } from '../../../src/discover/files.ts';
import { scan } from '../../../src/dockerfile/scan.ts';
import { model, outputStages } from '../../../src/dockerfile/stages.ts';
import { fix, projectsOf } from '../../../src/fix.ts';
import { parseIgnore } from '../../../src/ignore/patterns.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { BuildView, Project } from '../../../src/plan/project.ts';
import { openProject } from '../../../src/plan/project.ts';
import type { Build, BuildContext, Path, Tree } from '../../../src/types.ts';
import { transforms } from '../../../transforms/index.ts';
import { isCache } from '../../../src/verify/expected.ts';
import { numberedLike } from '../../../src/verify/image.ts';
import { build, compareImages, noiseOf, readImage, removeImages, writeProject } from '../../support/engine.ts';
import type { BuildOptions, BuildResult, Difference, Image, ProjectFile } from '../../support/engine.ts';
import { readAboveBase } from './image-above-base.ts';
import type { Compared } from './predictions.ts';
import { comparePredictions } from './predictions.ts';
import type { BuildProject, BuildProjectFile, Outcome } from './project.ts';

/** What came out. `disagreements` are sentences without anything that changes from run to run. */
export interface CheckedProject {
  readonly outcome: Outcome;
  /** The refusals' reasons and messages, for the report of a project that is not rewritten as expected. */
  readonly refusals: readonly string[];
  readonly disagreements: readonly string[];
  /** Pairs of images that were compared, and the files in them. */
  readonly images: number;
  readonly files: number;
  /** Steps whose prediction was held against the engine's report. */
  readonly predictions: number;
  /** Steps of which the model says nothing, because BuildKit compares what another stage made by content. */
  readonly unknown: number;
}

/** A project before or after the rewrite: its files in memory, on disk, and as the model sees it. */
interface Variant {
  readonly name: 'original' | 'rewritten';
  readonly directory: string;
  readonly project: Project;
}

/** Nothing is wrong with dockfix then, but with the project. */
export class OriginalDoesNotBuild extends Error {}

/** One image: a build of a project, with a target if it is not the last stage. */
interface Target {
  readonly build: Build;
  readonly target: string | null;
}

const images = 'dockfix-test-projects';

/**
 * Does everything for one project. Throws if a build fails that has to work. `rewrite` takes the place of what dockfix
 * makes of the project: new texts by path.
 */
export async function checkProject(given: BuildProject, rewrite?: ReadonlyMap<Path, string>): Promise<CheckedProject> {
  const found = await plansFor(given);
  if (found === null) return { outcome: 'context unknown', refusals: [], disagreements: [], images: 0, files: 0, predictions: 0, unknown: 0 };
  const changes = rewrite ?? new Map(found.plans.flatMap((plan) => [...plan.changes]));
  const outcome = outcomeOf(found.project, changes);
  const rewrittenFiles = { ...given.files, ...Object.fromEntries(changes) };
  const original: Variant = { name: 'original', directory: await writeFiles(given.files), project: found.project };
  const rewritten: Variant = { name: 'rewritten', directory: await writeFiles(rewrittenFiles), project: { ...found.project, tree: treeOf(rewrittenFiles) } };
  const repository = `${images}/${given.name}`;
  const tally = { images: 0, files: 0, predictions: 0, unknown: 0 };
  const disagreements: string[] = [];
  try {
    for (const [index, target] of targetsOf(found.project).entries()) {
      const label = `${repository}:${index}`;
      const first = await buildVariant(original, target, `${label}-first`, { noCache: true });
      if (changes.size > 0) {
        // The second cold build of the original comes last: the engine goes on with a build for a moment after it is
        // done, and a step that is in the works is not run a second time, so that there would be no noise to see.
        const before = await readFiles(given, first);
        const after = await readFiles(given, await buildVariant(rewritten, target, `${label}-rewritten`, { noCache: true }));
        const again = await readFiles(given, await buildVariant(original, target, `${label}-second`, { noCache: true }));
        const excused = excusesFor(original, rewritten, target, [...changes.keys()], rewrite === undefined ? claimedHidden(found.plans) : []);
        const noise = noiseOf(before, again);
        const isNumbered = numberedLike(noise);
        const differences = compareImages(before, after, noise).filter((difference) => !excused(difference) && !isNumbered(difference) && !isCache(difference.path));
        disagreements.push(...describeDifferences(target, differences));
        tally.images += 1;
        tally.files += after.files.size;
      }
    }
    for (const [at, path] of given.changes.entries()) {
      for (const [index, target] of targetsOf(found.project).entries()) {
        const ran: number[] = [];
        for (const variant of changes.size > 0 ? [original, rewritten] : [original]) {
          const measure = async (alone: boolean): Promise<Compared> =>
            predictionsFor(variant, target, path, given.slowRun ?? null, await buildChanged(variant, target, `${repository}:${index}-changed`, path, textOf(given.files, path), alone));
          // A build beside this one, or the engine's own clean-up, can make a step run again although nothing changed. A
          // model that is wrong is wrong the second time, too.
          const first = await measure(false);
          const compared = first.disagreements.length === 0 ? first : await measure(true);
          disagreements.push(...compared.disagreements);
          tally.predictions += compared.predictions;
          tally.unknown += compared.open.length;
          ran.push(compared.installs);
        }
        const [before = 0, after = 0] = ran;
        if (outcome === 'rewritten' && at === 0 && index === 0 && given.installsAgain !== true && after >= before) {
          disagreements.push(`after a change of ${path} the original ran ${before} installs, the rewritten one ${after}`);
        }
      }
    }
  } finally {
    await removeImages(repository);
    for (const { directory } of [original, rewritten]) await rm(directory, { recursive: true, force: true });
  }
  const refusals = found.plans.flatMap((plan) => plan.refusals.map((refusal) => `${refusal.transform} ${refusal.reason}: ${refusal.message}`));
  return { outcome, refusals, disagreements: [...new Set(disagreements)], ...tally };
}

// ----------------------------------------------------------------------------------------------------------- the plan

/** Does dockfix change a Dockerfile of it? */
export async function isRewritten(given: BuildProject): Promise<boolean> {
  const found = await plansFor(given);
  return found !== null && outcomeOf(found.project, new Map(found.plans.flatMap((plan) => [...plan.changes]))) === 'rewritten';
}

/** Null if no directory holds what a Dockerfile copies. */
async function plansFor(given: BuildProject): Promise<{ readonly project: Project; readonly plans: readonly Plan[] } | null> {
  const tree = treeOf(given.files);
  const paths = discoverableIn(tree);
  const declared = await declaredBuilds(tree, paths);
  const dockerfiles = paths.filter((path) => discoveredKind(path) === 'dockerfile');
  const found = dockerfiles.map((path) => buildsOf(tree, path, scan(tree.read(path) ?? ''), { declared: declared.builds, context: null }));
  if (found.some((some) => 'kind' in some)) return null;
  const builds = found.flatMap((some) => ('kind' in some ? [] : some));
  const [project, ...others] = projectsOf(tree, builds, new Map(Object.entries(given.settings ?? {})));
  if (project === undefined || others.length > 0) throw new Error(`${given.name} is not one project`);
  return { project, plans: [fix(project, transforms, { unsafe: given.slowRun !== undefined })] };
}

/** The file tree as git would hold it: all of it tracked. */
function treeOf(files: Readonly<Record<Path, BuildProjectFile>>): Tree {
  const entries = Object.entries(files);
  const texts = entries.flatMap(([path, file]) => (typeof file === 'object' && 'link' in file ? [] : [[path, modelText(file)] as const]));
  const links = entries.flatMap(([path, file]) => (typeof file === 'object' && 'link' in file ? [[path, file.link] as const] : []));
  const executable = entries.flatMap(([path, file]) => (typeof file === 'object' && 'mode' in file && (file.mode & 0o111) !== 0 ? [path] : []));
  return memoryTree(Object.fromEntries(texts), { links: Object.fromEntries(links), executable });
}

/** A file that is not text has no text for the model either; it is there, and that is all. */
function modelText(file: Exclude<BuildProjectFile, { readonly link: string }>): string {
  if (typeof file === 'string') return file;
  return 'text' in file ? file.text : '\u0000';
}

function outcomeOf(project: Project, changes: ReadonlyMap<Path, string>): Outcome {
  if (project.builds.some((one) => changes.has(one.dockerfile))) return 'rewritten';
  return changes.size > 0 ? 'ignore file' : 'left alone';
}

function targetsOf(project: Project): readonly Target[] {
  return project.builds.flatMap((one) => {
    const dockerfile = model(scan(project.tree.read(one.dockerfile) ?? ''));
    const last = dockerfile.stages.length - 1;
    return outputStages(dockerfile, one.outputs).map((stage) => ({ build: one, target: stage.index === last ? null : (stage.name ?? String(stage.index)) }));
  });
}

function viewOf(variant: Variant, { build: wanted }: Target): BuildView & { readonly values: Values } {
  const view = openProject(variant.project);
  const dockerfile = view.dockerfiles.find((one) => one.path === wanted.dockerfile);
  const found = dockerfile?.builds.find((one) => one.build === wanted);
  if (!found) throw new Error(`${wanted.dockerfile} is gone`);
  return { build: found.build, ignoreFile: found.ignoreFile, context: found.context, asked: found.asked, symbolic: found.symbolic, symbolicForAnyArgs: found.symbolicForAnyArgs, values: view.values };
}

// ------------------------------------------------------------------------------------------------------------- on disk

async function writeFiles(files: Readonly<Record<Path, BuildProjectFile>>): Promise<string> {
  const texts: Record<Path, ProjectFile> = {};
  for (const [path, file] of Object.entries(files)) texts[path] = typeof file === 'object' && 'bytes' in file ? '' : file;
  const directory = await writeProject(texts);
  for (const [path, file] of Object.entries(files)) {
    if (typeof file !== 'object' || !('bytes' in file)) continue;
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), file.bytes);
    await chmod(join(directory, path), 0o644);
  }
  return directory;
}

function textOf(files: Readonly<Record<Path, BuildProjectFile>>, path: Path): string {
  const file = files[path];
  if (typeof file === 'string') return file;
  if (file !== undefined && 'text' in file) return file.text;
  throw new Error(`${path} is not a text file of the project`);
}

async function buildVariant(variant: Variant, { build: one, target }: Target, tag: string, how: Pick<BuildOptions, 'noCache' | 'alone'>): Promise<BuildResult> {
  const context = join(variant.directory, one.context);
  const dockerfile = '../'.repeat(one.context === '' ? 0 : one.context.split('/').length) + one.dockerfile;
  const result = await build(context, { tag, dockerfile, ...how, args: Object.fromEntries(one.args), ...(target === null ? {} : { target }) });
  if (result.ok) return result;
  const message = `the ${variant.name} does not build:\n${variant.project.tree.read(one.dockerfile) ?? ''}\n${result.log.slice(-3000)}`;
  throw variant.name === 'original' ? new OriginalDoesNotBuild(message) : new Error(message);
}

async function readFiles({ withoutPython }: BuildProject, { imageId, log }: BuildResult): Promise<Image> {
  if (imageId === null) throw new Error(log);
  return withoutPython === true ? readImage(imageId) : readAboveBase(imageId);
}

/** Builds with one file changed to what it never was before, and puts the file back. */
async function buildChanged(variant: Variant, target: Target, tag: string, path: Path, text: string, alone: boolean): Promise<BuildResult> {
  const file = join(variant.directory, path);
  await writeFile(file, changedText(path, text, `${Date.now()}-${Math.random()}`));
  try {
    return await buildVariant(variant, target, tag, { alone });
  } finally {
    await writeFile(file, text);
  }
}

function changedText(path: Path, text: string, nonce: string): string {
  if (path.endsWith('.json')) return text.replace('{', `{ "x-changed": ${JSON.stringify(nonce)},`);
  return `${text}${/\.go$|(?:^|\/)go\.mod$/.test(path) ? '//' : '#'} changed ${nonce}\n`;
}

// -------------------------------------------------------------------------------------------------- the images compared

/** The patterns of all claims that files are hidden. */
function claimedHidden(plans: readonly Plan[]): readonly string[] {
  const claims = plans.flatMap((plan) => plan.fixes.flatMap((one) => one.claims));
  return claims.flatMap((claim) => (claim.kind === 'hidden-from-context' ? claim.paths : []));
}

/**
 * What the claims allow: files are missing that the new ignore file hides and a claim names, with the directories that held nothing else;
 * and the files that dockfix edits are other files where the image holds them.
 */
function excusesFor(original: Variant, rewritten: Variant, target: Target, edited: readonly Path[], claimed: readonly string[]): (difference: Difference) => boolean {
  const before = viewOf(original, target).context;
  const after = viewOf(rewritten, target).context;
  const parsed = parseIgnore(claimed.join('\n'));
  const isClaimed = (path: Path): boolean => parsed.kind === 'ok' && parsed.matcher.excludes(path);
  const hidden = [...before.files()].filter((path) => after.kind(path) === 'absent' && isClaimed(path));
  const gone = new Set(hidden.flatMap((path) => tailsOf(withParents(path, after))));
  const touched = new Set(tailsOf(edited));
  return ({ path, what }) => {
    const segments = path.slice(1).split('/');
    const isTail = (tails: ReadonlySet<string>): boolean => segments.some((_, from) => tails.has(segments.slice(from).join('/')));
    if (what === 'missing' && isTail(gone)) return true;
    return (what === 'content' || what === 'added' || what === 'missing') && isTail(touched);
  };
}

/** A hidden file and the directories above it that are not there any more. */
function withParents(path: Path, after: BuildContext): readonly Path[] {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return [path];
  const parent = path.slice(0, slash);
  return after.kind(parent) === 'absent' ? [path, ...withParents(parent, after)] : [path];
}

/** A COPY of a directory strips its name: each end of a path may be what an image calls it. */
function tailsOf(paths: readonly Path[]): readonly Path[] {
  return paths.flatMap((path) => path.split('/').map((_, from, all) => all.slice(from).join('/')));
}

function describeDifferences({ target }: Target, differences: readonly Difference[]): readonly string[] {
  const where = target === null ? '' : ` in ${target}`;
  const shown = differences.slice(0, 12).map(({ path, what, before, after }) => {
    const values = what === 'content' ? '' : ` (${[before, after].filter((value) => value !== '').join(' -> ')})`;
    return `image${where}: ${what} ${path}${values}`;
  });
  return differences.length > shown.length ? [...shown, `image${where}: ${differences.length - shown.length} more differences`] : shown;
}

// --------------------------------------------------------------------------------------------- the predictions compared

function predictionsFor(variant: Variant, target: Target, changed: Path, slowRun: string | null, result: BuildResult): Compared {
  const { build: one, context, symbolic, values } = viewOf(variant, target);
  const inContext = one.context === '' ? changed : changed.startsWith(`${one.context}/`) ? changed.slice(one.context.length + 1) : null;
  const after = symbolicBuild(symbolic.model, one, context, values, { changed: new Set(inContext === null ? [] : [inContext]) });
  return comparePredictions({ built: symbolic, other: after, values, target: target.target, label: `${variant.name}, ${changed} changed`, slowRun }, result);
}
