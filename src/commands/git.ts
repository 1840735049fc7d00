/** git 2.39. */
import type { Place } from '../build/places.ts';
import { join, leadingSettings, parentOf } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { Call, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { broughtByPackage, certificates, proxies } from './fetching.ts';
import { fetchSettings, gitSettings, gitVariables, mayNameFiles, namesFiles } from './git-settings.ts';
import { because, edits, fileEffect, isOpaque, looks, notUnderstood, readPlaces, singleTarget, spell, words } from './operands.ts';
import { grammar, hasOption, lastValue, readOptions, valuesOf } from './options.ts';

const gitGlobal = grammar({ stopsAtOperand: true, flags: '--no-pager -p|--paginate --no-replace-objects', values: '-C -c' });

const cloneOptions = grammar({
  abbreviations: true,
  flags:
    '-q|--quiet --quiet -v|--verbose --progress -l|--local -n|--no-checkout --no-checkout --bare --mirror --single-branch --no-single-branch --no-tags --tags --recursive|--recurse-submodules --shallow-submodules --no-shallow-submodules --no-hardlinks --remote-submodules -s|--shared --sparse --no-remote-submodules --reject-shallow',
  values: '--depth -b|--branch --branch -o|--origin --origin -c|--config --config -j|--jobs --jobs --filter --shallow-since --shallow-exclude --template -u|--upload-pack --reference --reference-if-able --separate-git-dir --server-option --revision',
  optional: '--recurse-submodules',
});

const gitLooks = new Set([
  'describe', 'rev-parse', 'log', 'show', 'status', 'diff', 'ls-files', 'ls-tree', 'ls-remote', 'rev-list', 'cat-file', 'name-rev', 'shortlog', 'blame', 'version', '--version', '--help', 'help',
  'for-each-ref', 'show-ref', 'merge-base', 'grep', 'check-ignore',
]);

const gitEnvironment: readonly string[] = [...proxies, ...certificates, ...gitVariables];

export const git: Tool = {
  id: 'git',
  recognises: (program) => program === 'git',
  effects: (call, view) => gitEffects(call, view),
};

function gitEffects(call: Call, view: ImageView): Outcome {
  const before = readOptions(call.args, gitGlobal);
  const verb = before.operands[0];
  if (!verb) return effects(looks(spell(call), broughtByPackage));
  const own: Call = { ...call, args: call.args.slice(0, verb.index) };
  const doubt = notUnderstood(own, readOptions(own.args, gitGlobal));
  if (doubt) return doubt;
  const rest: Call = { ...call, args: call.args.slice(verb.index + 1) };
  const directory = lastValue(before, '-C');
  const top = directory ? singleTarget(directory, view) : null;
  if (top && isOpaque(top)) return top;
  const cwd = top?.path ?? view.cwd;
  if (verb.argument.text === 'clone') return top ? because(call, '-C') : gitClone(call, rest, view);
  if (verb.argument.text === 'config') return gitConfig(call, rest, cwd, view);
  if (gitLooks.has(verb.argument.text) && !rest.args.some(({ text, known }) => !known || text.startsWith('--output'))) {
    return effects(looks(spell(call), [...broughtByPackage, ...gitSettings(view), everythingBelow(cwd), ...repositoriesAbove(cwd)], gitEnvironment));
  }
  if (verb.argument.text === 'lfs' && rest.args[0]?.text === 'install') return effects(fileEffect(spell(call), view, { reads: broughtByPackage, writes: [edits(join(view.home, '.gitconfig'), false), edits('/etc/gitconfig', false)] }));
  return because(call, verb.argument.text);
}

/** A repository is looked for in the directory and all above it. */
function repositoriesAbove(cwd: Path): readonly Place[] {
  const places: Place[] = [];
  for (let at = cwd; places.length < 50; at = parentOf(at)) {
    places.push(everythingBelow(join(at, '.git')));
    if (at === '/') break;
  }
  return places;
}

function gitClone(call: Call, rest: Call, view: ImageView): Outcome {
  const reading = readOptions(rest.args, cloneOptions);
  const doubt = notUnderstood(rest, reading);
  if (doubt) return doubt;
  for (const name of ['--separate-git-dir', '--reference', '--reference-if-able', '--shared']) if (hasOption(reading, name)) return because(call, `clone ${name}`);
  const [source, place] = words(reading.operands);
  if (!source) return because(call, 'clone without an address');
  const name = cloneName(source.text) + (hasOption(reading, '--bare', '--mirror') ? '.git' : '');
  if (!place && name === '') return opaque('`git clone` of an address that does not name a directory');
  const target = singleTarget(place ?? { ...source, text: name, glob: false }, view);
  if (isOpaque(target)) return target;
  const settings = fetchSettings(view);
  if ('kind' in settings) return settings;
  const isLocal = /^(?:\.{0,2}\/|file:)/.test(source.text) || !/:/.test(source.text);
  const local = isLocal ? readPlaces({ ...source, text: source.text.replace(/^file:\/\//, '') }, view) : [];
  const templates = valuesOf(reading, '--template').flatMap((value) => readPlaces(value, view));
  // git clones into an empty directory only, so that nothing of it is left.
  const writes: readonly Write[] = [{ place: everythingBelow(target.path), how: 'set' }];
  const reads = [file(target.path), ...settings, ...local, ...templates];
  return effects(fileEffect(spell(call), view, { reads: [...broughtByPackage, ...reads], env: gitEnvironment, writes }));
}

/** As git's `git_guess_dir_name`: the last part of the address without `.git`. */
function cloneName(address: string): string {
  const path = address.replace(/^[a-z+]+:\/\/[^/]*/i, '').replace(/(?<!\/)\/+$/, '').replace(/\/\.git$/, '');
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
  return name.replace(/\.git$/, '');
}

const configOptions = grammar({
  flags:
    '--global --system --local --worktree --add --unset --unset-all --replace-all --get --get-all --get-regexp --get-urlmatch -l|--list --list --bool --int --path --name-only --show-origin -z|--null --null --rename-section --remove-section',
  values: '-f|--file --file --type --default',
});

function gitConfig(call: Call, rest: Call, cwd: Path, view: ImageView): Outcome {
  const reading = readOptions(rest.args, configOptions);
  const doubt = notUnderstood(rest, reading);
  if (doubt) return doubt;
  const given = lastValue(reading, '--file');
  const path = given ? singleTarget(given, view) : null;
  if (path && isOpaque(path)) return path;
  const place = path?.path ?? (hasOption(reading, '--global') ? join(view.home, '.gitconfig') : hasOption(reading, '--system') ? '/etc/gitconfig' : join(cwd, '.git/config'));
  const [first, ...values] = words(reading.operands);
  const asks = hasOption(reading, '--get', '--get-all', '--get-regexp', '--get-urlmatch', '--list') || first?.text === 'get' || first?.text === 'list' || values.length === 0;
  if (asks && !hasOption(reading, '--unset', '--unset-all', '--remove-section')) return effects(looks(spell(call), [...broughtByPackage, ...gitSettings(view), file(place), ...repositoriesAbove(cwd)]));
  // Where there is an XDG configuration and no ~/.gitconfig, git writes the former.
  const xdg = hasOption(reading, '--global') && !path ? [edits(join(view.home, '.config/git/config'), false)] : [];
  const names = first === undefined || namesFiles(first.text, values.map(({ text }) => text)) || mayNameFiles(place, view) ? [{ place: file(leadingSettings.git), how: 'set' } as const] : [];
  return effects(fileEffect(spell(call), view, { reads: broughtByPackage, env: ['GIT_CONFIG*', 'XDG_CONFIG_HOME'], writes: [edits(place, false), ...xdg, ...names] }));
}
