/**
 * What is known about well-known base images without pulling them. Only what their own Dockerfiles (or the
 * documentation named beside each) say for every tag that the entry covers; everything else is null, or missing from
 * `env`. Read at the source in August 2026: python, pypy, uv, tiangolo, Lambda 3.12, UBI 8, bitnami 3.12, jupyter,
 * miniconda3, distroless; golang, php, composer and ruby in November. General knowledge, not read anew: debian, ubuntu, alpine, node, nvidia/cuda, anaconda3, older
 * Lambda images, UBI 9, devcontainers.
 */
import type { Path } from '../types.ts';
import { isOfficialPython, minorOf, readPythonTag } from './python-tags.ts';
import type { PythonTag } from './python-tags.ts';
import { parseReference } from './reference.ts';
import type { ImageReference } from './reference.ts';

export interface BaseFacts {
  /** WORKDIR; `/` where the image sets none. */
  readonly cwd: Path | null;
  /** USER as the image's configuration has it; `root` where it sets none. */
  readonly user: string | null;
  /** The directories of PATH in order; null if not known. */
  readonly path: readonly Path[] | null;
  /** The Python that `pip` and `python` mean; null if there is none, or it is not known. */
  readonly python: { readonly prefix: Path | null; readonly minor: string | null } | null;
  readonly libc: 'glibc' | 'musl' | null;
  readonly packageManager: 'apt' | 'apk' | 'dnf' | null;
  /** What runs RUN in shell form: the image's SHELL, or /bin/sh; `none` if it has no shell. */
  readonly shell: 'sh' | 'bash' | 'none' | null;
  /** Variables that the image surely sets, PATH apart. It may set others. */
  readonly env: ReadonlyMap<string, string>;
}

/** PATH of the official debian, ubuntu and alpine images (the engine's default, which they also set). */
const defaultPath: readonly Path[] = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const nothingKnown: BaseFacts = {
  cwd: null,
  user: null,
  path: null,
  python: null,
  libc: null,
  packageManager: null,
  shell: null,
  env: new Map(),
};

const debianLike: BaseFacts = {
  cwd: '/',
  user: 'root',
  path: defaultPath,
  python: null,
  libc: 'glibc',
  packageManager: 'apt',
  shell: 'sh',
  env: new Map(),
};

const alpineLike: BaseFacts = { ...debianLike, libc: 'musl', packageManager: 'apk' };

type Reader = (tag: string, repository: string) => BaseFacts | null;

/** Images by full name; a name that ends in `*` covers all that begin so. The first entry that fits counts. */
const images: readonly (readonly [name: string, read: Reader])[] = [
  // The official images, by their Dockerfiles in docker-library and debuerreotype: no USER, no WORKDIR, no SHELL.
  ['docker.io/library/debian', () => debianLike],
  ['docker.io/library/buildpack-deps', () => debianLike],
  ['docker.io/library/ubuntu', () => debianLike],
  ['public.ecr.aws/docker/library/debian', () => debianLike],
  ['public.ecr.aws/docker/library/ubuntu', () => debianLike],
  ['docker.io/library/alpine', () => alpineLike],
  ['public.ecr.aws/docker/library/alpine', () => alpineLike],
  // nodejs/docker-node: FROM buildpack-deps, debian:*-slim or alpine; a user `node` exists, but USER is not set. The
  // full image also has Debian's python3, of which nothing is said here.
  ['docker.io/library/node', readNode],
  ['docker.io/library/golang', readGolang],
  ['docker.io/library/php', readPhp],
  ['docker.io/library/composer', readComposer],
  ['docker.io/composer/composer', readComposer],
  ['docker.io/library/ruby', readRuby],
  ['public.ecr.aws/docker/library/ruby', readRuby],
  ['registry.docker.com/library/ruby', readRuby],
  ['docker.io/library/pypy', readPypy],
  // astral-sh/uv, .github/workflows/build-docker.yml: FROM python:… (and others), uv in /usr/local/bin.
  ['ghcr.io/astral-sh/uv', readUv],
  // tiangolo's images: FROM python:…, `WORKDIR /app/`, `ENV PYTHONPATH=/app` (docker-images/python3.11.dockerfile).
  ['docker.io/tiangolo/uvicorn-gunicorn*', readTiangolo],
  // gitlab.com/nvidia/container-images: made from ubuntu, ubi or rockylinux, which the tag ends with.
  ['docker.io/nvidia/cuda', readCuda],
  ['nvcr.io/nvidia/cuda', readCuda],
  ['public.ecr.aws/lambda/python', readLambda],
  ['docker.io/amazon/aws-lambda-python', readLambda],
  // devcontainers/images, src/python: FROM python:…, with more tools and directories on PATH.
  [
    'mcr.microsoft.com/devcontainers/python',
    () => ({ ...nothingKnown, python: { prefix: '/usr/local', minor: null }, libc: 'glibc', packageManager: 'apt' }),
  ],
  // ContinuumIO/docker-images, miniconda3/debian and anaconda3/debian: FROM debian:*-slim, /opt/conda/bin before PATH.
  ['docker.io/continuumio/miniconda3', (tag) => (/alpine/.test(tag) ? null : conda)],
  ['docker.io/continuumio/anaconda3', (tag) => (/alpine/.test(tag) ? null : conda)],
  // conda-forge/miniforge-images, ubuntu/Dockerfile: FROM ubuntu, CONDA_DIR=/opt/conda, its bin before PATH.
  ['docker.io/condaforge/miniforge3', () => conda],
  ['docker.io/condaforge/mambaforge', () => conda],
  ['docker.io/condaforge/miniforge-pypy3', () => conda],
  // jupyter/docker-stacks, docker-stacks-foundation: USER ${NB_UID}, WORKDIR ${HOME}.
  ['quay.io/jupyter/*', () => jupyter],
  ['docker.io/jupyter/*', () => jupyter],
  // bitnami/containers, bitnami/python/*/debian-12: SHELL bash with options, WORKDIR /app.
  ['docker.io/bitnami/python', () => bitnami],
  ['docker.io/bitnamilegacy/python', () => bitnami],
  ['gcr.io/distroless/python3*', readDistroless],
  // sclorg/s2i-python-container (Dockerfile.rhel8, .rhel9) on s2i-base: a virtual environment in /opt/app-root.
  ['registry.access.redhat.com/ubi8/python-*', readUbi],
  ['registry.access.redhat.com/ubi9/python-*', readUbi],
  ['registry.redhat.io/ubi8/python-*', readUbi],
  ['registry.redhat.io/ubi9/python-*', readUbi],
];

/** What is known about a base image; null for one that is not in the list, or whose name holds a variable. */
export function baseFacts(reference: ImageReference | string): BaseFacts | null {
  const parsed = typeof reference === 'string' ? parseReference(reference) : reference;
  const { name } = parsed;
  if (name === null) return null;
  // With a digest and no tag, nothing says which variant it is.
  const tag = parsed.tag ?? (parsed.digest === null ? 'latest' : '$');
  if (isOfficialPython(parsed)) return officialPython(readPythonTag(tag));
  const entry = images.find(([known]) => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : known === name));
  return entry?.[1](tag, name) ?? null;
}

/** The C library of a base image, as far as its name says it. */
export function libcOfReference(reference: string): BaseFacts['libc'] {
  return baseFacts(reference)?.libc ?? (/[:-]alpine|\/alpine(?::|$)/.test(reference) ? 'musl' : null);
}

/** Could a variable in the tag hide the variant? `${VERSION}-slim` does not. */
function hidden(tag: string): boolean {
  return /^\$(\{[^{}]*\}|\w*)$|-\$/.test(tag);
}

/** Facts with nothing that depends on the distribution. */
function withoutOs(facts: BaseFacts): BaseFacts {
  return { ...facts, libc: null, packageManager: null };
}

/**
 * docker-library/python, Dockerfile-linux.template: FROM buildpack-deps, debian:*-slim or alpine, /usr/local/bin before
 * PATH, Python in /usr/local; LANG up to 3.12 only.
 */
function officialPython(tag: PythonTag): BaseFacts | null {
  const { version, variant, variantText } = tag;
  if (variant === 'windows') return null;
  const env = new Map<string, string>();
  const meant = minorOf(tag);
  if (meant !== null) {
    const [major = 0, minor = 0] = meant.split('.').map(Number);
    if (major === 3 && minor <= 12) env.set('LANG', 'C.UTF-8');
    if (version.patch !== null) env.set('PYTHON_VERSION', `${version.minor}.${version.patch}${version.pre ?? ''}`);
  }
  const os = variant === 'alpine' ? alpineLike : debianLike;
  const facts: BaseFacts = {
    ...os,
    path: ['/usr/local/bin', ...defaultPath],
    python: { prefix: '/usr/local', minor: meant },
    env,
  };
  const osUnknown = variant === 'other' || (variantText === '' && version.text.startsWith('$'));
  return osUnknown ? withoutOs(facts) : facts;
}

function readNode(tag: string): BaseFacts {
  if (/(^|-)alpine/.test(tag)) return alpineLike;
  return hidden(tag) ? withoutOs(debianLike) : debianLike;
}

/**
 * docker-library/golang, Dockerfile-linux.template: FROM buildpack-deps:*-scm or alpine, `WORKDIR $GOPATH`; GOTOOLCHAIN
 * since go knows it (1.21).
 */
function readGolang(tag: string): BaseFacts {
  const os = /(^|-)alpine/.test(tag) ? alpineLike : debianLike;
  const minor = /^1\.(\d+)/.exec(tag)?.[1];
  const isOlder = tag.includes('$') || (minor !== undefined && Number(minor) < 21);
  const env = new Map([['GOPATH', '/go'], ...(isOlder ? [] : [['GOTOOLCHAIN', 'local'] as const])]);
  return { ...(hidden(tag) ? withoutOs(os) : os), cwd: '/go', path: ['/go/bin', '/usr/local/go/bin', ...defaultPath], env };
}

/** docker-library/php, Dockerfile-linux.template: debian:*-slim or alpine; WORKDIR is set where it is made for a web server. */
function readPhp(tag: string): BaseFacts | null {
  const isForServer = /(?:^|-)(?:apache|fpm)(?:-|$)/.test(tag);
  if (tag.includes('$') && !isForServer && !/(?:^|-)(?:cli|zts)(?:-|$)/.test(tag)) return null;
  const os = /(^|-)alpine/.test(tag) ? alpineLike : debianLike;
  return { ...(hidden(tag) ? withoutOs(os) : os), ...(isForServer ? { cwd: '/var/www/html' } : {}), env: new Map([['PHP_INI_DIR', '/usr/local/etc/php']]) };
}

/** composer/docker, Dockerfile: FROM php:8-alpine (1.10 and 2.2: php:7-alpine and 8); the variants `bin` are FROM scratch. */
function readComposer(tag: string): BaseFacts | null {
  return tag.includes('$') || tag.endsWith('bin') ? null : { ...alpineLike, cwd: '/app', env: new Map([['COMPOSER_ALLOW_SUPERUSER', '1'], ['COMPOSER_HOME', '/tmp'], ['PHP_INI_DIR', '/usr/local/etc/php']]) };
}

/**
 * docker-library/ruby, Dockerfile.template: FROM buildpack-deps, debian:*-slim or alpine; gems in /usr/local/bundle, whose
 * `bin` comes first in PATH. Until January 2020, and so always up to Ruby 2.3, BUNDLE_PATH named that directory as well.
 */
function readRuby(tag: string): BaseFacts | null {
  if (tag.includes('onbuild')) return null;
  const os = /(^|-)alpine/.test(tag) ? alpineLike : debianLike;
  const home = '/usr/local/bundle';
  const isOld = /^(?:1|2\.[0-3])(?:[.-]|$)/.test(tag);
  const env = new Map([['GEM_HOME', home], ['BUNDLE_APP_CONFIG', home], ...(isOld ? [['BUNDLE_PATH', home] as const] : [])]);
  return { ...(hidden(tag) ? withoutOs(os) : os), path: [`${home}/bin`, '/usr/local/bin', ...defaultPath], env };
}

/** docker-library/pypy, Dockerfile-linux.template: tags are `3.10-7.3.17-slim`, without Alpine since 2021. */
function readPypy(tag: string): BaseFacts {
  const minor = /^(\d+\.\d+)/.exec(tag)?.[1] ?? null;
  const env = new Map([['LANG', 'C.UTF-8']]);
  return { ...debianLike, path: ['/opt/pypy/bin', ...defaultPath], python: { prefix: '/opt/pypy', minor }, env };
}

/** Tags are `[VERSION-]python3.12-bookworm-slim`, `[VERSION-]alpine`, or a version alone for an image of uv only. */
function readUv(tag: string): BaseFacts | null {
  const match = /(?:^|-)python(\d+\.\d+)-(?:(alpine)|(?:bookworm|trixie|bullseye)(?:-slim)?$)/.exec(tag);
  if (match === null) return null;
  const os = match[2] === undefined ? debianLike : alpineLike;
  const minor = match[1] ?? null;
  return { ...os, path: ['/usr/local/bin', ...defaultPath], python: { prefix: '/usr/local', minor } };
}

function readTiangolo(tag: string): BaseFacts | null {
  const match = /^python(\d+\.\d+)(-alpine)?/.exec(tag);
  const known = match !== null || tag === 'latest';
  return {
    ...(match?.[2] === undefined ? debianLike : alpineLike),
    ...(known ? {} : { libc: null, packageManager: null }),
    cwd: '/app',
    path: ['/usr/local/bin', ...defaultPath],
    python: { prefix: '/usr/local', minor: match?.[1] ?? null },
    env: new Map([['PYTHONPATH', '/app']]),
  };
}

function readCuda(tag: string): BaseFacts | null {
  const facts: BaseFacts = { ...nothingKnown, cwd: '/', user: 'root', libc: 'glibc' };
  if (/-ubuntu\d/.test(tag)) return { ...facts, packageManager: 'apt', shell: 'sh' };
  if (/-(ubi|rockylinux|oraclelinux)\d/.test(tag)) return { ...facts, packageManager: 'dnf', shell: 'sh' };
  return facts;
}

/**
 * aws/aws-lambda-base-images, Dockerfile.python3.*: PATH, LAMBDA_TASK_ROOT, LAMBDA_RUNTIME_DIR, WORKDIR /var/task,
 * Python in /var/lang. Amazon Linux 2023 (dnf) from 3.12 on, Amazon Linux 2 (yum) before.
 */
function readLambda(tag: string): BaseFacts {
  const minor = /^(3\.\d+)/.exec(tag)?.[1] ?? null;
  const dnf = minor !== null && Number(minor.slice(2)) >= 12;
  return {
    cwd: '/var/task',
    user: 'root',
    path: ['/var/lang/bin', '/usr/local/bin', '/usr/bin', '/bin', '/opt/bin'],
    python: { prefix: '/var/lang', minor },
    libc: 'glibc',
    packageManager: dnf ? 'dnf' : null,
    shell: 'sh',
    env: new Map([
      ['LANG', 'en_US.UTF-8'],
      ['LAMBDA_TASK_ROOT', '/var/task'],
      ['LAMBDA_RUNTIME_DIR', '/var/runtime'],
    ]),
  };
}

const conda: BaseFacts = {
  ...debianLike,
  path: ['/opt/conda/bin', ...defaultPath],
  python: { prefix: '/opt/conda', minor: null },
  env: new Map([
    ['LANG', 'C.UTF-8'],
    ['LC_ALL', 'C.UTF-8'],
  ]),
};

/** Their Dockerfile sets SHELL, but an image in the OCI format, as many registries serve it, does not keep that. */
const jupyter: BaseFacts = {
  ...debianLike,
  cwd: '/home/jovyan',
  user: '1000',
  path: ['/opt/conda/bin', ...defaultPath],
  python: { prefix: '/opt/conda', minor: null },
  shell: null,
  env: new Map([
    ['CONDA_DIR', '/opt/conda'],
    ['HOME', '/home/jovyan'],
    ['NB_USER', 'jovyan'],
    ['NB_UID', '1000'],
    ['NB_GID', '100'],
  ]),
};

const bitnami: BaseFacts = {
  ...nothingKnown,
  cwd: '/app',
  user: 'root',
  path: ['/opt/bitnami/python/bin', ...defaultPath],
  python: { prefix: '/opt/bitnami/python', minor: null },
  libc: 'glibc',
  packageManager: 'apt',
};

/**
 * GoogleContainerTools/distroless, python3/: Debian's python3 in /usr and nothing else. The debug tags have busybox,
 * but not as /bin/sh; the nonroot ones USER 65532 and WORKDIR /home/nonroot.
 */
function readDistroless(tag: string, name: string): BaseFacts {
  const debian = /-debian(\d+)$/.exec(name)?.[1];
  const minors: Readonly<Record<string, string>> = { '11': '3.9', '12': '3.11', '13': '3.13' };
  const nonroot = tag.includes('nonroot');
  const unknown = hidden(tag);
  return {
    cwd: unknown ? null : nonroot ? '/home/nonroot' : '/',
    user: unknown ? null : nonroot ? '65532' : 'root',
    path: unknown || tag.includes('debug') ? null : defaultPath,
    python: { prefix: '/usr', minor: debian === undefined ? null : (minors[debian] ?? null) },
    libc: 'glibc',
    packageManager: null,
    shell: 'none',
    env: new Map(),
  };
}

/** `ubi8/python-39`, `ubi8/python-311`, `ubi9/python-312-minimal`. */
function readUbi(_tag: string, name: string): BaseFacts {
  const digits = /\/python-(\d)(\d+)/.exec(name);
  return {
    cwd: '/opt/app-root/src',
    user: '1001',
    path: null,
    python: { prefix: '/opt/app-root', minor: digits === null ? null : `${digits[1]}.${digits[2]}` },
    libc: 'glibc',
    // The minimal images have microdnf instead.
    packageManager: name.endsWith('-minimal') ? null : 'dnf',
    shell: null,
    env: new Map([
      ['HOME', '/opt/app-root/src'],
      ['APP_ROOT', '/opt/app-root'],
    ]),
  };
}
