/** Paths and words of a text that are Alpine's, or of which it is not known that Debian has them too. */
import { alpineOnlyPrograms, packageOfProgram, slimPrograms } from './packages.ts';

/** `alpine`: Debian has it elsewhere, or not at all; `unknown`: nobody knows; `program`: one of BusyBox's that Debian has in a package. */
export interface Mention {
  readonly kind: 'alpine' | 'unknown' | 'program';
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** Paths of the system. A path behind a letter, a variable or a dot is a part of another one. */
const systemPath = /(?<![\w.$}~/-])\/(?:usr\/(?:lib64|lib|libexec|share|include|s?bin|glibc-compat)|lib64|lib|s?bin|etc|var\/spool)(?:\/[\w.+@*${}-]+)+/g;

const words = /\bmusllinux_?\w*|\bld-musl[\w.-]*|\blibc\.musl[\w.-]*|\bmusl\b(?!-)|\bapk\s+(?:add|del|info|update|upgrade)\b|\bbusybox\b|\balpine-wheels\b|\balpinelinux\b|\balpine-release\b/gi;

/** Directories of /etc that are Alpine's own, or hold what only its programs read (alpine-baselayout, BusyBox, OpenRC). */
const alpinesEtc = /^\/etc\/(?:apk|crontabs|periodic|init\.d|conf\.d|runlevels|inittab|local\.d|alpine-release|ssl\/cert\.pem|ssl1\.1|nginx\/http\.d|udhcpc|doas\.d|mdev\.conf|my\.cnf\.d|php\d*|zoneinfo)(?:\/|$)/;

/** Below /usr/share both systems have the same: tzdata, ca-certificates, hunspell's kind, freedesktop's directories. */
const sharedShare = /^\/usr\/share\/(?:zoneinfo|ca-certificates|dict|mime|applications|doc|man|pixmaps|icons)(?:\/|$)/;

/** Everything of a text that may be another thing on Debian. `own`: directories that the Dockerfile fills itself. */
export function mentionsIn(text: string, own: readonly string[] = []): readonly Mention[] {
  const found: Mention[] = [];
  const add = (kind: Mention['kind'], what: string, at: number): void => {
    found.push({ kind, text: what, line: text.slice(0, at).split('\n').length });
  };
  for (const match of text.matchAll(systemPath)) {
    const path = match[0].replace(/[.]+$/, '');
    if (own.some((one) => path === one || path.startsWith(`${one}/`))) continue;
    const kind = kindOfPath(path);
    if (kind !== 'same') add(kind, path, match.index);
  }
  for (const match of text.matchAll(words)) add('alpine', match[0], match.index);
  return found;
}

function kindOfPath(path: string): Mention['kind'] | 'same' {
  if (/^\/(?:usr\/)?s?bin\//.test(path)) return kindOfProgram(path);
  if (path.startsWith('/etc/')) return alpinesEtc.test(path) ? 'alpine' : 'same';
  if (/^\/(?:usr\/)?lib(?:64)?\//.test(path)) return kindOfLibrary(path);
  if (path.startsWith('/usr/glibc-compat')) return 'alpine';
  if (path.startsWith('/var/spool/')) return path.startsWith('/var/spool/cron') ? 'alpine' : 'same';
  return sharedShare.test(path) ? 'same' : 'unknown';
}

/** Debian has libraries in a directory of the architecture: /usr/lib/x86_64-linux-gnu. */
function kindOfLibrary(path: string): Mention['kind'] | 'same' {
  if (/linux-gnu|\/os-release$/.test(path)) return 'same';
  if (/\.so(?:\.|$)|\*|\/apk\/|musl|\/python\d|\/chromium|\/jvm\//.test(path)) return 'alpine';
  // `/lib/…` is as often an address of a web application.
  return path.startsWith('/usr/') ? 'unknown' : 'same';
}

/** Debian has /bin and /sbin merged into /usr. */
function kindOfProgram(path: string): Mention['kind'] | 'same' {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (slimPrograms.has(name) || ['bash', 'dash', 'tini', 'tini-static'].includes(name)) return name.startsWith('tini') && path.startsWith('/sbin') ? 'alpine' : 'same';
  if (packageOfProgram.has(name)) return 'program';
  if (alpineOnlyPrograms.has(name) || name === 'ash' || name === 'su-exec' || /^(?:python|pip)[\d.]*$/.test(name)) return 'alpine';
  return path.startsWith('/sbin/') || path.startsWith('/usr/sbin/') ? 'unknown' : 'same';
}
