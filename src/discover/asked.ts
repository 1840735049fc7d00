/**
 * Builds that scripts, makefiles, CI pipelines and settings of other tools ask for. What is literal becomes a declared
 * build; of what is not, each Dockerfile and directory that it may mean is a possibility. A list of tools makes this
 * more precise; whatever else speaks of a build and is not understood may use a context all the same.
 */
import type { Path, Tree } from '../types.ts';
import type { Declarations, DeclaredBuild, PossibleBuild, PossibleUser } from './declared.ts';
import { directoryOf, isMapping, isRemoteContext, joinDeclarations, nameOf, noDeclarations, parseYaml, resolvePath, scalarText } from './declared.ts';
import type { AskedBuild } from './docker-build.ts';
import { askedBuildsIn, unknownPart } from './docker-build.ts';

type Files = Pick<Tree, 'kind' | 'read'>;

/** The tree, and the Dockerfiles that it is known to hold. */
export interface Surroundings {
  readonly tree: Files;
  readonly dockerfiles: readonly Path[];
}

/** A quick look that spares most files the long one. */
const speaksOfBuilds = /(?:docker|podman|buildah|nerdctl|finch|container|oci|engine)\S*\W{1,12}(?:(?:buildx|image|builder)\W{1,12})?(?:build|bud|bake)\b|kaniko|docker_?-?(?:file|build|image)|build-push-action|docker@\d/i;

export async function readAsked(text: string, path: Path, surroundings: Surroundings): Promise<Declarations> {
  if (!speaksOfBuilds.test(text)) return noDeclarations;
  const said = /\.ya?ml$/i.test(path) || /\.jsonc?$/i.test(path) ? await saidInDocument(text, path) : saidInScript(text, path);
  return joinDeclarations(said.map((one) => resolved(one, path, surroundings)));
}

/** Something that a file says of one build, with unknown parts in its words. */
interface Said extends AskedBuild {
  readonly line: number;
  /** As it is written, for messages. */
  readonly written: string;
  /** Directories that its paths may start from. */
  readonly from: readonly Path[];
  /** Does the Dockerfile's path start from the context? Settings of tools differ in that. */
  readonly dockerfileFrom: 'base' | 'either';
}

// --------------------------------------------------------------------------------------------------------------- scripts

/** Variables that a text sets once, and to what. */
type Variables = ReadonlyMap<string, string>;

/** Directories that CI systems and shells have a name for. */
const directoryVariables: Variables = new Map([
  ...['PWD', 'CURDIR', 'GITHUB_WORKSPACE', 'CI_PROJECT_DIR', 'WORKSPACE', 'TRAVIS_BUILD_DIR', 'BITBUCKET_CLONE_DIR', 'CIRCLE_WORKING_DIRECTORY', 'BUILD_SOURCESDIRECTORY', 'CODEBUILD_SRC_DIR'].map((name) => [name, '.'] as const),
  ['DOCKER', 'docker'],
]);

const assignment = /^[ \t]*(?:export[ \t]+|readonly[ \t]+|local[ \t]+|set[ \t]+)?([A-Za-z_]\w*)[ \t]*(?:[:?]{0,3}=)[ \t]*(.*)$/;

/** Begins a path from the root of the repository. */
const fromRoot = '\uFFFE';

/** Where a script finds itself, or its repository, as a path from the root; null for other values. */
function placeOf(value: string, path: Path): string | null {
  if (/show-toplevel/.test(value)) return fromRoot;
  const known = value.indexOf(fromRoot);
  if (known < 0 && !/dirname|BASH_SOURCE|\$0\b|%~dp0|PSScriptRoot|__dirname|__file__/.test(value)) return null;
  const start = known < 0 ? directoryOf(path) : (/^[^\s"')]*/.exec(value.slice(known + 1))?.[0] ?? '');
  const ups = known < 0 ? (value.match(/\.\.(?=[/"'\s)]|$)/g)?.length ?? 0) + Math.max(0, (value.match(/dirname/g)?.length ?? 0) - 1) : 0;
  const place = resolvePath(start, '../'.repeat(ups));
  return place === null ? null : `${fromRoot}${place}`;
}

const selfReference = /\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*(?:dirname|BASH_SOURCE|show-toplevel|\uFFFE)(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g;

function variablesIn(text: string, path: Path): Variables {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, written = ''] = assignment.exec(line) ?? [];
    if (name === undefined) continue;
    const value = written.replace(/\s+#.*$/, '').trim().replace(/^(["'])(.*)\1$/s, '$2');
    const whole = /\uFFFE|\$\(|`|%~|\$PSS|__dirname|__file__/.test(value) ? (placeOf(expanded(value, new Map([...found].filter(([, one]) => one.startsWith(fromRoot)))), path) ?? value) : value;
    found.set(name, found.has(name) && found.get(name) !== whole ? unknownPart : whole);
  }
  return new Map([...directoryVariables, ...found]);
}

/** A text with what is known of its variables, and of templates such as `{{.DIR}}` and `${{ env.DIR }}`. */
function expanded(text: string, variables: Variables, depth = 0): string {
  if (depth > 5) return text;
  const value = (name: string, otherwise: string): string => {
    const known = variables.get(name);
    return known === undefined ? otherwise : known.includes('$') && !known.includes('$(') ? expanded(known, variables, depth + 1) : known.includes('$') ? unknownPart : known;
  };
  return text
    .replace(/\$\((?:shell\s+)?pwd\)|`pwd`/g, '.')
    .replace(/\$\{\{\s*([^{}]*?)\s*\}\}/g, (_, inside: string) => (inside === 'github.workspace' ? '.' : value(inside.replace(/^env\./, ''), unknownPart)))
    .replace(/\{\{\s*\.?(\w+)\s*\}\}/g, (_, name: string) => value(name, unknownPart))
    .replace(/\{\{[^{}]*\}\}/g, unknownPart)
    .replace(/\$\(\(?([A-Za-z_][\w.]*)\)/g, (_, name: string) => (/^(?:DOCKER|PODMAN|CONTAINER|OCI)\w*$/.test(name) && !variables.has(name) ? 'docker' : value(name, unknownPart)))
    .replace(/\$\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|\$([A-Za-z_]\w*)/g, (_, braced: string | undefined, fallback: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? '';
      return value(name, fallback ?? (/^(?:DOCKER|PODMAN|CONTAINER|OCI)(?:_?(?:CMD|BIN|CLI|EXE|COMMAND|ENGINE|RUNTIME|TOOL))?$/.test(name) ? 'docker' : unknownPart));
    });
}

const program = /(?:^|[\s"'`(=;&|@{[,:+-])((?:docker(?:\.exe)?|podman|buildah|nerdctl|finch|img)(?=["'`]?[\s,]))/g;

/** Words that only say something: `echo "run docker build ."`. */
const speech = /(?:^|[\s;&|@(])(?:echo|printf|print|println|log|info|warn|warning|error|fail|die|say|puts|help|usage|Write-Host|Write-Output)\b[^;&|]*$/i;

function saidInScript(text: string, path: Path, from = startsOf(path)): readonly Said[] {
  const variables = variablesIn(text, path);
  const said: Said[] = [];
  let line = 1;
  let directory = '.';
  for (const logical of text.split(/(?<![\\`^])\r?\n/)) {
    const first = line;
    line += logical.split('\n').length;
    if (/^\s*(?:#|\/\/|\*|rem\b|--)/i.test(logical)) continue;
    const joined = expanded(logical.replace(/[\\`^]\r?\n\s*/g, ' ').replace(selfReference, (all) => placeOf(all, path) ?? all), variables).replace(/^\s*[@+-]+\s*/, '');
    const moved = /^\s*(?:cd|pushd)\s+(\S+)\s*(?:\|\|.*)?$/.exec(joined)?.[1]?.replace(/["']/g, '');
    if (moved !== undefined) directory = moved.startsWith(fromRoot) ? moved : /^[\w.-]/.test(moved) ? `${directory}/${moved}` : unknownPart;
    if (/^\s*popd\b/.test(joined)) directory = unknownPart;
    for (const command of commandsIn(joined)) {
      for (const asked of askedBuildsIn(command)) said.push({ ...asked, directory: joinedDirectory(directory, asked.directory), line: first, written: command.replaceAll(unknownPart, '…').replaceAll(fromRoot, '').slice(0, 80), from, dockerfileFrom: 'base' });
    }
  }
  return [...said, ...saidInSettings(text.split('\n'), path, variables)];
}

/** `dockerfile = "…"` in TOML, Terraform, Gradle and programs, with a `context = "…"` near it. */
function saidInSettings(lines: readonly string[], path: Path, variables: Variables): readonly Said[] {
  return lines.flatMap((text, index): readonly Said[] => {
    const dockerfile = settingIn(text, 'docker_?-?file(?:_?-?(?:path|name))?');
    if (dockerfile === null || /^\s*(?:#|\/\/|\*)/.test(text)) return [];
    const near = lines.slice(Math.max(0, index - nearby), index + nearby + 1).map((line) => settingIn(line, '(?:docker_?-?|build_?-?)?(?:context|path)(?:_?-?(?:path|dir))?'));
    const context = near.find((one) => one !== null) ?? null;
    const known = (word: string): string => expanded(word, variables);
    return [{ context: context === null ? null : known(context), dockerfile: known(dockerfile), target: null, args: new Map(), namedContexts: [], directory: '.', line: index + 1, written: text.trim().slice(0, 80), from: startsOf(path), dockerfileFrom: 'either' }];
  });
}

/** Lines of one block of settings. */
const nearby = 4;

function settingIn(line: string, name: string): string | null {
  return new RegExp(`(?:^|[\\s({,])["']?${name}["']?\\s*[:=]+>?\\s*["']([^"'\\n]+)["']`, 'i').exec(line)?.[1] ?? null;
}

function joinedDirectory(first: string, then: string): string {
  return then === '.' ? first : then.startsWith(fromRoot) ? then : `${first}/${then}`;
}

/** The commands of a line that build: words of the shell, the text of a string, or a list of strings. */
function commandsIn(line: string): readonly string[] {
  const commands: string[] = [];
  for (const match of line.matchAll(program)) {
    const [all, name = ''] = match;
    const start = match.index + all.length - name.length;
    const quote = line[start - 1] ?? '';
    const isQuoted = quote === '"' || quote === "'" || quote === '`';
    if (speech.test(line.slice(0, start - (isQuoted ? 1 : 0)))) continue;
    const listed = isQuoted && line[start + name.length] === quote;
    if (listed) commands.push(wordsOfList(line.slice(start - 1)));
    else if (!isQuoted) commands.push(withWhatWentBefore(line, start));
    else commands.push(line.slice(start, closingQuote(line, start, quote)).replaceAll(`\\${quote}`, quote));
  }
  return commands;
}

/** `cd x && docker build .`: what a line did before a command. */
function withWhatWentBefore(line: string, start: number): string {
  const moves = [...line.slice(0, start).matchAll(/(?:^|[;&|(\s])((?:cd|pushd)\s+[^\s;&|]+)\s*(?:&&|;)/g)].map(([, move = '']) => move);
  return [...moves, line.slice(start)].join(' && ');
}

function closingQuote(line: string, from: number, quote: string): number {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === quote) return at;
  }
  return line.length;
}

/** `"docker", "build", "-t", tag, "."` as words; what is no string is not known. */
function wordsOfList(text: string): string {
  const end = /[\])}]/.exec(text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, (word) => ' '.repeat(word.length)))?.index ?? text.length;
  return [...text.slice(0, end).matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^\s,"']+)/g)].map(([, double, single, other]) => (other === undefined ? `'${double ?? single ?? ''}'` : `'${unknownPart}'`)).join(' ');
}

/** A makefile is run where it lies, or included further up; scripts are run from anywhere above. */
function startsOf(path: Path): readonly Path[] {
  const own = directoryOf(path);
  const above: Path[] = [];
  for (let at = own; at !== ''; at = directoryOf(at)) above.push(at);
  const all = [...above, ''];
  return /^(?:\.github|\.circleci|\.gitlab|\.azure|\.buildkite|\.woodpecker|\.semaphore|\.drone|ci)(?:\/|$)/.test(own) ? all.toReversed() : all;
}

// ------------------------------------------------------------------------------------------------------------- documents

async function saidInDocument(text: string, path: Path): Promise<readonly Said[]> {
  // Templates of Helm and the like are no YAML; their commands are lines all the same.
  const parsed = await parseYaml(/\.jsonc?$/i.test(path) ? withoutComments(text) : text);
  if ('error' in parsed) return saidInScript(text, path);
  const variables = new Map([...directoryVariables, ...settingsIn(parsed.value, 0)]);
  const lineOf = (part: string): number => {
    const at = text.indexOf(part.trim().split('\n')[0]?.trim().slice(0, 60) ?? '');
    return at < 0 ? 1 : text.slice(0, at).split('\n').length;
  };
  const said: Said[] = [];
  const pending: unknown[] = [parsed.value];
  const seen = new Set<unknown>();
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value === 'string') {
      if (speaksOfBuilds.test(value)) said.push(...saidInScript(expanded(value, variables), path).map((one) => ({ ...one, line: lineOf(value as string) })));
      continue;
    }
    // Aliases may lead in circles.
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (Array.isArray(value)) {
      if (value.every((item) => scalarText(item) !== null)) said.push(...saidInList(value.map((item) => expanded(scalarText(item) ?? '', variables)), path, lineOf));
      pending.push(...value.toReversed().filter((item) => item !== null));
      continue;
    }
    if (isMapping(value)) said.push(...saidInMapping(value, path, variables, lineOf));
    const isRead = isMapping(value) && nested(value, variables) !== null;
    pending.push(...Object.entries(value).toReversed().flatMap(([key, item]) => (item === null || (isRead && builderKeys.includes(key)) ? [] : [item])));
  }
  return said;
}

/** Comments and trailing commas of JSON with comments; strings are left alone. */
export function withoutComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=\s*(?:\/\/[^\n]*\s*)*[}\]])/g, (part) => (part.startsWith('"') ? part : part.replace(/[^\n]/g, ' ')));
}

/** What `env:`, `variables:` and the like set, wherever they stand. */
function settingsIn(value: unknown, depth: number): readonly (readonly [string, string])[] {
  if (depth > 8 || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly (readonly [string, string])[] => {
    const own = /^(?:env|environment|variables|vars|substitutions)$/i.test(key) && isMapping(inner) ? Object.entries(inner).flatMap(([name, one]) => (scalarText(one) === null ? [] : [[name, scalarText(one) ?? ''] as const])) : [];
    return [...own, ...settingsIn(inner, depth + 1)];
  });
}

/** `[docker, build, -t, x, .]`, and the arguments of a step whose program is another key's. */
function saidInList(items: readonly string[], path: Path, lineOf: (part: string) => number): readonly Said[] {
  const words = items.map((item) => `'${item.replaceAll("'", '')}'`).join(' ');
  const command = items[0] === 'build' || items[0] === 'buildx' ? `docker ${words}` : words;
  const written = items.join(' ').replaceAll(unknownPart, '…').slice(0, 80);
  const found = askedBuildsIn(command).map((asked): Said => ({ ...asked, line: lineOf(items.at(-1) ?? ''), written, from: startsOf(path).toReversed(), dockerfileFrom: 'base' }));
  // Kaniko has no word for what it does.
  const option = (names: RegExp): string | null => items.map((item) => names.exec(item)?.[1]).find((one) => one !== undefined) ?? null;
  const dockerfile = option(/^--dockerfile[= ](.+)$/);
  const context = option(/^--context[= ](?:dir:\/\/)?(.+)$/);
  if (dockerfile === null && context === null) return found;
  if (context !== null && isRemoteContext(context)) return found;
  const inRoot = (place: string | null): string | null => place?.replace(/^\/workspace\/?/, './').replace(new RegExp(`^${unknownPart}/`), './') ?? null;
  return [...found, { context: inRoot(context) ?? '.', dockerfile: inRoot(dockerfile), target: null, args: new Map(), namedContexts: [], directory: '.', line: lineOf(items[0] ?? ''), written, from: [''], dockerfileFrom: 'either' }];
}

const dockerfileKey = /^docker[-_]?file(?:[-_]?(?:path|name))?$/i;
const contextKey = /^(?:docker[-_]?)?(?:build[-_]?)?context(?:[-_]?(?:path|dir|directory))?$|^docker[-_]?context$/i;
const buildAction = /(?:build-push-action|docker[-_/]build|kaniko|buildah-build|docker-publish)/i;

/** What settings of other tools call a Dockerfile and its context. */
function saidInMapping(mapping: Readonly<Record<string, unknown>>, path: Path, variables: Variables, lineOf: (part: string) => number): readonly Said[] {
  const options = isMapping(mapping['with']) && buildAction.test(scalarText(mapping['uses']) ?? '') ? mapping['with'] : isMapping(mapping['inputs']) && /^docker@/i.test(scalarText(mapping['task']) ?? '') ? mapping['inputs'] : mapping;
  const isStep = options !== mapping;
  const textOf = (names: RegExp): readonly [string, string] | null => {
    const entry = Object.entries(options).find(([key, value]) => names.test(key) && typeof value === 'string');
    return entry === undefined ? null : [entry[0], expanded(String(entry[1]), variables)];
  };
  const dockerfile = textOf(isStep ? /^(?:docker[-_]?)?file$/i : dockerfileKey) ?? nested(mapping, variables);
  const context = textOf(isStep ? /^(?:build)?context$|^path$|^directory$/i : contextKey);
  if (!isStep && dockerfile === null) return [];
  // A text of several lines is a Dockerfile itself, or no path.
  if (dockerfile?.[1].includes('\n')) return [];
  const place = context?.[1].replace(/^\*\*$/, '') ?? null;
  if (place !== null && isRemoteContext(place)) return [];
  const name = dockerfile === null ? (scalarText(mapping['uses']) ?? scalarText(mapping['task']) ?? '') : `${dockerfile[0]}: ${dockerfile[1]}`;
  return [{ context: place, dockerfile: dockerfile?.[1] ?? null, target: null, args: new Map(), namedContexts: [], directory: '.', line: lineOf(dockerfile?.[0] ?? name), written: name.replaceAll(unknownPart, '…').slice(0, 80), from: isStep ? [''] : startsOf(path), dockerfileFrom: 'either' }];
}

const builderKeys: readonly string[] = ['docker', 'kaniko'];

/** Skaffold: `context` beside `docker: { dockerfile }`. */
function nested(mapping: Readonly<Record<string, unknown>>, variables: Variables): readonly [string, string] | null {
  const inner = mapping['docker'] ?? mapping['kaniko'];
  if (!isMapping(inner) || !('context' in mapping)) return null;
  return ['dockerfile', expanded(scalarText(inner['dockerfile']) ?? 'Dockerfile', variables)];
}

// --------------------------------------------------------------------------------------------------------------- meaning

function resolved(said: Said, path: Path, surroundings: Surroundings): Declarations {
  if (said.context !== null && isRemoteContext(said.context)) return noDeclarations;
  const because = `\`${said.written}\``;
  const user = (why: string, context: Path | null, alternatives: readonly PossibleBuild[]): PossibleUser => ({ file: path, line: said.line, context, because: `${because}: ${why}`, alternatives });
  const pairs = pairsOf(said, surroundings);
  const isKnown = ![said.context, said.dockerfile, said.directory].some((word) => word?.includes(unknownPart)) && said.context !== null;
  const [first] = pairs;
  if (isKnown && first !== undefined && said.dockerfileFrom === 'base' && !said.target?.includes(unknownPart)) {
    const { target, args, namedContexts } = said;
    const build: DeclaredBuild = { ...first, target: target === '' ? null : target, args, namedContexts, declaredBy: 'script', declaredIn: path };
    return { builds: [build], notes: [], unread: [] };
  }
  if (first !== undefined) {
    // One of several readings, or each of what an unknown part may stand for.
    const each = isKnown ? [pairs] : pairs.map((pair) => [pair]);
    return { ...noDeclarations, unread: each.map((alternatives) => user('it may build this context with another Dockerfile', alternatives[0]?.context ?? null, alternatives)) };
  }
  if (said.context?.includes(unknownPart) || said.context === null) return { ...noDeclarations, unread: [user(said.context === null ? 'which context it builds is not known' : 'its context depends on a value that is not known', null, [])] };
  // A directory that there is not is made by whoever runs it. Of those that there are, each may be meant.
  const contexts = new Set(said.from.map((base) => placeIn(base, said, said.context ?? '.')).filter((place) => place !== null && isDirectory(surroundings.tree, place)));
  return { ...noDeclarations, unread: [...contexts].map((context) => user('there is no such Dockerfile', context, [])) };
}

/** The Dockerfiles and contexts that are there and that it may mean. */
function pairsOf(said: Said, { tree, dockerfiles }: Surroundings): readonly PossibleBuild[] {
  const found = new Map<string, PossibleBuild>();
  for (const base of said.from) {
    for (const dockerfile of dockerfiles) {
      const context = contextFor(said, base, dockerfile, tree);
      if (context !== null) found.set(`${dockerfile}\n${context}`, { dockerfile, context });
    }
    // The nearest directory from which it works.
    if (found.size > 0) break;
  }
  return [...found.values()];
}

/** The context with which a Dockerfile is built if it is the one that is meant; null if it is not. */
function contextFor(said: Said, base: Path, dockerfile: Path, tree: Files): Path | null {
  const contexts = said.context === null ? [said.dockerfileFrom === 'either' ? base : null, directoryOf(dockerfile)] : [placeIn(base, said, said.context)];
  const own = said.dockerfile ?? '';
  for (const place of contexts) {
    if (place === null) continue;
    const context = place.includes(unknownPart) ? contextLike(place, own, dockerfile) : place;
    if (context === null || !isDirectory(tree, context)) continue;
    const from = own === '' || said.dockerfileFrom === 'either' ? [context] : [];
    const starts = own === '' ? from : [...from, base];
    if (starts.some((start) => matches(placeIn(start, { ...said, directory: start === context && own !== '' && start !== base ? '.' : own === '' ? '.' : said.directory }, own === '' ? 'Dockerfile' : own), dockerfile))) return context;
  }
  return null;
}

/** An unknown context that has the Dockerfile in it; of another one nothing is known. */
function contextLike(pattern: string, own: string, dockerfile: Path): Path | null {
  const directory = directoryOf(dockerfile);
  return own === '' && matches(pattern, directory) ? directory : null;
}

function placeIn(base: Path, { directory }: Pick<Said, 'directory'>, written: string): Path | null {
  if (written.startsWith(fromRoot)) return resolvePath('', written.slice(1).replace(/^\/+/, ''));
  const isMoved = directory.startsWith(fromRoot);
  // What lies in an unknown directory may lie in any.
  return resolvePath(isMoved ? '' : base, `${isMoved ? directory.slice(1) || '.' : directory}/${written.replace(/^\/+/, '')}`);
}

/** `services/…/Dockerfile`: an unknown part stands for anything. */
function matches(pattern: string | null, path: Path): boolean {
  if (pattern === null) return false;
  if (!pattern.includes(unknownPart)) return pattern === path;
  const parts = pattern.split(unknownPart).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(path) || new RegExp(`^${parts.join('.*').replace(/^\.\*\//, '')}$`, 's').test(path);
}

function isDirectory(tree: Files, path: Path): boolean {
  return path === '' || tree.kind(path) === 'directory' || tree.kind(path) === 'link';
}

/** https://containers.dev/implementors/json_reference/: paths start from the directory of the file. */
export function devcontainerBuild(value: unknown, path: Path): { readonly dockerfile: string; readonly context: string; readonly target: string | null; readonly args: ReadonlyMap<string, string> } | null {
  if (!isMapping(value)) return null;
  const build = isMapping(value['build']) ? value['build'] : {};
  const dockerfile = scalarText(build['dockerfile']) ?? scalarText(build['dockerFile']) ?? scalarText(value['dockerFile']);
  if (dockerfile === null || nameOf(path) === '') return null;
  const args = isMapping(build['args']) ? Object.entries(build['args']).flatMap(([name, one]) => (scalarText(one) === null || (scalarText(one) ?? '').includes('$') ? [] : [[name, scalarText(one) ?? ''] as const])) : [];
  return { dockerfile, context: scalarText(build['context']) ?? scalarText(value['context']) ?? '.', target: scalarText(build['target']), args: new Map(args) };
}
