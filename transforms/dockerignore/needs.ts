import { readPyproject, setupPyHints } from '../../src/manifests/pyproject.ts';
import { matchesPattern } from '../../src/ignore/patterns.ts';
import type { ProjectView } from '../../src/plan/project.ts';
import type { Path } from '../../src/types.ts';

/** Something that a build, or the program in the image, needs although no COPY names it. */
export interface Need {
  readonly why: string;
  /** Does the need forbid the pattern? */
  readonly keeps: (pattern: string) => boolean;
}

/** Packages that read `.env` when the program starts. */
const dotenvReaders = /(?:^|["'\s])(?:python-dotenv|django-environ|environs|pydantic-settings|python-decouple|dynaconf|starlette|dotenv(?:-cli|-expand)?|dotenv)\b/im;

/** What the builds of one context need. */
export function needsOf(project: ProjectView, context: Path): readonly Need[] {
  const read = (name: string): string | undefined => project.tree.read(context === '' ? name : `${context}/${name}`);
  const needs: Need[] = [];
  const commands = project.dockerfiles.flatMap((view) => view.model.scanned.instructions.filter((one) => one.keyword !== 'FROM').map((one) => [one.text, ...one.heredocs.map((heredoc) => heredoc.content)].join('\n')));
  const git = gitMetadata(read, commands);
  if (git !== null) needs.push({ why: git, keeps: (pattern) => pattern === '.git' });
  const manifests = ['requirements.txt', 'pyproject.toml', 'Pipfile', 'package.json', 'setup.py'].map((name) => read(name) ?? '');
  if (manifests.some((text) => dotenvReaders.test(text))) needs.push({ why: 'the program reads .env', keeps: (pattern) => pattern === '**/.env' });
  const named = namedFiles(read);
  needs.push({ why: 'a manifest names it', keeps: (pattern) => named.some((file) => matchesPattern(pattern, file) === true) });
  needs.push({ why: 'a command names it', keeps: (pattern) => commands.some((text) => mentions(text, pattern)) });
  return needs;
}

/** Tools that compute the version from git, and commands that ask git. */
function gitMetadata(read: (name: string) => string | undefined, commands: readonly string[]): string | null {
  const pyproject = read('pyproject.toml');
  const parsed = pyproject === undefined ? null : readPyproject(pyproject);
  if (parsed?.kind === 'ok' && parsed.project.needsGitMetadata !== null) return `${parsed.project.needsGitMetadata} reads the version from git`;
  for (const name of ['setup.py', 'setup.cfg']) {
    const tool = setupPyHints(read(name) ?? '').needsGitMetadata;
    if (tool !== null) return `${tool} reads the version from git`;
  }
  if (commands.some((text) => /\.git\b(?!hub|lab|ignore|attributes|keep|[-\w])/.test(text.replaceAll(/\S+:\/\/\S+|\S+@\S+:\S+/g, '')))) return 'a command names .git';
  if (commands.some((text) => /\bgit\s+(?:-\S+\s+)*(?:describe|rev-parse|log|show|status|rev-list|submodule|lfs|ls-files|branch|tag)\b/.test(text))) return 'a command asks git';
  return null;
}

/** Files that the project's own manifests name: README, licence, files that setup.py opens. */
function namedFiles(read: (name: string) => string | undefined): readonly string[] {
  const pyproject = read('pyproject.toml');
  const parsed = pyproject === undefined ? null : readPyproject(pyproject);
  const fromProject = parsed?.kind === 'ok' ? [...parsed.project.readme, ...parsed.project.licenseFiles] : [];
  return [...fromProject, ...setupPyHints(read('setup.py') ?? '').readsFiles];
}

/** Does a command name what the pattern hides (`.env`, `docker-compose`, `venv`)? */
function mentions(text: string, pattern: string): boolean {
  const name = pattern.replace(/^\*\*\//, '').replaceAll(/[*[\]]/g, '');
  if (name === '.git' || name === '.py cod' || /^\W*\w{0,3}$/.test(name)) return false;
  const escaped = name.replaceAll(/[.+?^${}()|\\]/g, '\\$&');
  return new RegExp(`(?:^|[\\s/"'=:])${escaped}(?:$|[\\s/"';,:])`, 'm').test(text);
}
