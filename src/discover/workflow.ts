/**
 * Builds in GitHub workflows: steps with docker/build-push-action, and `docker build` in a `run:`.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax and
 * https://github.com/docker/build-push-action#inputs
 */
import type { Path } from '../types.ts';
import type { Declarations, Mapping, WrittenBuild } from './declared.ts';
import { isMapping, joinDeclarations, lineOfKey, listOf, mappingOf, noDeclarations, parseYaml, resolveBuild, resolvePath, scalarText, splitAssignment, unreadFile } from './declared.ts';
import { dockerBuildsIn } from './docker-build.ts';

/** What is known in a step: expressions by their text (`env.X`, `matrix.x`), and where the repository lies. */
interface Scope {
  readonly known: ReadonlyMap<string, string>;
  /** The directory of the workspace into which this repository is checked out. */
  readonly checkout: Path;
}

/** All builds of a workflow. Paths that lie in another repository's checkout will not exist in this one. */
export async function readWorkflow(text: string, path: Path): Promise<Declarations> {
  if (!mayDeclareBuild(text)) return noDeclarations;
  const parsed = await parseYaml(text);
  if ('error' in parsed) return unreadFile(path, `not read: ${parsed.error}`);
  const workflow = mappingOf(parsed.value);
  const lineOf = lineOfKey(text);
  return joinDeclarations(Object.entries(mappingOf(workflow['jobs'])).map(([name, job]) => buildsOfJob({ name, line: lineOf(name) }, mappingOf(job), workflow, path, text.length)));
}

/** Some hosts offer the action under their own name, with the same inputs. */
const buildAction = /^[\w.-]+\/build-push-action@/;

function isBuildAction(step: Mapping): boolean {
  return buildAction.test(scalarText(step['uses']) ?? '');
}

function mayDeclareBuild(text: string): boolean {
  if (text.includes('/build-push-action')) return true;
  return text.includes('build') && text.split('\n').some((line) => line.includes('build') && /docker|podman/.test(line));
}

/** More work than this, in characters times combinations, is not done for a matrix: `matrix.…` is then not known. */
const mostWork = 5_000_000;

/** A job, and the 1-based line where it begins. */
interface JobPlace {
  readonly name: string;
  readonly line: number;
}

function buildsOfJob(place: JobPlace, job: Mapping, workflow: Mapping, path: Path, size: number): Declarations {
  const all = listOf(job['steps']).map(mappingOf);
  const steps = all.filter((step) => isBuildAction(step) || mayDeclareBuild(scalarText(step['run']) ?? ''));
  if (steps.length === 0) return noDeclarations;
  const checkout = checkoutDirectory(all);
  const directory = runDirectory(job) ?? runDirectory(workflow) ?? '.';
  const combinations = combinationsOf(mappingOf(job['strategy'])['matrix']);
  const tried: readonly Combination[] = combinations.length * size > mostWork ? [new Map()] : combinations;
  const written = tried.flatMap((combination) => {
    const ofJob = withEnvironment(withEnvironment(combination, workflow), job);
    return steps.flatMap((step) => buildsOfStep(place, step, { known: withEnvironment(ofJob, step), checkout }, directory));
  });
  return joinDeclarations(written.map((build) => inRepository(build, checkout, path)));
}

/** Workspace paths become paths of the repository. */
function inRepository({ build, base }: Written, checkout: Path, path: Path): Declarations {
  const resolved = resolveBuild(build, base, 'workflow', path);
  if (checkout === '') return resolved;
  const builds = resolved.builds.flatMap((declared) => {
    const context = below(checkout, declared.context);
    const dockerfile = below(checkout, declared.dockerfile);
    return context === null || dockerfile === null ? [] : [{ ...declared, context, dockerfile }];
  });
  const unread = resolved.unread.flatMap((user) => {
    const context = user.context === null ? null : below(checkout, user.context);
    return context === null && user.context !== null ? [] : [{ ...user, context }];
  });
  return { builds, notes: resolved.notes, unread };
}

function below(directory: Path, path: Path): Path | null {
  if (path === directory) return '';
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : null;
}

/** `path:` of the checkout of this repository. A checkout that names a `repository:` is of another one. */
function checkoutDirectory(steps: readonly Mapping[]): Path {
  for (const step of steps) {
    const options = mappingOf(step['with']);
    if (!scalarText(step['uses'])?.startsWith('actions/checkout@') || 'repository' in options) continue;
    const path = scalarText(options['path']);
    return path === null ? '' : (resolvePath('', path) ?? '');
  }
  return '';
}

function runDirectory(of: Mapping): string | null {
  return scalarText(mappingOf(mappingOf(of['defaults'])['run'])['working-directory']);
}

interface Written {
  readonly build: WrittenBuild;
  /** The directory that paths start from, from the workspace. */
  readonly base: Path;
}

function buildsOfStep({ name: job, line }: JobPlace, step: Mapping, scope: Scope, directory: string): readonly Written[] {
  const name = `job ${job}`;
  if (isBuildAction(step)) return [actionBuild({ name, line }, mappingOf(step['with']), scope)];
  const run = scalarText(step['run']);
  if (run === null || !mayDeclareBuild(run)) return [];
  const where = resolved(scalarText(step['working-directory']) ?? directory, scope);
  const base = where === null ? null : resolvePath('', where);
  if (base === null) return [];
  return dockerBuildsIn(replaceExpressions(run, scope)).flatMap(({ directory: moved, ...build }) => {
    const from = resolvePath(base, moved);
    return from === null ? [] : [{ build: { ...build, name, line }, base: from }];
  });
}

/** The action's default context is the repository itself, fetched by git; `{{defaultContext}}:dir` is a directory in it. */
function actionBuild(place: JobPlace, options: Mapping, scope: Scope): Written {
  const value = (key: string): string | null | undefined => {
    const text = scalarText(options[key]);
    return text === null || text.trim() === '' ? null : (resolved(text.trim(), scope) ?? undefined);
  };
  const written = value('context');
  const fromGit = typeof written === 'string' ? /^\{\{\s*defaultContext\s*\}\}(?::(.*))?$/.exec(written) : null;
  const isGit = written === null || fromGit !== null;
  const args = linesOf(options['build-args']).flatMap((line) => {
    const [arg, text] = splitAssignment(line);
    const known = text === null ? null : resolved(text, scope);
    return known === null ? [] : [[arg, known] as const];
  });
  const build: WrittenBuild = {
    ...place,
    context: isGit ? (fromGit?.[1] ?? '.') : written,
    dockerfile: value('file'),
    // A git context holds its Dockerfile; otherwise the path is one of the workspace.
    dockerfileFrom: isGit ? 'context' : 'base',
    target: value('target'),
    args: new Map(args),
    namedContexts: linesOf(options['build-contexts']).map((line) => splitAssignment(line)[0]),
  };
  return { build, base: isGit ? scope.checkout : '' };
}

function linesOf(value: unknown): readonly string[] {
  const lines = Array.isArray(value) ? value.map((item) => scalarText(item) ?? '') : (scalarText(value) ?? '').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

const expression = /\$\{\{([^{}]*)\}\}/g;

/** What stands for an expression that is not known: no shell and no path has it. */
const notKnown = '\uFFFF';

function replaceExpressions(text: string, { known }: Pick<Scope, 'known'>): string {
  return text.replace(expression, (_, inside: string) => {
    const name = inside.trim();
    return name === 'github.workspace' ? '.' : (known.get(name) ?? notKnown);
  });
}

/** The text with its expressions replaced; null if one is not known. */
function resolved(text: string, scope: Pick<Scope, 'known'>): string | null {
  const replaced = replaceExpressions(text, scope);
  return replaced.includes(notKnown) || replaced.includes('${{') ? null : replaced;
}

/** What is known, and what the `env:` of a workflow, a job or a step adds as far as it is literal. */
function withEnvironment(before: Combination, level: Mapping): Combination {
  if (!isMapping(level['env'])) return before;
  const known = new Map(before);
  for (const [name, value] of Object.entries(level['env'])) {
    const text = scalarText(value);
    const replaced = text === null ? null : resolved(text, { known });
    if (replaced === null) known.delete(`env.${name}`);
    else known.set(`env.${name}`, replaced);
  }
  return known;
}

/** `matrix.name` to its value. */
type Combination = ReadonlyMap<string, string>;

/** More combinations than these are not told apart: `matrix.…` is then not known. GitHub itself allows 256. */
const mostCombinations = 256;

/** A matrix has a handful of axes, and its items a handful of keys; more are not looked at. */
const mostKeys = 50;

/** The combinations of a matrix; without one, a single empty one. `exclude` is left out of account. */
function combinationsOf(matrix: unknown): readonly Combination[] {
  if (!isMapping(matrix)) return [new Map()];
  let combinations: readonly Combination[] = [new Map()];
  for (const [axis, items] of Object.entries(matrix).slice(0, mostKeys)) {
    if (axis === 'include' || axis === 'exclude' || !Array.isArray(items) || items.length === 0) continue;
    if (combinations.length * items.length > mostCombinations) return [new Map()];
    combinations = combinations.flatMap((combination) => items.map((item) => new Map([...combination, ...valuesOf(`matrix.${axis}`, item)])));
  }
  return withIncluded(combinations, listOf(matrix['include']).slice(0, mostCombinations).map((item) => valuesOf('matrix', item)));
}

/** An included entry adds to each combination that it agrees with, and is one of its own if there is none. */
function withIncluded(combinations: readonly Combination[], included: readonly Combination[]): readonly Combination[] {
  if (included.length === 0) return combinations;
  const axes = new Set(combinations.flatMap((combination) => [...combination.keys()]));
  if (axes.size === 0) return included;
  const agrees = (entry: Combination, combination: Combination): boolean => [...entry].every(([name, value]) => !axes.has(name) || combination.get(name) === value);
  const extended = combinations.map((combination) => new Map([...combination, ...included.filter((entry) => agrees(entry, combination)).flatMap((entry) => [...entry])]));
  return [...extended, ...included.filter((entry) => !combinations.some((combination) => agrees(entry, combination)))];
}

/** A value of a matrix, and what is in it: `matrix.image.context`. */
function valuesOf(name: string, value: unknown, depth = 0): Combination {
  const text = scalarText(value);
  if (text !== null) return new Map([[name, text]]);
  if (!isMapping(value) || depth > 5) return new Map();
  return new Map(Object.entries(value).slice(0, mostKeys).flatMap(([key, inner]) => [...valuesOf(`${name}.${key}`, inner, depth + 1)]));
}
