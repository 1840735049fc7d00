import type { Place } from '../build/places.ts';
import { andAbove, isSymbolic, join, readable, resolvePath, toolRegion } from '../build/places.ts';
import { isInStep, readGoMod } from '../manifests/go-mod.ts';
import type { Path, Refusal } from '../types.ts';
import type { Call, Effect, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, file, opaque } from './command.ts';
import { looks } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, readOptions, unknownArgument } from './options.ts';
import { programReads } from './observers.ts';
import { certificateFiles, environmentOf, noInputs, readsOf, refuse } from './python-inputs.ts';
import { wordsOf } from './python-project.ts';

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

const goGrammar = grammar({ flags: '-x -json -v -n -u -w -changed', values: '' });

/** Options that change what is printed, and nothing else. */
const withoutInfluence = new Set(['-x', '-v']);

const known = new Set(['version', 'help', 'env', 'mod download', 'mod verify', 'install']);

function goEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of go depends on ${readable(unknown.raw)}`);
  const [verb, second] = call.args.map(({ text }) => text);
  const name = [verb ?? '', ...(verb === 'mod' ? [second ?? ''] : [])].join(' ');
  if (!known.has(name)) return opaque(`dockfix does not know what \`go ${readable(name)}\` does`);
  const reading = readOptions(call.args, goGrammar);
  const words = reading.operands.map(({ argument }) => argument.text);
  const strange = reading.options.find(({ listed }) => !listed);
  const symbolic = words.find(isSymbolic);
  if (strange) return opaque(`go ${readable(name)} has the option ${readable(strange.name)}, which is not known`);
  if (symbolic !== undefined) return opaque(`what go ${readable(name)} does depends on ${readable(symbolic)}`);
  const settings = settingsOf(view);
  if (settings.kind === 'opaque') return settings;
  if (name === 'install') return installPrograms(reading, words.slice(1), settings, view);
  const found = lookups(view);
  if ('kind' in found) return found;
  const places = [file(settings.ofUser), ...found];
  if (name === 'version' || name === 'help') return effects(looks(`go ${name}`, [...programReads('go', view), ...places]));
  if (name === 'env') return environment(reading, words.slice(1), settings, places, view);
  if (name === 'mod download' && words.length === 2) return download(reading, settings, places, view);
  if (name === 'mod verify' && words.length === 2) return verify(settings, places, view);
  return opaque(`\`go ${readable(name)}\` for single modules changes go.sum`);
}

// ------------------------------------------------------------------------------------------------------- settings

interface Settings {
  readonly kind: 'settings';
  /** The settings of the user, which `go env -w` writes. */
  readonly ofUser: Path;
  /** What is downloaded, and what go notes of it and of itself. */
  readonly regions: readonly Path[];
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
  if (view.text(ofUser) !== undefined) return opaque(`${readable(ofUser)} is a file of the project`);
  const root = (view.variable('GOPATH') || join(view.home, 'go')).split(':')[0] ?? '';
  const cache = view.variable('GOMODCACHE') || join(root, 'pkg/mod');
  return {
    kind: 'settings',
    ofUser,
    regions: [toolRegion(view.resolve(cache), 'go-modules'), toolRegion(join(view.resolve(root), 'pkg/sumdb'), 'go-checksums'), toolRegion(join(configuration, 'go/telemetry'), 'go-telemetry')],
    programs: view.resolve(view.variable('GOBIN') || join(root, 'bin')),
  };
}

/**
 * Where go looks for a workspace and for a module: nearly all commands do, be it only for the version of go that is meant
 * (`cmd/go/internal/toolchain/select.go`).
 */
function lookups(view: ImageView): readonly Place[] | Opaque {
  const workspace = view.variable('GOWORK') ?? '';
  if (workspace !== '' && workspace !== 'off') return opaque('GOWORK names a workspace');
  const above = andAbove(view.cwd);
  const works = workspace === 'off' ? [] : above.map((at) => join(at, 'go.work'));
  const found = works.find((path) => isThere(path, view));
  if (found !== undefined) return opaque(`${readable(found)} makes it a workspace`);
  const modules = above.map((at) => join(at, 'go.mod'));
  const manifest = modules.findIndex((path) => view.presence(path) === 'yes');
  return [...works, ...(manifest < 0 ? modules : modules.slice(0, manifest + 1))].map(file);
}

/** A base image has no project in it. */
function isThere(path: Path, view: ImageView): boolean {
  return ['yes', 'maybe'].includes(view.presence(path));
}

/** `go env -w NAME=VALUE` writes settings of the user. */
function environment(reading: Reading, words: readonly string[], settings: Settings, places: readonly Place[], view: ImageView): Outcome {
  const writes = reading.options.some(({ name }) => name === '-w' || name === '-u');
  if (!writes) return effects(looks('go env', [...programReads('go', view), ...places], ['GO*', 'CGO_*', 'HOME']));
  if (words.some((word) => /^GO(?:FLAGS|WORK|PATH|MODCACHE|BIN|ENV)\b/.test(word))) return opaque('`go env -w` says where go looks and writes');
  return effects({ does: ['go env', ...wordsOf(reading.options, new Set()), ...words].join(' '), kind: 'files', reads: [...programReads('go', view), ...places], env: ['GO*', 'HOME', 'XDG_CONFIG_HOME'], writes: [{ place: file(settings.ofUser), how: 'edit' }] });
}

// ------------------------------------------------------------------------------------------------------- commands

/** Fetches what go.mod requires (go 1.17 and later), or all that this requires in turn. */
function download(reading: Reading, settings: Settings, places: readonly Place[], view: ImageView): Outcome {
  const manifest = manifestOf(view);
  if (manifest.kind === 'opaque') return manifest;
  const { reads, sums, isComplete } = manifest;
  const writesSums: Write[] = sums === null ? [] : [{ place: file(sums), how: 'edit', ...(isComplete ? { inStep: true } : {}) }];
  return effects(fetching(['go mod download', ...wordsOf(reading.options, withoutInfluence)].join(' '), [...places, ...reads], [...cacheWrites(settings), ...writesSums], view));
}

/** Compares what was downloaded with go.sum; it fetches the go.mod of modules that lack it. */
function verify(settings: Settings, places: readonly Place[], view: ImageView): Outcome {
  const manifest = manifestOf(view);
  if (manifest.kind === 'opaque') return manifest;
  return effects(fetching('go mod verify', [...places, ...manifest.reads, ...settings.regions.map(file)], cacheWrites(settings), view));
}

/** `go install MODULE@VERSION`: the module and the workspace in which it runs do not count. */
function installPrograms(reading: Reading, words: readonly string[], settings: Settings, view: ImageView): Outcome {
  const own = words.find((word) => !/^[\w.-]+\.[\w.-]+\/[^@]*@[\w.+-]+$/.test(word));
  if (own !== undefined || words.length === 0) return opaque('`go install` compiles the project');
  if (['GOOS', 'GOARCH'].some((name) => (view.variable(name) ?? '') !== '')) return opaque('`go install` for another platform');
  const compiled = toolRegion(view.resolve(view.variable('GOCACHE') || join(view.home, '.cache/go-build')), 'go-compiled');
  const programs = words.map((word): Write => ({ place: file(join(settings.programs, programOf(word))), how: 'set' }));
  const writes = [...programs, { place: file(compiled), how: 'add' } as const];
  return effects(fetching(['go install', ...wordsOf(reading.options, withoutInfluence), ...words].join(' '), [file(settings.ofUser), file(compiled)], [...cacheWrites(settings), ...writes], view, 'CGO_*'));
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
  readonly reads: readonly Place[];
  /** go.sum; null if nothing that is required could be noted in it. */
  readonly sums: Path | null;
  readonly isComplete: boolean;
}

function manifestOf(view: ImageView): Manifest | Opaque {
  const path = andAbove(view.cwd).map((at) => join(at, 'go.mod')).find((one) => view.presence(one) !== 'no');
  const text = path === undefined ? undefined : view.text(path);
  if (path === undefined) return opaque('there is no go.mod');
  if (text === undefined) return opaque(`the text of ${readable(path)} is not known`);
  const read = readGoMod(text);
  if (read === null) return opaque(`${readable(path)} cannot be read`);
  const directory = path.slice(0, -'/go.mod'.length) || '/';
  const sums = join(directory, 'go.sum');
  const replacements = read.directories.map((one) => join(resolvePath(directory, one), 'go.mod'));
  return { kind: 'manifest', reads: [path, sums, ...replacements].map(file), sums: read.modules.length === 0 ? null : sums, isComplete: isInStep(read, view.text(sums) ?? '') };
}

function cacheWrites({ regions }: Settings): readonly Write[] {
  return regions.map((path) => ({ place: file(path), how: 'add' }));
}

function fetching(does: string, reads: readonly Place[], writes: readonly Write[], view: ImageView, ...variables: readonly string[]): Effect {
  const inputs = noInputs(view);
  const ofUser = ['.netrc', '.gitconfig', '.git-credentials', '.config/git/config', ...['config', 'known_hosts', 'id_rsa', 'id_ecdsa', 'id_ed25519'].map((name) => `.ssh/${name}`)];
  inputs.reads.push(...reads, file('/etc/gitconfig'), ...ofUser.map((name) => file(join(view.home, name))), ...certificateFiles(view));
  return { does, kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs, 'GO*', 'GIT_*', 'SSH_AUTH_SOCK', 'HOME', ...variables), writes };
}

/** Why a download is not moved away from the source. */
function whyNotAlone(call: Call, view: ImageView, outcome?: Outcome): Refusal | null {
  const does = outcome ?? goEffects(call, view);
  if (does.kind === 'opaque') return null;
  const rewrites = does.effects.some(({ writes }) => writes.some(({ how, inStep, place }) => how === 'edit' && inStep !== true && place.path.endsWith('/go.sum')));
  return rewrites ? refuse('lock-changed-by-command', 'go.sum lacks checksums, which go adds to it.') : null;
}
