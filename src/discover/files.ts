/** Which files of a tree are Dockerfiles, by their names, and which files may say how images are built. */
import type { Path, Tree } from '../types.ts';
import { nameOf } from './declared.ts';

export type DiscoveredKind = 'dockerfile' | 'compose' | 'bake' | 'workflow' | 'devcontainer' | 'asking' | 'source';

/**
 * What a file is by its path (relative to the repository's root); null: nothing that concerns images. A `source` is of
 * any other kind, and concerns images only if its text speaks of builds.
 */
export function discoveredKind(path: Path): DiscoveredKind | null {
  if (!concernsImages.test(path)) return isSilent(path) ? null : 'source';
  const name = nameOf(path);
  if (isDockerfileName(name)) return 'dockerfile';
  if (composeName.test(name)) return 'compose';
  if (bakeName.test(name)) return 'bake';
  if (workflowPath.test(path)) return 'workflow';
  if (devcontainerName.test(name)) return 'devcontainer';
  if (mayAsk(path, name)) return 'asking';
  return isSilent(path) ? null : 'source';
}

/** Prose, data, media and locks: whatever they say of builds, nobody runs it. */
function isSilent(path: Path): boolean {
  return silentName.test(path) || silentEnding.test(path);
}

const silentEnding =
  /\.(?:md|mdx|markdown|rst|txt|adoc|asciidoc|org|tex|html?|css|s[ac]ss|less|csv|tsv|xml|svg|png|jpe?g|gif|ico|webp|avif|bmp|pdf|woff2?|ttf|otf|eot|mp[34]|wav|ogg|webm|mov|zip|t?gz|bz2|xz|zst|tar|jar|war|whl|so|a|o|dll|exe|bin|dat|db|sqlite3?|parquet|npz?|pkl|pt|onnx|h5|pyc|class|map|po|pot|mo|lock|sum|snap|patch|diff|log|pem|crt|key|dockerignore|ipynb|geojson|jsonl|[cm]?json|d\.ts)$/i;
const silentName = /(?:^|\/)(?:(?:licen[cs]e|copying|notice|authors|contributors|changelog|changes|history|news|readme|contributing|security|install|todo|thanks|codeowners|maintainers|version)[^/.]*|pyvenv\.cfg|\.git\w+|\.\w*ignore|\.dockerignore|\.editorconfig|\.gitkeep|\.(?:eslint|prettier)\w*|(?:package-lock|pnpm-lock|pnpm-workspace|composer|mkdocs)\.\w+)$/i;

/** Quick, for trees of hundreds of thousands of files: what the expressions below have in common. */
const concernsImages = /dockerfile|containerfile|compose|bake|\.github\/workflows|devcontainer|makefile|\.mk$|justfile|\.just$|rakefile|jenkinsfile|tiltfile|earthfile|\.(?:sh|bash|zsh|fish|ps1|bat|cmd|ya?ml|groovy|gradle|kts|tf)$|(?:package|project|cloudbuild|railway|captain-definition|\.releaserc)[^/]*\.json$|\.toml$|(?:^|\/)(?:tasks|fabfile|noxfile|dodo|setup|build|release|deploy|magefile)\.(?:py|rb|js|mjs|ts|go)$|(?:^|\/)(?:bin|scripts?|ci|tools|hack|build)\/[^./]+$|captain-definition$/i;

/**
 * `Dockerfile`, `dockerfile`, `Dockerfile.*`, `Dockerfile-*`, `Dockerfile_*`, `*.Dockerfile`, `*.dockerfile` and
 * `Containerfile*`, but no ignore files, templates, documentation, nor what editors and merges leave behind.
 */
export function isDockerfileName(name: string): boolean {
  const isOne = /^(?:dockerfile|Dockerfile(?:[._-].*)?|.+\.[Dd]ockerfile|Containerfile.*)$/s.test(name);
  return isOne && !/(?:\.(?:dockerignore|containerignore|j2|tmpl|bak|orig|md|swp|rej)|~)$/i.test(name);
}

/** https://docs.docker.com/compose/intro/compose-application-model/ and the variants that people keep beside it. */
const composeName = /^(?:docker-compose.*|compose(?:[.-].*)?)\.ya?ml$/is;

/** https://docs.docker.com/build/bake/reference/#file-format and the variants that people keep beside it. */
const bakeName = /^(?:.*bake.*\.hcl|docker-bake.*\.json)$/is;

const devcontainerName = /^\.?devcontainer\.json$/i;

/** Scripts and makefiles wherever they lie; documents at the top, in hidden directories, and by names of tools that build images. */
function mayAsk(path: Path, name: string): boolean {
  if (/\.lock$|^(?:package-lock|pnpm-lock|composer)\.|^mkdocs\.|^pnpm-workspace\./i.test(name)) return false;
  if (!/\.(?:ya?ml|json|toml|tf|gradle|kts)$/i.test(name)) return true;
  if (!path.includes('/') || path.startsWith('.') || path.includes('/.')) return true;
  return /package\.json|project\.json|skaffold|cloudbuild|buildspec|pipeline|taskfile|garden|okteto|devspace|copilot|manifest|render|fly|heroku|railway|drone|woodpecker|werf|docker|image|build|deploy|ci|pom|template/i.test(name) || /\.(?:gradle|kts|tf)$/.test(name);
}

const workflowPath = /^\.github\/workflows\/[^/]+\.ya?ml$/i;

/** Directories that hold other people's files. A virtual environment of another name is told by its mark. */
const prunedDirectories: ReadonlySet<string> = new Set(['.git', 'node_modules', '.venv', 'venv']);

export function isPrunedDirectory(name: string): boolean {
  return prunedDirectories.has(name);
}

/** What marks a directory as a Python virtual environment: https://docs.python.org/3/library/venv.html */
export const virtualEnvironmentMark = 'pyvenv.cfg';

/**
 * The paths, of a whole repository, sorted, that concern images and do not lie in `.git`, `node_modules` or a virtual
 * environment.
 */
export function discoverable(paths: readonly Path[]): readonly Path[] {
  const environments = new Set<Path>();
  for (const path of paths) {
    if (path.endsWith(`/${virtualEnvironmentMark}`)) environments.add(path.slice(0, -virtualEnvironmentMark.length - 1));
  }
  return paths.filter((path) => discoveredKind(path) !== null && !isBelowPruned(path, environments)).toSorted();
}

function isBelowPruned(path: Path, environments: ReadonlySet<Path>): boolean {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const directory = path.slice(0, end);
    if (isPrunedDirectory(nameOf(directory)) || environments.has(directory)) return true;
  }
  return false;
}

/** The same for a tree that lists its own directories; links to directories are not followed. */
export function discoverableIn(tree: Tree): readonly Path[] {
  const found: Path[] = [];
  const pending: Path[] = [''];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const names = tree.list(directory);
    if (directory !== '' && names.includes(virtualEnvironmentMark)) continue;
    for (const name of names) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const kind = tree.kind(path);
      if (kind === 'directory' && !isPrunedDirectory(name)) pending.push(path);
      else if (kind !== 'directory' && discoveredKind(path) !== null && tree.read(path) !== undefined) found.push(path);
    }
  }
  return found.toSorted();
}
