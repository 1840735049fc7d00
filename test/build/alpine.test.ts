import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { packageOfProgram } from '../../src/build/modulo/packages.ts';
import { dashObstacle } from '../../src/build/modulo/shell.ts';
import { build, engineAvailable, removeImages, writeProject } from '../support/engine.ts';
import { readFolder } from '../support/fixture.ts';

/**
 * What alpine-to-slim writes, on a real Debian: the packages install, users are what BusyBox would make them, the shells
 * take the scripts. There is no Alpine here to build the originals. The fixtures' rewritten Dockerfiles are built on
 * python:3.11-slim, without what needs an index of Python packages or the network's other sites.
 */
const prefix = 'dockfix-test-alpine';
const directories: string[] = [];

beforeAll(() => void engineAvailable());

afterAll(async () => {
  await removeImages(prefix);
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

async function image(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await writeProject(files);
  directories.push(directory);
  const tag = `${prefix}:${name}`;
  const result = await build(directory, { tag });
  if (!result.ok) throw new Error(`the build failed:\n${result.log}`);
  return tag;
}

/** What a shell in a container prints; its entrypoint is put aside. */
function inside(tag: string, script: string, user = 'root'): string {
  const run = spawnSync('docker', ['run', '--rm', '--network=host', '--user', user, '--entrypoint', '/bin/sh', tag, '-c', script], { encoding: 'utf8' });
  return `${run.stdout}${run.status === 0 ? '' : `exit ${run.status}: ${run.stderr}`}`.trim();
}

/** What the container prints by itself. */
function started(tag: string, ...words: readonly string[]): string {
  const run = spawnSync('docker', ['run', '--rm', '--network=host', tag, ...words], { encoding: 'utf8' });
  return `${run.stdout}${run.status === 0 ? '' : `exit ${run.status}: ${run.stderr}`}`.trim();
}

/** A fixture as dockfix leaves it; where the compilers are not looked at, without them, for they take half a minute. */
function rewritten(name: string, compilers: 'with compilers' | 'without compilers' = 'without compilers'): Readonly<Record<string, string>> {
  const folder = join('fixtures', 'alpine-to-slim', name);
  const files = { ...readFolder(join(folder, 'before')), ...readFolder(join(folder, 'after')) };
  const dockerfile = (files['Dockerfile'] ?? '')
    .replaceAll('python:3.12-slim', 'python:3.11-slim')
    // The frontend would be fetched from Docker Hub.
    .replace(/^# syntax=.*\n/, '')
    .replaceAll(/(?<=recommends (?:\S+ )?)(?:gcc libc6-dev|g\+\+|build-essential)/g, compilers === 'with compilers' ? '$&' : 'libc-bin')
    .replaceAll(/(?:uv )?pip (?:install|wheel) [^&|;\n\\]*/g, 'true ')
    .replaceAll(/(?:wget|curl) [^&|;\n\\]*https?:[^&|;\n\\]*/g, 'true ');
  return { ...files, Dockerfile: dockerfile };
}

const compiles = 'printf "#include <stdio.h>\\nint main(void) { puts(\\"compiled\\"); return 0; }\\n" > /tmp/a.c && gcc /tmp/a.c -o /tmp/a && /tmp/a';

describe('rewritten fixtures', () => {
  test('compilers on one line: C compiles, kernel headers are there, the lists are gone', async () => {
    const tag = await image('compilers', rewritten('fixes-compilers-on-one-line', 'with compilers'));
    expect(inside(tag, compiles)).toBe('compiled');
    expect(inside(tag, 'test -e /usr/include/linux/if.h && test -e /usr/local/include/python3.11/Python.h && ls /var/lib/apt/lists | wc -l')).toBe('0');
  });

  test('virtual packages: the library stays, compilers and headers go, certificates stay', async () => {
    const tag = await image('virtual', rewritten('fixes-virtual-packages-purged', 'with compilers'));
    expect(inside(tag, 'ls /usr/lib/x86_64-linux-gnu/libpq.so.5 && ! command -v gcc && ! test -e /usr/include/postgresql && python -c "import ssl; print(len(ssl.create_default_context().get_ca_certs()) > 50)"')).toMatch(/libpq\.so\.5\nTrue$/);
  });

  test('what was asked for twice stays', async () => {
    const tag = await image('twice', rewritten('fixes-package-asked-for-twice-is-kept', 'with compilers'));
    expect(inside(tag, 'git --version && ! command -v gcc && test -s /etc/ssl/certs/ca-certificates.crt && echo kept')).toMatch(/^git version .*\nkept$/s);
  });

  test('a user with numbers', async () => {
    const tag = await image('numbers', rewritten('fixes-user-with-numbers'));
    expect(inside(tag, 'getent passwd app; getent group app; stat -c %U:%G:%a /srv/app')).toBe('app:x:1500:1500:The app:/srv/app:/bin/sh\napp:x:1500:\napp:app:755');
    expect(started(tag, 'id', '-un')).toBe('app');
  });

  test('a system user without a home', async () => {
    const tag = await image('system', rewritten('fixes-system-user-without-home'));
    expect(inside(tag, 'getent passwd app | cut -d: -f1,6,7; id -gn app; test -e /home/app || echo none; test "$(id -u app)" -lt 1000 && echo system')).toBe('app:/home/app:/bin/false\napp\nnone\nsystem');
  });

  test('a home that is there already', async () => {
    const tag = await image('home', rewritten('fixes-home-that-is-there-already'));
    expect(inside(tag, 'stat -c %U:%G /app /app/app.py; touch /app/x && echo written', 'app')).toBe('app:app\napp:app\nwritten');
  });

  test('members of groups', async () => {
    const tag = await image('groups', rewritten('fixes-user-added-to-a-group'));
    expect(inside(tag, 'id -Gn app | tr " " "\\n" | sort | tr "\\n" " "')).toBe('app audio video');
  });

  test('users from arguments', async () => {
    const tag = await image('arguments', rewritten('fixes-user-from-arguments'));
    expect(inside(tag, 'getent passwd app')).toBe('app:x:1000:1000::/home/app:/bin/sh');
  });

  test('a script in a here-document', async () => {
    const tag = await image('heredoc', rewritten('fixes-script-in-a-here-document', 'with compilers'));
    expect(inside(tag, `${compiles}; getent passwd app | cut -d: -f6,7; ls /var/lib/apt/lists | wc -l`)).toBe('compiled\n/home/app:/bin/false\n0');
  });

  test('gosu in the entrypoint script', async () => {
    const tag = await image('gosu', rewritten('fixes-su-exec-in-the-entrypoint-script'));
    expect(inside(tag, 'mkdir /data && entrypoint.sh id -un && stat -c %U /data')).toBe('app\napp');
  });

  test('tini', async () => {
    const tag = await image('tini', rewritten('fixes-tini-in-the-entrypoint'));
    expect(started(tag, 'sh', '-c', 'cat /proc/1/comm; echo up')).toBe('tini\nup');
  });

  test('programs of BusyBox', async () => {
    expect(inside(await image('wget', rewritten('fixes-wget-of-the-health-check')), 'wget --version | head -c 8')).toBe('GNU Wget');
    expect(inside(await image('nc', rewritten('fixes-program-of-an-entrypoint-script')), 'nc -z 127.0.0.1 1; echo $?')).toBe('1');
  });

  test('bash where dash would not do', async () => {
    const brackets = rewritten('fixes-double-brackets-with-bash');
    const tag = await image('brackets', { ...brackets, Dockerfile: (brackets['Dockerfile'] ?? '').replace('then true', 'then echo dev > /mode').replace('ARG MODE=production', 'ARG MODE=dev') });
    expect(inside(tag, 'cat /mode')).toBe('dev');
    await image('pipefail', rewritten('fixes-ash-with-pipefail'));
  });

  test('a script for ash', async () => {
    const files = rewritten('fixes-script-for-ash');
    const directory = await writeProject({ ...files, 'start.sh': { text: files['start.sh'] ?? '', mode: 0o755 } });
    directories.push(directory);
    const result = await build(directory, { tag: `${prefix}:ash` });
    expect(result.ok, result.log).toBe(true);
    expect(started(`${prefix}:ash`)).toBe('hello');
  });
});

describe('what the transform takes for granted', () => {
  test('each program of BusyBox comes with the package that the table names', async () => {
    const names = [...new Set(packageOfProgram.values())];
    const tag = await image('programs', { Dockerfile: `FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')} && rm -rf /var/lib/apt/lists/*\n` });
    const missing = inside(tag, [...packageOfProgram.keys()].map((program) => `command -v ${program} > /dev/null || echo ${program}`).join('\n'));
    expect(missing).toBe('');
  });

  test('BusyBox’s options make no user on Debian, with or without an error', async () => {
    const tag = await image('adduser', { Dockerfile: 'FROM debian:bookworm-slim\n' });
    expect(inside(tag, 'adduser -D -H app > /dev/null 2>&1; getent passwd app || echo none')).toBe('none');
    expect(inside(tag, 'adduser -S -G users app > /dev/null 2>&1; getent passwd app || echo none')).toBe('none');
    expect(inside(tag, 'chown nobody:nobody /tmp 2> /dev/null || echo fails')).toBe('fails');
    expect(inside(tag, 'readlink /etc/localtime')).toContain('/usr/share/zoneinfo/');
  });

  test('dash and bash part where dockfix says so', async () => {
    const tag = await image('dash', { Dockerfile: 'FROM debian:bookworm-slim\n' });
    const scripts = ['[[ a == a ]] && echo yes', '[ a == a ] && echo yes', 'x=abc; echo ${x/b/d}', 'x=abcd; echo ${x:1:2}', 'let x=2 && echo yes', "printf '%s' $'a\\tb'", 'echo -e "a\\tb"', 'echo "a\\tb"', 'set -o pipefail && echo yes', 'x=1; echo $((x++))', 'cat <(echo yes)', 'function f { echo yes; }; f', 'cat <<< yes', 'x=(a b); echo ${x[1]}'];
    for (const script of scripts) {
      const [inDash, inBash] = ['sh', 'bash'].map((shell) => spawnSync('docker', ['run', '--rm', '--network=host', tag, shell, '-c', script], { encoding: 'utf8' }));
      expect(inDash?.stdout === inBash?.stdout && inDash?.status === inBash?.status, script).toBe(false);
      expect(dashObstacle(script), script).not.toBeNull();
    }
  });
});
