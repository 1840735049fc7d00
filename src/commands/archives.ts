/** tar 1.34 and BusyBox's; Info-ZIP's unzip 6. */
import type { Place } from '../build/places.ts';
import { accountsRegion, join } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { Argument, Call, ImageView, Outcome, Tool } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { broughtByPackage } from './fetching.ts';
import { allTargets, because, edits, fileEffect, isOpaque, looks, notUnderstood, readPlaces, sets, singleTarget, spell, treePlaces, words } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, valuesOf } from './options.ts';

const tarOptions = grammar({
  flags: [
    '-x|--extract --get|--extract --extract -c|--create --create -t|--list --list -v|--verbose --verbose -z|--gzip --gunzip|--gzip --ungzip|--gzip --gzip -j|--bzip2 --bzip2 -J|--xz --xz --lzma --zstd -Z|--compress --compress -a|--auto-compress --auto-compress',
    '-p|--preserve-permissions --same-permissions|--preserve-permissions --preserve-permissions --no-same-permissions -o|--no-same-owner --no-same-owner --same-owner --numeric-owner -k|--keep-old-files --keep-old-files --skip-old-files --overwrite --keep-newer-files --unlink-first -U|--unlink-first -m|--touch --touch',
    '-O|--to-stdout --to-stdout --wildcards --no-wildcards --anchored --no-anchored --ignore-case --warning=no-unknown-keyword -h|--dereference --dereference --no-recursion --exclude-vcs --exclude-caches --delay-directory-restore --ignore-zeros -i|--ignore-zeros --no-xattrs --xattrs --no-acls --acls --no-selinux --selinux --checkpoint --totals -B|--read-full-records --occurrence',
  ].join(' '),
  values:
    '-f|--file --file -C|--directory --cd|--directory --directory --strip-components|--strip --strip-path|--strip --strip --exclude -X|--exclude-from --exclude-from -T|--files-from --files-from --owner --group --mode --mtime --sort --format -H|--format --warning -I|--use-compress-program -b|--blocking-factor --transform --xform|--transform',
});

export const tar: Tool = {
  id: 'tar',
  recognises: (program) => program === 'tar',
  effects: (call, view) => tarEffects(call, view),
};

/** The old style: the first word holds letters, and their values follow in the order of the letters. */
function withDashes(args: readonly Argument[]): readonly Argument[] {
  const [first, ...rest] = args;
  if (!first || !/^[A-Za-z]+$/.test(first.text)) return args;
  const dashed: Argument[] = [];
  let used = 0;
  for (const letter of first.text) {
    dashed.push({ ...first, text: `-${letter}` });
    if (!'fCXTHIb'.includes(letter)) continue;
    const value = rest[used];
    if (value) dashed.push(value);
    used += 1;
  }
  return [...dashed, ...rest.slice(used)];
}

function tarEffects(call: Call, view: ImageView): Outcome {
  const args = withDashes(call.args);
  const reading = readOptions(args, tarOptions);
  const doubt = notUnderstood({ ...call, args }, reading);
  if (doubt) return doubt;
  const directories = valuesOf(reading, '--directory');
  if (directories.length > 1) return opaque('`tar` with several directories');
  const packer = lastValue(reading, '--use-compress-program');
  if (packer && !/^(?:pigz|pixz|pbzip2|zstd|unzstd|xz|gzip|lz4|lbzip2)(?: -[\dT]+)*$/.test(packer.text)) return because(call, `-I ${packer.text}`);
  const [directory] = directories;
  const base = directory ? singleTarget(directory, view) : { path: view.cwd, sure: true, asDirectory: true, written: '.' };
  if (isOpaque(base)) return base;
  const archives = valuesOf(reading, '--file').filter(({ text }) => text !== '-');
  const lists = ['--files-from', '--exclude-from'].flatMap((name) => valuesOf(reading, name).flatMap((value) => readPlaces(value, view)));
  const reads = [...archives.flatMap((argument) => readPlaces(argument, view)), ...lists];
  if (hasOption(reading, '--create')) return archiving(call, reading, base.path, archives, lists, view);
  if (hasOption(reading, '--list', '--to-stdout')) return effects(looks(spell(call), [...broughtByPackage, ...reads]));
  if (!hasOption(reading, '--extract')) return because(call, 'neither -x, -c nor -t');
  // Root gives what is unpacked to the users and groups that the archive names.
  return effects(fileEffect(spell(call), view, { reads: [...broughtByPackage, ...reads, file(accountsRegion)], env: ['TAR_OPTIONS'], writes: [edits(base.path, true)] }));
}

function archiving(call: Call, reading: Reading, base: Path, archives: readonly Argument[], lists: readonly Place[], view: ImageView): Outcome {
  const inBase: ImageView = { ...view, home: view.home, cwd: base, resolve: (path) => (/^[~/]/.test(path) ? view.resolve(path) : view.resolve(join(base, path))) };
  const reads = [...lists, ...words(reading.operands).flatMap((argument) => treePlaces(argument, inBase))];
  // The names in the list of files may be any.
  const listed = valuesOf(reading, '--files-from').length > 0 ? [everythingBelow('/')] : [];
  if (archives.length === 0) return effects(looks(spell(call), [...broughtByPackage, ...reads, ...listed]));
  const targets = allTargets(archives, view);
  if (isOpaque(targets)) return targets;
  return effects(fileEffect(spell(call), view, { reads: [...broughtByPackage, ...reads, ...listed], env: ['TAR_OPTIONS', 'GZIP'], writes: targets.map(sets) }));
}

const unzipOptions = grammar({ flags: '-q -qq -o -n -j -u -f -a -aa -b -C -L -LL -X -K -v -l -t -Z -p -c -D -DD', values: '-d -P -x -O -I' });

export const unzip: Tool = {
  id: 'unzip',
  recognises: (program) => program === 'unzip',
  effects: (call, view) => {
    const reading = readOptions(call.args, unzipOptions);
    const doubt = notUnderstood(call, reading);
    if (doubt) return doubt;
    const [archive] = words(reading.operands);
    const target = lastValue(reading, '-d');
    const base = target ? singleTarget(target, view) : { path: view.cwd };
    if (isOpaque(base)) return base;
    if (!archive) return effects(looks(spell(call), broughtByPackage));
    // Without an ending `.zip` is added where there is no such file.
    const reads = [...readPlaces(archive, view), ...readPlaces({ ...archive, text: `${archive.text}.zip` }, view)];
    if (hasOption(reading, '-l', '-v', '-t', '-Z', '-p', '-c')) return effects(looks(spell(call), [...broughtByPackage, ...reads]));
    return effects(fileEffect(spell(call), view, { reads: [...broughtByPackage, ...reads], env: ['UNZIP', 'UNZIPOPT'], writes: [edits(base.path, true)] }));
  },
};
