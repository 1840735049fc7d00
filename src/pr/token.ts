/** Where the token for a forge comes from: the environment, the forge's own program, or git's credential helpers. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

import { isExecutable } from '../context/git.ts';
import type { Endpoint } from './endpoint.ts';
import type { Platform } from './forge.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a program that may know the token; gives what it prints, null if it is not there or fails. */
export type Ask = (program: string, options: readonly string[], input: string) => string | null;

const variables: Readonly<Record<Platform, readonly string[]>> = {
  github: ['GH_TOKEN', 'GITHUB_TOKEN'],
  gitlab: ['GITLAB_TOKEN'],
  gitea: ['GITEA_TOKEN'],
};

/** GitHub's own program uses these for other hosts than github.com. */
const variablesOfOwnHosts: Readonly<Record<Platform, readonly string[]>> = {
  github: ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'],
  gitlab: [],
  gitea: [],
};

/** The forge's own program, if it has one that tells its token. */
const programs: Readonly<Record<Platform, (host: string) => readonly [program: string, ...options: readonly string[]] | null>> = {
  github: (host) => ['gh', 'auth', 'token', '--hostname', host],
  gitlab: (host) => ['glab', 'config', 'get', 'token', '--host', host],
  gitea: () => null,
};

const advice: Readonly<Record<Platform, string>> = {
  github: 'set GITHUB_TOKEN or GH_TOKEN, or log in with gh auth login',
  gitlab: 'set GITLAB_TOKEN, or log in with glab auth login',
  gitea: 'set GITEA_TOKEN, or have git store one',
};

/** What to do where none is found. */
export function tokenAdvice(platform: Platform): string {
  return advice[platform];
}

/** Null if there is none. Nothing of it is printed, and it is on no command line. */
export function findToken(platform: Platform, endpoint: Endpoint, environment: Environment, ask: Ask = askProgram): string | null {
  const isOwnHost = endpoint.host !== 'github.com' && endpoint.host !== 'gitlab.com';
  const named = [...(isOwnHost ? variablesOfOwnHosts[platform] : []), ...variables[platform]];
  const [given] = named.flatMap((name) => usable(environment[name]));
  if (given !== undefined) return given;
  const [program, ...options] = programs[platform](endpoint.host) ?? [null];
  const own = program === null ? null : ask(program, options, '');
  return usable(own)[0] ?? usable(passwordIn(ask('git', ['credential', 'fill'], credentialQuestion(endpoint))))[0] ?? null;
}

function credentialQuestion({ web, host }: Endpoint): string {
  return `protocol=${new URL(web).protocol.slice(0, -1)}\nhost=${host}\n\n`;
}

function passwordIn(answer: string | null): string | undefined {
  return /^password=(.*)$/m.exec(answer ?? '')?.[1];
}

/** A token is one line of characters that a header may hold. */
function usable(value: string | null | undefined): readonly string[] {
  const token = value?.trim() ?? '';
  return /^[\u0021-\u007e]+$/.test(token) ? [token] : [];
}

const mostSeconds = 20;

/** In an empty directory, so that no repository has a say in it, and without a terminal that it could ask at. */
function askProgram(program: string, options: readonly string[], input: string): string | null {
  const path = find(program);
  if (path === null) return null;
  const cwd = mkdtempSync(join(tmpdir(), 'dockfix-token-'));
  try {
    const { status, stdout } = spawnSync(path, options, {
      cwd,
      input,
      encoding: 'utf8',
      timeout: mostSeconds * 1000,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: '', GCM_INTERACTIVE: 'never', GIT_CEILING_DIRECTORIES: cwd, GH_PROMPT_DISABLED: '1' },
    });
    return status === 0 ? stdout : null;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Only where the search path names directories from the root: never in the current one. */
function find(program: string): string | null {
  const names = process.platform === 'win32' ? [`${program}.exe`] : [program];
  const directories = (process.env['PATH'] ?? process.env['Path'] ?? '').split(delimiter).filter((directory) => isAbsolute(directory));
  return directories.flatMap((directory) => names.map((name) => join(directory, name))).find(isExecutable) ?? null;
}
