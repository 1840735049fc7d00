import type { Place } from '../build/places.ts';
import { accountsRegion, baseName, directoriesOfLists, isSymbolic, isWithin, join, osRegion, parentOf } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import type { Call, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque, wholeTree } from './command.ts';
import { allTargets, because, edits, fileEffect, filePlaces, isOpaque, kindAt, linkTarget, makesDirectory, notUnderstood, removes, sets, singleTarget, spell, words } from './operands.ts';
import { grammar, hasOption, lastValue, readOptions, valuesOf } from './options.ts';
import { cp, install, intoDirectory, mv } from './transfers.ts';

/** What changes files: GNU coreutils 9, and BusyBox where the same words do the same. */
export const coreutils: Tool = {
  id: 'coreutils',
  recognises: (program) => programs.has(program),
  effects: (call, view) => programs.get(call.program)?.(call, view) ?? opaque(`dockfix does not know what \`${call.program}\` does`),
};

type Program = (call: Call, view: ImageView) => Outcome;

const programs: ReadonlyMap<string, Program> = new Map([
  ['mkdir', mkdir],
  ['rmdir', rmdir],
  ['rm', rm],
  ['unlink', rm],
  ['cp', cp],
  ['mv', mv],
  ['ln', ln],
  ['chmod', chmod],
  ['chown', chown],
  ['chgrp', chown],
  ['touch', touch],
  ['tee', tee],
  ['install', install],
  ['dos2unix', editInPlace],
  ['unix2dos', editInPlace],
  ['truncate', editInPlace],
]);

const abbreviations = true;

// --------------------------------------------------------------------------------------------------------- directories

const mkdirOptions = grammar({ abbreviations, flags: '-p|--parents -v|--verbose', values: '-m|--mode' });

function mkdir(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, mkdirOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const targets = allTargets(words(reading.operands), view);
  if (isOpaque(targets)) return targets;
  const parents = hasOption(reading, '--parents');
  const withMode = hasOption(reading, '--mode') || hasUmask(view);
  const writes = flatMap(targets, ({ path, sure }): readonly Write[] => {
    if (!sure) return [edits(path, true)];
    return withMode ? [makesDirectory(path), edits(path, false, 'mode')] : [makesDirectory(path)];
  });
  // Without -p it fails where the directory is there already, or the one above it is not.
  const reads = parents ? [] : flatMap(targets, ({ path }) => [file(path), file(parentOf(path))]);
  return effects(fileEffect(spell(call), view, { reads, writes }));
}

/** The umask of the RUN, as the symbolic build keeps it beside the variables. */
function hasUmask(view: ImageView): boolean {
  const umask = view.variable('(umask)');
  return typeof umask === 'string' && umask !== '' && !/^0*22$/.test(umask);
}

function rmdir(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, grammar({ abbreviations, flags: '-v|--verbose --ignore-fail-on-non-empty' }));
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const targets = allTargets(words(reading.operands), view);
  if (isOpaque(targets)) return targets;
  const reads = targets.map(({ path }) => everythingBelow(path));
  const keeps = hasOption(reading, '--ignore-fail-on-non-empty');
  const writes = targets.map((target) => (keeps ? edits(target.path, true) : removes(target)));
  return effects(fileEffect(spell(call), view, { reads, writes }));
}

// ------------------------------------------------------------------------------------------------------------ removing

const rmOptions = grammar({
  abbreviations,
  flags: '-f|--force -R|-r|--recursive -d|--dir -v|--verbose -i -I --preserve-root --no-preserve-root --one-file-system',
});

function rm(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, rmOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const targets = allTargets(words(reading.operands), view);
  if (isOpaque(targets)) return targets;
  if (targets.some(({ path }) => isWithin('/usr', path))) return opaque('`rm` of the whole image');
  const real = targets.filter(({ path }) => !isCache(path, view));
  // Without -f it fails where there is nothing.
  const reads = hasOption(reading, '--force') ? [] : real.filter(({ sure }) => sure).map(({ path }) => file(path));
  const lists = flatMap(directoriesOfLists, ([directory, region]) => (targets.some(({ path }) => isWithin(path, directory)) ? [{ place: file(region), how: 'remove' } as const] : []));
  return effects(fileEffect(spell(call), view, { reads, writes: [...real.map(removes), ...lists] }));
}

/** Caches of package managers are not compared, whoever fills or empties them. */
function isCache(path: Path, view: ImageView): boolean {
  const ofUsers = flatMap(['/root', view.home], (home) => ['.composer/cache', ...['pip', 'uv', 'pdm', 'pipenv', 'go-build', 'composer'].map((tool) => `.cache/${tool}`)].map((cache) => `${home}/${cache}`));
  const caches = ['/var/lib/apt/lists', '/var/cache/apt', '/var/cache/apk', ...ofUsers];
  return caches.some((cache) => isWithin(path, cache));
}

// --------------------------------------------------------------------------------------------------------------- links

const lnOptions = grammar({
  abbreviations,
  flags: '-s|--symbolic -f|--force -n|--no-dereference -v|--verbose -r|--relative -T|--no-target-directory -i|--interactive',
  values: '-t|--target-directory',
});

function ln(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, lnOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  if (!hasOption(reading, '--symbolic')) return opaque('a hard link, which gives a file a second name');
  const operands = words(reading.operands);
  const option = lastValue(reading, '--target-directory');
  const [text, ...more] = option ? operands : operands.slice(0, Math.max(1, operands.length - 1));
  const place = option ?? (operands.length > 1 ? operands.at(-1) : undefined);
  if (!text || more.length > 0) return opaque('`ln` with several targets');
  const link = place ? singleTarget(place, view) : singleTarget({ ...text, text: baseName(text.text) }, view);
  if (isOpaque(link)) return link;
  const into = option ? 'yes' : hasOption(reading, '--no-target-directory') || !place ? 'no' : intoDirectory(link, view, false);
  // A pattern in the target is expanded by the shell; the link then has a name of its own.
  if (text.glob && into !== 'no') return opaque('`ln` with several targets');
  const names = into === 'yes' ? [join(link.path, baseName(text.text))] : [link.path];
  // Where it is not known whether the last word is a directory, the link is there or in it.
  const paths = into === 'maybe' && !isFilePath(link.path) ? [link.path, join(link.path, baseName(text.text))] : names;
  const sure = paths.length === 1;
  const [first = link.path] = paths;
  const target = hasOption(reading, '--relative') ? view.resolve(text.text) : linkTarget(text.text, first);
  if (!isFilePath(first) && !leadsToFile(target, view)) return opaque(`a link to ${text.raw}, which gives a directory a second name`);
  const reads: readonly Place[] = [file(target), ...(hasOption(reading, '--force') ? [] : paths.map(file))];
  const writes = paths.map((path): Write => (sure ? { place: file(path), how: 'link' } : edits(path, false)));
  return effects(fileEffect(spell(call), view, { reads, writes }));
}

/** Directories of programs and devices hold files; a name in them is one. */
function isFilePath(path: Path): boolean {
  return /\/s?bin\/[^/]+$/.test(path) || path.startsWith('/dev/');
}

const systemTrees: readonly Path[] = ['/usr', '/etc', '/lib', '/lib64', '/bin', '/sbin', '/var/lib', '/var/log', '/var/run', '/run', '/dev', '/proc'];

/**
 * A link to a directory would be a second name for all that is in it, which the symbolic build does not follow. In the
 * system's own directories nothing is named twice by a Dockerfile; /usr/local is not the system's.
 */
function leadsToFile(target: Path, view: ImageView): boolean {
  if (isFilePath(target) || kindAt(target, view) === 'file') return true;
  if (isWithin(target, '/usr/local') || target === '/usr') return false;
  return systemTrees.some((tree) => target !== tree && isWithin(target, tree));
}

// --------------------------------------------------------------------------------------------------- owners and modes

const chmodOptions = grammar({
  abbreviations,
  flags: '-R|--recursive -v|--verbose -c|--changes -f|--silent -f|--quiet --preserve-root --no-preserve-root',
});

function chmod(call: Call, view: ImageView): Outcome {
  // A mode may start with a dash, as in `chmod -x f`.
  const at = call.args.findIndex(({ text }) => /^-[rwxXstugoa0-7,=+-]+$/.test(text) && text !== '--' ? true : !text.startsWith('-'));
  const mode = call.args[at];
  const rest = call.args.filter((_argument, index) => index !== at);
  const reading = readOptions(rest, chmodOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  if (!mode) return because(call, 'too few arguments');
  const targets = allTargets(words(reading.operands), view);
  if (isOpaque(targets)) return targets;
  const recursive = hasOption(reading, '--recursive');
  // chown clears setuid and setgid, so that such a mode depends on what was there before, and on the owner.
  const special = /[st]|^0*[1-7]\d{3}$/.test(mode.text) || isSymbolic(mode.text);
  const writes = targets.map(({ path, sure }) => edits(path, recursive || !sure, special ? undefined : 'mode'));
  return effects(fileEffect(spell(call), view, { writes }));
}

const chownOptions = grammar({
  abbreviations,
  flags: '-R|--recursive -v|--verbose -c|--changes -f|--silent -f|--quiet -h|--no-dereference --dereference --preserve-root --no-preserve-root -H -P',
});

function chown(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, chownOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const [owner, ...rest] = words(reading.operands);
  if (!owner || rest.length === 0) return because(call, 'too few arguments');
  const targets = allTargets(rest, view);
  if (isOpaque(targets)) return targets;
  const recursive = hasOption(reading, '--recursive');
  const writes = targets.map(({ path, sure }) => edits(path, recursive || !sure, 'owner'));
  const accounts = /^\d*(?:[:.]\d*)?$/.test(owner.text) ? [] : [file(accountsRegion)];
  // Where only the user or only the group is given, the other one stays as it is.
  const partly = call.program === 'chgrp' || !/^[^:.]+[:.]/.test(owner.text);
  const reads = [...accounts, ...(partly ? targets.map(({ path }) => wholeTree(path)) : [])];
  return effects(fileEffect(spell(call), view, { reads, writes }));
}

// ------------------------------------------------------------------------------------------------------- file contents

const touchOptions = grammar({ abbreviations, flags: '-a -m -c|--no-create -h|--no-dereference -f', values: '-d|--date -t -r|--reference --time' });

/** An existing file only gets another time, and times are not compared. */
function touch(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, touchOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const targets = allTargets(words(reading.operands), view);
  if (isOpaque(targets)) return targets;
  if (hasOption(reading, '--no-create')) return effects(fileEffect(spell(call), view, { writes: [] }));
  const missing = targets.filter(({ path, sure }) => !sure || view.presence(path) !== 'yes');
  const writes = missing.map((target) => (target.sure && view.presence(target.path) === 'no' ? sets(target) : edits(target.path, !target.sure)));
  const reference = flatMap(valuesOf(reading, '--reference'), (value) => filePlaces(value, view));
  return effects(fileEffect(spell(call), view, { reads: [...targets.map(({ path }) => file(path)), ...reference], writes }));
}

const teeOptions = grammar({ abbreviations, flags: '-a|--append -i|--ignore-interrupts -p' });

/** What it writes comes from its input, which the caller knows. */
function tee(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, teeOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const targets = allTargets(words(reading.operands), view);
  if (isOpaque(targets)) return targets;
  const real = targets.filter(({ path }) => !/^\/dev\/(?:null|stdout|stderr)$/.test(path));
  const append = hasOption(reading, '--append');
  const writes = real.map((target) => (append ? edits(target.path, !target.sure) : sets(target)));
  return effects(fileEffect(spell(call), view, { writes }));
}

const truncateOptions = grammar({ abbreviations, flags: '-c|--no-create', values: '-s|--size' });
const convertingOptions = grammar({ abbreviations, flags: '-q|--quiet -k|--keepdate -f|--force -o|--oldfile -u -d' });

function editInPlace(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, call.program === 'truncate' ? truncateOptions : convertingOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const targets = allTargets(words(reading.operands), view);
  if (isOpaque(targets)) return targets;
  const reads = call.program === 'truncate' ? [] : [file(osRegion)];
  return effects(fileEffect(spell(call), view, { reads, writes: targets.map(({ path, sure }) => edits(path, !sure)) }));
}
