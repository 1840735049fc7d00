/** Packages that ask git for the commit: of manifests, and of locks. */
import { readPyproject } from '../../src/manifests/pyproject.ts';
import { setupPyHints } from '../../src/manifests/setup-py.ts';
import type { Path } from '../../src/types.ts';
import { packagesThatAskGit, packagesThatAskWhereLoaded } from './known-programs.ts';
import { packagesIn } from './package-lists.ts';
import { dependenciesIn } from './package-scripts.ts';
import type { Answer } from './readers/setting.ts';
import type { Situation } from './situation.ts';
import { nameOf } from './survey.ts';

/** A package that asks git, or whose name speaks of it: `GitPython`, `com.palantir.git-version`. */
export function gitPackageIn(path: Path, text: string): string | null {
  const name = nameOf(path);
  if (name === 'pyproject.toml') {
    const parsed = readPyproject(text);
    if (parsed.kind === 'ok' && parsed.project.needsGitMetadata !== null) return parsed.project.needsGitMetadata;
  }
  if (/^setup\.(?:py|cfg)$/.test(name)) {
    const { needsGitMetadata } = setupPyHints(text);
    if (needsGitMetadata !== null) return needsGitMetadata;
  }
  // Its scripts are judged where they are run.
  if (name === 'package.json') return dependenciesIn(text).find(asksGit) ?? null;
  for (const [token] of text.replaceAll(/^\s*(?:#|\/\/).*$/gm, '').matchAll(/@?[A-Za-z][\w.-]*(?:\/[\w.-]+)?/g)) {
    if (asksGit(token)) return token;
  }
  return null;
}

export function asksGit(name: string): boolean {
  if (packagesThatAskGit.has(name) || packagesThatAskGit.has(name.toLowerCase())) return true;
  return /git/i.test(name) && /[a-z]/i.test(name.replace(/^git$/i, '')) && !isNoGitPackage(name);
}

function isNoGitPackage(token: string): boolean {
  return /github|gitlab|gitea|gitee|gitter|gitbook|gitkeep|gitignore|gitattributes|gitmodules|gitpod|gitpages|digit|legit|gita|magit|fidget|cogit|gitlib/i.test(token) || /^git[@+.:]|\.git$|[./]git$/i.test(token) || /^(?:GIT_\w+|git-?(?:url|repo|repository))$/i.test(token);
}

/** A lock names all packages, those that others ask for included. */
export function lockedGitPackage({ surveys }: Situation): string | null {
  for (const survey of surveys) {
    for (const path of survey.files.filter((one) => isReadLock(nameOf(one)))) {
      const found = lockedName.exec(survey.read(path) ?? '')?.[1];
      if (found !== undefined) return `\`${found}\` (${path}) asks git`;
    }
  }
  return null;
}

function isReadLock(name: string): boolean {
  return /^(?:poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Gemfile\.lock)$/.test(name);
}

/** `name = "x"` of TOML, `"node_modules/x":` of npm, `x@1:` of Yarn and pnpm. */
const lockedName = new RegExp(`^(?:name = |\\s*"?(?:node_modules/)?)"?(${packagesThatAskWhereLoaded.join('|')})"?(?:\\s*$|["@:(])`, 'im');

/** A package that is not known, and whose name speaks of commits: `last-commit-log`. */
export function packageOfHistory({ manifests }: Situation): Answer {
  for (const [path, text] of manifests) {
    const name = packagesIn(path, text)?.find((one) => /(?:^|[-_/@.])(?:commits?|revisions?|vcs|scm)(?:$|[-_/.])/i.test(one) && !/conventional|^@?commitlint|^cz-/i.test(one));
    if (name !== undefined) return { kind: 'unknown', because: `whether \`${name}\` (${path}) reads .git is not known` };
  }
  return null;
}
