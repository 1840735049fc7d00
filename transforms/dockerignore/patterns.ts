import type { DockerfileView } from '../../src/plan/project.ts';
import type { BuildContext } from '../../src/types.ts';

/** A pattern that an ignore file should have. */
export interface Candidate {
  readonly pattern: string;
  /** Paths that it hides; if the file hides all of them already, it is not missing. */
  readonly probes: readonly string[];
  /** Worth adding to an ignore file that somebody wrote; the rest only goes into a new one. */
  readonly essential: boolean;
  /** Paths for the same purpose: whoever hides one of them has said how the project does it. */
  readonly insteadOf: readonly string[];
  /** It hides nothing that a project keeps for its own sake, even if git holds it. */
  readonly junk: boolean;
  /** In an allow-list file it still makes sense: it lies inside the directories that are brought back. */
  readonly insideAllowed: boolean;
}

interface Row {
  readonly pattern: string;
  readonly essential?: boolean;
  readonly insteadOf?: readonly string[];
  readonly junk?: boolean;
  readonly insideAllowed?: boolean;
}

/** For every project. */
const general: readonly Row[] = [
  { pattern: '.git', essential: true, junk: true },
  { pattern: '**/.DS_Store', junk: true },
  { pattern: '**/.idea', junk: true },
  { pattern: '**/.vscode', junk: true },
  { pattern: '**/.env' },
  { pattern: '**/*.log' },
  { pattern: '.dockerignore', junk: true },
  { pattern: '**/Dockerfile*', junk: true },
  { pattern: '**/docker-compose*', junk: true },
  { pattern: '**/compose.y*ml', junk: true },
];

/** What Python and its tools leave behind (github.com/github/gitignore, Python.gitignore, and each tool's documentation). */
const python: readonly Row[] = [
  { pattern: '**/__pycache__', essential: true, junk: true, insideAllowed: true },
  { pattern: '**/*.py[cod]', junk: true },
  { pattern: '**/.venv', essential: true },
  { pattern: '**/venv', essential: true, insteadOf: ['.venv', 'env', '.env/bin'] },
  { pattern: '**/*.egg-info' },
  { pattern: '**/.pytest_cache', junk: true },
  { pattern: '**/.mypy_cache', junk: true },
  { pattern: '**/.ruff_cache', junk: true },
  { pattern: '**/.tox', junk: true },
  { pattern: '**/.nox', junk: true },
  { pattern: '**/.coverage', junk: true },
  { pattern: '**/htmlcov' },
];

const node: readonly Row[] = [
  { pattern: '**/node_modules', essential: true },
  { pattern: '**/npm-debug.log*' },
];

export function patternsFor(context: BuildContext, view: DockerfileView): readonly Candidate[] {
  const rows = [...general, ...(isPython(context, view) ? python : []), ...(isNode(context) ? node : [])];
  return rows.map(({ pattern, essential = false, insteadOf = [], junk = false, insideAllowed = false }) => ({ pattern, probes: probesOf(pattern), essential, insteadOf, junk, insideAllowed }));
}

function isPython(context: BuildContext, view: DockerfileView): boolean {
  const names = context.list('');
  if (names.some((name) => /\.py$|^requirements.*\.txt$|^(?:pyproject\.toml|Pipfile)$/.test(name))) return true;
  return view.model.stages.some((stage) => /(?:^|\/)python:/.test(stage.from.image.text));
}

function isNode(context: BuildContext): boolean {
  return context.list('').some((name) => name === 'package.json' || context.kind(`${name}/package.json`) === 'file');
}

/** Paths at the root and deeper that a pattern hides, made from the pattern itself. */
function probesOf(pattern: string): readonly string[] {
  const anywhere = pattern.startsWith('**/');
  const name = (anywhere ? pattern.slice(3) : pattern).replaceAll(/\[(.)[^\]]*\]/g, '$1').replaceAll('*', 'x');
  return anywhere ? [name, `probe/${name}`, `probe/deeper/${name}`] : [name];
}
