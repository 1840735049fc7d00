import type { Place } from '../build/places.ts';
import { join, parentOf, readable, resolvePath, toolRegion } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { ImageView, Opaque } from './command.ts';
import { file, opaque } from './command.ts';
import { namedBy } from './fetching.ts';

/**
 * What decides whether and from where git fetches, for whoever calls it: settings of git and of ssh, and the files that
 * they name (git-config(1), ssh_config(5)).
 */
export function fetchSettings(view: ImageView): readonly Place[] | Opaque {
  const named = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM'].flatMap((variable) => namedBy(view, variable));
  const settings = ['/etc/gitconfig', join(view.home, '.gitconfig'), join(view.home, '.config/git/config'), ...named, join(view.home, '.ssh/config')];
  const doubtful = settings.find((path) => (view.text(path) === undefined ? mayNameFiles(path, view) : path.endsWith('/.ssh/config') && relativeOfSsh.test(view.text(path) ?? '')));
  if (doubtful !== undefined) return opaque(`${readable(doubtful)} may name files of the project`);
  if (view.presence(filesNamedBySettings) === 'yes') return opaque('git config names files, or programs');
  const others = ['.netrc', '.git-credentials', ...ofSsh.map((name) => `.ssh/${name}`)].map((name) => join(view.home, name));
  const ofSystem = ['/etc/ssh/ssh_config', '/etc/ssh/ssh_known_hosts'];
  const inSettings = settings.flatMap((path) => filesNamedIn(view.text(path) ?? '', path, view));
  return [...settings, ...inSettings, ...others, ...ofSystem].map(file);
}

/** What ssh looks for in `~/.ssh` where its settings name nothing else (ssh(1), "FILES"). */
const ofSsh = ['known_hosts', 'known_hosts2', ...['rsa', 'dsa', 'ecdsa', 'ecdsa_sk', 'ed25519', 'ed25519_sk'].map((kind) => `id_${kind}`)];

/** Written by `git config` where a setting names files, of whatever user. */
export const filesNamedBySettings: Path = toolRegion('/etc', 'files-named-by-git-config');

/** Files that ssh looks for where it runs, or among its settings. */
const relativeOfSsh = /^\s*(?:Include|IdentityFile|CertificateFile|UserKnownHostsFile)[\s=]+"?[^\s"~/]/im;

/** Do settings that came with the project, or that a command made, name files? Those of a base image do not. */
export function mayNameFiles(path: Path, view: ImageView): boolean {
  const text = view.text(path);
  return text === undefined ? ['yes', 'maybe'].includes(view.presence(path)) : filesNamedIn(text, path, view).length > 0;
}

/** Lines that name directories which git does not read. */
const onlyTrusted = /^\s*directory\s*=/i;

function filesNamedIn(text: string, path: Path, view: ImageView): readonly Path[] {
  return text.split(/\r?\n/).filter((line) => !onlyTrusted.test(line)).flatMap((line) => {
    const included = /^\s*path\s*=\s*"?([^\s"~/][^"]*)/i.exec(line)?.[1];
    const named = [...line.matchAll(/(?:^|[\s="'!]|file:\/\/)(~?\/[^\s"']*)/g)].map((match) => view.resolve(match[1] ?? ''));
    return included === undefined ? named : [resolvePath(parentOf(path), included.trim()), ...named];
  });
}

/** Settings of git that name no file, whatever they are set to. */
const harmless = /^(?:(?:user|safe|color|advice|pull|push|fetch|protocol|gc|pack)\.|init\.defaultbranch$|core\.(?:autocrlf|compression|filemode|longpaths|quotepath)$|http\.(?:.*\.)?(?:sslverify|extraheader|postbuffer|version|lowspeedlimit|lowspeedtime)$)/i;

/**
 * Does a setting of git name files, or programs that may read any? `url."https://token@host/".insteadOf https://host/`
 * does not.
 */
export function namesFiles(key: string, values: readonly string[]): boolean {
  if (/^url\..*\.(?:push)?insteadof$/i.test(key)) return /^url\.(?:file:|[./~])/i.test(key);
  if (/^credential\.(?:.*\.)?helper$/i.test(key)) return !values.every((value) => /^(?:store|cache)$/.test(value));
  return !harmless.test(key);
}
