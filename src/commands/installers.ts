import { isSymbolic, join, osRegion, packageLists, parentOf, pythonRegion, toolRegion } from '../build/places.ts';
import type { Path, Span } from '../types.ts';
import { systemEffect, systemEnvironment } from './apt.ts';
import type { Argument, Call, ImageView, Outcome, Write } from './command.ts';
import { effects, everythingBelow, file, functionsOf, opaque } from './command.ts';
import { composerHomes, settingsOfPhp } from './composer.ts';
import { curlOptions } from './curl.ts';
import { programReads } from './observers.ts';
import { certificateFiles } from './install-inputs.ts';
import { edits, fileEffect, isRoot, notUnderstood, words } from './operands.ts';
import { hasOption, lastValue, readOptions, valuesOf } from './options.ts';
import { pip } from './pip.ts';
import { wgetOptions } from './wget.ts';
import type { UnwrappedCall } from './wrappers.ts';

/**
 * `curl ADDRESS | sh`: scripts that install a tool, and say what they do in their documentation. The network gives the
 * same script to both Dockerfiles that are compared.
 */
interface Installer {
  readonly address: RegExp;
  readonly interpreter: RegExp;
  readonly effects: (call: UnwrappedCall, args: readonly Argument[], view: ImageView, address: string) => Outcome;
}

const shell = /^(?:sh|bash|dash)$/;
const python = /^python[\d.]*$/;
const php = /^php$/;

const installers: readonly Installer[] = [
  { address: /^https:\/\/install\.python-poetry\.org\/?$/, interpreter: python, effects: installPoetry },
  { address: /^https:\/\/astral\.sh\/uv\/(?:\d+\.\d+\.\d+\/)?install\.sh$/, interpreter: shell, effects: installUv },
  { address: /^https:\/\/bootstrap\.pypa\.io\/(?:pip\/\d\.\d+\/)?get-pip\.py$/, interpreter: python, effects: installPip },
  { address: /^https:\/\/getcomposer\.org\/installer$/, interpreter: php, effects: installComposer },
  { address: /^https:\/\/deb\.nodesource\.com\/setup_[\w.]+$/, interpreter: /^bash$/, effects: addNodeSource },
];

/** What `fetch | call` installs; null if it is no script that is known. */
export function installerOf(fetch: Call, call: UnwrappedCall): ((view: ImageView) => Outcome) | null {
  const address = addressOfOutput(fetch);
  const args = argumentsOfScript(call);
  if (address === null || args === null || args.some(({ known, glob }) => !known || glob)) return null;
  const installer = installers.find((one) => one.address.test(address.text) && one.interpreter.test(call.program));
  if (!installer || (call.programPath !== null && shell.test(call.program) && !/^\/(?:usr\/)?bin\//.test(call.programPath))) return null;
  return (view) => {
    if (call.asRoot && !isRoot(view.user)) return opaque(`\`sudo ${call.program}\` as another user`);
    if (call.program === 'bash' && directoryIn('BASH_ENV', view) !== null) return opaque('bash runs what BASH_ENV names first');
    return installer.effects(call, args, view, address.text);
  };
}

/** What a script gets that is read from standard input: what stands behind `-s`, Python's `-`, or PHP's `--`. Null: it is read from elsewhere. */
function argumentsOfScript({ program, args: [first, ...others] }: Call): readonly Argument[] | null {
  if (first === undefined) return [];
  if (python.test(program)) return first.text === '-' ? others : null;
  if (php.test(program)) return first.text === '--' ? others : null;
  if (first.text === '-') return others.length === 0 ? [] : null;
  if (first.text !== '-s') return null;
  return others[0]?.text === '--' ? others.slice(1) : others;
}

/** The value of a variable that names a directory; null if it is not set. No base image sets one of these. */
function directoryIn(name: string, view: ImageView): Path | null {
  const value = view.variable(name);
  return typeof value === 'string' && value !== '' ? view.resolve(value) : null;
}

/** https://python-poetry.org/docs/#installing-with-the-official-installer: `pip install poetry` into an environment of its own. */
function installPoetry({ span }: UnwrappedCall, args: readonly Argument[], view: ImageView, address: string): Outcome {
  const words = args.map(({ text }) => text);
  if (!/^(?:(?:-y|--yes|-f|--force|-p|--preview|--version(?:=| )\S+)(?: |$))*$/.test(words.join(' '))) return opaque(`${address} with ${words.join(' ')}`);
  const home = directoryIn('POETRY_HOME', view);
  const directory = home ?? join(directoryIn('XDG_DATA_HOME', view) ?? join(view.home, '.local/share'), 'pypoetry');
  const bin = home === null ? join(view.home, '.local/bin') : join(home, 'bin');
  if ([directory, bin].some(isSymbolic)) return opaque('where poetry is installed is not known');
  const environment = join(directory, 'venv');
  const inside = pip.effects({ program: 'pip', programPath: null, interpreter: null, args: wordsAt(span, 'install', 'poetry'), span }, { ...functionsOf(view), pythonPrefix: () => environment });
  if (inside.kind === 'opaque') return inside;
  if (inside.effects.some((effect) => effect.writes.some(({ place }) => place.path !== pythonRegion(environment)))) return opaque('pip is told to install elsewhere');
  const writes = [...directories(directory, bin), edits(toolRegion(directory, 'poetry'), false), edits(join(bin, 'poetry'), false)];
  const env = ['POETRY_*', 'PYTHON*', 'XDG_*', ...systemEnvironment, ...inside.effects.flatMap((effect) => effect.env)];
  return effects(fileEffect(['install poetry', ...words].join(' '), view, { kind: 'install', reads: inside.effects.flatMap((effect) => effect.reads), env, writes }));
}

function wordsAt(span: Span, ...texts: readonly string[]): readonly Argument[] {
  return texts.map((text) => ({ text, raw: text, known: true, glob: false, span }));
}

/** https://docs.astral.sh/uv/reference/installer/; since 0.5 it installs to ~/.local/bin. */
function installUv(_: UnwrappedCall, args: readonly Argument[], view: ImageView, address: string): Outcome {
  if (/\/uv\/0\.[0-4]\./.test(address)) return opaque(`${address} installs where Cargo does`);
  const other = ['GITHUB_PATH', 'CARGO_DIST_FORCE_INSTALL_DIR', 'UV_UNMANAGED_INSTALL', 'ZDOTDIR'].find((name) => directoryIn(name, view) !== null);
  if (other !== undefined) return opaque(`the installer of uv with ${other}`);
  const data = directoryIn('XDG_DATA_HOME', view);
  const bin = directoryIn('UV_INSTALL_DIR', view) ?? directoryIn('XDG_BIN_HOME', view) ?? (data === null ? join(view.home, '.local/bin') : join(parentOf(data), 'bin'));
  const configuration = directoryIn('XDG_CONFIG_HOME', view) ?? join(view.home, '.config');
  if ([bin, configuration, view.home].some(isSymbolic)) return opaque('where uv is installed is not known');
  const installed = ['uv', 'uvx', 'env', 'env.fish'].map((name) => edits(join(bin, name), false));
  const profiles = ['.profile', '.bash_profile', '.bash_login', '.bashrc', '.zshrc', '.zshenv'].map((name) => edits(join(view.home, name), false));
  const others = [edits(join(configuration, 'uv/uv-receipt.json'), false), edits(join(configuration, 'fish/conf.d/uv.env.fish'), false)];
  const writes = [...directories(bin, join(configuration, 'uv')), ...installed, ...profiles, ...others];
  return effects(fileEffect(['install uv', address, ...args.map(({ text }) => text)].join(' '), view, { kind: 'install', reads: certificateFiles(view, []), env: ['UV_*', 'INSTALLER_*', 'CARGO_DIST_*', 'GITHUB_*', 'ASTRAL_*', 'XDG_*', 'PATH', ...systemEnvironment], writes }));
}

function directories(...paths: readonly Path[]): readonly Write[] {
  return paths.map((path) => ({ place: file(path), how: 'make-directory' }));
}

/** https://pip.pypa.io/en/stable/installation/#get-pip-py: `pip install --upgrade pip`, with the options given. */
function installPip(call: UnwrappedCall, args: readonly Argument[], view: ImageView, address: string): Outcome {
  const { span } = call;
  const outcome = pip.effects({ program: 'pip', programPath: null, interpreter: call.programPath ?? call.program, args: [...wordsAt(span, 'install', '--upgrade', 'pip'), ...args], span }, view);
  if (outcome.kind === 'opaque') return outcome;
  return { ...outcome, effects: outcome.effects.map((effect) => ({ ...effect, does: `${address} ${effect.does}` })) };
}

/** https://getcomposer.org/download/: one file, and the keys with which it checks newer ones. */
function installComposer(_: UnwrappedCall, args: readonly Argument[], view: ImageView, address: string): Outcome {
  const words = args.map(({ text }) => text);
  const strange = words.find((word) => !/^--(?:quiet|ansi|no-ansi|force|stable|[12]|2\.2|(?:version|install-dir|filename)=\S+)$/.test(word));
  if (strange !== undefined) return opaque(`${address} with ${strange}`);
  const valueOf = (option: string): string | undefined => words.findLast((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
  const program = join(view.resolve(valueOf('--install-dir') ?? '.'), valueOf('--filename') ?? 'composer.phar');
  if (isSymbolic(program)) return opaque('where composer is installed is not known');
  const keys = composerHomes(view).flatMap((home) => ['keys.dev.pub', 'keys.tags.pub'].map((name) => edits(join(home, name), false)));
  const reads = [...settingsOfPhp, ...programReads('php', view), ...certificateFiles(view)];
  return effects(fileEffect(['install composer', ...words].join(' '), view, { kind: 'install', reads, env: ['COMPOSER*', 'PHP*', 'XDG_*', ...systemEnvironment], writes: [edits(program, false), ...keys] }));
}

/** https://github.com/nodesource/distributions: the source, its key and its priority; apt-get update. */
function addNodeSource(_: UnwrappedCall, args: readonly Argument[], view: ImageView, address: string): Outcome {
  if (args.length > 0) return opaque(`${address} with arguments`);
  const names = ['/etc/apt/sources.list.d/nodesource.list', '/etc/apt/sources.list.d/nodesource.sources', '/etc/apt/keyrings/nodesource.gpg', '/usr/share/keyrings/nodesource.gpg', '/etc/apt/preferences.d/nodejs', '/etc/apt/preferences.d/nsolid'];
  const writes: readonly Write[] = [{ place: file(osRegion), how: 'add' }, { place: file(packageLists.apt), how: 'set' }, ...names.map((path) => edits(path, false))];
  return effects(systemEffect(address, view, 'os-packages', [everythingBelow('/etc/apt')], writes));
}

/** The address of a call of curl or wget that writes what it fetches, and nothing else, to its output; null otherwise. */
function addressOfOutput(call: Call): Argument | null {
  if (call.program !== 'curl' && call.program !== 'wget') return null;
  const reading = readOptions(call.args, call.program === 'curl' ? curlOptions : wgetOptions);
  const toOutput = call.program === 'curl' ? !hasOption(reading, '--output', '--remote-name') : lastValue(reading, '--output-document')?.text === '-';
  const [address, ...others] = [...words(reading.operands), ...valuesOf(reading, '--url')];
  return toOutput && address?.known && others.length === 0 && notUnderstood(call, reading) === null ? address : null;
}
