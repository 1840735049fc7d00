import type { DeclaredBuild } from './discover/declared.ts';
import { buildsFor, holdsAll } from './discover/builds.ts';
import { directoryOf, nameOf } from './discover/declared.ts';
import type { Need } from './discover/needs.ts';
import { literalSources, manifests } from './discover/needs.ts';
import { parse } from './dockerfile/parse.ts';
import type { ScannedDockerfile } from './dockerfile/scan.ts';
import type { Build, Path, Tree } from './types.ts';

/** What a tree declares, and what the user says, about how Dockerfiles are built. */
export interface BuildSources {
  readonly declared: readonly DeclaredBuild[];
  /** The value of `--context`, relative to the tree's root; null if it was not given. */
  readonly context: Path | null;
}

/** No directory holds everything that the Dockerfile copies and installs from. */
export interface ContextUnknown {
  readonly kind: 'context-unknown';
  readonly message: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * The builds of one Dockerfile: those that are declared, else one with the context that the user gives, else one whose
 * context is the nearest directory, from the Dockerfile's own upwards, that holds every literal source and every
 * manifest that an install reads.
 */
export function buildsOf(tree: Tree, dockerfile: Path, scanned: ScannedDockerfile, { declared, context }: BuildSources): readonly Build[] | ContextUnknown {
  const option = context === null ? {} : { context };
  const buildsWith = (needs: readonly Need[]): readonly Build[] | 'context-unknown' => buildsFor(tree, dockerfile, declared, option, needs.map(({ path }) => path));
  const sources = literalSources(scanned);
  const builds = working(tree, buildsWith(sources), sources, () => buildsFor(tree, dockerfile, [], option, sources.map(({ path }) => path)));
  if (builds === 'context-unknown') return contextUnknown(sources, (need) => buildsWith([need]));
  const [guess] = builds;
  if (guess?.declaredBy !== 'guess') return builds;
  const project = projectAbove(tree, guess.context, scanned);
  if (project !== null) return [{ ...guess, context: project }];
  if (holdsManifests(tree, guess.context, scanned)) return builds;
  // What is copied by its name is there, whatever a directory copied after it might hold as well.
  const isNamed = ({ path }: Need): boolean => sources.some((source) => source.path !== path && nameOf(source.path) === nameOf(path) && holdsAll(tree, guess.context, [source.path]));
  const needs = [...sources, ...manifests(scanned, (path) => tree.kind(guess.context === '' ? path : `${guess.context}/${path}`)).filter((need) => !isNamed(need))];
  const complete = buildsFor(tree, dockerfile, [], option, needs.map(({ path }) => path));
  return complete === 'context-unknown' ? contextUnknown(needs, (need) => buildsWith([need])) : complete;
}

/**
 * The builds that can work. A compose file that nobody has run for long may name a context in which nothing is of what the
 * Dockerfile copies: where another build works, that one has no say.
 */
function working(tree: Tree, builds: readonly Build[] | 'context-unknown', sources: readonly Need[], guessed: () => readonly Build[] | 'context-unknown'): readonly Build[] | 'context-unknown' {
  if (builds === 'context-unknown' || sources.length === 0) return builds;
  const holdsSome = (build: Build): boolean => sources.some(({ path }) => holdsAll(tree, build.context, [path]));
  const left = builds.filter((build) => build.declaredBy === 'guess' || build.declaredBy === 'option' || holdsSome(build));
  if (left.length === builds.length || left.length > 0) return left;
  const others = guessed();
  return others === 'context-unknown' ? builds : others;
}

/** What steps call, and what has to lie in the directory of the project then: one of each. */
const projectFiles: readonly (readonly [command: RegExp, files: readonly string[]])[] = [
  [/(?:^|[\s;&|/])go\s+(?:build|install|mod|test|generate|run|vet)\b/, ['go.mod', 'go.work']],
  [/(?:^|[\s;&|/])(?:gradlew|gradle)\b/, ['gradlew', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts']],
  [/(?:^|[\s;&|/])(?:mvnw?)\s/, ['pom.xml']],
  [/(?:^|[\s;&|])(?:npm\s+(?:ci|install|i|run)|yarn(?:\s+(?:install|run|build)|\s*(?:$|[;&]))|pnpm\s+(?:i|install|run|build))\b/m, ['package.json']],
  [/(?:^|[\s;&|])cargo\s+(?:build|install\s+--path|test|run)\b/, ['Cargo.toml']],
  [/(?:^|[\s;&|])composer\s+(?:install|update)\b/, ['composer.json']],
  [/(?:^|[\s;&|])bundle\s+(?:install|exec)\b/, ['Gemfile']],
  [/(?:^|[\s;&|])mix\s+(?:deps|compile|release)\b/, ['mix.exs']],
];

/**
 * The nearest directory above a guessed one that holds the project that the steps build, where the guessed one holds
 * none: `cmd/x/Dockerfile` with `COPY . .` and `go build ./cmd/x` is built from the directory of `go.mod`. Null where
 * the guess stands. Only where everything is copied: else what is copied by name has found the directory.
 */
function projectAbove(tree: Tree, context: Path, scanned: ScannedDockerfile): Path | null {
  if (context === '' || !copiesEverything(scanned)) return null;
  const text = scanned.instructions.filter(({ keyword }) => keyword === 'RUN').map(({ text }) => text).join('\n');
  const wanted = projectFiles.filter(([command]) => command.test(text)).map(([, files]) => files);
  if (wanted.length === 0) return null;
  const holds = (directory: Path): boolean => wanted.every((files) => files.some((name) => tree.kind(directory === '' ? name : `${directory}/${name}`) !== 'absent'));
  // A project of its own may lie in a folder below.
  const inFolder = (name: string): boolean => holds(`${context}/${name}`);
  if (holds(context) || wanted.some((files) => files.some((name) => tree.kind(`${context}/${name}`) !== 'absent')) || tree.list(context).some(inFolder)) return null;
  for (let at = directoryOf(context); ; at = directoryOf(at)) {
    if (holds(at) && holdsAll(tree, at, literalSources(scanned).map(({ path }) => path))) return at;
    if (at === '') return null;
  }
}

function copiesEverything(scanned: ScannedDockerfile): boolean {
  const mountsAll = scanned.instructions.some((instruction) => {
    const parsed = instruction.keyword === 'RUN' ? parse(instruction, scanned) : null;
    return parsed?.keyword === 'RUN' && parsed.mounts.some(({ type, from, source }) => type === 'bind' && from === null && (source === null || /^(?:\.?\/)*\.?$/.test(source)));
  });
  return mountsAll || literalSources(scanned).some(({ path }) => /^(?:\.?\/)*\.?$/.test(path));
}

function contextUnknown(needs: readonly Need[], find: (need: Need) => readonly Build[] | 'context-unknown'): ContextUnknown {
  const nowhere = needs.find((need) => find(need) === 'context-unknown');
  if (nowhere) return { kind: 'context-unknown', message: `${nowhere.path} is in no directory from the Dockerfile’s own up to the root; --context names the build context`, line: nowhere.line };
  return { kind: 'context-unknown', message: 'no directory from its own up to the root holds all that it needs; --context names the build context', line: needs[0]?.line ?? 1 };
}

const managers = /(?:^|[\s/])(?:pip[\d.]*|pip-sync|pip-compile|poetry|pipenv|uv|pdm)(?:\s|$)/;
/** In every text that they match is one of these, which takes less time to find. */
const namesOfManagers = ['pip', 'poetry', 'uv', 'pdm'];
const managersOfProjects = /(?:^|[\s/])(?:poetry|pdm|uv\s+(?:sync|run|lock|export))(?:\s|$)/;

/**
 * A quick look that spares most Dockerfiles the long one: are there, in a directory, the files that the text of the RUNs
 * names, and those that its package managers read unnamed? No for what the text does not tell.
 */
function holdsManifests(tree: Tree, directory: Path, scanned: ScannedDockerfile): boolean {
  const text = scanned.instructions.filter(({ keyword }) => keyword === 'RUN').map(({ text, heredocs }) => (heredocs.length === 0 ? text : [text, ...heredocs.map(({ content }) => content)].join('\n'))).join('\n');
  if (!namesOfManagers.some((name) => text.includes(name)) || !managers.test(text)) return true;
  const words = text.split(/[\s"'`=;&|()<>]+/);
  const names = words.filter((word) => /\.(?:txt|in|toml)$|(?:^|\/)(?:Pipfile|setup\.py)$/.test(word));
  if (managersOfProjects.test(text)) names.push('pyproject.toml');
  if (/(?:^|[\s/])pipenv(?:\s|$)/.test(text)) names.push('Pipfile');
  return names.every((name) => !name.includes('$') && !name.startsWith('/') && tree.kind(directory === '' ? name : `${directory}/${name}`) === 'file');
}
