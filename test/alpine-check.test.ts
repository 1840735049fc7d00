import { describe, expect, test } from 'vitest';

import { onAlpine, onDebian, outcomeText } from '../src/build/alpine-check/accounts.ts';
import { baseMismatch, debianOf } from '../src/build/alpine-check/base-tag.ts';
import { packageMismatch } from '../src/build/alpine-check/offers.ts';
import { alpinesPlace, missingProgram, notForDash, programsCalled } from '../src/build/alpine-check/shell-text.ts';
import { memoryTree } from '../src/context/memory.ts';
import { openProject, withEdits } from '../src/plan/project.ts';
import type { Verification } from '../src/plan/verify.ts';
import { verifyFix } from '../src/plan/verify.ts';
import type { Build, Claim, Edit } from '../src/types.ts';

const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
const base: Claim = { kind: 'base-changed', stage: 0, from: 'python:3.12-alpine', to: 'python:3.12-slim' };
const gcc: Claim = { kind: 'packages-translated', packages: [['gcc', 'gcc libc6-dev'], ['musl-dev', 'libc6-dev']] };
const install = 'RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*';

/** What the verification says where a compiler and the base change, and the given lines do, or stay. */
function verdict(lines: readonly string[], rewritten: readonly string[] = lines, claims: readonly Claim[] = [], files: Readonly<Record<string, string>> = {}): Verification {
  const before = ['FROM python:3.12-alpine', 'RUN apk add --no-cache gcc musl-dev', ...lines, ''].join('\n');
  const after = ['FROM python:3.12-slim', install, ...rewritten, ''].join('\n');
  const view = openProject({ tree: memoryTree({ Dockerfile: before, 'app.py': '', ...files }), builds: [build], settings: new Map() });
  const edit: Edit = { file: 'Dockerfile', span: { start: 0, end: before.length }, text: after };
  return verifyFix(view, withEdits(view, [edit]), { kind: 'fix', message: '', claims: [base, gcc, ...claims], edits: [edit] }, false);
}

function user(from: string, to: string): Claim {
  return { kind: 'user-command-translated', from, to };
}

describe('what stays as it is must not be Alpine’s', () => {
  test.each<[string, readonly string[]]>([
    ['a condition', ['RUN if [ -n "$DEV" ]; then echo dev; fi']],
    ['programs that both have', ['RUN sed -i s/a/b/ /etc/hosts && tar -xzf /opt/a.tar.gz -C /opt']],
    ['a word that is no call', ['RUN echo wget nc']],
    ['a comment', ['RUN true # apk add, /etc/ssl/cert.pem']],
    ['owners by name', ['COPY --chown=nobody:nogroup app.py /app.py', 'USER nobody']],
    ['Debian’s certificates', ['ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt']],
    ['brackets of POSIX', ['CMD ["sh", "-c", "[ -e /up ] && python app.py"]']],
    ['a link that is replaced', ['RUN ln -sf /usr/share/zoneinfo/Europe/Paris /etc/localtime']],
  ])('taken: %s', (_name, lines) => expect(verdict(lines)).toMatchObject({ ok: true }));

  test.each<[string, readonly string[], string]>([
    ['apk in a condition', ['RUN if [ -n "$DEV" ]; then apk add git; fi'], '`apk`'],
    ['a user in a loop', ['RUN for u in a b; do adduser -D $u; done'], '`adduser`'],
    ['in a subshell', ['RUN (apk add git)'], '`apk`'],
    ['apk at run time', ['CMD apk add git && python app.py'], '`apk`'],
    ['a health check', ['HEALTHCHECK CMD nc -z localhost 80'], '`nc`'],
    ['in exec form', ['CMD ["sh", "-c", "while ! nc -z db 5432; do sleep 1; done"]'], '`nc`'],
    ['in a substitution', ['RUN echo "$(ps aux)" > /ps'], '`ps`'],
    ['behind su-exec', ['ENTRYPOINT ["su-exec", "nobody", "python"]'], 'su'],
    ['ash', ['ENTRYPOINT ["/bin/busybox", "sh"]'], '`busybox`'],
    ['the path of tini', ['ENTRYPOINT ["/sbin/tini", "--", "python"]'], '/sbin/tini'],
    ['certificates', ['ENV REQUESTS_CA_BUNDLE=/etc/ssl/cert.pem'], '/etc/ssl/cert.pem'],
    ['a library by its path', ['ENV LD_PRELOAD=/usr/lib/libjemalloc.so.2'], 'libjemalloc'],
    ['Alpine’s own Python', ['RUN /usr/bin/python3 -c 1'], '/usr/bin/python3'],
    ['repositories', ['RUN grep -q edge /etc/apk/repositories'], '/etc/apk'],
    ['brackets of bash', ['CMD ["sh", "-c", "[[ -e /up ]] && python app.py"]'], '`[[`'],
    ['brackets in shell form', ['CMD [[ -e /up ]] && python app.py'], '`[[`'],
    ['pipefail', ['SHELL ["/bin/sh", "-o", "pipefail", "-c"]', 'RUN true'], 'pipefail'],
    ['an owner that only Alpine has', ['COPY --chown=guest app.py /app.py'], 'no user guest'],
    ['a group that only Alpine has', ['RUN chown root:wheel /tmp'], 'no group wheel'],
    ['triggers', ['ONBUILD RUN true'], 'ONBUILD'],
    ['an option of apk that the checker does not know', ['RUN apk add --no-cache --repository http://example.com/edge git'], '--repository'],
    ['a version', ['RUN apk add --no-cache git=2.45.2-r0'], 'git=2.45.2-r0'],
    ['the time zone', ['RUN cp /usr/share/zoneinfo/Europe/Paris /etc/localtime'], '/etc/localtime'],
  ])('turned down: %s', (_name, lines, because) => {
    const result = verdict(lines);
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? '' : result.message).toContain(because);
  });

  test('the number that Alpine gave is another on Debian', () => {
    const claims = [user('adduser -S app', 'useradd -r -m -g nogroup -s /bin/false app')];
    const made = { alpine: 'RUN adduser -S app', debian: 'RUN useradd -r -m -g nogroup -s /bin/false app' };
    expect(verdict([made.alpine, 'USER app'], [made.debian, 'USER app'], claims)).toMatchObject({ ok: true });
    expect(verdict([made.alpine, 'USER 100'], [made.debian, 'USER 100'], claims)).toMatchObject({ ok: false });
  });

  test.each([
    ['a user that Debian has', 'adduser -D www-data', 'useradd -m www-data'],
    ['a number that Debian has', 'adduser -D -u 33 app', 'useradd -m -u 33 app'],
    ['a group that Debian has', 'addgroup staff', 'groupadd staff'],
    ['a group that only Alpine has', 'adduser -D -G wheel app', 'useradd -m -g wheel app'],
    ['a member of such a group', 'addgroup nobody wheel', 'usermod -aG wheel nobody'],
  ])('turned down: %s', (_name, from, to) => {
    expect(verdict([`RUN ${from}`], [`RUN ${to}`], [user(from, to)])).toMatchObject({ ok: false });
  });
});

describe('packages by what they are there for', () => {
  test.each([
    ['gcc', 'gcc libc6-dev'], ['build-base', 'build-essential'], ['libffi-dev', 'libffi-dev'], ['jpeg-dev', 'libjpeg-dev'], ['jpeg-dev', 'libjpeg62-turbo-dev'], ['libxml2-dev', 'libxml2-dev'],
    ['postgresql-dev', 'libpq-dev'], ['mariadb-dev', 'libmariadb-dev pkg-config'], ['mariadb-dev', 'default-libmysqlclient-dev'], ['gnupg', 'gnupg'], ['bash', 'bash'], ['bash', ''], ['python3-dev', ''],
    ['ca-certificates', 'ca-certificates'], ['procps', 'procps'], ['su-exec', 'gosu'], ['openldap-dev', 'libldap2-dev libsasl2-dev'], ['poppler-utils', 'poppler-utils'], ['pango', 'libpangocairo-1.0-0'], ['postgresql-dev', 'libpq-dev libpq5'],
  ])('%s is %s', (apk, apt) => {
    for (const suite of ['bookworm', 'trixie']) expect(packageMismatch(apk, apt, suite)).toBeNull();
  });

  test.each([
    ['gcc', 'libc6-dev', 'lacks the program `gcc`'], ['libffi-dev', 'libffi8', 'lacks the header'], ['jpeg-dev', 'libpng-dev', 'lacks the header'], ['libpq', 'libpq-dev', 'brings nothing'],
    ['curl', 'wget', 'lacks the program'], ['bash', 'curl', 'brings nothing'], ['python3-dev', 'python3-dev', 'brings nothing'], ['git', 'git curl', '`curl` is not'], ['nginx', 'nginx', 'no facts of its own of `nginx`'],
    ['postgresql16-client', 'postgresql-client', '/usr/lib/postgresql/16/bin/psql'], ['libxslt-dev', 'libxml2-dev', 'lacks the header'], ['krb5-libs', 'libprotobuf-dev', ''], ['lcms2', 'liblcms2-dev', 'brings nothing'],
  ])('%s is not %s', (apk, apt, because) => {
    for (const suite of ['bookworm', 'trixie']) {
      expect(packageMismatch(apk, apt, suite), suite).not.toBeNull();
      expect(packageMismatch(apk, apt, suite), suite).toContain(because);
    }
  });

  test('a release that there are no facts of', () => expect(packageMismatch('gcc', 'gcc libc6-dev', 'bullseye')).toContain('bullseye'));
});

describe('accounts', () => {
  const alpine = (text: string): string => outcomeText(onAlpine(text.split(' ')[0] ?? '', text.split(' ').slice(1)) ?? { kind: 'group-gone', name: 'unknown' });
  const debian = (text: string): string => outcomeText(onDebian(text.split(' ')[0] ?? '', text.split(' ').slice(1)) ?? { kind: 'group-gone', name: 'not known' });

  test.each([
    ['adduser -D app', 'useradd --create-home app'], ['adduser -DH app', 'useradd -M app'], ['adduser -DH app', 'useradd app'], ['adduser --system --ingroup app app', 'useradd -rm -gapp -s/bin/false app'],
    ['adduser -D -s /sbin/nologin app', 'useradd -m --shell=/usr/sbin/nologin app'], ['adduser -D -u 1001 app', 'useradd -mU -u 1001 app'], ['addgroup -g 1001 app', 'groupadd --gid 1001 app'],
    ['addgroup app audio', 'usermod -a -G audio app'], ['deluser --remove-home app', 'userdel -r app'], ['delgroup app', 'groupdel app'],
  ])('%s is %s', (from, to) => expect(debian(to)).toBe(alpine(from)));

  test.each([
    ['adduser -D app', 'useradd app'], ['adduser -D app', 'useradd -rm app'], ['adduser -D app', 'useradd -m -s /bin/bash app'], ['adduser -D app', 'useradd -m -G sudo app'], ['adduser -S app', 'useradd -rm -s /bin/false app'],
    ['adduser -D -u 1001 app', 'useradd -m app'], ['adduser -D -G users app', 'useradd -m app'], ['adduser -D app', 'useradd -m -p secret app'], ['addgroup -S app', 'groupadd app'], ['addgroup app audio', 'usermod -G audio app'],
    ['deluser app', 'userdel -r app'], ['adduser app', 'useradd -m app'], ['adduser -D -k /skel app', 'useradd -m app'],
  ])('%s is not %s', (from, to) => expect(debian(to)).not.toBe(alpine(from)));
});

describe('base images', () => {
  test.each([
    ['python:3.12-alpine', 'python:3.12-slim'], ['python:alpine', 'python:slim'], ['python:3-alpine', 'python:3-slim'], ['python:3.12-alpine3.20', 'python:3.12-slim-bookworm'],
    ['registry.example.com/library/python:3.11.9-alpine', 'registry.example.com/library/python:3.11.9-slim'], ['python:3.14-rc-alpine', 'python:3.14-rc-slim'],
  ])('%s is %s', (from, to) => expect(baseMismatch(from, to)).toBeNull());

  test.each([
    ['python:3.12-alpine', 'python:3.12'], ['python:3.12-alpine', 'python:3.13-slim'], ['python:3.12-alpine', 'pypy:3.12-slim'], ['python:3.12-alpine', 'python:slim'], ['python:3.12-alpine', 'python:3.12-slim-jammy'],
    ['python:3.12', 'python:3.12-slim'], ['node:20-alpine', 'node:20-slim'], ['python:3.99.1-alpine', 'python:3.99.1-slim'], ['python:3.12-alpine@sha256:0', 'python:3.12-slim'],
  ])('%s is not %s', (from, to) => expect(baseMismatch(from, to)).not.toBeNull());

  test.each([
    ['python:3.7-slim', 'bookworm'], ['python:3.6-slim', 'bullseye'], ['python:3.12-slim', 'trixie'], ['python:3.12-slim-bookworm', 'bookworm'], ['python:slim', 'trixie'], ['python:3.12', null],
  ])('%s is Debian %s', (reference, suite) => expect(debianOf(reference)).toBe(suite));
});

test('what a text calls', () => {
  expect([...programsCalled('A=1 exec timeout 5 wget x | tee y && sh -c "nc z"')]).toEqual(['exec', 'timeout', 'wget', 'tee', 'sh', 'nc']);
  expect([...programsCalled('tar xjf a.tar.bz2')]).toContain('bzip2');
  expect(missingProgram('ls && less a', (name) => name === 'ls')).toBe('less');
  expect(notForDash("sh -c '[[ a ]]'")).toBeNull();
  expect(notForDash('[ "$a" = b ] && . ./c')).toBeNull();
  expect(alpinesPlace('echo /opt/usr/lib/libx.so')).toBeNull();
});
