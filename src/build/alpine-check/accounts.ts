/**
 * Which accounts a command leaves behind: of BusyBox’s `adduser` and its like on Alpine, and of shadow’s `useradd` and its
 * like on Debian.
 *
 * Sources: BusyBox 1.36, `adduser --help`, loginutils/adduser.c and addgroup.c; useradd(8), groupadd(8), usermod(8),
 * userdel(8) of shadow 4.13 to 4.17; Debian’s /etc/default/useradd (SHELL=/bin/sh, no CREATE_HOME) and login.defs
 * (USERGROUPS_ENAB yes, SYS_UID_MIN 100, UID_MIN 1000).
 */

/** A number that was asked for, or where one is taken from: both systems have 100 to 999, and 1000 and up. */
type Id = { readonly fixed: string } | 'system' | 'ordinary';

/** What a command changes. */
export type Outcome =
  | {
      readonly kind: 'user';
      readonly name: string;
      readonly id: Id;
      /** The primary group: one that is there, or one of the user’s name and number. */
      readonly group: { readonly named: string } | 'own';
      readonly home: string;
      readonly homeMade: boolean;
      readonly shell: string;
      readonly comment: string;
      /** Nobody can log in with a password. */
      readonly locked: true;
    }
  | { readonly kind: 'group'; readonly name: string; readonly id: Id }
  | { readonly kind: 'member'; readonly user: string; readonly group: string }
  | { readonly kind: 'user-gone'; readonly name: string; readonly homeGone: boolean }
  | { readonly kind: 'group-gone'; readonly name: string };

/** Options by letter: flags, and those that take a value; long spellings lead to the letter. */
interface Grammar {
  readonly flags: string;
  readonly values: string;
  readonly long: Readonly<Record<string, string>>;
}

interface Line {
  readonly has: (letter: string) => boolean;
  readonly value: (letter: string) => string | undefined;
  readonly operands: readonly string[];
}

/** A command line by getopt_long’s rules; null if an option is not of the grammar. */
function readLine(words: readonly string[], { flags, values, long }: Grammar): Line | null {
  const given = new Map<string, string>();
  const operands: string[] = [];
  let at = 0;
  const next = (): string | undefined => words[at++];
  for (let word = next(); word !== undefined; word = next()) {
    if (word === '--') {
      operands.push(...words.slice(at));
      break;
    }
    if (!/^-./.test(word)) {
      operands.push(word);
      continue;
    }
    const spelled = /^--([a-z-]+)(?:=(.*))?$/s.exec(word);
    const letters = spelled ? (long[spelled[1] ?? ''] ?? '?') : word.slice(1);
    for (let index = 0; index < letters.length; index += 1) {
      const letter = letters[index] ?? '';
      if (flags.includes(letter)) {
        if (spelled?.[2] !== undefined) return null;
        given.set(letter, '');
      } else if (values.includes(letter)) {
        const value = spelled ? (spelled[2] ?? next()) : letters.slice(index + 1) || next();
        if (value === undefined) return null;
        given.set(letter, value);
        break;
      } else return null;
    }
  }
  return { has: (letter) => given.has(letter), value: (letter) => given.get(letter), operands };
}

function idOf(number: string | undefined, system: boolean): Id | null {
  if (number === undefined) return system ? 'system' : 'ordinary';
  return /^(?:0|[1-9]\d*|\$\{\w+\})$/.test(number) ? { fixed: number } : null;
}

/** Alpine’s ash and Debian’s dash are both /bin/sh; nologin lies elsewhere. */
function shellOn(path: string): string {
  if (path === '/bin/ash') return '/bin/sh';
  return path === '/sbin/nologin' ? '/usr/sbin/nologin' : path;
}

const adduser: Grammar = { flags: 'SDH', values: 'hgsGuk', long: { home: 'h', gecos: 'g', shell: 's', ingroup: 'G', system: 'S', 'disabled-password': 'D', 'no-create-home': 'H', uid: 'u', skel: 'k' } };
const addgroup: Grammar = { flags: 'S', values: 'g', long: { gid: 'g', system: 'S' } };
const deluser: Grammar = { flags: 'r', values: '', long: { 'remove-home': 'r' } };
const nothing: Grammar = { flags: '', values: '', long: {} };

/** What BusyBox does for a command line; null where the model does not know. */
export function onAlpine(program: string, words: readonly string[]): Outcome | null {
  const line = readLine(words, program === 'adduser' ? adduser : program === 'addgroup' ? addgroup : program === 'deluser' ? deluser : nothing);
  const [first, second, ...more] = line?.operands ?? [];
  if (line === null || first === undefined || more.length > 0) return null;
  const bare = words.length === 2 && words.every((word) => !word.startsWith('-'));
  switch (program) {
    case 'adduser':
      if (second !== undefined) return bare ? { kind: 'member', user: first, group: second } : null;
      return newUser(line, first);
    case 'addgroup': {
      if (second !== undefined) return bare ? { kind: 'member', user: first, group: second } : null;
      const id = idOf(line.value('g'), line.has('S'));
      return id === null ? null : { kind: 'group', name: first, id };
    }
    case 'deluser':
      return second === undefined ? { kind: 'user-gone', name: first, homeGone: line.has('r') } : null;
    case 'delgroup':
      return second === undefined ? { kind: 'group-gone', name: first } : null;
    default:
      return null;
  }
}

function newUser(line: Line, name: string): Outcome | null {
  const system = line.has('S');
  // Without either it asks for a password, and nobody is there to give one. `-k` fills the home from another skeleton.
  if ((!system && !line.has('D')) || line.has('k')) return null;
  const id = idOf(line.value('u'), system);
  const group = line.value('G') ?? (system ? 'nogroup' : undefined);
  if (id === null) return null;
  return {
    kind: 'user',
    name,
    id,
    group: group === undefined ? 'own' : { named: group },
    home: line.value('h') ?? `/home/${name}`,
    homeMade: !line.has('H'),
    shell: shellOn(line.value('s') ?? (system ? '/bin/false' : '/bin/sh')),
    comment: line.value('g') ?? '',
    locked: true,
  };
}

const useradd: Grammar = { flags: 'rmMU', values: 'ugdsc', long: { system: 'r', 'create-home': 'm', 'no-create-home': 'M', 'user-group': 'U', uid: 'u', gid: 'g', 'home-dir': 'd', shell: 's', comment: 'c' } };
const groupadd: Grammar = { flags: 'r', values: 'g', long: { system: 'r', gid: 'g' } };
const usermod: Grammar = { flags: 'a', values: 'G', long: { append: 'a', groups: 'G' } };
const userdel: Grammar = { flags: 'r', values: '', long: { remove: 'r' } };
const grammars: ReadonlyMap<string, Grammar> = new Map([['useradd', useradd], ['groupadd', groupadd], ['usermod', usermod], ['userdel', userdel], ['groupdel', nothing]]);

/** Is it a program of shadow’s that the model knows? */
export function isShadowProgram(name: string): boolean {
  return grammars.has(name);
}

/** What shadow does for a command line; null where the model does not know. */
export function onDebian(program: string, words: readonly string[]): Outcome | null {
  const grammar = grammars.get(program);
  const line = grammar ? readLine(words, grammar) : null;
  const [name, ...more] = line?.operands ?? [];
  if (line === null || name === undefined || more.length > 0) return null;
  switch (program) {
    case 'useradd': {
      const id = idOf(line.value('u'), line.has('r'));
      const group = line.value('g');
      if (id === null || (line.has('m') && line.has('M')) || (line.has('U') && group !== undefined)) return null;
      return {
        kind: 'user',
        name,
        id,
        group: group === undefined ? 'own' : { named: group },
        home: line.value('d') ?? `/home/${name}`,
        homeMade: line.has('m'),
        shell: line.value('s') ?? '/bin/sh',
        comment: line.value('c') ?? '',
        locked: true,
      };
    }
    case 'groupadd': {
      const id = idOf(line.value('g'), line.has('r'));
      return id === null ? null : { kind: 'group', name, id };
    }
    case 'usermod': {
      const group = line.value('G');
      return group === undefined || group.includes(',') || !line.has('a') ? null : { kind: 'member', user: name, group };
    }
    case 'userdel':
      return { kind: 'user-gone', name, homeGone: line.has('r') };
    default:
      return { kind: 'group-gone', name };
  }
}

/** The outcome as a text: equal texts mean equal outcomes. */
export function outcomeText(outcome: Outcome): string {
  const shown = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));
  return Object.entries(outcome).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${shown(value)}`).join(' ');
}

/** Users and groups of `debian:slim` (base-passwd 3.6, apt), with their numbers. */
const debianUsers = numbered('root=0 daemon=1 bin=2 sys=3 sync=4 games=5 man=6 lp=7 mail=8 news=9 uucp=10 proxy=13 www-data=33 backup=34 list=38 irc=39 _apt=42 nobody=65534 _apt=100 gnats=41');
const debianGroups = numbered(
  'root=0 daemon=1 bin=2 sys=3 adm=4 tty=5 disk=6 lp=7 mail=8 news=9 uucp=10 man=12 proxy=13 kmem=15 dialout=20 fax=21 voice=22 cdrom=24 floppy=25 tape=26 sudo=27 audio=29 dip=30 www-data=33 backup=34 operator=37 list=38 irc=39 src=40 gnats=41 shadow=42 utmp=43 video=44 sasl=45 plugdev=46 staff=50 games=60 users=100 nogroup=65534',
);

/** Users and groups of Alpine’s base (alpine-baselayout-data 3.2 to 3.6) that `debian:slim` lacks. */
const alpineUsers = new Set('adm shutdown halt operator postmaster cron ftp sshd at squid xfs cyrus vpopmail ntp smmsp guest'.split(' '));
const alpineGroups = new Set('mem wheel cron console ftp sshd input at netdev readproc squid xfs kvm cdrw ntp nofiles smmsp locate abuild ping vpopmail guest nobody'.split(' '));

function numbered(text: string): ReadonlyMap<string, string> {
  return new Map(text.split(' ').map((pair) => {
    const [name = '', number = ''] = pair.split('=');
    return [name, number];
  }));
}

/** What the commands of a stage have made so far. */
export interface Accounts {
  readonly users: Set<string>;
  readonly groups: Set<string>;
  /** Numbers that were asked for. */
  readonly numbers: Set<string>;
}

/** Does Debian lack a group that Alpine has? */
export function lacksGroup(name: string, { groups }: Accounts): boolean {
  return alpineGroups.has(name) && !groups.has(name);
}

/** Does Debian lack a user that Alpine has? */
export function lacksUser(name: string, { users }: Accounts): boolean {
  return alpineUsers.has(name) && !users.has(name);
}

/** Why Debian’s own users and groups stand in the way; null if they do not. Adds to `accounts`. */
export function outcomeObstacle(outcome: Outcome, accounts: Accounts): string | null {
  switch (outcome.kind) {
    case 'group': {
      const { name, id } = outcome;
      const taken = typeof id === 'object' && [...debianGroups.values()].includes(id.fixed) ? id.fixed : null;
      if (debianGroups.has(name) || accounts.groups.has(name)) return `there is a group ${name} already in Debian`;
      accounts.groups.add(name);
      if (typeof id === 'object') accounts.numbers.add(id.fixed);
      return taken === null ? null : `a group of Debian’s has the number ${taken}`;
    }
    case 'user': {
      const { name, id, group } = outcome;
      const taken = typeof id === 'object' && [...debianUsers.values()].includes(id.fixed) ? id.fixed : null;
      if (debianUsers.has(name) || accounts.users.has(name)) return `there is a user ${name} already in Debian`;
      if (group === 'own' && (debianGroups.has(name) || accounts.groups.has(name))) return `there is a group ${name} already, and useradd would make it`;
      if (group !== 'own' && lacksGroup(group.named, accounts)) return `Debian has no group ${group.named}`;
      accounts.users.add(name);
      if (group === 'own') accounts.groups.add(name);
      if (typeof id === 'object') accounts.numbers.add(id.fixed);
      return taken === null ? null : `a user of Debian’s has the number ${taken}`;
    }
    case 'member':
      if (lacksUser(outcome.user, accounts)) return `Debian has no user ${outcome.user}`;
      return lacksGroup(outcome.group, accounts) ? `Debian has no group ${outcome.group}` : null;
    case 'user-gone':
      return lacksUser(outcome.name, accounts) ? `Debian has no user ${outcome.name}` : null;
    case 'group-gone':
      return lacksGroup(outcome.name, accounts) ? `Debian has no group ${outcome.name}` : null;
  }
}
