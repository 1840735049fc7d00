import { readOptions, spellings } from './words.ts';

/**
 * What a command does to users and groups, apart from the program that does it: BusyBox 1.36 (loginutils/adduser.c,
 * addgroup.c, deluser.c) on Alpine, shadow-utils 4.13 to 4.17 on Debian.
 */
export type Account =
  | { readonly kind: 'group'; readonly name: string; readonly gid: string | null; readonly system: boolean }
  | {
      readonly kind: 'user';
      readonly name: string;
      readonly uid: string | null;
      readonly system: boolean;
      /** The primary group; null for one of the user's own name, made with it. */
      readonly group: string | null;
      readonly home: string;
      readonly makesHome: boolean;
      readonly shell: string;
      readonly comment: string;
    }
  | { readonly kind: 'member'; readonly user: string; readonly group: string }
  | { readonly kind: 'user-removed'; readonly name: string; readonly home: boolean }
  | { readonly kind: 'group-removed'; readonly name: string };

export type AccountReading = Account | { readonly kind: 'refused'; readonly message: string };

export const busyBoxPrograms: ReadonlySet<string> = new Set(['adduser', 'addgroup', 'deluser', 'delgroup']);
export const shadowPrograms: ReadonlySet<string> = new Set(['useradd', 'groupadd', 'usermod', 'userdel', 'groupdel']);

const busyBoxUserFlags = spellings('-S --system system', '-D --disabled-password no-password', '-H --no-create-home no-home');
const busyBoxUserValues = spellings('-h --home home', '-g --gecos comment', '-s --shell shell', '-G --ingroup group', '-u --uid uid', '-k --skel skel');
const busyBoxGroupFlags = spellings('-S --system system');
const busyBoxGroupValues = spellings('-g --gid gid');

function refused(message: string): AccountReading {
  return { kind: 'refused', message };
}

/** A BusyBox command as Alpine carries it out. */
export function readBusyBox(program: string, words: readonly string[]): AccountReading {
  const written = [program, ...words].join(' ');
  const isUser = program === 'adduser' || program === 'deluser';
  const flags = program === 'adduser' ? busyBoxUserFlags : program === 'deluser' ? spellings('--remove-home remove-home') : busyBoxGroupFlags;
  const read = readOptions(words, flags, program === 'adduser' ? busyBoxUserValues : program === 'addgroup' ? busyBoxGroupValues : new Map());
  const [first, second, ...more] = read?.operands ?? [];
  if (!read || first === undefined || more.length > 0) return refused(`\`${written}\` has options that dockfix does not know`);
  const { given } = read;
  if (program === 'deluser' || program === 'delgroup') {
    if (second !== undefined) return refused(`\`${written}\` takes a user out of a group`);
    return isUser ? { kind: 'user-removed', name: first, home: given.has('remove-home') } : { kind: 'group-removed', name: first };
  }
  if (second !== undefined) return given.size === 0 ? { kind: 'member', user: first, group: second } : refused(`\`${written}\` has options that dockfix does not know`);
  if (program === 'addgroup') return { kind: 'group', name: first, gid: given.get('gid') ?? null, system: given.has('system') };
  const system = given.has('system');
  if (!system && !given.has('no-password')) return refused(`\`${written}\` asks for a password`);
  if (given.has('skel')) return refused(`\`${written}\` takes a skeleton of its own`);
  return {
    kind: 'user',
    name: first,
    uid: given.get('uid') ?? null,
    system,
    group: given.get('group') ?? (system ? 'nogroup' : null),
    home: given.get('home') ?? `/home/${first}`,
    makesHome: !given.has('no-home'),
    shell: debianShell(given.get('shell') ?? (system ? '/bin/false' : '/bin/sh')),
    comment: given.get('comment') ?? '',
  };
}

const movedShells: ReadonlyMap<string, string> = new Map([
  ['/bin/ash', '/bin/sh'],
  ['/sbin/nologin', '/usr/sbin/nologin'],
  ['/usr/bin/nologin', '/usr/sbin/nologin'],
]);

function debianShell(shell: string): string {
  return movedShells.get(shell) ?? shell;
}

const useraddFlags = spellings('-r --system system', '-m --create-home home-made', '-M --no-create-home no-home');
const useraddValues = spellings('-u --uid uid', '-g --gid group', '-d --home-dir home', '-s --shell shell', '-c --comment comment');

/** A command of shadow-utils as Debian carries it out; null for a form that takes no BusyBox command's place. */
export function readShadow(program: string, words: readonly string[]): Account | null {
  switch (program) {
    case 'groupadd': {
      const read = readOptions(words, spellings('-r --system system'), spellings('-g --gid gid'));
      const [name, ...more] = read?.operands ?? [];
      if (!read || name === undefined || more.length > 0) return null;
      return { kind: 'group', name, gid: read.given.get('gid') ?? null, system: read.given.has('system') };
    }
    case 'useradd': {
      const read = readOptions(words, useraddFlags, useraddValues);
      const [name, ...more] = read?.operands ?? [];
      if (!read || name === undefined || more.length > 0) return null;
      const { given } = read;
      // Without either, /etc/login.defs decides.
      if (given.has('home-made') === given.has('no-home')) return null;
      return {
        kind: 'user',
        name,
        uid: given.get('uid') ?? null,
        system: given.has('system'),
        group: given.get('group') ?? null,
        home: given.get('home') ?? `/home/${name}`,
        makesHome: given.has('home-made'),
        shell: given.get('shell') ?? '/bin/sh',
        comment: given.get('comment') ?? '',
      };
    }
    case 'usermod': {
      const read = readOptions(words, spellings('-a --append append'), spellings('-G --groups groups'));
      const [user, ...more] = read?.operands ?? [];
      const group = read?.given.get('groups');
      if (!read || user === undefined || more.length > 0 || group === undefined || group.includes(',') || !read.given.has('append')) return null;
      return { kind: 'member', user, group };
    }
    case 'userdel': {
      const read = readOptions(words, spellings('-r --remove remove'), new Map());
      const [name, ...more] = read?.operands ?? [];
      return !read || name === undefined || more.length > 0 ? null : { kind: 'user-removed', name, home: read.given.has('remove') };
    }
    case 'groupdel':
      return words.length === 1 && words[0] !== undefined && !words[0].startsWith('-') ? { kind: 'group-removed', name: words[0] } : null;
    default:
      return null;
  }
}

/** The command of shadow-utils that does it. */
export function shadowCommand(account: Account): string {
  switch (account.kind) {
    case 'group':
      return ['groupadd', ...(account.system ? ['-r'] : []), ...(account.gid === null ? [] : ['-g', account.gid]), account.name].map(quoted).join(' ');
    case 'user':
      return [
        'useradd',
        ...(account.system ? ['-r'] : []),
        account.makesHome ? '-m' : '-M',
        ...(account.uid === null ? [] : ['-u', account.uid]),
        ...(account.group === null ? [] : ['-g', account.group]),
        ...(account.home === `/home/${account.name}` ? [] : ['-d', account.home]),
        ...(account.shell === '/bin/sh' ? [] : ['-s', account.shell]),
        ...(account.comment === '' ? [] : ['-c', account.comment]),
        account.name,
      ].map(quoted).join(' ');
    case 'member':
      return ['usermod', '-aG', account.group, account.user].map(quoted).join(' ');
    case 'user-removed':
      return ['userdel', ...(account.home ? ['-r'] : []), account.name].map(quoted).join(' ');
    case 'group-removed':
      return ['groupdel', account.name].map(quoted).join(' ');
  }
}

/** As the shell has to be given it; variables stay variables. */
function quoted(word: string): string {
  if (/^[\w./:@%+=,-]+$/.test(word)) return word;
  return /["\\`!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
}

/** The account as a text: equal texts mean the same accounts. */
export function accountText(account: Account): string {
  return Object.entries(account).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${String(value)}`).join(' ');
}

/** Users and groups that Debian's base has (base-passwd 3.6, and _apt). A new one cannot take their names. */
const debianUsers = new Set('root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats _apt nobody'.split(' '));
const debianGroups = new Set(
  'root daemon bin sys adm tty disk lp mail news uucp man proxy kmem dialout fax voice cdrom floppy tape sudo audio dip www-data backup operator list irc src gnats shadow utmp video sasl plugdev staff games users nogroup input sgx kvm render crontab'.split(' '),
);
const debianUids = new Set('0 1 2 3 4 5 6 7 8 9 10 13 33 34 38 39 41 42 100 65534'.split(' '));
const debianGids = new Set('0 1 2 3 4 5 6 7 8 9 10 12 13 15 20 21 22 24 25 26 27 29 30 33 34 37 38 39 40 41 42 43 44 45 46 50 60 100 65534'.split(' '));

/** Users and groups that Alpine's base has (alpine-baselayout 3.4) and Debian's lacks. */
export const alpineOnlyUsers: ReadonlySet<string> = new Set('adm shutdown halt operator ftp sshd at squid xfs cyrus vpopmail ntp smmsp guest cron'.split(' '));
export const alpineOnlyGroups: ReadonlySet<string> = new Set('wheel cron ftp sshd at squid xfs cyrus vpopmail ntp smmsp guest netdev abuild ping nobody'.split(' '));

/** Why Debian would not carry it out as Alpine does; null if it would. */
export function accountObstacle(account: Account, made: ReadonlySet<string>): string | null {
  switch (account.kind) {
    case 'group':
      if (debianGroups.has(account.name)) return `Debian has a group ${account.name} already`;
      return account.gid !== null && debianGids.has(account.gid) ? `Debian has a group of the number ${account.gid} already` : null;
    case 'user':
      if (debianUsers.has(account.name)) return `Debian has a user ${account.name} already`;
      if (account.group === null && (debianGroups.has(account.name) || made.has(account.name))) return `the group ${account.name} is there already`;
      if (account.group !== null && alpineOnlyGroups.has(account.group) && !made.has(account.group)) return `Debian has no group ${account.group}`;
      return account.uid !== null && debianUids.has(account.uid) ? `Debian has a user of the number ${account.uid} already` : null;
    case 'member':
      return alpineOnlyGroups.has(account.group) && !made.has(account.group) ? `Debian has no group ${account.group}` : null;
    case 'user-removed':
      return alpineOnlyUsers.has(account.name) && !made.has(account.name) ? `Debian has no user ${account.name}` : null;
    case 'group-removed':
      return alpineOnlyGroups.has(account.name) && !made.has(account.name) ? `Debian has no group ${account.name}` : null;
  }
}
