/**
 * What git, and ssh for it, read of themselves, whoever calls them: git(1), "Environment Variables"; git-config(1), "FILES";
 * ssh(1), "FILES". Which settings name other files is known here, too.
 */
import type { Place } from '../build/places.ts';
import { isSymbolic, join, leadingSettings, parentOf, readable, resolvePath } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { ImageView, Opaque } from './command.ts';
import { everythingBelow, file, opaque } from './command.ts';
import { namedBy } from './operands.ts';

/** Variables that decide what is fetched and how, and where a repository is; others that begin so are the project's own. */
export const gitVariables: readonly string[] = [
  'GIT_ALLOW_PROTOCOL', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_ASKPASS', 'GIT_ATTR_*', 'GIT_CEILING_DIRECTORIES', 'GIT_COMMON_DIR', 'GIT_CONFIG*', 'GIT_DEFAULT_*', 'GIT_DIR',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM', 'GIT_EXEC_PATH', 'GIT_HTTP*', 'GIT_INDEX_*', 'GIT_LFS_*', 'GIT_NAMESPACE', 'GIT_OBJECT_DIRECTORY', 'GIT_PROTOCOL*', 'GIT_PROXY*', 'GIT_SSH*', 'GIT_SSL*',
  'GIT_TEMPLATE_DIR', 'GIT_TERMINAL_PROMPT', 'GIT_TRACE*', 'GIT_WORK_TREE', 'SSH_AUTH_SOCK', 'SSH_ASKPASS*', 'XDG_CONFIG_HOME',
];

/** Those that name a program. */
export const gitProgramVariables: readonly string[] = ['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_ASKPASS'];

/** What any command of git reads. */
export function gitSettings(view: ImageView): readonly Place[] {
  const settings = settingsFiles(view);
  const others = ['.netrc', '.git-credentials'].map((name) => join(view.home, name));
  const directories = [join(view.home, '.ssh'), ...configurationHomes(view).map((home) => join(home, 'git'))];
  const named = settings.flatMap((path) => filesNamedIn(view.text(path) ?? '', path, view));
  return [...[...settings, ...named, ...others, '/etc/ssh/ssh_config', '/etc/ssh/ssh_known_hosts'].map(file), ...directories.map(everythingBelow)];
}

/** What decides whether and from where git fetches. */
export function fetchSettings(view: ImageView): readonly Place[] | Opaque {
  const doubtful = settingsFiles(view).find((path) => (view.text(path) === undefined ? mayNameFiles(path, view) : path.endsWith('/.ssh/config') && relativeOfSsh.test(view.text(path) ?? '')));
  if (doubtful !== undefined) return opaque(`${readable(doubtful)} may name files of the project`);
  const ofVariables = leadingVariable(view);
  if (ofVariables !== undefined) return opaque(`the variable ${ofVariables} may name files of the project`);
  return [...gitSettings(view), file(leadingSettings.git)];
}

/** A variable that holds settings of git which name files: git-config(1), "ENVIRONMENT". */
function leadingVariable(view: ImageView): string | undefined {
  if ((view.variable('GIT_CONFIG_PARAMETERS') ?? '') !== '') return 'GIT_CONFIG_PARAMETERS';
  for (let index = 0; ; index += 1) {
    const name = `GIT_CONFIG_KEY_${index}`;
    const key = view.variable(name) ?? '';
    if (key === '') return undefined;
    if (isSymbolic(key) || namesFiles(key, [view.variable(`GIT_CONFIG_VALUE_${index}`) ?? ''])) return name;
  }
}

/** Settings of git and of ssh, which may name other files. */
function settingsFiles(view: ImageView): readonly Path[] {
  const named = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM'].flatMap((variable) => namedBy(view, variable));
  return ['/etc/gitconfig', join(view.home, '.gitconfig'), ...configurationHomes(view).map((home) => join(home, 'git/config')), ...named, join(view.home, '.ssh/config')];
}

function configurationHomes(view: ImageView): readonly Path[] {
  return [join(view.home, '.config'), ...namedBy(view, 'XDG_CONFIG_HOME')];
}

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
