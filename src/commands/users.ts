import type { Place } from '../build/places.ts';
import { accountsRegion, osRegion } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { Argument, Call, Effect, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { because, edits, fileEffect, filePlaces, notUnderstood, singleTarget, isOpaque, spell, words } from './operands.ts';
import type { Grammar, Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, valuesOf } from './options.ts';

/**
 * Users and groups: shadow-utils 4.13 (Debian, Red Hat), Debian's adduser 3.134 and BusyBox 1.36. What the same word
 * does under all of them is taken; where they part, as in whether a home directory is made, both may be.
 */
export const users: Tool = {
  id: 'users',
  recognises: (program) => programs.has(program),
  effects: (call, view) => {
    const program = programs.get(call.program);
    const reading = readOptions(call.args, program?.grammar ?? grammar());
    const configured = valuesOf(reading, '--conf').flatMap((value) => filePlaces(value, view));
    const outcome = notUnderstood(call, reading) ?? program?.run(call, view, reading) ?? opaque(call.program);
    return outcome.kind === 'opaque' ? outcome : { ...outcome, effects: outcome.effects.map((effect) => ({ ...effect, reads: [...effect.reads, ...configured] })) };
  },
};

interface Program {
  readonly grammar: Grammar;
  readonly run: (call: Call, view: ImageView, reading: Reading) => Outcome;
}

const abbreviations = true;

const useraddOptions = grammar({
  abbreviations,
  flags: '-m|--create-home -M|--no-create-home -r|--system -N|--no-user-group -U|--user-group -o|--non-unique -l|--no-log-init -F|--add-subids-for-system',
  values: '-b|--base-dir -c|--comment -d|--home-dir -e|--expiredate -f|--inactive -g|--gid -G|--groups -k|--skel -K|--key -p|--password -s|--shell -u|--uid -Z|--selinux-user',
});

/** Debian's, BusyBox's and (as a link to useradd) Red Hat's adduser in one: no option takes a value in one only. */
const adduserOptions = grammar({
  flags:
    '--system -S|--system -r|--system --disabled-password -D|--disabled-password --disabled-login -H|--no-create-home -M|--no-create-home --no-create-home -m|--create-home --group --allow-bad-names --allow-badname --force-badname --allow-all-names --quiet -q|--quiet --debug --add-extra-groups --add_extra_groups',
  values:
    '--home -h|--home -d|--home --shell -s|--shell --uid -u|--uid --gid --ingroup -G|--ingroup --gecos -g|--gecos --comment -c|--gecos --conf --firstuid --lastuid --firstgid --lastgid -k|--skel',
});

const groupOptions = grammar({
  abbreviations,
  flags: '-f|--force -r|--system --system -S|--system -o|--non-unique --quiet --allow-bad-names --force-badname -q|--quiet',
  values: '-g|--gid --gid -K|--key -n|--new-name -p|--password -U|--users --conf',
});

const usermodOptions = grammar({
  abbreviations,
  flags: '-a|--append -L|--lock -U|--unlock -o|--non-unique -m|--move-home -r|--remove',
  values: '-c|--comment -d|--home -e|--expiredate -f|--inactive -g|--gid -G|--groups -l|--login -p|--password -s|--shell -u|--uid',
});

const passwdOptions = grammar({ abbreviations, flags: '-d|--delete -l|--lock -u|--unlock -e|--expire -q|--quiet -S|--status', values: '-s|--shell -a|--algorithm' });
const chpasswdOptions = grammar({ abbreviations, flags: '-e|--encrypted -m|--md5', values: '-c|--crypt-method -s|--sha-rounds' });
const userdelOptions = grammar({ abbreviations, flags: '-f|--force -r|--remove --remove-home --quiet -q|--quiet --system --only-if-empty' });

const programs: ReadonlyMap<string, Program> = new Map([
  ['useradd', { grammar: useraddOptions, run: useradd }],
  ['adduser', { grammar: adduserOptions, run: adduser }],
  ['groupadd', { grammar: groupOptions, run: accountsOnly }],
  ['addgroup', { grammar: groupOptions, run: accountsOnly }],
  ['groupmod', { grammar: groupOptions, run: accountsOnly }],
  ['groupdel', { grammar: groupOptions, run: accountsOnly }],
  ['delgroup', { grammar: userdelOptions, run: accountsOnly }],
  ['gpasswd', { grammar: grammar({ values: '-a|--add -d|--delete' }), run: accountsOnly }],
  ['usermod', { grammar: usermodOptions, run: usermod }],
  ['userdel', { grammar: userdelOptions, run: userdel }],
  ['deluser', { grammar: userdelOptions, run: userdel }],
  ['passwd', { grammar: passwdOptions, run: accountsOnly }],
  ['chsh', { grammar: passwdOptions, run: accountsOnly }],
  ['chpasswd', { grammar: chpasswdOptions, run: accountsOnly }],
]);

/** The files that decide numbers, shells and homes of new accounts. */
const defaults: readonly Place[] = ['/etc/login.defs', '/etc/default/useradd', '/etc/adduser.conf'].map(file);

function accountsOnly(call: Call, view: ImageView): Outcome {
  return effects(accountsEffect(call, view, [], []));
}

/**
 * The packages count: they bring the program (`adduser` on Debian, `useradd` on Alpine), and users of their own, which
 * take numbers.
 */
function accountsEffect(call: Call, view: ImageView, reads: readonly Place[], writes: readonly Write[]): Effect {
  return fileEffect(spell(call), view, { kind: 'users', reads: [file(osRegion), ...defaults, ...reads], writes: [edits(accountsRegion, false), ...writes] });
}

function useradd(call: Call, view: ImageView, reading: Reading): Outcome {
  const [name, ...more] = words(reading.operands);
  if (!name || more.length > 0) return because(call, 'not one user');
  if (hasOption(reading, '--no-create-home')) return accountsOnly(call, view);
  const given = lastValue(reading, '--home-dir');
  const base = lastValue(reading, '--base-dir');
  const home = homeOf(given ?? { ...name, text: `${base?.text ?? '/home'}/${name.text}` }, view);
  if (typeof home !== 'string') return home;
  const made = hasOption(reading, '--create-home');
  if (!made && hasOption(reading, '--system')) return accountsOnly(call, view);
  const skeleton = lastValue(reading, '--skel')?.text ?? '/etc/skel';
  const reads = [file(home), everythingBelow(view.resolve(skeleton))];
  // A home that is there stays as it is.
  if (view.presence(home) === 'yes') return effects(accountsEffect(call, view, reads, []));
  return effects(accountsEffect(call, view, reads, made ? newHome(home) : [edits(home, true)]));
}

function adduser(call: Call, view: ImageView, reading: Reading): Outcome {
  const [name, group] = words(reading.operands);
  if (!name) return because(call, 'no user');
  // `adduser USER GROUP` adds a member.
  if (group || hasOption(reading, '--no-create-home')) return accountsOnly(call, view);
  const given = lastValue(reading, '--home');
  const home = homeOf(given ?? { ...name, text: `/home/${name.text}` }, view);
  if (typeof home !== 'string') return home;
  const skeleton = lastValue(reading, '--skel')?.text ?? '/etc/skel';
  const reads = [file(home), everythingBelow(view.resolve(skeleton))];
  // BusyBox gives an existing home to the user, Debian does not; Debian makes no home for some system users.
  if (view.presence(home) === 'yes') return effects(accountsEffect(call, view, reads, [edits(home, false, 'owner'), edits(home, false, 'mode')]));
  const certain = !hasOption(reading, '--system') || given !== undefined;
  return effects(accountsEffect(call, view, reads, certain ? newHome(home) : [edits(home, true)]));
}

function newHome(home: Path): readonly Write[] {
  return [{ place: file(home), how: 'make-directory' }, edits(home, true, 'owner'), edits(home, false, 'mode')];
}

/** A home below `/home` is the user's own whatever the user is called. */
function homeOf(word: Argument, view: ImageView): Path | Outcome {
  if (/^\/home\/[^/]+$/.test(word.text)) return word.text;
  const target = singleTarget(word, view);
  if (isOpaque(target)) return target;
  return target.path === '/' ? '/nonexistent' : target.path;
}

function usermod(call: Call, view: ImageView, reading: Reading): Outcome {
  if (hasOption(reading, '--move-home')) return because(call, '--move-home');
  // It gives the files in the user's home to the new number, wherever that home is.
  if (hasOption(reading, '--uid')) return because(call, '--uid');
  return accountsOnly(call, view);
}

function userdel(call: Call, view: ImageView, reading: Reading): Outcome {
  if (hasOption(reading, '--remove', '--remove-home', '--force')) return because(call, '--remove');
  return accountsOnly(call, view);
}
