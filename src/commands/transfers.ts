/** What copies and moves files: cp, mv and install of GNU coreutils 9. */
import type { Place } from '../build/places.ts';
import { accountsRegion, baseName, join, parentOf } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import type { Call, ImageView, Opaque, Outcome, Write } from './command.ts';
import { effects, file, wholeTree } from './command.ts';
import type { Target } from './operands.ts';
import { allTargets, because, edits, fileEffect, isOpaque, kindAt, makesDirectory, notUnderstood, removes, singleTarget, spell, words } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions } from './options.ts';

const abbreviations = true;

const cpOptions = grammar({
  abbreviations,
  flags:
    '-R|-r|--recursive -a|--archive -p -d -P|--no-dereference -L|--dereference -H -f|--force -v|--verbose -u|--update -n|--no-clobber -i|--interactive -T|--no-target-directory -x|--one-file-system --remove-destination',
  values: '-t|--target-directory --no-preserve --sparse',
  optional: '--preserve --reflink',
});

const mvOptions = grammar({
  abbreviations,
  flags: '-f|--force -v|--verbose -u|--update -n|--no-clobber -i|--interactive -T|--no-target-directory',
  values: '-t|--target-directory',
});

export interface Transfer {
  readonly sources: readonly Target[];
  readonly destination: Target;
  /** Do the sources go into the destination? `maybe`: it is not known whether it is a directory. */
  readonly into: 'yes' | 'no' | 'maybe';
}

/** Where the sources of cp, mv or install go. */
function transferOf(call: Call, reading: Reading, view: ImageView, mayBeDirectories: boolean): Transfer | Opaque {
  const operands = words(reading.operands);
  const option = lastValue(reading, '--target-directory');
  const last = option ?? operands.at(-1);
  const sourceWords = option ? operands : operands.slice(0, -1);
  if (!last || sourceWords.length === 0) return because(call, 'too few arguments');
  const destination = singleTarget(last, view);
  if (isOpaque(destination)) return destination;
  const sources = allTargets(sourceWords, view);
  if (isOpaque(sources)) return sources;
  if (hasOption(reading, '--no-target-directory')) return { sources, destination, into: 'no' };
  const several = option !== undefined || sources.length > 1 || sourceWords.length > 1;
  return { sources, destination, into: several ? 'yes' : intoDirectory(destination, view, mayBeDirectories) };
}

/** Do sources go into a destination? */
export function intoDirectory(destination: Target, view: ImageView, mayBeDirectories: boolean): Transfer['into'] {
  const kind = kindAt(destination.path, view);
  if (kind === 'directory') return 'yes';
  // A directory copied to `new/` becomes `new` where there is none; a file cannot.
  if (destination.asDirectory) return mayBeDirectories ? 'maybe' : 'yes';
  if (kind !== 'unknown') return 'no';
  return view.presence(destination.path) === 'unknown' && fileName.test(destination.path) ? 'no' : 'maybe';
}

/** What the base image has under such a name is a file. */
const fileName = /\.(?:txt|in|py|pyi|toml|cfg|ini|conf|json|ya?ml|sh|lock|env|xml|html|js|css|md|sql|pem|crt|cer|key|gpg|asc|whl|gz|xz|tgz|zip|list|repo|sources|service)$/;

/** Where one source ends up; null if that is not known. */
function finalPath(source: Target, { destination, into }: Transfer): Path | null {
  if (into === 'no') return destination.path;
  // The content of `dir/.` is merged into the destination.
  if (into === 'maybe' || !source.sure || (source.asDirectory && isDots(source))) return null;
  return join(destination.path, baseName(source.path));
}

/** `x/` has a name of its own, `x/.` and `..` have not. */
function isDots(source: Target): boolean {
  return source.written.endsWith('.');
}

export function cp(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, cpOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const recursive = hasOption(reading, '--recursive', '--archive');
  const transfer = transferOf(call, reading, view, recursive);
  if (isOpaque(transfer)) return transfer;
  const conditional = hasOption(reading, '--update', '--no-clobber', '--interactive');
  const copied = transfer.sources.map((source) => {
    const to = finalPath(source, transfer);
    const isFile = !recursive || kindAt(source.path, view) === 'file';
    if (to === null || !source.sure || !isFile || conditional) return mergeInto(source, to ?? transfer.destination.path, !isFile || to === null);
    return copyFile(source.path, to, view);
  });
  return effects(fileEffect(spell(call), view, joined(copied)));
}

interface Copied {
  readonly reads: readonly Place[];
  readonly writes: readonly Write[];
}

function joined(parts: readonly Copied[]): Copied {
  return { reads: flatMap(parts, ({ reads }) => reads), writes: flatMap(parts, ({ writes }) => writes) };
}

function mergeInto(source: Target, to: Path, deep: boolean): Copied {
  return { reads: [wholeTree(source.path)], writes: [edits(to, deep)] };
}

/**
 * One file in another's place. What is overwritten keeps its owner and mode, so they count as read; a new file gets the
 * mode of the source. The owner is written once more so that it rests on all of that.
 */
function copyFile(from: Path, to: Path, view: ImageView): Copied {
  const presence = view.presence(to);
  const old = presence === 'no' ? [] : [presence === 'unknown' ? file(to) : wholeTree(to)];
  return { reads: [wholeTree(from), ...old], writes: [{ place: file(to), how: 'copy', from }, edits(to, false, 'owner')] };
}

export function mv(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, mvOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const transfer = transferOf(call, reading, view, true);
  if (isOpaque(transfer)) return transfer;
  const conditional = hasOption(reading, '--update', '--no-clobber', '--interactive');
  const moved = transfer.sources.map((source) => {
    const to = finalPath(source, transfer);
    const isFile = kindAt(source.path, view) === 'file';
    const copied = to === null || !isFile || conditional ? mergeInto(source, to ?? transfer.destination.path, !isFile || to === null) : copyFile(source.path, to, view);
    return { reads: copied.reads, writes: [...copied.writes, conditional ? edits(source.path, true) : removes(source)] };
  });
  return effects(fileEffect(spell(call), view, joined(moved)));
}

const installOptions = grammar({
  abbreviations,
  flags: '-d|--directory -D -v|--verbose -p|--preserve-timestamps -c -T|--no-target-directory -C|--compare',
  values: '-m|--mode -o|--owner -g|--group -t|--target-directory',
});

/** `install` makes directories, or copies files with owner and mode. */
export function install(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, installOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const named = [lastValue(reading, '--owner'), lastValue(reading, '--group')].some((owner) => owner && !/^\d+$/.test(owner.text));
  const accounts = named ? [file(accountsRegion)] : [];
  if (hasOption(reading, '--directory')) {
    const targets = allTargets(words(reading.operands), view);
    if (isOpaque(targets)) return targets;
    const writes = flatMap(targets, ({ path, sure }) => (sure ? [makesDirectory(path), edits(path, false, 'owner'), edits(path, false, 'mode')] : [edits(path, true)]));
    const reads = [...accounts, ...targets.map(({ path }) => file(path))];
    return effects(fileEffect(spell(call), view, { reads, writes }));
  }
  const transfer = transferOf(call, reading, view, false);
  if (isOpaque(transfer)) return transfer;
  const { path } = transfer.destination;
  const parents = hasOption(reading, '-D') ? [makesDirectory(transfer.into === 'no' ? parentOf(path) : path)] : [];
  const copied = transfer.sources.map((source) => {
    const to = finalPath(source, transfer);
    return to === null ? mergeInto(source, transfer.destination.path, true) : copyFile(source.path, to, view);
  });
  const { reads, writes } = joined(copied);
  return effects(fileEffect(spell(call), view, { reads: [...accounts, ...reads], writes: [...parents, ...writes] }));
}
