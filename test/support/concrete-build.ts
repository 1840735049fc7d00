import type { Path } from '../../src/types.ts';
import type { FileSystem, Who } from './concrete-files.ts';
import { ConcreteFailure, createFile, isDirectory, makeDirectories, nameOf, ownerText, parentOf, pathsBelow, resolve, whoIs } from './concrete-files.ts';
import { runShell } from './concrete-shell.ts';

/**
 * A Dockerfile carried out on a file system of plain values, for finding out whether the symbolic build is right. It
 * knows one instruction a line, and of each only what the generated programs use. What it does was compared with Docker
 * Engine 26.1 (BuildKit) and python:3.11-slim (Debian 12: coreutils 9.1, sed 4.9, shadow 4.13, pip 23.2).
 */

/** A file as the build context sends it. */
export interface ContextFile {
  readonly content: string;
  readonly mode: number;
}

export interface ConcreteConfig {
  readonly env: Map<string, string>;
  readonly labels: Map<string, string>;
  user: string;
  cwd: Path;
  command: string;
}

export interface ConcreteStage {
  readonly name: string | null;
  readonly files: FileSystem;
  readonly config: ConcreteConfig;
  /** Regular files that each layer holds, those of the stages below included. */
  readonly layers: readonly ReadonlyMap<Path, string>[];
  /** What BuildKit makes each step's cache key of, in full. */
  readonly keys: readonly string[];
}

export type ConcreteBuild =
  | { readonly ok: true; readonly stages: readonly ConcreteStage[] }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly because: string };

export interface ConcreteInput {
  readonly context: ReadonlyMap<Path, ContextFile>;
  readonly args: ReadonlyMap<string, string>;
}

interface Stage {
  readonly name: string | null;
  readonly files: FileSystem;
  readonly config: ConcreteConfig;
  readonly args: Map<string, string>;
  readonly layers: ReadonlyMap<Path, string>[];
  readonly keys: string[];
}

/** Builds all stages. A step that fails ends the build. */
export function buildConcretely(dockerfile: string, input: ConcreteInput): ConcreteBuild {
  const stages: Stage[] = [];
  const globals = new Map<string, string>();
  const lines = dockerfile.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    try {
      step(line, stages, globals, input);
    } catch (error) {
      if (error instanceof ConcreteFailure) return { ok: false, line: index + 1, because: error.message };
      throw error;
    }
  }
  return { ok: true, stages };
}

function step(line: string, stages: Stage[], globals: Map<string, string>, input: ConcreteInput): void {
  const space = line.indexOf(' ');
  const keyword = line.slice(0, space);
  const body = line.slice(space + 1).trim();
  if (keyword === 'FROM') {
    stages.push(from(body, stages));
    return;
  }
  const stage = stages.at(-1);
  if (!stage) {
    const [name = '', fallback] = splitOnce(body, '=');
    const value = input.args.get(name) ?? fallback;
    if (value !== undefined) globals.set(name, value);
    return;
  }
  switch (keyword) {
    case 'ARG':
      declare(stage, body, globals, input);
      return;
    case 'ENV': {
      const entries = body.split(' ').map((entry) => splitOnce(entry, '='));
      const values = entries.map(([name, value]) => [name, expand(stage, value ?? '')] as const);
      for (const [name, value] of values) {
        stage.config.env.delete(name);
        stage.config.env.set(name, value);
      }
      return;
    }
    case 'LABEL': {
      const [name, value] = splitOnce(body, '=');
      stage.config.labels.set(name, expand(stage, value ?? ''));
      return;
    }
    case 'USER':
      stage.config.user = expand(stage, body);
      return;
    case 'CMD':
      stage.config.command = body;
      return;
    case 'WORKDIR':
      workdir(stage, expand(stage, body));
      return;
    case 'COPY':
      copy(stage, body, stages, input);
      return;
    case 'RUN':
      run(stage, body);
      return;
    default:
      throw new Error(`the interpreter has no ${keyword}`);
  }
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function from(body: string, stages: readonly Stage[]): Stage {
  const [base = '', , name = null] = body.split(' ');
  const parent = stages.find((stage) => stage.name === base);
  if (!parent) return { name, files: baseImage(), config: baseConfig(), args: new Map(), layers: [], keys: [`from ${base}`] };
  const { env, labels } = parent.config;
  const config = { ...parent.config, env: new Map(env), labels: new Map(labels) };
  return { name, files: new Map(parent.files), config, args: new Map(), layers: [...parent.layers], keys: [`from ${parent.keys.at(-1)}`] };
}

function baseConfig(): ConcreteConfig {
  const env = new Map([['PATH', '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin'], ['LANG', 'C.UTF-8'], ['PYTHON_VERSION', '3.11.9']]);
  return { env, labels: new Map(), user: 'root', cwd: '/', command: 'CMD ["python3"]' };
}

/** What of python:3.11-slim the programs can meet. */
function baseImage(): FileSystem {
  const files: FileSystem = new Map();
  const root: Who = { uid: 0, gid: 0 };
  files.set('/', { kind: 'directory', content: '', owner: '0:0', mode: 0o755 });
  for (const path of ['/bin', '/etc', '/home', '/opt', '/root', '/srv', '/tmp', '/usr/bin', '/usr/local/bin', '/usr/local/lib/python3.11/site-packages', '/var/lib/apt/lists', '/var/lib/dpkg']) {
    makeDirectories(files, path, root);
  }
  files.set('/tmp', { kind: 'directory', content: '', owner: '0:0', mode: 0o1777 });
  files.set('/root', { kind: 'directory', content: '', owner: '0:0', mode: 0o700 });
  createFile(files, '/etc/passwd', 'root:0:0:/root\nnobody:65534:65534:/nonexistent\n', root);
  createFile(files, '/var/lib/dpkg/status', 'dpkg\n', root);
  createFile(files, '/usr/local/bin/python', 'python 3.11', root, 0o755);
  createFile(files, '/usr/local/bin/pip', 'pip of /usr/local', root, 0o755);
  return files;
}

function declare(stage: Stage, body: string, globals: ReadonlyMap<string, string>, input: ConcreteInput): void {
  const [name = '', fallback] = splitOnce(body, '=');
  const value = input.args.get(name) ?? (fallback === undefined ? globals.get(name) : expand(stage, fallback));
  if (value === undefined) stage.args.delete(name);
  else stage.args.set(name, value);
}

/** ENV goes before ARG. */
function variable(stage: Stage, name: string): string | undefined {
  return stage.config.env.get(name) ?? stage.args.get(name);
}

function expand(stage: Stage, text: string): string {
  return text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (_all, braced: string | undefined, bare: string | undefined) => variable(stage, braced ?? bare ?? '') ?? '');
}

/** BuildKit takes a name that is in no passwd file for root here, and a number for the group's as well. */
function ownerForCopy(stage: Stage, chown: string): string {
  const [user = '', group] = splitOnce(chown, ':');
  const who = /^\d+$/.test(user) ? { uid: Number(user), gid: Number(user) } : (whoIs(stage.files, user) ?? { uid: 0, gid: 0 });
  if (group === undefined) return ownerText(who);
  return ownerText({ uid: who.uid, gid: /^\d+$/.test(group) ? Number(group) : (whoIs(stage.files, group)?.gid ?? 0) });
}

function workdir(stage: Stage, word: string): void {
  const path = resolve(stage.config.cwd, word);
  stage.config.cwd = path;
  if (path === '/') return;
  const [uid, gid] = ownerForCopy(stage, stage.config.user).split(':').map(Number);
  makeDirectories(stage.files, path, { uid: uid ?? 0, gid: gid ?? 0 });
  stage.keys.push(`workdir ${path} ${stage.config.user} < ${stage.keys.at(-1)}`);
  stage.layers.push(new Map());
}

// ---------------------------------------------------------------------------------------------------------------- COPY

/** The context as a file system: directories are 0755, all is root's. */
function contextFiles(input: ConcreteInput): FileSystem {
  const files: FileSystem = new Map([['/', { kind: 'directory', content: '', owner: '0:0', mode: 0o755 }]]);
  for (const [path, { content, mode }] of input.context) {
    makeDirectories(files, parentOf(`/${path}`), { uid: 0, gid: 0 });
    files.set(`/${path}`, { kind: 'file', content, owner: '0:0', mode });
  }
  return files;
}

const contexts = new WeakMap<ConcreteInput, FileSystem>();

function contextOf(input: ConcreteInput): FileSystem {
  const known = contexts.get(input);
  if (known) return known;
  const made = contextFiles(input);
  contexts.set(input, made);
  return made;
}

function copy(stage: Stage, body: string, stages: readonly Stage[], input: ConcreteInput): void {
  const words = body.split(' ').filter((word) => word !== '');
  const flags = new Map<string, string>();
  while (words[0]?.startsWith('--')) {
    const [name, value] = splitOnce(words.shift() ?? '', '=');
    flags.set(name, expand(stage, value ?? ''));
  }
  const destinationWord = expand(stage, words.pop() ?? '');
  const fromName = flags.get('--from');
  const other = fromName === undefined ? undefined : stages.find((one) => one.name === fromName);
  if (fromName !== undefined && !other) throw new Error(`no stage ${fromName}`);
  const origin = other?.files ?? contextOf(input);
  const sources = words.flatMap((word) => matching(origin, resolve('/', expand(stage, word))));
  if (sources.length === 0) throw new ConcreteFailure('COPY: no source files were specified');
  const destination = resolve(stage.config.cwd, destinationWord);
  const chown = flags.get('--chown');
  const owner = chown === undefined ? null : ownerForCopy(stage, chown);
  const chmod = flags.get('--chmod');
  const mode = chmod === undefined ? null : Number.parseInt(chmod, 8);
  const layer = new Map<Path, string>();
  const asDirectory = words.length > 1 || /(?:^|\/)\.{0,2}$/.test(destinationWord);
  const digests: string[] = [];
  for (const source of sources) {
    copyOne({ stage, origin, owner, mode, layer }, source, destination, asDirectory);
    digests.push(nameOf(source), digestOf(origin, source, other !== undefined));
  }
  stage.layers.push(layer);
  stage.keys.push(`copy ${destinationWord} ${destination} ${chown ?? ''} ${chmod ?? ''} ${digests.join('|')} < ${stage.keys.at(-1)}`);
}

function matching(origin: FileSystem, path: Path): readonly Path[] {
  if (!path.includes('*')) {
    if (!origin.has(path)) throw new ConcreteFailure(`COPY: ${path} not found`);
    return [path];
  }
  const pattern = new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`);
  return [...origin.keys()].filter((one) => pattern.test(one)).toSorted();
}

/** Names, contents and modes; from a stage owners as well. */
function digestOf(files: FileSystem, path: Path, withOwners: boolean): string {
  return pathsBelow(files, path)
    .map((one) => {
      const node = files.get(one);
      return `${one.slice(path.length)}=${node?.kind} ${node?.content} ${node?.mode} ${withOwners ? node?.owner : ''}`;
    })
    .join('\n');
}

interface Copying {
  readonly stage: Stage;
  readonly origin: FileSystem;
  readonly owner: string | null;
  readonly mode: number | null;
  readonly layer: Map<Path, string>;
}

function copyOne(copying: Copying, source: Path, destination: Path, asDirectory: boolean): void {
  const { stage, origin, owner, mode, layer } = copying;
  const { files } = stage;
  const [uid = 0, gid = 0] = (owner ?? '0:0').split(':').map(Number);
  const made: Who = { uid, gid };
  const node = origin.get(source);
  if (!node) throw new ConcreteFailure(`COPY: ${source} not found`);
  if (node.kind === 'file') {
    const target = asDirectory || isDirectory(files, destination) ? resolve(destination, nameOf(source)) : destination;
    makeDirectories(files, parentOf(target), made);
    if (isDirectory(files, target)) throw new ConcreteFailure(`COPY: ${target} is a directory`);
    files.set(target, { kind: 'file', content: node.content, owner: owner ?? node.owner, mode: mode ?? node.mode });
    layer.set(target, node.content);
    return;
  }
  makeDirectories(files, destination, made);
  for (const path of pathsBelow(origin, source)) {
    const below = origin.get(path);
    if (path === source || !below) continue;
    const target = resolve(destination, path.slice(source === '/' ? 1 : source.length + 1));
    const old = files.get(target);
    if (old && old.kind !== below.kind) throw new ConcreteFailure(`COPY: ${target} is a ${old.kind}`);
    files.set(target, { ...below, owner: owner ?? below.owner, mode: mode ?? below.mode });
    if (below.kind === 'file') layer.set(target, below.content);
  }
}

// ----------------------------------------------------------------------------------------------------------------- RUN

function run(stage: Stage, script: string): void {
  const { config, files } = stage;
  const account = whoIs(files, config.user.split(':')[0] ?? '');
  if (!account && !/^\d+/.test(config.user)) throw new ConcreteFailure(`unable to find user ${config.user}`);
  const [user = '', group] = splitOnce(config.user, ':');
  const uid = account?.uid ?? Number(user);
  const gid = group === undefined ? (account?.gid ?? 0) : (whoIs(files, group)?.gid ?? Number(group));
  const environment = new Map<string, string>([...stage.args, ...config.env]);
  if (!environment.has('HOME')) environment.set('HOME', account?.home ?? '/');
  const before = new Map(files);
  // The runtime makes a missing working directory.
  makeDirectories(files, config.cwd, { uid: 0, gid: 0 });
  const status = runShell(script, { files, who: { uid, gid }, environment, cwd: config.cwd });
  if (status !== 0) throw new ConcreteFailure(`RUN ${script}: status ${status}`);
  const layer = new Map<Path, string>();
  // What a command touches is a new value, even if it is equal to the old one, just as overlayfs copies the file up.
  for (const [path, node] of files) if (node.kind === 'file' && before.get(path) !== node) layer.set(path, node.content);
  stage.layers.push(layer);
  const env = [...config.env].map(([name, value]) => `${name}=${value}`).join(' ');
  const args = [...stage.args].map(([name, value]) => `${name}=${value}`).join(' ');
  stage.keys.push(`run ${script} ${env} ${args} ${config.cwd} ${config.user} < ${stage.keys.at(-1)}`);
}

// ---------------------------------------------------------------------------------------------------------- comparisons

/** Not compared: what package managers only keep to be faster, and the files that a rewrite itself changes. */
function isCompared(path: Path): boolean {
  return !/^\/var\/lib\/apt\/lists(?:\/|$)|^\/root\/\.cache|\/(?:Dockerfile|\.dockerignore)$/.test(path);
}

/** One install may replace what another one brought: two layers then hold both versions, which is accepted. */
function isPackage(path: Path): boolean {
  return /\/site-packages\/|\/bin\/\w+$|^\/opt\/target\//.test(path);
}

/** The first difference between two images, as a sentence; null if they are the same. */
export function differenceBetween(original: ConcreteStage, rewritten: ConcreteStage): string | null {
  const config = configText(original.config);
  const other = configText(rewritten.config);
  if (config !== other) return `config: ${config} / ${other}`;
  for (const path of new Set([...original.files.keys(), ...rewritten.files.keys()])) {
    const one = original.files.get(path);
    const two = rewritten.files.get(path);
    if (!isCompared(path)) continue;
    if (!one || !two) return `${path}: ${one ? 'missing' : 'new'}`;
    if (one.kind !== two.kind || one.content !== two.content) return `${path}: ${one.kind} ${JSON.stringify(one.content)} / ${two.kind} ${JSON.stringify(two.content)}`;
    if (one.owner !== two.owner || one.mode !== two.mode) return `${path}: ${one.owner} ${one.mode.toString(8)} / ${two.owner} ${two.mode.toString(8)}`;
  }
  const base = baseImage();
  for (const layer of rewritten.layers) {
    for (const [path, content] of layer) {
      if (!isCompared(path) || isPackage(path) || base.get(path)?.content === content) continue;
      if (!original.layers.some((known) => known.get(path) === content)) return `a layer holds ${path} with ${JSON.stringify(content)}`;
    }
  }
  return null;
}

function configText({ env, labels, user, cwd, command }: ConcreteConfig): string {
  const map = (of: ReadonlyMap<string, string>): string => [...of].map(([name, value]) => `${name}=${value}`).toSorted().join(' ');
  return [map(env), map(labels), user, cwd, command].join(' | ');
}
