/**
 * Who could call a tool that a fix no longer brings to the image (the claim `tool-left-out`)? The Dockerfile says only a
 * part of it: compose files, Procfiles, manifests of Kubernetes, development containers and recipes run commands in an
 * image as well, and so do the project's own files in it.
 */
import { flatMap } from '../lists.ts';
import { once } from '../remember.ts';
import type { Claim, Path, Tree } from '../types.ts';
import type { BuildView, ProjectView } from './project.ts';

/** What may call one of the tools, as a sentence; null if nothing speaks of them. */
export function callerOfLeftOut({ project }: ProjectView, build: BuildView, claims: readonly Claim[]): string | null {
  const tools = flatMap(claims, (claim) => (claim.kind === 'tool-left-out' ? claim.tools : []));
  if (tools.length === 0) return null;
  const files = speakingFiles(project.tree)();
  if (files === null) return `the repository has more files than are looked through, and one of them may call ${tools.join(' or ')}, which would no longer be in the image`;
  const sources = flatMap(build.symbolic.stages, ({ steps }) => flatMap(steps, (step) => step.copy?.contextSources ?? []));
  const inImage = (path: Path): boolean => sources.some((source) => {
    const from = joined(build.context.root, source.path);
    return path === from || (source.deep && (from === '' || path.startsWith(`${from}/`)));
  });
  const texts = files.filter(({ kind, path }) => kind === 'settings' || (kind !== 'recipe' && inImage(path))).map(({ text }) => text).join('\n');
  // An image may be told to run what a volume brings, and `make` there.
  const isRun = (path: Path): boolean => texts.includes(nameOf(path)) || (/(?:^|[\s"'[])make(?=[\s"',\]]|$)/m.test(texts) && /(?:^|\/)[Mm]akefile$/.test(path));
  for (const { path, text, kind } of files) {
    const runsThere = kind === 'settings' || (kind !== 'recipe' && inImage(path)) || isRun(path);
    for (const tool of tools) {
      const line = lineThatCalls(text, kind, wordsOf(tool), runsThere);
      if (line !== null) return `${path} (line ${line}) may call ${tool} in the image, to which it would no longer be brought`;
    }
  }
  return null;
}

// ------------------------------------------------------------------------------------------------------------- the files

/** `settings` say what runs in an image; `program` and `script` run where they are; a `recipe` runs on the machine that builds. */
type Kind = 'settings' | 'program' | 'script' | 'recipe';

interface SpeakingFile {
  readonly path: Path;
  readonly text: string;
  readonly kind: Kind;
}

const mostFiles = 20_000;

const known = new WeakMap<Tree, () => readonly SpeakingFile[] | null>();

/** The files of a repository that can run something; null if there are too many files. */
function speakingFiles(tree: Tree): () => readonly SpeakingFile[] | null {
  const before = known.get(tree);
  if (before) return before;
  const work = once(() => findFiles(tree));
  known.set(tree, work);
  return work;
}

function findFiles(tree: Tree): readonly SpeakingFile[] | null {
  const found: SpeakingFile[] = [];
  const pending: Path[] = [''];
  let seen = 0;
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const name of tree.list(directory)) {
      const path = joined(directory, name);
      if (tree.kind(path) === 'directory') {
        if (!/^(?:\.git|node_modules|\.venv|venv|__pycache__|\.tox|\.mypy_cache)$/.test(name)) pending.push(path);
        continue;
      }
      seen += 1;
      if (seen > mostFiles) return null;
      const kind = kindOf(path, name);
      const text = kind === null ? undefined : tree.read(path);
      if (kind !== null && text !== undefined) found.push({ path, text, kind });
    }
  }
  return found;
}

/** Manifests, locks, ignore files, prose and the settings of tools that only look at the source. */
const silent = /^(?:pyproject\.toml|setup\.(?:py|cfg)|Pipfile|package(?:-lock)?\.json|\.pre-commit-config\.yaml|\.readthedocs\.ya?ml|mkdocs\.ya?ml|renovate\.json5?|dependabot\.ya?ml|environment\.ya?ml|LICENSE.*|\..*ignore|\.gitattributes)$|\.(?:lock|md|rst|txt|adoc|csv|svg|html|css)$|^Dockerfile|\.?[Dd]ockerfile$/;

const recipes = /^(?:[Mm]akefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml|tox\.ini|noxfile\.py|fabfile\.py|tasks\.py|Jenkinsfile|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|cloudbuild\.ya?ml|appveyor\.ya?ml)$|\.mk$/;

function kindOf(path: Path, name: string): Kind | null {
  if (silent.test(name)) return null;
  if (recipes.test(name) || /^\.(?:github|gitea|forgejo|circleci|woodpecker)\//.test(path)) return 'recipe';
  if (name.endsWith('.py')) return 'program';
  if (name.startsWith('Procfile') || /\.(?:ya?ml|toml|json5?|jsonc|tf|hcl|conf|ini|cfg|service|tpl|j2)$/.test(name)) return 'settings';
  return /\.(?:sh|bash|zsh|js|rb|pl|mk)$/.test(name) || !name.includes('.') ? 'script' : null;
}

// ------------------------------------------------------------------------------------------------------------- the words

interface Words {
  /** Names of programs. */
  readonly programs: string;
  /** Names of modules that a program may import. */
  readonly modules: string;
  /** Is the name a word that means many things? Then only `-m` and `import` count. */
  readonly isCommon: boolean;
}

function wordsOf(tool: string): Words {
  switch (tool) {
    case 'poetry':
    case 'poetry-plugin-export':
      return { programs: 'poetry', modules: 'poetry', isCommon: false };
    case 'pip':
      return { programs: 'pip[\\d.]*', modules: 'pip', isCommon: false };
    case 'uv':
      return { programs: 'uvx?', modules: 'uv', isCommon: false };
    case 'pip-tools':
      return { programs: 'pip-(?:compile|sync)', modules: 'piptools', isCommon: false };
    case 'setuptools':
      return { programs: 'easy_install', modules: 'setuptools|pkg_resources', isCommon: false };
    case 'build':
    case 'wheel':
      return { programs: tool === 'build' ? 'pyproject-build' : 'wheel (?:pack|unpack|convert|tags)', modules: tool, isCommon: true };
    default:
      return { programs: tool, modules: tool, isCommon: false };
  }
}

const containers = /\b(?:docker|podman|nerdctl|compose|kubectl|oc|helm|exec|container)\b/;
const jobsInImages = /^\s+container:|CI_REGISTRY_IMAGE/m;

/** The first line (1-based) that may call a tool in an image; null if there is none. */
function lineThatCalls(text: string, kind: Kind, { programs, modules, isCommon }: Words, runsThere: boolean): number | null {
  const name = `(?:${programs})(?![\\w-])`;
  const imported = `(?:^|\\s)(?:import|from)\\s+(?:${modules})\\b|-m["',\\s]+(?:${modules})(?![\\w-])`;
  // In a program a tool is called by what is in quotes; elsewhere any word may be a command.
  const called = kind === 'program' ? `["'\`]${name}|[;&|]\\s*${name}` : `(?:^|[^\\w./-]|\\bbin/)${name}`;
  const pattern = new RegExp(`${called}|${imported}${isCommon || kind !== 'program' ? '' : `|["'](?:${modules})["']`}`);
  if (!new RegExp(pattern, 'm').test(text)) return null;
  const isEverywhere = runsThere || jobsInImages.test(text);
  const at = text.split('\n').findIndex((line) => {
    if (/^\s*(?:#|\/\/)/.test(line) || !pattern.test(line)) return false;
    // A recipe runs on the host, unless it goes into a container, or what it runs stands in a variable.
    return isEverywhere || (kind !== 'program' && (containers.test(line) || /^\s*@?-?\$[({\w]/.test(line)));
  });
  return at < 0 ? null : at + 1;
}

function joined(directory: Path, name: string): Path {
  return directory === '' ? name : name === '' ? directory : `${directory}/${name}`;
}

function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
