import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { mentionsIn } from '../src/build/modulo/alpine-words.ts';
import { debianPackages, packageOfProgram } from '../src/build/modulo/packages.ts';
import { commandOnDebian, scriptOnDebian } from '../src/build/modulo/runtime.ts';
import { dashObstacle, programsIn } from '../src/build/modulo/shell.ts';
import { callsIn } from '../src/build/modulo/source-calls.ts';
import { accountText, readBusyBox, readShadow, shadowCommand } from '../src/build/modulo/users.ts';
import { readOptions, spellings } from '../src/build/modulo/words.ts';
import { memoryTree } from '../src/context/memory.ts';
import { scan } from '../src/dockerfile/scan.ts';
import { model } from '../src/dockerfile/stages.ts';
import { fix } from '../src/fix.ts';
import type { Project } from '../src/plan/project.ts';
import { openProject, withEdits } from '../src/plan/project.ts';
import type { Verification } from '../src/plan/verify.ts';
import { verifyFix } from '../src/plan/verify.ts';
import type { Build, Claim, Edit, Fix } from '../src/types.ts';
import { stringsOfNode, yamlLines } from '../transforms/alpine-to-slim/yaml-lines.ts';
import { alpineToSlim } from '../transforms/alpine-to-slim.ts';

const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };

function projectOf(files: Readonly<Record<string, string>>, builds: readonly Build[] = [build]): Project {
  return { tree: memoryTree(files), builds, settings: new Map() };
}

/** What the verification says of new texts for some files. */
function verdict(files: Readonly<Record<string, string>>, changed: Readonly<Record<string, string>>, claims: readonly Claim[]): Verification {
  const view = openProject(projectOf(files));
  const edits = Object.entries(changed).map(([file, text]): Edit => ({ file, span: { start: 0, end: files[file]?.length ?? 0 }, text }));
  const [first, ...others] = edits;
  if (!first) throw new Error('nothing changed');
  return verifyFix(view, withEdits(view, edits), { kind: 'fix', message: '', claims, edits: [first, ...others] }, false);
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}

const base: Claim = { kind: 'base-changed', stage: 0, from: 'python:3.12-alpine', to: 'python:3.12-slim' };
const gcc: Claim = { kind: 'packages-translated', packages: [['gcc', 'gcc libc6-dev'], ['musl-dev', 'libc6-dev']] };
const install = 'RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*';
const before = lines('FROM python:3.12-alpine', 'RUN apk add --no-cache gcc musl-dev', 'CMD ["python"]');
const after = lines('FROM python:3.12-slim', install, 'CMD ["python"]');

describe('claims are held to the tables', () => {
  test.each<[string, readonly Claim[], string]>([
    ['no claim at all', [], 'the packages of the operating system would be as after'],
    ['the base alone', [base], 'do not name `gcc`'],
    ['the packages alone', [gcc], ''],
    ['libpq is not gcc', [base, gcc, { kind: 'packages-translated', packages: [['libpq', 'gcc']] }], 'not what Debian has for `libpq`'],
    ['nginx has no counterpart', [base, gcc, { kind: 'packages-translated', packages: [['nginx', 'nginx']] }], 'no facts of its own of `nginx`'],
    ['wget of BusyBox is not curl', [base, gcc, { kind: 'packages-translated', packages: [['busybox wget', 'curl']] }], 'not what Debian has'],
    ['another Python', [{ ...base, to: 'python:3.11-slim' }, gcc], 'not the slim twin'],
    ['the full image', [{ ...base, to: 'python:3.12' }, gcc], 'not the slim twin'],
    ['another stage', [{ ...base, stage: 1 }, gcc], 'no stage 1'],
    ['an image that is not there', [{ ...base, from: 'python:3.13-alpine', to: 'python:3.13-slim' }, gcc], 'does not stand on'],
    ['a tag that never was', [{ ...base, from: 'python:3.99.1-alpine', to: 'python:3.99.1-slim' }, gcc], ''],
    ['no user of that kind', [base, gcc, { kind: 'user-command-translated', from: 'adduser -D app', to: 'useradd -M app' }], 'does not do what'],
    ['no command that makes users', [base, gcc, { kind: 'user-command-translated', from: 'rm -rf /', to: 'useradd -m app' }], 'does not do what'],
  ])('%s', (_name, claims, message) => {
    const result = verdict({ Dockerfile: before }, { Dockerfile: after }, claims);
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? '' : result.message).toContain(message);
  });

  test('the right ones are taken', () => {
    expect(verdict({ Dockerfile: before }, { Dockerfile: after }, [base, gcc])).toMatchObject({ ok: true });
  });
});

test('a final stage that stays on Alpine while its builder moves is rejected, and says why', () => {
  const stages = (variant: string, run: string): string =>
    lines(`FROM python:3.12-${variant} AS builder`, run, 'RUN pip install --prefix=/install psutil', 'FROM python:3.12-alpine', 'COPY --from=builder /install /usr/local');
  const result = verdict({ Dockerfile: stages('alpine', 'RUN apk add --no-cache gcc musl-dev') }, { Dockerfile: stages('slim', install) }, [base, gcc]);
  expect(result).toEqual({ ok: false, reason: 'differs', message: '/install would be made for glibc and run on musl' });
});

describe('scripts of the build context', () => {
  const script = lines('#!/bin/sh', 'exec su-exec app "$@"');
  const files = {
    Dockerfile: lines('FROM python:3.12-alpine', 'RUN apk add --no-cache su-exec', 'COPY run.sh /run.sh', 'ENTRYPOINT ["/run.sh"]'),
    'run.sh': script,
  };
  const rewritten = lines('FROM python:3.12-slim', install.replace('gcc libc6-dev', 'gosu'), 'COPY run.sh /run.sh', 'ENTRYPOINT ["/run.sh"]');
  const claims: readonly Claim[] = [base, { kind: 'packages-translated', packages: [['su-exec', 'gosu']] }];

  test('the one that Debian needs is taken', () => {
    expect(verdict(files, { Dockerfile: rewritten, 'run.sh': script.replace('su-exec', 'gosu') }, claims)).toMatchObject({ ok: true });
  });

  test.each([
    ['it stays as it is', script],
    ['it loses a command', lines('#!/bin/sh', 'exec "$@"')],
    ['it gets another user', script.replace('su-exec app', 'gosu root')],
    ['it gets another shell', script.replace('su-exec', 'gosu').replace('/bin/sh', '/bin/bash')],
  ])('another one is rejected: %s', (_name, text) => {
    const changed = text === script ? { Dockerfile: rewritten } : { Dockerfile: rewritten, 'run.sh': text };
    expect(verdict(files, changed, claims)).toMatchObject({ ok: false });
  });

  test('where two Dockerfiles run it, each has to become what is claimed of it', () => {
    const worker = { ...build, dockerfile: 'Dockerfile.worker' };
    const both = { ...files, 'Dockerfile.worker': files.Dockerfile };
    const view = openProject(projectOf(both, [build, worker]));
    const edit = (file: keyof typeof both, text: string): Edit => ({ file, span: { start: 0, end: both[file].length }, text });
    const script = edit('run.sh', files['run.sh'].replace('su-exec', 'gosu'));
    const [one, other] = [edit('Dockerfile', rewritten), edit('Dockerfile.worker', rewritten)];
    const linked = { dockerfile: worker.dockerfile, line: 1, endLine: 1, message: '', claims };
    const verify = (edits: readonly [Edit, ...Edit[]], claimed: Pick<Fix, 'linked'>): Verification => verifyFix(view, withEdits(view, edits), { kind: 'fix', message: '', claims, edits, ...claimed }, false);
    expect(verify([one, other, script], { linked: [linked] })).toMatchObject({ ok: true });
    expect(verify([one, other], { linked: [linked] })).toMatchObject({ ok: false });
    expect(verify([one, script], { linked: [linked] })).toMatchObject({ ok: false, message: 'run.sh is also run by Dockerfile.worker, which stays as it is' });
    expect(verify([one, other, script], { linked: [{ ...linked, claims: [] }] })).toMatchObject({ ok: false });
    expect(verify([one, edit('Dockerfile.worker', rewritten.replace('gosu', 'tini')), script], { linked: [linked] })).toMatchObject({ ok: false });
  });

  test.each([
    ['an image of its own', [], { ok: false, message: 'run.sh is run by a stage that stays as it is' }],
    ['one that hands it on', ['COPY --from=cron /run.sh /again.sh'], { ok: true }],
  ])('a stage on Alpine that copies it by name: %s', (_name, more, expected) => {
    const stages = (own: string): string => lines('FROM alpine:3.20 AS cron', 'COPY run.sh /run.sh', '', own.trimEnd(), ...more);
    const original = stages(files.Dockerfile);
    const view = openProject(projectOf({ ...files, Dockerfile: original }));
    const edits: readonly [Edit, ...Edit[]] = [{ file: 'Dockerfile', span: { start: 0, end: original.length }, text: stages(rewritten) }, { file: 'run.sh', span: { start: 0, end: script.length }, text: script.replace('su-exec', 'gosu') }];
    const stageClaims = claims.map((claim): Claim => (claim.kind === 'base-changed' ? { ...claim, stage: 1 } : claim));
    expect(verifyFix(view, withEdits(view, edits), { kind: 'fix', message: '', claims: stageClaims, edits }, false)).toMatchObject(expected);
  });

  test.each([
    ['through a stage', lines('FROM alpine:3.20 AS files', 'COPY run.sh /opt/run.sh', 'FROM python:3.12-alpine', 'RUN apk add --no-cache gcc musl-dev su-exec && pip install psutil', 'COPY --from=files /opt/run.sh /run.sh', 'ENTRYPOINT ["/run.sh"]')],
    ['after a command that is not known', lines('FROM python:3.12-alpine', 'RUN apk add --no-cache gcc musl-dev su-exec && pip install psutil', 'COPY . /', 'RUN frobnicate', 'ENTRYPOINT ["/run.sh"]')],
    ['by a name on PATH', lines('FROM python:3.12-alpine', 'RUN apk add --no-cache gcc musl-dev su-exec && pip install psutil', 'COPY run.sh /usr/local/bin/', 'ENTRYPOINT ["run.sh"]')],
    ['by another script', lines('FROM python:3.12-alpine', 'RUN apk add --no-cache gcc musl-dev su-exec && pip install psutil', 'COPY . /app/', 'WORKDIR /app', 'CMD ["./start.sh"]')],
  ])('a script is found %s', (_name, dockerfile) => {
    const plan = fix(projectOf({ ...files, 'start.sh': lines('#!/bin/sh', 'set -e', './run.sh python app.py'), Dockerfile: dockerfile }), [alpineToSlim]);
    expect(plan.refusals).toEqual([]);
    expect(plan.changes.get('run.sh')).toBe(script.replace('su-exec', 'gosu'));
  });

  test('its comments stay, and so does what only looks like a program', () => {
    const text = lines('#!/bin/sh', '# su-exec is in /sbin', 'echo my-su-exec /opt/sbin/tini ashes', 'exec /sbin/tini -- su-exec app "$@"');
    expect(scriptOnDebian(text)).toBe(lines('#!/bin/sh', '# su-exec is in /sbin', 'echo my-su-exec /opt/sbin/tini ashes', 'exec /usr/bin/tini -- gosu app "$@"'));
  });

  test.each([
    ['#!/bin/ash\necho hi\n', '#!/bin/sh\necho hi\n'],
    ['#!/bin/ash\n[[ -n $1 ]] && echo hi\n', '#!/bin/bash\n[[ -n $1 ]] && echo hi\n'],
    ['#!/bin/sh -e\nset -o pipefail\n', '#!/bin/bash -e\nset -o pipefail\n'],
    ['#!/usr/bin/env sh\nsource ./env\n', '#!/usr/bin/env bash\nsource ./env\n'],
    ['#!/bin/bash\n[[ -n $1 ]]\n', '#!/bin/bash\n[[ -n $1 ]]\n'],
    ['#!/bin/ash\r\necho hi\r\n', '#!/bin/sh\r\necho hi\r\n'],
  ])('the shell of %j', (text, expected) => {
    expect(scriptOnDebian(text)).toBe(expected);
    expect(scriptOnDebian(expected)).toBe(expected);
  });
});

test('commands of CMD and ENTRYPOINT', () => {
  expect(commandOnDebian('["/sbin/tini", "--", "su-exec", "app", "python"]')).toBe('["/usr/bin/tini", "--", "gosu", "app", "python"]');
  expect(commandOnDebian('["ash", "-c", "x"]')).toBe('["sh", "-c", "x"]');
  expect(commandOnDebian('exec /sbin/su-exec app python')).toBe('exec /usr/sbin/gosu app python');
  expect(commandOnDebian('python crash ash.py /bin/ashes')).toBe('python crash ash.py /bin/ashes');
});

describe('whether a final stage may stay on Alpine', () => {
  const lock = (wheel: string, own = '{ virtual = "." }'): string =>
    lines('version = 1', 'requires-python = ">=3.12"', '', '[[package]]', 'name = "app"', 'version = "1"', `source = ${own}`, '', '[[package]]', 'name = "click"', 'version = "8.1.7"', 'source = { registry = "https://pypi.org/simple" }', `wheels = [{ url = "https://files.pythonhosted.org/${wheel}" }]`);
  const project = (...more: readonly string[]): string => lines('[project]', 'name = "app"', 'version = "1"', 'requires-python = ">=3.12"', 'dependencies = ["click"]', ...more);
  const built = (backend: string, requires: string, ...more: readonly string[]): string => project('[build-system]', `requires = ["${requires}"]`, `build-backend = "${backend}"`, ...more);
  const pure = 'click-8.1.7-py3-none-any.whl';
  const editable = '{ editable = "." }';
  const sync = 'RUN uv sync --frozen';
  const venv = 'COPY --from=builder /app/.venv /app/.venv';

  interface Case {
    readonly builder: readonly string[];
    readonly crossing: readonly string[];
    readonly files: Readonly<Record<string, string>>;
  }

  /** The images that the stages stand on after the fix. */
  function basesOf({ builder, crossing, files }: Case): readonly string[] {
    const dockerfile = lines('FROM python:3.12-alpine AS builder', 'COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/uv', 'RUN apk add --no-cache gcc musl-dev', 'RUN pip install psutil', 'WORKDIR /app', 'COPY . .', ...builder, 'FROM python:3.12-alpine', ...crossing, 'CMD ["/app/.venv/bin/python", "app.py"]');
    const plan = fix(projectOf({ ...files, 'app.py': '', Dockerfile: dockerfile }), [alpineToSlim]);
    return [...(plan.changes.get('Dockerfile') ?? '').matchAll(/^FROM (\S+)/gm)].map((match) => match[1] ?? '');
  }

  const plain = { builder: [sync], crossing: [venv], files: { 'pyproject.toml': project(), 'uv.lock': lock(pure) } };
  const packaged = (pyproject: string): Case => ({ ...plain, files: { 'pyproject.toml': pyproject, 'uv.lock': lock(pure, editable) } });

  test.each<[string, Case]>([
    ['a project without a build system', plain],
    ['the whole directory', { ...plain, crossing: ['COPY --from=builder /app /app'] }],
    ['a Python of uv may be asked for, but does not come along', { ...plain, builder: ['RUN uv sync --frozen --python 3.13'] }],
    ['made by hatchling', packaged(built('hatchling.build', 'hatchling'))],
    ['made by flit', packaged(built('flit_core.buildapi', 'flit_core >=3.2,<4'))],
    ['made by uv', packaged(built('uv_build', 'uv_build>=0.9,<0.10'))],
    ['made by poetry', packaged(built('poetry.core.masonry.api', 'poetry-core>=2'))],
    ['made by setuptools', packaged(built('setuptools.build_meta', 'setuptools>=61'))],
    ['in steps', { ...plain, builder: ['RUN uv sync --frozen --no-install-project', sync] }],
  ])('it may: %s', (_name, one) => {
    expect(basesOf(one)).toEqual(['python:3.12-slim', 'python:3.12-alpine']);
  });

  test.each<[string, Case]>([
    ['a compiled package', { ...plain, files: { ...plain.files, 'uv.lock': lock('click-8.1.7-cp312-cp312-musllinux_1_2_x86_64.whl') } }],
    ['a package without wheels', { ...plain, files: { ...plain.files, 'uv.lock': lock(pure).replace(/^wheels.*$/m, 'sdist = { url = "https://files.pythonhosted.org/click.tar.gz" }') } }],
    ['wheels that are not taken', { ...plain, builder: ['RUN uv sync --frozen --no-binary'] }],
    ['wheels that a variable forbids', { ...plain, builder: ['ENV UV_NO_BINARY=1', sync] }],
    ['wheels that the settings forbid', { ...plain, files: { ...plain.files, 'pyproject.toml': project('[tool.uv]', 'no-binary = true') } }],
    ['wheels that uv.toml forbids', { ...plain, files: { ...plain.files, 'uv.toml': 'no-binary-package = ["click"]\n' } }],
    ['the Pythons of uv', { ...plain, crossing: [venv, 'COPY --from=builder /root/.local/share/uv /root/.local/share/uv'] }],
    ['the home directory', { ...plain, crossing: [venv, 'COPY --from=builder /root /root'] }],
    ['the Pythons of uv in the project', { ...plain, builder: ['ENV UV_PYTHON_INSTALL_DIR=/app/python', sync], crossing: ['COPY --from=builder /app /app'] }],
    ['the Pythons of uv, copied by a command', { ...plain, builder: [sync, 'RUN cp -r /root/.local/share/uv/python /opt/python'], crossing: [venv, 'COPY --from=builder /opt/python /opt/python'] }],
    ['the Pythons of uv, from its environments', { ...plain, builder: ['RUN uv venv --python 3.13 /app/.venv'], crossing: [venv, 'COPY --from=builder /root/.local/share/uv/python /root/.local/share/uv/python'] }],
    ['uv itself', { ...plain, builder: ['RUN pip install uv', sync], crossing: [venv, 'COPY --from=builder /usr/local/bin/uv /usr/local/bin/uv'] }],
    ['a package beside the lock', { ...plain, builder: [sync, 'RUN uv pip install numpy'] }],
    ['a virtual environment that is a copy', { ...plain, builder: ['RUN python -m venv --copies .venv', sync] }],
    ['made by maturin', packaged(built('maturin', 'maturin>=1'))],
    ['made by a hook of hatchling', packaged(built('hatchling.build', 'hatchling', '[tool.hatch.build.targets.wheel.hooks.custom]', 'path = "build.py"'))],
    ['made by a script of poetry', packaged(built('poetry.core.masonry.api', 'poetry-core>=2', '[tool.poetry.build]', 'script = "build.py"'))],
    ['made by setup.py', { ...packaged(built('setuptools.build_meta', 'setuptools>=61')), files: { ...packaged(built('setuptools.build_meta', 'setuptools>=61')).files, 'setup.py': '' } }],
    ['extensions of setuptools', packaged(built('setuptools.build_meta', 'setuptools>=74', '[[tool.setuptools.ext-modules]]', 'name = "x"', 'sources = ["x.c"]'))],
    ['a plugin of setuptools', packaged(built('setuptools.build_meta', 'setuptools-rust'))],
    ['a build back end of the project', packaged(built('hatchling.build', 'hatchling', 'backend-path = ["tools"]'))],
  ])('it may not: %s', (_name, one) => {
    expect(basesOf(one)).toEqual(['python:3.12-slim', 'python:3.12-slim']);
  });
});

describe('what dash does not take as ash does', () => {
  test.each([
    'if [[ -n $a ]]; then b; fi', '[ "$a" == b ] && c', 'test a == b', 'source ./env', 'function f { echo; }', 'echo ${a/b/c}', 'echo ${a:1:2}', 'diff <(a) <(b)', 'let a=1',
    'read -s secret', "printf $'a\\n'", 'echo -e "a"', 'make &> log', 'echo $RANDOM', 'echo ${HOSTNAME}', 'set -eo pipefail', 'set -o pipefail', 'a=$((b++))', 'echo "a\\nb"', "echo 'a\\tb'", 'cat <<< x', 'x=(a b)',
  ])('%s', (text) => {
    expect(dashObstacle(text)).not.toBeNull();
    expect(dashObstacle(`true && ${text}`)).not.toBeNull();
  });

  test.each([
    '[ "$a" = b ] && c', '. ./env', 'f() { echo; }', 'echo ${a:-b} ${a%%b} ${#a}', 'a=$((b + 1))', "printf 'a\\n'", 'echo -n a', 'make > log 2>&1', 'set -eux', 'read -r line', "echo '[[ a == b ]]'", '# [[ a ]]\ntrue', 'case $a in b) c;; esac', 'export A=b', 'for a in b c; do d; done', 'cat <<EOF\nx\nEOF',
  ])('dash takes %s', (text) => expect(dashObstacle(text)).toBeNull());
});

test('programs that a script runs', () => {
  expect([...programsIn('while ! nc -z db 5432; do sleep 1; done\nexec su-exec app gunicorn')].toSorted()).toEqual(['gunicorn', 'nc', 'sleep', 'su-exec']);
  expect(programsIn('sh -c "wget -q x && ps"')).toContain('ps');
  expect(programsIn('A=1 B=2 env C=3 timeout 5 ping -c1 x')).toContain('ping');
  expect(programsIn('echo wget')).not.toContain('wget');
  expect(programsIn('# wget\ntrue')).not.toContain('wget');
  expect(programsIn('v=$(nslookup db | less)')).toEqual(new Set(['nslookup', 'less']));
});

describe('users and groups', () => {
  test.each([
    ['addgroup app', 'groupadd app'],
    ['addgroup -g 1000 app', 'groupadd -g 1000 app'],
    ['addgroup -S app', 'groupadd -r app'],
    ['adduser -D app', 'useradd -m app'],
    ['adduser -D -H app', 'useradd -M app'],
    ['adduser -S app', 'useradd -r -m -g nogroup -s /bin/false app'],
    ['adduser -S -D -H -G app app', 'useradd -r -M -g app -s /bin/false app'],
    ['adduser -SDH app', 'useradd -r -M -g nogroup -s /bin/false app'],
    ['adduser -Du 1000 app', 'useradd -m -u 1000 app'],
    ['adduser -D -h /srv/app -s /bin/ash -g Me app', 'useradd -m -d /srv/app -c Me app'],
    ['adduser app --home /srv --system --uid 5 --disabled-password -G app', 'useradd -r -m -u 5 -g app -d /srv -s /bin/false app'],
    ['adduser -D -s /sbin/nologin app', 'useradd -m -s /usr/sbin/nologin app'],
    ['adduser app wheel', 'usermod -aG wheel app'],
    ['addgroup app wheel', 'usermod -aG wheel app'],
    ['deluser app', 'userdel app'],
    ['deluser --remove-home app', 'userdel -r app'],
    ['delgroup app', 'groupdel app'],
  ])('%s is %s', (busyBox, shadow) => {
    const [program = '', ...words] = busyBox.split(' ');
    const account = readBusyBox(program, words);
    if (account.kind === 'refused') throw new Error(account.message);
    expect(shadowCommand(account)).toBe(shadow);
  });

  test.each(['adduser app', 'adduser -D -k /skel app', 'adduser -D --ingroup', 'adduser -D -x app', 'addgroup', 'deluser app wheel', 'adduser -D a b c'])('refused: %s', (text) => {
    const [program = '', ...words] = text.split(' ');
    expect(readBusyBox(program, words).kind).toBe('refused');
  });

  test('what is written says what was read', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
    const option = fc.oneof(
      fc.constantFrom('-S', '-D', '-H', '-SDH', '--system', '--no-create-home'),
      fc.tuple(fc.constantFrom('-u', '--uid'), fc.nat(60_000)).map(([flag, value]) => `${flag} ${value}`),
      fc.tuple(fc.constantFrom('-h', '-s', '-G', '-g'), name).map(([flag, value]) => `${flag} ${value}`),
    );
    fc.assert(
      fc.property(fc.array(option, { maxLength: 6 }), name, (options, user) => {
        const account = readBusyBox('adduser', [...options.flatMap((one) => one.split(' ')), user]);
        if (account.kind === 'refused') return;
        const [program = '', ...words] = shadowCommand(account).split(' ');
        const read = readShadow(program, words);
        expect(read).not.toBeNull();
        expect(read && accountText(read)).toBe(accountText(account));
      }),
    );
  });
});

test('options by the rules of getopt', () => {
  const flags = spellings('-a --all all');
  const values = spellings('-n --name name');
  expect(readOptions(['-an', 'x', 'y'], flags, values)).toEqual({ given: new Map([['all', ''], ['name', 'x']]), operands: ['y'] });
  expect(readOptions(['--name=x', '--', '-a'], flags, values)).toEqual({ given: new Map([['name', 'x']]), operands: ['-a'] });
  expect(readOptions(['-z'], flags, values)).toBeNull();
  expect(readOptions(['-n'], flags, values)).toBeNull();
});

test('packages by the table', () => {
  expect(debianPackages('gcc', 'bookworm')).toMatchObject({ kind: 'packages', names: ['gcc', 'libc6-dev'], present: false });
  expect(debianPackages('bash', 'trixie')).toMatchObject({ kind: 'packages', present: true });
  for (const name of ['python3-dev', 'python-dev', 'py-pip']) expect(debianPackages(name, 'trixie')).toMatchObject({ kind: 'packages', names: [], present: true });
  for (const name of ['nginx', 'nodejs', 'py3-numpy', 'frobnicate', 'dcron']) expect(debianPackages(name, 'bookworm').kind, name).toBe('refused');
  expect(debianPackages('gcc', 'bullseye').kind).toBe('refused');
  expect(packageOfProgram.get('nc')).toBe('netcat-openbsd');
});

test('what a note of the table says is followed', () => {
  expect(debianPackages('openldap-dev', 'bookworm')).toMatchObject({ names: ['libldap-dev', 'libsasl2-dev'] });
  expect(debianPackages('mariadb-dev', 'trixie')).toMatchObject({ names: ['default-libmysqlclient-dev'] });
  expect(debianPackages('postgresql17-client', 'trixie')).toMatchObject({ names: ['postgresql-client-17'], rule: null });
  expect(debianPackages('postgresql-client', 'trixie')).toMatchObject({ rule: 'version' });
  expect(debianPackages('cargo', 'trixie')).toMatchObject({ rule: 'old' });
  for (const name of ['postgresql17-client', 'postgresql16-client', 'yq', 'ssmtp', 'supervisor']) expect(debianPackages(name, 'bookworm').kind, name).toBe('refused');
});

describe('programs that a source file starts', () => {
  const programs = (text: string): readonly (readonly string[] | null)[] => callsIn(text, 'python').map((call) => call.programs);

  test.each<[string, readonly (readonly string[] | null)[]]>([
    ['import subprocess\nsubprocess.run(["ping", "-c", "1", host])', [['ping']]],
    ['import subprocess as sp\nsp.check_output("ps | grep x", shell=True)', [['ps', 'grep']]],
    ['from subprocess import run as start\nstart(("nc", "-z", host))', [['nc']]],
    ['from subprocess import *\nPopen(f"wget {url}", shell=True)', [['wget']]],
    ['import os\nos.system("cd /tmp; " "unzip a.zip")', [['cd', 'unzip']]],
    ['import os\nos.execvp("su-exec", ["su-exec", "app"])', [['su-exec']]],
    ['import asyncio\nawait asyncio.create_subprocess_exec("/bin/ash", "-c", "x")', [['/bin/ash']]],
    ['import subprocess\nsubprocess.run(["sh", "-c", "nslookup db"])', [['sh', 'nslookup']]],
    ['import subprocess, sys\nsubprocess.run([sys.executable, "-m", "x"])', [['python']]],
    ['import shlex, subprocess\nsubprocess.run(shlex.split("killall x"))', [['killall']]],
    ['import subprocess\ncmd = ["vi"]\nsubprocess.run(cmd)', [['vi']]],
    ['import subprocess\ncmd = ["vi"]\ncmd = other\nsubprocess.run(cmd)', [null]],
    ['import subprocess\ndef go(cmd):\n  subprocess.run(cmd)', [null]],
    ['import subprocess\nsubprocess.run([tool, "x"])', [null]],
    ['import subprocess\nsubprocess.run(f"{tool} x", shell=True)', [null]],
    ['import subprocess\nsubprocess.run("nc" + suffix)', [null]],
    ['import subprocess\nstart = subprocess.run', [null]],
    ['import subprocess\nsubprocess.run(*args)', [null]],
    ['import pexpect\npexpect.spawn("x")', [null]],
    ['from ctypes import CDLL\nCDLL("libmagic.so")', [null]],
    ['import subprocess\n# subprocess.run(x)\n"""subprocess.run(x)"""\nexcept subprocess.CalledProcessError: pass', []],
    ['import os\nos.getcwd()\nsystem("ping")', []],
    ['run(["ping"])', []],
  ])('%j', (text, expected) => expect(programs(text)).toEqual(expected));

  test('of JavaScript as well', () => {
    expect(callsIn("const { execSync } = require('child_process');\nexecSync('wget -q x'); // execSync(y)", 'javascript').map((call) => call.programs)).toEqual([['wget']]);
    expect(callsIn("import { spawn } from 'node:child_process';\nspawn(tool, []);", 'javascript').map((call) => call.programs)).toEqual([null]);
  });
});

test.each([
  ['/etc/ssl/cert.pem', 'alpine'],
  ['LIB=/usr/lib/libgdal.so.34', 'alpine'],
  ['"/etc/periodic/daily/backup"', 'alpine'],
  ['/usr/share/fonts/ttf-dejavu', 'unknown'],
  ['/usr/sbin/frobnicate', 'unknown'],
  ['/bin/ash -c x', 'alpine'],
  ['/bin/ping', 'program'],
  ['import libc.musl-x86_64.so.1', 'alpine'],
])('%s is %s', (text, kind) => expect(mentionsIn(text).map((one) => one.kind)).toEqual([kind]));

test.each(['/etc/ssl/certs/ca-certificates.crt', '/usr/share/zoneinfo/UTC', '/usr/bin/env python', '/bin/sh', 'https://x.org/usr/lib/a.so', 'static/lib/jquery.js', '${HOME}/usr/lib/x', '/lib/jquery.js'])('both have %s', (text) => expect(mentionsIn(text)).toEqual([]));

test('to which container a line of YAML belongs', () => {
  const [root] = yamlLines('services:\n  web:\n    command: ["a", \'b c\']\n    test:\n    - CMD\n    - "d"\n    run: |\n      e f\n      g\n# x\n  db:\n    image: postgres:16 # y\n');
  const [web, db] = root?.children ?? [];
  expect(web?.children.map((child) => stringsOfNode(child))).toEqual([['a', 'b c'], ['CMD', 'd'], ['e f\ng']]);
  expect(db?.children.map(({ key, value }) => [key, value])).toEqual([['image', 'postgres:16']]);
});

test('no text makes it fail, and it is done in time', () => {
  const piece = fc.constantFrom('RUN ', 'apk add ', '--virtual x ', 'gcc ', '&& ', '\\\n', '; ', 'adduser -D ', '[[ a ]] ', 'FROM python:3.12-alpine\n', '\n', '"', "'", '$X ', '<<EOF\n', 'EOF\n', '| ', '# x\n', 'COPY --from=0 /a /b\n', 'su-exec ', 'if true; then ', 'fi ', 'apk del x ');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = `FROM python:3.12-alpine\nRUN apk add gcc && pip install psutil\n${pieces.join('')}`;
      const plan = fix(projectOf({ Dockerfile: text }), [alpineToSlim]);
      const changed = plan.changes.get('Dockerfile');
      if (changed === undefined) return;
      expect(fix(projectOf({ Dockerfile: changed }), [alpineToSlim]).changes.size).toBe(0);
      const onDebian = model(scan(changed)).stages.filter((stage) => stage.base.kind === 'image' && !stage.base.reference.includes('alpine'));
      const runs = onDebian.flatMap((stage) => stage.instructions.filter(({ keyword }) => keyword === 'RUN').map(({ text: body }) => body.trim()));
      expect(runs.filter((body) => /^apk (?:add|del)\b/.test(body))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a Dockerfile of three thousand lines', () => {
  const text = lines('FROM python:3.12-alpine', 'RUN pip install pymongo', ...Array.from({ length: 750 }, (_unused, index) => [`RUN apk add --no-cache gcc \\`, '      musl-dev \\', '      git', `RUN echo ${index}`]).flat());
  const plan = fix(projectOf({ Dockerfile: text }), [alpineToSlim]);
  expect(plan.changes.get('Dockerfile')?.match(/apt-get update/g)).toHaveLength(750);
});
