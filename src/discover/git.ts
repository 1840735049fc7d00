/** Git as a child process that reads and does nothing else. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative, sep } from 'node:path';

/**
 * Runs git in a folder of a repository; its standard output, or null if there is no git or it fails. Nothing that the
 * repository holds or configures is executed, and nothing is written.
 */
export function runGit(repository: string, folder: string, options: readonly string[], input = ''): Buffer | null {
  const git = findGit(repository);
  if (git === null) return null;
  const { error, status, stdout } = spawnSync(git, [...harmless.flatMap((setting) => ['-c', setting]), ...options], {
    cwd: folder,
    env: gitEnvironment(),
    input,
    maxBuffer: 1024 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  return error === undefined && status === 0 ? stdout : null;
}

/** What a repository may configure that git would run: the file system monitor, hooks. With those away any owner is good. */
const harmless = ['core.fsmonitor=false', 'core.untrackedCache=false', 'core.hooksPath=/dev/null', 'safe.directory=*'];

/**
 * Without what directs git to another repository (hooks set such variables), and with what keeps it from writing,
 * asking, and fetching missing objects.
 */
function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: '',
  };
}

/**
 * The system would look for git in the current directory, too, and `npx` puts the `node_modules/.bin` of a project
 * first in PATH. A repository must not bring its own git.
 */
function findGit(repository: string): string | null {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  const candidates = (process.env['PATH'] ?? process.env['Path'] ?? '')
    .split(delimiter)
    .filter((directory) => isAbsolute(directory))
    .map((directory) => join(directory, name));
  return candidates.find((path) => isForeignProgram(path, repository)) ?? null;
}

function isForeignProgram(path: string, repository: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    const way = relative(repository, realpathSync.native(path));
    return statSync(path).isFile() && (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
  } catch {
    return false;
  }
}
