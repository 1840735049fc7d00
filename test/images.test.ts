import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apkToApt } from '../src/data/apk-to-apt.ts';
import { pythonTags } from '../src/data/python-tags.ts';
import { aptPackagesFor, wheelVerdict } from '../src/images/apk-to-apt.ts';
import { baseFacts } from '../src/images/base-facts.ts';
import { newestMinor, pythonTag, readPythonTag } from '../src/images/python-tags.ts';
import { slimTagFor, suiteOfSlimTag, tagExists } from '../src/images/python-tags.ts';
import { parseReference, withTag } from '../src/images/reference.ts';
import { stillBuilt, suiteOfSlim, versionOfAlpine } from '../src/images/suites.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('image references', () => {
  test.each([
    // [reference, registry, repository, tag, digest, full name]
    ['python', null, 'python', null, null, 'docker.io/library/python'],
    ['python:3.12-slim', null, 'python', '3.12-slim', null, 'docker.io/library/python'],
    ['library/python:3', null, 'library/python', '3', null, 'docker.io/library/python'],
    ['docker.io/python:3', 'docker.io', 'python', '3', null, 'docker.io/library/python'],
    ['bitnami/python:3.11', null, 'bitnami/python', '3.11', null, 'docker.io/bitnami/python'],
    ['ghcr.io/astral-sh/uv:0.5', 'ghcr.io', 'astral-sh/uv', '0.5', null, 'ghcr.io/astral-sh/uv'],
    ['localhost/app', 'localhost', 'app', null, null, 'localhost/app'],
    ['localhost:5000/app', 'localhost:5000', 'app', null, null, 'localhost:5000/app'],
    ['reg.example:5000/a/b:1.0', 'reg.example:5000', 'a/b', '1.0', null, 'reg.example:5000/a/b'],
    [`reg.example:5000/a/b:1.0@${digest}`, 'reg.example:5000', 'a/b', '1.0', digest, 'reg.example:5000/a/b'],
    [`python@${digest}`, null, 'python', null, digest, 'docker.io/library/python'],
    ['python:${VERSION}-slim', null, 'python', '${VERSION}-slim', null, 'docker.io/library/python'],
    ['python:${VERSION:-3.12}', null, 'python', '${VERSION:-3.12}', null, 'docker.io/library/python'],
    ['python:$VERSION-alpine', null, 'python', '$VERSION-alpine', null, 'docker.io/library/python'],
    ['${REGISTRY}/python:3.12', '${REGISTRY}', 'python', '3.12', null, null],
    ['${REGISTRY:-docker.io/library}/python:3', '${REGISTRY:-docker.io/library}', 'python', '3', null, null],
    ['$REGISTRY/team/python', '$REGISTRY', 'team/python', null, null, null],
    ['${BASE_IMAGE}', null, '${BASE_IMAGE}', null, null, null],
    ['${BASE:-python:3.12@x}', null, '${BASE:-python:3.12@x}', null, null, null],
    ['${A:-${B:-x/y:z}}:t', null, '${A:-${B:-x/y:z}}', 't', null, null],
    ['', null, '', null, null, 'docker.io/library/'],
  ])('%s', (raw, registry, repository, tag, found, name) => {
    expect(parseReference(raw)).toMatchObject({ raw, registry, repository, tag, digest: found, name });
  });

  test('the parts and their separators give the text again, whatever it is', () => {
    const piece = constantFrom('a', 'b.c', ':', '/', '@', '${X}', '${X:-y/z:w@v}', '$X', '{', '}', '-', 'localhost');
    assert(
      property(array(piece, { maxLength: 12 }), (pieces) => {
        const raw = pieces.join('');
        const { registry, repository, tag, digest: found, tagSpan } = parseReference(raw);
        const parts = [registry === null ? '' : `${registry}/`, repository, tag === null ? '' : `:${tag}`];
        expect(parts.join('') + (found === null ? '' : `@${found}`)).toBe(raw);
        expect(tagSpan === null ? null : raw.slice(tagSpan.start, tagSpan.end)).toBe(tag);
      }),
    );
  });

  test('a tag is replaced or added, and nothing else changes', () => {
    expect(withTag(parseReference('docker.io/python:3.12-alpine'), '3.12-slim')).toBe('docker.io/python:3.12-slim');
    expect(withTag(parseReference('reg:5000/python'), '3')).toBe('reg:5000/python:3');
    expect(withTag(parseReference(`python@${digest}`), '3')).toBe(`python:3@${digest}`);
  });

  test('a reference of 100,000 separators', () => {
    expect(parseReference('a/'.repeat(100_000)).tag).toBeNull();
    expect(parseReference('${'.repeat(100_000)).tag).toBeNull();
    expect(readPythonTag(`3.${'1'.repeat(100_000)}-`)).toMatchObject({ variant: 'full' });
  });
});

describe('tags of the Python image', () => {
  const release = (minor: string | null, patch: number | null = null, pre: string | null = null) => ({
    minor,
    patch,
    pre,
  });

  test.each([
    ['3.12.4-slim-bookworm', release('3.12', 4), 'slim', 'bookworm'],
    ['3.12-alpine3.19', release('3.12'), 'alpine', '3.19'],
    ['3.13.0rc1-alpine', release('3.13', 0, 'rc1'), 'alpine', null],
    ['3.14-rc-slim', release('3.14', null, 'rc'), 'slim', null],
    ['3-alpine', release(null), 'alpine', null],
    ['alpine', release(null), 'alpine', null],
    ['slim', release(null), 'slim', null],
    ['latest', release(null), 'full', null],
    ['3.11', release('3.11'), 'full', null],
    ['3.11-bullseye', release('3.11'), 'full', 'bullseye'],
    ['3.11-windowsservercore-ltsc2022', release('3.11'), 'windows', null],
    ['3.8-onbuild', release('3.8'), 'other', null],
    ['${VERSION}-alpine3.20', release(null), 'alpine', '3.20'],
    ['3.${MINOR}-slim', release(null), 'other', null],
    ['slimmer', release(null), 'other', null],
    ['3.12slim', release(null), 'other', null],
  ])('%s', (tag, version, variant, suite) => {
    expect(readPythonTag(tag)).toMatchObject({ version, variant, suite });
  });

  test('only the official image has such tags', () => {
    expect(pythonTag('python')?.variant).toBe('full');
    expect(pythonTag('public.ecr.aws/docker/library/python:3.12-slim')?.version.minor).toBe('3.12');
    expect(pythonTag('bitnami/python:3.12')).toBeNull();
    expect(pythonTag('reg.example/library/python:3.12')).toBeNull();
    expect(pythonTag('${REGISTRY}/python:3.12')).toBeNull();
  });

  test.each([
    ['3.12', 'slim', null, null, 'yes'],
    ['3.12', '', 3, null, 'yes'],
    ['3.12', 'alpine3.19', 1, null, 'yes'],
    ['3.12', 'alpine3.19', 0, null, 'no'],
    ['3.12', 'alpine3.14', null, null, 'no'],
    ['3.12', 'slim-buster', null, null, 'no'],
    ['3.8', 'slim-trixie', null, null, 'no'],
    ['3.8', 'slim', 20, null, 'yes'],
    ['3.8', 'slim', 21, null, 'no'],
    ['3.13', 'slim', 0, 'rc1', 'yes'],
    ['3.13', 'slim', 0, 'rc9', 'no'],
    ['3.15', 'slim', null, 'rc', 'yes'],
    ['3.6', 'slim', 99, null, 'no'],
    ['3.3', 'slim-trixie', null, null, 'no'],
    ['3.12', 'slim-jessie', null, null, 'no'],
    ['3.13', 'slim-bullseye', 99, null, 'no'],
    // Not in the table at all.
    ['3.8', 'windowsservercore', null, null, 'unknown'],
    ['3.13', 'slim-forky', null, null, 'unknown'],
    ['3.1', 'slim', null, null, 'no'],
    // May have been made since.
    ['3.13', 'slim', 99, null, 'unknown'],
    ['3.14', 'alpine3.99', null, null, 'unknown'],
    ['3.99', 'slim', null, null, 'unknown'],
    ['3.15', 'slim', null, null, 'unknown'],
    ['4.0', 'alpine', null, null, 'unknown'],
  ] as const)('python:%s-%s, patch %s%s: %s', (minor, variant, patch, pre, expected) => {
    expect(tagExists(minor, variant, patch, pre)).toBe(expected);
  });

  test('every listed release with a plain Alpine tag has a slim twin, but for the oldest pre-releases', () => {
    const without: string[] = [];
    for (const line of pythonTags.trim().split('\n')) {
      const [minor = '', variant = '', range = '', pre = ''] = line.split('\t');
      if (variant !== 'alpine') continue;
      const [first = 0, last = -1] = range === '-' ? [] : range.split('-').map(Number);
      for (let patch = first; patch <= last; patch++) {
        if ('refusal' in slimTagFor(`${minor}.${patch}-alpine`)) without.push(`${minor}.${patch}`);
      }
      for (const release of pre === '' ? [] : pre.split(',')) {
        if ('refusal' in slimTagFor(`${minor}.${release}-alpine`)) without.push(`${minor}.${release}`);
      }
    }
    // Some pre-releases were built on Alpine and on full Debian images only.
    const expected = ['3.7.0a1'];
    expected.push('3.9.0a1', '3.9.0a2', '3.9.0a5', '3.9.0a6', '3.9.0b1', '3.9.0b2', '3.9.0b3', '3.9.0b4');
    expect(without.filter((release) => !/^(2\.7|3\.[3456])\./.test(release))).toEqual(expected);
  });

  test.each([
    ['3.12-alpine3.19', { tag: '3.12-slim', suite: 'trixie', from: 'alpine3.19', to: 'slim' }],
    ['3.12.4-alpine', { tag: '3.12.4-slim', suite: 'bookworm' }],
    ['3.12.11-alpine', { tag: '3.12.11-slim', suite: 'trixie' }],
    ['3.8-alpine', { tag: '3.8-slim', suite: 'bookworm' }],
    ['3.9.2-alpine3.13', { tag: '3.9.2-slim', suite: 'buster' }],
    ['3.6-alpine', { tag: '3.6-slim', suite: 'bullseye' }],
    ['3-alpine', { tag: '3-slim', suite: 'trixie' }],
    ['alpine', { tag: 'slim', suite: 'trixie', from: 'alpine', to: 'slim' }],
    ['alpine3.23', { tag: 'slim', suite: 'trixie' }],
    // Not built since Python 3.13 and 3.7: the floating tags have not moved since.
    ['alpine3.20', { tag: '3.13-slim', suite: 'trixie', from: 'alpine3.20', to: '3.13-slim' }],
    ['3-alpine3.7', { tag: '3.7-slim', suite: 'bookworm', from: '3-alpine3.7', to: '3.7-slim' }],
    ['3.13.0rc1-alpine3.20', { tag: '3.13.0rc1-slim', suite: 'bookworm' }],
    ['3.15-rc-alpine', { tag: '3.15-rc-slim', suite: 'trixie' }],
  ])('the slim twin of %s', (alpine, expected) => {
    expect(slimTagFor(alpine)).toMatchObject(expected);
  });

  test.each([
    ['3.12-slim', 'base-unknown'],
    ['${VERSION}-alpine', 'unresolved-variable'],
    ['3.8.99-alpine', 'tag-missing'],
    ['3.13.99-alpine', 'base-unknown'],
    ['7-alpine', 'tag-missing'],
    ['3.12-alpine-custom', 'base-unknown'],
  ])('no slim twin of %s: %s', (alpine, reason) => {
    expect(slimTagFor(alpine)).toMatchObject({ reason });
  });

  test('what floating tags meant, and mean', () => {
    expect(suiteOfSlim('3.12')).toBe('trixie');
    expect(suiteOfSlim('3.12', '2025-08-10')).toBe('bookworm');
    expect(suiteOfSlim('3.12', '2025-08-11')).toBe('trixie');
    expect(suiteOfSlim('3.12', '2020-01-01')).toBeNull();
    expect(suiteOfSlim('3.8', '2030-01-01')).toBe('bookworm');
    expect(suiteOfSlim('9.9')).toBeNull();
    expect(versionOfAlpine('3.12', '2024-01-01')).toBe('3.19');
    expect(suiteOfSlimTag(readPythonTag('3.12-slim-bullseye'))).toBe('bullseye');
    expect(suiteOfSlimTag(readPythonTag('${VERSION}-slim'))).toBeNull();
    expect([newestMinor(), newestMinor('2')]).toEqual(['3.14', '2.7']);
    expect([stillBuilt('3.13'), stillBuilt('3.15'), stillBuilt('3.8')]).toEqual([true, true, false]);
  });
});

describe('Alpine packages in Debian', () => {
  test.each([
    ['build-base', 'bookworm', { kind: 'packages', names: ['build-essential'], role: 'build' }],
    ['alpine-sdk', 'trixie', { kind: 'packages', names: ['build-essential', 'git'] }],
    ['libmagic', 'bookworm', { kind: 'packages', names: ['libmagic1'] }],
    ['libmagic', 'trixie', { kind: 'packages', names: ['libmagic1t64'] }],
    ['linux-headers', 'trixie', { kind: 'packages', names: ['linux-libc-dev'] }],
    ['libc6-compat', 'trixie', { kind: 'drop' }],
    ['rustup', 'bookworm', { kind: 'none' }],
    ['rustup', 'trixie', { kind: 'packages', names: ['rustup'] }],
    ['python3-dev', 'trixie', { kind: 'system-python' }],
    ['python-dev', 'trixie', { kind: 'system-python', names: [] }],
    ['py-pip', 'bookworm', { kind: 'system-python', names: ['python3-pip'] }],
    ['python2', 'bookworm', { kind: 'none' }],
    ['py2-pip', 'trixie', { kind: 'none' }],
    ['py3-numpy', 'trixie', { kind: 'none' }],
    ['bash', 'bookworm', { kind: 'packages', role: 'base' }],
    ['build-base', 'buster', { kind: 'unmapped' }],
    ['no-such-package', 'trixie', { kind: 'unmapped' }],
    ['constructor', 'trixie', { kind: 'unmapped' }],
  ])('%s in %s', (apk, suite, expected) => {
    expect(aptPackagesFor(apk, suite)).toMatchObject(expected);
  });

  test('the table has well-formed rows and no name twice', () => {
    const seen = new Set<string>();
    for (const line of apkToApt.trim().split('\n')) {
      const [apk = '', kind = '', bookworm = '', trixie = ''] = line.split('\t');
      expect(seen).not.toContain(apk);
      seen.add(apk);
      expect(['build', 'run', 'tool', 'base', 'drop', 'python', 'refuse']).toContain(kind);
      const packages = /^(-|DROP|[a-z0-9][a-z0-9+.-]+( [a-z0-9][a-z0-9+.-]+)*)$/;
      expect(bookworm).toMatch(packages);
      expect(trixie === '=' ? bookworm : trixie).toMatch(packages);
    }
    expect(seen.size).toBeGreaterThan(650);
  });
});

test('which wheels a Python package has', () => {
  expect(wheelVerdict('torch')).toBe('manylinux-only');
  expect(wheelVerdict('Opencv_Python')).toBe('manylinux-only');
  expect(wheelVerdict('numpy')).toBe('musllinux');
  expect(wheelVerdict('Flask')).toBe('pure');
  expect(wheelVerdict('psycopg2')).toBe('none');
  expect(wheelVerdict('no-such-package')).toBe('unknown');
});

describe('base images', () => {
  test.each([
    ['python:3.12-slim', { cwd: '/', user: 'root', libc: 'glibc', packageManager: 'apt', shell: 'sh' }],
    ['python:3.12-slim', { python: { prefix: '/usr/local', minor: '3.12' } }],
    ['python:3.12-alpine', { libc: 'musl', packageManager: 'apk' }],
    ['python', { python: { prefix: '/usr/local', minor: null }, libc: 'glibc' }],
    ['python:${V}', { python: { prefix: '/usr/local', minor: null }, libc: null, packageManager: null }],
    ['python:${V}-slim', { libc: 'glibc', packageManager: 'apt' }],
    ['python:3.${V}-slim', { libc: null }],
    [`python@${digest}`, { python: { prefix: '/usr/local', minor: null }, libc: null }],
    ['pypy:3.10-slim', { python: { prefix: '/opt/pypy', minor: '3.10' } }],
    ['debian:bookworm-slim', { python: null, libc: 'glibc', packageManager: 'apt' }],
    ['ubuntu', { python: null, packageManager: 'apt' }],
    ['alpine:3.20', { python: null, libc: 'musl', packageManager: 'apk' }],
    ['node:20-alpine', { libc: 'musl' }],
    ['node:${V}', { libc: null }],
    ['ghcr.io/astral-sh/uv:python3.12-bookworm-slim', { python: { prefix: '/usr/local', minor: '3.12' } }],
    ['ghcr.io/astral-sh/uv:python3.12-bookworm-slim', { libc: 'glibc', packageManager: 'apt' }],
    ['ghcr.io/astral-sh/uv:0.5.1-python3.12-alpine', { libc: 'musl', packageManager: 'apk' }],
    ['tiangolo/uvicorn-gunicorn-fastapi:python3.11', { cwd: '/app', python: { prefix: '/usr/local', minor: '3.11' } }],
    ['tiangolo/uvicorn-gunicorn:python3.8-alpine3.10', { libc: 'musl', packageManager: 'apk' }],
    ['nvidia/cuda:12.4.1-runtime-ubuntu22.04', { packageManager: 'apt', python: null, path: null }],
    ['public.ecr.aws/lambda/python:3.12', { cwd: '/var/task', packageManager: 'dnf' }],
    ['public.ecr.aws/lambda/python:3.11', { cwd: '/var/task', packageManager: null }],
    ['mcr.microsoft.com/devcontainers/python:3.12', { user: null, python: { prefix: '/usr/local', minor: null } }],
    ['continuumio/miniconda3', { python: { prefix: '/opt/conda', minor: null } }],
    ['quay.io/jupyter/scipy-notebook:2024-05-01', { cwd: '/home/jovyan', user: '1000' }],
    ['bitnami/python:3.12', { cwd: '/app', python: { prefix: '/opt/bitnami/python', minor: null } }],
    ['gcr.io/distroless/python3-debian12', { user: 'root', shell: 'none', python: { prefix: '/usr', minor: '3.11' } }],
    ['gcr.io/distroless/python3:nonroot', { user: '65532', python: { prefix: '/usr', minor: null } }],
    ['registry.access.redhat.com/ubi8/python-39', { cwd: '/opt/app-root/src', user: '1001' }],
    ['registry.access.redhat.com/ubi9/python-312:1', { python: { prefix: '/opt/app-root', minor: '3.12' } }],
  ])('%s', (reference, expected) => {
    expect(baseFacts(reference)).toMatchObject(expected);
  });

  test.each([
    'example.com/python:3.12',
    '${BASE}',
    'ghcr.io/astral-sh/uv:latest',
    'python:3.12-windowsservercore',
    'continuumio/miniconda3:4.10.3p0-alpine',
    'scratch',
  ])('nothing is claimed of %s', (reference) => {
    expect(baseFacts(reference)).toBeNull();
  });

  test('variables that are surely set', () => {
    const env = (reference: string) => Object.fromEntries(baseFacts(reference)?.env ?? []);
    expect(env('python:3.12.4-slim')).toEqual({ LANG: 'C.UTF-8', PYTHON_VERSION: '3.12.4' });
    expect(env('python:3.13-slim')).toEqual({});
    expect(env('public.ecr.aws/lambda/python:3.12')).toMatchObject({ LAMBDA_TASK_ROOT: '/var/task' });
    expect(env('tiangolo/uvicorn-gunicorn:python3.11')).toEqual({ PYTHONPATH: '/app' });
    expect(baseFacts('python:3.12')?.path).toEqual([
      '/usr/local/bin',
      '/usr/local/sbin',
      '/usr/local/bin',
      '/usr/sbin',
      '/usr/bin',
      '/sbin',
      '/bin',
    ]);
    for (const tag of ['golang', 'golang:1', 'golang:1.21-alpine', 'golang:1.24.3-bookworm']) expect(env(tag)).toEqual({ GOPATH: '/go', GOTOOLCHAIN: 'local' });
    for (const tag of ['ruby', 'ruby:3.2-slim', 'registry.docker.com/library/ruby:$RUBY_VERSION-slim', 'ruby:2.7-alpine3.16', 'public.ecr.aws/docker/library/ruby:3.3']) expect(env(tag)).toMatchObject({ GEM_HOME: '/usr/local/bundle', BUNDLE_APP_CONFIG: '/usr/local/bundle' });
    expect(baseFacts('ruby:3.3-alpine')).toMatchObject({ packageManager: 'apk', path: ['/usr/local/bundle/bin', '/usr/local/bin', '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'] });
    expect(env('ruby:2.3.8-slim')).toMatchObject({ BUNDLE_PATH: '/usr/local/bundle' });
    expect(env('ruby:2.30')).not.toHaveProperty('BUNDLE_PATH');
    expect(baseFacts('ruby:2.1-onbuild')).toBe(null);
    for (const tag of ['golang:1.20-alpine', 'golang:1.9', 'golang:${GO}-alpine']) expect(env(tag)).toEqual({ GOPATH: '/go' });
    for (const tag of ['composer', 'composer/composer:2.8', 'composer:lts']) expect(env(tag)).toEqual({ COMPOSER_ALLOW_SUPERUSER: '1', COMPOSER_HOME: '/tmp', PHP_INI_DIR: '/usr/local/etc/php' });
  });

  test('the images of PHP for a server have a directory for the site', () => {
    for (const tag of ['php:fpm', 'php:8.3-fpm-alpine', 'php:8-apache-bookworm', 'php:${PHP}-fpm', 'php:8.2-apache']) expect(baseFacts(tag)?.cwd).toBe('/var/www/html');
    for (const tag of ['php', 'php:8.3-cli', 'php:8.3-alpine', 'php:${PHP}-zts', 'php:8']) expect(baseFacts(tag)?.cwd).toBe(baseFacts('debian')?.cwd);
    for (const tag of ['php:${TAG}', 'php:8.3-${VARIANT}', 'composer:${VERSION}', 'composer:2-bin']) expect(baseFacts(tag)).toBeNull();
  });
});
