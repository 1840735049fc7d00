import { aptPackagesFor } from '../../images/apk-to-apt.ts';

/** What takes the place of one Alpine package, or why nothing does. */
export type PackageTranslation =
  | {
      readonly kind: 'packages';
      /** Names in Debian; empty where Debian, or the python image, needs none. */
      readonly names: readonly string[];
      /** They are in the slim image already, so that installing or removing them is nobody's wish. */
      readonly present: boolean;
    }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Packages that Debian has under a name of the table, but sets up otherwise: where their settings lie, as whom they
 * run, or in a version that is years apart. Putting one in the place of the other needs a person.
 */
const setUpOtherwise: ReadonlyMap<string, string> = new Map([
  ...['nginx', 'apache2', 'lighttpd', 'supervisor', 'redis', 'memcached', 'postgresql', 'mariadb', 'mysql', 'openssh', 'openssh-server', 'tor', 'squid', 'haproxy', 'postfix', 'rabbitmq-server'].map(
    (name): [string, string] => [name, 'Debian keeps its settings elsewhere and runs it as another user'],
  ),
  ...['dcron', 'cronie', 'cron'].map((name): [string, string] => [name, 'Debian’s cron reads other tables']),
  ...['nodejs', 'npm', 'yarn', 'nodejs-current'].map((name): [string, string] => [name, 'Debian’s version is another one']),
  ['docker-cli', 'Debian’s version is another one'],
  ['docker', 'Debian’s version is another one'],
  ['musl-locales', 'Debian makes locales with locale-gen'],
]);

/** The counterpart of an Alpine package in a suite, from the table. */
export function debianPackages(apk: string, suite: string): PackageTranslation {
  const otherwise = setUpOtherwise.get(apk);
  if (otherwise !== undefined) return { kind: 'refused', message: `\`${apk}\`: ${otherwise}` };
  const found = aptPackagesFor(apk, suite);
  switch (found.kind) {
    case 'packages': {
      // Debian's gcc only recommends the C library's headers, without which it compiles nothing.
      const names = apk === 'gcc' ? [...found.names, 'libc6-dev'] : found.names;
      return { kind: 'packages', names, present: found.role === 'base' };
    }
    case 'drop':
    case 'system-python':
      return { kind: 'packages', names: [], present: true };
    case 'none':
      return { kind: 'refused', message: `\`${apk}\` has no counterpart in Debian ${suite}${found.note === '' ? '' : ` (${found.note})`}` };
    case 'unmapped':
      return { kind: 'refused', message: `\`${apk}\` is not in dockfix’s table of packages for Debian ${suite}` };
  }
}

/** Compilers and headers: on Alpine they are there because some Python package has no wheel for musl. */
export const compilers: ReadonlySet<string> = new Set(['gcc', 'g++', 'musl-dev', 'libc-dev', 'build-base', 'alpine-sdk', 'clang', 'gfortran', 'cargo', 'rust']);

/**
 * Programs that BusyBox brings and Debian's slim image lacks, with the Debian package (the same in bookworm and trixie)
 * that has them.
 */
export const packageOfProgram: ReadonlyMap<string, string> = new Map([
  ['wget', 'wget'],
  ['nc', 'netcat-openbsd'],
  ['netcat', 'netcat-openbsd'],
  ['vi', 'vim-tiny'],
  ['unzip', 'unzip'],
  ['less', 'less'],
  ['ping', 'iputils-ping'],
  ['ping6', 'iputils-ping'],
  ...['ps', 'top', 'free', 'uptime', 'watch', 'pgrep', 'pkill', 'pidof', 'sysctl', 'pmap', 'w'].map((name): [string, string] => [name, 'procps']),
  ['nslookup', 'bind9-dnsutils'],
  ['ifconfig', 'net-tools'],
  ['netstat', 'net-tools'],
  ['route', 'net-tools'],
  ['arp', 'net-tools'],
  ['ip', 'iproute2'],
  ['traceroute', 'traceroute'],
  ['killall', 'psmisc'],
  ['fuser', 'psmisc'],
  ['pstree', 'psmisc'],
  ['bzip2', 'bzip2'],
  ['bunzip2', 'bzip2'],
  ['bzcat', 'bzip2'],
  ['xz', 'xz-utils'],
  ['unxz', 'xz-utils'],
  ['xzcat', 'xz-utils'],
  ['patch', 'patch'],
  ['xxd', 'xxd'],
  ['bc', 'bc'],
  ['dc', 'dc'],
  ['dos2unix', 'dos2unix'],
  ['unix2dos', 'dos2unix'],
  ['hexdump', 'bsdextrautils'],
  ['lsof', 'lsof'],
  ['cpio', 'cpio'],
  ['ar', 'binutils'],
  ['strings', 'binutils'],
]);

/** Programs of BusyBox and Alpine that no Debian package gives in the same form. */
export const alpineOnlyPrograms: ReadonlySet<string> = new Set([
  'apk', 'crond', 'httpd', 'sendmail', 'syslogd', 'logread', 'inotifyd', 'telnetd', 'ftpd', 'udhcpc', 'busybox', 'rc-service', 'rc-update', 'openrc', 'rc-status',
  'setup-timezone', 'setup-proxy', 'scanelf', 'doas', 'lbu', 'ftpget', 'ftpput', 'adjtimex', 'mdev', 'fbset', 'nbd-client', 'update-ms-fonts',
]);
