/**
 * Builds in GitHub workflows: steps with docker/build-push-action, and `docker build` in a `run:`. What else a workflow
 * says of builds is read as in any other pipeline.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax and
 * https://github.com/docker/build-push-action#inputs
 */
import type { Path } from '../types.ts';
import { declarationsOf } from './asked.ts';
import { lineFinder, saidInValue } from './asked/document.ts';
import type { Said, Surroundings } from './asked/said.ts';
import { quoted, speaksOfBuilds } from './asked/said.ts';
import { saidInScript } from './asked/script.ts';
import { directoryVariables } from './asked/variables.ts';
import type { Declarations, Mapping, WrittenBuild } from './declared.ts';
import { isMapping, joinDeclarations, lineOfKey, listOf, mappingOf, noDeclarations, parseYaml, resolveBuild, resolvePath, scalarText, splitAssignment, unreadFile } from './declared.ts';
import type { ShellBuild } from './docker-build.ts';
import { dockerBuildsIn } from './docker-build.ts';

/** What is known in a step: expressions by their text (`env.X`, `matrix.x`), and where the repository lies. */
interface Scope {
  readonly known: ReadonlyMap<string, string>;
  /** The directory of the workspace into which this repository is checked out. */
  readonly checkout: Path;
}

/** All builds of a workflow. Paths that lie in another repository's checkout will not exist in this one. */
export async function readWorkflow(text: string, path: Path, surroundings: Surroundings): Promise<Declarations> {
  if (!mayDeclareBuild(text)) return noDeclarations;
  const parsed = await parseYaml(text);
  if ('error' in parsed) return unreadFile(path, `not read: ${parsed.error}`);
  const workflow = mappingOf(parsed.value);
  const lineOf = lineOfKey(text);
  const jobs = Object.entries(mappingOf(workflow['jobs']));
  const read = jobs.map(([name, job]) => buildsOfJob({ name, line: lineOf(name) }, mappingOf(job), workflow, path, text));
  const said = [...read.flatMap((one) => one.said), ...saidInValue(withoutReadSteps(workflow), text, path)];
  return joinDeclarations([...read.map(({ declarations }) => declarations), await declarationsOf(uniqueSaid(said), path, surroundings)]);
}

/** A matrix has the same step say the same many times. */
function uniqueSaid(said: readonly Said[]): readonly Said[] {
  return [...new Map(said.map((one) => [JSON.stringify(one), one])).values()];
}

/** What is left of a workflow for a reader of any pipeline: actions of other kinds, and workflows that it calls. */
function withoutReadSteps(workflow: Mapping): Mapping {
  const jobs = Object.entries(mappingOf(workflow['jobs'])).map(([name, written]) => {
    const job = mappingOf(written);
    const rest = listOf(job['steps']).map(mappingOf).filter((step) => !isBuildAction(step) && scalarText(step['run']) === null);
    return [name, { ...job, steps: rest }] as const;
  });
  return { ...workflow, jobs: Object.fromEntries(jobs) };
}

/** Some hosts offer the action under their own name, with the same inputs. */
const buildAction = /^[\w.-]+\/build-push-action@/;

function isBuildAction(step: Mapping): boolean {
  return buildAction.test(scalarText(step['uses']) ?? '');
}

function mayDeclareBuild(text: string): boolean {
  return text.includes('/build-push-action') || speaksOfBuilds(text);
}

/** More work than this, in characters times combinations, is not done for a matrix: `matrix.…` is then not known. */
const mostWork = 5_000_000;

/** A job, and the 1-based line where it begins. */
interface JobPlace {
  readonly name: string;
  readonly line: number;
}

/** The builds that are known, and what else the job says of builds. */
interface JobBuilds {
  readonly declarations: Declarations;
  readonly said: readonly Said[];
}

function buildsOfJob(place: JobPlace, job: Mapping, workflow: Mapping, path: Path, text: string): JobBuilds {
  const all = listOf(job['steps']).map(mappingOf);
  const steps = all.filter((step) => isBuildAction(step) || mayDeclareBuild(scalarText(step['run']) ?? ''));
  if (steps.length === 0) return { declarations: noDeclarations, said: [] };
  const checkout = checkoutDirectory(all);
  const directory = runDirectory(job) ?? runDirectory(workflow) ?? '.';
  const combinations = combinationsOf(mappingOf(job['strategy'])['matrix']);
  const tried: readonly Combination[] = combinations.length * text.length > mostWork ? [new Map()] : combinations;
  const lineOf = lineFinder(text);
  const read = tried.flatMap((combination) => {
    const ofJob = withEnvironment(withEnvironment(combination, workflow), job);
    return steps.map((step): StepBuilds => {
      const scope = { known: withEnvironment(ofJob, step), checkout };
      if (isBuildAction(step)) return { written: [actionBuild({ name: `job ${place.name}`, line: place.line }, mappingOf(step['with']), scope)], said: [] };
      return buildsOfRun(place, step, scope, directory, { path, lineOf });
    });
  });
  return { declarations: joinDeclarations(read.flatMap(({ written }) => written).map((build) => inRepository(build, checkout, path))), said: read.flatMap(({ said }) => said) };
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

interface StepBuilds {
  readonly written: readonly Written[];
  readonly said: readonly Said[];
}

interface Source {
  readonly path: Path;
  readonly lineOf: (part: string) => number;
}

function buildsOfRun({ name: job, line }: JobPlace, step: Mapping, scope: Scope, directory: string, { path, lineOf }: Source): StepBuilds {
  const run = scalarText(step['run']) ?? '';
  const lines = run.split('\n');
  const where = resolved(scalarText(step['working-directory']) ?? directory, scope);
  const base = where === null ? null : resolvePath('', where);
  const script = replaceExpressions(run, scope);
  const all = saidInScript({ text: script, path, from: [base ?? ''], variables: variablesOf(scope) }).map((one) => ({ ...one, line: lineOf(lines[one.line - 1] ?? run) }));
  // Where it is run is not known, or which part of the workspace is this repository.
  const obscured = (said: readonly Said[]): readonly Said[] => said.map((one) => ({ kind: 'obscure', line: one.line, written: quoted(one.written) }));
  if (base === null) return { written: [], said: obscured(all) };
  const builds = dockerBuildsIn(script).filter(({ dockerfile }) => dockerfile !== undefined);
  const perCommit = [...run.matchAll(perCommitOption)].map(([, arg = '']) => arg);
  const written = builds.flatMap(({ directory: moved, ...build }): readonly Written[] => {
    const from = resolvePath(base, moved);
    return from === null ? [] : [{ build: { ...build, name: `job ${job}`, line, perCommit }, base: from }];
  });
  const rest = all.filter((one) => !isRead(one, builds));
  return { written, said: scope.checkout === '' ? rest : obscured(rest) };
}

/** Is something that a script says one of its builds that are known? */
function isRead(said: Said, builds: readonly ShellBuild[]): boolean {
  return said.kind === 'build' && builds.some((build) => build.context === said.context && build.dockerfile === said.dockerfile && (build.target ?? said.target) === said.target && resolvePath('', build.directory) === resolvePath('', said.directory));
}

/** What the shell of a step finds in its environment. */
function variablesOf({ known }: Scope): ReadonlyMap<string, string> {
  return new Map([...directoryVariables, ...[...known].flatMap(([name, value]) => (name.startsWith('env.') ? [[name.slice('env.'.length), value] as const] : []))]);
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
    perCommit: linesOf(options['build-args']).filter((line) => perCommitExpression.test(line)).map((line) => splitAssignment(line)[0]),
    namedContexts: linesOf(options['build-contexts']).map((line) => splitAssignment(line)[0]),
  };
  return { build, base: isGit ? scope.checkout : '' };
}

function linesOf(value: unknown): readonly string[] {
  const lines = Array.isArray(value) ? value.map((item) => scalarText(item) ?? '') : (scalarText(value) ?? '').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/**
 * What another commit, or another run, changes (https://docs.github.com/actions/reference/workflows-and-actions/contexts,
 * "github context").
 */
const perCommitContext = String.raw`github\.(?:sha|run_id|run_number|run_attempt|event\.after|event\.head_commit\.\w+|event\.pull_request\.head\.sha)\b`;
const perCommitExpression = new RegExp(String.raw`\$\{\{[^{}]*\b${perCommitContext}[^{}]*\}\}`);

/** `--build-arg NAME=` with such a value, or one that git says. */
const perCommitOption = new RegExp(String.raw`--build-arg[ =]["']?(\w+)=["']?(?:\$\{\{\s*${perCommitContext}[^{}]*\}\}|\$\{?GITHUB_(?:SHA|RUN_ID|RUN_NUMBER)\b|\$\(git (?:rev-parse|describe|log)\b)`, 'g');

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
