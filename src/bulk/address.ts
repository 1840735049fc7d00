/** Addresses of repositories that are cloned. Pure: nothing is asked of any host. */

/** Where a repository is cloned from, and to. */
export interface Clone {
  /** Without credentials: what reports show, and the clone keeps. */
  readonly address: string;
  /** Below the directory of clones, with `/`. */
  readonly directory: string;
  /** The value of an Authorization header, from credentials in the address; null if there were none. */
  readonly authorization: string | null;
}

/** What a line of a list of repositories says. */
export type Entry = { readonly kind: 'clone'; readonly clone: Clone } | { readonly kind: 'path'; readonly path: string } | Fault;

export interface Fault {
  readonly kind: 'fault';
  readonly message: string;
}

/** Protocols that git speaks itself. Others are helpers, some of which run what the address says. */
const protocols: ReadonlySet<string> = new Set(['https', 'ssh', 'git', 'file']);

/** A path or an address. As git has it, a colon before the first slash makes `host:path` an address. */
export function readEntry(line: string): Entry {
  if (line.startsWith('-')) return fault('it begins with a dash; write ./ before a path');
  if (/^[\w+.-]+::/.test(line)) return fault('it names a remote helper; only addresses of https, ssh, git and file are cloned');
  const [, protocol, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(line) ?? [];
  if (protocol !== undefined && rest !== undefined) return addressOf(protocol.toLowerCase(), rest);
  const [, user, host, path] = /^(?:([^@:/\\]*)@)?(\[[^\]/\\]+\]|[^@:/\\]{2,}):(.*)$/s.exec(line) ?? [];
  if (path !== undefined && /^\/?[^/]*@/.test(path)) return fault('it has credentials without a protocol; write https:// before them');
  if (host !== undefined && path !== undefined) return sshAddress(line, user, host, null, path);
  return { kind: 'path', path: line };
}

function addressOf(protocol: string, rest: string): Entry {
  if (!protocols.has(protocol)) return fault(`${protocol}: only addresses of https, ssh, git and file are cloned`);
  const [, authority = '', path = ''] = /^([^/]*)(.*)$/s.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : authority.slice(0, at);
  const [, host = '', port = null] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority.slice(at + 1)) ?? [];
  if (port !== null && !/^\d{1,5}$/.test(port)) return fault('its port is no number');
  if (protocol === 'file') return fileAddress(authority, path);
  if (protocol === 'ssh') return sshAddress(`ssh://${rest}`, user, host, port, path);
  if (protocol === 'git' && user !== undefined) return fault('the protocol git has no users');
  const authorization = user === undefined ? null : basic(user);
  if (authorization === undefined) return fault('its credentials are not written as in an address');
  return cloneOf({ address: `${protocol}://${host}${port === null ? '' : `:${port}`}${path}`, host, port, path, authorization });
}

/** Undefined if something is escaped wrongly. */
function basic(user: string): string | undefined {
  const at = user.indexOf(':');
  const [name, password] = at < 0 ? [user, ''] : [user.slice(0, at), user.slice(at + 1)];
  try {
    return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${decodeURIComponent(name)}:${decodeURIComponent(password)}`)))}`;
  } catch {
    return undefined;
  }
}

function sshAddress(address: string, user: string | undefined, host: string, port: string | null, path: string): Entry {
  if (user?.includes(':')) return fault('a password in an ssh address is not used: ssh takes keys');
  if (user !== undefined && !/^[A-Za-z0-9_][\w.+-]*$/.test(user)) return fault('its user name is not one');
  return cloneOf({ address, host, port, path, authorization: null });
}

/** The name of a directory may hold anything; what is no plain name is escaped. */
function fileAddress(authority: string, path: string): Entry {
  if (authority !== '' && authority !== 'localhost') return fault('a file address has no host: file:///path');
  const plain = path.split('/').map((segment) => (isPlain(segment) || segment === '' ? segment : encodeURIComponent(segment))).join('/');
  return cloneOf({ address: `file://${path}`, host: 'file', port: null, path: plain, authorization: null });
}

interface Parts {
  readonly address: string;
  readonly host: string;
  readonly port: string | null;
  readonly path: string;
  readonly authorization: string | null;
}

function cloneOf({ address, host, port, path, authorization }: Parts): Entry {
  if (/[\s\p{Cc}]/u.test(address)) return fault('it has white space or control characters');
  const hostName = /^\[([0-9A-Fa-f:.]+)\]$/.exec(host)?.[1]?.replaceAll(':', '_') ?? host;
  if (!/^[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?$/.test(hostName)) return fault('its host is no name');
  const segments = path.split('/').filter((segment) => segment !== '');
  const names = segments.map((segment, index) => (index === segments.length - 1 ? segment.replace(/(?<=.)\.git$/, '') : segment));
  if (names.length === 0) return fault('it names no repository');
  const odd = names.find((name) => !isPlain(name));
  if (odd !== undefined) return fault('its path has parts that are no plain names');
  return { kind: 'clone', clone: { address, directory: [port === null ? hostName : `${hostName}+${port}`, ...names].join('/'), authorization } };
}

/** Do two addresses name the same repository? Two directories may well have names that differ in `.git` alone. */
export function isSameAddress(one: string, other: string): boolean {
  const plain = (address: string): string => address.replace(/\/+$/, '').replace(/^(?!file:)(.*)\.git$/s, '$1');
  return plain(one) === plain(other);
}

/** Can it be the name of a directory, on any system, and not one of git's own? */
function isPlain(name: string): boolean {
  return /^[\w.~+%@=,][\w.~+%@=,-]*$/.test(name) && !name.endsWith('.') && name.toLowerCase() !== '.git' && name.length <= 200;
}

function fault(message: string): Fault {
  return { kind: 'fault', message };
}
