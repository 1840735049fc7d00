import type { Parsed } from '../dockerfile/parse.ts';
import { compilePattern, matchesPath } from '../ignore/glob.ts';
import { flatMap } from '../lists.ts';
import { whyNotInStep } from '../manifests/lock-in-step.ts';
import { lockKindOf } from '../manifests/locks.ts';
import type { BuildContext, Path } from '../types.ts';
import { change, ensureDirectory, filledAround, lookUp, overlayContext, overlayGlob, write } from './image-tree.ts';
import { digest } from './tree-digest.ts';
import { changesUnder, contextFileOf, contextFileToken, directoryToken } from './tree-rules.ts';
import type { CopyFlags, NameMatcher } from './tree-rules.ts';
import { accountsRegion, baseName, isSymbolic, join, parentOf, regionsBehind, regionsOf, regionsOfPrograms, resolveInImage, resolvePath, standardDirectories } from './places.ts';
import type { ContextSource, StageState } from './state.ts';
import type { Shipment, StageResult } from './symbolic-build.ts';
import type { Token } from './values.ts';
import { either } from './values.ts';
import { addPackages } from './ledger/additions.ts';
import { regionsBesides } from './perform.ts';

type ParsedCopy = Extract<Parsed, { keyword: 'COPY' | 'ADD' }>;

/** A COPY or ADD as it was carried out. */
export interface CopyRecord {
  /** Absolute, in the image. */
  readonly destination: Path;
  /** What went where; for a directory its content goes to `target`. */
  readonly items: readonly { readonly source: Path; readonly target: Path; readonly directory: boolean }[];
  readonly flags: CopyFlags;
  readonly contextSources: readonly ContextSource[];
  /** What another stage, from which it copies, depends on. */
  readonly inherited: readonly ContextSource[];
  readonly keyParts: readonly (string | Token)[];
  readonly risks: readonly string[];
  readonly shipments: readonly Shipment[];
}

interface Words {
  readonly sources: readonly string[];
  readonly destination: string;
}

interface FlagWords {
  readonly chown: string | null;
  readonly chmod: string | null;
}

/** Does ADD unpack a file? */
function unpacks({ keyword, otherFlags }: ParsedCopy, source: Path): boolean {
  const flag = otherFlags.find(({ name }) => name === 'unpack');
  if (keyword !== 'ADD' || flag?.value === 'false') return false;
  return archive.test(source) || isSymbolic(source) || flag !== undefined;
}

/** Archives that ADD unpacks (docs.docker.com, Dockerfile reference, ADD: identity, gzip, bzip2, xz, zstd tar). */
const archive = /\.(?:tar|t[abglxz]z\w*|tar\.\w+|t?zst|zstd|gz|bz2|xz|lzma)$/;

export function copyFromContext(state: StageState, parsed: ParsedCopy, words: Words, flagWords: FlagWords): CopyRecord {
  const { tree, values, context } = state;
  const flags = flagsOf(state, flagWords);
  const destination = resolveInImage(state.config.cwd, words.destination);
  const sources = flatMap(words.sources, (source) => expandGlob(state, source));
  const isDirectory = words.sources.length > 1 || /(?:^|\/)\.{0,2}$/.test(words.destination) || lookUp(tree, destination).data === directoryToken(values);
  const items: { source: Path; target: Path; directory: boolean }[] = [];
  const risks: string[] = [...ownerRisk(state, flagWords.chown), ...(parsed.parents ? ['frontend: --parents'] : []), ...(parsed.exclude.length > 0 ? ['frontend: --exclude'] : [])];
  const shipments: Shipment[] = [];
  // A pattern without a match is no error, a missing file is one.
  for (const source of words.sources) overlayPattern(state, source, destination, flags);
  for (const source of sources) {
    const kind = isSymbolic(source) ? 'file' : context.files.kind(source);
    const presence = isSymbolic(source) ? 'yes' : context.files.has(source);
    const into = parsed.parents ? join(destination, parentOf(source)) : destination;
    if (presence !== 'yes' && words.sources.some((raw) => resolvePath('/', raw).slice(1) === source)) risks.push(`missing: ${source}`);
    if (kind === 'link') risks.push(`link: ${source}`);
    if (kind === 'directory' && presence !== 'no') {
      const target = parsed.parents ? join(destination, source) : destination;
      if (parsed.exclude.length > 0) change(tree, target, true, 'all', values.token('copy-except', source, ...parsed.exclude, ...contextParts(state, source, true)));
      else risks.push(...overlayContext(tree, context, source, target, flags).map((path) => `clash: ${path}`));
      for (const region of regionsOf(target)) change(tree, region, false, 'all', values.token('copied', ...contextParts(state, source, true)));
      items.push({ source, target, directory: true });
      shipments.push({ kind: 'context', source, destination: target });
      continue;
    }
    const target = isDirectory || parsed.parents ? join(into, baseName(source)) : destination;
    ensureDirectory(tree, parentOf(target), flags.owner);
    if (parsed.exclude.length > 0) change(tree, target, false, 'all', values.token('copy-except', source, ...parsed.exclude, contextFileToken(values, context, source)));
    else if (unpacks(parsed, source)) change(tree, into, true, 'all', contextFileToken(values, context, source));
    // What a command may have made a directory of takes the file in; below a directory that is named, none does.
    else if (!isDirectory && !parsed.parents && values.made(lookUp(tree, target).data).operation === 'changed') change(tree, target, true, 'all', values.token('copied', contextFileToken(values, context, source), flags.owner));
    else {
      if (lookUp(tree, target).data === directoryToken(values)) risks.push(`clash: ${target}`);
      writeFile(state, source, target, presence, flags);
    }
    for (const region of regionsOf(target)) change(tree, region, false, 'all', values.token('copied', source));
    items.push({ source, target, directory: false });
    shipments.push({ kind: 'context', source, destination: target });
    for (const lock of locksBeside(context.locks, source)) {
      const beside = join(parentOf(target), baseName(lock));
      writeFile(state, lock, beside, 'yes', flags);
      items.push({ source: lock, target: beside, directory: false });
      shipments.push({ kind: 'context', source: lock, destination: beside });
    }
  }
  const contextSources = items.map(({ source, directory }) => ({ path: source, deep: directory }));
  const keyParts = [destination, flagWords.chown ?? '', flagWords.chmod ?? '', `${parsed.link}`, ...flatMap(items, (item) => [baseName(item.source), ...contextParts(state, item.source, item.directory)])];
  return { destination, items, flags, contextSources, inherited: [], keyParts, risks, shipments };
}

/** Lock files, and the manifest that each belongs to (documentation of Poetry, uv, PDM and Pipenv). */
export const manifestOfLock: ReadonlyMap<string, string> = new Map([
  ['poetry.lock', 'pyproject.toml'],
  ['uv.lock', 'pyproject.toml'],
  ['pdm.lock', 'pyproject.toml'],
  ['Pipfile.lock', 'Pipfile'],
]);

export function isLockName(path: Path): boolean {
  return manifestOfLock.has(baseName(path));
}

/** Why a lock of the context cannot be relied on; null if it was made from the manifest beside it. */
export function whyLockIsNotInStep({ read }: BuildContext, lock: Path): string | null {
  const kind = lockKindOf(lock);
  const manifest = manifestOfLock.get(baseName(lock));
  return kind === null || manifest === undefined ? 'it is no lock that dockfix knows' : whyNotInStep(kind, read(join(parentOf(lock), manifest)), read(lock));
}

/** Those of `locks` that lie beside a manifest and belong to it. */
function locksBeside(locks: readonly Path[], manifest: Path): readonly Path[] {
  return locks.filter((lock) => parentOf(lock) === parentOf(manifest) && manifestOfLock.get(baseName(lock)) === baseName(manifest));
}

/** A link that is a source itself is followed: what is written is no link, unlike what a copy of its directory brings. */
function writeFile(state: StageState, source: Path, target: Path, presence: string, flags: CopyFlags): void {
  const { tree, values, context } = state;
  const named = contextFileToken(values, context, source);
  const data = !isSymbolic(source) && context.files.kind(source) === 'link' ? values.token('followed', named) : named;
  const mode = flags.mode ?? values.token('context-mode', context.name, source);
  const old = lookUp(tree, target);
  if (presence === 'yes') write(tree, target, { data, owner: flags.owner, mode });
  else write(tree, target, { data: either(values, old.data, data), owner: either(values, old.owner, flags.owner), mode: either(values, old.mode, mode) });
}

/** The content of a source, as part of a cache key. */
function contextParts(state: StageState, source: Path, directory: boolean): readonly (string | Token)[] {
  const { values, context } = state;
  return directory ? [values.token('context-directory', context.name, source, changesUnder(context, source))] : [contextFileToken(values, context, source)];
}

/** A source pattern (Go's filepath.Match, one directory a segment) as the visible paths that match; others as they are. */
function expandGlob(state: StageState, raw: string): readonly Path[] {
  const path = resolvePath('/', raw).slice(1);
  if (!/[*?[]/.test(path) || isSymbolic(path)) return [path];
  let found: Path[] = [''];
  for (const segment of path.split('/')) {
    const matcher = globMatcher(segment);
    found = flatMap(found, (directory) => {
      if (matcher === null) return [join(directory, segment)];
      return state.context.files.list(directory).filter(matcher.test).map((name) => join(directory, name));
    });
  }
  return found;
}

/** A pattern may match, in somebody’s context, files that are not in this one. */
function overlayPattern(state: StageState, raw: string, destination: Path, flags: CopyFlags): void {
  const path = resolvePath('/', raw).slice(1);
  if (!/[*?[]/.test(path) || isSymbolic(path)) return;
  const matcher = globMatcher(baseName(path));
  const directory = parentOf(path);
  if (matcher === null || /[*?[]/.test(directory)) change(state.tree, destination, true, 'all', state.values.token('pattern', path));
  else overlayGlob(state.tree, state.context, directory, matcher, destination, flags);
}

/** Tells the names that a segment of a pattern matches; null for a segment that is no pattern, or a bad one. */
function globMatcher(segment: string): NameMatcher | null {
  if (!/[*?[]/.test(segment)) return null;
  // Within a segment `**` is `*`, and only behind a bracket `^` is more than itself.
  const compiled = compilePattern(segment.replaceAll(/\*+/g, '*').replaceAll(/(?<!\[)\^/g, '\\^'));
  return compiled === null ? null : { source: segment, test: (name) => matchesPath(compiled, name) };
}

/** From another stage or image. A single file that is an unmodified file of the context stays one. */
export function copyFromStage(state: StageState, from: StageResult | null, name: string, words: Words, flagWords: FlagWords, stage: number): CopyRecord {
  const { tree, values } = state;
  const flags = flagsOf(state, flagWords);
  const destination = resolveInImage(state.config.cwd, words.destination);
  const isDirectory = words.sources.length > 1 || /(?:^|\/)\.{0,2}$/.test(words.destination) || lookUp(tree, destination).data === directoryToken(values);
  const parts: (string | Token)[] = [];
  const shipments: Shipment[] = [];
  const items: { source: Path; target: Path; directory: boolean }[] = [];
  for (const raw of words.sources) {
    const source = resolveInImage('/', raw);
    const token = contentOf(state, from, name, source);
    const data = from ? lookUp(from.state.tree, source).data : undefined;
    const origin = data === undefined ? undefined : contextFileOf(values, data);
    parts.push(baseName(source), token);
    if (origin !== undefined && data !== undefined && flagWords.chown === null && flagWords.chmod === null) {
      const target = isDirectory ? join(destination, baseName(source)) : destination;
      ensureDirectory(tree, parentOf(target), flags.owner);
      write(tree, target, { data, owner: flags.owner, mode: values.token('mode-of-copy', token) });
      shipments.push({ kind: 'element', path: target, token: data });
      items.push({ source, target, directory: false });
      continue;
    }
    const packages = from ? (state.ledger?.copied({ state, stage, from: from.state, source, alone: words.sources.length === 1, destination, ...flagWords }) ?? null) : null;
    if (packages) {
      for (const addition of packages) {
        addPackages(state, addition);
        for (const element of addition.elements) shipments.push({ kind: 'element', path: addition.region, token: element });
      }
      continue;
    }
    ensureDirectory(tree, isDirectory ? destination : parentOf(destination), flags.owner);
    const written = values.token('copied', token, flags.owner, flags.mode ?? 'kept');
    change(tree, destination, true, 'all', written);
    for (const region of replacedRegions(destination)) change(tree, region, false, 'all', written);
    shipments.push({ kind: 'element', path: destination, token: written });
    items.push({ source, target: destination, directory: true });
  }
  const keyParts = [destination, flagWords.chown ?? '', flagWords.chmod ?? '', ...parts];
  const risks = [...ownerRisk(state, flagWords.chown), ...flatMap(words.sources, (raw) => stageRisk(state, from, name, resolveInImage('/', raw)))];
  const inherited = from ? from.state.exposures.items.map(({ path, deep }) => ({ path, deep })) : [];
  return { destination, items, flags, contextSources: [], inherited, keyParts, risks, shipments };
}

/** What is at a path of another stage or image, with the regions that decide it. */
export function contentOf(state: StageState, from: StageResult | null, name: string, source: Path): Token {
  const { values } = state;
  if (!from) return values.token('image-file', name, source);
  const { tree } = from.state;
  if (/[*?[]/.test(source)) return values.token('files', source, digest(tree, '/'));
  const regions = [...regionsBehind(source), ...filledAround(tree, source), ...regionsOfPrograms(source), ...regionsBesides(from.state, source)];
  return values.token('files', source, digest(tree, source), ...regions.map((region) => lookUp(tree, region).data));
}

/** A file of another stage that nothing there surely makes. */
export function stageRisk(state: StageState, from: StageResult | null, name: string, source: Path): readonly string[] {
  if (!from || /[*?[]/.test(source)) return [];
  const { tree, values } = from.state;
  const { operation } = values.made(lookUp(tree, source).data);
  return ['absent', 'base-data', 'either'].includes(operation) ? [`stage file: ${source} ${contentOf(state, from, name, source)}`] : [];
}

/** Regions of which a copied directory replaces a part; a single named file is none of theirs. */
function replacedRegions(destination: Path): readonly Path[] {
  return standardDirectories.has(destination) || regionsOf(destination).length > 0 ? regionsBehind(destination) : [];
}

/** `COPY <<EOF /path`: the content stands in the Dockerfile itself. */
export function copyInline(state: StageState, contents: readonly string[], words: Words, flagWords: FlagWords): CopyRecord {
  return writeUnknown(state, state.values.token('inline', ...words.sources, ...contents), words, flagWords);
}

/** `ADD https://…` and `ADD git@…`: what the network gives is the same for the original and the rewrite. */
export function fetchInto(state: StageState, parsed: ParsedCopy, words: Words, flagWords: FlagWords): CopyRecord {
  const flags = parsed.otherFlags.map((flag) => `--${flag.name}=${flag.value ?? ''}`);
  return writeUnknown(state, state.values.token('fetched', ...words.sources, ...flags), words, flagWords);
}

function writeUnknown(state: StageState, token: Token, words: Words, flagWords: FlagWords): CopyRecord {
  const flags = flagsOf(state, flagWords);
  const destination = resolveInImage(state.config.cwd, words.destination);
  ensureDirectory(state.tree, words.destination.endsWith('/') ? destination : parentOf(destination), flags.owner);
  const written = state.values.token('written', token, flags.owner, flags.mode ?? 'kept');
  change(state.tree, destination, true, 'all', written);
  const shipments: Shipment[] = [{ kind: 'element', path: destination, token: written }];
  const keyParts = [destination, flagWords.chown ?? '', flagWords.chmod ?? '', token];
  return { destination, items: [], flags, contextSources: [], inherited: [], keyParts, risks: [], shipments };
}

function flagsOf(state: StageState, words: FlagWords): CopyFlags {
  const { values } = state;
  return { owner: ownerToken(state, words.chown), mode: words.chmod === null ? null : values.token('mode', words.chmod) };
}

/** COPY fails if the owner, by name, is not in /etc/passwd yet. */
function ownerRisk(state: StageState, chown: string | null): readonly string[] {
  const token = ownerToken(state, chown);
  return state.values.made(token).operands.length > 1 ? [`owner: ${chown ?? ''} ${token}`] : [];
}

/** COPY writes as root, whatever USER says; names are looked up in the image's own /etc/passwd. */
function ownerToken(state: StageState, chown: string | null): Token {
  const { values, tree } = state;
  if (chown === null || /^(?:root|0)(?::(?:root|0))?$/.test(chown)) return values.ownedByRoot;
  if (/^\d+(?::\d+)?$/.test(chown)) return values.token('owner', chown.includes(':') ? chown : `${chown}:${chown}`);
  return values.token('owner', chown, lookUp(tree, accountsRegion).data);
}
