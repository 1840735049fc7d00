import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { bundleProgram } from '../../scripts/bundle.mjs';

/** Bundles the command line as it stands into a directory of its own; gives the path of the program. */
export async function bundleCli(): Promise<string> {
  const directory = temporaryDirectory();
  await bundleProgram(directory);
  return join(directory, 'cli.cjs');
}

export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
  readonly bytes: Buffer;
}

export interface Surroundings {
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** No settings of the machine; and what Node.js 22 and later keep in the directory for temporary files is not kept. */
export const plainEnvironment = { GIT_CONFIG_NOSYSTEM: '1', NODE_DISABLE_COMPILE_CACHE: '1' };

/** Runs a program without colours and without settings of whoever runs the tests. */
export function runProgram(program: string, args: readonly string[], { cwd, input = '', env = {} }: Surroundings): Result {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    input,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...plainEnvironment, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, out: stdout.toString(), error: stderr.toString(), bytes: stdout };
}

const made: string[] = [];

export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-cli-')));
  made.push(directory);
  return directory;
}

export function removeTemporaryDirectories(): void {
  for (const directory of made.splice(0)) {
    chmodSync(directory, 0o755);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes files below a directory; a value that begins with `-> ` is the target of a symbolic link. */
export function writeFiles(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    const absolute = join(directory, path);
    mkdirSync(dirname(absolute), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), absolute);
    else writeFileSync(absolute, content);
  }
}

/** A new directory outside any repository, with these files. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = temporaryDirectory();
  writeFiles(directory, files);
  return directory;
}

/** The same as a git repository that holds all of them. */
export function repository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = folder(files);
  git(directory, 'init', '-q', '-b', 'main');
  commitAll(directory, 'first');
  return directory;
}

/** Commits all that there is. */
export function commitAll(directory: string, message: string): void {
  git(directory, 'add', '-A');
  git(directory, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', message);
}

/** What git prints. */
export function git(cwd: string, ...args: readonly string[]): string {
  const { code, out, error } = runProgram('git', args, { cwd });
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${error}`);
  return out;
}

/** Command lines of what runs now, if they name a directory (Linux). */
export function processesIn(directory: string): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((id) => {
    try {
      const words = readFileSync(`/proc/${id}/cmdline`, 'latin1');
      return words.includes(directory) ? [words] : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}
