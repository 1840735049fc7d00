import type { Place } from '../build/places.ts';
import { andAbove, isSymbolic, join, leadingSettings, parentOf, readable, resolvePath, toolRegion } from '../build/places.ts';
import { isInStep, readGoMod } from '../manifests/go-mod.ts';
import type { Path, Refusal } from '../types.ts';
import type { Argument, Call, Effect, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { fetchSettings, gitVariables } from './git-settings.ts';
import { certificateFiles, environmentOf, noInstallInputs, readsOf, refuse } from './install-inputs.ts';
import { looks } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, readOptions, unknownArgument, wordsOf } from './options.ts';
import { programReads } from './observers.ts';

/**
 * go: options as in `go help mod download`, `go help install` and `go help env` (1.19 to 1.25). What is compiled from the
 * project (`go build`, `go test`, `go generate`) is not known: it may read any file.
 */
export const go: Tool = {
  id: 'go',
  recognises: (program) => program === 'go',
  effects: goEffects,
  isPackageManager: true,
  installWords: new Set(['download']),
  dependenciesOnly: whyNotAlone,
};

const goGrammar = grammar({ flags: '--x --json --v --n --u --w --changed' });

/** How programs are compiled; none of these options names a file. */
const installGrammar = grammar({ flags: '--x --v --a --race --trimpath', values: '--tags --ldflags --gcflags' });

/** Options that change what is printed, and nothing else. */
const withoutInfluence = new Set(['--x', '--v']);

const known = new Set(['version', 'help', 'env', 'mod download', 'mod verify', 'install']);

function goEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of go depends on ${readable(unknown.raw)}`);
  const [verb, second] = call.args.map(({ text }) => text);
  const name = [verb ?? '', ...(verb === 'mod' ? [second ?? ''] : [])].join(' ');
  if (!known.has(name)) return opaque(`dockfix does not know what \`go ${readable(name)}\` does`);
  const reading = readOptions(call.args.map(withTwoDashes), name === 'install' ? installGrammar : goGrammar);
  const words = reading.operands.map(({ argument }) => argument.text);
  const strange = reading.options.find(({ listed }) => !listed);
  const symbolic = words.find((word) => isSymbolic(name === 'install' ? word.replace(/@.*/, '') : word));
  if (strange) return opaque(`go ${readable(name)} has the option ${readable(strange.name)}, which is not known`);
  if (symbolic !== undefined) return opaque(`what go ${readable(name)} does depends on ${readable(symbolic)}`);
  const settings = settingsOf(view);
  if (settings.kind === 'opaque') return settings;
  const places = [file(settings.ofUser), ...(view.variable('GOTOOLCHAIN') === 'local' ? [] : lookups(view))];
  if (name === 'install') return installPrograms(reading, words.slice(1), settings, places, view);
  if (name === 'version' || name === 'help') return effects(looks(`go ${name}`, [...programReads('go', view), ...places, file(leadingSettings.go)]));
  if (name === 'env') return environment(reading, words.slice(1), settings, places, view);
  if (words.length > 2) return opaque(`\`go ${readable(name)}\` with arguments changes go.sum`);
  return name === 'mod verify' ? verify(settings, view) : download(reading, settings, view);
}

/** One dash and two are the same to go. */
function withTwoDashes(argument: Argument): Argument {
  return /^-[a-z]/.test(argument.text) ? { ...argument, text: `-${argument.text}` } : argument;
}

// ------------------------------------------------------------------------------------------------------- settings

interface Settings {
  readonly kind: 'settings';
  /** The settings of the user, which `go env -w` writes. */
  readonly ofUser: Path;
  /** What is downloaded. */
  readonly modules: Path;
  /** What go notes of it, and of itself. */
  readonly notes: readonly Path[];
  /** Where programs are installed. */
  readonly programs: Path;
}

/** Flags of GOFLAGS that name files. */
const leadingFlags = /-(?:modfile|overlay|C|mod=vendor|toolexec|exec)\b/;

function settingsOf(view: ImageView): Settings | Opaque {
  const flags = view.variable('GOFLAGS') ?? '';
  if (isSymbolic(flags) || leadingFlags.test(flags)) return opaque(`GOFLAGS is ${readable(flags)}`);
  const configuration = view.resolve(view.variable('XDG_CONFIG_HOME') || join(view.home, '.config'));
  const ofUser = view.resolve(view.variable('GOENV') || join(configuration, 'go/env'));
  if (isThere(ofUser, view)) return opaque(`${readable(ofUser)} is a file of the project`);
  const program = ['GOAUTH', 'GOCACHEPROG'].find((variable) => !['', 'off', 'netrc'].includes(view.variable(variable) ?? ''));
  if (program !== undefined) return opaque(`${program} names a program`);
  const proxy = view.variable('GOPROXY') ?? '';
  if (/file:/.test(proxy) && isSymbolic(proxy)) return opaque(`which directory GOPROXY names depends on ${readable(proxy)}`);
  const root = (view.variable('GOPATH') || join(view.home, 'go')).split(':')[0] ?? '';
  const cache = view.variable('GOMODCACHE') || join(root, 'pkg/mod');
  return {
    kind: 'settings',
    ofUser,
    modules: toolRegion(view.resolve(cache), 'go-modules'),
    notes: [toolRegion(join(view.resolve(root), 'pkg/sumdb'), 'go-checksums'), toolRegion(join(configuration, 'go/telemetry'), 'go-telemetry')],
    programs: view.resolve(view.variable('GOBIN') || join(root, 'bin')),
  };
}

/**
 * Where go looks for a workspace and for a module. Where GOTOOLCHAIN is not `local`, every command does, for the version of
 * go that is meant (`cmd/go/internal/toolchain/select.go`).
 */
function lookups(view: ImageView): readonly Place[] {
  const workspace = view.variable('GOWORK') ?? '';
  const above = andAbove(view.cwd);
  const modules = above.map((at) => join(at, 'go.mod'));
  const manifest = modules.findIndex((path) => view.presence(path) === 'yes');
  return [...workspacesOf(workspace, view), ...(manifest < 0 ? modules : modules.slice(0, manifest + 1))].map(file);
}

function workspacesOf(workspace: string, view: ImageView): readonly Path[] {
  if (workspace === 'off') return [];
  return workspace === '' ? andAbove(view.cwd).map((at) => join(at, 'go.work')) : [view.resolve(workspace)];
}

/** A base image has no project in it. */
function isThere(path: Path, view: ImageView): boolean {
  return ['yes', 'maybe'].includes(view.presence(path));
}

/** `go env -w NAME=VALUE` writes settings of the user; some say where go looks and writes from then on. */
function environment(reading: Reading, words: readonly string[], settings: Settings, places: readonly Place[], view: ImageView): Outcome {
  const writes = reading.options.some(({ name }) => name === '--w' || name === '--u');
  if (!writes) return effects(looks('go env', [...programReads('go', view), ...places, file(leadingSettings.go)], [...ofGo, 'CGO_*', 'HOME']));
  const leads = words.some((word) => isSymbolic(word) || leadingFlags.test(word) || /^GO(?:WORK|PATH|MODCACHE|BIN|ENV|AUTH)\b|=[~/]|\bfile:/.test(word));
  const changed: Write[] = [{ place: file(settings.ofUser), how: 'edit' }, ...(leads ? [{ place: file(leadingSettings.go), how: 'set' } as const] : [])];
  return effects({ does: ['go env', ...wordsOf(reading.options, new Set()), ...words].join(' '), kind: 'files', reads: [...programReads('go', view), ...places], env: [...ofGo, 'HOME', 'XDG_CONFIG_HOME'], writes: changed });
}

// ------------------------------------------------------------------------------------------------------- commands

/** Fetches what go.mod requires (go 1.17 and later), or all that this requires in turn. */
function download(reading: Reading, settings: Settings, view: ImageView): Outcome {
  const manifest = manifestOf(view);
  if (manifest.kind === 'opaque') return manifest;
  const { path, reads, sums, isComplete, rewritten } = manifest;
  const writesSums: Write[] = sums === null ? [] : [{ place: file(sums), how: 'edit', ...(isComplete ? { inStep: true } : {}) }];
  const writesManifest: Write[] = rewritten === null ? [] : [{ place: file(path), how: 'edit' }];
  const does = ['go mod download', ...wordsOf(reading.options, withoutInfluence)].join(' ');
  return fetching({ does, reads: [file(settings.ofUser), ...reads], writes: [...cacheWrites(settings), ...writesSums, ...writesManifest], fetchedInto: settings.modules }, view);
}

/** Compares what was downloaded with go.sum; it fetches the go.mod of modules that lack it. */
function verify(settings: Settings, view: ImageView): Outcome {
  const manifest = manifestOf(view);
  if (manifest.kind === 'opaque') return manifest;
  const reads = [file(settings.ofUser), ...manifest.reads, ...[settings.modules, ...settings.notes].map(file)];
  return fetching({ does: 'go mod verify', reads, writes: cacheWrites(settings), fetchedInto: settings.modules }, view);
}

/** `go install MODULE@VERSION`: of the module and the workspace in which it runs only the version of go counts. */
function installPrograms(reading: Reading, words: readonly string[], settings: Settings, places: readonly Place[], view: ImageView): Outcome {
  const own = words.find((word) => !/^[\w.-]+\.[\w.-]+\/[^@]*@[^@]+$/.test(word));
  if (own !== undefined || words.length === 0) return opaque('`go install` compiles the project');
  if (words.some((word) => word.includes('...'))) return opaque('`go install` of several programs');
  if (['GOOS', 'GOARCH'].some((name) => (view.variable(name) ?? '') !== '')) return opaque('`go install` for another platform');
  const compiled = toolRegion(view.resolve(view.variable('GOCACHE') || join(view.home, '.cache/go-build')), 'go-compiled');
  const programs = words.map((word): Write => ({ place: file(join(settings.programs, programOf(word))), how: 'set' }));
  const writes = [...programs, { place: file(compiled), how: 'add' } as const];
  const does = ['go install', ...wordsOf(reading.options, withoutInfluence), ...words].join(' ');
  return fetching({ does, reads: [...places, file(compiled)], writes: [...cacheWrites(settings), ...writes] }, view, 'CGO_*');
}

/** The last part of a package's path, but for that of a version: `example.org/tool/v2@latest` is `tool`. */
function programOf(word: string): string {
  const parts = word.slice(0, word.indexOf('@')).split('/');
  const last = parts.at(-1) ?? '';
  return /^v\d+$/.test(last) ? (parts.at(-2) ?? last) : last;
}

/** What is in a go.mod and beside it. */
interface Manifest {
  readonly kind: 'manifest';
  readonly path: Path;
  readonly reads: readonly Place[];
  /** go.sum; null if nothing is required that could be noted in it. */
  readonly sums: Path | null;
  readonly isComplete: boolean;
  /** Why the download writes go.mod anew. */
  readonly rewritten: string | null;
}

function manifestOf(view: ImageView): Manifest | Opaque {
  const workspace = view.variable('GOWORK') ?? '';
  if (workspace !== '' && workspace !== 'off') return opaque('GOWORK names a workspace');
  const found = workspacesOf(workspace, view).find((at) => isThere(at, view));
  if (found !== undefined) return opaque(`${readable(found)} makes it a workspace`);
  const path = andAbove(view.cwd).map((at) => join(at, 'go.mod')).find((one) => view.presence(one) !== 'no');
  const text = path === undefined ? undefined : view.text(path);
  if (path === undefined) return opaque('there is no go.mod');
  if (text === undefined) return opaque(`the text of ${readable(path)} is not known; a command before may have changed it`);
  const read = readGoMod(text);
  if (read === null) return opaque(`${readable(path)} cannot be read`);
  const directory = parentOf(path);
  const sums = join(directory, 'go.sum');
  const replacements = read.directories.map((one) => join(resolvePath(directory, one), 'go.mod'));
  const reads = [...lookups(view), ...[sums, ...replacements].map(file)];
  return { kind: 'manifest', path, reads, sums: read.isRequiring ? sums : null, isComplete: isInStep(read, view.text(sums) ?? ''), rewritten: read.rewritten };
}

function cacheWrites({ modules, notes }: Settings): readonly Write[] {
  return [modules, ...notes].map((path) => ({ place: file(path), how: 'add' }));
}

/** Variables of go (`go help environment`); others that begin so are the project's own. */
const ofGo = ['GO111MODULE', 'GOARCH', 'GOAUTH', 'GOBIN', 'GOCACHE*', 'GODEBUG', 'GOENV', 'GOEXPERIMENT', 'GOFIPS140', 'GOFLAGS', 'GOINSECURE', 'GOMODCACHE', 'GONO*', 'GOOS', 'GOPATH', 'GOPRIVATE', 'GOPROXY', 'GOROOT', 'GOSUMDB', 'GOTMPDIR', 'GOTOOLCHAIN', 'GOVCS', 'GOWORK', 'GOAMD64', 'GOARM*', 'GO386'];

type Fetch = Pick<Effect, 'does' | 'reads' | 'writes' | 'fetchedInto'>;

function fetching(fetch: Fetch, view: ImageView, ...variables: readonly string[]): Outcome {
  const settings = fetchSettings(view);
  if ('kind' in settings) return settings;
  const inputs = noInstallInputs(view);
  inputs.reads.push(file(leadingSettings.go), ...fetch.reads, ...settings, ...proxiesOfFiles(view), ...certificateFiles(view));
  return effects({ ...fetch, kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs, ...ofGo, ...gitVariables, 'HOME', ...variables) });
}

/** Directories that serve modules: `GOPROXY=file:///srv/modules`. */
function proxiesOfFiles(view: ImageView): readonly Place[] {
  return [...(view.variable('GOPROXY') ?? '').matchAll(/\bfile:\/*(\/[^,|]*)/g)].map((match) => everythingBelow(view.resolve(match[1] ?? '/')));
}

/** Why a download is not moved away from the source. */
function whyNotAlone(call: Call, view: ImageView, outcome?: Outcome): Refusal | null {
  const does = outcome ?? goEffects(call, view);
  if (does.kind === 'opaque') return null;
  const edited = does.effects.flatMap(({ writes }) => writes.filter(({ how, inStep }) => how === 'edit' && inStep !== true)).map(({ place }) => place.path);
  const manifest = edited.some((path) => path.endsWith('/go.mod')) ? manifestOf(view) : null;
  if (manifest?.kind === 'manifest') return refuse('lock-changed-by-command', `go writes go.mod anew: ${manifest.rewritten ?? 'it is not complete'}.`);
  return edited.some((path) => path.endsWith('/go.sum')) ? refuse('lock-changed-by-command', 'go.sum lacks checksums, which go adds to it.') : null;
}
