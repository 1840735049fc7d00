/**
 * Texts of an image that name what an ignore file hides. That a file is hidden is a claim only as far as the program of the image
 * does not read it; who names it may be who reads it. Nothing is proved by this: the report lists what it finds.
 */
import type { Path } from '../types.ts';
import { isCache } from './expected.ts';
import type { Image, ImageConfig, ImageFile } from './image.ts';

export interface Mention {
  /** A path in the image, or a name of its configuration: `cmd`, `env.GIT_DIR`. */
  readonly file: Path;
  /** The first line that names it; null in the configuration. */
  readonly line: number | null;
  /** As it is written there. */
  readonly names: string;
  /** The path that is gone. */
  readonly gone: Path;
  /** The installed package that the file belongs to; null for the project's own files. */
  readonly package: string | null;
}

/** What was looked through. */
export interface Searched {
  /** The texts that were read. */
  readonly files: number;
  /** Files of the project and its packages that were not read, because they are too large, or too many. */
  readonly left: number;
}

/** Bounds of what is read; of one image with all its packages. */
export const limits = { fileBytes: 1024 ** 2, files: 20_000, bytes: 64 * 1024 ** 2, names: 50, mentions: 500 };

// ------------------------------------------------------------------------------------------------------ what is read

export interface Selection {
  /** Paths in the image with the hash of their content. */
  readonly files: ReadonlyMap<Path, string>;
  readonly left: number;
}

/** The files to look through: the project's own first, then those of packages. */
export function filesToSearch(image: Image, isFromContext: (path: Path) => boolean): Selection {
  const isOwn = ownFiles(image.config, isFromContext);
  const candidates = [...image.files.values()].filter(({ path, type }) => type === 'file' && !cannotMatter.test(path) && !isCache(path) && !isOfSystem(path) && (packageOf(path) !== null || isOwn(path)));
  const ordered = [...candidates.filter(({ path }) => packageOf(path) === null), ...candidates.filter(({ path }) => packageOf(path) !== null)];
  const files = new Map<Path, string>();
  let bytes = 0;
  for (const { path, size, hash } of ordered) {
    if (size > limits.fileBytes || bytes + size > limits.bytes || files.size === limits.files) continue;
    bytes += size;
    files.set(path, hash);
  }
  return { files, left: ordered.length - files.size };
}

/** Below the working directory, from the build context, or a program that the image starts. */
function ownFiles({ workdir, entrypoint, cmd }: ImageConfig, isFromContext: (path: Path) => boolean): (path: Path) => boolean {
  const directory = workdir.replace(/\/$/, '');
  const started = new Set([...(entrypoint ?? []), ...(cmd ?? [])]);
  return (path) => (directory !== '' && path.startsWith(`${directory}/`)) || started.has(path) || isFromContext(path);
}

/** Ignore files, prose, licences, source maps and workflows: no program takes a path from there. */
const cannotMatter = /\/(?:\.[\w-]*ignore|[^/]*\.dockerignore|\.gitattributes|\.gitlab-ci\.yml|LICEN[CS]E[^/]*|CHANGELOG[^/]*)$|\.(?:md|mdx|rst|adoc|map)$|\/\.(?:github|circleci|git)\//i;

/** What base images bring, and what no program of a project is made of. */
function isOfSystem(path: Path): boolean {
  return /^\/usr\/(?:local\/)?(?:lib|share)\/node_modules\/(?:npm|corepack)\/|\/(?:site|dist)-packages\/(?:pip|setuptools|wheel|pkg_resources|_distutils_hack)(?:-[^/]*)?\//.test(path);
}

function packageOf(path: Path): string | null {
  const [, name] = /^.*\/(?:node_modules|site-packages|dist-packages|gems|vendor)\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return name ?? null;
}

// ---------------------------------------------------------------------------------------------------- what names it

/** Who names what is gone: in the configuration, in the project's own files, in packages (once each). */
export function mentionsIn(config: ImageConfig, texts: ReadonlyMap<Path, Buffer>, gone: readonly Path[], files: ReadonlyMap<Path, ImageFile>): readonly Mention[] {
  const find = finderFor(gone, hasProgram(files, 'git'));
  if (find === null) return [];
  const inConfig = [...configTexts(config)].flatMap(([file, text]) => find(text).map((one): Mention => ({ file, ...one, line: null, package: null })));
  const inFiles = [...texts].flatMap(([file, content]) => (isBinary(content) ? [] : find(content.toString('utf8')).map((one): Mention => ({ file, ...one, package: packageOf(file) }))));
  return oncePerPackage([...inConfig, ...inFiles]).slice(0, limits.mentions);
}

/** The project's own files come first. */
function oncePerPackage(mentions: readonly Mention[]): readonly Mention[] {
  const own = mentions.filter((one) => one.package === null);
  const seen = new Set<string>();
  const first = mentions.filter((one) => {
    const key = `${one.package} ${one.gone}`;
    if (one.package === null || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return [...own, ...first];
}

interface Found {
  readonly line: number;
  readonly names: string;
  readonly gone: Path;
}

/** The first place of each of what is gone in a text; null if there is nothing to look for. */
function finderFor(gone: readonly Path[], hasGit: boolean): ((text: string) => readonly Found[]) | null {
  const byName = new Map(gone.filter((path) => !isCache(path)).map((path) => [nameOf(path), path] as const).toReversed());
  const names = [...byName.keys()].slice(-limits.names);
  if (names.length === 0) return null;
  const written = new RegExp(`(?<![\\w.?\\])])(?:${names.toSorted((a, b) => b.length - a.length).map(escaped).join('|')})(?![\\w-]|\\.\\w)`, 'g');
  const others = names.flatMap((name) => readers(name, hasGit).map((pattern) => ({ pattern, gone: byName.get(name) ?? name })));
  return (text) => {
    const found = new Map<Path, Found>();
    const add = (index: number, names: string, path: Path): void => {
      if (!found.has(path)) found.set(path, { line: lineAt(text, index), names, gone: path });
    };
    for (const match of text.matchAll(written)) if (isPathLike(text, match.index, match[0])) add(match.index, match[0], byName.get(match[0]) ?? match[0]);
    for (const { pattern, gone: path } of others) {
      const match = pattern.exec(text);
      if (match !== null) add(match.index + match[0].indexOf(match[1] ?? ''), match[1] ?? match[0], path);
    }
    return [...found.values()];
  };
}

/** What reads a file without naming it: git its directory, and what loads settings its file. */
function readers(name: string, hasGit: boolean): readonly RegExp[] {
  if (name === '.git') return hasGit ? [/["'`](git)["'`]/, /(?:^|[\s"'`(;&|!@])(git [a-z]+-?[a-z]+)/m] : [];
  return /^\.env(?:$|\.)/.test(name) ? [/\b(dotenv|load_dotenv|loadEnvFile)\b/] : [];
}

/** A plain word (`docs`, `Dockerfile`) is a path only in quotes or beside a slash. */
function isPathLike(text: string, index: number, name: string): boolean {
  return /[^A-Za-z]/.test(name) || /["'`/]/.test(text[index - 1] ?? '') || /["'`/]/.test(text[index + name.length] ?? '');
}

function hasProgram(files: ReadonlyMap<Path, ImageFile>, name: string): boolean {
  return ['/usr/bin', '/bin', '/usr/local/bin'].some((directory) => files.has(`${directory}/${name}`));
}

function* configTexts({ env, cmd, entrypoint, healthcheck, onbuild }: ImageConfig): Iterable<readonly [name: string, text: string]> {
  for (const [name, value] of env) yield [`env.${name}`, value];
  yield ['cmd', (cmd ?? []).join('\n')];
  yield ['entrypoint', (entrypoint ?? []).join('\n')];
  yield ['healthcheck', healthcheck];
  yield ['onbuild', onbuild.join('\n')];
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8192).includes(0);
}

function escaped(name: string): string {
  return name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
