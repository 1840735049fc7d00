import type { DeclaredBuild } from './discover/declared.ts';
import { buildsFor } from './discover/builds.ts';
import type { Need } from './discover/needs.ts';
import { literalSources, manifests } from './discover/needs.ts';
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
  const builds = buildsWith(sources);
  if (builds === 'context-unknown') return contextUnknown(sources, (need) => buildsWith([need]));
  const [guess] = builds;
  if (guess?.declaredBy !== 'guess' || holdsManifests(tree, guess.context, scanned)) return builds;
  const needs = [...sources, ...manifests(scanned)];
  const complete = buildsWith(needs);
  return complete === 'context-unknown' ? contextUnknown(needs, (need) => buildsWith([need])) : complete;
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
