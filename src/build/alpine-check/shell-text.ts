/**
 * What a shell text asks of /bin/sh and of the programs around it. /bin/sh is BusyBox’s ash on Alpine and dash on Debian;
 * bash takes all that ash takes. It errs on the side of finding something.
 *
 * Sources: dash(1), POSIX.1-2017 chapter 2, and BusyBox’s build of Alpine (`busybox --list`, 1.36).
 */

/** The text with comments, and on demand all that quotes hold, blanked. */
function blanked(text: string, quotes: 'keep' | 'blank'): string {
  let out = '';
  let inside: string | null = null;
  let at = 0;
  while (at < text.length) {
    const letter = text[at] ?? '';
    const pair = text.slice(at, at + 2);
    if (inside !== "'" && letter === '\\') {
      out += pair === '\\\n' ? '  ' : inside !== null && quotes === 'blank' ? '  ' : pair;
      at += 2;
      continue;
    }
    if (inside === null && letter === '#' && /^$|[\s;&|(]/.test(text[at - 1] ?? '')) {
      while (at < text.length && text[at] !== '\n') at += 1;
      continue;
    }
    if (letter === inside) inside = null;
    else if (inside === null && (letter === "'" || letter === '"')) inside = letter;
    else if (inside === "'" && quotes === 'blank' && letter !== '\n') {
      out += ' ';
      at += 1;
      continue;
    }
    out += letter;
    at += 1;
  }
  return out;
}

/** Words of the grammar behind which a command begins. */
const leads = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', '{', 'time', 'exec', 'command', 'nohup', 'eval', 'env', 'sudo', 'xargs', 'nice', 'tini', 'dumb-init', 'gosu', 'su-exec', 'timeout', 'setsid', 'done', 'fi', 'esac']);
/** Those that take an operand of their own before the command. */
const operandFirst = new Set(['gosu', 'su-exec', 'timeout']);

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The simple commands of a text: their words, without assignments and what leads to a command. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const plain = blanked(text, 'keep').replaceAll(/(\s-[a-z]*c\s)/g, '$1;');
  return plain.split(/[;&|(){}`\n]/).map((segment) => segment.split(/[\s"']+/).filter((word) => word !== ''));
}

/** The programs that a text calls, as they are written. */
export function programsCalled(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const words of commandsIn(text)) {
    let skip = 0;
    let leading = false;
    for (const word of words) {
      if (skip > 0) {
        skip -= 1;
        continue;
      }
      if (/^\w+=/.test(word) || (leading && word.startsWith('-'))) continue;
      if (word.startsWith('-')) break;
      const name = lastSegment(word);
      found.add(word);
      if (!leads.has(name)) break;
      leading = true;
      skip = operandFirst.has(name) ? 1 : 0;
    }
    for (const helper of unpackers(words)) found.add(helper);
  }
  return found;
}

/** GNU tar runs the program of the archive’s form; BusyBox’s tar has them within. */
function unpackers(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => lastSegment(word) === 'tar');
  if (at < 0) return [];
  const rest = words.slice(at + 1);
  const bundled = rest.filter((word, index) => /^-[a-zA-Z]+$/.test(word) || (index === 0 && /^[a-zA-Z]+$/.test(word)));
  const says = (letter: string, ends: RegExp, long: string): boolean => bundled.some((word) => word.includes(letter)) || rest.some((word) => ends.test(word) || word === long);
  return [...(says('J', /\.t?xz$/, '--xz') ? ['xz'] : []), ...(says('j', /\.t?bz2?$/, '--bzip2') ? ['bzip2'] : [])];
}

/** Constructs that dash does not take, or takes otherwise. `quoted`: they count inside quotes, too. */
const beyondDash: readonly { readonly what: string; readonly form: RegExp; readonly quoted?: true }[] = [
  { what: '`[[`', form: /(?:^|[\s;&|(!])\[\[(?=\s)/ },
  { what: '`==` in a test', form: /(?:^|[\s;&|(!])(?:\[|test)\s[^;&|\n]*\s==\s/ },
  { what: '`source`', form: /(?:^|[;&|({!\n]|\b(?:then|do|else)\s)\s*source\s/ },
  { what: '`function`', form: /(?:^|[;&|({\n])\s*function\s+\w/ },
  { what: 'a substitution of bash’s', form: /\$\{\w+(?:\/|:\s*[\d$(]|\^|,|@)|\$\{!/ },
  { what: 'process substitution', form: /[<>]\(/ },
  { what: '`let`, `declare`, `typeset` or `shopt`', form: /(?:^|[\s;&|(])(?:let|declare|typeset|shopt|mapfile|readarray|pushd|popd)\s/ },
  { what: '`read` with an option of bash’s', form: /(?:^|[\s;&|(])read\s+(?:-r\s+)*-r?[a-qs-z]/i },
  { what: '`$\'…\'`', form: /\$'/, quoted: true },
  { what: '`echo -e`', form: /(?:^|[\s;&|({])echo\s+-n?[eE]/ },
  { what: 'a backslash in `echo`', form: /(?:^|[\s;&|({])echo\s[^;&|\n]*\\[abcfnrtv0\\]/, quoted: true },
  { what: '`&>`', form: /&>/ },
  { what: '`<<<`', form: /<<</ },
  { what: '`$RANDOM`, `$HOSTNAME` or their like', form: /\$\{?(?:RANDOM|HOSTNAME|SECONDS|EPOCHSECONDS|BASHPID|FUNCNAME)\b/ },
  { what: '`pipefail`', form: /(?:^|[\s;&|(])set\s[^;&|\n]*\bpipefail\b/ },
  { what: '`++` in arithmetic', form: /\$\(\([^()\n]*(?:\+\+|--|\*\*)/ },
  { what: '`exec -a`', form: /(?:^|[\s;&|(])exec\s+-a\s/ },
  { what: '`trap … ERR`', form: /(?:^|[\s;&|(])trap\s[^;\n]*\sERR\b/ },
  { what: 'an array', form: /(?:^|[\s;&|(])\w+=\(/ },
];

const longest = 20_000;

/** What of a text dash does not take as ash does; null if it takes all. */
export function notForDash(text: string): string | null {
  const kept = blanked(text, 'keep').split('\n');
  const blank = blanked(text, 'blank').split('\n');
  if (kept.some((line) => line.length > longest)) return 'a line too long to judge';
  const found = beyondDash.find(({ form, quoted }) => (quoted ? kept : blank).some((line) => form.test(line)));
  return found?.what ?? null;
}

/** Texts that a command line gives to sh by itself (`sh -c '…'`), whatever shell reads the line. */
export function givenToSh(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|[\s/"])a?sh["']?,?\s+["']?-[a-z]*c["']?,?\s+(?:'([^']*)'|"((?:[^"\\]|\\.)*)")/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** Programs of Alpine alone, or that BusyBox has with options of its own. */
const alpinesOwn = new Set('apk ash su-exec busybox adduser addgroup deluser delgroup crond rc-service rc-update rc-status openrc lbu abuild setup-timezone setup-apkrepos'.split(' '));

/** Programs of BusyBox’s on Alpine. */
const busyBox = new Set(
  'arch arp arping ascii awk base64 basename bc beep blkid brctl bunzip2 bzcat bzip2 cal cat chattr chgrp chmod chown chpasswd chroot cksum clear cmp comm cp cpio crontab cryptpw cut date dc dd df diff dirname dmesg dnsdomainname dos2unix du ed egrep env ether-wake expand expr factor fdisk fgrep find flock fold free fuser getopt getty grep groups gunzip gzip head hexdump hostid hostname httpd id ifconfig install ionice iostat ip ipcalc ipcs killall last less link ln logger login ls lsattr lsof lsusb lzcat lzma lzop md5sum mesg mkdir mkfifo mknod mkpasswd mkswap mktemp modprobe more mount mountpoint mpstat mv nc netstat nice nl nmeter nohup nologin nproc nsenter nslookup ntpd od passwd paste patch pgrep pidof ping ping6 pkill pmap printenv ps pscan pstree rdate readlink realpath renice reset rev rm rmdir route run-parts sed sendmail seq setpriv setsid sha1sum sha256sum sha3sum sha512sum shred shuf sleep sort split stat strings stty su sum sync sysctl syslogd tac tail tar tee telnet timeout top touch tr traceroute traceroute6 tree truncate tty ttysize udhcpc umount uname unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime usleep uudecode uuencode vi watch wc wget which who whoami whois xargs xxd xz xzcat yes zcat'.split(' '),
);

/** Is it a program that every Alpine image has with BusyBox? */
export function isOfBusyBox(program: string): boolean {
  return busyBox.has(program);
}

/** Words that say a text is written for Alpine, or for its places. */
const alpinesPlaces: readonly RegExp[] = [
  /\/etc\/apk|\/lib\/apk|\/var\/cache\/apk/,
  /(?<![\w./-])\/sbin\/(?:tini|su-exec|nologin)(?![\w/-])/,
  /(?<![\w./-])\/bin\/ash(?![\w/-])/,
  /\/etc\/(?:crontabs|periodic)\b|\/sbin\/openrc|\/etc\/nginx\/http\.d/,
  /\/etc\/ssl\/cert\.pem/,
  /(?<![\w./-])\/usr\/lib\/lib[\w+.-]+\.so/,
  /(?<![\w./-])\/usr\/(?:bin\/(?:python|pip)[\d.]*|lib\/python[\d.]+|include\/python[\d.]+)(?![\w-])/,
  /(?<![\w./-])\/lib\/(?:ld-)?musl|\bld-musl\b/,
];

/** The first word of a text that is Alpine’s alone; null if there is none. */
export function alpinesPlace(text: string): string | null {
  const plain = blanked(text, 'keep');
  return alpinesPlaces.map((place) => place.exec(plain)?.[0]).find((found) => found !== undefined) ?? null;
}

/** A program that the text calls and nothing brings; null if all are there. `has`: is a program of that name there? */
export function missingProgram(text: string, has: (program: string) => boolean): string | null {
  for (const word of programsCalled(text)) {
    const name = lastSegment(word);
    if (alpinesOwn.has(name)) return name;
    if ((busyBox.has(name) || name === 'gosu' || name === 'tini') && !has(name)) return name;
  }
  return null;
}
